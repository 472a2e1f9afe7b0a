//! What is declared, and the headings it stands under.

use super::*;

impl Case<'_, '_> {
    pub(super) fn of_declaration(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        // A declaring word that was taken for the subject of a sentence.
        if self.expects(K::May) && self.expects(K::Must) && self.begins(self.at - 1) {
            let help = match self.word(self.before) {
                "use" => "write the module's name without quotation marks: `use std.treaty`",
                "source" => {
                    "write the text it follows: `source \"Statutes of 2020, English text\"`"
                }
                "counting" => "write `counting treaty`, `counting japan` or `counting eu_1182_71`",
                "term" => {
                    "the words that can have a length are `immediately`, `promptly` and `without delay`: `term promptly = 3 days`"
                }
                "unit" => "write `unit NAME`",
                "exception" => "write `exception to NAME(…) = VALUE when CONDITION`",
                "reading" => "write `reading NAME \"question\" { one (default)  other }`",
                "table" => "write `table NAME(x: TYPE) -> TYPE { … }`",
                "goto" => "write `on EVENT -> STAGE`",
                "Article" | "Annex" | "Section" | "Chapter" | "Part" | "Preamble" => {
                    "headings are lower case: `article 2 \"Title\" { … }`"
                }
                "act" => "write `act NAME(x: TYPE) by KIND`",
                "no" if is_name(found.kind) => {
                    "what nobody may do is said with `cannot`: `any K cannot ACT`"
                }
                "all" | "every" | "All" | "Every" | "Any" | "Each" | "Either"
                    if is_name(found.kind) =>
                {
                    "write `any K` for a power or a prohibition, `each K` for a duty of every one of them"
                }
                _ => "",
            };
            if !help.is_empty() {
                return self.word_is(before, "taken for the subject of a sentence", help);
            }
            let next = self.tokens.get(self.at + 1).map(|t| t.kind);
            if before.kind == K::Ident && is_name(found.kind) && next.is_some_and(modal) {
                let (label, who) = (self.word(Some(before)), self.word(self.found));
                return self.here_is(
                    "the subject, perhaps",
                    format!("a label is followed by `:`: `{label}: {who} …`"),
                );
            }
        }
        if before.kind == K::Colon
            && let Some(word) = self.near(2)
            && matches!(
                self.word(Some(word)),
                "source" | "counting" | "use" | "unit"
            )
        {
            let word = self.word(Some(word));
            return self.word_is(
                before,
                "no sign is written here",
                format!("write `{word} {}`", self.word(self.found)),
            );
        }
        let (word, _) = self.declaring()?;
        let next_line = found.first_on_line;
        match (word, found.kind) {
            (K::Source | K::Counting, K::Eq | K::Colon) | (K::Unit, K::Eq) if !next_line => self.here_is(
                "no sign is written here",
                "write `source \"…\"`, `counting treaty`, `unit NAME`: what stands behind follows at once",
            ),
            (_, K::Comma)
                if self.expects(K::Define)
                    && matches!(word, K::Office | K::Unit | K::Kind | K::Event | K::Act | K::Deed | K::Body | K::Use) =>
            {
                let word = word.spelling();
                self.here_is("nothing joins declarations", format!("write one `{word}` for each, without a comma"))
            }
            (K::Office, _) if self.word(self.before) == "held" => {
                self.word_is(before, "who holds it?", "write `office NAME held by WHO`")
            }
            (K::Act | K::Deed | K::Event, K::By)
                if self.near(2).is_some_and(|t| t.kind == K::Colon) =>
            {
                let (name, of) = (self.near(3)?, self.word(Some(before)));
                let name_text = self.word(Some(name)).to_owned();
                self.word_is(
                    name,
                    "an argument without brackets",
                    format!("write `({name_text}: {of})` behind the name"),
                )
            }
            (K::Event, K::By) => self.here_is(
                "an event has no actor",
                "write `act` or `deed` for what somebody does",
            ),
            (K::Act | K::Deed, K::By) if self.sentence_back().any(|k| k == K::To) => self.here_is(
                "it stands before `to`",
                "write `act NAME by KIND to KIND`",
            ),
            (K::Act | K::Deed, K::Each | K::Either) if before.kind == K::By => self.here_is(
                "this types who acts",
                "write `by K`, or `by any K`, which gives each of them the power",
            ),
            (K::Act | K::Deed, _) if matches!(self.word(self.near(2)), "all" | "every") && self.near(3).is_some_and(|t| t.kind == K::By) => {
                self.near(2).and_then(|t| self.word_is(t, "this types who acts", "write `by K`, or `by any K`, which gives each of them the power"))
            }
            (K::Act | K::Deed, _)
                if self.expects(K::May)
                    && !before.first_on_line
                    && self.near(2).is_some_and(|t| matches!(t.kind, K::Any | K::Each) && !t.first_on_line) =>
            {
                let at = self.near(2)?;
                self.word_is(at, "who does it?", format!("write `by any {}`", self.word(Some(before))))
            }
            (K::Status, K::When) if self.expects(K::From) => self.here_is(
                "a status does not hold `when`",
                "write `while CONDITION` for as long as it holds, `from EVENT` for what starts it",
            ),
            (K::Status, K::Eq) if self.expects(K::From) => self.here_is(
                "a status has no value of its own",
                "write `while CONDITION`, `from EVENT` or `is VALUE after EVENT`; a value is a `define`",
            ),
            (K::Status, K::Duration) if self.expects(K::From) => {
                self.here_is("what starts it?", format!("write `from {} after …`", self.word(self.found)))
            }
            (K::Status, K::Ident) if self.word(self.found) == "since" && self.expects(K::From) => {
                self.here_is("`from` is meant, perhaps", "write `from EVENT`")
            }
            (_, K::After) if matches!(before.kind, K::From | K::Until | K::Upon) => self.here_is(
                "how long after?",
                "write the length first, `1 day after E`, or the event alone",
            ),
            (K::Reading, K::Eq) => self.here_is(
                "a reading lists its answers",
                "write `reading NAME \"question\" { one (default)  other }`",
            ),
            (K::Define | K::ExceptionTo, K::Unless) => self.here_is(
                "a value is not limited so",
                "write `VALUE except OTHER when CONDITION`",
            ),
            (_, K::When) if before.kind == K::Except => self.here_is(
                "the value comes first",
                "write `except VALUE when CONDITION`",
            ),
            (_, K::Comma) if self.expects(K::Except) && self.near(0).is_some() && self.tokens.get(self.at + 1).is_some_and(|t| t.kind == K::Except) => {
                self.here_is("nothing is written between a value and its exceptions", "leave the `,` out")
            }
            _ => None,
        }
    }

