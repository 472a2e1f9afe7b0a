//! The language of results: chosen by the command line or the locale, and the same facts in each.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::{Ended, rogatio, rogatio_with, root, write};
use tempfile::{TempDir, tempdir};

fn path(below: &str) -> String {
    let path = root().join(below).canonicalize().unwrap();
    path.to_str().unwrap().to_owned()
}

/// A new folder with the council of `rogatio new`.
fn council() -> TempDir {
    let dir = tempdir().unwrap();
    assert_eq!(
        rogatio(&dir, &["new", "rules", "--template", "council"]).exit,
        0
    );
    dir
}

const BAD: &str =
    "module bad\nkind State {}\narticle 2 { status s(x: Stat) from a by x }\nact a by any State\n";

const RUN: [&str; 2] = ["run", "rules/rules.scenarios.rog"];

/// With these variables of the environment and no others that name a language.
fn under(dir: &TempDir, variables: &[(&str, &str)], args: &[&str]) -> Ended {
    let mut command = cargo_bin_cmd!("rogatio");
    command.current_dir(dir.path()).args(args);
    for name in ["ROGATIO_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    Ended {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Compares with a file of `tests/language`; `UPDATE=1` writes it anew.
fn snapshot(name: &str, text: &str) {
    let path = root().join("compiler/cli/tests/language").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name}: UPDATE=1 writes it anew\n{text}");
}

#[test]
fn a_run_in_japanese() {
    let dir = council();
    let ended = rogatio(&dir, &[&RUN[..], &["--lang", "ja"]].concat());
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
    snapshot("council.ja.txt", &ended.stdout);
}

#[test]
fn a_question_in_japanese() {
    let dir = tempdir().unwrap();
    let file = path("examples/cbd_history.rog");
    let args = [
        "why",
        &file,
        "in_force",
        "--at",
        "1993-12-29",
        "--lang",
        "ja",
    ];
    let ended = rogatio(&dir, &args);
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
    snapshot("cbd_in_force.ja.txt", &ended.stdout);
    for sentence in [
        "条約の効力：1993年12月29日から",
        "Mongolia による寄託（批准）（1993年9月30日）",
        "第36条(1)",
    ] {
        assert!(
            ended.stdout.contains(sentence),
            "{sentence}\n{}",
            ended.stdout
        );
    }
}

#[test]
fn the_command_line_then_the_environment() {
    let dir = council();
    let english = rogatio(&dir, &RUN).stdout;
    let japanese = rogatio(&dir, &[&RUN[..], &["--lang", "ja"]].concat()).stdout;
    assert!(english.contains("What happens\n") && japanese.contains("経過\n"));
    for (variables, expected) in [
        (&[][..], &english),
        (&[("LANG", "ja_JP.UTF-8")], &japanese),
        (&[("LANG", "de_DE.UTF-8")], &english),
        (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], &english),
        (&[("LANG", "C"), ("LC_MESSAGES", "ja_JP")], &japanese),
        (&[("LC_ALL", "C"), ("ROGATIO_LANG", "ja")], &japanese),
    ] {
        assert_eq!(
            under(&dir, variables, &RUN).stdout,
            *expected,
            "{variables:?}"
        );
    }
    let args = [&RUN[..], &["--lang", "en"]].concat();
    assert_eq!(
        under(&dir, &[("LANG", "ja_JP.UTF-8")], &args).stdout,
        english
    );
}

/// What programs read does not depend on where it runs; only what is asked for changes its texts, never its keys, dates
/// and verdicts.
#[test]
fn machine_output_keeps_its_language() {
    let dir = council();
    let json = [&RUN[..], &["--format", "json"]].concat();
    let english = rogatio(&dir, &json).stdout;
    assert_eq!(
        under(&dir, &[("LANG", "ja_JP.UTF-8")], &json).stdout,
        english
    );
    let japanese = rogatio(&dir, &[&json[..], &["--lang", "ja"]].concat()).stdout;
    let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let (english, japanese) = (read(&english), read(&japanese));
    let lines = |v: &serde_json::Value| v["scenarios"][0]["timeline"].as_array().unwrap().clone();
    for (e, j) in lines(&english).iter().zip(lines(&japanese)) {
        for key in ["date", "kind", "verdict", "articles", "due"] {
            assert_eq!(e.get(key), j.get(key), "{key}: {e}\n{j}");
        }
    }
    let act = "Norway による招集（First）";
    assert!(lines(&japanese).iter().any(|l| l["text"] == act));
}

