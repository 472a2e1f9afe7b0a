//! A timeline as SVG: lanes over an axis of dates, key dates numbered, the numbers told below.

mod below;

use super::lanes::{Axis, BarKind, KeyDate, Lane, MarkKind, Panel, Section, Timeline};
use super::scale::Scale;
use super::sign::{Sign, diamond, note};
use super::svg::{Anchor, Font, Svg, ink};
use super::words::Words;
use below::{legend, list};

/// Width of the picture.
const WIDE: i64 = 1160;
/// Margin.
const EDGE: i64 = 20;
/// Where the lanes begin.
const LEFT: i64 = 262;
/// Where they end.
const RIGHT: i64 = WIDE - 28;
/// Height of a lane, of one that counts.
const LANE: (i64, i64) = (24, 40);
/// Marks of a lane within so many pixels are drawn as one, with their number.
const BIN: i64 = 18;

/// How much of a timeline is drawn.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The lanes, and below them what happened on the numbered dates.
    Listed,
    /// The lanes alone: a page tells the dates itself, by [`numbers`].
    Bare,
}

/// The picture. The id begins the ids of its parts.
#[must_use]
pub fn svg(timeline: &Timeline, words: &Words, told: Told, id: &str) -> String {
    let w = words.timeline;
    let mut svg = Svg::new(id);
    let mut y = EDGE + Font::TITLE.size;
    let title = Font::TITLE.wrap(&timeline.title, WIDE - 2 * EDGE);
    y = svg.lines((EDGE, y), Font::TITLE, &title);
    let under = format!(
        "{} · {}",
        timeline.module,
        w.until(&words.date(&timeline.end))
    );
    let under = Font::NOTE.wrap(&under, WIDE - 2 * EDGE);
    y = svg.lines((EDGE, y - 4), Font::NOTE, &under) + 6;
    let numbered = numbers(timeline);
    let mut used = Vec::new();
    for panel in &timeline.panels {
        y = draw_panel(&mut svg, timeline, panel, &numbered, words, y, &mut used);
    }
    y = legend(&mut svg, &used, w, y);
    if told == Told::Listed {
        y = list(&mut svg, timeline, &numbered, words, y);
    }
    let desc = describe(timeline, words);
    svg.finish((WIDE, y + EDGE - 8), words.lang, &timeline.title, &desc)
}

/// The numbers of the dates, by their place in [`Timeline::dates`]; a date without one is only drawn.
#[must_use]
pub fn numbers(timeline: &Timeline) -> Vec<Option<usize>> {
    let most = usize::try_from((RIGHT - LEFT) / 22).unwrap_or(0);
    let weight = |d: &KeyDate| d.events.iter().map(|e| e.weight).max().unwrap_or(0);
    let mut chosen = vec![false; timeline.dates.len()];
    let mut branches: Vec<&str> = timeline.dates.iter().map(|d| d.branch.as_str()).collect();
    branches.dedup();
    for branch in branches {
        let of = timeline.dates.iter().enumerate();
        let mut by_weight: Vec<(u8, usize)> = of
            .filter(|(_, d)| d.branch == branch)
            .map(|(i, d)| (weight(d), i))
            .collect();
        by_weight.sort_by_key(|(w, i)| (std::cmp::Reverse(*w), *i));
        // Where all fit all are numbered; else those that matter more than an act among others.
        let few = by_weight.len() <= most / 2;
        for (w, i) in by_weight.into_iter().take(most) {
            if let Some(c) = chosen.get_mut(i).filter(|_| few || w > 0) {
                *c = true;
            }
        }
    }
    let mut n = 0;
    let number = |c: bool| {
        c.then(|| {
            n += 1;
            n
        })
    };
    chosen.into_iter().map(number).collect()
}

