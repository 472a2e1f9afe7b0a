//! Steps over planes.

use crate::draw::{Keys, Ready, Tail};
use crate::plane::{Plane, all, at_least, full_adder, half_adder, not, one_of, without};
use crate::simd::Simd;

/// A step: reads planes, writes planes that no step before it has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// For some ends of a draw, where its number lies below: which end, and the plane.
    Draw {
        draw: usize,
        ends: Vec<(usize, usize)>,
    },
    /// The runs of the first plane without those of the second.
    Without { a: usize, b: usize, to: usize },
    /// The sum of three bits.
    Three {
        of: [usize; 3],
        sum: usize,
        carry: Option<usize>,
    },
    /// The sum of two bits.
    Two {
        of: [usize; 2],
        sum: usize,
        carry: Option<usize>,
    },
    /// Where a number, by its digits from the lowest, is at least a constant.
    AtLeast {
        digits: Vec<usize>,
        constant: u64,
        to: usize,
    },
    /// Not.
    Not { a: usize, to: usize },
    /// All of them.
    And { list: Vec<usize>, to: usize },
    /// One of them.
    Or { list: Vec<usize>, to: usize },
}

impl Step {
    /// Works out the step for one block. Of a draw's end alone `A` vectors are in hand together, of two ends `B`.
    #[inline(always)]
    pub(crate) fn work<S: Simd, const A: usize, const B: usize>(
        &self,
        s: S,
        ready: &[Ready],
        keys: &[Keys],
        planes: &mut [Plane],
        tail: &mut Tail,
    ) {
        match self {
            Step::Draw { draw, ends } => {
                ready[*draw].block::<S, A, B>(s, &keys[*draw], ends, planes, tail);
            }
            Step::Without { a, b, to } => without(s, planes, *a, *b, *to),
            Step::Three { of, sum, carry } => full_adder(s, planes, *of, *sum, *carry),
            Step::Two { of, sum, carry } => half_adder(s, planes, *of, *sum, *carry),
            Step::AtLeast {
                digits,
                constant,
                to,
            } => at_least(s, planes, digits, *constant, *to),
            Step::Not { a, to } => not(s, planes, *a, *to),
            Step::And { list, to } => all(s, planes, list, *to),
            Step::Or { list, to } => one_of(s, planes, list, *to),
        }
    }

    fn reads(&mut self) -> Vec<&mut usize> {
        match self {
            Step::Draw { .. } => Vec::new(),
            Step::Without { a, b, .. } => vec![a, b],
            Step::Three { of, .. } => of.iter_mut().collect(),
            Step::Two { of, .. } => of.iter_mut().collect(),
            Step::AtLeast { digits: list, .. } | Step::And { list, .. } | Step::Or { list, .. } => {
                list.iter_mut().collect()
            }
            Step::Not { a, .. } => vec![a],
        }
    }

    fn writes(&mut self) -> Vec<&mut usize> {
        match self {
            Step::Draw { ends, .. } => ends.iter_mut().map(|(_, to)| to).collect(),
            Step::Three { sum, carry, .. } | Step::Two { sum, carry, .. } => {
                std::iter::once(sum).chain(carry).collect()
            }
            Step::Without { to, .. }
            | Step::AtLeast { to, .. }
            | Step::Not { to, .. }
            | Step::And { to, .. }
            | Step::Or { to, .. } => vec![to],
        }
    }

    /// Leaves out what it writes for nobody.
    fn leave_out(&mut self, needed: &[bool]) {
        match self {
            Step::Draw { ends, .. } => ends.retain(|(_, to)| needed[*to]),
            Step::Three { carry, .. } | Step::Two { carry, .. } => {
                *carry = carry.filter(|c| needed[*c]);
            }
            _ => {}
        }
    }
}

/// Leaves out what nobody reads in the end, and counts the planes that are left anew. How many there are.
pub(crate) fn reduce(steps: &mut Vec<Step>, planes: usize, read: &mut [&mut usize]) -> usize {
    let mut needed = vec![false; planes];
    for p in read.iter() {
        needed[**p] = true;
    }
    for step in steps.iter_mut().rev() {
        if step.writes().iter().any(|p| needed[**p]) {
            step.reads().into_iter().for_each(|p| needed[*p] = true);
        }
    }
    steps.retain_mut(|s| s.writes().iter().any(|p| needed[**p]));
    let (mut place, mut n) = (vec![None; planes], 0);
    for step in steps.iter_mut() {
        step.leave_out(&needed);
        for p in step.writes() {
            // A sum may be read by nobody whose carry is.
            *p = *place[*p].insert(n);
            n += 1;
        }
        for p in step.reads() {
            *p = place[*p].unwrap_or(*p);
        }
    }
    for p in read.iter_mut() {
        **p = place[**p].unwrap_or(**p);
    }
    n
}
