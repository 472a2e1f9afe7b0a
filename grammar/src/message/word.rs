//! Words that are reserved, missing or misspelt, one at a time.

use super::*;

impl Case<'_, '_> {
    pub(super) fn reserved(&self) -> Option<Diagnostic> {
        let found = self.found?;
        let next = self.tokens.get(self.at + 1).map(|t| t.kind);
        let typed = next == Some(K::Colon) && self.expects(K::Ident) && found.kind != K::Stamp;
        let word = found.text(self.ctx.text);
        let reserved = keywords().iter().any(|k| k.reserved && k.word == word);
        let weak = self
            .before
            .is_some_and(|t| is_name(t.kind) && first_word(t.kind))
            && self.begins(self.at - 1);
        let call = self.expects(K::LParen) && !weak;
        let name_only =
            self.expects(K::Ident) && !self.expects(K::Int) && !call && !self.expects(K::Define);
        let single = self.before.is_some_and(|t| {
            starter(t.kind)
                || matches!(
                    t.kind,
                    K::Act
                        | K::Table
                        | K::Unit
                        | K::Colon
                        | K::Comma
                        | K::LParen
                        | K::Seats
                        | K::New
                        | K::As
                        | K::Param
                        | K::Ballots
                        | K::Arrow
                        | K::Decide
                )
        });
        let missing_line = found.first_on_line && starter(found.kind);
        (reserved && (name_only && single && !missing_line || typed)).then(|| {
            Diagnostic::error(
                codes::E0107,
                format!("`{word}` is reserved and cannot be a name"),
            )
            .at(span(self.ctx, found), "a name is expected here")
            .help(format!(
                "choose another name, such as `{word}_` or `the_{word}`, here and wherever it is used"
            ))
        })
    }

    /// `stops(s)`, `propose(new Amendment)`, `given y`: what it is of is not said.
    pub(super) fn untyped(&self) -> Option<Diagnostic> {
        let name = self
            .before
            .filter(|t| is_name(t.kind) || t.kind == K::RParen)?;
        let expects = self.expects(K::Colon) && !self.expects(K::May) && !self.expects(K::From);
        let parameter = self
            .found
            .is_some_and(|t| matches!(t.kind, K::RParen | K::Comma))
            && self.tokens[..self.at]
                .iter()
                .rev()
                .take(3)
                .any(|t| matches!(t.kind, K::LParen | K::Comma | K::New));
        let line = self.tokens[..self.at].iter().rposition(|t| t.first_on_line);
        let line = &self.tokens[line.unwrap_or(0)..self.at];
        let declares = |t: &Token| matches!(t.kind, K::Given | K::Param);
        let given = !parameter && line.iter().any(declares);
        if !expects || name.kind == K::RParen && !given || !(parameter || given) {
            return None;
        }
        let word = self.word(Some(name));
        let help = match (parameter, self.near_kind(2)) {
            (true, Some(K::New)) => format!("write a name and its procedure: `new x: {word}`"),
            (true, _) if word.starts_with(char::is_uppercase) => {
                format!("write a name and its kind: `x: {word}`")
            }
            (true, _) => format!("write `{word}: KIND`"),
            (false, _) => "write its type: `: bool`, `: int`, `: date`, or a kind".to_owned(),
        };
        Some(
            Diagnostic::error(codes::E0112, "a type is missing here".to_owned())
                .at(self.behind(), "of which type?")
                .help(help),
        )
    }

    fn near_kind(&self, back: usize) -> Option<TokenKind> {
        let at = self.at.checked_sub(back)?;
        self.tokens.get(at).map(|t| t.kind)
    }

