//! `rogatio completions`: scripts for shells.

use crate::args::{Cli, Completions};
use crate::console::Console;
use crate::exit::{Done, Exit};
use clap::CommandFactory;

/// Prints the script.
pub(crate) fn run(console: &Console, args: &Completions) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rogatio", &mut script);
    console.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
