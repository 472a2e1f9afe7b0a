//! When every name and rule is known: each rule is live in its version only, what several versions say alike goes on across
//! the boundary, and citations say which version they mean (R18, R47, R47b).

use std::collections::HashMap;

use rogatio_diagnostics::{Diagnostic, codes};

use super::name::{and_in_force, in_version};
use crate::check::{Checker, id};
use crate::hir::*;

impl Checker {
    pub(crate) fn finish_versions(&mut self) {
        if self.program.versions.is_empty() {
            return;
        }
        self.name_versions();
        for s in 0..self.program.statuses.len() {
            self.status_versions(s);
        }
        self.norm_versions();
        self.ballots_of_versions();
        self.read_after_the_end();
    }

    /// Where an article has several versions a citation says which.
    fn name_versions(&mut self) {
        let versions = &self.program.versions;
        for p in &mut self.program.provisions {
            if let Some(v) = p.version.map(|v| &versions[v.index()])
                && v.several
                && !v.label.is_empty()
            {
                p.cite = format!("{} [{}]", p.cite, v.label);
            }
        }
    }

    /// The clauses of a status in their versions.
    fn status_versions(&mut self, s: usize) {
        let status = &mut self.program.statuses[s];
        if status.clauses.iter().all(|c| c.version.is_none()) {
            return;
        }
        let clauses = split(std::mem::take(&mut status.clauses));
        let by_procedure = status.of_procedure.is_some();
        let last = self.last_version(clauses.iter().map(|c| c.version));
        let ends = last.filter(|v| self.program.versions[v.index()].until.is_some());
        if let Some(v) = ends {
            self.must_end(s, v, &clauses);
        }
        let ends = ends.map(|v| (v, self.begun(v)));
        let rises = self.shared_rises(&clauses);
        let mut initially = false;
        let mut made = Vec::new();
        for (i, mut clause) in clauses.into_iter().enumerate() {
            let Some(v) = clause.version else {
                made.push(clause);
                continue;
            };
            let shared = |stream: Stream| match rises.get(&i) {
                Some(cond) => Stream {
                    kind: StreamKind::Rise {
                        cond: Box::new(cond.clone()),
                        once: matches!(stream.kind, StreamKind::Rise { once: true, .. }),
                    },
                    ..stream
                },
                None => stream,
            };
            clause.kind = match clause.kind {
                StatusClauseKind::From {
                    stream,
                    once,
                    unless_meanwhile,
                } => StatusClauseKind::From {
                    stream: in_version(shared(stream), v),
                    once,
                    unless_meanwhile: unless_meanwhile.map(|s| in_version(s, v)),
                },
                StatusClauseKind::Until(stream) => {
                    // What began under the last text ends by it, whenever that is.
                    let v = match ends {
                        Some((last, begun)) if last == v => begun,
                        _ => v,
                    };
                    StatusClauseKind::Until(in_version(shared(stream), v))
                }
                StatusClauseKind::While(cond) => {
                    StatusClauseKind::While(and_in_force(v, clause.provision, cond))
                }
                StatusClauseKind::Is(value, stream) => {
                    StatusClauseKind::Is(value, in_version(stream, v))
                }
                StatusClauseKind::Initially(value) => {
                    // What another version said at its beginning goes on.
                    if std::mem::replace(&mut initially, true) {
                        continue;
                    }
                    let at = |kind| Stream {
                        kind,
                        provision: clause.provision,
                        span: clause.span,
                    };
                    let stream = if by_procedure {
                        at(StreamKind::Begin)
                    } else {
                        let cond = Expr {
                            kind: ExprKind::InVersion(v),
                            ty: Ty::Bool,
                            provision: clause.provision,
                            span: clause.span,
                        };
                        at(StreamKind::Rise {
                            cond: Box::new(cond),
                            once: true,
                        })
                    };
                    StatusClauseKind::Is(value, in_version(stream, v))
                }
            };
            made.push(clause);
        }
        self.program.statuses[s].clauses = made;
    }

    /// The last in time of some versions; none if one declaration holds always.
    fn last_version(&self, versions: impl Iterator<Item = Option<VersionId>>) -> Option<VersionId> {
        let all: Option<Vec<VersionId>> = versions.collect();
        let day = |v: &VersionId| match self.program.versions[v.index()].from {
            Some(VersionBound::Day(d)) => Some(d),
            _ => None,
        };
        // Of one article the order of ids is that of time.
        all?.into_iter().max_by_key(|v| (day(v), *v))
    }

