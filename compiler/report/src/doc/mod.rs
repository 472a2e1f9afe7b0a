//! A readable page of a module, article by article: static HTML that needs no network.

mod code;

use code::Coder;
use minijinja::{Environment, Value, context};
use rogatio_diagnostics::{FileId, SourceMap};
use rogatio_grammar::ast::{Article, ArticleBody, Item, ItemKind, Module, Text};
use rogatio_semantics::hir::{Program, ProvisionKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a page is made from.
pub struct Source<'a> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// The file of the module.
    pub file: FileId,
    /// Its tree.
    pub module: &'a Module,
    /// The checked program.
    pub program: &'a Program,
    /// How many scenarios put a provision to use, by its number (`36(1)`); empty if none were run.
    pub scenarios: BTreeMap<String, u64>,
}

/// A heading with what stands under it.
#[derive(Serialize, Default)]
struct Section {
    /// `art 36`; empty for what stands before the first heading.
    cite: String,
    anchor: String,
    titles: Vec<String>,
    /// 2 for an article, 3 for one inside a section or part.
    level: usize,
    blocks: Vec<Block>,
    /// `hortatory` or `not modelled`, with its text.
    inert: Option<(&'static str, String)>,
    scenarios: Option<u64>,
}

/// Items that share their labels.
#[derive(Serialize, Default)]
struct Block {
    label: String,
    docs: Vec<String>,
    code: String,
    inert: Option<(&'static str, String)>,
    /// Provisions that read what is declared here.
    readers: Vec<(String, String)>,
    scenarios: Option<u64>,
}

#[derive(Serialize)]
struct Question {
    name: String,
    question: String,
    choices: Vec<(String, bool)>,
    cite: String,
    anchor: String,
}

/// The page as HTML.
///
/// # Errors
/// What the template engine says; only a defect of the template can cause it.
pub fn page(source: &Source<'_>) -> Result<String, String> {
    let index = source.program.modules.len().saturating_sub(1);
    let coder = Coder::new(source);
    let mut pages = Pages {
        source,
        coder,
        sections: vec![Section {
            level: 2,
            ..Section::default()
        }],
    };
    pages.items(&source.module.items, 2);
    let mut sections = pages.sections;
    sections.retain(Section::says_something);
    let readings: Vec<Question> = source
        .program
        .readings
        .iter()
        .filter(|r| r.span.file == source.file)
        .map(|r| {
            // Under no heading there is nothing to link to.
            let provision = source
                .program
                .provisions
                .get(r.provision.index())
                .filter(|p| p.parent.is_some());
            let cite = provision.map_or("", |p| p.cite.as_str());
            Question {
                name: r.name.clone(),
                question: r.question.clone(),
                choices: r
                    .choices
                    .iter()
                    .enumerate()
                    .map(|(i, c)| (c.clone(), Some(i) == r.default))
                    .collect(),
                cite: cite.to_owned(),
                anchor: anchor(cite),
            }
        })
        .collect();
    let module = source.program.modules.get(index);
    let mut environment = Environment::new();
    environment
        .add_template("page.html", include_str!("page.html"))
        .map_err(|e| e.to_string())?;
    let template = environment
        .get_template("page.html")
        .map_err(|e| e.to_string())?;
    template
        .render(context! {
            path => module.map_or("", |m| m.path.as_str()),
            titles => module.map(|m| m.titles.clone()).unwrap_or_default(),
            text => module.and_then(|m| m.source.clone()),
            style => include_str!("page.css"),
            readings => Value::from_serialize(&readings),
            sections => Value::from_serialize(&sections),
            version => env!("CARGO_PKG_VERSION"),
        })
        .map_err(|e| e.to_string())
}

impl Section {
    fn says_something(&self) -> bool {
        !self.cite.is_empty() || !self.blocks.is_empty()
    }
}

/// The name of a citation in a link: `art 36(1)(a)` is `art-36-1-a`.
fn anchor(cite: &str) -> String {
    let mut out = String::new();
    for c in cite.chars() {
        match c {
            c if c.is_alphanumeric() => out.push(c),
            ')' => {}
            _ if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_matches('-').to_owned()
}

/// `36(1)` of `art 36(1)`, as scenarios are counted by.
fn number(cite: &str) -> &str {
    cite.strip_prefix("art ").unwrap_or(cite)
}

fn values(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|t| t.value.clone()).collect()
}

struct Pages<'a> {
    source: &'a Source<'a>,
    coder: Coder<'a>,
    sections: Vec<Section>,
}

impl Pages<'_> {
    fn items(&mut self, items: &[Item], level: usize) {
        for item in items {
            match &item.kind {
                ItemKind::Article(a) => self.article(a, level),
                // The head is at the top of the page; cases are not the text.
                ItemKind::Module(_)
                | ItemKind::Source(_)
                | ItemKind::Reading(_)
                | ItemKind::Scenario(_)
                | ItemKind::Experiment(_) => {}
                _ => self.item(item),
            }
        }
    }

    fn article(&mut self, a: &Article, level: usize) {
        let cites: Vec<String> = if a.numbers.is_empty() {
            vec!["preamble".to_owned()]
        } else {
            a.numbers
                .iter()
                .filter_map(|n| self.coder.provision_at(n.span.start))
                .collect()
        };
        for cite in &cites {
            let inert = self
                .source
                .program
                .provisions
                .iter()
                .find(|p| p.cite == *cite)
                .and_then(|p| inert(&p.kind));
            self.sections.push(Section {
                anchor: anchor(cite),
                titles: values(&a.titles),
                level,
                inert,
                scenarios: self.source.scenarios.get(number(cite)).copied(),
                cite: cite.clone(),
                blocks: Vec::new(),
            });
        }
        match &a.body {
            ArticleBody::Items(items) | ArticleBody::AppliesVersionBefore { items, .. } => {
                self.items(items, level + 1);
            }
            ArticleBody::Applies(applies) => {
                let code = self.coder.code(applies.span);
                self.push(Block {
                    code,
                    ..Block::default()
                });
            }
            ArticleBody::Hortatory(_) | ArticleBody::NotModelled(_) => {}
        }
    }

    fn item(&mut self, item: &Item) {
        let label: String = item
            .labels
            .iter()
            .map(|l| format!("({})", l.text))
            .collect();
        let cite = item
            .labels
            .last()
            .and_then(|l| self.coder.provision_at(l.span.start));
        let docs = values(&item.docs);
        let scenarios = cite
            .as_deref()
            .and_then(|c| self.source.scenarios.get(number(c)).copied());
        let mut block = Block {
            label,
            docs,
            scenarios,
            ..Block::default()
        };
        match &item.kind {
            ItemKind::Inert(i) => {
                let words = if i.not_modelled {
                    "not modelled"
                } else {
                    "hortatory"
                };
                block.inert = Some((words, values(&i.texts).join("; ")));
                block.code = self.coder.anchors(item.span);
            }
            _ => {
                block.code = self.coder.code(item.span);
                block.readers = self.coder.readers(item.span);
            }
        }
        self.push(block);
    }

    fn push(&mut self, block: Block) {
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }
}

fn inert(kind: &ProvisionKind) -> Option<(&'static str, String)> {
    match kind {
        ProvisionKind::Hortatory(t) => Some(("hortatory", t.clone())),
        ProvisionKind::NotModelled(t) => Some(("not modelled", t.clone())),
        ProvisionKind::Frame | ProvisionKind::Modelled | ProvisionKind::Vocabulary => None,
    }
}
