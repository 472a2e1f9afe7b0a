//! Sets of days: months, weekdays, `1st Monday of May`, ranges, calendars of a text (R15, R23).

use rogatio_calendar::{Cycle, Dates, Day, Span as Days, Weekday};
use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, Ordinal};
use crate::check::{Checker, error_expr};
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

/// The sets of days that every calendar has, unless a declaration takes the name.
pub(crate) fn civil_dates(name: &str) -> Option<Dates> {
    let unit = match name {
        "day" => Cycle::DAY,
        "week" => Cycle::WEEK,
        "month" => Cycle::MONTH,
        "year" => Cycle::YEAR,
        _ => {
            let month = (1..=12).find(|m| rogatio_calendar::month_name(*m) == Some(name));
            let weekday = |w: &Weekday| {
                let own = w.name();
                name.len() == own.len()
                    && name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.to_ascii_lowercase() == own
            };
            return month
                .map(Dates::Month)
                .or_else(|| Weekday::ALL.into_iter().find(weekday).map(Dates::Weekday));
        }
    };
    Some(Dates::Unit(unit))
}

impl Checker {
    /// The type `date`, not a kind of that name.
    pub(crate) fn is_date(&self, cx: &Context, t: &ast::TypeExpr) -> bool {
        matches!(&t.kind, ast::TypeKind::Named(p)
            if crate::check::text_of(p) == "date" && self.symbol(cx, "date").is_none())
    }

    /// Is this a set of days? By names alone.
    pub(crate) fn is_dates(&self, cx: &Context, e: &ast::Expr) -> bool {
        match &e.kind {
            A::Paren(i) => self.is_dates(cx, i),
            A::Range(a, _) => self.is_time(cx, a),
            A::Binary(BinaryOp::Union | BinaryOp::Intersect | BinaryOp::Sub, l, r) => {
                self.is_dates(cx, l) || self.is_dates(cx, r)
            }
            A::Binary(BinaryOp::Of, l, r) => {
                let inner = match &unparen(l).kind {
                    A::Ordinal(_, i) => i,
                    _ => l,
                };
                self.is_dates(cx, inner) && self.is_dates(cx, r)
            }
            A::Name(n) => match cx.local(&n.text) {
                Some(v) => self.program.vars[v.index()].ty == Ty::Dates,
                None => self.names_dates(cx, &n.text),
            },
            A::Call(f, _) => matches!(&f.kind, A::Name(n)
                if self.symbol(cx, &n.text).is_some() && self.names_dates(cx, &n.text)),
            A::Field(base, n) => match &base.kind {
                A::Name(alias)
                    if matches!(self.symbol(cx, &alias.text), Some(Symbol::Module(_))) =>
                {
                    self.names_dates(cx, &format!("{}.{}", alias.text, n.text))
                }
                _ => {
                    let named = || self.program.fields.iter().filter(|f| f.name == n.text);
                    named().next().is_some() && named().all(|f| f.ty == Ty::Dates)
                }
            },
            _ => false,
        }
    }

    fn names_dates(&self, cx: &Context, name: &str) -> bool {
        match self.symbol(cx, name) {
            Some(Symbol::Define(d)) => self.program.defines[d.index()].ty == Ty::Dates,
            Some(Symbol::Given(g)) => self.program.givens[g.index()].ty == Ty::Dates,
            Some(Symbol::Field(f)) => self.program.fields[f.index()].ty == Ty::Dates,
            Some(Symbol::Parameter(i)) => {
                cx.parameters.get(i).is_some_and(|(_, ty)| *ty == Ty::Dates)
            }
            Some(_) => false,
            None => civil_dates(name).is_some(),
        }
    }

