//! What is missing, form by form: the thing, the day, the article.

mod common;

use common::{rogatio, write};
use tempfile::tempdir;

const NORMS: &str = r#"module norms
counting treaty
kind State
kind Person
kind Meeting
kind Side { left  right }
office Secretariat
office Minister held by premier
status premier: Person? is x after appoint(x)
event appoint(x: Person)
event founded
event convened(m: Meeting)
act communicate(m: Meeting) by Secretariat
act ask by Minister
act designate by Side
act speak by State
act renew by State
act refuse by State
act file by State
given quorate: bool
status bound(s: State) from 90 days after 3rd file
status in_force from 90 days after 30th file by State
article 1 {
    (1) any State may file
    (2) notice: Secretariat must communicate(m)  within 30 days  upon convened(m)
    (3) presidency: Side jointly must designate  within 2 months  upon founded
    (4) asking: Minister must ask  without delay  upon founded
    (5) any State may speak  between 2030-03-01 and 2030-04-01
    (6) any State may renew
    (7) any State cannot renew  unless in_force
    (8) any s: State may refuse when bound(s) and quorate
}
scenario "begun" {
    State: A, B, C, D
    Meeting: M
    Person: P
    2030-01-01: founded
    file by each of A, B
    convened(M)
}
"#;

const VOTES: &str = r#"module votes
kind State
kind Weighty
kind Silent
kind Early
event seat(s: State)
event call
event vote_closed
status permanent(s: State) from seat(s)
body Council { members State }
article 8 "Votes" {
    (1) decision Substantive on d: Weighty by Council {
        ballots yes, no, abstain, last counts
        quorum none
        passes when yes >= 5
        veto permanent
        silence abstain
        opens upon call
        closes upon vote_closed
    }
    (2) decision Charter on d: Silent by Council {
        ballots yes, no, abstain, last counts
        quorum not stated "the charter names no quorum"
        passes when yes is at least 2/3 of voting
        silence abstain
        opens upon call
        closes 2028-03-11
    }
    (3) decision First on d: Early by Council {
        ballots yes, no, abstain, first counts
        quorum none
        passes when yes >= 5
        silence abstain
        opens upon call
        closes upon vote_closed
    }
}
scenario "open" {
    State: A, B, C, D, E, F, G
    Weighty: X
    Silent: Y
    Early: Z
    2028-01-01: seat(A)
    call
    vote(yes on X) by each of B, C, D
    vote(no on X) by A
    vote(yes on Y) by each of B, C
    vote(no on Z) by each of A, B, C
}
"#;

/// Each question with what its answer must say.
fn asked(module: &str, questions: &[(&str, &[&str])]) {
    let dir = tempdir().unwrap();
    write(&dir, "text.rog", module);
    for (question, wanted) in questions {
        let out = rogatio(&dir, &["why-not", "text.rog", question]);
        assert_eq!(out.exit, 0, "{question}: {}", out.stderr);
        // A long line goes on below; articles stand in a column of their own.
        let told: Vec<&str> = out.stdout.split_whitespace().collect();
        let told = told.join(" ");
        for text in *wanted {
            assert!(told.contains(text), "{question}: {text}\n{}", out.stdout);
        }
    }
}

#[test]
fn of_norms_and_statuses() {
    asked(
        NORMS,
        &[
            ("in_force", &["28 more file by State (2 of 30)", "90 days"]),
            ("bound(A)", &["1 more file (2 of 3)", "90 days"]),
            ("speak", &["1 more speak", "not before 2030-03-01 art 1(5)"]),
            (
                "renew",
                &["1 more renew", "28 more file by State", "90 days"],
            ),
            (
                "refuse",
                &[
                    "1 more file (2 of 3)",
                    "the given `quorate` to be true art 1(8)",
                ],
            ),
            (
                "notice(M) is fulfilled",
                &["communicate(M) by Secretariat, due 2030-01-31 art 1(2)"],
            ),
            (
                "notice(M) is lapsed",
                &["lapses if nobody fulfils it by 2030-01-31 art 1(2)"],
            ),
            (
                "presidency is fulfilled",
                &["designate by Side jointly, due 2030-03-01 art 1(3)"],
            ),
            (
                "asking is lapsed",
                &["asking has no date: it does not lapse by itself art 1(4)"],
            ),
            (
                "asking is fulfilled",
                &["ask by Minister", "nobody can do it now art 1(4)"],
            ),
            ("premier = P", &["appoint(P)"]),
            ("now >= 2031-01-01", &["wait until 2031-01-01"]),
            (
                "count(State) > 4",
                &["1 more in State (4 of 5), and there are not so many"],
            ),
        ],
    );
}

