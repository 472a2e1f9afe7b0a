//! Formulas over sums of the voters' answers.

use rogatio_interpret::ClauseSet;
use std::collections::BTreeMap;

/// A sum: a constant, and for each voter what each of its answers adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sum {
    /// What is there whatever anybody answers.
    pub constant: i128,
    /// By voter: what each answer adds. Voters whose answers all add the same are not there.
    pub terms: BTreeMap<u32, Vec<i128>>,
}

impl Sum {
    /// Whatever anybody answers.
    #[must_use]
    pub fn constant(n: i128) -> Sum {
        Sum {
            constant: n,
            terms: BTreeMap::new(),
        }
    }

    /// What the answers of one voter add.
    #[must_use]
    pub fn of(voter: u32, adds: Vec<i128>) -> Sum {
        let mut sum = Sum::default();
        sum.put(voter, adds);
        sum
    }

    /// Takes in what the answers of a voter add; what is common to all goes into the constant.
    fn put(&mut self, voter: u32, adds: Vec<i128>) {
        match adds.first() {
            Some(first) if adds.iter().all(|a| a == first) => self.constant += first,
            Some(_) => {
                self.terms.insert(voter, adds);
            }
            None => {}
        }
    }

    /// The sum of both, the second times a factor; none if a number grows too large.
    #[must_use]
    pub fn plus(&self, other: &Sum, factor: i128) -> Option<Sum> {
        let mut out = Sum::constant(
            self.constant
                .checked_add(other.constant.checked_mul(factor)?)?,
        );
        let voters: std::collections::BTreeSet<u32> = self
            .terms
            .keys()
            .chain(other.terms.keys())
            .copied()
            .collect();
        for v in voters {
            let (a, b) = (self.terms.get(&v), other.terms.get(&v));
            let len = a.or(b).map_or(0, Vec::len);
            let one =
                |t: Option<&Vec<i128>>, i: usize| t.and_then(|t| t.get(i)).copied().unwrap_or(0);
            let adds: Option<Vec<i128>> = (0..len)
                .map(|i| one(a, i).checked_add(one(b, i).checked_mul(factor)?))
                .collect();
            out.put(v, adds?);
        }
        Some(out)
    }

    /// Its value under some answers, by voter.
    #[must_use]
    pub fn value(&self, answers: &[usize]) -> i128 {
        let adds = self
            .terms
            .iter()
            .map(|(v, t)| t.get(answers[*v as usize]).copied().unwrap_or(0));
        self.constant + adds.sum::<i128>()
    }

    fn bounds(&self) -> (i128, i128) {
        self.terms
            .values()
            .fold((self.constant, self.constant), |(lo, hi), t| {
                let (a, b) = (t.iter().min(), t.iter().max());
                (lo + a.copied().unwrap_or(0), hi + b.copied().unwrap_or(0))
            })
    }
}

/// A truth about the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Whatever anybody answers.
    Is(bool),
    /// The text leaves it open.
    Open(ClauseSet),
    /// The sum is at least zero.
    AtLeastZero(Sum),
    /// Not.
    Not(Box<Formula>),
    /// All of them.
    And(Vec<Formula>),
    /// One of them.
    Or(Vec<Formula>),
}

impl Formula {
    /// `sum >= 0`, decided at once where no answer matters.
    #[must_use]
    pub fn at_least_zero(sum: Sum) -> Formula {
        match sum.bounds() {
            (lo, _) if lo >= 0 => Formula::Is(true),
            (_, hi) if hi < 0 => Formula::Is(false),
            _ => Formula::AtLeastZero(sum),
        }
    }

    /// Negation.
    #[must_use]
    pub fn negate(self) -> Formula {
        match self {
            Formula::Is(b) => Formula::Is(!b),
            Formula::Open(c) => Formula::Open(c),
            Formula::Not(f) => *f,
            f => Formula::Not(Box::new(f)),
        }
    }

    /// The same once a voter has answered.
    #[must_use]
    pub fn answered(&self, voter: u32, answer: usize) -> Formula {
        let each = |parts: &[Formula]| parts.iter().map(|f| f.answered(voter, answer)).collect();
        match self {
            Formula::AtLeastZero(sum) => {
                let mut sum = sum.clone();
                if let Some(adds) = sum.terms.remove(&voter) {
                    sum.constant += adds.get(answer).copied().unwrap_or(0);
                }
                Formula::at_least_zero(sum)
            }
            Formula::Not(f) => f.answered(voter, answer).negate(),
            Formula::And(parts) => Formula::all(each(parts)),
            Formula::Or(parts) => Formula::any(each(parts)),
            Formula::Is(_) | Formula::Open(_) => self.clone(),
        }
    }

    /// All of them (strong Kleene).
    #[must_use]
    pub fn all(parts: Vec<Formula>) -> Formula {
        Formula::join(parts, false)
    }

    /// One of them (strong Kleene).
    #[must_use]
    pub fn any(parts: Vec<Formula>) -> Formula {
        Formula::join(parts, true)
    }

