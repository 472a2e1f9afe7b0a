//! Values, acts, duties and happenings in words.

use crate::state::{Happening, Occurrence, OccurrenceId};
use crate::{ActKind, Case, DutyId, Entity, Env, Key, Value};
use rogatio_mir::{
    DecisionId, Demand, Guard, NormState, Op, Ordinal, ShareCmp, StatusId, Ty, VarId,
};

impl Case {
    /// A value in words.
    #[must_use]
    pub fn show_value(&self, v: &Value) -> String {
        match v {
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::IntRange { lo, hi, .. } => format!("{lo} to {hi}"),
            Value::Time(m) => m.to_string(),
            Value::Pending { cap: Some(m), .. } => format!("pending, {m} at the latest"),
            Value::Pending { .. } => "pending".to_owned(),
            Value::Length(l) => l.to_string(),
            Value::Dates(d) => d.to_string(),
            Value::Chance(c) => c.to_string(),
            Value::Share(c, n, d) => show_share(*c, *n, *d),
            Value::Entity(e) => self.entity_name(*e).to_owned(),
            Value::Text(t) => format!("\"{t}\""),
            Value::Set(all) if all.is_empty() => "nobody".to_owned(),
            Value::Set(all) => {
                let names: Vec<&str> = all.iter().map(|e| self.entity_name(*e)).collect();
                names.join(" | ")
            }
            Value::None => "none".to_owned(),
            Value::Undetermined(c) if c.is_conflict() => "conflict".to_owned(),
            Value::Undetermined(_) => "undetermined".to_owned(),
        }
    }

    /// A value of a type in words: a number with its unit.
    #[must_use]
    pub fn show_as(&self, v: &Value, ty: &Ty) -> String {
        let shown = self.show_value(v);
        let unit = match ty {
            Ty::Quantity(u) => Some(u),
            Ty::Optional(inner) => match **inner {
                Ty::Quantity(ref u) => Some(u),
                _ => None,
            },
            _ => None,
        };
        let unit = unit.and_then(|u| self.program().units.get(u.index()));
        match (v, unit) {
            (Value::Int(_) | Value::IntRange { .. }, Some(unit)) => format!("{shown} {unit}"),
            _ => shown,
        }
    }

    /// The value of a guard in words.
    #[must_use]
    pub fn show_value_of(&self, g: Guard, v: &Value) -> String {
        let node = self.program().guards.get(g.index());
        node.map_or_else(|| self.show_value(v), |n| self.show_as(v, &n.ty))
    }

    fn names(&self, key: &[Entity]) -> String {
        let names: Vec<String> = key
            .iter()
            .map(|e| self.show_value(&self.state().key_value(*e)))
            .collect();
        if names.is_empty() {
            String::new()
        } else {
            format!("({})", names.join(", "))
        }
    }

    /// A status with its keys: `bound(Mongolia)`.
    #[must_use]
    pub fn show_status(&self, s: StatusId, key: &[Entity]) -> String {
        let name = self
            .program()
            .statuses
            .get(s.index())
            .map_or("?", |s| s.name.as_str());
        format!("{name}{}", self.names(key))
    }

    /// A history with its keys: `remind(Case#1)`.
    pub(crate) fn show_hist(&self, h: rogatio_mir::HistId, gs: &[Guard], env: &Env) -> String {
        let shown: Vec<String> = gs.iter().map(|g| self.describe(*g, env)).collect();
        match self.program().hists.get(h.index()) {
            Some(hist) => with_names(&hist.name, &hist.key_names, &shown),
            None => String::new(),
        }
    }

    /// The history that a guard counts.
    pub(crate) fn show_counted(&self, h: rogatio_mir::HistId, count: Guard, env: &Env) -> String {
        match self.program().guards.get(count.index()).map(|g| &g.op) {
            Some(Op::HistCount(_, gs) | Op::HistSince(_, _, gs)) => self.show_hist(h, gs, env),
            _ => String::new(),
        }
    }

    /// A value of a status in words.
    #[must_use]
    pub fn show_status_value(&self, s: StatusId, v: &Value) -> String {
        let status = self.program().statuses.get(s.index());
        match status.and_then(|s| s.value.as_ref()) {
            Some(ty) => self.show_as(v, ty),
            None => self.show_value(v),
        }
    }

    /// A decision with its subject: `Amend on Amendment#1`.
    #[must_use]
    pub fn show_decision(&self, d: DecisionId, subject: Option<Entity>) -> String {
        let decision = self.program().decisions.get(d.index());
        let name = decision.map_or("?", |d| d.name.as_str());
        let mut text = match subject {
            Some(s) => format!("{name} on {}", self.entity_name(s)),
            None => name.to_owned(),
        };
        if let Some(d) = decision.filter(|d| d.whole.is_some()) {
            text.push_str(&format!(" by {}", self.entity_name(Entity(d.body.0))));
        }
        text
    }

