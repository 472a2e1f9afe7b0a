//! The registry of codes.
//!
//! Comes in: one line per code below and one file `codes/E0103.md`. Goes out: a
//! constant per code, and the text behind `rogatio explain`. Never happens: a code
//! without a text, or a text without a code (tested).
//!
//! To add a code: write its file, add its line, in order. Bands: E00 files and input,
//! E01 tokens and parsing, E02 names and modules, E03 types and shares, E04 statuses,
//! events and time, E05 norms and acts, E06 decisions, E07 procedures, E08 articles and
//! versions, E090 scenarios and logs, E095 experiments; warnings are W in the same bands.
//! A code that was released is never given another meaning.

use crate::Code;

macro_rules! codes {
    ($($code:ident,)*) => {
        $(
            #[doc = include_str!(concat!("../codes/", stringify!($code), ".md"))]
            pub const $code: Code = Code::new(stringify!($code));
        )*

        /// Every code with its Markdown file, in order.
        pub(crate) const ALL: &[(Code, &str)] = &[
            $(($code, include_str!(concat!("../codes/", stringify!($code), ".md"))),)*
        ];
    };
}

codes! {
    E0001,
    E0002,
    E0003,
    E0004,
    E0005,
    E0006,
    E0007,
    E0101,
    E0102,
    E0103,
    E0104,
    E0105,
    E0106,
    E0107,
    E0108,
    E0109,
    E0110,
    E0111,
    E0112,
    E0113,
    E0114,
    E0115,
}
