//! The `rogatio` binary: files, terminals, progress, exit codes.
//!
//! Comes in: a command line, files, lines typed. Goes out: results on standard output,
//! findings and progress on standard error, an exit code. Never happens: logic that a
//! user of the library would want, a panic that reaches the user as one.
#![forbid(unsafe_code)]

mod args;
mod case;
mod commands;
mod console;
mod exit;
mod front;
mod load;
mod paths;
mod picture;
mod speech;
mod templates;
mod watch;
mod write;

use mimalloc::MiMalloc;
use std::process::ExitCode;
use std::sync::Mutex;
use std::{panic, thread};

/// A program is many small values that live until the end, made in a thread of their own: the
/// allocators of the systems ask for that memory in small steps.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Deep programs are walked by recursion; the parser bounds the depth for this much.
pub(crate) const STACK: usize = 64 << 20;

/// Where the last panic happened and what it said.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        if let Ok(mut said) = PANIC.lock() {
            *said = info.to_string();
        }
    }));
    let run = || panic::catch_unwind(commands::run);
    let worker = thread::Builder::new()
        .name("rogatio".into())
        .stack_size(STACK)
        .spawn(run);
    let exit = match worker.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(exit))) => exit,
        Ok(Ok(Err(_)) | Err(_)) => {
            let said = PANIC.lock().map(|s| s.clone()).unwrap_or_default();
            console::internal_error(&said)
        }
        Err(e) => console::internal_error(&format!("no thread to work in: {e}")),
    };
    ExitCode::from(exit.code())
}
