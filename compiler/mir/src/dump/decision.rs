//! What ballots may say and who breaks a tie, as text.

use super::*;

impl Dump<'_> {
    /// Ballots as an event: `vote yes Amend(by p: State, on d)`.
    pub(super) fn ballot_match(
        &self,
        d: DecisionId,
        sort: BallotSort,
        ballot: Option<u32>,
        matches: &[(Position, Match)],
    ) -> String {
        let said = self.p.ballot_said(d, ballot, None);
        let said = said.map_or_else(String::new, |b| format!("{b} "));
        let position = |p: &Position| match p {
            Position::For => "for",
            Position::Arg(_) => "on",
            _ => "by",
        };
        let of = |(p, m): &(Position, Match)| format!("{} {}", position(p), self.matching(m));
        let positions: Vec<String> = matches.iter().map(of).collect();
        let name = self.decision_name(d);
        format!("{} {said}{name}({})", sort.word(), positions.join(", "))
    }

    /// What the bodies of a decision decide together.
    pub(super) fn several(&mut self, d: &Decision) {
        let bodies: Vec<&str> = d
            .limbs
            .iter()
            .filter_map(|l| self.p.decisions.get(l.index()))
            .filter_map(|l| self.p.entities.get(l.body.index()))
            .map(|e| e.name.as_str())
            .collect();
        self.line(2, format!("by each of {}", bodies.join(", ")));
        for (outcome, g, at) in &d.together {
            let outcome = format!("{outcome:?}").to_lowercase();
            let text = format!("together {outcome} when {}", self.guard(*g));
            self.cited(2, text, *at);
        }
    }

    /// The slots of the rule, as one body applies it.
    pub(super) fn rule(&mut self, d: &Decision) {
        let counts = if d.first_counts { "first" } else { "last" };
        self.line(
            2,
            format!(
                "ballots {}{}, {counts} counts",
                d.ballots.join(", "),
                self.labels(d)
            ),
        );
        self.line(
            2,
            format!(
                "members {} where {}",
                self.domain(&d.voter),
                self.guard(d.members)
            ),
        );
        if d.voters != d.members {
            self.line(2, format!("voters {}", self.guard(d.voters)));
        }
        for (word, slot) in [
            ("present", d.present),
            ("weight", d.weight),
            ("admissible when", d.admissible),
            ("veto", d.veto),
            ("chair", d.chair),
        ] {
            if let Some(g) = slot {
                self.line(2, format!("{word} {}", self.guard(g)));
            }
        }
        for (word, (slot, provision)) in [
            ("quorum", &d.quorum),
            ("participation", &d.participation),
            ("passes", &d.passes),
        ] {
            let text = match slot {
                Stated::None => "none".to_owned(),
                Stated::NotStated(why) => format!("not stated {why:?}"),
                Stated::Rule(g) => self.guard(*g),
            };
            self.cited(2, format!("{word} {text}"), *provision);
        }
        for (outcome, g) in &d.deemed {
            let outcome = format!("{outcome:?}").to_lowercase();
            self.line(2, format!("deemed {outcome} when {}", self.guard(*g)));
        }
        let silence = match &d.silence.0 {
            Silence::None => "none".to_owned(),
            Silence::NotStated(why) => format!("not stated {why:?}"),
            Silence::As(i) => d.ballots.get(*i).map_or("?", String::as_str).to_owned(),
        };
        let silence = d.silence_by_voter.map_or(silence, |g| self.guard(g));
        self.cited(2, format!("silence {silence}"), d.silence.1);
        if let Some(t) = &d.tie {
            self.cited(2, format!("tie {}", self.tie(t)), t.provision);
        }
    }

    /// `, Veto -> no for permanent(voter)`.
    pub(super) fn labels(&self, d: &Decision) -> String {
        let label = |l: &BallotLabel| {
            let value = d.ballots.get(l.value as usize).map_or("?", String::as_str);
            let of =
                l.of.map_or_else(String::new, |g| format!(" for {}", self.guard(g)));
            format!(", {} -> {value}{of}", l.name)
        };
        d.labels.iter().map(label).collect()
    }

    /// `enacts expel(d.state) when C`.
    pub(super) fn enacts(&self, e: &Enacts) -> String {
        let args: Vec<String> = e
            .args
            .iter()
            .map(|a| a.map_or_else(|| "_".to_owned(), |a| self.guard(a)))
            .collect();
        let mut text = format!("enacts {}({})", self.act(e.act), args.join(", "));
        for (word, g) in [("to", e.to), ("for", e.for_whom), ("when", e.when)] {
            if let Some(g) = g {
                text.push_str(&format!(" {word} {}", self.guard(g)));
            }
        }
        text
    }

    /// `rejected when C`, `WHO decides until T else rejected`.
    pub(super) fn tie(&self, t: &Tie) -> String {
        let name = |o: &DecisionOutcome| format!("{o:?}").to_lowercase();
        match &t.kind {
            TieKind::Outcome(o, when) => {
                let when = when.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                format!("{}{when}", name(o))
            }
            TieKind::Decides {
                who,
                until,
                otherwise,
            } => {
                let until = until.map_or_else(String::new, |g| format!(" until {}", self.guard(g)));
                let otherwise = otherwise
                    .as_ref()
                    .map_or_else(String::new, |o| format!(" else {}", name(o)));
                format!("{} decides{until}{otherwise}", self.guard(*who))
            }
        }
    }
}
