//! What statuses, events, decisions and stages need.

use super::*;

impl Seeker<'_> {
    pub(super) fn status(
        &mut self,
        s: StatusId,
        gs: &[Guard],
        env: &Env,
        want: bool,
    ) -> Option<Missing> {
        let key = Eval::new(self.case).key(gs, &mut env.clone()).ok()?;
        self.status_of(s, &key, want)
    }

    /// The key that an event on a status is about, as far as it is known.
    fn key_of(&self, ms: &[rogatio_mir::Match], env: &Env) -> Option<Key> {
        let value = |m: &rogatio_mir::Match| match m {
            rogatio_mir::Match::Bind(v, _) => env.get(*v).cloned(),
            rogatio_mir::Match::Is(g) => Some(self.case.eval(*g, env)),
            rogatio_mir::Match::Any => None,
        };
        let item = |m| value(m).map(|v| self.case.state().key_item(&v));
        ms.iter().map(item).collect()
    }

    fn status_of(&mut self, s: StatusId, key: &Key, want: bool) -> Option<Missing> {
        let case = self.case;
        let status = case.program().statuses.get(s.index())?;
        let mut inner = Env::new();
        for (d, e) in status.keys.iter().zip(key) {
            inner.bind(d.var, case.state().key_value(*e));
        }
        if let Some(level) = status.level {
            return Some(self.seek(level, &inner, want));
        }
        let rules: Vec<&Rule> = case
            .program()
            .rules_of(Latch::Status(s))
            .map(|(_, r)| r)
            .collect();
        if let Some(none) = case.no_version_of(status.provision) {
            return Some(Missing::impossible(none, Some(status.provision)));
        }
        let meant = |r: &&Rule| match &r.effect {
            Effect::Start(..) => want,
            Effect::End(_) => !want,
            _ => false,
        };
        let rules: Vec<&Rule> = rules.into_iter().filter(meant).collect();
        let (last, living) = (rules.last().copied(), self.living(rules, &inner));
        if let (Some(last), []) = (last, living.as_slice()) {
            let name = case.show_status(s, key);
            let word = if want { "started" } else { "ended" };
            let text = format!("what {word} {name} is not in force any more");
            return Some(Missing::impossible(text, Some(last.provision)));
        }
        let mut ways = Vec::new();
        for rule in living {
            let (Effect::Start(keys, _) | Effect::End(keys)) = &rule.effect else {
                continue;
            };
            if let Some(env) = self.rule_env(keys, key) {
                let way = self.event(&rule.on, rule.guard, &env, Some(key));
                ways.push(self.asked_by(rule.provision, way));
            }
        }
        Missing::cheapest(ways)
    }

    /// The variables of a rule, as far as the key it writes tells them.
    pub(super) fn rule_env(&self, keys: &[Guard], key: &Key) -> Option<Env> {
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
    pub(super) fn event(
        &mut self,
        on: &On,
        guard: Option<Guard>,
        env: &Env,
        key: Option<&Key>,
    ) -> Missing {
        if self.depth >= DEEPEST {
            return Missing::impossible("…", None);
        }
        self.depth += 1;
        let m = self.event_of(on, guard, env, key);
        self.depth -= 1;
        m
    }

    pub(super) fn event_of(
        &mut self,
        on: &On,
        guard: Option<Guard>,
        env: &Env,
        key: Option<&Key>,
    ) -> Missing {
        let case = self.case;
        let program = case.program();
        let conditions = |this: &mut Self| match guard {
            // Conditions about the act itself are part of the act.
            Some(g) if case.index().free(g).iter().all(|v| env.get(*v).is_some()) => {
                this.seek(g, env, true)
            }
            _ => Missing::nothing(),
        };
        match on {
            On::Act {
                act: id, matches, ..
            } => {
                let Some(act) = program.acts.get(id.index()) else {
                    return Missing::impossible("?", None);
                };
                let counted = guard.and_then(|g| case.count_in(g));
                if let Some((h, n, count)) = counted {
                    let have = case.eval(count, env).bounds().map_or(0, |(sure, _)| sure);
                    if have >= n && guard.is_some_and(|g| case.counts_exactly(g, count)) {
                        let name = case.show_counted(h, count, env);
                        let text =
                            format!("only number {n} of {name} counts, and there have been {have}");
                        return Missing::impossible(text, Some(act.provision));
                    }
                    if have < n {
                        // `first deposit where instruments >= 30`: where the filter waits for such acts, those are what is
                        // missing; the one that completes it is the act itself.
                        let filter = program
                            .rules_of(Latch::Hist(h))
                            .find_map(|(_, r)| r.guard)
                            .filter(|f| {
                                case.index().free(*f).iter().all(|v| env.get(*v).is_some())
                            });
                        let version = self.versions_of(guard, env);
                        let waits = filter.filter(|_| n - have == 1);
                        let waits =
                            waits.map_or_else(Missing::nothing, |f| self.seek(f, env, true));
                        if waits.asks_for(*id) {
                            return Missing::of(MissingKind::Then, [version, waits]);
                        }
                        let name = case.show_counted(h, count, env);
                        let text = format!("{} more {name} ({have} of {n})", n - have);
                        let mut m = Missing::acts(n - have, text, Some(act.provision));
                        m.act = Some(*id);
                        let (args, actor) = self.fixed(act.params.len(), matches, env);
                        m.hindered(self.power(*id, args, actor));
                        return Missing::of(MissingKind::Then, [version, Missing::all([waits, m])]);
                    }
                }
                let text = self.said_act(*id, matches, env);
                let more = conditions(self);
                let mut m = Missing::acts(1, text, Some(act.provision));
                m.act = Some(*id);
                let (args, actor) = self.fixed(act.params.len(), matches, env);
                m.hindered(self.power(*id, args, actor));
                Missing::all([m, more])
            }
            On::Timer(t, _) => {
                let timer = self.timer(*t, env, key);
                let more = conditions(self);
                Missing::all([timer, more])
            }
            On::Rise(e, binds) | On::Fall(e, binds) => {
                let Some(edge) = program.edges.get(e.index()) else {
                    return Missing::impossible("?", None);
                };
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
            On::Started(s, ms) | On::Ended(s, ms) => {
                let start = matches!(on, On::Started(..));
                let key = self.key_of(ms, env);
                let changes = key.as_ref().and_then(|key| {
                    let holds = Eval::new(case).status_holds(*s, key);
                    let can = if start {
                        holds.is_false()
                    } else {
                        holds.is_true()
                    };
                    let of = |this: &mut Self| this.status_of(*s, key, start);
                    if can { of(self) } else { None }
                });
                let Some(change) = changes else {
                    let word = if start { "start" } else { "end" };
                    let key = key.unwrap_or_default();
                    let name = case.show_status(*s, &key);
                    return self.named(format!("{name} to {word}"), conditions);
                };
                let more = conditions(self);
                Missing::all([change, more])
            }
            On::Enter(p, s, m) => {
                let entry = self.entry(*p, *s, m, guard, env);
                let more = conditions(self);
                Missing::all([entry, more])
            }
            On::Leave(p, s, _) => self.named(
                format!("the end of the stage {}", case.stage_name(*p, *s)),
                conditions,
            ),
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
            On::Opened(d, _) => self.named(
                format!("{} to open", case.show_decision(*d, None)),
                conditions,
            ),
            On::Norm(n, s, _) => {
                let name = self.case.norm_called(*n);
                self.named(
                    format!("{name} to be {}", self.case.words().norm_state(*s)),
                    conditions,
                )
            }
            On::Ballot { decision, .. } => self.named(
                format!("a ballot in {}", case.show_decision(*decision, None)),
                conditions,
            ),
            On::Begin => Missing::impossible("the case has begun", None),
        }
    }

    /// An act with what a pattern fixes of it: `deposit(x) by A`.
    pub(super) fn said_act(
        &self,
        act: ActId,
        matches: &[(Position, rogatio_mir::Match)],
        env: &Env,
    ) -> String {
        let said = |of: fn(&Position) -> bool| {
            let of = matches.iter().filter(move |(p, _)| of(p));
            of.filter_map(|(_, m)| self.shown_match(m, env))
                .collect::<Vec<_>>()
        };
        let mut text = self.case.act_called(act).to_owned();
        let args = said(|p| matches!(p, Position::Arg(_)));
        if !args.is_empty() {
            text.push_str(&format!("({})", args.join(", ")));
        }
        for (word, of) in [
            ("by", said(|p| *p == Position::Actor)),
            ("for", said(|p| *p == Position::For)),
            ("to", said(|p| *p == Position::To)),
        ] {
            for whom in of {
                text.push_str(&format!(" {word} {whom}"));
            }
        }
        text
    }

    /// What a pattern of acts fixes of an act: its arguments and its actor, each as far as it is known.
    pub(super) fn fixed(
        &self,
        params: usize,
        matches: &[(Position, rogatio_mir::Match)],
        env: &Env,
    ) -> (Vec<Option<Value>>, Option<Entity>) {
        let known = |m: &rogatio_mir::Match| match m {
            rogatio_mir::Match::Bind(v, _) => env.get(*v).cloned(),
            rogatio_mir::Match::Is(g) => Some(self.case.eval(*g, env)),
            rogatio_mir::Match::Any => None,
        };
        let mut args = vec![None; params];
        let mut actor = None;
        for (at, m) in matches {
            match at {
                Position::Arg(i) => {
                    if let Some(arg) = args.get_mut(*i as usize) {
                        *arg = known(m);
                    }
                }
                Position::Actor => actor = known(m).and_then(|v| v.entity()),
                _ => {}
            }
        }
        (args, actor)
    }

    pub(super) fn named(
        &mut self,
        text: String,
        conditions: impl FnOnce(&mut Self) -> Missing,
    ) -> Missing {
        let more = conditions(self);
        Missing::all([Missing::acts(1, text, None), more])
    }

    pub(super) fn shown_match(&self, m: &rogatio_mir::Match, env: &Env) -> Option<String> {
        match m {
            rogatio_mir::Match::Any => None,
            rogatio_mir::Match::Bind(v, _) => env.get(*v).map(|v| self.case.show_value(v)),
            rogatio_mir::Match::Is(g) => Some(self.case.describe(*g, env)),
        }
    }

    pub(super) fn timer(&mut self, t: TimerId, env: &Env, key: Option<&Key>) -> Missing {
        let case = self.case;
        let Some(timer) = case.program().timers.get(t.index()) else {
            return Missing::impossible("?", None);
        };
        let p = Some(timer.provision);
        let own: Option<Key> = timer
            .keys
            .iter()
            .map(|d| env.get(d.var).map(|v| case.state().key_item(v)))
            .collect();
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
                SlotWhen::At(m, fire) if case.outlived(timer.live, *fire) => {
                    let text = format!("on {m} the text it rests on is not in force any more");
                    Missing::impossible(text, p)
                }
                SlotWhen::At(m, _) => {
                    Missing::wait(case.days_until(*m), format!("wait until {m}"), p)
                }
                SlotWhen::Waiting => self.known(timer.at, &at, p),
                SlotWhen::Unknown(c) => Missing::silent(why(c), p),
            };
        }
        let rules: Vec<&Rule> = case
            .program()
            .rules_of(Latch::Timer(t))
            .map(|(_, r)| r)
            .collect();
        let mut ways = Vec::new();
        for rule in self.living(rules, env) {
            let Effect::Arm(keys) = &rule.effect else {
                continue;
            };
            let Some(env) = self.rule_env(keys, &key) else {
                continue;
            };
            let first = self.event(&rule.on, rule.guard, &env, Some(&key));
            ways.push(self.asked_by(rule.provision, first));
        }
        let Some(first) = Missing::cheapest(ways) else {
            return Missing::impossible(timer.name.clone(), p);
        };
        let then = self.then(timer.at, env);
        Missing::of(MissingKind::Then, [first, then])
    }

    /// The time that runs after the arming event: `90 days`.
    pub(super) fn then(&self, at: Guard, env: &Env) -> Missing {
        let case = self.case;
        let Some(node) = case.program().guards.get(at.index()) else {
            return Missing::nothing();
        };
        let p = Some(node.provision);
        match &node.op {
            Op::EventTime => Missing::nothing(),
            Op::Shift { length, .. } => {
                let length_is = match case.eval(*length, env) {
                    Value::Length(l) => Some(l),
                    _ => None,
                };
                let days = length_is.and_then(|l| l.as_period().ok());
                let days = days.map_or(1, |p| i64::from(p.months) * 30 + i64::from(p.days));
                // The name of a length says less than the length.
                let (name, value) = (
                    case.describe(*length, env),
                    length_is.map(|l| case.words().length(l)),
                );
                let text = match value {
                    Some(value) if value != name => format!("{value} ({name})"),
                    _ => name,
                };
                Missing::wait(days, text, p)
            }
            _ => Missing::wait(1, case.describe(at, env), p),
        }
    }
}

/// What leaves something open, in words.
pub(super) fn why(clauses: &crate::ClauseSet) -> String {
    let texts: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
    texts.join("; ")
}
