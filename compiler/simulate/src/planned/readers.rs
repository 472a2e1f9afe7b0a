//! Who reads the ballots of a decision, and when what a roll hangs on changes.

use rogatio_mir::{
    CaseActKind, Closing, DecisionId, Demand, EdgeId, Effect, Experiment, Firing, Guard, Latch,
    Match, MeasureKind, NormId, On, Op, Program, ScenarioItemKind, TimerId, each_guard,
};
use std::collections::{BTreeSet, HashSet};

/// Where a guard is asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// A watched condition.
    Edge(EdgeId),
    /// What a norm judges an act by.
    Judges(NormId),
    /// A rule of a decision.
    Decision(DecisionId),
    /// A measure.
    Measure,
    /// Anything else.
    Other,
}

/// The guards that read what an operation reads, by themselves or through what they are computed from.
pub(super) fn readers(program: &Program, reads: &dyn Fn(&Op) -> bool) -> HashSet<Guard> {
    // Operands have smaller ids than their users; a define's value may have a greater one than its call: until nothing
    // changes.
    let mut readers: HashSet<Guard> = HashSet::new();
    loop {
        let before = readers.len();
        for (i, node) in (0u32..).zip(&program.guards) {
            let called = match &node.op {
                Op::Call(define, _) => Some(program.defines[define.index()].value),
                Op::StatusOn(s, _) => program.statuses[s.index()].level,
                _ => None,
            };
            let below = |g: &Guard| readers.contains(g);
            if reads(&node.op) || node.op.operands().iter().chain(&called).any(below) {
                readers.insert(Guard(i));
            }
        }
        if readers.len() == before {
            return readers;
        }
    }
}

/// Whether anything but the decision's own rules reads its ballots or its roll, or hears of a ballot.
pub(super) fn ballots_are_read(program: &Program, experiment: &Experiment, d: DecisionId) -> bool {
    let reads = |op: &Op| match op {
        Op::OnRoll { decision, .. } | Op::Weight { decision, .. } => *decision == d,
        Op::Certain(decision, ..) => *decision == d,
        Op::Pivotal { decision, .. } => *decision == d,
        _ => false,
    };
    let readers = readers(program, &reads);
    let mut own: HashSet<Guard> = HashSet::new();
    each_guard(program, &program.decisions[d.index()].slots(), |g, _| {
        own.insert(g);
    });
    let heard = |on: &On| matches!(on, On::Ballot { decision, .. } if *decision == d);
    let elsewhere = |(root, g): &(Root, Guard)| *root != Root::Decision(d) && readers.contains(g);
    readers.iter().any(|g| !own.contains(g))
        || roots(program, experiment).iter().any(elsewhere)
        || events(program).any(heard)
        || program.norms.iter().any(|n| {
            let vote =
                |part: &Demand| matches!(part, Demand::Vote { decision, .. } if *decision == d);
            n.demand.parts().iter().any(vote)
        })
        || experiment.items.iter().any(|i| match &i.kind {
            ScenarioItemKind::Act(a) => matches!(
                a.act,
                CaseActKind::Vote(x, ..)
                    | CaseActKind::Casting(x, ..)
                    | CaseActKind::Declare(x, ..)
                    | CaseActKind::Object(x, _)
                    | CaseActKind::Gavel(x, _) if x == d
            ),
            _ => false,
        })
}

/// All events that something hears of.
pub(super) fn events(program: &Program) -> impl Iterator<Item = &On> {
    let rules = program.rules.iter().map(|r| &r.on);
    let opens = program.decisions.iter().flat_map(|d| {
        let closes = d.closes.iter().filter_map(|c| match c {
            rogatio_mir::Closing::Upon(on, _) => Some(on),
            _ => None,
        });
        let opens = d.opens.iter().map(|(on, ..)| on);
        let steps = d.earlier.iter().flat_map(|s| &s.next).map(|(on, _)| on);
        let withdrawn = d.withdrawn.iter().map(|(on, _)| on);
        opens.chain(closes).chain(steps).chain(withdrawn)
    });
    let stages = program.procedures.iter().flat_map(|p| {
        let ways = p.stages.iter().flat_map(|s| &s.transitions);
        let opened = p.opened_by.iter().map(|(on, ..)| on);
        opened.chain(ways.flat_map(|t| &t.on))
    });
    let duties = program.norms.iter().flat_map(|n| {
        let births = n.duty.iter().flat_map(|d| &d.births).map(|b| &b.on);
        let ends = n.duty.iter().flat_map(|d| d.ends()).map(|(on, _)| on);
        let window = n.window.closes_on.iter().map(|(on, _)| on);
        births.chain(ends).chain(window)
    });
    rules.chain(opens).chain(stages).chain(duties)
}

