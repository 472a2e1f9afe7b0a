//! Columns of the instances of procedures.

use crate::fold::NEVER;
use crate::layout::{Col, Elem, Keys, List, Space};
use crate::procedure::{is_child, this};
use crate::reads::{Part, plain};
use crate::refusal::Refusal;
use crate::slice::Slice;
use crate::world::World;
use rogatio_mir::{FieldId, HistId, ProcedureId, Program, Ty};
use std::collections::BTreeMap;

/// The instances of a procedure.
#[derive(Clone, Debug)]
pub(crate) struct ProcedureCols {
    pub(crate) keys: Keys,
    /// How many there are, and how many more this pass opens.
    pub(crate) created: Col,
    pub(crate) staged: Col,
    pub(crate) stage: Col,
    /// Where it goes in this pass; [`STAYS`].
    pub(crate) target: Col,
    pub(crate) moves: List,
    /// Times of the last entry into stages.
    pub(crate) entered: BTreeMap<u32, Col>,
    /// Pushes to a history by then.
    pub(crate) since: BTreeMap<(HistId, u32), Col>,
    pub(crate) fields: BTreeMap<FieldId, Col>,
    /// Of a child: its parent, and the number of what opened it.
    pub(crate) parent: Option<(Col, Col)>,
    /// How many are in no outcome, where that is bounded.
    pub(crate) open: Option<Col>,
    /// Who bears the name of each, where a line gives one: itself, or a member of [`World::named`].
    pub(crate) bearer: Option<Col>,
}

/// No transition.
pub(crate) const STAYS: i64 = 0xff;

impl ProcedureCols {
    pub(crate) fn new(
        program: &Program,
        world: &World,
        slice: &Slice,
        p: ProcedureId,
        (hot, initial): (&mut Space, &mut Vec<(Col, u32, i64)>),
        list: &mut dyn FnMut(&mut Space, u32) -> List,
    ) -> Result<ProcedureCols, Refusal> {
        let procedure = &program.procedures[p.index()];
        if procedure.stages.len() as i64 > STAYS {
            return Err(Refusal::form(
                "a procedure of so many stages is not compiled",
            ));
        }
        let keys = Keys::new(world, &[this(procedure)])?;
        let n = keys.cap;
        let bearer = world.named.iter().any(|n| n.1 == procedure.kind).then(|| {
            let col = hot.many(Elem::I32, n);
            let lo = i64::from(keys.dims[0].lo);
            initial.extend((0..n).map(|i| (col, i, lo + i64::from(i))));
            col
        });
        let mut filled = |hot: &mut Space, elem, value| {
            let col = hot.col(elem, n);
            initial.extend((0..n).map(|i| (col, i, value)));
            col
        };
        let mut entered = BTreeMap::new();
        let (mut since, mut fields) = (BTreeMap::new(), BTreeMap::new());
        for part in &slice.parts {
            match part {
                Part::Entered(q, s) if *q == p => {
                    entered.insert(*s, filled(hot, Elem::I32, NEVER));
                }
                Part::Since(h, q, s) if *q == p => {
                    since.insert((*h, *s), filled(hot, Elem::I32, NEVER));
                }
                Part::Field(f) if program.fields[f.index()].kind == procedure.kind => {
                    let elem = match plain(&program.fields[f.index()].ty) {
                        Ty::Bool => Elem::U8,
                        Ty::Int | Ty::Quantity(_) => Elem::I64,
                        _ => Elem::I32,
                    };
                    fields.insert(*f, hot.col(elem, n));
                }
                _ => {}
            }
        }
        let capped = world.open_caps.contains_key(&procedure.kind);
        Ok(ProcedureCols {
            target: filled(hot, Elem::U8, STAYS),
            created: hot.col(Elem::I32, 1),
            staged: hot.col(Elem::I32, 1),
            stage: hot.col(Elem::U8, n),
            moves: list(hot, n),
            entered,
            since,
            fields,
            parent: is_child(program, p).then(|| (hot.col(Elem::I32, n), hot.col(Elem::I32, n))),
            open: capped.then(|| hot.col(Elem::I32, 1)),
            bearer,
            keys,
        })
    }
}
