//! Programs at random, most of which check: givens, statuses, powers, duties, counts, decisions, procedures, and an experiment of
//! them.
//!
//! Comes in: numbers, read one after the other. Goes out: the text of a module with one experiment. Never happens: a text
//! that depends on anything but the numbers; small numbers make small programs, so that a failing one shrinks.

use std::fmt::Write;

/// Numbers for one program: the same ones for the same number.
#[must_use]
pub fn choices(n: u64) -> Vec<u16> {
    let word = |i: u64| rogatio_mir::draw::mix(rogatio_mir::draw::mix(n).wrapping_add(i));
    (0..240).map(|i| word(i) as u16).collect()
}

/// Decisions, read one after the other: shrinking makes them small, and the programs simple.
pub struct Choices<'a>(std::slice::Iter<'a, u16>);

impl<'a> Choices<'a> {
    /// These.
    #[must_use]
    pub fn new(choices: &'a [u16]) -> Choices<'a> {
        Choices(choices.iter())
    }

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
        match self.below(if depth == 0 { 10 } else { 13 }) {
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
            7 if keyed => "ok(s)".to_owned(),
            7 => format!("count(x: State where ok(x)) >= {}", 1 + self.below(3)),
            8 => format!("level >= {}", 1 + self.below(5)),
            0..=9 => format!("count(State & {status}) >= {}", 1 + self.below(4)),
            10 => format!("not ({})", self.condition(statuses, keyed, depth - 1)),
            n => {
                let word = if n == 11 { "and" } else { "or" };
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

/// What a program has beside statuses and acts.
struct Parts {
    /// Statuses of a state.
    statuses: u16,
    decision: bool,
    weights: bool,
    procedure: bool,
    /// Articles with a duty.
    duties: u16,
}

/// A module with its experiment.
#[must_use]
pub fn module(choices: &[u16]) -> String {
    let mut c = Choices::new(choices);
    let parts = Parts {
        statuses: 1 + c.below(3),
        decision: c.below(2) == 1,
        weights: c.below(3) == 1,
        procedure: c.below(2) == 1,
        duties: c.below(3),
    };
    let mut out = String::from("module t\n");
    if c.below(4) == 1 {
        out += "counting japan\n";
    }
    out += "kind State { big: bool = false  weight: int = 1 }\nkind Clerk\n";
    for a in 0..3 {
        let _ = writeln!(out, "act a{a} by State");
    }
    c.givens(&mut out);
    c.statuses(&parts, &mut out);
    c.powers(&parts, &mut out);
    c.duties(&parts, &mut out);
    if parts.decision {
        c.decision(&parts, &mut out);
    }
    if parts.procedure {
        c.procedure(&parts, &mut out);
    }
    c.experiment(&parts, &mut out);
    out
}

impl Choices<'_> {
    /// One for each state, and one for all; without a value of its own in some.
    fn givens(&mut self, out: &mut String) {
        let ok = self.of(&[" = true", " = true", " = false", ""]);
        let _ = writeln!(out, "given ok(s: State): bool{ok}");
        let _ = writeln!(out, "given level: int = {}", self.below(5));
    }

    /// What is so of them, and from which day on.
    fn assumed(&mut self, out: &mut String, dated: &mut Vec<String>) {
        for _ in 0..self.below(3) {
            let (who, value) = (self.of(&["A", "B"]), self.of(&["true", "false"]));
            let line = format!("assume ok({who}) = {value}\n");
            if !out.contains(&format!("assume ok({who})")) {
                *out += &line;
            }
        }
        for _ in 0..self.below(3) {
            let (month, day) = (2 + self.below(9), 1 + self.below(28));
            let line = match self.below(2) {
                1 => format!("level = {}", self.below(6)),
                _ => format!(
                    "ok({}) = {}",
                    self.of(&["A", "B"]),
                    self.of(&["true", "false"])
                ),
            };
            dated.push(format!("2000-{month:02}-{day:02}: {line}\n"));
        }
    }

    /// Duties with a time limit, some of them qualified; rights and invariants; labels whose state is asked and heard.
    fn duties(&mut self, parts: &Parts, out: &mut String) {
        for article in 1..=parts.duties {
            let (done, cause, length) = (self.below(3), self.below(3), self.length());
            let upon = format!("upon a{cause} by s");
            let cond = |c: &mut Self| c.condition(parts.statuses, true, 0);
            let sentence = match self.below(10) {
                1 => format!("may a{done} within {length} {upon}"),
                2 => format!("must ensure {} while s0(s)", cond(self)),
                3 => format!("must ensure {} within {length} {upon}", cond(self)),
                4 => format!("must a{done} before a{} {upon}", (done + 2) % 3),
                5 => format!("must a{done} within {length} {upon} unless {}", cond(self)),
                6 => format!("must a{done} between 2000-04-01 and 2000-08-01 {upon}"),
                7 => format!(
                    "must one of (a{done}, a{}) within {length} {upon}",
                    (done + 1) % 3
                ),
                _ => {
                    let qualified = self.of(&["", "", "\"if possible\", "]);
                    let when = match self.below(3) {
                        1 => format!(" when {}", cond(self)),
                        _ => String::new(),
                    };
                    format!("must {qualified}a{done} within {length} {upon}{when}")
                }
            };
            let label = match self.below(2) {
                1 => format!("d{article}: "),
                _ => String::new(),
            };
            // Of a label or an invariant with keys: an instance for each.
            let plain = label.is_empty() && !sentence.contains("ensure");
            let who = if plain { "any" } else { "each" };
            let _ = writeln!(
                out,
                "article {article} {{ {label}{who} s: State {sentence} }}"
            );
            if !label.is_empty() && !sentence.contains("ensure") {
                let _ = writeln!(
                    out,
                    "status l{article}(s: State) from lapse of d{article}(s)\nstatus f{article}(s: State) from fulfilment of d{article}(s)"
                );
            }
        }
    }

    fn statuses(&mut self, parts: &Parts, out: &mut String) {
        for s in 0..parts.statuses {
            let _ = write!(out, "status s{s}(s: State) from {}", self.event(s, true));
            if self.below(2) == 1 {
                let _ = write!(out, " until {}", self.event(s, true));
            }
            *out += "\n";
        }
        for u in 0..2 {
            let _ = write!(out, "status u{u} ");
            match self.below(4) {
                1 => {
                    let cond = self.condition(parts.statuses, false, 0);
                    let cond = cond.replace("u0", "true").replace("u1", "true");
                    let _ = write!(out, "while {cond}");
                }
                2 => {
                    let _ = write!(out, "once from {}", self.event(parts.statuses, false));
                }
                _ => {
                    let _ = write!(out, "from {}", self.event(parts.statuses, false));
                    if self.below(2) == 1 {
                        let _ = write!(out, " until {}", self.event(parts.statuses, false));
                    }
                }
            }
            *out += "\n";
        }
        let (s, a) = (self.below(parts.statuses), self.below(3));
        let _ = writeln!(
            out,
            "define tally: int = 2 * count(State & s{s}) + count(a{a})"
        );
    }

    fn powers(&mut self, parts: &Parts, out: &mut String) {
        for a in 0..3 {
            let _ = write!(out, "any s: State may a{a}");
            match self.below(5) {
                1 => {
                    let (length, b) = (self.length(), self.below(3));
                    let _ = write!(out, " not before {length} after first a{b}");
                }
                2 => *out += " between 2000-03-01 and 2001-02-10",
                3 => {
                    let _ = write!(out, " when {}", self.condition(parts.statuses, true, 1));
                }
                _ => {}
            }
            *out += "\n";
            if self.below(3) == 1 {
                let cond = self.condition(parts.statuses, true, 1);
                let _ = writeln!(out, "any s: State cannot a{a} when {cond}");
            }
        }
    }

    /// A share, or a number of those in favour.
    fn threshold(&mut self, weights: bool) -> String {
        let share = self.of(&[
            "at least 1/2",
            "more than 1/2",
            "at least 2/3",
            "more than 1/3",
        ]);
        match (weights, self.below(3)) {
            (true, 1) => format!("votes(yes) is {share} of votes(members)"),
            (true, _) => format!("votes(yes) is {share} of votes(voting) and heads(yes) >= 2"),
            (false, 1) => format!("yes >= {}", 1 + self.below(4)),
            (false, 2) => format!("yes is {share} of members"),
            (false, _) => format!("yes is {share} of voting"),
        }
    }

    /// The slots of a decision but its opening and closing.
    fn slots(&mut self, weights: bool) -> String {
        let mut out = format!(
            "ballots yes, no, abstain, {} counts\n",
            self.of(&["last", "first"])
        );
        let quorum = match (weights, self.below(3)) {
            (true, 1) => "votes(cast) is at least 1/3 of votes(members)",
            (false, 1) => "(yes + no + abstain) is at least 1/2 of members",
            (false, 2) => "cast >= 2",
            _ => "none",
        };
        let _ = writeln!(out, "quorum {quorum}");
        if self.below(3) == 1 {
            let _ = match weights {
                true => writeln!(out, "participation heads(cast) >= 2"),
                false => writeln!(out, "participation cast >= 2"),
            };
        }
        let _ = writeln!(out, "passes when {}", self.threshold(weights));
        if self.below(3) == 1 {
            out += "veto m: State where m.big\n";
        }
        let _ = writeln!(
            out,
            "silence {}",
            self.of(&["abstain", "none", "no", "yes"])
        );
        out
    }

    fn decision(&mut self, parts: &Parts, out: &mut String) {
        let members = match self.below(3) {
            1 => " where s0",
            2 => " where not s0",
            _ => "",
        };
        let weight = if parts.weights {
            "  weight(m) = m.weight"
        } else {
            ""
        };
        let _ = writeln!(out, "body Council {{ members State{members}{weight} }}");
        *out += "act call by any Clerk\nact close_vote by any Clerk\nact exhaust by any Clerk\n";
        if self.below(4) == 1 {
            let cond = self.condition(parts.statuses, true, 0);
            let _ = writeln!(out, "any s: State cannot vote(Adopt) when {cond}");
        }
        *out += "decision Adopt by Council {\n";
        let slots = self.slots(parts.weights);
        // Consensus is sought before the vote.
        let rule = slots.lines().find_map(|l| l.strip_prefix("passes when "));
        *out += &match (rule, self.below(4)) {
            (Some(rule), 1) => slots.replace(
                &format!("passes when {rule}\n"),
                &format!("first consensus\nthen {rule}\nupon exhaust\n"),
            ),
            _ => slots,
        };
        let _ = match self.below(3) {
            1 => writeln!(
                out,
                "opens upon call\nopen {} days, or until all have voted",
                1 + self.below(30)
            ),
            2 => writeln!(out, "opens upon call\nopen {} days", 1 + self.below(9)),
            _ => writeln!(out, "opens upon call\ncloses upon close_vote"),
        };
        let _ = writeln!(
            out,
            "}}\nstatus law from {} after adopted(Adopt) until rejected(Adopt)",
            self.length()
        );
    }

    fn procedure(&mut self, parts: &Parts, out: &mut String) {
        *out += "act submit(new m: Matter, size: int) by any State\nact hear(m: Matter) by Clerk\n";
        *out += "any Clerk may hear(m) when m is waiting\nprocedure Matter(size: int) {\nstage waiting {\n";
        let _ = writeln!(
            out,
            "on hear -> heard\non lapse of {} days -> dropped\n}}",
            10 + self.below(90)
        );
        *out += "stage heard {\n";
        let mut after = String::from("status settled from 2nd carried(m: Matter)\n");
        match self.below(4) {
            1 => {
                let _ = writeln!(out, "on u0 -> carried");
            }
            2 => {
                let _ = writeln!(
                    out,
                    "on a{} when count(hear) <= {} -> waiting",
                    self.below(3),
                    1 + self.below(4)
                );
            }
            3 => {
                let _ = writeln!(
                    out,
                    "decide Carry\non adopted -> carried\non rejected -> dropped\non inquorate -> waiting"
                );
                if !parts.decision {
                    let weight = if parts.weights {
                        "  weight(m) = m.weight"
                    } else {
                        ""
                    };
                    let _ = writeln!(after, "body Council {{ members State{weight} }}");
                }
                let (slots, days) = (self.slots(parts.weights), 1 + self.below(20));
                let _ = writeln!(
                    after,
                    "decision Carry on m: Matter by Council {{\n{slots}open {days} days, or until all have voted\n}}"
                );
            }
            _ => {}
        }
        let _ = writeln!(
            out,
            "on lapse of {} days -> carried\n}}",
            5 + self.below(60)
        );
        *out += "outcome carried, dropped\n}\n";
        *out += &after;
    }

    fn law(&mut self) -> String {
        match self.below(5) {
            1 => format!("geometric({})", self.length()),
            2 => format!("uniform(1 day, {} days)", 1 + self.below(9)),
            3 => format!("fixed({} days)", 1 + self.below(20)),
            4 => format!("triangular({} days, 40 days, 60 days)", 1 + self.below(30)),
            _ => format!("exponential({})", self.length()),
        }
    }

    fn experiment(&mut self, parts: &Parts, out: &mut String) {
        let decides = out.contains("decision Carry");
        let _ = writeln!(
            out,
            "experiment e {{\nbegin 2000-01-{:02}\nState: A {{ big = true  weight = 3 }}, B\nState {}\nClerk: C",
            25 + self.below(7),
            1 + self.below(3)
        );
        for a in 0..3 {
            let law = self.law();
            let _ = writeln!(out, "each State does a{a} after {law} restarting");
        }
        let mut dated = Vec::new();
        if self.below(3) == 1 {
            for _ in 0..1 + self.below(4) {
                let (month, day) = (2 + self.below(9), 1 + self.below(28));
                let (a, who) = (self.below(3), self.of(&["A", "B"]));
                dated.push(format!("2000-{month:02}-{day:02}: a{a} by {who}\n"));
            }
        }
        self.assumed(out, &mut dated);
        let calendar = parts.decision && self.below(3) == 1;
        if calendar {
            for (i, day) in ["02-10", "02-20", "05-01", "08-01"].iter().enumerate() {
                let act = ["call", "close_vote"][i % 2];
                dated.push(format!("2000-{day}: {act} by C\n"));
            }
        }
        dated.sort();
        *out += &dated.concat();
        let odds = |c: &mut Self, decision: &str, out: &mut String| {
            let _ = writeln!(out, "A votes yes {}%, no 20% on {decision}", c.below(80));
            let yes = 20 + c.below(60);
            let _ = write!(
                out,
                "each State votes yes {yes}%, no {}%, abstain 10% on {decision}",
                c.below(90 - yes)
            );
            *out += if c.below(4) == 1 {
                " as a bloc Rest\n"
            } else {
                "\n"
            };
        };
        if parts.decision {
            if !calendar {
                let _ = writeln!(
                    out,
                    "C does call after {} when not open(Adopt) restarting",
                    self.law()
                );
                let _ = writeln!(
                    out,
                    "C does close_vote after {} days when open(Adopt) restarting",
                    1 + self.below(9)
                );
            }
            if out.contains("first consensus") {
                let _ = writeln!(
                    out,
                    "C does exhaust after {} days when open(Adopt) restarting",
                    1 + self.below(6)
                );
            }
            odds(self, "Adopt", out);
        }
        if parts.procedure {
            let _ = writeln!(out, "at most {} Matter in all", 3 + self.below(9));
            let size = self.below(5);
            let _ = writeln!(
                out,
                "each State does submit(size = {size}) after {} restarting",
                self.law()
            );
            let _ = writeln!(
                out,
                "C does hear(m: Matter) after {} restarting",
                self.law()
            );
            if decides {
                odds(self, "Carry", out);
            }
        }
        let _ = writeln!(out, "horizon {} months", 3 + self.below(12));
        self.measures(parts, out);
        *out += "}\n";
    }

    fn measures(&mut self, parts: &Parts, out: &mut String) {
        for s in 0..parts.statuses {
            let _ = writeln!(
                out,
                "measure count(State & s{s})\nmeasure start(s{s}(A))\nmeasure first start(s{s}(B))\nmeasure end(s{s}(A))"
            );
        }
        for u in 0..2 {
            let _ = writeln!(
                out,
                "measure {}(u{u})",
                self.of(&["start", "first start", "end"])
            );
        }
        let _ = writeln!(
            out,
            "measure count(a{})\nmeasure last a{}\nmeasure 2nd a{}\nmeasure tally",
            self.below(3),
            self.below(3),
            self.below(3)
        );
        let (early, late) = (
            self.condition(parts.statuses, false, 1),
            self.condition(parts.statuses, false, 1),
        );
        let _ = writeln!(
            out,
            "measure probability(({early}) by 2000-03-15)\nmeasure probability({late})"
        );
        if parts.decision {
            *out += "measure start(law)\nmeasure count(call)\nmeasure probability(adopted(Adopt))\nmeasure probability(inquorate(Adopt))\nmeasure probability(lapsed(Adopt))\nmeasure count(yes(Adopt))\nmeasure count(silent(Adopt))\n";
        }
        for article in 1..=parts.duties {
            let of = self.of(&["count", "share"]);
            let here = format!("article {article} {{");
            let line = out
                .lines()
                .find(|l| l.starts_with(&here))
                .map(str::to_owned);
            let line = line.unwrap_or_default();
            if line.contains(" must ") {
                let _ = writeln!(out, "measure {of}(breach of art {article})");
            }
            if line.contains(&format!("d{article}: ")) {
                for state in ["open", "fulfilled", "lapsed", "released"] {
                    let _ = writeln!(
                        out,
                        "measure probability(d{article}(A) is {state})\nmeasure count(s: State where d{article}(s) is {state})"
                    );
                }
                if out.contains(&format!("status l{article}(")) {
                    let _ = writeln!(
                        out,
                        "measure start(l{article}(A))\nmeasure first start(f{article}(B))"
                    );
                }
            }
        }
        if parts.procedure {
            *out += "measure start(settled)\nmeasure count(m: Matter where m is carried)\nmeasure count(m: Matter where m is waiting)\nmeasure count(m: Matter where m.size >= 2 and m is dropped)\n";
        }
    }
}

/// A council that votes once: all that is random are its ballots.
#[must_use]
pub fn vote(choices: &[u16]) -> String {
    let mut c = Choices::new(choices);
    let weights = c.below(3) == 1;
    let mut out = String::from(
        "module t\nkind State { favour: chance = 50%  against: chance = 30%  big: bool = false  weight: int = 1 }\n",
    );
    let weight = if weights {
        "  weight(m) = m.weight"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "event call\nevent called\nbody Council {{ members State{weight} }}\ndecision Adopt by Council {{"
    );
    out += &c.slots(weights);
    out += "opens upon call\ncloses upon called\n}\nexperiment e {\nbegin 2030-01-01\nState: ";
    for i in 0..2 + c.below(12) {
        let yes = c.below(101);
        let _ = write!(
            out,
            "{}V{i} {{ favour = {yes}%  against = {}%  big = {}  weight = {} }}",
            if i > 0 { ", " } else { "" },
            c.below(101 - yes),
            c.below(5) == 1,
            1 + c.below(9)
        );
    }
    out += "\n2030-01-02: call\n2030-01-04: called\n";
    match c.below(3) {
        1 => {
            out += "V0 votes yes 30%, no 30% on Adopt as a bloc Two\nV1 votes yes 30%, no 30% on Adopt as a bloc Two\n"
        }
        2 => out += "V0 votes yes 100% on Adopt\n",
        _ => {}
    }
    out += "each s: State votes yes s.favour, no s.against on Adopt\nhorizon 1 week\n";
    out += "measure probability(adopted(Adopt))\nmeasure probability(rejected(Adopt))\nmeasure probability(inquorate(Adopt))\n}\n";
    out
}
