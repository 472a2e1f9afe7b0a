//! Voting power: a table of members who are alike, minimal coalitions, and what it rests on.

use crate::said::said;
use crate::table::{Align, Style, Table, width, wrap};
use num_traits::ToPrimitive;
use rogatio_analyze::{Member, Minimal, Power};
use rogatio_diagnostics::Lang;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// Fractions longer than this are shown as decimals only.
const LONGEST: usize = 15;
/// Numbers of more digits are shown with some of them only.
const DIGITS: usize = 24;
/// Names of a group that are listed under the table.
const NAMED: usize = 30;

/// The object of `rogatio power --format json`. Fractions are texts, in lowest terms.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PowerReport {
    /// What it is about.
    #[serde(flatten)]
    pub about: PowerContext,
    /// Winning coalitions.
    pub winning: String,
    /// All coalitions.
    pub coalitions: String,
    /// Coleman's power of the body to act.
    pub act: Fraction,
    /// The members, those who are alike side by side.
    pub members: Vec<MemberReport>,
    /// Minimal winning coalitions.
    pub minimal_winning: MinimalReport,
    /// Minimal blocking coalitions.
    pub minimal_blocking: MinimalReport,
    /// How it was counted.
    pub method: &'static str,
}

/// A fraction, and what it is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fraction {
    /// In lowest terms.
    pub exact: String,
    /// The nearest decimal.
    pub about: f64,
}

impl Fraction {
    fn of(r: &num_rational::BigRational) -> Fraction {
        Fraction {
            exact: r.to_string(),
            about: r.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// `421/2145`, or a decimal where that is too long.
    fn short(&self) -> String {
        match self.exact.len() {
            0..=LONGEST => self.exact.clone(),
            _ if self.about < 1e-5 => format!("~{:.6e}", self.about),
            _ => format!("~{:.8}", self.about),
        }
    }
}

/// A member.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MemberReport {
    /// Who.
    pub member: String,
    /// Members of the same number are alike in the rule.
    pub group: usize,
    /// Coalitions that it turns from losing to winning.
    pub swings: String,
    /// Swings over the coalitions of the others.
    pub banzhaf: Fraction,
    /// Its share of all swings.
    pub banzhaf_share: Fraction,
    /// Its share of the orders in which it turns the vote.
    pub shapley_shubik: Fraction,
    /// Coleman's power to prevent action.
    pub prevent: Fraction,
    /// Coleman's power to initiate action.
    pub initiate: Fraction,
    /// It can stop every adoption.
    pub veto: bool,
    /// It never makes a difference.
    pub dummy: bool,
}

/// Minimal coalitions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MinimalReport {
    /// How many; none where they were not counted.
    pub count: Option<String>,
    /// Whether those listed are all.
    pub complete: bool,
    /// Kinds of them, the smallest first.
    pub kinds: Vec<PatternReport>,
}

/// A kind of coalition.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PatternReport {
    /// Whom it takes: all of some, so many of others.
    pub takes: Vec<Takes>,
    /// How many coalitions are of this kind.
    pub coalitions: String,
}

/// So many of these members.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Takes {
    /// How many.
    pub number: usize,
    /// Of whom.
    pub of: Vec<String>,
}

/// What the indices are about.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct PowerContext {
    /// Version of the program that made it.
    pub version: &'static str,
    /// The module.
    pub module: String,
    /// The decision.
    pub decision: String,
    /// What is decided on.
    pub subject: Option<String>,
    /// Where the members come from.
    pub members_from: String,
    /// The day whose rules and members these are, where the text has any dates.
    pub day: Option<String>,
    /// What those do who do not support: `no`, `abstain`, `absent`.
    pub against: String,
    /// What had to be supposed.
    pub supposed: Vec<String>,
    /// Members without a vote.
    pub without_vote: Vec<String>,
    /// Other answers of those who do not support, under which other coalitions win.
    pub differs: Vec<String>,
    /// Readings with their choices.
    pub readings: Vec<crate::ReadingUsed>,
}

impl PowerReport {
    /// The report of some indices.
    #[must_use]
    pub fn of(power: &Power, about: PowerContext) -> PowerReport {
        let mut members = Vec::new();
        for (group, (g, m)) in power.game.groups.iter().zip(&power.members).enumerate() {
            let names = g.members.iter().map(|p| power.game.players[*p].1.clone());
            members.extend(names.map(|name| MemberReport::of(name, group, m)));
        }
        PowerReport {
            about,
            winning: power.winning.to_string(),
            coalitions: power.coalitions.to_string(),
            act: Fraction::of(&power.act),
            members,
            minimal_winning: MinimalReport::of(power, &power.minimal_winning),
            minimal_blocking: MinimalReport::of(power, &power.minimal_blocking),
            method: power.method.words(),
        }
    }

