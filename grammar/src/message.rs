//! What to say about a mistake.
//!
//! The parser knows the token it stopped at and the tokens that could have stood there, often seventy. The
//! rules below are tried in order; each looks at the token before, the token found and the class of what was
//! expected, and says one thing with the edit to make. The last rule lists what was expected, by classes.

mod idiom;
mod word;
mod words;

use crate::make::Ctx;
use crate::parser::{self, Failure};
use crate::recover::{starter, weak_starter};
use crate::token::{Token, TokenKind, TokenKind as K, is_name, keywords};
use rogatio_diagnostics::{Diagnostic, Span, codes};
use words::{
    CLAUSES, FOREIGN, classes, essential, first_word, modal, nearest, operand_start, part,
};

/// A brace or parenthesis without its partner.
pub(crate) fn never_closed(ctx: &Ctx<'_>, open: Token, noticed: Option<Token>) -> Diagnostic {
    let sign = open.text(ctx.text);
    let close = if sign == "{" { "}" } else { ")" };
    let diagnostic = Diagnostic::error(codes::E0102, format!("this `{sign}` is never closed"))
        .at(span(ctx, open), "opened here");
    match noticed {
        Some(token) => diagnostic.also(span(ctx, token), "the next part begins here"),
        None => diagnostic,
    }
    .help(format!(
        "write `{close}` after the last part that belongs inside"
    ))
}

/// A closing bracket too many.
pub(crate) fn closes_nothing(ctx: &Ctx<'_>, token: Token) -> Diagnostic {
    let sign = token.text(ctx.text);
    Diagnostic::error(codes::E0103, format!("this `{sign}` closes nothing"))
        .at(span(ctx, token), "no bracket is open here")
        .help("remove it, or write the opening bracket where the group begins")
}

fn span(ctx: &Ctx<'_>, token: Token) -> Span {
    Span::new(ctx.file, token.start, token.end)
}

/// A word of the language where a name is wanted, if that is the mistake.
pub(crate) fn reserved(
    ctx: &Ctx<'_>,
    start: TokenKind,
    tokens: &[Token],
    failure: &Failure,
) -> Option<Diagnostic> {
    let case = Case::of(ctx, start, tokens, failure);
    match case.bracket() {
        None => case.reserved(),
        Some(_) => None,
    }
}

/// Whether a token is a word that cannot be a name.
pub(crate) fn is_reserved(ctx: &Ctx<'_>, token: Token) -> bool {
    !is_name(token.kind) && crate::token::is_reserved(token.text(ctx.text))
}

/// One message for one failure; none if the lexer has reported it already.
pub(crate) fn explain(
    ctx: &Ctx<'_>,
    start: TokenKind,
    tokens: &[Token],
    failure: &Failure,
) -> Option<Diagnostic> {
    let case = Case::of(ctx, start, tokens, failure);
    if case.found.is_some_and(|t| t.kind == K::Error) {
        return None;
    }
    let said = case
        .bracket()
        .or_else(|| case.foreign_word())
        .or_else(|| case.english_article())
        .or_else(|| case.label_of_nothing())
        .or_else(|| case.misplaced_heading())
        .or_else(|| case.idiom())
        .or_else(|| case.bare_calculation())
        .or_else(|| case.clause())
        .or_else(|| case.reserved())
        .or_else(|| case.order())
        .or_else(|| case.transition())
        .or_else(|| case.counts())
        .or_else(|| case.opening())
        .or_else(|| case.without_clause())
        .or_else(|| case.misspelt())
        .or_else(|| case.untyped())
        .or_else(|| case.colon())
        .or_else(|| case.missing())
        .or_else(|| case.unit())
        .or_else(|| case.sentence())
        .or_else(|| case.misplaced())
        .unwrap_or_else(|| case.general());
    Some(said)
}

