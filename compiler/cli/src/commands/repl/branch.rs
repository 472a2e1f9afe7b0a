//! Branches: the same history going on differently.

use super::session::{MAIN, Session, State, Step};
use rogatio_diagnostics::Lang;
use rogatio_interpret::{Case, Happening};
use rogatio_report::{Line, Style, lines, pad, timeline, width};

/// A branch that lines do not go to at present.
#[derive(Clone)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) from: Option<String>,
    pub(super) state: State,
    undo: Vec<Step>,
    redo: Vec<Step>,
}

impl Session {
    /// Begins a branch at the present state and goes to it.
    pub(super) fn fork(&mut self, name: &str) -> Result<String, String> {
        let name = if name.is_empty() {
            let free = |n: &usize| !self.has_branch(&format!("b{n}"));
            let number = (1..).find(free).unwrap_or_default();
            format!("b{number}")
        } else {
            name.to_owned()
        };
        if self.has_branch(&name) {
            return Err(format!(
                "there is a branch `{name}` already; :branch {name} goes to it"
            ));
        }
        let from = std::mem::replace(&mut self.branch, name.clone());
        self.branches.push(Branch {
            name: from.clone(),
            from: self.from.replace(from.clone()),
            state: self.state.clone(),
            undo: self.undo.clone(),
            redo: std::mem::take(&mut self.redo),
        });
        Ok(format!(
            "branch {name}, from {from}; :branch {from} goes back, :diff compares"
        ))
    }

    /// Goes to another branch.
    pub(super) fn go_to(&mut self, name: &str) -> Result<String, String> {
        if name == self.branch {
            return Ok(format!("in branch {name} already"));
        }
        let Some(at) = self.branches.iter().position(|b| b.name == name) else {
            let names: Vec<&str> = self.branches.iter().map(|b| b.name.as_str()).collect();
            let near = crate::front::among(name, &names);
            return Err(format!(
                "there is no branch `{name}`{near}; :fork {name} begins it here"
            ));
        };
        let there = self.branches.remove(at);
        self.branches.push(Branch {
            name: std::mem::replace(&mut self.branch, there.name),
            from: std::mem::replace(&mut self.from, there.from),
            state: std::mem::replace(&mut self.state, there.state),
            undo: std::mem::replace(&mut self.undo, there.undo),
            redo: std::mem::replace(&mut self.redo, there.redo),
        });
        self.forget();
        Ok(match self.moment() {
            Some(at) => format!("branch {name}, {}", at.told()),
            None => format!("branch {name}"),
        })
    }

    /// The branches, the one that lines go to marked.
    pub(super) fn branch_list(&self, style: Style) -> String {
        let mut rows: Vec<(&str, Option<&str>, &State)> = self
            .branches
            .iter()
            .map(|b| (b.name.as_str(), b.from.as_deref(), &b.state))
            .collect();
        rows.push((&self.branch, self.from.as_deref(), &self.state));
        rows.sort_by_key(|(name, ..)| (*name != MAIN, *name));
        let widest = rows.iter().map(|(n, ..)| width(n)).max().unwrap_or(0);
        let mut out = String::new();
        for (name, from, state) in rows {
            let here = if name == self.branch { "*" } else { " " };
            let (n, day) = (state.entries.len(), state.moment());
            let rest = match style.lang {
                Lang::En => {
                    let from = from.map_or(String::new(), |f| format!(", from {f}"));
                    let day = day.map_or(String::new(), |d| format!(", to {d}"));
                    format!("{}{day}{from}", rogatio_report::counted(n as u64, "line"))
                }
                Lang::Ja => {
                    let from = from.map_or(String::new(), |f| format!("、{f} から"));
                    let day = day.map_or(String::new(), |d| {
                        format!("、{}まで", rogatio_interpret::japanese_date(&d.to_string()))
                    });
                    format!("{n}行{day}{from}")
                }
            };
            let rest = style.dim(&rest);
            out += &format!("{here} {}  {rest}\n", pad(name, widest));
        }
        out
    }

