//! A rule with two answers a voter, support and another: a simple game in sums of weights.

use crate::derive::Electorate;
use crate::refusal::Refusal;
use crate::rule::{Formula, Sum};
use rogatio_diagnostics::codes;
use rogatio_interpret::Entity;
use std::collections::HashMap;

/// A condition on the weight of a coalition: the sum of this number is at least the quota.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// Which weights ([`Game::weights`]).
    pub sum: usize,
    /// At least this.
    pub quota: i64,
}

/// When a coalition wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Always or never.
    Is(bool),
    /// Its weight reaches a quota.
    Leaf(Leaf),
    /// Not.
    Not(Box<Shape>),
    /// All of them.
    And(Vec<Shape>),
    /// One of them.
    Or(Vec<Shape>),
}

impl Shape {
    /// Whether a coalition with these sums wins.
    #[must_use]
    pub fn wins(&self, sums: &[i64]) -> bool {
        match self {
            Shape::Is(b) => *b,
            Shape::Leaf(l) => sums[l.sum] >= l.quota,
            Shape::Not(s) => !s.wins(sums),
            Shape::And(all) => all.iter().all(|s| s.wins(sums)),
            Shape::Or(all) => all.iter().any(|s| s.wins(sums)),
        }
    }

    /// The leaves, each with whether it stands under an odd number of negations.
    pub(crate) fn leaves(&self, negated: bool, into: &mut Vec<(Leaf, bool)>) {
        match self {
            Shape::Is(_) => {}
            Shape::Leaf(l) => into.push((l.clone(), negated)),
            Shape::Not(s) => s.leaves(!negated, into),
            Shape::And(all) | Shape::Or(all) => all.iter().for_each(|s| s.leaves(negated, into)),
        }
    }

    /// The shape for the sums that the others bring: a coalition blocks where the rest do not win.
    pub(crate) fn dual(&self, totals: &[i64]) -> Shape {
        fn turned(s: &Shape, totals: &[i64]) -> Shape {
            match s {
                Shape::Is(b) => Shape::Is(*b),
                // total - x >= q, that is not x >= total - q + 1
                Shape::Leaf(l) => Shape::Not(Box::new(Shape::Leaf(Leaf {
                    sum: l.sum,
                    quota: totals[l.sum] - l.quota + 1,
                }))),
                Shape::Not(s) => Shape::Not(Box::new(turned(s, totals))),
                Shape::And(all) => Shape::And(all.iter().map(|s| turned(s, totals)).collect()),
                Shape::Or(all) => Shape::Or(all.iter().map(|s| turned(s, totals)).collect()),
            }
        }
        Shape::Not(Box::new(turned(self, totals)))
    }
}

/// Members who are alike in every sum: nobody can tell them apart by the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their numbers among the players.
    pub members: Vec<usize>,
    /// Their weight in each sum.
    pub weights: Vec<i64>,
}

/// A simple game.
#[derive(Clone, Debug)]
pub struct Game {
    /// The players: who, and how they are called.
    pub players: Vec<(Entity, String)>,
    /// For each sum, the weight of every player.
    pub weights: Vec<Vec<i64>>,
    /// When a coalition wins.
    pub shape: Shape,
    /// The players by what they weigh.
    pub groups: Vec<Group>,
}

impl Game {
    /// The game of a decision in which a coalition's members give the answer that supports, and all others the one told for
    /// them. Who votes in two bodies plays once, with the same answer in both.
    ///
    /// # Errors
    /// E1003 where a member's support can undo the adoption; E1004 for numbers beyond 64 bits.
    pub fn of(e: &Electorate, others: &dyn Fn(usize) -> usize) -> Result<Game, Refusal> {
        let mut players: Vec<(Entity, String)> = Vec::new();
        let mut number: HashMap<Entity, usize> = HashMap::new();
        let mut player_of = Vec::with_capacity(e.voters.len());
        for v in &e.voters {
            let at = *number.entry(v.entity).or_insert_with(|| {
                players.push((v.entity, v.name.clone()));
                players.len() - 1
            });
            player_of.push(at);
        }
        let mut game = Game {
            players,
            weights: Vec::new(),
            shape: Shape::Is(false),
            groups: Vec::new(),
        };
        let mut names = HashMap::new();
        let too_large = || {
            Refusal::new(codes::E1004, "the weights are too large to be added")
                .help("give weights and populations below 10^18")
        };
        game.shape = game
            .take(e, others, &player_of, &e.rule.adopted, &mut names)
            .ok_or_else(too_large)?;
        game.group();
        game.check()?;
        Ok(game)
    }

    /// Whether both say the same of every coalition, as far as their form shows it.
    #[must_use]
    pub fn same_rule(&self, other: &Game) -> bool {
        (&self.weights, &self.shape) == (&other.weights, &other.shape)
    }

    /// The number of players.
    #[must_use]
    pub fn len(&self) -> usize {
        self.players.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.players.is_empty()
    }

