//! Parts and members: opened, listed, and their texts taken.

use sekisho_content::{ByEnds, File, Place, Reason, State, Verdict};
use sekisho_mime::{Decoding, Message, Part, TransferEncoding};
use sekisho_policy::{PartFacts, PartVerdict, Uninspectable};

use crate::large::{LargeText, Survey};
use crate::limits::{
    LARGE_BODY_BYTES, OPENED_BYTES_MAX, PARTS_MAX, TEXT_BYTES_MAX, UNINSPECTABLE_MAX,
    WHOLE_BYTES_MAX,
};
use crate::look::PartLook;
use crate::texts::PlacedText;
use crate::{InProcess, InnerFile, OpenedFile, Opener};

/// Everything that opening a mail's parts gives.
#[derive(Debug)]
pub(crate) struct Parts<'m> {
    pub(crate) looks: Vec<PartLook>,
    pub(crate) texts: Vec<PlacedText>,
    pub(crate) large: Vec<LargeText<'m>>,
    pub(crate) uninspectable: Vec<Uninspectable>,
    /// Tried on what is locked.
    passwords: &'m [String],
    opener: &'m dyn Opener,
    opened_bytes: usize,
    text_bytes: usize,
}

impl<'m> Parts<'m> {
    fn with(passwords: &'m [String], opener: &'m dyn Opener) -> Self {
        Self {
            looks: Vec::new(),
            texts: Vec::new(),
            large: Vec::new(),
            uninspectable: Vec::new(),
            passwords,
            opener,
            opened_bytes: 0,
            text_bytes: 0,
        }
    }

    pub(crate) fn of(
        message: &'m Message<'m>,
        passwords: &'m [String],
        opener: &'m dyn Opener,
    ) -> Self {
        let mut parts = Self::with(passwords, opener);
        for part in message.all_parts() {
            if !part.is_multipart() && !part.is_message() {
                parts.add_part(&part);
            }
        }
        parts
    }

    /// A file by itself, as `inspect --attachment` has it.
    pub(crate) fn of_file(bytes: &[u8], name: Option<&str>, passwords: &'m [String]) -> Self {
        let mut parts = Self::with(passwords, &InProcess);
        let names: Vec<String> = name.map(str::to_owned).into_iter().collect();
        let file = File {
            bytes,
            names: &names,
            declared: None,
            charset: None,
        };
        parts.add_file("1", None, &file);
        parts
    }

    fn add_part(&mut self, part: &Part<'m>) {
        let path = part.path();
        let names = part.names();
        let content_type = part.content_type();
        let declared = content_type.essence();
        let charset = content_type.params.value("charset");
        if part.size() > LARGE_BODY_BYTES {
            let file = File {
                bytes: b"",
                names: &names,
                declared: Some(&declared),
                charset: charset.as_deref(),
            };
            if self.add_large(part, &path, &file) {
                return;
            }
            let is_encoded = part.transfer_encoding() != TransferEncoding::Identity;
            if is_encoded && part.size() / 4 * 3 > WHOLE_BYTES_MAX {
                self.cannot(format!("part {path}"), "over_limit");
                return;
            }
        }
        for (nth, Decoding { name, bytes, .. }) in part.decodings().into_iter().enumerate() {
            if self.opened_bytes.saturating_add(bytes.len()) > OPENED_BYTES_MAX {
                self.cannot(format!("part {path}"), "over_limit");
                return;
            }
            self.opened_bytes += bytes.len();
            let own_names: Vec<String> = name.iter().cloned().chain(names.clone()).collect();
            let file = File {
                bytes: &bytes,
                names: if name.is_some() { &own_names } else { &names },
                declared: Some(&declared),
                charset: charset.as_deref(),
            };
            // A file inside a text, or the same part read in another way.
            let member = (nth > 0).then(|| name.unwrap_or_else(|| format!("reading {}", nth + 1)));
            self.add_file(&path, member, &file);
        }
    }

    /// Takes a part that need not be held as a whole; false when it must be.
    fn add_large(&mut self, part: &Part<'m>, path: &str, file: &File<'_>) -> bool {
        let Some(stream) = part.stream() else {
            return false;
        };
        let survey = Survey::of(&stream);
        let (opened, is_text) = match survey.told(file) {
            ByEnds::Whole => return false,
            ByEnds::Told(opened) => (opened, false),
            ByEnds::Text(opened) => (opened, true),
        };
        let declared = file.declared.unwrap_or_default();
        self.add_opened(
            path,
            None,
            file.names,
            declared,
            survey.size,
            (*opened).into(),
        );
        if is_text {
            let charset = file.charset.map(str::to_owned);
            let text = LargeText::new(format!("part {path}"), stream, charset);
            self.large.push(text);
        }
        true
    }

