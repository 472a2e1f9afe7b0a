//! A vote of a history as one draw (R56), where nothing but the outcome of a decision is read. If its voters draw their
//! ballots independently with the same constant odds, the outcome has a law that hangs on their number alone, or on their numbers
//! by votes and vetoes ([`classes`]); if the same voters vote in every run, it has one law ([`standing`]).
//!
//! The number is that at the close. All who are on the roll then have had an act phase in which to vote: the window ends
//! at a midnight, and the roll changes at acts and openings of days, not at that midnight. Who left the roll does not count,
//! and who votes does not hang on how anybody voted, since no ballot is read.

use super::classes::{self, Class};
use super::readers::{ballots_are_read, rests_between_acts};
use super::standing::standing;
use super::tally::{Clause, Ends, Sum, Test, law};
use rogatio_calendar::{Length, Period};
use rogatio_interpret::{Case, Env, Value};
use rogatio_mir::draw::{self, Odds};
use rogatio_mir::{
    ArithOp, BallotOdds, Closing, CmpOp, Coding, Decision, DecisionId, DecisionOutcome, Domain,
    Draw, DrawnOutcome, Experiment, Firing, Guard, Op, Program, RollSet, ShareCmp, Silence, Stated,
    TieKind, VarId, each_guard, same_for,
};
use std::sync::Arc;

/// Why a vote is drawn ballot by ballot.
pub(super) type Why = &'static str;

/// The law of the outcome of a decision, with the guard that counts its voters at the close still to be made, by these
/// classes if there are several. The case has not begun.
pub(super) fn at_once(
    program: &Program,
    experiment: &Experiment,
    case: &Case,
    d: DecisionId,
) -> Result<(DrawnOutcome, Vec<Class>), Why> {
    let decision = &program.decisions[d.index()];
    plain(program, d)?;
    closes_after_acts(program, decision)?;
    if ballots_are_read(program, experiment, d) {
        return Err("ballots are read beside the outcome");
    }
    let grows = |p: &rogatio_mir::Procedure| decision.voter.kinds.contains(&p.kind);
    if program.procedures.iter().any(grows) {
        return Err("voters come into being in a run");
    }
    let lines = experiment.ballots.iter().filter(|l| l.decision == d);
    let lines: Vec<&BallotOdds> = lines.collect();
    if lines.iter().any(|l| l.labels.iter().any(Option::is_some)) {
        return Err("ballots bear further names");
    }
    let alike = || alike(program, case, d, &lines);
    let stands = || standing(program, &lines, experiment, case, d);
    // Where voters differ one law is found sooner than a table of them.
    let found = if decision.weight.is_some() || decision.veto.is_some() {
        match stands() {
            Some(Ok(found)) => Ok((found, Vec::new())),
            Some(Err(why)) => alike().map_err(|_| why),
            None => alike(),
        }
    } else {
        alike().or_else(|why| Ok((stands().unwrap_or(Err(why))?, Vec::new())))
    };
    let ((outcomes, ends), classes) = found?;
    let line = lines[0];
    let path = format!("{} at once", line.draw.path);
    let drawn = DrawnOutcome {
        decision: d,
        voters: decision.voters,
        outcomes,
        ends: Arc::new(ends),
        draw: Draw {
            site: draw::site(&path),
            path,
            coding: Coding::Word,
        },
    };
    Ok((drawn, classes))
}

/// The law by the number of voters, who may change but are all alike, or are within classes.
fn alike(
    program: &Program,
    case: &Case,
    d: DecisionId,
    lines: &[&BallotOdds],
) -> Result<(Ends, Vec<Class>), Why> {
    let [line] = lines else {
        return Err("several lines give odds");
    };
    let decision = &program.decisions[d.index()];
    if decision.silence_by_voter.is_some() {
        return Err("silence differs by voter");
    }
    let classes = classes::classes(program, case, d)?;
    let weights = weights(program, case, decision, line)?;
    if !decision.roll_at_opening && !rests_between_acts(program, decision.voters) {
        return Err("who may vote can change at the close");
    }
    let reader = Reader {
        program,
        case,
        d,
        decision,
        classes: &classes,
    };
    let tests = reader.tests()?;
    let stays = weights.last().is_some_and(|w| *w > 0);
    if let (Silence::NotStated(_), true) = (&decision.silence.0, stays) {
        return Err("the text is silent on silence");
    }
    let found = match classes[..] {
        [] => law(&tests, &weights, 0),
        [one] => law(&tests, &weights, one.most),
        _ => classes::law(&tests, &weights, &classes),
    };
    let found = found.ok_or("its voters and answers are too many for a table")?;
    Ok((found, classes))
}

