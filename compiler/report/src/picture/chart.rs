//! What charts have in common: a frame with axes, percentages, dates and numbers at round places.

use super::scale::Scale;
use super::svg::{Anchor, Font, Svg, ink};
use super::words::Words;
use crate::table::grouped;
use rogatio_calendar::{Day, SECONDS_PER_DAY};
use rogatio_simulate::{Kind, MeasureStats, SimResult};

/// Width of a chart.
pub(crate) const WIDE: i64 = 760;
const EDGE: i64 = 20;
const LEFT: i64 = 70;
const RIGHT: i64 = WIDE - 26;
const TALL: i64 = 210;

/// A chart being drawn: the plot lies between `left` and `right`, `top` and `bottom`.
pub(crate) struct Chart {
    pub(crate) svg: Svg,
    pub(crate) left: i64,
    pub(crate) right: i64,
    pub(crate) top: i64,
    pub(crate) bottom: i64,
    title: String,
    notes: Vec<String>,
}

impl Chart {
    /// With a title, what it was made from, and notes that stand below.
    pub(crate) fn new(
        id: &str,
        title: &str,
        under: &[String],
        notes: Vec<String>,
        tall: Option<i64>,
    ) -> Chart {
        let mut svg = Svg::new(id);
        let head = Font {
            size: 16,
            ..Font::TITLE
        };
        let mut y = svg.lines(
            (EDGE, EDGE + head.size),
            head,
            &head.wrap(title, WIDE - 2 * EDGE),
        );
        for line in under {
            y = svg.lines(
                (EDGE, y),
                Font::NOTE,
                &Font::NOTE.wrap(line, WIDE - 2 * EDGE),
            );
        }
        let top = y + 8;
        let (left, right) = (LEFT, RIGHT);
        Chart {
            svg,
            left,
            right,
            top,
            bottom: top + tall.unwrap_or(TALL),
            title: title.to_owned(),
            notes,
        }
    }

    /// The pixel of a share, in tenths.
    pub(crate) fn share(&self, share: f64, most: f64) -> i64 {
        let tall = (self.bottom - self.top) as f64 * 10.0;
        self.bottom * 10 - (tall * (share / most).clamp(0.0, 1.0)).round() as i64
    }

    /// Lines across and their percentages.
    pub(crate) fn percentages(&mut self, most: f64) {
        let step = [
            0.25, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001, 0.00001,
        ]
        .into_iter()
        .find(|s| most / s >= 2.999)
        .unwrap_or(most / 4.0);
        let digits = if step < 0.000_99 {
            3
        } else if step < 0.009_9 {
            1
        } else {
            0
        };
        let mut n = 0;
        while f64::from(n) * step <= most * 1.000_001 {
            let share = f64::from(n) * step;
            let y = self.share(share, most) / 10;
            self.svg
                .line((self.left, y), (self.right, y), ink::GRID, 1, "");
            let label = format!("{:.digits$} %", share * 100.0);
            self.svg
                .text((self.left - 8, y + 4), Font::SMALL, Anchor::End, &label);
            n += 1;
        }
    }

    /// The axis at the bottom, with its marks.
    pub(crate) fn across(&mut self, marks: &[(i64, String)], name: &str) {
        self.svg.line(
            (self.left, self.bottom),
            (self.right, self.bottom),
            ink::DARK,
            1,
            "",
        );
        let mut free = 0;
        for (x, label) in marks {
            self.svg
                .line((*x, self.bottom), (*x, self.bottom + 5), ink::DARK, 1, "");
            let half = Font::SMALL.width(label) / 2;
            if x - half >= free {
                let at = (*x).clamp(half, WIDE - half - 2);
                self.svg
                    .text((at, self.bottom + 18), Font::SMALL, Anchor::Middle, label);
                free = x + half + 8;
            }
        }
        if !name.is_empty() {
            let middle = (self.left + self.right) / 2;
            self.svg.text(
                (middle, self.bottom + 36),
                Font::SMALL,
                Anchor::Middle,
                &Font::SMALL.fit(name, RIGHT - LEFT),
            );
        }
    }

