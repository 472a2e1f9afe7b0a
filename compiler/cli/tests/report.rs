//! `report`: the page is whole, the same every time, well formed, and looks as it should in a browser.

mod browser;
mod common;
mod drawing;

use browser::Browser;
use common::{TREATY, rogatio, write};
use drawing::{example, look_at, snapshot};
use tempfile::{TempDir, tempdir};

/// The pictures of a page.
fn pictures(page: &str) -> Vec<&str> {
    let parts = page.split("<figure>").skip(1);
    parts
        .map(|p| p.split("</figure>").next().unwrap_or_default())
        .collect()
}

/// What every page keeps.
fn whole(page: &str) {
    for outside in [
        "http:", "https:", "src=", "href=", "@import", "<script", "<link", "<img",
    ] {
        let names = page.matches("xmlns=\"http:").count();
        let found = page.matches(outside).count() - if outside == "http:" { names } else { 0 };
        assert_eq!(found, 0, "the page has `{outside}`");
    }
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .map(|t| t.split('"').next().unwrap())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    assert!(!pictures(page).is_empty(), "no picture");
    for p in pictures(page) {
        look_at(p);
    }
}

fn report(dir: &TempDir, args: &[&str]) -> String {
    let mut all = vec!["report"];
    all.extend(args);
    all.extend(["-o", "page.html"]);
    let ended = rogatio(dir, &all);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let page = std::fs::read_to_string(dir.path().join("page.html")).unwrap();
    whole(&page);
    page
}

#[test]
fn the_history_of_the_convention() {
    let dir = tempdir().unwrap();
    let page = report(&dir, &[&example("cbd_history.rog")]);
    for must in [
        "7 of 7 expectations met",
        "art 36(1)",
        "90 days after 1993-09-30",
        "id=\"articles\"",
        "Mauritius",
    ] {
        assert!(page.contains(must), "`{must}` is missing");
    }
    assert_eq!(
        page,
        report(&dir, &[&example("cbd_history.rog")]),
        "not the same twice"
    );
}

#[test]
fn an_experiment_with_its_pictures() {
    let dir = tempdir().unwrap();
    let page = report(
        &dir,
        &[&example("cbd_race.rog"), "--runs", "20000", "--seed", "1"],
    );
    for must in [
        "20 000",
        "splitmix",
        "censored at the horizon",
        "Kaplan-Meier",
        "param wait",
    ] {
        assert!(page.contains(must), "`{must}` is missing");
    }
    let names = ["probabilities", "histogram", "cumulative", "survival"];
    for (name, picture) in names.iter().zip(pictures(&page)) {
        snapshot(
            &format!("compiler/cli/tests/pictures/race.{name}.svg"),
            picture,
        );
    }
}

#[test]
fn a_sweep_as_a_line_and_as_a_map() {
    let dir = tempdir().unwrap();
    let file = example("cbd_race.rog");
    let line = ["--runs", "2000", "--seed", "1", "--vary", "wait"];
    let page = report(&dir, &[&[file.as_str()], &line[..]].concat());
    for must in [
        "Over wait",
        "wait 10 years: ",
        "All points share their draws",
    ] {
        assert!(page.contains(must), "`{must}` is missing");
    }
    let swept = |page: &str| -> Vec<String> {
        let part = page.split("id=\"sweep\"").nth(1).expect("a sweep");
        pictures(part).into_iter().map(str::to_owned).collect()
    };
    // The share of the runs that reach a date, its mean, a probability, a number.
    let lines = swept(&page);
    assert_eq!(lines.len(), 4);
    snapshot("compiler/cli/tests/pictures/race.sweep.svg", &lines[2]);
    let two = ["--vary", "wait=10 years,30 years,60 years", "--vary", "A2"];
    let page = report(
        &dir,
        &[
            &[
                file.as_str(),
                "--runs",
                "2000",
                "--seed",
                "1",
                "--lang",
                "ja",
            ],
            &two[..],
        ]
        .concat(),
    );
    let maps = swept(&page);
    assert_eq!(maps.len(), 4);
    snapshot("compiler/cli/tests/pictures/race.heat.ja.svg", &maps[2]);
    // More axes than a page has, and what there is not.
    let three = [&two[..], &["--vary", "A1"]].concat();
    for (args, says) in [
        (&three[..], "two axes"),
        (&["--vary", "nothing"], "no parameter"),
    ] {
        let ended = rogatio(&dir, &[&["report", file.as_str()], args].concat());
        assert_eq!(ended.exit, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(says), "{}", ended.stderr);
    }
}

