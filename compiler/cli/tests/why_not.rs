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
                &["communicate by Secretariat, due 2030-01-31 art 1(2)"],
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
