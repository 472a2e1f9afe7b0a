//! A scale of time: from seconds to pixels, with long stretches in which nothing happens drawn short, and its marks.

use rogatio_calendar::{Day, SECONDS_PER_DAY};

/// From times to pixels.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// Stretches in order: from, to in seconds; from, to in pixels; drawn short.
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    from: i64,
    to: i64,
    left: i64,
    right: i64,
    short: bool,
}

/// A mark of the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Where.
    pub(crate) x: i64,
    /// What stands there.
    pub(crate) label: String,
}

/// A stretch drawn short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    /// Its left end.
    pub(crate) left: i64,
    /// Its right end.
    pub(crate) right: i64,
    /// Seconds in it.
    pub(crate) seconds: i64,
}

/// Pixels of a stretch that is drawn short.
const SHORT: i64 = 44;
/// Pixels between two marks at least.
const APART: i64 = 84;

impl Scale {
    /// For these times, between two pixels. At least a share of the width is air at both ends.
    pub(crate) fn new(times: &[i64], left: i64, right: i64) -> Scale {
        let mut times = times.to_vec();
        times.sort_unstable();
        times.dedup();
        let (first, last) = match (times.first(), times.last()) {
            (Some(a), Some(b)) if a < b => (*a, *b),
            (Some(a), _) => (a - SECONDS_PER_DAY, a + SECONDS_PER_DAY),
            _ => (0, SECONDS_PER_DAY),
        };
        let (from, to) = {
            let air = ((last - first) / 50).max(1);
            (first - air, last + air)
        };
        // What is empty and takes two fifths of what is left is drawn short; so is what takes a twelfth of it, where other
        // events are thirty times closer.
        let mut gaps: Vec<(i64, i64)> = times.windows(2).map(|w| (w[0], w[1])).collect();
        gaps.sort_by_key(|(a, b)| (-(b - a), *a));
        let usual = gaps.get(gaps.len() / 2).map_or(0, |(a, b)| b - a).max(1);
        let mut short: Vec<(i64, i64)> = Vec::new();
        let mut rest = to - from;
        for (a, b) in gaps.into_iter().take(6) {
            let long = b - a;
            let alone = match times.len() {
                // Few events have room enough.
                0..4 => false,
                4..10 => long * 4 >= rest * 3,
                _ => long * 5 >= rest * 2 || (long / 30 >= usual && long * 12 >= rest),
            };
            if !alone {
                break;
            }
            let air = long / 50;
            rest -= long - 2 * air;
            short.push((a + air, b - air));
        }
        short.sort_unstable();
        let room = right - left - SHORT * i64::try_from(short.len()).unwrap_or(0);
        let mut parts = Vec::new();
        let (mut at, mut x, mut gone) = (from, left, 0);
        let mut push = |to_time: i64, is_short: bool, x: &mut i64, at: &mut i64, gone: &mut i64| {
            let wide = if is_short {
                SHORT
            } else {
                // The ends are rounded, not the widths: nothing adds up.
                let before = scaled(*gone, room, rest);
                *gone += to_time - *at;
                scaled(*gone, room, rest) - before
            };
            parts.push(Part {
                from: *at,
                to: to_time,
                left: *x,
                right: *x + wide,
                short: is_short,
            });
            *x += wide;
            *at = to_time;
        };
        for (a, b) in short {
            push(a, false, &mut x, &mut at, &mut gone);
            push(b, true, &mut x, &mut at, &mut gone);
        }
        push(to, false, &mut x, &mut at, &mut gone);
        Scale { parts }
    }

    /// From one time to another, nothing drawn short and no air at the ends.
    pub(crate) fn plain(from: i64, to: i64, left: i64, right: i64) -> Scale {
        let parts = vec![Part {
            from,
            to,
            left,
            right,
            short: false,
        }];
        Scale { parts }
    }

