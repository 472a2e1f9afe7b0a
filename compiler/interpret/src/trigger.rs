//! Triggers: what happened in a micro-step, and how rules match it.

use crate::eval::Eval;
use crate::index::OnKey;
use crate::state::{Cause, CauseKind, Occurrence, OccurrenceId, Verdict};
use crate::{Case, ClauseSet, Entity, Env, Key, Moment, Truth, Value};
use rogatio_mir::{
    CmpOp, DecisionId, DecisionOutcome, Domain, EdgeId, Guard, Match, NormId, NormState, On, Op,
    Position, ProcedureId, ProvisionId, StatusId, TimerId, Ty, Under, VarId,
};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

/// What can trigger rules.
#[derive(Clone, Debug)]
pub(crate) enum TriggerKind {
    Act(OccurrenceId),
    Timer(TimerId, Key, Vec<(VarId, Value)>),
    Rise(EdgeId, Key),
    Fall(EdgeId, Key),
    Started(StatusId, Key),
    Ended(StatusId, Key),
    Enter(Entity, ProcedureId, u32),
    Leave(Entity, ProcedureId, u32),
    Outcome(DecisionId, DecisionOutcome, Option<Entity>),
    Opened(DecisionId, Option<Entity>),
    Norm(NormId, NormState, Vec<Value>),
    Begin,
}

/// Which rules see a trigger.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// All.
    ByAll,
    /// Of this pass, those whose latch comes later in the order, and the reactive tables.
    After(usize),
    /// Of the next pass, those that came too early in the one before; not the reactive tables.
    UpTo(usize),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) kind: TriggerKind,
    /// Its time: lengths count from here.
    pub(crate) moment: Moment,
    /// Whether it happened cannot be said.
    pub(crate) uncertain: Option<ClauseSet>,
    pub(crate) cause: Arc<Cause>,
    pub(crate) seen: Seen,
}

impl Trigger {
    pub(crate) fn key(&self, case: &Case) -> OnKey {
        match &self.kind {
            TriggerKind::Act(o) => {
                let o = case.state().occurrences.get(o.index());
                o.map_or(OnKey::Act(u32::MAX), |o| case.heard_as(o))
            }
            TriggerKind::Timer(t, ..) => OnKey::Timer(t.0),
            TriggerKind::Rise(e, _) => OnKey::Rise(e.0),
            TriggerKind::Fall(e, _) => OnKey::Fall(e.0),
            TriggerKind::Started(s, _) => OnKey::Started(s.0),
            TriggerKind::Ended(s, _) => OnKey::Ended(s.0),
            TriggerKind::Enter(_, p, s) => OnKey::Enter(p.0, *s),
            TriggerKind::Leave(_, p, s) => OnKey::Leave(p.0, *s),
            TriggerKind::Outcome(d, o, _) => OnKey::Outcome(d.0, *o),
            TriggerKind::Opened(d, _) => OnKey::Opened(d.0),
            TriggerKind::Norm(n, s, _) => OnKey::Norm(n.0, *s),
            TriggerKind::Begin => OnKey::Begin,
        }
    }
}

/// The triggers of a micro-step.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) triggers: Vec<Trigger>,
    by_key: HashMap<OnKey, Vec<usize>>,
    /// Timers by each entity of their key: as many may fire at once as there are instances, and each looks for its own.
    by_entity: HashMap<(TimerId, Entity), Vec<usize>>,
    /// For rules that stand before the timer that fired: next micro-step.
    pub(crate) late: Vec<Trigger>,
    /// What everything here is due to, once it was asked: a step may bear as many duties as there are members.
    root: OnceCell<Option<Arc<Cause>>>,
}

impl Batch {
    pub(crate) fn new(case: &Case, triggers: Vec<Trigger>) -> Batch {
        let mut batch = Batch::default();
        for t in triggers {
            batch.add(case, t);
        }
        batch
    }

    pub(crate) fn add(&mut self, case: &Case, t: Trigger) {
        self.by_key
            .entry(t.key(case))
            .or_default()
            .push(self.triggers.len());
        if let TriggerKind::Timer(timer, key, _) = &t.kind {
            for (n, e) in key.iter().enumerate() {
                if !key[..n].contains(e) {
                    let of_both = self.by_entity.entry((*timer, *e)).or_default();
                    of_both.push(self.triggers.len());
                }
            }
        }
        self.triggers.push(t);
        self.root = OnceCell::new();
    }

    /// The triggers of a sort that a rule on the latch at `position` sees; `None` for norms, procedures, decisions.
    pub(crate) fn of(&self, key: OnKey, position: Option<usize>) -> Vec<Trigger> {
        self.visible(self.by_key.get(&key), position)
    }

