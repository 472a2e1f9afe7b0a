//! Expectations: what a scenario says should be so.

use crate::scenario::Runner;
use crate::{
    ActInput, ActKind, Case, Deadline, DutyInstance, Env, Judgment, OccurrenceId, Reason, Truth,
    Value, Verdict,
};
use rogatio_calendar::{Day, Phase};
use rogatio_mir::{
    CaseAct, Expect, ExpectKind, ExpectedVerdict, Guard, Modal, NormId, NormState, ProvisionId,
    Urgency,
};

/// What was found.
pub(crate) struct Found {
    pub(crate) passed: bool,
    pub(crate) message: String,
    pub(crate) reason: Option<Reason>,
}

/// More ways than this to fill the arguments that an expectation leaves open are not tried.
const MOST_WAYS: usize = 4096;

fn found(passed: bool, message: impl Into<String>, reason: Option<Reason>) -> Found {
    Found {
        passed,
        message: if passed {
            String::new()
        } else {
            message.into()
        },
        reason,
    }
}

impl Runner<'_> {
    pub(crate) fn expectation(&mut self, e: &Expect) -> Found {
        match &e.kind {
            ExpectKind::Cond(g) => self.cond(*g, &e.because),
            ExpectKind::Verdict(v) => self.verdict(*v, &e.because),
            ExpectKind::Norm(n, keys, state, by) => self.norm(*n, keys, *state, *by, &e.because),
            ExpectKind::Stuck(g, is) => self.stuck_instance(*g, *is, &e.because),
            ExpectKind::Undetermined(g, is) => self.undetermined(*g, *is, &e.because),
            ExpectKind::NoDuty(n, keys) => self.no_duty(*n, keys),
            ExpectKind::Can {
                modal,
                act,
                by,
                urgency,
            } => self.can(*modal, act, *by, *urgency, &e.because),
        }
    }

    fn cond(&mut self, g: Guard, because: &[ProvisionId]) -> Found {
        let env = Env::new();
        let case = &self.case;
        let text = case.describe(g, &env);
        match case.eval(g, &env).truth() {
            Truth::True => {
                let why = case.explain(g, &env);
                let message = self.not_because(because, &why.provisions());
                found(message.is_empty(), message, Some(why))
            }
            Truth::False => {
                let more = self
                    .stands(g)
                    .unwrap_or_else(|| case.missing(g, &env).summary_in(case.program().lang));
                // The condition is named already.
                let more = more
                    .strip_prefix(&format!("{text} ("))
                    .map_or(more.clone(), |m| {
                        m.strip_suffix(')').unwrap_or(m).to_owned()
                    });
                let message = match more.as_str() {
                    "" => format!("`{text}` is false"),
                    more => format!("`{text}` is false: {more}"),
                };
                found(false, message, Some(case.explain(g, &env)))
            }
            Truth::Unknown(c) => {
                let why: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
                found(
                    false,
                    format!("`{text}` is undetermined: {}", why.join("; ")),
                    Some(case.explain(g, &env)),
                )
            }
        }
    }

    /// Whether a value is undetermined, a count between two bounds among them.
    fn undetermined(&self, g: Guard, is: bool, because: &[ProvisionId]) -> Found {
        let env = Env::new();
        let case = &self.case;
        let text = case.describe(g, &env);
        let value = case.eval(g, &env);
        let silent = value.clauses();
        let open = matches!(value, Value::Undetermined(_) | Value::IntRange { .. });
        let message = match (open, is) {
            (true, true) => {
                let provisions: Vec<ProvisionId> = silent.iter().map(|c| c.provision).collect();
                self.not_because(because, &provisions)
            }
            (false, false) => String::new(),
            (true, false) => {
                let why: Vec<&str> = silent.iter().map(|c| c.text.as_str()).collect();
                format!("`{text}` is undetermined: {}", why.join("; "))
            }
            (false, true) => format!("`{text}` is {}", case.show_value(&value)),
        };
        found(message.is_empty(), message, Some(case.explain(g, &env)))
    }

    /// What has become of a duty, where a condition asks for something else.
    fn stands(&self, g: Guard) -> Option<String> {
        let case = &self.case;
        let rogatio_mir::Op::NormIs(n, keys, _) = &case.program().guard(g).op else {
            return None;
        };
        let keys: Vec<Option<Value>> = keys
            .iter()
            .map(|k| k.map(|k| case.eval(k, &Env::new())))
            .collect();
        Some(match case.latest_duty(*n, &keys) {
            None => "it has not arisen".to_owned(),
            Some(d) => self.standing_of(d),
        })
    }

    fn standing_of(&self, d: &DutyInstance) -> String {
        let actual = self.case.words().norm_state(d.state);
        let late = if d.late { ", late" } else { "" };
        let due = due(d.deadline());
        format!("{} is {actual}{late}{due}", self.case.show_duty(d.id))
    }

    /// Empty if one of the provisions expected is among the reasons.
    fn not_because(&self, because: &[ProvisionId], reasons: &[ProvisionId]) -> String {
        let case = &self.case;
        if because.is_empty()
            || because
                .iter()
                .any(|b| reasons.iter().any(|r| case.within(*r, *b)))
        {
            return String::new();
        }
        // The file itself is no reason that anybody cites.
        let articles = |ps: &[ProvisionId]| {
            let provision = |p: &ProvisionId| case.program().provisions.get(p.index());
            let of_text = |p: &&ProvisionId| provision(p).is_some_and(|p| p.parent.is_some());
            let mut names: Vec<&str> = Vec::new();
            for cite in ps.iter().filter(of_text).map(|p| case.cite(*p)) {
                if !cite.is_empty() && !names.contains(&cite) {
                    names.push(cite);
                }
            }
            names.join(", ")
        };
        let expected = articles(because);
        match articles(reasons) {
            none if none.is_empty() => {
                format!("no article is a reason for it, so {expected} is none")
            }
            found => format!("its reason is {found}, not {expected}"),
        }
    }

    fn verdict(&mut self, v: ExpectedVerdict, because: &[ProvisionId]) -> Found {
        if v == ExpectedVerdict::Stuck {
            return self.stuck(because);
        }
        if self.last.is_empty() {
            return found(false, "there is no act before this line", None);
        }
        for id in self.last.clone() {
            let Some(o) = self.case.occurrence(id).cloned() else {
                continue;
            };
            let is = has_verdict(&o.judgment, v);
            if !is {
                let text = o.judgment.text.join("; ");
                let sep = if text.is_empty() { "" } else { ": " };
                let message = format!(
                    "{} is {}{sep}{text}",
                    self.case.show_deed(&o),
                    english_verdict(&o.judgment)
                );
                return found(false, message, self.case.explain_occurrence(id));
            }
            let message = self.not_because(because, &o.judgment.reasons);
            if !message.is_empty() {
                return found(false, message, self.case.explain_occurrence(id));
            }
        }
        let last: Option<OccurrenceId> = self.last.last().copied();
        found(
            true,
            "",
            last.and_then(|id| self.case.explain_occurrence(id)),
        )
    }

    fn stuck_instance(&mut self, g: Guard, is: bool, because: &[ProvisionId]) -> Found {
        let value = self.case.eval(g, &Env::new());
        let Some(instance) = value.entity() else {
            return found(false, "there is no such instance", None);
        };
        match self.case.why_stuck(instance) {
            Some(why) if !is => {
                let name = self.case.entity_name(instance);
                found(false, format!("{name} is stuck: it is {why}"), None)
            }
            Some(why) => {
                let message = self.not_because(because, &why.provisions);
                let why = Reason::resting_on(why.to_string(), why.provisions);
                found(message.is_empty(), message, Some(why))
            }
            None => {
                let name = self.case.entity_name(instance);
                found(!is, format!("{name} is not stuck"), None)
            }
        }
    }

    fn stuck(&mut self, because: &[ProvisionId]) -> Found {
        let residual = self.case.residual();
        let created = self
            .last
            .iter()
            .filter_map(|id| self.case.occurrence(*id))
            .find_map(|o| {
                let named = o
                    .args
                    .iter()
                    .filter_map(Value::entity)
                    .find(|e| self.case.stage_of(*e).is_some());
                o.created.or(named)
            });
        let stuck = residual
            .procedures
            .iter()
            .find(|p| p.stuck.is_some() && created.is_none_or(|e| e == p.instance));
        match stuck.and_then(|p| p.stuck.as_ref()) {
            Some(why) => {
                let message = self.not_because(because, &why.provisions);
                let why = Reason::resting_on(why.to_string(), why.provisions.clone());
                found(message.is_empty(), message, Some(why))
            }
            None => found(false, "nothing is stuck", None),
        }
    }

    fn keys(&mut self, keys: &[Guard]) -> Vec<Option<Value>> {
        keys.iter()
            .map(|g| Some(self.case.eval(*g, &Env::new())))
            .collect()
    }

    fn norm(
        &mut self,
        n: NormId,
        keys: &[Guard],
        state: NormState,
        by: Option<Day>,
        because: &[ProvisionId],
    ) -> Found {
        let keys = self.keys(keys);
        let case = &self.case;
        let name = case
            .program()
            .norms
            .get(n.index())
            .map_or("?", |n| n.name.as_str())
            .to_owned();
        let Some(d) = case.latest_duty(n, &keys) else {
            let broken = case.was_broken(n, &keys);
            let is = if broken {
                NormState::Breached
            } else {
                NormState::None
            };
            return found(
                state == is,
                if broken {
                    format!("{name} is breached")
                } else {
                    format!("{name} has not arisen")
                },
                None,
            );
        };
        let reason = Some(case.explain_duty(d.id));
        if !case.duty_is(d, state) {
            return found(false, self.standing_of(d), reason);
        }
        if let Some(by) = by
            && !is_due(d, by)
        {
            let due = d.deadline().map_or("no date".to_owned(), told);
            return found(
                false,
                format!("{} is due {due}, not {by}", case.show_duty(d.id)),
                reason,
            );
        }
        let mut provisions = reason.as_ref().map(Reason::provisions).unwrap_or_default();
        provisions.extend(case.program().norms.get(n.index()).map(|n| n.provision));
        let message = self.not_because(because, &provisions);
        found(message.is_empty(), message, reason)
    }

    fn no_duty(&mut self, n: NormId, keys: &[Guard]) -> Found {
        let keys = self.keys(keys);
        let case = &self.case;
        let fits = |d: &&DutyInstance| {
            case.program().norms_named(n).any(|n| n == d.norm)
                && d.is_open()
                && keys.iter().zip(&d.keys).all(|(w, k)| w.as_ref() == Some(k))
        };
        match case.duties().find(fits) {
            None => found(true, "", None),
            Some(d) => {
                let message = format!("{} is open{}", case.show_duty(d.id), due(d.deadline()));
                found(false, message, Some(case.explain_duty(d.id)))
            }
        }
    }

    fn can(
        &mut self,
        modal: Modal,
        act: &CaseAct,
        by: Option<Day>,
        urgency: Option<Urgency>,
        because: &[ProvisionId],
    ) -> Found {
        let actor = act.actors.first().copied().flatten();
        let Some(input) = self.input(act, actor, None) else {
            return found(false, "it names somebody whom the case does not know", None);
        };
        if matches!(modal, Modal::Must | Modal::Should) {
            return self.must(modal, &input, by, urgency, because);
        }
        let judged: Vec<Judgment> = self
            .case
            .ways(&input)
            .iter()
            .map(|w| self.case.judge(w))
            .collect();
        let valid = |j: &&Judgment| j.verdict == Verdict::Valid && !j.unpowered && !j.in_doubt;
        let wanted = match modal {
            Modal::May => judged
                .iter()
                .find(valid)
                .or(judged.iter().find(|j| j.verdict == Verdict::Pending)),
            Modal::Cannot if judged.iter().any(|j| valid(&j)) => None,
            Modal::Cannot => judged
                .iter()
                .find(|j| j.verdict == Verdict::Void || j.unpowered),
            Modal::MustNot => judged.iter().find(|j| !j.breach.is_empty()),
            _ => judged.iter().find(|j| !j.shortfall.is_empty()),
        };
        match wanted {
            Some(j) => {
                let reasons = j.reasons.clone();
                let message = self.not_because(because, &reasons);
                let why = Reason::resting_on(english_verdict(j), reasons);
                found(message.is_empty(), message, Some(why))
            }
            None => {
                let best = judged.iter().find(valid).or(judged.first());
                let words = best.map_or("unknown".to_owned(), |j| {
                    let text = j.text.join("; ");
                    let sep = if text.is_empty() { "" } else { ": " };
                    format!("{}{sep}{text}", english_verdict(j))
                });
                found(false, format!("it would be {words}"), None)
            }
        }
    }

    fn must(
        &mut self,
        modal: Modal,
        input: &ActInput,
        by: Option<Day>,
        urgency: Option<Urgency>,
        because: &[ProvisionId],
    ) -> Found {
        let case = &self.case;
        let ways = case.tentative_to_any(input);
        let mut other = String::new();
        for d in case.duties().filter(|d| d.is_open()) {
            let Some(norm) = case
                .program()
                .norms
                .get(d.norm.index())
                .filter(|n| n.modal == modal)
            else {
                continue;
            };
            let env = case.duty_env(d);
            let fits = ways.iter().any(|o| {
                let found = case.applies_to_subject(norm, o, &env);
                let holds = |mut a: crate::judge::Applies| {
                    !case.demand_holds(norm, &mut a).is_false()
                        && !case.asks_for(d, norm, &a.env).is_false()
                };
                found.into_iter().any(holds)
            });
            if !fits {
                continue;
            }
            let asked = norm
                .duty
                .as_ref()
                .and_then(|d| d.window.urgency.map(|(u, _)| u));
            if by.is_some_and(|by| !is_due(d, by)) {
                other = format!(
                    "{} is due {}",
                    case.show_duty(d.id),
                    d.deadline().map_or("at no date".to_owned(), told)
                );
                continue;
            }
            if urgency.is_some() && asked != urgency {
                other = format!("{} has another time", case.show_duty(d.id));
                continue;
            }
            let message = self.not_because(because, &[norm.provision]);
            if message.is_empty() {
                return found(true, "", Some(case.explain_duty(d.id)));
            }
            other = message;
        }
        let message = if other.is_empty() {
            "no such duty is open".to_owned()
        } else {
            other
        };
        found(false, message, None)
    }
}

