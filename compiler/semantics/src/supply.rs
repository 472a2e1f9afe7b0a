//! `also given`: what another text says of a given.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::{Checker, text_of};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// `also given statehood(s: State) = recognised(s)`: its value where no case says otherwise.
    pub(crate) fn also_given(&mut self, cx: &mut Context, g: &ast::AlsoGiven) {
        let name = text_of(&g.target);
        let id = match self.symbol(cx, &name) {
            Some(Symbol::Given(id)) => id,
            Some(other) => {
                let message = format!("`{name}` is {}, not a given", other.what());
                let d = Diagnostic::error(codes::E0203, message)
                    .at(g.target.span, "`also given` supplies a given");
                return self.error(d);
            }
            None => return self.unknown(cx, &name, g.target.span),
        };
        let given = self.program.givens[id.index()].clone();
        if given.finding.is_some() {
            let d = Diagnostic::error(codes::E0526, format!("`{name}` is found, not supplied"))
                .at(g.target.span, "a text cannot find it")
                .also(given.span, "somebody finds it")
                .help(
                    "let a sentence say when it has to be found, or declare the given without `by`",
                );
            return self.error(d);
        }
        let same = |(of, version, _): &&(GivenId, Option<VersionId>, Span)| {
            *of == id && (*version == cx.version || version.is_none() || cx.version.is_none())
        };
        if let Some((.., first)) = self.supplied.iter().find(same) {
            let d = Diagnostic::error(codes::E0527, format!("`{name}` is supplied twice"))
                .at(g.target.span, "again here")
                .also(*first, "supplied here")
                .help("keep one, and say the other as an exception: `= VALUE except OTHER when C`");
            return self.error(d);
        }
        if given.params.len() != g.params.len() {
            return self.arity(&name, given.params.len(), g.params.len(), g.target.span);
        }
        self.supplied.push((id, cx.version, g.target.span));
        let own = self.params(cx, &g.params);
        let written = ast::Name {
            text: name,
            span: g.target.span,
        };
        self.same_params(cx, &written, &given.params, &own);
        let depth = cx.locals.len();
        for (p, v) in g.params.iter().zip(&given.params) {
            cx.locals.push((p.name.text.clone(), *v));
        }
        let value = self.slot(cx, &g.value, Some(&given.ty));
        self.expect_ty(&value, &given.ty);
        cx.locals.truncate(depth);
        let value = match (cx.version, given.default) {
            // Where no version says it, the given is what it is without them.
            (Some(version), Some(own)) => {
                let span = value.span;
                let when = self.make(cx, ExprKind::InVersion(version), Ty::Bool, span);
                let said = Exception {
                    when,
                    value,
                    at_closing: false,
                };
                let kind = ExprKind::Except {
                    base: Box::new(own),
                    exceptions: vec![said],
                };
                self.make(cx, kind, given.ty.clone(), span)
            }
            (Some(_), None) => self.by_version(cx, None, value),
            (None, _) => value,
        };
        self.program.givens[id.index()].default = Some(value);
    }
}
