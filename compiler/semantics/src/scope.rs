//! What a name can stand for, and where names are looked up.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::ast;
use crate::copy::CopyScope;
use crate::hir::*;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Symbol {
    /// A leaf kind, a union of them, or a dated role.
    Kind(KindRef),
    /// An entity of the module.
    Entity(EntityId),
    /// A unit of one's own.
    Unit(UnitId),
    /// An act, deed or event.
    Act(ActId),
    /// A given.
    Given(GivenId),
    /// A reading.
    Reading(ReadingId),
    /// A define or table.
    Define(DefineId),
    /// A status.
    Status(StatusId),
    /// A decision.
    Decision(DecisionId),
    /// A labelled norm.
    Norm(NormId),
    /// Another module under an alias.
    Module(usize),
    /// A parameter of the experiment at hand.
    Parameter(usize),
    /// A parameter of the procedure at hand: a field of `this`.
    Field(FieldId),
    /// In a copy: the expression that replaces the name, by list and place in it.
    Value {
        /// Which list of substitutions.
        level: usize,
        /// Which of them.
        replacement: usize,
    },
}

impl Symbol {
    /// For messages: "a status".
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Symbol::Kind(_) => "a kind",
            Symbol::Entity(_) => "an entity",
            Symbol::Unit(_) => "a unit",
            Symbol::Act(_) => "an act",
            Symbol::Given(_) => "a given",
            Symbol::Reading(_) => "a reading",
            Symbol::Define(_) => "a define",
            Symbol::Status(_) => "a status",
            Symbol::Decision(_) => "a decision",
            Symbol::Norm(_) => "the label of a sentence",
            Symbol::Module(_) => "a module",
            Symbol::Parameter(_) => "a parameter",
            Symbol::Field(_) => "a parameter of the procedure",
            Symbol::Value { .. } => "replaced by an expression",
        }
    }
}

/// Leaf kinds, perhaps narrowed by a dated role.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KindRef {
    /// Sorted leaf kinds.
    pub(crate) kinds: Vec<KindId>,
    /// The role's define: one parameter, bool.
    pub(crate) role: Option<DefineId>,
}

/// The names of one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModuleScope {
    pub(crate) names: FxHashMap<String, (Symbol, Span)>,
    /// Names imported with `use`, looked up after the module's own.
    pub(crate) imports: FxHashMap<String, Symbol>,
    /// Names declared inside procedures.
    pub(crate) of_procedure: FxHashMap<(ProcedureId, String), Symbol>,
    /// Provisions by citation.
    pub(crate) provisions: FxHashMap<String, ProvisionId>,
    /// Modules used without an alias: labels that they get later are found there.
    pub(crate) beside: Vec<usize>,
    /// What applied copies declare: `ready of art 33 > 27`.
    pub(crate) copies: Vec<(String, ProvisionId, Symbol)>,
    /// Those of versions.
    pub(crate) in_version: FxHashMap<(VersionId, String), ProvisionId>,
    /// Units of a second clock run on it here.
    pub(crate) second_clock: bool,
    /// Names that seem to be declared in what could not be read: who uses them makes no mistake.
    pub(crate) lost: Vec<String>,
}

/// Entities of a scenario, an experiment or a command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseNames {
    pub(crate) entities: FxHashMap<String, KindId>,
    /// Some entities come from a log: unknown names may be meant.
    pub(crate) open: bool,
}

/// Where an expression stands.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) module: usize,
    pub(crate) provision: ProvisionId,
    /// The version of the article.
    pub(crate) version: Option<VersionId>,
    /// Innermost last.
    pub(crate) locals: Vec<(String, VarId)>,
    pub(crate) procedure: Option<(ProcedureId, VarId)>,
    pub(crate) stage: Option<usize>,
    pub(crate) decision: Option<DecisionContext>,
    /// Behind `… by House`: the body whose part of a decision is asked about.
    pub(crate) of_body: Option<EntityId>,
    /// In a sentence: an unknown name in an argument position becomes a variable.
    pub(crate) implicit: bool,
    /// What `each K` means where a pattern says whom or what an act is about.
    pub(crate) each: EachMeans,
    /// In a scenario or at a prompt.
    pub(crate) case: Option<CaseNames>,
    pub(crate) parameters: Vec<(String, Ty)>,
    /// In an applied copy: what names mean there.
    pub(crate) copy: Option<Rc<CopyScope>>,
    /// What a condition around here says is not none.
    pub(crate) not_none: Vec<ast::Expr>,
}

