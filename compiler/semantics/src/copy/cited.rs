//! Provisions as a copy cites them: which one a citation of the source means there, and names found by a citation.

use super::*;

impl Checker {
    /// What a citation in the source names in the copy at hand.
    pub(crate) fn cited_in_copy(&mut self, cx: &Context, provision: ProvisionId) -> ProvisionId {
        let Some(copy) = cx.copy.clone() else {
            return provision;
        };
        let mut at = provision;
        for (i, level) in copy.levels.iter().enumerate() {
            let here = self.source_of(cx.provision, copy.levels.len() - i);
            let copying = &self.copyings[*level];
            let list = copying.replacements.iter().enumerate();
            let by_list = list.rev().find_map(|(i, r)| match (&r.from, &r.to) {
                (Replaced::Provision(l), By::Provision(to, _))
                    if self.stands_in(at, *l) && self.in_parts(&r.parts, here) =>
                {
                    Some((i, *l, *to))
                }
                _ => None,
            });
            at = match by_list {
                Some((i, l, to)) => {
                    self.copyings[*level].cited.push((i, here));
                    self.same_label(at, l, to)
                }
                // A provision around what is copied has a copy too, but names more than that.
                None if copying.same_article => at,
                None if copying
                    .ranges
                    .iter()
                    .any(|(a, b)| self.in_range(at, *a, *b)) =>
                {
                    self.copied_provision(*level, at)
                }
                None => at,
            };
        }
        at
    }

    /// The label under `to` that stands where `provision` stands under `from`.
    pub(super) fn same_label(
        &self,
        provision: ProvisionId,
        from: ProvisionId,
        to: ProvisionId,
    ) -> ProvisionId {
        let of = |p: ProvisionId| &self.program.provisions[p.index()];
        let tail = of(provision)
            .cite
            .strip_prefix(&of(from).cite)
            .unwrap_or("");
        let module = of(to).module as usize;
        let cite = format!("{}{tail}", of(to).cite);
        self.scopes[module]
            .provisions
            .get(&cite)
            .copied()
            .unwrap_or(to)
    }

    /// The provision `levels` copies back: what the copy has been made from.
    pub(crate) fn source_of(&self, provision: ProvisionId, levels: usize) -> ProvisionId {
        (0..levels).fold(provision, |p, _| {
            self.program.provisions[p.index()].source.unwrap_or(p)
        })
    }

    pub(super) fn in_parts(&self, parts: &[Part], provision: ProvisionId) -> bool {
        parts.is_empty() || parts.iter().any(|p| self.in_part(p, provision))
    }

    pub(crate) fn in_part(&self, part: &Part, provision: ProvisionId) -> bool {
        let module = self.program.provisions[provision.index()].module as usize;
        let find = |cite: &str| self.scopes[module].provisions.get(cite).copied();
        let Some(from) = find(&part.from) else {
            return false;
        };
        let to = part.to.as_deref().and_then(find).unwrap_or(from);
        self.in_range(provision, from, to)
    }

    /// Whether a provision is one of those from one to another in the order of the document, or stands in one.
    pub(crate) fn in_range(
        &self,
        provision: ProvisionId,
        from: ProvisionId,
        to: ProvisionId,
    ) -> bool {
        let of = |p: ProvisionId| &self.program.provisions[p.index()];
        // A range is one of labels; the versions of what stands under a label are in it together.
        let label = |p: ProvisionId| of(p).of.unwrap_or(p);
        let (from, to) = (label(from), label(to));
        let mut at = Some(provision);
        while let Some(p) = at {
            let p = label(p);
            if p == from || p == to || from != to && self.between(p, from, to) {
                return true;
            }
            at = of(p).parent;
        }
        false
    }

    /// Whether a label is of the sort of two others and stands between them.
    fn between(&self, p: ProvisionId, from: ProvisionId, to: ProvisionId) -> bool {
        let of = |p: ProvisionId| &self.program.provisions[p.index()];
        let (q, first, last) = (of(p), of(from), of(to));
        if q.module != first.module || q.source.is_some() {
            return false;
        }
        let spanned = first.span.start <= q.span.start && q.span.start <= last.span.start;
        if !spanned && !inserted(&q.cite, &first.cite, &last.cite) {
            return false;
        }
        let own = sort(&q.cite);
        own == sort(&first.cite) && own == sort(&last.cite)
    }

    /// `ready of art 33 > 27`: the copy of that name in the provision, or the original if it is declared there.
    pub(crate) fn copy_named(&self, cx: &Context, name: &str, cite: &str) -> Option<Symbol> {
        let (module, provision) = self.provision_cited(cx, cite)?;
        let scope = &self.scopes[module];
        let mut found: Vec<&Symbol> = scope
            .copies
            .iter()
            .filter(|(n, p, _)| n == name && self.stands_in(*p, provision))
            .map(|(_, _, s)| s)
            .collect();
        if let Some((s, _)) = scope.names.get(name)
            && self
                .declared_in(s)
                .is_some_and(|p| self.stands_in(p, provision))
        {
            found.push(s);
        }
        match found.as_slice() {
            [one] => Some((*one).clone()),
            _ => None,
        }
    }

