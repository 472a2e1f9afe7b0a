//! A measure's own words, for the head of its results.

use crate::ast::{self, ArgKind, BinaryOp, ExprKind as A, Ordinal};

/// An expression as it was written, near enough to tell one measure from another.
pub(super) fn words(e: &ast::Expr) -> String {
    match &e.kind {
        A::Name(n) => n.text.clone(),
        A::Int(n) => n.to_string(),
        A::Percent(n, d) => {
            // Of what was written in decimals, whole thousandths of a percent are enough to tell it by.
            let thousandths = i128::from(*n) * 100_000 / i128::from(*d).max(1);
            let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
            format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
        }
        A::Date(d) => d.to_string(),
        A::Length(n, unit) => format!("{n} {unit}"),
        A::Text(t) => t.value.clone(),
        A::Cite(c) => c.text(),
        A::Paren(e) => format!("({})", words(e)),
        A::Not(e) => format!("not {}", words(e)),
        A::Field(e, name) => format!("{}.{}", words(e), name.text),
        A::By(a, b) => format!("{} by {}", words(a), words(b)),
        A::For(a, b) => format!("{} for {}", words(a), words(b)),
        A::To(a, b) => format!("{} to {}", words(a), words(b)),
        A::Where(a, b) => format!("{} where {}", words(a), words(b)),
        A::InTheLast(a, b) => format!("{} in the last {}", words(a), words(b)),
        A::FirstTime(e) => format!("first time {}", words(e)),
        A::Ordinal(Ordinal::First, e) => format!("first {}", words(e)),
        A::Ordinal(Ordinal::Last, e) => format!("last {}", words(e)),
        A::Ordinal(Ordinal::Nth(n), e) => format!("{} {}", nth(*n), words(e)),
        A::Element(n, ty) => match &ty.kind {
            ast::TypeKind::Named(path) => format!("{}: {}", n.text, crate::check::text_of(path)),
            _ => n.text.clone(),
        },
        A::Is {
            subject,
            negated,
            what,
            base: None,
        } => {
            let not = if *negated { "not " } else { "" };
            format!("{} is {not}{}", words(subject), words(what))
        }
        A::Binary(op, a, b) => match sign(*op) {
            Some(sign) => format!("{} {sign} {}", words(a), words(b)),
            None => format!("{} of {}", words(a), words(b)),
        },
        A::Call(f, args) => {
            let inner: Vec<String> = args
                .iter()
                .map(|a| {
                    let value = match &a.kind {
                        ArgKind::Value(e) => words(e),
                        ArgKind::Named(n, e) => format!("{} = {}", n.text, words(e)),
                        ArgKind::Bind(n, _) => n.text.clone(),
                        ArgKind::Any => "_".to_owned(),
                    };
                    match &a.on {
                        Some(on) => format!("{value} on {}", words(on)),
                        None => value,
                    }
                })
                .collect();
            format!("{}({})", words(f), inner.join(", "))
        }
        _ => "…".to_owned(),
    }
}

fn sign(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Eq => "=",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::In => "in",
        BinaryOp::OrElse => "or else",
        BinaryOp::After => "after",
        BinaryOp::Before => "before",
        BinaryOp::AsOf => "as of",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Intersect => "&",
        BinaryOp::Union => "|",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Of => return None,
    })
}

fn nth(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (1, r) if r != 11 => "st",
        (2, r) if r != 12 => "nd",
        (3, r) if r != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}
