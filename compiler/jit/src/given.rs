//! Givens that an experiment supplies: one value throughout is folded; those that differ by key, or from a day on, are
//! tables by key and by how many of the days of change have come (R57).

use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, V, of_day};
use crate::layout::{Elem, Keys};
use crate::reads::{Reader, Reads};
use crate::refusal::Refusal;
use crate::stored::kept;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{Domain, GivenId, Guard, Program, Ty};
use std::collections::BTreeMap;

/// What is supplied of a given: by key, the value from each time on; without a day from the beginning of all.
pub(crate) type Values = BTreeMap<Vec<u32>, BTreeMap<i64, Const>>;

/// Entries of a table, at most.
const MOST_ENTRIES: usize = 1 << 20;

/// A given as tables.
struct Tables {
    keys: Keys,
    /// When something changes, after the run has begun.
    times: Vec<i64>,
    /// By number of changes, then key: the bits, none where nothing is supplied.
    values: Vec<Option<i64>>,
    /// What stands for no value.
    none: i64,
}

impl World {
    /// A value that an experiment supplies, for good or from a day on.
    pub(crate) fn set_given(
        &mut self,
        program: &Program,
        given: GivenId,
        (args, value): (&[Guard], Guard),
        from: Option<i64>,
        env: &Env,
    ) -> R<()> {
        let Some(value) = self.fold(program, value, env) else {
            // What hangs on the case: whoever reads it is not compiled.
            self.dated_givens.insert(given);
            return Ok(());
        };
        let key = args.iter().map(|g| match self.fold(program, *g, env) {
            Some(Const::Entity(e)) => Ok(e),
            _ => Err(Refusal::form("a key that is no entity is not compiled").at(program, *g)),
        });
        let key = key.collect::<R<Vec<u32>>>()?;
        let values = self.givens.entry(given).or_default();
        let values = values.entry(key).or_default();
        values.insert(from.map_or(i64::MIN, of_day), value);
        Ok(())
    }

    /// The last time by which a run has not begun.
    fn first_time(&self) -> i64 {
        of_day(self.begin)
    }

    /// The value of a key, if it is one all the time.
    pub(crate) fn throughout<'v>(&self, values: &'v BTreeMap<i64, Const>) -> Option<&'v Const> {
        let mut at_first = values.range(..=self.first_time());
        let changes = values.range(self.first_time() + 1..).next().is_some();
        at_first.next_back().map(|(_, v)| v).filter(|_| !changes)
    }

    fn tables(&self, program: &Program, given: GivenId) -> R<Tables> {
        let declared = &program.givens[given.index()];
        let (_, none) = kept(&declared.ty)?;
        let domain = |v: &rogatio_mir::VarId| Domain {
            var: *v,
            kinds: match &program.vars[v.index()].ty {
                Ty::Entity(kinds) => kinds.clone(),
                _ => Vec::new(),
            },
        };
        let domains: Vec<Domain> = declared.params.iter().map(domain).collect();
        let keys = Keys::new(self, &domains)?;
        let set = &self.givens[&given];
        let later = set.values().flat_map(|v| v.keys().copied());
        let mut times: Vec<i64> = later.filter(|t| *t > self.first_time()).collect();
        times.sort_unstable();
        times.dedup();
        let cap = keys.cap as usize;
        if (times.len() + 1).saturating_mul(cap) > MOST_ENTRIES {
            return Err(Refusal::form(format!(
                "the given `{}`, which has more than a million values here, is not compiled",
                declared.name
            )));
        }
        let mut values = vec![None; (times.len() + 1) * cap];
        for (key, by_time) in set {
            let mut at = 0;
            let mut fits = key.len() == keys.dims.len();
            for (dim, e) in keys.dims.iter().zip(key) {
                fits &= (dim.lo..dim.lo + dim.n).contains(e);
                at = at * dim.n as usize + e.wrapping_sub(dim.lo) as usize;
            }
            if !fits {
                continue;
            }
            let starts = [self.first_time()].into_iter().chain(times.iter().copied());
            for (n, time) in starts.enumerate() {
                let value = by_time.range(..=time).next_back();
                values[n * cap + at] = match value.map(|(_, v)| v) {
                    None => None,
                    Some(Const::Bool(b)) => Some(i64::from(*b)),
                    Some(Const::Int(n)) => Some(*n),
                    Some(Const::Time(t)) => Some(*t),
                    Some(Const::Entity(e)) => Some(i64::from(*e)),
                    Some(Const::None) => Some(none),
                    Some(_) => return Err(Refusal::form("a value of this type is not compiled")),
                };
            }
        }
        Ok(Tables {
            keys,
            times,
            values,
            none,
        })
    }
}

