//! Keys of columns: a range of entities for each dimension.

use super::*;

/// A dimension of a key: a range of entities that covers its kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dim {
    pub(crate) lo: u32,
    pub(crate) n: u32,
    pub(crate) kinds: Vec<KindId>,
    /// Everybody in the range is of one of the kinds.
    pub(crate) full: bool,
}

/// The keys of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) dims: Vec<Dim>,
    pub(crate) cap: u32,
    /// Some dimension has no member: nothing is ever kept.
    pub(crate) empty: bool,
}

impl Keys {
    pub(crate) fn new(world: &World, domains: &[Domain]) -> Result<Keys, Refusal> {
        let mut keys = Keys {
            dims: Vec::new(),
            cap: 1,
            empty: false,
        };
        let mut cap = 1u64;
        for d in domains {
            if d.kinds.is_empty() {
                return Err(Refusal::form("a key that is no entity is not compiled"));
            }
            let ranges = world.joined(&d.kinds);
            let lo = ranges.first().map_or(0, |r| r.0);
            let hi = ranges.iter().map(|r| r.1).max().unwrap_or(lo);
            keys.empty |= hi == lo;
            let n = (hi - lo).max(1);
            cap *= u64::from(n);
            keys.dims.push(Dim {
                lo,
                n,
                kinds: d.kinds.clone(),
                full: ranges.len() <= 1 && !world.grows(&d.kinds),
            });
            if cap > 1 << 22 {
                return Err(Refusal::new(
                    codes::E0965,
                    "a status, history or timer has more than four million keys here",
                ));
            }
        }
        keys.cap = cap as u32;
        Ok(keys)
    }

    /// One key that is nobody's: a decision of several bodies has no voters of its own.
    pub(crate) fn nobody() -> Keys {
        let dim = Dim {
            lo: 0,
            n: 1,
            kinds: Vec::new(),
            full: true,
        };
        Keys {
            dims: vec![dim],
            cap: 1,
            empty: false,
        }
    }

    /// The same keys with room for the names that instances may be given; none if these are among no dimension's.
    pub(crate) fn with_names(&self, world: &World) -> Option<Keys> {
        let mut names = self.clone();
        for dim in &mut names.dims {
            let of = |n: &&(String, KindId, u32)| dim.kinds.contains(&n.1);
            let last = world.named.iter().filter(of).map(|n| n.2 + 1).max();
            dim.n = dim.n.max(last.unwrap_or(0).saturating_sub(dim.lo));
        }
        names.cap = names.dims.iter().map(|d| d.n).product();
        (names.cap != self.cap).then_some(names)
    }
}
