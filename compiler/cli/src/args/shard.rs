//! The options of `rogatio shard`.

use super::simulate::{EngineArg, runs};
use super::{LibraryArgs, ReadingArgs};
use clap::{Args, Subcommand};
use rogatio_simulate::Plans;
use std::path::PathBuf;

/// Cut a simulation into shards, play them anywhere, put them together again.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio shard plan treaty.rog race --runs 1e9 --shards 40 -o shards\n  \
    rogatio shard run shards/race-07.json -o parts/race-07.json\n  \
    rogatio shard plan treaty.rog race --vary wait --runs 1e8 --shards 7 -o shards\n  \
    rogatio shard merge parts/*.json -o race.json\n\n\
    A shard carries the texts themselves with their hash. What is merged is, byte for byte, what \
    `rogatio simulate` writes of all runs.")]
pub(crate) struct Shard {
    /// What to do.
    #[command(subcommand)]
    pub(crate) step: ShardStep,
}

/// What is done with shards.
#[derive(Subcommand, Debug)]
pub(crate) enum ShardStep {
    /// Write the shards of a simulation into a folder.
    #[command(
        after_help = "Examples:\n  rogatio shard plan treaty.rog race --runs 1e9 --shards 40 -o shards"
    )]
    Plan(ShardPlan),
    /// Play one shard.
    #[command(
        after_help = "Examples:\n  rogatio shard run shards/race-07.json -o parts/race-07.json"
    )]
    Run(ShardRun),
    /// Put shards that were played together.
    #[command(after_help = "Examples:\n  rogatio shard merge parts/*.json -o race.json")]
    Merge(ShardMerge),
}

/// `rogatio shard plan`.
#[derive(Args, Debug)]
pub(crate) struct ShardPlan {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Which experiment, where the file has several.
    #[arg(value_name = "EXPERIMENT")]
    pub(crate) experiment: Option<String>,
    /// Number of runs: 250000, 250_000 or 2.5e5.
    #[arg(long, value_name = "N", value_parser = runs)]
    pub(crate) runs: u64,
    /// How many shards.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) shards: u64,
    /// Do it for several values of a parameter or reading, as in `simulate`: each shard has its runs of every point.
    #[arg(long, value_name = "P[=VALUES]")]
    pub(crate) vary: Vec<String>,
    /// Refused: when to stop shows only in all runs together.
    #[arg(long, value_name = "W", hide = true)]
    pub(crate) until_width: Option<String>,
    /// Where the random numbers start.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// What plays the runs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineArg,
    /// The rewrites that the plan may take, as in `simulate`: every shard says which, and none is merged with another.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "all", value_parser = Plans::NAMES)]
    pub(crate) plan: Vec<String>,
    /// The folder for the shards; made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// `rogatio shard run`.
#[derive(Args, Debug)]
pub(crate) struct ShardRun {
    /// The shard.
    #[arg(value_name = "SHARD.json")]
    pub(crate) shard: PathBuf,
    /// Threads to work with; by default as many as there are.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// The file for what its runs gave.
    #[arg(short, long, value_name = "PART.json")]
    pub(crate) output: PathBuf,
}

/// `rogatio shard merge`.
#[derive(Args, Debug)]
pub(crate) struct ShardMerge {
    /// All shards that were played, in any order.
    #[arg(required = true, value_name = "PART.json")]
    pub(crate) parts: Vec<PathBuf>,
    /// The file for the result: CSV, JSON or Parquet by its name.
    #[arg(short, long, value_name = "OUT.csv|OUT.json|OUT.parquet")]
    pub(crate) output: PathBuf,
}
