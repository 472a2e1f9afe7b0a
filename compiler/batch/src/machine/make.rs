//! The steps of a vote, from its draws and what is asked about it.

use super::step::{Step, reduce};
use super::{Counted, Machine};
use crate::draw::{Ends, Ready};
use rogatio_analyze::{Asked, Drawn, Formula, Refusal, Sum};
use rogatio_diagnostics::codes;
use std::collections::{HashMap, VecDeque};

/// Different values of a number that are counted, at most.
const MOST_VALUES: i128 = 1024;

fn too_large(what: &str) -> Refusal {
    Refusal::of(codes::E1004, what)
        .with_help("round the weights or the odds, or run it in another engine")
}

/// The work of [`Machine::new`].
pub(super) fn machine(
    drawn: &[Drawn],
    others: &[usize],
    asked: &[Asked],
) -> Result<Machine, Refusal> {
    let mut made = Maker {
        machine: Machine {
            drawn: drawn.to_vec(),
            ready: Vec::new(),
            steps: Vec::new(),
            planes: 0,
            counted: Vec::new(),
            others: others.to_vec(),
        },
        pieces: Vec::new(),
        sums: HashMap::new(),
    };
    made.draws();
    for a in asked {
        let counted = match a {
            Asked::Truth(Formula::Is(b)) => Counted::Always(i64::from(*b)),
            Asked::Truth(f) => Counted::Plane(made.formula(f)?),
            Asked::Number(sum) => made.number(sum)?,
        };
        made.machine.counted.push(counted);
    }
    let Machine {
        steps,
        counted,
        planes,
        ..
    } = &mut made.machine;
    let mut read: Vec<&mut usize> = Vec::new();
    for c in counted {
        match c {
            Counted::Plane(p) => read.push(p),
            Counted::Number { digits, .. } => read.extend(digits),
            Counted::Always(_) => {}
        }
    }
    *planes = reduce(steps, *planes, &mut read);
    Ok(made.machine)
}

/// A plane, and what is answered where it is set.
type Piece = (usize, Vec<(u32, usize)>);

/// The work of [`Machine::new`].
struct Maker {
    machine: Machine,
    /// By draw, the planes of its pieces that can come, with what is answered.
    pieces: Vec<Vec<Piece>>,
    /// Digits of sums that are there already.
    sums: HashMap<Vec<(usize, u64)>, Vec<usize>>,
}

impl Maker {
    fn take(&mut self, planes: usize) -> usize {
        self.machine.planes += planes;
        self.machine.planes - planes
    }

    fn step(&mut self, step: Step) {
        self.machine.steps.push(step);
    }

    fn draws(&mut self) {
        for (draw, d) in self.machine.drawn.clone().into_iter().enumerate() {
            let possible: Vec<_> = d.draw.pieces.into_iter().filter(|(w, _)| *w > 0).collect();
            let mut sum = 0;
            let all = possible.iter().map(|(w, _)| {
                sum += w;
                sum
            });
            let at: Vec<u64> = all.filter(|end| *end < d.draw.of).collect();
            let ends = at.len();
            self.machine
                .ready
                .push(Ready::new(Ends { of: d.draw.of, at }));
            let first = self.take(ends);
            if ends > 0 {
                let ends = (0..ends).map(|end| (end, first + end)).collect();
                self.step(Step::Draw { draw, ends });
            }
            let mut pieces = Vec::new();
            for (i, (_, answers)) in possible.into_iter().enumerate() {
                let plane = match (i, ends) {
                    // Certain: not below anything there is.
                    (_, 0) => self.always(true),
                    (0, _) => first,
                    (i, _) if i == ends => {
                        let (a, to) = (first + ends - 1, self.take(1));
                        self.step(Step::Not { a, to });
                        to
                    }
                    (i, _) => {
                        // Below its end, not below the one before.
                        let (b, a, to) = (first + i - 1, first + i, self.take(1));
                        self.step(Step::Without { a, b, to });
                        to
                    }
                };
                pieces.push((plane, answers));
            }
            self.pieces.push(pieces);
        }
    }

    /// A sum as planes with weights above zero, and what is there without them.
    fn weights(&self, sum: &Sum) -> (i128, Vec<(usize, i128)>) {
        let add = |v: u32, a: usize| {
            sum.terms
                .get(&v)
                .and_then(|t| t.get(a))
                .copied()
                .unwrap_or(0)
        };
        let mut drawn = vec![false; self.machine.others.len()];
        let (mut constant, mut out) = (sum.constant, Vec::new());
        for pieces in &self.pieces {
            let adds: Vec<i128> = (pieces.iter())
                .map(|(_, answers)| answers.iter().map(|(v, a)| add(*v, *a)).sum())
                .collect();
            for (v, _) in pieces.iter().flat_map(|(_, answers)| answers) {
                drawn[*v as usize] = true;
            }
            let least = adds.iter().copied().min().unwrap_or(0);
            constant += least;
            let above = pieces.iter().zip(adds).filter(|(_, a)| *a > least);
            out.extend(above.map(|((plane, _), a)| (*plane, a - least)));
        }
        for (v, a) in (0u32..).zip(&self.machine.others) {
            if !drawn[v as usize] {
                constant += add(v, *a);
            }
        }
        (constant, out)
    }

