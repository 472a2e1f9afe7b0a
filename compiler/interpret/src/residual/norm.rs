//! What an actor owes, and whether anybody can do it (R26).

use super::*;
use crate::ActKind;
use crate::state::Recipient;
use rogatio_mir::{Demand, Guard, Match, Op, Position, VarId};

impl Case {
    pub(super) fn owed_by(&self, actor: Entity) -> Vec<Owed> {
        let mut out = Vec::new();
        for d in self.duties().filter(|d| d.is_outstanding()) {
            let Some(norm) = self.program().norms.get(d.norm.index()) else {
                continue;
            };
            if !matches!(norm.modal, Modal::Must | Modal::Should | Modal::MustNot) {
                continue;
            }
            let who = &norm.who.domain;
            let mut env = self.duty_env(d);
            let me = Value::Entity(actor);
            let is_me = match env.get(who.var) {
                Some(v) => *v == me,
                None => {
                    env.bind(who.var, me);
                    self.state().is_of(actor, &who.kinds)
                        && Eval::new(self).truth(norm.who.cond, &mut env).is_true()
                }
            };
            if !is_me {
                continue;
            }
            let mut demand = self.show_duty_demand(d.id);
            if let Some(qualifier) = &norm.qualifier {
                demand = self.words().qualified(qualifier, &demand);
            }
            let mut text = self.words().modal(norm.modal, &demand);
            let left = self.still_to_be_done_for(d);
            if !left.is_empty() {
                let w = self.words();
                text = w.clauses(&[&text, &w.still_left(&left)]);
            }
            out.push(Owed {
                duty: d.id,
                text,
                due: d.deadline(),
                state: d.state,
                provision: norm.provision,
                open: d.unknown.clone(),
                should: norm.modal == Modal::Should,
                assessed: !matches!(norm.demand, rogatio_mir::Demand::Anonymous(_)),
                unassessed: d.unassessed,
                unfulfillable: d.is_open() && self.is_unfulfillable(d.id),
            });
        }
        out
    }

    fn show_duty_demand(&self, id: DutyId) -> String {
        let Some(d) = self.duty(id) else {
            return String::new();
        };
        let Some(norm) = self.program().norms.get(d.norm.index()) else {
            return String::new();
        };
        if let rogatio_mir::Demand::Ensure(g) = norm.demand {
            return self.show_invariant(norm, g, &self.duty_env(d));
        }
        let demand = self.show_demand(&norm.demand);
        let who = norm.who.domain.var;
        let duty = norm.duty.as_ref();
        let keys: Vec<String> = duty
            .into_iter()
            .flat_map(|x| &x.keys)
            .zip(&d.keys)
            .filter(|(k, _)| k.var != who)
            .map(|(_, v)| self.show_value(v))
            .collect();
        if keys.is_empty() {
            demand
        } else {
            self.words().call(&demand, &keys)
        }
    }

    /// `ensure approved(X)`; of what must not last, `stay searching(U, X)`.
    fn show_invariant(&self, norm: &Norm, g: Guard, env: &Env) -> String {
        let op = |g: Guard| self.program().guards.get(g.index()).map(|n| &n.op);
        match (norm.modal, op(g)) {
            (Modal::MustNot | Modal::ShouldNot, Some(Op::Not(stays))) => {
                // Where it is allowed, it is suspended: the status is what is forbidden.
                let status = match op(*stays) {
                    Some(Op::And(parts)) => parts.first().copied().unwrap_or(*stays),
                    _ => *stays,
                };
                self.words().to_stay(&self.describe(status, env))
            }
            _ => self.words().to_ensure(&self.describe(g, env)),
        }
    }

