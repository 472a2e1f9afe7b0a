//! Both engines count lengths alike, whatever the convention of the module they stand in.

mod common;

use common::{agree, program};

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, 16);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

/// Periods whose last day moves to the next working day, forward and backward, short and long.
#[test]
fn periods_of_regulation_1182_71() {
    check(
        12,
        "module t
         counting eu_1182_71
         given holidays: set of date = 2030-01-01 | (2030-04-19 .. 2030-04-22) | (2030-12-24 .. 2031-01-02)
         kind State
         office Commission
         act request by any State
         act object by any State
         act answer(s: State) by Commission
         article 1 {
             (1) Commission must answer(s) within 1 month upon request by s
             (2) Commission must answer(s) within 9 days upon object by s
             (3) Commission must answer(s) within 1 day upon object by s
         }
         status due(s: State) from 2 months after request by s until lapse of 4 days after object by s
         status short(s: State) from lapse of 1 day after request by s until lapse of 2 days after object by s
         status opened(s: State) from lapse of 3 weeks after object by s until lapse of 1 month after request by s
         status few from count(s: State where short(s)) >= 2
         status many from count(s: State where opened(s)) >= 3
         experiment e {
             begin 2029-12-01
             State 4
             each State does request after exponential(4 months)
             each State does object after exponential(3 months)
             Commission does answer(s) after exponential(12 days)
             horizon 9 months
             measure count(s: State where due(s))
             measure count(s: State where short(s))
             measure count(s: State where opened(s))
             measure count(answer)
             measure count(breach of art 1(2))
             measure count(breach of art 1(3))
             measure start(few)
             measure start(many)
         }",
    );
}

/// Days off that an experiment gives.
#[test]
fn the_holidays_of_an_experiment() {
    check(
        12,
        "module t
         counting eu_1182_71
         given holidays: set of date
         kind State
         office Commission
         act request by any State
         act answer(s: State) by Commission
         article 1 {
             (1) Commission must answer(s) within 5 days upon request by s
             (2) Commission may answer(s)
         }
         experiment e {
             begin 2030-01-01
             State 3
             assume holidays = 2030-01-07 | (2030-02-14 .. 2030-03-01)
             each State does request after exponential(1 month)
             Commission does answer(s) after exponential(5 days)
             horizon 1 year
             measure count(answer)
             measure count(breach of art 1(1))
         }",
    );
}

/// A module that counts otherwise than the one that uses it.
#[test]
fn two_conventions() {
    check(
        12,
        "module t
         use std.treaty
         counting japan
         kind Clerk
         act note by any Clerk
         status noted from 1 month after note until 2 months after note
         experiment e {
             begin 2030-01-29
             Clerk 3
             each Clerk does note after exponential(2 months)
             horizon 1 year
             measure start(noted)
             measure end(noted)
             measure count(note)
         }",
    );
}
