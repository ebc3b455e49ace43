use thiserror::Error;

/// Why a text is no address, domain or path. Always the turn of whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing there where an address or domain must be.
    #[error("empty")]
    Empty,
    /// `<` and `>` do not stand around the path exactly once.
    #[error("a path stands between one `<` and one `>`")]
    Brackets,
    /// No `@` between local part and domain.
    #[error("no `@` between local part and domain")]
    NoAt,
    /// The local part is missing, or has a character that needs quotes.
    #[error("the local part is not well-formed")]
    LocalPart,
    /// A quoted local part that does not end, or with a character not allowed in it.
    #[error("the quoted local part is not well-formed")]
    QuotedLocalPart,
    /// More than [`LOCAL_BYTES_MAX`](crate::limits::LOCAL_BYTES_MAX) octets.
    #[error("the local part is longer than 64 octets")]
    LocalPartTooLong,
    /// Not a domain name (RFC 5321 §4.1.2, RFC 5890).
    #[error("the domain is not well-formed")]
    Domain,
    /// Not the U-label of any domain, only text that looks like one.
    #[error("the domain has characters that no domain name has")]
    DomainCharacters,
    /// The last label is a number: an IP address without its brackets.
    #[error("an IP address stands in brackets, as in [192.0.2.1]")]
    BareIp,
    /// More than [`DOMAIN_BYTES_MAX`](crate::limits::DOMAIN_BYTES_MAX) octets, or a label over 63.
    #[error("the domain is longer than 255 octets, or a label longer than 63")]
    DomainTooLong,
    /// `[…]` that is neither an IPv4 nor an IPv6 address (RFC 5321 §4.1.3).
    #[error("the address literal is not well-formed")]
    Literal,
    /// More than [`PATH_BYTES_MAX`](crate::limits::PATH_BYTES_MAX) octets.
    #[error("the path is longer than 256 octets")]
    PathTooLong,
    /// A source route that is not well-formed (RFC 5321 App. F.2).
    #[error("the source route is not well-formed")]
    SourceRoute,
    /// NUL, another control character, or a sign that turns the direction of the text.
    #[error("a control character")]
    Control,
    /// `<>` where a recipient must be.
    #[error("a recipient cannot be empty")]
    NullRecipient,
}

impl AddressError {
    /// Every variant, for the test that each has its words.
    pub const ALL: [Self; 15] = [
        Self::Empty,
        Self::Brackets,
        Self::NoAt,
        Self::LocalPart,
        Self::QuotedLocalPart,
        Self::LocalPartTooLong,
        Self::Domain,
        Self::DomainCharacters,
        Self::BareIp,
        Self::DomainTooLong,
        Self::Literal,
        Self::PathTooLong,
        Self::SourceRoute,
        Self::Control,
        Self::NullRecipient,
    ];

    /// Key of the words for people (sekisho-words, area `address`).
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "address-empty",
            Self::Brackets => "address-brackets",
            Self::NoAt => "address-no-at",
            Self::LocalPart => "address-local-part",
            Self::QuotedLocalPart => "address-quoted-local-part",
            Self::LocalPartTooLong => "address-local-part-too-long",
            Self::Domain => "address-domain",
            Self::DomainCharacters => "address-domain-characters",
            Self::BareIp => "address-bare-ip",
            Self::DomainTooLong => "address-domain-too-long",
            Self::Literal => "address-literal",
            Self::PathTooLong => "address-path-too-long",
            Self::SourceRoute => "address-source-route",
            Self::Control => "address-control",
            Self::NullRecipient => "address-null-recipient",
        }
    }
}
