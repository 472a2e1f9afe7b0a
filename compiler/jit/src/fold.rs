//! Guards that are the same in every run, evaluated once.

use crate::world::World;
use cranelift_codegen::ir;
use rogatio_calendar::{Dates, Day, Length, Span};
use rogatio_mir::{
    ArithOp, Chance, CmpOp, Guard, KindId, Latch, NormState, Op, Program, ShareCmp, StatusId, Ty,
    VarId,
};

/// A time in the compiled engine: four per day, `4 * day + phase` (R1). Later than all: pending, or never.
pub(crate) const NEVER: i64 = i32::MAX as i64;

/// The time that stands for a day as such: its opening.
pub(crate) const fn of_day(day: i64) -> i64 {
    4 * day + 2
}

/// The day a time is dated: in phase 0 the one that ends (R1).
pub(crate) const fn day_of(time: i64) -> i64 {
    (time - 1) >> 2
}

/// A value known before the runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Const {
    Bool(bool),
    Int(i64),
    Time(i64),
    Length(Length),
    Share(ShareCmp, i64, i64),
    Chance(Chance),
    Entity(u32),
    Text(String),
    Dates(Dates),
    None,
}

/// A value in compiled code.
#[derive(Clone, Debug)]
pub(crate) enum V {
    Const(Const),
    Bool(ir::Value),
    Int(ir::Value),
    Time(ir::Value),
    /// An index, or -1 for none.
    Entity(ir::Value),
}

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(crate) enum Bind {
    V(V),
    /// The i-th key of the guard at hand (analysis).
    Key(usize),
    /// An element of a set (analysis).
    Element,
    /// Bound outside of the guard at hand (analysis).
    Outer,
}

/// Variables and the time of the event at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Env {
    pub(crate) vars: Vec<(VarId, Bind)>,
    pub(crate) event: Option<V>,
}

impl Env {
    pub(crate) fn bind(&mut self, var: VarId, to: Bind) {
        self.vars.push((var, to));
    }

    pub(crate) fn with(mut self, var: VarId, to: Bind) -> Env {
        self.bind(var, to);
        self
    }

    pub(crate) fn with_const(self, var: VarId, value: Const) -> Env {
        self.with(var, Bind::V(V::Const(value)))
    }

    pub(crate) fn get(&self, var: VarId) -> Option<&Bind> {
        self.vars
            .iter()
            .rev()
            .find(|(v, _)| *v == var)
            .map(|(_, b)| b)
    }

    /// All variables bound here become [`Bind::Outer`].
    pub(crate) fn outside(&self) -> Env {
        Env {
            vars: self.vars.iter().map(|(v, _)| (*v, Bind::Outer)).collect(),
            event: None,
        }
    }
}

fn kinds_of(ty: &Ty) -> Option<&[KindId]> {
    match ty {
        Ty::Entity(kinds) => Some(kinds),
        _ => None,
    }
}

