//! MIR and an experiment to one native function, through Cranelift. What comes in: a [`Program`], one of its
//! experiments, values for its parameters. What goes out: a [`Compiled`] that runs histories, or a [`Refusal`] with its
//! code and place. It decides no meaning: a history's record is the one the interpreter would give for the same draws.
//!
//! Only what the measures can depend on is compiled (R60). All state of a thread is one arena; what a run changes is
//! copied from an image, in which the case has begun already, since no draw comes before that. Conditions are looked at
//! again only at the keys of which something changed; counts over sets are kept as counters; a pass that one
//! event alone can bring about has code for what may follow from it and nothing else; the next event comes from a bucket
//! queue, or of few clocks from a minimum over all; a run ends as soon as no measure can change.
//!
//! | file | what it does |
//! |---|---|
//! | `prepared`, `world`, `possible`, `fold`, `version` | what is known before the runs |
//! | `decision`, `deciding`, `outcome`, `roll`, `ballot`, `pivotal`, `together`, `tally`, `consensus` | decisions: openings, draws of ballots, outcomes |
//! | `duty` | duties as latches |
//! | `reads`, `power`, `office`, `slice` | what the measures depend on, and whether it can be compiled |
//! | `layout`, `event`, `instances` | the arena |
//! | `emit`, `guard`, `compare`, `time`, `working`, `pick` | guards to code |
//! | `rule`, `latch` | the pass (R11) |
//! | `stored` | values of statuses, arguments of earlier acts (R4, R21) |
//! | `procedure`, `named` | instances, their stages (R44-R46) |
//! | `aside`, `given` | what is left to the interpreter run by run; givens that differ by day or key |
//! | `queue`, `behaviour`, `sitting`, `laws`, `values` | clocks and draws |
//! | `run`, `dispatch`, `measure` | the whole function, the jump to what is due, records |
//! | `unfold` | a copy of the code for each discrete state |
//! | `dated` | acts and ballots with a date |
//! | `object` | object files and their C header |
//! | `memory` | code and arenas: all raw pointers |
#![allow(unsafe_code)]

mod aside;
mod ballot;
mod behaviour;
mod compare;
mod consensus;
mod dated;
mod deciding;
mod decision;
mod dispatch;
mod duty;
mod emit;
mod event;
mod fold;
mod given;
mod guard;
mod instances;
mod latch;
mod laws;
mod layout;
mod measure;
mod memory;
mod named;
mod object;
mod office;
mod outcome;
mod pick;
mod pivotal;
mod possible;
mod power;
mod prepared;
mod procedure;
mod queue;
mod reads;
mod refusal;
mod roll;
mod rule;
mod run;
mod sitting;
mod slice;
mod stored;
mod tally;
mod time;
mod together;
mod unfold;
mod values;
mod version;
mod working;
mod world;

pub use ballot::odds_refused;
pub use laws::{Laws, chance_refused, fixed_law, law, law_text};
pub use object::Object;
pub use refusal::Refusal;
pub use values::{constant, specialise};
pub use world::Member;

use cranelift_codegen::ir::{AbiParam, Function, UserFuncName, types};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{ArenaMemoryProvider, JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};
use emit::{Em, R, Tables};
use layout::{Col, Layout};
use memory::{Arena, Code};
use prepared::Prepared;
use reads::Reader;
use rogatio_diagnostics::codes;
use rogatio_mir::draw::{self, Delay};
use rogatio_mir::{Experiment, Op, Program};
use slice::Slice;
use std::sync::Arc;
use world::World;

/// Class of a run: it came to its end, and every measure has a value.
pub const REACHED: i64 = 0;
/// Class of a run in which the text leaves a measure open.
pub const UNDETERMINED: i64 = 1;
/// Class of a run that has more instances of a procedure than the experiment allows (R60): it stops, and measures nothing.
pub const OVERFLOW: i64 = 3;
/// Class of a run that met what native code does not have: what is written of it says nothing, the interpreter plays it.
pub const ASIDE: i64 = -1;
/// Value of a date that a run did not reach.
pub const CENSORED: i64 = i64::MIN;

/// Values of parameters that differ from the experiment's own: by name, as constants.
pub type Values = [(String, Op)];

