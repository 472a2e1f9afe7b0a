//! The order of a pass (R12): latches after everything they read at the same instant.
//!
//! Comes in: a program whose tables are complete. Goes out: [`Program::order`], [`Program::cascade_bound`], and an
//! error per loop. Reads through occurrences, through the frozen state of norms, procedures and decisions, and through
//! a delay of a tick or more are no instant reads.

use crate::build::number;
use crate::walk::each_guard;
use crate::*;
use rogatio_calendar::Length;
use rogatio_diagnostics::{Diagnostic, codes};
use std::collections::{BTreeMap, BTreeSet};

/// What can depend on itself at one instant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// A latch.
    Latch(Latch),
    /// A define: its value is a level.
    Define(DefineId),
    /// A given, where a text says its value.
    Given(GivenId),
    /// The roll of a decision.
    Roll(DecisionId, RollPart),
    /// The rules of a decision, where its result is asked for before it closes.
    Result(DecisionId),
    /// A stage: only for where it stands (R13).
    Stage(ProcedureId, u32),
}

/// Parts of a roll: who votes may hang on who is a member or present, not the other way round.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RollPart {
    /// Members, their votes, the chair.
    Members,
    /// Those present.
    Present,
    /// Those entitled to vote, and how they voted.
    Voters,
}

impl RollPart {
    /// The part that a set belongs to.
    fn of(set: &RollSet) -> RollPart {
        match set {
            RollSet::Members | RollSet::Chair => RollPart::Members,
            RollSet::Present => RollPart::Present,
            _ => RollPart::Voters,
        }
    }
}

/// Fills [`Program::order`] and [`Program::cascade_bound`]. After an error the order is as good as it gets.
pub(crate) fn arrange(
    program: &mut Program,
    span_of: &mut dyn FnMut(Node) -> Option<Span>,
) -> Vec<Diagnostic> {
    let graph = reads(program);
    let components = components(&graph);
    let mut order = Vec::new();
    let mut errors = Vec::new();
    for component in &components {
        let first = component[0];
        if component.len() > 1 || graph[&first].contains(&first) {
            errors.push(loop_error(program, &graph, component, span_of));
        }
        order.extend(component.iter().filter_map(|node| match node {
            Node::Latch(latch) => Some(*latch),
            _ => None,
        }));
    }
    program.order = order;
    if errors.is_empty() {
        match crate::cascade::bound(program, span_of) {
            Ok(bound) => program.cascade_bound = bound,
            Err(loops) => errors.extend(loops),
        }
    }
    errors
}

/// For every node what it reads at the same instant.
fn reads(program: &Program) -> BTreeMap<Node, BTreeSet<Node>> {
    let mut graph: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    let latches = (0..program.statuses.len())
        .map(|i| Latch::Status(StatusId(number(i))))
        .chain((0..program.hists.len()).map(|i| Latch::Hist(HistId(number(i)))))
        .chain((0..program.edges.len()).map(|i| Latch::Edge(EdgeId(number(i)))))
        .chain((0..program.timers.len()).map(|i| Latch::Timer(TimerId(number(i)))));
    for latch in latches {
        let mut below = BTreeSet::new();
        let roots: Vec<Guard> = match latch {
            Latch::Status(s) => {
                let s = &program.statuses[s.index()];
                s.level.iter().chain(&s.blocked_while).copied().collect()
            }
            Latch::Hist(_) => Vec::new(),
            Latch::Edge(e) => vec![program.edges[e.index()].cond],
            Latch::Timer(t) => vec![program.timers[t.index()].at],
        };
        read_guards(program, &roots, &mut below);
        graph.insert(Node::Latch(latch), below);
    }
    for rule in &program.rules {
        let mut below = BTreeSet::new();
        read_trigger(program, &rule.on, &mut below);
        let mut roots: Vec<Guard> = rule.guard.into_iter().collect();
        match &rule.effect {
            Effect::Start(keys, value) => {
                roots.extend(keys);
                if let (Some(value), Latch::Status(s)) = (value, rule.target) {
                    below.extend(value_reads(program, *value, s));
                }
            }
            Effect::End(keys) | Effect::Push(keys) | Effect::Arm(keys) | Effect::Disarm(keys) => {
                roots.extend(keys)
            }
            Effect::Watch => {}
        }
        read_guards(program, &roots, &mut below);
        graph
            .entry(Node::Latch(rule.target))
            .or_default()
            .extend(below);
    }
    for (i, define) in program.defines.iter().enumerate() {
        let mut below = BTreeSet::new();
        read_guards(program, &[define.value], &mut below);
        graph.insert(Node::Define(DefineId(number(i))), below);
    }
    for (i, given) in program.givens.iter().enumerate() {
        let mut below = BTreeSet::new();
        read_guards(program, given.default.as_slice(), &mut below);
        graph.insert(Node::Given(GivenId(number(i))), below);
    }
    for (i, decision) in program.decisions.iter().enumerate() {
        let members = [decision.members].into_iter();
        let members = members.chain(decision.weight).chain(decision.chair);
        for (part, roots) in [
            (RollPart::Members, members.collect()),
            (RollPart::Present, decision.present.into_iter().collect()),
            (RollPart::Voters, vec![decision.voters]),
        ] {
            let roots: Vec<Guard> = roots;
            let mut below = BTreeSet::new();
            read_guards(program, &roots, &mut below);
            let head = program.head_of(DecisionId(number(i)));
            graph
                .entry(Node::Roll(head, part))
                .or_default()
                .extend(below);
        }
        let mut below = BTreeSet::new();
        read_guards(program, &decision.slots(), &mut below);
        graph.insert(Node::Result(DecisionId(number(i))), below);
    }
    // Whatever is read exists, even in a program that is wrong.
    let all: BTreeSet<Node> = graph.values().flatten().copied().collect();
    for node in all {
        graph.entry(node).or_default();
    }
    graph
}

