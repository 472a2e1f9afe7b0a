//! A piece of a module as HTML: words coloured by what they are, names and citations as links.

use super::{Source, anchor};
use rogatio_diagnostics::Span;
use rogatio_grammar::ast::{Item, ItemKind, Name};
use rogatio_grammar::keywords;
use rogatio_grammar::token::{Lexed, Token, TokenKind as K, lex};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is declared where, and who reads it.
pub(super) struct Coder<'a> {
    text: &'a str,
    lexed: Lexed,
    /// The citation of a provision, by the place of its number or label. The first place of a citation is its anchor.
    places: BTreeMap<u32, String>,
    anchors: BTreeMap<String, u32>,
    /// Where a name is declared.
    names: BTreeMap<&'a str, u32>,
    /// Whole items of the module, and the provision they stand in.
    items: Vec<(Span, String)>,
}

impl<'a> Coder<'a> {
    pub(super) fn new(source: &Source<'a>) -> Coder<'a> {
        let text = source.sources.text(source.file);
        let mut places = BTreeMap::new();
        let mut anchors = BTreeMap::new();
        for p in &source.program.provisions {
            if p.span.file == source.file && p.parent.is_some() {
                places.insert(p.span.start, p.cite.clone());
                anchors.entry(p.cite.clone()).or_insert(p.span.start);
            }
        }
        let mut coder = Coder {
            text,
            lexed: lex(source.file, text),
            places,
            anchors,
            names: BTreeMap::new(),
            items: Vec::new(),
        };
        coder.declare(&source.module.items, "");
        coder
    }

    /// The citation of the provision whose number or label begins here.
    pub(super) fn provision_at(&self, start: u32) -> Option<String> {
        self.places.get(&start).cloned()
    }

    fn declare(&mut self, items: &'a [Item], around: &str) {
        let mut here = around.to_owned();
        for item in items {
            if let Some(cite) = item
                .labels
                .last()
                .and_then(|l| self.provision_at(l.span.start))
            {
                here = cite;
            }
            let mut name = |n: &'a Name| {
                self.names.entry(n.text.as_str()).or_insert(n.span.start);
            };
            match &item.kind {
                ItemKind::Kind(k) => name(&k.name),
                ItemKind::Office(o) => name(&o.name),
                ItemKind::Unit(n, _) => name(n),
                ItemKind::Body(b) => name(&b.name),
                ItemKind::Act(a) => name(&a.name),
                ItemKind::Given(g) => name(&g.name),
                ItemKind::Reading(r) => name(&r.name),
                ItemKind::Define(d) => name(&d.name),
                ItemKind::Table(t) => name(&t.name),
                ItemKind::Status(s) if !s.also => name(&s.name),
                ItemKind::Norm(n) => n.label.iter().for_each(name),
                ItemKind::Decision(d) => name(&d.name),
                ItemKind::Procedure(p) => {
                    name(&p.name);
                    self.declare(&p.items, &here);
                }
                ItemKind::Article(a) => {
                    let cite = a
                        .numbers
                        .first()
                        .and_then(|n| self.provision_at(n.span.start));
                    if let rogatio_grammar::ast::ArticleBody::Items(items) = &a.body {
                        self.declare(items, &cite.unwrap_or_default());
                    }
                    continue;
                }
                _ => {}
            }
            self.items.push((item.span, here.clone()));
        }
    }

    fn tokens(&self, span: Span) -> &[Token] {
        let all = &self.lexed.tokens;
        let from = all.partition_point(|t| t.start < span.start);
        let to = all.partition_point(|t| t.start < span.end);
        &all[from..to]
    }

    /// Provisions outside `span` that name what is declared inside it, with their anchors.
    pub(super) fn readers(&self, span: Span) -> Vec<(String, String)> {
        let declared: Vec<&str> = self
            .names
            .iter()
            .filter(|(_, at)| (span.start..span.end).contains(*at))
            .map(|(name, _)| *name)
            .collect();
        let mut out: Vec<(String, String)> = Vec::new();
        for (other, cite) in &self.items {
            let inside = other.start >= span.start && other.end <= span.end;
            if declared.is_empty() || inside || cite.is_empty() {
                continue;
            }
            let reads = |t: &Token| t.kind == K::Ident && declared.contains(&t.text(self.text));
            let entry = (cite.clone(), anchor(cite));
            if self.tokens(*other).iter().any(reads) && !out.contains(&entry) {
                out.push(entry);
            }
        }
        let own = self
            .items
            .iter()
            .find(|(s, _)| *s == span)
            .map(|(_, c)| c.clone());
        out.retain(|(cite, _)| Some(cite) != own.as_ref());
        out
    }

