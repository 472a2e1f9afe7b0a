//! Ballots drawn by odds (R53).

use crate::decision::number;
use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, V};
use crate::layout::{Col, Elem, Keys, Layout, Space};
use crate::memory::Arena;
use crate::refusal::Refusal;
use crate::slice::Watched;
use crate::world::Member;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_diagnostics::codes;
use rogatio_mir::draw::{self, Improper, Odds};
use rogatio_mir::{
    BallotOdds, Decision, DecisionId, DrawnOutcome, Experiment, Guard, Program, RollSet,
};

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

/// The lines about one decision: where their draws lie.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// The site of the draws; none if nobody votes.
    site: Option<u64>,
    /// Streams by matter and voter; by matter alone where the outcome is drawn.
    streams: Col,
    /// Their number.
    drawn: u32,
    /// The outcome is drawn in place of the ballots (R56).
    at_once: bool,
    /// Matters that have streams by the names that lines with a date give: all keys are behind those of the decision.
    pub(crate) matters: u32,
    /// Of a line with a bloc: its key, and streams by matter.
    blocs: Vec<(usize, u64, Col)>,
}

impl Lines {
    /// Columns with streams, and how many each has.
    pub(crate) fn streams(&self) -> Vec<(Col, u32)> {
        let own = [(self.streams, self.drawn)];
        let blocs = self.blocs.iter().map(|b| (b.2, self.matters));
        own.into_iter().chain(blocs).collect()
    }

    /// Columns of tables, to be moved behind what a run changes.
    pub(crate) fn columns(&mut self) -> Vec<&mut Col> {
        let blocs = self.blocs.iter_mut().map(|b| &mut b.2);
        [&mut self.streams].into_iter().chain(blocs).collect()
    }
}

/// The lines of an experiment about a decision, in the order written.
pub(crate) fn about(experiment: &Experiment, d: DecisionId) -> Vec<&BallotOdds> {
    let all = experiment.ballots.iter();
    all.filter(|l| l.decision == d).collect()
}

impl Lines {
    pub(crate) fn new(
        experiment: &Experiment,
        d: DecisionId,
        (matters, all): (u32, u32),
        cold: &mut Space,
    ) -> Lines {
        if let Some(law) = experiment.drawn_outcome(d) {
            return Lines {
                site: Some(law.draw.site),
                streams: cold.many(Elem::I64, matters),
                drawn: matters,
                at_once: true,
                matters,
                blocs: Vec::new(),
            };
        }
        let lines = about(experiment, d);
        let blocs = lines.iter().enumerate().filter_map(|(i, l)| {
            let bloc = l.bloc.as_ref()?;
            Some((i, draw::bloc_key(bloc), cold.many(Elem::I64, matters)))
        });
        let blocs = blocs.collect();
        let drawn = if lines.is_empty() { 1 } else { all };
        Lines {
            site: lines.first().map(|l| l.draw.site),
            streams: cold.many(Elem::I64, drawn),
            drawn,
            at_once: false,
            matters,
            blocs,
        }
    }
}

/// The inverse of [`draw::mix`]: a word with a chosen place among the acts of a day.
pub(crate) fn unmix(z: u64) -> u64 {
    let inverse = |factor: u64| {
        let mut x = factor;
        for _ in 0..6 {
            x = x.wrapping_mul(2u64.wrapping_sub(factor.wrapping_mul(x)));
        }
        x
    };
    let z = z ^ (z >> 31) ^ (z >> 62);
    let z = z.wrapping_mul(inverse(draw::MIX_2));
    let z = z ^ (z >> 27) ^ (z >> 54);
    let z = z.wrapping_mul(inverse(draw::MIX_1));
    z ^ (z >> 30) ^ (z >> 60)
}

/// Fills what a seed, or nothing, decides: the words by which ballots come before all other acts of their day, decision
/// after decision.
pub(crate) fn first_words(layout: &Layout, arena: &mut Arena) {
    let mut rank = 0;
    for cols in layout.decisions.values() {
        for i in 0..cols.keys.cap {
            arena.set(layout.queue.word, cols.cast + i, unmix(rank).cast_signed());
            rank += 1;
        }
    }
}

