//! All texts of a mail through the detectors, together.

use std::collections::HashSet;

use sekisho_dlp::{Detector, Detectors, Hit};
use sekisho_policy::Finding;
use sekisho_words::{Words, say};

use crate::limits::FINDINGS_MAX;
use crate::texts::PlacedText;

/// One finding a value and place, in the order of the texts.
pub(crate) fn findings(texts: &[PlacedText], detectors: &Detectors, reveal: bool) -> Vec<Finding> {
    let bare: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for (text, hits) in texts.iter().zip(detectors.scan_all(&bare)) {
        for hit in hits {
            if findings.len() >= FINDINGS_MAX {
                return findings;
            }
            if seen.insert((hit.detector, hit.value.clone(), text.place.clone())) {
                findings.push(finding(&hit, &text.place, reveal));
            }
        }
    }
    findings
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
