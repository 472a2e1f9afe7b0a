//! Statuses: starts, ends, levels (R16-R22).

use super::stream::{Purpose, Trig};
use super::*;
use rogatio_semantics::hir::{Expr, ExprKind, StatusClause, StatusClauseKind, Stream};

impl Cx<'_> {
    /// Empty rows, so that ids are known.
    pub(super) fn status_rows(&mut self) {
        for s in &self.hir.statuses {
            let keys = self.domains(&s.params);
            let id = self.b.status(&s.name, keys, s.value.clone());
            self.b.program.statuses[id.index()].provision = s.provision;
        }
    }

    /// Fills the rows.
    pub(super) fn statuses(&mut self) {
        for (i, s) in self.hir.statuses.iter().enumerate() {
            let id = StatusId(at(i));
            let mut levels = Vec::new();
            for clause in &s.clauses {
                match &clause.kind {
                    StatusClauseKind::While(c) => levels.push((clause, c)),
                    _ => self.clause(id, &s.params, clause),
                }
            }
            if levels.is_empty() {
                continue;
            }
            if let Some(other) = s
                .clauses
                .iter()
                .find(|c| !matches!(c.kind, StatusClauseKind::While(_)))
            {
                self.errors.push(
                    Diagnostic::error(
                        codes::E0403,
                        format!("status `{}` both holds while and starts", s.name),
                    )
                    .at(other.span, "an event")
                    .also(levels[0].0.span, "a condition")
                    .help("make two statuses and combine them in a define"),
                );
            }
            self.level(id, s, &levels);
        }
    }

    /// `while C`: the condition itself, and an edge so that its starts and ends are events.
    fn level(&mut self, id: StatusId, s: &hir::Status, levels: &[(&StatusClause, &Expr)]) {
        let (first, _) = levels[0];
        let conds: Vec<Guard> = self.within(&s.params, |cx| {
            levels.iter().map(|(_, c)| cx.expr(c)).collect()
        });
        let level = self.any(conds, first.provision, first.span);
        self.level_of(id, &s.params, level, first.provision, first.span);
    }

    /// A status that holds exactly as long as a condition.
    pub(super) fn level_of(
        &mut self,
        id: StatusId,
        params: &[VarId],
        level: Guard,
        provision: ProvisionId,
        span: Span,
    ) {
        self.b.program.statuses[id.index()].level = Some(level);
        let rise = self.rise_of(level, params, false, provision, span);
        let keys = self.vars(params);
        let start = Effect::Start(keys.clone(), None);
        self.rule_of(&rise, params, Latch::Status(id), start);
        if let On::Rise(edge, binds) = &rise.on {
            let fall = Trig {
                on: On::Fall(*edge, binds.clone()),
                ..rise.clone()
            };
            self.rule_of(&fall, params, Latch::Status(id), Effect::End(keys));
        }
    }

    fn clause(&mut self, id: StatusId, keys: &[VarId], clause: &StatusClause) {
        match &clause.kind {
            StatusClauseKind::From {
                stream,
                once,
                unless_meanwhile,
            } => {
                let to = Purpose {
                    tacit: true,
                    ..Purpose::keys(keys)
                };
                let mut trigs = self.stream(stream, &to);
                if let Some(cancel) = unless_meanwhile {
                    self.cancel(&mut trigs, keys, cancel);
                }
                self.b.program.statuses[id.index()].once |= once;
                self.starts(id, keys, &trigs, None);
            }
            StatusClauseKind::Until(stream) => {
                let trigs = self.stream(stream, &Purpose::keys(keys));
                let blocks = trigs.iter().filter_map(|t| t.level);
                self.b.program.statuses[id.index()]
                    .blocked_while
                    .extend(blocks);
                self.ends(id, keys, &trigs);
            }
            StatusClauseKind::Is(value, stream) => self.is(id, keys, value, stream),
            StatusClauseKind::Initially(value) => {
                let trigs = self.begin(keys, clause.provision, clause.span);
                let valued = self.b.program.statuses[id.index()].value.is_some();
                let value = valued.then(|| self.within(keys, |cx| cx.expr(value)));
                self.starts(id, keys, &trigs, value);
            }
            // Done together.
            StatusClauseKind::While(_) => {}
        }
    }

    /// `unless F meanwhile`: F disarms what was scheduled; a condition that holds on the day blocks it, too.
    fn cancel(&mut self, trigs: &mut [Trig], keys: &[VarId], cancel: &Stream) {
        let cancels = self.stream(cancel, &Purpose::keys(keys));
        for t in trigs {
            for &timer in &t.timers {
                for c in &cancels {
                    let effect = Effect::Disarm(self.vars(keys));
                    self.rule_of(c, keys, Latch::Timer(timer), effect);
                }
            }
            for level in cancels.iter().filter_map(|c| c.level) {
                let not = self.not(level, t.provision, cancel.span);
                t.guards.push(not);
            }
        }
    }

    /// `is V after E`.
    fn is(&mut self, id: StatusId, keys: &[VarId], value: &Expr, stream: &Stream) {
        let to = Purpose {
            needed: free::expr(value),
            tacit: true,
            ..Purpose::keys(keys)
        };
        let trigs = self.stream(stream, &to);
        if matches!(value.kind, ExprKind::None) {
            self.ends(id, keys, &trigs);
            return;
        }
        for t in &trigs {
            let v = self.at_trigger(t, keys, |cx| cx.expr(value));
            self.starts(id, keys, std::slice::from_ref(t), Some(v));
        }
    }

    /// `X as of E`: a status of compiled making.
    pub(super) fn latch(&mut self, id: StatusId, keys: &[VarId], value: &Expr, stream: &Stream) {
        self.is(id, keys, value, stream);
    }

    fn starts(&mut self, id: StatusId, keys: &[VarId], trigs: &[Trig], value: Option<Guard>) {
        for t in trigs {
            let effect = Effect::Start(self.vars(keys), value);
            self.rule_of(t, keys, Latch::Status(id), effect);
            if let On::Timer(timer, _) = t.on {
                self.b.program.statuses[id.index()].start_timers.push(timer);
            }
        }
    }

    fn ends(&mut self, id: StatusId, keys: &[VarId], trigs: &[Trig]) {
        for t in trigs {
            let effect = Effect::End(self.vars(keys));
            self.rule_of(t, keys, Latch::Status(id), effect);
            if let On::Timer(timer, _) = t.on {
                self.b.program.statuses[id.index()].end_timers.push(timer);
            }
        }
    }
}
