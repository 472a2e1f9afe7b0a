//! Tokens and trees in a form to read: `rogatio check --emit tokens|ast`.
//!
//! The tree is made from its `Debug` form, which has every node and needs no code per node: spans are left out,
//! wrappers that only carry one are unwrapped, names and texts are shown as written.

use crate::ast::Module;
use crate::token::lex;
use rogatio_diagnostics::FileId;
use std::fmt::Write;

/// One token a line: place, kind, text.
#[must_use]
pub fn dump_tokens(text: &str) -> String {
    let lexed = lex(FileId(0), text);
    let mut out = String::new();
    let (mut line, mut at) = (1, 0);
    for token in &lexed.tokens {
        let start = token.start as usize;
        line += text
            .get(at..start)
            .map_or(0, |gap| gap.matches('\n').count());
        at = start;
        let shown = token.text(text).replace('\n', " ");
        let _ = writeln!(out, "{line}\t{:?}\t{shown}", token.kind);
    }
    out
}

/// An indented tree, one item after the other.
#[must_use]
pub fn dump_ast(module: &Module) -> String {
    let mut out = String::new();
    for item in &module.items {
        let debug = format!("{item:?}");
        let tree = Reader { rest: &debug }.value();
        print(&tree.simple(), 0, &mut out);
        out.push('\n');
    }
    out
}

/// A value read back from its `Debug` form.
enum Tree {
    /// A number, a string, a word.
    Leaf(String),
    /// `Name(..)`, `Name { .. }`, `[..]`; fields with their names.
    Node(String, Vec<(String, Tree)>),
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', ',']);
    }

    fn take(&mut self, count: usize) -> String {
        let (head, tail) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = tail;
        head.to_owned()
    }

    fn word(&mut self) -> String {
        if self.rest.starts_with('"') {
            let mut escaped = false;
            let end = self.rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            return self.take(end.map_or(self.rest.len(), |(i, _)| i + 1));
        }
        let end = self
            .rest
            .find([' ', ',', '(', ')', '{', '}', '[', ']'])
            .unwrap_or(self.rest.len());
        // `12:30` of a time keeps its colons; the colon of a field is at the end.
        self.take(end)
    }

    fn value(&mut self) -> Tree {
        self.skip();
        let name = self.word();
        let bare = self.rest.trim_start();
        let close = match bare.chars().next() {
            Some('(') if !name.starts_with('"') => ')',
            Some('{') if !name.is_empty() && !name.starts_with('"') => '}',
            Some('[') if name.is_empty() => ']',
            _ => {
                if name.is_empty() && !self.rest.is_empty() {
                    let len = self.rest.chars().next().map_or(1, char::len_utf8);
                    self.take(len);
                }
                return Tree::Leaf(name);
            }
        };
        self.rest = bare;
        self.take(1);
        let mut parts = vec![];
        loop {
            self.skip();
            if self.rest.is_empty() {
                break;
            }
            if self.rest.starts_with(close) {
                self.take(1);
                break;
            }
            let field = match self.rest.split_once(": ") {
                Some((field, _))
                    if close == '}' && field.chars().all(|c| c.is_alphanumeric() || c == '_') =>
                {
                    self.take(field.len() + 2);
                    field.to_owned()
                }
                _ => String::new(),
            };
            parts.push((field, self.value()));
        }
        Tree::Node(if close == ']' { "[]".to_owned() } else { name }, parts)
    }
}

impl Tree {
    /// Without spans, wrappers, empty lists and absent options.
    fn simple(self) -> Tree {
        let Tree::Node(name, parts) = self else {
            return self;
        };
        let mut parts: Vec<(String, Tree)> = parts
            .into_iter()
            .filter(|(field, tree)| match tree {
                _ if field == "span" => false,
                Tree::Node(name, _) if name == "Span" => false,
                Tree::Leaf(text) => field.is_empty() || text != "None" && text != "false",
                Tree::Node(name, parts) => field.is_empty() || !(name == "[]" && parts.is_empty()),
            })
            .map(|(field, tree)| (field, tree.simple()))
            .collect();
        let wrapper = matches!(
            name.as_str(),
            "Some" | "Expr" | "TypeExpr" | "Path" | "Named" | "Name" | "" | "TimeSpec"
        );
        if wrapper && parts.len() == 1 {
            let (field, tree) = parts.remove(0);
            return match tree {
                Tree::Leaf(text) if name == "Name" && field == "text" => {
                    Tree::Leaf(text.trim_matches('"').to_owned())
                }
                Tree::Node(list, mut inner)
                    if name == "Path" && list == "[]" && inner.len() == 1 =>
                {
                    inner.remove(0).1
                }
                tree => tree,
            };
        }
        if name == "Text" && parts.len() == 1 {
            return parts.remove(0).1;
        }
        if name == "LabelTag"
            && parts.len() == 1
            && let (_, Tree::Leaf(text)) = &parts[0]
        {
            return Tree::Leaf(format!("({})", text.trim_matches('"')));
        }
        Tree::Node(name, parts)
    }

    fn one_line(&self) -> String {
        match self {
            Tree::Leaf(text) => text.clone(),
            Tree::Node(name, parts) => {
                let inner: Vec<String> = parts
                    .iter()
                    .map(|(field, tree)| match field.as_str() {
                        "" | "kind" => tree.one_line(),
                        field => format!("{field}={}", tree.one_line()),
                    })
                    .collect();
                match name.as_str() {
                    "[]" => format!("[{}]", inner.join(" ")),
                    "" => format!("({})", inner.join(" ")),
                    name if inner.is_empty() => name.to_owned(),
                    name => format!("({name} {})", inner.join(" ")),
                }
            }
        }
    }
}

/// Prints on one line what fits, otherwise one part a line.
fn print(tree: &Tree, indent: usize, out: &mut String) {
    let line = tree.one_line();
    let (Tree::Node(name, parts), true) = (tree, line.chars().count() + indent > 110) else {
        out.push_str(&line);
        return;
    };
    let _ = write!(out, "({name}");
    for (field, part) in parts {
        let _ = write!(out, "\n{:width$}", "", width = indent + 2);
        if !field.is_empty() && field != "kind" {
            let _ = write!(out, "{field}=");
        }
        print(part, indent + 2, out);
    }
    out.push(')');
}
