//! Rolls and tallies (R36, R38, R39).

use super::*;

impl Case {
    /// The roll as it stands, silence moved where `moved` says so.
    pub(super) fn roll(&self, d: DecisionId, s: Option<Entity>, moved: &[Matter]) -> Arc<Roll> {
        let Some(decision) = self.text(d, s) else {
            return Arc::default();
        };
        let mut out = Vec::new();
        let mut eval = Eval::new(self);
        eval.moved = moved.to_vec();
        for e in self.state().of_kinds(&decision.voter.kinds) {
            let p = decision.provision;
            let is_voter = eval.on_roll(p, d, s, e, &RollSet::Voters);
            let is_member = eval.on_roll(p, d, s, e, &RollSet::Members);
            if is_voter.is_false() && is_member.is_false() {
                continue;
            }
            let doubt = is_voter.clauses().or(is_member.clauses()).cloned();
            let cast = eval.on_roll(p, d, s, e, &RollSet::Cast).is_true();
            let mut value = None;
            let mut unknown = None;
            for i in 0..decision.ballots.len() {
                match eval.on_roll(p, d, s, e, &RollSet::Ballot(i)) {
                    Truth::True => value = u32::try_from(i).ok(),
                    Truth::Unknown(c) => unknown = Some(c),
                    Truth::False => {}
                }
            }
            let weight = eval.weight(d, s, e);
            out.push(RollEntry {
                member: e,
                is_member: is_member.is_true(),
                is_voter: is_voter.is_true(),
                cast,
                value,
                unknown,
                doubt,
                weight,
            });
        }
        Arc::new(Roll::new(out))
    }

    /// The body's rule of a voter's weight, if there is one.
    pub(crate) fn weight_rule(
        &self,
        d: DecisionId,
        s: Option<Entity>,
        voter: Value,
    ) -> Option<(Guard, Env)> {
        let decision = self.text(d, s)?;
        Some((decision.weight?, self.roll_env(d, s, voter.entity())))
    }

    /// The roll as a closing counts it: frozen, if the result has been waiting for others.
    pub(super) fn closing_roll(&self, (d, s): Matter, moved: &[Matter]) -> Arc<Roll> {
        let last = self.openings(d, s).last();
        match last
            .filter(|o| o.awaits.is_some())
            .and_then(|o| o.roll.clone())
        {
            Some(roll) => roll,
            None => self.roll(d, s, moved),
        }
    }

    /// The tally of the opening at hand, as cast, or of the last one, as closed.
    #[must_use]
    pub fn tally(&self, d: DecisionId, subject: Option<Entity>) -> Option<Tally> {
        let last = self.openings(d, subject).last()?;
        match &last.tally {
            Some(t) => Some(t.clone()),
            None => Some(self.tally_of(d, subject, &self.roll(d, subject, &[]))),
        }
    }

    pub(super) fn tally_of(&self, d: DecisionId, s: Option<Entity>, roll: &Roll) -> Tally {
        let decision = self.text(d, s);
        let Some(decision) = decision.filter(|d| d.limbs.is_empty() && d.given.is_none()) else {
            return Tally::default();
        };
        let votes = |r: &RollEntry| r.weight.bounds().map_or(0, |(least, _)| least);
        let sum = |f: &dyn Fn(&RollEntry) -> bool| {
            let chosen: Vec<&RollEntry> = roll.lines().iter().filter(|r| f(r)).collect();
            (
                as_int(chosen.len()),
                chosen.iter().fold(0i64, |n, r| n.saturating_add(votes(r))),
            )
        };
        let value = |(i, name): (usize, &String)| {
            let (heads, votes) = sum(&|r| r.is_voter && r.value == u32::try_from(i).ok());
            (name.clone(), heads, votes)
        };
        // While a consensus is sought, and where the outcome was drawn in their place, there are no ballots to count.
        let last = self.openings(d, s).last();
        let drawn = last.is_some_and(|o| o.drawn.is_some());
        let ballots: &[String] = match drawn || decision.seeks_consensus(last.map_or(0, |o| o.step))
        {
            true => &[],
            false => &decision.ballots,
        };
        Tally {
            values: ballots.iter().enumerate().map(value).collect(),
            silent: sum(&|r| r.is_voter && r.value.is_none() && !drawn),
            voters: sum(&|r| r.is_voter),
            members: sum(&|r| r.is_member),
        }
    }
}

