//! What stands open: duties, decisions, procedures, what the clock will do, what may be done.

mod can;
mod render;
mod row;
mod to_come;

use crate::line::Line;
use crate::view::{article, articles, standing_at};
use rogatio_diagnostics::Lang;
use rogatio_interpret::{
    ActKind, Case, Certainty, ClauseSet, Missing, MissingKind, OpenDecision, OpenProcedure,
    Residual as Found,
};
use rogatio_mir::{ActClass, DecisionOutcome, Ty};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// What stands open at the end of a case.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Residual {
    /// As of when.
    pub at: String,
    /// Duties that are outstanding.
    pub duties: Vec<Owed>,
    /// Decisions that take ballots.
    pub decisions: Vec<Decision>,
    /// Procedures on their way.
    pub procedures: Vec<Procedure>,
    /// What time alone will bring if nobody acts, soonest first; the first of it.
    pub to_come: Vec<Line>,
    /// What would be valid now.
    pub may: Vec<Permit>,
    /// What would be void now, and why.
    pub cannot: Vec<Precluded>,
    /// There was too much to try: acts may be missing from `may` and `cannot`.
    pub abridged: bool,
}

/// A duty that one or several owe.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Owed {
    /// Who owes it.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// What: `must convene`.
    pub text: String,
    /// Its due date, if it has one.
    pub due: Option<String>,
    /// What is done on that day, or at that second, is late: it is due before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub due_before: bool,
    /// `pending`, `open`, `lapsed`, `breached`.
    pub state: String,
    /// When it lapsed without having had a due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<String>,
    /// The article.
    pub article: Option<String>,
    /// Why it cannot be said whether it is owed, or until when.
    pub open: Vec<String>,
    /// A recommendation only.
    pub should: bool,
    /// Known by its act; a qualified, anonymous one is not assessed.
    pub assessed: bool,
    /// Nobody can do it now.
    pub unfulfillable: bool,
    /// Qualified (`must "as far as possible", …`): no clock says that it was not met.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unassessed: bool,
}

/// An open decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// Which, on what.
    pub text: String,
    /// Since when.
    pub opened: String,
    /// When it closes by itself, if it does.
    pub closes: Option<String>,
    /// What it rests on.
    pub articles: Vec<String>,
    /// Who has not voted.
    pub silent: Vec<String>,
    /// What is missing for it to be adopted.
    pub missing: String,
    /// The same without its close, where that stands in `closes`.
    #[serde(skip)]
    needs: String,
    /// What it would come to if it closed now, as ballots stand; absent where nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_it_stands: Option<Standing>,
    /// What no ballot still to come can change.
    pub certain: Option<Certain>,
    /// What only a change of a ballot that has been cast can change, where the last ones count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<Certain>,
    /// The decisions that its result waits for; it takes no more ballots.
    pub waits_for: Vec<String>,
}

/// What an open decision would come to if it closed now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// `adopted`, `rejected`, `inquorate`, `undetermined` ….
    pub outcome: String,
    /// Why.
    pub because: String,
    /// What that rests on.
    pub articles: Vec<String>,
    /// It would be adopted.
    #[serde(skip)]
    adopted: bool,
    /// The text leaves it open.
    #[serde(skip)]
    undetermined: bool,
}

/// A result that is certain before the close.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Certain {
    /// `adopted`, `rejected`.
    pub outcome: String,
    /// Why.
    pub because: String,
    /// The rule.
    pub article: Option<String>,
}

/// A procedure on its way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Procedure {
    /// Which.
    pub name: String,
    /// The stage it is in.
    pub stage: String,
    /// Since when.
    pub since: Option<String>,
    /// Stages it can go to, with what is missing.
    pub ways_out: Vec<(String, String)>,
    /// Why it cannot move by itself, if so.
    pub stuck: Option<String>,
    /// What that rests on.
    pub articles: Vec<String>,
}

/// What would be valid.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Permit {
    /// Who may.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// The act's name.
    pub act: String,
    /// What, without whom.
    pub text: String,
    /// Until when, if there is an end.
    pub until: Option<String>,
    /// What it rests on.
    pub articles: Vec<String>,
    /// It would be a breach all the same.
    pub breach: bool,
    /// What forbids it, of a breach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<String>,
    /// What advises against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advised: Vec<String>,
    /// Why it would be a breach or a shortfall.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// It cannot be said whether it would be valid, or whether it would be a breach: the silent clauses.
    pub open: Vec<String>,
    /// Its worth hangs on arguments that are not said.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub depends: bool,
    /// Those arguments: `m: Meeting`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hangs_on: Vec<String>,
    /// There is nothing in the case yet that one of those could be.
    #[serde(skip)]
    about_nothing: bool,
    /// It was so from the beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    /// It concerns somebody or something of the case.
    #[serde(skip)]
    of_case: bool,
    /// It says what is done to whom also where acts are told by their names.
    #[serde(skip)]
    in_full: bool,
    /// It happens, whatever it is worth: a deed, or an act of which only the breach is open.
    #[serde(skip)]
    deed: bool,
}

