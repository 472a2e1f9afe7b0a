//! `rogatio graph`: procedures, drawn.

use crate::args::picture::{Graph, GraphFormat};
use crate::console::{Console, Findings};
use crate::exit::{Done, Stop};
use crate::front::among;
use crate::picture::{Drawn, Unnamed, drawn, emit, ends_in};
use rogatio_interpret::Happening;
use rogatio_report::picture::{Graph as Picture, Words, graph_svg};
use std::collections::BTreeSet;

/// Draws the procedure named, or those of the file.
pub(crate) fn run(console: &mut Console, args: &Graph) -> Done {
    let output = args.drawing.output.as_deref();
    let format = args.format.unwrap_or(match output {
        o if ends_in(o, "svg") => GraphFormat::Svg,
        o if ends_in(o, "dot") => GraphFormat::Dot,
        o if ends_in(o, "mmd") => GraphFormat::Mermaid,
        o if ends_in(o, "json") => GraphFormat::Json,
        _ => GraphFormat::Text,
    });
    console.speak(format == GraphFormat::Json);
    if format == GraphFormat::Json {
        console.findings = Findings::Json;
    }
    let (drawn, exit) = drawn(console, &args.drawing, Unnamed::IfOnly)?;
    let shown = shown(
        console,
        &drawn,
        args.procedure.as_deref(),
        &args.drawing.file,
    )?;
    let picture = picture(&drawn, &args.drawing.file, &shown);
    let words = Words::of(console.lang);
    let text = match format {
        GraphFormat::Svg => graph_svg::svg(&picture, words, "graph"),
        GraphFormat::Dot => picture.dot(words),
        GraphFormat::Mermaid => picture.mermaid(words),
        GraphFormat::Text => picture.render(console.style(), words),
        GraphFormat::Json => serde_json::to_string_pretty(&picture).unwrap_or_default() + "\n",
    };
    emit(console, output, &text)?;
    Ok(exit)
}

/// The graph of some procedures, with the way of the scenario that was run.
pub(crate) fn picture(drawn: &Drawn, file: &str, shown: &BTreeSet<usize>) -> Picture {
    let case = drawn.run.as_ref();
    let case = case.map(|(p, run)| (p.scenario.name.as_str(), &run.case));
    let (hir, sources) = (drawn.front.hir(), &drawn.front.sources);
    Picture::of(drawn.module(file), hir, sources, case, &|i| {
        shown.contains(&i)
    })
}

/// Places of procedures that a scenario entered.
pub(crate) fn entered(drawn: &Drawn) -> BTreeSet<usize> {
    let timeline = drawn.run.iter().flat_map(|(_, run)| run.case.timeline());
    let stages = timeline.filter_map(|e| match &e.what {
        Happening::StageEntered { procedure, .. } => Some(procedure.index()),
        _ => None,
    });
    stages.collect()
}

fn shown(
    console: &Console,
    drawn: &Drawn,
    name: Option<&str>,
    file: &str,
) -> Result<BTreeSet<usize>, Stop> {
    let all = &drawn.front.hir().procedures;
    if let Some(name) = name {
        let found: BTreeSet<usize> = (0..all.len()).filter(|i| all[*i].name == name).collect();
        if found.is_empty() {
            let names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
            return Err(console.usage(&format!(
                "there is no procedure `{name}`{}",
                among(name, &names)
            )));
        }
        return Ok(found);
    }
    let own: BTreeSet<usize> = (0..all.len())
        .filter(|i| all[*i].span.file == drawn.front.file)
        .collect();
    let entered = entered(drawn);
    let any = match (own.is_empty(), entered.is_empty()) {
        (false, _) => own,
        (true, false) => entered,
        (true, true) => (0..all.len()).collect(),
    };
    if any.is_empty() {
        return Err(console.usage(&format!("there is no procedure in `{file}`")));
    }
    Ok(any)
}
