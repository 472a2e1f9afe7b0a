//! Ballots as events.

use super::*;
use rogatio_semantics::hir::{ArgPattern, BallotPattern};

impl Cx<'_> {
    /// Valid ballots as a trigger, with its guards.
    pub(super) fn on_ballot(
        &mut self,
        p: &BallotPattern,
        keys: &[VarId],
    ) -> (On, Vec<Guard>, BTreeSet<VarId>) {
        let (bound_to, bound) = self.bind(&p.positions(), keys);
        let guards = self.in_scope(keys, &bound, |cx| {
            bound.conds.iter().map(|c| cx.expr(c)).collect()
        });
        let positions = [Position::Actor, Position::For, Position::Arg(0)];
        let mut matches: Vec<(Position, Match)> = positions.into_iter().zip(bound_to).collect();
        matches.retain(|(_, m)| *m != Match::Any);
        super::pattern::binds_first(&mut matches);
        let on = On::Ballot {
            decision: p.decision,
            sort: p.sort,
            ballot: p.ballot.map(at),
            label: p.label.map(at),
            matches,
        };
        (on, guards, bound.vars)
    }

    /// The name of a ballot that is meant, if one is.
    pub(super) fn ballot_said(
        &self,
        decision: DecisionId,
        ballot: Option<usize>,
        label: Option<usize>,
    ) -> Option<&str> {
        // The ballots of several bodies are those of each.
        let all = || self.hir.decisions.iter();
        let part = all().find(|d| d.whole == Some(decision));
        let d = part.or_else(|| self.hir.decisions.get(decision.index()))?;
        match (label, ballot) {
            (Some(l), _) => d.labels.get(l).map(|l| l.name.as_str()),
            (None, Some(b)) => d.ballots.get(b).map(String::as_str),
            (None, None) => None,
        }
    }

    /// `vote(no, Amend on a) by p`.
    pub(super) fn ballot_name(&self, p: &BallotPattern) -> String {
        let decision = self.hir.decisions.get(p.decision.index());
        let name = decision.map_or("?", |d| d.name.as_str());
        let said = self.ballot_said(p.decision, p.ballot, p.label);
        let said = said.map_or_else(String::new, |b| format!("{b}, "));
        let on = match &p.subject {
            ArgPattern::Any => String::new(),
            s => format!(" on {}", self.arg_name(s)),
        };
        let mut text = format!("{}({said}{name}{on})", p.sort.word());
        for (word, a) in [("by", &p.actor), ("for", &p.for_whom)] {
            if !matches!(a, ArgPattern::Any) {
                text.push_str(&format!(" {word} {}", self.arg_name(a)));
            }
        }
        text
    }
}
