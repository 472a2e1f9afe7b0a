//! Civil dates against an independent implementation, and laws of points and windows.

use jiff::Span;
use jiff::civil::{Date, Weekday as JiffWeekday};
use proptest::prelude::*;
use rogatio_calendar::*;

fn theirs(day: Day) -> Date {
    let (year, month, day) = day.ymd();
    Date::new(year as i16, month as i8, day as i8).expect("a civil date")
}

fn ours(date: Date) -> Option<Day> {
    Day::from_ymd(
        i32::from(date.year()),
        date.month() as u32,
        date.day() as u32,
    )
}

fn any_day() -> impl Strategy<Value = Day> {
    prop_oneof![
        4 => (Day::MIN.0..=Day::MAX.0).prop_map(Day),
        // Around month ends and leap days.
        3 => (1..=9999i32, 1..=12u32, 0..=3u32).prop_map(|(year, month, back)| {
            let last = days_in_month(year, month).expect("a month");
            Day::from_ymd(year, month, last - back).expect("a day")
        }),
        1 => (0..400i32).prop_map(|n| Day(Day::MIN.0 + n)),
        1 => (0..400i32).prop_map(|n| Day(Day::MAX.0 - n)),
    ]
}

fn any_phase() -> impl Strategy<Value = Phase> {
    prop::sample::select(&Phase::ALL[..])
}

fn any_convention() -> impl Strategy<Value = Convention> {
    prop::sample::select(&Convention::ALL[..])
}

/// One that moves no end of a period.
fn plain_convention() -> impl Strategy<Value = Convention> {
    prop::sample::select(vec![Convention::Treaty, Convention::Japan])
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (0..60i32, 0..70i32).prop_map(|(months, days)| Period { months, days }),
        (0..119_976i32, 0..3_700_000i32).prop_map(|(months, days)| Period { months, days }),
        (0..119_976i32).prop_map(|months| Period { months, days: 0 }),
    ]
}

fn point_parts() -> impl Strategy<Value = (i64, Phase, u32)> {
    let second = prop_oneof![
        Point::MIN_SECOND..=Point::MAX_SECOND,
        -3..3i64,
        Just(Point::MIN_SECOND),
        Just(Point::MAX_SECOND),
    ];
    let seq = prop_oneof![0..=Point::MAX_SEQ, 0..3u32, Just(Point::MAX_SEQ)];
    (second, any_phase(), seq)
}

