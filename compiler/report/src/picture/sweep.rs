//! A measure over the values of a parameter: a line with its intervals; over two parameters, a map of shades and numbers.

use super::chart::{Chart, WIDE};
use super::measure::polyline;
use super::svg::{Anchor, Font, Svg, ink};
use super::words::Words;

/// A value with its 95 % interval.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub at: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A measure over the values of one parameter.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What is measured.
    pub measure: String,
    /// What it was made from: experiment, runs, seed.
    pub made_from: String,
    /// The parameter.
    pub parameter: String,
    /// Its values as written, in order, with what was measured; none where it could not be.
    pub points: Vec<(String, Option<Estimate>)>,
    /// Shares are read as percentages.
    pub percent: bool,
}

/// A measure over the values of two parameters.
#[derive(Clone, Debug)]
pub struct Heat {
    /// What is measured.
    pub measure: String,
    /// What it was made from.
    pub made_from: String,
    /// The parameter across, with its values.
    pub across: (String, Vec<String>),
    /// The parameter down, with its values.
    pub down: (String, Vec<String>),
    /// Rows of what was measured.
    pub cells: Vec<Vec<Option<f64>>>,
    /// Shares are read as percentages.
    pub percent: bool,
}

/// The line of a sweep.
#[must_use]
pub fn line(sweep: &Sweep, words: &Words, id: &str) -> String {
    let w = words.chart;
    let title = w.over(&sweep.measure, &sweep.parameter);
    let mut chart = Chart::new(
        id,
        &title,
        std::slice::from_ref(&sweep.made_from),
        vec![w.whiskers.to_owned()],
        None,
    );
    let found = || sweep.points.iter().filter_map(|p| p.1);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for e in found() {
        low = low.min(e.low);
        high = high.max(e.high);
    }
    let (low, high) = ends(low, high, sweep.percent);
    let (from, to, step) = round_ends(low, high);
    let (top, bottom) = (chart.top, chart.bottom);
    let y = |v: f64| {
        bottom * 10
            - (((v - from) / (to - from)).clamp(0.0, 1.0) * ((bottom - top) * 10) as f64).round()
                as i64
    };
    for n in 0..=((to - from) / step).round() as u32 {
        let v = from + step * f64::from(n);
        let at = y(v) / 10;
        let (left, right) = (chart.left, chart.right);
        chart.svg.line((left, at), (right, at), ink::GRID, 1, "");
        chart.svg.text(
            (left - 8, at + 4),
            Font::SMALL,
            Anchor::End,
            &told(v, digits_of(step, sweep.percent), sweep.percent),
        );
    }
    let n = i64::try_from(sweep.points.len()).unwrap_or(1).max(1);
    let (left, wide) = (chart.left, chart.right - chart.left);
    let x = |i: usize| left + (2 * i64::try_from(i).unwrap_or(0) + 1) * wide / (2 * n);
    let mut run: Vec<(i64, i64)> = Vec::new();
    let mut runs = Vec::new();
    for (i, (_, e)) in sweep.points.iter().enumerate() {
        match e {
            Some(e) => run.push((x(i) * 10, y(e.at))),
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    for run in runs.iter().filter(|r| r.len() > 1) {
        chart.svg.path(&polyline(run), "none", ink::BLUE, 2, "");
    }
    for (i, (value, e)) in sweep.points.iter().enumerate() {
        let Some(e) = e else { continue };
        let (at, a, b) = (y(e.at) / 10, y(e.low) / 10, y(e.high) / 10);
        let told = |v: f64| shown(v, to - from, sweep.percent);
        chart.svg.open(&format!(
            "{} {value}: {} [{}, {}]",
            sweep.parameter,
            told(e.at),
            told(e.low),
            told(e.high)
        ));
        chart.svg.line((x(i), a), (x(i), b), ink::DARK, 1, "");
        for end in [a, b] {
            chart
                .svg
                .line((x(i) - 4, end), (x(i) + 4, end), ink::DARK, 1, "");
        }
        chart.svg.circle((x(i), at), 4, ink::BLUE, ink::PAPER);
        chart.svg.close();
    }
    let marks: Vec<(i64, String)> = sweep
        .points
        .iter()
        .enumerate()
        .map(|(i, (v, _))| (x(i), v.clone()))
        .collect();
    chart.across(&marks, &sweep.parameter);
    let told: Vec<String> = sweep
        .points
        .iter()
        .filter_map(|(v, e)| {
            Some(format!(
                "{v}: {}",
                shown(e.as_ref()?.at, to - from, sweep.percent)
            ))
        })
        .collect();
    chart.finish(words, &told.join(", "))
}

/// The map of a sweep over two parameters: the darker, the more; every cell has its number.
#[must_use]
pub fn heat(heat: &Heat, words: &Words, id: &str) -> String {
    const EDGE: i64 = 20;
    let w = words.chart;
    let mut svg = Svg::new(id);
    let title = w.over(
        &heat.measure,
        &format!("{} × {}", heat.across.0, heat.down.0),
    );
    let head = Font {
        size: 16,
        ..Font::TITLE
    };
    let mut y = svg.lines(
        (EDGE, EDGE + head.size),
        head,
        &head.wrap(&title, WIDE - 2 * EDGE),
    );
    y = svg.lines(
        (EDGE, y),
        Font::NOTE,
        &Font::NOTE.wrap(&heat.made_from, WIDE - 2 * EDGE),
    ) + 10;
    let longest = heat
        .down
        .1
        .iter()
        .map(|v| Font::SMALL.width(v))
        .max()
        .unwrap_or(0);
    let left = EDGE + longest.clamp(40, 180) + 10;
    let columns = i64::try_from(heat.across.1.len()).unwrap_or(1).max(1);
    let (wide, tall) = (((WIDE - EDGE - left) / columns).clamp(24, 90), 30);
    svg.text(
        (left, y),
        Font::SMALL.bold(),
        Anchor::Start,
        &Font::SMALL.fit(&heat.across.0, WIDE - EDGE - left),
    );
    y += 18;
    for (i, value) in (0..).zip(&heat.across.1) {
        svg.text(
            (left + i * wide + wide / 2, y),
            Font::SMALL,
            Anchor::Middle,
            &Font::SMALL.fit(value, wide - 4),
        );
    }
    svg.text(
        (EDGE, y),
        Font::SMALL.bold(),
        Anchor::Start,
        &Font::SMALL.fit(&heat.down.0, left - EDGE - 8),
    );
    y += 6;
    let values = || heat.cells.iter().flatten().filter_map(|v| *v);
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    let span = if high > low { high - low } else { 1.0 };
    for (value, row) in heat.down.1.iter().zip(&heat.cells) {
        svg.text(
            (left - 8, y + 19),
            Font::SMALL,
            Anchor::End,
            &Font::SMALL.fit(value, left - EDGE - 10),
        );
        for (i, cell) in (0..).zip(row) {
            let column = usize::try_from(i).ok().and_then(|i| heat.across.1.get(i));
            let place = (left + i * wide, y, wide, tall);
            let Some(v) = cell else {
                let dots = svg.dots();
                svg.boxed(place, 0, &dots, ink::PAPER);
                continue;
            };
            let level = ((v - low) / span * 6.0).round() as usize;
            let (fill, dark) = SHADES[level.min(SHADES.len() - 1)];
            let told = shown(*v, span, heat.percent);
            svg.open(&format!(
                "{} {}, {} {value}: {told}",
                heat.across.0,
                column.map_or("", String::as_str),
                heat.down.0
            ));
            svg.boxed(place, 0, fill, ink::PAPER);
            let font = Font::SMALL.fill(if dark { ink::PAPER } else { ink::DARK });
            svg.text(
                (left + i * wide + wide / 2, y + 19),
                font,
                Anchor::Middle,
                &font.fit(&told, wide),
            );
            svg.close();
        }
        y += tall;
    }
    svg.text((EDGE, y + 22), Font::NOTE, Anchor::Start, w.darker);
    let desc = format!(
        "{} – {}",
        shown(low, span, heat.percent),
        shown(high, span, heat.percent)
    );
    svg.finish((WIDE, y + 36), words.lang, &title, &desc)
}

/// Shades from light to dark, and whether a number on them is white.
const SHADES: [(&str, bool); 7] = [
    ("#f3f6fa", false),
    ("#dbe7f3", false),
    ("#b9d3ec", false),
    ("#8db8de", false),
    ("#5c94c7", true),
    ("#2f6fab", true),
    ("#174a7c", true),
];

/// The ends of an axis that shows everything; shares near the ends of the scale take the whole of it.
fn ends(low: f64, high: f64, percent: bool) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    if percent && high - low > 0.3 {
        return (0.0, 1.0);
    }
    let air = ((high - low) * 0.15).max(if percent { 0.002 } else { 0.5 });
    let (a, b) = (low - air, high + air);
    if percent {
        (a.max(0.0), b.min(1.0))
    } else {
        (a, b)
    }
}

/// The ends moved out to round places, and the step between marks: 1, 2 or 5 of a power of ten, three to seven of them.
fn round_ends(low: f64, high: f64) -> (f64, f64, f64) {
    let rough = ((high - low) / 5.0).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    // What is a round place already stays it, whatever the last bits say.
    let slack = 1e-9;
    let step = *nice
        .iter()
        .find(|s| **s >= rough * (1.0 - slack))
        .unwrap_or(&nice[3]);
    let from = (low / step + slack).floor() * step;
    let to = (high / step - slack).ceil() * step;
    (from, to.max(from + step), step)
}

/// So many digits as tell the steps of a scale apart.
fn digits_of(step: f64, percent: bool) -> usize {
    let step = if percent { step * 100.0 } else { step };
    (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 9.0) as usize
}

fn shown(v: f64, span: f64, percent: bool) -> String {
    let digits = match if percent { span * 100.0 } else { span } {
        s if s < 0.1 => 3,
        s if s < 1.0 => 2,
        s if s < 20.0 => 1,
        _ => 0,
    };
    told(v, digits, percent)
}

fn told(v: f64, digits: usize, percent: bool) -> String {
    // No zero with a sign.
    let v = if percent { v * 100.0 } else { v } + 0.0;
    let unit = if percent { " %" } else { "" };
    format!("{v:.digits$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_at_round_places() {
        for (low, high, from, to, step) in [
            (0.121, 0.187, 0.12, 0.2, 0.02),
            (0.0, 1.0, 0.0, 1.0, 0.2),
            (0.4985, 0.5015, 0.498, 0.502, 0.001),
            (29.2, 33.8, 29.0, 34.0, 1.0),
            (-3.0, 41.0, -10.0, 50.0, 10.0),
        ] {
            let (a, b, s) = round_ends(low, high);
            let near = |x: f64, y: f64| (x - y).abs() < 1e-9;
            assert!(
                near(a, from) && near(b, to) && near(s, step),
                "{low} {high}: {a} {b} {s}"
            );
        }
        assert_eq!(told(0.12, digits_of(0.02, true), true), "12 %");
        assert_eq!(told(0.498, digits_of(0.001, true), true), "49.8 %");
    }

    fn sweep() -> Sweep {
        let e = |at: f64| {
            Some(Estimate {
                at,
                low: at - 0.01,
                high: at + 0.01,
            })
        };
        Sweep {
            measure: "probability(in_force by 1993-12-29)".into(),
            made_from: "race · 20 000 runs · seed 1".into(),
            parameter: "wait".into(),
            points: vec![
                ("10 years".into(), e(0.95)),
                ("20 years".into(), e(0.62)),
                ("30 years".into(), None),
                ("40 years".into(), e(0.18)),
                ("50 years".into(), e(0.09)),
            ],
            percent: true,
        }
    }

    #[test]
    fn a_line_has_its_intervals_and_its_gap() {
        let svg = line(&sweep(), &Words::EN, "s");
        assert_eq!(svg, line(&sweep(), &Words::EN, "s"));
        assert!(
            svg.contains("<title>wait 20 years: 62 % [61 %, 63 %]</title>"),
            "{svg}"
        );
        // Two stretches of the line, one on either side of what could not be measured.
        assert_eq!(
            svg.matches("stroke=\"#1f5c99\" stroke-width=\"2\"").count(),
            2
        );
        assert!(!svg.contains("wait 30 years:"), "{svg}");
    }

    #[test]
    fn a_map_has_a_number_in_every_cell() {
        let map = Heat {
            measure: "start(in_force)".into(),
            made_from: "race".into(),
            across: ("wait".into(), vec!["10 years".into(), "20 years".into()]),
            down: ("閾値".into(), vec!["30".into(), "50".into()]),
            cells: vec![vec![Some(0.9), Some(0.5)], vec![Some(0.1), None]],
            percent: true,
        };
        let svg = heat(&map, &Words::JA, "h");
        for told in ["90 %", "50 %", "10 %", "閾値", "url(#h-dots)"] {
            assert!(svg.contains(told), "{told}");
        }
    }

    #[test]
    fn nothing_measured_is_no_mistake() {
        let none = Sweep {
            points: vec![("1".into(), None)],
            ..sweep()
        };
        assert!(line(&none, &Words::EN, "s").starts_with("<svg"));
    }
}
