use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;
use sekisho_address::Address;

use crate::list::AddressSet;
use crate::text::{self, Word};
use crate::{Action, List, Mode, PolicyError, Rule, Vocabulary};

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
///     [[list]]
///     name = "rivals"
///     addresses = ["@*.rival.example", "@*.other.example"]
///
///     [[rule]]
///     name = "plans-to-rivals"
///     direction = "outbound"
///     when = { anywhere = ["開発計画"], recipients = { list = "rivals" } }
///     unless = { sender = { address = "ceo@hanko.example.jp" } }
///     then = { action = "hold", approver = ["legal@hanko.example.jp"] }
/// "#).unwrap();
/// assert_eq!(policy.to_string().parse(), Ok(policy));
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    preset: Option<Preset>,
    time_zone: TimeZone,
    changes: Vec<Change>,
    lists: Vec<List>,
    own: Vec<Rule>,
    /// All of it in the order of judging.
    rules: Vec<Rule>,
    vocabulary: Vocabulary,
    addresses: Arc<HashMap<String, AddressSet>>,
}

/// Without a word in the policy: most organisations here are in one zone.
pub(crate) const TIME_ZONE_DEFAULT: &str = "Asia/Tokyo";

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
        Self::whole(preset, zone(TIME_ZONE_DEFAULT), changes, Vec::new(), own)
    }

    fn whole(
        preset: Option<Preset>,
        time_zone: TimeZone,
        changes: Vec<Change>,
        lists: Vec<List>,
        own: Vec<Rule>,
    ) -> Self {
        let mut rules: Vec<Rule> = own.clone();
        rules.extend(preset.into_iter().flat_map(Preset::rules).cloned());
        for rule in &mut rules {
            changes.iter().for_each(|change| change.apply_to(rule));
        }
        rules.sort_by_key(|rule| rule.order); // stable: own rules first, then as written
        let vocabulary = Vocabulary::bind(&mut rules, &lists);
        let sets = lists
            .iter()
            .map(|list| (list.name.clone(), AddressSet::of(list.addresses())));
        Self {
            addresses: Arc::new(sets.collect()),
            preset,
            time_zone,
            changes,
            lists,
            own,
            rules,
            vocabulary,
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
        Ok(Self::whole(
            written.preset,
            written.time_zone.unwrap_or_else(|| zone(TIME_ZONE_DEFAULT)),
            written.changes,
            written.lists,
            written.rules,
        ))
    }

    /// The rules in the order of judging; those of the preset included, changes applied.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// One of them.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// The named lists.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// The zone in which days and hours of rules are meant.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// What the rules look for in texts.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Whether any rule asks whether somebody has been written to, or heard from, before.
    pub fn asks_first_contact(&self) -> bool {
        self.rules.iter().any(|rule| {
            rule.asks(&|predicate| {
                use crate::Predicate as P;
                match predicate {
                    P::Recipients(are) => are.first_contact.is_some(),
                    P::Sender(is) => is.first_contact.is_some(),
                    _ => false,
                }
            })
        })
    }

    /// Whether any rule asks whether a mail answers a forged one.
    pub fn asks_answered(&self) -> bool {
        let asks = |rule: &Rule| {
            rule.asks(&|predicate| matches!(predicate, crate::Predicate::AnswersSuspect(_)))
        };
        self.rules.iter().any(asks)
    }

    /// Whether any rule asks whether somebody only looks like somebody else.
    pub fn asks_lookalike(&self) -> bool {
        self.rules.iter().any(|rule| {
            rule.asks(&|predicate| {
                use crate::Predicate as P;
                match predicate {
                    P::Recipients(are) => are.lookalike.is_some(),
                    P::Sender(is) => is.lookalike.is_some(),
                    _ => false,
                }
            })
        })
    }

    pub(crate) fn is_listed(&self, list: &str, address: &Address) -> bool {
        self.addresses.get(list).is_some_and(|set| set.has(address))
    }

    /// The same policy with one more change to its preset.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        self.changes.retain(|earlier| earlier.rule != change.rule);
        self.changes.push(change);
        Self::whole(
            self.preset,
            self.time_zone,
            self.changes,
            self.lists,
            self.own,
        )
    }

    /// This rule alone, with the lists that it names: for trying it out. It is on, whatever its mode.
    pub fn only(&self, name: &str) -> Option<Self> {
        let mut rule = self.rule(name)?.clone();
        rule.mode = Mode::Enforce;
        let (zone, lists) = (self.time_zone.clone(), self.lists.clone());
        Some(Self::whole(None, zone, Vec::new(), lists, vec![rule]))
    }
}

/// The zone of that name out of the table that is built in; UTC where there is none.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
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
        let of = |policy: &Self| policy.time_zone.iana_name().map(str::to_owned);
        (self.preset, &self.changes, &self.lists, &self.own)
            == (other.preset, &other.changes, &other.lists, &other.own)
            && of(self) == of(other)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = self.time_zone.iana_name();
        let zone = zone.filter(|name| *name != TIME_ZONE_DEFAULT);
        f.write_str(&text::print(
            self.preset,
            zone,
            &self.changes,
            &self.lists,
            &self.own,
        ))
    }
}

impl std::str::FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text)
    }
}
