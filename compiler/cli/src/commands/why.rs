//! stub
use crate::args::Question;
use crate::console::Console;
use crate::exit::{Done, Exit};
pub(crate) fn why(_console: &Console, _args: &Question) -> Done { Ok(Exit::Fine) }
pub(crate) fn why_not(_console: &Console, _args: &Question) -> Done { Ok(Exit::Fine) }
