//! Tallies outside of their decisions (R36): of one that is open as cast, of one that has closed as closed.

use crate::emit::{Em, R};
use crate::fold::{Bind, Env, V};
use crate::layout::{Col, Elem, Space};
use crate::outcome::AtClose;
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Decision, DecisionId, Guard, RollSet};

/// By matter and voter, the roll of the last closing.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    voters: Col,
    members: Col,
    /// Explicit ballots.
    cast: Col,
    /// What each counted as, from 1: a ballot, or silence as what it means.
    counted: Col,
    weight: Option<Col>,
}

impl Kept {
    /// Of a decision with so many ballots.
    pub(crate) fn new(decision: &Decision, all: u32, hot: &mut Space) -> Kept {
        Kept {
            voters: hot.many(Elem::U8, all),
            members: hot.many(Elem::U8, all),
            cast: hot.many(Elem::U8, all),
            counted: hot.many(Elem::U8, all),
            weight: decision.weight.map(|_| hot.many(Elem::I64, all)),
        }
    }
}

impl Em<'_, '_> {
    /// Keeps the roll of a matter that closes in this pass, where something else reads it.
    pub(crate) fn keep_roll(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let (layout, program) = (self.layout, self.program);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let Some(kept) = &cols.kept else {
            return Ok(());
        };
        // A part that lapses with the whole is counted as cast.
        let lapses = match decision.whole {
            Some(_) => {
                let moves = self.load(cols.moves, at);
                self.cmp_imm(IntCC::Equal, moves, crate::together::LAPSES)
            }
            None => self.bool(false),
        };
        let row = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let (zero, n) = (self.int(0), self.int(i64::from(cols.voters.cap)));
        let lo = i64::from(cols.voters.dims[0].lo);
        self.each(zero, n, |em, v| {
            let line = em.b.ins().iadd(row, v);
            let who = em.plus(v, lo);
            let own = em.about(d, at);
            let own = own.with(decision.voter.var, Bind::V(V::Entity(who)));
            let member = em.at_close(d, at, true, |em| em.on_own_roll(&own, &RollSet::Members))?;
            em.store(kept.members, line, member);
            let voter = em.at_close(d, at, true, |em| em.on_own_roll(&own, &RollSet::Voters))?;
            em.store(kept.voters, line, voter);
            let cast = em.at_close(d, at, true, |em| em.on_own_roll(&own, &RollSet::Cast))?;
            em.store(kept.cast, line, cast);
            let mut counted = em.int(0);
            for i in 0..decision.ballots.len() {
                let set = RollSet::Ballot(i);
                let moved = em.at_close(d, at, true, |em| em.on_own_roll(&own, &set))?;
                let plain = match em.known(lapses) {
                    Some(_) => moved,
                    None => em.at_close(d, at, false, |em| em.on_own_roll(&own, &set))?,
                };
                let is = em.b.ins().select(lapses, plain, moved);
                let it = em.int(i as i64 + 1);
                counted = em.b.ins().select(is, it, counted);
            }
            em.store(kept.counted, line, counted);
            if let (Some(col), Some(g)) = (kept.weight, decision.weight) {
                let weight = match &cols.frozen {
                    Some(frozen) => {
                        let close = AtClose {
                            decision: d,
                            matter: at,
                            moved: true,
                        };
                        em.frozen_weight(frozen, close, who)
                    }
                    None => em.integer(g, &own)?,
                };
                let (on, none) = (em.one_of(member, voter), em.int(0));
                let weight = em.b.ins().select(on, weight, none);
                em.store(col, line, weight);
            }
            Ok(())
        })
    }

    /// The matter that a tally is asked of, whether it is one, has ever been opened, and has been closed since; and the
    /// line of somebody on its roll, and whether there is one.
    fn line(
        &mut self,
        d: DecisionId,
        (subject, who): (Option<Guard>, ir::Value),
        env: &Env,
    ) -> R<Line> {
        let layout = self.layout;
        let cols = &layout.decisions[&d];
        let args: Vec<Guard> = subject.into_iter().collect();
        let (at, fits) = self.key(&cols.keys, &args, env)?;
        let (open, number) = (self.load_bool(cols.open, at), self.load(cols.number, at));
        let ever = self.cmp_imm(IntCC::NotEqual, number, 0);
        let over = self.not(open);
        let closed = self.both(ever, over);
        let place = self.plus(who, -i64::from(cols.voters.dims[0].lo));
        let inside = self.cmp_imm(IntCC::UnsignedLessThan, place, i64::from(cols.voters.cap));
        let zero = self.int(0);
        let place = self.b.ins().select(inside, place, zero);
        let row = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let line = self.b.ins().iadd(row, place);
        Ok(Line {
            at,
            fits,
            ever,
            closed,
            inside,
            line,
        })
    }

