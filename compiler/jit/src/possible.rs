//! What can come to pass at all when only some acts are done: a least fixed point over triggers. What cannot is left out.

use rogatio_mir::{ActId, DecisionId, Modal, NormId, On, ProcedureId, Program};
use std::collections::HashSet;

/// Procedures, decisions and duties that can come into being.
#[derive(Clone, Debug, Default)]
pub(crate) struct Possible {
    acts: HashSet<ActId>,
    procedures: Vec<bool>,
    decisions: Vec<bool>,
    norms: Vec<bool>,
}

impl Possible {
    pub(crate) fn new(program: &Program, acts: &HashSet<ActId>) -> Possible {
        let mut p = Possible {
            acts: acts.clone(),
            procedures: vec![false; program.procedures.len()],
            decisions: vec![false; program.decisions.len()],
            norms: vec![false; program.norms.len()],
        };
        loop {
            let before = p.clone();
            for (i, act) in program.acts.iter().enumerate() {
                if let Some((_, procedure)) = act.opens
                    && p.acts.contains(&ActId(i as u32))
                {
                    p.procedures[procedure.index()] = true;
                }
            }
            for (i, procedure) in program.procedures.iter().enumerate() {
                let opened = procedure.opened_by.iter().any(|(on, ..)| p.event(on));
                p.procedures[i] |= opened;
                if p.procedures[i] {
                    for o in procedure.stages.iter().flat_map(|s| &s.opens) {
                        p.procedures[o.procedure.index()] = true;
                    }
                }
            }
            for (i, decision) in program.decisions.iter().enumerate() {
                let opened = decision.opens.iter().any(|(on, ..)| p.event(on));
                let staged = decision
                    .stage
                    .is_some_and(|(procedure, _)| p.procedure(procedure));
                // Several bodies decide as one: their parts are opened, or the whole is.
                let of_all = decision.whole.is_some_and(|d| p.decision(d))
                    || decision.limbs.iter().any(|d| p.decision(*d));
                p.decisions[i] |= opened || staged || of_all;
                if p.decisions[i] {
                    p.acts.extend(decision.enacts.iter().map(|e| e.act));
                }
            }
            for (i, norm) in program.norms.iter().enumerate() {
                let born = norm
                    .duty
                    .as_ref()
                    .is_some_and(|d| d.births.iter().any(|b| p.event(&b.on)));
                // A prohibition can be breached as soon as its act can be done.
                let forbidden = norm.duty.is_none()
                    && norm.modal != Modal::May
                    && norm.demand.acts().any(|a| p.acts.contains(&a));
                p.norms[i] |= born || forbidden;
            }
            if p.acts == before.acts
                && p.procedures == before.procedures
                && p.decisions == before.decisions
                && p.norms == before.norms
            {
                return p;
            }
        }
    }

    /// Whether a trigger may ever happen. Latches are taken to be able to do anything.
    pub(crate) fn event(&self, on: &On) -> bool {
        match on {
            On::Act { act, .. } => self.acts.contains(act),
            On::Enter(p, ..) | On::Leave(p, ..) => self.procedure(*p),
            On::Outcome(d, ..) | On::Opened(d, _) | On::Ballot { decision: d, .. } => {
                self.decision(*d)
            }
            On::Norm(n, ..) => self.norm(*n),
            On::Timer(..)
            | On::Rise(..)
            | On::Fall(..)
            | On::Started(..)
            | On::Ended(..)
            | On::Begin => true,
        }
    }

    pub(crate) fn procedure(&self, p: ProcedureId) -> bool {
        self.procedures.get(p.index()).copied().unwrap_or(false)
    }

    pub(crate) fn decision(&self, d: DecisionId) -> bool {
        self.decisions.get(d.index()).copied().unwrap_or(false)
    }

    pub(crate) fn norm(&self, n: NormId) -> bool {
        self.norms.get(n.index()).copied().unwrap_or(false)
    }
}
