//! The whole life of an instance (R28-R33), where its state is read or what becomes of it is heard: norms change when the
//! pass is over, so what changes is told by timers behind all other latches, and heard at the front of the next pass. There
//! its state stands, which everything else reads.
//!
//! | timers, statuses | |
//! |---|---|
//! | `is born`, `is done`, `ends`, `falls due` | pairs: told at the back, heard at the front of the next pass |
//! | `is open`, `is fulfilled`, `is released`, `has lapsed`, `is breached` | the state of the latest instance |
//! | `has opened` | its time has come |
//! | `is late` | a lapsed instance that may still be done |
//! | `is in its time` | of a right: its power, used or not |
//!
//! Conditions that are read when a step is over (releases, invariants) are edges that settle ([`Made::settled`]).

use super::*;
use rogatio_mir::NormState;

/// Where the state of the instances of a norm stands, and what tells of its changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub(super) modal: Option<Modal>,
    pub(super) open: Option<StatusId>,
    pub(super) opened: Option<StatusId>,
    pub(super) fulfilled: Option<StatusId>,
    pub(super) released: Option<StatusId>,
    pub(super) lapsed: Option<StatusId>,
    pub(super) breached: Option<StatusId>,
    /// Timers and statuses that tell of a change, each with the state it leads to.
    pub(super) told: Vec<(NormState, Tells)>,
    /// Changes that are not told apart, or not with their dates.
    pub(super) untold: Vec<NormState>,
}

/// What tells of a change.
#[derive(Copy, Clone, Debug)]
pub(super) enum Tells {
    Timer(TimerId),
    Start(StatusId),
    Rise(EdgeId),
}

impl Tells {
    pub(super) fn on(self, matches: Vec<Match>) -> On {
        match self {
            Tells::Timer(t) => On::Timer(t, matches),
            Tells::Start(s) => On::Started(s, matches),
            Tells::Rise(e) => On::Rise(e, matches),
        }
    }
}

/// An instance of a norm while it is written.
pub(super) struct Instance<'n> {
    pub(super) norm: &'n Norm,
    duty: &'n Duty,
    keys: Vec<Domain>,
    vars: Vec<Guard>,
    event: Guard,
}

impl Instance<'_> {
    fn any(&self, t: TimerId) -> On {
        On::Timer(t, vec![Match::Any; self.keys.len()])
    }

    fn bound(&self) -> Vec<Match> {
        let bind = |d: &Domain| Match::Bind(d.var, d.kinds.clone());
        self.keys.iter().map(bind).collect()
    }

    fn started(&self, s: StatusId) -> On {
        On::Started(s, self.bound())
    }

    fn rise(&self, e: EdgeId) -> On {
        On::Rise(e, self.bound())
    }
}

/// A proviso: its condition, and the time by which it prolongs.
struct Proviso {
    cond: Guard,
    opens: Guard,
    closes: Guard,
    firing: Firing,
}

