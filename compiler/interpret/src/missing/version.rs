//! When a version will be in force, or no more.

use super::*;
use rogatio_calendar::Phase;
use rogatio_mir::{VersionBound, VersionId};

impl Seeker<'_> {
    /// Waiting for the day or the event at which a version begins; `None` if it never comes.
    pub(super) fn version(
        &mut self,
        v: VersionId,
        now: bool,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        if env.version.is_some() && !now {
            return None;
        }
        let case = self.case;
        let version = case.program().versions.get(v.index())?;
        let bound = if want { version.from? } else { version.until? };
        let name = version.name();
        match bound {
            VersionBound::Day(day) => {
                let ahead = Point::day_phase(day, Phase::Opening) > case.now();
                let word = if want { "to be in force" } else { "to end" };
                ahead.then(|| {
                    let days = day.days_since(case.state().now.day).max(0);
                    let cost = Cost {
                        days,
                        ..Cost::default()
                    };
                    Missing::one(MissingKind::Wait, format!("{name} {word}"), provision, cost)
                })
            }
            VersionBound::Event(s) => self.status(s, &[], env, true),
        }
    }
}
