//! Mail addresses: domains, local parts, and the paths of an envelope.
