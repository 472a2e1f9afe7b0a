//! `stay S(x)`: a status that lasts stands for an act (R32). `must not stay S(x) while D` is the invariant that S(x) does
//! not hold; `may stay S(x) when C despite art N` suspends the invariants of art N for those x.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;
use crate::set::substitute;

impl Checker {
    /// What a sentence says of staying.
    pub(crate) fn staying(&mut self, cx: &mut Context, n: &ast::Norm, e: &ast::Expr) -> Expr {
        let wrong = |what: &str, at: Span, label: &str| {
            Diagnostic::error(codes::E0663, what.to_owned()).at(at, label.to_owned())
        };
        match n.modal {
            ast::Modal::Cannot => self.error(
                wrong("to stay is no act that could be void", e.span, "it lasts, whatever is done")
                    .help("forbid it: `must not stay …`; what begins it is an act that somebody `cannot` do"),
            ),
            ast::Modal::May => {
                if n.despite.is_none() {
                    self.error(
                        wrong("to stay needs no permission by itself", e.span, "nothing is suspended")
                            .help("name the prohibition that yields: `… despite art N`"),
                    );
                }
                let said = n.time.as_ref().map(|t| t.span);
                if let Some(at) = said.or(n.upon.as_ref().map(|u| u.event.span)) {
                    self.error(
                        wrong("staying is allowed while a condition holds", at, "not a condition")
                            .help("say it as `when C` or `while C`: a status may remember an event"),
                    );
                }
            }
            _ => {}
        }
        let cond = self.cond(cx, e);
        if !matches!(cond.kind, ExprKind::StatusOn(..) | ExprKind::Error) {
            self.error(
                wrong("only a status lasts", e.span, "not a status").help(
                    "declare one: `status searching(u: Unit) from search by u until stop by u`",
                ),
            );
        }
        cond
    }

    /// What identifies an instance: whoever stays, and the variables of the status.
    pub(crate) fn staying_keys(&self, who: &Subject, demanded: &[VarId], keys: &mut Vec<VarId>) {
        let mentioned = demanded.contains(&who.var).then_some(who.var);
        for v in mentioned.iter().chain(demanded) {
            if !keys.contains(v) {
                keys.push(*v);
            }
        }
    }

    /// Permissions to stay, put into the invariants that yield to them. Those before `from` have had their turn.
    pub(crate) fn suspensions(&mut self, from: usize) {
        for m in from..self.program.norms.len() {
            let n = &self.program.norms[m];
            let (Modal::May, Some(despite), Some((status, args))) =
                (n.modal, n.despite, n.pred.stays())
            else {
                continue;
            };
            let (args, permission) = (args.to_vec(), n.clone());
            let mut found = false;
            for n in 0..self.program.norms.len() {
                let norm = &self.program.norms[n];
                if !self.stands_in(norm.provision, despite) {
                    continue;
                }
                let Some((other, theirs)) = norm.pred.stays().filter(|_| norm.forbids_staying())
                else {
                    continue;
                };
                if other == status {
                    found = true;
                    let theirs = theirs.to_vec();
                    let allowed = self.allowed(&permission, &args, &theirs);
                    self.suspended(n, allowed);
                }
            }
            if !found {
                let name = self.program.statuses[status.index()].name.clone();
                let cite = self.program.provisions[despite.index()].cite.clone();
                self.error(
                    Diagnostic::error(
                        codes::E0663,
                        format!("{cite} does not forbid anybody to stay `{name}`"),
                    )
                    .at(permission.span, "suspends nothing")
                    .help(format!(
                        "cite the provision with the prohibition: `WHO must not stay {name}(…)`"
                    )),
                );
            }
        }
    }

    /// Whether the permission holds for the keys of an invariant.
    fn allowed(&self, m: &Norm, own: &[Expr], theirs: &[Expr]) -> Expr {
        let of = |kind| Expr {
            kind,
            ty: Ty::Bool,
            provision: m.provision,
            span: m.span,
        };
        let mut parts = Vec::new();
        parts.extend(m.version.map(|v| of(ExprKind::InVersion(v))));
        if let (Some((procedure, this)), Some(stage)) = (m.instance, m.stage) {
            let ty = self.var_ty(this);
            let instance = Expr {
                ty,
                ..of(ExprKind::Var(this))
            };
            parts.push(of(ExprKind::InStage {
                instance: Box::new(instance),
                procedure,
                stages: vec![stage],
            }));
        }
        parts.push(m.who.cond.clone());
        parts.extend(m.when.iter().chain(&m.while_).cloned());
        if let Some(c) = &m.unless {
            parts.push(of(ExprKind::Not(Box::new(c.clone()))));
        }
        // A variable stands for what the invariant has there; anything else is compared with it.
        let mut bound: Vec<VarId> = Vec::new();
        let mut renamed: Vec<(VarId, VarId)> = Vec::new();
        for (a, b) in own.iter().zip(theirs) {
            match (&a.kind, &b.kind) {
                (ExprKind::Var(v), ExprKind::Var(w)) if !bound.contains(v) => {
                    bound.push(*v);
                    renamed.push((*v, *w));
                }
                _ => {
                    let kind =
                        ExprKind::Compare(CmpOp::Eq, Box::new(a.clone()), Box::new(b.clone()));
                    parts.push(of(kind));
                }
            }
        }
        let mut all = of(ExprKind::And(parts));
        // Other variables: some value will do.
        let mut free = vec![m.who.var];
        free.extend(m.keys.iter().copied());
        free.extend(m.instance.map(|(_, this)| this));
        free.retain(|v| !bound.contains(v) && all.vars().contains(v));
        let compared = own.iter().filter_map(|a| match a.kind {
            ExprKind::Var(v) if !bound.contains(&v) => Some(v),
            _ => None,
        });
        free.extend(compared);
        free.sort_unstable();
        free.dedup();
        for v in free {
            let Ty::Entity(kinds) = self.var_ty(v) else {
                continue;
            };
            let set = SetExpr {
                var: v,
                kinds,
                cond: all,
                span: m.span,
            };
            all = of(ExprKind::Exists(Box::new(set)));
        }
        for (v, w) in renamed {
            all = substitute(all, v, w);
        }
        all
    }

    /// The invariant holds where staying is allowed.
    fn suspended(&mut self, n: usize, allowed: Expr) {
        let norm = &mut self.program.norms[n];
        let NormPred::Ensure(e) = &mut norm.pred else {
            return;
        };
        let of = |kind| Expr {
            kind,
            ..allowed.clone()
        };
        let (ty, provision, span) = (e.ty.clone(), e.provision, e.span);
        let inner = std::mem::replace(e, of(ExprKind::Bool(true)));
        let kind = match norm.modal {
            Modal::MustNot | Modal::ShouldNot => {
                let not = of(ExprKind::Not(Box::new(allowed.clone())));
                ExprKind::And(vec![inner, not])
            }
            _ => ExprKind::Or(vec![inner, allowed]),
        };
        *e = Expr {
            kind,
            ty,
            provision,
            span,
        };
    }
}