/// Only what the tests of R37 are read from here.
fn plain(program: &Program, d: DecisionId) -> Result<(), Why> {
    let decision = &program.decisions[d.index()];
    let casting = |t: &rogatio_mir::Tie| matches!(t.kind, TieKind::Decides { .. });
    let stages = program.procedures.iter().flat_map(|p| &p.stages);
    let decides = |s: &rogatio_mir::Stage| s.decides.iter().any(|(v, x)| *x == d && v.is_some());
    let versions = decision.head.is_some()
        || !decision.others.is_empty()
        || decision.version.is_some()
        || stages.into_iter().any(decides);
    let what = [
        (versions, "it has versions"),
        (
            !decision.limbs.is_empty() || decision.whole.is_some(),
            "several bodies decide",
        ),
        (decision.given.is_some(), "its rule lies in another text"),
        (!decision.earlier.is_empty(), "it has several steps"),
        (!decision.vote_norms.is_empty(), "norms rule who votes how"),
        (
            decision.tie.as_ref().is_some_and(casting),
            "a casting vote breaks ties",
        ),
    ];
    match what.iter().find(|(is, _)| *is) {
        Some((_, why)) => Err(why),
        None => Ok(()),
    }
}

/// That it closes at the end of a window, some midnight after the acts of the day on which it opened.
fn closes_after_acts(program: &Program, decision: &Decision) -> Result<(), Why> {
    let [Closing::At(g, firing)] = decision.closes[..] else {
        return Err("it may close before its time is over");
    };
    let (Op::Shift {
        before: false,
        length,
        base,
        ..
    }
    | Op::ShiftOutside {
        before: false,
        length,
        base,
        ..
    }) = program.guard(g).op
    else {
        return Err("its time is not counted from its opening");
    };
    let Op::Length(Length::Period(Period { months, days })) = program.guard(length).op else {
        return Err("it does not stay open for whole days");
    };
    let least = match firing {
        Firing::Lapse => 0,
        Firing::Closing => 1,
        Firing::Opening | Firing::TacitStart => return Err("it does not close at a midnight"),
    };
    let forward = months >= 0 && days >= 0 && (months > 0 || days >= least);
    match forward && program.guard(base).op == Op::EventTime {
        true => Ok(()),
        false => Err("its time is not counted from its opening"),
    }
}

/// The chances of the answers over 2^64: the ballots in the order of their positions, then none.
fn weights(
    program: &Program,
    case: &Case,
    decision: &Decision,
    line: &BallotOdds,
) -> Result<Vec<u128>, Why> {
    if line.bloc.is_some() {
        return Err("voters vote as a bloc");
    }
    let kinds = &line.who.domain.kinds;
    let all = decision.voter.kinds.iter().all(|k| kinds.contains(k));
    let who = (line.who.cond, line.who.domain.var);
    let voters = (decision.voters, decision.voter.var);
    let covers = program.guard(who.0).op == Op::Bool(true) || same_for(program, voters, who);
    if !all || !covers || line.when.is_some() {
        return Err("the odds are not those of all who may vote");
    }
    let mut chances = Vec::new();
    for (ballot, g) in &line.odds {
        let mut constant = true;
        each_guard(program, &[*g], |_, op| {
            constant &= matches!(op, Op::Chance(_) | Op::Int(_) | Op::Arith(..));
        });
        match case.eval(*g, &Env::new()) {
            Value::Chance(c) if constant => chances.push((*ballot, c)),
            _ => return Err("the odds are not the same for all voters at all times"),
        }
    }
    // What they do not add up to is told where ballots are drawn.
    let odds = Odds::new(&chances).map_err(|_| "the odds are none")?;
    let mut weights = vec![0; decision.ballots.len() + 1];
    let mut before = 0;
    for (ballot, end) in odds.cuts() {
        weights[*ballot as usize] += end - before;
        before = *end;
    }
    weights[decision.ballots.len()] = (1 << 64) - before;
    Ok(weights)
}