fn describe(timeline: &Timeline, words: &Words) -> String {
    let w = words.timeline;
    let mut out = w.until(&words.date(&timeline.end));
    for panel in &timeline.panels {
        let name = |l: &Lane| match panel.told_apart(l, words) {
            Some(apart) => format!("{} [{apart}]", l.name),
            None => l.name.clone(),
        };
        let lanes: Vec<String> = panel.lanes.iter().map(name).collect();
        if !panel.branch.is_empty() {
            out += &format!(". {}: {}", w.branch, panel.branch);
        }
        out += &format!(". {}", lanes.join(", "));
    }
    out
}

#[allow(clippy::too_many_arguments)]
fn draw_panel(
    svg: &mut Svg,
    timeline: &Timeline,
    panel: &Panel,
    numbered: &[Option<usize>],
    words: &Words,
    top: i64,
    used: &mut Vec<Sign>,
) -> i64 {
    let w = words.timeline;
    let mut y = top;
    let heading = match (panel.axis, panel.branch.as_str()) {
        (Axis::World, "") => String::new(),
        (Axis::World, name) => format!("{}: {name}", w.branch),
        (Axis::SecondClock, "") => w.second_clock.to_owned(),
        (Axis::SecondClock, name) => format!("{}: {name} · {}", w.branch, w.second_clock),
    };
    if !heading.is_empty() {
        y += 14;
        svg.line((EDGE, y - 6), (WIDE - EDGE, y - 6), ink::DARK, 1, "");
        y = svg.lines(
            (EDGE, y + Font::HEAD.size),
            Font::HEAD,
            &Font::HEAD.wrap(&heading, WIDE - 2 * EDGE),
        );
    }
    let scale = Scale::new(&timeline.times(panel.axis), LEFT, RIGHT);
    let dates: Vec<(i64, usize)> = timeline
        .dates
        .iter()
        .zip(numbered)
        .filter(|(d, _)| panel.axis == Axis::World && d.branch == panel.branch)
        .filter_map(|(d, n)| Some((scale.x(d.at.at), (*n)?)))
        .collect();
    let band = if dates.is_empty() { 0 } else { 34 };
    let (axis, first) = (y + band + 14, y + band + 22);
    let height: i64 = sections(panel)
        .iter()
        .map(|(_, lanes)| 20 + lanes.iter().map(|l| tall(l)).sum::<i64>())
        .sum();
    let bottom = first + height;
    // Behind the lanes: the grid, what is drawn short, the numbered dates.
    for b in scale.breaks() {
        let dots = svg.dots();
        svg.rect((b.left, first, b.right - b.left, height), &dots);
        for x in [b.left, b.right] {
            svg.path(
                &format!("M{} {}L{} {}", x - 3, first + 5, x + 3, first - 5),
                "none",
                ink::SOFT,
                1,
                "",
            );
        }
    }
    let ticks = match panel.axis {
        Axis::World => scale.ticks(),
        Axis::SecondClock => scale.readings(),
    };
    for t in &ticks {
        svg.line((t.x, first), (t.x, bottom), ink::GRID, 1, "");
        svg.text((t.x, axis - 2), Font::SMALL, Anchor::Middle, &t.label);
    }
    let (left, right) = scale.ends();
    svg.line((left, first), (right, first), ink::SOFT, 1, "");
    if let Some(at) = &panel.leaves {
        let x = scale.x(at.at);
        svg.line((x, first), (x, bottom), ink::DARK, 1, "2 3");
    }
    // In the row of the first heading, where no lane is.
    for b in scale.breaks() {
        let at = ((b.left + b.right) / 2, first + 14);
        svg.rect((b.left, first + 1, b.right - b.left, 18), ink::PAPER);
        svg.text(at, Font::SMALL, Anchor::Middle, &w.length(b.seconds));
    }
    let now = scale.x(panel.now.at);
    if now + 4 < right {
        svg.line((now, first - 6), (now, bottom), ink::SOFT, 1, "6 3");
    }
    flags(svg, &dates, y, axis, first, bottom);
    y = first;
    for (section, lanes) in sections(panel) {
        svg.text(
            (EDGE, y + 15),
            Font::SMALL.bold(),
            Anchor::Start,
            w.section(section),
        );
        svg.line((EDGE, y + 19), (RIGHT, y + 19), ink::LINE, 1, "");
        y += 20;
        for (i, lane) in lanes.iter().enumerate() {
            draw_lane(
                svg,
                (lane, panel.told_apart(lane, words)),
                &scale,
                scale.x(panel.now.at),
                y,
                i % 2 == 1,
                words,
                used,
            );
            y += tall(lane);
        }
    }
    if panel.left_out > 0 {
        y += 16;
        svg.text(
            (EDGE, y),
            Font::NOTE,
            Anchor::Start,
            &w.left_out(panel.left_out),
        );
    }
    y + 12
}

