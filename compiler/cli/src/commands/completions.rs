//! `rogatio completions`: scripts for shells.

use crate::args::{Cli, Completions};
use crate::console::Console;
use crate::exit::{Done, Exit};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory};

/// The command line with the values that only the program itself knows: codes with their titles, and the commands that
/// have a schema.
fn completed() -> Command {
    let codes = rogatio_diagnostics::explanations()
        .map(|e| PossibleValue::new(e.code.as_str()).help(e.title));
    let commands = rogatio_report::Output::ALL.iter().map(|o| o.command);
    let among = |values: PossibleValuesParser| move |arg: Arg| arg.value_parser(values.clone());
    let codes = among(PossibleValuesParser::new(codes));
    let commands = among(PossibleValuesParser::new(commands));
    Cli::command()
        .mut_subcommand("explain", |c| c.mut_arg("code", codes))
        .mut_subcommand("schema", |c| c.mut_arg("command", commands))
}

/// Prints the script.
pub(crate) fn run(console: &Console, args: &Completions) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut completed(), "rogatio", &mut script);
    console.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
