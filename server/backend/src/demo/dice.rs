//! Chance that falls the same way each time.

use platform::Chance;
use std::ops::Range;
use uuid::Uuid;

/// Dice whose throws repeat.
pub(super) struct Dice(Chance);

impl Dice {
    pub(super) fn new() -> Self {
        Self(Chance::seeded(0xACC0_4D00))
    }

    pub(super) fn below(&self, end: usize) -> usize {
        let throw = u64::from_le_bytes(self.0.bytes());
        (throw % (end.max(1) as u64)) as usize
    }

    pub(super) fn within(&self, range: Range<i64>) -> i64 {
        range.start + self.below((range.end - range.start).max(1) as usize) as i64
    }

    /// So many times in a hundred.
    pub(super) fn percent(&self, times: usize) -> bool {
        self.below(100) < times
    }

    pub(super) fn one<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(super) fn id(&self, at: domain::Instant) -> Uuid {
        self.0.id(at)
    }
}
