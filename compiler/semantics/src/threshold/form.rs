//! What a slot says of the numbers of a roll: conditions over linear forms.
//!
//! Comes in: a rule of a decision. Goes out: its clauses, each a comparison of linear forms over *cells*. A cell is a sort
//! of person (in the body or not, entitled or not, this or that property) and what that person did. Whatever is no number
//! of this roll is opaque: it may hold or not.

use super::*;
use crate::shape::plain;

/// So many properties of a voter are told apart; beyond, nothing is concluded.
const MOST_PROPERTIES: usize = 4;

/// A sort of person and what they did.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) member: bool,
    pub(super) voter: bool,
    /// Which of the model's properties hold, a bit each.
    pub(super) properties: usize,
    pub(super) did: Did,
}

/// What a voter did.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Did {
    Cast(usize),
    /// Nothing; with silence moved that counts as this ballot, or as none.
    Silent(Option<usize>),
}

/// `Σ coefficient · number of a cell + constant`, per way of counting (heads, votes, a field).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// By measure and cell.
    pub(super) cells: BTreeMap<(usize, usize), i128>,
    /// Numbers from outside the roll, each at least 0.
    pub(super) outside: BTreeMap<usize, i128>,
    pub(super) constant: i128,
}

impl Form {
    pub(super) fn plus(&self, factor: i128, other: &Form) -> Option<Form> {
        let mut sum = self.clone();
        for (k, c) in &other.cells {
            let entry = sum.cells.entry(*k).or_default();
            *entry = entry.checked_add(c.checked_mul(factor)?)?;
        }
        for (k, c) in &other.outside {
            let entry = sum.outside.entry(*k).or_default();
            *entry = entry.checked_add(c.checked_mul(factor)?)?;
        }
        sum.constant = sum
            .constant
            .checked_add(other.constant.checked_mul(factor)?)?;
        sum.cells.retain(|_, c| *c != 0);
        sum.outside.retain(|_, c| *c != 0);
        Some(sum)
    }

    pub(super) fn times(&self, factor: i128) -> Option<Form> {
        Form::default().plus(factor, self)
    }
}

/// A condition over forms.
#[derive(Clone, Debug)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Leaf(Leaf),
    /// Says nothing about the numbers of this roll; whether it changes with the ballots all the same.
    Opaque {
        ballots: bool,
        span: Span,
    },
    Const(bool),
}

/// A comparison.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) kind: LeafKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum LeafKind {
    /// The form compared with 0.
    Number(CmpOp, Form),
    /// `den · part CMP num · base` and `base > 0`: the difference of the sides, and the base.
    Share(ShareCmp, Form, Form),
}

/// Reads the rules of one decision.
pub(super) struct Model<'p> {
    pub(super) program: &'p Program,
    pub(super) id: DecisionId,
    pub(super) decision: &'p Decision,
    properties: Vec<String>,
    pub(super) cells: Vec<Cell>,
    /// Heads first.
    measures: Vec<String>,
    outside: Vec<String>,
    /// Silence has been moved: the reading of `passes` and what follows it.
    pub(super) moved: bool,
    /// Of those who have voted: they may change their ballot, not take it back.
    pub(super) only_cast: bool,
}

impl<'p> Model<'p> {
    /// `None` if its voters differ in too many ways.
    pub(super) fn of(program: &'p Program, id: DecisionId) -> Option<Model<'p>> {
        let decision = &program.decisions[id.index()];
        let mut model = Model {
            program,
            id,
            decision,
            properties: Vec::new(),
            cells: Vec::new(),
            measures: vec!["heads".to_owned()],
            outside: Vec::new(),
            moved: false,
            only_cast: false,
        };
        for e in decision.slots() {
            model.note_properties(e, 0);
        }
        if model.properties.len() > MOST_PROPERTIES {
            return None;
        }
        let body = program.body(decision.body);
        let apart = decision.voters.is_some() || body.is_some_and(|b| b.voters.is_some());
        let sorts: &[(bool, bool)] = if apart {
            &[(false, false), (true, false), (false, true), (true, true)]
        } else {
            &[(false, false), (true, true)]
        };
        for (member, voter) in sorts {
            for properties in 0..1 << model.properties.len() {
                let choices = if *voter {
                    model.choices()
                } else {
                    vec![Did::Silent(None)]
                };
                for did in choices {
                    model.cells.push(Cell {
                        member: *member,
                        voter: *voter,
                        properties,
                        did,
                    });
                }
            }
        }
        Some(model)
    }

    /// What a voter may do: each ballot, or silence as the text counts it; where that differs by voter, in every way.
    pub(super) fn choices(&self) -> Vec<Did> {
        let n = self.decision.ballots.len();
        let silent: Vec<Option<usize>> = match &self.decision.silence.0 {
            _ if self.decision.silence_by_voter.is_some() => {
                (0..n).map(Some).chain([None]).collect()
            }
            Silence::As(b) => vec![Some(*b)],
            Silence::None | Silence::NotStated(_) => vec![None],
        };
        let cast = (0..n).map(Did::Cast);
        cast.chain(silent.into_iter().map(Did::Silent)).collect()
    }

    /// The properties by name, each with its bit.
    pub(super) fn property_bit(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|p| p == name)
    }

