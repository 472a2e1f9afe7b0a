//! Scenarios: entities and dated acts; `assume` and `expect` are in files of their own.

mod assume;
mod expect;

pub(crate) use expect::UNDETERMINED;

use rogatio_calendar::{Day, Length};
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, ItemKind, ScenarioItemKind as I, StampTime};
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

/// More entities than this from one range is a slip of the pen.
const RANGE_LIMIT: u64 = 1_000_000;

impl Checker {
    /// Scenarios and experiments of a module, articles included.
    pub(crate) fn cases(&mut self, cx: &Context, items: &[ast::Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Scenario(s) => {
                    let mut cx = cx.clone();
                    cx.case = Some(CaseNames::default());
                    let items = self.scenario_items(&mut cx, &s.items);
                    self.program.scenarios.push(Scenario {
                        name: s.name.value.clone(),
                        items,
                        span: s.name.span,
                    });
                }
                ItemKind::Experiment(x) => self.experiment(cx, x),
                ItemKind::Article(a) => {
                    if let ast::ArticleBody::Items(items) = &a.body {
                        self.cases(cx, items);
                    }
                }
                _ => {}
            }
        }
    }

    /// The lines of a scenario, an experiment or a prompt. Names are collected first.
    pub(crate) fn scenario_items(
        &mut self,
        cx: &mut Context,
        items: &[ast::ScenarioItem],
    ) -> Vec<ScenarioItem> {
        self.collect_names(cx, items);
        let mut at = None;
        self.lines(cx, items, &mut at)
    }

    fn collect_names(&mut self, cx: &mut Context, items: &[ast::ScenarioItem]) {
        for item in items {
            match &item.kind {
                // Holders of a status are named when everybody is.
                I::Entities { kind, .. } if self.holders_of(cx, kind).is_some() => {}
                I::Entities { kind, members } => {
                    let Some(kind) = self.case_kind(cx, kind) else {
                        continue;
                    };
                    for m in members {
                        for name in self.expand(&m.first, m.last.as_ref()) {
                            let case = cx.case.get_or_insert_default();
                            if case.entities.insert(name.clone(), kind).is_some() {
                                self.error(
                                    Diagnostic::error(
                                        codes::E0920,
                                        format!("`{name}` is declared twice in this case"),
                                    )
                                    .at(m.span, "named again here")
                                    .help("give the two different names"),
                                );
                            }
                        }
                    }
                }
                I::EntitiesFromLog { .. } | I::EventsFrom { .. } => {
                    cx.case.get_or_insert_default().open = true
                }
                I::Act {
                    binder: Some(b),
                    act,
                } => {
                    if let Some(a) = self.act_of(cx, act)
                        && let Some(kind) = self.program.named_by(a)
                    {
                        cx.case
                            .get_or_insert_default()
                            .entities
                            .insert(b.text.clone(), kind);
                    }
                }
                I::Branch(_, items) => self.collect_names(cx, items),
                _ => {}
            }
        }
    }

    fn case_kind(&mut self, cx: &Context, path: &ast::Path) -> Option<KindId> {
        let name = crate::check::text_of(path);
        match self.symbol(cx, &name) {
            Some(Symbol::Kind(r)) if r.kinds.len() == 1 => Some(r.kinds[0]),
            Some(Symbol::Kind(r)) => {
                let names: Vec<String> = r
                    .kinds
                    .iter()
                    .map(|k| self.program.kinds[k.index()].name.clone())
                    .collect();
                self.error(
                    Diagnostic::error(codes::E0921, format!("`{name}` is more than one kind"))
                        .at(path.span, "an entity is of exactly one")
                        .help(format!("declare them as one of: {}", names.join(", "))),
                );
                None
            }
            Some(other) => {
                self.error(
                    Diagnostic::error(
                        codes::E0203,
                        format!("`{name}` is {}, not a kind", other.what()),
                    )
                    .at(path.span, "a kind belongs here"),
                );
                None
            }
            None => {
                self.unknown(cx, &name, path.span);
                None
            }
        }
    }

    /// `S1..S29`: the same letters, numbers from and to.
    pub(crate) fn expand(&mut self, first: &ast::Name, last: Option<&ast::Name>) -> Vec<String> {
        let Some(last) = last else {
            return vec![first.text.clone()];
        };
        let split = |s: &str| {
            let digits = s.chars().rev().take_while(char::is_ascii_digit).count();
            let at = s.len() - digits;
            s[at..].parse::<u64>().ok().map(|n| (s[..at].to_owned(), n))
        };
        let span = first.span.to(last.span);
        match (split(&first.text), split(&last.text)) {
            (Some((a, from)), Some((b, to))) if a == b && from <= to && to - from < RANGE_LIMIT => {
                (from..=to).map(|n| format!("{a}{n}")).collect()
            }
            (Some((a, from)), Some((b, to))) if a == b && from <= to => {
                self.error(
                    Diagnostic::error(codes::E0922, "this range names too many entities")
                        .at(span, format!("{} of them", to - from + 1))
                        .help(format!("at most {RANGE_LIMIT} are allowed in one range")),
                );
                Vec::new()
            }
            _ => {
                self.error(
                    Diagnostic::error(codes::E0922, "a range counts up one name: `S1..S29`")
                        .at(span, "no range")
                        .help(
                            "use the same letters on both sides, and a larger number on the right",
                        ),
                );
                vec![first.text.clone(), last.text.clone()]
            }
        }
    }

    fn lines(
        &mut self,
        cx: &mut Context,
        items: &[ast::ScenarioItem],
        at: &mut Option<Stamp>,
    ) -> Vec<ScenarioItem> {
        let mut made = Vec::new();
        let mut read = at.as_ref().and_then(|a| a.reading);
        for (number, item) in items.iter().enumerate() {
            if let Some(s) = &item.at {
                let said = s.second_clock.as_ref();
                let reading = said.and_then(|e| self.clock_reading(e));
                let stamp = Stamp {
                    time: s.time,
                    order: s.order,
                    recalled: s.recalled,
                    reading,
                };
                if let (Some(before), Some(now)) = (read, reading)
                    && now < before
                {
                    let before = Length::Elapsed(rogatio_calendar::Duration(before));
                    self.error(
                        Diagnostic::error(codes::E0438, "the second clock does not run backward")
                            .at(s.span, format!("it read {before} already"))
                            .help("put the lines in the order of both clocks"),
                    );
                }
                // One that is not said repeats.
                read = reading.or(read);
                if let Some(before) = at.as_ref()
                    && day_of(&before.time) > day_of(&stamp.time)
                {
                    self.error(
                        Diagnostic::error(codes::E0923, "this line is earlier than the one before")
                            .at(s.span, format!("after {}", day_of(&before.time)))
                            .help("put the lines in order of time; a `branch` starts from where it stands"),
                    );
                }
                *at = Some(stamp);
            }
            let dated = matches!(item.kind, I::Act { .. } | I::Set { .. } | I::Expect(_));
            if dated && at.is_none() && !matches!(&item.kind, I::Set { .. }) {
                // `State: A B`: a list without commas, told once.
                let bare = |i: &ast::ScenarioItem| matches!(&i.kind, I::Act { act, .. } if matches!(act.kind, A::Name(_)));
                let before = number.checked_sub(1).and_then(|n| items.get(n));
                let adjacent = before.filter(|b| b.span.end + 1 >= item.span.start);
                if bare(item)
                    && let Some(before) = adjacent
                {
                    if !bare(before) || before.at.is_some() {
                        self.error(
                            Diagnostic::error(codes::E0924, "when is this?")
                                .at(item.span, "a line of its own, without a date")
                                .help("names are joined by commas: `State: A, B, C`"),
                        );
                    }
                    continue;
                }
                self.error(
                    Diagnostic::error(codes::E0924, "when is this?")
                        .at(item.span, "no date stands before it")
                        .help("begin the line with a date: `1993-09-30: …`"),
                );
                continue;
            }
            if let I::Entities { kind, members } = &item.kind
                && let Some(status) = self.holders_of(cx, kind)
            {
                let seated = self.holders(cx, status, kind, members);
                made.extend(seated.into_iter().map(|a| ScenarioItem {
                    at: at.clone(),
                    kind: ScenarioItemKind::Assume(a),
                    span: item.span,
                }));
                continue;
            }
            let Some(kind) = self.line(cx, item, at) else {
                continue;
            };
            made.push(ScenarioItem {
                at: at.clone(),
                kind,
                span: item.span,
            });
        }
        made
    }

    fn line(
        &mut self,
        cx: &mut Context,
        item: &ast::ScenarioItem,
        at: &Option<Stamp>,
    ) -> Option<ScenarioItemKind> {
        Some(match &item.kind {
            I::Entities { kind, members } => {
                let kind = match self.symbol(cx, &crate::check::text_of(kind)) {
                    Some(Symbol::Kind(r)) if r.kinds.len() == 1 => r.kinds[0],
                    _ => return None, // reported when names were collected
                };
                let mut list = Vec::new();
                for m in members {
                    let before = self.diagnostics.len();
                    let names = self.expand(&m.first, m.last.as_ref());
                    self.diagnostics.truncate(before); // reported when names were collected
                    let fields = self.case_fields(cx, kind, &m.fields);
                    for name in names {
                        list.push(CaseEntity {
                            name,
                            kind,
                            fields: fields.clone(),
                            span: m.span,
                        });
                    }
                }
                ScenarioItemKind::Entities(list)
            }
            I::EntitiesFromLog {
                kind,
                column,
                filter,
            } => ScenarioItemKind::EntitiesFromLog {
                kind: self.case_kind(cx, kind)?,
                column: column.text.clone(),
                filter: filter
                    .as_ref()
                    .map(|(c, v)| (c.text.clone(), v.value.clone())),
            },
            I::Act { binder, act } => ScenarioItemKind::Act(self.case_act(
                cx,
                act,
                binder.as_ref().map(|b| b.text.clone()),
            )?),
            I::Set { target, value } => {
                if let Some(act) = self.finding_line(target, value) {
                    return self.case_act(cx, &act, None).map(ScenarioItemKind::Act);
                }
                let t = self.expr(cx, target, None);
                match t.kind {
                    ExprKind::Given(given, keys) => {
                        self.not_found_by_anybody(given, target.span);
                        let ty = t.ty.clone();
                        let value = self.expr(cx, value, Some(&ty));
                        self.expect_ty(&value, &ty);
                        ScenarioItemKind::SetGiven { given, keys, value }
                    }
                    ExprKind::Error => return None,
                    _ => {
                        self.error(
                            Diagnostic::error(codes::E0925, "only a given takes a value in a case")
                                .at(target.span, "not a given")
                                .help(
                                    "statuses follow from acts; to presuppose one write `assume …`",
                                ),
                        );
                        return None;
                    }
                }
            }
            I::Expect(e) => ScenarioItemKind::Expect(self.expect(cx, e)?),
            I::Reading(name, choice) => {
                let (r, i) = self.choice_of(cx, name, choice)?;
                ScenarioItemKind::Reading(r, i)
            }
            I::Assume(a) if a.probability.is_some() || a.alternates.is_some() => {
                self.nothing_drawn(a.what.span);
                return None;
            }
            I::Assume(a) => ScenarioItemKind::Assume(self.assume(cx, a)?),
            I::Term(t) if crate::experiment::is_law(&t.length) => {
                self.nothing_drawn(t.length.span);
                return None;
            }
            I::Term(t) => match self.constant_length(cx, &t.length) {
                Some(l) => ScenarioItemKind::Term(t.urgency, l),
                None => {
                    self.expected_length(t.length.span);
                    return None;
                }
            },
            I::EventsFrom { file, mapping } => ScenarioItemKind::EventsFrom {
                file: file.value.clone(),
                mapping: mapping
                    .iter()
                    .map(|(n, v)| (n.text.clone(), v.clone()))
                    .collect(),
            },
            I::Branch(name, items) => {
                let readings = items.iter().filter_map(|i| match &i.kind {
                    I::Reading(reading, _) => Some((reading, i.span)),
                    _ => None,
                });
                for (reading, span) in readings {
                    let d = Diagnostic::error(
                        codes::E0929,
                        format!("the reading `{}` is taken in a branch", reading.text),
                    )
                    .at(span, "what stands before the branch was read already")
                    .also(name.span, "this branch")
                    .help("write it outside the branches; for the other choice, write another scenario");
                    self.error(d);
                }
                let mut at = at.clone();
                ScenarioItemKind::Branch(name.value.clone(), self.lines(cx, items, &mut at))
            }
        })
    }

    /// A choice of a reading, by their names.
    pub(crate) fn choice_of(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        choice: &ast::Name,
    ) -> Option<(ReadingId, usize)> {
        let Some(Symbol::Reading(r)) = self.symbol(cx, &name.text) else {
            self.unknown_reading(cx, name);
            return None;
        };
        let reading = &self.program.readings[r.index()];
        if let Some(i) = reading.choices.iter().position(|c| *c == choice.text) {
            self.used_readings.push(r);
            return Some((r, i));
        }
        let list = reading.choices.join(", ");
        self.error(
            Diagnostic::error(
                codes::E0210,
                format!("`{}` has no choice `{}`", name.text, choice.text),
            )
            .at(choice.span, "not one of its choices")
            .help(format!("choose one of: {list}")),
        );
        None
    }

    fn unknown_reading(&mut self, cx: &Context, name: &ast::Name) {
        let scope = &self.scopes[cx.module];
        let known = scope
            .names
            .iter()
            .map(|(n, (s, _))| (n, s))
            .chain(scope.imports.iter())
            .filter(|(_, s)| matches!(s, Symbol::Reading(_)))
            .map(|(n, _)| n.as_str());
        let near = rogatio_diagnostics::nearest(&name.text, known);
        let mut d = Diagnostic::error(codes::E0210, format!("there is no reading `{}`", name.text))
            .at(name.span, "not declared");
        if let Some(n) = near {
            d = d.help(format!("did you mean `{n}`?"));
        }
        self.error(d);
    }

    fn case_fields(
        &mut self,
        cx: &mut Context,
        kind: KindId,
        fields: &[(ast::Name, Vec<ast::EntityDeclValue>)],
    ) -> Vec<(FieldId, FieldValue)> {
        let mut made = Vec::new();
        for (name, list) in fields {
            let Some((field, ty)) = self.field_of(&[kind], name) else {
                continue;
            };
            if let Ty::Set(kinds) = &ty {
                let mut names = Vec::new();
                for v in list {
                    match v {
                        ast::EntityDeclValue::Range(a, b) => names.extend(self.expand(a, Some(b))),
                        ast::EntityDeclValue::One(e) => {
                            let v = self.expr(cx, e, Some(&Ty::Entity(kinds.clone())));
                            match v.kind {
                                ExprKind::CaseEntity(n) => names.push(n),
                                ExprKind::Entity(x) => {
                                    names.push(self.program.entities[x.index()].name.clone())
                                }
                                ExprKind::Error => {}
                                _ => self.mismatch(&v, "an entity"),
                            }
                        }
                    }
                }
                made.push((field, FieldValue::Entities(names)));
            } else if let [ast::EntityDeclValue::One(e)] = list.as_slice() {
                let v = self.expr(cx, e, Some(&ty));
                self.expect_ty(&v, &ty);
                made.push((field, FieldValue::Expr(v)));
            } else {
                self.arity(&name.text, 1, list.len(), name.span);
            }
        }
        made
    }

    fn day(&mut self, e: &ast::Expr) -> Option<Day> {
        match &e.kind {
            A::Date(d) => Some(*d),
            A::DateTime(i) => Some(i.day()),
            A::Paren(e) => self.day(e),
            _ => {
                self.error(
                    Diagnostic::error(codes::E0927, "a date belongs here")
                        .at(e.span, "not a date")
                        .help("write it as 1993-12-29"),
                );
                None
            }
        }
    }
}

fn day_of(t: &StampTime) -> Day {
    match t {
        StampTime::Day(d) => *d,
        StampTime::Instant(i) => i.day(),
    }
}