    /// The time from the beginning of a version on.
    fn begun(&mut self, v: VersionId) -> VersionId {
        let begun = Version {
            until: None,
            pinned: None,
            ..self.program.versions[v.index()].clone()
        };
        self.program.versions.push(begun);
        VersionId(id(self.program.versions.len() - 1))
    }

    /// R47: a status whose last version has no successor says how it ends.
    fn must_end(&mut self, s: usize, last: VersionId, clauses: &[StatusClause]) {
        let ends = clauses.iter().any(|c| {
            matches!(
                c.kind,
                StatusClauseKind::Until(_) | StatusClauseKind::While(_)
            )
        });
        let cleared = clauses.iter().any(
            |c| matches!(&c.kind, StatusClauseKind::Is(v, _) if matches!(v.kind, ExprKind::None)),
        );
        if ends || cleared || self.partial {
            return;
        }
        let status = &self.program.statuses[s];
        let version = &self.program.versions[last.index()];
        let end = match version.until {
            Some(VersionBound::Day(day)) => day.to_string(),
            Some(VersionBound::Event(e)) => self.program.version_events[e].text.clone(),
            None => return,
        };
        let d = Diagnostic::error(
            codes::E0826,
            format!("what becomes of `{}` when {} ends?", status.name, version.cite),
        )
        .at(status.span, "goes on for ever: no rule ends it any more")
        .also(version.span, format!("{} has no later version", version.label))
        .help(format!(
            "say when it ends, `until {end}` or `until EVENT`, or declare it in the next version, too"
        ));
        self.error(d);
    }

    /// Conditions that versions say in the same place are one condition: it rises by a version change if only the later text
    /// holds, and not at all if both do (R18). By the index of the clause.
    fn shared_rises(&self, clauses: &[StatusClause]) -> HashMap<usize, Expr> {
        let mut groups: HashMap<(bool, bool, usize), Vec<usize>> = HashMap::new();
        let mut count: HashMap<(bool, bool, VersionId), usize> = HashMap::new();
        for (i, c) in clauses.iter().enumerate() {
            let (Some(v), Some((stream, starts))) = (c.version, watched(&c.kind)) else {
                continue;
            };
            let StreamKind::Rise { once, .. } = stream.kind else {
                continue;
            };
            let n = count.entry((starts, once, v)).or_default();
            groups.entry((starts, once, *n)).or_default().push(i);
            *n += 1;
        }
        let mut out = HashMap::new();
        for group in groups.into_values() {
            let parts: Vec<Expr> = group
                .iter()
                .filter_map(|&i| {
                    let c = &clauses[i];
                    let (stream, _) = watched(&c.kind)?;
                    let StreamKind::Rise { cond, .. } = &stream.kind else {
                        return None;
                    };
                    Some(and_in_force(c.version?, c.provision, (**cond).clone()))
                })
                .collect();
            let Some(first) = parts.first() else { continue };
            let cond = Expr {
                ty: Ty::Bool,
                provision: first.provision,
                span: first.span,
                kind: ExprKind::Or(parts),
            };
            out.extend(group.into_iter().map(|i| (i, cond.clone())));
        }
        out
    }

    /// Sentences that say the same thing in the version before are one norm with another text.
    fn norm_versions(&mut self) {
        let mut seen: HashMap<(ProvisionId, String, usize), NormId> = HashMap::new();
        let mut order: Vec<usize> = (0..self.program.norms.len())
            .filter(|i| self.program.norms[*i].version.is_some())
            .collect();
        order.sort_by_key(|i| (self.program.norms[*i].version, *i));
        let mut count: HashMap<(ProvisionId, String, VersionId), usize> = HashMap::new();
        for i in order {
            let norm = &self.program.norms[i];
            let Some(v) = norm.version else { continue };
            if norm.label.is_some() {
                continue;
            }
            let place = &self.program.provisions[norm.provision.index()];
            let what = (place.of.unwrap_or(norm.provision), sort_of(norm));
            let n = count.entry((what.0, what.1.clone(), v)).or_default();
            let key = (what.0, what.1, *n);
            *n += 1;
            match seen.get(&key) {
                Some(&head) if self.same_keys(head, i) => self.program.norms[i].head = Some(head),
                Some(_) => {}
                None => {
                    seen.insert(key, NormId(id(i)));
                }
            }
        }
    }

