//! Ways out of one stage that the same moment can open (R45): the order written decides, and is it meant to?
//!
//! Comes in: the ways out of a stage as lowered. Goes out: warnings. A way without condition after a special case of the
//! same event is an "otherwise" and no mistake; before it, it leaves nothing to the special case.

use super::*;

use crate::walk::{Comparison, each_guard};

/// A way out as written: what it was lowered to, and where it stands.
pub(super) struct Written {
    pub(super) ways: Vec<Transition>,
    pub(super) span: Span,
}

impl Cx<'_> {
    /// Warns of each later way out that some earlier one competes with. `this` is the instance.
    pub(super) fn competing(&mut self, this: VarId, written: &[Written]) {
        let judge = Judge {
            p: &self.b.program,
            this,
        };
        let mut found = Vec::new();
        for (j, later) in written.iter().enumerate() {
            found.extend(written[..j].iter().find_map(|e| judge.compete(e, later)));
        }
        self.errors.extend(found);
    }
}

/// Compares ways out of a stage.
struct Judge<'p> {
    p: &'p Program,
    this: VarId,
}

impl Judge<'_> {
    fn compete(&self, earlier: &Written, later: &Written) -> Option<Diagnostic> {
        let taken = |b: &Transition| {
            let one = |on: &On| earlier.ways.iter().any(|a| self.covers_one(a, on, b));
            b.on.iter().all(one)
        };
        if !later.ways.is_empty() && later.ways.iter().all(taken) {
            let d = Diagnostic::warning(codes::W0721, "this way out is never taken")
                .at(later.span, "whenever it opens")
                .also(earlier.span, "this one was taken before it")
                .help("put the special case first, or let the conditions exclude each other");
            return Some(d);
        }
        let each = |a| later.ways.iter().map(move |b| (a, b));
        let mut pairs = earlier.ways.iter().flat_map(each);
        let open = pairs.any(|(a, b)| a.target != b.target && self.both_open(a, b));
        open.then(|| {
            Diagnostic::warning(codes::W0720, "two ways out can open at the same moment")
                .at(later.span, "this one then has no effect")
                .also(earlier.span, "for this one is written first")
                .help("add `when …` so that they exclude each other")
        })
    }

    /// Whether some event or moment opens both, and the second is not what is left for all others.
    fn both_open(&self, a: &Transition, b: &Transition) -> bool {
        let each = |x| b.on.iter().map(move |y| (x, y));
        a.on.iter().flat_map(each).any(|(x, y)| {
            let mut both = Comparison::new(self.p);
            self.at_once(x, y, &mut both)
                && !self.apart(a, x, b, y, &both)
                && !self.covers_one(b, x, a)
        })
    }

    /// Whether one event, or one moment, can be both; what both bind is the same.
    fn at_once(&self, x: &On, y: &On, both: &mut Comparison<'_>) -> bool {
        let p = self.p;
        match (x, y) {
            (
                On::Act {
                    act: a, matches: m, ..
                },
                On::Act {
                    act: b, matches: n, ..
                },
            ) => {
                let mut meet = |(at, x): &(Position, Match)| {
                    let other = n.iter().find(|(q, _)| q == at);
                    other.is_none_or(|(_, y)| self.meet(x, y, both))
                };
                a == b && m.iter().all(&mut meet)
            }
            // A condition that reads what the act leaves behind becomes true with it.
            (On::Rise(e, _), On::Act { act, .. }) | (On::Act { act, .. }, On::Rise(e, _)) => {
                let mut reads = false;
                each_guard(p, &[p.edges[e.index()].cond], |_, op| {
                    if let Op::HistCount(h, _)
                    | Op::HistInLast { hist: h, .. }
                    | Op::HistSum(h, ..) = op
                    {
                        reads |= p.hists[h.index()].act == *act;
                    }
                });
                reads
            }
            (On::Rise(..), On::Rise(..)) => true,
            // Decisions can close together (R42).
            (On::Outcome(d, ..), On::Outcome(e, ..)) if d != e => true,
            _ => {
                let parts = same_event(x, y);
                parts.is_some_and(|(m, n)| self.all_meet(&m, &n, both))
            }
        }
    }

    fn all_meet(&self, m: &[&Match], n: &[&Match], both: &mut Comparison<'_>) -> bool {
        m.iter().zip(n).all(|(x, y)| self.meet(x, y, both))
    }

    /// Whether one value can fit both.
    fn meet(&self, x: &Match, y: &Match, both: &mut Comparison<'_>) -> bool {
        match (x, y) {
            (Match::Is(a), Match::Is(b)) => {
                let constant = |g: &Guard| self.p.guard(*g).op.is_constant();
                both.same(*a, *b) || !(constant(a) && constant(b))
            }
            (Match::Bind(v, k), Match::Bind(w, l)) => {
                both.alias(*v, *w);
                k.is_empty() || l.is_empty() || k.iter().any(|k| l.contains(k))
            }
            _ => true,
        }
    }

    /// Whether their conditions, those that become true included, exclude each other.
    fn apart(&self, a: &Transition, x: &On, b: &Transition, y: &On, both: &Comparison<'_>) -> bool {
        let conditions = |t: &Transition, on: &On| {
            let rises = match on {
                On::Rise(e, _) => Some(self.p.edges[e.index()].cond),
                _ => None,
            };
            rises.into_iter().chain(t.guard).collect::<Vec<_>>()
        };
        let right = conditions(b, y);
        let any = |x: &Guard| right.iter().any(|y| both.contradict(*x, *y));
        conditions(a, x).iter().any(any)
    }

    /// Whether the first opens whenever this event opens the second.
    fn covers_one(&self, first: &Transition, y: &On, second: &Transition) -> bool {
        first.on.iter().any(|x| {
            let mut both = Comparison::new(self.p);
            self.wider(x, y, &mut both)
                && match (second.guard, first.guard) {
                    (_, None) => true,
                    (Some(b), Some(a)) => both.implied(a, b),
                    (None, Some(_)) => false,
                }
        })
    }

    fn wider(&self, x: &On, y: &On, both: &mut Comparison<'_>) -> bool {
        match (x, y) {
            (
                On::Act {
                    act: a,
                    matches: m,
                    under: u,
                    attempted: t,
                },
                On::Act {
                    act: b,
                    matches: n,
                    under: v,
                    attempted: w,
                },
            ) => {
                let mut weaker = |(at, x): &(Position, Match)| {
                    let other = n.iter().find(|(q, _)| q == at);
                    other.is_some_and(|(_, y)| self.weaker(x, y, both))
                };
                a == b && t == w && (u.is_none() || u == v) && m.iter().all(&mut weaker)
            }
            (On::Rise(e, _), On::Rise(f, _)) => {
                let cond = |e: &EdgeId| self.p.edges[e.index()].cond;
                both.same(cond(e), cond(f))
            }
            _ => same_event(x, y)
                .is_some_and(|(m, n)| m.iter().zip(&n).all(|(x, y)| self.weaker(x, y, both))),
        }
    }

    /// Whether the first fits all that the second fits.
    fn weaker(&self, x: &Match, y: &Match, both: &mut Comparison<'_>) -> bool {
        match (x, y) {
            (Match::Any, _) => true,
            (Match::Bind(v, _), _) if *v == self.this => {
                matches!(y, Match::Bind(w, _) if *w == self.this)
            }
            (Match::Bind(v, k), Match::Bind(w, l)) => {
                both.alias(*v, *w);
                k.is_empty() || !l.is_empty() && l.iter().all(|l| k.contains(l))
            }
            (Match::Is(a), Match::Is(b)) => both.same(*a, *b),
            _ => false,
        }
    }
}

/// The matches of two events of one sort and one source.
fn same_event<'a>(x: &'a On, y: &'a On) -> Option<(Vec<&'a Match>, Vec<&'a Match>)> {
    let all = |m: &'a [Match]| m.iter().collect::<Vec<_>>();
    match (x, y) {
        (On::Timer(s, m), On::Timer(t, n)) if s == t => Some((all(m), all(n))),
        (On::Started(s, m), On::Started(t, n)) | (On::Ended(s, m), On::Ended(t, n)) if s == t => {
            Some((all(m), all(n)))
        }
        (On::Norm(a, s, m), On::Norm(b, t, n)) if (a, s) == (b, t) => Some((all(m), all(n))),
        (On::Enter(p, s, m), On::Enter(q, t, n)) | (On::Leave(p, s, m), On::Leave(q, t, n))
            if (p, s) == (q, t) =>
        {
            Some((vec![m], vec![n]))
        }
        (On::Outcome(d, o, m), On::Outcome(e, u, n)) if (d, o) == (e, u) => {
            Some((vec![m], vec![n]))
        }
        (On::Opened(d, m), On::Opened(e, n)) if d == e => Some((vec![m], vec![n])),
        _ => None,
    }
}
