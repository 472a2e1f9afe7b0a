//! The cascade bound (R13): how many micro-steps one step can take.
//!
//! Comes in: a program with an order. Goes out: the longest chain of immediate causation over stages, decisions, norms
//! and latches, or an error that shows a chain without end. Acts, ballots and lapses of time cut chains; so does a
//! transition that an instance can take only once.

use crate::build::number;
use crate::order::{self, a_loop, components, takes_time};
use crate::walk::{contradict, each_guard};
use crate::*;
use rogatio_diagnostics::{Diagnostic, codes};
use std::collections::{BTreeMap, BTreeSet};

/// What causes and is caused.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Enter(ProcedureId, u32),
    Leave(ProcedureId, u32),
    Open(DecisionId),
    Close(DecisionId),
    Norm(NormId),
    Latch(Latch),
}

/// A transition: procedure, stage, index.
type Way = (ProcedureId, u32, usize);

/// An edge of causation; `way` if it goes through a transition, `births` if it creates an instance.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    from: Node,
    to: Node,
    way: Option<Way>,
    births: Option<ProcedureId>,
}

/// The longest chain.
pub(crate) fn bound(
    program: &Program,
    span_of: &mut dyn FnMut(order::Node) -> Option<Span>,
) -> Result<u32, Vec<Diagnostic>> {
    let all = causes(program);
    let mut edges = all.clone();
    loop {
        let graph = graph(&edges);
        let mut dropped = BTreeSet::new();
        let mut endless = Vec::new();
        let components = components(&graph);
        let of: BTreeMap<Node, usize> = components
            .iter()
            .enumerate()
            .flat_map(|(i, nodes)| nodes.iter().map(move |n| (*n, i)))
            .collect();
        let mut within: Vec<Vec<Cause>> = vec![Vec::new(); components.len()];
        for e in &edges {
            if of[&e.from] == of[&e.to] {
                within[of[&e.from]].push(*e);
            }
        }
        for (component, inside) in components.iter().zip(within) {
            if inside.is_empty() {
                continue;
            }
            let finite = finite(program, &inside);
            if finite.is_empty() {
                endless.push((component, inside));
            }
            dropped.extend(finite);
        }
        if !dropped.is_empty() {
            edges.retain(|e| !dropped.contains(e));
            continue;
        }
        if endless.is_empty() {
            return Ok(if edges.len() == all.len() {
                longest(&graph, &components)
            } else {
                let graph = self::graph(&all);
                longest(&graph, &self::components(&graph))
            });
        }
        return Err(endless
            .into_iter()
            .map(|(component, inside)| error(program, component, &inside, span_of))
            .collect());
    }
}

fn graph(edges: &[Cause]) -> BTreeMap<Node, BTreeSet<Node>> {
    let mut graph: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for e in edges {
        graph.entry(e.from).or_default().insert(e.to);
        graph.entry(e.to).or_default();
    }
    graph
}

/// Edges of a component that cannot be taken for ever: transitions that lead no instance back, and pairs of
/// transitions on contradictory conditions.
fn finite(program: &Program, inside: &[Cause]) -> Vec<Cause> {
    let born: BTreeSet<ProcedureId> = inside.iter().filter_map(|e| e.births).collect();
    let ways: BTreeSet<Way> = inside.iter().filter_map(|e| e.way).collect();
    let target =
        |w: &Way| program.procedures[w.0.index()].stages[w.1 as usize].transitions[w.2].target;
    let on_cycle = |w: &Way, without: Option<&Way>| {
        // From the target of `w` back to its stage, by the ways of this component.
        let mut reached = BTreeSet::from([target(w)]);
        loop {
            let before = reached.len();
            for v in ways.iter().filter(|v| v.0 == w.0 && Some(*v) != without) {
                if reached.contains(&v.1) {
                    reached.insert(target(v));
                }
            }
            if reached.len() == before {
                return reached.contains(&w.1);
            }
        }
    };
    let condition = |w: &Way| {
        program.procedures[w.0.index()].stages[w.1 as usize].transitions[w.2].on_condition
    };
    let opposed = |w: &Way| {
        ways.iter().any(|v| {
            v.0 == w.0
                && condition(v)
                    .zip(condition(w))
                    .is_some_and(|(a, b)| contradict(program, a, b))
                && !on_cycle(w, Some(v))
        })
    };
    let out: BTreeSet<Way> = ways
        .iter()
        .filter(|w| !born.contains(&w.0) && (!on_cycle(w, None) || opposed(w)))
        .copied()
        .collect();
    inside
        .iter()
        .filter(|e| e.way.is_some_and(|w| out.contains(&w)))
        .copied()
        .collect()
}

