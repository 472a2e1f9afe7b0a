//! The options of `rogatio simulate`.

use super::{LibraryArgs, OutputFormat, ReadingArgs};
use clap::{Args, ValueEnum};
use rogatio_mir::draw::Generator;
use rogatio_simulate::{Plans, Width, Wish};
use std::path::PathBuf;

/// Run an experiment many times and report its measures with their error.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio simulate examples/cbd_race.rog --runs 1e6 --seed 1\n  \
    rogatio simulate examples/bench/council_vote.rog --exact\n  \
    rogatio simulate examples/bench/council_vote.rog --sample\n  \
    rogatio simulate examples/bench/council_vote.rog --exact --pivotal\n  \
    rogatio simulate examples/cbd_race.rog --exact\n  \
    rogatio simulate examples/cbd_race.rog --exact --vary wait\n  \
    rogatio simulate treaty.rog race --runs 10_000 --seed 7 -o race.csv\n  \
    rogatio simulate treaty.rog race --runs 1e9 --until-width 0.001 -o race.json --resume\n  \
    rogatio simulate treaty.rog race --vary wait='1 year..10 years/1 year' --vary A5\n  \
    rogatio simulate treaty.rog race --seed 7 --replay 123\n  \
    rogatio simulate treaty.rog race --seed 7 --rng philox --runs 2000\n  \
    rogatio simulate treaty.rog race --explain-plan\n  \
    rogatio simulate treaty.rog race --plan none --runs 2000\n\n\
    The same seed gives the same numbers, whatever the number of threads and the engine; only a pure vote is \
    drawn in another way by --engine jit (--explain-plan tells). Ctrl-C ends early with the \
    runs that are complete.\n\n\
    A pure vote, whose measures hang on nothing but its ballots, is answered exactly unless --sample, --runs, \
    --until-width, --vary, --resume, --engine, --rng or --plan asks for runs. The date of the k-th act, and numbers of those who \
    have acted, are answered by --exact.\n\n\
    What cannot be compiled is interpreted: that is much slower, and by default 1000 runs are done \
    in place of 100000.")]
pub(crate) struct Simulate {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Which experiment, where the file has several.
    #[arg(value_name = "EXPERIMENT")]
    pub(crate) experiment: Option<String>,
    /// Number of runs: 250000, 250_000 or 2.5e5.
    #[arg(long, value_name = "N", value_parser = runs)]
    pub(crate) runs: Option<u64>,
    /// Where the random numbers start.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Threads to work with; by default as many as there are.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// What plays the runs: native code, the interpreter, or native code where it can.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineArg,
    /// What makes the random numbers; philox, a second opinion, is the interpreter's alone.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) rng: RngArg,
    /// The rewrites that the plan may take, which draw less and leave every law as it is: `votes` (a vote of which only
    /// the outcome is read is one draw), `clocks` (so is the day by which enough of many alike have acted), `planes` (ballots of a pure vote in planes of bits), `all`, `none`.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "all", value_parser = Plans::NAMES)]
    pub(crate) plan: Vec<String>,
    /// Give the exact answers and run nothing: of what hangs on the ballots of one vote, or on how many of many actors
    /// have done an act by a day, each after a delay of its own; refused where a measure hangs on more.
    #[arg(long, conflicts_with_all = [
        "runs", "until_width", "replay", "explain_plan", "engine", "rng", "plan", "sample", "resume",
    ])]
    pub(crate) exact: bool,
    /// With --exact, say of each voter how likely it is pivotal: that another ballot of its own, or none, would change
    /// whether the measure holds, all others' ballots standing.
    #[arg(long, requires = "exact")]
    pub(crate) pivotal: bool,
    /// Run it, though the answers may be had exactly.
    #[arg(long)]
    pub(crate) sample: bool,
    /// Tell one run in place of measuring many: what happens in it, and why.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["output", "runs", "until_width"])]
    pub(crate) replay: Option<u64>,
    /// With --replay, print the causes of every line, and every line by itself.
    #[arg(long, requires = "replay")]
    pub(crate) trace: bool,
    /// Say how the experiment would be run, and run nothing.
    #[arg(long, conflicts_with_all = ["output", "replay"])]
    pub(crate) explain_plan: bool,
    /// Do it for several values of a parameter or reading: p=0.1..0.9/0.1, p=1,5,20, or p for the values that its own
    /// line names; A5 for every choice of a reading. May be repeated: a grid.
    #[arg(long, value_name = "P[=VALUES]", conflicts_with_all = ["replay", "explain_plan"])]
    pub(crate) vary: Vec<String>,
    /// Stop when the 95 % interval of every share is at most so wide: 0.01 is one percentage point. Without a share, that
    /// of every mean. Looked at after fixed numbers of runs; --runs is then the most.
    #[arg(long, value_name = "W", value_parser = width)]
    pub(crate) until_width: Option<Width>,
    /// Write the result to a file: CSV, JSON or Parquet by its name.
    #[arg(short, long, value_name = "OUT.csv|OUT.json|OUT.parquet")]
    pub(crate) output: Option<PathBuf>,
    /// Go on where the JSON file of -o ended; what is kept on the way stands beside it as OUT.json.part.
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,
    /// Seconds after which what was found so far is kept, where -o is JSON.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) checkpoint: u64,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