/// What is told of a stream of draws: where it is kept, where the key of its first draw is, its place, site and keys.
type OnDraws<'f> = dyn FnMut(Col, Option<Col>, u32, u64, &[u64]) + 'f;

/// A compiled experiment. Cheap to clone; threads may share it.
#[derive(Clone, Debug)]
pub struct Compiled {
    code: Arc<Code>,
    layout: Arc<Layout>,
    template: Arc<Arena>,
    members: Arc<Vec<Member>>,
    sites: Vec<Site>,
    measures: usize,
    size: Size,
    aside: Option<Refusal>,
}

/// How large a compiled experiment is.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes of machine code.
    pub code: usize,
    /// Bytes of an arena.
    pub arena: usize,
    /// Bytes of it that each run starts by copying.
    pub copied: usize,
    /// Latches compiled, of those of the program.
    pub latches: (usize, usize),
    /// Counts kept as counters.
    pub counters: usize,
    /// Discrete states that have code of their own, if any.
    pub states: Option<usize>,
    /// Clocks, if they are so few that the due times of all are compared at once; none if they wait in a queue.
    pub compared: Option<u32>,
}

/// A site of draws in the compiled code.
#[derive(Clone, Debug)]
struct Site {
    hash: u64,
    path: String,
    law: Laws,
}

/// How much is done for the speed of the code; its records are the same.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// All.
    #[default]
    Full,
    /// Little: no optimisation, registers given out in one pass.
    Little,
}

impl Effort {
    /// A run in code made with little effort takes up to twice as long. Few enough of them end sooner than better code is
    /// made, which takes a millisecond more.
    const FEW: u64 = 100;

    /// What pays for so many runs, where their number is known.
    #[must_use]
    pub fn for_runs(runs: Option<u64>) -> Effort {
        match runs {
            Some(runs) if runs <= Effort::FEW => Effort::Little,
            _ => Effort::Full,
        }
    }
}

