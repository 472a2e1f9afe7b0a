//! A simulation: a table of measures with their errors, and histograms.
//!
//! Every interval is one of 95 %.

use crate::table::{Align, Style, Table, grouped, width};
use rogatio_calendar::Day;
use rogatio_simulate::{Classes, Engine, Kind, Mean, MeasureStats, Probability, SimResult};
use serde::Serialize;

/// Standard errors on either side of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// Quantiles shown: thousandths, name.
const SHOWN: [(u64, &str); 5] = [
    (50, "5 %"),
    (250, "25 %"),
    (500, "median"),
    (750, "75 %"),
    (950, "95 %"),
];

/// The object of `rogatio simulate --format json`.
#[derive(Clone, Debug, Serialize)]
pub struct SimReport {
    /// Version of the program that made it.
    pub version: &'static str,
    /// The experiment.
    pub experiment: String,
    /// The module.
    pub module: String,
    /// A hash of every text that was read.
    pub hash: String,
    /// The scheme of the random draws.
    pub draws: &'static str,
    /// What played the runs: `jit` or `interpret`.
    pub engine: Engine,
    /// Where the random numbers start.
    pub seed: u64,
    /// Runs asked for.
    pub asked: u64,
    /// Runs done.
    pub runs: u64,
    /// Whether all were done.
    pub complete: bool,
    /// The first day of a run.
    pub begin: String,
    /// The last day of a run.
    pub last: String,
    /// Parameters with their values.
    pub parameters: Vec<Named>,
    /// Readings with their choices.
    pub readings: Vec<Named>,
    /// The measures.
    pub measures: Vec<MeasureReport>,
}

/// A name with its value.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value or choice.
    pub value: String,
}

/// A measure.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureReport {
    /// As written.
    pub name: String,
    /// `date`, `probability` or `number`.
    pub kind: Kind,
    /// How the runs ended.
    pub classes: Classes,
    /// Of a probability, the share of the runs in which it held; of a date, in which it was reached.
    pub share: Option<Probability>,
    /// Over the runs that reached a value; of a date in days since the begin.
    pub mean: Option<Mean>,
    /// Quantiles over all runs; those that did not reach a value count as later than all.
    pub quantiles: Vec<QuantileReport>,
    /// How often each value came: value, runs.
    pub histogram: Vec<(String, u64)>,
}

/// A quantile with its interval.
#[derive(Clone, Debug, Serialize)]
pub struct QuantileReport {
    /// Its share: 0.5 for the median.
    pub share: f64,
    /// Its value; `> 1998-06-05` beyond the horizon.
    pub value: String,
    /// Lower end of its interval.
    pub low: String,
    /// Upper end.
    pub high: String,
}

