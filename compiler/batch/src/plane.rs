//! Planes: one bit for each run of a block; numbers as planes of their binary digits.
//!
//! Everything here is inlined into the kernels, which are compiled for the vectors of a processor: loops over eight words
//! become single instructions there.

/// Words of a chunk: what is worked on at once.
pub(crate) const CHUNK: usize = 8;
/// Chunks of a block.
pub(crate) const CHUNKS: usize = 8;

/// One bit for each of 512 runs.
pub(crate) type Chunk = [u64; CHUNK];

/// One bit for each run of a block.
pub(crate) type Plane = [Chunk; CHUNKS];

/// No run.
pub(crate) const NONE: Plane = [[0; CHUNK]; CHUNKS];

#[inline(always)]
pub(crate) fn each(f: impl Fn(usize) -> u64) -> Chunk {
    std::array::from_fn(f)
}

#[inline(always)]
pub(crate) fn and(a: &Chunk, b: &Chunk) -> Chunk {
    each(|i| a[i] & b[i])
}

#[inline(always)]
pub(crate) fn or(a: &Chunk, b: &Chunk) -> Chunk {
    each(|i| a[i] | b[i])
}

#[inline(always)]
pub(crate) fn xor(a: &Chunk, b: &Chunk) -> Chunk {
    each(|i| a[i] ^ b[i])
}

#[inline(always)]
pub(crate) fn not(a: &Chunk) -> Chunk {
    each(|i| !a[i])
}

/// Sum and carry of three bits.
#[inline(always)]
pub(crate) fn full_adder(a: &Chunk, b: &Chunk, c: &Chunk) -> (Chunk, Chunk) {
    let x = xor(a, b);
    (xor(&x, c), or(&and(a, b), &and(&x, c)))
}

/// The sum of planes, each with a weight: digits from the lowest, `digits` of them, into `out`. Digit by digit the planes
/// of that digit are added three by three; what carries goes to the next.
#[inline(always)]
pub(crate) fn add_up(
    planes: &[Plane],
    weighted: &[(usize, u64)],
    digits: usize,
    chunk: usize,
    pending: &mut Vec<Chunk>,
    carried: &mut Vec<Chunk>,
    out: &mut [Plane],
) {
    carried.clear();
    for digit in 0..digits {
        // The last that carried from the digit before, then the planes whose weight has this digit.
        std::mem::swap(pending, carried);
        carried.clear();
        for (plane, weight) in weighted {
            if weight >> digit & 1 == 1 {
                pending.push(planes[*plane][chunk]);
            }
        }
        while pending.len() >= 3 {
            // From the front of the list, so that sums come after what waits already.
            let n = pending.len();
            let (sum, carry) = full_adder(&pending[n - 1], &pending[n - 2], &pending[n - 3]);
            pending.truncate(n - 3);
            pending.push(sum);
            carried.push(carry);
        }
        out[digit][chunk] = match pending.as_slice() {
            [] => [0; CHUNK],
            [a] => *a,
            [a, b, ..] => {
                carried.push(and(a, b));
                xor(a, b)
            }
        };
        pending.clear();
    }
}

/// Where a number, given by its digits, is at least a constant.
#[inline(always)]
pub(crate) fn at_least(digits: &[Plane], constant: u64, chunk: usize) -> Chunk {
    // From the lowest digit: at least so far, then decided by each higher digit that differs.
    let mut found = [u64::MAX; CHUNK];
    for (i, digit) in digits.iter().enumerate() {
        let d = &digit[chunk];
        found = if constant >> i & 1 == 1 {
            and(d, &found)
        } else {
            or(d, &found)
        };
    }
    let beyond = constant.checked_shr(digits.len() as u32).unwrap_or(0) != 0;
    if beyond { [0; CHUNK] } else { found }
}

/// Where it is this number.
#[inline(always)]
pub(crate) fn equals(digits: &[Plane], constant: u64, chunk: usize) -> Chunk {
    digits
        .iter()
        .enumerate()
        .fold([u64::MAX; CHUNK], |found, (i, digit)| {
            let d = &digit[chunk];
            if constant >> i & 1 == 1 {
                and(&found, d)
            } else {
                and(&found, &not(d))
            }
        })
}
