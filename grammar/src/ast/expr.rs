//! Expressions: values, conditions, event terms, sets.

use super::*;
use rogatio_calendar::{Day, Instant, Unit};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Its shape.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// An argument of a call or act pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `x: T` binds x; `name: expr` is written `name = expr`.
    pub kind: ArgKind,
    /// `Approve on m`: the subject of a decision.
    pub on: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgKind {
    /// A value: it must match.
    Value(Expr),
    /// `x: T`: binds x.
    Bind(Name, TypeExpr),
    /// `form = accession`: by the parameter's name.
    Named(Name, Expr),
    /// `_`: anything.
    Any,
}

/// Binary operators, loosest first.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    /// `x or else v`
    OrElse,
    /// `90 days after X`
    After,
    /// `6 months before X`
    Before,
    /// `X as of E`
    AsOf,
    Add,
    Sub,
    /// `&` of sets
    Intersect,
    /// `|` of sets
    Union,
    Mul,
    Div,
    /// `1/3 of Party`, `passes of Amend`
    Of,
}

/// Comparison of a share.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum ShareCmp {
    /// `at least`
    AtLeast,
    /// `more than`
    MoreThan,
    /// `at most`
    AtMost,
    /// `less than`
    LessThan,
}

/// Which element of a stream.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ordinal {
    /// `first E`
    First,
    /// `last E`
    Last,
    /// `30th E`
    Nth(u32),
}

/// Ranking keys of a contest.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum RankOrder {
    /// `by most E`
    Most,
    /// `by fewest E`
    Fewest,
    /// `by earliest E`
    Earliest,
    /// `by latest E`
    Latest,
}

impl RankOrder {
    /// As written: `most`, `fewest`, `earliest`, `latest`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RankOrder::Most => "most",
            RankOrder::Fewest => "fewest",
            RankOrder::Earliest => "earliest",
            RankOrder::Latest => "latest",
        }
    }
}

/// The shapes of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `30`.
    Int(i64),
    /// `55%`, `62.5%`: numerator over denominator.
    Percent(i64, i64),
    /// `1993-12-29`.
    Date(Day),
    /// `1993-12-29T12:00`.
    DateTime(Instant),
    /// `90 days`.
    Length(i64, Unit),
    /// `"…"`.
    Text(Text),
    /// `true`, `none`, `now`, `Party`, `yes`, `it`, `here`: names, resolved later.
    Name(Name),
    /// `f(a, b)`, `deposit(form: f)`, `start(in_force)`, `Adopt(on d)`.
    Call(Box<Expr>, Vec<Arg>),
    /// `p.members`.
    Field(Box<Expr>, Name),
    /// `( … )`.
    Paren(Box<Expr>),
    /// `not C`.
    Not(Box<Expr>),
    /// `-n`.
    Neg(Box<Expr>),
    /// `a OP b`.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x is WHAT`, `x is SHARE of BASE`, `d is Charter`, `a is proposed`.
    Is {
        /// The subject.
        subject: Box<Expr>,
        /// `is not`.
        negated: bool,
        /// A name, call, share literal.
        what: Box<Expr>,
        /// `of BASE`.
        base: Option<Box<Expr>>,
    },
    /// `at least 2/3`.
    Share(ShareCmp, Box<Expr>),
    /// `E where C`.
    Where(Box<Expr>, Box<Expr>),
    /// `first time C`.
    FirstTime(Box<Expr>),
    /// `30th deposit`, `first accept`, `last vote by p`. Actor and filter are inside: `first accept where C` is the
    /// first of `accept where C` (R19), `30th deposit by State` the 30th of `deposit by State`.
    Ordinal(Ordinal, Box<Expr>),
    /// `first of S by most E1, then earliest E2`.
    Ranked(Box<Expr>, Vec<(RankOrder, Expr)>),
    /// `E by X`.
    By(Box<Expr>, Box<Expr>),
    /// `E for Y`.
    For(Box<Expr>, Box<Expr>),
    /// `E to Z`.
    To(Box<Expr>, Box<Expr>),
    /// `E under art 7(2)`.
    Under(Box<Expr>, Cite),
    /// `E in the last D`.
    InTheLast(Box<Expr>, Box<Expr>),
    /// `every M`: M a set of dates.
    Every(Box<Expr>),
    /// `C becomes true`.
    Becomes(Box<Expr>),
    /// `any K`, `each K`, `either K` as an operand; `each p: K`.
    Quantified(Quantifier, Option<Name>, Box<Expr>),
    /// `each of S1..S29`: of a scenario's actor.
    EachOf(Vec<Expr>),
    /// `S1..S29`, `1993-01-01 .. 1993-12-31`.
    Range(Box<Expr>, Box<Expr>),
    /// `lapse of D`, `lapse of L`, `breach of art 26`, `fulfilment of L` are `Binary(Of, Name(lapse), …)`; a cited
    /// provision as an operand.
    Cite(Cite),
    /// `s: K` in a set or count: names the element; usually the left of a `where`.
    Element(Name, TypeExpr),
    /// `not stated "…"` as a value.
    NotStated(Text),
    /// Could not be read.
    Error,
}
