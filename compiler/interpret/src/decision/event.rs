//! Ballots as events: which rules hear of one, and what it is about (R4, R35).

use crate::Case;
use crate::index::OnKey;
use crate::state::{Matter, Occurrence};
use crate::{ActKind, Entity};
use rogatio_mir::BallotSort;

impl ActKind {
    /// The decision that an implicit act belongs to, and its subject; nothing for a declared act.
    #[must_use]
    pub fn matter(&self) -> Option<Matter> {
        match self {
            ActKind::Act(_) => None,
            ActKind::Vote {
                decision, subject, ..
            }
            | ActKind::Casting {
                decision, subject, ..
            }
            | ActKind::Declare {
                decision, subject, ..
            }
            | ActKind::Object { decision, subject }
            | ActKind::Gavel { decision, subject } => Some((*decision, *subject)),
        }
    }

    /// What it is on.
    pub(crate) fn subject(&self) -> Option<Entity> {
        self.matter().and_then(|(_, s)| s)
    }
}

impl Occurrence {
    /// Whether it is an implicit act of that sort, with that on it.
    pub(crate) fn is_ballot(
        &self,
        sort: BallotSort,
        ballot: Option<u32>,
        label: Option<u32>,
    ) -> bool {
        match (&self.act, sort) {
            (
                ActKind::Vote {
                    ballot: b,
                    label: l,
                    ..
                },
                BallotSort::Vote,
            ) => ballot.is_none_or(|w| w == *b) && label.is_none_or(|w| Some(w) == *l),
            (ActKind::Casting { ballot: b, .. }, BallotSort::Casting) => {
                ballot.is_none_or(|w| w == *b)
            }
            (ActKind::Object { .. }, BallotSort::Object)
            | (ActKind::Gavel { .. }, BallotSort::Gavel) => true,
            _ => false,
        }
    }
}

impl Case {
    /// The sort of rules that hear of an occurrence.
    pub(crate) fn heard_as(&self, o: &Occurrence) -> OnKey {
        match (&o.act, o.act.matter()) {
            (ActKind::Act(a), _) => OnKey::Act(a.0),
            (_, Some((decision, _))) => OnKey::Ballot(decision.0),
            (_, None) => OnKey::Act(u32::MAX),
        }
    }
}
