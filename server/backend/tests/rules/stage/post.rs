//! The post: letters that are really written, carried, and taken from the mailbox.

use super::Stage;
use platform::{Letter, Mail};
use std::sync::{Arc, PoisonError};

impl Stage {
    /// The courier goes until nothing is due.
    pub async fn deliver(&self) {
        self.deliver_by(Mail::Memory(Arc::clone(&self.letters))).await;
    }

    /// The same, by another mail.
    pub async fn deliver_by(&self, mail: Mail) {
        let courier = self.courier(mail);
        while courier.round().await.unwrap() > 0 {}
    }

    /// One round by another mail: what that causes waits.
    pub async fn deliver_once_by(&self, mail: Mail) {
        self.courier(mail).round().await.unwrap();
    }

    /// Takes the letters to an address from the mailbox, all that are due delivered first.
    pub async fn letters_to(&self, address: &str) -> Vec<Letter> {
        self.deliver().await;
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.extract_if(.., |letter| letter.to == address).collect()
    }

    /// Takes the only letter to an address.
    pub async fn letter_to(&self, address: &str) -> Letter {
        let mut letters = self.letters_to(address).await;
        assert_eq!(letters.len(), 1, "letters to {address}: {letters:#?}");
        letters.remove(0)
    }

    /// The token in the only letter to an address.
    pub async fn link_to(&self, address: &str) -> String {
        link_in(&self.letter_to(address).await)
    }

    /// Reads whatever has come, when a story is not about it.
    pub async fn read_all(&self) {
        self.deliver().await;
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Nothing has come since what was read.
    pub async fn nobody_was_written_to(&self) {
        self.nothing_unread().await;
    }

    pub(super) async fn nothing_unread(&self) {
        self.deliver().await;
        let letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        let unread: Vec<String> =
            letters.iter().map(|letter| format!("{}: {}", letter.to, letter.subject)).collect();
        assert!(unread.is_empty(), "letters that nobody read: {unread:#?}");
    }
}

/// The token of the invitation's link in a letter.
#[track_caller]
pub fn link_in(letter: &Letter) -> String {
    let (_, rest) =
        letter.text.split_once("/invitation/").unwrap_or_else(|| panic!("no link in {letter:#?}"));
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

/// A text as people read it, without what keeps mail programs from making links.
pub fn plain(text: &str) -> String {
    text.replace('\u{200c}', "")
}
