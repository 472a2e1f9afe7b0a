//! Which provisions of a module are modelled, and which of them the scenarios put to use.

use crate::said::said;
use crate::table::{Align, Style, Table, counted};
use rogatio_diagnostics::Lang;
use rogatio_mir::ProvisionId;
use rogatio_semantics::hir::{ModuleInfo, Program, Provision, ProvisionKind};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How a provision is encoded.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Something is declared under it, or under one of its paragraphs.
    Modelled,
    /// Only names that other provisions speak of: nothing can rest on it.
    Vocabulary,
    /// Addressable, inert.
    Hortatory,
    /// Left out, with the reason.
    NotModelled,
}

/// A provision and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Covered {
    /// Its number: `36(1)`, `annex II(3)`, `preamble`.
    pub id: String,
    /// The heading of its article.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How it is encoded.
    pub kind: Encoding,
    /// Why it is left out, or what it says without a rule.
    pub reason: Option<String>,
    /// Scenarios in which something rested on it, or on one of its paragraphs.
    pub scenarios: u64,
}

/// Sums over the provisions of a module.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// All of them.
    pub provisions: u64,
    /// With rules.
    pub modelled: u64,
    /// Names only.
    pub vocabulary: u64,
    /// Inert.
    pub hortatory: u64,
    /// Left out.
    pub not_modelled: u64,
    /// With rules, and used by a scenario.
    pub exercised: u64,
    /// Scenarios that were run.
    pub scenarios: u64,
}

/// The coverage of one module.
#[derive(Clone, Debug)]
pub struct Coverage {
    module: String,
    provisions: Vec<Covered>,
    scenarios: u64,
}

fn number(program: &Program, p: &Provision) -> String {
    let alias = program.modules.get(p.module as usize);
    let alias = alias.and_then(|m| m.alias.as_ref());
    let cite = p.cite.strip_prefix("art ").unwrap_or(&p.cite);
    let own = alias.and_then(|a| cite.strip_suffix(&format!(" of {a}")));
    own.unwrap_or(cite).to_owned()
}

fn of_module<'p>(
    program: &'p Program,
    module: &'p str,
) -> impl Iterator<Item = (usize, &'p Provision)> {
    let own = |m: &ModuleInfo| match &m.alias {
        // A copy of a module with parameters is a text of its own, and the same provisions.
        Some(alias) => m.path.strip_suffix(&format!(" as {alias}")) == Some(module),
        None => m.path == module,
    };
    let indices: BTreeSet<usize> = (program.modules.iter().enumerate())
        .filter(|(_, m)| own(m))
        .map(|(i, _)| i)
        .collect();
    let all = program.provisions.iter().enumerate();
    // A frame without parent is the module itself.
    // Where an article has versions each of them counts, not what a citation without version means.
    let versions: BTreeSet<usize> = program
        .provisions
        .iter()
        .filter_map(|p| p.of)
        .map(ProvisionId::index)
        .collect();
    all.filter(move |(i, p)| {
        indices.contains(&(p.module as usize)) && p.parent.is_some() && !versions.contains(i)
    })
}

impl Coverage {
    /// Of the module with this path in the program; nothing is exercised yet.
    #[must_use]
    pub fn new(program: &Program, module: &str) -> Coverage {
        let own: BTreeMap<usize, &Provision> = of_module(program, module).collect();
        let mut best: BTreeMap<usize, Encoding> = BTreeMap::new();
        let above: BTreeSet<usize> = own
            .values()
            .filter_map(|p| p.parent.map(ProvisionId::index))
            .collect();
        for (id, p) in &own {
            // A label stands on something: a row of a table, a transition, a clause.
            let cite = p.cite.split(" [").next().unwrap_or_default();
            let label = cite.ends_with(')') && !above.contains(id);
            let kind = match encoding(&p.kind) {
                Some(kind) => kind,
                None if label => Encoding::Modelled,
                None => continue,
            };
            // A heading is as its paragraphs are: modelled if one of them is.
            let mut at = Some(*id);
            while let Some(id) = at.filter(|id| own.contains_key(id)) {
                let entry = best.entry(id).or_insert(kind);
                if rank(kind) > rank(*entry) {
                    *entry = kind;
                }
                at = own[&id].parent.map(ProvisionId::index);
            }
        }
        let mut provisions: Vec<Covered> = own
            .iter()
            .filter_map(|(id, p)| {
                let reason = match &p.kind {
                    ProvisionKind::Hortatory(t) | ProvisionKind::NotModelled(t)
                        if !t.is_empty() =>
                    {
                        Some(t.clone())
                    }
                    _ => None,
                };
                Some(Covered {
                    id: number(program, p),
                    title: p.title.clone(),
                    kind: *best.get(id)?,
                    reason,
                    scenarios: 0,
                })
            })
            .collect();
        let mut seen = BTreeSet::new();
        provisions.retain(|p| seen.insert(p.id.clone()));
        in_order(&mut provisions);
        Coverage {
            module: module.to_owned(),
            provisions,
            scenarios: 0,
        }
    }

    /// The same count over the provisions that the copies of the module have in a program that uses it.
    #[must_use]
    pub fn of_copies(self, program: &Program) -> Coverage {
        Coverage {
            scenarios: self.scenarios,
            ..Coverage::new(program, &self.module)
        }
    }

