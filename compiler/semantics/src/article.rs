//! Articles, labels and citations: where every declaration gets its provenance.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ArticleBody, HeadingWord};
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::*;
use rogatio_diagnostics::nearest;

impl Checker {
    /// The provision of an item with these labels. A letter alone continues the number before it: `(1)(a)` then `(b)`.
    pub(crate) fn label(
        &mut self,
        module: usize,
        parent: ProvisionId,
        labels: &[ast::LabelTag],
        number: &mut Option<String>,
    ) -> ProvisionId {
        let Some(first) = labels.first() else {
            return parent;
        };
        let mut tags: Vec<String> = labels.iter().map(|l| l.text.clone()).collect();
        let mut parent = parent;
        if is_number(&first.text) {
            *number = Some(first.text.clone());
            // A number inside a numbered item names the article's paragraph: `(3) decision … { (2) admissible … }`.
            while self.program.provisions[parent.index()].cite.ends_with(')')
                && let Some(up) = self.program.provisions[parent.index()].parent
            {
                parent = up;
            }
        } else if let Some(number) = number {
            tags.insert(0, number.clone());
        }
        let span = first.span.to(labels[labels.len() - 1].span);
        let mut at = parent;
        // A copy of another module's provision is of the module that applies it.
        let module = match self.program.provisions[parent.index()].source {
            Some(_) => self.program.provisions[parent.index()].module as usize,
            None => module,
        };
        for tag in tags {
            let above = self.program.provisions[at.index()].cite.as_str();
            let cite = [above, "(", &tag, ")"].concat();
            at = self.provision(module, at, cite, span);
        }
        at
    }

    /// The provision with this citation, made if it is new. Under a copy it is the copy of what stands in the source.
    pub(crate) fn provision(
        &mut self,
        module: usize,
        parent: ProvisionId,
        cite: String,
        span: Span,
    ) -> ProvisionId {
        if let Some(v) = self.program.provisions[parent.index()].version {
            return self.provision_in(module, v, parent, cite, span);
        }
        if let Some(p) = self.scopes[module].provisions.get(&cite)
            && self.program.provisions[p.index()].module == id(module)
        {
            return *p;
        }
        let source = self.source_under(parent, &cite, span);
        let provision = ProvisionId(id(self.program.provisions.len()));
        let title = self.program.provisions[parent.index()].title.clone();
        self.program.provisions.push(Provision {
            module: id(module),
            cite: cite.clone(),
            title,
            parent: Some(parent),
            source,
            version: None,
            of: None,
            kind: ProvisionKind::Frame,
            span,
        });
        self.scopes[module].provisions.insert(cite, provision);
        provision
    }

    /// What a provision under a copy is the copy of.
    fn source_under(&mut self, parent: ProvisionId, cite: &str, span: Span) -> Option<ProvisionId> {
        let parent = &self.program.provisions[parent.index()];
        let s = parent.source?;
        let around = &self.program.provisions[s.index()];
        let own = format!("{}{}", around.cite, cite.strip_prefix(&parent.cite)?);
        let module = around.module as usize;
        Some(self.provision(module, s, own, span))
    }

    /// The provision with this citation in a version. Beside it stands the one without version, which a citation names.
    pub(crate) fn provision_in(
        &mut self,
        module: usize,
        version: VersionId,
        parent: ProvisionId,
        cite: String,
        span: Span,
    ) -> ProvisionId {
        if let Some(p) = self.scopes[module].in_version.get(&(version, cite.clone())) {
            return *p;
        }
        let around = self.program.provisions[parent.index()].of.unwrap_or(parent);
        let of = self.provision(module, around, cite.clone(), span);
        let source = self.source_under(parent, &cite, span);
        let provision = ProvisionId(id(self.program.provisions.len()));
        let title = self.program.provisions[parent.index()].title.clone();
        self.program.provisions.push(Provision {
            module: id(module),
            cite: cite.clone(),
            title,
            parent: Some(parent),
            source,
            version: Some(version),
            of: Some(of),
            kind: ProvisionKind::Frame,
            span,
        });
        self.scopes[module]
            .in_version
            .insert((version, cite), provision);
        provision
    }

