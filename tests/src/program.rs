//! A program of the suite: its mode, and the places where it says that something must be found.

use rogatio_calendar::Day;
use std::collections::BTreeMap;

/// What must come out of a program.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is found but the warnings marked in place.
    Check,
    /// Exactly the findings marked in place.
    Error,
    /// Nothing is found but the warnings marked in place, and every scenario passes.
    Test,
    /// Nothing is found by the check; a scenario fails exactly where marked.
    Fail,
    /// Nothing is found but the warnings marked in place; `rogatio run` prints what the `.stdout` file beside it says.
    Run,
    /// Nothing is found by the check but the warnings marked; an experiment is refused with exactly the other codes marked.
    Refuse,
    /// A module that the programs beside it use; it has no outcome of its own.
    Module,
}

/// Codes by line, both as found or as marked; lines count from 1.
pub type Marks = BTreeMap<usize, Vec<String>>;

/// The header and the marks of a program.
#[derive(Clone, Debug)]
pub struct Program {
    /// From the header.
    pub mode: Mode,
    /// `// rules-at: DATE`: the versions of that day rule throughout.
    pub rules_at: Option<Day>,
    /// `// known-at: DATE`: what was recorded later is not known.
    pub known_at: Option<Day>,
    /// From `//~ E0301` (this line), `//~^ E0301` (the line above, one per `^`), `//~? E0205` (not in this text: line 0).
    pub marks: Marks,
}

impl Program {
    /// Reads the header and the marks of a text.
    ///
    /// # Errors
    /// A header that names no mode, a mark without a code, a mark in a mode that has none.
    pub fn read(text: &str) -> Result<Program, String> {
        let mode = text
            .lines()
            .find_map(|l| l.trim().strip_prefix("// mode:").map(str::trim));
        let mode = match mode {
            Some("check") => Mode::Check,
            Some("error") => Mode::Error,
            Some("test") => Mode::Test,
            Some("fail") => Mode::Fail,
            Some("run") => Mode::Run,
            Some("refuse") => Mode::Refuse,
            Some("module") => Mode::Module,
            Some(other) => {
                return Err(format!(
                    "`// mode: {other}` is none of check, error, test, fail, run, refuse, module"
                ));
            }
            None => return Err("the program has no `// mode: …` comment".to_owned()),
        };
        let marks = marks(text)?;
        match mode {
            Mode::Error | Mode::Fail | Mode::Refuse if marks.is_empty() => {
                return Err(
                    "this mode asserts findings, and the program marks none with `//~ CODE`"
                        .to_owned(),
                );
            }
            Mode::Error | Mode::Fail | Mode::Refuse => {}
            Mode::Check | Mode::Test | Mode::Run
                if marks.values().flatten().all(|c| is_warning(c)) => {}
            _ if marks.is_empty() => {}
            _ => {
                return Err(
                    "marks (`//~ CODE`) belong into the modes error, fail and refuse; those of warnings also into check, test and run".to_owned(),
                );
            }
        }
        Ok(Program {
            mode,
            rules_at: header_day(text, "rules-at")?,
            known_at: header_day(text, "known-at")?,
            marks,
        })
    }
}

impl Program {
    /// What the check is to find where the mode is about what comes after it: the warnings that are marked.
    #[must_use]
    pub fn warnings(&self) -> Marks {
        self.part(true)
    }

    /// What is to be found after the check: the other marks.
    #[must_use]
    pub fn later(&self) -> Marks {
        self.part(false)
    }

    fn part(&self, warnings: bool) -> Marks {
        let of = |codes: &Vec<String>| -> Vec<String> {
            let mut codes = codes.clone();
            codes.retain(|c| is_warning(c) == warnings);
            codes
        };
        let marks = self.marks.iter().map(|(l, codes)| (*l, of(codes)));
        marks.filter(|(_, codes)| !codes.is_empty()).collect()
    }
}

fn is_warning(code: &str) -> bool {
    code.starts_with('W')
}

/// `// NAME: DATE`.
///
/// # Errors
/// It is no date.
pub fn header_day(text: &str, name: &str) -> Result<Option<Day>, String> {
    let header = format!("// {name}:");
    let day = text.lines().find_map(|l| l.trim().strip_prefix(&header));
    day.map(|d| d.trim().parse().map_err(|e| format!("`{header}{d}`: {e}")))
        .transpose()
}

fn marks(text: &str) -> Result<Marks, String> {
    let mut marks = Marks::new();
    for (i, line) in text.lines().enumerate() {
        let Some((_, mark)) = line.split_once("//~") else {
            continue;
        };
        let (up, rest) = match mark.strip_prefix('?') {
            Some(rest) => (i + 1, rest),
            None => {
                let up = mark.chars().take_while(|c| *c == '^').count();
                (up.min(i), &mark[up..])
            }
        };
        let at = i + 1 - up;
        let codes: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
        let code = |c: &String| {
            c.len() == 5 && c.starts_with(['E', 'W']) && c[1..].bytes().all(|b| b.is_ascii_digit())
        };
        if codes.is_empty() || !codes.iter().all(code) {
            return Err(format!("line {}: a mark is `//~ E0301`, codes only", i + 1));
        }
        marks.entry(at).or_default().extend(codes);
    }
    for codes in marks.values_mut() {
        codes.sort();
    }
    Ok(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_point_at_their_line_or_above() {
        let p =
            Program::read("// mode: error\nkind K //~ E0202 E0201\n//~^ W0301\n\n//~^^^ E0101\n")
                .expect("a program");
        assert_eq!(p.mode, Mode::Error);
        let want = [(2, vec!["E0101", "E0201", "E0202", "W0301"])];
        let got: Vec<(usize, Vec<&str>)> = p
            .marks
            .iter()
            .map(|(l, c)| (*l, c.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn headers_must_say_something_possible() {
        for bad in [
            "kind K",
            "// mode: maybe",
            "// mode: error\nkind K",
            "// mode: check\nkind K //~ E0301",
            "// mode: error\nk //~ soon",
        ] {
            assert!(Program::read(bad).is_err(), "{bad}");
        }
    }
}