/// Longest path in occurrences; a component that ends by itself counts each of its nodes.
fn longest(graph: &BTreeMap<Node, BTreeSet<Node>>, components: &[Vec<Node>]) -> u32 {
    let mut best: BTreeMap<Node, u32> = BTreeMap::new();
    let mut longest = 0;
    for component in components {
        let own = component
            .iter()
            .filter(|n| !matches!(n, Node::Latch(_)))
            .count();
        let below = component
            .iter()
            .flat_map(|n| &graph[n])
            .filter_map(|m| best.get(m))
            .max()
            .copied()
            .unwrap_or(0);
        let length = below + number(own);
        longest = longest.max(length);
        best.extend(component.iter().map(|n| (*n, length)));
    }
    longest + 1
}

fn causes(program: &Program) -> Vec<Cause> {
    let mut edges = BTreeSet::new();
    let mut add =
        |from: BTreeSet<Node>, to: Node, way: Option<Way>, births: Option<ProcedureId>| {
            edges.extend(from.into_iter().map(|from| Cause {
                from,
                to,
                way,
                births,
            }));
        };
    for (i, edge) in program.edges.iter().enumerate() {
        let to = Node::Latch(Latch::Edge(EdgeId(number(i))));
        add(of_guard(program, edge.cond), to, None, None);
    }
    for (i, status) in program.statuses.iter().enumerate() {
        if let Some(level) = status.level {
            let to = Node::Latch(Latch::Status(StatusId(number(i))));
            add(of_guard(program, level), to, None, None);
        }
    }
    for rule in &program.rules {
        add(
            of_trigger(program, &rule.on),
            Node::Latch(rule.target),
            None,
            None,
        );
    }
    for (i, timer) in program.timers.iter().enumerate() {
        if !takes_time(program, timer.at) {
            let to = Node::Latch(Latch::Timer(TimerId(number(i))));
            add(of_guard(program, timer.at), to, None, None);
        }
    }
    for (i, decision) in program.decisions.iter().enumerate() {
        let id = program.head_of(DecisionId(number(i)));
        for (on, _, _) in &decision.opens {
            add(of_trigger(program, on), Node::Open(id), None, None);
        }
        if let Some((p, stage)) = decision.stage {
            add(
                BTreeSet::from([Node::Enter(p, stage)]),
                Node::Open(id),
                None,
                None,
            );
        }
        let events = decision.withdrawn.iter();
        let steps = decision.earlier.iter().flat_map(|s| &s.next);
        for (on, _) in events.chain(steps) {
            add(of_trigger(program, on), Node::Close(id), None, None);
        }
        for e in &decision.enacts {
            let opens = program.acts.get(e.act.index()).and_then(|a| a.opens);
            if let Some((_, p)) = opens {
                add(
                    BTreeSet::from([Node::Close(id)]),
                    Node::Enter(p, 0),
                    None,
                    Some(p),
                );
            }
        }
        // Several bodies open together; what one of them decides may close the whole (R41b).
        for limb in &decision.limbs {
            let open = BTreeSet::from([Node::Open(id)]);
            add(open, Node::Open(*limb), None, None);
            let closed = BTreeSet::from([Node::Close(*limb)]);
            add(closed, Node::Close(id), None, None);
        }
        for (_, cond, _) in &decision.together {
            add(of_guard(program, *cond), Node::Close(id), None, None);
        }
        for closing in &decision.closes {
            match closing {
                Closing::Upon(on, _) => add(of_trigger(program, on), Node::Close(id), None, None),
                Closing::When(c) => {
                    let mut from = of_guard(program, *c);
                    from.insert(Node::Open(id));
                    add(from, Node::Close(id), None, None);
                }
                // Ballots are acts, and a window takes its time.
                Closing::At(..) | Closing::AllVoted(_) | Closing::Certain => {}
            }
        }
    }
    for (i, norm) in program.norms.iter().enumerate() {
        let to = Node::Norm(NormId(number(i)));
        let Some(duty) = &norm.duty else { continue };
        for birth in &duty.births {
            add(of_trigger(program, &birth.on), to, None, None);
        }
        for g in duty.release.into_iter().chain(duty.window.during) {
            add(of_guard(program, g), to, None, None);
        }
        if let Demand::Ensure(c) = norm.demand {
            add(of_guard(program, c), to, None, None);
        }
    }
    for (i, procedure) in program.procedures.iter().enumerate() {
        let id = ProcedureId(number(i));
        for (on, _, _) in &procedure.opened_by {
            for first in procedure.births() {
                let to = Node::Enter(id, first);
                add(of_trigger(program, on), to, None, Some(id));
            }
        }
        for (s, stage) in procedure.stages.iter().enumerate() {
            let s = number(s);
            for &(_, d) in &stage.decides {
                add(
                    BTreeSet::from([Node::Enter(id, s)]),
                    Node::Open(program.head_of(d)),
                    None,
                    None,
                );
            }
            for o in &stage.opens {
                let child = &program.procedures[o.procedure.index()];
                for first in child.births() {
                    let entered = BTreeSet::from([Node::Enter(id, s)]);
                    let to = Node::Enter(o.procedure, first);
                    add(entered, to, None, Some(o.procedure));
                }
                let Some(end) = child.abandoned.filter(|_| o.while_here) else {
                    continue;
                };
                let left = BTreeSet::from([Node::Leave(id, s)]);
                add(left.clone(), Node::Enter(o.procedure, end), None, None);
                for (at, stage) in child.stages.iter().enumerate() {
                    if !stage.outcome {
                        add(
                            left.clone(),
                            Node::Leave(o.procedure, number(at)),
                            None,
                            None,
                        );
                    }
                }
            }
            for (k, transition) in stage.transitions.iter().enumerate() {
                let mut from: BTreeSet<Node> = transition
                    .on
                    .iter()
                    .flat_map(|on| of_trigger(program, on))
                    .collect();
                if let Some(c) = transition.on_condition {
                    from.extend(of_guard(program, c));
                    from.insert(Node::Enter(id, s));
                }
                let way = Some((id, s, k));
                add(from.clone(), Node::Leave(id, s), way, None);
                add(from, Node::Enter(id, transition.target), way, None);
            }
        }
    }
    edges.into_iter().collect()
}

