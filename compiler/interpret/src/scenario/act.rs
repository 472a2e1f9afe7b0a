//! Acts of a case and lines of a log; names.

use super::*;

impl Runner<'_> {
    pub(super) fn act(
        &mut self,
        act: &CaseAct,
        when: When,
        span: Span,
        recalled: bool,
        assumed: bool,
    ) {
        self.last.clear();
        self.reading = None;
        for actor in &act.actors {
            let Some(mut input) = self.input(act, *actor, Some(span)) else {
                continue;
            };
            input.recalled = recalled;
            let done = if assumed {
                self.case.perform_assumed(when, input)
            } else {
                self.case.perform(when, input)
            };
            self.recalled += usize::from(recalled);
            match done {
                Ok(id) => self.last.push(id),
                Err(why) => self.refuse(&why, span),
            }
            self.unordered(self.case.both_clocks_were_due(), span);
            self.order_matters(span);
        }
    }

    /// Says that a line is not in time only because nothing records what of its day came first (R3b).
    fn order_matters(&mut self, span: Span) {
        let Some(duty) = self.case.order_missing() else {
            return;
        };
        let d = Diagnostic::warning(
            codes::W0431,
            format!("{} lapses for want of an order within the day", self.case.show_duty(duty)),
        )
        .at(span, "on the same day: neither is known to be before the other")
        .help("if the record tells which came first, write it: `2001-10-05#1: …`, then `2001-10-05#2: …`");
        if !self.diagnostics.contains(&d) {
            self.diagnostics.push(d);
        }
    }

    /// Says where both clocks brought something about before a line, so that nothing records what came first (R48c).
    pub(super) fn unordered(&mut self, both_due: bool, span: Span) {
        if !both_due {
            return;
        }
        let d = Diagnostic::warning(
            codes::W0430,
            "both clocks brought something about before this line",
        )
        .at(span, "which of it came first is not recorded")
        .help("what the second clock brought was taken to come first; a line between the two, with both stamps, settles it");
        if !self.diagnostics.contains(&d) {
            self.diagnostics.push(d);
        }
    }

    /// An act of a case with one actor; unknown names are reported if `span` is given.
    pub(crate) fn input(
        &mut self,
        act: &CaseAct,
        actor: Option<Guard>,
        span: Option<Span>,
    ) -> Option<ActInput> {
        let one = |this: &mut Self, g: Option<Guard>| match g {
            None => Some(None),
            Some(g) => this
                .entities_in(&[g], &Env::new(), span)
                .map(|mut v| v.pop()),
        };
        let actor = one(self, actor)?;
        let for_whom = one(self, act.for_whom)?;
        let to = one(self, act.to)?;
        let subject = |this: &mut Self, s: Option<Guard>| one(this, s);
        let kind = match &act.act {
            CaseActKind::Act(a) => ActKind::Act(*a),
            CaseActKind::Vote(d, ballot, label, s) => ActKind::Vote {
                decision: *d,
                subject: subject(self, *s)?,
                ballot: *ballot,
                label: *label,
            },
            CaseActKind::Casting(d, ballot, s) => ActKind::Casting {
                decision: *d,
                subject: subject(self, *s)?,
                ballot: *ballot,
            },
            CaseActKind::Declare(d, outcome, s) => ActKind::Declare {
                decision: *d,
                subject: subject(self, *s)?,
                outcome: *outcome,
            },
            CaseActKind::Object(d, s) => ActKind::Object {
                decision: *d,
                subject: subject(self, *s)?,
            },
            CaseActKind::Gavel(d, s) => ActKind::Gavel {
                decision: *d,
                subject: subject(self, *s)?,
            },
        };
        let mut args = Vec::new();
        for g in &act.args {
            let value = g.map(|g| match span {
                Some(span) => self.value(g, span),
                None => self.case.eval(g, &Env::new()),
            });
            args.push(value);
        }
        Some(ActInput {
            act: kind,
            actor,
            under: act.under,
            for_whom,
            to,
            args,
            binder: act.binder.clone(),
            recalled: false,
        })
    }

    pub(super) fn log_line(&mut self, file: &str, l: &LogLine) {
        self.last.clear();
        self.reading = None;
        let place = |code, message: String| {
            Diagnostic::error(code, format!("{file}:{}: {message}", l.line))
        };
        let program = self.case.program_arc();
        let entity = |this: &mut Self, name: &Option<String>| match name {
            None => Some(None),
            Some(n) => match this.case.find_entity(n) {
                Some(e) => Some(Some(e)),
                None => {
                    let d = place(codes::E0904, format!("nobody is called `{n}`"));
                    this.diagnostics.push(this.suggest(n, d));
                    None
                }
            },
        };
        let (Some(actor), Some(for_whom), Some(to)) = (
            entity(self, &l.actor),
            entity(self, &l.for_whom),
            entity(self, &l.to),
        ) else {
            return;
        };
        let declared = program.acts.iter().position(|a| a.name == l.act);
        let (act, args, binder) = match declared {
            Some(i) => match self.declared_act(l, i, &place) {
                Some(found) => found,
                None => return,
            },
            None => match self.logged_ballot(l) {
                Some(Ok(kind)) => (kind, Vec::new(), None),
                Some(Err((code, why))) => return self.diagnostics.push(place(code, why)),
                None => {
                    let mut d = place(codes::E0905, format!("there is no act `{}`", l.act));
                    let names = program.acts.iter().map(|a| a.name.as_str());
                    if let Some(near) = nearest(&l.act, names) {
                        d = d.help(format!("did you mean `{near}`?"));
                    }
                    return self.diagnostics.push(d);
                }
            },
        };
        let is_event = declared
            .and_then(|i| program.acts.get(i))
            .is_some_and(|a| a.class == rogatio_mir::ActClass::Event);
        if actor.is_none() && !is_event {
            let message = format!("nobody does `{}`: the actor is missing", l.act);
            self.diagnostics.push(place(codes::E0904, message));
            return;
        }
        let recalled = l.recalled;
        let input = ActInput {
            act,
            actor,
            under: None,
            for_whom,
            to,
            args,
            binder,
            recalled,
        };
        let at = match (l.at, l.n) {
            (LogTime::Day(d), Some(_)) => At::Ordered(d),
            (LogTime::Day(d), None) => At::Day(d),
            (LogTime::Instant(i), _) => At::Instant(i),
        };
        let reading = match self.logged_reading(l) {
            Ok(reading) => reading,
            Err(why) => return self.diagnostics.push(place(codes::E0907, why)),
        };
        self.recalled += usize::from(recalled);
        match self.case.perform(When { at, reading }, input) {
            Ok(id) => self.last.push(id),
            Err(CaseError::OutOfOrder { .. }) => {
                let d = place(
                    codes::E0903,
                    "this line is earlier than what the case has reached".to_owned(),
                );
                self.diagnostics.push(d);
            }
            Err(why) => self.diagnostics.push(place(codes::E0909, why.to_string())),
        }
    }

    /// A declared act of a log with its arguments, and the name of what it opens.
    fn declared_act(
        &mut self,
        l: &LogLine,
        i: usize,
        place: &dyn Fn(rogatio_diagnostics::Code, String) -> Diagnostic,
    ) -> Option<(ActKind, Vec<Option<Value>>, Option<String>)> {
        let program = self.case.program_arc();
        let id = ActId(u32::try_from(i).unwrap_or(u32::MAX));
        let act = program.acts.get(i)?;
        let mut args = Vec::new();
        for (at, (name, ty, _)) in act.params.iter().enumerate() {
            let opened = act.opens.is_some_and(|(o, _)| o == at);
            let text = l
                .args
                .get(name)
                .map(|t| t.trim())
                .filter(|t| !t.is_empty() && !opened);
            match text.map(|t| self.parse_value(t, ty)) {
                None => args.push(None),
                Some(Ok(v)) => args.push(Some(v)),
                Some(Err((code, why))) => {
                    let d = place(code, format!("`{name}`: {why}"));
                    self.diagnostics.push(d);
                    return None;
                }
            }
        }
        let binder = act
            .opens
            .and_then(|(o, _)| act.params.get(o))
            .and_then(|(n, ..)| l.args.get(n))
            .or_else(|| l.args.get("as"))
            .cloned();
        let binder = binder
            .map(|b| b.trim().to_owned())
            .filter(|b| !b.is_empty());
        Some((ActKind::Act(id), args, binder))
    }

    /// What the second clock reads in a line of a log: the column of its name, `20 hours` or `20` of its unit.
    fn logged_reading(&self, l: &LogLine) -> Result<Option<i64>, String> {
        let Some(clock) = &self.case.program().second_clock else {
            return Ok(None);
        };
        let text = l.args.get(&clock.name).map_or("", |t| t.trim());
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || {
            let (name, unit) = (&clock.name, clock.unit);
            format!("`{name}`: `{text}` is no reading of that clock, such as `20 {unit}s`")
        };
        clock.reading(text).map(Some).ok_or_else(wrong)
    }

    pub(super) fn parse_value(
        &self,
        text: &str,
        ty: &Ty,
    ) -> Result<Value, (rogatio_diagnostics::Code, String)> {
        let bad = |what: &str| Err((codes::E0907, format!("`{text}` is not {what}")));
        match ty {
            Ty::Bool => match text {
                "true" | "yes" | "1" => Ok(Value::Bool(true)),
                "false" | "no" | "0" => Ok(Value::Bool(false)),
                _ => bad("true or false"),
            },
            Ty::Int => text.parse().map(Value::Int).or_else(|_| bad("a number")),
            Ty::Quantity(u) => {
                let units = &self.case.program().units;
                let unit = units.get(u.index()).map_or("", String::as_str);
                let number = text.strip_suffix(unit).unwrap_or(text).trim_end();
                let v = number.parse().map(Value::Int);
                v.or_else(|_| bad(&format!("a number of {unit}")))
            }
            Ty::Day | Ty::Time => match crate::log::parse_time(text) {
                Ok(LogTime::Day(d)) => Ok(Value::Time(crate::Moment::of_day(d))),
                Ok(LogTime::Instant(i)) => Ok(Value::Time(crate::Moment::of_instant(i))),
                Err(_) => bad("a date"),
            },
            Ty::Text => Ok(Value::Text(text.to_owned())),
            Ty::Set(kinds) => {
                let one = Ty::Entity(kinds.clone());
                let names = text
                    .split(['|', ';'])
                    .map(str::trim)
                    .filter(|n| !n.is_empty());
                let all = names.map(|n| self.parse_value(n, &one));
                let found = all.collect::<Result<Vec<_>, _>>()?;
                let elements = found.iter().filter_map(Value::entity).collect();
                Ok(Value::Set(std::sync::Arc::new(elements)))
            }
            Ty::Optional(_) if text == "none" => Ok(Value::None),
            Ty::Optional(inner) => self.parse_value(text, inner),
            Ty::Entity(kinds) => match self.case.find_of_kinds(text, kinds) {
                Some(e) => Ok(Value::Entity(e)),
                None => {
                    let names = self
                        .case
                        .entities()
                        .map(|(_, n, _)| n.to_owned())
                        .collect::<Vec<_>>();
                    let near = nearest(text, names.iter().map(String::as_str));
                    let hint = near.map_or(String::new(), |n| format!(", did you mean `{n}`?"));
                    Err((codes::E0904, format!("nobody is called `{text}`{hint}")))
                }
            },
            _ => bad("a value that a log can give"),
        }
    }

    // ---- values ---------------------------------------------------------------------------------------------

    pub(super) fn entity(&mut self, name: &str, span: Span) -> Option<Entity> {
        let found = self.case.find_entity(name);
        if found.is_none() {
            let d =
                Diagnostic::error(codes::E0904, format!("nobody is called `{name}`")).at(span, "");
            self.diagnostics.push(self.suggest(name, d));
        }
        found
    }

    pub(super) fn suggest(&self, name: &str, d: Diagnostic) -> Diagnostic {
        match nearest(name, self.case.entities().map(|(_, n, _)| n)) {
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None => d.help("declare it: `State: …`"),
        }
    }

    pub(super) fn entities(&mut self, gs: &[Guard], span: Option<Span>) -> Option<Vec<Entity>> {
        self.entities_in(gs, &Env::new(), span)
    }

    /// The entities that guards name; reported if one is none.
    pub(crate) fn entities_in(
        &mut self,
        gs: &[Guard],
        env: &Env,
        span: Option<Span>,
    ) -> Option<Vec<Entity>> {
        let mut out = Vec::new();
        for g in gs {
            match self.case.eval(*g, env) {
                Value::Entity(e) => out.push(e),
                // A key that is no entity.
                v @ (Value::Int(_)
                | Value::Bool(_)
                | Value::Text(_)
                | Value::Length(_)
                | Value::Share(..)
                | Value::Chance(_)
                | Value::Time(_)) => out.push(self.case.state_mut().intern(v)),
                v => {
                    if let Some(span) = span {
                        self.not_an_entity(*g, &v, span);
                    }
                    return None;
                }
            }
        }
        Some(out)
    }

    pub(super) fn not_an_entity(&mut self, g: Guard, v: &Value, span: Span) {
        let name = match self.case.program().guards.get(g.index()).map(|n| &n.op) {
            Some(rogatio_mir::Op::CaseEntity(name)) => name.clone(),
            _ => {
                let what = self.case.describe(g, &Env::new());
                let message = format!("`{what}` is {}, not an entity", self.case.show_value(v));
                self.diagnostics
                    .push(Diagnostic::error(codes::E0909, message).at(span, ""));
                return;
            }
        };
        self.entity(&name, span);
    }

    pub(super) fn value(&mut self, g: Guard, span: Span) -> Value {
        let v = self.case.eval(g, &Env::new());
        if let Value::Undetermined(_) = v
            && let Some(rogatio_mir::Op::CaseEntity(_)) =
                self.case.program().guards.get(g.index()).map(|n| &n.op)
        {
            self.not_an_entity(g, &v, span);
        }
        v
    }

    pub(super) fn refuse(&mut self, why: &CaseError, span: Span) {
        let code = match why {
            CaseError::Runaway(_) => codes::E0910,
            _ => codes::E0909,
        };
        self.diagnostics
            .push(Diagnostic::error(code, why.to_string()).at(span, ""));
    }
}
