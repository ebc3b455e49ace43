//! All texts of a mail through the detectors, together.

use std::collections::HashSet;

use sekisho_dlp::{Detector, Detectors, Hit, Windows};
use sekisho_policy::Finding;
use sekisho_words::{Words, say};

use crate::large::LargeText;
use crate::limits::FINDINGS_MAX;
use crate::texts::PlacedText;

/// One finding a value and place, in the order of the texts; those of large texts behind the others.
pub(crate) fn findings(
    texts: &[PlacedText],
    large: &[LargeText<'_>],
    detectors: &Detectors,
    reveal: bool,
) -> Vec<Finding> {
    let bare: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
    let (mut scans, my_number) = detectors.scan_beside(&bare, false);
    let mut behind = Findings::new(reveal);
    let mut windows = Windows::new(detectors, my_number);
    for text in large {
        text.each_window(|window, is_first, is_last| {
            behind.extend(&text.place, windows.scan(window, is_first, is_last));
        });
    }
    if windows.speaks_of_my_number() && !my_number {
        scans = detectors.scan_beside(&bare, true).0;
    }
    let mut found = Findings::new(reveal);
    for (text, hits) in texts.iter().zip(scans) {
        found.extend(&text.place, hits);
    }
    found.list.append(&mut behind.list);
    found.list.truncate(FINDINGS_MAX);
    found.list
}

/// Findings without doubles.
struct Findings {
    reveal: bool,
    seen: HashSet<(Detector, String, String)>,
    list: Vec<Finding>,
}

impl Findings {
    fn new(reveal: bool) -> Self {
        Self {
            reveal,
            seen: HashSet::new(),
            list: Vec::new(),
        }
    }

    fn extend(&mut self, place: &str, hits: Vec<Hit>) {
        for hit in hits {
            if self.list.len() >= FINDINGS_MAX {
                return;
            }
            let is_new = self
                .seen
                .insert((hit.detector, hit.value.clone(), place.to_owned()));
            if is_new {
                self.list.push(finding(&hit, place, self.reveal));
            }
        }
    }
}

fn finding(hit: &Hit, place: &str, reveal: bool) -> Finding {
    let value = if reveal {
        hit.value.clone()
    } else {
        hit.masked()
    };
    Finding {
        id: format!("dlp.{}", hit.detector.as_str()),
        why: why(hit.detector, &hit.masked(), place),
        value,
        place: place.to_owned(),
        confidence: (f64::from(hit.confidence) * 100.0).round() / 100.0,
    }
}

fn why(detector: Detector, value: &str, place: &str) -> Words {
    let key = match detector {
        Detector::MyNumber => "dlp-my-number",
        Detector::CreditCard => "dlp-credit-card",
        Detector::JpMobile => "dlp-jp-mobile",
        Detector::BankAccount => "dlp-bank-account",
        Detector::PassportJp => "dlp-passport-jp",
        Detector::DriversLicenceJp => "dlp-drivers-licence-jp",
        Detector::KeywordConfidential => "dlp-keyword-confidential",
        Detector::Keyword => "dlp-keyword",
    };
    say(key, &[("value", value.into()), ("where", place.into())])
}
