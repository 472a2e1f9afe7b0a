//! What it depends on whether an actor's clock runs: subjects, conditions, powers and their windows (R25, R49).

use crate::fold::{Bind, Const, Env, V};
use crate::layout::Keys;
use crate::reads::plain;
use crate::refusal::Refusal;
use crate::world::World;
use rogatio_mir::{
    ActClass, ActId, Behaviour, Demand, Domain, Guard, KindId, Match, Modal, Norm, NormId,
    Position, Program, Ty,
};
use std::collections::BTreeSet;

/// What a behaviour's clocks are keyed by: the actor, then its other variables.
pub(crate) fn clock_keys(b: &Behaviour) -> Vec<Domain> {
    std::iter::once(&b.who.domain)
        .chain(&b.each)
        .cloned()
        .collect()
}

/// The keys of a behaviour's clocks, without actors at either end of the range whom it is never about.
///
/// # Errors
/// As [`Keys::new`].
pub(crate) fn clock_space(
    program: &Program,
    world: &World,
    b: &Behaviour,
) -> Result<Keys, Refusal> {
    let mut keys = Keys::new(world, &clock_keys(b))?;
    let who = &b.who;
    let Some(dim) = keys.dims.first_mut().filter(|dim| !world.grows(&dim.kinds)) else {
        return Ok(keys);
    };
    let may = |e: &u32| {
        let actor = Bind::V(V::Const(Const::Entity(*e)));
        let env = Env::default().with(who.domain.var, actor);
        world.is_of(*e, &who.domain.kinds)
            && world.fold(program, who.cond, &env) != Some(Const::Bool(false))
    };
    let mut all = (dim.lo..dim.lo + dim.n).filter(may);
    if let Some(first) = all.next() {
        let last = all.next_back().unwrap_or(first);
        (dim.lo, dim.n) = (first, last + 1 - first);
        keys.cap = keys.dims.iter().map(|d| d.n).product();
    }
    Ok(keys)
}

/// An environment in which variables are keys.
pub(crate) fn keyed(keys: &[rogatio_mir::Domain]) -> Env {
    keys.iter()
        .enumerate()
        .fold(Env::default(), |env, (i, d)| env.with(d.var, Bind::Key(i)))
}

/// A guard on which a behaviour's clock depends, with the norm it comes from.
pub(crate) struct Enabling {
    pub(crate) guard: Guard,
    /// The norm's subject, where it is another variable.
    actor: Option<rogatio_mir::VarId>,
    /// The subject may be an office that the actor holds.
    as_office: bool,
    /// Variables that the norm binds to arguments, and which of the clock's variables these are.
    bound: Vec<(rogatio_mir::VarId, Option<rogatio_mir::VarId>)>,
    /// A bound of a window.
    pub(crate) timed: bool,
    /// The norm keeps the versions of a beginning.
    pub(crate) kept: bool,
}

impl Enabling {
    pub(crate) fn env(&self, b: &Behaviour) -> Env {
        let mut env = keyed(&clock_keys(b));
        if let Some(v) = self.actor {
            let it = match self.as_office {
                true => Bind::Element,
                false => Bind::Key(0),
            };
            env.bind(v, it);
        }
        for (v, argument) in &self.bound {
            let bind = argument
                .and_then(|a| env.get(a).cloned())
                .unwrap_or(Bind::Element);
            env.bind(*v, bind);
        }
        env
    }
}

/// The norms that give or take the power to do an act, as far as they are compiled.
pub(crate) fn powers(
    program: &Program,
    world: &World,
    b: &Behaviour,
) -> Result<(Vec<NormId>, Vec<NormId>), Refusal> {
    let (mut grants, mut takes) = (Vec::new(), Vec::new());
    let Some(declared) = b.act().map(|a| &program.acts[a.index()]) else {
        return Err(Refusal::form("an outcome that is drawn is not compiled"));
    };
    if declared.occurrences.is_some() {
        return Err(Refusal::form(format!(
            "`{}`, whose occurrences a sentence names, is not compiled",
            declared.name
        )));
    }
    if declared.class != ActClass::Act {
        return Ok((grants, takes));
    }
    for n in &declared.norms {
        let Some(norm) = program.norms.get(n.index()) else {
            continue;
        };
        let refuse = |what: &str| {
            Err(
                Refusal::form(format!("{what} `{}` is not compiled", declared.name))
                    .span(norm.span)
                    .within(program, norm.provision),
            )
        };
        let why = world.unwritten.get(n);
        let Some((matches, _)) = demanded(norm, b.act()) else {
            // What a duty to do one of several acts carries in more than one way (R33).
            if world.possible.norm(*n) {
                return refuse("power that a duty or a labelled right carries to");
            }
            continue;
        };
        if matches
            .iter()
            .any(|(p, m)| *p == Position::For && *m != Match::Any)
            || matches
                .iter()
                .any(|(p, m)| never_matches(program, world, b, *p, m))
        {
            continue;
        }
        if norm.despite.is_some() {
            return refuse("a norm that makes others yield for");
        }
        match norm.modal {
            Modal::May if norm.duty.is_none() => grants.push(*n),
            Modal::May | Modal::Must | Modal::Should if world.carried.contains(n) => {
                grants.push(*n)
            }
            Modal::May | Modal::Must | Modal::Should => {
                if world.possible.norm(*n) {
                    return refuse(&match why {
                        Some(why) => format!("power that {why} carries to"),
                        None => "power that a duty or a labelled right carries to".to_owned(),
                    });
                }
                continue;
            }
            Modal::Cannot => takes.push(*n),
            Modal::MustNot | Modal::ShouldNot => continue,
        }
        if !through_one(program, b, norm) {
            return refuse("a norm about the holder of an office that is held through others, for");
        }
        if norm.who.jointly {
            return refuse(match norm.modal {
                Modal::Cannot => "a joint ban on",
                _ => "a joint power to",
            });
        }
        if !norm.window.closes_on.is_empty() {
            return refuse("a window that an event closes, for");
        }
    }
    Ok((grants, takes))
}

