//! Who reads the ballots of a decision, and when what a roll hangs on changes.

use rogatio_mir::{
    CaseActKind, DecisionId, Demand, Effect, Experiment, Firing, Guard, Latch, Match, MeasureKind,
    On, Op, Program, ScenarioItemKind, TimerId, each_guard,
};
use std::collections::{BTreeSet, HashSet};

/// Whether anything but the decision's own rules reads its ballots or its roll, or hears of a ballot.
pub(super) fn ballots_are_read(program: &Program, experiment: &Experiment, d: DecisionId) -> bool {
    let reads = |op: &Op| match op {
        Op::OnRoll { decision, .. } | Op::Weight { decision, .. } => *decision == d,
        Op::Certain(decision, ..) => *decision == d,
        Op::Pivotal { decision, .. } => *decision == d,
        _ => false,
    };
    // Operands have smaller ids than their users, and so have the values of defines than their calls in most programs:
    // until nothing changes.
    let mut readers: HashSet<Guard> = HashSet::new();
    loop {
        let before = readers.len();
        for (i, node) in (0u32..).zip(&program.guards) {
            let called = match &node.op {
                Op::Call(define, _) => Some(program.defines[define.index()].value),
                _ => None,
            };
            let below = |g: &Guard| readers.contains(g);
            if reads(&node.op) || node.op.operands().iter().chain(&called).any(below) {
                readers.insert(Guard(i));
            }
        }
        if readers.len() == before {
            break;
        }
    }
    let mut own: HashSet<Guard> = HashSet::new();
    each_guard(program, &program.decisions[d.index()].slots(), |g, _| {
        own.insert(g);
    });
    let heard = |on: &On| matches!(on, On::Ballot { decision, .. } if *decision == d);
    readers.iter().any(|g| !own.contains(g))
        || roots(program, experiment, d)
            .iter()
            .any(|g| readers.contains(g))
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
fn events(program: &Program) -> impl Iterator<Item = &On> {
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

/// The guards that something asks for by itself, the decision's own rules left out.
fn roots(program: &Program, experiment: &Experiment, own: DecisionId) -> Vec<Guard> {
    let mut all: Vec<Guard> = Vec::new();
    for rule in &program.rules {
        all.extend(rule.guard);
        match &rule.effect {
            Effect::Start(keys, value) => all.extend(keys.iter().chain(value)),
            Effect::End(keys) | Effect::Push(keys) | Effect::Arm(keys) | Effect::Disarm(keys) => {
                all.extend(keys)
            }
            Effect::Watch => {}
        }
    }
    for on in events(program) {
        all.extend(on.matches().into_iter().filter_map(|m| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        }));
    }
    all.extend(program.edges.iter().map(|e| e.cond));
    all.extend(program.timers.iter().map(|t| t.at));
    all.extend(program.defines.iter().map(|d| d.value));
    all.extend(program.givens.iter().filter_map(|g| g.default));
    for status in &program.statuses {
        all.extend(status.level.iter().chain(&status.blocked_while));
    }
    for norm in &program.norms {
        all.push(norm.who.cond);
        all.extend(norm.cond.iter().chain(&norm.window.during));
        all.extend(norm.window.opens);
        if let Some(duty) = &norm.duty {
            all.extend(duty.release);
            all.extend(
                duty.births
                    .iter()
                    .flat_map(|b| b.guard.iter().chain(&b.after)),
            );
            all.extend(duty.provisos.iter().map(|(_, g)| *g));
            all.extend(duty.window.during);
        }
    }
    for (i, d) in (0u32..).zip(&program.decisions) {
        if DecisionId(i) != own {
            all.extend(d.slots());
        }
        all.extend([d.voters, d.members]);
        all.extend(d.opens.iter().filter_map(|(.., g)| *g));
    }
    for p in &program.procedures {
        for t in p.stages.iter().flat_map(|s| &s.transitions) {
            all.extend(t.guard.iter().chain(&t.on_condition));
        }
    }
    for b in &experiment.behaviours {
        all.extend(b.when.iter().chain([&b.who.cond]));
    }
    for m in &experiment.measures {
        all.extend(match &m.kind {
            MeasureKind::Date(g) | MeasureKind::Probability(g, _) | MeasureKind::Number(g) => {
                Some(*g)
            }
            MeasureKind::Breaches { .. } => None,
        });
    }
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
