//! `rogatio power`: who has which power in a decision.

use crate::args::{Against, Power, TableFormat};
use crate::case::{Asked, choose, is_bad, own, prepare};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, among, compile};
use rogatio_analyze::{Electorate, Game, Refusal, derive, power, readings_of};
use rogatio_calendar::{Day, Phase, Point};
use rogatio_interpret::{Case, Entity};
use rogatio_mir::{DecisionId, KindId, Program, Silence, StampTime, VersionBound};
use rogatio_report::{PowerContext, PowerReport, readings};
use std::sync::Arc;

/// Where nothing is dated.
const SOME_DAY: (i32, u32, u32) = (2000, 1, 1);

/// A body as it stands somewhere.
struct Body {
    case: Case,
    /// Where its members come from.
    from: String,
}

/// Prints the indices of one decision.
pub(crate) fn run(console: &mut Console, args: &Power) -> Done {
    console.speak(args.format != TableFormat::Human);
    if args.format == TableFormat::Json {
        console.findings = Findings::Json;
    }
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let d = decision(&front, &program, args.decision.as_deref()).map_err(|m| console.usage(&m))?;
    let mut body = body(console, args, &mut front, program, d)?;
    let subject = subject(&mut body.case, d, args.on.as_deref()).map_err(|m| console.usage(&m))?;
    let dated = begin(&mut body.case, args.at);

    let bad = |console: &Console, front: &Front, r: &Refusal| {
        console.report(&[r.diagnostic()], &front.sources);
        Stop::Exit(Exit::BadInput)
    };
    let electorate = derive(&body.case, d, subject).map_err(|r| bad(console, &front, &r))?;
    let game = game(&electorate, args.against).map_err(|r| bad(console, &front, &r))?;
    let differs = differs(&electorate, &game, args.against);
    let found = power(game, usize::from(args.coalitions)).map_err(|r| bad(console, &front, &r))?;

    let program = body.case.program();
    let rests_on: Vec<u32> = readings_of(program, d).into_iter().map(|r| r.0).collect();
    let name = |d: DecisionId| program.decisions[d.index()].name.clone();
    let report = PowerReport::of(
        &found,
        PowerContext {
            version: env!("CARGO_PKG_VERSION"),
            module: program.name.clone(),
            decision: name(d),
            subject: subject.map(|s| body.case.entity_name(s).to_owned()),
            members_from: body.from,
            day: dated.then(|| body.case.now().held_through().to_string()),
            against: answer_name(&electorate, args.against),
            supposed: electorate.supposed.clone(),
            without_vote: electorate.without_vote.clone(),
            differs,
            readings: (readings(program).into_iter().enumerate())
                .filter(|(i, r)| r.explicit || rests_on.contains(&(*i as u32)))
                .map(|(_, r)| r)
                .collect(),
        },
    );
    match args.format {
        TableFormat::Human => console.print(&report.render(console.style()))?,
        TableFormat::Csv => console.print(&report.csv())?,
        TableFormat::Json => {
            console.print(&(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"))?;
        }
    }
    Ok(Exit::Fine)
}

/// The decision of that name, or the only one.
fn decision(front: &Front, program: &Program, name: Option<&str>) -> Result<DecisionId, String> {
    let heads = || {
        let all = (0u32..).zip(&program.decisions);
        all.filter(|(_, d)| d.head.is_none() && d.whole.is_none())
            .map(|(i, d)| (DecisionId(i), d))
    };
    let names: Vec<&str> = heads().map(|(_, d)| d.name.as_str()).collect();
    if let Some(name) = name {
        let found = heads().find(|(_, d)| d.name == name);
        return found
            .map(|(i, _)| i)
            .ok_or_else(|| format!("there is no decision `{name}`{}", among(name, &names)));
    }
    let own: Vec<DecisionId> = heads()
        .filter(|(_, d)| {
            let at = program.provisions.get(d.provision.index());
            at.is_some_and(|p| p.span.file == front.file)
        })
        .map(|(i, _)| i)
        .collect();
    match (own.as_slice(), names.len()) {
        ([one], _) => Ok(*one),
        ([], 1) => Ok(heads().map(|(i, _)| i).next().unwrap_or(DecisionId(0))),
        (_, 0) => Err("there is no decision in this program".to_owned()),
        _ => {
            let list: Vec<String> = names.iter().map(|n| format!("\n  {n}")).collect();
            Err(format!(
                "there are several decisions; name one:{}",
                list.concat()
            ))
        }
    }
}

/// The case in which the body stands.
fn body(
    console: &mut Console,
    args: &Power,
    front: &mut Front,
    program: Program,
    d: DecisionId,
) -> Result<Body, Stop> {
    let program = Arc::new(program);
    let scenario = match (&args.scenario, args.members) {
        (Some(title), _) => Some(choose(front, title).map_err(|m| console.usage(&m))?),
        // The only case that the file has, where the module itself names nobody.
        (None, None) if !has_members(&program, d) => match own(front).as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        _ => None,
    };
    if let Some(index) = scenario {
        let chosen = front
            .readings(&args.readings)
            .map_err(|m| console.usage(&m))?;
        let prepared = prepare(front, &program, &chosen, index);
        let asked = Asked {
            until: args.at.map(StampTime::Day),
            known_at: None,
            hypothetical: true,
        };
        let run = prepared.run(front, &asked, None);
        if is_bad(&run) {
            console.report(&run.diagnostics, &front.sources);
            return Err(Exit::BadInput.into());
        }
        return Ok(Body {
            case: run.case,
            from: format!("scenario \"{}\"", prepared.scenario.name),
        });
    }
    let mut case = Case::new(program.clone());
    let mut from = "those that the module names".to_owned();
    if let Some(n) = args.members {
        let kind = voters(&program, d)
            .next()
            .ok_or_else(|| console.usage("nobody votes in this decision"))?;
        let name = &program.kinds[kind.index()].name;
        for i in 1..=n {
            let name = rogatio_mir::draw::member_name(name, i);
            if let Err(e) = case.add_entity(&name, kind) {
                return Err(console.usage(&e.to_string()));
            }
        }
        from = format!("{n} anonymous ones of the kind {name}");
    }
    Ok(Body { case, from })
}

/// Whether the module names entities that could vote.
fn has_members(program: &Program, d: DecisionId) -> bool {
    voters(program, d).any(|k| !program.kinds[k.index()].instances.is_empty())
}

/// The kinds of those who vote, in all bodies that take part.
fn voters(program: &Program, d: DecisionId) -> impl Iterator<Item = KindId> + '_ {
    let whole = &program.decisions[d.index()];
    let limbs = whole.limbs.iter().map(|l| &program.decisions[l.index()]);
    limbs
        .chain([whole])
        .flat_map(|d| d.voter.kinds.iter().copied())
}

/// What is decided on: the entity named, the only one there is, or a new one with the defaults of its kind.
fn subject(case: &mut Case, d: DecisionId, name: Option<&str>) -> Result<Option<Entity>, String> {
    let decision = &case.program().decisions[d.index()];
    let Some(domain) = &decision.subject else {
        return match name {
            Some(_) => Err(format!(
                "`{}` is a decision on nothing: leave --on out",
                decision.name
            )),
            None => Ok(None),
        };
    };
    let kinds = domain.kinds.clone();
    let there: Vec<(Entity, String)> = case
        .entities()
        .filter(|(_, _, k)| kinds.contains(k))
        .map(|(e, n, _)| (e, n.to_owned()))
        .collect();
    if let Some(name) = name {
        let names: Vec<&str> = there.iter().map(|(_, n)| n.as_str()).collect();
        let found = there.iter().find(|(_, n)| n == name);
        return found
            .map(|(e, _)| Some(*e))
            .ok_or_else(|| format!("there is no `{name}` to decide on{}", among(name, &names)));
    }
    match there.as_slice() {
        [(one, _)] => Ok(Some(*one)),
        [] => {
            let Some(kind) = kinds.first() else {
                return Ok(None);
            };
            let name = rogatio_diagnostics::with_article(&case.program().kinds[kind.index()].name);
            case.add_entity(&name, *kind)
                .map(Some)
                .map_err(|e| e.to_string())
        }
        several => {
            let names: Vec<String> = several.iter().map(|(_, n)| format!("\n  {n}")).collect();
            Err(format!(
                "say what is decided on with --on:{}",
                names.concat()
            ))
        }
    }
}

/// A case without a history begins on the day asked for, else on the first day of the latest version; says whether that
/// day matters.
fn begin(case: &mut Case, at: Option<Day>) -> bool {
    if case.has_begun() {
        return true;
    }
    let versions = case.program().versions.iter();
    let latest = versions
        .flat_map(|v| [v.from, v.until])
        .flatten()
        .filter_map(|b| match b {
            VersionBound::Day(day) => Some(day),
            VersionBound::Event(_) => None,
        })
        .max();
    let (y, m, d) = SOME_DAY;
    let told = at.or(latest);
    let day = told.or(Day::from_ymd(y, m, d)).unwrap_or(Day::MIN);
    case.begin(Point::day_phase(day, Phase::Opening));
    case.end_of_day(day);
    told.is_some()
}

/// The answer of a voter who does not support.
fn answer(e: &Electorate, against: Against, voter: usize) -> usize {
    let v = &e.voters[voter];
    match against {
        Against::No => v.opposes,
        Against::Abstain if v.ballots.len() > 2 => 2,
        Against::Abstain | Against::Absent => {
            // Where consensus is sought, silence supports.
            if v.supports == v.silent() {
                v.opposes
            } else {
                v.silent()
            }
        }
    }
}

fn answer_name(e: &Electorate, against: Against) -> String {
    let Some(v) = e.voters.first() else {
        return String::new();
    };
    let ballot = v.ballots.get(answer(e, against, 0));
    ballot.map_or_else(|| "absent".to_owned(), Clone::clone)
}

fn game(e: &Electorate, against: Against) -> Result<Game, Refusal> {
    for (i, v) in e.voters.iter().enumerate() {
        if let (true, Silence::NotStated(why)) = (answer(e, against, i) == v.silent(), &v.silence) {
            return Err(Refusal::silent(&v.name, why));
        }
    }
    Game::of(e, &|voter| answer(e, against, voter))
}

/// What changes if those who do not support do something else.
fn differs(e: &Electorate, game: &Game, against: Against) -> Vec<String> {
    let words = [
        (Against::No, "vote against", "no"),
        (Against::Abstain, "abstain", "abstain"),
        (Against::Absent, "stay away", "absent"),
    ];
    let own = |a: Against| {
        (0..e.voters.len())
            .map(|i| answer(e, a, i))
            .collect::<Vec<_>>()
    };
    let mut seen = vec![own(against)];
    let mut out = Vec::new();
    for (other, does, flag) in words {
        if seen.contains(&own(other)) {
            continue;
        }
        seen.push(own(other));
        let text = match self::game(e, other) {
            Ok(g) if g.same_rule(game) => continue,
            Ok(_) => format!("it is another game where the others {does}: --against {flag}"),
            Err(r) => format!("where the others {does} there is no answer: {}", r.message),
        };
        out.push(text);
    }
    out
}
