//! Versions of articles (R47).

use super::*;
use rogatio_calendar::Day;

/// A version of an article: a half-open interval of time.
#[derive(Clone, Debug)]
pub struct Version {
    /// The article, as cited without its version: `art 13`.
    pub cite: String,
    /// The article in this version.
    pub provision: ProvisionId,
    /// Its first point: phase 2 of the midnight of a day, or the point of an event.
    pub from: Option<VersionBound>,
    /// Its first point no more.
    pub until: Option<VersionBound>,
    /// What is in force when this first comes stays in force: `pinned at E` (R47b).
    pub pinned: Option<VersionBound>,
    /// As it stands behind a citation: `from 956-07-07`, `from 979-12-31 until 1048-12-31`.
    pub label: String,
    /// The article has others: citations say which.
    pub several: bool,
    /// Where it stands.
    pub span: Span,
}

/// Where a version begins or ends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum VersionBound {
    /// A day.
    Day(Day),
    /// The first element of [`Program::version_events`] at this index.
    Event(usize),
}

/// An event at which a version begins or ends, shared by all that name it in the same words.
#[derive(Clone, Debug)]
pub struct VersionEvent {
    /// As written.
    pub text: String,
    /// What happens, once checked.
    pub stream: Option<Stream>,
    /// Where it stands first.
    pub provision: ProvisionId,
    /// Its place.
    pub span: Span,
}

impl Version {
    /// Whether no point can lie in both, as far as their dates tell.
    #[must_use]
    pub fn is_apart(&self, other: &Version) -> bool {
        let before = |a: &Version, b: &Version| match (a.until, b.from) {
            (Some(VersionBound::Day(end)), Some(VersionBound::Day(start))) => end <= start,
            (Some(VersionBound::Event(end)), Some(VersionBound::Event(start))) => end == start,
            _ => false,
        };
        before(self, other) || before(other, self)
    }
}
