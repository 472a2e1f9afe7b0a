//! Duties as latches (R28-R31), written into the program before anything else is worked out: that a duty is born, when it
//! lapses, that it is open, that it may still be done late, how often it was breached. What native code then runs are
//! timers, statuses and histories, which it has.
//!
//! The conditions of a birth are those before its event, so what is born of it is told by a timer that stands before all
//! other latches and fires at once; everything else of a duty reads the frozen result of a pass and stands behind them.

mod carry;
mod form;
mod instance;
mod life;
mod moving;
mod state;

use crate::emit::R;
use crate::fold::Env;
use crate::refusal::Refusal;
use crate::world::World;
use form::in_versions;
use life::Life;
use rogatio_calendar::{Length, Period};
use rogatio_mir::{
    ArithOp, CmpOp, Demand, Domain, Duty, Edge, EdgeId, Effect, Experiment, Firing, GivenId, Guard,
    GuardNode, Hist, HistId, Latch, Match, MeasureKind, Modal, Norm, NormId, On, Op, Position,
    Program, Rule, ScenarioItemKind, Status, StatusId, Timer, TimerId, Ty, VarId, Window,
};
use std::collections::{BTreeMap, BTreeSet};

/// A program whose duties are latches, and its experiment.
pub(crate) struct Made {
    pub(crate) program: Program,
    pub(crate) experiment: Experiment,
    /// Norms whose condition says whether they carry their power.
    pub(crate) carried: BTreeSet<NormId>,
    /// Edges that are looked at when a step is over (R32).
    pub(crate) settled: BTreeSet<EdgeId>,
    /// Norms whose state is read and that are not written: what they are, in words.
    pub(crate) unwritten: BTreeMap<NormId, &'static str>,
}

/// Writes the duties into the program that measures count the breaches of, or that carry a power; with `lives` also those
/// whose state is read or heard, and whatever needs that.
///
/// # Errors
/// E0960 for a measure of breaches of a norm that native code does not follow.
pub(crate) fn as_latches(
    program: Program,
    experiment: &Experiment,
    world: &World,
    lives: bool,
) -> R<Made> {
    let mut wanted = BTreeSet::new();
    for m in &experiment.measures {
        if let MeasureKind::Breaches { norms, .. } = &m.kind {
            wanted.extend(norms.iter().copied());
        }
    }
    let mut carrying = BTreeSet::new();
    for act in &world.acts {
        let norms = program.acts.get(act.index()).map(|a| &a.norms);
        let duties = norms.into_iter().flatten().filter(|n| {
            let norm = &program.norms[n.index()];
            let carries = matches!(norm.modal, Modal::Must | Modal::Should);
            (carries || lives && norm.modal == Modal::May) && norm.duty.is_some()
        });
        carrying.extend(duties.copied());
    }
    let read = match lives {
        true => state::read(&program),
        false => BTreeSet::new(),
    };
    let mut w = Writer {
        program,
        experiment,
        world,
        first: Vec::new(),
        states: Vec::new(),
        front: Vec::new(),
        back: Vec::new(),
        breaches: BTreeMap::new(),
        carried: BTreeSet::new(),
        settled: BTreeSet::new(),
        followed: wanted.union(&read).copied().collect(),
        lives: BTreeMap::new(),
    };
    let mut unwritten = BTreeMap::new();
    let all: BTreeSet<NormId> = wanted.union(&carrying).chain(&read).copied().collect();
    for n in all {
        if !world.possible.norm(n) {
            continue;
        }
        let norm = w.program.norms[n.index()].clone();
        let plain = !read.contains(&n);
        let written = match norm.modal {
            Modal::MustNot if norm.duty.is_none() => w.prohibition(n, &norm),
            Modal::Must | Modal::Should if plain => match w.duty(n, &norm) {
                Err(_) if lives => w.life(n, &norm),
                written => written,
            },
            _ if norm.duty.is_some() && lives => w.life(n, &norm),
            _ if norm.duty.is_some() && wanted.contains(&n) => Err("an invariant"),
            _ => continue,
        };
        let Err(why) = written else { continue };
        if wanted.contains(&n) {
            let what = format!("the breach of {why} is not compiled");
            return Err(Refusal::form(what)
                .span(norm.span)
                .within(&w.program, norm.provision));
        }
        unwritten.insert(n, why);
    }
    w.read_states();
    let mut experiment = experiment.clone();
    for m in &mut experiment.measures {
        if let MeasureKind::Breaches { norms, any, by } = &m.kind {
            let by = by.filter(|d| d.number() < world.last);
            let n = w.sum(norms);
            m.kind = match (*any, by) {
                (true, by) => MeasureKind::Probability(w.above_zero(n), by),
                (false, None) => MeasureKind::Number(n),
                (false, Some(_)) => {
                    let why = "a number of breaches by a day is not compiled";
                    return Err(Refusal::form(why).span(experiment.span));
                }
            };
        }
    }
    let mut program = w.program;
    let front = w.first.into_iter().chain(w.states).chain(w.front);
    let order = std::mem::take(&mut program.order);
    program.order = front.chain(order).chain(w.back).collect();
    Ok(Made {
        program,
        experiment,
        carried: w.carried,
        settled: w.settled,
        unwritten,
    })
}