fn sections(panel: &Panel) -> Vec<(Section, Vec<&Lane>)> {
    let mut out: Vec<(Section, Vec<&Lane>)> = Vec::new();
    for lane in &panel.lanes {
        match out.last_mut() {
            Some((s, lanes)) if *s == lane.section => lanes.push(lane),
            _ => out.push((lane.section, vec![lane])),
        }
    }
    out
}

fn tall(lane: &Lane) -> i64 {
    if lane.counts.is_empty() {
        LANE.0
    } else {
        LANE.1
    }
}

/// The numbers above the axis, moved apart, each with a line to its date and down the lanes.
fn flags(svg: &mut Svg, dates: &[(i64, usize)], top: i64, axis: i64, first: i64, bottom: i64) {
    let places = spread(
        &dates.iter().map(|(x, _)| *x).collect::<Vec<_>>(),
        20,
        LEFT,
        RIGHT,
    );
    for ((x, n), at) in dates.iter().zip(places) {
        svg.line((*x, first), (*x, bottom), ink::LINE, 1, "1 3");
        let down = format!(
            "M{at} {}L{at} {}L{x} {}L{x} {first}",
            top + 18,
            top + 22,
            axis - 13
        );
        svg.path(&down, "none", ink::LINE, 1, "");
        svg.circle((at, top + 9), 9, ink::DARK, ink::DARK);
        let font = Font {
            size: 10,
            bold: true,
            fill: ink::PAPER,
        };
        svg.text((at, top + 13), font, Anchor::Middle, &n.to_string());
    }
}

/// Places at least so far apart, as near to those wanted as their order allows.
fn spread(wanted: &[i64], apart: i64, left: i64, right: i64) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::with_capacity(wanted.len());
    for x in wanted {
        out.push(
            out.last()
                .map_or(*x, |last| (*x).max(last + apart))
                .max(left),
        );
    }
    let mut limit = right;
    for x in out.iter_mut().rev() {
        *x = (*x).min(limit);
        limit = *x - apart;
    }
    out
}

