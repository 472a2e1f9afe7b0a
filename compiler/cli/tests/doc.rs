//! `doc`: the page is whole, links lead somewhere, and nothing comes from outside.

mod common;

use common::{rogatio, write};
use std::collections::BTreeSet;
use tempfile::tempdir;

fn between<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    text.split(before)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect()
}

#[test]
fn the_page_of_a_treaty_is_whole() {
    let dir = tempdir().unwrap();
    let ended = rogatio(&dir, &["doc", "un.cbd", "-o", "out/cbd"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let page = std::fs::read_to_string(dir.path().join("out/cbd/index.html")).unwrap();
    let anchors: BTreeSet<&str> = between(&page, "id=\"").into_iter().collect();
    assert_eq!(
        anchors.len(),
        between(&page, "id=\"").len(),
        "an anchor stands twice"
    );
    let links = between(&page, "href=\"");
    assert!(links.len() > 300, "{} links", links.len());
    for link in links {
        let target = link.strip_prefix('#').expect("a link within the page");
        assert!(anchors.contains(target), "`{link}` leads nowhere");
    }
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page has `{outside}`");
    }
    for must in [
        "生物の多様性に関する条約",
        "Convention on Biological Diversity",
        "id=\"art-36-1\"",
        "at_deposit",
    ] {
        assert!(page.contains(must), "`{must}` is missing");
    }
}

#[test]
fn what_the_text_says_is_escaped() {
    let dir = tempdir().unwrap();
    write(
        &dir,
        "x.rog",
        "module x \"<b>&\"\nkind K\narticle 1 \"a < b\" hortatory \"<script>\"\n",
    );
    let ended = rogatio(&dir, &["doc", "x.rog", "-o", "."]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let page = std::fs::read_to_string(dir.path().join("index.html")).unwrap();
    assert!(
        !page.contains("<script>") && !page.contains("<b>&"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;"), "{page}");
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let dir = tempdir().unwrap();
    write(&dir, "x.rog", "module x\nkind K\n");
    write(&dir, "taken", "a file");
    let ended = rogatio(&dir, &["doc", "x.rog", "-o", "taken"]);
    assert_eq!(ended.exit, 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("E0007"), "{}", ended.stderr);
}
