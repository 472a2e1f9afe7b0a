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
