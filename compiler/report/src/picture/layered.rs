//! A layered layout of a small directed graph (Sugiyama, Tagawa and Toda 1981): cycles are broken, each node gets a
//! layer, the labels of edges are nodes of the layers between, crossings are reduced by barycentres.
//!
//! Comes in: sizes of nodes and of labels. Goes out: places, in whole pixels; the same for the same graph.

/// Sweeps of the ordering and of the placing.
const SWEEPS: usize = 12;
/// Between two things of a layer, and between two layers.
const GAP: (i64, i64) = (26, 26);

/// Width and height.
pub(crate) type Size = (i64, i64);

/// A point: to the right, down.
pub(crate) type Place = (i64, i64);

/// An edge between nodes, with the size of its label.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) label: Size,
}

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Upper left corners of the nodes.
    pub(crate) nodes: Vec<(i64, i64)>,
    /// Of each edge the upper left corner of its label, and the points it runs through, from its first node to its last.
    pub(crate) edges: Vec<(Place, Vec<Place>)>,
    /// Of all.
    pub(crate) size: Size,
}

/// A node, a label, or a point that an edge runs through.
struct Item {
    size: Size,
    layer: usize,
    above: Vec<usize>,
    below: Vec<usize>,
    /// Its middle.
    x: i64,
}

/// Lays a graph out. Nodes keep their order where nothing speaks against it. Edges from a node to itself are left out:
/// they have no points.
pub(crate) fn layout(nodes: &[Size], edges: &[Edge]) -> Layout {
    let turned = turned(nodes.len(), edges);
    let layers = layers(nodes.len(), edges, &turned);
    let item = |size: Size, layer: usize| Item {
        size,
        layer,
        above: Vec::new(),
        below: Vec::new(),
        x: 0,
    };
    let mut items: Vec<Item> = nodes
        .iter()
        .zip(&layers)
        .map(|(s, l)| item(*s, *l))
        .collect();
    // Of each edge the items it runs through, from the upper node to the lower one, and which of them is its label.
    let mut chains: Vec<(Vec<usize>, usize)> = Vec::new();
    for (e, turned) in edges.iter().zip(&turned) {
        if e.from == e.to {
            chains.push((Vec::new(), 0));
            continue;
        }
        let (upper, lower) = if *turned {
            (e.to, e.from)
        } else {
            (e.from, e.to)
        };
        let (first, last) = (layers[upper], layers[lower]);
        // The label stands next to the node that the edge leaves.
        let at = if *turned { last - 1 } else { first + 1 };
        let mut chain = vec![upper];
        let mut label = 0;
        for layer in first + 1..last {
            let size = if layer == at { e.label } else { (4, 0) };
            if layer == at {
                label = items.len();
            }
            chain.push(items.len());
            items.push(item(size, layer));
        }
        chain.push(lower);
        for pair in chain.windows(2) {
            items[pair[0]].below.push(pair[1]);
            items[pair[1]].above.push(pair[0]);
        }
        chains.push((chain, label));
    }
    let count = items.iter().map(|i| i.layer + 1).max().unwrap_or(0);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (i, item) in items.iter().enumerate() {
        order[item.layer].push(i);
    }
    reduce_crossings(&mut order, &items);
    place(&order, &mut items);
    let tops = tops(&order, &items);
    let left = items.iter().map(|i| i.x - i.size.0 / 2).min().unwrap_or(0);
    let right = items.iter().map(|i| i.x + i.size.0 / 2).max().unwrap_or(0);
    let corner = |i: usize| {
        let item: &Item = &items[i];
        let (top, tall) = tops[item.layer];
        (
            item.x - left - item.size.0 / 2,
            top + (tall - item.size.1) / 2,
        )
    };
    let mut out = Layout {
        nodes: (0..nodes.len()).map(corner).collect(),
        edges: Vec::new(),
        size: (
            right - left,
            tops.last().map_or(0, |(top, tall)| top + tall),
        ),
    };
    for (n, ((chain, label), turned)) in chains.iter().zip(&turned).enumerate() {
        let (Some(&upper), Some(&lower)) = (chain.first(), chain.last()) else {
            out.edges.push(((0, 0), Vec::new()));
            continue;
        };
        let mut points = Vec::new();
        points.push((
            port(upper, n, &chains, &items, true) - left,
            corner(upper).1 + items[upper].size.1,
        ));
        for &i in &chain[1..chain.len() - 1] {
            let (x, (_, y)) = (items[i].x - left, corner(i));
            let (top, tall) = tops[items[i].layer];
            if items[i].size.1 > 0 {
                points.extend([(x, y), (x, y + items[i].size.1)]);
            } else {
                points.extend([(x, top), (x, top + tall)]);
            }
        }
        points.push((
            port(lower, n, &chains, &items, false) - left,
            corner(lower).1,
        ));
        if *turned {
            points.reverse();
        }
        out.edges.push((corner(*label), points));
    }
    out
}