const WITHDRAWAL: &str = r#"module withdrawal
counting treaty
kind State
act deposit by any State
act recall by State
any s: State cannot deposit when deposit by s
kind Party = State where bound
article 7 {
    (1) status in_force from 90 days after 3rd deposit
    (2) status bound(s: State) from later(start(in_force), 90 days after deposit by s)
}
article 8 {
    (1) act withdraw by State
    (2) any s: Party may withdraw not before 2 years after start(bound(s))
    (3) any s: Party may recall
    (3) status recalled(s: State) from 3rd recall by s
}
scenario "one stayed away" {
    State: Andorra, Bhutan, Chad, Dominica
    2030-01-31: deposit by Andorra
    2030-03-01: deposit by Bhutan
    2030-06-30: deposit by Chad
    2031-01-01: recall by Andorra
}
"#;

/// What hinders one actor, or a further act of that one, is never what hinders another.
#[test]
fn of_one_actor() {
    asked(
        WITHDRAWAL,
        &[
            ("withdraw by Andorra", &["not before 2032-09-28 art 8(2)"]),
            ("withdraw by Dominica", &["deposit by Dominica", "90 days"]),
            ("recalled(Andorra)", &["2 more recall by Andorra (1 of 3)"]),
            (
                "recalled(Dominica)",
                &["3 more recall by Dominica (0 of 3)", "deposit by Dominica"],
            ),
        ],
    );
    let dir = tempdir().unwrap();
    write(&dir, "text.rog", WITHDRAWAL);
    for question in ["withdraw by Dominica", "recalled(Dominica)"] {
        let out = rogatio(&dir, &["why-not", "text.rog", question]);
        assert!(
            !out.stdout.contains("2032-09-28"),
            "{question}: {}",
            out.stdout
        );
    }
}

#[test]
fn of_votes() {
    asked(
        VOTES,
        &[
            (
                "adopted(Substantive on X)",
                &[
                    "2 more votes yes (3 of 5), for example A, E, F, G art 8(1)",
                    "the veto of A to be withdrawn art 8(1)",
                    "vote_closed",
                ],
            ),
            (
                "adopted(Charter on Y)",
                &[
                    "undetermined: the charter names no quorum art 8(2)",
                    "Charter on Y closes on 2028-03-11",
                ],
            ),
            (
                "adopted(First on Z)",
                &["5 more votes yes (0 of 5), and only 4 may still vote art 8(3)"],
            ),
        ],
    );
}

#[test]
fn of_what_is_certain() {
    let dir = tempdir().unwrap();
    write(&dir, "text.rog", VOTES);
    let out = rogatio(&dir, &["why", "text.rog", "certain(rejected(First on Z))"]);
    let told: Vec<&str> = out.stdout.split_whitespace().collect();
    let told = told.join(" ");
    let certain = "rejected: even if all 4 who have not voted vote yes: yes 4, 5 needed art 8(3)";
    assert!(told.contains(certain), "{}", out.stdout);
}

const VERSIONS: &str = r#"module versions
counting treaty
kind State
act deposit by any State
act ratify by any State
event hire
event sack
given ok: bool
article 1 until 2030-01-01 {
  (1) status in_force from 2nd deposit
  (2) status bound(s: State) from first deposit by s where ok until end(in_force)
  (3) status shown(s: State) while count(deposit by s) > 1
  (5) status level: int? is 1 after hire, none after sack
}
article 1 from 2030-01-01 until 2040-01-01 {
  (1) status in_force from 30th ratify
  (2) status bound(s: State) from 3rd ratify by s until end(in_force)
  (3) status shown(s: State) while count(ratify by s) > 3
  (5) status level: int? is 2 after hire, none after sack
}
article 1 from 2040-01-01 {
  (1) status in_force from 1st ratify
  (3) status shown(s: State) while count(ratify by s) > 3
}
scenario "x" {
  State: A, B, C
  2029-01-01: deposit by A
  2031-01-01: ratify by B
  hire
}
"#;

