//! Attachments are opened in worker processes that can do nothing else (P14, P15).
//!
//! A worker is this same program, started as `sekisho worker`: it reads files from its one socket and answers what is
//! in them. Before the first file it locks itself in ([`Walls`]). One that dies, hangs or grows makes the file it had
//! uninspectable, and is replaced.

mod frame;
mod pool;
mod walls;
mod worker;

pub use pool::{Cage, Program};
pub use walls::Walls;
pub use worker::{Escapes, probe, work};
