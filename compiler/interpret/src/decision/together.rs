//! Decisions of several bodies, and outcomes declared where the rule lies elsewhere (R41b).

use super::*;
use crate::frozen::{Freeze, Frozen};

impl Case {
    /// The decision that a part of one belongs to; itself, where one body takes it all.
    pub(crate) fn whole(&self, d: DecisionId) -> DecisionId {
        let decision = self.program().decisions.get(d.index());
        decision.and_then(|d| d.whole).unwrap_or(d)
    }

    /// The parts of a decision of several bodies, as its text at hand has them.
    pub(super) fn limbs(&self, d: DecisionId, s: Option<Entity>) -> &[DecisionId] {
        self.text(d, s).map_or(&[], |d| d.limbs.as_slice())
    }

    /// An implicit act of a decision of several bodies, as an act in the part it is about: the voter's own body, the
    /// body that declares, the one whose casting vote it is. Left as it is where that is none, or not one.
    pub(crate) fn routed(&self, input: &ActInput) -> ActKind {
        let mut act = input.act.clone();
        let (decision, subject, casting) = match &act {
            ActKind::Vote {
                decision, subject, ..
            }
            | ActKind::Object { decision, subject } => (*decision, *subject, false),
            ActKind::Casting {
                decision, subject, ..
            } => (*decision, *subject, true),
            ActKind::Declare {
                decision, subject, ..
            } => (*decision, *subject, false),
            ActKind::Act(_) | ActKind::Gavel { .. } => return act,
        };
        let Some(who) = input.for_whom.or(input.actor) else {
            return act;
        };
        let declares = matches!(act, ActKind::Declare { .. });
        let offices = self.offices_of(Some(who));
        let fits = |limb: &&DecisionId| {
            let Some(d) = self.program().decisions.get(limb.index()) else {
                return false;
            };
            if declares {
                let body = Entity(d.body.0);
                body == who || offices.contains(&body)
            } else if casting {
                self.has_casting_vote(**limb, subject, who, &offices)
            } else {
                let mut eval = Eval::new(self);
                let entitled = eval.on_roll(d.provision, **limb, subject, who, &RollSet::Voters);
                !entitled.is_false()
            }
        };
        let mut found = self.limbs(decision, subject).iter().filter(fits);
        if let (Some(limb), None) = (found.next(), found.next()) {
            match &mut act {
                ActKind::Vote { decision, .. }
                | ActKind::Casting { decision, .. }
                | ActKind::Declare { decision, .. }
                | ActKind::Object { decision, .. }
                | ActKind::Gavel { decision, .. } => *decision = *limb,
                ActKind::Act(_) => {}
            }
        }
        act
    }

    /// Why an act in a decision of several bodies is in none of them, or not in one.
    pub(super) fn unrouted(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        who: Option<Entity>,
    ) -> Option<(ProvisionId, String)> {
        let limbs = self.limbs(d, s);
        let first = self.program().decisions.get(limbs.first()?.index())?;
        let bodies: Vec<&str> = limbs
            .iter()
            .filter_map(|l| self.program().decisions.get(l.index()))
            .map(|l| self.entity_name(Entity(l.body.0)))
            .collect();
        let both = self.words().and_list(&bodies);
        let name = self.show_decision(d, s);
        let text = match who {
            None => format!("{name} is decided by {both}: in which of them is not said"),
            Some(who) => {
                let entitled = limbs.iter().filter(|l| {
                    let mut eval = Eval::new(self);
                    let p = first.provision;
                    eval.on_roll(p, **l, s, who, &RollSet::Voters).is_true()
                });
                let who = self.entity_name(who);
                if entitled.count() > 1 {
                    format!("{who} has a vote in {both}: in which of them is not said")
                } else {
                    format!("{who} is not entitled to vote in {}", bodies.join(" or "))
                }
            }
        };
        Some((first.provision, text))
    }