    /// A duty that nobody meant by it has the power to do now: a `cannot` stands in the way, or the office is vacant.
    pub(crate) fn is_unfulfillable(&self, id: DutyId) -> bool {
        let Some(d) = self.duty(id) else { return false };
        let Some(norm) = self.program().norms.get(d.norm.index()) else {
            return false;
        };
        let acts: Vec<ActId> = norm.demand.acts().collect();
        if acts.is_empty() {
            return false;
        }
        if d.state == NormState::Pending {
            return false;
        }
        let mut env = self.duty_env(d);
        let mut meant = Vec::new();
        for e in self.state().of_kinds(&norm.who.domain.kinds) {
            let mut env = env.clone();
            match env.get(norm.who.domain.var) {
                Some(v) if *v != Value::Entity(e) => continue,
                Some(_) => {}
                None => env.bind(norm.who.domain.var, Value::Entity(e)),
            }
            if !Eval::new(self).truth(norm.who.cond, &mut env).is_false() {
                meant.push(e);
            }
        }
        if meant.is_empty() {
            return false;
        }
        let vacant = |e: &Entity| {
            let entity = self.program().entities.get(e.index());
            let holder = entity.and_then(|x| x.holder);
            holder.is_some_and(|h| Eval::new(self).value(h, &mut env) == Value::None)
        };
        if meant.iter().all(vacant) {
            return true;
        }
        let input = |act: &ActId| ActInput::new(*act, None);
        let powerless = |inputs: Vec<ActInput>| {
            let mut inputs = inputs.iter();
            inputs.all(|i| self.is_powerless(i, d, norm, &meant))
        };
        if d.several.is_empty() {
            return powerless(acts.iter().map(input).collect());
        }
        // In every way of meeting it there is one left for whom nobody can do it.
        let blocked = |way: usize| {
            let left = d.several.get(way).into_iter().flatten();
            let mut left = left.filter(|r| r.done.is_none() && r.doubtful.is_none());
            left.any(|r| powerless(self.acts_for(norm, way, r)))
        };
        (0..d.several.len()).all(blocked)
    }

    /// The acts that a duty asks for one of several, with that one in its place.
    fn acts_for(&self, norm: &Norm, way: usize, of: &Recipient) -> Vec<ActInput> {
        let several = norm.duty.as_ref().and_then(|d| d.several.get(way));
        let each = several.map_or(&[][..], |s| &s.each);
        let value = |v: VarId| {
            let at = each.iter().position(|d| d.var == v)?;
            of.of.get(at)
        };
        let mut out = Vec::new();
        for part in norm.demand.parts() {
            let Demand::Act { act, matches, .. } = part else {
                continue;
            };
            let mut input = ActInput::new(*act, None);
            let mut placed = 0;
            for (p, m) in matches {
                let Match::Bind(v, _) = m else { continue };
                let Some(value) = value(*v) else { continue };
                placed += 1;
                match p {
                    Position::To => input.to = value.entity(),
                    Position::For => input.for_whom = value.entity(),
                    Position::Arg(i) => {
                        let i = *i as usize;
                        if input.args.len() <= i {
                            input.args.resize(i + 1, None);
                        }
                        input.args[i] = Some(value.clone());
                    }
                    _ => {}
                }
            }
            // What is not about one of them is another way of meeting the duty.
            if placed == each.len() || placed == 0 {
                out.push(input);
            }
        }
        out
    }

    /// None of those meant could do the act as it is asked.
    fn is_powerless(
        &self,
        asked: &ActInput,
        d: &DutyInstance,
        norm: &Norm,
        meant: &[Entity],
    ) -> bool {
        let ActKind::Act(act) = asked.act else {
            return false;
        };
        // Only where a norm takes power from this act can it be lacking.
        let norms = self
            .program()
            .acts
            .get(act.index())
            .map_or(&[][..], |a| a.norms.as_slice());
        let taken = norms
            .iter()
            .filter_map(|n| self.program().norms.get(n.index()));
        if !taken.into_iter().any(|n| n.modal == Modal::Cannot) {
            return false;
        }
        let ways = |e: &Entity| {
            self.ways(&ActInput {
                actor: Some(*e),
                ..asked.clone()
            })
        };
        // Too many ways were not tried.
        let addressed = |w: &ActInput| {
            let to = self.program().acts.get(act.index()).map(|a| &a.to);
            w.to.is_some() || to.is_none_or(Vec::is_empty)
        };
        let tried = |ways: &[ActInput]| ways.len() <= MOST_WAYS && ways.iter().all(addressed);
        !meant.iter().any(|e| {
            ways(e).iter().take(MOST_WAYS).any(|w| {
                let o = self.tentative_open(w);
                self.meets(norm, d, &o) && self.judge_occurrence(&o).verdict != Verdict::Void
            })
        }) && meant.first().is_none_or(|e| tried(&ways(e)))
    }
}
