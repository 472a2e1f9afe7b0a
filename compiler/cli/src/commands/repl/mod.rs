//! stub
use crate::args::Repl;
use crate::console::Console;
use crate::exit::{Done, Exit};
pub(crate) fn run(_console: &Console, _args: &Repl) -> Done { Ok(Exit::Fine) }
