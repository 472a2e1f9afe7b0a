//! The options of `rogatio compile`.

use super::{LibraryArgs, ReadingArgs};
use clap::Args;
use rogatio_simulate::Plans;
use std::path::PathBuf;

/// Compile an experiment ahead of time: an object file, a shared library, or a program that runs it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio compile examples/cbd_race.rog -o race.o\n  \
    rogatio compile treaty.rog race -o librace.so\n  \
    rogatio compile treaty.rog race -o race\n  \
    ./race --seed 7 --runs 1000000 --shard 2/4 -o part2.json\n\n\
    The ending of the output says what it is. Beside NAME.o and NAME.so a C header NAME.h says how to call it. A program \
    takes --seed, --runs with --shard I/K, or --from and --to, and writes how often each value came: the counts of \
    several runs of it add up. It is linked by the C compiler in CC, or `cc`. The same seed gives the same numbers as \
    `rogatio simulate`.")]
pub(crate) struct Compile {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Which experiment, where the file has several.
    #[arg(value_name = "EXPERIMENT")]
    pub(crate) experiment: Option<String>,
    /// What to write: NAME.o, NAME.so, or a program.
    #[arg(short, long, value_name = "NAME.o|NAME.so|NAME")]
    pub(crate) output: PathBuf,
    /// The rewrites that the plan may take, as in `simulate`: what the program writes says which.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "all", value_parser = Plans::NAMES)]
    pub(crate) plan: Vec<String>,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}
