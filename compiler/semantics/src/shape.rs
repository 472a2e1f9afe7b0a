//! What a checked rule says, without where it says it: two rules of the same shape mean the same.
//!
//! Made from the `Debug` form, which has every node and needs no code per node. Its form `{:-?}` has no spans and no provisions.

use std::fmt::{Debug, Write as _};

/// The original's number for a copy's, both as they are written, where the two mean the same: `StatusId(4)`.
pub(crate) type Originals<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Bytes of the form of a usual part: it is written piece by piece, and need not grow each time.
const USUAL: usize = 1 << 10;

/// Parts of a rule without places: variables numbered as they appear, copies that mean their original by its number.
pub(crate) fn shape(parts: &[&dyn Debug], same: &Originals<'_>) -> String {
    renumbered(&said(parts), same)
}

/// The same for a part that is written already.
pub(crate) fn renumbered(said: &str, same: &Originals<'_>) -> String {
    let mut vars: Vec<&str> = Vec::new();
    let mut out = String::with_capacity(said.len());
    let mut done = 0;
    let bytes = said.as_bytes();
    // An id is a word that ends in `Id`, with a number: `VarId(7)`.
    for open in 2..bytes.len() {
        if bytes[open] != b'(' || bytes[open - 2..open] != *b"Id" {
            continue;
        }
        let Some(before) = bytes.get(done..open) else {
            continue;
        };
        let word = before.iter().rev();
        let start = open - word.take_while(|b| b.is_ascii_alphanumeric()).count();
        let end = said[open..].find(')').map_or(said.len(), |i| open + i + 1);
        let whole = &said[start..end];
        out.push_str(&said[done..start]);
        done = end;
        if whole.starts_with("VarId(") {
            let n = vars.iter().position(|v| *v == whole).unwrap_or_else(|| {
                vars.push(whole);
                vars.len() - 1
            });
            let _ = write!(out, "v{n}");
        } else {
            match same(whole) {
                Some(original) => out.push_str(&original),
                None => out.push_str(whole),
            }
        }
    }
    out.push_str(&said[done..]);
    out
}

/// Parts of a rule without places, their variables as they are.
pub(crate) fn said(parts: &[&dyn Debug]) -> String {
    let mut out = String::with_capacity(USUAL);
    for part in parts {
        let _ = write!(out, "{part:-?} ");
    }
    out
}

/// One part of a rule without places.
pub(crate) fn plain(part: &dyn Debug) -> String {
    let mut out = String::with_capacity(USUAL);
    let _ = write!(out, "{part:-?}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hir::*;
    use rogatio_diagnostics::FileId;

    fn var(v: u32, provision: u32, start: u32) -> Expr {
        Expr {
            kind: ExprKind::Var(VarId(v)),
            ty: Ty::Bool,
            provision: ProvisionId(provision),
            span: Span::new(FileId(provision), start, start + 1),
        }
    }

    #[test]
    fn a_shape_has_no_places_and_its_own_variables() {
        let (a, b) = (var(7, 2, 1), var(3, 5, 4));
        let none: &Originals<'_> = &|_| None;
        assert_eq!(
            shape(&[&a, &VarId(7), &VarId(9)], none),
            shape(&[&b, &VarId(3), &VarId(4)], none)
        );
        assert_ne!(
            shape(&[&VarId(1), &VarId(1)], none),
            shape(&[&VarId(1), &VarId(2)], none)
        );
        let same: &Originals<'_> =
            &|copy| (copy == "StatusId(4)").then(|| "StatusId(1)".to_owned());
        assert_eq!(shape(&[&StatusId(4)], same), "StatusId(1) ");
        assert_ne!(shape(&[&StatusId(2)], same), shape(&[&StatusId(3)], same));
        assert_eq!(plain(&a), plain(&var(7, 9, 9)));
        assert_ne!(plain(&a), plain(&b));
    }
}
