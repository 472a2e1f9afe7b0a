//! Voting power against published values, from modules that state the decision as their texts do.

use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use rogatio_analyze::{Game, Power, derive, power};
use rogatio_calendar::{Day, Phase, Point};
use rogatio_interpret::{Case, Entity, NoLogs, RunOptions, run_scenario};
use rogatio_mir::DecisionId;
use rogatio_tests::{build, workspace};
use std::path::Path;
use std::sync::Arc;

/// What those do who do not support.
#[derive(Copy, Clone)]
enum Others {
    /// They vote no.
    Oppose,
    /// They give the third ballot.
    Abstain,
    /// They give none.
    Stay,
}

/// The game of a decision in a module, with the members of a scenario or those that the module names.
fn game(file: &Path, decision: &str, scenario: Option<&str>, others: Others) -> Game {
    let text = std::fs::read_to_string(file).expect("the module");
    let built = build("test", &text, file.parent());
    assert!(!built.has_errors(), "{}", built.report());
    let program = Arc::new(built.mir.expect("lowered"));
    let d = (0u32..)
        .zip(&program.decisions)
        .find(|(_, d)| d.name == decision && d.head.is_none() && d.whole.is_none())
        .map(|(i, _)| DecisionId(i))
        .expect("the decision");
    let mut case = match scenario {
        Some(title) => {
            let found = program.scenarios.iter().find(|s| s.name.contains(title));
            let options = RunOptions::default();
            run_scenario(&program, found.expect("the scenario"), &NoLogs, &options).case
        }
        None => Case::new(program.clone()),
    };
    let subject = subject(&mut case, d);
    case.begin(Point::day_phase(
        Day::from_ymd(2025, 1, 1).unwrap(),
        Phase::Opening,
    ));
    let e = derive(&case, d, subject).expect("a rule");
    Game::of(&e, &|v| match others {
        Others::Oppose => e.voters[v].opposes,
        Others::Abstain => 2,
        Others::Stay => e.voters[v].silent(),
    })
    .expect("a game")
}

fn subject(case: &mut Case, d: DecisionId) -> Option<Entity> {
    let kinds = case.program().decisions[d.index()]
        .subject
        .as_ref()?
        .kinds
        .clone();
    let there = case
        .entities()
        .find(|(_, _, k)| kinds.contains(k))
        .map(|(e, ..)| e);
    there.or_else(|| case.add_entity("a subject", kinds[0]).ok())
}

fn example(name: &str, decision: &str, scenario: Option<&str>) -> Power {
    let file = workspace()
        .join("examples/power")
        .join(name)
        .with_extension("rog");
    power(game(&file, decision, scenario, Others::Oppose), 5).expect("indices")
}

/// Winning coalitions, and of each group in order: members, share of swings, Shapley-Shubik.
fn holds(p: &Power, winning: &str, groups: &[(usize, &str, &str)]) {
    assert_eq!(format!("{}/{}", p.winning, p.coalitions), winning);
    let found: Vec<(usize, String, String)> = (p.game.groups.iter().zip(&p.members))
        .map(|(g, m)| {
            (
                g.members.len(),
                m.share.to_string(),
                m.shapley_shubik.to_string(),
            )
        })
        .collect();
    let wanted: Vec<(usize, String, String)> = groups
        .iter()
        .map(|(n, b, s)| (*n, (*b).to_owned(), (*s).to_owned()))
        .collect();
    assert_eq!(found, wanted);
}

fn count(m: &rogatio_analyze::Minimal) -> String {
    m.count.as_ref().expect("counted").to_string()
}

#[test]
fn security_council_since_1966() {
    let p = example("security_council", "Substantive", Some("since 1966"));
    holds(
        &p,
        "848/32768",
        &[(5, "106/635", "421/2145"), (10, "21/1270", "4/2145")],
    );
    assert!(p.members[0].veto && !p.members[1].veto);
    assert_eq!(p.members[0].swings, p.winning);
    assert_eq!(count(&p.minimal_winning), "210");
    assert_eq!(count(&p.minimal_blocking), "125");
    assert_eq!(p.act.to_string(), "53/2048");
    assert_eq!(p.members[0].prevent.to_string(), "1");
}

