//! Versions of articles that no day of a run changes (R47, R47b): which of them rules is known before the runs, so the
//! others are taken out. Of one that begins or ends on a day of the runs the present is asked, or the opening of the decision
//! whose rules are read; where something else keeps its version, or an event begins, ends or pins one, it is refused.

use crate::emit::{Em, R};
use crate::fold::{NEVER, of_day};
use crate::reads::{Reader, Reads};
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_calendar::Day;
use rogatio_mir::{
    Decision, DecisionId, Experiment, Guard, GuardNode, NormId, Op, Program, Ty, Version,
    VersionBound, VersionId, each_guard,
};

/// The program as it reads between the first day of an experiment and the last one.
pub(crate) fn settled(program: &mut Program, experiment: &Experiment) {
    if program.versions.is_empty() {
        return;
    }
    let horizon = program
        .counting
        .add(experiment.begin, experiment.horizon)
        .unwrap_or(Day::MAX);
    let all = (0u32..).zip(&program.versions);
    let known: Vec<Option<bool>> = all
        .map(|(i, v)| {
            let pinned = program.pinning(VersionId(i)).next().is_some();
            match program.rules_at.and_then(|day| v.on_day(day)) {
                Some(day) => Some(day),
                None if pinned => None,
                None => throughout(v, experiment.begin, horizon),
            }
        })
        .collect();
    let of = |v: VersionId| known.get(v.index()).copied().flatten();
    let before = program.guards.clone();
    guards(program, experiment, horizon, &of);
    // What is scheduled for later than a run asks for the version of its day.
    for t in 0..program.timers.len() {
        if let Some(live) = program.timers[t].live {
            program.guards.push(before[live.index()].clone());
            program.timers[t].live = Some(Guard((program.guards.len() - 1) as u32));
        }
    }
    decisions(program, &of);
    for norm in &mut program.norms {
        match norm.version.and_then(of) {
            Some(true) => norm.version = None,
            // What is never in force is never born; that it gives and takes nothing is among its conditions.
            Some(false) => {
                norm.version = None;
                if let Some(duty) = &mut norm.duty {
                    duty.births.clear();
                }
            }
            None => {}
        }
    }
    for i in 0..program.norms.len() {
        let is = |n: &NormId| program.norms[n.index()].version.is_none();
        let head = program.norms[i].head.is_none_or(|h| is(&h));
        let others = program.norms[i].others.iter().all(is);
        if head && others && program.norms[i].version.is_none() {
            let norm = &mut program.norms[i];
            (norm.head, norm.others) = (None, Vec::new());
        }
    }
    for procedure in &mut program.procedures {
        procedure.first.retain(|(v, _)| of(*v) != Some(false));
        for stage in &mut procedure.stages {
            stage.decides.retain(|(v, _)| v.and_then(of) != Some(false));
            for (v, _) in &mut stage.decides {
                *v = v.filter(|v| of(*v) != Some(true));
            }
        }
    }
}

/// Whether a version is in force on all days from one to another, or on none of them.
fn throughout(v: &Version, begin: Day, last: Day) -> Option<bool> {
    // Whether a bound has come; a run ends at the dusk of its last day, before what the next morning brings.
    let come = |b: Option<VersionBound>, without: bool| match b {
        None => Some(without),
        Some(VersionBound::Day(day)) if day <= begin => Some(true),
        Some(VersionBound::Day(day)) if day > last => Some(false),
        Some(_) => None,
    };
    match (come(v.from, true), come(v.until, false)) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        _ => None,
    }
}

