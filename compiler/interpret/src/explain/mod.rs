//! Why (R59): a tree of reasons, each with its provision and date.

mod decision;
mod guard;
mod history;
mod set;
mod status;
mod table;

use guard::Explainer;

use crate::eval::{Eval, Scheduled};
use crate::state::{Cause, CauseKind, Interval, SlotWhen};
use crate::{
    Case, DutyId, DutyInstance, Entity, Env, Key, Moment, Occurrence, OccurrenceId, Truth, Value,
};
use rogatio_mir::{
    CmpOp, DecisionId, DefineId, Domain, Guard, HistId, Latch, NormId, NormState, Op, Ordinal,
    ProvisionId, RuleId, StatusId, TimerId,
};

/// Deeper reasons are left out.
const DEEPEST: u32 = 32;
/// More conditions than this are not taken apart for one answer.
const MOST_CONDITIONS: u32 = 2_000;
/// More elements than this are counted, not named.
const MOST_NAMES: usize = 5;

/// What a reason says of its text.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    /// It is so.
    Holds,
    /// It is not so.
    Fails,
    /// It cannot be said.
    Open,
    /// A value.
    Value,
    /// Something that happened and brought the rest about.
    Event,
}

/// A reason with the reasons for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In words.
    pub text: String,
    /// What it says.
    pub kind: ReasonKind,
    /// The provision it rests on.
    pub provision: Option<ProvisionId>,
    /// Since when, or when.
    pub moment: Option<Moment>,
    /// Rests on something recalled rather than documented.
    pub recalled: bool,
    /// Further provisions without a text of their own.
    pub also: Vec<ProvisionId>,
    /// The reasons for it.
    pub children: Vec<Reason>,
}

impl Reason {
    fn new(kind: ReasonKind, text: impl Into<String>, provision: Option<ProvisionId>) -> Reason {
        Reason {
            text: text.into(),
            kind,
            provision,
            moment: None,
            recalled: false,
            also: Vec::new(),
            children: Vec::new(),
        }
    }

    /// That something is so, without more than the provisions it rests on.
    pub(crate) fn resting_on(text: impl Into<String>, provisions: Vec<ProvisionId>) -> Reason {
        let mut r = Reason::new(ReasonKind::Holds, text, None);
        r.also = provisions;
        r
    }

    /// Every provision in the tree, nearest to the root first.
    #[must_use]
    pub fn provisions(&self) -> Vec<ProvisionId> {
        let mut out = Vec::new();
        let mut level = vec![self];
        while !level.is_empty() {
            for r in &level {
                for p in r.provision.iter().chain(&r.also) {
                    if !out.contains(p) {
                        out.push(*p);
                    }
                }
            }
            level = level.into_iter().flat_map(|r| &r.children).collect();
        }
        out
    }

    /// The outermost parts that rest on other provisions than these; no events.
    pub(crate) fn elsewhere(self, own: &[ProvisionId], out: &mut Vec<Reason>) {
        let other = self.provision.is_some_and(|p| !own.contains(&p));
        if other && self.kind != ReasonKind::Event {
            if !out.contains(&self) {
                out.push(self);
            }
            return;
        }
        // An exception stands in one provision, and what it excepts from in another.
        if self.kind != ReasonKind::Event && self.also.iter().any(|p| !own.contains(p)) {
            let exception = Reason {
                children: Vec::new(),
                ..self.clone()
            };
            if !out.contains(&exception) {
                out.push(exception);
            }
        }
        for child in self.children {
            child.elsewhere(own, out);
        }
    }

    /// As lines with their depth, for printing.
    #[must_use]
    pub fn lines(&self) -> Vec<(usize, &Reason)> {
        let mut out = Vec::new();
        self.push_lines(0, &mut out);
        out
    }

    fn push_lines<'r>(&'r self, depth: usize, out: &mut Vec<(usize, &'r Reason)>) {
        out.push((depth, self));
        for c in &self.children {
            c.push_lines(depth + 1, out);
        }
    }

    fn with(mut self, children: impl IntoIterator<Item = Reason>) -> Reason {
        self.children.extend(children);
        self
    }

    fn at(mut self, moment: Moment) -> Reason {
        self.moment = Some(moment);
        self
    }
}

impl Case {
    /// How a provision is cited.
    #[must_use]
    pub fn cite(&self, p: ProvisionId) -> &str {
        self.program()
            .provisions
            .get(p.index())
            .map_or("", |p| p.cite.as_str())
    }

    /// Why a condition is as it is, or a value what it is.
    #[must_use]
    pub fn explain(&self, g: Guard, env: &Env) -> Reason {
        Explainer {
            case: self,
            depth: 0,
            budget: MOST_CONDITIONS,
        }
        .guard(g, env)
    }

