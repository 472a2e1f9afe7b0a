//! What productions build without looking at the text.

use crate::ast::*;
use crate::lexer::normal;
use rogatio_diagnostics::Span;

pub(crate) fn push<T>(mut v: Vec<T>, x: T) -> Vec<T> {
    v.push(x);
    v
}

/// What lies on the parser's stack is moved at every step: what is large lies there in a box, and comes out once.
pub(crate) fn unboxed<T>(v: Vec<Box<T>>) -> Vec<T> {
    v.into_iter().map(|x| *x).collect()
}

/// Titles before and after the versions of an article.
pub(crate) fn later(mut before: Vec<Text>, first: Text, rest: Vec<Text>) -> Vec<Text> {
    before.push(first);
    before.extend(rest);
    before
}

/// The same for what may be absent.
pub(crate) fn own<T>(x: Option<Box<T>>) -> Option<T> {
    x.map(|x| *x)
}

pub(crate) fn unshift<T>(x: T, mut v: Vec<T>) -> Vec<T> {
    v.insert(0, x);
    v
}

pub(crate) fn text_name(text: Text) -> Name {
    Name {
        text: normal(&text.value),
        span: text.span,
    }
}

pub(crate) fn text_expr(text: Text) -> Box<Expr> {
    Box::new(Expr {
        span: text.span,
        kind: ExprKind::Text(text),
    })
}

pub(crate) fn name_expr(name: Name) -> Box<Expr> {
    Box::new(Expr {
        span: name.span,
        kind: ExprKind::Name(name),
    })
}

pub(crate) fn one_path(name: Name) -> Path {
    Path {
        span: name.span,
        segments: vec![name],
    }
}

pub(crate) fn union(mut types: Vec<TypeExpr>) -> Box<TypeExpr> {
    if types.len() == 1 {
        return Box::new(types.remove(0));
    }
    let span = types.iter().fold(Span::NONE, |s, t| s.to(t.span));
    Box::new(TypeExpr {
        kind: TypeKind::Union(types),
        span,
    })
}

/// An act for somebody, to somebody.
pub(crate) fn parties(
    act: Box<Expr>,
    for_whom: Option<Box<Expr>>,
    to: Option<Box<Expr>>,
) -> Box<Expr> {
    let act = match for_whom {
        Some(who) => join(act, who, ExprKind::For),
        None => act,
    };
    match to {
        Some(who) => join(act, who, ExprKind::To),
        None => act,
    }
}

pub(crate) fn join(
    a: Box<Expr>,
    b: Box<Expr>,
    kind: fn(Box<Expr>, Box<Expr>) -> ExprKind,
) -> Box<Expr> {
    let span = a.span.to(b.span);
    Box::new(Expr {
        kind: kind(a, b),
        span,
    })
}

pub(crate) fn bin(op: BinaryOp, a: Box<Expr>, b: Box<Expr>) -> Box<Expr> {
    let span = a.span.to(b.span);
    Box::new(Expr {
        kind: ExprKind::Binary(op, a, b),
        span,
    })
}

pub(crate) fn range(a: Box<Expr>, b: Box<Expr>) -> Box<Expr> {
    join(a, b, ExprKind::Range)
}

/// `A of B`. `2nd lapse of L` is the second of the lapses of L, `breach of L in the last D` those in D, although ordinals and
/// `in the last` bind tighter.
pub(crate) fn of(a: Box<Expr>, b: Box<Expr>) -> Box<Expr> {
    if !names_event_of(&a) {
        return bin(BinaryOp::Of, a, b);
    }
    let span = a.span.to(b.span);
    let Expr { kind, span: at } = *a;
    match (kind, b.kind) {
        (ExprKind::Ordinal(which, word), kind) => {
            let b = Box::new(Expr { kind, span: b.span });
            Box::new(Expr {
                kind: ExprKind::Ordinal(which, of(word, b)),
                span,
            })
        }
        (kind, ExprKind::InTheLast(event, length)) => {
            let word = Box::new(Expr { kind, span: at });
            join(of(word, event), length, ExprKind::InTheLast)
        }
        (word, kind) => {
            let word = Box::new(Expr {
                kind: word,
                span: at,
            });
            bin(BinaryOp::Of, word, Box::new(Expr { kind, span: b.span }))
        }
    }
}

