//! A consensus before a vote, or alone (R41): no ballot is cast while it is sought. Nobody objects in a run, and nobody
//! declares it: it is there if the time for objections ends.

use crate::decision::number;
use crate::emit::{Em, R};
use crate::fold::V;
use crate::procedure::watching;
use crate::rule::Pass;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Closing, Decision, DecisionId, DecisionOutcome, Step};

/// In this pass it closes because its time is over.
pub(crate) const IN_TIME: i64 = 5;

/// The consensus with which a decision begins.
pub(crate) fn sought(decision: &Decision) -> Option<&Step> {
    decision.earlier.first()
}

/// Whether its steps are compiled: a consensus, and at most a vote after it. A window is what closes it first.
pub(crate) fn is_plain(decision: &Decision) -> bool {
    let windows = decision.closes.iter().skip(1);
    let later = windows.into_iter().any(|c| matches!(c, Closing::At(..)));
    match &decision.earlier[..] {
        [] => true,
        [step] => step.rule.is_none() && !later,
        _ => false,
    }
}

impl Em<'_, '_> {
    /// Whether ballots are taken on a matter: no consensus is being sought. None where none ever is.
    pub(crate) fn takes_ballots(&mut self, d: DecisionId, at: ir::Value) -> Option<ir::Value> {
        let step = self.layout.decisions[&d].step?;
        let step = self.load(step, at);
        Some(self.cmp_imm(IntCC::NotEqual, step, 0))
    }

    /// What ends the consensus of a matter in a pass; false if nothing can.
    pub(crate) fn next_steps(&mut self, pass: &Pass, d: DecisionId) -> R<bool> {
        let (program, layout) = (self.program, self.layout);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let (Some(consensus), Some(step)) = (sought(decision), cols.step) else {
            return Ok(false);
        };
        let mut any = false;
        for (on, guard) in &consensus.next {
            if !self.may_hear(pass, on) {
                continue;
            }
            any = true;
            let rule = watching(on, crate::decision::matter(decision));
            self.heard(pass, &rule, &mut |em, env| {
                let at = em.matter_of(d, env)?;
                let open = em.load_bool(cols.open, at);
                let seeks = em.load(step, at);
                let seeks = em.cmp_imm(IntCC::Equal, seeks, 0);
                let mut all = em.both(open, seeks);
                if let Some(g) = guard {
                    let holds = em.truth(*g, env)?;
                    all = em.both(all, holds);
                }
                em.when(all, |em| {
                    em.append(cols.steps, at);
                    Ok(())
                })
            })?;
        }
        Ok(any)
    }

    /// Votes take the place of consensus.
    pub(crate) fn begin_steps(&mut self, pass: &mut Pass, d: DecisionId) -> R<()> {
        let cols = &self.layout.decisions[&d];
        let Some(step) = cols.step else {
            return Ok(());
        };
        self.each_of(cols.steps, |em, at| {
            em.store_imm(step, at, 1);
            em.wrote(crate::reads::Slot::Decision(d), &cols.keys, at)
        })?;
        self.set_imm(cols.steps.count, 0);
        pass.written.insert(crate::reads::Slot::Decision(d));
        Ok(())
    }

    /// Its time is over: of consensus that says that nobody objects.
    pub(crate) fn closes_in_time(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let cols = &self.layout.decisions[&d];
        if cols.step.is_none() {
            return self.will_close(d, at);
        }
        let before = self.load(cols.moves, at);
        self.will_close(d, at)?;
        let moves = self.load(cols.moves, at);
        let free = self.cmp_imm(IntCC::Equal, before, 0);
        let closes = self.cmp_imm(IntCC::Equal, moves, 1);
        let both = self.both(free, closes);
        self.when(both, |em| {
            em.store_imm(cols.moves, at, IN_TIME);
            Ok(())
        })
    }

    /// The outcome of a matter on which consensus is still sought; otherwise that of its ballots.
    pub(crate) fn by_consensus(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        by_ballots: ir::Value,
    ) -> ir::Value {
        let cols = &self.layout.decisions[&d];
        let Some(voted) = self.takes_ballots(d, at) else {
            return by_ballots;
        };
        let moves = self.load(cols.moves, at);
        let in_time = self.cmp_imm(IntCC::Equal, moves, IN_TIME);
        let (adopted, lapsed) = (
            self.int(number(DecisionOutcome::Adopted)),
            self.int(number(DecisionOutcome::Lapsed)),
        );
        let agreed = self.b.ins().select(in_time, adopted, lapsed);
        self.b.ins().select(voted, by_ballots, agreed)
    }

    /// Whether a norm keeps somebody from voting on a matter (R35).
    pub(crate) fn may_cast(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        who: ir::Value,
        mut may: ir::Value,
    ) -> R<ir::Value> {
        let program = self.program;
        if let Some(takes) = self.takes_ballots(d, at) {
            may = self.both(may, takes);
        }
        for n in crate::deciding::bans(program, self.world, d) {
            let norm = &program.norms[n.index()];
            let env = self.about(d, at);
            let it = env.vars.first().map(|(_, b)| b.clone());
            let mut env = self.at_present();
            env.bind(norm.who.domain.var, crate::fold::Bind::V(V::Entity(who)));
            if let (Some(v), Some(it)) = (crate::deciding::matter_var(norm), it) {
                env.bind(v, it);
            }
            let mut banned = self.of_kinds(who, &norm.who.domain.kinds);
            for g in crate::deciding::ban_conditions(norm) {
                let holds = self.truth(g, &env)?;
                banned = self.both(banned, holds);
            }
            let free = self.not(banned);
            may = self.both(may, free);
        }
        Ok(may)
    }
}
