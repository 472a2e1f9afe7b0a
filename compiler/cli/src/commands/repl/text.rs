//! Names and acts written as the language writes them.

use rogatio_diagnostics::FileId;
use rogatio_grammar::token::{is_name, lex};
use rogatio_interpret::{Case, Entity};
use rogatio_mir::DecisionId;

/// A name, in quotes where it is not one word that may name something.
pub(crate) fn name(text: &str) -> String {
    let lexed = lex(FileId(0), text);
    let plain = match lexed.tokens.as_slice() {
        [one] => lexed.diagnostics.is_empty() && one.text(text) == text && is_name(one.kind),
        _ => false,
    };
    // `Bill#2` names the second instance; `true` is no name.
    if plain || text.contains('#') {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The name that a text begins with, without its quotes.
pub(crate) fn unquoted(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => text.to_owned(),
    }
}

/// A decision with its subject: `Amend on a1`.
pub(crate) fn decision(case: &Case, d: DecisionId, subject: Option<Entity>) -> String {
    let program = case.program();
    let of = program.decisions.get(d.index());
    // Of several bodies the actor says whose part it is.
    let whole = of.and_then(|d| d.whole).unwrap_or(d);
    let of = program.decisions.get(whole.index());
    let named = of.map_or("?", |d| d.name.as_str());
    match subject {
        Some(s) => format!("{named} on {}", name(case.entity_name(s))),
        None => named.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_quotes() {
        assert_eq!(name("Mongolia"), "Mongolia");
        assert_eq!(name("日本"), "日本");
        assert_eq!(name("Saint Lucia"), "\"Saint Lucia\"");
        assert_eq!(name("article"), "\"article\"");
        assert_eq!(name("a\"b"), "\"a\\\"b\"");
        assert_eq!(unquoted(&name("a\"b")), "a\"b");
    }
}
