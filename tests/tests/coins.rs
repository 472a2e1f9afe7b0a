//! Probabilities that are known: fair coins in the bodies of the literature, the council of the anchors, entry into force by a
//! Poisson-binomial law. Exact, and simulated.

use num_bigint::BigInt;
use num_rational::BigRational;
use rogatio_mir::Program;
use rogatio_simulate::{Engine, Ready, SimOptions, SimResult, Wish, exact, run};
use rogatio_tests::{build, workspace};

fn program(path: &str, more: &str) -> Program {
    let file = workspace().join("examples").join(path);
    let text = std::fs::read_to_string(&file).expect("an example") + more;
    let built = build("test", &text, file.parent());
    assert!(!built.has_errors(), "{path}: {}", built.report());
    built.mir.expect("lowered")
}

fn simulated(program: &Program, wish: Wish, runs: u64, seed: u64) -> (Engine, SimResult) {
    let experiment = program.experiments.last().expect("an experiment");
    let ready = Ready::new(program, experiment, &[], wish).expect("an engine");
    let options = SimOptions {
        runs,
        seed,
        ..SimOptions::default()
    };
    let result = run(program, experiment, &ready, &options).expect("a result");
    (ready.engine(), result)
}

fn exactly(program: &Program) -> BigRational {
    let experiment = program.experiments.last().expect("an experiment");
    let answers = exact(program, experiment, &[]).expect("asked");
    let first = answers.into_iter().next().expect("a measure");
    first
        .expect("an exact answer")
        .value()
        .expect("a fraction")
        .clone()
}

fn fraction(n: i64, d: i64) -> BigRational {
    BigRational::new(BigInt::from(n), BigInt::from(d))
}

/// A body of the literature.
struct Body {
    file: &'static str,
    begin: &'static str,
    /// Who there is, and what is so.
    lines: &'static str,
    voter: &'static str,
    decision: &'static str,
    /// The matter, and what opens and closes the vote on it.
    matter: &'static str,
    acts: (&'static str, &'static str),
    /// Winning coalitions, of all.
    power: (i64, i64),
}

/// A body whose module names its members, and whose vote is on nothing in particular.
const fn named(
    file: &'static str,
    voter: &'static str,
    decision: &'static str,
    power: (i64, i64),
) -> Body {
    Body {
        file,
        begin: "1999-03",
        lines: "",
        voter,
        decision,
        matter: "",
        acts: ("put", "vote_closed"),
        power,
    }
}

const fn council(begin: &'static str, lines: &'static str, power: (i64, i64)) -> Body {
    Body {
        file: "security_council",
        begin,
        lines,
        voter: "State",
        decision: "Substantive",
        matter: " on D",
        acts: ("call(D)", "called(D)"),
        power,
    }
}

const BODIES: [Body; 6] = [
    council(
        "1966-02",
        "State: E1..E10\n Draft: D\n assume member(s) for each s: State\n elected: E1..E10\n",
        (848, 32768),
    ),
    council(
        "1946-02",
        "State: E1..E6\n Draft: D\n assume member(s) for each s: State\n elected: E1..E6\n",
        (57, 2048),
    ),
    named("eec_of_six", "State", "Adopt", (14, 64)),
    named("eu_of_fifteen", "State", "Adopt", (2549, 32768)),
    named("victoria_charter", "Province", "Amend", (88, 1024)),
    named("nassau_county", "Municipality", "Resolve", (32, 64)),
];

/// An experiment in which each member throws a coin.
fn coins(body: &Body, asks: &str) -> String {
    let Body {
        begin,
        lines,
        voter,
        decision,
        acts: (open, close),
        ..
    } = body;
    format!(
        "\nexperiment coins {{\n begin {begin}-01\n {lines} {begin}-02: {open}\n {begin}-04: {close}\n \
         each {voter} votes yes 50%, no 50% on {decision}\n horizon 1 month\n measure {asks}\n}}\n"
    )
}

/// With every vote a fair coin a body adopts as often as it has winning coalitions (Coleman's power to act): exactly, and in
/// both engines within five standard deviations.
#[test]
fn fair_coins_adopt_by_the_power_to_act() {
    for body in &BODIES {
        let Body { file, power, .. } = body;
        let asks = format!("probability(adopted({}{}))", body.decision, body.matter);
        let program = program(&format!("power/{file}.rog"), &coins(body, &asks));
        let wanted = fraction(power.0, power.1);
        assert_eq!(exactly(&program), wanted, "{file}");
        let a = power.0 as f64 / power.1 as f64;
        let off = |runs: f64| 5.0 * (a * (1.0 - a) / runs).sqrt();
        for (wish, runs) in [(Wish::Auto, 1 << 18), (Wish::Interpret, 200)] {
            let (engine, result) = simulated(&program, wish, runs, 1);
            assert_eq!(
                engine == Engine::Interpret,
                wish == Wish::Interpret,
                "{file}"
            );
            let share = result.measures[0].probability().unwrap().estimate;
            assert!(
                (share - a).abs() < off(runs as f64),
                "{file}: {share}, not {a}"
            );
        }
    }
}

