//! An instance of a norm while it is written: its keys and events, and the latches that every life is made of.

use super::life::Arising;
use super::*;

/// An instance of a norm while it is written.
pub(super) struct Instance<'n> {
    pub(super) norm: &'n Norm,
    pub(super) duty: &'n Duty,
    pub(super) keys: Vec<Domain>,
    pub(super) vars: Vec<Guard>,
    pub(super) event: Guard,
}

/// A proviso: its condition, and the time by which it prolongs.
pub(super) struct Proviso {
    pub(super) cond: Guard,
    pub(super) opens: Guard,
    pub(super) closes: Guard,
    pub(super) firing: Firing,
}

impl<'n> Instance<'n> {
    pub(super) fn new(w: &mut Writer<'_>, norm: &'n Norm, duty: &'n Duty) -> Instance<'n> {
        Instance {
            norm,
            duty,
            keys: duty.keys.clone(),
            vars: w.vars(norm, &duty.keys),
            event: w.guard(norm, Op::EventTime, Ty::Time),
        }
    }

    pub(super) fn any(&self, t: TimerId) -> On {
        On::Timer(t, vec![Match::Any; self.keys.len()])
    }

    pub(super) fn bound(&self) -> Vec<Match> {
        let bind = |d: &Domain| Match::Bind(d.var, d.kinds.clone());
        self.keys.iter().map(bind).collect()
    }

    pub(super) fn started(&self, s: StatusId) -> On {
        On::Started(s, self.bound())
    }

    pub(super) fn rise(&self, e: EdgeId) -> On {
        On::Rise(e, self.bound())
    }

    /// Its time closes, if only after an ordinal without a length: what must hold is met when it first does (R32).
    pub(super) fn has_deadline(&self) -> bool {
        let w = &self.duty.window;
        w.closes.is_some() || w.urgency.is_some()
    }
}

impl Writer<'_> {
    pub(super) fn arms(&mut self, i: &Instance<'_>, on: On, guard: Option<Guard>, t: TimerId) {
        let arm = Effect::Arm(i.vars.clone());
        self.rule(i.norm, (on, Vec::new(), guard), Latch::Timer(t), arm);
    }

    pub(super) fn disarms(&mut self, i: &Instance<'_>, on: On, t: TimerId) {
        let disarm = Effect::Disarm(i.vars.clone());
        self.rule(i.norm, (on, Vec::new(), None), Latch::Timer(t), disarm);
    }

    pub(super) fn starts(&mut self, i: &Instance<'_>, on: On, guard: Option<Guard>, s: StatusId) {
        let start = Effect::Start(i.vars.clone(), None);
        self.rule(i.norm, (on, Vec::new(), guard), Latch::Status(s), start);
    }

    pub(super) fn ends(&mut self, i: &Instance<'_>, on: On, guard: Option<Guard>, s: StatusId) {
        let end = Effect::End(i.vars.clone());
        self.rule(i.norm, (on, Vec::new(), guard), Latch::Status(s), end);
    }

    /// What prolongs it when its time is over unused (R30c).
    pub(super) fn proviso(
        &mut self,
        norm: &Norm,
        duty: &Duty,
        grows: &mut Vec<(HistId, Vec<Guard>)>,
    ) -> Written<Option<Proviso>> {
        let [(window, cond)] = &duty.provisos[..] else {
            return match duty.provisos.is_empty() {
                true => Ok(None),
                false => Err("a duty whose time is prolonged more than once"),
            };
        };
        let plain = window.closes_on.is_empty() && window.urgency.is_none();
        let (Some(opens), Some((closes, firing)), true) = (window.opens, window.closes, plain)
        else {
            return Err("a duty whose time is prolonged by an event or for an open time");
        };
        let none = BTreeMap::new();
        for g in [opens, closes] {
            if !self.comes_once(g, &none, grows) || self.counts_from_birth(g) {
                return Err("a duty that is prolonged until a time that may move");
            }
        }
        let closes = self.not_over(norm, closes, firing)?;
        Ok(Some(Proviso {
            cond: *cond,
            opens,
            closes,
            firing,
        }))
    }

