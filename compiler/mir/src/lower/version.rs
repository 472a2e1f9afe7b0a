//! Versions of articles: their table, the guards that ask for them, and what goes on across a boundary (R18, R47, R47b).

use super::norm::Facts;
use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{Expr, Time};

impl Cx<'_> {
    /// The table of versions, with a status for each event at which one begins or ends.
    pub(super) fn version_rows(&mut self) {
        let hir = self.hir;
        let events: Vec<StatusId> = hir
            .version_events
            .iter()
            .map(|e| {
                let status = self.b.status(&e.text, Vec::new(), None);
                let row = &mut self.b.program.statuses[status.index()];
                row.provision = e.provision;
                row.once = true;
                status
            })
            .collect();
        let bound = |b: Option<hir::VersionBound>| {
            b.map(|b| match b {
                hir::VersionBound::Day(day) => VersionBound::Day(day),
                hir::VersionBound::Event(e) => VersionBound::Event(events[e]),
            })
        };
        self.b.program.versions = hir
            .versions
            .iter()
            .map(|v| Version {
                cite: v.cite.clone(),
                label: v.label.clone(),
                several: v.several,
                from: bound(v.from),
                until: bound(v.until),
                pinned: bound(v.pinned),
                provision: v.provision,
            })
            .collect();
        for (e, &status) in hir.version_events.iter().zip(&events) {
            let Some(stream) = &e.stream else { continue };
            for t in self.stream(stream, &Purpose::default()) {
                let effect = Effect::Start(Vec::new(), None);
                self.rule_of(&t, &[], Latch::Status(status), effect);
                if let On::Timer(timer, _) = t.on {
                    self.b.program.statuses[status.index()]
                        .start_timers
                        .push(timer);
                }
            }
        }
    }

    /// Articles that have no version on the day whose rules are asked for, and those whose versions a day does not choose.
    pub(super) fn rules_of_the_day(&mut self) {
        let Some(day) = self.b.program.rules_at else {
            return;
        };
        let mut cites: Vec<&str> = Vec::new();
        for v in &self.hir.versions {
            if cites.contains(&v.cite.as_str()) {
                continue;
            }
            cites.push(&v.cite);
            let all = || {
                let versions = self.b.program.versions.iter();
                versions.filter(|x| x.cite == v.cite).map(|x| x.on_day(day))
            };
            let d = if all().any(|known| known.is_none()) {
                Diagnostic::warning(
                    codes::W0821,
                    format!(
                        "an event, not the day, decides on the version of {}",
                        v.cite
                    ),
                )
                .at(v.span, "begins or ends with an event")
                .help("it follows the event of the case, whatever the day asked for")
            } else if all().all(|known| known == Some(false)) {
                Diagnostic::warning(
                    codes::W0820,
                    format!("{} has no version in force on {day}", v.cite),
                )
                .at(v.span, format!("none of its rules holds: {}", v.label))
                .help("ask for the rules of a day on which it is in force")
            } else {
                continue;
            };
            self.errors.push(d);
        }
    }

    /// Whether a version is in force, as far as that is known beforehand.
    fn version_known(&self, v: VersionId) -> Option<bool> {
        let p = &self.b.program;
        let version = p.versions.get(v.index())?;
        match p.rules_at {
            Some(day) => version.on_day(day),
            None => version.always().then_some(true),
        }
    }

    /// The version is in force, at the point that chooses versions.
    pub(super) fn in_version(&mut self, v: VersionId, provision: ProvisionId, span: Span) -> Guard {
        self.in_version_at(v, false, provision, span)
    }

    fn in_version_at(
        &mut self,
        v: VersionId,
        now: bool,
        provision: ProvisionId,
        span: Span,
    ) -> Guard {
        let op = match self.version_known(v) {
            Some(known) => Op::Bool(known),
            None => Op::InVersion(v, now),
        };
        self.b.guard_at(op, Ty::Bool, provision, span)
    }

    /// The value of the version in force.
    pub(super) fn by_version(&mut self, e: &Expr, list: &[(VersionId, Expr)]) -> Guard {
        let mut left = Vec::new();
        for (v, value) in list {
            match self.version_known(*v) {
                Some(true) => return self.expr(value),
                Some(false) => {}
                None => {
                    let value = self.expr(value);
                    left.push((*v, value));
                }
            }
        }
        let op = if left.is_empty() {
            let cite = list.first().map_or("", |(v, _)| {
                self.b.program.versions[v.index()].cite.as_str()
            });
            let day = self
                .b
                .program
                .rules_at
                .map_or(String::new(), |d| d.to_string());
            Op::NotStated(format!("no version of {cite} is in force on {day}"))
        } else {
            Op::ByVersion(left)
        };
        self.b.guard_at(op, e.ty.clone(), e.provision, e.span)
    }

    /// Triggers that count while a version is in force.
    pub(super) fn trigs_in_version(
        &mut self,
        mut trigs: Vec<Trig>,
        v: VersionId,
        provision: ProvisionId,
        span: Span,
    ) -> Vec<Trig> {
        let live = self.in_version(v, provision, span);
        if self.known(live) == Some(true) {
            return trigs;
        }
        for t in &mut trigs {
            t.guards.push(live);
            if let Some(level) = t.level {
                t.level = Some(self.all(vec![live, level], provision, span));
            }
            if let On::Timer(timer, _) = t.on {
                self.b.program.timers[timer.index()].live = Some(live);
            }
        }
        trigs
    }

    /// The stages in which an instance can be born.
    pub(super) fn first_stages(&self, p: ProcedureId) -> Vec<u32> {
        let procedure = self.hir.procedures.get(p.index());
        let born = procedure.map(hir::Procedure::born).unwrap_or_default();
        born.into_iter().map(at).collect()
    }

    /// The norms that a label names, one in each version.
    pub(super) fn norms_named(&self, n: NormId) -> Vec<NormId> {
        let all = self.hir.norms.iter().enumerate();
        let others = all
            .filter(|(_, x)| x.head == Some(n))
            .map(|(i, _)| NormId(at(i)));
        [n].into_iter().chain(others).collect()
    }

    /// Births in a norm's own version only. What an earlier version has brought about for the same keys goes on instead of
    /// being born again with the new text's scope: it ended with its text, or there is none.
    pub(super) fn born_in_version(
        &mut self,
        f: &Facts<'_>,
        scope_born: bool,
        born: &mut Vec<Guard>,
    ) {
        let n = f.n;
        let Some(v) = n.version.filter(|_| n.else_of.is_none()) else {
            return;
        };
        born.push(self.in_version(v, n.provision, n.span));
        let goes_on = scope_born && self.ends_with_version(f, scope_born).is_none();
        if goes_on && let Some(before) = n.head {
            let keys: Vec<Option<Guard>> = n.keys.iter().map(|&k| Some(self.var(k))).collect();
            let states = [NormState::None, NormState::Released].map(|state| {
                let op = Op::NormIs(before, keys.clone(), state);
                self.b.guard_at(op, Ty::Bool, n.provision, n.span)
            });
            born.push(self.any(states.to_vec(), n.provision, n.span));
        }
    }

    /// The scope of a sentence outside stages opens with its version.
    pub(super) fn opens_with_version(&mut self, n: &hir::Norm) -> Option<Guard> {
        let v = n.version.filter(|_| n.stage.is_none())?;
        let live = self.in_version(v, n.provision, n.span);
        (self.known(live) != Some(true)).then_some(live)
    }

    /// For what several versions say in the same place one condition rises (R18): `cond` with the conditions of the other
    /// versions, each while its version is in force.
    pub(super) fn cond_of_versions(&mut self, n: &hir::Norm, cond: Guard) -> Guard {
        let Some(v) = n.version.filter(|_| n.else_of.is_none()) else {
            return cond;
        };
        let hir = self.hir;
        let live = self.in_version(v, n.provision, n.span);
        let mut parts = vec![self.all(vec![live, cond], n.provision, n.span)];
        let head = n.head.or_else(|| {
            let own = hir.norms.iter().position(|x| std::ptr::eq(x, n));
            own.map(|i| NormId(at(i)))
        });
        for other in head.map(|h| self.norms_named(h)).unwrap_or_default() {
            let Some(other) = hir.norms.get(other.index()) else {
                continue;
            };
            let Some(w) = other.version.filter(|w| *w != v) else {
                continue;
            };
            if other.keys.len() != n.keys.len() {
                continue;
            }
            // Its keys under the names of ours.
            let outer = self.env.clone();
            self.env.clear();
            for (theirs, ours) in other.keys.iter().zip(&n.keys) {
                let ours = self.var(*ours);
                self.env.insert(*theirs, ours);
            }
            let live = self.in_version(w, other.provision, other.span);
            let conds = self.standing_conds(other);
            self.env = outer;
            let cond = self.all(conds, other.provision, other.span);
            parts.push(self.all(vec![live, cond], other.provision, other.span));
        }
        self.any(parts, n.provision, n.span)
    }

    /// What has no deadline ends with its text: invariants, and what was born with the version (R32, R47b).
    pub(super) fn ends_with_version(&mut self, f: &Facts<'_>, scope_born: bool) -> Option<Guard> {
        let n = f.n;
        let v = n.version.filter(|_| n.else_of.is_none())?;
        let deadline = matches!(
            &n.time,
            Some(
                Time::Within { .. }
                    | Time::AtLeastBefore { .. }
                    | Time::Before(_)
                    | Time::BeforeEvent(_)
                    | Time::At(_)
                    | Time::Between(..)
                    | Time::Every { .. }
            )
        );
        if deadline || !(scope_born || f.invariant()) {
            return None;
        }
        let live = self.in_version_at(v, true, n.provision, n.span);
        Some(self.not(live, n.provision, n.span))
    }
}
