//! What is possible: an act with those who may do it, and what must still be said.

use crate::commands::repl::text::{decision, name, unquoted};
use crate::speech::say;
use rogatio_diagnostics::Lang;
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Value};
use rogatio_mir::{ActClass, ActId, Ty};
use rogatio_report::{articles, plural, width};

/// An act that would be valid, with everybody who may do it.
pub(super) struct Choice {
    input: ActInput,
    text: String,
    who: Vec<Entity>,
    articles: Vec<String>,
    remark: String,
}

/// What must still be said.
pub(super) struct Question {
    pub(super) what: String,
    /// Names to choose from; none: anything.
    pub(super) options: Vec<String>,
    asks: Asks,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Asks {
    Who,
    Ballot,
    Binder,
    Argument(usize),
}

/// What was said.
#[derive(Default)]
pub(super) struct Said {
    who: Vec<String>,
    ballot: Option<String>,
    binder: Option<String>,
    args: Vec<(usize, String)>,
}

/// Every choice that the case leaves now: acts that would be valid, and events, which
/// nobody does.
pub(super) fn all(case: &Case) -> Vec<Choice> {
    let lang = case.program().lang;
    let found = case.residual();
    let mut out: Vec<Choice> = Vec::new();
    for actor in &found.actors {
        for p in &actor.may {
            let mut input = p.input.clone();
            input.actor = None;
            let open = unsaid(case, &input);
            if open
                .iter()
                .any(|(_, _, options)| options.as_ref().is_some_and(Vec::is_empty))
            {
                // There is nothing yet that it could be about.
                continue;
            }
            if let Some(same) = out
                .iter_mut()
                .find(|c| c.input == input && c.text == p.text)
            {
                same.who.push(actor.actor);
                continue;
            }
            let mut remarks: Vec<String> = p
                .until
                .iter()
                .map(|u| say(&format!("until {u}"), lang).into_owned())
                .collect();
            if p.breach {
                remarks.push(say("would be a breach", lang).into_owned());
            }
            // What is still unsaid leaves it open anyway.
            if p.open.is_some() && open.is_empty() {
                remarks.push(say("whether it would be valid is undetermined", lang).into_owned());
            }
            out.push(Choice {
                input,
                text: p.text.clone(),
                who: vec![actor.actor],
                articles: articles(case, &p.provisions),
                remark: remarks.join("; "),
            });
        }
    }
    for (i, act) in case.program().acts.iter().enumerate() {
        if act.class == ActClass::Event {
            let id = ActId(u32::try_from(i).unwrap_or(u32::MAX));
            let input = ActInput::new(id, None);
            let open = unsaid(case, &input);
            if open
                .iter()
                .any(|(_, _, options)| options.as_ref().is_some_and(Vec::is_empty))
            {
                continue;
            }
            out.push(Choice {
                input,
                text: act.name.clone(),
                who: Vec::new(),
                articles: articles(case, &[act.provision]),
                remark: say("an event", lang).into_owned(),
            });
        }
    }
    out
}

/// The arguments that are still unsaid and have no default: which, their name, and what
/// there is to choose from, if they are not simply written.
fn unsaid(case: &Case, input: &ActInput) -> Vec<(usize, String, Option<Vec<String>>)> {
    let ActKind::Act(id) = input.act else {
        return Vec::new();
    };
    let Some(act) = case.program().acts.get(id.index()) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (i, (param, ty, default)) in act.params.iter().enumerate() {
        let said = input.args.get(i).is_some_and(Option::is_some);
        let made = act.opens.is_some_and(|(made, _)| made == i);
        if made || said || default.is_some() {
            continue;
        }
        let options = match ty {
            Ty::Entity(kinds) => Some(
                case.entities()
                    .filter(|(_, _, k)| kinds.contains(k))
                    .map(|(_, n, _)| name(n))
                    .collect(),
            ),
            Ty::Bool => Some(vec!["true".to_owned(), "false".to_owned()]),
            _ => None,
        };
        out.push((i, param.clone(), options));
    }
    out
}

impl Choice {
    /// Whether its text has a part, in small letters.
    pub(super) fn has(&self, part: &str) -> bool {
        part.is_empty() || self.text.to_lowercase().contains(part)
    }

