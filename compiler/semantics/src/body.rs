//! Offices and bodies: who holds, sits, votes, presides, and with how many votes (R5, R36, R38).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BodyClauseKind as B, ExprKind as A};
use crate::check::{Checker, error_expr, id};
use crate::declare::sorted;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use crate::set::substitute;

impl Checker {
    pub(crate) fn office(&mut self, cx: &mut Context, entity: EntityId, o: &ast::Office) {
        if let Some(h) = &o.holder {
            let holder = self.expr(cx, h, None);
            if !matches!(strip(&holder.ty), Ty::Entity(_) | Ty::Error) {
                self.mismatch(&holder, "an entity: the holder of the office");
            }
            let before = self.program.entities[entity.index()].holder.take();
            let holder = self.by_version(cx, before, holder);
            self.program.entities[entity.index()].holder = Some(holder);
        }
    }

    /// The provisions of a body's clauses.
    fn clause_places(&mut self, cx: &Context, b: &ast::Body) -> Vec<ProvisionId> {
        let mut number = None;
        let labels = b.clauses.iter().map(|c| &c.labels);
        labels
            .map(|l| self.label(cx.module, cx.provision, l, &mut number))
            .collect()
    }

    /// The statuses of a body's seats have names before anything that reads or fills them (R5).
    pub(crate) fn declare_seats(&mut self, cx: &Context, entity: EntityId, b: &ast::Body) {
        let places = self.clause_places(cx, b);
        for (c, provision) in b.clauses.iter().zip(places) {
            let B::Seats { name, count, kind } = &c.kind else {
                continue;
            };
            if *count < 1 {
                self.error(
                    Diagnostic::error(codes::E0630, format!("`{}` has no seats", name.text))
                        .at(c.span, "nobody could sit in it")
                        .help(format!(
                            "give it one seat at least: `seats {}: 1 KIND`",
                            name.text
                        )),
                );
            }
            let r = self.kind_ref(cx, kind);
            let again = self.again(cx, name);
            let holder = self.fresh("holder", Ty::Entity(r.kinds));
            if let Some(Symbol::Status(status)) = again {
                let before = self.program.statuses[status.index()].params.clone();
                self.same_params(cx, name, &before, &[holder]);
                self.seats.push((
                    entity,
                    SeatGroup {
                        status,
                        count: *count,
                        provision,
                        span: c.span,
                    },
                ));
                continue;
            }
            if let Some(other) = again {
                self.other_sort(cx, name, &other);
            }
            let status = StatusId(id(self.program.statuses.len()));
            self.program.statuses.push(Status {
                name: name.text.clone(),
                titles: Vec::new(),
                params: vec![holder],
                value: None,
                clauses: Vec::new(),
                of_procedure: None,
                provision,
                span: name.span,
            });
            self.enter(cx, name, Symbol::Status(status));
            self.seats.push((
                entity,
                SeatGroup {
                    status,
                    count: *count,
                    provision,
                    span: c.span,
                },
            ));
        }
    }

