//! What ballots may say and who breaks a tie, as text.

use super::*;

impl Dump<'_> {
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
