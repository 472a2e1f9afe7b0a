//! One JSON object per finding, on one line.
//!
//! Comes in: a diagnostic. Goes out: its fields with places as file, line and column
//! (from 1, columns in characters, ends exclusive); `null` where there is no place.
//! Never drops or renames a key: programs rely on them.

use crate::{Diagnostic, Label, SourceMap, Span};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
/// A finding: what is wrong, where, and the edit to make.
pub struct JsonFinding<'a> {
    /// Its code: `E0601`, `W0301`.
    code: &'a str,
    /// `error`, `warning` or `note`.
    severity: &'a str,
    /// What was found.
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    /// Places that belong to it.
    labels: Vec<Mark<'a>>,
    /// Edits to make.
    help: &'a [String],
    /// What else there is to know.
    notes: &'a [String],
    /// The article it stands in.
    heading: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Label")]
/// A place with what is to be said of it.
struct Mark<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    /// What is to be said.
    text: &'a str,
    /// Whether the finding is at this place.
    primary: bool,
    /// The article it stands in.
    heading: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
/// Lines and columns count from 1, columns in characters; the end is exclusive. Null where there is no place.
struct Place<'a> {
    /// The file.
    file: Option<&'a str>,
    /// The first line.
    line: Option<usize>,
    /// The first column.
    column: Option<usize>,
    /// The last line.
    end_line: Option<usize>,
    /// One past the last column.
    end_column: Option<usize>,
}

/// Renders a diagnostic as one JSON object.
pub(super) fn render(d: &Diagnostic, sources: &SourceMap) -> String {
    let span = d.span();
    let object = JsonFinding {
        code: d.code.as_str(),
        severity: d.severity.as_str(),
        message: &d.message,
        place: place(span, sources),
        labels: d.labels.iter().map(|l| mark(l, sources)).collect(),
        help: &d.help,
        notes: &d.notes,
        heading: sources.heading_at(sources.visible(span)),
    };
    // Strings, numbers and nulls only: this cannot fail.
    serde_json::to_string(&object).unwrap_or_default()
}

fn mark<'a>(label: &'a Label, sources: &'a SourceMap) -> Mark<'a> {
    Mark {
        place: place(label.span, sources),
        text: &label.text,
        primary: label.primary,
        heading: sources.heading_at(sources.visible(label.span)),
    }
}

fn place(span: Span, sources: &SourceMap) -> Place<'_> {
    let known = sources.knows(span);
    let shown = sources.visible(span);
    let start = known.then(|| sources.line_col(shown));
    let end = known.then(|| sources.end_line_col(shown));
    Place {
        file: known.then(|| sources.name(span.file)),
        line: start.map(|s| s.0),
        column: start.map(|s| s.1),
        end_line: end.map(|e| e.0),
        end_column: end.map(|e| e.1),
    }
}

#[cfg(test)]
mod tests {
    use crate::*;

    #[test]
    fn has_every_key_in_order() {
        let mut map = SourceMap::new();
        let f = map.add("a.rog", "body 安全 {\n");
        map.set_headings(f, vec![(Span::new(f, 0, 13), "art 1".into())]);
        let d = Diagnostic::error(codes::E0102, "never\nclosed")
            .at(Span::new(f, 5, 11), "this")
            .help("close it");
        assert_eq!(
            render(&d, &map, Format::Json),
            concat!(
                r#"{"code":"E0102","severity":"error","message":"never\nclosed","#,
                r#""file":"a.rog","line":1,"column":6,"end_line":1,"end_column":8,"#,
                r#""labels":[{"file":"a.rog","line":1,"column":6,"end_line":1,"end_column":8,"#,
                r#""text":"this","primary":true,"heading":"art 1"}],"#,
                r#""help":["close it"],"notes":[],"heading":"art 1"}"#,
            )
        );
    }

    #[test]
    fn no_place_is_null() {
        let d = Diagnostic::error(codes::E0001, "no such file");
        let json = render(&d, &SourceMap::new(), Format::Json);
        assert!(json.contains(r#""file":null,"line":null"#), "{json}");
    }
}
