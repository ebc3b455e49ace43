//! Whether a message meets a SEARCH: from the view where that is enough, from its list headers,
//! and from its content only when it must be.

mod casemap;
mod criteria;
mod text;

pub(crate) use criteria::{Criteria, Place};
pub(crate) use text::{Headers, Opened};
