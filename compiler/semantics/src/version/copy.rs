//! Versions of applied copies: a copy follows the versions of its source by date, in the versions of what applies it (R48).

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast;
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::Pending;

impl Checker {
    /// `applies … as of DATE`: what is copied of the text of that day. `None`: which that is has been reported as unclear.
    pub(crate) fn text_of_day<'a>(
        &mut self,
        e: &ast::Expr,
        a: &ast::Applies,
        sources: Vec<Pending<'a>>,
    ) -> Option<Vec<Pending<'a>>> {
        let unclear = |message: String, label: &str| {
            Diagnostic::error(codes::E0849, message).at(e.span, label.to_owned())
        };
        let ast::ExprKind::Date(day) = e.kind else {
            self.error(
                unclear("the text of which day?".to_owned(), "not a date")
                    .help("write the day whose text is applied: `as of 2000-01-01`"),
            );
            return None;
        };
        let mut kept = Vec::new();
        let mut other = None;
        for source in sources {
            let Some(v) = source.cx.version else {
                kept.push(source);
                continue;
            };
            let version = &self.program.versions[v.index()];
            let Some((from, until)) = bounds(version) else {
                let (cite, span) = (version.cite.clone(), version.span);
                let d = unclear(
                    format!("which text of {cite} was in force on {day} cannot be told"),
                    "an event bounds it",
                );
                self.error(
                    d.also(span, "its bounds")
                        .help("leave out `as of`: a copy follows the version that rules"),
                );
                return None;
            };
            match from.is_none_or(|f| f <= day) && until.is_none_or(|u| day < u) {
                true => kept.push(source),
                false => other = Some(version.cite.clone()),
            }
        }
        if let (true, Some(cite)) = (kept.is_empty(), other) {
            let message = format!("{cite} has no such rule on {day}");
            self.error(
                unclear(message, "no version of that day declares any")
                    .also(a.span, "applied here")
                    .help("name a day on which one of its versions is in force"),
            );
            return None;
        }
        Some(kept)
    }

    /// The version of a copy: that of its source, in that of the article that applies it. `Err` if the two are never in force
    /// together.
    pub(crate) fn version_of_copy(
        &mut self,
        source: Option<VersionId>,
        applying: Option<VersionId>,
        span: Span,
    ) -> Result<Option<VersionId>, ()> {
        let (Some(a), Some(b)) = (source, applying) else {
            return Ok(source.or(applying));
        };
        if let Some(known) = self.versions.together.get(&(a, b)) {
            return known.ok_or(()).map(Some);
        }
        let (x, y) = (
            self.program.versions[a.index()].clone(),
            self.program.versions[b.index()].clone(),
        );
        let made = match (bounds(&x), bounds(&y)) {
            (Some((from, until)), Some((since, end))) => {
                let from = from.max(since);
                let until = match (until, end) {
                    (Some(p), Some(q)) => Some(p.min(q)),
                    (p, q) => p.or(q),
                };
                let empty = matches!((from, until), (Some(f), Some(u)) if f >= u);
                (!empty).then(|| Version {
                    cite: format!("{} > {}", y.cite, x.cite),
                    from: from.map(VersionBound::Day),
                    until: until.map(VersionBound::Day),
                    pinned: y.pinned.or(x.pinned),
                    label: interval(from, until),
                    several: true,
                    ..y.clone()
                })
            }
            _ if x.is_apart(&y) => None,
            _ => {
                let d = Diagnostic::error(
                    codes::E0848,
                    format!(
                        "whether {} and {} are in force together cannot be told",
                        x.cite, y.cite
                    ),
                )
                .at(
                    span,
                    "an event bounds a version of what is applied, or of what applies it",
                )
                .also(x.span, "applied")
                .also(y.span, "applies it")
                .help("give one of the two no versions of its own, or bound both by dates");
                let known = |k: &Diagnostic| k.code == d.code && k.span() == d.span();
                if !self.diagnostics.iter().any(known) {
                    self.error(d);
                }
                // So that nothing else is found wrong.
                self.versions.together.insert((a, b), Some(b));
                return Ok(Some(b));
            }
        };
        let made = made.map(|v| {
            self.program.versions.push(v);
            VersionId(id(self.program.versions.len() - 1))
        });
        self.versions.together.insert((a, b), made);
        made.ok_or(()).map(Some)
    }
}

/// First and last day, if days bound it.
#[allow(clippy::type_complexity)]
fn bounds(v: &Version) -> Option<(Option<rogatio_calendar::Day>, Option<rogatio_calendar::Day>)> {
    let day = |b: Option<VersionBound>| match b {
        None => Some(None),
        Some(VersionBound::Day(d)) => Some(Some(d)),
        Some(VersionBound::Event(_)) => None,
    };
    Some((day(v.from)?, day(v.until)?))
}

/// `from 979-12-31 until 1048-12-31`.
fn interval(from: Option<rogatio_calendar::Day>, until: Option<rogatio_calendar::Day>) -> String {
    let from = from.map(|d| format!("from {d}"));
    let until = until.map(|d| format!("until {d}"));
    let parts: Vec<String> = from.into_iter().chain(until).collect();
    parts.join(" ")
}