    /// A time rather than an entity, as the end of a range. By names alone.
    fn is_time(&self, cx: &Context, e: &ast::Expr) -> bool {
        let day = |ty: &Ty| matches!(ty, Ty::Day | Ty::Time);
        match &e.kind {
            A::Paren(i) => self.is_time(cx, i),
            A::Date(_) | A::DateTime(_) | A::Ordinal(..) | A::Call(..) | A::Field(..) => true,
            A::Binary(BinaryOp::After | BinaryOp::Before | BinaryOp::OrElse, ..) => true,
            A::Name(n) => match cx.local(&n.text) {
                Some(v) => day(&self.var_ty(v)),
                None => match self.symbol(cx, &n.text) {
                    Some(Symbol::Define(d)) => day(&self.program.defines[d.index()].ty),
                    Some(Symbol::Given(g)) => day(&self.program.givens[g.index()].ty),
                    _ => n.text == "now",
                },
            },
            _ => false,
        }
    }

    /// An expression that must be a set of days.
    pub(crate) fn dates(&mut self, cx: &mut Context, e: &ast::Expr) -> Expr {
        let span = e.span;
        match &e.kind {
            A::Paren(inner) => self.dates(cx, inner),
            A::Date(day) => self.known_dates(cx, Dates::listed([Days::day(*day)]), span),
            A::Range(a, b) => self.dates_range(cx, a, b, span),
            A::Binary(op @ (BinaryOp::Union | BinaryOp::Intersect | BinaryOp::Sub), l, r) => {
                let join = match op {
                    BinaryOp::Union => DatesJoin::Either,
                    BinaryOp::Intersect => DatesJoin::Both,
                    _ => DatesJoin::Without,
                };
                let (a, b) = (self.dates(cx, l), self.dates(cx, r));
                self.join_dates(cx, join, a, b, span)
            }
            A::Binary(BinaryOp::Of, l, r) => match &unparen(l).kind {
                A::Ordinal(ordinal, inner) => {
                    let n = match ordinal {
                        Ordinal::First => 1,
                        Ordinal::Last => -1,
                        Ordinal::Nth(n) => i32::try_from(*n).unwrap_or(i32::MAX),
                    };
                    if n == 0 {
                        self.zeroth(l.span);
                        return error_expr(cx.provision, span);
                    }
                    let (a, b) = (self.dates(cx, inner), self.dates(cx, r));
                    self.join_dates(cx, DatesJoin::Nth(n), a, b, span)
                }
                _ => {
                    let (a, b) = (self.dates(cx, l), self.dates(cx, r));
                    self.join_dates(cx, DatesJoin::Of, a, b, span)
                }
            },
            A::Ordinal(..) => {
                self.error(
                    Diagnostic::error(codes::E0430, "the how-manieth of what?")
                        .at(span, "days are numbered within something")
                        .help("write `1st Monday of May`, or `first January after …`"),
                );
                error_expr(cx.provision, span)
            }
            A::Name(n) if cx.local(&n.text).is_none() && self.symbol(cx, &n.text).is_none() => {
                match civil_dates(&n.text) {
                    Some(dates) => self.known_dates(cx, dates, span),
                    None => {
                        self.unknown(cx, &n.text, span);
                        error_expr(cx.provision, span)
                    }
                }
            }
            _ => {
                let v = self.value(cx, e, None);
                match v.ty {
                    Ty::Dates | Ty::Error => v,
                    Ty::Day => {
                        let again = v.clone();
                        let kind = ExprKind::DatesRange(Box::new(v), Box::new(again));
                        self.make(cx, kind, Ty::Dates, span)
                    }
                    _ => {
                        self.mismatch(&v, "a set of days");
                        error_expr(cx.provision, span)
                    }
                }
            }
        }
    }

    pub(crate) fn known_dates(&self, cx: &Context, dates: Dates, span: Span) -> Expr {
        // A define of the calendar's name tells it in reasons; here the set itself is enough.
        self.make(cx, ExprKind::Dates(dates), Ty::Dates, span)
    }

    fn dates_range(&mut self, cx: &mut Context, a: &ast::Expr, b: &ast::Expr, span: Span) -> Expr {
        if let (A::Date(first), A::Date(last)) = (&unparen(a).kind, &unparen(b).kind) {
            if last < first {
                self.error(
                    Diagnostic::error(codes::E0431, "this range ends before it begins")
                        .at(span, format!("{last} is earlier than {first}"))
                        .help("put the earlier day first"),
                );
                return error_expr(cx.provision, span);
            }
            let days = Days {
                first: *first,
                last: *last,
            };
            return self.known_dates(cx, Dates::listed([days]), span);
        }
        let (a, b) = (self.time(cx, a), self.time(cx, b));
        let kind = ExprKind::DatesRange(Box::new(a), Box::new(b));
        self.make(cx, kind, Ty::Dates, span)
    }

