//! Sentences.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A, TimeKind};
use crate::before::{Before, is_duty};
use crate::check::{Checker, id};
use crate::hir::*;
use crate::scope::*;

impl Checker {
    /// An empty norm, so that its label can be named before its body is checked.
    pub(crate) fn new_norm(&mut self, cx: &Context, n: &ast::Norm) -> NormId {
        let norm = NormId(id(self.program.norms.len()));
        let var = self.fresh("subject", Ty::Error);
        let who = Subject {
            var,
            kinds: Vec::new(),
            cond: self.make(cx, ExprKind::Bool(true), Ty::Bool, n.span),
            each: false,
            jointly: false,
            text: String::new(),
        };
        let made = Norm {
            modal: n.modal,
            ..self.blank_norm(cx, who, n.span)
        };
        self.program.norms.push(made);
        norm
    }

    /// A permission of nothing: what a sentence leaves out.
    pub(crate) fn blank_norm(&self, cx: &Context, who: Subject, span: Span) -> Norm {
        Norm {
            label: None,
            who,
            modal: Modal::May,
            pred: NormPred::Anonymous(String::new()),
            qualifier: None,
            upon: None,
            when: None,
            while_: None,
            unless: None,
            time: None,
            not_counting: None,
            time_except: Vec::new(),
            despite: None,
            else_: None,
            else_of: None,
            instance: cx.procedure,
            stage: cx.stage,
            while_here: false,
            version: cx.version,
            head: None,
            keys: Vec::new(),
            provision: cx.provision,
            span,
        }
    }

    pub(crate) fn norm(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        known: Option<NormId>,
        else_of: Option<NormId>,
    ) -> NormId {
        self.norm_in(cx, n, known, else_of, &[])
    }

    /// A sentence; `around` is what it can name of the one upon whose lapse it follows.
    fn norm_in(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        known: Option<NormId>,
        else_of: Option<NormId>,
        around: &[VarId],
    ) -> NormId {
        let norm = known.unwrap_or_else(|| self.new_norm(cx, n));
        let depth = cx.locals.len();
        self.sentence(cx, n, norm, around);
        self.program.norms[norm.index()].else_of = else_of;
        if let Some(e) = &n.else_ {
            let label = self.label_of(cx, e);
            let around = self.named_by_else(norm, around);
            let inner = self.norm_in(cx, e, label, Some(norm), &around);
            self.program.norms[norm.index()].else_ = Some(inner);
            let named = self.program.norms[inner.index()].keys.clone();
            self.keys_for_else(cx, norm, &around, &named);
        }
        cx.locals.truncate(depth);
        norm
    }

    /// What the sentence upon a lapse can name: the keys of the sentences around it, and each of those for whom the one
    /// that lapses asks for something.
    fn named_by_else(&self, norm: NormId, around: &[VarId]) -> Vec<VarId> {
        let n = &self.program.norms[norm.index()];
        let each = n.pred.each();
        let each = each.iter().flatten().map(|s| s.var);
        let mut all = around.to_vec();
        for v in n.keys.iter().copied().chain(each) {
            if !all.contains(&v) {
                all.push(v);
            }
        }
        all
    }

    /// What is named upon its lapse is a key of a sentence: whose duty lapsed must be known then (R30b).
    fn keys_for_else(&mut self, cx: &Context, norm: NormId, around: &[VarId], named: &[VarId]) {
        let n = &self.program.norms[norm.index()];
        let (mut pred, mut when) = (n.pred.clone(), n.when.clone());
        let apart = self.each_apart(cx, &mut pred, &mut when, named);
        let n = &mut self.program.norms[norm.index()];
        let passed = named.iter().filter(|v| around.contains(v));
        for v in apart.iter().chain(passed) {
            if !n.keys.contains(v) {
                n.keys.push(*v);
            }
        }
        (n.pred, n.when) = (pred, when);
    }

