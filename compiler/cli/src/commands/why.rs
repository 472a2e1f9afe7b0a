//! `rogatio why` and `rogatio why-not`: one question of one moment.

use crate::args::{OutputFormat, Question};
use crate::case::{Asked as Until, Prepared, is_bad, only, prepare, written};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::compile;
use rogatio_diagnostics::{Diagnostic, Span};
use rogatio_interpret::{Env, ScenarioRun};
use rogatio_mir::{Guard, Scenario};
use rogatio_report::{MissingTree, ReasonTree, Style, WhyReport, as_of, readings, why as report};
use std::sync::Arc;

/// The derivation.
pub(crate) fn why(console: &mut Console, args: &Question) -> Done {
    console.speak(args.format == OutputFormat::Json);
    let asked = ask(console, args)?;
    let case = &asked.run.case;
    if args.format == OutputFormat::Json {
        let reason = ReasonTree::of(case, &case.explain(asked.guard, &Env::new()));
        return asked.json(console, args, Some(reason), None);
    }
    asked.head(console, args)?;
    console.print(&report::render(case, asked.guard, asked.style))?;
    Ok(Exit::Fine)
}

/// What is missing.
pub(crate) fn why_not(console: &mut Console, args: &Question) -> Done {
    console.speak(args.format == OutputFormat::Json);
    let asked = ask(console, args)?;
    let case = &asked.run.case;
    if args.format == OutputFormat::Json {
        let missing = MissingTree::of(case, &case.missing(asked.guard, &Env::new()));
        return asked.json(console, args, None, Some(missing));
    }
    asked.head(console, args)?;
    console.print(&report::render_not(case, asked.guard, asked.style))?;
    Ok(Exit::Fine)
}

/// A question with the case it is asked of.
struct Asked {
    run: ScenarioRun,
    guard: Guard,
    scenario: Option<String>,
    style: Style,
}

impl Asked {
    fn value(&self) -> rogatio_interpret::Value {
        self.run.case.eval(self.guard, &Env::new())
    }

    fn at(&self) -> String {
        self.run.case.now().held_through().to_string()
    }

    /// The value, and when.
    fn head(&self, console: &Console, args: &Question) -> Result<(), Stop> {
        let value = report::value(&self.run.case, self.guard, &self.value(), self.style);
        let at = args.at.map_or_else(|| self.at(), written);
        let expr = self.style.bold(args.expr.trim());
        let rules_at = self.run.case.program().rules_at.map(|d| d.to_string());
        let known_at = args.known.known_at.map(|d| d.to_string());
        let as_of = as_of(rules_at.as_deref(), known_at.as_deref(), self.style.lang);
        let answer = report::answer(&expr, &at, &value, self.style);
        console.print(&format!("{answer}\n{as_of}\n"))
    }

    fn json(
        &self,
        console: &Console,
        args: &Question,
        reason: Option<ReasonTree>,
        missing: Option<MissingTree>,
    ) -> Done {
        let report = WhyReport {
            expression: args.expr.clone(),
            scenario: self.scenario.clone(),
            at: args.at.map_or_else(|| self.at(), written),
            value: self.run.case.show_value_of(self.guard, &self.value()),
            rules_at: self.run.case.program().rules_at.map(|d| d.to_string()),
            known_at: args.known.known_at.map(|d| d.to_string()),
            readings: readings(self.run.case.program()),
            reason,
            missing,
        };
        console.print(&(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"))?;
        Ok(Exit::Fine)
    }
}

fn ask(console: &mut Console, args: &Question) -> Result<Asked, Stop> {
    if args.format == OutputFormat::Json {
        console.findings = Findings::Json;
    }
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let chosen = front
        .readings(&args.readings)
        .map_err(|m| console.usage(&m))?
        .lang(console.lang);
    let index = only(console, &front, args.scenario.as_deref())?;
    let program = Arc::new(program);
    let Prepared { program, scenario } = match index {
        Some(index) => prepare(&mut front, &program, &chosen, index),
        None => {
            let scenario = Scenario {
                name: String::new(),
                items: Vec::new(),
                span: Span::NONE,
            };
            Prepared { program, scenario }
        }
    };

    let file = front.sources.add("EXPR", args.expr.as_str());
    let (tree, mut found) = rogatio_grammar::parse_expr(file, &args.expr);
    let mut extended = (*program).clone();
    let mut guard = Guard(0);
    if !found.iter().any(Diagnostic::is_error) {
        let (expr, more) = front.checked.expr(&tree);
        found.extend(more);
        if !found.iter().any(Diagnostic::is_error) {
            guard = rogatio_mir::lower_expr(&mut extended, &front.checked.program, &expr);
        }
    }
    console.report(&found, &front.sources);
    if found.iter().any(Diagnostic::is_error) {
        return Err(Exit::BadInput.into());
    }

    // What the question reads must be kept from the beginning.
    let prepared = Prepared {
        program: Arc::new(extended),
        scenario,
    };
    let asked = Until {
        until: args.at,
        known_at: args.known.known_at,
        hypothetical: args.known.known_at.is_some() || prepared.program.rules_at.is_some(),
    };
    let mut run = prepared.run(&front, &asked, None);
    if args.at.is_none() {
        let last = run.case.now().dated();
        run.case.end_of_day(last);
    }
    if is_bad(&run) {
        console.report(&run.diagnostics, &front.sources);
        return Err(Exit::BadInput.into());
    }
    let scenario = Some(prepared.scenario.name).filter(|n| !n.is_empty());
    let style = console.style();
    Ok(Asked {
        run,
        guard,
        scenario,
        style,
    })
}
