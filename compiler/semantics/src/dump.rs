//! `rogatio check --emit hir`: the checked program as text.

use std::fmt::Write;

use crate::hir::*;

/// The program, construct by construct, deterministic.
#[must_use]
pub fn dump(p: &Program) -> String {
    let mut out = String::new();
    let cite = |id: ProvisionId| {
        p.provisions
            .get(id.index())
            .map_or("?", |x| x.cite.as_str())
    };
    let var = |v: VarId| p.vars.get(v.index()).map_or("?", |x| x.name.as_str());
    for m in &p.modules {
        let _ = writeln!(out, "module {} counting {:?}", m.path, m.counting);
    }
    for k in &p.kinds {
        let _ = writeln!(out, "kind {} {:?}", k.name, k.class);
        for f in &k.fields {
            let f = &p.fields[f.index()];
            let _ = writeln!(out, "  field {}: {:?}", f.name, f.ty);
        }
    }
    for u in &p.units {
        let _ = writeln!(out, "unit {}  [{}]", u.name, cite(u.provision));
    }
    for a in &p.acts {
        let params: Vec<String> = a
            .params
            .iter()
            .map(|x| format!("{}: {:?}", x.name, x.ty))
            .collect();
        let _ = writeln!(
            out,
            "{:?} {}({}) by {:?}  [{}]",
            a.class,
            a.name,
            params.join(", "),
            a.by,
            cite(a.provision)
        );
    }
    for g in &p.givens {
        let _ = writeln!(out, "given {}: {:?}  [{}]", g.name, g.ty, cite(g.provision));
    }
    for r in &p.readings {
        let _ = writeln!(
            out,
            "reading {} {{ {} }} default {:?}",
            r.name,
            r.choices.join(" "),
            r.default
        );
    }
    for d in &p.defines {
        let params: Vec<&str> = d.params.iter().map(|v| var(*v)).collect();
        let _ = writeln!(
            out,
            "define {}({}): {:?}  [{}]",
            d.name,
            params.join(", "),
            d.ty,
            cite(d.provision)
        );
    }
    for s in &p.statuses {
        let params: Vec<&str> = s.params.iter().map(|v| var(*v)).collect();
        let _ = writeln!(
            out,
            "status {}({})  [{}]",
            s.name,
            params.join(", "),
            cite(s.provision)
        );
        for c in &s.clauses {
            let word = match &c.kind {
                StatusClauseKind::From { .. } => "from",
                StatusClauseKind::Until(_) => "until",
                StatusClauseKind::While(_) => "while",
                StatusClauseKind::Is(..) => "is … after",
                StatusClauseKind::Initially(_) => "is",
            };
            let _ = writeln!(out, "  {word}  [{}]", cite(c.provision));
        }
    }
    for n in &p.norms {
        let keys: Vec<&str> = n.keys.iter().map(|v| var(*v)).collect();
        let what = match &n.pred {
            NormPred::Act(x) => p.acts[x.act.index()].name.clone(),
            NormPred::OneOf(list) => {
                let names: Vec<&str> = list
                    .iter()
                    .map(|x| p.acts[x.act.index()].name.as_str())
                    .collect();
                format!("one of ({})", names.join(", "))
            }
            NormPred::Anonymous(t) => format!("{t:?}"),
            NormPred::Vote { decision, .. } => {
                format!("vote on {}", p.decisions[decision.index()].name)
            }
            NormPred::Ensure(_) => "ensure".to_owned(),
        };
        let label = n
            .label
            .as_deref()
            .map(|l| format!("{l}: "))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{label}{} {:?} {what} keys({})  [{}]",
            n.who.text,
            n.modal,
            keys.join(", "),
            cite(n.provision)
        );
    }
    for d in &p.decisions {
        let _ = writeln!(
            out,
            "decision {} ballots {}  [{}]",
            d.name,
            d.ballots.join(", "),
            cite(d.provision)
        );
    }
    for x in &p.procedures {
        let _ = writeln!(out, "procedure {}  [{}]", x.name, cite(x.provision));
        for s in &x.stages {
            let word = if s.outcome { "outcome" } else { "stage" };
            let to: Vec<&str> = s
                .transitions
                .iter()
                .map(|t| x.stages[t.target].name.as_str())
                .collect();
            let _ = writeln!(out, "  {word} {} -> {}", s.name, to.join(", "));
            for o in &s.opens {
                let child = &p.procedures[o.procedure.index()].name;
                let _ = writeln!(out, "    opens {child}");
            }
        }
    }
    for s in &p.scenarios {
        let _ = writeln!(out, "scenario {:?}: {} lines", s.name, s.items.len());
    }
    for x in &p.experiments {
        let _ = writeln!(
            out,
            "experiment {}: {} behaviours, {} measures",
            x.name,
            x.behaviours.len(),
            x.measures.len()
        );
    }
    out
}
