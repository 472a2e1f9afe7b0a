//! Experiments: populations, behaviours, measures.

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
            ballots: Vec::new(),
            caps: Vec::new(),
            measures: Vec::new(),
            span: x.name.span,
        };
        let (mut begin, mut horizon) = (false, false);
        let mut lines: Vec<ast::ScenarioItem> = Vec::new();
        for item in &x.items {
            match &item.kind {
                X::Scenario(s) => lines.push(s.clone()),
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
                X::Scenario(_) | X::Parameter { .. } => {}
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
                                .at(name.span, "a population is of one leaf kind"),
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
                        after,
                        when.as_ref(),
                        *restarting,
                        *even_without_power,
                        path,
                        item.span,
                    ) {
                        made.behaviours.push(b);
                    }
                }
                X::Votes { who, .. } => self.unsupported(who.span, "ballots in experiments"),
                X::Measure { name, what, by } => {
                    if let Some(m) = self.measure(&mut cx, name.as_ref(), what, by.as_ref()) {
                        made.measures.push(m);
                    }
                }
            }
        }
        if !begin || !horizon || made.measures.is_empty() {
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
            if made.measures.is_empty() {
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

    #[allow(clippy::too_many_arguments)]
    fn behaviour(
        &mut self,
        cx: &mut Context,
        who: &ast::Who,
        act: &ast::Expr,
        after: &ast::Expr,
        when: Option<&ast::Expr>,
        restarting: Option<bool>,
        even_without_power: bool,
        site: String,
        span: Span,
    ) -> Option<Behaviour> {
        let depth = cx.locals.len();
        let set = self.set(cx, &who.what);
        if let Some(b) = &who.binder {
            cx.locals.push((b.text.clone(), set.var));
        }
        let mut pattern = self.pattern(cx, act)?;
        pattern.actor = ArgPattern::Var(set.var);
        let when = when.map(|e| self.filter(cx, set.var, e));
        let law = self.law(cx, after);
        cx.locals.truncate(depth);
        let who = Subject {
            var: set.var,
            kinds: set.kinds,
            cond: set.cond,
            each: true,
            jointly: false,
            text: String::from("each"),
        };
        Some(Behaviour {
            who,
            act: pattern,
            law: law?,
            when,
            restarting,
            even_without_power,
            site,
            span,
        })
    }

    fn law(&mut self, cx: &mut Context, e: &ast::Expr) -> Option<Law> {
        if let A::Length(..) = &e.kind {
            return Some(Law::Fixed(self.length(cx, e)));
        }
        let (name, args) = match &e.kind {
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n.text.as_str(), args.as_slice()),
                _ => ("", args.as_slice()),
            },
            _ => ("", [].as_slice()),
        };
        let mut lengths = Vec::new();
        for a in args {
            if let ast::ArgKind::Value(e) = &a.kind {
                lengths.push(self.length(cx, e));
            }
        }
        let mut next = lengths.into_iter();
        match (name, next.next(), next.next(), next.next()) {
            ("exponential", Some(mean), None, None) => Some(Law::Exponential(mean)),
            ("geometric", Some(mean), None, None) => Some(Law::Geometric(mean)),
            ("fixed", Some(d), None, None) => Some(Law::Fixed(d)),
            ("uniform", Some(a), Some(b), None) => Some(Law::Uniform(a, b)),
            ("triangular" | "weibull" | "empirical", ..) => {
                self.unsupported(e.span, "this law of delay");
                None
            }
            _ => {
                self.error(
                    Diagnostic::error(codes::E0952, "a law of delay belongs here")
                        .at(e.span, "after how long?")
                        .help("write `exponential(MEAN)`, `geometric(MEAN)`, `uniform(FROM, TO)` or a fixed length such as `30 days`"),
                );
                None
            }
        }
    }

    fn measure(
        &mut self,
        cx: &mut Context,
        name: Option<&ast::Name>,
        what: &ast::Expr,
        by: Option<&ast::Expr>,
    ) -> Option<Measure> {
        let mut day = match by.map(|e| (&e.kind, e.span)) {
            Some((A::Date(d), _)) => Some(*d),
            Some((_, span)) => {
                self.error(
                    Diagnostic::error(codes::E0927, "a date belongs here").at(span, "not a date"),
                );
                None
            }
            None => None,
        };
        let kind = match &what.kind {
            A::Call(f, args) if matches!(&f.kind, A::Name(n) if n.text == "probability") => {
                let [
                    ast::Arg {
                        kind: ast::ArgKind::Value(e),
                        ..
                    },
                ] = args.as_slice()
                else {
                    self.arity("probability", 1, args.len(), what.span);
                    return None;
                };
                let cond = match &e.kind {
                    A::By(inner, d) if matches!(d.kind, A::Date(_)) => {
                        if let A::Date(d) = d.kind {
                            day = Some(d);
                        }
                        self.cond(cx, inner)
                    }
                    _ => self.cond(cx, e),
                };
                MeasureKind::Probability(cond, day)
            }
            A::Call(f, _) if matches!(&f.kind, A::Name(n) if matches!(n.text.as_str(), "share" | "mean" | "histogram" | "quantile")) =>
            {
                self.unsupported(what.span, "this measure");
                return None;
            }
            _ => {
                let v = self.expr(cx, what, None);
                match v.ty {
                    Ty::Day | Ty::Time => MeasureKind::Date(v),
                    Ty::Int => MeasureKind::Number(v),
                    Ty::Bool => MeasureKind::Probability(v, day),
                    Ty::Error => return None,
                    _ => {
                        self.error(
                            Diagnostic::error(
                                codes::E0953,
                                format!("{} is not measured", self.show(&v.ty)),
                            )
                            .at(what.span, "a date, a number or a condition")
                            .help("write `start(STATUS)`, `count(…)` or `probability(C by DATE)`"),
                        );
                        return None;
                    }
                }
            }
        };
        let name = name
            .map(|n| n.text.clone())
            .unwrap_or_else(|| measure_name(what));
        Some(Measure {
            name,
            kind,
            span: what.span,
        })
    }
}

/// A measure's own words: the calls and names in it.
fn measure_name(e: &ast::Expr) -> String {
    match &e.kind {
        A::Name(n) => n.text.clone(),
        A::Date(d) => d.to_string(),
        A::By(a, b) => format!("{} by {}", measure_name(a), measure_name(b)),
        A::Call(f, args) => {
            let inner: Vec<String> = args
                .iter()
                .map(|a| match &a.kind {
                    ast::ArgKind::Value(e) => measure_name(e),
                    ast::ArgKind::Named(n, _) | ast::ArgKind::Bind(n, _) => n.text.clone(),
                    ast::ArgKind::Any => "_".to_owned(),
                })
                .collect();
            format!("{}({})", measure_name(f), inner.join(", "))
        }
        _ => "measure".to_owned(),
    }
}

fn zero() -> rogatio_calendar::Length {
    rogatio_calendar::Length::from(rogatio_calendar::Period { months: 0, days: 0 })
}
