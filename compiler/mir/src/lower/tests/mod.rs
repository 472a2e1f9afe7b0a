//! Lowering of hand-made HIR. A small world: states deposit, accept and withdraw; a case has stages.

mod norm;
mod order;
mod stream;

use super::*;
use rogatio_calendar::{Day, Length, Unit};
use rogatio_semantics::hir as h;
use rogatio_semantics::hir::{ArgPattern, ExprKind, StreamKind, Ty};

pub(super) const STATE: KindId = KindId(0);
pub(super) const OFFICE: KindId = KindId(1);
pub(super) const CASE: KindId = KindId(2);
pub(super) const DEPOSIT: ActId = ActId(0);
pub(super) const WITHDRAW: ActId = ActId(1);
pub(super) const FILE: ActId = ActId(2);
pub(super) const SETTLE: ActId = ActId(3);
pub(super) const SECRETARY: EntityId = EntityId(0);

/// A program in the making.
pub(super) struct World {
    pub(super) p: h::Program,
}

impl World {
    pub(super) fn new() -> Self {
        let mut w = World {
            p: h::Program::default(),
        };
        w.p.provisions.push(h::Provision {
            module: 0,
            cite: "art 1".to_owned(),
            title: String::new(),
            version: None,
            of: None,
            parent: None,
            source: None,
            kind: h::ProvisionKind::Modelled,
            span: Span::NONE,
        });
        for (name, class) in [
            ("State", KindClass::Plain),
            ("Office", KindClass::Office),
            ("Case", KindClass::Procedure(ProcedureId(0))),
        ] {
            w.p.kinds.push(h::Kind {
                name: name.to_owned(),
                titles: Vec::new(),
                class,
                fields: Vec::new(),
                instances: Vec::new(),
                provision: ProvisionId(0),
                span: Span::NONE,
            });
        }
        w.p.entities.push(h::Entity {
            name: "Secretary".to_owned(),
            titles: Vec::new(),
            kind: OFFICE,
            holder: None,
            body: None,
            provision: ProvisionId(0),
            span: Span::NONE,
        });
        w.act("deposit", &[]);
        w.act("withdraw", &[("effective", Ty::Day)]);
        w.act("file", &[("c", Ty::Entity(vec![CASE]))]);
        w.act("settle", &[("c", Ty::Entity(vec![CASE]))]);
        w.p.acts[FILE.index()].opens = Some((0, ProcedureId(0)));
        let this = w.var("this", Ty::Entity(vec![CASE]));
        let stage = |name: &str, outcome| h::Stage {
            name: name.to_owned(),
            titles: Vec::new(),
            outcome,
            transitions: Vec::new(),
            decides: Vec::new(),
            opens: Vec::new(),
            versions: Vec::new(),
            provision: ProvisionId(0),
            span: Span::NONE,
        };
        w.p.procedures.push(h::Procedure {
            first: Vec::new(),
            name: "Case".to_owned(),
            titles: Vec::new(),
            kind: CASE,
            this,
            opened_by: None,
            parent: None,
            abandoned: None,
            stages: vec![
                stage("open", false),
                stage("heard", false),
                stage("closed", true),
            ],
            provision: ProvisionId(0),
            span: Span::NONE,
        });
        w
    }

    fn act(&mut self, name: &str, params: &[(&str, Ty)]) {
        self.p.acts.push(h::Act {
            name: name.to_owned(),
            titles: Vec::new(),
            class: ActClass::Act,
            params: params
                .iter()
                .map(|(n, ty)| h::ActParam {
                    name: (*n).to_owned(),
                    ty: ty.clone(),
                    default: None,
                })
                .collect(),
            by: vec![STATE],
            to: Vec::new(),
            opens: None,
            occurrences: None,
            provision: ProvisionId(0),
            span: Span::NONE,
        });
    }

    pub(super) fn var(&mut self, name: &str, ty: Ty) -> VarId {
        self.p.vars.push(h::Var {
            name: name.to_owned(),
            ty,
        });
        VarId(number(self.p.vars.len() - 1))
    }

    pub(super) fn state(&mut self, name: &str) -> VarId {
        self.var(name, Ty::Entity(vec![STATE]))
    }

    /// The instance variable of the procedure.
    pub(super) fn this(&self) -> VarId {
        self.p.procedures[0].this
    }