/// What a value that a status takes reads at the same instant. The status itself is read as it stands before it takes the
/// value, so that it may be counted from its own last one (R46).
fn value_reads(program: &Program, value: Guard, status: StatusId) -> BTreeSet<Node> {
    let own = Node::Latch(Latch::Status(status));
    let mut plain = BTreeSet::new();
    read_guards(program, &[value], &mut plain);
    let mut through = plain.clone();
    let mut todo: Vec<Node> = plain.iter().copied().collect();
    while let Some(node) = todo.pop() {
        let value = match node {
            Node::Define(d) => program.defines.get(d.index()).map(|d| d.value),
            Node::Given(g) => program.givens.get(g.index()).and_then(|g| g.default),
            _ => None,
        };
        let mut below = BTreeSet::new();
        read_guards(program, value.as_slice(), &mut below);
        todo.extend(below.iter().filter(|n| through.insert(**n)));
    }
    if !through.contains(&own) {
        return plain;
    }
    through.retain(|n| *n != own && !matches!(n, Node::Define(_) | Node::Given(_)));
    through
}

/// The instant reads of guards.
pub(crate) fn read_guards(program: &Program, roots: &[Guard], below: &mut BTreeSet<Node>) {
    each_guard(program, roots, |_, op| match op {
        Op::StatusOn(s, _)
        | Op::StatusValue(s, _)
        | Op::StatusStart(s, _)
        | Op::StatusFirstStart(s, _)
        | Op::StatusEnd(s, _)
        | Op::StatusPick { status: s, .. } => {
            below.insert(Node::Latch(Latch::Status(*s)));
        }
        Op::HistCount(h, _)
        | Op::HistTime(h, ..)
        | Op::HistArg(h, ..)
        | Op::HistSum(h, ..)
        | Op::HistSince(h, ..)
        | Op::HistInLast { hist: h, .. }
        | Op::HistPick { hist: h, .. } => {
            below.insert(Node::Latch(Latch::Hist(*h)));
        }
        Op::Call(d, _) => {
            below.insert(Node::Define(*d));
        }
        Op::Given(g, _) => {
            below.insert(Node::Given(*g));
        }
        Op::Certain(decision, ..) => {
            below.insert(Node::Roll(*decision, RollPart::Voters));
            below.insert(Node::Roll(*decision, RollPart::Members));
            below.insert(Node::Result(*decision));
        }
        Op::OnRoll { decision, set, .. } => {
            below.insert(Node::Roll(*decision, RollPart::of(set)));
        }
        Op::Weight { decision, .. } => {
            below.insert(Node::Roll(*decision, RollPart::Members));
        }
        Op::InVersion(v, _) => below.extend(on_version(program, *v)),
        Op::ByVersion(list) => {
            below.extend(list.iter().flat_map(|(v, _)| on_version(program, *v)));
        }
        _ => {}
    });
}

/// What a version reads: the event at which it begins or ends.
fn on_version(program: &Program, v: VersionId) -> impl Iterator<Item = Node> {
    program
        .version_events(v)
        .map(|s| Node::Latch(Latch::Status(s)))
}

