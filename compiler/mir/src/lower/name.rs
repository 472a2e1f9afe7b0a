//! Names of what has none in the source: histories, timers, sentences.

use super::*;
use rogatio_semantics::hir::{ArgPattern, Expr, ExprKind, Pattern, SetExpr, Stream, StreamKind};

impl Cx<'_> {
    /// `deposit(form) by p`.
    pub(super) fn pattern_name(&self, p: &Pattern) -> String {
        let mut name = String::new();
        if p.attempted {
            name.push_str("attempted ");
        }
        name.push_str(
            self.hir
                .acts
                .get(p.act.index())
                .map_or("?", |a| a.name.as_str()),
        );
        if p.args.iter().any(|a| !matches!(a, ArgPattern::Any)) {
            let args: Vec<String> = p.args.iter().map(|a| self.arg_name(a)).collect();
            name.push_str(&format!("({})", args.join(", ")));
        }
        for (word, a) in [("by", &p.actor), ("for", &p.for_whom), ("to", &p.to)] {
            if !matches!(a, ArgPattern::Any) {
                name.push_str(&format!(" {word} {}", self.arg_name(a)));
            }
        }
        if p.filter.is_some() {
            name.push_str(" where …");
        }
        if let Some(under) = p.under {
            name.push_str(&format!(" under {}", self.b.program.cite_under(under)));
        }
        name
    }

    /// The parts of the same.
    pub(super) fn pattern_parts(&self, p: &Pattern) -> PatternName {
        let part = |a: &ArgPattern| match a {
            ArgPattern::Any => ArgName::Any,
            ArgPattern::In(s) | ArgPattern::Each(s) => match self.named_set(s) {
                Some(name) => ArgName::Text(name.to_owned()),
                None => ArgName::Kinds(s.kinds.clone()),
            },
            ArgPattern::Is(e) => match &e.kind {
                ExprKind::Entity(v) => ArgName::Entity(*v),
                _ => ArgName::Text(self.expr_name(e)),
            },
            ArgPattern::Var(v) => ArgName::Text(self.var_name(*v).to_owned()),
        };
        PatternName {
            args: p.args.iter().map(part).collect(),
            actor: part(&p.actor),
            for_whom: part(&p.for_whom),
            to: part(&p.to),
            filtered: p.filter.is_some(),
            under: p.under.map(|u| self.b.program.cite_under(u)),
        }
    }

    pub(super) fn arg_name(&self, a: &ArgPattern) -> String {
        match a {
            ArgPattern::Any => "_".to_owned(),
            ArgPattern::Var(v) => self.var_name(*v).to_owned(),
            ArgPattern::Is(e) => self.expr_name(e),
            ArgPattern::In(s) => self.set_name(s),
            ArgPattern::Each(s) => format!("each {}", self.set_name(s)),
        }
    }

    /// The name that a set has, or of the kinds whose elements are in it.
    fn set_name(&self, s: &SetExpr) -> String {
        match self.named_set(s) {
            Some(name) => name.to_owned(),
            None => self.kinds_name(&s.kinds),
        }
    }

    /// `Party`, of those for whom its condition is asked: `kind Party = State where bound`.
    fn named_set(&self, s: &SetExpr) -> Option<&str> {
        let ExprKind::Call(define, args) = &s.cond.kind else {
            return None;
        };
        let of_element =
            matches!(args.as_slice(), [a] if matches!(a.kind, ExprKind::Var(v) if v == s.var));
        let define = self.hir.defines.get(define.index()).filter(|_| of_element);
        define.map(|d| d.name.as_str())
    }

    fn kinds_name(&self, kinds: &[KindId]) -> String {
        let names: Vec<&str> = kinds
            .iter()
            .filter_map(|k| self.hir.kinds.get(k.index()))
            .map(|k| k.name.as_str())
            .collect();
        names.join(" | ")
    }

    /// A short text of an expression; `…` where it is long.
    pub(super) fn expr_name(&self, e: &Expr) -> String {
        match &e.kind {
            ExprKind::Bool(v) => v.to_string(),
            ExprKind::Int(v) => v.to_string(),
            ExprKind::Day(v) => v.to_string(),
            ExprKind::Instant(v) => v.to_string(),
            ExprKind::Length(v) => v.to_string(),
            ExprKind::Text(v) => format!("{v:?}"),
            ExprKind::None => "none".to_owned(),
            ExprKind::Entity(v) => self
                .hir
                .entities
                .get(v.index())
                .map_or("?", |e| e.name.as_str())
                .to_owned(),
            ExprKind::CaseEntity(v) => v.clone(),
            ExprKind::Var(v) => self.var_name(*v).to_owned(),
            ExprKind::EventTime => "then".to_owned(),
            ExprKind::Shift {
                before,
                length,
                base,
            } => {
                let word = if *before { "before" } else { "after" };
                format!("{} {word} {}", self.expr_name(length), self.expr_name(base))
            }
            ExprKind::StartOf { status, .. } => format!("start({})", self.status_name(*status)),
            ExprKind::EndOf(status, _) => format!("end({})", self.status_name(*status)),
            ExprKind::StatusValue(status, _) | ExprKind::StatusOn(status, _) => {
                self.status_name(*status)
            }
            ExprKind::ActTime(ordinal, p) => {
                format!("{} {}", ordinal_name(*ordinal), self.pattern_name(p))
            }
            ExprKind::Later(list) => self.list_name("later", list),
            ExprKind::Earlier(list) => self.list_name("earlier", list),
            ExprKind::Call(d, _) => self
                .hir
                .defines
                .get(d.index())
                .map_or("?", |d| d.name.as_str())
                .to_owned(),
            ExprKind::Now => "now".to_owned(),
            ExprKind::Dates(dates) => dates.to_string(),
            ExprKind::DatesRange(a, b) => {
                format!("{} .. {}", self.expr_name(a), self.expr_name(b))
            }
            ExprKind::DatesJoin(join, a, b) => join.words(&self.expr_name(a), &self.expr_name(b)),
            ExprKind::DatesPick { dates, pick, from } => {
                pick.words(&self.expr_name(dates), &self.expr_name(from))
            }
            ExprKind::InDates(t, dates) => {
                format!("{} in {}", self.expr_name(t), self.expr_name(dates))
            }
            ExprKind::DatePart(part, t) => format!("{}({})", part.name(), self.expr_name(t)),
            ExprKind::Given(g, _) => self
                .hir
                .givens
                .get(g.index())
                .map_or("?", |g| g.name.as_str())
                .to_owned(),
            _ => "…".to_owned(),
        }
    }

    fn list_name(&self, word: &str, list: &[Expr]) -> String {
        let names: Vec<String> = list.iter().map(|e| self.expr_name(e)).collect();
        format!("{word}({})", names.join(", "))
    }

    fn status_name(&self, s: StatusId) -> String {
        self.b
            .program
            .statuses
            .get(s.index())
            .map_or("?", |s| s.name.as_str())
            .to_owned()
    }

    /// `90 days after 30th deposit by State`.
    pub(super) fn stream_name(&self, s: &Stream) -> String {
        match &s.kind {
            StreamKind::Act(p) => self.pattern_name(p),
            StreamKind::Or(list) => {
                let names: Vec<String> = list.iter().map(|s| self.stream_name(s)).collect();
                names.join(" or ")
            }
            StreamKind::After(d, e) => {
                format!("{} after {}", self.expr_name(d), self.stream_name(e))
            }
            StreamKind::LapseAfter(d, e) => {
                format!(
                    "lapse of {} after {}",
                    self.expr_name(d),
                    self.stream_name(e)
                )
            }
            StreamKind::LapseAt(t) => format!("lapse of {}", self.expr_name(t)),
            StreamKind::At(t) => self.expr_name(t),
            StreamKind::Started(s, _) => format!("start({})", self.status_name(*s)),
            StreamKind::Ended(s, _) => format!("end({})", self.status_name(*s)),
            StreamKind::Rise { cond, once } => {
                format!(
                    "{}{} becomes true",
                    if *once { "first time " } else { "" },
                    self.expr_name(cond)
                )
            }
            StreamKind::InVersion(e, _) => self.stream_name(e),
            StreamKind::Nth(n, e) => format!("{} {}", nth_name(*n), self.stream_name(e)),
            StreamKind::Where(e, _) => format!("{} where …", self.stream_name(e)),
            StreamKind::Combined {
                earlier,
                points,
                stream,
            } => {
                let mut names: Vec<String> = points.iter().map(|e| self.expr_name(e)).collect();
                names.push(self.stream_name(stream));
                format!(
                    "{}({})",
                    if *earlier { "earlier" } else { "later" },
                    names.join(", ")
                )
            }
            StreamKind::Outcome(d, outcome, _) => {
                let name = self
                    .hir
                    .decisions
                    .get(d.index())
                    .map_or("?", |d| d.name.as_str());
                format!("{}({name})", format!("{outcome:?}").to_lowercase())
            }
            StreamKind::Opened(d, _) => {
                let name = self
                    .hir
                    .decisions
                    .get(d.index())
                    .map_or("?", |d| d.name.as_str());
                format!("opening({name})")
            }
            StreamKind::Enter(p, stage, _) | StreamKind::Leave(p, stage, _) => {
                let stage = self
                    .hir
                    .procedures
                    .get(p.index())
                    .and_then(|p| p.stages.get(*stage));
                let name = stage.map_or("?", |s| s.name.as_str());
                match &s.kind {
                    StreamKind::Leave(..) => format!("the end of {name}"),
                    _ => name.to_owned(),
                }
            }
            StreamKind::Ballot(b) => self.ballot_name(b),
            StreamKind::BreachOf(p) => {
                let cite = self.hir.provisions.get(p.index());
                format!("breach of {}", cite.map_or("?", |p| p.cite.as_str()))
            }
            StreamKind::Norm(n, state, _) => {
                let word = match state {
                    NormState::Lapsed => "lapse".to_owned(),
                    NormState::Fulfilled => "fulfilment".to_owned(),
                    NormState::Breached => "breach".to_owned(),
                    other => format!("{other:?}").to_lowercase(),
                };
                let label = self.hir.norms.get(n.index()).and_then(|n| n.label.clone());
                format!(
                    "{word} of {}",
                    label.unwrap_or_else(|| "the duty".to_owned())
                )
            }
            StreamKind::Every(dates) => format!("every {}", self.expr_name(dates)),
            StreamKind::Begin => "the beginning".to_owned(),
        }
    }
}

fn ordinal_name(o: Ordinal) -> String {
    match o {
        Ordinal::First => "first".to_owned(),
        Ordinal::Last => "last".to_owned(),
        Ordinal::Nth(n) => nth_name(n),
    }
}

/// `1st`, `22nd`, `30th`.
pub(crate) fn nth_name(n: u32) -> String {
    let suffix = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}
