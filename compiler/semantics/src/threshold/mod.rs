//! Thresholds: what can be proved of a decision's rules before anybody votes.
//!
//! Comes in: the rules of a decision. Goes out: errors for what no roll can meet, for a quorum and a rule that exclude each
//! other, for a base that is not the body's; a warning for what the empty ballot meets; and whether a result can be
//! certain early (R40). Never happens: a rule that some roll meets is refused.

mod feasible;
mod form;

use crate::check::Checker;
use crate::hir::*;
use feasible::{Row, feasible};
use form::{Did, Form, Leaf, LeafKind, Model, Node};
use rogatio_diagnostics::{Diagnostic, codes};
use std::collections::{BTreeMap, BTreeSet};

/// So many alternatives of a rule are looked at; beyond, nothing is concluded.
const MOST_WAYS: usize = 256;

impl Checker {
    pub(crate) fn thresholds(&mut self) {
        let mut found = Vec::new();
        for i in 0..self.program.decisions.len() {
            let id = DecisionId(crate::check::id(i));
            found.extend(self.foreign_base(id));
            found.extend(self.absent_presence(id));
            if let Some(mut model) = Model::of(&self.program, id) {
                found.extend(model.impossible().or_else(|| model.empty_ballot()));
            }
        }
        self.diagnostics.extend(found);
        for i in 0..self.program.decisions.len() {
            let id = DecisionId(crate::check::id(i));
            let mut model = Model::of(&self.program, id);
            let uneven = match &mut model {
                Some(model) => model.uneven(),
                None => Some(self.program.decisions[i].span),
            };
            let changed = !self.program.decisions[i].first_counts
                && uneven.is_none()
                && model.is_some_and(|mut model| {
                    model.only_cast = true;
                    model.uneven().is_none()
                });
            let d = &mut self.program.decisions[i];
            d.monotone = uneven.is_none();
            d.monotone_changed = changed;
            let asked = match d.closes.iter().any(|c| matches!(c, Closing::Certain)) {
                true => Some(d.span),
                false => self.certain.iter().find(|(x, _)| *x == id).map(|(_, s)| *s),
            };
            let (Some(asked), Some(uneven), name) = (asked, uneven, d.name.clone()) else {
                continue;
            };
            self.error(
                Diagnostic::error(
                    codes::E0652,
                    format!("`{name}` has a rule for which more votes are not always better or worse"),
                )
                .at(uneven, "one more ballot may turn this either way")
                .also(asked, "so nothing can be certain before all have voted")
                .help("close it `when all have voted`, or compare with `>=`, `<=` or a share of this body"),
            );
        }
    }

    /// R36: `present` means something only where the text says who is.
    fn absent_presence(&self, id: DecisionId) -> Option<Diagnostic> {
        let d = &self.program.decisions[id.index()];
        let body = self.program.body(d.body)?;
        let said = d.present.is_some() || body.present.is_some();
        let mut found = None;
        for slot in d.slots() {
            self.each_read(slot, &mut |e| {
                if let ExprKind::OnRoll {
                    decision,
                    set: RollSet::Present,
                    ..
                } = e.kind
                    && decision == id
                    && found.is_none()
                {
                    found = Some(e.span);
                }
            });
        }
        let span = found.filter(|_| !said)?;
        Some(
            Diagnostic::error(codes::E0656, format!("who is present in `{}`?", d.name))
                .at(span, "nothing says who is")
                .help("write `present = cast` if those who vote are meant, or `present = s: KIND where …` with an act or status of attendance"),
        )
    }