    /// A game given by its weights and quotas, all of which have to be reached: for tests and benchmarks.
    ///
    /// # Errors
    /// E1003 where a weight is negative.
    pub fn weighted(weights: Vec<Vec<i64>>, quotas: &[i64]) -> Result<Game, Refusal> {
        let n = weights.first().map_or(0, Vec::len);
        let players = (0..n).map(|i| (Entity(i as u32), format!("{}", i + 1)));
        let leaf = |(sum, quota): (usize, &i64)| Shape::Leaf(Leaf { sum, quota: *quota });
        let mut game = Game {
            players: players.collect(),
            shape: Shape::And(quotas.iter().enumerate().map(leaf).collect()),
            weights,
            groups: Vec::new(),
        };
        game.group();
        game.check()?;
        Ok(game)
    }

    fn take(
        &mut self,
        e: &Electorate,
        others: &dyn Fn(usize) -> usize,
        player_of: &[usize],
        f: &Formula,
        names: &mut HashMap<Vec<i64>, usize>,
    ) -> Option<Shape> {
        let mut list = |this: &mut Game, parts: &[Formula]| -> Option<Vec<Shape>> {
            parts
                .iter()
                .map(|p| this.take(e, others, player_of, p, names))
                .collect()
        };
        Some(match f {
            Formula::Is(b) => Shape::Is(*b),
            // Refused before: a rule that is open is not played.
            Formula::Open(_) => Shape::Is(false),
            Formula::Not(f) => Shape::Not(Box::new(self.take(e, others, player_of, f, names)?)),
            Formula::And(parts) => Shape::And(list(self, parts)?),
            Formula::Or(parts) => Shape::Or(list(self, parts)?),
            Formula::AtLeastZero(s) => self.leaf(e, others, player_of, s, names)?,
        })
    }

    /// `sum >= 0` over support: the weights of the members of a coalition against what is missing.
    fn leaf(
        &mut self,
        e: &Electorate,
        others: &dyn Fn(usize) -> usize,
        player_of: &[usize],
        s: &Sum,
        names: &mut HashMap<Vec<i64>, usize>,
    ) -> Option<Shape> {
        let mut base = s.constant;
        let mut weights = vec![0i128; self.players.len()];
        for (v, adds) in &s.terms {
            let at = *v as usize;
            let otherwise = *adds.get(others(at))?;
            base = base.checked_add(otherwise)?;
            let gain = adds.get(e.voters[at].supports)?.checked_sub(otherwise)?;
            weights[player_of[at]] = weights[player_of[at]].checked_add(gain)?;
        }
        let missing = base.checked_neg()?;
        let divisor = weights
            .iter()
            .fold(0i128, |d, w| num_integer::Integer::gcd(&d, w));
        if divisor == 0 {
            return Some(Shape::Is(base >= 0));
        }
        // A sum of negative weights that is at least q: one of positive weights that is not at least 1 - q.
        let turned = weights.iter().all(|w| *w <= 0);
        let sign = if turned { -1 } else { 1 };
        let small: Option<Vec<i64>> = weights
            .iter()
            .map(|w| i64::try_from(sign * w / divisor).ok())
            .collect();
        let small = small?;
        small
            .iter()
            .try_fold(0i64, |sum, w| sum.checked_add(w.checked_abs()?))?;
        let quota = if turned {
            // -W >= q  <=>  W <= -q  <=>  not W >= floor(-q / d) + 1
            num_integer::Integer::div_floor(&missing.checked_neg()?, &divisor).checked_add(1)?
        } else {
            num_integer::Integer::div_ceil(&missing, &divisor)
        };
        let quota = i64::try_from(quota).ok()?;
        let sum = *names.entry(small.clone()).or_insert_with(|| {
            self.weights.push(small);
            self.weights.len() - 1
        });
        let leaf = Shape::Leaf(Leaf { sum, quota });
        Some(if turned {
            Shape::Not(Box::new(leaf))
        } else {
            leaf
        })
    }

    fn group(&mut self) {
        let mut at: HashMap<Vec<i64>, usize> = HashMap::new();
        self.groups.clear();
        for p in 0..self.players.len() {
            let weights: Vec<i64> = self.weights.iter().map(|w| w[p]).collect();
            let group = *at.entry(weights.clone()).or_insert_with(|| {
                self.groups.push(Group {
                    members: Vec::new(),
                    weights,
                });
                self.groups.len() - 1
            });
            self.groups[group].members.push(p);
        }
    }

    /// How many coalitions there are if members of a group are not told apart; none beyond 64 bits.
    pub(crate) fn kinds_of_coalitions(&self) -> Option<u64> {
        self.groups
            .iter()
            .try_fold(1u64, |all, g| all.checked_mul(g.members.len() as u64 + 1))
    }

