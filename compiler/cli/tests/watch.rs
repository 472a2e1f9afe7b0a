//! `--watch`: what changes is seen, Ctrl-C ends with the status of the last run.
#![cfg(unix)]

mod common;

use assert_cmd::cargo::cargo_bin;
use common::{TREATY, rogatio, write};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use tempfile::{TempDir, tempdir};

/// A command that goes on, with what it writes, line by line.
struct Watching {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

impl Watching {
    fn start(dir: &TempDir, args: &[&str]) -> Watching {
        let mut child = Command::new(cargo_bin!("rogatio"))
            .current_dir(dir.path())
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Watching {
            child,
            out: lines(out),
            err: lines(err),
        }
    }

    /// Everything said on a stream until a line with this text.
    fn until(stream: &Receiver<String>, text: &str) -> String {
        let mut said = String::new();
        loop {
            match stream.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => {
                    said += &format!("{line}\n");
                    if line.contains(text) {
                        return said;
                    }
                }
                Err(e) => panic!("{e}: no `{text}` in\n{said}"),
            }
        }
    }

    fn rests(&self) -> String {
        Watching::until(&self.err, "Ctrl-C ends")
    }

    /// Ctrl-C, and the exit code.
    fn interrupt(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child
            .wait()
            .unwrap()
            .code()
            .expect("an exit code, no signal")
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn a_change_runs_again_and_ctrl_c_keeps_the_status() {
    let dir = tempdir().unwrap();
    // Who has deposited has no power to do it again: nothing is left to warn of.
    let once = "  any p: State cannot deposit when deposit by p\n  status";
    let treaty = TREATY.replace("  status", once);
    write(&dir, "treaty.rog", &treaty);
    let watching = Watching::start(&dir, &["check", "treaty.rog", "--watch"]);
    Watching::until(&watching.out, "treaty.rog: checked");
    assert_eq!(watching.rests(), "watching 1 file; Ctrl-C ends\n");
    write(
        &dir,
        "treaty.rog",
        treaty.replace("by any State", "by any Ship"),
    );
    let said = watching.rests();
    assert!(
        said.contains("treaty.rog changed") && said.contains("error[E0201]"),
        "{said}"
    );
    assert_eq!(watching.interrupt(), 3);
}

#[test]
fn what_a_file_uses_is_watched_too_even_before_it_is_there() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "main.rog",
        "module main\nuse sea\nact sink by any Ship\n",
    );
    let watching = Watching::start(&dir, &["check", "main.rog", "--watch"]);
    assert!(watching.rests().contains("no module `sea`"));
    write(&dir, "sea.rog", "module sea\nkind Ship\n");
    let said = watching.rests();
    assert!(
        said.contains("sea.rog changed") && said.contains("watching 2 files"),
        "{said}"
    );
    // Taken away and put back, as editors do.
    let path = dir.path().join("sea.rog");
    std::fs::rename(&path, dir.path().join("sea.rog~")).unwrap();
    std::fs::write(&path, "module sea\nkind Ship\nkind Port\n").unwrap();
    let said = watching.rests();
    assert!(!said.contains("no module"), "{said}");
    assert_eq!(watching.interrupt(), 0);
}

#[test]
fn several_writes_in_a_row_are_one_run() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let watching = Watching::start(&dir, &["run", "treaty.rog", "--watch"]);
    watching.rests();
    for n in 0..4 {
        write(
            &dir,
            "treaty.rog",
            format!("{TREATY}// {}\n", "x".repeat(n)),
        );
        thread::sleep(Duration::from_millis(20));
    }
    watching.rests();
    thread::sleep(Duration::from_millis(600));
    assert!(watching.err.try_recv().is_err(), "one run, not four");
    assert_eq!(watching.interrupt(), 0);
}

#[test]
fn a_new_file_in_a_folder_is_tested() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let watching = Watching::start(&dir, &["test", ".", "--watch"]);
    Watching::until(&watching.out, "1 passed, 0 failed");
    watching.rests();
    write(
        &dir,
        "other.rog",
        TREATY.replace("expect in_force because art 1", "expect not in_force"),
    );
    Watching::until(&watching.out, "1 passed, 1 failed");
    watching.rests();
    assert_eq!(watching.interrupt(), 1);
}

#[test]
fn a_report_is_written_anew() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    let watching = Watching::start(
        &dir,
        &["report", "treaty.rog", "-o", "page.html", "--watch"],
    );
    watching.rests();
    let page = || std::fs::read_to_string(dir.path().join("page.html")).unwrap();
    let before = page();
    write(&dir, "treaty.rog", format!("{TREATY}// later\n"));
    watching.rests();
    // The hash of the texts stands on the page.
    assert_ne!(page(), before);
    assert_eq!(watching.interrupt(), 0);
}

#[test]
fn standard_input_cannot_be_watched() {
    let dir = tempdir().unwrap();
    let ended = rogatio(&dir, &["check", "-", "--watch"]);
    assert_eq!(ended.exit, 2);
    assert!(
        ended.stderr.contains("cannot be watched"),
        "{}",
        ended.stderr
    );
}