    /// The names of all branches.
    pub(super) fn branch_names(&self) -> Vec<String> {
        let others = self.branches.iter().map(|b| b.name.clone());
        others.chain([self.branch.clone()]).collect()
    }

    fn has_branch(&self, name: &str) -> bool {
        self.branch == name || self.branches.iter().any(|b| b.name == name)
    }

    /// How this branch differs from another: what was typed, what came of it, what holds.
    pub(super) fn difference(
        &mut self,
        name: &str,
        style: Style,
    ) -> Result<String, super::Refused> {
        let other = match (name, &self.from) {
            ("", Some(from)) => from.clone(),
            ("", None) => match self.branches.as_slice() {
                [one] => one.name.clone(),
                [] => return Err("there is one branch only; :fork begins another".into()),
                _ => return Err("write :diff and the name of a branch; :branch lists them".into()),
            },
            (name, _) => name.to_owned(),
        };
        let Some(there) = self.branches.iter().find(|b| b.name == other) else {
            let names: Vec<&str> = self.branches.iter().map(|b| b.name.as_str()).collect();
            let near = crate::front::among(&other, &names);
            return Err(format!("there is no other branch `{other}`{near}").into());
        };
        // Both are looked at on the same day, so that only what was done tells them apart.
        let day = self.state.moment().max(there.state.moment());
        let on = |state: &State| State {
            at: day,
            ..state.clone()
        };
        let (mine, theirs) = (on(&self.state), on(&there.state));
        let mine = self.run_of(&mine, &mine.rules.program)?;
        let theirs = self.run_of(&theirs, &theirs.rules.program)?;
        let (here_lines, there_lines) = (lines(&mine.case, 0), lines(&theirs.case, 0));
        let here_only = without(&here_lines, &there_lines);
        let there_only = without(&there_lines, &here_lines);
        let mut out = String::new();
        for (name, only) in [(&other, &there_only), (&self.branch, &here_only)] {
            if !only.is_empty() {
                out += &format!("{}\n", style.bold(&format!("only in {name}")));
                out += &timeline::table(only, style);
            }
        }
        if out.is_empty() {
            return Ok(format!("{} and {other} do not differ", self.branch));
        }
        let end = day.map_or(String::new(), |d| format!(" {}", d.told()));
        let (holds_here, holds_there) = (holding(&mine.case), holding(&theirs.case));
        for (name, some, others) in [
            (&other, &holds_there, &holds_here),
            (&self.branch, &holds_here, &holds_there),
        ] {
            let only: Vec<&str> = some
                .iter()
                .filter(|s| !others.contains(s))
                .map(String::as_str)
                .collect();
            if !only.is_empty() {
                let title = format!("holds{end} only in {name}");
                out += &format!("{}\n", style.bold(&title));
                for line in rogatio_report::wrap(&only.join(", "), style.width.saturating_sub(2)) {
                    out += &format!("  {line}\n");
                }
            }
        }
        Ok(out)
    }
}

/// The statuses that hold, in words.
fn holding(case: &Case) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for entry in case.timeline() {
        if let Happening::StatusStarted { status, key, .. } = &entry.what {
            let text = super::save::status(case, *status, key);
            let open = case.intervals(*status, key).last();
            if open.is_some_and(|i| i.end.is_none()) && !out.contains(&text) {
                out.push(text);
            }
        }
    }
    out
}

/// The lines that are not among others.
pub(super) fn without(new: &[Line], old: &[Line]) -> Vec<Line> {
    let mut left: Vec<(&str, &str)> = old
        .iter()
        .map(|l| (l.date.as_str(), l.text.as_str()))
        .collect();
    let mut kept = Vec::new();
    for line in new {
        match left
            .iter()
            .position(|l| *l == (line.date.as_str(), line.text.as_str()))
        {
            Some(at) => {
                left.remove(at);
            }
            None => kept.push(line.clone()),
        }
    }
    kept
}
