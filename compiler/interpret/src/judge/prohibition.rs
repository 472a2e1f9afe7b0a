//! What forbids an act or takes the power away, what goes before that, and what lifts it (R26, R27).

use super::*;
use rogatio_mir::Op;

/// What is found against an act among sentences of one modality.
pub(super) struct Against {
    /// Those that hold, with their texts and the values of their keys.
    pub(super) held: Vec<(NormId, String, Vec<Value>)>,
    /// Those of which cannot be said whether they hold, and what may be excepted from them.
    doubts: Vec<(NormId, String, ClauseSet, Vec<ProvisionId>)>,
    /// Exceptions to sentences that would hold without them: what says so, and in words.
    pub(super) lifted: Vec<(ProvisionId, String)>,
    /// Whether one holds.
    pub(super) truth: Truth,
}

/// Provisions whose norms yield to another for an act (R27).
#[derive(Default)]
pub(crate) struct Yielding {
    sure: Vec<ProvisionId>,
    /// The other holds perhaps.
    perhaps: Vec<(ProvisionId, ClauseSet)>,
}

impl Against {
    /// Cites what perhaps takes the power away, if nothing surely does.
    pub(super) fn perhaps_taken(&self, case: &Case, j: &mut Judgment) {
        if self.truth.is_true() {
            return;
        }
        for (n, text, _, lifting) in &self.doubts {
            if let Some(norm) = case.program().norms.get(n.index()) {
                j.because(norm.provision, text.clone());
            }
            for p in lifting {
                j.because(*p, String::new());
            }
        }
    }
}

impl Case {
    /// Whether the norms of a provision yield; unknown where what prevails over them is.
    pub(crate) fn yields(&self, provision: ProvisionId, to: &Yielding) -> Truth {
        if to.sure.iter().any(|p| self.within(provision, *p)) {
            return Truth::True;
        }
        let mut perhaps = to.perhaps.iter();
        let found = perhaps.find(|(p, _)| self.within(provision, *p));
        found.map_or(Truth::False, |(_, c)| Truth::Unknown(c.clone()))
    }

    /// What the act breaches or goes against; whether it does may be open (R8, R26).
    pub(crate) fn prohibitions(
        &self,
        norms: &[NormId],
        o: &Occurrence,
        yielding: &Yielding,
        j: &mut Judgment,
    ) {
        let of_all = j.joint.as_ref().filter(|joint| !joint.alone);
        let together = of_all.is_some_and(|joint| joint.complete);
        for (modal, advised) in [(Modal::MustNot, false), (Modal::ShouldNot, true)] {
            let against = self.forbidding(norms, o, modal, yielding, together);
            for (n, text, keys) in against.held {
                if let Some(norm) = self.program().norms.get(n.index()) {
                    j.because(norm.provision, self.words().forbidden(&text, advised));
                }
                if modal == Modal::MustNot {
                    j.breach.push(n);
                    j.broken.push((n, keys));
                    j.breached = true;
                } else {
                    j.shortfall.push(n);
                }
            }
            for (provision, text) in against.lifted {
                j.because(provision, text);
            }
            // A breach is one whatever else may be another; so is a shortfall.
            let settled = match advised {
                false => j.breached,
                true => !j.shortfall.is_empty(),
            };
            if !settled && j.verdict == Verdict::Valid {
                for (n, text, clauses, lifting) in against.doubts {
                    self.perhaps_against(n, (&text, advised), &clauses, j);
                    for p in lifting {
                        j.because(p, String::new());
                    }
                }
            }
        }
    }

    fn perhaps_against(
        &self,
        n: NormId,
        (text, advised): (&str, bool),
        clauses: &ClauseSet,
        j: &mut Judgment,
    ) {
        let Some(norm) = self.program().norms.get(n.index()) else {
            return;
        };
        match advised {
            false => j.perhaps_forbidden.push(n),
            true => j.perhaps_unadvised.push(n),
        }
        j.because(
            norm.provision,
            self.words().perhaps_forbidden(text, advised),
        );
        for clause in clauses.iter() {
            j.because(clause.provision, clause.text.clone());
        }
        j.clauses = j.clauses.union(clauses);
    }

    /// Norms that take power away or forbid; those about what several do together, of an act of all of them.
    pub(super) fn forbidding(
        &self,
        norms: &[NormId],
        o: &Occurrence,
        modal: Modal,
        yielding: &Yielding,
        together: bool,
    ) -> Against {
        let mut against = Against {
            held: Vec::new(),
            doubts: Vec::new(),
            lifted: Vec::new(),
            truth: Truth::False,
        };
        for n in norms {
            let norm = self.program().norms.get(n.index());
            let meant = |x: &&Norm| x.modal == modal && (together || !x.who.jointly);
            let Some(norm) = norm.filter(meant) else {
                continue;
            };
            let yields = self.yields(norm.provision, yielding);
            if yields.is_true() {
                continue;
            }
            for a in self.applies_as(norm, o, &Env::new(), names_for(norm)) {
                let keys = keys_in(norm, &a.env);
                let env = a.env.clone();
                let mut t = self.norm_holds(norm, a).and(yields.clone().negate());
                if let (Modal::MustNot, Some(q), true) = (modal, &norm.qualifier, t.is_true()) {
                    // How far it binds no rule tells (R33).
                    t = Truth::Unknown(ClauseSet::one(norm.provision, format!("\"{q}\"")));
                }
                let text = || self.ban(norm, &env);
                match &t {
                    Truth::True => against.held.push((*n, text(), keys)),
                    // What an act opens is not there yet: what it will be is no open question.
                    Truth::Unknown(c) if c.iter().next().is_some() => {
                        let lifting = self.perhaps_lifted(norm, &env);
                        against.doubts.push((*n, text(), c.clone(), lifting));
                    }
                    Truth::Unknown(_) => {}
                    Truth::False => against.lifted.extend(self.lifted(norm, &env)),
                }
                against.truth = against.truth.or(t);
            }
        }
        against.held.dedup();
        against
    }

