//! stub
use crate::args::Test;
use crate::console::Console;
use crate::exit::{Done, Exit};
pub(crate) fn run(_console: &mut Console, _args: &Test) -> Done { Ok(Exit::Fine) }
