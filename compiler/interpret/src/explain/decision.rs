//! Reasons for what is read of a decision: its result, and how a member counts in it (R34, R36).

use super::*;
use rogatio_mir::Silence;

impl Explainer<'_> {
    pub(super) fn decision(&self, d: DecisionId, s: Option<Entity>) -> Vec<Reason> {
        let case = self.case;
        let Some(opening) = case.openings(d, s).last() else {
            let (p, text) = case.not_open(d, s);
            let text = case.no_version_of(p).unwrap_or_else(|| case.say(text));
            return vec![Reason::new(ReasonKind::Fails, text, Some(p))];
        };
        let mut out = Vec::new();
        if let Some(c) = &opening.closed {
            let w = case.words();
            let text = w.closes(&case.show_decision(d, s), w.outcome(c.outcome), &c.reason);
            let mut r =
                Reason::new(ReasonKind::Event, text, c.provisions.first().copied()).at(c.moment);
            r.also.clone_from(&c.provisions);
            r.children.extend(c.basis.iter().cloned());
            r.children.push(case.cause(&c.cause));
            out.push(r);
        } else {
            let text = case
                .words()
                .open_since(&case.show_decision(d, s), &opening.opened);
            out.push(Reason::new(ReasonKind::Holds, text, None).with([case.cause(&opening.cause)]));
        }
        // Several bodies: each by itself.
        let limbs = case.text(d, s).map_or(&[][..], |d| d.limbs.as_slice());
        for limb in limbs {
            out.extend(self.decision(*limb, s));
        }
        if let Some(t) = case.tally(d, s).filter(|t| !t.values.is_empty()) {
            let counts: Vec<(&str, i64)> =
                t.values.iter().map(|(n, h, _)| (n.as_str(), *h)).collect();
            let text = case.words().ballots(&counts, t.silent.0);
            out.push(Reason::new(ReasonKind::Value, text, None));
        }
        out
    }

    /// What a voter has done: its ballot, or what its silence counts as.
    pub(super) fn ballot(&self, d: DecisionId, s: Option<Entity>, voter: Entity) -> Option<Reason> {
        let case = self.case;
        let opening = case.openings(d, s).last()?;
        if let Some(ballot) = opening.ballots.get(&voter) {
            let text = case.show_dated(ballot.occurrence);
            return Some(Reason::new(ReasonKind::Event, text, None));
        }
        let name = case.called(voter);
        let decision = case.text(d, s)?;
        if opening.closed.is_none() {
            let text = case.words().no_ballot_yet(name);
            return Some(Reason::new(ReasonKind::Fails, text, None));
        }
        let line = opening.roll.as_ref()?.of(voter).filter(|l| l.is_voter)?;
        let (counts, frozen) = match (line.value, &line.unknown) {
            (Some(i), _) => {
                let name = decision.ballots.get(i as usize)?;
                (Some(case.words().ballot(name)), Silence::As(i as usize))
            }
            (None, None) => (None, Silence::None),
            (None, Some(_)) => return None,
        };
        // An exception that has come or gone since the close is not what it rests on.
        let (silence, mut provisions) = case.silence_counts(d, s, voter)?;
        if silence != frozen {
            provisions = vec![decision.silence.1];
        }
        let text = case.words().silence(name, counts);
        let mut reason = Reason::new(ReasonKind::Holds, text, provisions.first().copied());
        reason.also = provisions;
        Some(reason)
    }
}
