//! Names declared in several versions: one name with one type, and a rule for each version.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;
use crate::set::substitute;

impl Checker {
    /// Notes a declaration. If all those before it stand in versions that are apart from this one, the name is the same name,
    /// and this is what it stands for.
    pub(crate) fn again(&mut self, cx: &Context, name: &ast::Name) -> Option<Symbol> {
        if let Some(copy) = &self.named_apart(cx) {
            // A copy is named by its provision; that of another version of its source is the same copy.
            return cx
                .version
                .and_then(|_| self.copied_before(copy, &name.text));
        }
        let owner = cx.procedure.map(|(p, _)| p);
        let key = (cx.module, owner, name.text.clone());
        let seen = self.versions.declared.entry(key).or_default();
        let before = std::mem::take(seen);
        seen.extend(before.iter().copied());
        seen.push((cx.version, name.span));
        let own = cx.version?;
        let apart = |v: &Option<VersionId>| v.is_some_and(|v| self.apart(v, own));
        if before.is_empty() || !before.iter().all(|(v, _)| apart(v)) {
            return None;
        }
        let scope = &self.scopes[cx.module];
        match owner {
            Some(p) => scope.of_procedure.get(&(p, name.text.clone())).cloned(),
            None => scope.names.get(&name.text).map(|(s, _)| s.clone()),
        }
    }

    /// Whether two versions never hold at the same time.
    pub(crate) fn apart(&self, a: VersionId, b: VersionId) -> bool {
        let (x, y) = (
            &self.program.versions[a.index()],
            &self.program.versions[b.index()],
        );
        let module = |v: &Version| self.program.provisions[v.provision.index()].module;
        // Those of one article follow each other, or that has been reported.
        a != b && ((x.cite == y.cite && module(x) == module(y)) || x.is_apart(y))
    }

    /// Whether a declaration disagrees with an earlier version: its body would only be found wrong again.
    pub(crate) fn is_wrong(&self, name: &ast::Name) -> bool {
        self.versions.wrong.contains(&name.span)
    }

    /// Where a name was declared first.
    fn first_place(&self, cx: &Context, name: &ast::Name) -> Option<Span> {
        let key = (cx.module, cx.procedure.map(|(p, _)| p), name.text.clone());
        self.versions
            .declared
            .get(&key)?
            .first()
            .map(|(_, span)| *span)
    }

    /// A name is of one sort in all versions.
    pub(crate) fn other_sort(&mut self, cx: &Context, name: &ast::Name, before: &Symbol) {
        let d = Diagnostic::error(
            codes::E0823,
            format!("`{}` is {} in an earlier version", name.text, before.what()),
        )
        .at(name.span, "declared as something else here")
        .help("give the new thing a name of its own");
        self.disagree(cx, name, d);
    }

    /// What a name takes and gives is the same in all versions.
    pub(crate) fn differs(&mut self, cx: &Context, name: &ast::Name, what: &str) {
        let d = Diagnostic::error(
            codes::E0823,
            format!("`{}` has {what} in an earlier version", name.text),
        )
        .at(name.span, "different here")
        .help("one name has one signature in all versions: keep it, or choose another name for what is new");
        self.disagree(cx, name, d);
    }

    fn disagree(&mut self, cx: &Context, name: &ast::Name, d: Diagnostic) {
        self.versions.wrong.insert(name.span);
        let d = match self.first_place(cx, name) {
            Some(first) => d.also(first, "first declared here"),
            None => d,
        };
        self.error(d);
    }

    /// The parameters are of the same types, whatever their names.
    pub(crate) fn same_params(&mut self, cx: &Context, name: &ast::Name, a: &[VarId], b: &[VarId]) {
        let types = |list: &[VarId]| list.iter().map(|v| self.var_ty(*v)).collect::<Vec<_>>();
        let (x, y) = (types(a), types(b));
        let unknown = x.iter().chain(&y).any(|t| *t == Ty::Error);
        if x != y && !unknown {
            let shown: Vec<String> = x.iter().map(|t| self.show(t)).collect();
            let what = if shown.is_empty() {
                "no parameters".to_owned()
            } else {
                format!("the parameters ({})", shown.join(", "))
            };
            self.differs(cx, name, &what);
        }
    }

    /// The type is the same; one that is not written is found later.
    pub(crate) fn same_type(&mut self, cx: &Context, name: &ast::Name, before: &Ty, ty: &Ty) {
        if *before != Ty::Error && *ty != Ty::Error && before != ty {
            let what = format!("the type {}", self.show(before));
            self.differs(cx, name, &what);
        }
    }

