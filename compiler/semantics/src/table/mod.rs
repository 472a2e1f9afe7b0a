//! Decision tables: cells, hit policies, and the proof that every case has its row (tour 4.5).

mod cover;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, CellTest};
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;
use cover::{Covered, Grid, Piece};

impl Checker {
    pub(crate) fn table(&mut self, cx: &mut Context, id: DefineId, t: &ast::Table) {
        if self.is_wrong(&t.name) {
            return;
        }
        let depth = cx.locals.len();
        self.bind_params(cx, id, &t.params);
        let params = self.program.defines[id.index()].params.clone();
        let inputs = params[params.len() - t.params.len()..].to_vec();
        let result = self.program.defines[id.index()].ty.clone();
        if t.hit == HitPolicy::Strongest {
            self.has_strength(t, &result);
        }
        let outer = cx.provision;
        let mut number = None;
        let mut rows = Vec::new();
        let mut covered = Vec::new();
        for row in &t.rows {
            cx.provision = self.label(cx.module, outer, &row.labels, &mut number);
            if row.cells.len() != inputs.len() {
                self.arity(&t.name.text, inputs.len(), row.cells.len(), row.span);
            }
            let mut tests = Vec::new();
            let mut cells = Vec::new();
            for (cell, input) in row.cells.iter().zip(&inputs) {
                let (test, part) = self.cell(cx, cell, *input);
                tests.extend(test);
                cells.push(part);
            }
            cells.resize(inputs.len(), Covered::Unknown);
            covered.push(cells);
            let cond = match tests.len() {
                0 => self.make(cx, ExprKind::Bool(true), Ty::Bool, row.span),
                1 => tests.remove(0),
                _ => self.make(cx, ExprKind::And(tests), Ty::Bool, row.span),
            };
            let cond = Expr {
                span: row.span,
                ..cond
            };
            let value = self.row_value(cx, &row.result, &result);
            if t.hit == HitPolicy::Strongest
                && !matches!(
                    value.kind,
                    ExprKind::Entity(_) | ExprKind::NotStated(_) | ExprKind::Error
                )
            {
                self.error(
                    Diagnostic::error(codes::E0343, "the strength of this result is not known")
                        .at(value.span, "no named instance")
                        .help("where the strongest row counts, each row gives an instance of the result's kind, or `not stated \"…\"`"),
                );
            }
            rows.push(TableRow { cond, value });
        }
        cx.provision = outer;
        cx.locals.truncate(depth);
        let grid = Grid::new(self, &inputs, &covered);
        self.prove(t, &rows, &grid);
        let table = Table {
            name: t.name.text.clone(),
            hit: t.hit,
            rows,
        };
        let kind = ExprKind::Table(Box::new(table));
        let value = self.make(cx, kind, result, t.name.span);
        self.define_is(cx, id, DefineValue::Expr(value));
    }

    /// The strongest result is the one listed first: its kind is an enumeration.
    fn has_strength(&mut self, t: &ast::Table, result: &Ty) {
        let listed = match result {
            Ty::Entity(kinds) => {
                kinds.len() == 1
                    && self.program.kinds[kinds[0].index()].class == KindClass::Enumeration
            }
            Ty::Error => true,
            _ => false,
        };
        if !listed {
            let shown = self.show(result);
            self.error(
                Diagnostic::error(codes::E0343, "which result is the strongest?")
                    .at(t.result.span, format!("{shown} has no order of strength"))
                    .help("give the table a kind that lists its instances, the strongest first: `kind Standing { participant  observer }`"),
            );
        }
    }

    fn row_value(&mut self, cx: &mut Context, e: &ast::Expr, result: &Ty) -> Expr {
        match strip(result) {
            Ty::Bool => self.cond(cx, e),
            // The head of the table says the unit.
            Ty::Quantity(_) if matches!(e.kind, ast::ExprKind::Int(_)) => Expr {
                ty: strip(result).clone(),
                ..self.expr(cx, e, Some(&Ty::Int))
            },
            _ => {
                let v = self.expr(cx, e, Some(result));
                self.expect_ty(&v, result);
                v
            }
        }
    }