/// Compiles an experiment.
///
/// # Errors
/// What the compiled engine cannot do, with its place (R61, R62): E0960 to E0968.
pub fn compile(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Compiled, Refusal> {
    compile_with(program, experiment, values, Effort::Full)
}

/// The same with more effort or less.
///
/// # Errors
/// As [`compile`].
pub fn compile_with(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    effort: Effort,
) -> Result<Compiled, Refusal> {
    with_parts(program, experiment, values, |parts| {
        Ok(parts.compile(effort)?.compiled)
    })
}

/// The same with a copy of the code for each discrete state that runs come to, where these are so few that it pays: it
/// takes a tenth of a second to make, and gives the same records in a fraction of the time.
///
/// # Errors
/// As [`compile`].
pub fn unfold(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
) -> Result<Option<Compiled>, Refusal> {
    with_parts(program, experiment, values, |parts| {
        match parts.may_unfold() {
            true => parts.unfold(parts.compile(Effort::Full)?),
            false => Ok(None),
        }
    })
}

/// Whether an experiment would be refused before any code is made for it.
///
/// # Errors
/// As [`compile`].
pub fn examine(program: &Program, experiment: &Experiment, values: &Values) -> Result<(), Refusal> {
    with_parts(program, experiment, values, |_| Ok(()))
}

/// An experiment as an object file for this kind of machine, and the C header that describes it. `name` is what its
/// functions are called by: a C identifier; `shard` is the text, in JSON, of the shard that what a worker writes is a part
/// of, cut where its seed, the number of runs, the first run and the first run after it stand.
///
/// # Errors
/// As [`compile`].
pub fn object(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    name: &str,
    shard: &[String; 5],
) -> Result<Object, Refusal> {
    with_parts(program, experiment, values, |parts| {
        parts.object(name, shard)
    })
}

fn with_parts<T>(
    program: &Program,
    experiment: &Experiment,
    values: &Values,
    make: impl FnOnce(&Parts<'_>) -> R<T>,
) -> R<T> {
    // Most need no more of a duty than that it is breached.
    let plain = prepared::prepare(program, experiment, values, false);
    let Prepared {
        program,
        experiment,
        world,
        slice,
    } = &match plain {
        Ok(prepared) => prepared,
        Err(_) => prepared::prepare(program, experiment, values, true)?,
    };
    let layout = Layout::new(program, world, experiment, slice)?;
    let mut laws = Vec::new();
    for b in &slice.behaviours {
        laws.push(Laws::new(program, world, &experiment.behaviours[*b])?);
    }
    let reader = Reader {
        program,
        world,
        counters: slice.counters.clone(),
        close: None,
        rolls: Vec::new(),
        kept: false,
        level: false,
        aside: None,
    };
    make(&Parts {
        program,
        world,
        experiment,
        slice,
        layout: &layout,
        reader: &reader,
        laws: &laws,
    })
}

/// Settings of the code generator.
fn flags(position_independent: bool, effort: Effort) -> R<settings::Flags> {
    let mut flags = settings::builder();
    let mut set = |name: &str, value: &str| flags.set(name, value).map_err(trouble);
    let truth = |b: bool| if b { "true" } else { "false" };
    let (optimised, registers) = match effort {
        Effort::Full => ("speed", "backtracking"),
        Effort::Little => ("none", "single_pass"),
    };
    set("opt_level", optimised)?;
    set("regalloc_algorithm", registers)?;
    set("enable_verifier", truth(cfg!(debug_assertions)))?;
    set("use_colocated_libcalls", "false")?;
    set("is_pic", truth(position_independent))?;
    Ok(settings::Flags::new(flags))
}

/// What was compiled, and what is needed to compile more.
struct Made {
    compiled: Compiled,
    tables: Tables,
    /// The function that runs histories.
    whole: FuncId,
}

struct Parts<'a> {
    program: &'a Program,
    world: &'a World,
    experiment: &'a Experiment,
    slice: &'a Slice,
    layout: &'a Layout,
    reader: &'a Reader<'a>,
    laws: &'a [Laws],
}

fn trouble(what: impl std::fmt::Display) -> Refusal {
    Refusal::new(
        codes::E0966,
        format!("no native code can be made here: {what}"),
    )
}

impl Parts<'_> {
    fn tables(&self) -> Tables {
        Tables {
            tables: Vec::new(),
            end: self.layout.size,
        }
    }

    fn sites(&self) -> Vec<Site> {
        let behaviours = self.slice.behaviours.iter().zip(self.laws);
        let sites = behaviours.map(|(b, law)| {
            let behaviour = &self.experiment.behaviours[*b];
            Site {
                hash: behaviour.draw.site,
                path: behaviour.draw.path.clone(),
                law: law.clone(),
            }
        });
        sites.collect()
    }

    fn compile(&self, effort: Effort) -> R<Made> {
        let (sites, mut tables) = (self.sites(), self.tables());
        let (code, whole, length) = self.generate(&mut tables, effort)?;
        let template = self.template(&code, &tables);
        let compiled = Compiled {
            code: Arc::new(code),
            layout: Arc::new(self.layout.clone()),
            template: Arc::new(template),
            members: Arc::new(self.world.members.clone()),
            sites,
            measures: self.experiment.measures.len(),
            aside: self.slice.aside.clone(),
            size: Size {
                code: length,
                arena: tables.end,
                copied: self.layout.mutable,
                latches: (self.slice.latches.len(), self.program.order.len()),
                counters: self.slice.counters.len(),
                compared: Some(self.layout.queue.items).filter(|n| *n <= queue::FEW),
                states: None,
            },
        };
        Ok(Made {
            compiled,
            tables,
            whole,
        })
    }

    fn generate(&self, tables: &mut Tables, effort: Effort) -> R<(Code, FuncId, usize)> {
        let isa = cranelift_native::builder()
            .map_err(trouble)?
            .finish(flags(false, effort)?)
            .map_err(trouble)?;
        let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
        let provider = ArenaMemoryProvider::new_with_size(1 << 22).map_err(trouble)?;
        builder.memory_provider(Box::new(provider));
        let mut module = JITModule::new(builder);
        let names = [("begin", Linkage::Local), ("runs", Linkage::Local)];
        let made = self.functions(&mut module, tables, names);
        let made = made.and_then(|made| {
            module.finalize_definitions().map_err(trouble)?;
            Ok(made)
        });
        match made {
            Ok((begin, runs, length)) => {
                let (first, whole) = (
                    module.get_finalized_function(begin),
                    module.get_finalized_function(runs),
                );
                // SAFETY: both functions were just compiled with these signatures for this layout.
                Ok((unsafe { Code::new(module, first, whole) }, runs, length))
            }
            Err(refusal) => {
                // SAFETY: no pointer into the module was taken.
                unsafe { module.free_memory() };
                Err(refusal)
            }
        }
    }

    fn functions<M: Module>(
        &self,
        module: &mut M,
        tables: &mut Tables,
        names: [(&str, Linkage); 2],
    ) -> R<(FuncId, FuncId, usize)> {
        let pointer = module.target_config().pointer_type();
        let mut length = 0;
        let mut ids = Vec::new();
        let mut functions = FunctionBuilderContext::new();
        for ((name, linkage), params) in names.into_iter().zip([1, 4]) {
            let mut signature = module.make_signature();
            signature.params.extend(
                (0..params).map(|i| AbiParam::new(if i == 0 { pointer } else { types::I64 })),
            );
            let id = module
                .declare_function(name, linkage, &signature)
                .map_err(trouble)?;
            let mut context = module.make_context();
            context.func =
                Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
            let frontend = module.target_config();
            self.emit(
                &mut context.func,
                &mut functions,
                frontend,
                tables,
                None,
                params == 1,
            )?;
            module
                .define_function(id, &mut context)
                .map_err(|e| trouble(format!("{e:?}")))?;
            length += context
                .compiled_code()
                .map_or(0, |c| c.code_info().total_size as usize);
            ids.push(id);
        }
        Ok((ids[0], ids[1], length))
    }

    fn emit(
        &self,
        func: &mut Function,
        context: &mut FunctionBuilderContext,
        frontend: cranelift_codegen::isa::TargetFrontendConfig,
        tables: &mut Tables,
        whole: Option<cranelift_codegen::ir::FuncRef>,
        beginning: bool,
    ) -> R<Option<run::Heads>> {
        let mut b = FunctionBuilder::new(func, context);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        let params = b.block_params(entry).to_vec();
        let [now, summary, run_word, present, pending] =
            [(); 5].map(|()| b.declare_var(types::I64));
        let mut em = Em {
            program: self.program,
            world: self.world,
            experiment: self.experiment,
            slice: self.slice,
            layout: self.layout,
            reader: self.reader,
            laws: self.laws,
            tables,
            b,
            base: params[0],
            now,
            summary,
            run_word,
            present,
            pending,
            wake: None,
            close: None,
            beginning,
            whole,
            within: 0,
            open: None,
        };
        let zero = em.int(0);
        for var in [now, summary, run_word, present, pending] {
            em.b.def_var(var, zero);
        }
        if beginning {
            em.begin(frontend).map(|()| None)
        } else {
            em.runs(params[1], params[2], params[3], frontend)
        }
    }

    /// The arena in which the case has begun.
    fn template(&self, code: &Code, tables: &Tables) -> Arena {
        let layout = self.layout;
        let mut arena = Arena::new(tables.end);
        for (i, entry) in draw::LN_TABLE.iter().enumerate() {
            arena.set(layout.ln, i as u32, i64::from(*entry));
        }
        for table in &tables.tables {
            for (i, value) in table.values.iter().enumerate() {
                arena.set(table.col, i as u32, *value);
            }
        }
        for (col, i, value) in &layout.initial {
            arena.set(*col, *i, *value);
        }
        ballot::first_words(layout, &mut arena);
        for (status, keys, start) in &self.world.assumed {
            let Some(cols) = layout.statuses.get(status) else {
                continue;
            };
            let mut at = 0;
            let mut fits = keys.len() == cols.keys.dims.len();
            for (dim, key) in cols.keys.dims.iter().zip(keys) {
                fits &= (dim.lo..dim.lo + dim.n).contains(key);
                at = at * dim.n + key.wrapping_sub(dim.lo);
            }
            if fits {
                arena.set(cols.on, at, 1);
                let value = self.world.values.get(&(*status, keys.clone()));
                if let (Some(col), Some(value)) = (cols.value, value.and_then(stored::bits)) {
                    arena.set(col, at, value);
                }
                for col in cols.start.iter().chain(&cols.first) {
                    arena.set(*col, at, *start);
                }
            }
        }
        code.begin(&mut arena);
        // Clocks that run from the beginning are drawn by each run; other items keep their times.
        for (cols, enabled) in layout.behaviours.iter().zip(&layout.enabled) {
            let n = arena.get(enabled.count, 0) as u32;
            for i in 0..n {
                let at = arena.get(enabled.entries, i) as u32;
                arena.set(layout.queue.due, cols.item + at, fold::NEVER);
                arena.set(cols.draws, at, 1);
            }
        }
        dated::arm(self.world, self.slice, layout, &mut arena);
        let mut armed = 0;
        for item in 0..layout.queue.items {
            if arena.get(layout.queue.due, item) != fold::NEVER {
                arena.set(layout.armed.entries, armed, i64::from(item));
                armed += 1;
            }
        }
        arena.set(layout.armed.count, 0, i64::from(armed));
        let image = layout.image as usize;
        arena.bytes().copy_within(..layout.mutable, image);
        arena
    }
}