impl Simulate {
    /// Whether something is said that only runs can give.
    pub(crate) fn asks_for_runs(&self) -> bool {
        self.sample
            || self.runs.is_some()
            || self.until_width.is_some()
            || self.replay.is_some()
            || self.explain_plan
            || self.resume
            || !self.vary.is_empty()
            || self.engine != EngineArg::Auto
            || self.rng != RngArg::Splitmix
            || self.plans() != Plans::default()
    }

    /// The rewrites that the plan may take.
    pub(crate) fn plans(&self) -> Plans {
        plans(&self.plan)
    }
}

/// The rewrites that a plan may take, by their names.
pub(crate) fn plans(names: &[String]) -> Plans {
    Plans::named(names.iter().map(String::as_str)).unwrap_or_default()
}

/// What makes the random numbers.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RngArg {
    /// The finaliser of splitmix64, keyed for each draw; in every engine.
    #[default]
    Splitmix,
    /// Philox4x32-10, keyed alike, in the interpreter: other words, the same laws.
    Philox,
}

impl From<RngArg> for Generator {
    fn from(rng: RngArg) -> Generator {
        match rng {
            RngArg::Splitmix => Generator::Splitmix,
            RngArg::Philox => Generator::Philox,
        }
    }
}

/// What plays the runs.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineArg {
    /// Native code; where that is refused, the interpreter.
    #[default]
    Auto,
    /// Native code or nothing.
    Jit,
    /// The interpreter.
    Interpret,
}

impl From<EngineArg> for Wish {
    fn from(engine: EngineArg) -> Wish {
        match engine {
            EngineArg::Auto => Wish::Auto,
            EngineArg::Jit => Wish::Jit,
            EngineArg::Interpret => Wish::Interpret,
        }
    }
}

/// A width of intervals: `0.01`, in at most six decimals.
fn width(text: &str) -> Result<Width, String> {
    const HOW: &str = "write a width such as 0.01, with at most six decimals";
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 6 || !digits(whole) || !digits(part) {
        return Err(HOW.to_owned());
    }
    let millionths = format!("{whole}{part:0<6}").parse::<u64>();
    match millionths {
        Ok(0) => Err("an interval is never of no width".to_owned()),
        Ok(n) => Ok(Width(n)),
        Err(_) => Err(HOW.to_owned()),
    }
}

/// A number of runs: `1000000`, `1_000_000`, `1e6`, `2.5e5`.
pub(super) fn runs(text: &str) -> Result<u64, String> {
    const HOW: &str = "write a whole number such as 250000, 250_000 or 2.5e5";
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let (digits, exponent) = match plain.split_once(['e', 'E']) {
        Some((digits, e)) => (digits, e.parse::<u32>().map_err(|_| HOW.to_owned())?),
        None => (plain.as_str(), 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = part.trim_end_matches('0');
    let all = format!("{whole}{part}");
    if whole.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return Err(HOW.to_owned());
    }
    let zeros = u32::try_from(part.len())
        .ok()
        .and_then(|n| exponent.checked_sub(n))
        .ok_or(HOW)?;
    let number = all
        .parse::<u64>()
        .ok()
        .zip(10u64.checked_pow(zeros))
        .and_then(|(n, factor)| n.checked_mul(factor))
        .ok_or("that is more runs than can be numbered")?;
    if number == 0 {
        return Err("at least one run".to_owned());
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        assert_eq!(width("0.01"), Ok(Width(10_000)));
        assert_eq!(width("2"), Ok(Width(2_000_000)));
        for text in ["0", "0.0", "-1", ".5", "1e-3", "0.0000001", "x", ""] {
            assert!(width(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_runs() {
        for (text, n) in [
            ("1000000", 1_000_000),
            ("1_000_000", 1_000_000),
            ("1e6", 1_000_000),
            ("2.5e5", 250_000),
            ("1.0", 1),
            ("1E18", 1_000_000_000_000_000_000),
        ] {
            assert_eq!(runs(text), Ok(n), "{text}");
        }
        for text in [
            "", "0", "-1", "1.5", "1e", "e6", "1e-3", "1e99", "ten", "0x10", ".5e1", "1e2.5",
        ] {
            assert!(runs(text).is_err(), "{text}");
        }
    }
}
