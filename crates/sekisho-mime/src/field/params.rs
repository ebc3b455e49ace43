//! Content-Type and Content-Disposition with their parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).

/// One parameter as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The name in lower case, with its RFC 2231 marks: `filename*0*`.
    pub name: String,
    /// The value unquoted, not decoded.
    pub value: Vec<u8>,
}

/// The parameters of a field, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params {
    /// As they stand, in order; for IMAP's `body-fld-param`.
    pub raw: Vec<Param>,
}

impl Params {
    /// The value of a parameter in its likeliest reading: RFC 2231 continuations joined, percent and
    /// charset decoded, encoded words decoded.
    pub fn value(&self, name: &str) -> Option<String> {
        self.values(name).into_iter().next()
    }

    /// Every reading of a parameter, the likeliest first.
    pub fn values(&self, name: &str) -> Vec<String> {
        todo!("{name}")
    }
}

/// A media type with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// `text`, in lower case.
    pub media: String,
    /// `plain`, in lower case.
    pub subtype: String,
    /// The parameters.
    pub params: Params,
}

/// A disposition with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// `inline`, `attachment`, in lower case.
    pub kind: String,
    /// The parameters.
    pub params: Params,
}

impl ContentType {
    /// Reads the value of a Content-Type field.
    pub fn parse(value: &[u8]) -> ContentType {
        todo!("{value:?}")
    }

    /// Whether it is this type: `is("message", "rfc822")`.
    pub fn is(&self, media: &str, subtype: &str) -> bool {
        self.media == media && self.subtype == subtype
    }

    /// `text/plain`.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.media, self.subtype)
    }
}

impl Disposition {
    /// Reads the value of a Content-Disposition field.
    pub fn parse(value: &[u8]) -> Disposition {
        todo!("{value:?}")
    }
}