/// What is told of a stream: its column and place, site and keys.
pub(crate) type OnStream<'f> = dyn FnMut(Col, u32, u64, &[u64]) + 'f;

/// The streams of the ballots.
pub(crate) fn each_stream(layout: &Layout, members: &[Member], f: &mut OnStream<'_>) {
    let key = |keys: &Keys, i: u32| {
        let member = keys
            .dims
            .first()
            .and_then(|d| members.get((d.lo + i) as usize));
        draw::entity_key(member.map_or("", |m| m.name.as_str()))
    };
    for cols in layout.decisions.values() {
        let Some(site) = cols.lines.site else {
            continue;
        };
        for m in 0..cols.lines.matters {
            let matter = (!cols.keys.dims.is_empty()).then(|| key(&cols.keys, m));
            if cols.lines.at_once {
                f(cols.lines.streams, m, site, &DrawnOutcome::keys(matter));
                continue;
            }
            let keys = |voter: u64| matter.into_iter().chain([voter]).collect::<Vec<u64>>();
            for v in 0..cols.voters.cap {
                let at = m * cols.voters.cap + v;
                f(cols.lines.streams, at, site, &keys(key(&cols.voters, v)));
            }
            for (_, bloc, col) in &cols.lines.blocs {
                f(*col, m, site, &keys(*bloc));
            }
        }
    }
}

/// Who may cast the ballot at a place of the odds of a line under its further name; none if all may.
fn label_of(decision: &Decision, line: &BallotOdds, place: u32) -> Option<Guard> {
    let label = line.labels.get(place as usize).copied().flatten()?;
    decision.labels.get(label as usize)?.of
}

/// The conditions on further names of ballots that lines draw.
pub(crate) fn label_rules(program: &Program, experiment: &Experiment, d: DecisionId) -> Vec<Guard> {
    let decision = &program.decisions[d.index()];
    let lines = about(experiment, d).into_iter();
    let rules = lines.flat_map(|l| (0..).zip(&l.odds).map(move |(place, _)| (l, place)));
    rules
        .filter_map(|(l, place)| label_of(decision, l, place))
        .collect()
}

impl Em<'_, '_> {
    /// Ballots may be cast where somebody may vote who has not: at the acts of the day.
    pub(crate) fn look_at_ballots(&mut self) -> R<()> {
        let layout = self.layout;
        for (d, cols) in &layout.decisions {
            let Some(w) = self.watcher(Watched::Ballots(*d)) else {
                continue;
            };
            self.each_marked(w, |em, _, _| {
                let now = em.now();
                let due = em.b.ins().bor_imm_u(now, 3);
                let (zero, n) = (em.int(0), em.int(i64::from(cols.keys.cap)));
                em.each(zero, n, |em, at| {
                    let open = em.load_bool(cols.open, at);
                    em.when(open, |em| {
                        let item = em.plus(at, i64::from(cols.cast));
                        em.rearm(item, due)
                    })
                })
            })?;
        }
        Ok(())
    }

    /// Those who may vote on a matter and have not do.
    pub(crate) fn cast(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let (program, layout, experiment) = (self.program, self.layout, self.experiment);
        let decision = &program.decisions[d.index()];
        if !decision.limbs.is_empty() {
            return Ok(());
        }
        let cols = &layout.decisions[&d];
        let lines = about(experiment, d);
        let row = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let lo = cols.voters.dims[0].lo;
        let mut matter = Env::default();
        let entities = self.entities(&cols.keys, at);
        if let (Some(s), Some(e)) = (&decision.subject, entities.first()) {
            matter.bind(s.var, Bind::V(V::Entity(*e)));
        }
        for (from, to) in self.world.joined(&decision.voter.kinds) {
            let (from, to) = (self.int(i64::from(from - lo)), self.int(i64::from(to - lo)));
            self.each(from, to, |em, v| {
                let index = em.b.ins().iadd(row, v);
                let cast = em.load(cols.ballots, index);
                let none = em.cmp_imm(IntCC::Equal, cast, 0);
                em.when(none, |em| {
                    let who = em.plus(v, i64::from(lo));
                    let env = matter
                        .clone()
                        .with(decision.voter.var, Bind::V(V::Entity(who)));
                    let may = em.may_vote(d, at, &env)?;
                    let may = em.may_cast(d, at, who, may)?;
                    em.when(may, |em| {
                        em.by_line(d, &lines, 0, (at, v, index, who), &matter)
                    })
                })
            })?;
        }
        Ok(())
    }

