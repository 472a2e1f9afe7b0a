//! Every scenario of the repository through the act feed: native code against the interpreter, and both against what the
//! scenario expects. What is not compiled is refused with a code, and counted by it.

use rogatio_mir::{Experiment, MeasureKind, Op, ScenarioItem, ScenarioItemKind};
use rogatio_simulate::{ASIDE, CENSORED, REACHED, SimError, compile, examine, replay};
use rogatio_tests::feed::{Feed, Seen, feed};
use rogatio_tests::{build, files, runs, workspace};
use std::collections::BTreeMap;

/// Measures of a scenario beside what it expects, at most; many more where files are named.
const MOST: usize = 12;

#[derive(Default)]
struct Summary {
    most: usize,
    scenarios: usize,
    whole: usize,
    compared: usize,
    expected: usize,
    /// Measures that are no mere absence: a date, a count above nought, a condition that holds.
    telling: usize,
    /// Measures whose run native code leaves to the interpreter.
    aside: usize,
    refused: BTreeMap<String, usize>,
    messages: BTreeMap<String, usize>,
    not_played: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

/// The trunk of a scenario, and each branch on what was done before it.
fn ways<'s>(
    items: &'s [ScenarioItem],
    before: &[&'s ScenarioItem],
    all: &mut Vec<Vec<&'s ScenarioItem>>,
) {
    let mut so_far: Vec<&ScenarioItem> = before.to_vec();
    for item in items {
        match &item.kind {
            ScenarioItemKind::Branch(_, inner) => ways(inner, &so_far, all),
            _ => so_far.push(item),
        }
    }
    all.push(so_far);
}

/// The experiment of a feed with some of its measures.
fn with(feed: &Feed, seen: &[&Seen]) -> Experiment {
    let mut experiment = feed.experiment.clone();
    experiment.measures = seen.iter().map(|s| s.measure.clone()).collect();
    experiment
}

/// What the scenario expects, and some of the rest, spread over all of it.
fn few(all: &[Seen], most: usize) -> Vec<&Seen> {
    let (expected, rest): (Vec<&Seen>, Vec<&Seen>) = all.iter().partition(|s| s.expected);
    let step = rest.len().div_ceil(most).max(1);
    expected
        .into_iter()
        .chain(rest.into_iter().step_by(step))
        .collect()
}

impl Summary {
    /// Those measures that native code takes, found by halves; the others are counted by the code of their refusal.
    fn accepted<'s>(&mut self, feed: &Feed, some: &[&'s Seen], taken: &mut Vec<&'s Seen>) {
        let why = match examine(&feed.program, &with(feed, some), &[]) {
            Ok(()) => return taken.extend(some),
            Err(why) => why,
        };
        if let [_] = some {
            *self.refused.entry(why.code.to_string()).or_default() += 1;
            *self.messages.entry(why.message).or_default() += 1;
        } else if !some.is_empty() {
            let (a, b) = some.split_at(some.len() / 2);
            self.accepted(feed, a, taken);
            self.accepted(feed, b, taken);
        }
    }

    fn take(&mut self, name: &str, feed: &Feed) {
        let few: Vec<&Seen> = few(&feed.measures, self.most);
        let mut taken: Vec<&Seen> = Vec::new();
        self.accepted(feed, &few, &mut taken);
        self.whole += usize::from(!taken.is_empty() && taken.len() == few.len());
        if !taken.is_empty() {
            self.compare(name, feed, &taken);
        }
    }

    fn compare(&mut self, name: &str, feed: &Feed, taken: &[&Seen]) {
        let experiment = with(feed, taken);
        let compiled = match compile(&feed.program, &experiment, &[]) {
            Ok(compiled) => compiled,
            Err(why) => {
                *self.refused.entry(why.code.to_string()).or_default() += taken.len();
                *self.messages.entry(why.message).or_default() += taken.len();
                return;
            }
        };
        let native = compiled.instance(1).run(0, 1);
        let played = match replay(&feed.program, &experiment, &[], 1, 0) {
            Ok(played) => played.record,
            Err(why) => {
                *self.not_played.entry(code(&why)).or_default() += taken.len();
                return;
            }
        };
        if native[0] == ASIDE {
            // Some measure leaves a run to the interpreter: those that do not are compared alone.
            if let [_] = taken {
                self.aside += 1;
            } else {
                let (a, b) = taken.split_at(taken.len() / 2);
                self.compare(name, feed, a);
                self.compare(name, feed, b);
            }
            return;
        }
        self.compared += taken.len();
        if native != played {
            let differ = (1..native.len()).filter(|i| native[*i] != played[*i]);
            let differ: Vec<String> = differ
                .map(|i| {
                    format!(
                        "{}: native {}, interpreted {}",
                        asks(feed, &experiment.measures[i - 1].kind),
                        native[i],
                        played[i]
                    )
                })
                .collect();
            self.wrong.push(format!(
                "{name}: class {} and {}; {}",
                native[0],
                played[0],
                differ.join("; ")
            ));
            return;
        }
        for (seen, value) in taken.iter().zip(&native[1..]) {
            self.telling += usize::from(native[0] == REACHED && *value != CENSORED && *value != 0);
            if seen.expected && native[0] == REACHED {
                self.expected += 1;
                if *value != 1 {
                    self.wrong.push(format!(
                        "{name}: {} is {value}, and the scenario expects it",
                        asks(feed, &seen.measure.kind)
                    ));
                }
            }
        }
    }
}

