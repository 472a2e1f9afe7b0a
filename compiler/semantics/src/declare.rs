//! Names before bodies: every declaration gets its id, its signature and its provision; its body waits.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ItemKind};
use crate::check::{Checker, error_expr, id};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// Enters a name; a second declaration of it is an error that shows the first.
    pub(crate) fn enter(&mut self, cx: &Context, name: &ast::Name, symbol: Symbol) {
        if let Some(copy) = self.named_apart(cx) {
            return self.enter_copy(cx, &copy, &name.text, symbol);
        }
        if self.is_wrong(name) {
            return;
        }
        if let Some((procedure, _)) = cx.procedure {
            let key = (procedure, name.text.clone());
            if self.scopes[cx.module]
                .of_procedure
                .insert(key, symbol.clone())
                .is_some()
            {
                self.declared_twice(name, None);
            }
            return;
        }
        let scope = &mut self.scopes[cx.module];
        if let Some((_, first)) = scope.names.get(&name.text) {
            let first = *first;
            self.declared_twice(name, Some(first));
            return;
        }
        scope.names.insert(name.text.clone(), (symbol, name.span));
    }

    fn declared_twice(&mut self, name: &ast::Name, first: Option<Span>) {
        // A word of the language in the place of a name was told where it stands.
        if rogatio_grammar::token::is_reserved(&name.text) {
            return;
        }
        let mut d = Diagnostic::error(codes::E0202, format!("`{}` is declared twice", name.text))
            .at(name.span, "declared again here")
            .help("rename one of them; another article adds to a status with `also status`");
        if let Some(first) = first {
            d = d.also(first, "first declared here");
        }
        self.error(d);
    }

    /// Offices and bodies have their names before anything that says `by Secretariat`.
    pub(crate) fn declare_entities(&mut self, cx: &Context, items: &[ast::Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Office(o) => {
                    self.declare_entity(cx, &o.name, &o.titles, KindClass::Office)
                }
                ItemKind::Body(b) => self.declare_entity(cx, &b.name, &b.titles, KindClass::Body),
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        let cx = self.in_version(cx, a);
                        self.declare_entities(&cx, items);
                    }
                }
                ItemKind::Procedure(p) => self.declare_entities(cx, &p.items),
                _ => {}
            }
        }
    }

    /// The entity of an office or body, now with its provision.
    fn placed_entity(&mut self, cx: &Context, name: &ast::Name) -> Option<EntityId> {
        if cx.version.is_some() {
            return match self.symbol(cx, &name.text) {
                Some(Symbol::Entity(e)) => Some(e),
                _ => None,
            };
        }
        let found = self
            .program
            .entities
            .iter()
            .rposition(|e| e.span == name.span && self.is_of_module(e.provision, cx.module))?;
        self.program.entities[found].provision = cx.provision;
        Some(EntityId(id(found)))
    }

    /// Signatures of everything but kinds, recursively through articles and procedures.
    pub(crate) fn declare_items<'a>(
        &mut self,
        cx: &Context,
        items: &'a [ast::Item],
        pending: &mut Vec<Pending<'a>>,
    ) {
        let mut number: Option<String> = None;
        for item in items {
            let mut cx = cx.clone();
            cx.provision = self.label(cx.module, cx.provision, &item.labels, &mut number);
            self.declare_item(cx, item, pending);
        }
    }

    pub(crate) fn declare_item<'a>(
        &mut self,
        cx: Context,
        item: &'a ast::Item,
        pending: &mut Vec<Pending<'a>>,
    ) {
        match &item.kind {
            ItemKind::Article(_) | ItemKind::Inert(_) => {}
            kind if is_vocabulary(kind) => self.vocabulary(cx.provision),
            _ => self.modelled(cx.provision),
        }
        let what = match &item.kind {
            ItemKind::Module(_)
            | ItemKind::Source(_)
            | ItemKind::Use(_)
            | ItemKind::Counting(_)
            | ItemKind::Error(_) => return,
            ItemKind::Kind(k) => match self.declared_role(&cx, k) {
                Some((define, cond)) => PendingItem::Role(define, cond),
                None => return,
            },
            ItemKind::Scenario(_) | ItemKind::Experiment(_) => return,
            ItemKind::Term(t) => return self.module_term(&cx, t),
            ItemKind::Unit(name, _) => return self.placed_unit(&cx, name),
            ItemKind::Clock(c) => return self.clock(&cx, c),
            ItemKind::Office(o) => match self.placed_entity(&cx, &o.name) {
                Some(e) => PendingItem::Office(e, o),
                None => return,
            },
            ItemKind::Body(b) => match self.placed_entity(&cx, &b.name) {
                Some(e) => {
                    self.declare_seats(&cx, e, b);
                    PendingItem::Body(e, b)
                }
                None => return,
            },
            ItemKind::Act(a) => PendingItem::Act(self.declare_act(&cx, a), a),
            ItemKind::Given(g) => PendingItem::Given(self.declare_given(&cx, g), g),
            ItemKind::Reading(r) => return self.reading(&cx, r),
            ItemKind::Define(d) => PendingItem::Define(self.declare_define(&cx, d), d),
            ItemKind::AlsoGiven(g) => PendingItem::AlsoGiven(g),
            ItemKind::ExceptionTo(e) => PendingItem::ExceptionTo(e),
            ItemKind::Table(t) => PendingItem::Table(self.declare_table(&cx, t), t),
            ItemKind::Status(s) if s.also => PendingItem::AlsoStatus(s),
            ItemKind::Status(s) => PendingItem::Status(self.declare_status(&cx, s), s),
            ItemKind::Norm(n) => PendingItem::Norm(n, self.declare_label(&cx, n)),
            ItemKind::Decision(d) => PendingItem::Decision(self.declare_decision(&cx, d), d),
            ItemKind::Procedure(p) => return self.declare_procedure(&cx, p, pending),
            ItemKind::Stage(s) => return self.declare_stage(&cx, s, pending),
            ItemKind::Outcome(o) => return self.declare_outcome(&cx, o),
            ItemKind::Article(a) => return self.declare_article(&cx, a, pending),
            ItemKind::Applies(a) => PendingItem::Applies(a),
            ItemKind::Inert(i) => return self.inert(&cx, i),
        };
        pending.push(Pending { cx, what });
    }

    fn declare_entity(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        titles: &[ast::Text],
        class: KindClass,
    ) {
        let kind = self.class_kind(class);
        match self.again(cx, name) {
            Some(Symbol::Entity(e)) if self.program.entities[e.index()].kind == kind => return,
            Some(other) => return self.other_sort(cx, name, &other),
            None => {}
        }
        let entity = EntityId(id(self.program.entities.len()));
        self.program.entities.push(Entity {
            name: name.text.clone(),
            titles: values(titles),
            kind,
            holder: None,
            body: None,
            provision: cx.provision,
            span: name.span,
        });
        self.program.kinds[kind.index()].instances.push(entity);
        self.enter(cx, name, Symbol::Entity(entity));
    }

    fn declare_act(&mut self, cx: &Context, a: &ast::Act) -> ActId {
        let again = self.again(cx, &a.name);
        let act = ActId(id(self.program.acts.len()));
        let mut opens = None;
        let mut params = Vec::new();
        for (i, p) in a.params.iter().enumerate() {
            let ty = self.ty(cx, &p.ty);
            if p.new {
                match self.procedure_of(&ty) {
                    Some(procedure) => opens = Some((i, procedure)),
                    None => self.error(
                        Diagnostic::error(codes::E0704, "`new` opens an instance of a procedure")
                            .at(p.ty.span, "not a procedure")
                            .help("name a procedure here, or drop `new`"),
                    ),
                }
            }
            params.push(ActParam {
                name: p.name.text.clone(),
                ty,
                default: None,
            });
        }
        let by =
            a.by.iter()
                .flat_map(|b| &b.kinds)
                .flat_map(|k| self.kind_ref(cx, k).kinds)
                .collect();
        let by = sorted(by);
        match again {
            Some(Symbol::Act(act)) => {
                self.same_act(cx, a, act, &params, &by, opens);
                return act;
            }
            Some(other) => self.other_sort(cx, &a.name, &other),
            None => {}
        }
        self.program.acts.push(Act {
            name: a.name.text.clone(),
            titles: values(&a.titles),
            class: a.class,
            params,
            by,
            to: Vec::new(),
            opens,
            occurrences: None,
            provision: cx.provision,
            span: a.name.span,
        });
        self.enter(cx, &a.name, Symbol::Act(act));
        act
    }

    fn declare_given(&mut self, cx: &Context, g: &ast::Given) -> GivenId {
        let again = self.again(cx, &g.name);
        let given = GivenId(id(self.program.givens.len()));
        let params = self.params(cx, &g.params);
        let ty = self.ty(cx, &g.ty);
        match again {
            Some(Symbol::Given(given)) => {
                let before = self.program.givens[given.index()].clone();
                self.same_params(cx, &g.name, &before.params, &params);
                self.same_type(cx, &g.name, &before.ty, &ty);
                return given;
            }
            Some(other) => self.other_sort(cx, &g.name, &other),
            None => {}
        }
        self.program.givens.push(Given {
            name: g.name.text.clone(),
            params,
            ty,
            finding: None,
            default: None,
            provision: cx.provision,
            span: g.name.span,
        });
        self.enter(cx, &g.name, Symbol::Given(given));
        self.declare_finding(cx, given, g);
        given
    }

    /// The parameters of a declaration in a procedure begin with the instance.
    pub(crate) fn params(&mut self, cx: &Context, params: &[ast::Param]) -> Vec<VarId> {
        let this = cx.procedure.map(|(_, this)| this);
        let mut vars: Vec<VarId> = this.into_iter().collect();
        for p in params {
            let ty = self.ty(cx, &p.ty);
            let role = self.role_of(cx, &p.ty);
            let var = self.fresh(&p.name.text, ty);
            if let Some(role) = role
                && !self.is_given_kind(cx, &p.ty)
            {
                self.unsupported_role(p.ty.span, role);
            }
            vars.push(var);
        }
        vars
    }

    /// A key typed by a dated role means its base kind (R5); the role's condition is not part of the key.
    fn unsupported_role(&mut self, span: Span, role: DefineId) {
        let name = self.program.defines[role.index()].name.clone();
        self.error(
            Diagnostic::warning(
                codes::W0301,
                format!("`{name}` is a dated role; the key is its base kind"),
            )
            .at(span, "entities keep this key after they leave the role")
            .help("write the base kind here, and the role in a condition"),
        );
    }

    pub(crate) fn declare_define(&mut self, cx: &Context, d: &ast::Define) -> DefineId {
        let again = self.again(cx, &d.name);
        let define = DefineId(id(self.program.defines.len()));
        let params = self.params(cx, &d.params);
        let ty = match &d.ty {
            Some(t) if is_event(t) => Ty::Error,
            Some(t) => self.ty(cx, t),
            None => Ty::Error,
        };
        if let Some(before) = self.same_define(cx, again, &d.name, &params, &ty) {
            return before;
        }
        self.program.defines.push(Define {
            name: d.name.text.clone(),
            titles: values(&d.titles),
            params,
            value: DefineValue::Expr(error_expr(cx.provision, d.name.span)),
            ty,
            provision: cx.provision,
            span: d.name.span,
        });
        self.enter(cx, &d.name, Symbol::Define(define));
        define
    }

    pub(crate) fn declare_table(&mut self, cx: &Context, t: &ast::Table) -> DefineId {
        let again = self.again(cx, &t.name);
        let define = DefineId(id(self.program.defines.len()));
        let params = self.params(cx, &t.params);
        let ty = self.ty(cx, &t.result);
        if let Some(before) = self.same_define(cx, again, &t.name, &params, &ty) {
            return before;
        }
        self.program.defines.push(Define {
            name: t.name.text.clone(),
            titles: Vec::new(),
            params,
            value: DefineValue::Expr(error_expr(cx.provision, t.name.span)),
            ty,
            provision: cx.provision,
            span: t.name.span,
        });
        self.enter(cx, &t.name, Symbol::Define(define));
        define
    }

    pub(crate) fn declare_status(&mut self, cx: &Context, s: &ast::Status) -> StatusId {
        let again = self.again(cx, &s.name);
        let status = StatusId(id(self.program.statuses.len()));
        let params = self.params(cx, &s.params);
        let value = s.ty.as_ref().map(|t| match self.ty(cx, t) {
            Ty::Optional(inner) => *inner,
            other => other,
        });
        match again {
            Some(Symbol::Status(status)) => {
                let before = self.program.statuses[status.index()].clone();
                self.same_params(cx, &s.name, &before.params, &params);
                if before.value != value {
                    let what = before
                        .value
                        .map_or("no value".to_owned(), |t| self.show(&t));
                    self.differs(cx, &s.name, &what);
                }
                return status;
            }
            Some(other) => self.other_sort(cx, &s.name, &other),
            None => {}
        }
        self.program.statuses.push(Status {
            name: s.name.text.clone(),
            titles: values(&s.titles),
            params,
            value,
            clauses: Vec::new(),
            of_procedure: cx.procedure.map(|(p, _)| p),
            provision: cx.provision,
            span: s.name.span,
        });
        self.enter(cx, &s.name, Symbol::Status(status));
        status
    }

    /// A labelled sentence is a value: its name is known before its body. Inner `else` sentences may have labels too.
    pub(crate) fn declare_label(&mut self, cx: &Context, n: &ast::Norm) -> Option<NormId> {
        if let Some(e) = &n.else_ {
            self.declare_label(cx, e);
        }
        let name = n.label.as_ref()?;
        let again = self.again(cx, name);
        let norm = self.new_norm(cx, n);
        self.program.norms[norm.index()].label = Some(name.text.clone());
        match again {
            Some(Symbol::Norm(head)) => self.program.norms[norm.index()].head = Some(head),
            Some(other) => self.other_sort(cx, name, &other),
            None => self.enter(cx, name, Symbol::Norm(norm)),
        }
        Some(norm)
    }

    pub(crate) fn declare_decision(&mut self, cx: &Context, d: &ast::Decision) -> DecisionId {
        let again = self.again(cx, &d.name);
        let decision = DecisionId(id(self.program.decisions.len()));
        let subject = match (&d.on, cx.procedure) {
            (Some(p), _) => {
                let ty = self.ty(cx, &p.ty);
                Some(self.fresh(&p.name.text, ty))
            }
            // Each instance has its own (R44).
            (None, Some((_, this))) => {
                let ty = self.var_ty(this);
                Some(self.fresh("this", ty))
            }
            (None, None) => None,
        };
        let voter = self.fresh("voter", Ty::Error);
        let mut made = empty_decision(cx, d, subject, voter);
        // Defines read the roll of a decision before its slots are checked: ballots and body are known from the start.
        for c in &d.clauses {
            if let ast::DecisionClauseKind::Ballots { values, labels, .. } = &c.kind {
                made.ballots = values.iter().map(|v| v.text.clone()).collect();
                made.labels = crate::ballot::labels_named(values, labels, cx.provision);
            }
        }
        let body_of = |this: &Self, e: &ast::Expr| match &e.kind {
            ast::ExprKind::Name(n) => match this.symbol(cx, &n.text) {
                Some(Symbol::Entity(body)) => Some(body),
                _ => None,
            },
            _ => None,
        };
        if let Some(body) = d.by.first().and_then(|e| body_of(self, e)) {
            made.body = body;
        }
        match again {
            Some(Symbol::Decision(head)) => {
                let subject = |s: Option<VarId>| s.map(|v| self.var_ty(v));
                let before = subject(self.program.decisions[head.index()].subject);
                if before != subject(made.subject) {
                    let what = before.map_or("no subject".to_owned(), |t| {
                        format!("a subject that is {}", self.show(&t))
                    });
                    self.differs(cx, &d.name, &what);
                }
                let several = |n: usize| if n > 1 { "several bodies" } else { "one body" };
                let bodies = self.limbs(head).len();
                if several(bodies) != several(d.by.len()) {
                    self.differs(cx, &d.name, several(bodies));
                }
                made.head = Some(head);
                self.program.decisions.push(made.clone());
            }
            other => {
                if let Some(other) = other {
                    self.other_sort(cx, &d.name, &other);
                }
                self.program.decisions.push(made.clone());
                self.enter(cx, &d.name, Symbol::Decision(decision));
            }
        }
        // Each of several bodies takes a part of its own (R41b).
        for by in d.by.iter().filter(|_| d.by.len() > 1) {
            let body = body_of(self, by).unwrap_or(made.body);
            let limb = DecisionId(id(self.program.decisions.len()));
            let voter = self.fresh("voter", Ty::Error);
            // In another version of the decision it is another version of that body's part.
            let head = made.head.and_then(|h| self.limb_of(h, body));
            self.program.decisions.push(Decision {
                body,
                voter,
                whole: Some(made.head.unwrap_or(decision)),
                head,
                ..made.clone()
            });
            self.program.decisions[decision.index()].limbs.push(limb);
        }
        decision
    }

    fn module_term(&mut self, cx: &Context, t: &ast::Term) {
        if cx.version.is_some() {
            return self.outside_versions(t.length.span, "the length of an ordinal");
        }
        if let Some(length) = self.constant_length(cx, &t.length) {
            self.program.terms.push((t.urgency, length, cx.provision));
        } else {
            self.expected_length(t.length.span);
        }
    }

    fn reading(&mut self, cx: &Context, r: &ast::Reading) {
        self.again(cx, &r.name);
        let reading = ReadingId(id(self.program.readings.len()));
        let default = r.choices.iter().position(|c| c.default);
        if r.choices.iter().filter(|c| c.default).count() > 1 {
            self.error(
                Diagnostic::error(codes::E0210, format!("`{}` has two defaults", r.name.text))
                    .at(r.name.span, "one choice can be the default")
                    .help("keep `(default)` on the recommended choice only"),
            );
        }
        if r.choices.len() < 2 {
            self.error(
                Diagnostic::error(
                    codes::E0210,
                    format!("`{}` leaves nothing to choose", r.name.text),
                )
                .at(r.name.span, "a reading has two choices at least")
                .help("write the choices: `{ narrow (default)  wide }`"),
            );
        }
        self.program.readings.push(Reading {
            name: r.name.text.clone(),
            question: r
                .question
                .as_ref()
                .map(|q| q.value.clone())
                .unwrap_or_default(),
            choices: r.choices.iter().map(|c| c.name.text.clone()).collect(),
            default,
            provision: cx.provision,
            span: r.name.span,
        });
        self.enter(cx, &r.name, Symbol::Reading(reading));
    }
}

