//! Why not (R59): the least that would make it so.

mod act;
mod clock;
mod decision;
mod event;
mod need;
mod norm;
mod number;
mod said;
mod share;
mod stage;
mod value;
mod version;
mod votes;

pub use need::{Cost, Missing, MissingKind};
pub(crate) use number::negate;

use crate::eval::{Eval, as_int, flip};
use crate::state::SlotWhen;
use crate::timer::firing_point;
use crate::{Case, Entity, Env, Key, Moment, Value};
use rogatio_calendar::Point;
use rogatio_mir::{
    ActId, CmpOp, DecisionId, DecisionOutcome, DefineId, Domain, Effect, Guard, HistId, Latch, On,
    Op, Ordinal, Position, ProcedureId, ProvisionId, RollSet, Rule, ShareCmp, StatusId, TimerId,
};

/// Chains of conditions longer than this are not followed.
const DEEPEST: u32 = 12;
/// More conditions than this are not looked at for one answer.
const MOST_CONDITIONS: u32 = 10_000;
/// So many candidates are named.
const MOST_NAMES: usize = 5;

impl Case {
    /// The least that would make a condition true.
    #[must_use]
    pub fn missing(&self, g: Guard, env: &Env) -> Missing {
        Seeker::new(self)
            .seek(g, env, true)
            .said(self.program().lang)
    }

    /// The least that would make a decision adopted.
    pub(crate) fn missing_outcome(&self, d: DecisionId, subject: Option<Entity>) -> Missing {
        Seeker::new(self)
            .outcome(d, subject, DecisionOutcome::Adopted, None)
            .said(self.program().lang)
    }

    /// The least that would make an event of this sort happen.
    pub(crate) fn missing_event(&self, on: &On, guard: Option<Guard>, env: &Env) -> Missing {
        Seeker::new(self)
            .event(on, guard, env, None)
            .said(self.program().lang)
    }
}

/// The search for what is missing.
struct Seeker<'c> {
    case: &'c Case,
    depth: u32,
    /// Conditions that may still be looked at.
    budget: u32,
}

