//! Histories whose discrete states are few: code that is evaluated in part, with a copy for each of them.
//!
//! What is emitted for that is the same function with another form at three places: a run begins with a copy word by
//! word, the earliest time is a chain of minima, and what is due is found by comparisons one by one. Where several
//! clocks are due at once the run is begun anew by the function that runs any history, and so it is where what happened
//! stands in a list: where a clock, status or timer has more than one key.

use crate::emit::{Em, R, Tables};
use crate::layout::{Col, Keys};
use crate::queue::{First, Place};
use crate::{Compiled, Made, Parts, fold, queue, trouble};
use cranelift_codegen::ir::{
    self, Function, InstBuilder, MemFlagsData, UserFuncName, condcodes::IntCC, types,
};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{FuncId, Linkage, Module};
use rogatio_mir::draw;
use rogatio_partial::{Residual, Source};
use std::ops::Range;
use std::sync::Arc;

/// So many clocks at most.
const CLOCKS: u32 = 32;
/// So many instructions at most.
const MOST: usize = 200_000;

impl Em<'_, '_> {
    /// Copies the image, word by word.
    pub(crate) fn restore_words(&mut self) {
        let flags = MemFlagsData::trusted();
        for at in (0..self.layout.mutable as i32).step_by(8) {
            let word = self
                .b
                .ins()
                .load(types::I64, flags, self.base, self.layout.image + at);
            self.b.ins().store(flags, word, self.base, at);
        }
    }

    /// When each clock is due.
    pub(crate) fn due_times(&mut self) -> Vec<ir::Value> {
        let q = &self.layout.queue;
        (0..i64::from(q.items))
            .map(|item| {
                let item = self.int(item);
                self.load(q.due, item)
            })
            .collect()
    }

    /// The earliest time. Emits a jump to `done` if that is beyond the end.
    pub(crate) fn least_of_few(&mut self, done: ir::Block) -> First {
        let times = self.due_times();
        let never = self.int(fold::NEVER);
        let mut due = never;
        for time in times {
            due = self.b.ins().smin(time, due);
        }
        let in_time = self.cmp_imm(IntCC::SignedLessThanOrEqual, due, self.layout.queue.end);
        let some = self.block();
        self.branch(in_time, some, done);
        self.at(some);
        First {
            place: Place::Among(never),
            item: never,
            due,
        }
    }
}

impl Parts<'_> {
    /// Whether an experiment has so few clocks that its states may be told apart.
    pub(crate) fn may_unfold(&self) -> bool {
        self.layout.queue.few && self.layout.queue.items <= CLOCKS.min(queue::FEW)
    }

    /// What was compiled, with a copy of the code for each discrete state, if these are few enough.
    pub(crate) fn unfold(&self, made: Made) -> R<Option<Compiled>> {
        let Made {
            mut compiled,
            mut tables,
            whole,
        } = made;
        let mut arena = compiled.instance(0).arena;
        let Some(code) = Arc::get_mut(&mut compiled.code) else {
            return Ok(None);
        };
        let Some(module) = code.module() else {
            return Ok(None);
        };
        let Some((id, residual)) = self.residual(module, &mut tables, whole, arena.bytes())? else {
            return Ok(None);
        };
        let mut context = module.make_context();
        context.func = residual.func;
        module
            .define_function(id, &mut context)
            .map_err(|e| trouble(format!("{e:?}")))?;
        module.finalize_definitions().map_err(trouble)?;
        let length = context
            .compiled_code()
            .map_or(0, |c| c.code_info().total_size);
        let runs = module.get_finalized_function(id);
        // SAFETY: it was just compiled with the signature of the function that it stands for, for the same layout.
        unsafe { code.run_by(runs) };
        compiled.size.code += length as usize;
        compiled.size.states = Some(residual.states);
        Ok(Some(compiled))
    }

    /// The function that runs histories, evaluated in part.
    fn residual<M: Module>(
        &self,
        module: &mut M,
        tables: &mut Tables,
        whole: FuncId,
        arena: &[u8],
    ) -> R<Option<(FuncId, Residual)>> {
        let mut signature = module.make_signature();
        let pointer = module.target_config().pointer_type();
        let params = [pointer, types::I64, types::I64, types::I64];
        signature.params.extend(params.map(ir::AbiParam::new));
        let id = module
            .declare_function("unfolded", Linkage::Local, &signature)
            .map_err(trouble)?;
        let mut func = Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
        let whole = module.declare_func_in_func(whole, &mut func);
        let mut functions = FunctionBuilderContext::new();
        let (frontend, end) = (module.target_config(), tables.end);
        let heads = self.emit(
            &mut func,
            &mut functions,
            frontend,
            tables,
            Some(whole),
            false,
        )?;
        // A table that the other functions do not have would lie beyond the arena.
        let Some(heads) = heads.filter(|_| tables.end == end) else {
            return Ok(None);
        };
        let layout = self.layout;
        let tabled = tables.tables.iter().map(|t| bytes(t.col, t.values.len()));
        let image = i64::from(layout.image);
        // Which clocks run from the beginning is known once the case has begun.
        let behaviours = layout.enabled.iter().zip(&layout.behaviours);
        let enabled = behaviours.map(|(list, b)| bytes(list.entries, b.keys.cap as usize));
        let armed = bytes(layout.armed.entries, layout.queue.items as usize);
        let constant = tabled
            .chain(enabled)
            .chain(std::iter::once(armed))
            .chain(std::iter::once(image..image + layout.mutable as i64))
            .chain(std::iter::once(bytes(layout.ln, draw::LN_CELLS + 1)));
        let due = bytes(layout.queue.due, layout.queue.items as usize);
        let source = Source {
            func: &func,
            followed: layout.mutable,
            constant: constant.collect(),
            arena,
            discrete: vec![bytes(layout.dirty, 1), due],
            open: self.times(),
            runs: heads.runs,
            run: heads.run,
            done: heads.done,
            events: heads.events,
            aside: heads.aside,
            never: fold::NEVER,
            most: MOST,
        };
        Ok(rogatio_partial::residual(&source).map(|residual| (id, residual)))
    }

    /// Cells of times and of numbers that only grow: what they hold is not discrete.
    fn times(&self) -> Vec<Range<i64>> {
        let layout = self.layout;
        let mut all = Vec::new();
        let mut add = |col: &Col, keys: &Keys| all.push(bytes(*col, keys.cap as usize));
        for b in &layout.behaviours {
            add(&b.draws, &b.keys);
        }
        for t in layout.timers.values() {
            add(&t.base, &t.keys);
            add(&t.event, &t.keys);
        }
        for s in layout.statuses.values() {
            let times = s.start.iter().chain(&s.first).chain(&s.end);
            times.for_each(|col| add(col, &s.keys));
        }
        for h in layout.hists.values() {
            let times = h.first.iter().chain(&h.last).chain(h.nth.values());
            times.for_each(|col| add(col, &h.keys));
        }
        for d in layout.decisions.values() {
            add(&d.opened, &d.keys);
            add(&d.number, &d.keys);
        }
        for p in layout.procedures.values() {
            let times = p.entered.values().chain(p.since.values());
            times.for_each(|col| add(col, &p.keys));
        }
        all
    }
}

/// Where the elements of a column lie.
fn bytes(col: Col, n: usize) -> Range<i64> {
    let first = i64::from(col.off);
    first..first + ((n as i64) << col.elem.shift())
}
