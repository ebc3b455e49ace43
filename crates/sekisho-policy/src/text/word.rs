//! The words that stand for variants in the text form.

use crate::{
    ActionKind, BannerPlace, Direction, DmarcPolicy, HeaderPlace, IfSigned, Importance,
    MessageKind, MessageTrait, Mode, Outcome, PartVerdict, Preset, Relation, Scope, Side, Weekday,
    Whose,
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
    Direction { Inbound = "inbound", Outbound = "outbound", Internal = "internal" }
    Side { Internal = "internal", External = "external" }
    HeaderPlace { To = "to", Cc = "cc", Bcc = "bcc" }
    DmarcPolicy { None = "none", Quarantine = "quarantine", Reject = "reject" }
    Mode { Off = "off", Watch = "watch", WatchNotify = "watch-notify", Enforce = "enforce" }
    Scope { All = "all", External = "external", Internal = "internal", Matching = "matching" }
    Whose { External = "external", All = "all" }
    IfSigned { Wrap = "wrap", Skip = "skip", Refuse = "refuse" }
    BannerPlace { Top = "top", Bottom = "bottom" }
    Importance { Low = "low", Normal = "normal", High = "high" }
    Relation { Manager = "manager", Report = "report" }
    Weekday {
        Monday = "mon", Tuesday = "tue", Wednesday = "wed", Thursday = "thu", Friday = "fri",
        Saturday = "sat", Sunday = "sun",
    }
    MessageKind { Bounce = "bounce", Arf = "arf", AutoReply = "auto-reply", Ordinary = "not" }
    MessageTrait {
        AutoForward = "auto_forward", Calendar = "calendar", ReadReceipt = "read_receipt", Signed = "signed",
        Encrypted = "encrypted", List = "list",
    }
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