/// `lapse`, `2nd breach`: before `of` the word for what becomes of a sentence.
fn names_event_of(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name(n) => matches!(n.text.as_str(), "lapse" | "fulfilment" | "breach"),
        ExprKind::Ordinal(_, of) => names_event_of(of),
        _ => false,
    }
}

/// `D after E`. `lapse of D after E` is the lapse of the whole, although `of` binds tighter.
pub(crate) fn temporal(op: BinaryOp, mut a: Box<Expr>, b: Box<Expr>) -> Box<Expr> {
    // `2nd lapse of 3 days after E`, but `first lapse of L after T`.
    if let ExprKind::Ordinal(which, inner) = a.kind {
        if op == BinaryOp::After
            && matches!(&inner.kind, ExprKind::Binary(BinaryOp::Of, word, length) if names_event_of(word) && has_length(length))
        {
            let span = a.span.to(b.span);
            let kind = ExprKind::Ordinal(which, temporal(op, inner, b));
            return Box::new(Expr { kind, span });
        }
        a.kind = ExprKind::Ordinal(which, inner);
        return bin(op, a, b);
    }
    if let ExprKind::Binary(BinaryOp::Of, lapse, length) = a.kind {
        if matches!(&lapse.kind, ExprKind::Name(n) if n.text == "lapse") {
            return bin(BinaryOp::Of, lapse, bin(op, length, b));
        }
        a.kind = ExprKind::Binary(BinaryOp::Of, lapse, length);
        return bin(op, a, b);
    }
    bin(op, a, b)
}

/// A length as it is written, or a sum of such.
fn has_length(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Length(..) => true,
        ExprKind::Paren(e) => has_length(e),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) => {
            has_length(a) || has_length(b)
        }
        _ => false,
    }
}

/// `E where C`. In `first E where C` the occurrences are filtered before the first is taken (R19).
pub(crate) fn where_(e: Box<Expr>, cond: Box<Expr>) -> Box<Expr> {
    let span = e.span.to(cond.span);
    let kind = match e.kind {
        ExprKind::Ordinal(which, of) => ExprKind::Ordinal(which, where_(of, cond)),
        kind => {
            let e = Box::new(Expr { kind, span: e.span });
            ExprKind::Where(e, cond)
        }
    };
    Box::new(Expr { kind, span })
}

pub(crate) fn is(
    subject: Box<Expr>,
    negated: bool,
    what: Box<Expr>,
    base: Option<Box<Expr>>,
) -> ExprKind {
    ExprKind::Is {
        subject,
        negated,
        what,
        base,
    }
}

pub(crate) fn arg(e: Expr) -> ArgKind {
    match e.kind {
        ExprKind::Element(name, ty) => ArgKind::Bind(name, ty),
        ExprKind::Binary(BinaryOp::Eq, left, right) => match left.kind {
            ExprKind::Name(name) => ArgKind::Named(name, *right),
            kind => {
                let left = Box::new(Expr {
                    kind,
                    span: left.span,
                });
                ArgKind::Value(Expr {
                    kind: ExprKind::Binary(BinaryOp::Eq, left, right),
                    span: e.span,
                })
            }
        },
        kind => ArgKind::Value(Expr { kind, span: e.span }),
    }
}

/// A field or a named instance of a kind.
pub(crate) enum KindPart {
    Field(Param),
    Instance(Name, Vec<Text>),
}

