//! The command line of pictures and pages.

use super::{LibraryArgs, ReadingArgs, WatchArgs};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// What is drawn, how it is read, and where the picture goes.
#[derive(Args, Debug)]
pub(crate) struct Drawing {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) file: String,
    /// The scenario: its title, or a part of it that no other has.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Write to a file, which is replaced whole or not at all; without it, to standard output.
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// Forms of a timeline.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimelineFormat {
    /// A picture.
    Svg,
    /// Bars of characters.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Draw what happens in a scenario: acts, windows, deadlines met and missed, statuses, both clocks, branches.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio timeline examples/cbd_history.rog\n  \
    rogatio timeline examples/cbd_history.rog --format svg -o history.svg\n  \
    rogatio timeline un.cbd.scenarios --scenario T04 --format json\n\n\
    The same text gives the same bytes. Without --format, a file that ends in .svg or .json says it.\n\n\
    JSON: one object with the keys title, module, end, panels (each with branch, axis, leaves, lanes, left_out, now; \
    a lane has section, name, articles, bars, marks, counts) and dates.")]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) drawing: Drawing,
    /// The form.
    #[arg(long, value_enum)]
    pub(crate) format: Option<TimelineFormat>,
}

/// Forms of a graph.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A picture.
    Svg,
    /// For Graphviz.
    Dot,
    /// For Mermaid.
    Mermaid,
    /// Stages with their ways out.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Draw procedures: stages, the ways between them with their articles, and the way a scenario took.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio graph un.cbd Amendment\n  \
    rogatio graph examples/cbd_contested_amendment.rog Amendment -o amendment.svg\n  \
    rogatio graph japan.peace_cooperation_bill Inspection --format mermaid\n\n\
    With a scenario, the only one of the file or the one named, the ways it took are marked. Without PROCEDURE: those of \
    the file, or those that the scenario entered. Without --format, a file that ends in .svg, .dot, .mmd or .json says it.\n\n\
    JSON: one object with the keys module, scenario and procedures (each with name, titles, article, stages, ways).")]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) drawing: Drawing,
    /// Only this procedure.
    #[arg(value_name = "PROCEDURE")]
    pub(crate) procedure: Option<String>,
    /// The form.
    #[arg(long, value_enum)]
    pub(crate) format: Option<GraphFormat>,
}

/// Write a page to hand on: inputs, readings, pictures, tables and the reasons by article, in one file.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio report examples/cbd_history.rog -o history.html\n  \
    rogatio report examples/cbd_race.rog --runs 100000 --seed 1 -o race.html\n  \
    rogatio report examples/cbd_race.rog --vary wait -o race.html\n  \
    rogatio report treaty.rog race --scenario \"the first meeting\" -o treaty.html --watch\n\n\
    The page needs no network, and can be read on screen and on paper. The same input gives the same bytes. Tells the \
    scenario named or the only one, and the experiment named or the only one.")]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) drawing: Drawing,
    /// Which experiment, where the file has several.
    #[arg(value_name = "EXPERIMENT")]
    pub(crate) experiment: Option<String>,
    /// Number of runs; by default 20 000 where the experiment is compiled, 500 where it is interpreted.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) runs: Option<u64>,
    /// Where the random numbers start.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Draw each measure over the values of a parameter or reading, as `simulate --vary` takes them: a line with its
    /// intervals. Given twice: a map of shades and numbers.
    #[arg(long, value_name = "P[=VALUES]")]
    pub(crate) vary: Vec<String>,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
}