    /// The firings of a timer that have an entity in their key, as norms, procedures and decisions see them.
    pub(crate) fn timer_of(&self, timer: TimerId, e: Entity) -> Vec<Trigger> {
        self.visible(self.by_entity.get(&(timer, e)), None)
    }

    fn visible(&self, list: Option<&Vec<usize>>, position: Option<usize>) -> Vec<Trigger> {
        let visible = |t: &&Trigger| match (t.seen, position) {
            (Seen::ByAll, _) => true,
            (Seen::After(at), Some(p)) => p > at,
            (Seen::After(_), None) => true,
            (Seen::UpTo(at), Some(p)) => p <= at,
            (Seen::UpTo(_), None) => false,
        };
        list.into_iter()
            .flatten()
            .filter_map(|i| self.triggers.get(*i))
            .filter(visible)
            .cloned()
            .collect()
    }

    /// What an edge or duty that changes in this micro-step is due to.
    pub(crate) fn root(&self) -> Option<Arc<Cause>> {
        self.root.get_or_init(|| self.find_root()).clone()
    }

    fn find_root(&self) -> Option<Arc<Cause>> {
        // A duty that arose in the same step is a neighbour rather than the reason; what it arose from comes first.
        let arose = |c: &Cause| {
            use rogatio_mir::NormState::{Open, Pending};
            matches!(c.what, CauseKind::Norm(_, Open | Pending, _))
        };
        let mut causes = self.triggers.iter().map(|t| &t.cause);
        if let Some(c) = causes.clone().find(|c| !arose(c)) {
            return Some(c.clone());
        }
        let first = causes.next()?;
        Some(first.parent.as_ref().unwrap_or(first).clone())
    }
}

/// A match: the variables, and why it is not certain.
pub(crate) type Found = (Env, Option<ClauseSet>);

impl Case {
    /// The value of a position of an occurrence; of an act for another, the actor is whose act it is, unless the
    /// pattern names both (R25b).
    pub(crate) fn position(&self, o: &Occurrence, p: Position, names_both: bool) -> Value {
        let entity = |e: Option<Entity>| e.map_or(Value::None, Value::Entity);
        match p {
            Position::Actor if names_both => entity(o.actor),
            Position::Actor => entity(o.for_whom.or(o.actor)),
            Position::For => entity(o.for_whom),
            Position::To => entity(o.to),
            Position::Itself => entity(o.itself),
            Position::Arg(0) if o.act.matter().is_some() => entity(o.act.subject()),
            Position::Arg(i) => o.args.get(i as usize).cloned().unwrap_or(Value::None),
        }
    }

    /// Whether what rests on a provision rests on this one, or on a copy of it that another article applies (R25b).
    pub(crate) fn relies(&self, provision: ProvisionId, under: Under) -> bool {
        let provisions = &self.program().provisions;
        let mut at = Some(provision);
        while let Some(p) = at {
            if self.within(p, under.provision) {
                return true;
            }
            at = provisions
                .get(p.index())
                .and_then(|p| p.source)
                .filter(|_| !under.only);
        }
        false
    }

    /// Whether a norm's provision is this one or inside it.
    pub(crate) fn within(&self, inner: ProvisionId, outer: ProvisionId) -> bool {
        let mut at = Some(inner);
        for _ in 0..64 {
            match at {
                Some(p) if p == outer => return true,
                Some(p) => {
                    let p = self.program().provisions.get(p.index());
                    // A citation without version means any of them.
                    if p.is_some_and(|p| p.of == Some(outer)) {
                        return true;
                    }
                    at = p.and_then(|p| p.parent);
                }
                None => return false,
            }
        }
        false
    }