impl World {
    /// The value of a guard, if it is the same in every run; nothing undetermined is ever folded.
    pub(crate) fn fold(&self, program: &Program, g: Guard, env: &Env) -> Option<Const> {
        let node = program.guards.get(g.index())?;
        let fold = |g: Guard| self.fold(program, g, env);
        match &node.op {
            Op::Bool(b) => Some(Const::Bool(*b)),
            Op::Int(n) => Some(Const::Int(*n)),
            Op::Day(d) => Some(Const::Time(of_day(d.number()))),
            Op::Length(l) => Some(Const::Length(*l)),
            Op::Text(t) => Some(Const::Text(t.clone())),
            Op::None => Some(Const::None),
            Op::Share(c, n, d) => Some(Const::Share(*c, *n, *d)),
            Op::Chance(c) => Some(Const::Chance(*c)),
            Op::Entity(e) => Some(Const::Entity(self.program_entity(*e))),
            Op::CaseEntity(name) => self.named(name).map(Const::Entity),
            Op::Var(v) => match env.get(*v) {
                Some(Bind::V(V::Const(c))) => Some(c.clone()),
                _ => None,
            },
            Op::EventTime => match &env.event {
                Some(V::Const(c)) => Some(c.clone()),
                _ => None,
            },
            Op::Not(a) => match fold(*a)? {
                Const::Bool(b) => Some(Const::Bool(!b)),
                _ => None,
            },
            Op::And(gs) => self.fold_all(program, gs, env, false),
            Op::Or(gs) => self.fold_all(program, gs, env, true),
            Op::Compare(op, a, b) => compare(*op, &fold(*a)?, &fold(*b)?).map(Const::Bool),
            Op::ShareCompare { part, share, base } => {
                match (fold(*part)?, fold(*share)?, fold(*base)?) {
                    (Const::Int(x), Const::Share(cmp, n, d), Const::Int(b)) => {
                        Some(Const::Bool(share_holds(cmp, n, d, x, b)))
                    }
                    _ => None,
                }
            }
            Op::Arith(op, a, b) => arith(*op, &fold(*a)?, &fold(*b)?),
            Op::Shift {
                before,
                closes,
                length,
                base,
            } => match (fold(*length)?, fold(*base)?) {
                (Const::Length(l), Const::Time(t)) if t != NEVER => {
                    let moved = self.shifted(program, g, (*before, *closes), l, day_of(t));
                    moved.map(|d| Const::Time(of_day(d)))
                }
                _ => None,
            },
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => self.fold_outside(program, (*length, *skip), (*base, *before), env),
            Op::Later(gs) => self
                .fold_times(program, gs, env)?
                .into_iter()
                .max()
                .map(Const::Time),
            Op::Earlier(gs) => self
                .fold_times(program, gs, env)?
                .into_iter()
                .min()
                .map(Const::Time),
            Op::Count(domain, cond) => self.fold_count(program, domain, *cond, env).map(Const::Int),
            Op::Exists(domain, cond) => self
                .fold_count(program, domain, *cond, env)
                .map(|n| Const::Bool(n > 0)),
            Op::ForAll(domain, cond, then) => {
                if self.grows(&domain.kinds) {
                    return None;
                }
                let all = self.joined(&domain.kinds).is_empty();
                let inner = env.clone().with(domain.var, Bind::Element);
                let never = self.fold(program, *cond, &inner) == Some(Const::Bool(false));
                let always = self.fold(program, *then, &inner) == Some(Const::Bool(true));
                (all || never || always).then_some(Const::Bool(true))
            }
            Op::Sum(domain, cond, _) => match self.fold_count(program, domain, *cond, env) {
                Some(0) => Some(Const::Int(0)),
                _ => None,
            },
            Op::Call(d, args) => {
                let inner = self.inline(program, *d, args, env)?;
                self.fold(program, program.defines.get(d.index())?.value, &inner)
            }
            Op::Given(id, args) => {
                if self.dated_givens.contains(id) {
                    return None;
                }
                let given = program.givens.get(id.index())?;
                if let Some(set) = self.givens.get(id) {
                    let key: Option<Vec<u32>> = args
                        .iter()
                        .map(|a| fold(*a).and_then(|c| c.entity()))
                        .collect();
                    if let Some(values) = set.get(&key?) {
                        return self.throughout(values).cloned();
                    }
                }
                let inner = self.bind_all(program, given.params.iter().copied(), args, env);
                self.fold(program, given.default?, &inner)
            }
            Op::StatusOn(s, args) if self.stands(program, *s) => {
                let holders = || self.assumed.iter().filter(|(t, ..)| t == s);
                let keys: Option<Vec<u32>> = args.iter().map(|a| fold(*a)?.entity()).collect();
                match keys {
                    Some(keys) => Some(Const::Bool(holders().any(|(_, k, _)| *k == keys))),
                    None if holders().next().is_none() => Some(Const::Bool(false)),
                    None => None,
                }
            }
            Op::StatusValue(s, args) if self.stands_valued(program, *s) => {
                let keys: Option<Vec<u32>> = args.iter().map(|a| fold(*a)?.entity()).collect();
                let any = self.values.keys().any(|(t, _)| t == s);
                match keys {
                    Some(keys) => {
                        let value = self.values.get(&(*s, keys));
                        Some(value.cloned().unwrap_or(Const::None))
                    }
                    None => (!any).then_some(Const::None),
                }
            }
            // What is assumed begins with the case, not before it.
            Op::StatusOn(s, _) if self.reading && program.statuses[s.index()].level.is_none() => {
                Some(Const::Bool(false))
            }
            Op::StatusOn(s, args) => {
                let status = program.statuses.get(s.index())?;
                let level = status.level.filter(|_| !self.dated_statuses.contains(s))?;
                if self.assumed.iter().any(|(t, ..)| t == s) {
                    return None;
                }
                let inner = self.bind_all(program, status.keys.iter().map(|d| d.var), args, env);
                self.fold(program, level, &inner)
            }
            Op::Field(owner, field) => match fold(*owner) {
                Some(Const::Entity(e)) => {
                    let of = program.fields.get(field.index())?.kind;
                    if self.range(of).contains(&e) {
                        return self.field(program, e, *field);
                    }
                    // A field of the same name, of another of the kinds that may be meant.
                    let kind = self.members.get(e as usize)?.kind;
                    self.field(program, e, program.field_of_kind(*field, kind)?)
                }
                Some(_) => None,
                None => {
                    // The same for all who may be meant.
                    let kinds = kinds_of(&program.guards.get(owner.index())?.ty)
                        .filter(|k| !self.grows(k))?;
                    let mut members = kinds.iter().flat_map(|k| self.range(*k));
                    let first = self.field(program, members.next()?, *field)?;
                    members
                        .all(|e| self.field(program, e, *field).as_ref() == Some(&first))
                        .then_some(first)
                }
            },
            Op::InField {
                owner,
                field,
                element,
            } => {
                if self.grows(&[program.fields.get(field.index())?.kind]) {
                    return None;
                }
                // What it holds by default is not worked out yet.
                if !self.known && program.fields.get(field.index())?.default.is_some() {
                    return None;
                }
                let Some(set) = self.sets.get(field).filter(|s| !s.is_empty()) else {
                    return Some(Const::Bool(false));
                };
                let (owner, element) = (fold(*owner)?.entity()?, fold(*element)?.entity()?);
                Some(Const::Bool(set.contains(&(owner, element))))
            }
            Op::IsKind(e, kinds) => match fold(*e) {
                Some(Const::Entity(e)) => Some(Const::Bool(self.is_of(e, kinds))),
                Some(_) => Some(Const::Bool(false)),
                None => {
                    let inhabited =
                        |k: &&KindId| !self.range(**k).is_empty() || self.growing.contains(*k);
                    let of: Vec<&KindId> = kinds_of(&program.guards.get(e.index())?.ty)?
                        .iter()
                        .filter(inhabited)
                        .collect();
                    if of.iter().all(|k| kinds.contains(k)) {
                        Some(Const::Bool(true))
                    } else {
                        of.iter()
                            .all(|k| !kinds.contains(k))
                            .then_some(Const::Bool(false))
                    }
                }
            },
            Op::IsNone(a) => match fold(*a) {
                Some(c) => Some(Const::Bool(c == Const::None)),
                None => match program.guards.get(a.index())?.ty {
                    Ty::Optional(_) | Ty::None | Ty::Error => None,
                    _ => Some(Const::Bool(false)),
                },
            },
            Op::OrElse(a, b) => match fold(*a)? {
                Const::None => fold(*b),
                c => Some(c),
            },
            Op::Except(base, arms) => {
                let mut values = Vec::new();
                for (cond, value) in arms {
                    match fold(*cond)? {
                        Const::Bool(true) => values.push(fold(*value)?),
                        Const::Bool(false) => {}
                        _ => return None,
                    }
                }
                match values.split_first() {
                    None => fold(*base),
                    Some((first, rest)) => rest.iter().all(|v| v == first).then(|| first.clone()),
                }
            }
            Op::InStage(_, p, _) => (!self.possible.procedure(*p)).then_some(Const::Bool(false)),
            Op::OutcomeIs(d, ..)
            | Op::DecisionOpen(d, _)
            | Op::Certain(d, ..)
            | Op::Pivotal { decision: d, .. } => {
                (!self.possible.decision(*d)).then_some(Const::Bool(false))
            }
            Op::NormIs(n, _, state) => {
                (!self.possible.norm(*n)).then_some(Const::Bool(*state == NormState::None))
            }
            Op::Dates(dates) => Some(Const::Dates(dates.clone())),
            Op::DatesRange(a, b) => match (fold(*a)?, fold(*b)?) {
                (Const::Time(a), Const::Time(b)) if a < NEVER && b < NEVER => {
                    let first = Day::from_number(day_of(a))?;
                    let last = Day::from_number(day_of(b))?;
                    Some(Const::Dates(Dates::listed([Span { first, last }])))
                }
                _ => None,
            },
            Op::DatesJoin(join, a, b) => Some(Const::Dates(
                join.apply(fold(*a)?.dates()?, fold(*b)?.dates()?),
            )),
            Op::DatesPick { dates, pick, from } => {
                self.fold_pick(program, (*dates, *from), *pick, env)
            }
            Op::EnteredAt(_, p, _) => (!self.possible.procedure(*p)).then_some(Const::Time(NEVER)),
            _ => None,
        }
    }

