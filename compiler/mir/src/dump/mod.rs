//! The text of `rogatio check --emit mir`.
//!
//! Comes in: a program. Goes out: its tables as text, the same for the same program. Each latch stands in its order
//! with the rules that write it; every line that rests on a provision cites it.

mod decision;
mod guard;
mod table;

use crate::lower::nth_name;
use crate::*;
use std::fmt::Write;

/// The program as text.
#[must_use]
pub fn dump(program: &Program) -> String {
    let mut d = Dump {
        p: program,
        out: String::new(),
    };
    d.head();
    d.entities();
    d.defines();
    d.latches();
    d.norms();
    d.decisions();
    d.procedures();
    d.cases();
    d.out
}

/// The text of a guard: `count(deposit) >= 30`.
#[must_use]
pub fn guard_text(program: &Program, guard: Guard) -> String {
    Dump {
        p: program,
        out: String::new(),
    }
    .guard(guard)
}

struct Dump<'p> {
    p: &'p Program,
    out: String,
}

impl Dump<'_> {
    fn line(&mut self, indent: usize, text: impl AsRef<str>) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.out,
            "{:indent$}{}",
            "",
            text.as_ref(),
            indent = indent * 2
        );
    }

    /// A line that rests on a provision.
    fn cited(&mut self, indent: usize, text: impl AsRef<str>, provision: ProvisionId) {
        let cite = self.cite(provision);
        self.line(indent, format!("{}{cite}", text.as_ref()));
    }

    fn cite(&self, provision: ProvisionId) -> String {
        match self.p.provisions.get(provision.index()) {
            Some(p) if !p.cite.is_empty() && p.cite != self.p.name => format!("  [{}]", p.cite),
            _ => String::new(),
        }
    }

    fn head(&mut self) {
        let p = self.p;
        self.line(
            0,
            format!("module {}", if p.name.is_empty() { "-" } else { &p.name }),
        );
        self.line(0, format!("counting {}", p.counting.name()));
        for r in &p.readings {
            let chosen = r.choices.get(r.chosen).map_or("?", String::as_str);
            let how = if r.explicit { "" } else { " (default)" };
            self.cited(
                0,
                format!("reading {} = {chosen}{how}", r.name),
                r.provision,
            );
        }
        for (urgency, length, provision) in &p.terms {
            self.cited(0, format!("term {urgency:?} = {length}"), *provision);
        }
        self.line(0, format!("cascade bound {}", p.cascade_bound));
    }

    /// Offices with a holder, bodies with their clauses.
    fn entities(&mut self) {
        let p = self.p;
        let told = |e: &&Entity| e.holder.is_some() || e.body.is_some();
        if p.entities.iter().any(|e| told(&e)) {
            self.line(0, "\nentities");
        }
        for e in p.entities.iter().filter(told) {
            if let Some(h) = e.holder {
                self.line(1, format!("{} held by {}", e.name, self.guard(h)));
            }
            let Some(b) = &e.body else { continue };
            let member = self.var(b.member).to_owned();
            self.line(
                1,
                format!(
                    "{} members {member} where {}",
                    e.name,
                    self.guard(b.members)
                ),
            );
            for (word, clause) in [("present", b.present), ("weight", b.weight)] {
                if let Some(g) = clause {
                    self.line(2, format!("{word} {}", self.guard(g)));
                }
            }
        }
    }

    fn defines(&mut self) {
        let p = self.p;
        if !p.defines.is_empty() {
            self.line(0, "\ndefines");
        }
        for d in &p.defines {
            let params: Vec<&str> = d.params.iter().map(|v| self.var(*v)).collect();
            let params = if params.is_empty() {
                String::new()
            } else {
                format!("({})", params.join(", "))
            };
            let element = d.element.as_ref().map_or_else(String::new, |(var, kinds)| {
                format!(
                    "{} where ",
                    self.domain(&Domain {
                        var: *var,
                        kinds: kinds.clone()
                    })
                )
            });
            let text = format!("{}{params} = {element}{}", d.name, self.guard(d.value));
            self.cited(1, text, d.provision);
        }
    }

    fn latches(&mut self) {
        self.line(0, "\nlatches in order");
        for &latch in &self.p.order {
            match latch {
                Latch::Status(s) => self.status(s),
                Latch::Hist(h) => self.hist(h),
                Latch::Edge(e) => self.edge(e),
                Latch::Timer(t) => self.timer(t),
            }
            let rules: Vec<&Rule> = self.p.rules_of(latch).map(|(_, r)| r).collect();
            for rule in rules {
                let mut text = format!("on {}", self.on(&rule.on));
                if !rule.each.is_empty() {
                    let _ = write!(text, " each {}", self.domains(&rule.each));
                }
                if let Some(guard) = rule.guard {
                    let _ = write!(text, " when {}", self.guard(guard));
                }
                let _ = write!(text, " -> {}", self.effect(&rule.effect));
                self.cited(2, text, rule.provision);
            }
        }
    }

    fn status(&mut self, id: StatusId) {
        let p = self.p;
        let s = &p.statuses[id.index()];
        let mut text = format!("status {}{}", s.name, self.keys(&s.keys));
        if let Some(ty) = &s.value {
            let _ = write!(text, ": {}", self.ty(ty));
        }
        if s.once {
            text.push_str(" once");
        }
        self.cited(1, text, s.provision);
        if let Some(level) = s.level {
            self.line(2, format!("while {}", self.guard(level)));
        }
        for &g in &s.blocked_while {
            self.line(2, format!("blocked while {}", self.guard(g)));
        }
        for (word, timers) in [
            ("scheduled start", &s.start_timers),
            ("scheduled end", &s.end_timers),
        ] {
            for t in timers {
                self.line(2, format!("{word}: {}", self.timer_name(*t)));
            }
        }
    }

    fn hist(&mut self, id: HistId) {
        let p = self.p;
        let h = &p.hists[id.index()];
        let mut text = format!("hist h{} {}{}", id.0, h.name, self.keys(&h.keys));
        if !h.store.is_empty() {
            let store: Vec<String> = h.store.iter().map(|s| self.position(h.act, *s)).collect();
            let _ = write!(text, " storing {}", store.join(", "));
        }
        if !h.nth.is_empty() {
            let nth: Vec<String> = h.nth.iter().map(|n| nth_name(*n)).collect();
            let _ = write!(text, " keeping {}", nth.join(", "));
        }
        if h.attempted {
            text.push_str(" attempted");
        }
        self.line(1, text);
    }

    fn edge(&mut self, id: EdgeId) {
        let p = self.p;
        let e = &p.edges[id.index()];
        let once = if e.once { " once" } else { "" };
        let text = format!(
            "edge e{}{}{once}: {}",
            id.0,
            self.keys(&e.keys),
            self.guard(e.cond)
        );
        self.cited(1, text, e.provision);
    }

    fn timer(&mut self, id: TimerId) {
        let p = self.p;
        let t = &p.timers[id.index()];
        let mut text = format!("timer {}{}", self.timer_name(id), self.keys(&t.keys));
        if !t.carried.is_empty() {
            let names: Vec<&str> = t.carried.iter().map(|v| self.var(*v)).collect();
            let _ = write!(text, " carrying {}", names.join(", "));
        }
        let _ = write!(text, " at {}, {}", self.guard(t.at), firing(t.firing));
        self.cited(1, text, t.provision);
    }

    fn timer_name(&self, id: TimerId) -> String {
        let name = self
            .p
            .timers
            .get(id.index())
            .map_or("?", |t| t.name.as_str());
        format!("t{} \"{name}\"", id.0)
    }
}

fn firing(f: Firing) -> &'static str {
    match f {
        Firing::Opening => "opening",
        Firing::TacitStart => "tacit start",
        Firing::Lapse => "lapse",
        Firing::Closing => "closing",
    }
}
