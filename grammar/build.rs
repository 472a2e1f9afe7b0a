//! Generates the parser from `src/grammar.lalrpop`.

use std::collections::HashSet;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=src/grammar.lalrpop");
    println!("cargo:rerun-if-changed=build.rs");
    lalrpop::Configuration::new()
        .use_cargo_dir_conventions()
        .process()
        .expect("the grammar has no conflicts");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let file = out.join("grammar.rs");
    let parser = std::fs::read_to_string(&file).expect("the parser was just written");
    std::fs::write(&file, without_moves(&parser)).expect("it can be written again");
}

/// The generated parser, in which a reduction that hands a symbol on as it is, such as that of a sum to what it is the only
/// part of, leaves the symbol where it lies.
///
/// A name as a condition goes up twenty levels, and on each the symbol, some hundred bytes, was taken off the stack and
/// put back: a sixth of all that a check of a module did.
fn without_moves(parser: &str) -> String {
    let mut identities = HashSet::new();
    let lines: Vec<&str> = parser.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(number) = line.strip_prefix("fn __action") else {
            continue;
        };
        let rest = &lines[at..lines.len().min(at + 16)];
        let end = rest.iter().position(|l| *l == "}").unwrap_or(0);
        let [.., arguments, result, "{", "    __0"] = rest[..end] else {
            continue;
        };
        let argument = arguments.trim().strip_prefix("(_, __0, _): (usize, ");
        let argument = argument.and_then(|a| a.strip_suffix(", usize),"));
        if argument.is_some() && argument == result.strip_prefix(") -> ") {
            identities.insert(number.trim_end_matches('<'));
        }
    }
    let mut kept = Vec::with_capacity(lines.len());
    let mut rest = &lines[..];
    let mut found = 0;
    while let Some((line, after)) = rest.split_first() {
        if let Some(count) = hands_on(rest, &identities) {
            rest = &rest[count..];
            found += 1;
            continue;
        }
        kept.push(*line);
        rest = after;
    }
    assert!(found > 0, "generated parsers have another form now");
    kept.join("\n")
}

/// How many lines at the beginning take one symbol off and put the same one back.
fn hands_on(lines: &[&str], identities: &HashSet<&str>) -> Option<usize> {
    let [pop, start, end, action, push, ..] = lines else {
        return None;
    };
    let of = pop.trim().strip_prefix("let __sym0 = __pop_")?;
    let of = of.strip_suffix("(__symbols);")?;
    let number = action.trim().strip_prefix("let __nt = super::__action")?;
    let number = number.strip_suffix("::<>(ctx, __sym0);")?;
    let same = format!("__symbols.push((__start, __Symbol::{of}(__nt), __end));");
    let spans = start.trim() == "let __start = __sym0.0.clone();"
        && end.trim() == "let __end = __sym0.2.clone();";
    (spans && push.trim() == same && identities.contains(number)).then_some(5)
}
