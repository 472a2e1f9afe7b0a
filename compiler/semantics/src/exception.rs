//! Exceptions: `except V when C` on a value, and `exception to NAME = V when C` from elsewhere, to a define or to a slot of
//! a decision or body (language 4.5, R43).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::{Checker, error_expr, text_of};
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use crate::set::substitute;

/// The slots of a decision that take exceptions from elsewhere.
const OF_DECISION: [&str; 8] = [
    "admissible",
    "participation",
    "passes",
    "present",
    "quorum",
    "silence",
    "veto",
    "voters",
];

/// Those of a body.
const OF_BODY: [&str; 5] = ["chair", "members", "present", "voters", "weight"];

impl Checker {
    /// A condition may be read `at closing` where it could have been latched at the opening: in a slot of a decision.
    pub(crate) fn at_closing(&mut self, cx: &Context, said: bool, cond: &ast::Expr) -> bool {
        if said && cx.decision.is_none() {
            self.error(
                Diagnostic::error(codes::E0660, "no decision closes here")
                    .at(cond.span, "this condition is read whenever the value is")
                    .help("leave out `at closing`; it belongs to exceptions on the slots of a decision"),
            );
        }
        said
    }

    /// `exception to NAME = V when C`.
    pub(crate) fn exception_to(&mut self, cx: &mut Context, x: &ast::ExceptionTo) {
        let name = text_of(&x.target);
        match self.symbol(cx, &name) {
            Some(Symbol::Define(d)) => {
                if !self.lacks_value(x) {
                    self.exception_to_define(cx, d, x);
                }
                return;
            }
            Some(Symbol::Norm(n)) => return self.exception_to_norm(cx, n, x),
            Some(other) => return self.no_slot(x, &format!("`{name}` is {}", other.what()), &[]),
            None => {}
        }
        let mut path: Vec<&str> = x.target.segments.iter().map(|s| s.text.as_str()).collect();
        let Some(last) = path.pop().filter(|_| !path.is_empty()) else {
            return self.unknown(cx, &name, x.target.span);
        };
        // Of an applied copy: `Adopt.passes of art 33 > 27`.
        let (slot, copy) = match last.split_once(" of ") {
            Some((slot, cite)) => (slot, format!(" of {cite}")),
            None => (last, String::new()),
        };
        let owner = path.join(".") + &copy;
        if self.lacks_value(x) {
            return;
        }
        match self.symbol(cx, &owner) {
            Some(Symbol::Decision(d)) => self.exception_to_decision(cx, d, slot, x),
            Some(Symbol::Entity(e)) if self.program.entities[e.index()].body.is_some() => {
                self.exception_to_body(cx, e, slot, x);
            }
            Some(other) => self.no_slot(x, &format!("`{owner}` is {}", other.what()), &[]),
            None => self.unknown(cx, &owner, x.target.span),
        }
    }

    fn no_slot(&mut self, x: &ast::ExceptionTo, why: &str, slots: &[&str]) {
        let help = match slots {
            [] => "exceptions are made to a define, or to a slot of a decision or body: `exception to Adopt.passes = … when …`".to_owned(),
            slots => format!("it may be one of {}", slots.join(", ")),
        };
        self.error(
            Diagnostic::error(codes::E0661, format!("no rule to except from: {why}"))
                .at(
                    x.target.span,
                    "nothing stands here that an exception could change",
                )
                .help(help),
        );
    }

    /// The names that stand in the parentheses behind the target.
    pub(crate) fn exception_names(
        &mut self,
        x: &ast::ExceptionTo,
        vars: &[VarId],
    ) -> Vec<(String, VarId)> {
        if x.args.len() > vars.len() {
            let name = text_of(&x.target);
            self.arity(&name, vars.len(), x.args.len(), x.target.span);
        }
        let mut names = Vec::new();
        for (a, v) in x.args.iter().zip(vars) {
            match &a.kind {
                ast::ArgKind::Value(ast::Expr {
                    kind: ast::ExprKind::Name(n),
                    ..
                })
                | ast::ArgKind::Bind(n, _) => names.push((n.text.clone(), *v)),
                _ => self.error(
                    Diagnostic::error(codes::E0203, "the parameters of an exception are names")
                        .at(a.span, "a name belongs here")
                        .help("name the parameter and put the case into `when`"),
                ),
            }
        }
        names
    }

