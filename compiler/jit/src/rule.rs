//! A pass (R11): the latches that something may concern, in their order; rules find their events in lists.

use crate::emit::{Em, R, Written};
use crate::event::{Event, LISTED};
use crate::fold::{Bind, Const, Env, V};
use crate::reads::Slot;
use crate::refusal::Refusal;
use crate::slice::Watched;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{
    ActId, DecisionId, Domain, Effect, Guard, KindId, Latch, Match, On, Op, Position, Rule,
    TimerId, VarId,
};
use std::collections::BTreeSet;

/// The act of a pass.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) act: ActId,
    pub(crate) actor: ir::Value,
    pub(crate) args: Vec<Option<Guard>>,
    pub(crate) to: Option<Guard>,
    /// The variables of the arguments.
    pub(crate) env: Env,
    /// The instance that it opens.
    pub(crate) opened: Option<ir::Value>,
}

/// What is known of a pass while it is emitted.
#[derive(Debug, Default)]
pub(crate) struct Pass {
    pub(crate) act: Option<Done>,
    /// The case begins.
    pub(crate) begin: bool,
    /// Timers and wake-ups.
    pub(crate) clock: bool,
    /// What the pass before brought about, at the same point.
    pub(crate) follows: bool,
    /// It is the only pass of its kind in which there is one event alone, or none but a quiet change.
    pub(crate) sole: Option<u32>,
    /// Of a pass of the clock: the timer that fires, or none, where it is known that there is no other.
    pub(crate) fired: Option<Option<TimerId>>,
    /// Ballots were cast in a decision.
    pub(crate) cast: Option<DecisionId>,
    /// Events that may be in their lists.
    pub(crate) active: BTreeSet<Event>,
    pub(crate) written: Written,
    /// Decisions that it may close, and open.
    pub(crate) closing: BTreeSet<DecisionId>,
    pub(crate) opening: BTreeSet<DecisionId>,
    /// Decisions in which a vote may take the place of consensus.
    pub(crate) stepping: BTreeSet<DecisionId>,
}

impl Pass {
    pub(crate) fn note(&mut self, event: Event, layout: &crate::layout::Layout) {
        if layout.lists.contains_key(&event) || layout.bits.contains_key(&event) {
            self.active.insert(event);
        }
    }
}

/// What an event offers to a rule.
struct Offer {
    env: Env,
    /// Values of positions or keys.
    values: Vec<V>,
}

impl Em<'_, '_> {
    /// Emits the latches of a pass.
    pub(crate) fn pass(&mut self, mut pass: Pass) -> R<Pass> {
        if pass.clock {
            let (fired, timers) = (pass.fired, self.layout.timers.keys());
            for t in timers.filter(|t| fired.is_none_or(|fired| fired == Some(**t))) {
                pass.note(Event::Fired(*t), self.layout);
                pass.written.insert(Slot::Timer(*t));
            }
        }
        if pass.follows {
            self.left(&mut pass);
            let timers = self.layout.timers.keys().map(|t| Slot::Timer(*t));
            pass.written.extend(timers);
        }
        let layout = self.layout;
        if layout.hists.values().any(|h| h.step.is_some())
            || layout.statuses.values().any(|s| s.given.is_some())
        {
            let n = self.get(self.layout.step);
            let n = self.plus(n, 1);
            self.set(self.layout.step, n);
        }
        let program = self.program;
        for latch in &program.order {
            if self.slice.latches.contains(latch) {
                match latch {
                    Latch::Status(s) => self.status_latch(*s, &mut pass)?,
                    Latch::Hist(h) => self.hist_latch(*h, &mut pass)?,
                    Latch::Edge(e) => self.edge_latch(*e, &mut pass)?,
                    Latch::Timer(t) => self.timer_latch(*t, &mut pass)?,
                }
            }
        }
        self.decide(&mut pass)?;
        self.react(&mut pass)?;
        self.settle(&mut pass)?;
        self.clear(&pass)?;
        Ok(pass)
    }

    /// Empties the lists of a pass; what is for the next one is its.
    fn clear(&mut self, pass: &Pass) -> R<()> {
        let layout = self.layout;
        let active = || {
            pass.active
                .iter()
                .filter_map(|e| Some((e, layout.lists.get(e)?)))
        };
        for (_, list) in active().filter(|(e, _)| e.is_next()) {
            self.set_imm(list.count, 0);
        }
        for (event, list) in active().filter(|(e, _)| !e.is_next()) {
            let list = *list;
            if let Some(next) = event.follows().and_then(|e| layout.lists.get(&e)) {
                let n = self.get(list.count);
                let some = self.cmp_imm(IntCC::NotEqual, n, 0);
                self.leave_if(some, 1 << LISTED);
                self.each_of(list, |em, index| {
                    em.append(*next, index);
                    Ok(())
                })?;
            }
            self.set_imm(list.count, 0);
        }
        Ok(())
    }

