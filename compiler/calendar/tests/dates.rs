//! Sets of days against the plain definition, day by day, and worked examples.

use proptest::prelude::*;
use rogatio_calendar::*;

fn day(text: &str) -> Day {
    text.parse().expect("a date")
}

fn span(first: &str, last: &str) -> Span {
    Span {
        first: day(first),
        last: day(last),
    }
}

fn any_cycle() -> impl Strategy<Value = Cycle> {
    let from = (2015..2020i32, 1..=12u32, 1..=28u32)
        .prop_map(|(y, m, d)| Day::from_ymd(y, m, d).expect("a day"));
    prop_oneof![
        Just(Cycle::DAY),
        Just(Cycle::WEEK),
        Just(Cycle::MONTH),
        Just(Cycle::YEAR),
        Just(Cycle::PartsOfMonth { parts: 2 }),
        Just(Cycle::PartsOfMonth { parts: 3 }),
        (1..30u32, from.clone()).prop_map(|(n, d)| Cycle::days(n, d).expect("a unit")),
        (1..30u32, from).prop_map(|(n, d)| Cycle::months(n, d).expect("a unit")),
    ]
}

fn any_dates() -> impl Strategy<Value = Dates> {
    let listed = prop::collection::vec((15_000..19_000i32, 0..200i32), 0..5).prop_map(|v| {
        Dates::listed(v.into_iter().map(|(a, n)| Span {
            first: Day(a),
            last: Day(a + n),
        }))
    });
    let leaf = prop_oneof![
        2 => any_cycle().prop_map(Dates::Unit),
        1 => (1..=12u32).prop_map(Dates::Month),
        1 => prop::sample::select(&Weekday::ALL[..]).prop_map(Dates::Weekday),
        1 => listed,
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let two = (inner.clone(), inner);
        prop_oneof![
            two.clone().prop_map(|(a, b)| a.both(b)),
            two.clone().prop_map(|(a, b)| a.either(b)),
            two.clone().prop_map(|(a, b)| a.without(b)),
            two.clone().prop_map(|(a, b)| a.of(b)),
            (prop_oneof![1..5i32, -4..0i32], two).prop_map(|(n, (a, b))| a.nth_of(n, b)),
        ]
    })
}

/// The definition, day by day: membership and the first day of the span.
struct Plain {
    from: i32,
    member: Vec<bool>,
    /// Of each member, the number of its first day.
    first: Vec<i32>,
}

impl Plain {
    fn of(dates: &Dates, from: i32, to: i32) -> Plain {
        let days = || (from..=to).map(Day);
        let runs = |member: Vec<bool>| {
            let mut first: Vec<i32> = Vec::new();
            for (i, m) in member.iter().enumerate() {
                let number = from + i as i32;
                let joins = *m && i > 0 && member[i - 1];
                first.push(if joins { first[i - 1] } else { number });
            }
            Plain {
                from,
                member,
                first,
            }
        };
        let two = |of: &(Dates, Dates)| (Plain::of(&of.0, from, to), Plain::of(&of.1, from, to));
        let merge = |of: &(Dates, Dates), f: fn(bool, bool) -> bool| {
            let (a, b) = two(of);
            runs(
                a.member
                    .iter()
                    .zip(&b.member)
                    .map(|(a, b)| f(*a, *b))
                    .collect(),
            )
        };
        match dates {
            Dates::Listed(spans) => runs(
                days()
                    .map(|d| spans.iter().any(|s| s.first <= d && d <= s.last))
                    .collect(),
            ),
            Dates::Unit(c) => Plain {
                from,
                member: vec![true; (to - from + 1) as usize],
                first: days().map(|d| c.span(d).first.0).collect(),
            },
            Dates::Month(m) => runs(days().map(|d| d.month() == *m).collect()),
            Dates::Weekday(w) => runs(days().map(|d| d.weekday() == *w).collect()),
            Dates::Both(of) => merge(of, |a, b| a && b),
            Dates::Either(of) => merge(of, |a, b| a || b),
            Dates::Without(of) => merge(of, |a, b| a && !b),
            Dates::Of(of) if of.0.has_units() => {
                let (a, b) = two(of);
                let kept = |i: usize| a.member[i] && b.is_member(a.first[i]);
                Plain {
                    from,
                    member: (0..a.member.len()).map(kept).collect(),
                    first: a.first.clone(),
                }
            }
            Dates::Of(of) => merge(of, |a, b| a && b),
            Dates::Nth(n, of) => {
                let (a, b) = two(of);
                let begins = |i: usize| a.member[i] && a.first[i] == from + i as i32;
                let kept = |i: usize| {
                    let first = a.first[i];
                    if !a.member[i] || !b.is_member(first) {
                        return false;
                    }
                    let within = b.first[(first - from) as usize];
                    let same = |j: usize| b.member[j] && b.first[j] == within && begins(j);
                    let at = (first - from) as usize;
                    let place = if *n > 0 {
                        (0..=at).filter(|j| same(*j)).count()
                    } else {
                        (at..a.member.len()).filter(|j| same(*j)).count()
                    };
                    place == n.unsigned_abs() as usize
                };
                let member: Vec<bool> = (0..a.member.len()).map(kept).collect();
                if of.0.has_units() {
                    Plain {
                        from,
                        member,
                        first: a.first.clone(),
                    }
                } else {
                    runs(member)
                }
            }
        }
    }

