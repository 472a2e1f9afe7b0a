//! Clocks: the calendar of the world's, and a second axis (R48c).

use crate::ast;
use crate::check::Checker;
use crate::scope::*;

impl Checker {
    pub(crate) fn clock(&mut self, cx: &Context, c: &ast::Clock) {
        if let Some(unit) = c.units.first() {
            self.unsupported(unit.span, "a second clock");
        }
        if let Some(calendar) = &c.calendar {
            self.calendar(cx, calendar);
        }
    }
}