    /// Timers that fire for what arises of a trigger, before its release is asked.
    pub(super) fn arises(&mut self, i: &Instance<'_>) -> Written<Vec<TimerId>> {
        let mut all = Vec::new();
        for (early, list) in self.births(i.duty)? {
            let t = self.timer(i.norm, "arises", &i.keys, i.event, Firing::Closing);
            let place = if early {
                &mut self.front
            } else {
                &mut self.back
            };
            place.push(Latch::Timer(t));
            for b in list {
                let birth = &i.duty.births[b];
                let guard = self.all(i.norm, birth.guard.into_iter().chain(birth.after).collect());
                let what = (birth.on.clone(), birth.each.clone(), guard);
                self.rule(
                    i.norm,
                    what,
                    Latch::Timer(t),
                    Effect::Arm(birth.keys.clone()),
                );
            }
            all.push(t);
        }
        Ok(all)
    }

    /// Told at the back of a pass, heard at the front of the next.
    pub(super) fn pair(&mut self, i: &Instance<'_>, what: &str) -> (TimerId, TimerId) {
        let told = self.timer(i.norm, what, &i.keys, i.event, Firing::Closing);
        let heard = self.timer(i.norm, what, &i.keys, i.event, Firing::Closing);
        self.back.push(Latch::Timer(told));
        self.first.push(Latch::Timer(heard));
        let arm = Effect::Arm(i.vars.clone());
        self.rule(
            i.norm,
            (i.any(told), Vec::new(), None),
            Latch::Timer(heard),
            arm,
        );
        (told, heard)
    }

    pub(super) fn is(&mut self, i: &Instance<'_>, s: StatusId) -> Guard {
        self.guard(i.norm, Op::StatusOn(s, i.vars.clone()), Ty::Bool)
    }

