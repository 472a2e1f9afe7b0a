//! Why not (R59): the least that would make it so.

use crate::eval::{Eval, as_int, flip};
use crate::state::SlotWhen;
use crate::step::outcome_name;
use crate::timer::firing_point;
use crate::{Case, Entity, Env, Key, Moment, Value};
use rogatio_mir::{
    CmpOp, DecisionId, DecisionOutcome, DefineId, Domain, Effect, Guard, HistId, Latch, NormState, On, Op, Ordinal,
    Position, ProcedureId, ProvisionId, RollSet, Rule, ShareCmp, StatusId, TimerId,
};

/// Chains of conditions longer than this are not followed.
const DEEPEST: u32 = 12;
/// So many candidates are named.
const MOST_NAMES: usize = 5;

/// How hard something is to come by: impossible parts first, then acts of others, then days.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Parts that nothing known can bring about.
    pub impossible: u32,
    /// Acts.
    pub acts: i64,
    /// Days to wait.
    pub days: i64,
}

impl Cost {
    fn plus(self, other: Cost) -> Cost {
        Cost {
            impossible: self.impossible.saturating_add(other.impossible),
            acts: self.acts.saturating_add(other.acts),
            days: self.days.max(other.days),
        }
    }
}

/// What sort of thing is missing.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum MissingKind {
    /// Nothing: it is so already.
    Nothing,
    /// Nothing known brings it about.
    Impossible,
    /// Acts.
    Acts,
    /// Time must pass.
    Wait,
    /// A fact from outside.
    Given,
    /// A text that is silent.
    Silent,
    /// All of the children.
    All,
    /// The children one after the other.
    Then,
}

/// Something missing, with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// In words; empty for a mere list of parts.
    pub text: String,
    /// What sort of thing.
    pub kind: MissingKind,
    /// The provision that asks for it.
    pub provision: Option<ProvisionId>,
    /// Its cost, parts included.
    pub cost: Cost,
    /// Its parts.
    pub children: Vec<Missing>,
}

impl Missing {
    fn nothing() -> Missing {
        Missing { text: String::new(), kind: MissingKind::Nothing, provision: None, cost: Cost::default(), children: Vec::new() }
    }

    fn one(kind: MissingKind, text: impl Into<String>, provision: Option<ProvisionId>, cost: Cost) -> Missing {
        Missing { text: text.into(), kind, provision, cost, children: Vec::new() }
    }

    fn impossible(text: impl Into<String>, provision: Option<ProvisionId>) -> Missing {
        Missing::one(MissingKind::Impossible, text, provision, Cost { impossible: 1, ..Cost::default() })
    }

    fn acts(n: i64, text: impl Into<String>, provision: Option<ProvisionId>) -> Missing {
        Missing::one(MissingKind::Acts, text, provision, Cost { acts: n, ..Cost::default() })
    }

    fn all(parts: impl IntoIterator<Item = Missing>) -> Missing {
        Missing::of(MissingKind::All, parts)
    }

    fn of(kind: MissingKind, parts: impl IntoIterator<Item = Missing>) -> Missing {
        let mut children: Vec<Missing> = Vec::new();
        for p in parts {
            if p.kind != MissingKind::Nothing && !children.contains(&p) {
                children.push(p);
            }
        }
        if children.len() == 1 {
            return children.swap_remove(0);
        }
        if children.is_empty() {
            return Missing::nothing();
        }
        let cost = children.iter().fold(Cost::default(), |c, m| {
            let sum = c.plus(m.cost);
            if kind == MissingKind::Then { Cost { days: c.days.saturating_add(m.cost.days), ..sum } } else { sum }
        });
        Missing { text: String::new(), kind, provision: None, cost, children }
    }

    fn cheapest(ways: impl IntoIterator<Item = Missing>) -> Option<Missing> {
        // Of equally cheap ways the first as written.
        ways.into_iter().reduce(|best, m| if m.cost < best.cost { m } else { best })
    }

    /// Nothing is missing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.kind == MissingKind::Nothing
    }

    /// All needs in one line: `1 more deposit (29 of 30), then 90 days`.
    #[must_use]
    pub fn summary(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        let parts: Vec<String> = self.children.iter().map(Missing::summary).filter(|s| !s.is_empty()).collect();
        parts.join(if self.kind == MissingKind::Then { ", then " } else { " and " })
    }

    /// As lines with their depth.
    #[must_use]
    pub fn lines(&self) -> Vec<(usize, &Missing)> {
        let mut out = Vec::new();
        self.push_lines(0, &mut out);
        out
    }

    fn push_lines<'m>(&'m self, depth: usize, out: &mut Vec<(usize, &'m Missing)>) {
        let deeper = if self.text.is_empty() { depth } else { depth + 1 };
        if !self.text.is_empty() {
            out.push((depth, self));
        }
        for c in &self.children {
            c.push_lines(deeper, out);
        }
    }
}

