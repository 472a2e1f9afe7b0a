//! Rolls that are frozen (R39), silence that differs by voter (R36), equal votes and withdrawal (R37).

use crate::decision::number;
use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, V};
use crate::layout::{Col, Elem, Space};
use crate::outcome::AtClose;
use crate::procedure::watching;
use crate::refusal::Refusal;
use crate::rule::Pass;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Decision, DecisionId, DecisionOutcome, Guard, Op, Program, RollSet};

/// Who may vote on a matter, who is a member and with how many votes, as it was at the opening.
#[derive(Clone, Debug)]
pub(crate) struct Frozen {
    pub(crate) voters: Col,
    pub(crate) members: Col,
    weight: Option<Col>,
}

impl Frozen {
    /// Of a decision with so many ballots; none if its roll is taken at the close.
    pub(crate) fn new(decision: &Decision, all: u32, hot: &mut Space) -> Option<Frozen> {
        decision.roll_at_opening.then(|| Frozen {
            voters: hot.many(Elem::U8, all),
            members: hot.many(Elem::U8, all),
            weight: decision.weight.map(|_| hot.many(Elem::I64, all)),
        })
    }
}

/// The conditions on which it hangs what silence of a voter means.
///
/// # Errors
/// A form of it that is not compiled.
pub(crate) fn silences(program: &Program, world: &World, d: DecisionId, g: Guard) -> R<Vec<Guard>> {
    if let Some(Const::Text(_) | Const::None) = world.fold(program, g, &Env::default()) {
        return Ok(Vec::new());
    }
    match &program.guard(g).op {
        Op::Except(base, arms) => {
            let [(cond, value)] = arms[..] else {
                return Err(
                    Refusal::open("two exceptions to what silence means may disagree")
                        .at(program, g),
                );
            };
            let mut all = vec![cond];
            all.extend(silences(program, world, d, *base)?);
            all.extend(silences(program, world, d, value)?);
            Ok(all)
        }
        _ => Err(Refusal::form(format!(
            "silence that differs by voter in this way (`{}`) is not compiled",
            program.decisions[d.index()].name
        ))
        .at(program, g)),
    }
}

impl Em<'_, '_> {
    /// The number of the ballot that a voter's silence counts as, from 1; 0 if it counts as none.
    pub(crate) fn silence(&mut self, d: DecisionId, g: Guard, env: &Env) -> R<ir::Value> {
        let program = self.program;
        match self.world.fold(program, g, env) {
            Some(Const::Text(name)) => {
                let ballots = &program.decisions[d.index()].ballots;
                let at = ballots.iter().position(|b| *b == name);
                return Ok(self.int(at.map_or(0, |i| i as i64 + 1)));
            }
            Some(Const::None) => return Ok(self.int(0)),
            _ => {}
        }
        let Op::Except(base, arms) = &program.guard(g).op else {
            return Err(Refusal::form("this silence is not compiled").at(program, g));
        };
        let mut counts = self.silence(d, *base, env)?;
        for (cond, value) in arms {
            let (holds, value) = (self.truth(*cond, env)?, self.silence(d, *value, env)?);
            counts = self.b.ins().select(holds, value, counts);
        }
        Ok(counts)
    }

    /// Whether as many votes are for as against, silence moved.
    pub(crate) fn equal_votes(&mut self, d: DecisionId, at: ir::Value, env: &Env) -> R<ir::Value> {
        let decision = &self.program.decisions[d.index()];
        let (voter, weight) = (decision.voter.clone(), decision.weight);
        let excess = self.at_close(d, at, true, |em| {
            em.sum(&voter, env, |em, env| {
                let mut votes = em.int(1);
                if let Some(g) = weight {
                    let frozen = &em.layout.decisions[&d].frozen;
                    votes = match (frozen, env.get(voter.var).cloned(), em.close) {
                        (Some(frozen), Some(Bind::V(who)), Some(close)) => {
                            let who = em.bits(&who)?;
                            em.frozen_weight(frozen, close, who)
                        }
                        _ => em.integer(g, env)?,
                    };
                }
                let zero = em.int(0);
                let yes = em.on_own_roll(env, &RollSet::Ballot(Decision::FOR as usize))?;
                let no = em.on_own_roll(env, &RollSet::Ballot(Decision::AGAINST as usize))?;
                let for_it = em.b.ins().select(yes, votes, zero);
                let against = em.b.ins().select(no, votes, zero);
                Ok(em.b.ins().isub(for_it, against))
            })
        })?;
        Ok(self.cmp_imm(IntCC::Equal, excess, 0))
    }

    // ---- the roll of an opening ---------------------------------------------------------------------------------

    /// Whether somebody may vote on a matter whose decision is open.
    pub(crate) fn may_vote(&mut self, d: DecisionId, at: ir::Value, env: &Env) -> R<ir::Value> {
        let (layout, program) = (self.layout, self.program);
        let decision = &program.decisions[d.index()];
        let Some(frozen) = &layout.decisions[&d].frozen else {
            return self.at_close(d, at, false, |em| em.truth(decision.voters, env));
        };
        let Some(Bind::V(who)) = env.get(decision.voter.var).cloned() else {
            return Err(Refusal::form("an open voter"));
        };
        let who = self.bits(&who)?;
        let close = AtClose {
            decision: d,
            matter: at,
            moved: false,
        };
        Ok(self.frozen(frozen.voters, close, who))
    }

