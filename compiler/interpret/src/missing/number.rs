//! What numbers and times need.

use super::*;
use rogatio_mir::{HistRead, NormState};

impl Seeker<'_> {
    pub(super) fn is_now(&self, g: Guard) -> bool {
        self.case
            .program()
            .guards
            .get(g.index())
            .is_some_and(|n| n.op == Op::Now)
    }

    pub(super) fn compare(
        &mut self,
        op: CmpOp,
        a: Guard,
        b: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        if self.is_now(b) {
            return self.compare(flip(op), b, a, env, want, provision);
        }
        let op = if want { op } else { negate(op) };
        if self.is_now(a) {
            if !matches!(op, CmpOp::Ge | CmpOp::Gt | CmpOp::Eq) {
                return Some(Missing::impossible(
                    "time does not run backwards",
                    provision,
                ));
            }
            return Some(self.time(b, env, provision));
        }
        if let Some(m) = self.contest(op, a, b, env, want, provision) {
            return Some(m);
        }
        let (x, y) = (self.case.eval(a, env), self.case.eval(b, env));
        let ((xl, _), (yl, yh)) = (x.bounds()?, y.bounds()?);
        let need = match op {
            CmpOp::Ge => yh,
            CmpOp::Gt => yh.checked_add(1)?,
            CmpOp::Eq if xl < yl => yl,
            // The other side has to grow, or this one to shrink.
            CmpOp::Le | CmpOp::Lt => {
                let strictly = i64::from(op == CmpOp::Lt);
                let most = x.bounds()?.1;
                let ways = [
                    self.grow(b, env, most.checked_add(strictly)?, provision),
                    self.shrink(a, env, yl.checked_sub(strictly)?, provision),
                ];
                return Missing::cheapest(ways.into_iter().flatten());
            }
            _ => return None,
        };
        self.grow(a, env, need, provision)
    }

    /// `d = first of S by …`, lost as things stand.
    fn contest(
        &self,
        op: CmpOp,
        a: Guard,
        b: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        if op != CmpOp::Eq || !want {
            return None;
        }
        let is_best = |g: Guard| {
            let node = case.program().guards.get(g.index());
            matches!(node.map(|n| &n.op), Some(Op::Best(..)))
        };
        let (best, other) = if is_best(b) {
            (b, a)
        } else if is_best(a) {
            (a, b)
        } else {
            return None;
        };
        let loser = case.eval(other, env).entity()?;
        let why = case.outranked(best, loser, &mut Eval::new(case), &mut env.clone())?;
        Some(Missing::acts(
            1,
            format!("{} to come first ({why})", case.entity_name(loser)),
            provision,
        ))
    }

    /// What makes a number at least so large.
    pub(super) fn grow(
        &mut self,
        g: Guard,
        env: &Env,
        need: i64,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let (have, _) = case.eval(g, env).bounds()?;
        let more = need.checked_sub(have)?;
        if more <= 0 {
            return Some(Missing::nothing());
        }
        let node = case.program().guards.get(g.index())?;
        let provision = if node.provision == ProvisionId(0) {
            provision
        } else {
            Some(node.provision)
        };
        match &node.op {
            Op::HistCount(h, gs)
            | Op::HistInLast {
                hist: h,
                read: HistRead::Count,
                keys: gs,
                ..
            } => {
                let mut m = self.more(*h, gs, env, more, provision);
                m.text = format!("{} ({have} of {need})", m.text);
                Some(m)
            }
            Op::Count(d, c) => Some(self.members(d, *c, env, more, have, need, provision)),
            Op::Sum(d, c, w) => self.weights(d, *c, *w, env, have, need, provision),
            Op::Call(d, gs) => {
                let define = case.program().defines.get(d.index())?;
                let mut inner = Env::new();
                for (var, g) in define.params.iter().zip(gs) {
                    inner.bind(*var, case.eval(*g, env));
                }
                {
                    let (value, provision) = self.case.text_of_define(define, &inner);
                    self.grow(value, &inner, need, Some(provision))
                }
            }
            Op::Arith(rogatio_mir::ArithOp::Add, a, b) => {
                let (bv, av) = (
                    case.eval(*b, env).bounds()?.0,
                    case.eval(*a, env).bounds()?.0,
                );
                let ways = [
                    self.grow(*a, env, need.checked_sub(bv)?, provision),
                    self.grow(*b, env, need.checked_sub(av)?, provision),
                ];
                Missing::cheapest(ways.into_iter().flatten())
            }
            // What is written does not grow.
            op if op.is_constant() || matches!(op, Op::Field(..)) => None,
            _ => Some(Missing::acts(
                more,
                format!("{} to grow from {have} to {need}", case.describe(g, env)),
                provision,
            )),
        }
    }

    pub(super) fn more(
        &mut self,
        h: HistId,
        gs: &[Guard],
        env: &Env,
        n: i64,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let case = self.case;
        let name = case.show_hist(h, gs, env);
        let mut m = Missing::acts(n, format!("{n} more {name}"), provision);
        m.act = case.program().hists.get(h.index()).map(|h| h.act);
        let act =
            case.program()
                .rules_of(Latch::Hist(h))
                .find_map(|(_, r)| match (&r.on, &r.effect) {
                    (On::Act { act, matches, .. }, Effect::Push(keys)) => {
                        Some((*act, matches, keys))
                    }
                    _ => None,
                });
        if let Some((act, matches, keys)) = act
            && let Some(declared) = case.program().acts.get(act.index())
        {
            // Whose act it is stands in the keys of the history: `withdraw by x` of one x is hindered by what hinders x.
            let mut whose = Env::new();
            for (key, g) in keys.iter().zip(gs) {
                if let Some(Op::Var(v)) = case.program().guards.get(key.index()).map(|n| &n.op) {
                    whose.bind(*v, case.eval(*g, env));
                }
            }
            let (args, actor) = self.fixed(declared.params.len(), matches, &whose);
            m.hindered(self.power(act, args, actor));
        }
        if let Some(never) = self.only_lapses_of_qualified(h) {
            m.hindered(never);
        }
        m
    }

    /// Where what is counted is the lapse or breach of duties that do not lapse: that they do not.
    fn only_lapses_of_qualified(&self, h: HistId) -> Option<Missing> {
        let program = self.case.program();
        let never = |(_, r): (_, &Rule)| match &r.on {
            On::Norm(n, NormState::Lapsed | NormState::Breached, _) => {
                let norm = program.norms.get(n.index())?;
                norm.is_unassessed()
                    .then(|| super::norm::never_lapses(norm))
            }
            _ => None,
        };
        let ways: Option<Vec<Missing>> = program.rules_of(Latch::Hist(h)).map(never).collect();
        ways?.into_iter().next()
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn members(
        &mut self,
        d: &Domain,
        cond: Guard,
        env: &Env,
        more: i64,
        have: i64,
        need: i64,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let case = self.case;
        let mut ways: Vec<(Missing, Entity)> = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            if !case.eval(cond, &env).truth().is_true() {
                ways.push((self.seek(cond, &env, true), e));
            }
        }
        ways.sort_by_key(|(m, _)| m.cost);
        let enough = usize::try_from(more).unwrap_or(usize::MAX);
        let roll = self.more_on_roll(d, cond, more, have, need);
        let possible = ways.iter().filter(|(m, _)| m.cost.impossible == 0).count();
        // Who cannot is no example, unless nobody surely can: what hinders them stands below.
        let named = if possible == 0 { ways.len() } else { possible };
        let names: Vec<&str> = ways
            .iter()
            .take(named.min(MOST_NAMES))
            .map(|(_, e)| case.entity_name(*e))
            .collect();
        let rest = if named > MOST_NAMES { ", …" } else { "" };
        if let Some(text) = &roll
            && possible < enough
        {
            let text = match possible {
                0 => format!("{text}, and nobody may still vote"),
                _ => format!("{text}, and only {possible} may still vote"),
            };
            return Missing::impossible(text, provision);
        }
        let set = case.describe_set(d, cond, env);
        if ways.len() < enough {
            return Missing::impossible(
                format!("{more} more in {set} ({have} of {need}), and there are not so many"),
                provision,
            );
        }
        let cost = ways
            .iter()
            .take(enough)
            .fold(Cost::default(), |c, (m, _)| c.plus(m.cost));
        let what = roll.unwrap_or_else(|| format!("{more} more in {set} ({have} of {need})"));
        let text = format!("{what}, for example {}{rest}", names.join(", "));
        let children = ways
            .into_iter()
            .take(enough.min(MOST_NAMES))
            .map(|(m, _)| m)
            .filter(|m| !m.is_nothing())
            .collect();
        Missing {
            text,
            kind: MissingKind::Acts,
            provision,
            cost,
            children,
            act: None,
        }
    }

    /// More in a set of a roll, in the words of a vote.
    fn more_on_roll(
        &self,
        d: &Domain,
        cond: Guard,
        more: i64,
        have: i64,
        need: i64,
    ) -> Option<String> {
        let name = self.case.roll_name(d, cond)?;
        let set = match &self.case.program().guards.get(cond.index())?.op {
            Op::OnRoll { set, .. } => set,
            _ => return None,
        };
        let what = match set {
            RollSet::Ballot(_) if more == 1 => format!("1 more vote {name}"),
            RollSet::Ballot(_) => format!("{more} more votes {name}"),
            RollSet::Cast => format!("{more} more to vote"),
            RollSet::Voting => format!("{more} more to vote for or against"),
            _ => format!("{more} more {name}"),
        };
        Some(format!("{what} ({have} of {need})"))
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn weights(
        &mut self,
        d: &Domain,
        cond: Guard,
        weight: Guard,
        env: &Env,
        have: i64,
        need: i64,
        provision: Option<ProvisionId>,
    ) -> Option<Missing> {
        let case = self.case;
        let mut ways: Vec<(i64, Missing, Entity)> = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            if !case.eval(cond, &env).truth().is_true() {
                let w = case.eval(weight, &env).bounds()?.0;
                ways.push((w, self.seek(cond, &env, true), e));
            }
        }
        // Who cannot bring any more does not count; the heaviest first, the cheapest among them.
        let all: i64 = ways.iter().map(|(w, ..)| *w).fold(0, i64::saturating_add);
        ways.retain(|(w, m, _)| m.cost.impossible == 0 && *w > 0);
        ways.sort_by(|a, b| (b.0, a.1.cost).cmp(&(a.0, b.1.cost)));
        let (mut sum, mut cost, mut names, mut n) = (have, Cost::default(), Vec::new(), 0i64);
        for (w, m, e) in &ways {
            if sum >= need {
                break;
            }
            sum = sum.saturating_add(*w);
            cost = cost.plus(m.cost);
            n += 1;
            if names.len() < MOST_NAMES {
                names.push(case.entity_name(*e));
            }
        }
        let roll = case.roll_name(d, cond);
        let set = roll
            .clone()
            .unwrap_or_else(|| case.describe_set(d, cond, env));
        let more = need - have;
        if sum < need {
            let text = match roll {
                // The votes of all together would do: some of them can be cast no more.
                Some(set) if have.saturating_add(all) >= need => format!(
                    "{more} more votes in {set} ({have} of {need}), and only {} may still be cast",
                    sum - have
                ),
                _ => format!("{more} more in {set} ({have} of {need}), and there are not so many"),
            };
            return Some(Missing::impossible(text, provision));
        }
        let rest = if usize::try_from(n).is_ok_and(|n| n > names.len()) {
            ", …"
        } else {
            ""
        };
        let who = format!("{}{rest}", names.join(", "));
        let text = match roll {
            Some(set) => {
                format!("{more} more votes in {set} ({have} of {need}), for example those of {who}")
            }
            None => format!("{n} more in {set} ({have} of {need}): {who}"),
        };
        Some(Missing {
            text,
            kind: MissingKind::Acts,
            provision,
            cost,
            children: Vec::new(),
            act: None,
        })
    }

    /// What is missing for a time to come.
    pub(super) fn time(&mut self, g: Guard, env: &Env, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        match case.eval(g, env) {
            Value::Time(m) => self.wait(m, provision),
            Value::Pending { .. } => self.known(g, env, provision),
            v => {
                let clauses = v.clauses();
                let why: Vec<&str> = clauses.iter().map(|c| c.text.as_str()).collect();
                Missing::one(
                    MissingKind::Silent,
                    why.join("; "),
                    provision,
                    Cost {
                        impossible: 1,
                        ..Cost::default()
                    },
                )
            }
        }
    }

    pub(super) fn wait(&self, m: Moment, provision: Option<ProvisionId>) -> Missing {
        if self.case.state().has_reached(m.begins()) {
            return Missing::nothing();
        }
        let days = self.case.days_until(m);
        Missing::one(
            MissingKind::Wait,
            format!("wait until {m}"),
            provision,
            Cost {
                days,
                ..Cost::default()
            },
        )
    }

    /// What is missing for a pending time to be fixed.
    pub(super) fn known(&mut self, g: Guard, env: &Env, provision: Option<ProvisionId>) -> Missing {
        let case = self.case;
        if self.depth >= DEEPEST {
            return Missing::impossible(case.describe(g, env), provision);
        }
        let Some(node) = case.program().guards.get(g.index()) else {
            return Missing::impossible("?", provision);
        };
        if !matches!(case.eval(g, env), Value::Pending { .. }) {
            return Missing::nothing();
        }
        self.depth += 1;
        let p = Some(node.provision);
        let m = match &node.op {
            Op::Later(gs) => {
                let parts: Vec<Missing> = gs.iter().map(|g| self.known(*g, env, p)).collect();
                Missing::all(parts)
            }
            Op::Earlier(gs) => {
                let ways: Vec<Missing> = gs
                    .iter()
                    .map(|g| self.known(*g, env, p))
                    .filter(|m| !m.is_nothing())
                    .collect();
                Missing::cheapest(ways).unwrap_or_else(Missing::nothing)
            }
            Op::Shift {
                before: false,
                length,
                base,
                ..
            }
            | Op::ShiftOutside {
                before: false,
                length,
                base,
                ..
            } => {
                let first = self.known(*base, env, p);
                let length = case.describe(*length, env);
                let then = Missing::one(
                    MissingKind::Wait,
                    length,
                    p,
                    Cost {
                        days: 1,
                        ..Cost::default()
                    },
                );
                Missing::of(MissingKind::Then, [first, then])
            }
            Op::Shift { base, .. } | Op::ShiftOutside { base, .. } | Op::OrElse(base, _) => {
                self.known(*base, env, p)
            }
            Op::HistTime(h, o, gs) => {
                let need = match o {
                    Ordinal::Nth(n) => i64::from(*n),
                    _ => 1,
                };
                let have = match Eval::new(case).key(gs, &mut env.clone()) {
                    Ok(key) => case
                        .state()
                        .hists
                        .get(h.index())
                        .and_then(|m| m.get(&key))
                        .map_or(0, |p| p.list().len()),
                    Err(_) => 0,
                };
                let have = as_int(have);
                let mut m = self.more(*h, gs, env, (need - have).max(1), p);
                if need > 1 {
                    m.text = format!("{} ({have} of {need})", m.text);
                }
                m
            }
            Op::StatusStart(s, gs) | Op::StatusFirstStart(s, gs) => self
                .status(*s, gs, env, true)
                .unwrap_or_else(|| Missing::impossible(case.describe(g, env), p)),
            Op::StatusEnd(s, gs) => self
                .status(*s, gs, env, false)
                .unwrap_or_else(|| Missing::impossible(case.describe(g, env), p)),
            Op::Call(d, gs) => match case.program().defines.get(d.index()) {
                Some(define) => {
                    let mut inner = Env::new();
                    for (var, g) in define.params.iter().zip(gs) {
                        inner.bind(*var, case.eval(*g, env));
                    }
                    self.known(define.value, &inner, p)
                }
                None => Missing::impossible("?", p),
            },
            _ => Missing::acts(1, case.describe(g, env), p),
        };
        self.depth -= 1;
        m
    }
}

pub(crate) fn negate(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Eq => CmpOp::Ne,
        CmpOp::Ne => CmpOp::Eq,
        CmpOp::Lt => CmpOp::Ge,
        CmpOp::Le => CmpOp::Gt,
        CmpOp::Gt => CmpOp::Le,
        CmpOp::Ge => CmpOp::Lt,
    }
}
