//! One measure: its table, and as an object.

use super::histogram::histogram;
use super::{MeasureReport, QuantileReport};
use crate::said::said;
use crate::table::{Align, Style, Table, counted, grouped};
use rogatio_diagnostics::Lang;
use rogatio_simulate::{Kind, Mean, MeasureStats, Probability, Shown};

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

/// As an object.
pub(super) fn report(m: &MeasureStats) -> MeasureReport {
    let quantiles = if m.kind == Kind::Probability {
        Vec::new()
    } else {
        quantiles(m)
    };
    MeasureReport {
        name: m.name.clone(),
        table: m.table.clone(),
        kind: m.kind,
        classes: m.classes,
        share: m.probability(),
        mean: m.mean().filter(|_| m.kind != Kind::Probability),
        sum: m.sum.to_string(),
        squares: m.squares.to_string(),
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
pub(super) fn quantiles(m: &MeasureStats) -> Vec<(String, QuantileReport)> {
    let n = m.classes.reached + m.classes.censored;
    let mut out = Vec::new();
    let asked: Vec<(u64, u64, String)> = match m.shown {
        Shown::Quantile(part, whole) => vec![(part, whole, percent_of(part, whole))],
        _ => SHOWN
            .iter()
            .map(|(permille, name)| (*permille, 1000, (*name).to_owned()))
            .collect(),
    };
    for (part, whole, name) in asked {
        let Some(q) = m.quantile(part, whole) else {
            continue;
        };
        let share = part as f64 / whole as f64;
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

/// `90 %`, `62.5 %`.
fn percent_of(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 100_000 / u128::from(whole.max(1));
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A share with its interval; two shares where the text leaves some runs open.
pub(super) fn share(p: &Probability, lang: Lang) -> (String, String) {
    let digits = digits((p.high - p.low) * 100.0);
    let percent = |x: f64| format!("{:.digits$}", x * 100.0);
    let between = if p.at_most > p.estimate {
        said(
            &format!("{} to {} %", percent(p.estimate), percent(p.at_most)),
            lang,
        )
    } else {
        format!("{} %", percent(p.estimate))
    };
    let interval = format!("[{}, {}] %", percent(p.low), percent(p.high));
    (between, interval)
}

/// A mean with its interval.
pub(super) fn mean_of(mean: &Mean, unit: &str, lang: Lang) -> (String, String) {
    let half = Z * mean.error;
    let digits = digits(2.0 * half);
    let (low, high) = (mean.mean - half, mean.mean + half);
    (
        said(&format!("{:.digits$}{unit}", mean.mean), lang),
        format!("[{low:.digits$}, {high:.digits$}]"),
    )
}

fn rows(m: &MeasureStats, lang: Lang) -> String {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Left]);
    if let Some(p) = m.probability() {
        let word = if m.kind == Kind::Date {
            "reached"
        } else {
            "probability"
        };
        let (value, interval) = share(&p, lang);
        table.row([said(word, lang), value, interval]);
    }
    let has = |s: &[Shown]| m.shown == Shown::All || s.contains(&m.shown);
    if m.kind != Kind::Probability {
        if has(&[]) || matches!(m.shown, Shown::Quantile(..)) {
            for (name, q) in quantiles(m) {
                table.row([
                    said(&name, lang),
                    q.value,
                    format!("[{}, {}]", q.low, q.high),
                ]);
            }
        }
        if let Some(mean) = m.mean().filter(|_| has(&[Shown::Mean])) {
            let (unit, of) = match (m.kind, m.classes.reached < m.classes.total()) {
                (Kind::Date, true) => (" days", " after the begin, over the runs that reached it"),
                (Kind::Date, false) => (" days", " after the begin"),
                (_, true) => ("", " over the runs that reached a value"),
                (_, false) => ("", ""),
            };
            let (value, interval) = mean_of(&mean, unit, lang);
            let interval = said(&format!("{interval}{of}"), lang);
            table.row([said("mean", lang), value, interval]);
        }
    }
    let others: Vec<String> = m
        .classes
        .iter()
        .filter(|(class, _)| *class != "reached")
        .map(|(class, n)| said(&runs(m, class, n), lang))
        .collect();
    let mut out = table.render(2);
    if !others.is_empty() {
        out += &format!("  {}\n", others.join(", "));
    }
    out
}

/// A name, and two figures with what is said of each.
const BY_NAME: [Align; 5] = [
    Align::Left,
    Align::Right,
    Align::Left,
    Align::Right,
    Align::Left,
];

/// A table of numbers that are mostly zero: of each that is not, the share of the runs and the mean; the rest is counted.
fn table(name: &str, rows: &[&MeasureStats], style: Style) -> String {
    let mut out = format!("\n{}\n", style.bold(name));
    let mut table = Table::new(&BY_NAME);
    let mut never = 0;
    for m in rows {
        let (Some(p), Some(mean)) = (m.positive(), m.mean()) else {
            continue;
        };
        if p.at_most <= 0.0 {
            never += 1;
            continue;
        }
        let ((share, within), (mean, about)) =
            (share(&p, style.lang), mean_of(&mean, " a run", style.lang));
        table.row([
            m.name.clone(),
            said(&format!("{share} of the runs"), style.lang),
            within,
            mean,
            about,
        ]);
    }
    out += &table.render(2);
    if never > 0 {
        let all = counted(rows.len() as u64, "provision");
        let text = said(&format!("never: {never} of {all}"), style.lang);
        out += &format!("  {text}\n");
    }
    out
}

/// A table of shares: who was pivotal in how many runs, with the interval, and the runs that ended otherwise.
fn shares(name: &str, rows: &[&MeasureStats], style: Style) -> String {
    let mut out = format!("\n{}\n", style.bold(name));
    let mut table = Table::new(&BY_NAME);
    for m in rows {
        let Some(p) = m.probability() else { continue };
        let (share, within) = share(&p, style.lang);
        let others = m.classes.iter().filter(|(class, _)| *class != "reached");
        let others: Vec<String> = others
            .map(|(class, n)| said(&runs(m, class, n), style.lang))
            .collect();
        let times = said(&counted(m.successes(), "run"), style.lang);
        table.row([m.name.clone(), share, within, times, others.join(", ")]);
    }
    out += &table.render(2);
    out
}

/// All measures, those of a table together.
pub(super) fn render(measures: &[MeasureStats], style: Style) -> String {
    let mut out = String::new();
    let mut told: Vec<&str> = Vec::new();
    for m in measures {
        match &m.table {
            Some(name) if told.contains(&name.as_str()) => {}
            Some(name) => {
                told.push(name);
                let rows: Vec<&MeasureStats> = measures
                    .iter()
                    .filter(|m| m.table.as_ref() == Some(name))
                    .collect();
                let all_shares = rows.iter().all(|m| m.kind == Kind::Probability);
                out += &match all_shares {
                    true => shares(name, &rows, style),
                    false => table(name, &rows, style),
                };
            }
            None => {
                out += &format!("\n{}\n{}", style.bold(&m.name), rows(m, style.lang));
                if matches!(m.shown, Shown::All | Shown::Histogram) {
                    out += &histogram(m, style);
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_interval() {
        assert_eq!(
            [digits(20.0), digits(1.0), digits(0.1), digits(0.0)],
            [0, 1, 2, 2]
        );
    }
}
