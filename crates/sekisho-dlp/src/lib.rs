//! Detectors of what must not leave: numbers with check digits, keyword sets, masking.
//!
//! A text comes in, hits come out. The crate knows nothing of mail, files or rules: where a text
//! stood and what follows from a hit is for others to say.
//!
//! What it promises:
//! - A keyword is found as a substring, whatever its width, kana form, composition, invisible
//!   characters, hyphen kind, and over blanks, single line breaks and quote marks.
//! - A number is found with any grouping people write, and never inside a longer run of digits.
//! - A number whose check digit is wrong is not a hit of a detector that has one.
//! - A hit's range is always a range of the text that came in, on character boundaries.
//!
//! What it never does: print or keep the text. [`mask`] is how a value may be shown.
//!
//! ```
//! use sekisho_dlp::{Detector, Detectors, mask};
//!
//! let detectors = Detectors::with_keywords(["見積書"])?;
//! let hits = detectors.scan("個人番号 １２９０－２７８４－２０１４ の見 積 書です。");
//! assert_eq!(hits[0].detector, Detector::MyNumber);
//! assert_eq!(mask(&hits[0].value), "********2014");
//! assert_eq!(hits[1].detector, Detector::Keyword);
//! assert_eq!(hits[1].value, "見積書");
//! # Ok::<(), sekisho_dlp::KeywordError>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod context;
mod detector;
mod detectors;
mod digits;
mod finder;
mod fold;
mod hit;
mod keyword;
pub mod limits;
mod mask;
mod windows;

pub use detectors::Detectors;
pub use fold::{Folded, fold};
pub use hit::{Detector, Hit};
pub use keyword::KeywordError;
pub use mask::mask;
pub use windows::Windows;