    fn add_file(&mut self, path: &str, member: Option<String>, file: &File<'_>) {
        let opened = self.opener.open(file, self.passwords);
        let declared = file.declared.unwrap_or_default();
        self.add_opened(
            path,
            member,
            file.names,
            declared,
            file.bytes.len() as u64,
            opened,
        );
    }

    fn add_opened(
        &mut self,
        path: &str,
        member: Option<String>,
        names: &[String],
        declared: &str,
        size: u64,
        opened: OpenedFile,
    ) {
        if self.looks.len() >= PARTS_MAX {
            self.cannot(format!("part {path}"), "over_limit");
            return;
        }
        let facts = PartFacts {
            path: path.to_owned(),
            member: member.clone(),
            name: names.first().cloned(),
            names: names.to_vec(),
            kind: opened.kind,
            declared: declared.to_owned(),
            size,
            verdict: opened
                .verdicts
                .iter()
                .copied()
                .find_map(verdict)
                .unwrap_or_default(),
            verdicts: opened
                .verdicts
                .iter()
                .copied()
                .filter_map(verdict)
                .collect(),
            encrypted: opened.encrypted,
            password: opened.password.clone(),
        };
        let place = facts.place();
        if let State::Uninspectable(reason) = opened.state {
            let word = opened.lost.as_deref().unwrap_or(reason_word(reason));
            self.cannot(place.clone(), word);
        }
        self.take_texts(&place, opened.pieces);
        self.looks.push(PartLook {
            state: opened.state,
            words: opened
                .verdicts
                .iter()
                .map(|verdict| verdict.as_str())
                .collect(),
            facts,
        });
        for inner in opened.members {
            self.add_member(path, member.as_deref(), inner);
        }
    }

    fn add_member(&mut self, path: &str, outer: Option<&str>, inner: InnerFile) {
        let name = match outer {
            Some(outer) => format!("{outer}/{}", inner.name),
            None => inner.name.clone(),
        };
        for reading in inner.names.iter().filter(|reading| !reading.is_empty()) {
            let place = format!("part {path}, {name}, name");
            self.take_text(PlacedText::new(place, reading.clone()));
        }
        let declared = inner.declared.unwrap_or_default();
        self.add_opened(
            path,
            Some(name),
            &inner.names,
            &declared,
            inner.size,
            inner.opened,
        );
    }

    fn take_texts(&mut self, place: &str, pieces: Vec<(Place, String)>) {
        for (within, text) in pieces {
            let place = match &within {
                Place::Text => place.to_owned(),
                Place::Hidden => format!("{place}, hidden"),
                Place::Properties => format!("{place}, properties"),
                Place::Section(section) => format!("{place}, {section}"),
            };
            self.take_text(PlacedText::new(place, text));
        }
    }

    fn take_text(&mut self, text: PlacedText) {
        if self.text_bytes.saturating_add(text.text.len()) > TEXT_BYTES_MAX {
            self.cannot(text.place, "over_limit");
            return;
        }
        self.text_bytes += text.text.len();
        // The readings of one charset often give one text.
        if self.texts.last() != Some(&text) {
            self.texts.push(text);
        }
    }

    fn cannot(&mut self, place: String, reason: &str) {
        let entry = Uninspectable {
            place,
            reason: reason.to_owned(),
        };
        if self.uninspectable.len() < UNINSPECTABLE_MAX && !self.uninspectable.contains(&entry) {
            self.uninspectable.push(entry);
        }
    }
}

fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Encrypted => "encrypted",
        Reason::Malformed => "malformed",
        Reason::LimitReached => "over_limit",
        Reason::Unsupported => "unknown_format",
        Reason::OtherVolume => "other_volume",
    }
}

/// The policy's word; none for what was not looked into, which is told as a finding.
fn verdict(verdict: Verdict) -> Option<PartVerdict> {
    Some(match verdict {
        Verdict::Clean => PartVerdict::Clean,
        Verdict::Unopened => return None,
        Verdict::ExternalLink => PartVerdict::ExternalLink,
        Verdict::EmbeddedObject => PartVerdict::EmbeddedObject,
        Verdict::Malformed => PartVerdict::Malformed,
        Verdict::Encrypted => PartVerdict::Encrypted,
        Verdict::SuspiciousName => PartVerdict::SuspiciousName,
        Verdict::TypeMismatch => PartVerdict::TypeMismatch,
        Verdict::CredentialForm => PartVerdict::CredentialForm,
        Verdict::ActiveContent => PartVerdict::ActiveContent,
        Verdict::Macro => PartVerdict::Macro,
        Verdict::MacroAutoexec => PartVerdict::MacroAutoexec,
        Verdict::MacroSuspicious => PartVerdict::MacroSuspicious,
        Verdict::Dde => PartVerdict::Dde,
        Verdict::DangerousType => PartVerdict::DangerousType,
        Verdict::Bomb => PartVerdict::Bomb,
        Verdict::MalwareTest => PartVerdict::MalwareTest,
    })
}
