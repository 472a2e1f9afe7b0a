//! The plan of a simulation.

use crate::table::{Style, pad, width, wrap};
use rogatio_simulate::Plan;

/// For people: a word for each decision, and what was decided.
#[must_use]
pub fn render(plan: &Plan, style: Style) -> String {
    let wide = plan.lines.iter().map(|(what, _)| width(what)).max();
    let wide = wide.unwrap_or(0);
    let room = style.width.saturating_sub(wide + 4).max(20);
    let mut out = String::new();
    let mut before = "";
    for (what, how) in &plan.lines {
        let mut head = if *what == before { "" } else { what };
        before = what;
        for line in wrap(how, room) {
            out += &format!("  {}  {line}\n", pad(head, wide));
            head = "";
        }
    }
    out
}
