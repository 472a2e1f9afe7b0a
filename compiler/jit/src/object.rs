//! Experiments as object files: the same functions, the arena in which the case has begun, the names that draws are keyed
//! by. Nothing in them calls anything else, so they link with any C program.

use crate::layout::Col;
use crate::refusal::Refusal;
use crate::{CENSORED, Effort, OVERFLOW, Parts, REACHED, UNDETERMINED, flags, trouble};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{
    self, AbiParam, BlockArg, Function, InstBuilder, MemFlagsData, UserFuncName, condcodes::IntCC,
    types,
};
use cranelift_codegen::isa::{self, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{DataDescription, DataId, Linkage, Module};
use cranelift_object::{ObjectBuilder, ObjectModule};
use rogatio_mir::{MeasureKind, draw};
use std::fmt::Write as _;

type R<T> = Result<T, Refusal>;

/// An object file and what describes it.
#[derive(Clone, Debug)]
pub struct Object {
    /// The object file.
    pub bytes: Vec<u8>,
    /// The C header.
    pub header: String,
    /// A program in C that plays runs and writes them as a part of a simulation.
    pub worker: String,
}

impl Parts<'_> {
    pub(crate) fn object(&self, name: &str, shard: &[String; 5]) -> R<Object> {
        if let Some(why) = &self.slice.aside {
            let message = format!(
                "a run may meet what native code leaves open, and a worker has no interpreter to give it to: {}",
                why.message
            );
            let refused = Refusal::form(message).span(why.span);
            return Err(Refusal {
                cite: why.cite.clone(),
                help: why.help.clone(),
                ..refused
            });
        }
        // The case begins in the memory of this process; the object starts from what that leaves.
        let compiled = self.compile(Effort::Little)?.compiled;
        let mut template = compiled.template.as_ref().clone();
        let triple = cranelift_native::builder()
            .map_err(trouble)?
            .triple()
            .clone();
        // No more than every machine of this kind has: the object may run elsewhere.
        let isa = isa::lookup(triple).map_err(trouble)?;
        let isa = isa.finish(flags(true, Effort::Full)?).map_err(trouble)?;
        let names = cranelift_module::default_libcall_names();
        let builder = ObjectBuilder::new(isa, name, names).map_err(trouble)?;
        let mut module = ObjectModule::new(builder);
        let mut tables = self.tables();
        let (begin, runs) = (format!("{name}_begin"), format!("{name}_runs"));
        let functions = [
            (begin.as_str(), Linkage::Local),
            (runs.as_str(), Linkage::Export),
        ];
        self.functions(&mut module, &mut tables, functions)?;
        let bytes = template.bytes();
        let size = bytes.len();
        let data = define(&mut module, &format!("{name}_template"), bytes.to_vec())?;
        // A row a stream: where it goes, where the key of its first draw goes or -1, its site, its keys.
        let (mut rows, mut n) = (Vec::new(), 0);
        compiled.each_stream(&mut |col, first, at, site, keys| {
            let place = |c: Col| i64::from(c.off) + 8 * i64::from(at);
            let head = [place(col), first.map_or(-1, place), site.cast_signed()];
            let keys = keys.iter().map(|k| k.cast_signed());
            let row = head.into_iter().chain([keys.len() as i64]).chain(keys);
            rows.extend(row.flat_map(i64::to_le_bytes));
            n += 1;
        });
        let rows = define(&mut module, &format!("{name}_streams"), rows)?;
        prepare(&mut module, name, (data, size), (rows, n))?;
        let bytes = module.finish().emit().map_err(trouble)?;
        let measures = self.experiment.measures.iter().map(|m| m.name.clone());
        let measures: Vec<String> = measures.collect();
        Ok(Object {
            bytes,
            header: self.header(name, size, &measures),
            worker: self.worker(name, shard, &measures),
        })
    }

    fn worker(&self, name: &str, shard: &[String; 5], measures: &[String]) -> String {
        let upper = name.to_uppercase();
        let kinds = self.experiment.measures.iter().map(|m| &m.kind);
        let rows = measures.iter().zip(kinds).map(|(m, kind)| {
            let date = i32::from(matches!(kind, MeasureKind::Date(_)));
            format!("{{.name = {}, .date = {date}}}", c_text(&json_text(m)))
        });
        let rows: Vec<String> = rows.collect();
        let pieces: Vec<String> = shard.iter().map(|p| c_text(p)).collect();
        include_str!("worker.c")
            .replace("@MEASURES@", &rows.join(", "))
            .replace("@BEGIN@", &format!("INT64_C({})", self.world.begin))
            .replace("@MOST@", &format!("UINT64_C({})", 1u64 << 48))
            .replace("@ARENA@", &format!("{upper}_ARENA"))
            .replace("@WIDTH@", &format!("{upper}_WIDTH"))
            .replace("@NAME@", name)
            // Last: texts may have any words in them.
            .replace("@PIECES@", &pieces.join(",\n    "))
    }

    fn header(&self, name: &str, size: usize, measures: &[String]) -> String {
        let upper = name.to_uppercase();
        let experiment = &self.experiment.name;
        let module = match self.program.name.as_str() {
            "" => String::new(),
            name => format!(" of module `{name}`"),
        };
        let mut out = format!(
            "/* Experiment `{experiment}`{module}, compiled by rogatio {}.\n * Draws: {}.\n *\n \
             * A run is a function of the seed and its number alone: the same numbers give the same records on any\n \
             * number of threads, in any order. Each thread has an arena of its own; nothing else is shared or kept.\n */\n\
             #ifndef {upper}_H\n#define {upper}_H\n\n#include <stdint.h>\n\n\
             #ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n",
            env!("CARGO_PKG_VERSION"),
            draw::DRAW_VERSION
        );
        let _ = write!(
            out,
            "/* Bytes of an arena; it begins at a multiple of 64. */\n#define {upper}_ARENA {size}\n\n\
             /* Numbers in a record: the class of the run, then the measures. */\n#define {upper}_WIDTH {}\n\n\
             /* Classes: the run came to its end; the text leaves it open; more instances than the experiment allows. */\n\
             #define {upper}_REACHED {REACHED}\n#define {upper}_UNDETERMINED {UNDETERMINED}\n\
             #define {upper}_OVERFLOW {OVERFLOW}\n\n\
             /* A date that the run did not reach. Dates are days since 1970-01-01, probabilities 0 or 1. */\n\
             #define {upper}_CENSORED INT64_MIN\n\n",
            measures.len() + 1
        );
        for (i, m) in measures.iter().enumerate() {
            // A comment must not end early.
            let m = m.replace("*/", "* /").replace(['\n', '\r'], " ");
            let _ = writeln!(out, "/* record[{}]: {m} */", i + 1);
        }
        let _ = write!(
            out,
            "\n/* Makes an arena ready for the runs of a seed. */\n\
             void {name}_prepare(void *arena, uint64_t seed);\n\n\
             /* Runs the histories from one number (included) to another (excluded). `records` has room for\n \
             * (to - from) * {upper}_WIDTH numbers. */\n\
             void {name}_runs(void *arena, uint64_t from, uint64_t to, int64_t *records);\n\n\
             #ifdef __cplusplus\n}}\n#endif\n\n#endif\n"
        );
        const { assert!(CENSORED == i64::MIN) };
        out
    }
}