impl Writer<'_> {
    /// Writes what becomes of the instances of a norm.
    pub(super) fn life(&mut self, n: NormId, norm: &Norm) -> Written {
        let Some(duty) = &norm.duty else {
            return Err("a norm without instances");
        };
        self.liveable(norm, duty)?;
        let i = Instance {
            norm,
            duty,
            keys: duty.keys.clone(),
            vars: self.vars(norm, &duty.keys),
            event: self.guard(norm, Op::EventTime, Ty::Time),
        };
        let assessed = !norm.is_unassessed() && !matches!(norm.demand, Demand::Anonymous(_));
        let mut grows = Vec::new();
        let closes = match assessed {
            true => self.deadline(norm, duty, Some(&mut grows)),
            false => Ok(None),
        };
        // A duty carries its power whenever it lapses; whether that is known, the interpreter says.
        let only_power = !self.followed.contains(&n)
            && norm.modal != Modal::May
            && duty.release.is_none()
            && duty.ends().next().is_none()
            && !matches!(norm.demand, Demand::Ensure(_));
        let in_doubt = closes.is_err() && only_power;
        let closes = match in_doubt {
            true => None,
            false => closes?,
        };
        let right = norm.modal == Modal::May;
        if right && closes.is_some() && !self.is_ahead(duty) {
            return Err("a right whose time may be over when it arises");
        }
        let proviso = self.proviso(norm, duty, &mut grows)?;
        let invariant = match norm.demand {
            Demand::Ensure(g) => Some(g),
            _ => None,
        };
        let w = &duty.window;
        let deadline = w.closes.is_some() || w.urgency.is_some();
        let during = w.during.filter(|_| w.opens.is_none());
        let mut life = Life {
            modal: Some(norm.modal),
            ..Life::default()
        };

        // What is born, as the state before has it.
        let arises = self.arises(&i)?;
        // Before the case begins nothing was done.
        let first = duty.births.iter().all(|b| matches!(b.on, On::Begin));
        let done_before = match duty.scope_born && !first {
            true => Some(self.done_before(&i)?),
            false => None,
        };
        let (born, is_born) = self.pair(&i, "is born");
        let open = self.status(norm, "is open", &i.keys);
        life.open = Some(open);
        let is_open = self.is(&i, open);
        let mut free: Vec<Guard> = Vec::new();
        for (cond, first) in [(done_before, true), (duty.release, false)] {
            let Some(cond) = cond else { continue };
            let what = if first {
                "is born fulfilled"
            } else {
                "is born released"
            };
            let (told, heard) = self.pair(&i, what);
            for t in &arises {
                let guard = free.iter().copied().chain([cond]).collect();
                let guard = self.all(norm, guard);
                let arm = Effect::Arm(i.vars.clone());
                self.rule(
                    norm,
                    (i.any(*t), Vec::new(), guard),
                    Latch::Timer(told),
                    arm,
                );
            }
            free.push(self.not(norm, cond));
            let state = match first {
                true => NormState::Fulfilled,
                false => NormState::Released,
            };
            life.told.push((state, Tells::Timer(heard)));
        }
        for t in &arises {
            let guard = self.all(norm, free.clone());
            let arm = Effect::Arm(i.vars.clone());
            self.rule(
                norm,
                (i.any(*t), Vec::new(), guard),
                Latch::Timer(born),
                arm,
            );
        }
        let still: Vec<(NormState, Tells)> = life.told.clone();
        let start = || Effect::Start(i.vars.clone(), None);
        let end = || Effect::End(i.vars.clone());
        self.rule(
            norm,
            (i.any(is_born), Vec::new(), None),
            Latch::Status(open),
            start(),
        );

        // When its time begins.
        let opened = match (w.opens, during) {
            (None, None) => None,
            (opens, during) => {
                let of = (open, is_born);
                Some(self.opening(&i, (&arises, &free), of, (opens, during), &mut grows)?)
            }
        };
        life.opened = opened;
        let is_opened = opened.map(|s| self.is(&i, s));

        // How it ends: done, released, its time over; what is done comes first, what releases it second.
        let mut states = vec![Latch::Status(open)];
        states.extend(life.opened.map(Latch::Status));
        let mut ends: Vec<On> = Vec::new();
        let mut fulfils: Vec<On> = Vec::new();
        let mut releases: Vec<On> = Vec::new();
        let (mut lapses, mut by_clock): (Vec<On>, Option<On>) = (Vec::new(), None);
        let asked = self.asked(norm, &i.keys, &i.vars);
        if !asked.is_empty() {
            let (told, heard) = self.pair(&i, "is done");
            let has_come = self.either(norm, is_opened.into_iter().chain(during).collect());
            for (on, conds) in &asked {
                let conds = [is_open]
                    .into_iter()
                    .chain(has_come)
                    .chain(conds.iter().copied());
                let guard = self.all(norm, conds.collect());
                let arm = Effect::Arm(i.vars.clone());
                let rule = (on.clone(), i.keys.clone(), guard);
                self.rule(norm, rule, Latch::Timer(told), arm);
            }
            fulfils.push(i.any(heard));
            life.told.push((NormState::Fulfilled, Tells::Timer(heard)));
        }
        if let (Some(g), true) = (invariant, deadline) {
            let mut conds: Vec<Guard> = [is_open]
                .into_iter()
                .chain(is_opened)
                .chain(during)
                .collect();
            conds.extend(duty.release.map(|r| self.not(norm, r)));
            conds.push(g);
            let e = self.settling(&i, conds);
            fulfils.push(i.rise(e));
            life.told.push((NormState::Fulfilled, Tells::Rise(e)));
        }
        if let Some(r) = duty.release {
            let e = self.settling(&i, vec![is_open, r]);
            releases.push(i.rise(e));
            life.told.push((NormState::Released, Tells::Rise(e)));
        }
        if !duty.release_on.is_empty() {
            let (told, heard) = self.pair(&i, "ends");
            self.ended_by(&i, &duty.release_on, is_open, told);
            releases.push(i.any(heard));
            life.told.push((NormState::Released, Tells::Timer(heard)));
        }
        let over = during.map(|d| {
            let conds = [is_open].into_iter().chain(is_opened).collect::<Vec<_>>();
            let gone = self.not(norm, d);
            let e = self.watched(&i, conds.into_iter().chain([gone]).collect());
            let (told, heard) = self.pair(&i, "is over");
            let arm = Effect::Arm(i.vars.clone());
            self.rule(norm, (i.rise(e), Vec::new(), None), Latch::Timer(told), arm);
            heard
        });
        if let Some(heard) = over {
            match invariant {
                Some(_) => {
                    releases.push(i.any(heard));
                    life.told.push((NormState::Released, Tells::Timer(heard)));
                }
                None if assessed => lapses.push(i.any(heard)),
                None => {}
            }
        }
        let clock = closes.map(|(at, firing)| {
            let t = self.timer(norm, "closes", &i.keys, at, firing);
            self.back.push(Latch::Timer(t));
            t
        });
        let mut prolonged = None;
        if let Some(t) = clock {
            let arm = || Effect::Arm(i.vars.clone());
            let born = (i.any(is_born), Vec::new(), None);
            self.rule(norm, born, Latch::Timer(t), arm());
            let mut conds = vec![is_open];
            if let Some(p) = &proviso {
                let (told, heard) = self.pair(&i, "is prolonged");
                let guard = self.all(norm, vec![is_open, p.cond]);
                self.rule(
                    norm,
                    (i.any(t), Vec::new(), guard),
                    Latch::Timer(told),
                    arm(),
                );
                conds.push(self.not(norm, p.cond));
                let c = self.timer(norm, "closes again", &i.keys, p.closes, p.firing);
                let o = self.timer(norm, "opens again", &i.keys, p.opens, Firing::Opening);
                for t in [c, o] {
                    self.back.push(Latch::Timer(t));
                    let on = (i.any(heard), Vec::new(), None);
                    self.rule(norm, on, Latch::Timer(t), arm());
                }
                prolonged = Some((o, c));
            }
            let (told, heard) = self.pair(&i, "falls due");
            let guard = self.all(norm, conds);
            self.rule(
                norm,
                (i.any(t), Vec::new(), guard),
                Latch::Timer(told),
                arm(),
            );
            if let Some((_, c)) = prolonged {
                let on = (i.any(c), Vec::new(), Some(is_open));
                self.rule(norm, on, Latch::Timer(told), arm());
            }
            by_clock = Some(i.any(heard));
            life.told.push((NormState::Lapsed, Tells::Timer(heard)));
        }
        let prolongs = prolonged.into_iter().flat_map(|(o, c)| [o, c]);
        let clocks: Vec<TimerId> = clock.into_iter().chain(prolongs).collect();
        if !w.closes_on.is_empty() && assessed {
            let (told, heard) = self.pair(&i, "is overtaken");
            self.ended_by(&i, &w.closes_on, is_open, told);
            lapses.push(i.any(heard));
        }
        let fulfilled = self.status(norm, "is fulfilled", &i.keys);
        let released = self.status(norm, "is released", &i.keys);
        let lapsed = self.status(norm, "has lapsed", &i.keys);
        let (is_fulfilled, is_released) = (self.is(&i, fulfilled), self.is(&i, released));
        let overtaken = !w.closes_on.is_empty() && assessed && !right;
        let unordered = overtaken.then(|| self.unordered(&i, fulfilled));
        let all_lapses: Vec<On> = lapses.iter().cloned().chain(by_clock).collect();
        for (s, by, before) in [
            (fulfilled, &fulfils, vec![]),
            (released, &releases, vec![is_fulfilled]),
            (lapsed, &all_lapses, vec![is_fulfilled, is_released]),
        ] {
            let mut free = Vec::new();
            for g in before {
                free.push(self.not(norm, g));
            }
            for on in by {
                let guard = self.all(norm, free.clone());
                self.rule(
                    norm,
                    (on.clone(), Vec::new(), guard),
                    Latch::Status(s),
                    start(),
                );
            }
            self.rule(
                norm,
                (i.started(open), Vec::new(), None),
                Latch::Status(s),
                end(),
            );
            states.push(Latch::Status(s));
            ends.extend(by.iter().cloned());
        }
        for (state, tells) in &still {
            let s = match state {
                NormState::Fulfilled => fulfilled,
                _ => released,
            };
            let closed = self.not(norm, is_open);
            let on = tells.on(vec![Match::Any; i.keys.len()]);
            self.rule(
                norm,
                (on, Vec::new(), Some(closed)),
                Latch::Status(s),
                start(),
            );
            // What was there before is no longer the latest.
            for other in [fulfilled, released, lapsed] {
                if other != s {
                    let on = tells.on(vec![Match::Any; i.keys.len()]);
                    let closed = self.not(norm, is_open);
                    self.rule(
                        norm,
                        (on, Vec::new(), Some(closed)),
                        Latch::Status(other),
                        end(),
                    );
                }
            }
        }
        if let Some(heard) = unordered {
            self.rule(
                norm,
                (i.any(heard), Vec::new(), None),
                Latch::Status(lapsed),
                start(),
            );
            self.rule(
                norm,
                (i.any(heard), Vec::new(), None),
                Latch::Status(fulfilled),
                end(),
            );
        }
        if !lapses.is_empty() {
            life.untold.push(NormState::Lapsed);
        }
        let dated = |b: &rogatio_mir::Birth| matches!(b.on, On::Timer(..) | On::Norm(..));
        let told_late = duty.release.is_some() && duty.births.iter().any(dated);
        if told_late || !duty.release_on.is_empty() || over.is_some() {
            life.untold.push(NormState::Released);
        }
        (life.fulfilled, life.released) = (Some(fulfilled), Some(released));
        life.lapsed = Some(lapsed);
        for on in &ends {
            self.rule(
                norm,
                (on.clone(), Vec::new(), None),
                Latch::Status(open),
                end(),
            );
            if let Some(s) = opened {
                self.rule(
                    norm,
                    (on.clone(), Vec::new(), None),
                    Latch::Status(s),
                    end(),
                );
            }
            for t in clocks.iter().filter(|_| !right) {
                let disarm = Effect::Disarm(i.vars.clone());
                let over = (on.clone(), Vec::new(), None);
                self.rule(norm, over, Latch::Timer(*t), disarm);
            }
        }
        // Used or not, the time of a right goes on until another instance takes its place.
        for t in clocks.iter().filter(|_| right) {
            let disarm = Effect::Disarm(i.vars.clone());
            let anew = (i.started(open), Vec::new(), None);
            self.rule(norm, anew, Latch::Timer(*t), disarm);
        }
        if let Some(e) = self.not_again(&i, &grows) {
            let again = (i.rise(e), Vec::new(), None);
            self.rule(norm, again, Latch::Status(open), end());
        }
        let mut counted: Vec<On> = Vec::new();
        if let (Some(g), false) = (invariant, deadline) {
            let mut conds: Vec<Guard> = [is_open]
                .into_iter()
                .chain(is_opened)
                .chain(during)
                .collect();
            conds.extend(duty.release.map(|r| self.not(norm, r)));
            conds.push(self.not(norm, g));
            let e = self.settling(&i, conds);
            let breached = self.status(norm, "is breached", &i.keys);
            let fall = On::Fall(e, i.bound());
            self.rule(
                norm,
                (i.rise(e), Vec::new(), None),
                Latch::Status(breached),
                start(),
            );
            self.rule(
                norm,
                (fall, Vec::new(), None),
                Latch::Status(breached),
                end(),
            );
            states.push(Latch::Status(breached));
            life.breached = Some(breached);
            life.told.push((NormState::Breached, Tells::Rise(e)));
            counted.push(i.rise(e));
        } else if matches!(norm.modal, Modal::Must | Modal::MustNot) {
            counted.push(i.started(lapsed));
            life.told.push((NormState::Breached, Tells::Start(lapsed)));
        }
        if let [on] = &counted[..] {
            let count = Latch::Hist(self.counter(n, norm));
            self.rule(
                norm,
                (on.clone(), Vec::new(), None),
                count,
                Effect::Push(Vec::new()),
            );
            states.push(count);
        }
        self.states.extend(states);
        let over = match (norm.modal, clock) {
            (Modal::May, Some(t)) => lapses.into_iter().chain([i.any(t)]).collect(),
            (Modal::May, None) => lapses,
            _ => all_lapses,
        };
        let asked = (&asked[..], prolonged);
        if in_doubt {
            self.doubtful.insert(n);
        }
        self.carry(n, &i, &life, (&over, &releases), asked)?;
        self.lives.insert(n, life);
        Ok(())
    }

    /// What is asked for carries its power: a duty also after its time, a right within it (R25).
    fn carry(
        &mut self,
        n: NormId,
        i: &Instance<'_>,
        life: &Life,
        (lapses, releases): (&[On], &[On]),
        (asked, prolonged): (&[(On, Vec<Guard>)], Option<(TimerId, TimerId)>),
    ) -> Written {
        if asked.is_empty() {
            return Ok(());
        }
        let norm = i.norm;
        let (Some(open), opened) = (life.open, life.opened) else {
            return Ok(());
        };
        let start = || Effect::Start(i.vars.clone(), None);
        let end = || Effect::End(i.vars.clone());
        if norm.modal == Modal::May {
            let begins = opened.unwrap_or(open);
            let in_time = self.status(norm, "is in its time", &i.keys);
            let latch = Latch::Status(in_time);
            self.rule(norm, (i.started(begins), Vec::new(), None), latch, start());
            for on in releases.iter().chain(lapses) {
                self.rule(norm, (on.clone(), Vec::new(), None), latch, end());
            }
            self.back.push(latch);
            let mut outstanding = vec![self.is(i, in_time)];
            if let Some((opens, closes)) = prolonged {
                let again = self.status(norm, "is in its time again", &i.keys);
                let latch = Latch::Status(again);
                self.rule(norm, (i.any(opens), Vec::new(), None), latch, start());
                for on in releases
                    .iter()
                    .cloned()
                    .chain([i.any(closes), i.started(open)])
                {
                    self.rule(norm, (on, Vec::new(), None), latch, end());
                }
                self.back.push(latch);
                let either = vec![outstanding[0], self.is(i, again)];
                outstanding = vec![self.guard(norm, Op::Or(either), Ty::Bool)];
            }
            outstanding.extend(
                i.duty
                    .window
                    .during
                    .filter(|_| i.duty.window.opens.is_none()),
            );
            let all = self.all(norm, outstanding).into_iter().collect();
            return self.power(n, norm, &i.keys, all);
        }
        let late = self.status(norm, "is late", &i.keys);
        let latch = Latch::Status(late);
        for on in lapses {
            self.rule(norm, (on.clone(), Vec::new(), None), latch, start());
        }
        let is_late = self.is(i, late);
        for (on, conds) in asked {
            let conds = [is_late].into_iter().chain(conds.iter().copied()).collect();
            let guard = self.all(norm, conds);
            self.rule(norm, (on.clone(), i.keys.clone(), guard), latch, end());
        }
        self.back.push(latch);
        let is_open = self.is(i, open);
        let is_opened = opened.map(|s| self.is(i, s));
        let doubt = match self.doubtful.contains(&n) {
            true => {
                // Two exceptions that disagree are left to the interpreter.
                let [no, yes] = [false, true].map(|b| self.guard(norm, Op::Bool(b), Ty::Bool));
                let doubt = Op::Except(yes, vec![(is_open, yes), (is_open, no)]);
                Some(self.guard(norm, doubt, Ty::Bool))
            }
            false => None,
        };
        let conds = [is_open].into_iter().chain(is_opened).chain(doubt);
        let outstanding = self.all(norm, conds.collect());
        self.power(
            n,
            norm,
            &i.keys,
            outstanding.into_iter().chain([is_late]).collect(),
        )
    }

    /// What prolongs it when its time is over unused (R30c).
    fn proviso(
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
            if !self.comes_once(norm, g, &none, grows) || self.counts_from_birth(g) {
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
    fn arises(&mut self, i: &Instance<'_>) -> Written<Vec<TimerId>> {
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
    fn pair(&mut self, i: &Instance<'_>, what: &str) -> (TimerId, TimerId) {
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

    fn is(&mut self, i: &Instance<'_>, s: StatusId) -> Guard {
        self.guard(i.norm, Op::StatusOn(s, i.vars.clone()), Ty::Bool)
    }

    fn either(&mut self, norm: &Norm, guards: Vec<Guard>) -> Option<Guard> {
        match guards[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.guard(norm, Op::Or(guards), Ty::Bool)),
        }
    }

    /// A condition that is asked in every pass.
    fn watched(&mut self, i: &Instance<'_>, conds: Vec<Guard>) -> EdgeId {
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
    fn ended_by(
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
    fn unordered(&mut self, i: &Instance<'_>, fulfilled: StatusId) -> TimerId {
        let norm = i.norm;
        let is_fulfilled = self.is(i, fulfilled);
        let e = self.settling(i, vec![is_fulfilled]);
        let done = self.status(norm, "was done before", &i.keys);
        let start = Effect::Start(i.vars.clone(), None);
        self.rule(
            norm,
            (i.rise(e), Vec::new(), None),
            Latch::Status(done),
            start,
        );
        let end = Effect::End(i.vars.clone());
        let fall = On::Fall(e, i.bound());
        self.rule(norm, (fall, Vec::new(), None), Latch::Status(done), end);
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
    fn opening(
        &mut self,
        i: &Instance<'_>,
        (arises, free): (&[TimerId], &[Guard]),
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
        let mut at_birth: Vec<Guard> = free.to_vec();
        let closed = self.not(norm, is_open);
        at_birth.push(closed);
        if let Some(g) = opens {
            if !self.comes_once(norm, g, &BTreeMap::new(), grows) {
                return Err("a duty whose time opens at a time that may move");
            }
            let now = self.guard(norm, Op::Now, Ty::Time);
            at_birth.push(self.guard(norm, Op::Compare(CmpOp::Ge, now, g), Ty::Bool));
        }
        at_birth.extend(during);
        for t in arises {
            let guard = self.all(norm, at_birth.clone());
            let arm = Effect::Arm(i.vars.clone());
            self.rule(
                norm,
                (i.any(*t), Vec::new(), guard),
                Latch::Timer(told),
                arm,
            );
        }
        let later = vec![is_open, not_yet];
        let (on, guard) = match (opens, during) {
            (Some(g), _) => {
                let t = self.timer(norm, "opens", &i.keys, g, Firing::Opening);
                self.back.push(Latch::Timer(t));
                let arm = Effect::Arm(i.vars.clone());
                self.rule(norm, (i.any(born), Vec::new(), None), Latch::Timer(t), arm);
                let disarm = Effect::Disarm(i.vars.clone());
                self.rule(
                    norm,
                    (i.started(open), Vec::new(), None),
                    Latch::Timer(t),
                    disarm,
                );
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
        let arm = Effect::Arm(i.vars.clone());
        self.rule(norm, (on, Vec::new(), guard), Latch::Timer(told), arm);
        let start = Effect::Start(i.vars.clone(), None);
        self.rule(
            norm,
            (i.any(heard), Vec::new(), None),
            Latch::Status(opened),
            start,
        );
        Ok(opened)
    }
}

impl Writer<'_> {
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
    fn done_before(&mut self, i: &Instance<'_>) -> Written<Guard> {
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