impl Compiled {
    /// An arena with the draws of a seed.
    #[must_use]
    pub fn instance(&self, seed: u64) -> Instance {
        let mut arena = Arena::clone(&self.template);
        self.each_stream(&mut |col, first, at, site, keys| {
            let stream = draw::stream(seed, site, keys);
            arena.set(col, at, stream.cast_signed());
            if let Some(first) = first {
                arena.set(first, at, draw::nth_key(stream, 0).cast_signed());
            }
            if let Some(near) = self.layout.near(col) {
                for n in 0..layout::Near::DRAWS {
                    let key = draw::nth_key(stream, u64::from(n));
                    arena.set(near, at * layout::Near::DRAWS + n, key.cast_signed());
                }
            }
        });
        Instance {
            compiled: self.clone(),
            arena,
        }
    }

    /// Every stream of draws.
    fn each_stream(&self, f: &mut OnDraws<'_>) {
        for (site, cols) in self.sites.iter().zip(&self.layout.behaviours) {
            let keys = cols.names.as_ref().unwrap_or(&cols.keys);
            for i in 0..keys.cap {
                let names = self.key_names(keys, i);
                f(cols.stream, Some(cols.first_key), i, site.hash, &names);
            }
        }
        ballot::each_stream(&self.layout, &self.members, &mut |col, at, site, keys| {
            f(col, None, at, site, keys);
        });
    }

