//! Instances that lines with a date name (`2030-02-01: propose by Isola as Seabed`): a run finds out which instance it is,
//! and its draws are keyed by the name (R54). Before it is opened, the text leaves open what is asked of it.

use crate::emit::{Em, R};
use crate::fold::V;
use crate::layout::{Elem, Keys};
use crate::reads::{Reader, Reads, Slot};
use crate::refusal::Refusal;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{
    CaseActKind, DecisionId, Experiment, Guard, KindId, Op, ProcedureId, Program, ScenarioItemKind,
    Span,
};

/// The lines of an experiment that name what they open: the name, the kind, the place.
fn lines<'e>(
    program: &'e Program,
    experiment: &'e Experiment,
) -> impl Iterator<Item = (&'e str, KindId, Span)> {
    experiment.items.iter().filter_map(|item| {
        let ScenarioItemKind::Act(act) = &item.kind else {
            return None;
        };
        let CaseActKind::Act(id) = act.act else {
            return None;
        };
        let (_, p) = program.acts.get(id.index())?.opens?;
        let name = act.binder.as_deref().filter(|n| !n.contains('#'))?;
        item.at.as_ref()?;
        Some((name, program.procedures.get(p.index())?.kind, item.span))
    })
}

/// The names that lines give to instances of a kind, each once.
pub(crate) fn given_to<'e>(
    program: &'e Program,
    experiment: &'e Experiment,
    kind: KindId,
) -> Vec<&'e str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, ..) in lines(program, experiment).filter(|l| l.1 == kind) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Where an experiment gives a name.
pub(crate) fn line_of(experiment: &Experiment, name: &str) -> Option<Span> {
    let gives = |i: &&rogatio_mir::ScenarioItem| matches!(&i.kind, ScenarioItemKind::Act(a) if a.binder.as_deref() == Some(name));
    experiment.items.iter().find(gives).map(|i| i.span)
}

/// Whether a guard names what only a run makes.
pub(crate) fn is_name(program: &Program, experiment: &Experiment, g: Guard) -> bool {
    match &program.guard(g).op {
        Op::CaseEntity(name) => {
            name.contains('#') || lines(program, experiment).any(|l| l.0 == name)
        }
        _ => false,
    }
}

impl World {
    /// The number of a name that a guard is.
    pub(crate) fn naming(&self, program: &Program, g: Guard) -> Option<usize> {
        let Op::CaseEntity(name) = &program.guard(g).op else {
            return None;
        };
        self.named.iter().position(|n| n.0 == *name)
    }

    /// The procedure and place of an instance that is told by its number, as `Motion#2`.
    fn numbered(&self, program: &Program, name: &str) -> Option<(ProcedureId, u32)> {
        let (of, number) = name.rsplit_once('#')?;
        let at = number.parse::<u32>().ok()?.checked_sub(1)?;
        let p = program.procedures.iter().position(|p| {
            let kind = program.kinds.get(p.kind.index());
            p.name == of && kind.is_some_and(|k| k.name == of)
        })?;
        let kind = program.procedures[p].kind;
        let room = self.grows(&[kind]) && (at as usize) < self.range(kind).len();
        room.then_some((ProcedureId(p as u32), at))
    }
}

impl Reader<'_> {
    /// What is read of an entity that a run makes.
    pub(crate) fn case_entity(&mut self, g: Guard, name: &str, out: &mut Reads) -> R<()> {
        let kind = match self.world.naming(self.program, g) {
            Some(n) => Some(self.world.named[n].1),
            None => {
                let numbered = self.world.numbered(self.program, name);
                numbered.map(|(p, _)| self.program.procedures[p.index()].kind)
            }
        };
        let Some(kind) = kind else {
            return Err(Refusal::form(format!(
                "the experiment has no entity `{name}`"
            )));
        };
        out.slots.insert((Slot::Kind(kind), None));
        let why = Refusal::open(format!("there is no `{name}` before it is opened"));
        self.may_step_aside(why, g);
        Ok(())
    }
}

impl Em<'_, '_> {
    /// An entity that a run makes; open where it is not there yet.
    pub(crate) fn case_entity(&mut self, name: &str) -> R<V> {
        let (world, program, layout) = (self.world, self.program, self.layout);
        if let Some(n) = world.named.iter().position(|of| of.0 == name) {
            let first = world.range(world.named[n].1).start;
            let at = self.int(n as i64);
            let e = self.load(layout.named, at);
            let absent = self.cmp_imm(IntCC::SignedLessThan, e, 0);
            self.leave_open(absent);
            // Whatever is read of nobody is read of the first, and does not count.
            let first = self.int(i64::from(first));
            return Ok(V::Entity(self.b.ins().select(absent, first, e)));
        }
        let Some((p, at)) = world.numbered(program, name) else {
            return Err(Refusal::form(format!(
                "the experiment has no entity `{name}`"
            )));
        };
        let cols = &layout.procedures[&p];
        let created = self.get(cols.created);
        let mut there = self.cmp_imm(IntCC::SignedGreaterThan, created, i64::from(at));
        let e = i64::from(cols.keys.dims[0].lo + at);
        if let Some(bearer) = cols.bearer {
            let at = self.int(i64::from(at));
            let bears = self.load(bearer, at);
            let itself = self.cmp_imm(IntCC::Equal, bears, e);
            there = self.both(there, itself);
        }
        let absent = self.not(there);
        self.leave_open(absent);
        Ok(V::Entity(self.int(e)))
    }

