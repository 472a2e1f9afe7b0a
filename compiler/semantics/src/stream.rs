//! Event terms: streams of points with causes.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, BinaryOp, ExprKind as A, Ordinal};
use crate::call::{norm_state, outcome_of};
use crate::check::Checker;
use crate::expr::unparen;
use crate::hir::*;
use crate::scope::*;

impl Checker {
    pub(crate) fn stream_of(&self, cx: &Context, kind: StreamKind, span: Span) -> Stream {
        self.one_axis_of_stream(cx, &kind);
        Stream {
            kind,
            provision: cx.provision,
            span,
        }
    }

    /// An event term. A condition means that it becomes true; a time known ahead means that it comes.
    pub(crate) fn stream(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        let span = e.span;
        if let Some(becomes) = self.in_last_becomes(cx, e) {
            return becomes;
        }
        if let Some((inner, body)) = self.of_one_body(cx, e) {
            return crate::together::with_body(cx, body, |cx| self.stream(cx, inner));
        }
        if self.is_ballot_event(cx, e) {
            return self.ballot_stream(cx, e);
        }
        match &e.kind {
            A::Paren(inner) => self.stream(cx, inner),
            A::Binary(BinaryOp::Or, l, r) if self.is_event(cx, l) || self.is_event(cx, r) => {
                let (a, b) = (self.stream(cx, l), self.stream(cx, r));
                self.stream_of(cx, StreamKind::Or(vec![a, b]), span)
            }
            A::FirstTime(cond) => {
                let c = self.cond(cx, cond);
                self.stream_of(
                    cx,
                    StreamKind::Rise {
                        cond: Box::new(c),
                        once: true,
                    },
                    span,
                )
            }
            A::Every(inner) => {
                let dates = self.dates(cx, inner);
                self.stream_of(cx, StreamKind::Every(Box::new(dates)), span)
            }
            A::Becomes(cond) => {
                let c = self.cond(cx, cond);
                self.stream_of(
                    cx,
                    StreamKind::Rise {
                        cond: Box::new(c),
                        once: false,
                    },
                    span,
                )
            }
            A::Binary(BinaryOp::After, l, r) => {
                if self.picks_event(cx, l) || self.picks_days(cx, l) {
                    return self.pick_comes(cx, e);
                }
                if self.is_event(cx, r) {
                    let s = self.stream(cx, r);
                    let d = self.length(cx, l);
                    return self.stream_of(cx, StreamKind::After(Box::new(d), Box::new(s)), span);
                }
                let t = self.shift(cx, false, l, r, span);
                self.stream_of(cx, StreamKind::At(Box::new(t)), span)
            }
            A::Binary(BinaryOp::Of, l, r) if matches!(&l.kind, A::Name(n) if n.text == "lapse") => {
                self.lapse(cx, r, span)
            }
            A::Binary(BinaryOp::Of, l, r) if matches!(&l.kind, A::Name(n) if n.text == "fulfilment" || n.text == "breach") =>
            {
                let breach = matches!(&l.kind, A::Name(n) if n.text == "breach");
                if let (true, A::Cite(c)) = (breach, &unparen(r).kind) {
                    let cited = self.cite(cx, c);
                    return self.stream_of(
                        cx,
                        cited.map_or(StreamKind::Begin, StreamKind::BreachOf),
                        span,
                    );
                }
                let state = if breach { "breached" } else { "fulfilled" };
                self.norm_event(cx, r, state, span)
            }
            A::Ordinal(_, inner) if self.is_dates(cx, inner) => {
                let none = self.dates(cx, e);
                self.stream_of(cx, StreamKind::Every(Box::new(none)), span)
            }
            A::Ordinal(ordinal, inner) => self.nth(cx, *ordinal, inner, span),
            A::Where(inner, cond) => {
                if let A::Ordinal(ordinal, of) = &inner.kind {
                    let with = ast::Expr {
                        kind: A::Where(of.clone(), cond.clone()),
                        span,
                    };
                    return self.nth(cx, *ordinal, &with, span);
                }
                if self.act_of(cx, inner).is_some() {
                    return self.act_stream(cx, e);
                }
                let s = self.stream(cx, inner);
                let c = self.cond(cx, cond);
                self.stream_of(cx, StreamKind::Where(Box::new(s), Box::new(c)), span)
            }
            A::Call(f, args) => match &f.kind {
                A::Name(n) if cx.local(&n.text).is_none() => self.stream_call(cx, e, n, args),
                _ => self.stream_value(cx, e),
            },
            A::Name(n) if cx.local(&n.text).is_none() => {
                if outcome_of(&n.text).is_some()
                    && let Some((d, _)) = self.the_decision(cx, n)
                {
                    let outcome = outcome_of(&n.text).unwrap_or(DecisionOutcome::Adopted);
                    let subject = match (self.program.decisions[d.index()].subject, cx.procedure) {
                        (Some(_), Some((_, this))) => ArgPattern::Var(this),
                        _ => ArgPattern::Any,
                    };
                    return self.stream_of(cx, StreamKind::Outcome(d, outcome, subject), span);
                }
                if let Some(stage) = self.child_stage(cx, &n.text) {
                    let kind = self.child_event(cx, stage, span);
                    return self.stream_of(cx, kind, span);
                }
                if let Some(Symbol::Define(d)) = self.symbol(cx, &n.text)
                    && let DefineValue::Stream(s) = &self.program.defines[d.index()].value
                {
                    let mut s = s.clone();
                    cited_where_it_is_used(&mut s, cx.provision);
                    return s;
                }
                self.stream_value(cx, e)
            }
            _ => self.stream_value(cx, e),
        }
    }