    /// A share of somebody else: the votes of this body compared with a set that is not of its roll.
    fn foreign_base(&self, id: DecisionId) -> Option<Diagnostic> {
        let d = &self.program.decisions[id.index()];
        let body = self.program.entities.get(d.body.index())?;
        let own = body.body.as_ref()?;
        let mut found = None;
        for slot in d.slots() {
            self.each_read(slot, &mut |e| {
                let ExprKind::ShareCompare { part, base, .. } = &e.kind else {
                    return;
                };
                let (ExprKind::Count(set) | ExprKind::Sum { set, .. }) = &base.kind else {
                    return;
                };
                let counts_own = {
                    let mut counts = false;
                    self.each_read(part, &mut |e| {
                        counts |=
                            matches!(e.kind, ExprKind::OnRoll { decision, .. } if decision == id);
                    });
                    counts
                };
                let same = form::property(&own.members, own.member)
                    == form::property(&set.cond, set.var)
                    && own.kinds == set.kinds;
                if counts_own && !self.reads_ballots(&set.cond) && !same && found.is_none() {
                    found = Some(base.span);
                }
            });
        }
        let span = found?;
        Some(
            Diagnostic::error(
                codes::E0655,
                format!("`{}` is decided by `{}`, and this is a share of others", d.name, body.name),
            )
            .at(span, "not a set of this roll")
            .help("compare with `members`, `voters`, `voting`, `cast` or `present`")
            .help("where the text does mean others, say the number: `define all: int = count(…)`, then `… of all`"),
        )
    }
}

/// Whether an expression reads the ballots of a decision, through defines.
pub(crate) fn reads_ballots(program: &Program, e: &Expr) -> bool {
    fn walk(program: &Program, e: &Expr, seen: &mut BTreeSet<DefineId>) -> bool {
        if matches!(e.kind, ExprKind::OnRoll { .. }) {
            return true;
        }
        if let ExprKind::Call(d, _) = e.kind
            && seen.insert(d)
        {
            let found = match &program.defines[d.index()].value {
                DefineValue::Expr(e) => walk(program, e, seen),
                DefineValue::Set(s) => walk(program, &s.cond, seen),
                DefineValue::Stream(_) => false,
            };
            if found {
                return true;
            }
        }
        let mut found = false;
        e.each_child(&mut |c| found = found || walk(program, c, seen));
        found
    }
    walk(program, e, &mut BTreeSet::new())
}

/// Alternatives, each a list of forms that are at least 0 together.
type Ways = Vec<Vec<Form>>;

