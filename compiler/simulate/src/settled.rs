//! Clocks that run alike in every run: their delays are fixed, and nothing they hang on hangs on a ballot.

use rogatio_mir::{
    ActId, Behaviour, Demand, Effect, Entity, Experiment, Guard, KindId, Latch, Law, Match, Modal,
    On, Op, Program, each_guard,
};
use std::collections::HashSet;

/// Whether all clocks of an experiment do what they do on the same days, whatever is voted. What is not seen at once is
/// taken to hang on a ballot.
pub(crate) fn clocks_are(program: &Program, experiment: &Experiment) -> bool {
    let fixed = |b: &Behaviour| matches!(b.law, Law::Fixed(_));
    if !experiment.behaviours.iter().all(fixed) {
        return false;
    }
    let mut walk = Walk {
        program,
        latches: HashSet::new(),
        acts: HashSet::new(),
        settled: true,
    };
    for b in &experiment.behaviours {
        let said = b.args.iter().flatten().chain(&b.for_whom).chain(&b.to);
        let all = said.chain(&b.when).chain([&b.who.cond]);
        walk.guards(all.copied().collect());
        match b.act() {
            Some(act) => walk.act(act),
            // An outcome is a decision's.
            None => return false,
        }
    }
    walk.settled
}

/// Whether a run makes instances of a kind: of procedures, and acts that are entities.
pub(crate) fn made_in_a_run(program: &Program, kind: KindId) -> bool {
    program.procedures.iter().any(|p| p.kind == kind)
        || program.acts.iter().any(|a| a.occurrences == Some(kind))
}

struct Walk<'p> {
    program: &'p Program,
    latches: HashSet<Latch>,
    acts: HashSet<ActId>,
    settled: bool,
}