    /// For people.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut out = String::new();
        let say = |text: &str| said(text, style.lang);
        let on = self
            .about
            .subject
            .as_ref()
            .map_or(String::new(), |s| format!(" on {s}"));
        let of = match self.about.module.as_str() {
            "" => String::new(),
            name => format!(", {name}"),
        };
        let _ = writeln!(
            out,
            "{}",
            style.bold(&say(&format!("{}{on}{of}", self.about.decision)))
        );
        let against = match self.about.against.as_str() {
            "absent" => "are absent".to_owned(),
            ballot => format!("vote {ballot}"),
        };
        let day = self
            .about
            .day
            .as_ref()
            .map_or(String::new(), |d| format!(", as of {d}"));
        let members = format!(
            "members: {}{day}; all who do not support {against}",
            self.about.members_from
        );
        let _ = writeln!(out, "{}", say(&members));
        for s in &self.about.supposed {
            let _ = writeln!(out, "{}", say(&format!("supposed: {s}")));
        }
        if !self.about.without_vote.is_empty() {
            let names = self.about.without_vote.join(", ");
            let _ = writeln!(out, "{}", say(&format!("without a vote: {names}")));
        }
        if !self.about.readings.is_empty() {
            out.push_str(&crate::run::readings_in(&self.about.readings, style));
        }
        let winning = format!(
            "winning coalitions: {} of {}, so the body's power to act is {} ({:.4} %)",
            number(&self.winning),
            number(&self.coalitions),
            self.act.short(),
            100.0 * self.act.about
        );
        let _ = writeln!(out, "\n{}\n", say(&winning));
        if self.winning == "0" {
            let _ = writeln!(
                out,
                "{}",
                say(
                    "No coalition wins: these members are too few for the rule, or it cannot be met."
                )
            );
            return out;
        }
        out.push_str(&self.table(style));
        for (title, minimal) in [
            ("minimal winning coalitions", &self.minimal_winning),
            ("minimal blocking coalitions", &self.minimal_blocking),
        ] {
            minimal.render(title, style, &mut out);
        }
        let method = format!("counted over {}; every number is exact", self.method);
        let _ = writeln!(out, "\n{}", say(&method));
        for d in &self.about.differs {
            let _ = writeln!(out, "{}", say(&format!("note: {d}")));
        }
        out
    }

    fn table(&self, style: Style) -> String {
        let mut table = Table::new(&[
            Align::Left,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Left,
        ]);
        let head = [
            "",
            "each of",
            "Banzhaf",
            "share of swings",
            "Shapley-Shubik",
            "prevent",
            "initiate",
            "",
        ];
        table.row(head.map(|h| said(h, style.lang)));
        let groups = self
            .members
            .iter()
            .map(|m| m.group)
            .max()
            .map_or(0, |g| g + 1);
        let mut lists = Vec::new();
        for group in 0..groups {
            let these: Vec<&MemberReport> =
                self.members.iter().filter(|m| m.group == group).collect();
            let Some(one) = these.first() else { continue };
            let names: Vec<&str> = these.iter().map(|m| m.member.as_str()).collect();
            let name = short_list(&names);
            if name != names.join(", ") {
                let listed = names
                    .iter()
                    .take(NAMED)
                    .copied()
                    .collect::<Vec<_>>()
                    .join(", ");
                let more = match names.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    n => format!(" and {n} more"),
                };
                lists.push(match style.lang {
                    Lang::En => format!("{name}: {listed}{more}"),
                    Lang::Ja => match more.is_empty() {
                        true => format!("{name}：{listed}"),
                        false => said(&format!("{name}: {listed}{more}"), style.lang),
                    },
                });
            }
            let word = match (one.veto, one.dummy) {
                (true, _) => "veto",
                (_, true) => "dummy",
                _ => "",
            };
            table.row([
                name,
                these.len().to_string(),
                one.banzhaf.short(),
                one.banzhaf_share.short(),
                one.shapley_shubik.short(),
                one.prevent.short(),
                one.initiate.short(),
                said(word, style.lang),
            ]);
        }
        let mut out = table.render(0);
        if !lists.is_empty() {
            out.push('\n');
        }
        for l in lists {
            for (i, line) in wrap(&l, style.width.saturating_sub(2).max(20))
                .iter()
                .enumerate()
            {
                let _ = writeln!(out, "{}{line}", if i == 0 { "" } else { "  " });
            }
        }
        out
    }

    /// One line a member, fractions exact.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::from(
            "member,group,swings,banzhaf,banzhaf_share,shapley_shubik,prevent,initiate,veto,dummy\n",
        );
        for m in &self.members {
            let name = if m.member.contains([',', '"', '\n']) {
                format!("\"{}\"", m.member.replace('"', "\"\""))
            } else {
                m.member.clone()
            };
            let _ = writeln!(
                out,
                "{name},{},{},{},{},{},{},{},{},{}",
                m.group + 1,
                m.swings,
                m.banzhaf.exact,
                m.banzhaf_share.exact,
                m.shapley_shubik.exact,
                m.prevent.exact,
                m.initiate.exact,
                m.veto,
                m.dummy
            );
        }
        out
    }
}

