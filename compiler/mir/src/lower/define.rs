//! Defines: kept, so that explanations can name them.

use super::*;
use rogatio_semantics::hir::DefineValue;

impl Cx<'_> {
    /// All defines. An event's define has no value: where it is used its stream stands.
    pub(super) fn defines(&mut self) {
        for (i, d) in self.hir.defines.iter().enumerate() {
            self.define = Some(DefineId(at(i)));
            let (value, element) = self.within(&d.params, |cx| match &d.value {
                DefineValue::Expr(e) => (cx.expr(e), None),
                DefineValue::Set(set) => {
                    let (domain, cond) = cx.set(set);
                    (cond, Some((domain.var, domain.kinds)))
                }
                DefineValue::Stream(_) => {
                    let op = Op::NotStated(format!("{} is an event", d.name));
                    (cx.b.guard_at(op, Ty::Bool, d.provision, d.span), None)
                }
            });
            self.b.program.defines.push(Define {
                name: d.name.clone(),
                params: d.params.clone(),
                value,
                element,
                provision: d.provision,
            });
        }
        self.define = None;
    }
}
