//! Times and comparisons (R2, R3, R7-R9, R23).

use super::*;

/// What a time of one clock and a time or length of the other come to (R48c).
const OTHER_CLOCK: &str = "the two clocks cannot be compared";

impl Eval<'_> {
    pub(super) fn later(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut best: Option<Moment> = None;
        let mut pending = false;
        let mut unknown: Option<ClauseSet> = None;
        for g in gs {
            match self.value(*g, env) {
                Value::Time(m) => match self.extreme(best, m, Ordering::Greater, *g) {
                    Ok(b) => best = Some(b),
                    Err(c) => unknown = Some(unknown.unwrap_or_default().union(&c)),
                },
                Value::Pending { .. } | Value::None => pending = true,
                v => unknown = Some(unknown.unwrap_or_default().union(&v.clauses())),
            }
        }
        match (pending, unknown, best) {
            (true, ..) => Value::PENDING,
            (false, Some(c), _) => Value::Undetermined(c),
            (false, None, Some(m)) => Value::Time(m),
            (false, None, None) => Value::PENDING,
        }
    }

    pub(super) fn earlier(&mut self, gs: &[Guard], env: &mut Env) -> Value {
        let mut best: Option<Moment> = None;
        let mut pending = false;
        let mut unknown: Option<ClauseSet> = None;
        for g in gs {
            match self.value(*g, env) {
                Value::Time(m) => match self.extreme(best, m, Ordering::Less, *g) {
                    Ok(b) => best = Some(b),
                    Err(c) => unknown = Some(unknown.unwrap_or_default().union(&c)),
                },
                Value::Pending { cap, .. } => {
                    pending = true;
                    if let Some(m) = cap {
                        match self.extreme(best, m, Ordering::Less, *g) {
                            Ok(b) => best = Some(b),
                            Err(c) => unknown = Some(unknown.unwrap_or_default().union(&c)),
                        }
                    }
                }
                Value::None => pending = true,
                v => unknown = Some(unknown.unwrap_or_default().union(&v.clauses())),
            }
        }
        if let Some(c) = unknown {
            return Value::Undetermined(c);
        }
        match best {
            Some(m) if pending && !self.case.state().has_reached(m.begins()) => {
                self.wake_for(m.begins());
                Value::Pending {
                    cap: Some(m),
                    back: false,
                }
            }
            Some(m) => Value::Time(m),
            None => Value::PENDING,
        }
    }

    /// The later or the earlier of two times, the first where they are equal.
    fn extreme(
        &self,
        best: Option<Moment>,
        m: Moment,
        wanted: Ordering,
        g: Guard,
    ) -> Result<Moment, ClauseSet> {
        let Some(b) = best else { return Ok(m) };
        let node = self.case.program().guards.get(g.index());
        let p = node.map_or(ProvisionId(0), |n| n.provision);
        match m.order(b) {
            Some(o) if o == wanted => Ok(m),
            Some(_) => Ok(b),
            None => Err(ClauseSet::one(p, OTHER_CLOCK)),
        }
    }

    /// Time alone may change what is read when its clock comes to a point.
    pub(super) fn wake_for(&mut self, point: Point) {
        if point.second_clock().is_some() {
            self.case.await_reading(point);
        } else {
            self.wake = self.wake.min(point);
        }
    }

    pub(crate) fn shift(
        &mut self,
        p: ProvisionId,
        before: bool,
        closes: bool,
        length: &Value,
        base: &Value,
    ) -> Value {
        let length = match length {
            Value::Length(l) => *l,
            Value::Undetermined(c) => return Value::Undetermined(c.clone()),
            _ => return Value::unknown(p, "a length is not given"),
        };
        match base {
            // Its date comes when the second clock gets there.
            Value::Time(m)
                if m.is_of_second_clock()
                    && !matches!(length, Length::Elapsed(_))
                    && !self.case.state().has_reached(m.point) =>
            {
                self.wake_for(m.point);
                Value::Pending {
                    cap: None,
                    back: before,
                }
            }
            Value::Time(m) => match self.case.shift_moment(p, *m, length, before, closes) {
                Ok(m) => Value::Time(m),
                Err(why) => Value::Undetermined(why),
            },
            Value::Pending { cap, back } => {
                let moved = |m| self.case.shift_moment(p, m, length, before, closes).ok();
                let cap = cap.and_then(moved);
                Value::Pending {
                    cap,
                    back: *back || before,
                }
            }
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::PENDING,
        }
    }

    // ---- comparisons ----------------------------------------------------------------------------------------

    pub(super) fn comparison(
        &mut self,
        p: ProvisionId,
        op: CmpOp,
        a: Guard,
        b: Guard,
        env: &mut Env,
    ) -> Value {
        let guards = &self.case.program().guards;
        let is_now = |g: Guard| guards.get(g.index()).is_some_and(|n| n.op == Op::Now);
        if is_now(a) {
            let t = self.value(b, env);
            return self.now_against(p, op, &t);
        }
        if is_now(b) {
            let t = self.value(a, env);
            return self.now_against(p, flip(op), &t);
        }
        let (x, y) = (self.value(a, env), self.value(b, env));
        let value = self.compare(p, op, &x, &y);
        // One time that is pending against one that is known: which of them is said.
        let pending = match (&x, &y) {
            (Value::Pending { .. }, Value::Time(_)) => a,
            (Value::Time(_), Value::Pending { .. }) => b,
            _ => return value,
        };
        match value {
            Value::Undetermined(_) => {
                let what = self.case.describe(pending, env);
                Value::unknown(p, format!("there is no date of {what} yet"))
            }
            value => value,
        }
    }

    /// `now CMP t` (R3, R7, R23).
    pub(super) fn now_against(&mut self, p: ProvisionId, op: CmpOp, t: &Value) -> Value {
        match t {
            Value::Time(m) => {
                let state = self.case.state();
                let (begins, ends) = (m.begins(), m.ends());
                let (ge, gt) = (state.has_reached(begins), state.has_reached(ends));
                if !ge {
                    self.wake_for(begins);
                } else if !gt {
                    self.wake_for(ends);
                }
                Value::Bool(match op {
                    CmpOp::Ge => ge,
                    CmpOp::Gt => gt,
                    CmpOp::Lt => !ge,
                    CmpOp::Le => !gt,
                    CmpOp::Eq => ge && !gt,
                    CmpOp::Ne => !ge || gt,
                })
            }
            Value::Pending { cap, back: false } => {
                if let Some(m) = cap {
                    self.wake_for(m.begins());
                }
                Value::Bool(matches!(op, CmpOp::Lt | CmpOp::Le | CmpOp::Ne))
            }
            Value::Pending { .. } => {
                Value::unknown(p, "the time counted back from has no date yet")
            }
            Value::Undetermined(c) => Value::Undetermined(c.clone()),
            _ => Value::Bool(op == CmpOp::Ne),
        }
    }

    pub(crate) fn compare(&mut self, p: ProvisionId, op: CmpOp, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Undetermined(x), Value::Undetermined(y)) => Value::Undetermined(x.union(y)),
            (Value::Undetermined(c), _) | (_, Value::Undetermined(c)) => {
                Value::Undetermined(c.clone())
            }
            (Value::Time(x), Value::Time(y)) if !x.is_comparable(*y) => {
                Value::unknown(p, OTHER_CLOCK)
            }
            (Value::Time(x), Value::Time(y)) => Value::Bool(holds(op, x.compare(*y))),
            (Value::Pending { cap, back }, Value::Time(t)) => {
                self.pending_against(p, op, *cap, *back, *t)
            }
            (Value::Time(t), Value::Pending { cap, back }) => {
                self.pending_against(p, flip(op), *cap, *back, *t)
            }
            (Value::Pending { .. }, Value::Pending { .. }) => {
                Value::unknown(p, "neither time is known yet")
            }
            (Value::Length(x @ Length::Elapsed(_)), Value::Length(y))
            | (Value::Length(x), Value::Length(y @ Length::Elapsed(_)))
                if std::mem::discriminant(x) != std::mem::discriminant(y) =>
            {
                Value::unknown(p, OTHER_CLOCK)
            }
            (Value::Length(x), Value::Length(y)) => match compare_lengths(*x, *y) {
                Some(o) => Value::Bool(holds(op, o)),
                None => Value::unknown(p, "months and days cannot be compared without a date"),
            },
            (Value::Entity(x), Value::Entity(y)) if !matches!(op, CmpOp::Eq | CmpOp::Ne) => {
                Value::Bool(holds(op, x.cmp(y)))
            }
            (Value::Bool(x), Value::Bool(y)) => Value::Bool(holds(op, x.cmp(y))),
            (Value::Text(x), Value::Text(y)) => Value::Bool(holds(op, x.cmp(y))),
            _ => match (a.bounds(), b.bounds()) {
                (Some(x), Some(y)) => interval(op, x, y, || a.clauses().union(&b.clauses())),
                _ => Value::Bool(match op {
                    CmpOp::Eq => a == b,
                    CmpOp::Ne => a != b,
                    _ => false,
                }),
            },
        }
    }

    /// `pending CMP t`: a pending time is later than now (R7).
    pub(super) fn pending_against(
        &mut self,
        p: ProvisionId,
        op: CmpOp,
        cap: Option<Moment>,
        back: bool,
        t: Moment,
    ) -> Value {
        let state = self.case.state();
        let later = !back && state.has_reached(t.ends());
        let not_earlier = !back && state.has_reached(t.begins());
        let earlier = cap.is_some_and(|c| c.is_comparable(t) && c.compare(t) == Ordering::Less);
        if !back && !later {
            let next = if not_earlier { t.ends() } else { t.begins() };
            self.wake_for(next);
        }
        let order = if later {
            Some(Ordering::Greater)
        } else if earlier {
            Some(Ordering::Less)
        } else {
            None
        };
        match (order, op) {
            (Some(o), _) => Value::Bool(holds(op, o)),
            (None, CmpOp::Ge) if not_earlier => Value::Bool(true),
            (None, CmpOp::Lt) if not_earlier => Value::Bool(false),
            _ => Value::unknown(p, "a time that is compared is not known yet"),
        }
    }

    pub(super) fn share(
        &mut self,
        p: ProvisionId,
        part: Guard,
        share: Guard,
        base: Guard,
        env: &mut Env,
    ) -> Value {
        let (x, s, b) = (
            self.value(part, env),
            self.value(share, env),
            self.value(base, env),
        );
        share_of(p, &x, &s, &b)
    }
}

