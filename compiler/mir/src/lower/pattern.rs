//! Patterns: in a value they become a shared history, in a stream a trigger.

use super::*;
use rogatio_semantics::hir::{ArgPattern, Expr, ExprKind, Pattern};
use std::collections::BTreeSet;

/// What binding positions in a stream has led to.
#[derive(Default)]
pub(super) struct Bound<'e> {
    /// Variables that the event gives their values.
    pub(super) vars: BTreeSet<VarId>,
    /// Elements that are keys under another name: `withdraw by x where x = p`.
    pub(super) alias: Vec<(VarId, VarId)>,
    /// Conditions on what is bound.
    pub(super) conds: Vec<&'e Expr>,
}

impl Cx<'_> {
    /// The positions of a pattern with the types of what stands there.
    pub(super) fn positions<'e>(&self, p: &'e Pattern) -> Vec<(Position, &'e ArgPattern, Ty)> {
        let act = self.hir.acts.get(p.act.index());
        let by = act.map_or_else(Vec::new, |a| a.by.clone());
        let to = act.map_or_else(Vec::new, |a| a.to.clone());
        let mut all = vec![
            (Position::Actor, &p.actor, Ty::Entity(by.clone())),
            (Position::For, &p.for_whom, Ty::Entity(by)),
            (Position::To, &p.to, Ty::Entity(to)),
        ];
        for (i, a) in p.args.iter().enumerate() {
            let ty = act
                .and_then(|x| x.params.get(i))
                .map_or(Ty::Error, |p| p.ty.clone());
            all.push((Position::Arg(at(i)), a, ty));
        }
        let kind = act.and_then(|a| a.occurrences);
        all.push((
            Position::Itself,
            &p.itself,
            Ty::Entity(kind.into_iter().collect()),
        ));
        all
    }

    /// The history of a pattern in a value, and its key arguments in the present scope. A variable in scope is a key,
    /// one that is not is any.
    pub(super) fn hist(&mut self, p: &Pattern) -> (HistId, Vec<Guard>) {
        let outer = self.env.clone();
        let mut inner = Env::new();
        let (mut keys, mut args) = (Vec::new(), Vec::new());
        let mut names: Vec<String> = Vec::new();
        let mut each = Vec::new();
        let mut matches: Vec<(Position, Match)> = Vec::new();
        let mut late: Vec<(Position, &Expr)> = Vec::new();
        let mut conds: Vec<&Expr> = p.filter.as_deref().into_iter().collect();
        let positions = self.positions(p);
        // Variables that something beside their own position reads.
        let mut seen = BTreeSet::new();
        let mut read = free::exprs(conds.iter().copied());
        for (_, a, _) in &positions {
            match a {
                ArgPattern::Var(v) => {
                    if !seen.insert(*v) {
                        read.insert(*v);
                    }
                }
                ArgPattern::Is(e) => read.extend(free::expr(e)),
                ArgPattern::In(s) | ArgPattern::Each(s) => read.extend(free::expr(&s.cond)),
                ArgPattern::Any => {}
            }
        }
        let mut n = 0;
        for (position, a, ty) in positions {
            let (v, kinds) = match a {
                ArgPattern::Any => continue,
                ArgPattern::Var(v) => (*v, None),
                ArgPattern::In(s) | ArgPattern::Each(s) => {
                    conds.push(&s.cond);
                    (s.var, Some(s.kinds.clone()))
                }
                ArgPattern::Is(e) => {
                    if let ExprKind::Var(v) = e.kind {
                        (v, None)
                    } else if let Some(literal) = self.literal(e) {
                        matches.push((position, Match::Is(literal)));
                        continue;
                    } else if free::expr(e).iter().any(|v| !outer.contains_key(v)) {
                        late.push((position, e));
                        continue;
                    } else {
                        let var = self.canonical(&mut n, &ty, e);
                        let arg = self.expr(e);
                        let domain = self.domain(var);
                        matches.push((position, Match::Bind(var, domain.kinds.clone())));
                        keys.push(domain);
                        names.push(String::new());
                        args.push(arg);
                        continue;
                    }
                }
            };
            if let Some(&again) = inner.get(&v) {
                matches.push((position, Match::Is(again)));
                continue;
            }
            let key = outer.get(&v).copied();
            if key.is_none() && kinds.is_none() && !read.contains(&v) {
                continue;
            }
            let of_var = self.bind_kinds(v);
            let ty = if entity_kinds(&ty).is_empty() || key.is_none() {
                self.b
                    .program
                    .vars
                    .get(v.index())
                    .map_or(ty, |v| v.ty.clone())
            } else {
                ty
            };
            let var = self.canon(&mut n, &ty);
            let guard = self.var(var);
            inner.insert(v, guard);
            let bind = match (&kinds, key) {
                (Some(kinds), _) => kinds.clone(),
                (None, Some(_)) if matches!(ty, Ty::Optional(_)) => Vec::new(),
                (None, Some(_)) => entity_kinds(&ty),
                (None, None) => of_var,
            };
            matches.push((position, Match::Bind(var, bind)));
            if let Some(arg) = key {
                keys.push(self.domain(var));
                names.push(self.var_name(v).to_owned());
                args.push(arg);
            }
        }
        // What conditions read of the scope around becomes a key that runs over its kinds.
        let mut around = free::exprs(conds.iter().copied());
        around.extend(free::exprs(late.iter().map(|(_, e)| *e)));
        for v in around {
            if inner.contains_key(&v) {
                continue;
            }
            let Some(&arg) = outer.get(&v) else { continue };
            if self.b.program.guard(arg).op.is_constant() {
                inner.insert(v, arg);
                continue;
            }
            let ty = self
                .b
                .program
                .vars
                .get(v.index())
                .map_or(Ty::Error, |v| v.ty.clone());
            if entity_kinds(&ty).is_empty() {
                self.unbound(v, p.span);
                continue;
            }
            let var = self.canon(&mut n, &ty);
            let guard = self.var(var);
            inner.insert(v, guard);
            let domain = self.domain(var);
            keys.push(domain.clone());
            names.push(self.var_name(v).to_owned());
            each.push(domain);
            args.push(arg);
        }
        self.env = inner;
        for (position, e) in late {
            let guard = self.expr(e);
            matches.push((position, Match::Is(guard)));
        }
        let conds = conds.into_iter().map(|c| self.expr(c)).collect();
        self.env = outer;
        let provision = p.filter.as_ref().map_or(ProvisionId(0), |f| f.provision);
        let guard = self.guards(conds, provision, p.span);
        binds_first(&mut matches);
        let on = On::Act {
            act: p.act,
            matches,
            under: p.under,
            attempted: p.attempted,
        };
        let what = Told::Act(on.clone(), each.clone(), guard, keys.clone());
        let hist = match self.hists.get(&what) {
            Some(&hist) => hist,
            None => {
                let name = self.pattern_name(p);
                let vars: Vec<VarId> = keys.iter().map(|k| k.var).collect();
                let hist = self.b.hist(&name, p.act, keys);
                self.b.program.hists[hist.index()].attempted = p.attempted;
                self.b.program.hists[hist.index()].key_names = names;
                self.b.program.hists[hist.index()].pattern = Some(self.pattern_parts(p));
                let push = Effect::Push(self.vars(&vars));
                self.b.add_rule(Rule {
                    on,
                    each,
                    guard,
                    target: Latch::Hist(hist),
                    effect: push,
                    provision,
                    span: p.span,
                });
                self.hists.insert(what, hist);
                hist
            }
        };
        (hist, args)
    }

    /// Histories and edges of a program that is extended.
    pub(super) fn know(&mut self) {
        let p = &self.b.program;
        for (i, hist) in p.hists.iter().enumerate() {
            let id = HistId(at(i));
            let mut rules = p.rules_of(Latch::Hist(id));
            if let (Some((_, rule)), None) = (rules.next(), rules.next()) {
                let (on, each) = (rule.on.clone(), rule.each.clone());
                let what = Told::Act(on, each, rule.guard, hist.keys.clone());
                self.hists.entry(what).or_insert(id);
            }
        }
        for (i, edge) in p.edges.iter().enumerate() {
            let what = (edge.cond, edge.once, edge.keys.clone());
            self.edges.entry(what).or_insert(EdgeId(at(i)));
        }
        for (i, var) in p.vars.iter().enumerate().skip(p.hir_vars as usize) {
            if let Some(n) = var.name.strip_prefix('_').and_then(|n| n.parse().ok()) {
                self.canon
                    .entry((n, var.ty.clone()))
                    .or_insert(VarId(at(i)));
            }
        }
    }

    /// The next variable of a history, shared by number and type so that equal histories are equal.
    fn canon(&mut self, n: &mut usize, ty: &Ty) -> VarId {
        *n += 1;
        if let Some(&var) = self.canon.get(&(*n, ty.clone())) {
            return var;
        }
        let var = self.b.var(&format!("_{n}"), ty.clone());
        self.canon.insert((*n, ty.clone()), var);
        var
    }

    fn canonical(&mut self, n: &mut usize, ty: &Ty, e: &Expr) -> VarId {
        let unknown = matches!(ty, Ty::Error) || *ty == Ty::Entity(Vec::new());
        self.canon(n, if unknown { &e.ty } else { ty })
    }

    /// Matches of a trigger, in order: variables bind, values are compared. `known` are in scope and bind too, as far as
    /// they occur.
    pub(super) fn bind<'e>(
        &mut self,
        args: &[&'e ArgPattern],
        known: &[VarId],
    ) -> (Vec<Match>, Bound<'e>) {
        let mut bound = Bound::default();
        let mut matches = Vec::new();
        let mut late = Vec::new();
        for (i, a) in args.iter().enumerate() {
            let v = match a {
                ArgPattern::Any => {
                    matches.push(Match::Any);
                    continue;
                }
                ArgPattern::Var(v) => (*v, self.bind_kinds(*v)),
                ArgPattern::Is(e) => match (&e.kind, self.literal(e)) {
                    (ExprKind::Var(v), _) => (*v, self.bind_kinds(*v)),
                    (_, Some(literal)) => {
                        matches.push(Match::Is(literal));
                        continue;
                    }
                    _ => {
                        late.push((i, e.as_ref(), bound.vars.clone()));
                        matches.push(Match::Any);
                        continue;
                    }
                },
                // Which of them are meant was settled when the duty arose.
                ArgPattern::Each(s) => (s.var, s.kinds.clone()),
                ArgPattern::In(s) => {
                    bound.conds.push(&s.cond);
                    let key = equal_to(&s.cond, s.var)
                        .filter(|k| known.contains(k) && !bound.vars.contains(k));
                    match key {
                        Some(key) => {
                            bound.alias.push((s.var, key));
                            let own = self.kinds_of(key);
                            let kinds = s
                                .kinds
                                .iter()
                                .filter(|k| own.contains(k))
                                .copied()
                                .collect();
                            (key, kinds)
                        }
                        None => (s.var, s.kinds.clone()),
                    }
                }
            };
            if bound.vars.insert(v.0) {
                matches.push(Match::Bind(v.0, v.1));
            } else {
                let again = self.var(v.0);
                matches.push(Match::Is(again));
            }
        }
        for (i, e, before) in late {
            let unbound_yet = free::expr(e)
                .into_iter()
                .any(|v| !known.contains(&v) && bound.vars.contains(&v) && !before.contains(&v));
            if unbound_yet {
                self.unsupported(
                    e.span,
                    "a value that depends on a later position of the same event",
                );
            }
            let g = self.in_scope(known, &bound, |cx| cx.expr(e));
            matches[i] = Match::Is(g);
        }
        (matches, bound)
    }

    /// Runs with keys and what a trigger binds in scope.
    pub(super) fn in_scope<R>(
        &mut self,
        keys: &[VarId],
        bound: &Bound<'_>,
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let vars: Vec<VarId> = keys.iter().chain(&bound.vars).copied().collect();
        self.within(&vars, |cx| {
            for &(alias, key) in &bound.alias {
                let key = cx.var(key);
                cx.env.insert(alias, key);
            }
            run(cx)
        })
    }

    /// A pattern as a trigger, with its guards.
    pub(super) fn on_pattern(
        &mut self,
        p: &Pattern,
        keys: &[VarId],
    ) -> (On, Vec<Guard>, BTreeSet<VarId>) {
        let positions = self.positions(p);
        let args: Vec<&ArgPattern> = positions.iter().map(|(_, a, _)| *a).collect();
        let (matches, bound) = self.bind(&args, keys);
        let guards = self.in_scope(keys, &bound, |cx| {
            let conds = bound.conds.iter().copied().chain(p.filter.as_deref());
            conds.map(|c| cx.expr(c)).collect()
        });
        let mut matches: Vec<(Position, Match)> = positions
            .iter()
            .map(|(position, ..)| *position)
            .zip(matches)
            .filter(|(_, m)| *m != Match::Any)
            .collect();
        binds_first(&mut matches);
        if p.in_last.is_some() {
            self.unsupported(p.span, "`in the last` D in an event");
        }
        let on = On::Act {
            act: p.act,
            matches,
            under: p.under,
            attempted: p.attempted,
        };
        (on, guards, bound.vars)
    }
}

/// The variable that a condition makes the element equal to.
fn equal_to(cond: &Expr, element: VarId) -> Option<VarId> {
    match &cond.kind {
        ExprKind::And(list) => list.iter().find_map(|c| equal_to(c, element)),
        ExprKind::Compare(hir::CmpOp::Eq, a, b) => match (&a.kind, &b.kind) {
            (ExprKind::Var(x), ExprKind::Var(y)) if *x == element => Some(*y),
            (ExprKind::Var(x), ExprKind::Var(y)) if *y == element => Some(*x),
            _ => None,
        },
        _ => None,
    }
}

/// Values are compared after all is bound.
pub(super) fn binds_first(matches: &mut [(Position, Match)]) {
    matches.sort_by_key(|(_, m)| !matches!(m, Match::Bind(..)));
}

/// What a history tells; one that tells the same is shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    /// An act: how it is matched, for each of which elements, on what condition, and the keys.
    Act(On, Vec<Domain>, Option<Guard>, Vec<Domain>),
    /// The stream written there, for these variables.
    Stream(ProvisionId, Span, Vec<VarId>),
}
