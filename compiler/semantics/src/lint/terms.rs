//! What sentences say of their acts, and whether two can hold at once (R27).

use crate::hir::*;
use crate::shape::plain;

/// What a sentence says of its act, conjunct by conjunct.
#[derive(Default)]
pub(super) struct Terms {
    /// Conditions, and whether they hold or fail.
    literals: Vec<(String, bool)>,
    /// What is equal to a constant.
    values: Vec<(String, String)>,
    /// Between which whole numbers something lies.
    bounds: Vec<(String, i64, i64)>,
}

impl Terms {
    /// All its conditions, and the arguments that it fixes.
    pub(super) fn of(p: &Program, n: &Norm, act: &Pattern) -> Terms {
        let mut terms = Terms::lasting(p, n, act);
        terms.add((p, n, act), n.when.as_ref(), true, 0);
        terms
    }

    /// Those that hold as long as the sentence binds.
    pub(super) fn lasting(p: &Program, n: &Norm, act: &Pattern) -> Terms {
        let mut terms = Terms::default();
        for (i, a) in act.args.iter().enumerate() {
            if let ArgPattern::Is(e) = a
                && let Some(value) = constant(e)
            {
                terms.values.push((format!("argument {i}"), value));
            }
        }
        terms.add((p, n, act), Some(&n.who.cond), true, 0);
        terms.add((p, n, act), n.while_.as_ref(), true, 0);
        terms.add((p, n, act), n.unless.as_ref(), false, 0);
        // A duty outlives the stage it arose in, a prohibition does not (R31).
        if let (Some((q, this)), Some(stage)) = (n.instance, n.stage)
            && (n.while_here || !matches!(n.modal, Modal::Must | Modal::Should))
        {
            let here = Expr {
                kind: ExprKind::InStage {
                    instance: Box::new(Expr {
                        kind: ExprKind::Var(this),
                        ty: p.vars[this.index()].ty.clone(),
                        provision: n.provision,
                        span: n.span,
                    }),
                    procedure: q,
                    stages: vec![stage],
                },
                ty: Ty::Bool,
                provision: n.provision,
                span: n.span,
            };
            terms.add((p, n, act), Some(&here), true, 0);
        }
        terms
    }

    fn add(&mut self, of: Of<'_>, e: Option<&Expr>, holds: bool, depth: u8) {
        let Some(e) = e else { return };
        let (p, n, act) = of;
        match (&e.kind, holds) {
            (ExprKind::Bool(b), _) if *b == holds => {}
            (ExprKind::Not(e), _) => self.add(of, Some(e), !holds, depth),
            (ExprKind::And(list), true) | (ExprKind::Or(list), false) => {
                let each = |e| self.add(of, Some(e), holds, depth);
                list.iter().for_each(each);
            }
            // What a name stands for says the same as the name.
            (ExprKind::Call(..) | ExprKind::StatusOn(..), _) if depth < DEPTH => {
                self.literals.push((name(e, n, act), holds));
                let meant = meant(p, e);
                self.add(of, meant.as_ref(), holds, depth + 1);
            }
            (ExprKind::Compare(op, a, b), _) => {
                let (op, flip) = match op {
                    CmpOp::Ne => (CmpOp::Eq, true),
                    CmpOp::Lt => (CmpOp::Ge, true),
                    CmpOp::Gt => (CmpOp::Le, true),
                    op => (*op, false),
                };
                let holds = holds != flip;
                let (left, right) = (name(a, n, act), name(b, n, act));
                if op == CmpOp::Eq && holds {
                    let value = constant(b).map(|v| (left.clone(), v));
                    let value = value.or_else(|| constant(a).map(|v| (right.clone(), v)));
                    self.values.extend(value);
                }
                self.bounds.extend(bound(op, &left, b, holds));
                self.literals
                    .push((format!("{op:?} {left} {right}"), holds));
            }
            (ExprKind::ReadingIs(r, choice), true) => {
                self.values.push((format!("{r:?}"), choice.to_string()));
                self.literals.push((name(e, n, act), true));
            }
            (
                ExprKind::InStage {
                    instance,
                    procedure,
                    stages,
                },
                true,
            ) if stages.len() == 1 => {
                let of = format!("{procedure:?} of {}", name(instance, n, act));
                self.values.push((of, stages[0].to_string()));
                self.literals.push((name(e, n, act), true));
            }
            _ => self.literals.push((name(e, n, act), holds)),
        }
    }