/// `part CMP share of base`, of values (R9).
pub(crate) fn share_of(p: ProvisionId, x: &Value, s: &Value, b: &Value) -> Value {
    let (Some((xl, xh)), Some((bl, bh))) = (x.bounds(), b.bounds()) else {
        let c = x.clauses().union(&b.clauses()).union(&s.clauses());
        return Value::Undetermined(c);
    };
    let (cmp, num, den) = match s {
        Value::Share(cmp, num, den) => (*cmp, *num, *den),
        Value::Undetermined(c) => return Value::Undetermined(c.clone()),
        _ => return Value::unknown(p, "the share is not given"),
    };
    if bh <= 0 {
        return Value::Bool(false);
    }
    let wide = |n: i64, m: i64| i128::from(n) * i128::from(m);
    let (lo, hi) = (wide(den, xl), wide(den, xh));
    // Of an empty whole no share is reached, so the least that can be needed is a share of one.
    let (need_lo, need_hi) = (wide(num, bl.max(1)), wide(num, bh));
    let (sure, possible) = match cmp {
        ShareCmp::AtLeast => (lo >= need_hi, hi >= need_lo),
        ShareCmp::MoreThan => (lo > need_hi, hi > need_lo),
        ShareCmp::AtMost => (hi <= need_lo, lo <= need_hi),
        ShareCmp::LessThan => (hi < need_lo, lo < need_hi),
    };
    match (sure && bl > 0, possible) {
        (true, _) => Value::Bool(true),
        (false, false) => Value::Bool(false),
        (false, true) => Value::Undetermined(x.clauses().union(&b.clauses())),
    }
}

