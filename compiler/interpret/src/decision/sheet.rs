//! The tally sheet of a decision: who voted how, what the rules ask for in numbers, who has a veto (R36, R37).

use super::*;
use crate::state::{Asked, Rule, TallySheet, Threshold};
use rogatio_mir::ShareCmp;

/// Calls of defines deeper than this are not looked into.
const DEEPEST: u32 = 8;

impl Case {
    /// The sheet of an opening: of the one at hand as cast, of one that is closed as closed. None where several bodies
    /// decide, where the rule lies in another text, and where there is no opening of that number, from 1.
    #[must_use]
    pub fn tally_sheet(
        &self,
        d: DecisionId,
        subject: Option<Entity>,
        number: u32,
    ) -> Option<TallySheet> {
        let all = self.openings(d, subject);
        let opening = all.iter().find(|o| o.number == number)?;
        let decision = self.program().decisions.get(opening.text.index())?;
        if !decision.limbs.is_empty() || decision.given.is_some() {
            return None;
        }
        let roll = match (&opening.roll, opening.takes_ballots()) {
            (Some(roll), false) => roll.clone(),
            _ => self.roll(d, subject, &[]),
        };
        let frozen = opening.closed.as_ref().and(opening.sheet.as_deref());
        let sheet = frozen.map_or_else(|| self.sheet_of((d, subject), &roll), TallySheet::clone);
        Some(TallySheet {
            roll: roll.lines().to_vec(),
            ..sheet
        })
    }

    /// The sheet as it stands now, without the roll, which is kept beside it.
    pub(super) fn sheet_of(&self, (d, s): Matter, roll: &Roll) -> TallySheet {
        let mut sheet = TallySheet::default();
        let Some(decision) = self.text(d, s) else {
            return sheet;
        };
        let mut eval = Eval::new(self);
        if let Some(veto) = decision.veto {
            for r in roll.lines().iter().filter(|r| r.is_voter) {
                let env = &mut self.roll_env(d, s, Some(r.member));
                if eval.truth(veto, env).is_true() {
                    sheet.may_veto.push(r.member);
                }
            }
        }
        let step = self.openings(d, s).last().map_or(0, |o| o.step);
        let passes = decision.rule_of(step);
        let slots = [
            (Rule::Quorum, &decision.quorum),
            (Rule::Participation, &decision.participation),
            (Rule::Passes, &passes),
        ];
        let env = self.roll_env(d, s, None);
        for (rule, (stated, provision)) in slots {
            let Some(g) = rule_of(stated) else { continue };
            let mut found = Found {
                rule,
                provision: *provision,
                alternative: false,
                depth: 0,
            };
            self.thresholds(g, &mut found, &mut eval, &env, &mut sheet.thresholds);
        }
        sheet
    }

