//! Every bound on what comes from outside, and its reason.

/// Rounds after which [`authenticate`](crate::authenticate) has its result, however it is
/// answered: the SPF record, two for each of ten terms (`mx`, `ptr`), the words of a fail and the
/// names in them, and the last that is not wanted. All else is asked beside these.
pub const ROUNDS_MAX: usize = 1 + 2 * SPF_LOOKUPS_MAX as usize + 1 + 2 + 1;

/// Terms of an SPF evaluation that cause DNS look-ups (RFC 7208 §4.6.4).
pub(crate) const SPF_LOOKUPS_MAX: u32 = 10;
/// Look-ups of an SPF evaluation that find nothing (RFC 7208 §4.6.4).
pub(crate) const SPF_VOID_LOOKUPS_MAX: u32 = 2;
/// Exchangers of one `mx`, names of one `ptr` (RFC 7208 §4.6.4).
pub(crate) const SPF_NAMES_MAX: usize = 10;
/// An SPF record as DNS can carry it; longer ones exist only to make us work.
pub(crate) const SPF_RECORD_BYTES_MAX: usize = 8 * 1024;
/// What a macro may expand to before it is cut to a name: local part and domain a few times over.
pub(crate) const SPF_EXPANSION_BYTES_MAX: usize = 8 * 1024;
/// Words of the sender that a refusal repeats; one reply line holds 512 (RFC 5321 §4.5.3.1.5).
pub(crate) const SPF_EXPLANATION_BYTES_MAX: usize = 450;

/// Signatures looked at in one mail; the rest are ignored (RFC 6376 §8.4: a flood of them).
pub(crate) const DKIM_SIGNATURES_MAX: usize = 10;
/// A signature header field: RSA-8192 in base64 is 1,400 bytes, `h=` rarely more than that.
pub(crate) const DKIM_SIGNATURE_BYTES_MAX: usize = 16 * 1024;
/// Names in `h=`. Each costs a look into the header; 1,000 covers any real mail.
pub(crate) const DKIM_SIGNED_HEADERS_MAX: usize = 1000;
/// Key records tried at one name: more than one is an error of the owner (RFC 6376 §3.6.2.2).
pub(crate) const DKIM_KEY_RECORDS_MAX: usize = 4;
/// Shorter RSA keys can be broken (RFC 8301 §3.2).
pub(crate) const RSA_BITS_MIN: u32 = 1024;
/// Longer RSA keys cost more than a mail is worth; DNS does not carry them well either.
pub(crate) const RSA_BITS_MAX: u32 = 8192;

/// Sets of an ARC chain (RFC 8617 §4.2.1).
pub(crate) const ARC_SETS_MAX: u32 = 50;
/// One ARC header field; ARC-Authentication-Results of mail with many signatures are the longest.
pub(crate) const ARC_FIELD_BYTES_MAX: usize = 16 * 1024;
/// All fields of a chain: each seal signs all before it, so the work grows with the square.
/// Fifty sets of the usual 2 KiB fit twice.
pub(crate) const ARC_CHAIN_BYTES_MAX: usize = 256 * 1024;

/// Tags of one `tag=value` list.
pub(crate) const TAGS_MAX: usize = 100;
/// Different domains of From that DMARC looks at; such mail is refused by most anyway.
pub(crate) const FROM_DOMAINS_MAX: usize = 5;
/// Bytes of From fields that are read for domains; a header line of RFC 5322 holds 998.
pub(crate) const FROM_BYTES_MAX: usize = 64 * 1024;
/// A DNS name in text form (RFC 1035 §3.1: 255 octets on the wire).
pub(crate) const NAME_BYTES_MAX: usize = 253;
/// A label of a DNS name (RFC 1035 §2.3.4).
pub(crate) const LABEL_BYTES_MAX: usize = 63;
/// Aliases followed in a zone file, so that a circle ends.
pub(crate) const ALIASES_MAX: usize = 8;

/// Labels of the longest name above a From domain that is asked for a policy (RFC 9989 §4.10).
pub(crate) const WALK_LABELS_MAX: usize = 7;
/// An aggregate report unpacked: 100,000 records of the usual 500 octets fit.
pub const REPORT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Records of one report, read or written; large receivers send some ten thousand.
pub const REPORT_RECORDS_MAX: usize = 100_000;
/// Addresses that one policy may have reports sent to; receivers must take two (RFC 7489 §6.2).
pub(crate) const REPORT_DESTINATIONS_MAX: usize = 4;

const _: () = assert!(RSA_BITS_MIN < RSA_BITS_MAX);

/// Received lines that are gone back through: more hops of one's own are a loop.
pub const HOPS_MAX: usize = 20;