    /// An act that an earlier version declares, too.
    pub(crate) fn same_act(
        &mut self,
        cx: &Context,
        a: &ast::Act,
        act: ActId,
        params: &[ActParam],
        by: &[KindId],
        opens: Option<(usize, ProcedureId)>,
    ) {
        let before = self.program.acts[act.index()].clone();
        let types = |list: &[ActParam]| -> Vec<(String, Ty)> {
            list.iter()
                .map(|p| (p.name.clone(), p.ty.clone()))
                .collect()
        };
        if types(&before.params) != types(params) {
            let shown: Vec<String> = before
                .params
                .iter()
                .map(|p| format!("{}: {}", p.name, self.show(&p.ty)))
                .collect();
            self.differs(
                cx,
                &a.name,
                &format!("the arguments ({})", shown.join(", ")),
            );
        } else if before.by != by {
            let who = self.show(&Ty::Entity(before.by));
            self.differs(cx, &a.name, &format!("actors that are {who}"));
        } else if before.class != a.class || before.opens != opens {
            self.differs(cx, &a.name, "another class");
        }
    }

    /// A define that an earlier version declares, too.
    pub(crate) fn same_define(
        &mut self,
        cx: &Context,
        again: Option<Symbol>,
        name: &ast::Name,
        params: &[VarId],
        ty: &Ty,
    ) -> Option<DefineId> {
        match again? {
            Symbol::Define(define) => {
                let before = self.program.defines[define.index()].clone();
                self.same_params(cx, name, &before.params, params);
                self.same_type(cx, name, &before.ty, ty);
                Some(define)
            }
            other => {
                self.other_sort(cx, name, &other);
                None
            }
        }
    }

    /// What is the module's, and the same in all versions.
    pub(crate) fn outside_versions(&mut self, span: Span, what: &str) {
        self.error(
            Diagnostic::error(
                codes::E0828,
                format!("{what} belongs to the module, not to a version"),
            )
            .at(span, "in a version of an article")
            .help("declare it once, outside the versions"),
        );
    }

    /// A procedure of an earlier version has the same parameters.
    pub(crate) fn same_fields(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        kind: KindId,
        fields: &[ast::Param],
    ) {
        let before: Vec<(String, Ty)> = self.program.kinds[kind.index()]
            .fields
            .iter()
            .map(|f| &self.program.fields[f.index()])
            .map(|f| (f.name.clone(), f.ty.clone()))
            .collect();
        let now: Vec<(String, Ty)> = fields
            .iter()
            .map(|f| (f.name.text.clone(), self.ty(cx, &f.ty)))
            .collect();
        if before != now {
            let shown: Vec<String> = before
                .iter()
                .map(|(n, ty)| format!("{n}: {}", self.show(ty)))
                .collect();
            self.differs(cx, name, &format!("the parameters ({})", shown.join(", ")));
        }
    }

    /// The value of a name to which another version gives a value, too.
    pub(crate) fn by_version(&self, cx: &Context, before: Option<Expr>, value: Expr) -> Expr {
        let Some(v) = cx.version else { return value };
        let (ty, provision, span) = (value.ty.clone(), value.provision, value.span);
        match before {
            Some(Expr {
                kind: ExprKind::ByVersion(mut list),
                ty,
                provision,
                span,
            }) => {
                list.push((v, value));
                Expr {
                    kind: ExprKind::ByVersion(list),
                    ty,
                    provision,
                    span,
                }
            }
            _ => Expr {
                kind: ExprKind::ByVersion(vec![(v, value)]),
                ty,
                provision,
                span,
            },
        }
    }

    /// The same for what a define names.
    pub(crate) fn define_by_version(
        &self,
        cx: &Context,
        before: DefineValue,
        value: DefineValue,
    ) -> DefineValue {
        let Some(v) = cx.version else { return value };
        match (before, value) {
            (DefineValue::Expr(before), DefineValue::Expr(e)) => {
                DefineValue::Expr(self.by_version(cx, Some(before), e))
            }
            (DefineValue::Set(before), DefineValue::Set(set)) => {
                DefineValue::Set(self.set_by_version(cx, Some(before), set))
            }
            (DefineValue::Stream(before), DefineValue::Stream(s)) => {
                let (provision, span) = (before.provision, before.span);
                let mut all = match before.kind {
                    StreamKind::Or(list) => list,
                    _ => vec![before],
                };
                all.push(in_version(s, v));
                DefineValue::Stream(Stream {
                    kind: StreamKind::Or(all),
                    provision,
                    span,
                })
            }
            (_, DefineValue::Expr(e)) => DefineValue::Expr(self.by_version(cx, None, e)),
            (_, DefineValue::Set(set)) => DefineValue::Set(self.set_by_version(cx, None, set)),
            (_, DefineValue::Stream(s)) => {
                let (provision, span) = (s.provision, s.span);
                DefineValue::Stream(Stream {
                    kind: StreamKind::Or(vec![in_version(s, v)]),
                    provision,
                    span,
                })
            }
        }
    }