struct Case<'c, 's> {
    ctx: &'c Ctx<'s>,
    /// What the parse is for.
    start: TokenKind,
    tokens: &'c [Token],
    at: usize,
    found: Option<Token>,
    before: Option<Token>,
    expected: &'c [TokenKind],
}

impl<'c, 's> Case<'c, 's> {
    fn of(
        ctx: &'c Ctx<'s>,
        start: TokenKind,
        tokens: &'c [Token],
        failure: &'c Failure,
    ) -> Case<'c, 's> {
        let before = failure.at.checked_sub(1).and_then(|i| tokens.get(i));
        Case {
            ctx,
            start,
            tokens,
            at: failure.at,
            found: tokens.get(failure.at).copied(),
            before: before.copied(),
            expected: &failure.expected,
        }
    }
}

impl Case<'_, '_> {
    fn expects(&self, kind: TokenKind) -> bool {
        self.expected.contains(&kind)
    }

    fn word(&self, token: Option<Token>) -> &str {
        token.map_or("", |t| t.text(self.ctx.text))
    }

    /// Where the mistake is: the token found, or behind the last one.
    fn here(&self) -> Span {
        match self.found {
            Some(token) => span(self.ctx, token),
            None => self.behind(),
        }
    }

    /// Just behind the token before.
    fn behind(&self) -> Span {
        let at = self.before.map_or(0, |t| t.end);
        Span::new(self.ctx.file, at, at)
    }

    /// What was found, in words.
    fn shown(&self) -> String {
        match self.found {
            None => "the end of the text".to_owned(),
            Some(token) if token.start == token.end => "the end of the block".to_owned(),
            Some(token) => {
                let text = token.text(self.ctx.text);
                let short: String = text
                    .chars()
                    .take(30)
                    .map(|c| if c == '\n' { ' ' } else { c })
                    .collect();
                if short.len() < text.len() {
                    format!("`{short}…`")
                } else {
                    format!("`{short}`")
                }
            }
        }
    }

    /// Whether the token begins an item or a clause.
    fn begins(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else {
            return false;
        };
        token.first_on_line
            || match at.checked_sub(1).and_then(|i| self.tokens.get(i)) {
                None => true,
                Some(t) => matches!(t.kind, K::LBrace | K::RBrace | K::Label | K::TailLabel),
            }
    }

    /// The innermost bracket that is open before the failure.
    fn open_bracket(&self) -> Option<Token> {
        let mut closed = 0_usize;
        for token in self.tokens.get(..self.at)?.iter().rev() {
            match token.kind {
                K::RParen | K::RBrace => closed += 1,
                K::LParen | K::LBrace if closed == 0 => return Some(*token),
                K::LParen | K::LBrace => closed -= 1,
                _ => {}
            }
        }
        None
    }