    /// Why a verdict is as it is.
    #[must_use]
    pub fn explain_occurrence(&self, id: OccurrenceId) -> Option<Reason> {
        let o = self.occurrence(id)?;
        let words = self.verdict_words(&o.judgment);
        let mut r = Reason::new(
            ReasonKind::Event,
            self.words().act_is(&self.show_deed(o), &words),
            None,
        )
        .at(o.moment);
        r.recalled = o.recalled;
        r.also.clone_from(&o.judgment.reasons);
        r.children = o
            .judgment
            .text
            .iter()
            .map(|t| Reason::new(ReasonKind::Holds, t.clone(), None))
            .collect();
        Some(r)
    }

    /// Why an instance of a norm is in its state.
    #[must_use]
    pub fn explain_duty(&self, id: DutyId) -> Reason {
        let Some(d) = self.duty(id) else {
            return Reason::new(ReasonKind::Open, "?", None);
        };
        let norm = self.program().norms.get(d.norm.index());
        let w = self.words();
        let text = w.duty_is(
            &self.show_duty(id),
            w.norm_state(d.state),
            d.late,
            d.deadline(),
        );
        let mut r = Reason::new(ReasonKind::Holds, text, norm.map(|n| n.provision));
        r.moment = d.settled;
        r.children
            .extend(d.cause.parent.as_deref().map(|c| self.cause(c)));
        r.children.extend(self.ended(d));
        let mut done: Vec<_> = d.several.iter().flatten().filter_map(|x| x.done).collect();
        done.extend(d.fulfilled_by);
        done.sort_unstable();
        done.dedup();
        for o in done {
            r.children
                .push(Reason::new(ReasonKind::Event, self.show_dated(o), None));
        }
        let left = self.still_to_be_done_for(d);
        if !left.is_empty() && d.is_outstanding() {
            r.children
                .push(Reason::new(ReasonKind::Open, w.still_left(&left), None));
        }
        r
    }

    /// What ended the time of a duty that lapsed, or keeps breaching it; when it was released.
    fn ended(&self, d: &DutyInstance) -> Option<Reason> {
        let event = |text, moment| Reason::new(ReasonKind::Event, text, None).at(moment);
        let last = match d.violations.last() {
            Some(v) if d.state != NormState::Released => v.start,
            _ => d.settled?,
        };
        match (d.state, d.deadline()) {
            (NormState::Released, _) => {
                let (w, name) = (self.words(), self.show_duty(d.id));
                let text = w.duty_became(&name, w.norm_state(d.state), &last);
                let by = d.ended_by.as_deref().map(|c| self.cause(c));
                Some(event(text, last).with(by))
            }
            (NormState::Lapsed, Some(due)) => Some(event(self.words().nobody_by(due), last)),
            (NormState::Lapsed | NormState::Breached, _) => {
                let cause = self.cause(d.ended_by.as_deref()?);
                let text = match d.state {
                    NormState::Lapsed if d.done_on_the_day() => {
                        format!("not known to be before {}", cause.text)
                    }
                    NormState::Lapsed => self.words().time_ended_first(&cause.text),
                    _ => cause.text.clone(),
                };
                Some(Reason { text, ..cause })
            }
            _ => None,
        }
    }

    /// Why a prohibition is breached: the last act against it.
    pub(crate) fn breaking(&self, n: NormId, keys: &[Option<Value>]) -> Option<Reason> {
        let fits = |held: &[Value]| {
            let mut pairs = keys.iter().zip(held);
            pairs.all(|(w, k)| w.as_ref().is_none_or(|w| w == k))
        };
        let broke = |o: &&Occurrence| {
            let mut broken = o.judgment.broken.iter();
            broken.any(|(m, held)| *m == n && fits(held))
        };
        let o = self.occurrences().filter(broke).last()?;
        let words = self.verdict_words(&o.judgment);
        let text = self.words().act_is(&self.show_dated(o.id), &words);
        self.explain_occurrence(o.id).map(|r| Reason { text, ..r })
    }

    /// What brought something about, back to its first cause.
    #[must_use]
    pub fn cause(&self, c: &Cause) -> Reason {
        self.cause_to(c, 0)
    }

