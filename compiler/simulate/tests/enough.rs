//! Acts of many alike, of which only the day is read by which enough have come, drawn as one (R56).

mod common;

use common::{agree, compiled, plan, program};
use rogatio_mir::Program;
use rogatio_simulate::Plans;

const TREATY: &str = "module t
     kind State
     kind Amendment { number: int }
     kind Secretary
     kind Party = State where bound
     body Conference { members Party }
     act deposit by any State
     any s: State cannot deposit when count(deposit by s) >= 1
     status bound(s: State) from deposit by s
     act convene(a: Amendment) by any Secretary
     any c: Secretary cannot convene(a) unless a.number = count(convene) + 1
     decision Amend on a: Amendment by Conference {
         ballots yes, no, last counts
         quorum none
         passes when yes is more than 1/2 of voting
         silence none
         opens upon convene(a)
         open 1 day
     }
     act ratify(a: Amendment) by any State
     any s: State cannot ratify(a) unless party_then(a, s) and not ratified(a, s)
     status party_then(a: Amendment, s: State) from adopted(Amend on a) where bound(s)
     status ratified(a: Amendment, s: State) from ratify(a) by s
     status amended(a: Amendment)
         from 9 days after first time count(s: State where ratified(a, s)) is at least 2/3 of count(s: State where party_then(a, s))
     experiment e {
         begin 2000-01-01
         State 8
         Amendment: A1 { number = 1 }, A2 { number = 2 }, A3 { number = 3 }
         Secretary: C
         each s: State does deposit after geometric(60 days)
         C does convene(a) after 40 days restarting
         each s: State does ratify(a) after geometric(50 days)
         each Party votes yes 60%, no 30% on Amend
         horizon 200 days
         measure count(Amendment & amended)
         measure start(amended(A1))
     }";

#[test]
fn both_engines_draw_the_same_days() {
    let (made, rewrites, left) = plan(&program(TREATY), Plans::default());
    let both = [
        "votes on Amend drawn at once",
        "clocks of ratify drawn as one",
    ];
    assert_eq!(rewrites, both, "{left:?}");
    assert!(agree(&made, &[], 4, 150) > 40);
    let alone = Plans::named(["clocks"]).unwrap();
    let (made, rewrites, _) = plan(&program(TREATY), alone);
    assert_eq!(rewrites, both[1..]);
    assert!(agree(&made, &[], 4, 60) > 20);
}

/// The number amended, and the quarter of the run in which the first is, against the text as written.
#[test]
fn the_laws_are_those_of_the_text() {
    const RUNS: u64 = 60_000;
    let counts = |p: &Program, seed| {
        let compiled = compiled(p, &[]);
        let mut found = std::collections::BTreeMap::new();
        let begin = p.experiments[0].begin.number();
        for record in compiled.instance(seed).run(0, RUNS).chunks_exact(3) {
            let day = match record[2] {
                rogatio_simulate::CENSORED => -1,
                day => (day - begin) / 10,
            };
            *found.entry((record[1], day)).or_insert(0u64) += 1;
        }
        found
    };
    for text in [
        TREATY.to_owned(),
        TREATY.replace("at least 2/3", "more than 1/4"),
    ] {
        let (made, rewrites, _) = plan(&program(&text), Plans::default());
        assert_eq!(rewrites.len(), 2);
        let (a, b) = (counts(&program(&text), 21), counts(&made, 22));
        let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
        let (mut x2, mut cells) = (0.0, 0.0f64);
        for k in keys {
            let [x, y] = [&a, &b].map(|m| m.get(k).copied().unwrap_or(0));
            if x + y >= 20 {
                x2 += (x as f64 - y as f64).powi(2) / (x + y) as f64;
                cells += 1.0;
            }
        }
        // A chi-square of k degrees has mean k and variance 2k.
        assert!(cells > 20.0, "{cells}");
        assert!(
            x2 < cells + 4.0 * (2.0 * cells).sqrt() + 8.0,
            "{x2} with {cells} cells"
        );
    }
}

/// What is read otherwise, or is not alike, is left as it is written.
#[test]
fn what_is_left_as_written() {
    let cases = [
        (
            "geometric(50 days)",
            "uniform(1 day, 50 days) restarting",
            "its delays are not memoryless",
        ),
        (
            "measure start(amended(A1))",
            "measure count(s: State where ratified(A1, s))",
            "it is read who has acted",
        ),
        (
            "measure start(amended(A1))",
            "measure count(ratify)",
            "more than one status comes of the act",
        ),
        (
            " unless a.number = count(convene) + 1",
            " unless a.number >= 1",
            "those who may act may come to do so at several times",
        ),
        (
            "from ratify(a) by s\n",
            "from ratify(a) by s until 30 days after ratify(a) by s\n",
            "more than one status comes of the act",
        ),
        (
            "and not ratified(a, s)\n",
            "and not ratified(a, s) and bound(s)\n",
            "its status is not of a member and a matter",
        ),
        (
            "is at least 2/3 of count",
            "is at most 2/3 of count",
            "enough have acted before anybody has",
        ),
        (
            "from 9 days after first time count",
            "from first time count",
            "more follows at once than a date",
        ),
    ];
    for (from, to, why) in cases {
        assert!(TREATY.contains(from), "{from}");
        let (_, rewrites, left) = plan(&program(&TREATY.replacen(from, to, 1)), Plans::default());
        assert!(!rewrites.iter().any(|r| r.contains("clocks")), "{to}");
        assert!(
            left.contains(&("clocks of ratify".to_owned(), why)),
            "{to}: {left:?}"
        );
    }
}
