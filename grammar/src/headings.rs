//! The headings of a module, for the line above a finding: `art 36 "Entry into force"`.

use crate::ast::{Article, ArticleBody, HeadingWord, Item, ItemKind, Module};
use rogatio_diagnostics::Span;

/// Every article, annex and so on with its place, in the order written; an inner one after the one it is in.
#[must_use]
pub fn headings(module: &Module) -> Vec<(Span, String)> {
    let mut out = vec![];
    walk(&module.items, "", &mut out);
    out
}

fn walk(items: &[Item], above: &str, out: &mut Vec<(Span, String)>) {
    for item in items {
        let ItemKind::Article(article) = &item.kind else {
            continue;
        };
        let number = number(article);
        let path = if above.is_empty() {
            number
        } else {
            format!("{above} {number}")
        };
        let title = article
            .titles
            .first()
            .map_or(String::new(), |t| format!(" \"{}\"", t.value));
        out.push((item.span, format!("{path}{title}")));
        match &article.body {
            ArticleBody::Items(items) | ArticleBody::AppliesVersionBefore { items, .. } => {
                walk(items, &path, out)
            }
            ArticleBody::Hortatory(_) | ArticleBody::NotModelled(_) | ArticleBody::Applies(_) => {}
        }
    }
}

fn number(article: &Article) -> String {
    let word = match article.heading {
        HeadingWord::Article => "art",
        HeadingWord::Annex => "annex",
        HeadingWord::Section => "section",
        HeadingWord::Part => "part",
        HeadingWord::Chapter => "chapter",
        HeadingWord::Preamble => "preamble",
        HeadingWord::Paragraph => "paragraph",
    };
    let numbers: Vec<String> = article
        .numbers
        .iter()
        .map(|n| {
            n.paras
                .iter()
                .fold(n.text.clone(), |text, p| format!("{text}({})", p.text))
        })
        .collect();
    format!("{word} {}", numbers.join(", "))
        .trim_end()
        .to_owned()
}
