//! What the rows of a table cover: boxes over the values of its inputs.
//!
//! Each input is cut into pieces such that every cell contains a piece whole or not at all: the instances of an
//! enumeration, true and false, the ranges between the numbers that cells mention. A case is one piece per input. What a
//! cell compares with a value known only later covers nothing for certain.

use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use rogatio_calendar::Day;
use std::collections::{BTreeSet, HashSet};

/// More cases than this are not looked at; then nothing is proved and nothing is claimed.
const MOST_CASES: usize = 200_000;

/// Values of an input that are alike for all cells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    Bool(bool),
    Entity(EntityId),
    Text(String),
    /// Numbers, quantities and days from one to another.
    Numbers(i64, i64),
    None,
    /// Everything that no cell mentions.
    Other,
    /// Everything but one value.
    Not(Box<Piece>),
}

impl Piece {
    /// A value that is known now.
    pub(super) fn of(e: &Expr) -> Option<Piece> {
        Some(match &e.kind {
            ExprKind::Bool(b) => Piece::Bool(*b),
            ExprKind::Entity(x) => Piece::Entity(*x),
            ExprKind::Text(t) => Piece::Text(t.clone()),
            ExprKind::Int(n) => Piece::Numbers(*n, *n),
            ExprKind::Day(d) => Piece::Numbers(d.number(), d.number()),
            ExprKind::None => Piece::None,
            _ => return None,
        })
    }

    /// What compares with it so.
    pub(super) fn compared(self, op: CmpOp) -> Option<Vec<Piece>> {
        let Piece::Numbers(n, _) = self else {
            return match op {
                CmpOp::Eq => Some(vec![self]),
                CmpOp::Ne => Some(vec![Piece::Not(Box::new(self))]),
                _ => None,
            };
        };
        let below = (n > i64::MIN).then(|| Piece::Numbers(i64::MIN, n - 1));
        let above = (n < i64::MAX).then(|| Piece::Numbers(n + 1, i64::MAX));
        Some(match op {
            CmpOp::Eq => vec![Piece::Numbers(n, n)],
            CmpOp::Ne => below.into_iter().chain(above).collect(),
            CmpOp::Lt => below.into_iter().collect(),
            CmpOp::Le => vec![Piece::Numbers(i64::MIN, n)],
            CmpOp::Gt => above.into_iter().collect(),
            CmpOp::Ge => vec![Piece::Numbers(n, i64::MAX)],
        })
    }

    /// Whether a piece of the grid lies in it.
    fn holds(&self, piece: &Piece) -> bool {
        match (self, piece) {
            (Piece::Numbers(a, b), Piece::Numbers(c, d)) => a <= c && d <= b,
            (Piece::Not(other), piece) => !other.holds(piece),
            (own, piece) => own == piece,
        }
    }
}

/// What a cell covers.
#[derive(Clone, Debug)]
pub(super) enum Covered {
    /// `_`.
    All,
    Pieces(Vec<Piece>),
    /// It is known only when the table is read.
    Unknown,
}

/// A row as sets of pieces, per input: those it covers for certain, and those it may cover.
struct Row {
    sure: Vec<BTreeSet<usize>>,
    possible: Vec<BTreeSet<usize>>,
}

/// The inputs cut into pieces, and the rows over them.
pub(super) struct Grid {
    names: Vec<String>,
    days: Vec<bool>,
    pieces: Vec<Vec<Piece>>,
    rows: Vec<Row>,
}

/// One piece per input.
pub(super) type Case = Vec<usize>;

impl Grid {
    pub(super) fn new(checker: &Checker, inputs: &[VarId], cells: &[Vec<Covered>]) -> Grid {
        let mut grid = Grid {
            names: Vec::new(),
            days: Vec::new(),
            pieces: Vec::new(),
            rows: Vec::new(),
        };
        for (i, input) in inputs.iter().enumerate() {
            let ty = checker.var_ty(*input);
            grid.names
                .push(checker.program.vars[input.index()].name.clone());
            grid.days.push(matches!(strip(&ty), Ty::Day));
            let mentioned = cells.iter().filter_map(|row| match row.get(i) {
                Some(Covered::Pieces(list)) => Some(list),
                _ => None,
            });
            let mentioned: Vec<Piece> = mentioned.flatten().cloned().collect();
            grid.pieces.push(pieces_of(checker, &ty, &mentioned));
        }
        for row in cells {
            let sets = |all: bool| {
                let columns = row.iter().zip(&grid.pieces);
                let set = |(cell, pieces): (&Covered, &Vec<Piece>)| match cell {
                    Covered::All => (0..pieces.len()).collect(),
                    Covered::Unknown if all => (0..pieces.len()).collect(),
                    Covered::Unknown => BTreeSet::new(),
                    Covered::Pieces(list) => {
                        let inside = |at: &usize| list.iter().any(|p| p.holds(&pieces[*at]));
                        (0..pieces.len()).filter(inside).collect()
                    }
                };
                columns.map(set).collect()
            };
            let (sure, possible) = (sets(false), sets(true));
            grid.rows.push(Row { sure, possible });
        }
        grid
    }

    /// A case that no row is for, whatever is known later.
    pub(super) fn gap(&self) -> Option<Case> {
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        self.uncovered(&rows, &self.whole(), &|r: &Row| &r.possible)
    }

    /// A case that no row is for with certainty.
    pub(super) fn unproved(&self) -> Option<Case> {
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        self.uncovered(&rows, &self.whole(), &|r: &Row| &r.sure)
    }

    /// A case that two rows are for.
    pub(super) fn meet(&self, i: usize, j: usize) -> Option<Case> {
        let (a, b) = (&self.rows[i].sure, &self.rows[j].sure);
        let common = a
            .iter()
            .zip(b)
            .map(|(a, b)| a.intersection(b).next().copied());
        common.collect()
    }