    pub(crate) fn is_of_module(&self, provision: ProvisionId, module: usize) -> bool {
        self.program.provisions[provision.index()].module as usize == module
    }

    /// Something operative stands under it.
    pub(crate) fn modelled(&mut self, provision: ProvisionId) {
        let p = &mut self.program.provisions[provision.index()];
        let bare = matches!(p.kind, ProvisionKind::Frame | ProvisionKind::Vocabulary);
        if bare && p.parent.is_some() {
            p.kind = ProvisionKind::Modelled;
        }
        if let Some(of) = p.of {
            self.modelled(of);
        }
    }

    /// A name stands under it.
    pub(crate) fn vocabulary(&mut self, provision: ProvisionId) {
        let p = &mut self.program.provisions[provision.index()];
        if p.kind == ProvisionKind::Frame && p.parent.is_some() {
            p.kind = ProvisionKind::Vocabulary;
        }
        if let Some(of) = p.of {
            self.vocabulary(of);
        }
    }

    pub(crate) fn declare_article<'a>(
        &mut self,
        cx: &Context,
        a: &'a ast::Article,
        pending: &mut Vec<Pending<'a>>,
    ) {
        if let Some(pin) = &a.pinned_at
            && a.from.is_none()
            && a.until.is_none()
        {
            self.error(
                Diagnostic::error(
                    codes::E0854,
                    "nothing is pinned: this text has no other version",
                )
                .at(pin.span(), "keeps what never changes")
                .help(
                    "say when this version holds, `from DATE` or `until DATE`, or drop `pinned at`",
                ),
            );
        }
        let around = &self.program.provisions[cx.provision.index()];
        let above = around.parent.map(|_| around.cite.clone());
        if a.numbers.is_empty() {
            let cite = citation(above.as_deref(), a.heading, "");
            let span = a.titles.first().map_or(Span::NONE, |t| t.span);
            self.one_article(cx, a, cite, span, pending);
        }
        for number in &a.numbers {
            let mut cite = citation(above.as_deref(), a.heading, &number.text);
            for para in &number.paras {
                cite = format!("{cite}({})", para.text);
            }
            self.one_article(cx, a, cite, number.span, pending);
        }
    }

    fn one_article<'a>(
        &mut self,
        cx: &Context,
        a: &'a ast::Article,
        cite: String,
        span: Span,
        pending: &mut Vec<Pending<'a>>,
    ) {
        let version = self.version_at(span);
        let before = match version.or(cx.version) {
            Some(v) => self.scopes[cx.module].in_version.get(&(v, cite.clone())),
            None => self.scopes[cx.module].provisions.get(&cite),
        };
        // What other versions have brought in is no second declaration.
        let own = before.copied().filter(|p| {
            self.program.provisions[p.index()].module == id(cx.module)
                && (version.or(cx.version).is_some()
                    || !self.program.provisions.iter().any(|x| x.of == Some(*p)))
        });
        if let Some(first) = own {
            let place = self.program.provisions[first.index()].span;
            self.error(
                Diagnostic::error(codes::E0802, format!("{cite} is declared twice"))
                    .at(span, "declared again here")
                    .also(place, "first declared here")
                    .help("put both parts into one block; versions carry `from DATE` and `until DATE`"),
            );
        }
        let provision = match version {
            Some(v) => {
                let p = self.provision_in(cx.module, v, cx.provision, cite, span);
                self.program.versions[v.index()].provision = p;
                p
            }
            None => self.provision(cx.module, cx.provision, cite, span),
        };
        let title = a
            .titles
            .first()
            .map(|t| t.value.clone())
            .unwrap_or_default();
        let of = self.program.provisions[provision.index()].of;
        for p in of.into_iter().chain([provision]) {
            self.program.provisions[p.index()].title.clone_from(&title);
        }
        let mut inner = cx.clone();
        inner.provision = provision;
        inner.version = version.or(cx.version);
        match &a.body {
            ArticleBody::Items(items)
                if a.with.is_empty() && a.before.iter().all(|(with, _)| with.is_empty()) =>
            {
                self.declare_items(&inner, items, pending);
            }
            ArticleBody::Items(items) => self.amended_items(&inner, a, items, pending),
            ArticleBody::Hortatory(texts) => {
                self.program.provisions[provision.index()].kind =
                    ProvisionKind::Hortatory(joined(texts));
            }
            ArticleBody::NotModelled(texts) => {
                self.program.provisions[provision.index()].kind =
                    ProvisionKind::NotModelled(joined(texts));
            }
            // Written out before anything is declared.
            ArticleBody::AppliesVersionBefore { .. } => {}
            ArticleBody::Applies(applies) => pending.push(Pending {
                cx: inner,
                what: PendingItem::Applies(applies),
            }),
        }
    }

    /// `(2) hortatory "…"`.
    pub(crate) fn inert(&mut self, cx: &Context, i: &ast::Inert) {
        let text = joined(&i.texts);
        self.program.provisions[cx.provision.index()].kind = if i.not_modelled {
            ProvisionKind::NotModelled(text)
        } else {
            ProvisionKind::Hortatory(text)
        };
    }

    /// The provision of that citation: inside an annex or a part first what stands in the same one.
    fn cited_near(&self, cx: &Context, text: &str) -> Option<ProvisionId> {
        let provisions = &self.scopes[cx.module].provisions;
        let mut around = Some(cx.provision);
        while let Some(p) = around {
            let p = &self.program.provisions[p.index()];
            if let Some(found) = provisions.get(&format!("{} {text}", p.cite)) {
                return Some(*found);
            }
            around = p.parent;
        }
        self.provision_cited(cx, text).map(|(_, p)| p)
    }

    /// The provision a citation names; in a copy what is copied is named by its copy (R48).
    pub(crate) fn cite(&mut self, cx: &Context, cite: &ast::Cite) -> Option<ProvisionId> {
        let text = cite.text();
        if let Some(p) = self.cited_near(cx, &text) {
            return Some(self.cited_in_copy(cx, p));
        }
        if let Some(path) = &cite.module
            && !matches!(
                self.symbol(cx, &crate::check::text_of(path)),
                Some(Symbol::Module(_))
            )
        {
            self.unknown(cx, &crate::check::text_of(path), path.span);
            return None;
        }
        let scope = &self.scopes[cx.module];
        let near = nearest(&text, scope.provisions.keys().map(String::as_str));
        let mut d = Diagnostic::error(codes::E0801, format!("{text} is cited but not declared"))
            .at(cite.span, "no article or label of that number");
        d = match near {
            Some(near) if near != text => d.help(format!("did you mean {near}?")),
            _ => d.help(format!(
                "declare it, if only as `{} hortatory \"…\"`",
                text.replace("art ", "article ")
            )),
        };
        self.error(d);
        None
    }
}

