//! What can be worked out once per program: who reads what, which rules wait for which event.

mod reads;

use crate::state::Dep;
use reads::{Map, Reads};
use rogatio_mir::{
    Act, Closing, DecisionId, Demand, Duty, Guard, Latch, NormId, On, Op, ProcedureId, Program,
    RuleId, Stated, VarId,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

/// What triggers look like from outside, for finding what waits for them.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum OnKey {
    Act(u32),
    Timer(u32),
    Rise(u32),
    Fall(u32),
    Started(u32),
    Ended(u32),
    Enter(u32, u32),
    Leave(u32, u32),
    Outcome(u32, rogatio_mir::DecisionOutcome),
    Opened(u32),
    Ballot(u32),
    Norm(u32, rogatio_mir::NormState),
    Begin,
}

impl OnKey {
    pub(crate) fn of(on: &On) -> OnKey {
        match on {
            On::Act { act, .. } => OnKey::Act(act.0),
            On::Timer(t, _) => OnKey::Timer(t.0),
            On::Rise(e, _) => OnKey::Rise(e.0),
            On::Fall(e, _) => OnKey::Fall(e.0),
            On::Started(s, _) => OnKey::Started(s.0),
            On::Ended(s, _) => OnKey::Ended(s.0),
            On::Enter(p, s, _) => OnKey::Enter(p.0, *s),
            On::Leave(p, s, _) => OnKey::Leave(p.0, *s),
            On::Outcome(d, o, _) => OnKey::Outcome(d.0, *o),
            On::Opened(d, _) => OnKey::Opened(d.0),
            On::Ballot { decision, .. } => OnKey::Ballot(decision.0),
            On::Norm(n, s, _) => OnKey::Norm(n.0, *s),
            On::Begin => OnKey::Begin,
        }
    }
}

/// A read of a guard: what, and which of its arguments are which keys of the reader.
pub(crate) type Read = (Dep, Vec<Option<usize>>);

/// A trigger of a transition.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Exit {
    pub(crate) procedure: ProcedureId,
    pub(crate) stage: u32,
    /// Which transition of the stage, and which trigger of it.
    pub(crate) transition: usize,
    pub(crate) trigger: usize,
}

/// What a guard that goes through a set reads of each element.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The variables around it.
    pub(crate) free: Vec<VarId>,
    /// What is read; the keys are those variables, and behind them the element.
    pub(crate) reads: Vec<Read>,
    /// Parts that are the same for all elements.
    pub(crate) parts: Vec<Guard>,
}

/// The index of a program.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Per position of the order: the rules that write the latch.
    pub(crate) rules_at: Vec<Vec<RuleId>>,
    /// Position of a latch.
    pub(crate) position: HashMap<Latch, usize>,
    /// Per guard: free variables.
    pub(crate) free: Vec<Vec<VarId>>,
    /// Per guard: reads the time of the event at hand.
    pub(crate) event_time: Vec<bool>,
    /// Per guard: has another value in another version (R47b).
    versioned: Vec<bool>,
    /// Per edge: what its condition reads, and its parts that read no variable.
    pub(crate) edge_reads: Vec<Vec<Read>>,
    pub(crate) edge_parts: Vec<Vec<Guard>>,
    /// The same per timer.
    pub(crate) timer_reads: Vec<Vec<Read>>,
    pub(crate) timer_parts: Vec<Vec<Guard>>,
    /// Per norm: what its duty's window, release or invariant reads.
    pub(crate) duty_reads: Vec<Vec<Read>>,
    /// Per decision: what its closings read; its key is the subject.
    pub(crate) decision_reads: Vec<Vec<Read>>,
    /// The parts of all norms and decisions.
    pub(crate) frozen_parts: Vec<Guard>,
    /// What each part reads.
    pub(crate) part_reads: HashMap<Guard, Vec<Read>>,
    /// Per guard that goes through a set: what its elements read, once somebody asked.
    readings: Vec<OnceLock<Reading>>,
    /// Ways out of stages by what they wait for.
    pub(crate) ways_out: HashMap<OnKey, Vec<Exit>>,
    /// Norms whose instances an event ends, and which of [`Duty::ends`].
    pub(crate) closed_on: Vec<(NormId, usize)>,
    /// Births of duties by trigger.
    pub(crate) births: HashMap<OnKey, Vec<(NormId, usize)>>,
    /// Norms whose duty an act may fulfil.
    pub(crate) demands: HashMap<u32, Vec<NormId>>,
    /// Norms about ballots of a decision.
    pub(crate) votes: HashMap<u32, Vec<NormId>>,
}

