//! `exception to LABEL when C`: the sentence does not bind where C holds (R27).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::{Checker, text_of};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// A value needs another one in its place.
    pub(crate) fn lacks_value(&mut self, x: &ast::ExceptionTo) -> bool {
        if x.value.is_none() {
            let name = text_of(&x.target);
            self.error(
                Diagnostic::error(codes::E0666, format!("what is `{name}` otherwise?"))
                    .at(x.target.span, "an exception to a value is another value")
                    .help(format!("write it: `exception to {name} = … when …`")),
            );
        }
        x.value.is_none()
    }

    /// Every version of the sentence is limited; its own names stand for what they stand for in it.
    pub(crate) fn exception_to_norm(
        &mut self,
        cx: &mut Context,
        norm: NormId,
        x: &ast::ExceptionTo,
    ) {
        let name = text_of(&x.target);
        if let Some(value) = &x.value {
            return self.error(
                Diagnostic::error(
                    codes::E0666,
                    format!("`{name}` is a sentence: it has no value"),
                )
                .at(value.span, "a value")
                .help(format!(
                    "say when the sentence does not bind: `exception to {name} when …`"
                )),
            );
        }
        if x.at_closing {
            self.at_closing(cx, true, &x.cond);
        }
        let all = self.program.norms.iter().enumerate();
        let named = all.filter(|(i, n)| *i == norm.index() || n.head == Some(norm));
        let named: Vec<usize> = named.map(|(i, _)| i).collect();
        for n in named {
            self.told_once(|c| c.exception_to_version(cx, n, x));
        }
    }

    fn exception_to_version(&mut self, cx: &mut Context, norm: usize, x: &ast::ExceptionTo) {
        let n = self.program.norms[norm].clone();
        let depth = cx.locals.len();
        let outer = (cx.procedure, cx.stage);
        // The subject, then what the sentence binds, in its order.
        let mut vars = vec![n.who.var];
        for v in n.pred.vars().into_iter().chain(n.keys.iter().copied()) {
            let this = n.instance.is_some_and(|(_, this)| this == v);
            if !vars.contains(&v) && !this {
                vars.push(v);
            }
        }
        if cx.procedure.is_none() {
            (cx.procedure, cx.stage) = (n.instance, n.stage);
        }
        let own = self.norm_names.get(&NormId(crate::check::id(norm)));
        cx.locals.extend(own.into_iter().flatten().cloned());
        let names = self.exception_names(x, &vars);
        cx.locals.extend(names);
        let cond = self.cond(cx, &x.cond);
        cx.locals.truncate(depth);
        (cx.procedure, cx.stage) = outer;
        let lifted = self.while_in_force(cx, cond);
        let unless = &mut self.program.norms[norm].unless;
        *unless = Some(match unless.take() {
            None => lifted,
            Some(before) => Expr {
                kind: ExprKind::Or(vec![before.clone(), lifted]),
                ..before
            },
        });
    }
}
