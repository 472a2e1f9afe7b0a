//! What a list of substitutions leaves open (R48, point 7): names that never occur, names that survive, copies that say nothing
//! new, and definitions that lose what they defined.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;

use rogatio_diagnostics::{Diagnostic, codes};

use crate::check::Checker;
use crate::copy::*;
use crate::hir::*;
use crate::scope::*;
use crate::shape::{Originals, plain, renumbered, said, shape};

impl Checker {
    /// Looks at all that has been copied since the last call, when every body has been checked.
    pub(crate) fn substitutions(&mut self) {
        for level in self.looked_at..self.copyings.len() {
            if self.copyings[level].inherited {
                continue;
            }
            let mut found = Vec::new();
            let mut texts = Vec::new();
            for i in 0..self.copyings[level].replacements.len() {
                self.occurrences(level, i, &mut found);
                self.narrower(level, i, &mut found);
                self.quoted(level, i, &mut found);
                self.outside(level, i, &mut texts, &mut found);
            }
            self.without_counterpart(level, &mut found);
            self.orphans(level, &mut found);
            let list = &self.copyings[level].replacements;
            let resolved = list
                .iter()
                .all(|r| r.from != Replaced::Nothing && !matches!(r.to, By::Nothing));
            if resolved && !found.iter().any(Diagnostic::is_error) {
                self.nothing_new(level, &mut found);
            }
            self.diagnostics.extend(found);
        }
        self.looked_at = self.copyings.len();
    }

    fn cite_of(&self, p: ProvisionId) -> &str {
        &self.program.provisions[p.index()].cite
    }

    /// What a line applies, for messages: `art 26 to art 32`.
    fn applied(&self, copying: &Copying) -> String {
        let ranges: Vec<String> = copying
            .ranges
            .iter()
            .map(|(a, b)| match a == b {
                true => self.cite_of(*a).to_owned(),
                false => format!("{} to {}", self.cite_of(*a), self.cite_of(*b)),
            })
            .collect();
        ranges.join(", ")
    }

    /// L never occurs; L survives in a part that is not named; a part that is not there.
    fn occurrences(&self, level: usize, i: usize, found: &mut Vec<Diagnostic>) {
        let copying = &self.copyings[level];
        let r = &copying.replacements[i];
        if r.from == Replaced::Nothing || matches!(r.to, By::Nothing) {
            return;
        }
        let uses = copying.uses.borrow();
        let mine: Vec<ProvisionId> = uses
            .iter()
            .filter(|u| u.read == Read::Replaced(i))
            .map(|u| u.provision)
            .chain(
                copying
                    .cited
                    .iter()
                    .filter(|(n, _)| *n == i)
                    .map(|(_, p)| *p),
            )
            .collect();
        let never = |span: Span, place: &str| {
            Diagnostic::warning(
                codes::W0840,
                format!("`{}` does not occur in {place}", r.text),
            )
            .at(span, "replaces nothing")
            .help("drop it, or name what the text there says")
        };
        if r.parts.is_empty() && mine.is_empty() {
            found.push(never(r.span, &self.applied(copying)));
        }
        for part in &r.parts {
            let place = match &part.to {
                Some(to) => format!("{} to {to}", part.from),
                None => part.from.clone(),
            };
            if !self.is_part(copying, part) {
                found.push(
                    Diagnostic::error(
                        codes::E0843,
                        format!("{place} is not among what is applied"),
                    )
                    .at(part.span, "not a part of the source")
                    .also(copying.span, format!("applies {}", self.applied(copying)))
                    .help("name a part of what is applied, by its own number"),
                );
            } else if !mine.iter().any(|p| self.in_part(part, *p)) {
                found.push(never(part.span, &place));
            }
        }
        if r.parts.is_empty() || mine.is_empty() {
            return;
        }
        let Replaced::Name(l) = &r.from else { return };
        if self.orphaned(copying, l).is_some() {
            return; // an error says more
        }
        let mut left: Vec<&str> = uses
            .iter()
            .filter(|u| u.symbol == *l && names_it(l, &u.name, &r.text))
            .filter(|u| !matches!(u.read, Read::Replaced(_)) && !copying.is_dead(&uses, &u.item))
            .map(|u| self.cite_of(u.provision))
            .collect();
        left.dedup();
        if !left.is_empty() {
            found.push(
                Diagnostic::warning(codes::W0841, format!("`{}` still stands in {}", r.text, left.join(", ")))
                    .at(r.span, "replaced in the named parts only")
                    .help("name that part, too; if the text means the original there, say so with `L -> L in PART`"),
            );
        }
    }