    pub(crate) fn body(&mut self, cx: &mut Context, entity: EntityId, b: &ast::Body) {
        let outer = cx.provision;
        let places = self.clause_places(cx, b);
        let seats: Vec<SeatGroup> = self
            .seats
            .iter()
            .filter(|(e, g)| {
                let version = self.program.provisions[g.provision.index()].version;
                *e == entity && version == cx.version
            })
            .map(|(_, g)| g.clone())
            .collect();
        let mut said: Option<(&ast::Slot, ProvisionId)> = None;
        for (c, place) in b.clauses.iter().zip(&places) {
            if let B::Members(slot) = &c.kind {
                if said.is_some() {
                    self.error(
                        Diagnostic::error(codes::E0602, "`members` is said twice")
                            .at(c.span, "said again")
                            .help("keep one; variants are written as `except … when …`, more members with `|`"),
                    );
                }
                said = Some((slot, *place));
            }
        }
        let members = match said {
            Some((slot, place)) => {
                cx.provision = place;
                self.stated_members(cx, slot)
            }
            None if !seats.is_empty() => self.seated(cx, b, &seats),
            // They may be in a clause that could not be read.
            None if self.partial => return,
            None => {
                self.error(
                    Diagnostic::error(
                        codes::E0609,
                        format!("body `{}` has no members", b.name.text),
                    )
                    .at(b.name.span, "who sits in it?")
                    .help("add `members KIND`, for example `members State`, or its seats: `seats permanent: 5 State`")
                    .help("if another text says who sits in it, write `members not stated \"Constitution art 43\"`"),
                );
                return;
            }
        };
        let member = members.var;
        let cond = self.within_seats(cx, member, members.cond, &seats);
        let mut body = Body {
            member,
            kinds: members.kinds.clone(),
            members: cond,
            voters: None,
            present: None,
            weight: None,
            chair: None,
            seats,
        };
        for (c, place) in b.clauses.iter().zip(&places) {
            cx.provision = *place;
            match &c.kind {
                B::Members(_) | B::Seats { .. } => {}
                B::Weight(name, slot) => {
                    cx.locals.push((name.text.clone(), member));
                    let w = self.slot(cx, slot, None);
                    if !crate::unit::is_number(&w.ty) {
                        self.expect_ty(&w, &Ty::Int);
                    }
                    cx.locals.pop();
                    body.weight = Some(w);
                }
                B::Voters(slot) => body.voters = Some(self.filter_slot(cx, member, slot)),
                B::Present(slot) => body.present = Some(self.filter_slot(cx, member, slot)),
                B::Chair(slot) => {
                    let e = self.slot(cx, slot, None);
                    if !matches!(strip(&e.ty), Ty::Entity(_) | Ty::Error) {
                        self.mismatch(&e, "an entity: who is in the chair");
                    }
                    body.chair = Some(e);
                }
            }
        }
        cx.provision = outer;
        let before = self.program.entities[entity.index()].body.take();
        let body = self.body_by_version(cx, &b.name, before, body);
        self.program.entities[entity.index()].body = Some(body);
    }

    /// `members S`, or `members not stated "why"`: then nobody is known to sit in it.
    fn stated_members(&mut self, cx: &mut Context, slot: &ast::Slot) -> SetExpr {
        if let (A::NotStated(why), []) = (&slot.base.kind, slot.exceptions.as_slice()) {
            let var = self.fresh("member", Ty::Entity(Vec::new()));
            let kind = ExprKind::NotStated(why.value.clone());
            return SetExpr {
                var,
                kinds: Vec::new(),
                cond: self.make(cx, kind, Ty::Bool, slot.base.span),
                span: slot.base.span,
            };
        }
        self.set_slot(cx, slot)
    }

    /// The members of a body that says its seats only: whoever holds one.
    fn seated(&mut self, cx: &mut Context, b: &ast::Body, seats: &[SeatGroup]) -> SetExpr {
        let kinds_of = |this: &Self, g: &SeatGroup| {
            let holder = this.program.statuses[g.status.index()].params[0];
            match this.var_ty(holder) {
                Ty::Entity(kinds) => kinds,
                _ => Vec::new(),
            }
        };
        let kinds = sorted(seats.iter().flat_map(|g| kinds_of(self, g)).collect());
        let var = self.fresh("member", Ty::Entity(kinds.clone()));
        let mut ways = Vec::new();
        for g in seats {
            ways.push(self.holds_seat(cx, g, var));
        }
        let cond = self.one_of(cx, ways, b.name.span);
        SetExpr {
            var,
            kinds,
            cond,
            span: b.name.span,
        }
    }

    fn one_of(&self, cx: &Context, mut ways: Vec<Expr>, span: Span) -> Expr {
        if ways.len() == 1 {
            return ways.remove(0);
        }
        self.make(cx, ExprKind::Or(ways), Ty::Bool, span)
    }