    /// Whether somebody is in a set of the roll of a decision, seen from outside.
    pub(crate) fn on_roll_outside(
        &mut self,
        (d, subject): (DecisionId, Option<Guard>),
        voter: Guard,
        set: &RollSet,
        env: &Env,
    ) -> R<V> {
        let (layout, program) = (self.layout, self.program);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let Some(kept) = &cols.kept else {
            return Err(Refusal::form("an unread tally"));
        };
        let who = self.entity(voter, env)?;
        let l = self.line(d, (subject, who), env)?;
        let own = self.about(d, l.at);
        let own = own.with(decision.voter.var, Bind::V(V::Entity(who)));
        let mut live = self.at_close(d, l.at, false, |em| em.on_own_roll(&own, set))?;
        if !matches!(set, RollSet::Members | RollSet::Voters | RollSet::Present) {
            live = self.both(live, l.ever);
        }
        let closed = match set {
            RollSet::Present => live,
            RollSet::Members => self.load_bool(kept.members, l.line),
            RollSet::Voters => self.load_bool(kept.voters, l.line),
            RollSet::Cast => self.load_bool(kept.cast, l.line),
            _ => {
                let counted = self.load(kept.counted, l.line);
                let is = match set {
                    RollSet::Silent => self.cmp_imm(IntCC::Equal, counted, 0),
                    RollSet::Ballot(i) => self.cmp_imm(IntCC::Equal, counted, *i as i64 + 1),
                    RollSet::Voting => {
                        let mut any = self.bool(false);
                        for ballot in [Decision::FOR, Decision::AGAINST] {
                            if decision.is_vote(ballot) {
                                let n = i64::from(ballot) + 1;
                                let one = self.cmp_imm(IntCC::Equal, counted, n);
                                any = self.one_of(any, one);
                            }
                        }
                        any
                    }
                    _ => return Err(Refusal::form("this set of a roll is not compiled")),
                };
                let voter = self.load_bool(kept.voters, l.line);
                self.both(is, voter)
            }
        };
        let closed = match set {
            RollSet::Present => closed,
            _ => self.both(closed, l.inside),
        };
        let is = self.b.ins().select(l.closed, closed, live);
        Ok(V::Bool(match l.fits {
            Some(f) => self.both(is, f),
            None => is,
        }))
    }

    /// The votes of somebody in a decision, seen from outside.
    pub(crate) fn votes_outside(
        &mut self,
        (d, subject): (DecisionId, Option<Guard>),
        voter: Guard,
        env: &Env,
    ) -> R<V> {
        let (layout, program) = (self.layout, self.program);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let Some(kept) = &cols.kept else {
            return Err(Refusal::form("an unread tally"));
        };
        let who = self.entity(voter, env)?;
        let l = self.line(d, (subject, who), env)?;
        let one = self.int(1);
        let live = match decision.weight {
            Some(g) => {
                let own = self.about(d, l.at);
                let own = own.with(decision.voter.var, Bind::V(V::Entity(who)));
                self.integer(g, &own)?
            }
            None => one,
        };
        let there = match kept.weight {
            Some(col) => self.load(col, l.line),
            None => one,
        };
        let (voter, member) = (
            self.load_bool(kept.voters, l.line),
            self.load_bool(kept.members, l.line),
        );
        let on = self.one_of(voter, member);
        let on = self.both(on, l.inside);
        let none = self.int(0);
        let closed = self.b.ins().select(on, there, none);
        Ok(V::Int(self.b.ins().select(l.closed, closed, live)))
    }
}

/// Where a tally is read.
struct Line {
    at: ir::Value,
    fits: Option<ir::Value>,
    ever: ir::Value,
    closed: ir::Value,
    inside: ir::Value,
    line: ir::Value,
}
