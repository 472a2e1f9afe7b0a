//! Both engines give the same records for statuses with values and for arguments of earlier acts.

mod common;

use common::{agree, program};

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 7, 150);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn values_of_statuses() {
    check(
        20,
        "module t
         kind State
         act fix(n: int) by any State
         act raise(n: int) by any State
         act drop by any State
         act choose(s: State) by any State
         act clear by any State
         status level: int? is n after fix(n: int), n after raise(n: int), none after drop
         status chair(s: State): State? is c after choose(c: State) by s, none after clear by s
         status high from (level or else 0) >= 3 until level is none
         experiment levels {
             begin 2001-01-01
             State: A, B
             State 3
             each State does fix(3) after exponential(200 days)
             each State does raise(5) after exponential(150 days)
             each State does drop after exponential(90 days)
             each s: State does choose(s) after exponential(100 days)
             each State does choose(A) after exponential(100 days)
             each State does clear after exponential(100 days)
             horizon 1 year
             measure start(high)
             measure start(level)
             measure level or else -1
             measure count(s: State where chair(s) = A)
             measure count(s: State where chair(s) is none)
             measure count(s: State where chair(s) = s)
         }",
    );
}

#[test]
fn arguments_of_earlier_acts() {
    check(
        20,
        "module t
         kind State
         act bid(n: int, on_: State) by any State
         act offer(due: date) by any State
         status closed from 20 days after bid where ((last bid).n or else 0) + ((first bid).n or else 0) >= 6
         status late from now >= 10 days after ((last offer).due or else 2001-06-01)
         experiment bids {
             begin 2001-01-01
             State: A, B, C
             each s: State does bid(n = 2, on_ = A) after exponential(200 days)
             each s: State does bid(n = 4, on_ = s) after exponential(200 days)
             each s: State does offer(2001-04-01) after exponential(300 days)
             horizon 1 year
             measure start(closed)
             measure start(late)
             measure (last bid).n or else 0
             measure (2nd bid).n or else 0
             measure probability((last bid).on_ = B)
             measure count(s: State where (last bid by s).n = 4)
         }",
    );
}