/// The guards that something asks for by itself.
pub(super) fn roots(program: &Program, experiment: &Experiment) -> Vec<(Root, Guard)> {
    let mut all: Vec<(Root, Guard)> = Vec::new();
    let mut add = |root: Root, guards: &mut dyn Iterator<Item = Guard>| {
        all.extend(guards.map(|g| (root, g)));
    };
    for rule in &program.rules {
        add(Root::Other, &mut rule.guard.into_iter());
        let keys = match &rule.effect {
            Effect::Start(keys, value) => {
                add(Root::Other, &mut value.iter().copied());
                keys.as_slice()
            }
            Effect::End(keys) | Effect::Push(keys) | Effect::Arm(keys) | Effect::Disarm(keys) => {
                keys
            }
            Effect::Watch => &[],
        };
        add(Root::Other, &mut keys.iter().copied());
    }
    for on in events(program) {
        let is = on.matches().into_iter().filter_map(|m| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        });
        add(Root::Other, &mut is.into_iter());
    }
    for (i, e) in (0u32..).zip(&program.edges) {
        add(Root::Edge(EdgeId(i)), &mut std::iter::once(e.cond));
    }
    add(Root::Other, &mut program.timers.iter().map(|t| t.at));
    add(
        Root::Other,
        &mut program.timers.iter().filter_map(|t| t.live),
    );
    add(Root::Other, &mut program.defines.iter().map(|d| d.value));
    add(
        Root::Other,
        &mut program.givens.iter().filter_map(|g| g.default),
    );
    for status in &program.statuses {
        let own = status.level.iter().chain(&status.blocked_while);
        add(Root::Other, &mut own.copied());
    }
    for (i, norm) in (0u32..).zip(&program.norms) {
        let judges = norm.cond.iter().chain([&norm.who.cond]).copied();
        add(Root::Judges(NormId(i)), &mut judges.into_iter());
        let filters = norm.demand.parts().iter().filter_map(|d| match d {
            Demand::Act { filter, .. } | Demand::Vote { filter, .. } => *filter,
            Demand::Ensure(g) => Some(*g),
            Demand::Anonymous(_) | Demand::OneOf(_) => None,
        });
        add(Root::Other, &mut filters.into_iter());
        let windows = norm.duty.iter().flat_map(|d| {
            let provisos = d.provisos.iter().map(|(w, _)| w);
            provisos.chain([&d.window])
        });
        for w in windows.chain([&norm.window]) {
            let bounds = w.opens.into_iter().chain(w.during).chain(w.skip);
            add(Root::Other, &mut bounds.chain(w.closes.map(|(g, _)| g)));
            add(Root::Other, &mut w.closes_on.iter().filter_map(|(_, g)| *g));
        }
        if let Some(duty) = &norm.duty {
            let births = duty.births.iter();
            let guards = births.flat_map(|b| b.guard.iter().chain(&b.after).chain(&b.keys));
            add(Root::Other, &mut guards.copied());
            let provisos = duty.provisos.iter().map(|(_, g)| *g);
            let released = duty.release_on.iter().filter_map(|(_, g)| *g);
            add(
                Root::Other,
                &mut provisos.chain(duty.release).chain(released),
            );
            add(Root::Other, &mut duty.several.iter().map(|s| s.cond));
            let every = duty.every.iter().flat_map(|e| [e.length, e.base]);
            add(Root::Other, &mut every.into_iter());
        }
    }
    for (i, d) in (0u32..).zip(&program.decisions) {
        add(Root::Decision(DecisionId(i)), &mut d.slots().into_iter());
        let rolls = [d.voters, d.members].into_iter().chain(d.weight);
        let rolls = rolls.chain(d.present).chain(d.silence_by_voter);
        add(Root::Other, &mut rolls.chain(d.chair));
        add(Root::Other, &mut d.opens.iter().filter_map(|(.., g)| *g));
        add(Root::Other, &mut d.together.iter().map(|(_, g, _)| *g));
        add(Root::Other, &mut d.withdrawn.iter().filter_map(|(_, g)| *g));
        let closes = d.closes.iter().filter_map(|c| match c {
            Closing::At(g, _) | Closing::AllVoted(g) | Closing::When(g) => Some(*g),
            Closing::Upon(_, g) => *g,
            Closing::Certain => None,
        });
        add(Root::Other, &mut closes.into_iter());
        let enacts = d
            .enacts
            .iter()
            .flat_map(|e| e.args.iter().flatten().chain(&e.when));
        add(Root::Other, &mut enacts.copied());
    }
    for p in &program.procedures {
        for s in &p.stages {
            let ways = s.transitions.iter();
            let ways = ways.flat_map(|t| t.guard.iter().chain(&t.on_condition));
            add(Root::Other, &mut ways.copied());
            add(Root::Other, &mut s.opens.iter().filter_map(|o| o.guard));
        }
        for (_, guard, fields) in &p.opened_by {
            let fields = fields.iter().map(|(_, g)| *g);
            add(Root::Other, &mut guard.iter().copied().chain(fields));
        }
    }
    for b in &experiment.behaviours {
        add(Root::Other, &mut b.when.into_iter().chain([b.who.cond]));
        add(Root::Other, &mut b.args.iter().flatten().copied());
    }
    for l in &experiment.ballots {
        add(Root::Other, &mut l.when.into_iter().chain([l.who.cond]));
        add(Root::Other, &mut l.odds.iter().map(|(_, g)| *g));
    }
    let measures = experiment.measures.iter().filter_map(|m| match &m.kind {
        MeasureKind::Date(g) | MeasureKind::Probability(g, _) | MeasureKind::Number(g) => Some(*g),
        MeasureKind::Breaches { .. } => None,
    });
    add(Root::Measure, &mut measures.into_iter());
    all
}

