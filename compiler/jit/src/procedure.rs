//! Instances of procedures (R44-R46): ways out are tried against the frozen result of a pass, then instances move and
//! are opened; that they enter and leave stages is for the next pass at the same point (R11).

mod opening;

use crate::emit::{Em, R};
use crate::event::Event;
use crate::fold::{Bind, Const, Env, NEVER, V};
use crate::instances::STAYS;
use crate::reads::{Slot, plain};
use crate::refusal::Refusal;
use crate::rule::{Done, Pass};
use crate::slice::Slice;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{
    Domain, Effect, FieldId, Guard, Latch, On, Opens, Procedure, ProcedureId, Program, Rule, Span,
    Ty,
};

/// The key of an instance.
pub(crate) fn this(p: &Procedure) -> Domain {
    Domain {
        var: p.this,
        kinds: vec![p.kind],
    }
}

/// Every stage that opens instances of others: its procedure, its number, what it opens and the number of that.
fn openings(program: &Program) -> impl Iterator<Item = (ProcedureId, u32, &Opens, i64)> {
    let stages = (0u32..).zip(&program.procedures).flat_map(|(i, p)| {
        let stages = (0u32..).zip(&p.stages);
        stages.flat_map(move |(s, stage)| stage.opens.iter().map(move |o| (ProcedureId(i), s, o)))
    });
    (0i64..).zip(stages).map(|(n, (p, s, o))| (p, s, o, n))
}

/// Whether stages of others open it.
pub(crate) fn is_child(program: &Program, p: ProcedureId) -> bool {
    openings(program).any(|(.., o, _)| o.procedure == p)
}

/// Whether what an event is about is compiled.
fn is_compiled(slice: &Slice, on: &On) -> bool {
    match on {
        On::Act { .. } | On::Begin => true,
        On::Timer(t, _) => slice.latches.contains(&Latch::Timer(*t)),
        On::Rise(e, _) | On::Fall(e, _) => slice.latches.contains(&Latch::Edge(*e)),
        On::Started(s, _) | On::Ended(s, _) => slice.latches.contains(&Latch::Status(*s)),
        On::Enter(p, ..) | On::Leave(p, ..) => slice.procedures.contains(p),
        On::Outcome(d, ..) | On::Opened(d, _) => slice.decisions.contains(d),
        On::Norm(..) | On::Ballot { .. } => false,
    }
}

/// The events that a procedure's instances wait for.
pub(crate) fn each_event(program: &Program, slice: &Slice, p: ProcedureId, f: &mut dyn FnMut(&On)) {
    let procedure = &program.procedures[p.index()];
    let ways = procedure.stages.iter().flat_map(|s| &s.transitions);
    let openers = procedure.opened_by.iter().map(|(on, ..)| on);
    let all = ways.flat_map(|t| &t.on).chain(openers);
    for on in all.filter(|on| is_compiled(slice, on)) {
        f(on);
    }
    for (s, stage) in (0u32..).zip(&procedure.stages) {
        if stage.transitions.iter().any(|t| t.on_condition.is_some()) {
            f(&On::Enter(p, s, rogatio_mir::Match::Any));
        }
    }
    for (parent, s, o, _) in openings(program) {
        if o.procedure == p && slice.procedures.contains(&parent) {
            f(&On::Enter(parent, s, rogatio_mir::Match::Any));
            if o.while_here {
                f(&On::Leave(parent, s, rogatio_mir::Match::Any));
            }
        }
    }
}

impl Em<'_, '_> {
    fn procedure(&self, p: ProcedureId) -> &Procedure {
        let program = self.program;
        &program.procedures[p.index()]
    }

    fn instance(&mut self, p: ProcedureId, at: ir::Value) -> ir::Value {
        let lo = self.layout.procedures[&p].keys.dims[0].lo;
        self.plus(at, i64::from(lo))
    }

