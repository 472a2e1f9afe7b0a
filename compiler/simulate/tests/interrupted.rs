//! What becomes of a delay that is interrupted (R50).

mod common;

use common::program;
use rogatio_calendar::Day;
use rogatio_simulate::{Ready, Wish, replay};

/// A lock falls for ten days on the twentieth of the thirty days of a clock.
fn locked(delay: &str) -> rogatio_mir::Program {
    program(&format!(
        "module t
         kind State
         act join by State
         act lock by any State
         act unlock by any State
         given recess: set of date
         any s: State may join when not locked and count(join by s) = 0
         status locked from lock until unlock
         experiment e {{
             begin 2001-01-01
             State: A
             assume recess = (2001-01-11 .. 2001-01-15) | (2001-02-05 .. 2001-02-06)
             2001-01-21: lock by A
             2001-01-31: unlock by A
             each State does join after {delay}
             horizon 1 year
             measure first join
         }}"
    ))
}

/// The day of the act.
fn joined(delay: &str) -> String {
    let program = locked(delay);
    let played = replay(&program, &program.experiments[0], &[], 1, 0);
    let day = played.unwrap_or_else(|e| panic!("{e}")).record[1];
    Day::from_number(day).unwrap().to_string()
}

#[test]
fn what_remains_is_kept_or_drawn_anew() {
    // Ten days remain on 31 January.
    assert_eq!(joined("fixed(30 days) resuming"), "2001-02-10");
    assert_eq!(joined("fixed(30 days) restarting"), "2001-03-02");
    // Five of the first twenty days did not count, and two of the fifteen that remain do not.
    assert_eq!(
        joined("fixed(30 days) not counting recess resuming"),
        "2001-02-17"
    );
    assert_eq!(
        joined("fixed(30 days) not counting recess restarting"),
        "2001-03-04"
    );
}

/// Whether it is kept is a matter of what is modelled: no engine decides it for the author.
#[test]
fn it_is_said() {
    let program = locked("fixed(30 days)");
    for wish in [Wish::Auto, Wish::Jit, Wish::Interpret] {
        let why = Ready::new(&program, &program.experiments[0], &[], wish).unwrap_err();
        assert_eq!(why.code().as_str(), "E0963", "{wish:?}: {why}");
    }
    let without_memory = locked("exponential(30 days)");
    assert!(
        Ready::new(
            &without_memory,
            &without_memory.experiments[0],
            &[],
            Wish::Auto
        )
        .is_ok()
    );
}
