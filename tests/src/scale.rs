//! Cases of any size: many members, many acts, many instances. The benches time them, the tests count their work.
//!
//! Comes in: how many. Goes out: the case after its last act. Never happens: a case whose outcome depends on its size;
//! each program is small and only its population and history grow.

use crate::build;
use rogatio_calendar::Day;
use rogatio_interpret::{ActInput, ActKind, Case, Entity, Value};
use rogatio_mir::{ActId, DecisionId, KindId, Program};
use std::sync::Arc;

/// A treaty: everybody joins, one after the other, and owes a report; watched counts and shares of all of them.
pub const TREATY: &str = "
module scale.treaty
kind State
act deposit by any State
act report by State
act withdraw by State
any p: State may withdraw when bound(p)
status bound(p: State) from 90 days after deposit by p until 1 year after withdraw by p
kind Party = State where bound
status in_force from 90 days after 30th deposit
status wide while count(Party) is at least 1/2 of State
status broad from first deposit where count(State & deposited) is at least 2/3 of State
status deposited(p: State) from deposit by p
define parties: int = count(Party)
status many while parties >= 500
reporting: each p: State must report within 30 days upon deposit by p unless withdraw by p
";

/// A decision on which everybody votes; it closes when all have.
pub const ASSEMBLY: &str = "
module scale.assembly
kind Member { shares: int = 1 }
kind Motion
body Assembly { members Member  weight(m) = m.shares }
event call(m: Motion)
decision Adopt on m: Motion by Assembly {
    ballots yes, no, abstain, last counts
    quorum heads(cast) is at least 1/2 of heads(members)
    passes when votes(yes) is at least 2/3 of votes(voting)
    silence abstain
    opens upon call(m)
    closes all have voted
}
";

/// A place with many events: counts of the last days, sums, latest values, duties that come and go.
pub const HARBOUR: &str = "
module scale.harbour
kind Ship
office Master
act enter(load: int) by any Ship
act leave by any Ship
act inspect(s: Ship) by Master
status inside(s: Ship) from enter by s until leave by s
status loaded(s: Ship): int? is n after enter(load: n) by s
define traffic: int = count(enter in the last 30 days)
define load: int = sum(enter.load)
status busy while traffic >= 40
status crowded while count(Ship & inside) >= 20
status heavy from load >= 1000
checking: Master must inspect(s) within 3 days upon enter by s unless leave by s
any s: Ship may leave when inside(s)
";

/// Many instances of a procedure with a decision, a window and a duty of their own.
pub const CHAMBER: &str = "
module scale.chamber
kind Member
office Speaker
body House { members Member }
act introduce(new b: Bill) by any Member
act call(b: Bill) by any Speaker
act close_vote(b: Bill) by any Speaker
act publish(b: Bill) by Speaker
decision Pass on b: Bill by House {
    ballots aye, nay, last counts
    quorum none
    passes when aye > nay
    silence none
    closes upon close_vote(b)
}
procedure Bill {
    stage tabled { on call -> voting_on  on lapse of 2 years -> dead }
    stage voting_on {
        decide Pass
        on adopted -> law
        on rejected -> dead
    }
    outcome law, dead
    publishing: Speaker must publish within 30 days upon adopted(Pass on this)
}
";

/// A program of this file.
///
/// # Panics
/// If it is wrong.
#[must_use]
pub fn program(text: &str) -> Arc<Program> {
    let built = build("scale", text, None);
    assert!(!built.has_errors(), "{}", built.report());
    Arc::new(built.mir.expect("no error was found"))
}

fn kind(p: &Program, name: &str) -> KindId {
    let found = p.kinds.iter().position(|k| k.name == name);
    KindId(u32::try_from(found.expect("declared")).expect("few"))
}

fn act(p: &Program, name: &str) -> ActId {
    let found = p.acts.iter().position(|a| a.name == name);
    ActId(u32::try_from(found.expect("declared")).expect("few"))
}

fn day(n: usize) -> Day {
    let first = Day::from_ymd(1900, 1, 1).expect("a day");
    first
        .checked_add_days(i64::try_from(n).expect("near"))
        .expect("near")
}