    fn fold_all(&self, program: &Program, gs: &[Guard], env: &Env, decides: bool) -> Option<Const> {
        let mut all = true;
        for g in gs {
            match self.fold(program, *g, env) {
                Some(Const::Bool(b)) if b == decides => return Some(Const::Bool(decides)),
                Some(Const::Bool(_)) => {}
                _ => all = false,
            }
        }
        all.then_some(Const::Bool(!decides))
    }

    fn fold_times(&self, program: &Program, gs: &[Guard], env: &Env) -> Option<Vec<i64>> {
        gs.iter()
            .map(|g| match self.fold(program, *g, env)? {
                Const::Time(t) => Some(t),
                _ => None,
            })
            .collect()
    }

    fn fold_count(
        &self,
        program: &Program,
        domain: &rogatio_mir::Domain,
        cond: Guard,
        env: &Env,
    ) -> Option<i64> {
        if self.grows(&domain.kinds) {
            return None;
        }
        let size: i64 = domain
            .kinds
            .iter()
            .map(|k| self.range(*k).len() as i64)
            .sum();
        if size == 0 {
            return Some(0);
        }
        if let Op::StatusOn(s, args) = &program.guard(cond).op
            && self.stands(program, *s)
            && matches!(&args[..], [a] if program.guard(*a).op == Op::Var(domain.var))
        {
            let holders = self.assumed.iter().filter(|(t, ..)| t == s);
            let holders: std::collections::BTreeSet<u32> = holders
                .filter_map(|(_, keys, _)| keys.first().copied())
                .filter(|e| self.is_of(*e, &domain.kinds))
                .collect();
            return Some(holders.len() as i64);
        }
        match self.fold(program, cond, &env.clone().with(domain.var, Bind::Element))? {
            Const::Bool(true) => Some(size),
            Const::Bool(false) => Some(0),
            _ => None,
        }
    }