#[test]
fn security_council_until_1965() {
    let p = example("security_council", "Substantive", Some("1946 to 1965"));
    holds(
        &p,
        "57/2048",
        &[(5, "19/105", "76/385"), (6, "1/63", "1/462")],
    );
    let five = &p.members[0].shapley_shubik * BigInt::from(5);
    assert_eq!(
        five.to_string(),
        "76/77",
        "98.7 %, as Shapley and Shubik have it"
    );
}

#[test]
fn an_abstention_is_no_veto() {
    let file = workspace().join("examples/power/security_council.rog");
    // Whoever does not vote against is in nobody's way: nine of fifteen, all alike.
    for others in [Others::Abstain, Others::Stay] {
        let p = power(game(&file, "Substantive", Some("since 1966"), others), 1).unwrap();
        assert_eq!(p.game.groups.len(), 1);
        assert_eq!(p.members[0].shapley_shubik.to_string(), "1/15");
        assert_eq!(p.winning.to_string(), "9949");
    }
}

#[test]
fn fluegel_security_council() {
    let p = example("fluegel_council", "Resolve", Some("three allies"));
    holds(
        &p,
        "57/512",
        &[(3, "19/67", "20/63"), (6, "5/201", "1/126")],
    );
}

#[test]
fn economic_community_of_six() {
    let p = example("eec_of_six", "Adopt", None);
    holds(
        &p,
        "14/64",
        &[(3, "5/21", "7/30"), (2, "1/7", "3/20"), (1, "0", "0")],
    );
    assert!(p.members[2].dummy);
    assert_eq!(
        (count(&p.minimal_winning), count(&p.minimal_blocking)),
        ("4".into(), "9".into())
    );
}

#[test]
fn union_of_fifteen() {
    let p = example("eu_of_fifteen", "Adopt", None);
    holds(
        &p,
        "2549/32768",
        &[
            (4, "1849/16565", "7/60"),
            (1, "1531/16565", "860/9009"),
            (4, "973/16565", "19883/360360"),
            (2, "793/16565", "743/16380"),
            (3, "119/3313", "1588/45045"),
            (1, "75/3313", "932/45045"),
        ],
    );
}

#[test]
fn victoria_charter() {
    let p = example("victoria_charter", "Amend", None);
    // Ontario and Quebec, British Columbia, the three prairie provinces each, the Atlantic ones.
    holds(
        &p,
        "88/1024",
        &[
            (2, "22/101", "53/168"),
            (1, "33/202", "1/8"),
            (1, "11/202", "1/24"),
            (1, "11/202", "1/24"),
            (1, "11/202", "1/24"),
            (4, "6/101", "5/168"),
        ],
    );
}

#[test]
fn nassau_county() {
    let p = example("nassau_county", "Resolve", None);
    holds(
        &p,
        "32/64",
        &[
            (2, "1/3", "1/3"),
            (1, "1/3", "1/3"),
            (1, "0", "0"),
            (2, "0", "0"),
        ],
    );
    assert!(p.members[2].dummy && p.members[3].dummy);
}

#[test]
fn both_houses_of_congress() {
    let p = example("congress", "Pass", Some("both houses"));
    let sizes: Vec<usize> = p.game.groups.iter().map(|g| g.members.len()).collect();
    assert_eq!(sizes, [435, 100]);
    // A majority of each: the smallest coalition, and one half of the Senate blocks.
    assert_eq!(p.minimal_winning.shown[0].takes, [(0, 218), (1, 51)]);
    assert_eq!(p.minimal_blocking.shown[0].takes, [(1, 50)]);
}

#[test]
fn council_of_twenty_seven() {
    let file = workspace().join("stdlib/eu/council.rog");
    let p = power(game(&file, "Qualified", None, Others::Oppose), 1).expect("indices");
    assert_eq!(p.winning.to_string(), "17762668");
    let sum: num_rational::BigRational = (p.members.iter().zip(&p.game.groups))
        .map(|(m, g)| &m.shapley_shubik * num_bigint::BigInt::from(g.members.len()))
        .sum();
    assert_eq!(sum.to_string(), "1");
    let of = |name: &str| {
        let at = p.game.players.iter().position(|(_, n)| n == name).unwrap();
        let group = p
            .game
            .groups
            .iter()
            .position(|g| g.members.contains(&at))
            .unwrap();
        &p.members[group]
    };
    // Four members with more than 35 % of the population are needed against.
    assert!(of("Germany").shapley_shubik > of("France").shapley_shubik);
    assert!(of("Malta").swings > BigUint::from(0u32));
    assert!(p.members.iter().all(|m| !m.veto && !m.dummy));
}

