use serde::{Deserialize, Serialize};

/// One part of the mail, or one member of an archive in it; a `parts` entry of `sekisho inspect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartFacts {
    /// IMAP part number: `1.2` (RFC 9051 §6.4.5.1).
    pub path: String,
    /// Path inside the archive, for members.
    pub member: Option<String>,
    /// The name most readers show.
    pub name: Option<String>,
    /// Every reading of the name.
    pub names: Vec<String>,
    /// What it is, by its content: `xlsx`, `exe`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the mail says it is: `application/pdf`.
    pub declared: String,
    /// Octets, decoded.
    pub size: u64,
    /// The gravest of `verdicts`.
    pub verdict: PartVerdict,
    /// All of them.
    pub verdicts: Vec<PartVerdict>,
    /// Locked with a password; not readable where `password` is none.
    pub encrypted: bool,
    /// The password that opened it.
    pub password: Option<String>,
}

impl PartFacts {
    /// The place for people: `part 1.2, 見積書.xlsx`.
    pub fn place(&self) -> String {
        match self.member.as_ref().or(self.name.as_ref()) {
            Some(name) => format!("part {}, {name}", self.path),
            None => format!("part {}", self.path),
        }
    }

    /// Every reading of its name, and its path in an archive.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().chain(&self.name).chain(&self.member);
        names.map(String::as_str)
    }

    /// Whether it is the text of the mail itself: a text without a name.
    pub fn is_body(&self) -> bool {
        let is_text = matches!(self.declared.as_str(), "" | "text/plain" | "text/html");
        is_text && self.member.is_none() && self.all_names().next().is_none()
    }

    /// Every verdict once, the one in `verdict` too.
    pub fn all_verdicts(&self) -> impl Iterator<Item = PartVerdict> {
        let alone = (!self.verdicts.contains(&self.verdict)).then_some(self.verdict);
        alone.into_iter().chain(self.verdicts.iter().copied())
    }
}

/// What an attachment was found to be. Ordered by gravity.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PartVerdict {
    /// Read in full, nothing found.
    #[default]
    Clean,
    /// Loads something from elsewhere when opened.
    ExternalLink,
    /// Another document or object inside.
    EmbeddedObject,
    /// A macro that a person must start.
    Macro,
    /// Scripts in a PDF, an SVG or an HTML file.
    ActiveContent,
    /// Two extensions, direction signs, or many blanks in its name.
    SuspiciousName,
    /// Not what its name or type says.
    TypeMismatch,
    /// Not to be opened without a password.
    Encrypted,
    /// Broken: it cannot be read in full.
    Malformed,
    /// A macro that starts by itself.
    MacroAutoexec,
    /// Commands in cells (DDE).
    Dde,
    /// A form that asks for a password.
    CredentialForm,
    /// A macro that starts by itself and downloads, writes or runs something.
    MacroSuspicious,
    /// Runs when opened: program, script, shortcut, disk image.
    DangerousType,
    /// Made to break whoever unpacks it.
    Bomb,
    /// The harmless test file of the anti-virus trade (EICAR).
    MalwareTest,
    /// Malicious software.
    Malware,
}

impl PartVerdict {
    /// All, by gravity.
    pub const ALL: [Self; 17] = [
        Self::Clean,
        Self::ExternalLink,
        Self::EmbeddedObject,
        Self::Macro,
        Self::ActiveContent,
        Self::SuspiciousName,
        Self::TypeMismatch,
        Self::Encrypted,
        Self::Malformed,
        Self::MacroAutoexec,
        Self::Dde,
        Self::CredentialForm,
        Self::MacroSuspicious,
        Self::DangerousType,
        Self::Bomb,
        Self::MalwareTest,
        Self::Malware,
    ];

    /// The word of INTERFACES: `dangerous_type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::ExternalLink => "external_link",
            Self::EmbeddedObject => "embedded_object",
            Self::Macro => "macro",
            Self::ActiveContent => "active_content",
            Self::SuspiciousName => "suspicious_name",
            Self::TypeMismatch => "type_mismatch",
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::MacroAutoexec => "macro_autoexec",
            Self::Dde => "dde",
            Self::CredentialForm => "credential_form",
            Self::MacroSuspicious => "macro_suspicious",
            Self::DangerousType => "dangerous_type",
            Self::Bomb => "bomb",
            Self::MalwareTest => "malware_test",
            Self::Malware => "malware",
        }
    }
}