    pub(super) fn either(&mut self, norm: &Norm, guards: Vec<Guard>) -> Option<Guard> {
        match guards[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.guard(norm, Op::Or(guards), Ty::Bool)),
        }
    }

    /// A condition that is asked in every pass.
    pub(super) fn watched(&mut self, i: &Instance<'_>, conds: Vec<Guard>) -> EdgeId {
        let yes = self.guard(i.norm, Op::Bool(true), Ty::Bool);
        let cond = self.all(i.norm, conds).unwrap_or(yes);
        self.program.edges.push(Edge {
            keys: i.keys.clone(),
            cond,
            once: false,
            provision: i.norm.provision,
        });
        let e = EdgeId((self.program.edges.len() - 1) as u32);
        self.back.push(Latch::Edge(e));
        e
    }

    /// One that is asked when a step is over.
    pub(super) fn settling(&mut self, i: &Instance<'_>, conds: Vec<Guard>) -> EdgeId {
        let e = self.watched(i, conds);
        self.settled.insert(e);
        e
    }

    /// Events that end an open instance.
    pub(super) fn ended_by(
        &mut self,
        i: &Instance<'_>,
        events: &[(On, Option<Guard>)],
        is: Guard,
        told: TimerId,
    ) {
        for (on, guard) in events {
            let guard = self.all(i.norm, [is].into_iter().chain(*guard).collect());
            let arm = Effect::Arm(i.vars.clone());
            let rule = (on.clone(), i.keys.clone(), guard);
            self.rule(i.norm, rule, Latch::Timer(told), arm);
        }
    }

    /// An event that it had to come before, on the day on which it was done: no order is recorded, so it was not (R33).
    pub(super) fn unordered(&mut self, i: &Instance<'_>, fulfilled: StatusId) -> TimerId {
        let norm = i.norm;
        let is_fulfilled = self.is(i, fulfilled);
        let e = self.settling(i, vec![is_fulfilled]);
        let done = self.status(norm, "was done before", &i.keys);
        self.starts(i, i.rise(e), None, done);
        self.ends(i, On::Fall(e, i.bound()), None, done);
        self.first.push(Latch::Status(done));
        let was_done = self.is(i, done);
        let at = self.guard(norm, Op::StatusStart(fulfilled, i.vars.clone()), Ty::Time);
        let same = self.guard(norm, Op::Compare(CmpOp::Eq, i.event, at), Ty::Bool);
        let both = self.guard(norm, Op::And(vec![was_done, is_fulfilled, same]), Ty::Bool);
        let (told, heard) = self.pair(i, "was no sooner");
        self.ended_by(i, &i.duty.window.closes_on, both, told);
        heard
    }

    /// Whether the time of an instance has begun: a status.
    pub(super) fn opening(
        &mut self,
        i: &Instance<'_>,
        arises: &[Arising],
        (open, born): (StatusId, TimerId),
        (opens, during): (Option<Guard>, Option<Guard>),
        grows: &mut Vec<(HistId, Vec<Guard>)>,
    ) -> Written<StatusId> {
        let norm = i.norm;
        let is_open = self.is(i, open);
        let (told, heard) = self.pair(i, "has opened");
        let opened = self.status(norm, "has opened", &i.keys);
        let is_opened = self.is(i, opened);
        let not_yet = self.not(norm, is_opened);
        // At its birth already, or later.
        let mut at_birth = vec![self.not(norm, is_open)];
        if let Some(g) = opens {
            if !self.comes_once(g, &BTreeMap::new(), grows) {
                return Err("a duty whose time opens at a time that may move");
            }
            let now = self.guard(norm, Op::Now, Ty::Time);
            at_birth.push(self.guard(norm, Op::Compare(CmpOp::Ge, now, g), Ty::Bool));
        }
        at_birth.extend(during);
        for (t, free) in arises {
            let guard = self.all(norm, free.iter().chain(&at_birth).copied().collect());
            self.arms(i, i.any(*t), guard, told);
        }
        let later = vec![is_open, not_yet];
        let (on, guard) = match (opens, during) {
            (Some(g), _) => {
                let t = self.timer(norm, "opens", &i.keys, g, Firing::Opening);
                self.back.push(Latch::Timer(t));
                self.arms(i, i.any(born), None, t);
                self.disarms(i, i.started(open), t);
                (i.any(t), self.all(norm, later))
            }
            (None, Some(d)) => {
                let e = self.watched(i, later.into_iter().chain([d]).collect());
                (i.rise(e), None)
            }
            (None, None) => return Err("a time without beginning"),
        };
        // What tells of it stands behind what it hears.
        self.back.retain(|l| *l != Latch::Timer(told));
        self.back.push(Latch::Timer(told));
        self.arms(i, on, guard, told);
        self.starts(i, i.any(heard), None, opened);
        Ok(opened)
    }

    /// What is asked for, by whom: an act in one of the ways of meeting it, with its conditions.
    pub(super) fn asked(
        &mut self,
        norm: &Norm,
        keys: &[Domain],
        vars: &[Guard],
    ) -> Vec<(On, Vec<Guard>)> {
        let keyed = |v| keys.iter().position(|d| d.var == v);
        let who = &norm.who.domain;
        let subject = match keyed(who.var) {
            Some(i) => Match::Is(vars[i]),
            None => Match::Bind(who.var, who.kinds.clone()),
        };
        let mut all = Vec::new();
        for part in norm.demand.parts() {
            let Demand::Act {
                act,
                matches,
                filter,
            } = part
            else {
                continue;
            };
            let mut asked = vec![(Position::Actor, subject.clone())];
            asked.extend(matches.iter().map(|(p, m)| match m {
                Match::Bind(v, _) if keyed(*v).is_some() => {
                    (*p, Match::Is(vars[keyed(*v).unwrap_or(0)]))
                }
                other => (*p, other.clone()),
            }));
            let done = On::Act {
                act: *act,
                matches: asked,
                under: None,
                attempted: false,
            };
            let conds = [norm.who.cond].into_iter().chain(*filter);
            all.push((done, conds.collect()));
        }
        all
    }

    /// Whether what a duty asks was done before it arose with its scope (R28).
    pub(super) fn done_before(&mut self, i: &Instance<'_>) -> Written<Guard> {
        let norm = i.norm;
        let asked = self.asked(norm, &i.keys, &i.vars);
        let w = &i.duty.window;
        let timed = w.opens.is_some() || w.during.is_some();
        let mut conds = asked.iter().flat_map(|(_, conds)| conds);
        if !asked.is_empty() && (timed || !conds.all(|g| self.is_constant(*g))) {
            return Err("a duty that what was done before may meet, under a condition");
        }
        self.program.hists.push(Hist {
            name: format!("{} done", norm.name),
            act: Hist::NO_ACT,
            keys: i.keys.clone(),
            key_names: Vec::new(),
            store: Vec::new(),
            nth: Vec::new(),
            attempted: false,
            pattern: None,
        });
        let h = HistId((self.program.hists.len() - 1) as u32);
        self.back.push(Latch::Hist(h));
        for (on, conds) in asked {
            let push = Effect::Push(i.vars.clone());
            let guard = self.all(norm, conds);
            self.rule(norm, (on, i.keys.clone(), guard), Latch::Hist(h), push);
        }
        let n = self.guard(norm, Op::HistCount(h, i.vars.clone()), Ty::Int);
        let zero = self.guard(norm, Op::Int(0), Ty::Int);
        Ok(self.guard(norm, Op::Compare(CmpOp::Gt, n, zero), Ty::Bool))
    }
}
