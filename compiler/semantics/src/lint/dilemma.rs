//! A duty that a prohibition forbids (R27), or for which a `cannot` leaves nobody the power (R26).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::check::Checker;
use crate::hir::*;
use crate::lint::terms::Terms;

impl Checker {
    pub(super) fn dilemmas(&mut self) {
        let p = &self.program;
        let mut found = Vec::new();
        let duties = p
            .norms
            .iter()
            .filter(|n| matches!(n.modal, Modal::Must | Modal::Should) && n.despite.is_none());
        let barring = |n: &&Norm| matches!(n.modal, Modal::MustNot | Modal::Cannot);
        let barring = p.norms.iter().filter(barring);
        let barring: Vec<&Norm> = barring.filter(|n| n.despite.is_none()).collect();
        for must in duties {
            for not in barring.iter().filter(|n| meet(must, n)) {
                let Some((a, b)) = one_act(p, must, not) else {
                    continue;
                };
                let (ours, theirs) = (Terms::of(p, must, a), Terms::of(p, not, b));
                if ours.exclude(&theirs) {
                    continue;
                }
                // A condition that the duty keeps is one that holds whenever it is open.
                let always = not.upon.is_none()
                    && not.time.is_none()
                    && wide(p, a, b, not.who.var)
                    && theirs.all_in(&Terms::lasting(p, must, a));
                let kind = match (not.modal, must.modal) {
                    (Modal::Cannot, _) if always => {
                        let of_all = |k| not.who.kinds.contains(k);
                        Doubt::Barred(must.who.kinds.iter().all(of_all))
                    }
                    (Modal::Cannot, _) => continue,
                    (_, Modal::Should) => continue,
                    // What a qualified prohibition makes of an act cannot be said (R33).
                    _ if always && not.qualifier.is_none() => Doubt::Forbidden,
                    // An exclusive window: the text has told them apart by time.
                    _ if not.time.is_some() => continue,
                    // The text says itself when the act is free of this prohibition.
                    _ if yields(p, not, b.act) => continue,
                    _ => Doubt::Perhaps,
                };
                if !found
                    .iter()
                    .any(|(_, m, n)| (*m, *n) == (must.span, not.span))
                {
                    found.push((kind, must.span, not.span));
                }
            }
        }
        for (kind, must, not) in found {
            let d = match kind {
                Doubt::Forbidden => {
                    Diagnostic::error(codes::E0503, "the same act is demanded and forbidden")
                        .at(not, "forbidden here, always")
                        .also(must, "demanded here")
                        .help("say which yields: `despite art N` on the one that prevails, or give the prohibition a condition that the duty does not have")
                }
                Doubt::Perhaps => Diagnostic::warning(
                    codes::W0354,
                    "the same act may be demanded and forbidden at once",
                )
                .at(not, "nothing in the two sentences excludes that this holds")
                .also(must, "while this is owed")
                .help("say which yields: `despite art N` on the one that prevails, or give the two conditions that exclude each other"),
                Doubt::Barred(all) => Diagnostic::warning(
                    codes::W0353,
                    if all {
                        "what is demanded here nobody ever has the power to do"
                    } else {
                        "some who owe what is demanded here never have the power to do it"
                    },
                )
                .at(must, "can only be breached")
                .also(not, "always takes the power away")
                .help("give the `cannot` a condition that the duty does not have, or write `despite art N` on the duty"),
            };
            self.error(d);
        }
    }
}

enum Doubt {
    Forbidden,
    Perhaps,
    /// All who owe the act, or some of them.
    Barred(bool),
}

/// Whether a duty and what bars an act can be about the same actor, in the same version, in one stage.
fn meet(must: &Norm, not: &Norm) -> bool {
    let stages = || match (must.instance, not.instance, must.stage, not.stage) {
        (Some((p, _)), Some((q, _)), Some(s), Some(t)) if p == q && must.while_here => s == t,
        _ => true,
    };
    // What several are barred from doing together, each may do (R28).
    (must.who.jointly || !not.who.jointly)
        && must.who.kinds.iter().any(|k| not.who.kinds.contains(k))
        && (must.version.is_none() || not.version.is_none() || must.version == not.version)
        && stages()
}

