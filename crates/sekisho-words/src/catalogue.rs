//! The Fluent bundles, built once at first use.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::{AREAS, Arg, Language};

type Bundle = FluentBundle<FluentResource>;

static JA: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Ja));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));

fn of(language: Language) -> &'static Bundle {
    match language {
        Language::Ja => &JA,
        Language::En => &EN,
    }
}

/// A file with a mistake gives what can be read of it; the tests of this crate find the rest.
fn bundle(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // The marks U+2068 and U+2069 would go into SMTP replies, headers and logs.
    bundle.set_use_isolating(false);
    for area in AREAS {
        let text = match language {
            Language::Ja => area.ja,
            Language::En => area.en,
        };
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
        let _first_one_wins = bundle.add_resource(resource);
    }
    bundle
}

pub(crate) fn format(language: Language, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let bundle = of(language);
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let mut named = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        named.set(*name, value(arg));
    }
    let mut unresolved_args_show_as_names = Vec::new();
    bundle
        .format_pattern(pattern, Some(&named), &mut unresolved_args_show_as_names)
        .into_owned()
}

fn value<'a>(arg: &'a Arg<'_>) -> FluentValue<'a> {
    match arg {
        Arg::Text(text) => FluentValue::String(one_line(text)),
        Arg::Number(number) => FluentValue::from(*number),
    }
}

fn one_line(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.replace(char::is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether the catalogue has this key in both languages.
pub fn is_key(key: &str) -> bool {
    JA.has_message(key) && EN.has_message(key)
}

/// Every key of the Japanese catalogue, in the order of the files.
pub fn keys() -> impl Iterator<Item = &'static str> {
    AREAS
        .iter()
        .flat_map(|area| area.ja.lines())
        .filter_map(|line| {
            let (key, _) = line.split_once('=')?;
            let key = key.trim_end();
            let starts_a_message = key.starts_with(|c: char| c.is_ascii_alphabetic());
            starts_a_message.then_some(key)
        })
}
