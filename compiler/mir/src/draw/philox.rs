//! Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): the generator
//! that results are checked against. It shares the keys of draws with splitmix64 and nothing else.

use super::word;

/// Which function makes the word of a draw.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Generator {
    /// The finaliser of splitmix64, in every engine.
    #[default]
    Splitmix,
    /// Philox4x32-10, in the interpreter.
    Philox,
}

impl Generator {
    /// The name of the scheme: printed with every result.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Generator::Splitmix => super::DRAW_VERSION,
            Generator::Philox => "philox4x32-10-1",
        }
    }

    /// The word of a draw in a run: under Philox the key of the draw is the key, the run the counter, and the first two
    /// of the four numbers that come out are the word.
    #[must_use]
    pub fn word(self, key: u64, run: u64) -> u64 {
        match self {
            Generator::Splitmix => word(key, run),
            Generator::Philox => {
                let halves = |n: u64| [n as u32, (n >> 32) as u32];
                let ([low, high], counter) = (halves(run), halves(key));
                let [a, b, ..] = philox([low, high, 0, 0], counter);
                u64::from(b) << 32 | u64::from(a)
            }
        }
    }
}

/// Ten rounds on a counter under a key.
#[must_use]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (counter, key);
    for _ in 0..10 {
        let (p, q) = (0xd251_1f53 * u64::from(a), 0xcd9e_8d57 * u64::from(c));
        (a, b, c, d) = (
            (q >> 32) as u32 ^ b ^ k,
            q as u32,
            (p >> 32) as u32 ^ d ^ l,
            p as u32,
        );
        k = k.wrapping_add(0x9e37_79b9);
        l = l.wrapping_add(0xbb67_ae85);
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // Those published with the authors' library, Random123.
        let all = u32::MAX;
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([all; 4], [all; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn words_are_even() {
        // Each bit of 4096 words is set in half of them, to five standard deviations of 32.
        for bit in 0..64 {
            let set = (0..4096)
                .filter(|run| Generator::Philox.word(77, *run) >> bit & 1 == 1)
                .count();
            assert!((1888..=2208).contains(&set), "bit {bit}: {set}");
        }
        assert_ne!(Generator::Philox.word(1, 2), Generator::Philox.word(2, 1));
        assert_eq!(Generator::Splitmix.word(0, 1), word(0, 1));
    }
}
