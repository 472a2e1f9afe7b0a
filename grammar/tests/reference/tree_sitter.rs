//! From the productions to the grammar of tree-sitter, as the JSON its generator reads.
//!
//! What the gluing pass decides by looking around is done there by other means: words glued together are one token each,
//! a word is a keyword only where the parser expects one, and labels come from `scanner.c`.

use super::ebnf::{Ebnf, Term};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Productions that only group; they make no node of their own.
const HIDDEN: &[&str] = &[
    "Decl",
    "Labels",
    "Word",
    "TypeB",
    "Primary",
    "Post",
    "Paren",
    "EExpr",
    "What",
    "RowResult",
    "Dotted",
    "EName",
    "ShareInt",
    "CellValue",
    "OddsValue",
    "ArgKind",
    "ScKind",
    "XKind",
    "StageKind",
    "BodyKind",
    "DecisionKind",
    "TimeKind",
    "EnsureTimeKind",
    "TailKind",
    "ActLine",
];

/// The grammar. The first rule is where a text begins, so that their order counts.
pub(crate) fn grammar(ebnf: &Ebnf) -> String {
    let nullable = nullable(ebnf);
    let to = Converter {
        nullable: &nullable,
        rests: RefCell::default(),
    };
    let mut rules = vec![(
        "source_file".to_owned(),
        json!({"type": "REPEAT", "content": to.symbol("Item")}),
    )];
    let own = |n: &&String| !matches!(n.as_str(), "Word" | "Label" | "TailLabel" | "Para");
    rules.extend(
        ebnf.names()
            .iter()
            .filter(own)
            .map(|n| (node(n), to.some(ebnf.term(n)))),
    );
    rules.extend(to.rests.take());
    rules.push((
        "identifier".to_owned(),
        // `Case#1` names an instance, `find safe` an act, `late.Account` a kind of a module that is used twice.
        pattern(
            r"(find[ \t]+)?[\p{XID_Start}_][\p{XID_Continue}]*(\.[A-Z][\p{XID_Continue}]*)?(#[0-9]+)?",
        ),
    ));
    rules.extend(TOKENS.iter().map(|(n, p)| {
        (
            (*n).to_owned(),
            json!({"type": "TOKEN", "content": pattern(p)}),
        )
    }));
    let rest = json!({
        "word": "identifier",
        "extras": [pattern(r"[\s\u3000\u00a0\ufeff]"), {"type": "SYMBOL", "name": "comment"}],
        // `renewal of art 9` and `2/3 of members` differ by what follows.
        "conflicts": [["subject"], ["cite"], ["_primary"], ["head_cite"]],
        "precedences": [],
        "externals": [
            {"type": "SYMBOL", "name": "label"},
            {"type": "SYMBOL", "name": "tail_label"},
            {"type": "SYMBOL", "name": "paragraph_number"},
            {"type": "SYMBOL", "name": "_cite_of"},
            {"type": "SYMBOL", "name": "_cite_in"},
            {"type": "STRING", "value": "("},
        ],
        "inline": [],
        "supertypes": [],
    });
    let lines: Vec<String> = rules
        .iter()
        .map(|(name, rule)| format!("    \"{name}\": {rule}"))
        .collect();
    let rest = serde_json::to_string_pretty(&rest).expect("plain values");
    format!(
        "{{\n  \"name\": \"rogatio\",\n  \"rules\": {{\n{}\n  }},{}\n",
        lines.join(",\n"),
        &rest[1..]
    )
}

fn pattern(p: &str) -> Value {
    json!({"type": "PATTERN", "value": p})
}

/// Classes of tokens.
const TOKENS: &[(&str, &str)] = &[
    ("comment", r"//[^\n]*"),
    ("string", r#""([^"\\\n]|\\[^\n])*""#),
    ("integer", r"[0-9][0-9_]*"),
    ("decimal", r"[0-9]+\.[0-9]+"),
    ("numeral", r"[0-9]+[A-Za-z][A-Za-z0-9]*"),
    ("percent", r"[0-9]+(\.[0-9]+)?%"),
    ("ordinal", r"[0-9]+(st|nd|rd|th)"),
    ("date", r"[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}"),
    (
        "datetime",
        r"[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}T[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?(Z|[+\-][0-9]{1,2}:[0-9]{2})?",
    ),
    (
        "duration",
        r"[0-9][0-9_]*[ \t]+(second|minute|hour|day|week|month|year)s?",
    ),
];

/// `DecisionClause` is `decision_clause`; with an underscore in front if it is hidden.
fn node(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    if HIDDEN.contains(&name) {
        format!("_{out}")
    } else {
        out
    }
}

/// Productions that may stand for nothing: tree-sitter has none, so that they are optional where they are used.
fn nullable(ebnf: &Ebnf) -> BTreeSet<String> {
    fn empty(t: &Term, known: &BTreeSet<String>) -> bool {
        match t {
            Term::Token(_) => false,
            Term::Rule(n) => known.contains(n),
            Term::Optional(_) | Term::Repeated(_) => true,
            Term::Comma(t) => empty(t, known),
            Term::Row(v) => v.iter().all(|t| empty(t, known)),
            Term::Choice(v) => v.iter().any(|t| empty(t, known)),
        }
    }
    let mut known = BTreeSet::new();
    loop {
        let more: Vec<String> = ebnf
            .names()
            .iter()
            .filter(|n| !known.contains(*n) && empty(ebnf.term(n), &known))
            .cloned()
            .collect();
        if more.is_empty() {
            return known;
        }
        known.extend(more);
    }
}

struct Converter<'a> {
    nullable: &'a BTreeSet<String>,
    /// Rules for the rest of a row from an optional part on: see [`Converter::row`].
    rests: RefCell<Vec<(String, Value)>>,
}

