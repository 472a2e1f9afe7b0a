//! How often each value came, as bars.

use crate::said::said;
use crate::table::{Style, width};
use rogatio_calendar::Day;
use rogatio_simulate::{Kind, MeasureStats};

/// Most bars of a histogram.
const BARS: i64 = 36;

/// The histogram of a measure, in bars of at most the width there is.
pub(super) fn histogram(m: &MeasureStats, style: Style) -> String {
    if m.kind == Kind::Probability {
        return String::new();
    }
    let values: Vec<(i64, u64)> = m.histogram.iter().collect();
    let (Some(&(low, _)), Some(&(high, _))) = (values.first(), values.last()) else {
        return String::new();
    };
    if low == high {
        return String::new();
    }
    let step = Step::for_span(m, low, high);
    let mut bars: Vec<(String, u64)> = Vec::new();
    let mut at = step.of(m, low);
    let end = step.of(m, high);
    while at <= end && (bars.len() as i64) < 4 * BARS {
        bars.push((step.name(at), 0));
        at += 1;
    }
    let first = step.of(m, low);
    for (value, n) in values {
        let place = usize::try_from(step.of(m, value) - first).ok();
        if let Some(bar) = place.and_then(|i| bars.get_mut(i)) {
            bar.1 += n;
        }
    }
    let total = m.classes.total().max(1);
    let most = bars.iter().map(|b| b.1).max().unwrap_or(1).max(1);
    let wide = bars.iter().map(|b| width(&b.0)).max().unwrap_or(0);
    let room = style.width.saturating_sub(wide + 16).clamp(16, 60) as u64;
    let mut out = String::new();
    for (name, n) in bars {
        let blanks = " ".repeat(wide - width(&name));
        let share = n as f64 * 100.0 / total as f64;
        out += format!("  {blanks}{name} {share:6.2} %  {}", bar(n, most, room)).trim_end();
        out.push('\n');
    }
    if m.classes.censored > 0 {
        let share = m.classes.censored as f64 * 100.0 / total as f64;
        let name = said("never", style.lang);
        let blanks = " ".repeat(wide.saturating_sub(width(&name)));
        out += &format!("  {blanks}{name} {share:6.2} %\n");
    }
    out
}

/// A bar in eighths of a character.
fn bar(n: u64, most: u64, room: u64) -> String {
    let eighths =
        u64::try_from(u128::from(n) * u128::from(room) * 8 / u128::from(most)).unwrap_or(0);
    let mut text = "█".repeat(usize::try_from(eighths / 8).unwrap_or(0));
    if let Some(c) = "▏▎▍▌▋▊▉".chars().nth(
        (eighths % 8)
            .checked_sub(1)
            .map_or(usize::MAX, |i| i as usize),
    ) {
        text.push(c);
    } else if n > 0 && text.is_empty() {
        text.push('▏');
    }
    text
}

/// What a bar of a histogram stands for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Step {
    /// So many values from this one.
    Values(i64, i64),
    /// A day.
    Day,
    /// So many months of a year.
    Months(i64),
    /// So many years.
    Years(i64),
}

impl Step {
    fn for_span(m: &MeasureStats, low: i64, high: i64) -> Step {
        let span = high - low;
        if m.kind != Kind::Date {
            let mut step = 1;
            for round in [
                1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000,
            ] {
                step = round;
                if span / round < BARS {
                    break;
                }
            }
            return Step::Values(
                step.max(span / (2 * BARS) + 1).max(step),
                low.div_euclid(step) * step,
            );
        }
        match span / 30 {
            _ if span < BARS => Step::Day,
            months if months < BARS => Step::Months(1),
            months if months < 3 * BARS => Step::Months(3),
            months if months < 12 * BARS => Step::Years(1),
            months => Step::Years(months / 12 / BARS + 1),
        }
    }

    /// The number of the bar a value is in.
    fn of(self, m: &MeasureStats, value: i64) -> i64 {
        let day = m.begin.checked_add_days(value).unwrap_or(Day::MAX);
        let month = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
        match self {
            Step::Values(step, low) => (value - low).div_euclid(step) * step + low,
            Step::Day => day.number(),
            Step::Months(n) => month.div_euclid(n),
            Step::Years(n) => i64::from(day.year()).div_euclid(n),
        }
        .div_euclid(match self {
            Step::Values(step, _) => step,
            _ => 1,
        })
    }

    fn name(self, at: i64) -> String {
        match self {
            Step::Values(1, _) => at.to_string(),
            Step::Values(step, _) => format!("{}..{}", at * step, at * step + step - 1),
            Step::Day => Day::from_number(at).map_or_else(String::new, |d| d.to_string()),
            Step::Months(1) => format!("{}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1),
            Step::Months(n) => {
                let first = at * n;
                format!("{} Q{}", first.div_euclid(12), first.rem_euclid(12) / n + 1)
            }
            Step::Years(1) => at.to_string(),
            Step::Years(n) => format!("{}..{}", at * n, at * n + n - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_eighths() {
        assert_eq!(bar(8, 8, 2), "██");
        assert_eq!(bar(1, 16, 2), "▏");
        assert_eq!(bar(0, 16, 2), "");
        assert_eq!(bar(1, 1_000_000, 2), "▏", "what came once is seen");
        assert_eq!(bar(12, 16, 2), "█▌");
    }
}