/// Reads the rules of a decision as clauses over the answers.
struct Reader<'p> {
    program: &'p Program,
    case: &'p Case,
    d: DecisionId,
    decision: &'p Decision,
    classes: &'p [Class],
}

const OTHER: Why = "its rule reads more than the numbers of ballots";

impl Reader<'_> {
    /// The tests of R37 in their order.
    fn tests(&self) -> Result<Vec<Test>, Why> {
        use DecisionOutcome::{Adopted, Inadmissible, Inquorate, Rejected};
        let decision = self.decision;
        let mut tests = Vec::new();
        let mut add = |clause, stops_on, outcome| {
            tests.push(Test {
                clause,
                stops_on,
                outcome,
            })
        };
        if let Some(g) = decision.admissible {
            add(self.clause(g, false)?, false, Inadmissible);
        }
        for (slot, outcome) in [
            (&decision.quorum.0, Inquorate),
            (&decision.participation.0, Rejected),
        ] {
            match slot {
                Stated::Rule(g) => add(self.clause(*g, false)?, false, outcome),
                Stated::NotStated(_) => return Err("the text is silent on a rule of it"),
                Stated::None => {}
            }
        }
        if decision.veto.is_some() {
            let against = self.sum(&|a| a == Some(Decision::AGAINST), true, &|c| c.veto.into());
            add(at_least(&against, 1), true, Rejected);
        }
        match &decision.passes.0 {
            Stated::Rule(g) => add(self.clause(*g, true)?, true, Adopted),
            _ => return Err("the text is silent on a rule of it"),
        }
        for (outcome, g) in &decision.deemed {
            add(self.clause(*g, true)?, true, *outcome);
        }
        if let Some(TieKind::Outcome(outcome, when)) = decision.tie.as_ref().map(|t| &t.kind) {
            let votes = |ballot: u32| self.sum(&|a| a == Some(ballot), true, &|c| c.votes);
            let (yes, no) = (votes(Decision::FOR), votes(Decision::AGAINST));
            let equal = compare(CmpOp::Eq, &yes, &no)?;
            let when = match when {
                Some(g) => self.clause(*g, true)?,
                None => Clause::Is(true),
            };
            add(Clause::All(vec![equal, when]), true, *outcome);
        }
        add(Clause::Is(true), true, Rejected);
        Ok(tests)
    }

    /// How many gave an answer of some sort, each of a class so often; silence counts as what it means where it has moved.
    fn sum(
        &self,
        wanted: &dyn Fn(Option<u32>) -> bool,
        moved: bool,
        times: &dyn Fn(&Class) -> i64,
    ) -> Sum {
        let silent = match self.decision.silence.0 {
            Silence::As(i) if moved => u32::try_from(i).ok(),
            _ => None,
        };
        let each = self.classes.iter().flat_map(|c| {
            let ballots = (0u32..).zip(&self.decision.ballots).map(|(i, _)| Some(i));
            let adds = |a| i128::from(wanted(a)) * i128::from(times(c));
            ballots.chain([silent]).map(adds)
        });
        Sum {
            constant: 0,
            each: each.collect(),
        }
    }

    /// A count of elements, each of a class so often.
    fn counted(
        &self,
        domain: &Domain,
        cond: Guard,
        moved: bool,
        times: &dyn Fn(&Class) -> i64,
    ) -> Result<Sum, Why> {
        let (mine, theirs) = (&self.decision.voter.kinds, &domain.kinds);
        if !mine.iter().all(|k| theirs.contains(k)) {
            return Err(OTHER);
        }
        // Whoever is not on the roll is in none of its sets.
        let voters = (self.decision.voters, self.decision.voter.var);
        if mine.len() == theirs.len() && same_for(self.program, voters, (cond, domain.var)) {
            return match self.decision.roll_at_opening {
                false => Ok(self.sum(&|_| true, moved, times)),
                true => Err(OTHER),
            };
        }
        let mut each = Vec::new();
        for class in self.classes {
            for answer in 0..=self.decision.ballots.len() {
                let is = self.is_in(cond, domain.var, Some(answer), moved)?;
                each.push(i128::from(is) * i128::from(times(class)));
            }
        }
        match self.is_in(cond, domain.var, None, moved)? {
            false => Ok(Sum { constant: 0, each }),
            true => Err(OTHER),
        }
    }
}

