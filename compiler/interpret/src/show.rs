//! Values, acts, duties and happenings in words.

use crate::state::{Happening, Occurrence, OccurrenceId};
use crate::words::{Words, words};
use crate::{ActKind, Case, DutyId, Entity, Env, Value};
use rogatio_diagnostics::Lang;
use rogatio_mir::{
    ActId, ArgName, DecisionId, Demand, Guard, KindId, Modal, NormId, NormState, Op, StatusId, Ty,
    VarId, title_or,
};
use std::borrow::Cow;

impl Case {
    /// The sentences of the language in which this case is told.
    #[must_use]
    pub fn words(&self) -> &'static dyn Words {
        words(self.program().lang)
    }

    /// What an entity is called: an office, a body or a named instance by its title in the language of the case.
    #[must_use]
    pub fn called(&self, e: Entity) -> &str {
        title_or(
            &self.program().titled.entities,
            e.index(),
            self.entity_name(e),
        )
    }

    /// What a status is called.
    #[must_use]
    pub fn status_called(&self, s: StatusId) -> &str {
        let status = self.program().statuses.get(s.index());
        let name = status.map_or("?", |s| s.name.as_str());
        title_or(&self.program().titled.statuses, s.index(), name)
    }

    /// What an act is called.
    #[must_use]
    pub fn act_called(&self, a: ActId) -> &str {
        let act = self.program().acts.get(a.index());
        title_or(
            &self.program().titled.acts,
            a.index(),
            act.map_or("?", |a| a.name.as_str()),
        )
    }

    /// What a kind is called.
    #[must_use]
    pub fn kind_called(&self, k: KindId) -> &str {
        let kind = self.program().kinds.get(k.index());
        title_or(
            &self.program().titled.kinds,
            k.index(),
            kind.map_or("?", |k| k.name.as_str()),
        )
    }

    /// What a decision is called; several bodies' share in one bears its name.
    pub(crate) fn decision_called(&self, d: DecisionId) -> &str {
        let decision = self.program().decisions.get(d.index());
        let name = decision.map_or("?", |d| d.name.as_str());
        title_or(
            &self.program().titled.decisions,
            self.whole(d).index(),
            name,
        )
    }

    /// A value in words.
    #[must_use]
    pub fn show_value(&self, v: &Value) -> String {
        match v {
            Value::Bool(b) => self.words().truth(*b).to_owned(),
            Value::Int(n) => n.to_string(),
            Value::IntRange { lo, hi, .. } => self.words().range(*lo, *hi),
            Value::Time(m) => self.words().moment(m),
            Value::Pending { cap, .. } => self.words().pending(cap.as_ref()),
            Value::Length(l) => self.words().length(*l),
            Value::Dates(d) => d.to_string(),
            Value::Chance(c) => c.to_string(),
            Value::Share(c, n, d) => self.words().share(*c, *n, *d),
            Value::Entity(e) => self.called(*e).to_owned(),
            Value::Text(t) => format!("\"{t}\""),
            Value::Set(all) if all.is_empty() => self.words().nobody().to_owned(),
            Value::Set(all) => {
                let names: Vec<&str> = all.iter().map(|e| self.called(*e)).collect();
                names.join(" | ")
            }
            Value::None => self.words().none().to_owned(),
            Value::Undetermined(c) if c.is_conflict() => self.words().conflict().to_owned(),
            Value::Undetermined(_) => self.words().undetermined().to_owned(),
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

    /// A status with its keys: `bound(Mongolia)`.
    #[must_use]
    pub fn show_status(&self, s: StatusId, key: &[Entity]) -> String {
        self.words()
            .call(self.status_called(s), &self.key_names(key))
    }

    /// A history with its keys: `remind(Case#1)`.
    pub(crate) fn show_hist(&self, h: rogatio_mir::HistId, gs: &[Guard], env: &Env) -> String {
        let shown: Vec<String> = gs.iter().map(|g| self.describe(*g, env)).collect();
        self.hist_called(h, &shown)
    }

    /// A history by what stands for its keys: in English by its own name, elsewhere by the title of its act.
    pub(crate) fn hist_called(&self, h: rogatio_mir::HistId, shown: &[String]) -> String {
        let Some(hist) = self.program().hists.get(h.index()) else {
            return "?".to_owned();
        };
        let Some(p) = hist
            .pattern
            .as_ref()
            .filter(|_| self.program().lang != Lang::En)
        else {
            return with_names(&hist.name, &hist.key_names, shown);
        };
        let w = self.words();
        let one = |a: &ArgName| match a {
            ArgName::Any => None,
            ArgName::Text(text) => Some(with_names(text, &hist.key_names, shown)),
            ArgName::Entity(e) => Some(self.called(Entity(e.0)).to_owned()),
            ArgName::Kinds(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|k| self.kind_called(*k)).collect();
                Some(w.any_kind(&kinds))
            }
        };
        let mut args: Vec<String> = Vec::new();
        if p.args.iter().any(|a| *a != ArgName::Any) {
            args.extend(
                p.args
                    .iter()
                    .map(|a| one(a).unwrap_or_else(|| "_".to_owned())),
            );
        }
        let what = w.call(self.act_called(hist.act), &args);
        let (by, for_whom, to) = (one(&p.actor), one(&p.for_whom), one(&p.to));
        let mut text = w.deed(&what, by.as_deref(), for_whom.as_deref(), to.as_deref());
        if p.filtered {
            text = w.some_of(&text);
        }
        if let Some(cite) = &p.under {
            text = w.under(&text, cite);
        }
        if hist.attempted {
            text = w.attempted(&text);
        }
        text
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
        let body = decision
            .filter(|d| d.whole.is_some())
            .map(|d| self.called(Entity(d.body.0)));
        let subject = subject.map(|s| self.called(s));
        self.words()
            .decision(self.decision_called(d), subject, body)
    }

    /// An instance of a norm: its name and keys.
    #[must_use]
    pub fn show_duty(&self, id: DutyId) -> String {
        let Some(d) = self.duty(id) else {
            return "?".to_owned();
        };
        let keys: Vec<String> = d.keys.iter().map(|k| self.show_value(k)).collect();
        self.words().call(&self.norm_called(d.norm), &keys)
    }

    /// What a norm is called: its label, else what it asks.
    #[must_use]
    pub fn norm_called(&self, id: NormId) -> Cow<'_, str> {
        match self.program().norms.get(id.index()) {
            None => Cow::Borrowed("?"),
            Some(n) if n.labelled => Cow::Borrowed(&n.name),
            Some(n) => Cow::Owned(self.words().unlabelled(
                n.modal,
                &self.show_demand(&n.demand),
                &n.name,
            )),
        }
    }

    /// What stands on a ballot.
    pub(crate) fn ballot_name(&self, d: DecisionId, ballot: u32, label: Option<u32>) -> &str {
        let said = self.program().ballot_said(d, Some(ballot), label);
        said.unwrap_or("?")
    }

    /// An occurrence without its date: `deposit by Mongolia`.
    #[must_use]
    pub fn show_deed(&self, o: &Occurrence) -> String {
        if let ActKind::Act(a) = o.act
            && let Some(of) = self.program().acts.get(a.index()).and_then(|a| a.enough_of)
        {
            let matter = o.actor.map(|e| self.called(e).to_owned());
            let matters: Vec<String> = matter.into_iter().collect();
            let deed = self.words().call(self.act_called(of), &matters);
            return self.words().enough(&deed);
        }
        let text = match &o.act {
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
                let name = self.act_called(*a);
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
                format!("{}{found}", self.words().call(name, &args))
            }
            ActKind::Vote {
                decision,
                subject,
                ballot,
                label,
            } => self.words().vote(
                self.words()
                    .ballot(self.ballot_name(*decision, *ballot, *label)),
                &self.show_decision(*decision, *subject),
            ),
            ActKind::Casting {
                decision,
                subject,
                ballot,
            } => self.words().casting_vote(
                self.words()
                    .ballot(self.ballot_name(*decision, *ballot, None)),
                &self.show_decision(*decision, *subject),
            ),
            ActKind::Declare {
                decision,
                subject,
                outcome,
            } => {
                let adopts = *outcome == rogatio_mir::DecisionOutcome::Adopted;
                // The actor is the body.
                let decision = self.show_decision(self.whole(*decision), *subject);
                self.words().declare(adopts, &decision)
            }
            ActKind::Object { decision, subject } => self
                .words()
                .object(&self.show_decision(*decision, *subject)),
            ActKind::Gavel { decision, subject } => {
                self.words().gavel(&self.show_decision(*decision, *subject))
            }
        };
        let called = |e: Option<Entity>| e.map(|e| self.called(e));
        self.words()
            .deed(&text, called(o.actor), called(o.for_whom), called(o.to))
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
            let words: Vec<&str> = words.iter().map(|w| self.words().verdict(w)).collect();
            self.words().judged(&deed, &self.words().list(&words))
        }
    }

    /// What it is that a sentence was not followed in its time: a breach, a shortfall; nothing of a right that was not used.
    #[must_use]
    pub fn worth_of_lapse(&self, duty: DutyId) -> Option<&'static str> {
        let norm = self.program().norms.get(self.duty(duty)?.norm.index())?;
        match norm.modal {
            Modal::Must | Modal::MustNot => Some("breach"),
            Modal::Should | Modal::ShouldNot => Some("shortfall"),
            Modal::May | Modal::Cannot => None,
        }
    }

    pub(crate) fn show_happening(&self, what: &Happening) -> String {
        match what {
            Happening::DutyFulfilled { duty, by, late } => {
                let by = by
                    .and_then(|o| self.occurrence(o))
                    .map(|o| self.show_deed(o));
                self.words()
                    .fulfilled(&self.show_duty(*duty), *late, by.as_deref())
            }
            Happening::DutyLapsed { duty, .. } => self
                .words()
                .lapses(&self.show_duty(*duty), self.worth_of_lapse(*duty)),
            Happening::DueMoved { duty, due } => {
                let name = self.show_duty(*duty);
                match due {
                    Some(_) => self.words().is_dated(&name, *due),
                    None => self.words().is_undated(&name),
                }
            }
            Happening::DutyReleased(d) => self.words().released(&self.show_duty(*d)),
            Happening::ViolationStarted(d) => {
                let norm = self
                    .duty(*d)
                    .and_then(|d| self.program().norms.get(d.norm.index()));
                let should = norm.is_some_and(|n| n.modal == rogatio_mir::Modal::Should);
                self.words().violated(&self.show_duty(*d), should)
            }
            Happening::ViolationEnded(d) => self.words().observed_again(&self.show_duty(*d)),
            _ => String::new(),
        }
    }

    /// The name of the n-th happening, for reasons: `deposit by Mongolia on 1993-09-30`.
    #[must_use]
    pub fn show_dated(&self, id: OccurrenceId) -> String {
        self.occurrence(id).map_or_else(String::new, |o| {
            self.words().dated(&self.show_deed(o), &o.moment)
        })
    }

    pub(crate) fn var_name(&self, v: VarId) -> &str {
        self.program()
            .vars
            .get(v.index())
            .map_or("?", |v| v.name.as_str())
    }

    /// Names of a key as shown.
    pub(crate) fn key_names(&self, key: &[Entity]) -> Vec<String> {
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
            Demand::Act { act, .. } => self.act_called(*act).to_owned(),
            Demand::Vote {
                decision,
                ballot,
                label,
                ..
            } => {
                let said = self.program().ballot_said(*decision, *ballot, *label);
                let said = said.map(|b| self.words().ballot(b));
                self.words()
                    .to_vote(said, &self.show_decision(*decision, None))
            }
            Demand::Anonymous(text) => self.words().quoted(text),
            Demand::Ensure(g) => self.words().to_ensure(&self.describe(*g, &Env::new())),
            Demand::OneOf(parts) => {
                let parts: Vec<String> = parts.iter().map(|d| self.show_demand(d)).collect();
                self.words().to_do_one(&parts)
            }
        }
    }
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
