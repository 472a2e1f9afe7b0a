//! A timeline for terminals: lanes of characters over an axis of dates.

use super::lanes::{Axis, BarKind, Lane, MarkKind, Panel, Timeline};
use super::scale::Scale;
use super::words::Words;
use crate::table::{Style, pad, width, wrap};

/// Pixels that a column of characters stands for.
const COLUMN: i64 = 8;

impl Timeline {
    /// For people, as wide as the style says.
    #[must_use]
    pub fn render(&self, style: Style, words: &Words) -> String {
        let w = words.timeline;
        let mut out = String::new();
        for line in wrap(&self.title, style.width) {
            out += &format!("{}\n", style.bold(&line));
        }
        out += &format!(
            "{}\n",
            style.dim(&format!(
                "{} · {}",
                self.module,
                w.until(&words.date(&self.end))
            ))
        );
        for panel in &self.panels {
            out += &self.panel(panel, style, words);
        }
        out += "\n";
        out += &format!("{}\n", style.dim(w.signs));
        out
    }

    fn panel(&self, panel: &Panel, style: Style, words: &Words) -> String {
        let w = words.timeline;
        let mut out = String::from("\n");
        let heading = match (panel.axis, panel.branch.as_str()) {
            (Axis::World, "") => String::new(),
            (Axis::World, name) => format!("{}: {name}", w.branch),
            (Axis::SecondClock, "") => w.second_clock.to_owned(),
            (Axis::SecondClock, name) => format!("{}: {name} · {}", w.branch, w.second_clock),
        };
        if !heading.is_empty() {
            out += &format!("{}\n", style.bold(&heading));
        }
        let told: Vec<(&Lane, String)> = panel
            .lanes
            .iter()
            .map(|l| {
                let apart = panel.told_apart(l, words);
                (l, apart.map_or_else(String::new, |a| format!(" [{a}]")))
            })
            .collect();
        let longest = told
            .iter()
            .map(|(l, apart)| width(&l.name) + width(apart))
            .max()
            .unwrap_or(0);
        let names = longest.clamp(8, (style.width / 3).max(8));
        let room = style.width.saturating_sub(names + 3).max(16);
        let wide = i64::try_from(room).unwrap_or(80) * COLUMN;
        let scale = Scale::new(&self.times(panel.axis), 0, wide - 1);
        let column = |at: i64| {
            usize::try_from(scale.x(at) / COLUMN)
                .unwrap_or(0)
                .min(room - 1)
        };
        let ticks = match panel.axis {
            Axis::World => scale.ticks(),
            Axis::SecondClock => scale.readings(),
        };
        let mut axis = vec![' '; room];
        let mut rule = vec!['─'; room];
        let mut free = 0;
        for t in ticks {
            let at = usize::try_from(t.x / COLUMN).unwrap_or(0).min(room - 1);
            let label: Vec<char> = t.label.chars().collect();
            if let Some(c) = rule.get_mut(at) {
                *c = '┬';
            }
            if at >= free && at + label.len() <= room {
                axis[at..at + label.len()].copy_from_slice(&label);
                free = at + label.len() + 1;
            }
        }
        for b in scale.breaks() {
            let middle = usize::try_from((b.left + b.right) / 2 / COLUMN).unwrap_or(0);
            if let Some(c) = rule.get_mut(middle.min(room - 1)) {
                *c = '≈';
            }
        }
        let indent = " ".repeat(names + 2);
        out += &format!("{indent}{}\n", axis.iter().collect::<String>().trim_end());
        out += &format!("{indent}{}\n", rule.iter().collect::<String>());
        let mut section = None;
        for (lane, apart) in &told {
            if section != Some(lane.section) {
                section = Some(lane.section);
                out += &format!("{}\n", style.dim(w.section(lane.section)));
            }
            // Where both have no room, what tells lanes of a name apart stays.
            let apart = cut(apart, (names * 2 / 3).max(4));
            let name = cut(&lane.name, names.saturating_sub(width(&apart))) + &apart;
            let drawn = row(lane, room, column(panel.now.at), &column);
            let (drawn, total) = match lane.counts.last() {
                Some((_, n)) => (drawn, format!(" {n}")),
                None => (drawn, String::new()),
            };
            let dressed = match () {
                () if lane
                    .marks
                    .iter()
                    .any(|m| matches!(m.kind, MarkKind::Missed | MarkKind::Breach)) =>
                {
                    style.bad(drawn.trim_end())
                }
                () => drawn.trim_end().to_owned(),
            };
            out += &format!("{}  {dressed}{}\n", pad(&name, names), style.dim(&total));
        }
        if panel.left_out > 0 {
            out += &format!("{}\n", style.dim(&w.left_out(panel.left_out)));
        }
        out
    }
}

/// A lane as characters.
fn row(lane: &Lane, room: usize, now: usize, column: &dyn Fn(i64) -> usize) -> String {
    let mut cells = vec![' '; room];
    let most = lane.counts.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    for (i, (at, n)) in lane.counts.iter().enumerate() {
        let to = lane.counts.get(i + 1).map_or(now, |(t, _)| column(t.at));
        let height = usize::try_from((*n).max(0) * 7 / most).unwrap_or(0).min(7);
        let c = if *n > 0 {
            ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][height]
        } else {
            ' '
        };
        for cell in &mut cells[column(at.at)..=to.max(column(at.at))] {
            *cell = c;
        }
    }
    for b in &lane.bars {
        let from = column(b.from.at);
        let to = b.to.as_ref().map_or(now, |t| column(t.at)).max(from);
        let c = match b.kind {
            BarKind::Holds => '━',
            BarKind::Stage | BarKind::Outcome => '─',
            BarKind::Ballots => '┄',
            BarKind::Runs => '─',
            BarKind::Overdue => '╳',
        };
        for cell in &mut cells[from..=to] {
            *cell = c;
        }
        if b.to.is_none() {
            cells[to] = '▸';
        }
        match b.kind {
            BarKind::Stage => cells[from] = '├',
            BarKind::Outcome => cells[from] = '◆',
            _ => {}
        }
        let label: Vec<char> = b.label.chars().collect();
        let wide = width(&b.label);
        if wide > 0 && wide == label.len() && from + 2 + wide <= to {
            cells[from + 1..=from + wide].copy_from_slice(&label);
        }
    }
    for m in &lane.marks {
        let c = match m.kind {
            MarkKind::Act if m.recalled => '○',
            MarkKind::Act => '●',
            MarkKind::Void => '✕',
            MarkKind::Breach | MarkKind::Missed => '✗',
            MarkKind::Due => '│',
            MarkKind::Met => '✓',
            MarkKind::Late => '✔',
            MarkKind::Released => '⊖',
            MarkKind::Adopted => '▲',
            MarkKind::NotAdopted => '▽',
            MarkKind::Stuck => '!',
        };
        let at = column(m.at.at);
        // A deadline gives way to what became of the duty.
        if m.kind != MarkKind::Due || !matches!(cells[at], '✗' | '✓') {
            cells[at] = c;
        }
    }
    cells.into_iter().collect()
}

/// A name of at most so many columns.
fn cut(name: &str, columns: usize) -> String {
    if width(name) <= columns {
        return name.to_owned();
    }
    let mut out = String::new();
    for c in name.chars() {
        if width(&out) + width(&c.to_string()) + 1 > columns {
            break;
        }
        out.push(c);
    }
    out + "…"
}
