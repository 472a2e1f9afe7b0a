//! Acts as they stand in a case: actors, arguments, ballots.

use rogatio_diagnostics::{Diagnostic, codes};

use crate::ast::{self, ExprKind as A};
use crate::ballot::ballots_of;
use crate::check::Checker;
use crate::hir::*;
use crate::kind::strip;
use crate::scope::*;

impl Checker {
    /// An act as it stands in a case: `deposit(form: accession) by each of S1..S29 to Depositary`.
    pub(crate) fn case_act(
        &mut self,
        cx: &mut Context,
        e: &ast::Expr,
        binder: Option<String>,
    ) -> Option<CaseAct> {
        let (mut by, mut for_whom, mut to) = (None, None, None);
        let mut invoked = None;
        let mut root = e;
        loop {
            match &root.kind {
                A::By(inner, who) => {
                    by = Some(who.as_ref());
                    root = inner;
                }
                A::For(inner, who) => {
                    for_whom = Some(who.as_ref());
                    root = inner;
                }
                A::To(inner, who) => {
                    to = Some(who.as_ref());
                    root = inner;
                }
                A::Under(inner, cite) => {
                    invoked = Some(cite);
                    root = inner;
                }
                A::Paren(inner) => root = inner,
                _ => break,
            }
        }
        let (name, args): (&ast::Name, &[ast::Arg]) = match &root.kind {
            A::Name(n) => (n, &[]),
            A::Call(f, args) => match &f.kind {
                A::Name(n) => (n, args),
                _ => return self.no_act(root.span),
            },
            _ => return self.no_act(root.span),
        };
        let (act, kinds, values) = if let Some((kind, kinds)) =
            self.ballot(cx, name, args, root.span)
        {
            (kind?, kinds, Vec::new())
        } else {
            let Some(symbol) = self.symbol(cx, &name.text) else {
                let entity = cx.case.as_ref().and_then(|c| c.entities.get(&name.text));
                if entity.is_some() {
                    self.error(
                            Diagnostic::error(codes::E0203, format!("`{}` is an entity, not an act", name.text))
                                .at(name.span, "who, but what?")
                                .help(format!("the act comes first: `ACT by {0}`; several actors are `by each of {0}, …`", name.text)),
                        );
                    return None;
                }
                self.unknown(cx, &name.text, name.span);
                return None;
            };
            let Symbol::Act(id) = symbol else {
                // `assert bound(A)`: what the first word was meant to say has been told.
                let told = self.diagnostics.last().is_some_and(|d| {
                    let at = d.span();
                    d.code == codes::E0201
                        && at.file == name.span.file
                        && at.end + 1 == name.span.start
                });
                if told {
                    return None;
                }
                self.error(
                    Diagnostic::error(
                        codes::E0203,
                        format!("`{}` is {}, not an act", name.text, symbol.what()),
                    )
                    .at(name.span, "what happens on this day?")
                    .help("an act, deed or event belongs here; `expect` asks for a condition"),
                );
                return None;
            };
            if let Some(b) = &binder
                && self.program.named_by(id).is_none()
            {
                self.error(
                    Diagnostic::error(codes::E0522, format!("nothing is there to call `{b}`"))
                        .at(
                            e.span,
                            "opens no instance, and no sentence names its occurrences",
                        )
                        .help(format!("drop `as {b}`")),
                );
            }
            let values = self.case_args(cx, id, args, root.span);
            (
                CaseActKind::Act(id),
                self.program.acts[id.index()].by.clone(),
                values,
            )
        };
        let under = invoked.and_then(|cite| self.invoked(cx, cite, &act));
        let to_kinds = match &act {
            CaseActKind::Act(id) => self.program.acts[id.index()].to.clone(),
            _ => Vec::new(),
        };
        let actors = match by {
            Some(who) => self.case_actors(cx, who, &kinds),
            None => {
                if !kinds.is_empty() {
                    self.error(
                        Diagnostic::error(codes::E0926, format!("who does `{}`?", name.text))
                            .at(root.span, "an act has an actor")
                            .help(format!("write `{} by NAME`", name.text)),
                    );
                    return None;
                }
                vec![None]
            }
        };
        if let CaseActKind::Declare { decision, .. } = &act {
            self.declaring(*decision, &actors);
        }
        let one = |this: &mut Self, cx: &mut Context, e: &ast::Expr, kinds: &[KindId]| {
            let ty = Ty::Entity(kinds.to_vec());
            let v = this.expr(cx, e, Some(&ty));
            if !kinds.is_empty() {
                this.expect_ty(&v, &ty);
            }
            v
        };
        let for_whom = for_whom.map(|e| one(self, cx, e, &kinds));
        let to = to.map(|e| one(self, cx, e, &to_kinds));
        Some(CaseAct {
            act,
            actors,
            under,
            for_whom,
            to,
            args: values,
            binder,
        })
    }