pub(crate) fn flip(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::Le => CmpOp::Ge,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::Ge => CmpOp::Le,
        same => same,
    }
}

pub(super) fn holds(op: CmpOp, o: Ordering) -> bool {
    match op {
        CmpOp::Eq => o == Ordering::Equal,
        CmpOp::Ne => o != Ordering::Equal,
        CmpOp::Lt => o == Ordering::Less,
        CmpOp::Le => o != Ordering::Greater,
        CmpOp::Gt => o == Ordering::Greater,
        CmpOp::Ge => o != Ordering::Less,
    }
}

pub(super) fn interval(
    op: CmpOp,
    a: (i64, i64),
    b: (i64, i64),
    clauses: impl Fn() -> ClauseSet,
) -> Value {
    let (sure, possible) = match op {
        CmpOp::Lt => (a.1 < b.0, a.0 < b.1),
        CmpOp::Le => (a.1 <= b.0, a.0 <= b.1),
        CmpOp::Gt => (a.0 > b.1, a.1 > b.0),
        CmpOp::Ge => (a.0 >= b.1, a.1 >= b.0),
        CmpOp::Eq => (a.0 == a.1 && a == b, a.0 <= b.1 && b.0 <= a.1),
        CmpOp::Ne => (a.1 < b.0 || b.1 < a.0, !(a.0 == a.1 && a == b)),
    };
    match (sure, possible) {
        (true, _) => Value::Bool(true),
        (_, false) => Value::Bool(false),
        _ => Value::Undetermined(clauses()),
    }
}