impl Converter<'_> {
    fn symbol(&self, name: &str) -> Value {
        let name = match name {
            "Word" => return json!({"type": "SYMBOL", "name": "identifier"}),
            "Label" => return json!({"type": "SYMBOL", "name": "label"}),
            "TailLabel" => return json!({"type": "SYMBOL", "name": "tail_label"}),
            "Para" => return json!({"type": "SYMBOL", "name": "paragraph_number"}),
            name => name,
        };
        let symbol = json!({"type": "SYMBOL", "name": node(name)});
        if self.nullable.contains(name) {
            optional(symbol)
        } else {
            symbol
        }
    }

    /// The term where it stands for something.
    fn some(&self, t: &Term) -> Value {
        match t {
            Term::Optional(t) => self.some(t),
            Term::Repeated(t) => json!({"type": "REPEAT1", "content": self.any(t)}),
            Term::Choice(v) => choice(alternatives(v).map(|t| self.some(t)).collect()),
            Term::Row(v) if v.len() == 1 => self.some(&v[0]),
            t => self.any(t),
        }
    }

    fn any(&self, t: &Term) -> Value {
        match t {
            Term::Token(t) => token(t),
            Term::Rule(n) => self.symbol(n),
            Term::Optional(t) => optional(self.any(t)),
            Term::Repeated(t) => json!({"type": "REPEAT", "content": self.any(t)}),
            Term::Comma(t) => {
                let item = self.any(t);
                let more = json!({"type": "SEQ", "members": [{"type": "STRING", "value": ","}, item.clone()]});
                json!({"type": "SEQ", "members": [item, {"type": "REPEAT", "content": more}]})
            }
            Term::Row(v) => self.row(v),
            Term::Choice(v) => choice(alternatives(v).map(|t| self.any(t)).collect()),
        }
    }
}

impl Converter<'_> {
    /// One after the other. The generator writes out every choice of optional parts, a thousand for ten of them; from
    /// the first of several on, a rule stands for the rest of the row instead.
    fn row(&self, v: &[Term]) -> Value {
        let optional_part = |t: &Term| match t {
            Term::Optional(_) | Term::Repeated(_) => true,
            Term::Rule(n) => self.nullable.contains(n),
            _ => false,
        };
        let fixed = v
            .iter()
            .rposition(|t| !optional_part(t))
            .map_or(0, |n| n + 1);
        let tail = &v[fixed..];
        if tail.len() < 3 {
            let members: Vec<Value> = v.iter().map(|t| self.any(t)).collect();
            return json!({"type": "SEQ", "members": members});
        }
        let mut rest: Option<Value> = None;
        for part in tail.iter().rev() {
            let some = match part {
                Term::Rule(n) => json!({"type": "SYMBOL", "name": node(n)}),
                part => self.some(part),
            };
            let rule = match rest {
                None => some,
                Some(rest) => choice(vec![
                    json!({"type": "SEQ", "members": [some, optional(rest.clone())]}),
                    rest,
                ]),
            };
            let mut rests = self.rests.borrow_mut();
            let name = format!("_rest_{}", rests.len());
            rests.push((name.clone(), rule));
            rest = Some(json!({"type": "SYMBOL", "name": name}));
        }
        let mut members: Vec<Value> = v[..fixed].iter().map(|t| self.any(t)).collect();
        members.extend(rest.map(optional));
        json!({"type": "SEQ", "members": members})
    }
}

/// The branches that stand for something of their own: a verdict alone looks like a name.
fn alternatives(v: &[Term]) -> impl Iterator<Item = &Term> {
    let verdict = Term::Token("VERDICT".into());
    v.iter()
        .filter(move |t| **t != verdict && **t != Term::Row(vec![]))
}

fn optional(t: Value) -> Value {
    json!({"type": "CHOICE", "members": [t, {"type": "BLANK"}]})
}

fn choice(mut members: Vec<Value>) -> Value {
    match members.len() {
        1 => members.remove(0),
        _ => json!({"type": "CHOICE", "members": members}),
    }
}

/// A terminal of the grammar.
fn token(spelling: &str) -> Value {
    let symbol = |name: &str| json!({"type": "SYMBOL", "name": name});
    let alias = |pattern: String| {
        let token = json!({"type": "TOKEN", "content": {"type": "PATTERN", "value": pattern}});
        json!({"type": "ALIAS", "content": token, "named": false, "value": spelling})
    };
    const RANK: &str = r"(most|fewest|earliest|latest)";
    match spelling {
        "IDENT" => symbol("identifier"),
        "STRING" => symbol("string"),
        "LABEL" => symbol("label"),
        "TAILLABEL" => symbol("tail_label"),
        "PARA" => symbol("paragraph_number"),
        "INT" => symbol("integer"),
        "NUMBER" => symbol("numeral"),
        "DECIMAL" => symbol("decimal"),
        "PERCENT" => symbol("percent"),
        "ORDINAL" => symbol("ordinal"),
        "DURATION" => symbol("duration"),
        "DATE" => symbol("date"),
        "DATETIME" => symbol("datetime"),
        "STAMP" => choice(vec![symbol("date"), symbol("datetime")]),
        "by RANK" => alias(format!(r"by\s+{RANK}")),
        "then RANK" => alias(format!(r",\s*then\s+{RANK}")),
        "CITE>" => symbol("_cite_of"),
        "CITE HEADING" => symbol("_cite_in"),
        // Told apart by what follows, which the parser of an editor finds out by trying.
        "of MODULE" | "of COPY" => json!({"type": "STRING", "value": "of"}),
        t if t.contains(' ') => alias(t.replace(' ', r"\s+")),
        t => json!({"type": "STRING", "value": t}),
    }
}
