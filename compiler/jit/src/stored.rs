//! Values that statuses and earlier acts leave behind (R4, R21): what can be kept, how, and reading them.

use crate::emit::{Em, R};
use crate::fold::{Const, Env, NEVER, V};
use crate::layout::{Col, Elem};
use crate::reads::{Reader, plain};
use crate::refusal::Refusal;
use crate::rule::Pass;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC, types};
use rogatio_mir::{
    ActId, Effect, Guard, HistId, Latch, Match, On, Op, Ordinal, Position, Program, Rule, StatusId,
    Ty,
};
use std::collections::BTreeSet;

/// An integer that is none. No integer of a compiled program is as large.
pub(crate) const NO_INT: i64 = i64::MIN;

/// Which push an argument is read of: its number, the last as the largest.
pub(crate) fn number(o: Ordinal) -> u32 {
    match o {
        Ordinal::First => 1,
        Ordinal::Nth(n) => n.max(1),
        Ordinal::Last => u32::MAX,
    }
}

/// How a value of a type is kept, and what stands for none.
pub(crate) fn kept(ty: &Ty) -> Result<(Elem, i64), Refusal> {
    match ty {
        Ty::Optional(inner) if **inner == Ty::Bool => Err(Refusal::form(
            "a truth value that may be none is not compiled",
        )),
        _ => match plain(ty) {
            Ty::Bool => Ok((Elem::U8, 0)),
            Ty::Int | Ty::Quantity(_) => Ok((Elem::I64, NO_INT)),
            Ty::Day | Ty::Time => Ok((Elem::I32, NEVER)),
            Ty::Entity(_) | Ty::None => Ok((Elem::I32, -1)),
            _ => Err(Refusal::form("a value of this type is not compiled")),
        },
    }
}

/// A known value as it is kept.
pub(crate) fn bits(value: &Const) -> Option<i64> {
    match value {
        Const::Bool(b) => Some(i64::from(*b)),
        Const::Int(n) | Const::Time(n) => Some(*n),
        Const::Entity(e) => Some(i64::from(*e)),
        _ => None,
    }
}

/// Whether a rule ends its status: also by giving it no value (R21).
pub(crate) fn ends(program: &Program, effect: &Effect) -> bool {
    match effect {
        Effect::End(_) => true,
        Effect::Start(_, Some(v)) => program.guard(*v).op == Op::None,
        _ => false,
    }
}

pub(crate) fn starts(program: &Program, effect: &Effect) -> bool {
    matches!(effect, Effect::Start(..)) && !ends(program, effect)
}

/// Whether two clauses may give a status with values different ones at once: a run in which they do is set aside.
pub(crate) fn values_at_once(program: &Program, s: StatusId) -> Result<Option<Refusal>, Refusal> {
    let status = &program.statuses[s.index()];
    let Some(ty) = &status.value else {
        return Ok(None);
    };
    kept(ty)?;
    let rules: Vec<&Rule> = program
        .rules_of(Latch::Status(s))
        .map(|(_, r)| r)
        .filter(|r| starts(program, &r.effect))
        .collect();
    let act = |r: &Rule| match r.on {
        On::Act { act, .. } => Some(act),
        _ => None,
    };
    let full = |r: &Rule| match &r.on {
        On::Timer(t, _) => program.timers[t.index()].keys.len() == status.keys.len(),
        On::Norm(..) | On::Outcome(..) | On::Opened(..) | On::Ballot { .. } => false,
        _ => true,
    };
    let alone = |r: &Rule| r.each.is_empty() && full(r);
    let apart = |a: &Rule, b: &Rule| act(a).is_some() && act(b).is_some() && act(a) != act(b);
    let pairs = rules.iter().enumerate();
    let clash = pairs
        .flat_map(|(i, a)| rules[i + 1..].iter().map(move |b| (a, b)))
        .any(|(a, b)| !apart(a, b));
    for r in &rules {
        if let Effect::Start(_, Some(v)) = r.effect
            && matches!(program.guard(v).ty, Ty::Optional(_))
        {
            return Err(Refusal::form(format!(
                "a value of `{}` that may turn out to be none is not compiled",
                status.name
            ))
            .at(program, v));
        }
    }
    let disagree = clash || !rules.iter().all(|r| alone(r));
    Ok(disagree.then(|| {
        let what = format!(
            "two clauses may give `{}` different values at once",
            status.name
        );
        Refusal::open(what).within(program, status.provision)
    }))
}