    /// What procedures do with the result of a pass (R11.4).
    pub(crate) fn react(&mut self, pass: &mut Pass) -> R<()> {
        let slice = self.slice;
        let (mut moving, mut opening) = (Vec::new(), Vec::new());
        for p in &slice.procedures {
            let abandons = self.abandon(pass, *p)?;
            let mut ways = self.transitions(pass, *p)?;
            if abandons || !ways.is_empty() {
                // Where abandoned ones come from is not known.
                ways.retain(|_| !abandons);
                moving.push((*p, ways));
            }
        }
        for p in &slice.procedures {
            let children = self.children(pass, *p)?;
            if self.openers(pass, *p)? || children {
                opening.push(*p);
            }
        }
        for (p, ways) in moving {
            self.move_all(p, &ways)?;
            self.moved(pass, p);
        }
        for p in opening {
            let cols = &self.layout.procedures[&p];
            let (from, more) = (self.get(cols.created), self.get(cols.staged));
            let to = self.b.ins().iadd(from, more);
            self.each(from, to, |em, at| em.install(p, at))?;
            self.set_imm(cols.staged, 0);
            self.moved(pass, p);
            pass.written.insert(Slot::Kind(self.procedure(p).kind));
        }
        Ok(())
    }

    /// What the pass has to hand on.
    pub(crate) fn moved(&self, pass: &mut Pass, p: ProcedureId) {
        pass.written.insert(Slot::Stage(p));
        for event in self.layout.lists.keys() {
            if matches!(event, Event::Entering(q, _) | Event::Leaving(q, _) if *q == p) {
                pass.active.insert(*event);
            }
        }
    }

    /// The instances of a procedure that there are.
    pub(crate) fn each_instance(
        &mut self,
        p: ProcedureId,
        body: impl FnOnce(&mut Self, ir::Value) -> R<()>,
    ) -> R<()> {
        let (zero, n) = (self.int(0), self.get(self.layout.procedures[&p].created));
        self.each(zero, n, body)
    }

    /// The numbers of some stages include a stage.
    pub(crate) fn among(&mut self, stage: ir::Value, stages: &[u32]) -> ir::Value {
        let mut found = self.bool(false);
        for s in stages {
            let one = self.cmp_imm(IntCC::Equal, stage, i64::from(*s));
            found = self.one_of(found, one);
        }
        found
    }

    fn outcomes(&self, p: ProcedureId) -> Vec<u32> {
        let stages = (0u32..).zip(&self.procedure(p).stages);
        stages.filter(|(_, s)| s.outcome).map(|(i, _)| i).collect()
    }

    /// Children whose parent has left the stage that opened them (`while here`).
    fn abandon(&mut self, pass: &Pass, q: ProcedureId) -> R<bool> {
        let program = self.program;
        let Some(target) = self.procedure(q).abandoned else {
            return Ok(false);
        };
        let mut any = false;
        for (p, s, o, number) in openings(program) {
            let left = Event::Leave(p, s);
            if o.procedure != q || !o.while_here || !pass.active.contains(&left) {
                continue;
            }
            let Some((parent, opened_by)) = self.layout.procedures[&q].parent else {
                continue;
            };
            any = true;
            let over = self.outcomes(q);
            self.each_event(pass, left, |em, at| {
                let e = em.instance(p, at);
                em.each_instance(q, |em, child| {
                    let (of, by) = (em.load(parent, child), em.load(opened_by, child));
                    let (mine, here) = (
                        em.cmp(IntCC::Equal, of, e),
                        em.cmp_imm(IntCC::Equal, by, number),
                    );
                    let stage = em.load(em.layout.procedures[&q].stage, child);
                    let ended = em.among(stage, &over);
                    let runs = em.not(ended);
                    let all = em.both(mine, here);
                    let all = em.both(all, runs);
                    em.when(all, |em| em.go(q, child, target))
                })
            })?;
        }
        Ok(any)
    }

    /// Sends an instance to a stage, unless it goes elsewhere already.
    fn go(&mut self, p: ProcedureId, at: ir::Value, target: u32) -> R<()> {
        let cols = &self.layout.procedures[&p];
        let before = self.load(cols.target, at);
        let stays = self.cmp_imm(IntCC::Equal, before, STAYS);
        self.when(stays, |em| {
            em.store_imm(cols.target, at, i64::from(target));
            em.append(cols.moves, at);
            Ok(())
        })
    }

