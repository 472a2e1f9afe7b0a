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

use super::instance::{Instance, Proviso};
use super::*;
use rogatio_mir::NormState;

/// Where the state of the instances of a norm stands, and what tells of its changes.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) modal: Modal,
    pub(super) open: StatusId,
    pub(super) opened: Option<StatusId>,
    pub(super) fulfilled: StatusId,
    pub(super) released: StatusId,
    pub(super) lapsed: StatusId,
    pub(super) breached: Option<StatusId>,
    /// Timers and statuses that tell of a change, each with the state it leads to.
    pub(super) told: Vec<(NormState, Tells)>,
    /// Changes that are not told apart, or not with their dates.
    pub(super) untold: Vec<NormState>,
    /// What tells of an instance that is fulfilled or released as it is born.
    still: Vec<(NormState, Tells)>,
}

impl Life {
    fn new(modal: Modal) -> Life {
        let unwritten = StatusId(u32::MAX);
        Life {
            modal,
            open: unwritten,
            opened: None,
            fulfilled: unwritten,
            released: unwritten,
            lapsed: unwritten,
            breached: None,
            told: Vec::new(),
            untold: Vec::new(),
            still: Vec::new(),
        }
    }
}

/// What tells of a change.
#[derive(Copy, Clone, Debug)]
pub(super) enum Tells {
    Timer(TimerId),
    Rise(EdgeId),
}

impl Tells {
    pub(super) fn on(self, matches: Vec<Match>) -> On {
        match self {
            Tells::Timer(t) => On::Timer(t, matches),
            Tells::Rise(e) => On::Rise(e, matches),
        }
    }
}

/// A timer that tells that something arises, and whether it is born open.
pub(super) type Arising = (TimerId, Option<Guard>);

/// What ends an instance: it is done, released, or its time is over.
#[derive(Default)]
struct Ways {
    fulfils: Vec<On>,
    releases: Vec<On>,
    /// Its time is over: by an event or a condition, and by the clock.
    lapses: Vec<On>,
    by_clock: Option<On>,
    /// Timers of its time.
    clocks: Vec<TimerId>,
    /// When another time opens and closes, by which it was prolonged.
    prolonged: Option<(TimerId, TimerId)>,
}

/// What is known of a norm before its instances are written.
struct Known {
    /// When its time closes.
    closes: Option<(Guard, Firing)>,
    proviso: Option<Proviso>,
    /// What must hold.
    invariant: Option<Guard>,
    /// A clock may say that it was not met.
    assessed: bool,
    /// Its time is while this holds.
    during: Option<Guard>,
    /// Histories of which another entry moves its time.
    grows: Vec<(HistId, Vec<Guard>)>,
    /// Whether it lapses is open.
    in_doubt: bool,
}

