//! Norms, decisions, procedures, cases as text.

use super::*;

impl Dump<'_> {
    pub(super) fn norms(&mut self) {
        let p = self.p;
        if !p.norms.is_empty() {
            self.line(0, "\nnorms");
        }
        for (i, n) in p.norms.iter().enumerate() {
            let label = if n.labelled {
                format!("{}: ", n.name)
            } else {
                String::new()
            };
            self.cited(1, format!("n{i} {label}{}", n.text), n.provision);
            let who = match p.guard(n.who.cond).op {
                Op::Bool(true) => self.domain(&n.who.domain),
                _ => format!(
                    "{} where {}",
                    self.domain(&n.who.domain),
                    self.guard(n.who.cond)
                ),
            };
            let how = match (n.who.each, n.who.jointly) {
                (true, _) => " each",
                (_, true) => " jointly",
                _ => "",
            };
            self.line(2, format!("who{how} {who}"));
            self.demand(2, &n.demand);
            if let Some(q) = &n.qualifier {
                self.line(2, format!("qualifier {q:?}"));
            }
            if let Some(c) = n.cond {
                self.line(2, format!("when {}", self.guard(c)));
            }
            self.window(2, &n.window);
            if let Some(duty) = &n.duty {
                self.duty(duty);
            }
            if let Some(d) = n.despite {
                self.line(2, format!("despite {}", p.cite(d)));
            }
            if let Some(e) = n.else_ {
                self.line(2, format!("else {}", self.norm_name(e)));
            }
        }
    }

    fn demand(&mut self, depth: usize, demand: &Demand) {
        match demand {
            Demand::Act {
                act,
                matches,
                filter,
            } => {
                let filter =
                    filter.map_or_else(String::new, |f| format!(" where {}", self.guard(f)));
                self.line(
                    depth,
                    format!("act {}{filter}", self.act_match(*act, matches)),
                );
            }
            Demand::Vote {
                decision,
                ballot,
                label,
                subject,
                for_whom,
                filter,
            } => {
                let on = self.on(&On::Opened(*decision, subject.clone()));
                let on = on.trim_start_matches("opened ");
                let of = match for_whom {
                    Match::Any => String::new(),
                    m => format!(" for {}", self.matching(m)),
                };
                let filter =
                    filter.map_or_else(String::new, |f| format!(" where {}", self.guard(f)));
                let said = self.p.ballot_said(*decision, *ballot, *label);
                let said = said.map_or_else(String::new, |b| format!("{b} "));
                self.line(depth, format!("vote {said}{on}{of}{filter}"));
            }
            Demand::Anonymous(text) => self.line(depth, format!("anonymous {text:?}")),
            Demand::Ensure(g) => self.line(depth, format!("ensure {}", self.guard(*g))),
            Demand::OneOf(parts) => {
                self.line(depth, "one of");
                for part in parts {
                    self.demand(depth + 1, part);
                }
            }
        }
    }

    fn duty(&mut self, duty: &Duty) {
        let scope = if duty.scope_born {
            " born with its scope"
        } else {
            ""
        };
        self.line(2, format!("duty{}{scope}", self.keys(&duty.keys)));
        for b in &duty.births {
            let mut text = format!("born on {}", self.on(&b.on));
            if !b.each.is_empty() {
                let _ = write!(text, " each {}", self.domains(&b.each));
            }
            if let Some(g) = b.guard {
                let _ = write!(text, " when {}", self.guard(g));
            }
            if let Some(g) = b.after {
                let _ = write!(text, " where {}", self.guard(g));
            }
            self.line(3, text);
        }
        self.window(3, &duty.window);
        if let Some(n) = duty.further_of {
            self.line(3, format!("further to {}", self.norm_name(n)));
        }
        for (window, cond) in &duty.provisos {
            self.line(3, format!("except when {}", self.guard(*cond)));
            self.window(4, window);
        }
        if let Some(every) = &duty.every {
            let skip = every
                .skip
                .map_or_else(String::new, |g| format!(" not counting {}", self.guard(g)));
            let (length, base) = (self.guard(every.length), self.guard(every.base));
            self.line(3, format!("every {length} after {base}{skip}"));
        }
        for s in &duty.several {
            let (each, cond) = (self.domains(&s.each), self.guard(s.cond));
            self.line(3, format!("asks for each {each} when {cond}"));
        }
        if let Some(r) = duty.release {
            self.line(3, format!("released when {}", self.guard(r)));
        }
        for (on, g) in &duty.release_on {
            let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
            self.line(3, format!("released on {}{g}", self.on(on)));
        }
    }

    fn window(&mut self, indent: usize, w: &Window) {
        if let Some(g) = w.opens {
            self.line(indent, format!("opens {}", self.guard(g)));
        }
        if let Some((g, f)) = w.closes {
            self.line(indent, format!("closes {}, {}", self.guard(g), firing(f)));
        }
        for (on, g) in &w.closes_on {
            let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
            self.line(indent, format!("closes on {}{g}", self.on(on)));
        }
        if let Some((u, _)) = w.urgency {
            let skip = w
                .skip
                .map_or_else(String::new, |g| format!(" not counting {}", self.guard(g)));
            self.line(indent, format!("urgency {u:?}{skip}"));
        }
        if let Some(g) = w.during {
            self.line(indent, format!("during {}", self.guard(g)));
        }
    }

    pub(super) fn decisions(&mut self) {
        let p = self.p;
        if !p.decisions.is_empty() {
            self.line(0, "\ndecisions");
        }
        for d in &p.decisions {
            let subject = d
                .subject
                .as_ref()
                .map_or_else(String::new, |s| format!(" on {}", self.domain(s)));
            let body = p
                .entities
                .get(d.body.index())
                .map_or("?", |e| e.name.as_str());
            self.cited(
                1,
                format!("decision {}{subject} by {body}", d.name),
                d.provision,
            );
            match &d.given {
                _ if !d.limbs.is_empty() => self.several(d),
                Some((text, at)) => self.cited(2, format!("given {text:?}"), *at),
                None => self.rule(d),
            }
            if d.roll_at_opening {
                self.line(2, "roll at opening");
            }
            if let Some((procedure, stage)) = d.stage {
                self.line(
                    2,
                    format!("opens on entry of {}", self.stage_name(procedure, stage)),
                );
            }
            for (on, each, g) in &d.opens {
                let each = if each.is_empty() {
                    String::new()
                } else {
                    format!(" each {}", self.domains(each))
                };
                let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                self.line(2, format!("opens on {}{each}{g}", self.on(on)));
            }
            for (i, step) in d.earlier.iter().enumerate() {
                let rule = step.rule.map_or("consensus".to_owned(), |g| self.guard(g));
                self.cited(2, format!("step {}: {rule}", i + 1), step.provision);
                for (on, g) in &step.next {
                    let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                    self.line(3, format!("the next on {}{g}", self.on(on)));
                }
            }
            for c in &d.closes {
                let text = match c {
                    Closing::At(g, f) => format!("at {}, {}", self.guard(*g), firing(*f)),
                    Closing::Upon(on, g) => {
                        let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                        format!("on {}{g}", self.on(on))
                    }
                    Closing::AllVoted(_) => "when all have voted".to_owned(),
                    Closing::Certain => "when certain".to_owned(),
                    Closing::When(g) => format!("when {}", self.guard(*g)),
                };
                self.line(2, format!("closes {text}"));
            }
            for (on, g) in &d.withdrawn {
                let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                self.line(2, format!("withdrawn on {}{g}", self.on(on)));
            }
            for e in &d.enacts {
                self.cited(2, self.enacts(e), e.provision);
            }
            for n in &d.vote_norms {
                self.line(2, format!("norm {}", self.norm_name(*n)));
            }
        }
    }

    pub(super) fn procedures(&mut self) {
        let p = self.p;
        if !p.procedures.is_empty() {
            self.line(0, "\nprocedures");
        }
        for procedure in &p.procedures {
            self.cited(
                1,
                format!("procedure {}", procedure.name),
                procedure.provision,
            );
            for (on, g, values) in &procedure.opened_by {
                let g = g.map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                let values: Vec<String> = values
                    .iter()
                    .map(|(f, v)| {
                        let name = p.fields.get(f.index()).map_or("?", |f| f.name.as_str());
                        format!("{name} = {}", self.guard(*v))
                    })
                    .collect();
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!(" with {}", values.join(", "))
                };
                self.line(2, format!("opened on {}{g}{values}", self.on(on)));
            }
            for stage in &procedure.stages {
                let word = if stage.outcome { "outcome" } else { "stage" };
                let decides: Vec<&str> = stage
                    .decides
                    .iter()
                    .map(|(_, d)| self.decision_name(*d))
                    .collect();
                let decides = if decides.is_empty() {
                    String::new()
                } else {
                    format!(" decides {}", decides.join(", "))
                };
                self.cited(
                    2,
                    format!("{word} {}{decides}", stage.name),
                    stage.provision,
                );
                for o in &stage.opens {
                    let child = p.procedures.get(o.procedure.index());
                    let mut text = format!("opens {}", child.map_or("?", |c| c.name.as_str()));
                    for (f, v) in &o.fields {
                        let name = p.fields.get(f.index()).map_or("?", |f| f.name.as_str());
                        let _ = write!(text, " with {name} = {}", self.guard(*v));
                    }
                    if let Some(g) = o.guard {
                        let _ = write!(text, " when {}", self.guard(g));
                    }
                    if o.while_here {
                        text.push_str(" while here");
                    }
                    self.cited(3, text, o.provision);
                }
                for t in &stage.transitions {
                    let on: Vec<String> = t.on.iter().map(|on| self.on(on)).collect();
                    let mut text = format!("on {}", on.join(" or "));
                    if let Some(c) = t.on_condition {
                        let _ = write!(text, " (on entry if {})", self.guard(c));
                    }
                    if let Some(g) = t.guard {
                        let _ = write!(text, " when {}", self.guard(g));
                    }
                    let target = procedure
                        .stages
                        .get(t.target as usize)
                        .map_or("?", |s| s.name.as_str());
                    self.cited(3, format!("{text} -> {target}"), t.provision);
                }
            }
        }
    }

    /// Scenarios by name; experiments with what they draw and measure.
    pub(super) fn cases(&mut self) {
        let p = self.p;
        if !p.scenarios.is_empty() {
            self.line(0, "\nscenarios");
        }
        for s in &p.scenarios {
            self.line(1, format!("scenario {:?}: {} lines", s.name, s.items.len()));
        }
        if !p.experiments.is_empty() {
            self.line(0, "\nexperiments");
        }
        for e in &p.experiments {
            self.line(
                1,
                format!("experiment {} from {} for {}", e.name, e.begin, e.horizon),
            );
            for (kind, n) in &e.populations {
                self.line(2, format!("{} {n}", self.kind(*kind)));
            }
            for (i, (name, value)) in e.params.iter().enumerate() {
                self.line(2, format!("parameter {i} {name} = {}", self.guard(*value)));
            }
            for b in &e.behaviours {
                let law = match &b.law {
                    Law::Exponential(g) => format!("exponential({})", self.guard(*g)),
                    Law::Geometric(g) => format!("geometric({})", self.guard(*g)),
                    Law::Uniform(a, b) => {
                        format!("uniform({}, {})", self.guard(*a), self.guard(*b))
                    }
                    Law::Fixed(g) => self.guard(*g),
                    Law::Triangular(a, b, c) => {
                        let [a, b, c] = [a, b, c].map(|g| self.guard(*g));
                        format!("triangular({a}, {b}, {c})")
                    }
                    Law::Weibull(g, n, d) => format!("weibull({}, {n}/{d})", self.guard(*g)),
                    Law::Nth(_, of, _) => format!("enough of {}", self.guard(*of)),
                    Law::Empirical(all) => {
                        let all = all
                            .iter()
                            .map(|(g, w)| format!("{w} of {}", self.guard(*g)));
                        format!("empirical({})", all.collect::<Vec<_>>().join(", "))
                    }
                };
                let when = b
                    .when
                    .map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                let skip = b
                    .not_counting
                    .map_or_else(String::new, |g| format!(" not counting {}", self.guard(g)));
                let act = match b.does {
                    Does::Act(act) => self.act(act).to_owned(),
                    Does::Declare(d, outcome, matter) => {
                        let name = p.decisions.get(d.index()).map_or("?", |d| &d.name);
                        let matter =
                            matter.map_or(String::new(), |g| format!(" on {}", self.guard(g)));
                        format!("declare {name}{matter} {outcome:?}")
                    }
                };
                let site = b.draw.site;
                self.line(
                    2,
                    format!(
                        "{} does {act} after {law}{skip}{when}, site {site:016x}",
                        b.who.text
                    ),
                );
            }
            for b in &e.ballots {
                let d = p.decisions.get(b.decision.index());
                let odds: Vec<String> = b
                    .odds
                    .iter()
                    .map(|(i, chance)| {
                        let name = d
                            .and_then(|d| d.ballots.get(*i as usize))
                            .map_or("?", String::as_str);
                        format!("{name} {}", self.guard(*chance))
                    })
                    .collect();
                let when = b
                    .when
                    .map_or_else(String::new, |g| format!(" when {}", self.guard(g)));
                let bloc = b.bloc.as_ref();
                let bloc = bloc.map_or_else(String::new, |n| format!(" as a bloc {n}"));
                let name = self.decision_name(b.decision);
                let site = b.draw.site;
                self.line(
                    2,
                    format!(
                        "{} votes {} on {name}{when}{bloc}, site {site:016x}",
                        b.who.text,
                        odds.join(", ")
                    ),
                );
            }
            for m in &e.measures {
                let text = match &m.kind {
                    MeasureKind::Date(g) => format!("date {}", self.guard(*g)),
                    MeasureKind::Probability(g, None) => format!("probability {}", self.guard(*g)),
                    MeasureKind::Probability(g, Some(day)) => {
                        format!("probability {} by {day}", self.guard(*g))
                    }
                    MeasureKind::Number(g) => format!("number {}", self.guard(*g)),
                    MeasureKind::Breaches { norms, any, by } => {
                        let what = if *any { "whether" } else { "how often" };
                        let by = by.map_or_else(String::new, |d| format!(" by {d}"));
                        let n = norms.len();
                        format!("{what} {n} norms are breached{by}")
                    }
                };
                self.line(2, format!("measure {:?}: {text}", m.name));
            }
        }
    }
}
