//! Which duties are written as latches: those whose life hangs on nothing that a pass cannot tell.

use super::*;

/// What keeps a duty from being written as latches, whether its life is written or not.
fn unwritten(norm: &Norm, duty: &Duty) -> Option<&'static str> {
    Some(if in_versions(norm) {
        "a duty in versions"
    } else if norm.who.jointly {
        "a joint duty"
    } else if norm.despite.is_some() {
        "a duty that makes others yield"
    } else if !duty.several.is_empty() {
        "a duty towards each of several"
    } else if duty.every.is_some() {
        "a duty that recurs"
    } else {
        return None;
    })
}

impl Writer<'_> {
    pub(super) fn simple(&self, norm: &Norm, duty: &Duty) -> Written {
        let w = &duty.window;
        let why = if let Some(why) = unwritten(norm, duty) {
            why
        } else if !duty.provisos.is_empty() || duty.further_of.is_some() {
            "a duty whose time is prolonged"
        } else if w.opens.is_some() || w.during.is_some() {
            "a duty whose time opens later"
        } else if duty.ends().next().is_some() {
            "a duty that an event ends"
        } else if duty.scope_born {
            "a duty that what was done before may meet"
        } else if crate::version::asked(&self.program, &self.conditions(norm, duty)) {
            "a duty that reads a version which changes during a run"
        } else if duty.release.is_some_and(|g| !self.stays(g)) {
            "a duty that a passing condition releases"
        } else {
            return Ok(());
        };
        Err(why)
    }

    /// Every condition of a duty.
    fn conditions(&self, norm: &Norm, duty: &Duty) -> Vec<Guard> {
        let births = duty
            .births
            .iter()
            .flat_map(|b| [b.guard, b.after])
            .flatten();
        let filter = match &norm.demand {
            Demand::Act { filter, .. } => *filter,
            _ => None,
        };
        let own = [norm.cond, duty.release, filter].into_iter().flatten();
        let closes = duty.window.closes.map(|(g, _)| g);
        births
            .chain(own)
            .chain(closes)
            .chain([norm.who.cond])
            .collect()
    }

    /// Whether a condition that holds once holds for good: then it does not matter when in a step it is asked.
    pub(super) fn stays(&self, g: Guard) -> bool {
        let p = &self.program;
        match &p.guards[g.index()].op {
            Op::Bool(_) => true,
            Op::And(all) | Op::Or(all) => all.iter().all(|g| self.stays(*g)),
            Op::StatusOn(s, _) => {
                let of = Latch::Status(*s);
                p.statuses[s.index()].level.is_none()
                    && !p
                        .rules
                        .iter()
                        .any(|r| r.target == of && crate::stored::ends(p, &r.effect))
            }
            Op::Compare(CmpOp::Gt | CmpOp::Ge, a, b) => {
                let is = |g: &Guard| &p.guards[g.index()].op;
                matches!(is(a), Op::HistCount(..)) && matches!(is(b), Op::Int(_))
            }
            _ => false,
        }
    }

    /// When a duty lapses: a time that is known when it is born, or comes to be known, and not before that (R30b).
    pub(super) fn deadline(
        &mut self,
        norm: &Norm,
        duty: &Duty,
        grows: Option<&mut Vec<(HistId, Vec<Guard>)>>,
    ) -> Written<Option<(Guard, Firing)>> {
        let Some((closes, firing)) = self.closes(norm, &duty.window) else {
            return Ok(None);
        };
        if !self.is_fixed(closes) {
            let once = match grows {
                Some(grows) => self.comes_once(closes, &BTreeMap::new(), grows),
                None => false,
            };
            // What is known already when it arises might be over.
            let ahead = self.ahead_by(closes).is_some_and(|days| days > 0);
            if !once || !ahead || !self.is_not_known_before(duty, closes) {
                return Err("a duty whose deadline may move");
            }
        }
        let skip = duty.window.skip.filter(|_| duty.window.closes.is_none());
        if skip.is_some_and(|g| !self.is_fixed(g)) {
            return Err("a duty whose deadline may move");
        }
        Ok(Some((self.not_over(norm, closes, firing)?, firing)))
    }

    /// Whether a time is not known before an instance arises: at the beginning none is, and a right of which the time
    /// counts from the last event of some kind arises with that event.
    fn is_not_known_before(&self, duty: &Duty, closes: Guard) -> bool {
        let first = duty.births.iter().all(|b| matches!(b.on, On::Begin));
        let event = duty.births.iter().all(|b| {
            matches!(
                b.on,
                On::Enter(..) | On::Leave(..) | On::Outcome(..) | On::Opened(..) | On::Act { .. }
            )
        });
        first || event && self.same_event(duty, closes)
    }

    /// A closing time, but not before the event at hand.
    pub(super) fn not_over(
        &mut self,
        norm: &Norm,
        closes: Guard,
        firing: Firing,
    ) -> Written<Guard> {
        let event = self.guard(norm, Op::EventTime, Ty::Time);
        let least = match firing {
            Firing::Lapse => event,
            Firing::Closing => {
                let day = Length::Period(Period { months: 0, days: 1 });
                let length = self.guard(norm, Op::Length(day), Ty::Length);
                let next = Op::Shift {
                    before: false,
                    closes: false,
                    length,
                    base: event,
                };
                self.guard(norm, next, Ty::Time)
            }
            _ => return Err("a duty whose time closes in the morning"),
        };
        Ok(self.guard(norm, Op::Later(vec![closes, least]), Ty::Time))
    }

    /// Whether a time reads that of the birth.
    pub(super) fn counts_from_birth(&self, g: Guard) -> bool {
        let mut found = false;
        rogatio_mir::each_guard(&self.program, &[g], |_, op| found |= *op == Op::EventTime);
        found
    }

    /// What closes its window: a time, or the length that an urgency word was given.
    pub(super) fn closes(&mut self, norm: &Norm, window: &Window) -> Option<(Guard, Firing)> {
        if window.closes.is_some() {
            return window.closes;
        }
        let (urgency, _) = window.urgency?;
        let own = self.experiment.items.iter().filter_map(|i| match i.kind {
            ScenarioItemKind::Term(u, length) => Some((u, length)),
            _ => None,
        });
        // What is said last holds, in the experiment after the text.
        let of_text = self
            .program
            .terms
            .iter()
            .map(|(u, length, _)| (*u, *length));
        let mut all = of_text.chain(own).filter(|(u, _)| *u == urgency);
        let (_, length) = all.next_back()?;
        let length = self.guard(norm, Op::Length(length), Ty::Length);
        let base = self.guard(norm, Op::EventTime, Ty::Time);
        let shifted = match window.skip {
            None => Op::Shift {
                before: false,
                closes: true,
                length,
                base,
            },
            Some(skip) => Op::ShiftOutside {
                before: false,
                length,
                base,
                skip,
            },
        };
        Some((self.guard(norm, shifted, Ty::Time), Firing::Lapse))
    }

    pub(super) fn is_fixed(&self, g: Guard) -> bool {
        let op = &self.program.guards[g.index()].op;
        let own = match op {
            Op::EventTime
            | Op::Day(_)
            | Op::Int(_)
            | Op::Length(_)
            | Op::Shift { .. }
            | Op::Later(_)
            | Op::Earlier(_)
            | Op::Var(_)
            | Op::Entity(_)
            | Op::Field(..)
            | Op::Dates(_)
            | Op::DatesPick { .. }
            | Op::ShiftOutside { .. } => true,
            Op::Call(d, _) => self.is_fixed(self.program.defines[d.index()].value),
            Op::Given(given, _) => self.always(*given),
            _ => self.world.fold(&self.program, g, &Env::default()).is_some(),
        };
        own && op.operands().into_iter().all(|g| self.is_fixed(g))
    }

    /// Whether a condition on those whom it is about is the same at all times.
    pub(super) fn is_constant(&self, g: Guard) -> bool {
        let op = &self.program.guards[g.index()].op;
        let own = match op {
            Op::Var(_)
            | Op::Entity(_)
            | Op::Bool(_)
            | Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Compare(..)
            | Op::IsKind(..) => true,
            Op::Field(_, f) => !self.world.grows(&[self.program.fields[f.index()].kind]),
            Op::Call(d, _) => self.is_constant(self.program.defines[d.index()].value),
            _ => self.world.fold(&self.program, g, &Env::default()).is_some(),
        };
        own && op.operands().into_iter().all(|g| self.is_constant(g))
    }

    /// Whether a given is the same throughout all runs.
    fn always(&self, given: GivenId) -> bool {
        let own = self.world.givens.get(&given);
        !self.world.dated_givens.contains(&given)
            && own.is_some_and(|values| {
                let mut all = values.values();
                all.all(|v| self.world.throughout(v).is_some())
            })
    }

    /// Whether a time closes on the day of the birth at the earliest, whatever that is.
    pub(super) fn is_ahead(&self, duty: &Duty) -> bool {
        let w = &duty.window;
        let Some((closes, firing)) = w.closes else {
            return w.urgency.is_some();
        };
        firing == Firing::Lapse && self.ahead_by(closes).is_some_and(|days| days >= 0)
    }

    /// Whether the life of an instance is written.
    pub(super) fn liveable(&self, norm: &Norm, duty: &Duty) -> Written {
        let w = &duty.window;
        let for_whom = |d: &Demand| match d {
            Demand::Act { matches, .. } => matches
                .iter()
                .any(|(p, m)| *p == Position::For && *m != Match::Any),
            _ => false,
        };
        let late = |(on, _): &(On, Option<Guard>)| !matches!(on, On::Act { .. });
        let why = if let Some(why) = unwritten(norm, duty) {
            why
        } else if duty.further_of.is_some() {
            "a duty whose time is prolonged"
        } else if crate::version::asked(&self.program, &self.conditions(norm, duty)) {
            "a duty that reads a version which changes during a run"
        } else if matches!(norm.demand, Demand::Vote { .. }) {
            "a duty to vote"
        } else if norm.demand.parts().iter().any(for_whom) {
            "a duty to act for somebody"
        } else if duty.keys.iter().any(|d| d.kinds.is_empty()) {
            "a duty told apart by other things than entities"
        } else if w.closes_on.iter().any(late) {
            "a duty that must be done before something else than an act"
        } else if self.ends_by_itself(norm, duty) {
            "a duty that what it asks for may end"
        } else {
            return Ok(());
        };
        Err(why)
    }

    /// Whether what fulfils a duty is among what releases it.
    fn ends_by_itself(&self, norm: &Norm, duty: &Duty) -> bool {
        let acts: Vec<_> = norm.demand.acts().collect();
        let mut ends = duty.ends();
        ends.any(|(on, _)| matches!(on, On::Act { act, .. } if acts.contains(act)))
    }

    /// The births by whether they are told before the other latches or behind them.
    pub(super) fn births(&self, duty: &Duty) -> Written<Vec<(bool, Vec<usize>)>> {
        let (mut early, mut late) = (Vec::new(), Vec::new());
        for (i, b) in duty.births.iter().enumerate() {
            let in_pass = matches!(
                b.on,
                On::Rise(..) | On::Fall(..) | On::Started(..) | On::Ended(..)
            );
            match (&b.on, b.guard) {
                // Heard at the front, where nothing has changed yet.
                (On::Norm(..), Some(_)) if b.after.is_none() => early.push(i),
                (On::Timer(..), Some(_)) => {
                    return Err("a duty that a time brings about under a condition");
                }
                (_, Some(_)) if !in_pass && b.after.is_some() => {
                    return Err("a duty with conditions before and after its event");
                }
                (_, Some(_)) if !in_pass => early.push(i),
                _ => late.push(i),
            }
        }
        let all = [(true, early), (false, late)];
        Ok(all
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .collect())
    }
}

pub(super) fn in_versions(norm: &Norm) -> bool {
    norm.version.is_some() || !norm.others.is_empty() || norm.head.is_some()
}