pub(crate) fn own_kind(name: Name, titles: Vec<Text>, parts: Vec<KindPart>) -> ItemKind {
    let (mut fields, mut instances) = (vec![], vec![]);
    for part in parts {
        match part {
            KindPart::Field(field) => fields.push(field),
            KindPart::Instance(name, titles) => instances.push((name, titles)),
        }
    }
    ItemKind::Kind(Kind {
        name,
        titles,
        def: KindDef::Own { fields, instances },
    })
}

pub(crate) fn act(
    class: ActClass,
    name: Name,
    params: Vec<Param>,
    titles: Vec<Text>,
    by: Option<Box<ActBy>>,
    to: Option<Box<Expr>>,
    when: Option<Box<Expr>>,
) -> ItemKind {
    let by = match (own(by), own(when)) {
        (Some(by), when) => Some(ActBy { when, ..by }),
        (None, Some(when)) => {
            let span = when.span;
            Some(ActBy {
                any: false,
                binder: None,
                kinds: vec![],
                when: Some(when),
                span,
            })
        }
        (None, None) => None,
    };
    ItemKind::Act(Act {
        class,
        name,
        titles,
        params,
        by,
        to: own(to),
    })
}

/// A clause of a status before `unless … meanwhile` is joined to its `from`.
pub(crate) struct Tail {
    pub(crate) labels: Vec<LabelTag>,
    pub(crate) kind: TailPart,
    pub(crate) span: Span,
}

pub(crate) enum TailPart {
    Kind(StatusTailKind),
    Is(Expr),
    UnlessMeanwhile(Expr),
}

/// `unless none meanwhile`.
fn is_none(cond: &Expr) -> bool {
    matches!(&cond.kind, ExprKind::Name(n) if n.text == "none")
}

pub(crate) fn join_tails(tails: Vec<Tail>) -> Vec<StatusTail> {
    let mut out: Vec<StatusTail> = Vec::with_capacity(tails.len());
    for Tail { labels, kind, span } in tails {
        let kind = match kind {
            TailPart::Kind(kind) => kind,
            TailPart::Is(e) => is_tail(e),
            TailPart::UnlessMeanwhile(cond) => {
                // After a `from` it is that one's; after an `until` it is for all starts before it.
                let directly = matches!(
                    out.last(),
                    Some(StatusTail {
                        kind: StatusTailKind::From { .. },
                        ..
                    })
                );
                let mut starts: Vec<&mut Option<Expr>> = out
                    .iter_mut()
                    .rev()
                    .filter_map(|tail| match &mut tail.kind {
                        StatusTailKind::From {
                            unless_meanwhile, ..
                        } => Some(unless_meanwhile),
                        _ => None,
                    })
                    .collect();
                if directly {
                    starts.truncate(1);
                }
                if starts.is_empty() {
                    StatusTailKind::UnlessMeanwhile(cond)
                } else {
                    for slot in starts {
                        // `none` says that nothing else stops it: it is no event of its own.
                        *slot = Some(match slot.take() {
                            Some(other) if is_none(&cond) => other,
                            Some(other) if !is_none(&other) => {
                                *bin(BinaryOp::Or, Box::new(other), Box::new(cond.clone()))
                            }
                            _ => cond.clone(),
                        });
                    }
                    continue;
                }
            }
        };
        out.push(StatusTail { labels, kind, span });
    }
    out
}

/// `is V after E`. Where V is itself a time (`is 1 year after expiry(m) after renew(m)`) the length says so.
fn is_tail(e: Expr) -> StatusTailKind {
    let ExprKind::Binary(BinaryOp::After, value, rest) = e.kind else {
        return none_or_is(Box::new(e), None);
    };
    if is_length(&value) {
        if let ExprKind::Binary(BinaryOp::After, base, event) = rest.kind {
            return none_or_is(bin(BinaryOp::After, value, base), Some(event));
        }
        return none_or_is(value, Some(rest));
    }
    none_or_is(value, Some(rest))
}

