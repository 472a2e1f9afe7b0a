//! Where a vote stands against its rule, in words: `yes 7, 9 of 12 needed`.

use super::*;
use crate::words::{Needed, Words};
use rogatio_mir::ShareCmp;

/// Calls of defines deeper than this are not looked into.
const DEEPEST: u32 = 8;
/// What is said of a clause that is no tally.
pub(super) const NOT_MET: &str = " is not met";

impl Case {
    /// Where a rule stands that is not met: its first clause that fails, or all of its alternatives. Of a rule that is met:
    /// all the clauses it rests on.
    pub(crate) fn standing(&self, rule: Guard, eval: &mut Eval<'_>, env: &Env) -> Option<String> {
        let met = eval.truth(rule, &mut env.clone()).is_true();
        self.standing_at(rule, true, met, eval, env, 0)
    }

    /// `wanted`: the truth the rule needs of this clause. `met`: it has it.
    fn standing_at(
        &self,
        g: Guard,
        wanted: bool,
        met: bool,
        eval: &mut Eval<'_>,
        env: &Env,
        depth: u32,
    ) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        match &self.program().guards.get(g.index())?.op {
            Op::Not(a) => self.standing_at(*a, !wanted, met, eval, env, depth + 1),
            Op::And(gs) | Op::Or(gs) => {
                let every = matches!(self.program().guards[g.index()].op, Op::And(_)) == wanted;
                let mut words = Vec::new();
                for g in gs {
                    let truth = eval.truth(*g, &mut env.clone());
                    let has = if wanted {
                        truth.is_true()
                    } else {
                        truth.is_false()
                    };
                    if has == met {
                        words.extend(self.standing_at(*g, wanted, met, eval, env, depth + 1));
                    }
                }
                match (words.is_empty(), every == met) {
                    (true, _) => None,
                    // Every clause that a rule rests on, every alternative that fails.
                    (false, true) => Some(words.join(if met { " and " } else { ", or " })),
                    (false, false) => words.into_iter().next(),
                }
            }
            Op::Call(d, gs) => {
                let define = self.program().defines.get(d.index())?;
                let mut inner = Env::new();
                let vars = define.params.iter().copied();
                for (var, g) in vars.zip(gs) {
                    inner.bind(var, eval.value(*g, &mut env.clone()));
                }
                let value = self.text_of_define(define, &inner).0;
                let words = self.standing_at(value, wanted, met, eval, &inner, depth + 1);
                // What is no tally has its name: `prevails(Toll) is not met`.
                words.filter(|w| !w.contains(" where ")).or_else(|| {
                    let name = self.describe(g, env);
                    Some(match (met, wanted) {
                        (true, _) => name,
                        (false, true) => format!("{name}{NOT_MET}"),
                        (false, false) => format!("{name} holds"),
                    })
                })
            }
            Op::Except(base, arms) => {
                let mut holds = |g: Guard| eval.truth(g, &mut env.clone()).is_true();
                let arm = arms.iter().find(|(c, _)| holds(*c)).map(|(_, v)| *v);
                self.standing_at(arm.unwrap_or(*base), wanted, met, eval, env, depth + 1)
            }
            Op::Compare(op, a, b) => {
                let (x, y) = (self.number(eval, *a, env)?, self.number(eval, *b, env)?);
                let fixed = |g: Guard| {
                    matches!(
                        self.program().guards.get(g.index()).map(|n| &n.op),
                        Some(Op::Int(_))
                    )
                };
                if fixed(*a) && !fixed(*b) {
                    return Some(against(
                        self.words(),
                        &self.tally_name(*b, env),
                        y,
                        crate::eval::flip(*op),
                        x,
                        wanted,
                        None,
                    ));
                }
                let other = (!fixed(*b)).then(|| self.tally_name(*b, env));
                Some(against(
                    self.words(),
                    &self.tally_name(*a, env),
                    x,
                    *op,
                    y,
                    wanted,
                    other.as_deref(),
                ))
            }
            Op::ShareCompare { part, share, base } => {
                let name = self.tally_name(*part, env);
                let x = self.number(eval, *part, env)?;
                let of = self.number(eval, *base, env)?;
                let Value::Share(cmp, num, den) = eval.value(*share, &mut env.clone()) else {
                    return None;
                };
                if of <= 0 {
                    let what = Needed { name: &name, is: x };
                    return Some(self.words().of_nothing(what, &self.tally_name(*base, env)));
                }
                let (wide, den) = (i128::from(num) * i128::from(of), i128::from(den.max(1)));
                let whole = wide.div_euclid(den);
                let up = whole + i128::from(wide.rem_euclid(den) != 0);
                let (w, what) = (self.words(), Needed { name: &name, is: x });
                let number = |n: i128| i64::try_from(n).unwrap_or(i64::MAX);
                Some(match cmp {
                    ShareCmp::AtLeast => w.needed_of(what, number(up), of),
                    ShareCmp::MoreThan => w.needed_of(what, number(whole + 1), of),
                    ShareCmp::AtMost => w.allowed_of(what, number(whole), of),
                    ShareCmp::LessThan => w.allowed_of(what, number(up - 1), of),
                })
            }
            Op::Exists(d, c) => {
                let name = self.set_name(d, *c, env);
                Some(if wanted {
                    format!("nobody in {name}")
                } else {
                    let who = self.state().of_kinds(&d.kinds);
                    let who: Vec<&str> = who
                        .into_iter()
                        .filter(|e| {
                            let mut env = env.clone().with(d.var, Value::Entity(*e));
                            eval.truth(*c, &mut env).is_true()
                        })
                        .take(5)
                        .map(|e| self.entity_name(e))
                        .collect();
                    format!("{name}: {}", who.join(", "))
                })
            }
            _ => None,
        }
    }

    fn number(&self, eval: &mut Eval<'_>, g: Guard, env: &Env) -> Option<i64> {
        match eval.value(g, &mut env.clone()) {
            Value::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The name of a tally: `yes`, `votes(yes)`; anything else in full.
    pub(crate) fn tally_name(&self, g: Guard, env: &Env) -> String {
        match self.program().guards.get(g.index()).map(|n| &n.op) {
            Some(Op::Count(d, c)) => self.set_name(d, *c, env),
            Some(Op::Sum(d, c, w))
                if matches!(
                    self.program().guards.get(w.index()).map(|n| &n.op),
                    Some(Op::Weight { .. })
                ) =>
            {
                format!("votes({})", self.set_name(d, *c, env))
            }
            Some(Op::Arith(op, a, b)) => {
                let sign = match op {
                    rogatio_mir::ArithOp::Add => "+",
                    rogatio_mir::ArithOp::Sub => "-",
                    rogatio_mir::ArithOp::Mul => "*",
                };
                format!(
                    "{} {sign} {}",
                    self.tally_name(*a, env),
                    self.tally_name(*b, env)
                )
            }
            _ => self.describe(g, env),
        }
    }

    /// The name of a set of a roll, where it is one: `yes`.
    pub(crate) fn roll_name(&self, d: &rogatio_mir::Domain, cond: Guard) -> Option<String> {
        let Op::OnRoll {
            decision,
            voter,
            set,
            ..
        } = &self.program().guards.get(cond.index())?.op
        else {
            return None;
        };
        let is_element = self.program().guards.get(voter.index())?.op == Op::Var(d.var);
        is_element.then(|| self.roll_set_name(*decision, set))
    }

    fn set_name(&self, d: &rogatio_mir::Domain, cond: Guard, env: &Env) -> String {
        self.roll_name(d, cond)
            .unwrap_or_else(|| self.describe_set(d, cond, env))
    }

    pub(crate) fn roll_set_name(&self, d: DecisionId, set: &RollSet) -> String {
        let ballot = match set {
            RollSet::Ballot(i) => {
                let i = u32::try_from(*i).unwrap_or(u32::MAX);
                self.words().ballot(self.ballot_name(d, i, None))
            }
            _ => "",
        };
        self.words().roll_set(set, ballot).to_owned()
    }
}

/// `yes 7, at least 9 needed`; `yes 7, more than no 7 needed`.
fn against(
    w: &dyn Words,
    name: &str,
    is: i64,
    op: CmpOp,
    y: i64,
    wanted: bool,
    other: Option<&str>,
) -> String {
    let op = if wanted {
        op
    } else {
        crate::missing::negate(op)
    };
    w.against(Needed { name, is }, op, y, other)
}
