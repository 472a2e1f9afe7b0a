//! A measure of an experiment: how often each value came, how many had come by when, how many were still waiting.

use super::chart::{Chart, Values, WIDE, round_step, under};
use super::place::{Area, Room, around};
use super::svg::{Anchor, Font, ink};
use super::words::Words;
use rogatio_simulate::{Kind, MeasureStats, Quantile, SimResult, wilson};

/// Bars of a histogram, about.
const BARS: i64 = 40;

/// How often each value came, as bars of equal width. None of a probability, and where no run reached a value.
#[must_use]
pub fn histogram(result: &SimResult, m: &MeasureStats, words: &Words, id: &str) -> Option<String> {
    let w = words.chart;
    if m.kind == Kind::Probability || m.classes.reached == 0 {
        return None;
    }
    let mut chart = Chart::new(
        id,
        &w.histogram(&m.name),
        &under(result, m, words),
        Vec::new(),
        None,
    );
    let values = Values::new(m, &chart);
    let (low, high) = values.ends();
    let step = match m.kind {
        Kind::Date => whole_bars(high - low + 1),
        _ => round_step(high - low, BARS),
    };
    let first = low.div_euclid(step);
    let mut bars: Vec<u64> =
        vec![0; usize::try_from(high.div_euclid(step) - first + 1).unwrap_or(1)];
    for (value, n) in m.histogram.iter() {
        let place = usize::try_from(value.div_euclid(step) - first).ok();
        if let Some(bar) = place.and_then(|p| bars.get_mut(p)) {
            *bar += n;
        }
    }
    let total = m.classes.total().max(1) as f64;
    let most = bars.iter().copied().max().unwrap_or(1).max(1) as f64 / total;
    let most = most * 1.06;
    chart.percentages(most);
    for (i, n) in (first..).zip(&bars).filter(|(_, n)| **n > 0) {
        let (from, to) = (i * step, (i + 1) * step);
        let share = *n as f64 / total;
        let (x, end) = (values.x(from.max(low)) / 10, values.x(to) / 10);
        // A last bar that is cut off is drawn as wide as what there is of it.
        let (y, wide) = (chart.share(share, most) / 10, (end - x - 1).max(2));
        let range = if step == 1 {
            values.show(from)
        } else {
            format!("{} – {}", values.show(from), values.show(to - 1))
        };
        let bottom = chart.bottom;
        chart.svg.open(&format!("{range}: {:.2} %", share * 100.0));
        chart.svg.boxed(
            (x.min(WIDE - 28), y, wide, (bottom - y).max(1)),
            0,
            ink::SKY,
            ink::BLUE,
        );
        chart.svg.close();
    }
    let name = match (m.kind, step) {
        (Kind::Date, n) => w.bars_of_days(n),
        (_, 1) => String::new(),
        (_, n) => w.bars_of(n),
    };
    chart.across(&values.marks(), &name);
    Some(chart.finish(words, &quantiles(m, words)))
}

/// About so many days a bar that the last one is as whole as can be: one that is cut off looks like a fall.
fn whole_bars(days: i64) -> i64 {
    let least = (days / BARS).max(1);
    let missing = |step: i64| (step - days.rem_euclid(step)) % step * 1000 / step;
    let steps = least..=least + least / 4;
    steps
        .min_by_key(|step| (missing(*step), *step))
        .unwrap_or(least)
}

/// The share of the runs that had reached a value by each time, with its band of 95 %. What is undetermined may be either,
/// and widens the band. None of a probability, and where there are no runs.
#[must_use]
pub fn cumulative(result: &SimResult, m: &MeasureStats, words: &Words, id: &str) -> Option<String> {
    steps(result, m, words, id, false)
}

/// The share of the runs that had not reached a value yet: what is left at the horizon is censored there. The horizon is the
/// only censoring and the same for all, so the shares are counts of runs, and need no estimate of Kaplan and Meier.
/// None but of a date.
#[must_use]
pub fn survival(result: &SimResult, m: &MeasureStats, words: &Words, id: &str) -> Option<String> {
    if m.kind != Kind::Date {
        return None;
    }
    steps(result, m, words, id, true)
}