impl Counts for Reader<'_> {
    fn program(&self) -> &Program {
        self.program
    }

    fn answers(&self) -> usize {
        self.classes.len() * (self.decision.ballots.len() + 1)
    }

    fn count(&self, domain: &Domain, cond: Guard, moved: bool) -> Result<Sum, Why> {
        if self.program.guard(cond).op == Op::Bool(true) {
            let theirs = &domain.kinds;
            let opened = |p: &rogatio_mir::Procedure| theirs.contains(&p.kind);
            if self.program.procedures.iter().any(opened) {
                return Err(OTHER);
            }
            let n = self
                .case
                .entities()
                .filter(|e| theirs.contains(&e.2))
                .count();
            return Ok(Sum::constant(n as i128, self.answers()));
        }
        self.counted(domain, cond, moved, &|_| 1)
    }

    fn votes(&self, domain: &Domain, cond: Guard, value: Guard, moved: bool) -> Result<Sum, Why> {
        let Op::Weight {
            decision,
            subject,
            voter,
        } = &self.program.guard(value).op
        else {
            return Err(OTHER);
        };
        let subject = subject.map(|g| &self.program.guard(g).op);
        let own = self.decision.subject.as_ref().map(|s| Op::Var(s.var));
        let mine = *decision == self.d
            && subject == own.as_ref()
            && self.program.guard(*voter).op == Op::Var(domain.var);
        match mine {
            true => self.counted(domain, cond, moved, &|c| c.votes),
            false => Err(OTHER),
        }
    }
}

impl Reader<'_> {
    /// Whether a condition on the roll holds for a voter with an answer; for who is not on the roll, if it is none.
    fn is_in(&self, g: Guard, var: VarId, answer: Option<usize>, moved: bool) -> Result<bool, Why> {
        let is = |g: &Guard| self.is_in(*g, var, answer, moved);
        match &self.program.guard(g).op {
            Op::Bool(b) => Ok(*b),
            Op::Not(a) => Ok(!is(a)?),
            Op::And(gs) => gs.iter().try_fold(true, |all, g| Ok(all & is(g)?)),
            Op::Or(gs) => gs.iter().try_fold(false, |any, g| Ok(any | is(g)?)),
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let subject = subject.map(|g| &self.program.guard(g).op);
                let own = self.decision.subject.as_ref().map(|s| Op::Var(s.var));
                let mine = *decision == self.d
                    && subject == own.as_ref()
                    && self.program.guard(*voter).op == Op::Var(var);
                if !mine {
                    return Err(OTHER);
                }
                let Some(answer) = answer else {
                    return match set {
                        RollSet::Present | RollSet::Chair => Err(OTHER),
                        RollSet::Members => self.members_vote().map(|()| false),
                        _ => Ok(false),
                    };
                };
                let cast = (answer < self.decision.ballots.len()).then_some(answer as u32);
                let counted = match (cast, &self.decision.silence.0) {
                    (None, Silence::As(i)) if moved => u32::try_from(*i).ok(),
                    _ => cast,
                };
                match set {
                    RollSet::Ballot(i) => Ok(counted == u32::try_from(*i).ok()),
                    RollSet::Silent => Ok(counted.is_none()),
                    RollSet::Cast => Ok(cast.is_some()),
                    RollSet::Voters => Ok(true),
                    RollSet::Members => self.members_vote().map(|()| true),
                    RollSet::Voting => Ok(counted.is_some_and(|v| self.decision.is_vote(v))),
                    RollSet::Present | RollSet::Chair => Err(OTHER),
                }
            }
            _ => Err(OTHER),
        }
    }

    /// That all members may vote.
    fn members_vote(&self) -> Result<(), Why> {
        let var = self.decision.voter.var;
        let (voters, members) = (self.decision.voters, self.decision.members);
        match same_for(self.program, (voters, var), (members, var)) {
            true => Ok(()),
            false => Err("some members may not vote"),
        }
    }
}

/// Conditions on how many gave which answer, as clauses.
pub(super) trait Counts {
    /// The program.
    fn program(&self) -> &Program;

    /// How many answers there are.
    fn answers(&self) -> usize;

    /// A count of elements; silence may have moved.
    fn count(&self, domain: &Domain, cond: Guard, moved: bool) -> Result<Sum, Why>;