    /// The pixel of a time; times outside stand at the ends.
    pub(crate) fn x(&self, time: i64) -> i64 {
        let Some(part) = self
            .parts
            .iter()
            .find(|p| time <= p.to)
            .or(self.parts.last())
        else {
            return 0;
        };
        let inside = time.clamp(part.from, part.to) - part.from;
        part.left + scaled(inside, part.right - part.left, (part.to - part.from).max(1))
    }

    /// The ends in pixels.
    pub(crate) fn ends(&self) -> (i64, i64) {
        (
            self.parts.first().map_or(0, |p| p.left),
            self.parts.last().map_or(0, |p| p.right),
        )
    }

    /// Stretches drawn short.
    pub(crate) fn breaks(&self) -> Vec<Break> {
        let short = self.parts.iter().filter(|p| p.short);
        short
            .map(|p| Break {
                left: p.left,
                right: p.right,
                seconds: p.to - p.from,
            })
            .collect()
    }

    /// Marks at dates and times of day that are round.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        self.marks(|step, from, to| step.times(from, to), &Step::DATES)
    }

    /// Marks of a second clock: hours and minutes since it began.
    pub(crate) fn readings(&self) -> Vec<Tick> {
        self.marks(|step, from, to| step.readings(from, to), &Step::READINGS)
    }

    fn marks(
        &self,
        times: impl Fn(Step, i64, i64) -> Vec<(i64, String)>,
        steps: &[Step],
    ) -> Vec<Tick> {
        let long = || self.parts.iter().filter(|p| !p.short);
        let seconds: i64 = long().map(|p| p.to - p.from).sum();
        let pixels: i64 = long().map(|p| p.right - p.left).sum();
        let fits = |s: &&Step| s.seconds() * pixels >= APART * seconds;
        let step = steps.iter().find(fits).or(steps.last());
        let Some(step) = step else { return Vec::new() };
        let mut out: Vec<Tick> = Vec::new();
        for part in long() {
            for (time, label) in times(*step, part.from, part.to) {
                let x = self.x(time);
                if out.last().is_none_or(|t| x - t.x >= APART * 3 / 4) {
                    out.push(Tick { x, label });
                }
            }
        }
        out
    }
}

fn scaled(n: i64, room: i64, whole: i64) -> i64 {
    let wide = i128::from(n) * i128::from(room) / i128::from(whole.max(1));
    i64::try_from(wide).unwrap_or(room)
}

/// How far marks are apart.
#[derive(Copy, Clone, Debug)]
enum Step {
    Seconds(i64),
    Months(i64),
}

impl Step {
    const DATES: [Step; 22] = [
        Step::Seconds(1),
        Step::Seconds(10),
        Step::Seconds(60),
        Step::Seconds(300),
        Step::Seconds(900),
        Step::Seconds(3600),
        Step::Seconds(3 * 3600),
        Step::Seconds(6 * 3600),
        Step::Seconds(12 * 3600),
        Step::Seconds(SECONDS_PER_DAY),
        Step::Seconds(2 * SECONDS_PER_DAY),
        Step::Seconds(7 * SECONDS_PER_DAY),
        Step::Seconds(14 * SECONDS_PER_DAY),
        Step::Months(1),
        Step::Months(3),
        Step::Months(6),
        Step::Months(12),
        Step::Months(24),
        Step::Months(60),
        Step::Months(120),
        Step::Months(600),
        Step::Months(1200),
    ];
    const READINGS: [Step; 8] = [
        Step::Seconds(60),
        Step::Seconds(600),
        Step::Seconds(3600),
        Step::Seconds(6 * 3600),
        Step::Seconds(12 * 3600),
        Step::Seconds(24 * 3600),
        Step::Seconds(120 * 3600),
        Step::Seconds(1200 * 3600),
    ];

    fn seconds(self) -> i64 {
        match self {
            Step::Seconds(n) => n,
            Step::Months(n) => n * 30 * SECONDS_PER_DAY,
        }
    }

