//! What a scan answers.

use serde::{Deserialize, Serialize};
use std::ops::Range;

use crate::mask;

/// The kinds of content that are looked for. Written as in finding ids (`dlp.my_number`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// 個人番号, 12 digits with a check digit.
    MyNumber,
    /// Payment card number, 13 to 19 digits with an issuer range and Luhn.
    CreditCard,
    /// Mobile number of Japan (060, 070, 080, 090).
    JpMobile,
    /// Account number at a Japanese bank.
    BankAccount,
    /// Passport of Japan, two letters and seven digits.
    PassportJp,
    /// 運転免許証番号, 12 digits.
    DriversLicenceJp,
    /// A marking of the built-in list (極秘, 社外秘, …).
    KeywordConfidential,
    /// A phrase of the administrator's list.
    Keyword,
}

impl Detector {
    /// Every detector, in the order of a report.
    pub const ALL: [Self; 8] = [
        Self::MyNumber,
        Self::CreditCard,
        Self::JpMobile,
        Self::BankAccount,
        Self::PassportJp,
        Self::DriversLicenceJp,
        Self::KeywordConfidential,
        Self::Keyword,
    ];

    /// The word in finding ids, without the `dlp.` before it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MyNumber => "my_number",
            Self::CreditCard => "credit_card",
            Self::JpMobile => "jp_mobile",
            Self::BankAccount => "bank_account",
            Self::PassportJp => "passport_jp",
            Self::DriversLicenceJp => "drivers_licence_jp",
            Self::KeywordConfidential => "keyword_confidential",
            Self::Keyword => "keyword",
        }
    }

    /// Whether the value is a phrase of a list, and so no secret by itself.
    pub fn is_keyword(self) -> bool {
        matches!(self, Self::KeywordConfidential | Self::Keyword)
    }
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// What was looked for.
    pub detector: Detector,
    /// The normalised value: half-width digits only, or the phrase as it stands in its list.
    pub value: String,
    /// Bytes of the text that came in.
    pub range: Range<usize>,
    /// 0 to 1: how sure it is that this is what it looks like.
    pub confidence: f32,
}

impl Hit {
    /// The value as it may be shown and logged: numbers masked, phrases whole.
    pub fn masked(&self) -> String {
        if self.detector.is_keyword() {
            self.value.clone()
        } else {
            mask(&self.value)
        }
    }
}