/// What would be void.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Precluded {
    /// Who cannot.
    pub who: Vec<String>,
    /// The kinds of those.
    #[serde(skip)]
    nouns: Vec<String>,
    /// What, without whom.
    pub text: String,
    /// Why.
    pub why: String,
    /// What that rests on.
    pub articles: Vec<String>,
}

/// The clauses that leave something open, in words.
fn texts(case: &Case, clauses: &Option<ClauseSet>) -> Vec<String> {
    let clauses = clauses.iter().flat_map(ClauseSet::iter);
    clauses.map(|c| case.said(&c.text).into_owned()).collect()
}

impl Residual {
    /// Of a case as it stands.
    #[must_use]
    pub fn of(case: &Case) -> Residual {
        Residual::after(case, None)
    }

    /// The same, where what could be done at the beginning is told apart.
    #[must_use]
    pub fn since(case: &Case, beginning: &Found) -> Residual {
        Residual::after(case, Some(beginning))
    }

    fn after(case: &Case, beginning: Option<&Found>) -> Residual {
        let found = case.residual();
        let mut out = Residual {
            at: standing_at(case),
            decisions: found.decisions.iter().map(|d| decision(case, d)).collect(),
            procedures: found
                .procedures
                .iter()
                .map(|p| procedure(case, p))
                .collect(),
            to_come: to_come::of(case),
            abridged: found.abridged,
            ..Residual::default()
        };
        out.actors(case, &found, beginning);
        out
    }

    /// The actors of whom the same can be said, together.
    fn actors(&mut self, case: &Case, found: &Found, beginning: Option<&Found>) {
        let (mut owed, mut permits, mut precluded) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for a in &found.actors {
            let who = case.called(a.actor);
            let noun = case
                .entity_kind(a.actor)
                .map_or("", |k| case.kind_called(k));
            for o in &a.must {
                let lapsed = case.duty(o.duty).and_then(|d| d.settled);
                let lapsed = lapsed.filter(|_| o.due.is_none());
                let key = (
                    o.text.as_str(),
                    o.provision,
                    o.due,
                    o.state,
                    o.unfulfillable,
                    &o.open,
                    lapsed,
                );
                let i = *owed.entry(key).or_insert_with(|| {
                    self.duties.push(Owed {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        text: o.text.clone(),
                        due: o.due.map(|d| d.at.to_string()),
                        due_before: o.due.is_some_and(|d| d.before),
                        unassessed: o.unassessed,
                        state: format!("{:?}", o.state).to_lowercase(),
                        lapsed: lapsed.map(|m| m.to_string()),
                        article: article(case, o.provision),
                        open: texts(case, &o.open),
                        should: o.should,
                        assessed: o.assessed,
                        unfulfillable: o.unfulfillable,
                    });
                    self.duties.len() - 1
                });
                self.duties[i].who.push(who.to_owned());
                self.duties[i].nouns.push(noun.to_owned());
            }
            for p in &a.may {
                let standing = beginning.is_some_and(|b| b.allowed(p));
                let of_case = p.concerns(case);
                let key = (
                    (standing, of_case),
                    p.text.as_str(),
                    p.provisions.as_slice(),
                    p.until,
                    (p.breach, p.against.as_slice(), p.advised.as_slice()),
                    (&p.open, p.depends),
                );
                let i = *permits.entry(key).or_insert_with(|| {
                    self.may.push(Permit {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        act: act_name(case, p),
                        text: p.text.clone(),
                        until: p.until.map(|m| m.to_string()),
                        articles: articles(case, &p.provisions),
                        breach: p.breach,
                        against: articles(case, &p.against),
                        advised: articles(case, &p.advised),
                        why: p.why.clone(),
                        open: texts(case, &p.open),
                        depends: p.depends,
                        hangs_on: hangs_on(case, p),
                        about_nothing: about_nothing(case, p),
                        standing,
                        of_case,
                        in_full: is_finding(case, p),
                        deed: is_deed(case, p) || p.perhaps_breach,
                    });
                    self.may.len() - 1
                });
                self.may[i].who.push(who.to_owned());
                self.may[i].nouns.push(noun.to_owned());
            }
            for p in &a.precluded {
                let key = (p.text.as_str(), p.why.as_str(), p.provisions.as_slice());
                let i = *precluded.entry(key).or_insert_with(|| {
                    self.cannot.push(Precluded {
                        who: Vec::new(),
                        nouns: Vec::new(),
                        text: p.text.clone(),
                        why: p.why.clone(),
                        articles: articles(case, &p.provisions),
                    });
                    self.cannot.len() - 1
                });
                self.cannot[i].who.push(who.to_owned());
                self.cannot[i].nouns.push(noun.to_owned());
            }
        }
    }
}