impl Walk<'_> {
    fn guards(&mut self, roots: Vec<Guard>) {
        let program = self.program;
        let (mut todo, mut seen) = (roots, HashSet::new());
        let mut latches = Vec::new();
        while !todo.is_empty() {
            let mut inner = Vec::new();
            each_guard(program, &todo, |g, op| {
                if !seen.insert(g) {
                    return;
                }
                match op {
                    Op::OutcomeIs(..)
                    | Op::Pivotal { .. }
                    | Op::DecisionOpen(..)
                    | Op::Certain(..)
                    | Op::OnRoll { .. }
                    | Op::Weight { .. }
                    | Op::InStage(..)
                    | Op::EnteredAt(..)
                    | Op::NormIs(..)
                    | Op::NotStated(_) => self.settled = false,
                    Op::StatusOn(s, _)
                    | Op::StatusValue(s, _)
                    | Op::StatusStart(s, _)
                    | Op::StatusFirstStart(s, _)
                    | Op::StatusEnd(s, _)
                    | Op::StatusPick { status: s, .. } => latches.push(Latch::Status(*s)),
                    Op::HistCount(h, _)
                    | Op::HistTime(h, ..)
                    | Op::HistArg(h, ..)
                    | Op::HistSum(h, ..)
                    | Op::HistSince(h, ..)
                    | Op::HistInLast { hist: h, .. }
                    | Op::HistPick { hist: h, .. } => latches.push(Latch::Hist(*h)),
                    Op::Call(d, _) => {
                        inner.extend(program.defines.get(d.index()).map(|d| d.value));
                    }
                    Op::Given(id, _) => {
                        inner.extend(program.givens.get(id.index()).and_then(|g| g.default));
                    }
                    // Which instances there are hangs on what opened them.
                    Op::Count(d, _)
                    | Op::Sum(d, ..)
                    | Op::Exists(d, _)
                    | Op::ForAll(d, ..)
                    | Op::Best(d, ..)
                    | Op::SetOf(d, _) => {
                        self.settled &= !d.kinds.iter().any(|k| made_in_a_run(program, *k));
                    }
                    // What these say follows from their operands, or from nothing.
                    Op::Bool(_)
                    | Op::Int(_)
                    | Op::Day(_)
                    | Op::Instant(_)
                    | Op::Length(_)
                    | Op::Text(_)
                    | Op::None
                    | Op::Share(..)
                    | Op::Chance(_)
                    | Op::Entity(_)
                    | Op::CaseEntity(_)
                    | Op::Var(_)
                    | Op::Now
                    | Op::EventTime
                    | Op::Not(_)
                    | Op::And(_)
                    | Op::Or(_)
                    | Op::Compare(..)
                    | Op::ShareCompare { .. }
                    | Op::Arith(..)
                    | Op::Shift { .. }
                    | Op::ShiftOutside { .. }
                    | Op::Later(_)
                    | Op::Earlier(_)
                    | Op::Field(..)
                    | Op::InSet { .. }
                    | Op::InField { .. }
                    | Op::IsKind(..)
                    | Op::IsNone(_)
                    | Op::OrElse(..)
                    | Op::Except(..)
                    | Op::InVersion(..)
                    | Op::ByVersion(_)
                    | Op::Table { .. }
                    | Op::Dates(_)
                    | Op::DatesRange(..)
                    | Op::DatesJoin(..)
                    | Op::InDates(..)
                    | Op::DatesPick { .. }
                    | Op::DatePart(..)
                    | Op::Digit(_)
                    | Op::Parameter(_) => {}
                }
            });
            todo = inner;
        }
        for latch in latches {
            self.latch(latch);
        }
    }

    fn latch(&mut self, latch: Latch) {
        if !self.settled || !self.latches.insert(latch) {
            return;
        }
        let program = self.program;
        let mut roots = Vec::new();
        match latch {
            Latch::Status(s) => {
                let status = &program.statuses[s.index()];
                roots.extend(status.level.iter().chain(&status.blocked_while));
            }
            Latch::Timer(t) => roots.push(program.timers[t.index()].at),
            Latch::Edge(e) => roots.push(program.edges[e.index()].cond),
            Latch::Hist(_) => {}
        }
        for rule in program.rules.iter().filter(|r| r.target == latch) {
            self.event(&rule.on);
            roots.extend(rule.guard);
            match &rule.effect {
                Effect::Start(keys, value) => roots.extend(keys.iter().chain(value)),
                Effect::End(keys)
                | Effect::Push(keys)
                | Effect::Arm(keys)
                | Effect::Disarm(keys) => roots.extend(keys),
                Effect::Watch => {}
            }
        }
        self.guards(roots);
    }

    fn event(&mut self, on: &On) {
        let is = on.matches().into_iter().filter_map(|m| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        });
        self.guards(is.collect());
        match on {
            On::Begin => {}
            On::Act { act, .. } => self.act(*act),
            On::Timer(t, _) => self.latch(Latch::Timer(*t)),
            On::Rise(e, _) | On::Fall(e, _) => self.latch(Latch::Edge(*e)),
            On::Started(s, _) | On::Ended(s, _) => self.latch(Latch::Status(*s)),
            _ => self.settled = false,
        }
    }

    /// Whether an act is valid may hang on what its norms say.
    fn act(&mut self, act: ActId) {
        if !self.settled || !self.acts.insert(act) {
            return;
        }
        let program = self.program;
        let Some(declared) = program.acts.get(act.index()) else {
            return;
        };
        for norm in declared
            .norms
            .iter()
            .filter_map(|n| program.norms.get(n.index()))
        {
            // A duty lives and ends; a window closes upon an event.
            if (norm.duty.is_some() && norm.modal != Modal::MustNot)
                || !norm.window.closes_on.is_empty()
            {
                self.settled = false;
                return;
            }
            let mut roots = vec![norm.who.cond];
            // Who holds an office may act as it.
            let office = |e: &&Entity| norm.who.domain.kinds.contains(&e.kind);
            roots.extend(
                program
                    .entities
                    .iter()
                    .filter(office)
                    .filter_map(|e| e.holder),
            );
            roots.extend(norm.cond);
            let window = &norm.window;
            roots.extend(window.opens.iter().chain(&window.during));
            roots.extend(window.skip);
            roots.extend(window.closes.map(|(g, _)| g));
            for part in norm.demand.parts() {
                if let Demand::Act {
                    matches, filter, ..
                } = part
                {
                    roots.extend(filter);
                    roots.extend(matches.iter().filter_map(|(_, m)| match m {
                        Match::Is(g) => Some(*g),
                        _ => None,
                    }));
                }
            }
            self.guards(roots);
        }
    }
}
