//! What the clock alone will bring: `now in early of January`, `digit(year(now)) = 1`.

use super::*;

/// Boundaries of the calendar beyond so many are not looked at.
const MOST_BOUNDARIES: usize = 2_000;

impl Seeker<'_> {
    /// Whether a value is read off the calendar and the present.
    pub(super) fn of_calendar(&self, g: Guard) -> bool {
        let Some(node) = self.case.program().guards.get(g.index()) else {
            return false;
        };
        match &node.op {
            Op::InDates(t, _) | Op::DatePart(_, t) => self.is_now(*t),
            Op::Digit(_) | Op::Arith(..) => {
                node.op.operands().into_iter().any(|g| self.of_calendar(g))
            }
            _ => false,
        }
    }

    /// The first day on which the clock makes a condition what is wanted.
    pub(super) fn until_clock(
        &self,
        g: Guard,
        env: &Env,
        want: bool,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let mut case = self.case.clone();
        for _ in 0..MOST_BOUNDARIES {
            let mut eval = Eval::new(&case);
            let truth = eval.truth(g, &mut env.clone());
            let wake = eval.wake;
            if truth == crate::Truth::of(want) {
                return self.wait(Moment::of_day(case.now().dated()), provision);
            }
            if wake.is_never() || wake <= case.now() {
                break;
            }
            case.set_now(wake, None);
        }
        let not = if want { "" } else { "not " };
        let text = format!("{not}{} does not come again", self.case.describe(g, env));
        Missing::impossible(text, provision)
    }
}
