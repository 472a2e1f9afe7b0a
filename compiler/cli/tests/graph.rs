//! `graph`: procedures in four forms, and the way a scenario took.

mod common;
mod drawing;

use common::{rogatio, write};
use drawing::{example, look_at, snapshot};
use tempfile::tempdir;

#[test]
fn the_way_of_an_amendment() {
    let dir = tempdir().unwrap();
    let file = example("cbd_contested_amendment.rog");
    let svg = rogatio(&dir, &["graph", &file, "--format", "svg"]);
    assert_eq!((svg.exit, svg.stderr.as_str()), (0, ""));
    snapshot(
        "compiler/cli/tests/pictures/contested_amendment.graph.svg",
        &svg.stdout,
    );
    let seen = look_at(&svg.stdout);
    for must in [
        "Amendment 改正 · art 29",
        "proposed",
        "2030-10-18 Seabed",
        "rejected(Amend on this)",
    ] {
        assert!(
            seen.texts.iter().any(|t| t.contains(must)),
            "`{must}` is not in the picture"
        );
    }
    let text = rogatio(&dir, &["graph", &file, "Amendment"]).stdout;
    assert!(
        text.contains("━> ratification: adopted(Amend on this)"),
        "{text}"
    );
    assert!(
        text.contains("─> failed: rejected(Amend on this)"),
        "{text}"
    );
}

#[test]
fn a_graph_with_versions_and_ways_back() {
    let dir = tempdir().unwrap();
    for (module, procedure) in [
        ("fluegel.charter", "Session"),
        ("japan.peace_cooperation_bill", "Inspection"),
    ] {
        let svg = rogatio(&dir, &["graph", module, procedure, "--format", "svg"]);
        assert_eq!(svg.exit, 0, "{}", svg.stderr);
        snapshot(
            &format!("compiler/cli/tests/pictures/{procedure}.graph.svg"),
            &svg.stdout,
        );
        look_at(&svg.stdout);
    }
}

const SMALL: &str = "module small\nkind State\nact ask(new r: Request) by any State\nact answer(r: Request) by any State\n\
    act wait(r: Request) by any State\narticle 1 {\n  procedure Request \"a \\\"quoted\\\" <name>\" {\n    \
    stage open { on answer(this) -> answered  on wait(this) -> open }\n    outcome answered\n  }\n}\n";

#[test]
fn the_other_forms() {
    let dir = tempdir().unwrap();
    write(&dir, "small.rog", SMALL);
    let dot = rogatio(&dir, &["graph", "small.rog", "--format", "dot"]);
    assert_eq!(dot.exit, 0, "{}", dot.stderr);
    assert!(
        dot.stdout.starts_with("digraph \"small\" {\n"),
        "{}",
        dot.stdout
    );
    assert!(
        dot.stdout
            .contains("p0s0 -> p0s1 [label=\"answer(this)\\nart 1\"];"),
        "{}",
        dot.stdout
    );
    assert!(
        dot.stdout
            .contains("label=\"Request a \\\"quoted\\\" <name> · art 1\""),
        "{}",
        dot.stdout
    );
    let mermaid = rogatio(&dir, &["graph", "small.rog", "--format", "mermaid"]).stdout;
    assert!(mermaid.starts_with("flowchart TD\n"), "{mermaid}");
    assert!(
        mermaid.contains("p0s0 -->|\"answer(this)<br/>art 1\"| p0s1"),
        "{mermaid}"
    );
    assert!(
        mermaid.contains("#quot;quoted#quot; &lt;name&gt;"),
        "{mermaid}"
    );
    // Articles are cited in the language of whoever reads them; a way cites its own, also where it is the procedure's.
    let japanese = rogatio(&dir, &["graph", "small.rog", "--lang", "ja"]).stdout;
    assert!(
        japanese.contains("─> answered: answer(this) · 第1条\n"),
        "{japanese}"
    );
    let json = rogatio(&dir, &["graph", "small.rog", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["procedures"][0]["ways"][1]["to"], 0);
    assert_eq!(json["procedures"][0]["ways"][1]["article"], "art 1");
    // A stage that is entered anew by its own way.
    let svg = rogatio(&dir, &["graph", "small.rog", "-o", "g.svg"]);
    assert_eq!(svg.exit, 0, "{}", svg.stderr);
    let seen = look_at(&std::fs::read_to_string(dir.path().join("g.svg")).unwrap());
    assert!(
        seen.texts.iter().any(|t| t.contains("wait(this)")),
        "{:?}",
        seen.texts
    );
}

#[test]
fn what_is_not_there_is_said() {
    let dir = tempdir().unwrap();
    write(&dir, "small.rog", SMALL);
    write(&dir, "none.rog", "module none\nkind K\n");
    let near = rogatio(&dir, &["graph", "small.rog", "Reqest"]);
    assert_eq!(near.exit, 2);
    assert!(
        near.stderr.contains("did you mean `Request`?"),
        "{}",
        near.stderr
    );
    let none = rogatio(&dir, &["graph", "none.rog"]);
    assert_eq!(none.exit, 2);
    assert!(
        none.stderr.contains("there is no procedure in `none.rog`"),
        "{}",
        none.stderr
    );
}

#[test]
fn where_the_file_lies_is_no_part_of_a_picture() {
    let dir = tempdir().unwrap();
    let far = dir.path().join("a folder/and another in it");
    std::fs::create_dir_all(&far).unwrap();
    let text = std::fs::read(example("cbd_contested_amendment.rog")).unwrap();
    for folder in [dir.path(), &far] {
        std::fs::write(folder.join("amendment.rog"), &text).unwrap();
    }
    let draw = |file: &str| {
        let drawn = rogatio(&dir, &["graph", file, "--format", "svg"]);
        assert_eq!(drawn.exit, 0, "{}", drawn.stderr);
        drawn.stdout
    };
    assert_eq!(
        draw("amendment.rog"),
        draw("a folder/and another in it/amendment.rog")
    );
}