    /// A sum of a value over elements; silence may have moved.
    fn votes(&self, _: &Domain, _: Guard, _: Guard, _moved: bool) -> Result<Sum, Why> {
        Err(OTHER)
    }

    /// A condition.
    fn clause(&self, g: Guard, moved: bool) -> Result<Clause, Why> {
        let all = |gs: &[Guard]| -> Result<Vec<Clause>, Why> {
            gs.iter().map(|g| self.clause(*g, moved)).collect()
        };
        match &self.program().guard(g).op {
            Op::Bool(b) => Ok(Clause::Is(*b)),
            Op::Not(a) => Ok(Clause::Not(Box::new(self.clause(*a, moved)?))),
            Op::And(gs) => Ok(Clause::All(all(gs)?)),
            Op::Or(gs) => Ok(Clause::Any(all(gs)?)),
            Op::Compare(op, a, b) => {
                compare(*op, &self.number(*a, moved)?, &self.number(*b, moved)?)
            }
            Op::ShareCompare { part, share, base } => {
                let Op::Share(cmp, num, den) = self.program().guard(*share).op else {
                    return Err(OTHER);
                };
                let (part, base) = (self.number(*part, moved)?, self.number(*base, moved)?);
                let scaled = |s: &Sum, n: i64| {
                    let none = Sum::constant(0, self.answers());
                    s.join(n.into(), &none, 0).ok_or(OTHER)
                };
                let (part, need) = (scaled(&part, den)?, scaled(&base, num)?);
                let cmp = match cmp {
                    ShareCmp::AtLeast => CmpOp::Ge,
                    ShareCmp::MoreThan => CmpOp::Gt,
                    ShareCmp::AtMost => CmpOp::Le,
                    ShareCmp::LessThan => CmpOp::Lt,
                };
                // Of nothing there is no share (R9).
                let some = compare(CmpOp::Gt, &base, &Sum::constant(0, self.answers()))?;
                Ok(Clause::All(vec![some, compare(cmp, &part, &need)?]))
            }
            _ => Err(OTHER),
        }
    }

    /// A number.
    fn number(&self, g: Guard, moved: bool) -> Result<Sum, Why> {
        let constant = |n: i128| Sum::constant(n, self.answers());
        match &self.program().guard(g).op {
            Op::Int(n) => Ok(constant((*n).into())),
            Op::Count(domain, cond) => self.count(domain, *cond, moved),
            Op::Sum(domain, cond, value) => self.votes(domain, *cond, *value, moved),
            Op::Arith(op, a, b) => {
                let (a, b) = (self.number(*a, moved)?, self.number(*b, moved)?);
                let is_constant = |s: &Sum| s.each.iter().all(|x| *x == 0);
                let joined = match op {
                    ArithOp::Add => a.join(1, &b, 1),
                    ArithOp::Sub => a.join(1, &b, -1),
                    ArithOp::Mul if is_constant(&b) => a.join(b.constant, &b, 0),
                    ArithOp::Mul if is_constant(&a) => b.join(a.constant, &a, 0),
                    ArithOp::Mul => None,
                };
                joined.ok_or(OTHER)
            }
            _ => Err(OTHER),
        }
    }
}

/// That a sum is at least a number.
fn at_least(sum: &Sum, number: i128) -> Clause {
    Clause::AtLeastZero(Sum {
        constant: sum.constant - number,
        each: sum.each.clone(),
    })
}

fn compare(op: CmpOp, a: &Sum, b: &Sum) -> Result<Clause, Why> {
    let at_least = |a: &Sum, b: &Sum, more: i128| {
        let excess = a.join(1, b, -1).ok_or(OTHER)?;
        Ok(self::at_least(&excess, more))
    };
    Ok(match op {
        CmpOp::Ge => at_least(a, b, 0)?,
        CmpOp::Gt => at_least(a, b, 1)?,
        CmpOp::Le => at_least(b, a, 0)?,
        CmpOp::Lt => at_least(b, a, 1)?,
        CmpOp::Eq => Clause::All(vec![at_least(a, b, 0)?, at_least(b, a, 0)?]),
        CmpOp::Ne => Clause::Any(vec![at_least(a, b, 1)?, at_least(b, a, 1)?]),
    })
}
