//! What the free variables of a sentence stand for (R28): one instance for each value, or any value.

use crate::hir::*;

/// A sentence and its variables.
#[derive(Clone, Debug)]
pub struct Bindings {
    /// The provision it stands in: `art 13(2)`.
    pub cite: String,
    /// The sentence.
    pub span: Span,
    /// There is one instance for each value of these: names with their types.
    pub each: Vec<String>,
    /// Any value of these will do.
    pub any: Vec<String>,
}

/// The variables of every sentence of the module checked that has some, in the order of the text.
#[must_use]
pub fn bindings(p: &Program) -> Vec<Bindings> {
    let last = p.modules.len();
    let own = |n: &&Norm| p.provisions[n.provision.index()].module as usize + 1 == last;
    let mut all: Vec<Bindings> = p.norms.iter().filter(own).map(|n| of(p, n)).collect();
    all.retain(|b| !b.each.is_empty() || !b.any.is_empty());
    all.sort_by_key(|b| (b.span.start, b.span.end, b.cite.clone()));
    all
}

fn of(p: &Program, n: &Norm) -> Bindings {
    let mut any = n.pred.vars();
    let mut elements = n.pred.elements();
    for e in n.guards() {
        any.extend(e.vars());
        elements.extend(e.elements());
    }
    let named = |v: &VarId| {
        let name = &p.vars[v.index()].name;
        !name.starts_with('#') && name != "it" && name != "subject"
    };
    let mut seen = n.keys.clone();
    any.retain(|v| {
        let bound = *v == n.who.var || elements.contains(v);
        let new = !bound && !seen.contains(v) && named(v);
        seen.push(*v);
        new
    });
    let said = |vars: &[VarId]| {
        let words = vars.iter().filter(|v| named(v) || **v == n.who.var);
        words
            .map(|v| {
                let var = &p.vars[v.index()];
                match type_words(p, &var.ty).filter(|_| named(v)) {
                    Some(ty) => format!("{}: {ty}", var.name),
                    None if named(v) => var.name.clone(),
                    None => n.who.text.clone(),
                }
            })
            .collect::<Vec<_>>()
    };
    Bindings {
        cite: p.provisions[n.provision.index()].cite.clone(),
        span: n.span,
        each: said(&n.keys),
        any: said(&any),
    }
}

/// A type as it is written.
fn type_words(p: &Program, ty: &Ty) -> Option<String> {
    let kinds = |list: &[KindId]| {
        let names: Vec<&str> = list
            .iter()
            .map(|k| p.kinds[k.index()].name.as_str())
            .collect();
        names.join(" | ")
    };
    Some(match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Day => "date".to_owned(),
        Ty::Time => "instant".to_owned(),
        Ty::Length => "period".to_owned(),
        Ty::Dates => "set of date".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Quantity(u) => p.units[u.index()].name.clone(),
        Ty::Entity(k) => kinds(k),
        Ty::Set(k) => format!("set of {}", kinds(k)),
        Ty::Optional(t) => format!("{}?", type_words(p, t)?),
        Ty::Share | Ty::Chance | Ty::None | Ty::Error => return None,
    })
}