/// A text in JSON, as a part of a simulation has it.
fn json_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A literal of C, byte by byte where a byte is no plain character, in lines.
fn c_text(text: &str) -> String {
    let mut out = String::from("\"");
    for (i, b) in text.bytes().enumerate() {
        if i > 0 && i % 1000 == 0 {
            out.push_str("\"\n    \"");
        }
        match b {
            b'"' | b'\\' => out.extend(['\\', char::from(b)]),
            // Two question marks and another character would be a trigraph.
            b' '..=b'~' if b != b'?' => out.push(char::from(b)),
            b => {
                // Three octal digits end by themselves; hexadecimal ones would go on.
                let _ = write!(out, "\\{b:03o}");
            }
        }
    }
    out.push('"');
    out
}

fn define(module: &mut ObjectModule, name: &str, bytes: Vec<u8>) -> R<DataId> {
    let id = module
        .declare_data(name, Linkage::Local, false, false)
        .map_err(trouble)?;
    let mut data = DataDescription::new();
    data.define(bytes.into_boxed_slice());
    data.set_align(64);
    module.define_data(id, &data).map_err(trouble)?;
    Ok(id)
}

/// Emits the function that makes an arena ready: it copies the template and derives the keys of all draws (R54).
fn prepare(
    module: &mut ObjectModule,
    name: &str,
    (template, size): (DataId, usize),
    (rows, n): (DataId, i64),
) -> R<()> {
    let target: TargetFrontendConfig = module.target_config();
    let pointer = target.pointer_type();
    let mut signature = module.make_signature();
    signature
        .params
        .extend([AbiParam::new(pointer), AbiParam::new(types::I64)]);
    let id = module
        .declare_function(&format!("{name}_prepare"), Linkage::Export, &signature)
        .map_err(trouble)?;
    let mut func = Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
    let mut context = FunctionBuilderContext::new();
    let mut c = Coder {
        b: FunctionBuilder::new(&mut func, &mut context),
    };
    let entry = c.b.create_block();
    c.b.append_block_params_for_function_params(entry);
    c.b.switch_to_block(entry);
    let (arena, seed) = (c.b.block_params(entry)[0], c.b.block_params(entry)[1]);
    let from = module.declare_data_in_func(template, c.b.func);
    let from = c.b.ins().symbol_value(pointer, from);
    let words = c.b.ins().iconst(types::I64, size as i64 / 8);
    c.each(words, |c, i| {
        let offset = c.b.ins().ishl_imm_u(i, 3);
        let (from, to) = (c.b.ins().iadd(from, offset), c.b.ins().iadd(arena, offset));
        let word = c.word(from, 0);
        c.b.ins().store(MemFlagsData::trusted(), word, to, 0);
    });
    let rows = module.declare_data_in_func(rows, c.b.func);
    let rows = c.b.ins().symbol_value(pointer, rows);
    let row = c.b.declare_var(types::I64);
    c.b.def_var(row, rows);
    let zero = c.b.ins().iconst(types::I64, 0);
    let start = c.absorb(zero, seed);
    let (stream, at) = (c.b.declare_var(types::I64), c.b.declare_var(types::I64));
    let n = c.b.ins().iconst(types::I64, n);
    c.each(n, |c, _| {
        let from = c.b.use_var(row);
        let head: Vec<ir::Value> = (0..4).map(|i| c.word(from, 8 * i)).collect();
        let h = c.absorb(start, head[2]);
        c.b.def_var(stream, h);
        let keys = c.b.ins().iadd_imm_s(from, 32);
        c.b.def_var(at, keys);
        c.each(head[3], |c, _| {
            let place = c.b.use_var(at);
            let key = c.word(place, 0);
            let h = c.b.use_var(stream);
            let h = c.absorb(h, key);
            c.b.def_var(stream, h);
            let next = c.b.ins().iadd_imm_s(place, 8);
            c.b.def_var(at, next);
        });
        let h = c.b.use_var(stream);
        let h = c.absorb(h, head[3]);
        let place = c.b.ins().iadd(arena, head[0]);
        c.b.ins().store(MemFlagsData::trusted(), h, place, 0);
        // Where nobody asks for the first key, the stream is written again over it.
        let first = c.mix(h);
        let asked =
            c.b.ins()
                .icmp_imm_s(IntCC::SignedGreaterThanOrEqual, head[1], 0);
        let value = c.b.ins().select(asked, first, h);
        let place = c.b.ins().select(asked, head[1], head[0]);
        let place = c.b.ins().iadd(arena, place);
        c.b.ins().store(MemFlagsData::trusted(), value, place, 0);
        let next = c.b.use_var(at);
        c.b.def_var(row, next);
    });
    c.b.ins().return_(&[]);
    c.b.seal_all_blocks();
    c.b.finalize(target);
    let mut made = Context::for_function(func);
    module
        .define_function(id, &mut made)
        .map_err(|e| trouble(format!("{e:?}")))?;
    Ok(())
}

