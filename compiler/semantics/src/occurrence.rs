//! Occurrences as values: `upon c: change(plan)` names one, and an act may take it, `report(c)` (R29).
//!
//! An act's name is the type of its occurrences. Where a text uses it so, the occurrences of that act are entities of a
//! kind of their own, with the act's arguments as fields.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ItemKind};
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::*;

/// Acts and the procedure they are declared in.
fn acts_in<'a>(
    items: &'a [ast::Item],
    out: &mut Vec<(Option<&'a str>, &'a ast::Name)>,
    of: Option<&'a str>,
) {
    for item in items {
        match &item.kind {
            ItemKind::Act(a) => out.push((of, &a.name)),
            ItemKind::Procedure(p) => acts_in(&p.items, out, Some(&p.name.text)),
            ItemKind::Article(a) => {
                if let ast::ArticleBody::Items(items) = &a.body {
                    acts_in(items, out, of);
                }
            }
            _ => {}
        }
    }
}

impl Checker {
    /// Which names are acts, before any type is read: a parameter may be typed by an act that is declared after it.
    pub(crate) fn name_acts(&mut self, cx: &Context, items: &[ast::Item]) {
        let mut found = Vec::new();
        acts_in(items, &mut found, None);
        for (procedure, name) in found {
            let procedure = procedure.and_then(|p| match self.symbol(cx, p) {
                Some(Symbol::Kind(r)) => self.procedure_of(&Ty::Entity(r.kinds)),
                _ => None,
            });
            self.act_names
                .insert((cx.module, procedure, name.text.clone()), name.span);
        }
    }

    /// The kind of an act's occurrences, where a type names an act.
    pub(crate) fn occurrence_kind_named(&mut self, cx: &Context, name: &str) -> Option<KindId> {
        if let Some(Symbol::Act(a)) = self.symbol(cx, name) {
            return Some(self.occurrence_kind(a));
        }
        let procedure = cx.procedure.map(|(p, _)| p);
        let span = [procedure, None].into_iter().find_map(|p| {
            self.act_names
                .get(&(cx.module, p, name.to_owned()))
                .copied()
        })?;
        Some(self.kind_of_act_at(name, span, cx.provision))
    }

    /// The kind of an act's occurrences.
    pub(crate) fn occurrence_kind(&mut self, act: ActId) -> KindId {
        if let Some(kind) = self.program.acts[act.index()].occurrences {
            return kind;
        }
        let (name, span, provision) = {
            let a = &self.program.acts[act.index()];
            (a.name.clone(), a.span, a.provision)
        };
        let kind = self.kind_of_act_at(&name, span, provision);
        self.program.acts[act.index()].occurrences = Some(kind);
        self.occurrence_fields(act);
        kind
    }

    /// By the place of the act, in the module or the copy of a module that declares it.
    fn kind_of_act_at(&mut self, name: &str, span: Span, provision: ProvisionId) -> KindId {
        if let Some(k) = self.known_kind_of_act(span, provision) {
            return k;
        }
        self.program.kinds.push(Kind {
            name: name.to_owned(),
            titles: Vec::new(),
            class: KindClass::Occurrence,
            fields: Vec::new(),
            instances: Vec::new(),
            provision,
            span,
        });
        KindId(id(self.program.kinds.len() - 1))
    }

    fn known_kind_of_act(&self, span: Span, provision: ProvisionId) -> Option<KindId> {
        let module = self.program.provisions[provision.index()].module as usize;
        let found = self.program.kinds.iter().position(|k| {
            k.class == KindClass::Occurrence
                && k.span == span
                && self.is_of_module(k.provision, module)
        });
        found.map(|k| KindId(id(k)))
    }

    /// After the signatures: acts take the kinds that types have asked for.
    pub(crate) fn settle_occurrences(&mut self) {
        for i in 0..self.program.acts.len() {
            let a = &self.program.acts[i];
            if a.occurrences.is_some() {
                continue;
            }
            if let Some(k) = self.known_kind_of_act(a.span, a.provision) {
                self.program.acts[i].occurrences = Some(k);
                self.occurrence_fields(ActId(id(i)));
            }
        }
    }

    /// `c.plan`: the arguments are fields of the occurrence.
    fn occurrence_fields(&mut self, act: ActId) {
        let a = self.program.acts[act.index()].clone();
        let Some(kind) = a.occurrences else { return };
        for p in &a.params {
            let field = FieldId(id(self.program.fields.len()));
            self.program.fields.push(Field {
                name: p.name.clone(),
                kind,
                ty: p.ty.clone(),
                default: None,
            });
            self.program.kinds[kind.index()].fields.push(field);
        }
        if !a.by.is_empty() && a.params.iter().all(|p| p.name != "actor") {
            let field = FieldId(id(self.program.fields.len()));
            self.program.fields.push(Field {
                name: "actor".to_owned(),
                kind,
                ty: Ty::Entity(a.by),
                default: None,
            });
            self.program.kinds[kind.index()].fields.push(field);
        }
    }

    /// `upon c: E`: every act of the event gives `c` its occurrence.
    pub(crate) fn name_occurrence(&mut self, cx: &mut Context, b: &ast::Name, stream: &mut Stream) {
        let mut acts = Vec::new();
        if !occurrences_of(stream, &mut acts) {
            self.error(
                Diagnostic::error(
                    codes::E0521,
                    "only an act, deed or event has occurrences to name",
                )
                .at(stream.span, "nothing that is recorded one by one")
                .also(b.span, "named here")
                .help(format!(
                    "drop `{}:`, or let the sentence wait for the act itself",
                    b.text
                )),
            );
            return;
        }
        let kinds: Vec<KindId> = acts.iter().map(|a| self.occurrence_kind(*a)).collect();
        let kinds = crate::declare::sorted(kinds);
        let var = self.fresh(&b.text, Ty::Entity(kinds));
        bind(stream, var);
        cx.locals.push((b.text.clone(), var));
    }
}

/// The acts whose occurrences make the stream; false if something else does too.
fn occurrences_of(s: &Stream, out: &mut Vec<ActId>) -> bool {
    match &s.kind {
        StreamKind::Act(p) => {
            out.push(p.act);
            true
        }
        StreamKind::Or(list) => list.iter().all(|s| occurrences_of(s, out)),
        StreamKind::Where(s, _) | StreamKind::After(_, s) | StreamKind::LapseAfter(_, s) => {
            occurrences_of(s, out)
        }
        _ => false,
    }
}

fn bind(s: &mut Stream, var: VarId) {
    match &mut s.kind {
        StreamKind::Act(p) => p.itself = ArgPattern::Var(var),
        StreamKind::Or(list) => list.iter_mut().for_each(|s| bind(s, var)),
        StreamKind::Where(s, _) | StreamKind::After(_, s) | StreamKind::LapseAfter(_, s) => {
            bind(s, var);
        }
        _ => {}
    }
}