/// The type of a position of an act.
fn type_of(program: &Program, act: ActId, p: Position) -> Option<&Ty> {
    match p {
        Position::Arg(i) => program
            .acts
            .get(act.index())?
            .params
            .get(i as usize)
            .map(|x| &x.1),
        _ => None,
    }
}

/// How a stored position of a history is kept.
pub(crate) fn kept_of(program: &Program, h: HistId, i: u32) -> Result<(Elem, i64), Refusal> {
    let hist = &program.hists[h.index()];
    let missing = || Refusal::form("an argument that nothing stores");
    let p = *hist.store.get(i as usize).ok_or_else(missing)?;
    match p {
        Position::Actor | Position::For | Position::To => Ok((Elem::I32, -1)),
        Position::Itself => Err(Refusal::form(
            "an occurrence that a sentence names is not compiled",
        )),
        Position::Arg(_) => kept(type_of(program, hist.act, p).ok_or_else(missing)?),
    }
}

impl Reader<'_> {
    /// An upper bound of an integer argument, from what the behaviours give.
    pub(crate) fn argument_magnitude(&self, h: HistId, i: u32) -> Option<u64> {
        let hist = &self.program.hists[h.index()];
        match hist.store.get(i as usize)? {
            Position::Arg(at) => self.world.argument_bound(hist.act, *at),
            _ => None,
        }
    }

    /// An upper bound of a status's integer value.
    pub(crate) fn value_magnitude(
        &self,
        s: StatusId,
        under: &mut BTreeSet<StatusId>,
    ) -> Option<u64> {
        if !under.insert(s) {
            return None;
        }
        let rules = self.program.rules_of(Latch::Status(s)).map(|(_, r)| r);
        let bound = rules
            .filter(|r| starts(self.program, &r.effect))
            .try_fold(0, |m: u64, r| {
                let Effect::Start(_, Some(v)) = r.effect else {
                    return None;
                };
                let bound = match (&self.program.guard(v).op, &r.on) {
                    (Op::Var(x), On::Act { act, matches, .. }) => {
                        let at = matches.iter().find_map(|(p, m)| match (p, m) {
                            (Position::Arg(i), Match::Bind(y, _)) if x == y => Some(*i),
                            _ => None,
                        })?;
                        self.world.argument_bound(*act, at)?
                    }
                    _ => self.bounded(v, under)?,
                };
                Some(m.max(bound))
            });
        under.remove(&s);
        bound
    }
}

impl World {
    /// The largest absolute value that a behaviour gives as an argument; known before the runs.
    fn argument_bound(&self, act: ActId, i: u32) -> Option<u64> {
        self.argument_bounds.get(&(act, i)).copied()
    }

    /// Notes the arguments that the behaviours give.
    pub(crate) fn bound_arguments(
        &mut self,
        program: &Program,
        experiment: &rogatio_mir::Experiment,
    ) {
        for b in &experiment.behaviours {
            let Some(act) = b.act() else { continue };
            let params = &program.acts[act.index()].params;
            for (i, param) in (0u32..).zip(params) {
                let given = b.args.get(i as usize).copied().flatten().or(param.2);
                let bound = match given.map(|g| self.fold(program, g, &Env::default())) {
                    None => 0,
                    Some(Some(Const::Int(n))) => n.unsigned_abs(),
                    Some(_) => match given.map(|g| &program.guard(g).op) {
                        Some(Op::Var(v)) => self.dated.bound(self, program, *v).unwrap_or(u64::MAX),
                        _ => u64::MAX,
                    },
                };
                let all = self.argument_bounds.entry((act, i)).or_default();
                *all = bound.max(*all);
            }
        }
    }
}

