//! What holds for every text and every history.

use proptest::prelude::*;
use rogatio_calendar::Day;
use rogatio_diagnostics::FileId;
use rogatio_grammar::{dump_ast, format, parse};
use rogatio_interpret::{ActInput, Case, Entity};
use rogatio_mir::{ActId, KindId, Program, StatusId};
use rogatio_tests::{build, files, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

// ---- texts ----------------------------------------------------------------------------------------------------------

/// Declarations as pieces: between two pieces any layout may stand. A single letter in brackets that begins a line is a
/// label, so `weight(p)` is one piece.
const ITEMS: &[&[&str]] = &[
    &[
        "kind", "国", "\"国\"", "{", "人口", ":", "int", "=", "3", "old", ":", "bool", "=",
        "false", "}",
    ],
    &["kind", "Sitting", "{", "morning", "evening", "\"晩\"", "}"],
    &["kind", "Joiner", "=", "State", "|", "Organization"],
    &["office", "Chair", "held", "by", "president"],
    &[
        "body",
        "Council",
        "{",
        "members",
        "Joiner",
        "weight(p)",
        "=",
        "1",
        "except",
        "2",
        "when",
        "p",
        "is",
        "State",
        "}",
    ],
    &[
        "act", "deposit", "(", "form", ":", "Form", ",", "n", ":", "int", "=", "-", "3", ")", "by",
        "any", "Joiner",
    ],
    &["event", "opening", "(", "m", ":", "Meeting", ")"],
    &[
        "given", "flood", "(", "s", ":", "State", ")", ":", "bool", "=", "false",
    ],
    &[
        "reading",
        "A1",
        "\"which?\"",
        "{",
        "one",
        "(",
        "default",
        ")",
        "two",
        "}",
    ],
    &[
        "define", "needed", ":", "int", "=", "1", "+", "2", "*", "(", "x", "-", "4", ")",
    ],
    &[
        "define", "enough", ":", "bool", "=", "count", "(", "State", "&", "bound", ")", "is",
        "at least", "2/3", "of", "State",
    ],
    &[
        "status", "bound", "(", "p", ":", "State", ")", "from", "90 days", "after", "deposit",
        "by", "p", "until", "leave", "by", "p",
    ],
    &[
        "status", "day_of", "(", "m", ":", "Meeting", ")", ":", "date", "?", "is", "d", "after",
        "fix", "(", "m", ",", "d", ":", "date", ")",
    ],
    &[
        "any",
        "State",
        "may",
        "deposit",
        "between",
        "1992-06-05",
        "and",
        "1993-06-04",
        "when",
        "signed",
    ],
    &[
        "duty", ":", "each", "p", ":", "State", "must", "report", "within", "6 months", "upon",
        "opening", "unless", "excused",
    ],
    &[
        "table", "t", "(", "a", ":", "X", ",", "b", ":", "Y", ")", "->", "Z", "first", "{", "p",
        ",", "_", "->", "r", "}",
    ],
    &[
        "procedure",
        "案件",
        "{",
        "stage",
        "受理",
        "{",
        "on",
        "lapse",
        "of",
        "30 days",
        "->",
        "却下",
        "}",
        "outcome",
        "却下",
        "}",
    ],
    &[
        "scenario",
        "\"one\"",
        "{",
        "State",
        ":",
        "S1..S3",
        ",",
        "\"Saint Lucia\"",
        "1993-09-30:",
        "deposit",
        "by",
        "S1",
        "expect",
        "valid",
        "}",
    ],
    &["article", "36", "\"Force\"", "{", "event", "closing", "}"],
];

/// What may stand between two pieces.
fn gap() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => Just(" ".to_owned()),
        2 => Just("   ".to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\n\n\n\t ".to_owned()),
        1 => Just("\u{3000}".to_owned()),
        1 => "[a-z条約]{0,6}".prop_map(|c| format!(" // {c}!\n")),
    ]
}

fn module() -> impl Strategy<Value = String> {
    let item = prop::sample::select(ITEMS).prop_flat_map(|pieces| {
        prop::collection::vec(gap(), pieces.len()).prop_map(move |gaps| {
            let mut text = String::new();
            for (piece, gap) in pieces.iter().zip(gaps) {
                text.push_str(piece);
                text.push_str(&gap);
            }
            text.push('\n');
            text
        })
    });
    prop::collection::vec(item, 0..8).prop_map(|items| format!("module demo\n{}", items.concat()))
}