/// The name of an act; of a ballot, all of it.
fn act_name(case: &Case, p: &rogatio_interpret::Permit) -> String {
    match p.input.act {
        ActKind::Act(a) => case.act_called(a).to_owned(),
        _ => p.text.clone(),
    }
}

/// The arguments that are not said and have no default, of an act whose worth hangs on one.
fn unsaid<'c>(
    case: &'c Case,
    p: &'c rogatio_interpret::Permit,
) -> impl Iterator<Item = (&'c str, &'c Ty)> {
    let act = match p.input.act {
        ActKind::Act(a) if p.depends => case.program().acts.get(a.index()),
        _ => None,
    };
    let params = act.map_or(&[][..], |a| &a.params).iter().enumerate();
    params
        .filter(|(i, (_, _, default))| {
            default.is_none() && p.input.args.get(*i).is_none_or(Option::is_none)
        })
        .map(|(_, (name, ty, _))| (name.as_str(), ty))
}

fn hangs_on(case: &Case, p: &rogatio_interpret::Permit) -> Vec<String> {
    let told = |(name, ty): (&str, &Ty)| match ty {
        // Of a union the name must do: its kinds may be many.
        Ty::Entity(kinds) if kinds.len() == 1 => {
            format!("{name}: {}", case.kind_called(kinds[0]))
        }
        _ => name.to_owned(),
    };
    unsaid(case, p).map(told).collect()
}

/// Whether the case has nothing that one of those arguments could be.
fn about_nothing(case: &Case, p: &rogatio_interpret::Permit) -> bool {
    unsaid(case, p).any(|(_, ty)| match ty {
        Ty::Entity(kinds) => !case.entities().any(|(_, _, k)| kinds.contains(&k)),
        _ => false,
    })
}

/// A finding is of something: its name alone says too little.
fn is_finding(case: &Case, p: &rogatio_interpret::Permit) -> bool {
    let mut givens = case.program().givens.iter();
    matches!(p.input.act, ActKind::Act(a) if givens.any(|g| g.finding == Some(a)))
}

fn is_deed(case: &Case, p: &rogatio_interpret::Permit) -> bool {
    match p.input.act {
        ActKind::Act(a) => {
            let act = case.program().acts.get(a.index());
            act.is_some_and(|a| a.class == ActClass::Deed)
        }
        _ => false,
    }
}

fn decision(case: &Case, d: &OpenDecision) -> Decision {
    let certain = |c: &Certainty| Certain {
        outcome: case.words().outcome(c.outcome).to_owned(),
        because: c.because.clone(),
        article: articles(case, &[c.provision]).into_iter().next(),
    };
    Decision {
        text: d.text.clone(),
        opened: d.opened.to_string(),
        closes: d.closes.map(|m| m.to_string()),
        articles: articles(case, &[d.provision]),
        as_it_stands: d.as_it_stands.as_ref().map(|s| Standing {
            outcome: case.words().outcome(s.outcome).to_owned(),
            because: s.because.clone(),
            articles: articles(case, &s.provisions),
            adopted: s.outcome == DecisionOutcome::Adopted,
            undetermined: s.outcome == DecisionOutcome::Undetermined,
        }),
        silent: d
            .silent
            .iter()
            .map(|e| case.called(*e).to_owned())
            .collect(),
        missing: d.missing.summary_in(case.program().lang),
        needs: needs(d, case.program().lang),
        certain: d.certain.as_ref().map(certain),
        settled: d.settled.as_ref().map(certain),
        waits_for: d
            .waits_for
            .iter()
            .map(|(d, s)| case.show_decision(*d, *s))
            .collect(),
    }
}

/// What is missing, without the close by time.
fn needs(d: &OpenDecision, lang: Lang) -> String {
    let is_close = |m: &Missing| m.kind == MissingKind::Wait && d.closes.is_some();
    match d.missing.children.as_slice() {
        [] if is_close(&d.missing) => String::new(),
        [before @ .., last] if d.missing.kind == MissingKind::Then && is_close(last) => {
            let without = Missing {
                children: before.to_vec(),
                ..d.missing.clone()
            };
            without.summary_in(lang)
        }
        _ => d.missing.summary_in(lang),
    }
}

fn procedure(case: &Case, p: &OpenProcedure) -> Procedure {
    Procedure {
        name: case.called(p.instance).to_owned(),
        stage: p.stage.clone(),
        since: p.since.map(|m| m.to_string()),
        ways_out: p
            .ways_out
            .iter()
            .map(|(stage, m)| (stage.clone(), m.summary_in(case.program().lang)))
            .collect(),
        stuck: p
            .stuck
            .as_ref()
            .map(|s| case.said(&s.to_string()).into_owned()),
        articles: articles(
            case,
            p.stuck.as_ref().map_or(&p.provisions, |s| &s.provisions),
        ),
    }
}
