//! Reasons for what is read of past occurrences (R15).

use super::*;
use crate::state::{ActKind, Verdict};

impl Explainer<'_> {
    /// Of acts none of which is valid, the last attempt, with what is wrong with it.
    pub(super) fn attempt(&self, h: HistId, gs: &[Guard], env: &Env) -> Option<Reason> {
        let case = self.case;
        let hist = case.program().hists.get(h.index())?;
        let key = Eval::new(case).key(gs, &mut env.clone()).ok()?;
        let state = case.state();
        let is_meant = |o: &&Occurrence| {
            let whole = [o.actor, o.for_whom, o.to].into_iter().flatten();
            let mut parts = whole.map(Value::Entity).collect::<Vec<_>>();
            parts.extend(o.args.iter().cloned());
            let named = |k| parts.iter().any(|v| state.key_item(v) == k);
            o.act == ActKind::Act(hist.act)
                && matches!(o.judgment.verdict, Verdict::Void | Verdict::Undetermined)
                && key.iter().all(|k| named(*k))
        };
        let o = case.occurrences().filter(is_meant).last()?;
        let words = case.verdict_words(&o.judgment);
        let text = case.words().act_is(&case.show_dated(o.id), &words);
        case.explain_occurrence(o.id).map(|r| Reason { text, ..r })
    }

    /// The entry of that time.
    pub(super) fn push_at(&self, h: HistId, gs: &[Guard], env: &Env, time: &Value) -> Vec<Reason> {
        let case = self.case;
        let (Ok(key), Value::Time(m)) = (Eval::new(case).key(gs, &mut env.clone()), time) else {
            return Vec::new();
        };
        let hists = case.state().hists.get(h.index());
        let list = hists.and_then(|m| m.get(&key)).map(|p| p.list());
        let push = list.and_then(|l| l.iter().find(|p| p.moment == *m));
        let Some(push) = push else { return Vec::new() };
        let what = push
            .occurrence
            .map_or_else(|| case.words().on(m), |id| case.show_dated(id));
        vec![Reason::new(ReasonKind::Event, what, None).at(*m)]
    }

    pub(super) fn pushes(&self, h: HistId, gs: &[Guard], env: &Env, o: Ordinal) -> Vec<Reason> {
        let case = self.case;
        let Ok(key) = Eval::new(case).key(gs, &mut env.clone()) else {
            return Vec::new();
        };
        let hists = case.state().hists.get(h.index());
        let Some(list) = hists.and_then(|m| m.get(&key)).map(|p| p.list()) else {
            return Vec::new();
        };
        let n = match o {
            Ordinal::First => 1,
            Ordinal::Nth(n) => n as usize,
            Ordinal::Last => list.len(),
        };
        let Some(push) = n.checked_sub(1).and_then(|i| list.get(i)) else {
            return Vec::new();
        };
        let what = push
            .occurrence
            .map_or_else(|| case.words().on(&push.moment), |id| case.show_dated(id));
        // The last one is told by its number.
        let which = Some(o).filter(|o| *o != Ordinal::Last);
        let text = case.words().nth_was(which, crate::eval::as_int(n), &what);
        let mut r = Reason::new(ReasonKind::Event, text, None).at(push.moment);
        r.recalled = push.cause.recalled;
        r.children.extend(push.why.as_deref().cloned());
        vec![r]
    }
}