    /// Two sets made one; that some day is ever in it is checked at once if both are known.
    fn join_dates(&mut self, cx: &Context, join: DatesJoin, a: Expr, b: Expr, span: Span) -> Expr {
        if a.ty == Ty::Error || b.ty == Ty::Error {
            return error_expr(cx.provision, span);
        }
        let kind = ExprKind::DatesJoin(join, Box::new(a), Box::new(b));
        let made = self.make(cx, kind, Ty::Dates, span);
        let Some(dates) = self.dates_known(&made) else {
            return made;
        };
        let (why, place, help) = match dates.is_empty() {
            Ok(false) => return made,
            Ok(true) => (
                "no day is ever in this set".to_owned(),
                "these never come together",
                "check the number and the parts: a February has no 31st day",
            ),
            Err(why) => (
                why.to_string(),
                "whether a day is ever in it was not found out",
                "build it from months, weeks and years",
            ),
        };
        self.error(
            Diagnostic::error(codes::E0432, why)
                .at(span, place)
                .help(help),
        );
        error_expr(cx.provision, span)
    }

    /// A set of days that no case can change.
    pub(crate) fn dates_known(&self, e: &Expr) -> Option<Dates> {
        self.dates_within(e, 64)
    }

    /// The same through so many defines at most: one that names itself is reported elsewhere.
    fn dates_within(&self, e: &Expr, depth: u32) -> Option<Dates> {
        let depth = depth.checked_sub(1)?;
        match &e.kind {
            ExprKind::Dates(dates) => Some(dates.clone()),
            ExprKind::DatesJoin(join, a, b) => {
                Some(join.apply(self.dates_within(a, depth)?, self.dates_within(b, depth)?))
            }
            ExprKind::Call(define, _) => match &self.program.defines[define.index()].value {
                DefineValue::Expr(value) => self.dates_within(value, depth),
                _ => None,
            },
            _ => None,
        }
    }

    /// `t in M`.
    pub(crate) fn in_dates(
        &mut self,
        cx: &mut Context,
        t: &ast::Expr,
        dates: &ast::Expr,
        span: Span,
    ) -> Expr {
        let t = self.time(cx, t);
        // Between two times: compared with each, so that one of them may still be open.
        if let A::Range(a, b) = &unparen(dates).kind
            && !matches!(
                (&unparen(a).kind, &unparen(b).kind),
                (A::Date(_), A::Date(_))
            )
        {
            let (a, b) = (self.time(cx, a), self.time(cx, b));
            let from = ExprKind::Compare(CmpOp::Ge, Box::new(t.clone()), Box::new(a));
            let to = ExprKind::Compare(CmpOp::Le, Box::new(t), Box::new(b));
            let both = vec![
                self.make(cx, from, Ty::Bool, span),
                self.make(cx, to, Ty::Bool, span),
            ];
            return self.make(cx, ExprKind::And(both), Ty::Bool, span);
        }
        let dates = self.dates(cx, dates);
        let kind = ExprKind::InDates(Box::new(t), Box::new(dates));
        self.make(cx, kind, Ty::Bool, span)
    }

