//! When a version will be in force, or no more.

use super::*;
use rogatio_calendar::Phase;
use rogatio_mir::{VersionBound, VersionId};

impl Seeker<'_> {
    /// Of several rules those whose version is in force or will be: what is repealed brings nothing about any more.
    pub(super) fn living<'r>(&self, rules: Vec<&'r Rule>, env: &Env) -> Vec<&'r Rule> {
        let rules = rules.into_iter();
        rules.filter(|r| !self.is_repealed(r.guard, env)).collect()
    }

    /// Whether a condition is of a version that is not in force any more.
    pub(super) fn is_repealed(&self, guard: Option<Guard>, env: &Env) -> bool {
        let program = self.case.program();
        let parts = guard.map(|g| crate::index::conjuncts(program, g));
        let mut parts = parts.into_iter().flatten();
        parts.any(|g| match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::InVersion(v, now)) => {
                let truth = Eval::new(self.case).in_version(*v, *now, env);
                truth.is_false() && !self.is_to_come(*v, *now, env)
            }
            // Chosen beforehand, by the day whose rules are asked for.
            Some(Op::Bool(false)) => program.rules_at.is_some(),
            _ => false,
        })
    }

    /// Whether a version that is not in force may still come into force.
    fn is_to_come(&self, v: VersionId, now: bool, env: &Env) -> bool {
        let case = self.case;
        let chosen = env.version.is_some() && !now || case.program().rules_at.is_some();
        let version = case.program().versions.get(v.index());
        let ahead = |b: VersionBound| match case.bound_point(b) {
            Ok(p) => p.is_none_or(|p| p > case.now()),
            Err(_) => true,
        };
        !chosen && version.is_some_and(|v| v.from.is_some_and(ahead) && v.until.is_none_or(ahead))
    }

    /// The versions that have to be in force first.
    pub(super) fn versions_of(&mut self, guard: Option<Guard>, env: &Env) -> Missing {
        let program = self.case.program();
        let parts = guard.map(|g| crate::index::conjuncts(program, g));
        let of_version = |g: &Guard| {
            let op = program.guards.get(g.index()).map(|n| &n.op);
            matches!(op, Some(Op::InVersion(..)))
        };
        let parts: Vec<Guard> = parts.into_iter().flatten().filter(of_version).collect();
        Missing::all(parts.into_iter().map(|g| self.seek(g, env, true)))
    }

    /// Waiting for the day or the event at which a version begins; `None` if it never comes.
    pub(super) fn version(
        &mut self,
        v: VersionId,
        now: bool,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let version = case.program().versions.get(v.index())?;
        let name = version.name();
        if want && !self.is_to_come(v, now, env) {
            return Some(Missing::impossible(
                format!("{name} is not in force any more"),
                provision,
            ));
        }
        if env.version.is_some() && !now {
            return None;
        }
        let bound = if want { version.from? } else { version.until? };
        match bound {
            VersionBound::Day(day) => {
                let ahead = Point::day_phase(day, Phase::Opening) > case.now();
                let word = if want { "to be in force" } else { "to end" };
                ahead.then(|| {
                    let days = day.days_since(case.state().now.day).max(0);
                    Missing::wait(days, format!("{name} {word}"), provision)
                })
            }
            VersionBound::Event(s) => self.status(s, &[], env, true),
        }
    }
}
