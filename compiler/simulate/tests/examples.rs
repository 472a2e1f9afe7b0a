//! The examples that ship, in both engines.

mod common;

use common::{agree, compiled, example};

#[test]
fn the_race_to_thirty_deposits() {
    let program = example("cbd_race.rog");
    let t = std::time::Instant::now();
    let c = compiled(&program, &[]);
    println!("compile {:?} {:?}", t.elapsed(), c.size());
    let t = std::time::Instant::now();
    let r = c.instance(1).run(0, 100_000);
    println!("100k runs {:?} {:?}", t.elapsed(), &r[..12]);
    let t = std::time::Instant::now();
    assert!(agree(&program, &[], 1, 5) >= 1);
    println!("replay 5 {:?}", t.elapsed());
}
