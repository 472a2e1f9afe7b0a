//! Norms.

use super::*;
pub use rogatio_grammar::ast::{Modal, Urgency};

/// A norm.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Its label, if it has one.
    pub label: Option<String>,
    /// The subject: a variable over kinds with a condition.
    pub who: Subject,
    /// The modality.
    pub modal: Modal,
    /// What it is about.
    pub pred: NormPred,
    /// Reported with the verdict: `as far as possible`.
    pub qualifier: Option<String>,
    /// `upon E`: births; the bound variables are keys.
    pub upon: Option<Stream>,
    /// `when C`.
    pub when: Option<Expr>,
    /// `while C`.
    pub while_: Option<Expr>,
    /// `unless C` (an event term as a condition means that it has occurred).
    pub unless: Option<Expr>,
    /// When it is to be done.
    pub time: Option<Time>,
    /// `not counting X`: days that do not count in its lengths (R2).
    pub not_counting: Option<Expr>,
    /// Provisos: (time, condition).
    pub time_except: Vec<(Time, Expr)>,
    /// `despite art N`.
    pub despite: Option<ProvisionId>,
    /// `else N`: born upon lapse of this one.
    pub else_: Option<NormId>,
    /// This norm is the `else` of that one.
    pub else_of: Option<NormId>,
    /// Declared in a procedure: the instance variable.
    pub instance: Option<(ProcedureId, VarId)>,
    /// Declared in a stage: its power ends with the stage (R31).
    pub stage: Option<usize>,
    /// `while here`: its duties too.
    pub while_here: bool,
    /// The version of the article it stands in.
    pub version: Option<VersionId>,
    /// The norm of which this is another version: the one that a label names.
    pub head: Option<NormId>,
    /// Free variables that are keys of an instance (R28), the subject among them for `each`.
    pub keys: Vec<VarId>,
    /// Where it is declared.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}

/// Whose norm it is.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The actor.
    pub var: VarId,
    /// Leaf kinds of the actor.
    pub kinds: Vec<KindId>,
    /// Further condition on the actor (a role; `= Secretariat`).
    pub cond: Expr,
    /// One duty per member (`each`).
    pub each: bool,
    /// Acts together.
    pub jointly: bool,
    /// As written: `any Party`, for messages and reports.
    pub text: String,
}

/// What a norm is about.
#[derive(Clone, Debug)]
pub enum NormPred {
    /// An act; its actor is the subject.
    Act(Pattern),
    /// `one of (A, B)`: any of them fulfils (R33).
    OneOf(Vec<Pattern>),
    /// A qualified or anonymous act named by its clause.
    Anonymous(String),
    /// A ballot in a decision.
    Vote {
        /// Which decision.
        decision: DecisionId,
        /// What is on it (index into [`Decision::ballots`]); any if absent.
        ballot: Option<usize>,
        /// The further name that it must bear.
        label: Option<usize>,
        /// Its subject.
        subject: ArgPattern,
        /// For whom (R25b).
        for_whom: ArgPattern,
    },
    /// An invariant.
    Ensure(Expr),
}

impl Norm {
    /// Whether something can be a breach of it: a duty, a prohibition, or the power to do a deed (R25, R26).
    #[must_use]
    pub fn can_be_breached(&self, program: &Program) -> bool {
        let deed = |p: &Pattern| {
            program
                .acts
                .get(p.act.index())
                .is_some_and(|a| a.class == rogatio_grammar::ast::ActClass::Deed)
        };
        match self.modal {
            Modal::Must | Modal::MustNot => true,
            Modal::May | Modal::Cannot => self.pred.acts().iter().any(deed),
            Modal::Should | Modal::ShouldNot => false,
        }
    }
}

impl Norm {
    /// It is an invariant that a status does not hold.
    #[must_use]
    pub fn forbids_staying(&self) -> bool {
        match (&self.pred, self.modal) {
            (NormPred::Ensure(_), Modal::MustNot | Modal::ShouldNot) => true,
            (NormPred::Ensure(e), Modal::Must | Modal::Should) => {
                matches!(first(e).kind, ExprKind::Not(_))
            }
            _ => false,
        }
    }
}

/// What an invariant was before others suspended it: `not S or allowed`, `S and not allowed`.
fn first(e: &Expr) -> &Expr {
    match &e.kind {
        ExprKind::Or(list) => list.first().map_or(e, first),
        ExprKind::And(list) => match list.first() {
            Some(s) if matches!(s.kind, ExprKind::And(_) | ExprKind::StatusOn(..)) => first(s),
            _ => e,
        },
        _ => e,
    }
}

