//! Offices: who acts as one, and what is void while nobody holds it (R25b).

use super::*;

impl Case {
    /// The offices somebody holds now (R25b).
    pub(crate) fn offices_of(&self, holder: Option<Entity>) -> Vec<Entity> {
        let Some(holder) = holder else {
            return Vec::new();
        };
        let mut held = Vec::new();
        let mut of = vec![holder];
        // An office may be held by the holder of another.
        while let Some(h) = of.pop() {
            for (i, e) in self.program().entities.iter().enumerate() {
                let office = Entity(u32::try_from(i).unwrap_or(u32::MAX));
                let Some(g) = e.holder else { continue };
                if !held.contains(&office)
                    && office != holder
                    && Eval::new(self).value(g, &mut Env::new()) == Value::Entity(h)
                {
                    held.push(office);
                    of.push(office);
                }
            }
        }
        held
    }

    /// Offices of which cannot be said whether somebody holds them, with what leaves that open.
    fn perhaps_offices_of(&self, holder: Entity) -> Vec<(Entity, ClauseSet)> {
        let entities = self.program().entities.iter().enumerate();
        let found = entities.filter_map(|(i, e)| {
            let office = Entity(u32::try_from(i).unwrap_or(u32::MAX));
            match Eval::new(self).value(e.holder?, &mut Env::new()) {
                Value::Undetermined(c) if office != holder => Some((office, c)),
                _ => None,
            }
        });
        found.collect()
    }

    /// The power that an act would have if whoever does it holds an office of which that cannot be said (R8, R25b): the
    /// offices, and the truth.
    pub(super) fn power_by_office(
        &self,
        norms: &[NormId],
        o: &Occurrence,
    ) -> Option<(Vec<Entity>, ClauseSet)> {
        let who = o.for_whom.or(o.actor)?;
        let mut found: Option<(Vec<Entity>, ClauseSet)> = None;
        for (office, clauses) in self.perhaps_offices_of(who) {
            let mut as_office = o.clone();
            as_office.offices.push(office);
            let grants = norms
                .iter()
                .flat_map(|n| self.grants(*n, &as_office, false));
            let power = grants.fold(Truth::False, |t, g| t.or(g.truth));
            if !power.is_false() {
                let (offices, all) = found.get_or_insert_default();
                offices.push(office);
                *all = all.union(&clauses);
                *all = power.clauses().map_or(all.clone(), |c| all.union(c));
            }
        }
        found
    }

    /// Where only offices may do an act, and whoever does it holds none of them: the sentence, and who holds the first.
    pub(super) fn not_the_holder(
        &self,
        act: &rogatio_mir::Act,
        o: &Occurrence,
    ) -> Option<(ProvisionId, String)> {
        let who = o.for_whom.or(o.actor)?;
        let norms = act.norms.iter();
        let norms = norms.filter_map(|n| self.program().norms.get(n.index()));
        let mut grants =
            norms.filter(|n| matches!(n.modal, Modal::May | Modal::Must | Modal::Should));
        let holder = |e: &Entity| self.program().entities.get(e.index())?.holder;
        grants.find_map(|norm| {
            let who_is = norm.who.domain.var;
            let is_meant = |e: &Entity| {
                let mut env = Env::new().with(who_is, Value::Entity(*e));
                !Eval::new(self).truth(norm.who.cond, &mut env).is_false()
            };
            let meant = self.state().of_kinds(&norm.who.domain.kinds);
            let meant: Vec<Entity> = meant.into_iter().filter(is_meant).collect();
            let office = *meant.first()?;
            if meant.iter().any(|e| holder(e).is_none()) || meant.contains(&who) {
                return None;
            }
            let held = Eval::new(self).value(holder(&office)?, &mut Env::new());
            let by = match held {
                Value::Entity(holder) => Some(self.entity_name(holder)),
                Value::None => None,
                _ => return None,
            };
            let (who, office) = (self.entity_name(who), self.entity_name(office));
            Some((norm.provision, self.words().does_not_hold(who, office, by)))
        })
    }

    /// Whether an office acts that nobody holds (R25b); what happened by a deed or an event happened.
    pub(super) fn vacancy(&self, o: &Occurrence) -> Option<(Truth, ProvisionId, String)> {
        if let ActKind::Act(a) = o.act
            && self.program().acts.get(a.index()).map(|a| a.class) != Some(ActClass::Act)
        {
            return None;
        }
        let mut found: Option<(Truth, ProvisionId, String)> = None;
        for office in [o.for_whom, o.actor].into_iter().flatten() {
            let mut at = office;
            // An office may be held by another.
            for _ in 0..self.program().entities.len() {
                let Some(g) = self
                    .program()
                    .entities
                    .get(at.index())
                    .and_then(|e| e.holder)
                else {
                    break;
                };
                let truth = match Eval::new(self).value(g, &mut Env::new()) {
                    Value::Entity(holder) => {
                        at = holder;
                        continue;
                    }
                    Value::Undetermined(c) => Truth::Unknown(c),
                    _ => Truth::True,
                };
                let provision = self.program().guards.get(g.index());
                let provision = provision.map_or(ProvisionId(0), |n| n.provision);
                let text = format!(
                    "nobody holds {}: the office is vacant",
                    self.entity_name(at)
                );
                if truth.is_true() {
                    return Some((truth, provision, text));
                }
                found = Some((truth, provision, text));
                break;
            }
        }
        found
    }
}
