//! The command line.

mod compile;
pub(crate) mod picture;
mod power;
mod shard;
mod simulate;

pub(crate) use compile::Compile;
pub(crate) use power::{Against, Power, TableFormat};
pub(crate) use shard::{Shard, ShardMerge, ShardPlan, ShardRun, ShardStep};
pub(crate) use simulate::{Simulate, plans};

use crate::console::{ColorWhen, LangArg};
use crate::templates::Template;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use rogatio_calendar::Day;
use rogatio_mir::StampTime;
use std::path::PathBuf;

/// The language of institutional procedures: treaties, votes, deadlines.
#[derive(Parser, Debug)]
#[command(
    name = "rogatio",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        rogatio check treaty.rog\n  \
        rogatio run treaty.rog --scenario \"the Convention enters into force\"\n  \
        rogatio why treaty.rog 'in_force' --at 1993-12-29\n  \
        rogatio test stdlib\n\n\
        Exit codes: 0 fine, 1 findings, 2 usage, 3 bad input, 70 internal error."
)]
pub(crate) struct Cli {
    /// Colours: auto (on a terminal, unless NO_COLOR is set), always or never.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) color: ColorWhen,
    /// Language of results: ja or en; by default that of ROGATIO_LANG, LC_ALL, LC_MESSAGES or LANG.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LANG",
        hide_possible_values = true
    )]
    pub(crate) lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    New(New),
    Check(Check),
    Run(Run),
    Why(Why),
    WhyNot(WhyNot),
    Test(Test),
    Coverage(Coverage),
    Doc(Doc),
    Fmt(Fmt),
    Explain(Explain),
    Repl(Repl),
    Simulate(Simulate),
    Compile(Compile),
    Shard(Shard),
    Report(picture::Report),
    Timeline(picture::Timeline),
    Power(Power),
    Graph(picture::Graph),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
}

/// Forms of a result.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Forms of a list of findings.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
    /// One line each: `file:line:column: error[E0101]: message`.
    Short,
}

/// The passes whose result can be shown.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// One token a line.
    Tokens,
    /// The syntax tree.
    Ast,
    /// The checked program.
    Hir,
    /// What the engines run.
    Mir,
}

/// Where modules come from.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct LibraryArgs {
    /// Read library modules from this folder before those built in.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) stdlib: Option<PathBuf>,
}

/// Whether to go on.
#[derive(Args, Debug, Clone, Copy, Default)]
pub(crate) struct WatchArgs {
    /// Run again whenever a file that was read changes, until Ctrl-C.
    #[arg(long)]
    pub(crate) watch: bool,
}

/// Which readings are taken, and the rules of which day.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ReadingArgs {
    /// Take a reading of the text other than the default; may be repeated.
    #[arg(long = "reading", value_name = "NAME=CHOICE", value_parser = reading)]
    pub(crate) readings: Vec<(String, String)>,
    /// Apply the versions of articles that are in force on this day throughout.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) rules_at: Option<Day>,
}

/// Which facts are known.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct KnownArgs {
    /// Leave out what was recorded after this day: in a log the column `recorded`, else the date of the line.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) known_at: Option<Day>,
}

fn reading(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, choice)) if !name.trim().is_empty() && !choice.trim().is_empty() => {
            Ok((name.trim().to_owned(), choice.trim().to_owned()))
        }
        _ => Err("write NAME=CHOICE, for example A5=at_deposit".to_owned()),
    }
}

/// A day, or a time of a day.
fn moment(text: &str) -> Result<StampTime, String> {
    let written = "write year-month-day, for example 1993-12-29, or a time, 1993-12-29T15:00";
    let time = if text.contains('T') {
        text.parse().map(StampTime::Instant)
    } else {
        text.parse().map(StampTime::Day)
    };
    time.map_err(|e| format!("{e}; {written}"))
}

fn day(text: &str) -> Result<Day, String> {
    text.parse()
        .map_err(|e| format!("{e}; write year-month-day, for example 1993-12-29"))
}

/// Make a folder with a module to begin from, scenarios beside it, and a page.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio new fisheries\n  \
    rogatio new board --template council\n  \
    rogatio new 町内会 --template association\n\n\
    Writes NAME/NAME.rog, NAME/NAME.scenarios.rog and NAME/README.md. What is there already is never \
    touched: then nothing is written, and the exit code is 3.")]