    /// The test of a cell, and what it covers.
    fn cell(
        &mut self,
        cx: &mut Context,
        cell: &ast::Cell,
        input: VarId,
    ) -> (Option<Expr>, Covered) {
        let ty = self.var_ty(input);
        if cell.any_of.is_empty() {
            return (None, Covered::All);
        }
        let mut any = Vec::new();
        let mut pieces = Some(Vec::new());
        for test in &cell.any_of {
            let own = self.make(cx, ExprKind::Var(input), ty.clone(), cell.span);
            let value = |this: &mut Self, cx: &mut Context, e: &ast::Expr| {
                // The head of the column says the unit.
                if let (Ty::Quantity(_), ast::ExprKind::Int(_)) = (strip(&ty), &e.kind) {
                    let v = this.expr(cx, e, Some(&Ty::Int));
                    return Expr {
                        ty: strip(&ty).clone(),
                        ..v
                    };
                }
                let v = this.expr(cx, e, Some(&ty));
                this.expect_ty(&v, &ty);
                v
            };
            let compare = |this: &Self, cx: &Context, op, v: Expr| {
                let kind = ExprKind::Compare(op, Box::new(own.clone()), Box::new(v));
                this.make(cx, kind, Ty::Bool, cell.span)
            };
            let (made, covers) = match test {
                CellTest::Is(e) => {
                    let v = value(self, cx, e);
                    let covers = Piece::of(&v).map(|p| vec![p]);
                    let made = match (&ty, &v.kind) {
                        (Ty::Bool, ExprKind::Bool(true)) => own.clone(),
                        (Ty::Bool, ExprKind::Bool(false)) => {
                            let not = ExprKind::Not(Box::new(own.clone()));
                            self.make(cx, not, Ty::Bool, cell.span)
                        }
                        _ => compare(self, cx, CmpOp::Eq, v),
                    };
                    (made, covers)
                }
                CellTest::Cmp(op, e) => {
                    let v = value(self, cx, e);
                    let op = match op {
                        ast::BinaryOp::Ne => CmpOp::Ne,
                        ast::BinaryOp::Lt => CmpOp::Lt,
                        ast::BinaryOp::Le => CmpOp::Le,
                        ast::BinaryOp::Gt => CmpOp::Gt,
                        ast::BinaryOp::Ge => CmpOp::Ge,
                        _ => CmpOp::Eq,
                    };
                    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
                        self.ordered(&own, &v);
                    }
                    let covers = Piece::of(&v).and_then(|p| p.compared(op));
                    (compare(self, cx, op, v), covers)
                }
                CellTest::Range(a, b) => {
                    let (a, b) = (value(self, cx, a), value(self, cx, b));
                    self.ordered(&own, &a);
                    let covers = match (Piece::of(&a), Piece::of(&b)) {
                        (Some(Piece::Numbers(lo, _)), Some(Piece::Numbers(_, hi))) => {
                            if lo > hi {
                                self.error(
                                    Diagnostic::error(codes::E0341, "nothing lies in this range")
                                        .at(cell.span, "it begins after its end")
                                        .help("write the smaller bound first"),
                                );
                            }
                            Some(vec![Piece::Numbers(lo, hi)])
                        }
                        _ => None,
                    };
                    let low = compare(self, cx, CmpOp::Ge, a);
                    let high = compare(self, cx, CmpOp::Le, b);
                    let both = ExprKind::And(vec![low, high]);
                    (self.make(cx, both, Ty::Bool, cell.span), covers)
                }
            };
            any.push(made);
            match covers {
                Some(more) => {
                    if let Some(all) = &mut pieces {
                        all.extend(more);
                    }
                }
                None => pieces = None,
            }
        }
        let test = if any.len() == 1 {
            any.remove(0)
        } else {
            self.make(cx, ExprKind::Or(any), Ty::Bool, cell.span)
        };
        (Some(test), pieces.map_or(Covered::Unknown, Covered::Pieces))
    }

    /// Only what has an order is compared by it; what may be none is tested for that first.
    fn ordered(&mut self, own: &Expr, v: &Expr) {
        if matches!(own.ty, Ty::Error) || matches!(v.ty, Ty::Error) {
            return;
        }
        if matches!(own.ty, Ty::Optional(_)) {
            self.error(
                Diagnostic::error(codes::E0307, "this input may be `none`")
                    .at(v.span, "none is neither before nor after anything")
                    .help("give the table a value that is always there: `(… or else VALUE)`"),
            );
        } else if !self.comparable(&own.ty, &v.ty, true) {
            let shown = self.show(&own.ty);
            self.error(
                Diagnostic::error(codes::E0304, format!("{shown} has no order"))
                    .at(v.span, "not more and not less than anything")
                    .help("name the values the row is for, joined by `or`"),
            );
        }
    }

    /// Gaps, overlaps and rows that never count.
    fn prove(&mut self, t: &ast::Table, rows: &[TableRow], grid: &Grid) {
        let name = t.name.text.clone();
        let own = t.rows.iter().map(|r| r.span).collect::<Vec<_>>();
        // A row for it may be one that could not be read.
        if !self.partial
            && let Some(case) = grid.gap()
        {
            let shown = grid.show(self, &case);
            self.error(
                Diagnostic::error(codes::E0341, format!("no row of `{name}` is for {shown}"))
                    .at(t.name.span, "a case without a row")
                    .help("add a row for it; if the text says nothing there, its result is `not stated \"…\"`"),
            );
        } else if !self.partial
            && let Some(case) = grid.unproved()
        {
            let shown = grid.show(self, &case);
            self.error(
                Diagnostic::warning(
                    codes::W0340,
                    format!("`{name}` may have no row for {shown}"),
                )
                .at(
                    t.name.span,
                    "its rows compare with values known only when it is read",
                )
                .help("add a last row `_, … -> …` for every other case"),
            );
        }
        for (j, second) in own.iter().enumerate() {
            let overlap = (0..j).find_map(|i| Some((i, grid.meet(i, j)?)));
            let Some((i, case)) = overlap else { continue };
            let shown = grid.show(self, &case);
            match t.hit {
                HitPolicy::Unique => {
                    self.error(
                        Diagnostic::error(
                            codes::E0313,
                            format!("two rows of the unique table `{name}` overlap: {shown}"),
                        )
                        .at(*second, "this row")
                        .also(own[i], "and this one can both match")
                        .help("narrow one of them, or write `first` for the table"),
                    );
                    return;
                }
                HitPolicy::Any => {
                    let clash = (0..j).find_map(|i| {
                        let differ = constant(&rows[i].value)? != constant(&rows[j].value)?;
                        differ.then(|| grid.meet(i, j)).flatten().map(|c| (i, c))
                    });
                    let Some((i, case)) = clash else { continue };
                    let shown = grid.show(self, &case);
                    self.error(
                        Diagnostic::error(
                            codes::E0342,
                            format!("two rows of `{name}` disagree: {shown}"),
                        )
                        .at(*second, "this row gives one result")
                        .also(own[i], "and this one another")
                        .help("narrow one of them, or write `first` or `strongest` for the table"),
                    );
                    return;
                }
                HitPolicy::First | HitPolicy::Strongest => {}
            }
        }
        if t.hit == HitPolicy::First {
            for (i, span) in own.iter().enumerate() {
                if grid.is_hidden(i) {
                    self.error(
                        Diagnostic::warning(codes::W0341, "this row never counts")
                            .at(*span, "the rows above it match whatever it matches")
                            .help("put it higher, or drop it"),
                    );
                }
            }
        }
    }
}

/// A result that is the same in every case.
fn constant(e: &Expr) -> Option<String> {
    match &e.kind {
        ExprKind::Entity(_)
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Day(_)
        | ExprKind::Length(_)
        | ExprKind::Text(_)
        | ExprKind::None
        | ExprKind::Chance(_)
        | ExprKind::ShareValue { .. } => Some(format!("{:?}", e.kind)),
        _ => None,
    }
}
