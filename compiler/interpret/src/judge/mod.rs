//! Judging an act (R25-R28): powers, prohibitions, verdict and reasons. Everything reads the state before the act.

mod grant;
mod joint;
mod office;
mod prohibition;

pub(crate) use self::prohibition::names_for;
use crate::eval::Eval;
use crate::index::conjuncts;
use crate::state::{
    ActInput, ActKind, DutyId, DutyInstance, Judgment, Occurrence, OccurrenceId, Verdict,
};
use crate::trigger::Matcher;
use crate::{Case, ClauseSet, Entity, Env, Truth, Value};
use rogatio_mir::{
    ActClass, ActId, Demand, Guard, Match, Modal, Norm, NormId, NormState, Position, ProvisionId,
};

/// A way in which a norm is about an act.
pub(crate) struct Applies {
    pub(crate) env: Env,
    /// `where C` of what is demanded.
    pub(crate) filter: Option<Guard>,
    pub(crate) uncertain: Option<ClauseSet>,
}

/// A power, examined.
struct Grant {
    norm: NormId,
    /// All conditions together.
    truth: Truth,
    who: bool,
    satisfied: usize,
    /// The first false condition.
    failing: Option<(ProvisionId, String)>,
    /// Of a joint act: its variables.
    jointly: Option<Env>,
}

impl Case {
    /// The occurrence as it would be recorded.
    pub(crate) fn tentative(&self, input: &ActInput) -> Occurrence {
        let mut args: Vec<Value> = Vec::new();
        if let ActKind::Act(a) = input.act
            && let Some(act) = self.program().acts.get(a.index())
        {
            for (i, (_, _, default)) in act.params.iter().enumerate() {
                let given = input.args.get(i).cloned().flatten();
                let opened = act.opens.is_some_and(|(at, _)| at == i);
                let value = match (given, default) {
                    (Some(v), _) => v,
                    (None, _) if opened => Value::Undetermined(ClauseSet::default()),
                    (None, Some(g)) => Eval::new(self).value(*g, &mut Env::new()),
                    (None, None) => Value::None,
                };
                args.push(value);
            }
        }
        Occurrence {
            id: OccurrenceId(u32::try_from(self.state().occurrences.len()).unwrap_or(u32::MAX)),
            act: self.routed(input),
            actor: input.actor,
            jointly: Vec::new(),
            offices: self.offices_of(input.for_whom.or(input.actor)),
            under: input.under,
            for_whom: input.for_whom,
            to: input.to,
            args,
            moment: self.state().now,
            recalled: input.recalled,
            judgment: Judgment::new(Verdict::Valid),
            created: None,
            itself: None,
            assumed: false,
        }
    }

    /// All ways in which a norm is about an act, given variables bound already. Conditions are not tested.
    pub(crate) fn applies(&self, norm: &Norm, o: &Occurrence, base: &Env) -> Vec<Applies> {
        self.applies_as(norm, o, base, false)
    }

    /// The same, of an act as what a norm asks of its subject: of one to act for somebody, of the agent (R25b).
    pub(crate) fn applies_to_subject(
        &self,
        norm: &Norm,
        o: &Occurrence,
        base: &Env,
    ) -> Vec<Applies> {
        self.applies_as(norm, o, base, names_for(norm))
    }

    pub(crate) fn applies_as(
        &self,
        norm: &Norm,
        o: &Occurrence,
        base: &Env,
        agent: bool,
    ) -> Vec<Applies> {
        let mut out = Vec::new();
        let principal = if agent {
            o.actor
        } else {
            o.for_whom.or(o.actor)
        };
        let offices = if agent {
            self.offices_of(o.actor)
        } else {
            o.offices.clone()
        };
        let actors = principal
            .into_iter()
            .chain(offices)
            .chain(o.jointly.iter().copied());
        let who = &norm.who.domain;
        for actor in actors {
            if !self.state().is_of(actor, &who.kinds) {
                continue;
            }
            let known = base.get(who.var);
            if known.is_some_and(|v| *v != Value::Entity(actor)) {
                continue;
            }
            let mut env = base.clone();
            if known.is_none() {
                env.bind(who.var, Value::Entity(actor));
            }
            if env.event_time.is_none() {
                env.event_time = Some(self.state().now);
            }
            for part in norm.demand.parts() {
                let mut found = self.fits(part, o, env.clone());
                for a in &mut found {
                    self.at_visit_of(norm, &mut a.env);
                }
                out.extend(found);
            }
        }
        out
    }

