//! The signs of a timeline: each has a shape of its own, and is told in the legend.

use super::lanes::{Mark, MarkKind};
use super::svg::{Anchor, Font, Svg, ink};

/// A square on its corner.
pub(super) fn diamond(x: i64, y: i64, r: i64) -> String {
    format!("M{} {y}L{x} {}L{} {y}L{x} {}Z", x - r, y - r, x + r, y + r)
}

/// A sign with a meaning, told in the legend where it is used.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    Act,
    Recalled,
    Breach,
    Void,
    Holds,
    Count,
    Runs,
    Due,
    Met,
    Late,
    Missed,
    Overdue,
    Released,
    Ballots,
    Adopted,
    NotAdopted,
    Stage,
    Outcome,
    Stuck,
}

/// Keeps what was used, in order.
pub(super) fn note(used: &mut Vec<Sign>, sign: Sign) {
    if let Err(place) = used.binary_search(&sign) {
        used.insert(place, sign);
    }
}

impl Sign {
    /// Of a mark.
    pub(super) fn of(m: &Mark) -> Sign {
        match m.kind {
            MarkKind::Act if m.recalled => Sign::Recalled,
            MarkKind::Act => Sign::Act,
            MarkKind::Void => Sign::Void,
            MarkKind::Breach => Sign::Breach,
            MarkKind::Due => Sign::Due,
            MarkKind::Met => Sign::Met,
            MarkKind::Late => Sign::Late,
            MarkKind::Missed => Sign::Missed,
            MarkKind::Released => Sign::Released,
            MarkKind::Adopted => Sign::Adopted,
            MarkKind::NotAdopted => Sign::NotAdopted,
            MarkKind::Stuck => Sign::Stuck,
        }
    }

    /// The sign at a point; with a number, where it stands for several.
    pub(super) fn draw(self, svg: &mut Svg, x: i64, y: i64, n: usize) {
        let r = if n > 1 { 8 } else { 5 };
        let (fill, stroke) = match self {
            Sign::Act | Sign::Met => (ink::BLUE, ink::BLUE),
            Sign::Recalled | Sign::Late => (ink::PAPER, ink::BLUE),
            Sign::Void | Sign::Released => (ink::PAPER, ink::GREY),
            _ => (ink::RED, ink::RED),
        };
        match self {
            Sign::Adopted => svg.path(
                &format!("M{} {}h{}l-{r} -{}z", x - r, y + r - 1, 2 * r, 2 * r - 2),
                ink::BLUE,
                ink::BLUE,
                1,
                "",
            ),
            Sign::NotAdopted => svg.path(
                &format!("M{} {}h{}l-{r} {}z", x - r, y - r + 1, 2 * r, 2 * r - 2),
                ink::PAPER,
                ink::RED,
                2,
                "",
            ),
            Sign::Missed | Sign::Breach => svg.boxed((x - r, y - r, 2 * r, 2 * r), 0, fill, stroke),
            Sign::Stuck => svg.boxed((x - r, y - r, 2 * r, 2 * r), 0, ink::PAPER, ink::DARK),
            _ => svg.circle((x, y), r, fill, stroke),
        }
        let dark =
            matches!(fill, ink::BLUE | ink::RED) && !matches!(self, Sign::NotAdopted | Sign::Stuck);
        let line = if dark || self == Sign::Adopted {
            ink::PAPER
        } else {
            ink::DARK
        };
        if n > 1 {
            let font = Font {
                size: if n > 99 { 8 } else { 10 },
                bold: true,
                fill: line,
            };
            svg.text((x, y + 4), font, Anchor::Middle, &n.to_string());
            return;
        }
        match self {
            Sign::Met | Sign::Late => {
                svg.path(&format!("M{} {y}l2 2l4 -4", x - 3), "none", line, 1, "");
            }
            Sign::Missed | Sign::Breach | Sign::Void => {
                svg.path(
                    &format!("M{} {}l6 6m-6 0l6 -6", x - 3, y - 3),
                    "none",
                    line,
                    1,
                    "",
                );
            }
            Sign::Released => svg.line((x - 3, y), (x + 3, y), ink::GREY, 1, ""),
            Sign::Stuck => svg.text(
                (x, y + 4),
                Font {
                    size: 10,
                    bold: true,
                    fill: ink::DARK,
                },
                Anchor::Middle,
                "!",
            ),
            _ => {}
        }
    }

    /// The sign in the legend, in a place 18 wide.
    pub(super) fn sample(self, svg: &mut Svg, x: i64, y: i64) {
        match self {
            Sign::Holds => svg.boxed((x, y - 5, 18, 10), 2, ink::SKY, ink::BLUE),
            Sign::Count => {
                svg.path(
                    &format!("M{x} {}v-4h9v-5h9v9z", y + 5),
                    ink::SKY,
                    ink::BLUE,
                    1,
                    "",
                );
            }
            Sign::Stage => svg.boxed((x, y - 6, 18, 12), 0, ink::PAPER, ink::DARK),
            Sign::Outcome => svg.path(&diamond(x + 9, y, 6), ink::DARK, ink::DARK, 1, ""),
            Sign::Ballots => {
                let dots = svg.dots();
                svg.boxed((x, y - 5, 18, 10), 0, &dots, ink::SOFT);
            }
            Sign::Runs => svg.boxed((x, y - 4, 18, 8), 4, ink::PAPER, ink::SOFT),
            Sign::Overdue => {
                let hatch = svg.hatch();
                svg.boxed((x, y - 4, 18, 8), 0, &hatch, ink::RED);
            }
            Sign::Due => {
                svg.line((x + 9, y - 7), (x + 9, y + 7), ink::DARK, 2, "");
                svg.path(
                    &format!("M{} {}h-6l6 6z", x + 9, y - 7),
                    ink::DARK,
                    ink::DARK,
                    1,
                    "",
                );
            }
            _ => self.draw(svg, x + 9, y, 1),
        }
    }
}
