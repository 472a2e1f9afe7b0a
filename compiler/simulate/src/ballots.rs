//! Ballots on top of the interpreter (R53): who votes when, and how. Written from the rules, as the clocks are.
//!
//! A voter whom a line covers casts the ballot that is drawn as soon as it may: in the step after the decision opens, or
//! later if only then it is entitled. What is drawn is a function of the opening, so it does not matter when it is looked
//! at; only the odds are those of that moment. Who draws none stays away.

use rogatio_analyze::{chances, covering};
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Verdict};
use rogatio_jit::{Refusal, odds_refused};
use rogatio_mir::draw::{self, Generator, Odds};
use rogatio_mir::{BallotOdds, Chance, Coding, DecisionId, Experiment};
use std::collections::HashSet;

/// The ballots of a run.
pub(crate) struct Ballots<'e> {
    experiment: &'e Experiment,
    seed: u64,
    run: u64,
    generator: Generator,
    /// Decision, matter, opening and voter of those that were cast.
    cast: HashSet<(DecisionId, Option<Entity>, u32, Entity)>,
    /// Decision, matter and opening of those whose outcome was drawn.
    decided: HashSet<(DecisionId, Option<Entity>, u32)>,
}

/// A ballot that can be cast now.
pub(crate) struct Due {
    /// Decision after decision, those of one in the order of their words (R52).
    order: (DecisionId, Option<Entity>, u64, Entity),
    opening: u32,
    ballot: u32,
    label: Option<u32>,
}

impl Due {
    pub(crate) fn act(&self) -> ActInput {
        let (decision, subject, _, voter) = self.order;
        let act = ActKind::Vote {
            decision,
            subject,
            ballot: self.ballot,
            label: self.label,
        };
        ActInput {
            act,
            ..ActInput::vote(decision, subject, self.ballot, voter)
        }
    }
}

/// Why ballots cannot be drawn.
pub(crate) enum Trouble {
    /// The text leaves open whether somebody may vote.
    Open,
    /// The odds are none (E0972).
    Odds(Refusal),
}

impl<'e> Ballots<'e> {
    pub(crate) fn new(
        experiment: &'e Experiment,
        seed: u64,
        run: u64,
        generator: Generator,
    ) -> Ballots<'e> {
        Ballots {
            experiment,
            seed,
            run,
            generator,
            cast: HashSet::new(),
            decided: HashSet::new(),
        }
    }

    /// Whether a ballot can still be cast.
    pub(crate) fn may_be_cast(&self, case: &Case, due: &Due) -> bool {
        case.judge(&due.act()).verdict == Verdict::Valid
    }

    /// A ballot was cast.
    pub(crate) fn done(&mut self, due: &Due) {
        let (decision, subject, _, voter) = due.order;
        self.cast.insert((decision, subject, due.opening, voter));
    }

    /// Draws the outcomes of decisions that have opened, where the plan draws them at once.
    pub(crate) fn decide(&mut self, case: &mut Case) {
        let experiment = self.experiment;
        for law in &experiment.outcomes {
            let matters: Vec<Option<Entity>> = case.subjects(law.decision).collect();
            for subject in matters {
                let Some(opening) = case.opening(law.decision, subject).map(|o| o.number) else {
                    continue;
                };
                if self.decided.insert((law.decision, subject, opening)) {
                    let matter = subject.map(|s| draw::entity_key(case.entity_name(s)));
                    let key = law.key(self.seed, matter, opening);
                    let word = self.generator.word(key, self.run);
                    let outcomes = law.by_voters(word).into();
                    case.draw_outcome(law.decision, subject, outcomes, law.voters);
                }
            }
        }
    }

    /// The ballots that can be cast now, in their order.
    pub(crate) fn due(&self, case: &Case) -> Result<Vec<Due>, Trouble> {
        let mut all = Vec::new();
        if self.experiment.ballots.is_empty() {
            return Ok(all);
        }
        let decisions = case.program().decisions.iter().enumerate();
        for (i, d) in decisions.filter(|(_, d)| d.head.is_none() && d.limbs.is_empty()) {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            let about = |l: &&BallotOdds| l.decision == id || Some(l.decision) == d.whole;
            let lines: Vec<&BallotOdds> = self.experiment.ballots.iter().filter(about).collect();
            if lines.is_empty() {
                continue;
            }
            for subject in case.subjects(id) {
                if let Some(opening) = case.opening(id, subject) {
                    self.of_opening(case, &lines, (id, subject, opening.number), &mut all)?;
                }
            }
        }
        all.sort_by_key(|due| due.order);
        Ok(all)
    }

    fn of_opening(
        &self,
        case: &Case,
        lines: &[&BallotOdds],
        (id, subject, opening): (DecisionId, Option<Entity>, u32),
        all: &mut Vec<Due>,
    ) -> Result<(), Trouble> {
        for (voter, name, _) in case.entities() {
            if self.cast.contains(&(id, subject, opening, voter)) {
                continue;
            }
            let lines = lines.iter().copied();
            let covered = covering(case, lines, subject, voter).map_err(|_| Trouble::Open)?;
            let Some((line, env)) = covered else {
                continue;
            };
            let who = match &line.bloc {
                Some(bloc) => draw::bloc_key(bloc),
                None => draw::entity_key(name),
            };
            let matter = subject.map(|s| draw::entity_key(case.entity_name(s)));
            let key = draw::ballot_key(self.seed, line.draw.site, matter, who, opening);
            let word = self.generator.word(key, self.run);
            let chances = chances(case, line, &env).map_err(|_| Trouble::Open)?;
            // Two names of one ballot are two places in the odds.
            let places: Vec<(u32, Chance)> = (0..).zip(chances.iter().map(|(_, c)| *c)).collect();
            let odds = Odds::new(&places)
                .map_err(|why| Trouble::Odds(odds_refused(case.program(), line, why)))?;
            let place = match line.draw.coding {
                Coding::Word => odds.ballot(word),
                Coding::Plane => rogatio_batch::ballot(&places, key, self.run),
            };
            let Some(place) = place else {
                continue;
            };
            let place = place as usize;
            let due = Due {
                order: (id, subject, draw::tie(word), voter),
                opening,
                ballot: chances[place].0,
                label: line.labels.get(place).copied().flatten(),
            };
            match case.judge(&due.act()).verdict {
                Verdict::Valid => all.push(due),
                Verdict::Undetermined => return Err(Trouble::Open),
                Verdict::Void | Verdict::Pending => {}
            }
        }
        Ok(())
    }
}