    /// The ways in which an act is what is demanded, apart from its filter.
    fn fits(&self, demand: &Demand, o: &Occurrence, env: Env) -> Vec<Applies> {
        let mut m = Matcher {
            case: self,
            env,
            each: &[],
            deferred: Vec::new(),
            uncertain: None,
        };
        let (fits, filter) = match (demand, &o.act) {
            (
                Demand::Act {
                    act,
                    matches,
                    filter,
                },
                ActKind::Act(a),
            ) => (act == a && m.positions(o, matches), *filter),
            (
                Demand::Vote {
                    decision,
                    ballot,
                    label,
                    subject,
                    for_whom,
                    filter,
                },
                ActKind::Vote {
                    decision: d,
                    subject: on,
                    ..
                },
            ) => {
                let on = on.map_or(Value::None, Value::Entity);
                // A norm about the whole is one about each of its parts.
                let meant = d == decision || self.whole(*d) == *decision;
                let for_whom = (Position::For, for_whom.clone());
                let fits = meant
                    && o.is_ballot(rogatio_mir::BallotSort::Vote, *ballot, *label)
                    && m.one(&[on], subject)
                    && m.positions(o, &[for_whom]);
                (fits, *filter)
            }
            _ => (false, None),
        };
        if !fits {
            return Vec::new();
        }
        let found = m.finish().into_iter();
        found
            .map(|(env, uncertain)| Applies {
                env,
                filter,
                uncertain,
            })
            .collect()
    }

    /// Whether the subject is meant and the filter holds.
    pub(crate) fn demand_holds(&self, norm: &Norm, a: &mut Applies) -> Truth {
        let mut eval = Eval::new(self);
        let who = eval.truth(norm.who.cond, &mut a.env);
        let filter = a.filter.map_or(Truth::True, |f| eval.truth(f, &mut a.env));
        who.and(filter)
    }

    /// Verdict and basis of an act if it were done now.
    #[must_use]
    pub fn judge(&self, input: &ActInput) -> Judgment {
        let o = self.tentative(input);
        self.judge_occurrence(&o)
    }

    pub(crate) fn judge_occurrence(&self, o: &Occurrence) -> Judgment {
        let mut j = self.judged(o);
        let texts = std::mem::take(&mut j.text);
        j.text = texts.into_iter().map(|t| self.say(t)).collect();
        j
    }

    fn judged(&self, o: &Occurrence) -> Judgment {
        let vacancy = self.vacancy(o);
        if let Some((provision, text)) = vacancy
            .as_ref()
            .and_then(|(t, p, text)| t.is_true().then_some((*p, text)))
        {
            let mut j = Judgment::new(Verdict::Void);
            j.nearly = true;
            j.because(provision, text.clone());
            return j;
        }
        let mut j = match &o.act {
            ActKind::Act(a) => self.judge_act(*a, o),
            ActKind::Vote {
                decision,
                subject,
                ballot,
                label,
            } => self.judge_vote(*decision, *subject, *ballot, *label, o),
            ActKind::Casting {
                decision, subject, ..
            } => self.judge_casting(*decision, *subject, o),
            ActKind::Declare {
                decision, subject, ..
            } => self.judge_declared(*decision, *subject, o),
            ActKind::Object { decision, subject } => self.judge_objection(*decision, *subject, o),
            ActKind::Gavel { decision, subject } => self.judge_gavel(*decision, *subject),
        };
        j.offices.clone_from(&o.offices);
        if let (Verdict::Valid, Some((Truth::Unknown(c), provision, _))) = (&j.verdict, vacancy) {
            j.verdict = Verdict::Undetermined;
            j.because(provision, "whether anybody holds the office is not known");
            j.clauses = c;
        }
        if j.verdict == Verdict::Valid {
            let whole = self.done_jointly(o, &j);
            for id in self.duties_met(whole.as_ref().unwrap_or(o)) {
                let lapsed = self
                    .state()
                    .duty(id)
                    .is_some_and(|d| d.state == NormState::Lapsed);
                if lapsed {
                    j.late.push(id)
                } else {
                    j.fulfils.push(id)
                }
                let norm = self
                    .state()
                    .duty(id)
                    .and_then(|d| self.program().norms.get(d.norm.index()));
                if let Some(norm) = norm
                    && lapsed
                {
                    j.because(norm.provision, self.words().late(&self.show_duty(id)));
                }
            }
            j.dilemma = j.fulfils.iter().any(|d| self.no_way_round(*d, &j.breach));
        }
        j
    }