fn steps(
    result: &SimResult,
    m: &MeasureStats,
    words: &Words,
    id: &str,
    falling: bool,
) -> Option<String> {
    let w = words.chart;
    let total = m.classes.total();
    if m.kind == Kind::Probability || total == 0 {
        return None;
    }
    let title = if falling {
        w.survival(&m.name)
    } else {
        w.cumulative(&m.name)
    };
    let mut notes = vec![w.band.to_owned()];
    if falling {
        notes.push(w.only_horizon.to_owned());
    }
    let mut lines = under(result, m, words);
    lines.push(quantiles(m, words));
    lines.retain(|l| !l.is_empty());
    let mut chart = Chart::new(id, &title, &lines, notes, None);
    let values = Values::new(m, &chart);
    chart.percentages(1.0);
    let open = m.classes.undetermined + m.classes.stuck + m.classes.overflow;
    let shares = |reached: u64| {
        let (low, high) = (
            wilson(reached, total).0,
            wilson((reached + open).min(total), total).1,
        );
        let at = reached as f64 / total as f64;
        if falling {
            (1.0 - at, 1.0 - high, 1.0 - low)
        } else {
            (at, low, high)
        }
    };
    let heights = |reached: u64| {
        let (at, low, high) = shares(reached);
        (
            chart.share(at, 1.0),
            chart.share(low, 1.0),
            chart.share(high, 1.0),
        )
    };
    let (low, high) = values.ends();
    let mut seen = 0u64;
    // Times and heights in tenths of pixels: the curve, and both edges of its band.
    let mut points: Vec<(i64, (i64, i64, i64))> = vec![(values.x(low), heights(0))];
    for (value, n) in m.histogram.iter() {
        seen += n;
        let at = (values.x(value), heights(seen));
        match points.last_mut() {
            // What is nearer than a pixel is one step.
            Some(last) if at.0 - last.0 < 10 => *last = (last.0, at.1),
            _ => points.push(at),
        }
    }
    let end = values.x(high);
    let mut curve = Vec::new();
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    for (i, (x, (at, low, high))) in points.iter().enumerate() {
        let next = points.get(i + 1).map_or(end, |p| p.0);
        curve.extend([(*x, *at), (next, *at)]);
        lower.extend([(*x, *low), (next, *low)]);
        upper.extend([(*x, *high), (next, *high)]);
    }
    lower.reverse();
    let band = format!(
        "{}{}Z",
        polyline(&upper),
        polyline(&lower).replacen('M', "L", 1)
    );
    chart.svg.path(&band, ink::SKY, "none", 0, "");
    chart
        .svg
        .path(&polyline(&upper), "none", ink::GREY, 1, "3 2");
    lower.reverse();
    chart
        .svg
        .path(&polyline(&lower), "none", ink::GREY, 1, "3 2");
    chart.svg.path(&polyline(&curve), "none", ink::BLUE, 2, "");
    let mut room = Room::new(Area(
        chart.left,
        chart.top - 8,
        chart.right,
        chart.bottom - 4,
    ));
    for (a, b) in upper
        .windows(2)
        .zip(lower.windows(2))
        .filter_map(|(a, b)| ends(a, b))
    {
        room.take(Area::between(a, b));
    }
    let font = Font::SMALL.fill(ink::DARK);
    let median = match m.quantile(1, 2) {
        Some(Quantile::At(v)) => Some((v, (values.x(v) / 10, chart.share(0.5, 1.0) / 10))),
        _ => None,
    };
    if let Some((_, (x, y))) = median {
        let (left, bottom) = (chart.left, chart.bottom);
        chart.svg.line((left, y), (x, y), ink::DARK, 1, "2 3");
        chart.svg.line((x, y), (x, bottom), ink::DARK, 1, "2 3");
        chart.svg.circle((x, y), 4, ink::DARK, ink::PAPER);
        room.take(Area::between((left, y), (x, y)));
        room.take(Area::between((x, y), (x, bottom)));
        room.take(Area::between((x - 4, y - 4), (x + 4, y + 4)));
    }
    let left = m.classes.censored;
    let waiting = (left > 0 && m.kind == Kind::Date)
        .then(|| (end / 10, points.last().map_or(0, |p| p.1.0) / 10));
    if let Some((x, y)) = waiting {
        // Where the runs end that are still waiting.
        chart.svg.line((x - 6, y), (x + 6, y), ink::DARK, 2, "");
        chart.svg.line((x, y - 6), (x, y + 6), ink::DARK, 2, "");
        room.take(Area::between((x - 6, y - 6), (x + 6, y + 6)));
    }
    // All lines are drawn and known before the first label is placed.
    if let Some((v, (x, y))) = median {
        let text = format!("{} {}", w.median, values.show(v));
        // Beside its line at the foot: under what rises to the right, under what falls from the left; else higher up.
        let foot = chart.bottom - 8;
        let (first, second) = ((x - 8, Anchor::End), (x + 8, Anchor::Start));
        let sides = if falling {
            [first, second]
        } else {
            [second, first]
        };
        let beside = (0..)
            .map(|n| foot - n * 6)
            .take_while(|at| *at > y)
            .flat_map(|at| sides.map(|(x, anchor)| ((x, at), anchor)));
        let offered = beside.chain(around((x, y), WIDE / 2));
        if let Some((at, anchor)) = room.place(&text, font, offered) {
            chart.svg.text_over(at, font, anchor, &text);
        }
    }
    if let Some(at) = waiting {
        let text = w.censored(left as f64 * 100.0 / total as f64);
        if let Some((at, anchor)) = room.place(&text, font, around(at, WIDE / 2)) {
            chart.svg.text_over(at, font, anchor, &text);
        }
    }
    chart.across(&values.marks(), "");
    Some(chart.finish(words, &quantiles(m, words)))
}

