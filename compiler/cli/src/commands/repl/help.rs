//! What can be typed at the prompt.

use super::Refused;
use crate::speech::say;
use rogatio_diagnostics::Lang;
use rogatio_report::{Style, pad, width};

/// A command.
pub(super) struct Command {
    /// With its colon.
    pub(super) name: &'static str,
    /// What follows it.
    pub(super) takes: &'static str,
    /// What follows it, for completion.
    pub(super) wants: Wants,
    /// In a few words.
    pub(super) what: &'static str,
    /// In more words.
    more: &'static str,
    /// As it is typed.
    example: &'static str,
}

/// What a command is followed by.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    Nothing,
    Actor,
    Expression,
    Date,
    Branch,
    Name,
    Provision,
    File,
    Module,
    Command,
}

macro_rules! commands {
    ($($name:literal $takes:literal $wants:ident: $what:literal, $more:literal, $example:literal;)*) => {
        /// Every command, in the order of `:help`.
        pub(super) const COMMANDS: &[Command] = &[$(Command {
            name: $name,
            takes: $takes,
            wants: Wants::$wants,
            what: $what,
            more: $more,
            example: $example,
        },)*];
    };
}

commands! {
    ":can" "[ACTOR]" Actor: "what may be done now, by all or by one",
        "Of all: by which articles, until when, and what would be void now; of one also why.", ":can Mongolia";
    ":must" "[all]" Nothing: "what must be done, and by when",
        "Every duty that is outstanding, with who owes it and its due date; with all, the qualified ones too, which nothing assesses.", ":must";
    ":why" "[EXPR]" Expression: "why it is so",
        "The derivation down to acts and articles. Alone: why the last act has its verdict.", ":why in_force";
    ":whynot" "EXPR" Expression: "what is missing",
        "Acts, votes and days that a condition still lacks.", ":whynot in_force";
    ":missing" "[OUTCOME]" Expression: "what is missing for an outcome, a stage or a decision; alone: for all that is open",
        "A stage or outcome of a procedure, the name of a decision, or a condition.", ":missing ratification";
    ":votes" "" Nothing: "open and closed decisions: thresholds, ballots, vetoes, missing votes",
        "Every decision that was opened, on each of its subjects.", ":votes";
    ":timeline" "[all]" Nothing: "what has happened",
        "Acts with their verdicts, statuses, duties and decisions, by date; with all, every line by itself with its causes.", ":timeline";
    ":at" "[DATE]" Date: "ask of the end of that day; alone: of the last day typed",
        "What is later is left out until you come back. Also to the second, 2030-01-01T10:00, or by a second clock: @ 71 hours.", ":at 1993-12-29";
    ":step" "" Nothing: "to the next thing that time brings",
        "Goes to the next day or second at which something happens by itself, or was typed, and tells it. A second clock runs on when dates bring nothing more.", ":step";
    ":until" "DATE" Date: "let time pass, and tell what it brings",
        "Goes to the end of that day, or to a second, 2030-01-01T10:00, or by a second clock: :until @ 71 hours.", ":until 1995-01-01";
    ":undo" "" Nothing: "take the last line back",
        "Also a declaration, :load and :reload. As often as you like.", ":undo";
    ":redo" "" Nothing: "do again what was taken back",
        "Until another line is typed.", ":redo";
    ":fork" "[NAME]" Branch: "begin a branch here",
        "What you type goes to the branch; the history it came from stays as it is.", ":fork no_withdrawal";
    ":branch" "[NAME]" Branch: "go to a branch; alone: list them",
        "The first branch is called main.", ":branch main";
    ":diff" "[NAME]" Branch: "how this branch differs from another",
        "What happened only in one of them, and what holds only in one. Alone: from the branch it began in.", ":diff main";
    ":sim" "N MEASURE" Expression: "run the module's experiment N times and measure something",
        "The experiment may be in the module or typed; its own measures are left out.", ":sim 10000 start(in_force)";
    ":type" "EXPR" Expression: "of what type it is",
        "Without looking at the case.", ":type first deposit";
    ":doc" "NAME" Name: "how a name is declared, and where",
        "The declaration as it stands in the text, with the comment before it.", ":doc in_force";
    ":article" "N" Provision: "the text of an article",
        "Its number as it is cited: 36, 36(1), annex II part 1 art 2.", ":article 36";
    ":readings" "" Nothing: "the readings of the text that are used",
        "A line such as `reading A2 = never` takes another.", ":readings";
    ":load" "MODULE|FILE [SCENARIO]" Module: "go on with another module; with the lines of one of its scenarios",
        ":undo comes back. A scenario is named by its title or a part of it.", ":load un.cbd";
    ":reload" "" Nothing: "read the module again and keep what still fits",
        "Says of every line that no longer fits why it was left out.", ":reload";
    ":save" "FILE" File: "write what was done as a scenario that passes",
        "With an expectation of every verdict and status reached. A file that is there is replaced by :save! only.", ":save history.rog";
    ":save!" "FILE" File: "the same, over a file that is there",
        "Whole or not at all.", ":save! history.rog";
    ":help" "[COMMAND]" Command: "this list, or more about one command",
        "", ":help :save";
    ":quit" "" Nothing: "leave",
        "Ctrl-D too. Ctrl-C stops an answer that takes too long.", ":quit";
}

