//! Guards with the ballots left open.

use super::Maker;
use crate::refusal::Refusal;
use crate::rule::{Formula, Sum};
use rogatio_interpret::{ClauseSet, Entity, Env, Truth, Value};
use rogatio_mir::{
    ArithOp, CmpOp, Decision, DecisionId, Domain, Guard, Op, RollSet, ShareCmp, Silence,
};

/// A value that may hang on the ballots.
pub(super) enum Part {
    /// It does not.
    Known(Value),
    /// A truth.
    Truth(Formula),
    /// A number.
    Number(Sum),
}

/// Whose rules are read, and when.
#[derive(Copy, Clone)]
pub(super) struct Reading {
    /// At the close: silence is moved (R36). Before it, and in quorum and participation, sets are as cast.
    pub(super) moved: bool,
    /// How deep calls may still go.
    pub(super) depth: u32,
}

type Found<T> = Result<T, Refusal>;

impl Maker<'_> {
    /// A guard as a truth.
    pub(super) fn truth(&mut self, g: Guard, env: &Env, r: Reading) -> Found<Formula> {
        match self.part(g, env, r)? {
            Part::Truth(f) => Ok(f),
            Part::Known(v) => Ok(match v.truth() {
                Truth::True => Formula::Is(true),
                Truth::False => Formula::Is(false),
                Truth::Unknown(c) => Formula::Open(c),
            }),
            Part::Number(_) => Err(Refusal::form(
                self.program,
                g,
                "a number where a truth stands",
            )),
        }
    }

    /// A guard as a number; where the text leaves it open, the clauses.
    fn number(&mut self, g: Guard, env: &Env, r: Reading) -> Found<Result<Sum, ClauseSet>> {
        match self.part(g, env, r)? {
            Part::Number(s) => Ok(Ok(s)),
            Part::Known(Value::Int(n)) => Ok(Ok(Sum::constant(i128::from(n)))),
            Part::Known(v @ (Value::Undetermined(_) | Value::IntRange { .. })) => {
                Ok(Err(v.clauses()))
            }
            _ => Err(Refusal::form(self.program, g, "no number")),
        }
    }

    pub(super) fn part(&mut self, g: Guard, env: &Env, r: Reading) -> Found<Part> {
        if !self.depends.of(g) {
            return Ok(Part::Known(self.case.eval(g, env)));
        }
        if r.depth == 0 {
            return Err(Refusal::form(self.program, g, "nested too deeply"));
        }
        let r = Reading {
            depth: r.depth - 1,
            ..r
        };
        let op = self.program.guard(g).op.clone();
        match &op {
            Op::Not(a) => Ok(Part::Truth(self.truth(*a, env, r)?.negate())),
            Op::And(gs) => Ok(Part::Truth(Formula::all(self.truths(gs, env, r)?))),
            Op::Or(gs) => Ok(Part::Truth(Formula::any(self.truths(gs, env, r)?))),
            Op::Compare(cmp, a, b) => self.compare(g, *cmp, *a, *b, env, r),
            Op::ShareCompare { part, share, base } => self.share(g, (*part, *share, *base), env, r),
            Op::Arith(op, a, b) => self.arith(g, *op, *a, *b, env, r),
            Op::Count(d, c) => self.sum(g, d, *c, None, env, r),
            Op::Sum(d, c, w) => self.sum(g, d, *c, Some(*w), env, r),
            Op::Exists(d, c) => {
                let each = self.each(d, env, |this, env| this.truth(*c, env, r))?;
                Ok(Part::Truth(Formula::any(each)))
            }
            Op::ForAll(d, c, then) => {
                let each = self.each(d, env, |this, env| {
                    let meant = this.truth(*c, env, r)?.negate();
                    Ok(Formula::any(vec![meant, this.truth(*then, env, r)?]))
                })?;
                Ok(Part::Truth(Formula::all(each)))
            }
            Op::Call(d, args) => {
                let Some(define) = self.program.defines.get(d.index()) else {
                    return Err(Refusal::form(self.program, g, "an unknown name"));
                };
                let (params, element, value) =
                    (define.params.clone(), define.element.clone(), define.value);
                let vars = params.into_iter().chain(element.map(|(v, _)| v));
                let mut inner = self.bare(env);
                for (var, arg) in vars.zip(args) {
                    inner.bind(
                        var,
                        self.known(*arg, env, "an argument that hangs on ballots")?,
                    );
                }
                self.part(value, &inner, r)
            }
            Op::StatusOn(s, args) => {
                let status = self.program.statuses.get(s.index());
                let Some((keys, level)) = status.and_then(|s| Some((s.keys.clone(), s.level?)))
                else {
                    return Err(Refusal::form(self.program, g, "a status"));
                };
                let mut inner = self.bare(env);
                for (key, arg) in keys.iter().zip(args) {
                    inner.bind(
                        key.var,
                        self.known(*arg, env, "a key that hangs on ballots")?,
                    );
                }
                self.part(level, &inner, r)
            }
            Op::ByVersion(list) => {
                for (v, value) in list {
                    // The interpreter says which of them is in force.
                    let live = self.in_force(*v, env);
                    if live {
                        return self.part(*value, env, r);
                    }
                }
                Err(Refusal::form(self.program, g, "no version is in force"))
            }
            Op::Table { plain, .. } => self.part(*plain, env, r),
            Op::Except(base, arms) => self.except(g, *base, arms, env, r),
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let subject = self.subject(*subject, env)?;
                let voter = self.known(*voter, env, "a voter that hangs on ballots")?;
                let Value::Entity(voter) = voter else {
                    return Ok(Part::Known(match voter {
                        Value::Undetermined(c) => Value::Undetermined(c),
                        _ => Value::Bool(false),
                    }));
                };
                self.on_roll((g, env), *decision, subject, voter, set, r)
            }
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => {
                let subject = self.subject(*subject, env)?;
                let voter = self.known(*voter, env, "a voter that hangs on ballots")?;
                if subject == self.subject && self.asks && self.concerns(*decision) {
                    return Ok(Part::Truth(self.pivotal(*decision, voter.entity())?));
                }
                Ok(Part::Known(self.case.eval(g, env)))
            }
            Op::OutcomeIs(d, s, outcome) => {
                let subject = match s {
                    Some(s) => self
                        .known(*s, env, "a subject that hangs on ballots")?
                        .entity(),
                    None => None,
                };
                let own = self.is_limb(*d) || (self.asks && self.concerns(*d));
                if subject == self.subject && own {
                    return Ok(Part::Truth(self.outcome(*d, *outcome)?));
                }
                // Of another decision: as it stands.
                if !self.concerns(*d) || subject != self.subject {
                    return Ok(Part::Known(self.case.eval(g, env)));
                }
                Err(Refusal::form(self.program, g, "the outcome itself"))
            }
            _ => Err(Refusal::form(
                self.program,
                g,
                "a form that is neither count nor comparison",
            )),
        }
    }

    fn truths(&mut self, gs: &[Guard], env: &Env, r: Reading) -> Found<Vec<Formula>> {
        gs.iter().map(|g| self.truth(*g, env, r)).collect()
    }

    /// A value that must not hang on the ballots.
    fn known(&mut self, g: Guard, env: &Env, else_what: &str) -> Found<Value> {
        if self.depends.of(g) {
            return Err(Refusal::form(self.program, g, else_what));
        }
        Ok(self.case.eval(g, env))
    }

    /// What a decision is on.
    fn subject(&mut self, subject: Option<Guard>, env: &Env) -> Found<Option<Entity>> {
        let Some(s) = subject else { return Ok(None) };
        let subject = self.known(s, env, "a subject that hangs on ballots")?;
        Ok(subject.entity())
    }

    /// An environment without variables that reads the same versions.
    fn bare(&self, env: &Env) -> Env {
        env.without_variables()
    }

    /// Whether a version is in force where the decision is read.
    fn in_force(&self, v: rogatio_mir::VersionId, env: &Env) -> bool {
        self.case.version_in_force(v, env).is_true()
    }

    /// Whether a decision is the one at hand, in any version, or a part of it.
    pub(super) fn concerns(&self, d: DecisionId) -> bool {
        let head = |d: DecisionId| {
            let text = self.program.decisions.get(d.index());
            text.and_then(|t| t.head).unwrap_or(d)
        };
        let own = self.voters.iter().map(|v| v.decision);
        let mut wholes = own.clone().filter_map(|l| {
            let text = self.program.decisions.get(l.index());
            text.and_then(|t| t.whole)
        });
        own.map(head).any(|o| o == head(d)) || wholes.any(|w| head(w) == head(d))
    }

    fn is_limb(&self, d: DecisionId) -> bool {
        let text = self.program.decisions.get(d.index());
        text.is_some_and(|t| t.whole.is_some()) && self.voters.iter().any(|v| v.decision == d)
    }

    // ---- elements -------------------------------------------------------------------------------------------

    fn each<T>(
        &mut self,
        d: &Domain,
        env: &Env,
        mut f: impl FnMut(&mut Self, &Env) -> Found<T>,
    ) -> Found<Vec<T>> {
        let elements: Vec<Entity> = self
            .case
            .entities()
            .filter(|(_, _, kind)| d.kinds.contains(kind))
            .map(|(e, ..)| e)
            .collect();
        let mut out = Vec::with_capacity(elements.len());
        for e in elements {
            out.push(f(self, &env.clone().with(d.var, Value::Entity(e)))?);
        }
        Ok(out)
    }

    /// A count or a sum of weights: what each element adds.
    fn sum(
        &mut self,
        g: Guard,
        d: &Domain,
        cond: Guard,
        weight: Option<Guard>,
        env: &Env,
        r: Reading,
    ) -> Found<Part> {
        let mut total = Sum::default();
        let mut open: Option<ClauseSet> = None;
        let parts = self.each(d, env, |this, env| {
            let meant = this.truth(cond, env, r)?;
            let adds = match (weight, &meant) {
                (_, Formula::Is(false)) | (None, _) => Ok(1),
                (Some(w), _) => match this.number(w, env, r)? {
                    Ok(s) if s.terms.is_empty() => Ok(s.constant),
                    Ok(_) => {
                        let what = "a weight that hangs on ballots";
                        return Err(Refusal::form(this.program, w, what));
                    }
                    Err(c) => Err(c),
                },
            };
            Ok((meant, adds))
        })?;
        for (meant, adds) in parts {
            let (meant, adds) = match (meant, adds) {
                (Formula::Is(false), _) => continue,
                (Formula::Open(c), _) | (_, Err(c)) => {
                    open = Some(open.unwrap_or_default().union(&c));
                    continue;
                }
                (m, Ok(a)) => (m, a),
            };
            let one = match (&meant, meant.voters().as_slice()) {
                (Formula::Is(_), _) => Sum::constant(adds),
                (_, [voter]) => {
                    let voter = *voter;
                    let answers = self.voters[voter as usize].silent() + 1;
                    // Of one voter only, so the others' answers do not matter.
                    let mut all = vec![0usize; self.voters.len()];
                    let mut of = Vec::with_capacity(answers);
                    for a in 0..answers {
                        all[voter as usize] = a;
                        match meant.holds(&all) {
                            Ok(b) => of.push(if b { adds } else { 0 }),
                            Err(c) => return Err(Refusal::open(self.program, &c)),
                        }
                    }
                    Sum::of(voter, of)
                }
                _ => {
                    let what = "an element that hangs on several ballots";
                    return Err(Refusal::form(self.program, cond, what));
                }
            };
            total = total
                .plus(&one, 1)
                .ok_or_else(|| Refusal::form(self.program, g, "too large a sum"))?;
        }
        Ok(match open {
            Some(c) => Part::Known(Value::Undetermined(c)),
            None => Part::Number(total),
        })
    }

    // ---- comparisons ----------------------------------------------------------------------------------------

    fn compare(
        &mut self,
        g: Guard,
        cmp: CmpOp,
        a: Guard,
        b: Guard,
        env: &Env,
        r: Reading,
    ) -> Found<Part> {
        let (x, y) = (self.number(a, env, r)?, self.number(b, env, r)?);
        let (x, y) = match (x, y) {
            (Ok(x), Ok(y)) => (x, y),
            (Err(c), Ok(_)) | (Ok(_), Err(c)) => return Ok(Part::Truth(Formula::Open(c))),
            (Err(c), Err(d)) => return Ok(Part::Truth(Formula::Open(c.union(&d)))),
        };
        let large = || Refusal::form(self.program, g, "too large a number");
        let up = x.plus(&y, -1).ok_or_else(large)?;
        let down = y.plus(&x, -1).ok_or_else(large)?;
        Ok(Part::Truth(compared(cmp, up, down)))
    }

    fn share(
        &mut self,
        g: Guard,
        (part, share, base): (Guard, Guard, Guard),
        env: &Env,
        r: Reading,
    ) -> Found<Part> {
        let (x, b) = (self.number(part, env, r)?, self.number(base, env, r)?);
        let (cmp, num, den) = match self.part(share, env, r)? {
            Part::Known(Value::Share(cmp, num, den)) => (cmp, i128::from(num), i128::from(den)),
            Part::Known(Value::Undetermined(c)) => return Ok(Part::Truth(Formula::Open(c))),
            _ => {
                return Err(Refusal::form(
                    self.program,
                    share,
                    "a share that hangs on ballots",
                ));
            }
        };
        let (x, b) = match (x, b) {
            (Ok(x), Ok(b)) => (x, b),
            (Err(c), Ok(_)) | (Ok(_), Err(c)) => return Ok(Part::Truth(Formula::Open(c))),
            (Err(c), Err(d)) => return Ok(Part::Truth(Formula::Open(c.union(&d)))),
        };
        let large = || Refusal::form(self.program, g, "too large a number");
        let scaled = |s: &Sum, by: i128| Sum::default().plus(s, by).ok_or_else(large);
        let (lhs, rhs) = (scaled(&x, den)?, scaled(&b, num)?);
        let up = lhs.plus(&rhs, -1).ok_or_else(large)?;
        let down = rhs.plus(&lhs, -1).ok_or_else(large)?;
        let cmp = match cmp {
            ShareCmp::AtLeast => CmpOp::Ge,
            ShareCmp::MoreThan => CmpOp::Gt,
            ShareCmp::AtMost => CmpOp::Le,
            ShareCmp::LessThan => CmpOp::Lt,
        };
        // Of an empty base no share holds (R9).
        let some = b.plus(&Sum::constant(1), -1).ok_or_else(large)?;
        Ok(Part::Truth(Formula::all(vec![
            Formula::at_least_zero(some),
            compared(cmp, up, down),
        ])))
    }

    fn arith(
        &mut self,
        g: Guard,
        op: ArithOp,
        a: Guard,
        b: Guard,
        env: &Env,
        r: Reading,
    ) -> Found<Part> {
        let (x, y) = match (self.number(a, env, r)?, self.number(b, env, r)?) {
            (Ok(x), Ok(y)) => (x, y),
            (Err(c), _) | (_, Err(c)) => return Ok(Part::Known(Value::Undetermined(c))),
        };
        let sum = match op {
            ArithOp::Add => x.plus(&y, 1),
            ArithOp::Sub => x.plus(&y, -1),
            ArithOp::Mul if x.terms.is_empty() => Sum::default().plus(&y, x.constant),
            ArithOp::Mul if y.terms.is_empty() => Sum::default().plus(&x, y.constant),
            ArithOp::Mul => {
                let what = "a product of two numbers of ballots";
                return Err(Refusal::form(self.program, g, what));
            }
        };
        sum.map(Part::Number)
            .ok_or_else(|| Refusal::form(self.program, g, "too large a number"))
    }

    fn except(
        &mut self,
        g: Guard,
        base: Guard,
        arms: &[(Guard, Guard)],
        env: &Env,
        r: Reading,
    ) -> Found<Part> {
        let mut sure = Vec::new();
        let mut hanging = Vec::new();
        for (cond, value) in arms {
            match self.truth(*cond, env, r)? {
                Formula::Is(false) => {}
                Formula::Is(true) => sure.push(*value),
                Formula::Open(c) => return Ok(Part::Known(Value::Undetermined(c))),
                f => hanging.push((f, *value)),
            }
        }
        match (sure.as_slice(), hanging.len()) {
            ([], 0) => self.part(base, env, r),
            ([one], 0) => self.part(*one, env, r),
            ([], 1) => {
                let (cond, value) = hanging.remove(0);
                let then = self.truth(value, env, r)?;
                let rest = self.truth(base, env, r)?;
                Ok(Part::Truth(Formula::any(vec![
                    Formula::all(vec![cond.clone(), then]),
                    Formula::all(vec![cond.negate(), rest]),
                ])))
            }
            (several, 0) if several.iter().all(|v| !self.depends.of(*v)) => {
                let values: Vec<Value> = several.iter().map(|v| self.case.eval(*v, env)).collect();
                match values.windows(2).all(|w| w[0] == w[1]) {
                    true => Ok(Part::Known(values[0].clone())),
                    false => Err(Refusal::form(self.program, g, "exceptions that disagree")),
                }
            }
            _ => {
                let what = "several exceptions, some of which hang on ballots";
                Err(Refusal::form(self.program, g, what))
            }
        }
    }

    // ---- sets of the roll -----------------------------------------------------------------------------------

    fn on_roll(
        &mut self,
        (g, env): (Guard, &Env),
        d: DecisionId,
        subject: Option<Entity>,
        voter: Entity,
        set: &RollSet,
        r: Reading,
    ) -> Found<Part> {
        if subject != self.subject || !self.concerns(d) {
            // Another vote: as it stands.
            return Ok(Part::Known(self.case.eval(g, env)));
        }
        let own = self
            .index
            .keys()
            .find(|(k, e)| *e == voter && (*k == d || self.same(*k, d)));
        let Some((own, number)) = own.map(|k| (k.0, self.index[k])) else {
            return Ok(Part::Known(Value::Bool(false)));
        };
        let Some(text) = self.case.decision_text(own, self.subject) else {
            return Err(Refusal::form(self.program, g, "a decision without text"));
        };
        if let RollSet::Present = set {
            let Some(present) = text.present else {
                return Ok(Part::Known(self.case.eval(g, env)));
            };
            let env = self.case.decision_env(own, subject, Some(voter));
            return Ok(Part::Truth(self.truth(present, &env, r)?));
        }
        let of = &self.voters[number as usize];
        let counts: Vec<Option<bool>> = (0..=of.silent())
            .map(|a| in_set(text, set, a, of.silent(), &of.silence, r.moved))
            .collect();
        if let Some(position) = counts.iter().position(Option::is_none) {
            let rest: Vec<bool> = counts.iter().flatten().copied().collect();
            debug_assert_eq!(position, of.silent());
            if let Silence::NotStated(why) = &of.silence {
                let at = text.silence.1;
                if rest.is_empty() {
                    return Ok(Part::Known(Value::Undetermined(ClauseSet::one(
                        at,
                        why.clone(),
                    ))));
                }
                let who = of.name.clone();
                self.suppose(format!(
                    "{who} votes: the text is silent on silence ({why})"
                ));
            }
        }
        let adds = counts.iter().map(|c| i128::from(*c == Some(true)));
        let sum = Sum::of(number, adds.collect());
        let one = sum
            .plus(&Sum::constant(1), -1)
            .ok_or_else(|| Refusal::form(self.program, g, "too large a number"))?;
        Ok(Part::Truth(Formula::at_least_zero(one)))
    }

    /// Whether two rows are versions of one decision.
    fn same(&self, a: DecisionId, b: DecisionId) -> bool {
        let head = |d: DecisionId| {
            let text = self.program.decisions.get(d.index());
            text.and_then(|t| t.head).unwrap_or(d)
        };
        head(a) == head(b)
    }

    pub(super) fn suppose(&mut self, what: String) {
        if !self.supposed.contains(&what) {
            self.supposed.push(what);
        }
    }
}

