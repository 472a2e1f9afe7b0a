//! Worked examples of the rules and of the documents.

use rogatio_calendar::*;

fn day(text: &str) -> Day {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(text: &str) -> Instant {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn length(n: i64, unit: Unit) -> Length {
    Length::from_unit(n, unit).expect("in range")
}

use Convention::{Japan, Treaty};

fn adds(convention: Convention, from: &str, n: i64, unit: Unit, to: &str) {
    let found = convention.add(day(from), length(n, unit));
    assert_eq!(found, Ok(day(to)), "{convention}: {from} + {n} {unit}");
}

fn subs(convention: Convention, from: &str, n: i64, unit: Unit, to: &str) {
    let found = convention.sub(day(from), length(n, unit));
    assert_eq!(found, Ok(day(to)), "{convention}: {from} - {n} {unit}");
}

#[test]
fn treaty_days_and_months() {
    adds(Treaty, "1993-09-30", 90, Unit::Day, "1993-12-29");
    adds(Treaty, "1993-12-29", 1, Unit::Year, "1994-12-29");
    adds(Treaty, "1993-12-29", 2, Unit::Year, "1995-12-29");
    adds(Treaty, "2026-08-31", 6, Unit::Month, "2027-02-28");
    adds(Treaty, "2024-01-31", 1, Unit::Month, "2024-02-29");
    adds(Treaty, "2024-02-29", 1, Unit::Year, "2025-02-28");
    adds(Treaty, "2024-02-29", 4, Unit::Year, "2028-02-29");
    adds(Treaty, "1999-12-31", 2, Unit::Month, "2000-02-29");
    adds(Treaty, "2026-03-01", 2, Unit::Week, "2026-03-15");
    adds(Treaty, "2026-03-01", 0, Unit::Month, "2026-03-01");
}

#[test]
fn a_further_period_is_chained() {
    let first = Treaty
        .add(day("2026-01-31"), length(1, Unit::Month))
        .unwrap();
    assert_eq!(
        Treaty.add(first, length(1, Unit::Month)),
        Ok(day("2026-03-28"))
    );
    adds(Treaty, "2026-01-31", 2, Unit::Month, "2026-03-31");
}

#[test]
fn treaty_counts_back() {
    // Circulated on 31 August for a meeting on 28 February is late.
    subs(Treaty, "2027-02-28", 6, Unit::Month, "2026-08-28");
    subs(Treaty, "2026-05-31", 3, Unit::Month, "2026-02-28");
    subs(Treaty, "2024-03-01", 1, Unit::Day, "2024-02-29");
    let (last, closes) =
        at_least_before(Treaty, day("2027-02-28"), length(6, Unit::Month)).unwrap();
    assert_eq!(last, day("2026-08-28"));
    assert_eq!(closes, Point::day_phase(day("2026-08-29"), Phase::Lapse));
}

#[test]
fn japan_forward() {
    adds(Japan, "2016-03-16", 2, Unit::Year, "2018-03-16");
    adds(Japan, "2014-02-28", 2, Unit::Year, "2016-02-29");
    adds(Japan, "2032-02-28", 1, Unit::Year, "2033-02-28");
    adds(Japan, "2024-01-30", 1, Unit::Month, "2024-02-29");
    adds(Japan, "2024-01-31", 1, Unit::Month, "2024-02-29");
    adds(Japan, "2024-02-29", 1, Unit::Month, "2024-03-31");
    adds(Japan, "2023-11-30", 1, Unit::Month, "2023-12-31");
    adds(Japan, "2026-03-16", 20, Unit::Day, "2026-04-05");
    adds(Japan, "2026-03-16", 0, Unit::Year, "2026-03-16");
    // Only the end must be in range, not the first counted day.
    adds(Japan, "9999-11-30", 1, Unit::Month, "9999-12-31");
    adds(Japan, "9999-12-31", 0, Unit::Day, "9999-12-31");
}

#[test]
fn japan_back() {
    subs(Japan, "2018-03-16", 2, Unit::Year, "2016-03-16");
    subs(Japan, "2024-04-29", 2, Unit::Month, "2024-02-29");
    subs(Japan, "2024-04-30", 2, Unit::Month, "2024-03-01");
    subs(Japan, "2024-05-01", 2, Unit::Month, "2024-03-01");
    subs(Japan, "2024-05-02", 2, Unit::Month, "2024-03-02");
    subs(Japan, "2024-03-01", 1, Unit::Month, "2024-01-30");
    subs(Japan, "2024-05-02", 14, Unit::Day, "2024-04-18");
    subs(Japan, "0001-02-01", 1, Unit::Month, "0001-01-01");
}

#[test]
fn years_then_days_and_negative_lengths() {
    let both = Length::Period(Period {
        months: 24,
        days: 3,
    });
    assert_eq!(Treaty.add(day("2024-02-29"), both), Ok(day("2026-03-03")));
    assert_eq!(Treaty.sub(day("2026-03-03"), both), Ok(day("2024-02-29")));
    let back = both.checked_mul(-1).unwrap();
    for convention in Convention::ALL {
        let from = day("2026-03-31");
        assert_eq!(convention.add(from, back), convention.sub(from, both));
        assert_eq!(convention.sub(from, back), convention.add(from, both));
    }
    let mixed = Length::Period(Period {
        months: 1,
        days: -1,
    });
    assert_eq!(
        Treaty.add(day("2026-01-01"), mixed),
        Err(CalendarError::MixedSigns)
    );
}

#[test]
fn the_table_of_points() {
    let months = length(2, Unit::Month);
    let event = day("2026-01-31");
    let closes = within(Treaty, event, months).unwrap();
    assert_eq!(closes, Point::day_phase(day("2026-04-01"), Phase::Lapse));
    assert_eq!(closes.dated(), day("2026-04-01"));
    assert_eq!(closes.held_through(), day("2026-03-31"));
    assert_eq!(on_lapse(Treaty, event, months), Ok(closes));

    let opens = after(Treaty, day("1993-09-30"), length(90, Unit::Day)).unwrap();
    assert_eq!(opens, Point::day_phase(day("1993-12-29"), Phase::Opening));
    assert_eq!(opens.dated(), day("1993-12-29"));
    assert_eq!(opens.instant(), at("1993-12-29T00:00"));

    let tacit = lapse_of_after(Treaty, day("2026-05-10"), length(1, Unit::Year)).unwrap();
    assert_eq!(
        tacit,
        Point::day_phase(day("2027-05-11"), Phase::TacitStart)
    );
    assert_eq!(tacit.dated(), day("2027-05-10"));

    let before = before_day(day("2026-07-01"));
    assert_eq!(before, Point::day_phase(day("2026-07-01"), Phase::Lapse));
    assert_eq!(before.held_through(), day("2026-06-30"));

    // Phase 0, then `expect`, then phase 1, then the openings, then the acts.
    let midnight = day("2027-05-11");
    assert!(tacit < lapse_point(day("2027-05-10")));
    assert!(lapse_point(day("2027-05-10")) < opening_point(midnight));
    assert!(opening_point(midnight) < Point::day_phase(midnight, Phase::Act));
}

#[test]
fn hours_run_from_a_time() {
    let hours = Duration(72 * 3600);
    let closes = within_instant(at("2026-03-01T12:00"), hours).unwrap();
    assert_eq!(
        closes,
        Point::at(at("2026-03-04T12:00"), Phase::Lapse).unwrap()
    );
    assert!(
        closes < Point::at(at("2026-03-04T12:00"), Phase::Act).unwrap(),
        "exactly 72 h is late"
    );
    assert!(Point::at(at("2026-03-04T11:59:59"), Phase::Act).unwrap() < closes);
    assert_eq!(closes.held_through(), day("2026-03-04"));
    let opens = after_instant(at("2026-03-01T12:00"), hours).unwrap();
    assert_eq!(
        (opens.phase(), opens.instant()),
        (Phase::Opening, at("2026-03-04T12:00"))
    );
    let tacit = lapse_of_after_instant(at("2026-03-01T12:00"), hours).unwrap();
    assert_eq!(
        (tacit.phase(), tacit.dated()),
        (Phase::TacitStart, day("2026-03-04"))
    );
    let midnight = lapse_of_after_instant(at("2026-03-01T00:00"), hours).unwrap();
    assert_eq!(midnight.dated(), day("2026-03-03"));
    let overflow = within_instant(at("2026-03-01T00:00"), Duration(i64::MAX));
    assert_eq!(overflow, Err(CalendarError::OutOfRange));
}

#[test]
fn days_not_counted() {
    let weekend = |day: Day| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    // Friday 2026-03-06, three days: Monday, Tuesday, Wednesday.
    let closes = within_not_counting(day("2026-03-06"), 3, weekend).unwrap();
    assert_eq!(closes.held_through(), day("2026-03-11"));
    // From a day that is itself not counted.
    let closes = within_not_counting(day("2026-03-07"), 1, weekend).unwrap();
    assert_eq!(closes.held_through(), day("2026-03-09"));
    let closes = within_not_counting(day("2026-03-07"), 0, weekend).unwrap();
    assert_eq!(closes.held_through(), day("2026-03-07"));
    let never = within_not_counting(day("9999-12-01"), 1, |_| true);
    assert_eq!(never, Err(CalendarError::OutOfRange));
}

#[test]
fn days_compared_with_now() {
    let d = day("2026-03-06");
    let next = day("2026-03-07");
    let act = Point::day_phase(d, Phase::Act);
    assert!(!now_ge(Point::day_phase(d, Phase::Lapse), d));
    assert!(now_ge(Point::day_phase(d, Phase::Opening), d));
    assert!(now_ge(act, d) && !now_gt(act, d));
    assert!(!now_gt(Point::day_phase(next, Phase::Lapse), d));
    assert!(now_gt(Point::day_phase(next, Phase::Opening), d));
    assert!(now_gt(Point::NEVER, Day::MAX) && !now_ge(lapse_point(Day::MAX), Day(Day::MAX.0 + 1)));
}

#[test]
fn delays() {
    let days = |n, unit| delay_ticks_days(length(n, unit));
    assert_eq!(days(1, Unit::Year), Ok(365));
    assert_eq!(days(2, Unit::Year), Ok(730)); // 730.485
    assert_eq!(days(3, Unit::Year), Ok(1096)); // 1095.7275
    assert_eq!(days(400, Unit::Year), Ok(146_097));
    assert_eq!(days(200, Unit::Year), Ok(73_049)); // 73048.5, half up
    assert_eq!(days(1, Unit::Month), Ok(30)); // 30.436875
    assert_eq!(days(6, Unit::Month), Ok(183)); // 182.62125
    assert_eq!(days(2, Unit::Week), Ok(14));
    assert_eq!(days(72, Unit::Hour), Ok(3));
    assert_eq!(days(25, Unit::Hour), Ok(2));
    assert_eq!(days(0, Unit::Day), Ok(0));
    assert_eq!(days(-1, Unit::Day), Err(CalendarError::NegativeLength));
    assert_eq!(delay_ticks_seconds(length(1, Unit::Month)), Ok(2_629_746));
    assert_eq!(
        delay_ticks_seconds(length(400, Unit::Year)),
        Ok(146_097 * 86_400)
    );
    let most = Length::Period(Period {
        months: i32::MAX,
        days: i32::MAX,
    });
    assert!(delay_ticks_days(most).is_ok() && delay_ticks_seconds(most).is_ok());
}

#[test]
fn lengths_read_and_printed() {
    let printed = |n, unit| length(n, unit).to_string();
    assert_eq!(printed(90, Unit::Day), "90 days");
    assert_eq!(printed(72, Unit::Hour), "72 hours");
    assert_eq!(printed(1, Unit::Hour), "1 hour");
    assert_eq!(printed(90, Unit::Minute), "90 minutes");
    assert_eq!(printed(1, Unit::Year), "1 year");
    assert_eq!(printed(6, Unit::Month), "6 months");
    assert_eq!(printed(18, Unit::Month), "1 year 6 months");
    assert_eq!(printed(1, Unit::Week), "7 days");
    assert_eq!(printed(0, Unit::Month), "0 days");
    assert_eq!(
        Period {
            months: 24,
            days: 3
        }
        .to_string(),
        "2 years 3 days"
    );
    assert_eq!(Duration(90 * 86_400).to_string(), "90 days");
    assert_eq!(Duration(30 * 3600).to_string(), "30 hours");
    assert!(length(72, Unit::Hour).is_hour_precise() && !length(3, Unit::Day).is_hour_precise());
    assert_eq!(
        length(72, Unit::Hour).as_duration(),
        length(3, Unit::Day).as_duration()
    );
    assert_eq!(
        length(72, Unit::Hour).as_period(),
        Ok(Period { months: 0, days: 3 })
    );
    assert_eq!(length(1, Unit::Month).as_duration(), None);
    let hours = length(71, Unit::Hour);
    assert_eq!(
        Treaty.add(day("2026-01-01"), hours),
        Err(CalendarError::NotWholeDays)
    );
    assert_eq!(
        length(1, Unit::Month).checked_add(hours),
        Err(CalendarError::NotWholeDays)
    );
    assert_eq!(
        length(1, Unit::Day).checked_add(hours),
        Ok(length(95, Unit::Hour))
    );
    assert_eq!(
        length(1, Unit::Year).checked_mul(4),
        Some(length(4, Unit::Year))
    );
    for unit in Unit::ALL {
        assert_eq!(unit.name().parse(), Ok(unit));
        assert_eq!(format!("{unit}s").parse(), Ok(unit));
        assert_eq!(
            Length::from_unit(i64::MAX, unit).is_none(),
            unit != Unit::Second
        );
    }
    assert_eq!("dayss".parse::<Unit>(), Err(CalendarError::UnknownUnit));
    assert_eq!("block".parse::<Unit>(), Err(CalendarError::UnknownUnit));
    for convention in Convention::ALL {
        assert_eq!(convention.name().parse(), Ok(convention));
    }
}

#[test]
fn dates_read_and_printed() {
    assert_eq!(day("0956-07-07"), day("956-07-07"));
    assert_eq!(day("956-07-07").to_string(), "956-07-07");
    assert_eq!(format!("{:?}", day("1993-09-30")), "1993-09-30");
    assert_eq!(
        format!("{:>12}|{:<11}|", day("1993-09-30"), day("1-01-01")),
        "  1993-09-30|1-01-01    |"
    );
    assert_eq!((Day::MIN, Day::MAX), (day("1-01-01"), day("9999-12-31")));
    assert_eq!(day("1970-01-01"), Day(0));
    assert_eq!(day("1993-09-30").weekday(), Weekday::Thursday);
    assert_eq!(
        (day("1900-03-01").pred(), day("2000-03-01").pred()),
        (Some(day("1900-02-28")), Some(day("2000-02-29")))
    );
    let wrong = |text: &str| text.parse::<Day>().unwrap_err();
    for text in [
        "",
        "1993",
        "1993-9-30",
        "1993-09-3",
        "-993-09-30",
        "+993-09-30",
        "19930-09-30",
        "1993-09-30-",
        "1993-09-30 ",
        "１９９３-09-30",
    ] {
        assert_eq!(wrong(text), CalendarError::DateSyntax, "{text}");
    }
    assert_eq!(wrong("0-01-01"), CalendarError::NoSuchYear(0));
    assert_eq!(wrong("1993-13-01"), CalendarError::NoSuchMonth(13));
    let missing = CalendarError::NoSuchDay {
        year: 2023,
        month: 2,
        day: 29,
        last: 28,
    };
    assert_eq!(wrong("2023-02-29"), missing);
    assert_eq!(
        missing.to_string(),
        "2023-02 has 28 days, there is no day 29"
    );
    assert_eq!(
        wrong("2023-02-00"),
        CalendarError::NoSuchDay {
            year: 2023,
            month: 2,
            day: 0,
            last: 28
        }
    );
}

#[test]
fn times_read_and_printed() {
    assert_eq!(at("1993-09-30T12:00").to_string(), "1993-09-30T12:00:00");
    assert_eq!(at("956-07-07T23:59:59").to_string(), "956-07-07T23:59:59");
    assert_eq!(at("1970-01-01T00:00"), Instant(0));
    assert_eq!(at("1969-12-31T23:59:59"), Instant(-1));
    assert_eq!(at("1969-12-31T23:59:59").day(), day("1969-12-31"));
    assert_eq!(at("1993-09-30T12:00+09:00"), at("1993-09-30T12:00"));
    let offset = |text| Instant::parse_with_offset(text).unwrap().1;
    assert_eq!(offset("1993-09-30T12:00:01Z"), Some(0));
    assert_eq!(offset("1993-09-30T12:00+09:30"), Some(34_200));
    assert_eq!(offset("1993-09-30T12:00-03:00"), Some(-10_800));
    assert_eq!(offset("1993-09-30T12:00"), None);
    let wrong = |text: &str| text.parse::<Instant>().unwrap_err();
    for text in [
        "1993-09-30",
        "1993-09-30T",
        "1993-09-30T12",
        "1993-09-30T12:0",
        "1993-09-30T12:00:00:00",
        "1993-09-30T12:00:0é",
    ] {
        assert_eq!(wrong(text), CalendarError::TimeSyntax, "{text}");
    }
    for text in [
        "1993-09-30T12:00+9:00",
        "1993-09-30T12:00Z ",
        "1993-09-30T12:00+24:00",
        "1993-09-30T12:00+09",
    ] {
        assert_eq!(wrong(text), CalendarError::OffsetSyntax, "{text}");
    }
    assert_eq!(
        wrong("1993-02-30T12:00"),
        "1993-02-30".parse::<Day>().unwrap_err()
    );
    assert_eq!(
        wrong("1993-09-30T24:00"),
        CalendarError::NoSuchTime {
            hour: 24,
            minute: 0,
            second: 0
        }
    );
    assert_eq!(
        wrong("1993-09-30T23:59:60"),
        CalendarError::NoSuchTime {
            hour: 23,
            minute: 59,
            second: 60
        }
    );
}

#[test]
fn the_edges_of_time() {
    assert_eq!(Day::MAX.succ(), None);
    assert_eq!(Day::MIN.pred(), None);
    assert_eq!(Day::MAX.checked_add_days(i64::MAX), None);
    assert_eq!(Day::MIN.checked_add_months(i64::MIN), None);
    assert_eq!(
        Treaty.add(Day::MAX, length(1, Unit::Day)),
        Err(CalendarError::OutOfRange)
    );
    // The dusk of the last day is still a point.
    let dusk = within(Treaty, Day::MAX, length(0, Unit::Day)).unwrap();
    assert_eq!(dusk.second(), Point::MAX_SECOND);
    assert_eq!(
        (dusk.held_through(), tacit_point(Day::MAX).dated()),
        (Day::MAX, Day::MAX)
    );
    assert!(dusk < Point::NEVER);
    assert_eq!(Point::new(Point::MAX_SECOND + 1, Phase::Act, 0), None);
    assert_eq!(Point::new(Point::MIN_SECOND - 1, Phase::Act, 0), None);
    assert_eq!(Point::new(0, Phase::Act, Point::MAX_SEQ + 1), None);
    let last = Point::new(Point::MAX_SECOND, Phase::Act, Point::MAX_SEQ).unwrap();
    assert!(last < Point::NEVER && !last.is_never() && Point::NEVER.is_never());
    // Numbers made by hand neither panic nor wrap.
    for number in [i32::MIN, i32::MAX] {
        for phase in Phase::ALL {
            let point = Point::next_day_phase(Day(number), phase);
            assert!(point < Point::NEVER && !Day(number).to_string().is_empty());
        }
        for convention in Convention::ALL {
            let _ = convention.add(Day(number), length(1, Unit::Month));
            let _ = convention.sub(
                Day(number),
                Length::Period(Period {
                    months: i32::MIN,
                    days: i32::MIN,
                }),
            );
            let _ = convention.sub(Day(number), Length::Duration(Duration(i64::MIN)));
            let _ = convention.sub(
                Day(number),
                Length::Duration(Duration(i64::MIN / 86_400 * 86_400)),
            );
        }
    }
    for raw in [i64::MIN, -1, 0, i64::MAX] {
        let point = Point::from_raw(raw);
        assert!((Day::MIN..=Day::MAX).contains(&point.dated()), "{point}");
        assert!((Day::MIN..=Day::MAX).contains(&point.held_through()));
        assert!(!Instant(raw).to_string().is_empty());
    }
    assert_eq!(Point::NEVER.to_string(), "never");
    let act = Point::new(0, Phase::Act, 7).unwrap();
    assert_eq!(act.to_string(), "1970-01-01T00:00:00 act #7");
    assert_eq!(
        opening_point(Day(0)).to_string(),
        "1970-01-01T00:00:00 opening"
    );
}
