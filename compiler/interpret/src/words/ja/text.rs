//! Parts of a sentence in Japanese: dates, citations, lengths, and where a foreign word stands apart.

use super::*;

/// Kana or kanji.
pub(super) fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Parts of a Japanese text side by side, with a space where a foreign word meets a Japanese one.
#[must_use]
pub fn say(parts: &[&str]) -> String {
    let is_foreign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | '(');
    let mut out = String::new();
    for part in parts {
        if let (Some(a), Some(b)) = (out.chars().last(), part.chars().next())
            && (is_foreign(a) && is_japanese(b) || is_japanese(a) && is_foreign(b))
        {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// `1993-12-29` becomes `1993年12月29日`, with the time of day behind; other texts stay as they are.
#[must_use]
pub fn date(text: &str) -> String {
    let (day, rest) = text.split_at(text.find(['T', ' ']).unwrap_or(text.len()));
    let mut numbers = day.rsplitn(3, '-');
    let (Some(d), Some(m), Some(y)) = (numbers.next(), numbers.next(), numbers.next()) else {
        return text.to_owned();
    };
    let number = |n: &str| n.parse::<i64>().ok();
    let (Some(y), Some(m), Some(d)) = (number(y), number(m), number(d)) else {
        return text.to_owned();
    };
    let (time, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
    format!("{y}年{m}月{d}日{}{after}", time_of_day(time))
}

/// `T12:00:00` becomes `12時`, `T12:30:05` `12時30分5秒`.
pub(super) fn time_of_day(text: &str) -> String {
    let parts: Option<Vec<u32>> = text
        .strip_prefix('T')
        .map(|t| t.split(':').filter_map(|p| p.parse().ok()).collect());
    match parts.as_deref() {
        Some([h, 0, 0] | [h, 0]) => format!("{h}時"),
        Some([h, m, 0] | [h, m]) => format!("{h}時{m}分"),
        Some([h, m, s]) => format!("{h}時{m}分{s}秒"),
        _ => text.to_owned(),
    }
}

/// `art 36(1)` becomes `第36条(1)`; the headings of the language by their Japanese counters.
pub(super) fn provision(cite: &str) -> String {
    let cite = cite.trim();
    // `art 13(4) [from 956-07-07]`: a version.
    if let Some((place, version)) = cite.strip_suffix(']').and_then(|c| c.split_once(" [")) {
        let version = match version.split_once(' ') {
            Some(("from", days)) => match days.rsplit_once(" until ") {
                Some((from, until)) => format!("{}以後{}前", date(from), date(until)),
                None => format!("{}以後", date(days)),
            },
            Some(("until", day)) => format!("{}前", date(day)),
            _ => version.to_owned(),
        };
        return format!("{}〔{version}〕", provision(place));
    }
    // `section 3 of late`: of a copy of a module.
    if let Some((place, copy)) = cite.rsplit_once(" of ") {
        return format!("{}（{copy}）", provision(place));
    }
    let (head, rest) = cite.split_once(' ').unwrap_or((cite, ""));
    let counter = match head {
        "art" => "条",
        "section" => "節",
        "chapter" => "章",
        "part" => "部",
        "paragraph" => "項",
        "annex" => {
            let (number, below) = rest.split_once(' ').unwrap_or((rest, ""));
            let below = provision(below);
            let apart = if below.starts_with(|c: char| c.is_ascii_alphabetic()) {
                "の"
            } else {
                ""
            };
            return format!("附属書{number}{apart}{below}");
        }
        "preamble" => return format!("前文{rest}"),
        _ if head.starts_with("preamble(") => return head.replacen("preamble", "前文", 1),
        _ => return cite.to_owned(),
    };
    let (number, labels) = rest.split_at(rest.find(['(', ' ', ',']).unwrap_or(rest.len()));
    // `part 1 art 2`.
    let labels = match labels.strip_prefix(' ') {
        Some(below) => provision(below),
        None => labels.to_owned(),
    };
    if number.chars().all(|c| c.is_ascii_digit()) && !number.is_empty() {
        format!("第{number}{counter}{labels}")
    } else {
        format!("{number}の{counter}{labels}")
    }
}

pub(super) fn seconds(s: i64) -> String {
    let parts = [(s / 3600, "時間"), (s % 3600 / 60, "分"), (s % 60, "秒")];
    let told: String = parts
        .into_iter()
        .filter(|(n, _)| *n != 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    if told.is_empty() {
        "0時間".to_owned()
    } else {
        told
    }
}

pub(super) fn due(d: Option<Deadline>) -> String {
    d.map_or(String::new(), |d| {
        let before = if d.before { "より前" } else { "" };
        format!("（期限 {}{before}）", date(&d.at.to_string()))
    })
}

pub(super) fn when(m: &Moment) -> String {
    date(&m.to_string())
}

/// A length: `1年6箇月`.
pub(super) fn length(l: Length) -> String {
    match l {
        Length::Duration(d) | Length::Elapsed(d) => seconds(d.0),
        Length::Period(Period { months, days }) => {
            let parts = [(months / 12, "年"), (months % 12, "箇月"), (days, "日")];
            let told: String = parts
                .into_iter()
                .filter(|(n, _)| *n != 0)
                .map(|(n, unit)| format!("{n}{unit}"))
                .collect();
            if told.is_empty() {
                "0日".to_owned()
            } else {
                told
            }
        }
    }
}

/// A share: `3分の2以上`.
pub(super) fn share(c: ShareCmp, n: i64, d: i64) -> String {
    if (c, n, d) == (ShareCmp::MoreThan, 1, 2) {
        return "過半数".to_owned();
    }
    let share = if d == 100 {
        format!("{n}パーセント")
    } else {
        format!("{d}分の{n}")
    };
    let word = match c {
        ShareCmp::AtLeast => "以上",
        ShareCmp::MoreThan => "を超える数",
        ShareCmp::AtMost => "以下",
        ShareCmp::LessThan => "未満",
    };
    format!("{share}{word}")
}

/// How a provision is cited: `第36条(1)`.
pub(super) fn cite(text: &str) -> String {
    // Provisions that another applies: `art 11(2) > 10(3)`.
    match text.split_once(" > ") {
        Some((by, applied)) => {
            let head = by.split_once(' ').map_or("art", |(head, _)| head);
            let applied = if applied.split(" > ").next().is_some_and(|a| a.contains(' ')) {
                applied.to_owned()
            } else {
                format!("{head} {applied}")
            };
            format!("{}において準用する{}", provision(by), cite(&applied))
        }
        None => provision(text),
    }
}

/// A name with what it is said of.
pub(super) fn call(name: &str, of: &[String]) -> String {
    if of.is_empty() {
        return name.to_owned();
    }
    // A Japanese name has Japanese brackets.
    if name.chars().any(is_japanese) {
        format!("{name}（{}）", of.join("、"))
    } else {
        format!("{name}({})", of.join(", "))
    }
}

/// An act by somebody, perhaps for and to others.
pub(super) fn deed(
    what: &str,
    by: Option<&str>,
    for_whom: Option<&str>,
    to: Option<&str>,
) -> String {
    let mut parts = Vec::new();
    for (who, word) in [(by, "による"), (for_whom, "のための"), (to, "に対する")] {
        if let Some(who) = who {
            parts.extend([who, word]);
        }
    }
    parts.push(what);
    say(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_lengths_and_shares() {
        assert_eq!(date("1993-12-29"), "1993年12月29日");
        assert_eq!(date("956-07-07"), "956年7月7日");
        assert_eq!(date("2030-01-02T12:00:00"), "2030年1月2日12時");
        assert_eq!(date("2030-01-02T12:30:05"), "2030年1月2日12時30分5秒");
        assert_eq!(date("2030-01-02 @ 3 hours"), "2030年1月2日 @ 3 hours");
        assert_eq!(date("pending"), "pending");
        assert_eq!(date("A-B-C"), "A-B-C");
        let length = |months, days| Ja.length(Length::Period(Period { months, days }));
        assert_eq!(length(0, 90), "90日");
        assert_eq!(length(18, 0), "1年6箇月");
        assert_eq!(Ja.share(ShareCmp::AtLeast, 2, 3), "3分の2以上");
        assert_eq!(Ja.share(ShareCmp::MoreThan, 1, 2), "過半数");
        assert_eq!(Ja.share(ShareCmp::AtLeast, 55, 100), "55パーセント以上");
    }

    #[test]
    fn a_foreign_word_stands_apart() {
        assert_eq!(
            Ja.deed("寄託", Some("Mongolia"), None, None),
            "Mongolia による寄託"
        );
        assert_eq!(
            Ja.deed("寄託", Some("日本国"), None, None),
            "日本国による寄託"
        );
        assert_eq!(Ja.and_list(&["A", "B", "C"]), "A、B 及び C");
    }

    #[test]
    fn citations() {
        for (cite, japanese) in [
            ("art 36(1)", "第36条(1)"),
            ("art 7", "第7条"),
            ("art 11(2) > 10(3)", "第11条(2)において準用する第10条(3)"),
            ("art 13(4) [from 956-07-07]", "第13条(4)〔956年7月7日以後〕"),
            (
                "art 1(5) [from 2030-01-01 until 2040-01-01]",
                "第1条(5)〔2030年1月1日以後2040年1月1日前〕",
            ),
            ("section 7(2)", "第7節(2)"),
            ("section timelock(2)", "timelockの節(2)"),
            ("annex II(3)", "附属書II(3)"),
            ("annex II part 1 art 2(1)", "附属書II第1部第2条(1)"),
            ("annex II part B(5)(e)", "附属書IIのBの部(5)(e)"),
            ("section timelock(2) of late", "timelockの節(2)（late）"),
            ("un.cbd", "un.cbd"),
        ] {
            assert_eq!(Ja.cite(cite), japanese);
        }
    }
}
