//! What now: what everybody may, must and cannot do, and what is missing for what is open (R59).

mod decision;
mod norm;
mod procedure;

pub use decision::OpenDecision;
pub use procedure::{Standstill, StandstillKind};

use crate::eval::Eval;
use crate::missing::Missing;
use crate::norm::Bound;
use crate::state::{Deadline, DutyId, DutyInstance, SlotWhen, Verdict};
use crate::{ActInput, Case, ClauseSet, Entity, Env, Judgment, Moment, Value};
use rogatio_mir::{ActClass, ActId, DecisionId, Modal, Norm, NormState, ProcedureId, ProvisionId};

/// Acts are tried with at most so many different arguments; beyond, they are told without.
const MOST_WAYS: usize = 24;
/// So many judgments in all.
const MOST_JUDGMENTS: usize = 20_000;

/// What now.
#[derive(Clone, Debug)]
pub struct Residual {
    /// As of when.
    pub at: Moment,
    /// Actor by actor; those with nothing to say are left out.
    pub actors: Vec<ActorResidual>,
    /// Decisions that take ballots.
    pub decisions: Vec<OpenDecision>,
    /// Instances of procedures that are in no outcome.
    pub procedures: Vec<OpenProcedure>,
    /// What the clock will do by itself, soonest first.
    pub scheduled: Vec<ScheduledChange>,
    /// The limit of trials was reached: acts may be missing from the lists.
    pub abridged: bool,
}

/// What one actor may, must and cannot do.
#[derive(Clone, Debug)]
pub struct ActorResidual {
    /// Who.
    pub actor: Entity,
    /// What would be valid now.
    pub may: Vec<Permit>,
    /// Duties that are outstanding.
    pub must: Vec<Owed>,
    /// What would be void now, although the actor is one of those meant.
    pub precluded: Vec<Precluded>,
}

/// An act that would be valid.
#[derive(Clone, Debug)]
pub struct Permit {
    /// The act.
    pub input: ActInput,
    /// In words, without the actor.
    pub text: String,
    /// Until when, if its window has an end.
    pub until: Option<Moment>,
    /// What it rests on.
    pub provisions: Vec<ProvisionId>,
    /// It would be a breach all the same.
    pub breach: bool,
    /// It would have effect, and whether it would be a breach cannot be said.
    pub perhaps_breach: bool,
    /// What forbids it, or takes away the power to it; of a breach.
    pub against: Vec<ProvisionId>,
    /// What advises against it, or perhaps does.
    pub advised: Vec<ProvisionId>,
    /// Why it would be a breach or a shortfall, in words.
    pub why: String,
    /// It cannot be said whether it would be valid, or of a deed whether it would be a breach.
    pub open: Option<ClauseSet>,
    /// Its worth hangs on arguments that are not said.
    pub depends: bool,
}

/// A duty.
#[derive(Clone, Debug)]
pub struct Owed {
    /// Which instance.
    pub duty: DutyId,
    /// In words.
    pub text: String,
    /// Until when; none if it has no length.
    pub due: Option<Deadline>,
    /// Its state: pending, open, lapsed, breached.
    pub state: NormState,
    /// What it rests on.
    pub provision: ProvisionId,
    /// It cannot be said whether it is owed, or until when.
    pub open: Option<ClauseSet>,
    /// A recommendation only.
    pub should: bool,
    /// Fulfilled or not by an act the module knows; an anonymous one (R33) no engine assesses.
    pub assessed: bool,
    /// Qualified: no clock says that it was not met (R33).
    pub unassessed: bool,
    /// Nobody can do it now: power is taken away, or the office is vacant (R26).
    pub unfulfillable: bool,
}

/// An act that would be void.
#[derive(Clone, Debug)]
pub struct Precluded {
    /// Which.
    pub act: ActId,
    /// In words, without the actor.
    pub text: String,
    /// Why.
    pub why: String,
    /// What it rests on.
    pub provisions: Vec<ProvisionId>,
}

/// An instance of a procedure on its way.
#[derive(Clone, Debug)]
pub struct OpenProcedure {
    /// Which.
    pub instance: Entity,
    /// Of what.
    pub procedure: ProcedureId,
    /// The stage it is in.
    pub stage: String,
    /// Since when.
    pub since: Option<Moment>,
    /// Ways out: the stage they lead to, and what is missing.
    pub ways_out: Vec<(String, Missing)>,
    /// Why it cannot move by itself (R45), if so.
    pub stuck: Option<Standstill>,
    /// The stage's own.
    pub provisions: Vec<ProvisionId>,
}

