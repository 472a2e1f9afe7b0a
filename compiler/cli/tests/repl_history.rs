//! The prompt: going back and forth, branches, saving, loading, looking things up.

mod common;

use common::{Ended, TREATY, rogatio, rogatio_with, write};
use std::fs;
use tempfile::{TempDir, tempdir};

const THREE: &str = "\
State: Ada, Bela, Cora, \"Saint Lucia\"
1993-09-28: deposit by Ada
1993-09-29: deposit by Bela
1993-09-30: deposit by Cora
";

fn folder() -> TempDir {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    dir
}

fn typed_in(dir: &TempDir, lines: &str) -> Ended {
    rogatio_with(dir, &["repl", "treaty.rog"], lines)
}

fn typed(lines: &str) -> Ended {
    typed_in(&folder(), lines)
}

#[test]
fn time_goes_by_steps_and_to_dates() {
    let ended = typed(&format!("{THREE}:step\nin_force\n:step\n"));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let told: Vec<&str> = ended.stdout.lines().skip(3).collect();
    assert!(
        told[0].starts_with("1993-12-29   in_force starts"),
        "{told:?}"
    );
    assert_eq!(
        told[1..],
        ["true", "nothing more will happen unless somebody acts"]
    );

    let ended = typed(&format!(
        "{THREE}:until 1993-12-28\nin_force\n:until 1994-01-01\nin_force\n"
    ));
    assert!(
        ended
            .stdout
            .contains("nothing happens until the end of 1993-12-28\nfalse\n"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.ends_with("true\n"), "{}", ended.stdout);
    let ended = typed(&format!("{THREE}:until 1990-01-01\n:until\n:until soon\n"));
    assert_eq!(ended.exit, 1);
    for part in ["is past", "write :until", "`soon`"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}

#[test]
fn undone_and_done_again() {
    let ended = typed(&format!(
        "{THREE}:undo\ncount(deposit)\n:redo\ncount(deposit)\n:redo\n"
    ));
    assert!(
        ended.stdout.ends_with(
            "taken back: 1993-09-30: deposit by Cora\n2\ndone again: 1993-09-30: deposit by Cora\n3\n"
        ),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("nothing to do again"),
        "{}",
        ended.stderr
    );
    // A declaration is a step too; what was typed after it goes first.
    let ended = typed("define n: int = count(deposit)\nn\n:undo\nn\n");
    assert_eq!(ended.exit, 1);
    assert!(
        ended
            .stdout
            .ends_with("taken back: define n: int = count(deposit)\n"),
        "{}",
        ended.stdout
    );
    assert!(ended.stderr.contains('n'), "{}", ended.stderr);
}

#[test]
fn a_line_that_is_wrong_leaves_the_session_as_it_was() {
    let ended = typed(&format!(
        "{THREE}define n: int = nobody\nstatus in_force from deposit by Ada\n1993-12-29: expect not in_force\n\
         reading R = x\ncount(deposit)\n:timeline\n:save out.rog\n"
    ));
    assert_eq!(ended.exit, 1);
    assert!(ended.stdout.contains("\n3\n"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("`rogatio test out.rog` passes"),
        "{}",
        ended.stdout
    );
}

#[test]
fn branches_differ() {
    let lines = format!(
        "{THREE}:fork late\n:undo\n1993-10-15: deposit by Cora\n:at 1994-06-01\nstart(in_force)\n\
         :diff\n:branch\n:branch main\n:at 1994-06-01\nstart(in_force)\n:diff late\n"
    );
    let ended = typed(&lines);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let out = &ended.stdout;
    assert!(
        out.contains("\n1994-01-13\n") && out.contains("\n1993-12-29\n"),
        "{out}"
    );
    assert!(
        out.contains("only in main\n1993-09-30   deposit by Cora"),
        "{out}"
    );
    assert!(
        out.contains("only in late\n1993-10-15   deposit by Cora"),
        "{out}"
    );
    assert!(out.contains("* late"), "{out}");
    let ended = typed(":fork\n:fork\n:branch\n:fork b1\n:branch nowhere\n:diff b2\n:diff main\n");
    assert!(ended.stdout.contains("* b2"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("b2 and main do not differ"),
        "{}",
        ended.stdout
    );
    for part in [
        "a branch `b1` already",
        "no branch `nowhere`",
        "no other branch `b2`",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
}

#[test]
fn what_is_saved_passes() {
    let dir = folder();
    let ended = typed_in(
        &dir,
        &format!(
            "{THREE}any State may leave\nact leave by State\n1993-12-29: expect in_force because art 1\n\
             act leave by any State\nstatus gone(s: State) from leave by s\n1994-05-01: leave by \"Saint Lucia\"\n\
             :fork alone\n1993-12-01: deposit by \"Saint Lucia\"\n:save saved.rog\n"
        ),
    );
    assert!(
        ended.stdout.contains("written: saved.rog"),
        "{} {}",
        ended.stdout,
        ended.stderr
    );
    let saved = fs::read_to_string(dir.path().join("saved.rog")).unwrap();
    for part in [
        "use treaty",
        "act leave",
        "expect in_force because art 1",
        "branch alone",
        "expect valid",
    ] {
        assert!(saved.contains(part), "{part}: {saved}");
    }
    let tested = rogatio(&dir, &["test", "saved.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
    let formatted = rogatio(&dir, &["fmt", "--check", "saved.rog"]);
    assert_eq!(formatted.exit, 0, "{saved}");

    // From another folder the module is taken along.
    fs::create_dir(dir.path().join("far")).unwrap();
    let ended = typed_in(
        &dir,
        &format!("{THREE}:save far/saved.rog\n:save nowhere/saved.rog\n"),
    );
    assert!(ended.stderr.contains("E0007"), "{}", ended.stderr);
    let tested = rogatio(&dir, &["test", "far/saved.rog"]);
    assert_eq!(tested.exit, 0, "{}{}", tested.stdout, tested.stderr);
}

/// What is saved is tried where it is to stand: a log beside the module is out of reach from another folder.
#[test]
fn what_would_not_pass_is_not_saved() {
    let dir = folder();
    write(&dir, "log.csv", "at,actor\n1993-09-28,Ada\n");
    let logged = "use treaty\nscenario \"a log\" {\n  State: from column actor\n  \
                  events from \"log.csv\" {\n    act = \"deposit\"\n  }\n}\n";
    write(&dir, "logged.rog", logged);
    fs::create_dir(dir.path().join("far")).unwrap();
    let lines = "1993-09-29: expect not in_force\n:save far/saved.rog\n";
    let ended = rogatio_with(
        &dir,
        &["repl", "logged.rog"],
        &format!(":load logged.rog\n{lines}"),
    );
    assert!(
        ended.stderr.contains("E1101"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert!(!dir.path().join("far/saved.rog").exists());
}

#[test]
fn no_file_is_overwritten_unless_asked() {
    let dir = folder();
    write(&dir, "mine.rog", "precious");
    let ended = typed_in(
        &dir,
        &format!("{THREE}:save mine.rog\n:save\n:undo\n:undo\n:undo\n:undo\n:save none.rog\n"),
    );
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("E1100"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("nothing has been typed yet"),
        "{}",
        ended.stderr
    );
    assert!(!dir.path().join("none.rog").exists());
    assert_eq!(
        fs::read_to_string(dir.path().join("mine.rog")).unwrap(),
        "precious"
    );
    let ended = typed_in(&dir, &format!("{THREE}:save! mine.rog\n"));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert_eq!(rogatio(&dir, &["test", "mine.rog"]).exit, 0);
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_keeps_what_it_has() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    let file = dir.path().join("mine.rog");
    fs::write(&file, "precious").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let ended = typed_in(&dir, &format!("{THREE}:save! mine.rog\ncount(deposit)\n"));
    assert!(ended.stderr.contains("E0007"), "{}", ended.stderr);
    assert!(ended.stdout.ends_with("3\n"), "the session goes on");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    let left: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// A save that the system stops after half a kilobyte: by an error of the write, or by a signal that kills. The file that was
/// there is whole in both.
#[cfg(unix)]
#[test]
fn a_save_that_is_stopped_halfway_keeps_the_old_file() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let bin = env!("CARGO_BIN_EXE_rogatio");
    for (trap, killed) in [("trap '' XFSZ;", false), ("", true)] {
        let dir = folder();
        write(&dir, "kept.rog", "// A year of work.\n");
        let script = format!("ulimit -c 0; ulimit -f 1; {trap} exec \"$0\" repl treaty.rog");
        let mut prompt = Command::new("sh")
            .args(["-c", &script, bin])
            .current_dir(dir.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = "State: S1..S90\n".to_owned();
        for n in 1..=90 {
            lines += &format!("1993-01-01: deposit by S{n}\n");
        }
        lines += ":save! kept.rog\ncount(deposit)\n";
        prompt
            .stdin
            .take()
            .unwrap()
            .write_all(lines.as_bytes())
            .unwrap();
        let ended = prompt.wait_with_output().unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr),
        );
        assert_eq!(ended.status.code().is_none(), killed, "{out}{err}");
        if !killed {
            // Nothing is lost, and the prompt goes on.
            assert_eq!(ended.status.code(), Some(1));
            assert!(
                err.contains("error[E0007]: `kept.rog` cannot be written"),
                "{err}"
            );
            assert!(out.ends_with("\n90\n"), "{out}");
            let names = fs::read_dir(dir.path())
                .unwrap()
                .map(|e| e.unwrap().file_name());
            let mut names: Vec<_> = names.collect();
            names.sort();
            assert_eq!(names, ["kept.rog", "treaty.rog"]);
        }
        let kept = fs::read_to_string(dir.path().join("kept.rog")).unwrap();
        assert_eq!(kept, "// A year of work.\n");
    }
}

#[test]
fn loaded_and_read_again() {
    let dir = folder();
    let ended = typed_in(
        &dir,
        ":load treaty.rog deposits\ncount(deposit)\n:undo\n:load none.rog\n:load treaty.rog nothing\n",
    );
    assert!(
        ended.stdout.contains("6 lines of \"three deposits\""),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("\n3\n"), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("E0001") && ended.stderr.contains("no scenario `nothing`"),
        "{}",
        ended.stderr
    );

    // What a saved session did can be gone on with.
    let ended = typed_in(
        &dir,
        &format!(
            "{THREE}:save s.rog\n:load s.rog typed\n1994-01-01: deposit by \"Saint Lucia\"\ncount(deposit)\n"
        ),
    );
    assert!(
        ended.stdout.ends_with("\n4\n"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let ended = typed_in(&dir, &format!("{THREE}:reload\ncount(deposit)\n"));
    assert!(
        ended
            .stdout
            .contains("read again: treaty.rog; 4 lines kept\n3\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn looked_up() {
    let ended = typed(&format!(
        "{THREE}:type start(in_force)\n:type count(State)\n:doc in_force\n:doc Ada\n:doc unless\n:article 1\n:votes\n:why\n:missing in_force\n:missing\n"
    ));
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    for part in [
        "\na time\n",
        "\na number\n",
        "art 1 \"Entry into force\", treaty.rog:5\nstatus in_force from 90 days after 3rd deposit by State\n",
        "\nAda: State\n",
        "unless: a word of the language",
        "article 1 \"Entry into force\" {\n  act deposit by any State\n",
        "no decision has been opened yet",
        "deposit by Cora is valid",
        "wait until 1993-12-29",
        "no procedure and no decision is open",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    let ended = typed(
        ":type nobody\n:doc in_forse\n:article 9\n:sim 10 count(deposit)\n:sim\n:help :save\n:help save\n:help nothing\n",
    );
    assert_eq!(ended.exit, 1);
    for part in [
        "E0201",
        "did you mean `in_force`",
        "there is no art 9",
        "E1102",
        "write :sim",
    ] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert_eq!(
        ended
            .stdout
            .matches("for example  :save history.rog")
            .count(),
        2,
        "{}",
        ended.stdout
    );
}

#[test]
fn measured() {
    let ended = typed(
        "experiment race { begin 2000-01-01  State 10  each State does deposit after exponential(1 year)  horizon 10 years  \
         measure count(deposit) }\n:sim 5000 start(in_force)\n:sim 5000 start(in_force)\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let (first, again) = ended.stdout.split_at(ended.stdout.len() / 2);
    assert_eq!(first, again, "the same question has the same answer");
    assert!(
        first.contains("start(in_force)") && !first.contains("count(deposit)"),
        "{first}"
    );
}

#[test]
fn much_and_strange_input() {
    let long = format!("{}\ncount(deposit)\n", "nonsense ".repeat(120_000));
    let ended = typed(&long);
    assert_eq!((ended.exit, ended.stdout.as_str()), (1, "0\n"));
    let open = format!("count(\n{}", "deposit\n".repeat(100_000));
    assert_eq!(typed(&open).exit, 1);
    let huge = format!("{}\ncount(deposit)\n", "x".repeat(5 << 20));
    let ended = typed(&huge);
    assert!(ended.stderr.contains("too long"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "0\n");
    let ended = typed(
        "\"open\n)))\n(\u{7f}\u{1}\n)\n::\n:\n:can nobody\n\n   \n// a comment\n日本 国\ncount(deposit)\n",
    );
    assert_eq!(ended.exit, 1);
    assert!(ended.stdout.ends_with("0\n"), "{}", ended.stdout);
}

#[test]
fn seconds_and_a_second_clock_are_saved() {
    let dir = folder();
    let ended = typed_in(
        &dir,
        "State: Ada, Bela\n2031-05-10T05:40: deposit by Ada\n2031-05-10T05:40:30: deposit by Bela\n:save s.rog\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let saved = fs::read_to_string(dir.path().join("s.rog")).unwrap();
    assert!(
        saved.contains("2031-05-10T05:40: deposit by Ada\n        expect valid because art 1\n"),
        "{saved}"
    );
    assert_eq!(rogatio(&dir, &["test", "s.rog"]).exit, 0);

    write(
        &dir,
        "hall.rog",
        "module hall\nclock table \"hours of the hall\" { hours }\nkind Member\noffice Speaker\nact call by any Member\n\
         act answer by Speaker\narticle 1 { (1) reply: Speaker must answer within 24 hours upon call }\n",
    );
    let ended = rogatio_with(
        &dir,
        &["repl", "hall.rog"],
        "Member: M\n1010-05-05 @ 5 hours: call by M\n:must\n1010-05-06 @ 30 hours: answer by Speaker\n:why\n:save h.rog\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("must answer") && ended.stdout.contains("late"),
        "{}",
        ended.stdout
    );
    let saved = fs::read_to_string(dir.path().join("h.rog")).unwrap();
    assert!(saved.contains("expect late because art 1(1)"), "{saved}");
    assert_eq!(rogatio(&dir, &["test", "h.rog"]).exit, 0, "{saved}");
}

#[test]
fn readings_are_taken_and_saved() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "r.rog",
        "module r\nkind State\nreading Base \"which?\" { two (default)  one }\nact join by any State\n\
         define needed: int = 2 except 1 when Base = one\nstatus begun while count(join) >= needed\n",
    );
    let lines = "State: A, B\n2000-01-01: join by A\nbegun\nreading Base = one\nbegun\n:readings\n:save out.rog\n:undo\nbegun\n";
    let ended = rogatio_with(&dir, &["repl", "r.rog"], lines);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let answers: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|l| matches!(*l, "true" | "false"))
        .collect();
    assert_eq!(answers, ["false", "true", "false"], "{}", ended.stdout);
    let saved = fs::read_to_string(dir.path().join("out.rog")).unwrap();
    assert!(
        saved.contains("reading Base = one") && saved.contains("expect begun"),
        "{saved}"
    );
    assert_eq!(rogatio(&dir, &["test", "out.rog"]).exit, 0, "{saved}");
    let ended = rogatio_with(
        &dir,
        &["repl", "r.rog", "--reading", "Base=one"],
        "State: A\n2000-01-01: join by A\n:save again.rog\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    assert_eq!(rogatio(&dir, &["test", "again.rog"]).exit, 0);
    assert_eq!(
        rogatio_with(&dir, &["repl", "r.rog", "--reading", "Base=three"], "").exit,
        2
    );
}

/// A file of scenarios is gone on with under the module that it uses.
#[test]
fn a_file_of_scenarios_is_not_copied() {
    let dir = folder();
    write(
        &dir,
        "cases.rog",
        "use treaty\nscenario \"one\" {\n    State: Ada\n    1993-09-28: deposit by Ada\n}\n",
    );
    let ended = rogatio_with(
        &dir,
        &["repl", "cases.rog"],
        ":load cases.rog one\n1993-10-01: deposit by Ada\n:save more.rog\n",
    );
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let saved = fs::read_to_string(dir.path().join("more.rog")).unwrap();
    assert!(
        saved.contains("use treaty") && !saved.contains("scenario \"one\""),
        "{saved}"
    );
    assert_eq!(rogatio(&dir, &["test", "more.rog"]).exit, 0, "{saved}");
}

#[test]
fn duties_by_their_due_date() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "d.rog",
        "module d\nkind State\nact join by any State\nact report by State\nact pay by State\narticle 1 {\n\
         (1) each s: State must report within 60 days upon join by s\n(2) each s: State must pay within 30 days upon join by s\n\
         (3) each State must \"as far as possible\", \"teach\"\n}\n",
    );
    let ended = rogatio_with(
        &dir,
        &["repl", "d.rog"],
        "State: A\n2000-01-01: join by A\n:must\n:must all\n:must some\n:can A\n:until 2000-01-31\n:until 2000-03-01\n:must\n",
    );
    let out = &ended.stdout;
    let place = |part: &str| out.find(part).unwrap_or_else(|| panic!("{part}: {out}"));
    assert!(place("A must pay") < place("A must report"), "{out}");
    assert!(
        out.contains("due 2000-01-31") && out.contains("(1 qualified duty, recorded"),
        "{out}"
    );
    assert!(place("\"teach\"") > place("(1 qualified duty"), "{out}");
    assert!(out.contains("lapses: breach"), "{out}");
    assert!(ended.stderr.contains("write :must"), "{}", ended.stderr);
    assert_eq!(ended.exit, 1);
}
