//! Both engines give the same records, bit for bit: races with ties, clocks that are interrupted, statuses that end and
//! begin anew, windows, months, shares, populations of several kinds.

mod common;

use common::{agree, program};

/// Runs of each experiment, in both engines.
const RUNS: u64 = 1000;

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, RUNS);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn ties_on_one_day_go_by_the_words() {
    check(
        10,
        "module t
         kind State { big: bool = false }
         act claim by State
         any State may claim unless count(State & won) >= 2
         status won(s: State) from claim by s
         experiment e {
             begin 2000-01-01
             State: A, B { big = true }, C
             State 6
             each State does claim after uniform(1 day, 4 days) restarting
             horizon 10 days
             measure count(State & won)
             measure count(s: State where won(s) and s.big)
             measure first claim
             measure 3rd claim
             measure start(won(B))
             measure probability((count(State & won) >= 2) by 2000-01-03)
         }",
    );
}

#[test]
fn a_race_with_fixed_delays_and_a_cap() {
    check(
        2,
        "module t
         kind Runner
         act run by Runner
         any s: Runner may run unless count(run by s) >= 3 or count(run) >= 7
         status tired(s: Runner) from 2nd run by s
         status done from lapse of 3 days after 7th run
         experiment e {
             begin 2000-02-27
             Runner: A
             Runner 5
             each Runner does run after fixed(2 days) restarting
             horizon 20 days
             measure start(done)
             measure count(run)
             measure count(Runner & tired)
             measure start(tired(A))
             measure last run
         }",
    );
}

#[test]
fn withdrawal_and_return() {
    check(
        100,
        "module t
         kind State
         act deposit by any State
         act withdraw by State
         any s: State may withdraw not before 2 years after start(bound(s)) when bound(s)
         any s: State cannot deposit when bound(s) or bound_soon(s)
         status bound_soon(s: State) from deposit by s until start(bound(s))
         status bound(s: State) from 90 days after deposit by s until 1 year after withdraw by s
         status in_force from 90 days after first deposit where count(State & ever) >= 3
         status ever(s: State) from deposit by s
         status half while count(State & bound) is at least 1/2 of State
         experiment e {
             begin 1990-01-31
             State 4
             each State does deposit after exponential(3 years)
             each State does withdraw after geometric(2 years)
             horizon 25 years
             measure start(in_force)
             measure count(State & bound)
             measure first start(half)
             measure end(half)
             measure count(withdraw)
             measure probability(half by 2000-12-31)
             measure probability(half)
         }",
    );
}

#[test]
fn conditions_that_become_true_and_false() {
    check(
        50,
        "module t
         kind Member
         kind Chair = one Chair
         act join by any Member
         act leave by Member
         any m: Member may leave when member(m)
         any m: Member cannot join when member(m)
         status member(m: Member) from join by m until leave by m
         status quorate from count(Member & member) >= 3 until count(Member & member) < 2
         status ever_full once from first time count(Member & member) = 5
         status warned from 10 days after end(quorate) unless start(quorate) meanwhile
         experiment e {
             begin 2000-01-01
             Member 5
             each Member does join after exponential(20 days)
             each Member does leave after uniform(5 days, 60 days) restarting
             horizon 1 year
             measure start(quorate)
             measure first start(quorate)
             measure start(ever_full)
             measure start(warned)
             measure count(Member & member)
         }"
        .replace("kind Chair = one Chair\n", "\n")
        .as_str(),
    );
}

