//! POP3 sessions without IO, over a maildrop trait.
