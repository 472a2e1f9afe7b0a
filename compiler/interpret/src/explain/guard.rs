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
                let text = self.case.unmet_time(g, env);
                let text = text.unwrap_or_else(|| format!("not: {}", self.case.describe(g, env)));
                Reason::new(ReasonKind::Fails, text, provision)
            }
            Value::Undetermined(c) => {
                let mut r = Reason::new(
                    ReasonKind::Open,
                    format!("{text} is undetermined"),
                    provision,
                );
                r.children = c
                    .iter()
                    .map(|c| Reason::new(ReasonKind::Open, c.text.clone(), Some(c.provision)))
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

    pub(super) fn is_constant(&self, g: Guard) -> bool {
        matches!(
            self.case.program().guards.get(g.index()).map(|n| &n.op),
            None | Some(
                Op::Bool(_)
                    | Op::Int(_)
                    | Op::Day(_)
                    | Op::Instant(_)
                    | Op::Length(_)
                    | Op::Text(_)
                    | Op::None
                    | Op::Share(..)
                    | Op::Entity(_)
                    | Op::CaseEntity(_)
                    | Op::Var(_)
                    | Op::Now
                    | Op::EventTime
            )
        )
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
                // A set of days that the calendar fixes explains itself.
                let worth = [*a, *b].into_iter().filter(|g| !self.is_calendar(*g));
                let worth: Vec<Guard> = worth.collect();
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
                            Op::Weight { .. } => format!("{} weighs {value}", case.entity_name(e)),
                            _ => format!("{} is {value}", case.describe(*w, &env)),
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
                    let text = format!("{}: {}", case.entity_name(c.entity), keys.join(", "));
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
                        let text = format!("{}: {}", c.outcome.word(), c.because);
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
                        let text = format!("this defeats {}", case.describe(*base, env));
                        r.children.push(Reason::new(ReasonKind::Fails, text, None));
                        r
                    }
                    _ => {
                        let mut children = Vec::new();
                        let mut plain = plain;
                        for (c, v) in arms.iter().filter(|(c, _)| holds(c)) {
                            plain.also.push(self.rests_on(*v));
                            children.push(self.guard(*c, env));
                            children.extend(self.each([*v], env));
                            let text = format!("this defeats {}", case.describe(*base, env));
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
        if self.is_constant(value) {
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

    /// Who is in a set, and how many other provisions keep out.
    pub(super) fn members(&mut self, d: &Domain, cond: Guard, env: &Env) -> Vec<Reason> {
        let case = self.case;
        let program = case.program();
        let provision = program.guards.get(cond.index()).map(|n| n.provision);
        let mut parts: Vec<(Guard, Env)> = Vec::new();
        self.parts(cond, env, d, &mut parts, 0);
        let mut inside: Vec<Entity> = Vec::new();
        let mut open = 0;
        let mut kept_out: Vec<Vec<Entity>> = vec![Vec::new(); parts.len()];
        for e in case.state().of_kinds(&d.kinds) {
            match case
                .eval(cond, &env.clone().with(d.var, Value::Entity(e)))
                .truth()
            {
                Truth::True => inside.push(e),
                Truth::Unknown(_) => open += 1,
                Truth::False => {
                    let failing: Vec<usize> = parts
                        .iter()
                        .enumerate()
                        .filter(|(_, (g, env))| {
                            let env = rebind(env, e);
                            case.eval(*g, &env).truth().is_false()
                        })
                        .map(|(i, _)| i)
                        .collect();
                    if let [only] = failing[..]
                        && let Some(list) = kept_out.get_mut(only)
                    {
                        list.push(e);
                    }
                }
            }
        }
        let mut out = Vec::new();
        if inside.len() <= MOST_NAMES && !inside.is_empty() {
            out.push(Reason::new(
                ReasonKind::Value,
                self.names(&inside),
                provision,
            ));
        }
        if open > 0 {
            out.push(Reason::new(
                ReasonKind::Open,
                format!("{open} cannot be told"),
                provision,
            ));
        }
        for ((g, part_env), list) in parts.iter().zip(kept_out) {
            let p = Some(self.rests_on(*g));
            let plain = parts.len() == 1 || p == provision;
            if list.is_empty() && plain || inside.is_empty() && list.len() > MOST_NAMES {
                continue;
            }
            let who = match list.len() {
                0 => "none".to_owned(),
                n if n <= MOST_NAMES => self.names(&list),
                n => n.to_string(),
            };
            let cite = p.map_or("", |p| case.cite(p));
            let words = case.describe(*g, &Env::new());
            let cite = if cite.is_empty() {
                words
            } else {
                format!("{cite} ({words})")
            };
            let mut r = Reason::new(ReasonKind::Value, format!("{cite} excluded {who}"), p);
            if let Some(first) = list.first() {
                r.children.push(self.guard(*g, &rebind(part_env, *first)));
            }
            out.push(r);
        }
        out
    }

    /// The provisions that say who is in a set, even where they keep nobody out.
    fn membership(&self, d: &Domain, cond: Guard, env: &Env) -> Vec<ProvisionId> {
        let mut parts = Vec::new();
        self.parts(cond, env, d, &mut parts, 0);
        let all = std::iter::once(cond).chain(parts.into_iter().map(|(g, _)| g));
        all.map(|g| self.rests_on(g)).collect()
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

    /// The conditions of membership, those of defines taken apart.
    pub(super) fn parts(
        &self,
        g: Guard,
        env: &Env,
        d: &Domain,
        out: &mut Vec<(Guard, Env)>,
        depth: u32,
    ) {
        let program = self.case.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) => gs.iter().for_each(|g| self.parts(*g, env, d, out, depth)),
            Some(Op::Call(c, gs)) if depth < 3 => {
                let Some(define) = program.defines.get(c.index()) else {
                    return;
                };
                let mut inner = Env::new();
                let vars = define
                    .params
                    .iter()
                    .copied()
                    .chain(define.element.as_ref().map(|(v, _)| *v));
                for (var, g) in vars.zip(gs) {
                    let is_element = program
                        .guards
                        .get(g.index())
                        .is_some_and(|n| n.op == Op::Var(d.var))
                        || env_marks(env, g, program);
                    inner.bind(
                        var,
                        if is_element {
                            Value::Entity(Entity::NOWHERE)
                        } else {
                            self.case.eval(*g, env)
                        },
                    );
                }
                self.parts(define.value, &inner, d, out, depth + 1);
            }
            _ => {
                let mut env = env.clone();
                if env.get(d.var).is_none() {
                    env.bind(d.var, Value::Entity(Entity::NOWHERE));
                }
                out.push((g, env));
            }
        }
    }

    pub(super) fn exceptions_to(
        &mut self,
        d: &Domain,
        cond: Guard,
        then: Guard,
        env: &Env,
    ) -> Vec<Reason> {
        let case = self.case;
        let mut out = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            let counts = !case.eval(cond, &env).truth().is_false();
            if counts && !case.eval(then, &env).truth().is_true() && out.len() < MOST_NAMES {
                out.push(self.guard(then, &env));
            }
        }
        out
    }

    pub(super) fn names(&self, es: &[Entity]) -> String {
        es.iter()
            .map(|e| self.case.entity_name(*e))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn status(&mut self, s: StatusId, gs: &[Guard], env: &Env, plain: Reason) -> Reason {
        let case = self.case;
        let Ok(key) = Eval::new(case).key(gs, &mut env.clone()) else {
            return plain;
        };
        let Some(status) = case.program().statuses.get(s.index()) else {
            return plain;
        };
        let plain = Reason {
            provision: Some(status.provision),
            ..plain
        };
        if let Some(level) = status.level {
            let mut inner = Env::new();
            for (d, e) in status.keys.iter().zip(&key) {
                inner.bind(d.var, case.state().key_value(*e));
            }
            let body = self.guard(level, &inner);
            return plain.with([body]);
        }
        let intervals = case.intervals(s, &key);
        if let Some(last) = intervals.last() {
            if last.end.is_none() {
                let since = case.interval(s, &key, last);
                let mut r = plain.with([since]);
                r.children
                    .extend(self.planned(&status.end_timers, &key, "ends"));
                return r;
            }
            let mut r = plain;
            if let (Some(end), Some(cause)) = (last.end, &last.end_cause) {
                let rule = last
                    .end_rule
                    .and_then(|r| case.program().rules.get(r.0 as usize));
                let text = format!("{} until {end}", case.show_status(s, &key));
                let ended = Reason::new(ReasonKind::Event, text, rule.map(|r| r.provision)).at(end);
                r.children.push(ended.with([case.cause(cause)]));
            }
            r.children
                .extend(self.planned(&status.start_timers, &key, "starts"));
            return r;
        }
        let planned = self.planned(&status.start_timers, &key, "starts");
        plain.with(planned)
    }

    /// A scheduled start or end.
    pub(super) fn planned(
        &self,
        timers: &[rogatio_mir::TimerId],
        key: &Key,
        word: &str,
    ) -> Vec<Reason> {
        let case = self.case;
        let mut out = Vec::new();
        if matches!(Eval::new(case).scheduled(timers, key), Scheduled::No) {
            return out;
        }
        for t in timers {
            let (Some(timer), Some(slots)) = (
                case.program().timers.get(t.index()),
                case.state().slots.get(t.index()),
            ) else {
                continue;
            };
            for (_, slot) in slots
                .range(key.clone()..)
                .take_while(|(k, _)| k.starts_with(key))
            {
                let mut env = Env::new().at_event(slot.base);
                for (d, e) in timer.keys.iter().zip(key) {
                    env.bind(d.var, case.state().key_value(*e));
                }
                let how = case.describe(timer.at, &env);
                let text = match &slot.when {
                    SlotWhen::At(m, _) => format!("{word} {}: {how}", m.in_words()),
                    SlotWhen::Waiting => format!("{word} {how}, which is pending"),
                    SlotWhen::Unknown(_) => format!("{word} {how}, which is undetermined"),
                };
                let mut r = Reason::new(ReasonKind::Event, text, Some(timer.provision));
                r.recalled = slot.cause.recalled;
                r.children.push(case.cause(&slot.cause));
                r.children.extend(case.counted(slot.rule, &slot.cause));
                out.push(r);
            }
        }
        out
    }

    /// The entry of that time.
    fn push_at(&self, h: HistId, gs: &[Guard], env: &Env, time: &Value) -> Vec<Reason> {
        let case = self.case;
        let (Ok(key), Value::Time(m)) = (Eval::new(case).key(gs, &mut env.clone()), time) else {
            return Vec::new();
        };
        let hists = case.state().hists.get(h.index());
        let list = hists.and_then(|m| m.get(&key)).map(|p| p.list());
        let push = list.and_then(|l| l.iter().find(|p| p.moment == *m));
        let Some(push) = push else { return Vec::new() };
        let what = push
            .occurrence
            .map_or_else(|| format!("on {m}"), |id| case.show_dated(id));
        vec![Reason::new(ReasonKind::Event, what, None).at(*m)]
    }

    pub(super) fn pushes(&self, h: HistId, gs: &[Guard], env: &Env, o: Ordinal) -> Vec<Reason> {
        let case = self.case;
        let Ok(key) = Eval::new(case).key(gs, &mut env.clone()) else {
            return Vec::new();
        };
        let hists = case.state().hists.get(h.index());
        let Some(list) = hists.and_then(|m| m.get(&key)).map(|p| p.list()) else {
            return Vec::new();
        };
        let n = match o {
            Ordinal::First => 1,
            Ordinal::Nth(n) => n as usize,
            Ordinal::Last => list.len(),
        };
        let Some(push) = n.checked_sub(1).and_then(|i| list.get(i)) else {
            return Vec::new();
        };
        let what = push
            .occurrence
            .map_or_else(|| format!("on {}", push.moment), |id| case.show_dated(id));
        let word = if o == Ordinal::Last {
            nth(crate::eval::as_int(n))
        } else {
            ordinal(o)
        };
        let mut r = Reason::new(ReasonKind::Event, format!("{word}: {what}"), None).at(push.moment);
        r.recalled = push.cause.recalled;
        r.children.extend(push.why.as_deref().cloned());
        vec![r]
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

/// The element of a set stands in an environment as a mark until it is known.
pub(super) fn rebind(env: &Env, element: Entity) -> Env {
    let mut out = Env::new();
    out.event_time = env.event_time;
    out.version = env.version;
    for (v, value) in env.iter() {
        let value = if *value == Value::Entity(Entity::NOWHERE) {
            Value::Entity(element)
        } else {
            value.clone()
        };
        out.bind(*v, value);
    }
    out
}

pub(super) fn env_marks(env: &Env, g: &Guard, program: &rogatio_mir::Program) -> bool {
    match program.guards.get(g.index()).map(|n| &n.op) {
        Some(Op::Var(v)) => env.get(*v) == Some(&Value::Entity(Entity::NOWHERE)),
        _ => false,
    }
}