    fn stream_value(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        if self.act_of(cx, e).is_some() {
            return self.act_stream(cx, e);
        }
        let v = self.expr(cx, e, None);
        let span = e.span;
        let kind = match v.ty {
            Ty::Day | Ty::Time => StreamKind::At(Box::new(v)),
            Ty::Optional(ref t) if matches!(**t, Ty::Day | Ty::Time) => StreamKind::At(Box::new(v)),
            Ty::Bool | Ty::Error => StreamKind::Rise {
                cond: Box::new(v),
                once: false,
            },
            _ => {
                self.error(
                    Diagnostic::error(
                        codes::E0413,
                        format!("an event belongs here, this is {}", self.show(&v.ty)),
                    )
                    .at(span, "nothing that happens")
                    .help(if v.ty == Ty::Dates {
                        "write `every …` before it"
                    } else if v.ty == Ty::Length {
                        "say from when it counts: `30 days after E`; a time limit is `within 30 days`"
                    } else {
                        "name an act, a condition, a date, `D after E`, `start(S)` or `lapse of …`"
                    }),
                );
                StreamKind::Rise {
                    cond: Box::new(crate::check::error_expr(cx.provision, span)),
                    once: false,
                }
            }
        };
        self.stream_of(cx, kind, span)
    }

    fn act_stream(&mut self, cx: &mut Context, e: &ast::Expr) -> Stream {
        match self.pattern(cx, e) {
            Some(p) => self.stream_of(cx, StreamKind::Act(Box::new(p)), e.span),
            None => {
                let c = crate::check::error_expr(cx.provision, e.span);
                self.stream_of(
                    cx,
                    StreamKind::Rise {
                        cond: Box::new(c),
                        once: false,
                    },
                    e.span,
                )
            }
        }
    }

