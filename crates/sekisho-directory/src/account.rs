//! People and shared mailboxes as the rest of Sekisho sees them.

use std::collections::BTreeMap;

use sekisho_address::Address;
use sekisho_store::{AccountId, AccountKind, AccountRow, Tenant};

/// What an account may do. Several together are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(pub u32);

impl Roles {
    /// Sends and receives.
    pub const STAFF: Self = Self(1);
    /// Decides on held mail of those whose manager this is.
    pub const MANAGER: Self = Self(2);
    /// Changes the organisation's settings and decides on all held mail.
    pub const ADMIN: Self = Self(4);
    /// Reads the audit log and traces, changes nothing.
    pub const AUDITOR: Self = Self(8);

    /// Each role with its word on the command line and in JSON.
    pub const NAMES: [(Self, &'static str); 4] = [
        (Self::STAFF, "staff"),
        (Self::MANAGER, "manager"),
        (Self::ADMIN, "admin"),
        (Self::AUDITOR, "auditor"),
    ];

    /// Whether all of `other` are held.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The words, in the order of [`Self::NAMES`].
    pub fn names(self) -> Vec<&'static str> {
        let held = Self::NAMES
            .into_iter()
            .filter(|(role, _)| self.contains(*role));
        held.map(|(_, name)| name).collect()
    }

    /// Reads words such as `staff`, `admin`; `None` names an unknown one.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        names.into_iter().try_fold(Self::default(), |roles, name| {
            let (role, _) = Self::NAMES.into_iter().find(|(_, known)| *known == name)?;
            Some(roles.with(role))
        })
    }
}

/// Disks and price lists count in powers of ten.
const GB: u64 = 1_000_000_000;

/// Room of a mailbox by plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plan {
    /// 2 GB.
    Gb2,
    /// 50 GB.
    Gb50,
    /// 100 GB.
    Gb100,
    /// So many bytes.
    Bytes(u64),
    /// Without limit.
    Unlimited,
}

impl Plan {
    /// Bytes allowed; none is without limit.
    pub fn quota_bytes(self) -> Option<u64> {
        match self {
            Self::Gb2 => Some(2 * GB),
            Self::Gb50 => Some(50 * GB),
            Self::Gb100 => Some(100 * GB),
            Self::Bytes(bytes) => Some(bytes),
            Self::Unlimited => None,
        }
    }

    /// Reads `2GB`, `50GB`, `100GB`, a number with `B`, `KB`, `MB`, `GB` or `TB`, or `unlimited`.
    /// Case and a blank before the unit do not matter; a bare number is bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text == "unlimited" {
            return Some(Self::Unlimited);
        }
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => GB,
            "tb" => 1_000 * GB,
            _ => return None,
        };
        let bytes = number.parse::<u64>().ok()?.checked_mul(factor)?;
        let plans = [Self::Gb2, Self::Gb50, Self::Gb100];
        let plan = plans
            .into_iter()
            .find(|plan| plan.quota_bytes() == Some(bytes));
        Some(plan.unwrap_or(Self::Bytes(bytes)))
    }
}

/// A person or a shared mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Whose.
    pub tenant: Tenant,
    /// Kind.
    pub kind: AccountKind,
    /// Primary address: the sign-in name and the default sender.
    pub address: Address,
    /// Name on screen.
    pub name: String,
    /// Language of notices: `ja` or `en`.
    pub language: String,
    /// Roles.
    pub roles: Roles,
    /// Who decides on this account's held mail.
    pub manager: Option<AccountId>,
    /// Who decides when this account cannot.
    pub deputy: Option<AccountId>,
    /// Bytes allowed; none is without limit.
    pub quota_bytes: Option<u64>,
    /// May sign in and send. A disabled account still receives.
    pub enabled: bool,
    /// `department`, `title`, …: what the organisation notes of them, for rules.
    pub attributes: BTreeMap<String, String>,
}

impl Account {
    /// From the store's row. `None`: its address is none (damage), the account cannot be used.
    pub(crate) fn from_row(row: &AccountRow) -> Option<Self> {
        Some(Self {
            id: row.id,
            tenant: row.tenant,
            kind: row.kind,
            address: Address::parse(&row.address).ok()?,
            name: row.name.clone(),
            language: row.language.clone(),
            roles: Roles(row.roles),
            manager: row.manager,
            deputy: row.deputy,
            quota_bytes: row.quota_bytes,
            enabled: row.enabled,
            attributes: row.attributes.clone(),
        })
    }

    /// For the store.
    pub(crate) fn to_row(&self) -> AccountRow {
        AccountRow {
            id: self.id,
            tenant: self.tenant,
            kind: self.kind,
            address: self.address.to_string(),
            name: self.name.clone(),
            language: self.language.clone(),
            roles: self.roles.0,
            manager: self.manager,
            deputy: self.deputy,
            quota_bytes: self.quota_bytes,
            enabled: self.enabled,
            attributes: self.attributes.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_as_people_write_them() {
        let cases = [
            ("2GB", Some(Plan::Gb2)),
            ("50 gb", Some(Plan::Gb50)),
            ("100GB", Some(Plan::Gb100)),
            ("100000 MB", Some(Plan::Gb100)),
            ("5TB", Some(Plan::Bytes(5_000_000_000_000))),
            ("1234", Some(Plan::Bytes(1234))),
            ("Unlimited", Some(Plan::Unlimited)),
            ("", None),
            ("GB", None),
            ("-1GB", None),
            ("99999999999999999999GB", None),
            ("18446744073709551615TB", None),
            ("2GiB", None),
        ];
        for (text, want) in cases {
            assert_eq!(Plan::parse(text), want, "{text}");
        }
    }

    #[test]
    fn roles_read_back() {
        let roles = Roles::STAFF.with(Roles::ADMIN);
        assert_eq!(roles.names(), ["staff", "admin"]);
        assert_eq!(Roles::from_names(["staff", "admin"]), Some(roles));
        assert_eq!(Roles::from_names(["boss"]), None);
    }
}
