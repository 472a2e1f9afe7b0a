//! That a matter is decided once: its decision opens upon an act that is possible once for each matter.

use super::Look;
use rogatio_mir::{
    ActClass, ActId, ArithOp, CmpOp, DecisionId, Effect, Guard, Latch, Match, Modal, Norm, On, Op,
    Position, Rule,
};

impl Look<'_> {
    /// That a decision opens once on a matter: upon an act that counts all acts before it against a number of its own.
    pub(super) fn opens_once(&self, d: DecisionId) -> bool {
        let program = self.program;
        let decision = &program.decisions[d.index()];
        let stages = program.procedures.iter().flat_map(|p| &p.stages);
        let staged = stages.flat_map(|s| &s.decides).any(|(_, x)| *x == d);
        let alone = decision.head.is_none()
            && decision.others.is_empty()
            && decision.whole.is_none()
            && decision.limbs.is_empty();
        let [
            (
                On::Act {
                    act,
                    matches,
                    attempted: false,
                    ..
                },
                _,
                _,
            ),
        ] = decision.opens.as_slice()
        else {
            return false;
        };
        let Some(subject) = &decision.subject else {
            return false;
        };
        let argument = matches.iter().find_map(|(p, m)| match (p, m) {
            (Position::Arg(i), Match::Bind(v, _)) if *v == subject.var => Some(*i),
            _ => None,
        });
        let declared = &program.acts[act.index()];
        let opened = |p: &rogatio_mir::Procedure| subject.kinds.contains(&p.kind);
        if staged
            || !alone
            || declared.class != ActClass::Act
            || program.procedures.iter().any(opened)
            || program
                .decisions
                .iter()
                .any(|d| d.enacts.iter().any(|e| e.act == *act))
        {
            return false;
        }
        let norms = declared.norms.iter().map(|n| &program.norms[n.index()]);
        let norms: Vec<&Norm> = norms.collect();
        let despite = norms.iter().any(|n| n.despite.is_some());
        !despite && norms.iter().any(|n| self.numbers(n, *act, argument))
    }

    /// Whether a norm bars an act on a matter unless a number of the matter is that of the acts before, and so many.
    fn numbers(&self, norm: &Norm, act: ActId, argument: Option<u32>) -> bool {
        let program = self.program;
        let rogatio_mir::Demand::Act {
            matches,
            filter: None,
            ..
        } = &norm.demand
        else {
            return false;
        };
        let ([(Position::Arg(i), Match::Bind(matter, _))], Some(argument)) =
            (matches.as_slice(), argument)
        else {
            return false;
        };
        let always = norm.window.is_always() && norm.version.is_none() && norm.visit.is_none();
        let by = &program.acts[act.index()].by;
        let all = norm.modal == Modal::Cannot
            && self.is_true(norm.who.cond)
            && by.iter().all(|k| norm.who.domain.kinds.contains(k));
        let Some(Op::Not(needs)) = norm.cond.map(|g| &program.guard(g).op) else {
            return false;
        };
        let mut conjuncts = vec![*needs];
        let mut found = false;
        while let Some(g) = conjuncts.pop() {
            match &program.guard(g).op {
                Op::And(list) => conjuncts.extend(list),
                Op::Compare(CmpOp::Eq, a, b) => {
                    found |= [(*a, *b), (*b, *a)].iter().any(|(number, count)| {
                        let of_matter = match &program.guard(*number).op {
                            Op::Field(of, _) => program.guard(*of).op == Op::Var(*matter),
                            _ => false,
                        };
                        of_matter && self.counts_all(*count, act)
                    });
                }
                _ => {}
            }
        }
        *i == argument && always && all && found
    }

    /// Whether a number is that of all acts so far, and perhaps so many more.
    fn counts_all(&self, g: Guard, act: ActId) -> bool {
        let program = self.program;
        let int = |g: &Guard| matches!(program.guard(*g).op, Op::Int(_));
        match &program.guard(g).op {
            Op::Arith(ArithOp::Add, a, b) if int(b) => self.counts_all(*a, act),
            Op::HistCount(h, keys) if keys.is_empty() => {
                let rules: Vec<&Rule> = program.rules_of(Latch::Hist(*h)).map(|r| r.1).collect();
                let [rule] = rules.as_slice() else {
                    return false;
                };
                let every = matches!(&rule.on, On::Act { act: x, matches, under: None, attempted: false }
                    if *x == act && matches.iter().all(|(_, m)| *m == Match::Any));
                every && rule.guard.is_none() && matches!(rule.effect, Effect::Push(_))
            }
            _ => false,
        }
    }
}