    /// The norm of a labelled sentence.
    fn label_of(&self, cx: &Context, n: &ast::Norm) -> Option<NormId> {
        let norms = &self.program.norms;
        let found = norms
            .iter()
            .position(|x| x.span == n.span && x.label.is_some() && x.provision == cx.provision);
        found.map(|i| NormId(id(i)))
    }

    /// The keys of labelled sentences, before anything that names them by label is checked. What is wrong in a sentence
    /// is reported when its turn comes.
    pub(crate) fn foresee(&mut self, cx: &mut Context, n: &ast::Norm, known: Option<NormId>) {
        // Without a label nothing can name it, nor what follows upon its lapse.
        let mut chain = std::iter::successors(Some(n), |n| n.else_.as_deref());
        if known.is_none() && chain.all(|n| n.label.is_none()) {
            return;
        }
        self.foresee_in(cx, n, known, &[]);
    }

    /// The same for what follows upon a lapse; `around` are the keys of the sentence it belongs to.
    fn foresee_in(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        known: Option<NormId>,
        around: &[VarId],
    ) -> Vec<VarId> {
        let (reported, partial) = (self.diagnostics.len(), self.partial);
        let depth = cx.locals.len();
        let norm = known.unwrap_or_else(|| self.new_norm(cx, n));
        self.sentence(cx, n, norm, around);
        if let Some(e) = &n.else_ {
            let around = self.named_by_else(norm, around);
            let named = self.foresee_in(cx, e, self.label_of(cx, e), &around);
            self.keys_for_else(cx, norm, &around, &named);
        }
        let keys = self.program.norms[norm.index()].keys.clone();
        if known.is_none() {
            self.program.norms.truncate(norm.index());
        }
        cx.locals.truncate(depth);
        self.diagnostics.truncate(reported);
        self.partial = partial;
        keys
    }