impl Index {
    pub(crate) fn new(p: &Program) -> Index {
        let mut index = Index {
            free: Vec::with_capacity(p.guards.len()),
            event_time: Vec::with_capacity(p.guards.len()),
            ..Index::default()
        };
        index.readings.resize_with(p.guards.len(), OnceLock::new);
        for node in &p.guards {
            let (free, time) = index.free_of(&node.op);
            index.free.push(free);
            index.event_time.push(time);
        }
        if !p.versions.is_empty() {
            index.versioned = versioned(p);
        }
        index.rules_at = vec![Vec::new(); p.order.len()];
        for (i, latch) in p.order.iter().enumerate() {
            index.position.insert(*latch, i);
        }
        for (i, rule) in p.rules.iter().enumerate() {
            let id = RuleId(u32::try_from(i).unwrap_or(u32::MAX));
            if let Some(list) = index
                .position
                .get(&rule.target)
                .and_then(|&at| index.rules_at.get_mut(at))
            {
                list.push(id);
            }
        }
        for edge in &p.edges {
            let keys = edge.keys.iter().map(|d| d.var);
            let (reads, parts) = index.reads(p, [edge.cond], keys);
            index.edge_reads.push(reads);
            index.edge_parts.push(parts);
        }
        for timer in &p.timers {
            let keys = timer.keys.iter().map(|d| d.var);
            let (reads, parts) = index.reads(p, [timer.at], keys);
            index.timer_reads.push(reads);
            index.timer_parts.push(parts);
        }
        for (i, norm) in p.norms.iter().enumerate() {
            let id = NormId(u32::try_from(i).unwrap_or(u32::MAX));
            let mut roots: Vec<Guard> = Vec::new();
            if let Some(duty) = &norm.duty {
                for window in
                    std::iter::once(&duty.window).chain(duty.provisos.iter().map(|(w, _)| w))
                {
                    roots.extend(window.opens);
                    roots.extend(window.closes.map(|(g, _)| g));
                    roots.extend(window.during);
                    roots.extend(window.skip);
                }
                roots.extend(duty.provisos.iter().map(|(_, g)| *g));
                roots.extend(duty.release);
                if let Some(every) = &duty.every {
                    roots.extend([every.length, every.base].into_iter().chain(every.skip));
                }
                for (b, birth) in duty.births.iter().enumerate() {
                    index
                        .births
                        .entry(OnKey::of(&birth.on))
                        .or_default()
                        .push((id, b));
                }
            }
            match &norm.demand {
                Demand::Ensure(g) => roots.push(*g),
                Demand::Vote { decision, .. } => {
                    let parts = p.decisions.get(decision.index());
                    let parts = parts.into_iter().flat_map(|d| &d.limbs).chain([decision]);
                    for d in parts {
                        index.votes.entry(d.0).or_default().push(id);
                    }
                }
                Demand::Act { .. } | Demand::OneOf(_) | Demand::Anonymous(_) => {}
            }
            let mut acts: Vec<u32> = norm.demand.acts().map(|a| a.0).collect();
            acts.dedup();
            for act in acts {
                index.demands.entry(act).or_default().push(id);
            }
            let keys = norm.duty.as_ref().map_or(&[][..], |d| d.keys.as_slice());
            let (reads, parts) = index.reads(p, roots, keys.iter().map(|d| d.var));
            index.duty_reads.push(reads);
            index.frozen_parts.extend(parts);
            let closed = norm.duty.iter().flat_map(Duty::ends);
            index
                .closed_on
                .extend(closed.enumerate().map(|(i, _)| (id, i)));
        }
        index.decisions(p);
        index.ways_out(p);
        index.frozen_parts.sort_unstable();
        index.frozen_parts.dedup();
        let parts = index.edge_parts.iter().chain(&index.timer_parts).flatten();
        let parts: HashSet<Guard> = parts.chain(&index.frozen_parts).copied().collect();
        for g in parts {
            let (reads, _) = index.reads(p, [g], std::iter::empty());
            index.part_reads.insert(g, reads);
        }
        index
    }

