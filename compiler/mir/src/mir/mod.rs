//! The data of MIR: slots, events, guards, timers, effects, provenance.
//!
//! A [`Program`] is a set of *latches* (statuses, histories, edges, timers) written by [`Rule`]s in a fixed
//! topological order, *guards* (a pure expression DAG over latches), and the reactive tables: grants and duties of
//! norms, decisions, procedures. Every engine runs this and nothing else.
//!
//! One step (rule R11): judge the act, push it; one pass over [`Program::order`] in which each latch applies its ends,
//! then its starts; then norms, procedures and decisions read the frozen result and emit occurrences for the next
//! micro-step at the same point.

mod decision;
mod drawn_outcome;
mod experiment;
mod guard;
mod latch;
mod norm;
mod procedure;
mod rule;
mod scenario;
mod table;
mod titled;
mod version;

pub use decision::*;
pub use drawn_outcome::DrawnOutcome;
pub use experiment::*;
pub use guard::*;
pub use latch::*;
pub use norm::*;
pub use procedure::*;
pub use rule::*;
pub use scenario::*;
pub use table::*;
pub use titled::{Titled, title_or};
pub use version::*;

use rogatio_calendar::{Convention, Day, Length};
pub use rogatio_diagnostics::{Lang, Span};
pub use rogatio_semantics::hir::{
    ActId, BallotSort, Chance, DecisionId, DecisionOutcome, DefineId, EntityId, FieldId, GivenId,
    KindId, Modal, NormId, NormState, ProcedureId, ProvisionId, ReadingId, SecondClock, StatusId,
    Ty, Under, UnitId, Urgency, VarId, VersionId,
};
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A guard node.
    Guard,
    /// A history summary.
    HistId,
    /// A watched condition.
    EdgeId,
    /// A timer site.
    TimerId,
    /// A rule.
    RuleId,
}

/// A program in MIR.
#[derive(Clone, Debug)]
pub struct Program {
    /// The module's path.
    pub name: String,
    /// Its titles.
    pub titles: Vec<String>,
    /// The counting convention of the module itself.
    pub counting: Convention,
    /// The conventions of all modules it is made of, by their number in [`Provision::module`].
    pub countings: Vec<Counting>,
    /// Leaf kinds.
    pub kinds: Vec<Kind>,
    /// Names of the units of its numbers.
    pub units: Vec<String>,
    /// Entities known before a case: offices, bodies, instances of enumerations. Entity ids of a case start here.
    pub entities: Vec<Entity>,
    /// Fields.
    pub fields: Vec<Field>,
    /// Acts.
    pub acts: Vec<Act>,
    /// Givens.
    pub givens: Vec<Given>,
    /// Readings and which choice was taken; guards are already specialised.
    pub readings: Vec<Reading>,
    /// Lengths of the urgency ordinals, if any.
    pub terms: Vec<(Urgency, Length, ProvisionId)>,
    /// The guard DAG: operands have smaller ids than their users.
    pub guards: Vec<GuardNode>,
    /// Variables: names and domains. Shared with the programs that are made of this one, as provenance is.
    pub vars: Arc<Vec<Var>>,
    /// How many of them, the first ones, are those of the HIR it was lowered from.
    pub hir_vars: u32,
    /// Defines that guards call.
    pub defines: Vec<Define>,
    /// Statuses.
    pub statuses: Vec<Status>,
    /// History summaries.
    pub hists: Vec<Hist>,
    /// Watched conditions.
    pub edges: Vec<Edge>,
    /// Timer sites.
    pub timers: Vec<Timer>,
    /// All latches in topological order of their instant reads (R12).
    pub order: Vec<Latch>,
    /// Rules; those of one latch in the order written, but not side by side: see [`Program::rules_of`].
    pub rules: Vec<Rule>,
    /// Norms.
    pub norms: Vec<Norm>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Procedures.
    pub procedures: Vec<Procedure>,
    /// Provenance.
    pub provisions: Arc<Vec<Provision>>,
    /// Versions of articles.
    pub versions: Vec<Version>,
    /// The versions of this day rule throughout; guards are already specialised.
    pub rules_at: Option<Day>,
    /// A second clock (R48c).
    pub second_clock: Option<SecondClock>,
    /// The language in which it is told what happens.
    pub lang: Lang,
    /// What declared things are called in that language.
    pub titled: Titled,
    /// Longest chain of micro-steps (R13).
    pub cascade_bound: u32,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// Experiments.
    pub experiments: Vec<Experiment>,
}

