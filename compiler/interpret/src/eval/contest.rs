//! Contests (R42): the lexicographic best of a set.

use super::*;
use rogatio_mir::RankOrder;

/// An element of a contest with the values it is ranked by.
#[derive(Clone, Debug)]
pub(crate) struct Contestant {
    pub(crate) entity: Entity,
    /// Whether it takes part.
    pub(crate) member: Truth,
    pub(crate) keys: Vec<Value>,
}

impl Eval<'_> {
    /// The winner; `none` if nobody takes part, undetermined on a tie after all keys.
    pub(super) fn best(
        &mut self,
        p: ProvisionId,
        d: &Domain,
        cond: Guard,
        keys: &[(RankOrder, Guard)],
        env: &mut Env,
    ) -> Value {
        let all = self.contestants(d, cond, keys, env);
        if all.is_empty() {
            return Value::None;
        }
        let mut open = ClauseSet::default();
        for c in all.iter().filter(|c| c.member.is_true()) {
            let (mut ahead, mut level) = (true, Vec::new());
            for other in all.iter().filter(|o| o.entity != c.entity) {
                match rank(keys, c, other) {
                    Ok(Ordering::Greater) => {}
                    Ok(Ordering::Equal) => level.push(other),
                    Ok(Ordering::Less) => ahead = false,
                    Err(clauses) => {
                        ahead = false;
                        open = open.union(&clauses);
                    }
                }
            }
            if !ahead {
                continue;
            }
            if level.is_empty() {
                return Value::Entity(c.entity);
            }
            let mut names = vec![self.case.entity_name(c.entity)];
            names.extend(level.iter().map(|o| self.case.entity_name(o.entity)));
            let text = format!(
                "a tie between {}, and no further criterion is stated",
                self.case.words().and_list(&names)
            );
            let doubts = level.iter().filter_map(|o| o.member.clauses());
            let clauses = doubts.fold(ClauseSet::one(p, text), |a, c| a.union(c));
            return Value::Undetermined(clauses);
        }
        let doubts = all.iter().filter_map(|c| c.member.clauses());
        Value::Undetermined(doubts.fold(open, |a, c| a.union(c)))
    }

    /// An outcome; at a close, of a decision that closes at the same instant it cannot be said (R42).
    pub(super) fn outcome_at(
        &mut self,
        p: ProvisionId,
        d: rogatio_mir::DecisionId,
        subject: Option<Entity>,
        outcome: rogatio_mir::DecisionOutcome,
    ) -> Truth {
        if self.is_closing {
            let waits = self.case.waiting().iter().any(|(m, _)| *m == (d, subject));
            if waits {
                self.open_rolls.push((d, subject));
            } else if self.moved.contains(&(d, subject)) {
                let name = self.case.show_decision(d, subject);
                let text = format!(
                    "{name} closes at the same instant, so its outcome cannot be read here"
                );
                return Truth::Unknown(ClauseSet::one(p, text));
            }
        }
        self.case.outcome_is(d, subject, outcome, self.this_opening)
    }

    /// Those who take part, or may, with their values.
    pub(crate) fn contestants(
        &mut self,
        d: &Domain,
        cond: Guard,
        keys: &[(RankOrder, Guard)],
        env: &mut Env,
    ) -> Vec<Contestant> {
        let mut all = Vec::new();
        self.each(d, env, &mut |this, env| {
            let member = this.truth(cond, env);
            if !member.is_false()
                && let Some(entity) = env.get(d.var).and_then(Value::entity)
            {
                let keys = keys.iter().map(|(_, g)| this.value(*g, env)).collect();
                all.push(Contestant {
                    entity,
                    member,
                    keys,
                });
            }
            true
        });
        all
    }
}

/// Which of two ranks before the other, `Greater` being the better place; or the clauses that leave it open.
fn rank(
    keys: &[(RankOrder, Guard)],
    a: &Contestant,
    b: &Contestant,
) -> Result<Ordering, ClauseSet> {
    for ((order, _), (x, y)) in keys.iter().zip(a.keys.iter().zip(&b.keys)) {
        match by_key(*order, x, y) {
            Some(Ordering::Equal) => {}
            Some(o) => return Ok(o),
            None => return Err(x.clauses().union(&y.clauses())),
        }
    }
    Ok(Ordering::Equal)
}

fn by_key(order: RankOrder, x: &Value, y: &Value) -> Option<Ordering> {
    let more = match (x, y) {
        (Value::Time(x), Value::Time(y)) => x.compare(*y),
        // What has no time ranks last, whichever end is asked for.
        (Value::None | Value::Pending { .. }, Value::Time(_)) => return Some(Ordering::Less),
        (Value::Time(_), Value::None | Value::Pending { .. }) => return Some(Ordering::Greater),
        (Value::None | Value::Pending { .. }, Value::None | Value::Pending { .. }) => {
            return Some(Ordering::Equal);
        }
        _ => match (x.bounds()?, y.bounds()?) {
            ((_, high), (low, _)) if high < low => Ordering::Less,
            ((low, _), (_, high)) if low > high => Ordering::Greater,
            ((a, b), (c, d)) if a == b && (a, b) == (c, d) => Ordering::Equal,
            _ => return None,
        },
    };
    Some(match order {
        RankOrder::Most | RankOrder::Latest => more,
        RankOrder::Fewest | RankOrder::Earliest => more.reverse(),
    })
}

impl Case {
    /// Why something is not the winner of a contest: `outvoted by Q, 12 to 9`.
    pub(crate) fn outranked(
        &self,
        best: Guard,
        loser: Entity,
        eval: &mut Eval<'_>,
        env: &mut Env,
    ) -> Option<String> {
        let Op::Best(d, cond, keys) = &self.program().guards.get(best.index())?.op else {
            return None;
        };
        let all = eval.contestants(d, *cond, keys, env);
        let winner = eval.value(best, env).entity()?;
        let name = self.entity_name(winner);
        let one = |e: Entity| all.iter().find(|c| c.entity == e);
        let Some(mine) = one(loser) else {
            return Some(format!(
                "{} is not among those compared; {name} is first",
                self.entity_name(loser)
            ));
        };
        let its = one(winner)?;
        let at = keys
            .iter()
            .zip(its.keys.iter().zip(&mine.keys))
            .position(|((order, _), (x, y))| by_key(*order, x, y) != Some(Ordering::Equal))?;
        let (order, (x, y)) = (keys.get(at)?.0, (its.keys.get(at)?, mine.keys.get(at)?));
        let (x, y) = (self.show_value(x), self.show_value(y));
        let level: Vec<String> = its
            .keys
            .iter()
            .take(at)
            .map(|v| self.show_value(v))
            .collect();
        let how = match order {
            RankOrder::Most if level.is_empty() => {
                return Some(format!("outvoted by {name}, {x} to {y}"));
            }
            RankOrder::Most => format!("behind {name}, {x} to {y}"),
            RankOrder::Fewest => format!("behind {name}, which has fewer: {x}, not {y}"),
            RankOrder::Earliest => format!("behind {name}, which came first: {x}, not {y}"),
            RankOrder::Latest => format!("behind {name}, which came last: {x}, not {y}"),
        };
        Some(if level.is_empty() {
            how
        } else {
            format!("level at {}, {how}", level.join(" and "))
        })
    }
}
