//! IMAP sessions without IO, over a mailbox trait.
