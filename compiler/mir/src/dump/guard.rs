//! Guards, triggers and effects as text.

use super::*;

impl Dump<'_> {
    pub(super) fn var(&self, v: VarId) -> &str {
        self.p.vars.get(v.index()).map_or("?", |v| v.name.as_str())
    }

    pub(super) fn kind(&self, k: KindId) -> &str {
        self.p.kinds.get(k.index()).map_or("?", |k| k.name.as_str())
    }

    pub(super) fn kinds(&self, kinds: &[KindId]) -> String {
        let names: Vec<&str> = kinds.iter().map(|k| self.kind(*k)).collect();
        names.join(" | ")
    }

    pub(super) fn domain(&self, d: &Domain) -> String {
        match d.kinds.as_slice() {
            [] => self.var(d.var).to_owned(),
            kinds => format!("{}: {}", self.var(d.var), self.kinds(kinds)),
        }
    }

    pub(super) fn domains(&self, list: &[Domain]) -> String {
        let names: Vec<String> = list.iter().map(|d| self.domain(d)).collect();
        names.join(", ")
    }

    /// Keys in brackets, or nothing.
    pub(super) fn keys(&self, list: &[Domain]) -> String {
        if list.is_empty() {
            String::new()
        } else {
            format!("[{}]", self.domains(list))
        }
    }

    pub(super) fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Entity(kinds) => self.kinds(kinds),
            Ty::Set(kinds) => format!("set of {}", self.kinds(kinds)),
            Ty::Optional(inner) => format!("{}?", self.ty(inner)),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    pub(super) fn act(&self, a: ActId) -> &str {
        self.p.acts.get(a.index()).map_or("?", |a| a.name.as_str())
    }

    pub(super) fn position(&self, act: ActId, position: Position) -> String {
        match position {
            Position::Actor => "by".to_owned(),
            Position::For => "for".to_owned(),
            Position::To => "to".to_owned(),
            Position::Itself => "itself".to_owned(),
            Position::Arg(i) => {
                let act = self.p.acts.get(act.index());
                act.and_then(|a| a.params.get(i as usize))
                    .map_or_else(|| i.to_string(), |(name, ..)| name.clone())
            }
        }
    }

    pub(super) fn status_name(&self, s: StatusId) -> &str {
        self.p
            .statuses
            .get(s.index())
            .map_or("?", |s| s.name.as_str())
    }

    pub(super) fn decision_name(&self, d: DecisionId) -> &str {
        self.p
            .decisions
            .get(d.index())
            .map_or("?", |d| d.name.as_str())
    }

    pub(super) fn norm_name(&self, n: NormId) -> String {
        let name = self.p.norms.get(n.index()).map_or("?", |n| n.name.as_str());
        format!("n{} \"{name}\"", n.0)
    }

    pub(super) fn stage_name(&self, p: ProcedureId, stage: u32) -> &str {
        let stages = self.p.procedures.get(p.index()).map(|p| &p.stages);
        stages
            .and_then(|s| s.get(stage as usize))
            .map_or("?", |s| s.name.as_str())
    }

    fn list(&self, list: &[Guard]) -> String {
        let texts: Vec<String> = list.iter().map(|g| self.guard(*g)).collect();
        texts.join(", ")
    }

    /// `name(args)`, without brackets if there are none.
    fn applied(&self, name: &str, args: &[Guard]) -> String {
        if args.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", self.list(args))
        }
    }

    fn set(&self, d: &Domain, cond: Guard) -> String {
        match self.p.guard(cond).op {
            Op::Bool(true) => self.domain(d),
            _ => format!("{} where {}", self.domain(d), self.guard(cond)),
        }
    }

    /// A guard as an operand: in brackets where it is no single word or call.
    fn operand(&self, g: Guard) -> String {
        let text = self.guard(g);
        let compound = matches!(
            self.p.guard(g).op,
            Op::And(_)
                | Op::Or(_)
                | Op::Not(_)
                | Op::Compare(..)
                | Op::ShareCompare { .. }
                | Op::Arith(..)
                | Op::Shift { .. }
                | Op::ShiftOutside { .. }
                | Op::OrElse(..)
                | Op::Except(..)
                | Op::ByVersion(_)
                | Op::Table { .. }
                | Op::IsKind(..)
                | Op::InStage(..)
                | Op::IsNone(_)
                | Op::InField { .. }
                | Op::InSet { .. }
                | Op::NormIs(..)
        );
        if compound { format!("({text})") } else { text }
    }

    fn joined(&self, list: &[Guard], word: &str) -> String {
        let texts: Vec<String> = list.iter().map(|g| self.operand(*g)).collect();
        texts.join(word)
    }

    pub(super) fn version_name(&self, v: VersionId) -> String {
        let version = self.p.versions.get(v.index());
        version.map_or_else(|| format!("version {}", v.0), Version::name)
    }

    pub(super) fn guard(&self, g: Guard) -> String {
        let on = |name: &str, subject: &Option<Guard>| match subject {
            Some(s) => format!("{name} on {}", self.guard(*s)),
            None => name.to_owned(),
        };
        match &self.p.guard(g).op {
            Op::Bool(v) => v.to_string(),
            Op::Int(v) => v.to_string(),
            Op::Day(v) => v.to_string(),
            Op::Instant(v) => v.to_string(),
            Op::Length(v) => v.to_string(),
            Op::Text(v) => format!("{v:?}"),
            Op::None => "none".to_owned(),
            Op::Chance(c) => c.to_string(),
            Op::Share(cmp, num, den) => {
                let word = match cmp {
                    ShareCmp::AtLeast => "at least",
                    ShareCmp::MoreThan => "more than",
                    ShareCmp::AtMost => "at most",
                    ShareCmp::LessThan => "less than",
                };
                format!("{word} {num}/{den}")
            }
            Op::Entity(e) => self
                .p
                .entities
                .get(e.index())
                .map_or("?", |e| e.name.as_str())
                .to_owned(),
            Op::CaseEntity(name) => format!("{name:?}"),
            Op::Var(v) => self.var(*v).to_owned(),
            Op::Now => "now".to_owned(),
            Op::EventTime => "then".to_owned(),
            Op::Not(a) => format!("not {}", self.operand(*a)),
            Op::And(list) => self.joined(list, " and "),
            Op::Or(list) => self.joined(list, " or "),
            Op::Compare(op, a, b) => {
                let sign = match op {
                    CmpOp::Eq => "=",
                    CmpOp::Ne => "!=",
                    CmpOp::Lt => "<",
                    CmpOp::Le => "<=",
                    CmpOp::Gt => ">",
                    CmpOp::Ge => ">=",
                };
                format!("{} {sign} {}", self.operand(*a), self.operand(*b))
            }
            Op::ShareCompare { part, share, base } => {
                format!(
                    "{} is {} of {}",
                    self.operand(*part),
                    self.operand(*share),
                    self.operand(*base)
                )
            }
            Op::Arith(op, a, b) => {
                let sign = match op {
                    ArithOp::Add => "+",
                    ArithOp::Sub => "-",
                    ArithOp::Mul => "*",
                };
                format!("{} {sign} {}", self.operand(*a), self.operand(*b))
            }
            Op::Shift {
                before,
                length,
                base,
                closes: _,
            } => {
                let word = if *before { "before" } else { "after" };
                format!("{} {word} {}", self.operand(*length), self.operand(*base))
            }
            Op::ShiftOutside {
                before,
                length,
                base,
                skip,
            } => {
                let word = if *before { "before" } else { "after" };
                let length = self.operand(*length);
                let (base, skip) = (self.operand(*base), self.operand(*skip));
                format!("{length} not counting {skip} {word} {base}")
            }
            Op::Later(list) => self.applied("later", list),
            Op::Earlier(list) => self.applied("earlier", list),
            Op::Count(d, c) => format!("count({})", self.set(d, *c)),
            Op::Sum(d, c, v) => format!("sum({} of {})", self.guard(*v), self.set(d, *c)),
            Op::Exists(d, c) => format!("some({})", self.set(d, *c)),
            Op::SetOf(d, c) => format!("set({})", self.set(d, *c)),
            Op::InSet { set, element } => {
                format!("{} in {}", self.operand(*element), self.operand(*set))
            }
            Op::ForAll(d, c, x) => format!("every({}: {})", self.set(d, *c), self.guard(*x)),
            Op::Best(d, c, keys) => {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|(order, g)| format!("{} {}", order.word(), self.operand(*g)))
                    .collect();
                format!("first of {} by {}", self.set(d, *c), keys.join(", then "))
            }
            Op::Call(d, args) => self.applied(
                self.p
                    .defines
                    .get(d.index())
                    .map_or("?", |d| d.name.as_str()),
                args,
            ),
            Op::Given(g, args) => {
                let name = self
                    .p
                    .givens
                    .get(g.index())
                    .map_or("?", |g| g.name.as_str());
                format!("given {}", self.applied(name, args))
            }
            Op::StatusOn(s, args) => self.applied(self.status_name(*s), args),
            Op::StatusValue(s, args) => {
                format!("value({})", self.applied(self.status_name(*s), args))
            }
            Op::StatusStart(s, args) => {
                format!("start({})", self.applied(self.status_name(*s), args))
            }
            Op::StatusFirstStart(s, args) => {
                format!("first start({})", self.applied(self.status_name(*s), args))
            }
            Op::StatusEnd(s, args) => format!("end({})", self.applied(self.status_name(*s), args)),
            Op::HistCount(h, args) => format!("count({})", self.hist_ref(*h, args)),
            Op::HistTime(h, o, args) => {
                format!("time({} {})", ordinal(*o), self.hist_ref(*h, args))
            }
            Op::HistArg(h, o, slot, args) => {
                format!(
                    "{} of ({} {})",
                    self.slot(*h, *slot),
                    ordinal(*o),
                    self.hist_ref(*h, args)
                )
            }
            Op::HistSum(h, slot, args) => {
                format!(
                    "sum({} of {})",
                    self.slot(*h, *slot),
                    self.hist_ref(*h, args)
                )
            }
            Op::HistSince(h, time, args) => {
                let time = self.operand(*time);
                format!("count({} since {time})", self.hist_ref(*h, args))
            }
            Op::HistInLast {
                hist,
                read,
                length,
                keys,
            } => {
                let of = self.hist_ref(*hist, keys);
                let what = match read {
                    HistRead::Count => format!("count({of}"),
                    HistRead::Time(o) => format!("time({} {of}", ordinal(*o)),
                    HistRead::Arg(o, slot) => {
                        format!("{} of ({} {of}", self.slot(*hist, *slot), ordinal(*o))
                    }
                    HistRead::Sum(slot) => format!("sum({} of {of}", self.slot(*hist, *slot)),
                };
                format!("{what} in the last {})", self.guard(*length))
            }
            Op::HistPick {
                hist,
                pick,
                from,
                keys,
            } => pick.words(&self.hist_ref(*hist, keys), &self.operand(*from)),
            Op::StatusPick {
                status,
                pick,
                from,
                keys,
            } => {
                let end = if pick.end { "end" } else { "start" };
                let of = self.applied(self.status_name(*status), keys);
                format!("{end}({})", pick.words(&of, &self.operand(*from)))
            }
            Op::Dates(dates) => dates.to_string(),
            Op::DatesRange(a, b) => format!("{} .. {}", self.operand(*a), self.operand(*b)),
            Op::DatesJoin(join, a, b) => join.words(&self.operand(*a), &self.operand(*b)),
            Op::InDates(a, b) => format!("{} in {}", self.operand(*a), self.operand(*b)),
            Op::DatesPick { dates, pick, from } => {
                pick.words(&self.operand(*dates), &self.operand(*from))
            }
            Op::DatePart(part, a) => format!("{}({})", part.name(), self.guard(*a)),
            Op::Digit(a) => format!("digit({})", self.guard(*a)),
            Op::Field(a, f) => {
                let name = self
                    .p
                    .fields
                    .get(f.index())
                    .map_or("?", |f| f.name.as_str());
                format!("{}.{name}", self.operand(*a))
            }
            Op::InField {
                owner,
                field,
                element,
            } => {
                let name = self
                    .p
                    .fields
                    .get(field.index())
                    .map_or("?", |f| f.name.as_str());
                format!(
                    "{} in {}.{name}",
                    self.operand(*element),
                    self.operand(*owner)
                )
            }
            Op::IsKind(a, kinds) => format!("{} is {}", self.operand(*a), self.kinds(kinds)),
            Op::InStage(a, p, stages) => {
                let names: Vec<&str> = stages.iter().map(|s| self.stage_name(*p, *s)).collect();
                format!("{} is {}", self.operand(*a), names.join(" or "))
            }
            Op::EnteredAt(a, p, stage) => {
                format!("entry({}, {})", self.guard(*a), self.stage_name(*p, *stage))
            }
            Op::NormIs(n, keys, state) => {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|k| k.map_or_else(|| "_".to_owned(), |k| self.guard(k)))
                    .collect();
                let keys = if keys.is_empty() {
                    String::new()
                } else {
                    format!("({})", keys.join(", "))
                };
                format!(
                    "{}{keys} is {}",
                    self.norm_name(*n),
                    format!("{state:?}").to_lowercase()
                )
            }
            Op::OnRoll {
                decision,
                subject,
                voter,
                set,
            } => {
                let d = self.p.decisions.get(decision.index());
                let set = match set {
                    RollSet::Ballot(i) => d
                        .and_then(|d| d.ballots.get(*i))
                        .map_or("?", String::as_str)
                        .to_owned(),
                    other => format!("{other:?}").to_lowercase(),
                };
                format!(
                    "{set}({} in {})",
                    self.guard(*voter),
                    on(self.decision_name(*decision), subject)
                )
            }
            Op::Weight {
                decision,
                subject,
                voter,
            } => format!(
                "votes({} in {})",
                self.guard(*voter),
                on(self.decision_name(*decision), subject)
            ),
            Op::Pivotal {
                decision,
                subject,
                voter,
            } => format!(
                "pivotal({} in {})",
                self.guard(*voter),
                on(self.decision_name(*decision), subject)
            ),
            Op::OutcomeIs(d, subject, outcome) => {
                let outcome = format!("{outcome:?}").to_lowercase();
                format!("{outcome}({})", on(self.decision_name(*d), subject))
            }
            Op::Certain(d, subject, outcome) => {
                let what = on(self.decision_name(*d), subject);
                match outcome {
                    Some(o) => format!("certain({}({what}))", format!("{o:?}").to_lowercase()),
                    None => format!("certain({what})"),
                }
            }
            Op::DecisionOpen(d, subject) => {
                format!("open({})", on(self.decision_name(*d), subject))
            }
            Op::IsNone(a) => format!("{} is none", self.operand(*a)),
            Op::OrElse(a, b) => format!("{} or else {}", self.operand(*a), self.operand(*b)),
            Op::Table { hit, rows, .. } => {
                let mut text = format!("table {}", format!("{hit:?}").to_lowercase());
                for (c, v, _) in rows {
                    let _ = write!(text, " [{} -> {}]", self.guard(*c), self.guard(*v));
                }
                text
            }
            Op::Except(base, list) => {
                let mut text = self.operand(*base);
                for (c, v) in list {
                    let _ = write!(
                        text,
                        " except {} when {}",
                        self.operand(*v),
                        self.operand(*c)
                    );
                }
                text
            }
            Op::InVersion(v, now) => {
                let now = if *now { " now" } else { "" };
                format!("in force{now}({})", self.version_name(*v))
            }
            Op::ByVersion(list) => {
                let texts: Vec<String> = list
                    .iter()
                    .map(|(v, g)| format!("{}: {}", self.version_name(*v), self.operand(*g)))
                    .collect();
                texts.join(", ")
            }
            Op::NotStated(why) => format!("not stated {why:?}"),
            Op::Parameter(i) => format!("parameter {i}"),
        }
    }

    /// A history by number and name; the arguments of its keys behind it.
    fn hist_ref(&self, h: HistId, args: &[Guard]) -> String {
        self.applied(&format!("h{}", h.0), args)
    }

    fn slot(&self, h: HistId, slot: u32) -> String {
        let hist = &self.p.hists[h.index()];
        hist.store
            .get(slot as usize)
            .map_or_else(|| "?".to_owned(), |s| self.position(hist.act, *s))
    }

    pub(super) fn matching(&self, m: &Match) -> String {
        match m {
            Match::Any => "_".to_owned(),
            Match::Bind(v, kinds) => self.domain(&Domain {
                var: *v,
                kinds: kinds.clone(),
            }),
            Match::Is(g) => format!("= {}", self.guard(*g)),
        }
    }

    fn matching_all(&self, name: &str, list: &[Match]) -> String {
        if list.is_empty() {
            return name.to_owned();
        }
        let texts: Vec<String> = list.iter().map(|m| self.matching(m)).collect();
        format!("{name}({})", texts.join(", "))
    }

    /// An act with its positions: `deposit(by p: State, form = accession)`.
    pub(super) fn act_match(&self, act: ActId, matches: &[(Position, Match)]) -> String {
        let name = self.act(act);
        if matches.is_empty() {
            return name.to_owned();
        }
        let texts: Vec<String> = matches
            .iter()
            .map(|(position, m)| format!("{} {}", self.position(act, *position), self.matching(m)))
            .collect();
        format!("{name}({})", texts.join(", "))
    }

    pub(super) fn on(&self, on: &On) -> String {
        match on {
            On::Act {
                act,
                matches,
                under,
                attempted,
            } => {
                let attempted = if *attempted { "attempted " } else { "" };
                let under =
                    under.map_or_else(String::new, |u| format!(" under {}", self.p.cite_under(u)));
                format!("{attempted}{}{under}", self.act_match(*act, matches))
            }
            On::Timer(t, list) => self.matching_all(&format!("timer t{}", t.0), list),
            On::Rise(e, list) => self.matching_all(&format!("rise e{}", e.0), list),
            On::Fall(e, list) => self.matching_all(&format!("fall e{}", e.0), list),
            On::Started(s, list) => {
                format!("start {}", self.matching_all(self.status_name(*s), list))
            }
            On::Ended(s, list) => format!("end {}", self.matching_all(self.status_name(*s), list)),
            On::Enter(p, s, m) => {
                format!("enter {}({})", self.stage_name(*p, *s), self.matching(m))
            }
            On::Leave(p, s, m) => {
                format!("leave {}({})", self.stage_name(*p, *s), self.matching(m))
            }
            On::Outcome(d, outcome, m) => {
                let outcome = format!("{outcome:?}").to_lowercase();
                format!("{outcome} {}({})", self.decision_name(*d), self.matching(m))
            }
            On::Opened(d, m) => format!("opened {}({})", self.decision_name(*d), self.matching(m)),
            On::Ballot {
                decision,
                sort,
                ballot,
                matches,
                ..
            } => self.ballot_match(*decision, *sort, *ballot, matches),
            On::Norm(n, state, list) => {
                let state = format!("{state:?}").to_lowercase();
                format!("{state} {}", self.matching_all(&self.norm_name(*n), list))
            }
            On::Begin => "begin".to_owned(),
        }
    }

    pub(super) fn effect(&self, effect: &Effect) -> String {
        match effect {
            Effect::Start(keys, None) => self.applied("start", keys),
            Effect::Start(keys, Some(v)) => {
                format!("{} with {}", self.applied("start", keys), self.guard(*v))
            }
            Effect::End(keys) => self.applied("end", keys),
            Effect::Push(keys) => self.applied("push", keys),
            Effect::Arm(keys) => self.applied("arm", keys),
            Effect::Disarm(keys) => self.applied("disarm", keys),
            Effect::Watch => "watch".to_owned(),
        }
    }
}

fn ordinal(o: Ordinal) -> String {
    match o {
        Ordinal::First => "first".to_owned(),
        Ordinal::Last => "last".to_owned(),
        Ordinal::Nth(n) => nth_name(n),
    }
}
