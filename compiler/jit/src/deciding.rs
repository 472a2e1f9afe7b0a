//! What a decision needs: what opens and closes it, what its rules read, who votes how.

use crate::fold::{Bind, Const, Env};
use crate::reads::Slot;
use crate::refusal::Refusal;
use crate::slice::{Slicer, bound_by, equal_to};
use crate::world::World;
use rogatio_mir::{
    Closing, DecisionId, Demand, Guard, Match, Modal, Norm, NormId, On, Program, VarId,
};
use std::collections::BTreeSet;

const HANGS_ON_OTHERS: &str = "a ballot that hangs on how others vote is not compiled";

impl Slicer<'_> {
    /// What opens and closes a decision, what its rules read, and who votes how.
    pub(crate) fn decision(&mut self, d: DecisionId) -> Result<(), Refusal> {
        let program = self.reader.program;
        let decision = &program.decisions[d.index()];
        let named = |r: Refusal| r.within(program, decision.provision);
        crate::decision::accepted(program, self.reader.world, d).map_err(named)?;
        let world = self.reader.world;
        for other in decision.limbs.iter().chain(&decision.whole) {
            self.need_decision(*other);
        }
        world.dated_ballots(program, self.experiment, d)?;
        for g in world.dated.matters(d) {
            if world.naming(program, g).is_some() {
                self.need(g, &Env::default(), 0)?;
            }
        }
        let matter = crate::decision::matter(decision);
        self.grown_keys(&matter);
        self.grown_keys(std::slice::from_ref(&decision.voter));
        let about = |env: Env| {
            let all = matter.iter();
            all.fold(env, |env, s| env.with(s.var, Bind::Element))
        };
        for (on, each, guard) in &decision.opens {
            if self.reader.world.possible.event(on) {
                self.event(on).map_err(named)?;
                let env = each
                    .iter()
                    .fold(bound_by(program, on), |e, x| e.with(x.var, Bind::Element));
                for g in guard.iter().chain(&equal_to(on)) {
                    self.need(*g, &env, 0).map_err(named)?;
                }
            }
        }
        for (p, _) in crate::decision::stages(program, d) {
            if self.reader.world.possible.procedure(p) {
                self.need_procedure(p);
            }
        }
        let mut rolls = BTreeSet::from([Slot::Decision(d)]);
        for closing in &decision.closes {
            match closing {
                Closing::At(g, _) => {
                    let reads = self.need(*g, &about(Env::default()), 0).map_err(named)?;
                    if reads.now || !reads.slots.is_empty() {
                        return Err(named(
                            Refusal::form("a closing time that may move is not compiled")
                                .at(program, *g),
                        ));
                    }
                }
                Closing::Upon(on, guard) => {
                    self.upon(on, *guard, &about).map_err(named)?;
                }
                Closing::AllVoted(g) | Closing::When(g) => {
                    rolls.extend(
                        self.roll_rule(d, *g, &about(Env::default()))
                            .map_err(named)?,
                    );
                }
                Closing::Certain => {}
            }
        }
        let steps = decision.earlier.iter().flat_map(|s| &s.next);
        for (on, guard) in decision.withdrawn.iter().chain(steps) {
            self.upon(on, *guard, &about).map_err(named)?;
        }
        if let Some(law) = self.experiment.drawn_outcome(d) {
            // No ballot is cast, and of the roll only the number counts.
            let voters = self.need(law.voters, &about(Env::default()), 0);
            voters.map_err(named)?;
            return self.frozen_roll(d).map_err(named);
        }
        if let Some(g) = decision.silence_by_voter {
            let env = about(Env::default()).with(decision.voter.var, Bind::Element);
            for cond in crate::roll::silences(program, self.reader.world, d, g).map_err(named)? {
                self.roll_rule(d, cond, &env).map_err(named)?;
            }
        }
        for g in decision.slots() {
            let env = about(Env::default()).with(decision.voter.var, Bind::Element);
            self.roll_rule(d, g, &env).map_err(named)?;
        }
        if !decision.limbs.is_empty() {
            self.slice.rolls.insert(d, rolls);
            return Ok(());
        }
        let env = about(Env::default()).with(decision.voter.var, Bind::Element);
        self.reader.close = Some(d);
        let needed = self.need(decision.voters, &env, 0);
        self.reader.close = None;
        let mut voters = vec![needed.map_err(named)?];
        let env = about(Env::default()).with(decision.voter.var, Bind::Element);
        for g in crate::ballot::label_rules(program, self.experiment, d) {
            voters.push(self.need(g, &env, 0).map_err(named)?);
        }
        for n in bans(program, world, d) {
            let norm = &program.norms[n.index()];
            let env = [norm.who.domain.var].into_iter().chain(matter_var(norm));
            let env = env.fold(Env::default(), |env, v| env.with(v, Bind::Element));
            for g in ban_conditions(norm) {
                let reads = self.need(g, &env, 0).map_err(named)?;
                if reads.tally {
                    return Err(named(Refusal::form(HANGS_ON_OTHERS)));
                }
                voters.push(reads);
            }
        }
        for line in crate::ballot::about(self.experiment, d) {
            let env = about(Env::default()).with(line.who.domain.var, Bind::Element);
            let own = line.subject.iter();
            let env = own.fold(env, |env, s| env.with(s.var, Bind::Element));
            for g in std::iter::once(line.who.cond).chain(line.when) {
                let reads = self.need(g, &env, 0).map_err(|r| r.span(line.span))?;
                if reads.tally {
                    return Err(named(Refusal::form(HANGS_ON_OTHERS)).span(line.span));
                }
                voters.push(reads);
            }
        }
        self.frozen_roll(d).map_err(named)?;
        if voters.iter().any(|r| r.now) {
            return Err(named(Refusal::form(
                "a right to vote that time alone gives or takes is not compiled",
            )));
        }
        let slots = voters.iter().flat_map(|r| &r.slots);
        rolls.extend(slots.map(|(s, _)| *s));
        self.slice.rolls.insert(d, rolls);
        Ok(())
    }

    /// What a roll that is frozen at the opening reads then.
    fn frozen_roll(&mut self, d: DecisionId) -> Result<(), Refusal> {
        let program = self.reader.program;
        let decision = &program.decisions[d.index()];
        if !decision.roll_at_opening {
            return Ok(());
        }
        let matter = crate::decision::matter(decision);
        let of = matter.iter().chain([&decision.voter]);
        let env = of.fold(Env::default(), |env, s| env.with(s.var, Bind::Element));
        let rules = [decision.voters, decision.members].into_iter();
        for g in rules.chain(decision.weight) {
            self.reader.close = Some(d);
            let needed = self.need(g, &env, 0);
            self.reader.close = None;
            let reads = needed?;
            let early = |s: &Slot| matches!(s, Slot::Decision(_) | Slot::Stage(_) | Slot::Kind(_));
            if reads.now || reads.slots.iter().any(|(s, _)| early(s)) {
                return Err(Refusal::form(
                    "a roll frozen at the opening that hangs on what may change at the same instant is not compiled",
                ));
            }
        }
        Ok(())
    }

    /// An event that ends or withdraws an open vote, with what it reads of the matter.
    fn upon(
        &mut self,
        on: &On,
        guard: Option<Guard>,
        about: &impl Fn(Env) -> Env,
    ) -> Result<(), Refusal> {
        if !self.reader.world.possible.event(on) {
            return Ok(());
        }
        self.event(on)?;
        let env = about(bound_by(self.reader.program, on));
        self.reader.kept = true;
        let needed =
            (guard.iter().chain(&equal_to(on))).try_for_each(|g| self.need(*g, &env, 0).map(drop));
        self.reader.kept = false;
        needed
    }

    /// What a rule of a decision reads, of its roll too.
    fn roll_rule(&mut self, d: DecisionId, g: Guard, env: &Env) -> Result<BTreeSet<Slot>, Refusal> {
        self.reader.close = Some(d);
        let reads = self.need(g, env, 0);
        self.reader.close = None;
        let reads = reads?;
        if reads.now {
            return Err(Refusal::form(
                "a rule of a decision that reads the present is not compiled",
            )
            .at(self.reader.program, g));
        }
        let limbs = &self.reader.program.decisions[d.index()].limbs;
        let other = |s: &Slot| matches!(s, Slot::Decision(e) if *e != d && !limbs.contains(e));
        if reads.slots.iter().any(|(s, _)| other(s)) {
            return Err(Refusal::form(
                "a rule of a decision that reads the outcome of another, which may come at the same instant, is not compiled",
            )
            .at(self.reader.program, g));
        }
        Ok(reads.slots.iter().map(|(s, _)| *s).collect())
    }
}