    /// Is this an event rather than a time or a condition? By names alone.
    pub(crate) fn is_event(&self, cx: &Context, e: &ast::Expr) -> bool {
        if self.is_ballot_event(cx, e) {
            return true;
        }
        match &e.kind {
            A::Paren(i) | A::Where(i, _) => self.is_event(cx, i),
            A::FirstTime(_) | A::Every(_) | A::Becomes(_) => true,
            A::Ordinal(_, i) => self.is_event(cx, i),
            A::Binary(BinaryOp::Or, l, r) => self.is_event(cx, l) || self.is_event(cx, r),
            A::Binary(BinaryOp::After, l, r) => {
                !self.picks_event(cx, l) && !self.picks_days(cx, l) && self.is_event(cx, r)
            }
            A::Binary(BinaryOp::Of, l, _) => {
                matches!(&l.kind, A::Name(n) if matches!(n.text.as_str(), "lapse" | "fulfilment" | "breach"))
            }
            A::Name(n) if self.child_stage(cx, &n.text).is_some() => true,
            A::Name(n) if outcome_of(&n.text).is_some() => self.stage_decision(cx).is_some(),
            A::Name(n) => {
                cx.local(&n.text).is_none()
                    && match self.symbol(cx, &n.text) {
                        Some(Symbol::Act(_)) => true,
                        Some(Symbol::Define(d)) => matches!(
                            self.program.defines[d.index()].value,
                            DefineValue::Stream(_)
                        ),
                        _ => false,
                    }
            }
            A::Call(f, args) => match &f.kind {
                A::Name(n) => match n.text.as_str() {
                    "start" | "end" => self.symbol(cx, &n.text).is_none(),
                    word if outcome_of(word).is_some() => true,
                    "later" | "earlier" => args.iter().any(|a| match &a.kind {
                        ast::ArgKind::Value(e) => self.is_act_stream(cx, e),
                        _ => false,
                    }),
                    word if self.is_stage_event(cx, word) => true,
                    _ => {
                        self.act_of(cx, e).is_some()
                            || matches!(self.symbol(cx, &n.text), Some(Symbol::Define(d))
                                if matches!(self.program.defines[d.index()].value, DefineValue::Stream(_)))
                    }
                },
                _ => false,
            },
            _ => self.act_of(cx, e).is_some(),
        }
    }

    /// In `later(…)` the one stream is the argument that is an act, a rise or `D after` one of them; `first E` and `start(S)`
    /// are points there (R15).
    fn is_act_stream(&self, cx: &Context, e: &ast::Expr) -> bool {
        match &unparen(e).kind {
            A::Binary(BinaryOp::After, _, r) => self.is_act_stream(cx, r),
            A::Ordinal(..) => false,
            A::Where(i, _) => self.is_act_stream(cx, i),
            A::FirstTime(_) | A::Every(_) | A::Becomes(_) => true,
            A::Call(f, _) if matches!(&f.kind, A::Name(n) if n.text == "start" || n.text == "end") => {
                false
            }
            A::Binary(BinaryOp::Of, ..) => self.is_event(cx, e),
            _ => self.is_event(cx, e),
        }
    }