/// The instant reads of a trigger and its matches.
fn read_trigger(program: &Program, on: &On, below: &mut BTreeSet<Node>) {
    match on {
        On::Timer(t, _) if !takes_time(program, program.timers[t.index()].at) => {
            below.insert(Node::Latch(Latch::Timer(*t)));
        }
        On::Rise(e, _) | On::Fall(e, _) => {
            below.insert(Node::Latch(Latch::Edge(*e)));
        }
        On::Started(s, _) | On::Ended(s, _) => {
            below.insert(Node::Latch(Latch::Status(*s)));
        }
        _ => {}
    }
    let roots: Vec<Guard> = on
        .matches()
        .into_iter()
        .filter_map(|m| match m {
            Match::Is(g) => Some(*g),
            _ => None,
        })
        .collect();
    read_guards(program, &roots, below);
}

impl On {
    /// How its positions or keys are matched.
    #[must_use]
    pub fn matches(&self) -> Vec<&Match> {
        match self {
            On::Act { matches, .. } | On::Ballot { matches, .. } => {
                matches.iter().map(|(_, m)| m).collect()
            }
            On::Timer(_, list)
            | On::Rise(_, list)
            | On::Fall(_, list)
            | On::Started(_, list)
            | On::Ended(_, list)
            | On::Norm(_, _, list) => list.iter().collect(),
            On::Enter(_, _, m) | On::Leave(_, _, m) | On::Outcome(_, _, m) | On::Opened(_, m) => {
                vec![m]
            }
            On::Begin => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub fn matches_mut(&mut self) -> Vec<&mut Match> {
        match self {
            On::Act { matches, .. } | On::Ballot { matches, .. } => {
                matches.iter_mut().map(|(_, m)| m).collect()
            }
            On::Timer(_, list)
            | On::Rise(_, list)
            | On::Fall(_, list)
            | On::Started(_, list)
            | On::Ended(_, list)
            | On::Norm(_, _, list) => list.iter_mut().collect(),
            On::Enter(_, _, m) | On::Leave(_, _, m) | On::Outcome(_, _, m) | On::Opened(_, m) => {
                vec![m]
            }
            On::Begin => Vec::new(),
        }
    }
}

/// Whether a time is at least a tick after the event it counts from, so that no timer for it fires in the pass that
/// arms it.
pub(crate) fn takes_time(program: &Program, at: Guard) -> bool {
    match &program.guard(at).op {
        Op::Shift {
            before: false,
            length,
            ..
        } => match program.guard(*length).op {
            Op::Length(Length::Duration(d) | Length::Elapsed(d)) => d.seconds() > 0,
            Op::Length(Length::Period(p)) => p.months >= 0 && p.days >= 0 && p.months + p.days > 0,
            _ => false,
        },
        Op::DatesPick { pick, from, .. } => {
            !pick.before && matches!(program.guard(*from).op, Op::EventTime)
        }
        Op::Later(list) => list.iter().any(|&g| takes_time(program, g)),
        Op::Earlier(list) => list.iter().all(|&g| takes_time(program, g)),
        Op::OrElse(a, b) => takes_time(program, *a) && takes_time(program, *b),
        _ => false,
    }
}

/// Strongly connected components, those that are read first (Tarjan). Every node that is read has an entry of its own.
pub(crate) fn components<N: Copy + Ord>(graph: &BTreeMap<N, BTreeSet<N>>) -> Vec<Vec<N>> {
    const NEW: usize = usize::MAX;
    let nodes: Vec<N> = graph.keys().copied().collect();
    let place = |n: &N| nodes.binary_search(n).ok();
    let next: Vec<Vec<usize>> = graph
        .values()
        .map(|below| below.iter().filter_map(place).collect())
        .collect();
    let mut index = vec![NEW; nodes.len()];
    let mut low = vec![NEW; nodes.len()];
    let mut on_stack = vec![false; nodes.len()];
    let (mut stack, mut found, mut count) = (Vec::new(), Vec::new(), 0);
    // The nodes being visited, and how many of what they read has been looked at.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for root in 0..nodes.len() {
        if index[root] == NEW {
            way.push((root, 0));
        }
        while let Some((n, at)) = way.last_mut() {
            let n = *n;
            if *at == 0 && index[n] == NEW {
                (index[n], low[n]) = (count, count);
                count += 1;
                stack.push(n);
                on_stack[n] = true;
            }
            if let Some(&m) = next[n].get(*at) {
                *at += 1;
                if index[m] == NEW {
                    way.push((m, 0));
                } else if on_stack[m] {
                    low[n] = low[n].min(index[m]);
                }
                continue;
            }
            way.pop();
            if let Some((above, _)) = way.last() {
                low[*above] = low[*above].min(low[n]);
            }
            if low[n] == index[n] {
                let mut component = Vec::new();
                while let Some(m) = stack.pop() {
                    on_stack[m] = false;
                    component.push(nodes[m]);
                    if m == n {
                        break;
                    }
                }
                component.sort();
                found.push(component);
            }
        }
    }
    found
}

/// A shortest way from a node back to itself inside its component.
pub(crate) fn a_loop<N: Copy + Ord>(
    graph: &BTreeMap<N, BTreeSet<N>>,
    component: &[N],
    start: N,
) -> Vec<N> {
    let mut from: BTreeMap<N, N> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(n) = queue.pop_front() {
        for &m in graph.get(&n).into_iter().flatten() {
            if m == start {
                let mut way = vec![n];
                let mut at = n;
                while let Some(&before) = from.get(&at) {
                    way.push(before);
                    at = before;
                }
                way.reverse();
                return way;
            }
            if component.contains(&m) && !from.contains_key(&m) {
                from.insert(m, n);
                queue.push_back(m);
            }
        }
    }
    vec![start]
}

fn loop_error(
    program: &Program,
    graph: &BTreeMap<Node, BTreeSet<Node>>,
    component: &[Node],
    span_of: &mut dyn FnMut(Node) -> Option<Span>,
) -> Diagnostic {
    let declared = |n: &Node| {
        matches!(
            n,
            Node::Latch(Latch::Status(_))
                | Node::Define(_)
                | Node::Given(_)
                | Node::Roll(..)
                | Node::Result(_)
        )
    };
    let start = component
        .iter()
        .copied()
        .find(declared)
        .unwrap_or(component[0]);
    let mut way = a_loop(graph, component, start);
    if way.iter().any(declared) {
        way.retain(declared);
    }
    let names: Vec<String> = way.iter().map(|&n| node_name(program, n)).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} depends on itself at the same instant"),
        _ => format!(
            "{} depend on each other at the same instant",
            names.join(" and ")
        ),
    };
    let mut error = Diagnostic::error(codes::E0402, message);
    for (i, (&node, name)) in way.iter().zip(&names).enumerate() {
        let span = span_of(node).unwrap_or_else(|| node_span(program, node));
        let next = &names[(i + 1) % names.len()];
        error = error.at(
            span,
            format!(
                "{name} reads {}",
                if names.len() == 1 { "itself" } else { next }
            ),
        );
    }
    error
        .help("let one of them follow an act, an outcome or a delay of a day instead of the other's present state")
        .note("a latched status (`from E`) that reads an outcome, an act or a closed decision is no loop (R12)")
}

