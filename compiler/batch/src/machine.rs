//! What is computed for a block of runs: a list of steps over planes, and what of it is counted.

use crate::draw::{Ends, Ready};
use crate::kernel::Kernel;
use crate::plane::{CHUNK, CHUNKS, Chunk, NONE, Plane, add_up, and, at_least, equals, not, or};
use rogatio_analyze::{Asked, Drawn, Formula, Refusal, Sum};
use rogatio_diagnostics::codes;
use rogatio_mir::draw::ballot_key;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Runs of a block.
pub const BLOCK: u64 = 4096;

/// Different values of a number that are counted, at most.
const MOST_VALUES: i128 = 1024;

/// A step: reads planes, writes planes.
#[derive(Clone, Debug)]
enum Step {
    /// For each end of a draw, where its number lies below.
    Draw { draw: usize, to: usize, ends: usize },
    /// Where the number lies between two ends: below the second, not below the first.
    Between { low: usize, high: usize, to: usize },
    /// The digits of a sum of weighted planes.
    AddUp {
        weighted: Vec<(usize, u64)>,
        to: usize,
        digits: usize,
    },
    /// Where a number is at least a constant.
    AtLeast {
        from: usize,
        digits: usize,
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

/// What is counted at the end of a block.
#[derive(Clone, Debug)]
enum Counted {
    /// The runs of a plane.
    Plane(usize),
    /// The runs of each value of a number: its digits, what is added to them, and the greatest they come to.
    Number {
        from: usize,
        digits: usize,
        constant: i64,
        most: u64,
    },
    /// Always the same.
    Always(i64),
}

/// How often each value of a measure came; of a condition, 1 and 0.
pub type Tally = Vec<(i64, u64)>;

/// A vote made ready for the block machine.
#[derive(Clone, Debug)]
pub struct Machine {
    drawn: Vec<Drawn>,
    ready: Vec<Ready>,
    steps: Vec<Step>,
    planes: usize,
    counted: Vec<Counted>,
    others: Vec<usize>,
}

/// The planes of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    planes: Vec<Plane>,
    pending: Vec<Chunk>,
    carried: Vec<Chunk>,
}

/// A machine with its keys for a seed, in one thread.
#[derive(Clone, Debug)]
pub struct Instance {
    machine: Arc<Machine>,
    kernel: Kernel,
    keys: Vec<u64>,
    scratch: Scratch,
}

fn too_large(what: &str) -> Refusal {
    Refusal::of(codes::E1004, what)
        .with_help("round the weights or the odds, or run it in another engine")
}

impl Machine {
    /// Prepares questions about a vote: its draws, and what voters without a draw answer.
    ///
    /// # Errors
    /// E1004 for numbers that are too large, E1001 for a question that is open.
    pub fn new(drawn: &[Drawn], others: &[usize], asked: &[Asked]) -> Result<Machine, Refusal> {
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
        Ok(made.machine)
    }

    /// A thread's own, for a seed.
    #[must_use]
    pub fn instance(self: &Arc<Self>, seed: u64, kernel: Kernel) -> Instance {
        Instance {
            machine: self.clone(),
            kernel,
            keys: self.keys(seed),
            scratch: Scratch {
                planes: vec![NONE; self.planes],
                pending: Vec::new(),
                carried: Vec::new(),
            },
        }
    }

    fn keys(&self, seed: u64) -> Vec<u64> {
        let key = |d: &Drawn| ballot_key(seed, d.site, d.matter, d.who, d.opening);
        self.drawn.iter().map(key).collect()
    }

    /// The answers of all voters in one run, drawn for that run alone.
    #[must_use]
    pub fn answers(&self, seed: u64, run: u64) -> Vec<usize> {
        let mut out = self.others.clone();
        for ((drawn, ready), key) in self.drawn.iter().zip(&self.ready).zip(self.keys(seed)) {
            let possible = drawn.draw.pieces.iter().filter(|(w, _)| *w > 0);
            let piece = possible.clone().nth(ready.piece(key, run));
            for (v, a) in piece.iter().flat_map(|(_, answers)| answers) {
                out[*v as usize] = *a;
            }
        }
        out
    }

    /// Planes that a thread keeps, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.planes * size_of::<Plane>()
    }

    /// What it does, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let draws = self.drawn.len();
        format!(
            "{draws} draws of {BLOCK} runs as bit-planes, {} steps over {} planes",
            self.steps.len(),
            self.planes
        )
    }

    /// All steps, for one block. Inlined into each kernel.
    #[inline(always)]
    pub(crate) fn work(&self, keys: &[u64], block: u64, scratch: &mut Scratch) {
        let Scratch {
            planes,
            pending,
            carried,
        } = scratch;
        for step in &self.steps {
            match step {
                Step::Draw { draw, to, ends } => {
                    self.ready[*draw].block(keys[*draw], block, &mut planes[*to..to + ends]);
                }
                Step::Between { low, high, to } => {
                    for c in 0..CHUNKS {
                        planes[*to][c] = and(&planes[*high][c], &not(&planes[*low][c]));
                    }
                }
                Step::AddUp {
                    weighted,
                    to,
                    digits,
                } => {
                    let (inputs, out) = planes.split_at_mut(*to);
                    for c in 0..CHUNKS {
                        add_up(inputs, weighted, *digits, c, pending, carried, out);
                    }
                }
                Step::AtLeast {
                    from,
                    digits,
                    constant,
                    to,
                } => {
                    for c in 0..CHUNKS {
                        planes[*to][c] = at_least(&planes[*from..from + digits], *constant, c);
                    }
                }
                Step::Not { a, to } => {
                    for c in 0..CHUNKS {
                        planes[*to][c] = not(&planes[*a][c]);
                    }
                }
                Step::And { list, to } => {
                    for c in 0..CHUNKS {
                        let all = list.iter().map(|p| &planes[*p][c]);
                        planes[*to][c] = all.fold([u64::MAX; CHUNK], |a, b| and(&a, b));
                    }
                }
                Step::Or { list, to } => {
                    for c in 0..CHUNKS {
                        let all = list.iter().map(|p| &planes[*p][c]);
                        planes[*to][c] = all.fold([0; CHUNK], |a, b| or(&a, b));
                    }
                }
            }
        }
    }
}