    /// A set whose membership each version rules; of the kinds of all of them.
    pub(crate) fn set_by_version(
        &self,
        cx: &Context,
        before: Option<SetExpr>,
        set: SetExpr,
    ) -> SetExpr {
        let Some(before) = before else {
            return SetExpr {
                cond: self.by_version(cx, None, set.cond),
                ..set
            };
        };
        let cond = substitute(set.cond, set.var, before.var);
        SetExpr {
            cond: self.by_version(cx, Some(before.cond), cond),
            ..before
        }
    }

    /// A body that has several versions: its members, their weight and presence, and its chair are each version's own.
    pub(crate) fn body_by_version(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        before: Option<Body>,
        body: Body,
    ) -> Body {
        if cx.version.is_none() {
            return body;
        }
        let member = before.as_ref().map_or(body.member, |b| b.member);
        if let Some(b) = &before {
            self.same_body(cx, name, b, &body);
        }
        let before = before.unwrap_or_else(|| Body {
            members: crate::check::error_expr(cx.provision, name.span),
            voters: None,
            present: None,
            weight: None,
            chair: None,
            seats: Vec::new(),
            ..body.clone()
        });
        let mut seats = before.seats;
        for g in body.seats {
            // Who sits is each version's own; no case has more holders than the version with most seats.
            match seats.iter_mut().find(|x| x.status == g.status) {
                Some(x) if x.count < g.count => *x = g,
                Some(_) => {}
                None => seats.push(g),
            }
        }
        let each = |before: Option<Expr>, e: Option<Expr>| {
            e.map(|e| self.by_version(cx, before, substitute(e, body.member, member)))
        };
        let members = substitute(body.members, body.member, member);
        Body {
            member,
            kinds: body.kinds,
            members: self.by_version(cx, Some(before.members), members),
            voters: each(before.voters, body.voters),
            present: each(before.present, body.present),
            weight: each(before.weight, body.weight),
            chair: each(before.chair, body.chair),
            seats,
        }
    }

    /// Decisions of all versions read a body: it says of the same things in each.
    fn same_body(&mut self, cx: &Context, name: &ast::Name, before: &Body, body: &Body) {
        if before.kinds != body.kinds {
            let what = self.show(&Ty::Entity(before.kinds.clone()));
            self.differs(cx, name, &format!("members that are {what}"));
        }
        let parts = [
            (&before.weight, &body.weight, "weights"),
            (&before.present, &body.present, "a rule of presence"),
            (&before.voters, &body.voters, "a rule who votes"),
            (&before.chair, &body.chair, "a chair"),
        ];
        for (a, b, what) in parts {
            if a.is_some() != b.is_some() {
                let no = if a.is_some() { "" } else { "not " };
                self.differs(cx, name, &format!("{no}{what}"));
            }
        }
    }

    /// The version of a decision that has the most ballots: outside the decision all can be named.
    pub(crate) fn widest(&self, d: DecisionId) -> &Decision {
        let all = self.program.decisions.iter();
        let others = all.filter(|x| x.head == Some(d));
        [&self.program.decisions[d.index()]]
            .into_iter()
            .chain(others)
            .max_by_key(|x| (x.ballots.len() + x.labels.len(), x.head.is_none()))
            .unwrap_or(&self.program.decisions[d.index()])
    }

    /// A condition of this version: it does not hold outside.
    pub(crate) fn while_in_force(&self, cx: &Context, cond: Expr) -> Expr {
        match cx.version {
            Some(v) => and_in_force(v, cx.provision, cond),
            None => cond,
        }
    }

    /// The same where there may be no condition.
    pub(crate) fn when_in_force(
        &self,
        cx: &Context,
        when: Option<Expr>,
        span: Span,
    ) -> Option<Expr> {
        match (cx.version, when) {
            (Some(_), Some(c)) => Some(self.while_in_force(cx, c)),
            (Some(v), None) => Some(self.make(cx, ExprKind::InVersion(v), Ty::Bool, span)),
            (None, when) => when,
        }
    }

    /// An event of this version.
    pub(crate) fn event_in_force(&self, cx: &Context, s: Stream) -> Stream {
        match cx.version {
            Some(v) => in_version(s, v),
            None => s,
        }
    }
}

/// The condition, and that the version is in force.
pub(super) fn and_in_force(v: VersionId, provision: ProvisionId, cond: Expr) -> Expr {
    let span = cond.span;
    let bool_of = |kind| Expr {
        kind,
        ty: Ty::Bool,
        provision,
        span,
    };
    let mut parts = vec![bool_of(ExprKind::InVersion(v))];
    match cond.kind {
        ExprKind::And(list) => parts.extend(list),
        _ => parts.push(cond),
    }
    bool_of(ExprKind::And(parts))
}

/// The elements of a stream that come in a version.
pub(super) fn in_version(s: Stream, v: VersionId) -> Stream {
    Stream {
        provision: s.provision,
        span: s.span,
        kind: StreamKind::InVersion(Box::new(s), v),
    }
}
