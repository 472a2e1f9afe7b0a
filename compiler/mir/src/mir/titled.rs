//! What declared things are called in another language than that of their names.

use super::Lang;
use rogatio_semantics::hir;

/// Titles by the number of what bears them; empty where a text gives none in the language.
#[derive(Clone, Debug, Default)]
pub struct Titled {
    /// Of kinds.
    pub kinds: Vec<String>,
    /// Of acts.
    pub acts: Vec<String>,
    /// Of statuses.
    pub statuses: Vec<String>,
    /// Of decisions.
    pub decisions: Vec<String>,
    /// Of entities known before a case: offices, bodies, named instances.
    pub entities: Vec<String>,
    /// Of the stages of procedures.
    pub stages: Vec<Vec<String>>,
}

impl Titled {
    /// Those of a program in a language.
    pub(crate) fn of(program: &hir::Program, lang: Lang) -> Titled {
        let one = |titles: &[String]| lang.title(titles).unwrap_or_default().to_owned();
        Titled {
            kinds: program.kinds.iter().map(|k| one(&k.titles)).collect(),
            acts: program.acts.iter().map(|a| one(&a.titles)).collect(),
            statuses: program.statuses.iter().map(|s| one(&s.titles)).collect(),
            decisions: program.decisions.iter().map(|d| one(&d.titles)).collect(),
            entities: program.entities.iter().map(|e| one(&e.titles)).collect(),
            stages: program
                .procedures
                .iter()
                .map(|p| p.stages.iter().map(|s| one(&s.titles)).collect())
                .collect(),
        }
    }
}

/// The title, or the name where there is none.
#[must_use]
pub fn title_or<'p>(titles: &'p [String], index: usize, name: &'p str) -> &'p str {
    match titles.get(index) {
        Some(title) if !title.is_empty() => title,
        _ => name,
    }
}