impl Reader<'_> {
    /// What is read of a given of which an experiment supplies values.
    pub(crate) fn given_in_tables(
        &mut self,
        g: Guard,
        id: GivenId,
        args: &[Guard],
        (env, keys): (&Env, usize),
        out: &mut Reads,
    ) -> R<()> {
        let given = &self.program.givens[id.index()];
        let tables = self.world.tables(self.program, id)?;
        self.arguments(args, env, keys, out)?;
        out.now |= !tables.times.is_empty();
        if tables.values.iter().all(Option::is_some) {
            return Ok(());
        }
        let Some(default) = given.default else {
            let why = format!("the given `{}` has no value for all here", given.name);
            let help = format!(
                "assume a value in the experiment: `assume {} = …`",
                given.name
            );
            self.may_step_aside(Refusal::open(why).help(help), g);
            return Ok(());
        };
        let params = given.params.iter().copied();
        let inner = self.world.bind_all(self.program, params, args, env);
        self.walk(default, &inner, keys, out)
    }
}

impl Em<'_, '_> {
    /// The present value of a given of which an experiment supplies values.
    pub(crate) fn given(&mut self, id: GivenId, args: &[Guard], env: &Env) -> R<V> {
        let program = self.program;
        let given = &program.givens[id.index()];
        let tables = self.world.tables(program, id)?;
        let (mut at, fits) = self.key(&tables.keys, args, env)?;
        for time in &tables.times {
            let time = self.int(*time);
            self.wake_at(time);
            let now = self.now();
            let come = self.cmp(IntCC::SignedGreaterThanOrEqual, now, time);
            let come = self.wide(come);
            let step = self.b.ins().imul_imm_s(come, i64::from(tables.keys.cap));
            at = self.b.ins().iadd(at, step);
        }
        let bits = tables.values.iter().map(|v| v.unwrap_or(tables.none));
        let values = self.table(Elem::I64, bits.collect());
        let value = self.load(values, at);
        let all = tables.values.iter().all(Option::is_some);
        let is_set: Option<ir::Value> = match all {
            true => fits,
            false => {
                let set = tables.values.iter().map(|v| i64::from(v.is_some()));
                let set = self.table(Elem::U8, set.collect());
                let set = self.load_bool(set, at);
                Some(match fits {
                    Some(fits) => self.both(set, fits),
                    None => set,
                })
            }
        };
        let Some(is_set) = is_set else {
            return Ok(self.as_type(&given.ty, value));
        };
        let otherwise = match given.default {
            Some(default) => {
                let mut inner = Env {
                    event: env.event.clone(),
                    ..Env::default()
                };
                for (var, arg) in given.params.iter().zip(args) {
                    let value = self.value(*arg, env)?;
                    inner.bind(*var, Bind::V(value));
                }
                let value = self.value(default, &inner)?;
                let bits = self.kept_bits(&value, tables.none)?;
                self.wide_bits(bits)
            }
            None => {
                let missing = self.not(is_set);
                self.leave_open(missing);
                self.int(tables.none)
            }
        };
        let value = self.b.ins().select(is_set, value, otherwise);
        Ok(self.as_type(&given.ty, value))
    }

    /// Bits of any width as 64.
    fn wide_bits(&mut self, bits: ir::Value) -> ir::Value {
        match self.b.func.dfg.value_type(bits) {
            ir::types::I64 => bits,
            _ => self.wide(bits),
        }
    }
}
