//! From `grammar.lalrpop` to EBNF: bindings and actions go, direct left recursion becomes repetition, short
//! productions are written where they are used.

use std::collections::{BTreeMap, BTreeSet};

/// A piece of a right-hand side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// A word, a sign or a class of tokens, as the grammar spells it.
    Token(String),
    /// Another production.
    Rule(String),
    /// `[ … ]`
    Optional(Box<Term>),
    /// `{ … }`
    Repeated(Box<Term>),
    /// A list with commas.
    Comma(Box<Term>),
    /// One after the other; empty for nothing.
    Row(Vec<Term>),
    /// One of them.
    Choice(Vec<Term>),
}

/// The productions by name, in the order of the grammar.
pub(crate) struct Ebnf {
    order: Vec<String>,
    rules: BTreeMap<String, Term>,
}

/// The entries of the parser and what they begin with; not part of the language.
const INTERNAL: &[&str] = &["Start"];

/// Productions that keep their name although they are short.
const KEPT: &[&str] = &[
    "Name",
    "Text",
    "Path",
    "Label",
    "Labels",
    "Item",
    "Type",
    "Param",
    "Word",
    "Expr",
    "Or",
    "And",
    "Slot",
    "ESlot",
    "Except",
    "Element",
    "Where",
    "When",
    "Number",
    "Cite",
    "Row",
    "Cell",
    "Arg",
    "Share",
    "EName",
    "EntityDecl",
    "EachItem",
    "Substitution",
    "TimeSpec",
    "Urgency",
    "Stage",
    "StageItem",
    "BodyClause",
    "DecisionClause",
    "ScItem",
    "XItem",
    "Odds",
    "Act",
    "Term",
];

impl Ebnf {
    /// Reads the grammar. Panics where the grammar is not in the shape that this reader knows: it is a test.
    pub(crate) fn read(source: &str) -> Ebnf {
        let mut reader = Reader {
            tokens: cut(source),
            at: 0,
        };
        let mut order = Vec::new();
        let mut rules = BTreeMap::new();
        while let Some((name, term)) = reader.production() {
            if INTERNAL.contains(&name.as_str()) {
                continue;
            }
            order.push(name.clone());
            rules.insert(name, term);
        }
        Ebnf { order, rules }
    }

    /// With repetition in place of left recursion, but for the productions named.
    pub(crate) fn looped(mut self, but: &[&str]) -> Ebnf {
        for (name, term) in self
            .rules
            .iter_mut()
            .filter(|(n, _)| !but.contains(&n.as_str()))
        {
            *term = loops(name, std::mem::replace(term, Term::Row(vec![])));
        }
        self
    }

    /// With repetition in place of left recursion, and short productions written where they are used.
    pub(crate) fn short(self) -> Ebnf {
        let mut short = self.looped(&[]);
        short.inline();
        short
    }

    /// A production's right-hand side.
    pub(crate) fn term(&self, name: &str) -> &Term {
        &self.rules[name]
    }

    /// The names, in the order of the grammar.
    pub(crate) fn names(&self) -> &[String] {
        &self.order
    }

    /// `Name = …` with its alternatives, wrapped at 100 columns.
    pub(crate) fn print(&self, name: &str) -> Option<String> {
        let term = self.rules.get(name)?;
        let alternatives = match term {
            Term::Choice(v) => v.clone(),
            other => vec![other.clone()],
        };
        let mut out = format!("{name} =");
        let mut column = out.len();
        let indent = 4;
        for (n, alternative) in alternatives.iter().enumerate() {
            let text = alternative.text(false);
            let words = words(&text);
            let short = matches!(alternative, Term::Token(_)) && n > 0;
            if n > 0 && !(short && column + text.len() + 3 < 100) {
                out.push('\n');
                out.push_str(&" ".repeat(indent - 2));
                column = indent - 2;
                out.push('|');
                column += 1;
            } else if n > 0 {
                out.push_str(" |");
                column += 2;
            }
            for word in words {
                if column + 1 + word.chars().count() > 100 {
                    out.push('\n');
                    out.push_str(&" ".repeat(indent + 1));
                    column = indent + 1;
                }
                out.push(' ');
                out.push_str(word);
                column += 1 + word.chars().count();
            }
        }
        Some(out)
    }

    fn inline(&mut self) {
        loop {
            let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
            for term in self.rules.values() {
                term.uses(&mut uses);
            }
            let Some(name) = self.order.iter().find(|n| {
                let term = &self.rules[*n];
                !KEPT.contains(&n.as_str())
                    && !term.mentions(n)
                    && term.size()
                        <= if uses.get(n.as_str()) == Some(&1) {
                            6
                        } else {
                            3
                        }
            }) else {
                return;
            };
            let name = name.clone();
            let body = self.rules.remove(&name).expect("it was found");
            self.order.retain(|n| *n != name);
            for term in self.rules.values_mut() {
                term.replace(&name, &body);
                *term = std::mem::replace(term, Term::Row(vec![])).flat();
            }
        }
    }