    /// `first M after T`, `2nd M after T`, `last M before T`, `1st Monday of May after T`; nothing if `l` is no set of days.
    pub(crate) fn dates_pick(
        &mut self,
        cx: &mut Context,
        before: bool,
        l: &ast::Expr,
        r: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (n, set) = match &unparen(l).kind {
            A::Ordinal(ordinal, inner) if self.is_dates(cx, inner) => {
                let n = match (ordinal, before) {
                    (Ordinal::First, false) | (Ordinal::Last, true) => Some(1),
                    (Ordinal::Nth(n), false) => Some(*n),
                    _ => None,
                };
                (n, inner.as_ref())
            }
            A::Binary(BinaryOp::Of, o, _)
                if matches!(unparen(o).kind, A::Ordinal(..)) && self.is_dates(cx, l) =>
            {
                (Some(1), l)
            }
            _ if self.is_dates(cx, l) => (None, l),
            _ => return None,
        };
        let Some(n) = n.filter(|n| *n > 0) else {
            self.error(
                Diagnostic::error(codes::E0430, "which of these days is meant?")
                    .at(l.span, "they come again and again")
                    .help(if before {
                        "write `last … before …`"
                    } else {
                        "write `first … after …` or `2nd … after …`"
                    }),
            );
            return Some(error_expr(cx.provision, span));
        };
        let dates = self.dates(cx, set);
        let from = self.time(cx, r);
        let ty = if dates.ty == Ty::Error || from.ty == Ty::Error {
            Ty::Error
        } else {
            Ty::Day
        };
        let kind = ExprKind::DatesPick {
            dates: Box::new(dates),
            pick: Pick {
                n,
                before,
                end: false,
            },
            from: Box::new(from),
        };
        Some(self.make(cx, kind, ty, span))
    }

