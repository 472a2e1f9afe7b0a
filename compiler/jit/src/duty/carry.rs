//! The power that a duty or right carries to what it asks for (R25).

use super::instance::Instance;
use super::life::Life;
use super::*;

/// What fulfils a duty, and on what conditions.
type Asked = (On, Vec<Guard>);

impl Writer<'_> {
    /// What is asked for carries its power: a duty also after its time, a right within it.
    pub(super) fn carry(
        &mut self,
        n: NormId,
        i: &Instance<'_>,
        life: &Life,
        (lapses, releases): (&[On], &[On]),
        (asked, prolonged): (&[Asked], Option<(TimerId, TimerId)>),
        in_doubt: bool,
    ) -> Written {
        let norm = i.norm;
        if norm.modal == Modal::May {
            let in_time = self.in_time(i, life, (lapses, releases), prolonged);
            return self.power(n, norm, &i.keys, vec![in_time]);
        }
        let late = self.status(norm, "is late", &i.keys);
        for on in lapses {
            self.starts(i, on.clone(), None, late);
        }
        let is_late = self.is(i, late);
        for (on, conds) in asked {
            let conds = [is_late].into_iter().chain(conds.iter().copied()).collect();
            let done = (on.clone(), i.keys.clone(), self.all(norm, conds));
            self.rule(norm, done, Latch::Status(late), Effect::End(i.vars.clone()));
        }
        self.back.push(Latch::Status(late));
        let is_open = self.is(i, life.open);
        let is_opened = life.opened.map(|s| self.is(i, s));
        let doubt = in_doubt.then(|| {
            // Two exceptions that disagree are left to the interpreter.
            let [no, yes] = [false, true].map(|b| self.guard(norm, Op::Bool(b), Ty::Bool));
            let doubt = Op::Except(yes, vec![(is_open, yes), (is_open, no)]);
            self.guard(norm, doubt, Ty::Bool)
        });
        let conds = [is_open].into_iter().chain(is_opened).chain(doubt);
        let outstanding = self.all(norm, conds.collect());
        let outstanding = outstanding.into_iter().chain([is_late]);
        self.power(n, norm, &i.keys, outstanding.collect())
    }

    /// Whether a right is in its time, used or not: its own, or that by which it was prolonged.
    fn in_time(
        &mut self,
        i: &Instance<'_>,
        life: &Life,
        (lapses, releases): (&[On], &[On]),
        prolonged: Option<(TimerId, TimerId)>,
    ) -> Guard {
        let norm = i.norm;
        let in_time = self.status(norm, "is in its time", &i.keys);
        let begins = i.started(life.opened.unwrap_or(life.open));
        self.starts(i, begins, None, in_time);
        for on in releases.iter().chain(lapses) {
            self.ends(i, on.clone(), None, in_time);
        }
        self.back.push(Latch::Status(in_time));
        let mut is = self.is(i, in_time);
        if let Some((opens, closes)) = prolonged {
            let again = self.status(norm, "is in its time again", &i.keys);
            self.starts(i, i.any(opens), None, again);
            let over = [i.any(closes), i.started(life.open)];
            for on in releases.iter().cloned().chain(over) {
                self.ends(i, on, None, again);
            }
            self.back.push(Latch::Status(again));
            let either = vec![is, self.is(i, again)];
            is = self.guard(norm, Op::Or(either), Ty::Bool);
        }
        let w = &i.duty.window;
        match w.during.filter(|_| w.opens.is_none()) {
            Some(during) => self.guard(norm, Op::And(vec![is, during]), Ty::Bool),
            None => is,
        }
    }
}