    /// Whether a duty can be fulfilled in no way that these prohibitions leave open: a duty to do an act in any way is
    /// no dilemma beside a prohibition of one way of doing it (R26).
    fn no_way_round(&self, duty: DutyId, breach: &[NormId]) -> bool {
        let norm = |n: NormId| self.program().norms.get(n.index());
        let asked = self.duty(duty).and_then(|d| norm(d.norm));
        let asked = asked.map_or(&[][..], |n| n.demand.parts());
        breach.iter().filter_map(|n| norm(*n)).any(|forbidding| {
            let narrower = |p: &Position| {
                !asked.iter().any(|d| match d {
                    Demand::Act { matches, .. } => matches
                        .iter()
                        .any(|(q, m)| q == p && !matches!(m, Match::Any)),
                    _ => true,
                })
            };
            let narrows = |d: &Demand| match d {
                Demand::Act { matches, .. } => matches
                    .iter()
                    .any(|(p, m)| matches!(m, Match::Is(_)) && narrower(p)),
                _ => false,
            };
            !forbidding.demand.parts().iter().all(narrows)
        })
    }

    fn judge_act(&self, a: ActId, o: &Occurrence) -> Judgment {
        let Some(act) = self.program().acts.get(a.index()) else {
            return Judgment::new(Verdict::Void);
        };
        if act.class == ActClass::Event {
            return Judgment::new(Verdict::Valid);
        }
        let norms = crate::index::norms_of(self.program(), act);
        let deed = act.class == ActClass::Deed;
        let yielding = self.yielding(&norms, o);
        let grants: Vec<Grant> = norms
            .iter()
            .flat_map(|n| self.grants(*n, o, false))
            .collect();
        let power = grants
            .iter()
            .filter(|g| g.jointly.is_none())
            .fold(Truth::False, |t, g| t.or(g.truth.clone()));
        let joint = grants.iter().find_map(|g| {
            let env = g.jointly.as_ref().filter(|_| !g.truth.is_false())?;
            Some((g, env))
        });
        let agency = o.for_whom.map(|y| self.agency(&norms, o, y));
        // What all are barred from doing together, each may do.
        let together = joint.is_some() && !power.is_true();
        let barring = self.forbidding(&norms, o, Modal::Cannot, &yielding, together);
        let (taken, taken_truth) = (&barring.held, &barring.truth);
        // A deed that no sentence empowers to is free but for what takes it away or forbids it (R25).
        let empowered = norms
            .iter()
            .filter_map(|n| self.program().norms.get(n.index()))
            .any(|n| matches!(n.modal, Modal::May | Modal::Must | Modal::Should));
        let mut has = match deed && !empowered {
            true => Truth::True,
            false => power.clone(),
        };
        if has.is_false()
            && let Some((g, _)) = joint
        {
            has = g.truth.clone();
        }
        let perhaps_held = match has.is_false() {
            true => self.power_by_office(&norms, o),
            false => None,
        };
        if let Some((_, clauses)) = &perhaps_held {
            has = Truth::Unknown(clauses.clone());
        }
        let agency_truth = agency.as_ref().map_or(Truth::True, |a| a.truth.clone());
        let all = has
            .clone()
            .and(taken_truth.clone().negate())
            .and(agency_truth);
        let mut j = Judgment::new(Verdict::Valid);
        match all {
            Truth::True => {}
            Truth::Unknown(c) => {
                // A deed has happened, whatever it is worth.
                match deed {
                    true => j.in_doubt = true,
                    false => j.verdict = Verdict::Undetermined,
                }
                if let (Some((offices, _)), Some(who)) = (&perhaps_held, o.for_whom.or(o.actor)) {
                    let who = self.entity_name(who);
                    for office in offices {
                        let text = self.words().perhaps_holds(who, self.entity_name(*office));
                        j.because(act.provision, text);
                    }
                }
                for clause in c.iter() {
                    j.because(clause.provision, clause.text.clone());
                }
                // What is open is what is cited: the power, or what perhaps takes it away.
                if !has.is_true() {
                    let doubtful = grants
                        .iter()
                        .filter(|g| g.truth.clauses().is_some())
                        .map(|g| g.norm);
                    for norm in doubtful.filter_map(|n| self.program().norms.get(n.index())) {
                        j.because(norm.provision, String::new());
                    }
                }
                barring.perhaps_taken(self, &mut j);
                j.clauses = c;
            }
            Truth::False if !deed => {
                j.verdict = Verdict::Void;
                self.why_void(&mut j, (act, o), &grants, &has, taken, agency.as_ref());
            }
            Truth::False => {
                // A deed happens; without power, or against what takes it away, it is a breach (R25).
                j.breached = true;
                j.unpowered = true;
                self.why_void(&mut j, (act, o), &grants, &has, taken, agency.as_ref());
                j.breach.extend(taken.iter().map(|(n, ..)| *n));
                let taken = taken.iter().map(|(n, _, keys)| (*n, keys.clone()));
                j.broken.extend(taken);
            }
        }
        if j.verdict != Verdict::Void {
            for g in grants.iter().filter(|g| g.truth.is_true()) {
                if !j.basis.contains(&g.norm) {
                    j.basis.push(g.norm);
                }
                // What is open is not the power.
                let cited = !j.breached && j.verdict != Verdict::Undetermined;
                if let Some(n) = self.program().norms.get(g.norm.index())
                    && cited
                {
                    j.because(n.provision, String::new());
                }
            }
            for (provision, text) in barring.lifted {
                j.because(provision, text);
            }
            if j.verdict == Verdict::Valid
                && let Some((g, env)) = joint
            {
                self.share_of(g.norm, env, o, power.is_true(), &mut j);
            }
            self.prohibitions(&norms, o, &yielding, &mut j);
            // A deed has no other worth than this.
            j.in_doubt |= deed && !j.perhaps_forbidden.is_empty();
        }
        j
    }

