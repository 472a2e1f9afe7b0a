//! The vote table of a decision: ballots, what was needed, vetoes, who is missing.
//!
//! Comes in: a case and an opening of a decision. Goes out: [`VoteTable`], as text for terminals and as JSON; the drawing
//! of it is [`crate::picture::votes`].

use crate::picture::words::VoteWords;
use crate::table::{Style, grouped, pad, width, wrap};
use crate::timeline::names;
use crate::view::{article, articles};
use rogatio_interpret::{Asked, Case, Entity, Rule, Value};
use rogatio_mir::{Decision, DecisionId};
use schemars::JsonSchema;
use serde::Serialize;

/// A decision with its ballots.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VoteTable {
    /// Which, on what: `Amend on Seabed`.
    pub decision: String,
    /// Which opening, from 1.
    pub opening: u32,
    /// When it opened.
    pub opened: String,
    /// When it closed.
    pub closed: Option<String>,
    /// `adopted`, `rejected`; none while it is open.
    pub outcome: Option<&'static str>,
    /// Why, in words.
    pub reason: String,
    /// What the outcome rests on.
    pub articles: Vec<String>,
    /// Ballots by value, in the decision's order; the silent last.
    pub counts: Vec<BallotCount>,
    /// Those entitled to vote.
    pub voters: Amount,
    /// The whole body.
    pub members: Amount,
    /// Some voter has another number of votes than one.
    pub weighted: bool,
    /// What its rules ask for.
    pub thresholds: Vec<ThresholdRow>,
    /// How many voters could have vetoed it.
    pub may_veto: usize,
    /// Voters, in the order of the roll.
    pub ballots: Vec<BallotRow>,
}

/// Heads and votes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Amount {
    /// Heads.
    pub heads: i64,
    /// Votes.
    pub votes: i64,
}

/// How many cast a ballot.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BallotCount {
    /// The ballot: `yes`.
    pub ballot: String,
    /// What it means.
    pub side: Side,
    /// How many.
    #[serde(flatten)]
    pub amount: Amount,
}

/// What a ballot means, whatever its name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// In favour.
    For,
    /// Against.
    Against,
    /// Neither.
    Abstain,
    /// Cast, and no more.
    Other,
    /// Not cast.
    Silent,
}

/// A number that a rule asks for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ThresholdRow {
    /// `quorum`, `participation`, `passes`.
    pub rule: &'static str,
    /// The comparison: `yes is at least 2/3 of voting`.
    pub text: String,
    /// What is counted.
    pub name: String,
    /// How many there are.
    pub have: i64,
    /// At least so many are needed.
    pub needed: Option<i64>,
    /// At most so many are allowed.
    pub allowed: Option<i64>,
    /// Of a share: what it is a share of, and how many that are.
    pub base: Option<(String, i64)>,
    /// Whether that suffices.
    pub met: bool,
    /// The rule has alternatives, of which this is one.
    pub alternative: bool,
    /// The article.
    pub article: Option<String>,
}

/// A voter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BallotRow {
    /// Who.
    pub who: String,
    /// As counted; none of one who is silent, and whose silence counts as nothing.
    pub ballot: Option<String>,
    /// What it means.
    pub side: Side,
    /// A ballot was cast; otherwise it is what silence counts as.
    pub cast: bool,
    /// Votes.
    pub votes: i64,
    /// The ballot is a veto.
    pub veto: bool,
    /// It cannot be said how the voter counts.
    pub undetermined: bool,
}