    /// Whether nothing in a run starts or ends a status: it stands as it is assumed, seats with their holders among them.
    fn stands(&self, program: &Program, s: StatusId) -> bool {
        program.statuses[s.index()].value.is_none() && self.is_left_alone(program, s)
    }

    /// The same of one with values.
    fn stands_valued(&self, program: &Program, s: StatusId) -> bool {
        program.statuses[s.index()].value.is_some() && self.is_left_alone(program, s)
    }

    fn is_left_alone(&self, program: &Program, s: StatusId) -> bool {
        let status = &program.statuses[s.index()];
        self.known
            && status.level.is_none()
            && !self.dated_statuses.contains(&s)
            && !program
                .rules_of(Latch::Status(s))
                .any(|(_, r)| self.possible.event(&r.on))
    }

    /// The variables of a define, bound to what its arguments stand for.
    pub(crate) fn inline(
        &self,
        program: &Program,
        d: rogatio_mir::DefineId,
        args: &[Guard],
        env: &Env,
    ) -> Option<Env> {
        let define = program.defines.get(d.index())?;
        let vars = define
            .params
            .iter()
            .copied()
            .chain(define.element.as_ref().map(|(v, _)| *v));
        Some(self.bind_all(program, vars, args, env))
    }

    /// Binds variables to what guards stand for, as far as it is known without code.
    pub(crate) fn bind_all(
        &self,
        program: &Program,
        vars: impl Iterator<Item = VarId>,
        args: &[Guard],
        env: &Env,
    ) -> Env {
        let mut inner = Env {
            event: env.event.clone(),
            ..Env::default()
        };
        for (var, arg) in vars.zip(args) {
            let bind = match self.fold(program, *arg, env) {
                Some(c) => Bind::V(V::Const(c)),
                None => match program.guards.get(arg.index()).map(|n| &n.op) {
                    Some(Op::Var(v)) => env.get(*v).cloned().unwrap_or(Bind::Outer),
                    _ => Bind::Element,
                },
            };
            inner.bind(var, bind);
        }
        inner
    }
}

