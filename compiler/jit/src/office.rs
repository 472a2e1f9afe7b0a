//! Offices (R25b): an act of whoever holds one counts as the office's where a norm is about it, and nobody acts as an office
//! that is vacant.

use crate::emit::{Em, R};
use crate::fold::Env;
use crate::power::held;
use crate::reads::plain;
use cranelift_codegen::ir::{self, InstBuilder, condcodes::IntCC};
use rogatio_mir::{ActClass, Behaviour, EntityId, Guard, KindId, Norm, NormId, Program, Ty};
use std::collections::BTreeSet;

/// An office, and who holds it.
type Office = (EntityId, KindId, Guard);

/// The offices of a program.
fn offices(program: &Program) -> impl Iterator<Item = Office> {
    let all = (0u32..).zip(&program.entities);
    all.filter_map(|(i, e)| Some((EntityId(i), e.kind, e.holder?)))
}

/// The offices that somebody of some kinds may hold.
fn holding(program: &Program, kinds: &[KindId]) -> Vec<Office> {
    let all = offices(program);
    let by = |g: Guard| match plain(&program.guard(g).ty) {
        Ty::Entity(of) => of.iter().any(|k| kinds.contains(k)),
        Ty::None => false,
        _ => true,
    };
    all.filter(|(_, _, g)| by(*g)).collect()
}

/// Offices of which a norm is, and which whoever does a behaviour may hold.
pub(crate) fn as_office(program: &Program, b: &Behaviour, norm: &Norm) -> Vec<Office> {
    let kinds = held(program, b);
    let meant = |k: &KindId| kinds.contains(k) && norm.who.domain.kinds.contains(k);
    offices(program).filter(|(_, k, _)| meant(k)).collect()
}

/// Who holds the offices on which the power of a behaviour hangs: those that act, those of which norms are.
pub(crate) fn holders(program: &Program, b: &Behaviour, norms: &[NormId]) -> Vec<Guard> {
    let mut kinds: BTreeSet<KindId> = b.who.domain.kinds.iter().copied().collect();
    let norms = norms.iter().map(|n| &program.norms[n.index()]);
    if norms
        .into_iter()
        .any(|n| !as_office(program, b, n).is_empty())
    {
        kinds.extend(held(program, b));
    }
    let needs = b
        .act()
        .is_some_and(|a| program.acts[a.index()].class == ActClass::Act);
    let mut found = Vec::new();
    // An office may be held by another.
    let mut more = needs;
    while std::mem::take(&mut more) {
        for (_, kind, holder) in offices(program) {
            if kinds.contains(&kind) && !found.contains(&holder) {
                found.push(holder);
                more = true;
                if let Ty::Entity(of) = plain(&program.guard(holder).ty) {
                    kinds.extend(of);
                }
            }
        }
    }
    found
}

impl Em<'_, '_> {
    /// Whether an actor is no vacant office, nor one held by a vacant one; none if it is none.
    pub(crate) fn is_filled(&mut self, kinds: &[KindId], who: ir::Value) -> R<Option<ir::Value>> {
        self.filled(kinds, who, 0)
    }

    fn filled(&mut self, kinds: &[KindId], who: ir::Value, depth: usize) -> R<Option<ir::Value>> {
        let program = self.program;
        let mut all = None;
        if depth > program.entities.len() {
            return Ok(None);
        }
        for (e, kind, holder) in offices(program) {
            if !kinds.contains(&kind) {
                continue;
            }
            let by = self.entity(holder, &Env::default())?;
            let mut there = self.cmp_imm(IntCC::SignedGreaterThanOrEqual, by, 0);
            if let Ty::Entity(of) = plain(&program.guard(holder).ty)
                && !of.contains(&kind)
                && let Some(more) = self.filled(of, by, depth + 1)?
            {
                there = self.both(there, more);
            }
            let this = i64::from(self.world.program_entity(e));
            let other = self.cmp_imm(IntCC::NotEqual, who, this);
            let fine = self.one_of(other, there);
            all = Some(match all {
                Some(before) => self.both(before, fine),
                None => fine,
            });
        }
        Ok(all)
    }

    /// Whether somebody of some kinds holds an office, perhaps through another.
    pub(crate) fn holds_office(
        &mut self,
        kinds: &[KindId],
        who: ir::Value,
        (office, _, holder): Office,
    ) -> R<ir::Value> {
        let program = self.program;
        let by = self.entity(holder, &Env::default())?;
        let mut holds = self.cmp(IntCC::Equal, by, who);
        let Ty::Entity(of) = plain(&program.guard(holder).ty) else {
            return Ok(holds);
        };
        for (between, kind, own) in holding(program, kinds) {
            if between == office || !of.contains(&kind) {
                continue;
            }
            let there = self.cmp_imm(
                IntCC::Equal,
                by,
                i64::from(self.world.program_entity(between)),
            );
            let is = self.entity(own, &Env::default())?;
            let is = self.cmp(IntCC::Equal, is, who);
            let both = self.both(there, is);
            holds = self.b.ins().bor(holds, both);
        }
        Ok(holds)
    }
}
