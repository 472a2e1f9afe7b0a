//! Procedures as graphs: stages, ways between them with their articles, and the way a scenario took.
//!
//! Comes in: the checked program, its texts, a case. Goes out: [`Graph`], as DOT, Mermaid, text and JSON; the drawing of
//! it is `graph_svg`.

use super::words::{GraphWords, Words};
use crate::table::{Style, wrap};
use rogatio_diagnostics::{SourceMap, Span};
use rogatio_interpret::{Case, Happening};
use rogatio_mir::ProcedureId;
use rogatio_semantics::hir::{Program, ProvisionId};
use schemars::JsonSchema;
use serde::Serialize;

/// Procedures to draw.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Graph {
    /// The module, or the file.
    pub module: String,
    /// The scenario whose ways are marked.
    pub scenario: Option<String>,
    /// The procedures.
    pub procedures: Vec<Procedure>,
}

/// A procedure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Procedure {
    /// Its name.
    pub name: String,
    /// Its titles.
    pub titles: Vec<String>,
    /// The article.
    pub article: Option<String>,
    /// Its stages; the first is where an instance begins, unless another says so.
    pub stages: Vec<Stage>,
    /// Ways from stage to stage, in the order in which they are tried.
    pub ways: Vec<Way>,
}

/// A stage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its titles.
    pub titles: Vec<String>,
    /// Where it ends.
    pub outcome: bool,
    /// Where it begins.
    pub birth: bool,
    /// The article.
    pub article: Option<String>,
    /// What is decided in it.
    pub decides: Vec<String>,
    /// What it opens.
    pub opens: Vec<String>,
    /// Who entered it, and when.
    pub entered: Vec<Entered>,
}

/// A way from a stage to another, or to itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Way {
    /// The place of its first stage.
    pub from: usize,
    /// Of its last.
    pub to: usize,
    /// What takes it, in the words of the text.
    pub on: String,
    /// The article.
    pub article: Option<String>,
    /// Who took it, and when.
    pub taken: Vec<Entered>,
}

/// An instance at a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entered {
    /// Which.
    pub instance: String,
    /// When.
    pub at: String,
}

impl Graph {
    /// Of the procedures for which `shown` holds; with a case, the ways it took.
    #[must_use]
    pub fn of(
        module: &str,
        program: &Program,
        sources: &SourceMap,
        case: Option<(&str, &Case)>,
        shown: &dyn Fn(usize) -> bool,
    ) -> Graph {
        let mut procedures: Vec<Procedure> = program
            .procedures
            .iter()
            .map(|p| procedure(program, sources, p))
            .collect();
        if let Some((_, case)) = case {
            mark(&mut procedures, case);
        }
        let kept = procedures
            .into_iter()
            .enumerate()
            .filter(|(i, _)| shown(*i))
            .map(|(_, p)| p);
        Graph {
            module: module.to_owned(),
            scenario: case.map(|(name, _)| name.to_owned()),
            procedures: kept.collect(),
        }
    }

    /// In the language of Graphviz.
    #[must_use]
    pub fn dot(&self, words: &Words) -> String {
        let quoted = |t: &str| {
            format!(
                "\"{}\"",
                t.replace('\\', "\\\\")
                    .replace('"', "\\\"")
                    .replace('\n', "\\n")
            )
        };
        let mut out = format!(
            "digraph {} {{\n  rankdir=TB;\n  node [shape=box];\n",
            quoted(&self.module)
        );
        for (p, procedure) in self.procedures.iter().enumerate() {
            out += &format!(
                "  subgraph cluster_{p} {{\n    label={};\n",
                quoted(&procedure.heading(words))
            );
            for (s, stage) in procedure.stages.iter().enumerate() {
                let label = quoted(&stage.lines(words).join("\n"));
                let ends = if stage.outcome { ", peripheries=2" } else { "" };
                let taken = if stage.entered.is_empty() {
                    ""
                } else {
                    ", style=\"filled,bold\", fillcolor=\"#b9d3ec\""
                };
                out += &format!("    p{p}s{s} [label={label}{ends}{taken}];\n");
                if stage.birth {
                    out += &format!(
                        "    p{p}b{s} [shape=point, label=\"\"];\n    p{p}b{s} -> p{p}s{s};\n"
                    );
                }
            }
            for way in &procedure.ways {
                let label = quoted(&way.lines(words).join("\n"));
                let taken = if way.taken.is_empty() {
                    ""
                } else {
                    ", penwidth=3"
                };
                out += &format!(
                    "    p{p}s{} -> p{p}s{} [label={label}{taken}];\n",
                    way.from, way.to
                );
            }
            out += "  }\n";
        }
        out + "}\n"
    }