fn of_trigger(program: &Program, on: &On) -> BTreeSet<Node> {
    let one = |n| BTreeSet::from([n]);
    match on {
        // An act that adoption enters follows at once.
        On::Act { act, .. } => program
            .decisions
            .iter()
            .enumerate()
            .filter(|(_, d)| d.enacts.iter().any(|e| e.act == *act))
            .map(|(i, _)| Node::Close(DecisionId(number(i))))
            .collect(),
        On::Begin | On::Ballot { .. } => BTreeSet::new(),
        On::Timer(t, _) => {
            if takes_time(program, program.timers[t.index()].at) {
                BTreeSet::new()
            } else {
                one(Node::Latch(Latch::Timer(*t)))
            }
        }
        On::Rise(e, _) | On::Fall(e, _) => one(Node::Latch(Latch::Edge(*e))),
        On::Started(s, _) | On::Ended(s, _) => one(Node::Latch(Latch::Status(*s))),
        On::Enter(p, s, _) => one(Node::Enter(*p, *s)),
        On::Leave(p, s, _) => one(Node::Leave(*p, *s)),
        On::Outcome(d, ..) => one(Node::Close(*d)),
        On::Opened(d, _) => one(Node::Open(*d)),
        // A lapse is a matter of time.
        On::Norm(_, NormState::Lapsed, _) => BTreeSet::new(),
        On::Norm(n, NormState::Breached, _)
            if !matches!(program.norms[n.index()].demand, Demand::Ensure(_)) =>
        {
            BTreeSet::new()
        }
        On::Norm(n, ..) => one(Node::Norm(*n)),
    }
}

