//! Sets at work: counts, sums and quantifiers (R8), of large sets kept from step to step.
//!
//! Comes in: an aggregate and the variables around it. Goes out: its value. A large set is gone through once; after
//! that only the elements of which something they read has changed are looked at again ([`Tally`]). Never happens: a
//! tally that differs from going through the set anew; [`Case::set_thorough`] does that always.

use super::*;
use crate::index::Reading;
use crate::state::Dep;
use std::collections::BTreeSet;

/// Smaller sets are gone through each time.
const LEAST: usize = 32;
/// More elements than this are not kept in all.
const MOST: usize = 4_000_000;

/// What an element adds to the whole: at least, at most, and what leaves it open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Portion {
    lo: i64,
    hi: i64,
    clauses: ClauseSet,
    /// Its weight is no number.
    odd: Option<Value>,
}

impl Portion {
    fn of(t: Truth) -> Portion {
        match t {
            Truth::True => Portion {
                lo: 1,
                hi: 1,
                ..Portion::default()
            },
            Truth::False => Portion::default(),
            Truth::Unknown(clauses) => Portion {
                hi: 1,
                clauses,
                ..Portion::default()
            },
        }
    }
}

/// The whole.
#[derive(Clone, Debug, Default)]
struct Whole {
    lo: i128,
    hi: i128,
    clauses: HashMap<ClauseSet, usize>,
    odd: usize,
}

impl Whole {
    fn add(&mut self, part: &Portion) {
        self.lo += i128::from(part.lo);
        self.hi += i128::from(part.hi);
        self.odd += usize::from(part.odd.is_some());
        if !part.clauses.is_empty() {
            *self.clauses.entry(part.clauses.clone()).or_default() += 1;
        }
    }

    fn take(&mut self, part: &Portion) {
        self.lo -= i128::from(part.lo);
        self.hi -= i128::from(part.hi);
        self.odd -= usize::from(part.odd.is_some());
        if let Some(n) = self.clauses.get_mut(&part.clauses) {
            *n -= 1;
            if *n == 0 {
                self.clauses.remove(&part.clauses);
            }
        }
    }

    /// Nothing that is added changes the answer.
    fn is_settled(&self, op: &Op) -> bool {
        self.odd > 0 || (self.lo > 0 && matches!(op, Op::Exists(..) | Op::ForAll(..)))
    }

    fn value(&self, p: ProvisionId, op: &Op) -> Value {
        let clauses = || {
            let all = self.clauses.keys();
            all.fold(ClauseSet::default(), |a, c| a.union(c))
        };
        let some = match (self.lo > 0, self.hi > 0) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown(clauses()),
            (false, false) => Truth::False,
        };
        match op {
            Op::Exists(..) => some.into(),
            Op::ForAll(..) => some.negate().into(),
            _ => match (i64::try_from(self.lo), i64::try_from(self.hi)) {
                (Ok(lo), Ok(hi)) if lo == hi => Value::Int(lo),
                (Ok(lo), Ok(hi)) => Value::count(lo, hi, clauses()),
                _ => Value::unknown(p, "a sum is too large"),
            },
        }
    }
}

/// A large set as it was last seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    whole: Whole,
    /// Elements that add something.
    elements: HashMap<Entity, Portion>,
    /// When time alone may change an element, soonest first.
    wakes: BTreeSet<(Point, Entity)>,
    wake_of: HashMap<Entity, Point>,
    /// Values of the parts that are the same for all elements.
    parts: Known,
    /// End of the journal when it was last brought up to date; `None` before the first time.
    seen: Option<usize>,
}

impl Tally {
    fn put(&mut self, e: Entity, part: Portion, wake: Point) {
        if let Some(old) = self.elements.remove(&e) {
            self.whole.take(&old);
        }
        self.whole.add(&part);
        if part != Portion::default() {
            self.elements.insert(e, part);
        }
        let old = if wake.is_never() {
            self.wake_of.remove(&e)
        } else {
            self.wakes.insert((wake, e));
            self.wake_of.insert(e, wake)
        };
        if let Some(old) = old.filter(|old| *old != wake) {
            self.wakes.remove(&(old, e));
        }
    }

    fn size(&self) -> usize {
        self.elements.len() + self.wake_of.len()
    }
}

/// The elements to look at again.
enum Look {
    All,
    At(BTreeSet<Entity>),
}

impl<'c> Eval<'c> {
    /// Runs over the elements; `f` says whether to go on.
    pub(super) fn each(
        &mut self,
        d: &Domain,
        env: &mut Env,
        f: &mut dyn FnMut(&mut Self, &mut Env) -> bool,
    ) {
        let case = self.case;
        let depth = env.len();
        for kind in &d.kinds {
            for e in case.state().by_kind.get(kind.index()).into_iter().flatten() {
                env.bind(d.var, Value::Entity(*e));
                let go_on = f(self, env);
                env.truncate(depth);
                if !go_on {
                    return;
                }
            }
        }
    }

    /// A count, sum or quantifier.
    pub(super) fn aggregate(&mut self, g: Guard, node: &'c GuardNode, env: &mut Env) -> Value {
        let (p, op) = (node.provision, &node.op);
        let (Op::Count(d, _) | Op::Sum(d, ..) | Op::Exists(d, _) | Op::ForAll(d, ..)) = op else {
            return Value::Undetermined(ClauseSet::default());
        };
        if let Some(v) = self.kept(g, node, d, env) {
            return v;
        }
        let mut whole = Whole::default();
        let mut odd = None;
        self.each(d, env, &mut |this, env| {
            let part = this.element(p, op, env);
            whole.add(&part);
            odd = part.odd;
            !whole.is_settled(op)
        });
        odd.unwrap_or_else(|| whole.value(p, op))
    }