impl Case {
    /// The least that would make a condition true.
    #[must_use]
    pub fn missing(&self, g: Guard, env: &Env) -> Missing {
        Seeker { case: self, depth: 0 }.seek(g, env, true)
    }

    /// The least that would make a decision adopted.
    pub(crate) fn missing_outcome(&self, d: DecisionId, subject: Option<Entity>) -> Missing {
        Seeker { case: self, depth: 0 }.outcome(d, subject, DecisionOutcome::Adopted, None)
    }

    /// The least that would make an event of this sort happen.
    pub(crate) fn missing_event(&self, on: &On, guard: Option<Guard>, env: &Env) -> Missing {
        Seeker { case: self, depth: 0 }.event(on, guard, env, None)
    }
}

struct Seeker<'c> {
    case: &'c Case,
    depth: u32,
}

impl Seeker<'_> {
    /// The least that gives a condition the truth wanted.
    fn seek(&mut self, g: Guard, env: &Env, want: bool) -> Missing {
        let case = self.case;
        let truth = case.eval(g, env).truth();
        if (want && truth.is_true()) || (!want && truth.is_false()) {
            return Missing::nothing();
        }
        let provision = case.program().guards.get(g.index()).map(|n| n.provision);
        if self.depth >= DEEPEST {
            return Missing::impossible(self.words(g, env, want), provision);
        }
        self.depth += 1;
        let m = self.op(g, env, want, provision);
        self.depth -= 1;
        m
    }

    fn words(&self, g: Guard, env: &Env, want: bool) -> String {
        let text = self.case.describe(g, env);
        if want { text } else { format!("not {text}") }
    }

    fn op(&mut self, g: Guard, env: &Env, want: bool, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        let Some(node) = case.program().guards.get(g.index()) else { return Missing::impossible("?", None) };
        let generic = |this: &Self| {
            let words = this.words(g, env, want);
            match case.eval(g, env) {
                Value::Undetermined(c) => {
                    let why: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
                    let p = c.iter().next().map(|c| c.provision).or(provision);
                    Missing::one(MissingKind::Silent, why.join("; "), p, Cost { impossible: 1, ..Cost::default() })
                }
                _ => Missing::impossible(words, provision),
            }
        };
        match &node.op {
            Op::Not(a) => self.seek(*a, env, !want),
            Op::And(gs) | Op::Or(gs) => {
                let ways: Vec<Missing> = gs.iter().map(|g| self.seek(*g, env, want)).collect();
                if matches!(node.op, Op::And(_)) == want {
                    Missing::all(ways)
                } else {
                    Missing::cheapest(ways).unwrap_or_else(|| generic(self))
                }
            }
            Op::Compare(op, a, b) => self.compare(*op, *a, *b, env, want, provision).unwrap_or_else(|| generic(self)),
            Op::ShareCompare { part, share, base } => {
                self.share(*part, *share, *base, env, want, provision).unwrap_or_else(|| generic(self))
            }
            Op::Exists(d, c) if want => {
                let all = case.state().of_kinds(&d.kinds);
                let ways: Vec<Missing> =
                    all.into_iter().map(|e| self.seek(*c, &env.clone().with(d.var, Value::Entity(e)), true)).collect();
                Missing::cheapest(ways).unwrap_or_else(|| generic(self))
            }
            Op::Exists(d, c) => {
                let all = case.state().of_kinds(&d.kinds);
                let parts: Vec<Missing> =
                    all.into_iter().map(|e| self.seek(*c, &env.clone().with(d.var, Value::Entity(e)), false)).collect();
                Missing::all(parts)
            }
            Op::ForAll(d, c, t) => {
                let mut parts = Vec::new();
                for e in case.state().of_kinds(&d.kinds) {
                    let env = env.clone().with(d.var, Value::Entity(e));
                    let ways = if want {
                        vec![self.seek(*t, &env, true), self.seek(*c, &env, false)]
                    } else {
                        vec![Missing::all([self.seek(*c, &env, true), self.seek(*t, &env, false)])]
                    };
                    parts.extend(Missing::cheapest(ways));
                }
                if want { Missing::all(parts) } else { Missing::cheapest(parts).unwrap_or_else(|| generic(self)) }
            }
            Op::Call(d, gs) => self.call(*d, gs, env, want).unwrap_or_else(|| generic(self)),
            Op::Given(..) => {
                let text = format!("the given `{}` to be {want}", case.describe(g, env));
                Missing::one(MissingKind::Given, text, provision, Cost { acts: 1, ..Cost::default() })
            }
            Op::StatusOn(s, gs) => self.status(*s, gs, env, want).unwrap_or_else(|| generic(self)),
            Op::HistCount(h, gs) if want => self.more(*h, gs, env, 1, provision),
            Op::OnRoll { decision, subject, voter, set: RollSet::Ballot(i) } if want => {
                let name = case.program().decisions.get(decision.index()).and_then(|d| d.ballots.get(*i));
                let voter = case.describe(*voter, env);
                let subject = subject.and_then(|s| case.eval(s, env).entity());
                let on = case.show_decision(*decision, subject);
                Missing::acts(1, format!("vote({}) by {voter} in {on}", name.map_or("?", String::as_str)), provision)
            }
            Op::OutcomeIs(d, s, outcome) if want => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                self.outcome(*d, subject, *outcome, provision)
            }
            Op::InStage(i, p, stages) if want => self.stage(*i, *p, stages, env).unwrap_or_else(|| generic(self)),
            Op::NormIs(n, keys, NormState::Fulfilled) if want => {
                let keys: Vec<Option<Value>> = keys.iter().map(|k| k.map(|k| case.eval(k, env))).collect();
                let Some(norm) = case.program().norms.get(n.index()) else { return generic(self) };
                match case.latest_duty(*n, &keys) {
                    Some(d) if d.is_outstanding() => {
                        Missing::acts(1, format!("{} by {}", case.show_demand(&norm.demand), norm.who.text), Some(norm.provision))
                    }
                    _ => Missing::acts(2, format!("{} to arise and be fulfilled", norm.name), Some(norm.provision)),
                }
            }
            Op::IsNone(a) if !want => {
                let text = format!("{} to be set", case.describe(*a, env));
                Missing::acts(1, text, provision)
            }
            _ => generic(self),
        }
    }

    fn call(&mut self, d: DefineId, gs: &[Guard], env: &Env, want: bool) -> Option<Missing> {
        let define = self.case.program().defines.get(d.index())?;
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        let vars = define.params.iter().copied().chain(define.element.as_ref().map(|(v, _)| *v));
        for (var, g) in vars.zip(gs) {
            inner.bind(var, self.case.eval(*g, env));
        }
        Some(self.seek(define.value, &inner, want))
    }

    // ---- numbers and times ----------------------------------------------------------------------------------

    fn is_now(&self, g: Guard) -> bool {
        self.case.program().guards.get(g.index()).is_some_and(|n| n.op == Op::Now)
    }

    fn compare(
        &mut self,
        op: CmpOp,
        a: Guard,
        b: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        if self.is_now(b) {
            return self.compare(flip(op), b, a, env, want, provision);
        }
        let op = if want { op } else { negate(op) };
        if self.is_now(a) {
            if !matches!(op, CmpOp::Ge | CmpOp::Gt | CmpOp::Eq) {
                return Some(Missing::impossible("time does not run backwards", provision));
            }
            return Some(self.time(b, env, provision));
        }
        let (x, y) = (self.case.eval(a, env), self.case.eval(b, env));
        let ((xl, _), (yl, yh)) = (x.bounds()?, y.bounds()?);
        let need = match op {
            CmpOp::Ge => yh,
            CmpOp::Gt => yh.checked_add(1)?,
            CmpOp::Eq if xl < yl => yl,
            // The other side has to grow.
            CmpOp::Le => return self.grow(b, env, x.bounds()?.1, provision),
            CmpOp::Lt => return self.grow(b, env, x.bounds()?.1.checked_add(1)?, provision),
            _ => return None,
        };
        self.grow(a, env, need, provision)
    }

    /// What makes a number at least so large.
    fn grow(&mut self, g: Guard, env: &Env, need: i64, provision: Option<ProvisionId>) -> Option<Missing> {
        let case = self.case;
        let (have, _) = case.eval(g, env).bounds()?;
        let more = need.checked_sub(have)?;
        if more <= 0 {
            return Some(Missing::nothing());
        }
        let node = case.program().guards.get(g.index())?;
        let provision = if node.provision == ProvisionId(0) { provision } else { Some(node.provision) };
        match &node.op {
            Op::HistCount(h, gs) => {
                let mut m = self.more(*h, gs, env, more, provision);
                m.text = format!("{} ({have} of {need})", m.text);
                Some(m)
            }
            Op::Count(d, c) => Some(self.members(d, *c, env, more, have, need, provision)),
            Op::Sum(d, c, w) => self.weights(d, *c, *w, env, have, need, provision),
            Op::Call(d, gs) => {
                let define = case.program().defines.get(d.index())?;
                let mut inner = Env::new();
                for (var, g) in define.params.iter().zip(gs) {
                    inner.bind(*var, case.eval(*g, env));
                }
                self.grow(define.value, &inner, need, Some(define.provision))
            }
            Op::Arith(rogatio_mir::ArithOp::Add, a, b) => {
                let (bv, av) = (case.eval(*b, env).bounds()?.0, case.eval(*a, env).bounds()?.0);
                let ways = [self.grow(*a, env, need.checked_sub(bv)?, provision), self.grow(*b, env, need.checked_sub(av)?, provision)];
                Missing::cheapest(ways.into_iter().flatten())
            }
            _ => Some(Missing::acts(more, format!("{} to grow from {have} to {need}", case.describe(g, env)), provision)),
        }
    }

    fn more(&self, h: HistId, gs: &[Guard], env: &Env, n: i64, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        let shown: Vec<String> = gs.iter().map(|g| case.describe(*g, env)).collect();
        let name = case.program().hists.get(h.index()).map_or_else(String::new, |x| case.with_keys(&x.name, &x.keys, &shown));
        Missing::acts(n, format!("{n} more {name}"), provision)
    }

    #[allow(clippy::too_many_arguments)]
    fn members(
        &mut self,
        d: &Domain,
        cond: Guard,
        env: &Env,
        more: i64,
        have: i64,
        need: i64,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let case = self.case;
        let mut ways: Vec<(Missing, Entity)> = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            if !case.eval(cond, &env).truth().is_true() {
                ways.push((self.seek(cond, &env, true), e));
            }
        }
        ways.sort_by_key(|(m, _)| m.cost);
        let enough = usize::try_from(more).unwrap_or(usize::MAX);
        let names: Vec<&str> = ways.iter().take(MOST_NAMES).map(|(_, e)| case.entity_name(*e)).collect();
        let rest = if ways.len() > MOST_NAMES { ", …" } else { "" };
        let set = case.describe_set(d, cond, env);
        if ways.len() < enough {
            return Missing::impossible(format!("{more} more in {set} ({have} of {need}), and there are not so many"), provision);
        }
        let cost = ways.iter().take(enough).fold(Cost::default(), |c, (m, _)| c.plus(m.cost));
        let text = format!("{more} more in {set} ({have} of {need}): {}{rest}", names.join(", "));
        let children = ways.into_iter().take(enough.min(MOST_NAMES)).map(|(m, _)| m).filter(|m| !m.is_nothing()).collect();
        Missing { text, kind: MissingKind::Acts, provision, cost, children }
    }

    #[allow(clippy::too_many_arguments)]
    fn weights(
        &mut self,
        d: &Domain,
        cond: Guard,
        weight: Guard,
        env: &Env,
        have: i64,
        need: i64,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let mut ways: Vec<(i64, Missing, Entity)> = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            if !case.eval(cond, &env).truth().is_true() {
                let w = case.eval(weight, &env).bounds()?.0;
                ways.push((w, self.seek(cond, &env, true), e));
            }
        }
        // The heaviest first, the cheapest among them.
        ways.sort_by(|a, b| (b.0, a.1.cost).cmp(&(a.0, b.1.cost)));
        let (mut sum, mut cost, mut names, mut n) = (have, Cost::default(), Vec::new(), 0i64);
        for (w, m, e) in &ways {
            if sum >= need || *w <= 0 {
                break;
            }
            sum = sum.saturating_add(*w);
            cost = cost.plus(m.cost);
            n += 1;
            if names.len() < MOST_NAMES {
                names.push(case.entity_name(*e));
            }
        }
        let set = case.describe_set(d, cond, env);
        if sum < need {
            return Some(Missing::impossible(format!("{} more in {set} ({have} of {need})", need - have), provision));
        }
        let text = format!("{n} more in {set} ({have} of {need}): {}", names.join(", "));
        Some(Missing { text, kind: MissingKind::Acts, provision, cost, children: Vec::new() })
    }

    fn share(
        &mut self,
        part: Guard,
        share: Guard,
        base: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let (Value::Share(cmp, num, den), true) = (case.eval(share, env), want) else { return None };
        let (_, base_value) = case.eval(base, env).bounds()?;
        if base_value <= 0 {
            let more = self.grow(base, env, 1, provision)?;
            return Some(more);
        }
        let wide = i128::from(num) * i128::from(base_value);
        let den = i128::from(den.max(1));
        let need = match cmp {
            // Rounded up; strictly more than a whole number is the next one.
            ShareCmp::AtLeast => wide.div_euclid(den) + i128::from(wide.rem_euclid(den) != 0),
            ShareCmp::MoreThan => wide.div_euclid(den) + 1,
            ShareCmp::AtMost | ShareCmp::LessThan => return None,
        };
        self.grow(part, env, i64::try_from(need).ok()?, provision)
    }

    /// What is missing for a time to come.
    fn time(&mut self, g: Guard, env: &Env, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        match case.eval(g, env) {
            Value::Time(m) => self.wait(m, provision),
            Value::Pending { .. } => self.known(g, env, provision),
            v => {
                let clauses = v.clauses();
                let why: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
                Missing::one(MissingKind::Silent, why.join("; "), provision, Cost { impossible: 1, ..Cost::default() })
            }
        }
    }

    fn wait(&self, m: Moment, provision: Option<ProvisionId>) -> Missing {
        if m.begins() <= self.case.now() {
            return Missing::nothing();
        }
        let days = m.day.days_since(self.case.state().now.day).max(0);
        Missing::one(MissingKind::Wait, format!("wait until {m}"), provision, Cost { days, ..Cost::default() })
    }

    /// What is missing for a pending time to be fixed.
    fn known(&mut self, g: Guard, env: &Env, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        if self.depth >= DEEPEST {
            return Missing::impossible(case.describe(g, env), provision);
        }
        let Some(node) = case.program().guards.get(g.index()) else { return Missing::impossible("?", provision) };
        if !matches!(case.eval(g, env), Value::Pending { .. }) {
            return Missing::nothing();
        }
        self.depth += 1;
        let p = Some(node.provision);
        let m = match &node.op {
            Op::Later(gs) => {
                let parts: Vec<Missing> = gs.iter().map(|g| self.known(*g, env, p)).collect();
                Missing::all(parts)
            }
            Op::Earlier(gs) => {
                let ways: Vec<Missing> = gs.iter().map(|g| self.known(*g, env, p)).filter(|m| !m.is_nothing()).collect();
                Missing::cheapest(ways).unwrap_or_else(Missing::nothing)
            }
            Op::Shift { before: false, length, base } => {
                let first = self.known(*base, env, p);
                let length = case.describe(*length, env);
                let then = Missing::one(MissingKind::Wait, length, p, Cost { days: 1, ..Cost::default() });
                Missing::of(MissingKind::Then, [first, then])
            }
            Op::Shift { base, .. } | Op::OrElse(base, _) => self.known(*base, env, p),
            Op::HistTime(h, o, gs) => {
                let need = match o {
                    Ordinal::Nth(n) => i64::from(*n),
                    _ => 1,
                };
                let have = match Eval::new(case).key(gs, &mut env.clone()) {
                    Ok(key) => case.state().hists.get(h.index()).and_then(|m| m.get(&key)).map_or(0, Vec::len),
                    Err(_) => 0,
                };
                let have = as_int(have);
                let mut m = self.more(*h, gs, env, (need - have).max(1), p);
                if need > 1 {
                    m.text = format!("{} ({have} of {need})", m.text);
                }
                m
            }
            Op::StatusStart(s, gs) | Op::StatusFirstStart(s, gs) => {
                self.status(*s, gs, env, true).unwrap_or_else(|| Missing::impossible(case.describe(g, env), p))
            }
            Op::StatusEnd(s, gs) => {
                self.status(*s, gs, env, false).unwrap_or_else(|| Missing::impossible(case.describe(g, env), p))
            }
            Op::Call(d, gs) => match case.program().defines.get(d.index()) {
                Some(define) => {
                    let mut inner = Env::new();
                    for (var, g) in define.params.iter().zip(gs) {
                        inner.bind(*var, case.eval(*g, env));
                    }
                    self.known(define.value, &inner, p)
                }
                None => Missing::impossible("?", p),
            },
            _ => Missing::acts(1, case.describe(g, env), p),
        };
        self.depth -= 1;
        m
    }

    // ---- statuses and events --------------------------------------------------------------------------------

    fn status(&mut self, s: StatusId, gs: &[Guard], env: &Env, want: bool) -> Option<Missing> {
        let case = self.case;
        let status = case.program().statuses.get(s.index())?;
        let key = Eval::new(case).key(gs, &mut env.clone()).ok()?;
        let mut inner = Env::new();
        for (d, e) in status.keys.iter().zip(&key) {
            inner.bind(d.var, case.state().key_value(*e));
        }
        if let Some(level) = status.level {
            return Some(self.seek(level, &inner, want));
        }
        let rules: Vec<&Rule> = case.program().rules_of(Latch::Status(s)).map(|(_, r)| r).collect();
        let mut ways = Vec::new();
        for rule in rules {
            let keys = match (&rule.effect, want) {
                (Effect::Start(keys, _), true) | (Effect::End(keys), false) => keys,
                _ => continue,
            };
            if let Some(env) = self.rule_env(keys, &key) {
                ways.push(self.event(&rule.on, rule.guard, &env, Some(&key)));
            }
        }
        Missing::cheapest(ways)
    }

    /// The variables of a rule, as far as the key it writes tells them.
    fn rule_env(&self, keys: &[Guard], key: &Key) -> Option<Env> {
        let case = self.case;
        let mut env = Env::new();
        for (g, e) in keys.iter().zip(key) {
            let value = case.state().key_value(*e);
            match case.program().guards.get(g.index()).map(|n| &n.op) {
                Some(Op::Var(v)) => env.bind(*v, value),
                _ if case.eval(*g, &env) == value => {}
                _ => return None,
            }
        }
        Some(env)
    }

    /// The least that would make an event happen.
    fn event(&mut self, on: &On, guard: Option<Guard>, env: &Env, key: Option<&Key>) -> Missing {
        if self.depth >= DEEPEST {
            return Missing::impossible("…", None);
        }
        self.depth += 1;
        let m = self.event_of(on, guard, env, key);
        self.depth -= 1;
        m
    }

    fn event_of(&mut self, on: &On, guard: Option<Guard>, env: &Env, key: Option<&Key>) -> Missing {
        let case = self.case;
        let program = case.program();
        let conditions = |this: &mut Self| match guard {
            // Conditions about the act itself are part of the act.
            Some(g) if case.index().free(g).iter().all(|v| env.get(*v).is_some()) => this.seek(g, env, true),
            _ => Missing::nothing(),
        };
        match on {
            On::Act { act, matches, .. } => {
                let Some(act) = program.acts.get(act.index()) else { return Missing::impossible("?", None) };
                let counted = guard.and_then(|g| case.count_in(g));
                if let Some((h, n)) = counted {
                    let have = case.state().hists.get(h.index()).and_then(|m| m.get(&Key::new())).map_or(0, Vec::len);
                    let have = as_int(have);
                    if have < n {
                        let name = program.hists.get(h.index()).map_or("?", |h| h.name.as_str());
                        let text = format!("{} more {name} ({have} of {n})", n - have);
                        return Missing::acts(n - have, text, Some(act.provision));
                    }
                }
                let mut text = act.name.clone();
                for (p, m) in matches {
                    let Some(shown) = self.shown_match(m, env) else { continue };
                    match p {
                        Position::Actor => text.push_str(&format!(" by {shown}")),
                        Position::For => text.push_str(&format!(" for {shown}")),
                        Position::To => text.push_str(&format!(" to {shown}")),
                        Position::Arg(_) => text.push_str(&format!(" ({shown})")),
                    }
                }
                let more = conditions(self);
                Missing::all([Missing::acts(1, text, Some(act.provision)), more])
            }
            On::Timer(t, _) => {
                let timer = self.timer(*t, env, key);
                let more = conditions(self);
                Missing::all([timer, more])
            }
            On::Rise(e, binds) | On::Fall(e, binds) => {
                let Some(edge) = program.edges.get(e.index()) else { return Missing::impossible("?", None) };
                let mut inner = Env::new();
                for (d, m) in edge.keys.iter().zip(binds) {
                    let bound = match m {
                        rogatio_mir::Match::Bind(v, _) => env.get(*v).cloned(),
                        rogatio_mir::Match::Is(g) => Some(case.eval(*g, env)),
                        rogatio_mir::Match::Any => None,
                    };
                    if let Some(v) = bound {
                        inner.bind(d.var, v);
                    }
                }
                let cond = self.seek(edge.cond, &inner, matches!(on, On::Rise(..)));
                let more = conditions(self);
                Missing::all([cond, more])
            }
            On::Started(s, _) => self.named(format!("{} to start", case.show_status(*s, &[])), conditions),
            On::Ended(s, _) => self.named(format!("{} to end", case.show_status(*s, &[])), conditions),
            On::Enter(p, s, _) => self.named(format!("the stage {}", case.stage_name(*p, *s)), conditions),
            On::Leave(p, s, _) => self.named(format!("the end of the stage {}", case.stage_name(*p, *s)), conditions),
            On::Outcome(d, o, m) => {
                let subject = match m {
                    rogatio_mir::Match::Bind(v, _) => env.get(*v).and_then(Value::entity),
                    rogatio_mir::Match::Is(g) => case.eval(*g, env).entity(),
                    rogatio_mir::Match::Any => None,
                };
                let outcome = self.outcome(*d, subject, *o, None);
                let more = conditions(self);
                Missing::all([outcome, more])
            }
            On::Opened(d, _) => self.named(format!("{} to open", case.show_decision(*d, None)), conditions),
            On::Norm(n, s, _) => {
                let name = program.norms.get(n.index()).map_or("?", |n| n.name.as_str());
                self.named(format!("{name} to be {}", crate::show::state_name(*s)), conditions)
            }
            On::Begin => Missing::impossible("the case has begun", None),
        }
    }

    fn named(&mut self, text: String, conditions: impl FnOnce(&mut Self) -> Missing) -> Missing {
        let more = conditions(self);
        Missing::all([Missing::acts(1, text, None), more])
    }

    fn shown_match(&self, m: &rogatio_mir::Match, env: &Env) -> Option<String> {
        match m {
            rogatio_mir::Match::Any => None,
            rogatio_mir::Match::Bind(v, _) => env.get(*v).map(|v| self.case.show_value(v)),
            rogatio_mir::Match::Is(g) => Some(self.case.describe(*g, env)),
        }
    }

    fn timer(&mut self, t: TimerId, env: &Env, key: Option<&Key>) -> Missing {
        let case = self.case;
        let Some(timer) = case.program().timers.get(t.index()) else { return Missing::impossible("?", None) };
        let p = Some(timer.provision);
        let own: Option<Key> =
            timer.keys.iter().map(|d| env.get(d.var).map(|v| case.state().key_item(v))).collect();
        let key = own.as_ref().or(key).cloned().unwrap_or_default();
        if let Some(slot) = case.state().slots.get(t.index()).and_then(|m| m.get(&key)) {
            let mut at = Env::new().at_event(slot.base);
            for (d, e) in timer.keys.iter().zip(&key) {
                at.bind(d.var, case.state().key_value(*e));
            }
            for (v, value) in &slot.carried {
                at.bind(*v, value.clone());
            }
            return match &slot.when {
                SlotWhen::At(m, point) => {
                    let days = point.dated().days_since(case.state().now.day).max(0);
                    Missing::one(MissingKind::Wait, format!("wait until {m}"), p, Cost { days, ..Cost::default() })
                }
                SlotWhen::Waiting => self.known(timer.at, &at, p),
                SlotWhen::Unknown(c) => {
                    let why: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
                    Missing::one(MissingKind::Silent, why.join("; "), p, Cost { impossible: 1, ..Cost::default() })
                }
            };
        }
        let rules: Vec<&Rule> = case.program().rules_of(Latch::Timer(t)).map(|(_, r)| r).collect();
        let mut ways = Vec::new();
        for rule in rules {
            let Effect::Arm(keys) = &rule.effect else { continue };
            let Some(env) = self.rule_env(keys, &key) else { continue };
            let first = self.event(&rule.on, rule.guard, &env, Some(&key));
            ways.push(first);
        }
        let Some(first) = Missing::cheapest(ways) else { return Missing::impossible(timer.name.clone(), p) };
        let then = self.then(timer.at, env);
        Missing::of(MissingKind::Then, [first, then])
    }

    /// The time that runs after the arming event: `90 days`.
    fn then(&self, at: Guard, env: &Env) -> Missing {
        let case = self.case;
        let Some(node) = case.program().guards.get(at.index()) else { return Missing::nothing() };
        let p = Some(node.provision);
        match &node.op {
            Op::EventTime => Missing::nothing(),
            Op::Shift { length, .. } => {
                let days = match case.eval(*length, env) {
                    Value::Length(l) => l.as_period().map_or(1, |p| i64::from(p.months) * 30 + i64::from(p.days)),
                    _ => 1,
                };
                let text = case.describe(*length, env);
                Missing::one(MissingKind::Wait, text, p, Cost { days, ..Cost::default() })
            }
            _ => Missing::one(MissingKind::Wait, case.describe(at, env), p, Cost { days: 1, ..Cost::default() }),
        }
    }

    // ---- decisions and stages -------------------------------------------------------------------------------

    fn outcome(
        &mut self,
        d: DecisionId,
        subject: Option<Entity>,
        outcome: DecisionOutcome,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let case = self.case;
        let Some(decision) = case.program().decisions.get(d.index()) else { return Missing::impossible("?", None) };
        let p = provision.or(Some(decision.provision));
        let name = case.show_decision(d, subject);
        let Some(opening) = case.opening(d, subject) else {
            return Missing::acts(1, format!("{name} to open and be {}", outcome_name(outcome)), p);
        };
        let mut env = Env::new().at_event(opening.opened);
        if let (Some(dom), Some(s)) = (&decision.subject, subject) {
            env.bind(dom.var, Value::Entity(s));
        }
        let mut parts = Vec::new();
        if outcome == DecisionOutcome::Adopted {
            match &decision.consensus {
                Some(c) if !opening.second_step => {
                    let text = if opening.objections.is_empty() {
                        "consensus to be declared".to_owned()
                    } else {
                        let names: Vec<&str> = opening.objections.iter().map(|e| case.entity_name(*e)).collect();
                        format!("{} to withdraw the objection, or a vote", names.join(", "))
                    };
                    parts.push(Missing::acts(1, text, Some(c.provision)));
                }
                _ => {
                    for g in case.passing_parts(d) {
                        parts.push(self.seek(g, &env, true));
                    }
                }
            }
        }
        let mut closings = Vec::new();
        for c in &decision.closes {
            closings.push(match c {
                rogatio_mir::Closing::At(g, firing) => match case.eval(*g, &env) {
                    Value::Time(m) if firing_point(m, *firing) > case.now() => {
                        let days = m.day.days_since(case.state().now.day).max(0);
                        Missing::one(MissingKind::Wait, format!("{name} closes on {m}"), p, Cost { days, ..Cost::default() })
                    }
                    _ => self.known(*g, &env, p),
                },
                rogatio_mir::Closing::Upon(on, g) => self.event(on, *g, &env, None),
                rogatio_mir::Closing::AllVoted => Missing::acts(1, format!("all have voted in {name}"), p),
                rogatio_mir::Closing::Certain => Missing::acts(1, format!("the outcome of {name} to be certain"), p),
                rogatio_mir::Closing::When(g) => self.seek(*g, &env, true),
            });
        }
        let close = Missing::cheapest(closings).unwrap_or_else(Missing::nothing);
        Missing::of(MissingKind::Then, [Missing::all(parts), close])
    }

    fn stage(&mut self, i: Guard, p: ProcedureId, stages: &[u32], env: &Env) -> Option<Missing> {
        let case = self.case;
        let e = case.eval(i, env).entity()?;
        let instance = case.state().instances.get(&e)?;
        let procedure = case.program().procedures.get(p.index())?;
        let stage = procedure.stages.get(instance.stage as usize)?;
        let base = Env::new().with(procedure.this, Value::Entity(e));
        let mut ways = Vec::new();
        for t in stage.transitions.iter().filter(|t| stages.contains(&t.target)) {
            for on in &t.on {
                ways.push(self.event(on, t.guard, &base, Some(&vec![e])));
            }
        }
        Missing::cheapest(ways).or_else(|| {
            let name = stages.first().map_or("?", |s| case.stage_name(p, *s));
            let text = format!("{} to become {name} (it is {})", case.entity_name(e), stage.name);
            let dead = stage.transitions.is_empty();
            Some(if dead { Missing::impossible(text, Some(stage.provision)) } else { Missing::acts(2, text, Some(stage.provision)) })
        })
    }
}

fn negate(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Eq => CmpOp::Ne,
        CmpOp::Ne => CmpOp::Eq,
        CmpOp::Lt => CmpOp::Ge,
        CmpOp::Le => CmpOp::Gt,
        CmpOp::Gt => CmpOp::Le,
        CmpOp::Ge => CmpOp::Lt,
    }
}

