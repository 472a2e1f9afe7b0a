//! The examples that ship, in both engines.

mod common;

use common::{agree, example};

/// Fifty histories of the Convention's race, run by the native function and replayed by the interpreter.
#[test]
fn the_race_to_thirty_deposits() {
    let program = example("cbd_race.rog");
    let different = agree(&program, &[], 1, 50);
    assert!(different >= 25, "only {different} different records");
}
