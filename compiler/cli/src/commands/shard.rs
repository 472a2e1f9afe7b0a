//! `rogatio shard`: a simulation in parts.

use super::simulate::bound::Played;
use super::simulate::{choose, output, vary};
use crate::args::{ReadingArgs, Shard as Asked, ShardMerge, ShardPlan, ShardRun, ShardStep, plans};
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::{Front, compile, refuse};
use crate::load::read_text;
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, FileId, SourceMap};
use rogatio_grammar::ast::{ItemKind, Module};
use rogatio_grammar::{headings, parse};
use rogatio_mir::{Experiment, Program, Readings, draw};
use rogatio_semantics::hir;
use rogatio_simulate::{
    Engine, MAX_RUNS, Part, PartMeasure, Plans, Point, Ready, SHARD, Shard, SimError, SimOptions,
    Source, Wish, grid,
};
use serde::Serialize;
use std::path::Path;
use std::thread;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Plans, runs or merges.
pub(crate) fn run(console: &Console, args: &Asked) -> Done {
    match &args.step {
        ShardStep::Plan(args) => plan(console, args),
        ShardStep::Run(args) => play(console, args),
        ShardStep::Merge(args) => merge(console, args),
    }
}

fn told(console: &Console, sources: &SourceMap, e: &SimError) -> Stop {
    console.report(&[e.diagnostic()], sources);
    Stop::Exit(Exit::BadInput)
}

fn in_file(console: &Console, path: &Path, e: &SimError) -> Stop {
    refuse(
        console,
        &e.diagnostic().note(format!("in {}", path.display())),
    )
}

fn write(console: &Console, path: &Path, object: &impl Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string(object).unwrap_or_default() + "\n";
    replace(path, text.as_bytes())
        .map_err(|e| refuse(console, &output::cannot_write(path, &e.to_string())))
}

fn plan(console: &Console, args: &ShardPlan) -> Done {
    let (mut front, program) = compile(console, &args.file, &args.library, &args.readings)?;
    let experiment =
        choose(&front, &program, args.experiment.as_deref()).map_err(|m| console.usage(&m))?;
    if args.until_width.is_some() {
        let uncut = SimError::Uncut(
            "a width (`--until-width`)",
            "give a number of runs: four times as many halve an interval",
        );
        return Err(told(console, &front.sources, &uncut));
    }
    if args.runs > MAX_RUNS {
        return Err(told(
            console,
            &front.sources,
            &SimError::too_many(args.runs),
        ));
    }
    let name = experiment.name.clone();
    let Some((program, whole)) = packed(
        &mut front,
        &program,
        &name,
        &args.readings,
        plans(&args.plan),
    ) else {
        return Err(console.usage("there is no such experiment"));
    };
    let Some(index) = program.experiments.iter().position(|e| e.name == name) else {
        return Err(console.usage("there is no such experiment"));
    };
    let sweep = Sweep {
        hir: front.hir(),
        program: &program,
        index,
        readings: chosen(&whole.readings, args.readings.rules_at),
        plan: whole.plan,
    };
    let (_, points) = sweep.points(&args.vary).map_err(|t| match t {
        vary::Trouble::Usage(m) => console.usage(&m),
        vary::Trouble::Values(e) => told(console, &front.sources, &e),
    })?;
    let mut engines = Vec::new();
    for point in &points {
        let at = sweep.at(point, args.engine.into());
        engines.push(
            at.map_err(|e| told(console, &front.sources, &e))?
                .ready
                .engine(),
        );
    }
    let whole = Shard {
        seed: args.seed,
        engine: engines.first().copied().unwrap_or(whole.engine),
        engines: if args.vary.is_empty() {
            Vec::new()
        } else {
            engines
        },
        vary: args.vary.clone(),
        runs: args.runs,
        to: args.runs,
        ..whole
    };
    let shards = whole.cut(args.shards);
    if (shards.len() as u64) < args.shards {
        console.remark(&format!(
            "{} runs are divided into {} shards at most",
            args.runs,
            shards.len()
        ));
    }
    std::fs::create_dir_all(&args.output)
        .map_err(|e| refuse(console, &output::cannot_write(&args.output, &e.to_string())))?;
    let digits = shards.len().to_string().len();
    for (i, shard) in shards.iter().enumerate() {
        let path = args.output.join(format!("{name}-{:0digits$}.json", i + 1));
        write(console, &path, shard)?;
        console.print(&format!("{}\n", path.display()))?;
    }
    Ok(Exit::Fine)
}