#[test]
fn votes_and_ways() {
    let dir = tempdir().unwrap();
    let page = report(&dir, &[&example("cbd_contested_amendment.rog")]);
    let votes = pictures(&page)
        .into_iter()
        .find(|p| p.contains("id=\"votes-0-0-title\""))
        .expect("a vote");
    snapshot(
        "compiler/cli/tests/pictures/contested_amendment.votes.svg",
        votes,
    );
    let seen = look_at(votes);
    for must in [
        "Amend on Seabed",
        "yes 6 (4 heads)",
        "Estmoor (1), Galen (1), Isola (1), Union (3)",
        "6 of 9 (votes(voting)); 6 needed",
    ] {
        assert!(
            seen.texts.iter().any(|t| t.contains(must)),
            "`{must}` is missing: {:?}",
            seen.texts
        );
    }
    assert!(
        seen.texts
            .iter()
            .any(|t| t.contains("votes(yes) is at least 2/3 of votes(voting)")),
        "{:?}",
        seen.texts
    );
    assert!(
        page.contains("id=\"graph-title\"") && page.contains("改正"),
        "no graph"
    );
}

#[test]
fn a_veto_is_told() {
    let dir = tempdir().unwrap();
    let file = example("../stdlib/un/charter.scenarios.rog");
    let page = report(
        &dir,
        &[
            &file,
            "--scenario",
            "2022: a permanent member alone against",
        ],
    );
    let votes = pictures(&page)
        .into_iter()
        .find(|p| p.contains(">veto: "))
        .expect("a vote");
    snapshot("compiler/cli/tests/pictures/veto.votes.svg", votes);
    let seen = look_at(votes);
    assert!(
        seen.texts
            .iter()
            .any(|t| t.starts_with("veto: ") && !t.contains("none")),
        "{:?}",
        seen.texts
    );
}

#[test]
fn what_cannot_be_told_or_written_is_said() {
    let dir = tempdir().unwrap();
    write(&dir, "k.rog", "module k\nkind K\n");
    let none = rogatio(&dir, &["report", "k.rog", "-o", "k.html"]);
    assert_eq!(none.exit, 2, "{}", none.stderr);
    assert!(
        none.stderr.contains("no scenario or experiment"),
        "{}",
        none.stderr
    );
    assert!(!dir.path().join("k.html").exists());
    // What fails leaves the page that is there as it is.
    write(&dir, "t.rog", TREATY);
    write(&dir, "broken.rog", "module x\nstatus s from\n");
    write(&dir, "t.html", "before");
    let broken = rogatio(&dir, &["report", "broken.rog", "-o", "t.html"]);
    assert_eq!(broken.exit, 3);
    let unknown = rogatio(&dir, &["report", "t.rog", "nothing", "-o", "t.html"]);
    assert_eq!(unknown.exit, 2, "{}", unknown.stderr);
    let text = || std::fs::read_to_string(dir.path().join("t.html")).unwrap();
    assert_eq!(text(), "before");
    let done = rogatio(&dir, &["report", "t.rog", "-o", "t.html"]);
    assert_eq!(done.exit, 0, "{}", done.stderr);
    whole(&text());
    let nowhere = rogatio(&dir, &["report", "t.rog", "-o", "no/where.html"]);
    assert_eq!(
        (nowhere.exit, nowhere.stderr.contains("E0007")),
        (3, true),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn an_expectation_that_is_not_met_stands_on_the_page() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "t.rog",
        TREATY.replace("expect not in_force", "expect in_force"),
    );
    let ended = rogatio(&dir, &["report", "t.rog", "-o", "t.html"]);
    assert_eq!(ended.exit, 1, "{}", ended.stderr);
    let page = std::fs::read_to_string(dir.path().join("t.html")).unwrap();
    assert!(page.contains("1 of 2 expectations met") && page.contains("class=\"failed\""));
}

#[test]
fn in_a_browser() {
    let Some(browser) = Browser::find() else {
        eprintln!(
            "skipped: no Chromium on this machine (looked for chromium, chromium-browser, google-chrome)"
        );
        return;
    };
    let dir = tempdir().unwrap();
    let pages = [
        (report(&dir, &[&example("cbd_history.rog")]), "Mongolia"),
        (
            report(
                &dir,
                &[&example("cbd_race.rog"), "--runs", "20000", "--seed", "1"],
            ),
            "start(in_force)",
        ),
    ];
    for (page, word) in &pages {
        for wide in [1200, 400] {
            let seen = browser.look(page, wide, word);
            assert_eq!(
                seen.console,
                Vec::<String>::new(),
                "the console says something"
            );
            assert_eq!(
                seen.requests,
                Vec::<String>::new(),
                "something is asked for"
            );
            assert!(
                seen.scroll <= seen.client,
                "{} wide on {} at {wide}",
                seen.scroll,
                seen.client
            );
            assert!(
                seen.client <= wide + 120,
                "the window is {} wide, not {wide}",
                seen.client
            );
            assert_eq!(
                seen.pictures,
                pictures(page).len(),
                "pictures that are seen"
            );
            assert!(seen.selected, "`{word}` cannot be selected");
            assert_eq!(
                seen.overlapping,
                Vec::<String>::new(),
                "texts of a picture stand on each other"
            );
        }
    }
}
