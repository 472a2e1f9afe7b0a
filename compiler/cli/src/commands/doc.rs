//! `rogatio doc`: a page of a module to read.

use crate::args::Doc;
use crate::commands::coverage;
use crate::console::Console;
use crate::exit::{Done, Exit, Stop};
use crate::front::compile;
use crate::write::replace;
use rogatio_diagnostics::{Diagnostic, SourceMap, codes};
use rogatio_report::doc::{Source, page};
use std::fs;

/// Writes `index.html` into the folder.
pub(crate) fn run(console: &mut Console, args: &Doc) -> Done {
    let (front, _) = compile(console, &args.module, &args.library, &args.readings)?;
    let counted = coverage::of(console, &args.module, &[], &args.library, &args.readings)?.0;
    let scenarios = counted
        .provisions()
        .iter()
        .filter(|p| p.kind == rogatio_report::Encoding::Modelled);
    let source = Source {
        sources: &front.sources,
        file: front.file,
        module: &front.module,
        program: front.hir(),
        scenarios: scenarios.map(|p| (p.id.clone(), p.scenarios)).collect(),
    };
    let html = page(&source).map_err(|e| {
        console.remark(&format!("error: the page cannot be made: {e}"));
        Stop::Exit(Exit::Internal)
    })?;
    let path = args.output.join("index.html");
    let written = fs::create_dir_all(&args.output).and_then(|()| replace(&path, html.as_bytes()));
    if let Err(e) = written {
        let d = Diagnostic::error(
            codes::E0007,
            format!("`{}` cannot be written: {e}", path.display()),
        );
        console.report(&[d], &SourceMap::new());
        return Err(Exit::BadInput.into());
    }
    console.print(&format!("{}\n", path.display()))?;
    Ok(Exit::Fine)
}
