//! Who is told by mail of what was done to a contact (G3's other half: people learn of what concerns them).
//!
//! The person, when an account is linked and somebody else acted; somebody who has no access has nothing to lose or
//! to gain, and is not written to.

use super::grants::Working;
use super::keep::Saved;
use super::language;
use super::people::holding;
use crate::entity::contact;
use crate::letters;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::contacts::ContactFacts;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};

impl Work {
    /// After a save: the person learns of what it changed for them.
    pub(super) async fn tell_of_save(
        &self,
        row: &contact::Model,
        (before, after): (&ContactFacts, &ContactFacts),
        (saved, held, holds): (&Saved, &Working, &Working),
    ) -> Result<(), Refusal> {
        if saved.deactivated {
            return self.tell(row, letters::DEACTIVATED, json!({})).await;
        }
        if before.email.key() != after.email.key() {
            self.tell(row, letters::ADDRESS_GONE, json!({})).await?;
            let row = contact::Model { email: after.email.to_string(), ..row.clone() };
            self.tell(&row, letters::ADDRESS_NEW, json!({})).await?;
        }
        if held == holds {
            return Ok(());
        }
        let only_in = |some: &Working, other: &Working| -> Vec<String> {
            some.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
        };
        let moved: Vec<&String> = holds
            .iter()
            .filter(|(key, end)| held.get(*key).is_some_and(|was| was != *end))
            .map(|(key, _)| key)
            .collect();
        let row = contact::Model { email: after.email.to_string(), ..row.clone() };
        let changes = json!({ "given": only_in(holds, held), "taken": only_in(held, holds), "moved": moved });
        self.tell(&row, letters::PROFILES, changes).await
    }

    /// A letter to a contact about itself; none to who has no account, none to who acts.
    pub(crate) async fn tell(
        &self,
        row: &contact::Model,
        kind: &'static str,
        mut payload: Value,
    ) -> Result<(), Refusal> {
        if row.account_id.is_none() || self.actor_id() == Some(row.id) {
            return Ok(());
        }
        if let Value::Object(payload) = &mut payload {
            payload.insert("contact".to_owned(), json!(row.id));
            payload.insert("by".to_owned(), json!(self.actor_id().filter(|_| !self.by_support())));
        }
        self.post(Post { kind, to: &row.email, language: language(row), about: Some(row.id), payload }).await
    }

    /// A letter about a contact to the administrators, those of its organization who can see to it.
    pub(crate) async fn tell_administrators(
        &self,
        about: &contact::Model,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let keys = self.portal.catalogue.administrator_keys();
        let administrators = holding(self.organization.id, keys, self.now.0)
            .filter(contact::Column::Id.ne(about.id))
            .order_by_asc(contact::Column::SortKey)
            .all(&self.db)
            .await?;
        for person in administrators {
            let payload = json!({ "contact": about.id });
            self.post(Post {
                kind,
                to: &person.email,
                language: language(&person),
                about: Some(about.id),
                payload,
            })
            .await?;
        }
        Ok(())
    }
}