    /// Whether an element holds a seat of a group.
    fn holds_seat(&self, cx: &Context, g: &SeatGroup, var: VarId) -> Expr {
        let cx = &Context {
            provision: g.provision,
            ..cx.clone()
        };
        let ty = self.var_ty(var);
        let element = self.make(cx, ExprKind::Var(var), ty.clone(), g.span);
        let holder = self.program.statuses[g.status.index()].params[0];
        let kind = ExprKind::StatusOn(g.status, vec![element.clone()]);
        let on = self.make(cx, kind, Ty::Bool, g.span);
        match (self.var_ty(holder), ty) {
            (Ty::Entity(own), Ty::Entity(all)) if own != all => {
                let kind = ExprKind::IsKind(Box::new(element), own);
                let is = self.make(cx, kind, Ty::Bool, g.span);
                self.make(cx, ExprKind::And(vec![is, on]), Ty::Bool, g.span)
            }
            _ => on,
        }
    }

    /// Where more hold a seat than there are seats, who of them sits is undetermined.
    fn within_seats(
        &mut self,
        cx: &Context,
        member: VarId,
        members: Expr,
        seats: &[SeatGroup],
    ) -> Expr {
        let mut all = vec![members];
        for g in seats {
            let cx = &Context {
                provision: g.provision,
                ..cx.clone()
            };
            let holder = self.program.statuses[g.status.index()].params[0];
            let Ty::Entity(kinds) = self.var_ty(holder) else {
                continue;
            };
            let member_kinds = self.var_ty(member);
            if !matches!(&member_kinds, Ty::Entity(all) if kinds.iter().any(|k| all.contains(k))) {
                continue;
            }
            let sits = self.holds_seat(cx, g, member);
            let not = self.make(cx, ExprKind::Not(Box::new(sits)), Ty::Bool, g.span);
            let var = self.fresh("holder", Ty::Entity(kinds.clone()));
            let holders = SetExpr {
                var,
                kinds,
                cond: self.holds_seat(cx, g, var),
                span: g.span,
            };
            let held = self.make(cx, ExprKind::Count(Box::new(holders)), Ty::Int, g.span);
            let count = self.make(cx, ExprKind::Int(g.count), Ty::Int, g.span);
            let kind = ExprKind::Compare(CmpOp::Le, Box::new(held), Box::new(count));
            let enough = self.make(cx, kind, Ty::Bool, g.span);
            let name = &self.program.statuses[g.status.index()].name;
            let why = format!(
                "more hold a seat in `{name}` than its {}: who of them sits is not stated",
                g.count
            );
            let unclear = self.make(cx, ExprKind::NotStated(why), Ty::Bool, g.span);
            let ways = vec![not, enough, unclear];
            all.push(self.make(cx, ExprKind::Or(ways), Ty::Bool, g.span));
        }
        if all.len() == 1 {
            return all.remove(0);
        }
        let span = all[0].span;
        self.make(cx, ExprKind::And(all), Ty::Bool, span)
    }