    fn stream_call(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        n: &ast::Name,
        args: &[ast::Arg],
    ) -> Stream {
        let span = e.span;
        match n.text.as_str() {
            "start" | "end" if self.symbol(cx, &n.text).is_none() => {
                let started = n.text == "start";
                let [
                    ast::Arg {
                        kind: ast::ArgKind::Value(inner),
                        ..
                    },
                ] = args
                else {
                    self.arity(&n.text, 1, args.len(), span);
                    return self.stream_of(cx, StreamKind::Begin, span);
                };
                // keys may bind in a sentence
                let v = self.expr(cx, inner, None);
                match v.kind {
                    ExprKind::StatusOn(s, keys) | ExprKind::StatusValue(s, keys) => {
                        let keys = keys.into_iter().map(as_pattern).collect();
                        let kind = if started {
                            StreamKind::Started(s, keys)
                        } else {
                            StreamKind::Ended(s, keys)
                        };
                        self.stream_of(cx, kind, span)
                    }
                    ExprKind::InStage {
                        instance,
                        procedure,
                        stages,
                    } if stages.len() == 1 => {
                        let whose = as_pattern(*instance);
                        let kind = if started {
                            StreamKind::Enter(procedure, stages[0], whose)
                        } else {
                            StreamKind::Leave(procedure, stages[0], whose)
                        };
                        self.stream_of(cx, kind, span)
                    }
                    ExprKind::Error => self.stream_of(cx, StreamKind::Begin, span),
                    _ => {
                        self.error(
                            Diagnostic::error(
                                codes::E0413,
                                format!("`{}(…)` asks for a status", n.text),
                            )
                            .at(inner.span, "not a status"),
                        );
                        self.stream_of(cx, StreamKind::Begin, span)
                    }
                }
            }
            word if outcome_of(word).is_some()
                && args
                    .first()
                    .is_some_and(|a| self.named_decision(cx, a).is_some()) =>
            {
                match args.first().and_then(|a| self.decision_arg(cx, a)) {
                    Some((d, subject)) => {
                        let outcome = outcome_of(&n.text).unwrap_or(DecisionOutcome::Adopted);
                        let subject = subject.map_or(ArgPattern::Any, as_pattern);
                        self.stream_of(cx, StreamKind::Outcome(d, outcome, subject), span)
                    }
                    None => {
                        if let Some(arg) = args.first() {
                            self.no_decision(cx, arg);
                        }
                        self.stream_of(cx, StreamKind::Begin, span)
                    }
                }
            }
            "later" | "earlier" => self.combined(cx, n.text == "earlier", args, span),
            _ => match self.symbol(cx, &n.text) {
                Some(Symbol::Define(d))
                    if matches!(
                        self.program.defines[d.index()].value,
                        DefineValue::Stream(_)
                    ) =>
                {
                    let define = self.program.defines[d.index()].clone();
                    let values = self.arguments(cx, &n.text, &define.params, args, span);
                    let DefineValue::Stream(mut s) = define.value else {
                        unreachable!("tested above")
                    };
                    let mut same = Vec::new();
                    for (p, v) in define.params.iter().zip(values) {
                        let to = match v.kind {
                            ExprKind::Var(to) => to,
                            // Of another value: those elements whose variable equals it.
                            _ => {
                                let to = self.fresh("it", self.var_ty(*p));
                                let (ty, span) = (self.var_ty(*p), v.span);
                                let var = self.make(cx, ExprKind::Var(to), ty, span);
                                let is = ExprKind::Compare(CmpOp::Eq, Box::new(var), Box::new(v));
                                same.push(self.make(cx, is, Ty::Bool, span));
                                to
                            }
                        };
                        s.for_each_var(&mut |x| {
                            if x == p {
                                *x = to;
                            }
                        });
                    }
                    cited_where_it_is_used(&mut s, cx.provision);
                    if same.is_empty() {
                        return s;
                    }
                    let same = self.make(cx, ExprKind::And(same), Ty::Bool, span);
                    let filtered = StreamKind::Where(Box::new(s), Box::new(same));
                    self.stream_of(cx, filtered, span)
                }
                None if self.is_stage_event(cx, &n.text) => {
                    let kind = self.stage_event(cx, n, args, span);
                    self.stream_of(cx, kind.unwrap_or(StreamKind::Begin), span)
                }
                _ => self.stream_value(cx, e),
            },
        }
    }

    /// `later(points…, stream)`.
    fn combined(
        &mut self,
        cx: &mut Context,
        earlier: bool,
        args: &[ast::Arg],
        span: Span,
    ) -> Stream {
        let values: Vec<&ast::Expr> = args
            .iter()
            .filter_map(|a| match &a.kind {
                ast::ArgKind::Value(e) => Some(e),
                _ => None,
            })
            .collect();
        let streams: Vec<&&ast::Expr> = values
            .iter()
            .filter(|e| self.is_act_stream(cx, e))
            .collect();
        if streams.len() > 1 {
            self.error(
                Diagnostic::error(codes::E0412, "two events in one `later` or `earlier`")
                    .at(streams[1].span, "a second event")
                    .also(streams[0].span, "the first event")
                    .help("say which occurrence of all but one: `first …`, `start(…)`"),
            );
        }
        let stream = streams.first().map(|e| (**e).clone());
        // The stream first: what it binds may be used beside it.
        let bound = stream.as_ref().map(|e| self.stream(cx, e));
        let mut points = Vec::new();
        for e in &values {
            if stream.as_ref().is_some_and(|s| s.span == e.span) || self.is_act_stream(cx, e) {
                continue;
            }
            points.push(self.time(cx, e));
        }
        match bound {
            Some(s) => self.stream_of(
                cx,
                StreamKind::Combined {
                    earlier,
                    points,
                    stream: Box::new(s),
                },
                span,
            ),
            None => {
                let kind = if earlier {
                    ExprKind::Earlier(points)
                } else {
                    ExprKind::Later(points)
                };
                let t = self.make(cx, kind, Ty::Time, span);
                self.stream_of(cx, StreamKind::At(Box::new(t)), span)
            }
        }
    }

