//! The two streams: results go to standard output, findings and progress to standard
//! error. The only place that writes to either.

use crate::exit::{Exit, Stop};
use anstream::AutoStream;
use rogatio_diagnostics::{Diagnostic, Format, Lang, Severity, SourceMap, render_in};
use rogatio_report::{Style, fold};
use std::io::{self, IsTerminal, Write};

/// When to use colours.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A language, as the command line names it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LangArg {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// A terminal with fewer columns has no room for tables: their rows are folded.
const NARROW: usize = 72;

/// The columns of the terminal that results go to.
fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(w, _)| usize::from(w.0))
}

/// How findings are written.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Findings {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
    /// One line each.
    Short,
}

/// Where a command writes.
pub(crate) struct Console {
    color: ColorWhen,
    /// What `--lang` says.
    asked: Option<LangArg>,
    /// The language of the command's results: English where a command speaks no other.
    pub(crate) lang: Lang,
    /// How findings are written.
    pub(crate) findings: Findings,
}

impl Console {
    /// With the choice of the command line.
    pub(crate) fn new(color: ColorWhen, asked: Option<LangArg>) -> Console {
        Console {
            color,
            asked,
            lang: Lang::En,
            findings: Findings::Human,
        }
    }

    /// Takes the language that is asked for. What programs read does not depend on where it runs: there only `--lang`
    /// counts.
    pub(crate) fn speak(&mut self, to_programs: bool) {
        self.lang = match self.asked {
            None if to_programs => Lang::En,
            _ => self.reader(),
        };
    }

    /// The language of whoever reads along: that of findings and remarks, whatever a command's results are said in.
    pub(crate) fn reader(&self) -> Lang {
        match self.asked {
            Some(LangArg::En) => Lang::En,
            Some(LangArg::Ja) => Lang::Ja,
            None => Lang::of_environment(|v| std::env::var(v).ok()),
        }
    }

    fn choice(&self, stream: &impl anstream::stream::RawStream) -> anstream::ColorChoice {
        match self.color {
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
            ColorWhen::Auto => AutoStream::choice(stream),
        }
    }

    /// How results are dressed: as wide as the terminal, within reason; elsewhere always
    /// the same.
    pub(crate) fn style(&self) -> Style {
        let terminal = columns();
        let narrow = terminal.is_some_and(|w| w < NARROW);
        Style {
            color: !narrow && self.choice(&io::stdout()) != anstream::ColorChoice::Never,
            // What is folded has no columns to keep.
            width: terminal.map_or(120, |w| if narrow { 160 } else { w.min(160) }),
            lang: self.lang,
        }
    }

    /// Writes a result.
    pub(crate) fn print(&self, text: &str) -> Result<(), Stop> {
        let folded = columns()
            .filter(|w| *w < NARROW)
            .map(|w| fold(text, w.max(8)));
        let text = folded.as_deref().unwrap_or(text);
        let out = io::stdout();
        let choice = self.choice(&out);
        let mut stream = AutoStream::new(out.lock(), choice);
        stream.write_all(text.as_bytes())?;
        stream.flush()?;
        Ok(())
    }

    /// Writes a remark of ours to standard error, in the language of the reader.
    pub(crate) fn remark(&self, text: &str) {
        self.say(&crate::speech::say_lines(text, self.reader()));
    }

    /// Writes to standard error. One that is gone is no reason to stop.
    fn say(&self, text: &str) {
        let err = io::stderr();
        let choice = self.choice(&err);
        let mut stream = AutoStream::new(err.lock(), choice);
        let _ = writeln!(stream, "{text}");
    }

    /// Writes findings to standard error.
    pub(crate) fn report(&self, found: &[Diagnostic], sources: &SourceMap) {
        if !found.is_empty() {
            self.say(&self.rendered(found, sources, &io::stderr()));
        }
    }

    /// Writes findings to standard output, where they are the result.
    pub(crate) fn print_findings(
        &self,
        found: &[Diagnostic],
        sources: &SourceMap,
    ) -> Result<(), Stop> {
        if found.is_empty() {
            return Ok(());
        }
        self.print(&(self.rendered(found, sources, &io::stdout()) + "\n"))
    }

    fn rendered(
        &self,
        found: &[Diagnostic],
        sources: &SourceMap,
        stream: &impl anstream::stream::RawStream,
    ) -> String {
        let color = self.choice(stream) != anstream::ColorChoice::Never;
        let (format, between) = match self.findings {
            Findings::Human => (Format::Human { color }, "\n\n"),
            Findings::Json => (Format::Json, "\n"),
            Findings::Short => (Format::Short, "\n"),
        };
        let lang = self.reader();
        let said = |d: &Diagnostic| render_in(d, sources, format, lang);
        let texts: Vec<String> = found.iter().map(said).collect();
        let mut out = texts.join(between);
        if self.findings == Findings::Human && found.len() > 1 {
            out += "\n\n";
            out += &tally(found, lang);
        }
        out
    }

    /// Says what is wrong with the command line.
    pub(crate) fn usage(&self, message: &str) -> Stop {
        self.remark(&format!("error: {message}"));
        Exit::Usage.into()
    }

    /// Whether somebody watches standard error.
    pub(crate) fn is_watched(&self) -> bool {
        io::stderr().is_terminal()
    }
}

/// `2 errors, 1 warning`.
fn tally(found: &[Diagnostic], lang: Lang) -> String {
    let count = |severity| found.iter().filter(|d| d.severity == severity).count();
    let mut parts = Vec::new();
    for (n, word, japanese) in [
        (count(Severity::Error), "error", "誤り"),
        (count(Severity::Warning), "warning", "注意"),
    ] {
        match (n, lang) {
            (0, _) => {}
            (n, Lang::Ja) => parts.push(format!("{japanese}{n}件")),
            (1, Lang::En) => parts.push(format!("1 {word}")),
            (n, Lang::En) => parts.push(format!("{n} {word}s")),
        }
    }
    parts.join(match lang {
        Lang::En => ", ",
        Lang::Ja => "、",
    })
}

/// Says that this program is wrong, and asks for a report.
pub(crate) fn internal_error(said: &str) -> Exit {
    let _ = writeln!(
        io::stderr(),
        "internal error: {said}\n\
         This is a defect of rogatio {version}, not of your program. Please report it, with the \
         command and the files that show it:\n  {repository}/issues",
        version = env!("CARGO_PKG_VERSION"),
        repository = env!("CARGO_PKG_REPOSITORY"),
    );
    Exit::Internal
}
