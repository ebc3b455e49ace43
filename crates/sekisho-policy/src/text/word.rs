//! The words that stand for variants in the text form.

use crate::{
    ActionKind, Direction, DmarcPolicy, HeaderPlace, MessageKind, Mode, Outcome, PartVerdict,
    Preset, Scope, Side,
};

/// A closed set of words.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// Every value.
    fn all() -> &'static [Self];
    /// Its word.
    fn word(self) -> &'static str;

    fn from_word(word: &str) -> Option<Self> {
        Self::all()
            .iter()
            .copied()
            .find(|value| value.word() == word)
    }
}

macro_rules! words {
    ($($set:ident { $($variant:ident = $word:literal),* $(,)? })*) => {$(
        impl Word for $set {
            fn all() -> &'static [Self] {
                &[$(Self::$variant),*]
            }

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }
        }
    )*};
}

words! {
    MessageKind { Bounce = "bounce", Arf = "arf", AutoReply = "auto-reply", Ordinary = "not" }
    Direction { Inbound = "inbound", Outbound = "outbound", Internal = "internal" }
    Side { Internal = "internal", External = "external" }
    HeaderPlace { To = "to", Cc = "cc", Bcc = "bcc" }
    DmarcPolicy { None = "none", Quarantine = "quarantine", Reject = "reject" }
    Mode { Off = "off", Watch = "watch", Enforce = "enforce" }
    Scope { All = "all", External = "external", Internal = "internal" }
    Preset { Standard = "standard", Strict = "strict" }
    Outcome {
        None = "none", Pass = "pass", Fail = "fail", Softfail = "softfail", Neutral = "neutral",
        Policy = "policy", Temperror = "temperror", Permerror = "permerror",
    }
}

impl Word for PartVerdict {
    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        PartVerdict::word(self)
    }
}

impl Word for ActionKind {
    fn all() -> &'static [Self] {
        &Self::ALL
    }

    fn word(self) -> &'static str {
        ActionKind::word(self)
    }
}