    /// Whether both cannot hold together.
    pub(super) fn exclude(&self, other: &Terms) -> bool {
        let opposite = |(l, holds): &(String, bool)| other.literals.contains(&(l.clone(), !holds));
        let differs =
            |(of, v): &(String, String)| other.values.iter().any(|(o, w)| o == of && w != v);
        let apart = |(of, lo, hi): &(String, i64, i64)| {
            let mut others = other.bounds.iter().filter(|(o, ..)| o == of);
            others.any(|(_, l, h)| lo > h || l > hi)
        };
        self.literals.iter().any(opposite)
            || self.values.iter().any(differs)
            || self.bounds.iter().any(apart)
    }

    /// Whether each of these is among others.
    pub(super) fn all_in(&self, other: &Terms) -> bool {
        self.literals.iter().all(|l| other.literals.contains(l))
    }
}

/// The program, a sentence of it and the act that it is about.
type Of<'a> = (&'a Program, &'a Norm, &'a Pattern);

/// So many names within names are opened.
const DEPTH: u8 = 8;

/// What a name stands for: the value of a define, the condition of a status that holds while one does.
pub(super) fn meant(p: &Program, e: &Expr) -> Option<Expr> {
    let (params, args, value) = match &e.kind {
        ExprKind::Call(d, args) => {
            let d = p.defines.get(d.index())?;
            let DefineValue::Expr(value) = &d.value else {
                return None;
            };
            (&d.params, args, value)
        }
        ExprKind::StatusOn(s, args) => {
            let s = p.statuses.get(s.index())?;
            let [clause] = s.clauses.as_slice() else {
                return None;
            };
            let (StatusClauseKind::While(value), None) = (&clause.kind, &s.value) else {
                return None;
            };
            (&s.params, args, value)
        }
        _ => return None,
    };
    let pairs = params.iter().zip(args);
    Some(pairs.fold(value.clone(), |value, (v, arg)| {
        crate::call::replace(value, *v, arg)
    }))
}

/// Between which numbers `left` lies if it compares so with a whole number, or does not.
fn bound(op: CmpOp, left: &str, right: &Expr, holds: bool) -> Option<(String, i64, i64)> {
    let ExprKind::Int(c) = right.kind else {
        return None;
    };
    let (lo, hi) = match (op, holds) {
        (CmpOp::Ge, true) => (c, i64::MAX),
        (CmpOp::Ge, false) => (i64::MIN, c.checked_sub(1)?),
        (CmpOp::Le, true) => (i64::MIN, c),
        (CmpOp::Le, false) => (c.checked_add(1)?, i64::MAX),
        (CmpOp::Eq, true) => (c, c),
        _ => return None,
    };
    Some((left.to_owned(), lo, hi))
}

fn constant(e: &Expr) -> Option<String> {
    let known = matches!(
        e.kind,
        ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Day(_) | ExprKind::Entity(_)
    );
    known.then(|| plain(&e.kind))
}

/// A value by what it says, with the actor, the arguments and the instance called alike in every sentence.
fn name(e: &Expr, n: &Norm, act: &Pattern) -> String {
    let alike = |v: VarId| {
        if v == n.who.var {
            return VarId(u32::MAX);
        }
        if n.instance.is_some_and(|(_, this)| this == v) {
            return VarId(u32::MAX - 1);
        }
        let place = act
            .args
            .iter()
            .position(|a| matches!(a, ArgPattern::Var(x) if *x == v));
        place.map_or(v, |i| VarId(u32::MAX - 2 - crate::check::id(i)))
    };
    let mut e = e.clone();
    e.for_each_var(&mut |v| *v = alike(*v));
    plain(&e.kind)
}
