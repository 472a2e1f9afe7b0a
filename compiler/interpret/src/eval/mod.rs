//! Evaluation of guards: strong Kleene, intervals for counts, pending times (R3, R7-R9, R22, R23).

mod collected;
mod contest;
mod dates;
mod read;
mod set;
mod table;
mod time;
mod window;

pub(crate) use read::Scheduled;
use read::{Picked, pick};
use time::arith;
pub(crate) use time::{flip, share_of};

use crate::decision::Assumption;
use crate::state::{Matter, SlotWhen, StatusLine};
use crate::{Case, ClauseSet, Entity, Env, Key, Moment, Truth, Value};
use rogatio_calendar::{Length, Point};
use rogatio_mir::{
    ArithOp, CmpOp, DefineId, Domain, FieldId, GivenId, Guard, GuardNode, HistId, NormId,
    NormState, Op, Ordinal, ProvisionId, ShareCmp, StatusId, TimerId, Ty,
};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// Deeper than any sensible text; guards the stack.
const DEEPEST: u32 = 600;

/// Values already computed for a version of the state.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    version: u64,
    now: Option<Point>,
    closed: HashMap<Guard, (Value, Point)>,
    calls: HashMap<(DefineId, Vec<Value>), (Value, Point)>,
    /// Large sets, whatever the version: they bring themselves up to date.
    tallies: HashMap<(Guard, Vec<Value>), set::Tally>,
    /// Their elements in all.
    held: usize,
}

/// Parts whose values are known, with the point at which time alone may change them; sorted.
pub(crate) type Known = Arc<[(Guard, Value, Point)]>;

/// One evaluation. [`Eval::wake`] is the first point at which time alone may change the result.
pub(crate) struct Eval<'c> {
    pub(crate) case: &'c Case,
    pub(crate) wake: Point,
    pub(crate) assumption: Option<Assumption>,
    /// Decisions that close together: silence is moved (R36, R42).
    pub(crate) moved: Vec<Matter>,
    /// A decision closes: the open ones that are read are noted (R42).
    pub(crate) is_closing: bool,
    /// Of several bodies decide together: an outcome is one of this opening (R41b).
    pub(crate) this_opening: bool,
    pub(crate) open_rolls: Vec<Matter>,
    /// What need not be worked out again; whoever says so looks again when one of them changes.
    pub(crate) known: Known,
    /// When time alone may change one of those that were read.
    hidden: Point,
    depth: u32,
}