    /// Every name that is used and not declared; must be empty.
    pub(crate) fn undeclared(&self) -> BTreeSet<String> {
        let mut uses = BTreeMap::new();
        for term in self.rules.values() {
            term.uses(&mut uses);
        }
        let known = |n: &&str| !self.rules.contains_key(*n);
        uses.into_keys().filter(known).map(String::from).collect()
    }
}

impl Term {
    fn size(&self) -> usize {
        match self {
            Term::Token(_) | Term::Rule(_) => 1,
            Term::Optional(t) | Term::Repeated(t) | Term::Comma(t) => t.size(),
            Term::Row(v) => v.iter().map(Term::size).sum(),
            Term::Choice(v) => v.iter().map(Term::size).sum::<usize>() + 2,
        }
    }

    fn uses<'a>(&'a self, into: &mut BTreeMap<&'a str, usize>) {
        match self {
            Term::Token(_) => {}
            Term::Rule(n) => *into.entry(n).or_default() += 1,
            Term::Optional(t) | Term::Repeated(t) | Term::Comma(t) => t.uses(into),
            Term::Row(v) | Term::Choice(v) => v.iter().for_each(|t| t.uses(into)),
        }
    }

    fn mentions(&self, name: &str) -> bool {
        let mut uses = BTreeMap::new();
        self.uses(&mut uses);
        uses.contains_key(name)
    }

    fn replace(&mut self, name: &str, with: &Term) {
        match self {
            Term::Token(_) => {}
            Term::Rule(n) if n == name => *self = with.clone(),
            Term::Rule(_) => {}
            Term::Optional(t) | Term::Repeated(t) | Term::Comma(t) => t.replace(name, with),
            Term::Row(v) | Term::Choice(v) => v.iter_mut().for_each(|t| t.replace(name, with)),
        }
    }

    /// Rows in rows are one row; a choice with an empty branch is optional.
    fn flat(self) -> Term {
        match self {
            Term::Row(v) => {
                let mut out = Vec::new();
                for t in v {
                    match t.flat() {
                        Term::Row(w) => out.extend(w),
                        t => out.push(t),
                    }
                }
                match out.len() {
                    1 => out.remove(0),
                    _ => Term::Row(out),
                }
            }
            Term::Choice(v) => {
                let mut out = Vec::new();
                let mut empty = false;
                for t in v {
                    match t.flat() {
                        Term::Row(w) if w.is_empty() => empty = true,
                        Term::Choice(w) => out.extend(w),
                        t if out.contains(&t) => {}
                        t => out.push(t),
                    }
                }
                let inner = match out.len() {
                    0 => return Term::Row(vec![]),
                    1 => out.remove(0),
                    _ => Term::Choice(out),
                };
                match (empty, inner) {
                    (true, t @ (Term::Optional(_) | Term::Repeated(_))) => t,
                    (true, t) => Term::Optional(Box::new(t)),
                    (false, t) => t,
                }
            }
            Term::Optional(t) => match t.flat() {
                t @ (Term::Optional(_) | Term::Repeated(_)) => t,
                Term::Row(v) if v.is_empty() => Term::Row(v),
                t => Term::Optional(Box::new(t)),
            },
            Term::Repeated(t) => Term::Repeated(Box::new(t.flat())),
            Term::Comma(t) => Term::Comma(Box::new(t.flat())),
            t => t,
        }
    }

    fn text(&self, inner: bool) -> String {
        match self {
            Term::Token(t) if t.chars().all(|c| c.is_ascii_uppercase()) => t.clone(),
            Term::Token(t) => format!("\"{t}\""),
            Term::Rule(n) => n.clone(),
            Term::Optional(t) => format!("[ {} ]", t.text(false)),
            Term::Repeated(t) => format!("{{ {} }}", t.text(false)),
            Term::Comma(t) => format!("{0} {{ \",\" {0} }}", t.text(true)),
            Term::Row(v) if v.is_empty() => "/* nothing */".into(),
            Term::Row(v) => {
                let parts: Vec<String> = v.iter().map(|t| t.text(true)).collect();
                let text = parts.join(" ");
                if inner { format!("( {text} )") } else { text }
            }
            Term::Choice(v) => {
                let parts: Vec<String> = v.iter().map(|t| t.text(false)).collect();
                let text = parts.join(" | ");
                if inner { format!("( {text} )") } else { text }
            }
        }
    }
}

/// What may stand on a line of its own: a quoted spelling is not broken.
fn words(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c: char| {
        quoted ^= c == '"';
        c == ' ' && !quoted
    })
    .collect()
}

