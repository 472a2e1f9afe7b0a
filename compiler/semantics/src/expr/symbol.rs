//! What a name means where it stands, and what is said of one that means nothing.

use super::*;

impl Checker {
    /// What a name stands for here.
    pub(crate) fn symbol(&self, cx: &Context, name: &str) -> Option<Symbol> {
        // Hardly any name has a space or a dot: asked first, byte by byte, it is cheaper than a search.
        let of_copy = has(name, b' ').then(|| name.split_once(" of "));
        let symbol = match of_copy.flatten() {
            Some((name, cite)) => self.copy_named(cx, name, cite),
            None => self.written_symbol(cx, name),
        };
        Some(self.in_copy(cx, name, symbol?))
    }

    /// What a name stands for in the text where it is written.
    pub(super) fn written_symbol(&self, cx: &Context, name: &str) -> Option<Symbol> {
        if let Some(i) = cx.parameters.iter().position(|(n, _)| n == name) {
            return Some(Symbol::Parameter(i));
        }
        let scope = &self.scopes[cx.module];
        if let Some((p, _)) = cx.procedure
            && let Some(s) = scope.of_procedure.get(&(p, name.to_owned()))
        {
            return Some(s.clone());
        }
        if let Some((p, _)) = cx.procedure
            && let Some(field) = self.parameter(p, name)
        {
            return Some(Symbol::Field(field));
        }
        if has(name, b'.')
            && let Some((alias, rest)) = name.split_once('.')
            && let Some(Symbol::Module(m)) = scope
                .names
                .get(alias)
                .map(|(s, _)| s)
                .or_else(|| scope.imports.get(alias))
        {
            return self.member(*m, rest);
        }
        if let Some((s, _)) = scope.names.get(name) {
            return Some(s.clone());
        }
        if let Some(s) = scope.imports.get(name) {
            return Some(s.clone());
        }
        // From outside, a procedure's own names take the instance as first argument.
        only_inner(scope, name)
    }

    /// A name of another module: its own, or one that it uses itself.
    pub(super) fn member(&self, module: usize, name: &str) -> Option<Symbol> {
        let scope = &self.scopes[module];
        let first = name.split_once('.').map_or(name, |(first, _)| first);
        let found = scope
            .names
            .get(first)
            .map(|(s, _)| s)
            .or_else(|| scope.imports.get(first));
        match (found, name.split_once('.')) {
            (Some(Symbol::Module(m)), Some((_, rest))) => self.member(*m, rest),
            (Some(s), None) => Some(s.clone()),
            (None, None) => only_inner(scope, name),
            _ => None,
        }
    }

    pub(super) fn unknown_member(&mut self, module: usize, alias: &str, name: &str, span: Span) {
        let scope = &self.scopes[module];
        if scope.lost.iter().any(|l| l == name) {
            return;
        }
        let known = scope
            .names
            .keys()
            .chain(scope.of_procedure.keys().map(|(_, n)| n));
        let near = nearest(name, known.map(String::as_str));
        let d = Diagnostic::error(codes::E0201, format!("module `{alias}` has no `{name}`"))
            .at(span, "not declared there");
        let d = match near {
            Some(near) => d.help(format!("did you mean `{alias}.{near}`?")),
            None => d.help("name what the module declares; `rogatio doc` shows it"),
        };
        self.error(d);
    }