    /// Subject, filter, condition and window of a norm that is no duty.
    pub(crate) fn norm_holds(&self, norm: &Norm, mut a: Applies) -> Truth {
        let demanded = self.demand_holds(norm, &mut a);
        let mut env = a.env;
        let mut t = a
            .uncertain
            .map_or(Truth::True, Truth::Unknown)
            .and(demanded);
        if let Some(c) = norm.cond {
            t = t.and(Eval::new(self).truth(c, &mut env));
        }
        t.and(self.window(&norm.window, &mut env).is_open(self.state()))
    }

    /// Whether the agent may act for the principal (R25b).
    pub(crate) fn agency(&self, norms: &[NormId], o: &Occurrence, principal: Entity) -> Agency {
        let grants: Vec<Grant> = norms
            .iter()
            .flat_map(|n| self.grants(*n, o, true))
            .collect();
        let truth = grants
            .iter()
            .fold(Truth::False, |t, g| t.or(g.truth.clone()));
        let agent = o.actor.map_or("nobody", |a| self.entity_name(a));
        let mut text = format!("{agent} may not act for {}", self.entity_name(principal));
        let mut near = Vec::new();
        let failing = grants.iter().filter(|g| g.truth.is_false());
        if let Some(g) = failing.max_by_key(|g| (g.who, g.satisfied))
            && let Some(norm) = self.program().norms.get(g.norm.index())
            && let Some((p, why)) = &g.failing
        {
            text = format!("{text}: {}, but {why}", norm.text);
            near = vec![norm.provision, *p];
        }
        let given = grants.iter().filter(|g| g.truth.is_true());
        Agency {
            truth,
            text,
            near,
            basis: given.map(|g| g.norm).collect(),
        }
    }

    fn why_void(
        &self,
        j: &mut Judgment,
        (act, o): (&rogatio_mir::Act, &Occurrence),
        grants: &[Grant],
        has: &Truth,
        taken: &[(NormId, String, Vec<Value>)],
        agency: Option<&Agency>,
    ) {
        if has.is_true() || (!has.is_false() && !taken.is_empty()) {
            j.nearly = true;
            for (n, text, _) in taken {
                if let Some(norm) = self.program().norms.get(n.index()) {
                    j.because(norm.provision, text.clone());
                }
            }
            if let Some(a) = agency
                && !a.truth.is_true()
            {
                j.because(act.provision, a.text.clone());
                for p in &a.near {
                    j.because(*p, String::new());
                }
            }
            return;
        }
        let failing: Vec<&Grant> = grants.iter().filter(|g| g.truth.is_false()).collect();
        let best = failing.iter().map(|g| (g.who, g.satisfied)).max();
        j.nearly = best.is_some_and(|(who, _)| who);
        for g in failing
            .iter()
            .filter(|g| Some((g.who, g.satisfied)) == best)
        {
            let Some(norm) = self.program().norms.get(g.norm.index()) else {
                continue;
            };
            j.broken.push((g.norm, Vec::new()));
            match &g.failing {
                Some((p, text)) => {
                    j.because(norm.provision, self.words().but(&norm.text, text));
                    j.because(*p, String::new());
                }
                None => j.because(norm.provision, norm.text.clone()),
            }
        }
        if j.reasons.is_empty() {
            if let Some((p, text)) = self.not_the_holder(act, o) {
                j.because(p, text);
                j.because(act.provision, String::new());
                return;
            }
            j.because(act.provision, self.words().no_power(&act.name));
        }
    }
}

/// What gives somebody the power to act for another.
pub(crate) struct Agency {
    pub(crate) truth: Truth,
    /// Why not.
    pub(crate) text: String,
    /// The sentence that came nearest to giving it.
    pub(crate) near: Vec<ProvisionId>,
    /// The sentences that give it.
    pub(crate) basis: Vec<NormId>,
}
