//! Bounds of time and depth around code that reads files from outside.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Deep enough for the deepest nesting that the readers allow, even without optimization.
const STACK: usize = 64 * 1024 * 1024;
/// A thread cannot be stopped from outside: one that outlasts its time goes on alone. So many per core may be about.
const MOST_PER_CORE: usize = 16;

static AT_ONCE: AtomicUsize = AtomicUsize::new(0);

/// What the work gives; nothing when it panics, takes longer than `time`, or too many such threads are about.
pub(crate) fn within<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let place = Place::take()?;
    let (give, taken) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("pdf".into()).stack_size(STACK);
    let begun = thread.spawn(move || {
        let _place = place;
        // Whoever waited may have gone; then nobody wants the answer.
        let _ = give.send(work());
    });
    begun.ok()?;
    taken.recv_timeout(time).ok()
}

/// One of the threads that may run, given back when the thread ends, by whatever way.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let before = AT_ONCE.fetch_add(1, Ordering::Relaxed);
        // Given back at once when there are too many.
        let taken = Self;
        (before < cores * MOST_PER_CORE).then_some(taken)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        AT_ONCE.fetch_sub(1, Ordering::Relaxed);
    }
}