/// What is said by version, as exceptions: where one of the versions is in force on each day of a run.
fn choice(
    program: &mut Program,
    at: usize,
    list: &[(VersionId, Guard)],
    experiment: &Experiment,
    last: Day,
) -> Option<Op> {
    let all: Vec<&Version> = list
        .iter()
        .map(|(v, _)| &program.versions[v.index()])
        .collect();
    let bounds = all.iter().flat_map(|v| [v.from, v.until]).flatten();
    let mut days = vec![experiment.begin];
    for b in bounds {
        match b {
            VersionBound::Day(day) if experiment.begin < day && day <= last => days.push(day),
            VersionBound::Day(_) => {}
            VersionBound::Event(_) => return None,
        }
    }
    let covered = |day: &Day| all.iter().any(|v| v.on_day(*day) == Some(true));
    let ((_, base), others) = list.split_last()?;
    if !days.iter().all(covered) || others.is_empty() {
        return None;
    }
    let (node, mut value) = (program.guards[at].clone(), *base);
    let (first, middle) = others.split_first()?;
    let mut add = |op: Op, ty: Ty| {
        program.guards.push(GuardNode {
            op,
            ty,
            ..node.clone()
        });
        Guard((program.guards.len() - 1) as u32)
    };
    for (v, g) in middle.iter().rev() {
        let rules = add(Op::InVersion(*v, false), Ty::Bool);
        value = add(Op::Except(value, vec![(rules, *g)]), node.ty.clone());
    }
    let rules = add(Op::InVersion(first.0, false), Ty::Bool);
    Some(Op::Except(value, vec![(rules, first.1)]))
}

fn guards(
    program: &mut Program,
    experiment: &Experiment,
    last: Day,
    of: &dyn Fn(VersionId) -> Option<bool>,
) {
    let heads: Vec<DecisionId> = (0u32..)
        .zip(&program.decisions)
        .map(|(i, d)| d.head.unwrap_or(DecisionId(i)))
        .collect();
    // Operands stand before what reads them.
    for i in 0..program.guards.len() {
        let node = program.guards[i].clone();
        let op = match &node.op {
            Op::InVersion(v, _) => match of(*v) {
                Some(known) => Op::Bool(known),
                None => continue,
            },
            Op::ByVersion(list) => {
                let left = list.iter().filter(|(v, _)| of(*v) != Some(false));
                let left: Vec<_> = left.copied().collect();
                match left.first() {
                    Some((v, value)) if of(*v) == Some(true) => {
                        let value = program.guard(*value).clone();
                        program.guards[i] = GuardNode {
                            ty: node.ty,
                            ..value
                        };
                        continue;
                    }
                    Some(_) => match choice(program, i, &left, experiment, last) {
                        Some(op) => op,
                        None => Op::ByVersion(left),
                    },
                    None => Op::NotStated("no version is in force".to_owned()),
                }
            }
            Op::NormIs(n, keys, state) => {
                let lives = |n: &NormId| {
                    let version = program.norms[n.index()].version;
                    version.is_none_or(|v| of(v) == Some(true))
                };
                match program.norms_named(*n).find(lives) {
                    Some(text) => Op::NormIs(text, keys.clone(), *state),
                    None => continue,
                }
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => Op::OnRoll {
                decision: heads[decision.index()],
                subject: *subject,
                voter: *voter,
                set: set.clone(),
            },
            Op::Weight {
                decision,
                subject,
                voter,
            } => Op::Weight {
                decision: heads[decision.index()],
                subject: *subject,
                voter: *voter,
            },
            _ => continue,
        };
        program.guards[i].op = op;
    }
}

/// A decision in versions is the one that is in force.
fn decisions(program: &mut Program, of: &dyn Fn(VersionId) -> Option<bool>) {
    for i in 0..program.decisions.len() {
        let row = &program.decisions[i];
        if row.head.is_some() {
            continue;
        }
        let texts: Vec<DecisionId> = [DecisionId(i as u32)]
            .into_iter()
            .chain(row.others.iter().copied())
            .collect();
        let version = |d: &DecisionId| program.decisions[d.index()].version;
        if texts
            .iter()
            .any(|d| version(d).is_some_and(|v| of(v).is_none()))
        {
            continue;
        }
        let lives = |d: &&DecisionId| version(d).is_none_or(|v| of(v) == Some(true));
        let text = texts.iter().find(lives).unwrap_or(&texts[0]);
        let text = program.decisions[text.index()].clone();
        program.decisions[i] = Decision {
            name: row.name.clone(),
            stage: text.stage.or(row.stage),
            version: None,
            head: None,
            others: Vec::new(),
            ..text
        };
    }
}

impl Reader<'_> {
    /// Whether it can be told in native code that a version is in force.
    pub(crate) fn version(&self, v: VersionId, present: bool, out: &mut Reads) -> R<()> {
        let program = self.program;
        if program.version_events(v).next().is_some() || program.pinning(v).next().is_some() {
            return Err(Refusal::form(
                "a version of an article that an event begins, ends or pins is not compiled",
            ));
        }
        if present || (self.close.is_none() && !self.kept) {
            out.now = true;
        } else if self.kept || self.level {
            return Err(Refusal::form(
                "a version of an article that changes during a run, of a text that keeps its own, is not compiled",
            ));
        }
        Ok(())
    }
}

