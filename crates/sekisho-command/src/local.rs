//! What depends on who reads: their language, and times as they read them.

use jiff::Timestamp;
use sekisho_directory::Account;
use sekisho_words::Language;

/// The language of an account.
pub fn language_of(account: &Account) -> Language {
    if account.language == "en" {
        Language::En
    } else {
        Language::Ja
    }
}

/// A time as people of the language read it; the organisation's zone is Japan's.
pub fn time_in(language: Language, at: Timestamp) -> String {
    // The zone table is built in, so that a failure would be a typing error here.
    let Ok(at) = at.in_tz("Asia/Tokyo") else {
        return at.to_string();
    };
    match language {
        Language::Ja => at.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
        Language::En => at.strftime("%Y-%m-%d %H:%M %Z").to_string(),
    }
}
