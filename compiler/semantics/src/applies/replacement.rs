//! The substitutions of an `applies`: what each pair `L -> R` replaces, by what, and in which parts.

use super::*;

impl Checker {
    /// Resolves the `with` list. What names a copy is not known before all copies are declared: `last` reports what is not.
    pub(crate) fn replacements(&mut self, level: usize, a: &ast::Applies, last: bool) {
        if !last {
            self.copyings[level].replacements = a
                .with
                .iter()
                .map(|s| Replacement {
                    from: Replaced::Nothing,
                    to: By::Nothing,
                    parts: Vec::new(),
                    quoting: s.quoting.clone(),
                    text: written(&s.from),
                    words: words(&s.to),
                    span: s.span,
                })
                .collect();
        }
        for (i, s) in a.with.iter().enumerate() {
            let before = self.diagnostics.len();
            if self.copyings[level].replacements[i].from == Replaced::Nothing {
                let from = self.replaced(level, s);
                self.copyings[level].replacements[i].from = from;
            }
            if matches!(self.copyings[level].replacements[i].to, By::Nothing) {
                let to = self.replacing(level, i, s);
                self.copyings[level].replacements[i].to = to;
            }
            if last {
                self.said_twice(level, i);
            } else {
                self.diagnostics.truncate(before);
                self.parts(level, i, a, s);
            }
        }
    }

    /// What L names.
    pub(super) fn replaced(&mut self, level: usize, s: &ast::Substitution) -> Replaced {
        let mut source = self.copyings[level].cx.clone();
        source.module = self.copyings[level].source_module;
        let own = self.copyings[level].cx.clone();
        let name = match &s.from.kind {
            A::Cite(cite) => {
                return match self.cite(&source, cite) {
                    Some(p) => Replaced::Provision(p),
                    None => Replaced::Nothing,
                };
            }
            A::Error => {
                self.error(
                    Diagnostic::error(codes::E0842, "this part belongs to no substitution")
                        .at(s.span, "parts stand behind `in`")
                        .help("write `L -> R in (2), (3)`"),
                );
                return Replaced::Nothing;
            }
            _ => match name_of(&s.from) {
                Some(name) => name,
                None => {
                    self.error(
                        Diagnostic::error(codes::E0842, "only what has a name is substituted")
                            .at(s.from.span, "not a name, and not a provision")
                            .help("give this part of the source a name with `define`, and substitute that"),
                    );
                    return Replaced::Nothing;
                }
            },
        };
        for cx in [&source, &own] {
            if let Some(found) = self.meant(cx, &name, None) {
                return Replaced::Name(found);
            }
        }
        self.unknown(&source, &name, s.from.span);
        Replaced::Nothing
    }

    /// What a name means: a declared thing, or an instance of an enumeration.
    pub(super) fn meant(
        &self,
        cx: &Context,
        name: &str,
        kinds: Option<&[KindId]>,
    ) -> Option<Symbol> {
        if let Some(s) = self.symbol(cx, name) {
            return Some(s);
        }
        let of = |e: &EntityId| self.program.entities[e.index()].kind;
        let found = self.instances.get(name)?;
        let mut wanted = found
            .iter()
            .filter(|e| kinds.is_none_or(|k| k.contains(&of(e))));
        match (wanted.next(), wanted.next()) {
            (Some(one), None) => Some(Symbol::Entity(*one)),
            _ => None,
        }
    }

    /// What R names or says.
    pub(super) fn replacing(&mut self, level: usize, i: usize, s: &ast::Substitution) -> By {
        let cx = self.copyings[level].cx.clone();
        let from = self.copyings[level].replacements[i].from.clone();
        if let A::Cite(cite) = &s.to.kind {
            let Replaced::Provision(l) = from else {
                if from != Replaced::Nothing {
                    self.error(
                        Diagnostic::error(codes::E0842, "a provision stands for a provision only")
                            .at(s.to.span, "a provision")
                            .also(s.from.span, "a name")
                            .help("name what the provision declares, or write a provision on both sides: `art 7(4) -> art 8(4)`"),
                    );
                }
                return By::Nothing;
            };
            return match self.cite(&cx, cite) {
                Some(r) => By::Provision(r, self.counterparts(level, l, r)),
                None => By::Nothing,
            };
        }
        let kinds = match &from {
            Replaced::Nothing => return By::Nothing,
            Replaced::Provision(_) => {
                self.error(
                    Diagnostic::error(codes::E0842, "a provision is replaced by a provision only")
                        .at(s.from.span, "a provision")
                        .also(s.to.span, "not a provision")
                        .help("name what the provision declares, or write a provision on both sides: `art 7(4) -> art 8(4)`"),
                );
                return By::Nothing;
            }
            Replaced::Name(Symbol::Entity(e)) => Some(vec![self.program.entities[e.index()].kind]),
            Replaced::Name(_) => None,
        };
        if let A::Name(_) | A::Field(..) = &s.to.kind
            && let Some(name) = name_of(&s.to)
        {
            // Of the kind of what it replaces, if that can be told.
            let found = self
                .meant(&cx, &name, kinds.as_deref())
                .or_else(|| self.meant(&cx, &name, None));
            if let Some(symbol) = found {
                return By::Name(symbol, name);
            }
            if !matches!(name.as_str(), "true" | "false" | "none" | "now") {
                self.unknown(&cx, &name, s.to.span);
                return By::Nothing;
            }
        }
        let params = match &s.from.kind {
            A::Call(_, args) => args
                .iter()
                .filter_map(|a| self.named_parameter(a))
                .collect(),
            _ => Vec::new(),
        };
        By::Value(params, s.to.clone())
    }