impl Model<'_> {
    /// A rule that no roll meets, or two that exclude each other.
    fn impossible(&mut self) -> Option<Diagnostic> {
        let d = self.decision;
        let slots = [
            ("quorum", d.quorum.0.rule(), false),
            ("participation", d.participation.0.rule(), false),
            ("passes", d.passes.0.rule(), true),
        ];
        let mut known: Vec<(&str, Span, Ways)> = Vec::new();
        for (name, rule, moved) in slots {
            let Some(rule) = rule else { continue };
            self.moved = moved;
            let node = self.node(rule);
            let ways = self.ways(&node, true)?;
            if !self.some_way(&ways)? {
                return Some(
                    Diagnostic::error(
                        codes::E0653,
                        format!("no roll can meet the `{name}` of `{}`", d.name),
                    )
                    .at(rule.span, "whoever votes, and however")
                    .help("lower the number, or compare with another set of the roll"),
                );
            }
            for (other, at, before) in &known {
                let both = product(before, &ways)?;
                if !self.some_way(&both)? {
                    return Some(
                        Diagnostic::error(
                            codes::E0654,
                            format!("in `{}`, `{other}` and `{name}` exclude each other", d.name),
                        )
                        .at(rule.span, "met only where the other is not")
                        .also(*at, format!("the `{other}`"))
                        .help("let one of the two ask for less, or count the same set in both"),
                    );
                }
            }
            known.push((name, rule.span, ways));
        }
        None
    }

    /// R37: W if the empty ballot satisfies `passes`, unless the rule is an explicit consensus or silence is consent.
    fn empty_ballot(&mut self) -> Option<Diagnostic> {
        let d = self.decision;
        let rule = d.passes.0.rule()?;
        if is_consensus(rule) || matches!(d.silence.0, Silence::As(0)) {
            return None;
        }
        // Some roll of voters that are all silent on which it does not pass?
        let mut fails: Ways = Vec::new();
        for (rule, moved) in [
            (d.quorum.0.rule(), false),
            (d.participation.0.rule(), false),
            (Some(rule), true),
        ] {
            let Some(rule) = rule else { continue };
            self.moved = moved;
            let node = self.node(rule);
            fails.extend(self.ways(&node, false)?);
        }
        let silent = |c: &form::Cell| c.voter && matches!(c.did, Did::Silent(_));
        let mut voters = Form {
            constant: -1,
            ..Form::default()
        };
        let mut cast = Form::default();
        for (i, cell) in self.cells.iter().enumerate() {
            if silent(cell) {
                voters.cells.insert((0, i), 1);
            } else if matches!(cell.did, Did::Cast(_)) {
                for measure in 0..self.measures() {
                    cast.cells.insert((measure, i), -1);
                }
            }
        }
        for way in &mut fails {
            way.extend([voters.clone(), cast.clone()]);
        }
        if self.some_way(&fails)? {
            return None;
        }
        Some(
            Diagnostic::warning(
                codes::W0601,
                format!("`{}` passes when nobody votes", d.name),
            )
            .at(rule.span, "true without a single ballot")
            .help("require some support, or write the consensus out: `passes when no is empty`"),
        )
    }

    // ---- feasibility ----------------------------------------------------------------------------------------

    fn some_way(&self, ways: &Ways) -> Option<bool> {
        for way in ways {
            let mut forms: Vec<Form> = way.clone();
            forms.extend(self.sizes());
            if feasible(&rows(&forms))? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// How large the body can be: its seats, or its members named once and for all.
    fn sizes(&self) -> Vec<Form> {
        let Some(body) = self.program.body(self.decision.body) else {
            return Vec::new();
        };
        let at_most = |n: i128, of: &dyn Fn(&form::Cell) -> bool| {
            let cells = self.cells.iter().enumerate();
            let these = cells.filter(|(_, c)| of(c));
            Form {
                cells: these.map(|(i, _)| ((0, i), -1)).collect(),
                constant: n,
                ..Form::default()
            }
        };
        let mut out = Vec::new();
        let mut named = 0;
        let closed = body.kinds.iter().all(|k| {
            let kind = &self.program.kinds[k.index()];
            named += i128::try_from(kind.instances.len()).unwrap_or(i128::MAX);
            kind.class == KindClass::Enumeration
        });
        if closed && !body.kinds.is_empty() {
            out.push(at_most(named, &|c| c.member || c.voter));
        }
        let mut all = 0;
        for g in &body.seats {
            all += i128::from(g.count);
            let var = body.member;
            let holder = Expr {
                kind: ExprKind::Var(var),
                ty: self.program.vars[var.index()].ty.clone(),
                provision: ProvisionId(0),
                span: Span::NONE,
            };
            let sits = Expr {
                kind: ExprKind::StatusOn(g.status, vec![holder]),
                ty: Ty::Bool,
                provision: ProvisionId(0),
                span: Span::NONE,
            };
            if let Some(bit) = self.property_bit(&form::property(&sits, var)) {
                out.push(at_most(i128::from(g.count), &|c| {
                    c.properties >> bit & 1 == 1
                }));
            }
        }
        if !body.seats.is_empty() && only_seats(&body.members, &body.seats) {
            out.push(at_most(all, &|c| c.member));
        }
        out
    }

    /// The ways in which a condition has the truth wanted.
    fn ways(&self, node: &Node, want: bool) -> Option<Ways> {
        Some(match node {
            Node::Const(b) if *b == want => vec![Vec::new()],
            Node::Const(_) => Vec::new(),
            Node::Opaque { .. } => vec![Vec::new()],
            Node::Not(inner) => self.ways(inner, !want)?,
            Node::And(list) | Node::Or(list) => {
                let all = matches!(node, Node::And(_)) == want;
                let mut out: Ways = if all { vec![Vec::new()] } else { Vec::new() };
                for n in list {
                    let ways = self.ways(n, want)?;
                    if all {
                        out = product(&out, &ways)?;
                    } else {
                        out.extend(ways);
                    }
                }
                (out.len() <= MOST_WAYS).then_some(out)?
            }
            Node::Leaf(leaf) => leaf.ways(want)?,
        })
    }
}

/// An explicit consensus: `no is empty`.
fn is_consensus(rule: &Expr) -> bool {
    match &rule.kind {
        ExprKind::Not(inner) => matches!(inner.kind, ExprKind::Exists(_)),
        _ => false,
    }
}

/// Whether members are those who hold a seat, and nobody else.
fn only_seats(members: &Expr, seats: &[SeatGroup]) -> bool {
    match &members.kind {
        ExprKind::StatusOn(s, _) => seats.iter().any(|g| g.status == *s),
        ExprKind::Or(ways) => ways.iter().all(|w| only_seats(w, seats)),
        ExprKind::And(parts) => parts.iter().any(|p| only_seats(p, seats)),
        _ => false,
    }
}

fn product(a: &Ways, b: &Ways) -> Option<Ways> {
    if a.len().saturating_mul(b.len()) > MOST_WAYS {
        return None;
    }
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    Some(pairs.map(|(x, y)| [x.as_slice(), y].concat()).collect())
}

fn rows(forms: &[Form]) -> Vec<Row> {
    let mut at: BTreeMap<(u8, usize, usize), usize> = BTreeMap::new();
    for f in forms {
        for (m, c) in f.cells.keys() {
            let next = at.len();
            at.entry((0, *m, *c)).or_insert(next);
        }
        for o in f.outside.keys() {
            let next = at.len();
            at.entry((1, *o, 0)).or_insert(next);
        }
    }
    let row = |f: &Form| {
        let mut coefficients = vec![0; at.len()];
        for ((m, c), x) in &f.cells {
            coefficients[at[&(0, *m, *c)]] = *x;
        }
        for (o, x) in &f.outside {
            coefficients[at[&(1, *o, 0)]] = *x;
        }
        Row {
            coefficients,
            constant: f.constant,
        }
    };
    forms.iter().map(row).collect()
}

impl Leaf {
    /// All numbers are whole: more than 0 is at least 1.
    fn ways(&self, want: bool) -> Option<Ways> {
        let at_least = |f: &Form, n: i128| -> Option<Form> {
            let mut f = f.clone();
            f.constant = f.constant.checked_sub(n)?;
            Some(f)
        };
        Some(match &self.kind {
            LeafKind::Number(op, f) => {
                let less = f.times(-1)?;
                let op = if want { *op } else { opposite(*op) };
                match op {
                    CmpOp::Ge => vec![vec![f.clone()]],
                    CmpOp::Gt => vec![vec![at_least(f, 1)?]],
                    CmpOp::Le => vec![vec![less]],
                    CmpOp::Lt => vec![vec![at_least(&less, 1)?]],
                    CmpOp::Eq => vec![vec![f.clone(), less]],
                    CmpOp::Ne => vec![vec![at_least(f, 1)?], vec![at_least(&less, 1)?]],
                }
            }
            LeafKind::Share(cmp, difference, base) => {
                let less = difference.times(-1)?;
                let (met, not) = match cmp {
                    ShareCmp::AtLeast => (difference.clone(), at_least(&less, 1)?),
                    ShareCmp::MoreThan => (at_least(difference, 1)?, less),
                    ShareCmp::AtMost => (less, at_least(difference, 1)?),
                    ShareCmp::LessThan => (at_least(&less, 1)?, difference.clone()),
                };
                if want {
                    vec![vec![met, at_least(base, 1)?]]
                } else {
                    vec![vec![not], vec![base.times(-1)?]]
                }
            }
        })
    }
}

fn opposite(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Eq => CmpOp::Ne,
        CmpOp::Ne => CmpOp::Eq,
        CmpOp::Lt => CmpOp::Ge,
        CmpOp::Le => CmpOp::Gt,
        CmpOp::Gt => CmpOp::Le,
        CmpOp::Ge => CmpOp::Lt,
    }
}