/// What is repealed brings nothing about any more, and rules nothing.
#[test]
fn of_texts_in_force() {
    asked(
        VERSIONS,
        &[
            (
                "bound(C)",
                &["3 more ratify by C (0 of 3) art 1(2) [from 2030-01-01"],
            ),
            (
                "level = 1",
                &["art 1 [until 2030-01-01] is not in force any more"],
            ),
            (
                "in_force",
                &["29 more ratify (1 of 30) art 1(1) [from 2030-01-01"],
            ),
        ],
    );
    let dir = tempdir().unwrap();
    write(&dir, "text.rog", VERSIONS);
    let told = |args: &[&str]| {
        let out = rogatio(&dir, args);
        assert_eq!(out.exit, 0, "{args:?}: {}", out.stderr);
        out.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let out = told(&["why-not", "text.rog", "bound(C)", "--at", "2041-01-01"]);
    assert!(
        out.contains("what started bound(C) is not in force any more"),
        "{out}"
    );
    let out = told(&["why-not", "text.rog", "in_force", "--at", "2041-01-01"]);
    assert!(
        out.contains("only number 1 of ratify counts, and there have been 1"),
        "{out}"
    );
    let out = told(&[
        "why-not",
        "text.rog",
        "bound(C)",
        "--rules-at",
        "2029-01-01",
    ]);
    assert!(out.contains("the given `ok` to be true"), "{out}");
    assert!(
        out.contains("1 more deposit by C where … (0 of 1)"),
        "{out}"
    );
    let out = told(&["why", "text.rog", "level"]);
    assert!(out.contains("level = 2 art 1(5) [from 2030-01-01"), "{out}");
    let out = told(&["why", "text.rog", "shown(B)"]);
    assert!(
        !out.contains("[until 2030-01-01]") && !out.contains("is in force"),
        "{out}"
    );
}

const NO_VERSION: &str = r#"module later
kind State
event call
act deposit by State
article 1 from 2000-01-01 {
 (1) any State may deposit
 (2) status bound(s: State) from deposit by s
 (3) status called while call
}
scenario "x" {
 State: A
 2001-01-01: deposit by A
 call
}
"#;

/// The rules of a day before the first version of an article: it says so, wherever it is asked.
#[test]
fn of_a_day_before_the_first_version() {
    let dir = tempdir().unwrap();
    write(&dir, "text.rog", NO_VERSION);
    for (command, question) in [
        ("why", "bound(A)"),
        ("why", "deposit by A"),
        ("why", "called"),
        ("why-not", "bound(A)"),
        ("why-not", "deposit by A"),
        ("why-not", "called"),
    ] {
        let out = rogatio(
            &dir,
            &[command, "text.rog", question, "--rules-at", "1999-01-01"],
        );
        let told = out.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            told.contains("no version of art 1 is in force on 1999-01-01 art 1")
                || told.contains("but no version of art 1 is in force on 1999-01-01"),
            "{command} {question}: {told}"
        );
        assert!(
            !told.contains("not: false") && !told.contains("missing: false"),
            "{told}"
        );
    }
}

const BANS: &str = r#"module bans
counting treaty
kind State { rich: bool = false }
kind Draft
office Chief
act file by State
act move_it by State
act speak by State
act shout by State
act note(d: Draft) by Chief
act join by any State
act quit by State
event called(d: Draft)
event opened
given late: bool = true
status bound(s: State) from join by s until quit by s
article 1 {
    (1) any s: State may file when bound(s)
    (2) any State may move_it
    (3) any State may speak
    (4) any s: State may shout when s.rich
    (6) Chief must note(d) within 30 days upon called(d)
    (7) any s: State may quit when bound(s)
}
article 2 {
    (1) any State cannot file unless opened
    (2) any State cannot move_it between 2030-01-01 and 2030-02-01
    (3) any State cannot speak when late
    (4) any s: State cannot shout when bound(s)
}
scenario "x" {
  State: A, B
  Draft: D
  2030-01-05: join by A
}
"#;