    /// The provisions of the part exist and are applied.
    fn is_part(&self, copying: &Copying, part: &Part) -> bool {
        let scope = &self.scopes[copying.source_module];
        std::iter::once(&part.from).chain(&part.to).all(|cite| {
            scope.provisions.get(cite).is_some_and(|p| {
                copying
                    .ranges
                    .iter()
                    .any(|(a, b)| self.in_range(*p, *a, *b))
            })
        })
    }

    /// R is narrower than L: what the copy says of R the original says already.
    fn narrower(&self, level: usize, i: usize, found: &mut Vec<Diagnostic>) {
        let r = &self.copyings[level].replacements[i];
        let (Replaced::Name(Symbol::Kind(l)), By::Name(Symbol::Kind(k), _)) = (&r.from, &r.to)
        else {
            return;
        };
        let within = k.kinds.iter().all(|x| l.kinds.contains(x));
        let narrowed = match (l.role, k.role) {
            (None, Some(_)) => true,
            (Some(a), Some(b)) if a != b => self.role_rests_on(b, a),
            (a, b) => a == b && k.kinds.len() < l.kinds.len(),
        };
        if within && narrowed {
            found.push(
                Diagnostic::warning(codes::W0844, format!("every one of what replaces `{}` is one of them", r.text))
                    .at(r.span, "narrower than what it replaces")
                    .help("the original holds for them already: if the copy is to stand instead, let the original say `unless …`"),
            );
        }
    }

    /// Whether a role is another role with a further condition.
    fn role_rests_on(&self, role: DefineId, base: DefineId) -> bool {
        let value = plain(&self.program.defines[role.index()].value);
        value.contains(&format!("Call({base:?}"))
    }

    /// A phrase that nothing in the source bears.
    fn quoted(&self, level: usize, i: usize, found: &mut Vec<Diagnostic>) {
        let copying = &self.copyings[level];
        let r = &copying.replacements[i];
        let Some(q) = &r.quoting else { return };
        let p = &self.program;
        let in_provisions = p.provisions.iter().enumerate().any(|(n, x)| {
            let id = ProvisionId(crate::check::id(n));
            let text = match &x.kind {
                ProvisionKind::Hortatory(t) | ProvisionKind::NotModelled(t) => t.as_str(),
                _ => "",
            };
            (x.title.contains(&q.value) || text.contains(&q.value))
                && copying
                    .ranges
                    .iter()
                    .any(|(a, b)| self.in_range(id, *a, *b))
        });
        let uses = copying.uses.borrow();
        let in_names = uses
            .iter()
            .map(|u| &u.symbol)
            .any(|s| self.titles_of(s).iter().any(|t| t.contains(&q.value)));
        let in_sentences = p.norms.iter().any(|n| {
            let phrase = |t: &Option<String>| t.as_ref().is_some_and(|t| t.contains(&q.value));
            let act = matches!(&n.pred, NormPred::Anonymous(t) if t.contains(&q.value));
            (act || phrase(&n.qualifier))
                && copying
                    .ranges
                    .iter()
                    .any(|(a, b)| self.in_range(n.provision, *a, *b))
        });
        if !in_provisions && !in_names && !in_sentences {
            found.push(
                Diagnostic::warning(
                    codes::W0845,
                    format!(
                        "nothing in {} bears the words “{}”",
                        self.applied(copying),
                        q.value
                    ),
                )
                .at(q.span, "not in the source")
                .help("correct the quotation, or give the thing it names that title"),
            );
        }
    }