    /// Whether something watched may have to be looked at in this pass.
    pub(crate) fn concerned(&self, pass: &Pass, of: Watched) -> Option<usize> {
        let w = self.watcher(of)?;
        let watcher = &self.slice.watchers[w];
        let touched = watcher.own.iter().map(|(s, _)| s).chain(&watcher.any).any(|s| {
            pass.written.contains(s)
                || matches!(s, Slot::Counter(i) if !self.slice.counters[*i].slots.is_disjoint(&pass.written))
        });
        (pass.begin || touched || (pass.clock && watcher.now)).then_some(w)
    }

    /// Whether some rule of a latch may apply in this pass.
    pub(crate) fn stirred(
        &self,
        pass: &Pass,
        latch: Latch,
        wanted: impl Fn(&Effect) -> bool,
    ) -> bool {
        self.slice.rules[&latch].iter().any(|r| {
            let rule = &self.program.rules[*r];
            wanted(&rule.effect)
                && (!self.sources(pass, Some(latch), &rule.on).is_empty()
                    || self.direct(pass, &rule.on))
        })
    }

    /// The event is the act or the beginning itself.
    fn direct(&self, pass: &Pass, on: &On) -> bool {
        match on {
            On::Act { act, .. } => pass.act.as_ref().is_some_and(|d| d.act == *act),
            On::Begin => pass.begin,
            _ => false,
        }
    }

    /// The lists in which a rule on a latch finds its events; procedures, norms and decisions come after all latches.
    fn sources(&self, pass: &Pass, latch: Option<Latch>, on: &On) -> Vec<Event> {
        let after = |t| latch.is_none_or(|l| self.place(l) > self.place(Latch::Timer(t)));
        let all = match on {
            On::Timer(t, _) if after(*t) => vec![Event::Fired(*t), Event::AtOnce(*t)],
            On::Timer(t, _) => vec![Event::Fired(*t), Event::Late(*t)],
            On::Rise(e, _) => vec![self.slice.rise(*e)],
            On::Fall(e, _) => vec![self.slice.fall(*e)],
            On::Started(s, _) => vec![Event::Started(*s)],
            On::Ended(s, _) => vec![Event::Ended(*s)],
            On::Enter(p, s, _) => vec![Event::Enter(*p, *s)],
            On::Leave(p, s, _) => vec![Event::Leave(*p, *s)],
            On::Opened(d, _) => vec![Event::Opened(*d)],
            On::Outcome(d, o, _) => vec![Event::Outcome(*d, *o)],
            _ => Vec::new(),
        };
        all.into_iter()
            .filter(|e| pass.active.contains(e))
            .collect()
    }

    /// Whether procedures, norms and decisions may hear of an event in a pass.
    pub(crate) fn may_hear(&self, pass: &Pass, on: &On) -> bool {
        self.direct(pass, on) || !self.heard_in(pass, on).is_empty()
    }

    /// The lists in which they find it.
    pub(crate) fn heard_in(&self, pass: &Pass, on: &On) -> Vec<Event> {
        self.sources(pass, None, on)
    }

    /// Emits `body` for every way in which they hear of it.
    pub(crate) fn heard(
        &mut self,
        pass: &Pass,
        rule: &Rule,
        body: &mut dyn FnMut(&mut Self, &Env) -> R<()>,
    ) -> R<()> {
        let body = &mut |em: &mut Self, _: &Rule, env: &Env| body(em, env);
        if self.direct(pass, &rule.on) {
            let offer = self.offer_of_act(pass, &rule.on)?;
            self.apply(rule, offer, body)?;
        }
        for event in self.heard_in(pass, &rule.on) {
            self.each_event(pass, event, |em, index| {
                let offer = em.offer_of(event, index);
                em.apply(rule, offer, body)
            })?;
        }
        Ok(())
    }

    /// Emits `body` for every way in which the rules of a latch with a wanted effect apply.
    pub(crate) fn rules(
        &mut self,
        pass: &Pass,
        latch: Latch,
        wanted: impl Fn(&Effect) -> bool,
        body: &mut dyn FnMut(&mut Self, &Rule, &Env) -> R<()>,
    ) -> R<()> {
        let program = self.program;
        for r in &self.slice.rules[&latch] {
            let rule = &program.rules[*r];
            if !wanted(&rule.effect) {
                continue;
            }
            if self.direct(pass, &rule.on) {
                let offer = self.offer_of_act(pass, &rule.on)?;
                self.apply(rule, offer, body)?;
            }
            for event in self.sources(pass, Some(latch), &rule.on) {
                self.each_event(pass, event, |em, index| {
                    let offer = em.offer_of(event, index);
                    em.apply(rule, offer, body)
                })?;
            }
        }
        Ok(())
    }