#[allow(clippy::too_many_arguments)]
fn draw_lane(
    svg: &mut Svg,
    (lane, apart): (&Lane, Option<String>),
    scale: &Scale,
    now: i64,
    y: i64,
    band: bool,
    words: &Words,
    used: &mut Vec<Sign>,
) {
    let height = tall(lane);
    let middle = y + height / 2;
    if band {
        svg.rect((EDGE, y, LEFT - EDGE - 4, height), ink::BAND);
    }
    let room = LEFT - EDGE - 14;
    // What tells two lanes apart has its place first; the name then has what is left, but never less than half.
    let apart = apart.map(|a| Font::SMALL.fit(&a, room / 2));
    let taken = apart.as_ref().map_or(0, |a| Font::SMALL.width(a) + 10);
    let name = Font::BODY.fit(&lane.name, room - taken);
    svg.open(&format!(
        "{}{}",
        lane.name,
        lane.articles
            .iter()
            .map(|a| format!(" · {}", words.cite(a)))
            .collect::<String>()
    ));
    svg.text((EDGE + 4, middle + 4), Font::BODY, Anchor::Start, &name);
    let rest = room - Font::BODY.width(&name) - 10;
    let first = lane.articles.first().map(|a| words.cite(a));
    if let Some(a) = apart.or_else(|| first.filter(|a| Font::SMALL.width(a) <= rest)) {
        svg.text((LEFT - 10, middle + 4), Font::SMALL, Anchor::End, &a);
    }
    svg.close();
    if !lane.counts.is_empty() {
        counts(svg, lane, scale, now, y, used);
    }
    for b in &lane.bars {
        let (from, to) = (scale.x(b.from.at), b.to.as_ref().map(|t| scale.x(t.at)));
        let end = to.unwrap_or(now).max(from);
        let wide = (end - from).max(2);
        svg.open(&b.text);
        match b.kind {
            BarKind::Holds => {
                svg.boxed((from, middle - 7, wide, 14), 2, ink::SKY, ink::BLUE);
                note(used, Sign::Holds);
            }
            BarKind::Outcome => {
                svg.path(&diamond(from, middle, 7), ink::DARK, ink::DARK, 1, "");
                note(used, Sign::Outcome);
            }
            BarKind::Stage => {
                svg.boxed((from, middle - 8, wide, 16), 0, ink::PAPER, ink::DARK);
                note(used, Sign::Stage);
            }
            BarKind::Ballots => {
                let dots = svg.dots();
                svg.boxed((from, middle - 6, wide, 12), 0, &dots, ink::SOFT);
                note(used, Sign::Ballots);
            }
            BarKind::Runs => {
                svg.boxed((from, middle - 4, wide, 8), 4, ink::PAPER, ink::SOFT);
                note(used, Sign::Runs);
            }
            BarKind::Overdue => {
                let hatch = svg.hatch();
                svg.boxed((from, middle - 4, wide, 8), 0, &hatch, ink::RED);
                note(used, Sign::Overdue);
            }
        }
        if to.is_none() {
            // It goes on.
            svg.path(
                &format!(
                    "M{end} {}L{} {middle}L{end} {}",
                    middle - 5,
                    end + 6,
                    middle + 5
                ),
                ink::SOFT,
                ink::SOFT,
                1,
                "",
            );
        }
        if !b.label.is_empty() {
            label(svg, lane, b, (from, end), middle);
        }
        svg.close();
    }
    marks(svg, lane, scale, middle, used);
}

/// The word of a bar: inside, where it fits; of an outcome beside it.
fn label(svg: &mut Svg, lane: &Lane, b: &super::lanes::Bar, (from, end): (i64, i64), middle: i64) {
    let font = Font::SMALL.fill(ink::DARK);
    if b.kind == BarKind::Outcome {
        let is_last = lane.bars.last().is_some_and(|l| std::ptr::eq(l, b));
        let room = WIDE - 6 - from - 12;
        if is_last && font.width(&b.label) <= room {
            svg.text((from + 11, middle + 4), font, Anchor::Start, &b.label);
        } else if is_last {
            svg.text(
                (from - 11, middle + 4),
                font,
                Anchor::End,
                &font.fit(&b.label, 120),
            );
        }
        return;
    }
    let shown = font.fit(&b.label, end - from - 8);
    if font.width(&shown) <= end - from - 8 && (shown == b.label || shown.chars().count() > 3) {
        svg.text((from + 5, middle + 4), font, Anchor::Start, &shown);
    }
}

