//! Who votes in a decision, by which text, and what their silence counts as: for those who study a decision without
//! holding the vote.

use super::*;

impl Case {
    /// The text of a decision that rules: that of the opening at hand or the last one, else the one in force.
    #[must_use]
    pub fn decision_text(&self, d: DecisionId, subject: Option<Entity>) -> Option<&Decision> {
        self.text(d, subject)
    }

    /// The variables of a decision's rules: its subject, and a voter where one is meant.
    #[must_use]
    pub fn decision_env(
        &self,
        d: DecisionId,
        subject: Option<Entity>,
        voter: Option<Entity>,
    ) -> Env {
        self.roll_env(d, subject, voter)
    }

    /// Whether somebody is in a set of the roll that does not depend on ballots: `voters`, `members`, the chair.
    #[must_use]
    pub fn is_on_roll(
        &self,
        d: DecisionId,
        subject: Option<Entity>,
        voter: Entity,
        set: &RollSet,
    ) -> Truth {
        let p = self
            .text(d, subject)
            .map_or(ProvisionId(0), |d| d.provision);
        Eval::new(self).on_roll(p, d, subject, voter, set)
    }

    /// The votes of a voter: one where the body has no weights.
    #[must_use]
    pub fn votes_of(&self, d: DecisionId, subject: Option<Entity>, voter: Entity) -> Value {
        Eval::new(self).weight(d, subject, voter)
    }

    /// What the silence of a voter counts as at the close.
    #[must_use]
    pub fn silence_of(&self, d: DecisionId, subject: Option<Entity>, voter: Entity) -> Silence {
        match self.text(d, subject) {
            Some(decision) => Eval::new(self).silence_of(decision, d, subject, voter),
            None => Silence::None,
        }
    }

    /// Whether a version is in force where an environment reads.
    #[must_use]
    pub fn version_in_force(&self, v: rogatio_mir::VersionId, env: &Env) -> Truth {
        self.in_force(v, env.version.unwrap_or(self.state().now.point))
    }
}