    /// All ways in which a trigger matches, over the tuples of `each`.
    pub(crate) fn matches(
        &self,
        on: &On,
        each: &[Domain],
        trigger: &Trigger,
        base: &Env,
    ) -> Vec<Found> {
        let mut env = base.clone();
        env.event_time = Some(trigger.moment);
        let mut m = Matcher {
            case: self,
            env,
            each,
            deferred: Vec::new(),
            uncertain: trigger.uncertain.clone(),
        };
        let fits = match (on, &trigger.kind) {
            (
                On::Act {
                    matches,
                    under,
                    attempted,
                    ..
                },
                TriggerKind::Act(o),
            ) => {
                let Some(o) = self.state().occurrences.get(o.index()).cloned() else {
                    return Vec::new();
                };
                m.act(&o, matches, *under, *attempted)
            }
            (
                On::Ballot {
                    sort,
                    ballot,
                    label,
                    matches,
                    ..
                },
                TriggerKind::Act(o),
            ) => {
                let Some(o) = self.state().occurrences.get(o.index()).cloned() else {
                    return Vec::new();
                };
                o.is_ballot(*sort, *ballot, *label) && m.act(&o, matches, None, false)
            }
            (On::Timer(t, matches), TriggerKind::Timer(_, key, carried)) => {
                // A key that is known already is compared: the timer of another instance is another matter.
                let mut same = true;
                if let Some(timer) = self.program().timers.get(t.index()) {
                    for (d, e) in timer.keys.iter().zip(key) {
                        let value = self.state().key_value(*e);
                        match m.env.get(d.var) {
                            Some(known) => same &= *known == value,
                            None => m.env.bind(d.var, value),
                        }
                    }
                }
                for (v, value) in carried {
                    m.env.bind(*v, value.clone());
                }
                same && m.entities(key, matches)
            }
            (On::Rise(_, ms), TriggerKind::Rise(_, key))
            | (On::Fall(_, ms), TriggerKind::Fall(_, key))
            | (On::Started(_, ms), TriggerKind::Started(_, key))
            | (On::Ended(_, ms), TriggerKind::Ended(_, key)) => m.entities(key, ms),
            (On::Enter(_, _, one), TriggerKind::Enter(i, ..))
            | (On::Leave(_, _, one), TriggerKind::Leave(i, ..)) => m.one(&[Value::Entity(*i)], one),
            (On::Outcome(_, _, one), TriggerKind::Outcome(_, _, s))
            | (On::Opened(_, one), TriggerKind::Opened(_, s)) => {
                m.one(&[s.map_or(Value::None, Value::Entity)], one)
            }
            (On::Norm(_, _, ms), TriggerKind::Norm(_, _, keys)) => keys
                .iter()
                .zip(ms)
                .all(|(v, one)| m.one(std::slice::from_ref(v), one)),
            (On::Begin, TriggerKind::Begin) => true,
            _ => false,
        };
        if fits { m.finish() } else { Vec::new() }
    }

    /// Runs over the tuples of some domains, those variables apart that are bound already.
    pub(crate) fn tuples(&self, each: &[Domain], env: &Env) -> Vec<Env> {
        let mut all = vec![env.clone()];
        for d in each {
            if let Some(v) = env.get(d.var) {
                let of_kind = |e| self.state().is_of(e, &d.kinds);
                let fits = d.kinds.is_empty() || v.entity().is_some_and(of_kind);
                if !fits {
                    return Vec::new();
                }
                continue;
            }
            let elements = self.elements(d);
            let state = self.state();
            all = all
                .into_iter()
                .flat_map(|env| {
                    elements
                        .iter()
                        .map(move |e| env.clone().with(d.var, state.key_value(*e)))
                })
                .collect();
        }
        all
    }

    /// The items of a key that a domain runs over: entities of its kinds; of what is no entity, the values in use.
    pub(crate) fn elements(&self, d: &Domain) -> Vec<Entity> {
        let state = self.state();
        if !d.kinds.is_empty() {
            return state.of_kinds(&d.kinds);
        }
        let ty = self.program().vars.get(d.var.index()).map(|v| &v.ty);
        state.in_use(|v| ty.is_some_and(|ty| is_value_of(v, ty)))
    }
}

/// Whether a value that is no entity can be of a type.
fn is_value_of(v: &Value, ty: &Ty) -> bool {
    match ty {
        Ty::Bool => matches!(v, Value::Bool(_)),
        Ty::Int | Ty::Quantity(_) => matches!(v, Value::Int(_)),
        Ty::Day | Ty::Time => matches!(v, Value::Time(_)),
        Ty::Length => matches!(v, Value::Length(_)),
        Ty::Text => matches!(v, Value::Text(_)),
        Ty::Chance => matches!(v, Value::Chance(_)),
        Ty::Share => matches!(v, Value::Share(..)),
        Ty::Optional(inner) => *v == Value::None || is_value_of(v, inner),
        _ => false,
    }
}

/// Matching at work.
pub(crate) struct Matcher<'c> {
    pub(crate) case: &'c Case,
    pub(crate) env: Env,
    pub(crate) each: &'c [Domain],
    /// Equalities that need variables of `each` first.
    pub(crate) deferred: Vec<(Vec<Value>, Guard)>,
    pub(crate) uncertain: Option<ClauseSet>,
}

