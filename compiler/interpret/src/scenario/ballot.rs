//! Ballots and declared outcomes in a log: `vote`, `casting_vote`, `object`, `gavel`, `adopt`, `reject`.
//!
//! The columns are `ballot` (a value or a label, of the first two), `on` (the subject, if the decision has one) and
//! `decision`, which may be left out where only one decision can be meant.

use super::*;
use rogatio_diagnostics::Code;
use rogatio_mir::{Decision, DecisionId, DecisionOutcome};

/// What cannot be read, with its code.
type Wrong = (Code, String);

impl Runner<'_> {
    /// The implicit act of a decision that a line records; none if it records another act.
    pub(super) fn logged_ballot(&self, l: &LogLine) -> Option<Result<ActKind, Wrong>> {
        let known = ["vote", "casting_vote", "object", "gavel", "adopt", "reject"];
        known
            .contains(&l.act.as_str())
            .then(|| self.implicit_act(l))
    }

    fn implicit_act(&self, l: &LogLine) -> Result<ActKind, Wrong> {
        let ballot = column(l, "ballot");
        let votes = matches!(l.act.as_str(), "vote" | "casting_vote");
        let Some(value) = ballot.filter(|_| votes).or((!votes).then_some("")) else {
            let why = "which ballot? it stands in the column `ballot`".to_owned();
            return Err((codes::E0907, why));
        };
        let (decision, subject) = self.decision_of_line(l, votes.then_some(value))?;
        let Some(d) = self.case.program().decisions.get(decision.index()) else {
            return Err((codes::E0905, "there is no such decision".to_owned()));
        };
        let outcome = |outcome| ActKind::Declare {
            decision,
            subject,
            outcome,
        };
        Ok(match l.act.as_str() {
            "object" => ActKind::Object { decision, subject },
            "gavel" => ActKind::Gavel { decision, subject },
            "adopt" | "reject" if d.given.is_none() => {
                let why = format!("the outcome of `{}` follows from its ballots", d.name);
                return Err((codes::E0905, why));
            }
            "adopt" => outcome(DecisionOutcome::Adopted),
            "reject" => outcome(DecisionOutcome::Rejected),
            act => {
                let Some((ballot, label)) = self.ballot_named(d, value) else {
                    return Err(no_such_ballot(&[d], value));
                };
                if act == "casting_vote" {
                    if label.is_some() || ballot > 1 {
                        let why = format!("a casting vote is for or against, not `{value}`");
                        return Err((codes::E0907, why));
                    }
                    ActKind::Casting {
                        decision,
                        subject,
                        ballot,
                    }
                } else {
                    ActKind::Vote {
                        decision,
                        subject,
                        ballot,
                        label,
                    }
                }
            }
        })
    }

    /// The decision and its subject: that of the column `decision`, else the only one that can be meant.
    fn decision_of_line(
        &self,
        l: &LogLine,
        ballot: Option<&str>,
    ) -> Result<(DecisionId, Option<Entity>), Wrong> {
        let program = self.case.program();
        let all = (0u32..).map(DecisionId).zip(&program.decisions);
        let own = all.filter(|(_, d)| d.head.is_none() && d.whole.is_none());
        let named = column(l, "decision");
        let on = column(l, "on");
        let mut found: Vec<(DecisionId, &Decision)> = own
            .filter(|(_, d)| match named {
                Some(name) => d.name == name,
                None => d.subject.is_some() == on.is_some() && self.subject_of_line(d, on).is_ok(),
            })
            .collect();
        if let (None, Some(value)) = (named, ballot) {
            // Of several the one that has such a ballot; if none has it, it is the ballot that is wrong.
            let meant = found.clone();
            found.retain(|(_, d)| self.ballot_named(d, value).is_some());
            if found.is_empty() && !meant.is_empty() {
                let meant: Vec<&Decision> = meant.into_iter().map(|(_, d)| d).collect();
                return Err(no_such_ballot(&meant, value));
            }
        }
        match (found.pop(), found.as_slice()) {
            (Some((id, d)), []) => Ok((id, self.subject_of_line(d, on)?)),
            (Some((_, d)), more) => {
                let names: Vec<&str> = more.iter().map(|(_, d)| d.name.as_str()).collect();
                let list = format!("{}, {}", names.join(", "), d.name);
                let why = format!("which decision? say it in the column `decision`: {list}");
                Err((codes::E0905, why))
            }
            (None, _) => {
                let names: Vec<&str> = program
                    .decisions
                    .iter()
                    .filter(|d| d.head.is_none() && d.whole.is_none())
                    .map(|d| d.name.as_str())
                    .collect();
                let what = match (named, on) {
                    (Some(name), _) => format!("there is no decision `{name}`"),
                    (None, Some(on)) => {
                        format!("no decision on `{on}` can be meant by this `{}`", l.act)
                    }
                    (None, None) => {
                        format!(
                            "no decision can be meant by this `{}`: on what is it?",
                            l.act
                        )
                    }
                };
                let why = format!("{what}; the decisions are: {}", names.join(", "));
                Err((codes::E0905, why))
            }
        }
    }

    fn subject_of_line(&self, d: &Decision, on: Option<&str>) -> Result<Option<Entity>, Wrong> {
        match (&d.subject, on) {
            (None, None) => Ok(None),
            (None, Some(on)) => {
                let why = format!("`{}` has no subject, not even `{on}`", d.name);
                Err((codes::E0907, why))
            }
            (Some(_), None) => {
                let why = format!("on what is it? `{}` has a subject: the column `on`", d.name);
                Err((codes::E0907, why))
            }
            (Some(domain), Some(on)) => match self.case.find_of_kinds(on, &domain.kinds) {
                Some(e) => Ok(Some(e)),
                None => Err((codes::E0904, format!("nobody is called `{on}`"))),
            },
        }
    }

    /// The ballot of that name and the label it bears, in any version and for any body.
    fn ballot_named(&self, d: &Decision, name: &str) -> Option<(u32, Option<u32>)> {
        let program = self.case.program();
        let own = |d: &Decision| {
            let at = |i: usize| u32::try_from(i).unwrap_or(u32::MAX);
            if let Some(i) = d.ballots.iter().position(|b| b == name) {
                return Some((at(i), None));
            }
            let i = d.labels.iter().position(|l| l.name == name)?;
            Some((d.labels[i].value, Some(at(i))))
        };
        let others = d.others.iter().chain(&d.limbs);
        own(d).or_else(|| {
            others
                .filter_map(|o| program.decisions.get(o.index()))
                .find_map(own)
        })
    }
}

fn column<'l>(l: &'l LogLine, name: &str) -> Option<&'l str> {
    l.args.get(name).map(|t| t.trim()).filter(|t| !t.is_empty())
}

fn no_such_ballot(of: &[&Decision], value: &str) -> Wrong {
    let decisions: Vec<String> = of.iter().map(|d| format!("`{}`", d.name)).collect();
    let mut names: Vec<&str> = Vec::new();
    for d in of {
        let labels = d.labels.iter().map(|l| &l.name);
        for name in d.ballots.iter().chain(labels) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let why = format!(
        "`{value}` is not a ballot of {}; the ballots are: {}",
        decisions.join(", "),
        names.join(", ")
    );
    (codes::E0907, why)
}
