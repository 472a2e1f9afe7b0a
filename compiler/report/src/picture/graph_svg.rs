//! The graph of procedures as SVG.

use super::graph::{Graph, Procedure, Stage};
use super::layered::{Edge, Layout, layout};
use super::svg::{Anchor, Font, Svg, ink};
use super::words::Words;

const EDGE: i64 = 20;
/// Widest stage, widest label.
const WIDEST: (i64, i64) = (230, 190);
/// Instances named in a stage.
const NAMED: usize = 3;

/// The picture. The id begins the ids of its parts.
#[must_use]
pub fn svg(graph: &Graph, words: &Words, id: &str) -> String {
    let mut svg = Svg::new(id);
    let title = match &graph.scenario {
        Some(s) => format!("{}: {s}", graph.module),
        None => graph.module.clone(),
    };
    let drawn: Vec<Drawn<'_>> = graph
        .procedures
        .iter()
        .map(|p| Drawn::of(p, words))
        .collect();
    let wide = drawn
        .iter()
        .map(|d| d.layout.size.0)
        .max()
        .unwrap_or(0)
        .max(520)
        + 2 * EDGE;
    let mut y = EDGE + Font::TITLE.size;
    y = svg.lines(
        (EDGE, y),
        Font::TITLE,
        &Font::TITLE.wrap(&title, wide - 2 * EDGE),
    );
    for d in &drawn {
        svg.line((EDGE, y), (wide - EDGE, y), ink::LINE, 1, "");
        let heading = Font::HEAD.wrap(&d.procedure.heading(words), wide - 2 * EDGE);
        y = svg.lines((EDGE, y + 22), Font::HEAD, &heading) + 14;
        let left = (wide - d.layout.size.0) / 2;
        d.draw(&mut svg, (left, y), words);
        y += d.layout.size.1 + 30;
    }
    let w = words.graph;
    let mut legend = vec![w.legend.to_owned()];
    if graph.scenario.is_some() {
        legend.push(w.taken.to_owned());
    }
    for line in legend {
        y = svg.lines(
            (EDGE, y),
            Font::NOTE,
            &Font::NOTE.wrap(&line, wide - 2 * EDGE),
        );
    }
    let names: Vec<String> = graph.procedures.iter().map(|p| p.heading(words)).collect();
    svg.finish((wide, y + EDGE - 8), words.lang, &title, &names.join("; "))
}

/// A procedure with its places.
struct Drawn<'g> {
    procedure: &'g Procedure,
    texts: Vec<Vec<(Font, String)>>,
    labels: Vec<Vec<(Font, String)>>,
    layout: Layout,
}

const NAME: Font = Font::HEAD;
const SMALL: Font = Font::SMALL;

