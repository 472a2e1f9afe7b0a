//! Words that are one token together: `must not`, `at least`, `by each of`.

use super::*;

impl Gluer<'_> {
    /// What the next tokens are together, and how many they are.
    pub(super) fn joined(&self, kind: TokenKind) -> (TokenKind, usize) {
        let next = |w| self.is(1, w);
        let two = |a, b| self.is(1, a) && self.is(2, b);
        let alone = (kind, 1);
        match kind {
            K::Ident => self.joined_word(),
            K::Int => {
                let unit =
                    self.same_line(1) && self.text_at(1).parse::<rogatio_calendar::Unit>().is_ok();
                if unit { (K::Duration, 2) } else { alone }
            }
            K::Date | K::DateTime => match self.kind(1) {
                Some(K::Colon | K::Hash | K::At) => (K::Stamp, 1),
                _ => alone,
            },
            K::First if next("time") => (K::FirstTime, 2),
            K::First if next("counts") => (K::FirstCounts, 2),
            K::Last if next("counts") => (K::LastCounts, 2),
            K::At if next("least") => (K::AtLeast, 2),
            K::AtWord if next("least") => (K::AtLeast, 2),
            K::AtWord if next("most") => (K::AtMost, 2),
            K::AtWord
                if next("closing")
                    && !(matches!(self.kind(2), Some(K::LParen | K::Dot)) && self.same_line(2)) =>
            {
                (K::AtClosing, 2)
            }
            K::Not if next("counting") => (K::NotCounting, 2),
            K::Not if next("before") => (K::NotBefore, 2),
            K::Not
                if next("modelled") && !(self.kind(2) == Some(K::LParen) && self.same_line(2)) =>
            {
                (K::NotModelled, 2)
            }
            K::Not if next("stated") && self.kind(2) == Some(K::Str) => (K::NotStated, 2),
            K::Must if next("not") => (K::MustNot, 2),
            K::Must if next("ensure") => (K::MustEnsure, 2),
            K::Should if next("not") => (K::ShouldNot, 2),
            K::Should if next("ensure") => (K::ShouldEnsure, 2),
            K::By if two("each", "of") => (K::ByEachOf, 3),
            K::By if RANKS.contains(&self.text_at(1)) && self.kind(2) != Some(K::LParen) => {
                (K::ByRank, 2)
            }
            K::As if next("of") => (K::AsOf, 2),
            K::As if two("a", "bloc") => (K::AsABloc, 3),
            K::With if next("probability") => (K::WithProbability, 2),
            K::Open if next("through") && self.kind(2).is_some_and(is_name) => (K::OpenThrough, 2),
            K::Or if next("else") => (K::OrElse, 2),
            K::Or if next("until") => (K::OrUntil, 2),
            K::In if two("the", "last") => (K::InTheLast, 3),
            K::In if next("all") && self.nth_last(3) == Some(K::AtMost) => (K::InAll, 2),
            K::Applies if two("version", "before") => (K::AppliesVersionBefore, 3),
            K::For if next("each") && self.kind(3) == Some(K::Colon) => (K::ForEach, 2),
            K::From if next("column") && self.named(2) => (K::FromColumn, 2),
            K::Source if self.kind(1) != Some(K::Str) => (K::Ident, 1),
            K::Branch if self.kind(1) != Some(K::Str) => (K::Ident, 1),
            K::Term if !(next("immediately") || next("promptly") || next("without")) => {
                (K::Ident, 1)
            }
            K::Reading
                if !(self.named(1) && matches!(self.kind(2), Some(K::Eq | K::Str | K::LBrace))) =>
            {
                (K::Ident, 1)
            }
            K::Begin if !matches!(self.kind(1), Some(K::Date | K::DateTime)) => (K::Ident, 1),
            K::Horizon if !matches!(self.kind(1), Some(K::Int | K::Ident)) => (K::Ident, 1),
            K::Calendar if !(self.in_clock && self.named(1)) => (K::Ident, 1),
            _ => alone,
        }
    }

    /// The same for a word that is no keyword.
    pub(super) fn joined_word(&self) -> (TokenKind, usize) {
        let next = |w| self.is(1, w);
        let two = |a, b| self.is(1, a) && self.is(2, b);
        match self.text_at(0) {
            "without" if next("delay") => (K::WithoutDelay, 2),
            "more" if next("than") => (K::MoreThan, 2),
            "less" if next("than") => (K::LessThan, 2),
            "all" if two("have", "voted") => (K::AllHaveVoted, 3),
            "becomes" if next("true") => (K::BecomesTrue, 2),
            "held" if next("by") => (K::HeldBy, 2),
            "opened" if next("by") => (K::OpenedBy, 2),
            "extended" if next("to") => (K::ExtendedTo, 2),
            "withdrawn" if next("upon") => (K::WithdrawnUpon, 2),
            "pinned" if next("at") => (K::PinnedAt, 2),
            "a" if next("further")
                && (self.kind(2) == Some(K::Int)
                    || self.last() == Some(K::Within) && self.named(2)) =>
            {
                (K::AFurther, 2)
            }
            "once" if next("from") => (K::OnceFrom, 2),
            "also" if next("given") => (K::AlsoGiven, 2),
            "also" if next("status") => (K::AlsoStatus, 2),
            "exception" if next("to") => (K::ExceptionTo, 2),
            "set" if next("of") => (K::SetOf, 2),
            "none" if next("after") => (K::NoneAfter, 2),
            "events" if next("from") && self.kind(2) == Some(K::Str) => (K::EventsFrom, 2),
            "quoting" if self.in_with && self.kind(1) == Some(K::Str) => (K::Quoting, 1),
            "even" if two("without", "power") => (K::EvenWithoutPower, 3),
            "one" if next("of") && self.kind(2) == Some(K::LParen) && self.after_modal() => {
                (K::OneOf, 2)
            }
            "stay"
                if self.kind(1).is_some_and(is_name) && self.same_line(1) && self.after_modal() =>
            {
                (K::Stay, 1)
            }
            // The act by which somebody settles a given: `find unsafe(a)`.
            "find" if self.kind(1) == Some(K::Ident) && self.same_line(1) => (K::Ident, 2),
            "no" if next("duty") && self.after_expect() => (K::NoDuty, 2),
            word if self.after_expect()
                && VERDICTS.contains(&word)
                && !self.kind(1).is_some_and(operator) =>
            {
                (K::Verdict, 1)
            }
            _ => (K::Ident, 1),
        }
    }

    /// Directly after `must`, `may` …, or after `must "qualifier",`.
    pub(super) fn after_modal(&self) -> bool {
        let modal = match self.last() {
            Some(K::Comma) if self.nth_last(2) == Some(K::Str) => self.nth_last(3),
            last => last,
        };
        matches!(
            modal,
            Some(K::May | K::Cannot | K::Must | K::MustNot | K::Should | K::ShouldNot)
        )
    }

    /// Directly after `expect`, or after `expect "name":`.
    pub(super) fn after_expect(&self) -> bool {
        match self.last() {
            Some(K::Expect) => true,
            Some(K::Colon) => {
                self.nth_last(2) == Some(K::Str) && self.nth_last(3) == Some(K::Expect)
            }
            _ => false,
        }
    }
}
