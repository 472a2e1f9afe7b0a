//! Days picked from sets of days: native code looks them up, the interpreter asks the calendar.

mod common;

use common::{agree, program};

const RACE: &str = "module t
     kind State
     act ratify by any State
     any s: State cannot ratify when ratify by s
     status in_force from PICK
     status bound(s: State) from later(start(in_force), first (1st day of month) after 30 days after first ratify by s)
     experiment e {
         begin 2001-11-20
         State 9
         each State does ratify after exponential(1 year)
         horizon 3 years
         measure start(in_force)
         measure in_force by 2002-07-01
         measure count(s: State where bound(s))
     }";

#[test]
fn both_engines_pick_the_same_day() {
    for (pick, least) in [
        (
            "first (1st day of month) after 60 days after 4th ratify",
            15,
        ),
        ("2nd Monday after 3rd ratify", 30),
        ("last (Friday) before 1 year after 2nd ratify", 30),
        ("last day of month after 2nd ratify", 15),
        ("first (1st day of year) after 4th ratify", 3),
    ] {
        let program = program(&RACE.replace("PICK", pick));
        let different = agree(&program, &[], 5, 120);
        assert!(different >= least, "{pick}: only {different}");
    }
}
