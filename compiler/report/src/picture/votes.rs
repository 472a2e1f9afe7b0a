//! A vote table as SVG: the ballots as one bar, and each threshold with what there is and what is needed.

use super::svg::{Anchor, Font, Svg, ink};
use super::words::Words;
use crate::votes::{BallotCount, Side, VoteTable, grouped_signed};

const WIDE: i64 = 760;
const EDGE: i64 = 20;
/// Names told of each ballot.
const LINES: usize = 3;

/// The picture. The id begins the ids of its parts.
#[must_use]
pub fn svg(table: &VoteTable, words: &Words, id: &str) -> String {
    let w = words.votes;
    let mut svg = Svg::new(id);
    let head = Font {
        size: 16,
        ..Font::TITLE
    };
    let room = WIDE - 2 * EDGE;
    let mut y = svg.lines(
        (EDGE, EDGE + head.size),
        head,
        &head.wrap(&table.decision, room),
    );
    let outcome = match (table.outcome, &table.closed) {
        (Some(o), Some(at)) => format!("{} {}", w.outcome(o), words.date(at)),
        _ => format!("{} {}", w.open_since, words.date(&table.opened)),
    };
    let mut under = vec![outcome.clone()];
    under.extend(table.articles.iter().map(|a| words.cite(a)));
    under.push(table.reason.clone());
    under.retain(|t| !t.is_empty());
    y = svg.lines(
        (EDGE, y),
        Font::NOTE,
        &Font::NOTE.wrap(&under.join(" · "), room),
    ) + 6;
    y = match table.nobody_voted() {
        true => svg.lines((EDGE, y + 14), Font::BODY, &[w.none_cast.to_owned()]) - 8,
        false => ballots(&mut svg, table, words, y),
    };
    for t in &table.thresholds {
        let lead = if t.alternative { w.or } else { "" };
        let cite = t
            .article
            .as_ref()
            .map_or(String::new(), |a| format!(" · {}", words.cite(a)));
        let text = format!("{lead}{}: {}{cite}", w.rule(t.rule), t.text);
        y = svg.lines((EDGE, y + 14), Font::BODY, &Font::BODY.wrap(&text, room)) - 8;
        let whole = t.base.as_ref().map_or(table.voters.votes, |b| b.1);
        let needed = t.needed.or(t.allowed);
        let most = whole.max(t.have).max(needed.unwrap_or(0)).max(1);
        let x = |n: i64| EDGE + n.clamp(0, most) * room / most;
        svg.open(&t.told(w));
        svg.boxed((EDGE, y, room, 14), 0, ink::PAPER, ink::GREY);
        svg.boxed((EDGE, y, x(t.have) - EDGE, 14), 0, ink::SKY, ink::BLUE);
        if let Some(n) = needed {
            let at = x(n);
            svg.line((at, y - 4), (at, y + 18), ink::DARK, 2, "");
            svg.path(
                &format!("M{at} {}l-5 -6h10z", y - 2),
                ink::DARK,
                ink::DARK,
                1,
                "",
            );
        }
        let (mark, fill) = if t.met {
            ("✓", ink::BLUE)
        } else {
            ("✗", ink::RED)
        };
        svg.text(
            (EDGE, y + 31),
            Font::NOTE.bold().fill(fill),
            Anchor::Start,
            mark,
        );
        svg.text(
            (EDGE + 18, y + 31),
            Font::NOTE,
            Anchor::Start,
            &Font::NOTE.fit(&t.told(w), room - 18),
        );
        svg.close();
        y += 40;
    }
    if table.may_veto > 0 {
        let cast: Vec<&str> = table
            .ballots
            .iter()
            .filter(|b| b.veto)
            .map(|b| b.who.as_str())
            .collect();
        let told = if cast.is_empty() {
            w.no_veto.to_owned()
        } else {
            cast.join(", ")
        };
        let font = if cast.is_empty() {
            Font::BODY
        } else {
            Font::BODY.bold().fill(ink::RED)
        };
        y = svg.lines(
            (EDGE, y + 14),
            font,
            &font.wrap(&format!("{}: {told}", w.veto), room),
        ) - 6;
    }
    let desc: Vec<String> = table
        .counts
        .iter()
        .map(|c| format!("{} {}", w.ballot(c), grouped_signed(c.amount.votes)))
        .collect();
    svg.finish(
        (WIDE, y + 10),
        words.lang,
        &format!("{}: {outcome}", table.decision),
        &desc.join(", "),
    )
}

/// The ballots as one bar, and below it who cast them.
fn ballots(svg: &mut Svg, table: &VoteTable, words: &Words, top: i64) -> i64 {
    let w = words.votes;
    let room = WIDE - 2 * EDGE;
    let counted: Vec<&BallotCount> = table.counts.iter().filter(|c| c.amount.votes > 0).collect();
    let whole = counted.iter().map(|c| c.amount.votes).sum::<i64>().max(1);
    let (mut x, mut before) = (EDGE, 0);
    for c in &counted {
        before += c.amount.votes;
        let end = EDGE
            + i64::try_from(i128::from(before) * i128::from(room) / i128::from(whole))
                .unwrap_or(room);
        svg.open(&format!(
            "{}: {}",
            w.ballot(c),
            grouped_signed(c.amount.votes)
        ));
        let fill = surface(svg, c.side);
        svg.boxed((x, top, (end - x).max(1), 26), 0, &fill, ink::DARK);
        svg.close();
        x = end;
    }
    let mut y = top + 46;
    for c in &counted {
        let fill = surface(svg, c.side);
        svg.boxed((EDGE, y - 11, 16, 12), 0, &fill, ink::DARK);
        let heads = if table.weighted {
            format!(" ({} {})", grouped_signed(c.amount.heads), w.heads)
        } else {
            String::new()
        };
        let name = format!("{} {}{heads}", w.ballot(c), grouped_signed(c.amount.votes));
        svg.text(
            (EDGE + 24, y),
            Font::HEAD,
            Anchor::Start,
            &Font::HEAD.fit(&name, 190),
        );
        let mut who = Font::NOTE.wrap(&table.who(c).join(", "), room - 230);
        if who.len() > LINES {
            who.truncate(LINES);
            if let Some(last) = who.last_mut() {
                last.push('…');
            }
        }
        y = svg
            .lines((EDGE + 230, y), Font::NOTE, &who)
            .max(y + Font::NOTE.leading())
            + 3;
    }
    let marks = table.marks(w);
    if !marks.is_empty() {
        y = svg.lines(
            (EDGE, y),
            Font::SMALL,
            &Font::SMALL.wrap(&marks.join("; "), room),
        );
    }
    y
}

/// In favour, against, neither and silent differ in pattern and in lightness.
fn surface(svg: &mut Svg, side: Side) -> String {
    match side {
        Side::For => ink::SKY.to_owned(),
        Side::Against => svg.hatch(),
        Side::Abstain => ink::PAPER.to_owned(),
        Side::Other => ink::LINE.to_owned(),
        Side::Silent => svg.dots(),
    }
}
