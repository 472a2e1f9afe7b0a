//! The states of norms where they are read, and what becomes of them where it is heard (R30b).

use super::life::Life;
use super::*;
use rogatio_mir::NormState;

/// Norms whose state something reads, or of which something hears.
pub(super) fn read(program: &Program) -> BTreeSet<NormId> {
    let mut found = BTreeSet::new();
    for node in &program.guards {
        if let Op::NormIs(n, ..) = node.op {
            found.insert(n);
        }
    }
    each_event(program, &mut |on| {
        if let On::Norm(n, ..) = on {
            found.insert(*n);
        }
    });
    found
}

/// Every trigger of a program.
fn each_event(program: &Program, f: &mut dyn FnMut(&On)) {
    program.rules.iter().for_each(|r| f(&r.on));
    for p in &program.procedures {
        let ways = p.stages.iter().flat_map(|s| &s.transitions);
        ways.flat_map(|t| &t.on).for_each(&mut *f);
        p.opened_by.iter().for_each(|(on, ..)| f(on));
    }
    for d in &program.decisions {
        d.opens.iter().for_each(|(on, ..)| f(on));
        d.withdrawn.iter().for_each(|(on, _)| f(on));
        for c in &d.closes {
            if let rogatio_mir::Closing::Upon(on, _) = c {
                f(on);
            }
        }
    }
    for duty in program.norms.iter().filter_map(|n| n.duty.as_ref()) {
        duty.births.iter().for_each(|b| f(&b.on));
        duty.ends().for_each(|(on, _)| f(on));
    }
}

impl Life {
    /// The events in place of a change of an instance; none if it is not told.
    fn events(&self, state: NormState, matches: &[Match]) -> Option<Vec<On>> {
        if self.untold.contains(&state) {
            return None;
        }
        let told = self.told.iter().filter(|(s, _)| *s == state);
        let found: Vec<On> = told.map(|(_, t)| t.on(matches.to_vec())).collect();
        (!found.is_empty()).then_some(found)
    }
}

fn closing_event(c: &mut rogatio_mir::Closing) -> Option<&mut On> {
    match c {
        rogatio_mir::Closing::Upon(on, _) => Some(on),
        _ => None,
    }
}

/// An event in place of each of some: `f` says which, if it is another.
fn in_place<T: Clone>(
    all: &mut Vec<T>,
    on: fn(&mut T) -> Option<&mut On>,
    f: &dyn Fn(&On) -> Option<Vec<On>>,
) {
    let mut more = Vec::new();
    for item in all.iter_mut() {
        let Some(others) = on(item).and_then(|on| f(on)) else {
            continue;
        };
        for (i, other) in others.into_iter().enumerate() {
            let mut copy = item.clone();
            if let Some(on) = on(if i == 0 { item } else { &mut copy }) {
                *on = other;
            }
            if i > 0 {
                more.push(copy);
            }
        }
    }
    all.append(&mut more);
}

impl Writer<'_> {
    /// Reads the written states in place of those of the norms.
    pub(super) fn read_states(&mut self) {
        if self.lives.is_empty() {
            return;
        }
        for i in 0..self.program.guards.len() {
            let Op::NormIs(n, keys, state) = self.program.guards[i].op.clone() else {
                continue;
            };
            let keys: Option<Vec<Guard>> = keys.into_iter().collect();
            if let (Some(life), Some(keys)) = (self.lives.get(&n).cloned(), keys) {
                self.program.guards[i].op = self.state_is(i, &life, &keys, state);
            }
        }
        let lives = std::mem::take(&mut self.lives);
        let f = |on: &On| match on {
            On::Norm(n, state, matches) => lives.get(n)?.events(*state, matches),
            _ => None,
        };
        let p = &mut self.program;
        in_place(&mut p.rules, |r| Some(&mut r.on), &f);
        for procedure in &mut p.procedures {
            let stages = procedure.stages.iter_mut();
            for t in stages.flat_map(|s| &mut s.transitions) {
                in_place(&mut t.on, |on| Some(on), &f);
            }
            in_place(&mut procedure.opened_by, |o| Some(&mut o.0), &f);
        }
        for d in &mut p.decisions {
            in_place(&mut d.opens, |o| Some(&mut o.0), &f);
            in_place(&mut d.withdrawn, |o| Some(&mut o.0), &f);
            in_place(&mut d.closes, closing_event, &f);
        }
        self.lives = lives;
    }

    /// Whether the latest instance of some keys is in a state.
    fn state_is(&mut self, at: usize, life: &Life, keys: &[Guard], state: NormState) -> Op {
        let node = self.program.guards[at].clone();
        let mut add = |op: Op| {
            let node = rogatio_mir::GuardNode {
                op,
                ty: Ty::Bool,
                ..node.clone()
            };
            self.program.guards.push(node);
            Guard((self.program.guards.len() - 1) as u32)
        };
        let is = |s: StatusId| Op::StatusOn(s, keys.to_vec());
        let on = |s: Option<StatusId>| s.map(is);
        let never = Op::Bool(false);
        let fails = |add: &mut dyn FnMut(Op) -> Guard| {
            let (open, breached) = (is(life.open), on(life.breached)?);
            let both = [open, breached].map(&mut *add);
            Some(Op::And(both.to_vec()))
        };
        let binding = matches!(life.modal, Modal::Must | Modal::MustNot);
        match state {
            NormState::Fulfilled => is(life.fulfilled),
            NormState::Released => is(life.released),
            NormState::Lapsed | NormState::Breached => {
                let either = if state == NormState::Breached {
                    binding
                } else {
                    true
                };
                if !either {
                    return never;
                }
                let both = state == NormState::Breached || life.modal == Modal::Should;
                let mut parts: Vec<Op> = vec![is(life.lapsed)];
                if both {
                    parts.extend(fails(&mut add));
                }
                match parts.len() {
                    1 => parts.remove(0),
                    _ => Op::Or(parts.into_iter().map(add).collect()),
                }
            }
            NormState::None => {
                let all = [life.open, life.fulfilled, life.released, life.lapsed];
                let any: Vec<Guard> = all.into_iter().map(is).map(&mut add).collect();
                let any = add(Op::Or(any));
                Op::Not(any)
            }
            NormState::Open | NormState::Pending => {
                let pending = state == NormState::Pending;
                let mut parts: Vec<Guard> = vec![add(is(life.open))];
                match (on(life.opened), pending) {
                    (None, true) => return never,
                    (None, false) => {}
                    (Some(op), _) => {
                        let opened = add(op);
                        parts.push(if pending {
                            add(Op::Not(opened))
                        } else {
                            opened
                        });
                    }
                }
                if let (Some(op), false) = (on(life.breached), pending) {
                    let breached = add(op);
                    parts.push(add(Op::Not(breached)));
                }
                Op::And(parts)
            }
        }
    }
}