    fn ways_out(&mut self, p: &Program) {
        for (i, procedure) in p.procedures.iter().enumerate() {
            for (stage, of) in procedure.stages.iter().enumerate() {
                for (transition, t) in of.transitions.iter().enumerate() {
                    for (trigger, on) in t.on.iter().enumerate() {
                        let way = Exit {
                            procedure: ProcedureId(u32::try_from(i).unwrap_or(u32::MAX)),
                            stage: u32::try_from(stage).unwrap_or(u32::MAX),
                            transition,
                            trigger,
                        };
                        self.ways_out.entry(OnKey::of(on)).or_default().push(way);
                    }
                }
            }
        }
    }

    fn decisions(&mut self, p: &Program) {
        for (i, d) in p.decisions.iter().enumerate() {
            let id = p.head_of(DecisionId(u32::try_from(i).unwrap_or(u32::MAX)));
            let mut roots: Vec<Guard> = Vec::new();
            for c in &d.closes {
                match c {
                    Closing::At(g, _) | Closing::When(g) => roots.push(*g),
                    Closing::AllVoted(g) => {
                        roots.push(*g);
                        // In a step that another follows its rule is asked too.
                        roots.extend(d.earlier.iter().filter_map(|s| s.rule));
                    }
                    Closing::Certain => {
                        roots.extend(d.slots());
                        roots.extend([d.voters, d.members]);
                    }
                    Closing::Upon(..) => {}
                }
            }
            // What several bodies decide together follows their outcomes, and what else is said.
            roots.extend(d.together.iter().map(|(_, g, _)| *g));
            let keys = d.subject.iter().map(|s| s.var);
            let (mut reads, parts) = self.reads(p, roots, keys);
            let subject: Vec<Option<usize>> = d.subject.iter().map(|_| Some(0)).collect();
            if d.closes.iter().any(|c| matches!(c, Closing::Certain)) {
                let ballot = subject.iter().copied().chain([None]).collect();
                reads.push((Dep::Ballot(id), ballot));
            }
            reads.push((Dep::Decision(id), subject));
            self.decision_reads.push(Vec::new());
            // What any of its texts reads.
            if let Some(all) = self.decision_reads.get_mut(id.index()) {
                all.extend(reads);
            }
            self.frozen_parts.extend(parts);
        }
    }

    /// What a guard that goes through a set reads of each element; none if it reads the time of an event.
    pub(crate) fn reading(&self, program: &Program, g: Guard) -> Option<&Reading> {
        if self.event_time.get(g.index()).copied().unwrap_or(true) {
            return None;
        }
        let (d, roots) = match &program.guards.get(g.index())?.op {
            Op::Count(d, c) | Op::Exists(d, c) => (d, vec![*c]),
            Op::Sum(d, c, then) | Op::ForAll(d, c, then) => (d, vec![*c, *then]),
            _ => return None,
        };
        let reading = self.readings.get(g.index())?.get_or_init(|| {
            let free = self.free(g).to_vec();
            let keys = free.iter().copied().chain([d.var]);
            let (reads, parts) = self.reads(program, roots, keys);
            Reading { free, reads, parts }
        });
        Some(reading)
    }

