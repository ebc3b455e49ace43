//! The words of a part's verdict.

use serde::{Deserialize, Serialize};

/// What is said of a file, from harmless to grave. A file may deserve several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Looked into, and nothing to say.
    Clean,
    /// Not looked into: this version has no reader for the format.
    Unopened,
    /// A document with a link that is loaded when it is opened.
    ExternalLink,
    /// A document with another file inside that is not shown as a file.
    EmbeddedObject,
    /// The format is broken.
    Malformed,
    /// The contents cannot be read without a password or key.
    Encrypted,
    /// A name made to look like another one.
    SuspiciousName,
    /// The bytes are of another type than name or declaration say.
    TypeMismatch,
    /// A form for passwords.
    CredentialForm,
    /// Code or actions that run when it is opened (HTML smuggling, formulas in CSV).
    ActiveContent,
    /// A document with macros.
    Macro,
    /// A file that runs when it is opened: program, script, shortcut, disk image.
    DangerousType,
    /// Made to exhaust whoever unpacks it.
    Bomb,
    /// The EICAR test file.
    MalwareTest,
}

impl Verdict {
    /// The word in answers and finding ids (`attach.dangerous_type`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Unopened => "unopened",
            Self::ExternalLink => "external_link",
            Self::EmbeddedObject => "embedded_object",
            Self::Malformed => "malformed",
            Self::Encrypted => "encrypted",
            Self::SuspiciousName => "suspicious_name",
            Self::TypeMismatch => "type_mismatch",
            Self::CredentialForm => "credential_form",
            Self::ActiveContent => "active_content",
            Self::Macro => "macro",
            Self::DangerousType => "dangerous_type",
            Self::Bomb => "bomb",
            Self::MalwareTest => "malware_test",
        }
    }
}