impl Const {
    /// A set of days; a day alone is a set of one.
    pub(crate) fn dates(self) -> Option<Dates> {
        match self {
            Const::Dates(dates) => Some(dates),
            Const::Time(t) if t < NEVER => {
                Some(Dates::listed([Span::day(Day::from_number(day_of(t))?)]))
            }
            _ => None,
        }
    }

    pub(crate) fn entity(&self) -> Option<u32> {
        match self {
            Const::Entity(e) => Some(*e),
            _ => None,
        }
    }
}

fn compare(op: CmpOp, a: &Const, b: &Const) -> Option<bool> {
    let order = match (a, b) {
        (Const::Int(x), Const::Int(y)) => x.cmp(y),
        (Const::Bool(x), Const::Bool(y)) => x.cmp(y),
        (Const::Time(x), Const::Time(y)) if *x < NEVER && *y < NEVER => day_of(*x).cmp(&day_of(*y)),
        (Const::Text(x), Const::Text(y)) => x.cmp(y),
        (Const::Length(x), Const::Length(y)) => match (x.as_duration(), y.as_duration()) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ if x == y => std::cmp::Ordering::Equal,
            _ => return None,
        },
        (Const::Entity(_) | Const::None, Const::Entity(_) | Const::None) => {
            return match op {
                CmpOp::Eq => Some(a == b),
                CmpOp::Ne => Some(a != b),
                _ => None,
            };
        }
        _ => return None,
    };
    Some(match op {
        CmpOp::Eq => order.is_eq(),
        CmpOp::Ne => order.is_ne(),
        CmpOp::Lt => order.is_lt(),
        CmpOp::Le => order.is_le(),
        CmpOp::Gt => order.is_gt(),
        CmpOp::Ge => order.is_ge(),
    })
}

fn arith(op: ArithOp, a: &Const, b: &Const) -> Option<Const> {
    match (a, b) {
        (Const::Int(x), Const::Int(y)) => match op {
            ArithOp::Add => x.checked_add(*y),
            ArithOp::Sub => x.checked_sub(*y),
            ArithOp::Mul => x.checked_mul(*y),
        }
        .map(Const::Int),
        (Const::Chance(x), Const::Chance(y)) => match op {
            ArithOp::Add => x.plus(*y),
            ArithOp::Sub => x.minus(*y),
            ArithOp::Mul => x.times(*y),
        }
        .map(Const::Chance),
        (Const::Length(x), Const::Length(y)) if op == ArithOp::Add => {
            x.checked_add(*y).ok().map(Const::Length)
        }
        _ => None,
    }
}

/// `x CMP n/d of base` (R9).
fn share_holds(cmp: ShareCmp, n: i64, d: i64, x: i64, base: i64) -> bool {
    let (left, right) = (
        i128::from(d) * i128::from(x),
        i128::from(n) * i128::from(base),
    );
    base > 0
        && match cmp {
            ShareCmp::AtLeast => left >= right,
            ShareCmp::MoreThan => left > right,
            ShareCmp::AtMost => left <= right,
            ShareCmp::LessThan => left < right,
        }
}
