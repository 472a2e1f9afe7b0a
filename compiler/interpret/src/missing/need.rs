//! What is missing, with its parts and how hard it is to come by.

use rogatio_diagnostics::Lang;
use rogatio_mir::{ActId, ProvisionId};

/// How hard something is to come by: impossible parts first, then acts of others, then days.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Parts that nothing known can bring about.
    pub impossible: u32,
    /// Acts.
    pub acts: i64,
    /// Days to wait.
    pub days: i64,
}

impl Cost {
    pub(super) fn plus(self, other: Cost) -> Cost {
        Cost {
            impossible: self.impossible.saturating_add(other.impossible),
            acts: self.acts.saturating_add(other.acts),
            days: self.days.max(other.days),
        }
    }
}

/// What sort of thing is missing.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum MissingKind {
    /// Nothing: it is so already.
    Nothing,
    /// Nothing known brings it about.
    Impossible,
    /// Acts.
    Acts,
    /// Time must pass.
    Wait,
    /// A fact from outside.
    Given,
    /// A text that is silent.
    Silent,
    /// All of the children.
    All,
    /// The children one after the other.
    Then,
}

/// Something missing, with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// In words; empty for a mere list of parts.
    pub text: String,
    /// What sort of thing.
    pub kind: MissingKind,
    /// The provision that asks for it.
    pub provision: Option<ProvisionId>,
    /// Its cost, parts included.
    pub cost: Cost,
    /// Its parts.
    pub children: Vec<Missing>,
    /// The act that it is, if it is one.
    pub act: Option<ActId>,
}

impl Missing {
    /// Whether an act is among what is missing.
    pub(super) fn asks_for(&self, act: ActId) -> bool {
        self.act == Some(act) || self.children.iter().any(|c| c.asks_for(act))
    }

    /// Adds what has to come before anybody can do this.
    pub(super) fn hindered(&mut self, by: Missing) {
        if by.is_nothing() {
            return;
        }
        self.cost = self.cost.plus(by.cost);
        self.children.push(by);
    }

    pub(super) fn nothing() -> Missing {
        Missing {
            text: String::new(),
            kind: MissingKind::Nothing,
            provision: None,
            cost: Cost::default(),
            children: Vec::new(),
            act: None,
        }
    }

    pub(super) fn one(
        kind: MissingKind,
        text: impl Into<String>,
        provision: Option<ProvisionId>,
        cost: Cost,
    ) -> Missing {
        Missing {
            text: text.into(),
            kind,
            provision,
            cost,
            children: Vec::new(),
            act: None,
        }
    }

    /// Something the text does not say.
    pub(super) fn silent(text: impl Into<String>, provision: Option<ProvisionId>) -> Missing {
        let impossible = Cost {
            impossible: 1,
            ..Cost::default()
        };
        Missing::one(MissingKind::Silent, text, provision, impossible)
    }

    /// So many days to wait.
    pub(super) fn wait(
        days: i64,
        text: impl Into<String>,
        provision: Option<ProvisionId>,
    ) -> Missing {
        let cost = Cost {
            days,
            ..Cost::default()
        };
        Missing::one(MissingKind::Wait, text, provision, cost)
    }

    pub(super) fn impossible(text: impl Into<String>, provision: Option<ProvisionId>) -> Missing {
        Missing::one(
            MissingKind::Impossible,
            text,
            provision,
            Cost {
                impossible: 1,
                ..Cost::default()
            },
        )
    }

    pub(super) fn acts(n: i64, text: impl Into<String>, provision: Option<ProvisionId>) -> Missing {
        Missing::one(
            MissingKind::Acts,
            text,
            provision,
            Cost {
                acts: n,
                ..Cost::default()
            },
        )
    }

    pub(super) fn all(parts: impl IntoIterator<Item = Missing>) -> Missing {
        Missing::of(MissingKind::All, parts)
    }

    pub(super) fn of(kind: MissingKind, parts: impl IntoIterator<Item = Missing>) -> Missing {
        let mut children: Vec<Missing> = Vec::new();
        for p in parts {
            if kind == MissingKind::Then && p.kind == MissingKind::Then {
                children.extend(p.children);
            } else if p.kind != MissingKind::Nothing && !children.contains(&p) {
                children.push(p);
            }
        }
        if kind == MissingKind::All {
            // Who does a whole sequence has done what it begins with.
            let whole = children.clone();
            children.retain(|p| !whole.iter().any(|q| q.begins_with(p)));
        }
        if children.len() == 1 {
            return children.swap_remove(0);
        }
        if children.is_empty() {
            return Missing::nothing();
        }
        let cost = children.iter().fold(Cost::default(), |c, m| {
            let sum = c.plus(m.cost);
            if kind == MissingKind::Then {
                Cost {
                    days: c.days.saturating_add(m.cost.days),
                    ..sum
                }
            } else {
                sum
            }
        });
        Missing {
            text: String::new(),
            kind,
            provision: None,
            cost,
            children,
            act: None,
        }
    }

    /// Whether a sequence begins with another need, and goes on.
    fn begins_with(&self, first: &Missing) -> bool {
        let steps = match first.kind {
            MissingKind::Then => &first.children[..],
            _ => std::slice::from_ref(first),
        };
        self.kind == MissingKind::Then
            && self.children.len() > steps.len()
            && self.children.starts_with(steps)
    }

    pub(super) fn cheapest(ways: impl IntoIterator<Item = Missing>) -> Option<Missing> {
        // Of equally cheap ways the first as written.
        ways.into_iter()
            .reduce(|best, m| if m.cost < best.cost { m } else { best })
    }

    /// Nothing is missing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.kind == MissingKind::Nothing
    }

    /// All needs in one line: `1 more deposit (29 of 30), then 90 days`.
    #[must_use]
    pub fn summary(&self) -> String {
        self.summary_in(Lang::En)
    }

    /// The same, joined as a language joins.
    #[must_use]
    pub fn summary_in(&self, lang: Lang) -> String {
        if !self.text.is_empty() {
            // A day before which nobody can is said in the same line; what is longer stands below.
            return match self.children.as_slice() {
                [day] if self.kind == MissingKind::Acts && day.kind == MissingKind::Wait => {
                    format!("{}, {}", self.text, day.text)
                }
                _ => self.text.clone(),
            };
        }
        let parts: Vec<String> = self
            .children
            .iter()
            .map(|c| c.summary_in(lang))
            .filter(|s| !s.is_empty())
            .collect();
        parts.join(match (self.kind, lang) {
            (MissingKind::Then, Lang::En) => ", then ",
            (_, Lang::En) => " and ",
            (MissingKind::Then, Lang::Ja) => "、次に",
            (_, Lang::Ja) => "、及び",
        })
    }

    /// As lines with their depth.
    #[must_use]
    pub fn lines(&self) -> Vec<(usize, &Missing)> {
        let mut out = Vec::new();
        self.push_lines(0, &mut out);
        out
    }

    fn push_lines<'m>(&'m self, depth: usize, out: &mut Vec<(usize, &'m Missing)>) {
        let deeper = if self.text.is_empty() {
            depth
        } else {
            depth + 1
        };
        if !self.text.is_empty() {
            out.push((depth, self));
        }
        for c in &self.children {
            c.push_lines(deeper, out);
        }
    }
}
