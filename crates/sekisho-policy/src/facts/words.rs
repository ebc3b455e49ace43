use serde::{Deserialize, Serialize};

/// What a policy's [`Vocabulary`](crate::Vocabulary) found in the texts of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsFound {
    /// Which vocabulary was looked for. What another one would have found is not known.
    pub vocabulary: u64,
    /// What was found.
    #[serde(default)]
    pub hits: Vec<WordHit>,
}

/// How often one pattern of a rule stands in one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordHit {
    /// The pattern's key.
    pub pattern: u64,
    /// What sort of text.
    pub field: WordField,
    /// As the `where` of a finding.
    #[serde(rename = "where")]
    pub place: String,
    /// How often.
    pub count: u32,
}

/// A sort of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordField {
    /// What a reader of the mail sees as its text.
    Body,
    /// Text inside attachments, their properties and hidden parts too.
    Attachment,
}
