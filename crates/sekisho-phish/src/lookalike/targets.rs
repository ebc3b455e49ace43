//! What is imitated, in tables that are asked by what a glance sees.

use std::collections::HashMap;

use super::fold::{fold, fold_each};

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The organisation's own.
    Own,
    /// A partner of the organisation.
    Partner,
    /// One of the built-in list.
    Brand(u32),
}

/// Names that are compared one by one.
const FEW: usize = 16;

/// Letters from which on two slips are looked for.
pub(crate) const LONG: usize = 11;

/// How much a name is one's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Nobody else has it.
    #[default]
    Name,
    /// Short, or a word that others use too.
    Short,
    /// An ordinary word, or one letter away from other firms' names.
    Word,
}

/// What is to be known of a name before another is called its look-alike.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    pub(crate) kind: Kind,
    pub(crate) is_regional: bool,
}

/// A protected name, split where its first label ends.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) suffix: String,
    pub(crate) fold: String,
    pub(crate) each: String,
    pub(crate) owner: Owner,
    pub(crate) kind: Kind,
    pub(crate) is_regional: bool,
    /// The name lies below a registrable domain: `hanko.example.jp`.
    pub(crate) is_deep: bool,
}

/// Protected names and the domains that are known to be genuine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets {
    pub(crate) list: Vec<Target>,
    genuine: HashMap<String, Owner>,
    by_fold: HashMap<String, Vec<u32>>,
    by_each: HashMap<String, Vec<u32>>,
    by_omission: HashMap<String, Vec<u32>>,
    by_dashed: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
    pub(crate) deep: Vec<u32>,
    long: Vec<u32>,
}

impl Targets {
    /// A domain that is genuine, and not imitated by itself.
    pub(crate) fn know(&mut self, domain: &str, owner: Owner) {
        self.genuine.entry(domain.to_owned()).or_insert(owner);
    }

    /// A domain whose first label is imitated.
    pub(crate) fn protect(&mut self, domain: &str, owner: Owner, traits: Traits) {
        self.know(domain, owner);
        let Some((label, suffix)) = domain.split_once('.') else {
            return;
        };
        let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let registrable = psl::domain_str(domain).unwrap_or(domain);
        let folded = fold(label);
        let each = fold_each(label);
        for omission in omissions(&each) {
            self.by_omission.entry(omission).or_default().push(at);
        }
        self.by_each.entry(each.clone()).or_default().push(at);
        self.by_fold.entry(folded.clone()).or_default().push(at);
        self.by_dashed
            .entry(fold(&domain.replace('.', "")))
            .or_insert(at);
        self.by_name.entry(domain.to_owned()).or_insert(at);
        let is_deep = registrable.len() < domain.len();
        if is_deep {
            self.deep.push(at);
        }
        if each.len() >= LONG && traits.kind == Kind::Name {
            self.long.push(at);
        }
        self.list.push(Target {
            name: domain.to_owned(),
            label: label.to_owned(),
            suffix: suffix.to_owned(),
            fold: folded,
            each,
            owner,
            kind: traits.kind,
            is_regional: traits.is_regional,
            is_deep,
        });
    }

    /// Whose the host is, if it is known to be genuine: the domain itself or anything below it.
    pub(crate) fn owner(&self, host: &str) -> Option<Owner> {
        let mut name = host;
        loop {
            if let Some(owner) = self.genuine.get(name) {
                return Some(*owner);
            }
            name = name.split_once('.')?.1;
        }
    }

    /// The protected name that is exactly this.
    pub(crate) fn of_name(&self, domain: &str) -> Option<&Target> {
        self.list.get(*self.by_name.get(domain)? as usize)
    }

    pub(crate) fn of_fold(&self, folded: &str) -> impl Iterator<Item = &Target> {
        self.at(self.by_fold.get(folded))
    }

    pub(crate) fn of_dashed(&self, folded: &str) -> Option<&Target> {
        self.list.get(*self.by_dashed.get(folded)? as usize)
    }

    /// Targets that may be one slip away; more than the true ones.
    pub(crate) fn near(&self, each: &str) -> Vec<&Target> {
        // An organisation has a few names: compared one by one sooner than asked for by omissions.
        if self.list.len() <= FEW {
            let near = |target: &&Target| target.each.len().abs_diff(each.len()) <= 1;
            return self.list.iter().filter(near).collect();
        }
        let mut found: Vec<&Target> = self.at(self.by_omission.get(each)).collect();
        for omission in omissions(each) {
            found.extend(self.at(self.by_each.get(&omission)));
            found.extend(self.at(self.by_omission.get(&omission)));
        }
        found
    }

    /// Names so long that two slips still leave them recognisable.
    pub(crate) fn long(&self) -> impl Iterator<Item = &Target> {
        self.at(Some(&self.long))
    }

    fn at<'a>(&'a self, found: Option<&'a Vec<u32>>) -> impl Iterator<Item = &'a Target> {
        let indexes = found.map(Vec::as_slice).unwrap_or_default();
        indexes.iter().filter_map(|at| self.list.get(*at as usize))
    }
}

/// The word with one letter left out, for each letter.
fn omissions(word: &str) -> impl Iterator<Item = String> {
    word.char_indices().map(|(at, c)| {
        let after = word.get(at + c.len_utf8()..).unwrap_or_default();
        let mut out = String::with_capacity(word.len());
        out.push_str(word.get(..at).unwrap_or_default());
        out.push_str(after);
        out
    })
}
