//! Random small programs and experiments: whatever the compiled engine takes, it runs as the interpreter does.

mod common;

use common::{agree, parse};
use proptest::prelude::*;
use rogatio_simulate::compile;
use std::fmt::Write;

/// Decisions, read one after the other: shrinking makes them small, and the programs simple.
struct Choices<'a>(std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn below(&mut self, n: u16) -> u16 {
        self.0.next().copied().unwrap_or(0) % n
    }

    fn of<'s>(&mut self, list: &[&'s str]) -> &'s str {
        list[usize::from(self.below(list.len() as u16))]
    }

    fn length(&mut self) -> String {
        let (n, unit) = (
            1 + self.below(9),
            self.of(&["days", "days", "days", "months", "years"]),
        );
        match unit {
            "days" => format!("{} days", n * 7),
            "years" => "1 year".to_owned(),
            unit => format!("{n} {unit}"),
        }
    }

    /// A condition over the statuses declared so far; with `s` where an entity is at hand.
    fn condition(&mut self, statuses: u16, keyed: bool, depth: u16) -> String {
        let status = format!("s{}", self.below(statuses.max(1)));
        let act = format!("a{}", self.below(3));
        match self.below(if depth == 0 { 8 } else { 11 }) {
            _ if statuses == 0 => format!("count({act}) >= {}", 1 + self.below(4)),
            0 if keyed => format!("{status}(s)"),
            1 if keyed => format!("count({act} by s) >= {}", 1 + self.below(2)),
            2 => format!(
                "count(State & {status}) is {} of State",
                self.of(&["at least 1/2", "more than 1/3", "less than 2/3"])
            ),
            3 => format!(
                "count(x: State where {status}(x) and x.big) >= {}",
                self.below(3)
            ),
            4 => format!("now >= {} after first {act}", self.length()),
            5 if keyed => format!("now < {} after start({status}(s))", self.length()),
            6 => format!("u{}", self.below(2)),
            0..=7 => format!("count(State & {status}) >= {}", 1 + self.below(4)),
            8 => format!("not ({})", self.condition(statuses, keyed, depth - 1)),
            n => {
                let word = if n == 9 { "and" } else { "or" };
                let (a, b) = (
                    self.condition(statuses, keyed, depth - 1),
                    self.condition(statuses, keyed, depth - 1),
                );
                format!("(({a}) {word} ({b}))")
            }
        }
    }

    fn event(&mut self, statuses: u16, keyed: bool) -> String {
        let act = format!("a{}", self.below(3));
        let by = if keyed { " by s" } else { "" };
        let status = format!("s{}", self.below(statuses.max(1)));
        match self.below(8) {
            0 | 1 => format!("{act}{by}"),
            2 => format!("{} after {act}{by}", self.length()),
            3 => format!("lapse of {} after {act}{by}", self.length()),
            4 => format!(
                "{} after {} {act}{by}",
                self.length(),
                self.of(&["first", "2nd", "3rd"])
            ),
            5 if statuses > 0 && keyed => format!("{} after start({status}(s))", self.length()),
            5 if statuses > 0 => format!(
                "first time count(State & {status}) >= {}",
                1 + self.below(3)
            ),
            6 if statuses > 0 && keyed => format!("end({status}(s))"),
            7 if keyed => format!(
                "later(first a{}, {} after {act} by s)",
                self.below(3),
                self.length()
            ),
            _ => format!("{} {act}{by}", self.of(&["first", "2nd", "3rd"])),
        }
    }
}