    fn times(self, from: i64, to: i64) -> Vec<(i64, String)> {
        match self {
            Step::Seconds(n) => multiples(n, from, to).map(|t| (t, moment(t, n))).collect(),
            Step::Months(n) => {
                let day = |t: i64| Day::from_number(t.div_euclid(SECONDS_PER_DAY));
                let (Some(first), Some(last)) = (day(from), day(to)) else {
                    return Vec::new();
                };
                let month = |d: Day| i64::from(d.year()) * 12 + i64::from(d.month()) - 1;
                let mut out = Vec::new();
                for at in multiples(n, month(first), month(last)) {
                    let (year, month) = (at.div_euclid(12), at.rem_euclid(12) + 1);
                    let begins = i32::try_from(year).ok().zip(u8::try_from(month).ok());
                    let Some(day) = begins.and_then(|(y, m)| Day::from_ymd(y, m.into(), 1)) else {
                        continue;
                    };
                    let label = if n % 12 == 0 {
                        year.to_string()
                    } else {
                        format!("{year}-{month:02}")
                    };
                    let time = day.number() * SECONDS_PER_DAY;
                    if time >= from && time <= to {
                        out.push((time, label));
                    }
                }
                out
            }
        }
    }

    fn readings(self, from: i64, to: i64) -> Vec<(i64, String)> {
        let label = |t: i64| {
            let (hours, minutes) = (t / 3600, t / 60 % 60);
            if minutes == 0 {
                format!("{hours} h")
            } else {
                format!("{hours}:{minutes:02} h")
            }
        };
        multiples(self.seconds(), from.max(0), to)
            .map(|t| (t, label(t)))
            .collect()
    }
}

fn multiples(step: i64, from: i64, to: i64) -> impl Iterator<Item = i64> {
    let first = from.div_euclid(step) + i64::from(from.rem_euclid(step) != 0);
    (0..4000)
        .map(move |i| (first + i) * step)
        .take_while(move |t| *t <= to)
}

/// A time as a mark shows it: the day, or within a day the time, and the day at midnight.
fn moment(time: i64, step: i64) -> String {
    let (day, second) = (
        time.div_euclid(SECONDS_PER_DAY),
        time.rem_euclid(SECONDS_PER_DAY),
    );
    if step >= SECONDS_PER_DAY || second == 0 {
        return Day::from_number(day).map_or_else(String::new, |d| d.to_string());
    }
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    if step >= 60 {
        format!("{h:02}:{m:02}")
    } else {
        format!("{h:02}:{m:02}:{s:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        text.parse::<Day>().unwrap().number() * SECONDS_PER_DAY
    }

    #[test]
    fn years_and_months() {
        let scale = Scale::new(
            &[day("1992-06-05"), day("1993-01-01"), day("1994-04-05")],
            0,
            800,
        );
        let labels: Vec<_> = scale.ticks().into_iter().map(|t| t.label).collect();
        assert_eq!(labels[..2], ["1992-07", "1992-10"]);
        assert!(scale.breaks().is_empty());
        assert_eq!(scale.ends(), (0, 800));
    }

    #[test]
    fn a_long_silence_is_drawn_short() {
        let times = [
            "1950-01-01",
            "1950-02-01",
            "1950-03-01",
            "1999-01-01",
            "1999-02-01",
        ]
        .map(day);
        let scale = Scale::new(&times, 0, 800);
        let breaks = scale.breaks();
        assert_eq!(breaks.len(), 1);
        assert!(breaks[0].seconds > 17_000 * SECONDS_PER_DAY);
        assert_eq!(breaks[0].right - breaks[0].left, SHORT);
        assert!(times.windows(2).all(|w| scale.x(w[0]) < scale.x(w[1])));
    }

    #[test]
    fn one_time_stands_in_the_middle() {
        let scale = Scale::new(&[day("2000-01-01")], 0, 100);
        assert_eq!(scale.x(day("2000-01-01")), 50);
    }
}
