//! Experiments: populations, behaviours, ballots, measures (R49-R58).

mod ballot;
mod behaviour;
mod delay;
mod drawn;
mod measure;
mod measure_name;
mod pivotal;

pub(crate) use ballot::is_chance;
pub(crate) use drawn::is_law;
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExperimentItemKind as X, ExprKind as A};
use crate::check::Checker;
use crate::declare::values;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn experiment(&mut self, cx: &Context, x: &ast::Experiment) {
        let mut cx = cx.clone();
        cx.case = Some(CaseNames::default());
        let mut made = Experiment {
            name: x.name.text.clone(),
            titles: values(&x.titles),
            begin: rogatio_calendar::Day(0),
            horizon: rogatio_calendar::Length::from_unit(0, rogatio_calendar::Unit::Day)
                .unwrap_or_else(zero),
            populations: Vec::new(),
            items: Vec::new(),
            params: Vec::new(),
            behaviours: Vec::new(),
            drawn: Vec::new(),
            choices: Vec::new(),
            ballots: Vec::new(),
            caps: Vec::new(),
            measures: Vec::new(),
            span: x.name.span,
        };
        let (mut begin, mut horizon) = (false, false);
        let mut lines: Vec<ast::ScenarioItem> = Vec::new();
        for item in &x.items {
            match &item.kind {
                X::Scenario(s) if drawn::is_drawn(s) => {}
                X::Scenario(s) => lines.push(s.clone()),
                X::Readings {
                    name,
                    choices,
                    span,
                } => lines.extend(choices.first().map(|first| ast::ScenarioItem {
                    at: None,
                    kind: ast::ScenarioItemKind::Reading(name.clone(), first.clone()),
                    span: *span,
                })),
                X::Parameter {
                    name,
                    ty,
                    value,
                    sweep,
                } => {
                    let ty = self.ty(&cx, ty);
                    let value = value.as_ref().map(|e| self.expr(&mut cx, e, Some(&ty)));
                    let sweep = sweep.as_ref().map(|(a, b, s)| {
                        let s = s.as_ref().map(|e| self.expr(&mut cx, e, Some(&ty)));
                        (
                            self.expr(&mut cx, a, Some(&ty)),
                            self.expr(&mut cx, b, Some(&ty)),
                            s,
                        )
                    });
                    cx.parameters.push((name.text.clone(), ty.clone()));
                    made.params.push(Parameter {
                        name: name.text.clone(),
                        ty,
                        value,
                        sweep,
                    });
                }
                _ => {}
            }
        }
        made.items = self.scenario_items(&mut cx, &lines);
        let mut site = 0;
        for item in &x.items {
            match &item.kind {
                X::Scenario(s) => {
                    site += u32::from(drawn::is_drawn(s));
                    made.drawn
                        .extend(self.drawn(&mut cx, &x.name.text, s, site));
                }
                X::Parameter { .. } => {}
                X::Readings { name, choices, .. } => {
                    let all: Option<Vec<_>> = choices
                        .iter()
                        .map(|c| self.choice_of(&cx, name, c))
                        .collect();
                    if let Some(all) = all
                        && let Some((reading, _)) = all.first().copied()
                    {
                        let choices = all.into_iter().map(|(_, i)| i).collect();
                        made.choices.push((reading, choices));
                    }
                }
                X::Begin(e) => match &e.kind {
                    A::Date(d) => {
                        begin = true;
                        made.begin = *d;
                    }
                    _ => self.error(
                        Diagnostic::error(codes::E0927, "a run begins on a date")
                            .at(e.span, "not a date")
                            .help("write `begin 1992-06-05`"),
                    ),
                },
                X::Horizon(e) => match self.constant_length(&cx, e) {
                    Some(l) => {
                        horizon = true;
                        made.horizon = l;
                    }
                    None => self.expected_length(e.span),
                },
                X::Population(name, n) => {
                    let path = ast::Path {
                        segments: vec![name.clone()],
                        span: name.span,
                    };
                    match (self.symbol(&cx, &name.text), u32::try_from(*n)) {
                        (Some(Symbol::Kind(r)), Ok(n)) if r.kinds.len() == 1 => {
                            made.populations.push((r.kinds[0], n))
                        }
                        (Some(Symbol::Kind(_)), Err(_)) => self.error(
                            Diagnostic::error(
                                codes::E0950,
                                "this population is too large or negative",
                            )
                            .at(name.span, "how many?")
                            .help("a population is a number from 0 to 4294967295"),
                        ),
                        _ => {
                            self.error(
                                Diagnostic::error(
                                    codes::E0203,
                                    format!("`{}` is not one kind", crate::check::text_of(&path)),
                                )
                                .at(name.span, "a population is of one leaf kind")
                                .help(match name.text.as_str() {
                                    "seed" | "runs" | "threads" => "runs and seeds are said on the command line: `rogatio simulate --runs 1000 --seed 3`",
                                    _ => "name a kind with a declaration of its own",
                                }),
                            );
                        }
                    }
                }
                X::Cap {
                    count,
                    kind,
                    in_all,
                } => {
                    if let (Some(Symbol::Kind(r)), Ok(n)) =
                        (self.symbol(&cx, &kind.text), u32::try_from(*count))
                    {
                        made.caps.push((r.kinds[0], n, *in_all));
                    } else {
                        self.unknown(&cx, &kind.text, kind.span);
                    }
                }
                X::Does {
                    who,
                    act,
                    after,
                    not_counting,
                    when,
                    restarting,
                    even_without_power,
                } => {
                    site += 1;
                    let path = self.site(&cx, x, site, act);
                    if let Some(b) = self.behaviour(
                        &mut cx,
                        who,
                        act,
                        (after, not_counting.as_ref()),
                        when.as_ref(),
                        *restarting,
                        *even_without_power,
                        path,
                        item.span,
                    ) {
                        made.behaviours.push(b);
                    }
                }
                X::Votes { .. } => {
                    if let Some(b) = self.odds(&mut cx, &x.name.text, item) {
                        made.ballots.push(b);
                    }
                }
                X::Measure { name, what, by } => {
                    let measures = self.measure(&mut cx, name.as_ref(), what, by.as_ref());
                    made.measures.extend(measures);
                }
            }
        }
        self.too_many_to_be_pivotal(&made);
        // A measure with a mistake in it is one all the same: it has its own finding.
        let measured = x.items.iter().any(|i| matches!(i.kind, X::Measure { .. }));
        // What is missing may be in a line that could not be read.
        if !self.partial && (!begin || !horizon || !measured) {
            let mut d = Diagnostic::error(
                codes::E0951,
                format!("experiment `{}` is incomplete", x.name.text),
            )
            .at(x.name.span, "something is missing");
            if !begin {
                d = d.help("say when a run begins: `begin 1992-06-05`");
            }
            if !horizon {
                d = d.help("say how long a run lasts at most: `horizon 40 years`");
            }
            if !measured {
                d = d.help("say what is measured: `measure start(in_force)`");
            }
            self.error(d);
            return;
        }
        self.program.experiments.push(made);
    }

    /// The path of a draw site (R54): names, not positions in the text; equal clauses are told apart by a count.
    fn site(&self, cx: &Context, x: &ast::Experiment, n: u32, act: &ast::Expr) -> String {
        let module = &self.program.modules[cx.module].path;
        let act = self
            .act_of(cx, act)
            .map(|a| self.program.acts[a.index()].name.clone())
            .unwrap_or_default();
        format!("{module}/{}/{act}/{n}", x.name.text)
    }
}

fn zero() -> rogatio_calendar::Length {
    rogatio_calendar::Length::from(rogatio_calendar::Period { months: 0, days: 0 })
}
