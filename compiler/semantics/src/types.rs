//! Types: what fits where, and how a type is said.

use rogatio_diagnostics::{Diagnostic, codes, with_article};

use crate::check::Checker;
use crate::hir::*;
use crate::unit::is_number;

impl Checker {
    pub(crate) fn expect_ty(&mut self, e: &Expr, want: &Ty) {
        if !self.fits(&e.ty, want) {
            let want = self.show(want);
            self.mismatch(e, &want);
        }
    }

    /// May a value of this type stand where that type is wanted?
    pub(crate) fn fits(&self, got: &Ty, want: &Ty) -> bool {
        match (got, want) {
            (Ty::Error, _) | (_, Ty::Error) => true,
            (Ty::None, Ty::Optional(_)) => true,
            (Ty::Optional(a), Ty::Optional(b)) => self.fits(a, b),
            (a, Ty::Optional(b)) => self.fits(a, b),
            (Ty::Entity(a), Ty::Entity(b)) => a.iter().any(|k| b.contains(k)),
            (Ty::Set(a), Ty::Set(b)) => a.iter().any(|k| b.contains(k)),
            (Ty::Day | Ty::Time, Ty::Day | Ty::Time) => true,
            (a, b) => a == b,
        }
    }

    pub(crate) fn mismatch(&mut self, e: &Expr, want: &str) {
        let got = self.show(&e.ty);
        let unit = match (&e.ty, want) {
            (Ty::Quantity(_), "a number") => true,
            (ty, want) => is_number(ty) && want.starts_with("a number of "),
        };
        let code = if unit { codes::E0340 } else { codes::E0301 };
        let mut d = Diagnostic::error(code, format!("{want} belongs here, this is {got}"))
            .at(e.span, got.clone());
        if unit {
            d = match want.strip_prefix("a number of ") {
                Some(unit) if e.ty == Ty::Int => d.help(format!("say its unit: `… of {unit}`")),
                Some(_) => d.help("units are not converted: multiply by a number of your own"),
                None => d.help("a unit is not dropped: compare with a quantity of the same unit"),
            };
        } else if matches!(e.ty, Ty::Optional(_)) {
            d = d.help("it may be `none`: write `(… or else VALUE)`");
        } else if e.ty == Ty::Dates && matches!(want, "a date" | "a time") {
            d = d.help("pick a day: `first (…) after T`, `2nd (…) after T` or `last (…) before T`");
        } else if matches!(e.ty, Ty::Day | Ty::Time) && want == "a number" {
            d = d.help("days are not added to: a day after another is `3 days after T`");
        } else if want == "an entity with fields" {
            d = match e.ty {
                Ty::Set(_) => d.help("of whom? of each: `s: K where s.FIELD …`; their sum: `FIELD(K)`; an instance of a kind is named alone"),
                Ty::Bool => d.help("of which occurrence? `(last ACT).ARGUMENT`; of all: `sum(ACT.ARGUMENT)`"),
                _ => d,
            };
        } else if matches!(e.ty, Ty::Set(_)) {
            d = d.help("count its elements: `count(…)`");
        }
        self.error(d);
    }

    /// A type in words.
    pub(crate) fn show(&self, ty: &Ty) -> String {
        let names = |kinds: &[KindId]| {
            kinds
                .iter()
                .map(|k| self.program.kinds[k.index()].name.as_str())
                .collect::<Vec<_>>()
                .join(" or ")
        };
        match ty {
            Ty::Bool => "a truth value".to_owned(),
            Ty::Int => "a number".to_owned(),
            Ty::Day => "a date".to_owned(),
            Ty::Time => "a time".to_owned(),
            Ty::Quantity(u) => format!("a number of {}", self.program.units[u.index()].name),
            Ty::Length => "a length of time".to_owned(),
            Ty::Dates => "a set of days".to_owned(),
            Ty::Share => "a share".to_owned(),
            Ty::Chance => "a chance".to_owned(),
            Ty::Text => "a text".to_owned(),
            Ty::Entity(k) => with_article(&names(k)),
            Ty::Set(k) => format!("a set of {}", names(k)),
            Ty::Optional(t) => format!("{} or none", self.show(t)),
            Ty::None => "`none`".to_owned(),
            Ty::Error => "unknown".to_owned(),
        }
    }
}