    /// The parts of a sentence but its `else`; what it binds stays in scope. What follows upon a lapse has the keys of the
    /// sentence around it that it names: their values are those of the instance that lapsed (R30b).
    fn sentence(&mut self, cx: &mut Context, n: &ast::Norm, norm: NormId, around: &[VarId]) {
        let was_implicit = std::mem::replace(&mut cx.implicit, true);
        let outset = cx.locals.len();
        let who = self.subject_of(cx, &n.who, n.span);
        // `head(t) must report(t) upon asked(t)`: the subject names what the event says.
        let by_subject = cx.locals[outset..].iter().map(|(_, v)| *v);
        let by_subject: Vec<VarId> = by_subject.filter(|v| *v != who.var).collect();
        // The event first, then what is demanded, then times and conditions: each may read what was bound before it.
        let before = cx.locals.len();
        let mut upon = n.upon.as_ref().map(|u| {
            let mut stream = self.stream(cx, &u.event);
            if let Some(b) = &u.binder {
                self.name_occurrence(cx, b, &mut stream);
            }
            stream
        });
        let mut by_event: Vec<VarId> = cx.locals[before..].iter().map(|(_, v)| *v).collect();
        if n.upon.as_ref().is_some_and(|u| u.binder.is_some())
            && let Some(occurrence) = by_event.pop()
        {
            // It says the rest: `reporting(c)`.
            by_event.insert(0, occurrence);
        }
        let said = upon.as_ref().map_or_else(Vec::new, Stream::vars);
        by_event.extend(by_subject.into_iter().filter(|v| said.contains(v)));
        let bound = cx.locals.len();
        let outside = std::mem::replace(&mut cx.each, each_means(n.modal));
        let (mut pred, qualifier) = self.norm_pred(cx, n, &who);
        cx.each = outside;
        if let Some(stream) = &mut upon {
            self.demanded_of(cx, bound, before, &mut pred, stream);
        }
        let demanded: Vec<VarId> = pred.vars();
        let when = n.when.as_ref().map(|e| self.cond(cx, e));
        let while_here =
            matches!(n.while_.as_ref().map(|e| &e.kind), Some(A::Name(x)) if x.text == "here");
        let while_ = n.while_.as_ref().map(|e| self.cond(cx, e));
        let mut unless = n.unless.as_ref().map(|e| self.cond(cx, e));
        let before = self.before(cx, n.modal, n.time.as_ref());
        let ends_with_event = matches!(before, Some(Before::Come(_)));
        if let Some(Before::Come(come)) = &before {
            let all = unless.into_iter().chain([come.clone()]).collect();
            unless = Some(self.make(cx, ExprKind::Or(all), Ty::Bool, come.span));
        }
        if let Some(t) = n.time.as_ref()
            && matches!(t.kind, TimeKind::Every { .. })
            && !is_duty(n.modal)
        {
            self.error(
                Diagnostic::error(codes::E0524, "only a duty recurs")
                    .at(
                        t.span,
                        "one duty for each round; a power or a prohibition has none",
                    )
                    .help("say when it holds: `during …`, `between A and B`, `within D`, `when …`"),
            );
        }
        let (when, unless) = self.added_conditions(cx, n.span, when, unless);
        let time = match before {
            Some(Before::Come(_)) => None,
            Some(Before::Time(t)) => Some(Time::Before(t)),
            None => n.time.as_ref().and_then(|t| self.norm_time(cx, t)),
        };
        let time_except = self.provisos(cx, n, ends_with_event);
        let not_counting = n.not_counting.as_ref().map(|e| {
            self.countable(cx, n, e.span);
            self.dates(cx, e)
        });
        let despite = n.despite.as_ref().and_then(|c| self.cite(cx, c));
        let mut keys =
            self.norm_key_vars(cx, n, &who, &by_event, &demanded, [&when, &while_], &time);
        let (mut pred, mut when) = (pred, when);
        {
            let conds = [&when, &while_, &unless].into_iter().flatten();
            let mut read: Vec<VarId> = conds.flat_map(Expr::vars).collect();
            read.extend(time.iter().flat_map(time_vars));
            for (t, c) in &time_except {
                read.extend(time_vars(t).into_iter().chain(c.vars()));
            }
            let apart = self.each_apart(cx, &mut pred, &mut when, &read);
            keys.extend(
                apart
                    .into_iter()
                    .filter(|v| !keys.contains(v))
                    .collect::<Vec<_>>(),
            );
        }
        if let ast::NormPred::Stay(_) = n.pred {
            self.staying_keys(&who, &demanded, &mut keys);
        }
        if !around.is_empty() {
            let conds = [&when, &while_, &unless].into_iter().flatten();
            let mut named: Vec<VarId> = conds.flat_map(Expr::vars).collect();
            named.extend(who.cond.vars());
            named.extend(upon.iter().flat_map(Stream::vars));
            named.extend(&demanded);
            named.extend(time.iter().flat_map(time_vars));
            for (t, c) in &time_except {
                named.extend(time_vars(t).into_iter().chain(c.vars()));
            }
            let kept = around.iter().filter(|k| named.contains(k));
            let kept: Vec<VarId> = kept.copied().filter(|k| !keys.contains(k)).collect();
            keys.extend(kept);
        }
        let names = cx.locals[outset..].to_vec();
        self.norm_names.insert(norm, names);
        cx.implicit = was_implicit;
        let made = &mut self.program.norms[norm.index()];
        made.who = who;
        made.pred = pred;
        made.qualifier = qualifier;
        made.upon = upon;
        made.when = when;
        made.while_ = while_;
        made.unless = unless;
        made.time = time;
        made.not_counting = not_counting;
        made.time_except = time_except;
        made.despite = despite;
        made.while_here = while_here;
        made.keys = keys;
        made.instance = cx.procedure;
        made.stage = cx.stage;
        made.provision = cx.provision;
    }