#[test]
fn every_day_in_turn() {
    let (mut year, mut month, mut day) = (1, 1, 1);
    for number in Day::MIN.0..=Day::MAX.0 {
        assert_eq!(Day(number).ymd(), (year, month, day));
        assert_eq!(Day::from_ymd(year, month, day), Some(Day(number)));
        day += 1;
        if Some(day) > days_in_month(year, month) {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!((year, month, day), (10_000, 1, 1));
}

/// Articles 140 and 143 word for word, in the other implementation.
fn civil_code(event: Date, months: i32) -> Option<Date> {
    let first = event.tomorrow().ok()?;
    let index = i32::from(first.year()) * 12 + i32::from(first.month()) - 1 + months;
    let year = i16::try_from(index.div_euclid(12)).ok()?;
    let month = (index.rem_euclid(12) + 1) as i8;
    match Date::new(year, month, first.day()) {
        Ok(corresponding) => corresponding.yesterday().ok(),
        Err(_) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn civil_dates_agree(year in 0..=10_000i32, month in 0..=13u32, day in 0..=32u32) {
        let theirs = (1..=9999).contains(&year)
            .then(|| Date::new(year as i16, month as i8, day as i8).ok()).flatten();
        let ours = Day::from_ymd(year, month, day);
        prop_assert_eq!(ours.is_some(), theirs.is_some());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours.ymd(), (year, month, day));
            let epoch = Date::new(1970, 1, 1).unwrap();
            prop_assert_eq!(theirs.duration_since(epoch).as_hours() / 24, ours.number());
            prop_assert_eq!(theirs.in_leap_year(), is_leap(year));
            prop_assert_eq!(theirs.days_in_month() as u32, days_in_month(year, month).unwrap());
        }
    }

    #[test]
    fn weekdays_agree(day in any_day()) {
        let theirs = match theirs(day).weekday() {
            JiffWeekday::Monday => Weekday::Monday,
            JiffWeekday::Tuesday => Weekday::Tuesday,
            JiffWeekday::Wednesday => Weekday::Wednesday,
            JiffWeekday::Thursday => Weekday::Thursday,
            JiffWeekday::Friday => Weekday::Friday,
            JiffWeekday::Saturday => Weekday::Saturday,
            JiffWeekday::Sunday => Weekday::Sunday,
        };
        prop_assert_eq!(day.weekday(), theirs);
        prop_assert_eq!(theirs.name().parse::<Weekday>(), Ok(theirs));
    }

    #[test]
    fn days_print_and_read_back(day in any_day(), second in 0..SECONDS_PER_DAY) {
        prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
        let instant = Instant(Instant::from_day(day).0 + second);
        prop_assert_eq!(instant.to_string().parse::<Instant>(), Ok(instant));
        prop_assert_eq!(instant.day(), day);
        let (h, m, s) = instant.hms();
        prop_assert_eq!(Instant::from_day_hms(day, h, m, s), Some(instant));
        if day.year() >= 1000 {
            prop_assert_eq!(theirs(day).to_string(), day.to_string());
        }
    }

    #[test]
    fn reading_never_panics(text in ".{0,24}", date in "[0-9]{1,4}-[0-9]{2}-[0-9]{2}T[0-9:Z+-]{0,14}") {
        let _ = (text.parse::<Day>(), text.parse::<Instant>(), text.parse::<Unit>());
        let _ = (date.parse::<Day>(), date.parse::<Instant>());
    }

    #[test]
    fn treaty_agrees(day in any_day(), p in any_period()) {
        let span = Span::new().months(p.months).days(p.days);
        let later = theirs(day).checked_add(span).ok().and_then(ours);
        prop_assert_eq!(Convention::Treaty.add(day, p.into()).ok(), later);
        let earlier = theirs(day).checked_sub(span).ok().and_then(ours);
        prop_assert_eq!(Convention::Treaty.sub(day, p.into()).ok(), earlier);
        let days = Span::new().days(p.days);
        prop_assert_eq!(day.checked_add_days(p.days.into()), theirs(day).checked_add(days).ok().and_then(ours));
        prop_assert_eq!(day.checked_add_days(-i64::from(p.days)), theirs(day).checked_sub(days).ok().and_then(ours));
    }

    #[test]
    fn japan_agrees_with_the_code(day in any_day(), months in 1..119_976i32, few in 1..60i32) {
        for months in [months, few] {
            if day == Day::MAX { continue; }
            let expected = civil_code(theirs(day), months).and_then(ours);
            let found = Convention::Japan.add(day, Period { months, days: 0 }.into()).ok();
            // The oracle cannot write 10000-01-01, whose eve is the last day.
            let expected = expected.or(found.filter(|&end| end == Day::MAX));
            prop_assert_eq!(found, expected, "{} + {}", day, months);
        }
    }

    #[test]
    fn adding_keeps_order(c in any_convention(), a in any_day(), near in 0..70i64, p in any_period(), more in 0..5i32, days in 0..40i32) {
        let b = a.checked_add_days(near).unwrap_or(a);
        let length = Length::from(p);
        if let (Ok(x), Ok(y)) = (c.add(a, length), c.add(b, length)) {
            prop_assert!(x <= y, "{c}: {a}, {b} + {length}");
        }
        if let (Ok(x), Ok(y)) = (c.sub(a, length), c.sub(b, length)) {
            prop_assert!(x <= y, "{c}: {a}, {b} - {length}");
        }
        let longer = Length::from(Period { months: p.months + more, days: p.days + days });
        if let (Ok(x), Ok(y)) = (c.add(a, length), c.add(a, longer)) {
            prop_assert!(a <= x && x <= y, "{c}: {a} + {length}, {longer}");
        }
        if let (Ok(x), Ok(y)) = (c.sub(a, length), c.sub(a, longer)) {
            prop_assert!(a >= x && x >= y, "{c}: {a} - {length}, {longer}");
        }
        // Where the longer length is in range, so is the shorter.
        prop_assert!(c.add(a, longer).is_err() || c.add(a, length).is_ok());
        prop_assert!(c.sub(a, longer).is_err() || c.sub(a, length).is_ok());
    }

    #[test]
    fn the_conventions_differ_at_month_ends_only(day in any_day(), months in 1..60i32) {
        let length = Length::from(Period { months, days: 0 });
        if let (Ok(t), Ok(j)) = (Convention::Treaty.add(day, length), Convention::Japan.add(day, length)) {
            prop_assert!(t <= j);
            prop_assert!(t == j || day.succ().is_none_or(|next| next.day_of_month() == 1));
        }
        if let (Ok(t), Ok(j)) = (Convention::Treaty.sub(day, length), Convention::Japan.sub(day, length)) {
            prop_assert!(t == j || day.day_of_month() == 1 || day.day_of_month() > 28);
        }
    }

    #[test]
    fn points_pack(parts in point_parts()) {
        let (second, phase, seq) = parts;
        let point = Point::new(second, phase, seq).unwrap();
        prop_assert_eq!((point.second(), point.phase(), point.seq()), parts);
        prop_assert_eq!(Point::from_raw(point.raw()), point);
        prop_assert_eq!(point.instant(), Instant(second));
        prop_assert!(point < Point::NEVER);
    }

    #[test]
    fn points_are_ordered_lexicographically(a in point_parts(), b in point_parts(), same_second: bool, same_phase: bool) {
        let b = (if same_second { a.0 } else { b.0 }, if same_phase { a.1 } else { b.1 }, b.2);
        let (p, q) = (Point::new(a.0, a.1, a.2).unwrap(), Point::new(b.0, b.1, b.2).unwrap());
        prop_assert_eq!(p.cmp(&q), a.cmp(&b));
        prop_assert_eq!(p.raw().cmp(&q.raw()), a.cmp(&b));
    }

    #[test]
    fn dates_of_points(day in any_day(), phase in any_phase()) {
        let point = Point::day_phase(day, phase);
        let eve = day.pred().unwrap_or(Day::MIN);
        prop_assert_eq!(point.dated(), if phase == Phase::TacitStart { eve } else { day });
        prop_assert_eq!(point.held_through(), if phase <= Phase::Lapse { eve } else { day });
        prop_assert_eq!(tacit_point(day).dated(), day);
        prop_assert_eq!(lapse_point(day).held_through(), day);
        prop_assert_eq!(opening_point(day).dated(), day);
    }

    #[test]
    fn window_laws(c in plain_convention(), event in any_day(), p in any_period(), second in 0..SECONDS_PER_DAY, seq in 0..=Point::MAX_SEQ) {
        let length = Length::from(p);
        let Ok(last) = c.window_last_day(event, length) else { return Ok(()) };
        let closes = within(c, event, length).unwrap();
        let opens = after(c, event, length).unwrap();
        let tacit = lapse_of_after(c, event, length).unwrap();
        let act = Point::new(Instant::from_day(last).0 + second, Phase::Act, seq).unwrap();
        // Openings, then all acts of the day, then tacit starts, then lapses.
        prop_assert!(opens < act && act < tacit && tacit < closes);
        prop_assert_eq!(opens.dated(), last);
        prop_assert_eq!(tacit.dated(), last);
        prop_assert_eq!(closes.held_through(), last);
        prop_assert_eq!(closes.dated(), last.succ().unwrap_or(Day::MAX));
        prop_assert!(now_ge(opens, last) && now_ge(act, last) && !now_gt(closes, last));
        if let Some(next) = last.succ() {
            prop_assert!(closes < opening_point(next));
            prop_assert_eq!(closes, before_day(next));
            prop_assert!(now_gt(opening_point(next), last));
        }
        if p.months == 0 {
            prop_assert_eq!(within_not_counting(event, p.days.min(100).into(), |_| false).ok(),
                within(c, event, Length::from(Period { months: 0, days: p.days.min(100) })).ok());
        }
    }

    #[test]
    fn backward_deadlines(c in any_convention(), event in any_day(), p in any_period()) {
        let length = Length::from(p);
        if let Ok((day, closes)) = at_least_before(c, event, length) {
            prop_assert_eq!(c.sub(event, length), Ok(day));
            prop_assert_eq!(closes, lapse_point(day));
            // Counted in days alone, back and forth is the same day.
            if p.months == 0 {
                prop_assert_eq!(c.add(day, length), Ok(event));
            }
        }
    }

    #[test]
    fn days_and_hours_of_whole_days_agree(c in any_convention(), day in any_day(), n in 0..10_000i64) {
        let days = Length::from_unit(n, Unit::Day).unwrap();
        let hours = Length::from_unit(n * 24, Unit::Hour).unwrap();
        prop_assert_eq!(c.add(day, days), c.add(day, hours));
        prop_assert_eq!(c.sub(day, days), c.sub(day, hours));
        prop_assert_eq!(days.as_duration(), hours.as_duration());
        prop_assert_eq!(delay_ticks_days(days), delay_ticks_days(hours));
    }

    #[test]
    fn delays_are_rounded_half_up(months in 0..2_000_000i32, days in 0..1000i32) {
        let ticks = i128::from(delay_ticks_days(Period { months, days }.into()).unwrap());
        // x - 1/2 < ticks <= x + 1/2 with x = months * 146097 / 4800 + days.
        let x2 = 2 * (i128::from(months) * 146_097 + i128::from(days) * 4800);
        prop_assert!(x2 - 4800 < ticks * 9600 && ticks * 9600 <= x2 + 4800);
        let seconds = delay_ticks_seconds(Period { months, days }.into()).unwrap();
        prop_assert_eq!(i128::from(seconds) * 9600, x2 * 86_400);
    }
}
