//! The key that seals: made once by the deployment, kept in the database so that every server seals with the same one,
//! its private half sealed with the deployment's secret and bound to its number.

use super::seconds;
use crate::entity::seal_key;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::Language;
use platform::secrets;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait as _, QueryOrder as _};
use seal::{MadeKey, SealKey, Unmade};
use std::sync::Arc;

/// The first key's number.
const FIRST: i32 = 1;
/// For how many months a certificate is made: what it sealed is verified longer than anybody keeps it.
const MONTHS: i32 = 25 * 12;

/// The private half was sealed with another secret, or changed.
#[derive(Debug, thiserror::Error)]
#[error("the key that seals agreements was itself sealed with another secret")]
struct OtherSecret;

/// A key as it is kept, opened when it seals.
#[derive(Clone)]
pub(super) struct SealingKey(Arc<MadeKey>);

impl SealingKey {
    pub(super) fn read(&self) -> Result<SealKey, Unmade> {
        SealKey::read(&self.0.private, &self.0.certificate)
    }
}

impl Portal {
    /// The key that seals now; the first one is made when there is none.
    pub(super) async fn sealing_key(&self) -> Result<SealingKey, Refusal> {
        let kept = match self.kept_key().await? {
            Some(kept) => kept,
            None => {
                self.make_key().await?;
                self.kept_key().await?.ok_or_else(|| Refusal::broken(Unmade::Key))?
            }
        };
        let key = self.key_of_key(kept.number);
        let private = secrets::unseal(key, &kept.sealed).ok_or_else(|| Refusal::broken(OtherSecret))?;
        Ok(SealingKey(Arc::new(MadeKey { private: private.into(), certificate: kept.certificate })))
    }

    async fn kept_key(&self) -> Result<Option<seal_key::Model>, Refusal> {
        let newest = seal_key::Entity::find().order_by_desc(seal_key::Column::Number);
        Ok(newest.one(self.platform.store.read()).await?)
    }

    /// Two servers that start at once both try; one number is one key.
    async fn make_key(&self) -> Result<(), Refusal> {
        let now = self.now();
        let until = seconds(self.platform.calendar.months_after(now, MONTHS));
        let from = seconds(now);
        let name = self.operator().name.in_language(Language::En).to_owned();
        let made = self.turns.take(move || SealKey::generate(&name, from, until)).await?;
        let made = made.map_err(Refusal::broken)?;
        let row = seal_key::ActiveModel {
            number: Set(FIRST),
            certificate: Set(made.certificate),
            sealed: Set(secrets::seal(self.key_of_key(FIRST), self.platform.chance.bytes(), &made.private)),
            made_at: Set(now.0),
        };
        let once = OnConflict::column(seal_key::Column::Number).do_nothing().to_owned();
        seal_key::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(self.platform.store.write())
            .await?;
        Ok(())
    }

    fn key_of_key(&self, number: i32) -> [u8; 32] {
        self.platform.secrets.derive("agreement seal key", &number.to_be_bytes())
    }
}