    /// The outcome a body declares (R41b).
    pub(crate) fn judge_declared(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        o: &Occurrence,
    ) -> Judgment {
        let mut j = Judgment::new(Verdict::Valid);
        let Some(decision) = self.text(d, s) else {
            return Judgment::new(Verdict::Void);
        };
        let mut void = |p: ProvisionId, text: String| {
            j.verdict = Verdict::Void;
            j.because(p, text);
        };
        let body = Entity(decision.body.0);
        let who = o.for_whom.or(o.actor);
        let Some((_, provision)) = &decision.given else {
            let name = self.show_decision(d, s);
            void(
                decision.provision,
                format!("the outcome of {name} follows from its ballots"),
            );
            return j;
        };
        if who != Some(body) && !o.offices.contains(&body) {
            let who = who.map_or("nobody", |e| self.entity_name(e));
            let text = format!("{} decides, not {who}", self.entity_name(body));
            void(decision.provision, text);
            return j;
        }
        if self.opening(d, s).is_none() {
            let (p, why) = self.not_open(d, s);
            void(p, why);
            return j;
        }
        j.because(*provision, String::new());
        j
    }

    /// Closes a decision of several bodies where the first of its conditions holds, and lets the others lapse.
    pub(super) fn settle_whole(
        &self,
        (d, s): Matter,
        decision: &Decision,
        cause: &Arc<Cause>,
        fx: &mut Effects,
    ) {
        let outcome = |l: &DecisionId| {
            let last = self.openings(*l, s).last()?;
            last.closed.as_ref().map(|c| c.outcome)
        };
        let over = decision.limbs.iter().all(|l| outcome(l).is_some());
        let mut eval = Eval::new(self);
        eval.this_opening = true;
        let mut env = self.roll_env(d, s, None);
        let mut found = None;
        for (o, cond, p) in &decision.together {
            match eval.truth(*cond, &mut env) {
                Truth::False => {}
                Truth::True => {
                    found = Some((*o, vec![*p], ClauseSet::default()));
                    break;
                }
                // What comes before may still hold: only when all have decided is it known that it cannot be said.
                Truth::Unknown(c) => {
                    let at = c.iter().map(|c| c.provision).collect();
                    found = over.then_some((DecisionOutcome::Undetermined, at, c));
                    if !over {
                        return;
                    }
                    break;
                }
            }
        }
        let (outcome_now, provisions, clauses) = match found {
            Some(found) => found,
            None if over => {
                let at = decision
                    .together
                    .first()
                    .map_or(decision.provision, |t| t.2);
                (DecisionOutcome::Lapsed, vec![at], ClauseSet::default())
            }
            None => return,
        };
        // `adopted by House, inquorate in Senate`.
        let mut said: Vec<(DecisionOutcome, Vec<&str>)> = Vec::new();
        for l in &decision.limbs {
            let (Some(o), Some(limb)) = (outcome(l), self.program().decisions.get(l.index()))
            else {
                continue;
            };
            let name = self.entity_name(Entity(limb.body.0));
            match said.iter_mut().find(|(known, _)| *known == o) {
                Some((_, names)) => names.push(name),
                None => said.push((o, vec![name])),
            }
        }
        let said: Vec<String> = said
            .iter()
            .map(|(o, names)| {
                let voted = matches!(o, DecisionOutcome::Adopted | DecisionOutcome::Rejected);
                let word = if voted { "by" } else { "in" };
                format!("{} {word} {}", o.word(), self.words().and_list(names))
            })
            .collect();
        let reason = said.join(", ");
        if let (DecisionOutcome::Undetermined, Some(instance)) = (outcome_now, s)
            && self.state().instances.contains_key(&instance)
        {
            fx.stuck.push(Freeze {
                instance,
                clauses: clauses.clone(),
                frozen: Frozen::for_good(),
            });
        }
        for l in &decision.limbs {
            if self
                .openings(*l, s)
                .last()
                .is_some_and(|o| o.closed.is_none())
            {
                let name = self.show_decision(d, s);
                fx.closes.push(Closure {
                    decision: *l,
                    subject: s,
                    outcome: DecisionOutcome::Lapsed,
                    reason: format!("{name} is {}", outcome_now.word()),
                    provisions: provisions.clone(),
                    rests_on: Vec::new(),
                    clauses: ClauseSet::default(),
                    pivotal: Default::default(),
                    roll: self.roll(*l, s, &[]),
                    cause: cause.clone(),
                });
            }
        }
        fx.closes.push(Closure {
            decision: d,
            subject: s,
            outcome: outcome_now,
            reason,
            provisions,
            rests_on: Vec::new(),
            clauses,
            pivotal: Default::default(),
            roll: Arc::default(),
            cause: cause.clone(),
        });
    }
}