/// `A = base | A rest` is `A = base { rest }`.
fn loops(name: &str, term: Term) -> Term {
    let alternatives = match term {
        Term::Choice(v) => v,
        t => vec![t],
    };
    let mut bases = Vec::new();
    let mut rests = Vec::new();
    for alternative in alternatives {
        let row = match alternative {
            Term::Row(v) => v,
            t => vec![t],
        };
        match row.split_first() {
            Some((Term::Rule(n), rest)) if n == name => rests.push(Term::Row(rest.to_vec())),
            _ => bases.push(Term::Row(row)),
        }
    }
    let base = Term::Choice(bases);
    if rests.is_empty() {
        return base.flat();
    }
    Term::Row(vec![base, Term::Repeated(Box::new(Term::Choice(rests)))]).flat()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    Quoted(String),
    Sign(char),
    /// `=>`
    Action,
}

fn cut(source: &str) -> Vec<Piece> {
    let start = source
        .find("// ---- names")
        .expect("the grammar begins with names");
    let end = source
        .find("extern {")
        .expect("the grammar ends with the tokens");
    let mut out = Vec::new();
    for line in source[start..end].lines() {
        let mut rest = line.trim_start();
        while let Some(c) = rest.chars().next() {
            if rest.starts_with("//") {
                break;
            }
            let length = if c == '"' {
                let close = rest[1..].find('"').expect("a closed quotation") + 2;
                out.push(Piece::Quoted(rest[1..close - 1].into()));
                close
            } else if c.is_alphanumeric() || c == '_' || c == '@' {
                let length = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '@'))
                    .unwrap_or(rest.len());
                out.push(Piece::Word(rest[..length].into()));
                length
            } else if rest.starts_with("=>") {
                out.push(Piece::Action);
                2
            } else {
                if !c.is_whitespace() {
                    out.push(Piece::Sign(c));
                }
                c.len_utf8()
            };
            rest = &rest[length..];
        }
    }
    out
}

struct Reader {
    tokens: Vec<Piece>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Piece> {
        self.tokens.get(self.at)
    }

    fn sign(&mut self, c: char) -> bool {
        let found = self.peek() == Some(&Piece::Sign(c));
        if found {
            self.at += 1;
        }
        found
    }

    fn production(&mut self) -> Option<(String, Term)> {
        let Piece::Word(name) = self.peek()?.clone() else {
            panic!("a production begins with its name: {:?}", self.peek());
        };
        self.at += 1;
        assert!(self.sign(':'), "the type of `{name}`");
        // The type ends at the `=` that stands for "is".
        while !self.sign('=') {
            self.at += 1;
        }
        let mut alternatives = Vec::new();
        if self.sign('{') {
            while !self.sign('}') {
                alternatives.push(self.alternative());
                self.sign(',');
            }
        } else {
            alternatives.push(self.alternative());
        }
        self.sign(';');
        Some((name, Term::Choice(alternatives).flat()))
    }

    fn alternative(&mut self) -> Term {
        let mut row = Vec::new();
        loop {
            match self.peek() {
                None | Some(Piece::Sign(',' | '}' | ';')) => break,
                Some(Piece::Action) => {
                    self.action();
                    break;
                }
                Some(_) => row.extend(self.symbol()),
            }
        }
        Term::Row(row)
    }

    /// Skips `=> code` up to what ends the alternative.
    fn action(&mut self) {
        let mut depth = 0;
        while let Some(piece) = self.peek() {
            match piece {
                Piece::Sign(',' | ';') if depth == 0 => return,
                Piece::Sign('}') if depth == 0 => return,
                Piece::Sign('(' | '{' | '[') => depth += 1,
                Piece::Sign(')' | '}' | ']') => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn symbol(&mut self) -> Option<Term> {
        if self.sign('<') {
            // `<name:Symbol>`, `<l:@L>` or `<Symbol>`.
            if let (Some(Piece::Word(_)), Some(Piece::Sign(':'))) =
                (self.tokens.get(self.at), self.tokens.get(self.at + 1))
            {
                self.at += 2;
            }
            let inner = self.symbol();
            assert!(self.sign('>'), "a closed binding, at {:?}", self.peek());
            return inner;
        }
        let piece = self.peek()?.clone();
        self.at += 1;
        match piece {
            Piece::Quoted(t) => Some(Term::Token(t)),
            Piece::Word(w) if w.starts_with('@') => None,
            Piece::Word(w) => {
                // `Word <r:@R>` is two symbols.
                if !matches!(w.as_str(), "Many" | "Opt" | "Comma") || !self.sign('<') {
                    return Some(Term::Rule(w));
                }
                let inner = Box::new(self.symbol().expect("an argument"));
                assert!(self.sign('>'), "one argument");
                Some(match w.as_str() {
                    "Many" => Term::Repeated(inner),
                    "Opt" => Term::Optional(inner),
                    _ => Term::Comma(inner),
                })
            }
            other => panic!("unexpected {other:?}"),
        }
    }
}
