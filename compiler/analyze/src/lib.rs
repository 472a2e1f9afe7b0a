//! Exact answers about a decision: what its text comes to as weighted sums over ballots, who has which power in it, and
//! with what probability it adopts.
//!
//! Comes in: a case of the interpreter (who is on the roll, with which weight) and one of its decisions. Goes out: a
//! [`Rule`], proved from the MIR of the decision; from it a [`Game`] with its [`Power`] indices as fractions. Never
//! happens: a float, a draw, a rule that was guessed from samples: what is no sum over ballots is refused with a code.
//!
//! | file | what it does |
//! |---|---|
//! | `derive` | a decision in a case -> a rule (R36-R38, partial evaluation of guards) |
//! | `rule` | formulas over sums of the voters' answers |
//! | `game` | the rule with two answers a voter: a simple game |
//! | `count` | winning coalitions by size and member: three ways to count them |
//! | `minimal` | minimal winning and blocking coalitions |
//! | `power` | the indices |
//! | `arrivals` | independent delays: how many have acted, and when the k-th does |
//! | `odds`, `vote`, `law` | the ballots of an experiment as laws, and probabilities under them |
#![forbid(unsafe_code)]

mod arrivals;
mod count;
mod derive;
mod game;
mod law;
mod minimal;
mod odds;
mod power;
mod refusal;
mod rule;
mod vote;

pub use arrivals::{Arrivals, Kth, ONE};
pub use count::Method;
pub use derive::{
    Answer, Asked, Electorate, Voter, ask, decisions_in, derive, outcomes, readings_of,
};
pub use game::{Game, Group, Leaf, Shape};
pub use law::{Draw, Law, mean, pivotal};
pub use minimal::{Minimal, Pattern};
pub use odds::{chances, covering};
pub use power::{Member, Power, power};
pub use refusal::Refusal;
pub use rule::{Formula, Rule, Sum};
pub use vote::{Drawn, draws, draws_to_come, not_pure};