    /// The ways out of all stages, in the order written: from where to where some can be taken in this pass.
    fn transitions(&mut self, pass: &Pass, p: ProcedureId) -> R<Vec<Way>> {
        let program = self.program;
        let procedure = &program.procedures[p.index()];
        let cols = &self.layout.procedures[&p];
        let mut ways = Vec::new();
        for (s, stage) in (0u32..).zip(&procedure.stages) {
            for t in &stage.transitions {
                let within = |r: Refusal| r.within(program, t.provision);
                for on in &t.on {
                    if !self.may_hear(pass, on) {
                        continue;
                    }
                    ways.push((s, t.target));
                    let rule = watching(on, vec![this(procedure)]);
                    self.heard(pass, &rule, &mut |em, env| {
                        let at = em.own_place(p, env)?;
                        em.way_out(p, s, t.target, at, t.guard, env)
                    })
                    .map_err(within)?;
                }
                let entered = Event::Enter(p, s);
                if let Some(c) = t.on_condition
                    && pass.active.contains(&entered)
                {
                    ways.push((s, t.target));
                    self.each_event(pass, entered, |em, at| {
                        let e = em.instance(p, at);
                        let env = em.at_present().with(procedure.this, Bind::V(V::Entity(e)));
                        let stage = em.load(cols.stage, at);
                        let here = em.cmp_imm(IntCC::Equal, stage, i64::from(s));
                        em.when(here, |em| {
                            let holds = em.truth(c, &env)?;
                            em.when(holds, |em| em.way_out(p, s, t.target, at, t.guard, &env))
                        })
                    })
                    .map_err(within)?;
                }
            }
        }
        ways.sort_unstable();
        ways.dedup();
        Ok(ways)
    }

    fn own_place(&mut self, p: ProcedureId, env: &Env) -> R<ir::Value> {
        let Some(Bind::V(e)) = env.get(self.procedure(p).this).cloned() else {
            return Err(Refusal::form("an open instance"));
        };
        let e = self.bits(&e)?;
        let lo = self.layout.procedures[&p].keys.dims[0].lo;
        Ok(self.plus(e, -i64::from(lo)))
    }

    fn way_out(
        &mut self,
        p: ProcedureId,
        from: u32,
        to: u32,
        at: ir::Value,
        guard: Option<Guard>,
        env: &Env,
    ) -> R<()> {
        let stage = self.load(self.layout.procedures[&p].stage, at);
        let here = self.cmp_imm(IntCC::Equal, stage, i64::from(from));
        self.when(here, |em| match guard {
            None => em.go(p, at, to),
            Some(g) => {
                let holds = em.truth(g, env)?;
                em.when(holds, |em| em.go(p, at, to))
            }
        })
    }

    /// Instances go where they were sent; by their numbers where something is opened in that order.
    fn move_all(&mut self, p: ProcedureId, ways: &[Way]) -> R<()> {
        let program = self.program;
        let cols = &self.layout.procedures[&p];
        let opens = |on: &On| matches!(on, On::Enter(q, ..) | On::Leave(q, ..) if *q == p);
        let mut openers = program.procedures.iter().flat_map(|q| &q.opened_by);
        let ordered = openers.any(|(on, ..)| opens(on)) || openings(program).any(|o| o.0 == p);
        if ordered {
            self.sort(cols.moves)?;
        }
        let ways = if ways.len() > MOST_WAYS { &[] } else { ways };
        self.each_of(cols.moves, |em, at| {
            let (old, new) = (em.load(cols.stage, at), em.load(cols.target, at));
            em.store_imm(cols.target, at, STAYS);
            em.move_along(p, at, (old, new), ways)
        })?;
        self.set_imm(cols.moves.count, 0);
        Ok(())
    }

