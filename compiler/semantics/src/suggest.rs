//! "Did you mean": the nearest name within two edits.

/// The candidate nearest to `name`, if it is at most two edits (one for short names) away.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = if name.chars().count() <= 3 { 1 } else { 2 };
    candidates
        .map(|c| (distance(name, c, limit), c))
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, c)| c.to_owned())
}

/// Edit distance with transpositions of case counted as none; stops above the limit.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).take(200).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).take(200).collect();
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let next = (diagonal + usize::from(ca != cb))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_no_stranger() {
        let names = ["deposit", "withdraw", "accept"];
        assert_eq!(
            nearest("depsit", names.into_iter()).as_deref(),
            Some("deposit")
        );
        assert_eq!(nearest("object", names.into_iter()), None);
    }
}