/// A measure, for whoever mends what it found.
fn asks(feed: &Feed, kind: &MeasureKind) -> String {
    match kind {
        MeasureKind::Date(g) | MeasureKind::Number(g) | MeasureKind::Probability(g, _) => {
            let op = &feed.program.guard(*g).op;
            match op {
                Op::HistCount(h, _) | Op::HistTime(h, ..) => {
                    format!("{op:?} of `{}`", feed.program.hists[h.index()].name)
                }
                _ => format!("{kind:?} {op:?}"),
            }
        }
        MeasureKind::Breaches { .. } => format!("{kind:?}"),
    }
}

fn code(why: &SimError) -> String {
    format!("{} {why}", why.code())
}

/// Ways through the scenarios of one file that are fed, at most, spread over all of it; all of them with
/// `ROGATIO_FEED=all`, or those of the files whose names contain it.
const WAYS: usize = 3;

#[test]
fn every_scenario_in_both_engines() {
    let wanted = std::env::var("ROGATIO_FEED").ok();
    let whole = wanted.is_some();
    let wanted = wanted.filter(|w| w != "all").unwrap_or_default();
    let mut all = Summary {
        most: if whole { 20 * MOST } else { MOST },
        ..Summary::default()
    };
    let mut paths = Vec::new();
    for folder in ["tests/suite", "examples", "stdlib"] {
        paths.extend(files(&workspace().join(folder), ".rog"));
    }
    for path in paths {
        let name = path.strip_prefix(workspace()).unwrap_or(&path);
        let name = name.display().to_string();
        if !name.contains(&wanted) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a program");
        let built = build(&name, &text, path.parent());
        let Some(program) = &built.mir else { continue };
        let own = program.scenarios.iter();
        let own = own.filter(|s| s.span.file == built.file);
        let ran = runs(&built, path.parent());
        let mut all_ways = Vec::new();
        for (scenario, (title, run)) in own.zip(&ran) {
            // A reading is folded when a program is lowered; those of another choice are other programs.
            let reading = |i: &ScenarioItem| matches!(i.kind, ScenarioItemKind::Reading(..));
            if scenario.items.iter().any(reading) {
                continue;
            }
            let mut lines = Vec::new();
            ways(&scenario.items, &[], &mut lines);
            all_ways.extend(lines.into_iter().map(|l| (scenario, title, run, l)));
        }
        let step = if whole {
            1
        } else {
            all_ways.len().div_ceil(WAYS).max(1)
        };
        for (scenario, title, run, items) in all_ways.into_iter().step_by(step) {
            if let Some(feed) = feed(program, scenario, &items, run) {
                all.scenarios += 1;
                all.take(&format!("{name}, {title}"), &feed);
            }
        }
    }
    println!(
        "{} scenarios and branches, {} of them whole; {} measures compared, {} of them telling, {} of them expected; {} left to the interpreter; \
         refused: {:?}; not played: {:?}",
        all.scenarios,
        all.whole,
        all.compared,
        all.telling,
        all.expected,
        all.aside,
        all.refused,
        all.not_played
    );
    if std::env::var_os("ROGATIO_WHY").is_some() {
        let mut why: Vec<_> = all.messages.iter().collect();
        why.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        for (message, n) in why {
            println!("{n:6} {message}");
        }
    }
    assert!(all.wrong.is_empty(), "{}", all.wrong.join("\n"));
    let codes: Vec<&String> = all.refused.keys().collect();
    assert!(codes.iter().all(|c| c.starts_with("E096")), "{codes:?}");
    // Less than this would be a test of little.
    assert!(all.whole >= 60, "{} whole", all.whole);
    assert!(all.expected >= 200, "{} expected", all.expected);
    assert!(all.telling >= 500, "{} telling", all.telling);
}
