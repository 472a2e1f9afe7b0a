//! The options of `rogatio power`.

use super::{LibraryArgs, ReadingArgs, day};
use clap::{Args, ValueEnum};
use rogatio_calendar::Day;

/// Who has which power in a decision: indices as fractions, coalitions, vetoes and dummies.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio power eu.council Qualified\n  \
    rogatio power examples/power/security_council.rog Substantive --scenario 'since 1966'\n  \
    rogatio power club.rog Elect --members 40 --format csv\n\n\
    The members are those of the module, of the scenario named, or N anonymous ones. A coalition are those who \
    support; all others do what --against says. Banzhaf: swings over the coalitions of the others; share of swings: \
    Banzhaf normalised; prevent, initiate: Coleman's. Every number is exact; what cannot be counted exactly is refused.\n\n\
    JSON: one object; fractions are texts in lowest terms beside the nearest decimal.")]
pub(crate) struct Power {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// The decision; not needed where there is only one.
    #[arg(value_name = "DECISION")]
    pub(crate) decision: Option<String>,
    /// The body as it stands in this scenario.
    #[arg(long, value_name = "TITLE", conflicts_with = "members")]
    pub(crate) scenario: Option<String>,
    /// At the end of this day; by default at the end of the scenario, else under the latest versions.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) at: Option<Day>,
    /// The subject decided on, where there are several.
    #[arg(long, value_name = "NAME")]
    pub(crate) on: Option<String>,
    /// So many anonymous members in place of a scenario.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) members: Option<u32>,
    /// What those do who do not support: the ballot against (by default), abstain, or cast none.
    #[arg(long, value_enum, default_value_t, value_name = "ANSWER")]
    pub(crate) against: Against,
    /// How many kinds of minimal coalitions to list.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) coalitions: u16,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// What those do who do not support.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Against {
    /// They vote against.
    #[default]
    No,
    /// They abstain.
    Abstain,
    /// They cast no ballot.
    Absent,
}

/// Forms of a table.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
    /// One line a row.
    Csv,
}
