//! Drives the generated parser.

use crate::make::{Ctx, Parsed};
use crate::token::{Token, TokenKind};

/// Generated from `grammar.lalrpop`.
#[allow(
    clippy::all,
    missing_docs,
    unused,
    unreachable_pub,
    rust_2018_idioms,
    elided_lifetimes_in_paths,
    single_use_lifetimes
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

    // Every step of the parser moves what it reads and what it makes of it: a production of something larger gives back a
    // box.
    const _: () = assert!(size_of::<__parse__Start::__Symbol>() <= 48);
}

/// Where a parse failed: the index of the token (the length at the end), and what could have followed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) at: usize,
    pub(crate) expected: Vec<TokenKind>,
}

/// Parses the tokens of one thing. `start` says which.
pub(crate) fn run(ctx: &Ctx<'_>, start: TokenKind, tokens: &[Token]) -> Result<Parsed, Failure> {
    let begin = tokens.first().map_or(0, |t| t.start as usize);
    let stream = std::iter::once((begin, start, begin))
        .chain(
            tokens
                .iter()
                .map(|t| (t.start as usize, t.kind, t.end as usize)),
        )
        .map(Ok);
    generated::StartParser::new()
        .parse(ctx, stream)
        .map_err(|error| {
            use lalrpop_util::ParseError as E;
            let kinds = |expected: Vec<String>| {
                expected
                    .iter()
                    .filter_map(|e| TokenKind::from_spelling(e.trim_matches('"')))
                    // It stands where a name does, and nobody misses it.
                    .filter(|k| *k != TokenKind::Instance)
                    .collect()
            };
            let index = |at: usize| tokens.partition_point(|t| (t.start as usize) < at);
            match error {
                E::UnrecognizedToken { token, expected } => Failure {
                    at: index(token.0),
                    expected: kinds(expected),
                },
                E::UnrecognizedEof { expected, .. } => Failure {
                    at: tokens.len(),
                    expected: kinds(expected),
                },
                E::InvalidToken { location }
                | E::ExtraToken {
                    token: (location, _, _),
                } => Failure {
                    at: index(location),
                    expected: vec![],
                },
                E::User { error } => match error {},
            }
        })
}