/// Whether what a condition reads changes at acts and at openings of days only: so at the end of a window it is as it
/// was after the last act of the day before.
pub(super) fn rests_between_acts(program: &Program, g: Guard) -> bool {
    Rest {
        program,
        seen: BTreeSet::new(),
    }
    .guard(g)
}

struct Rest<'p> {
    program: &'p Program,
    seen: BTreeSet<Latch>,
}

impl Rest<'_> {
    fn guard(&mut self, g: Guard) -> bool {
        let mut read = Vec::new();
        let (mut rests, mut below) = (true, Vec::new());
        each_guard(self.program, &[g], |_, op| match op {
            Op::StatusOn(s, _) => {
                read.push(Latch::Status(*s));
                below.extend(self.program.statuses[s.index()].level);
            }
            Op::HistCount(h, _) | Op::HistTime(h, ..) => read.push(Latch::Hist(*h)),
            Op::Call(d, _) => below.push(self.program.defines[d.index()].value),
            Op::Given(x, _) => below.extend(self.program.givens[x.index()].default),
            Op::Bool(_) | Op::Int(_) | Op::Text(_) | Op::None | Op::Length(_) | Op::Day(_) => {}
            Op::Entity(_) | Op::CaseEntity(_) | Op::Var(_) | Op::Share(..) => {}
            Op::Not(_) | Op::And(_) | Op::Or(_) | Op::Compare(..) | Op::ShareCompare { .. } => {}
            Op::Arith(..) | Op::Count(..) | Op::Sum(..) | Op::Exists(..) | Op::ForAll(..) => {}
            Op::Field(..) | Op::IsKind(..) | Op::InField { .. } | Op::IsNone(_) => {}
            Op::OrElse(..) | Op::Except(..) | Op::Shift { .. } | Op::EventTime => {}
            _ => rests = false,
        });
        rests && read.into_iter().all(|l| self.latch(l)) && below.into_iter().all(|g| self.guard(g))
    }

    fn latch(&mut self, latch: Latch) -> bool {
        if !self.seen.insert(latch) {
            return true;
        }
        let program = self.program;
        let blocked = match latch {
            Latch::Status(s) => program.statuses[s.index()].blocked_while.clone(),
            _ => Vec::new(),
        };
        let rules: Vec<_> = program.rules_of(latch).map(|(_, r)| &r.on).collect();
        rules.into_iter().all(|on| self.event(on)) && blocked.into_iter().all(|g| self.guard(g))
    }

    fn event(&mut self, on: &On) -> bool {
        let program = self.program;
        match on {
            On::Act { .. } | On::Begin => true,
            On::Timer(t, _) => self.timer(*t),
            On::Rise(e, _) | On::Fall(e, _) => self.guard(program.edges[e.index()].cond),
            On::Started(s, _) | On::Ended(s, _) => self.latch(Latch::Status(*s)),
            On::Ballot { .. }
            | On::Enter(..)
            | On::Leave(..)
            | On::Outcome(..)
            | On::Opened(..)
            | On::Norm(..) => false,
        }
    }

    fn timer(&mut self, t: TimerId) -> bool {
        let timer = &self.program.timers[t.index()];
        let plain = timer.firing == Firing::Opening && timer.live.is_none();
        plain && self.guard(timer.at) && self.latch(Latch::Timer(t))
    }
}
