//! What guards read, through defines and levels.

use super::{Index, Read};
use crate::state::Dep;
use rogatio_mir::{DefineId, Domain, Guard, KindId, Op, Program, StatusId, VarId};
use std::collections::{BTreeSet, HashSet};

pub(super) type Map = Vec<(VarId, Option<usize>)>;

/// Collects what guards read, through defines and levels.
pub(super) struct Reads<'p> {
    pub(super) program: &'p Program,
    pub(super) index: &'p Index,
    /// Parts that read no variable are told apart.
    pub(super) apart: bool,
    pub(super) out: BTreeSet<Read>,
    pub(super) parts: BTreeSet<Guard>,
    pub(super) seen: HashSet<(Guard, Map)>,
}

impl Reads<'_> {
    pub(super) fn arg(&self, g: Guard, map: &Map) -> Option<usize> {
        match self.program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Var(v)) => map.iter().rev().find(|(w, _)| w == v).and_then(|(_, i)| *i),
            _ => None,
        }
    }

    pub(super) fn args(&self, gs: &[Guard], map: &Map) -> Vec<Option<usize>> {
        gs.iter().map(|g| self.arg(*g, map)).collect()
    }

    pub(super) fn kinds(&mut self, d: &Domain) {
        self.of_kinds(&d.kinds);
    }

    pub(super) fn of_kinds(&mut self, kinds: &[KindId]) {
        for k in kinds {
            self.out.insert((Dep::Kind(*k), Vec::new()));
        }
    }

    pub(super) fn status(&mut self, s: StatusId, args: Vec<Option<usize>>) {
        let program = self.program;
        let Some(status) = program.statuses.get(s.index()) else {
            return;
        };
        for t in status.start_timers.iter().chain(&status.end_timers) {
            self.out.insert((Dep::Timer(*t), args.clone()));
        }
        if let Some(level) = status.level {
            let map: Map = status
                .keys
                .iter()
                .zip(&args)
                .map(|(d, a)| (d.var, *a))
                .collect();
            self.walk(level, &map);
        }
        self.out.insert((Dep::Status(s), args));
    }

    pub(super) fn call(&mut self, d: DefineId, args: &[Option<usize>]) {
        let program = self.program;
        let Some(define) = program.defines.get(d.index()) else {
            return;
        };
        let vars = define
            .params
            .iter()
            .copied()
            .chain(define.element.as_ref().map(|(v, _)| *v));
        let map: Map = vars.zip(args.iter().copied()).collect();
        self.walk(define.value, &map);
    }

    pub(super) fn walk(&mut self, g: Guard, map: &Map) {
        if !self.seen.insert((g, map.clone())) {
            return;
        }
        let program = self.program;
        let Some(node) = program.guards.get(g.index()) else {
            return;
        };
        // What a version chooses is not the same for all readers.
        let versioned = self.index.versioned.get(g.index()) == Some(&true);
        if self.apart && self.index.is_closed(g) && !is_constant(&node.op) && !versioned {
            self.parts.insert(g);
            self.out.insert((Dep::Part(g), Vec::new()));
            return;
        }
        let mut inner = map.clone();
        match &node.op {
            Op::Count(d, _)
            | Op::Sum(d, ..)
            | Op::Exists(d, _)
            | Op::SetOf(d, _)
            | Op::ForAll(d, ..)
            | Op::Best(d, ..) => {
                self.kinds(d);
                inner.push((d.var, None));
            }
            Op::Call(d, gs) => {
                let args = self.args(gs, map);
                self.call(*d, &args);
            }
            Op::Given(id, gs) => {
                let args = self.args(gs, map);
                if let Some(given) = program.givens.get(id.index())
                    && let Some(default) = given.default
                {
                    let map: Map = given
                        .params
                        .iter()
                        .copied()
                        .zip(args.iter().copied())
                        .collect();
                    self.walk(default, &map);
                }
                self.out.insert((Dep::Given(*id), args));
            }
            Op::Shift { closes: true, .. } => {
                let holidays = program.counting_of(node.provision).holidays;
                self.out
                    .extend(holidays.map(|g| (Dep::Given(g), Vec::new())));
            }
            Op::StatusOn(s, gs)
            | Op::StatusValue(s, gs)
            | Op::StatusStart(s, gs)
            | Op::StatusFirstStart(s, gs)
            | Op::StatusEnd(s, gs)
            | Op::StatusPick {
                status: s,
                keys: gs,
                ..
            } => {
                let args = self.args(gs, map);
                self.status(*s, args);
            }
            Op::Field(owner, f)
            | Op::InField {
                owner, field: f, ..
            } => {
                let arg = self.arg(*owner, map);
                for f in self.program.fields_like(*f) {
                    self.out.insert((Dep::Field(f), vec![arg]));
                }
            }
            Op::HistCount(h, gs)
            | Op::HistTime(h, _, gs)
            | Op::HistArg(h, _, _, gs)
            | Op::HistSum(h, _, gs)
            | Op::HistSince(h, _, gs)
            | Op::HistInLast {
                hist: h, keys: gs, ..
            }
            | Op::HistPick {
                hist: h, keys: gs, ..
            } => {
                let args = self.args(gs, map);
                self.out.insert((Dep::Hist(*h), args));
            }
            Op::InStage(i, p, _) | Op::EnteredAt(i, p, _) => {
                let arg = self.arg(*i, map);
                self.out.insert((Dep::Procedure(*p), vec![arg]));
            }
            Op::NormIs(n, ..) => {
                let named = program.norms_named(*n);
                self.out.extend(named.map(|n| (Dep::Norm(n), Vec::new())));
            }
            Op::InVersion(v, _) => {
                let events = program.version_events(*v);
                self.out
                    .extend(events.map(|s| (Dep::Status(s), Vec::new())));
            }
            Op::ByVersion(list) => {
                let events = list.iter().flat_map(|(v, _)| program.version_events(*v));
                self.out
                    .extend(events.map(|s| (Dep::Status(s), Vec::new())));
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                ..
            }
            | Op::Weight {
                decision,
                subject,
                voter,
            } => {
                let subject = subject.map(|s| self.arg(s, map));
                self.out
                    .insert((Dep::Decision(*decision), subject.into_iter().collect()));
                let voter_arg = self.arg(*voter, map);
                let ballot = subject.into_iter().chain([voter_arg]).collect();
                self.out.insert((Dep::Ballot(*decision), ballot));
                for d in program.texts_of(*decision) {
                    let mut map: Map = vec![(d.voter.var, voter_arg)];
                    map.extend(d.subject.as_ref().map(|s| (s.var, subject.flatten())));
                    let more = d
                        .present
                        .iter()
                        .chain(&d.weight)
                        .chain(&d.chair)
                        .chain([&d.members, &d.voters]);
                    for g in more.copied().collect::<Vec<_>>() {
                        self.walk(g, &map);
                    }
                }
            }
            Op::Certain(d, s, _) => {
                let subject = s.map(|s| self.arg(s, map));
                self.out
                    .insert((Dep::Decision(*d), subject.into_iter().collect()));
                for d in program.texts_of(*d) {
                    let own = d.subject.as_ref().map(|s| (s.var, subject.flatten()));
                    let map: Map = own.into_iter().collect();
                    for g in d.slots().into_iter().chain([d.members, d.voters]) {
                        self.walk(g, &map);
                    }
                }
            }
            Op::OutcomeIs(d, s, _)
            | Op::DecisionOpen(d, s)
            | Op::Pivotal {
                decision: d,
                subject: s,
                ..
            } => {
                let subject = s.map(|s| self.arg(s, map));
                self.out
                    .insert((Dep::Decision(*d), subject.into_iter().collect()));
            }
            _ => {}
        }
        for g in node.op.operands() {
            self.walk(g, &inner);
        }
    }
}

/// Whether a guard has the same value always, or is the present itself.
fn is_constant(op: &Op) -> bool {
    op.is_constant()
        || matches!(
            op,
            Op::Share(..) | Op::Chance(_) | Op::NotStated(_) | Op::Now
        )
}
