//! What a measure finds in a case (R58).

use crate::stats::{FROZEN, OPEN};
use rogatio_calendar::Day;
use rogatio_interpret::{ActKind, Case, ClauseSet, Env, Happening, Value};
use rogatio_jit::CENSORED;
use rogatio_mir::{MeasureKind, NormId};

/// The value of a measure as a record has it: a day number, 0 or 1, an integer; [`CENSORED`] for a date that a run does
/// not reach by its last day, [`OPEN`] for what the text leaves undetermined, [`FROZEN`] where a procedure stands still
/// for it.
pub(crate) fn value(case: &Case, kind: &MeasureKind, last: Day) -> i64 {
    match kind {
        MeasureKind::Date(g) => match case.eval(*g, &Env::new()) {
            Value::Time(m) if m.day <= last => m.day.number(),
            Value::Time(_) | Value::Pending { .. } | Value::None => CENSORED,
            v => open(case, &v),
        },
        MeasureKind::Probability(g, _) => match case.eval(*g, &Env::new()) {
            Value::Bool(b) => i64::from(b),
            v => open(case, &v),
        },
        MeasureKind::Number(g) => match case.eval(*g, &Env::new()) {
            Value::Int(n) => n,
            v => open(case, &v),
        },
        MeasureKind::Breaches { norms, any, .. } => {
            let n = breaches(case, norms);
            let undetermined = |d: &rogatio_interpret::DutyInstance| {
                norms.contains(&d.norm) && d.is_undetermined()
            };
            let open = case.duties().any(undetermined);
            match (*any, n) {
                (true, 1..) => 1,
                _ if open => OPEN,
                (true, _) => 0,
                (false, n) => n,
            }
        }
    }
}

/// What is open: for good where an instance of a procedure is frozen by just that (R10), for the text's sake otherwise.
fn open(case: &Case, value: &Value) -> i64 {
    let clauses = value.clauses();
    let held = |frozen: &ClauseSet| {
        !frozen.is_empty() && frozen.iter().all(|c| clauses.iter().any(|x| x == c))
    };
    let mut instances = case.instances();
    match instances.any(|(_, i)| i.stuck.as_ref().is_some_and(held)) {
        true => FROZEN,
        false => OPEN,
    }
}

/// How often some norms were breached: duties that lapsed, invariants that began to fail, forbidden acts and deeds.
fn breaches(case: &Case, norms: &[NormId]) -> i64 {
    let broken =
        |d: rogatio_interpret::DutyId| case.duty(d).is_some_and(|d| norms.contains(&d.norm));
    let count = |what: &Happening| -> usize {
        match what {
            Happening::DutyLapsed { duty, breach: true } => usize::from(broken(*duty)),
            Happening::ViolationStarted(duty) => usize::from(broken(*duty)),
            Happening::Occurrence(id) => case.occurrence(*id).map_or(0, |o| {
                let forbidden =
                    o.has_effect() && o.judgment.breached && matches!(o.act, ActKind::Act(_));
                let those = o.judgment.broken.iter().filter(|(n, _)| norms.contains(n));
                if forbidden { those.count() } else { 0 }
            }),
            _ => 0,
        }
    };
    let all: usize = case.timeline().iter().map(|e| count(&e.what)).sum();
    i64::try_from(all).unwrap_or(i64::MAX)
}