    fn exception_to_define(&mut self, cx: &mut Context, target: DefineId, x: &ast::ExceptionTo) {
        let Some(other) = &x.value else { return };
        let params = self.program.defines[target.index()].params.clone();
        let depth = cx.locals.len();
        let own = params.len().saturating_sub(x.args.len());
        let names = match x.args.len() > params.len() {
            true => self.exception_names(x, &params),
            false => self.exception_names(x, &params[own..]),
        };
        cx.locals.extend(names);
        let want = self.program.defines[target.index()].ty.clone();
        let at_closing = self.at_closing(cx, x.at_closing, &x.cond);
        let cond = self.cond(cx, &x.cond);
        let value = self.slot_value(cx, other, Some(&want));
        self.expect_ty(&value, &want);
        cx.locals.truncate(depth);
        let when = self.while_in_force(cx, cond);
        let exception = Exception {
            when,
            value,
            at_closing,
        };
        self.exceptions.push((target, exception));
    }

    pub(crate) fn apply_exceptions(&mut self) {
        for (target, exception) in std::mem::take(&mut self.exceptions) {
            if let DefineValue::Expr(base) = &mut self.program.defines[target.index()].value {
                base.except(exception);
            }
        }
    }

    // ---- decisions ------------------------------------------------------------------------------------------

