//! `rogatio timeline`: what happens in a scenario, drawn.

use crate::args::picture::{Timeline, TimelineFormat};
use crate::console::{Console, Findings};
use crate::exit::{Done, Exit};
use crate::picture::{Unnamed, drawn, emit, ends_in};
use rogatio_report::picture::timeline::{Told, svg};
use rogatio_report::picture::{Timeline as Picture, Words};

/// Draws the scenario named, or the only one.
pub(crate) fn run(console: &mut Console, args: &Timeline) -> Done {
    let output = args.drawing.output.as_deref();
    let format = args.format.unwrap_or(match output {
        o if ends_in(o, "svg") => TimelineFormat::Svg,
        o if ends_in(o, "json") => TimelineFormat::Json,
        _ => TimelineFormat::Text,
    });
    console.speak(format == TimelineFormat::Json);
    if format == TimelineFormat::Json {
        console.findings = Findings::Json;
    }
    let (drawn, exit) = drawn(console, &args.drawing, Unnamed::Only)?;
    let Some((prepared, run)) = &drawn.run else {
        return Err(console.usage(&format!("there is no scenario in `{}`", args.drawing.file)));
    };
    let picture = Picture::of(
        &prepared.scenario.name,
        drawn.module(&args.drawing.file),
        run,
    );
    let words = Words::of(console.lang);
    let text = match format {
        TimelineFormat::Svg => svg(&picture, words, Told::Listed, "timeline"),
        TimelineFormat::Json => serde_json::to_string_pretty(&picture).unwrap_or_default() + "\n",
        TimelineFormat::Text => picture.render(console.style(), words),
    };
    emit(console, output, &text)?;
    Ok(exit.max(Exit::Fine))
}
