//! Windows of time (R1, R24, R30).

use super::*;
use crate::state::State;

/// A bound of a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    Absent,
    At(Moment, Point),
    Pending,
    Unknown(ClauseSet),
}

/// A window, evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Windowed {
    pub(crate) opens: Bound,
    pub(crate) closes: Bound,
    pub(crate) during: Option<Truth>,
    pub(crate) wake: Point,
}

impl Windowed {
    /// The same, looked at again earlier.
    pub(super) fn earlier(mut self, wake: Point) -> Windowed {
        self.wake = self.wake.min(wake);
        self
    }

    /// Whether an act now lies in it.
    pub(crate) fn is_open(&self, state: &State) -> Truth {
        let opens = match &self.opens {
            Bound::Absent => Truth::True,
            Bound::At(_, p) => Truth::of(state.has_reached(*p)),
            Bound::Pending => Truth::False,
            Bound::Unknown(c) => Truth::Unknown(c.clone()),
        };
        let closes = match &self.closes {
            Bound::Absent | Bound::Pending => Truth::True,
            Bound::At(_, p) => Truth::of(!state.has_reached(*p)),
            Bound::Unknown(c) => Truth::Unknown(c.clone()),
        };
        opens
            .and(closes)
            .and(self.during.clone().unwrap_or(Truth::True))
    }

    /// Whether it has opened, whatever its end.
    pub(crate) fn has_opened(&self, state: &State) -> Truth {
        let opens = Windowed {
            closes: Bound::Absent,
            ..self.clone()
        };
        opens.is_open(state)
    }
}

impl Case {
    pub(super) fn bound(&self, g: Guard, firing: Firing, env: &mut Env, wake: &mut Point) -> Bound {
        let mut eval = Eval::new(self);
        let v = eval.value(g, env);
        *wake = (*wake).min(eval.wake);
        match v {
            Value::Time(m) => Bound::At(m, firing_point(m, firing)),
            Value::Pending { .. } | Value::None => Bound::Pending,
            v => Bound::Unknown(v.clauses()),
        }
    }

    /// Evaluates a window.
    pub(crate) fn window(&self, w: &Window, env: &mut Env) -> Windowed {
        let mut wake = Point::NEVER;
        let opens = w.opens.map_or(Bound::Absent, |g| {
            self.bound(g, Firing::Opening, env, &mut wake)
        });
        let mut closes = w
            .closes
            .map_or(Bound::Absent, |(g, f)| self.bound(g, f, env, &mut wake));
        if let (Bound::Absent, Some((u, p)), Some(born)) = (&closes, w.urgency, env.event_time) {
            let term = self.state().terms.iter().rev().find(|(x, _)| *x == u);
            let due = term.map(|(_, l)| match w.skip {
                None => match self.shift_moment(p, born, *l, false, true) {
                    Ok(m) => Value::Time(m),
                    Err(c) => Value::Undetermined(c),
                },
                Some(skip) => {
                    let mut eval = Eval::new(self);
                    let (length, base) = (Value::Length(*l), Value::Time(born));
                    let due = eval.outside(p, false, &length, &base, skip, env);
                    wake = wake.min(eval.wake);
                    due
                }
            });
            match due {
                Some(Value::Time(m)) => closes = Bound::At(m, firing_point(m, Firing::Lapse)),
                Some(Value::Undetermined(c)) => closes = Bound::Unknown(c),
                Some(_) => closes = Bound::Pending,
                None => {}
            }
        }
        let during = w.during.map(|g| {
            let mut eval = Eval::new(self);
            let t = eval.truth(g, env);
            wake = wake.min(eval.wake);
            t
        });
        for b in [&opens, &closes] {
            if let Bound::At(_, p) = b
                && !self.state().has_reached(*p)
            {
                self.wake_for(*p, &mut wake);
            }
        }
        Windowed {
            opens,
            closes,
            during,
            wake,
        }
    }

    /// The variables of an instance: its keys, and the time its window counts from.
    pub(crate) fn duty_env(&self, d: &DutyInstance) -> Env {
        let version = d.version.and_then(|p| self.chosen_at(p));
        let mut env = Env::new().at_event(d.born).in_versions_of(version);
        let Some(duty) = self
            .program()
            .norms
            .get(d.norm.index())
            .and_then(|n| n.duty.as_ref())
        else {
            return env;
        };
        for (domain, v) in duty.keys.iter().zip(&d.keys) {
            env.bind(domain.var, v.clone());
        }
        if let Some(base) = duty.further_of {
            // Of the keys of the sentence around it, those that it has too.
            let around = self.program().norms.get(base.index());
            let around = around.and_then(|n| n.duty.as_ref());
            let own = |k: &rogatio_mir::Domain| {
                let at = duty.keys.iter().position(|x| x.var == k.var)?;
                d.keys.get(at).cloned()
            };
            let keys: Vec<Option<Value>> =
                around.map_or_else(Vec::new, |b| b.keys.iter().map(own).collect());
            let mut others = self.state().duties.like(base, &keys);
            if let Some(due) = others
                .find(|o| o.state == NormState::Lapsed)
                .and_then(|o| o.due)
            {
                env.event_time = Some(due);
            }
        }
        env
    }

    /// The window that applies to an instance now: its own, or that of the proviso it was prolonged by.
    pub(super) fn duty_window(&self, d: &DutyInstance, duty: &Duty) -> Windowed {
        let mut env = self.duty_env(d);
        let mut windowed = self.window(window_of(d, duty), &mut env);
        if let Some(every) = &duty.every {
            let mut eval = Eval::new(self);
            let length = eval.value(every.length, &mut env);
            let base = eval.value(every.base, &mut env);
            let times = match length {
                Value::Length(l) => l.checked_mul(d.round).map_or(Value::None, Value::Length),
                v => v,
            };
            let norm = self.program().norms.get(d.norm.index());
            let p = norm.map_or(rogatio_mir::ProvisionId(0), |n| n.provision);
            let due = match every.skip {
                Some(skip) => eval.outside(p, false, &times, &base, skip, &mut env),
                None => eval.shift(p, false, true, &times, &base),
            };
            windowed.closes = match due {
                Value::Time(m) => Bound::At(m, firing_point(m, Firing::Lapse)),
                Value::Undetermined(c) => Bound::Unknown(c),
                _ => Bound::Pending,
            };
            if let Bound::At(_, p) = windowed.closes {
                self.wake_for(p, &mut windowed.wake);
            }
        }
        windowed
    }
}

/// The window in force: the norm's own, or that of the proviso by which an instance was prolonged.
pub(crate) fn window_of<'d>(d: &DutyInstance, duty: &'d Duty) -> &'d Window {
    match d.proviso.checked_sub(1).and_then(|i| duty.provisos.get(i)) {
        Some((w, _)) => w,
        None => &duty.window,
    }
}