    /// The provision that an act invokes: a declared act of somebody rests on one.
    fn invoked(&mut self, cx: &Context, cite: &ast::Cite, act: &CaseActKind) -> Option<Under> {
        let provision = self.cite(cx, cite)?;
        let rests = matches!(act, CaseActKind::Act(id)
            if self.program.acts[id.index()].class != ast::ActClass::Event);
        if !rests {
            self.error(
                Diagnostic::error(codes::E0203, "this relies on no provision")
                    .at(cite.span, "nothing to invoke")
                    .help("leave the citation out: ballots rest on their decision, an event on nothing"),
            );
            return None;
        }
        let only = cite.only;
        Some(Under { provision, only })
    }

    pub(crate) fn no_act(&mut self, span: Span) -> Option<CaseAct> {
        self.error(
            Diagnostic::error(codes::E0413, "an act belongs here")
                .at(span, "nothing that somebody does"),
        );
        None
    }

    pub(crate) fn case_actors(
        &mut self,
        cx: &mut Context,
        who: &ast::Expr,
        kinds: &[KindId],
    ) -> Vec<Option<Expr>> {
        let declared = Ty::Entity(kinds.to_vec());
        let ty = Ty::Entity(self.acting_kinds(kinds));
        let single = [who.clone()];
        let list: &[ast::Expr] = match &who.kind {
            A::EachOf(list) => list,
            _ => &single,
        };
        let mut actors = Vec::new();
        for e in list {
            if let A::Range(a, b) = &e.kind
                && let (A::Name(a), A::Name(b)) = (&a.kind, &b.kind)
            {
                for name in self.expand(a, Some(b)) {
                    let n = ast::Expr {
                        kind: A::Name(ast::Name {
                            text: name,
                            span: e.span,
                        }),
                        span: e.span,
                    };
                    let v = self.expr(cx, &n, Some(&ty));
                    self.expect_ty(&v, &ty);
                    actors.push(Some(v));
                }
                continue;
            }
            let v = self.expr(cx, e, Some(&ty));
            if kinds.is_empty() {
                self.error(
                    Diagnostic::error(codes::E0305, "nobody does an event")
                        .at(e.span, "an actor for an event")
                        .help("drop `by …`"),
                );
            } else if !self.fits(&v.ty, &ty) {
                let (want, got) = (self.show(&declared), self.show(&v.ty));
                self.error(
                    Diagnostic::error(
                        codes::E0305,
                        format!("the act is done by {want}, this is {got}"),
                    )
                    .at(e.span, "the wrong kind of actor")
                    .help(match v.ty {
                        Ty::Set(_) => "name who does it: `by A`, `by each of A, B`",
                        _ => "correct the actor",
                    }),
                );
            }
            actors.push(Some(v));
        }
        actors
    }

    pub(crate) fn case_args(
        &mut self,
        cx: &mut Context,
        id: ActId,
        args: &[ast::Arg],
        span: Span,
    ) -> Vec<Option<Expr>> {
        let act = self.program.acts[id.index()].clone();
        let mut values: Vec<Option<Expr>> = vec![None; act.params.len()];
        let mut places: Vec<usize> = (0..act.params.len()).collect();
        if let Some((new, _)) = act.opens {
            places.retain(|i| *i != new);
        }
        let mut next = places.into_iter();
        for a in args {
            let named;
            let (i, e) = match &a.kind {
                ast::ArgKind::Named(n, e) => match act.params.iter().position(|p| p.name == n.text)
                {
                    Some(i) => (i, e),
                    None => {
                        let known: Vec<&str> = act.params.iter().map(|p| p.name.as_str()).collect();
                        self.error(
                            Diagnostic::error(
                                codes::E0208,
                                format!("`{}` has no argument `{}`", act.name, n.text),
                            )
                            .at(n.span, "not an argument of this act")
                            .help(if known.is_empty() {
                                "it has none".to_owned()
                            } else {
                                format!("it has: {}", known.join(", "))
                            }),
                        );
                        continue;
                    }
                },
                ast::ArgKind::Value(e) => match next.next() {
                    Some(i) => (i, e),
                    None => {
                        self.arity(
                            &act.name,
                            act.params.len() - usize::from(act.opens.is_some()),
                            args.len(),
                            span,
                        );
                        break;
                    }
                },
                // `urgent: true`, the spelling of patterns
                ast::ArgKind::Bind(n, t)
                    if let Some(i) = act.params.iter().position(|p| p.name == n.text)
                        && let Some(word) = single_word(t) =>
                {
                    named = word;
                    (i, &named)
                }
                ast::ArgKind::Bind(..) | ast::ArgKind::Any => {
                    self.not_a_value(cx, a.span, "in a case every argument has a value");
                    continue;
                }
            };
            let ty = act.params[i].ty.clone();
            let v = self.expr(cx, e, Some(&ty));
            self.expect_ty(&v, &ty);
            values[i] = Some(v);
        }
        values
    }

