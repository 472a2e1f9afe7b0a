//! Reasons for conditions and values.

use super::*;

pub(super) struct Explainer<'c> {
    pub(super) case: &'c Case,
    pub(super) depth: u32,
    /// Conditions that may still be explained.
    pub(super) budget: u32,
}

impl Explainer<'_> {
    pub(super) fn guard(&mut self, g: Guard, env: &Env) -> Reason {
        let case = self.case;
        let value = case.eval(g, env);
        let provision = case.program().guards.get(g.index()).map(|n| n.provision);
        if self.depth >= DEEPEST || self.budget == 0 {
            return self.plain(g, env, &value, provision);
        }
        self.budget -= 1;
        self.depth += 1;
        let r = self.op(g, env, &value, provision);
        self.depth -= 1;
        r
    }

    pub(super) fn plain(
        &self,
        g: Guard,
        env: &Env,
        value: &Value,
        provision: Option<ProvisionId>,
    ) -> Reason {
        let text = self.case.describe(g, env);
        match value {
            Value::Bool(true) => Reason::new(ReasonKind::Holds, text, provision),
            Value::Bool(false) => {
                Reason::new(ReasonKind::Fails, self.case.unmet(g, env), provision)
            }
            Value::Undetermined(c) => {
                let mut r = Reason::new(
                    ReasonKind::Open,
                    self.case.words().is_undetermined(&text),
                    provision,
                );
                r.children = c
                    .iter()
                    .map(|c| {
                        Reason::new(
                            ReasonKind::Open,
                            self.case.said(&c.text).into_owned(),
                            Some(c.provision),
                        )
                    })
                    .collect();
                r
            }
            v => {
                let shown = self.case.show_value_of(g, v);
                let text = if shown == text {
                    text
                } else {
                    format!("{text} = {shown}")
                };
                Reason::new(ReasonKind::Value, text, provision)
            }
        }
    }

    pub(super) fn each(&mut self, gs: impl IntoIterator<Item = Guard>, env: &Env) -> Vec<Reason> {
        let worth: Vec<Guard> = gs.into_iter().filter(|g| !self.is_constant(*g)).collect();
        worth.into_iter().map(|g| self.guard(g, env)).collect()
    }

    /// What needs no reason: it is the same always, or is what the sentence speaks of.
    pub(super) fn is_constant(&self, g: Guard) -> bool {
        let op = self.case.program().guards.get(g.index()).map(|n| &n.op);
        op.is_none_or(|op| {
            op.is_constant()
                || matches!(
                    op,
                    Op::Share(..) | Op::Chance(_) | Op::Var(_) | Op::Now | Op::EventTime
                )
        })
    }

    /// A set of days that nothing in the case changes.
    fn is_calendar(&self, g: Guard) -> bool {
        let program = self.case.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Dates(_)) => true,
            Some(Op::DatesJoin(_, a, b)) => self.is_calendar(*a) && self.is_calendar(*b),
            Some(Op::DatesRange(a, b)) => self.is_constant(*a) && self.is_constant(*b),
            Some(Op::Call(d, gs)) if gs.is_empty() => program
                .defines
                .get(d.index())
                .is_some_and(|d| self.is_calendar(d.value)),
            _ => false,
        }
    }

    /// The provisions that define a set of days.
    fn defined_in(&self, g: Guard) -> Vec<ProvisionId> {
        let program = self.case.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::DatesJoin(_, a, b)) => {
                let mut both = self.defined_in(*a);
                both.extend(self.defined_in(*b));
                both
            }
            Some(Op::Call(d, _)) => program.defines.get(d.index()).map_or_else(Vec::new, |d| {
                let mut all = vec![d.provision];
                all.extend(self.defined_in(d.value));
                all
            }),
            _ => Vec::new(),
        }
    }

    pub(super) fn op(
        &mut self,
        g: Guard,
        env: &Env,
        value: &Value,
        provision: Option<ProvisionId>,
    ) -> Reason {
        let case = self.case;
        let Some(node) = case.program().guards.get(g.index()) else {
            return Reason::new(ReasonKind::Open, "?", None);
        };
        let plain = self.plain(g, env, value, provision);
        match &node.op {
            Op::And(gs) | Op::Or(gs) => {
                // Which text is in force goes without saying, and of several it is all there is.
                let gs = match self.in_force(&node.op, env) {
                    Some(live) if live.len() < gs.len() => match live.as_slice() {
                        [one] => return self.guard(*one, env),
                        _ => live,
                    },
                    _ => gs.clone(),
                };
                // Of a true `and` all count, of a false one those that are false; `or` the other way round.
                let wanted = value.truth();
                let same: Vec<Guard> = gs
                    .iter()
                    .copied()
                    .filter(|g| same_truth(&case.eval(*g, env).truth(), &wanted))
                    .collect();
                let one = matches!(&node.op, Op::Or(_)) == wanted.is_true();
                let chosen =
                    same.into_iter()
                        .take(if one && !matches!(wanted, Truth::Unknown(_)) {
                            1
                        } else {
                            usize::MAX
                        });
                let children = self.each(chosen, env);
                plain.with(children)
            }
            Op::Not(a) | Op::IsNone(a) => {
                let children = self.each([*a], env);
                plain.with(children)
            }
            Op::InDates(a, b)
            | Op::DatesRange(a, b)
            | Op::DatesJoin(_, a, b)
            | Op::DatesPick {
                dates: b, from: a, ..
            } => {
                // A set of days that the calendar fixes explains itself; who defines it is cited.
                let (fixed, worth): (Vec<Guard>, Vec<Guard>) =
                    [*a, *b].into_iter().partition(|g| self.is_calendar(*g));
                let mut plain = plain;
                plain
                    .also
                    .extend(fixed.into_iter().flat_map(|g| self.defined_in(g)));
                let children = self.each(worth, env);
                plain.with(children)
            }
            Op::DatePart(_, a) | Op::Digit(a) => {
                let children = self.each([*a], env);
                plain.with(children)
            }
            Op::Compare(_, a, b) | Op::Arith(_, a, b) | Op::OrElse(a, b) => {
                let children = self.each([*a, *b], env);
                plain.with(children)
            }
            Op::ShareCompare { part, share, base } => {
                let children = self.each([*part, *share, *base], env);
                plain.with(children)
            }
            Op::Shift { length, base, .. } => {
                let children = self.each([*length, *base], env);
                plain.with(children)
            }
            Op::ShiftOutside {
                length, base, skip, ..
            } => {
                let worth = [*length, *base, *skip];
                let worth = worth.into_iter().filter(|g| !self.is_calendar(*g));
                let children = self.each(worth.collect::<Vec<_>>(), env);
                plain.with(children)
            }
            Op::Later(gs) | Op::Earlier(gs) => {
                let children = self.each(gs.iter().copied(), env);
                plain.with(children)
            }
            Op::Count(d, c) | Op::Exists(d, c) => {
                let mut plain = plain;
                plain.also.extend(self.membership(d, *c, env));
                let children = self.members(d, *c, env);
                plain.with(children)
            }
            Op::Sum(d, c, w) => {
                let mut plain = plain;
                plain.also.extend(self.membership(d, *c, env));
                plain.also.push(self.rests_on(*w));
                let mut children = self.members(d, *c, env);
                // The weights that are not the ordinary ones, with the provision that gives them.
                for e in case.state().of_kinds(&d.kinds) {
                    let env = env.clone().with(d.var, Value::Entity(e));
                    let counts = !case.eval(*c, &env).truth().is_false();
                    let ordinary = case.eval(*w, &env) == Value::Int(1);
                    if counts && !ordinary && children.len() < 2 * MOST_NAMES {
                        let mut r = self.guard(*w, &env);
                        let value = case.show_value(&case.eval(*w, &env));
                        r.text = match case.program().guard(*w).op {
                            Op::Weight { .. } => case.words().weighs(case.called(e), &value),
                            _ => case.words().is(&case.describe(*w, &env), &value),
                        };
                        children.push(r);
                    }
                }
                plain.with(children)
            }
            Op::ForAll(d, c, t) => {
                let children = self.exceptions_to(d, *c, *t, env);
                plain.with(children)
            }
            Op::Weight {
                decision,
                subject,
                voter,
            } => {
                let subject = subject.and_then(|s| case.eval(s, env).entity());
                let found = case.weight_rule(*decision, subject, case.eval(*voter, env));
                let children = found.map(|(w, env)| self.guard(w, &env));
                plain.with(children)
            }
            Op::Best(d, c, keys) => {
                let all = Eval::new(case).contestants(d, *c, keys, &mut env.clone());
                let lines = all.iter().take(MOST_NAMES).map(|c| {
                    let keys: Vec<String> = c.keys.iter().map(|k| case.show_value(k)).collect();
                    let text = format!("{}: {}", case.called(c.entity), keys.join(", "));
                    Reason::new(ReasonKind::Value, text, provision)
                });
                let children: Vec<Reason> = lines.collect();
                plain.with(children)
            }
            Op::Call(d, gs) => self.call(*d, gs, env, plain),
            Op::Given(id, gs) => match Eval::new(case).text_of_given(*id, gs, &mut env.clone()) {
                Some((said, inner)) => {
                    let why = self.guard(said, &inner);
                    plain.with([why])
                }
                None => plain,
            },
            Op::StatusOn(s, gs)
            | Op::StatusValue(s, gs)
            | Op::StatusStart(s, gs)
            | Op::StatusFirstStart(s, gs)
            | Op::StatusEnd(s, gs) => self.status(*s, gs, env, plain),
            Op::StatusPick {
                status, keys, from, ..
            } => {
                let from = self.each([*from], env);
                self.status(*status, keys, env, plain).with(from)
            }
            Op::HistPick { hist, keys, .. } => {
                let children = self.push_at(*hist, keys, env, value);
                plain.with(children)
            }
            Op::HistCount(h, gs) if *value == Value::Int(0) => {
                let attempt = self.attempt(*h, gs, env);
                plain.with(attempt)
            }
            Op::HistCount(h, gs)
            | Op::HistSince(h, _, gs)
            | Op::HistSum(h, _, gs)
            | Op::HistInLast {
                hist: h, keys: gs, ..
            } => {
                let children = self.pushes(*h, gs, env, Ordinal::Last);
                plain.with(children)
            }
            Op::HistTime(h, o, gs) | Op::HistArg(h, o, _, gs) => {
                let children = self.pushes(*h, gs, env, *o);
                plain.with(children)
            }
            Op::InStage(i, ..) | Op::EnteredAt(i, ..) => {
                let instance = case
                    .eval(*i, env)
                    .entity()
                    .and_then(|e| case.state().instances.get(&e));
                let children = instance.map(|i| case.cause(&i.cause));
                plain.with(children)
            }
            Op::NormIs(n, keys, _) => {
                let keys: Vec<Option<Value>> =
                    keys.iter().map(|k| k.map(|k| case.eval(k, env))).collect();
                let children = case.latest_duty(*n, &keys).map(|d| case.explain_duty(d.id));
                // A prohibition has no instances: the act against it is the reason.
                plain.with(children.or_else(|| case.breaking(*n, &keys)))
            }
            Op::Certain(d, s, _) => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                let children = match case.certainty(*d, subject) {
                    Some(c) => {
                        let text = case
                            .words()
                            .certain(case.words().outcome(c.outcome), &c.because);
                        vec![Reason::new(ReasonKind::Holds, text, Some(c.provision))]
                    }
                    None => self.decision(*d, subject),
                };
                plain.with(children)
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                ..
            } => {
                let subject = subject.and_then(|s| case.eval(s, env).entity());
                let voter = case.eval(*voter, env).entity();
                let ballot = voter.and_then(|v| self.ballot(*decision, subject, v));
                plain.with(ballot)
            }
            Op::OutcomeIs(d, s, _) | Op::DecisionOpen(d, s) => {
                let subject = s.and_then(|s| case.eval(s, env).entity());
                let children = self.decision(*d, subject);
                plain.with(children)
            }
            Op::ByVersion(list) => {
                let live = list
                    .iter()
                    .find(|(v, _)| Eval::new(case).in_version(*v, false, env).is_true());
                match live {
                    // The text in force speaks for the name.
                    Some((_, g)) => self.guard(*g, env),
                    None => plain,
                }
            }
            Op::Table { hit, rows, .. } => {
                let rows = self.table(*hit, rows, env);
                plain.with(rows)
            }
            Op::Except(base, arms) => {
                let holds = |c: &Guard| case.eval(*c, env).truth().is_true();
                let mut holding = arms.iter().filter(|(c, _)| holds(c));
                match (holding.next(), holding.next()) {
                    // The clause that rules speaks for all, and what keeps the exceptions out is part of why it does.
                    (None, _) if value.clauses().is_empty() => {
                        let mut r = if self.is_constant(*base) {
                            self.plain(*base, env, value, provision)
                        } else {
                            self.guard(*base, env)
                        };
                        r.also.extend(provision);
                        r.children
                            .extend(arms.iter().map(|(c, _)| self.guard(*c, env)));
                        r
                    }
                    (Some((c, v)), None) if value.clauses().is_empty() => {
                        let mut r = self.plain(*v, env, value, provision);
                        // The exception is cited, whatever else its condition and its value read.
                        r.also.push(self.rests_on(*v));
                        r.children.push(self.guard(*c, env));
                        r.children.extend(self.each([*v], env));
                        // Of what was kept at an event nothing stands against what it was then.
                        if !self.is_kept(*c) {
                            let text = case.words().defeats(&case.describe(*base, env));
                            r.children.push(Reason::new(ReasonKind::Fails, text, None));
                        }
                        r
                    }
                    _ => {
                        let mut children = Vec::new();
                        let mut plain = plain;
                        for (c, v) in arms.iter().filter(|(c, _)| holds(c)) {
                            plain.also.push(self.rests_on(*v));
                            children.push(self.guard(*c, env));
                            children.extend(self.each([*v], env));
                            let text = case.words().defeats(&case.describe(*base, env));
                            children.push(Reason::new(ReasonKind::Fails, text, None));
                        }
                        if children.is_empty() {
                            children = self.each([*base], env);
                            children.extend(arms.iter().map(|(c, _)| self.guard(*c, env)));
                        }
                        plain.with(children)
                    }
                }
            }
            _ => plain,
        }
    }

    /// Whether there is a value kept at an event: `C as of E` once E has come.
    fn is_kept(&self, g: Guard) -> bool {
        let program = self.case.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::StatusOn(s, _)) => program.statuses.get(s.index()).is_some_and(|s| s.kept),
            _ => false,
        }
    }

    fn is_version(&self, g: Guard) -> bool {
        let op = self.case.program().guards.get(g.index()).map(|n| &n.op);
        matches!(op, Some(Op::InVersion(..)))
    }

    /// Of alternatives in several versions those of a version in force, of conditions those beside the version that is in
    /// force; none where no version tells anything apart, or nothing would be left.
    fn in_force(&self, op: &Op, env: &Env) -> Option<Vec<Guard>> {
        let case = self.case;
        let truth = |g: Guard| case.eval(g, env).truth();
        let live: Vec<Guard> = match op {
            Op::Or(gs) => {
                let lives = |g: &Guard| {
                    let parts = crate::index::conjuncts(case.program(), *g);
                    let mut versions = parts.into_iter().filter(|g| self.is_version(*g));
                    versions.all(|v| !truth(v).is_false())
                };
                gs.iter().copied().filter(lives).collect()
            }
            Op::And(gs) => {
                let told = |g: &Guard| !self.is_version(*g) || !truth(*g).is_true();
                gs.iter().copied().filter(told).collect()
            }
            _ => return None,
        };
        (!live.is_empty()).then_some(live)
    }

    pub(super) fn call(&mut self, d: DefineId, gs: &[Guard], env: &Env, plain: Reason) -> Reason {
        let case = self.case;
        let Some(define) = case.program().defines.get(d.index()) else {
            return plain;
        };
        let mut inner = Env::new();
        inner.event_time = env.event_time;
        inner.version = env.version;
        let vars = define
            .params
            .iter()
            .copied()
            .chain(define.element.as_ref().map(|(v, _)| *v));
        for (var, g) in vars.zip(gs) {
            inner.bind(var, case.eval(*g, env));
        }
        let (value, provision) = case.text_of_define(define, &inner);
        let mut r = Reason {
            provision: Some(provision),
            ..plain
        };
        let op = case.program().guards.get(value.index()).map(|n| &n.op);
        if self.is_constant(value) || matches!(op, Some(Op::NotStated(_))) {
            return r;
        }
        if let Some(Op::Table {
            hit, rows: table, ..
        }) = case.program().guards.get(value.index()).map(|n| &n.op)
        {
            let rows = self.table(*hit, table, &inner);
            // A row says which values it matches; where they come from stands beside it.
            let columns = self.columns(&define.params, gs, table, &inner);
            let columns = self.each(columns, env);
            return r.with(rows).with(columns);
        }
        let body = self.guard(value, &inner);
        r.also.extend(body.provision);
        r.with([body])
    }

    /// The provision that a condition comes from: of a define or status its own.
    pub(super) fn rests_on(&self, g: Guard) -> ProvisionId {
        let program = self.case.program();
        let Some(node) = program.guards.get(g.index()) else {
            return ProvisionId(0);
        };
        match &node.op {
            Op::Not(a) => self.rests_on(*a),
            Op::Weight { decision, .. } => program
                .decisions
                .get(decision.index())
                .and_then(|d| d.weight)
                .map_or(node.provision, |w| self.rests_on(w)),
            Op::Call(d, _) => program
                .defines
                .get(d.index())
                .map_or(node.provision, |d| d.provision),
            Op::StatusOn(s, _) => program
                .statuses
                .get(s.index())
                .map_or(node.provision, |s| s.provision),
            _ => node.provision,
        }
    }
}

pub(super) fn same_truth(a: &Truth, b: &Truth) -> bool {
    matches!(
        (a, b),
        (Truth::True, Truth::True)
            | (Truth::False, Truth::False)
            | (Truth::Unknown(_), Truth::Unknown(_))
    )
}