/// Norms about voting on a decision that may take a vote away, in these runs (R35).
pub(crate) fn bans(program: &Program, world: &World, d: DecisionId) -> Vec<NormId> {
    let all = program.decisions[d.index()].vote_norms.iter().copied();
    let about = |n: &NormId| {
        let norm = &program.norms[n.index()];
        let env = [norm.who.domain.var].into_iter().chain(matter_var(norm));
        let env = env.fold(Env::default(), |env, v| env.with(v, Bind::Element));
        let never = |g: Guard| world.fold(program, g, &env) == Some(Const::Bool(false));
        norm.modal == Modal::Cannot
            && !norm.who.jointly
            && !world.joined(&norm.who.domain.kinds).is_empty()
            && !ban_conditions(norm).any(never)
    };
    all.filter(about).collect()
}

/// Whether what norms say about voting is compiled: that somebody cannot vote at all, with nothing that lifts it.
pub(crate) fn norms_are_plain(program: &Program, world: &World, d: DecisionId) -> bool {
    let all = &program.decisions[d.index()].vote_norms;
    let lifts = |n: &NormId| program.norms[n.index()].despite.is_some();
    let plain = |n: &NormId| {
        let norm = &program.norms[n.index()];
        let Demand::Vote {
            ballot,
            label,
            subject,
            for_whom,
            ..
        } = &norm.demand
        else {
            return false;
        };
        let open = matches!(subject, Match::Any | Match::Bind(..));
        let w = &norm.window;
        let timed = w.opens.is_some() || w.closes.is_some() || !w.closes_on.is_empty();
        ballot.is_none() && label.is_none() && open && *for_whom == Match::Any && !timed
    };
    let bans = bans(program, world, d);
    bans.is_empty() || (!all.iter().any(lifts) && bans.iter().all(plain))
}

/// What a norm about voting calls the matter.
pub(crate) fn matter_var(norm: &Norm) -> Option<VarId> {
    match &norm.demand {
        Demand::Vote {
            subject: Match::Bind(v, _),
            ..
        } => Some(*v),
        _ => None,
    }
}

/// When it holds.
pub(crate) fn ban_conditions(norm: &Norm) -> impl Iterator<Item = Guard> {
    let filter = match &norm.demand {
        Demand::Vote { filter, .. } => *filter,
        _ => None,
    };
    let own = [Some(norm.who.cond), filter, norm.cond, norm.window.during];
    own.into_iter().flatten()
}
