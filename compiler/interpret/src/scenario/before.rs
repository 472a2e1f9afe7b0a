//! What a scenario says before its first act: entities, facts, assumptions, logs.

use super::*;

impl<'s> Runner<'s> {
    pub(super) fn whole(&mut self, items: &'s [ScenarioItem], mut logs: Vec<Arc<Log>>) {
        for item in items {
            if let ScenarioItemKind::EventsFrom { file, mapping } = &item.kind {
                match self.logs.read(file) {
                    Ok(text) => {
                        let (log, found) = crate::log::parse(file, &text, mapping);
                        let found = found.into_iter().map(|d| d.at(item.span, "this log"));
                        self.diagnostics.extend(found);
                        logs.push(Arc::new(self.known(log)));
                    }
                    Err(e) => {
                        let message = format!("cannot read the log `{file}`: {e}");
                        self.diagnostics
                            .push(Diagnostic::error(codes::E0908, message).at(item.span, ""));
                    }
                }
            }
        }
        self.declare(items, &logs);
        self.know(items);
        let lines = merge(items, &logs);
        let first = lines.iter().filter_map(|(second, _)| *second).min();
        let assumed = items.iter().filter_map(|i| match &i.kind {
            ScenarioItemKind::Assume(Assume {
                what: Assumed::Act(_),
                from,
                ..
            }) => *from,
            _ => None,
        });
        let first = first
            .map(|s| Instant(s).day())
            .into_iter()
            .chain(assumed)
            .min();
        let begin = first
            .or(self.until.map(day_of))
            .or(Day::from_ymd(2000, 1, 1))
            .unwrap_or(Day::MIN);
        self.case.begin(Point::day_phase(begin, Phase::Opening));
        for item in items {
            if let ScenarioItemKind::Assume(Assume {
                what: Assumed::Act(act),
                from,
                ..
            }) = &item.kind
            {
                let when = At::Day(from.unwrap_or(begin)).into();
                self.act(act, when, item.span, false, true);
            }
        }
        self.beginning = Some(self.case.clone());
        self.lines(lines);
    }

    /// A log as far as it was known.
    pub(super) fn known(&mut self, mut log: Log) -> Log {
        if let Some(day) = self.known_at {
            self.left_out.lines += log.known_on(day);
        }
        log
    }

    /// Whether a line of the scenario was known: those without a date always are.
    pub(super) fn is_known(&self, item: &ScenarioItem) -> bool {
        let at = item.at.as_ref().map(|s| match s.time {
            StampTime::Day(d) => d,
            StampTime::Instant(i) => i.day(),
        });
        at.is_none_or(|day| self.known_at.is_none_or(|known| day <= known))
    }

    pub(super) fn declare(&mut self, items: &'s [ScenarioItem], logs: &[Arc<Log>]) {
        let mut declared: Vec<(&CaseEntity, Entity)> = Vec::new();
        for item in items {
            match &item.kind {
                ScenarioItemKind::Entities(list) => {
                    for e in list {
                        match self.case.add_entity(&e.name, e.kind) {
                            Ok(id) => declared.push((e, id)),
                            Err(why) => self.refuse(&why, e.span),
                        }
                    }
                }
                ScenarioItemKind::EntitiesFromLog {
                    kind,
                    column,
                    filter,
                } => {
                    for row in logs.iter().flat_map(|l| &l.rows) {
                        let fits = filter
                            .as_ref()
                            .is_none_or(|(c, v)| row.get(c).is_some_and(|x| x.trim() == v));
                        let Some(name) = row
                            .get(column)
                            .map(|n| n.trim())
                            .filter(|n| fits && !n.is_empty())
                        else {
                            continue;
                        };
                        let known = self.case.find_entity(name);
                        if known.is_none_or(|e| e.index() < self.case.program().entities.len())
                            && let Err(why) = self.case.add_entity(name, *kind)
                        {
                            self.refuse(&why, item.span);
                        }
                    }
                    if logs.iter().any(|l| !l.rows.is_empty())
                        && logs
                            .iter()
                            .all(|l| l.rows.iter().all(|r| !r.contains_key(column)))
                    {
                        let message = format!("no log has the column `{column}`");
                        self.diagnostics
                            .push(Diagnostic::error(codes::E0902, message).at(item.span, ""));
                    }
                }
                ScenarioItemKind::Term(urgency, length) => {
                    self.case.set_term(*urgency, *length);
                    self.assumptions
                        .push(format!("term {} = {length}", urgency_name(*urgency)));
                }
                _ => {}
            }
        }
        for (e, id) in declared {
            for (field, g) in &e.fields {
                let value = self.value(*g, e.span);
                if let Err(why) = self.case.set_field(id, *field, value) {
                    self.refuse(&why, e.span);
                }
            }
            for (field, names) in &e.sets {
                let found: Vec<Entity> = names
                    .iter()
                    .filter_map(|n| self.entity(n, e.span))
                    .collect();
                if let Err(why) = self.case.set_set_field(id, *field, found) {
                    self.refuse(&why, e.span);
                }
            }
        }
    }

