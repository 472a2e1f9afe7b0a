//! What decisions need: ballots, the withdrawal of a veto, a casting vote, other bodies, a close (R34-R41b).

use super::*;
use crate::state::Opening;
use rogatio_mir::{Closing, Decision, Stated};

impl Seeker<'_> {
    pub(super) fn outcome(
        &mut self,
        d: DecisionId,
        subject: Option<Entity>,
        outcome: DecisionOutcome,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let case = self.case;
        let Some(decision) = case.text(d, subject) else {
            return Missing::impossible("?", None);
        };
        let p = provision.or(Some(decision.provision));
        let name = case.show_decision(d, subject);
        let last = case.openings(d, subject).last();
        let Some(opening) = last.filter(|o| o.closed.is_none()) else {
            let closed = last.and_then(|o| o.closed.as_ref());
            if let (Some(c), Some(whole)) = (closed, decision.whole)
                && case.opening(whole, subject).is_some()
            {
                // One of several bodies has decided: it does not begin anew while the others go on.
                let text = format!("{name} was {} on {}", c.outcome.word(), c.moment);
                return Missing::impossible(text, p);
            }
            let text = match closed {
                Some(c) => format!(
                    "{name} was {} on {} ({}); it would have to open again and be {}",
                    c.outcome.word(),
                    c.moment,
                    c.reason,
                    outcome.word()
                ),
                None => match case.no_version_of(decision.provision) {
                    Some(none) => return Missing::impossible(none, p),
                    None => format!("{name} to open and be {}", outcome.word()),
                },
            };
            return Missing::acts(1, text, p);
        };
        let env = case.roll_env(d, subject, None).at_event(opening.opened);
        if !decision.limbs.is_empty() {
            let wanted = decision.together.iter().find(|(o, ..)| *o == outcome);
            return match wanted {
                Some((_, cond, _)) => self.seek(*cond, &env, true),
                None => Missing::impossible(format!("{name} to be {}", outcome.word()), p),
            };
        }
        if let Some((text, at)) = &decision.given {
            let body = case.entity_name(Entity(decision.body.0));
            let does = match outcome {
                DecisionOutcome::Adopted => "adopt",
                DecisionOutcome::Rejected => "reject",
                _ => {
                    let text = format!("{name} to close without a result");
                    let mut m = Missing::acts(0, text, p);
                    m.hindered(self.close(decision, &name, &env, p, |_| true));
                    return m;
                }
            };
            let text = format!("{does}({name}) by {body}, as {text} has it");
            return Missing::acts(1, text, Some(*at));
        }
        if let Some(a) = &opening.awaits {
            if a.tied {
                return self.casting_vote(decision, d, subject);
            }
            let rivals: Vec<String> = a
                .rivals
                .iter()
                .map(|(d, s)| case.show_decision(*d, *s))
                .collect();
            let rivals: Vec<&str> = rivals.iter().map(String::as_str).collect();
            let text = format!("the result of {}", self.case.words().and_list(&rivals));
            return Missing::acts(1, text, p);
        }
        let consensus = decision.earlier.get(opening.step);
        if let Some(step) = consensus.filter(|s| s.rule.is_none()) {
            return self.by_consensus(decision, step, (d, subject), outcome, opening);
        }
        let parts = match outcome {
            DecisionOutcome::Adopted => self.adoption(decision, d, subject, opening, &env),
            DecisionOutcome::Withdrawn => {
                // It closes it.
                let events = decision.withdrawn.iter();
                let ways: Vec<Missing> = events
                    .map(|(on, g)| self.event(on, *g, &env, None))
                    .collect();
                let never = || Missing::impossible(format!("nothing withdraws {name}"), p);
                return Missing::cheapest(ways).unwrap_or_else(never);
            }
            _ => {
                let parts = self.failure(decision, (d, subject), outcome, &env);
                if parts.iter().any(|m| m.cost.impossible > 0) {
                    return Missing::all(parts);
                }
                parts
            }
        };
        let close = self.close(decision, &name, &env, p, |_| true);
        Missing::of(MissingKind::Then, [Missing::all(parts), close])
    }

    /// What is missing for the rule, as ballots stand now.
    fn adoption(
        &mut self,
        decision: &Decision,
        d: DecisionId,
        subject: Option<Entity>,
        opening: &Opening,
        env: &Env,
    ) -> Vec<Missing> {
        let case = self.case;
        let mut parts = Vec::new();
        if let Some(g) = decision.admissible {
            parts.push(self.seek(g, env, true));
        }
        for g in case.passing_parts(d, subject, opening.step) {
            parts.push(self.seek(g, env, true));
        }
        let rule = decision.rule_of(opening.step);
        for (slot, at) in [&decision.quorum, &decision.participation, &rule] {
            // No ballot makes up for what the text does not say.
            if let Stated::NotStated(text) = slot {
                parts.push(Missing::silent(format!("undetermined: {text}"), Some(*at)));
            }
        }
        parts.extend(self.vetoes(decision, d, subject));
        parts
    }

    /// The vetoes that stand against it.
    fn vetoes(
        &self,
        decision: &Decision,
        d: DecisionId,
        subject: Option<Entity>,
    ) -> Option<Missing> {
        let (names, at) = self.case.vetoes(d, subject)?;
        let n = as_int(names.len());
        let names: Vec<&str> = names.iter().map(|e| self.case.entity_name(*e)).collect();
        let names = self.case.words().and_list(&names);
        Some(if decision.first_counts {
            let text = format!("vetoed by {names}, and the first ballot counts");
            Missing::impossible(text, Some(at))
        } else {
            Missing::acts(n, format!("the veto of {names} to be withdrawn"), Some(at))
        })
    }

    fn casting_vote(&self, decision: &Decision, d: DecisionId, subject: Option<Entity>) -> Missing {
        let at = decision.tie.as_ref().map(|t| t.provision);
        let who = match self.case.casting_voter(d, subject) {
            Some(e) => self.case.entity_name(e).to_owned(),
            None => "whoever takes the chair".to_owned(),
        };
        let yes = decision.ballots.first().map_or("?", String::as_str);
        let until = match self.case.tie_until((d, subject)) {
            Some(m) => format!(" until {m}"),
            None => String::new(),
        };
        Missing::acts(1, format!("casting_vote({yes}) by {who}{until}"), at)
    }

    /// What closes it, of the closings that are meant.
    /// What opens a decision that is not open, or closes one that is.
    pub(super) fn openness(
        &mut self,
        d: DecisionId,
        subject: Option<Entity>,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let decision = case.text(d, subject)?;
        let name = case.show_decision(d, subject);
        let p = provision.or(Some(decision.provision));
        match case.opening(d, subject) {
            Some(opening) if !want && decision.limbs.is_empty() => {
                let env = case.roll_env(d, subject, None).at_event(opening.opened);
                Some(self.close(decision, &name, &env, p, |_| true))
            }
            None if want => Some(Missing::acts(1, format!("{name} to open"), p)),
            _ => None,
        }
    }

    pub(super) fn close(
        &mut self,
        decision: &Decision,
        name: &str,
        env: &Env,
        p: Option<ProvisionId>,
        meant: impl Fn(&Closing) -> bool,
    ) -> Missing {
        let case = self.case;
        let mut closings = Vec::new();
        for c in decision.closes.iter().filter(|c| meant(c)) {
            closings.push(match c {
                Closing::At(g, firing) => match case.eval(*g, env) {
                    Value::Time(m) if !case.state().has_reached(firing_point(m, *firing)) => {
                        let text = format!("{name} closes {}", m.in_words());
                        Missing::wait(case.days_until(m), text, p)
                    }
                    _ => self.known(*g, env, p),
                },
                Closing::Upon(on, g) => self.event(on, *g, env, None),
                Closing::AllVoted(_) => Missing::acts(1, format!("all have voted in {name}"), p),
                Closing::Certain => {
                    Missing::acts(1, format!("the outcome of {name} to be certain"), p)
                }
                Closing::When(g) => self.seek(*g, env, true),
            });
        }
        Missing::cheapest(closings).unwrap_or_else(Missing::nothing)
    }
}