impl Writer<'_> {
    /// Writes what becomes of the instances of a norm.
    pub(super) fn life(&mut self, n: NormId, norm: &Norm) -> Written {
        let Some(duty) = &norm.duty else {
            return Err("a norm without instances");
        };
        self.liveable(norm, duty)?;
        let mut known = self.known(n, norm, duty)?;
        let i = Instance::new(self, norm, duty);
        let mut life = Life::new(norm.modal);
        let (arises, is_born) = self.born(&i, &mut life)?;
        let opens = (duty.window.opens, known.during);
        if opens != (None, None) {
            let of = (life.open, is_born);
            let opened = self.opening(&i, &arises, of, opens, &mut known.grows)?;
            life.opened = Some(opened);
        }
        let asked = self.asked(norm, &i.keys, &i.vars);
        let mut ways = self.ways(&i, &mut life, &known, &asked);
        self.clock(&i, &mut life, &known, is_born, &mut ways);
        let lapses = self.states(&i, &mut life, &known, &ways);
        if let Some(e) = self.not_again(&i, &known.grows) {
            self.ends(&i, i.rise(e), None, life.open);
        }
        // Each lapse is a breach, also where another instance arises at once.
        let breaches: Vec<(On, Option<Guard>)> = match (known.invariant, i.has_deadline()) {
            (Some(g), false) => vec![(self.invariant(&i, &mut life, &known, g), None)],
            _ if matches!(norm.modal, Modal::Must | Modal::MustNot) => lapses,
            _ => Vec::new(),
        };
        for (on, guard) in breaches {
            let count = Latch::Hist(self.counter(n, norm));
            let push = Effect::Push(Vec::new());
            self.rule(norm, (on, Vec::new(), guard), count, push);
            self.states.push(count);
        }
        if !asked.is_empty() {
            let mut over = ways.lapses;
            match (norm.modal, ways.clocks.first()) {
                (Modal::May, Some(t)) => over.push(i.any(*t)),
                (Modal::May, None) => {}
                _ => over.extend(ways.by_clock),
            }
            let ends = (&over[..], &ways.releases[..]);
            let doubt = known.in_doubt;
            self.carry(n, &i, &life, ends, (&asked, ways.prolonged), doubt)?;
        }
        self.lives.insert(n, life);
        Ok(())
    }

    /// What has to be known of it, or it is not written.
    fn known(&mut self, n: NormId, norm: &Norm, duty: &Duty) -> Written<Known> {
        let assessed = !norm.is_unassessed() && !matches!(norm.demand, Demand::Anonymous(_));
        let invariant = match norm.demand {
            Demand::Ensure(g) => Some(g),
            _ => None,
        };
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
            && invariant.is_none();
        let in_doubt = closes.is_err() && only_power;
        let closes = match in_doubt {
            true => None,
            false => closes?,
        };
        if norm.modal == Modal::May && closes.is_some() && !self.is_ahead(duty) {
            return Err("a right whose time may be over when it arises");
        }
        let w = &duty.window;
        Ok(Known {
            closes,
            proviso: self.proviso(norm, duty, &mut grows)?,
            invariant,
            assessed,
            during: w.during.filter(|_| w.opens.is_none()),
            grows,
            in_doubt,
        })
    }

    /// What is born: an open instance, or one that is fulfilled or released at once. Timers that tell of it before it is
    /// known which, and that it is born open.
    fn born(&mut self, i: &Instance<'_>, life: &mut Life) -> Written<(Vec<Arising>, TimerId)> {
        let (norm, duty) = (i.norm, i.duty);
        let arises = self.arises(i)?;
        // Before the case begins nothing was done.
        let first = duty.births.iter().all(|b| matches!(b.on, On::Begin));
        let done_before = match duty.scope_born && !first {
            true => Some(self.done_before(i)?),
            false => None,
        };
        let (born, is_born) = self.pair(i, "is born");
        life.open = self.status(norm, "is open", &i.keys);
        let mut free: Vec<Guard> = Vec::new();
        let at_once = [
            (done_before, NormState::Fulfilled, "is born fulfilled"),
            (duty.release, NormState::Released, "is born released"),
        ];
        for (cond, state, what) in at_once {
            let Some(cond) = cond else { continue };
            let (told, heard) = self.pair(i, what);
            for t in &arises {
                let guard = free.iter().copied().chain([cond]).collect();
                let guard = self.all(norm, guard);
                self.arms(i, i.any(*t), guard, told);
            }
            free.push(self.not(norm, cond));
            life.told.push((state, Tells::Timer(heard)));
            life.still.push((state, Tells::Timer(heard)));
        }
        let free = self.all(norm, free);
        for t in &arises {
            self.arms(i, i.any(*t), free, born);
        }
        self.starts(i, i.any(is_born), None, life.open);
        Ok((arises.into_iter().map(|t| (t, free)).collect(), is_born))
    }

    /// How it ends but by the clock: it is done, released, or overtaken.
    fn ways(
        &mut self,
        i: &Instance<'_>,
        life: &mut Life,
        known: &Known,
        asked: &[(On, Vec<Guard>)],
    ) -> Ways {
        let (norm, duty) = (i.norm, i.duty);
        let mut ways = Ways::default();
        let is_open = self.is(i, life.open);
        let is_opened = life.opened.map(|s| self.is(i, s));
        if !asked.is_empty() {
            let (told, heard) = self.pair(i, "is done");
            let has_come = self.either(norm, is_opened.into_iter().chain(known.during).collect());
            for (on, conds) in asked {
                let time = [is_open].into_iter().chain(has_come);
                let guard = self.all(norm, time.chain(conds.iter().copied()).collect());
                let rule = (on.clone(), i.keys.clone(), guard);
                self.rule(norm, rule, Latch::Timer(told), Effect::Arm(i.vars.clone()));
            }
            ways.fulfils.push(i.any(heard));
            life.told.push((NormState::Fulfilled, Tells::Timer(heard)));
        }
        if let (Some(g), true) = (known.invariant, i.has_deadline()) {
            let mut conds = self.binds(i, life, known);
            conds.push(g);
            let e = self.settling(i, conds);
            ways.fulfils.push(i.rise(e));
            life.told.push((NormState::Fulfilled, Tells::Rise(e)));
        }
        if let Some(r) = duty.release {
            let e = self.settling(i, vec![is_open, r]);
            ways.releases.push(i.rise(e));
            life.told.push((NormState::Released, Tells::Rise(e)));
            let dated = |b: &rogatio_mir::Birth| matches!(b.on, On::Timer(..) | On::Norm(..));
            if duty.births.iter().any(dated) {
                life.untold.push(NormState::Released);
            }
        }
        if !duty.release_on.is_empty() {
            let (told, heard) = self.pair(i, "ends");
            self.ended_by(i, &duty.release_on, is_open, told);
            ways.releases.push(i.any(heard));
            life.untold.push(NormState::Released);
        }
        if let Some(d) = known.during {
            let gone = self.not(norm, d);
            let conds = [is_open].into_iter().chain(is_opened).chain([gone]);
            let e = self.watched(i, conds.collect());
            let (told, heard) = self.pair(i, "is over");
            self.arms(i, i.rise(e), None, told);
            match known.invariant {
                Some(_) => ways.releases.push(i.any(heard)),
                None if known.assessed => ways.lapses.push(i.any(heard)),
                None => {}
            }
            life.untold.push(NormState::Released);
        }
        if !duty.window.closes_on.is_empty() && known.assessed {
            let (told, heard) = self.pair(i, "is overtaken");
            self.ended_by(i, &duty.window.closes_on, is_open, told);
            ways.lapses.push(i.any(heard));
        }
        if !ways.lapses.is_empty() {
            life.untold.push(NormState::Lapsed);
        }
        ways
    }

    /// How its time is over by the clock, and how it is prolonged.
    fn clock(
        &mut self,
        i: &Instance<'_>,
        life: &mut Life,
        known: &Known,
        is_born: TimerId,
        ways: &mut Ways,
    ) {
        let Some((at, firing)) = known.closes else {
            return;
        };
        let norm = i.norm;
        let is_open = self.is(i, life.open);
        let t = self.timer(norm, "closes", &i.keys, at, firing);
        self.back.push(Latch::Timer(t));
        self.arms(i, i.any(is_born), None, t);
        ways.clocks.push(t);
        let mut conds = vec![is_open];
        if let Some(p) = &known.proviso {
            let (told, heard) = self.pair(i, "is prolonged");
            let guard = self.all(norm, vec![is_open, p.cond]);
            self.arms(i, i.any(t), guard, told);
            conds.push(self.not(norm, p.cond));
            let c = self.timer(norm, "closes again", &i.keys, p.closes, p.firing);
            let o = self.timer(norm, "opens again", &i.keys, p.opens, Firing::Opening);
            for t in [c, o] {
                self.back.push(Latch::Timer(t));
                self.arms(i, i.any(heard), None, t);
            }
            ways.clocks.extend([o, c]);
            ways.prolonged = Some((o, c));
        }
        let (told, heard) = self.pair(i, "falls due");
        let guard = self.all(norm, conds);
        self.arms(i, i.any(t), guard, told);
        if let Some((_, c)) = ways.prolonged {
            self.arms(i, i.any(c), Some(is_open), told);
        }
        ways.by_clock = Some(i.any(heard));
        life.told.push((NormState::Lapsed, Tells::Timer(heard)));
    }

    /// The state of the latest instance. What is done comes first, what releases it second. The ways in which it lapses.
    fn states(
        &mut self,
        i: &Instance<'_>,
        life: &mut Life,
        known: &Known,
        ways: &Ways,
    ) -> Vec<(On, Option<Guard>)> {
        let norm = i.norm;
        let right = norm.modal == Modal::May;
        let is_open = self.is(i, life.open);
        life.fulfilled = self.status(norm, "is fulfilled", &i.keys);
        life.released = self.status(norm, "is released", &i.keys);
        life.lapsed = self.status(norm, "has lapsed", &i.keys);
        let overtaken = !i.duty.window.closes_on.is_empty() && known.assessed && !right;
        let unordered = overtaken.then(|| self.unordered(i, life.fulfilled));
        let mut order = vec![Latch::Status(life.open)];
        order.extend(life.opened.map(Latch::Status));
        let lapses: Vec<On> = ways.lapses.iter().chain(&ways.by_clock).cloned().collect();
        let (mut none_before, mut told) = (Vec::new(), Vec::new());
        for (s, by) in [
            (life.fulfilled, &ways.fulfils),
            (life.released, &ways.releases),
            (life.lapsed, &lapses),
        ] {
            let guard = self.all(norm, none_before.clone());
            for on in by {
                self.starts(i, on.clone(), guard, s);
                self.ends(i, on.clone(), None, life.open);
                if let Some(opened) = life.opened {
                    self.ends(i, on.clone(), None, opened);
                }
                for t in ways.clocks.iter().filter(|_| !right) {
                    self.disarms(i, on.clone(), *t);
                }
            }
            if s == life.lapsed {
                told = by.iter().map(|on| (on.clone(), guard)).collect();
            }
            self.ends(i, i.started(life.open), None, s);
            order.push(Latch::Status(s));
            let is = self.is(i, s);
            none_before.push(self.not(norm, is));
        }
        // What is born fulfilled or released: what was there before is no longer the latest.
        let closed = self.not(norm, is_open);
        for (state, tells) in life.still.clone() {
            let on = tells.on(vec![Match::Any; i.keys.len()]);
            let s = match state {
                NormState::Fulfilled => life.fulfilled,
                _ => life.released,
            };
            self.starts(i, on.clone(), Some(closed), s);
            for other in [life.fulfilled, life.released, life.lapsed] {
                if other != s {
                    self.ends(i, on.clone(), Some(closed), other);
                }
            }
        }
        if let Some(heard) = unordered {
            self.starts(i, i.any(heard), None, life.lapsed);
            self.ends(i, i.any(heard), None, life.fulfilled);
            told.push((i.any(heard), None));
        }
        // Used or not, the time of a right goes on until another instance takes its place.
        for t in ways.clocks.iter().filter(|_| right) {
            self.disarms(i, i.started(life.open), *t);
        }
        self.states.extend(order);
        told
    }

    /// What must always hold, and fails. What tells of it.
    fn invariant(&mut self, i: &Instance<'_>, life: &mut Life, known: &Known, g: Guard) -> On {
        let mut conds = self.binds(i, life, known);
        conds.push(self.not(i.norm, g));
        let e = self.settling(i, conds);
        let breached = self.status(i.norm, "is breached", &i.keys);
        self.starts(i, i.rise(e), None, breached);
        self.ends(i, On::Fall(e, i.bound()), None, breached);
        self.states.push(Latch::Status(breached));
        life.breached = Some(breached);
        life.told.push((NormState::Breached, Tells::Rise(e)));
        i.rise(e)
    }

    /// An invariant binds now: it is open, its time has come, and nothing releases it.
    fn binds(&mut self, i: &Instance<'_>, life: &Life, known: &Known) -> Vec<Guard> {
        let mut conds = vec![self.is(i, life.open)];
        conds.extend(life.opened.map(|s| self.is(i, s)));
        conds.extend(known.during);
        conds.extend(i.duty.release.map(|r| self.not(i.norm, r)));
        conds
    }
}