    /// As Mermaid draws it.
    #[must_use]
    pub fn mermaid(&self, words: &Words) -> String {
        let quoted = |t: &str| {
            let t = t
                .replace('&', "&amp;")
                .replace('"', "#quot;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            format!("\"{}\"", t.replace('\n', "<br/>"))
        };
        let mut out = String::from("flowchart TD\n");
        let (mut links, mut taken, mut entered) = (0, Vec::new(), Vec::new());
        for (p, procedure) in self.procedures.iter().enumerate() {
            out += &format!("  subgraph p{p} [{}]\n", quoted(&procedure.heading(words)));
            for (s, stage) in procedure.stages.iter().enumerate() {
                let label = quoted(&stage.lines(words).join("\n"));
                out += &match stage.outcome {
                    true => format!("    p{p}s{s}([{label}])\n"),
                    false => format!("    p{p}s{s}[{label}]\n"),
                };
                if !stage.entered.is_empty() {
                    entered.push(format!("p{p}s{s}"));
                }
            }
            for (s, _) in procedure.stages.iter().enumerate().filter(|(_, s)| s.birth) {
                out += &format!("    p{p}b{s}(( )) --> p{p}s{s}\n");
                links += 1;
            }
            for way in &procedure.ways {
                let label = quoted(&way.lines(words).join("\n"));
                out += &format!("    p{p}s{} -->|{label}| p{p}s{}\n", way.from, way.to);
                if !way.taken.is_empty() {
                    taken.push(links.to_string());
                }
                links += 1;
            }
            out += "  end\n";
        }
        if !entered.is_empty() {
            out += &format!(
                "  classDef entered fill:#b9d3ec,stroke-width:3px\n  class {} entered\n",
                entered.join(",")
            );
        }
        if !taken.is_empty() {
            out += &format!("  linkStyle {} stroke-width:4px\n", taken.join(","));
        }
        out
    }

    /// For people: each stage with its ways out.
    #[must_use]
    pub fn render(&self, style: Style, words: &Words) -> String {
        let w = words.graph;
        let mut out = String::new();
        for (n, p) in self.procedures.iter().enumerate() {
            if n > 0 {
                out.push('\n');
            }
            out += &format!("{}\n", style.bold(&p.heading(words)));
            for (i, stage) in p.stages.iter().enumerate() {
                let mark = match (stage.outcome, stage.birth) {
                    (true, _) => "◆",
                    (_, true) => "●",
                    _ => "○",
                };
                let titles = stage
                    .titles
                    .iter()
                    .map(|t| format!(" {t}"))
                    .collect::<String>();
                let name = format!("{}{titles}", stage.name);
                let name = if stage.entered.is_empty() {
                    name
                } else {
                    style.bold(&name)
                };
                out += &format!(
                    "  {mark} {name}  {}",
                    style.dim(&stage.cited(words).unwrap_or_default())
                );
                out.truncate(out.trim_end().len());
                out.push('\n');
                for note in stage.notes(w) {
                    out += &format!("      {}\n", style.dim(&note));
                }
                for e in &stage.entered {
                    out += &format!(
                        "      {}\n",
                        style.good(&format!("{}  {}", words.date(&e.at), e.instance))
                    );
                }
                for way in p.ways.iter().filter(|w| w.from == i) {
                    let to = p.stages.get(way.to).map_or("?", |s| s.name.as_str());
                    let arrow = if way.taken.is_empty() { "─>" } else { "━>" };
                    let text = format!("{arrow} {to}: {}", way.lines(words).join(" · "));
                    for (k, line) in wrap(&text, style.width.saturating_sub(8))
                        .iter()
                        .enumerate()
                    {
                        let indent = if k == 0 { 4 } else { 7 };
                        let line = if way.taken.is_empty() {
                            line.clone()
                        } else {
                            style.bold(line)
                        };
                        out += &format!("{}{line}\n", " ".repeat(indent));
                    }
                }
            }
        }
        out
    }
}

impl Procedure {
    /// `Amendment 改正 · art 29`.
    #[must_use]
    pub fn heading(&self, words: &Words) -> String {
        let titles = self
            .titles
            .iter()
            .map(|t| format!(" {t}"))
            .collect::<String>();
        let cite = self
            .article
            .as_ref()
            .map_or(String::new(), |a| format!(" · {}", words.cite(a)));
        format!("{}{titles}{cite}", self.name)
    }
}

impl Way {
    /// What takes it, and its article.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let cited = self.article.as_ref().map(|a| words.cite(a));
        [self.on.clone()].into_iter().chain(cited).collect()
    }
}

impl Stage {
    fn cited(&self, words: &Words) -> Option<String> {
        self.article.as_ref().map(|a| words.cite(a))
    }

    /// Its name, its titles, who entered it.
    fn lines(&self, words: &Words) -> Vec<String> {
        let mut out = vec![self.name.clone()];
        out.extend(self.titles.iter().cloned());
        out.extend(self.cited(words));
        out.extend(
            self.entered
                .iter()
                .map(|e| format!("{} {}", words.date(&e.at), e.instance)),
        );
        out
    }

