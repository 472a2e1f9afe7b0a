//! Running the binary in a folder of its own.
#![allow(dead_code)] // each test file uses a part

use assert_cmd::cargo::cargo_bin_cmd;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary in a folder. No command may take long, whatever it is given.
pub(crate) fn rogatio(dir: &TempDir, args: &[&str]) -> Ended {
    rogatio_with(dir, args, "")
}

/// The same with a standard input.
pub(crate) fn rogatio_with(dir: &TempDir, args: &[&str], input: &str) -> Ended {
    let mut command = cargo_bin_cmd!("rogatio");
    command
        .current_dir(dir.path())
        .args(args)
        .write_stdin(input);
    command
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("ROGATIO_LANG")
        .env("LC_ALL", "C")
        .timeout(Duration::from_secs(120));
    let output = command.output().expect("the binary runs");
    Ended {
        exit: output.status.code().expect("an exit code, no signal"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Writes a file into the folder.
pub(crate) fn write(dir: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(dir.path().join(name), text).expect("a file in a folder of our own");
}

/// A small treaty with one scenario, used by many tests.
pub(crate) const TREATY: &str = r#"module treaty "A small treaty"
kind State
article 1 "Entry into force" {
  act deposit by any State
  status in_force from 90 days after 3rd deposit by State
}
scenario "three deposits" {
  State: Ada, Bela, Cora
  1993-09-28: deposit by Ada
  1993-09-29: deposit by Bela
  1993-09-30: deposit by Cora
  1993-12-28: expect not in_force
  1993-12-29: expect in_force because art 1
}
"#;

/// A folder with `race.rog`: the small treaty, and twenty States that join it at random.
pub(crate) fn race() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder of our own");
    let (rules, _) = TREATY.split_once("scenario").expect("a scenario");
    let experiment = "experiment race {
  begin 1992-06-05
  State 20
  each State does deposit after exponential(4 years)
  horizon 2 years
  measure start(in_force)
  measure probability(in_force by 1993-06-05)
}
";
    write(&dir, "race.rog", format!("{rules}{experiment}"));
    dir
}