/// Whether offices of which a norm is are held at most through one other.
fn through_one(program: &Program, b: &Behaviour, norm: &Norm) -> bool {
    let kinds = held(program, b);
    let between: BTreeSet<KindId> = kinds
        .iter()
        .filter(|k| !norm.who.domain.kinds.contains(*k))
        .copied()
        .collect();
    crate::office::as_office(program, b, norm).is_empty() || between.len() <= 1
}

/// Positions of an act and a filter.
type Demanded<'a> = (&'a [(Position, Match)], Option<Guard>);

/// What a norm asks or says of an act: its positions and filter. None if it is about another act, or in several ways.
pub(crate) fn demanded(norm: &Norm, act: Option<ActId>) -> Option<Demanded<'_>> {
    let mut parts = norm.demand.parts().iter().filter_map(|d| match d {
        Demand::Act {
            act: a,
            matches,
            filter,
        } if Some(*a) == act => Some((matches.as_slice(), *filter)),
        _ => None,
    });
    let first = parts.next()?;
    parts.next().is_none().then_some(first)
}

/// The kinds of the offices that somebody who does a behaviour may hold, also through another office (R25b).
pub(crate) fn held(program: &Program, b: &Behaviour) -> BTreeSet<KindId> {
    let mut held: BTreeSet<KindId> = BTreeSet::new();
    loop {
        let by = |k: &KindId| b.who.domain.kinds.contains(k) || held.contains(k);
        let more = program.entities.iter().filter(|e| {
            e.holder.is_some_and(|g| match plain(&program.guard(g).ty) {
                Ty::Entity(kinds) => kinds.iter().any(by),
                Ty::None => false,
                _ => true,
            })
        });
        let all: BTreeSet<KindId> = more.map(|e| e.kind).collect();
        if all == held {
            return held;
        }
        held = all;
    }
}

/// Whether a behaviour's argument is known to differ from what a norm is about.
fn never_matches(program: &Program, world: &World, b: &Behaviour, p: Position, m: &Match) -> bool {
    let (Position::Arg(i), Match::Is(g)) = (p, m) else {
        return false;
    };
    let given = b.args.get(i as usize).copied().flatten();
    let params = b.act().map(|a| &program.acts[a.index()].params);
    let default = params.and_then(|p| p.get(i as usize)).and_then(|p| p.2);
    let value = match given.or(default) {
        Some(g) => world.fold(program, g, &Env::default()),
        None => Some(Const::None),
    };
    match (value, world.fold(program, *g, &Env::default())) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

/// Every guard on which it depends whether a behaviour's clock runs for an actor.
pub(crate) fn enabling(
    program: &Program,
    world: &World,
    b: &Behaviour,
) -> Result<Vec<Enabling>, Refusal> {
    let mut out = Vec::new();
    let mut add = |guard: Guard, (actor, as_office), bound: &[_], timed, kept| {
        out.push(Enabling {
            guard,
            actor,
            as_office,
            bound: bound.to_vec(),
            timed,
            kept,
        });
    };
    add(b.who.cond, (None, false), &[], false, false);
    if let Some(when) = b.when {
        add(when, (None, false), &[], false, false);
    }
    let (grants, takes) = powers(program, world, b)?;
    let all: Vec<NormId> = grants.iter().chain(&takes).copied().collect();
    for g in crate::office::holders(program, b, &all) {
        add(g, (None, false), &[], false, false);
    }
    for n in grants.into_iter().chain(takes) {
        let norm = &program.norms[n.index()];
        let Some((matches, filter)) = demanded(norm, b.act()) else {
            continue;
        };
        let bound: Vec<_> = matches
            .iter()
            .filter_map(|(p, m)| {
                let Match::Bind(v, _) = m else { return None };
                let argument = match p {
                    Position::Arg(i) => b.args.get(*i as usize).copied().flatten(),
                    Position::To => b.to,
                    _ => None,
                };
                let variable = argument.and_then(|g| match program.guard(g).op {
                    rogatio_mir::Op::Var(u) => Some(u),
                    _ => None,
                });
                Some((*v, variable))
            })
            .collect();
        let as_office = !crate::office::as_office(program, b, norm).is_empty();
        let actor = (Some(norm.who.domain.var), as_office);
        let kept = norm.visit.is_some() || norm.duty.is_some();
        let is = matches.iter().filter_map(|(_, m)| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        });
        for g in is
            .chain([norm.who.cond])
            .chain(filter)
            .chain(norm.cond)
            .chain(norm.window.during)
        {
            add(g, actor, &bound, false, kept);
        }
        for g in norm
            .window
            .opens
            .into_iter()
            .chain(norm.window.closes.map(|(g, _)| g))
        {
            add(g, actor, &bound, true, kept);
        }
    }
    Ok(out)
}