/// A whole number; one of very many digits by the first of them.
fn number(text: &str) -> String {
    if text.len() <= DIGITS {
        return text.to_owned();
    }
    format!("{}.{}e{}", &text[..1], &text[1..7], text.len() - 1)
}

/// All names while they fit, else the first and how many more.
fn short_list(names: &[&str]) -> String {
    let all = names.join(", ");
    if width(&all) <= 24 || names.len() == 1 {
        return all;
    }
    match names {
        [first, .., last] if names.len() > 2 => format!("{first} … {last}"),
        _ => all,
    }
}

impl MemberReport {
    fn of(member: String, group: usize, m: &Member) -> MemberReport {
        MemberReport {
            member,
            group,
            swings: m.swings.to_string(),
            banzhaf: Fraction::of(&m.banzhaf),
            banzhaf_share: Fraction::of(&m.share),
            shapley_shubik: Fraction::of(&m.shapley_shubik),
            prevent: Fraction::of(&m.prevent),
            initiate: Fraction::of(&m.initiate),
            veto: m.veto,
            dummy: m.dummy,
        }
    }
}

impl MinimalReport {
    fn of(power: &Power, minimal: &Minimal) -> MinimalReport {
        let takes = |&(group, number): &(usize, usize)| Takes {
            number,
            of: (power.game.groups[group].members.iter())
                .map(|p| power.game.players[*p].1.clone())
                .collect(),
        };
        MinimalReport {
            count: minimal.count.as_ref().map(ToString::to_string),
            complete: minimal.complete,
            kinds: (minimal.shown.iter())
                .map(|p| PatternReport {
                    takes: p.takes.iter().map(takes).collect(),
                    coalitions: p.coalitions.to_string(),
                })
                .collect(),
        }
    }

    fn render(&self, title: &str, style: Style, out: &mut String) {
        let count = self
            .count
            .as_deref()
            .map_or("not counted: the body is too large".to_owned(), number);
        let (title, count) = (said(title, style.lang), said(&count, style.lang));
        let colon = match style.lang {
            Lang::En => ": ",
            Lang::Ja => "：",
        };
        let _ = writeln!(out, "\n{}{colon}{count}", style.bold(&title));
        for kind in &self.kinds {
            let mut parts = Vec::new();
            let mut all = Vec::new();
            for t in &kind.takes {
                let names: Vec<&str> = t.of.iter().map(String::as_str).collect();
                if t.number == names.len() {
                    all.extend(names);
                } else {
                    let (n, of) = (t.number, short_list(&names));
                    parts.push(match style.lang {
                        Lang::En => format!("{n} of {of}"),
                        Lang::Ja => format!("{of} のうち{n}"),
                    });
                }
            }
            if !all.is_empty() {
                parts.insert(0, all.join(", "));
            }
            let text = if parts.is_empty() {
                said("nobody is needed", style.lang)
            } else {
                parts.join(" + ")
            };
            let times = match kind.coalitions.as_str() {
                "1" => String::new(),
                n => format!(" ({})", number(n)),
            };
            let lines = wrap(
                &format!("{text}{times}"),
                style.width.saturating_sub(4).max(20),
            );
            for (i, line) in lines.iter().enumerate() {
                let _ = writeln!(out, "  {}{line}", if i == 0 { "" } else { "  " });
            }
        }
        if !self.complete && !self.kinds.is_empty() {
            let _ = writeln!(
                out,
                "  {}",
                style.dim(&said(
                    "… and more (--coalitions N shows N kinds)",
                    style.lang
                ))
            );
        }
    }
}
