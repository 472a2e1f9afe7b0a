//! What `--vary` asks for: axes of a sweep.

use crate::front::among;
use rogatio_diagnostics::SourceMap;
use rogatio_grammar::ast::{self, ExprKind};
use rogatio_grammar::parse;
use rogatio_mir::{Chance, Experiment, Op, Program};
use rogatio_semantics::hir::{self, Ty};
use rogatio_simulate::{Axis, SimError, declared, range};

/// Why there is no such axis.
pub(crate) enum Trouble {
    /// The command line asks for something there is not.
    Usage(String),
    /// The values do not fit together.
    Values(SimError),
}

/// The axes of a sweep, each varied once.
pub(crate) fn axes(
    hir: &hir::Program,
    program: &Program,
    index: usize,
    texts: &[String],
) -> Result<Vec<Axis>, Trouble> {
    let mut axes: Vec<Axis> = Vec::new();
    for text in texts {
        let axis = axis(hir, program, index, text)?;
        if axes.iter().any(|a| a.name() == axis.name()) {
            return Err(Trouble::Usage(format!("`{}` is varied twice", axis.name())));
        }
        axes.push(axis);
    }
    Ok(axes)
}

/// The axis that one `--vary` asks for: `p`, `p=FROM..TO/STEP`, `p=A,B,C`, `A5`, `A5=*`, `A5=x,y`, `reading A5`.
fn axis(hir: &hir::Program, program: &Program, index: usize, text: &str) -> Result<Axis, Trouble> {
    let usage = |m: String| Trouble::Usage(m);
    let experiment = &program.experiments[index];
    let (name, values) = match text.split_once('=') {
        Some((name, values)) => (name.trim(), Some(values.trim())),
        None => (text.trim(), None),
    };
    let plain = name.strip_prefix("reading ").map(str::trim);
    let hir = &hir.experiments[index];
    let param = hir.params.iter().find(|p| p.name == name);
    if let (Some(param), None) = (param, plain) {
        let values = match values {
            None => declared(program, experiment, name).map_err(Trouble::Values)?,
            Some(values) => param_values(values, &param.ty)?,
        };
        return Ok(Axis::Param(name.to_owned(), values));
    }
    let name = plain.unwrap_or(name);
    let Some(reading) = program.readings.iter().find(|r| r.name == name) else {
        let params = hir.params.iter().map(|p| p.name.as_str());
        let names: Vec<&str> = params
            .chain(program.readings.iter().map(|r| r.name.as_str()))
            .collect();
        return Err(usage(format!(
            "there is no parameter and no reading `{name}`{}",
            among(name, &names)
        )));
    };
    let choices: Vec<String> = match values {
        None => match experiment.choices.iter().find(|(r, _)| {
            program
                .readings
                .get(r.index())
                .is_some_and(|r| r.name == name)
        }) {
            Some((_, own)) => {
                let own = own.iter().filter_map(|i| reading.choices.get(*i));
                own.cloned().collect()
            }
            None => reading.choices.clone(),
        },
        Some("*") => reading.choices.clone(),
        Some(list) => list.split(',').map(|c| c.trim().to_owned()).collect(),
    };
    if let Some(other) = choices.iter().find(|c| !reading.choices.contains(c)) {
        let names: Vec<&str> = reading.choices.iter().map(String::as_str).collect();
        return Err(usage(format!(
            "reading `{name}` has no choice `{other}`{}",
            among(other, &names)
        )));
    }
    Ok(Axis::Reading(name.to_owned(), choices))
}

fn param_values(text: &str, ty: &Ty) -> Result<Vec<Op>, Trouble> {
    let one = |text: &str| {
        value(text.trim(), ty).ok_or_else(|| {
            Trouble::Usage(format!(
                "`{}` is no value of this parameter; write it as the experiment does: `4 years`, `60%`, `0.6`, `12`, `2030-01-01`, `true`",
                text.trim()
            ))
        })
    };
    let Some((from, rest)) = text.split_once("..") else {
        return text.split(',').map(one).collect();
    };
    // A date has no slash, a fraction has one: the step stands after the last.
    let (to, step) = match rest.rsplit_once('/') {
        Some((to, step)) if value(rest.trim(), ty).is_none() => (to, Some(step)),
        _ => (rest, None),
    };
    let step = match (step, ty) {
        (Some(step), Ty::Day) => Some(
            value(step.trim(), &Ty::Length)
                .ok_or_else(|| Trouble::Usage(format!("`{}` is no number of days", step.trim())))?,
        ),
        (Some(step), _) => Some(one(step)?),
        (None, _) => None,
    };
    range(&one(from)?, &one(to)?, step.as_ref()).map_err(Trouble::Values)
}

