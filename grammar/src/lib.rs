//! Source text to tokens to AST, and the formatter.
