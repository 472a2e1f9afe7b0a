//! Decisions of several bodies (R41b): each body has a decision of its own, and the whole is one without ballots that
//! closes when the outcomes of its parts decide it, whereupon parts that are still open lapse.

use crate::dated::Dated;
use crate::emit::{Em, R};
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{
    BallotOdds, Closing, DecisionId, DecisionOutcome, Experiment, Guard, GuardNode, Op, Program,
    ProvisionId, Span, Stated, Ty, each_guard,
};
use std::collections::BTreeSet;

/// In this pass a part closes since the whole does.
pub(crate) const LAPSES: i64 = 4;

/// Writes the decisions of several bodies as decisions apart, where nobody may have a vote in two of them. Which.
pub(crate) fn apart(
    program: &mut Program,
    experiment: &mut Experiment,
    dated: &mut Dated,
) -> BTreeSet<DecisionId> {
    let mut done = BTreeSet::new();
    let ids = (0..program.decisions.len() as u32).map(DecisionId);
    let wholes: Vec<DecisionId> = ids
        .filter(|d| !program.decisions[d.index()].limbs.is_empty())
        .filter(|d| is_plain(program, *d))
        .collect();
    for d in wholes {
        let limbs = program.decisions[d.index()].limbs.clone();
        let closes = closing(program, d, &limbs);
        let always = add(program, d, Op::Bool(true));
        let whole = &mut program.decisions[d.index()];
        let together = std::mem::take(&mut whole.together);
        let opens = whole.opens.clone();
        whole.closes = vec![Closing::When(closes)];
        whole.withdrawn = Vec::new();
        whole.deemed = together.into_iter().map(|(o, g, _)| (o, g)).collect();
        whole.deemed.push((DecisionOutcome::Lapsed, always));
        whole.passes.0 = Stated::None;
        for l in &limbs {
            let (whole, part) = (d, *l);
            let subject = program.decisions[whole.index()].subject.clone();
            let own = program.decisions[part.index()].subject.clone();
            // Both have names of their own for what is decided on.
            let mut opens = opens.clone();
            if let (Some(a), Some(b)) = (&subject, &own)
                && a.var != b.var
            {
                for (on, each, _) in &mut opens {
                    each.retain(|e| e.var != a.var);
                    crate::decision::rename(on, a.var, b);
                }
            }
            program.decisions[part.index()].opens = opens;
            for stage in program.procedures.iter_mut().flat_map(|p| &mut p.stages) {
                let here = stage.decides.iter().filter(|(_, x)| *x == whole);
                let here: Vec<_> = here.map(|(v, _)| (*v, part)).collect();
                stage.decides.extend(here);
            }
            let lines: Vec<BallotOdds> = experiment.ballots.clone();
            let about = lines.into_iter().filter(|l| l.decision == whole);
            experiment.ballots.extend(about.map(|l| BallotOdds {
                decision: part,
                ..l
            }));
            dated.vote_in(whole, part);
        }
        experiment.ballots.retain(|l| l.decision != d);
        dated.vote_nowhere(d);
        done.extend(limbs);
        done.insert(d);
    }
    done
}

/// Whether who votes shows in which body.
fn is_plain(program: &Program, d: DecisionId) -> bool {
    let whole = &program.decisions[d.index()];
    let mut seen = BTreeSet::new();
    let apart = whole.limbs.iter().all(|l| {
        let kinds = &program.decisions[l.index()].voter.kinds;
        kinds.iter().all(|k| seen.insert(*k))
    });
    let versions = |d: &DecisionId| {
        let d = &program.decisions[d.index()];
        d.head.is_some() || !d.others.is_empty()
    };
    let same = |l: &DecisionId| {
        let own = &program.decisions[l.index()].subject;
        let guarded = whole.opens.iter().any(|(_, _, g)| g.is_some());
        match (own, &whole.subject) {
            (None, None) => true,
            (Some(a), Some(b)) => a.kinds == b.kinds && (a.var == b.var || !guarded),
            _ => false,
        }
    };
    let roots: Vec<Guard> = whole.together.iter().map(|t| t.1).collect();
    let mut direct = true;
    each_guard(program, &roots, |_, op| {
        direct &= !matches!(op, Op::Call(..) | Op::StatusOn(..));
    });
    apart && direct && whole.limbs.iter().all(same) && ![d].iter().chain(&whole.limbs).any(versions)
}

