//! The smallest part of an input that still fails: lines, then words, then signs are left out while it does.

use super::Seed;
use super::mutate::tokens;
use std::time::{Duration, Instant};

/// Where a text can be cut.
type Cut = fn(&str) -> Vec<(usize, usize)>;

/// Longer than this is not worth waiting for.
const PATIENCE: Duration = Duration::from_secs(120);

/// An input that fails too; `fails` says why.
pub(super) fn shrink(input: &Seed, fails: &dyn Fn(&Seed) -> Option<String>) -> Seed {
    let until = Instant::now() + PATIENCE;
    let mut best = input.clone();
    let cuts: [Cut; 3] = [by_line, tokens, by_char];
    loop {
        let before = best.text.len();
        for cut in cuts {
            best = without(&best, cut, fails, until);
        }
        if best.text.len() == before || Instant::now() >= until {
            return best;
        }
    }
}

/// Leaves out runs of pieces, long ones first.
fn without(
    input: &Seed,
    cut: Cut,
    fails: &dyn Fn(&Seed) -> Option<String>,
    until: Instant,
) -> Seed {
    let mut best = input.clone();
    let mut run = cut(&best.text).len();
    while run > 0 {
        let mut at = 0;
        loop {
            let pieces = cut(&best.text);
            if at >= pieces.len() || Instant::now() >= until {
                break;
            }
            let last = (at + run).min(pieces.len()) - 1;
            let (from, to) = (pieces[at].0, pieces[last].1);
            let shorter = Seed {
                name: best.name.clone(),
                text: format!("{}{}", &best.text[..from], &best.text[to..]),
            };
            if fails(&shorter).is_some() {
                best = shorter;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
    best
}

fn by_line(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        found.push((start, start + line.len()));
        start += line.len();
    }
    found
}

fn by_char(text: &str) -> Vec<(usize, usize)> {
    // Long texts are small enough after lines and words.
    if text.len() > 400 {
        return Vec::new();
    }
    text.char_indices()
        .map(|(i, c)| (i, i + c.len_utf8()))
        .collect()
}