// ---- certainty ----------------------------------------------------------------------------------------------

impl Model<'_> {
    /// The first clause for which the ballots of those who have not voted do not all pull one way (R40).
    fn uneven(&mut self) -> Option<Span> {
        let d = self.decision;
        let slots: Vec<(&Expr, bool)> = [
            (d.quorum.0.rule(), false),
            (d.participation.0.rule(), false),
        ]
        .into_iter()
        .chain([(d.passes.0.rule(), true)])
        .chain(d.deemed.iter().map(|(_, e)| (Some(e), true)))
        .filter_map(|(rule, moved)| Some((rule?, moved)))
        .collect();
        for (rule, moved) in slots {
            self.moved = moved;
            let node = self.node(rule);
            if let Some(span) = self.uneven_in(&node) {
                return Some(span);
            }
        }
        None
    }

    fn uneven_in(&self, node: &Node) -> Option<Span> {
        match node {
            Node::And(list) | Node::Or(list) => list.iter().find_map(|n| self.uneven_in(n)),
            Node::Not(n) => self.uneven_in(n),
            Node::Const(_) | Node::Opaque { ballots: false, .. } => None,
            Node::Opaque { span, .. } => Some(*span),
            Node::Leaf(leaf) => (!self.is_even(leaf)).then_some(leaf.span),
        }
    }

    fn is_even(&self, leaf: &Leaf) -> bool {
        match &leaf.kind {
            LeafKind::Number(op, f) => {
                let equal = matches!(op, CmpOp::Eq | CmpOp::Ne);
                // `x = 0` of what is never below 0 is `x <= 0`.
                let one_sided = f.constant == 0
                    && (f.cells.values().chain(f.outside.values()).all(|c| *c >= 0)
                        || f.cells.values().chain(f.outside.values()).all(|c| *c <= 0));
                (!equal || one_sided) && self.best(f).is_some() && self.best_of_negative(f)
            }
            LeafKind::Share(_, difference, base) => {
                let toward = self.best(difference);
                let against = self.best_of_negative(difference);
                // Where the base may be empty, what is best for the part must fill it too.
                let fills = |b: Did| {
                    self.types().iter().all(|t| {
                        let x = |b| self.pull(base, *t, b);
                        let fixed = self.alternatives().into_iter().all(|c| x(c) == x(b));
                        fixed || x(b).iter().all(|n| *n > 0) && !x(b).is_empty()
                    })
                };
                against && toward.is_some_and(fills) && self.best(base).is_some()
            }
        }
    }

    fn best_of_negative(&self, f: &Form) -> bool {
        f.times(-1).is_some_and(|f| self.best(&f).is_some())
    }

    /// Sorts of voters: properties and membership.
    fn types(&self) -> Vec<(bool, usize)> {
        let voters = self.cells.iter().filter(|c| c.voter);
        let all: BTreeSet<(bool, usize)> = voters.map(|c| (c.member, c.properties)).collect();
        all.into_iter().collect()
    }

    /// What a ballot of such a voter adds to a form, by measure.
    fn pull(&self, f: &Form, (member, properties): (bool, usize), did: Did) -> Vec<i128> {
        let cell = self
            .cells
            .iter()
            .position(|c| c.voter && (c.member, c.properties, c.did) == (member, properties, did));
        let Some(cell) = cell else { return Vec::new() };
        let value = |m| f.cells.get(&(m, cell)).copied().unwrap_or(0);
        (0..self.measures()).map(value).collect()
    }

    /// What a voter of those looked at may still do.
    fn alternatives(&self) -> Vec<Did> {
        let mut all = self.choices();
        all.retain(|d| !self.only_cast || matches!(d, Did::Cast(_)));
        all
    }

    /// The ballot that adds most to a form, for voters of every sort and in every measure.
    fn best(&self, f: &Form) -> Option<Did> {
        let choices = self.alternatives();
        let types = self.types();
        choices.iter().copied().find(|b| {
            types.iter().all(|t| {
                let mine = self.pull(f, *t, *b);
                choices.iter().all(|c| {
                    let other = self.pull(f, *t, *c);
                    mine.iter().zip(&other).all(|(x, y)| x >= y)
                })
            })
        })
    }
}