    fn offer_of_act(&mut self, pass: &Pass, on: &On) -> R<Offer> {
        let mut values = Vec::new();
        if let (On::Act { matches, .. }, Some(done)) = (on, &pass.act) {
            for (position, m) in matches {
                values.push(match position {
                    Position::Actor => V::Entity(done.actor),
                    Position::For => V::Const(Const::None),
                    Position::To => self.addressee(done)?,
                    Position::Arg(_) if *m == Match::Any => V::Const(Const::None),
                    Position::Arg(i) => self.argument(done, *i)?,
                    Position::Itself => {
                        return Err(Refusal::form(
                            "an occurrence that a sentence names is not compiled",
                        ));
                    }
                });
            }
        }
        Ok(Offer {
            env: self.at_present(),
            values,
        })
    }

    /// An argument of the act at hand.
    pub(crate) fn argument(&mut self, done: &Done, i: u32) -> R<V> {
        let program = self.program;
        if let (Some((at, _)), Some(e)) = (program.acts[done.act.index()].opens, done.opened)
            && at == i as usize
        {
            return Ok(V::Entity(e));
        }
        let given = done.args.get(i as usize).copied().flatten();
        let default = program.acts[done.act.index()]
            .params
            .get(i as usize)
            .and_then(|p| p.2);
        match given.or(default) {
            Some(g) => self.value(g, &done.env),
            None => Ok(V::Const(Const::None)),
        }
    }

    /// To whom the act at hand is done.
    pub(crate) fn addressee(&mut self, done: &Done) -> R<V> {
        match done.to {
            Some(g) => self.value(g, &done.env),
            None => Ok(V::Const(Const::None)),
        }
    }

    /// An environment whose event is now.
    pub(crate) fn at_present(&mut self) -> Env {
        let now = self.now();
        Env {
            event: Some(V::Time(now)),
            ..Env::default()
        }
    }

    fn offer_of(&mut self, event: Event, index: ir::Value) -> Offer {
        let (layout, program) = (self.layout, self.program);
        let keys = layout.keys_of(event);
        let values: Vec<V> = self
            .entities(keys, index)
            .into_iter()
            .map(V::Entity)
            .collect();
        let mut env = self.at_present();
        if let Event::Fired(t) | Event::AtOnce(t) | Event::Late(t) = event {
            let (timer, cols) = (&program.timers[t.index()], &layout.timers[&t]);
            env.event = Some(V::Time(self.load(cols.event, index)));
            for (d, v) in timer.keys.iter().zip(&values) {
                env.bind(d.var, Bind::V(v.clone()));
            }
            for (var, col) in timer.carried.iter().zip(&cols.carried) {
                let v = self.load(*col, index);
                env.bind(*var, Bind::V(self.typed(*var, v)));
            }
        }
        Offer { env, values }
    }

    /// Bits as the value of a variable.
    pub(crate) fn typed(&mut self, var: VarId, bits: ir::Value) -> V {
        use rogatio_mir::Ty;
        match crate::reads::plain(&self.program.vars[var.index()].ty) {
            Ty::Bool => V::Bool(self.b.ins().ireduce(ir::types::I8, bits)),
            Ty::Int | Ty::Quantity(_) => V::Int(bits),
            Ty::Day | Ty::Time => V::Time(bits),
            _ => V::Entity(bits),
        }
    }

    fn apply(
        &mut self,
        rule: &Rule,
        offer: Offer,
        body: &mut dyn FnMut(&mut Self, &Rule, &Env) -> R<()>,
    ) -> R<()> {
        let matches: Vec<Match> = rule.on.matches().into_iter().cloned().collect();
        let mut m = Matching {
            env: offer.env,
            conds: Vec::new(),
            deferred: Vec::new(),
        };
        if !self.matching(&mut m, &matches, &offer.values, &rule.each)? {
            return Ok(());
        }
        let Matching {
            env,
            conds,
            deferred,
        } = m;
        let domains: Vec<Domain> = rule.each.clone();
        self.when_all(&conds, |em| {
            em.tuples(&domains, env, &mut |em, env| {
                let mut conds = Vec::new();
                for (v, g) in &deferred {
                    conds.push(em.equal(v, *g, &env)?);
                }
                if let Some(g) = rule.guard {
                    let holds = em.value(g, &env)?;
                    match holds {
                        V::Const(Const::Bool(true)) => {}
                        other => conds.push(em.bits(&other)?),
                    }
                }
                em.when_all(&conds, |em| body(em, rule, &env))
            })
        })
    }