    /// The first line that covers a voter, from the n-th on, gives the odds.
    fn by_line(
        &mut self,
        d: DecisionId,
        lines: &[&BallotOdds],
        n: usize,
        (at, v, index, who): (ir::Value, ir::Value, ir::Value, ir::Value),
        matter: &Env,
    ) -> R<()> {
        let Some(line) = lines.get(n) else {
            return Ok(());
        };
        let mut env = matter
            .clone()
            .with(line.who.domain.var, Bind::V(V::Entity(who)));
        let decided = self
            .decision(d)
            .subject
            .as_ref()
            .and_then(|s| matter.get(s.var));
        if let (Some(own), Some(it)) = (&line.subject, decided) {
            env.bind(own.var, it.clone());
        }
        let mut covers = self.of_kinds(who, &line.who.domain.kinds);
        for g in std::iter::once(line.who.cond).chain(line.when) {
            let holds = self.truth(g, &env)?;
            covers = self.both(covers, holds);
        }
        self.either(
            covers,
            |em| em.draw(d, line, n, (at, v, index)),
            |em| em.by_line(d, lines, n + 1, (at, v, index, who), matter),
        )
    }

    fn draw(
        &mut self,
        d: DecisionId,
        line: &BallotOdds,
        n: usize,
        (at, v, index): (ir::Value, ir::Value, ir::Value),
    ) -> R<()> {
        let cols = &self.layout.decisions[&d];
        let bloc = cols.lines.blocs.iter().find(|b| b.0 == n);
        let named = self.place_of_matter(d, at);
        let (streams, place) = match bloc {
            Some((_, _, col)) => (*col, named),
            None if named == at => (cols.lines.streams, index),
            None => {
                let row = self.b.ins().imul_imm_s(named, i64::from(cols.voters.cap));
                (cols.lines.streams, self.b.ins().iadd(row, v))
            }
        };
        let word = self.word_of_opening(d, at, streams, place)?;
        let odds = self.odds(d, line)?;
        let mut ballot = self.int(0);
        let ballots = odds.iter().map(|o| o.cuts().len()).max().unwrap_or(0);
        for j in (0..ballots).rev() {
            let cuts: Vec<Option<(u32, u128)>> =
                odds.iter().map(|o| o.cuts().get(j).copied()).collect();
            let name = cuts.iter().flatten().next().map_or(0, |c| c.0);
            let ends: Vec<u128> = cuts.iter().map(|c| c.map_or(0, |c| c.1)).collect();
            let below = self.below(word, v, &ends);
            let it = self.int(i64::from(self.ballot_at(line, name)) + 1);
            let it = match label_of(self.decision(d), line, name) {
                Some(of) => {
                    // A name that the voter's ballot may not bear: nothing is cast.
                    let who = self.plus(v, i64::from(cols.voters.dims[0].lo));
                    let decision = &self.program.decisions[d.index()];
                    let env = self.about(d, at);
                    let env = env.with(decision.voter.var, Bind::V(V::Entity(who)));
                    let (may, none) = (self.truth(of, &env)?, self.int(0));
                    self.b.ins().select(may, it, none)
                }
                None => it,
            };
            ballot = self.b.ins().select(below, it, ballot);
        }
        self.store(cols.ballots, index, ballot);
        Ok(())
    }

    /// The ballot at a place of the odds of a line.
    fn ballot_at(&self, line: &BallotOdds, place: u32) -> u32 {
        line.odds.get(place as usize).map_or(0, |(b, _)| *b)
    }

    /// The word of the stream at a place for the present opening on a matter.
    fn word_of_opening(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        streams: Col,
        place: ir::Value,
    ) -> R<ir::Value> {
        let opening = self.load(self.layout.decisions[&d].number, at);
        let before = self.plus(opening, -1);
        let key = self.nth_key(streams, place, before)?;
        let run = self.b.use_var(self.run_word);
        let word = self.b.ins().iadd(key, run);
        Ok(self.mix(word))
    }