fn none_or_is(value: Box<Expr>, after: Option<Box<Expr>>) -> StatusTailKind {
    match (*value, own(after)) {
        (
            Expr {
                kind: ExprKind::Name(n),
                ..
            },
            Some(event),
        ) if n.text == "none" => StatusTailKind::NoneAfter(event),
        (value, after) => StatusTailKind::Is { value, after },
    }
}

fn is_length(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Length(..) => true,
        ExprKind::Paren(e) | ExprKind::Neg(e) => is_length(e),
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) => {
            is_length(a) || is_length(b)
        }
        _ => false,
    }
}

pub(crate) fn stated(slot: Slot) -> Stated {
    if slot.exceptions.is_empty() {
        match slot.base.kind {
            ExprKind::Name(n) if n.text == "none" => return Stated::None,
            ExprKind::NotStated(text) => return Stated::NotStated(text),
            kind => {
                let base = Expr {
                    kind,
                    span: slot.base.span,
                };
                return Stated::Rule(Slot {
                    base,
                    exceptions: vec![],
                });
            }
        }
    }
    Stated::Rule(slot)
}

/// A ballot's name; of a further label, the value it counts as and whose it is.
pub(crate) type BallotName = (Name, Option<(Name, Option<Expr>)>);

/// The values of a `ballots` slot in their order, and the further labels.
pub(crate) fn ballots(names: Vec<BallotName>, first_counts: Option<bool>) -> DecisionClauseKind {
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for (name, meaning) in names {
        match meaning {
            None => values.push(name),
            Some((value, of)) => labels.push(BallotLabel { name, value, of }),
        }
    }
    DecisionClauseKind::Ballots {
        values,
        labels,
        first_counts,
    }
}

pub(crate) fn until(e: Expr) -> CloseWhen {
    match close_when(e) {
        CloseWhen::When(e) => CloseWhen::Until(e),
        certain => certain,
    }
}

pub(crate) fn close_when(e: Expr) -> CloseWhen {
    match &e.kind {
        ExprKind::Name(n) if n.text == "certain" => CloseWhen::Certain,
        _ => CloseWhen::When(e),
    }
}

pub(crate) fn clock(
    name: Name,
    titles: Vec<Text>,
    calendar: Name,
    parts: Vec<Vec<Expr>>,
    mut units: Vec<Name>,
    more: Vec<Name>,
) -> ItemKind {
    units.extend(more);
    ItemKind::Clock(Clock {
        name,
        titles,
        calendar: Some(ClockCalendar {
            name: calendar,
            parts,
        }),
        units,
    })
}

/// Lines of a scenario, as they are: the date of a line without one is that of the line before.
pub(crate) fn dated(items: Vec<ScenarioItem>) -> Vec<ScenarioItem> {
    items
}

/// `by each of S1..S29, Mongolia`: what follows the comma is more of the same.
pub(crate) fn extend_each(mut act: Box<Expr>, more: Vec<Box<Expr>>) -> Box<Expr> {
    let more = unboxed(more);
    let end = more.iter().fold(act.span, |s, e| s.to(e.span));
    let ExprKind::By(inner, mut actor) = act.kind else {
        return act;
    };
    let span = more.iter().fold(actor.span, |s, e| s.to(e.span));
    actor.kind = match actor.kind {
        ExprKind::EachOf(mut of) => {
            of.extend(more);
            ExprKind::EachOf(of)
        }
        kind => ExprKind::EachOf(unshift(
            Expr {
                kind,
                span: actor.span,
            },
            more,
        )),
    };
    actor.span = span;
    act.kind = ExprKind::By(inner, actor);
    act.span = end;
    act
}

/// `given g: T = 2 by Office`: who finds it may stand behind the default.
pub(crate) fn given(
    name: Name,
    params: Vec<Param>,
    ty: Box<TypeExpr>,
    by: Option<Box<Expr>>,
    default: Option<Box<Expr>>,
) -> ItemKind {
    let (by, default) = match (own(by), own(default)) {
        (None, Some(d)) => match d.kind {
            ExprKind::By(value, who) => (Some(*who), Some(*value)),
            kind => (None, Some(Expr { kind, ..d })),
        },
        other => other,
    };
    ItemKind::Given(Given {
        name,
        params,
        ty: *ty,
        by,
        default,
    })
}

