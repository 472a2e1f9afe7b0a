//! One line per finding.
//!
//! Comes in: a diagnostic. Goes out: `file:line:col: error[E0101]: message`, or without
//! the place if it has none. Never more than one line.

use super::one_line;
use crate::{Diagnostic, SourceMap, Span};

/// Renders a diagnostic on one line.
pub(super) fn render(d: &Diagnostic, sources: &SourceMap) -> String {
    let place = place(d.span(), sources).map_or_else(String::new, |p| p + ": ");
    format!(
        "{place}{}[{}]: {}",
        d.severity,
        d.code,
        one_line(&d.message)
    )
}

/// `file:line:col`, if the span is a place.
pub(super) fn place(span: Span, sources: &SourceMap) -> Option<String> {
    sources.knows(span).then(|| {
        let (line, column) = sources.line_col(sources.visible(span));
        format!("{}:{line}:{column}", one_line(sources.name(span.file)))
    })
}

#[cfg(test)]
mod tests {
    use crate::*;

    #[test]
    fn is_one_line() {
        let mut map = SourceMap::new();
        let f = map.add("a.rog", "module x\n\n");
        let d = Diagnostic::error(codes::E0101, "two\nlines \u{1b}[2J");
        assert_eq!(
            render(&d, &map, Format::Short),
            "error[E0101]: two lines \u{FFFD}[2J"
        );
        let d = d.at(Span::new(f, 10, 10), "at the end");
        assert_eq!(
            render(&d, &map, Format::Short),
            "a.rog:1:9: error[E0101]: two lines \u{FFFD}[2J"
        );
    }
}