    /// An unknown name, with the nearest known one.
    pub(crate) fn unknown(&mut self, cx: &Context, name: &str, span: Span) {
        if let Some((own, cite)) = name.split_once(" of ") {
            return self.unknown_copy(cx, own, cite, span);
        }
        if let Some((alias, own)) = name.rsplit_once('.')
            && let Some(Symbol::Module(m)) = self.symbol(cx, alias)
        {
            return self.unknown_member(m, alias, own, span);
        }
        let scope = &self.scopes[cx.module];
        if scope.lost.iter().any(|l| l == name) {
            return;
        }
        let known = scope
            .names
            .keys()
            .chain(scope.imports.keys())
            .chain(scope.of_procedure.keys().map(|(_, n)| n))
            .map(String::as_str)
            .chain(cx.locals.iter().map(|(n, _)| n.as_str()))
            .chain(self.instances.keys().map(String::as_str))
            .chain(
                cx.case
                    .iter()
                    .flat_map(|c| c.entities.keys().map(String::as_str)),
            );
        let near = nearest(name, known.filter(|k| *k != name));
        let mut d = Diagnostic::error(codes::E0201, format!("nothing here is named `{name}`"))
            .at(span, "not declared");
        if let Some(alias) = self.alias_that_declares(cx, name) {
            self.error(d.help(format!("`{alias}` declares it: write `{alias}.{name}`")));
            return;
        }
        // What only a case says: a rule reads ballots as sets, outcomes as events.
        let ballot = cx.case.is_none() && !self.program.decisions.is_empty();
        d = match near {
            _ if ballot && matches!(name, "vote" | "object" | "gavel" | "casting_vote" | "adopt" | "reject") => d
                .help("who has cast a ballot is a set of the decision: `p in cast(D on d)`, `p in yes(D on d)`, also as an event, `from p in yes(D on d)`")
                .help("its outcome is an event: `adopted(D on d)`, `rejected(D on d)`, `lapsed(D on d)`"),
            _ if cx.case.is_some() && matches!(name, "ballot" | "ballots" | "votes" | "voted") => d
                .help("a ballot is an act: `vote(yes on m) by A`, or `vote(yes on m) by each of A, B`"),
            _ if cx.case.is_some() && matches!(name, "assert" | "check" | "should" | "require" | "expects" | "ensure") => d
                .help("what must hold at that time is `expect CONDITION`"),
            _ if cx.case.is_some() && matches!(name, "set" | "let") => d
                .help("a given gets its value with `=`: `2030-01-08: NAME = VALUE`"),
            _ if !self.program.decisions.is_empty() && matches!(name, "passed" | "approved" | "accepted" | "failed" | "defeated") => d
                .help("the outcomes of a decision are `adopted(D on x)`, `rejected(D on x)`, `lapsed(D on x)` and `inquorate(D on x)`"),
            _ if cx.decision.is_some() && matches!(name, "votes" | "heads") => d
                .help(format!("of which set? `{name}(yes)`, `{name}(members)`")),
            _ if cx.decision.is_some() && matches!(name, "yes" | "no" | "abstain" | "for" | "against") => {
                let own = cx.decision.as_ref().map(|x| crate::ballot::ballots_of(&self.program.decisions[x.id.index()]));
                match own.filter(|list| !list.is_empty()) {
                    Some(list) => d.help(format!("the ballots are: {list}")),
                    // They may be in a clause that could not be read.
                    None if self.partial => return,
                    None => d.help("declare the ballots: `ballots yes, no, abstain, last counts`"),
                }
            }
            _ if cx.case.is_some() && name == crate::scenario::UNDETERMINED => d
                .help("a value is asked with `is`: `expect X is undetermined`"),
            _ if matches!(name, "today" | "current_date" | "this_day") => d.help("the present is `now`"),
            None if self.program.fields.iter().any(|f| f.name == name) => d
                .help(format!("a field is asked of its owner: `x.{name}`, of each of a set `x: KIND where x.{name} …`")),
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None if cx.case.is_some() => d.help("declare entities by kind first: `State: A, B`"),
            None => d.help("declare it, or bind it: `x: KIND`"),
        };
        self.error(d);
    }

    /// The alias under which a used module declares a name.
    pub(crate) fn alias_that_declares(&self, cx: &Context, name: &str) -> Option<String> {
        let scope = &self.scopes[cx.module];
        let own = scope.names.iter().map(|(alias, (s, _))| (alias, s));
        let mut found = own
            .chain(scope.imports.iter())
            .filter(|(_, s)| matches!(s, Symbol::Module(m) if self.member(*m, name).is_some()))
            .map(|(alias, _)| alias.clone())
            .collect::<Vec<_>>();
        // Of several aliases the first by name, so that the same text gets the same help.
        found.sort_unstable();
        found.into_iter().next()
    }
}

/// What the one procedure that declares it means by a name.
/// Whether a sign of ASCII is in a name.
fn has(name: &str, sign: u8) -> bool {
    name.bytes().any(|b| b == sign)
}

pub(super) fn only_inner(scope: &ModuleScope, name: &str) -> Option<Symbol> {
    let mut inner = scope
        .of_procedure
        .iter()
        .filter(|((_, n), _)| n == name)
        .map(|(_, s)| s);
    match (inner.next(), inner.next()) {
        (Some(s), None) => Some(s.clone()),
        _ => None,
    }
}
