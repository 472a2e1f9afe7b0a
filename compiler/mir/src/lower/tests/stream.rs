//! Each form of stream, in statuses.

use super::*;
use crate::{lower_expr, same};

#[test]
fn an_act_binds_the_key() {
    let mut w = World::new();
    let p = w.state("p");
    w.status(
        "bound",
        &[p],
        vec![
            from(on_acts(by(DEPOSIT, p))),
            until(on_acts(by(WITHDRAW, p))),
        ],
    );
    has(
        &w.lines(),
        &[
            "status bound[p: State]",
            "on deposit(by p: State) -> start(p)",
            "on withdraw(by p: State) -> end(p)",
        ],
    );
}

#[test]
fn a_key_that_nothing_binds_runs_over_its_kind() {
    let mut w = World::new();
    let p = w.state("p");
    w.status("warned", &[p], vec![from(on_acts(acts(DEPOSIT)))]);
    has(&w.lines(), &["on deposit each p: State -> start(p)"]);
}

#[test]
fn a_delay_is_a_timer_keyed_by_the_status() {
    let mut w = World::new();
    let p = w.state("p");
    w.status(
        "bound",
        &[p],
        vec![from(after(90, on_acts(by(DEPOSIT, p))))],
    );
    has(
        &w.lines(),
        &[
            "status bound[p: State]",
            "scheduled start: t0 \"90 days after deposit by p\"",
            "on timer t0(p: State) -> start(p)",
            "timer t0 \"90 days after deposit by p\"[p: State] at 90 days after then, opening",
            "on deposit(by p: State) -> arm(p)",
        ],
    );
}

#[test]
fn a_lapse_starts_in_phase_0_and_ends_in_phase_1() {
    let mut w = World::new();
    let lapse = |of| s(StreamKind::LapseAfter(Box::new(days(30)), Box::new(of)));
    w.status(
        "tacit",
        &[],
        vec![
            from(lapse(on_acts(acts(DEPOSIT)))),
            until(lapse(on_acts(acts(WITHDRAW)))),
        ],
    );
    has(
        &w.lines(),
        &[
            "timer t0 \"lapse of 30 days after deposit\" at 30 days after then, tacit start",
            "timer t1 \"lapse of 30 days after withdraw\" at 30 days after then, lapse",
        ],
    );
}

#[test]
fn what_a_delay_needs_is_carried() {
    let mut w = World::new();
    let p = w.state("p");
    let d = w.var("e", Ty::Day);
    let mut withdraw = by(WITHDRAW, p);
    withdraw.args[0] = ArgPattern::Var(d);
    let points = vec![e(ExprKind::Var(d), Ty::Day)];
    let later = s(StreamKind::Combined {
        earlier: false,
        points,
        stream: Box::new(after(365, on_acts(withdraw))),
    });
    w.status(
        "bound",
        &[p],
        vec![from(on_acts(by(DEPOSIT, p))), until(later)],
    );
    has(
        &w.lines(),
        &[
            "scheduled end: t0 \"later(e, 365 days after withdraw(e) by p)\"",
            "timer t0 \"later(e, 365 days after withdraw(e) by p)\"[p: State] carrying e at later(e, 365 days after then), opening",
            "on withdraw(by p: State, effective e) -> arm(p)",
        ],
    );
}

#[test]
fn a_plain_event_combined_counts_from_itself() {
    let mut w = World::new();
    let points = vec![day(2000, 1, 1)];
    let stream = s(StreamKind::Combined {
        earlier: true,
        points,
        stream: Box::new(on_acts(acts(DEPOSIT))),
    });
    w.status("open", &[], vec![from(stream)]);
    has(
        &w.lines(),
        &["timer t0 \"earlier(2000-01-01, deposit)\" at earlier(2000-01-01, then), opening"],
    );
}