impl SimReport {
    /// Of a result.
    #[must_use]
    pub fn of(result: &SimResult, hash: &str, version: &'static str) -> SimReport {
        let named = |all: &[(String, String)]| {
            all.iter()
                .map(|(name, value)| Named {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect()
        };
        SimReport {
            version,
            experiment: result.experiment.clone(),
            module: result.program.clone(),
            hash: hash.to_owned(),
            draws: result.draws,
            engine: result.engine,
            seed: result.seed,
            asked: result.asked,
            runs: result.runs,
            complete: result.complete,
            begin: result.begin.to_string(),
            last: result.last.to_string(),
            parameters: named(&result.params),
            readings: named(&result.readings),
            measures: result.measures.iter().map(measure).collect(),
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, result: &SimResult, style: Style) -> String {
        let mut out = format!(
            "{}\n{}\n",
            style.bold(&self.experiment),
            "─".repeat(width(&self.experiment).max(8))
        );
        let mut facts = Table::new(&[Align::Left; 2]);
        let runs = match self.complete {
            true => grouped(self.runs),
            false => format!(
                "{} of {}: ended early",
                grouped(self.runs),
                grouped(self.asked)
            ),
        };
        let engine = match self.engine {
            Engine::Jit => "native code",
            Engine::Interpret => "interpreted",
        };
        facts.row(["runs".to_owned(), format!("{runs}  ({engine})")]);
        facts.row([
            "seed".to_owned(),
            format!("{}  (draws: {})", self.seed, self.draws),
        ]);
        facts.row([
            "each run".to_owned(),
            format!("{} to {}", self.begin, self.last),
        ]);
        for p in &self.parameters {
            facts.row([format!("param {}", p.name), p.value.clone()]);
        }
        for r in &self.readings {
            facts.row([format!("reading {}", r.name), r.value.clone()]);
        }
        let module = if self.module.is_empty() {
            "texts"
        } else {
            &self.module
        };
        facts.row([
            module.to_owned(),
            format!("{}  (rogatio {})", self.hash, self.version),
        ]);
        out += &facts.render(2);
        for m in &result.measures {
            out += &format!("\n{}\n", style.bold(&m.name));
            out += &rows(m);
            out += &histogram(m, style);
        }
        out += "\nIn brackets: 95 % intervals of the simulation, not of the world.\n";
        out
    }
}

fn measure(m: &MeasureStats) -> MeasureReport {
    let quantiles = if m.kind == Kind::Probability {
        Vec::new()
    } else {
        quantiles(m)
    };
    MeasureReport {
        name: m.name.clone(),
        kind: m.kind,
        classes: m.classes,
        share: m.probability(),
        mean: m.mean().filter(|_| m.kind != Kind::Probability),
        quantiles: quantiles.into_iter().map(|(_, q)| q).collect(),
        histogram: m.histogram.iter().map(|(v, n)| (m.show(v), n)).collect(),
    }
}

/// The value with at most so many runs below it; none beyond the horizon.
fn at_rank(m: &MeasureStats, rank: u64) -> String {
    let mut seen = 0;
    for (value, n) in m.histogram.iter() {
        seen += n;
        if seen >= rank {
            return m.show(value);
        }
    }
    format!("> {}", m.last)
}

/// Quantiles with the order statistics that hold them in between.
fn quantiles(m: &MeasureStats) -> Vec<(&'static str, QuantileReport)> {
    let n = m.classes.reached + m.classes.censored;
    let mut out = Vec::new();
    for (permille, name) in SHOWN {
        let Some(q) = m.quantile(permille) else {
            continue;
        };
        let share = permille as f64 / 1000.0;
        let half = Z * (n as f64 * share * (1.0 - share)).sqrt();
        let middle = n as f64 * share;
        let rank = |x: f64| (x.max(1.0) as u64).min(n);
        let low = at_rank(m, rank((middle - half).floor()));
        let high = at_rank(m, rank((middle + half).ceil() + 1.0));
        out.push((
            name,
            QuantileReport {
                share,
                value: m.show_quantile(q),
                low,
                high,
            },
        ));
    }
    out
}

fn rows(m: &MeasureStats) -> String {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Left]);
    if let Some(p) = m.probability() {
        let word = if m.kind == Kind::Date {
            "reached"
        } else {
            "probability"
        };
        let digits = digits((p.high - p.low) * 100.0);
        let percent = |x: f64| format!("{:.digits$}", x * 100.0);
        table.row([
            word.to_owned(),
            format!("{} %", percent(p.estimate)),
            format!("[{}, {}] %", percent(p.low), percent(p.high)),
        ]);
    }
    if m.kind != Kind::Probability {
        for (name, q) in quantiles(m) {
            table.row([name.to_owned(), q.value, format!("[{}, {}]", q.low, q.high)]);
        }
        if let Some(mean) = m.mean() {
            let half = Z * mean.error;
            let digits = digits(2.0 * half);
            let (unit, of) = match (m.kind, m.classes.reached < m.classes.total()) {
                (Kind::Date, true) => (" days", " after the begin, over the runs that reached it"),
                (Kind::Date, false) => (" days", " after the begin"),
                (_, true) => ("", " over the runs that reached a value"),
                (_, false) => ("", ""),
            };
            let interval = format!(
                "[{:.digits$}, {:.digits$}]{of}",
                mean.mean - half,
                mean.mean + half
            );
            table.row([
                "mean".to_owned(),
                format!("{:.digits$}{unit}", mean.mean),
                interval,
            ]);
        }
    }
    let others: Vec<String> = m
        .classes
        .iter()
        .filter(|(class, _)| *class != "reached")
        .map(|(class, n)| runs(m, class, n))
        .collect();
    let mut out = table.render(2);
    if !others.is_empty() {
        out += &format!("  {}\n", others.join(", "));
    }
    out
}

/// `censored 376 859 (37.7 %)`.
fn runs(m: &MeasureStats, class: &str, n: u64) -> String {
    let word = if class == "censored" {
        "never within a run:"
    } else {
        class
    };
    format!(
        "{word} {} of {} runs",
        grouped(n),
        grouped(m.classes.total())
    )
}

/// Decimals worth printing for an interval so wide.
fn digits(wide: f64) -> usize {
    match wide {
        w if w <= 0.0 => 2,
        w if w < 0.005 => 4,
        w if w < 0.05 => 3,
        w if w < 0.5 => 2,
        w if w < 5.0 => 1,
        _ => 0,
    }
}

/// Most bars of a histogram.
const BARS: i64 = 36;

fn histogram(m: &MeasureStats, style: Style) -> String {
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
        let name = "never";
        let blanks = " ".repeat(wide.saturating_sub(name.len()));
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

    #[test]
    fn decimals_follow_the_interval() {
        assert_eq!(
            [digits(20.0), digits(1.0), digits(0.1), digits(0.0)],
            [0, 1, 2, 2]
        );
    }
}