/// The game against the interpreter: a vote is held for coalitions at random, ballot by ballot.
#[test]
fn the_rule_is_what_the_interpreter_finds() {
    use rogatio_interpret::ActInput;
    let folder = workspace().join("examples/power");
    for (name, decision) in [
        ("eec_of_six", "Adopt"),
        ("victoria_charter", "Amend"),
        ("nassau_county", "Resolve"),
        ("eu_of_fifteen", "Adopt"),
    ] {
        let file = folder.join(name).with_extension("rog");
        let text = std::fs::read_to_string(&file).unwrap();
        let program = Arc::new(build("test", &text, None).mir.unwrap());
        let d = DecisionId(
            program
                .decisions
                .iter()
                .position(|x| x.name == decision)
                .unwrap() as u32,
        );
        let day = Day::from_ymd(1999, 3, 1).unwrap();
        let mut fresh = Case::new(program.clone());
        fresh.begin(Point::day_phase(day, Phase::Opening));
        let e = derive(&fresh, d, None).unwrap();
        let event = |case: &mut Case, act: &str| {
            let act = program.acts.iter().position(|a| a.name == act).unwrap() as u32;
            case.perform(day, ActInput::new(rogatio_mir::ActId(act), None))
                .unwrap();
        };
        let mut seed = 0x9e37_79b9u64;
        let mut seen = [0; 2];
        for _ in 0..60 {
            let mut case = fresh.clone();
            event(&mut case, "put");
            let mut answers = Vec::new();
            for v in &e.voters {
                seed = rogatio_mir::draw::mix(seed.wrapping_add(rogatio_mir::draw::GOLDEN));
                // Mostly in favour, so that both outcomes come.
                let answer = if seed % 8 < 5 {
                    0
                } else {
                    (seed >> 8) as usize % (v.silent() + 1)
                };
                answers.push(answer);
                if answer < v.silent() {
                    let vote = ActInput::vote(d, None, answer as u32, v.entity);
                    case.perform(day, vote).unwrap();
                }
            }
            event(&mut case, "vote_closed");
            let found = case
                .openings(d, None)
                .last()
                .unwrap()
                .closed
                .as_ref()
                .unwrap()
                .outcome;
            let adopted = found == rogatio_mir::DecisionOutcome::Adopted;
            assert_eq!(
                e.rule.adopted.holds(&answers).unwrap(),
                adopted,
                "{name}: {answers:?}"
            );
            seen[usize::from(adopted)] += 1;
        }
        assert!(
            seen[0] > 0 && seen[1] > 0,
            "{name}: both outcomes come: {seen:?}"
        );
    }
}

/// A body: its module, and its rule over how many of each group are in favour.
struct Body {
    file: &'static str,
    decision: &'static str,
    scenario: Option<&'static str>,
    sizes: &'static [usize],
    wins: fn(&[usize]) -> bool,
    /// Winning coalitions.
    winning: u32,
}

const BODIES: [Body; 7] = [
    Body {
        file: "security_council",
        decision: "Substantive",
        scenario: Some("since 1966"),
        sizes: &[5, 10],
        wins: |n| n[0] == 5 && n[0] + n[1] >= 9,
        winning: 848,
    },
    Body {
        file: "security_council",
        decision: "Substantive",
        scenario: Some("1946 to 1965"),
        sizes: &[5, 6],
        wins: |n| n[0] == 5 && n[0] + n[1] >= 7,
        winning: 57,
    },
    Body {
        file: "eec_of_six",
        decision: "Adopt",
        scenario: None,
        sizes: &[3, 2, 1],
        wins: |n| 4 * n[0] + 2 * n[1] + n[2] >= 12,
        winning: 14,
    },
    Body {
        file: "eu_of_fifteen",
        decision: "Adopt",
        scenario: None,
        sizes: &[4, 1, 4, 2, 3, 1],
        wins: |n| 10 * n[0] + 8 * n[1] + 5 * n[2] + 4 * n[3] + 3 * n[4] + 2 * n[5] >= 62,
        winning: 2549,
    },
    Body {
        file: "victoria_charter",
        decision: "Amend",
        scenario: None,
        // Ontario and Quebec; British Columbia, Alberta, Saskatchewan, Manitoba; the Atlantic provinces.
        sizes: &[2, 1, 1, 1, 1, 4],
        wins: |n| {
            let west = n[1] + n[2] + n[3] + n[4];
            let people = 2185 * n[1] + 1628 * n[2] + 926 * n[3] + 988 * n[4];
            n[0] == 2 && n[5] >= 2 && west >= 2 && 2 * people >= 2185 + 1628 + 926 + 988
        },
        winning: 88,
    },
    Body {
        file: "nassau_county",
        decision: "Resolve",
        scenario: None,
        sizes: &[2, 1, 1, 2],
        wins: |n| 31 * n[0] + 28 * n[1] + 21 * n[2] + 2 * n[3] >= 58,
        winning: 32,
    },
    Body {
        file: "fluegel_council",
        decision: "Resolve",
        scenario: Some("three allies"),
        sizes: &[3, 6],
        wins: |n| n[0] == 3 && n[0] + n[1] >= 5,
        winning: 57,
    },
];

