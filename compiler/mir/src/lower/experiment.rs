//! Experiments: draws, behaviours, measures (R49-R58).

use super::*;
use rogatio_semantics::hir::{ArgPattern, ExprKind};

impl Cx<'_> {
    /// All experiments.
    pub(super) fn experiments(&mut self) {
        for e in &self.hir.experiments {
            let items = self.items(&e.items);
            let (params, sweeps) = self.params(e);
            let experiment = Experiment {
                name: e.name.clone(),
                begin: e.begin,
                horizon: e.horizon,
                populations: e.populations.clone(),
                items,
                params,
                behaviours: e.behaviours.iter().map(|b| self.behaviour(b)).collect(),
                sweeps,
                drawn: e.drawn.iter().map(|d| self.drawn(d)).collect(),
                choices: e.choices.clone(),
                ballots: e.ballots.iter().map(|b| self.odds(b)).collect(),
                outcomes: Vec::new(),
                caps: e.caps.clone(),
                measures: self.measures(e),
                span: e.span,
            };
            self.b.program.experiments.push(experiment);
        }
    }

    #[allow(clippy::type_complexity)]
    fn params(
        &mut self,
        e: &hir::Experiment,
    ) -> (
        Vec<(String, Guard)>,
        Vec<(u32, Guard, Guard, Option<Guard>)>,
    ) {
        let (mut params, mut sweeps) = (Vec::new(), Vec::new());
        for (i, p) in e.params.iter().enumerate() {
            let sweep = p.sweep.as_ref().map(|(from, to, step)| {
                (
                    at(i),
                    self.expr(from),
                    self.expr(to),
                    step.as_ref().map(|s| self.expr(s)),
                )
            });
            let value = match (&p.value, sweep) {
                (Some(value), _) => self.expr(value),
                (None, Some((_, from, ..))) => from,
                (None, None) => {
                    let op = Op::NotStated(format!("{} has no value", p.name));
                    self.b.guard_at(op, p.ty.clone(), ProvisionId(0), e.span)
                }
            };
            params.push((p.name.clone(), value));
            sweeps.extend(sweep);
        }
        (params, sweeps)
    }

    fn who(&mut self, s: &hir::Subject) -> Who {
        let cond = self.within(&[s.var], |cx| cx.expr(&s.cond));
        Who {
            domain: Domain {
                var: s.var,
                kinds: s.kinds.clone(),
            },
            cond,
            each: s.each,
            jointly: s.jointly,
            text: s.text.clone(),
        }
    }

    fn behaviour(&mut self, b: &hir::Behaviour) -> Behaviour {
        let who = self.who(&b.who);
        let mut each: Vec<VarId> = Vec::new();
        let (pattern, matter) = match &b.does {
            hir::Does::Act(p) => (Some(p), None),
            hir::Does::Declare { matter, .. } => {
                (None, matter.clone().map(|m| ArgPattern::Is(Box::new(m))))
            }
        };
        let opens = pattern
            .and_then(|p| self.hir.acts.get(p.act.index()))
            .and_then(|a| a.opens)
            .map(|(i, _)| i);
        let positions = pattern.into_iter().flat_map(|p| {
            let parties = [&p.for_whom, &p.to].into_iter();
            parties.chain(&p.args)
        });
        for a in positions.chain(&matter) {
            let v = match a {
                ArgPattern::Var(v) => *v,
                ArgPattern::Is(e) => match e.kind {
                    ExprKind::Var(v) => v,
                    _ => continue,
                },
                ArgPattern::In(s) | ArgPattern::Each(s) => s.var,
                ArgPattern::Any => continue,
            };
            if v != b.who.var && !each.contains(&v) {
                each.push(v);
            }
        }
        // The procedure instance that is opened is no argument to run over.
        let opened = pattern.and_then(|p| p.args.get(opens?));
        if let Some(ArgPattern::Var(v)) = opened {
            each.retain(|e| e != v);
        }
        let mut scope = vec![b.who.var];
        scope.extend(&each);
        self.within(&scope, |cx| {
            let mut conds: Vec<Guard> = b.when.iter().map(|c| cx.expr(c)).collect();
            let mut arg = |cx: &mut Self, a: &ArgPattern| match a {
                ArgPattern::Any => None,
                ArgPattern::Var(v) => Some(cx.var(*v)),
                ArgPattern::Is(e) => Some(cx.expr(e)),
                ArgPattern::In(s) | ArgPattern::Each(s) => {
                    conds.push(cx.expr(&s.cond));
                    Some(cx.var(s.var))
                }
            };
            let for_whom = pattern.and_then(|p| arg(cx, &p.for_whom));
            let to = pattern.and_then(|p| arg(cx, &p.to));
            let args = pattern.iter().flat_map(|p| p.args.iter().enumerate());
            let args = args
                .map(|(i, a)| if Some(i) == opens { None } else { arg(cx, a) })
                .collect();
            let does = match &b.does {
                hir::Does::Act(p) => Does::Act(p.act),
                hir::Does::Declare {
                    decision, outcome, ..
                } => {
                    let matter = matter.as_ref().and_then(|m| arg(cx, m));
                    Does::Declare(*decision, *outcome, matter)
                }
            };
            let law = cx.law(&b.law);
            if let Some(f) = pattern.and_then(|p| p.filter.as_ref()) {
                conds.push(cx.expr(f));
            }
            let domains = cx.each(&each, |_| false, b.span);
            Behaviour {
                who,
                does,
                args,
                each: domains,
                for_whom,
                to,
                when: cx.guards(conds, ProvisionId(0), b.span),
                law,
                not_counting: b.not_counting.as_ref().map(|e| cx.expr(e)),
                restarting: b.restarting,
                even_without_power: b.even_without_power,
                draw: draw(&b.site),
                span: b.span,
            }
        })
    }

    fn law(&mut self, law: &hir::Law) -> Law {
        match law {
            hir::Law::Exponential(e) => Law::Exponential(self.expr(e)),
            hir::Law::Geometric(e) => Law::Geometric(self.expr(e)),
            hir::Law::Uniform(a, b) => Law::Uniform(self.expr(a), self.expr(b)),
            hir::Law::Fixed(e) => Law::Fixed(self.expr(e)),
            hir::Law::Triangular(a, b, c) => {
                Law::Triangular(self.expr(a), self.expr(b), self.expr(c))
            }
            hir::Law::Weibull(e, n, d) => Law::Weibull(self.expr(e), *n, *d),
            hir::Law::Empirical(all) => {
                Law::Empirical(all.iter().map(|(e, w)| (self.expr(e), *w)).collect())
            }
        }
    }

    fn drawn(&mut self, d: &hir::DrawnFact) -> DrawnFact {
        let each = d.each.as_ref().map(|s| self.set(s));
        let element: Vec<VarId> = each.iter().map(|(d, _)| d.var).collect();
        let what = self.within(&element, |cx| match &d.what {
            hir::Drawn::Chance(g, keys, value, chance) => {
                let keys = keys.iter().map(|k| cx.expr(k)).collect();
                Drawn::Chance(*g, keys, cx.expr(value), cx.expr(chance))
            }
            hir::Drawn::Alternates(g, keys, yes, no) => {
                let keys = keys.iter().map(|k| cx.expr(k)).collect();
                Drawn::Alternates(*g, keys, cx.law(yes), cx.law(no))
            }
            hir::Drawn::Term(urgency, law) => Drawn::Term(*urgency, cx.law(law)),
        });
        DrawnFact {
            each,
            what,
            draw: draw(&d.site),
            span: d.span,
        }
    }

    fn odds(&mut self, b: &hir::BallotOdds) -> BallotOdds {
        let scope: Vec<VarId> = [b.who.var].into_iter().chain(b.subject).collect();
        let who = self.who(&b.who);
        self.within(&scope, |cx| {
            let of = |cx: &Self, v: VarId| Domain {
                var: v,
                kinds: match &cx.b.program.vars[v.index()].ty {
                    Ty::Entity(kinds) => kinds.clone(),
                    _ => Vec::new(),
                },
            };
            BallotOdds {
                who,
                decision: b.decision,
                subject: b.subject.map(|v| of(cx, v)),
                odds: b
                    .odds
                    .iter()
                    .map(|(i, _, e)| (at(*i), cx.expr(e)))
                    .collect(),
                labels: b.odds.iter().map(|(_, label, _)| label.map(at)).collect(),
                when: b.when.as_ref().map(|c| cx.expr(c)),
                bloc: b.bloc.clone(),
                draw: draw(&b.site),
                span: b.span,
            }
        })
    }

    fn measures(&mut self, e: &hir::Experiment) -> Vec<Measure> {
        let mut all = Vec::new();
        for m in &e.measures {
            match &m.kind {
                hir::MeasureKind::Pivotal {
                    decision,
                    subject,
                    by,
                } => all.extend(self.pivotal(e, m, *decision, subject.as_ref(), *by)),
                _ => all.extend(self.measure(m)),
            }
        }
        all
    }

    /// A row for each who may sit in the body, in the order of a run's entities.
    fn pivotal(
        &mut self,
        e: &hir::Experiment,
        m: &hir::Measure,
        decision: DecisionId,
        subject: Option<&hir::Expr>,
        by: Option<Day>,
    ) -> Vec<Measure> {
        let voter = self.hir.decisions[decision.index()].voter;
        let Ty::Entity(kinds) = self.b.program.vars[voter.index()].ty.clone() else {
            return Vec::new();
        };
        let subject = subject.map(|s| self.expr(s));
        let mut rows = Vec::new();
        for kind in kinds {
            let own = self.hir.entities.iter().enumerate();
            let own = own.filter(|(_, x)| x.kind == kind);
            let mut sitting: Vec<(String, Op)> = own
                .map(|(i, x)| (x.name.clone(), Op::Entity(EntityId(i as u32))))
                .collect();
            for item in &e.items {
                if let hir::ScenarioItemKind::Entities(list) = &item.kind {
                    let here = list.iter().filter(|x| x.kind == kind);
                    sitting.extend(here.map(|x| (x.name.clone(), Op::CaseEntity(x.name.clone()))));
                }
            }
            let name = &self.hir.kinds[kind.index()].name;
            for (_, n) in e.populations.iter().filter(|(k, _)| *k == kind) {
                let all = (1..=*n).map(|i| crate::draw::member_name(name, i));
                sitting.extend(all.map(|x| (x.clone(), Op::CaseEntity(x))));
            }
            rows.extend(sitting.into_iter().map(|row| (row, kind)));
        }
        let at = |cx: &mut Self, op: Op, ty: Ty| cx.b.guard_at(op, ty, ProvisionId(0), m.span);
        let each = rows.into_iter().map(|((name, op), kind)| {
            let voter = at(self, op, Ty::Entity(vec![kind]));
            let op = Op::Pivotal {
                decision,
                subject,
                voter,
            };
            Measure {
                name,
                kind: MeasureKind::Probability(at(self, op, Ty::Bool), by),
                shown: m.shown,
                table: m.table.clone(),
                span: m.span,
            }
        });
        each.collect()
    }

    fn measure(&mut self, m: &hir::Measure) -> Option<Measure> {
        let kind = match &m.kind {
            hir::MeasureKind::Pivotal { .. } => return None,
            hir::MeasureKind::Date(e) => MeasureKind::Date(self.expr(e)),
            hir::MeasureKind::Probability(e, by) => MeasureKind::Probability(self.expr(e), *by),
            hir::MeasureKind::Number(e) => MeasureKind::Number(self.expr(e)),
            hir::MeasureKind::Breaches { norms, any, by } => MeasureKind::Breaches {
                norms: norms.clone(),
                any: *any,
                by: *by,
            },
        };
        Some(Measure {
            name: m.name.clone(),
            kind,
            shown: m.shown,
            table: m.table.clone(),
            span: m.span,
        })
    }
}

/// A draw site: word-coded until a plan says otherwise.
fn draw(path: &str) -> Draw {
    Draw {
        site: crate::draw::site(path),
        path: path.to_owned(),
        coding: Coding::Word,
    }
}
