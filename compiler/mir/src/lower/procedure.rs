//! Procedures: births, stages, ways out (R44-R46).

use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{ArgPattern, Stream, StreamKind};

impl Cx<'_> {
    /// All procedures.
    pub(super) fn procedures(&mut self) {
        for (i, p) in self.hir.procedures.iter().enumerate() {
            let id = ProcedureId(at(i));
            let opened_by = p
                .opened_by
                .as_ref()
                .map_or_else(Vec::new, |s| self.openers(p, s));
            let mut stages = Vec::new();
            for (s, stage) in p.stages.iter().enumerate() {
                let mut transitions: Vec<Transition> = Vec::new();
                for t in &stage.transitions {
                    transitions.extend(self.transition(id, at(s), p.this, t));
                }
                stages.push(Stage {
                    name: stage.name.clone(),
                    outcome: stage.outcome,
                    transitions,
                    decides: stage.decides.clone(),
                    provision: stage.provision,
                });
            }
            self.b.procedure(Procedure {
                name: p.name.clone(),
                kind: p.kind,
                this: p.this,
                opened_by,
                stages,
                provision: p.provision,
            });
        }
    }

    /// What opens an instance; its parameters take the opener's arguments of the same name.
    fn openers(&mut self, p: &hir::Procedure, s: &Stream) -> Vec<Opener> {
        let fields: Vec<(FieldId, &str)> = self
            .hir
            .kinds
            .get(p.kind.index())
            .map_or_else(Vec::new, |k| k.fields.clone())
            .into_iter()
            .filter_map(|f| Some((f, self.hir.fields.get(f.index())?.name.as_str())))
            .collect();
        let mut s = s.clone();
        let mut named: Vec<(String, VarId)> = Vec::new();
        self.name_args(&mut s, &fields, &mut named);
        let to = Purpose {
            needed: named.iter().map(|(_, v)| *v).collect(),
            ..Purpose::default()
        };
        let trigs = self.stream(&s, &to);
        trigs
            .into_iter()
            .map(|t| {
                let values = fields
                    .iter()
                    .filter_map(|(f, name)| {
                        let of_arg = named.iter().find(|(n, v)| n == name && t.bound.contains(v));
                        let var = of_arg.map(|(_, v)| *v).or_else(|| {
                            t.bound.iter().copied().find(|v| self.var_name(*v) == *name)
                        })?;
                        Some((*f, self.var(var)))
                    })
                    .collect();
                let guard = self.guards(t.guards, t.provision, t.span);
                (t.on, guard, values)
            })
            .collect()
    }

    /// Gives every argument that a field is named after a variable.
    fn name_args(
        &mut self,
        s: &mut Stream,
        fields: &[(FieldId, &str)],
        named: &mut Vec<(String, VarId)>,
    ) {
        match &mut s.kind {
            StreamKind::Act(p) => {
                let Some(act) = self.hir.acts.get(p.act.index()) else {
                    return;
                };
                for (a, param) in p.args.iter_mut().zip(&act.params) {
                    if !fields.iter().any(|(_, name)| *name == param.name) {
                        continue;
                    }
                    let var = match a {
                        ArgPattern::Var(v) => *v,
                        ArgPattern::In(set) => set.var,
                        ArgPattern::Any => {
                            let var = self.b.var(&param.name, param.ty.clone());
                            *a = ArgPattern::Var(var);
                            var
                        }
                        ArgPattern::Is(_) => {
                            self.unsupported(
                                p.span,
                                "an opener with a fixed argument that is a parameter",
                            );
                            continue;
                        }
                    };
                    named.push((param.name.clone(), var));
                }
            }
            StreamKind::Or(list) => list
                .iter_mut()
                .for_each(|s| self.name_args(s, fields, named)),
            StreamKind::After(_, s)
            | StreamKind::LapseAfter(_, s)
            | StreamKind::Nth(_, s)
            | StreamKind::Where(s, _)
            | StreamKind::Combined { stream: s, .. } => self.name_args(s, fields, named),
            _ => {}
        }
    }

    /// A way out, once per event that is guarded differently.
    fn transition(
        &mut self,
        p: ProcedureId,
        stage: u32,
        this: VarId,
        t: &hir::Transition,
    ) -> Vec<Transition> {
        let keys = [this];
        let on = self.visit(p, stage, &t.on, this);
        let to = Purpose {
            needed: t.when.as_ref().map(free::expr).unwrap_or_default(),
            ..Purpose::keys(&keys)
        };
        let trigs = self.stream(&on, &to);
        let mut ways: Vec<Transition> = Vec::new();
        for trig in trigs {
            // What counts from entering this stage is dead on exit.
            if visits(p, stage, &on) {
                for &timer in &trig.timers {
                    self.dead_on_exit(timer, p, stage, this, &trig);
                }
            }
            let mut guards = trig.guards.clone();
            if let Some(c) = &t.when {
                guards.push(self.at_trigger(&trig, &keys, |cx| cx.expr(c)));
            }
            let guard = self.guards(guards, t.provision, t.span);
            match ways.last_mut() {
                Some(last)
                    if last.guard == guard
                        && last.on_condition.is_none()
                        && trig.level.is_none() =>
                {
                    last.on.push(trig.on);
                }
                _ => ways.push(Transition {
                    on: vec![trig.on],
                    on_condition: trig.level,
                    guard,
                    target: at(t.target),
                    provision: t.provision,
                }),
            }
        }
        ways
    }

    /// `lapse of T` and `on T` count from the visit: they are armed on entry.
    fn visit(&mut self, p: ProcedureId, stage: u32, on: &Stream, this: VarId) -> Stream {
        let mut on = on.clone();
        let entry = Stream {
            kind: StreamKind::Enter(p, stage as usize, ArgPattern::Var(this)),
            provision: on.provision,
            span: on.span,
        };
        on.kind = match on.kind {
            StreamKind::Or(list) => {
                StreamKind::Or(list.iter().map(|s| self.visit(p, stage, s, this)).collect())
            }
            StreamKind::LapseAfter(d, s) => StreamKind::LapseAfter(d, name_instance(p, *s, this)),
            StreamKind::After(d, s) => StreamKind::After(d, name_instance(p, *s, this)),
            StreamKind::At(t) if !free::expr(&t).contains(&this) && is_day(&t) => {
                // A date is the same for every visit.
                StreamKind::Combined {
                    earlier: false,
                    points: vec![*t],
                    stream: Box::new(entry),
                }
            }
            other => other,
        };
        on
    }

    fn dead_on_exit(
        &mut self,
        timer: TimerId,
        p: ProcedureId,
        stage: u32,
        this: VarId,
        trig: &Trig,
    ) {
        let kinds = self.kinds_of(this);
        let leave = Trig {
            on: On::Leave(p, stage, Match::Bind(this, kinds)),
            guards: Vec::new(),
            bound: [this].into(),
            timers: Vec::new(),
            level: None,
            ..trig.clone()
        };
        let effect = Effect::Disarm(self.vars(&[this]));
        self.rule_of(&leave, &[this], Latch::Timer(timer), effect);
    }
}

fn is_day(t: &hir::Expr) -> bool {
    matches!(t.kind, hir::ExprKind::Day(_) | hir::ExprKind::Instant(_))
}

/// `Enter(stage)` of the procedure itself is about this instance.
fn name_instance(p: ProcedureId, mut s: Stream, this: VarId) -> Box<Stream> {
    if let StreamKind::Enter(q, _, a) = &mut s.kind
        && *q == p
        && matches!(a, ArgPattern::Any)
    {
        *a = ArgPattern::Var(this);
    }
    Box::new(s)
}

/// Whether a stream counts from entering this stage, or from a time while in it.
fn visits(p: ProcedureId, stage: u32, s: &Stream) -> bool {
    match &s.kind {
        StreamKind::Or(list) => list.iter().any(|s| visits(p, stage, s)),
        StreamKind::LapseAfter(_, s) | StreamKind::After(_, s) | StreamKind::Where(s, _) => {
            visits(p, stage, s)
        }
        StreamKind::Combined { stream: s, .. } => visits(p, stage, s),
        StreamKind::Enter(q, at, _) => *q == p && *at == stage as usize,
        _ => false,
    }
}