    /// What hangs on one voter only is put together with its like: that one of several voters gives some answer is that at
    /// least one of them does, so voters who are alike in the text are alike in the sums.
    fn join(parts: Vec<Formula>, absorbing: bool) -> Formula {
        let (mut out, mut open): (Vec<Formula>, Option<ClauseSet>) = (Vec::new(), None);
        let mut single: BTreeMap<u32, Vec<bool>> = BTreeMap::new();
        let mut queue: std::collections::VecDeque<Formula> = parts.into();
        while let Some(p) = queue.pop_front() {
            match p {
                Formula::Is(b) if b == absorbing => return Formula::Is(b),
                Formula::Is(_) => {}
                Formula::Open(c) => open = Some(open.unwrap_or_default().union(&c)),
                Formula::And(inner) if !absorbing => queue.extend(inner),
                Formula::Or(inner) if absorbing => queue.extend(inner),
                p => match p.of_one_voter() {
                    Some((voter, holds)) => match single.get_mut(&voter) {
                        Some(known) => known.iter_mut().zip(holds).for_each(|(k, h)| {
                            *k = if absorbing { *k || h } else { *k && h };
                        }),
                        None => {
                            single.insert(voter, holds);
                        }
                    },
                    None if out.contains(&p) => {}
                    None => out.push(p),
                },
            }
        }
        let needed = if absorbing { 1 } else { single.len() as i128 };
        if !single.is_empty() {
            let mut sum = Sum::constant(-needed);
            for (voter, holds) in single {
                sum.put(voter, holds.into_iter().map(i128::from).collect());
            }
            match Formula::at_least_zero(sum) {
                Formula::Is(b) if b == absorbing => return Formula::Is(b),
                Formula::Is(_) => {}
                f => out.insert(0, f),
            }
        }
        out.extend(open.map(Formula::Open));
        match (out.len(), absorbing) {
            (0, _) => Formula::Is(!absorbing),
            (1, _) => out.remove(0),
            (_, true) => Formula::Or(out),
            (_, false) => Formula::And(out),
        }
    }

    /// By answer, where it is a truth about one voter.
    fn of_one_voter(&self) -> Option<(u32, Vec<bool>)> {
        match self {
            Formula::AtLeastZero(s) => {
                let mut terms = s.terms.iter();
                let ((voter, adds), None) = (terms.next()?, terms.next()) else {
                    return None;
                };
                Some((*voter, adds.iter().map(|a| s.constant + a >= 0).collect()))
            }
            Formula::Not(f) => {
                let (voter, holds) = f.of_one_voter()?;
                Some((voter, holds.into_iter().map(|h| !h).collect()))
            }
            _ => None,
        }
    }

    /// Whether it holds under some answers, by voter; the clauses if that is open.
    ///
    /// # Errors
    /// The clauses on which it hangs.
    pub fn holds(&self, answers: &[usize]) -> Result<bool, ClauseSet> {
        let join = |parts: &[Formula], absorbing: bool| {
            let mut open: Option<ClauseSet> = None;
            for p in parts {
                match p.holds(answers) {
                    Ok(b) if b == absorbing => return Ok(b),
                    Ok(_) => {}
                    Err(c) => open = Some(open.unwrap_or_default().union(&c)),
                }
            }
            open.map_or(Ok(!absorbing), Err)
        };
        match self {
            Formula::Is(b) => Ok(*b),
            Formula::Open(c) => Err(c.clone()),
            Formula::AtLeastZero(s) => Ok(s.value(answers) >= 0),
            Formula::Not(f) => f.holds(answers).map(|b| !b),
            Formula::And(parts) => join(parts, false),
            Formula::Or(parts) => join(parts, true),
        }
    }

    /// The clauses of the parts that are open, if there are any.
    #[must_use]
    pub fn open(&self) -> Option<ClauseSet> {
        match self {
            Formula::Open(c) => Some(c.clone()),
            Formula::Not(f) => f.open(),
            Formula::And(parts) | Formula::Or(parts) => parts
                .iter()
                .filter_map(Formula::open)
                .reduce(|a, b| a.union(&b)),
            Formula::Is(_) | Formula::AtLeastZero(_) => None,
        }
    }

    /// The sums in it.
    pub fn sums<'f>(&'f self, into: &mut Vec<&'f Sum>) {
        match self {
            Formula::AtLeastZero(s) => into.push(s),
            Formula::Not(f) => f.sums(into),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| p.sums(into)),
            Formula::Is(_) | Formula::Open(_) => {}
        }
    }

    /// The voters on whose answers it depends.
    #[must_use]
    pub fn voters(&self) -> Vec<u32> {
        let mut sums = Vec::new();
        self.sums(&mut sums);
        let mut voters: Vec<u32> = sums.iter().flat_map(|s| s.terms.keys()).copied().collect();
        voters.sort_unstable();
        voters.dedup();
        voters
    }
}

/// A decision as a function of its voters' answers.
#[derive(Clone, Debug)]
pub struct Rule {
    /// It is adopted.
    pub adopted: Formula,
    /// It is rejected, for whatever reason that is no lack of quorum and no inadmissibility.
    pub rejected: Formula,
}