    /// What guards over keys read, and which of the read keys are theirs; parts that read no variable are told apart
    /// where there are keys.
    fn reads(
        &self,
        program: &Program,
        roots: impl IntoIterator<Item = Guard>,
        keys: impl Iterator<Item = VarId>,
    ) -> (Vec<Read>, Vec<Guard>) {
        let map: Map = keys.enumerate().map(|(i, v)| (v, Some(i))).collect();
        let mut reads = Reads {
            program,
            index: self,
            apart: !map.is_empty(),
            out: BTreeSet::new(),
            parts: BTreeSet::new(),
            seen: HashSet::new(),
        };
        for g in roots {
            reads.walk(g, &map);
        }
        (
            reads.out.into_iter().collect(),
            reads.parts.into_iter().collect(),
        )
    }

    /// Free variables of a node, given those of its operands.
    fn free_of(&self, op: &Op) -> (Vec<VarId>, bool) {
        let mut free: Vec<VarId> = Vec::new();
        let mut time = false;
        match op {
            Op::Var(v) => free.push(*v),
            Op::EventTime => time = true,
            _ => {}
        }
        for g in op.operands() {
            free.extend(self.free.get(g.index()).into_iter().flatten());
            time |= self.event_time.get(g.index()).copied().unwrap_or(false);
        }
        match op {
            Op::Count(d, _)
            | Op::Sum(d, ..)
            | Op::Exists(d, _)
            | Op::SetOf(d, _)
            | Op::ForAll(d, ..)
            | Op::Best(d, ..) => {
                free.retain(|v| *v != d.var);
            }
            _ => {}
        }
        free.sort_unstable();
        free.dedup();
        (free, time)
    }

    /// Whether a guard reads no variable and no event time.
    pub(crate) fn is_closed(&self, g: Guard) -> bool {
        self.free.get(g.index()).is_some_and(Vec::is_empty)
            && !self.event_time.get(g.index()).copied().unwrap_or(true)
    }

    pub(crate) fn free(&self, g: Guard) -> &[VarId] {
        self.free.get(g.index()).map_or(&[], Vec::as_slice)
    }
}

/// Which guards have another value in another version; a define that does makes its callers so.
fn versioned(p: &Program) -> Vec<bool> {
    let mut found = vec![false; p.guards.len()];
    loop {
        let mut more = false;
        for (i, node) in p.guards.iter().enumerate() {
            if found[i] {
                continue;
            }
            let is = |g: Guard| found.get(g.index()) == Some(&true);
            let chosen = match &node.op {
                Op::InVersion(..) | Op::ByVersion(_) => true,
                Op::Call(d, _) => p.defines.get(d.index()).is_some_and(|d| is(d.value)),
                Op::Given(g, _) => {
                    let default = p.givens.get(g.index()).and_then(|g| g.default);
                    default.is_some_and(is)
                }
                _ => false,
            };
            if chosen || node.op.operands().into_iter().any(is) {
                found[i] = true;
                more = true;
            }
        }
        if !more {
            return found;
        }
    }
}

/// The parts of a decision's rule, for reasons and for early closing.
pub(crate) fn conjuncts(p: &Program, g: Guard) -> Vec<Guard> {
    match p.guards.get(g.index()).map(|n| &n.op) {
        Some(Op::And(gs)) => gs.iter().flat_map(|g| conjuncts(p, *g)).collect(),
        _ => vec![g],
    }
}

/// The rule of a slot, if it has one.
pub(crate) fn rule_of(stated: &Stated) -> Option<Guard> {
    match stated {
        Stated::Rule(g) => Some(*g),
        Stated::None | Stated::NotStated(_) => None,
    }
}

/// The norms that concern an act.
pub(crate) fn norms_of(p: &Program, act: &Act) -> Vec<NormId> {
    act.norms
        .iter()
        .copied()
        .filter(|n| n.index() < p.norms.len())
        .collect()
}