    /// A set with its exceptions; the condition of one may name the element as the set does, or as `it`.
    pub(crate) fn set_slot(&mut self, cx: &mut Context, s: &ast::Slot) -> SetExpr {
        let base = self.set(cx, &s.base);
        if s.exceptions.is_empty() || base.kinds.is_empty() {
            return base;
        }
        let mut kinds = base.kinds.clone();
        let mut others = Vec::new();
        let outer = cx.provision;
        let mut number = None;
        for e in &s.exceptions {
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let depth = cx.locals.len();
            let value = self.set(cx, &e.value);
            kinds.extend(&value.kinds);
            cx.locals.truncate(depth);
            others.push((value, cx.provision));
        }
        cx.provision = outer;
        let kinds = sorted(kinds);
        let var = self.fresh("it", Ty::Entity(kinds.clone()));
        let element_name = binder(&s.base);
        let guarded = |this: &mut Self, cx: &Context, s: SetExpr| {
            let cond = substitute(s.cond, s.var, var);
            if s.kinds == kinds {
                return cond;
            }
            let v = this.make(cx, ExprKind::Var(var), Ty::Entity(kinds.clone()), s.span);
            let is = this.make(cx, ExprKind::IsKind(Box::new(v), s.kinds), Ty::Bool, s.span);
            this.make(cx, ExprKind::And(vec![is, cond]), Ty::Bool, s.span)
        };
        let span = base.span;
        let first = guarded(self, cx, base);
        let mut exceptions = Vec::new();
        for (e, (value, provision)) in s.exceptions.iter().zip(others) {
            cx.provision = provision;
            let depth = cx.locals.len();
            cx.locals.push(("it".to_owned(), var));
            if let Some(n) = &element_name {
                cx.locals.push((n.clone(), var));
            }
            let at_closing = self.at_closing(cx, e.at_closing, &e.cond);
            let when = self.cond(cx, &e.cond);
            cx.locals.truncate(depth);
            exceptions.push(Exception {
                when,
                value: guarded(self, cx, value),
                at_closing,
            });
        }
        cx.provision = outer;
        let kind = ExprKind::Except {
            base: Box::new(first),
            exceptions,
        };
        SetExpr {
            var,
            kinds,
            cond: self.make(cx, kind, Ty::Bool, span),
            span,
        }
    }

    /// A condition on an element, with its exceptions: `voters members - recused(d) except members when urgent(d)`.
    pub(crate) fn filter_slot(&mut self, cx: &mut Context, var: VarId, s: &ast::Slot) -> Expr {
        let outer = cx.provision;
        let depth = cx.locals.len();
        cx.locals.push(("voter".to_owned(), var));
        if s.exceptions.is_empty() {
            let base = self.filter(cx, var, &s.base);
            cx.locals.truncate(depth);
            return base;
        }
        // Beside exceptions, `none` is nobody.
        let who = |c: &mut Self, cx: &mut Context, e: &ast::Expr| {
            c.no_rule_or(cx, e, false, |c, cx| c.filter(cx, var, e))
        };
        let base = who(self, cx, &s.base);
        cx.locals.push(("it".to_owned(), var));
        if let Some(n) = binder(&s.base) {
            cx.locals.push((n, var));
        }
        let span = base.span;
        let mut number = None;
        let mut exceptions = Vec::new();
        for e in &s.exceptions {
            cx.provision = self.label(cx.module, outer, &e.labels, &mut number);
            let at_closing = self.at_closing(cx, e.at_closing, &e.cond);
            let when = self.filter(cx, var, &e.cond);
            let value = who(self, cx, &e.value);
            exceptions.push(Exception {
                when,
                value,
                at_closing,
            });
        }
        cx.provision = outer;
        cx.locals.truncate(depth);
        let kind = ExprKind::Except {
            base: Box::new(base),
            exceptions,
        };
        self.make(cx, kind, Ty::Bool, span)
    }
}

/// Those who hold a seat, or a status of one key, when a case begins: `permanent: China, France`.
impl Checker {
    /// The status a line of a case names, if it is one that holds for entities.
    pub(crate) fn holders_of(&self, cx: &Context, path: &ast::Path) -> Option<StatusId> {
        match self.symbol(cx, &crate::check::text_of(path)) {
            Some(Symbol::Status(s)) => self.holders_kinds(cx, s).map(|_| s),
            _ => None,
        }
    }