    /// `year(t)`, `month(t)`, `day(t)`, `digit(n)`; nothing if the name is another's.
    pub(crate) fn date_part(
        &mut self,
        cx: &mut Context,
        name: &str,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<Expr> {
        let part = match name {
            "year" => Some(DatePart::Year),
            "month" => Some(DatePart::Month),
            "day" => Some(DatePart::Day),
            "digit" => None,
            _ => return None,
        };
        if self.symbol(cx, name).is_some() {
            return None;
        }
        let [
            ast::Arg {
                kind: ast::ArgKind::Value(e),
                ..
            },
        ] = args
        else {
            self.arity(name, 1, args.len(), span);
            return Some(error_expr(cx.provision, span));
        };
        let kind = match part {
            Some(part) => ExprKind::DatePart(part, Box::new(self.time(cx, e))),
            None => ExprKind::Digit(Box::new(self.quantity(cx, e))),
        };
        Some(self.make(cx, kind, Ty::Int, span))
    }

    // ---- calendars -------------------------------------------------------------------------------------------

    /// `calendar fluegel: months 12, thirds of month early middle late, term of 10 years from 0001-01-01`.
    pub(crate) fn calendar(&mut self, cx: &Context, c: &ast::ClockCalendar) {
        for part in &c.parts {
            self.calendar_part(cx, part);
        }
    }

    fn calendar_part(&mut self, cx: &Context, part: &[ast::Expr]) {
        let Some(first) = part.first() else { return };
        let span = part.iter().fold(first.span, |s, e| s.to(e.span));
        let word = |i: usize| match part.get(i).map(|e| &e.kind) {
            Some(A::Name(n)) => n.text.as_str(),
            _ => "",
        };
        let names = |from: usize| -> Option<Vec<ast::Name>> {
            let of = |e: &ast::Expr| match &e.kind {
                A::Name(n) => Some(n.clone()),
                _ => None,
            };
            part.get(from..)?.iter().map(of).collect()
        };
        match (word(0), word(1)) {
            ("months", _) => match part.get(1).map(|e| &e.kind) {
                Some(A::Int(12)) if part.len() == 2 => return,
                _ if part.len() == 13 => {
                    if let Some(names) = names(1) {
                        for (i, n) in (1..).zip(names) {
                            self.enter_dates(cx, &n, Dates::Month(i));
                        }
                        return;
                    }
                }
                _ => {}
            },
            ("weekdays", _) if part.len() == 8 => {
                if let Some(names) = names(1) {
                    for (w, n) in Weekday::ALL.into_iter().zip(names) {
                        self.enter_dates(cx, &n, Dates::Weekday(w));
                    }
                    return;
                }
            }
            (how, "of") if matches!(how, "halves" | "thirds" | "quarters") => {
                let parts: u32 = match how {
                    "halves" => 2,
                    "thirds" => 3,
                    _ => 4,
                };
                let units = match (word(2), parts) {
                    ("month", 2 | 3) => Some((Cycle::PartsOfMonth { parts }, Cycle::MONTH)),
                    ("year", _) => {
                        let months = Cycle::Months {
                            count: 12 / parts,
                            from: Day(0),
                        };
                        Some((months, Cycle::YEAR))
                    }
                    _ => None,
                };
                if let (Some((unit, within)), Some(names)) = (units, names(3))
                    && names.len() == parts as usize
                {
                    for (i, n) in (1..).zip(names) {
                        let dates = Dates::Unit(unit).nth_of(i, Dates::Unit(within));
                        self.enter_dates(cx, &n, dates);
                    }
                    return;
                }
            }
            (_, "of") => {
                if let (
                    [
                        A::Name(name),
                        _,
                        A::Length(n, unit),
                        A::Name(from),
                        A::Date(day),
                    ],
                    true,
                ) = (
                    &part
                        .iter()
                        .map(|e| e.kind.clone())
                        .collect::<Vec<_>>()
                        .as_slice(),
                    part.len() == 5,
                ) && from.text == "from"
                {
                    return self.calendar_unit(cx, name, *n, *unit, *day, span);
                }
            }
            _ => {}
        }
        self.error(
            Diagnostic::error(codes::E0433, "this is no part of a calendar")
                .at(span, "not understood")
                .help(
                    "write `months 12`, `months` or `weekdays` with all their names, `halves of year NAME NAME`, `thirds of month NAME NAME NAME`, `quarters of year …`, or `NAME of 10 years from DATE`",
                ),
        );
    }

    fn calendar_unit(
        &mut self,
        cx: &Context,
        name: &ast::Name,
        n: i64,
        unit: rogatio_calendar::Unit,
        from: Day,
        span: Span,
    ) {
        use rogatio_calendar::{Length, Period};
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        let made = match Length::from_unit(n, unit) {
            Some(Length::Period(Period { months, days: 0 })) => {
                Some(Cycle::months(count(months), from))
            }
            Some(Length::Period(Period { months: 0, days })) => {
                Some(Cycle::days(count(days), from))
            }
            _ => None,
        };
        match made {
            Some(Ok(cycle)) => self.enter_dates(cx, name, Dates::Unit(cycle)),
            Some(Err(why)) => self.error(
                Diagnostic::error(codes::E0433, why.to_string())
                    .at(span, "this unit cannot be")
                    .help("let it begin on the 28th of a month at the latest"),
            ),
            None => self.error(
                Diagnostic::error(codes::E0433, "a unit of a calendar is made of days")
                    .at(span, "shorter than a day, or too long")
                    .help("write days, weeks, months or years"),
            ),
        }
    }

    /// A named set of days.
    fn enter_dates(&mut self, cx: &Context, name: &ast::Name, dates: Dates) {
        let define = DefineId(crate::check::id(self.program.defines.len()));
        let value = self.make(cx, ExprKind::Dates(dates), Ty::Dates, name.span);
        self.program.defines.push(Define {
            name: name.text.clone(),
            titles: Vec::new(),
            params: Vec::new(),
            value: DefineValue::Expr(value),
            ty: Ty::Dates,
            provision: cx.provision,
            span: name.span,
        });
        self.enter(cx, name, Symbol::Define(define));
    }

    /// Is `l after T` a day picked from a set? By names alone.
    pub(crate) fn picks_days(&self, cx: &Context, l: &ast::Expr) -> bool {
        match &unparen(l).kind {
            A::Ordinal(_, inner) => self.is_dates(cx, inner),
            _ => self.is_dates(cx, l),
        }
    }

    pub(crate) fn zeroth(&mut self, span: Span) {
        self.error(Diagnostic::error(codes::E0415, "counting begins with the 1st").at(span, "0th"));
    }
}

impl DatesJoin {
    /// The joined set.
    #[must_use]
    pub fn apply(self, a: Dates, b: Dates) -> Dates {
        match self {
            DatesJoin::Both => a.both(b),
            DatesJoin::Either => a.either(b),
            DatesJoin::Without => a.without(b),
            DatesJoin::Of => a.of(b),
            DatesJoin::Nth(n) => a.nth_of(n, b),
        }
    }
}
