//! The names that frauds borrow, as the data file has them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::targets::{Kind, Owner, Targets, Traits};

const FILE: &str = include_str!("../../data/brands.txt");

/// Every built-in brand.
pub(crate) static BRANDS: LazyLock<Brands> = LazyLock::new(|| read(FILE));

/// Brands, their domains, and the words that name them.
pub(crate) struct Brands {
    pub(crate) targets: Targets,
    /// Words of display names, folded as names are, with the brand that each means.
    pub(crate) words: Vec<BrandWord>,
    /// Index of the first brand word by its folded text, for those that must be the whole name.
    pub(crate) whole: HashMap<String, u32>,
}

/// A word that names a brand somewhere in a display name.
pub(crate) struct BrandWord {
    pub(crate) text: String,
    pub(crate) brand: u32,
}

/// The brand's own words, for people.
pub(crate) fn display(brand: u32) -> &'static str {
    let line = FILE
        .lines()
        .filter(|line| is_entry(line))
        .nth(brand as usize);
    let words = line.and_then(|line| line.split('|').nth(2));
    let first = words.and_then(|words| words.split(',').next());
    first.unwrap_or_default().trim().trim_start_matches('=')
}

fn is_entry(line: &str) -> bool {
    !line.starts_with('#') && line.contains('|')
}

fn read(file: &str) -> Brands {
    let mut brands = Brands {
        targets: Targets::default(),
        words: Vec::new(),
        whole: HashMap::new(),
    };
    for (number, line) in file.lines().filter(|line| is_entry(line)).enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let mut fields = line.split('|').map(str::trim);
        let _name = fields.next();
        let flags = fields.next().unwrap_or_default();
        let words = fields.next().unwrap_or_default();
        for word in words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            match word.strip_prefix('=') {
                Some(word) => {
                    brands
                        .whole
                        .insert(crate::impersonation::name::plain(word), number);
                }
                None => brands.words.push(BrandWord {
                    text: crate::impersonation::name::plain(word),
                    brand: number,
                }),
            }
        }
        for domain in fields.next().unwrap_or_default().split_whitespace() {
            let owner = Owner::Brand(number);
            let (kind, name) = match domain.chars().next() {
                Some('*') => (Kind::Name, domain.get(1..)),
                Some('%') => (Kind::Short, domain.get(1..)),
                Some('+') => (Kind::Word, domain.get(1..)),
                _ => {
                    brands.targets.know(domain, owner);
                    continue;
                }
            };
            let is_regional = flags.contains('r');
            let traits = Traits { kind, is_regional };
            brands
                .targets
                .protect(name.unwrap_or_default(), owner, traits);
        }
    }
    brands
}

#[cfg(test)]
mod tests {
    use super::{BRANDS, FILE, display, is_entry};

    #[test]
    fn the_file_is_in_order() {
        let mut seen = std::collections::HashMap::new();
        for line in FILE.lines().filter(|line| is_entry(line)) {
            assert_eq!(line.split('|').count(), 4, "{line}");
            let name = line.split('|').next().unwrap().trim();
            for domain in line.split('|').nth(3).unwrap().split_whitespace() {
                let domain = domain.trim_start_matches(['*', '%', '+']);
                assert!(
                    sekisho_address::Domain::parse(domain).is_ok(),
                    "{name}: {domain}"
                );
                assert!(domain.contains('.'), "{name}: {domain}");
                seen.entry(domain).or_insert(name);
            }
        }
        assert!(seen.len() > 800, "{}", seen.len());
        assert!(BRANDS.words.len() > 200);
        assert_eq!(display(0), "三菱UFJ");
    }
}
