//! Looking at pictures: snapshots, and what every picture keeps.
#![allow(dead_code)] // each test file uses a part

use std::path::{Path, PathBuf};

/// What is in a picture.
pub(crate) struct Seen {
    /// Its texts, in order.
    pub(crate) texts: Vec<String>,
    /// What its parts say when they are pointed at.
    pub(crate) titles: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `examples`.
pub(crate) fn example(name: &str) -> String {
    root().join("examples").join(name).display().to_string()
}

/// Compares with a picture of the repository; `UPDATE=1` writes it anew.
pub(crate) fn snapshot(path: &str, picture: &str) {
    // Where the repository lies is no part of a picture.
    let picture = picture.replace(&format!("{}/", root().display()), "");
    let path = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == picture,
        "{} is not what is drawn now; UPDATE=1 writes it: look at it",
        path.display()
    );
}

/// Reads a picture as XML, and checks what every picture keeps: a title and a description, no reference to anything
/// outside, every shape and text inside its frame, every pattern there.
pub(crate) fn look_at(picture: &str) -> Seen {
    let document = roxmltree::Document::parse(picture).expect("well-formed XML");
    let svg = document.root_element();
    assert_eq!(svg.tag_name().name(), "svg");
    let number = |n: roxmltree::Node<'_, '_>, name: &str| -> f64 {
        n.attribute(name)
            .map_or(0.0, |v| v.parse().expect("a number"))
    };
    let (wide, tall) = (number(svg, "width"), number(svg, "height"));
    assert!(wide > 0.0 && tall > 0.0);
    for part in ["title", "desc"] {
        let text = svg
            .children()
            .find(|c| c.has_tag_name((svg.tag_name().namespace().unwrap(), part)));
        assert!(
            text.and_then(|t| t.text()).is_some_and(|t| !t.is_empty()),
            "no {part}"
        );
    }
    let ids: Vec<&str> = document
        .descendants()
        .filter_map(|n| n.attribute("id"))
        .collect();
    for name in ["http", "href", "@import", "<script", "<image", "<style"] {
        let found = picture.matches(name).count();
        // The name of the language itself.
        assert_eq!(
            found,
            usize::from(name == "http"),
            "the picture has `{name}`"
        );
    }
    let mut seen = Seen {
        texts: Vec::new(),
        titles: Vec::new(),
    };
    for n in document.descendants().filter(roxmltree::Node::is_element) {
        for a in n.attributes() {
            if let Some(id) = a.value().strip_prefix("url(#") {
                assert!(ids.contains(&id.trim_end_matches(')')), "no `{id}`");
            }
        }
        match n.tag_name().name() {
            "text" => {
                let text = n.text().unwrap_or_default().to_owned();
                let (x, size) = (number(n, "x"), number(n, "font-size"));
                let columns: usize = unicode_width(&text);
                // Rather narrow: what is longer than this is outside in every font.
                let long = columns as f64 * size * 0.42;
                let (left, right) = match n.attribute("text-anchor") {
                    Some("end") => (x - long, x),
                    Some("middle") => (x - long / 2.0, x + long / 2.0),
                    _ => (x, x + long),
                };
                assert!(
                    left >= -1.0 && right <= wide + 1.0,
                    "`{text}` leaves the picture: {left}..{right}"
                );
                assert!(number(n, "y") <= tall, "`{text}` is below the picture");
                seen.texts.push(text);
            }
            "rect" => {
                let (x, w) = (number(n, "x"), number(n, "width"));
                let (y, h) = (number(n, "y"), number(n, "height"));
                assert!(w >= 0.0 && h >= 0.0, "a rectangle without a surface");
                assert!(
                    x >= 0.0 && x + w <= wide && y >= 0.0 && y + h <= tall,
                    "a rectangle at {x},{y}"
                );
            }
            "title" => seen.titles.push(n.text().unwrap_or_default().to_owned()),
            _ => {}
        }
    }
    seen
}

/// Columns, wide characters counted twice.
fn unicode_width(text: &str) -> usize {
    text.chars()
        .map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 })
        .sum()
}
