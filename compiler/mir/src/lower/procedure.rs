//! Procedures: births, stages, ways out (R44-R46).

use super::stream::{Purpose, Trig};
use super::ways::Written;
use super::*;
use rogatio_semantics::hir::{ArgPattern, Stream, StreamKind};

/// A variable has a value.
fn equals(var: VarId, value: hir::Expr) -> hir::Expr {
    let (provision, span) = (value.provision, value.span);
    let var = hir::Expr {
        kind: hir::ExprKind::Var(var),
        ty: value.ty.clone(),
        provision,
        span,
    };
    hir::Expr {
        kind: hir::ExprKind::Compare(hir::CmpOp::Eq, Box::new(var), Box::new(value)),
        ty: Ty::Bool,
        provision,
        span,
    }
}

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
                let written: Vec<Written> = stage
                    .transitions
                    .iter()
                    .map(|t| Written {
                        ways: self.transition(id, at(s), p.this, t),
                        span: t.span,
                    })
                    .collect();
                self.competing(p.this, &written);
                let transitions = written.into_iter().flat_map(|w| w.ways).collect();
                let opens = stage.opens.iter().map(|o| self.opens(p.this, o)).collect();
                stages.push(Stage {
                    name: stage.name.clone(),
                    outcome: stage.outcome,
                    transitions,
                    decides: stage.decides.clone(),
                    opens,
                    versions: stage.versions.clone(),
                    provision: stage.provision,
                });
            }
            self.b.procedure(Procedure {
                name: p.name.clone(),
                kind: p.kind,
                this: p.this,
                opened_by,
                parent: p.parent,
                abandoned: p.abandoned.map(at),
                first: p.first.iter().map(|(v, s)| (*v, at(*s))).collect(),
                stages,
                provision: p.provision,
            });
        }
    }

    /// A child, its values read where the parent enters.
    fn opens(&mut self, this: VarId, o: &hir::Opens) -> Opens {
        let when: Vec<&hir::Expr> = o.when.iter().collect();
        let guards = self.within(&[this], |cx| when.into_iter().map(|w| cx.expr(w)).collect());
        let guard = self.guards(guards, o.provision, o.span);
        let values = |cx: &mut Self| o.fields.iter().map(|(f, e)| (*f, cx.expr(e))).collect();
        Opens {
            procedure: o.procedure,
            fields: self.within(&[this], values),
            guard,
            while_here: o.while_here,
            provision: o.provision,
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
                let mut same = Vec::new();
                for (a, param) in p.args.iter_mut().zip(&act.params) {
                    if !fields.iter().any(|(_, name)| *name == param.name) {
                        continue;
                    }
                    let var = match a {
                        ArgPattern::Var(v) => *v,
                        ArgPattern::In(set) | ArgPattern::Each(set) => set.var,
                        ArgPattern::Any => {
                            let var = self.b.var(&param.name, param.ty.clone());
                            *a = ArgPattern::Var(var);
                            var
                        }
                        // A fixed argument is a parameter too: any that equals it.
                        ArgPattern::Is(_) => {
                            let var = self.b.var(&param.name, param.ty.clone());
                            if let ArgPattern::Is(fixed) =
                                std::mem::replace(a, ArgPattern::Var(var))
                            {
                                same.push(equals(var, *fixed));
                            }
                            var
                        }
                    };
                    named.push((param.name.clone(), var));
                }
                if let Some(first) = same.first().cloned() {
                    same.extend(p.filter.take().map(|f| *f));
                    p.filter = Some(Box::new(hir::Expr {
                        kind: hir::ExprKind::And(same),
                        ..first
                    }));
                }
            }
            StreamKind::Or(list) => list
                .iter_mut()
                .for_each(|s| self.name_args(s, fields, named)),
            StreamKind::After(_, s)
            | StreamKind::LapseAfter(_, s)
            | StreamKind::Nth(_, s)
            | StreamKind::Where(s, _)
            | StreamKind::InVersion(s, _)
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
        let to = Purpose {
            needed: t.when.as_ref().map(free::expr).unwrap_or_default(),
            visit: Some((p, stage, this)),
            window: true,
            ..Purpose::keys(&keys)
        };
        let trigs = self.ways(p, stage, this, &t.on, &to);
        let mut ways: Vec<Transition> = Vec::new();
        for trig in trigs {
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

    /// The triggers of a way out. A time, and what counts from entering this stage, is armed on entry and dead on exit.
    fn ways(
        &mut self,
        p: ProcedureId,
        stage: u32,
        this: VarId,
        on: &Stream,
        to: &Purpose,
    ) -> Vec<Trig> {
        let (time, firing) = match &on.kind {
            StreamKind::Or(list) => {
                return list
                    .iter()
                    .flat_map(|s| self.ways(p, stage, this, s, to))
                    .collect();
            }
            StreamKind::At(t) => (t, Firing::Opening),
            StreamKind::LapseAt(t) => (t, Firing::Lapse),
            _ => {
                let trigs = self.stream(on, to);
                if visits(p, stage, on) {
                    for trig in &trigs {
                        for &timer in &trig.timers {
                            self.dead_on_exit(timer, p, stage, this, trig);
                        }
                    }
                }
                return trigs;
            }
        };
        let kinds = self.kinds_of(this);
        let enter = Trig {
            on: On::Enter(p, stage, Match::Bind(this, kinds)),
            guards: Vec::new(),
            bound: [this].into(),
            timers: Vec::new(),
            level: None,
            provision: on.provision,
            span: on.span,
        };
        let here = self.in_stage(p, this, vec![stage], on.provision, on.span);
        let fired = self.point(on, time, &[this], firing, vec![enter], Some(here));
        for &timer in &fired.timers {
            self.dead_on_exit(timer, p, stage, this, &fired);
        }
        vec![fired]
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
        self.b.program.timers[timer.index()].visit = Some(this);
        let effect = Effect::Disarm(self.vars(&[this]));
        self.rule_of(&leave, &[this], Latch::Timer(timer), effect);
    }
}

/// Whether a stream counts from entering this stage, or from a time while in it.
fn visits(p: ProcedureId, stage: u32, s: &Stream) -> bool {
    match &s.kind {
        StreamKind::Or(list) => list.iter().any(|s| visits(p, stage, s)),
        StreamKind::LapseAfter(_, s)
        | StreamKind::After(_, s)
        | StreamKind::Where(s, _)
        | StreamKind::InVersion(s, _) => visits(p, stage, s),
        StreamKind::Combined { stream: s, .. } => visits(p, stage, s),
        StreamKind::Enter(q, at, _) => *q == p && *at == stage as usize,
        _ => false,
    }
}
