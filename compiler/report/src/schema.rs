//! The schemas of machine output: what `--format json` writes, command by command.
//!
//! They are made from the types that are written, so neither can change without the other; `schema/*.json` is what they
//! are at present, for programs that read the output.

use crate::picture::{Graph, Timeline};
use crate::{
    Covered, ExactReport, ExactSweepReport, PowerReport, ReplayReport, RunReport, SimReport,
    SweepReport, TestResult, WhyReport,
};
use rogatio_diagnostics::JsonFinding;
use rogatio_simulate::Plan;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The output of one command under `--format json`.
#[derive(Copy, Clone, Debug)]
pub struct Output {
    /// The command, with the option that gives it another output: `simulate --vary`.
    pub command: &'static str,
    /// Whether there is one object a line rather than one object.
    pub lines: bool,
    make: fn() -> Schema,
}

impl Output {
    /// The name of its file: `simulate-vary`.
    #[must_use]
    pub fn file(&self) -> String {
        self.command.replace(" --", "-")
    }

    /// What it is on the whole: `one object`.
    #[must_use]
    pub fn form(&self) -> &'static str {
        match self.lines {
            true => "one object a line",
            false => "one object",
        }
    }

    /// Every output that has a schema.
    pub const ALL: &'static [Output] = &[
        Output::lines::<JsonFinding<'static>>("check"),
        Output::lines::<Covered>("coverage"),
        Output::one::<Graph>("graph"),
        Output::one::<PowerReport>("power"),
        Output::one::<RunReport>("run"),
        Output::one::<SimReport>("simulate"),
        Output::one::<ExactReport>("simulate --exact"),
        Output::one::<ExactSweepReport>("simulate --exact --vary"),
        Output::one::<Plan>("simulate --explain-plan"),
        Output::one::<ReplayReport>("simulate --replay"),
        Output::one::<SweepReport>("simulate --vary"),
        Output::lines::<TestResult>("test"),
        Output::one::<Timeline>("timeline"),
        Output::one::<WhyReport>("why"),
        Output::one::<WhyReport>("why-not"),
    ];

    const fn one<T: JsonSchema>(command: &'static str) -> Output {
        Output {
            command,
            lines: false,
            make: of::<T>,
        }
    }

    const fn lines<T: JsonSchema>(command: &'static str) -> Output {
        Output {
            command,
            lines: true,
            make: of::<T>,
        }
    }
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The JSON Schema (draft 2020-12) of what a command writes, if it has one.
#[must_use]
pub fn schema(command: &str) -> Option<serde_json::Value> {
    let of_file = |o: &&Output| o.command == command || o.file() == command;
    let output = Output::ALL.iter().find(of_file)?;
    let command = output.command;
    let mut schema = (output.make)();
    let what = output.form();
    let what = format!("{}{}", what[..1].to_uppercase(), &what[1..]);
    schema.insert(
        "title".to_owned(),
        format!("rogatio {command} --format json").into(),
    );
    let about = schema.get("description").and_then(|d| d.as_str());
    let about = about.map_or_else(|| what.clone(), |about| format!("{what}. {about}"));
    schema.insert("description".to_owned(), about.into());
    Some(schema.to_value())
}