pub(crate) struct New {
    /// The name of the module and of the folder.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What it begins from.
    #[arg(long, value_enum, default_value_t, value_name = "TEMPLATE")]
    pub(crate) template: Template,
}

/// Check programs, and show what the passes make of them.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio check treaty.rog\n  \
    rogatio check un.cbd --emit mir\n  \
    rogatio check *.rog --format short\n  \
    rogatio check treaty.rog --bindings\n  \
    rogatio check treaty.rog --watch\n\n\
    Findings go to standard error, with --format json to standard output. \
    Warnings alone leave the exit code 0.")]
pub(crate) struct Check {
    /// Programs, or names of library modules such as `un.cbd`; `-` reads standard input.
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<String>,
    /// Show the result of a pass.
    #[arg(long, value_enum)]
    pub(crate) emit: Option<Emit>,
    /// Show what the variables of each sentence stand for: one duty for each value, or any value.
    #[arg(long, conflicts_with_all = ["emit", "format"])]
    pub(crate) bindings: bool,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
}

/// Run the scenarios of a file and print what happens, when, and under which article.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio run examples/cbd_history.rog\n  \
    rogatio run treaty.rog --scenario \"the first meeting\" --until 1994-12-31 --trace\n  \
    rogatio run treaty.rog --events deposits.csv --format json\n  \
    rogatio run charter.rog --rules-at 956-07-06 --known-at 955-12-31\n  \
    rogatio run treaty.rog --interactive\n\n\
    A log is CSV with the columns at, act, actor, n, for, to, recorded and one per argument, or JSON \
    lines with the same keys. It stands in for the log a scenario names, and is read with the same mapping. \
    Dates marked ~ rest on something recalled rather than documented. A reading that a scenario \
    takes itself is kept. Under --rules-at and --known-at the expectations of a scenario are not read: \
    they are about its own rules and facts.\n\n\
    --interactive goes on from the end of the scenario, or from nothing: at every choice it lists what is possible, \
    asks who does what, tells what became of it, and can save it all as a scenario.\n\n\
    JSON: one object with the keys version, file, module, titles, rules_at, known_at, scenarios (each with name, \
    assumptions, readings, end, timeline, expectations, branches, residual) and diagnostics.")]
pub(crate) struct Run {
    /// The program, or the name of a library module; `-` reads standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) file: String,
    /// Only this scenario: its title, or a part of it that no other has.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Go on from there: at every choice ask who does what, from the list of what is possible.
    #[arg(long, conflicts_with_all = ["events", "known_at", "rules_at", "format", "trace"])]
    pub(crate) interactive: bool,
    /// Stop at the end of this day, or after the acts of this time (1993-12-29T15:00).
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub(crate) until: Option<StampTime>,
    /// Acts from a log, in place of the logs that the scenario names.
    #[arg(long, value_name = "LOG", value_hint = ValueHint::AnyPath)]
    pub(crate) events: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) known: KnownArgs,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// Print the causes of every line, and every line by itself.
    #[arg(long)]
    pub(crate) trace: bool,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
}

/// What a question is asked of.
#[derive(Args, Debug)]
pub(crate) struct Question {
    /// The program, or the name of a library module.
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) file: String,
    /// The expression, in the language's own words.
    #[arg(value_name = "EXPR")]
    pub(crate) expr: String,
    /// At the end of this day, or after the acts of this time (1993-12-29T15:00); by default at the end of the scenario.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub(crate) at: Option<StampTime>,
    /// In this scenario, where the file has several.
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) known: KnownArgs,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// Explain why an expression has its value: the derivation down to acts and articles.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio why examples/cbd_history.rog 'in_force' --at 1993-12-29\n  \
    rogatio why debate.rog 'open(Pass)' --at 2030-06-01T15:30\n  \
    rogatio why treaty.rog 'bound(Mongolia)' --format json")]
pub(crate) struct Why {
    #[command(flatten)]
    pub(crate) question: Question,
}

/// Say what is missing for a condition to hold: acts, votes, days.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio why-not examples/cbd_history.rog 'in_force' --at 1993-09-29")]
pub(crate) struct WhyNot {
    #[command(flatten)]
    pub(crate) question: Question,
}