/// A timer.
#[derive(Clone, Debug)]
pub struct ScheduledChange {
    /// Its time.
    pub at: Moment,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub provision: ProvisionId,
}

impl Permit {
    /// Whether an argument, or whom it is done for or to, is of the case rather than of the text.
    #[must_use]
    pub fn concerns(&self, case: &Case) -> bool {
        let args = self.input.args.iter().flatten().filter_map(Value::entity);
        let mut named = args.chain(self.input.for_whom).chain(self.input.to);
        named.any(|e| e.index() >= case.program().entities.len())
    }
}

impl Residual {
    /// Whether the same actor might do the same then.
    #[must_use]
    pub fn allowed(&self, permit: &Permit) -> bool {
        let input = &permit.input;
        let actor = self.actors.iter().find(|a| Some(a.actor) == input.actor);
        let same = |p: &Permit| {
            // Where there were too many ways, one without arguments stands for all.
            let told = p.input.args.iter().any(Option::is_some);
            p.input.act == input.act && (!told || p.input.args == input.args)
        };
        actor.is_some_and(|a| a.may.iter().any(same))
    }
}

impl Case {
    /// What everybody may, must and cannot do now, and what is missing for what is open.
    #[must_use]
    pub fn residual(&self) -> Residual {
        let mut actors: Vec<ActorResidual> = Vec::new();
        let mut left = MOST_JUDGMENTS;
        for (e, ..) in self
            .entities()
            .map(|(e, n, k)| (e, n.len(), k))
            .collect::<Vec<_>>()
        {
            let (may, precluded) = self.acts_of(e, &mut left);
            let must = self.owed_by(e);
            if !may.is_empty() || !must.is_empty() || !precluded.is_empty() {
                actors.push(ActorResidual {
                    actor: e,
                    may,
                    must,
                    precluded,
                });
            }
        }
        Residual {
            at: self.state().now,
            actors,
            decisions: self.open_decisions(),
            procedures: self.open_procedures(),
            scheduled: self.scheduled_changes(),
            abridged: left == 0,
        }
    }

    fn acts_of(&self, actor: Entity, left: &mut usize) -> (Vec<Permit>, Vec<Precluded>) {
        let (mut may, mut precluded) = (Vec::new(), Vec::new());
        for (i, act) in self.program().acts.iter().enumerate() {
            if act.class == ActClass::Event
                || !self.state().is_of(actor, &act.by)
                || act.norms.is_empty()
            {
                continue;
            }
            let id = ActId(u32::try_from(i).unwrap_or(u32::MAX));
            let mut ways = self.ways(&ActInput::new(id, Some(actor)));
            // Where no sentence asks to whom, the addressee makes no difference: one way stands for all.
            if !self.addressed(act) {
                for w in &mut ways {
                    w.to = None;
                }
                ways.dedup_by(|a, b| a.args == b.args && a.for_whom == b.for_whom);
            }
            if ways.len() > MOST_WAYS {
                ways.truncate(1);
                for w in &mut ways {
                    w.to = None;
                    w.args = vec![None; act.params.len()];
                }
            }
            let mut barred: Option<(ActInput, Judgment)> = None;
            let mut any = false;
            for input in ways {
                if *left == 0 {
                    break;
                }
                *left -= 1;
                let o = self.tentative_open(&input);
                let j = self.judge_occurrence(&o);
                match j.verdict {
                    Verdict::Valid | Verdict::Pending | Verdict::Undetermined => {
                        any = true;
                        let text = self.show_input(&input);
                        let until = self.until(&j, &o);
                        may.push(self.permit(input, text, until, j));
                    }
                    Verdict::Void => {
                        if barred.is_none() && !j.text.is_empty() && j.nearly {
                            barred = Some((input, j));
                        }
                    }
                }
            }
            if let (Some((input, j)), false) = (barred, any) {
                let mut bare = input;
                bare.args.clear();
                precluded.push(Precluded {
                    act: id,
                    text: self.show_input(&bare),
                    why: j.text.join("; "),
                    provisions: j.reasons,
                });
            }
        }
        self.ballots_of(actor, left, &mut may);
        (may, precluded)
    }

