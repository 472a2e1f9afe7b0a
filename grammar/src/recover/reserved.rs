//! Words of the language in the place of names.

use super::{starter, weak_starter};
use crate::make::Ctx;
use crate::message;
use crate::parser::Failure;
use crate::token::{Token, TokenKind, TokenKind as K};
use rogatio_diagnostics::Diagnostic;
use std::collections::HashSet;

/// Words of the language that a text uses as names: told once each, and then read as the names they were meant to be, so that
/// nothing else is lost by them.
pub(super) struct Reserved {
    /// Those that stand where a declaration has its name.
    declared: HashSet<String>,
    told: HashSet<String>,
    /// Uses of those that were not told: no declaration of them failed.
    uses: Vec<(String, Diagnostic)>,
}

impl Reserved {
    pub(super) fn of(ctx: &Ctx<'_>) -> Reserved {
        let tokens = ctx.tokens;
        let declares = |i: &usize| {
            let (before, next) = (tokens[i - 1].kind, tokens.get(i + 1).map(|t| t.kind));
            (starter(before) || weak_starter(before)) && !tokens[*i].first_on_line
                || next == Some(K::Colon)
                    && matches!(before, K::LParen | K::Comma | K::New | K::Param | K::LBrace)
        };
        let found = (1..tokens.len())
            .filter(declares)
            .map(|i| tokens[i])
            .filter(|t| message::is_reserved(ctx, *t))
            .map(|t| t.text(ctx.text).to_owned());
        Reserved {
            declared: found.collect(),
            told: HashSet::new(),
            uses: vec![],
        }
    }

    /// Makes a name of the word at which a parse failed, or of the one before it, if it was meant to be one.
    pub(super) fn rename(
        &mut self,
        ctx: &Ctx<'_>,
        start: TokenKind,
        tokens: &mut [Token],
        failure: &Failure,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> bool {
        if let Some(d) = message::reserved(ctx, start, tokens, failure) {
            let word = tokens[failure.at].text(ctx.text).to_owned();
            // Each place that declares it has to be changed; uses follow.
            let next = tokens.get(failure.at + 1).map(|t| t.kind);
            let before = failure.at.checked_sub(1).map(|i| tokens[i].kind);
            let declares =
                next == Some(K::Colon) || before.is_some_and(|k| starter(k) || weak_starter(k));
            if self.told.insert(word) || declares {
                diagnostics.push(d);
            }
            tokens[failure.at].kind = K::Ident;
            return true;
        }
        let here = failure.expected.contains(&K::Ident).then_some(failure.at);
        for at in here.into_iter().chain(failure.at.checked_sub(1)) {
            let Some(token) = tokens.get(at).copied() else {
                continue;
            };
            let word = token.text(ctx.text);
            let known = self.declared.contains(word) || self.told.contains(word);
            if !known || !message::is_reserved(ctx, token) {
                continue;
            }
            if !self.told.contains(word)
                && let Some(d) = message::explain(ctx, start, tokens, failure)
            {
                self.uses.push((word.to_owned(), d));
            }
            tokens[at].kind = K::Ident;
            return true;
        }
        false
    }

    /// What was wrong with words of which no declaration failed.
    pub(super) fn tell(self, diagnostics: &mut Vec<Diagnostic>) {
        let Reserved { mut told, uses, .. } = self;
        for (word, d) in uses {
            if told.insert(word) {
                diagnostics.push(d);
            }
        }
    }
}
