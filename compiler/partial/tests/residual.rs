//! What is left of a small function: a lamp that is switched on and off, until its clock has gone far enough.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, Function, InstBuilder, MemFlagsData, Opcode, Signature,
    UserFuncName, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_codegen::settings::{self, Flags};
use cranelift_codegen::verify_function;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rogatio_partial::{Residual, Source, residual};
use target_lexicon::PointerWidth;

/// Where the lamp, how often it was switched, and the clock lie in the arena.
const LAMP: i32 = 0;
const COUNT: i32 = 4;
const CLOCK: i32 = 8;
const FOLLOWED: usize = 16;

struct Lamp {
    func: Function,
    runs: Block,
    run: Block,
    events: Block,
    aside: Block,
    done: Block,
}

/// `fn(arena, from, to, out)`: each run switches the lamp until the clock, which its number sets going, is beyond 40, and
/// writes the number of its switches and whether it is on.
fn lamp() -> Lamp {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([AbiParam::new(types::I64); 4]);
    let mut func = Function::with_name_signature(UserFuncName::user(0, 0), signature);
    let mut context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut func, &mut context);
    let [
        entry,
        head,
        run,
        events,
        switch,
        on,
        off,
        next,
        stop,
        aside,
        done,
    ] = [(); 11].map(|()| b.create_block());
    b.append_block_params_for_function_params(entry);
    let flags = MemFlagsData::trusted();
    b.switch_to_block(entry);
    let [arena, from, to, out] = b.block_params(entry)[..] else {
        unreachable!()
    };
    b.ins().jump(head, &[BlockArg::Value(from)]);
    b.switch_to_block(head);
    let number = b.append_block_param(head, types::I64);
    let more = b.ins().icmp(IntCC::UnsignedLessThan, number, to);
    b.ins().brif(more, run, &[], done, &[]);
    b.switch_to_block(run);
    let zero = b.ins().iconst(types::I64, 0);
    b.ins().istore8(flags, zero, arena, LAMP);
    b.ins().istore32(flags, zero, arena, COUNT);
    let low = b.ins().band_imm_u(number, 7);
    let start = b.ins().iadd_imm_s(low, 3);
    b.ins().store(flags, start, arena, CLOCK);
    b.ins().jump(events, &[]);
    b.switch_to_block(events);
    let time = b.ins().load(types::I64, flags, arena, CLOCK);
    let late = b.ins().icmp_imm_s(IntCC::SignedGreaterThan, time, 40);
    b.ins().brif(late, stop, &[], switch, &[]);
    b.switch_to_block(switch);
    let count = b.ins().sload32(flags, arena, COUNT);
    let count = b.ins().iadd_imm_s(count, 1);
    b.ins().istore32(flags, count, arena, COUNT);
    let lit = b.ins().uload8(types::I64, flags, arena, LAMP);
    b.ins().brif(lit, off, &[], on, &[]);
    // It is on for seven, off for five.
    for (block, is, length) in [(on, 1, 7), (off, 0, 5)] {
        b.switch_to_block(block);
        let is = b.ins().iconst(types::I64, is);
        b.ins().istore8(flags, is, arena, LAMP);
        let time = b.ins().iadd_imm_s(time, length);
        b.ins().store(flags, time, arena, CLOCK);
        b.ins().jump(events, &[]);
    }
    b.switch_to_block(stop);
    let count = b.ins().sload32(flags, arena, COUNT);
    let lit = b.ins().uload8(types::I64, flags, arena, LAMP);
    let twice = b.ins().ishl_imm_u(count, 1);
    let record = b.ins().bor(twice, lit);
    let place = b.ins().ishl_imm_u(number, 3);
    let place = b.ins().iadd(out, place);
    b.ins().store(flags, record, place, 0);
    b.ins().jump(next, &[]);
    b.switch_to_block(aside);
    b.ins().jump(next, &[]);
    b.switch_to_block(next);
    let following = b.ins().iadd_imm_s(number, 1);
    b.ins().jump(head, &[BlockArg::Value(following)]);
    b.switch_to_block(done);
    b.ins().return_(&[]);
    b.seal_all_blocks();
    b.finalize(TargetFrontendConfig {
        default_call_conv: CallConv::SystemV,
        pointer_width: PointerWidth::U64,
        page_size_align_log2: 12,
    });
    Lamp {
        func,
        runs: head,
        run,
        events,
        aside,
        done,
    }
}

fn left(lamp: &Lamp, most: usize) -> Option<Residual> {
    residual(&Source {
        func: &lamp.func,
        followed: FOLLOWED,
        constant: Vec::new(),
        arena: &[0; FOLLOWED],
        discrete: Vec::new(),
        open: Vec::new(),
        runs: lamp.runs,
        run: lamp.run,
        done: lamp.done,
        events: lamp.events,
        aside: lamp.aside,
        never: i64::from(i32::MAX),
        most,
    })
}

/// How often an instruction stands in a function, and its displacement is one of the arena's cells.
fn count(func: &Function, opcode: Opcode) -> usize {
    let insts = func
        .layout
        .blocks()
        .flat_map(|b| func.layout.block_insts(b));
    insts
        .filter(|i| func.dfg.insts[*i].opcode() == opcode)
        .count()
}

#[test]
fn a_flag_is_a_state_and_a_count_is_none() {
    let lamp = lamp();
    let residual = left(&lamp, 10_000).expect("two states");
    verify_function(&residual.func, &Flags::new(settings::builder())).expect("well formed");
    // On and off. Its count goes on and on, so it is no state.
    assert_eq!(residual.states, 2, "{}", residual.func);
    assert_eq!(residual.asides, 0, "{}", residual.func);
    assert_eq!(
        count(&residual.func, Opcode::Istore8),
        0,
        "{}",
        residual.func
    );
    assert_eq!(
        count(&residual.func, Opcode::Uload8),
        0,
        "{}",
        residual.func
    );
    // Only the clock decides.
    assert_eq!(count(&residual.func, Opcode::Brif), 3, "{}", residual.func);
}

#[test]
fn what_would_be_too_large_is_left() {
    assert!(left(&lamp(), 10).is_none());
}
