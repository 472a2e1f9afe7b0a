//! Work that nobody waits for any more.
//!
//! Comes in: a flag for the thread that works. Goes out: nothing; where the flag is up, the work unwinds with
//! [`Abandoned`], at the next condition that it would work out. Never happens: a case that was being worked on is used
//! again: whoever lends the flag works on a copy.

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static FLAG: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
    static LOOKS: Cell<u32> = const { Cell::new(0) };
}

/// The flag is looked at once in so many times.
const EVERY: u32 = 256;

/// What abandoned work unwinds with. It is no defect, and nothing is said of it.
#[derive(Debug)]
pub struct Abandoned;

/// From now on this thread gives its work up when the flag is up.
pub fn when(flag: Arc<AtomicBool>) {
    FLAG.with_borrow_mut(|f| *f = Some(flag));
}

/// Called now and then by work that may be long.
///
/// # Panics
/// With [`Abandoned`], past all handlers, where the flag of this thread is up.
pub fn look() {
    let n = LOOKS.get().wrapping_add(1);
    LOOKS.set(n);
    if n.is_multiple_of(EVERY) {
        let is_up =
            |f: &Option<Arc<AtomicBool>>| f.as_ref().is_some_and(|f| f.load(Ordering::Relaxed));
        if FLAG.with_borrow(is_up) {
            resume_unwind(Box::new(Abandoned));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_the_flag_is_up() {
        let flag = Arc::new(AtomicBool::new(false));
        let lent = flag.clone();
        let worker = std::thread::spawn(move || {
            when(lent.clone());
            (0..10 * EVERY).for_each(|_| look());
            lent.store(true, Ordering::Relaxed);
            loop {
                look();
            }
        });
        let ended: Box<dyn std::any::Any + Send> = worker.join().map(|(): ()| ()).unwrap_err();
        assert!(ended.is::<Abandoned>());
        // Of no other thread.
        (0..10 * EVERY).for_each(|_| look());
    }
}