    /// Its text, who may, and what it rests on.
    pub(super) fn row(&self, case: &Case, lang: Lang) -> (String, String, String) {
        let names: Vec<&str> = self.who.iter().map(|e| case.entity_name(*e)).collect();
        let mut who = names.join(", ");
        if names.len() > 1 && width(&who) > 32 {
            let mut kinds: Vec<&str> = self
                .who
                .iter()
                .filter_map(|e| case.program().kinds.get(case.entity_kind(*e)?.index()))
                .map(|k| k.name.as_str())
                .collect();
            kinds.dedup();
            who = match kinds.as_slice() {
                [kind] if lang == Lang::En => format!("{} {}", names.len(), plural(kind)),
                [kind] => format!("{kind} {}", names.len()),
                _ if lang == Lang::En => format!("{} actors", names.len()),
                _ => format!("{}者", names.len()),
            };
        }
        let words = rogatio_interpret::words(lang);
        let cites: Vec<String> = self.articles.iter().map(|a| words.cite(a)).collect();
        let mut rest = cites.join(", ");
        if !self.remark.is_empty() {
            rest = format!("{rest}  {}", self.remark);
        }
        (self.text.clone(), who, rest)
    }

    /// What must be said before it can be done.
    pub(super) fn questions(&self, case: &Case) -> Vec<Question> {
        let mut out = Vec::new();
        if self.who.len() > 1 {
            out.push(Question {
                what: "who".to_owned(),
                options: self
                    .who
                    .iter()
                    .map(|e| name(case.entity_name(*e)))
                    .collect(),
                asks: Asks::Who,
            });
        }
        match &self.input.act {
            ActKind::Vote { decision, .. } | ActKind::Casting { decision, .. } => {
                let decision = case.program().decisions.get(decision.index());
                let ballots = decision.map_or(&[][..], |d| &d.ballots);
                out.push(Question {
                    what: "which ballot".to_owned(),
                    options: ballots.iter().map(|b| name(b)).collect(),
                    asks: Asks::Ballot,
                });
            }
            ActKind::Declare { .. } => out.push(Question {
                what: "adopt or reject".to_owned(),
                options: vec!["adopt".to_owned(), "reject".to_owned()],
                asks: Asks::Ballot,
            }),
            ActKind::Act(id) => self.arguments(case, *id, &mut out),
            ActKind::Object { .. } | ActKind::Gavel { .. } => {}
        }
        out
    }

    fn arguments(&self, case: &Case, id: ActId, out: &mut Vec<Question>) {
        for (i, what, options) in unsaid(case, &self.input) {
            out.push(Question {
                what: if options.is_some() {
                    what
                } else {
                    format!("{what} (empty: unsaid)")
                },
                options: options.unwrap_or_default(),
                asks: Asks::Argument(i),
            });
        }
        // What it opens, or itself, can be spoken of later.
        let act = case.program().acts.get(id.index());
        if act.is_some_and(|a| a.opens.is_some() || a.occurrences.is_some()) {
            out.push(Question {
                what: "a name for it (empty: none)".to_owned(),
                options: Vec::new(),
                asks: Asks::Binder,
            });
        }
    }

    /// The act as a line of a case writes it, without its date.
    pub(super) fn line(&self, case: &Case, said: &Said) -> String {
        let on = |d, s| decision(case, d, s);
        let ballot = said.ballot.as_deref().unwrap_or("?");
        let mut text = match &self.input.act {
            ActKind::Act(id) => self.deed(case, *id, said),
            ActKind::Vote {
                decision, subject, ..
            } => format!("vote({ballot}, {})", on(*decision, *subject)),
            ActKind::Casting {
                decision, subject, ..
            } => format!("casting_vote({ballot}, {})", on(*decision, *subject)),
            ActKind::Declare {
                decision, subject, ..
            } => format!("{ballot}({})", on(*decision, *subject)),
            ActKind::Object { decision, subject } => format!("object({})", on(*decision, *subject)),
            ActKind::Gavel { decision, subject } => format!("gavel({})", on(*decision, *subject)),
        };
        let who: Vec<String> = match (said.who.as_slice(), self.who.as_slice()) {
            ([], [one]) => vec![name(case.entity_name(*one))],
            (said, _) => said.to_vec(),
        };
        match who.as_slice() {
            [] => {}
            [one] => text += &format!(" by {one}"),
            several => text += &format!(" by each of {}", several.join(", ")),
        }
        for (word, whom) in [("for", self.input.for_whom), ("to", self.input.to)] {
            if let Some(e) = whom {
                text += &format!(" {word} {}", name(case.entity_name(e)));
            }
        }
        if let Some(binder) = &said.binder {
            text += &format!(" as {binder}");
        }
        text
    }

