//! Which version of an article rules (R47b): the one in force at the point that chooses it.
//!
//! A decision, a visit of a stage and an instance of a norm keep the versions of their beginning: the environment in which
//! their rules are read carries that point ([`Env`]). Everything else is read at present.

use crate::eval::Eval;
use crate::trigger::{Trigger, TriggerKind};
use crate::{Case, ClauseSet, Entity, Env, Truth, Value};
use rogatio_calendar::{Phase, Point};
use rogatio_mir::{
    Decision, DecisionId, Define, Guard, Norm, NormId, Op, ProcedureId, ProvisionId, Version,
    VersionBound, VersionId,
};

impl Case {
    /// The first point of a bound, as far as it has come or is known ahead.
    pub(crate) fn bound_point(&self, b: VersionBound) -> Result<Option<Point>, ClauseSet> {
        match b {
            VersionBound::Day(day) => Ok(Some(Point::day_phase(day, Phase::Opening))),
            VersionBound::Event(s) => {
                let line = self.state().statuses.get(s.index());
                let line = line.and_then(|m| m.get(&Vec::new()));
                match line.and_then(|l| l.doubt.as_ref()) {
                    Some(c) => Err(c.clone()),
                    None => Ok(line
                        .and_then(|l| l.intervals.first())
                        .map(|i| i.start.point)),
                }
            }
        }
    }

    /// Whether a version is in force at a point.
    pub(crate) fn in_force(&self, v: VersionId, at: Point) -> Truth {
        let Some(version) = self.program().versions.get(v.index()) else {
            return Truth::False;
        };
        if let Some(known) = self.program().rules_at.and_then(|day| version.on_day(day)) {
            return Truth::of(known);
        }
        let mut at = at;
        for other in self.program().pinning(v) {
            // What is in force when it is pinned stays (R47b).
            match other.pinned.map(|b| self.bound_point(b)) {
                Some(Ok(Some(pin))) if pin <= at => match self.within_bounds(other, pin) {
                    Truth::True => at = pin,
                    Truth::False => {}
                    Truth::Unknown(c) => return Truth::Unknown(c),
                },
                Some(Err(c)) => return Truth::Unknown(c),
                _ => {}
            }
        }
        self.within_bounds(version, at)
    }

    /// Whether a point lies in the interval of a version.
    fn within_bounds(&self, version: &Version, at: Point) -> Truth {
        let has_come = |b: Option<VersionBound>, without: bool| match b.map(|b| self.bound_point(b))
        {
            None => Truth::of(without),
            Some(Ok(p)) => Truth::of(p.is_some_and(|p| p <= at)),
            Some(Err(c)) => Truth::Unknown(c),
        };
        has_come(version.from, true).and(has_come(version.until, false).negate())
    }

    /// Whether what is scheduled for a point will not come then: the version of its text will not be in force.
    pub(crate) fn outlived(&self, live: Option<Guard>, fire: Point) -> bool {
        let mut then = Env::new().in_versions_of(Some(fire));
        live.is_some_and(|g| Eval::new(self).truth(g, &mut then).is_false())
    }

    /// Where a provision stands in the version in force: it, or one of these that are the same whatever the version.
    pub(crate) fn place_in_force(
        &self,
        own: ProvisionId,
        others: impl IntoIterator<Item = ProvisionId>,
    ) -> ProvisionId {
        let provision = |p: ProvisionId| self.program().provisions.get(p.index());
        let Some(of) = provision(own).and_then(|p| p.of) else {
            return own;
        };
        let now = self.state().now.point;
        let in_force = |p: &ProvisionId| {
            let other = provision(*p).filter(|x| x.of == Some(of));
            let version = other.and_then(|x| x.version);
            version.is_some_and(|v| self.in_force(v, now).is_true())
        };
        let mut all = std::iter::once(own).chain(others);
        all.find(in_force).unwrap_or(own)
    }

