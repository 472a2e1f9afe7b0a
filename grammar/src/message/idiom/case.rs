//! Lines of a case and of an experiment.

use super::*;

impl Case<'_, '_> {
    pub(super) fn of_case(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let of = self.word(Some(before));
        match (before.kind, found.kind) {
            (K::Scenario, k) if is_name(k) => {
                return self.here_is(
                    "the name of a scenario is a text",
                    format!("write `scenario \"{}\" {{ … }}`", self.word(self.found)),
                );
            }
            (K::On, K::Stamp) => {
                return self.word_is(before, "a line begins with its date", "leave `on` out");
            }
            _ => {}
        }
        let line = self.expects(K::Expect) && self.expects(K::Assume);
        if !line && !self.expects(K::Because) {
            return None;
        }
        match found.kind {
            K::And if self.sentence_back().take(8).any(|k| k == K::By) => {
                self.here_is("several actors", "write `by each of A, B`")
            }
            K::Date if line && found.first_on_line => self.here_is(
                "`:` is missing behind it",
                format!("write `{}: …`", self.word(self.found)),
            ),
            K::Is if line => self.here_is(
                "a value is set with `=`",
                format!("write `{of} = VALUE`; what must hold is `expect …`"),
            ),
            K::May | K::Cannot | K::Must if self.expects(K::Because) => {
                let modal = self.word(self.found);
                self.here_is(
                    "the act comes first",
                    format!("write `expect {modal} ACT by {of}`"),
                )
            }
            K::Minus if line || self.expects(K::DotDot) => self.here_is(
                "a range, perhaps",
                "a range of names is written with two dots: `S1..S5`",
            ),
            _ => None,
        }
    }

    pub(super) fn of_experiment(&self) -> Option<Instead> {
        let found = self.found_or_end();
        let before = self.before?;
        let of = self.word(Some(before));
        let text = self.word(self.found);
        if before.kind == K::Experiment && found.kind == K::Str {
            return self.here_is(
                "a name, not a text",
                "an experiment has a name: `experiment race { … }`",
            );
        }
        if matches!(of, "horizon" | "begin" | "seed") && matches!(found.kind, K::Eq | K::Colon)
            || before.kind == K::Colon && matches!(self.word(self.near(2)), "horizon" | "begin")
        {
            return self.here_is(
                "no sign is written here",
                "write `begin 2030-01-01`, `horizon 40 years`",
            );
        }
        if before.kind == K::Colon && found.kind == K::Int && self.expects(K::Str) {
            let kind = self.word(self.near(2));
            return self.here_is(
                "names, or how many?",
                format!("so many without names are `{kind} {text}`, in an experiment"),
            );
        }
        let does = self.sentence_back().take(8).any(|k| k == K::Does);
        match found.kind {
            k if is_name(k)
                && self.expects(K::Does)
                && self.expects(K::Votes)
                && !found.first_on_line =>
            {
                self.here_is(
                    "what it does?",
                    format!(
                        "write `does {} after …`, or `votes yes 60%, no 40% on D`",
                        text.trim_end_matches('s')
                    ),
                )
            }
            K::Duration if does && is_name(before.kind) => self.here_is(
                "an argument without brackets",
                format!("write `{of}({text})`"),
            ),
            k if does && is_name(k) && self.expects(K::After) && !found.first_on_line => {
                self.here_is("after how long?", format!("write `after {text}(…)`"))
            }
            k if is_name(k)
                && self.expects(K::On)
                && self.expects(K::Comma)
                && self.sentence_back().take(20).any(|k| k == K::Votes) =>
            {
                self.here_is("odds are joined by commas", "write `yes 70%, no 30% on D`")
            }
            K::From if self.expects(K::Over) => self.here_is(
                "over which values?",
                "write `over 1 year .. 10 years step 1 year`",
            ),
            _ => None,
        }
    }
}
