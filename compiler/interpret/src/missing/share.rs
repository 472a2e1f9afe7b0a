//! What shares need, and what makes a number smaller.

use super::*;

impl Seeker<'_> {
    pub(super) fn share(
        &mut self,
        part: Guard,
        share: Guard,
        base: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let (Value::Share(cmp, num, den), true) = (case.eval(share, env), want) else {
            return None;
        };
        let (_, base_value) = case.eval(base, env).bounds()?;
        // Somebody has to be in an empty base; who is in a part of it is in it.
        let filled = match base_value <= 0 && !self.is_part_of_roll(part, base) {
            true => self.grow(base, env, 1, provision)?,
            false => Missing::nothing(),
        };
        let base_value = base_value.max(1);
        let wide = i128::from(num) * i128::from(base_value);
        let den = i128::from(den.max(1));
        let need = match cmp {
            // Rounded up; strictly more than a whole number is the next one.
            ShareCmp::AtLeast => wide.div_euclid(den) + i128::from(wide.rem_euclid(den) != 0),
            ShareCmp::MoreThan => wide.div_euclid(den) + 1,
            ShareCmp::AtMost | ShareCmp::LessThan => return None,
        };
        let part = self.grow(part, env, i64::try_from(need).ok()?, provision)?;
        Some(Missing::all([filled, part]))
    }

    /// Whether who casts such a ballot is among those of a base, too: `yes` of `voting`.
    fn is_part_of_roll(&self, part: Guard, base: Guard) -> bool {
        let guards = &self.case.program().guards;
        let set = |g: Guard| match &guards.get(g.index())?.op {
            Op::Count(_, c) | Op::Sum(_, c, _) => match &guards.get(c.index())?.op {
                Op::OnRoll { set, .. } => Some(set),
                _ => None,
            },
            _ => None,
        };
        match (set(part), set(base)) {
            (Some(RollSet::Ballot(i)), Some(RollSet::Voting)) => *i < 2,
            (Some(RollSet::Ballot(_)), Some(RollSet::Cast)) => true,
            _ => false,
        }
    }

    /// What makes a number at most so large: fewer in a set, while nothing that has happened is undone.
    pub(super) fn shrink(
        &mut self,
        g: Guard,
        env: &Env,
        most: i64,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let (_, have) = case.eval(g, env).bounds()?;
        let fewer = have.checked_sub(most)?;
        if fewer <= 0 {
            return Some(Missing::nothing());
        }
        let node = case.program().guards.get(g.index())?;
        let own = Some(node.provision).filter(|p| *p != ProvisionId(0));
        match &node.op {
            Op::Count(d, c) => {
                let mut ways: Vec<(Missing, Entity)> = Vec::new();
                for e in case.state().of_kinds(&d.kinds) {
                    let env = env.clone().with(d.var, Value::Entity(e));
                    if !case.eval(*c, &env).truth().is_false() {
                        ways.push((self.seek(*c, &env, false), e));
                    }
                }
                ways.retain(|(m, _)| m.cost.impossible == 0);
                ways.sort_by_key(|(m, _)| m.cost);
                let enough = usize::try_from(fewer).ok()?;
                if ways.len() < enough {
                    return None;
                }
                let names = ways.iter().take(MOST_NAMES);
                let names: Vec<&str> = names.map(|(_, e)| case.entity_name(*e)).collect();
                let rest = if ways.len() > MOST_NAMES { ", …" } else { "" };
                let set = case.roll_name(d, *c);
                let set = set.unwrap_or_else(|| case.describe_set(d, *c, env));
                let names = names.join(", ");
                let text = format!(
                    "{fewer} fewer in {set} ({have}, at most {most}), for example {names}{rest}"
                );
                ways.truncate(enough);
                let cost = ways
                    .iter()
                    .fold(Cost::default(), |c, (m, _)| c.plus(m.cost));
                let parts = ways.into_iter().take(MOST_NAMES).map(|(m, _)| m);
                Some(Missing {
                    cost,
                    children: parts.filter(|m| !m.is_nothing()).collect(),
                    ..Missing::acts(fewer, text, own.or(provision))
                })
            }
            Op::Call(d, gs) => {
                let define = case.program().defines.get(d.index())?;
                let mut inner = Env::new();
                for (var, g) in define.params.iter().zip(gs) {
                    inner.bind(*var, case.eval(*g, env));
                }
                let (value, provision) = case.text_of_define(define, &inner);
                self.shrink(value, &inner, most, Some(provision))
            }
            _ => None,
        }
    }
}
