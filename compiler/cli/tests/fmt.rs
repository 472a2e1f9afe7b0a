//! `rogatio fmt`: whole files or none.

mod common;

use common::{TREATY, rogatio, rogatio_with, write};
use std::fs;
use tempfile::tempdir;

const UGLY: &str = "module demo\n\n\n\nkind    State\nact   deposit   by any State\n";

#[test]
fn formats_checks_and_is_done() {
    let dir = tempdir().unwrap();
    write(&dir, "a.rog", UGLY);
    let path = dir.path().join("a.rog");

    let check = rogatio(&dir, &["fmt", "--check", "a.rog"]);
    assert_eq!(
        (check.exit, check.stdout.as_str()),
        (1, "a.rog: not formatted\n")
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        UGLY,
        "--check changes nothing"
    );

    assert_eq!(rogatio(&dir, &["fmt", "a.rog"]).exit, 0);
    let formatted = fs::read_to_string(&path).unwrap();
    assert!(formatted.contains("kind State\n"), "{formatted}");
    assert_eq!(rogatio(&dir, &["fmt", "--check", "."]).exit, 0);

    let stream = rogatio_with(&dir, &["fmt", "-"], UGLY);
    assert_eq!((stream.exit, stream.stdout), (0, formatted));
}

#[test]
fn what_does_not_parse_is_left_alone() {
    let dir = tempdir().unwrap();
    let bad = format!("{UGLY}act by by by\n");
    write(&dir, "bad.rog", &bad);
    write(&dir, "good.rog", UGLY);
    let ended = rogatio(&dir, &["fmt", "."]);
    assert_eq!(ended.exit, 3);
    assert!(ended.stderr.contains("bad.rog"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(dir.path().join("bad.rog")).unwrap(), bad);
    assert_ne!(
        fs::read_to_string(dir.path().join("good.rog")).unwrap(),
        UGLY
    );
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "no temporary file is left");
    let ended = rogatio_with(&dir, &["fmt", "-"], "kind {");
    assert_eq!((ended.exit, ended.stdout.as_str()), (3, ""));
}

#[cfg(unix)]
#[test]
fn keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempdir().unwrap();
    write(&dir, "real.rog", UGLY);
    let real = dir.path().join("real.rog");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.rog", dir.path().join("link.rog")).unwrap();
    assert_eq!(rogatio(&dir, &["fmt", "link.rog"]).exit, 0);
    let link = fs::symlink_metadata(dir.path().join("link.rog")).unwrap();
    assert!(link.file_type().is_symlink(), "the link is still one");
    assert_ne!(fs::read_to_string(&real).unwrap(), UGLY);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn the_treaty_survives_its_formatting() {
    let dir = tempdir().unwrap();
    write(&dir, "treaty.rog", TREATY);
    assert_eq!(rogatio(&dir, &["fmt", "treaty.rog"]).exit, 0);
    assert_eq!(rogatio(&dir, &["test", "treaty.rog"]).exit, 0);
}