impl VoteTable {
    /// Of an opening; none where several bodies decide, where the rule lies elsewhere, or where there is no such opening.
    #[must_use]
    pub fn of(case: &Case, d: DecisionId, subject: Option<Entity>, opening: u32) -> Option<Self> {
        let sheet = case.tally_sheet(d, subject, opening)?;
        let all = case.openings(d, subject);
        let at = all.iter().find(|o| o.number == opening)?;
        let decision = case.program().decisions.get(at.text.index())?;
        let votes = |v: &Value| match v {
            Value::Int(n) => *n,
            Value::IntRange { lo, .. } => *lo,
            _ => 0,
        };
        let mut counts: Vec<BallotCount> = (0..)
            .zip(&decision.ballots)
            .map(|(i, name)| BallotCount {
                ballot: name.clone(),
                side: side(Some(i)),
                amount: Amount::default(),
            })
            .collect();
        counts.push(BallotCount {
            ballot: "silent".to_owned(),
            side: Side::Silent,
            amount: Amount::default(),
        });
        let (mut voters, mut members) = (Amount::default(), Amount::default());
        let mut ballots = Vec::new();
        for r in &sheet.roll {
            let own = votes(&r.weight);
            if r.is_member {
                members.add(own);
            }
            if !r.is_voter {
                continue;
            }
            voters.add(own);
            let place = r.value.map_or(decision.ballots.len(), |v| v as usize);
            if let Some(count) = counts.get_mut(place) {
                count.amount.add(own);
            }
            ballots.push(BallotRow {
                who: case.entity_name(r.member).to_owned(),
                ballot: r
                    .value
                    .and_then(|v| decision.ballots.get(v as usize))
                    .cloned(),
                side: side(r.value),
                cast: r.cast,
                votes: own,
                veto: r.value == Some(Decision::AGAINST) && sheet.may_veto.contains(&r.member),
                undetermined: r.unknown.is_some() || r.doubt.is_some(),
            });
        }
        let thresholds = sheet.thresholds.iter().map(|t| {
            let (needed, allowed) = match t.asked {
                Asked::AtLeast(n) => (Some(n), None),
                Asked::AtMost(n) => (None, Some(n)),
                Asked::Exactly(n) => (Some(n), Some(n)),
                Asked::Unreachable => (None, None),
            };
            ThresholdRow {
                rule: match t.rule {
                    Rule::Quorum => "quorum",
                    Rule::Participation => "participation",
                    Rule::Passes => "passes",
                },
                text: t.text.clone(),
                name: t.name.clone(),
                have: t.have,
                needed,
                allowed,
                base: t.base.clone(),
                met: t.is_met(),
                alternative: t.alternative,
                article: article(case, t.provision),
            }
        });
        let closed = at.closed.as_ref();
        Some(VoteTable {
            decision: case.show_decision(d, subject),
            opening,
            opened: at.opened.to_string(),
            closed: closed.map(|c| c.moment.to_string()),
            outcome: closed.map(|c| c.outcome.word()),
            reason: closed.map_or_else(String::new, |c| c.reason.clone()),
            articles: closed.map_or_else(Vec::new, |c| articles(case, &c.provisions)),
            counts,
            weighted: ballots.iter().any(|b| b.votes != 1),
            voters,
            members,
            thresholds: thresholds.collect(),
            may_veto: sheet.may_veto.len(),
            ballots,
        })
    }

    /// All of a case, in the order in which they opened.
    #[must_use]
    pub fn all(case: &Case) -> Vec<VoteTable> {
        let mut found = Vec::new();
        for i in 0..case.program().decisions.len() {
            let id = DecisionId(u32::try_from(i).unwrap_or(u32::MAX));
            for subject in case.subjects(id) {
                for o in case.openings(id, subject) {
                    let table = VoteTable::of(case, id, subject, o.number);
                    found.extend(table.map(|t| (o.opened.point, t)));
                }
            }
        }
        found.sort_by(|a, b| {
            (a.0, &a.1.decision, a.1.opening).cmp(&(b.0, &b.1.decision, b.1.opening))
        });
        found.into_iter().map(|(_, t)| t).collect()
    }

    /// The names of those who voted so.
    pub(crate) fn who(&self, ballot: &BallotCount) -> Vec<String> {
        let of = self.ballots.iter().filter(|b| match ballot.side {
            Side::Silent => b.side == Side::Silent,
            _ => b.ballot.as_ref() == Some(&ballot.ballot),
        });
        of.map(|b| {
            let votes = if self.weighted {
                format!(" ({})", b.votes)
            } else {
                String::new()
            };
            let veto = if b.veto { "!" } else { "" };
            let silent = if b.cast || b.side == Side::Silent {
                ""
            } else {
                "*"
            };
            let doubt = if b.undetermined { "?" } else { "" };
            format!("{}{votes}{veto}{silent}{doubt}", b.who)
        })
        .collect()
    }

