//! What hinders an act: nobody has the power to it now (R25, R26).

use super::event::why;
use super::*;
use crate::judge::Applies;
use crate::norm::Bound;
use crate::state::{Judgment, Verdict};
use crate::{ActInput, Occurrence};
use rogatio_mir::{ActClass, Duty, Modal, Norm, NormId};

/// So many ways of doing an act are tried, by all actors together; of more it is not said that nobody can.
const MOST_TRIALS: usize = 48;
/// Of so many ways is it looked into what stands against them: the least of it is told.
const MOST_CANDIDATES: usize = 6;

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
        let mut ways: Vec<Missing> = Vec::new();
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
                // An argument that is not said is no reason against the act.
                let doubtful = j.verdict == Verdict::Undetermined && !j.clauses.is_empty();
                if j.verdict != Verdict::Void && !doubtful {
                    return Missing::nothing();
                }
                // Of somebody named, it is also said that the power is not theirs.
                let near = j.nearly || one || doubtful;
                if near && !j.text.is_empty() && ways.len() < MOST_CANDIDATES {
                    ways.push(self.hindrance(&declared.norms, &o, &j));
                }
            }
        }
        Missing::cheapest(ways).unwrap_or_else(Missing::nothing)
    }

    /// What stands against an act of somebody: no power, and what takes it away.
    fn hindrance(&mut self, norms: &[NormId], o: &Occurrence, j: &Judgment) -> Missing {
        let mut parts: Vec<Missing> = self.empowering(norms, o).into_iter().collect();
        parts.extend(self.lifting(norms, o));
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

    /// What the nearest power to an act waits for: nothing if there is one; none if no sentence is about such an act.
    fn empowering(&mut self, norms: &[NormId], o: &Occurrence) -> Option<Missing> {
        let case = self.case;
        let mut ways = Vec::new();
        for n in norms {
            let Some(norm) = case.program().norms.get(n.index()) else {
                continue;
            };
            let gives = matches!(norm.modal, Modal::May | Modal::Must | Modal::Should);
            if !gives || self.is_repealed(norm.cond, &Env::new()) {
                continue;
            }
            if case.power_of(*n, o).is_true() {
                return Some(Missing::nothing());
            }
            for a in case.applies(norm, o, &Env::new()) {
                ways.push(match &norm.duty {
                    None => self.opening_of(norm, a),
                    Some(duty) => self.arising(norm, duty, a),
                });
            }
        }
        Missing::cheapest(ways)
    }

    /// What a power waits for: its conditions and its window.
    fn opening_of(&mut self, norm: &Norm, found: Applies) -> Missing {
        let mut env = found.env;
        let mut parts: Vec<Missing> = Vec::new();
        for g in [Some(norm.who.cond), found.filter, norm.cond]
            .into_iter()
            .flatten()
        {
            parts.push(self.seek(g, &env, true));
        }
        parts.push(self.window(norm, &mut env));
        Missing::all(parts)
    }

    /// What a power waits for that comes with a duty, or with a right that has its time: who it is of, and its birth.
    fn arising(&mut self, norm: &Norm, duty: &Duty, found: Applies) -> Missing {
        let mut parts = Vec::new();
        for g in [Some(norm.who.cond), found.filter].into_iter().flatten() {
            parts.push(self.seek(g, &found.env, true));
        }
        let births = duty.births.iter();
        let births = births.map(|b| self.event(&b.on, b.guard, &found.env, None));
        let births: Vec<Missing> = births.collect();
        let arises = format!("{} to arise", norm.name);
        let first = Missing::cheapest(births).filter(|m| !m.is_nothing());
        parts.push(first.unwrap_or_else(|| Missing::acts(1, arises, Some(norm.provision))));
        Missing::all(parts)
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
                Missing::wait(case.days_until(m), format!("not before {m}"), p)
            }
            (Bound::Pending, _, Some(opens)) => self.time(opens, env, p),
            (Bound::Unknown(c), ..) | (_, Bound::Unknown(c), _) => Missing::silent(why(&c), p),
            _ => match norm.window.during {
                Some(g) => self.seek(g, env, true),
                None => Missing::nothing(),
            },
        }
    }

    /// What would lift the bans that take the power away, or take it away perhaps.
    fn lifting(&mut self, norms: &[NormId], o: &Occurrence) -> Vec<Missing> {
        let case = self.case;
        let yielding = case.yielding(norms, o);
        let mut parts = Vec::new();
        for norm in norms
            .iter()
            .filter_map(|n| case.program().norms.get(n.index()))
        {
            if norm.modal != Modal::Cannot || case.yields(norm.provision, &yielding).is_true() {
                continue;
            }
            for a in case.applies(norm, o, &Env::new()) {
                let (mut env, filter) = (a.env.clone(), a.filter);
                if case.norm_holds(norm, a).is_false() {
                    continue;
                }
                let conditions = [norm.cond, filter, Some(norm.who.cond)];
                let conditions = conditions.into_iter().flatten();
                let mut ways: Vec<Missing> = conditions
                    .filter(|g| !case.program().guard(*g).op.is_constant())
                    .map(|g| self.seek(g, &env, false))
                    .collect();
                ways.extend(self.end_of(norm, &mut env));
                parts.push(Missing::cheapest(ways).unwrap_or_else(|| {
                    Missing::impossible(case.ban(norm, &env), Some(norm.provision))
                }));
            }
        }
        parts
    }

    /// The end of the time in which a ban holds.
    fn end_of(&mut self, norm: &Norm, env: &mut Env) -> Vec<Missing> {
        let case = self.case;
        let p = Some(norm.provision);
        let mut ways = Vec::new();
        match (case.window(&norm.window, env).closes, norm.window.closes) {
            (Bound::At(m, point), _) => {
                // What closes in a phase of a midnight has ended when that day begins.
                let by_day = point == Point::day_phase(point.dated(), point.phase());
                let free = if by_day {
                    Moment::of_day(point.dated())
                } else {
                    m
                };
                ways.push(Missing::wait(
                    case.days_until(free),
                    format!("not before {free}"),
                    p,
                ));
            }
            (Bound::Pending, Some((g, _))) => ways.push(self.known(g, env, p)),
            _ => {}
        }
        for (on, guard) in &norm.window.closes_on {
            ways.push(self.event(on, *guard, env, None));
        }
        ways.extend(norm.window.during.map(|g| self.seek(g, env, false)));
        ways
    }
}
