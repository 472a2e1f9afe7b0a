//! Joint acts: a member's act alone is a share, the last share is the act of all (R28).

use super::*;
use crate::state::{Joint, Share};

impl Case {
    /// A share of a joint act, or the last one (R28). What a member has power to do by itself has effect at once; it is a share
    /// of what all do together, too.
    pub(super) fn share_of(
        &self,
        n: NormId,
        env: &Env,
        o: &Occurrence,
        alone: bool,
        j: &mut Judgment,
    ) {
        let Some(norm) = self.program().norms.get(n.index()) else {
            return;
        };
        let who = norm.who.domain.var;
        let mut members = Vec::new();
        let mut unknown = ClauseSet::default();
        let me = o.for_whom.or(o.actor);
        let shared = |m: &Entity| {
            Some(*m) == me
                || self.state().shares.iter().any(|s| {
                    let same = s.member == *m && s.input.act == o.act;
                    same && same_args(&self.tentative(&s.input), o)
                })
        };
        for e in self.state().of_kinds(&norm.who.domain.kinds) {
            let mut env = env.clone();
            env.bind(who, Value::Entity(e));
            match Eval::new(self).truth(norm.who.cond, &mut env) {
                Truth::True => members.push(e),
                Truth::Unknown(c) if !shared(&e) => unknown = unknown.union(&c),
                Truth::Unknown(_) | Truth::False => {}
            }
        }
        let free = self.index().free(norm.who.cond);
        let apart = norm.keys.iter().chain(free.iter()).filter(|v| **v != who);
        let matter = apart.filter_map(|v| env.get(*v).cloned()).collect();
        let missing: Vec<&str> = members
            .iter()
            .filter(|m| !shared(m))
            .map(|m| self.entity_name(*m))
            .collect();
        let complete = missing.is_empty();
        if !complete && !alone {
            j.verdict = Verdict::Pending;
            j.because(
                norm.provision,
                format!("a share of {}: waits for {}", norm.text, missing.join(", ")),
            );
        }
        let sure = unknown.iter().next().is_none();
        if complete && alone && !sure {
            // It is valid, and whether it is that of all cannot be said.
            return;
        }
        if complete && !sure {
            j.verdict = Verdict::Undetermined;
            for clause in unknown.iter() {
                j.because(clause.provision, clause.text.clone());
            }
            j.clauses = unknown;
        }
        j.joint = Some(Joint {
            norm: n,
            matter,
            members,
            complete,
            alone,
        });
    }

    /// The last share of a joint act, as the act of all that it is.
    pub(super) fn done_jointly(&self, o: &Occurrence, j: &Judgment) -> Option<Occurrence> {
        let joint = j.joint.as_ref().filter(|joint| joint.complete)?;
        Some(Occurrence {
            jointly: joint.members.clone(),
            ..o.clone()
        })
    }

    /// Whether an act is one of all whom a joint norm means; of any other norm it need not be (R28).
    pub(crate) fn is_joint_enough(&self, norm: &Norm, env: &Env, o: &Occurrence) -> bool {
        let who = norm.who.domain.var;
        let all = || self.state().of_kinds(&norm.who.domain.kinds);
        let joint = o.judgment.joint.as_ref().filter(|j| j.complete);
        let together = match o.jointly.as_slice() {
            [] => joint.map_or(&[][..], |j| &j.members),
            all => all,
        };
        let among = |e: &Entity| together.contains(e);
        let meant = |e: &Entity| {
            let mut env = env.clone();
            env.bind(who, Value::Entity(*e));
            Eval::new(self).truth(norm.who.cond, &mut env).is_true()
        };
        !norm.who.jointly || !together.is_empty() && all().iter().all(|e| among(e) || !meant(e))
    }

    /// Keeps a share; the last one makes the act that of all. A newer share of a member replaces its older one in the same
    /// matter.
    pub(crate) fn enter_share(&mut self, o: &mut Occurrence, joint: Joint, act: &ActInput) {
        if joint.complete {
            let used: Vec<bool> = self
                .state()
                .shares
                .iter()
                .map(|s| self.is_used(s, o))
                .collect();
            let mut used = used.into_iter();
            self.state_mut()
                .shares
                .retain(|_| !used.next().unwrap_or(false));
            // What each has done with power of its own was done by each.
            if !joint.alone {
                o.jointly = joint.members;
            }
        } else if let Some(member) = act.for_whom.or(act.actor) {
            let shares = &mut self.state_mut().shares;
            shares.retain(|s| {
                let same = s.member == member && s.input.act == act.act;
                !(same && s.norm == joint.norm && s.matter == joint.matter)
            });
            shares.push(Share {
                norm: joint.norm,
                matter: joint.matter,
                member,
                input: act.clone(),
            });
        }
    }

    fn is_used(&self, s: &Share, o: &Occurrence) -> bool {
        s.input.act == o.act && same_args(&self.tentative(&s.input), o)
    }
}

fn same_args(a: &Occurrence, b: &Occurrence) -> bool {
    a.args == b.args && a.to == b.to
}
