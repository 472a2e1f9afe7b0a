//! Decision tables: the rows, and the same as a chain of exceptions for engines that keep no reasons.

use super::*;
use rogatio_semantics::hir::{Expr, ExprKind, HitPolicy, Table};

impl Cx<'_> {
    pub(super) fn table(&mut self, e: &Expr, t: &Table) -> Guard {
        let none = Op::NotStated(format!("no row of `{}` matches", t.name));
        let none = self.b.guard_at(none, e.ty.clone(), e.provision, e.span);
        let mut rows = Vec::new();
        let mut strength = Vec::new();
        for row in &t.rows {
            let cond = self.expr(&row.cond);
            if self.known(cond) == Some(false) {
                continue;
            }
            rows.push((cond, self.expr(&row.value), row.cond.provision));
            strength.push(match row.value.kind {
                ExprKind::Entity(x) => x.0,
                _ => 0,
            });
        }
        let mut chain: Vec<usize> = (0..rows.len()).collect();
        if t.hit == HitPolicy::Strongest {
            chain.sort_by_key(|i| strength[*i]);
        }
        let mut plain = none;
        for i in chain.into_iter().rev() {
            let (cond, value, provision) = rows[i];
            let op = Op::Except(plain, vec![(cond, value)]);
            plain = self.b.guard_at(op, e.ty.clone(), provision, e.span);
        }
        let op = Op::Table {
            hit: t.hit,
            rows,
            none,
            plain,
        };
        self.b.guard_at(op, e.ty.clone(), e.provision, e.span)
    }
}