/// A missing power and the `cannot` beside it, the end of the time of a `cannot`, the birth of a duty that has the power.
#[test]
fn of_what_is_taken_away() {
    asked(
        BANS,
        &[
            ("file by B", &["join by B", "opened"]),
            ("file by A", &["1 more file by A", "opened"]),
            ("move_it by A", &["not before 2030-02-02 art 2(2)"]),
            ("speak by B", &["the given `late` to be false art 2(3)"]),
            ("shout by A", &["A.rich", "art 1(4)", "quit by A"]),
            ("note(D)", &["called(D)"]),
        ],
    );
}

const RESULTS: &str = r#"module results
kind State { n: int = 1 }
kind Draft
kind Early
kind Weighty
kind Agreed
event call
event vote_closed
body Council { members State }
body Shares { members State weight(p) = p.n }
article 1 {
  (1) decision Adopt on d: Draft by Council {
      ballots yes, no, abstain, last counts
      quorum cast >= 3
      passes when yes is more than 1/2 of voting
      silence abstain
      opens upon call
      closes upon vote_closed
  }
  (2) decision First on d: Early by Council {
      ballots yes, no, abstain, first counts
      quorum none
      passes when yes >= 3
      silence abstain
      opens upon call
      closes upon vote_closed
  }
  (3) decision Weighed on d: Weighty by Shares {
      ballots yes, no, abstain, first counts
      quorum none
      passes when votes(yes) >= 12
      silence abstain
      opens upon call
      closes upon vote_closed
  }
  (4) decision Agree on d: Agreed by Council {
      ballots object
      quorum none
      first consensus
      opens upon call
      closes upon vote_closed
  }
}
scenario "open" {
  State: A { n = 6 }
  State: B { n = 5 }
  State: C { n = 4 }
  State: D, E
  Draft: X
  Early: Y
  Weighty: Z
  Agreed: K
  2030-01-01: call
  vote(yes on X) by each of A, B, C
  vote(yes on Y) by each of A, B
  vote(no on Z) by A
  vote(yes on Z) by B
}
"#;

/// Results other than adoption, and what makes one certain: votes, declarations, the close; no vote that cannot be cast.
#[test]
fn of_other_results() {
    asked(
        RESULTS,
        &[
            (
                "rejected(Adopt on X)",
                &[
                    "3 more votes no, for example D, E, A art 1(1)",
                    "vote_closed",
                ],
            ),
            (
                "lapsed(Adopt on X)",
                &["Adopt on X: nothing known makes it lapsed"],
            ),
            ("rejected(First on Y)", &["missing: vote_closed"]),
            (
                "certain(adopted(First on Y))",
                &["1 more vote yes, for example C art 1(2)"],
            ),
            (
                "adopted(Weighed on Z)",
                &["7 more votes in yes (5 of 12), and only 6 may still be cast art 1(3)"],
            ),
            (
                "adopted(Agree on K)",
                &["missing: consensus to be declared art 1(4)"],
            ),
            (
                "rejected(Agree on K)",
                &[
                    "an objection to Agree on K art 1(4)",
                    "Agree on K to be gavelled",
                ],
            ),
            ("lapsed(Agree on K)", &["missing: vote_closed"]),
        ],
    );
    // It has the votes that it says.
    let cast = RESULTS.replace(
        "  vote(yes on Y) by",
        "  vote(no on X) by each of D, E, A\n  vote(yes on Y) by",
    );
    asked(
        &cast,
        &[("rejected(Adopt on X)", &["missing: vote_closed"])],
    );
}

const QUALIFIED: &str = r#"module qualified
kind State
event begun
act pay by State
article 1 {
    paying: each s: State must "where possible", pay  within 10 days  upon begun
    filing: each s: State must pay  within 20 days  upon begun
}
status late(s: State) while lapse of paying(s)
article 2 {
    waiting: each s: State must file  before stop  upon begun
}
event stop
act file by State
scenario "begun" {
    State: A, B
    2030-01-01: begun
}
"#;

#[test]
fn a_qualified_duty_does_not_lapse_and_a_fulfilment_is_of_whom_it_binds() {
    let never = "paying is qualified: no clock says that it was not met";
    asked(
        QUALIFIED,
        &[
            ("late(A)", &["1 more lapse of paying (0 of 1)", never]),
            ("paying(A) is lapsed", &[never]),
            ("paying(B) is breached", &[never]),
            ("filing(A) is fulfilled", &["pay by A, due 2030-01-21"]),
            ("waiting(A) is lapsed", &["missing: stop"]),
        ],
    );
}
