//! What drafters write first: English and other languages' ways of saying what has a form of its own here, each with its form.

mod case;
mod declaration;

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