    fn cause_to(&self, c: &Cause, depth: u32) -> Reason {
        let p = self.program();
        let w = self.words();
        let text = match &c.what {
            CauseKind::Begin => w.since_beginning().to_owned(),
            CauseKind::Assumed => w.assumed().to_owned(),
            CauseKind::Given(g) => p
                .givens
                .get(g.index())
                .map_or("?".to_owned(), |g| w.given_changed(&g.name)),
            CauseKind::Occurrence(id) => self.show_dated(*id),
            CauseKind::Timer { timer, at, base } => {
                let timer = p.timers.get(timer.index());
                let how = timer.map_or(String::new(), |t| {
                    self.describe(t.at, &Env::new().at_event(*base))
                });
                w.time_is(&how, at)
            }
            CauseKind::Edge { edge, key, rise } => {
                let cond = self.show_edge(*edge, key, c.moment);
                w.became(&cond, *rise, &c.moment)
            }
            CauseKind::Started(s, key) => w.started(&self.show_status(*s, key), &c.moment),
            CauseKind::Ended(s, key) => w.ended(&self.show_status(*s, key), &c.moment),
            CauseKind::Entered(e, p, s) => {
                w.entered(self.called(*e), self.stage_name(*p, *s), &c.moment)
            }
            CauseKind::Left(e, p, s) => w.left(self.called(*e), self.stage_name(*p, *s), &c.moment),
            CauseKind::Opened(d, s) => w.opened(&self.show_decision(*d, *s), &c.moment),
            CauseKind::Closed(d, s, o) => {
                w.resulted(&self.show_decision(*d, *s), w.outcome(*o), &c.moment)
            }
            CauseKind::Norm(_, state, id) => {
                w.duty_became(&self.show_duty(*id), w.norm_state(*state), &c.moment)
            }
            CauseKind::Time => w.on(&c.moment),
        };
        let mut r = Reason::new(ReasonKind::Event, text, c.provision).at(c.moment);
        r.recalled = c.recalled;
        if depth < DEEPEST {
            r.children
                .extend(c.parent.as_deref().map(|p| self.cause_to(p, depth + 1)));
        }
        if let CauseKind::Timer { timer, base, .. } = &c.what {
            r.children.extend(self.armed_by(*timer, *base));
        }
        r
    }

    /// Why an interval began: `in_force since 1993-12-29`, then the rule's cause.
    pub(crate) fn interval(&self, s: StatusId, key: &Key, i: &Interval) -> Reason {
        let rule = i.rule.and_then(|r| self.program().rules.get(r.0 as usize));
        let value = i.value.as_ref().map(|v| self.show_status_value(s, v));
        let text = self
            .words()
            .since(&self.show_status(s, key), value.as_deref(), &i.start);
        let mut r = Reason::new(ReasonKind::Holds, text, rule.map(|r| r.provision)).at(i.start);
        r.recalled = i.cause.recalled;
        r.children.push(self.cause(&i.cause));
        r.children
            .extend(i.rule.and_then(|id| self.counted(id, &i.cause)));
        r
    }

    /// Why the filter held under which a timer was armed: `instruments >= 30`, as it was then.
    fn armed_by(&self, timer: TimerId, base: Moment) -> Option<Reason> {
        let program = self.program();
        program.rules_of(Latch::Timer(timer)).find_map(|(_, rule)| {
            let (hist, n, _) = self.count_in(rule.guard?)?;
            let n = usize::try_from(n).ok()?.checked_sub(1)?;
            self.state()
                .hists
                .get(hist.index())?
                .values()
                .find_map(|list| {
                    let push = list.list().get(n).filter(|p| p.moment == base)?;
                    push.why.as_deref().cloned()
                })
        })
    }

    /// The count that a rule waited for: `30th deposit by State`.
    fn counted(&self, rule: RuleId, _cause: &Cause) -> Option<Reason> {
        let rule = self.program().rules.get(rule.0 as usize)?;
        let (hist, n, _) = self.count_in(rule.guard?)?;
        let name = self.program().hists.get(hist.index())?.name.as_str();
        Some(Reason::new(
            ReasonKind::Event,
            self.words().the_nth(n, name),
            Some(rule.provision),
        ))
    }

    /// Whether a condition asks for one number of a count, and no larger one.
    pub(crate) fn counts_exactly(&self, g: Guard, count: Guard) -> bool {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Compare(CmpOp::Eq, a, b)) => *a == count || *b == count,
            Some(Op::And(gs)) => gs.iter().any(|g| self.counts_exactly(*g, count)),
            _ => false,
        }
    }

    /// `count(hist) = n` inside a condition: the history, the number, and the guard that counts.
    pub(crate) fn count_in(&self, g: Guard) -> Option<(HistId, i64, Guard)> {
        let guards = &self.program().guards;
        match &guards.get(g.index())?.op {
            Op::Compare(CmpOp::Eq | CmpOp::Ge, a, b) => {
                let count = |g: Guard| match &guards.get(g.index())?.op {
                    Op::HistCount(h, _) | Op::HistSince(h, ..) => Some((*h, g)),
                    _ => None,
                };
                let number = |g: Guard| match &guards.get(g.index())?.op {
                    Op::Int(n) => Some(*n),
                    _ => None,
                };
                let of = |a, b| {
                    let (h, g) = count(a)?;
                    Some((h, number(b)?, g))
                };
                of(*a, *b).or_else(|| of(*b, *a))
            }
            Op::And(gs) => gs.iter().find_map(|g| self.count_in(*g)),
            _ => None,
        }
    }
}
