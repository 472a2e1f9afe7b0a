//! Norms: powers, births, windows, releases.

use super::*;
use rogatio_semantics::hir::{NormPred, Time};

fn norm(w: &mut World, modal: Modal, act: ActId) -> h::Norm {
    let actor = w.state("who");
    h::Norm {
        label: None,
        who: h::Subject {
            var: actor,
            kinds: vec![STATE],
            cond: yes(),
            each: false,
            jointly: false,
            text: "any State".to_owned(),
        },
        modal,
        pred: NormPred::Act(by(act, actor)),
        qualifier: None,
        upon: None,
        when: None,
        while_: None,
        unless: None,
        time: None,
        not_counting: None,
        time_except: Vec::new(),
        despite: None,
        else_: None,
        else_of: None,
        instance: None,
        stage: None,
        while_here: false,
        version: None,
        head: None,
        keys: Vec::new(),
        provision: ProvisionId(0),
        span: Span::NONE,
    }
}

fn within(n: i64) -> Time {
    Time::Within {
        length: days(n),
        further: false,
    }
}

#[test]
fn a_power_is_a_condition_and_a_window() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::May, DEPOSIT);
    n.when = Some(ge(count(acts(DEPOSIT)), int(1)));
    n.unless = Some(ge(count(acts(WITHDRAW)), int(1)));
    n.time = Some(Time::Between(day(2000, 1, 1), day(2000, 12, 31)));
    w.p.norms.push(n);
    let lines = w.lines();
    has(
        &lines,
        &[
            "n0 any State may deposit",
            "act deposit",
            "when (count(h0) >= 1) and (not (count(h1) >= 1))",
            "opens 2000-01-01",
            "closes 2000-12-31, lapse",
        ],
    );
    assert!(!lines.iter().any(|l| l.starts_with("duty")));
    assert_eq!(lower(&w.p, &Readings::new()).0.acts[0].norms, [NormId(0)]);
}

#[test]
fn a_prohibition_upon_an_event_counts_from_its_last() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::MustNot, DEPOSIT);
    let actor = n.who.var;
    n.keys = vec![actor];
    n.upon = Some(on_acts(by(WITHDRAW, actor)));
    n.time = Some(within(30));
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "hist h0 withdraw by who[who: State]",
            "when count(h0(who)) > 0",
            "closes 30 days after time(last h0(who)), lapse",
        ],
    );
}

#[test]
fn a_duty_upon_an_event() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::Must, WITHDRAW);
    let p = n.who.var;
    n.who.each = true;
    n.keys = vec![p];
    n.upon = Some(on_acts(by(DEPOSIT, p)));
    n.unless = Some(ge(count(by(WITHDRAW, p)), int(1)));
    n.time = Some(within(30));
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "duty[who: State]",
            "born on deposit(by who: State)",
            "closes 30 days after then, lapse",
            "released when count(h0(who)) >= 1",
        ],
    );
}

#[test]
fn each_member_of_a_role_has_a_duty_while_a_member() {
    let mut w = World::new();
    let p = w.state("p");
    let bound = w.status("bound", &[p], vec![from(on_acts(by(DEPOSIT, p)))]);
    let mut n = norm(&mut w, Modal::Must, WITHDRAW);
    n.who.each = true;
    n.keys = vec![n.who.var];
    n.who.cond = on(bound, vec![x(n.who.var)]);
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "edge e0[who: State]: bound(who)",
            "who each who: State where bound(who)",
            "duty[who: State] born with its scope",
            "born on rise e0(who: State)",
            "released when not bound(who)",
        ],
    );
}

#[test]
fn a_condition_gives_birth_when_it_rises() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::Should, DEPOSIT);
    n.while_ = Some(ge(count(acts(WITHDRAW)), int(1)));
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "edge e0: count(h0) >= 1",
            "born on rise e0",
            "released when not (count(h0) >= 1)",
        ],
    );
}

