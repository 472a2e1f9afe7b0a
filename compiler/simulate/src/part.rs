//! Shards: a simulation cut into ranges of runs that are played apart, by anybody, and put together again.
//!
//! A shard carries the texts themselves with their hash, so a worker needs nothing else, and refuses what does not fit.
//! Shards that were played merge, in any order, into the very result of an undivided simulation, since runs are functions
//! of their numbers (R54) and statistics are integers.

use crate::engine::Engine;
use crate::error::SimError;
use crate::planned::Plans;
use crate::result::SimResult;
use crate::stats::Classes;
use rogatio_mir::draw;
use serde::{Deserialize, Serialize};

/// What a shard says it is.
pub const SHARD: &str = "rogatio-shard-1";
/// What a shard that was played says it is.
pub const PART: &str = "rogatio-part-1";

/// A range of runs of an experiment, with all that is needed to play them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// [`SHARD`].
    pub format: String,
    /// The version of rogatio.
    pub version: String,
    /// SHA-256 of the texts.
    pub hash: String,
    /// The experiment.
    pub experiment: String,
    /// The scheme of the draws.
    pub draws: String,
    /// The seed.
    pub seed: u64,
    /// The engine.
    pub engine: Engine,
    /// Readings that were asked for: name, choice.
    pub readings: Vec<(String, String)>,
    /// The day whose versions of the articles rule throughout.
    pub rules_at: Option<String>,
    /// What a sweep varies, as it was asked for; nothing of one simulation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// The engine of each point of a sweep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engines: Vec<Engine>,
    /// The rewrites that the plan may take.
    #[serde(default, skip_serializing_if = "Plans::is_all")]
    pub plan: Plans,
    /// Runs of the whole simulation: of each point of a sweep.
    pub runs: u64,
    /// The first run of this shard.
    pub from: u64,
    /// The first run after it.
    pub to: u64,
    /// The texts, the one with the experiment first.
    pub sources: Vec<Source>,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name of its file, for messages.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A shard that was played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// [`PART`].
    pub format: String,
    /// The shard.
    pub shard: Shard,
    /// What its runs gave, a measure each; of a sweep, nothing.
    pub measures: Vec<PartMeasure>,
    /// What its runs gave at each point of a sweep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Vec<PartMeasure>>,
}

/// What the runs of a shard gave for a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartMeasure {
    /// Its name.
    pub name: String,
    /// How the runs ended.
    pub classes: Classes,
    /// The sum of the values, in decimal: of dates in days since the begin, of conditions 0 and 1.
    pub sum: String,
    /// The sum of their squares.
    pub squares: String,
    /// How often each value came: value, runs; ascending.
    pub counts: Vec<(i64, u64)>,
}

impl PartMeasure {
    /// Of all measures of a result.
    #[must_use]
    pub fn all(result: &SimResult) -> Vec<PartMeasure> {
        let each = result.measures.iter().map(|m| PartMeasure {
            name: m.name.clone(),
            classes: m.classes,
            sum: m.sum.to_string(),
            squares: m.squares.to_string(),
            counts: m.histogram.iter().collect(),
        });
        each.collect()
    }
}

impl Shard {
    /// Cuts a simulation into shards of nearly the same size, at multiples of the runs that a thread takes at a time.
    #[must_use]
    pub fn cut(&self, shards: u64) -> Vec<Shard> {
        let engines = self.engines.iter().chain([&self.engine]);
        let grain = engines.map(|e| e.grain()).max().unwrap_or(1);
        let blocks = self.runs.div_ceil(grain);
        let shards = shards.clamp(1, blocks.max(1));
        let end = |i: u64| {
            let block = u128::from(blocks) * u128::from(i) / u128::from(shards);
            u64::try_from(block * u128::from(grain)).map_or(self.runs, |n| n.min(self.runs))
        };
        (0..shards)
            .map(|i| Shard {
                from: end(i),
                to: end(i + 1),
                ..self.clone()
            })
            .collect()
    }

    /// The text of a shard in JSON, cut where its numbers stand: the seed, the number of runs, the first run, the first
    /// run after it.
    #[must_use]
    pub fn pieces(&self) -> [String; 5] {
        let bare = Shard {
            seed: 0,
            runs: 0,
            from: 0,
            to: 0,
            ..self.clone()
        };
        let text = serde_json::to_string(&bare).unwrap_or_default();
        let mut rest = text.as_str();
        // Within a text of JSON there is no quotation mark without a stroke before it, so these are the keys.
        let cuts = ["\"seed\":", "\"runs\":", "\"from\":", "\"to\":"];
        let before = cuts.map(|key| {
            let at = rest.find(&format!("{key}0")).unwrap_or(0) + key.len();
            let (piece, after) = rest.split_at(at);
            rest = after.strip_prefix('0').unwrap_or(after);
            piece.to_owned()
        });
        let [a, b, c, d] = before;
        [a, b, c, d, rest.to_owned()]
    }

    /// Reads a shard.
    ///
    /// # Errors
    /// [`SimError::Damaged`] (E0983), [`SimError::Differs`] (E0982) for another version.
    pub fn parse(json: &str, version: &str) -> Result<Shard, SimError> {
        let shard: Shard =
            serde_json::from_str(json).map_err(|e| SimError::Damaged(e.to_string()))?;
        shard.fits(version)?;
        Ok(shard)
    }

