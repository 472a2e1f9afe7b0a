//! What holds for every program of the repository, whatever is done in it. Histories at random, made small when one of
//! them breaks a law.

use rogatio_calendar::Day;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap};
use rogatio_grammar::ast::Module;
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Value};
use rogatio_mir::{KindId, Program, Readings, StatusId};
use rogatio_semantics::Library;
use rogatio_tests::chance::{self, Chance, Input};
use rogatio_tests::{build, files, workspace};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Days and what is done on them, in order.
type History = Vec<(Day, Input)>;

/// Which entity of one case is which of another.
type Same<'s> = &'s dyn Fn(Entity) -> Option<Entity>;

/// A program with what it was made from.
struct Text {
    name: String,
    text: String,
    program: Arc<Program>,
}

/// Every program of the repository without errors, with a kind more that it knows nothing of.
static PROGRAMS: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for folder in ["tests/suite", "stdlib", "examples"] {
        let root = workspace().join(folder);
        for path in files(&root, ".rog") {
            let text = std::fs::read_to_string(&path).expect("a program");
            let name = path.strip_prefix(workspace()).unwrap_or(&path);
            let name = name.display().to_string();
            let text = format!("{text}\nkind {STRANGER}\n");
            if let Some(mir) = build(&name, &text, path.parent()).mir
                // A module with parameters is not checked by itself.
                && stranger(&mir).is_some()
            {
                let program = Arc::new(mir);
                all.push(Text {
                    name,
                    text,
                    program,
                });
            }
        }
    }
    assert!(all.len() > 200, "only {} programs were found", all.len());
    all
});

/// A kind that nothing is said about.
const STRANGER: &str = "Unheard_of_anywhere_else";

fn stranger(program: &Program) -> Option<KindId> {
    let at = program.kinds.iter().position(|k| k.name == STRANGER)?;
    u32::try_from(at).ok().map(KindId)
}

/// Tries a law on a history of every program; what breaks it is made small and shown.
fn holds_everywhere(
    seed: u64,
    steps: usize,
    law: &(dyn Fn(&Case, &History) -> Result<(), String> + Sync),
) {
    let mut wrong = Vec::new();
    for Text { name, program, .. } in PROGRAMS.iter() {
        let mut chance = Chance::new(seed);
        let begin = chance::populated(program, 3, &mut chance);
        let history = chance::history(&begin, steps, &mut chance);
        if let Err(why) = law(&begin, &history) {
            wrong.push(smallest(name, &begin, history, why, law));
        }
    }
    let shown = wrong.len().min(8);
    assert!(
        wrong.is_empty(),
        "{} programs\n{}",
        wrong.len(),
        wrong[..shown].join("\n\n")
    );
}

/// Leaves out what can be left out so that the law is still broken.
fn smallest(
    name: &str,
    begin: &Case,
    mut history: History,
    mut why: String,
    law: &dyn Fn(&Case, &History) -> Result<(), String>,
) -> String {
    let mut at = history.len();
    while at > 0 {
        at -= 1;
        let mut less = history.clone();
        less.remove(at);
        if let Err(now) = law(begin, &less) {
            (history, why) = (less, now);
        }
    }
    let mut text = format!("{name}: {why}");
    let mut case = begin.clone();
    for (day, input) in &history {
        let known = case.occurrences().len();
        let refused = chance::give(&mut case, *day, input).err();
        let done: Vec<String> = case
            .occurrences()
            .skip(known)
            .map(|o| case.show_deed(o))
            .collect();
        let done = if done.is_empty() {
            format!("{input:?}")
        } else {
            done.join("; ")
        };
        text.push_str(&format!(
            "\n  {day}: {done}{}",
            refused
                .map(|r| format!(" (refused: {r})"))
                .unwrap_or_default()
        ));
    }
    text
}

/// Does all of it; what a case refuses is left out.
fn run(begin: &Case, history: &[(Day, Input)]) -> Case {
    let mut case = begin.clone();
    for (day, input) in history {
        let _ = chance::give(&mut case, *day, input);
    }
    case
}