    /// Ways of counting: heads, votes, fields.
    pub(super) fn measures(&self) -> usize {
        self.measures.len()
    }

    // ---- properties of voters -------------------------------------------------------------------------------

    fn note_properties(&mut self, e: &Expr, depth: u32) {
        if depth > 32 {
            return;
        }
        match &e.kind {
            ExprKind::Count(s) | ExprKind::Exists(s) | ExprKind::Sum { set: s, .. } => {
                self.note_cond(&s.cond, s.var);
            }
            ExprKind::ForAll(s, c) => {
                self.note_cond(&s.cond, s.var);
                self.note_cond(c, s.var);
            }
            ExprKind::Call(..) => {
                if let Some(inner) = self.inlined(e) {
                    self.note_properties(&inner, depth + 1);
                }
            }
            _ => e.each_child(&mut |c| self.note_properties(c, depth + 1)),
        }
    }

    fn note_cond(&mut self, cond: &Expr, element: VarId) {
        match &cond.kind {
            ExprKind::And(list) | ExprKind::Or(list) => {
                list.iter().for_each(|c| self.note_cond(c, element));
            }
            ExprKind::Not(c) => self.note_cond(c, element),
            ExprKind::Bool(_) | ExprKind::OnRoll { .. } => {}
            _ if self.is_membership(cond, element) => {}
            _ => {
                let name = property(cond, element);
                if !self.properties.contains(&name) {
                    self.properties.push(name);
                }
            }
        }
    }

    /// The body's own rule of membership.
    fn is_membership(&self, cond: &Expr, element: VarId) -> bool {
        let body = self.program.body(self.decision.body);
        body.is_some_and(|b| property(&b.members, b.member) == property(cond, element))
    }

