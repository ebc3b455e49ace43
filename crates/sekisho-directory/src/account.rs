//! People and shared mailboxes as the rest of Sekisho sees them.

use sekisho_address::Address;
use sekisho_store::{AccountId, AccountKind, Tenant};

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
        const GB: u64 = 1_000_000_000;
        match self {
            Self::Gb2 => Some(2 * GB),
            Self::Gb50 => Some(50 * GB),
            Self::Gb100 => Some(100 * GB),
            Self::Bytes(bytes) => Some(bytes),
            Self::Unlimited => None,
        }
    }

    /// Reads `2GB`, `50GB`, `100GB`, a number with `B`, `KB`, `MB`, `GB` or `TB`, or `unlimited`.
    pub fn parse(_text: &str) -> Option<Self> {
        todo!()
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
}