    /// An instance of a norm: its name and keys.
    #[must_use]
    pub fn show_duty(&self, id: DutyId) -> String {
        let Some(d) = self.duty(id) else {
            return "?".to_owned();
        };
        let name = self
            .program()
            .norms
            .get(d.norm.index())
            .map_or("?", |n| n.name.as_str());
        let keys: Vec<String> = d.keys.iter().map(|k| self.show_value(k)).collect();
        if keys.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", keys.join(", "))
        }
    }

    pub(crate) fn show_due(&self, id: DutyId) -> String {
        match self.duty(id).and_then(|d| d.due) {
            Some(m) => format!(", due {m}"),
            None => String::new(),
        }
    }

    /// What stands on a ballot.
    pub(crate) fn ballot_name(&self, d: DecisionId, ballot: u32, label: Option<u32>) -> &str {
        // Versions agree on those they have in common.
        let mut texts = self.program().texts_of(d);
        let name = match label {
            Some(l) => texts
                .find_map(|d| d.labels.get(l as usize))
                .map(|l| &l.name),
            None => texts.find_map(|d| d.ballots.get(ballot as usize)),
        };
        name.map_or("?", String::as_str)
    }

    /// An occurrence without its date: `deposit by Mongolia`.
    #[must_use]
    pub fn show_deed(&self, o: &Occurrence) -> String {
        let mut text = match &o.act {
            ActKind::Act(a) => {
                let act = self.program().acts.get(a.index());
                // What is unsaid or as by default is not repeated.
                // What a void act would have made does not exist.
                let made = act.and_then(|a| a.opens).map(|(i, _)| i);
                let unmade = |i: usize, v: &Value| {
                    Some(i) == made && matches!(v, Value::None | Value::Undetermined(_))
                };
                let unsaid = |i: usize, v: &Value| {
                    matches!(v, Value::None)
                        || unmade(i, v)
                        || act.and_then(|a| a.params.get(i)?.2).is_some_and(|d| {
                            let default = self.eval(d, &Env::new());
                            !matches!(default, Value::Undetermined(_)) && default == *v
                        })
                };
                let name = act.map_or("?", |a| a.name.as_str());
                let finding = self.program().givens.iter().any(|g| g.finding == Some(*a));
                let last = o.args.len().saturating_sub(1);
                let mut found = String::new();
                let mut args: Vec<String> = Vec::new();
                // After one that is left out the next would take its place: it is named.
                let mut gap = false;
                for (i, v) in o.args.iter().enumerate() {
                    if unmade(i, v) {
                        continue;
                    }
                    if unsaid(i, v) {
                        gap = true;
                        continue;
                    }
                    let param = act.and_then(|a| a.params.get(i));
                    let shown =
                        param.map_or_else(|| self.show_value(v), |(_, ty, _)| self.show_as(v, ty));
                    match param {
                        _ if finding && i == last => found = format!(" = {shown}"),
                        Some((name, ..)) if gap => args.push(format!("{name} = {shown}")),
                        _ => args.push(shown),
                    }
                }
                if args.is_empty() {
                    format!("{name}{found}")
                } else {
                    format!("{name}({}){found}", args.join(", "))
                }
            }
            ActKind::Vote {
                decision,
                subject,
                ballot,
                label,
            } => format!(
                "vote({}) in {}",
                self.ballot_name(*decision, *ballot, *label),
                self.show_decision(*decision, *subject)
            ),
            ActKind::Casting {
                decision,
                subject,
                ballot,
            } => format!(
                "casting_vote({}) in {}",
                self.ballot_name(*decision, *ballot, None),
                self.show_decision(*decision, *subject)
            ),
            ActKind::Declare {
                decision,
                subject,
                outcome,
            } => {
                let adopts = *outcome == rogatio_mir::DecisionOutcome::Adopted;
                let word = if adopts { "adopt" } else { "reject" };
                // The actor is the body.
                format!(
                    "{word}({})",
                    self.show_decision(self.whole(*decision), *subject)
                )
            }
            ActKind::Object { decision, subject } => {
                format!("object in {}", self.show_decision(*decision, *subject))
            }
            ActKind::Gavel { decision, subject } => {
                format!("gavel in {}", self.show_decision(*decision, *subject))
            }
        };
        let mut add = |word: &str, e: Option<Entity>| {
            if let Some(e) = e {
                text.push_str(&format!(" {word} {}", self.entity_name(e)));
            }
        };
        add("by", o.actor);
        add("for", o.for_whom);
        add("to", o.to);
        text
    }

    /// An occurrence with its verdict.
    #[must_use]
    pub fn show_occurrence(&self, o: &Occurrence) -> String {
        let mut words = o.judgment.words();
        words.retain(|w| *w != "valid");
        let deed = self.show_deed(o);
        if words.is_empty() {
            deed
        } else {
            format!("{deed}: {}", words.join(", "))
        }
    }

    pub(crate) fn show_happening(&self, what: &Happening) -> String {
        match what {
            Happening::DutyFulfilled { duty, by, late } => {
                let by = by
                    .and_then(|o| self.occurrence(o))
                    .map_or(String::new(), |o| format!(" by {}", self.show_deed(o)));
                let late = if *late { " late" } else { "" };
                format!("{} is fulfilled{late}{by}", self.show_duty(*duty))
            }
            Happening::DutyLapsed { duty, breach } => {
                let word = if *breach { ": breach" } else { "" };
                format!("{} lapses{word}", self.show_duty(*duty))
            }
            Happening::DutyReleased(d) => format!("{} is released", self.show_duty(*d)),
            Happening::ViolationStarted(d) => {
                let norm = self
                    .duty(*d)
                    .and_then(|d| self.program().norms.get(d.norm.index()));
                let word = match norm.map(|n| n.modal) {
                    Some(rogatio_mir::Modal::Should) => "falls short",
                    _ => "is breached",
                };
                format!("{} {word}", self.show_duty(*d))
            }
            Happening::ViolationEnded(d) => format!("{} is observed again", self.show_duty(*d)),
            _ => String::new(),
        }
    }

    /// The name of the n-th happening, for reasons: `deposit by Mongolia on 1993-09-30`.
    #[must_use]
    pub fn show_dated(&self, id: OccurrenceId) -> String {
        self.occurrence(id).map_or_else(String::new, |o| {
            format!("{} on {}", self.show_deed(o), o.moment)
        })
    }

    pub(crate) fn var_name(&self, v: VarId) -> &str {
        self.program()
            .vars
            .get(v.index())
            .map_or("?", |v| v.name.as_str())
    }

    /// Names of a key as shown.
    pub(crate) fn key_names(&self, key: &Key) -> Vec<String> {
        key.iter()
            .map(|e| self.show_value(&self.state().key_value(*e)))
            .collect()
    }

    /// A given that somebody finds: what was found stands before it, under the same name.
    pub(crate) fn is_finding(&self, g: Guard) -> bool {
        let program = self.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Given(id, _)) => {
                let given = program.givens.get(id.index());
                given.is_some_and(|g| g.finding.is_some())
            }
            _ => false,
        }
    }

    /// What a norm asks, in words.
    #[must_use]
    pub fn show_demand(&self, d: &Demand) -> String {
        match d {
            Demand::Act { act, .. } => self
                .program()
                .acts
                .get(act.index())
                .map_or("?", |a| a.name.as_str())
                .to_owned(),
            Demand::Vote { decision, .. } => {
                format!("vote in {}", self.show_decision(*decision, None))
            }
            Demand::Anonymous(text) => format!("\"{text}\""),
            Demand::Ensure(g) => format!("ensure {}", self.describe(*g, &Env::new())),
            Demand::OneOf(parts) => {
                let parts: Vec<String> = parts.iter().map(|d| self.show_demand(d)).collect();
                format!("one of ({})", parts.join(", "))
            }
        }
    }
}