    /// The anchors in a piece of text, without the text.
    pub(super) fn anchors(&self, span: Span) -> String {
        let mut out = String::new();
        for token in self.tokens(span) {
            self.anchor_at(token.start, &mut out);
        }
        out
    }

    fn anchor_at(&self, start: u32, out: &mut String) {
        if let Some(cite) = self
            .places
            .get(&start)
            .filter(|c| self.anchors.get(*c) == Some(&start))
        {
            let _ = write!(out, "<a id=\"{}\"></a>", anchor(cite));
        }
    }

    /// The text at `span`, its first line's indentation taken from every line.
    pub(super) fn code(&self, span: Span) -> String {
        let mut out = String::new();
        let mut at = span.start;
        let tokens = self.tokens(span);
        let mut n = 0;
        while let Some(token) = tokens.get(n) {
            self.plain(at, token.start, &mut out);
            self.anchor_at(token.start, &mut out);
            n += self.token(&tokens[n..], &mut out);
            at = tokens[n - 1].end;
        }
        self.plain(at, span.end, &mut out);
        let line = self.text[..span.start as usize]
            .rfind('\n')
            .map_or(0, |n| n + 1);
        let indent = self.text[line..].len() - self.text[line..].trim_start_matches(' ').len();
        let pad = " ".repeat(indent);
        let lines: Vec<&str> = out
            .lines()
            .map(|l| l.strip_prefix(pad.as_str()).unwrap_or(l))
            .collect();
        lines.join("\n")
    }

    /// White space and comments.
    fn plain(&self, from: u32, to: u32, out: &mut String) {
        let text = self
            .text
            .get(from as usize..to as usize)
            .unwrap_or_default();
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                out.push('\n');
            }
            match line.find("//") {
                Some(at) => {
                    let _ = write!(
                        out,
                        "{}<span class=\"c\">{}</span>",
                        escape(&line[..at]),
                        escape(&line[at..])
                    );
                }
                None => out.push_str(&escape(line)),
            }
        }
    }

    /// The first token, or a citation; returns how many tokens it took.
    fn token(&self, tokens: &[Token], out: &mut String) -> usize {
        let token = tokens[0];
        let word = token.text(self.text);
        if token.kind == K::Art {
            let paras = tokens
                .iter()
                .skip(2)
                .take_while(|t| t.kind == K::Para)
                .count();
            let count = (2 + paras).min(tokens.len());
            let text = &self.text[token.start as usize..tokens[count - 1].end as usize];
            let cite = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if self.anchors.contains_key(&cite) {
                let _ = write!(
                    out,
                    "<a class=\"k\" href=\"#{}\">{}</a>",
                    anchor(&cite),
                    escape(text)
                );
                return count;
            }
        }
        let class = match token.kind {
            K::Str => "s",
            K::Label | K::TailLabel | K::Para => "l",
            K::Int
            | K::Number
            | K::Decimal
            | K::Percent
            | K::Ordinal
            | K::Duration
            | K::Date
            | K::DateTime => "n",
            K::Ident => match self.names.get(word) {
                Some(at) if *at == token.start => {
                    let _ = write!(out, "<b id=\"name-{0}\">{0}</b>", escape(word));
                    return 1;
                }
                Some(_) => {
                    let _ = write!(out, "<a href=\"#name-{0}\">{0}</a>", escape(word));
                    return 1;
                }
                None => "",
            },
            kind if kind.spelling().contains(' ') || keywords().iter().any(|k| k.kind == kind) => {
                "k"
            }
            _ => "",
        };
        let _ = match class {
            "" => write!(out, "{}", escape(word)),
            _ => write!(out, "<span class=\"{class}\">{}</span>", escape(word)),
        };
        1
    }
}

/// Text that stands between tags or in an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