    fn deed(&self, case: &Case, id: ActId, said: &Said) -> String {
        let Some(act) = case.program().acts.get(id.index()) else {
            return "?".to_owned();
        };
        let mut args = Vec::new();
        // After one that is left out the next would take its place: it is named.
        let mut gap = false;
        for (i, (param, ty, _)) in act.params.iter().enumerate() {
            // What the act opens is named behind it.
            if act.opens.is_some_and(|(made, _)| made == i) {
                continue;
            }
            let asked = said
                .args
                .iter()
                .find(|(at, _)| *at == i)
                .map(|(_, text)| text.clone());
            let known = match self.input.args.get(i).and_then(Option::as_ref) {
                None | Some(Value::None | Value::Undetermined(_)) => None,
                Some(Value::Entity(e)) => Some(name(case.entity_name(*e))),
                Some(v) => Some(case.show_as(v, ty)),
            };
            match asked.or(known) {
                None => gap = true,
                Some(text) if gap => args.push(format!("{param} = {text}")),
                Some(text) => args.push(text),
            }
        }
        if args.is_empty() {
            act.name.clone()
        } else {
            format!("{}({})", act.name, args.join(", "))
        }
    }
}

impl Question {
    /// The answer as the language writes it; several where several may.
    pub(super) fn answer(&self, text: &str) -> Result<Vec<String>, String> {
        if text.is_empty() {
            return match self.asks {
                Asks::Binder | Asks::Argument(_) => Ok(Vec::new()),
                Asks::Who | Asks::Ballot => {
                    Err("nothing was chosen, and nothing is done".to_owned())
                }
            };
        }
        if self.asks == Asks::Who && matches!(text, "all" | "*") {
            return Ok(self.options.clone());
        }
        if self.asks == Asks::Binder {
            let text = unquoted(text);
            return if name(&text) == text {
                Ok(vec![text])
            } else {
                Err(format!("`{text}` is no name: a name is one word"))
            };
        }
        if self.options.is_empty() {
            return Ok(vec![text.to_owned()]);
        }
        let several = if self.asks == Asks::Who {
            text.split(',').collect()
        } else {
            vec![text]
        };
        several.into_iter().map(|t| self.option(t)).collect()
    }

    /// One of the options: by name, or by the only name that begins so.
    fn option(&self, text: &str) -> Result<String, String> {
        let wanted = unquoted(text);
        let same = |o: &&String| unquoted(o) == wanted;
        if let Some(option) = self.options.iter().find(same) {
            return Ok(option.clone());
        }
        let begins = |o: &&String| {
            unquoted(o)
                .to_lowercase()
                .starts_with(&wanted.to_lowercase())
        };
        let mut near = self.options.iter().filter(begins);
        match (near.next(), near.next()) {
            (Some(one), None) => Ok(one.clone()),
            (Some(_), Some(_)) => Err(format!("`{wanted}` may be several")),
            (None, _) => {
                let names: Vec<&str> = self.options.iter().map(String::as_str).collect();
                Err(format!(
                    "`{wanted}` cannot be chosen{}",
                    crate::front::among(&wanted, &names)
                ))
            }
        }
    }
}

impl Said {
    /// Adds an answer.
    pub(super) fn add(&mut self, question: &Question, answer: Vec<String>) {
        match question.asks {
            Asks::Who => self.who = answer,
            Asks::Ballot => self.ballot = answer.into_iter().next(),
            Asks::Binder => self.binder = answer.into_iter().next(),
            Asks::Argument(i) => self.args.extend(answer.into_iter().map(|a| (i, a))),
        }
    }
}