    /// Matches positions or keys; false if they surely do not match.
    pub(crate) fn matching(
        &mut self,
        m: &mut Matching,
        matches: &[Match],
        values: &[V],
        each: &[Domain],
    ) -> R<bool> {
        for (one, value) in matches.iter().zip(values) {
            match one {
                Match::Any => {}
                Match::Bind(var, kinds) => {
                    if !self.bind(m, *var, kinds, value)? {
                        return Ok(false);
                    }
                }
                Match::Is(g) => {
                    if let Op::Var(v) = self.program.guard(*g).op
                        && m.env.get(v).is_none()
                        && let Some(d) = each.iter().find(|d| d.var == v)
                    {
                        if !self.bind(m, v, &d.kinds, value)? {
                            return Ok(false);
                        }
                    } else if self.is_open(*g, &m.env) {
                        m.deferred.push((value.clone(), *g));
                    } else {
                        let cond = self.equal(value, *g, &m.env)?;
                        m.conds.push(cond);
                    }
                }
            }
        }
        Ok(true)
    }

    fn bind(&mut self, m: &mut Matching, var: VarId, kinds: &[KindId], value: &V) -> R<bool> {
        if let Some(Bind::V(bound)) = m.env.get(var).cloned() {
            let (a, b) = (self.bits(value)?, self.bits(&bound)?);
            let same = self.cmp(IntCC::Equal, a, b);
            m.conds.push(same);
            return Ok(true);
        }
        match value {
            V::Const(Const::Entity(e)) if !kinds.is_empty() && !self.world.is_of(*e, kinds) => {
                return Ok(false);
            }
            V::Const(Const::None) if !kinds.is_empty() => return Ok(false),
            V::Entity(e) if !kinds.is_empty() => {
                let of = self.of_kinds(*e, kinds);
                m.conds.push(of);
            }
            _ => {}
        }
        m.env.bind(var, Bind::V(value.clone()));
        Ok(true)
    }

    /// Whether a guard reads a variable that is not bound.
    fn is_open(&self, g: Guard, env: &Env) -> bool {
        let mut open = false;
        let mut bound: BTreeSet<VarId> = BTreeSet::new();
        rogatio_mir::each_guard(self.program, &[g], |_, op| match op {
            Op::Var(v) => open |= env.get(*v).is_none() && !bound.contains(v),
            Op::Count(d, _) | Op::Sum(d, ..) | Op::Exists(d, _) | Op::ForAll(d, ..) => {
                _ = bound.insert(d.var)
            }
            _ => {}
        });
        open
    }

    fn equal(&mut self, value: &V, g: Guard, env: &Env) -> R<ir::Value> {
        let wanted = self.value(g, env)?;
        match (value, &wanted) {
            (V::Const(a), V::Const(b)) => Ok(self.bool(a == b)),
            _ => {
                let (a, b) = (self.bits(value)?, self.bits(&wanted)?);
                let (wa, wb) = (self.b.func.dfg.value_type(a), self.b.func.dfg.value_type(b));
                if wa != wb {
                    return Err(Refusal::form("a match of different types is not compiled")
                        .at(self.program, g));
                }
                Ok(self.cmp(IntCC::Equal, a, b))
            }
        }
    }

    /// Runs over the tuples of some domains, those variables apart that are bound already.
    fn tuples(
        &mut self,
        domains: &[Domain],
        env: Env,
        body: &mut dyn FnMut(&mut Self, Env) -> R<()>,
    ) -> R<()> {
        let Some((d, rest)) = domains.split_first() else {
            return body(self, env);
        };
        if let Some(bind) = env.get(d.var).cloned() {
            let Bind::V(v) = bind else {
                return Err(Refusal::form("an open variable"));
            };
            let entity = self.bits(&v)?;
            let of = self.of_kinds(entity, &d.kinds);
            return self.when(of, |em| em.tuples(rest, env, body));
        }
        for (from, to) in self.extents(&d.kinds) {
            self.each(from, to, |em, e| {
                em.tuples(rest, env.clone().with(d.var, Bind::V(V::Entity(e))), body)
            })?;
        }
        Ok(())
    }
}

/// A match under way.
pub(crate) struct Matching {
    pub(crate) env: Env,
    pub(crate) conds: Vec<ir::Value>,
    /// Equalities that need variables bound later.
    pub(crate) deferred: Vec<(V, Guard)>,
}