    /// The numbers that a rule compares. What it asks for otherwise is no threshold.
    fn thresholds(
        &self,
        g: Guard,
        at: &mut Found,
        eval: &mut Eval<'_>,
        env: &Env,
        out: &mut Vec<Threshold>,
    ) {
        let op = |g: Guard| self.program().guards.get(g.index()).map(|n| &n.op);
        let (Some(node), true) = (self.program().guards.get(g.index()), at.depth < DEEPEST) else {
            return;
        };
        let before = at.clone();
        at.depth += 1;
        if self
            .program()
            .provisions
            .get(node.provision.index())
            .is_some_and(|p| p.parent.is_some())
        {
            at.provision = node.provision;
        }
        match &node.op {
            Op::And(gs) | Op::Or(gs) => {
                at.alternative |= matches!(node.op, Op::Or(_)) && gs.len() > 1;
                for g in gs {
                    // An alternative of another version of the text is none.
                    let other = match op(*g) {
                        Some(Op::And(parts)) => parts.iter().any(|p| {
                            matches!(op(*p), Some(Op::InVersion(v, _))
                                if eval.in_version(*v, false, env).is_false())
                        }),
                        _ => false,
                    };
                    if !other {
                        self.thresholds(*g, at, eval, env, out);
                    }
                }
            }
            Op::Call(d, gs) => {
                if let Some(define) = self.program().defines.get(d.index()) {
                    let mut inner = Env::new();
                    for (var, g) in define.params.iter().copied().zip(gs) {
                        inner.bind(var, eval.value(*g, &mut env.clone()));
                    }
                    let value = self.text_of_define(define, &inner).0;
                    self.thresholds(value, at, eval, &inner, out);
                }
            }
            Op::Except(base, arms) => {
                let mut holds = |g: Guard| eval.truth(g, &mut env.clone()).is_true();
                let arm = arms.iter().find(|(c, _)| holds(*c)).map(|(_, v)| *v);
                self.thresholds(arm.unwrap_or(*base), at, eval, env, out);
            }
            Op::Compare(cmp, a, b) => {
                let fixed = |g: Guard| matches!(op(g), Some(Op::Int(_)));
                let (a, b, cmp) = if fixed(*a) && !fixed(*b) {
                    (*b, *a, crate::eval::flip(*cmp))
                } else {
                    (*a, *b, *cmp)
                };
                let values = (
                    eval.value(a, &mut env.clone()),
                    eval.value(b, &mut env.clone()),
                );
                if let (Value::Int(have), Value::Int(than)) = values {
                    let asked = match cmp {
                        CmpOp::Ge => Asked::AtLeast(than),
                        CmpOp::Gt => Asked::AtLeast(than.saturating_add(1)),
                        CmpOp::Le => Asked::AtMost(than),
                        CmpOp::Lt => Asked::AtMost(than.saturating_sub(1)),
                        CmpOp::Eq => Asked::Exactly(than),
                        CmpOp::Ne => {
                            *at = before;
                            return;
                        }
                    };
                    let word = match cmp {
                        CmpOp::Ge => ">=",
                        CmpOp::Gt => ">",
                        CmpOp::Le => "<=",
                        CmpOp::Lt => "<",
                        CmpOp::Eq | CmpOp::Ne => "=",
                    };
                    let (x, y) = (self.tally_name(a, env), self.tally_name(b, env));
                    let text = format!("{x} {word} {y}");
                    out.push(at.threshold(x, text, have, asked, None));
                }
            }
            Op::ShareCompare { part, share, base } => {
                let values = (
                    eval.value(*part, &mut env.clone()),
                    eval.value(*base, &mut env.clone()),
                    eval.value(*share, &mut env.clone()),
                );
                if let (Value::Int(have), Value::Int(of), Value::Share(cmp, num, den)) = values {
                    let wide = i128::from(num) * i128::from(of.max(0));
                    let den_as_written = den;
                    let den = i128::from(den.max(1));
                    let whole = i64::try_from(wide.div_euclid(den)).unwrap_or(i64::MAX);
                    let up = whole.saturating_add(i64::from(wide.rem_euclid(den) != 0));
                    let asked = match cmp {
                        // No share of nothing is reached (R9).
                        _ if of <= 0 => Asked::Unreachable,
                        ShareCmp::AtLeast => Asked::AtLeast(up),
                        ShareCmp::MoreThan => Asked::AtLeast(whole.saturating_add(1)),
                        ShareCmp::AtMost => Asked::AtMost(whole),
                        ShareCmp::LessThan => Asked::AtMost(up - 1),
                    };
                    let share = self.words().share(cmp, num, den_as_written);
                    let base = (self.tally_name(*base, env), of);
                    let name = self.tally_name(*part, env);
                    let text = self.words().share_of(&name, &share, &base.0);
                    let base = Some(base);
                    out.push(at.threshold(self.tally_name(*part, env), text, have, asked, base));
                }
            }
            _ => {}
        }
        *at = before;
    }
}

/// Where in a decision's rules a threshold is found.
#[derive(Clone)]
struct Found {
    rule: Rule,
    provision: ProvisionId,
    alternative: bool,
    depth: u32,
}

impl Found {
    fn threshold(
        &self,
        name: String,
        text: String,
        have: i64,
        asked: Asked,
        base: Option<(String, i64)>,
    ) -> Threshold {
        Threshold {
            rule: self.rule,
            provision: self.provision,
            name,
            text,
            have,
            asked,
            base,
            alternative: self.alternative,
        }
    }
}
