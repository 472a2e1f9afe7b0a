//! `must A before E` where both fall on one day and no order is recorded: neither is before the other (R3b, R33).

use super::*;

impl Case {
    /// Instances fulfilled on the day of an event that they had to come before, the record not saying which was first.
    pub(super) fn not_before(&self, batch: &Batch) -> Vec<(DutyId, Arc<Cause>)> {
        let day = self.state().now.day;
        let met = self.state().duties.met_on(day);
        met.filter_map(|d| Some((d.id, self.unordered_end(d, batch)?)))
            .collect()
    }

    /// A duty that the present act was not in time for, only because the order within a day is not recorded (R3b).
    #[must_use]
    pub fn order_missing(&self) -> Option<DutyId> {
        let (at, duty) = self.state().duties.order_missing?;
        (at == self.state().now.point).then_some(duty)
    }

    /// Whether what is done now may have been done before the event that a lapsed instance had to come before.
    pub(super) fn might_be_before(&self, d: &DutyInstance, norm: &Norm) -> bool {
        let ends_with_event = |duty: &Duty| !window_of(d, duty).closes_on.is_empty();
        let now = self.state().now;
        norm.duty.as_ref().is_some_and(ends_with_event)
            && d.due.is_none()
            && d.settled
                .is_some_and(|t| t.point != now.point && is_unordered(t, now))
    }

    /// The event of this micro-step that ends the time of a fulfilled instance, unless what fulfilled it came first.
    fn unordered_end(&self, d: &DutyInstance, batch: &Batch) -> Option<Arc<Cause>> {
        let norm = self.program().norms.get(d.norm.index())?;
        let duty = norm.duty.as_ref()?;
        if !matches!(norm.modal, Modal::Must | Modal::Should) || d.unassessed {
            return None;
        }
        let by = self.state().occurrences.get(d.fulfilled_by?.index())?;
        // What follows from the act at its own point comes after it.
        let unordered =
            |t: &Trigger| by.moment.point != t.moment.point && is_unordered(by.moment, t.moment);
        let holds = |g: Guard, env: &mut Env| Eval::new(self).truth(g, env).is_true();
        window_of(d, duty).closes_on.iter().find_map(|(on, guard)| {
            let triggers = batch.of(OnKey::of(on), None);
            let ends = triggers.into_iter().filter(unordered).find(|t| {
                let found = self.matches(on, &[], t, &self.duty_env(d));
                let mut environments = found.into_iter().map(|(env, _)| env);
                environments.any(|mut env| guard.is_none_or(|g| holds(g, &mut env)))
            });
            ends.map(|t| t.cause)
        })
    }
}

/// Whether two times fall on one day and no order between them is recorded (R3b).
fn is_unordered(a: Moment, b: Moment) -> bool {
    a.day == b.day
        && !matches!(
            (a.precision, b.precision),
            (Precision::Order, Precision::Order) | (Precision::Second, Precision::Second)
        )
}
