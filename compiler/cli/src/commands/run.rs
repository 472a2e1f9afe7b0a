//! stub
use crate::args::Run;
use crate::console::Console;
use crate::exit::{Done, Exit};
pub(crate) fn run(_console: &Console, _args: &Run) -> Done { Ok(Exit::Fine) }