/// An experiment's program under its readings, and the shard that is all of its runs: those of native code until something
/// else is said, none of them yet.
pub(super) fn packed(
    front: &mut Front,
    program: &Program,
    name: &str,
    asked: &ReadingArgs,
    plan: Plans,
) -> Option<(Program, Shard)> {
    let experiment = program.experiments.iter().find(|e| e.name == name)?;
    let mut readings = asked.readings.clone();
    readings.extend(vary::own_readings(program, experiment));
    let program = front.lower(&chosen(&readings, asked.rules_at));
    let mut files: Vec<FileId> = front.sources.files().collect();
    // The text with the experiment comes first, the modules in the order in which they were read.
    files.sort_by_key(|f| *f != front.file);
    let sources = files.into_iter().map(|f| Source {
        name: front.sources.name(f).to_owned(),
        text: front.sources.text(f).to_owned(),
    });
    let shard = Shard {
        format: SHARD.to_owned(),
        version: VERSION.to_owned(),
        hash: output::hash(&front.sources),
        experiment: name.to_owned(),
        draws: draw::DRAW_VERSION.to_owned(),
        seed: 0,
        engine: Engine::Jit,
        readings,
        rules_at: asked.rules_at.map(|d| d.to_string()),
        vary: Vec::new(),
        engines: Vec::new(),
        plan,
        runs: 0,
        from: 0,
        to: 0,
        sources: sources.collect(),
    };
    Some((program, shard))
}

fn chosen(readings: &[(String, String)], rules_at: Option<rogatio_calendar::Day>) -> Readings {
    let none = Readings::new().rules_at(rules_at);
    readings.iter().fold(none, |all, (name, choice)| {
        all.choose(name.as_str(), choice.as_str())
    })
}

/// A simulation, or all points of a sweep.
struct Sweep<'a> {
    hir: &'a hir::Program,
    /// Under the readings that are the same at all points.
    program: &'a Program,
    index: usize,
    readings: Readings,
    plan: Plans,
}

/// A point made ready.
struct At {
    program: Program,
    ready: Ready,
}

impl At {
    /// What was played of it, from a run on.
    fn played<'a>(
        &'a self,
        experiment: &'a Experiment,
        point: &'a Point,
        shard: &Shard,
        first: u64,
    ) -> Played<'a> {
        Played {
            program: &self.program,
            experiment,
            ready: &self.ready,
            values: &point.values,
            rng: draw::Generator::default(),
            plans: shard.plan,
            first,
            replays: true,
        }
    }
}

impl Sweep<'_> {
    /// The axes and the points; one point where nothing is varied.
    fn points(&self, vary: &[String]) -> Result<(Vec<String>, Vec<Point>), vary::Trouble> {
        let axes = vary::axes(self.hir, self.program, self.index, vary)?;
        let points = grid(&axes).map_err(vary::Trouble::Values)?;
        Ok((axes.iter().map(|a| a.name().to_owned()).collect(), points))
    }

    fn at(&self, point: &Point, wish: Wish) -> Result<At, SimError> {
        let readings = point.readings.iter().cloned();
        let readings = readings.fold(self.readings.clone(), |all, (name, choice)| {
            all.choose(name, choice)
        });
        let (program, _) = rogatio_mir::lower(self.hir, &readings);
        let experiment = &program.experiments[self.index];
        let (generator, plan) = (draw::Generator::default(), self.plan);
        let values = &point.values;
        let ready = Ready::with_plan(&program, experiment, values, wish, generator, plan)?;
        Ok(At { program, ready })
    }
}