fn after(mut case: Case, history: &History, days: i64) -> Case {
    if let Some((day, _)) = history.last() {
        case.end_of_day(day.checked_add_days(days).expect("near"));
    }
    case
}

/// The first line that two lists differ in.
fn same(what: &str, one: &[String], other: &[String]) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let line = |of: &[String]| {
        of.get(at)
            .cloned()
            .unwrap_or_else(|| "(the end)".to_owned())
    };
    Err(format!(
        "{what}\n    one   {}\n    other {}",
        line(one),
        line(other)
    ))
}

fn statuses(program: &Program) -> impl Iterator<Item = (StatusId, &str)> {
    let number = |i: usize| StatusId(u32::try_from(i).expect("few statuses"));
    let all = program.statuses.iter().enumerate();
    all.map(move |(i, s)| (number(i), s.name.as_str()))
}

/// Every interval that a status of the case ever had, by names.
fn intervals(case: &Case) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, name) in statuses(case.program()) {
        for key in case.status_keys(id) {
            let names: Vec<&str> = key.iter().map(|e| case.entity_name(*e)).collect();
            for i in case.intervals(id, key) {
                let to = i.end.map(|e| e.point.dated());
                let value = i.value.as_ref().map(|v| case.show_value(v));
                let from = i.start.point.dated();
                lines.push(format!("{name}({names:?}) {from} to {to:?} {value:?}"));
            }
        }
    }
    lines.sort();
    lines
}

/// What is seen of a case whatever order things of one day were done in.
fn unordered(case: &Case) -> Vec<String> {
    let mut lines: Vec<String> = case
        .timeline()
        .iter()
        .map(|e| format!("{} {}", e.day, e.text))
        .collect();
    for o in case.occurrences() {
        let day = o.moment.day;
        lines.push(format!(
            "{day} {} {:?}",
            case.show_deed(o),
            o.judgment.verdict
        ));
    }
    for d in case.duties() {
        let (due, late) = (d.due.map(|t| t.day), d.late);
        lines.push(format!(
            "{} {:?} due {due:?} late {late}",
            case.show_duty(d.id),
            d.state
        ));
    }
    lines.extend(intervals(case));
    lines.sort();
    lines
}

// ---- every status ----------------------------------------------------------------------------------------------------

/// The intervals of a status are in order, none is empty, and only the last is open (R6, R16).
#[test]
fn intervals_of_a_status_never_overlap() {
    holds_everywhere(1, 24, &|begin, history| {
        let case = after(run(begin, history), history, 900);
        for (id, name) in statuses(case.program()) {
            for key in case.status_keys(id) {
                let all = case.status_intervals(id, key);
                for (from, to, _) in &all {
                    if to.is_some_and(|t| t <= *from) {
                        return Err(format!("{name}: an empty interval in {all:?}"));
                    }
                }
                for pair in all.windows(2) {
                    if pair[0].1.is_none_or(|end| end > pair[1].0) {
                        return Err(format!("{name}: two intervals overlap in {all:?}"));
                    }
                }
            }
        }
        Ok(())
    });
}

// ---- time ------------------------------------------------------------------------------------------------------------

/// A case that went on and was dropped leaves no trace in the one it was copied from, nor in what that one does next.
#[test]
fn what_is_undone_was_never_done() {
    holds_everywhere(2, 20, &|begin, history| {
        let (before, rest) = history.split_at(history.len() / 2);
        let mut case = run(begin, before);
        let kept = chance::seen(&case);
        // The same acts in the order turned round, then a long time.
        let mut branch = case.clone();
        let day = history.last().map(|(d, _)| *d);
        for (_, input) in history.iter().rev() {
            let _ = day.map(|d| chance::give(&mut branch, d, input));
        }
        drop(after(branch, history, 900));
        same("undone", &kept, &chance::seen(&case))?;
        for (day, input) in rest {
            let _ = chance::give(&mut case, *day, input);
        }
        let straight = after(run(begin, history), history, 900);
        same(
            "done after it was undone",
            &chance::seen(&straight),
            &chance::seen(&after(case, history, 900)),
        )
    });
}