    /// `must copy(a: Annex) upon communicate(a)`: the variable is the event's, and only what is an annex makes the duty arise.
    fn demanded_of(
        &mut self,
        cx: &mut Context,
        bound: usize,
        before: usize,
        pred: &mut NormPred,
        upon: &mut Stream,
    ) {
        let patterns: Vec<&mut Pattern> = match pred {
            NormPred::Act(p) => vec![p],
            NormPred::OneOf(ps) => ps.iter_mut().collect(),
            _ => return,
        };
        let of_event: Vec<(String, VarId)> = cx.locals[before..bound].to_vec();
        let again = cx.locals.split_off(bound);
        let mut same = Vec::new();
        for (name, v) in again {
            match of_event.iter().find(|(n, _)| *n == name) {
                Some((_, old)) if matches!(self.var_ty(v), Ty::Entity(_)) => same.push((v, *old)),
                _ => cx.locals.push((name, v)),
            }
        }
        for p in patterns {
            for a in &mut p.args {
                if let ArgPattern::Var(v) = a
                    && let Some((_, old)) = same.iter().find(|(new, _)| new == v)
                {
                    *a = ArgPattern::Var(*old);
                }
            }
        }
        for (new, old) in same {
            let (Ty::Entity(kinds), wide) = (self.var_ty(new), self.var_ty(old)) else {
                continue;
            };
            if wide == Ty::Entity(kinds.clone()) {
                continue;
            }
            let span = upon.span;
            let var = self.make(cx, ExprKind::Var(old), wide, span);
            let is = self.make(cx, ExprKind::IsKind(Box::new(var), kinds), Ty::Bool, span);
            *upon = Stream {
                kind: StreamKind::Where(Box::new(upon.clone()), Box::new(is)),
                ..upon.clone()
            };
        }
    }

    /// `must notify to each p: K within d(p)`: what the rest of the sentence says of one of them makes a duty for each of
    /// them, as it does of any other variable (R28). Returns those variables.
    fn each_apart(
        &self,
        cx: &Context,
        pred: &mut NormPred,
        when: &mut Option<Expr>,
        read: &[VarId],
    ) -> Vec<VarId> {
        let mut apart = Vec::new();
        for a in pred.positions_mut() {
            let ArgPattern::Each(set) = a else { continue };
            if !read.contains(&set.var) {
                continue;
            }
            let var = set.var;
            let cond = set.cond.clone();
            *a = ArgPattern::Var(var);
            if apart.contains(&var) {
                continue;
            }
            apart.push(var);
            let all: Vec<Expr> = when.take().into_iter().chain([cond.clone()]).collect();
            *when = Some(self.make(cx, ExprKind::And(all), Ty::Bool, cond.span));
        }
        apart
    }

    /// R2: days are left out of a number of days, not of months, hours or a date.
    fn countable(&mut self, cx: &Context, n: &ast::Norm, span: Span) {
        let times = n.time.iter().chain(n.time_except.iter().map(|(t, _)| t));
        let lengths = times.filter_map(|t| match &t.kind {
            TimeKind::Within { length, .. }
            | TimeKind::AtLeastBefore { length, .. }
            | TimeKind::Every { length, .. } => Some(length),
            _ => None,
        });
        let lengths: Vec<&ast::Expr> = lengths.collect();
        let uncountable = |l: &&ast::Expr| {
            self.constant_length(cx, l)
                .is_some_and(|l| !matches!(l.as_period(), Ok(p) if p.months == 0))
        };
        let wrong = lengths.iter().copied().find(uncountable).map(|l| l.span);
        // An ordinal has the length that its term gives it.
        let times = n.time.iter().chain(n.time_except.iter().map(|(t, _)| t));
        let mut urgent = times.filter_map(|t| match t.kind {
            TimeKind::Urgency(u) => Some((u, t.span)),
            _ => None,
        });
        let first = urgent.next();
        let months = first.filter(|(u, _)| {
            let terms = self.program.terms.iter();
            let mut of_it = terms.filter(|(x, ..)| x == u);
            of_it.any(|(_, l, _)| !matches!(l.as_period(), Ok(p) if p.months == 0))
        });
        let wrong = wrong.or(months.map(|(_, span)| span));
        let nothing = lengths.is_empty() && first.is_none();
        let help = match months {
            Some(_) => "give the ordinal a length in days or weeks: `term promptly = 10 days`",
            None => "write the time in days or weeks: `within 10 days not counting …`",
        };
        if let (Some(at), _) | (None, Some(at)) = (wrong, nothing.then_some(span)) {
            self.error(
                Diagnostic::error(codes::E0523, "days are left out of a number of days only")
                    .at(at, "not a number of days")
                    .also(span, "these are not counted")
                    .help(help),
            );
        }
    }

