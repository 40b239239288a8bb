//! Work on PDFs, beside the threads that answer requests: as many go on at once as there are cores, the others wait
//! their turn, so that a burst of large files slows only those who read them.

use crate::refusal::Refusal;
use domain::Language;
use seal::{Unmade, Written};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The turns of this server.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Semaphore::new(cores)))
    }
}

impl Turns {
    /// Does the work when its turn comes. The turn goes with the work: a request that is given up keeps its place.
    pub(crate) async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(Refusal::broken)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(Refusal::broken)
    }
}

/// A written agreement as the PDF that everybody gets of it.
pub(super) fn set(text: &[u8], title: &str, language: Language) -> Result<Vec<u8>, Unmade> {
    let about =
        Written { title: title.to_owned(), language: language.code().to_owned(), foot: title.to_owned() };
    seal::written(&String::from_utf8_lossy(text), &about)
}
