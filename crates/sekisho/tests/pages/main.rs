//! The pages over real HTTP, as each kind of person sees them: nobody, the sender, other staff, the approver,
//! the administrator, and the administrator of another organisation.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod decisions;
mod forms;
mod hostile;
mod links;
mod sessions;
mod world;