fn populate(case: &mut Case, kind: KindId, letter: char, n: usize) -> Vec<Entity> {
    (0..n)
        .map(|i| case.add_entity(&format!("{letter}{i}"), kind).expect("new"))
        .collect()
}

fn perform(case: &mut Case, day: Day, input: ActInput) {
    case.perform(day, input).expect("in order");
}

fn does(act: ActId, who: Entity, args: Vec<Value>) -> ActInput {
    let args = args.into_iter().map(Some).collect();
    ActInput {
        args,
        ..ActInput::new(act, Some(who))
    }
}

/// `n` states join within three years; each owes a report, and half of them give it.
#[must_use]
pub fn treaty(p: &Arc<Program>, n: usize) -> Case {
    let mut case = Case::new(p.clone());
    let all = populate(&mut case, kind(p, "State"), 'S', n);
    let (deposit, report) = (act(p, "deposit"), act(p, "report"));
    for (i, who) in all.iter().enumerate() {
        let today = day(i * 1_000 / n);
        perform(&mut case, today, ActInput::new(deposit, Some(*who)));
        if i % 2 == 0 {
            perform(&mut case, today, ActInput::new(report, Some(*who)));
        }
    }
    case.end_of_day(day(2_000));
    case
}

/// `n` members vote on one motion.
#[must_use]
pub fn assembly(p: &Arc<Program>, n: usize) -> Case {
    let mut case = Case::new(p.clone());
    let all = populate(&mut case, kind(p, "Member"), 'M', n);
    let motion = case
        .add_entity("Motion", kind(p, "Motion"))
        .expect("a new name");
    let call = ActInput {
        args: vec![Some(Value::Entity(motion))],
        ..ActInput::new(act(p, "call"), None)
    };
    perform(&mut case, day(0), call);
    for (i, who) in all.iter().enumerate() {
        let ballot = u32::from(i % 4 == 0);
        let input = ActInput::vote(DecisionId(0), Some(motion), ballot, *who);
        perform(&mut case, day(0), input);
    }
    case
}

/// `n` ships' movements, one a day or so, by fifty ships.
#[must_use]
pub fn harbour(p: &Arc<Program>, n: usize) -> Case {
    let mut case = Case::new(p.clone());
    let ships = populate(&mut case, kind(p, "Ship"), 'S', 50);
    let master = case.find_entity("Master").expect("declared");
    let (enter, leave, inspect) = (act(p, "enter"), act(p, "leave"), act(p, "inspect"));
    for i in 0..n {
        let ship = ships[(i / 3 * 7) % ships.len()];
        let input = match i % 3 {
            0 => does(
                enter,
                ship,
                vec![Value::Int(i64::try_from(i % 5).expect("small"))],
            ),
            1 => does(inspect, master, vec![Value::Entity(ship)]),
            _ => does(leave, ship, Vec::new()),
        };
        perform(&mut case, day(i), input);
    }
    case.end_of_day(day(n + 100));
    case
}

/// `n` bills are introduced; half of them are voted on by twenty members.
#[must_use]
pub fn chamber(p: &Arc<Program>, n: usize) -> Case {
    let mut case = Case::new(p.clone());
    let all = populate(&mut case, kind(p, "Member"), 'M', 20);
    let speaker = case.find_entity("Speaker").expect("declared");
    let (introduce, call, close) = (act(p, "introduce"), act(p, "call"), act(p, "close_vote"));
    let mut bills = Vec::new();
    for i in 0..n {
        perform(&mut case, day(0), does(introduce, all[i % 20], Vec::new()));
        bills.extend(case.occurrences().last().and_then(|o| o.created));
    }
    for (i, bill) in bills.into_iter().enumerate().filter(|(i, _)| i % 2 == 0) {
        let today = day(1 + i / 10);
        let about = vec![Value::Entity(bill)];
        perform(&mut case, today, does(call, speaker, about.clone()));
        for (k, who) in all.iter().enumerate() {
            let act = ActKind::Vote {
                decision: DecisionId(0),
                subject: Some(bill),
                ballot: u32::from(k % 3 == 0),
                label: None,
            };
            let input = ActInput {
                act,
                ..ActInput::new(ActId(0), Some(*who))
            };
            perform(&mut case, today, input);
        }
        perform(&mut case, today, does(close, speaker, about));
    }
    case.end_of_day(day(1_000));
    case
}