    fn is_member(&self, number: i32) -> bool {
        usize::try_from(number - self.from)
            .is_ok_and(|i| self.member.get(i).copied().unwrap_or(false))
    }
}

/// Whether some part of the rule has a run of days that reaches so far that the plain table cuts it off, as `day | day`
/// does: there the table, not the rule, says where it begins.
fn is_cut_off(dates: &Dates) -> bool {
    let inside = match dates {
        Dates::Both(of)
        | Dates::Either(of)
        | Dates::Without(of)
        | Dates::Of(of)
        | Dates::Nth(_, of) => is_cut_off(&of.0) || is_cut_off(&of.1),
        Dates::Listed(_) | Dates::Unit(_) | Dates::Month(_) | Dates::Weekday(_) => false,
    };
    let plain = Plain::of(dates, FROM, TO);
    let run = |from: i32, to: i32| {
        (from..to).all(|n| plain.is_member(n) && plain.first[(n - FROM) as usize] <= FROM)
    };
    inside || run(FROM, FROM + 2000)
}

/// Days far enough from both ends of the plain table for everything that reaches across them.
const FROM: i32 = 12_000;
const TO: i32 = 20_500;

/// The answer; a rule that says of itself that it is too intricate to search has given none, and no other error is one.
macro_rules! answered {
    ($asked:expr) => {
        match $asked {
            Ok(answer) => answer,
            Err(why) => {
                prop_assert_eq!(why, CalendarError::TooIntricate);
                return Ok(());
            }
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_are_what_they_say(dates in any_dates(), start in 15_500..16_500i32) {
        if dates.next_change(Day(start)) == Err(CalendarError::TooIntricate)
            || dates.next_span(Day(start)) == Err(CalendarError::TooIntricate)
            || dates.last_span(Day(start)) == Err(CalendarError::TooIntricate)
        {
            return Ok(());
        }
        prop_assume!(!is_cut_off(&dates));
        let plain = Plain::of(&dates, FROM, TO);
        for n in start..start + 400 {
            let day = Day(n);
            prop_assert_eq!(answered!(dates.contains(day)), plain.is_member(n), "{:?} on {}", dates, day);
        }
        let member = plain.is_member(start);
        let change = (start + 1..TO - 2000).find(|n| plain.is_member(*n) != member);
        if let Some(change) = change {
            prop_assert_eq!(dates.next_change(Day(start)), Ok(Some(Day(change))), "{:?} after {}", dates, Day(start));
        }
        let begins = |n: i32| plain.is_member(n) && plain.first[(n - FROM) as usize] == n;
        if let Some(next) = (start + 1..TO - 2000).find(|n| begins(*n)) {
            let found = dates.next_span(Day(start)).map(|s| s.map(|s| s.first));
            prop_assert_eq!(found, Ok(Some(Day(next))), "{:?} after {}", dates, Day(start));
        }
        if let Some(last) = (FROM + 2000..start).rev().find(|n| begins(*n)) {
            let found = dates.last_span(Day(start)).map(|s| s.map(|s| s.first));
            prop_assert_eq!(found, Ok(Some(Day(last))), "{:?} before {}", dates, Day(start));
        }
    }

    #[test]
    fn spans_are_where_their_days_are(dates in any_dates(), start in 15_500..16_500i32) {
        let day = Day(start);
        let span = answered!(dates.span_at(day));
        match span {
            Some(span) => {
                prop_assert!(span.contains(day) && answered!(dates.contains(day)));
                prop_assert_eq!(answered!(dates.span_at(span.first)), Some(span));
                prop_assert_eq!(answered!(dates.span_at(span.last)), Some(span));
                if let Some(next) = answered!(dates.next_span(span.first)) {
                    prop_assert!(next.first > span.last);
                    prop_assert_eq!(answered!(dates.last_span(next.first)), Some(span));
                }
            }
            None => prop_assert!(!answered!(dates.contains(day))),
        }
    }

    #[test]
    fn units_cut_time_without_gap(cycle in any_cycle(), n in Day::MIN.0..Day::MAX.0) {
        let here = cycle.span(Day(n));
        prop_assert!(here.contains(Day(n)));
        if let Some(next) = here.last.succ() {
            prop_assert_eq!(cycle.span(next).first, next);
        }
        prop_assert_eq!(cycle.span(here.first), here);
        prop_assert_eq!(cycle.span(here.last), here);
    }

    #[test]
    fn the_edges_of_the_calendar_are_no_panic(dates in any_dates()) {
        for day in [Day::MIN, Day(Day::MIN.0 + 1), Day::MAX, Day(Day::MAX.0 - 1)] {
            let _ = (dates.contains(day), dates.span_at(day), dates.next_change(day));
            prop_assert!(dates.next_span(day).ok().flatten().is_none_or(|s| s.first > day));
            prop_assert!(dates.last_span(day).ok().flatten().is_none_or(|s| s.first < day));
        }
    }
}

#[test]
fn points_of_a_calendar() {
    let early = Dates::Unit(Cycle::PartsOfMonth { parts: 3 }).nth_of(1, Dates::Unit(Cycle::MONTH));
    let late = Dates::Unit(Cycle::PartsOfMonth { parts: 3 }).nth_of(3, Dates::Unit(Cycle::MONTH));
    let january = Dates::Month(1);
    let decade = Dates::Unit(Cycle::months(120, day("1-01-01")).unwrap());
    let year = Dates::Unit(Cycle::YEAR);
    // Early January of a year ending in 1.
    let opening = early.of(january).of(year.clone().nth_of(1, decade.clone()));
    assert_eq!(
        opening.next_span(day("1042-05-01")),
        Ok(Some(span("1051-01-01", "1051-01-10")))
    );
    assert_eq!(
        opening.span_at(day("1051-01-10")),
        Ok(Some(span("1051-01-01", "1051-01-10")))
    );
    assert_eq!(opening.contains(day("1051-01-11")), Ok(false));
    // The end of the fifth year, and late December of the year ending in 0.
    let settled = Dates::Unit(Cycle::DAY).nth_of(-1, year.clone().nth_of(5, decade.clone()));
    assert_eq!(
        settled.next_span(day("951-01-01")),
        Ok(Some(Span::day(day("955-12-31"))))
    );
    let end = late.of(Dates::Month(12)).of(year.nth_of(10, decade));
    assert_eq!(
        end.next_span(day("951-01-01")),
        Ok(Some(span("960-12-21", "960-12-31")))
    );
    // The first Tuesday after the first Monday of November.
    let election = Dates::Weekday(Weekday::Monday).nth_of(1, Dates::Month(11));
    let monday = election
        .next_span(day("2024-01-01"))
        .unwrap()
        .unwrap()
        .first;
    let tuesday = Dates::Weekday(Weekday::Tuesday)
        .next_span(monday)
        .unwrap()
        .unwrap()
        .first;
    assert_eq!((monday, tuesday), (day("2024-11-04"), day("2024-11-05")));
    // Every last day of February.
    let last = Dates::Unit(Cycle::DAY).nth_of(-1, Dates::Month(2));
    assert_eq!(
        last.next_span(day("2023-03-01")),
        Ok(Some(Span::day(day("2024-02-29"))))
    );
    assert_eq!(
        last.last_span(day("2024-02-29")),
        Ok(Some(Span::day(day("2023-02-28"))))
    );
}

#[test]
fn days_that_never_come() {
    let day = Dates::Unit(Cycle::DAY);
    assert_eq!(day.clone().nth_of(31, Dates::Month(2)).is_empty(), Ok(true));
    assert_eq!(
        day.clone().nth_of(29, Dates::Month(2)).is_empty(),
        Ok(false)
    );
    let month = Dates::Unit(Cycle::MONTH);
    assert_eq!(day.clone().nth_of(32, month).is_empty(), Ok(true));
    let tenth = day.clone().nth_of(10, Dates::Unit(Cycle::WEEK));
    assert_eq!(tenth.is_empty(), Ok(true));
    // Half a million instances of a unit that falls into no pattern are not looked through.
    let odd = Dates::Unit(Cycle::days(11, Day(0)).unwrap());
    assert_eq!(
        day.nth_of(12, odd).is_empty(),
        Err(CalendarError::TooIntricate)
    );
    let monday = Dates::Weekday(Weekday::Monday);
    let tuesday = Dates::Weekday(Weekday::Tuesday);
    assert_eq!(monday.clone().both(tuesday).is_empty(), Ok(true));
    assert_eq!(monday.clone().without(monday).is_empty(), Ok(true));
    assert_eq!(Dates::listed([]).is_empty(), Ok(true));
    assert_eq!(Dates::Unit(Cycle::YEAR).is_empty(), Ok(false));
}

#[test]
fn days_that_are_not_in_a_set() {
    let weekend = Dates::Weekday(Weekday::Saturday).either(Dates::Weekday(Weekday::Sunday));
    let nth = |from: &str, n, back| weekend.nth_outside(day(from), n, back).unwrap();
    // 2024-05-03 is a Friday: whether the first day itself is in the set makes no difference.
    assert_eq!(nth("2024-05-03", 1, false), Some(day("2024-05-06")));
    assert_eq!(nth("2024-05-04", 1, false), Some(day("2024-05-06")));
    assert_eq!(nth("2024-05-03", 10, false), Some(day("2024-05-17")));
    assert_eq!(nth("2024-05-06", 1, true), Some(day("2024-05-03")));
    assert_eq!(nth("2024-05-04", 0, false), Some(day("2024-05-04")));
    assert_eq!(
        Dates::Unit(Cycle::DAY).nth_outside(day("2024-05-04"), 1, false),
        Ok(None)
    );
}

#[test]
fn units_of_a_calendar() {
    let sprint = Cycle::days(14, day("2024-01-01")).unwrap();
    assert_eq!(
        sprint.span(day("2024-01-14")),
        span("2024-01-01", "2024-01-14")
    );
    assert_eq!(
        sprint.span(day("2023-12-31")),
        span("2023-12-18", "2023-12-31")
    );
    let fiscal = Cycle::months(12, day("2000-04-01")).unwrap();
    assert_eq!(
        fiscal.span(day("2024-03-31")),
        span("2023-04-01", "2024-03-31")
    );
    let olympiad = Cycle::months(48, day("1896-04-06")).unwrap();
    assert_eq!(
        olympiad.span(day("1900-04-05")),
        span("1896-04-06", "1900-04-05")
    );
    let halves = Cycle::PartsOfMonth { parts: 2 };
    assert_eq!(
        halves.span(day("2024-02-20")),
        span("2024-02-16", "2024-02-29")
    );
    assert_eq!(
        Cycle::months(12, day("2000-01-29")),
        Err(CalendarError::NoAnchor)
    );
    assert_eq!(
        Cycle::days(0, day("2000-01-01")),
        Err(CalendarError::NoAnchor)
    );
    assert_eq!(
        Cycle::WEEK.span(day("2024-05-09")),
        span("2024-05-06", "2024-05-12")
    );
}
