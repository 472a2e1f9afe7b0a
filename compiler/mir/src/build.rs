//! Builds programs node by node: lowering does, and so do the tests of every engine.
//!
//! Comes in: nodes in any order; ids are handed out as they are added. Goes out: a [`Program`] with its
//! [`Program::order`] and [`Program::cascade_bound`]. Never happens: two equal guards of one provision.

use crate::*;
use hashbrown::HashTable;
use rogatio_calendar::{Day, Length};
use rogatio_diagnostics::Diagnostic;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher as _;
use std::sync::Arc;

/// Two guards that compute the same for the same provision have one hash, wherever they stand.
fn hash_of(node: &GuardNode) -> u64 {
    FxBuildHasher.hash_one((&node.op, &node.ty, node.provision))
}

fn computes(node: &GuardNode, op: &Op, ty: &Ty, provision: ProvisionId) -> bool {
    node.provision == provision && node.op == *op && node.ty == *ty
}

/// A program under construction. The tables are open: whatever has no method of its own is pushed to
/// [`Builder::program`] by hand.
#[derive(Clone, Debug)]
pub struct Builder {
    /// The program so far; its order is computed by [`Builder::finish`].
    pub program: Program,
    /// Guards by what they compute.
    known: HashTable<Guard>,
}

impl Builder {
    /// An empty program with one provision, number 0, for the module itself.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut builder = Builder::from_program(Program {
            name: name.to_owned(),
            ..Program::default()
        });
        builder.provision(name, "");
        builder
    }

    /// Goes on with a program.
    #[must_use]
    pub fn from_program(program: Program) -> Self {
        let mut known = HashTable::with_capacity(program.guards.capacity());
        for (i, node) in program.guards.iter().enumerate() {
            let same = |g: &Guard| computes(program.guard(*g), &node.op, &node.ty, node.provision);
            let hash = |g: &Guard| hash_of(program.guard(*g));
            known
                .entry(hash_of(node), same, hash)
                .or_insert(Guard(number(i)));
        }
        Builder { program, known }
    }

    /// A guard; an equal one of the same provision is shared.
    pub fn guard(&mut self, op: Op, ty: Ty, provision: ProvisionId) -> Guard {
        self.guard_at(op, ty, provision, Span::NONE)
    }

    /// A guard with its source; of shared ones the first source stays.
    pub fn guard_at(&mut self, op: Op, ty: Ty, provision: ProvisionId, span: Span) -> Guard {
        let guards = &mut self.program.guards;
        let node = GuardNode {
            op,
            ty,
            provision,
            span,
        };
        let hash = hash_of(&node);
        let same = |g: &Guard| computes(&guards[g.index()], &node.op, &node.ty, node.provision);
        if let Some(known) = self.known.find(hash, same) {
            return *known;
        }
        let new = Guard(number(guards.len()));
        guards.push(node);
        self.known
            .insert_unique(hash, new, |g| hash_of(&guards[g.index()]));
        new
    }

    /// A truth value, in provision 0.
    pub fn bool(&mut self, value: bool) -> Guard {
        self.guard(Op::Bool(value), Ty::Bool, ProvisionId(0))
    }

    /// An integer, in provision 0.
    pub fn int(&mut self, value: i64) -> Guard {
        self.guard(Op::Int(value), Ty::Int, ProvisionId(0))
    }

    /// A day, in provision 0.
    pub fn day(&mut self, value: Day) -> Guard {
        self.guard(Op::Day(value), Ty::Day, ProvisionId(0))
    }

    /// A length, in provision 0.
    pub fn length(&mut self, value: Length) -> Guard {
        self.guard(Op::Length(value), Ty::Length, ProvisionId(0))
    }

    /// The time of the triggering event, in provision 0.
    pub fn event_time(&mut self) -> Guard {
        self.guard(Op::EventTime, Ty::Time, ProvisionId(0))
    }

    /// An entity of the program, in provision 0.
    pub fn entity_guard(&mut self, id: EntityId) -> Guard {
        let kind = self.program.entities[id.index()].kind;
        self.guard(Op::Entity(id), Ty::Entity(vec![kind]), ProvisionId(0))
    }

    /// A variable of its declared type, in provision 0.
    pub fn var_guard(&mut self, var: VarId) -> Guard {
        let ty = self.program.vars[var.index()].ty.clone();
        self.guard(Op::Var(var), ty, ProvisionId(0))
    }

    /// `length after base` in provision 0.
    pub fn after(&mut self, length: Length, base: Guard) -> Guard {
        let length = self.length(length);
        self.guard(
            Op::Shift {
                before: false,
                closes: false,
                length,
                base,
            },
            Ty::Time,
            ProvisionId(0),
        )
    }

    /// A bool in provision 0: conditions, comparisons.
    pub fn test(&mut self, op: Op) -> Guard {
        self.guard(op, Ty::Bool, ProvisionId(0))
    }

    /// A provision cited as `cite`.
    pub fn provision(&mut self, cite: &str, title: &str) -> ProvisionId {
        Arc::make_mut(&mut self.program.provisions).push(Provision {
            module: 0,
            cite: cite.to_owned(),
            title: title.to_owned(),
            parent: None,
            source: None,
            version: None,
            of: None,
            kind: rogatio_semantics::hir::ProvisionKind::Modelled,
            span: Span::NONE,
        });
        ProvisionId(number(self.program.provisions.len() - 1))
    }

    /// A leaf kind.
    pub fn kind(&mut self, name: &str, class: KindClass) -> KindId {
        let kind = Kind {
            name: name.to_owned(),
            class,
            fields: Vec::new(),
            instances: Vec::new(),
        };
        self.program.kinds.push(kind);
        KindId(number(self.program.kinds.len() - 1))
    }

    /// An entity of a kind, listed among the kind's instances.
    pub fn entity(&mut self, name: &str, kind: KindId) -> EntityId {
        let id = EntityId(number(self.program.entities.len()));
        self.program.entities.push(Entity {
            name: name.to_owned(),
            titles: Vec::new(),
            kind,
            holder: None,
            body: None,
        });
        self.program.kinds[kind.index()].instances.push(id);
        id
    }

    /// A field of a kind.
    pub fn field(&mut self, name: &str, kind: KindId, ty: Ty) -> FieldId {
        let id = FieldId(number(self.program.fields.len()));
        self.program.fields.push(Field {
            name: name.to_owned(),
            kind,
            ty,
            default: None,
        });
        self.program.kinds[kind.index()].fields.push(id);
        id
    }

    /// An act, deed or event without addressee.
    pub fn act(
        &mut self,
        name: &str,
        class: ActClass,
        by: &[KindId],
        params: &[(&str, Ty)],
    ) -> ActId {
        self.program.acts.push(Act {
            name: name.to_owned(),
            class,
            params: params
                .iter()
                .map(|(name, ty)| ((*name).to_owned(), ty.clone(), None))
                .collect(),
            by: by.to_vec(),
            to: Vec::new(),
            opens: None,
            occurrences: None,
            enough_of: None,
            norms: Vec::new(),
            provision: ProvisionId(0),
        });
        ActId(number(self.program.acts.len() - 1))
    }

    /// A given.
    pub fn given(
        &mut self,
        name: &str,
        params: &[VarId],
        ty: Ty,
        default: Option<Guard>,
    ) -> GivenId {
        self.program.givens.push(Given {
            finding: None,
            name: name.to_owned(),
            params: params.to_vec(),
            ty,
            default,
            provision: ProvisionId(0),
        });
        GivenId(number(self.program.givens.len() - 1))
    }

    /// A variable.
    pub fn var(&mut self, name: &str, ty: Ty) -> VarId {
        Arc::make_mut(&mut self.program.vars).push(Var {
            name: name.to_owned(),
            ty,
        });
        VarId(number(self.program.vars.len() - 1))
    }

    /// A variable over the entities of one kind, as a domain.
    pub fn over(&mut self, name: &str, kind: KindId) -> Domain {
        let var = self.var(name, Ty::Entity(vec![kind]));
        Domain {
            var,
            kinds: vec![kind],
        }
    }

    /// A define.
    pub fn define(&mut self, name: &str, params: &[VarId], value: Guard) -> DefineId {
        self.program.defines.push(Define {
            name: name.to_owned(),
            params: params.to_vec(),
            value,
            element: None,
            provision: ProvisionId(0),
        });
        DefineId(number(self.program.defines.len() - 1))
    }

    /// A status without clauses; rules, timers and level are added to it.
    pub fn status(&mut self, name: &str, keys: Vec<Domain>, value: Option<Ty>) -> StatusId {
        self.program.statuses.push(Status {
            name: name.to_owned(),
            keys,
            value,
            level: None,
            start_timers: Vec::new(),
            end_timers: Vec::new(),
            once: false,
            blocked_while: Vec::new(),
            kept: false,
            provision: ProvisionId(0),
        });
        StatusId(number(self.program.statuses.len() - 1))
    }

    /// A history summary without its rules.
    pub fn hist(&mut self, name: &str, act: ActId, keys: Vec<Domain>) -> HistId {
        self.program.hists.push(Hist {
            name: name.to_owned(),
            act,
            key_names: keys
                .iter()
                .map(|d| self.program.vars[d.var.index()].name.clone())
                .collect(),
            keys,
            store: Vec::new(),
            nth: Vec::new(),
            attempted: false,
            pattern: None,
        });
        HistId(number(self.program.hists.len() - 1))
    }

    /// A history of all valid occurrences of an act, without keys, with its rule.
    pub fn hist_of(&mut self, act: ActId) -> HistId {
        let name = self.program.acts[act.index()].name.clone();
        let hist = self.hist(&name, act, Vec::new());
        self.rule(
            on_act(act, Vec::new()),
            None,
            Latch::Hist(hist),
            Effect::Push(Vec::new()),
        );
        hist
    }

    /// A history keyed by the actor, with its rule; the key variable is returned.
    pub fn hist_by_actor(&mut self, act: ActId) -> (HistId, VarId) {
        let (name, by) = {
            let act = &self.program.acts[act.index()];
            (act.name.clone(), act.by.clone())
        };
        let var = self.var("by", Ty::Entity(by.clone()));
        let key = self.var_guard(var);
        let hist = self.hist(
            &format!("{name} by"),
            act,
            vec![Domain {
                var,
                kinds: by.clone(),
            }],
        );
        let on = on_act(act, vec![(Position::Actor, Match::Bind(var, by))]);
        self.rule(on, None, Latch::Hist(hist), Effect::Push(vec![key]));
        (hist, var)
    }

    /// A watched condition.
    pub fn edge(&mut self, keys: Vec<Domain>, cond: Guard, once: bool) -> EdgeId {
        self.program.edges.push(Edge {
            keys,
            cond,
            once,
            provision: ProvisionId(0),
        });
        EdgeId(number(self.program.edges.len() - 1))
    }

    /// A timer site without carried variables and without its arming rules.
    pub fn timer(&mut self, name: &str, keys: Vec<Domain>, at: Guard, firing: Firing) -> TimerId {
        self.program.timers.push(Timer {
            name: name.to_owned(),
            keys,
            carried: Vec::new(),
            at,
            firing,
            live: None,
            visit: None,
            provision: ProvisionId(0),
        });
        TimerId(number(self.program.timers.len() - 1))
    }

    /// A rule whose event binds all keys.
    pub fn rule(&mut self, on: On, guard: Option<Guard>, target: Latch, effect: Effect) -> RuleId {
        self.rule_each(on, Vec::new(), guard, target, effect)
    }

    /// A rule that also runs for every tuple of `each`.
    pub fn rule_each(
        &mut self,
        on: On,
        each: Vec<Domain>,
        guard: Option<Guard>,
        target: Latch,
        effect: Effect,
    ) -> RuleId {
        self.add_rule(Rule {
            on,
            each,
            guard,
            target,
            effect,
            provision: ProvisionId(0),
            span: Span::NONE,
        })
    }

    /// A rule as it is.
    pub fn add_rule(&mut self, rule: Rule) -> RuleId {
        self.program.rules.push(rule);
        RuleId(number(self.program.rules.len() - 1))
    }

    /// A norm; it is entered with its act or decision.
    pub fn norm(&mut self, norm: Norm) -> NormId {
        let id = NormId(number(self.program.norms.len()));
        if let Some(head) = norm.head
            && let Some(head) = self.program.norms.get_mut(head.index())
        {
            head.others.push(id);
        }
        for act in norm.demand.acts() {
            if let Some(act) = self.program.acts.get_mut(act.index())
                && !act.norms.contains(&id)
            {
                act.norms.push(id);
            }
        }
        if let Demand::Vote { decision, .. } = &norm.demand {
            let whole = self.program.decisions.get(decision.index());
            let limbs = whole.map_or_else(Vec::new, |d| d.limbs.clone());
            for d in limbs.into_iter().chain([*decision]) {
                if let Some(d) = self.program.decisions.get_mut(d.index()) {
                    d.vote_norms.push(id);
                }
            }
        }
        self.program.norms.push(norm);
        id
    }

    /// `any K may ACT`: the power of everybody of those kinds, under a condition.
    pub fn may(&mut self, act: ActId, cond: Option<Guard>) -> NormId {
        let (name, by) = {
            let act = &self.program.acts[act.index()];
            (act.name.clone(), act.by.clone())
        };
        let var = self.var("actor", Ty::Entity(by.clone()));
        let all = self.bool(true);
        self.norm(Norm {
            name: name.clone(),
            labelled: false,
            modal: Modal::May,
            who: Who {
                domain: Domain { var, kinds: by },
                cond: all,
                each: false,
                jointly: false,
                text: "any".to_owned(),
            },
            text: format!("any may {name}"),
            qualifier: None,
            demand: Demand::Act {
                act,
                matches: Vec::new(),
                filter: None,
            },
            cond,
            window: Window::default(),
            duty: None,
            keys: Vec::new(),
            despite: None,
            else_: None,
            version: None,
            others: Vec::new(),
            head: None,
            visit: None,
            else_of: None,
            provision: ProvisionId(0),
            span: Span::NONE,
        })
    }

    /// A decision.
    pub fn decision(&mut self, decision: Decision) -> DecisionId {
        let id = DecisionId(number(self.program.decisions.len()));
        if let Some(head) = decision.head
            && let Some(head) = self.program.decisions.get_mut(head.index())
        {
            head.others.push(id);
        }
        self.program.decisions.push(decision);
        id
    }

    /// A procedure. Its kind has class [`KindClass::Procedure`] with this id.
    pub fn procedure(&mut self, procedure: Procedure) -> ProcedureId {
        self.program.procedures.push(procedure);
        ProcedureId(number(self.program.procedures.len() - 1))
    }

    /// A stage without decisions.
    #[must_use]
    pub fn stage(name: &str, outcome: bool, transitions: Vec<Transition>) -> Stage {
        Stage {
            name: name.to_owned(),
            outcome,
            transitions,
            decides: Vec::new(),
            opens: Vec::new(),
            versions: Vec::new(),
            provision: ProvisionId(0),
        }
    }

    /// The program with its order and cascade bound.
    ///
    /// # Errors
    /// Latches that depend on themselves at the same instant (R12), micro-steps that could go on for ever (R13).
    pub fn finish(mut self) -> Result<Program, Vec<Diagnostic>> {
        let errors = crate::order::arrange(&mut self.program, &mut |_| None);
        if errors.is_empty() {
            Ok(self.program)
        } else {
            Err(errors)
        }
    }
}