/// A plane, and what is answered where it is set.
type Piece = (usize, Vec<(u32, usize)>);

/// The work of [`Machine::new`].
struct Maker {
    machine: Machine,
    /// By draw, the planes of its pieces that can come, with what is answered.
    pieces: Vec<Vec<Piece>>,
    /// Digits of sums that are there already.
    sums: HashMap<Vec<(usize, u64)>, (usize, usize)>,
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
                let to = first;
                self.step(Step::Draw { draw, to, ends });
            }
            let mut pieces = Vec::new();
            for (i, (_, answers)) in possible.into_iter().enumerate() {
                let plane = match (i, ends) {
                    // Certain: not below anything there is.
                    (_, 0) => {
                        let to = self.take(1);
                        let list = Vec::new();
                        self.step(Step::And { list, to });
                        to
                    }
                    (0, _) => first,
                    (i, _) if i == ends => {
                        let (a, to) = (first + ends - 1, self.take(1));
                        self.step(Step::Not { a, to });
                        to
                    }
                    (i, _) => {
                        let (low, high, to) = (first + i - 1, first + i, self.take(1));
                        self.step(Step::Between { low, high, to });
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

    /// The digits of a sum of weighted planes.
    fn digits(&mut self, weighted: &[(usize, i128)]) -> Result<(usize, usize), Refusal> {
        let small: Option<Vec<(usize, u64)>> = weighted
            .iter()
            .map(|(p, w)| Some((*p, u64::try_from(*w).ok()?)))
            .collect();
        let total: i128 = weighted.iter().map(|(_, w)| w).sum();
        let small = small.filter(|_| total < 1 << 62);
        let small =
            small.ok_or_else(|| too_large("the weights are too large for the block machine"))?;
        if let Some(known) = self.sums.get(&small) {
            return Ok(*known);
        }
        let digits = (128 - total.leading_zeros()) as usize;
        let to = self.take(digits);
        let weighted = small.clone();
        self.step(Step::AddUp {
            weighted,
            to,
            digits,
        });
        self.sums.insert(small, (to, digits));
        Ok((to, digits))
    }

    fn formula(&mut self, f: &Formula) -> Result<usize, Refusal> {
        Ok(match f {
            Formula::Is(b) => {
                let to = self.take(1);
                let list = Vec::new();
                self.step(if *b {
                    Step::And { list, to }
                } else {
                    Step::Or { list, to }
                });
                to
            }
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
        let (from, digits) = self.digits(&weighted)?;
        let constant = u64::try_from(needed).map_err(|_| too_large("a quota is too large"))?;
        let to = self.take(1);
        self.step(Step::AtLeast {
            from,
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
        let (from, digits) = self.digits(&weighted)?;
        Ok(Counted::Number {
            from,
            digits,
            constant,
            most: most as u64,
        })
    }
}

impl Instance {
    /// Works out a block, of which these runs count, and tells what came of them: measure, value, how often.
    pub fn block(&mut self, block: u64, lanes: Range<u64>, mut add: impl FnMut(usize, i64, u64)) {
        self.kernel
            .run(&self.machine, &self.keys, block, &mut self.scratch);
        let lanes = lanes.start.min(BLOCK)..lanes.end.min(BLOCK);
        let runs = lanes.end.saturating_sub(lanes.start);
        // The lanes before a number, in a word.
        let before = |n: u64, word: usize| match n.saturating_sub(64 * word as u64) {
            64.. => u64::MAX,
            n => (1u64 << n) - 1,
        };
        let counts = |word: usize| before(lanes.end, word) & !before(lanes.start, word);
        let valid: Plane = std::array::from_fn(|c| std::array::from_fn(|w| counts(c * CHUNK + w)));
        let planes = &self.scratch.planes;
        for (measure, counted) in self.machine.counted.iter().enumerate() {
            match counted {
                Counted::Always(v) => add(measure, *v, runs),
                Counted::Plane(p) => {
                    let held = (0..CHUNKS).map(|c| ones(&and(&planes[*p][c], &valid[c])));
                    let held: u64 = held.sum();
                    add(measure, 1, held);
                    add(measure, 0, runs - held);
                }
                Counted::Number {
                    from,
                    digits,
                    constant,
                    most,
                } => {
                    let number = &planes[*from..from + digits];
                    for value in 0..=*most {
                        let each =
                            (0..CHUNKS).map(|c| ones(&and(&equals(number, value, c), &valid[c])));
                        add(measure, constant + value as i64, each.sum());
                    }
                }
            }
        }
    }

    /// The vectors it works with.
    #[must_use]
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }
}

fn ones(chunk: &Chunk) -> u64 {
    chunk.iter().map(|w| u64::from(w.count_ones())).sum()
}

#[cfg(test)]
mod tests;