    /// The assumptions that a line of holders stands for.
    pub(crate) fn holders(
        &mut self,
        cx: &mut Context,
        status: StatusId,
        path: &ast::Path,
        members: &[ast::EntityDecl],
    ) -> Vec<Assume> {
        let kinds = self.holders_kinds(cx, status).unwrap_or_default();
        let want = Ty::Entity(kinds);
        let mut made = Vec::new();
        for m in members {
            if let Some((field, _)) = m.fields.first() {
                self.error(
                    Diagnostic::error(codes::E0925, "a line of holders sets no fields")
                        .at(field.span, "belongs to the entity")
                        .help(format!(
                            "set it where `{}` is declared by its kind",
                            m.first.text
                        )),
                );
            }
            for text in self.expand(&m.first, m.last.as_ref()) {
                let name = ast::Name { text, span: m.span };
                let e = ast::Expr {
                    kind: A::Name(name.clone()),
                    span: m.span,
                };
                let holder = self.expr(cx, &e, Some(&want));
                if matches!(holder.ty, Ty::Error) {
                    continue;
                }
                self.expect_ty(&holder, &want);
                made.push(Assume {
                    each: None,
                    what: Assumed::Status(status, vec![holder], None),
                    from: None,
                    until: None,
                    text: format!("{}({})", crate::check::text_of(path), name.text),
                });
            }
        }
        let group = self
            .seats
            .iter()
            .map(|(_, g)| g)
            .filter(|g| g.status == status)
            .max_by_key(|g| g.count);
        if let Some(g) = group.cloned()
            && made.len() as u64 > g.count.max(0).unsigned_abs()
        {
            let (name, holders) = (crate::check::text_of(path), made.len());
            self.error(
                Diagnostic::error(
                    codes::E0633,
                    format!("{holders} hold a seat in `{name}`, which has {}", g.count),
                )
                .at(path.span, "too many")
                .also(g.span, "so many seats")
                .help("take some of them out of the line, or correct the number of seats"),
            );
        }
        made
    }
}

/// The chair as a member: `members - chair`, `chair in yes`.
impl Checker {
    /// Whether an element is in the chair of a decision's body, or holds the office that is.
    pub(crate) fn in_the_chair(
        &mut self,
        cx: &Context,
        decision: DecisionId,
        subject: Option<VarId>,
        element: Expr,
    ) -> Expr {
        let span = element.span;
        if self.chair_of(decision).is_none() {
            return self.no_chair(cx, decision, span);
        }
        let subject =
            subject.map(|s| Box::new(self.make(cx, ExprKind::Var(s), self.var_ty(s), span)));
        let kind = ExprKind::OnRoll {
            decision,
            subject,
            voter: Box::new(element),
            set: RollSet::Chair,
        };
        self.make(cx, kind, Ty::Bool, span)
    }

    /// Who is in the chair of a decision's body, as the body says.
    pub(crate) fn chair_of(&self, decision: DecisionId) -> Option<Expr> {
        let body = self.program.decisions[decision.index()].body;
        let body = self.program.body(body)?;
        body.chair.clone()
    }

    /// A body whose chair is asked for says who that is.
    pub(crate) fn no_chair(&mut self, cx: &Context, decision: DecisionId, span: Span) -> Expr {
        let body = self.program.decisions[decision.index()].body;
        let Some(e) = self.program.entities.get(body.index()) else {
            return error_expr(cx.provision, span); // the body is unknown, which has been said
        };
        let (name, at) = (e.name.clone(), e.span);
        self.error(
            Diagnostic::error(codes::E0631, format!("`{name}` does not say who is in the chair"))
                .at(span, "whose chair?")
                .also(at, "declared here")
                .help("add it to the body: `chair President`, an office, an entity or a status with a value"),
        );
        error_expr(cx.provision, span)
    }
}

/// The name a set gives its element: `s` of `s: State where …`.
fn binder(e: &ast::Expr) -> Option<String> {
    match &e.kind {
        A::Paren(inner) | A::Where(inner, _) => binder(inner),
        A::Element(name, _) => Some(name.text.clone()),
        _ => None,
    }
}
