//! The law of a vote whose voters are alike within classes, by how many there are of each: who votes may change, how many votes
//! and which veto somebody has may not. The numbers of all classes are one index of the table.

use super::standing::stand;
use super::tally::{Clause, Ends, Grouped, ONE, Sum, Test, ends, grouped, ratio, times};
use super::vote::Why;
use rogatio_interpret::{Case, Env, Truth, Value};
use rogatio_mir::{ArithOp, Builder, CmpOp, DecisionId, Guard, Op, Program, Ty};
use std::collections::{BTreeMap, HashMap};

/// Voters with as many votes each, with a veto or without.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) votes: i64,
    pub(super) veto: bool,
    /// How many there can be.
    pub(super) most: usize,
}

/// Steps of a law, at most.
const MOST_STEPS: usize = 1_000_000;
/// Laws of a table, at most.
const MOST_LAWS: usize = 1 << 16;

/// The classes of all who may come to vote; one where votes have no weights and there are no vetoes.
pub(super) fn classes(program: &Program, case: &Case, d: DecisionId) -> Result<Vec<Class>, Why> {
    let decision = &program.decisions[d.index()];
    for (g, why) in [
        (decision.weight, "its votes are weighted"),
        (decision.veto, "it has vetoes"),
    ] {
        // How many there are of each is not kept for a roll of the opening.
        if g.is_some_and(|g| decision.roll_at_opening || !stand(program, d, &[], [g])) {
            return Err(why);
        }
    }
    let mut found: BTreeMap<(i64, bool), usize> = BTreeMap::new();
    for (e, ..) in (case.entities()).filter(|e| decision.voter.kinds.contains(&e.2)) {
        let env = Env::new().with(decision.voter.var, Value::Entity(e));
        let votes = match decision.weight.map(|g| case.eval(g, &env)) {
            None => 1,
            Some(Value::Int(votes)) => votes,
            Some(_) => return Err("its votes are weighted"),
        };
        let veto = match decision.veto.map(|g| case.eval(g, &env).truth()) {
            None | Some(Truth::False) => false,
            Some(Truth::True) => true,
            Some(Truth::Unknown(_)) => return Err("it has vetoes"),
        };
        *found.entry((votes, veto)).or_default() += 1;
    }
    let class = |((votes, veto), most)| Class { votes, veto, most };
    Ok(found.into_iter().map(class).collect())
}

/// The index of a table by how many voters there are of each class.
pub(super) fn index(builder: &mut Builder, d: DecisionId, classes: &[Class]) -> Guard {
    let decision = builder.program.decisions[d.index()].clone();
    let at = decision.provision;
    let differ = |f: &dyn Fn(&Class) -> i64| classes.iter().any(|c| f(c) != f(&classes[0]));
    let weighted = decision.weight.filter(|_| differ(&|c| c.votes));
    let vetoing = decision.veto.filter(|_| differ(&|c| c.veto.into()));
    let mut sum: Option<Guard> = None;
    for class in classes {
        let mut all = vec![decision.voters];
        if let Some(weight) = weighted {
            let votes = builder.guard(Op::Int(class.votes), Ty::Int, at);
            all.push(builder.guard(Op::Compare(CmpOp::Eq, weight, votes), Ty::Bool, at));
        }
        if let Some(veto) = vetoing {
            all.push(match class.veto {
                true => veto,
                false => builder.guard(Op::Not(veto), Ty::Bool, at),
            });
        }
        let cond = match all[..] {
            [one] => one,
            _ => builder.guard(Op::And(all), Ty::Bool, at),
        };
        let count = Op::Count(decision.voter.clone(), cond);
        let count = builder.guard(count, Ty::Int, at);
        sum = Some(match sum {
            None => count,
            Some(before) => {
                let size = i64::try_from(class.most + 1).unwrap_or(i64::MAX);
                let size = builder.guard(Op::Int(size), Ty::Int, at);
                let before = builder.guard(Op::Arith(ArithOp::Mul, before, size), Ty::Int, at);
                builder.guard(Op::Arith(ArithOp::Add, before, count), Ty::Int, at)
            }
        });
    }
    match sum {
        Some(sum) => sum,
        None => builder.guard(Op::Int(0), Ty::Int, at),
    }
}