fn add(program: &mut Program, d: DecisionId, op: Op) -> Guard {
    let provision = program.decisions[d.index()].provision;
    program.guards.push(GuardNode {
        op,
        ty: Ty::Bool,
        provision,
        span: Span::NONE,
    });
    Guard((program.guards.len() - 1) as u32)
}

/// When the whole closes: the outcomes of its parts decide it, or all parts are over. What a part came to in an earlier
/// opening says nothing.
fn closing(program: &mut Program, d: DecisionId, limbs: &[DecisionId]) -> Guard {
    let subject = program.decisions[d.index()].subject.clone();
    let matter = subject.map(|s| {
        let ty = Ty::Entity(s.kinds);
        let g = add(program, d, Op::Var(s.var));
        program.guards[g.index()].ty = ty;
        g
    });
    let mut over = Vec::new();
    for l in limbs {
        let open = add(program, d, Op::DecisionOpen(*l, matter));
        over.push(add(program, d, Op::Not(open)));
    }
    let mut any = vec![add(program, d, Op::And(over))];
    let together = program.decisions[d.index()].together.clone();
    let mut own: Vec<(DecisionOutcome, Guard, ProvisionId)> = Vec::new();
    for (o, g, p) in together {
        let g = of_this_opening(program, g, limbs);
        any.push(g);
        own.push((o, g, p));
    }
    program.decisions[d.index()].together = own;
    add(program, d, Op::Or(any))
}

/// A condition on outcomes of parts, each of the opening at hand.
fn of_this_opening(program: &mut Program, g: Guard, limbs: &[DecisionId]) -> Guard {
    let mut node = program.guards[g.index()].clone();
    if let Op::OutcomeIs(l, subject, _) = node.op
        && limbs.contains(&l)
    {
        let open = add(program, l, Op::DecisionOpen(l, subject));
        let over = add(program, l, Op::Not(open));
        node.op = Op::And(vec![over, g]);
    } else {
        let mut changed = false;
        for operand in node.op.operands_mut() {
            let other = of_this_opening(program, *operand, limbs);
            changed |= other != *operand;
            *operand = other;
        }
        if !changed {
            return g;
        }
    }
    program.guards.push(node);
    Guard((program.guards.len() - 1) as u32)
}

impl World {
    /// Whether a decision of several bodies, or a part of one, is written as one apart.
    pub(crate) fn is_apart(&self, d: DecisionId) -> bool {
        self.apart.contains(&d)
    }
}

impl Em<'_, '_> {
    /// The whole closes: those of its parts that are open lapse.
    pub(crate) fn parts_lapse(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let program = self.program;
        for l in &program.decisions[d.index()].limbs {
            let cols = &self.layout.decisions[l];
            let open = self.load_bool(cols.open, at);
            self.when(open, |em| {
                em.will_close(*l, at)?;
                em.store_imm(cols.moves, at, LAPSES);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether the decision of which this is a part is open: it is not opened again before that is over.
    pub(crate) fn whole_is_open(&mut self, d: DecisionId, at: ir::Value) -> Option<ir::Value> {
        let whole = self.program.decisions[d.index()].whole?;
        let cols = self.layout.decisions.get(&whole)?;
        Some(self.load_bool(cols.open, at))
    }

    /// The outcome of a closing in this pass, unless the whole has closed.
    pub(crate) fn unless_lapsed(
        &mut self,
        d: DecisionId,
        at: ir::Value,
        outcome: ir::Value,
    ) -> ir::Value {
        if self.program.decisions[d.index()].whole.is_none() {
            return outcome;
        }
        let moves = self.load(self.layout.decisions[&d].moves, at);
        let lapses = self.cmp_imm(IntCC::Equal, moves, LAPSES);
        let it = self.int(crate::decision::number(DecisionOutcome::Lapsed));
        self.b.ins().select(lapses, it, outcome)
    }
}
