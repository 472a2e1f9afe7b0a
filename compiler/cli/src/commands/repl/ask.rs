//! Questions about the case as it stands.

use super::Refused;
use super::session::Session;
use super::text::unquoted;
use rogatio_diagnostics::Diagnostic;
use rogatio_report::{
    ReasonTree, Residual, Style, VoteTable, lines, readings as used, readings_table, timeline,
    why as report,
};

/// `:can [ACTOR]`.
pub(super) fn can(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let actor = unquoted(rest);
    if !actor.is_empty() && run.case.find_entity(&actor).is_none() {
        let names: Vec<&str> = run.case.entities().map(|(_, n, _)| n).collect();
        let near = crate::front::among(&actor, &names);
        return Err(format!("nobody is called `{actor}`{near}").into());
    }
    let actor = Some(actor.as_str()).filter(|a| !a.is_empty());
    Ok(Residual::of(&run.case).render_can(actor, style))
}

/// `:must [all]`: what is due soonest first; qualified duties, which nothing assesses, only
/// if asked for.
pub(super) fn must(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let mut residual = Residual::of(&run.case);
    if rest == "all" {
        return Ok(residual.render_must(style));
    }
    if !rest.is_empty() {
        return Err("write :must, or :must all for the qualified duties too".into());
    }
    let all = residual.duties.len();
    residual.duties.retain(|d| d.assessed);
    // Dates are written so that their order is that of their texts; those without one last.
    residual
        .duties
        .sort_by(|a, b| (a.due.is_none(), &a.due).cmp(&(b.due.is_none(), &b.due)));
    let qualified = (all - residual.duties.len()) as u64;
    let mut out = residual.render_must(style);
    if qualified > 0 {
        let duties = rogatio_report::counted(qualified, "qualified duty");
        let note = format!("({duties}, recorded and not assessed: :must all)");
        out += &format!("{}\n", style.dim(&note));
    }
    Ok(out)
}

/// `:why [EXPR]`.
pub(super) fn why(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if !rest.is_empty() {
        let (run, guard) = session.question(rest)?;
        return Ok(report::render(&run.case, guard, style));
    }
    let run = session.case()?;
    let last = run.case.occurrences().last().map(|o| o.id);
    let reason = last.and_then(|id| run.case.explain_occurrence(id));
    let Some(reason) = reason else {
        return Err("nobody has acted yet; write :why and an expression".into());
    };
    let tree = ReasonTree::of(&run.case, &reason);
    let cited = tree.articles.join(", ");
    let mut out = format!("{}  {}\n", tree.text, style.dim(&cited));
    for child in &tree.children {
        for line in rogatio_report::wrap(&child.text, style.width.saturating_sub(2)) {
            out += &format!("  {line}\n");
        }
    }
    Ok(out)
}

/// `:whynot EXPR`.
pub(super) fn why_not(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if rest.is_empty() {
        return Err("write :whynot and an expression: :whynot in_force".into());
    }
    let (run, guard) = session.question(rest)?;
    Ok(report::render_not(&run.case, guard, style))
}

/// `:missing [OUTCOME]`: of a stage or outcome, of a decision, of a condition.
pub(super) fn missing(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let residual = Residual::of(&run.case);
    let asked = |name: &str| rest.is_empty() || name == rest;
    let mut out = String::new();
    let mut tell = |what: &str, missing: &str| {
        let missing = match missing {
            "" => "nothing",
            missing => missing,
        };
        out += &format!("{}\n", style.bold(what));
        for line in rogatio_report::wrap(missing, style.width.saturating_sub(2)) {
            out += &format!("  {line}\n");
        }
    };
    for p in &residual.procedures {
        for (stage, missing) in p
            .ways_out
            .iter()
            .filter(|(s, _)| asked(s) || asked(&p.name))
        {
            tell(&format!("{} ({}) -> {stage}", p.name, p.stage), missing);
        }
    }
    for d in &residual.decisions {
        let name = d.text.split(' ').next().unwrap_or_default();
        if asked(name) || asked(&d.text) {
            tell(&format!("{}, to be adopted", d.text), &d.missing);
        }
    }
    if !out.is_empty() {
        return Ok(out);
    }
    if rest.is_empty() {
        return Ok("no procedure and no decision is open".to_owned());
    }
    let stage = |p: &rogatio_mir::Procedure| p.stages.iter().any(|s| s.name == rest);
    if run.case.program().procedures.iter().any(stage)
        || run.case.program().decisions.iter().any(|d| d.name == rest)
    {
        return Ok(format!("nothing that is open now leads to {rest}"));
    }
    why_not(session, rest, style)
}

/// `:timeline [all]`: what is more than acts and what they bring only if asked for.
pub(super) fn told(session: &mut Session, rest: &str, style: Style) -> Result<String, Refused> {
    if !matches!(rest, "" | "all") {
        return Err("write :timeline, or :timeline all for every line with its causes".into());
    }
    let run = session.case()?;
    let how = match rest {
        "all" => timeline::Told::Traced,
        _ => timeline::Told::AtPrompt,
    };
    let told = timeline::render_as(&lines(&run.case, 0), style, how);
    Ok(if told.is_empty() {
        "nothing has happened yet".to_owned()
    } else {
        told
    })
}

/// `:readings`.
pub(super) fn readings(session: &Session, style: Style) -> String {
    match used(session.program()) {
        none if none.is_empty() => "there are no readings".to_owned(),
        some => readings_table(&some, style),
    }
}

/// `:votes`.
pub(super) fn votes(session: &mut Session, style: Style) -> Result<String, Refused> {
    let run = session.case()?;
    let tables = VoteTable::all(&run.case);
    if tables.is_empty() {
        return Ok("no decision has been opened yet".to_owned());
    }
    let words = &rogatio_report::picture::Words::of(style.lang).votes;
    let told: Vec<String> = tables.iter().map(|t| t.render(style, words)).collect();
    Ok(told.join("\n"))
}

/// What is wrong with an expression, if anything.
pub(super) fn errors(found: Vec<Diagnostic>) -> Result<(), Refused> {
    if found.iter().any(Diagnostic::is_error) {
        return Err(found.into());
    }
    Ok(())
}
