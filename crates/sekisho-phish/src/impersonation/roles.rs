//! Names of offices instead of people.

use super::name::{clean, plain};
use crate::links::services::is_free_mail;
use crate::sign::{MEDIUM, Signs, WEAK};

/// Says that it is one of us.
const INSIDE: &[&str] = &[
    "社内",
    "当社",
    "弊社",
    "本社情報",
    "社員向け",
    "全社員",
    "internal it",
    "your it",
    "our it",
];

/// Offices that ask for passwords and payments.
const OFFICES: &[&str] = &[
    "情報システム",
    "情シス",
    "ヘルプデスク",
    "システム管理",
    "メール管理",
    "サーバー管理",
    "ネットワーク管理",
    "管理者",
    "システム部",
    "it部門",
    "経理",
    "財務",
    "総務",
    "人事",
    "社長室",
    "役員室",
    "セキュリティ担当",
    "サポートデスク",
    "help desk",
    "helpdesk",
    "it support",
    "it service",
    "it department",
    "system administrator",
    "mail administrator",
    "administrator",
    "webmaster",
    "mail admin",
    "email admin",
    "postmaster",
    "mailbox",
    "hr department",
    "human resources",
    "payroll",
    "accounts payable",
    "accounting department",
    "finance department",
];

/// Whether a name is that of an office, and nobody's own.
pub(super) fn names_office(plain: &str) -> bool {
    OFFICES.iter().any(|word| plain.contains(word))
}

/// Addresses that such offices do have.
const MACHINES: &[&str] = &[
    "postmaster",
    "mailer-daemon",
    "abuse",
    "no-reply",
    "noreply",
    "support",
    "info",
    "admin",
    "hostmaster",
    "webmaster",
];

pub(super) fn look(name: &str, local: &str, host: &str, signs: &mut Signs) {
    let text = plain(name);
    let inside = INSIDE.iter().any(|word| text.contains(word)) || clean(name).contains("(社内)");
    if inside || names_office(&text) {
        let personal =
            is_free_mail(host) && !MACHINES.contains(&local.to_ascii_lowercase().as_str());
        let weight = if inside || personal { MEDIUM } else { WEAK };
        let value = format!("{name} <{host}>");
        signs.add("phish.office_name", weight, &value, "header From");
    }
}
