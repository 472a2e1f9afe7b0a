//! Counting conventions: which one a module names, and what it needs (R2).

use rogatio_calendar::Convention;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn counting(&mut self, info: &mut ModuleInfo, name: &ast::Name) {
        if info.counts {
            self.error(
                Diagnostic::error(codes::E0202, "how periods are counted is said twice")
                    .at(name.span, "said again here")
                    .help("keep one: a module counts in one way; another way is another module's"),
            );
        }
        info.counts = true;
        match name.text.parse() {
            Ok(convention) => info.counting = convention,
            Err(_) => {
                let known: Vec<String> = Convention::ALL
                    .into_iter()
                    .map(|c| format!("`counting {c}`"))
                    .collect();
                self.error(
                    Diagnostic::error(
                        codes::E0203,
                        format!("`{}` is not a counting convention", name.text),
                    )
                    .at(name.span, "unknown convention")
                    .help(format!("write {}", known.join(" or "))),
                );
            }
        }
    }

    /// The public holidays that a convention asks for.
    pub(crate) fn find_holidays(&mut self, cx: &Context, items: &[ast::Item]) {
        let info = &self.program.modules[cx.module];
        if info.counting != Convention::Eu1182 {
            return;
        }
        let found = match self.symbol(cx, "holidays") {
            Some(Symbol::Given(g)) => {
                let given = &self.program.givens[g.index()];
                (given.ty == Ty::Dates && given.params.is_empty()).then_some(g)
            }
            _ => None,
        };
        self.program.modules[cx.module].holidays = found;
        let named = items.iter().find_map(|i| match &i.kind {
            ast::ItemKind::Counting(name) => Some(name.span),
            _ => None,
        });
        if let (None, Some(span)) = (found, named) {
            self.error(
                Diagnostic::error(
                    codes::E0435,
                    "this convention moves the end of a period that falls on a holiday",
                )
                .at(span, "which days are public holidays?")
                .help("declare `given holidays: set of date`"),
            );
        }
    }
}
