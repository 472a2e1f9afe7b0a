//! Reasons of decision tables: the rows that match, each with its article.

use super::guard::Explainer;
use super::*;
use rogatio_mir::{HitPolicy, VarId};
use std::collections::BTreeSet;

impl Explainer<'_> {
    /// The row that gives the value; where several count, all that match; where none does, why each does not.
    pub(super) fn table(
        &mut self,
        hit: HitPolicy,
        rows: &[(Guard, Guard, ProvisionId)],
        env: &Env,
    ) -> Vec<Reason> {
        let truths: Vec<Truth> = rows
            .iter()
            .map(|(c, ..)| self.case.eval(*c, env).truth())
            .collect();
        let mut out = Vec::new();
        for (i, (row, truth)) in rows.iter().zip(&truths).enumerate() {
            if truth.is_false() {
                continue;
            }
            out.push(self.row(i, hit, *row, truth, env));
            if hit == HitPolicy::First && truth.is_true() {
                break;
            }
        }
        if out.is_empty() {
            out = self.each(rows.iter().map(|(c, ..)| *c), env);
        }
        out
    }

    /// The arguments that the rows which may match look at.
    pub(super) fn columns(
        &self,
        params: &[VarId],
        args: &[Guard],
        rows: &[(Guard, Guard, ProvisionId)],
        env: &Env,
    ) -> Vec<Guard> {
        let case = self.case;
        let matching = rows
            .iter()
            .filter(|(c, ..)| !case.eval(*c, env).truth().is_false());
        let read: BTreeSet<VarId> = matching
            .flat_map(|(c, ..)| case.index().free(*c).iter().copied())
            .collect();
        let pairs = params.iter().zip(args);
        pairs
            .filter(|(v, _)| read.contains(v))
            .map(|(_, g)| *g)
            .collect()
    }

    fn row(
        &mut self,
        i: usize,
        hit: HitPolicy,
        (cond, value, provision): (Guard, Guard, ProvisionId),
        truth: &Truth,
        env: &Env,
    ) -> Reason {
        let case = self.case;
        let provision = Some(provision);
        let always = case.program().guards.get(cond.index());
        let always = always.is_some_and(|n| n.op == Op::Bool(true));
        let v = case.eval(value, env);
        let shown = match &v {
            Value::Undetermined(c) => {
                let texts: Vec<&str> = c.iter().map(|c| c.text.as_str()).collect();
                case.words().undetermined_by(&texts)
            }
            v => case.show_value_of(value, v),
        };
        let kind = if truth.is_true() {
            ReasonKind::Holds
        } else {
            ReasonKind::Open
        };
        let what = if always {
            case.words().any_case(hit == HitPolicy::First).to_owned()
        } else {
            case.describe(cond, env)
        };
        let text = case.words().row(i + 1, &what, &shown);
        let mut r = Reason::new(kind, text, provision);
        if !always {
            let why = self.guard(cond, env);
            r.children.extend(why.children);
        }
        r
    }
}