const HELP: &str = "\
Type
  an expression              count(Party)
  a dated act                1993-09-30: deposit by Mongolia
  entities                   State: A, B, S1..S29
  an assumption              assume signed(s) for each s: State
  an expectation             1993-12-29: expect in_force because art 36(1)
  a declaration or sentence  any State may leave
";

/// Other names of commands.
const ALIASES: &[(&str, &str)] = &[
    (":h", ":help"),
    (":?", ":help"),
    (":q", ":quit"),
    (":exit", ":quit"),
    (":why-not", ":whynot"),
    (":whatif", ":fork"),
];

/// The name that a command goes by.
pub(super) fn canonical(name: &str) -> &str {
    ALIASES
        .iter()
        .find(|(a, _)| *a == name)
        .map_or(name, |(_, n)| n)
}

/// A command by its name.
pub(super) fn find(name: &str) -> Option<&'static Command> {
    let name = canonical(name);
    COMMANDS.iter().find(|c| c.name == name)
}

/// Whether a line is a command: even behind something that is not complete it is one, so that nobody is caught in an open
/// bracket.
pub(super) fn is_command(line: &str) -> bool {
    line.starts_with(':')
        && line
            .split_whitespace()
            .next()
            .is_some_and(|n| find(n).is_some())
}

/// What stands behind a command that takes nothing would be passed over in silence.
pub(super) fn too_much(name: &str, rest: &str) -> Result<(), Refused> {
    match find(name) {
        Some(c) if c.takes.is_empty() && !rest.is_empty() => {
            Err(format!("{} takes nothing behind it; write {} alone", c.name, c.name).into())
        }
        _ => Ok(()),
    }
}

/// There is no such command.
pub(super) fn unknown(name: &str) -> Refused {
    let names: Vec<&str> = COMMANDS.iter().map(|c| c.name).collect();
    let near = crate::front::among(name, &names);
    Refused::Words(match near.as_str() {
        "" => format!("there is no command `{name}`; :help lists them"),
        near => format!("there is no command `{name}`{near}"),
    })
}

/// `:help [COMMAND]`.
pub(super) fn help(rest: &str, style: Style) -> Result<String, Refused> {
    let columns = style.width;
    if !rest.is_empty() {
        let name = if rest.starts_with(':') {
            rest.to_owned()
        } else {
            format!(":{rest}")
        };
        let command = find(&name).ok_or_else(|| unknown(&name))?;
        let (what, more) = (say(command.what, style.lang), say(command.more, style.lang));
        let about = match style.lang {
            Lang::En => format!("{what}. {more}"),
            Lang::Ja => format!("{what}。{more}"),
        };
        let usage = format!("{} {}", command.name, command.takes);
        let mut out = format!("{}\n", usage.trim_end());
        for line in rogatio_report::wrap(about.trim(), columns.saturating_sub(2)) {
            out += &format!("  {line}\n");
        }
        return Ok(format!("{out}  for example  {}\n", command.example));
    }
    let usage = |c: &Command| format!("{} {}", c.name, c.takes).trim_end().to_owned();
    let widest = COMMANDS.iter().map(|c| width(&usage(c))).max().unwrap_or(0);
    let mut out = format!("{HELP}or\n");
    for c in COMMANDS {
        let what = say(c.what, style.lang);
        let lines = rogatio_report::wrap(&what, columns.saturating_sub(widest + 4));
        for (i, line) in lines.iter().enumerate() {
            let first = if i == 0 { usage(c) } else { String::new() };
            out += &format!("  {}  {line}\n", pad(&first, widest));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_told() {
        let plain = |width| Style {
            width,
            ..Style::default()
        };
        let all = help("", plain(100)).unwrap_or_default();
        for c in COMMANDS {
            assert!(all.contains(c.name), "{}", c.name);
            let one = help(c.name, plain(30)).unwrap_or_default();
            assert!(one.contains("for example"), "{one}");
            assert!(c.example.starts_with(c.name), "{}", c.name);
        }
        assert!(help("nonsense", plain(80)).is_err());
        for (_, name) in ALIASES {
            assert!(find(name).is_some(), "{name}");
        }
    }
}