/// `vote(yes) on d` is `vote(yes on d)`.
pub(crate) fn on_last_arg(mut call: Box<Expr>, decision: Box<Expr>) -> Box<Expr> {
    let decision = *decision;
    call.span = call.span.to(decision.span);
    call.kind = match call.kind {
        ExprKind::Call(callee, mut args) => {
            match args.last_mut() {
                Some(last) => last.on = Some(decision),
                None => args.push(Arg {
                    kind: ArgKind::Any,
                    span: decision.span,
                    on: Some(decision),
                }),
            }
            ExprKind::Call(callee, args)
        }
        kind => {
            let span = decision.span;
            let callee = Expr {
                kind,
                span: call.span,
            };
            ExprKind::Call(
                Box::new(callee),
                vec![Arg {
                    kind: ArgKind::Any,
                    on: Some(decision),
                    span,
                }],
            )
        }
    };
    call
}

pub(crate) fn entity_values(values: Vec<Box<Expr>>) -> Vec<EntityDeclValue> {
    values
        .into_iter()
        .map(|e| match e.kind {
            ExprKind::Range(a, b) => match (entity(&a), entity(&b)) {
                (Some(first), Some(last)) => EntityDeclValue::Range(first, last),
                _ => EntityDeclValue::One(Expr {
                    kind: ExprKind::Range(a, b),
                    span: e.span,
                }),
            },
            kind => EntityDeclValue::One(Expr { kind, span: e.span }),
        })
        .collect()
}

fn entity(e: &Expr) -> Option<Name> {
    match &e.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Text(text) => Some(text_name(text.clone())),
        _ => None,
    }
}

/// One clause of `assume`.
pub(crate) enum AssumePart {
    From(Expr),
    Until(Expr),
    During(Expr),
    Each(Name, TypeExpr, Option<Expr>),
    Probability(Expr),
    Alternates(Expr),
}

pub(crate) fn assume(e: Expr, parts: Vec<Box<AssumePart>>) -> Assume {
    let (what, value) = match e.kind {
        ExprKind::Binary(BinaryOp::Eq, what, value) => (*what, Some(*value)),
        kind => (Expr { kind, span: e.span }, None),
    };
    let mut out = Assume {
        what,
        value,
        from: None,
        until: None,
        during: None,
        each: None,
        probability: None,
        alternates: None,
    };
    for part in parts {
        match *part {
            AssumePart::From(e) => out.from = Some(e),
            AssumePart::Until(e) => out.until = Some(e),
            AssumePart::During(e) => out.during = Some(e),
            AssumePart::Each(name, ty, cond) => out.each = Some((name, ty, cond)),
            AssumePart::Probability(e) => out.probability = Some(e),
            AssumePart::Alternates(e) => out.alternates = Some(e),
        }
    }
    out
}

/// `expect must A by X by DATE`: the second `by` is the due date.
pub(crate) fn can(modal: Modal, act: Expr, urgency: Option<Urgency>) -> ExpectKind {
    let (act, by) = split_by_date(act);
    ExpectKind::Can {
        modal,
        act,
        by,
        urgency,
    }
}

pub(crate) fn measure(name: Option<Name>, what: Expr) -> ExperimentItemKind {
    let (what, by) = split_by_date(what);
    ExperimentItemKind::Measure { name, what, by }
}

fn split_by_date(e: Expr) -> (Expr, Option<Expr>) {
    match e.kind {
        ExprKind::By(inner, date)
            if matches!(date.kind, ExprKind::Date(_) | ExprKind::DateTime(_)) =>
        {
            (*inner, Some(*date))
        }
        kind => (Expr { kind, span: e.span }, None),
    }
}
