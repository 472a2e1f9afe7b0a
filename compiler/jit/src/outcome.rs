//! The outcome of a decision at its close, and its roll (R36-R39).

use crate::decision::number;
use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, V};
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Decision, DecisionId, DecisionOutcome, Guard, RollSet, Silence, Stated};

/// The closing whose rules are read.
#[derive(Copy, Clone, Debug)]
pub(crate) struct AtClose {
    pub(crate) decision: DecisionId,
    pub(crate) matter: ir::Value,
    /// Silence is counted as what it means.
    pub(crate) moved: bool,
}

impl Em<'_, '_> {
    pub(crate) fn at_close<T>(
        &mut self,
        decision: DecisionId,
        matter: ir::Value,
        moved: bool,
        f: impl FnOnce(&mut Self) -> R<T>,
    ) -> R<T> {
        let at = AtClose {
            decision,
            matter,
            moved,
        };
        let outer = self.close.replace(at);
        let made = f(self);
        self.close = outer;
        made
    }

    /// The number of the outcome by the tests of R37, in their order.
    pub(crate) fn outcome(&mut self, d: DecisionId, at: ir::Value) -> R<ir::Value> {
        let program = self.program;
        let decision = &program.decisions[d.index()];
        let env = self.about(d, at);
        if let Some(law) = self.experiment.drawn_outcome(d) {
            return self.drawn_outcome(law, at, &env);
        }
        let mut found = self.int(number(DecisionOutcome::Rejected));
        let mut test = |em: &mut Self, holds: ir::Value, o: DecisionOutcome| {
            let it = em.int(number(o));
            found = em.b.ins().select(holds, it, found);
        };
        let tie = decision.tie.as_ref();
        if let Some((o, when)) = tie.and_then(|t| crate::decision::tie_outcome(&t.kind)) {
            let equal = self.equal_votes(d, at, &env)?;
            let holds = match when {
                None => equal,
                Some(g) => {
                    let holds = self.at_close(d, at, true, |em| em.truth(g, &env))?;
                    self.both(equal, holds)
                }
            };
            test(self, holds, o);
        }
        for (o, g) in decision.deemed.iter().rev() {
            let holds = self.at_close(d, at, true, |em| em.truth(*g, &env))?;
            test(self, holds, *o);
        }
        if let Stated::Rule(g) = &decision.passes.0 {
            let holds = self.at_close(d, at, true, |em| em.truth(*g, &env))?;
            test(self, holds, DecisionOutcome::Adopted);
        }
        if let Some(veto) = decision.veto {
            let voter = decision.voter.clone();
            let count = self.at_close(d, at, true, |em| {
                em.sum(&voter, &env, |em, env| {
                    let against =
                        em.on_own_roll(env, &RollSet::Ballot(Decision::AGAINST as usize))?;
                    let holds = em.truth(veto, env)?;
                    let both = em.both(against, holds);
                    Ok(em.wide(both))
                })
            })?;
            let vetoed = self.cmp_imm(IntCC::NotEqual, count, 0);
            test(self, vetoed, DecisionOutcome::Rejected);
        }
        found = self.by_consensus(d, at, found);
        let mut test = |em: &mut Self, holds: ir::Value, o: DecisionOutcome| {
            let it = em.int(number(o));
            found = em.b.ins().select(holds, it, found);
        };
        for (slot, o) in [
            (&decision.participation.0, DecisionOutcome::Rejected),
            (&decision.quorum.0, DecisionOutcome::Inquorate),
        ] {
            if let Stated::Rule(g) = slot {
                let met = self.at_close(d, at, false, |em| em.truth(*g, &env))?;
                let unmet = self.not(met);
                test(self, unmet, o);
            }
        }
        if let Some(g) = decision.admissible {
            let met = self.at_close(d, at, false, |em| em.truth(g, &env))?;
            let unmet = self.not(met);
            test(self, unmet, DecisionOutcome::Inadmissible);
        }
        Ok(found)
    }

    /// Whether a voter is in a set of the roll of the decision that closes (R36).
    pub(crate) fn on_roll(&mut self, voter: Guard, set: &RollSet, env: &Env) -> R<V> {
        let Some(at) = self.close else {
            return Err(Refusal::form(
                "a tally outside of its decision is not compiled",
            ));
        };
        let decision = self.decision(at.decision);
        let var = decision.voter.var;
        let who = self.entity(voter, env)?;
        let mut own = self.about(at.decision, at.matter);
        own.bind(var, Bind::V(V::Entity(who)));
        Ok(V::Bool(self.on_own_roll(&own, set)?))
    }

