use sekisho_words::Words;
use serde::{Deserialize, Serialize};

/// One thing found in a mail, as in the `findings` of `sekisho inspect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// `area.what`: `dlp.my_number`, `attach.dangerous_type`, `auth.dmarc_reject`, …
    pub id: String,
    /// What was found, masked unless it is to be revealed: facts are stored.
    pub value: String,
    /// Where it was found, for people: `subject`, `part 1.2, sheet 'A', cell B3`.
    #[serde(rename = "where")]
    pub place: String,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// What it is and what to do, for people.
    pub why: Words,
}

impl Finding {
    /// A finding that is certain.
    pub fn certain(
        id: impl Into<String>,
        value: impl Into<String>,
        place: impl Into<String>,
        why: Words,
    ) -> Self {
        Self {
            id: id.into(),
            value: value.into(),
            place: place.into(),
            confidence: 1.0,
            why,
        }
    }

    /// The area, as `dlp` in `dlp.my_number`.
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}