/// What is done later changes no verdict on what was done, and no interval that was over.
#[test]
fn the_future_does_not_change_the_past() {
    holds_everywhere(3, 20, &|begin, history| {
        let (before, rest) = history.split_at(history.len() / 2);
        let short = run(begin, before);
        let long = run(begin, history);
        let verdicts = |c: &Case| -> Vec<String> {
            let all = c.occurrences().take(short.occurrences().len());
            all.map(|o| format!("{:?} {:?}", o.act, o.judgment.verdict))
                .collect()
        };
        same("a verdict", &verdicts(&short), &verdicts(&long))?;
        // A given that is told late speaks of its day from the beginning.
        if rest.iter().any(|(_, i)| matches!(i, Input::Given(..))) {
            return Ok(());
        }
        for (id, name) in statuses(short.program()) {
            for key in short.status_keys(id) {
                let over = |c: &Case| -> Vec<String> {
                    let all = c.intervals(id, key).iter();
                    all.filter(|i| i.end.is_some_and(|e| e.point < short.now()))
                        .map(|i| format!("{name} {:?} {:?}", i.start.point, i.end.map(|e| e.point)))
                        .collect()
                };
                same("an interval that was over", &over(&short), &over(&long))?;
            }
        }
        Ok(())
    });
}

// ---- what has nothing to do with it ----------------------------------------------------------------------------------

/// The same input about the entities of another case; nothing if one of them is not there.
fn told(input: &Input, same: Same<'_>) -> Option<Input> {
    let value = |v: &Value| match v {
        Value::Entity(e) => same(*e).map(Value::Entity),
        Value::Set(s) => {
            let all: Option<_> = s.iter().map(|e| same(*e)).collect();
            all.map(|s| Value::Set(Arc::new(s)))
        }
        other => Some(other.clone()),
    };
    // Outside: not there. Inside: it may be nobody.
    let one = |e: Option<Entity>| e.map_or(Some(None), |e| same(e).map(Some));
    Some(match input {
        Input::Wait => Input::Wait,
        Input::Given(g, keys, v) => {
            let keys = keys.iter().map(|e| same(*e)).collect::<Option<_>>()?;
            Input::Given(*g, keys, value(v)?)
        }
        Input::Act(a) => {
            let mut act = a.act.clone();
            if let ActKind::Vote { subject, .. }
            | ActKind::Object { subject, .. }
            | ActKind::Gavel { subject, .. } = &mut act
            {
                *subject = one(*subject)?;
            }
            let args = a.args.iter().map(|v| match v {
                Some(v) => value(v).map(Some),
                None => Some(None),
            });
            Input::Act(ActInput {
                act,
                actor: one(a.actor)?,
                under: a.under,
                for_whom: one(a.for_whom)?,
                to: one(a.to)?,
                args: args.collect::<Option<_>>()?,
                binder: a.binder.clone(),
                recalled: a.recalled,
            })
        }
    })
}

/// Does in `other` what was done in `case`, about the entities of the same name and kind.
fn mirrored(mut other: Case, case: &Case, history: &[(Day, Input)]) -> Case {
    let names: BTreeMap<Entity, (String, KindId)> = case
        .entities()
        .map(|(e, name, kind)| (e, (name.to_owned(), kind)))
        .collect();
    for (day, input) in history {
        let there = told(input, &|e| {
            if e.index() < case.program().entities.len() {
                return Some(e);
            }
            let (name, kind) = names.get(&e)?;
            other.find_of_kinds(name, &[*kind])
        });
        if let Some(input) = there {
            let _ = chance::give(&mut other, *day, &input);
        }
    }
    other
}

/// Somebody of a kind that no sentence speaks of is there from the beginning.
#[test]
fn an_irrelevant_entity_changes_nothing() {
    holds_everywhere(4, 20, &|begin, history| {
        let kind = stranger(begin.program()).ok_or("the kind is gone")?;
        let without = run(begin, history);
        let mut with = begin.clone();
        for n in 0..3 {
            let name = format!("stranger {n}");
            with.add_entity(&name, kind).map_err(|e| e.to_string())?;
        }
        let with = mirrored(with, &without, history);
        same(
            "with somebody irrelevant",
            &unordered(&after(without, history, 900)),
            &unordered(&after(with, history, 900)),
        )
    });
}

