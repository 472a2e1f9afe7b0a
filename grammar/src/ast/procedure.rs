//! `procedure`, `stage`, `outcome`.

use super::*;

/// `procedure Amendment(text: Text) { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Its name, which is also a kind.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// `opened by E`.
    pub opened_by: Option<Expr>,
    /// Stages, outcomes and any other declaration.
    pub items: Vec<Item>,
}

/// `stage proposed { … }`, `stage sitting of Meeting { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: Name,
    /// Labels in any language.
    pub titles: Vec<Text>,
    /// `of P`.
    pub of: Option<Name>,
    /// Transitions, `decide`, sentences and declarations.
    pub items: Vec<StageItem>,
}

/// One line of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageItem {
    /// Labels before it.
    pub labels: Vec<LabelTag>,
    /// What it is.
    pub kind: StageItemKind,
    /// Labels included.
    pub span: Span,
}

/// The lines of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum StageItemKind {
    /// `on X [when C] -> s`.
    Transition {
        /// An event, a condition becoming true, or `lapse of D`.
        on: Expr,
        /// `when C`.
        when: Option<Expr>,
        /// Where to.
        target: Name,
    },
    /// `decide Amend`: opens the decision on entry.
    Decide(Name),
    /// `opens Q(args) [when C] [while here]`: an instance of another procedure, on entry.
    Opens {
        /// The procedure, perhaps with arguments.
        what: Expr,
        /// `when C`.
        when: Option<Expr>,
        /// `while here`.
        while_: Option<Expr>,
    },
    /// A declaration or sentence; its labels are those of the stage item.
    Item(Box<Item>),
}

/// `outcome ratification, failed`.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The names.
    pub names: Vec<Name>,
    /// `of P`.
    pub of: Option<Name>,
}
