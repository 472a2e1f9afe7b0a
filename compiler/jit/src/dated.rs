//! Acts and ballots with a date. Those lines that differ in nothing but who does it, and with what, become one behaviour
//! without a clock: its rows are clock items that are armed from the beginning, what they say lies in tables.
//!
//! On a day they come after the ballots that are drawn and before the acts of clocks, in the order written: their words
//! say so.

use crate::ballot::unmix;
use crate::emit::{Em, R};
use crate::fold::{Bind, Const, Env, NEVER, V};
use crate::layout::{Elem, Keys, Layout};
use crate::memory::Arena;
use crate::reads::plain;
use crate::refusal::Refusal;
use crate::rule::Done;
use crate::slice::Slice;
use crate::world::World;
use cranelift_codegen::ir::{self, InstBuilder};
use rogatio_calendar::{Length, Period};
use rogatio_mir::{
    ActId, Behaviour, CaseAct, CaseActKind, Coding, DecisionId, Does, Domain, Draw, Experiment,
    Guard, GuardNode, KindId, Law, Op, Program, ProvisionId, ScenarioItemKind, Span, StampTime, Ty,
    Var, VarId, Who,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One act of one actor, or one ballot.
#[derive(Clone, Debug)]
struct Row {
    day: i64,
    /// Its place among all of the experiment.
    rank: u64,
    /// What the variables of its behaviour stand for; of a ballot the voter, then the matter.
    values: Vec<Guard>,
    /// What it calls the instance that it opens.
    binder: Option<String>,
    span: Span,
}

/// Acts that one behaviour does.
#[derive(Clone, Debug, Default)]
struct Group {
    vars: Vec<VarId>,
    rows: Vec<Row>,
    refused: Option<Refusal>,
}

/// The lines with a date of an experiment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dated {
    /// Behaviours from this one on are made here.
    first: usize,
    groups: Vec<Group>,
    ballots: BTreeMap<DecisionId, DatedBallots>,
}

/// Ballots with a date in a decision, with the position of their value.
#[derive(Clone, Debug, Default)]
struct DatedBallots {
    rows: Vec<(Row, u32)>,
    refused: Option<Refusal>,
}

/// Which lines are of one behaviour: the act, the kinds of the actor, and what is said beside it: nothing, what lies in
/// a table, or what cannot.
#[derive(Clone, Debug)]
struct Like {
    act: ActId,
    actor: Option<Vec<KindId>>,
    said: Vec<Said>,
}

#[derive(Clone, Debug)]
enum Said {
    Nothing,
    Tabled(Ty),
    Fixed(Guard),
}

impl Like {
    fn new(
        program: &Program,
        experiment: &Experiment,
        act: ActId,
        line: &CaseAct,
        actor: Option<Guard>,
    ) -> Like {
        let said = said(line).map(|g| match g {
            None => Said::Nothing,
            Some(g) if crate::named::is_name(program, experiment, g) => Said::Fixed(g),
            Some(g) => tabled(&program.guard(g).ty).map_or(Said::Fixed(g), Said::Tabled),
        });
        Like {
            act,
            actor: actor.map(|g| match plain(&program.guard(g).ty) {
                Ty::Entity(kinds) => kinds.clone(),
                _ => Vec::new(),
            }),
            said: said.collect(),
        }
    }

    fn is(&self, program: &Program, other: &Like) -> bool {
        let same = |(a, b): (&Said, &Said)| match (a, b) {
            (Said::Nothing, Said::Nothing) => true,
            (Said::Tabled(a), Said::Tabled(b)) => a == b,
            (Said::Fixed(a), Said::Fixed(b)) => program.guard(*a).op == program.guard(*b).op,
            _ => false,
        };
        (self.act, &self.actor) == (other.act, &other.actor)
            && self.said.iter().zip(&other.said).all(same)
    }

