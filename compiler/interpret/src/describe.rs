//! Conditions and sets in words, their variables replaced by what they stand for.

use crate::eval::Eval;
use crate::words::Words;
use crate::{Case, Entity, Env, Key, Moment, Value};
use rogatio_calendar::Length;
use rogatio_mir::{
    ArithOp, CmpOp, DecisionId, Domain, EdgeId, Guard, HistRead, Op, StatusId, VarId,
};

/// Nested deeper than this, a condition is abridged.
const DEEPEST: u32 = 24;

impl Case {
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
}

/// A condition on its way into words.
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

    fn call(&mut self, name: &str, gs: &[Guard], env: &Env) -> String {
        self.words().call(name, &self.texts(gs, env))
    }

    fn texts(&mut self, gs: &[Guard], env: &Env) -> Vec<String> {
        gs.iter().map(|g| self.text(*g, env)).collect()
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
        self.call(self.case.status_called(s), gs, env)
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
        let length = self.text(length, env);
        Some(self.words().held_for(&what, &length))
    }

    fn hist(&mut self, h: rogatio_mir::HistId, gs: &[Guard], env: &Env) -> String {
        let shown = self.texts(gs, env);
        self.case.hist_called(h, &shown)
    }

    fn kinds(&self, kinds: &[rogatio_mir::KindId]) -> String {
        let names: Vec<&str> = kinds.iter().map(|k| self.case.kind_called(*k)).collect();
        self.words().any_kind(&names)
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
                let name = self.case.status_called(*s);
                self.words().those_with(&kinds, name)
            }
            _ => {
                let condition = self.text(cond, env);
                self.words().those_where(&var, &kinds, &condition)
            }
        }
    }

    fn is_var(&self, g: Option<Guard>, v: VarId) -> bool {
        g.and_then(|g| self.case.program().guards.get(g.index()))
            .is_some_and(|n| n.op == Op::Var(v))
    }

    fn decision(&mut self, d: DecisionId, s: Option<Guard>, env: &Env) -> String {
        let subject = s.map(|s| self.text(s, env));
        let name = self.case.decision_called(d);
        self.words().decision(name, subject.as_deref(), None)
    }

    fn words(&self) -> &'static dyn Words {
        self.case.words()
    }

    fn op(&mut self, g: Guard, env: &Env) -> String {
        let case = self.case;
        let program = case.program();
        let Some(node) = program.guards.get(g.index()) else {
            return "?".to_owned();
        };
        match &node.op {
            Op::Bool(b) => self.words().truth(*b).to_owned(),
            Op::Int(n) => case.show_as(&Value::Int(*n), &node.ty),
            Op::Day(d) => self.words().day(*d),
            Op::Instant(i) => i.to_string(),
            Op::Length(l) => self.words().length(*l),
            Op::Text(t) => format!("\"{t}\""),
            Op::None => self.words().no_value().to_owned(),
            Op::Chance(c) => c.to_string(),
            Op::Share(c, n, d) => self.words().share(*c, *n, *d),
            Op::Entity(e) => case.called(Entity(e.0)).to_owned(),
            Op::CaseEntity(name) => name.clone(),
            Op::Var(v) => match env.get(*v) {
                Some(
                    value @ (Value::Entity(_) | Value::Int(_) | Value::Text(_) | Value::Time(_)),
                ) => case.show_value(value),
                _ => case.var_name(*v).to_owned(),
            },
            Op::Now => self.words().now().to_owned(),
            Op::EventTime => env.event_time.map_or_else(
                || self.words().the_event().to_owned(),
                |m| self.words().moment(&m),
            ),
            Op::Not(a) => {
                let a = self.part(*a, env);
                self.words().negated(&a)
            }
            Op::And(gs) => match self.held(gs, env) {
                Some(held) => held,
                None => self.joined(
                    &self.besides_versions(gs, env, true),
                    self.words().and(),
                    env,
                ),
            },
            Op::Or(gs) => self.joined(
                &self.besides_versions(gs, env, false),
                self.words().or(),
                env,
            ),
            Op::Compare(CmpOp::Gt, a, b) if self.counts_past(*a, *b) => {
                match program.guards.get(a.index()).map(|n| &n.op) {
                    Some(Op::HistCount(h, gs)) => {
                        let what = self.hist(*h, gs, env);
                        self.words().has_happened(&what)
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
                let part = self.part(*part, env);
                let share = self.text(*share, env);
                let base = self.part(*base, env);
                self.words().share_of(&part, &share, &base)
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
                // A length that a define names is told by what it is.
                let base = self.text(*base, env);
                let length = match case.eval(*length, env) {
                    // What is counted on the second clock is counted from a reading, also from its first.
                    Value::Length(l @ Length::Elapsed(_)) => {
                        let read =
                            base.contains('@') || !base.starts_with(|c: char| c.is_ascii_digit());
                        let at = if read { "" } else { " @ 0 hours" };
                        return self.words().shifted(
                            &self.words().length(l),
                            *before,
                            &format!("{base}{at}"),
                        );
                    }
                    // No time after something is that itself.
                    Value::Length(l) if l.to_string().starts_with("0 ") => {
                        return base;
                    }
                    Value::Length(l) => self.words().length(l),
                    _ => self.text(*length, env),
                };
                self.words().shifted(&length, *before, &base)
            }
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => {
                let length = self.text(*length, env);
                let (base, skip) = (self.text(*base, env), self.part(*skip, env));
                self.words().shifted_outside(&length, &skip, *before, &base)
            }
            Op::Later(gs) => self.words().later(&self.texts(gs, env)),
            Op::Earlier(gs) => self.words().earlier(&self.texts(gs, env)),
            Op::Count(d, c) => self.words().count_of(&self.set(d, *c, env)),
            Op::Sum(d, c, w) => {
                let weight = self.text(*w, env);
                self.words().sum_over(&weight, &self.set(d, *c, env))
            }
            Op::Exists(d, c) => self.words().some(&self.set(d, *c, env)),
            Op::SetOf(d, c) => self.set(d, *c, env),
            Op::InSet { set, element } => {
                let element = self.part(*element, env);
                self.words().is_in(&element, &self.part(*set, env))
            }
            Op::ForAll(d, c, t) => {
                let set = self.set(d, *c, env);
                self.words().every(&set, &self.text(*t, env))
            }
            Op::Best(d, c, keys) => {
                let keys: Vec<(&str, String)> = keys
                    .iter()
                    .map(|(order, g)| (order.word(), self.part(*g, env)))
                    .collect();
                self.words().first_by(&self.set(d, *c, env), &keys)
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
            Op::StatusStart(s, gs) => self.words().start_of(&self.status(*s, gs, env), false),
            Op::StatusFirstStart(s, gs) => self.words().start_of(&self.status(*s, gs, env), true),
            Op::StatusEnd(s, gs) => self.words().end_of(&self.status(*s, gs, env)),
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
                        let element = self.part(*element, env);
                        self.words().is_in(&element, &field)
                    }
                    _ => field,
                }
            }
            Op::HistCount(h, gs) => self.words().count_of(&self.hist(*h, gs, env)),
            Op::HistTime(h, o, gs) => {
                let what = self.hist(*h, gs, env);
                self.words().ordinal_of(*o, &what)
            }
            Op::HistArg(h, o, _, gs) => self.words().value_of(*o, &self.hist(*h, gs, env)),
            Op::HistSum(h, _, gs) => self.words().sum_of(&self.hist(*h, gs, env)),
            Op::HistSince(h, time, gs) => {
                let time = self.part(*time, env);
                let those = self.words().those_since(&self.hist(*h, gs, env), &time);
                self.words().count_of(&those)
            }
            Op::HistInLast {
                hist,
                read,
                length,
                keys,
            } => {
                let of = self.hist(*hist, keys, env);
                let of = self.words().those_in_last(&of, &self.text(*length, env));
                match read {
                    HistRead::Count => self.words().count_of(&of),
                    HistRead::Time(o) => self.words().ordinal_of(*o, &of),
                    HistRead::Arg(o, _) => self.words().value_of(*o, &of),
                    HistRead::Sum(_) => self.words().sum_of(&of),
                }
            }
            Op::HistPick {
                hist,
                pick,
                from,
                keys,
            } => {
                let what = self.hist(*hist, keys, env);
                self.words().picked(*pick, &what, &self.part(*from, env))
            }
            Op::StatusPick {
                status,
                pick,
                from,
                keys,
            } => {
                let of = self.status(*status, keys, env);
                let which = self.words().picked(*pick, &of, &self.part(*from, env));
                match pick.end {
                    true => self.words().end_of(&which),
                    false => self.words().start_of(&which, false),
                }
            }
            Op::IsKind(e, kinds) => {
                let what = self.part(*e, env);
                self.words().is_a(&what, &self.kinds(kinds))
            }
            Op::InStage(i, p, stages) => {
                let names: Vec<&str> = stages.iter().map(|s| case.stage_name(*p, *s)).collect();
                let instance = self.part(*i, env);
                self.words().in_stages(&instance, &names)
            }
            Op::EnteredAt(i, p, s) => {
                format!("{}({})", case.stage_name(*p, *s), self.text(*i, env))
            }
            Op::NormIs(n, keys, s) => {
                let keys: Vec<Guard> = keys.iter().flatten().copied().collect();
                let norm = self.call(&case.norm_called(*n), &keys, env);
                self.words().norm_is(&norm, self.words().norm_state(*s))
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let set = case.roll_set_name(*decision, set);
                let voter = self.part(*voter, env);
                let decision = self.decision(*decision, *subject, env);
                self.words().on_roll(&voter, &set, &decision)
            }
            Op::Weight { voter, .. } => self.words().votes_of(&self.part(*voter, env)),
            Op::OutcomeIs(d, s, o) => {
                let decision = self.decision(*d, *s, env);
                self.words().had_outcome(&decision, *o)
            }
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => {
                let decision = self.decision(*decision, *subject, env);
                self.words().was_pivotal(&self.part(*voter, env), &decision)
            }
            Op::Certain(d, s, outcome) => {
                let what = self.decision(*d, *s, env);
                self.words().is_certain(&what, *outcome)
            }
            Op::DecisionOpen(d, s) => {
                let decision = self.decision(*d, *s, env);
                self.words().is_open(&decision)
            }
            Op::IsNone(a) => self.words().is_none(&self.part(*a, env)),
            // What was found, else supplied: one name for both.
            Op::OrElse(_, b) if self.case.is_finding(*b) => self.text(*b, env),
            Op::OrElse(a, b) => {
                let value = self.part(*a, env);
                self.words().or_else(&value, &self.part(*b, env))
            }
            Op::Table { rows, .. } => self.words().table_of(rows.len()),
            Op::Except(base, arms) => {
                let rule = self.part(*base, env);
                let arms: Vec<(String, String)> = arms
                    .iter()
                    .map(|(c, v)| (self.part(*v, env), self.part(*c, env)))
                    .collect();
                self.words().with_exceptions(&rule, &arms)
            }
            Op::InVersion(v, _) => self.words().in_force(&case.version_name(*v)),
            Op::ByVersion(list) => {
                let live = list
                    .iter()
                    .find(|(v, _)| Eval::new(case).in_version(*v, false, env).is_true());
                match live.or(list.first()) {
                    Some((_, g)) => self.text(*g, env),
                    None => "?".to_owned(),
                }
            }
            Op::NotStated(text) => self.words().not_stated(text),
            Op::Dates(dates) => dates.to_string(),
            Op::DatesRange(a, b) if a == b => self.part(*a, env),
            Op::DatesRange(a, b) => {
                let from = self.part(*a, env);
                self.words().between(&from, &self.part(*b, env))
            }
            Op::DatesJoin(join, a, b) => {
                let a = self.part(*a, env);
                self.words().joined_dates(*join, &a, &self.part(*b, env))
            }
            Op::InDates(t, dates) => {
                let t = self.part(*t, env);
                self.words().is_in(&t, &self.part(*dates, env))
            }
            Op::DatesPick { dates, pick, from } => {
                let dates = self.part(*dates, env);
                self.words().picked(*pick, &dates, &self.part(*from, env))
            }
            Op::DatePart(part, t) => self.words().date_part(*part, &self.text(*t, env)),
            Op::Digit(n) => format!("digit({})", self.text(*n, env)),
            Op::Parameter(i) => format!("parameter {i}"),
        }
    }
}