#[test]
fn a_duty_of_a_stage_is_born_on_entry() {
    let mut w = World::new();
    let this = w.this();
    let mut n = norm(&mut w, Modal::Must, SETTLE);
    n.instance = Some((ProcedureId(0), this));
    n.stage = Some(1);
    n.keys = vec![this];
    n.while_here = true;
    let mut pattern = by(SETTLE, n.who.var);
    pattern.args[0] = ArgPattern::Var(this);
    n.pred = NormPred::Act(pattern);
    let may = h::Norm {
        modal: Modal::May,
        while_here: false,
        ..n.clone()
    };
    w.p.norms.extend([n, may]);
    has(
        &w.lines(),
        &[
            "act settle(c this: Case)",
            "duty[this: Case] born with its scope",
            "born on enter heard(this: Case)",
            "released when not (this is heard)",
            "act settle(c this: Case)",
            "when this is heard",
        ],
    );
}

#[test]
fn the_else_is_born_on_the_lapse() {
    let mut w = World::new();
    let mut first = norm(&mut w, Modal::Must, DEPOSIT);
    first.time = Some(within(30));
    first.else_ = Some(NormId(1));
    let mut second = norm(&mut w, Modal::Must, WITHDRAW);
    second.else_of = Some(NormId(0));
    second.time = Some(Time::Within {
        length: days(60),
        further: true,
    });
    w.p.norms.extend([first, second]);
    has(
        &w.lines(),
        &[
            "else n1 \"must withdraw\"",
            "born on lapsed n0 \"must deposit\"",
            "closes 60 days after then, lapse",
            "further to n0 \"must deposit\"",
        ],
    );
}

#[test]
fn before_an_event_compares_the_keys() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::Must, DEPOSIT);
    let p = n.who.var;
    n.who.each = true;
    n.keys = vec![p];
    n.time = Some(Time::BeforeEvent(on_acts(by(WITHDRAW, p))));
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "born on begin each who: State",
            "closes on withdraw(by = who)",
        ],
    );
}

#[test]
fn windows_follow_the_table() {
    let with = |time: Time| {
        let mut w = World::new();
        let mut n = norm(&mut w, Modal::Must, DEPOSIT);
        n.time = Some(time);
        w.p.norms.push(n);
        let lines = w.lines();
        let start = |l: &&String| {
            l.starts_with("opens") || l.starts_with("closes") || l.starts_with("every")
        };
        lines
            .iter()
            .filter(start)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ")
    };
    let d = || day(2000, 1, 1);
    assert_eq!(with(Time::Before(d())), "closes 2000-01-01, closing");
    assert_eq!(with(Time::NotBefore(d())), "opens 2000-01-01");
    assert_eq!(
        with(Time::At(d())),
        "opens 2000-01-01; closes 2000-01-01, lapse"
    );
    assert_eq!(
        with(Time::AtLeastBefore {
            length: days(3),
            event: d()
        }),
        "closes 3 days before 2000-01-01, lapse"
    );
    assert_eq!(
        with(Time::Every {
            length: days(3),
            after: d()
        }),
        "every 3 days after 2000-01-01"
    );
}

#[test]
fn an_ordinal_of_what_the_event_introduces_counts_over_all() {
    let mut w = World::new();
    let c = w.var("c", Ty::Entity(vec![CASE]));
    let mut settle = acts(SETTLE);
    settle.args[0] = ArgPattern::Var(c);
    let mut n = norm(&mut w, Modal::Must, DEPOSIT);
    n.keys = vec![c];
    n.upon = Some(s(StreamKind::Nth(2, Box::new(on_acts(settle)))));
    w.p.norms.push(n);
    has(
        &w.lines(),
        &[
            "hist h0 settle(c)",
            "born on settle(c c: Case) where count(h0) = 2",
        ],
    );
}

#[test]
fn an_office_is_its_entity() {
    let mut w = World::new();
    let mut n = norm(&mut w, Modal::May, DEPOSIT);
    let office = e(ExprKind::Entity(SECRETARY), Ty::Entity(vec![OFFICE]));
    let subject = e(ExprKind::Var(n.who.var), Ty::Entity(vec![OFFICE]));
    n.who.kinds = vec![OFFICE];
    n.who.cond = e(
        ExprKind::Compare(CmpOp::Eq, Box::new(subject), Box::new(office)),
        Ty::Bool,
    );
    w.p.norms.push(n);
    has(&w.lines(), &["who who: Office where who = Secretary"]);
}