impl Matcher<'_> {
    fn act(
        &mut self,
        o: &Occurrence,
        matches: &[(Position, Match)],
        under: Option<Under>,
        attempted: bool,
    ) -> bool {
        if !attempted {
            match o.judgment.verdict {
                Verdict::Valid => {}
                Verdict::Undetermined => {
                    let more = o.judgment.clauses.clone();
                    self.uncertain = Some(
                        self.uncertain
                            .take()
                            .map_or(more.clone(), |c| c.union(&more)),
                    );
                }
                Verdict::Void | Verdict::Pending => return false,
            }
        }
        let norms = &self.case.program().norms;
        let rests = |u: Under| {
            let basis = o.judgment.basis.iter().filter_map(|n| norms.get(n.index()));
            basis.into_iter().any(|n| self.case.relies(n.provision, u))
        };
        if under.is_some_and(|p| !rests(p)) {
            return false;
        }
        self.positions(o, matches)
    }

    pub(crate) fn positions(&mut self, o: &Occurrence, matches: &[(Position, Match)]) -> bool {
        let both = matches
            .iter()
            .any(|(p, m)| *p == Position::For && *m != Match::Any);
        matches.iter().all(|(p, one)| {
            let mut values = vec![self.case.position(o, *p, both)];
            if *p == Position::Actor {
                values.extend(o.offices.iter().map(|e| Value::Entity(*e)));
                values.extend(o.jointly.iter().map(|e| Value::Entity(*e)));
            }
            match one {
                // An argument that was left out is none; nobody is no actor.
                Match::Bind(var, _) if values == [Value::None] && matches!(p, Position::Arg(_)) => {
                    let free = self.env.get(*var).is_none();
                    if free {
                        self.env.bind(*var, Value::None);
                    }
                    free
                }
                one => self.one(&values, one),
            }
        })
    }

    fn entities(&mut self, key: &[Entity], matches: &[Match]) -> bool {
        key.iter()
            .zip(matches)
            .all(|(e, one)| self.one(&[self.case.state().key_value(*e)], one))
    }

    fn bind(&mut self, values: &[Value], var: VarId, kinds: &[rogatio_mir::KindId]) -> bool {
        let state = self.case.state();
        let of_kind = |v: &&Value| match v {
            Value::Entity(e) => kinds.is_empty() || state.is_of(*e, kinds),
            Value::None => kinds.is_empty(),
            _ => true,
        };
        match self.env.get(var) {
            Some(bound) if values.contains(bound) => true,
            Some(_) => {
                let unknown = values.iter().find_map(|v| match v {
                    Value::Undetermined(c) => Some(c.clone()),
                    _ => None,
                });
                unknown.is_some_and(|c| self.settle(Truth::Unknown(c)))
            }
            None => match values.iter().find(of_kind) {
                Some(v) => {
                    self.env.bind(var, v.clone());
                    true
                }
                None => false,
            },
        }
    }

    /// Matches one position; the values are what it may count as.
    pub(crate) fn one(&mut self, values: &[Value], m: &Match) -> bool {
        match m {
            Match::Any => true,
            Match::Bind(var, kinds) => self.bind(values, *var, kinds),
            Match::Is(g) => {
                if let Some(Op::Var(v)) = self.case.program().guards.get(g.index()).map(|n| &n.op)
                    && self.env.get(*v).is_none()
                    && let Some(d) = self.each.iter().find(|d| d.var == *v)
                {
                    let item = |v: &Value| d.kinds.is_empty() || matches!(v, Value::Entity(_));
                    return values.iter().any(item) && self.bind(values, *v, &d.kinds);
                }
                let open = self
                    .case
                    .index()
                    .free(*g)
                    .iter()
                    .any(|v| self.env.get(*v).is_none());
                if open {
                    self.deferred.push((values.to_vec(), *g));
                    return true;
                }
                let mut env = std::mem::take(&mut self.env);
                let t = equal(self.case, values, *g, &mut env);
                self.env = env;
                self.settle(t)
            }
        }
    }

    fn settle(&mut self, t: Truth) -> bool {
        if let Truth::Unknown(c) = &t {
            self.uncertain = Some(self.uncertain.take().map_or(c.clone(), |u| u.union(c)));
        }
        !t.is_false()
    }

    pub(crate) fn finish(self) -> Vec<Found> {
        let (case, deferred) = (self.case, self.deferred);
        let mut found = Vec::new();
        'tuples: for mut env in case.tuples(self.each, &self.env) {
            let mut uncertain = self.uncertain.clone();
            for (values, g) in &deferred {
                match equal(case, values, *g, &mut env) {
                    Truth::True => {}
                    Truth::False => continue 'tuples,
                    Truth::Unknown(c) => {
                        uncertain = Some(uncertain.map_or(c.clone(), |u| u.union(&c)))
                    }
                }
            }
            found.push((env, uncertain));
        }
        found
    }
}

/// Whether one of the values equals the guard's.
fn equal(case: &Case, values: &[Value], g: Guard, env: &mut Env) -> Truth {
    let mut eval = Eval::new(case);
    let wanted = eval.value(g, env);
    let provision = case
        .program()
        .guards
        .get(g.index())
        .map_or(ProvisionId(0), |n| n.provision);
    let compare = |v: &Value| eval.compare(provision, CmpOp::Eq, v, &wanted).truth();
    values.iter().map(compare).fold(Truth::False, Truth::or)
}
