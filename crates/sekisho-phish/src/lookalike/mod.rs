//! Does a domain look like a protected one?

pub(crate) mod brands;
pub(crate) mod fold;
pub(crate) mod host;
mod risk;
pub(crate) mod targets;
mod typo;

pub use targets::Owner;

use brands::BRANDS;
use fold::{fold, fold_each, latin};
use host::{Host, is_cheap, is_country, is_crowded, is_open};
use risk::{is_grave_word, is_plumbing, is_risk_word};
use targets::{Kind, LONG, Target, Targets};

use crate::limits::{HOST_BYTES_MAX, LABEL_CHARS_MAX};

/// How a name is made to look like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Technique {
    /// Letters of another script, or accents: `аmazon`.
    Homoglyph,
    /// Digits and letters that look alike: `g00gle`, `rnercari`.
    Glyph,
    /// A letter left out.
    Omission,
    /// A letter too many.
    Insertion,
    /// Another letter.
    Substitution,
    /// Two letters changed about.
    Transposition,
    /// The same name under another ending.
    OtherEnding,
    /// Dots written as hyphens, or hyphens left out or put in: `amazon-co-jp`.
    Hyphens,
    /// Words added: `mufg-security`, `securemercari`.
    AddedWords,
    /// The whole name in front of another: `paypal.com.sign-in.example`.
    SubDomain,
    /// The name as one label in front of another, with words that ask for trust.
    SubLabel,
}

impl Technique {
    /// One word for answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Homoglyph => "homoglyph",
            Self::Glyph => "glyph",
            Self::Omission => "omission",
            Self::Insertion => "insertion",
            Self::Substitution => "substitution",
            Self::Transposition => "transposition",
            Self::OtherEnding => "other_ending",
            Self::Hyphens => "hyphens",
            Self::AddedWords => "added_words",
            Self::SubDomain => "sub_domain",
            Self::SubLabel => "sub_label",
        }
    }

    /// Nobody arrives at these by accident.
    pub fn is_deliberate(self) -> bool {
        matches!(self, Self::Homoglyph | Self::Glyph | Self::SubDomain)
    }
}

/// A domain that looks like a protected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookalike {
    /// The protected domain.
    pub target: String,
    /// Whose it is.
    pub owner: Owner,
    /// How.
    pub technique: Technique,
}

impl Lookalike {
    fn of(target: &Target, technique: Technique) -> Self {
        Self {
            target: target.name.clone(),
            owner: target.owner,
            technique,
        }
    }
}