    /// The kinds from the start of the sentence to the failure, last first.
    fn sentence_back(&self) -> impl Iterator<Item = TokenKind> + '_ {
        self.tokens[..self.at.min(self.tokens.len())]
            .iter()
            .rev()
            .map(|t| t.kind)
            .take_while(|k| !matches!(k, K::LBrace | K::RBrace | K::Label) && !starter(*k))
    }

    fn bracket(&self) -> Option<Diagnostic> {
        let open = self.open_bracket();
        match self.found {
            Some(token) if token.kind == K::RParen && open.is_none_or(|t| t.kind == K::LBrace) => {
                Some(closes_nothing(self.ctx, token))
            }
            Some(token) if open.is_some_and(|t| t.kind == K::LParen) => {
                let keyword = !is_name(token.kind)
                    && !operand_start(token.kind)
                    && token
                        .text(self.ctx.text)
                        .starts_with(|c: char| c.is_ascii_lowercase());
                let cut_off = matches!(token.kind, K::RBrace | K::LBrace)
                    || token.first_on_line && !is_name(token.kind)
                    || keyword && !self.expects(K::Ident);
                (cut_off && self.expects(K::RParen)
                    || token.kind == K::RBrace
                    || starter(token.kind) && token.first_on_line)
                    .then(|| open.map(|t| never_closed(self.ctx, t, Some(token))))
                    .flatten()
            }
            None => open.map(|t| never_closed(self.ctx, t, None)),
            _ => None,
        }
    }

    fn foreign_word(&self) -> Option<Diagnostic> {
        // The word may have been taken for a name: then the failure is at the word after it.
        let line = self
            .tokens
            .get(..self.at)
            .unwrap_or(&[])
            .iter()
            .rev()
            .take(12);
        let mut on_line = line.scan(true, |more, t| {
            let take = *more;
            *more = !t.first_on_line;
            take.then_some(*t)
        });
        let condition = on_line.find(|t| t.kind == K::Ident && t.text(self.ctx.text) == "if");
        let candidates = [
            (self.found, self.at),
            (self.before, self.at.wrapping_sub(1)),
            (condition, 0),
        ];
        for (token, at) in candidates {
            let Some(token) = token.filter(|t| t.kind == K::Ident) else {
                continue;
            };
            let text = token.text(self.ctx.text);
            if at != self.at
                && !self.begins(at)
                && !matches!(text, "if" | "otherwise" | "provided" | "whenever")
            {
                continue;
            }
            if let Some((word, instead, help)) = FOREIGN.iter().find(|(word, _, _)| *word == text) {
                return Some(
                    Diagnostic::error(
                        codes::E0111,
                        format!("`{word}` is not a word of this language"),
                    )
                    .at(
                        span(self.ctx, token),
                        format!("`{instead}` is meant, perhaps"),
                    )
                    .help(*help),
                );
            }
        }
        None
    }

    fn label_of_nothing(&self) -> Option<Diagnostic> {
        let label = self
            .before
            .filter(|t| matches!(t.kind, K::Label | K::TailLabel))?;
        let ends = self
            .found
            .is_none_or(|t| t.kind == K::RBrace || t.first_on_line && t.kind == K::Label);
        ends.then(|| {
            Diagnostic::error(codes::E0115, format!("the label `{}` stands before nothing", self.word(Some(label))))
                .at(span(self.ctx, label), "nothing follows")
                .help("write what it is the label of; a paragraph without rules is `hortatory \"…\"` or `not modelled \"…\"`")
        })
    }

    fn misplaced_heading(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|t| t.kind == K::Article)?;
        (self.expects(K::RBrace) && !self.expects(K::Article)).then(|| {
            Diagnostic::error(codes::E0115, "an article cannot stand here")
                .at(
                    span(self.ctx, found),
                    "only clauses may stand in this block",
                )
                .help("close the block with `}` first")
        })
    }

    /// Something else where a clause of a decision must begin.
    fn clause(&self) -> Option<Diagnostic> {
        let found = self.found?;
        if !(self.expects(K::Ballots) && self.expects(K::Quorum))
            || self.expects(K::Ident)
            || found.kind == K::RBrace
        {
            return None;
        }
        let text = found.text(self.ctx.text);
        let known = CLAUSES
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, clause)| format!("write `{clause}`"));
        let line = self.tokens[..self.at].iter().rposition(|t| t.first_on_line);
        let in_ballots = line.is_some_and(|i| self.tokens[i].kind == K::Ballots);
        let known = match in_ballots && !found.first_on_line {
            true => Some(
                "join the ballots with commas: `ballots yes, no, abstain, last counts`".to_owned(),
            ),
            false => known,
        };
        let close = || nearest(text, self.expected).map(|word| format!("did you mean `{word}`?"));
        let help = known.or_else(close).unwrap_or_else(|| {
            "the clauses are `ballots`, `quorum`, `passes when`, `silence`, `closes`, `open`, `veto`, `tie`, `first`, \
             `then`, `deemed`, `voters`, `present`, `participation`, `admissible when`, `roll at`, `given`, `together`"
                .to_owned()
        });
        Some(
            Diagnostic::error(
                codes::E0113,
                format!("{} is not a clause of a decision", self.shown()),
            )
            .at(span(self.ctx, found), "a clause must begin here, or `}`")
            .help(help),
        )
    }

    /// The parts of a sentence in another order.
    fn order(&self) -> Option<Diagnostic> {
        let found = self.found?;
        let rank = part(found.kind)?;
        if found.first_on_line && starter(found.kind) {
            return None;
        }
        let seen: Vec<TokenKind> = self.sentence_back().collect();
        let modal = seen.iter().position(|k| modal(*k))?;
        let (late, name) = seen[..modal]
            .iter()
            .find_map(|k| part(*k).filter(|(r, _)| *r >= rank.0))?;
        let within = seen[..modal].contains(&K::Within) && found.kind == K::After;
        let help = if within {
            "write `within D upon EVENT`: the length, then the event it runs from".to_owned()
        } else if rank.1 == name || late == rank.0 {
            format!(
                "a sentence has one {}; join two with `and`, or write two sentences",
                rank.1
            )
        } else {
            format!(
                "put the {} before the {name}: WHO must ACT [for] [to] [TIME] [not counting] [upon] [when] [while] [unless] [despite] [else]",
                rank.1
            )
        };
        Some(
            Diagnostic::error(
                codes::E0101,
                format!(
                    "the {} `{}` comes too late in this sentence",
                    rank.1,
                    self.word(Some(found))
                ),
            )
            .at(span(self.ctx, found), "not after what stands before it")
            .help(help),
        )
    }

    fn transition(&self) -> Option<Diagnostic> {
        let found = self.found?;
        if self.expects(K::Decide) && self.expects(K::On) {
            let help = match found.kind {
                K::After => "a stage is left with `on lapse of 30 days -> next`",
                K::When => "a stage is left with `on CONDITION -> next`",
                K::Arrow => "write the cause first: `on EVENT -> next`",
                _ => return None,
            };
            return Some(
                Diagnostic::error(
                    codes::E0101,
                    format!("a transition cannot begin with {}", self.shown()),
                )
                .at(span(self.ctx, found), "expected `on`")
                .help(help),
            );
        }
        let in_transition = self
            .sentence_back()
            .take_while(|k| *k != K::Arrow)
            .any(|k| k == K::On);
        let stage = in_transition && self.expects(K::Arrow);
        (stage && (is_name(found.kind) || found.kind == K::RBrace || found.first_on_line)).then(
            || {
                Diagnostic::error(codes::E0112, "`->` and the stage are missing")
                    .at(self.behind(), "where to?")
                    .help("write `on EVENT -> STAGE`")
            },
        )
    }

    /// `ballots yes, no` without saying which vote counts.
    fn counts(&self) -> Option<Diagnostic> {
        let back: Vec<TokenKind> = self.sentence_back().take(40).collect();
        let in_ballots = back
            .iter()
            .take_while(|k| is_name(**k) || matches!(k, K::Comma))
            .any(|k| *k == K::Ballots);
        (in_ballots && self.expects(K::Comma)
            || self.expects(K::LastCounts) && !self.found.is_some_and(|t| is_name(t.kind)))
        .then(|| {
            Diagnostic::error(codes::E0112, "which ballot of a member counts is not said")
                .at(
                    self.behind(),
                    "`, last counts` or `, first counts` is missing",
                )
                .help("write `ballots yes, no, abstain, last counts`")
        })
    }

    /// `status NAME(keys)` and nothing of when it holds.
    fn without_clause(&self) -> Option<Diagnostic> {
        let before = &self.tokens[..self.at];
        let line = before.iter().rposition(|t| t.first_on_line).unwrap_or(0);
        let status = before[line..]
            .iter()
            .any(|t| matches!(t.kind, K::Status | K::AlsoStatus));
        let ends = self
            .found
            .is_none_or(|t| t.first_on_line || t.kind == K::RBrace);
        (status && ends && self.expects(K::From) && self.expects(K::NoneAfter)).then(|| {
            Diagnostic::error(codes::E0410, "nothing says when this status holds")
                .at(self.behind(), "a clause is missing")
                .help("add `from EVENT`, `while CONDITION` or `is VALUE after EVENT`")
        })
    }

    fn sentence(&self) -> Option<Diagnostic> {
        if !(self.expects(K::May) && self.expects(K::Must))
            || self.expects(K::Define)
            || self.expects(K::Int)
        {
            return None;
        }
        let before = self.before?;
        let subject = self.word(Some(before)).to_owned();
        if self.at > 0 && !self.begins(self.at - 1) {
            return Some(
                Diagnostic::error(codes::E0101, format!("`{subject}` is not expected here"))
                    .at(span(self.ctx, before), "what stands before it is complete")
                    .help("arguments stand in brackets, conditions are joined with `and` or `or`, sets with `&` or `|`; a sentence begins on a line of its own"),
            );
        }
        Some(
            Diagnostic::error(codes::E0101, format!("expected `may`, `must`, `should` or `cannot`, found {}", self.shown()))
                .at(self.here(), "not what a sentence goes on with")
                .also(span(self.ctx, before), "taken for the subject of a sentence")
                .help(format!("write `{subject} must …`, or begin with the word that declares something, such as `define` or `status`")),
        )
    }

    /// Lines that belong into another block.
    fn misplaced(&self) -> Option<Diagnostic> {
        let found = self.found?;
        if !self.expects(K::Define) {
            return None;
        }
        let label = found.kind == K::LParen
            && self
                .tokens
                .get(self.at + 2)
                .is_some_and(|t| t.kind == K::RParen)
            && !found.first_on_line;
        let help = match found.kind {
            _ if label => {
                "a label begins its line: write what it is the label of on a line of its own"
            }
            K::Expect | K::Assume | K::Stamp | K::Tilde | K::Branch | K::EventsFrom => {
                "this belongs in `scenario \"…\" { … }`"
            }
            K::Measure | K::Param | K::Begin | K::Horizon => {
                "this belongs in `experiment NAME { … }`"
            }
            K::On | K::Decide | K::Opens => {
                "a transition belongs in `stage NAME { … }`, and the stage in a `procedure`"
            }
            K::Comma if self.sentence_begins_with(K::Use) => "write one `use` for each module",
            _ => return None,
        };
        Some(
            Diagnostic::error(codes::E0101, format!("{} cannot stand here", self.shown()))
                .at(span(self.ctx, found), "not expected")
                .help(help),
        )
    }

    fn sentence_begins_with(&self, kind: TokenKind) -> bool {
        let start = self.tokens[..self.at].iter().rposition(|t| t.first_on_line);
        start.is_some_and(|i| self.tokens[i].kind == kind)
    }

    fn general(&self) -> Diagnostic {
        let what = classes(self.expected);
        let incomplete = self
            .found
            .is_none_or(|t| t.first_on_line || t.kind == K::RBrace);
        let message = match (&what[..], incomplete && self.before.is_some()) {
            ("", _) => format!("{} is not expected here", self.shown()),
            (what, true) => format!(
                "something is missing after `{}`: expected {what}",
                self.word(self.before)
            ),
            (what, false) => format!("found {}, expected {what}", self.shown()),
        };
        let diagnostic = Diagnostic::error(codes::E0101, message);
        let could_end = self.expects(K::Define) || self.expects(K::RBrace);
        if incomplete && !could_end && self.before.is_some() {
            let behind = self.behind();
            let diagnostic = diagnostic.at(behind, "not finished");
            return match self.found {
                Some(token) if token.start < token.end => {
                    diagnostic.also(span(self.ctx, token), "this begins something else")
                }
                _ => diagnostic,
            };
        }
        diagnostic.at(self.here(), "not expected")
    }
}
