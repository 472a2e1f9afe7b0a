//! What native code does not have shows in few runs, or in none: a time that is compared before it is known, two
//! exceptions that disagree, an instance that was not opened. Such a run is set aside ([`ASIDE`]), and the interpreter,
//! which has three values and reasons, plays it. Where another part of a condition decides it, nothing is open (R8).

use crate::ASIDE;
use crate::emit::{Em, R};
use crate::reads::Reader;
use crate::refusal::Refusal;
use cranelift_codegen::ir::{self, InstBuilder};
use rogatio_mir::Guard;

impl Reader<'_> {
    /// A guard of which some runs may be set aside.
    pub(crate) fn may_step_aside(&mut self, why: Refusal, g: Guard) {
        if self.aside.is_none() {
            self.aside = Some(why.at(self.program, g));
        }
    }
}

impl Em<'_, '_> {
    /// Where a condition holds, native code does not have what is emitted.
    pub(crate) fn leave_open(&mut self, cond: ir::Value) {
        self.open = Some(match self.open {
            Some(open) => self.one_of(open, cond),
            None => cond,
        });
    }

    /// The same of a conjunction (or a disjunction) of parts, unless one of them decides it.
    pub(crate) fn open_unless_decided(
        &mut self,
        parts: &[(ir::Value, Option<ir::Value>)],
        and: bool,
    ) {
        let opens: Vec<ir::Value> = parts.iter().filter_map(|p| p.1).collect();
        let Some((first, rest)) = opens.split_first() else {
            return;
        };
        let mut open = *first;
        for one in rest {
            open = self.one_of(open, *one);
        }
        for (value, not_known) in parts {
            let mut decides = if and { self.not(*value) } else { *value };
            if let Some(not_known) = not_known {
                let known = self.not(*not_known);
                decides = self.both(decides, known);
            }
            let undecided = self.not(decides);
            open = self.both(open, undecided);
        }
        self.leave_open(open);
    }

    /// A conjunction (or a disjunction) of parts that `body` makes, of which one may decide what others leave open.
    pub(crate) fn decided(
        &mut self,
        and: bool,
        body: impl FnOnce(&mut Self, &mut Vec<(ir::Value, Option<ir::Value>)>) -> R<()>,
    ) -> R<ir::Value> {
        let before = self.open.take();
        let mut parts = Vec::new();
        self.within += 1;
        let made = body(self, &mut parts);
        self.within -= 1;
        made?;
        let mut all = self.bool(and);
        for (value, _) in &parts {
            all = match and {
                true => self.both(all, *value),
                false => self.one_of(all, *value),
            };
        }
        self.open = before;
        self.open_unless_decided(&parts, and);
        if self.within == 0 {
            self.set_aside();
        }
        Ok(all)
    }

    /// A part of it, with what it leaves open.
    pub(crate) fn part(
        &mut self,
        make: impl FnOnce(&mut Self) -> R<ir::Value>,
    ) -> R<(ir::Value, Option<ir::Value>)> {
        let value = make(self)?;
        Ok((value, self.open.take()))
    }

    /// One more exception: two that hold may disagree, of which the interpreter tells.
    pub(crate) fn only_one(&mut self, taken: Option<ir::Value>, cond: ir::Value) -> ir::Value {
        let Some(taken) = taken else { return cond };
        let both = self.both(taken, cond);
        self.leave_open(both);
        self.one_of(taken, cond)
    }

    /// What stands in code that may be skipped or repeated is open by itself.
    pub(crate) fn apart(&mut self, body: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        let (within, open) = (std::mem::take(&mut self.within), self.open.take());
        let done = body(self);
        (self.within, self.open) = (within, open);
        done
    }

    /// The run is set aside if the guard that was emitted is open.
    pub(crate) fn set_aside(&mut self) {
        let Some(open) = self.open.take() else { return };
        if self.known(open) == Some(0) {
            return;
        }
        let Some(col) = self.layout.aside else { return };
        let before = self.load_bool(col, self.base);
        let after = self.one_of(before, open);
        self.set(col, after);
    }

    /// Whether a run has come to an end that is no rest: it overflows, or was set aside.
    pub(crate) fn ended(&mut self) -> Option<ir::Value> {
        let over = self.overflows();
        let aside = self.layout.aside.map(|col| self.load_bool(col, self.base));
        match (over, aside) {
            (Some(a), Some(b)) => Some(self.b.ins().bor(a, b)),
            (a, b) => a.or(b),
        }
    }

    /// The class of a run, if it was not set aside.
    pub(crate) fn class_if_aside(&mut self, class: ir::Value) -> ir::Value {
        let Some(col) = self.layout.aside else {
            return class;
        };
        let aside = self.load_bool(col, self.base);
        let set_aside = self.int(ASIDE);
        self.b.ins().select(aside, set_aside, class)
    }
}
