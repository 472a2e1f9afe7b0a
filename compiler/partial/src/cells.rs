//! What is known of the memory that is followed.

use std::rc::Rc;

/// The bytes of the memory that is followed, as far as they are known. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cells(Rc<Bytes>);

/// What is not known is 0 in both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Bytes {
    /// 1 where a byte is known.
    known: Vec<u8>,
    bytes: Vec<u8>,
}

/// What is known of a cell.
pub(crate) enum Content {
    Known(i64),
    Open,
    /// Some of its bytes.
    Partly,
}

impl Cells {
    pub(crate) fn new(size: usize) -> Cells {
        Cells(Rc::new(Bytes {
            known: vec![0; size],
            bytes: vec![0; size],
        }))
    }

    pub(crate) fn size(&self) -> usize {
        self.0.bytes.len()
    }

    /// The number in the bytes of a range.
    pub(crate) fn get(&self, at: usize, size: usize) -> Content {
        let known = &self.0.known[at..at + size];
        if known.iter().all(|k| *k == 1) {
            let mut all = [0; 8];
            all[..size].copy_from_slice(&self.0.bytes[at..at + size]);
            return Content::Known(i64::from_le_bytes(all));
        }
        match known.contains(&1) {
            true => Content::Partly,
            false => Content::Open,
        }
    }

    pub(crate) fn set(&mut self, at: usize, size: usize, n: i64) {
        if matches!(self.get(at, size), Content::Known(m) if m == n) {
            return;
        }
        let all = Rc::make_mut(&mut self.0);
        all.known[at..at + size].fill(1);
        all.bytes[at..at + size].copy_from_slice(&n.to_le_bytes()[..size]);
    }

    pub(crate) fn forget(&mut self, at: usize, size: usize) {
        if matches!(self.get(at, size), Content::Open) {
            return;
        }
        let all = Rc::make_mut(&mut self.0);
        all.known[at..at + size].fill(0);
        all.bytes[at..at + size].fill(0);
    }

    pub(crate) fn forget_all(&mut self) {
        *self = Cells::new(self.size());
    }
}

/// Bytes that are not followed although they could be: there is no end to what they count.
#[derive(Clone, Debug)]
pub(crate) struct Unfollowed(Vec<bool>);

impl Unfollowed {
    pub(crate) fn new(size: usize) -> Unfollowed {
        Unfollowed(vec![false; size])
    }

    pub(crate) fn add(&mut self, cell: std::ops::Range<usize>) {
        self.0[cell].fill(true);
    }

    pub(crate) fn any(&self, at: usize, size: usize) -> bool {
        self.0[at..at + size].iter().any(|b| *b)
    }

    pub(crate) fn is(&self, at: usize) -> bool {
        self.0[at]
    }
}
