//! Ballots drawn by odds (R53).

use crate::refusal::Refusal;
use rogatio_diagnostics::codes;
use rogatio_mir::draw::Improper;
use rogatio_mir::{BallotOdds, Program};

/// Why the odds of a line are none, with the values that its parameters and fields have (E0972).
#[must_use]
pub fn odds_refused(program: &Program, line: &BallotOdds, why: Improper) -> Refusal {
    let name = |ballot: u32| {
        let decision = program.decisions.get(line.decision.index());
        let ballots = decision.map(|d| match d.limbs.first() {
            Some(part) => &program.decisions[part.index()].ballots,
            None => &d.ballots,
        });
        ballots
            .and_then(|b| b.get(ballot as usize))
            .map_or("?", String::as_str)
    };
    let message = match why {
        Improper::Negative(ballot, chance) => {
            format!("the odds of `{}` come to {chance}", name(ballot))
        }
        Improper::Over(sum) => format!("these odds add up to {sum}"),
        Improper::TooFine => "these odds have no common denominator below 2^63".to_owned(),
    };
    Refusal::new(codes::E0972, message).span(line.span).help(
        "odds are at least 0% and add up to at most 100%, whatever values the parameters take",
    )
}