fn ratio(n: &BigUint, d: &BigUint) -> BigRational {
    BigRational::new(BigInt::from(n.clone()), BigInt::from(d.clone()))
}

fn factorial(n: usize) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |f, i| f * i)
}

/// The bodies with their rules written down once more: what is counted of the modules is what enumeration counts.
#[test]
fn every_coalition_of_every_body() {
    for body in &BODIES {
        let name = (body.file, body.scenario);
        let path = workspace().join("examples/power").join(body.file);
        let game = game(
            &path.with_extension("rog"),
            body.decision,
            body.scenario,
            Others::Oppose,
        );
        let p = power(game, 1).expect("indices");
        let sizes: Vec<usize> = p.game.groups.iter().map(|g| g.members.len()).collect();
        assert_eq!(sizes, body.sizes, "{name:?}");
        let n: usize = sizes.iter().sum();
        let group: Vec<usize> = (0..)
            .zip(&sizes)
            .flat_map(|(g, size)| std::iter::repeat_n(g, *size))
            .collect();
        let wins = |coalition: u32| {
            let mut of_group = vec![0; sizes.len()];
            (0..n)
                .filter(|i| coalition >> i & 1 == 1)
                .for_each(|i| of_group[group[i]] += 1);
            (body.wins)(&of_group)
        };
        let all: Vec<bool> = (0..1 << n).map(wins).collect();
        let winning = BigUint::from(all.iter().filter(|w| **w).count());
        assert_eq!(winning, BigUint::from(body.winning), "{name:?}");
        assert_eq!(p.winning, winning, "{name:?}");
        assert_eq!(p.coalitions, BigUint::from(1u32) << n, "{name:?}");
        assert_eq!(p.act, ratio(&winning, &p.coalitions), "{name:?}");
        let (mut swings, mut orders) = (Vec::new(), Vec::new());
        for i in 0..n {
            let (mut swing, mut order) = (0u32, BigUint::from(0u32));
            for without in (0..1u32 << n).filter(|c| c >> i & 1 == 0) {
                if all[(without | 1 << i) as usize] && !all[without as usize] {
                    let before = without.count_ones() as usize;
                    swing += 1;
                    order += factorial(before) * factorial(n - 1 - before);
                }
            }
            swings.push(BigUint::from(swing));
            orders.push(order);
        }
        let (total, losing) = (swings.iter().sum::<BigUint>(), &p.coalitions - &winning);
        for i in 0..n {
            let m = &p.members[group[i]];
            assert_eq!(m.swings, swings[i], "{name:?} {i}");
            assert_eq!(m.share, ratio(&swings[i], &total), "{name:?} {i}");
            let others = BigUint::from(1u32) << (n - 1);
            assert_eq!(m.banzhaf, ratio(&swings[i], &others), "{name:?} {i}");
            assert_eq!(
                m.shapley_shubik,
                ratio(&orders[i], &factorial(n)),
                "{name:?} {i}"
            );
            assert_eq!(m.prevent, ratio(&swings[i], &winning), "{name:?} {i}");
            assert_eq!(m.initiate, ratio(&swings[i], &losing), "{name:?} {i}");
            // A veto player swings every winning coalition, a dummy none.
            assert_eq!(m.veto, swings[i] == winning, "{name:?} {i}");
            assert_eq!(m.dummy, swings[i] == BigUint::from(0u32), "{name:?} {i}");
        }
        assert_eq!(orders.iter().sum::<BigUint>(), factorial(n), "{name:?}");
    }
}
