//! What adoption does: `enacts ACT(…)` (R37).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// The act that adoption enters, by the body: its arguments are values over the subject.
    pub(crate) fn enacts(
        &mut self,
        cx: &mut Context,
        id: DecisionId,
        act: &ast::Expr,
        when: Option<&ast::Expr>,
    ) {
        let (mut to, mut for_whom) = (None, None);
        let mut root = act;
        loop {
            match &root.kind {
                A::To(inner, who) => {
                    to = Some(who.as_ref());
                    root = inner;
                }
                A::For(inner, who) => {
                    for_whom = Some(who.as_ref());
                    root = inner;
                }
                A::By(_, who) => {
                    self.error(
                        Diagnostic::error(codes::E0659, "the body does what it enacts")
                            .at(who.span, "another actor")
                            .help("drop `by …`"),
                    );
                    return;
                }
                A::Paren(inner) => root = inner,
                _ => break,
            }
        }
        let (name, args): (&ast::Name, &[ast::Arg]) = match &root.kind {
            A::Name(n) => (n, &[]),
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n, args),
                _ => return drop(self.no_act(root.span)),
            },
            _ => return drop(self.no_act(root.span)),
        };
        let found = match self.symbol(cx, &name.text) {
            Some(Symbol::Act(a)) => a,
            Some(other) => {
                self.error(
                    Diagnostic::error(
                        codes::E0203,
                        format!("`{}` is {}, not an act", name.text, other.what()),
                    )
                    .at(name.span, "what does adoption do?"),
                );
                return;
            }
            None => return self.unknown(cx, &name.text, name.span),
        };
        let body = self.program.decisions[id.index()].body;
        let Some(body) = self.program.entities.get(body.index()) else {
            return; // which body is unknown, and that has been said
        };
        let declared = &self.program.acts[found.index()];
        if !declared.by.is_empty() && !declared.by.contains(&body.kind) {
            let (body, name) = (body.name.clone(), declared.name.clone());
            self.error(
                Diagnostic::error(
                    codes::E0659,
                    format!("`{body}` cannot `{name}`: bodies are no actors of it"),
                )
                .at(root.span, "adoption would enter it, by the body")
                .also(declared.span, "declared for others here")
                .help(format!(
                    "declare it `by {body}`, or let somebody else do it `upon adopted(…)`"
                )),
            );
            return;
        }
        let (to_kinds, by_kinds) = (declared.to.clone(), declared.by.clone());
        let args = self.case_args(cx, found, args, root.span);
        let mut one = |this: &mut Self, e: &ast::Expr, kinds: &[KindId]| {
            let ty = Ty::Entity(kinds.to_vec());
            let v = this.expr(cx, e, Some(&ty));
            this.expect_ty(&v, &ty);
            v
        };
        let to = to.map(|e| one(self, e, &to_kinds));
        let for_whom = for_whom.map(|e| one(self, e, &by_kinds));
        let when = when.map(|c| self.cond(cx, c));
        self.program.decisions[id.index()].enacts.push(Enacts {
            act: found,
            args,
            to,
            for_whom,
            when,
            provision: cx.provision,
            span: act.span,
        });
    }
}
