/// One pair of files: `locales/ja/NAME.ftl` and `locales/en/NAME.ftl`.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// The name of its files; most of its keys begin with it.
    pub name: &'static str,
    pub(crate) ja: &'static str,
    pub(crate) en: &'static str,
}

macro_rules! areas {
    ($($name:literal),* $(,)?) => {
        /// Every area of the catalogue.
        pub const AREAS: &[Area] = &[$(Area {
            name: $name,
            ja: include_str!(concat!("../locales/ja/", $name, ".ftl")),
            en: include_str!(concat!("../locales/en/", $name, ".ftl")),
        }),*];
    };
}

// One area a line, by the alphabet: a new line meets no other branch's.
areas!(
    "address",
    "auth",
    "cli",
    "command",
    "content",
    "demo",
    "directory",
    "dlp",
    "dsn",
    "facts",
    "imap",
    "mime",
    "notice",
    "phish",
    "policy",
    "pop3",
    "ppap",
    "sasl",
    "server",
    "smtp",
    "spam",
    "step",
    "store",
    "web",
    "words",
);
