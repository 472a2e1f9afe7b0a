//! What rules are made of, to be read: every expression, stream and pattern of a program, and those below each.

use super::*;

/// A piece of a rule.
#[derive(Copy, Clone, Debug)]
pub enum Piece<'a> {
    /// A value or condition.
    Expr(&'a Expr),
    /// An event term.
    Stream(&'a Stream),
    /// Which occurrences.
    Pattern(&'a Pattern),
}

impl<'a> Piece<'a> {
    /// Calls `f` on the piece and on every piece below it, outer ones first; where `f` says no, not on those below.
    pub fn each(self, f: &mut dyn FnMut(Piece<'_>) -> bool) {
        if f(self) {
            self.direct(&mut |p| p.each(f));
        }
    }

    /// Calls `f` on the pieces directly below.
    pub fn direct(self, f: &mut dyn FnMut(Piece<'_>)) {
        match self {
            Piece::Expr(e) => e.direct(f),
            Piece::Stream(s) => s.direct(f),
            Piece::Pattern(p) => p.direct(f),
        }
    }
}

impl Expr {
    fn direct(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match &self.kind {
            ExprKind::Occurred(p)
            | ExprKind::CountActs(p)
            | ExprKind::ActTime(_, p)
            | ExprKind::ActArg(_, p, _)
            | ExprKind::SumActs(p, _) => f(Piece::Pattern(p)),
            ExprKind::AsOf(_, s)
            | ExprKind::CountEvents(s, _)
            | ExprKind::EventPoint(_, s, _)
            | ExprKind::EventPick { stream: s, .. } => f(Piece::Stream(s)),
            _ => {}
        }
        self.each_child(&mut |e| f(Piece::Expr(e)));
    }
}

impl ArgPattern {
    fn direct(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match self {
            ArgPattern::Any | ArgPattern::Var(_) => {}
            ArgPattern::Is(e) => f(Piece::Expr(e)),
            ArgPattern::In(s) | ArgPattern::Each(s) => f(Piece::Expr(&s.cond)),
        }
    }
}

impl Pattern {
    fn direct(&self, f: &mut dyn FnMut(Piece<'_>)) {
        for a in [&self.actor, &self.for_whom, &self.to, &self.itself]
            .into_iter()
            .chain(&self.args)
        {
            a.direct(f);
        }
        for e in self.filter.iter().chain(&self.in_last) {
            f(Piece::Expr(e));
        }
    }
}

impl Stream {
    fn direct(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match &self.kind {
            StreamKind::Act(p) => f(Piece::Pattern(p)),
            StreamKind::Or(list) => list.iter().for_each(|s| f(Piece::Stream(s))),
            StreamKind::After(e, s) | StreamKind::LapseAfter(e, s) | StreamKind::Where(s, e) => {
                f(Piece::Expr(e));
                f(Piece::Stream(s));
            }
            StreamKind::LapseAt(e)
            | StreamKind::At(e)
            | StreamKind::Every(e)
            | StreamKind::Rise { cond: e, .. } => f(Piece::Expr(e)),
            StreamKind::Started(_, list)
            | StreamKind::Ended(_, list)
            | StreamKind::Norm(_, _, list) => list.iter().for_each(|a| a.direct(f)),
            StreamKind::Nth(_, s) | StreamKind::InVersion(s, _) => f(Piece::Stream(s)),
            StreamKind::Combined { points, stream, .. } => {
                points.iter().for_each(|e| f(Piece::Expr(e)));
                f(Piece::Stream(stream));
            }
            StreamKind::Outcome(_, _, a)
            | StreamKind::Opened(_, a)
            | StreamKind::Enter(_, _, a)
            | StreamKind::Leave(_, _, a) => a.direct(f),
            StreamKind::Ballot(b) => b.positions().into_iter().for_each(|a| a.direct(f)),
            StreamKind::BreachOf(_) | StreamKind::Begin => {}
        }
    }
}

impl Time {
    fn direct(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match self {
            Time::Within { length: e, .. }
            | Time::Before(e)
            | Time::NotBefore(e)
            | Time::At(e)
            | Time::During(e) => f(Piece::Expr(e)),
            Time::AtLeastBefore {
                length: a,
                event: b,
            }
            | Time::Between(a, b)
            | Time::Every {
                length: a,
                after: b,
            }
            | Time::Span {
                opens: a,
                closes: b,
                ..
            } => {
                f(Piece::Expr(a));
                f(Piece::Expr(b));
            }
            Time::BeforeEvent(s) | Time::Until(s) => f(Piece::Stream(s)),
            Time::Urgency(_) => {}
        }
    }
}

impl StatusClause {
    /// Calls `f` on what the clause is made of.
    pub fn pieces(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match &self.kind {
            StatusClauseKind::From {
                stream,
                unless_meanwhile,
                ..
            } => {
                f(Piece::Stream(stream));
                unless_meanwhile.iter().for_each(|s| f(Piece::Stream(s)));
            }
            StatusClauseKind::Until(s) => f(Piece::Stream(s)),
            StatusClauseKind::While(e) | StatusClauseKind::Initially(e) => f(Piece::Expr(e)),
            StatusClauseKind::Is(e, s) => {
                f(Piece::Expr(e));
                f(Piece::Stream(s));
            }
        }
    }
}

impl DefineValue {
    /// Calls `f` on what it names.
    pub fn pieces(&self, f: &mut dyn FnMut(Piece<'_>)) {
        match self {
            DefineValue::Expr(e) => f(Piece::Expr(e)),
            DefineValue::Set(s) => f(Piece::Expr(&s.cond)),
            DefineValue::Stream(s) => f(Piece::Stream(s)),
        }
    }
}

impl Norm {
    /// The conditions that limit it.
    pub fn guards(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.who.cond)
            .chain(&self.when)
            .chain(&self.while_)
            .chain(&self.unless)
    }

    /// Calls `f` on what the sentence is made of.
    pub fn pieces(&self, f: &mut dyn FnMut(Piece<'_>)) {
        self.guards().for_each(|e| f(Piece::Expr(e)));
        self.not_counting.iter().for_each(|e| f(Piece::Expr(e)));
        self.upon.iter().for_each(|s| f(Piece::Stream(s)));
        self.time.iter().for_each(|t| t.direct(f));
        for (t, when) in &self.time_except {
            t.direct(f);
            f(Piece::Expr(when));
        }
        match &self.pred {
            NormPred::Act(p) => f(Piece::Pattern(p)),
            NormPred::OneOf(list) => list.iter().for_each(|p| f(Piece::Pattern(p))),
            NormPred::Ensure(e) => f(Piece::Expr(e)),
            NormPred::Vote {
                subject, for_whom, ..
            } => {
                subject.direct(f);
                for_whom.direct(f);
            }
            NormPred::Anonymous(_) => {}
        }
    }
}

impl Decision {
    fn pieces(&self, f: &mut dyn FnMut(Piece<'_>)) {
        self.slots().for_each(|e| f(Piece::Expr(e)));
        for e in self
            .voters
            .iter()
            .chain(&self.present)
            .chain(&self.silence_by_voter)
            .chain(self.labels.iter().filter_map(|l| l.of.as_ref()))
            .chain(self.together.iter().map(|(_, e, _)| e))
        {
            f(Piece::Expr(e));
        }
        for s in self
            .opens
            .iter()
            .chain(&self.withdrawn)
            .chain(self.roll_as_of.iter().map(|(s, _)| s))
            .chain(self.earlier.iter().filter_map(|s| s.next.as_ref()))
        {
            f(Piece::Stream(s));
        }
        for c in &self.closes {
            match c {
                Closing::Open(e)
                | Closing::At(e)
                | Closing::When(e)
                | Closing::Left { instance: e, .. } => f(Piece::Expr(e)),
                Closing::Upon(s) => f(Piece::Stream(s)),
                Closing::AllVoted | Closing::Certain => {}
            }
        }
        for x in &self.enacts {
            let values = x.args.iter().flatten().chain(&x.to).chain(&x.for_whom);
            values.chain(&x.when).for_each(|e| f(Piece::Expr(e)));
        }
    }
}

impl Program {
    /// Calls `f` on the outermost pieces of every rule; not on those of scenarios and experiments.
    pub fn each_rule(&self, f: &mut dyn FnMut(Piece<'_>)) {
        self.defines.iter().for_each(|d| d.value.pieces(f));
        let clauses = self.statuses.iter().flat_map(|s| &s.clauses);
        clauses.for_each(|c| c.pieces(f));
        self.norms.iter().for_each(|n| n.pieces(f));
        self.decisions.iter().for_each(|d| d.pieces(f));
        for p in &self.procedures {
            p.opened_by.iter().for_each(|s| f(Piece::Stream(s)));
            for s in &p.stages {
                for t in &s.transitions {
                    f(Piece::Stream(&t.on));
                    t.when.iter().for_each(|e| f(Piece::Expr(e)));
                }
                for o in &s.opens {
                    let values = o.fields.iter().map(|(_, e)| e).chain(&o.when);
                    values.for_each(|e| f(Piece::Expr(e)));
                }
            }
        }
        for b in self.entities.iter().filter_map(|e| e.body.as_ref()) {
            f(Piece::Expr(&b.members));
            let others = b.voters.iter().chain(&b.present).chain(&b.weight);
            others.chain(&b.chair).for_each(|e| f(Piece::Expr(e)));
        }
        let defaults = self.givens.iter().filter_map(|g| g.default.as_ref());
        defaults.for_each(|e| f(Piece::Expr(e)));
    }
}
