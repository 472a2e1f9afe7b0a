//! `rogatio run --interactive`: choices by number, questions, saving.

mod common;

use common::{Ended, TREATY, rogatio, rogatio_with, write};
use std::fs;
use tempfile::{TempDir, tempdir};

const RULES: &str = r#"module club
kind Member
body Assembly { members Member }
office Chair
act propose(new m: Motion, text: text) by any Member
act close(m: Motion) by any Chair
procedure Motion(text: text) {
    stage open { decide Carry  on adopted -> carried  on rejected -> lost }
    outcome carried, lost
}
decision Carry on m: Motion by Assembly {
    ballots yes, no, abstain, last counts
    quorum none
    passes when yes is more than 1/2 of voting
    silence abstain
    closes upon close(m)
}
"#;

fn play(dir: &TempDir, file: &str, lines: &str) -> Ended {
    rogatio_with(dir, &["run", file, "--interactive"], lines)
}

#[test]
fn a_motion_is_carried_and_the_game_is_saved() {
    let dir = tempdir().unwrap();
    write(&dir, "club.rog", RULES);
    let ended = play(
        &dir,
        "club.rog",
        "Member: Ada, Bela, \"Cora Gray\"\nd 2030-01-01\n1\nBela\n\"a new roof\"\nM\nvote\n1\nall\nyes\nvote\n1\ncora\nno\n\
         d 2030-01-05\nclose\n1\n:missing\nsave game.rog\nq\nnot read\n",
    );
    assert_eq!(ended.exit, 0, "{}\n{}", ended.stdout, ended.stderr);
    for part in [
        "2030-01-01: propose(\"a new roof\") by Bela as M",
        "2030-01-01: vote(yes, Carry on M) by each of Ada, Bela, \"Cora Gray\"",
        "2030-01-01: vote(no, Carry on M) by \"Cora Gray\"",
        "2030-01-05: close(M) by Chair",
        "M is carried",
        "written: game.rog",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let saved = fs::read_to_string(dir.path().join("game.rog")).unwrap();
    assert!(
        saved.contains("expect adopted(Carry on M)") && saved.contains("expect M is carried"),
        "{saved}"
    );
    let tested = rogatio(&dir, &["test", "game.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn it_goes_on_from_a_scenario() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let ended = play(&dir, "treaty.rog", "u\nin_force\n1\nAda\nu\n:timeline\n");
    assert!(
        ended.stdout.contains("1  deposit  Ada, Bela, Cora  art 1"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("true\n"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("1993-12-29: deposit by Ada"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("nothing to take back"),
        "the scenario stays: {}",
        ended.stderr
    );
    // Before it came into force.
    let ended = rogatio_with(
        &dir,
        &[
            "run",
            "treaty.rog",
            "--interactive",
            "--until",
            "1993-09-29",
        ],
        "in_force\nw\nw\n1\nCora\nw\nin_force\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("1993-12-28   in_force starts") && ended.stdout.ends_with("true\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_cannot_be_chosen() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let ended = play(
        &dir,
        "treaty.rog",
        "7\n0\n1\nDora\n1\n\nd yesterday\nsave\nnonsense\n99999999999999999999\n1\n",
    );
    assert_eq!(ended.exit, 1);
    for part in [
        "no choice 7",
        "no choice 0",
        "`Dora` cannot be chosen",
        "nothing was chosen",
        "`yesterday`",
        "write :save",
        "nonsense",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    write(
        &dir,
        "two.rog",
        format!("{TREATY}scenario \"again\" {{ State: Ada }}\n"),
    );
    let ended = play(&dir, "two.rog", "");
    assert_eq!(ended.exit, 2);
    assert!(ended.stderr.contains("--scenario"), "{}", ended.stderr);
    let ended = rogatio_with(
        &dir,
        &["run", "two.rog", "--interactive", "--scenario", "again"],
        "1\n2000-01-01\n",
    );
    assert!(
        ended.stdout.contains("2000-01-01: deposit by Ada"),
        "{}",
        ended.stdout
    );
    assert_eq!(play(&dir, "none.rog", "").exit, 3);
    assert_eq!(
        rogatio(&dir, &["run", "two.rog", "--interactive", "--trace"]).exit,
        2
    );
}