    /// `vote(yes on a)`, `vote(yes, Amend on a)`, `object(Amend on a)`, `gavel(Amend on a)`. `None`: not a ballot.
    #[allow(clippy::option_option)]
    pub(crate) fn ballot(
        &mut self,
        cx: &mut Context,
        name: &ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<(Option<CaseActKind>, Vec<KindId>)> {
        let declared = matches!(self.symbol(cx, &name.text), Some(Symbol::Act(_)));
        let first = args.first();
        match name.text.as_str() {
            "object" | "gavel" => {
                let (decision, subject) = first.and_then(|a| self.decision_arg(cx, a))?;
                let subject = subject.filter(|s| !matches!(s.kind, ExprKind::Error));
                let kinds = self.body_kinds(decision);
                if name.text == "object" {
                    Some((Some(CaseActKind::Object { decision, subject }), kinds))
                } else {
                    Some((Some(CaseActKind::Gavel { decision, subject }), Vec::new()))
                }
            }
            "adopt" | "reject" if !declared => {
                let (decision, subject) = first.and_then(|a| self.decision_arg(cx, a))?;
                Some(self.declared_outcome(name, decision, subject))
            }
            "vote" | "casting_vote" if !declared => {
                let Some(ast::Arg {
                    kind:
                        ast::ArgKind::Value(ast::Expr {
                            kind: A::Name(value),
                            ..
                        }),
                    on,
                    ..
                }) = first
                else {
                    self.error(
                        Diagnostic::error(codes::E0606, "which ballot?")
                            .at(span, "a vote has a value and a subject")
                            .help(format!(
                                "write `{0}(yes on a) by NAME`, or `{0}(yes, Amend on a) by NAME`",
                                name.text
                            )),
                    );
                    return Some((None, Vec::new()));
                };
                let found = match args.get(1) {
                    Some(a) => self.decision_arg(cx, a),
                    None => self.decision_on(cx, on.as_ref(), &value.text, span),
                };
                let Some((decision, subject)) = found else {
                    return Some((None, Vec::new()));
                };
                if name.text == "casting_vote" {
                    return Some(self.casting_vote(value, decision, subject));
                }
                // The labels are the same for each of several bodies.
                let d = self.widest(self.first_part(decision));
                let label = d.labels.iter().position(|l| l.name == value.text);
                let known = d.ballots.iter().position(|b| *b == value.text);
                let Some(ballot) = known.or(label.map(|l| d.labels[l].value)) else {
                    self.no_such_ballot(decision, value);
                    return Some((None, Vec::new()));
                };
                Some((
                    Some(CaseActKind::Vote {
                        decision,
                        ballot,
                        label,
                        subject,
                    }),
                    self.body_kinds(decision),
                ))
            }
            _ => None,
        }
    }

    pub(crate) fn no_such_ballot(&mut self, decision: DecisionId, value: &ast::Name) {
        let d = &self.program.decisions[decision.index()];
        let list = ballots_of(d);
        let message = format!("`{}` is not a ballot of `{}`", value.text, d.name);
        self.error(
            Diagnostic::error(codes::E0606, message)
                .at(value.span, "not a declared ballot")
                .help(format!("the ballots are: {list}")),
        );
    }

    /// `adopt(Approve on p) by Diet`: the outcome of a rule that lies elsewhere (R41b).
    pub(crate) fn declared_outcome(
        &mut self,
        name: &ast::Name,
        decision: DecisionId,
        subject: Option<Expr>,
    ) -> (Option<CaseActKind>, Vec<KindId>) {
        let d = &self.program.decisions[decision.index()];
        let part = self.first_part(decision);
        if self.program.decisions[part.index()].given.is_none() {
            let message = format!("the outcome of `{}` follows from its ballots", d.name);
            let at = d.span;
            self.error(
                Diagnostic::error(codes::E0635, message)
                    .at(name.span, "nobody declares it")
                    .also(at, "its rule stands here")
                    .help("cast ballots: `vote(yes on x) by NAME`"),
            );
            return (None, Vec::new());
        }
        let kinds = self
            .limbs(decision)
            .into_iter()
            .map(|l| self.program.decisions[l.index()].body)
            .map(|b| self.program.entities[b.index()].kind)
            .collect();
        let outcome = match name.text.as_str() {
            "adopt" => DecisionOutcome::Adopted,
            _ => DecisionOutcome::Rejected,
        };
        let act = CaseActKind::Declare {
            decision,
            outcome,
            subject,
        };
        (Some(act), crate::declare::sorted(kinds))
    }

    /// Who declares an outcome is one of the bodies that decide.
    fn declaring(&mut self, decision: DecisionId, actors: &[Option<Expr>]) {
        for a in actors.iter().flatten() {
            let name = match &a.kind {
                ExprKind::Entity(e) if self.limb_of(decision, *e).is_some() => continue,
                ExprKind::Entity(e) => self.program.entities[e.index()].name.clone(),
                _ => continue,
            };
            self.not_one_of(decision, &name, a.span);
        }
    }

    /// `casting_vote(yes on a) by President`: for or against, where the decision has one (R37).
    fn casting_vote(
        &mut self,
        value: &ast::Name,
        decision: DecisionId,
        subject: Option<Expr>,
    ) -> (Option<CaseActKind>, Vec<KindId>) {
        let d = &self.program.decisions[decision.index()];
        let parts = self.limbs(decision);
        let deciders = parts.iter().filter_map(|l| {
            let tie = self.program.decisions[l.index()].tie.as_ref()?;
            match &tie.kind {
                TieKind::Decides { who, .. } => Some(strip(&who.ty)),
                TieKind::Outcome(..) => None,
            }
        });
        let kinds: Vec<Vec<KindId>> = deciders
            .map(|ty| match ty {
                Ty::Entity(kinds) => kinds.clone(),
                _ => Vec::new(),
            })
            .collect();
        if kinds.is_empty() {
            let message = format!("nobody has a casting vote in `{}`", d.name);
            let at = d.span;
            self.error(
                Diagnostic::error(codes::E0606, message)
                    .at(value.span, "a casting vote")
                    .also(at, "its text gives none")
                    .help("say it in the decision: `tie chair decides`"),
            );
            return (None, Vec::new());
        }
        let kinds = crate::declare::sorted(kinds.concat());
        let Some(ballot) = d.ballots.iter().take(2).position(|b| *b == value.text) else {
            let list = d.ballots[..d.ballots.len().min(2)].join(" or ");
            self.error(
                Diagnostic::error(codes::E0606, "a casting vote is for or against")
                    .at(value.span, format!("write {list}"))
                    .help("it breaks a tie: nothing else would"),
            );
            return (None, Vec::new());
        };
        let act = CaseActKind::Casting {
            decision,
            ballot,
            subject,
        };
        (Some(act), kinds)
    }

    /// The decision that has this subject and ballot.
    pub(crate) fn decision_on(
        &mut self,
        cx: &mut Context,
        on: Option<&ast::Expr>,
        ballot: &str,
        span: Span,
    ) -> Option<(DecisionId, Option<Expr>)> {
        let subject = on.map(|e| self.expr(cx, e, None));
        if subject.as_ref().is_some_and(|s| s.ty == Ty::Error) {
            return None;
        }
        let fitting: Vec<DecisionId> = (0..self.program.decisions.len())
            .filter(|i| {
                let d = &self.program.decisions[*i];
                let subject_fits = match (&subject, d.subject) {
                    (Some(s), Some(v)) => self.fits(&s.ty, &self.var_ty(v)),
                    (None, None) => true,
                    _ => false,
                };
                // Its other versions and the parts of several bodies are named by it.
                let widest = self.widest(self.first_part(DecisionId(crate::check::id(*i))));
                let labels = widest.labels.iter().map(|l| &l.name);
                let mut all = widest.ballots.iter().chain(labels);
                let named = d.head.is_none() && d.whole.is_none();
                named && subject_fits && all.any(|b| b == ballot)
            })
            .map(|i| DecisionId(crate::check::id(i)))
            .collect();
        match fitting.as_slice() {
            [one] => Some((*one, subject)),
            [] => {
                self.error(
                    Diagnostic::error(
                        codes::E0606,
                        format!("no decision on this subject has the ballot `{ballot}`"),
                    )
                    .at(span, "nothing to vote on")
                    .help("name the decision: `vote(yes, Amend on a)`"),
                );
                None
            }
            many => {
                let names: Vec<String> = many
                    .iter()
                    .map(|d| self.program.decisions[d.index()].name.clone())
                    .collect();
                self.error(
                    Diagnostic::error(
                        codes::E0211,
                        "several decisions have this subject and ballot",
                    )
                    .at(span, names.join(", "))
                    .help("name the decision: `vote(yes, Amend on a)`"),
                );
                None
            }
        }
    }
}

/// The value in `urgent: true`, where a type could stand as well.
fn single_word(t: &ast::TypeExpr) -> Option<ast::Expr> {
    let ast::TypeKind::Named(path) = &t.kind else {
        return None;
    };
    let [word] = path.segments.as_slice() else {
        return None;
    };
    Some(ast::Expr {
        kind: A::Name(word.clone()),
        span: word.span,
    })
}
