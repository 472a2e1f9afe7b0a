//! What drafters write first: English and other languages' ways of saying what has a form of its own here, each with its form.

use super::*;

/// What is said instead: where, what is wrong there, and the edit.
struct Instead {
    at: Span,
    message: String,
    label: &'static str,
    help: String,
}

impl Case<'_, '_> {
    /// Something that is said in another way.
    pub(super) fn idiom(&self) -> Option<Diagnostic> {
        let instead = self
            .of_declaration()
            .or_else(|| self.of_heading())
            .or_else(|| self.of_decision())
            .or_else(|| self.of_sentence())
            .or_else(|| self.of_case())
            .or_else(|| self.of_experiment())
            .or_else(|| self.of_expression())
            .or_else(|| self.of_table())
            .or_else(|| self.sign_too_many())?;
        Some(
            Diagnostic::error(codes::E0101, instead.message)
                .at(instead.at, instead.label)
                .help(instead.help),
        )
    }

    /// The word that began the declaration around the failure.
    fn declaring(&self) -> Option<(TokenKind, usize)> {
        let mut at = self.at.min(self.tokens.len());
        while at > 0 {
            at -= 1;
            let kind = self.tokens[at].kind;
            if matches!(kind, K::LBrace | K::RBrace) {
                return None;
            }
            if (starter(kind) || weak_starter(kind)) && self.begins(at) {
                return Some((kind, at));
            }
        }
        None
    }

    /// What was found; at the end a token of no kind.
    fn found_or_end(&self) -> Token {
        let end = self.before.map_or(0, |t| t.end);
        self.found.unwrap_or(Token {
            kind: K::Error,
            start: end,
            end,
            first_on_line: true,
        })
    }

    fn near(&self, back: usize) -> Option<Token> {
        let at = self.at.checked_sub(back)?;
        self.tokens.get(at).copied()
    }

    fn here_is(&self, label: &'static str, help: impl Into<String>) -> Option<Instead> {
        Some(Instead {
            at: self.here(),
            message: format!("{} cannot stand here", self.shown()),
            label,
            help: help.into(),
        })
    }

    fn word_is(
        &self,
        token: Token,
        label: &'static str,
        help: impl Into<String>,
    ) -> Option<Instead> {
        let word = token.text(self.ctx.text);
        Some(Instead {
            at: span(self.ctx, token),
            message: format!("`{word}` is not expected here"),
            label,
            help: help.into(),
        })
    }