impl<'c> Seeker<'c> {
    fn new(case: &'c Case) -> Seeker<'c> {
        Seeker {
            case,
            depth: 0,
            budget: MOST_CONDITIONS,
        }
    }

    /// An act that no article declares is cited with the rule that asks for it.
    fn asked_by(&self, rule: ProvisionId, mut m: Missing) -> Missing {
        let provisions = &self.case.program().provisions;
        let placed = |p: ProvisionId| {
            provisions
                .get(p.index())
                .is_some_and(|p| p.parent.is_some())
        };
        if m.act.is_some() {
            m.provision = m.provision.filter(|p| placed(*p)).or(Some(rule));
        } else if matches!(m.kind, MissingKind::All | MissingKind::Then) {
            let parts = m.children.into_iter();
            m.children = parts.map(|c| self.asked_by(rule, c)).collect();
        }
        m
    }

    /// The least that gives a condition the truth wanted.
    fn seek(&mut self, g: Guard, env: &Env, want: bool) -> Missing {
        let case = self.case;
        let truth = case.eval(g, env).truth();
        if (want && truth.is_true()) || (!want && truth.is_false()) {
            return Missing::nothing();
        }
        let provision = case.program().guards.get(g.index()).map(|n| n.provision);
        if self.depth >= DEEPEST || self.budget == 0 {
            return Missing::impossible(self.words(g, env, want), provision);
        }
        self.budget -= 1;
        self.depth += 1;
        let m = self.op(g, env, want, provision);
        self.depth -= 1;
        m
    }

    fn words(&self, g: Guard, env: &Env, want: bool) -> String {
        let text = self.case.describe(g, env);
        if want { text } else { format!("not {text}") }
    }

    fn op(&mut self, g: Guard, env: &Env, want: bool, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        let Some(node) = case.program().guards.get(g.index()) else {
            return Missing::impossible("?", None);
        };
        let generic = |this: &Self| {
            let words = this.words(g, env, want);
            match case.eval(g, env) {
                Value::Undetermined(c) => {
                    let why: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
                    let p = c.iter().next().map(|c| c.provision).or(provision);
                    Missing::one(
                        MissingKind::Silent,
                        why.join("; "),
                        p,
                        Cost {
                            impossible: 1,
                            ..Cost::default()
                        },
                    )
                }
                _ => match case.no_version(g) {
                    Some(none) => Missing::impossible(none, provision),
                    None => Missing::impossible(
                        format!("{words} (nothing known brings it about)"),
                        provision,
                    ),
                },
            }
        };
        match &node.op {
            Op::Not(a) => self.seek(*a, env, !want),
            Op::And(gs) | Op::Or(gs) => {
                let ways: Vec<Missing> = gs.iter().map(|g| self.seek(*g, env, want)).collect();
                if matches!(node.op, Op::And(_)) == want {
                    Missing::all(ways)
                } else {
                    Missing::cheapest(ways).unwrap_or_else(|| generic(self))
                }
            }
            Op::InDates(..) if self.of_calendar(g) => self.until_clock(g, env, want, provision),
            Op::Compare(_, a, b) if self.of_calendar(*a) || self.of_calendar(*b) => {
                self.until_clock(g, env, want, provision)
            }
            Op::Compare(op, a, b) => {
                let equal = matches!((op, want), (CmpOp::Eq, true) | (CmpOp::Ne, false));
                let value = equal
                    .then(|| self.becomes(*a, &case.eval(*b, env), env))
                    .flatten();
                value
                    .or_else(|| self.compare(*op, *a, *b, env, want, provision))
                    .or_else(|| {
                        // What was long enough ago drops out by itself.
                        let waits = self.until_clock(g, env, want, provision);
                        (waits.kind == MissingKind::Wait).then_some(waits)
                    })
                    .unwrap_or_else(|| generic(self))
            }
            Op::Table { .. } | Op::Except(..) => self
                .becomes(g, &Value::Bool(want), env)
                .unwrap_or_else(|| generic(self)),
            Op::ShareCompare { part, share, base } => self
                .share(*part, *share, *base, env, want, provision)
                .unwrap_or_else(|| generic(self)),
            Op::Exists(d, c) if want => {
                let all = case.state().of_kinds(&d.kinds);
                let ways: Vec<Missing> = all
                    .into_iter()
                    .map(|e| self.seek(*c, &env.clone().with(d.var, Value::Entity(e)), true))
                    .collect();
                Missing::cheapest(ways).unwrap_or_else(|| generic(self))
            }
            Op::Exists(d, c) => {
                let all = case.state().of_kinds(&d.kinds);
                let parts: Vec<Missing> = all
                    .into_iter()
                    .map(|e| self.seek(*c, &env.clone().with(d.var, Value::Entity(e)), false))
                    .collect();
                Missing::all(parts)
            }
            Op::ForAll(d, c, t) => {
                let mut parts = Vec::new();
                for e in case.state().of_kinds(&d.kinds) {
                    let env = env.clone().with(d.var, Value::Entity(e));
                    let ways = if want {
                        vec![self.seek(*t, &env, true), self.seek(*c, &env, false)]
                    } else {
                        vec![Missing::all([
                            self.seek(*c, &env, true),
                            self.seek(*t, &env, false),
                        ])]
                    };
                    parts.extend(Missing::cheapest(ways));
                }
                if want {
                    Missing::all(parts)
                } else {
                    Missing::cheapest(parts).unwrap_or_else(|| generic(self))
                }
            }
            Op::Call(d, gs) => match self.inside(*d, gs, env) {
                // What a reading has settled has no reason beside its name.
                Some((value, _)) if matches!(case.program().guard(value).op, Op::Bool(_)) => {
                    generic(self)
                }
                Some((value, inner)) => self.seek(value, &inner, want),
                None => generic(self),
            },
            Op::Given(id, gs)
                if let Some((said, inner)) =
                    Eval::new(case).text_of_given(*id, gs, &mut env.clone()) =>
            {
                self.seek(said, &inner, want)
            }
            Op::Given(..) => {
                let text = format!("the given `{}` to be {want}", case.describe(g, env));
                Missing::one(
                    MissingKind::Given,
                    text,
                    provision,
                    Cost {
                        acts: 1,
                        ..Cost::default()
                    },
                )
            }
            Op::OrElse(_, b) if case.is_finding(*b) => {
                let text = format!("find {} = {want}", case.describe(*b, env));
                Missing::acts(1, text, provision)
            }
            Op::StatusOn(s, gs) => self
                .status(*s, gs, env, want)
                .unwrap_or_else(|| generic(self)),
            Op::HistCount(h, gs) if want => self.more(*h, gs, env, 1, provision),
            Op::OnRoll {
                decision,
                subject,
                voter,
                set: set @ (RollSet::Ballot(_) | RollSet::Cast | RollSet::Voting),
            } if want => {
                let subject = subject.and_then(|s| case.eval(s, env).entity());
                let ballot = match set {
                    RollSet::Ballot(i) => *i,
                    _ => 0,
                };
                let who = case.eval(*voter, env);
                if let Some(why) = case.cannot_vote((*decision, subject), &who, ballot) {
                    return Missing::impossible(why, provision);
                }
                let voter = case.describe(*voter, env);
                let on = case.show_decision(*decision, subject);
                let text = match set {
                    RollSet::Ballot(_) => {
                        let name = case.roll_set_name(*decision, set);
                        format!("vote({name}) by {voter} in {on}")
                    }
                    _ => format!("a ballot of {voter} in {on}"),
                };
                Missing::acts(1, text, provision)
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                set: set @ RollSet::Ballot(i),
            } if !want => {
                let subject = subject.and_then(|s| case.eval(s, env).entity());
                let who = case.eval(*voter, env);
                let other = usize::from(*i == 0);
                match case.cannot_vote((*decision, subject), &who, other) {
                    Some(why) => Missing::impossible(why, provision),
                    None => {
                        let name = case.roll_set_name(*decision, set);
                        let voter = case.describe(*voter, env);
                        let on = case.show_decision(*decision, subject);
                        let text = format!("a ballot of {voter} in {on} other than {name}");
                        Missing::acts(1, text, provision)
                    }
                }
            }
            Op::OutcomeIs(d, s, outcome) if want => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                let m = self.outcome(*d, subject, *outcome, provision);
                // One of several bodies: whose part it is comes first, what it needs stands below.
                match case.program().decisions.get(d.index()) {
                    Some(limb)
                        if limb.whole.is_some()
                            && limb.given.is_none()
                            && case.opening(*d, subject).is_some() =>
                    {
                        let name = case.show_decision(*d, subject);
                        Missing {
                            text: format!("{name} to be {}", outcome.word()),
                            kind: MissingKind::Acts,
                            provision: Some(limb.provision),
                            cost: m.cost,
                            children: vec![m],
                            act: None,
                        }
                    }
                    _ => m,
                }
            }
            Op::DecisionOpen(d, s) => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                self.openness(*d, subject, want, provision)
                    .unwrap_or_else(|| generic(self))
            }
            Op::Certain(d, s, outcome) if want => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                self.certainty(*d, subject, *outcome, provision)
            }
            Op::InStage(i, p, stages) if want => self
                .stage(*i, *p, stages, env)
                .unwrap_or_else(|| generic(self)),
            Op::NormIs(n, keys, state) => {
                let keys: Vec<Option<Value>> =
                    keys.iter().map(|k| k.map(|k| case.eval(k, env))).collect();
                self.norm(*n, &keys, *state, want)
                    .unwrap_or_else(|| generic(self))
            }
            Op::InVersion(v, now) => self
                .version(*v, *now, env, want, provision)
                .unwrap_or_else(|| generic(self)),
            Op::ByVersion(list) => {
                let live = list
                    .iter()
                    .find(|(v, _)| Eval::new(case).in_version(*v, false, env).is_true());
                match live {
                    Some((_, g)) => self.seek(*g, env, want),
                    None => generic(self),
                }
            }
            Op::IsNone(a) if !want => {
                let text = format!("{} to be set", case.describe(*a, env));
                Missing::acts(1, text, provision)
            }
            _ => generic(self),
        }
    }

    /// The value of a define, and its parameters.
    fn inside(&self, d: DefineId, gs: &[Guard], env: &Env) -> Option<(Guard, Env)> {
        let define = self.case.program().defines.get(d.index())?;
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        inner.version = env.version;
        let vars = define
            .params
            .iter()
            .copied()
            .chain(define.element.as_ref().map(|(v, _)| *v));
        for (var, g) in vars.zip(gs) {
            inner.bind(var, self.case.eval(*g, env));
        }
        Some((define.value, inner))
    }
}