    /// An instance takes one of some ways, or any if none is given.
    fn move_along(
        &mut self,
        p: ProcedureId,
        at: ir::Value,
        (old, new): (ir::Value, ir::Value),
        ways: &[Way],
    ) -> R<()> {
        let Some(((from, to), rest)) = ways.split_first() else {
            return self.move_one(p, at, (old, new));
        };
        let mut this = self.bool(true);
        if !rest.is_empty() {
            this = self.cmp_imm(IntCC::Equal, new, i64::from(*to));
            if rest.iter().any(|(_, t)| t == to) {
                let here = self.cmp_imm(IntCC::Equal, old, i64::from(*from));
                this = self.both(this, here);
            }
        }
        self.either(
            this,
            |em| {
                let known = (em.int(i64::from(*from)), em.int(i64::from(*to)));
                em.move_one(p, at, known)
            },
            |em| em.move_along(p, at, (old, new), rest),
        )
    }

    fn move_one(
        &mut self,
        p: ProcedureId,
        at: ir::Value,
        (old, new): (ir::Value, ir::Value),
    ) -> R<()> {
        let layout = self.layout;
        let cols = &layout.procedures[&p];
        let stages = 0..self.procedure(p).stages.len() as u32;
        let entering = stages.clone().map(|s| self.entered(p, s));
        let leaving = stages.map(|s| self.left_by(Event::Leaving(p, s)));
        let (entering, leaving) = (entering.collect(), leaving.collect());
        self.leave_by(new, entering);
        self.leave_by(old, leaving);
        for (event, list) in &layout.lists {
            let (stage, s) = match event {
                Event::Leaving(q, s) if *q == p => (old, *s),
                Event::Entering(q, s) if *q == p => (new, *s),
                _ => continue,
            };
            let this = self.cmp_imm(IntCC::Equal, stage, i64::from(s));
            if self.known(this) != Some(0) {
                self.append_if(*list, at, this);
            }
        }
        let now = self.now();
        for (s, col) in &cols.entered {
            let this = self.cmp_imm(IntCC::Equal, new, i64::from(*s));
            match self.known(this) {
                Some(0) => continue,
                Some(_) => {
                    self.store(*col, at, now);
                    continue;
                }
                None => {}
            }
            let before = self.load(*col, at);
            let t = self.b.ins().select(this, now, before);
            self.store(*col, at, t);
        }
        for ((h, s), col) in &cols.since {
            let (before, n) = (self.load(*col, at), self.load(layout.hists[h].n, at));
            let this = self.cmp_imm(IntCC::Equal, new, i64::from(*s));
            let n = self.b.ins().select(this, n, before);
            self.store(*col, at, n);
        }
        self.store(cols.stage, at, new);
        if let Some(open) = cols.open {
            let over = self.outcomes(p);
            let (was, is) = (self.among(old, &over), self.among(new, &over));
            let (was, is) = (self.wide(was), self.wide(is));
            let n = self.get(open);
            let n = self.b.ins().iadd(n, was);
            let n = self.b.ins().isub(n, is);
            self.set(open, n);
        }
        self.wrote_stage(p, at, (old, new))
    }

    /// Whether there is more of something than the experiment allows; `None` if nothing can be opened.
    pub(crate) fn overflows(&mut self) -> Option<ir::Value> {
        let base = self.base;
        let mut over = self.load_bool(self.layout.overflow?, base);
        for (p, cols) in &self.layout.procedures {
            if let Some(open) = cols.open {
                let most = self.world.open_caps[&self.procedure(*p).kind];
                let n = self.get(open);
                let more = self.cmp_imm(IntCC::SignedGreaterThan, n, i64::from(most));
                over = self.b.ins().bor(over, more);
            }
        }
        Some(over)
    }
}

/// From one stage to another.
type Way = (u32, u32);

/// So many ways have code of their own for what follows; where there are more, it is the same for all.
const MOST_WAYS: usize = 4;

/// A rule that only listens.
pub(crate) fn watching(on: &On, each: Vec<Domain>) -> Rule {
    Rule {
        on: on.clone(),
        each,
        guard: None,
        target: Latch::Status(rogatio_mir::StatusId(u32::MAX)),
        effect: Effect::Watch,
        provision: rogatio_mir::ProvisionId(0),
        span: Span::NONE,
    }
}