    /// `lapse of D after E`, `lapse of T`, `lapse of label(m)`, `lapse of D` in a stage.
    fn lapse(&mut self, cx: &mut Context, r: &ast::Expr, span: Span) -> Stream {
        let inner = unparen(r);
        if self.norm_ref(cx, inner).is_some() {
            return self.norm_event(cx, inner, "lapsed", span);
        }
        if let A::Cite(_) = &inner.kind {
            self.error(
                Diagnostic::error(codes::E0203, "the label of a sentence belongs here")
                    .at(inner.span, "a provision, of which all sentences may lapse")
                    .help("name the sentence, `label: WHO must …` and `lapse of label`; of a provision ask for a `breach of art 1`"),
            );
            return self.stream_of(cx, StreamKind::Begin, span);
        }
        if let A::Binary(BinaryOp::After, l, e) = &inner.kind
            && self.is_event(cx, e)
        {
            let s = self.stream(cx, e);
            let d = self.length(cx, l);
            return self.stream_of(cx, StreamKind::LapseAfter(Box::new(d), Box::new(s)), span);
        }
        let t = self.time_or_length(cx, inner);
        if *crate::kind::strip(&t.ty) != Ty::Length {
            return self.stream_of(cx, StreamKind::LapseAt(Box::new(t)), span);
        }
        if let (Some((p, this)), Some(stage)) = (cx.procedure, cx.stage) {
            let enter = StreamKind::Enter(p, stage, ArgPattern::Var(this));
            let enter = self.stream_of(cx, enter, span);
            let lapse = StreamKind::LapseAfter(Box::new(t), Box::new(enter));
            return self.stream_of(cx, lapse, span);
        }
        self.error(
            Diagnostic::error(
                codes::E0413,
                "`lapse of D` alone counts from the entry of a stage",
            )
            .at(span, "not in a stage")
            .help("say after what: `lapse of 1 year after …`"),
        );
        self.stream_of(cx, StreamKind::Begin, span)
    }

    fn norm_event(&mut self, cx: &mut Context, e: &ast::Expr, state: &str, span: Span) -> Stream {
        let Some((norm, args)) = self.norm_ref(cx, e) else {
            self.error(
                Diagnostic::error(codes::E0203, "the label of a sentence belongs here")
                    .at(e.span, "not a label")
                    .help("write `label: WHO must …` and name that label"),
            );
            return self.stream_of(cx, StreamKind::Begin, span);
        };
        let keys = self
            .norm_keys(cx, norm, args, span)
            .into_iter()
            .map(as_pattern)
            .collect();
        let state = norm_state(state).unwrap_or(NormState::Lapsed);
        self.stream_of(cx, StreamKind::Norm(norm, state, keys), span)
    }

    fn nth(&mut self, cx: &mut Context, ordinal: Ordinal, inner: &ast::Expr, span: Span) -> Stream {
        let n = match ordinal {
            Ordinal::First => 1,
            Ordinal::Nth(0) => {
                self.zeroth(span);
                1
            }
            Ordinal::Nth(n) => n,
            Ordinal::Last => {
                self.error(
                    Diagnostic::error(
                        codes::E0413,
                        "nobody knows yet which occurrence will be the last",
                    )
                    .at(span, "not an event")
                    .help("use the act itself; each occurrence counts anew"),
                );
                1
            }
        };
        let s = self.stream(cx, inner);
        self.stream_of(cx, StreamKind::Nth(n, Box::new(s)), span)
    }
}

/// A key value as a pattern: a variable binds or matches, anything else must be equal.
pub(crate) fn as_pattern(e: Expr) -> ArgPattern {
    match e.kind {
        ExprKind::Var(v) => ArgPattern::Var(v),
        ExprKind::Error => ArgPattern::Any,
        _ => ArgPattern::Is(Box::new(e)),
    }
}

/// What comes of an event is cited by the clause that says so, not by the one that gave the event its name.
fn cited_where_it_is_used(s: &mut Stream, provision: ProvisionId) {
    s.provision = provision;
    match &mut s.kind {
        StreamKind::Or(either) => {
            for s in either {
                cited_where_it_is_used(s, provision);
            }
        }
        StreamKind::InVersion(s, _) | StreamKind::Where(s, _) | StreamKind::Nth(_, s) => {
            cited_where_it_is_used(s, provision);
        }
        _ => {}
    }
}