    fn titles_of(&self, s: &Symbol) -> &[String] {
        let p = &self.program;
        match s {
            Symbol::Entity(e) => &p.entities[e.index()].titles,
            Symbol::Act(a) => &p.acts[a.index()].titles,
            Symbol::Define(d) => &p.defines[d.index()].titles,
            Symbol::Status(s) => &p.statuses[s.index()].titles,
            Symbol::Decision(d) => &p.decisions[d.index()].titles,
            Symbol::Kind(r) => match (r.role, r.kinds.as_slice()) {
                (Some(d), _) => &p.defines[d.index()].titles,
                (None, [k]) => &p.kinds[k.index()].titles,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// Definitions outside the range are called unchanged: one that mentions L still means L.
    /// `texts` keeps what they say for the next name.
    fn outside(
        &self,
        level: usize,
        i: usize,
        texts: &mut Vec<(Symbol, String)>,
        found: &mut Vec<Diagnostic>,
    ) {
        let copying = &self.copyings[level];
        let r = &copying.replacements[i];
        let Replaced::Name(l) = &r.from else { return };
        let Some(mark) = mark_of(l) else { return };
        let uses = copying.uses.borrow();
        let mut seen: Vec<Symbol> = Vec::new();
        for u in uses
            .iter()
            .filter(|u| u.read == Read::Kept && u.symbol != *l)
        {
            if seen.contains(&u.symbol) {
                continue;
            }
            seen.push(u.symbol.clone());
            let (name, says, span): (_, &dyn Debug, _) = match &u.symbol {
                Symbol::Define(d) => {
                    let d = &self.program.defines[d.index()];
                    (&d.name, &d.value, d.span)
                }
                Symbol::Status(s) => {
                    let s = &self.program.statuses[s.index()];
                    (&s.name, &s.clauses, s.span)
                }
                _ => continue,
            };
            let known = texts.iter().position(|(s, _)| *s == u.symbol);
            let at = known.unwrap_or_else(|| {
                texts.push((u.symbol.clone(), plain(says)));
                texts.len() - 1
            });
            if texts[at].1.contains(&mark) {
                found.push(
                    Diagnostic::warning(codes::W0846, format!("`{name}` speaks of `{}` and is not among what is applied", r.text))
                        .at(r.span, "not replaced there")
                        .also(span, "called as it is")
                        .help(format!("apply the provision that declares `{name}`, too, or replace `{name}` itself")),
                );
            }
        }
    }

    /// `art 7(4) -> art 8(4)`, and nothing in 8(4) stands for a name of 7(4) that is used.
    fn without_counterpart(&self, level: usize, found: &mut Vec<Diagnostic>) {
        let copying = &self.copyings[level];
        let uses = copying.uses.borrow();
        let mut seen: Vec<&Symbol> = Vec::new();
        for u in uses.iter() {
            let Read::Replaced(i) = u.read else { continue };
            let r = &copying.replacements[i];
            let By::Provision(to, names) = &r.to else {
                continue;
            };
            let missing = names.iter().any(|(l, s)| *l == u.symbol && s.is_none());
            if missing && !seen.contains(&&u.symbol) {
                seen.push(&u.symbol);
                found.push(
                    Diagnostic::error(
                        codes::E0846,
                        format!("what of {} stands for `{}`?", self.cite_of(*to), u.name),
                    )
                    .at(r.span, format!("`{}` is declared in {}", u.name, r.text))
                    .help(format!("name the two: `{} -> …`", u.name)),
                );
            }
        }
    }

    /// A define that has lost its meaning in what is applied.
    fn orphans(&self, level: usize, found: &mut Vec<Diagnostic>) {
        let copying = &self.copyings[level];
        for (original, _) in &copying.copied {
            let Symbol::Define(d) = original else {
                continue;
            };
            let define = &self.program.defines[d.index()];
            if let Some(there) = self.orphaned(copying, original) {
                let (here, there) = (self.cite_of(define.provision), self.cite_of(there));
                found.push(
                    Diagnostic::error(codes::E0847, format!("`{}` has lost its meaning in what is applied", define.name))
                        .at(copying.span, format!("every use of it in {here} is replaced, and {there} still uses it"))
                        .also(define.span, "defined here")
                        .help(format!("say what it is in {there}: `{} -> …` for that part; `{} -> {}` if it means the original", define.name, define.name, define.name)),
                );
            }
        }
    }

    /// Where a define is still used, though every use of it under its own label has been replaced.
    fn orphaned(&self, copying: &Copying, original: &Symbol) -> Option<ProvisionId> {
        let Symbol::Define(d) = original else {
            return None;
        };
        let declared = self.program.defines[d.index()].provision;
        let uses = copying.uses.borrow();
        let (own, others): (Vec<&Use>, Vec<&Use>) = uses
            .iter()
            .filter(|u| u.symbol == *original)
            .partition(|u| self.stands_in(u.provision, declared));
        let away =
            |u: &&Use| matches!(u.read, Read::Replaced(_)) || copying.is_dead(&uses, &u.item);
        let lost = !own.is_empty() && own.iter().all(away);
        let still = others.iter().find(|u| u.read == Read::Copied && !away(u));
        still.filter(|_| lost).map(|u| u.provision)
    }

    /// A copied sentence that says what the original says; one that gives the same duty another time.
    fn nothing_new(&self, level: usize, found: &mut Vec<Diagnostic>) {
        let copying = &self.copyings[level];
        let unchanged = Unchanged::new(&self.program, &copying.copied);
        let same: &Originals<'_> = &|written| unchanged.original(written);
        let conditional = copying.when.is_some() || copying.unless.is_some();
        for copy in &self.program.norms {
            let p = &self.program.provisions[copy.provision.index()];
            let Some(source) = p.source else { continue };
            // Another line may apply other provisions under the same label.
            let mut made = copying.provisions.values();
            if !made.any(|p| self.stands_in(copy.provision, *p)) {
                continue;
            }
            let original = self.program.norms.iter().find(|n| {
                n.provision == source
                    && n.span == copy.span
                    && n.label.is_some() == copy.label.is_some()
            });
            let Some(original) = original else { continue };
            // Most copies are of other actors or acts.
            let acts = |n: &Norm| n.pred.acts().iter().map(|p| p.act).collect::<Vec<_>>();
            let to_whom = |n: &Norm| (n.modal, n.who.kinds.clone(), acts(n));
            if to_whom(original) != to_whom(copy) {
                continue;
            }
            // What a variable may stand for is part of what is said.
            let demand = |n: &Norm| {
                let (who, types) = (&n.who, self.may_stand_for(n));
                said(&[&who.var, &types, &n.modal, &who.kinds, &who.cond, &n.pred])
            };
            let time = |n: &Norm| shape(&[&n.who.var, &n.time, &n.time_except], same);
            let rest = |n: &Norm| {
                let conditions = said(&[&n.upon, &n.when, &n.while_, &n.unless]);
                [conditions, said(&[&n.time, &n.time_except])].concat()
            };
            let [was, is] = [original, copy].map(demand);
            if renumbered(&was, same) != renumbered(&is, same) {
                continue;
            }
            let [was, is] =
                [(was, original), (is, copy)].map(|(d, n)| renumbered(&(d + &rest(n)), same));
            let place = self.cite_of(source);
            if was == is {
                found.push(
                    Diagnostic::warning(
                        codes::W0842,
                        format!("what is applied of {place} says what {place} says"),
                    )
                    .at(copying.span, "no substitution changes this sentence")
                    .also(copy.span, "this sentence")
                    .help("leave it out of the range, or substitute what is different here"),
                );
            } else if !conditional && copy.time.is_some() && time(original) != time(copy) {
                found.push(
                    Diagnostic::warning(codes::W0843, format!("{place} and its copy give the same actor the same act at different times"))
                        .at(copying.span, "only the time differs")
                        .also(copy.span, "this sentence")
                        .help("if the copy is to stand instead of the original, add the condition: `when C` here, `unless C` there"),
                );
            }
        }
    }

    /// The types of the variables that a sentence reads.
    fn may_stand_for(&self, n: &Norm) -> Vec<Ty> {
        let read = n.upon.iter().flat_map(Stream::vars);
        let vars = read.chain(n.pred.vars()).chain(n.keys.iter().copied());
        vars.map(|v| self.var_ty(v)).collect()
    }
}

/// Which copied rules mean the same as their originals: the least set that agrees with itself, worked out for those that
/// are asked about.
struct Unchanged<'a> {
    program: &'a Program,
    copied: &'a [(Symbol, Symbol)],
    /// What was found of copies.
    known: RefCell<Vec<(Symbol, Option<String>)>>,
    /// Copies that are being worked out: one that rests on itself is not the same.
    open: RefCell<Vec<Symbol>>,
    /// The first of those that something found since rests on.
    rests_on: Cell<usize>,
}

impl<'a> Unchanged<'a> {
    fn new(program: &'a Program, copied: &'a [(Symbol, Symbol)]) -> Self {
        Unchanged {
            program,
            copied,
            known: RefCell::default(),
            open: RefCell::default(),
            rests_on: Cell::new(usize::MAX),
        }
    }

    /// The number of the original by that of the copy.
    fn original(&self, written: &str) -> Option<String> {
        let copy = rule_of(written)?;
        let (original, _) = self.copied.iter().find(|(_, c)| *c == copy)?;
        if let Some((_, found)) = self.known.borrow().iter().find(|(s, _)| *s == copy) {
            return found.clone();
        }
        let depth = self.open.borrow().len();
        if let Some(at) = self.open.borrow().iter().position(|s| *s == copy) {
            self.rests_on.set(self.rests_on.get().min(at));
            return None;
        }
        let around = self.rests_on.replace(usize::MAX);
        self.open.borrow_mut().push(copy.clone());
        let originals = |written: &str| self.original(written);
        let [was, is] = [original, &copy].map(|s| self.text(s).map(|t| renumbered(&t, &originals)));
        self.open.borrow_mut().pop();
        let found = (was.is_some() && was == is).then(|| match original {
            Symbol::Define(d) => plain(d),
            Symbol::Status(s) => plain(s),
            _ => String::new(),
        });
        // That it is another may change when what it rests on is known; that it is the same does not.
        let rests_on = self.rests_on.replace(around);
        if found.is_some() || rests_on >= depth {
            self.known.borrow_mut().push((copy, found.clone()));
        } else {
            self.rests_on.set(around.min(rests_on));
        }
        found
    }

    fn text(&self, s: &Symbol) -> Option<String> {
        match s {
            Symbol::Define(d) => {
                let d = &self.program.defines[d.index()];
                Some(said(&[&d.params, &d.value, &d.ty]))
            }
            Symbol::Status(s) => {
                let s = &self.program.statuses[s.index()];
                Some(said(&[&s.params, &s.clauses]))
            }
            _ => None,
        }
    }
}

/// The rule of a number as it is written: `DefineId(7)`.
fn rule_of(written: &str) -> Option<Symbol> {
    let (sort, number) = written.strip_suffix(')')?.split_once('(')?;
    match sort {
        "DefineId" => Some(Symbol::Define(DefineId(number.parse().ok()?))),
        "StatusId" => Some(Symbol::Status(StatusId(number.parse().ok()?))),
        _ => None,
    }
}

impl Copying {
    /// A copied rule that is read nowhere in the copies, because all that read the original read something else now.
    fn is_dead(&self, uses: &[Use], item: &Option<Symbol>) -> bool {
        let original = item
            .as_ref()
            .and_then(|s| self.copied.iter().find(|(_, copy)| copy == s));
        original.is_some_and(|(s, _)| {
            let mut reads = uses.iter().filter(|u| u.symbol == *s).peekable();
            reads.peek().is_some() && reads.all(|u| matches!(u.read, Read::Replaced(_)))
        })
    }
}

/// How a mention of a symbol is printed inside a rule, where it can be told from the types around it.
fn mark_of(s: &Symbol) -> Option<String> {
    Some(match s {
        Symbol::Entity(e) => format!("{e:?}"),
        Symbol::Act(a) => format!("{a:?}"),
        Symbol::Given(g) => format!("{g:?}"),
        Symbol::Define(d) => format!("{d:?}"),
        Symbol::Status(s) => format!("{s:?}"),
        Symbol::Decision(d) => format!("{d:?}"),
        Symbol::Kind(KindRef {
            role: Some(role), ..
        }) => format!("{role:?}"),
        Symbol::Kind(r) => format!("kinds: {:?}", r.kinds),
        _ => return None,
    })
}