/// What `each K` means in a position of a pattern.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum EachMeans {
    /// Nothing: one thing happens there, and it is about one of them.
    Nothing,
    /// Any of them, each by itself: of a permission, a prohibition, a behaviour.
    Any,
    /// Every one of them, one after the other: of a duty.
    All,
}

/// The decision whose slot is read.
#[derive(Clone, Debug)]
pub(crate) struct DecisionContext {
    pub(crate) id: DecisionId,
    /// The decision that its name means, of which this may be a version.
    pub(crate) head: DecisionId,
    pub(crate) subject: Option<VarId>,
    pub(crate) kinds: Vec<KindId>,
    pub(crate) weighted: bool,
    /// In a time at which it closes: `opening` is a time.
    pub(crate) closing: bool,
}

impl Context {
    pub(crate) fn new(module: usize, provision: ProvisionId) -> Self {
        Context {
            module,
            provision,
            version: None,
            locals: Vec::new(),
            procedure: None,
            stage: None,
            decision: None,
            of_body: None,
            implicit: false,
            each: EachMeans::Nothing,
            case: None,
            parameters: Vec::new(),
            copy: None,
            not_none: Vec::new(),
        }
    }

    pub(crate) fn local(&self, name: &str) -> Option<VarId> {
        self.locals
            .iter()
            .rev()
            .find(|(n, _)| n == name)
            .map(|(_, v)| *v)
    }
}

/// A body of a declaration that waits until all names are known.
#[derive(Clone)]
pub(crate) struct Pending<'a> {
    pub(crate) cx: Context,
    pub(crate) what: PendingItem<'a>,
}

/// What waits.
#[derive(Clone)]
pub(crate) enum PendingItem<'a> {
    Office(EntityId, &'a ast::Office),
    Body(EntityId, &'a ast::Body),
    Act(ActId, &'a ast::Act),
    Given(GivenId, &'a ast::Given),
    Define(DefineId, &'a ast::Define),
    Role(DefineId, &'a ast::Expr),
    AlsoGiven(&'a ast::AlsoGiven),
    ExceptionTo(&'a ast::ExceptionTo),
    Table(DefineId, &'a ast::Table),
    Status(StatusId, &'a ast::Status),
    AlsoStatus(&'a ast::Status),
    Norm(&'a ast::Norm, Option<NormId>),
    Decision(DecisionId, &'a ast::Decision),
    Procedure(ProcedureId, &'a ast::Procedure),
    Stage(ProcedureId, usize, &'a ast::Stage),
    VersionEvent(usize, &'a ast::Expr),
    Applies(&'a ast::Applies),
}

impl PendingItem<'_> {
    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        match self {
            PendingItem::Office(_, a) => a.name.span,
            PendingItem::Body(_, a) => a.name.span,
            PendingItem::Act(_, a) => a.name.span,
            PendingItem::Given(_, a) => a.name.span,
            PendingItem::Define(_, a) => a.name.span,
            PendingItem::Role(_, a) => a.span,
            PendingItem::AlsoGiven(a) => a.target.span,
            PendingItem::ExceptionTo(a) => a.target.span,
            PendingItem::Table(_, a) => a.name.span,
            PendingItem::Status(_, a) | PendingItem::AlsoStatus(a) => a.name.span,
            PendingItem::Norm(a, _) => a.span,
            PendingItem::Decision(_, a) => a.name.span,
            PendingItem::Procedure(_, a) => a.name.span,
            PendingItem::Stage(_, _, a) => a.name.span,
            PendingItem::Applies(a) => a.span,
            PendingItem::VersionEvent(_, a) => a.span,
        }
    }

    /// The name that it declares.
    pub(crate) fn symbol(&self) -> Option<Symbol> {
        Some(match self {
            PendingItem::Define(d, _) | PendingItem::Table(d, _) => Symbol::Define(*d),
            PendingItem::Status(s, _) => Symbol::Status(*s),
            PendingItem::Decision(d, _) => Symbol::Decision(*d),
            PendingItem::Norm(_, n) => Symbol::Norm((*n)?),
            _ => return None,
        })
    }
}
