//! `expect`: what must hold, may be done, is owed, or became of an act.

use rogatio_diagnostics::{Diagnostic, codes, nearest};

use crate::ast::{self, ExprKind as A};
use crate::call::norm_state;
use crate::check::Checker;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(super) fn expect(&mut self, cx: &mut Context, e: &ast::Expect) -> Option<Expect> {
        let because: Vec<ProvisionId> = e.because.iter().filter_map(|c| self.cite(cx, c)).collect();
        let kind = match &e.kind {
            ast::ExpectKind::Cond(c) => self.expected_condition(cx, c)?,
            ast::ExpectKind::Verdict(v) => match verdict(&v.text) {
                Some(v) => ExpectKind::Verdict(v),
                None => {
                    self.no_verdict(v);
                    return None;
                }
            },
            ast::ExpectKind::Norm { label, state, by } => {
                let Some((norm, args)) = self.norm_ref(cx, label) else {
                    // `expect a is open`: a stage or instance of that name
                    let name = ast::Expr {
                        kind: A::Name(state.clone()),
                        span: state.span,
                    };
                    let c = self.is(cx, label, &name, None, e.span);
                    return Some(Expect {
                        kind: ExpectKind::Cond(c),
                        because,
                        name: e.name.as_ref().map(|n| n.value.clone()),
                    });
                };
                let keys = self.norm_keys(cx, norm, args, label.span);
                let by = by.as_ref().and_then(|d| self.day(d));
                ExpectKind::Norm {
                    norm,
                    keys,
                    state: norm_state(&state.text).unwrap_or(NormState::Open),
                    by,
                }
            }
            ast::ExpectKind::NoDuty(label) => {
                let Some((norm, args)) = self.norm_ref(cx, label) else {
                    self.error(
                        Diagnostic::error(codes::E0203, "the label of a sentence belongs here")
                            .at(label.span, "not a label"),
                    );
                    return None;
                };
                let keys = self.norm_keys(cx, norm, args, label.span);
                ExpectKind::NoDuty(norm, keys)
            }
            ast::ExpectKind::Can {
                modal,
                act,
                by,
                urgency,
            } => {
                let act = self.case_act(cx, act, None)?;
                let by = by.as_ref().and_then(|d| self.day(d));
                ExpectKind::Can {
                    modal: *modal,
                    act,
                    by,
                    urgency: *urgency,
                }
            }
        };
        Some(Expect {
            kind,
            because,
            name: e.name.as_ref().map(|n| n.value.clone()),
        })
    }

    /// A condition that is expected to hold: one that is asked of the case, or of what is known of a value, has a form of its own.
    fn expected_condition(&mut self, cx: &mut Context, c: &ast::Expr) -> Option<ExpectKind> {
        if let A::Is {
            subject,
            negated,
            what,
            base: None,
        } = &c.kind
        {
            if matches!(&what.kind, A::Name(n) if n.text == "stuck") {
                let instance = self.expr(cx, subject, None);
                if self.procedure_of(&instance.ty).is_none() && instance.ty != Ty::Error {
                    self.mismatch(&instance, "an instance of a procedure");
                }
                return Some(ExpectKind::Stuck(instance, !negated));
            }
            if is_undetermined(what) && self.symbol(cx, UNDETERMINED).is_none() {
                let value = self.expr(cx, subject, None);
                return Some(ExpectKind::Undetermined(value, !negated));
            }
        }
        if let A::Name(n) = &c.kind
            && cx.local(&n.text).is_none()
            && self.symbol(cx, &n.text).is_none()
            && nearest(&n.text, VERDICTS.split(", ")).is_some()
        {
            self.no_verdict(n);
            return None;
        }
        Some(ExpectKind::Cond(self.cond(cx, c)))
    }
}

/// What a value is of which the text is silent; asked for by `expect` alone.
pub(crate) const UNDETERMINED: &str = "undetermined";

fn is_undetermined(what: &ast::Expr) -> bool {
    matches!(&what.kind, A::Name(n) if n.text == UNDETERMINED)
}

/// The words that `expect` knows after an act.
const VERDICTS: &str =
    "valid, lawful, void, breach, late, undetermined, stuck, shortfall, pending, conflict";

impl Checker {
    fn no_verdict(&mut self, word: &ast::Name) {
        let near = nearest(&word.text, VERDICTS.split(", "));
        let mut d = Diagnostic::error(codes::E0928, format!("`{}` is no verdict", word.text))
            .at(word.span, "unknown verdict");
        if let Some(near) = near {
            d = d.help(format!("did you mean `{near}`?"));
        }
        self.error(d.help(format!("verdicts: {VERDICTS}")));
    }
}

fn verdict(word: &str) -> Option<ExpectedVerdict> {
    Some(match word {
        "valid" => ExpectedVerdict::Valid,
        "lawful" => ExpectedVerdict::Lawful,
        "void" => ExpectedVerdict::Void,
        "breach" => ExpectedVerdict::Breach,
        "late" => ExpectedVerdict::Late,
        "undetermined" => ExpectedVerdict::Undetermined,
        "stuck" => ExpectedVerdict::Stuck,
        "shortfall" => ExpectedVerdict::Shortfall,
        "pending" => ExpectedVerdict::Pending,
        "conflict" => ExpectedVerdict::Conflict,
        _ => return None,
    })
}
