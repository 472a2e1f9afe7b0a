//! Time at the prompt finer than days, and by a second clock that no date converts to.

mod common;

use common::{Ended, rogatio, rogatio_with, root};
use tempfile::{TempDir, tempdir};

/// A vote of 72 hours by the clock of a hall.
fn hall(dir: &TempDir, lines: &str) -> Ended {
    let hall = root().join("tests/suite/clock/hours_of_a_hall.rog");
    let hall = hall.canonicalize().unwrap();
    rogatio_with(dir, &["repl", hall.to_str().unwrap()], lines)
}

const SUBMITTED: &str = "Member: M1..M4\nDraft: P\n1010-05-05 @ 0 hours: submit(P) by M1\n";

#[test]
fn a_second_clock_runs_by_its_readings() {
    let dir = tempdir().unwrap();
    let lines = format!(
        "{SUBMITTED}:until @ 71 hours\nopen(Adopt on P)\n:until 1010-06-01\nopen(Adopt on P)\n:until @ 72 hours\n\
         open(Adopt on P)\n:at 1010-05-05 @ 71 hours\nopen(Adopt on P)\n"
    );
    let ended = hall(&dir, &lines);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let told: Vec<&str> = ended.stdout.lines().skip(2).collect();
    assert_eq!(
        told,
        [
            "nothing happens until 1010-05-05 @ 71 hours",
            "true",
            // Nothing converts a date into hours of the hall.
            "nothing happens until the end of 1010-06-01",
            "true",
            "1010-06-01 @ 72 hours  Adopt on P: rejected, the votes are equal: rejected  art 1     yes 0, no 0, abstain 4, of 4",
            "false",
            "at 1010-05-05 @ 71 hours",
            "true",
        ],
        "{}",
        ended.stdout
    );
}

#[test]
fn a_step_takes_the_second_clock_where_dates_bring_nothing() {
    let dir = tempdir().unwrap();
    let ended = hall(&dir, &format!("{SUBMITTED}:step\n:step\n:save said.rog\n"));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .contains("1010-05-05 @ 72 hours  Adopt on P: rejected"),
        "{}",
        ended.stdout
    );
    assert!(
        ended
            .stdout
            .contains("nothing more will happen unless somebody acts"),
        "{}",
        ended.stdout
    );
    let saved = std::fs::read_to_string(dir.path().join("said.rog")).unwrap();
    assert!(
        saved.contains("1010-05-05 @ 72 hours: expect rejected(Adopt on P) because art 1"),
        "{saved}"
    );
    assert_eq!(rogatio(&dir, &["test", "said.rog"]).exit, 0);
}

#[test]
fn what_is_no_reading_is_refused_and_nothing_moves() {
    let dir = tempdir().unwrap();
    let lines = format!(
        "{SUBMITTED}:until @ 20 hours\n:until @ 10 hours\n:until @ 3 days\n:until @\n:at 1010-05-05 @ soon\n:at\n"
    );
    let ended = hall(&dir, &lines);
    assert_eq!(ended.exit, 1);
    for said in [
        "the second clock reads 20 hours already; :at 1010-05-05 @ 10 hours looks back",
        "error[E0438]: this is no reading of `table`",
        "write a length of the second clock behind `@`: @ 71 hours",
        "error[E0101]",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    let one_clock = rogatio_with(
        &dir,
        &["repl", "un.cbd"],
        ":until 1993-01-01 @ 3 hours\n:at @ 3 hours\n",
    );
    assert!(
        one_clock
            .stderr
            .contains("error[E0438]: this text has one clock only"),
        "{}",
        one_clock.stderr
    );
    assert!(
        one_clock
            .stderr
            .contains("no day has a line yet; write :at 1010-05-07 @ 3 hours")
    );
}

const CHARTER: &str = "\
module charter
kind Account
act propose(new p: Proposal) by any Account
act cheer(p: Proposal) by any Account
procedure Proposal {
    stage waiting { on 24 hours after start(this is waiting) -> open }
    stage open { on 30 minutes after start(this is open) -> closed }
    outcome closed
}
";

#[test]
fn seconds_are_moments_of_their_own() {
    let dir = tempdir().unwrap();
    common::write(&dir, "charter.rog", CHARTER);
    let lines = "\
Account: Ada, Bob
2030-01-01T12:00: propose by Ada as Grants
Grants is waiting
:step
Grants is open
:step
Grants is closed
:at 2030-01-02T12:29:59
Grants is open
:until 2030-01-02T12:29:00
:until 2030-01-01T25:00
:at
";
    let ended = rogatio_with(&dir, &["repl", "charter.rog"], lines);
    assert_eq!(ended.exit, 1, "{}", ended.stderr);
    let values: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|l| ["true", "false"].contains(l))
        .collect();
    assert_eq!(values, ["true"; 4], "{}", ended.stdout);
    for said in [
        "2030-01-02T12:00:00  Grants is open",
        "2030-01-02T12:30:00  Grants is closed",
        "at 2030-01-01T12:00:00",
    ] {
        assert!(ended.stdout.contains(said), "{said}: {}", ended.stdout);
    }
    for said in [
        "2030-01-02T12:29:00 is past; :at 2030-01-02T12:29:00 looks back at it",
        "`2030-01-01T25:00`: there is no time 25:00:00; write :until 1993-12-29T10:00",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn a_game_goes_on_from_a_second() {
    let dir = tempdir().unwrap();
    let scenario = "scenario \"grants\" {\n Account: Ada\n 2030-01-01T12:00: propose by Ada as Grants\n \
                    2030-01-03T12:00: cheer(Grants) by Ada\n}\n";
    common::write(&dir, "charter.rog", CHARTER.to_owned() + scenario);
    let from = |until: &str| {
        let args = ["run", "charter.rog", "--interactive", "--until", until];
        rogatio_with(
            &dir,
            &args,
            "count(cheer)\ncheer\n1\nGrants\nAda\nGrants is open\n:at\nq\n",
        )
    };
    let ended = from("2030-01-02T12:10");
    assert!(ended.stdout.contains("\n0\n"), "{}", ended.stdout);
    // What is done has the second where the game stands.
    assert!(
        ended
            .stdout
            .contains("2030-01-02T12:10:00: cheer(Grants) by Ada"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert!(ended.stdout.contains("\ntrue\n"), "{}", ended.stdout);
    assert!(from("2030-01-03").stdout.contains("\n1\n"));
}

#[test]
fn what_takes_nothing_says_so() {
    let dir = tempdir().unwrap();
    for command in [":step", ":undo", ":redo", ":votes", ":readings", ":reload"] {
        let ended = rogatio_with(&dir, &["repl", "us.congress"], &format!("{command} 5\n"));
        let said = format!("{command} takes nothing behind it; write {command} alone\n");
        assert_eq!((ended.exit, ended.stderr), (1, said));
    }
    let ended = rogatio_with(&dir, &["repl", "us.congress"], ":timeline 5\n");
    let said = "write :timeline, or :timeline all for every line with its causes\n";
    assert_eq!((ended.exit, ended.stderr.as_str()), (1, said));
}

/// Where a line would only be read in a case, asking for it is refused; the prompt goes on.
#[test]
fn a_list_of_actors_is_no_question() {
    let dir = tempdir().unwrap();
    let ended = rogatio_with(
        &dir,
        &["repl", "un.cbd"],
        "State: A, B\ndeposit by each of A, B\ncount(State)\n",
    );
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("error[E0302]"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "2\n");
}
