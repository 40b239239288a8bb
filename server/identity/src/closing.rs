//! Closing one's account (A9): what it gave access to first, then the account itself, of which nothing stays but its
//! identifier, so that it is never given to anybody else.

use crate::entity::{
    account, ceremony, code, consent, event, factor, half_sign_in, recovery, registration, session,
};
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider, Step, letters};
use domain::Problem;
use domain::accounts::own::{AccountEvent, CloseForm, ClosingCard};
use platform::Transaction;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

impl Desk {
    /// What closing the account would do to the access that it gives.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn closing(&self) -> Result<ClosingCard, Refusal> {
        let (_, account) = self.owner(true).await?;
        match &self.provider.settings().access {
            Some(access) => Ok(access.closing(account.id.to_string()).await?),
            None => Ok(ClosingCard::default()),
        }
    }

    /// Closes the account: every session ends, applications hear of it, the address is free again.
    ///
    /// # Errors
    /// What is not ticked; [`Problem::AccountStillNeeded`] (C9, C10); [`Problem::SignInNeeded`],
    /// [`Problem::SignInAgain`].
    pub async fn close_account(&self, form: &CloseForm) -> Result<Step, Refusal> {
        let (_, account) = self.owner(true).await?;
        form.parse()?;
        let provider = &self.provider;
        if let Some(access) = &provider.settings().access {
            // Before the account: whoever is stopped between the two closes it once more, and leaves nothing twice.
            access.close(account.id.to_string()).await??;
        }
        let work = provider.platform().store.begin().await?;
        let account = provider.lock_account(&work, account.id).await?;
        if account.state != "active" {
            return Err(Problem::SignInNeeded.into());
        }
        provider
            .post_now(&work, letters::changed(&account, AccountEvent::Closed, None, self.device()))
            .await?;
        provider.end_sessions_of(&work, account.id).await?;
        provider.erase(&work, &account).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        provider.ring();
        Ok(Step::to(self.page("account-closed", None)))
    }
}

impl Provider {
    /// Takes away all that is known of an account. Its identifier stays, with its sessions that ended: what hears of
    /// their end later finds them.
    async fn erase(&self, work: &Transaction, account: &account::Model) -> Result<(), Broken> {
        let id = account.id;
        factor::Entity::delete_many().filter(factor::Column::AccountId.eq(id)).exec(work).await?;
        recovery::Entity::delete_many().filter(recovery::Column::AccountId.eq(id)).exec(work).await?;
        ceremony::Entity::delete_many().filter(ceremony::Column::AccountId.eq(id)).exec(work).await?;
        half_sign_in::Entity::delete_many().filter(half_sign_in::Column::AccountId.eq(id)).exec(work).await?;
        consent::Entity::delete_many().filter(consent::Column::AccountId.eq(id)).exec(work).await?;
        code::Entity::delete_many().filter(code::Column::AccountId.eq(id)).exec(work).await?;
        event::Entity::delete_many().filter(event::Column::AccountId.eq(id)).exec(work).await?;
        registration::Entity::delete_many().filter(registration::Column::AccountId.eq(id)).exec(work).await?;
        session::Entity::update_many()
            .set(session::ActiveModel { device: Set(None), address: Set(None), ..Default::default() })
            .filter(session::Column::AccountId.eq(id))
            .exec(work)
            .await?;
        account::Entity::update_many()
            .set(account::ActiveModel {
                // Support finds nobody to bring back by it: there is no address any more.
                state: Set("disabled".to_owned()),
                email: Set(String::new()),
                // Two accounts share no address, not even none.
                email_key: Set(format!("closed:{id}")),
                first_name: Set(String::new()),
                last_name: Set(String::new()),
                language: Set(None),
                password_hash: Set(String::new()),
                new_email: Set(None),
                new_email_at: Set(None),
                updated_at: Set(self.now().0),
                ..account::ActiveModel::default()
            })
            .filter(account::Column::Id.eq(id))
            .exec(work)
            .await?;
        Ok(())
    }
}
