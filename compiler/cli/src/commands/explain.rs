//! `rogatio explain`: the long story of a code.

use crate::args::Explain;
use crate::console::Console;
use crate::exit::{Done, Exit};
use crate::front::among;
use rogatio_diagnostics::{explain, explanations};

/// Prints one story, or the list of all.
pub(crate) fn run(console: &mut Console, args: &Explain) -> Done {
    console.speak(false);
    let lang = console.lang;
    let Some(code) = args.code.as_deref().filter(|_| !args.list) else {
        let lines = explanations().map(|e| format!("{}  {}\n", e.code, e.title_in(lang)));
        console.print(&lines.collect::<String>())?;
        return Ok(Exit::Fine);
    };
    let Some(e) = explain(code) else {
        let codes: Vec<&str> = explanations().map(|e| e.code.as_str()).collect();
        let near = among(&code.to_uppercase(), &codes);
        return Err(console.usage(&format!(
            "there is no code `{code}`{near}; `rogatio explain --list` lists all"
        )));
    };
    console.print(&format!("{}: {}\n\n{}\n", e.code, e.title_in(lang), e.text))?;
    Ok(Exit::Fine)
}