    /// Whether a person of a cell is in a set; `None` where that is read off another roll.
    fn holds(&self, cond: &Expr, element: VarId, cell: &Cell) -> Option<bool> {
        match &cond.kind {
            ExprKind::And(list) => {
                let mut all = true;
                for c in list {
                    all &= self.holds(c, element, cell)?;
                }
                Some(all)
            }
            ExprKind::Or(list) => {
                let mut any = false;
                for c in list {
                    any |= self.holds(c, element, cell)?;
                }
                Some(any)
            }
            ExprKind::Not(c) => Some(!self.holds(c, element, cell)?),
            ExprKind::Bool(b) => Some(*b),
            ExprKind::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let own = *decision == self.id
                    && matches!(voter.kind, ExprKind::Var(v) if v == element)
                    && match (subject.as_deref().map(|s| &s.kind), self.decision.subject) {
                        (Some(ExprKind::Var(v)), Some(own)) => *v == own,
                        (None, None) => true,
                        _ => false,
                    };
                own.then(|| self.on_roll(cell, set)).flatten()
            }
            _ if self.is_membership(cond, element) => Some(cell.member),
            _ => {
                let name = property(cond, element);
                let at = self.properties.iter().position(|p| *p == name)?;
                Some(cell.properties >> at & 1 == 1)
            }
        }
    }

    fn on_roll(&self, cell: &Cell, set: &RollSet) -> Option<bool> {
        let counted = match cell.did {
            Did::Cast(b) => Some(b),
            Did::Silent(as_) if self.moved && cell.voter => {
                if matches!(self.decision.silence.0, Silence::NotStated(_)) {
                    return None;
                }
                as_
            }
            Did::Silent(_) => None,
        };
        Some(match set {
            RollSet::Ballot(b) => cell.voter && counted == Some(*b),
            RollSet::Silent => cell.voter && counted.is_none(),
            RollSet::Voting => cell.voter && counted.is_some_and(|b| b < 2),
            RollSet::Cast => cell.voter && matches!(cell.did, Did::Cast(_)),
            RollSet::Voters => cell.voter,
            RollSet::Members => cell.member,
            _ => return None,
        })
    }

    // ---- numbers --------------------------------------------------------------------------------------------

    /// The forms a number may have: one, or one for each exception of a define.
    fn forms(&mut self, e: &Expr, depth: u32) -> Option<Vec<Form>> {
        if depth > 32 {
            return None;
        }
        match &e.kind {
            ExprKind::Int(n) => Some(vec![Form {
                constant: i128::from(*n),
                ..Form::default()
            }]),
            ExprKind::Count(s) => Some(vec![self.counted(s, "heads", &e.kind)?]),
            ExprKind::Sum { set, value } => {
                let measure = match &value.kind {
                    ExprKind::Weight { decision, .. } if *decision == self.id => "votes".to_owned(),
                    _ => property(value, set.var),
                };
                Some(vec![self.counted(set, &measure, &e.kind)?])
            }
            ExprKind::Arith(op, a, b) => {
                let (a, b) = (self.forms(a, depth + 1)?, self.forms(b, depth + 1)?);
                let mut out = Vec::new();
                for x in &a {
                    for y in &b {
                        out.push(match op {
                            ArithOp::Add => x.plus(1, y)?,
                            ArithOp::Sub => x.plus(-1, y)?,
                            ArithOp::Mul if x.cells.is_empty() && x.outside.is_empty() => {
                                y.times(x.constant)?
                            }
                            ArithOp::Mul if y.cells.is_empty() && y.outside.is_empty() => {
                                x.times(y.constant)?
                            }
                            ArithOp::Mul => return None,
                        });
                    }
                }
                (out.len() <= 16).then_some(out)
            }
            ExprKind::Except { base, exceptions } => {
                let mut out = self.forms(base, depth + 1)?;
                for Exception {
                    when: cond, value, ..
                } in exceptions
                {
                    if self.reads_ballots(cond) {
                        return None;
                    }
                    out.extend(self.forms(value, depth + 1)?);
                }
                Some(out)
            }
            ExprKind::Call(..) => {
                let inner = self.inlined(e)?;
                self.forms(&inner, depth + 1)
            }
            _ if self.reads_ballots(e) => None,
            _ => Some(vec![self.other_number(format!("{:?}", e.kind))]),
        }
    }

    fn other_number(&mut self, name: String) -> Form {
        let at = index(&mut self.outside, name);
        Form {
            outside: BTreeMap::from([(at, 1)]),
            ..Form::default()
        }
    }

    fn counted(&mut self, s: &SetExpr, measure: &str, whole: &ExprKind) -> Option<Form> {
        if !self.reads_ballots(&s.cond) && !self.is_membership(&s.cond, s.var) {
            return Some(self.other_number(format!("{whole:?}")));
        }
        let measure = index(&mut self.measures, measure.to_owned());
        let mut form = Form::default();
        for (i, cell) in self.cells.iter().enumerate() {
            if self.holds(&s.cond, s.var, cell)? {
                form.cells.insert((measure, i), 1);
            }
        }
        Some(form)
    }

    fn shares(&mut self, e: &Expr, depth: u32) -> Option<Vec<(ShareCmp, i128, i128)>> {
        match &e.kind {
            ExprKind::ShareValue { cmp, num, den } => {
                Some(vec![(*cmp, i128::from(*num), i128::from(*den))])
            }
            ExprKind::Except { base, exceptions } => {
                let mut out = self.shares(base, depth + 1)?;
                for Exception {
                    when: cond, value, ..
                } in exceptions
                {
                    if self.reads_ballots(cond) {
                        return None;
                    }
                    out.extend(self.shares(value, depth + 1)?);
                }
                Some(out)
            }
            ExprKind::Call(..) if depth < 32 => {
                let inner = self.inlined(e)?;
                self.shares(&inner, depth + 1)
            }
            _ => None,
        }
    }

    /// A define's value with the variables of the call put in.
    fn inlined(&self, e: &Expr) -> Option<Expr> {
        let ExprKind::Call(d, args) = &e.kind else {
            return None;
        };
        let define = &self.program.defines[d.index()];
        let DefineValue::Expr(value) = &define.value else {
            return None;
        };
        let mut value = value.clone();
        let pairs: Vec<(VarId, VarId)> = define
            .params
            .iter()
            .zip(args)
            .filter_map(|(p, a)| match a.kind {
                ExprKind::Var(v) => Some((*p, v)),
                _ => None,
            })
            .collect();
        value.for_each_var(&mut |v| {
            if let Some((_, to)) = pairs.iter().find(|(from, _)| from == v) {
                *v = *to;
            }
        });
        Some(value)
    }

    fn reads_ballots(&self, e: &Expr) -> bool {
        reads_ballots(self.program, e)
    }

    // ---- conditions -----------------------------------------------------------------------------------------

    pub(super) fn node(&mut self, e: &Expr) -> Node {
        self.node_at(e, 0)
    }

    fn opaque(&self, e: &Expr) -> Node {
        Node::Opaque {
            ballots: self.reads_ballots(e),
            span: e.span,
        }
    }

    fn any_of(mut nodes: Vec<Node>) -> Node {
        if nodes.len() == 1 {
            nodes.swap_remove(0)
        } else {
            Node::Or(nodes)
        }
    }

    fn node_at(&mut self, e: &Expr, depth: u32) -> Node {
        if depth > 32 {
            return self.opaque(e);
        }
        match &e.kind {
            ExprKind::Bool(b) => Node::Const(*b),
            ExprKind::And(list) => {
                Node::And(list.iter().map(|c| self.node_at(c, depth + 1)).collect())
            }
            ExprKind::Or(list) => {
                Node::Or(list.iter().map(|c| self.node_at(c, depth + 1)).collect())
            }
            ExprKind::Not(c) => Node::Not(Box::new(self.node_at(c, depth + 1))),
            ExprKind::Call(..) => match self.inlined(e) {
                Some(inner) => self.node_at(&inner, depth + 1),
                None => self.opaque(e),
            },
            ExprKind::Except { base, exceptions } => {
                // Either the rule or one of its exceptions.
                let mut ways = vec![self.node_at(base, depth + 1)];
                for Exception {
                    when: cond, value, ..
                } in exceptions
                {
                    let when = self.node_at(cond, depth + 1);
                    let when = if self.reads_ballots(cond) {
                        Node::Opaque {
                            ballots: true,
                            span: cond.span,
                        }
                    } else {
                        when
                    };
                    ways.push(Node::And(vec![when, self.node_at(value, depth + 1)]));
                }
                Self::any_of(ways)
            }
            ExprKind::Compare(op, a, b) => self
                .comparison(*op, a, b, e.span, depth)
                .unwrap_or_else(|| self.opaque(e)),
            ExprKind::ShareCompare { part, share, base } => self
                .share(part, share, base, e.span, depth)
                .unwrap_or_else(|| self.opaque(e)),
            ExprKind::Exists(s) if self.reads_ballots(&s.cond) => {
                match self.counted(s, "heads", &e.kind) {
                    Some(form) => number(CmpOp::Gt, form, e.span),
                    None => self.opaque(e),
                }
            }
            ExprKind::ForAll(s, c) if self.reads_ballots(&s.cond) || self.reads_ballots(c) => {
                match self.outliers(s, c) {
                    Some(form) => number(CmpOp::Le, form, e.span),
                    None => self.opaque(e),
                }
            }
            _ => self.opaque(e),
        }
    }

    /// Those in a set for whom a condition fails.
    fn outliers(&mut self, s: &SetExpr, c: &Expr) -> Option<Form> {
        let mut form = Form::default();
        for (i, cell) in self.cells.iter().enumerate() {
            if self.holds(&s.cond, s.var, cell)? && !self.holds(c, s.var, cell)? {
                form.cells.insert((0, i), 1);
            }
        }
        Some(form)
    }

    fn comparison(
        &mut self,
        op: CmpOp,
        a: &Expr,
        b: &Expr,
        span: Span,
        depth: u32,
    ) -> Option<Node> {
        if a.ty != Ty::Int || b.ty != Ty::Int {
            return None;
        }
        let (a, b) = (self.forms(a, depth + 1)?, self.forms(b, depth + 1)?);
        let mut ways = Vec::new();
        for x in &a {
            for y in &b {
                ways.push(number(op, x.plus(-1, y)?, span));
            }
        }
        Some(Self::any_of(ways))
    }

    fn share(
        &mut self,
        part: &Expr,
        share: &Expr,
        base: &Expr,
        span: Span,
        depth: u32,
    ) -> Option<Node> {
        let (parts, bases) = (self.forms(part, depth + 1)?, self.forms(base, depth + 1)?);
        let shares = self.shares(share, depth + 1)?;
        let mut ways = Vec::new();
        for (cmp, num, den) in shares {
            for p in &parts {
                for b in &bases {
                    let difference = p.times(den)?.plus(-num, b)?;
                    ways.push(Node::Leaf(Leaf {
                        kind: LeafKind::Share(cmp, difference, b.clone()),
                        span,
                    }));
                }
            }
        }
        Some(Self::any_of(ways))
    }
}

fn number(op: CmpOp, form: Form, span: Span) -> Node {
    Node::Leaf(Leaf {
        kind: LeafKind::Number(op, form),
        span,
    })
}

fn index(list: &mut Vec<String>, name: String) -> usize {
    list.iter().position(|n| *n == name).unwrap_or_else(|| {
        list.push(name);
        list.len() - 1
    })
}

/// A condition on an element by what it says, wherever it stands and however the element is called.
pub(super) fn property(cond: &Expr, element: VarId) -> String {
    let mut cond = cond.clone();
    cond.for_each_var(&mut |v| {
        if *v == element {
            *v = VarId(u32::MAX);
        }
    });
    plain(&cond.kind)
}