/// The law of the outcome by that index; `weights` are the chances of the answers over 2^64, the same for all voters. The
/// sums of the tests are over the answers of the first class, then those of the second, and so on.
pub(super) fn law(tests: &[Test], weights: &[u128], classes: &[Class]) -> Option<Ends> {
    let mut sums = Vec::new();
    tests.iter().for_each(|t| t.clause.sums(&mut sums));
    let mut places: BTreeMap<&[i128], usize> = BTreeMap::new();
    for sum in sums {
        let next = places.len();
        places.entry(&sum.each).or_insert(next);
    }
    let over_sums = |sum: &Sum| {
        let own = places.get(sum.each.as_slice());
        Sum {
            constant: sum.constant,
            each: (0..places.len())
                .map(|i| i128::from(own == Some(&i)))
                .collect(),
        }
    };
    let (tests, outcomes) = grouped(tests, &|c: &Clause| c.with(&over_sums));
    let mut adds = vec![vec![vec![0; places.len()]; weights.len()]; classes.len()];
    for (each, place) in &places {
        for (at, add) in each.iter().enumerate() {
            adds[at / weights.len()][at % weights.len()][*place] = *add;
        }
    }
    let size = classes
        .iter()
        .try_fold(1usize, |all, c| all.checked_mul(c.most + 1))?;
    if size > MOST_LAWS {
        return None;
    }
    let mut work = Work {
        tests,
        adds,
        shares: weights.iter().map(|w| ratio(*w, 1 << 64)).collect(),
        classes,
        found: vec![vec![0; outcomes.len()]; size],
        left: MOST_STEPS,
    };
    let start = HashMap::from([(vec![0; places.len()], ONE)]);
    work.of_class(0, 0, start)?;
    Some(ends(&work.found, &outcomes))
}

/// How likely each value of the sums is.
type Chances = HashMap<Vec<i128>, u128>;

struct Work<'c> {
    tests: Vec<Grouped>,
    /// By class and answer, what it adds to each sum.
    adds: Vec<Vec<Vec<i128>>>,
    /// Of the answers.
    shares: Vec<u128>,
    classes: &'c [Class],
    /// By index, the probability of each outcome.
    found: Vec<Vec<u128>>,
    /// Steps that may yet be done.
    left: usize,
}

impl Work<'_> {
    /// All numbers of a class and of those after it, behind the numbers of those before.
    fn of_class(&mut self, class: usize, before: usize, mut chances: Chances) -> Option<()> {
        let Some(own) = self.classes.get(class) else {
            self.left = self.left.checked_sub(chances.len())?;
            for (sums, p) in &chances {
                let stops = |(clause, on, _): &&Grouped| clause.holds(sums) == *on;
                let outcome = self.tests.iter().find(stops)?.2;
                self.found[before][outcome] += p;
            }
            return Some(());
        };
        let most = own.most;
        for n in 0..=most {
            if n > 0 {
                chances = self.one_more(class, &chances)?;
            }
            self.of_class(class + 1, before * (most + 1) + n, chances.clone())?;
        }
        Some(())
    }

    fn one_more(&mut self, class: usize, chances: &Chances) -> Option<Chances> {
        let steps = chances.len() * self.shares.len();
        self.left = self.left.checked_sub(steps)?;
        let mut next = Chances::with_capacity(chances.len() * 2);
        for (sums, p) in chances {
            for (add, share) in self.adds[class].iter().zip(&self.shares) {
                if *share > 0 {
                    let sums = sums.iter().zip(add).map(|(s, a)| s + a).collect();
                    *next.entry(sums).or_default() += times(*p, *share);
                }
            }
        }
        Some(next)
    }
}