    /// An instance that a line opens takes the name it gives, if nothing has it.
    pub(crate) fn name_opened(
        &mut self,
        behaviour: usize,
        row: ir::Value,
        p: ProcedureId,
        opened: ir::Value,
    ) -> R<()> {
        let (world, layout) = (self.world, self.layout);
        let Some(bearer) = layout.procedures[&p].bearer else {
            return Ok(());
        };
        let binders = world.dated.binders(self.slice.behaviours[behaviour]);
        if binders.iter().all(Option::is_none) {
            return Ok(());
        }
        let number = |b: &Option<&str>| {
            let n = world.named.iter().position(|n| Some(n.0.as_str()) == *b);
            n.map_or(-1, |n| n as i64)
        };
        let numbers = self.table(Elem::I64, binders.iter().map(number).collect());
        let bearers = world.named.iter().map(|n| i64::from(n.2)).collect();
        let bearers = self.table(Elem::I64, bearers);
        let n = self.load(numbers, row);
        let named = self.cmp_imm(IntCC::SignedGreaterThanOrEqual, n, 0);
        self.when(named, |em| {
            let before = em.load(layout.named, n);
            let free = em.cmp_imm(IntCC::SignedLessThan, before, 0);
            em.when(free, |em| {
                em.store(layout.named, n, opened);
                let lo = layout.procedures[&p].keys.dims[0].lo;
                let at = em.plus(opened, -i64::from(lo));
                let by = em.load(bearers, n);
                em.store(bearer, at, by);
                Ok(())
            })
        })
    }

    /// Who bears an entity's name.
    fn bearer(&mut self, e: ir::Value) -> ir::Value {
        let layout = self.layout;
        let mut by = e;
        for cols in layout.procedures.values() {
            let Some(bearer) = cols.bearer else { continue };
            let at = self.plus(e, -i64::from(cols.keys.dims[0].lo));
            let mine = self.cmp_imm(IntCC::UnsignedLessThan, at, i64::from(cols.keys.cap));
            let zero = self.int(0);
            let at = self.b.ins().select(mine, at, zero);
            let own = self.load(bearer, at);
            by = self.b.ins().select(mine, own, by);
        }
        by
    }

    /// Where the streams of a clock of a behaviour stand.
    pub(crate) fn place_of_stream(&mut self, i: usize, at: ir::Value) -> ir::Value {
        let cols = &self.layout.behaviours[i];
        let Some(names) = &cols.names else { return at };
        let entities = self.entities(&cols.keys, at);
        self.named_place(names, entities)
    }

    fn named_place(&mut self, names: &Keys, entities: Vec<ir::Value>) -> ir::Value {
        let bearers: Vec<V> = entities
            .into_iter()
            .map(|e| V::Entity(self.bearer(e)))
            .collect();
        let sure = vec![true; bearers.len()];
        self.index(names, &bearers, &sure).0
    }

    /// Where the streams of a matter stand among those of its decision.
    pub(crate) fn place_of_matter(&mut self, d: DecisionId, at: ir::Value) -> ir::Value {
        let cols = &self.layout.decisions[&d];
        let Some(names) = cols.keys.with_names(self.world) else {
            return at;
        };
        let entities = self.entities(&cols.keys, at);
        self.named_place(&names, entities)
    }

    /// The matter of a ballot with a date that names it: open where it is not there.
    pub(crate) fn matter_by_name(
        &mut self,
        matter: ir::Value,
        names: &[i64],
        row: ir::Value,
        first: u32,
    ) -> R<ir::Value> {
        if names.iter().all(|n| *n < 0) {
            return Ok(matter);
        }
        let numbers = self.table(Elem::I64, names.to_vec());
        let n = self.load(numbers, row);
        let named = self.cmp_imm(IntCC::SignedGreaterThanOrEqual, n, 0);
        let zero = self.int(0);
        let n = self.b.ins().select(named, n, zero);
        let e = self.load(self.layout.named, n);
        let absent = self.cmp_imm(IntCC::SignedLessThan, e, 0);
        let absent = self.both(absent, named);
        self.leave_open(absent);
        self.set_aside();
        let at = self.plus(e, -i64::from(first));
        let at = self.b.ins().select(absent, zero, at);
        Ok(self.b.ins().select(named, at, matter))
    }
}
