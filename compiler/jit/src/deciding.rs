//! What a decision needs: what opens and closes it, what its rules read, who votes how.

use crate::fold::{Bind, Env};
use crate::reads::Slot;
use crate::refusal::Refusal;
use crate::slice::{Slicer, bound_by, equal_to};
use rogatio_mir::{Closing, DecisionId, Guard, On};
use std::collections::BTreeSet;

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
        for (on, guard) in &decision.withdrawn {
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
        let mut voters = vec![self.need(decision.voters, &env, 0).map_err(named)?];
        for line in crate::ballot::about(self.experiment, d) {
            let env = about(Env::default()).with(line.who.domain.var, Bind::Element);
            let own = line.subject.iter();
            let env = own.fold(env, |env, s| env.with(s.var, Bind::Element));
            for g in std::iter::once(line.who.cond).chain(line.when) {
                voters.push(self.need(g, &env, 0).map_err(|r| r.span(line.span))?);
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
            let reads = self.need(g, &env, 0)?;
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
