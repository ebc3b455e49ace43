use crate::{Mode, PolicyError, Rule};

/// A policy: a preset to start from, changes to it, and rules of one's own.
///
/// Equality is that of the text: preset, changes, own rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    preset: Option<Preset>,
    changes: Vec<Change>,
    own: Vec<Rule>,
    /// All of it in the order of judging.
    rules: Vec<Rule>,
}

/// A built-in policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Protects from minute one; the default.
    #[default]
    Standard,
    /// Rather one question too many.
    Strict,
}

/// A change to a rule of the preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The rule's name.
    pub rule: String,
    /// Its new mode.
    pub mode: Option<Mode>,
    /// With `delay`: the new time.
    pub delay_seconds: Option<u32>,
}

impl Policy {
    /// A built-in policy as it is.
    pub fn preset(_preset: Preset) -> Self {
        todo!()
    }

    /// Reads the TOML form.
    ///
    /// # Errors
    /// Everything that is wrong with it, not only the first.
    pub fn parse(_text: &str) -> Result<Self, PolicyError> {
        todo!()
    }

    /// The rules in the order of judging; those of the preset included.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