impl<'c> Eval<'c> {
    pub(crate) fn new(case: &'c Case) -> Eval<'c> {
        Eval {
            case,
            wake: Point::NEVER,
            assumption: None,
            moved: Vec::new(),
            is_closing: false,
            this_opening: false,
            open_rolls: Vec::new(),
            known: Known::default(),
            hidden: Point::NEVER,
            depth: 0,
        }
    }

    /// For the outcome of decisions that close together.
    pub(crate) fn closing(case: &'c Case, moved: &[Matter]) -> Eval<'c> {
        Eval {
            moved: moved.to_vec(),
            is_closing: true,
            ..Eval::new(case)
        }
    }

    /// Nothing is supposed that is not so.
    fn is_plain(&self) -> bool {
        self.assumption.is_none() && self.moved.is_empty() && !self.is_closing && !self.this_opening
    }

    pub(crate) fn truth(&mut self, g: Guard, env: &mut Env) -> Truth {
        let v = self.value(g, env);
        match v.truth() {
            Truth::Unknown(c) if c == ClauseSet::default() => {
                let provision = self
                    .case
                    .program()
                    .guards
                    .get(g.index())
                    .map_or(ProvisionId(0), |n| n.provision);
                Truth::Unknown(match v {
                    Value::Undetermined(_) => ClauseSet::unsaid(provision),
                    _ => ClauseSet::one(provision, "this condition has no truth value"),
                })
            }
            t => t,
        }
    }

    /// What a decision is on, or that this is undetermined.
    fn subject(&mut self, subject: Option<Guard>, env: &mut Env) -> Result<Option<Entity>, Value> {
        match subject.map(|s| self.value(s, env)) {
            Some(u @ Value::Undetermined(_)) => Err(u),
            s => Ok(s.and_then(|v| v.entity())),
        }
    }

    pub(crate) fn value(&mut self, g: Guard, env: &mut Env) -> Value {
        crate::abandon::look();
        let case: &'c Case = self.case;
        let Some(node) = case.program().guards.get(g.index()) else {
            return Value::Undetermined(ClauseSet::default());
        };
        if self.depth >= DEEPEST {
            return Value::unknown(node.provision, "the expression is nested too deeply");
        }
        if env.version.is_none()
            && let Ok(at) = self.known.binary_search_by_key(&g, |(g, ..)| *g)
        {
            let (_, v, wake) = &self.known[at];
            self.hidden = self.hidden.min(*wake);
            return v.clone();
        }
        let memo = matches!(
            node.op,
            Op::Count(..) | Op::Sum(..) | Op::Exists(..) | Op::ForAll(..) | Op::And(_) | Op::Or(_)
        ) && self.is_plain()
            && env.version.is_none()
            && case.index().is_closed(g);
        if memo && let Some((v, wake)) = case.memo(|m| m.closed.get(&g).cloned()) {
            self.wake = self.wake.min(wake);
            return v;
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.wake, Point::NEVER);
        let v = self.op(g, node, env);
        self.depth -= 1;
        if memo {
            let wake = self.wake.min(self.hidden);
            case.memo(|m| m.closed.insert(g, (v.clone(), wake)));
        }
        self.wake = self.wake.min(outer);
        v
    }

    fn op(&mut self, g: Guard, node: &'c GuardNode, env: &mut Env) -> Value {
        let p = node.provision;
        match &node.op {
            Op::Bool(b) => Value::Bool(*b),
            Op::Int(n) => Value::Int(*n),
            Op::Day(d) => Value::Time(Moment::of_day(*d)),
            Op::Instant(i) => Value::Time(Moment::of_instant(*i)),
            Op::Length(l) => Value::Length(*l),
            Op::Text(t) => Value::Text(t.clone()),
            Op::None => Value::None,
            Op::Chance(c) => Value::Chance(*c),
            Op::Share(c, n, d) => Value::Share(*c, *n, *d),
            Op::Entity(e) => Value::Entity(Entity(e.0)),
            Op::CaseEntity(name) => match self.case.find_entity(name) {
                Some(e) => Value::Entity(e),
                None => Value::unknown(p, format!("the case has no entity `{name}`")),
            },
            Op::Var(v) => env.get(*v).cloned().unwrap_or_else(|| {
                let name = self
                    .case
                    .program()
                    .vars
                    .get(v.index())
                    .map_or("?", |v| v.name.as_str());
                Value::unknown(p, format!("`{name}` is open"))
            }),
            Op::Now => Value::Time(self.case.state().now),
            Op::EventTime => match env.event_time {
                Some(m) => Value::Time(m),
                None => Value::PENDING,
            },
            Op::Not(a) => self.truth(*a, env).negate().into(),
            Op::And(gs) => self.all(gs, env),
            Op::Or(gs) => self.any(gs, env),
            Op::Compare(op, a, b) => self.comparison(p, *op, *a, *b, env),
            Op::ShareCompare { part, share, base } => self.share(p, *part, *share, *base, env),
            Op::Arith(op, a, b) => {
                let (a, b) = (self.value(*a, env), self.value(*b, env));
                arith(p, *op, &a, &b)
            }
            Op::Shift {
                before,
                closes,
                length,
                base,
            } => {
                let length = self.value(*length, env);
                let base = self.value(*base, env);
                self.shift(p, *before, *closes, &length, &base)
            }
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => self.shift_outside(p, (*before, *length), *base, *skip, env),
            Op::Later(gs) => self.later(gs, env),
            Op::Earlier(gs) => self.earlier(gs, env),
            Op::Count(..) | Op::Sum(..) | Op::Exists(..) | Op::ForAll(..) => {
                self.aggregate(g, node, env)
            }
            Op::SetOf(d, c) => self.set_of(d, *c, env),
            Op::InSet { set, element } => {
                let (set, element) = (self.value(*set, env), self.value(*element, env));
                self.in_set(&set, &element)
            }
            Op::Best(d, c, keys) => self.best(p, d, *c, keys, env),
            Op::Call(d, gs) => self.call(g, *d, gs, env),
            Op::Given(id, gs) => self.given(*id, gs, env),
            Op::StatusOn(s, gs) => self.status_on(*s, gs, env),
            Op::StatusValue(s, gs) => self.status_value(*s, gs, env),
            Op::StatusStart(s, gs) => self.status_start(*s, gs, env, false),
            Op::StatusFirstStart(s, gs) => self.status_start(*s, gs, env, true),
            Op::StatusEnd(s, gs) => self.status_end(*s, gs, env),
            Op::Field(owner, f) => {
                let owner = self.value(*owner, env);
                self.field(p, &owner, *f)
            }
            Op::InField {
                owner,
                field,
                element,
            } => {
                let (owner, element) = (self.value(*owner, env), self.value(*element, env));
                self.in_field(&owner, *field, &element)
            }
            Op::HistCount(h, gs) => self.hist(*h, gs, env, |pushes| {
                let n = pushes.list().len();
                let sure = n - pushes.doubtful(n);
                Value::count(as_int(sure), as_int(n), pushes.doubts(0, n))
            }),
            Op::HistSince(h, time, gs) => {
                let since = match self.value(*time, env) {
                    Value::Time(m) => m.point,
                    u @ Value::Undetermined(_) => return u,
                    // Nothing comes after what has not come yet.
                    _ => return Value::Int(0),
                };
                self.hist(*h, gs, env, |pushes| {
                    let n = pushes.list().len();
                    let before = |p: &crate::state::Push| p.moment.point <= since;
                    let first = pushes.list().partition_point(before);
                    let doubtful = pushes.doubtful(n) - pushes.doubtful(first);
                    let sure = n - first - doubtful;
                    Value::count(as_int(sure), as_int(n - first), pushes.doubts(first, n))
                })
            }
            Op::HistTime(h, o, gs) => {
                let v = self.hist(*h, gs, env, |pushes| match pick(pushes, *o, 0) {
                    Picked::One(push) => Value::Time(push.moment),
                    Picked::Nothing => Value::PENDING,
                    Picked::Unclear(c) => Value::Undetermined(c),
                });
                if v == Value::None { Value::PENDING } else { v }
            }
            Op::HistArg(h, o, i, gs) => {
                self.hist(*h, gs, env, |pushes| match pick(pushes, *o, 0) {
                    Picked::One(push) => {
                        push.stored.get(*i as usize).cloned().unwrap_or(Value::None)
                    }
                    Picked::Nothing => Value::None,
                    Picked::Unclear(c) => Value::Undetermined(c),
                })
            }
            Op::HistSum(h, i, gs) => self.hist_sum(p, *h, *i, gs, env),
            Op::HistInLast {
                hist,
                read,
                length,
                keys,
            } => self.in_last(p, *hist, *read, *length, keys, env),
            Op::HistPick {
                hist,
                pick,
                from,
                keys,
            } => self.hist_pick(p, *hist, *pick, *from, keys, env),
            Op::StatusPick {
                status,
                pick,
                from,
                keys,
            } => self.status_pick(p, *status, *pick, *from, keys, env),
            Op::IsKind(e, kinds) => match self.value(*e, env) {
                Value::Entity(e) => Value::Bool(self.case.state().is_of(e, kinds)),
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::InStage(i, procedure, stages) => match self.value(*i, env) {
                Value::Entity(e) => match self.case.state().instances.get(&e) {
                    Some(inst) if inst.procedure == *procedure => match &inst.stuck {
                        Some(c) => Value::Undetermined(c.clone()),
                        None => Value::Bool(stages.contains(&inst.stage)),
                    },
                    _ => Value::Bool(false),
                },
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::EnteredAt(i, procedure, stage) => match self.value(*i, env) {
                Value::Entity(e) => match self.case.state().instances.get(&e) {
                    Some(inst) if inst.procedure == *procedure => {
                        match (inst.entered.get(stage), &inst.stuck) {
                            (Some(m), _) => Value::Time(*m),
                            (None, Some(c)) => Value::Undetermined(c.clone()),
                            (None, None) => Value::PENDING,
                        }
                    }
                    _ => Value::PENDING,
                },
                u @ Value::Undetermined(_) => u,
                _ => Value::PENDING,
            },
            Op::NormIs(n, keys, state) => self.norm_is(*n, keys, *state, env),
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let subject = match self.subject(*subject, env) {
                    Ok(subject) => subject,
                    Err(u) => return u,
                };
                match self.value(*voter, env) {
                    Value::Entity(v) => self.on_roll(p, *decision, subject, v, set).into(),
                    u @ Value::Undetermined(_) => u,
                    _ => Value::Bool(false),
                }
            }
            Op::Weight {
                decision,
                subject,
                voter,
            } => {
                let subject = match self.subject(*subject, env) {
                    Ok(subject) => subject,
                    Err(u) => return u,
                };
                match self.value(*voter, env) {
                    Value::Entity(v) => self.weight(*decision, subject, v),
                    v => v,
                }
            }
            Op::OutcomeIs(d, s, outcome) => match self.subject(*s, env) {
                Ok(subject) => self.outcome_at(p, *d, subject, *outcome).into(),
                Err(u) => u,
            },
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => {
                let subject = match self.subject(*subject, env) {
                    Ok(subject) => subject,
                    Err(u) => return u,
                };
                match self.value(*voter, env) {
                    Value::Entity(v) => self.case.was_pivotal(*decision, subject, v).into(),
                    u @ Value::Undetermined(_) => u,
                    _ => Value::Bool(false),
                }
            }
            Op::Certain(d, s, outcome) => match self.subject(*s, env) {
                Ok(subject) => {
                    let found = self.case.result((*d, subject), &mut self.wake);
                    Value::Bool(found.is_some_and(|r| outcome.is_none_or(|o| o == r)))
                }
                Err(u) => u,
            },
            Op::DecisionOpen(d, s) => match self.subject(*s, env) {
                Ok(subject) => Value::Bool(self.case.opening(*d, subject).is_some()),
                Err(u) => u,
            },
            Op::Dates(dates) => Value::Dates(dates.clone()),
            Op::DatesRange(a, b) => self.dates_range(p, *a, *b, env),
            Op::DatesJoin(join, a, b) => self.dates_join(p, *join, *a, *b, env),
            Op::InDates(t, dates) => self.in_dates(p, *t, *dates, env),
            Op::DatesPick { dates, pick, from } => self.dates_pick(p, *dates, *pick, *from, env),
            Op::DatePart(part, t) => self.date_part(p, *part, *t, env),
            Op::Digit(n) => match self.value(*n, env) {
                Value::Int(n) => Value::Int(n.rem_euclid(10)),
                Value::Undetermined(c) => Value::Undetermined(c),
                v => Value::Undetermined(v.clauses()),
            },
            Op::IsNone(a) => match self.value(*a, env) {
                Value::None => Value::Bool(true),
                u @ Value::Undetermined(_) => u,
                _ => Value::Bool(false),
            },
            Op::OrElse(a, b) => match self.value(*a, env) {
                Value::None | Value::Pending { .. } => self.value(*b, env),
                v => v,
            },
            Op::Except(base, arms) => self.except(p, *base, arms, env),
            Op::InVersion(v, now) => self.in_version(*v, *now, env).into(),
            Op::ByVersion(list) => self.by_version(p, list, env),
            Op::Table {
                hit, rows, none, ..
            } => self.table(*hit, rows, *none, env),
            Op::NotStated(text) => Value::unknown(p, text.clone()),
            Op::Parameter(_) => {
                Value::unknown(p, "a parameter of an experiment has no value in a case")
            }
        }
    }

    fn all(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut result = Truth::True;
        for g in gs {
            result = result.and(self.truth(*g, env));
            if result.is_false() {
                break;
            }
        }
        result.into()
    }

    fn any(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut result = Truth::False;
        for g in gs {
            result = result.or(self.truth(*g, env));
            if result.is_true() {
                break;
            }
        }
        result.into()
    }
}

impl Memo {
    /// Forgets everything if the state has changed.
    pub(crate) fn refresh(&mut self, version: u64, now: Point) {
        if self.version != version || self.now != Some(now) {
            self.version = version;
            self.now = Some(now);
            self.closed.clear();
            self.calls.clear();
        }
    }
}

pub(crate) fn as_int(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
