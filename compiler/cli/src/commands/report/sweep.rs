//! `rogatio report --vary`: the experiment at each point of a line or a grid.

use crate::args::picture::Report;
use crate::commands::simulate::vary::{Trouble, axes, own_readings};
use crate::console::Console;
use crate::exit::{Exit, Stop};
use crate::picture::Drawn;
use rogatio_mir::Experiment;
use rogatio_report::SweepPoint;
use rogatio_simulate::{SimError, grid};

/// The results at all points, the last axis running fastest.
pub(super) fn points(
    console: &Console,
    args: &Report,
    drawn: &Drawn,
    experiment: &Experiment,
) -> Result<Vec<SweepPoint>, Stop> {
    let told = |e: SimError| {
        let d = e.diagnostic().also(experiment.span, "this experiment");
        console.report(&[d], &drawn.front.sources);
        Stop::Exit(Exit::BadInput)
    };
    let all = &drawn.program.experiments;
    let index = all.iter().position(|e| e.span == experiment.span);
    let index = index.unwrap_or_default();
    let axes = axes(drawn.front.hir(), &drawn.program, index, &args.vary).map_err(|t| match t {
        Trouble::Usage(m) => console.usage(&m),
        Trouble::Values(e) => told(e),
    })?;
    if axes.len() > 2 {
        return Err(console.usage(
            "a picture has two axes: give --vary once or twice, or write all points with `rogatio simulate --vary`",
        ));
    }
    let asked = drawn.front.readings(&args.drawing.readings);
    let asked = asked.map_err(|m| console.usage(&m))?;
    let asked = own_readings(&drawn.program, experiment)
        .into_iter()
        .fold(asked, |all, (name, choice)| all.choose(name, choice))
        .lang(console.lang);
    let mut out = Vec::new();
    for point in grid(&axes).map_err(told)? {
        let readings = point.readings.iter().cloned();
        let readings = readings.fold(asked.clone(), |all, (name, choice)| {
            all.choose(name, choice)
        });
        let (program, _) = rogatio_mir::lower(&drawn.front.checked.program, &readings);
        let result = super::at(args, &program, &program.experiments[index], &point.values);
        out.push((point.at, result.map_err(told)?));
    }
    Ok(out)
}