    pub(super) fn status(
        &mut self,
        name: &str,
        keys: &[VarId],
        clauses: Vec<h::StatusClauseKind>,
    ) -> StatusId {
        self.p.statuses.push(h::Status {
            name: name.to_owned(),
            titles: Vec::new(),
            params: keys.to_vec(),
            value: None,
            clauses: clauses
                .into_iter()
                .map(|kind| h::StatusClause {
                    version: None,
                    kind,
                    provision: ProvisionId(0),
                    span: Span::NONE,
                })
                .collect(),
            of_procedure: None,
            provision: ProvisionId(0),
            span: Span::NONE,
        });
        StatusId(number(self.p.statuses.len() - 1))
    }

    /// Lowers without errors; the lines of the dump, trimmed.
    pub(super) fn lines(&self) -> Vec<String> {
        let (program, errors) = lower(&self.p, &Readings::new());
        assert_eq!(errors, []);
        lines(&program)
    }

    /// The codes of what is wrong.
    pub(super) fn codes(&self) -> Vec<&'static str> {
        lower(&self.p, &Readings::new())
            .1
            .iter()
            .map(|d| d.code.as_str())
            .collect()
    }
}

pub(super) fn lines(program: &Program) -> Vec<String> {
    dump(program)
        .lines()
        .map(|l| l.trim().trim_end_matches("  [art 1]").to_owned())
        .collect()
}

#[track_caller]
pub(super) fn has(lines: &[String], wanted: &[&str]) {
    let mut rest = lines.iter();
    for w in wanted {
        assert!(
            rest.any(|l| l == w),
            "no line `{w}` in order in\n{}",
            lines.join("\n")
        );
    }
}

pub(super) fn e(kind: ExprKind, ty: Ty) -> h::Expr {
    h::Expr {
        kind,
        ty,
        provision: ProvisionId(0),
        span: Span::NONE,
    }
}

pub(super) fn yes() -> h::Expr {
    e(ExprKind::Bool(true), Ty::Bool)
}

pub(super) fn int(n: i64) -> h::Expr {
    e(ExprKind::Int(n), Ty::Int)
}

pub(super) fn days(n: i64) -> h::Expr {
    e(
        ExprKind::Length(Length::from_unit(n, Unit::Day).expect("in range")),
        Ty::Length,
    )
}

pub(super) fn day(y: i32, m: u32, d: u32) -> h::Expr {
    e(
        ExprKind::Day(Day::from_ymd(y, m, d).expect("a day")),
        Ty::Day,
    )
}

pub(super) fn x(v: VarId) -> h::Expr {
    e(ExprKind::Var(v), Ty::Entity(vec![STATE]))
}

pub(super) fn on(status: StatusId, keys: Vec<h::Expr>) -> h::Expr {
    e(ExprKind::StatusOn(status, keys), Ty::Bool)
}

pub(super) fn not(a: h::Expr) -> h::Expr {
    e(ExprKind::Not(Box::new(a)), Ty::Bool)
}

pub(super) fn ge(a: h::Expr, b: h::Expr) -> h::Expr {
    e(
        ExprKind::Compare(CmpOp::Ge, Box::new(a), Box::new(b)),
        Ty::Bool,
    )
}

pub(super) fn count(p: h::Pattern) -> h::Expr {
    e(ExprKind::CountActs(Box::new(p)), Ty::Int)
}

/// An act by anybody.
pub(super) fn acts(act: ActId) -> h::Pattern {
    let args = match act {
        DEPOSIT => 0,
        _ => 1,
    };
    h::Pattern {
        act,
        actor: ArgPattern::Any,
        for_whom: ArgPattern::Any,
        to: ArgPattern::Any,
        args: vec![ArgPattern::Any; args],
        itself: ArgPattern::Any,
        filter: None,
        under: None,
        in_last: None,
        attempted: false,
        span: Span::NONE,
    }
}

/// An act by a variable.
pub(super) fn by(act: ActId, v: VarId) -> h::Pattern {
    h::Pattern {
        actor: ArgPattern::Var(v),
        ..acts(act)
    }
}

pub(super) fn s(kind: StreamKind) -> h::Stream {
    h::Stream {
        kind,
        provision: ProvisionId(0),
        span: Span::NONE,
    }
}

pub(super) fn on_acts(p: h::Pattern) -> h::Stream {
    s(StreamKind::Act(Box::new(p)))
}

pub(super) fn after(n: i64, of: h::Stream) -> h::Stream {
    s(StreamKind::After(Box::new(days(n)), Box::new(of)))
}

pub(super) fn from(stream: h::Stream) -> h::StatusClauseKind {
    h::StatusClauseKind::From {
        stream,
        once: false,
        unless_meanwhile: None,
    }
}

pub(super) fn until(stream: h::Stream) -> h::StatusClauseKind {
    h::StatusClauseKind::Until(stream)
}