    /// Counts a scenario of `program` in which these provisions were put to use.
    pub fn add(&mut self, program: &Program, exercised: &BTreeSet<ProvisionId>) {
        let own: BTreeMap<usize, &Provision> = of_module(program, &self.module).collect();
        let mut used = BTreeSet::new();
        for id in exercised {
            let mut at = Some(id.index());
            while let Some(p) = at.and_then(|id| own.get(&id)) {
                used.insert(number(program, p));
                at = p.parent.map(ProvisionId::index);
            }
        }
        self.scenarios += 1;
        for p in &mut self.provisions {
            p.scenarios += u64::from(used.contains(&p.id));
        }
    }

    /// In the order of the text.
    #[must_use]
    pub fn provisions(&self) -> &[Covered] {
        &self.provisions
    }

    /// The sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut t = Totals {
            provisions: self.provisions.len() as u64,
            scenarios: self.scenarios,
            ..Totals::default()
        };
        for p in &self.provisions {
            match p.kind {
                Encoding::Modelled => {
                    t.modelled += 1;
                    t.exercised += u64::from(p.scenarios > 0);
                }
                Encoding::Vocabulary => t.vocabulary += 1,
                Encoding::Hortatory => t.hortatory += 1,
                Encoding::NotModelled => t.not_modelled += 1,
            }
        }
        t
    }

    /// One JSON object a provision, one a line.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let lines = self
            .provisions
            .iter()
            .map(|p| serde_json::to_string(p).unwrap_or_default() + "\n");
        lines.collect()
    }

    /// A table for people, and the sums.
    #[must_use]
    pub fn human(&self, style: Style) -> String {
        let mut table = Table::new(&[Align::Left, Align::Left, Align::Right, Align::Left]);
        for p in &self.provisions {
            let kind = match p.kind {
                Encoding::Modelled => "modelled",
                Encoding::Vocabulary => "vocabulary",
                Encoding::Hortatory => "hortatory",
                Encoding::NotModelled => "not modelled",
            };
            let scenarios = match (p.kind, p.scenarios) {
                (Encoding::Modelled, 0) => style.open(&said("never", style.lang)),
                (Encoding::Modelled, n) => said(&counted(n, "scenario"), style.lang),
                _ => String::new(),
            };
            let text = match (&p.reason, p.id.contains('(')) {
                (Some(reason), _) => reason.clone(),
                (None, false) => p.title.clone(),
                (None, true) => String::new(),
            };
            let kind = said(kind, style.lang);
            table.row([place(&p.id, style), kind, scenarios, style.dim(&text)]);
        }
        format!(
            "{}\n\n{}\n{}",
            style.bold(&self.module),
            table.render(0),
            self.summary(style.lang)
        )
    }

    /// `un.cbd: 120 provisions: 80 modelled (70 exercised, 87%), 30 hortatory, 10 not modelled; 21 scenarios`, in a language.
    #[must_use]
    pub fn summary(&self, lang: Lang) -> String {
        let t = self.totals();
        let share = (t.exercised * 100).checked_div(t.modelled).unwrap_or(100);
        let names = match t.vocabulary {
            0 => String::new(),
            n => format!(", {n} vocabulary"),
        };
        let text = format!(
            "{}: {}: {} modelled ({} exercised, {share}%){names}, {} hortatory, {} not modelled; {}",
            self.module,
            counted(t.provisions, "provision"),
            t.modelled,
            t.exercised,
            t.hortatory,
            t.not_modelled,
            counted(t.scenarios, "scenario"),
        );
        said(&text, lang) + "\n"
    }
}

/// The number of a provision as a language cites it.
fn place(id: &str, style: Style) -> String {
    match (style.lang, id.starts_with(|c: char| c.is_ascii_digit())) {
        (Lang::En, _) => id.to_owned(),
        (Lang::Ja, true) => style.words().cite(&format!("art {id}")),
        (Lang::Ja, false) => style.words().cite(id),
    }
}

/// Paragraphs by their numbers, as the text has them, whatever order the module declares them in; articles stay where they
/// are.
fn in_order(provisions: &mut [Covered]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for p in provisions.iter() {
        let parts: Vec<&str> = p.id.split_inclusive(')').collect();
        let parts = parts.iter().flat_map(|part| match part.find('(') {
            Some(at) if at > 0 => vec![&part[..at], &part[at..]],
            _ => vec![*part],
        });
        let mut path = String::new();
        let mut key = Vec::new();
        for part in parts {
            path.push_str(part);
            let next = seen.len();
            let first = *seen.entry(path.clone()).or_insert(next);
            let number = part.trim_matches(['(', ')']).parse().ok();
            key.push(number.filter(|_| part.starts_with('(')).unwrap_or(first));
        }
        keys.insert(p.id.clone(), key);
    }
    provisions.sort_by(|a, b| keys[&a.id].cmp(&keys[&b.id]));
}

/// A heading is as the one of its paragraphs that says most.
fn rank(kind: Encoding) -> u8 {
    match kind {
        Encoding::NotModelled => 0,
        Encoding::Hortatory => 1,
        Encoding::Vocabulary => 2,
        Encoding::Modelled => 3,
    }
}

fn encoding(kind: &ProvisionKind) -> Option<Encoding> {
    match kind {
        ProvisionKind::Frame => None,
        ProvisionKind::Modelled => Some(Encoding::Modelled),
        ProvisionKind::Vocabulary => Some(Encoding::Vocabulary),
        ProvisionKind::Hortatory(_) => Some(Encoding::Hortatory),
        ProvisionKind::NotModelled(_) => Some(Encoding::NotModelled),
    }
}