/// Run every scenario as a test.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio test stdlib\n  \
    rogatio test treaty.rog --filter T07\n  \
    rogatio test stdlib --coverage\n  \
    rogatio test . --watch\n  \
    rogatio test . --format json\n\n\
    JSON: one object a scenario with the keys name, file, outcome (passed or failed), expectations \
    and failure {file, line, column, message}.")]
pub(crate) struct Test {
    /// Programs, folders of programs, or names of library modules.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<String>,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// Only scenarios whose title has this text.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Print for each module how many of its provisions the scenarios put to use.
    #[arg(long)]
    pub(crate) coverage: bool,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
}

/// Say of each provision whether it is modelled, and in how many scenarios something rested on it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio coverage un.cbd\n  \
    rogatio coverage statutes.rog --with cases/*.rog --format json\n\n\
    The scenarios are those of the file itself and of the one beside it (NAME.scenarios.rog). A provision is \
    exercised where a line of the timeline, a verdict or a reason rests on it; on vocabulary (kinds, offices, units, bodies of all \
    of a kind) nothing can rest, and it does not count.\n\n\
    JSON: one object a provision, one a line: {\"id\":\"36(1)\",\"title\":…,\"kind\":\"modelled|vocabulary|hortatory|not_modelled\",\
    \"reason\":…,\"scenarios\":3}. Exit code 1 if an expectation of a scenario is not met.")]
pub(crate) struct Coverage {
    /// The program, or the name of a library module.
    #[arg(value_name = "MODULE|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) module: String,
    /// Further files with scenarios of this module.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, num_args = 1..)]
    pub(crate) with: Vec<String>,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// Write a page to read: the module article by article, with its readings and links between provisions.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio doc un.cbd -o cbd\n  \
    rogatio doc statutes.rog -o site\n\n\
    Writes DIR/index.html: one file that needs no network, readable on screen and on paper.")]
pub(crate) struct Doc {
    /// The program, or the name of a library module.
    #[arg(value_name = "MODULE|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) module: String,
    /// The folder to write into; made if it is not there.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// Format programs in place.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio fmt treaty.rog\n  \
    rogatio fmt --check .\n  \
    rogatio fmt - < draft.rog\n\n\
    A file with a mistake is left as it is. A file is replaced whole or not at all.")]
pub(crate) struct Fmt {
    /// Programs, folders of programs, or `-` for standard input to standard output.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<String>,
    /// Change nothing; list what would be changed, and exit with 1 if there is any.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Tell the long story of a code.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rogatio explain E0103\n  rogatio explain --list")]
pub(crate) struct Explain {
    /// A code such as E0103.
    #[arg(value_name = "CODE", required_unless_present = "list")]
    pub(crate) code: Option<String>,
    /// List every code with its title.
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

/// Try a module out line by line.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio repl un.cbd\n  \
    printf '1992-06-05: sign by Japan\\n:can Japan\\n' | rogatio repl treaty.rog\n\n\
    Type :help inside for what can be typed: expressions, dated acts, declarations, and commands such as :why, :can, \
    :step, :fork and :save. Ctrl-C stops an answer that takes too long, Ctrl-D leaves. Lines are remembered in \
    $XDG_STATE_HOME/rogatio/history. From a pipe it answers in plain text; then the exit code is 1 if a line was \
    refused, 3 if the module cannot be read.")]
pub(crate) struct Repl {
    /// A program or the name of a library module.
    #[arg(value_name = "MODULE|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) file: Option<String>,
    #[command(flatten)]
    pub(crate) readings: ReadingArgs,
    #[command(flatten)]
    pub(crate) library: LibraryArgs,
}

/// Print the JSON Schema of what a command writes under `--format json`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio schema\n  \
    rogatio schema run > run.schema.json\n  \
    rogatio schema \"simulate --vary\"\n\n\
    Without a command it lists those that have one. Keys are added, never renamed. Where the output is one \
    object a line, the schema is that of a line.")]
pub(crate) struct Schema {
    /// A command with `--format json`; with the option that changes its output, in quotes.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

/// Write manual pages, one for each command.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio man -o ~/.local/share/man/man1\n  \
    rogatio man -o man && man man/rogatio-run.1")]
pub(crate) struct Man {
    /// The folder to write into; made if it is not there.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
}

/// Print a completion script for a shell.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    rogatio completions bash > ~/.local/share/bash-completion/completions/rogatio")]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let text = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(text.starts_with("Examples:\n"), "{}", command.get_name());
        }
    }
}