/// The texts of a shard, in place of files.
struct Packed<'a> {
    sources: SourceMap,
    texts: &'a [Source],
}

impl Packed<'_> {
    fn read(&mut self, source: &Source) -> (FileId, Module, Vec<Diagnostic>) {
        let file = self.sources.add(source.name.clone(), source.text.as_str());
        let (module, found) = parse(file, &source.text);
        self.sources.set_headings(file, headings(&module));
        (file, module, found)
    }
}

/// The name that a text gives itself.
fn own_name(module: &Module) -> Option<String> {
    module.items.iter().find_map(|i| match &i.kind {
        ItemKind::Module(head) => {
            let words = head.path.segments.iter().map(|s| s.text.as_str());
            Some(words.collect::<Vec<_>>().join("."))
        }
        _ => None,
    })
}

impl rogatio_semantics::Library for Packed<'_> {
    fn module(&mut self, name: &str) -> Option<(FileId, Module, Vec<Diagnostic>)> {
        let named = |s: &&Source| {
            let mut aside = SourceMap::new();
            let file = aside.add(s.name.clone(), s.text.as_str());
            own_name(&parse(file, &s.text).0).as_deref() == Some(name)
        };
        let texts = self.texts;
        let source = texts.iter().skip(1).find(named)?;
        Some(self.read(source))
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A shard whose texts were read and checked anew.
struct Opened {
    sources: SourceMap,
    checked: rogatio_semantics::Checked,
    program: Program,
    index: usize,
    readings: Readings,
}

fn open(console: &Console, shard: &Shard) -> Result<Opened, Stop> {
    let mut packed = Packed {
        sources: SourceMap::new(),
        texts: &shard.sources,
    };
    let (_, module, mut found) = packed.read(&shard.sources[0]);
    let (checked, more) = rogatio_semantics::check(&module, &mut packed);
    found.extend(more);
    let sources = packed.sources;
    let hash = output::hash(&sources);
    if hash != shard.hash {
        let e = SimError::Differs("hash of the texts", shard.hash.clone(), hash);
        return Err(told(console, &sources, &e));
    }
    let rules_at = shard.rules_at.as_deref().map(str::parse).transpose();
    let Ok(rules_at) = rules_at else {
        let e = SimError::Damaged("the day of its rules is none".to_owned());
        return Err(told(console, &sources, &e));
    };
    let mut program = Program::default();
    if !found.iter().any(Diagnostic::is_error) {
        let (made, more) = rogatio_mir::lower(&checked.program, &chosen(&shard.readings, rules_at));
        found.extend(more);
        program = made;
    }
    if found.iter().any(Diagnostic::is_error) {
        console.report(&found, &sources);
        return Err(Exit::BadInput.into());
    }
    let index = program
        .experiments
        .iter()
        .position(|e| e.name == shard.experiment);
    let Some(index) = index else {
        let e = SimError::Damaged(format!(
            "there is no experiment `{}` in it",
            shard.experiment
        ));
        return Err(told(console, &sources, &e));
    };
    let readings = chosen(&shard.readings, rules_at);
    Ok(Opened {
        sources,
        checked,
        program,
        index,
        readings,
    })
}

impl Opened {
    /// Shows each point of a shard, made ready for its engine, and the axes.
    fn each<T>(
        &self,
        shard: &Shard,
        mut seen: impl FnMut(&Point, &At, &Experiment) -> Result<T, SimError>,
    ) -> Result<(Vec<String>, Vec<T>), SimError> {
        let sweep = Sweep {
            hir: &self.checked.program,
            program: &self.program,
            index: self.index,
            readings: self.readings.clone(),
            plan: shard.plan,
        };
        let (axes, points) = sweep.points(&shard.vary).map_err(|t| match t {
            vary::Trouble::Usage(why) => SimError::Damaged(why),
            vary::Trouble::Values(e) => e,
        })?;
        let alone = [shard.engine];
        let engines: &[Engine] = match shard.vary.is_empty() {
            true => &alone,
            false => &shard.engines,
        };
        if engines.len() != points.len() {
            return Err(SimError::Damaged(
                "its points are not those of its sweep".to_owned(),
            ));
        }
        let mut all = Vec::new();
        for (point, engine) in points.iter().zip(engines) {
            let wish = match engine.name() {
                "interpret" => Wish::Interpret,
                // A vote that was played as native code does has other draws than one played in planes.
                "jit" => Wish::Jit,
                _ => Wish::Auto,
            };
            let at = sweep.at(point, wish)?;
            if at.ready.engine() != *engine {
                let (has, here) = (engine.name(), at.ready.engine().name());
                return Err(SimError::Differs("engine", has.to_owned(), here.to_owned()));
            }
            all.push(seen(point, &at, &at.program.experiments[self.index])?);
        }
        Ok((axes, all))
    }
}

fn play(console: &Console, args: &ShardRun) -> Done {
    output::check(console, &args.output)?;
    let text = read_text(&args.shard).map_err(|d| refuse(console, &d))?;
    let shard = Shard::parse(&text, VERSION).map_err(|e| in_file(console, &args.shard, &e))?;
    let opened = open(console, &shard)?;
    let threads = match args.threads {
        Some(n) => usize::from(n),
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let mut over = None;
    let played = opened.each(&shard, |point, at, experiment| {
        let options = SimOptions {
            runs: shard.to,
            seed: shard.seed,
            threads,
            values: &point.values,
            first: shard.from,
            ..SimOptions::default()
        };
        let result = rogatio_simulate::run(&at.program, experiment, &at.ready, &options)?;
        over = match over.take() {
            None => at
                .played(experiment, point, &shard, shard.from)
                .told(&result)?,
            told => told,
        };
        Ok(PartMeasure::all(&result))
    });
    let (_, played) = played.map_err(|e| told(console, &opened.sources, &e))?;
    over.iter().for_each(|text| console.remark(text));
    write(console, &args.output, &Part::of(shard, played))?;
    console.remark(&format!("written: {}", args.output.display()));
    Ok(Exit::Fine)
}

fn merge(console: &Console, args: &ShardMerge) -> Done {
    output::check(console, &args.output)?;
    output::formed(console, &args.output)?;
    let mut parts = Vec::new();
    for path in &args.parts {
        let text = read_text(path).map_err(|d| refuse(console, &d))?;
        let part = Part::parse(&text, VERSION).map_err(|e| in_file(console, path, &e))?;
        parts.push(part);
    }
    let none = SourceMap::new();
    rogatio_simulate::whole(&mut parts).map_err(|e| told(console, &none, &e))?;
    let shard = &parts[0].shard;
    let opened = open(console, shard)?;
    let (mut n, mut over) = (0, None);
    let merged = opened.each(shard, |point, at, experiment| {
        let options = SimOptions {
            runs: 0,
            seed: shard.seed,
            values: &point.values,
            ..SimOptions::default()
        };
        let fresh = rogatio_simulate::run(&at.program, experiment, &at.ready, &options)?;
        let result = rogatio_simulate::merge(&parts, n, &fresh)?;
        over = match over.take() {
            None => at.played(experiment, point, shard, 0).told(&result)?,
            told => told,
        };
        n += 1;
        Ok((point.at.clone(), result))
    });
    let (axes, points) = merged.map_err(|e| told(console, &opened.sources, &e))?;
    over.iter().for_each(|text| console.remark(text));
    output::write(console, &args.output, &axes, &points, &shard.hash)?;
    console.remark(&format!("written: {}", args.output.display()));
    Ok(Exit::Fine)
}