/// Whether the version by which a timer counts can be told of the day it is armed for.
pub(crate) fn told(program: &Program, live: Option<Guard>) -> bool {
    match live.map(|g| &program.guard(g).op) {
        None | Some(Op::Bool(true)) => true,
        Some(Op::InVersion(v, _)) => {
            program.version_events(*v).next().is_none() && program.pinning(*v).next().is_none()
        }
        Some(_) => false,
    }
}

/// Whether conditions ask for a version that changes during a run.
pub(crate) fn asked(program: &Program, roots: &[Guard]) -> bool {
    let (mut todo, mut seen) = (roots.to_vec(), std::collections::BTreeSet::new());
    while let Some(g) = todo.pop() {
        let mut found = false;
        each_guard(program, &[g], |_, op| {
            let inner = match op {
                Op::InVersion(..) | Op::ByVersion(_) => {
                    found = true;
                    None
                }
                Op::Call(d, _) => program.defines.get(d.index()).map(|d| d.value),
                Op::StatusOn(s, _) => program.statuses[s.index()].level,
                Op::Given(x, _) => program.givens[x.index()].default,
                _ => None,
            };
            todo.extend(inner.filter(|g| seen.insert(*g)));
        });
        if found {
            return true;
        }
    }
    false
}

impl Em<'_, '_> {
    /// Whether a version is in force: now, or when the decision at hand opened.
    pub(crate) fn in_version(&mut self, v: VersionId, present: bool) -> ir::Value {
        let at = match self.close.filter(|_| !present) {
            Some(close) => {
                let opened = self.layout.decisions[&close.decision].opened;
                self.load(opened, close.matter)
            }
            None => {
                for bound in self.version_bounds(v).into_iter().flatten() {
                    let bound = self.int(bound);
                    self.wake_at(bound);
                }
                self.now()
            }
        };
        self.in_version_at(v, at)
    }

    fn version_bounds(&self, v: VersionId) -> [Option<i64>; 2] {
        let version = &self.program.versions[v.index()];
        [version.from, version.until].map(|b| match b {
            Some(VersionBound::Day(day)) => Some(of_day(day.number())),
            _ => None,
        })
    }

    /// Whether a version is in force at a time.
    fn in_version_at(&mut self, v: VersionId, at: ir::Value) -> ir::Value {
        let bounds = self.version_bounds(v);
        let mut holds = self.bool(true);
        if let Some(from) = bounds[0] {
            let begun = self.cmp_imm(IntCC::SignedGreaterThanOrEqual, at, from);
            holds = self.both(holds, begun);
        }
        if let Some(until) = bounds[1] {
            let goes_on = self.cmp_imm(IntCC::SignedLessThan, at, until);
            holds = self.both(holds, goes_on);
        }
        holds
    }
}

impl Em<'_, '_> {
    /// What a timer is armed for, if its text will be in force then.
    pub(crate) fn in_its_version(&mut self, live: Option<Guard>, due: ir::Value) -> ir::Value {
        let Some(Op::InVersion(v, _)) = live.map(|g| &self.program.guard(g).op) else {
            return due;
        };
        let holds = self.in_version_at(*v, due);
        let never = self.int(NEVER);
        self.b.ins().select(holds, due, never)
    }
}