    /// What is decided and opened in it.
    #[must_use]
    pub fn notes(&self, w: &GraphWords) -> Vec<String> {
        let decides = self.decides.iter().map(|d| format!("{} {d}", w.decides));
        let opens = self.opens.iter().map(|o| format!("{} {o}", w.opens));
        decides.chain(opens).collect()
    }
}

fn procedure(
    program: &Program,
    sources: &SourceMap,
    p: &rogatio_semantics::hir::Procedure,
) -> Procedure {
    let cite = |id: ProvisionId| {
        let provision = program
            .provisions
            .get(id.index())
            .filter(|p| p.parent.is_some());
        provision.map(|p| p.cite.clone())
    };
    let article = cite(p.provision);
    // A stage of the article of the procedure does not cite it again.
    let other = |id: ProvisionId| cite(id).filter(|c| Some(c) != article.as_ref());
    let births = p.born();
    let mut ways = Vec::new();
    let mut stages = Vec::new();
    for (i, stage) in p.stages.iter().enumerate() {
        for t in &stage.transitions {
            ways.push(Way {
                from: i,
                to: t.target,
                on: trigger(sources, t.span),
                article: cite(t.provision),
                taken: Vec::new(),
            });
        }
        let mut decides: Vec<String> = Vec::new();
        for (_, d) in &stage.decides {
            let name = program
                .decisions
                .get(d.index())
                .map_or("?", |d| d.name.as_str());
            if !decides.iter().any(|d| d == name) {
                decides.push(name.to_owned());
            }
        }
        let opens = stage
            .opens
            .iter()
            .filter_map(|o| program.procedures.get(o.procedure.index()));
        stages.push(Stage {
            name: stage.name.clone(),
            titles: stage.titles.clone(),
            outcome: stage.outcome,
            birth: births.contains(&i),
            article: other(stage.provision),
            decides,
            opens: opens.map(|p| p.name.clone()).collect(),
            entered: Vec::new(),
        });
    }
    Procedure {
        name: p.name.clone(),
        titles: p.titles.clone(),
        article,
        stages,
        ways,
    }
}

/// `communicate when in_time` of `on communicate when in_time -> notified`.
fn trigger(sources: &SourceMap, span: Span) -> String {
    let range = usize::try_from(span.start)
        .ok()
        .zip(usize::try_from(span.end).ok());
    let text = range
        .and_then(|(a, b)| sources.text(span.file).get(a..b))
        .unwrap_or_default();
    // A comment to the end of a line is not part of it.
    let text: Vec<&str> = text
        .lines()
        .map(|l| l.split("//").next().unwrap_or_default())
        .collect();
    let text = text.join(" ");
    let text = text
        .rsplit_once("->")
        .map_or(text.as_str(), |(before, _)| before);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    // Its label is part of the article that is cited.
    let mut on = text.as_str();
    while let Some((_, rest)) = on.strip_prefix('(').and_then(|t| t.split_once(')')) {
        on = rest.trim_start();
    }
    on.strip_prefix("on ").unwrap_or(&text).to_owned()
}

/// Marks the stages that instances of a case entered, and the ways they took.
fn mark(procedures: &mut [Procedure], case: &Case) {
    let mut at: Vec<(rogatio_interpret::Entity, ProcedureId, usize)> = Vec::new();
    for e in case.timeline() {
        let Happening::StageEntered {
            instance,
            procedure,
            stage,
        } = &e.what
        else {
            continue;
        };
        let to = *stage as usize;
        let entered = Entered {
            instance: case.entity_name(*instance).to_owned(),
            at: e.moment.to_string(),
        };
        let from = at
            .iter_mut()
            .find(|(i, p, _)| (i, p) == (instance, procedure));
        let Some(p) = procedures.get_mut(procedure.index()) else {
            continue;
        };
        if let Some(s) = p.stages.get_mut(to) {
            s.entered.push(entered.clone());
        }
        match from {
            None => at.push((*instance, *procedure, to)),
            Some((_, _, stage)) => {
                let cites = crate::view::articles(case, &e.provisions);
                let between = |w: &&mut Way| (w.from, w.to) == (*stage, to);
                let ways: Vec<&mut Way> = p.ways.iter_mut().filter(between).collect();
                let cited = |w: &Way| w.article.as_ref().is_some_and(|a| cites.contains(a));
                let own = |w: &Way| cited(w) && w.article != p.article;
                // Of several ways to one stage, the one that is cited, and rather by a provision of its own; where none
                // is, any of them may be it.
                let taken: [&dyn Fn(&Way) -> bool; 3] = [&own, &cited, &|_| true];
                let taken = taken.into_iter().find(|t| ways.iter().any(|w| t(w)));
                for w in ways {
                    if taken.is_some_and(|t| t(w)) {
                        w.taken.push(entered.clone());
                    }
                }
                *stage = to;
            }
        }
    }
}