/// Where an edge touches a node: edges of a side stand beside each other, in the order of where they go.
fn port(
    node: usize,
    edge: usize,
    chains: &[(Vec<usize>, usize)],
    items: &[Item],
    below: bool,
) -> i64 {
    let next = |chain: &[usize]| {
        if below {
            chain.get(1).copied()
        } else {
            chain.iter().rev().nth(1).copied()
        }
    };
    let end = |chain: &[usize]| {
        if below {
            chain.first().copied()
        } else {
            chain.last().copied()
        }
    };
    let mut side: Vec<(i64, usize)> = chains
        .iter()
        .enumerate()
        .filter(|(_, (c, _))| end(c) == Some(node))
        .filter_map(|(i, (c, _))| Some((items[next(c)?].x, i)))
        .collect();
    side.sort_unstable();
    let n = i64::try_from(side.len()).unwrap_or(1).max(1);
    let at = side
        .iter()
        .position(|(_, i)| *i == edge)
        .and_then(|p| i64::try_from(p).ok())
        .unwrap_or(0);
    let room = (items[node].size.0 - 24).max(0).min(40 * (n - 1));
    let from = items[node].x - room / 2;
    if n > 1 {
        from + room * at / (n - 1)
    } else {
        items[node].x
    }
}

/// Which edges go back to where one comes from: those that close a cycle when the graph is walked in order.
fn turned(nodes: usize, edges: &[Edge]) -> Vec<bool> {
    let mut turned = vec![false; edges.len()];
    let mut state = vec![0u8; nodes];
    for root in 0..nodes {
        if state[root] != 0 {
            continue;
        }
        // A walk in depth without recursion: node, the next edge to look at.
        let mut path = vec![(root, 0)];
        state[root] = 1;
        while let Some((node, next)) = path.last_mut() {
            let Some(e) = (*next..edges.len()).find(|e| edges[*e].from == *node) else {
                state[*node] = 2;
                path.pop();
                continue;
            };
            *next = e + 1;
            let to = edges[e].to;
            match state[to] {
                0 => {
                    state[to] = 1;
                    path.push((to, 0));
                }
                1 => turned[e] = true,
                _ => {}
            }
        }
    }
    turned
}

