//! `to each K`: what has to be done for each of several, who they are being settled when the duty arises (R30).

use super::*;
use crate::state::Recipient;

impl Case {
    /// Those for whom a new instance asks, by the ways of meeting it.
    pub(super) fn recipients(
        &self,
        norm: NormId,
        keys: &[Value],
        born: Moment,
        version: Point,
    ) -> Vec<Vec<Recipient>> {
        let norm = self.program().norms.get(norm.index());
        let Some(duty) = norm.and_then(|n| n.duty.as_ref()) else {
            return Vec::new();
        };
        if duty.several.is_empty() {
            return Vec::new();
        }
        let mut env = Env::new()
            .at_event(born)
            .in_versions_of(self.chosen_at(version));
        for (domain, v) in duty.keys.iter().zip(keys) {
            env.bind(domain.var, v.clone());
        }
        let recipients = |s: &rogatio_mir::Several| {
            let tuples = self.tuples(&s.each, &env).into_iter();
            let meant = tuples.filter_map(|mut env| {
                let doubtful = match Eval::new(self).truth(s.cond, &mut env) {
                    Truth::True => None,
                    Truth::Unknown(c) => Some(c),
                    Truth::False => return None,
                };
                let of = s.each.iter().filter_map(|d| env.get(d.var).cloned());
                Some(Recipient {
                    of: of.collect(),
                    doubtful,
                    done: None,
                    perhaps_done: None,
                })
            });
            meant.collect()
        };
        duty.several.iter().map(recipients).collect()
    }

    /// Where among those for whom a duty asks one is found whom an act is about: the way of meeting it, and which of them.
    fn place(&self, d: &DutyInstance, norm: &Norm, env: &Env) -> Option<(usize, usize)> {
        let several = &norm.duty.as_ref()?.several;
        let of = |s: &rogatio_mir::Several| -> Option<Vec<Value>> {
            s.each.iter().map(|d| env.get(d.var).cloned()).collect()
        };
        let (way, of) = several
            .iter()
            .enumerate()
            .find_map(|(i, s)| Some((i, of(s)?)))?;
        let which = d.several.get(way)?.iter().position(|r| r.of == of)?;
        Some((way, which))
    }

    /// Whether a duty asks for an act for those whom its variables stand for: once for each of them (R30).
    pub(crate) fn asks_for(&self, d: &DutyInstance, norm: &Norm, env: &Env) -> Truth {
        let several = norm.duty.as_ref().map_or(&[][..], |x| &x.several);
        let bound = |s: &rogatio_mir::Several| s.each.iter().all(|d| env.get(d.var).is_some());
        if !several.iter().any(bound) {
            return Truth::True;
        }
        let place = self.place(d, norm, env);
        let Some(r) = place.and_then(|(way, which)| d.several.get(way)?.get(which)) else {
            return Truth::False;
        };
        match r.in_doubt() {
            _ if r.done.is_some() => Truth::False,
            Some(c) => Truth::Unknown(c),
            None => Truth::True,
        }
    }

    /// The places that an act fills; none of a way that is met at once.
    pub(super) fn places(
        &self,
        d: &DutyInstance,
        norm: &Norm,
        o: &Occurrence,
    ) -> Vec<(usize, usize)> {
        let found = self
            .applies_to_subject(norm, o, &self.duty_env(d))
            .into_iter();
        let mut places: Vec<(usize, usize)> = found
            .filter_map(|mut a| {
                let met = a.uncertain.is_none() && self.demand_holds(norm, &mut a).is_true();
                self.place(d, norm, &a.env).filter(|_| met)
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Marks what an act does for those it is about; whether it leaves something to be done.
    pub(super) fn deliver(&self, d: &mut DutyInstance, norm: &Norm, by: OccurrenceId) -> bool {
        let marked = self.mark(d, norm, by, |r| {
            r.done.get_or_insert(by);
        });
        marked && !d.is_done_for_all()
    }

    /// Marks for whom an act was done of which cannot be said whether it is valid; whether it is one of several.
    pub(super) fn deliver_perhaps(
        &self,
        d: &mut DutyInstance,
        norm: &Norm,
        by: OccurrenceId,
        doubt: &ClauseSet,
    ) -> bool {
        self.mark(d, norm, by, |r| {
            r.perhaps_done.get_or_insert_with(|| doubt.clone());
        })
    }

    /// Marks those whom an act is about; whether there are any.
    fn mark(
        &self,
        d: &mut DutyInstance,
        norm: &Norm,
        by: OccurrenceId,
        mark: impl Fn(&mut Recipient),
    ) -> bool {
        let Some(o) = self.state().occurrences.get(by.index()) else {
            return false;
        };
        let places = self.places(d, norm, o);
        for (way, which) in &places {
            if let Some(r) = d.several.get_mut(*way).and_then(|w| w.get_mut(*which)) {
                mark(r);
            }
        }
        !places.is_empty()
    }

    /// What is open about an instance once an act was done for one of several: that it arose, that all was done by another act,
    /// and what is left.
    pub(super) fn weigh_doubts(&self, d: &mut DutyInstance, norm: &Norm) {
        let born = d.doubt.take().filter(|_| d.unborn);
        let doubts = [born, d.perhaps_done.clone(), d.left_in_doubt()];
        d.doubt = doubts.into_iter().flatten().reduce(|a, b| a.union(&b));
        if let Some(duty) = &norm.duty {
            let window = self.duty_window(d, duty);
            let wake = d.wake;
            self.fit_window(d, &window);
            d.wake = d.wake.min(wake);
        }
    }

    /// The names of those for whom a duty still asks, of the way in which the most has been done.
    pub(crate) fn still_to_be_done_for(&self, d: &DutyInstance) -> Vec<String> {
        let begun = |w: &&Vec<Recipient>| w.iter().filter(|r| r.done.is_some()).count();
        let ways = d.several.iter().rev();
        let way = ways.max_by_key(begun).map_or(&[][..], Vec::as_slice);
        let name = |r: &Recipient| {
            let names: Vec<String> = r.of.iter().map(|v| self.show_value(v)).collect();
            names.join(", ")
        };
        let left = way.iter().filter(|r| r.done.is_none());
        left.map(name).collect()
    }
}