    /// R28: what identifies an instance.
    #[allow(clippy::too_many_arguments)]
    fn norm_key_vars(
        &self,
        cx: &Context,
        n: &ast::Norm,
        who: &Subject,
        by_event: &[VarId],
        demanded: &[VarId],
        conds: [&Option<Expr>; 2],
        time: &Option<Time>,
    ) -> Vec<VarId> {
        let mut keys: Vec<VarId> = cx.procedure.iter().map(|(_, this)| *this).collect();
        if who.each {
            keys.push(who.var);
        }
        keys.extend(by_event.iter().copied());
        if matches!(n.modal, ast::Modal::Must | ast::Modal::Should) || n.label.is_some() {
            let mut read: Vec<VarId> = conds
                .iter()
                .filter_map(|c| c.as_ref())
                .flat_map(Expr::vars)
                .collect();
            if let Some(t) = time {
                read.extend(time_vars(t));
            }
            read.extend(who.cond.vars().into_iter().filter(|v| *v != who.var));
            keys.extend(demanded.iter().copied().filter(|v| read.contains(v)));
        }
        let mut seen = Vec::new();
        keys.retain(|v| {
            let new = !seen.contains(v);
            seen.push(*v);
            new
        });
        keys
    }

    fn norm_pred(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        who: &Subject,
    ) -> (NormPred, Option<String>) {
        match &n.pred {
            ast::NormPred::Anonymous { qualifier, text } => (
                NormPred::Anonymous(text.value.clone()),
                qualifier.as_ref().map(|q| q.value.clone()),
            ),
            ast::NormPred::Ensure(c) => (NormPred::Ensure(self.cond(cx, c)), None),
            ast::NormPred::Stay(e) => (NormPred::Ensure(self.staying(cx, n, e)), None),
            ast::NormPred::OneOf { qualifier, acts } => {
                if !matches!(n.modal, ast::Modal::Must | ast::Modal::Should) {
                    let at = acts.first().map_or(n.span, |a| a.span);
                    self.error(
                        Diagnostic::error(codes::E0520, "`one of` belongs to a duty")
                            .at(at, "what is left when one of them is done is not said")
                            .help("write one sentence for each act"),
                    );
                }
                let patterns = acts.iter().filter_map(|a| self.demanded(cx, n, a, who));
                let mut patterns: Vec<Pattern> = patterns.collect();
                // Whom all of them are to be done to is said once.
                if let Some((last, before)) = patterns.split_last_mut() {
                    for p in before {
                        for (a, of_last) in
                            [(&mut p.to, &last.to), (&mut p.for_whom, &last.for_whom)]
                        {
                            if matches!(a, ArgPattern::Each(_)) {
                                a.clone_from(of_last);
                            }
                        }
                    }
                }
                let qualifier = qualifier.as_ref().map(|q| q.value.clone());
                (NormPred::OneOf(patterns), qualifier)
            }
            ast::NormPred::Act { qualifier, act } => {
                let qualifier = qualifier.as_ref().map(|q| q.value.clone());
                if self.is_ballot_event(cx, act) {
                    return (self.ballot_demanded(cx, n, act), qualifier);
                }
                match self.demanded(cx, n, act, who) {
                    Some(p) => (NormPred::Act(p), qualifier),
                    None => (NormPred::Anonymous(String::new()), qualifier),
                }
            }
        }
    }

