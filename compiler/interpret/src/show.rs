//! Values, conditions and happenings in words.

use crate::eval::Eval;
use crate::state::{Happening, Occurrence, OccurrenceId};
use crate::{ActKind, Case, DutyId, Entity, Env, Key, Moment, Value};
use rogatio_calendar::Length;
use rogatio_mir::{
    ArithOp, CmpOp, DecisionId, Demand, Domain, EdgeId, Guard, HistRead, NormState, Op, Ordinal,
    ShareCmp, StatusId, Ty, VarId,
};

/// Nested deeper than this, a condition is abridged.
const DEEPEST: u32 = 24;

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

    /// A condition or value as text, variables replaced by what they stand for.
    #[must_use]
    pub fn describe(&self, g: Guard, env: &Env) -> String {
        Describe {
            case: self,
            depth: 0,
        }
        .text(g, env)
    }

    /// The condition of an edge, of the versions in force when it rose or fell.
    #[must_use]
    pub fn show_edge(&self, edge: EdgeId, key: &Key, at: Moment) -> String {
        let Some(edge) = self.program().edges.get(edge.index()) else {
            return String::new();
        };
        let mut env = Env::new().in_versions_of(Some(at.point));
        for (d, e) in edge.keys.iter().zip(key) {
            env.bind(d.var, self.state().key_value(*e));
        }
        self.describe(edge.cond, &env)
    }

    /// A set as text.
    pub(crate) fn describe_set(&self, d: &Domain, cond: Guard, env: &Env) -> String {
        Describe {
            case: self,
            depth: 0,
        }
        .set(d, cond, env)
    }

    fn var_name(&self, v: VarId) -> &str {
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

fn show_share(c: ShareCmp, n: i64, d: i64) -> String {
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

struct Describe<'c> {
    case: &'c Case,
    depth: u32,
}

impl Describe<'_> {
    fn text(&mut self, g: Guard, env: &Env) -> String {
        if self.depth >= DEEPEST {
            return "…".to_owned();
        }
        self.depth += 1;
        let text = self.op(g, env);
        self.depth -= 1;
        text
    }

    fn list(&mut self, gs: &[Guard], env: &Env) -> String {
        gs.iter()
            .map(|g| self.text(*g, env))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn call(&mut self, name: &str, gs: &[Guard], env: &Env) -> String {
        if gs.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", self.list(gs, env))
        }
    }

    /// The parts of a conjunction without the versions that are in force anyway, those of a disjunction without what
    /// versions say that are not; all if nothing else is left.
    fn besides_versions(&self, gs: &[Guard], env: &Env, in_force: bool) -> Vec<Guard> {
        let kept: Vec<Guard> = gs
            .iter()
            .copied()
            .filter(|g| !self.only_version(*g, env, in_force))
            .collect();
        if kept.is_empty() { gs.to_vec() } else { kept }
    }

    /// Whether a condition is that a version is in force, which it is; or is false because one is not.
    fn only_version(&self, g: Guard, env: &Env, in_force: bool) -> bool {
        match self.case.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::InVersion(v, _)) => {
                let truth = Eval::new(self.case).in_version(*v, false, env);
                if in_force {
                    truth.is_true()
                } else {
                    truth.is_false()
                }
            }
            Some(Op::And(gs)) if !in_force => gs.iter().any(|g| self.only_version(*g, env, false)),
            _ => false,
        }
    }

    /// Whether a condition is shown as several.
    fn is_joined(&self, g: Guard, env: &Env) -> bool {
        let shown = match self.case.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) => self.besides_versions(gs, env, true),
            Some(Op::Or(gs)) => self.besides_versions(gs, env, false),
            _ => return false,
        };
        match shown[..] {
            [one] => self.is_joined(one, env),
            _ => true,
        }
    }

    fn joined(&mut self, gs: &[Guard], word: &str, env: &Env) -> String {
        match gs {
            [one] => self.text(*one, env),
            _ => gs
                .iter()
                .map(|g| self.part(*g, env))
                .collect::<Vec<_>>()
                .join(word),
        }
    }

    /// `count(E) > 0`: that E has happened.
    fn counts_past(&self, count: Guard, than: Guard) -> bool {
        let op = |g: Guard| self.case.program().guards.get(g.index()).map(|n| &n.op);
        matches!(op(count), Some(Op::HistCount(..))) && op(than) == Some(&Op::Int(0))
    }

    /// An operand that may need brackets.
    fn part(&mut self, g: Guard, env: &Env) -> String {
        let compound = matches!(
            self.case.program().guards.get(g.index()).map(|n| &n.op),
            Some(Op::Except(..) | Op::ForAll(..))
        ) || self.is_joined(g, env);
        let text = self.text(g, env);
        if compound { format!("({text})") } else { text }
    }

    fn status(&mut self, s: StatusId, gs: &[Guard], env: &Env) -> String {
        let Some(status) = self.case.program().statuses.get(s.index()) else {
            return "?".to_owned();
        };
        // One that only keeps since when a condition holds has the words of the condition.
        if let Some(level) = status.level.filter(|_| status.kept) {
            let mut inner = Env::new();
            for (d, g) in status.keys.iter().zip(gs) {
                inner.bind(d.var, self.case.eval(*g, env));
            }
            return self.part(level, &inner);
        }
        self.call(&status.name, gs, env)
    }

    /// `C for D`, where a condition is that C holds and has begun D ago.
    fn held(&mut self, gs: &[Guard], env: &Env) -> Option<String> {
        let [on, since] = gs else { return None };
        let op = |g: &Guard| self.case.program().guards.get(g.index()).map(|n| &n.op);
        let (Op::StatusOn(s, keys), Op::Compare(CmpOp::Ge, now, after)) = (op(on)?, op(since)?)
        else {
            return None;
        };
        let Op::Shift {
            before: false,
            length,
            base,
            ..
        } = op(after)?
        else {
            return None;
        };
        let Op::StatusStart(t, others) = op(base)? else {
            return None;
        };
        let (s, keys, length) = (*s, keys.clone(), *length);
        if *op(now)? != Op::Now || s != *t || keys != *others {
            return None;
        }
        let what = self.status(s, &keys, env);
        Some(format!("{what} for {}", self.text(length, env)))
    }

    fn hist(&mut self, h: rogatio_mir::HistId, gs: &[Guard], env: &Env) -> String {
        let shown: Vec<String> = gs.iter().map(|g| self.text(*g, env)).collect();
        match self.case.program().hists.get(h.index()) {
            Some(hist) => with_names(&hist.name, &hist.key_names, &shown),
            None => "?".to_owned(),
        }
    }

    fn kinds(&self, kinds: &[rogatio_mir::KindId]) -> String {
        let names: Vec<&str> = kinds
            .iter()
            .filter_map(|k| self.case.program().kinds.get(k.index()))
            .map(|k| k.name.as_str())
            .collect();
        names.join(" | ")
    }

    fn set(&mut self, d: &Domain, cond: Guard, env: &Env) -> String {
        let var = self.case.var_name(d.var).to_owned();
        let kinds = self.kinds(&d.kinds);
        match self.case.program().guards.get(cond.index()).map(|n| &n.op) {
            Some(Op::Bool(true)) => kinds,
            // `Party`: a set-valued define of the element alone.
            Some(Op::Call(c, gs)) if self.is_var(gs.last().copied(), d.var) => {
                let name = self
                    .case
                    .program()
                    .defines
                    .get(c.index())
                    .map_or("?", |d| d.name.as_str());
                self.call(name, gs.split_last().map_or(&[], |(_, rest)| rest), env)
            }
            // `State & deposited`: a one-place status of the element alone.
            Some(Op::StatusOn(s, gs))
                if gs.len() == 1 && self.is_var(gs.last().copied(), d.var) =>
            {
                let name = self
                    .case
                    .program()
                    .statuses
                    .get(s.index())
                    .map_or("?", |s| s.name.as_str());
                format!("{kinds} & {name}")
            }
            _ => format!("{var}: {kinds} where {}", self.text(cond, env)),
        }
    }

    fn is_var(&self, g: Option<Guard>, v: VarId) -> bool {
        g.and_then(|g| self.case.program().guards.get(g.index()))
            .is_some_and(|n| n.op == Op::Var(v))
    }

    fn decision(&mut self, d: DecisionId, s: Option<Guard>, env: &Env) -> String {
        let name = self
            .case
            .program()
            .decisions
            .get(d.index())
            .map_or("?", |d| d.name.as_str())
            .to_owned();
        match s {
            Some(s) => format!("{name} on {}", self.text(s, env)),
            None => name,
        }
    }

    fn op(&mut self, g: Guard, env: &Env) -> String {
        let case = self.case;
        let program = case.program();
        let Some(node) = program.guards.get(g.index()) else {
            return "?".to_owned();
        };
        match &node.op {
            Op::Bool(b) => b.to_string(),
            Op::Int(n) => case.show_as(&Value::Int(*n), &node.ty),
            Op::Day(d) => d.to_string(),
            Op::Instant(i) => i.to_string(),
            Op::Length(l) => l.to_string(),
            Op::Text(t) => format!("\"{t}\""),
            Op::None => "none".to_owned(),
            Op::Share(c, n, d) => show_share(*c, *n, *d),
            Op::Entity(e) => case.entity_name(Entity(e.0)).to_owned(),
            Op::CaseEntity(name) => name.clone(),
            Op::Var(v) => match env.get(*v) {
                Some(
                    value @ (Value::Entity(_) | Value::Int(_) | Value::Text(_) | Value::Time(_)),
                ) => case.show_value(value),
                _ => case.var_name(*v).to_owned(),
            },
            Op::Now => "now".to_owned(),
            Op::EventTime => env
                .event_time
                .map_or_else(|| "the event".to_owned(), |m| m.to_string()),
            Op::Not(a) => format!("not {}", self.part(*a, env)),
            Op::And(gs) => match self.held(gs, env) {
                Some(held) => held,
                None => self.joined(&self.besides_versions(gs, env, true), " and ", env),
            },
            Op::Or(gs) => self.joined(&self.besides_versions(gs, env, false), " or ", env),
            Op::Compare(CmpOp::Gt, a, b) if self.counts_past(*a, *b) => {
                match program.guards.get(a.index()).map(|n| &n.op) {
                    Some(Op::HistCount(h, gs)) => {
                        format!("{} has happened", self.hist(*h, gs, env))
                    }
                    _ => self.text(*a, env),
                }
            }
            Op::Compare(op, a, b) => {
                let word = match op {
                    CmpOp::Eq => "=",
                    CmpOp::Ne => "!=",
                    CmpOp::Lt => "<",
                    CmpOp::Le => "<=",
                    CmpOp::Gt => ">",
                    CmpOp::Ge => ">=",
                };
                format!("{} {word} {}", self.part(*a, env), self.part(*b, env))
            }
            Op::ShareCompare { part, share, base } => {
                format!(
                    "{} is {} of {}",
                    self.part(*part, env),
                    self.text(*share, env),
                    self.part(*base, env)
                )
            }
            Op::Arith(op, a, b) => {
                let word = match op {
                    ArithOp::Add => "+",
                    ArithOp::Sub => "-",
                    ArithOp::Mul => "*",
                };
                format!("{} {word} {}", self.part(*a, env), self.part(*b, env))
            }
            Op::Shift {
                before,
                length,
                base,
                ..
            } => {
                let word = if *before { "before" } else { "after" };
                // A length that a define names is told by what it is.
                let base = self.text(*base, env);
                let length = match case.eval(*length, env) {
                    // What is counted on the second clock is counted from a reading, also from its first.
                    Value::Length(l @ Length::Elapsed(_)) => {
                        let read =
                            base.contains('@') || !base.starts_with(|c: char| c.is_ascii_digit());
                        let at = if read { "" } else { " @ 0 hours" };
                        return format!("{l} {word} {base}{at}");
                    }
                    // No time after something is that itself.
                    Value::Length(l) if l.to_string().starts_with("0 ") => {
                        return base;
                    }
                    Value::Length(l) => l.to_string(),
                    _ => self.text(*length, env),
                };
                format!("{length} {word} {base}")
            }
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => {
                let word = if *before { "before" } else { "after" };
                let length = self.text(*length, env);
                let (base, skip) = (self.text(*base, env), self.part(*skip, env));
                format!("{length}, {skip} not counted, {word} {base}")
            }
            Op::Later(gs) => self.call("later", gs, env),
            Op::Earlier(gs) => self.call("earlier", gs, env),
            Op::Count(d, c) => format!("count({})", self.set(d, *c, env)),
            Op::Sum(d, c, w) => format!(
                "sum of {} over {}",
                self.text(*w, env),
                self.set(d, *c, env)
            ),
            Op::Exists(d, c) => format!("some {}", self.set(d, *c, env)),
            Op::SetOf(d, c) => self.set(d, *c, env),
            Op::InSet { set, element } => {
                format!("{} in {}", self.part(*element, env), self.part(*set, env))
            }
            Op::ForAll(d, c, t) => {
                format!("every {} has {}", self.set(d, *c, env), self.text(*t, env))
            }
            Op::Best(d, c, keys) => {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|(order, g)| format!("{} {}", order.word(), self.part(*g, env)))
                    .collect();
                format!(
                    "first of {} by {}",
                    self.set(d, *c, env),
                    keys.join(", then ")
                )
            }
            Op::Call(d, gs) => {
                let name = program
                    .defines
                    .get(d.index())
                    .map_or("?", |d| d.name.as_str());
                self.call(name, gs, env)
            }
            Op::Given(id, gs) => {
                let name = program
                    .givens
                    .get(id.index())
                    .map_or("?", |d| d.name.as_str());
                self.call(name, gs, env)
            }
            Op::StatusOn(s, gs) | Op::StatusValue(s, gs) => self.status(*s, gs, env),
            Op::StatusStart(s, gs) => format!("start({})", self.status(*s, gs, env)),
            Op::StatusFirstStart(s, gs) => format!("first start({})", self.status(*s, gs, env)),
            Op::StatusEnd(s, gs) => format!("end({})", self.status(*s, gs, env)),
            Op::Field(owner, f)
            | Op::InField {
                owner,
                field: f,
                element: _,
            } => {
                let name = program
                    .fields
                    .get(f.index())
                    .map_or("?", |f| f.name.as_str());
                let field = format!("{}.{name}", self.part(*owner, env));
                match &node.op {
                    Op::InField { element, .. } => {
                        format!("{} in {field}", self.part(*element, env))
                    }
                    _ => field,
                }
            }
            Op::HistCount(h, gs) => format!("count({})", self.hist(*h, gs, env)),
            Op::HistTime(h, o, gs) => format!("{} {}", ordinal(*o), self.hist(*h, gs, env)),
            Op::HistArg(h, o, _, gs) => {
                format!("a value of the {} {}", ordinal(*o), self.hist(*h, gs, env))
            }
            Op::HistSum(h, _, gs) => format!("sum({})", self.hist(*h, gs, env)),
            Op::HistSince(h, time, gs) => {
                let time = self.part(*time, env);
                format!("count({} since {time})", self.hist(*h, gs, env))
            }
            Op::HistInLast {
                hist,
                read,
                length,
                keys,
            } => {
                let of = self.hist(*hist, keys, env);
                let of = format!("{of} in the last {}", self.text(*length, env));
                match read {
                    HistRead::Count => format!("count({of})"),
                    HistRead::Time(o) => format!("{} {of}", ordinal(*o)),
                    HistRead::Arg(o, _) => format!("a value of the {} {of}", ordinal(*o)),
                    HistRead::Sum(_) => format!("sum({of})"),
                }
            }
            Op::HistPick {
                hist,
                pick,
                from,
                keys,
            } => pick.words(&self.hist(*hist, keys, env), &self.part(*from, env)),
            Op::StatusPick {
                status,
                pick,
                from,
                keys,
            } => {
                let end = if pick.end { "end" } else { "start" };
                let of = self.status(*status, keys, env);
                format!("{end}({})", pick.words(&of, &self.part(*from, env)))
            }
            Op::IsKind(e, kinds) => format!("{} is {}", self.part(*e, env), self.kinds(kinds)),
            Op::InStage(i, p, stages) => {
                let names: Vec<&str> = stages.iter().map(|s| case.stage_name(*p, *s)).collect();
                format!("{} is {}", self.part(*i, env), names.join(" or "))
            }
            Op::EnteredAt(i, p, s) => {
                format!("{}({})", case.stage_name(*p, *s), self.text(*i, env))
            }
            Op::NormIs(n, keys, s) => {
                let name = program
                    .norms
                    .get(n.index())
                    .map_or("?", |n| n.name.as_str());
                let keys: Vec<Guard> = keys.iter().flatten().copied().collect();
                format!("{} is {}", self.call(name, &keys, env), state_name(*s))
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let set = case.roll_set_name(*decision, set);
                format!(
                    "{} in {set} of {}",
                    self.part(*voter, env),
                    self.decision(*decision, *subject, env)
                )
            }
            Op::Weight { voter, .. } => format!("the votes of {}", self.part(*voter, env)),
            Op::OutcomeIs(d, s, o) => {
                format!("{}({})", o.word(), self.decision(*d, *s, env))
            }
            Op::Certain(d, s, outcome) => {
                let what = self.decision(*d, *s, env);
                match outcome {
                    Some(o) => format!("certain({}({what}))", o.word()),
                    None => format!("certain({what})"),
                }
            }
            Op::DecisionOpen(d, s) => format!("{} is open", self.decision(*d, *s, env)),
            Op::IsNone(a) => format!("{} is none", self.part(*a, env)),
            // What was found, else supplied: one name for both.
            Op::OrElse(_, b) if self.case.is_finding(*b) => self.text(*b, env),
            Op::OrElse(a, b) => format!("{} or else {}", self.part(*a, env), self.part(*b, env)),
            Op::Table { rows, .. } => format!("a table of {} rows", rows.len()),
            Op::Except(base, arms) => {
                let mut text = self.part(*base, env);
                for (c, v) in arms {
                    text.push_str(&format!(
                        " except {} when {}",
                        self.part(*v, env),
                        self.part(*c, env)
                    ));
                }
                text
            }
            Op::InVersion(v, _) => format!("{} is in force", case.version_name(*v)),
            Op::ByVersion(list) => {
                let live = list
                    .iter()
                    .find(|(v, _)| Eval::new(case).in_version(*v, false, env).is_true());
                match live.or(list.first()) {
                    Some((_, g)) => self.text(*g, env),
                    None => "?".to_owned(),
                }
            }
            Op::NotStated(text) => format!("not stated \"{text}\""),
            Op::Dates(dates) => dates.to_string(),
            Op::DatesRange(a, b) if a == b => self.part(*a, env),
            Op::DatesRange(a, b) => format!("{} .. {}", self.part(*a, env), self.part(*b, env)),
            Op::DatesJoin(join, a, b) => join.words(&self.part(*a, env), &self.part(*b, env)),
            Op::InDates(t, dates) => {
                format!("{} in {}", self.part(*t, env), self.part(*dates, env))
            }
            Op::DatesPick { dates, pick, from } => {
                pick.words(&self.part(*dates, env), &self.part(*from, env))
            }
            Op::DatePart(part, t) => format!("{}({})", part.name(), self.text(*t, env)),
            Op::Digit(n) => format!("digit({})", self.text(*n, env)),
            Op::Parameter(i) => format!("parameter {i}"),
        }
    }
}

/// A name with what stands for its variables: `remind(this)` becomes `remind(Case#1)`.
fn with_names(name: &str, variables: &[String], shown: &[String]) -> String {
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