#[test]
fn findings_have_a_japanese_title_and_help() {
    let dir = council();
    let bad = rogatio(&dir, &["check", "nothing.rog", "--lang", "ja"]);
    assert_eq!(bad.exit, 3);
    assert!(
        bad.stderr.starts_with("誤り[E0001]：ファイルがない\n"),
        "{}",
        bad.stderr
    );
    std::fs::write(dir.path().join("bad.rog"), BAD).unwrap();
    for args in [&["check", "bad.rog"][..], &["simulate", "bad.rog"]] {
        let ended = rogatio(&dir, &[args, &["--lang", "ja"]].concat());
        assert_eq!(ended.exit, 3);
        for line in [
            "誤り[E0201]：未知の名前\n",
            "  = 箇所：art 2\n",
            "  = 内容：there is no kind or type `Stat`\n",
            "  = 直し方：`State` のことか\n",
        ] {
            assert!(ended.stderr.contains(line), "{line}\n{}", ended.stderr);
        }
    }
    // One line for a program is the same everywhere.
    let short = ["check", "bad.rog", "--format", "short"];
    let ended = rogatio(&dir, &[&short[..], &["--lang", "ja"]].concat());
    assert_eq!(ended.stderr, rogatio(&dir, &short).stderr);
    let list = rogatio(&dir, &["explain", "--list", "--lang", "ja"]).stdout;
    assert!(list.contains("E0601  定めのない事項のある議決\n"), "{list}");
    let lines = rogatio(&dir, &["explain", "--list"]).stdout.lines().count();
    assert_eq!(list.lines().count(), lines);
    let ended = rogatio(&dir, &[&RUN[..], &["--lang", "fr"]].concat());
    assert_eq!(ended.exit, 2);
}

#[test]
fn what_is_missing_in_japanese() {
    let dir = tempdir().unwrap();
    let file = path("examples/cbd_history.rog");
    let args = ["why-not", &file, "in_force", "--at", "1993-09-29"];
    let ended = rogatio(&dir, &[&args[..], &["--lang", "ja"]].concat());
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
    snapshot("cbd_not_in_force.ja.txt", &ended.stdout);
}

const DUTIES: &str = r#"module duties "務め"
kind State "国"
kind Report "報告"
body Council "理事会" { members State }
article 1 "務め" {
  (1) act convene "招集" by any State
  (2) each State must "as far as possible", "adopt incentive measures"
  (3) each State should convene within 3 months upon start(in_force)
  (4) each State must convene within 1 year upon start(in_force)
  (5) status in_force "効力" from 1st convene
  (6) decision Amend "改正" on r: Report by Council {
    opens upon file(r) ballots yes, no, last counts quorum none passes when yes is more than 1/2 of voting
    silence none closes 1 month after opening
  }
  (7) act file(r: Report) "提出" by any State
}
"#;

/// Duties without a label, in the words of the document only, and ways to take part in a decision.
#[test]
fn duties_and_ballots_in_japanese() {
    let dir = tempdir().unwrap();
    write(&dir, "duties.rog", DUTIES);
    let typed = "State: A\nReport: r1\n2000-01-01: convene by A\n2000-01-05: file(r1) by A\n:must all\n:can A\n:votes\n\
        2000-01-06: vote(yes, Amend on r1) by A\n:votes\n:can Zebedee\n";
    let told = rogatio_with(&dir, &["repl", "duties.rog", "--lang", "ja"], typed);
    for part in [
        "「as far as possible」「adopt incentive",
        "招集の勧告",
        "A：招集の義務",
        "改正（r1）における投票",
        "投票中 開始 2000年1月5日",
        "賛成    1",
        "可決要件: 賛成が賛否の投票数の過半数  第1条(6)",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    for word in ["must", "should", "vote in", "art 1", "yes"] {
        assert!(!told.stdout.contains(word), "{word}: {}", told.stdout);
    }
    assert!(
        told.stderr
            .contains("`Zebedee` という者はいない。いるのは "),
        "{}",
        told.stderr
    );
}