    /// Only one word or sign could stand here.
    pub(super) fn missing(&self) -> Option<Diagnostic> {
        let rest: Vec<TokenKind> = essential(self.expected);
        let only = match rest[..] {
            [one] => one,
            [a, b] if b == K::NotStated || b == K::AllHaveVoted => a,
            [K::NotStated, b] => b,
            _ => return None,
        };
        if matches!(only, K::Ident | K::Int | K::Str) || only.spelling().starts_with('<') {
            return None;
        }
        let word = only.spelling();
        let incomplete = self
            .found
            .is_none_or(|t| t.first_on_line || t.kind == K::RBrace);
        let message = if incomplete {
            format!("`{word}` is missing")
        } else {
            format!("`{word}` is missing before {}", self.shown())
        };
        let near = self
            .found
            .filter(|t| t.kind == K::Ident && nearest(t.text(self.ctx.text), &[only]).is_some());
        let diagnostic = Diagnostic::error(codes::E0112, message);
        Some(match near {
            Some(token) => diagnostic
                .at(span(self.ctx, token), format!("did you mean `{word}`?"))
                .help(format!("write `{word}`")),
            None if incomplete => diagnostic
                .at(self.behind(), format!("write `{word}` here"))
                .help(format!("write `{word}`")),
            // One sign for another, or the first of two words.
            None if self.found.is_some_and(|t| {
                let begun = word.split(' ').next() == Some(t.text(self.ctx.text));
                begun || matches!(t.kind, K::Colon | K::Eq | K::Arrow | K::Until)
            }) =>
            {
                diagnostic
                    .at(self.here(), format!("write `{word}` here"))
                    .help(format!("write `{word}` in place of {}", self.shown()))
            }
            None => diagnostic
                .at(self.here(), format!("write `{word}` before this"))
                .help(format!("write `{word}` before {}", self.shown())),
        })
    }

    /// `opens at T`, `opens on T`, `opens when C`: what opens a decision comes, whatever it is.
    pub(super) fn opening(&self) -> Option<Diagnostic> {
        let opens = self.before.filter(|t| t.kind == K::Opens)?;
        let found = self.found.filter(|t| !t.first_on_line)?;
        if !self.expects(K::Upon) {
            return None;
        }
        let rest: Vec<Token> = self.tokens[self.at..]
            .iter()
            .enumerate()
            .take_while(|(i, t)| *i == 0 || !t.first_on_line && t.kind != K::RBrace)
            .map(|(_, t)| *t)
            .collect();
        let preposition = matches!(found.kind, K::AtWord | K::On | K::When | K::AtClosing);
        let what = match rest.get(usize::from(preposition)..).unwrap_or(&[]) {
            [first, .., last] => &self.ctx.text[first.start as usize..last.end as usize],
            [one] => one.text(self.ctx.text),
            [] => "EVENT",
        };
        let label = match preposition {
            true => "`upon` takes an event, a date and a condition",
            false => "write `upon` before this",
        };
        Some(
            Diagnostic::error(
                codes::E0112,
                format!("`upon` is missing after `{}`", opens.text(self.ctx.text)),
            )
            .at(span(self.ctx, found), label)
            .help(format!("write `opens upon {what}`")),
        )
    }

    pub(super) fn misspelt(&self) -> Option<Diagnostic> {
        let make = |token: Token, word: &str| {
            let text = token.text(self.ctx.text);
            Diagnostic::error(codes::E0101, format!("`{text}` is not expected here"))
                .at(span(self.ctx, token), format!("did you mean `{word}`?"))
                .help(format!("did you mean `{word}`?"))
        };
        if let Some(token) = self.found.filter(|t| t.kind == K::Ident)
            && let Some(word) = nearest(token.text(self.ctx.text), self.expected)
        {
            return Some(make(token, word));
        }
        // A misspelt word was taken for a name: what could have stood in its place?
        let token = self.before.filter(|t| t.kind == K::Ident)?;
        let text = token.text(self.ctx.text);
        let once = self
            .ctx
            .tokens
            .iter()
            .filter(|t| t.text(self.ctx.text) == text)
            .take(2)
            .count()
            == 1;
        if !once {
            return None;
        }
        let mut tokens = self.tokens[..self.at - 1].to_vec();
        tokens.push(Token {
            kind: K::Error,
            ..token
        });
        let failure = parser::run(self.ctx, self.start, &tokens).err()?;
        let words: Vec<TokenKind> = failure
            .expected
            .iter()
            .copied()
            .filter(|k| !is_name(*k) || first_word(*k))
            .collect();
        nearest(text, &words).map(|word| make(token, word))
    }