fn of_guard(program: &Program, guard: Guard) -> BTreeSet<Node> {
    let mut found = BTreeSet::new();
    let mut todo = vec![guard];
    let (mut called, mut supplied) = (BTreeSet::new(), BTreeSet::new());
    while let Some(root) = todo.pop() {
        each_guard(program, &[root], |_, op| match op {
            Op::StatusOn(s, _)
            | Op::StatusValue(s, _)
            | Op::StatusStart(s, _)
            | Op::StatusFirstStart(s, _)
            | Op::StatusEnd(s, _) => {
                found.insert(Node::Latch(Latch::Status(*s)));
            }
            Op::Call(d, _) if called.insert(*d) => {
                todo.push(program.defines[d.index()].value);
            }
            Op::Given(g, _) if supplied.insert(*g) => {
                todo.extend(program.givens[g.index()].default);
            }
            Op::InStage(_, p, stages) => {
                for &s in stages {
                    found.insert(Node::Enter(*p, s));
                    found.insert(Node::Leave(*p, s));
                }
            }
            Op::EnteredAt(_, p, s) => {
                found.insert(Node::Enter(*p, *s));
            }
            Op::NormIs(n, ..) => {
                found.extend(program.norms_named(*n).map(Node::Norm));
            }
            Op::InVersion(v, _) => {
                let events = program.version_events(*v);
                found.extend(events.map(|s| Node::Latch(Latch::Status(s))));
            }
            Op::OutcomeIs(d, ..) | Op::Pivotal { decision: d, .. } => {
                found.insert(Node::Close(*d));
            }
            Op::Certain(d, ..) => {
                found.extend([Node::Open(*d), Node::Close(*d)]);
                let d = &program.decisions[d.index()];
                todo.extend([d.voters, d.members].into_iter().chain(d.weight));
                todo.extend(d.slots());
            }
            Op::DecisionOpen(d, _) => {
                found.extend([Node::Open(*d), Node::Close(*d)]);
            }
            Op::OnRoll { decision, .. } | Op::Weight { decision, .. }
                if called.insert(DefineId(u32::MAX - decision.0)) =>
            {
                let texts = program.texts_of(*decision);
                todo.extend(texts.flat_map(|d| [d.voters, d.members].into_iter().chain(d.weight)));
            }
            _ => {}
        });
    }
    found
}

fn error(
    program: &Program,
    component: &[Node],
    inside: &[Cause],
    span_of: &mut dyn FnMut(order::Node) -> Option<Span>,
) -> Diagnostic {
    let graph = graph(inside);
    let start = component
        .iter()
        .copied()
        .find(|n| matches!(n, Node::Enter(..)))
        .unwrap_or(component[0]);
    let way = a_loop(&graph, component, start);
    let names: Vec<String> = way
        .iter()
        .chain([&start])
        .map(|&n| name(program, n))
        .collect();
    let mut error = Diagnostic::error(
        codes::E0701,
        format!(
            "this can go on for ever at one instant: {}",
            names.join(", then ")
        ),
    );
    for (i, &node) in way.iter().enumerate() {
        let place = match node {
            Node::Enter(p, s) | Node::Leave(p, s) => order::Node::Stage(p, s),
            Node::Open(d) | Node::Close(d) => order::Node::Roll(d, order::RollPart::Voters),
            Node::Latch(latch @ (Latch::Status(_) | Latch::Edge(_))) => order::Node::Latch(latch),
            Node::Norm(_) | Node::Latch(_) => continue,
        };
        let span = span_of(place).unwrap_or_else(|| order::node_span(program, place));
        error = error.at(
            span,
            format!("{} leads at once to: {}", names[i], names[i + 1]),
        );
    }
    error.help("let one of these steps wait for an act or for time to pass")
}

fn name(program: &Program, node: Node) -> String {
    let stage = |p: ProcedureId, s: u32| {
        let p = &program.procedures[p.index()];
        format!("`{}` of {}", p.stages[s as usize].name, p.name)
    };
    match node {
        Node::Enter(p, s) => format!("entering {}", stage(p, s)),
        Node::Leave(p, s) => format!("leaving {}", stage(p, s)),
        Node::Open(d) => format!("opening {}", program.decisions[d.index()].name),
        Node::Close(d) => format!("closing {}", program.decisions[d.index()].name),
        Node::Norm(n) => format!("a change of {}", program.norms[n.index()].name),
        Node::Latch(Latch::Status(s)) => {
            format!("a change of `{}`", program.statuses[s.index()].name)
        }
        Node::Latch(Latch::Edge(e)) => {
            format!(
                "the condition of {}",
                program.cite(program.edges[e.index()].provision)
            )
        }
        Node::Latch(Latch::Hist(h)) => format!("`{}`", program.hists[h.index()].name),
        Node::Latch(Latch::Timer(t)) => format!("`{}`", program.timers[t.index()].name),
    }
}