fn comments(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|l| l.split_once("//").map(|(_, c)| c.trim_end()))
        .collect()
}

/// Formatting keeps the tree and every comment, and is done after one time.
fn keeps_its_meaning(text: &str) -> Result<(), TestCaseError> {
    let (before, found) = parse(FileId(0), text);
    prop_assert!(found.is_empty(), "does not parse: {found:#?}\n{text}");
    let once = match format(FileId(0), text) {
        Ok(once) => once,
        Err(why) => {
            return Err(TestCaseError::fail(format!(
                "not formatted: {why:#?}\n{text}"
            )));
        }
    };
    let (after, found) = parse(FileId(0), &once);
    prop_assert!(
        found.is_empty(),
        "the formatted text does not parse: {found:#?}\n{once}"
    );
    prop_assert_eq!(
        dump_ast(&before),
        dump_ast(&after),
        "another tree\n{}\n{}",
        text,
        once
    );
    prop_assert_eq!(
        comments(text),
        comments(&once),
        "a comment is lost\n{}",
        text
    );
    let twice = format(FileId(0), &once).unwrap_or_default();
    prop_assert_eq!(once, twice, "formatting twice differs\n{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_modules_are_formatted(text in module()) {
        keeps_its_meaning(&text)?;
    }
}

#[test]
fn programs_of_the_suite_are_formatted() {
    let mut wrong = Vec::new();
    for path in files(&workspace().join("tests/suite"), ".rog") {
        let text = std::fs::read_to_string(&path).expect("a program");
        if parse(FileId(0), &text).1.is_empty()
            && let Err(why) = keeps_its_meaning(&text)
        {
            wrong.push(format!("{}: {why}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// ---- histories ------------------------------------------------------------------------------------------------------

const RULES: &str = "
module demo
kind State
act sign by State
act deposit by State
act withdraw by State
act speak by State
any State may sign
any p: State may deposit when signed(p)
any p: State may withdraw when bound(p)
any p: State may speak when bound(p)
any p: State must not speak when fresh(p)
status signed(p: State) from sign by p until withdraw by p
status bound(p: State) from 30 days after deposit by p until 60 days after withdraw by p
status fresh(p: State) from deposit by p until lapse of 40 days after deposit by p
status tacit(p: State) from lapse of 20 days after sign by p
status loud(p: State) while bound(p) and not fresh(p)
reporting: each p: State must speak within 50 days upon deposit by p
";

/// A program whose members know nothing of each other, so that one more of them changes nothing.
static PROGRAM: LazyLock<Arc<Program>> = LazyLock::new(|| {
    let built = build("rules", RULES, None);
    // What is owed may be forbidden for a while, and that is all that is doubtful in it.
    let codes: Vec<&str> = built.found.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, ["W0354"], "{}", built.report());
    Arc::new(built.mir.expect("no error was found"))
});

/// Days since the last act, who, what.
type History = Vec<(i32, usize, usize)>;

fn history() -> impl Strategy<Value = History> {
    prop::collection::vec(
        (prop_oneof![Just(0), 0..45_i32], 0..3_usize, 0..4_usize),
        0..14,
    )
}

fn begin(names: &[&str]) -> (Case, Vec<Entity>) {
    let mut case = Case::new(PROGRAM.clone());
    let kind = PROGRAM
        .kinds
        .iter()
        .position(|k| k.name == "State")
        .expect("declared");
    let kind = KindId(u32::try_from(kind).expect("few kinds"));
    let members = names
        .iter()
        .map(|n| case.add_entity(n, kind).expect("a new name"))
        .collect();
    (case, members)
}

fn first_day() -> Day {
    Day::from_ymd(2001, 1, 1).expect("a day")
}

fn perform(case: &mut Case, members: &[Entity], day: Day, who: usize, what: usize) {
    let act = ActId(u32::try_from(what).expect("few acts"));
    case.perform(day, ActInput::new(act, Some(members[who])))
        .expect("in order");
}

/// Runs a history and lets a year pass.
fn run(names: &[&str], history: &History) -> Case {
    let (mut case, members) = begin(names);
    let mut day = first_day();
    for (gap, who, what) in history {
        day = day.checked_add_days(i64::from(*gap)).expect("near");
        perform(&mut case, &members, day, *who, *what);
    }
    case.end_of_day(day.checked_add_days(366).expect("near"));
    case
}

/// What can be seen of some members of a case: verdicts, intervals and duties, by name.
fn seen(case: &Case, names: &[&str]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for o in case.occurrences() {
        let who = o
            .actor
            .map(|e| case.entity_name(e).to_owned())
            .unwrap_or_default();
        if names.contains(&who.as_str()) {
            let n = numbers.entry(who).or_default();
            *n += 1;
            let j = &o.judgment;
            lines.insert(format!(
                "{n}. {} on {}: {:?} breach {} late {}",
                case.show_deed(o),
                o.moment.day,
                j.verdict,
                j.breached,
                j.late.len()
            ));
        }
    }
    for (i, status) in PROGRAM.statuses.iter().enumerate() {
        let id = StatusId(u32::try_from(i).expect("few statuses"));
        for name in names {
            let Some(e) = case.find_entity(name) else {
                continue;
            };
            let mut line = format!("{} of {name}:", status.name);
            for (from, to, _) in case.status_intervals(id, &[e]) {
                let _ = write!(line, " {}", from.dated());
                let _ = to.map(|t| write!(line, "..{}", t.dated()));
            }
            lines.insert(line);
        }
    }
    for name in names {
        let Some(e) = case.find_entity(name) else {
            continue;
        };
        let own = case
            .duties()
            .filter(|d| d.keys.iter().any(|k| k.entity() == Some(e)));
        lines.extend(own.map(|d| {
            let (born, due, settled) = (d.born.day, d.due.map(|t| t.day), d.settled.map(|t| t.day));
            format!(
                "duty of {name} of {born}: {:?} due {due:?} settled {settled:?} late {}",
                d.state, d.late
            )
        }));
    }
    lines
}

/// The laws below compare what is seen: an act more or less is seen, and so is the order of acts that hang together.
#[test]
fn what_is_seen_tells_histories_apart() {
    let names = ["A", "B", "C"];
    let (sign, deposit, withdraw, speak) = (0, 1, 2, 3);
    let history: History = vec![
        (0, 0, sign),
        (1, 0, deposit),
        (3, 1, sign),
        (32, 0, speak),
        (20, 0, withdraw),
        (70, 0, sign),
        (1, 0, deposit),
    ];
    let case = run(&names, &history);
    let valid =
        |o: &rogatio_interpret::Occurrence| o.judgment.verdict == rogatio_interpret::Verdict::Valid;
    assert!(case.occurrences().all(valid), "{:?}", seen(&case, &names));
    let a = case.find_entity("A").expect("declared");
    for (i, status) in PROGRAM.statuses.iter().enumerate() {
        let id = StatusId(u32::try_from(i).expect("few statuses"));
        let intervals = case.status_intervals(id, &[a]);
        // Signed and bound twice: there are two that could overlap.
        let twice = matches!(status.name.as_str(), "signed" | "bound" | "fresh");
        assert!(
            intervals.len() > usize::from(twice),
            "{}: {intervals:?}",
            status.name
        );
    }
    let whole = seen(&case, &names);
    for i in 0..history.len() {
        let mut fewer = history.clone();
        let (gap, ..) = fewer.remove(i);
        if let Some(next) = fewer.get_mut(i) {
            next.0 += gap;
        }
        assert_ne!(
            seen(&run(&names, &fewer), &names),
            whole,
            "without the act {i}"
        );
    }
    let one = run(&names, &vec![(0, 0, sign), (0, 0, deposit)]);
    let other = run(&names, &vec![(0, 0, deposit), (0, 0, sign)]);
    assert_ne!(seen(&one, &names), seen(&other, &names));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// A case that went on and was dropped leaves no trace in the one it was copied from.
    #[test]
    fn undone_is_never_done(before in history(), undone in history(), after in history()) {
        let names = ["A", "B", "C"];
        let (mut case, members) = begin(&names);
        let mut day = first_day();
        for (gap, who, what) in &before {
            day = day.checked_add_days(i64::from(*gap)).expect("near");
            perform(&mut case, &members, day, *who, *what);
        }
        let mut branch = case.clone();
        let mut later = day;
        for (gap, who, what) in &undone {
            later = later.checked_add_days(i64::from(*gap)).expect("near");
            perform(&mut branch, &members, later, *who, *what);
        }
        branch.end_of_day(later.checked_add_days(100).expect("near"));
        drop(branch);
        for (gap, who, what) in &after {
            day = day.checked_add_days(i64::from(*gap)).expect("near");
            perform(&mut case, &members, day, *who, *what);
        }
        case.end_of_day(day.checked_add_days(366).expect("near"));
        let straight = run(&names, &[before, after].concat());
        prop_assert_eq!(seen(&case, &names), seen(&straight, &names));
        prop_assert_eq!(case.timeline().len(), straight.timeline().len());
    }

    /// A history that is cut short says the same of the days before its last.
    #[test]
    fn the_future_does_not_change_the_past(history in history(), at in 0..14_usize) {
        let names = ["A", "B", "C"];
        let at = at.min(history.len());
        let (short, long) = (run(&names, &history[..at].to_vec()), run(&names, &history));
        let last = history[..at].iter().map(|(gap, ..)| i64::from(*gap)).sum();
        let day = first_day().checked_add_days(last).expect("near");
        let verdicts = |c: &Case| c.occurrences().take(at).map(|o| o.judgment.verdict.clone()).collect::<Vec<_>>();
        prop_assert_eq!(verdicts(&short), verdicts(&long));
        for (i, _) in PROGRAM.statuses.iter().enumerate() {
            let id = StatusId(u32::try_from(i).expect("few statuses"));
            for name in names {
                let starts = |c: &Case| {
                    let e = c.find_entity(name).expect("declared");
                    let all = c.status_intervals(id, &[e]).into_iter();
                    all.map(|(from, ..)| from.dated()).filter(|d| *d < day).collect::<Vec<_>>()
                };
                prop_assert_eq!(starts(&short), starts(&long));
            }
        }
    }

    /// Nobody's rights change because somebody else exists.
    #[test]
    fn an_irrelevant_entity_changes_nothing(history in history()) {
        let few = run(&["A", "B", "C"], &history);
        let more = run(&["A", "B", "C", "D", "E"], &history);
        prop_assert_eq!(seen(&few, &["A", "B", "C"]), seen(&more, &["A", "B", "C"]));
    }

    /// The order in which entities are declared changes nothing (R11).
    #[test]
    fn the_order_of_entities_changes_nothing(history in history()) {
        let turned: History = history.iter().map(|(gap, who, what)| (*gap, 2 - who, *what)).collect();
        let (one, other) = (run(&["A", "B", "C"], &history), run(&["C", "B", "A"], &turned));
        prop_assert_eq!(seen(&one, &["A", "B", "C"]), seen(&other, &["A", "B", "C"]));
    }

    /// Acts of one day by members who have nothing to do with each other may come in any order.
    #[test]
    fn independent_acts_of_one_day_commute(history in history()) {
        // Sort each day by actor; a stable sort keeps every actor's own order.
        let mut day = 0;
        let mut dated: Vec<(i32, usize, usize)> = Vec::new();
        for (gap, who, what) in &history {
            day += gap;
            dated.push((day, *who, *what));
        }
        dated.sort_by_key(|(day, who, _)| (*day, *who));
        let mut before = 0;
        let mut sorted = History::new();
        for (day, who, what) in dated {
            sorted.push((day - before, who, what));
            before = day;
        }
        let names = ["A", "B", "C"];
        prop_assert_eq!(seen(&run(&names, &history), &names), seen(&run(&names, &sorted), &names));
    }

    /// Intervals of a status are in order, not empty, and apart (R6, R16).
    #[test]
    fn intervals_never_overlap(history in history()) {
        let names = ["A", "B", "C"];
        let case = run(&names, &history);
        for (i, status) in PROGRAM.statuses.iter().enumerate() {
            let id = StatusId(u32::try_from(i).expect("few statuses"));
            for name in names {
                let e = case.find_entity(name).expect("declared");
                let intervals = case.status_intervals(id, &[e]);
                for (from, to, _) in &intervals {
                    prop_assert!(to.is_none_or(|t| *from < t), "{} of {name}: empty {intervals:?}", status.name);
                }
                for pair in intervals.windows(2) {
                    let end = pair[0].1;
                    prop_assert!(end.is_some_and(|t| t <= pair[1].0), "{} of {name}: {intervals:?}", status.name);
                }
            }
        }
    }
}
