//! What is computed for a block of runs: a list of steps over planes, and what of it is counted.

mod make;
mod step;

use crate::draw::{Keys, Ready, Tail};
use crate::kernel::Kernel;
use crate::plane::{Plane, values};
use crate::simd::Simd;
use rogatio_analyze::{Asked, Drawn, Refusal};
use rogatio_mir::draw::ballot_key;
use std::ops::Range;
use std::sync::Arc;
use step::Step;

/// Runs of a block.
pub const BLOCK: u64 = 4096;

/// What is counted at the end of a block.
#[derive(Clone, Debug)]
enum Counted {
    /// The runs of a plane.
    Plane(usize),
    /// The runs of each value of a number: its digits from the lowest, what is added to them, and how many values they
    /// have.
    Number {
        digits: Vec<usize>,
        constant: i64,
        values: usize,
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
    /// By draw.
    keys: Vec<Keys>,
    tail: Box<Tail>,
    /// The runs that count.
    lanes: Range<u64>,
    /// The last: these. Those before it: room for those with the digits of a number.
    halves: Vec<Plane>,
    /// How often: of a plane one number, of a number one of each value.
    counts: Vec<u64>,
}

/// A machine with its keys for a seed, in one thread.
#[derive(Clone, Debug)]
pub struct Instance {
    machine: Arc<Machine>,
    kernel: Kernel,
    keys: Vec<u64>,
    scratch: Scratch,
}

impl Machine {
    /// Prepares questions about a vote: its draws, and what voters without a draw answer.
    ///
    /// # Errors
    /// E1004 for numbers that are too large, E1001 for a question that is open.
    pub fn new(drawn: &[Drawn], others: &[usize], asked: &[Asked]) -> Result<Machine, Refusal> {
        make::machine(drawn, others, asked)
    }

    /// A thread's own, for a seed.
    #[must_use]
    pub fn instance(self: &Arc<Self>, seed: u64, kernel: Kernel) -> Instance {
        let counts = self.counted.iter().map(|c| match c {
            Counted::Plane(_) => 1,
            Counted::Number { values, .. } => *values,
            Counted::Always(_) => 0,
        });
        let digits = self.counted.iter().map(|c| match c {
            Counted::Number { digits, .. } => digits.len(),
            _ => 0,
        });
        let most_digits = digits.max().unwrap_or(0);
        Instance {
            machine: self.clone(),
            kernel,
            keys: self.keys(seed),
            scratch: Scratch {
                planes: vec![Plane::NONE; self.planes],
                keys: vec![Keys::NONE; self.ready.len()],
                tail: Box::new(Tail::EMPTY),
                lanes: 0..0,
                halves: vec![Plane::NONE; most_digits + 1],
                counts: vec![0; counts.sum()],
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

    /// All steps and counts, for one block. Inlined into each kernel, with how many vectors its registers hold.
    #[inline(always)]
    pub(crate) fn work<S: Simd, const A: usize, const B: usize>(
        &self,
        s: S,
        keys: &[u64],
        block: u64,
        scratch: &mut Scratch,
    ) {
        let Scratch {
            planes,
            keys: of_block,
            tail,
            halves,
            counts,
            ..
        } = scratch;
        let planes = planes.as_mut_slice();
        Keys::of(s, keys, block, of_block);
        for step in &self.steps {
            step.work::<S, A, B>(s, &self.ready, of_block, planes, tail);
        }
        let mut counts = counts.as_mut_slice();
        for counted in &self.counted {
            match counted {
                Counted::Plane(p) => {
                    let valid = halves.last().into_iter().flat_map(|v| &v.0);
                    let each = planes[*p].0.iter().zip(valid);
                    let held = each.map(|(a, b)| u64::from((a & b).count_ones())).sum();
                    if let Some(count) = counts.split_off_first_mut() {
                        *count = held;
                    }
                }
                Counted::Number {
                    digits, values: n, ..
                } => {
                    let (own, others) = std::mem::take(&mut counts).split_at_mut(*n);
                    let last = halves.len() - 1 - digits.len();
                    values(s, planes, digits, &mut halves[last..], own);
                    counts = others;
                }
                Counted::Always(_) => {}
            }
        }
    }
}

impl Instance {
    /// Works out a block, of which these runs count, and tells what came of them: measure, value, how often.
    pub fn block(&mut self, block: u64, lanes: Range<u64>, mut add: impl FnMut(usize, i64, u64)) {
        let (from, to) = (lanes.start.min(BLOCK), lanes.end.min(BLOCK));
        let runs = to.saturating_sub(from);
        if self.scratch.lanes != (from..to)
            && let Some(valid) = self.scratch.halves.last_mut()
        {
            *valid = Plane::of(from, to);
            self.scratch.lanes = from..to;
        }
        self.kernel
            .run(&self.machine, &self.keys, block, &mut self.scratch);
        let mut counts = self.scratch.counts.as_slice();
        for (measure, counted) in self.machine.counted.iter().enumerate() {
            match counted {
                Counted::Always(v) => add(measure, *v, runs),
                Counted::Plane(_) => {
                    if let Some(held) = counts.split_off_first() {
                        add(measure, 1, *held);
                        add(measure, 0, runs - held);
                    }
                }
                Counted::Number {
                    constant, values, ..
                } => {
                    let (own, others) = counts.split_at(*values);
                    for (value, times) in (*constant..).zip(own) {
                        add(measure, value, *times);
                    }
                    counts = others;
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

#[cfg(test)]
mod tests;