    fn same_keys(&self, head: NormId, other: usize) -> bool {
        let types = |n: &Norm| n.keys.iter().map(|v| self.var_ty(*v)).collect::<Vec<_>>();
        types(&self.program.norms[head.index()]) == types(&self.program.norms[other])
    }

    /// The sets of a roll have one meaning in all versions of a decision.
    fn ballots_of_versions(&mut self) {
        let mut found = Vec::new();
        for d in &self.program.decisions {
            let Some(head) = d.head.map(|h| &self.program.decisions[h.index()]) else {
                continue;
            };
            if d.ballots.iter().zip(&head.ballots).any(|(a, b)| a != b) {
                found.push((d.name.clone(), d.span, head.span, head.ballots.join(", ")));
            }
        }
        for (name, span, first, ballots) in found {
            self.error(
                Diagnostic::error(
                    codes::E0823,
                    format!("`{name}` has other ballots in an earlier version"),
                )
                .at(span, "their order is their meaning")
                .also(first, format!("here: {ballots}"))
                .help("begin with the same ballots in the same order, and add or drop at the end"),
            );
        }
    }

    /// A define that no version declares any more, read by a rule that lives on.
    fn read_after_the_end(&mut self) {
        let mut found = Vec::new();
        let mut ends: HashMap<DefineId, (VersionId, rogatio_calendar::Day)> = HashMap::new();
        for (i, d) in self.program.defines.iter().enumerate() {
            let Some(versions) = versions_of(d) else {
                continue;
            };
            let last = self.last_version(versions.iter().map(|v| Some(*v)));
            if let Some(v) = last
                && let Some(VersionBound::Day(end)) = self.program.versions[v.index()].until
            {
                ends.insert(DefineId(id(i)), (v, end));
            }
        }
        if ends.is_empty() {
            return;
        }
        let until = |v: Option<VersionId>| {
            v.and_then(|v| match self.program.versions[v.index()].until {
                Some(VersionBound::Day(day)) => Some(day),
                _ => None,
            })
        };
        let mut look = |version: Option<VersionId>, e: &Expr| {
            let mut calls = Vec::new();
            called(e, &mut calls);
            for (define, span, version) in calls
                .into_iter()
                .map(|(d, span, inner)| (d, span, inner.or(version)))
            {
                if let Some((last, end)) = ends.get(&define)
                    && until(version).is_none_or(|u| u > *end)
                {
                    found.push((define, *last, *end, span));
                }
            }
        };
        self.each_rule(&mut look);
        let mut told = Vec::new();
        for (define, last, end, span) in found {
            if told.contains(&(define, span)) {
                continue;
            }
            told.push((define, span));
            let name = self.program.defines[define.index()].name.clone();
            let version = &self.program.versions[last.index()];
            let d = Diagnostic::error(
                codes::E0827,
                format!("`{name}` has no text from {end} on"),
            )
            .at(span, "read by a rule that is in force after that")
            .also(version.span, format!("the last version that declares it: {}", version.label))
            .help(format!(
                "declare `{name}` in the version that follows, or give the rule that reads it the same end"
            ));
            self.error(d);
        }
    }

    /// Every value that a rule reads, with the rule's version.
    fn each_rule(&self, f: &mut dyn FnMut(Option<VersionId>, &Expr)) {
        let p = &self.program;
        for d in &p.defines {
            match &d.value {
                DefineValue::Expr(e) => f(None, e),
                DefineValue::Set(set) => f(None, &set.cond),
                DefineValue::Stream(_) => {}
            }
        }
        for s in &p.statuses {
            for c in &s.clauses {
                match &c.kind {
                    StatusClauseKind::While(e)
                    | StatusClauseKind::Initially(e)
                    | StatusClauseKind::Is(e, _) => f(c.version, e),
                    StatusClauseKind::From { .. } | StatusClauseKind::Until(_) => {}
                }
            }
        }
        for n in &p.norms {
            f(n.version, &n.who.cond);
            for e in n.when.iter().chain(&n.while_).chain(&n.unless) {
                f(n.version, e);
            }
        }
        for d in &p.decisions {
            for (slot, _) in [&d.quorum, &d.participation, &d.passes] {
                if let Stated::Rule(e) = slot {
                    f(d.version, e);
                }
            }
            for e in d.voters.iter().chain(&d.admissible).chain(&d.veto) {
                f(d.version, e);
            }
        }
    }
}

