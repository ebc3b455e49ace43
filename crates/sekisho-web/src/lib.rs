//! Pages: sign-in, waiting mail, approval.
