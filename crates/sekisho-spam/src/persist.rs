//! A table as bytes for a file or a row, and as text to read, move and compare.
//!
//! Bytes: a mark with the version, the heads, then every slot that is not empty, little-endian, and
//! a checksum. Text: the same values, one a line. Neither holds a word of any mail.

use std::fmt::Write as _;

use crate::limits::{FILE_BYTES_MAX, SLOTS, TEACHERS_MAX, USER_SLOTS};
use crate::model::{Model, Slot, Trust};
use crate::personal::Personal;

const MARK: &[u8; 8] = b"SKSPAM\x00\x01";
const MARK_PERSONAL: &[u8; 8] = b"SKSPAU\x00\x01";
const TEXT_MARK: &str = "sekisho-spam-model 1";

/// Why bytes or a text are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Something else, or a version to come.
    #[error("not a filter table of this version")]
    Mark,
    /// Cut off or changed.
    #[error("damaged: the checksum or a length does not fit")]
    Damaged,
    /// A line of the text form that cannot be read.
    #[error("line {0} cannot be read")]
    Line(usize),
    /// More than any table holds.
    #[error("larger than a table can be")]
    Size,
}

impl Model {
    /// As bytes; only what was learned takes room.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        let mut put = |word: u32| out.extend_from_slice(&word.to_le_bytes());
        self.lessons.iter().for_each(|count| put(*count));
        put(self.bias.to_bits());
        for value in self.trust.iter().flatten().flat_map(trust_values) {
            put(value.to_bits());
        }
        put(self.teachers.len() as u32);
        for (teacher, (given, day)) in &self.teachers {
            put(*teacher as u32);
            put((*teacher >> 32) as u32);
            put(*given);
            put(u32::from(*day));
        }
        for (at, slot) in self.filled() {
            put(at);
            put(u32::from(slot.spam) | u32::from(slot.ham) << 16);
            put(u32::from(slot.day));
            put(slot.weight.to_bits());
        }
        sealed(out)
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`FormError`] when they are not what [`Model::to_bytes`] gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormError> {
        let mut words = opened(bytes, MARK)?;
        let mut model = Self::new();
        let mut next = || words.next().ok_or(FormError::Damaged);
        model.lessons = [next()?, next()?];
        model.bias = finite(next()?)?;
        for trust in model.trust.iter_mut().flatten() {
            let values = [next()?, next()?, next()?, next()?, next()?, next()?];
            *trust = trust_of(values.map(f32::from_bits)).ok_or(FormError::Damaged)?;
        }
        let teachers = next()? as usize;
        if teachers > TEACHERS_MAX {
            return Err(FormError::Size);
        }
        for _ in 0..teachers {
            let who = u64::from(next()?) | u64::from(next()?) << 32;
            let given = next()?;
            model.teachers.insert(who, (given, next()? as u16));
        }
        while let Ok(at) = next() {
            let counts = next()?;
            let slot = Slot {
                spam: counts as u16,
                ham: (counts >> 16) as u16,
                day: next()? as u16,
                weight: finite(next()?)?,
            };
            *model.slots.get_mut(at as usize).ok_or(FormError::Damaged)? = slot;
        }
        Ok(model)
    }

    /// As text.
    pub fn to_text(&self) -> String {
        let mut out = format!(
            "{TEXT_MARK}\nlessons {} {}\nbias {}\n",
            self.lessons[0], self.lessons[1], self.bias
        );
        for (sort, groups) in self.trust.iter().enumerate() {
            for (group, trust) in groups.iter().enumerate() {
                let _ = write!(out, "trust {sort} {group}");
                for value in trust_values(trust) {
                    let _ = write!(out, " {value}");
                }
                out.push('\n');
            }
        }
        for (at, slot) in self.filled() {
            let Slot {
                spam,
                ham,
                day,
                weight,
            } = slot;
            let _ = writeln!(out, "slot {at} {spam} {ham} {day} {weight}");
        }
        out
    }

    /// From text. Who taught how much is not in it.
    ///
    /// # Errors
    /// [`FormError`] names the first line that cannot be read.
    pub fn from_text(text: &str) -> Result<Self, FormError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(FormError::Size);
        }
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line.trim()) != Some(TEXT_MARK) {
            return Err(FormError::Mark);
        }
        let mut model = Self::new();
        for (at, line) in lines {
            let mut words = line.split_whitespace();
            if let Some(kind) = words.next() {
                model
                    .take_line(kind, words)
                    .ok_or(FormError::Line(at + 1))?;
            }
        }
        Ok(model)
    }

    fn take_line<'t>(
        &mut self,
        kind: &str,
        mut words: impl Iterator<Item = &'t str>,
    ) -> Option<()> {
        match kind {
            "lessons" => self.lessons = [words.next()?.parse().ok()?, words.next()?.parse().ok()?],
            "bias" => self.bias = number(words.next()?)?,
            "trust" => {
                let sort: usize = words.next()?.parse().ok()?;
                let group: usize = words.next()?.parse().ok()?;
                let mut value = || number(words.next()?);
                let values = [value()?, value()?, value()?, value()?, value()?, value()?];
                *self.trust.get_mut(sort)?.get_mut(group)? = trust_of(values)?;
            }
            "slot" => {
                let at: usize = words.next()?.parse().ok()?;
                let slot = Slot {
                    spam: words.next()?.parse().ok()?,
                    ham: words.next()?.parse().ok()?,
                    day: words.next()?.parse().ok()?,
                    weight: number(words.next()?)?,
                };
                *self.slots.get_mut(at)? = slot;
            }
            _ => return None,
        }
        Some(())
    }

    fn filled(&self) -> impl Iterator<Item = (u32, Slot)> {
        let slots = self.slots.iter().copied().enumerate();
        slots
            .filter(|(_, slot)| *slot != Slot::default())
            .map(|(at, slot)| (at as u32, slot))
    }
}