    fn fits(&self, version: &str) -> Result<(), SimError> {
        for (what, has, wanted) in [
            ("format", self.format.as_str(), SHARD),
            ("version of rogatio", &self.version, version),
            ("scheme of the draws", &self.draws, draw::DRAW_VERSION),
        ] {
            if has != wanted {
                return Err(SimError::Differs(what, has.to_owned(), wanted.to_owned()));
            }
        }
        if self.from > self.to || self.to > self.runs || self.sources.is_empty() {
            return Err(SimError::Damaged(
                "its runs or its texts are none".to_owned(),
            ));
        }
        Ok(())
    }
}

impl Part {
    /// Of a shard and the results of its runs: one, or those of each point of a sweep.
    #[must_use]
    pub fn of(shard: Shard, mut results: Vec<Vec<PartMeasure>>) -> Part {
        let measures = match shard.vary.is_empty() {
            true => results.pop().unwrap_or_default(),
            false => Vec::new(),
        };
        Part {
            format: PART.to_owned(),
            shard,
            measures,
            points: results,
        }
    }

    /// What its runs gave at a point; of one simulation, at the only one.
    fn at(&self, point: usize) -> &[PartMeasure] {
        match self.shard.vary.is_empty() {
            true => &self.measures,
            false => self.points.get(point).map_or(&[], Vec::as_slice),
        }
    }

    /// Reads a shard that was played.
    ///
    /// # Errors
    /// [`SimError::Damaged`] (E0983), [`SimError::Differs`] (E0982).
    pub fn parse(json: &str, version: &str) -> Result<Part, SimError> {
        let part: Part =
            serde_json::from_str(json).map_err(|e| SimError::Damaged(e.to_string()))?;
        if part.format != PART {
            return Err(SimError::Differs("format", part.format, PART.to_owned()));
        }
        part.shard.fits(version)?;
        Ok(part)
    }
}

/// Whether some parts, in the order of their runs, are all of one simulation.
///
/// # Errors
/// [`SimError::Differs`], and [`SimError::Damaged`] if runs are missing or there twice.
pub fn whole(parts: &mut [Part]) -> Result<(), SimError> {
    parts.sort_by_key(|p| (p.shard.from, p.shard.to));
    let mut next = 0;
    let Some(first) = parts.first().map(|p| p.shard.clone()) else {
        return Err(SimError::Damaged("there is no shard".to_owned()));
    };
    for part in parts.iter() {
        let s = &part.shard;
        let differs = |what, has: &dyn ToString, wanted: &dyn ToString| {
            Err(SimError::Differs(what, has.to_string(), wanted.to_string()))
        };
        if s.hash != first.hash || s.sources != first.sources {
            return differs("hash of the texts", &s.hash, &first.hash);
        }
        if s.experiment != first.experiment {
            return differs("experiment", &s.experiment, &first.experiment);
        }
        if s.seed != first.seed {
            return differs("seed", &s.seed, &first.seed);
        }
        if s.vary != first.vary {
            return differs("sweep over", &s.vary.join(", "), &first.vary.join(", "));
        }
        if s.engines != first.engines {
            let names = |s: &Shard| {
                let each: Vec<&str> = s.engines.iter().map(|e| e.name()).collect();
                each.join(", ")
            };
            return differs("engine", &names(s), &names(&first));
        }
        if s.engine != first.engine {
            return differs("engine", &s.engine.name(), &first.engine.name());
        }
        if s.plan != first.plan {
            return differs("plan", &s.plan.text(), &first.plan.text());
        }
        if s.runs != first.runs {
            return differs("number of runs", &s.runs, &first.runs);
        }
        if s.readings != first.readings || s.rules_at != first.rules_at {
            let text = |s: &Shard| format!("{:?} {:?}", s.readings, s.rules_at);
            return differs("readings", &text(s), &text(&first));
        }
        if s.from != next {
            let why = match s.from < next {
                true => format!("runs {} to {} are there twice", s.from, next.min(s.to)),
                false => format!("runs {next} to {} are missing", s.from),
            };
            return Err(SimError::Damaged(why));
        }
        next = s.to;
    }
    if next != first.runs {
        return Err(SimError::Damaged(format!(
            "runs {next} to {} are missing",
            first.runs
        )));
    }
    Ok(())
}

/// Puts parts together, of a sweep those of one point; `fresh` is the same simulation without runs.
///
/// # Errors
/// [`SimError::Damaged`] if the numbers of a part do not add up.
pub fn merge(parts: &[Part], point: usize, fresh: &SimResult) -> Result<SimResult, SimError> {
    let mut all = fresh.clone();
    for part in parts {
        let s = &part.shard;
        let damaged = |name: &str| {
            let (from, to) = (s.from, s.to);
            SimError::Damaged(format!(
                "runs {from} to {to}: the numbers of `{name}` do not add up"
            ))
        };
        let measures = part.at(point);
        if measures.len() != all.measures.len() {
            return Err(damaged("all measures"));
        }
        for ((all, fresh), m) in all.measures.iter_mut().zip(&fresh.measures).zip(measures) {
            let filled = fresh.filled(m.classes, &m.sum, &m.squares, &m.counts);
            let filled = filled.filter(|f| f.name == m.name && f.classes.total() == s.to - s.from);
            all.merge(&filled.ok_or_else(|| damaged(&m.name))?);
        }
    }
    let runs = parts.first().map_or(0, |p| p.shard.runs);
    (all.runs, all.asked, all.complete) = (runs, runs, true);
    Ok(all)
}
