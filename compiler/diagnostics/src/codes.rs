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
    E0012,
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
    E0201,
    E0202,
    E0203,
    E0204,
    E0205,
    E0206,
    E0207,
    E0208,
    E0210,
    E0211,
    E0301,
    E0302,
    E0303,
    E0304,
    E0305,
    E0306,
    E0307,
    E0308,
    E0309,
    E0310,
    E0311,
    E0312,
    E0313,
    E0401,
    E0402,
    E0403,
    E0404,
    E0410,
    E0411,
    E0412,
    E0413,
    E0414,
    E0415,
    E0416,
    E0501,
    E0502,
    E0503,
    E0508,
    E0601,
    E0602,
    E0603,
    E0604,
    E0606,
    E0609,
    E0610,
    E0701,
    E0702,
    E0703,
    E0704,
    E0705,
    E0706,
    E0801,
    E0802,
    E0901,
    E0902,
    E0903,
    E0904,
    E0905,
    E0906,
    E0907,
    E0908,
    E0909,
    E0910,
    E0920,
    E0921,
    E0922,
    E0923,
    E0924,
    E0925,
    E0926,
    E0927,
    E0928,
    E0930,
    E0950,
    E0951,
    E0952,
    E0953,
    E0960,
    E0961,
    E0962,
    E0963,
    E0964,
    E0965,
    E0966,
    E0967,
    W0201,
    W0301,
    W0302,
    W0601,
    W0701,
    W0702,
}
