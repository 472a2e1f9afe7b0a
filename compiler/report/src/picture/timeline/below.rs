//! What stands below the lanes: the signs, and what happened on the numbered dates.

use super::{EDGE, WIDE};
use crate::picture::lanes::{KeyEvent, Timeline};
use crate::picture::sign::Sign;
use crate::picture::svg::{Anchor, Font, Svg, ink};
use crate::picture::words::{TimelineWords, Words};

/// Lines of an event at most.
const LINES: usize = 3;
/// Events of a date at most.
const EVENTS: usize = 7;

/// The signs that were used, in rows.
pub(super) fn legend(svg: &mut Svg, used: &[Sign], w: &TimelineWords, top: i64) -> i64 {
    let (mut x, mut y) = (EDGE, top + 12);
    for sign in used {
        let word = w.sign(*sign);
        let wide = 24 + Font::NOTE.width(word) + 20;
        if x + wide > WIDE - EDGE && x > EDGE {
            x = EDGE;
            y += 20;
        }
        sign.sample(svg, x, y);
        svg.text((x + 24, y + 4), Font::NOTE, Anchor::Start, word);
        x += wide;
    }
    y + 18
}

/// What happened on the numbered dates: number, date, what, articles, why.
pub(super) fn list(
    svg: &mut Svg,
    timeline: &Timeline,
    numbered: &[Option<usize>],
    words: &Words,
    top: i64,
) -> i64 {
    let w = words.timeline;
    const AT: [i64; 5] = [EDGE, EDGE + 34, EDGE + 176, EDGE + 600, EDGE + 760];
    let mut y = top + 8;
    svg.line((EDGE, y), (WIDE - EDGE, y), ink::SOFT, 1, "");
    y += 20;
    let (body, small) = (
        Font {
            size: 12,
            ..Font::BODY
        },
        Font::NOTE,
    );
    let mut branch = "";
    for (date, n) in timeline.dates.iter().zip(numbered) {
        let Some(n) = n else { continue };
        if date.branch != branch {
            branch = &date.branch;
            svg.text(
                (EDGE, y),
                Font::HEAD,
                Anchor::Start,
                &Font::HEAD.fit(&format!("{}: {branch}", w.branch), WIDE - 2 * EDGE),
            );
            y += Font::HEAD.leading() + 2;
        }
        svg.text((AT[0] + 22, y), body.bold(), Anchor::End, &n.to_string());
        svg.text((AT[1], y), body, Anchor::Start, &words.date(&date.at.shown));
        let (shown, rest) = chosen(&date.events);
        for event in shown {
            let what = short(body.wrap(&event.text, AT[3] - AT[2] - 14));
            let cites: Vec<String> = event.articles.iter().map(|a| words.cite(a)).collect();
            let cites = short(small.wrap(&cites.join(", "), AT[4] - AT[3] - 14));
            let why = short(small.wrap(&event.because, WIDE - EDGE - AT[4]));
            svg.lines((AT[2], y), body, &what);
            svg.lines((AT[3], y), small, &cites);
            svg.lines((AT[4], y), small, &why);
            let rows = what.len().max(cites.len()).max(why.len()).max(1);
            y += i64::try_from(rows).unwrap_or(1) * body.leading();
        }
        if rest > 0 {
            svg.text((AT[2], y), small, Anchor::Start, &w.more(rest));
            y += body.leading();
        }
        y += 4;
    }
    let rest = numbered.iter().filter(|n| n.is_none()).count();
    if rest > 0 {
        svg.text(
            (EDGE, y + 2),
            Font::NOTE,
            Anchor::Start,
            &w.not_numbered(rest),
        );
        y += 16;
    }
    y
}

/// The events of a date that are told, those that matter most, in their order; and how many more there are.
fn chosen(events: &[KeyEvent]) -> (Vec<&KeyEvent>, usize) {
    let mut by_weight: Vec<usize> = (0..events.len()).collect();
    by_weight.sort_by_key(|i| (std::cmp::Reverse(events[*i].weight), *i));
    by_weight.truncate(EVENTS);
    by_weight.sort_unstable();
    let rest = events.len() - by_weight.len();
    (by_weight.into_iter().map(|i| &events[i]).collect(), rest)
}

fn short(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}