pub(crate) fn show_share(c: ShareCmp, n: i64, d: i64) -> String {
    let word = match c {
        ShareCmp::AtLeast => "at least",
        ShareCmp::MoreThan => "more than",
        ShareCmp::AtMost => "at most",
        ShareCmp::LessThan => "less than",
    };
    if d == 100 {
        format!("{word} {n}%")
    } else {
        format!("{word} {n}/{d}")
    }
}

/// `first `, `30th `, `last `.
pub(crate) fn ordinal(o: Ordinal) -> String {
    match o {
        Ordinal::First => "first".to_owned(),
        Ordinal::Last => "last".to_owned(),
        Ordinal::Nth(n) => nth(i64::from(n)),
    }
}

/// `A, B and C`.
pub(crate) fn and_list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `1st`, `2nd`, `30th`.
pub(crate) fn nth(n: i64) -> String {
    let end = match (n % 10, n % 100) {
        (1, r) if r != 11 => "st",
        (2, r) if r != 12 => "nd",
        (3, r) if r != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

/// A norm's state in words.
pub(crate) fn state_name(s: NormState) -> &'static str {
    match s {
        NormState::None => "none",
        NormState::Pending => "pending",
        NormState::Open => "open",
        NormState::Fulfilled => "fulfilled",
        NormState::Lapsed => "lapsed",
        NormState::Released => "released",
        NormState::Breached => "breached",
    }
}

/// A name with what stands for its variables: `remind(this)` becomes `remind(Case#1)`.
pub(crate) fn with_names(name: &str, variables: &[String], shown: &[String]) -> String {
    let mut out = String::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(if end == 0 { c.len_utf8() } else { end });
        let at = variables.iter().position(|v| v == word);
        out.push_str(at.and_then(|i| shown.get(i)).map_or(word, String::as_str));
        rest = after;
    }
    out
}