    /// Adds its behaviour to an experiment, and its variables to the program.
    fn behaviour(
        &self,
        program: &mut Program,
        experiment: &mut Experiment,
        span: Span,
    ) -> Vec<VarId> {
        let kinds = self.actor.clone().unwrap_or_default();
        let (actor, _) = variable(program, Ty::Entity(kinds.clone()), span);
        let mut vars: Vec<VarId> = self.actor.iter().map(|_| actor).collect();
        let mut positions = Vec::new();
        for said in &self.said {
            positions.push(match said {
                Said::Nothing => None,
                Said::Fixed(g) => Some(*g),
                Said::Tabled(ty) => {
                    let (var, guard) = variable(program, ty.clone(), span);
                    vars.push(var);
                    Some(guard)
                }
            });
        }
        let args = positions.split_off(1);
        let a_day = Op::Length(Length::Period(Period { months: 0, days: 1 }));
        experiment.behaviours.push(Behaviour {
            who: Who {
                domain: Domain { var: actor, kinds },
                cond: guard(program, Op::Bool(true), Ty::Bool, span),
                each: false,
                jointly: false,
                text: String::new(),
            },
            does: Does::Act(self.act),
            args,
            each: Vec::new(),
            for_whom: None,
            to: positions[0],
            when: None,
            // Never drawn: its clocks have their days from the beginning.
            law: Law::Fixed(guard(program, a_day, Ty::Length, span)),
            not_counting: None,
            restarting: Some(true),
            even_without_power: false,
            draw: Draw {
                site: 0,
                path: String::new(),
                coding: Coding::Word,
            },
            span,
        });
        vars
    }
}

/// What an act says beside its actor: its addressee, then its arguments.
fn said(act: &CaseAct) -> impl Iterator<Item = Option<Guard>> {
    std::iter::once(act.to).chain(act.args.iter().copied())
}

/// The type of what can lie in a table.
fn tabled(ty: &Ty) -> Option<Ty> {
    let ty = plain(ty);
    let fits = matches!(
        ty,
        Ty::Bool | Ty::Int | Ty::Quantity(_) | Ty::Day | Ty::Time | Ty::Entity(_)
    );
    fits.then(|| ty.clone())
}

fn guard(program: &mut Program, op: Op, ty: Ty, span: Span) -> Guard {
    program.guards.push(GuardNode {
        op,
        ty,
        provision: ProvisionId(0),
        span,
    });
    Guard(program.guards.len() as u32 - 1)
}

fn variable(program: &mut Program, ty: Ty, span: Span) -> (VarId, Guard) {
    Arc::make_mut(&mut program.vars).push(Var {
        name: "what is said".to_owned(),
        ty: ty.clone(),
    });
    let var = VarId(program.vars.len() as u32 - 1);
    (var, guard(program, Op::Var(var), ty, span))
}

/// The experiment with a behaviour for each group of acts with a date; their variables are added to the program.
pub(crate) fn as_behaviours(program: &mut Program, experiment: &Experiment) -> (Experiment, Dated) {
    let mut made = experiment.clone();
    let mut dated = Dated {
        first: experiment.behaviours.len(),
        ..Dated::default()
    };
    let mut lines = Vec::new();
    for item in &experiment.items {
        if let (Some(stamp), ScenarioItemKind::Act(act)) = (&item.at, &item.kind) {
            let (day, refused) = match stamp.time {
                StampTime::Instant(i) => (i.day(), Some("an act with a time of day")),
                StampTime::Day(d) if d < experiment.begin => (d, Some("an act before the run")),
                StampTime::Day(d) => (d, None),
            };
            let refused = refused.or(act.for_whom.map(|_| "acting for somebody else"));
            let refused = refused.or(act.under.map(|_| "an act that invokes a provision"));
            let refused = refused.map(|what| form(what, item.span));
            lines.push((day.number(), act, refused, item.span));
        }
    }
    lines.sort_by_key(|line| line.0);
    let mut groups: Vec<Like> = Vec::new();
    let mut rank = 0;
    for (day, act, refused, span) in lines {
        for actor in &act.actors {
            let row = |values| Row {
                day,
                rank,
                values,
                binder: act.binder.clone(),
                span,
            };
            match &act.act {
                CaseActKind::Act(id) => {
                    let like = Like::new(program, experiment, *id, act, *actor);
                    let same = groups.iter().position(|l| l.is(program, &like));
                    let at = same.unwrap_or_else(|| {
                        dated.groups.push(Group {
                            vars: like.behaviour(program, &mut made, span),
                            ..Group::default()
                        });
                        groups.push(like.clone());
                        groups.len() - 1
                    });
                    let said = like.said.iter().zip(said(act));
                    let tabled = said.filter(|(l, _)| matches!(l, Said::Tabled(_)));
                    let values = actor.iter().copied().chain(tabled.filter_map(|(_, g)| g));
                    let group = &mut dated.groups[at];
                    group.rows.push(row(values.collect()));
                    group.refused = group.refused.take().or_else(|| refused.clone());
                }
                CaseActKind::Vote(d, ballot, label, matter) => {
                    let labelled = label.map(|_| form("a dated ballot under a label", span));
                    let ballots = dated.ballots.entry(*d).or_default();
                    let values = actor.iter().chain(matter).copied().collect();
                    ballots.rows.push((row(values), *ballot));
                    let why = ballots.refused.take().or_else(|| refused.clone());
                    ballots.refused = why.or(labelled);
                }
                CaseActKind::Casting(d, ..)
                | CaseActKind::Declare(d, ..)
                | CaseActKind::Object(d, _)
                | CaseActKind::Gavel(d, _) => {
                    let what = "a casting vote, an objection or a declared outcome with a date";
                    let ballots = dated.ballots.entry(*d).or_default();
                    let why = ballots.refused.take();
                    ballots.refused = why.or_else(|| Some(form(what, span)));
                }
            }
            rank += 1;
        }
    }
    (made, dated)
}