    /// An act that the subject can do, with its positions.
    fn demanded(
        &mut self,
        cx: &mut Context,
        n: &ast::Norm,
        act: &ast::Expr,
        who: &Subject,
    ) -> Option<Pattern> {
        let mut p = self.pattern(cx, act)?;
        let a = &self.program.acts[p.act.index()];
        if a.class != ast::ActClass::Event
            && !a.by.is_empty()
            && !who.kinds.is_empty()
            && !who.kinds.iter().any(|k| a.by.contains(k))
        {
            let want = self.show(&Ty::Entity(a.by.clone()));
            let got = self.show(&Ty::Entity(who.kinds.clone()));
            let at = n.who.first().map_or(n.span, |w| w.span);
            let d = Diagnostic::error(
                codes::E0305,
                format!("`{}` is done by {want}, the subject is {got}", a.name),
            );
            self.error(
                d.at(at, "can never do this")
                    .also(a.span, "declared here")
                    .help("correct the subject, or widen `by …` of the act"),
            );
        }
        p.actor = ArgPattern::Var(who.var);
        if let Some(e) = &n.for_whom {
            let by = self.program.acts[p.act.index()].by.clone();
            p.for_whom = self.position(cx, e, &by);
        }
        if let Some(e) = &n.to_whom {
            let to = self.program.acts[p.act.index()].to.clone();
            p.to = self.position(cx, e, &to);
        }
        Some(p)
    }

    pub(crate) fn norm_time(&mut self, cx: &mut Context, t: &ast::TimeSpec) -> Option<Time> {
        Some(match &t.kind {
            TimeKind::Within { further, length } => Time::Within {
                length: self.length(cx, length),
                further: *further,
            },
            TimeKind::AtLeastBefore { length, event } => {
                let length = self.length(cx, length);
                let event = self.time(cx, event);
                Time::AtLeastBefore { length, event }
            }
            TimeKind::Before(e) => {
                let s = self.stream(cx, e);
                match s.kind {
                    StreamKind::At(t) => Time::Before(*t),
                    _ => Time::BeforeEvent(s),
                }
            }
            TimeKind::After(e) => Time::NotBefore(self.time(cx, e)),
            TimeKind::At(e) => Time::At(self.time(cx, e)),
            TimeKind::Between(a, b) => Time::Between(self.time(cx, a), self.time(cx, b)),
            TimeKind::Every { length, after } => {
                let length = self.length(cx, length);
                let after = self.time(cx, after);
                Time::Every { length, after }
            }
            TimeKind::During(e) => self.during(cx, e),
            TimeKind::Until(e) => Time::Until(self.stream(cx, e)),
            TimeKind::Urgency(u) => Time::Urgency(*u),
        })
    }
}

/// What `each K` means in what a sentence is about.
fn each_means(modal: Modal) -> EachMeans {
    match modal {
        Modal::Must | Modal::Should => EachMeans::All,
        _ => EachMeans::Any,
    }
}

fn time_vars(t: &Time) -> Vec<VarId> {
    match t {
        Time::Within { length, .. } => length.vars(),
        Time::AtLeastBefore { length, event } => [length.vars(), event.vars()].concat(),
        Time::Before(e) | Time::NotBefore(e) | Time::At(e) | Time::During(e) => e.vars(),
        Time::BeforeEvent(s) | Time::Until(s) => s.vars(),
        Time::Between(a, b)
        | Time::Span {
            opens: a,
            closes: b,
            ..
        } => [a.vars(), b.vars()].concat(),
        Time::Every { length, after } => [length.vars(), after.vars()].concat(),
        Time::Urgency(_) => Vec::new(),
    }
}