    /// `text Draft` for `text: Draft`.
    pub(super) fn colon(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|t| is_name(t.kind) && !t.first_on_line)?;
        let typed = self.expects(K::Colon) && !self.expects(K::May) && !self.expects(K::Does);
        (typed
            && self
                .before
                .is_some_and(|t| is_name(t.kind) || t.kind == K::RParen))
        .then(|| {
            let shown = self.shown();
            Diagnostic::error(codes::E0112, format!("`:` is missing before {shown}"))
                .at(span(self.ctx, found), "a type, perhaps")
                .help(format!("write `: {}`", found.text(self.ctx.text)))
        })
    }

    /// `from the first day of the month after T`: English articles are not written.
    pub(super) fn english_article(&self) -> Option<Diagnostic> {
        let the = self.before.filter(|t| t.kind == K::Ident)?;
        let text = the.text(self.ctx.text);
        let found = self
            .found
            .filter(|t| is_name(t.kind) || matches!(t.kind, K::First | K::Last | K::Int))?;
        matches!(text, "the" | "an").then(|| {
            let d = Diagnostic::error(
                codes::E0111,
                format!("`{text}` is not a word of this language"),
            )
            .at(span(self.ctx, the), "English articles are not written")
            .help(format!("leave `{text}` out"));
            match found.kind == K::First {
                true => d.help("the first day of the month that follows T is `first (1st day of month) after T`"),
                false => d,
            }
        })
    }

    /// `absent 60% - p on D`: where one value is wanted, a calculation needs its brackets.
    pub(super) fn bare_calculation(&self) -> Option<Diagnostic> {
        let sign = self.found.filter(|t| {
            matches!(t.kind, K::Plus | K::Minus | K::Star | K::Slash) && !t.first_on_line
        })?;
        let value = self
            .before
            .filter(|t| is_name(t.kind) || matches!(t.kind, K::Int | K::Percent))?;
        (self.expects(K::On) || self.expects(K::Comma)).then(|| {
            let text = |t: Token| t.text(self.ctx.text);
            Diagnostic::error(
                codes::E0101,
                format!("found {} where one value is wanted", self.shown()),
            )
            .at(span(self.ctx, sign), "a calculation begins here")
            .help(format!(
                "put it in brackets: `({} {} …)`",
                text(value),
                text(sign)
            ))
        })
    }

    /// `90日` for `90 days`: a number and a word that is no unit.
    pub(super) fn unit(&self) -> Option<Diagnostic> {
        let word = self.before.filter(|t| is_name(t.kind))?;
        let number = self.tokens.get(self.at.checked_sub(2)?)?;
        // `2 sprint`: a span of a calendar is no length, and what follows was taken for the subject of a sentence.
        if number.kind == K::Int
            && number.end < word.start
            && !word.first_on_line
            && !number.first_on_line
            && self.expects(K::May)
            && !self.expects(K::Does)
        {
            let (n, w) = (number.text(self.ctx.text), word.text(self.ctx.text));
            return Some(
                Diagnostic::error(codes::E0101, format!("`{n} {w}` is not a length of time"))
                    .at(span(self.ctx, *number).to(span(self.ctx, word)), "a number and a word that is no unit")
                    .help(match self.near_kind(3) {
                        Some(K::From | K::Until | K::Upon | K::FirstTime | K::On) => format!(
                            "an occurrence is picked with an ordinal, `{n}th {w}`, and counted with `count({w}) >= {n}`; a date is written `2030-01-31`"
                        ),
                        Some(K::Within | K::AtLeast | K::Every | K::AFurther) => format!(
                            "lengths are of `days`, `weeks`, `months`, `years` or hours; a span of a calendar is picked: `during first {w} after T`"
                        ),
                        _ => format!("a number of a unit of your own is `{n} of {w}`; lengths are of `days`, `weeks`, `months`, `years` or hours"),
                    }),
            );
        }
        (number.kind == K::Int && number.end == word.start).then(|| {
            let (n, w) = (number.text(self.ctx.text), word.text(self.ctx.text));
            Diagnostic::error(codes::E0101, format!("`{n}{w}` is not a length of time"))
                .at(span(self.ctx, *number).to(span(self.ctx, word)), "a number and a word")
                .help(format!("write a unit of the language, `{n} days`: seconds, minutes, hours, days, weeks, months, years"))
        })
    }
}
