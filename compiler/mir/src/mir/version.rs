//! Versions of articles (R47, R47b).
//!
//! A rule asks with [`Op::InVersion`] whether its version is in force, a name with several texts chooses one with
//! [`Op::ByVersion`]. Both read at the point that chooses versions: the present one, or, inside a decision, a visit of a
//! stage or an instance of a norm, the one at which that began.

use super::*;
use rogatio_calendar::Day;

/// A version of an article.
#[derive(Clone, Debug)]
pub struct Version {
    /// The article, as cited without its version: `art 13`.
    pub cite: String,
    /// As it stands behind a citation: `from 956-07-07`.
    pub label: String,
    /// The article has others.
    pub several: bool,
    /// Its first point.
    pub from: Option<VersionBound>,
    /// Its first point no more.
    pub until: Option<VersionBound>,
    /// If it is in force when this first comes, it stays, and the others of its article do not rule (R47b).
    pub pinned: Option<VersionBound>,
    /// The article in this version.
    pub provision: ProvisionId,
}

/// Where a version begins or ends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum VersionBound {
    /// Phase 2 of the midnight of a day.
    Day(Day),
    /// The first start of this status.
    Event(StatusId),
}

impl Version {
    /// `art 13 [from 956-07-07]`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.label.is_empty() {
            self.cite.clone()
        } else {
            format!("{} [{}]", self.cite, self.label)
        }
    }

    /// Whether it is in force on a day; unknown if an event decides.
    #[must_use]
    pub fn on_day(&self, day: Day) -> Option<bool> {
        let begun = match self.from {
            None => true,
            Some(VersionBound::Day(from)) => from <= day,
            Some(VersionBound::Event(_)) => return None,
        };
        let ended = match self.until {
            None => false,
            Some(VersionBound::Day(until)) => until <= day,
            Some(VersionBound::Event(_)) => return None,
        };
        Some(begun && !ended)
    }

    /// Always in force.
    #[must_use]
    pub fn always(&self) -> bool {
        self.from.is_none() && self.until.is_none() && self.pinned.is_none()
    }
}

impl Program {
    /// The statuses that a version waits for: its bounds, and what pins a version of its article.
    pub fn version_events(&self, v: VersionId) -> impl Iterator<Item = StatusId> {
        let version = self.versions.get(v.index());
        let bounds = version.map(|v| [v.from, v.until]).unwrap_or_default();
        let pins = self.pinning(v).flat_map(|v| [v.from, v.until, v.pinned]);
        let all = bounds.into_iter().chain(pins).flatten();
        all.filter_map(|b| match b {
            VersionBound::Event(s) => Some(s),
            VersionBound::Day(_) => None,
        })
    }

    /// The versions of the same article that something pins.
    pub fn pinning(&self, v: VersionId) -> impl Iterator<Item = &Version> {
        let own = self.versions.get(v.index());
        let cite = own.map(|v| v.cite.as_str());
        let all = self.versions.iter();
        all.filter(move |x| x.pinned.is_some() && Some(x.cite.as_str()) == cite)
    }

    /// The decision whose state this one shares: itself, unless it is another version.
    #[must_use]
    pub fn head_of(&self, d: DecisionId) -> DecisionId {
        let row = self.decisions.get(d.index());
        row.and_then(|d| d.head).unwrap_or(d)
    }

    /// A decision in all its versions.
    pub fn texts_of(&self, d: DecisionId) -> impl Iterator<Item = &Decision> {
        let row = self.decisions.get(d.index());
        let other = row.into_iter().flat_map(|d| &d.others);
        row.into_iter()
            .chain(other.filter_map(|d| self.decisions.get(d.index())))
    }

    /// The name on a ballot that is meant, if one is: that of its label, else of its value.
    #[must_use]
    pub fn ballot_said(
        &self,
        d: DecisionId,
        ballot: Option<u32>,
        label: Option<u32>,
    ) -> Option<&str> {
        // Of several bodies each has these ballots; versions agree on those they have in common.
        let first = self.decisions.get(d.index()).and_then(|d| d.limbs.first());
        let mut texts = self.texts_of(first.copied().unwrap_or(d));
        let name = match (label, ballot) {
            (Some(l), _) => texts
                .find_map(|d| d.labels.get(l as usize))
                .map(|l| &l.name),
            (None, Some(b)) => texts.find_map(|d| d.ballots.get(b as usize)),
            (None, None) => None,
        };
        name.map(String::as_str)
    }

    /// The norms that a label names: one in each version.
    pub fn norms_named(&self, n: NormId) -> impl Iterator<Item = NormId> {
        let others = self.norms.get(n.index());
        let others = others.map(|n| n.others.clone()).unwrap_or_default();
        [n].into_iter().chain(others)
    }
}