/// Due by that day: of what closes before a day both the day and its eve are accepted.
fn is_due(d: &DutyInstance, by: Day) -> bool {
    let Some(due) = d.due else { return false };
    let closing = d.due_point.phase() == Phase::Lapse && d.due_point.dated() == due.day;
    due.day == by || (closing && due.day.pred() == Some(by))
}

fn has_verdict(j: &Judgment, v: ExpectedVerdict) -> bool {
    match v {
        ExpectedVerdict::Valid => j.verdict == Verdict::Valid && !j.unpowered && !j.in_doubt,
        ExpectedVerdict::Lawful => {
            let valid = has_verdict(j, ExpectedVerdict::Valid);
            valid && !j.breached && !j.perhaps_breach() && j.late.is_empty()
        }
        ExpectedVerdict::Void => j.verdict == Verdict::Void,
        ExpectedVerdict::Breach => j.breached,
        ExpectedVerdict::Late => !j.late.is_empty(),
        ExpectedVerdict::Undetermined => {
            let perhaps = j.perhaps_breach() || j.perhaps_shortfall();
            j.verdict == Verdict::Undetermined || j.in_doubt || perhaps
        }
        ExpectedVerdict::Shortfall => !j.shortfall.is_empty(),
        ExpectedVerdict::Pending => j.verdict == Verdict::Pending,
        ExpectedVerdict::Conflict => j.clauses.is_conflict() || j.dilemma,
        ExpectedVerdict::Stuck => false,
    }
}