    /// The digits of a sum of weighted planes, from the lowest.
    fn digits(&mut self, weighted: &[(usize, i128)]) -> Result<Vec<usize>, Refusal> {
        let small: Option<Vec<(usize, u64)>> = weighted
            .iter()
            .map(|(p, w)| Some((*p, u64::try_from(*w).ok()?)))
            .collect();
        let total: i128 = weighted.iter().map(|(_, w)| w).sum();
        let small = small.filter(|_| total < 1 << 62);
        let small =
            small.ok_or_else(|| too_large("the weights are too large for the block machine"))?;
        if let Some(known) = self.sums.get(&small) {
            return Ok(known.clone());
        }
        let out = self.add_up(&small, (128 - total.leading_zeros()) as usize);
        self.sums.insert(small, out.clone());
        Ok(out)
    }

    /// Digit by digit the planes of that digit are added three by three; what carries goes to the next.
    fn add_up(&mut self, weighted: &[(usize, u64)], digits: usize) -> Vec<usize> {
        let (mut out, mut carried) = (Vec::new(), VecDeque::new());
        for digit in 0..digits {
            let own = weighted.iter().filter(|(_, w)| w >> digit & 1 == 1);
            let mut pending: VecDeque<usize> = own.map(|(plane, _)| *plane).collect();
            pending.append(&mut carried);
            // The whole sum has no more digits.
            let carries = digit + 1 < digits;
            while pending.len() > 1 {
                let sum = self.take(1);
                let carry = carries.then(|| self.take(1));
                let mut next = || pending.pop_front().unwrap_or_default();
                let step = match [next(), next()] {
                    of if pending.is_empty() => Step::Two { of, sum, carry },
                    [a, b] => {
                        let c = pending.pop_front().unwrap_or_default();
                        let of = [a, b, c];
                        Step::Three { of, sum, carry }
                    }
                };
                self.step(step);
                pending.push_back(sum);
                carried.extend(carry);
            }
            out.push(match pending.pop_front() {
                Some(plane) => plane,
                None => self.always(false),
            });
        }
        out
    }

    /// A plane of all runs or of none.
    fn always(&mut self, holds: bool) -> usize {
        let (to, list) = (self.take(1), Vec::new());
        self.step(if holds {
            Step::And { list, to }
        } else {
            Step::Or { list, to }
        });
        to
    }

    fn formula(&mut self, f: &Formula) -> Result<usize, Refusal> {
        Ok(match f {
            Formula::Is(b) => self.always(*b),
            Formula::Open(_) => {
                return Err(Refusal::of(
                    codes::E1001,
                    "the outcome hangs on what is open",
                ));
            }
            Formula::AtLeastZero(s) => self.at_least_zero(s)?,
            Formula::Not(f) => {
                let a = self.formula(f)?;
                let to = self.take(1);
                self.step(Step::Not { a, to });
                to
            }
            Formula::And(parts) | Formula::Or(parts) => {
                let list: Result<Vec<usize>, Refusal> =
                    parts.iter().map(|p| self.formula(p)).collect();
                let (list, to) = (list?, self.take(1));
                self.step(if let Formula::And(_) = f {
                    Step::And { list, to }
                } else {
                    Step::Or { list, to }
                });
                to
            }
        })
    }

    fn at_least_zero(&mut self, sum: &Sum) -> Result<usize, Refusal> {
        let (constant, weighted) = self.weights(sum);
        let needed = -constant;
        let list = || weighted.iter().map(|(p, _)| *p).collect();
        let total: i128 = weighted.iter().map(|(_, w)| w).sum();
        if needed <= 0 || needed > total {
            return self.formula(&Formula::Is(needed <= 0));
        }
        if weighted.iter().all(|(_, w)| *w >= needed) {
            let (list, to) = (list(), self.take(1));
            self.step(Step::Or { list, to });
            return Ok(to);
        }
        let digits = self.digits(&weighted)?;
        let constant = u64::try_from(needed).map_err(|_| too_large("a quota is too large"))?;
        let to = self.take(1);
        self.step(Step::AtLeast {
            digits,
            constant,
            to,
        });
        Ok(to)
    }

    fn number(&mut self, sum: &Sum) -> Result<Counted, Refusal> {
        let (constant, weighted) = self.weights(sum);
        let most: i128 = weighted.iter().map(|(_, w)| w).sum();
        let large = || too_large("a number takes too many values to be counted one by one");
        if most > MOST_VALUES {
            return Err(large());
        }
        let constant = i64::try_from(constant).map_err(|_| large())?;
        if weighted.is_empty() {
            return Ok(Counted::Always(constant));
        }
        Ok(Counted::Number {
            digits: self.digits(&weighted)?,
            constant,
            values: most as usize + 1,
        })
    }
}
