//! The program with one clock for each matter in place of those of all members.

use super::Enough;
use rogatio_mir::{
    Act, ActClass, ActId, Behaviour, Builder, CmpOp, Coding, Does, Draw, Effect, Experiment, Hist,
    HistId, Latch, Law, Match, On, Op, Position, Program, Rule, Span, Ty, Who, draw,
};
use std::sync::Arc;

impl Enough {
    /// Rewrites the program and the experiment: in place of the clocks there is one for each matter, and of the act an
    /// event that comes when enough have done it.
    pub(in super::super) fn rewrite(
        self,
        program: Program,
        experiment: &mut Experiment,
    ) -> Program {
        let old = experiment.behaviours[self.behaviour].clone();
        let mut b = Builder::from_program(program);
        let of = old.act().map_or(0, ActId::index);
        let (named, provision) = (
            b.program.acts[of].name.clone(),
            b.program.acts[of].provision,
        );
        let name = format!("enough of {named}");
        let (var, kinds) = (self.matter.var, self.matter.kinds.clone());
        let next = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let act = ActId(next(b.program.acts.len()));
        b.program.acts.push(Act {
            name: name.clone(),
            class: ActClass::Event,
            params: Vec::new(),
            by: kinds.clone(),
            to: Vec::new(),
            opens: None,
            occurrences: None,
            norms: Vec::new(),
            enough_of: old.act(),
            provision,
        });
        let hist = HistId(next(b.program.hists.len()));
        b.program.hists.push(Hist {
            name: name.clone(),
            act,
            keys: vec![self.matter.clone()],
            key_names: vec![String::new()],
            store: Vec::new(),
            nth: Vec::new(),
            attempted: false,
            pattern: None,
        });
        let it = b.var_guard(var);
        b.program.rules.push(Rule {
            on: On::Act {
                act,
                matches: vec![(Position::Actor, Match::Bind(var, kinds.clone()))],
                under: None,
                attempted: false,
            },
            each: Vec::new(),
            guard: None,
            target: Latch::Hist(hist),
            effect: Effect::Push(vec![it]),
            provision,
            span: Span::NONE,
        });
        let latch = Latch::Edge(self.edge);
        let at = b.program.order.iter().position(|l| *l == latch);
        b.program.order.insert(at.unwrap_or(0), Latch::Hist(hist));
        let (none, one) = (b.int(0), b.int(1));
        let come = b.guard(Op::HistCount(hist, vec![it]), Ty::Int, provision);
        let has_come = b.guard(Op::Compare(CmpOp::Ge, come, one), Ty::Bool, provision);
        let not_yet = b.guard(Op::Compare(CmpOp::Eq, come, none), Ty::Bool, provision);
        let some = b.guard(Op::Compare(CmpOp::Ge, self.of, one), Ty::Bool, provision);
        let when = b.guard(Op::And(vec![some, not_yet]), Ty::Bool, provision);
        let always = b.bool(true);
        b.program.edges[self.edge.index()].cond = has_come;
        let path = format!("{} by enough", old.draw.path);
        let draw = Draw {
            site: draw::site(&path),
            path,
            coding: Coding::Word,
        };
        experiment.behaviours[self.behaviour] = Behaviour {
            who: Who {
                domain: self.matter,
                cond: always,
                ..old.who
            },
            does: Does::Act(act),
            args: Vec::new(),
            each: Vec::new(),
            when: Some(when),
            law: Law::Nth(Box::new(old.law), self.of, Arc::new(self.which)),
            draw,
            ..old
        };
        b.program
    }
}
