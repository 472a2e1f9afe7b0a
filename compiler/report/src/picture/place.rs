//! Where a label stands in a chart: as near to its point as nothing else is in its way.

use super::svg::{Anchor, Font};

/// Between a label and what is beside it.
const GAP: i64 = 3;

/// A rectangle: left, top, right, bottom.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Area(
    pub(super) i64,
    pub(super) i64,
    pub(super) i64,
    pub(super) i64,
);

impl Area {
    /// From a point to another, a line's width included.
    pub(super) fn between(a: (i64, i64), b: (i64, i64)) -> Area {
        Area(
            a.0.min(b.0) - 1,
            a.1.min(b.1) - 1,
            a.0.max(b.0) + 1,
            a.1.max(b.1) + 1,
        )
    }

    fn touches(self, other: Area) -> bool {
        self.0 - GAP < other.2
            && other.0 < self.2 + GAP
            && self.1 - GAP < other.3
            && other.1 < self.3 + GAP
    }

    fn within(self, frame: Area) -> bool {
        self.0 >= frame.0 && self.2 <= frame.2 && self.1 >= frame.1 && self.3 <= frame.3
    }
}

/// What is drawn in a frame already.
pub(super) struct Room {
    frame: Area,
    taken: Vec<Area>,
}

impl Room {
    pub(super) fn new(frame: Area) -> Room {
        Room {
            frame,
            taken: Vec::new(),
        }
    }

    /// Something is drawn there.
    pub(super) fn take(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// The place of a text among those offered, the better ones first: the first where nothing is in its way, else where
    /// least is. None where it is wider than the frame. The place is taken then.
    pub(super) fn place(
        &mut self,
        text: &str,
        font: Font,
        offered: impl IntoIterator<Item = ((i64, i64), Anchor)>,
    ) -> Option<((i64, i64), Anchor)> {
        let mut best: Option<(usize, (i64, i64), Anchor)> = None;
        for (at, anchor) in offered {
            let area = area(text, font, at, anchor);
            if !area.within(self.frame) {
                continue;
            }
            let n = self.taken.iter().filter(|t| t.touches(area)).count();
            if best.is_none_or(|b| n < b.0) {
                best = Some((n, at, anchor));
            }
            if n == 0 {
                break;
            }
        }
        let (_, at, anchor) = best?;
        self.take(area(text, font, at, anchor));
        Some((at, anchor))
    }
}

/// What a text covers.
fn area(text: &str, font: Font, (x, y): (i64, i64), anchor: Anchor) -> Area {
    let wide = font.width(text);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2,
        Anchor::End => x - wide,
    };
    Area(left, y - font.size + 1, left + wide, y + 3)
}

/// Places around a point, the nearest first, to both sides of it, up to so far.
pub(super) fn around((x, y): (i64, i64), far: i64) -> Vec<((i64, i64), Anchor)> {
    const STEP: i64 = 6;
    // Above and below the point, and beside it.
    let mut out = Vec::new();
    for i in 0..=far / STEP {
        for j in 0..=far / STEP {
            let (dx, dy) = (8 + i * STEP, j * STEP);
            for (at, anchor) in [(x - dx, Anchor::End), (x + dx, Anchor::Start)] {
                // The baseline lies lower than the middle of the letters.
                out.push((dx + dy, ((at, y + 4 + dy), anchor)));
                out.push((dx + dy, ((at, y + 4 - dy), anchor)));
            }
        }
    }
    out.sort_by_key(|(distance, _)| *distance);
    out.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Area = Area(0, 0, 400, 200);

    #[test]
    fn a_label_stands_where_nothing_is() {
        let mut room = Room::new(FRAME);
        // A line across, one down.
        let lines = [
            Area::between((0, 100), (300, 100)),
            Area::between((300, 100), (300, 200)),
        ];
        lines.into_iter().for_each(|l| room.take(l));
        let mut placed: Vec<Area> = Vec::new();
        for text in ["a first label", "a second label", "第三の表示"] {
            let (at, anchor) = room
                .place(text, Font::SMALL, around((300, 100), 200))
                .unwrap();
            let here = area(text, Font::SMALL, at, anchor);
            assert!(here.within(FRAME));
            assert!(lines.iter().chain(&placed).all(|o| !o.touches(here)));
            placed.push(here);
        }
    }

    #[test]
    fn where_there_is_no_room_least_is_covered() {
        let mut room = Room::new(FRAME);
        room.take(FRAME);
        room.take(Area(0, 0, 400, 100));
        let offered = [((10, 50), Anchor::Start), ((10, 150), Anchor::Start)];
        assert_eq!(
            room.place("label", Font::SMALL, offered),
            Some(((10, 150), Anchor::Start))
        );
        let long = "too long for the frame ".repeat(20);
        assert_eq!(room.place(&long, Font::SMALL, offered), None);
    }
}
