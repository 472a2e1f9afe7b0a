//! The act feed: a scenario becomes an experiment in which nothing is drawn, so that native code plays it too.
//!
//! Comes in: a program and the lines of a scenario. Goes out: an experiment that begins on the scenario's first day, with
//! its entities, assumptions and acts, and measures of what can be seen: what the scenario expects on the days it does,
//! and when statuses began and ended, how often acts were done, what decisions came to, how many instances are in each
//! stage, how often norms were breached. Never happens: a measure that only one engine knows.

use rogatio_calendar::{Day, Length, Period};
use rogatio_interpret::ScenarioRun;
use rogatio_mir::{
    DecisionId, DecisionOutcome, Domain, ExpectKind, Experiment, Guard, GuardNode, HistId, KindId,
    Measure, MeasureKind, Modal, NormId, Op, Ordinal, ProcedureId, Program, ProvisionId, Scenario,
    ScenarioItem, ScenarioItemKind, Shown, Span, StampTime, StatusId, Ty, Var, VarId,
};
use std::sync::Arc;

/// Members of a kind whose statuses and decisions are looked at, at most.
const MEMBERS: usize = 3;

/// A scenario as an experiment.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The program, with the guards that the measures need.
    pub program: Program,
    /// Without measures.
    pub experiment: Experiment,
    /// What can be measured.
    pub measures: Vec<Seen>,
    /// Acts and ballots that it does.
    pub acts: usize,
}

/// Something to be seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How.
    pub measure: Measure,
    /// An expectation of the scenario, which came true.
    pub expected: bool,
}

/// The feed of a scenario's lines; none where nothing has a date.
#[must_use]
pub fn feed(
    program: &Program,
    scenario: &Scenario,
    items: &[&ScenarioItem],
    run: &ScenarioRun,
) -> Option<Feed> {
    let day = |i: &ScenarioItem| {
        i.at.as_ref().map(|s| match s.time {
            StampTime::Day(d) => d,
            StampTime::Instant(i) => i.day(),
        })
    };
    let days: Vec<Day> = items.iter().filter_map(|i| day(i)).collect();
    let (begin, last) = (*days.iter().min()?, *days.iter().max()?);
    let horizon = i32::try_from(last.days_since(begin)).ok()?;
    let mut feed = Feed {
        program: program.clone(),
        experiment: Experiment {
            name: scenario.name.clone(),
            begin,
            horizon: Length::Period(Period {
                months: 0,
                days: horizon,
            }),
            populations: Vec::new(),
            items: Vec::new(),
            params: Vec::new(),
            behaviours: Vec::new(),
            sweeps: Vec::new(),
            ballots: Vec::new(),
            outcomes: Vec::new(),
            choices: Vec::new(),
            drawn: Vec::new(),
            caps: Vec::new(),
            measures: Vec::new(),
            span: scenario.span,
        },
        measures: Vec::new(),
        acts: 0,
    };
    let mut members: Vec<(String, KindId)> = Vec::new();
    for e in &program.entities {
        members.push((e.name.clone(), e.kind));
    }
    for (n, item) in items.iter().enumerate() {
        match &item.kind {
            ScenarioItemKind::Expect(e) => {
                // Between the acts of a day it is read there: a measure reads the end of the day.
                let rest = items[n + 1..].iter();
                let later = |i: &&&ScenarioItem| matches!(i.kind, ScenarioItemKind::Act(_));
                if rest.filter(later).any(|i| day(i) == day(item)) {
                    continue;
                }
                let passed = run
                    .expectations
                    .iter()
                    .any(|r| r.passed && r.span == item.span);
                let at = item.at.as_ref().map(|s| s.time);
                if let (ExpectKind::Cond(g), Some(StampTime::Day(d)), true) = (&e.kind, at, passed)
                {
                    let by = (d < last).then_some(d);
                    feed.see(MeasureKind::Probability(*g, by), true);
                }
            }
            ScenarioItemKind::Reading(..) | ScenarioItemKind::Branch(..) => {}
            kind => {
                match kind {
                    ScenarioItemKind::Entities(list) => {
                        members.extend(list.iter().map(|e| (e.name.clone(), e.kind)));
                    }
                    ScenarioItemKind::Act(act) => feed.acts += act.actors.len(),
                    _ => {}
                }
                feed.experiment.items.push((*item).clone());
            }
        }
    }
    let most = u32::try_from(feed.acts)
        .unwrap_or(u32::MAX)
        .saturating_mul(2)
        .clamp(4, 64);
    feed.experiment.caps = program
        .procedures
        .iter()
        .map(|p| (p.kind, most, true))
        .collect();
    feed.statuses(&members);
    feed.histories();
    feed.decisions(&members);
    feed.stages();
    feed.breaches();
    Some(feed)
}

impl Feed {
    fn see(&mut self, kind: MeasureKind, expected: bool) {
        let name = format!("m{}", self.measures.len());
        self.measures.push(Seen {
            measure: Measure {
                name,
                kind,
                shown: Shown::All,
                table: None,
                span: Span::NONE,
            },
            expected,
        });
    }