impl Eval<'_> {
    /// The votes of a member: as frozen with the roll, else as they stand; one where the body has no weights.
    pub(crate) fn weight(&mut self, d: DecisionId, s: Option<Entity>, voter: Entity) -> Value {
        let case = self.case;
        let frozen = case.openings(d, s).last().and_then(|o| o.roll.as_ref());
        if let Some(roll) = frozen {
            let entry = roll.of(voter);
            return entry.map_or(Value::Int(0), |e| e.weight.clone());
        }
        match case.text(d, s) {
            Some(decision) => match decision.weight {
                Some(w) => self.value(w, &mut case.roll_env(d, s, Some(voter))),
                None => Value::Int(1),
            },
            None => Value::Int(0),
        }
    }

    /// Whether somebody is in a set of a decision's roll (R36).
    pub(crate) fn on_roll(
        &mut self,
        p: ProvisionId,
        d: DecisionId,
        s: Option<Entity>,
        voter: Entity,
        set: &RollSet,
    ) -> Truth {
        let case = self.case;
        let Some(decision) = case.text(d, s) else {
            return Truth::False;
        };
        let opening = case.openings(d, s).last();
        let entry = |o: &Opening| o.roll.as_ref().map(|r| r.of(voter).cloned());
        let frozen = opening.and_then(entry);
        match set {
            RollSet::Chair => return self.in_chair(p, d, s, voter),
            RollSet::Present => {
                return match decision.present {
                    Some(g) => self.truth(g, &mut case.roll_env(d, s, Some(voter))),
                    None => {
                        Truth::Unknown(ClauseSet::one(p, "the text does not say who is present"))
                    }
                };
            }
            RollSet::Members => {
                return match frozen {
                    Some(e) => e.map_or(Truth::False, |e| on(e.is_member, e.doubt)),
                    None => self.entitled(decision.members, d, s, voter),
                };
            }
            _ => {}
        }
        let is_voter = match &frozen {
            Some(e) => e
                .as_ref()
                .map_or(Truth::False, |e| on(e.is_voter, e.doubt.clone())),
            None => self.entitled(decision.voters, d, s, voter),
        };
        if matches!(set, RollSet::Voters) || is_voter.is_false() {
            return is_voter;
        }
        let Some(opening) = opening else {
            return Truth::False;
        };
        if opening.takes_ballots() && self.is_closing && !self.moved.contains(&(d, s)) {
            self.open_rolls.push((d, s));
        }
        if !opening.takes_ballots() {
            let Some(Some(e)) = frozen else {
                return Truth::False;
            };
            if let (Some(c), false) = (&e.doubt, e.is_voter) {
                return Truth::Unknown(c.clone());
            }
            let unknown = e.unknown.map(Truth::Unknown);
            return match set {
                RollSet::Cast => Truth::of(e.cast),
                RollSet::Silent => unknown.unwrap_or(Truth::of(e.value.is_none())),
                RollSet::Ballot(i) => {
                    unknown.unwrap_or(Truth::of(e.value == u32::try_from(*i).ok()))
                }
                RollSet::Voting => unknown.unwrap_or(Truth::of(is_vote(decision, e.value))),
                _ => Truth::False,
            };
        }
        is_voter.and(self.counted(decision, d, s, opening, voter, set))
    }

    /// A rule of the roll: it is read before the effects of any outcome of this instant (R39).
    fn entitled(&mut self, rule: Guard, d: DecisionId, s: Option<Entity>, voter: Entity) -> Truth {
        // The rule speaks of those who may sit in the body at all.
        let decision = self.case.text(d, s);
        if !decision.is_some_and(|d| self.case.state().is_of(voter, &d.voter.kinds)) {
            return Truth::False;
        }
        let closing = std::mem::replace(&mut self.is_closing, false);
        let truth = self.truth(rule, &mut self.case.roll_env(d, s, Some(voter)));
        self.is_closing = closing;
        truth
    }

    /// Whether somebody is in the chair, or holds the office that is.
    fn in_chair(&mut self, p: ProvisionId, d: DecisionId, s: Option<Entity>, who: Entity) -> Truth {
        let Some(g) = self.case.text(d, s).and_then(|d| d.chair) else {
            return Truth::Unknown(ClauseSet::one(
                p,
                "the text does not say who is in the chair",
            ));
        };
        match self.value(g, &mut self.case.roll_env(d, s, None)) {
            Value::Entity(e) => Truth::of(e == who || self.case.offices_of(Some(who)).contains(&e)),
            Value::Undetermined(c) => Truth::Unknown(c),
            _ => Truth::False,
        }
    }

    /// What silence of a voter counts as.
    pub(super) fn silence_of(
        &mut self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        voter: Entity,
    ) -> Silence {
        let Some(g) = decision.silence_by_voter else {
            return decision.silence.0.clone();
        };
        match self.value(g, &mut self.case.roll_env(d, s, Some(voter))) {
            Value::Text(name) => match decision.ballots.iter().position(|b| *b == name) {
                Some(i) => Silence::As(i),
                None => Silence::None,
            },
            v => {
                let clauses = v.clauses();
                let why: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
                Silence::NotStated(why.join("; "))
            }
        }
    }

    /// How a voter of an open decision counts.
    pub(super) fn counted(
        &mut self,
        decision: &Decision,
        d: DecisionId,
        s: Option<Entity>,
        opening: &Opening,
        voter: Entity,
        set: &RollSet,
    ) -> Truth {
        let ballot = opening.ballots.get(&voter);
        let assumed = self
            .assumption
            .filter(|a| (a.decision, a.subject) == (d, s));
        let mut value = match ballot {
            Some(b) => assumed.and_then(|a| a.changed).or(Some(b.value)),
            None => assumed.and_then(|a| a.ballot),
        };
        let cast = value.is_some();
        let moved = self.moved.contains(&(d, s));
        let mut silence: Option<ClauseSet> = None;
        let mut moved_to = None;
        if moved && (!cast || ballot.is_some_and(|b| b.uncertain.is_some())) {
            match self.silence_of(decision, d, s, voter) {
                Silence::As(i) => moved_to = u32::try_from(i).ok(),
                Silence::NotStated(text) => {
                    silence = Some(ClauseSet::one(decision.silence.1, text))
                }
                Silence::None => {}
            }
        }
        if !cast {
            value = moved_to;
        }
        if let Some(c) = ballot.and_then(|b| b.uncertain.as_ref()) {
            return match set {
                RollSet::Ballot(i) => {
                    let i = u32::try_from(*i).ok();
                    if value == i || (moved_to.is_some() && moved_to == i) {
                        Truth::Unknown(c.clone())
                    } else {
                        Truth::False
                    }
                }
                _ => Truth::Unknown(c.clone()),
            };
        }
        match (set, silence) {
            (RollSet::Cast, _) => Truth::of(cast),
            (_, Some(c)) => Truth::Unknown(c),
            (RollSet::Silent, None) => Truth::of(value.is_none()),
            (RollSet::Voting, None) => Truth::of(is_vote(decision, value)),
            (RollSet::Ballot(i), None) => {
                Truth::of(value.is_some() && value == u32::try_from(*i).ok())
            }
            _ => Truth::False,
        }
    }
}

/// Whether a line of a roll is in a set, where it may be in doubt.
fn on(is: bool, doubt: Option<ClauseSet>) -> Truth {
    match doubt {
        Some(c) if !is => Truth::Unknown(c),
        _ => Truth::of(is),
    }
}

/// `voting` = in favour + against (R36).
pub(super) fn is_vote(decision: &Decision, value: Option<u32>) -> bool {
    value.is_some_and(|v| decision.is_vote(v))
}