    /// A parameter of `L(x) -> R`.
    pub(super) fn named_parameter(&mut self, a: &ast::Arg) -> Option<ast::Name> {
        match &a.kind {
            ast::ArgKind::Value(ast::Expr {
                kind: A::Name(n), ..
            })
            | ast::ArgKind::Bind(n, _) => Some(n.clone()),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0842, "the parameters of what is replaced are names")
                        .at(a.span, "a name belongs here")
                        .help("write `area(x) -> zone(x)`; a name without parameters is replaced wherever it stands"),
                );
                None
            }
        }
    }

    /// What stands in R for each rule that L declares: its copy, if R applies it; else the one rule of its sort.
    pub(super) fn counterparts(
        &self,
        level: usize,
        l: ProvisionId,
        r: ProvisionId,
    ) -> Vec<(Symbol, Option<Symbol>)> {
        let copying = &self.copyings[level];
        let declared = |module: usize, p: ProvisionId| -> Vec<Symbol> {
            let scope = &self.scopes[module];
            let names = scope.names.values().map(|(s, _)| s);
            let copies = scope.copies.iter().map(|(_, _, s)| s);
            let mut found: Vec<Symbol> = names
                .chain(copies)
                .filter(|s| self.declared_in(s).is_some_and(|x| self.stands_in(x, p)))
                .cloned()
                .collect();
            found.sort_by_key(order);
            found
        };
        let left = declared(copying.source_module, l);
        let right = declared(copying.cx.module, r);
        let of_sort = |list: &[Symbol], s: &Symbol| -> Vec<Symbol> {
            let same = |x: &&Symbol| self.is_sort(x) == self.is_sort(s);
            list.iter().filter(same).cloned().collect()
        };
        left.iter()
            .map(|s| {
                let copy = self
                    .copyings
                    .iter()
                    .flat_map(|c| &c.copied)
                    .find(|(from, to)| from == s && right.contains(to))
                    .map(|(_, to)| to.clone());
                let only = || match (of_sort(&left, s).as_slice(), of_sort(&right, s).as_slice()) {
                    ([_], [one]) => Some(one.clone()),
                    _ => None,
                };
                (s.clone(), copy.or_else(only))
            })
            .collect()
    }

    /// The parts named behind `in`, as citations of the source.
    pub(super) fn parts(
        &mut self,
        level: usize,
        i: usize,
        a: &ast::Applies,
        s: &ast::Substitution,
    ) {
        let Some(first) = a.ranges.first() else {
            return;
        };
        let mut parts = Vec::new();
        for p in &s.parts {
            let cite = |n: &ast::Number| {
                let number = ast::Number {
                    text: if n.text.is_empty() {
                        first.from.text.clone()
                    } else {
                        n.text.clone()
                    },
                    ..n.clone()
                };
                ast::Cite {
                    chain: first.chain(&number),
                    only: false,
                    module: None,
                    span: n.span,
                }
                .text()
            };
            parts.push(Part {
                from: cite(&p.from),
                to: p.to.as_ref().map(cite),
                span: p.span,
            });
        }
        self.copyings[level].replacements[i].parts = parts;
    }

    /// One name is replaced by one thing in each part.
    pub(super) fn said_twice(&mut self, level: usize, i: usize) {
        let all = &self.copyings[level].replacements;
        let this = &all[i];
        if this.from == Replaced::Nothing {
            return;
        }
        let overlap = |a: &[Part], b: &[Part]| {
            a.is_empty()
                || b.is_empty()
                || a.iter()
                    .any(|x| b.iter().any(|y| x.from == y.from && x.to == y.to))
        };
        let before = all[..i]
            .iter()
            .find(|b| b.from == this.from && overlap(&b.parts, &this.parts));
        if let Some(b) = before {
            let d = Diagnostic::error(codes::E0842, format!("`{}` is replaced twice", this.text))
                .at(this.span, "replaced again here")
                .also(b.span, "replaced first here")
                .help("keep one of them, or name the part that each is for: `L -> R in (2)`");
            self.error(d);
            self.copyings[level].replacements[i].from = Replaced::Nothing;
        }
    }
}

/// R in a subject: `any Officer`.
pub(super) fn words(e: &ast::Expr) -> String {
    match &e.kind {
        A::Paren(e) | A::Where(e, _) => words(e),
        A::Element(n, t) => match &t.kind {
            ast::TypeKind::Named(p) => crate::check::text_of(p),
            _ => n.text.clone(),
        },
        _ => name_of(e).unwrap_or_else(|| "…".to_owned()),
    }
}

pub(super) fn written(e: &ast::Expr) -> String {
    match &e.kind {
        A::Cite(c) => c.text(),
        _ => name_of(e).unwrap_or_default(),
    }
}
