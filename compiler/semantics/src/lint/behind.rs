//! What a rule reads through the names in it: definitions, statuses, stages, sentences.

use std::collections::BTreeSet;

use crate::hir::*;

/// Every piece of a rule and of what stands behind its names, each name once. Ends where `f` says that it has seen enough.
pub(crate) fn each_behind(
    program: &Program,
    piece: Piece<'_>,
    f: &mut dyn FnMut(Piece<'_>) -> bool,
) {
    Behind {
        program,
        seen: BTreeSet::new(),
        done: false,
    }
    .look(piece, f);
}

/// Whether a rule reads whether, when or how often an act occurred.
pub(crate) fn reads_act(program: &Program, piece: Piece<'_>, act: ActId) -> bool {
    let mut found = false;
    each_behind(program, piece, &mut |p| {
        found |= matches!(p, Piece::Pattern(p) if p.act == act);
        found
    });
    found
}

#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Define(DefineId),
    Status(StatusId),
    Norm(NormId),
    Stages(ProcedureId),
}

struct Behind<'a> {
    program: &'a Program,
    seen: BTreeSet<Named>,
    done: bool,
}

impl Behind<'_> {
    fn look(&mut self, piece: Piece<'_>, f: &mut dyn FnMut(Piece<'_>) -> bool) {
        if self.done {
            return;
        }
        if f(piece) {
            self.done = true;
            return;
        }
        let named = match piece {
            Piece::Expr(e) => match &e.kind {
                ExprKind::Call(d, _) => Some(Named::Define(*d)),
                ExprKind::StatusOn(s, _)
                | ExprKind::StatusValue(s, _)
                | ExprKind::EndOf(s, _)
                | ExprKind::StartOf { status: s, .. }
                | ExprKind::StatusPick { status: s, .. } => Some(Named::Status(*s)),
                ExprKind::NormIs { norm, .. } => Some(Named::Norm(*norm)),
                ExprKind::InStage { procedure, .. } | ExprKind::EnteredAt { procedure, .. } => {
                    Some(Named::Stages(*procedure))
                }
                _ => None,
            },
            Piece::Stream(s) => match &s.kind {
                StreamKind::Started(s, _) | StreamKind::Ended(s, _) => Some(Named::Status(*s)),
                StreamKind::Norm(n, ..) => Some(Named::Norm(*n)),
                StreamKind::Enter(p, ..) | StreamKind::Leave(p, ..) => Some(Named::Stages(*p)),
                _ => None,
            },
            Piece::Pattern(_) => None,
        };
        piece.direct(&mut |p| self.look(p, f));
        if let Some(named) = named {
            self.open(named, f);
        }
    }

    fn open(&mut self, named: Named, f: &mut dyn FnMut(Piece<'_>) -> bool) {
        if !self.seen.insert(named) {
            return;
        }
        let program = self.program;
        let look = &mut |p: Piece<'_>| self.look(p, f);
        match named {
            Named::Define(d) => program.defines[d.index()].value.pieces(look),
            Named::Status(s) => {
                let clauses = &program.statuses[s.index()].clauses;
                clauses.iter().for_each(|c| c.pieces(look));
            }
            Named::Norm(n) => program.norms[n.index()].pieces(look),
            Named::Stages(p) => {
                let stages = &program.procedures[p.index()].stages;
                for t in stages.iter().flat_map(|s| &s.transitions) {
                    look(Piece::Stream(&t.on));
                    t.when.iter().for_each(|e| look(Piece::Expr(e)));
                }
            }
        }
    }
}