pub(super) fn compare_lengths(a: Length, b: Length) -> Option<Ordering> {
    if a == b {
        return Some(Ordering::Equal);
    }
    if let (Length::Elapsed(x), Length::Elapsed(y)) = (a, b) {
        return Some(x.cmp(&y));
    }
    if let (Some(x), Some(y)) = (a.as_duration(), b.as_duration()) {
        return Some(x.seconds().cmp(&y.seconds()));
    }
    let (x, y) = (a.as_period().ok()?, b.as_period().ok()?);
    let (months, days) = (x.months.cmp(&y.months), x.days.cmp(&y.days));
    match (months, days) {
        (Ordering::Equal, o) | (o, Ordering::Equal) => Some(o),
        (m, d) if m == d => Some(m),
        _ => None,
    }
}

pub(super) fn arith(p: ProvisionId, op: ArithOp, a: &Value, b: &Value) -> Value {
    if let (Value::Length(x), Value::Length(y), ArithOp::Add) = (a, b, op) {
        return x
            .checked_add(*y)
            .map_or_else(|e| Value::unknown(p, e.to_string()), Value::Length);
    }
    if let (Value::Chance(x), Value::Chance(y)) = (a, b) {
        let made = match op {
            ArithOp::Add => x.plus(*y),
            ArithOp::Sub => x.minus(*y),
            ArithOp::Mul => x.times(*y),
        };
        return made.map_or_else(
            || Value::unknown(p, "a fraction is too fine"),
            Value::Chance,
        );
    }
    let scaled = match (a, b) {
        (Value::Length(l), n) | (n, Value::Length(l)) if op == ArithOp::Mul => {
            n.bounds().map(|n| (*l, n))
        }
        _ => None,
    };
    if let Some((l, (n, m))) = scaled
        && n == m
    {
        return l
            .checked_mul(n)
            .map_or_else(|| Value::unknown(p, "a length is too large"), Value::Length);
    }
    let (Some((al, ah)), Some((bl, bh))) = (a.bounds(), b.bounds()) else {
        return Value::Undetermined(a.clauses().union(&b.clauses()));
    };
    let (lo, hi) = match op {
        ArithOp::Add => (al.checked_add(bl), ah.checked_add(bh)),
        ArithOp::Sub => (al.checked_sub(bh), ah.checked_sub(bl)),
        ArithOp::Mul => {
            let products = [
                al.checked_mul(bl),
                al.checked_mul(bh),
                ah.checked_mul(bl),
                ah.checked_mul(bh),
            ];
            if products.iter().any(Option::is_none) {
                (None, None)
            } else {
                (
                    products.iter().flatten().min().copied(),
                    products.iter().flatten().max().copied(),
                )
            }
        }
    };
    match (lo, hi) {
        (Some(lo), Some(hi)) => Value::count(lo, hi, a.clauses().union(&b.clauses())),
        _ => Value::unknown(p, "a number is too large"),
    }
}
