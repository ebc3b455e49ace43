//! What was wrong with a mail's structure.

/// One thing that was wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// What was wrong.
    pub kind: AnomalyKind,
    /// The part it was seen in, as [`crate::Part::path`].
    pub path: String,
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AnomalyKind {
    /// Two Content-Type fields that differ (RFC 5322 §3.6, RFC 2045 §5.1: one at most).
    DuplicateContentType,
    /// Two Content-Transfer-Encoding fields that differ.
    DuplicateTransferEncoding,
    /// Two Content-Disposition fields that differ.
    DuplicateDisposition,
    /// Two From, Sender, Reply-To, Subject, Date, To, Cc or Message-ID fields.
    DuplicateField,
    /// A Content-Type that RFC 2045 §5.1 does not allow and that mail programs repair differently.
    MalformedContentType,
    /// A Content-Transfer-Encoding with more than its one word, or broken in the middle.
    MalformedTransferEncoding,
    /// A Content-Disposition that mail programs repair differently.
    MalformedDisposition,
    /// Two values for one parameter that decides about structure (boundary, charset).
    DuplicateParameter,
    /// A multipart without a usable boundary parameter.
    BoundaryMissing,
    /// A boundary parameter with bytes that RFC 2046 §5.1.1 does not allow, or with odd quoting.
    BoundaryMalformed,
    /// The boundary parameter can be read in two ways.
    BoundaryAmbiguous,
    /// The delimiter never appears in the body.
    BoundaryAbsent,
    /// A line that starts as the delimiter and goes on with something else than blanks.
    BoundaryPrefix,
    /// One boundary used on two levels.
    BoundaryNested,
    /// The closing delimiter is missing. All programs show the same parts.
    BoundaryUnclosed,
    /// Content with header fields of its own before the first delimiter.
    PreambleContent,
    /// Content with header fields of its own after the closing delimiter.
    EpilogueContent,
    /// Parts inside a part that is not a multipart.
    HiddenParts,
    /// A line in the header that is no field, so that some readers end the header there.
    HeaderJunk,
    /// A field name with blanks or control characters that some readers accept.
    FieldNameMalformed,
    /// The header is not ended by an empty line.
    HeaderUnended,
    /// A line of blanks only inside the header: a fold for some, the end for others.
    HeaderBlankLine,
    /// NUL bytes where some readers cut.
    Nul,
    /// Bare CR taken as a line end by some.
    BareCr,
    /// Base64 with data after its padding: some stop there, some go on.
    Base64AfterPadding,
    /// Base64 with characters outside the alphabet.
    Base64Junk,
    /// Quoted-printable with escapes that are no hex digits.
    QuotedPrintableMalformed,
    /// A transfer encoding that is not known: what it holds could not be read.
    TransferEncodingUnknown,
    /// An encoding other than 7bit, 8bit or binary on a multipart or message (RFC 2045 §6.4).
    TransferEncodingOnComposite,
    /// A uuencoded or yEnc file inside a text.
    InlineEncoded,
    /// An attachment name that can be read in more than one way.
    NameAmbiguous,
    /// message/partial: one piece of a mail that is put together elsewhere (RFC 2046 §5.2.2).
    PartialMessage,
    /// message/external-body: the content lies elsewhere (RFC 2046 §5.2.3).
    ExternalBody,
    /// A limit of [`crate::limits`] was reached; the rest was not read.
    LimitReached,
}

impl AnomalyKind {
    /// The finding id: `mime.duplicate_content_type`…
    pub fn id(self) -> &'static str {
        match self {
            Self::DuplicateContentType => "mime.duplicate_content_type",
            Self::DuplicateTransferEncoding => "mime.duplicate_transfer_encoding",
            Self::DuplicateDisposition => "mime.duplicate_disposition",
            Self::DuplicateField => "mime.duplicate_field",
            Self::MalformedContentType => "mime.malformed_content_type",
            Self::MalformedTransferEncoding => "mime.malformed_transfer_encoding",
            Self::MalformedDisposition => "mime.malformed_disposition",
            Self::DuplicateParameter => "mime.duplicate_parameter",
            Self::BoundaryMissing => "mime.boundary_missing",
            Self::BoundaryMalformed => "mime.boundary_malformed",
            Self::BoundaryAmbiguous => "mime.boundary_ambiguous",
            Self::BoundaryAbsent => "mime.boundary_absent",
            Self::BoundaryPrefix => "mime.boundary_prefix",
            Self::BoundaryNested => "mime.boundary_nested",
            Self::BoundaryUnclosed => "mime.boundary_unclosed",
            Self::PreambleContent => "mime.preamble_content",
            Self::EpilogueContent => "mime.epilogue_content",
            Self::HiddenParts => "mime.hidden_parts",
            Self::HeaderJunk => "mime.header_junk",
            Self::FieldNameMalformed => "mime.field_name_malformed",
            Self::HeaderUnended => "mime.header_unended",
            Self::HeaderBlankLine => "mime.header_blank_line",
            Self::Nul => "mime.nul",
            Self::BareCr => "mime.bare_cr",
            Self::Base64AfterPadding => "mime.base64_after_padding",
            Self::Base64Junk => "mime.base64_junk",
            Self::QuotedPrintableMalformed => "mime.quoted_printable_malformed",
            Self::TransferEncodingUnknown => "mime.transfer_encoding_unknown",
            Self::TransferEncodingOnComposite => "mime.transfer_encoding_on_composite",
            Self::InlineEncoded => "mime.inline_encoded",
            Self::NameAmbiguous => "mime.name_ambiguous",
            Self::PartialMessage => "mime.partial_message",
            Self::ExternalBody => "mime.external_body",
            Self::LimitReached => "mime.limit_reached",
        }
    }

    /// Whether two mail programs may show different content because of it.
    pub fn is_ambiguous(self) -> bool {
        match self {
            // All programs agree on what is there, or all of it is offered as it is.
            Self::BoundaryUnclosed
            | Self::HiddenParts
            | Self::InlineEncoded
            | Self::DuplicateField
            | Self::DuplicateDisposition
            | Self::PartialMessage
            | Self::ExternalBody
            | Self::LimitReached => false,
            Self::DuplicateContentType
            | Self::DuplicateTransferEncoding
            | Self::MalformedContentType
            | Self::MalformedTransferEncoding
            | Self::MalformedDisposition
            | Self::DuplicateParameter
            | Self::BoundaryMissing
            | Self::BoundaryMalformed
            | Self::BoundaryAmbiguous
            | Self::BoundaryAbsent
            | Self::BoundaryPrefix
            | Self::BoundaryNested
            | Self::PreambleContent
            | Self::EpilogueContent
            | Self::HeaderJunk
            | Self::FieldNameMalformed
            | Self::HeaderUnended
            | Self::HeaderBlankLine
            | Self::Nul
            | Self::BareCr
            | Self::Base64AfterPadding
            | Self::Base64Junk
            | Self::QuotedPrintableMalformed
            | Self::TransferEncodingUnknown
            | Self::TransferEncodingOnComposite
            | Self::NameAmbiguous => true,
        }
    }

    /// Whether something could not be read because of it.
    pub fn is_uninspectable(self) -> bool {
        matches!(
            self,
            Self::TransferEncodingUnknown
                | Self::PartialMessage
                | Self::ExternalBody
                | Self::LimitReached
        )
    }
}
