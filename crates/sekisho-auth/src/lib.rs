//! Sender authentication: SPF, DKIM, DMARC and ARC as one fact, and signing.