/// A verdict with its flags.
/// The messages of expectations are English, as those of all findings.
fn english_verdict(j: &Judgment) -> String {
    j.words().join(", ")
}

fn due(due: Option<Deadline>) -> String {
    due.map_or(String::new(), |d| format!(", due {}", told(d)))
}

/// As the messages of expectations tell it, in English.
fn told(d: Deadline) -> String {
    crate::words::english_deadline(d)
}

impl Case {
    /// A verdict in words: `breach, late`.
    pub(crate) fn verdict_words(&self, j: &Judgment) -> String {
        let words: Vec<&str> = j
            .words()
            .into_iter()
            .map(|w| self.words().verdict(w))
            .collect();
        self.words().list(&words)
    }

    /// An act whose unsaid arguments may be anything.
    pub(crate) fn tentative_open(&self, input: &ActInput) -> crate::Occurrence {
        let mut o = self.tentative(input);
        for (i, v) in o.args.iter_mut().enumerate() {
            let said = input.args.get(i).is_some_and(Option::is_some);
            if !said && *v == Value::None {
                *v = Value::Undetermined(crate::ClauseSet::default());
            }
        }
        o
    }

    /// The same, to whomever it may be addressed where that is not said.
    fn tentative_to_any(&self, input: &ActInput) -> Vec<crate::Occurrence> {
        let open = self.tentative_open(input);
        let mut ways = Vec::new();
        if let (ActKind::Act(a), None) = (&input.act, input.to)
            && let Some(act) = self.program().acts.get(a.index())
        {
            let to = self.state().of_kinds(&act.to);
            ways.extend(to.into_iter().map(|to| crate::Occurrence {
                to: Some(to),
                ..open.clone()
            }));
        }
        ways.push(open);
        ways
    }