    /// The exceptions that other sentences make to this one (R27), with how they stand; nothing where something else keeps it
    /// from holding.
    fn exceptions(&self, norm: &Norm, env: &Env) -> Vec<(ProvisionId, Guard, Truth)> {
        let program = self.program();
        let truth = |g: Guard| Eval::new(self).truth(g, &mut env.clone());
        let all = norm.cond.map_or(Vec::new(), |c| conjuncts(program, c));
        let mut found = Vec::new();
        for g in all {
            let Op::Not(unless) = program.guard(g).op else {
                if truth(g).is_false() {
                    return Vec::new();
                }
                continue;
            };
            let ways = match &program.guard(unless).op {
                Op::Or(ways) => ways.clone(),
                _ => vec![unless],
            };
            for w in ways {
                let (at, t) = (program.guard(w), truth(w));
                if !norm.span.contains(at.span) {
                    found.push((at.provision, w, t));
                } else if t.is_true() {
                    return Vec::new();
                }
            }
        }
        found
    }

    /// Those that hold, in words.
    fn lifted(&self, norm: &Norm, env: &Env) -> Vec<(ProvisionId, String)> {
        let hold = self.exceptions(norm, env).into_iter();
        let hold = hold.filter(|(.., t)| t.is_true());
        hold.map(|(p, g, _)| (p, self.words().excepted(&norm.text, &self.describe(g, env))))
            .collect()
    }

    /// Those of which cannot be said whether they hold.
    fn perhaps_lifted(&self, norm: &Norm, env: &Env) -> Vec<ProvisionId> {
        let all = self.exceptions(norm, env).into_iter();
        let open = all.filter(|(.., t)| t.clauses().is_some());
        open.map(|(p, ..)| p).collect()
    }

    /// A ban with the conditions it states itself, and with what would lift it.
    pub(crate) fn ban(&self, norm: &Norm, env: &Env) -> String {
        let program = self.program();
        let (mut when, mut unless) = (Vec::new(), Vec::new());
        let all = norm.cond.map_or(Vec::new(), |c| conjuncts(program, c));
        for g in all {
            let node = program.guard(g);
            match node.op {
                Op::Not(lifts) => unless.push(self.describe(lifts, env)),
                // Where it stands, as in a stage, is no condition of its own.
                _ if norm.span.contains(node.span) => when.push(self.describe(g, env)),
                _ => {}
            }
        }
        self.words().conditioned(&norm.text, &when, &unless)
    }

    /// Provisions whose norms yield for this act: some norm says `despite` them and holds (R27).
    pub(crate) fn yielding(&self, norms: &[NormId], o: &Occurrence) -> Yielding {
        let mut out = Yielding::default();
        for n in norms {
            let Some(norm) = self.program().norms.get(n.index()) else {
                continue;
            };
            let Some(p) = norm.despite else { continue };
            let holds = match norm.modal {
                Modal::May | Modal::Must | Modal::Should => {
                    let grants = self.grants(*n, o, names_for(norm)).into_iter();
                    grants.fold(Truth::False, |t, g| t.or(g.truth))
                }
                _ => {
                    let ways = self.applies_as(norm, o, &Env::new(), names_for(norm));
                    let holds = ways.into_iter().map(|a| self.norm_holds(norm, a));
                    holds.fold(Truth::False, Truth::or)
                }
            };
            match holds {
                Truth::True => out.sure.push(p),
                Truth::Unknown(c) => out.perhaps.push((p, c)),
                Truth::False => {}
            }
        }
        out
    }
}

/// The values of a norm's keys, as far as the act has given them.
fn keys_in(norm: &Norm, env: &Env) -> Vec<Value> {
    let known = |k: &rogatio_mir::VarId| env.get(*k).cloned().unwrap_or(Value::None);
    norm.keys.iter().map(known).collect()
}

/// Whether a norm is about acting for somebody.
pub(crate) fn names_for(norm: &Norm) -> bool {
    norm.demand.parts().iter().any(|d| match d {
        Demand::Act { matches, .. } => matches
            .iter()
            .any(|(p, m)| *p == Position::For && *m != Match::Any),
        Demand::Vote { for_whom, .. } => *for_whom != Match::Any,
        _ => false,
    })
}