fn form(what: &str, span: Span) -> Refusal {
    Refusal::form(format!("{what} is not compiled in an experiment")).span(span)
}

impl Dated {
    fn group(&self, behaviour: usize) -> Option<&Group> {
        self.groups.get(behaviour.checked_sub(self.first)?)
    }

    /// Whether a behaviour of the experiment is made of acts with a date.
    pub(crate) fn is(&self, behaviour: usize) -> bool {
        self.group(behaviour).is_some()
    }

    /// The keys of such a behaviour: a row each.
    pub(crate) fn keys(&self, behaviour: usize) -> Option<Keys> {
        self.group(behaviour).map(|g| Keys {
            dims: Vec::new(),
            cap: g.rows.len() as u32,
            empty: false,
        })
    }

    /// An environment in which its variables stand for what is not known before the runs.
    pub(crate) fn unknown(&self, behaviour: usize, env: Env) -> Env {
        let vars = self.group(behaviour).into_iter().flat_map(|g| &g.vars);
        vars.fold(env, |env, v| match env.get(*v) {
            Some(_) => env,
            None => env.with(*v, Bind::Element),
        })
    }

    /// How many instances of a kind a run opens at most, where nothing but lines with a date opens them.
    pub(crate) fn openings(
        &self,
        program: &Program,
        experiment: &Experiment,
        kind: KindId,
    ) -> Option<u32> {
        let (i, p) = program
            .procedures
            .iter()
            .enumerate()
            .find(|(_, p)| p.kind == kind)?;
        let mut stages = program.procedures.iter().flat_map(|p| &p.stages);
        let by_stages = stages.any(|s| s.opens.iter().any(|o| o.procedure.index() == i));
        if by_stages || !p.opened_by.is_empty() {
            return None;
        }
        let opens = |act: ActId| {
            let opened = program.acts.get(act.index()).and_then(|a| a.opens);
            opened.is_some_and(|(_, p)| p.index() == i)
        };
        let enacted = |d: &rogatio_mir::Decision| d.enacts.iter().any(|e| opens(e.act));
        let doing = experiment.behaviours.iter().enumerate();
        let mut doing = doing.filter(|(_, b)| b.act().is_some_and(opens));
        if program.decisions.iter().any(enacted) || doing.any(|(b, _)| !self.is(b)) {
            return None;
        }
        let rows = experiment.behaviours.iter().enumerate();
        let rows = rows.filter(|(_, b)| b.act().is_some_and(opens));
        let rows = rows.filter_map(|(b, _)| self.group(b));
        u32::try_from(rows.map(|g| g.rows.len()).sum::<usize>()).ok()
    }

    /// Ballots in a decision of several bodies are cast in a part of it.
    pub(crate) fn vote_in(&mut self, whole: DecisionId, part: DecisionId) {
        if let Some(ballots) = self.ballots.get(&whole).cloned() {
            self.ballots.insert(part, ballots);
        }
    }

    /// None are in the whole.
    pub(crate) fn vote_nowhere(&mut self, whole: DecisionId) {
        self.ballots.remove(&whole);
    }

    /// On what ballots with a date are cast in a decision.
    pub(crate) fn matters(&self, d: DecisionId) -> Vec<Guard> {
        let rows = self.ballots.get(&d).into_iter().flat_map(|b| &b.rows);
        rows.filter_map(|(row, _)| row.values.get(1).copied())
            .collect()
    }

