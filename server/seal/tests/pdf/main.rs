//! PDFs as other programs see them: poppler and qpdf judge what we write (`.ci/tools test` installs them).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod sealing;
mod setting;
mod tools;
mod uploads;