    /// The same for the voter of an environment.
    pub(crate) fn on_own_roll(&mut self, env: &Env, set: &RollSet) -> R<ir::Value> {
        let Some(at) = self.close else {
            return Err(Refusal::form(
                "a tally outside of its decision is not compiled",
            ));
        };
        let program = self.program;
        let decision = &program.decisions[at.decision.index()];
        let cols = &self.layout.decisions[&at.decision];
        let Some(Bind::V(who)) = env.get(decision.voter.var).cloned() else {
            return Err(Refusal::form("an open voter"));
        };
        let who = self.bits(&who)?;
        let sits = self.of_kinds(who, &decision.voter.kinds);
        let rule = match set {
            RollSet::Members => decision.members,
            RollSet::Present => match decision.present {
                Some(g) => return self.truth(g, env),
                None => return Err(Refusal::open("the text does not say who is present")),
            },
            _ => decision.voters,
        };
        if let Some(frozen) = &cols.frozen
            && matches!(set, RollSet::Members)
        {
            return Ok(self.frozen(frozen.members, at, who));
        }
        let entitled = match &cols.frozen {
            Some(frozen) => self.frozen(frozen.voters, at, who),
            None => {
                let holds = self.truth(rule, env)?;
                self.both(sits, holds)
            }
        };
        if matches!(set, RollSet::Members | RollSet::Voters) {
            return Ok(entitled);
        }
        let lo = cols.voters.dims[0].lo;
        let place = self.plus(who, -i64::from(lo));
        let inside = self.cmp_imm(IntCC::UnsignedLessThan, place, i64::from(cols.voters.cap));
        let zero = self.int(0);
        let place = self.b.ins().select(inside, place, zero);
        let row = self
            .b
            .ins()
            .imul_imm_s(at.matter, i64::from(cols.voters.cap));
        let index = self.b.ins().iadd(row, place);
        let cast = self.load(cols.ballots, index);
        let counted = match (&decision.silence.0, at.moved) {
            (_, true) if decision.silence_by_voter.is_some() => {
                let silent = self.cmp_imm(IntCC::Equal, cast, 0);
                let moved = match decision.silence_by_voter {
                    Some(g) => self.silence(at.decision, g, env)?,
                    None => cast,
                };
                self.b.ins().select(silent, moved, cast)
            }
            (Silence::As(i), true) => {
                let silent = self.cmp_imm(IntCC::Equal, cast, 0);
                let moved = self.int(*i as i64 + 1);
                self.b.ins().select(silent, moved, cast)
            }
            _ => cast,
        };
        let is = match set {
            RollSet::Cast => self.cmp_imm(IntCC::NotEqual, cast, 0),
            RollSet::Silent => self.cmp_imm(IntCC::Equal, counted, 0),
            RollSet::Ballot(i) => self.cmp_imm(IntCC::Equal, counted, *i as i64 + 1),
            RollSet::Voting => {
                let mut any = self.bool(false);
                for ballot in [Decision::FOR, Decision::AGAINST] {
                    if decision.is_vote(ballot) {
                        let one = self.cmp_imm(IntCC::Equal, counted, i64::from(ballot) + 1);
                        any = self.b.ins().bor(any, one);
                    }
                }
                any
            }
            _ => return Err(Refusal::form("this set of a roll is not compiled")),
        };
        let in_range = self.both(inside, is);
        Ok(self.both(entitled, in_range))
    }

    /// The votes of a voter.
    pub(crate) fn votes_of(&mut self, voter: Guard, env: &Env) -> R<V> {
        let Some(at) = self.close else {
            return Err(Refusal::form(
                "votes outside of their decision are not compiled",
            ));
        };
        let decision = self.decision(at.decision);
        let (var, weight) = (decision.voter.var, decision.weight);
        let Some(weight) = weight else {
            return Ok(V::Const(Const::Int(1)));
        };
        let who = self.entity(voter, env)?;
        if let Some(frozen) = &self.layout.decisions[&at.decision].frozen {
            return Ok(V::Int(self.frozen_weight(frozen, at, who)));
        }
        let mut own = self.about(at.decision, at.matter);
        own.bind(var, Bind::V(V::Entity(who)));
        self.value(weight, &own)
    }
}
