//! Why, why not, what now.

mod common;

use common::{case_of, compile};
use rogatio_calendar::{Day, Phase, Point};
use rogatio_interpret::{ActInput, Case, Env, Verdict};
use rogatio_mir::{ActId, Guard, Op, Program, StatusId, Ty};
use std::sync::Arc;

const TREATY: &str = r#"module demo
kind State { member: bool = false }
office Depositary
article 34 {
  act deposit by State to Depositary
  any State may deposit
  act withdraw by State
  (2) any p: State may withdraw not before 2 years after start(bound(p))
  (3) any State cannot withdraw unless bound(it)
}
article 36 "Entry into force" {
  (1) status in_force from 90 days after first deposit where instruments >= 3
  (3) status bound(p: State) from later(start(in_force), 90 days after deposit by p)
  (5) define extra(p: State): bool = p.member
  (5) define instruments: int = count(p: State where deposited(p) and not extra(p))
  status deposited(p: State) from deposit by p
}
article 40 {
  act notify by Depositary
  (1) Depositary must notify within 30 days upon start(in_force)
}
"#;

fn treaty(scenario: &str) -> Case {
    let text = TREATY.replace(
        "any State cannot withdraw unless bound(it)",
        "any p: State cannot withdraw unless bound(p)",
    );
    case_of(&format!("{text}\nscenario \"x\" {{\n{scenario}\n}}\n"))
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// `status(…)` as a guard of a program: the tests have no parser for questions.
fn status_on(case: &mut Case, name: &str, keys: &[&str]) -> (Case, Guard) {
    let mut program: Program = case.program().clone();
    let at = program
        .statuses
        .iter()
        .position(|s| s.name == name)
        .expect("a status");
    let push = |program: &mut Program, op: Op, ty: Ty| {
        program.guards.push(rogatio_mir::GuardNode {
            op,
            ty,
            provision: rogatio_mir::ProvisionId(0),
            span: rogatio_mir::Span::NONE,
        });
        Guard(u32::try_from(program.guards.len() - 1).expect("small"))
    };
    let keys: Vec<Guard> = keys
        .iter()
        .map(|k| push(&mut program, Op::CaseEntity((*k).to_owned()), Ty::Error))
        .collect();
    let g = push(
        &mut program,
        Op::StatusOn(StatusId(u32::try_from(at).expect("small")), keys),
        Ty::Bool,
    );
    (case.with_program(Arc::new(program)), g)
}

fn lines_of_reason(case: &Case, g: Guard) -> Vec<String> {
    let reason = case.explain(g, &Env::new());
    reason.lines().iter().map(|(_, r)| r.text.clone()).collect()
}

#[test]
fn why_names_rule_count_and_act() {
    let mut case = treaty(
        "State: A, B, C\nState: M { member = true }\n\
         1993-01-01: deposit by each of A, B\ndeposit by M\n1993-09-30: deposit by C\n\
         1993-12-29: expect in_force because art 36(1)\nexpect instruments = 3 because art 36(5)",
    );
    case.end_of_day(day("1993-12-29"));
    let (case, g) = status_on(&mut case, "in_force", &[]);
    let lines = lines_of_reason(&case, g);
    assert_eq!(lines[0], "in_force");
    assert_eq!(lines[1], "in_force since 1993-12-29");
    assert!(
        lines
            .iter()
            .any(|l| l.starts_with("90 days after 1993-09-30")),
        "{lines:?}"
    );
    assert!(
        lines.iter().any(|l| l == "deposit by C on 1993-09-30"),
        "{lines:?}"
    );
    let cites: Vec<&str> = case
        .explain(g, &Env::new())
        .provisions()
        .iter()
        .map(|p| case.program().cite(*p))
        .collect();
    assert!(cites.contains(&"art 36(1)"), "{cites:?}");
}

#[test]
fn why_not_names_the_least() {
    let mut case =
        treaty("State: A, B, C\n1993-01-01: deposit by each of A, B\nexpect not in_force");
    let (case, g) = status_on(&mut case, "in_force", &[]);
    let missing = case.missing(g, &Env::new());
    assert!(
        missing.summary().contains("deposit"),
        "{}",
        missing.summary()
    );
    assert!(
        missing.summary().ends_with("then 90 days"),
        "{}",
        missing.summary()
    );
    assert_eq!(missing.cost.impossible, 0);
    let mut later =
        treaty("State: A, B, C\n1993-01-01: deposit by each of A, B, C\nexpect not in_force");
    let (later, g) = status_on(&mut later, "in_force", &[]);
    assert_eq!(
        later.missing(g, &Env::new()).summary(),
        "wait until 1993-04-01"
    );
}

#[test]
fn what_now_lists_powers_and_duties() {
    let mut case = treaty(
        "State: A, B, C\n1993-01-01: deposit by each of A, B, C\n1993-04-01: expect in_force",
    );
    case.end_of_day(day("1993-04-01"));
    let residual = case.residual();
    let of = |name: &str| {
        let e = case.find_entity(name).expect("an entity");
        residual.actors.iter().find(|a| a.actor == e)
    };
    let depositary = of("Depositary").expect("the depositary owes something");
    assert_eq!(
        depositary.must[0].due.map(|d| d.at.to_string()).as_deref(),
        Some("1993-05-01")
    );
    assert_eq!(
        case.program().cite(depositary.must[0].provision),
        "art 40(1)"
    );
    let a = of("A").expect("A may do something");
    assert!(a.may.iter().any(|p| p.text == "deposit"), "{:?}", a.may);
    let barred = &a.precluded[0];
    assert!(
        barred
            .provisions
            .iter()
            .any(|p| case.program().cite(*p) == "art 34(2)"),
        "{barred:?}"
    );
}

#[test]
fn both_sides_of_midnight() {
    let (program, _) = compile(
        "module demo\nkind State\nact deposit by any State\narticle 1 {\n\
         status tacit from lapse of 1 year after deposit\nstatus plain from 1 year after deposit\n\
         status lapsed from lapse of 1 year after notice\nact notice by any State\n\
         due: each s: State must notice within 10 days upon deposit by s }\n",
    );
    let mut case = Case::new(program.clone());
    let a = case
        .add_entity("A", program.acts[0].by[0])
        .expect("a new name");
    case.perform(day("2014-03-10"), ActInput::new(ActId(0), Some(a)))
        .expect("an act");
    let starts = |case: &Case, i| case.status_intervals(StatusId(i), &[]).first().map(|i| i.0);
    let index = |name: &str| {
        let at = program
            .statuses
            .iter()
            .position(|s| s.name == name)
            .expect("a status");
        u32::try_from(at).expect("small")
    };
    case.advance(Point::day_phase(day("2014-03-21"), Phase::TacitStart));
    assert!(case.duties().all(|d| d.is_open()), "the tenth day is in");
    case.advance(Point::day_phase(day("2014-03-21"), Phase::Lapse));
    assert!(case.duties().all(|d| !d.is_open()));
    case.advance(Point::day_phase(day("2015-03-10"), Phase::Lapse));
    assert_eq!(starts(&case, index("plain")), None);
    case.advance(Point::day_phase(day("2015-03-10"), Phase::Opening));
    assert!(starts(&case, index("plain")).is_some());
    assert_eq!(starts(&case, index("tacit")), None);
    case.end_of_day(day("2015-03-10"));
    assert_eq!(
        starts(&case, index("tacit")).map(|p| p.dated()),
        Some(day("2015-03-10"))
    );
    let again = case.perform(day("2015-03-10"), ActInput::new(ActId(0), Some(a)));
    assert!(again.is_err(), "history goes forward");
}

#[test]
fn nothing_panics_on_nonsense() {
    let (program, _) = compile("module demo\nkind State\nact deposit by any State\n");
    let mut case = Case::new(program);
    let nobody = rogatio_interpret::Entity(4_000_000_000);
    let judged = case.judge(&ActInput::new(ActId(77), Some(nobody)));
    assert_eq!(judged.verdict, Verdict::Void);
    assert!(
        case.perform(Day::MAX, ActInput::new(ActId(0), None))
            .is_ok()
    );
    let _ = case.eval(Guard(9999), &Env::new());
    assert!(case.status_intervals(StatusId(9), &[nobody]).is_empty());
    assert!(
        case.set_field(
            nobody,
            rogatio_mir::FieldId(3),
            rogatio_interpret::Value::None
        )
        .is_err()
    );
    case.advance(Point::NEVER);
    assert!(case.residual().decisions.is_empty());
}

#[test]
fn two_hundred_states_are_quick() {
    use std::fmt::Write as _;
    let mut text = "module big\nkind State\nact deposit by any State\nact withdraw by any State\narticle 1 {\n\
                    status bound(p: State) from deposit by p until withdraw by p\n"
        .to_owned();
    for i in 0..50 {
        let _ = writeln!(
            text,
            "status e{i}(p: State) from bound(p) and count(deposit by p) >= 1 until withdraw by p"
        );
    }
    text.push_str("}\nscenario \"x\" { State: S1..S200\n 2000-01-01: deposit by each of S1..S200\n expect e49(S7) }\n");
    let started = std::time::Instant::now();
    case_of(&text);
    let limit = if cfg!(debug_assertions) { 30 } else { 1 };
    assert!(
        started.elapsed().as_secs() < limit,
        "{:?}",
        started.elapsed()
    );
}