    /// What somebody could do, as it was judged: what it rests on apart from what speaks against it.
    fn permit(&self, input: ActInput, text: String, until: Option<Moment>, j: Judgment) -> Permit {
        // An argument that could be anything is no open question.
        let doubt = j.verdict == Verdict::Undetermined || j.in_doubt || j.perhaps_breach();
        let perhaps_breach = j.in_doubt || j.perhaps_breach();
        let perhaps_shortfall = j.perhaps_shortfall();
        // What hangs on one may leave nothing open once it is said.
        let depends = doubt && j.clauses.iter().any(|c| c.unsaid);
        let open = Some(j.clauses).filter(|c| doubt && !depends && !c.is_empty());
        let of = |norms: &[rogatio_mir::NormId]| -> Vec<ProvisionId> {
            let norms = norms.iter().map(|n| self.program().norms.get(n.index()));
            norms.flatten().map(|n| n.provision).collect()
        };
        let mut advised = of(&j.shortfall);
        if perhaps_shortfall {
            advised.extend(of(&j.perhaps_unadvised));
        }
        // Of a deed without power all that is cited speaks against it.
        let against = match j.unpowered {
            true => j
                .reasons
                .iter()
                .copied()
                .filter(|p| !advised.contains(p))
                .collect(),
            false => of(&j.breach),
        };
        let mut provisions = j.reasons;
        let basis = of(&j.basis);
        provisions.retain(|p| basis.contains(p) || !(against.contains(p) || advised.contains(p)));
        Permit {
            input,
            text,
            until,
            provisions,
            breach: j.breached,
            perhaps_breach,
            against,
            advised,
            why: j.text.join("; "),
            open,
            depends,
        }
    }

    /// Whether some sentence about the act says to whom.
    fn addressed(&self, act: &rogatio_mir::Act) -> bool {
        act.norms.iter().any(|n| {
            let norm = self.program().norms.get(n.index());
            let parts = norm.map_or(&[][..], |n| n.demand.parts());
            parts.iter().any(|d| {
                matches!(d, rogatio_mir::Demand::Act { matches, .. }
                    if matches.iter().any(|(p, _)| *p == rogatio_mir::Position::To))
            })
        })
    }

    fn show_input(&self, input: &ActInput) -> String {
        let mut o = self.tentative(input);
        o.actor = None;
        for v in &mut o.args {
            if matches!(v, Value::Undetermined(_)) {
                *v = Value::None;
            }
        }
        self.show_deed(&o)
    }

    /// The earliest end of the windows that a verdict rests on.
    fn until(&self, j: &Judgment, o: &crate::Occurrence) -> Option<Moment> {
        let mut ends = Vec::new();
        for n in &j.basis {
            let norm = self.program().norms.get(n.index())?;
            if norm.modal != Modal::May {
                return None;
            }
            for mut a in self.applies(norm, o, &Env::new()) {
                match self.window(&norm.window, &mut a.env).closes {
                    Bound::At(m, _) => ends.push(m),
                    _ => return None,
                }
            }
        }
        // Several powers: until the last of them ends.
        ends.into_iter().max_by_key(|m| m.rank())
    }

    fn scheduled_changes(&self) -> Vec<ScheduledChange> {
        let mut out = Vec::new();
        for (point, t, key) in &self.state().armed {
            let Some(timer) = self.program().timers.get(t.index()) else {
                continue;
            };
            let slot = self.state().slots.get(t.index()).and_then(|m| m.get(key));
            let Some(SlotWhen::At(m, _)) = slot.map(|s| &s.when) else {
                continue;
            };
            let mut names = self.key_names(key);
            names.retain(|n| !n.is_empty());
            let whom = if names.is_empty() {
                String::new()
            } else {
                format!(" ({})", names.join(", "))
            };
            let text = format!("{}{whom}", timer.name);
            out.push((
                *point,
                ScheduledChange {
                    at: *m,
                    text,
                    provision: timer.provision,
                },
            ));
        }
        out.sort_by_key(|(p, _)| *p);
        out.into_iter().map(|(_, s)| s).collect()
    }
}

/// A modality in words.
pub(crate) fn modal_word(m: Modal) -> &'static str {
    match m {
        Modal::May => "may",
        Modal::Cannot => "cannot",
        Modal::Must => "must",
        Modal::MustNot => "must not",
        Modal::Should => "should",
        Modal::ShouldNot => "should not",
    }
}