/// A value as the language writes it, and decimals for chances.
fn value(text: &str, ty: &Ty) -> Option<Op> {
    if *ty == Ty::Chance
        && let Some(chance) = decimal(text).or_else(|| fraction(text))
    {
        return Some(Op::Chance(chance));
    }
    // Read where it would stand.
    let mut sources = SourceMap::new();
    let text = format!("experiment typed {{ param p: int = {text}\n}}");
    let file = sources.add("--vary", text.as_str());
    let (module, found) = parse(file, &text);
    if found.iter().any(rogatio_diagnostics::Diagnostic::is_error) {
        return None;
    }
    let read = module.items.into_iter().find_map(|i| match i.kind {
        ast::ItemKind::Experiment(e) => e.items.into_iter().next(),
        _ => None,
    })?;
    let ast::ExperimentItemKind::Parameter {
        value: Some(value),
        sweep: None,
        ..
    } = read.kind
    else {
        return None;
    };
    match (literal(&value)?, ty) {
        (op @ Op::Int(_), Ty::Int)
        | (op @ Op::Chance(_), Ty::Chance)
        | (op @ Op::Length(_), Ty::Length)
        | (op @ Op::Day(_), Ty::Day)
        | (op @ Op::Bool(_), Ty::Bool) => Some(op),
        _ => None,
    }
}

fn literal(e: &ast::Expr) -> Option<Op> {
    Some(match &e.kind {
        ExprKind::Int(n) => Op::Int(*n),
        ExprKind::Neg(e) => match literal(e)? {
            Op::Int(n) => Op::Int(n.checked_neg()?),
            _ => return None,
        },
        ExprKind::Percent(n, d) => Op::Chance(Chance::new(*n, *d)?),
        ExprKind::Length(n, unit) => Op::Length(rogatio_calendar::Length::from_unit(*n, *unit)?),
        ExprKind::Date(d) => Op::Day(*d),
        ExprKind::Name(n) if n.text == "true" => Op::Bool(true),
        ExprKind::Name(n) if n.text == "false" => Op::Bool(false),
        ExprKind::Paren(e) => literal(e)?,
        _ => return None,
    })
}

/// `0.35`, `1`, exactly.
fn decimal(text: &str) -> Option<Chance> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part}");
    if whole.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let places = u32::try_from(part.len()).ok()?;
    proper(Chance::new(
        digits.parse().ok()?,
        10i64.checked_pow(places)?,
    )?)
}

/// `1/3`.
fn fraction(text: &str) -> Option<Chance> {
    let (n, d) = text.split_once('/')?;
    proper(Chance::new(n.trim().parse().ok()?, d.trim().parse().ok()?)?)
}

fn proper(c: Chance) -> Option<Chance> {
    (0 <= c.num() && c.num() <= c.den()).then_some(c)
}

/// The experiment's own readings, which stand over those of the command line.
pub(crate) fn own_readings(program: &Program, experiment: &Experiment) -> Vec<(String, String)> {
    let chosen = |item: &rogatio_mir::ScenarioItem| match item.kind {
        rogatio_mir::ScenarioItemKind::Reading(id, choice) => {
            let reading = program.readings.get(id.index())?;
            Some((reading.name.clone(), reading.choices.get(choice)?.clone()))
        }
        _ => None,
    };
    experiment.items.iter().filter_map(chosen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, ty: &Ty) -> String {
        match param_values(text, ty) {
            Ok(ops) => {
                let all: Vec<String> = ops.iter().map(rogatio_simulate::shown).collect();
                all.join(" ")
            }
            Err(Trouble::Usage(why)) => why,
            Err(Trouble::Values(e)) => e.to_string(),
        }
    }

    #[test]
    fn values_of_parameters() {
        let length = Ty::Length;
        assert_eq!(shown("0.1..0.4/0.1", &Ty::Chance), "10% 20% 30% 40%");
        assert_eq!(shown("10%..30%/10%", &Ty::Chance), "10% 20% 30%");
        assert_eq!(shown("1/3", &Ty::Chance), "1/3");
        assert_eq!(
            shown("1 year..3 years/1 year", &length),
            "1 year 2 years 3 years"
        );
        assert_eq!(shown("20 days, 4 years", &length), "20 days 4 years");
        assert_eq!(shown("1..3", &Ty::Int), "1 2 3");
        assert_eq!(shown("true,false", &Ty::Bool), "true false");
        assert_eq!(
            shown("2030-01-01..2030-01-15/7 days", &Ty::Day),
            "2030-01-01 2030-01-08 2030-01-15"
        );
        for (text, ty) in [
            ("1.5", &Ty::Chance),
            ("x", &Ty::Int),
            ("4 years", &Ty::Int),
            ("", &Ty::Int),
            ("3 } State 5", &Ty::Int),
        ] {
            assert!(shown(text, ty).contains("is no value"), "{text}");
        }
        assert!(shown("1 year..1000 days/1 year", &length).contains("one kind of unit"));
    }
}
