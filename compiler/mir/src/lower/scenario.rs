//! Scenarios: line by line.

use super::*;
use rogatio_semantics::hir::FieldValue;

impl Cx<'_> {
    /// All scenarios.
    pub(super) fn scenarios(&mut self) {
        for s in &self.hir.scenarios {
            let items = self.items(&s.items);
            self.b.program.scenarios.push(Scenario {
                name: s.name.clone(),
                items,
                span: s.span,
            });
        }
    }

    /// Lines of a case.
    pub(super) fn items(&mut self, items: &[hir::ScenarioItem]) -> Vec<ScenarioItem> {
        items
            .iter()
            .map(|i| ScenarioItem {
                at: i.at.clone(),
                kind: self.item(&i.kind),
                span: i.span,
            })
            .collect()
    }

    fn item(&mut self, kind: &hir::ScenarioItemKind) -> ScenarioItemKind {
        use hir::ScenarioItemKind as From;
        match kind {
            From::Entities(list) => {
                ScenarioItemKind::Entities(list.iter().map(|e| self.case_entity(e)).collect())
            }
            From::EntitiesFromLog {
                kind,
                column,
                filter,
            } => ScenarioItemKind::EntitiesFromLog {
                kind: *kind,
                column: column.clone(),
                filter: filter.clone(),
            },
            From::Act(a) => ScenarioItemKind::Act(self.case_act(a)),
            From::SetGiven { given, keys, value } => {
                ScenarioItemKind::SetGiven(*given, self.said_all(keys), self.said(value))
            }
            From::Assume(a) => ScenarioItemKind::Assume(self.assume(a)),
            From::Reading(r, choice) => ScenarioItemKind::Reading(*r, *choice),
            From::Term(u, length) => ScenarioItemKind::Term(*u, *length),
            From::EventsFrom { file, mapping } => ScenarioItemKind::EventsFrom {
                file: file.clone(),
                mapping: mapping.clone(),
            },
            From::Expect(e) => ScenarioItemKind::Expect(Expect {
                kind: self.expectation(&e.kind),
                because: e.because.clone(),
                name: e.name.clone(),
            }),
            From::Branch(name, items) => ScenarioItemKind::Branch(name.clone(), self.items(items)),
        }
    }

    fn case_entity(&mut self, e: &hir::CaseEntity) -> CaseEntity {
        let (mut fields, mut sets) = (Vec::new(), Vec::new());
        for (field, value) in &e.fields {
            match value {
                FieldValue::Expr(value) => fields.push((*field, self.said(value))),
                FieldValue::Entities(names) => sets.push((*field, names.clone())),
            }
        }
        CaseEntity {
            name: e.name.clone(),
            kind: e.kind,
            fields,
            sets,
            span: e.span,
        }
    }

    fn case_act(&mut self, a: &hir::CaseAct) -> CaseAct {
        let mut subject = |s: &Option<hir::Expr>| s.as_ref().map(|s| self.said(s));
        let act = match &a.act {
            hir::CaseActKind::Act(act) => CaseActKind::Act(*act),
            hir::CaseActKind::Vote {
                decision,
                ballot,
                label,
                subject: s,
            } => CaseActKind::Vote(*decision, at(*ballot), label.map(at), subject(s)),
            hir::CaseActKind::Casting {
                decision,
                ballot,
                subject: s,
            } => CaseActKind::Casting(*decision, at(*ballot), subject(s)),
            hir::CaseActKind::Declare {
                decision,
                outcome,
                subject: s,
            } => CaseActKind::Declare(*decision, *outcome, subject(s)),
            hir::CaseActKind::Object {
                decision,
                subject: s,
            } => CaseActKind::Object(*decision, subject(s)),
            hir::CaseActKind::Gavel {
                decision,
                subject: s,
            } => CaseActKind::Gavel(*decision, subject(s)),
        };
        let mut maybe = |e: &Option<hir::Expr>| e.as_ref().map(|e| self.said(e));
        CaseAct {
            act,
            actors: a.actors.iter().map(&mut maybe).collect(),
            under: a.under,
            for_whom: maybe(&a.for_whom),
            to: maybe(&a.to),
            args: a.args.iter().map(&mut maybe).collect(),
            binder: a.binder.clone(),
        }
    }

    fn assume(&mut self, a: &hir::Assume) -> Assume {
        let each = a.each.as_ref().map(|s| {
            let mut s = s.clone();
            s.for_each_var(&mut |v| *v = self.here(*v));
            self.set(&s)
        });
        let element: Vec<VarId> = each.iter().map(|(d, _)| d.var).collect();
        let what = self.also(&element, |cx| match &a.what {
            hir::Assumed::Status(s, keys, value) => {
                Assumed::Status(*s, cx.said_all(keys), value.as_ref().map(|v| cx.said(v)))
            }
            hir::Assumed::Given(g, keys, value) => {
                Assumed::Given(*g, cx.said_all(keys), cx.said(value))
            }
            hir::Assumed::Act(act) => Assumed::Act(cx.case_act(act)),
        });
        Assume {
            each,
            what,
            from: a.from,
            until: a.until,
            text: a.text.clone(),
        }
    }

    fn expectation(&mut self, kind: &hir::ExpectKind) -> ExpectKind {
        match kind {
            hir::ExpectKind::Cond(c) => ExpectKind::Cond(self.said(c)),
            hir::ExpectKind::Verdict(v) => ExpectKind::Verdict(*v),
            hir::ExpectKind::Norm {
                norm,
                keys,
                state,
                by,
            } => ExpectKind::Norm(*norm, self.said_all(keys), *state, *by),
            hir::ExpectKind::Stuck(instance, is) => ExpectKind::Stuck(self.said(instance), *is),
            hir::ExpectKind::Undetermined(e, is) => ExpectKind::Undetermined(self.said(e), *is),
            hir::ExpectKind::NoDuty(norm, keys) => ExpectKind::NoDuty(*norm, self.said_all(keys)),
            hir::ExpectKind::Can {
                modal,
                act,
                by,
                urgency,
            } => ExpectKind::Can {
                modal: *modal,
                act: self.case_act(act),
                by: *by,
                urgency: *urgency,
            },
        }
    }
}