    /// The next day on which a version begins or ends.
    fn next_boundary(&self, v: VersionId) -> Point {
        let now = self.state().now.point;
        let version = self.program().versions.get(v.index());
        let bounds = version.map(|v| [v.from, v.until]).unwrap_or_default();
        let days = bounds.into_iter().flatten().filter_map(|b| match b {
            VersionBound::Day(day) => Some(Point::day_phase(day, Phase::Opening)),
            VersionBound::Event(_) => None,
        });
        days.filter(|p| *p > now).min().unwrap_or(Point::NEVER)
    }

    /// The point that chooses versions for what began at `at`; none if it is all the same at present.
    pub(crate) fn chosen_at(&self, at: Point) -> Option<Point> {
        let now = self.state().now.point;
        let changed =
            |b: VersionBound| matches!(self.bound_point(b), Ok(Some(p)) if at < p && p <= now);
        let versions = &self.program().versions;
        let bounds = versions.iter().flat_map(|v| [v.from, v.until]).flatten();
        (at < now && bounds.into_iter().any(changed)).then_some(at)
    }

    /// The text of a decision that rules: that of the opening at hand or the last one, else the one in force.
    pub(crate) fn text(&self, d: DecisionId, s: Option<Entity>) -> Option<&Decision> {
        let row = match self.openings(d, s).last() {
            Some(o) => o.text,
            None => self.text_in_force(d),
        };
        self.program().decisions.get(row.index())
    }

    /// The text of a decision by which it would open now; the first one if there is none.
    pub(crate) fn text_in_force(&self, d: DecisionId) -> DecisionId {
        let program = self.program();
        let now = self.state().now.point;
        let Some(head) = program.decisions.get(d.index()) else {
            return d;
        };
        let lives = |d: &DecisionId| {
            let version = program.decisions.get(d.index()).and_then(|d| d.version);
            version.is_none_or(|v| self.in_force(v, now).is_true())
        };
        let others = head.others.iter().copied();
        [d].into_iter().chain(others).find(lives).unwrap_or(d)
    }

    /// Where an instance of a procedure is born now.
    pub(crate) fn first_stage(&self, p: ProcedureId) -> u32 {
        let now = self.state().now.point;
        let first = self.program().procedures.get(p.index()).map(|p| &p.first);
        let live = first
            .into_iter()
            .flatten()
            .find(|(v, _)| self.in_force(*v, now).is_true());
        live.map_or(0, |(_, s)| *s)
    }

    /// The point that chooses versions for a visit that begins now: the present, unless the version in force has no such
    /// stage; then that of the visit it leaves (R47b).
    pub(crate) fn visit_version(&self, p: ProcedureId, stage: u32, left: Option<Point>) -> Point {
        let now = self.state().now.point;
        let stage = self
            .program()
            .procedures
            .get(p.index())
            .and_then(|p| p.stages.get(stage as usize));
        let has = stage.is_none_or(|s| {
            s.versions.is_empty() || s.versions.iter().any(|v| self.in_force(*v, now).is_true())
        });
        match left {
            Some(left) if !has => left,
            _ => now,
        }
    }

    /// An environment that reads the versions of an instance's visit.
    pub(crate) fn at_visit(&self, env: &mut Env, instance: &Value) {
        let visit = instance
            .entity()
            .and_then(|e| self.state().instances.get(&e));
        if let Some(i) = visit {
            env.version = self.chosen_at(i.version);
        }
    }

    /// The same for a norm declared in a stage.
    pub(crate) fn at_visit_of(&self, norm: &Norm, env: &mut Env) {
        if let Some(instance) = norm.visit.and_then(|v| env.get(v)).cloned() {
            self.at_visit(env, &instance);
        }
    }

    /// Whether a norm is of a version that is not in force while another of its article is: it is not there.
    pub(crate) fn is_superseded(&self, norm: &Norm, env: &Env) -> bool {
        let Some(own) = norm.version else {
            return false;
        };
        let at = env.version.unwrap_or(self.state().now.point);
        if !self.in_force(own, at).is_false() {
            return false;
        }
        let versions = &self.program().versions;
        let Some(cite) = versions.get(own.index()).map(|v| &v.cite) else {
            return false;
        };
        versions.iter().enumerate().any(|(i, v)| {
            let id = VersionId(u32::try_from(i).unwrap_or(u32::MAX));
            v.cite == *cite && self.in_force(id, at).is_true()
        })
    }

