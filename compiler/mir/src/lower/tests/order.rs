//! Loops at one instant (R12) and chains of micro-steps (R13).

use super::*;

fn rises(cond: h::Expr) -> h::Stream {
    s(StreamKind::Rise {
        cond: Box::new(cond),
        once: false,
    })
}

#[test]
fn a_status_that_reads_itself_is_a_loop() {
    let mut w = World::new();
    w.status(
        "suspended",
        &[],
        vec![h::StatusClauseKind::While(not(on(StatusId(0), Vec::new())))],
    );
    assert_eq!(w.codes(), ["E0402"]);
    let error = &lower(&w.p, &Readings::new()).1[0];
    assert_eq!(
        error.message,
        "status `suspended` depends on itself at the same instant"
    );
}

#[test]
fn two_that_read_each_other_are_a_loop_and_named() {
    let mut w = World::new();
    w.status("a", &[], vec![from(rises(on(StatusId(1), Vec::new())))]);
    w.status("b", &[], vec![from(rises(on(StatusId(0), Vec::new())))]);
    let errors = lower(&w.p, &Readings::new()).1;
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].message,
        "status `a` and status `b` depend on each other at the same instant"
    );
    assert_eq!(errors[0].labels.len(), 2);
}

#[test]
fn a_delay_of_a_day_is_no_loop_and_none_is() {
    let mutual = |n| {
        let mut w = World::new();
        w.status(
            "a",
            &[],
            vec![from(after(
                n,
                s(StreamKind::Started(StatusId(1), Vec::new())),
            ))],
        );
        w.status(
            "b",
            &[],
            vec![from(after(
                n,
                s(StreamKind::Started(StatusId(0), Vec::new())),
            ))],
        );
        w.codes()
    };
    assert_eq!(mutual(1), [""; 0]);
    assert_eq!(mutual(0), ["E0402"]);
}

#[test]
fn defines_are_on_the_way() {
    let mut w = World::new();
    w.p.defines.push(h::Define {
        name: "idle".to_owned(),
        titles: Vec::new(),
        params: Vec::new(),
        value: h::DefineValue::Expr(not(on(StatusId(0), Vec::new()))),
        ty: Ty::Bool,
        provision: ProvisionId(0),
        span: Span::NONE,
    });
    let idle = e(ExprKind::Call(DefineId(0), Vec::new()), Ty::Bool);
    w.status("busy", &[], vec![h::StatusClauseKind::While(idle)]);
    let errors = lower(&w.p, &Readings::new()).1;
    assert_eq!(
        errors[0].message,
        "status `busy` and define `idle` depend on each other at the same instant"
    );
}

fn way(on: h::Stream, target: usize) -> h::Transition {
    h::Transition {
        on,
        when: None,
        target,
        provision: ProvisionId(0),
        span: Span::NONE,
    }
}

fn ready() -> h::Expr {
    ge(count(acts(DEPOSIT)), int(1))
}

#[test]
fn ping_pong_on_a_condition_is_refused() {
    let mut w = World::new();
    w.p.procedures[0].stages[0]
        .transitions
        .push(way(rises(ready()), 1));
    w.p.procedures[0].stages[1]
        .transitions
        .push(way(rises(ready()), 0));
    assert_eq!(w.codes(), ["E0701"]);
}

#[test]
fn conditions_that_exclude_each_other_end() {
    let mut w = World::new();
    w.p.procedures[0].stages[0]
        .transitions
        .push(way(rises(ready()), 1));
    w.p.procedures[0].stages[1]
        .transitions
        .push(way(rises(not(ready())), 0));
    assert_eq!(w.codes(), [""; 0]);
}

#[test]
fn a_chain_that_ends_is_counted() {
    let mut w = World::new();
    assert_eq!(lower(&w.p, &Readings::new()).0.cascade_bound, 1);
    w.p.procedures[0].stages[0]
        .transitions
        .push(way(rises(ready()), 1));
    w.p.procedures[0].stages[1]
        .transitions
        .push(way(rises(ready()), 2));
    // Entering open, heard, closed.
    assert_eq!(lower(&w.p, &Readings::new()).0.cascade_bound, 4);
}

#[test]
fn a_lapse_in_a_stage_is_dead_on_exit() {
    let mut w = World::new();
    let this = w.this();
    let enter = s(StreamKind::Enter(ProcedureId(0), 0, ArgPattern::Var(this)));
    let lapse = s(StreamKind::LapseAfter(Box::new(days(30)), Box::new(enter)));
    let mut settle = acts(SETTLE);
    settle.args[0] = ArgPattern::Var(this);
    w.p.procedures[0].stages[0]
        .transitions
        .extend([way(on_acts(settle), 1), way(lapse, 2)]);
    has(
        &w.lines(),
        &[
            "timer t0 \"lapse of 30 days after open\"[this: Case] at 30 days after then, lapse",
            "on enter open(this: Case) -> arm(this)",
            "on leave open(this: Case) -> disarm(this)",
            "stage open",
            "on settle(c this: Case) -> heard",
            "on timer t0(this: Case) -> closed",
        ],
    );
}

#[test]
fn what_no_engine_runs_is_said() {
    let mut w = World::new();
    let n = w.var("n", Ty::Int);
    w.status("s", &[n], vec![from(on_acts(acts(DEPOSIT)))]);
    assert_eq!(w.codes(), ["E0404"]);
    let mut w = World::new();
    let mut p = acts(DEPOSIT);
    p.in_last = Some(Box::new(days(1)));
    w.status("s", &[], vec![from(on_acts(p))]);
    assert_eq!(w.codes(), ["E0401"]);
    let mut w = World::new();
    let both = vec![
        h::StatusClauseKind::While(yes()),
        from(on_acts(acts(DEPOSIT))),
    ];
    w.status("s", &[], both);
    assert_eq!(w.codes(), ["E0403"]);
}

#[test]
fn a_date_in_a_stage_is_armed_on_entry() {
    let mut w = World::new();
    let date = s(StreamKind::LapseAt(Box::new(day(2000, 1, 1))));
    w.p.procedures[0].stages[1].transitions.push(way(date, 2));
    has(
        &w.lines(),
        &[
            "timer t0 \"lapse of 2000-01-01\"[this: Case] at 2000-01-01, lapse",
            "on enter heard(this: Case) -> arm(this)",
            "on leave heard(this: Case) -> disarm(this)",
            "on timer t0(this: Case) -> closed",
        ],
    );
}