/// A number that changes, as an area, with its first, its greatest and its last value.
fn counts(svg: &mut Svg, lane: &Lane, scale: &Scale, now: i64, y: i64, used: &mut Vec<Sign>) {
    let most = lane.counts.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    let (floor, tall) = (y + LANE.1 - 5, LANE.1 - 18);
    let level = |n: i64| floor - n.clamp(0, most) * tall / most;
    let told: Vec<String> = lane
        .counts
        .iter()
        .map(|(t, n)| format!("{} {n}", t.shown))
        .collect();
    svg.open(&format!("{}: {}", lane.name, told.join(", ")));
    // One area for each stretch in which there are any.
    let (mut path, mut before) = (String::new(), 0);
    let mut areas: Vec<String> = Vec::new();
    for (at, n) in &lane.counts {
        let x = scale.x(at.at);
        match (before, *n) {
            (0, 0) => {}
            (0, n) => path = format!("M{x} {floor}V{}", level(n)),
            (_, 0) => areas.push(format!("{}H{x}V{floor}", std::mem::take(&mut path))),
            (_, n) => path += &format!("H{x}V{}", level(n)),
        }
        before = *n;
    }
    if before > 0 {
        areas.push(format!("{path}H{now}V{floor}"));
    }
    for area in areas {
        svg.path(&area, ink::SKY, ink::BLUE, 1, "");
    }
    svg.close();
    note(used, Sign::Count);
    let font = Font::SMALL.fill(ink::DARK).bold();
    let mut free = now;
    if before > 0 {
        svg.text(
            (now + 5, level(before) + 9),
            font,
            Anchor::Start,
            &before.to_string(),
        );
    }
    let first = lane.counts.first().filter(|c| c.1 > 1);
    let greatest = lane.counts.iter().find(|c| c.1 == most && c.1 != before);
    for (at, n) in greatest.into_iter().chain(first.filter(|c| c.1 != before)) {
        let (x, text) = (scale.x(at.at), n.to_string());
        if x + 4 <= free && x - 10 - font.width(&text) > LEFT {
            svg.text((x - 4, level(*n) + 9), font, Anchor::End, &text);
            free = x - 10 - font.width(&text);
        }
    }
}

/// Points of a lane. Those of a kind that fall together are one sign with their number.
fn marks(svg: &mut Svg, lane: &Lane, scale: &Scale, middle: i64, used: &mut Vec<Sign>) {
    // Deadlines are lines; other signs stand over them.
    for m in lane.marks.iter().filter(|m| m.kind == MarkKind::Due) {
        let x = scale.x(m.at.at);
        svg.open(&m.text);
        svg.line((x, middle - 10), (x, middle + 10), ink::DARK, 2, "");
        svg.path(
            &format!("M{x} {}h-6l6 6z", middle - 10),
            ink::DARK,
            ink::DARK,
            1,
            "",
        );
        svg.close();
        note(used, Sign::Due);
    }
    let mut bins: Vec<(i64, Sign, Vec<&super::lanes::Mark>)> = Vec::new();
    for m in lane.marks.iter().filter(|m| m.kind != MarkKind::Due) {
        let (bin, sign) = (scale.x(m.at.at).div_euclid(BIN), Sign::of(m));
        match bins.iter_mut().find(|(b, s, _)| (*b, *s) == (bin, sign)) {
            Some((_, _, all)) => all.push(m),
            None => bins.push((bin, sign, vec![m])),
        }
    }
    bins.sort_by_key(|(bin, _, _)| *bin);
    let mut last: Option<i64> = None;
    for (bin, sign, all) in &bins {
        let own = all.first().map_or(0, |m| scale.x(m.at.at));
        let wanted = if all.len() > 1 {
            let sum: i64 = all.iter().map(|m| scale.x(m.at.at)).sum();
            sum / i64::try_from(all.len()).unwrap_or(1)
        } else {
            own.clamp(bin * BIN + 4, bin * BIN + BIN - 4)
        };
        // Signs of two kinds at one time stand side by side.
        let x = last.map_or(wanted, |l| {
            wanted.max(l + if all.len() > 1 { 15 } else { 9 })
        });
        last = Some(x + i64::from(all.len() > 1) * 5);
        let text: Vec<&str> = all.iter().map(|m| m.text.as_str()).collect();
        svg.open(&text.join("\n").replace('\n', " · "));
        sign.draw(svg, x, middle, all.len());
        svg.close();
        note(used, *sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_moved_apart_and_stay_inside() {
        assert_eq!(spread(&[10, 12, 60], 20, 0, 100), [10, 30, 60]);
        assert_eq!(spread(&[95, 99, 100], 20, 0, 100), [60, 80, 100]);
        assert_eq!(spread(&[], 20, 0, 100), Vec::<i64>::new());
    }
}