    /// The norm that a name means in the version in force; none if it has no text any more.
    pub(crate) fn norm_in_force(&self, n: NormId) -> Option<NormId> {
        let program = self.program();
        let now = self.state().now.point;
        let head = program.norms.get(n.index())?.head.unwrap_or(n);
        program.norms_named(head).find(|n| {
            let version = program.norms.get(n.index()).and_then(|n| n.version);
            version.is_none_or(|v| self.in_force(v, now).is_true())
        })
    }

    /// The value of a define in the version that rules, and where that stands.
    pub(crate) fn text_of_define(&self, define: &Define, env: &Env) -> (Guard, ProvisionId) {
        let op = |g: Guard| self.program().guards.get(g.index()).map(|n| &n.op);
        let mut value = define.value;
        let list = match op(value) {
            Some(Op::ByVersion(list)) => Some(list),
            Some(Op::Except(base, _)) => match op(*base) {
                Some(Op::ByVersion(list)) => Some(list),
                _ => None,
            },
            _ => None,
        };
        let live = list.into_iter().flatten().find(|(v, _)| {
            let mut eval = Eval::new(self);
            eval.in_version(*v, false, env).is_true()
        });
        let place = |g: Guard| self.program().guards.get(g.index()).map(|n| n.provision);
        let own = self.program().provisions.get(define.provision.index());
        let provision = match live {
            Some((_, g)) => {
                if matches!(op(value), Some(Op::ByVersion(_))) {
                    value = *g;
                }
                place(*g)
            }
            // The version was chosen beforehand.
            None if own.is_some_and(|p| p.version.is_some()) => place(value),
            None => None,
        };
        (value, provision.unwrap_or(define.provision))
    }

    /// `art 13 [from 956-07-07]`.
    pub(crate) fn version_name(&self, v: VersionId) -> String {
        let version = self.program().versions.get(v.index());
        version.map_or_else(|| "?".to_owned(), rogatio_mir::Version::name)
    }
}

impl Eval<'_> {
    pub(super) fn in_version(&mut self, v: VersionId, now: bool, env: &Env) -> Truth {
        let case = self.case;
        let at = if now { None } else { env.version };
        if at.is_none() {
            self.wake = self.wake.min(case.next_boundary(v));
        }
        case.in_force(v, at.unwrap_or(case.state().now.point))
    }

    pub(super) fn by_version(
        &mut self,
        p: ProvisionId,
        list: &[(VersionId, Guard)],
        env: &mut Env,
    ) -> Value {
        let case = self.case;
        for (v, g) in list {
            match self.in_version(*v, false, env) {
                Truth::True => return self.value(*g, env),
                Truth::Unknown(c) => return Value::Undetermined(c),
                Truth::False => {}
            }
        }
        let at = env.version.unwrap_or(case.state().now.point);
        let version = list
            .first()
            .and_then(|(v, _)| case.program().versions.get(v.index()));
        let cite = version.map_or("?", |v| v.cite.as_str());
        Value::unknown(
            p,
            format!("no version of {cite} is in force on {}", at.dated()),
        )
    }
}

impl Case {
    /// What a norm born of this keeps the version of: a visit or a decision that begins or ends, the norm whose `else` it is.
    pub(crate) fn version_of_trigger(&self, norm: &Norm, t: &Trigger) -> Option<Point> {
        let instance = |e: &Entity| self.state().instances.get(e);
        match &t.kind {
            TriggerKind::Enter(e, ..) => instance(e).map(|i| i.version),
            TriggerKind::Leave(e, ..) => instance(e).map(|i| i.left),
            TriggerKind::Opened(d, s) | TriggerKind::Outcome(d, _, s) => {
                self.openings(*d, *s).last().map(|o| o.opened.point)
            }
            TriggerKind::Norm(n, _, keys) if norm.else_of == Some(*n) => {
                let keys: Vec<Option<Value>> = keys.iter().cloned().map(Some).collect();
                self.state().duties.latest(*n, &keys)?.version
            }
            _ => None,
        }
    }
}
