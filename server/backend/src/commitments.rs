//! What people commit to, in words, and the record that they did (R11): on every path to an access.

use crate::entity::commitment;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{COMMITMENT_VERSION, Commitment, Part};
use domain::{AccountId, Bilingual, ContactId};
use locales::{Locale, td_string};
use sea_orm::{ActiveValue::Set, EntityTrait as _};

/// A commitment in words.
pub(crate) fn words(commitment: Commitment) -> Bilingual {
    let said = |l: Locale| match commitment {
        Commitment::OwnAccount => td_string!(l, access_requests.commitment.own_account),
        Commitment::Answerable => td_string!(l, access_requests.commitment.answerable),
        Commitment::ProtectInformation => td_string!(l, access_requests.commitment.protect_information),
        Commitment::SignOut => td_string!(l, access_requests.commitment.sign_out),
        Commitment::Authorize => td_string!(l, access_requests.commitment.authorize),
        Commitment::HandCode => td_string!(l, access_requests.commitment.hand_code),
    };
    Bilingual::new(said(Locale::en), said(Locale::fr))
}

/// All of them.
pub(crate) fn all() -> Vec<(Commitment, Bilingual)> {
    Commitment::ALL.into_iter().map(|commitment| (commitment, words(commitment))).collect()
}

impl Portal {
    /// R11: what somebody with that part commits to, in words.
    #[must_use]
    pub fn commitments(&self, part: Part) -> Vec<Bilingual> {
        Commitment::of(part).iter().map(|commitment| words(*commitment)).collect()
    }
}

impl Work {
    /// R11: which version was accepted, by whom, when, on which path.
    pub(crate) async fn keep_commitment(
        &self,
        contact: ContactId,
        account: AccountId,
        way: &str,
    ) -> Result<(), Refusal> {
        let row = commitment::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            contact_id: Set(contact.0),
            account_id: Set(account.0),
            version: Set(COMMITMENT_VERSION.to_owned()),
            way: Set(way.to_owned()),
            accepted_at: Set(self.now.0),
        };
        commitment::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who changes the words changes the version, and this.
    #[test]
    fn r11_the_words_belong_to_their_version() {
        let text: String =
            all().into_iter().map(|(_, words)| format!("{}\n{}\n", words.en, words.fr)).collect();
        let hash: String = platform::secrets::hash(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((COMMITMENT_VERSION, &hash[..16]), ("2026-11", "f824a5bd48c406cf"));
    }
}