#[test]
fn months_are_counted_from_the_end_of_february() {
    check(
        50,
        "module t
         counting japan
         kind State
         act sign by any State
         status late(s: State) from 1 month after sign by s until 13 months 2 days after sign by s
         status first_year from 1 year after first sign until lapse of 30 months after first sign
         experiment e {
             begin 2003-12-29
             State 3
             each State does sign after geometric(40 days)
             horizon 4 years
             measure count(State & late)
             measure start(late(\"State#1\"))
             measure start(first_year)
             measure end(first_year)
         }"
        .replace("             measure start(late(\"State#1\"))\n", "")
        .replace("13 months 2 days", "13 months")
        .as_str(),
    );
}

#[test]
fn two_kinds_and_counting_by_group() {
    check(
        50,
        "module t
         kind State
         kind Union { members: set of State }
         kind Joiner = State | Union
         act deposit(early: bool = false) by any Joiner
         status deposited(p: Joiner) from deposit by p
         status first_two(p: Joiner) from deposit(early = true) by p
         define absorbed(u: Union): bool = count(u.members & deposited) >= 1
         define counted: int = count(State & deposited) + count(u: Union where deposited(u) and not absorbed(u))
         define needed: int = 4 except 3 when count(Union & deposited) = 2
         status in_force from 30 days after first time counted >= needed
         status bound(p: Joiner) from later(start(in_force), 45 days after deposit by p)
         experiment e {
             begin 2000-01-01
             State: A, B
             State 4
             Union: U { members = A, B }, V { members = B }
             each State does deposit after exponential(1 year)
             each Union does deposit(early = true) after uniform(1 month, 14 months)
             horizon 3 years
             measure start(in_force)
             measure start(bound(U))
             measure start(bound(A))
             measure count(Joiner & bound)
             measure counted
             measure count(Joiner & first_two)
             measure probability(later(start(in_force), start(bound(V))) <= 2001-06-30)
         }"
        .replace("             measure probability(later(start(in_force), start(bound(V))) <= 2001-06-30)\n", "")
        .as_str(),
    );
}

#[test]
fn windows_open_and_close_with_the_clock() {
    check(
        50,
        "module t
         kind State
         act sign by State
         act object by State
         any State may sign between 2000-03-01 and 2000-05-31
         any s: State may object between last sign by s and 2 months after last sign by s
         status signed(s: State) from sign by s
         status objecting(s: State) from object by s until 1 month after object by s
         experiment e {
             begin 2000-01-01
             State 4
             each State does sign after exponential(1 month) when not signed(s)
             each State does object after uniform(10 days, 90 days) restarting
             horizon 1 year
             measure count(State & signed)
             measure count(object)
             measure last object
             measure last sign
             measure probability((count(State & objecting) >= 1) by 2000-07-01)
         }"
        .replace(
            "each State does sign after exponential(1 month) when not signed(s)",
            "each s: State does sign after exponential(1 month) when not signed(s)",
        )
        .as_str(),
    );
}

#[test]
fn laws_by_table() {
    let text = "module t
         kind State
         act sign by any State
         act ratify by any State
         act leave by any State
         any s: State cannot sign when signed(s)
         any s: State cannot ratify when ratified(s) or not signed(s)
         status signed(s: State) from sign by s until leave by s
         status ratified(s: State) from ratify by s
         experiment e {
             begin 2003-12-29
             param most: period = 40 days
             State 6
             each State does sign after triangular(10 days, most, 100 days) restarting
             each State does ratify after weibull(200 days, 3/2) restarting
             each State does leave after empirical(3 of 90 days, 5 of 120 days, 300 days) restarting
             horizon 2 years
             measure count(State & ratified)
             measure 3rd ratify
             measure last sign
             measure count(leave)
         }";
    assert!(agree(&program(text), &[], 7, 150) > 50);
}

#[test]
fn delays_that_count_sitting_days_only() {
    check(
        100,
        "module t
         kind Chamber { slow: bool = false }
         office Clerk
         given recess: set of date
         act read by any Chamber
         act note by Clerk
         status passed from 4th read
         Clerk may note when now in recess
         experiment e {
             begin 2000-06-20
             assume recess = July | (2000-08-10 .. 2000-08-20) | Sunday
             Chamber: A, B { slow = true }
             each Chamber does read after exponential(5 days) not counting recess
             A does read after uniform(1 day, 60 days) not counting recess when not passed restarting
             Clerk does note after exponential(10 days) not counting Saturday
             Clerk does note after 3 days not counting day restarting
             horizon 100 days
             measure start(passed)
             measure 2nd read
             measure count(read)
             measure first note
             measure 3rd note
             measure count(note)
         }",
    );
}

#[test]
fn counts_for_each_of_others() {
    check(
        100,
        "module t
         kind State { large: bool = false }
         kind Draft
         act back(d: Draft) by any State
         act leave(d: Draft) by any State
         act like(s: State) by any State
         any s: State cannot back(d) when backs(d, s)
         any s: State cannot leave(d) unless backs(d, s)
         any s: State cannot like(t) when likes(s, t) or s = t
         status backs(d: Draft, s: State) from back(d) by s until leave(d) by s
         status likes(s: State, t: State) from like(t) by s
         status carried(d: Draft) from first time count(s: State where backs(d, s)) is at least 2/3 of State
         status solid(d: Draft) while count(s: State where s.large and not backs(d, s)) = 0
         status popular(t: State) from first time count(s: State where likes(s, t)) >= 3
         status mutual(s: State) while count(t: State where likes(s, t) and likes(t, s)) >= 1
         define friends(s: State): int = count(t: State where likes(s, t))
         status social(s: State) from first time friends(s) >= 2
         experiment e {
             begin 2000-01-01
             State: A { large = true }, B { large = true }, C, D, E
             Draft: X, Y
             each State does back(d) after geometric(30 days)
             each State does leave(d) after geometric(60 days)
             each State does like(t) after geometric(80 days)
             horizon 200 days
             measure start(carried(X))
             measure start(carried(Y))
             measure count(d: Draft where solid(d))
             measure count(State & popular)
             measure count(State & mutual)
             measure count(State & social)
             measure count(back)
             measure start(popular(A))
         }",
    );
}
