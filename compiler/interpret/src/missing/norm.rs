//! What is missing for a norm to be in a state (R30b).

use super::*;
use crate::norm::window_of;
use crate::state::DutyInstance;
use rogatio_mir::{Demand, Norm, NormId, NormState};

impl Seeker<'_> {
    /// The least that brings a labelled norm into a state, or out of it; none if nothing is known.
    pub(super) fn norm(
        &mut self,
        n: NormId,
        keys: &[Option<Value>],
        state: NormState,
        want: bool,
    ) -> Option<Missing> {
        let case = self.case;
        let norm = case.program().norms.get(n.index())?;
        let latest = case.latest_duty(n, keys);
        let p = Some(norm.provision);
        if let (NormState::Lapsed | NormState::Breached, true) = (state, want)
            && norm.is_unassessed()
        {
            return Some(never_lapses(norm));
        }
        match (state, want, latest) {
            (NormState::Fulfilled, true, Some(d)) if d.is_outstanding() => {
                Some(self.fulfilment(norm, d))
            }
            (NormState::Lapsed | NormState::Breached, true, Some(d)) if d.is_open() => {
                Some(self.lapse(norm, d))
            }
            (NormState::Open, false, Some(d)) if d.is_open() => {
                Missing::cheapest([self.fulfilment(norm, d), self.lapse(norm, d)])
            }
            (NormState::Fulfilled | NormState::Lapsed | NormState::Breached, true, _) => {
                let word = match state {
                    NormState::Fulfilled => "fulfilled",
                    NormState::Lapsed => "lapsed",
                    _ => "breached",
                };
                Some(Missing::acts(
                    2,
                    format!("{} to arise and be {word}", norm.name),
                    p,
                ))
            }
            (NormState::Open | NormState::Pending, true, None) => {
                Some(Missing::acts(1, format!("{} to arise", norm.name), p))
            }
            _ => None,
        }
    }

    /// What is asked, by whom, and until when.
    fn fulfilment(&mut self, norm: &Norm, d: &DutyInstance) -> Missing {
        let case = self.case;
        let p = Some(norm.provision);
        let due = d.deadline().map(crate::words::english_deadline);
        let by = due.map_or(String::new(), |due| format!(", due {due}"));
        let late = match d.state {
            NormState::Lapsed => ", late",
            _ => by.as_str(),
        };
        let env = case.duty_env(d);
        if let Demand::Ensure(g) = norm.demand {
            return self.seek(g, &env, true);
        }
        // Of an instance it is known on what the act has to be.
        let mut what = match &norm.demand {
            Demand::Act { act, matches, .. } => self.said_act(*act, matches, &env),
            other => case.show_demand(other),
        };
        let left = case.still_to_be_done_for(d);
        if !left.is_empty() {
            what = format!("{what} ({})", case.words().still_left(&left));
        }
        let acts = i64::try_from(left.len()).unwrap_or(i64::MAX).max(1);
        let who = env.get(norm.who.domain.var);
        let who = who.map_or_else(|| norm.who.text.clone(), |v| case.show_value(v));
        let text = format!("{what} by {who}{late}");
        let mut m = Missing::acts(acts, text, p);
        if case.is_unfulfillable(d.id) {
            m.cost.impossible += 1;
            m.children = vec![Missing::impossible("nobody can do it now", p)];
        }
        m
    }

    /// When a duty lapses if nobody does what it asks.
    fn lapse(&mut self, norm: &Norm, d: &DutyInstance) -> Missing {
        let case = self.case;
        let p = Some(norm.provision);
        if norm.is_unassessed() {
            return never_lapses(norm);
        }
        if let Some(clauses) = &d.unknown {
            let why: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
            let impossible = Cost {
                impossible: 1,
                ..Cost::default()
            };
            let text = format!("undetermined: {}", why.join("; "));
            return Missing::one(MissingKind::Silent, text, p, impossible);
        }
        let name = case.show_duty(d.id);
        match d.deadline() {
            Some(due) => {
                let after = i64::from(!due.before);
                let days = Cost {
                    days: case.days_until(due.at).saturating_add(after),
                    ..Cost::default()
                };
                let by = if due.before { "before" } else { "by" };
                let text = format!("{name} lapses if nobody fulfils it {by} {}", due.at);
                Missing::one(MissingKind::Wait, text, p, days)
            }
            None => {
                let env = case.duty_env(d);
                let events = norm.duty.as_ref().map(|duty| &window_of(d, duty).closes_on);
                let events = events.into_iter().flatten();
                let ways: Vec<Missing> = events
                    .map(|(on, g)| self.event(on, *g, &env, None))
                    .collect();
                Missing::cheapest(ways).unwrap_or_else(|| {
                    let text = format!("{name} has no date: it does not lapse by itself");
                    Missing::impossible(text, p)
                })
            }
        }
    }
}

/// That a qualified duty comes to no lapse.
pub(super) fn never_lapses(norm: &Norm) -> Missing {
    let text = format!(
        "{} is qualified: no clock says that it was not met",
        norm.name
    );
    Missing::impossible(text, Some(norm.provision))
}
