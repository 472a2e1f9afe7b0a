//! Early certainty (R40).

use super::*;

impl Case {
    /// R40: adopted is certain iff each conjunct holds under its worst uniform completion; rejected iff one fails
    /// under all.
    pub(super) fn is_certain(&self, d: DecisionId, decision: &Decision, s: Option<Entity>) -> bool {
        let against = decision.ballot(Decision::AGAINST);
        let abstain = decision.ballot(Decision::ABSTAIN);
        let worst = [against, abstain, None];
        let all = [decision.ballot(Decision::FOR), against, abstain, None];
        let under = |g: Guard, ballot: Option<u32>| {
            let mut eval = Eval::new(self);
            eval.assumption = Some(Assumption {
                decision: d,
                subject: s,
                ballot,
            });
            eval.moved = vec![(d, s)];
            eval.truth(g, &mut Case::roll_env(decision, s, None))
        };
        let Some(passes) = rule_of(&decision.passes.0) else {
            return false;
        };
        let slots: Vec<Guard> = [&decision.quorum.0, &decision.participation.0]
            .into_iter()
            .filter_map(rule_of)
            .chain([passes])
            .collect();
        let veto_open = decision.veto.is_some_and(|g| {
            self.state()
                .of_kinds(&decision.voter.kinds)
                .into_iter()
                .any(|e| {
                    let mut env = Case::roll_env(decision, s, Some(e));
                    let mut eval = Eval::new(self);
                    !eval.truth(g, &mut env).is_false()
                        && !eval
                            .on_roll(decision.provision, d, s, e, &RollSet::Cast)
                            .is_true()
                })
        });
        let vetoed = self.veto(decision, d, s, &[(d, s)]).0;
        let sure = slots
            .iter()
            .all(|g| self.certainly(*g, true, &|g| worst.iter().all(|b| under(g, *b).is_true())));
        let failed = slots
            .iter()
            .any(|g| self.certainly(*g, false, &|g| all.iter().all(|b| under(g, *b).is_false())));
        (sure && !veto_open && vetoed.is_false()) || failed || vetoed.is_true()
    }

    /// The clause-wise test: conjunctions and disjunctions by their parts.
    pub(super) fn certainly(&self, g: Guard, wanted: bool, leaf: &dyn Fn(Guard) -> bool) -> bool {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) if wanted => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::And(gs)) => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) if wanted => gs.iter().any(|g| self.certainly(*g, wanted, leaf)),
            Some(Op::Or(gs)) => gs.iter().all(|g| self.certainly(*g, wanted, leaf)),
            _ => leaf(g),
        }
    }
}