/// Valid occurrences of an act.
#[must_use]
pub fn on_act(act: ActId, matches: Vec<(Position, Match)>) -> On {
    On::Act {
        act,
        matches,
        under: None,
        attempted: false,
    }
}

/// An index as an id's number. No table of a program has 2^32 rows.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_guards_are_shared_within_a_provision() {
        let mut b = Builder::new("t");
        let other = b.provision("art 2", "");
        let (x, y) = (b.int(3), b.int(3));
        assert_eq!(x, y);
        let z = b.guard(Op::Int(3), Ty::Int, other);
        assert_ne!(x, z);
        let mut again = Builder::from_program(b.program);
        assert_eq!(again.int(3), x);
        assert_eq!(again.guard(Op::Int(3), Ty::Int, other), z);
    }

    #[test]
    fn a_program_by_hand_gets_its_order() {
        let mut b = Builder::new("t");
        let state = b.kind("State", KindClass::Plain);
        let deposit = b.act("deposit", ActClass::Act, &[state], &[]);
        b.may(deposit, None);
        // Declared before what it reads.
        let in_force = b.status("in_force", Vec::new(), None);
        let hist = b.hist_of(deposit);
        let n = b.guard(Op::HistCount(hist, Vec::new()), Ty::Int, ProvisionId(0));
        let two = b.int(2);
        let enough = b.test(Op::Compare(CmpOp::Ge, n, two));
        let start = Effect::Start(Vec::new(), None);
        b.rule(
            on_act(deposit, Vec::new()),
            Some(enough),
            Latch::Status(in_force),
            start,
        );
        let p = b.finish().expect("no loop");
        assert_eq!(p.order, [Latch::Hist(hist), Latch::Status(in_force)]);
        assert_eq!(p.acts[0].norms, [NormId(0)]);
        assert_eq!(p.rules_of(Latch::Hist(hist)).count(), 1);
    }
}
