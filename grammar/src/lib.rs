//! Source text to tokens to AST, and the formatter.
//!
//! Comes in: the text of a module, an expression, or a line of the REPL. Goes out: an abstract syntax tree with
//! a span on every node, and diagnostics. Never happens: a panic or a refusal, on any input; knowledge of what
//! a name refers to.
//!
//! The way through the crate: `lexer` cuts the text (logos), `glue` joins what belongs together, `limits`
//! refuses what is nested too deeply, `parser` runs the LR(1) grammar in `grammar.lalrpop`, `make` holds what its
//! productions build; `recover` and `message` are used only for texts with mistakes.
#![forbid(unsafe_code)]

pub mod ast;
pub mod token;

mod dump;
mod format;
mod glue;
mod headings;
mod lexer;
mod limits;
mod make;
mod message;
mod parser;
mod recover;
mod source;

pub use dump::{dump_ast, dump_tokens};
pub use format::format;
pub use headings::headings;
pub use lexer::Comment;
pub use source::{Open, ReplLine, is_complete, parse, parse_expr, parse_repl};
pub use token::{Keyword, keywords};