    /// Givens and assumptions are known by date: the acts of a day see those of that day (R1).
    pub(super) fn know(&mut self, items: &'s [ScenarioItem]) {
        for item in items {
            if !self.is_known(item) {
                continue;
            }
            match &item.kind {
                ScenarioItemKind::SetGiven(given, keys, value) => {
                    let from = item.at.as_ref().and_then(known_from);
                    let Some(keys) = self.entities(keys, None) else {
                        continue;
                    };
                    let value = self.case.eval(*value, &Env::new());
                    if matches!(value, Value::Undetermined(_)) {
                        continue;
                    }
                    if let Err(why) = self.case.set_given(*given, &keys, value, from) {
                        self.refuse(&why, item.span);
                    }
                }
                ScenarioItemKind::Assume(a) if self.names_nobody_yet(a) => {
                    self.waiting.push(item.span);
                }
                ScenarioItemKind::Assume(a) => self.assume(a, item),
                _ => {}
            }
        }
    }

    pub(super) fn names_nobody_yet(&self, a: &Assume) -> bool {
        let (Assumed::Status(_, keys, _) | Assumed::Given(_, keys, _)) = &a.what else {
            return false;
        };
        a.each.is_none()
            && keys.iter().any(|g| {
                let node = self.case.program().guards.get(g.index());
                matches!(node.map(|n| &n.op), Some(Op::CaseEntity(_)))
                    && self.case.eval(*g, &Env::new()).entity().is_none()
            })
    }

    pub(super) fn assume(&mut self, a: &Assume, item: &ScenarioItem) {
        self.assumptions.push(a.text.clone());
        let at = item.at.as_ref().and_then(known_from);
        let (from, until) = (a.from.map(opening).or(at), a.until.map(opening));
        let envs: Vec<Env> = match &a.each {
            None => vec![Env::new()],
            Some((d, cond)) => {
                let all = self.case.tuples(std::slice::from_ref(d), &Env::new());
                all.into_iter()
                    .filter(|env| self.case.eval(*cond, env).truth().is_true())
                    .collect()
            }
        };
        for env in envs {
            let done = match &a.what {
                Assumed::Status(s, keys, value) => {
                    self.entities_in(keys, &env, Some(item.span)).map(|keys| {
                        let value = value.map(|v| self.case.eval(v, &env));
                        self.case.assume_status(*s, &keys, value, from, until)
                    })
                }
                Assumed::Given(g, keys, value) => {
                    self.entities_in(keys, &env, Some(item.span)).map(|keys| {
                        let value = self.case.eval(*value, &env);
                        let set = self.case.set_given(*g, &keys, value, from);
                        if let Some(until) = until {
                            // After its time it is not known again.
                            let provision = self
                                .case
                                .program()
                                .givens
                                .get(g.index())
                                .map(|g| g.provision);
                            let unknown = Value::unknown(
                                provision.unwrap_or(rogatio_mir::ProvisionId(0)),
                                "assumed until then",
                            );
                            return set.and_then(|()| {
                                self.case.set_given(*g, &keys, unknown, Some(until))
                            });
                        }
                        set
                    })
                }
                Assumed::Act(_) => None,
            };
            if let Some(Err(why)) = done {
                self.refuse(&why, item.span);
            }
        }
    }
}
