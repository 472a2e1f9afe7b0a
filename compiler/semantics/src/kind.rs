//! Kinds, dated roles, offices, bodies, and types as written.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ItemKind, KindDef, TypeKind};
use crate::check::{Checker, error_expr, id};
use crate::declare::{sorted, values};
use crate::hir::*;
use crate::scope::*;
use rogatio_diagnostics::nearest;

impl Checker {
    /// All kind declarations and procedures, through articles, in their versions.
    fn kinds_in<'a>(&self, cx: &Context, items: &'a [ast::Item]) -> Vec<(Context, &'a ast::Item)> {
        let mut found = Vec::new();
        for item in items {
            match &item.kind {
                ItemKind::Kind(_) => found.push((cx.clone(), item)),
                ItemKind::Procedure(p) => {
                    found.push((cx.clone(), item));
                    found.extend(self.kinds_in(cx, &p.items));
                }
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        found.extend(self.kinds_in(&self.in_version(cx, a), items));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// The one leaf kind of all offices or all bodies.
    pub(crate) fn class_kind(&mut self, class: KindClass) -> KindId {
        if let Some(k) = self.program.kinds.iter().position(|k| k.class == class) {
            return KindId(id(k));
        }
        let name = if class == KindClass::Office {
            "Office"
        } else {
            "Body"
        };
        self.program.kinds.push(Kind {
            name: name.to_owned(),
            titles: Vec::new(),
            class,
            fields: Vec::new(),
            instances: Vec::new(),
            provision: ProvisionId(0),
            span: Span::NONE,
        });
        KindId(id(self.program.kinds.len() - 1))
    }

    /// Leaf kinds and procedures get their names.
    pub(crate) fn declare_kinds(&mut self, cx: &Context, items: &[ast::Item]) {
        self.class_kind(KindClass::Office);
        self.class_kind(KindClass::Body);
        for (cx, item) in self.kinds_in(cx, items) {
            let cx = &cx;
            let (name, titles, class) = match &item.kind {
                ItemKind::Kind(k) => match &k.def {
                    KindDef::Own { fields, instances } => {
                        let class = if fields.is_empty() && !instances.is_empty() {
                            KindClass::Enumeration
                        } else {
                            KindClass::Plain
                        };
                        (&k.name, &k.titles, class)
                    }
                    KindDef::Alias { .. } => continue,
                },
                ItemKind::Procedure(p) => (
                    &p.name,
                    &p.titles,
                    KindClass::Procedure(ProcedureId(id(self.program.procedures.len()))),
                ),
                _ => continue,
            };
            match self.again(cx, name) {
                Some(Symbol::Kind(r)) if matches!(class, KindClass::Procedure(_)) => {
                    let before = r.kinds.first().map(|k| self.program.kinds[k.index()].class);
                    if matches!(before, Some(KindClass::Procedure(_))) {
                        continue;
                    }
                    self.other_sort(cx, name, &Symbol::Kind(r));
                }
                Some(Symbol::Kind(_)) => {
                    self.outside_versions(name.span, &format!("the kind `{}`", name.text));
                    continue;
                }
                Some(other) => self.other_sort(cx, name, &other),
                None => {}
            }
            let kind = KindId(id(self.program.kinds.len()));
            self.program.kinds.push(Kind {
                name: name.text.clone(),
                titles: values(titles),
                class,
                fields: Vec::new(),
                instances: Vec::new(),
                provision: cx.provision,
                span: name.span,
            });
            if let KindClass::Procedure(_) = class {
                let this = self.fresh("this", Ty::Entity(vec![kind]));
                self.program.procedures.push(Procedure {
                    name: name.text.clone(),
                    titles: values(titles),
                    kind,
                    this,
                    opened_by: None,
                    parent: None,
                    abandoned: None,
                    stages: Vec::new(),
                    first: Vec::new(),
                    provision: cx.provision,
                    span: name.span,
                });
            }
            self.enter(
                cx,
                name,
                Symbol::Kind(KindRef {
                    kinds: vec![kind],
                    role: None,
                }),
            );
        }
    }

    /// Unions and roles, in their versions.
    pub(crate) fn kind_aliases<'a>(
        &self,
        cx: &Context,
        items: &'a [ast::Item],
    ) -> Vec<(Context, &'a ast::Kind)> {
        self.kinds_in(cx, items)
            .into_iter()
            .filter_map(|(cx, i)| match &i.kind {
                ItemKind::Kind(k) if matches!(k.def, KindDef::Alias { .. }) => Some((cx, k)),
                _ => None,
            })
            .collect()
    }

    /// Unions and roles whose kinds are known by now.
    pub(crate) fn resolve_aliases(&mut self, aliases: &mut Vec<(Context, &ast::Kind)>) {
        // An alias waits for the aliases it names; what never resolves is a cycle or an unknown name.
        loop {
            let before = aliases.len();
            aliases.retain(|(cx, k)| {
                let KindDef::Alias { base, cond } = &k.def else {
                    return false;
                };
                if !self.known_type(cx, base) {
                    return true;
                }
                let mut r = self.kind_ref(cx, base);
                match self.again(cx, &k.name) {
                    Some(Symbol::Kind(before)) => {
                        if before.kinds != r.kinds || before.role.is_some() != cond.is_some() {
                            let what = self.show(&Ty::Entity(before.kinds));
                            self.differs(cx, &k.name, &format!("the base {what}"));
                        }
                        return false;
                    }
                    Some(other) => self.other_sort(cx, &k.name, &other),
                    None => {}
                }
                if cond.is_some() {
                    let var = self.fresh("it", Ty::Entity(r.kinds.clone()));
                    let define = DefineId(id(self.program.defines.len()));
                    let base_role = r.role;
                    self.program.defines.push(Define {
                        name: k.name.text.clone(),
                        titles: values(&k.titles),
                        params: vec![var],
                        value: DefineValue::Expr(error_expr(cx.provision, k.name.span)),
                        ty: Ty::Bool,
                        provision: cx.provision,
                        span: k.name.span,
                    });
                    if let Some(outer) = base_role {
                        // remembered as the first conjunct until the body is checked
                        let arg = Expr {
                            kind: ExprKind::Var(var),
                            ty: Ty::Entity(r.kinds.clone()),
                            provision: cx.provision,
                            span: k.name.span,
                        };
                        self.program.defines[define.index()].value = DefineValue::Expr(Expr {
                            kind: ExprKind::Call(outer, vec![arg]),
                            ty: Ty::Bool,
                            provision: cx.provision,
                            span: k.name.span,
                        });
                    }
                    r.role = Some(define);
                }
                self.enter(cx, &k.name, Symbol::Kind(r));
                false
            });
            if aliases.len() == before {
                break;
            }
        }
    }

    /// Fields and instances; unions and roles that are still waiting name something unknown.
    pub(crate) fn kind_contents(
        &mut self,
        cx: &Context,
        items: &[ast::Item],
        aliases: Vec<(Context, &ast::Kind)>,
    ) {
        for (cx, k) in &aliases {
            if let KindDef::Alias { base, .. } = &k.def {
                let key = (cx.module, k.name.text.clone());
                self.waiting_kinds.insert(key, parts_of(base));
            }
        }
        for (cx, k) in &aliases {
            let KindDef::Alias { base, .. } = &k.def else {
                continue;
            };
            if self.is_of_itself(cx, &k.name.text) {
                let message = format!("`{}` is made of itself", k.name.text);
                self.error(
                    Diagnostic::error(codes::E0201, message)
                        .at(base.span, "directly or through others")
                        .help("a kind is made of others, and in the end of kinds with a declaration of their own"),
                );
            } else if !self.lists_instances(cx, &k.name, base) {
                self.kind_ref(cx, base);
            }
        }
        self.waiting_kinds.clear();
        for (cx, item) in &self.kinds_in(cx, items) {
            match &item.kind {
                ItemKind::Kind(k) => {
                    if let KindDef::Own { fields, instances } = &k.def {
                        self.kind_parts(cx, &k.name, fields, instances);
                    }
                }
                ItemKind::Procedure(p) => self.kind_parts(cx, &p.name, &p.params, &[]),
                _ => {}
            }
        }
    }

    /// What fields are where nothing is said of them: it may name whatever is declared, before or after.
    pub(crate) fn field_defaults(&mut self, cx: &Context, items: &[ast::Item]) {
        for (cx, item) in &self.kinds_in(cx, items) {
            let (name, fields) = match &item.kind {
                ItemKind::Kind(k) => match &k.def {
                    KindDef::Own { fields, .. } => (&k.name, fields),
                    KindDef::Alias { .. } => continue,
                },
                ItemKind::Procedure(p) => (&p.name, &p.params),
                _ => continue,
            };
            let Some((Symbol::Kind(r), _)) = self.scopes[cx.module].names.get(&name.text) else {
                continue;
            };
            let own = r.kinds.first().map(|k| &self.program.kinds[k.index()]);
            let Some(own) = own.filter(|k| k.span == name.span) else {
                continue;
            };
            for (f, field) in fields.iter().zip(own.fields.clone()) {
                let Some(d) = &f.default else { continue };
                let ty = self.program.fields[field.index()].ty.clone();
                let v = self.expr(&mut cx.clone(), d, Some(&ty));
                self.expect_ty(&v, &ty);
                self.program.fields[field.index()].default = Some(v);
            }
        }
    }

    fn kind_parts(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        fields: &[ast::Param],
        instances: &[(ast::Name, Vec<ast::Text>)],
    ) {
        let Some((Symbol::Kind(r), _)) = self.scopes[cx.module].names.get(&name.text).cloned()
        else {
            return;
        };
        let kind = r.kinds[0];
        if cx.version.is_some() && self.program.kinds[kind.index()].span != name.span {
            return self.same_fields(cx, name, kind, fields);
        }
        for f in fields {
            let ty = self.ty(cx, &f.ty);
            let field = FieldId(id(self.program.fields.len()));
            self.program.fields.push(Field {
                name: f.name.text.clone(),
                kind,
                ty,
                default: None,
            });
            self.program.kinds[kind.index()].fields.push(field);
        }
        for (n, titles) in instances {
            let entity = EntityId(id(self.program.entities.len()));
            self.program.entities.push(Entity {
                name: n.text.clone(),
                titles: values(titles),
                kind,
                holder: None,
                body: None,
                provision: cx.provision,
                span: n.span,
            });
            self.program.kinds[kind.index()].instances.push(entity);
            self.instances
                .entry(n.text.clone())
                .or_default()
                .push(entity);
        }
    }

    /// The role's define and its condition, for a declaration `kind Party = Joiner where bound`.
    pub(crate) fn declared_role<'a>(
        &mut self,
        cx: &Context,
        k: &'a ast::Kind,
    ) -> Option<(DefineId, &'a ast::Expr)> {
        let KindDef::Alias {
            cond: Some(cond), ..
        } = &k.def
        else {
            return None;
        };
        match self.scopes[cx.module].names.get(&k.name.text) {
            Some((
                Symbol::Kind(KindRef {
                    role: Some(define), ..
                }),
                _,
            )) => {
                self.program.defines[define.index()].provision = cx.provision;
                Some((*define, cond))
            }
            _ => None,
        }
    }

    pub(crate) fn role(&mut self, cx: &mut Context, define: DefineId, cond: &ast::Expr) {
        let var = self.program.defines[define.index()].params[0];
        let test = self.filter(cx, var, cond);
        let of_role = |e: &Expr, test: Expr| Expr {
            provision: cx.provision,
            span: test.span,
            ty: Ty::Bool,
            kind: ExprKind::And(vec![e.clone(), test]),
        };
        let d = &mut self.program.defines[define.index()];
        let before = match &d.value {
            DefineValue::Expr(e) => e.clone(),
            _ => return,
        };
        let outer = |e: &Expr| matches!(e.kind, ExprKind::Call(..));
        let value = match &before.kind {
            ExprKind::Call(..) => of_role(&before, test),
            // The role it narrows stands in what the version before says.
            ExprKind::ByVersion(list) => match list.first().map(|(_, e)| &e.kind) {
                Some(ExprKind::And(parts)) if parts.first().is_some_and(outer) => {
                    of_role(&parts[0], test)
                }
                _ => test,
            },
            _ => test,
        };
        let value = self.by_version(cx, Some(before), value);
        self.program.defines[define.index()].value = DefineValue::Expr(value);
    }

    /// Does every name in the type already mean something?
    fn known_type(&self, cx: &Context, t: &ast::TypeExpr) -> bool {
        match &t.kind {
            TypeKind::Named(p) => self.symbol(cx, &crate::check::text_of(p)).is_some(),
            TypeKind::Union(ts) => ts.iter().all(|t| self.known_type(cx, t)),
            TypeKind::SetOf(t) | TypeKind::Optional(t) => self.known_type(cx, t),
        }
    }

    /// A type that must be made of kinds.
    pub(crate) fn kind_ref(&mut self, cx: &Context, t: &ast::TypeExpr) -> KindRef {
        match &t.kind {
            TypeKind::Named(p) => {
                let name = crate::check::text_of(p);
                match self.symbol(cx, &name) {
                    Some(Symbol::Kind(r)) => r,
                    Some(Symbol::Entity(e)) => KindRef {
                        kinds: vec![self.program.entities[e.index()].kind],
                        role: None,
                    },
                    Some(Symbol::Act(_)) | None
                        if self.occurrence_kind_named(cx, &name).is_some() =>
                    {
                        KindRef {
                            kinds: self.occurrence_kind_named(cx, &name).into_iter().collect(),
                            role: None,
                        }
                    }
                    Some(other) => {
                        self.error(
                            Diagnostic::error(
                                codes::E0203,
                                format!("`{name}` is {}, not a kind", other.what()),
                            )
                            .at(t.span, "a kind belongs here"),
                        );
                        KindRef {
                            kinds: Vec::new(),
                            role: None,
                        }
                    }
                    None => {
                        self.unknown_kind(cx, &name, t.span);
                        KindRef {
                            kinds: Vec::new(),
                            role: None,
                        }
                    }
                }
            }
            TypeKind::Union(ts) => {
                let mut kinds = Vec::new();
                for t in ts {
                    let r = self.kind_ref(cx, t);
                    if let Some(role) = r.role {
                        let name = self.program.defines[role.index()].name.clone();
                        self.error(
                            Diagnostic::error(
                                codes::E0203,
                                format!("`{name}` is a dated role and cannot be joined"),
                            )
                            .at(t.span, "a leaf kind or union belongs here")
                            .help(
                                "join the base kinds and put the condition behind: `A | B where …`",
                            ),
                        );
                    }
                    kinds.extend(r.kinds);
                }
                KindRef {
                    kinds: sorted(kinds),
                    role: None,
                }
            }
            TypeKind::SetOf(t) | TypeKind::Optional(t) => {
                self.error(
                    Diagnostic::error(
                        codes::E0203,
                        "a kind belongs here, not a set or an optional value",
                    )
                    .at(t.span, "name the kind alone"),
                );
                self.kind_ref(cx, t)
            }
        }
    }

    fn unknown_kind(&mut self, cx: &Context, name: &str, span: Span) {
        let scope = &self.scopes[cx.module];
        if scope.lost.iter().any(|l| l == name) {
            return;
        }
        let kinds = scope
            .names
            .iter()
            .map(|(n, (s, _))| (n, s))
            .chain(scope.imports.iter())
            .filter(|(_, s)| matches!(s, Symbol::Kind(_)))
            .map(|(n, _)| n.as_str())
            .chain([
                "bool", "int", "date", "instant", "duration", "period", "share", "chance", "text",
            ]);
        let near = nearest(name, kinds);
        if self.waits(cx, name) {
            // What it is made of is told there.
            return;
        }
        let mut d = Diagnostic::error(codes::E0201, format!("there is no kind or type `{name}`"))
            .at(span, "not declared");
        if let Some(alias) = self.alias_that_declares(cx, name) {
            self.error(d.help(format!("`{alias}` declares it: write `{alias}.{name}`")));
            return;
        }
        d = match (name, near) {
            ("integer" | "number" | "num" | "nat", _) => {
                d.help("numbers are `int`, those of a unit have its name")
            }
            ("string" | "str", _) => d.help("texts are `text`"),
            ("boolean", _) => d.help("truth values are `bool`"),
            ("set" | "list" | "array", _) => d.help("a set is `set of KIND`"),
            ("time" | "datetime" | "timestamp", _) => {
                d.help("a day is `date`, a day with a time of day `instant`")
            }
            ("percent" | "percentage" | "fraction" | "float", _) => {
                d.help("parts of a whole are `share`: `at least 2/3`")
            }
            (_, Some(near)) => d.help(format!("did you mean `{near}`?")),
            _ => d.help(format!("declare it: `kind {name}`")),
        };
        self.error(d);
    }

    /// `kind Season = winter | summer`, of which nothing is a kind: instances, not kinds, are meant.
    fn lists_instances(&mut self, cx: &Context, name: &ast::Name, base: &ast::TypeExpr) -> bool {
        let names = parts_of(base);
        if !matches!(&base.kind, TypeKind::Union(parts) if parts.len() == names.len()) {
            return false;
        }
        if names
            .iter()
            .any(|n| self.symbol(cx, n).is_some() || self.waits(cx, n))
        {
            return false;
        }
        let list = names.join("  ");
        self.error(
            Diagnostic::error(
                codes::E0201,
                format!("`{}` is made of kinds that nobody declares", name.text),
            )
            .at(base.span, "kinds, or its instances?")
            .help(format!(
                "instances stand in braces: `kind {} {{ {list} }}`",
                name.text
            )),
        );
        true
    }

    /// Whether a kind of that name is declared, though not made out yet.
    fn waits(&self, cx: &Context, name: &str) -> bool {
        self.waiting_kinds
            .contains_key(&(cx.module, name.to_owned()))
    }

    fn is_of_itself(&self, cx: &Context, name: &str) -> bool {
        let (mut todo, mut seen) = (vec![name.to_owned()], Vec::new());
        while let Some(n) = todo.pop() {
            let parts = self.waiting_kinds.get(&(cx.module, n));
            for p in parts.into_iter().flatten() {
                if p == name {
                    return true;
                }
                if !seen.contains(p) {
                    seen.push(p.clone());
                    todo.push(p.clone());
                }
            }
        }
        false
    }

    /// A type as written.
    pub(crate) fn ty(&mut self, cx: &Context, t: &ast::TypeExpr) -> Ty {
        match &t.kind {
            TypeKind::Named(p) => {
                let name = crate::check::text_of(p);
                match name.as_str() {
                    "bool" => Ty::Bool,
                    "int" => Ty::Int,
                    "date" => Ty::Day,
                    "instant" => Ty::Time,
                    "duration" | "period" => Ty::Length,
                    "share" => Ty::Share,
                    "chance" => Ty::Chance,
                    "text" => Ty::Text,
                    "event" => {
                        self.error(
                            Diagnostic::error(codes::E0413, "`event` is the type of a define only")
                                .at(t.span, "a value has another type"),
                        );
                        Ty::Error
                    }
                    _ => {
                        if let Some(Symbol::Unit(u)) = self.symbol(cx, &name) {
                            return Ty::Quantity(u);
                        }
                        let r = self.kind_ref(cx, t);
                        if r.kinds.is_empty() {
                            Ty::Error
                        } else {
                            Ty::Entity(r.kinds)
                        }
                    }
                }
            }
            TypeKind::Union(_) => {
                let r = self.kind_ref(cx, t);
                if r.kinds.is_empty() {
                    Ty::Error
                } else {
                    Ty::Entity(r.kinds)
                }
            }
            TypeKind::SetOf(inner) if self.is_date(cx, inner) => Ty::Dates,
            TypeKind::SetOf(inner) => {
                let r = self.kind_ref(cx, inner);
                if r.kinds.is_empty() {
                    Ty::Error
                } else {
                    Ty::Set(r.kinds)
                }
            }
            TypeKind::Optional(inner) => match self.ty(cx, inner) {
                Ty::Error => Ty::Error,
                ty => Ty::Optional(Box::new(ty)),
            },
        }
    }

    /// The dated role a type names, if it does.
    pub(crate) fn role_of(&self, cx: &Context, t: &ast::TypeExpr) -> Option<DefineId> {
        match &t.kind {
            TypeKind::Named(p) => match self.symbol(cx, &crate::check::text_of(p)) {
                Some(Symbol::Kind(r)) => r.role,
                _ => None,
            },
            _ => None,
        }
    }

    /// The procedure whose instances this type has.
    pub(crate) fn procedure_of(&self, ty: &Ty) -> Option<ProcedureId> {
        match ty {
            Ty::Entity(kinds) if kinds.len() == 1 => {
                match self.program.kinds[kinds[0].index()].class {
                    KindClass::Procedure(p) => Some(p),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The names that a type is made of.
fn parts_of(t: &ast::TypeExpr) -> Vec<String> {
    match &t.kind {
        TypeKind::Named(p) => vec![crate::check::text_of(p)],
        TypeKind::Union(parts) => parts.iter().flat_map(parts_of).collect(),
        TypeKind::SetOf(_) | TypeKind::Optional(_) => Vec::new(),
    }
}

/// Without `?`.
pub(crate) fn strip(ty: &Ty) -> &Ty {
    match ty {
        Ty::Optional(inner) => inner,
        other => other,
    }
}