/// Two texts as modules of one program.
struct Two<'t>(&'t Text, &'t Text, SourceMap);

impl Library for Two<'_> {
    fn module(&mut self, path: &str) -> Option<(FileId, Module, Vec<Diagnostic>)> {
        let text = match path {
            "left" => &self.0.text,
            "right" => &self.1.text,
            _ => return None,
        };
        let mut lines: Vec<&str> = text.lines().collect();
        lines.retain(|l| !l.starts_with("module "));
        let text = format!("module {path}\n{}", lines.join("\n"));
        let file = self.2.add(path, text.as_str());
        let (module, found) = rogatio_grammar::parse(file, &text);
        Some((file, module, found))
    }

    fn names(&self) -> Vec<String> {
        vec!["left".to_owned(), "right".to_owned()]
    }
}

/// One program of two that know nothing of each other; none if they cannot stand beside each other.
fn beside(left: &Text, right: &Text) -> Option<Arc<Program>> {
    let mut library = Two(left, right, SourceMap::new());
    let text = "module both\nuse left\nuse right\n";
    let file = library.2.add("both", text);
    let (module, found) = rogatio_grammar::parse(file, text);
    let (checked, more) = rogatio_semantics::check(&module, &mut library);
    if found.iter().chain(&more).any(Diagnostic::is_error) {
        return None;
    }
    let (mir, found) = rogatio_mir::lower(&checked.program, &Readings::new());
    (!found.iter().any(Diagnostic::is_error)).then(|| Arc::new(mir))
}

/// The acts of two texts on one day may be done in any order that keeps the order within each of them.
#[test]
fn acts_of_two_texts_commute() {
    // Texts of their own: what both used would be shared.
    let alone =
        |t: &&Text| !t.text.lines().any(|l| l.starts_with("use ")) && !t.program.acts.is_empty();
    let all: Vec<&Text> = PROGRAMS.iter().filter(alone).collect();
    let mut wrong = Vec::new();
    let mut tried = 0;
    // Each with one from the other half, so that topics meet.
    for (n, left) in all.iter().enumerate().step_by(2) {
        let right = all[(n + all.len() / 2) % all.len()];
        let Some(program) = beside(left, right) else {
            continue;
        };
        let (acts, decisions) = (left.program.acts.len(), left.program.decisions.len());
        if program.acts.len() != acts + right.program.acts.len()
            || program.decisions.len() != decisions + right.program.decisions.len()
        {
            continue;
        }
        tried += 1;
        let of_left = |input: &Input| match input {
            Input::Act(a) => match &a.act {
                ActKind::Act(id) => id.index() < acts,
                ActKind::Vote { decision, .. }
                | ActKind::Object { decision, .. }
                | ActKind::Gavel { decision, .. } => decision.index() < decisions,
                _ => true,
            },
            _ => true,
        };
        let law = |begin: &Case, history: &History| -> Result<(), String> {
            // Acts about somebody who is not there yet, since what would have opened it was left out, are no acts.
            let whole = run(begin, history);
            let one = mirrored(begin.clone(), &whole, history);
            let mut sorted = history.clone();
            sorted.sort_by_key(|(day, input)| (*day, of_left(input)));
            let other = mirrored(begin.clone(), &whole, &sorted);
            same(
                "in another order",
                &unordered(&after(one, history, 900)),
                &unordered(&after(other, history, 900)),
            )
        };
        let mut chance = Chance::new(n as u64);
        let begin = chance::populated(&program, 2, &mut chance);
        let mut history = chance::history(&begin, 40, &mut chance);
        // A given speaks from the morning of its day, and a day that was waited for is over.
        history.retain(|(_, input)| matches!(input, Input::Act(_)));
        if let Err(why) = law(&begin, &history) {
            let name = format!("{} beside {}", left.name, right.name);
            wrong.push(smallest(&name, &begin, history, why, &law));
        }
    }
    assert!(tried > 50, "only {tried} pairs were tried");
    let shown = wrong.len().min(8);
    assert!(
        wrong.is_empty(),
        "{} of {tried} pairs\n{}",
        wrong.len(),
        wrong[..shown].join("\n\n")
    );
}