    /// Hashes of the names of a key.
    fn key_names(&self, keys: &layout::Keys, index: u32) -> Vec<u64> {
        let mut rest = index;
        let mut names = Vec::new();
        for dim in keys.dims.iter().rev() {
            let member = self.members.get((dim.lo + rest % dim.n) as usize);
            names.push(draw::entity_key(member.map_or("", |m| m.name.as_str())));
            rest /= dim.n;
        }
        names.reverse();
        names
    }

    /// Numbers in a record: the class and one for each measure.
    #[must_use]
    pub fn width(&self) -> usize {
        self.measures + 1
    }

    /// How large it is.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// What may make a run one of class [`ASIDE`], if anything may: the first such form, with its place.
    #[must_use]
    pub fn aside(&self) -> Option<&Refusal> {
        self.aside.as_ref()
    }

    /// The sites of its draws: their paths and laws.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &Delay)> {
        // Acts with a date have none.
        let drawn = self.sites.iter().filter(|s| !s.path.is_empty());
        drawn.map(|s| (s.path.as_str(), s.law.first()))
    }
}

/// The memory of one thread, and the code that runs in it.
#[derive(Debug)]
pub struct Instance {
    compiled: Compiled,
    arena: Arena,
}

impl Instance {
    /// Runs histories from one number (included) to another (excluded). One record each: the class, then the measures in
    /// the order of the experiment. A date is a day number or [`CENSORED`], a probability 0 or 1, a number itself.
    pub fn run(&mut self, from: u64, to: u64) -> Vec<i64> {
        let runs = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
        let mut records = vec![0; runs * self.compiled.width()];
        self.run_into(from, to, &mut records);
        records
    }

    /// The same into a buffer of at least the width of a record for each run.
    ///
    /// # Panics
    /// If the buffer is too small.
    pub fn run_into(&mut self, from: u64, to: u64, records: &mut [i64]) {
        self.compiled
            .code
            .runs(&mut self.arena, from, to, records, self.compiled.width());
    }
}