impl<'g> Drawn<'g> {
    fn of(procedure: &'g Procedure, words: &Words) -> Drawn<'g> {
        let mut texts: Vec<_> = procedure.stages.iter().map(|s| stage(s, words)).collect();
        // A way back to its own stage is told in it.
        for w in procedure.ways.iter().filter(|w| w.from == w.to) {
            let cite = w
                .article
                .as_ref()
                .map_or(String::new(), |a| format!(" [{}]", words.cite(a)));
            let font = if w.taken.is_empty() {
                SMALL
            } else {
                SMALL.bold()
            };
            let lines = font.wrap(&format!("↺ {}{cite}", w.on), WIDEST.0);
            if let Some(text) = texts.get_mut(w.from) {
                text.extend(lines.into_iter().map(|l| (font, l)));
            }
        }
        let labels: Vec<_> = procedure
            .ways
            .iter()
            .map(|w| {
                let font = if w.taken.is_empty() {
                    SMALL.fill(ink::DARK)
                } else {
                    SMALL.fill(ink::DARK).bold()
                };
                let mut lines: Vec<(Font, String)> = font
                    .wrap(&w.on, WIDEST.1)
                    .into_iter()
                    .map(|l| (font, l))
                    .collect();
                if lines.len() > 4 {
                    lines.truncate(4);
                    if let Some(last) = lines.last_mut() {
                        last.1.push('…');
                    }
                }
                lines.extend(
                    w.article
                        .iter()
                        .flat_map(|a| SMALL.wrap(&words.cite(a), WIDEST.1))
                        .map(|l| (SMALL, l)),
                );
                lines
            })
            .collect();
        let nodes: Vec<_> = texts
            .iter()
            .map(|t| {
                let (w, h) = size(t);
                (w.max(90) + 24, h + 16)
            })
            .collect();
        let edges: Vec<Edge> = procedure
            .ways
            .iter()
            .zip(&labels)
            .map(|(w, l)| {
                let (wide, tall) = size(l);
                Edge {
                    from: w.from,
                    to: w.to,
                    label: (wide + 8, tall + 6),
                }
            })
            .collect();
        Drawn {
            procedure,
            layout: layout(&nodes, &edges),
            texts,
            labels,
        }
    }

    fn draw(&self, svg: &mut Svg, (left, top): (i64, i64), words: &Words) {
        let moved = |(x, y): (i64, i64)| (x + left, y + top);
        // Lines first, then what stands on them; what was taken over what was not.
        for bold in [false, true] {
            for (w, (_, points)) in self.procedure.ways.iter().zip(&self.layout.edges) {
                if w.taken.is_empty() != bold && !points.is_empty() {
                    let points: Vec<_> = points.iter().map(|p| moved(*p)).collect();
                    edge(svg, &points, bold);
                }
            }
        }
        for ((w, (corner, points)), label) in self
            .procedure
            .ways
            .iter()
            .zip(&self.layout.edges)
            .zip(&self.labels)
        {
            if points.is_empty() {
                continue;
            }
            let ((x, y), (wide, tall)) = (moved(*corner), size(label));
            svg.open(&w.lines(words).join(" · "));
            svg.rect((x, y, wide + 8, tall + 6), ink::PAPER);
            text(svg, label, x + (wide + 8) / 2, y + 3);
            svg.close();
        }
        for ((s, corner), lines) in self
            .procedure
            .stages
            .iter()
            .zip(&self.layout.nodes)
            .zip(&self.texts)
        {
            let ((x, y), (w, h)) = (moved(*corner), size(lines));
            let (w, h) = (w.max(90) + 24, h + 16);
            if s.birth {
                let middle = x + w / 2;
                svg.circle((middle, y - 12), 5, ink::DARK, ink::DARK);
                svg.line((middle, y - 8), (middle, y), ink::DARK, 2, "");
            }
            let fill = if s.entered.is_empty() {
                ink::PAPER
            } else {
                ink::SKY
            };
            svg.open(&s.name);
            svg.boxed(
                (x, y, w, h),
                if s.outcome { h / 2 } else { 3 },
                fill,
                ink::DARK,
            );
            if s.outcome {
                svg.boxed((x + 3, y + 3, w - 6, h - 6), h / 2 - 3, "none", ink::DARK);
            }
            text(svg, lines, x + w / 2, y + 8);
            svg.close();
        }
    }
}

/// What stands in a stage.
fn stage(s: &Stage, words: &Words) -> Vec<(Font, String)> {
    let w = words.graph;
    let mut out = Vec::new();
    let mut put =
        |font: Font, t: &str| out.extend(font.wrap(t, WIDEST.0).into_iter().map(|l| (font, l)));
    put(NAME, &s.name);
    for t in &s.titles {
        put(SMALL.fill(ink::DARK), t);
    }
    for n in s.notes(w) {
        put(SMALL, &n);
    }
    if let Some(a) = &s.article {
        put(SMALL, &words.cite(a));
    }
    for e in s.entered.iter().take(NAMED) {
        put(
            SMALL.fill(ink::DARK),
            &format!("{} {}", words.date(&e.at), e.instance),
        );
    }
    if s.entered.len() > NAMED {
        put(SMALL, &w.more(s.entered.len() - NAMED));
    }
    out
}

fn size(lines: &[(Font, String)]) -> (i64, i64) {
    let wide = lines.iter().map(|(f, t)| f.width(t)).max().unwrap_or(0);
    (wide, lines.iter().map(|(f, _)| f.leading()).sum())
}

fn text(svg: &mut Svg, lines: &[(Font, String)], middle: i64, top: i64) {
    let mut y = top;
    for (font, line) in lines {
        svg.text((middle, y + font.size), *font, Anchor::Middle, line);
        y += font.leading();
    }
}

/// A line through points, bent between layers, with an arrow at its end.
fn edge(svg: &mut Svg, points: &[(i64, i64)], taken: bool) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return;
    };
    let mut d = format!("M{} {}", first.0, first.1);
    for pair in points.windows(2) {
        let ((a, b), (x, y)) = (pair[0], pair[1]);
        if a == x {
            d += &format!("V{y}");
        } else {
            let middle = (b + y) / 2;
            d += &format!("C{a} {middle} {x} {middle} {x} {y}");
        }
    }
    let (stroke, wide) = if taken {
        (ink::DARK, 3)
    } else {
        (ink::GREY, 1)
    };
    svg.path(&d, "none", stroke, wide, "");
    // Down into the top of a stage, or up into its bottom.
    let up = points.len() > 1 && points[points.len() - 2].1 > last.1;
    let back = if up { 8 } else { -8 };
    let (x, y) = *last;
    svg.path(
        &format!("M{x} {y}L{} {}L{} {}Z", x - 4, y + back, x + 4, y + back),
        stroke,
        stroke,
        1,
        "",
    );
}