    fn guard(&mut self, op: Op, ty: Ty) -> Guard {
        self.program.guards.push(GuardNode {
            op,
            ty,
            provision: ProvisionId(0),
            span: Span::NONE,
        });
        Guard(u32::try_from(self.program.guards.len() - 1).unwrap_or(u32::MAX))
    }

    fn named(&mut self, (name, kind): &(String, KindId)) -> Guard {
        let office = self.program.entities.iter().position(|e| e.name == *name);
        let op = match office.and_then(|i| u32::try_from(i).ok()) {
            Some(i) => Op::Entity(rogatio_mir::EntityId(i)),
            None => Op::CaseEntity(name.clone()),
        };
        self.guard(op, Ty::Entity(vec![*kind]))
    }

    /// Those members that a key may be, a few of them.
    fn some(&mut self, of: &Domain, members: &[(String, KindId)]) -> Vec<Guard> {
        let fit = members
            .iter()
            .filter(|(_, k)| of.kinds.contains(k))
            .take(MEMBERS);
        fit.map(|m| self.named(m)).collect()
    }

    fn statuses(&mut self, members: &[(String, KindId)]) {
        for (i, status) in (0u32..).zip(self.program.statuses.clone()) {
            let id = StatusId(i);
            if status.kept {
                continue;
            }
            let keys: Vec<Vec<Guard>> = match &status.keys[..] {
                [] => vec![Vec::new()],
                [one] => self
                    .some(one, members)
                    .into_iter()
                    .map(|g| vec![g])
                    .collect(),
                [one, two] => {
                    let (a, b) = (self.some(one, members), self.some(two, members));
                    a.iter().zip(&b).map(|(a, b)| vec![*a, *b]).collect()
                }
                _ => continue,
            };
            for args in keys {
                for op in [
                    Op::StatusStart(id, args.clone()),
                    Op::StatusEnd(id, args.clone()),
                ] {
                    let g = self.guard(op, Ty::Time);
                    self.see(MeasureKind::Date(g), false);
                }
                let g = self.guard(Op::StatusOn(id, args), Ty::Bool);
                self.see(MeasureKind::Probability(g, None), false);
            }
        }
    }

    fn histories(&mut self) {
        for (i, hist) in (0u32..).zip(self.program.hists.clone()) {
            if hist.keys.is_empty() {
                let count = self.guard(Op::HistCount(HistId(i), Vec::new()), Ty::Int);
                self.see(MeasureKind::Number(count), false);
                let last = Op::HistTime(HistId(i), Ordinal::Last, Vec::new());
                let last = self.guard(last, Ty::Time);
                self.see(MeasureKind::Date(last), false);
            }
        }
    }

    fn decisions(&mut self, members: &[(String, KindId)]) {
        for (i, decision) in (0u32..).zip(self.program.decisions.clone()) {
            if decision.head.is_some() || decision.whole.is_some() {
                continue;
            }
            let subjects: Vec<Option<Guard>> = match &decision.subject {
                None => vec![None],
                Some(of) => self.some(of, members).into_iter().map(Some).collect(),
            };
            for subject in subjects {
                let is = |o| Op::OutcomeIs(DecisionId(i), subject, o);
                let outcomes = [
                    Op::DecisionOpen(DecisionId(i), subject),
                    is(DecisionOutcome::Adopted),
                    is(DecisionOutcome::Rejected),
                    is(DecisionOutcome::Inquorate),
                ];
                for op in outcomes {
                    let g = self.guard(op, Ty::Bool);
                    self.see(MeasureKind::Probability(g, None), false);
                }
            }
        }
    }

    fn breaches(&mut self) {
        for (i, norm) in (0u32..).zip(self.program.norms.clone()) {
            if !matches!(norm.modal, Modal::May | Modal::Cannot) {
                let kind = MeasureKind::Breaches {
                    norms: vec![NormId(i)],
                    any: false,
                    by: None,
                };
                self.see(kind, false);
            }
        }
    }

    fn stages(&mut self) {
        for (i, procedure) in (0u32..).zip(self.program.procedures.clone()) {
            for stage in (0u32..).zip(&procedure.stages).map(|s| s.0) {
                let ty = Ty::Entity(vec![procedure.kind]);
                Arc::make_mut(&mut self.program.vars).push(Var {
                    name: "i".to_owned(),
                    ty: ty.clone(),
                });
                let var = VarId(u32::try_from(self.program.vars.len() - 1).unwrap_or(u32::MAX));
                let it = self.guard(Op::Var(var), ty);
                let there = self.guard(Op::InStage(it, ProcedureId(i), vec![stage]), Ty::Bool);
                let kinds = vec![procedure.kind];
                let n = self.guard(Op::Count(Domain { var, kinds }, there), Ty::Int);
                self.see(MeasureKind::Number(n), false);
            }
        }
    }
}