    /// Whether the rows above match whatever a row matches.
    pub(super) fn is_hidden(&self, i: usize) -> bool {
        let above: Vec<usize> = (0..i).collect();
        let own = &self.rows[i].possible;
        own.iter().all(|set| !set.is_empty())
            && self.small_enough()
            && self.uncovered(&above, own, &|r: &Row| &r.sure).is_none()
    }

    fn whole(&self) -> Vec<BTreeSet<usize>> {
        self.pieces.iter().map(|p| (0..p.len()).collect()).collect()
    }

    fn small_enough(&self) -> bool {
        let cases = self
            .pieces
            .iter()
            .try_fold(1usize, |n, p| n.checked_mul(p.len().max(1)));
        cases.is_some_and(|n| n <= MOST_CASES)
    }

    /// A case inside of a box that none of these rows is for.
    fn uncovered<'g>(
        &'g self,
        rows: &[usize],
        inside: &[BTreeSet<usize>],
        cover: &dyn Fn(&'g Row) -> &'g Vec<BTreeSet<usize>>,
    ) -> Option<Case> {
        if !self.small_enough() {
            return None;
        }
        let mut case = Vec::new();
        let mut covered = HashSet::new();
        self.search(rows, inside, cover, &mut case, &mut covered)
            .then_some(case)
    }

    /// Goes on input by input with the rows that still match; what was found covered is not looked at again.
    fn search<'g>(
        &'g self,
        rows: &[usize],
        inside: &[BTreeSet<usize>],
        cover: &dyn Fn(&'g Row) -> &'g Vec<BTreeSet<usize>>,
        case: &mut Case,
        covered: &mut HashSet<(usize, Vec<usize>)>,
    ) -> bool {
        let at = case.len();
        let Some(pieces) = inside.get(at) else {
            return rows.is_empty();
        };
        if covered.contains(&(at, rows.to_vec())) {
            return false;
        }
        for piece in pieces {
            let left: Vec<usize> = rows
                .iter()
                .copied()
                .filter(|r| cover(&self.rows[*r])[at].contains(piece))
                .collect();
            case.push(*piece);
            if self.search(&left, inside, cover, case, covered) {
                return true;
            }
            case.pop();
        }
        covered.insert((at, rows.to_vec()));
        false
    }

    /// A case in words.
    pub(super) fn show(&self, checker: &Checker, case: &Case) -> String {
        let all = case.iter().enumerate().map(|(i, at)| {
            let name = &self.names[i];
            let number = |n: i64| match Day::from_number(n) {
                Some(d) if self.days[i] => d.to_string(),
                _ => n.to_string(),
            };
            match &self.pieces[i][*at] {
                Piece::Bool(b) => format!("{name} = {b}"),
                Piece::Entity(e) => {
                    format!("{name} = {}", checker.program.entities[e.index()].name)
                }
                Piece::Text(t) => format!("{name} = \"{t}\""),
                Piece::Numbers(i64::MIN, i64::MAX) => format!("any {name}"),
                Piece::Numbers(i64::MIN, hi) => format!("{name} <= {}", number(*hi)),
                Piece::Numbers(lo, i64::MAX) => format!("{name} >= {}", number(*lo)),
                Piece::Numbers(lo, hi) if lo == hi => format!("{name} = {}", number(*lo)),
                Piece::Numbers(lo, hi) => format!("{name} = {} .. {}", number(*lo), number(*hi)),
                Piece::None => format!("{name} = none"),
                Piece::Other | Piece::Not(_) => format!("any other {name}"),
            }
        });
        let all: Vec<String> = all.collect();
        if all.is_empty() {
            "any case".to_owned()
        } else {
            all.join(", ")
        }
    }
}

/// The values of a type, cut where the cells cut them.
fn pieces_of(checker: &Checker, ty: &Ty, mentioned: &[Piece]) -> Vec<Piece> {
    match ty {
        Ty::Optional(inner) => {
            let mut pieces = pieces_of(checker, inner, mentioned);
            pieces.push(Piece::None);
            pieces
        }
        Ty::Bool => vec![Piece::Bool(false), Piece::Bool(true)],
        Ty::Int | Ty::Quantity(_) | Ty::Day => {
            // Each cut begins a piece.
            let mut cuts = BTreeSet::from([i64::MIN]);
            for p in mentioned {
                if let Piece::Numbers(lo, hi) = p {
                    cuts.insert(*lo);
                    cuts.extend(hi.checked_add(1));
                }
            }
            let cuts: Vec<i64> = cuts.into_iter().collect();
            let ends = cuts.iter().skip(1).map(|c| c - 1).chain([i64::MAX]);
            cuts.iter()
                .zip(ends)
                .map(|(lo, hi)| Piece::Numbers(*lo, hi))
                .collect()
        }
        Ty::Entity(kinds) => {
            let mut pieces = Vec::new();
            let mut open = false;
            for k in kinds {
                let kind = &checker.program.kinds[k.index()];
                pieces.extend(kind.instances.iter().map(|e| Piece::Entity(*e)));
                open |= matches!(kind.class, KindClass::Plain | KindClass::Procedure(_));
            }
            if open {
                pieces.push(Piece::Other);
            }
            pieces
        }
        _ => {
            let named = mentioned.iter().map(|p| match p {
                Piece::Not(inner) => (**inner).clone(),
                other => other.clone(),
            });
            let mut pieces: Vec<Piece> = named.collect::<BTreeSet<_>>().into_iter().collect();
            pieces.push(Piece::Other);
            pieces
        }
    }
}