/// How a module counts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// The convention.
    pub convention: Convention,
    /// Where it asks for public holidays: the given that names them.
    pub holidays: Option<GivenId>,
}

/// A provision (see HIR).
pub type Provision = rogatio_semantics::hir::Provision;

impl Default for Program {
    /// An empty program that counts as treaties do.
    fn default() -> Self {
        Program {
            counting: Convention::Treaty,
            countings: Vec::new(),
            name: String::new(),
            titles: Vec::new(),
            kinds: Vec::new(),
            units: Vec::new(),
            entities: Vec::new(),
            fields: Vec::new(),
            acts: Vec::new(),
            givens: Vec::new(),
            readings: Vec::new(),
            terms: Vec::new(),
            guards: Vec::new(),
            vars: Arc::default(),
            hir_vars: 0,
            defines: Vec::new(),
            statuses: Vec::new(),
            hists: Vec::new(),
            edges: Vec::new(),
            timers: Vec::new(),
            order: Vec::new(),
            rules: Vec::new(),
            norms: Vec::new(),
            decisions: Vec::new(),
            procedures: Vec::new(),
            provisions: Arc::default(),
            versions: Vec::new(),
            rules_at: None,
            second_clock: None,
            lang: Lang::En,
            titled: Titled::default(),
            cascade_bound: 0,
            scenarios: Vec::new(),
            experiments: Vec::new(),
        }
    }
}

impl Program {
    /// The rules that write a latch, in the order written.
    pub fn rules_of(&self, latch: Latch) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules
            .iter()
            .enumerate()
            .filter(move |(_, r)| r.target == latch)
            .map(|(i, r)| (RuleId(u32::try_from(i).unwrap_or(u32::MAX)), r))
    }

    /// How lengths are counted in a provision.
    #[must_use]
    pub fn counting_of(&self, p: ProvisionId) -> Counting {
        let module = self.provisions.get(p.index()).map(|p| p.module as usize);
        let own = module.and_then(|m| self.countings.get(m)).copied();
        own.unwrap_or(Counting {
            convention: self.counting,
            holidays: None,
        })
    }

    /// A guard's node.
    #[must_use]
    pub fn guard(&self, g: Guard) -> &GuardNode {
        &self.guards[g.index()]
    }

    /// The fields of the same name as this one, itself among them: each kind of a union may have one.
    pub fn fields_like(&self, field: FieldId) -> impl Iterator<Item = FieldId> + '_ {
        let name = self.fields.get(field.index()).map(|f| f.name.as_str());
        let all = (0u32..).zip(&self.fields);
        all.filter(move |(_, f)| Some(f.name.as_str()) == name)
            .map(|(i, _)| FieldId(i))
    }

    /// The field that has this one's name and is of that kind.
    #[must_use]
    pub fn field_of_kind(&self, field: FieldId, kind: KindId) -> Option<FieldId> {
        let is_of = |f: FieldId| self.fields.get(f.index()).is_some_and(|f| f.kind == kind);
        if is_of(field) {
            return Some(field);
        }
        self.fields_like(field).find(|f| is_of(*f))
    }

    /// The citation of a provision: `art 36(1)`.
    #[must_use]
    pub fn cite(&self, p: ProvisionId) -> &str {
        &self.provisions[p.index()].cite
    }

    /// `art 27`, `art 27 only`.
    #[must_use]
    pub fn cite_under(&self, u: Under) -> String {
        let only = if u.only { " only" } else { "" };
        format!("{}{only}", self.cite(u.provision))
    }
}