impl Em<'_, '_> {
    /// A value as it is kept; none as what stands for it.
    pub(crate) fn kept_bits(&mut self, v: &V, none: i64) -> R<ir::Value> {
        match v {
            V::Const(Const::None) => Ok(self.int(none)),
            v => self.bits(v),
        }
    }

    /// Bits as a value of a type.
    pub(crate) fn as_type(&mut self, ty: &Ty, bits: ir::Value) -> V {
        match plain(ty) {
            Ty::Bool => V::Bool(self.b.ins().ireduce(types::I8, bits)),
            Ty::Int | Ty::Quantity(_) => V::Int(bits),
            Ty::Day | Ty::Time => V::Time(bits),
            _ => V::Entity(bits),
        }
    }

    fn or_none(&mut self, v: ir::Value, fits: Option<ir::Value>, none: i64) -> ir::Value {
        match fits {
            Some(f) => {
                let none = self.int(none);
                self.b.ins().select(f, v, none)
            }
            None => v,
        }
    }

    /// The value of a status; none while it is off.
    pub(crate) fn status_value(&mut self, s: StatusId, args: &[Guard], env: &Env) -> R<V> {
        let (layout, program) = (self.layout, self.program);
        let (cols, status) = (&layout.statuses[&s], &program.statuses[s.index()]);
        let (Some(col), Some(ty)) = (cols.value, &status.value) else {
            return Err(Refusal::form("an unread value"));
        };
        let (_, none) = kept(ty)?;
        let (at, fits) = self.key(&cols.keys, args, env)?;
        let (v, on) = (self.load(col, at), self.load_bool(cols.on, at));
        let there = match fits {
            Some(f) => self.both(on, f),
            None => on,
        };
        let v = self.or_none(v, Some(there), none);
        Ok(self.as_type(ty, v))
    }

    /// An argument of an earlier act; none if there was none.
    pub(crate) fn hist_arg(
        &mut self,
        h: HistId,
        o: Ordinal,
        i: u32,
        args: &[Guard],
        env: &Env,
        ty: &Ty,
    ) -> R<V> {
        let cols = &self.layout.hists[&h];
        let (_, none) = kept_of(self.program, h, i)?;
        let Some(col) = cols.args.get(&(number(o), i)).copied() else {
            return Err(Refusal::form("an unread argument"));
        };
        let (at, fits) = self.key(&cols.keys, args, env)?;
        let v = self.load(col, at);
        let v = self.or_none(v, fits, none);
        Ok(self.as_type(ty, v))
    }

    /// Stores the arguments of a push that are read.
    pub(crate) fn store_arguments(
        &mut self,
        h: HistId,
        at: ir::Value,
        n: ir::Value,
        pass: &Pass,
    ) -> R<()> {
        let (layout, program) = (self.layout, self.program);
        let stores: Vec<((u32, u32), Col)> = layout.hists[&h]
            .args
            .iter()
            .map(|(k, c)| (*k, *c))
            .collect();
        for ((which, i), col) in stores {
            let (_, none) = kept_of(program, h, i)?;
            let value = match (&pass.act, program.hists[h.index()].store[i as usize]) {
                (Some(done), Position::Actor) => V::Entity(done.actor),
                (Some(done), Position::To) => self.addressee(done)?,
                (Some(done), Position::Arg(i)) => self.argument(done, i)?,
                _ => V::Const(Const::None),
            };
            let bits = self.kept_bits(&value, none)?;
            if which == u32::MAX {
                self.store(col, at, bits);
                continue;
            }
            let this = self.cmp_imm(IntCC::Equal, n, i64::from(which));
            self.when(this, |em| {
                em.store(col, at, bits);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether a kept value is none.
    pub(crate) fn is_none(&mut self, v: &V) -> Option<ir::Value> {
        match v {
            V::Int(x) => Some(self.cmp_imm(IntCC::Equal, *x, NO_INT)),
            V::Time(x) => Some(self.cmp_imm(IntCC::Equal, *x, NEVER)),
            V::Entity(x) => Some(self.cmp_imm(IntCC::Equal, *x, -1)),
            V::Const(c) => Some(self.bool(*c == Const::None)),
            V::Bool(_) => None,
        }
    }
}