/// Events joined by `or` stand for themselves, so that versions can be compared part by part.
fn split(clauses: Vec<StatusClause>) -> Vec<StatusClause> {
    let mut out = Vec::new();
    for clause in clauses {
        let joined = |s: &Stream| matches!(s.kind, StreamKind::Or(_));
        match &clause.kind {
            StatusClauseKind::From {
                stream,
                once,
                unless_meanwhile,
            } if clause.version.is_some() && joined(stream) => {
                for stream in parts(stream) {
                    let kind = StatusClauseKind::From {
                        stream,
                        once: *once,
                        unless_meanwhile: unless_meanwhile.clone(),
                    };
                    out.push(StatusClause {
                        kind,
                        ..clause.clone()
                    });
                }
            }
            StatusClauseKind::Until(stream) if clause.version.is_some() && joined(stream) => {
                for stream in parts(stream) {
                    out.push(StatusClause {
                        kind: StatusClauseKind::Until(stream),
                        ..clause.clone()
                    });
                }
            }
            _ => out.push(clause),
        }
    }
    out
}

fn parts(s: &Stream) -> Vec<Stream> {
    match &s.kind {
        StreamKind::Or(list) => list.iter().flat_map(parts).collect(),
        _ => vec![s.clone()],
    }
}

/// The stream of a clause, and whether it starts the status.
fn watched(kind: &StatusClauseKind) -> Option<(&Stream, bool)> {
    match kind {
        StatusClauseKind::From { stream, .. } => Some((stream, true)),
        StatusClauseKind::Until(stream) => Some((stream, false)),
        _ => None,
    }
}

/// What a sentence without a label is known by from version to version.
fn sort_of(n: &Norm) -> String {
    let what = match &n.pred {
        NormPred::Act(_) | NormPred::OneOf(_) => {
            let acts: Vec<u32> = n.pred.acts().iter().map(|p| p.act.0).collect();
            format!("acts {acts:?}")
        }
        NormPred::Vote {
            decision,
            ballot,
            label,
            ..
        } => format!("vote {} {ballot:?} {label:?}", decision.0),
        NormPred::Anonymous(text) => format!("anonymous {text}"),
        NormPred::Ensure(_) => "ensure".to_owned(),
    };
    format!("{:?} {what} {}", n.modal, n.else_of.is_some())
}

/// The versions that declare a define; none if it holds always.
fn versions_of(d: &Define) -> Option<Vec<VersionId>> {
    let value = match &d.value {
        DefineValue::Expr(e) => e,
        DefineValue::Set(set) => &set.cond,
        DefineValue::Stream(_) => return None,
    };
    let value = match &value.kind {
        ExprKind::Except { base, .. } => base,
        _ => value,
    };
    match &value.kind {
        ExprKind::ByVersion(list) => Some(list.iter().map(|(v, _)| *v).collect()),
        _ => None,
    }
}

/// The defines that an expression calls, with the version in which it does.
fn called(e: &Expr, out: &mut Vec<(DefineId, Span, Option<VersionId>)>) {
    fn walk(
        e: &mut Expr,
        version: Option<VersionId>,
        out: &mut Vec<(DefineId, Span, Option<VersionId>)>,
    ) {
        match &mut e.kind {
            ExprKind::Call(d, _) => out.push((*d, e.span, version)),
            ExprKind::ByVersion(list) => {
                for (v, e) in list {
                    walk(e, Some(*v), out);
                }
                return;
            }
            ExprKind::And(list) => {
                let version = list
                    .iter()
                    .find_map(|e| match e.kind {
                        ExprKind::InVersion(v) => Some(v),
                        _ => None,
                    })
                    .or(version);
                for e in list {
                    walk(e, version, out);
                }
                return;
            }
            _ => {}
        }
        e.for_each_child(&mut |e| walk(e, version, out));
    }
    walk(&mut e.clone(), None, out);
}