    /// No ballot was cast at all: what silence counts as is then of no interest.
    pub(crate) fn nobody_voted(&self) -> bool {
        self.closed.is_some() && self.ballots.iter().all(|b| !b.cast)
    }

    /// What the marks behind names mean, of those that stand there.
    pub(crate) fn marks(&self, words: &VoteWords) -> Vec<&'static str> {
        let silent = |b: &BallotRow| !b.cast && b.side != Side::Silent;
        let marks = [
            (self.ballots.iter().any(|b| b.veto), words.mark_veto),
            (self.ballots.iter().any(silent), words.mark_silence),
            (
                self.ballots.iter().any(|b| b.undetermined),
                words.mark_doubt,
            ),
        ];
        marks
            .into_iter()
            .filter(|(any, _)| *any)
            .map(|(_, t)| t)
            .collect()
    }

    /// For people: bars, what was needed, who voted how.
    #[must_use]
    pub fn render(&self, style: Style, words: &VoteWords) -> String {
        let outcome = match (self.outcome, &self.closed) {
            (Some(o), Some(at)) => {
                let text = format!("{} {}", words.outcome(o), words.date(at));
                match o {
                    "adopted" => style.good(&text),
                    _ => style.bad(&text),
                }
            }
            _ => style.open(&format!(
                "{} {}",
                words.open_since,
                words.date(&self.opened)
            )),
        };
        let mut out = format!("{}  {outcome}", style.bold(&self.decision));
        if !self.articles.is_empty() {
            out += &format!("  {}", style.dim(&words.cites(&self.articles)));
        }
        out.push('\n');
        let whole = self
            .voters
            .votes
            .max(self.counts.iter().map(|c| c.amount.votes).sum())
            .max(1);
        let wide = self
            .counts
            .iter()
            .map(|c| width(words.ballot(c)))
            .max()
            .unwrap_or(0);
        let digits = self
            .counts
            .iter()
            .map(|c| width(&number(c.amount, self.weighted)))
            .max()
            .unwrap_or(1);
        let room = style.width.saturating_sub(wide + digits + 8).clamp(8, 48);
        if self.nobody_voted() {
            out += &format!("  {}\n", words.none_cast);
        }
        let shown = self.counts.iter().filter(|_| !self.nobody_voted());
        for c in shown.filter(|c| c.side != Side::Silent || c.amount.heads > 0) {
            let n = number(c.amount, self.weighted);
            let blanks = " ".repeat(digits - width(&n));
            let drawn = bar(c.amount.votes, whole, room);
            let row = format!("  {}  {blanks}{n}  {drawn}", pad(words.ballot(c), wide));
            out += row.trim_end();
            out.push('\n');
            let who = self.who(c);
            if !who.is_empty() {
                for line in wrap(&names(&who), style.width.saturating_sub(wide + 6)) {
                    out += &format!("{}{}\n", " ".repeat(wide + 4), style.dim(&line));
                }
            }
        }
        for t in &self.thresholds {
            out += &threshold(t, style, words, room);
        }
        if self.may_veto > 0 {
            let cast: Vec<&str> = self
                .ballots
                .iter()
                .filter(|b| b.veto)
                .map(|b| b.who.as_str())
                .collect();
            let told = if cast.is_empty() {
                words.no_veto.to_owned()
            } else {
                style.bad(&cast.join(", "))
            };
            out += &format!("  {}: {told}\n", words.veto);
        }
        let told = self.marks(words);
        if !told.is_empty() {
            out += &format!("  {}\n", style.dim(&told.join("; ")));
        }
        out
    }
}