/// Whether a voter of this answer is in a set; none where the text is silent on silence.
fn in_set(
    text: &Decision,
    set: &RollSet,
    answer: usize,
    silent: usize,
    silence: &Silence,
    moved: bool,
) -> Option<bool> {
    let cast = answer != silent;
    if let RollSet::Cast = set {
        return Some(cast);
    }
    if let (false, true, Silence::NotStated(_)) = (cast, moved, silence) {
        return None;
    }
    let counted = match (cast, moved, silence) {
        (true, ..) => Some(answer),
        (false, true, Silence::As(i)) => Some(*i),
        _ => None,
    };
    Some(match set {
        RollSet::Ballot(i) => counted == Some(*i),
        RollSet::Silent => counted.is_none(),
        RollSet::Voting => counted
            .and_then(|c| u32::try_from(c).ok())
            .is_some_and(|c| text.is_vote(c)),
        RollSet::Voters => true,
        _ => false,
    })
}

/// `up >= 0` where the left exceeds the right by `up`, which is the opposite of `down`.
fn compared(cmp: CmpOp, up: Sum, down: Sum) -> Formula {
    let strictly = |s: Sum| {
        Formula::at_least_zero(Sum {
            constant: s.constant - 1,
            ..s
        })
    };
    match cmp {
        CmpOp::Ge => Formula::at_least_zero(up),
        CmpOp::Le => Formula::at_least_zero(down),
        CmpOp::Gt => strictly(up),
        CmpOp::Lt => strictly(down),
        CmpOp::Eq => Formula::all(vec![
            Formula::at_least_zero(up),
            Formula::at_least_zero(down),
        ]),
        CmpOp::Ne => Formula::any(vec![strictly(up), strictly(down)]),
    }
}
