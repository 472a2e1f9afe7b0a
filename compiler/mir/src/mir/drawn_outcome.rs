//! A vote of a history drawn at once (R56): the plan's rewrite of a decision of which only the outcome is read.

use super::*;
use crate::draw;
use std::sync::Arc;

/// The law of the outcome of a decision, by the number of its voters, in place of the draws of their ballots. Where voters
/// differ, their numbers by class make one number.
#[derive(Clone, Debug)]
pub struct DrawnOutcome {
    /// The decision.
    pub decision: DecisionId,
    /// That number at the close, over the subject.
    pub voters: Guard,
    /// The outcomes it can have, in the order of their pieces of a word's range.
    pub outcomes: Vec<DecisionOutcome>,
    /// By number of voters: the first word, from 0 to 2^64, after the piece of each outcome but the last, which has the
    /// rest. An end is rounded down; before that it differs from the sum of the probabilities by less than 2^-80.
    pub ends: Arc<Vec<Vec<u128>>>,
    /// One draw a matter and opening.
    pub draw: Draw,
}

impl DrawnOutcome {
    /// The most voters there can be.
    #[must_use]
    pub fn most(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// The outcome that a word gives by number of voters, from none to the most.
    #[must_use]
    pub fn by_voters(&self, word: u64) -> Vec<DecisionOutcome> {
        let piece = |ends: &Vec<u128>| {
            let at = ends.iter().position(|end| u128::from(word) < *end);
            self.outcomes[at.unwrap_or(ends.len())]
        };
        self.ends.iter().map(piece).collect()
    }

    /// The keys of the stream of a matter.
    #[must_use]
    pub fn keys(matter: Option<u64>) -> Vec<u64> {
        matter.into_iter().collect()
    }

    /// The key of the draw of the n-th opening, counted from 1, on a matter.
    #[must_use]
    pub fn key(&self, seed: u64, matter: Option<u64>, opening: u32) -> u64 {
        let stream = draw::stream(seed, self.draw.site, &Self::keys(matter));
        draw::nth_key(stream, u64::from(opening.saturating_sub(1)))
    }
}
