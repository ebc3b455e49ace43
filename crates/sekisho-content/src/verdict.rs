//! The words of a part's verdict.

use serde::{Deserialize, Serialize};

/// What is said of a file, from harmless to grave. A file may deserve several; macros are said in all
/// the degrees that apply, so that a rule on the mild word finds the grave case too.
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
    /// A document with macros.
    Macro,
    /// Code or actions that run when it is opened (HTML smuggling, formulas in CSV).
    ActiveContent,
    /// A name made to look like another one.
    SuspiciousName,
    /// The bytes are of another type than name or declaration say, or of two types at once.
    TypeMismatch,
    /// The contents cannot be read without a password or key.
    Encrypted,
    /// The format is broken.
    Malformed,
    /// A macro that starts by itself.
    MacroAutoexec,
    /// Other programs are started through Office's old ways: DDE fields and formulas, and Object
    /// Packager objects, which hand their file to the shell.
    Dde,
    /// A form for passwords.
    CredentialForm,
    /// A macro that runs, loads or writes something, or hides what it does.
    MacroSuspicious,
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
        }
    }
}