impl NormPred {
    /// The status that lasts, of `stay S(x)` and of `ensure not S(x)`, with its keys (R32).
    #[must_use]
    pub fn stays(&self) -> Option<(StatusId, &[Expr])> {
        let NormPred::Ensure(e) = self else {
            return None;
        };
        let inner = match &first(e).kind {
            ExprKind::Not(inner) => inner.as_ref(),
            _ => first(e),
        };
        match &inner.kind {
            ExprKind::StatusOn(s, keys) => Some((*s, keys)),
            _ => None,
        }
    }

    /// Every variable that it mentions, in the order of mention.
    #[must_use]
    pub fn vars(&self) -> Vec<VarId> {
        let mut found = Vec::new();
        let mut note = |v: &VarId, _| found.push(*v);
        match self {
            NormPred::Act(p) => p.mentioned(&mut note),
            NormPred::OneOf(list) => list.iter().for_each(|p| p.mentioned(&mut note)),
            NormPred::Vote {
                subject, for_whom, ..
            } => {
                for a in [subject, for_whom] {
                    if let ArgPattern::Var(v) = a {
                        found.push(*v);
                    }
                }
            }
            NormPred::Ensure(e) => found = e.vars(),
            NormPred::Anonymous(_) => {}
        }
        found
    }

    /// The elements of the sets in it: they stand for nothing outside those.
    #[must_use]
    pub fn elements(&self) -> Vec<VarId> {
        match self {
            NormPred::Ensure(e) => e.elements(),
            NormPred::Vote {
                subject, for_whom, ..
            } => [subject, for_whom]
                .into_iter()
                .flat_map(ArgPattern::elements)
                .collect(),
            _ => self.acts().iter().flat_map(Pattern::elements).collect(),
        }
    }

    /// What stands in its positions, apart from the actor.
    pub fn positions_mut(&mut self) -> Vec<&mut ArgPattern> {
        fn of_act(p: &mut Pattern) -> Vec<&mut ArgPattern> {
            let rest = [&mut p.for_whom, &mut p.to].into_iter();
            rest.chain(&mut p.args).collect()
        }
        match self {
            NormPred::Act(p) => of_act(p),
            NormPred::OneOf(list) => list.iter_mut().flat_map(of_act).collect(),
            NormPred::Vote {
                subject, for_whom, ..
            } => vec![subject, for_whom],
            NormPred::Anonymous(_) | NormPred::Ensure(_) => Vec::new(),
        }
    }

    /// The sets of which a duty asks for every member, by the ways of meeting it: of each act, or of the ballot.
    #[must_use]
    pub fn each(&self) -> Vec<Vec<&SetExpr>> {
        match self {
            NormPred::Vote {
                subject, for_whom, ..
            } => vec![each_of([subject, for_whom])],
            _ => {
                let acts = self.acts().iter();
                let of_act = acts.map(|p| each_of([&p.for_whom, &p.to].into_iter().chain(&p.args)));
                of_act.collect()
            }
        }
    }

    /// The acts it is about.
    #[must_use]
    pub fn acts(&self) -> &[Pattern] {
        match self {
            NormPred::Act(p) => std::slice::from_ref(p),
            NormPred::OneOf(list) => list,
            _ => &[],
        }
    }
}

/// The sets among positions of which every member is meant.
fn each_of<'a>(positions: impl IntoIterator<Item = &'a ArgPattern>) -> Vec<&'a SetExpr> {
    let sets = positions.into_iter().filter_map(|a| match a {
        ArgPattern::Each(s) => Some(s.as_ref()),
        _ => None,
    });
    sets.collect()
}

/// The time of a norm. Lengths count from the birth ([`ExprKind::EventTime`]).
#[derive(Clone, Debug)]
pub enum Time {
    /// `within D` (of birth, or of the lapse with `a further`).
    Within {
        /// The length.
        length: Expr,
        /// Counted from the lapse of the norm before.
        further: bool,
    },
    /// `at least D before E`.
    AtLeastBefore {
        /// The length.
        length: Expr,
        /// The time.
        event: Expr,
    },
    /// `before T`, T a time.
    Before(Expr),
    /// `before E`, E an event.
    BeforeEvent(Stream),
    /// `not before T`.
    NotBefore(Expr),
    /// `at T`.
    At(Expr),
    /// `between A and B`.
    Between(Expr, Expr),
    /// `every D after T`.
    Every {
        /// The length.
        length: Expr,
        /// First base.
        after: Expr,
    },
    /// `during M`: while a condition holds.
    During(Expr),
    /// `until E`: of an invariant, until its first occurrence after the birth.
    Until(Stream),
    /// `during first S after T`: from one time to another.
    Span {
        /// Its start.
        opens: Expr,
        /// Its last day, or its end.
        closes: Expr,
        /// `closes` is a day that is in.
        lasts: bool,
    },
    /// An ordinal.
    Urgency(Urgency),
}