/// `define lost(p): event = …`.
pub(crate) fn is_event(t: &ast::TypeExpr) -> bool {
    matches!(&t.kind, ast::TypeKind::Named(p) if p.segments.len() == 1 && p.segments[0].text == "event")
}

pub(crate) fn values(texts: &[ast::Text]) -> Vec<String> {
    texts.iter().map(|t| t.value.clone()).collect()
}

pub(crate) fn sorted(mut kinds: Vec<KindId>) -> Vec<KindId> {
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn empty_decision(
    cx: &Context,
    d: &ast::Decision,
    subject: Option<VarId>,
    voter: VarId,
) -> Decision {
    let unset = || (Stated::None, cx.provision);
    Decision {
        name: d.name.text.clone(),
        titles: values(&d.titles),
        subject,
        body: EntityId::UNKNOWN,
        limbs: Vec::new(),
        whole: None,
        together: Vec::new(),
        given: None,
        ballots: Vec::new(),
        labels: Vec::new(),
        first_counts: false,
        monotone: false,
        monotone_changed: false,
        voters: None,
        voter,
        quorum: unset(),
        participation: unset(),
        admissible: None,
        veto: None,
        passes: unset(),
        earlier: Vec::new(),
        deemed: Vec::new(),
        silence: (Silence::None, cx.provision),
        silence_by_voter: None,
        tie: None,
        roll_at_opening: false,
        roll_as_of: None,
        present: None,
        opens: None,
        closes: Vec::new(),
        version: cx.version,
        head: None,
        withdrawn: None,
        enacts: Vec::new(),
        stage: None,
        provision: cx.provision,
        span: d.name.span,
    }
}

/// A name and no rule: nothing that happens in a case can rest on it.
fn is_vocabulary(item: &ItemKind) -> bool {
    match item {
        ItemKind::Kind(k) => !matches!(k.def, ast::KindDef::Alias { cond: Some(_), .. }),
        ItemKind::Unit(..) => true,
        ItemKind::Office(o) => o.holder.is_none(),
        ItemKind::Body(b) => b.clauses.iter().all(|c| match &c.kind {
            ast::BodyClauseKind::Members(s) => {
                s.exceptions.is_empty() && matches!(s.base.kind, ast::ExprKind::Name(_))
            }
            _ => false,
        }),
        _ => false,
    }
}