    /// The place of a voter in the roll of a matter, and whether there is one.
    fn line_of(&mut self, at: AtClose, who: ir::Value) -> (ir::Value, ir::Value) {
        let voters = &self.layout.decisions[&at.decision].voters;
        let place = self.plus(who, -i64::from(voters.dims[0].lo));
        let inside = self.cmp_imm(IntCC::UnsignedLessThan, place, i64::from(voters.cap));
        let zero = self.int(0);
        let place = self.b.ins().select(inside, place, zero);
        let row = self.b.ins().imul_imm_s(at.matter, i64::from(voters.cap));
        (self.b.ins().iadd(row, place), inside)
    }

    /// Whether somebody is in a set of a frozen roll.
    pub(crate) fn frozen(&mut self, set: Col, at: AtClose, who: ir::Value) -> ir::Value {
        let (line, inside) = self.line_of(at, who);
        let is = self.load_bool(set, line);
        self.both(is, inside)
    }

    /// The votes that somebody had at the opening; none who was not on the roll.
    pub(crate) fn frozen_weight(
        &mut self,
        frozen: &Frozen,
        at: AtClose,
        who: ir::Value,
    ) -> ir::Value {
        let (line, inside) = self.line_of(at, who);
        let zero = self.int(0);
        let weight = match frozen.weight {
            Some(col) => self.load(col, line),
            None => self.int(1),
        };
        self.b.ins().select(inside, weight, zero)
    }

    /// Takes the roll of a matter that opens.
    pub(crate) fn freeze(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let (layout, program) = (self.layout, self.program);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let Some(frozen) = &cols.frozen else {
            return Ok(());
        };
        let row = self.b.ins().imul_imm_s(at, i64::from(cols.voters.cap));
        let (zero, n) = (self.int(0), self.int(i64::from(cols.voters.cap)));
        let lo = i64::from(cols.voters.dims[0].lo);
        self.each(zero, n, |em, v| {
            let line = em.b.ins().iadd(row, v);
            let who = em.plus(v, lo);
            let env = em.about(d, at);
            let env = env.with(decision.voter.var, Bind::V(V::Entity(who)));
            let sits = em.of_kinds(who, &decision.voter.kinds);
            let mut on = em.bool(false);
            for (rule, set) in [
                (decision.voters, frozen.voters),
                (decision.members, frozen.members),
            ] {
                let holds = em.at_close(d, at, false, |em| em.truth(rule, &env))?;
                let holds = em.both(sits, holds);
                on = em.b.ins().bor(on, holds);
                em.store(set, line, holds);
            }
            if let (Some(col), Some(g)) = (frozen.weight, decision.weight) {
                let weight = em.at_close(d, at, false, |em| em.integer(g, &env))?;
                let zero = em.int(0);
                let weight = em.b.ins().select(on, weight, zero);
                em.store(col, line, weight);
            }
            Ok(())
        })
    }

    // ---- withdrawal ---------------------------------------------------------------------------------------------

    /// What withdraws a matter in a pass closes its decision, before everything else that closes it.
    /// False if nothing can.
    pub(crate) fn withdrawals(&mut self, pass: &Pass, d: DecisionId) -> R<bool> {
        let program = self.program;
        let mut any = false;
        let decision = &program.decisions[d.index()];
        for (on, guard) in &decision.withdrawn {
            if !self.may_hear(pass, on) {
                continue;
            }
            any = true;
            let rule = watching(on, crate::decision::matter(decision));
            self.heard(pass, &rule, &mut |em, env| {
                let at = em.matter_of(d, env)?;
                match guard {
                    None => em.will_withdraw(d, at),
                    Some(g) => {
                        let holds = em.truth(*g, env)?;
                        em.when(holds, |em| em.will_withdraw(d, at))
                    }
                }
            })?;
        }
        Ok(any)
    }

    fn will_withdraw(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        self.will_close(d, at)?;
        let cols = &self.layout.decisions[&d];
        let moves = self.load(cols.moves, at);
        let closes = self.cmp_imm(IntCC::Equal, moves, 1);
        self.when(closes, |em| {
            em.store_imm(cols.moves, at, WITHDRAWN);
            Ok(())
        })
    }

    /// The outcome of a closing in this pass, unless it was a withdrawal.
    pub(crate) fn unless_withdrawn(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        outcome: ir::Value,
    ) -> ir::Value {
        if self.program.decisions[d.index()].withdrawn.is_empty() {
            return outcome;
        }
        let moves = self.load(self.layout.decisions[&d].moves, at);
        let withdrawn = self.cmp_imm(IntCC::Equal, moves, WITHDRAWN);
        let it = self.int(number(DecisionOutcome::Withdrawn));
        self.b.ins().select(withdrawn, it, outcome)
    }
}

/// In this pass it closes because it is withdrawn.
const WITHDRAWN: i64 = 3;
