use std::fmt;
use std::sync::LazyLock;

use crate::text::{self, Word};
use crate::{Action, Mode, PolicyError, Rule};

/// A policy: a preset to start from, changes to it, and rules of one's own.
///
/// Its text is TOML ([`Policy::parse`]; `Display` prints it again). Equality is that of the text.
///
/// ```
/// let policy = sekisho_policy::Policy::parse(r#"
///     preset = "standard"
///
///     [[change]]
///     rule = "delay-outside"
///     mode = "off"
///
///     [[rule]]
///     name = "plans-to-rivals"
///     direction = "outbound"
///     when = { subject = ["開発計画"], recipients = { address = "@*.rival.example" } }
///     unless = { sender = { address = "ceo@hanko.example.jp" } }
///     then = { action = "hold", approver = ["legal@hanko.example.jp"] }
/// "#).unwrap();
/// assert_eq!(policy.to_string().parse(), Ok(policy));
/// ```
#[derive(Debug, Clone)]
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
    /// Where it delays: the new time; 0 switches the rule off.
    pub delay_seconds: Option<u32>,
}

static STANDARD: LazyLock<Vec<Rule>> =
    LazyLock::new(|| built_in(include_str!("../presets/standard.toml")));
static STRICT: LazyLock<Vec<Rule>> =
    LazyLock::new(|| built_in(include_str!("../presets/strict.toml")));

/// The texts are part of the program; a test holds that they can be read.
fn built_in(text: &str) -> Vec<Rule> {
    Policy::parse(text)
        .map(|policy| policy.rules)
        .unwrap_or_default()
}

impl Preset {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Strict];

    /// Its rules.
    pub fn rules(self) -> &'static [Rule] {
        match self {
            Self::Standard => &STANDARD,
            Self::Strict => &STRICT,
        }
    }

    /// The word in the text: `standard`.
    pub fn name(self) -> &'static str {
        self.word()
    }
}

impl Policy {
    /// A policy from its parts. Changes that name no rule of the preset do nothing.
    pub fn new(preset: Option<Preset>, changes: Vec<Change>, own: Vec<Rule>) -> Self {
        let mut rules: Vec<Rule> = own.clone();
        rules.extend(preset.into_iter().flat_map(Preset::rules).cloned());
        for rule in &mut rules {
            changes.iter().for_each(|change| change.apply_to(rule));
        }
        rules.sort_by_key(|rule| rule.order); // stable: own rules first, then as written
        Self {
            preset,
            changes,
            own,
            rules,
        }
    }

    /// A built-in policy as it is.
    pub fn preset(preset: Preset) -> Self {
        Self::new(Some(preset), Vec::new(), Vec::new())
    }

    /// Reads the TOML form.
    ///
    /// # Errors
    /// Everything that is wrong with it, not only the first.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let names = |preset: Preset| {
            preset
                .rules()
                .iter()
                .map(|rule| rule.name.clone())
                .collect()
        };
        let written = text::read(text, names)?;
        Ok(Self::new(written.preset, written.changes, written.rules))
    }

    /// The rules in the order of judging; those of the preset included, changes applied.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// One of them.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// The same policy with one more change to its preset.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        self.changes.retain(|earlier| earlier.rule != change.rule);
        self.changes.push(change);
        Self::new(self.preset, self.changes, self.own)
    }
}

impl Change {
    fn apply_to(&self, rule: &mut Rule) {
        if self.rule != rule.name {
            return;
        }
        if let Some(mode) = self.mode {
            rule.mode = mode;
        }
        if let (Some(new), Action::Delay { seconds }) = (self.delay_seconds, &mut rule.then.action)
        {
            *seconds = new;
            if new == 0 {
                rule.mode = Mode::Off;
            }
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::preset(Preset::default())
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        (self.preset, &self.changes, &self.own) == (other.preset, &other.changes, &other.own)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::print(self.preset, &self.changes, &self.own))
    }
}

impl std::str::FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text)
    }
}