/// How a heading and number are cited, inside what is cited as `above`: `art 36`, `annex II part 1`. Articles go on
/// through parts and chapters; those of an annex begin again.
pub(crate) fn citation(above: Option<&str>, heading: HeadingWord, number: &str) -> String {
    let word = match heading {
        HeadingWord::Article => match above {
            Some(above) if above.starts_with("annex ") => return format!("{above} art {number}"),
            _ => return format!("art {number}"),
        },
        HeadingWord::Annex => return format!("annex {number}"),
        HeadingWord::Preamble => return "preamble".to_owned(),
        HeadingWord::Paragraph => {
            return match above {
                Some(above) => format!("{above}({number})"),
                None => format!("paragraph {number}"),
            };
        }
        HeadingWord::Section => "section",
        HeadingWord::Part => "part",
        HeadingWord::Chapter => "chapter",
    };
    match above {
        Some(above) => format!("{above} {word} {number}"),
        None => format!("{word} {number}"),
    }
}

pub(crate) fn is_number(tag: &str) -> bool {
    tag.chars()
        .next()
        .is_some_and(|c| c.is_numeric() || "一二三四五六七八九十".contains(c))
}

fn joined(texts: &[ast::Text]) -> String {
    texts
        .iter()
        .map(|t| t.value.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}