    /// The decisions that a name means: all its versions, and the part of each body.
    fn parts_of(&self, head: DecisionId) -> Vec<DecisionId> {
        let all = self.program.decisions.iter().enumerate();
        let named = all.filter(|(i, d)| *i == head.index() || d.head == Some(head));
        let parts = named.flat_map(|(i, d)| match d.limbs.is_empty() {
            true => vec![DecisionId(crate::check::id(i))],
            false => d.limbs.clone(),
        });
        let mut parts: Vec<DecisionId> = parts.collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    fn exception_to_decision(
        &mut self,
        cx: &mut Context,
        head: DecisionId,
        slot: &str,
        x: &ast::ExceptionTo,
    ) {
        let name = self.program.decisions[head.index()].name.clone();
        if !OF_DECISION.contains(&slot) {
            let why = format!("`{slot}` is no slot of `{name}` that takes one");
            return self.no_slot(x, &why, &OF_DECISION);
        }
        if let Some((text, _)) = &self.program.decisions[head.index()].given {
            let why = format!("the rule of `{name}` lies in \"{text}\"");
            return self.no_slot(x, &why, &[]);
        }
        for d in self.parts_of(head) {
            self.told_once(|c| c.exception_to_part(cx, d, slot, x));
        }
    }

    fn exception_to_part(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        slot: &str,
        x: &ast::ExceptionTo,
    ) {
        let d = self.program.decisions[id.index()].clone();
        let depth = cx.locals.len();
        let subject: Vec<VarId> = d.subject.into_iter().collect();
        for v in &subject {
            let own = self.program.vars[v.index()].name.clone();
            cx.locals.push((own, *v));
        }
        let names = self.exception_names(x, &subject);
        cx.locals.extend(names);
        let outer = cx.decision.replace(self.decision_context(id));
        self.exception_to_slot(cx, id, &d, slot, x);
        cx.decision = outer;
        cx.locals.truncate(depth);
    }

    fn exception_to_slot(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        d: &Decision,
        slot: &str,
        x: &ast::ExceptionTo,
    ) {
        let Some(other) = &x.value else { return };
        let consensus_alone = matches!(d.earlier.as_slice(), [one] if one.next.is_none());
        if slot == "passes" && consensus_alone && matches!(d.passes.0, Stated::None) {
            let why = format!("`{}` is decided by consensus alone", d.name);
            return self.no_slot(x, &why, &[]);
        }
        let by_voter = matches!(slot, "veto" | "voters" | "present" | "silence");
        let at_closing = self.at_closing(cx, x.at_closing, &x.cond);
        if by_voter {
            cx.locals.push(("voter".to_owned(), d.voter));
            cx.locals.push(("it".to_owned(), d.voter));
        }
        let when = match by_voter {
            true => self.filter(cx, d.voter, &x.cond),
            false => self.cond(cx, &x.cond),
        };
        let when = self.while_in_force(cx, when);
        let value = match slot {
            "silence" => {
                let value = self.silence_value(id, other);
                self.silence_text(cx, id, &value, other.span)
            }
            "veto" => self.no_rule_or(cx, other, false, |c, cx| c.filter(cx, d.voter, other)),
            "voters" | "present" => self.filter(cx, d.voter, other),
            _ => self.no_rule_or(cx, other, true, |c, cx| c.cond(cx, other)),
        };
        let exception = Exception {
            when,
            value,
            at_closing,
        };
        self.except_slot(cx, id, d, slot, x, exception);
    }

    /// Puts the exception onto the slot; what the decision does not say is the rule that it leaves out.
    fn except_slot(
        &mut self,
        cx: &Context,
        id: DecisionId,
        d: &Decision,
        slot: &str,
        x: &ast::ExceptionTo,
        exception: Exception,
    ) {
        let body = self.program.body(d.body).cloned();
        let of_voter = |e: &Expr| {
            let member = body.as_ref().map_or(d.voter, |b| b.member);
            substitute(e.clone(), member, d.voter)
        };
        let text = match &d.silence_by_voter {
            Some(e) => e.clone(),
            None => {
                let at = Context {
                    provision: d.silence.1,
                    ..cx.clone()
                };
                self.silence_text(&at, id, &d.silence.0, d.span)
            }
        };
        let at = &mut self.program.decisions[id.index()];
        let truth = |b: bool| Expr {
            kind: ExprKind::Bool(b),
            ty: Ty::Bool,
            provision: d.provision,
            span: d.span,
        };
        let stated = |s: &mut (Stated, ProvisionId)| {
            let kind = match std::mem::replace(&mut s.0, Stated::None) {
                Stated::Rule(e) => {
                    s.0 = Stated::Rule(e.excepted(exception.clone()));
                    return;
                }
                Stated::None => ExprKind::Bool(true),
                Stated::NotStated(why) => ExprKind::NotStated(why),
            };
            let base = Expr {
                kind,
                provision: s.1,
                ..truth(true)
            };
            s.0 = Stated::Rule(base.excepted(exception.clone()));
        };
        match slot {
            "quorum" => stated(&mut at.quorum),
            "participation" => stated(&mut at.participation),
            "passes" => stated(&mut at.passes),
            "silence" => at.silence_by_voter = Some(text.excepted(exception)),
            "admissible" => {
                let base = at.admissible.take().unwrap_or_else(|| truth(true));
                at.admissible = Some(base.excepted(exception));
            }
            "veto" => {
                let base = at.veto.take().unwrap_or_else(|| truth(false));
                at.veto = Some(base.excepted(exception));
            }
            "voters" => {
                let of_body = body
                    .as_ref()
                    .map(|b| b.voters.as_ref().unwrap_or(&b.members));
                let base = at.voters.take().or(of_body.map(of_voter));
                at.voters = base.map(|b| b.excepted(exception));
            }
            _ => {
                let of_body = body.as_ref().and_then(|b| b.present.as_ref());
                match at.present.take().or(of_body.map(of_voter)) {
                    Some(base) => at.present = Some(base.excepted(exception)),
                    None => {
                        let why = format!("nothing says who is present in `{}`", d.name);
                        self.no_slot(x, &why, &[]);
                    }
                }
            }
        }
    }

    /// `none`: the slot asks for nothing.
    pub(crate) fn no_rule_or(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        nothing: bool,
        rule: impl FnOnce(&mut Self, &mut Context) -> Expr,
    ) -> Expr {
        match &e.kind {
            ast::ExprKind::Name(n) if n.text == "none" => {
                self.make(cx, ExprKind::Bool(nothing), Ty::Bool, e.span)
            }
            _ => rule(self, cx),
        }
    }

    /// A mistake in what is read for several decisions is one mistake.
    pub(crate) fn told_once(&mut self, f: impl FnOnce(&mut Self)) {
        let before = std::mem::take(&mut self.diagnostics);
        f(self);
        let new = std::mem::replace(&mut self.diagnostics, before);
        for d in new {
            if !self.diagnostics.contains(&d) {
                self.diagnostics.push(d);
            }
        }
    }

    // ---- bodies ---------------------------------------------------------------------------------------------

    fn exception_to_body(
        &mut self,
        cx: &mut Context,
        entity: EntityId,
        slot: &str,
        x: &ast::ExceptionTo,
    ) {
        let Some(other) = &x.value else { return };
        let name = self.program.entities[entity.index()].name.clone();
        let Some(mut body) = self.program.body(entity).cloned() else {
            return;
        };
        if !OF_BODY.contains(&slot) {
            let why = format!("`{slot}` is no clause of `{name}` that takes one");
            return self.no_slot(x, &why, &OF_BODY);
        }
        let span = other.span;
        let at_closing = self.at_closing(cx, x.at_closing, &x.cond);
        let depth = cx.locals.len();
        cx.locals.push(("it".to_owned(), body.member));
        let names = self.exception_names(x, &[body.member]);
        cx.locals.extend(names);
        let cond = self.cond(cx, &x.cond);
        let when = self.while_in_force(cx, cond);
        let value = match slot {
            "members" => self.other_members(cx, &name, &body, x),
            "voters" | "present" => self.filter(cx, body.member, other),
            "weight" => {
                let w = self.slot_value(cx, other, None);
                if !crate::unit::is_number(&w.ty) {
                    self.expect_ty(&w, &Ty::Int);
                }
                w
            }
            _ => {
                let e = self.slot_value(cx, other, None);
                if !matches!(strip(&e.ty), Ty::Entity(_) | Ty::Error) {
                    self.mismatch(&e, "an entity: who is in the chair");
                }
                e
            }
        };
        cx.locals.truncate(depth);
        let said = match slot {
            "members" => Some(&mut body.members),
            "voters" => {
                let all = body.members.clone();
                Some(body.voters.get_or_insert(all))
            }
            "present" => body.present.as_mut(),
            "weight" => body.weight.as_mut(),
            _ => body.chair.as_mut(),
        };
        let Some(said) = said else {
            let why = format!("`{name}` says nothing of its {slot}");
            return self.no_slot(x, &why, &[]);
        };
        let base = std::mem::replace(said, error_expr(cx.provision, span));
        *said = base.excepted(Exception {
            when,
            value,
            at_closing,
        });
        self.program.entities[entity.index()].body = Some(body);
    }

    /// Who sits in the body under the exception; of the kinds that may sit in it.
    fn other_members(
        &mut self,
        cx: &mut Context,
        name: &str,
        body: &Body,
        x: &ast::ExceptionTo,
    ) -> Expr {
        let Some(other) = &x.value else {
            return error_expr(cx.provision, x.target.span);
        };
        let set = self.set(cx, other);
        if set.kinds.iter().any(|k| !body.kinds.contains(k)) {
            let own = self.show(&Ty::Entity(body.kinds.clone()));
            self.error(
                Diagnostic::error(codes::E0662, format!("only {own} may sit in `{name}`"))
                    .at(other.span, "others, too")
                    .help(format!("let the members of `{name}` name every kind that may ever sit in it, and narrow them by a condition")),
            );
        }
        let ty = Ty::Entity(body.kinds.clone());
        let cond = substitute(set.cond, set.var, body.member);
        if set.kinds == body.kinds {
            return cond;
        }
        let it = self.make(cx, ExprKind::Var(body.member), ty, other.span);
        let kind = ExprKind::IsKind(Box::new(it), set.kinds);
        let is = self.make(cx, kind, Ty::Bool, other.span);
        self.make(cx, ExprKind::And(vec![is, cond]), Ty::Bool, other.span)
    }
}

impl Expr {
    /// The value, with one more exception.
    pub(crate) fn excepted(mut self, exception: Exception) -> Self {
        self.except(exception);
        self
    }

    fn except(&mut self, exception: Exception) {
        if let ExprKind::Except { exceptions, .. } = &mut self.kind {
            exceptions.push(exception);
            return;
        }
        let inner = std::mem::replace(self, error_expr(self.provision, self.span));
        self.ty = inner.ty.clone();
        self.kind = ExprKind::Except {
            base: Box::new(inner),
            exceptions: vec![exception],
        };
    }
}
