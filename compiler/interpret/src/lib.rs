//! The reference engine: MIR and a history in, verdicts, residual and explanation out.
