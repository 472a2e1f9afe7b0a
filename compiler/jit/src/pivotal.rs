//! Who is pivotal at a closing: whose one other ballot, or none, all others' standing, would change whether a decision is
//! adopted.

use crate::decision::number;
use crate::emit::{Em, R};
use crate::fold::{Env, V};
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{DecisionId, DecisionOutcome, Guard};

impl Em<'_, '_> {
    /// Counts a closing anew under each answer of each voter, where a measure asks, and keeps whose answers differ.
    pub(crate) fn who_is_pivotal(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        outcome: ir::Value,
    ) -> R<()> {
        let layout = self.layout;
        let cols = &layout.decisions[&d];
        let Some(pivotal) = cols.pivotal else {
            return Ok(());
        };
        let answers = self.decision(d).ballots.len() as i64 + 1;
        // What is withdrawn is counted under no ballots.
        let counts = self.cmp_imm(IntCC::NotEqual, outcome, number(DecisionOutcome::Withdrawn));
        let from = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let to = self.b.ins().iadd_imm_s(from, i64::from(cols.voters.cap));
        self.each(from, to, |em, line| {
            em.store_imm(pivotal, line, 0);
            em.when(counts, |em| {
                let cast = em.load(cols.ballots, line);
                em.store_imm(cols.ballots, line, 0);
                let first = em.is_adopted(d, at)?;
                let (one, all) = (em.int(1), em.int(answers));
                em.each(one, all, |em, answer| {
                    em.store(cols.ballots, line, answer);
                    let other = em.is_adopted(d, at)?;
                    let differs = em.b.ins().bxor(first, other);
                    em.when(differs, |em| {
                        em.store_imm(pivotal, line, 1);
                        Ok(())
                    })
                })?;
                em.store(cols.ballots, line, cast);
                Ok(())
            })
        })
    }

    fn is_adopted(&mut self, d: DecisionId, at: ir::Value) -> R<ir::Value> {
        let outcome = self.outcome(d, at)?;
        Ok(self.cmp_imm(IntCC::Equal, outcome, number(DecisionOutcome::Adopted)))
    }

    /// Whether a voter was pivotal at the last closing.
    pub(crate) fn was_pivotal(
        &mut self,
        d: DecisionId,
        subject: Option<Guard>,
        voter: Guard,
        env: &Env,
    ) -> R<V> {
        let cols = &self.layout.decisions[&d];
        let args: Vec<Guard> = subject.into_iter().collect();
        let (at, fits) = self.key(&cols.keys, &args, env)?;
        let who = self.entity(voter, env)?;
        let place = self
            .b
            .ins()
            .iadd_imm_s(who, -i64::from(cols.voters.dims[0].lo));
        let row = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let line = self.b.ins().iadd(row, place);
        let Some(pivotal) = cols.pivotal else {
            return Ok(V::Bool(self.bool(false)));
        };
        let is = self.load_bool(pivotal, line);
        Ok(V::Bool(match fits {
            Some(f) => self.both(is, f),
            None => is,
        }))
    }
}
