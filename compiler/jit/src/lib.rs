//! MIR and an experiment to one native function, through Cranelift.
