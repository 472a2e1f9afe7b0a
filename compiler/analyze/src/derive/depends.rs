//! Which guards read ballots.

use rogatio_mir::{DecisionId, DefineId, Guard, Op, Program, ReadingId, RollSet, each_guard};
use std::collections::BTreeSet;

/// The readings of the text on which the rule of a decision rests, or may.
#[must_use]
pub fn readings_of(program: &Program, d: DecisionId) -> BTreeSet<ReadingId> {
    let mut roots: Vec<Guard> = Vec::new();
    let head = |d: DecisionId| {
        let text = program.decisions.get(d.index());
        text.and_then(|t| t.head).unwrap_or(d)
    };
    for (i, text) in (0u32..).zip(&program.decisions) {
        if head(DecisionId(i)) == head(d) || text.whole.is_some_and(|w| head(w) == head(d)) {
            roots.extend(text.slots());
            roots.extend([text.voters, text.members]);
            roots.extend(
                text.present
                    .into_iter()
                    .chain(text.weight)
                    .chain(text.silence_by_voter),
            );
            roots.extend(text.together.iter().map(|(_, g, _)| *g));
        }
    }
    let (mut provisions, mut defines) = (BTreeSet::new(), BTreeSet::<DefineId>::new());
    let mut todo = roots;
    while !todo.is_empty() {
        let mut next = Vec::new();
        each_guard(program, &todo, |g, op| {
            provisions.insert(program.guard(g).provision);
            if let Op::Call(d, _) = op
                && defines.insert(*d)
            {
                next.extend(program.defines.get(d.index()).map(|d| d.value));
            }
        });
        todo = next;
    }
    let readings = (0u32..).zip(&program.readings);
    readings
        .filter(|(_, r)| {
            r.read_by.iter().any(|d| defines.contains(d))
                || r.read_in.iter().any(|p| provisions.contains(p))
        })
        .map(|(i, _)| ReadingId(i))
        .collect()
}

/// The guards whose value may differ with the ballots of some decision.
pub(super) struct Depends(Vec<bool>);

impl Depends {
    pub(super) fn new(program: &Program) -> Depends {
        let mut found = vec![false; program.guards.len()];
        // Defines, givens and statuses lead back to earlier or later guards: until nothing is added.
        loop {
            let mut changed = false;
            for at in 0..found.len() {
                if !found[at] && Depends::reads(program, &found, &program.guards[at].op) {
                    found[at] = true;
                    changed = true;
                }
            }
            if !changed {
                return Depends(found);
            }
        }
    }

    fn reads(program: &Program, found: &[bool], op: &Op) -> bool {
        let is = |g: Guard| found.get(g.index()).copied().unwrap_or(false);
        let decision = |d: &DecisionId| program.decisions.get(d.index());
        let own = match op {
            Op::OnRoll {
                decision: d, set, ..
            } => match set {
                RollSet::Voters | RollSet::Members | RollSet::Chair => false,
                RollSet::Present => decision(d).and_then(|d| d.present).is_some_and(is),
                _ => true,
            },
            Op::OutcomeIs(..) | Op::Certain(..) | Op::Pivotal { .. } => true,
            Op::Call(d, _) => program.defines.get(d.index()).is_some_and(|d| is(d.value)),
            Op::StatusOn(s, _) => program
                .statuses
                .get(s.index())
                .and_then(|s| s.level)
                .is_some_and(is),
            Op::Given(g, _) => program
                .givens
                .get(g.index())
                .and_then(|g| g.default)
                .is_some_and(is),
            _ => false,
        };
        own || op.operands().into_iter().any(is)
    }

    pub(super) fn of(&self, g: Guard) -> bool {
        self.0.get(g.index()).copied().unwrap_or(true)
    }
}