    fn of_declaration(&self) -> Option<Instead> {
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

    fn of_sentence(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let seen: Vec<TokenKind> = self.sentence_back().take(60).collect();
        let in_sentence = seen.iter().any(|k| modal(*k));
        if !in_sentence {
            return None;
        }
        match (before.kind, found.kind) {
            (K::May, K::Not) => {
                return self.here_is(
                    "a permission is not denied so",
                    "write `cannot` for what takes a power away, `must not` for a prohibition",
                );
            }
            (k, K::Comma) if modal(k) => {
                return self.here_is(
                    "a sentence has one order",
                    "write WHO must ACT first, then its time, then `upon EVENT`, then `when CONDITION`",
                );
            }
            (_, K::By) if !found.first_on_line && self.expects(K::Upon) => {
                return self.here_is(
                    "a time does not begin so",
                    "write `before T` (that day is out), `within D upon E`, or `between A and B` (both days are in)",
                );
            }
            (_, K::Until) if self.expects(K::Upon) => {
                return self.here_is(
                    "only what must be ensured lasts until something",
                    "write `before T`, `between A and B`, or `unless E` for what ends it",
                );
            }
            (_, K::Duration) if self.expects(K::Upon) && !found.first_on_line => {
                let d = self.word(self.found);
                return self.here_is(
                    "a length alone is no time",
                    format!("write `within {d}` after the event, or `at least {d} before T`"),
                );
            }
            (K::Immediately | K::Promptly | K::WithoutDelay, K::After) => {
                return self.here_is(
                    "from what it counts is the event of the sentence",
                    format!("write `{} upon EVENT`", self.word(self.before)),
                );
            }
            _ => {}
        }
        // `every year`: how often, and from when on.
        if self.expects(K::After)
            && seen.iter().take(4).any(|k| *k == K::Every)
            && seen
                .iter()
                .take_while(|k| **k != K::Every)
                .all(|k| *k != K::After)
        {
            return Some(Instead {
                at: self.behind(),
                message: format!("something is missing after `{}`", self.word(self.before)),
                label: "how often, and from when on?",
                help: "write `every 1 year after START`".to_owned(),
            });
        }
        if !(self.expects(K::May) && self.expects(K::Must)) {
            return None;
        }
        // What follows was taken for the subject of another sentence.
        let earlier = self.near(2)?;
        if earlier.kind == K::Else {
            return self.word_is(
                before,
                "who?",
                format!(
                    "what follows `else` is a sentence: `else WHO must {}`",
                    self.word(Some(before))
                ),
            );
        }
        if before.first_on_line || self.begins(self.at - 1) {
            return None;
        }
        match (self.word(Some(before)), self.word(self.found)) {
            ("no", "later") | ("not", "later") => self.word_is(
                before,
                "a time does not begin so",
                "write `within D upon EVENT`, or `before T`",
            ),
            _ if self.misspelt().is_some() => None,
            _ if is_name(earlier.kind)
                && !earlier.first_on_line
                && self.near(3).is_some_and(|t| modal(t.kind)) =>
            {
                self.word_is(
                    before,
                    "not an argument without brackets",
                    format!(
                        "write `{}({})`",
                        self.word(Some(earlier)),
                        self.word(Some(before))
                    ),
                )
            }
            _ => None,
        }
    }

    fn of_heading(&self) -> Option<Instead> {
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

    fn of_decision(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let text = self.word(self.found);
        let of = self.word(Some(before));
        match (before.kind, found.kind) {
            (K::Closes, K::After) => {
                return self.here_is(
                    "after what?",
                    "write `open 3 days`, or `closes 3 days after opening`",
                );
            }
            (K::Passes, K::By | K::Int | K::Percent | K::With) => {
                return self.here_is(
                    "a rule begins with `when`",
                    "write `passes when yes is at least 2/3 of voting`, or `… of members`",
                );
            }
            (K::Or, K::When) => {
                return self.here_is(
                    "another way to close",
                    "write `, or until CONDITION`, `, or until all have voted`",
                );
            }
            (_, K::AtLeast | K::AtMost | K::MoreThan | K::LessThan)
                if self.expects(K::Is) && !found.first_on_line =>
            {
                return self.here_is("`is` is missing", format!("write `{of} is {text} …`"));
            }
            _ => {}
        }
        if of == "all" && text == "voted" {
            return self.word_is(before, "who has?", "write `all have voted`");
        }
        if text == "becomes" || of == "becomes" && self.expects(K::May) {
            return self.word_is(if text == "becomes" { found } else { before }, "no verb of this language", "a condition becomes true with `C becomes true`; entering a stage is the event `STAGE(x)`");
        }
        let outcome = |w: &str| {
            matches!(
                w,
                "adopted" | "rejected" | "lapsed" | "inquorate" | "passed" | "approved" | "failed"
            )
        };
        if self.expects(K::May)
            && outcome(of)
            && !self.begins(self.at - 1)
            && self.near(2).is_some_and(|t| is_name(t.kind))
        {
            let d = self.word(self.near(2));
            return self.word_is(
                before,
                "an outcome, perhaps",
                format!("the outcome of a decision is `adopted({d} on x)`, `rejected({d} on x)` …"),
            );
        }
        let event_of = |w: &str| matches!(w, "lapse" | "breach" | "fulfilment");
        if event_of(of) && found.kind == K::Art {
            return self.word_is(before, "of what?", format!("write `{of} of art 1`"));
        }
        let word = self.word(self.near(2));
        if event_of(word) && self.expects(K::May) && !self.begins(self.at - 1) {
            return self.word_is(before, "of what?", format!("write `{word} of {of}`"));
        }
        let in_head = matches!(self.declaring(), Some((K::Decision, _)));
        match found.kind {
            K::By | K::ByEachOf
                if in_head
                    && self.expects(K::Colon)
                    && self.near(2).is_some_and(|t| t.kind == K::On) =>
            {
                self.word_is(
                    before,
                    "what it is on has a name",
                    format!("write `on x: {of}`"),
                )
            }
            K::Of if in_head && self.expects(K::By) => {
                self.here_is("who decides?", "write `by BODY`")
            }
            K::Comma if in_head && self.expects(K::LBrace) => self.here_is(
                "several bodies?",
                format!("write `by each of ({of}, …)` and say what they decide `together`"),
            ),
            K::Arrow if self.expects(K::May) => self.here_is(
                "a transition, perhaps",
                format!("write `on {of} -> STAGE`, in a stage"),
            ),
            _ => None,
        }
    }

    fn of_case(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let of = self.word(Some(before));
        match (before.kind, found.kind) {
            (K::Scenario, k) if is_name(k) => {
                return self.here_is(
                    "the name of a scenario is a text",
                    format!("write `scenario \"{}\" {{ … }}`", self.word(self.found)),
                );
            }
            (K::On, K::Stamp) => {
                return self.word_is(before, "a line begins with its date", "leave `on` out");
            }
            _ => {}
        }
        let line = self.expects(K::Expect) && self.expects(K::Assume);
        if !line && !self.expects(K::Because) {
            return None;
        }
        match found.kind {
            K::And if self.sentence_back().take(8).any(|k| k == K::By) => {
                self.here_is("several actors", "write `by each of A, B`")
            }
            K::Date if line && found.first_on_line => self.here_is(
                "`:` is missing behind it",
                format!("write `{}: …`", self.word(self.found)),
            ),
            K::Is if line => self.here_is(
                "a value is set with `=`",
                format!("write `{of} = VALUE`; what must hold is `expect …`"),
            ),
            K::May | K::Cannot | K::Must if self.expects(K::Because) => {
                let modal = self.word(self.found);
                self.here_is(
                    "the act comes first",
                    format!("write `expect {modal} ACT by {of}`"),
                )
            }
            K::Minus if line || self.expects(K::DotDot) => self.here_is(
                "a range, perhaps",
                "a range of names is written with two dots: `S1..S5`",
            ),
            _ => None,
        }
    }

    fn of_experiment(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let of = self.word(Some(before));
        let text = self.word(self.found);
        if before.kind == K::Experiment && found.kind == K::Str {
            return self.here_is(
                "a name, not a text",
                "an experiment has a name: `experiment race { … }`",
            );
        }
        if matches!(of, "horizon" | "begin" | "seed") && matches!(found.kind, K::Eq | K::Colon)
            || before.kind == K::Colon && matches!(self.word(self.near(2)), "horizon" | "begin")
        {
            return self.here_is(
                "no sign is written here",
                "write `begin 2030-01-01`, `horizon 40 years`",
            );
        }
        if before.kind == K::Colon && found.kind == K::Int && self.expects(K::Str) {
            let kind = self.word(self.near(2));
            return self.here_is(
                "names, or how many?",
                format!("so many without names are `{kind} {text}`, in an experiment"),
            );
        }
        let does = self.sentence_back().take(8).any(|k| k == K::Does);
        match found.kind {
            k if is_name(k)
                && self.expects(K::Does)
                && self.expects(K::Votes)
                && !found.first_on_line =>
            {
                self.here_is(
                    "what it does?",
                    format!(
                        "write `does {} after …`, or `votes yes 60%, no 40% on D`",
                        text.trim_end_matches('s')
                    ),
                )
            }
            K::Duration if does && is_name(before.kind) => self.here_is(
                "an argument without brackets",
                format!("write `{of}({text})`"),
            ),
            k if does && is_name(k) && self.expects(K::After) && !found.first_on_line => {
                self.here_is("after how long?", format!("write `after {text}(…)`"))
            }
            k if is_name(k)
                && self.expects(K::On)
                && self.expects(K::Comma)
                && self.sentence_back().take(20).any(|k| k == K::Votes) =>
            {
                self.here_is("odds are joined by commas", "write `yes 70%, no 30% on D`")
            }
            K::From if self.expects(K::Over) => self.here_is(
                "over which values?",
                "write `over 1 year .. 10 years step 1 year`",
            ),
            _ => None,
        }
    }

    fn of_expression(&self) -> Option<Instead> {
        let found = self.found?;
        let comparison = |k: TokenKind| matches!(k, K::Eq | K::Ne | K::Lt | K::Le | K::Gt | K::Ge);
        match found.kind {
            K::Decimal => self.here_is(
                "no decimal fractions",
                "write a percentage, `70%`, or a fraction, `2/3`",
            ),
            K::Question => self.here_is(
                "no choice of values",
                "write `VALUE except OTHER when CONDITION`",
            ),
            k if comparison(k)
                && !self.expects(k)
                && self.sentence_back().take(6).any(comparison) =>
            {
                self.here_is(
                    "a second comparison",
                    "join two comparisons with `and`: `a < now and now < b`",
                )
            }
            _ => None,
        }
    }

    fn of_table(&self) -> Option<Instead> {
        let found = self.found?;
        let open = self.open_bracket().filter(|t| t.kind == K::LBrace)?;
        let at = self.tokens.iter().position(|t| t.start == open.start)?;
        let head = self.tokens[..at].iter().rposition(|t| t.first_on_line)?;
        let table = self.tokens[head..at].iter().any(|t| t.kind == K::Table);
        match found.kind {
            K::Else if table => self.here_is(
                "the rest has no word",
                "write `_` in each column: `_ -> RESULT`",
            ),
            K::Colon | K::Eq if table && self.expects(K::Arrow) => self.here_is(
                "cells and result are joined by `->`",
                "write `->` in place of this sign",
            ),
            _ => None,
        }
    }

    /// `members: State`, `members = State`: a clause follows its word at once.
    fn sign_too_many(&self) -> Option<Instead> {
        let before = self.before?;
        let found = self.found.filter(|t| matches!(t.kind, K::Colon | K::Eq))?;
        let clause = (self.begins(self.at - 1) || before.kind == K::Weight)
            && before
                .text(self.ctx.text)
                .starts_with(|c: char| c.is_ascii_lowercase())
            && !matches!(before.kind, K::Ident);
        if !clause || !(self.expects(K::Ident) || self.expects(K::LParen)) {
            return None;
        }
        let word = self.word(Some(before));
        if before.kind == K::Weight {
            return self.here_is(
                "whose weight?",
                "write `weight(p) = VALUE`, with a name for the member",
            );
        }
        let next = self.tokens.get(self.at + 1).filter(|t| !t.first_on_line);
        let next = next.map_or("…", |t| t.text(self.ctx.text));
        Some(Instead {
            at: span(self.ctx, found),
            message: format!(
                "`{}` is not written behind `{word}`",
                found.text(self.ctx.text)
            ),
            label: "what it is follows at once",
            help: format!("write `{word} {next}`"),
        })
    }
}

fn heading(kind: TokenKind) -> bool {
    matches!(
        kind,
        K::Article | K::Annex | K::Section | K::Part | K::Chapter | K::Paragraph
    )
}