/// The protected name that `ascii` (A-labels, lower case) imitates, if any. `own` goes before the
/// built-in list.
pub(crate) fn find(ascii: &str, own: &Targets) -> Option<Lookalike> {
    if ascii.len() > HOST_BYTES_MAX {
        return None;
    }
    let host = Host::of(ascii)?;
    let brands = &BRANDS.targets;
    if own.owner(host.ascii).is_some() || brands.owner(host.ascii).is_some() {
        return None;
    }
    let label = Label::of(host.label(), host.suffix());
    for targets in [own, brands] {
        let found = same_look(&label, targets)
            .or_else(|| dashed(&label, targets))
            .or_else(|| deep(&host, targets))
            .or_else(|| near(&label, targets))
            .or_else(|| added_words(&label, targets))
            .or_else(|| in_front(&host, targets))
            .or_else(|| far(&label, targets));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The registered label with its fold.
struct Label<'h> {
    text: &'h str,
    fold: String,
    each: String,
    suffix: &'h str,
    /// Where a risk word is glued to something: the word, and the rest folded.
    glued: Vec<(&'h str, String)>,
}

impl<'h> Label<'h> {
    fn of(text: &'h str, suffix: &'h str) -> Self {
        Self {
            text,
            fold: fold(text),
            each: fold_each(text),
            suffix,
            glued: glued_words(text),
        }
    }
}

/// Equal to a glance.
fn same_look(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    let mut found: Vec<_> = targets
        .of_fold(&label.fold)
        .filter_map(|target| Some((look(label, target)?, target)))
        .collect();
    // The same ending first: that is the name meant.
    found.sort_by_key(|(_, target)| target.suffix != label.suffix);
    found
        .first()
        .map(|(technique, target)| Lookalike::of(target, *technique))
}

fn look(label: &Label<'_>, target: &Target) -> Option<Technique> {
    if label.text == target.label {
        let suffix = label.suffix;
        let at_home = match target.kind {
            Kind::Name => target.is_regional && is_country(suffix),
            Kind::Short => is_country(suffix) || !is_open(suffix),
            Kind::Word => !is_cheap(suffix),
        };
        return (label.suffix != target.suffix && !at_home && !target.is_deep)
            .then_some(Technique::OtherEnding);
    }
    // A short word that means something of its own elsewhere.
    let elsewhere = label.suffix != target.suffix;
    if elsewhere && (target.kind > Kind::Name || target.fold.len() < 4) {
        return None;
    }
    let text = latin(label.text);
    if !label.text.is_ascii() {
        return Some(Technique::Homoglyph);
    }
    let without = |text: &str| text.replace('-', "");
    if without(&text) == without(&target.label) {
        return Some(Technique::Hyphens);
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let has_digits = digits(&text) != digits(&target.label);
    // `dhi` for `dhl`: three letters are somebody's initials.
    (has_digits || target.fold.len() > 3 || text.len() != target.label.len())
        .then_some(Technique::Glyph)
}

/// `amazon-co-jp`, `amazoncojp`.
fn dashed(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    let target = targets.of_dashed(&label.fold)?;
    Some(Lookalike::of(target, Technique::Hyphens))
}

/// Own names below a registrable domain: compared under the same parent, and with the dots that
/// moved (`hanko-example.jp` for `hanko.example.jp`).
fn deep(host: &Host<'_>, targets: &Targets) -> Option<Lookalike> {
    for at in &targets.deep {
        let target = targets.list.get(*at as usize)?;
        let beside = host
            .unicode
            .strip_suffix(&target.suffix)
            .and_then(|front| front.strip_suffix('.'));
        if let Some(front) = beside {
            let text = front.rsplit('.').next().unwrap_or_default();
            let label = Label::of(text, &target.suffix);
            if label.fold == target.fold {
                return look(&label, target).map(|how| Lookalike::of(target, how));
            }
            let found = near_target(&label, target)
                .or_else(|| added_words(&label, targets).map(|found| found.technique));
            if let Some(technique) = found {
                return Some(Lookalike::of(target, technique));
            }
        } else if fold(&host.registrable().replace('.', "")) == fold(&target.name.replace('.', ""))
        {
            return Some(Lookalike::of(target, Technique::Hyphens));
        }
    }
    None
}

fn near(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    if label.fold.len() < 2 {
        return None;
    }
    targets
        .near(&label.each)
        .into_iter()
        .filter(|target| !target.is_deep)
        .find_map(|target| Some(Lookalike::of(target, near_target(label, target)?)))
}

/// Two slips away from a long name.
fn far(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    if label.each.len() + 2 < LONG || label.each.len() > LABEL_CHARS_MAX {
        return None;
    }
    targets
        .long()
        .find(|target| typo::within_two(&label.each, &target.each))
        .map(|target| Lookalike::of(target, Technique::Substitution))
}

/// One slip away, and neither so short nor so far away that it is somebody else.
fn near_target(label: &Label<'_>, target: &Target) -> Option<Technique> {
    let technique = typo::slip(&label.each, &target.each)?;
    let length = target.each.chars().count();
    let beside = label.suffix == target.suffix;
    let doubles = technique == Technique::Insertion && typo::doubles(&label.each, &target.each);
    let plain_slip = doubles || technique == Technique::Transposition;
    let is_name = target.kind == Kind::Name;
    let enough = match length {
        0..=2 => false,
        3 | 4 if target.kind == Kind::Word => false,
        _ if target.kind == Kind::Word => beside && plain_slip,
        3 => beside && plain_slip,
        4 => beside && (plain_slip || !is_crowded(label.suffix)),
        5..=7 => beside || (plain_slip && is_name && length > 5),
        _ => beside || is_name,
    };
    enough.then_some(technique)
}

/// `mufg-security`, `securemercari`, `paypal-jp-login`.
fn added_words(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    if !label.text.contains('-') {
        return glued(label, targets);
    }
    let tokens: Vec<&str> = label
        .text
        .split('-')
        .filter(|token| !token.is_empty())
        .collect();
    if tokens.len() < 2 || tokens.len() > 8 {
        return None;
    }
    for from in 0..tokens.len() {
        for to in from + 1..=tokens.len() {
            if to - from == tokens.len() {
                continue;
            }
            let inner = tokens.get(from..to)?;
            let others = || tokens.iter().take(from).chain(tokens.iter().skip(to));
            let folded = fold(&inner.concat());
            let found = targets.of_fold(&folded).find(|target| {
                if target.kind == Kind::Word {
                    others().all(|word| is_grave_word(word))
                } else if target.kind == Kind::Short || target.fold.len() < 4 {
                    others().all(|word| is_risk_word(word))
                } else {
                    is_cheap(label.suffix) || others().any(|word| is_risk_word(word))
                }
            });
            if let Some(target) = found {
                return Some(Lookalike::of(target, Technique::AddedWords));
            }
        }
    }
    // `securehanko-shoji`: a word glued to a name with a hyphen of its own.
    glued(label, targets)
}

/// `wwwamazon`, `paypallogin`.
fn glued(label: &Label<'_>, targets: &Targets) -> Option<Lookalike> {
    label.glued.iter().find_map(|(word, rest)| {
        let mut named = targets.of_fold(rest);
        let target = named.find(|target| joins(label, word, target))?;
        Some(Lookalike::of(target, Technique::AddedWords))
    })
}

fn glued_words(text: &str) -> Vec<(&str, String)> {
    let splits = text.char_indices().skip(2).map(|(at, _)| text.split_at(at));
    splits
        .flat_map(|(front, back)| [(front, back), (back, front)])
        .filter(|(word, rest)| rest.len() >= 3 && is_risk_word(word))
        .map(|(word, rest)| (word, fold(rest)))
        .collect()
}

/// Whether a word glued to a name makes it another's. Short names and ordinary words need the name's
/// own ending, and a word that asks for trust.
fn joins(label: &Label<'_>, word: &str, target: &Target) -> bool {
    let beside = target.suffix == label.suffix;
    let length = target.fold.len();
    let grave = is_grave_word(word) || word == "mail" && length > 4;
    if target.is_deep {
        return beside;
    }
    match target.kind {
        Kind::Word => word == "www" && beside && length > 3,
        Kind::Short => grave && beside && length > 3,
        Kind::Name if target.is_regional && is_country(label.suffix) => grave && length > 3,
        Kind::Name => length > 4 || beside && (grave || word == "mail" || length > 3),
    }
}

/// A protected name in front of another: `mizuhobank.co.jp.sign-in.com`.
fn in_front(host: &Host<'_>, targets: &Targets) -> Option<Lookalike> {
    let sub = host.sub();
    if sub.is_empty() {
        return None;
    }
    let labels: Vec<&str> = host.unicode.split('.').collect();
    let before = sub.split('.').count();
    for from in 0..before {
        for length in 2..=4 {
            let Some(run) = labels.get(from..from + length) else {
                break;
            };
            // The whole of it, where it is not the name itself that ends the host.
            let whole = targets.of_name(&run.join("."));
            if let Some(target) = whole.filter(|_| from + length < labels.len()) {
                return Some(Lookalike::of(target, Technique::SubDomain));
            }
        }
    }
    if let Some(target) = run_on(&labels, before, targets) {
        return Some(Lookalike::of(target, Technique::SubDomain));
    }
    let risky = host
        .unicode
        .split(['.', '-'])
        .any(|word| is_risk_word(word) && !is_plumbing(word));
    for label in sub.split('.') {
        let folded = fold(label);
        if let Some(target) = targets.of_dashed(&folded) {
            return Some(Lookalike::of(target, Technique::SubDomain));
        }
        let joined = label
            .contains('-')
            .then(|| added_words(&Label::of(label, host.suffix()), targets))
            .flatten();
        if joined.is_some() {
            return joined;
        }
        let found = targets
            .of_fold(&folded)
            .find(|target| risky && target.kind == Kind::Name && target.fold.len() > 3);
        if let Some(target) = found {
            return Some(Lookalike::of(target, Technique::SubLabel));
        }
    }
    None
}

/// A protected name whose ending runs on: `usps.com-track.example`.
fn run_on<'t>(labels: &[&str], before: usize, targets: &'t Targets) -> Option<&'t Target> {
    (0..before).find_map(|from| {
        let (first, next) = (labels.get(from)?, labels.get(from + 1)?);
        let (ending, _) = next.split_once('-')?;
        targets.of_name(&format!("{first}.{ending}"))
    })
}
