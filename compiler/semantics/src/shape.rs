//! What a checked rule says, without where it says it: two rules of the same shape mean the same.
//!
//! Made from the `Debug` form, which has every node and needs no code per node.

use std::collections::HashMap;

/// A rule without places: variables numbered as they appear, copies that mean their original by its number.
pub(crate) fn shape(debug: &str, same: &HashMap<String, String>) -> String {
    let mut vars: Vec<String> = Vec::new();
    ids(debug, &mut |word, whole| match word {
        "VarId" => {
            let n = vars.iter().position(|v| v == whole).unwrap_or_else(|| {
                vars.push(whole.to_owned());
                vars.len() - 1
            });
            format!("v{n}")
        }
        _ => same.get(whole).map_or(whole, String::as_str).to_owned(),
    })
}

/// A part of a rule without places, its variables as they are.
pub(crate) fn plain(debug: &str) -> String {
    ids(debug, &mut |_, whole| whole.to_owned())
}

/// The text with every id as `write` has it, and without spans and provisions.
fn ids(debug: &str, write: &mut dyn FnMut(&str, &str) -> String) -> String {
    let mut out = String::with_capacity(debug.len());
    let mut rest = debug;
    while let Some(start) = rest.find(|c: char| c.is_ascii_uppercase()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let close = match word {
            "Span" => after.starts_with(" {").then(|| span_end(after)),
            _ if word.ends_with("Id") && after.starts_with('(') => after.find(')').map(|i| i + 1),
            _ => None,
        };
        let Some(close) = close else {
            out.push_str(word);
            rest = after;
            continue;
        };
        let whole = &rest[..end + close];
        if !matches!(word, "Span" | "ProvisionId") {
            out.push_str(&write(word, whole));
        }
        rest = &rest[end + close..];
    }
    out.push_str(rest);
    out
}

/// Where the braces of a span end, nested ones included.
fn span_end(text: &str) -> usize {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_no_places_and_its_own_variables() {
        let a = "Expr { kind: Var(VarId(7)), provision: ProvisionId(2), span: Span { file: FileId(0), start: 1, end: 2 } } VarId(7) VarId(9)";
        let b = "Expr { kind: Var(VarId(3)), provision: ProvisionId(5), span: Span { file: FileId(1), start: 4, end: 9 } } VarId(3) VarId(4)";
        let none = HashMap::new();
        assert_eq!(shape(a, &none), shape(b, &none));
        assert_ne!(
            shape("VarId(1) VarId(1)", &none),
            shape("VarId(1) VarId(2)", &none)
        );
        let same = HashMap::from([("StatusId(4)".to_owned(), "StatusId(1)".to_owned())]);
        assert_eq!(shape("StatusId(4)", &same), "StatusId(1)");
        assert_ne!(shape("StatusId(2)", &same), shape("StatusId(3)", &same));
    }
}