    /// What an element adds.
    fn element(&mut self, p: ProvisionId, op: &Op, env: &mut Env) -> Portion {
        match op {
            Op::Count(_, c) | Op::Exists(_, c) => Portion::of(self.truth(*c, env)),
            Op::ForAll(_, c, then) => {
                // Counted are those that are meant and do not do it.
                let mut t = self.truth(*c, env);
                if !t.is_false() {
                    t = t.and(self.truth(*then, env).negate());
                }
                Portion::of(t)
            }
            Op::Sum(_, c, weight) => {
                let member = self.truth(*c, env);
                if member.is_false() {
                    return Portion::default();
                }
                let w = self.value(*weight, env);
                let Some((mut lo, mut hi)) = w.bounds() else {
                    let odd = Some(match w {
                        u @ Value::Undetermined(_) => u,
                        _ => Value::unknown(p, "a weight is not a number"),
                    });
                    return Portion {
                        odd,
                        ..Portion::default()
                    };
                };
                let mut clauses = w.clauses();
                if let Truth::Unknown(c) = member {
                    clauses = clauses.union(&c);
                    lo = lo.min(0);
                    hi = hi.max(0);
                }
                Portion {
                    lo,
                    hi,
                    clauses,
                    odd: None,
                }
            }
            _ => Portion::default(),
        }
    }

    /// The value of a large set by what is known of it.
    fn kept(&mut self, g: Guard, node: &'c GuardNode, d: &Domain, env: &mut Env) -> Option<Value> {
        let case: &'c Case = self.case;
        let state = case.state();
        let population = d.kinds.iter().filter_map(|k| state.by_kind.get(k.index()));
        let population: usize = population.map(Vec::len).sum();
        if population < LEAST || state.thorough || !self.is_plain() {
            return None;
        }
        let reading: &'c Reading = case.index().reading(case.program(), g)?;
        let free = reading.free.iter().map(|v| env.get(*v).cloned());
        let around = free.collect::<Option<Vec<Value>>>()?;
        let name = (g, around);
        let mut tally = case.memo(|m| m.take(&name)).unwrap_or_default();
        let outer = std::mem::replace(&mut self.wake, Point::NEVER);
        let mut parts = Vec::with_capacity(reading.parts.len());
        let mut own = Point::NEVER;
        for part in &reading.parts {
            self.wake = Point::NEVER;
            let v = self.value(*part, &mut Env::new());
            own = own.min(self.wake);
            parts.push((*part, v, self.wake));
        }
        let parts: Known = parts.into();
        let pairs = parts.iter().zip(tally.parts.iter());
        let same = parts.len() == tally.parts.len() && pairs.into_iter().all(|(a, b)| a.1 == b.1);
        let look = if same {
            self.changed(d, reading, &name.1, &tally)
        } else {
            Look::All
        };
        tally.parts = parts.clone();
        let all;
        let elements: &mut dyn Iterator<Item = Entity> = match look {
            Look::All => {
                tally = Tally {
                    parts: tally.parts,
                    ..Tally::default()
                };
                all = state.of_kinds(&d.kinds);
                &mut all.iter().copied()
            }
            Look::At(list) => &mut list.into_iter(),
        };
        let around = std::mem::replace(&mut self.known, parts);
        let depth = env.len();
        for e in elements {
            self.wake = Point::NEVER;
            env.bind(d.var, Value::Entity(e));
            let part = self.element(node.provision, &node.op, env);
            env.truncate(depth);
            tally.put(e, part, self.wake);
        }
        self.known = around;
        tally.seen = Some(state.changes.end());
        let next = tally.wakes.first().map_or(Point::NEVER, |(p, _)| *p);
        self.wake = outer.min(own).min(next);
        let odd = tally.whole.odd > 0;
        let v = tally.whole.value(node.provision, &node.op);
        case.memo(|m| m.keep(name, tally));
        (!odd).then_some(v)
    }

    /// The elements of which something has changed since.
    fn changed(&self, d: &Domain, reading: &Reading, around: &[Value], tally: &Tally) -> Look {
        let state = self.case.state();
        let Some(seen) = tally.seen else {
            return Look::All;
        };
        let mut look = BTreeSet::new();
        if seen < state.changes.end() {
            let around: Vec<Entity> = around.iter().map(|v| state.key_item(v)).collect();
            for (dep, map) in &reading.reads {
                for (_, key) in state.changes.since(*dep, seen) {
                    let mut element = None;
                    let mut concerned = true;
                    for (at, value) in map.iter().zip(key) {
                        match at {
                            Some(at) if *at == around.len() => element = Some(*value),
                            Some(at) => concerned &= around.get(*at) == Some(value),
                            None => {}
                        }
                    }
                    match element {
                        _ if !concerned => {}
                        None => return Look::All,
                        Some(e) if state.is_of(e, &d.kinds) => {
                            look.insert(e);
                        }
                        Some(_) => {}
                    }
                }
            }
            for kind in &d.kinds {
                let new = state.changes.since(Dep::Kind(*kind), seen);
                look.extend(new.iter().filter_map(|(_, key)| key.first()));
            }
        }
        let due = tally.wakes.iter();
        let due = due.take_while(|(p, _)| *p <= state.now.point);
        look.extend(due.map(|(_, e)| *e));
        Look::At(look)
    }
}

impl Memo {
    fn take(&mut self, name: &(Guard, Vec<Value>)) -> Option<Tally> {
        let tally = self.tallies.remove(name)?;
        self.held -= tally.size();
        Some(tally)
    }

    fn keep(&mut self, name: (Guard, Vec<Value>), tally: Tally) {
        if self.held + tally.size() > MOST {
            self.tallies.clear();
            self.held = 0;
        }
        self.held += tally.size();
        self.tallies.insert(name, tally);
    }
}
