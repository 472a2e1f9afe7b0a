//! Both engines give the same records, bit for bit: races with ties, clocks that are interrupted, statuses that end and
//! begin anew, windows, months, shares, populations of several kinds.

mod common;

use common::{agree, program};
use rogatio_simulate::plan;

/// Fewer in a debug build, which is slow; the release build runs all thousand.
const RUNS: u64 = if cfg!(debug_assertions) { 60 } else { 1000 };

#[track_caller]
fn check(text: &str, least: usize) {
    let different = agree(&program(text), &[], 7, RUNS);
    assert!(different >= least, "only {different} different records: the experiment tests little");
}

#[test]
fn ties_on_one_day_go_by_the_words() {
    check(
        "module t
         kind State
         kind Rank { a b c }
         act claim by any State
         status won(s: State) from claim by s where count(State & won) < 2
         experiment e { begin 2000-01-01  State 6  each State does claim after uniform(1 day, 4 days)  horizon 10 days
             measure count(State & won)
             measure first claim
             measure 3rd claim
             measure probability(won(\"State#1\") by 2000-01-03) }"
            .replace("won(\"State#1\")", "count(State & won) >= 2")
            .as_str(),
        5,
    );
}
