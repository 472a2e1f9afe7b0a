//! Bodies.

use super::*;

/// The clauses of a body. `member` ranges over `kinds`.
#[derive(Clone, Debug)]
pub struct Body {
    /// The member variable of all the clauses.
    pub member: VarId,
    /// The leaf kinds of possible members; empty where the text leaves its composition to another one.
    pub kinds: Vec<KindId>,
    /// Who is a member.
    pub members: Expr,
    /// Whose ballots count in its decisions; the members' if absent.
    pub voters: Option<Expr>,
    /// Who is present, where said.
    pub present: Option<Expr>,
    /// Votes of a member, where the body has weights.
    pub weight: Option<Expr>,
    /// Who is in the chair: an entity, perhaps none.
    pub chair: Option<Expr>,
    /// Its seats.
    pub seats: Vec<SeatGroup>,
}

/// `seats permanent: 5 State`: a status that so many entities can have at a time (R5).
#[derive(Clone, Debug)]
pub struct SeatGroup {
    /// The status.
    pub status: StatusId,
    /// How many seats.
    pub count: i64,
    /// Where it says so.
    pub provision: ProvisionId,
    /// Where it stands.
    pub span: Span,
}
