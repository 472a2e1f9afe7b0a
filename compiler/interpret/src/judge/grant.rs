//! Grants: the norms that give the power to an act, and how near the others came (R25, R26).

use super::*;
use crate::norm::window_of;

impl Case {
    /// Whether a sentence gives the power to an act.
    pub(crate) fn power_of(&self, n: NormId, o: &Occurrence) -> Truth {
        let grants = self.grants(n, o, false).into_iter();
        grants.fold(Truth::False, |t, g| t.or(g.truth))
    }

    /// Conditions of a power, examined one by one.
    pub(super) fn grants(&self, n: NormId, o: &Occurrence, agent: bool) -> Vec<Grant> {
        let Some(norm) = self.program().norms.get(n.index()) else {
            return Vec::new();
        };
        if names_for(norm) != agent {
            return Vec::new();
        }
        // Whoever invokes a provision has the powers that it gives.
        if o.under
            .is_some_and(|under| !self.relies(norm.provision, under))
        {
            return Vec::new();
        }
        match norm.modal {
            Modal::May if norm.duty.is_some() => self.grants_of_right(n, norm, o, agent),
            Modal::May => {
                let found = self.applies_as(norm, o, &Env::new(), agent);
                found
                    .into_iter()
                    .filter(|a| !self.is_superseded(norm, &a.env))
                    .map(|a| self.examine(n, norm, a, None))
                    .collect()
            }
            Modal::Must | Modal::Should => self.grants_of_duty(n, norm, o, agent),
            Modal::Cannot | Modal::MustNot | Modal::ShouldNot => Vec::new(),
        }
    }

    pub(super) fn grants_of_duty(
        &self,
        n: NormId,
        norm: &Norm,
        o: &Occurrence,
        agent: bool,
    ) -> Vec<Grant> {
        self.grants_of_instances(n, norm, o, agent, "open", DutyInstance::is_outstanding)
    }

    /// A `may` with instances (R30b) gives power in their windows, used already or not.
    pub(super) fn grants_of_right(
        &self,
        n: NormId,
        norm: &Norm,
        o: &Occurrence,
        agent: bool,
    ) -> Vec<Grant> {
        let counts = |d: &DutyInstance| !matches!(d.state, NormState::Lapsed | NormState::Released);
        self.grants_of_instances(n, norm, o, agent, "in its time", counts)
    }

    pub(super) fn grants_of_instances(
        &self,
        n: NormId,
        norm: &Norm,
        o: &Occurrence,
        agent: bool,
        lacking: &str,
        counts: impl Fn(&DutyInstance) -> bool,
    ) -> Vec<Grant> {
        let mut out = Vec::new();
        for d in self.duties_about(n, norm, o, agent) {
            if counts(d) {
                let found = self.applies_as(norm, o, &self.duty_env(d), agent);
                out.extend(
                    found
                        .into_iter()
                        .map(|a| self.examine(n, norm, a, Some(d.id))),
                );
            }
        }
        if out.is_empty() {
            let found = self.applies_as(norm, o, &Env::new(), agent);
            let found = found
                .into_iter()
                .filter(|a| !self.is_superseded(norm, &a.env));
            out.extend(found.map(|mut a| {
                let who = self.demand_holds(norm, &mut a).is_true();
                let text = format!("no {} is {lacking}", norm.name);
                let failing = Some((norm.provision, text));
                Grant {
                    norm: n,
                    truth: Truth::False,
                    who,
                    satisfied: usize::from(who),
                    failing,
                    jointly: None,
                }
            }));
        }
        out
    }

    pub(super) fn examine(
        &self,
        n: NormId,
        norm: &Norm,
        a: Applies,
        duty: Option<DutyId>,
    ) -> Grant {
        let mut env = a.env;
        let mut truth = a.uncertain.map_or(Truth::True, Truth::Unknown);
        let mut grant = Grant {
            norm: n,
            truth: Truth::True,
            who: false,
            satisfied: 0,
            failing: None,
            jointly: norm.who.jointly.then(|| env.clone()),
        };
        let cond = norm.cond.filter(|_| norm.modal == Modal::May);
        let mut parts: Vec<Guard> = conjuncts(self.program(), norm.who.cond);
        let who_parts = parts.len();
        parts.extend(
            a.filter
                .into_iter()
                .chain(cond)
                .flat_map(|g| conjuncts(self.program(), g)),
        );
        if let Some(d) = duty.and_then(|id| self.state().duty(id)) {
            let asked = self.asks_for(d, norm, &env);
            if asked.is_false() {
                let why = self.words().not_asked_for(&self.show_duty(d.id));
                grant.failing = Some((norm.provision, why));
            }
            truth = truth.and(asked);
        }
        grant.who = true;
        for (i, g) in parts.iter().enumerate() {
            let t = Eval::new(self).truth(*g, &mut env);
            if t.is_true() {
                grant.satisfied += 1;
            } else if i < who_parts && t.is_false() {
                grant.who = false;
            }
            if t.is_false() && grant.failing.is_none() {
                let provision = self
                    .program()
                    .guards
                    .get(g.index())
                    .map_or(norm.provision, |n| n.provision);
                grant.failing = Some((provision, self.unmet(*g, &env)));
            }
            truth = truth.and(t);
        }
        let (open, why) = self.grant_window(norm, duty, &mut env);
        if open.is_false() && grant.failing.is_none() {
            grant.failing = Some((norm.provision, why));
        }
        grant.truth = truth.and(open);
        grant
    }

    /// Whether an act now lies in the time of a norm; if not, why.
    pub(super) fn grant_window(
        &self,
        norm: &Norm,
        duty: Option<DutyId>,
        env: &mut Env,
    ) -> (Truth, String) {
        let Some(d) = duty.and_then(|id| self.state().duty(id)) else {
            let windowed = self.window(&norm.window, env);
            return (windowed.is_open(self.state()), self.unmet_window(&windowed));
        };
        if let Some(c) = &d.unknown {
            return (Truth::Unknown(c.clone()), String::new());
        }
        let Some(duty) = &norm.duty else {
            return (Truth::True, String::new());
        };
        let mut denv = self.duty_env(d);
        let windowed = self.window(window_of(d, duty), &mut denv);
        let open = if norm.modal == Modal::May {
            windowed.is_open(self.state())
        } else if d.state == NormState::Lapsed || d.opened {
            // A duty carries the power also after its deadline (R25).
            Truth::True
        } else {
            windowed.has_opened(self.state())
        };
        (open, self.unmet_window(&windowed))
    }
}