/// A program with its experiment.
fn text(choices: &[u16]) -> String {
    let mut c = Choices(choices.iter());
    let mut out = String::from("module t\n");
    if c.below(4) == 0 {
        out += "counting japan\n";
    }
    out += "kind State { big: bool = false }\n";
    for a in 0..3 {
        let _ = writeln!(out, "act a{a} by State");
    }
    let count = 1 + c.below(3);
    for s in 0..count {
        let _ = write!(out, "status s{s}(s: State) from {}", c.event(s, true));
        if c.below(2) == 0 {
            let _ = write!(out, " until {}", c.event(s, true));
        }
        out += "\n";
    }
    for u in 0..2 {
        let _ = write!(out, "status u{u} ");
        match c.below(4) {
            0 => {
                let _ = write!(
                    out,
                    "while {}",
                    c.condition(count, false, 0)
                        .replace("u0", "true")
                        .replace("u1", "true")
                );
            }
            1 => {
                let _ = write!(out, "once from {}", c.event(count, false));
            }
            _ => {
                let _ = write!(out, "from {}", c.event(count, false));
                if c.below(2) == 0 {
                    let _ = write!(out, " until {}", c.event(count, false));
                }
            }
        }
        out += "\n";
    }
    for a in 0..3 {
        let _ = write!(out, "any s: State may a{a}");
        match c.below(5) {
            0 => {
                let _ = write!(
                    out,
                    " not before {} after first a{}",
                    c.length(),
                    c.below(3)
                );
            }
            1 => {
                let _ = write!(out, " between 2000-03-01 and 2001-02-10");
            }
            2 => {
                let _ = write!(out, " when {}", c.condition(count, true, 1));
            }
            _ => {}
        }
        out += "\n";
        if c.below(2) == 0 {
            let _ = writeln!(
                out,
                "any s: State cannot a{a} when {}",
                c.condition(count, true, 1)
            );
        }
    }
    let _ = writeln!(
        out,
        "experiment e {{\nbegin 2000-01-{:02}\nState: A {{ big = true }}, B\nState {}",
        25 + c.below(7),
        1 + c.below(3)
    );
    for a in 0..3 {
        let law = match c.below(4) {
            0 => format!("exponential({})", c.length()),
            1 => format!("geometric({})", c.length()),
            2 => format!("uniform(1 day, {} days)", 1 + c.below(9)),
            _ => format!("fixed({} days)", 1 + c.below(20)),
        };
        let _ = writeln!(out, "each State does a{a} after {law} restarting");
    }
    let _ = writeln!(out, "horizon {} months", 3 + c.below(20));
    for s in 0..count {
        let _ = writeln!(
            out,
            "measure count(State & s{s})\nmeasure start(s{s}(A))\nmeasure first start(s{s}(B))\nmeasure end(s{s}(A))"
        );
    }
    for u in 0..2 {
        let _ = writeln!(
            out,
            "measure {}(u{u})",
            c.of(&["start", "first start", "end"])
        );
    }
    let _ = writeln!(
        out,
        "measure count(a{})\nmeasure last a{}\nmeasure 2nd a{}",
        c.below(3),
        c.below(3),
        c.below(3)
    );
    let _ = writeln!(
        out,
        "measure probability(({}) by 2000-03-15)",
        c.condition(count, false, 1)
    );
    let _ = writeln!(
        out,
        "measure probability({})\n}}",
        c.condition(count, false, 1)
    );
    out
}

fn one(choices: &[u16], runs: u64) -> Result<bool, String> {
    let text = text(choices);
    let Ok(program) = parse(&text) else {
        return Ok(false);
    };
    if compile(&program, &program.experiments[0], &[]).is_err() {
        return Ok(false);
    }
    std::panic::catch_unwind(|| agree(&program, &[], 3, runs)).map_err(|_| text)?;
    Ok(true)
}

/// More by `ROGATIO_CASES`, for a long night.
fn cases() -> u32 {
    let more = std::env::var("ROGATIO_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    more.unwrap_or(if cfg!(debug_assertions) { 40 } else { 600 })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn both_engines_agree(choices in prop::collection::vec(any::<u16>(), 40..140)) {
        if let Err(text) = one(&choices, 20) {
            prop_assert!(false, "{}", text);
        }
    }
}

#[test]
fn most_random_programs_are_compiled() {
    let mut state = 1u64;
    let mut taken = 0;
    let mut why = std::collections::BTreeMap::new();
    for _ in 0..100 {
        let choices: Vec<u16> = (0..140)
            .map(|_| {
                state = rogatio_mir::draw::mix(state.wrapping_add(rogatio_mir::draw::GOLDEN));
                state as u16
            })
            .collect();
        match parse(&text(&choices)) {
            Err(e) => *why.entry(e).or_insert(0) += 1,
            Ok(program) => match compile(&program, &program.experiments[0], &[]) {
                Ok(_) => taken += 1,
                Err(e) => *why.entry(e.to_string()).or_insert(0) += 1,
            },
        }
    }
    println!("{taken} of 100; {why:#?}");
    assert!(taken >= 50, "{taken} of 100; {why:#?}");
}
