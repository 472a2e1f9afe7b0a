//! As much of a TextMate engine as the grammar needs: at each place the first pattern that matches earliest wins.

use fancy_regex::{Captures, Regex};
use serde_json::Value;

struct Rule {
    name: String,
    matched: Regex,
    captures: Vec<(usize, String)>,
    /// The end and the rules inside, of a rule with begin and end.
    inside: Option<(Regex, Vec<Rule>)>,
}

/// A grammar, its includes resolved.
pub(crate) struct Grammar(Vec<Rule>);

impl Grammar {
    pub(crate) fn read(json: &str) -> Grammar {
        let json: Value = serde_json::from_str(json).expect("the grammar is JSON");
        Grammar(rules(&json["patterns"], &json["repository"]))
    }

    /// The innermost scope of each byte; empty where there is none.
    pub(crate) fn scopes(&self, text: &str) -> Vec<&str> {
        let mut out = vec![""; text.len()];
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            run(&self.0, bare, 0, None, &mut out[start..start + bare.len()]);
            start += line.len();
        }
        out
    }
}

fn text(v: &Value) -> String {
    v.as_str().unwrap_or_default().to_owned()
}

fn rules(patterns: &Value, repository: &Value) -> Vec<Rule> {
    patterns
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|p| rule(p, repository))
        .collect()
}

fn rule(p: &Value, repository: &Value) -> Vec<Rule> {
    if let Some(name) = p["include"].as_str() {
        return rule(&repository[&name[1..]], repository);
    }
    let regex = |v: &Value| Regex::new(&text(v)).unwrap_or_else(|e| panic!("{v}: {e}"));
    let captures = p["captures"].as_object().into_iter().flatten();
    let captures = captures
        .map(|(n, c)| (n.parse().expect("a number"), text(&c["name"])))
        .collect();
    if p["begin"].is_string() {
        return vec![Rule {
            name: text(&p["name"]),
            matched: regex(&p["begin"]),
            captures,
            inside: Some((regex(&p["end"]), rules(&p["patterns"], repository))),
        }];
    }
    if p["match"].is_string() {
        return vec![Rule {
            name: text(&p["name"]),
            matched: regex(&p["match"]),
            captures,
            inside: None,
        }];
    }
    rules(&p["patterns"], repository)
}

/// Marks `out` from `at` on; stops behind `end`. Returns where it stopped.
fn run<'g>(
    rules: &'g [Rule],
    line: &str,
    mut at: usize,
    end: Option<&Regex>,
    out: &mut [&'g str],
) -> usize {
    let find = |regex: &Regex, at: usize| regex.captures_from_pos(line, at).ok().flatten();
    loop {
        let closing = end
            .and_then(|e| find(e, at))
            .and_then(|c| c.get(0))
            .map(|m| (m.start(), m.end()));
        let mut best: Option<(usize, &Rule, Captures<'_>)> = None;
        for rule in rules {
            let Some(found) = find(&rule.matched, at) else {
                continue;
            };
            let start = found.get(0).map_or(at, |m| m.start());
            if best.as_ref().is_none_or(|(s, ..)| start < *s) {
                best = Some((start, rule, found));
            }
        }
        match (closing, best) {
            (Some((start, stop)), best) if best.as_ref().is_none_or(|(s, ..)| start <= *s) => {
                return stop;
            }
            (_, None) => return line.len(),
            (_, Some((start, rule, found))) => {
                let stop = found.get(0).map_or(start, |m| m.end());
                let stop = match &rule.inside {
                    Some((end, inner)) => {
                        let stop = run(inner, line, stop, Some(end), out);
                        out[start..stop]
                            .iter_mut()
                            .filter(|s| s.is_empty())
                            .for_each(|s| *s = &rule.name);
                        stop
                    }
                    None => {
                        if !rule.name.is_empty() {
                            out[start..stop].fill(&rule.name);
                        }
                        for (n, name) in &rule.captures {
                            if let Some(m) = found.get(*n) {
                                out[m.start()..m.end()].fill(name);
                            }
                        }
                        stop
                    }
                };
                // An empty match must not hold the engine.
                at = if stop > at {
                    stop
                } else {
                    at + line[at..].chars().next().map_or(1, char::len_utf8)
                };
                if at > line.len() {
                    return line.len();
                }
            }
        }
    }
}
