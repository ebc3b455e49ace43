//! Look-alike names and domains, links that lie, impersonation.
