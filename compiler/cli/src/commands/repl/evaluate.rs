//! An answer worked out beside the prompt, so that Ctrl-C ends it and not the program.

use rogatio_interpret::abandon;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{panic, thread};

/// Ctrl-C was pressed while an answer was being worked out.
pub(super) static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How soon an interrupt is seen; an answer is seen at once.
const LOOK: Duration = Duration::from_millis(20);

/// After an interrupt so long for an answer that ends early with what it has.
const GRACE: Duration = Duration::from_millis(400);

/// What became of an evaluation.
pub(super) enum Evaluation<T> {
    /// It ended by itself.
    Done(T),
    /// It was given up.
    Interrupted,
    /// A defect of this program: what it said.
    Failed(String),
}

/// From now on Ctrl-C is noted instead of ending the program. In the editor it is a key.
pub(super) fn catch_interrupts() {
    // Where no handler can be set, Ctrl-C ends the program as it does elsewhere.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
}

/// Works something out in a thread of its own. One that is given up ends at the next condition
/// that it would work out; nothing waits for it, and it shares nothing that could change.
pub(super) fn evaluate<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Evaluation<T> {
    INTERRUPTED.store(false, Ordering::Relaxed);
    let (to, from) = channel();
    let given_up = Arc::new(AtomicBool::new(false));
    let flag = given_up.clone();
    let run = move || {
        abandon::when(flag);
        // Whoever gave it up does not listen any more.
        let _ = to.send(panic::catch_unwind(panic::AssertUnwindSafe(work)));
    };
    let spawned = thread::Builder::new()
        .name("answer".into())
        .stack_size(crate::STACK)
        .spawn(run);
    if let Err(e) = spawned {
        return Evaluation::Failed(format!("no thread to work in: {e}"));
    }
    let mut asked: Option<Instant> = None;
    loop {
        match from.recv_timeout(LOOK) {
            Ok(Ok(done)) => return Evaluation::Done(done),
            Ok(Err(panic)) => return Evaluation::Failed(said(&*panic)),
            Err(RecvTimeoutError::Disconnected) => {
                return Evaluation::Failed("the answer was lost".to_owned());
            }
            Err(RecvTimeoutError::Timeout) if INTERRUPTED.load(Ordering::Relaxed) => {
                if asked.get_or_insert_with(Instant::now).elapsed() > GRACE {
                    given_up.store(true, Ordering::Relaxed);
                    return Evaluation::Interrupted;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_fails_or_is_given_up() {
        assert!(matches!(evaluate(|| 1), Evaluation::Done(1)));
        let failed: Evaluation<()> = evaluate(|| panic::resume_unwind(Box::new("broken")));
        assert!(matches!(failed, Evaluation::Failed(s) if s == "broken"));
        let given_up = evaluate(|| {
            INTERRUPTED.store(true, Ordering::Relaxed);
            thread::sleep(Duration::from_secs(20));
        });
        assert!(matches!(given_up, Evaluation::Interrupted));
    }

    /// Tells when the work is over.
    struct Over(Arc<AtomicBool>);

    impl Drop for Over {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn what_is_given_up_stops_working() {
        let over = Arc::new(AtomicBool::new(false));
        let lent = Over(over.clone());
        let given_up: Evaluation<()> = evaluate(move || {
            let _over = lent;
            INTERRUPTED.store(true, Ordering::Relaxed);
            loop {
                abandon::look();
            }
        });
        assert!(matches!(given_up, Evaluation::Interrupted));
        let begun = Instant::now();
        while !over.load(Ordering::SeqCst) {
            assert!(begun.elapsed() < Duration::from_secs(10), "it goes on");
            thread::sleep(Duration::from_millis(5));
        }
    }
}