impl ThresholdRow {
    /// `7 of 11, 8 needed: 1 short`.
    #[must_use]
    pub fn told(&self, words: &VoteWords) -> String {
        let have = match &self.base {
            Some((name, n)) => words.of(
                &grouped_signed(self.have),
                &format!("{} ({name})", grouped_signed(*n)),
            ),
            None => grouped_signed(self.have),
        };
        match (self.needed, self.allowed) {
            (Some(n), Some(_)) => format!("{have}; {}", words.exactly(n)),
            (Some(n), None) if self.met => format!("{have}; {}", words.needed(n)),
            (Some(n), None) => format!(
                "{have}; {}; {}",
                words.needed(n),
                words.short(n - self.have)
            ),
            (None, Some(n)) => format!("{have}; {}", words.allowed(n)),
            (None, None) => format!("{have}; {}", words.of_nothing),
        }
    }
}

fn threshold(t: &ThresholdRow, style: Style, words: &VoteWords, room: usize) -> String {
    let mark = if t.met {
        style.good("✓")
    } else {
        style.bad("✗")
    };
    let cite = t.article.as_slice();
    let cite = match words.cites(cite) {
        none if none.is_empty() => none,
        cite => format!("  {cite}"),
    };
    let taken = width(&cite);
    let cite = style.dim(&cite);
    let lead = if t.alternative { words.or } else { "" };
    let mut out = String::new();
    let text = format!("{lead}{}: {}", words.rule(t.rule), t.text);
    let lines = wrap(&text, style.width.saturating_sub(6 + taken));
    for (i, line) in lines.iter().enumerate() {
        let (mark, cite) = if i == 0 {
            (mark.as_str(), cite.as_str())
        } else {
            (" ", "")
        };
        out += &format!("  {mark} {line}{cite}\n");
    }
    if let (Some((_, base)), Some(needed)) = (&t.base, t.needed.or(t.allowed)) {
        let most = (*base).max(t.have).max(needed).max(1);
        out += &format!(
            "    {}  {}\n",
            gauge(t.have, needed, most, room.min(36)),
            t.told(words)
        );
    } else {
        out += &format!("    {}\n", t.told(words));
    }
    out
}

/// `██████░░│░░`: how many there are of how many, and where the threshold lies.
fn gauge(have: i64, needed: i64, most: i64, room: usize) -> String {
    let at = |n: i64| {
        usize::try_from(i128::from(n.clamp(0, most)) * room as i128 / i128::from(most)).unwrap_or(0)
    };
    let (filled, mark) = (at(have), at(needed).min(room.saturating_sub(1)));
    (0..room)
        .map(|i| match i {
            i if i == mark => '│',
            i if i < filled => '█',
            _ => '░',
        })
        .collect()
}

fn bar(n: i64, whole: i64, room: usize) -> String {
    let wide =
        usize::try_from(i128::from(n.max(0)) * room as i128 / i128::from(whole)).unwrap_or(0);
    if n > 0 {
        "█".repeat(wide.max(1))
    } else {
        String::new()
    }
}

fn number(a: Amount, weighted: bool) -> String {
    if weighted {
        format!("{} ({})", grouped_signed(a.votes), grouped_signed(a.heads))
    } else {
        grouped_signed(a.heads)
    }
}

pub(crate) fn grouped_signed(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(n.unsigned_abs()))
}

fn side(value: Option<u32>) -> Side {
    match value {
        None => Side::Silent,
        Some(Decision::FOR) => Side::For,
        Some(Decision::AGAINST) => Side::Against,
        Some(Decision::ABSTAIN) => Side::Abstain,
        Some(_) => Side::Other,
    }
}

impl Amount {
    fn add(&mut self, votes: i64) {
        self.heads += 1;
        self.votes = self.votes.saturating_add(votes);
    }
}

/// Every decision of a case as a table, in the order in which they opened; empty where there is none.
#[must_use]
pub fn vote_tables(case: &Case, style: Style, words: &VoteWords) -> String {
    let all: Vec<String> = VoteTable::all(case)
        .iter()
        .map(|t| t.render(style, words))
        .collect();
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_at_the_threshold() {
        assert_eq!(gauge(7, 8, 10, 10), "███████░│░");
        assert_eq!(gauge(10, 10, 10, 10), "█████████│");
        assert_eq!(gauge(0, 1, 2, 4), "░░│░");
    }

    #[test]
    fn what_came_once_is_seen() {
        assert_eq!(bar(1, 1000, 10), "█");
        assert_eq!(bar(0, 1000, 10), "");
    }
}