fn node_name(program: &Program, node: Node) -> String {
    match node {
        Node::Latch(Latch::Status(s)) => format!("status `{}`", program.statuses[s.index()].name),
        Node::Latch(Latch::Hist(h)) => format!("the history `{}`", program.hists[h.index()].name),
        Node::Latch(Latch::Edge(e)) => {
            format!(
                "the condition of {}",
                program.cite(program.edges[e.index()].provision)
            )
        }
        Node::Latch(Latch::Timer(t)) => format!("the time `{}`", program.timers[t.index()].name),
        Node::Define(d) => format!("define `{}`", program.defines[d.index()].name),
        Node::Given(g) => format!("given `{}`", program.givens[g.index()].name),
        Node::Stage(p, _) => format!("procedure `{}`", program.procedures[p.index()].name),
        Node::Result(d) => format!(
            "the result of decision `{}`",
            program.decisions[d.index()].name
        ),
        Node::Roll(d, _) => format!(
            "the roll of decision `{}`",
            program.decisions[d.index()].name
        ),
    }
}

pub(crate) fn node_span(program: &Program, node: Node) -> Span {
    let rule = |latch: Latch| {
        program
            .rules_of(latch)
            .map(|(_, r)| r.span)
            .find(|s| !s.is_none())
            .unwrap_or(Span::NONE)
    };
    match node {
        Node::Latch(Latch::Edge(e)) => program.guard(program.edges[e.index()].cond).span,
        Node::Latch(latch) => rule(latch),
        Node::Define(d) => program.guard(program.defines[d.index()].value).span,
        Node::Given(g) => {
            let default = program.givens[g.index()].default;
            default.map_or(Span::NONE, |g| program.guard(g).span)
        }
        Node::Stage(p, s) => {
            let stage = &program.procedures[p.index()].stages[s as usize];
            program
                .provisions
                .get(stage.provision.index())
                .map_or(Span::NONE, |p| p.span)
        }
        Node::Roll(d, _) | Node::Result(d) => {
            let provision = program.decisions[d.index()].provision;
            program
                .provisions
                .get(provision.index())
                .map_or(Span::NONE, |p| p.span)
        }
    }
}