struct Writer<'e> {
    program: Program,
    experiment: &'e Experiment,
    world: &'e World,
    /// What the pass before told of norms, and their states; what is judged before a pass; what is behind all else.
    first: Vec<Latch>,
    states: Vec<Latch>,
    front: Vec<Latch>,
    back: Vec<Latch>,
    /// Where breaches of a norm are counted.
    breaches: BTreeMap<NormId, Vec<HistId>>,
    carried: BTreeSet<NormId>,
    settled: BTreeSet<EdgeId>,
    /// Norms whose state or breach something reads.
    followed: BTreeSet<NormId>,
    /// Where the states of norms stand.
    lives: BTreeMap<NormId, Life>,
}

/// Why a norm is not written: what it is, in words.
type Written<T = ()> = Result<T, &'static str>;

impl Writer<'_> {
    fn guard(&mut self, norm: &Norm, op: Op, ty: Ty) -> Guard {
        let (provision, span) = (norm.provision, norm.span);
        self.program.guards.push(GuardNode {
            op,
            ty,
            provision,
            span,
        });
        Guard((self.program.guards.len() - 1) as u32)
    }

    fn all(&mut self, norm: &Norm, guards: Vec<Guard>) -> Option<Guard> {
        match guards[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.guard(norm, Op::And(guards), Ty::Bool)),
        }
    }

    fn not(&mut self, norm: &Norm, g: Guard) -> Guard {
        self.guard(norm, Op::Not(g), Ty::Bool)
    }

    fn vars(&mut self, norm: &Norm, keys: &[Domain]) -> Vec<Guard> {
        let var = |w: &mut Self, d: &Domain| w.guard(norm, Op::Var(d.var), entity(d));
        keys.iter().map(|d| var(self, d)).collect()
    }

    fn rule(
        &mut self,
        norm: &Norm,
        rule: (On, Vec<Domain>, Option<Guard>),
        to: Latch,
        effect: Effect,
    ) {
        let (on, each, guard) = rule;
        self.program.rules.push(Rule {
            on,
            each,
            guard,
            target: to,
            effect,
            provision: norm.provision,
            span: norm.span,
        });
    }

    fn timer(
        &mut self,
        norm: &Norm,
        what: &str,
        keys: &[Domain],
        at: Guard,
        firing: Firing,
    ) -> TimerId {
        self.program.timers.push(Timer {
            name: format!("{} {what}", norm.name),
            keys: keys.to_vec(),
            carried: Vec::new(),
            at,
            firing,
            live: None,
            visit: None,
            provision: norm.provision,
        });
        TimerId((self.program.timers.len() - 1) as u32)
    }

    fn status(&mut self, norm: &Norm, what: &str, keys: &[Domain]) -> StatusId {
        self.program.statuses.push(Status {
            name: format!("{} {what}", norm.name),
            keys: keys.to_vec(),
            value: None,
            level: None,
            start_timers: Vec::new(),
            end_timers: Vec::new(),
            once: false,
            blocked_while: Vec::new(),
            kept: true,
            provision: norm.provision,
        });
        StatusId((self.program.statuses.len() - 1) as u32)
    }

    /// A history that counts breaches.
    fn counter(&mut self, n: NormId, norm: &Norm) -> HistId {
        self.program.hists.push(Hist {
            name: format!("breaches of {}", norm.name),
            act: Hist::NO_ACT,
            keys: Vec::new(),
            key_names: Vec::new(),
            store: Vec::new(),
            nth: Vec::new(),
            attempted: false,
            pattern: None,
        });
        let id = HistId((self.program.hists.len() - 1) as u32);
        self.breaches.entry(n).or_default().push(id);
        id
    }

    /// A forbidden act or deed that is done is a breach; whether it is forbidden is judged in the state before it (R26).
    fn prohibition(&mut self, n: NormId, norm: &Norm) -> Written {
        let Demand::Act {
            act,
            matches,
            filter,
        } = &norm.demand
        else {
            return Err("a prohibition of other things than one act");
        };
        if norm.qualifier.is_some() {
            return Err("a qualified prohibition");
        }
        if norm.who.jointly {
            return Err("a prohibition of what several do together");
        }
        let w = &norm.window;
        let yields = self.program.acts[act.index()].norms.iter();
        let yields = yields
            .copied()
            .any(|n| self.program.norms[n.index()].despite.is_some());
        if w.urgency.is_some() || !w.closes_on.is_empty() {
            return Err("a prohibition that an event or an ordinal ends");
        }
        if norm.duty.is_some() || yields || in_versions(norm) {
            return Err("a prohibition with versions or one that yields to another");
        }
        let mut conds: Vec<Guard> = [norm.who.cond]
            .into_iter()
            .chain(*filter)
            .chain(norm.cond)
            .chain(w.during)
            .collect();
        // Acts come after all that opens and closes on their day.
        let bounds = [
            w.opens.map(|g| (g, CmpOp::Ge)),
            w.closes.map(|(g, firing)| match firing {
                Firing::Closing => (g, CmpOp::Lt),
                _ => (g, CmpOp::Le),
            }),
        ];
        for (g, op) in bounds.into_iter().flatten() {
            let now = self.guard(norm, Op::Now, Ty::Time);
            conds.push(self.guard(norm, Op::Compare(op, now, g), Ty::Bool));
        }
        let guard = self.all(norm, conds);
        let subject = (
            Position::Actor,
            Match::Bind(norm.who.domain.var, norm.who.domain.kinds.clone()),
        );
        let on = On::Act {
            act: *act,
            matches: [subject].into_iter().chain(matches.clone()).collect(),
            under: None,
            attempted: false,
        };
        let count = Latch::Hist(self.counter(n, norm));
        self.rule(
            norm,
            (on, Vec::new(), guard),
            count,
            Effect::Push(Vec::new()),
        );
        self.front.push(count);
        Ok(())
    }

    /// A duty to do an act.
    fn duty(&mut self, n: NormId, norm: &Norm) -> Written {
        let Some(duty) = &norm.duty else {
            return Ok(());
        };
        let matches = match &norm.demand {
            Demand::Act { matches, .. } => matches,
            // Recorded, and never breached by a clock.
            Demand::Anonymous(_) => return Ok(()),
            Demand::Ensure(_) => return Err("a duty to ensure something"),
            Demand::Vote { .. } => return Err("a duty to vote"),
            Demand::OneOf(_) => return Err("a duty to do one of several acts"),
        };
        if matches
            .iter()
            .any(|(p, m)| *p == Position::For && *m != Match::Any)
        {
            return Err("a duty to act for somebody");
        }
        self.simple(norm, duty)?;
        let keys = duty.keys.clone();
        if keys.iter().any(|d| d.kinds.is_empty()) {
            return Err("a duty told apart by other things than entities");
        }
        // A qualified duty no clock judges: it does not lapse (R33).
        let closes = match norm.is_unassessed() {
            true => None,
            false => self.deadline(norm, duty, None)?,
        };
        let births = self.births(duty)?;
        let vars = self.vars(norm, &keys);
        let event = self.guard(norm, Op::EventTime, Ty::Time);
        let any = |t: TimerId| On::Timer(t, vec![Match::Any; keys.len()]);
        // What is born in this pass.
        let mut born = Vec::new();
        for (early, list) in births {
            let t = self.timer(norm, "arises", &keys, event, Firing::Closing);
            let place = if early {
                &mut self.front
            } else {
                &mut self.back
            };
            place.push(Latch::Timer(t));
            for b in list {
                let birth = &duty.births[b];
                let guard = self.all(norm, birth.guard.into_iter().chain(birth.after).collect());
                let what = (birth.on.clone(), birth.each.clone(), guard);
                self.rule(norm, what, Latch::Timer(t), Effect::Arm(birth.keys.clone()));
            }
            born.push(t);
        }
        let release = duty.release.map(|cond| {
            self.program.edges.push(Edge {
                keys: keys.clone(),
                cond,
                once: false,
                provision: norm.provision,
            });
            let e = EdgeId((self.program.edges.len() - 1) as u32);
            self.back.push(Latch::Edge(e));
            let bind = |d: &Domain| Match::Bind(d.var, d.kinds.clone());
            let free = self.not(norm, cond);
            (On::Rise(e, keys.iter().map(bind).collect()), free)
        });
        let free = release.as_ref().map(|(_, free)| *free);
        let open = self.status(norm, "is open", &keys);
        let late = self.status(norm, "is late", &keys);
        let is = |w: &mut Self, s| w.guard(norm, Op::StatusOn(s, vars.clone()), Ty::Bool);
        let (is_open, is_late) = (is(self, open), is(self, late));
        let Some((done, asks)) = self.asked(norm, &keys, &vars).pop() else {
            return Ok(());
        };
        let meets = |w: &mut Self, state: Guard| {
            let conds: Vec<Guard> = [state].into_iter().chain(asks.clone()).collect();
            let guard = w.all(norm, conds);
            (done.clone(), keys.clone(), guard)
        };
        let lapse = closes.map(|(at, firing)| {
            let t = self.timer(norm, "lapses", &keys, at, firing);
            let latch = Latch::Timer(t);
            self.back.push(latch);
            for b in &born {
                self.rule(
                    norm,
                    (any(*b), Vec::new(), free),
                    latch,
                    Effect::Arm(vars.clone()),
                );
            }
            let met = meets(self, is_open);
            self.rule(norm, met, latch, Effect::Disarm(vars.clone()));
            if let Some((on, _)) = &release {
                self.rule(
                    norm,
                    (on.clone(), Vec::new(), None),
                    latch,
                    Effect::Disarm(vars.clone()),
                );
            }
            if norm.modal == Modal::Must {
                let count = Latch::Hist(self.counter(n, norm));
                self.back.push(count);
                self.rule(
                    norm,
                    (any(t), Vec::new(), None),
                    count,
                    Effect::Push(Vec::new()),
                );
            }
            t
        });
        self.back.extend([Latch::Status(late), Latch::Status(open)]);
        if let Some(t) = lapse {
            let start = Effect::Start(vars.clone(), None);
            self.rule(norm, (any(t), Vec::new(), None), Latch::Status(late), start);
            let met = meets(self, is_late);
            self.rule(norm, met, Latch::Status(late), Effect::End(vars.clone()));
            self.rule(
                norm,
                (any(t), Vec::new(), None),
                Latch::Status(open),
                Effect::End(vars.clone()),
            );
        }
        let met = meets(self, is_open);
        self.rule(norm, met, Latch::Status(open), Effect::End(vars.clone()));
        if let Some((on, _)) = release {
            self.rule(
                norm,
                (on, Vec::new(), None),
                Latch::Status(open),
                Effect::End(vars.clone()),
            );
        }
        for b in born {
            let start = Effect::Start(vars.clone(), None);
            self.rule(norm, (any(b), Vec::new(), free), Latch::Status(open), start);
        }
        self.power(n, norm, &keys, vec![is_open, is_late])
    }

    /// A norm carries the power to do what it asks while one of some conditions over its keys holds (R25).
    fn power(
        &mut self,
        n: NormId,
        norm: &Norm,
        keys: &[Domain],
        outstanding: Vec<Guard>,
    ) -> Written {
        let mut open: Option<BTreeSet<VarId>> = None;
        let program = &mut self.program;
        let parts = match &mut program.norms[n.index()].demand {
            Demand::OneOf(parts) => parts.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for part in parts {
            let Demand::Act { matches, .. } = part else {
                continue;
            };
            let mut bound = vec![norm.who.domain.var];
            for (_, m) in matches {
                // Without an instance an act binds what it can.
                let var = match m {
                    Match::Is(g) => match program.guards[g.index()].op {
                        Op::Var(v) => Some(v),
                        _ => None,
                    },
                    Match::Bind(v, _) => Some(*v),
                    Match::Any => None,
                };
                let Some(v) = var else { continue };
                if let Some(d) = keys.iter().find(|d| d.var == v && !bound.contains(&v)) {
                    *m = Match::Bind(v, d.kinds.clone());
                }
                bound.push(v);
            }
            let keys = keys.iter().map(|d| d.var);
            let free: BTreeSet<VarId> = keys.filter(|v| !bound.contains(v)).collect();
            if open.as_ref().is_some_and(|open| *open != free) {
                return Err("a duty to do one of several acts that name different things");
            }
            open = Some(free);
        }
        let own = self.program.norms[n.index()].cond;
        let own = own.filter(|_| norm.modal == Modal::May);
        let carries = self.guard(norm, Op::Or(outstanding), Ty::Bool);
        let mut carries = match own {
            Some(cond) => self.guard(norm, Op::And(vec![cond, carries]), Ty::Bool),
            None => carries,
        };
        let free = open.unwrap_or_default();
        for d in keys.iter().filter(|d| free.contains(&d.var)) {
            carries = self.guard(norm, Op::Exists(d.clone(), carries), Ty::Bool);
        }
        self.program.norms[n.index()].cond = Some(carries);
        self.carried.insert(n);
        Ok(())
    }

    fn sum(&mut self, norms: &[NormId]) -> Guard {
        let first = norms.first().map_or(NormId(0), |n| *n);
        let norm = self.program.norms[first.index()].clone();
        let counted: Vec<HistId> = norms
            .iter()
            .flat_map(|n| self.breaches.get(n).into_iter().flatten().copied())
            .collect();
        let mut total = None;
        for h in counted {
            let one = self.guard(&norm, Op::HistCount(h, Vec::new()), Ty::Int);
            total = Some(match total {
                None => one,
                Some(t) => self.guard(&norm, Op::Arith(ArithOp::Add, t, one), Ty::Int),
            });
        }
        total.unwrap_or_else(|| self.guard(&norm, Op::Int(0), Ty::Int))
    }

    fn above_zero(&mut self, n: Guard) -> Guard {
        let mut node = self.program.guards[n.index()].clone();
        (node.op, node.ty) = (Op::Int(0), Ty::Int);
        self.program.guards.push(node.clone());
        let zero = Guard((self.program.guards.len() - 1) as u32);
        (node.op, node.ty) = (Op::Compare(CmpOp::Gt, n, zero), Ty::Bool);
        self.program.guards.push(node);
        Guard((self.program.guards.len() - 1) as u32)
    }
}

fn entity(d: &Domain) -> Ty {
    Ty::Entity(d.kinds.clone())
}
