//! "Did you mean": the distance between two names.

/// Characters of a name that are compared; a longer one is not a slip of the pen.
const LONGEST: usize = 200;

/// Edits between two names, a swap of neighbours counting one; case does not matter.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let folded = |s: &str| {
        s.chars()
            .take(LONGEST)
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    strsim::osa_distance(&folded(a), &folded(b))
}

/// The candidate nearest to `name`: at most one edit away for a short name, else two. A letter alone is near itself only.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0 | 1 => 0,
        2 | 3 => 1,
        _ => 2,
    };
    candidates
        .into_iter()
        .map(|c| (distance(name, c), c))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn finds_a_slip_and_no_stranger() {
        let names = ["deposit", "withdraw", "accept"];
        assert_eq!(nearest("depsoit", names), Some("deposit"));
        assert_eq!(nearest("object", names), None);
        assert_eq!(distance("Mongolia", "mongolia"), 0);
    }
}