    /// The finished chart.
    pub(crate) fn finish(mut self, words: &Words, desc: &str) -> String {
        let mut y = self.bottom + 54;
        for note in std::mem::take(&mut self.notes) {
            y = self.svg.lines(
                (EDGE, y),
                Font::NOTE,
                &Font::NOTE.wrap(&note, WIDE - 2 * EDGE),
            );
        }
        self.svg
            .finish((WIDE, y + 4), words.lang, &self.title, desc)
    }
}

/// The axis of a measure's values.
pub(crate) struct Values {
    scale: Option<Scale>,
    begin: Day,
    low: i64,
    high: i64,
    left: i64,
    right: i64,
}

impl Values {
    /// For a chart: of dates from the first to the last day of a run, of numbers from the least to the greatest.
    pub(crate) fn new(m: &MeasureStats, chart: &Chart) -> Values {
        let (left, right) = (chart.left, chart.right);
        let values: Vec<i64> = m.histogram.iter().map(|(v, _)| v).collect();
        let (low, high) = match (m.kind, values.first(), values.last()) {
            (Kind::Date, ..) | (_, None, _) | (_, _, None) => {
                (0, m.last.days_since(m.begin).max(1))
            }
            (_, Some(a), Some(b)) => (*a, (*b).max(a.saturating_add(1))),
        };
        let seconds = |v: i64| (m.begin.number() + v) * SECONDS_PER_DAY;
        let scale =
            (m.kind == Kind::Date).then(|| Scale::plain(seconds(low), seconds(high), left, right));
        Values {
            scale,
            begin: m.begin,
            low,
            high,
            left,
            right,
        }
    }

    /// The pixel of a value, in tenths.
    pub(crate) fn x(&self, value: i64) -> i64 {
        let inside = i128::from(value.clamp(self.low, self.high) - self.low);
        let wide = i128::from(self.right - self.left) * 10;
        let x = inside * wide / i128::from((self.high - self.low).max(1));
        self.left * 10 + i64::try_from(x).unwrap_or(0)
    }

    /// The least and the greatest value.
    pub(crate) fn ends(&self) -> (i64, i64) {
        (self.low, self.high)
    }

    /// Marks at round places.
    pub(crate) fn marks(&self) -> Vec<(i64, String)> {
        match &self.scale {
            Some(scale) => scale.ticks().into_iter().map(|t| (t.x, t.label)).collect(),
            None => {
                let step = round_step(self.high - self.low, 8);
                let first = self.low.div_euclid(step) + i64::from(self.low.rem_euclid(step) != 0);
                let values = (first..).map(|n| n * step).take_while(|v| *v <= self.high);
                values
                    .map(|v| (self.x(v) / 10, crate::votes::grouped_signed(v)))
                    .collect()
            }
        }
    }

    /// A value as it is read.
    pub(crate) fn show(&self, value: i64) -> String {
        match self.scale {
            Some(_) => self
                .begin
                .checked_add_days(value)
                .map_or_else(String::new, |d| d.to_string()),
            None => crate::votes::grouped_signed(value),
        }
    }
}

/// One, two or five times a power of ten, so that about so many fit into a span.
pub(crate) fn round_step(span: i64, about: i64) -> i64 {
    let mut power = 1i64;
    loop {
        for n in [1, 2, 5] {
            let step = power.saturating_mul(n);
            if span / step <= about || step > i64::MAX / 10 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// `race · 20 000 runs · seed 1`, and how the runs of a measure ended where not all reached a value.
pub(crate) fn under(result: &SimResult, m: &MeasureStats, words: &Words) -> Vec<String> {
    let w = words.chart;
    let mut out = vec![format!(
        "{} · {} · {}",
        result.experiment,
        w.runs(&grouped(result.runs)),
        w.seed(result.seed)
    )];
    let total = m.classes.total().max(1);
    let others: Vec<String> = m
        .classes
        .iter()
        .filter(|(class, _)| *class != "reached")
        .map(|(class, n)| {
            format!(
                "{} {:.1} %",
                w.class(class),
                n as f64 * 100.0 / total as f64
            )
        })
        .collect();
    if !others.is_empty() {
        out.push(others.join(" · "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(
            [round_step(7, 8), round_step(100, 8), round_step(3000, 8)],
            [1, 20, 500]
        );
        assert!(round_step(i64::MAX, 8) > 0);
    }
}
