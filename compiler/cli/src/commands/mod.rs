//! One file per command.

mod check;
mod compile;
mod completions;
mod coverage;
mod doc;
mod explain;
mod fmt;
mod graph;
mod man;
mod new;
mod power;
mod repl;
mod report;
mod run;
mod schema;
mod shard;
pub(crate) mod simulate;
mod test;
mod timeline;
mod why;

use crate::args::{Cli, Command};
use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::watch::over;
use clap::Parser;

/// Runs the command line.
pub(crate) fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // A help text or a usage message; a closed pipe is nobody's fault.
            let _ = e.print();
            return if e.use_stderr() {
                Exit::Usage
            } else {
                Exit::Fine
            };
        }
    };
    let mut console = Console::new(cli.color, cli.lang);
    let done = match &cli.command {
        Command::New(args) => new::run(&console, args),
        Command::Check(args) => over(&mut console, args.watch.watch, &args.files, |c| {
            check::run(c, args)
        }),
        Command::Run(args) => {
            let file = std::slice::from_ref(&args.file);
            over(&mut console, args.watch.watch, file, |c| run::run(c, args))
        }
        Command::Why(args) => why::why(&mut console, &args.question),
        Command::WhyNot(args) => why::why_not(&mut console, &args.question),
        Command::Test(args) => over(&mut console, args.watch.watch, &args.paths, |c| {
            test::run(c, args)
        }),
        Command::Coverage(args) => coverage::run(&mut console, args),
        Command::Doc(args) => doc::run(&mut console, args),
        Command::Fmt(args) => fmt::run(&console, args),
        Command::Explain(args) => explain::run(&mut console, args),
        Command::Repl(args) => repl::run(&mut console, args),
        Command::Shard(args) => shard::run(&console, args),
        Command::Simulate(args) => simulate::run(&mut console, args),
        Command::Compile(args) => compile::run(&mut console, args),
        Command::Graph(args) => graph::run(&mut console, args),
        Command::Report(args) => {
            let file = std::slice::from_ref(&args.drawing.file);
            over(&mut console, args.watch.watch, file, |c| {
                report::run(c, args)
            })
        }
        Command::Timeline(args) => timeline::run(&mut console, args),
        Command::Power(args) => power::run(&mut console, args),
        Command::Schema(args) => schema::run(&console, args),
        Command::Man(args) => man::run(&console, args),
        Command::Completions(args) => completions::run(&console, args),
    };
    match done {
        Ok(exit) | Err(Stop::Exit(exit)) => exit,
        Err(Stop::Pipe) => Exit::Fine,
        Err(Stop::Output(e)) => {
            console.remark(&format!("error: the output cannot be written: {e}"));
            Exit::BadInput
        }
    }
}