    /// Ballots with a date in a decision.
    pub(crate) fn ballots(&self, d: DecisionId) -> u32 {
        self.ballots.get(&d).map_or(0, |b| b.rows.len() as u32)
    }

    /// By row of a behaviour made of acts with a date, what each calls the instance that it opens.
    pub(crate) fn binders(&self, behaviour: usize) -> Vec<Option<&str>> {
        let rows = self.group(behaviour).into_iter().flat_map(|g| &g.rows);
        rows.map(|r| r.binder.as_deref()).collect()
    }

    /// The largest absolute value of an argument.
    pub(crate) fn bound(&self, world: &World, program: &Program, var: VarId) -> Option<u64> {
        let group = self.groups.iter().find(|g| g.vars.contains(&var))?;
        let at = group.vars.iter().position(|v| *v == var)?;
        let value = |row: &Row| match world.fold(program, row.values[at], &Env::default()) {
            Some(Const::Int(n)) => n.unsigned_abs(),
            _ => u64::MAX,
        };
        group.rows.iter().map(value).max()
    }
}

impl World {
    /// Whether a behaviour made of acts with a date can be compiled.
    pub(crate) fn dated_behaviour(&self, program: &Program, behaviour: usize) -> R<()> {
        let Some(group) = self.dated.group(behaviour) else {
            return Ok(());
        };
        if let Some(why) = &group.refused {
            return Err(why.clone());
        }
        for row in &group.rows {
            self.row(program, row)?;
        }
        Ok(())
    }

    /// What the variables of a row stand for, as bits.
    fn row(&self, program: &Program, row: &Row) -> R<Vec<i64>> {
        let bits = |g: &Guard| {
            match self.fold(program, *g, &Env::default()) {
            Some(Const::Bool(b)) => Ok(i64::from(b)),
            Some(Const::Int(n)) => Ok(n),
            Some(Const::Time(t)) if t != NEVER => Ok(t),
            Some(Const::Entity(e)) => Ok(i64::from(e)),
            _ => Err(Refusal::form(
                "an act with a date that names what only a run makes, or gives nothing, is not compiled",
            )
            .at(program, *g)
            .span(row.span)),
        }
        };
        row.values.iter().map(bits).collect()
    }

    /// Whether the ballots of a decision with a date can be compiled.
    pub(crate) fn dated_ballots(
        &self,
        program: &Program,
        experiment: &Experiment,
        d: DecisionId,
    ) -> R<()> {
        let Some(ballots) = self.dated.ballots.get(&d) else {
            return Ok(());
        };
        if let Some(why) = &ballots.refused {
            return Err(why.clone());
        }
        for (row, _) in &ballots.rows {
            let mut told = row.clone();
            told.values.truncate(1);
            if row
                .values
                .get(1)
                .is_none_or(|g| self.naming(program, *g).is_none())
            {
                told.values.clone_from(&row.values);
            }
            self.row(program, &told)?;
            if !crate::ballot::about(experiment, d).is_empty() {
                return Err(form(
                    "a decision with ballots of both kinds, drawn and with a date,",
                    row.span,
                ));
            }
        }
        Ok(())
    }
}

/// Gives the rows their days, and their places among the acts of a day.
pub(crate) fn arm(world: &World, slice: &Slice, layout: &Layout, arena: &mut Arena) {
    let ballots: u64 = layout
        .decisions
        .values()
        .map(|d| u64::from(d.keys.cap))
        .sum();
    let mut set = |item: u32, row: &Row| {
        let word = unmix(ballots + row.rank).cast_signed();
        arena.set(layout.queue.word, item, word);
        arena.set(layout.queue.due, item, 4 * row.day + 3);
    };
    for (b, cols) in slice.behaviours.iter().zip(&layout.behaviours) {
        let rows = world.dated.group(*b).into_iter().flat_map(|g| &g.rows);
        for (i, row) in (0u32..).zip(rows) {
            set(cols.item + i, row);
        }
    }
    for (d, cols) in &layout.decisions {
        let rows = world.dated.ballots.get(d).into_iter().flat_map(|b| &b.rows);
        for (i, (row, _)) in (0u32..).zip(rows) {
            set(cols.dated + i, row);
        }
    }
}

