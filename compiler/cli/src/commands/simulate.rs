//! stub
use crate::args::Simulate;
use crate::console::Console;
use crate::exit::{Done, Exit};
pub(crate) fn run(_console: &Console, _args: &Simulate) -> Done { Ok(Exit::Fine) }
