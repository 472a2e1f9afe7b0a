//! The laws of delays (R51, R55).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(super) fn law(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Law> {
        if let A::Length(..) = &e.kind {
            return Some(Law::Fixed(self.length(cx, e)));
        }
        let (name, args) = match &e.kind {
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n.text.as_str(), args.as_slice()),
                _ => ("", args.as_slice()),
            },
            _ => ("", [].as_slice()),
        };
        let mut lengths = Vec::new();
        for a in args {
            if let ast::ArgKind::Value(e) = &a.kind {
                lengths.push(self.length(cx, e));
            }
        }
        let mut next = lengths.into_iter();
        match (name, next.next(), next.next(), next.next()) {
            ("exponential", Some(mean), None, None) => Some(Law::Exponential(mean)),
            ("geometric", Some(mean), None, None) => Some(Law::Geometric(mean)),
            ("fixed", Some(d), None, None) => Some(Law::Fixed(d)),
            ("uniform", Some(a), Some(b), None) => Some(Law::Uniform(a, b)),
            ("triangular" | "weibull" | "empirical", ..) => {
                self.unsupported(e.span, "this law of delay");
                None
            }
            _ => {
                self.error(
                    Diagnostic::error(codes::E0952, "a law of delay belongs here")
                        .at(e.span, "after how long?")
                        .help("write `exponential(MEAN)`, `geometric(MEAN)`, `uniform(FROM, TO)` or a fixed length such as `30 days`"),
                );
                None
            }
        }
    }
}