#[test]
fn an_ordinal_counts_right_after_the_push() {
    let mut w = World::new();
    let nth = s(StreamKind::Nth(30, Box::new(on_acts(acts(DEPOSIT)))));
    w.status("in_force", &[], vec![from(nth)]);
    has(
        &w.lines(),
        &[
            "hist h0 deposit",
            "on deposit -> push",
            "status in_force",
            "on deposit when count(h0) = 30 -> start",
        ],
    );
}

#[test]
fn an_ordinal_of_other_events_has_a_history_of_its_own() {
    let mut w = World::new();
    let p = w.state("p");
    let bound = w.status("bound", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let q = w.state("q");
    let start = s(StreamKind::Started(bound, vec![ArgPattern::Var(q)]));
    w.status(
        "old",
        &[q],
        vec![from(s(StreamKind::Nth(2, Box::new(start))))],
    );
    has(
        &w.lines(),
        &[
            "hist h0 start(bound)[q: State]",
            "on start bound(q: State) -> push(q)",
            "status old[q: State]",
            "on start bound(q: State) when count(h0(q)) = 2 -> start(q)",
        ],
    );
}

#[test]
fn a_rise_is_an_edge_and_until_conditions_block() {
    let mut w = World::new();
    let p = w.state("p");
    let rise = |cond, once| {
        s(StreamKind::Rise {
            cond: Box::new(cond),
            once,
        })
    };
    let enough = ge(count(acts(DEPOSIT)), int(3));
    let gone = ge(count(by(WITHDRAW, p)), int(1));
    w.status(
        "ready",
        &[p],
        vec![from(rise(enough, true)), until(rise(gone, false))],
    );
    has(
        &w.lines(),
        &[
            "edge e0 once: count(h0) >= 3",
            "edge e1[p: State]: count(h1(p)) >= 1",
            "status ready[p: State]",
            "blocked while count(h1(p)) >= 1",
            "on rise e0 each p: State -> start(p)",
            "on rise e1(p: State) -> end(p)",
        ],
    );
}

#[test]
fn a_level_status_is_its_condition_and_an_edge() {
    let mut w = World::new();
    let p = w.state("p");
    let cond = ge(count(by(DEPOSIT, p)), int(1));
    w.status("party", &[p], vec![h::StatusClauseKind::While(cond)]);
    has(
        &w.lines(),
        &[
            "edge e0[p: State]: count(h0(p)) >= 1",
            "status party[p: State]",
            "while count(h0(p)) >= 1",
            "on rise e0(p: State) -> start(p)",
            "on fall e0(p: State) -> end(p)",
        ],
    );
}

#[test]
fn a_date_is_armed_when_the_case_begins() {
    let mut w = World::new();
    w.status(
        "open",
        &[],
        vec![from(s(StreamKind::At(Box::new(day(2000, 1, 1)))))],
    );
    has(
        &w.lines(),
        &[
            "timer t0 \"2000-01-01\" at 2000-01-01, opening",
            "on begin -> arm",
        ],
    );
}

#[test]
fn a_time_read_off_a_status_moves_with_it() {
    let mut w = World::new();
    let start = e(
        ExprKind::StartOf {
            status: StatusId(0),
            keys: Vec::new(),
            first: false,
        },
        Ty::Time,
    );
    let shift = e(
        ExprKind::Shift {
            before: false,
            length: Box::new(days(10)),
            base: Box::new(start),
        },
        Ty::Time,
    );
    // Reads its own start, but ten days later: no loop.
    w.status(
        "term",
        &[],
        vec![
            from(on_acts(acts(DEPOSIT))),
            until(s(StreamKind::At(Box::new(shift)))),
        ],
    );
    has(
        &w.lines(),
        &[
            "status term",
            "timer t0 \"10 days after start(term)\" at 10 days after start(term), opening",
            "on begin -> arm",
            "on start term -> disarm",
            "on start term -> arm",
        ],
    );
}

#[test]
fn starts_ends_and_conditions_after_them() {
    let mut w = World::new();
    let p = w.state("p");
    let bound = w.status("bound", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let q = w.state("q");
    let started = s(StreamKind::Started(bound, vec![ArgPattern::Var(q)]));
    let cond = ge(count(by(DEPOSIT, q)), int(2));
    let twice = s(StreamKind::Where(Box::new(started), Box::new(cond)));
    let ended = s(StreamKind::Ended(bound, vec![ArgPattern::Any]));
    w.status("old", &[q], vec![from(twice), until(ended)]);
    has(
        &w.lines(),
        &[
            "on start bound(q: State) when count(h0(q)) >= 2 -> start(q)",
            "on end bound(_) each q: State -> end(q)",
        ],
    );
}

#[test]
fn either_event_shares_a_timer() {
    let mut w = World::new();
    let p = w.state("p");
    let either = s(StreamKind::Or(vec![
        on_acts(by(DEPOSIT, p)),
        on_acts(by(WITHDRAW, p)),
    ]));
    w.status("seen", &[p], vec![from(after(1, either))]);
    let lines = w.lines();
    has(
        &lines,
        &[
            "on deposit(by p: State) -> arm(p)",
            "on withdraw(by p: State) -> arm(p)",
        ],
    );
    assert_eq!(lines.iter().filter(|l| l.starts_with("timer")).count(), 1);
}

#[test]
fn meanwhile_disarms() {
    let mut w = World::new();
    let p = w.state("p");
    let clause = h::StatusClauseKind::From {
        stream: after(90, on_acts(by(DEPOSIT, p))),
        once: true,
        unless_meanwhile: Some(on_acts(by(WITHDRAW, p))),
    };
    w.status("bound", &[p], vec![clause]);
    has(
        &w.lines(),
        &[
            "status bound[p: State] once",
            "on withdraw(by p: State) -> disarm(p)",
        ],
    );
}

#[test]
fn values_and_their_end() {
    let mut w = World::new();
    let d = w.var("d", Ty::Day);
    let mut fix = acts(WITHDRAW);
    fix.args[0] = ArgPattern::Var(d);
    let value = e(ExprKind::Var(d), Ty::Day);
    let none = e(ExprKind::None, Ty::None);
    w.status(
        "day",
        &[],
        vec![
            h::StatusClauseKind::Is(value, after(1, on_acts(fix))),
            h::StatusClauseKind::Is(none, on_acts(acts(DEPOSIT))),
        ],
    );
    w.p.statuses[0].value = Some(Ty::Day);
    has(
        &w.lines(),
        &[
            "status day: day",
            "on timer t0 -> start with d",
            "on deposit -> end",
            "timer t0 \"1 day after withdraw(d)\" carrying d at 1 day after then, opening",
        ],
    );
}

#[test]
fn instances_begin_when_they_are_opened() {
    let mut w = World::new();
    let this = w.this();
    let p = w.state("p");
    w.status(
        "free",
        &[this, p],
        vec![h::StatusClauseKind::Initially(yes())],
    );
    has(
        &w.lines(),
        &["on enter open(this: Case) each p: State -> start(this, p)"],
    );
}

#[test]
fn equal_patterns_share_a_history_and_filters_see_the_state_right_after() {
    let mut w = World::new();
    let (p, q) = (w.state("p"), w.state("q"));
    let party = w.status("party", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let with = |v| {
        let mut pattern = by(WITHDRAW, v);
        pattern.filter = Some(Box::new(on(party, vec![x(v)])));
        ge(count(pattern), int(1))
    };
    w.status("a", &[p], vec![h::StatusClauseKind::While(with(p))]);
    w.status("b", &[q], vec![h::StatusClauseKind::While(with(q))]);
    let lines = w.lines();
    assert_eq!(lines.iter().filter(|l| l.starts_with("hist")).count(), 1);
    has(
        &lines,
        &[
            "status party[p: State]",
            "on withdraw(by _1: State) when party(_1) -> push(_1)",
        ],
    );
}

#[test]
fn a_filter_on_something_else_in_scope_makes_a_key_that_is_run_over() {
    let mut w = World::new();
    let p = w.state("p");
    let bound = w.status("bound", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let q = w.state("q");
    let mut pattern = acts(WITHDRAW);
    pattern.filter = Some(Box::new(on(bound, vec![x(q)])));
    w.status(
        "seen",
        &[q],
        vec![h::StatusClauseKind::While(ge(count(pattern), int(1)))],
    );
    has(
        &w.lines(),
        &["on withdraw each _1: State when bound(_1) -> push(_1)"],
    );
}

#[test]
fn a_value_as_of_an_event_is_latched() {
    let mut w = World::new();
    let n = count(acts(DEPOSIT));
    let latched = e(
        ExprKind::AsOf(Box::new(n), Box::new(on_acts(acts(WITHDRAW)))),
        Ty::Int,
    );
    w.status(
        "many",
        &[],
        vec![h::StatusClauseKind::While(ge(latched, int(3)))],
    );
    has(
        &w.lines(),
        &[
            "hist h0 deposit",
            "status as of withdraw: int",
            "on withdraw -> start with count(h0)",
            "edge e0: (not stated \"not known before withdraw\" except value(as of withdraw) when as of withdraw) >= 3",
        ],
    );
}

#[test]
fn readings_are_folded() {
    let mut w = World::new();
    w.p.readings.push(h::Reading {
        name: "A5".to_owned(),
        question: String::new(),
        choices: vec!["one".to_owned(), "two".to_owned()],
        default: Some(0),
        provision: ProvisionId(0),
        span: Span::NONE,
    });
    let one = e(ExprKind::ReadingIs(ReadingId(0), 0), Ty::Bool);
    let cond = e(
        ExprKind::And(vec![one, ge(count(acts(DEPOSIT)), int(1))]),
        Ty::Bool,
    );
    w.status("on", &[], vec![h::StatusClauseKind::While(cond)]);
    has(
        &w.lines(),
        &["reading A5 = one (default)", "while count(h0) >= 1"],
    );
    let choice = Readings::new().choose("A5", "two");
    assert_eq!(choice.check(&w.p), Ok(()));
    has(
        &lines(&lower(&w.p, &choice).0),
        &["reading A5 = two", "while false"],
    );
    let wrong = Readings::new().choose("A5", "three").choose("A6", "x");
    assert_eq!(wrong.check(&w.p).expect_err("unknown").len(), 2);
    // Without a default and unchosen it is neither true nor false.
    w.p.readings[0].default = None;
    has(&w.lines(), &["reading A5 = not chosen (default)"]);
}

#[test]
fn questions_extend_a_program() {
    let mut w = World::new();
    let p = w.state("p");
    w.status("bound", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let cond = ge(count(by(DEPOSIT, p)), int(1));
    w.status("party", &[p], vec![h::StatusClauseKind::While(cond)]);
    let (mut program, errors) = lower(&w.p, &Readings::new());
    assert_eq!(errors, []);
    let order = program.order.len();
    // A variable that the checker made for the question must not be one of the program's own.
    let late = w.state("late");
    let set = h::SetExpr {
        var: late,
        kinds: vec![STATE],
        cond: ge(count(by(DEPOSIT, late)), int(1)),
        span: Span::NONE,
    };
    let known = e(ExprKind::Count(Box::new(set)), Ty::Int);
    let guard = lower_expr(&mut program, &w.p, &known);
    assert_eq!(
        guard_text(&program, guard),
        "count(late: State where count(h0(late)) >= 1)"
    );
    assert_eq!(program.order.len(), order, "the history was there");
    let new = lower_expr(&mut program, &w.p, &count(acts(WITHDRAW)));
    assert_eq!(guard_text(&program, new), "count(h1)");
    assert_eq!(program.order.len(), order + 1);
    assert!(same(
        &program,
        new,
        lower_expr(&mut program.clone(), &w.p, &count(acts(WITHDRAW)))
    ));
}