impl Personal {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK_PERSONAL.to_vec();
        out.extend_from_slice(&self.lessons.to_le_bytes());
        for (at, weight) in self
            .weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight != 0.0)
        {
            out.extend_from_slice(&(at as u32).to_le_bytes());
            out.extend_from_slice(&weight.to_le_bytes());
        }
        sealed(out)
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`FormError`] when they are not what [`Personal::to_bytes`] gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormError> {
        let mut words = opened(bytes, MARK_PERSONAL)?;
        let mut layer = Self::new();
        layer.lessons = words.next().ok_or(FormError::Damaged)?;
        while let Some(at) = words.next() {
            let weight = finite(words.next().ok_or(FormError::Damaged)?)?;
            *layer
                .weights
                .get_mut(at as usize)
                .ok_or(FormError::Damaged)? = weight;
        }
        Ok(layer)
    }
}

fn trust_values(trust: &Trust) -> [f32; 6] {
    let [ham, spam] = [0, 1].map(|kind| [trust.seen[kind], trust.sum[kind], trust.square[kind]]);
    [ham[0], ham[1], ham[2], spam[0], spam[1], spam[2]]
}

fn trust_of(values: [f32; 6]) -> Option<Trust> {
    let [ham, ham_sum, ham_square, spam, spam_sum, spam_square] = values;
    let is_usable = values.iter().all(|value| value.is_finite()) && ham >= 0.0 && spam >= 0.0;
    is_usable.then_some(Trust {
        seen: [ham, spam],
        sum: [ham_sum, spam_sum],
        square: [ham_square, spam_square],
    })
}

fn number(word: &str) -> Option<f32> {
    word.parse().ok().filter(|value: &f32| value.is_finite())
}

fn finite(bits: u32) -> Result<f32, FormError> {
    let value = f32::from_bits(bits);
    if value.is_finite() {
        Ok(value)
    } else {
        Err(FormError::Damaged)
    }
}

fn sealed(mut out: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn opened<'b>(
    bytes: &'b [u8],
    mark: &[u8; 8],
) -> Result<impl Iterator<Item = u32> + 'b, FormError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FormError::Size);
    }
    if bytes.get(..8) != Some(mark.as_slice()) {
        return Err(FormError::Mark);
    }
    let end = bytes
        .len()
        .checked_sub(8)
        .filter(|end| *end >= 8)
        .ok_or(FormError::Damaged)?;
    let (body, sum) = bytes.split_at(end);
    let sum = sum.try_into().map(u64::from_le_bytes).unwrap_or_default();
    if checksum(body) != sum || body.len() % 4 != 0 {
        return Err(FormError::Damaged);
    }
    let words = body.get(8..).unwrap_or_default().chunks_exact(4);
    Ok(words.map(|word| word.try_into().map_or(0, u32::from_le_bytes)))
}

/// FNV-1a: against accidents, not against forgers.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

const _: () = assert!(USER_SLOTS < SLOTS && SLOTS * 16 + TEACHERS_MAX * 16 < FILE_BYTES_MAX);
