//! Reasons for sets: who is in them, and what keeps others out (R9).

use super::*;

impl Explainer<'_> {
    /// Who is in a set, and how many other provisions keep out.
    pub(super) fn members(&mut self, d: &Domain, cond: Guard, env: &Env) -> Vec<Reason> {
        let case = self.case;
        let program = case.program();
        let provision = program.guards.get(cond.index()).map(|n| n.provision);
        let mut parts: Vec<(Guard, Env)> = Vec::new();
        self.parts(cond, env, d, &mut parts, 0);
        let mut inside: Vec<Entity> = Vec::new();
        let mut open = 0;
        let mut kept_out: Vec<Vec<Entity>> = vec![Vec::new(); parts.len()];
        for e in case.state().of_kinds(&d.kinds) {
            match case
                .eval(cond, &env.clone().with(d.var, Value::Entity(e)))
                .truth()
            {
                Truth::True => inside.push(e),
                Truth::Unknown(_) => open += 1,
                Truth::False => {
                    let failing: Vec<usize> = parts
                        .iter()
                        .enumerate()
                        .filter(|(_, (g, env))| {
                            let env = rebind(env, e);
                            case.eval(*g, &env).truth().is_false()
                        })
                        .map(|(i, _)| i)
                        .collect();
                    if let [only] = failing[..]
                        && let Some(list) = kept_out.get_mut(only)
                    {
                        list.push(e);
                    }
                }
            }
        }
        let mut out = Vec::new();
        if inside.len() <= MOST_NAMES && !inside.is_empty() {
            out.push(Reason::new(
                ReasonKind::Value,
                self.names(&inside),
                provision,
            ));
        }
        if open > 0 {
            out.push(Reason::new(
                ReasonKind::Open,
                case.words().cannot_be_told(open),
                provision,
            ));
        }
        for ((g, part_env), list) in parts.iter().zip(kept_out) {
            let p = Some(self.rests_on(*g));
            let plain = parts.len() == 1 || p == provision;
            if list.is_empty() && plain || inside.is_empty() && list.len() > MOST_NAMES {
                continue;
            }
            let who = match list.len() {
                0 => case.words().none_of_them().to_owned(),
                n if n <= MOST_NAMES => self.names(&list),
                n => n.to_string(),
            };
            // Where no article stands, what it is says enough.
            let cite = p.filter(|p| *p != ProvisionId(0));
            let cite = cite.map_or_else(String::new, |p| case.words().cite(case.cite(p)));
            let words = case.describe(*g, &Env::new());
            let cite = if cite.is_empty() {
                words
            } else {
                format!("{cite} ({words})")
            };
            let mut r = Reason::new(ReasonKind::Value, case.words().excluded(&cite, &who), p);
            if let Some(first) = list.first() {
                r.children.push(self.guard(*g, &rebind(part_env, *first)));
            }
            out.push(r);
        }
        out
    }

    /// The provisions that say who is in a set, even where they keep nobody out.
    pub(super) fn membership(&self, d: &Domain, cond: Guard, env: &Env) -> Vec<ProvisionId> {
        let mut parts = Vec::new();
        self.parts(cond, env, d, &mut parts, 0);
        let all = std::iter::once(cond).chain(parts.into_iter().map(|(g, _)| g));
        all.map(|g| self.rests_on(g)).collect()
    }

    /// The conditions of membership, those of defines taken apart.
    pub(super) fn parts(
        &self,
        g: Guard,
        env: &Env,
        d: &Domain,
        out: &mut Vec<(Guard, Env)>,
        depth: u32,
    ) {
        let program = self.case.program();
        match program.guards.get(g.index()).map(|n| &n.op) {
            Some(Op::And(gs)) => gs.iter().for_each(|g| self.parts(*g, env, d, out, depth)),
            Some(Op::Call(c, gs)) if depth < 3 => {
                let Some(define) = program.defines.get(c.index()) else {
                    return;
                };
                let mut inner = Env::new();
                let vars = define
                    .params
                    .iter()
                    .copied()
                    .chain(define.element.as_ref().map(|(v, _)| *v));
                for (var, g) in vars.zip(gs) {
                    let is_element = program
                        .guards
                        .get(g.index())
                        .is_some_and(|n| n.op == Op::Var(d.var))
                        || env_marks(env, g, program);
                    inner.bind(
                        var,
                        if is_element {
                            Value::Entity(Entity::NOWHERE)
                        } else {
                            self.case.eval(*g, env)
                        },
                    );
                }
                self.parts(define.value, &inner, d, out, depth + 1);
            }
            _ => {
                let mut env = env.clone();
                if env.get(d.var).is_none() {
                    env.bind(d.var, Value::Entity(Entity::NOWHERE));
                }
                out.push((g, env));
            }
        }
    }

    pub(super) fn exceptions_to(
        &mut self,
        d: &Domain,
        cond: Guard,
        then: Guard,
        env: &Env,
    ) -> Vec<Reason> {
        let case = self.case;
        let mut out = Vec::new();
        for e in case.state().of_kinds(&d.kinds) {
            let env = env.clone().with(d.var, Value::Entity(e));
            let counts = !case.eval(cond, &env).truth().is_false();
            if counts && !case.eval(then, &env).truth().is_true() && out.len() < MOST_NAMES {
                out.push(self.guard(then, &env));
            }
        }
        out
    }

    pub(super) fn names(&self, es: &[Entity]) -> String {
        let names: Vec<&str> = es.iter().map(|e| self.case.called(*e)).collect();
        self.case.words().list(&names)
    }
}

/// The element of a set stands in an environment as a mark until it is known.
pub(super) fn rebind(env: &Env, element: Entity) -> Env {
    let mut out = Env::new();
    out.event_time = env.event_time;
    out.version = env.version;
    for (v, value) in env.iter() {
        let value = if *value == Value::Entity(Entity::NOWHERE) {
            Value::Entity(element)
        } else {
            value.clone()
        };
        out.bind(*v, value);
    }
    out
}

pub(super) fn env_marks(env: &Env, g: &Guard, program: &rogatio_mir::Program) -> bool {
    match program.guards.get(g.index()).map(|n| &n.op) {
        Some(Op::Var(v)) => env.get(*v) == Some(&Value::Entity(Entity::NOWHERE)),
        _ => false,
    }
}