impl Em<'_, '_> {
    /// The act of a row of a behaviour made of acts with a date; none of one that has clocks.
    pub(crate) fn dated_act(&mut self, i: usize, at: ir::Value) -> R<Option<Done>> {
        let (world, program) = (self.world, self.program);
        let behaviour = self.slice.behaviours[i];
        let Some(group) = world.dated.group(behaviour) else {
            return Ok(None);
        };
        let rows: R<Vec<Vec<i64>>> = group.rows.iter().map(|r| world.row(program, r)).collect();
        let rows = rows?;
        let b = &self.experiment.behaviours[behaviour];
        let Some(act) = b.act() else { return Ok(None) };
        // Who is named and not there is not done without: the interpreter says what comes of it.
        let named = |g: &&Guard| matches!(program.guard(**g).op, Op::CaseEntity(_));
        for g in b.args.iter().flatten().chain(&b.to).filter(named) {
            self.value(*g, &Env::default())?;
        }
        let (mut env, mut actor) = (Env::default(), None);
        for (n, var) in group.vars.iter().enumerate() {
            let table = self.table(Elem::I64, rows.iter().map(|r| r[n]).collect());
            let bits = self.load(table, at);
            let value = self.typed(*var, bits);
            if *var == b.who.domain.var {
                actor = Some(bits);
            }
            env.bind(*var, Bind::V(value));
        }
        Ok(Some(Done {
            act,
            actor: actor.unwrap_or_else(|| self.int(-1)),
            args: b.args.clone(),
            to: b.to,
            env,
            opened: None,
        }))
    }

    /// A ballot with a date is cast, if the decision is open and its voter has a vote.
    pub(crate) fn dated_ballot(&mut self, d: DecisionId, at: ir::Value) -> R<()> {
        let (world, program, layout) = (self.world, self.program, self.layout);
        let (decision, cols) = (&program.decisions[d.index()], &layout.decisions[&d]);
        let Some(ballots) = world.dated.ballots.get(&d) else {
            return Ok(());
        };
        let lo = cols.voters.dims[0].lo;
        let first = cols.keys.dims.first().map_or(0, |k| k.lo);
        let (mut voters, mut matters, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let mut names = Vec::new();
        for (row, ballot) in &ballots.rows {
            let name = row.values.get(1).and_then(|g| world.naming(program, *g));
            let mut told = row.clone();
            told.values.truncate(if name.is_some() { 1 } else { 2 });
            let of = world.row(program, &told)?;
            voters.push(of.first().map_or(0, |v| v - i64::from(lo)));
            matters.push(of.get(1).map_or(0, |m| m - i64::from(first)));
            names.push(name.map_or(-1, |n| n as i64));
            values.push(i64::from(*ballot) + 1);
        }
        let inside = |n: &i64, cap: u32| (0..i64::from(cap)).contains(n);
        let known = ballots.rows.iter().zip(&voters).zip(&matters);
        let known = known.map(|(((row, _), v), m)| {
            i64::from(
                !row.values.is_empty() && inside(v, cols.voters.cap) && inside(m, cols.keys.cap),
            )
        });
        let known = self.table(Elem::I64, known.collect());
        let known = self.load(known, at);
        let known = self.cmp_imm(ir::condcodes::IntCC::NotEqual, known, 0);
        self.when(known, |em| {
            let [voter, matter, value] = [voters, matters, values].map(|numbers| {
                let table = em.table(Elem::I64, numbers);
                em.load(table, at)
            });
            let matter = em.matter_by_name(matter, &names, at, first)?;
            let who = em.plus(voter, i64::from(lo));
            let env = em.about(d, matter);
            let env = env.with(decision.voter.var, Bind::V(V::Entity(who)));
            let open = em.load_bool(cols.open, matter);
            let of = em.of_kinds(who, &decision.voter.kinds);
            let may = em.may_vote(d, matter, &env)?;
            let may = em.may_cast(d, matter, who, may)?;
            let row = em.b.ins().imul_imm_s(matter, i64::from(cols.voters.cap));
            let index = em.b.ins().iadd(row, voter);
            let mut conds = vec![open, of, may];
            if decision.first_counts {
                let cast = em.load(cols.ballots, index);
                conds.push(em.cmp_imm(ir::condcodes::IntCC::Equal, cast, 0));
            }
            em.when_all(&conds, |em| {
                em.store(cols.ballots, index, value);
                Ok(())
            })
        })
    }
}