    /// The number of the outcome of a matter that is drawn, by how many may vote on it now.
    pub(crate) fn drawn_outcome(
        &mut self,
        law: &DrawnOutcome,
        at: ir::Value,
        env: &Env,
    ) -> R<ir::Value> {
        let (d, program) = (law.decision, self.program);
        let cols = &self.layout.decisions[&d];
        let voters = match &cols.frozen {
            None => self.integer(law.voters, env)?,
            Some(_) => {
                let voter = program.decisions[d.index()].voter.clone();
                self.at_close(d, at, false, |em| {
                    em.sum(&voter, env, |em, env| {
                        let on = em.on_own_roll(env, &RollSet::Voters)?;
                        Ok(em.wide(on))
                    })
                })?
            }
        };
        let most = self.int(law.most() as i64);
        let voters = self.b.ins().umin(voters, most);
        let named = self.place_of_matter(d, at);
        let word = self.word_of_opening(d, at, cols.lines.streams, named)?;
        let numbers: Vec<i64> = law.outcomes.iter().map(|o| number(*o)).collect();
        let Some((last, rest)) = numbers.split_last() else {
            return Err(Refusal::form("an outcome without a law"));
        };
        let mut outcome = self.int(*last);
        for (i, it) in rest.iter().enumerate().rev() {
            let ends: Vec<u128> = law.ends.iter().map(|ends| ends[i]).collect();
            let below = self.below(word, voters, &ends);
            let it = self.int(*it);
            outcome = self.b.ins().select(below, it, outcome);
        }
        Ok(outcome)
    }

    /// Whether a word lies before the end of a piece, that of each voter.
    fn below(&mut self, word: ir::Value, v: ir::Value, ends: &[u128]) -> ir::Value {
        let last = |end: u128| (end.saturating_sub(1) as u64).cast_signed();
        let first = ends.first().copied().unwrap_or(0);
        if ends.iter().all(|e| *e == first) {
            return match first {
                0 => self.bool(false),
                end => {
                    let end = self.int(last(end));
                    self.cmp(IntCC::UnsignedLessThanOrEqual, word, end)
                }
            };
        }
        let table = self.table(Elem::I64, ends.iter().map(|e| last(*e)).collect());
        let end = self.load(table, v);
        let below = self.cmp(IntCC::UnsignedLessThanOrEqual, word, end);
        if ends.iter().all(|e| *e > 0) {
            return below;
        }
        let some = self.table(Elem::I64, ends.iter().map(|e| i64::from(*e > 0)).collect());
        let some = self.load(some, v);
        let some = self.cmp_imm(IntCC::NotEqual, some, 0);
        self.both(below, some)
    }

    /// The odds of a line for each voter; of nobody it covers, none.
    fn odds(&self, d: DecisionId, line: &BallotOdds) -> R<Vec<Odds>> {
        let cols = &self.layout.decisions[&d];
        let lo = cols.voters.dims[0].lo;
        let mut all = Vec::new();
        for v in 0..cols.voters.cap {
            let mut chances = Vec::new();
            if self.world.is_of(lo + v, &line.who.domain.kinds) {
                let env = Env::default().with(
                    line.who.domain.var,
                    Bind::V(V::Const(Const::Entity(lo + v))),
                );
                // Two names of one ballot are two places in the odds.
                for (place, (_, g)) in (0..).zip(&line.odds) {
                    match self.world.fold(self.program, *g, &env) {
                        Some(Const::Chance(c)) => chances.push((place, c)),
                        _ => {
                            return Err(Refusal::form(
                                "odds that change during a run are not compiled",
                            )
                            .at(self.program, *g)
                            .span(line.span));
                        }
                    }
                }
            }
            all.push(Odds::new(&chances).map_err(|why| odds_refused(self.program, line, why))?);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_chosen_order() {
        for rank in [0, 1, 2, 77, u64::MAX, 0x1234_5678_9abc_def0] {
            assert_eq!(rogatio_mir::draw::mix(super::unmix(rank)), rank);
        }
    }
}
