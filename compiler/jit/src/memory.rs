//! Native code and arenas: the only place where raw pointers are followed.

use cranelift_jit::JITModule;

/// What the begin function looks like.
type Begin = unsafe extern "C" fn(*mut u8);
/// What the run function looks like.
type Runs = unsafe extern "C" fn(*mut u8, u64, u64, *mut i64);

/// Compiled functions; their memory is given back when the last user is gone.
pub(crate) struct Code {
    module: Option<JITModule>,
    begin: Begin,
    runs: Runs,
}

// SAFETY: after finalisation the module is never touched again but by `drop`; the code itself is read-only, reads and
// writes nothing but the arena and the records it is given, and may run on any thread.
unsafe impl Send for Code {}
// SAFETY: as above; all methods take the arena by exclusive reference.
unsafe impl Sync for Code {}

impl Code {
    /// Takes over a finalised module.
    ///
    /// # Safety
    /// The pointers are functions of the module with the signatures of [`Begin`] and [`Runs`], which touch nothing but
    /// an arena of the layout they were compiled for and the records of the runs they are asked for.
    pub(crate) unsafe fn new(module: JITModule, begin: *const u8, runs: *const u8) -> Code {
        // SAFETY: by the contract of this function.
        let (begin, runs) = unsafe {
            (
                std::mem::transmute::<*const u8, Begin>(begin),
                std::mem::transmute::<*const u8, Runs>(runs),
            )
        };
        Code {
            module: Some(module),
            begin,
            runs,
        }
    }

    /// The module, to add to it.
    pub(crate) fn module(&mut self) -> Option<&mut JITModule> {
        self.module.as_mut()
    }

    /// Runs histories by another function of the module from now on.
    ///
    /// # Safety
    /// As for [`Code::new`].
    pub(crate) unsafe fn run_by(&mut self, runs: *const u8) {
        // SAFETY: by the contract of this function.
        self.runs = unsafe { std::mem::transmute::<*const u8, Runs>(runs) };
    }

    pub(crate) fn begin(&self, arena: &mut Arena) {
        // SAFETY: the arena has the size of the layout the code was compiled for (both come from one `compile`).
        unsafe { (self.begin)(arena.bytes().as_mut_ptr()) }
    }

    /// Runs histories; `records` has `width` numbers for each.
    pub(crate) fn runs(
        &self,
        arena: &mut Arena,
        from: u64,
        to: u64,
        records: &mut [i64],
        width: usize,
    ) {
        let runs = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        assert!(
            records.len() >= runs.saturating_mul(width),
            "room for every record"
        );
        // SAFETY: as for `begin`; one record of `width` numbers is written per run, for which there is room.
        unsafe {
            (self.runs)(
                arena.bytes().as_mut_ptr(),
                from,
                to.max(from),
                records.as_mut_ptr(),
            )
        }
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: the function pointers are private to this value, which is gone after this.
            unsafe { module.free_memory() }
        }
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

/// A cache line.
#[derive(Copy, Clone, Debug)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// The memory of one thread's runs.
#[derive(Clone, Debug)]
pub(crate) struct Arena(Vec<Line>);

impl Arena {
    pub(crate) fn new(size: usize) -> Arena {
        Arena(vec![Line([0; 64]); size.div_ceil(64) + 1])
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        let len = self.0.len() * 64;
        // SAFETY: lines are plain bytes without padding, `len` of them in a row.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast::<u8>(), len) }
    }

    pub(crate) fn set(&mut self, col: crate::layout::Col, index: u32, value: i64) {
        let size = 1usize << col.elem.shift();
        let at = col.off as usize + size * index as usize;
        self.bytes()[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
    }

    pub(crate) fn get(&mut self, col: crate::layout::Col, index: u32) -> i64 {
        let size = 1usize << col.elem.shift();
        let at = col.off as usize + size * index as usize;
        let mut bytes = [0u8; 8];
        bytes[..size].copy_from_slice(&self.bytes()[at..at + size]);
        let value = i64::from_le_bytes(bytes);
        if size == 4 {
            i64::from(value as i32)
        } else {
            value
        }
    }
}