/// The layer of each node: two below the lowest that leads to it, so that a label has one between.
fn layers(nodes: usize, edges: &[Edge], turned: &[bool]) -> Vec<usize> {
    let mut layer = vec![0; nodes];
    // Without cycles the longest way has as many edges as there are nodes.
    for _ in 0..nodes {
        let mut changed = false;
        for (e, turned) in edges.iter().zip(turned).filter(|(e, _)| e.from != e.to) {
            let (a, b) = if *turned {
                (e.to, e.from)
            } else {
                (e.from, e.to)
            };
            if layer[b] < layer[a] + 2 {
                layer[b] = layer[a] + 2;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    layer
}

fn reduce_crossings(order: &mut [Vec<usize>], items: &[Item]) {
    let mut position = vec![0i64; items.len()];
    let note = |order: &[Vec<usize>], position: &mut Vec<i64>| {
        for layer in order {
            for (p, i) in (0..).zip(layer) {
                position[*i] = p;
            }
        }
    };
    note(order, &mut position);
    let mut best = (crossings(order, items, &position), order.to_vec());
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        let count = order.len();
        for step in 0..count {
            let at = if down { step } else { count - 1 - step };
            let key = |i: &usize| {
                let beside = if down {
                    &items[*i].above
                } else {
                    &items[*i].below
                };
                let sum: i64 = beside.iter().map(|j| position[*j]).sum();
                match i64::try_from(beside.len()).unwrap_or(0) {
                    0 => position[*i] * 1000,
                    n => sum * 1000 / n,
                }
            };
            let mut keyed: Vec<(i64, usize)> = order[at].iter().map(|i| (key(i), *i)).collect();
            keyed.sort_by_key(|(k, _)| *k);
            order[at] = keyed.into_iter().map(|(_, i)| i).collect();
            note(&order[at..=at], &mut position);
        }
        let n = crossings(order, items, &position);
        if n < best.0 {
            best = (n, order.to_vec());
        }
    }
    order.clone_from_slice(&best.1);
}

/// How many pairs of edges between neighbouring layers cross.
fn crossings(order: &[Vec<usize>], items: &[Item], position: &[i64]) -> usize {
    let mut n = 0;
    for layer in order {
        let mut ends: Vec<(i64, i64)> = Vec::new();
        for i in layer {
            ends.extend(items[*i].below.iter().map(|j| (position[*i], position[*j])));
        }
        for (k, a) in ends.iter().enumerate() {
            n += ends[k + 1..]
                .iter()
                .filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0)
                .count();
        }
    }
    n
}

/// Middles: near those of the neighbours, in the order of the layer.
fn place(order: &[Vec<usize>], items: &mut [Item]) {
    for layer in order {
        let mut x = 0;
        for i in layer {
            items[*i].x = x + items[*i].size.0 / 2;
            x += items[*i].size.0 + GAP.0;
        }
    }
    for sweep in 0..2 * SWEEPS {
        let down = sweep % 2 == 0;
        let count = order.len();
        for step in 0..count {
            let layer = &order[if down { step } else { count - 1 - step }];
            let wanted: Vec<i64> = layer
                .iter()
                .map(|i| {
                    let beside = if down {
                        &items[*i].above
                    } else {
                        &items[*i].below
                    };
                    let sum: i64 = beside.iter().map(|j| items[*j].x).sum();
                    match i64::try_from(beside.len()).unwrap_or(0) {
                        0 => items[*i].x,
                        n => sum / n,
                    }
                })
                .collect();
            let apart = |a: usize, b: usize| (items[a].size.0 + items[b].size.0) / 2 + GAP.0;
            // Pushed to the right, pushed to the left; between the two nothing overlaps either.
            let mut right = wanted.clone();
            for k in 1..layer.len() {
                right[k] = right[k].max(right[k - 1] + apart(layer[k - 1], layer[k]));
            }
            let mut left = wanted;
            for k in (1..layer.len()).rev() {
                left[k - 1] = left[k - 1].min(left[k] - apart(layer[k - 1], layer[k]));
            }
            for (k, i) in layer.iter().enumerate() {
                items[*i].x = (left[k] + right[k]).div_euclid(2);
            }
            // Halves are rounded: what is a pixel too near is moved.
            for k in 1..layer.len() {
                let least = items[layer[k - 1]].x
                    + (items[layer[k - 1]].size.0 + items[layer[k]].size.0) / 2
                    + GAP.0
                    - 1;
                items[layer[k]].x = items[layer[k]].x.max(least);
            }
        }
    }
}

/// Top and height of each layer.
fn tops(order: &[Vec<usize>], items: &[Item]) -> Vec<(i64, i64)> {
    let mut y = 0;
    let mut out = Vec::new();
    for layer in order {
        let tall = layer.iter().map(|i| items[*i].size.1).max().unwrap_or(0);
        out.push((y, tall));
        y += tall + GAP.1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: usize, to: usize) -> Edge {
        Edge {
            from,
            to,
            label: (60, 20),
        }
    }

    #[test]
    fn a_cycle_is_broken_and_nothing_overlaps() {
        let nodes = [(100, 40); 5];
        let edges = [
            edge(0, 1),
            edge(1, 2),
            edge(2, 0),
            edge(1, 3),
            edge(1, 4),
            edge(0, 4),
            edge(3, 3),
        ];
        let l = layout(&nodes, &edges);
        assert_eq!(l.nodes.len(), 5);
        let mut boxes: Vec<(i64, i64, i64, i64)> =
            l.nodes.iter().map(|(x, y)| (*x, *y, 100, 40)).collect();
        boxes.extend(
            l.edges
                .iter()
                .filter(|e| !e.1.is_empty())
                .map(|((x, y), _)| (*x, *y, 60, 20)),
        );
        for (i, a) in boxes.iter().enumerate() {
            for b in &boxes[i + 1..] {
                let apart =
                    a.0 + a.2 <= b.0 || b.0 + b.2 <= a.0 || a.1 + a.3 <= b.1 || b.1 + b.3 <= a.1;
                assert!(apart, "{a:?} {b:?}");
            }
        }
        assert!(l.nodes[0].1 < l.nodes[1].1 && l.nodes[1].1 < l.nodes[2].1);
        assert!(l.edges[6].1.is_empty());
        // The way back goes up.
        let back = &l.edges[2].1;
        assert!(back.first().unwrap().1 > back.last().unwrap().1);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(layout(&[], &[]).size, (0, 0));
    }
}
