//! Reasons for what is read of a status: its intervals, and what is planned for it (R16-R18).

use super::*;

impl Explainer<'_> {
    pub(super) fn status(&mut self, s: StatusId, gs: &[Guard], env: &Env, plain: Reason) -> Reason {
        let case = self.case;
        let Ok(key) = Eval::new(case).key(gs, &mut env.clone()) else {
            return plain;
        };
        let Some(status) = case.program().statuses.get(s.index()) else {
            return plain;
        };
        let plain = Reason {
            provision: Some(self.status_text(s, &key)),
            ..plain
        };
        if let Some(level) = status.level {
            let mut inner = Env::new();
            for (d, e) in status.keys.iter().zip(&key) {
                inner.bind(d.var, case.state().key_value(*e));
            }
            let body = self.guard(level, &inner);
            return plain.with([body]);
        }
        let intervals = case.intervals(s, &key);
        if let Some(last) = intervals.last() {
            if last.end.is_none() {
                let since = case.interval(s, &key, last);
                let mut r = plain.with([since]);
                r.children
                    .extend(self.planned(&status.end_timers, &key, true));
                return r;
            }
            let mut r = plain;
            if let (Some(end), Some(cause)) = (last.end, &last.end_cause) {
                let rule = last
                    .end_rule
                    .and_then(|r| case.program().rules.get(r.0 as usize));
                let text = case.words().until(&case.show_status(s, &key), &end);
                let ended = Reason::new(ReasonKind::Event, text, rule.map(|r| r.provision)).at(end);
                r.children.push(ended.with([case.cause(cause)]));
            }
            r.children
                .extend(self.planned(&status.start_timers, &key, false));
            return r;
        }
        let planned = self.planned(&status.start_timers, &key, false);
        let none = case.no_version_of(status.provision);
        let none = none.map(|t| Reason::new(ReasonKind::Fails, t, Some(status.provision)));
        plain.with(planned).with(none)
    }

    /// Where the text stands that rules a status: the one by which it began, as long as it lasts, else the one in force.
    fn status_text(&self, s: StatusId, key: &Key) -> ProvisionId {
        let case = self.case;
        let program = case.program();
        let Some(status) = program.statuses.get(s.index()) else {
            return ProvisionId(0);
        };
        let of = |p: ProvisionId| program.provisions.get(p.index()).and_then(|p| p.of);
        let own = of(status.provision);
        let began = case.intervals(s, key).last().filter(|i| i.end.is_none());
        let rule = began.and_then(|i| program.rules.get(i.rule?.0 as usize));
        match (rule, status.level) {
            (Some(rule), None) if own.is_some() && of(rule.provision) == own => rule.provision,
            (_, Some(level)) => {
                let ways = match &program.guard(level).op {
                    Op::Or(ways) => ways.clone(),
                    _ => vec![level],
                };
                let ways = ways.into_iter().map(|g| program.guard(g).provision);
                case.place_in_force(status.provision, ways)
            }
            _ => {
                let rules = program.rules_of(Latch::Status(s)).map(|(_, r)| r.provision);
                case.place_in_force(status.provision, rules)
            }
        }
    }

    /// A scheduled start or end.
    pub(super) fn planned(
        &self,
        timers: &[rogatio_mir::TimerId],
        key: &Key,
        ends: bool,
    ) -> Vec<Reason> {
        let case = self.case;
        let mut out = Vec::new();
        if matches!(Eval::new(case).scheduled(timers, key), Scheduled::No) {
            return out;
        }
        for t in timers {
            let (Some(timer), Some(slots)) = (
                case.program().timers.get(t.index()),
                case.state().slots.get(t.index()),
            ) else {
                continue;
            };
            for (_, slot) in slots
                .range(key.clone()..)
                .take_while(|(k, _)| k.starts_with(key))
            {
                if matches!(slot.when, SlotWhen::At(_, fire) if case.outlived(timer.live, fire)) {
                    continue;
                }
                let mut env = Env::new().at_event(slot.base);
                for (d, e) in timer.keys.iter().zip(key) {
                    env.bind(d.var, case.state().key_value(*e));
                }
                let how = case.describe(timer.at, &env);
                let text = match &slot.when {
                    SlotWhen::At(m, _) => case.words().will(ends, m, &how),
                    SlotWhen::Waiting => case.words().may(ends, &how, false),
                    SlotWhen::Unknown(_) => case.words().may(ends, &how, true),
                };
                let mut r = Reason::new(ReasonKind::Event, text, Some(timer.provision));
                r.recalled = slot.cause.recalled;
                r.children.push(case.cause(&slot.cause));
                r.children.extend(case.counted(slot.rule, &slot.cause));
                out.push(r);
            }
        }
        out
    }
}