    /// The act with its unsaid entity arguments filled in every way.
    pub(crate) fn ways(&self, input: &ActInput) -> Vec<ActInput> {
        let ActKind::Act(a) = input.act else {
            return vec![input.clone()];
        };
        let Some(act) = self.program().acts.get(a.index()) else {
            return vec![input.clone()];
        };
        let mut base = input.clone();
        base.args.resize(act.params.len(), None);
        let mut ways = vec![base];
        for (i, (_, ty, default)) in act.params.iter().enumerate() {
            let said = input.args.get(i).is_some_and(Option::is_some);
            let opened = act.opens.is_some_and(|(o, _)| o == i);
            let rogatio_mir::Ty::Entity(kinds) = ty else {
                continue;
            };
            if said || opened || default.is_some() {
                continue;
            }
            let elements = self.state().of_kinds(kinds);
            if elements.is_empty() || ways.len().saturating_mul(elements.len()) > MOST_WAYS {
                continue;
            }
            ways = ways
                .into_iter()
                .flat_map(|w| {
                    elements.iter().map(move |e| {
                        let mut w = w.clone();
                        if let Some(slot) = w.args.get_mut(i) {
                            *slot = Some(Value::Entity(*e));
                        }
                        w
                    })
                })
                .collect();
        }
        if !act.to.is_empty() && input.to.is_none() {
            let whom = self.state().of_kinds(&act.to);
            if !whom.is_empty() && ways.len().saturating_mul(whom.len()) <= MOST_WAYS {
                ways = ways
                    .into_iter()
                    .flat_map(|w| {
                        whom.iter().map(move |e| ActInput {
                            to: Some(*e),
                            ..w.clone()
                        })
                    })
                    .collect();
            }
        }
        ways
    }
}
