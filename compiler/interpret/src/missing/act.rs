//! What hinders an act: nobody has the power to it now (R25, R26).

use super::*;
use crate::norm::Bound;
use crate::state::{Judgment, Verdict};
use crate::{ActInput, Occurrence};
use rogatio_mir::{ActClass, ActId, Modal, Norm, NormId};

/// So many ways of doing an act are tried, by all actors together; of more it is not said that nobody can.
const MOST_TRIALS: usize = 48;

impl Seeker<'_> {
    /// What is missing for anybody to have the power to an act; nothing if somebody has, or if there are too many ways to
    /// try them all.
    pub(super) fn power(
        &mut self,
        act: ActId,
        args: Vec<Option<Value>>,
        actor: Option<Entity>,
    ) -> Missing {
        let case = self.case;
        let Some(declared) = case.program().acts.get(act.index()) else {
            return Missing::nothing();
        };
        if declared.class != ActClass::Act || declared.norms.is_empty() || self.depth >= DEEPEST {
            return Missing::nothing();
        }
        let actors = match actor {
            Some(actor) => vec![actor],
            None => case.state().of_kinds(&declared.by),
        };
        let one = actor.is_some();
        let mut nearest: Option<(Occurrence, Judgment)> = None;
        let mut left = MOST_TRIALS.min(self.budget as usize);
        for actor in actors {
            let input = ActInput {
                args: args.clone(),
                ..ActInput::new(act, Some(actor))
            };
            for way in case.ways(&input) {
                if left == 0 {
                    return Missing::nothing();
                }
                left -= 1;
                self.budget = self.budget.saturating_sub(1);
                let o = case.tentative_open(&way);
                let j = case.judge_occurrence(&o);
                if j.verdict != Verdict::Void {
                    return Missing::nothing();
                }
                // Of somebody named, it is also said that the power is not theirs.
                if nearest.is_none() && (j.nearly || one) && !j.text.is_empty() {
                    nearest = Some((o, j));
                }
            }
        }
        let Some((o, j)) = nearest else {
            return Missing::nothing();
        };
        let power = j.broken.first().map(|(n, _)| *n);
        let parts = match power {
            Some(n) => self.opening_of(n, &o),
            None => self.lifting(&declared.norms, &o),
        };
        let found = Missing::all(parts);
        if !found.is_nothing() {
            return found;
        }
        let p = j.reasons.first().copied();
        Missing::one(
            MissingKind::Impossible,
            j.text.join("; "),
            p,
            Cost::default(),
        )
    }

    /// What a power waits for: its conditions and its window.
    fn opening_of(&mut self, n: NormId, o: &Occurrence) -> Vec<Missing> {
        let case = self.case;
        let Some(norm) = case.program().norms.get(n.index()) else {
            return Vec::new();
        };
        if norm.modal != Modal::May {
            return Vec::new();
        }
        let Some(found) = case.applies(norm, o, &Env::new()).into_iter().next() else {
            return Vec::new();
        };
        let mut env = found.env;
        let mut parts: Vec<Missing> = Vec::new();
        for g in [Some(norm.who.cond), found.filter, norm.cond]
            .into_iter()
            .flatten()
        {
            parts.push(self.seek(g, &env, true));
        }
        parts.push(self.window(norm, &mut env));
        parts
    }

    fn window(&mut self, norm: &Norm, env: &mut Env) -> Missing {
        let case = self.case;
        let p = Some(norm.provision);
        let window = case.window(&norm.window, env);
        match (window.opens, window.closes, norm.window.opens) {
            (_, Bound::At(m, point), _) if case.state().has_reached(point) => {
                Missing::impossible(format!("its time ended, {m}"), p)
            }
            (Bound::At(m, point), ..) if !case.state().has_reached(point) => {
                let days = Cost {
                    days: case.days_until(m),
                    ..Cost::default()
                };
                Missing::one(MissingKind::Wait, format!("not before {m}"), p, days)
            }
            (Bound::Pending, _, Some(opens)) => self.time(opens, env, p),
            _ => match norm.window.during {
                Some(g) => self.seek(g, env, true),
                None => Missing::nothing(),
            },
        }
    }

    /// What would lift the bans that take the power away.
    fn lifting(&mut self, norms: &[NormId], o: &Occurrence) -> Vec<Missing> {
        let case = self.case;
        let mut parts = Vec::new();
        for norm in norms
            .iter()
            .filter_map(|n| case.program().norms.get(n.index()))
        {
            if norm.modal != Modal::Cannot {
                continue;
            }
            for a in case.applies(norm, o, &Env::new()) {
                let env = a.env.clone();
                if let (true, Some(cond)) = (case.norm_holds(norm, a).is_true(), norm.cond) {
                    parts.push(self.seek(cond, &env, false));
                }
            }
        }
        parts
    }
}