    /// `ready of art 33 > 27` names no copy, or several.
    pub(crate) fn unknown_copy(&mut self, cx: &Context, name: &str, cite: &str, span: Span) {
        let d = match self.provision_cited(cx, cite) {
            None => Diagnostic::error(codes::E0801, format!("{cite} is cited but not declared"))
                .at(span, "nothing is applied there")
                .help("name what applies and what it applies: `art 33 > 27`"),
            Some((module, provision)) => {
                let copies = self.scopes[module].copies.iter();
                let mut found: Vec<&str> = copies
                    .filter(|(n, p, _)| n == name && self.stands_in(*p, provision))
                    .map(|(_, p, _)| self.program.provisions[p.index()].cite.as_str())
                    .collect();
                found.dedup();
                if found.is_empty() {
                    Diagnostic::error(codes::E0201, format!("{cite} has no `{name}`"))
                        .at(span, "no rule of that name is declared or applied there")
                        .help("acts, kinds, offices, bodies and givens are shared: they have no copies, and are named as they are")
                } else {
                    Diagnostic::error(codes::E0211, format!("{cite} has several `{name}`"))
                        .at(span, "which of them?")
                        .help(format!("they stand in {}", found.join(", ")))
                }
            }
        };
        self.error(d);
    }

    /// A provision and the module it is of, by its citation; `art 8 of cartagena` is of the module used under that name.
    pub(crate) fn provision_cited(&self, cx: &Context, cite: &str) -> Option<(usize, ProvisionId)> {
        let (module, own) = match cite.rsplit_once(" of ") {
            Some((own, alias)) => match self.symbol(cx, alias) {
                Some(Symbol::Module(m)) => (m, own),
                _ => return None,
            },
            None => (cx.module, cite),
        };
        let p = self.provision_seen(module, own)?;
        Some((self.program.provisions[p.index()].module as usize, p))
    }

    /// The provision of that citation in a module, or in one that it uses without an alias.
    pub(super) fn provision_seen(&self, module: usize, cite: &str) -> Option<ProvisionId> {
        let mut seen = vec![module];
        let mut at = 0;
        while let Some(scope) = seen.get(at).map(|m| &self.scopes[*m]) {
            if let Some(p) = scope.provisions.get(cite) {
                return Some(*p);
            }
            for m in &scope.beside {
                if !seen.contains(m) {
                    seen.push(*m);
                }
            }
            at += 1;
        }
        None
    }

    pub(crate) fn stands_in(&self, provision: ProvisionId, outer: ProvisionId) -> bool {
        let mut at = Some(provision);
        while let Some(p) = at {
            if p == outer {
                return true;
            }
            at = self.program.provisions[p.index()].parent;
        }
        false
    }

    /// Where a rule is declared.
    pub(crate) fn declared_in(&self, symbol: &Symbol) -> Option<ProvisionId> {
        let p = &self.program;
        Some(match symbol {
            Symbol::Define(d) => p.defines[d.index()].provision,
            Symbol::Status(s) => p.statuses[s.index()].provision,
            Symbol::Decision(d) => p.decisions[d.index()].provision,
            Symbol::Norm(n) => p.norms[n.index()].provision,
            _ => return None,
        })
    }
}

/// Whether a paragraph belongs between two others of its article by its number: `(2a)` between `(2)` and `(3)`, whichever
/// version brought it in.
fn inserted(cite: &str, first: &str, last: &str) -> bool {
    // Most citations end in no such number: seen before anything is taken apart.
    if ![cite, first, last].iter().all(|c| c.ends_with(')')) {
        return false;
    }
    fn parts(cite: &str) -> Option<(&str, u64, &str)> {
        let (around, tag) = cite.strip_suffix(')')?.rsplit_once('(')?;
        let digits = tag.find(|c: char| !c.is_ascii_digit()).unwrap_or(tag.len());
        let (number, rest) = tag.split_at(digits);
        Some((around, number.parse().ok()?, rest))
    }
    match (parts(cite), parts(first), parts(last)) {
        (Some(q), Some(a), Some(b)) => a.0 == q.0 && q.0 == b.0 && a <= q && q <= b,
        _ => false,
    }
}

/// What provisions of one range have in common: the heading word and how deep they stand.
fn sort(cite: &str) -> (&str, usize) {
    let heading = cite
        .rsplit_once(' ')
        .map_or(cite, |(above, _)| above.rsplit(' ').next().unwrap_or(above));
    (heading, cite.bytes().filter(|b| *b == b'(').count())
}