/// With every vote a fair coin a member is pivotal as often as its Banzhaf measure says: exactly, and in runs.
#[test]
fn fair_coins_make_pivotal_by_the_measure_of_banzhaf() {
    let council = [(53, 1024); 5].into_iter().chain([(21, 4096); 10]);
    let six = [(10, 32), (10, 32), (10, 32), (6, 32), (6, 32), (0, 32)];
    for (body, wanted) in [
        (&BODIES[0], council.collect::<Vec<(i64, i64)>>()),
        (&BODIES[2], six.to_vec()),
    ] {
        let asks = format!("pivotal({}{})", body.decision, body.matter);
        let program = program(&format!("power/{}.rog", body.file), &coins(body, &asks));
        let experiment = program.experiments.last().expect("an experiment");
        let answers = exact(&program, experiment, &[]).expect("asked");
        let mut found: Vec<(String, BigRational)> = Vec::new();
        for (m, answer) in experiment.measures.iter().zip(answers) {
            let chance = answer
                .expect("an exact answer")
                .value()
                .expect("a fraction")
                .clone();
            found.push((m.name.clone(), chance));
        }
        let mut chances: Vec<BigRational> = found.iter().map(|(_, c)| c.clone()).collect();
        let mut expected: Vec<BigRational> = wanted.iter().map(|(n, d)| fraction(*n, *d)).collect();
        chances.sort();
        expected.sort();
        assert_eq!(chances, expected, "{}: {found:?}", body.file);
        // Six members are soon counted by hand.
        let by_hand = (Wish::Interpret, 100);
        let by_hand = (found.len() == 6).then_some(by_hand);
        for (wish, runs) in std::iter::once((Wish::Auto, 1 << 16)).chain(by_hand) {
            let (_, result) = simulated(&program, wish, runs, 1);
            for (m, (name, chance)) in result.measures.iter().zip(&found) {
                let a = exact_to_f64(chance);
                let share = m.probability().expect("a share").estimate;
                let off = 5.0 * (a * (1.0 - a) / runs as f64).sqrt() + 1e-9;
                assert!((share - a).abs() <= off, "{name}: {share}, not {a}");
            }
        }
    }
}

/// The exact probability of the council of the anchors lies in the 95 % interval of 43 to 50 of 50 simulations.
#[test]
fn intervals_hold_what_they_say() {
    let program = program("bench/w1_council.rog", "");
    let exact = exactly(&program);
    let text = format!("{:.12}", exact_to_f64(&exact));
    assert_eq!(text, "0.535546291610");
    let holds = |seed: &u64| {
        let (_, result) = simulated(&program, Wish::Auto, 1 << 14, *seed);
        let p = result.measures[0].probability().unwrap();
        (p.low..=p.high).contains(&exact_to_f64(&exact))
    };
    let held = (1..=50).filter(holds).count();
    assert!((43..=50).contains(&held), "{held} of 50");
}

fn exact_to_f64(x: &BigRational) -> f64 {
    let scale = BigInt::from(10u64.pow(18));
    let n = (x * BigRational::from(scale)).round().to_integer();
    n.to_string().parse::<f64>().unwrap() / 1e18
}

/// The thirtieth of 190 states, each with a pace of its own: the day has a Poisson-binomial law.
#[test]
fn entry_into_force_by_its_law() {
    let file = workspace().join("examples/bench/w2_treaty.rog");
    let text = std::fs::read_to_string(&file).unwrap();
    // The law needs the first two years only.
    let short = text.replace("horizon 14610 days", "horizon 700 days");
    assert_ne!(short, text);
    let built = build("test", &short, file.parent());
    let program = built.mir.expect("lowered");
    let paces: Vec<f64> = text
        .split("wait = ")
        .skip(1)
        .filter_map(|t| t.split(" days").next()?.parse().ok())
        .collect();
    assert_eq!(paces.len(), 190);
    let runs = 20_000;
    let (engine, result) = simulated(&program, Wish::Auto, runs, 1);
    assert_eq!(engine, Engine::Jit);
    let m = &result.measures[0];
    let reached = |day: i64| -> u64 {
        let by = m.histogram.iter().filter(|(v, _)| *v <= day + 90);
        by.map(|(_, n)| n).sum()
    };
    let mut seen = 0;
    for day in (60..=600).step_by(60) {
        // How many have deposited by then: one state after the other.
        let mut law = vec![0.0; 31];
        law[0] = 1.0;
        for mean in &paces {
            let p = 1.0 - (1.0 - 1.0 / mean).powi(day as i32);
            for k in (0..=30).rev() {
                let from = if k == 0 { 0.0 } else { law[k - 1] };
                // The last entry is "thirty or more".
                let stays = if k == 30 { law[30] } else { law[k] * (1.0 - p) };
                law[k] = stays + from * p;
            }
        }
        let share = reached(day) as f64 / runs as f64;
        let sigma = (law[30] * (1.0 - law[30]) / runs as f64).sqrt();
        assert!(
            (share - law[30]).abs() <= 5.0 * sigma + 1e-9,
            "{day}: {share}, not {}",
            law[30]
        );
        seen += usize::from(0.02 < law[30] && law[30] < 0.98);
    }
    assert!(seen >= 2, "{seen}");
}