    pub(super) fn of_heading(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let number = |t: Token| {
            matches!(t.kind, K::Int | K::Number | K::Decimal | K::Para)
                || is_name(t.kind) && self.near(2).is_some_and(|h| heading(h.kind))
        };
        if before.kind == K::Under && found.kind == K::Int {
            let n = self.word(self.found);
            return self.here_is("an article, an annex …?", format!("write `under art {n}`"));
        }
        if heading(before.kind) && found.kind == K::Str {
            return self.here_is(
                "which number?",
                "a provision has a number, then its title: `article 1 \"Title\" { … }`",
            );
        }
        if before.kind == K::Applies
            && matches!(found.kind, K::Int | K::Number | K::LParen | K::Art)
        {
            return self.here_is(
                "an article, an annex …?",
                "write the heading: `applies article 1 (2)..(4)`",
            );
        }
        // After the head of a provision.
        let head =
            self.expects(K::LBrace) && self.expects(K::Hortatory) && self.expects(K::Applies);
        if head && (number(before) || before.kind == K::Str) {
            let shown = self.word(self.found);
            return match found.kind {
                K::Colon | K::Eq => self.here_is(
                    "no sign is written here",
                    "leave it out: `article 5 \"Title\" { … }`",
                ),
                K::LParen => self.here_is(
                    "labels stand inside",
                    "write the label in the braces: `article 4 { (1) … }`",
                ),
                K::Not => self.here_is(
                    "`not modelled` is meant, perhaps",
                    "write `not modelled \"why\"`",
                ),
                k if is_name(k) && number(before) && !found.first_on_line => self.here_is(
                    "a title, perhaps",
                    format!("titles stand in quotation marks: `\"{shown}\"`"),
                ),
                K::Any | K::Each | K::Either => {
                    self.here_is("rules stand in braces", "write `article 6 { (1) … }`")
                }
                _ => None,
            };
        }
        if matches!(before.kind, K::Hortatory | K::NotModelled | K::Label)
            && matches!(found.kind, K::Colon | K::Eq)
        {
            return self.here_is("no sign is written here", "leave it out");
        }
        let inside = self.expects(K::Define) && self.expects(K::RBrace);
        if inside
            && found.kind == K::Int
            && self
                .tokens
                .get(self.at + 1)
                .is_some_and(|t| t.kind == K::Dot)
        {
            let n = self.word(self.found);
            return self.here_is(
                "a label, perhaps",
                format!("labels stand in brackets and begin their line: `({n})`"),
            );
        }
        (found.kind == K::Minus && before.kind == K::Para)
            .then(|| {
                self.here_is(
                    "a range, perhaps",
                    "a range is written with two dots: `(1)..(2)`",
                )
            })
            .flatten()
    }
}