    /// The sums of all players.
    pub(crate) fn totals(&self) -> Vec<i64> {
        self.weights.iter().map(|w| w.iter().sum()).collect()
    }

    /// That support only helps: by what the sums can reach, else by going through all kinds of coalitions. Where it is
    /// proved by the sums, the shape is written without negations.
    fn check(&mut self) -> Result<(), Refusal> {
        if let Some(shape) = self.positive() {
            self.shape = shape;
            return Ok(());
        }
        if self
            .kinds_of_coalitions()
            .is_none_or(|k| k > crate::count::MOST_KINDS)
        {
            let (n, groups) = (self.len(), self.groups.len());
            return Err(Refusal::new(
                codes::E1003,
                format!("it is not proved that support only helps: the rule has a condition that falls as support rises, and {n} members of {groups} kinds are too many to try every coalition"),
            )
            .help("state the rule in conditions that support can only fulfil"));
        }
        let undone = |who: &str| {
            Refusal::new(
                codes::E1003,
                format!("support can undo the adoption: there is a coalition that wins, and loses when {who} joins it"),
            )
            .help("voting power is defined where support never harms; look at `deemed` and at conditions on the votes against, or ask for another answer of the others (--against)")
        };
        let mut counts = vec![0usize; self.groups.len()];
        let mut sums = vec![0i64; self.weights.len()];
        loop {
            if self.shape.wins(&sums) {
                for (g, group) in self.groups.iter().enumerate() {
                    if counts[g] < group.members.len() {
                        let more: Vec<i64> = sums
                            .iter()
                            .zip(&group.weights)
                            .map(|(s, w)| s + w)
                            .collect();
                        if !self.shape.wins(&more) {
                            return Err(undone(&self.players[group.members[0]].1));
                        }
                    }
                }
            }
            if !self.next(&mut counts, &mut sums) {
                return Ok(());
            }
        }
    }

    /// The shape without negations, if no sum that rises can undo a win: each sum is cut where a leaf begins to hold, and
    /// all combinations of the pieces are looked at.
    fn positive(&self) -> Option<Shape> {
        if self.weights.iter().flatten().any(|w| *w < 0) {
            return None;
        }
        let mut leaves = Vec::new();
        self.shape.leaves(false, &mut leaves);
        let totals = self.totals();
        let cuts: Vec<Vec<i64>> = (0..self.weights.len())
            .map(|sum| {
                let own = leaves
                    .iter()
                    .filter(|(l, _)| l.sum == sum)
                    .map(|(l, _)| l.quota);
                let mut cuts: Vec<i64> = own.filter(|q| *q > 0 && *q <= totals[sum]).collect();
                cuts.push(0);
                cuts.sort_unstable();
                cuts.dedup();
                cuts
            })
            .collect();
        let cells = cuts
            .iter()
            .try_fold(1usize, |all, c| all.checked_mul(c.len()))?;
        if cells > 1 << 16 {
            return None;
        }
        let at = |cell: usize| {
            let mut rest = cell;
            let piece = cuts.iter().map(|c| {
                let at = rest % c.len();
                rest /= c.len();
                at
            });
            piece.collect::<Vec<usize>>()
        };
        let wins: Vec<bool> = (0..cells)
            .map(|cell| {
                let pieces = at(cell);
                let sums: Vec<i64> = pieces.iter().zip(&cuts).map(|(p, c)| c[*p]).collect();
                self.shape.wins(&sums)
            })
            .collect();
        let mut minimal = Vec::new();
        for (cell, won) in wins.iter().enumerate() {
            let (pieces, mut step, mut least) = (at(cell), 1, true);
            for (piece, cut) in pieces.iter().zip(&cuts) {
                if *piece > 0 {
                    let below = wins[cell - step];
                    if below && !won {
                        return None;
                    }
                    least &= !below;
                }
                step *= cut.len();
            }
            if *won && least {
                let leaves = pieces.iter().enumerate().filter(|(_, p)| **p > 0);
                let leaves = leaves.map(|(sum, p)| {
                    Shape::Leaf(Leaf {
                        sum,
                        quota: cuts[sum][*p],
                    })
                });
                minimal.push(Shape::And(leaves.collect()));
            }
        }
        Some(match minimal.len() {
            0 => Shape::Is(false),
            1 => minimal.remove(0),
            _ => Shape::Or(minimal),
        })
    }

    /// The next kind of coalition; false after the last.
    pub(crate) fn next(&self, counts: &mut [usize], sums: &mut [i64]) -> bool {
        for (g, group) in self.groups.iter().enumerate() {
            if counts[g] < group.members.len() {
                counts[g] += 1;
                sums.iter_mut()
                    .zip(&group.weights)
                    .for_each(|(s, w)| *s += w);
                return true;
            }
            let all = counts[g] as i64;
            counts[g] = 0;
            sums.iter_mut()
                .zip(&group.weights)
                .for_each(|(s, w)| *s -= all * w);
        }
        false
    }
}