/// A point of a picture.
type Place = (i64, i64);

/// A piece of a band, from two neighbouring points of each of its edges, in pixels: of a step what is level, or its rise.
fn ends(upper: &[Place], lower: &[Place]) -> Option<(Place, Place)> {
    let ([a, b], [c, d]) = (upper, lower) else {
        return None;
    };
    let (top, bottom) = (a.1.min(b.1), c.1.max(d.1));
    Some(((a.0 / 10, top / 10), (b.0 / 10, bottom / 10)))
}

/// All probabilities of an experiment, each with its interval. None where there are none.
#[must_use]
pub fn probabilities(result: &SimResult, words: &Words, id: &str) -> Option<String> {
    const ROW: i64 = 42;
    let w = words.chart;
    let of: Vec<_> = result
        .measures
        .iter()
        .filter(|m| m.kind == Kind::Probability)
        .filter_map(|m| Some((m, m.probability()?)))
        .collect();
    let (first, _) = of.first()?;
    let tall = i64::try_from(of.len()).unwrap_or(1) * ROW + 10;
    let lines: Vec<String> = under(result, first, words).into_iter().take(1).collect();
    let mut chart = Chart::new(
        id,
        w.probabilities,
        &lines,
        vec![w.whiskers.to_owned()],
        Some(tall),
    );
    let wide = chart.right - chart.left;
    let x = |share: f64| chart.left + (share * wide as f64).round() as i64;
    let marks: Vec<(i64, String)> = (0..=4)
        .map(|n| (x(f64::from(n) / 4.0), format!("{} %", n * 25)))
        .collect();
    let (top, bottom) = (chart.top, chart.bottom);
    for (at, _) in &marks {
        chart.svg.line((*at, top), (*at, bottom), ink::GRID, 1, "");
    }
    let mut y = top + 16;
    for (m, p) in &of {
        let (left, at, low, high) = (
            chart.left,
            x_of(&chart, p.estimate),
            x_of(&chart, p.low),
            x_of(&chart, p.high),
        );
        let told = format!(
            "{:.2} % [{:.2}, {:.2}]",
            p.estimate * 100.0,
            p.low * 100.0,
            p.high * 100.0
        );
        let room = wide - Font::BODY.width(&told) - 20;
        chart.svg.open(&format!("{}: {told}", m.name));
        chart.svg.text(
            (left, y),
            Font::BODY,
            Anchor::Start,
            &Font::BODY.fit(&m.name, room),
        );
        chart
            .svg
            .text((chart.right, y), Font::BODY, Anchor::End, &told);
        chart.svg.boxed(
            (left, y + 6, (at - left).max(1), 10),
            0,
            ink::SKY,
            ink::BLUE,
        );
        chart
            .svg
            .line((low, y + 11), (high, y + 11), ink::DARK, 2, "");
        for end in [low, high] {
            chart
                .svg
                .line((end, y + 6), (end, y + 16), ink::DARK, 2, "");
        }
        chart.svg.close();
        y += ROW;
    }
    chart.across(&marks, "");
    let names: Vec<&str> = of.iter().map(|(m, _)| m.name.as_str()).collect();
    Some(chart.finish(words, &names.join(", ")))
}

fn x_of(chart: &Chart, share: f64) -> i64 {
    chart.left + (share * (chart.right - chart.left) as f64).round() as i64
}

/// `5 %: 1994-02-01 · median: 1995-06-05 · 95 %: > 1998-06-05`.
fn quantiles(m: &MeasureStats, words: &Words) -> String {
    let shown = [
        (50, "5 %"),
        (250, "25 %"),
        (500, words.chart.median),
        (750, "75 %"),
        (950, "95 %"),
    ];
    let told = shown.iter().filter_map(|(permille, name)| {
        let q = m.quantile(*permille, 1000)?;
        Some(format!("{name}: {}", m.show_quantile(q)))
    });
    told.collect::<Vec<_>>().join(" · ")
}

/// Points in tenths of a pixel as a path: `M12.5 3L…`.
pub(super) fn polyline(points: &[(i64, i64)]) -> String {
    let mut out = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        out += if i == 0 { "M" } else { "L" };
        out += &format!("{} {}", tenths(*x), tenths(*y));
    }
    out
}

/// `125` as `12.5`.
fn tenths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let n = n.unsigned_abs();
    match n % 10 {
        0 => format!("{sign}{}", n / 10),
        r => format!("{sign}{}.{r}", n / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bar_is_whole() {
        assert_eq!(whole_bars(2192), 61);
        assert_eq!(2192 % 61, 57);
        assert_eq!((whole_bars(1), whole_bars(40), whole_bars(41)), (1, 1, 1));
        assert_eq!(whole_bars(400), 10);
    }

    #[test]
    fn tenths_of_pixels() {
        assert_eq!(tenths(-125), "-12.5");
        assert_eq!(tenths(120), "12");
        assert_eq!(polyline(&[(0, 5), (10, 20)]), "M0 0.5L1 2");
    }
}