/// Whether some sentence about the act prevails over the prohibition.
fn yields(p: &Program, not: &Norm, act: ActId) -> bool {
    p.norms.iter().any(|n| {
        let over = |d| p.is_within(not.provision, d);
        n.despite.is_some_and(over) && n.pred.acts().iter().any(|p| p.act == act)
    })
}

/// The act that one demands, the only one, and the other forbids.
fn one_act<'a>(p: &Program, must: &'a Norm, not: &'a Norm) -> Option<(&'a Pattern, &'a Pattern)> {
    let (NormPred::Act(a), NormPred::Act(b)) = (&must.pred, &not.pred) else {
        return None;
    };
    // Any value fulfils what the duty leaves open: another than the forbidden one.
    let open = |x: &ArgPattern| match x {
        ArgPattern::Any => true,
        ArgPattern::Var(v) => !must.keys.contains(v),
        _ => false,
    };
    let only_one = |(x, y): (&ArgPattern, &ArgPattern)| {
        open(x) && matches!(y, ArgPattern::Is(_) | ArgPattern::In(_))
    };
    // What one is about is of other kinds than what the other is.
    let apart = |(x, y): (&ArgPattern, &ArgPattern)| match (kinds_of(p, x), kinds_of(p, y)) {
        (Some(x), Some(y)) => !x.iter().any(|k| y.contains(k)),
        _ => false,
    };
    let way_out = a.args.iter().zip(&b.args).any(apart) || a.args.iter().zip(&b.args).any(only_one);
    (a.act == b.act && b.filter.is_none() && !way_out).then_some((a, b))
}

/// The kinds of a variable that stands for an argument.
fn kinds_of<'a>(p: &'a Program, a: &ArgPattern) -> Option<&'a [KindId]> {
    match a {
        ArgPattern::Var(v) => match crate::kind::strip(&p.vars[v.index()].ty) {
            Ty::Entity(kinds) => Some(kinds),
            _ => None,
        },
        _ => None,
    }
}

/// Whether what is forbidden is every act of those that are demanded.
fn wide(p: &Program, a: &Pattern, b: &Pattern, who: VarId) -> bool {
    let mut named = vec![who];
    // A name that stands twice wants the same in both places; the subject's is the subject.
    let mut free = |x: &ArgPattern| match x {
        ArgPattern::Any => true,
        ArgPattern::Var(v) => {
            let new = !named.contains(v);
            named.push(*v);
            new
        }
        _ => false,
    };
    let params = p.acts.get(b.act.index()).map_or(&[][..], |a| &a.params);
    let kinds = |x: &ArgPattern, at: usize| {
        let declared = || match crate::kind::strip(&params.get(at)?.ty) {
            Ty::Entity(kinds) => Some(kinds.as_slice()),
            _ => None,
        };
        kinds_of(p, x).or_else(declared)
    };
    let mut places = a.args.iter().zip(&b.args).enumerate();
    let all = places.all(|(i, (x, y))| {
        free(y)
            && match (kinds(x, i), kinds_of(p, y)) {
                (Some(x), Some(y)) => x.iter().all(|k| y.contains(k)),
                _ => true,
            }
    });
    all && free(&b.to) && free(&b.for_whom)
}

/// The `cannot` that takes away all the power that a sentence gives to an act, whenever it gives it (R25).
pub(super) fn taken_away<'p>(p: &'p Program, grant: &Norm, a: &Pattern) -> Option<&'p Norm> {
    let mut forbidding = p.norms.iter().filter(|n| n.modal == Modal::Cannot);
    forbidding.find(|not| {
        let Some(b) = not.pred.acts().iter().find(|b| b.act == a.act) else {
            return false;
        };
        let over = |d| p.is_within(not.provision, d);
        not.upon.is_none()
            && not.time.is_none()
            && b.filter.is_none()
            && !grant.who.jointly
            && !not.who.jointly
            && grant.who.kinds.iter().all(|k| not.who.kinds.contains(k))
            && (not.version.is_none() || not.version == grant.version)
            && !grant.despite.is_some_and(over)
            && !yields(p, not, a.act)
            && wide(p, a, b, not.who.var)
            && Terms::of(p, not, b).all_in(&Terms::of(p, grant, a))
    })
}