/// Emits the arithmetic of draws.
struct Coder<'f> {
    b: FunctionBuilder<'f>,
}

impl Coder<'_> {
    fn each(&mut self, n: ir::Value, body: impl FnOnce(&mut Self, ir::Value)) {
        let (head, inside, after) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let i = self.b.append_block_param(head, types::I64);
        let zero = self.b.ins().iconst(types::I64, 0);
        self.b.ins().jump(head, &[BlockArg::Value(zero)]);
        self.b.switch_to_block(head);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, i, n);
        self.b.ins().brif(more, inside, &[], after, &[]);
        self.b.switch_to_block(inside);
        body(self, i);
        let next = self.b.ins().iadd_imm_s(i, 1);
        self.b.ins().jump(head, &[BlockArg::Value(next)]);
        self.b.switch_to_block(after);
    }

    fn word(&mut self, from: ir::Value, offset: i32) -> ir::Value {
        let flags = MemFlagsData::trusted();
        self.b.ins().load(types::I64, flags, from, offset)
    }

    /// [`draw::mix`].
    fn mix(&mut self, z: ir::Value) -> ir::Value {
        let mut z = z;
        for (shift, factor) in [(30, Some(draw::MIX_1)), (27, Some(draw::MIX_2)), (31, None)] {
            let high = self.b.ins().ushr_imm_u(z, shift);
            z = self.b.ins().bxor(z, high);
            if let Some(factor) = factor {
                let factor = self.b.ins().iconst(types::I64, factor.cast_signed());
                z = self.b.ins().imul(z, factor);
            }
        }
        z
    }

    /// One step of [`draw::stream`].
    fn absorb(&mut self, hash: ir::Value, word: ir::Value) -> ir::Value {
        let stride = self.b.ins().iconst(types::I64, draw::STRIDE.cast_signed());
        let spread = self.b.ins().imul(hash, stride);
        let golden = self.b.ins().iconst(types::I64, draw::GOLDEN.cast_signed());
        let word = self.b.ins().iadd(word, golden);
        let word = self.mix(word);
        let both = self.b.ins().bxor(spread, word);
        self.mix(both)
    }
}
