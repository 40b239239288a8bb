//! Passkeys (A8, WebAuthn): a second factor, and by themselves a whole sign-in, since the device asks for a finger, a face
//! or a code of its own.
//!
//! Each question waits in the database for one answer. A passkey is found by its own identifier; it names the account,
//! and nobody has to type who they are.

use crate::entity::{ceremony, factor};
use crate::events::Happened;
use crate::refusal::{Broken, Refusal};
use crate::sessions::Means;
use crate::{Desk, Provider, Step};
use domain::Problem;
use domain::accounts::own::{AccountEvent, PasskeyForm, PasskeyQuestion, factor_name};
use openidconnect::url::Url;
use platform::secrets;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

/// How long a question waits for its answer, in seconds.
const PATIENCE: i64 = 10 * 60;

/// A question and what its answer is held against.
#[derive(Serialize, Deserialize)]
struct Kept {
    options: Value,
    state: Value,
}

/// Passkeys of this deployment; none where its address is a number, which no passkey can be bound to.
pub(crate) fn passkeys(base_url: &str, name: &str) -> Option<Webauthn> {
    let origin = Url::parse(base_url).ok()?;
    let host = origin.domain()?.to_owned();
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name(name).build().ok()
}

impl Desk {
    /// Asks a question that any passkey of this deployment can answer: who is it? Gives its ticket.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`], [`Problem::NotFound`] where passkeys cannot be.
    pub async fn ask_passkey(&self, handle: &str) -> Result<String, Refusal> {
        self.provider.request_of(handle).await?;
        let (question, state) =
            self.provider.passkeys()?.start_discoverable_authentication().map_err(broken)?;
        let options = json!({ "publicKey": question.public_key });
        self.provider.keep_ceremony(None, options, &state).await
    }

    /// The question of a ticket, while it waits for its answer; for whoever asked it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn passkey_question(&self, ticket: &str) -> Result<Option<PasskeyQuestion>, Refusal> {
        let found = ceremony::Entity::find_by_id(secrets::hash(ticket));
        let waiting = found.one(self.provider.platform().store.read()).await?;
        let waiting = waiting.filter(|row| self.provider.now().0 < row.expires_at);
        let kept = waiting.and_then(|row| serde_json::from_str::<Kept>(&row.state).ok());
        Ok(kept.map(|kept| PasskeyQuestion { ticket: ticket.to_owned(), options: kept.options.to_string() }))
    }

    /// Signs in with the passkey that answered, and goes on to the application.
    ///
    /// # Errors
    /// [`Problem::PasskeyFailed`], [`Problem::SignInExpired`].
    pub async fn sign_in_with_passkey(&self, handle: &str, form: &PasskeyForm) -> Result<Step, Refusal> {
        let (request, client) = self.provider.request_of(handle).await?;
        let provider = &self.provider;
        let answer: PublicKeyCredential = read(&form.answer)?;
        let state: DiscoverableAuthentication = provider.take_ceremony(None, &form.ticket).await?;
        let work = provider.platform().store.begin().await?;
        let found = factor::Entity::find()
            .filter(factor::Column::Credential.eq(answer.get_credential_id().to_vec()))
            .lock_exclusive()
            .one(&work)
            .await?;
        let row = found.ok_or(Problem::PasskeyFailed)?;
        let mut passkey: Passkey = serde_json::from_slice(&provider.unseal_factor(row.id, &row.secret)?)
            .map_err(|_| Broken::Secrecy("a passkey cannot be read"))?;
        let webauthn = provider.passkeys()?;
        let (named, _) = webauthn.identify_discoverable_authentication(&answer).map_err(refused)?;
        let key = DiscoverableKey::from(&passkey);
        let proved = webauthn.finish_discoverable_authentication_v2(&answer, state, &key).map_err(refused)?;
        if named != row.account_id || !proved.user_verified() {
            return Err(Problem::PasskeyFailed.into());
        }
        let account = provider.active_account(row.account_id).await?.ok_or(Problem::PasskeyFailed)?;
        passkey.update_credential(&proved);
        let kept = factor::ActiveModel {
            secret: Set(provider.seal_factor(row.id, &written(&passkey)?)),
            used_at: Set(Some(provider.now().0)),
            ..factor::ActiveModel::default()
        };
        factor::Entity::update_many().set(kept).filter(factor::Column::Id.eq(row.id)).exec(&work).await?;
        let opened = self.open_session(&work, &account, Means::PASSKEY).await?;
        work.commit().await?;
        Ok(self.lead_on(handle, &request, &client, &opened.session).await?.with_cookie(opened.token))
    }

    /// Begins to add a passkey; gives the ticket of the question to it.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`], [`Problem::NotFound`] where passkeys cannot be.
    pub async fn new_passkey(&self) -> Result<String, Refusal> {
        let (_, account) = self.owner(true).await?;
        let known = factor::Entity::find()
            .filter(factor::Column::AccountId.eq(account.id))
            .filter(factor::Column::Credential.is_not_null())
            .all(self.provider.platform().store.read())
            .await?;
        let known = known.into_iter().filter_map(|row| row.credential).collect();
        let name = format!("{} {}", account.first_name, account.last_name).trim().to_owned();
        let webauthn = self.provider.passkeys()?;
        let (question, state) = webauthn
            .start_passkey_registration(account.id, &account.email, &name, Some(known))
            .map_err(broken)?;
        let mut options = json!({ "publicKey": question.public_key });
        // It has to name its account by itself, so that nobody types who they are.
        let wanted = &mut options["publicKey"]["authenticatorSelection"];
        wanted["residentKey"] = json!("required");
        wanted["requireResidentKey"] = json!(true);
        self.provider.keep_ceremony(Some(account.id), options, &state).await
    }

    /// Adds the passkey that answered; gives whether it is the account's first factor.
    ///
    /// # Errors
    /// [`Problem::PasskeyFailed`], [`Problem::SignInAgain`].
    pub async fn add_passkey(&self, form: &PasskeyForm) -> Result<bool, Refusal> {
        let (session, account) = self.owner(true).await?;
        let name = factor_name(&form.name)?;
        let provider = &self.provider;
        let answer: RegisterPublicKeyCredential = read(&form.answer)?;
        let state: PasskeyRegistration = provider.take_ceremony(Some(account.id), &form.ticket).await?;
        let passkey = provider.passkeys()?.finish_passkey_registration(&answer, &state).map_err(refused)?;
        let work = provider.platform().store.begin().await?;
        let id = provider.random_id();
        let row = factor::ActiveModel {
            id: Set(id),
            account_id: Set(account.id),
            kind: Set("passkey".into()),
            name: Set(name.clone().unwrap_or_default()),
            secret: Set(provider.seal_factor(id, &written(&passkey)?)),
            credential: Set(Some(passkey.cred_id().to_vec())),
            last_step: Set(0),
            created_at: Set(provider.now().0),
            used_at: Set(None),
        };
        let first = self.add_factor(&work, &session, &account, row, Means::PASSKEY).await?;
        let happened = Happened { what: AccountEvent::PasskeyAdded, detail: name.as_deref() };
        self.note(&work, &account, happened).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(first)
    }
}

impl Provider {
    fn passkeys(&self) -> Result<&Webauthn, Problem> {
        self.inner.passkeys.as_ref().ok_or(Problem::NotFound)
    }

    async fn keep_ceremony(
        &self,
        account: Option<Uuid>,
        options: Value,
        state: &impl Serialize,
    ) -> Result<String, Refusal> {
        const WRONG: Broken = Broken::Secrecy("a question to a passkey");
        let ticket = self.platform().chance.token();
        let kept = Kept { options, state: serde_json::to_value(state).map_err(|_| WRONG)? };
        let row = ceremony::ActiveModel {
            ticket_hash: Set(secrets::hash(&ticket)),
            account_id: Set(account),
            state: Set(serde_json::to_string(&kept).map_err(|_| WRONG)?),
            expires_at: Set(self.now().plus_seconds(PATIENCE).0),
        };
        let db = self.platform().store.write();
        ceremony::Entity::insert(row).exec_without_returning(db).await?;
        Ok(ticket)
    }

    /// What was asked; whoever takes it takes it for good.
    async fn take_ceremony<T: DeserializeOwned>(
        &self,
        account: Option<Uuid>,
        ticket: &str,
    ) -> Result<T, Refusal> {
        let work = self.platform().store.begin().await?;
        let hash = secrets::hash(ticket);
        let found = ceremony::Entity::find_by_id(hash.clone()).one(&work).await?;
        let gone = ceremony::Entity::delete_by_id(hash).exec(&work).await?;
        work.commit().await?;
        let waiting = found.filter(|row| {
            gone.rows_affected == 1 && row.account_id == account && self.now().0 < row.expires_at
        });
        let row = waiting.ok_or(Problem::PasskeyFailed)?;
        let kept: Kept = serde_json::from_str(&row.state).map_err(|_| Problem::PasskeyFailed)?;
        Ok(serde_json::from_value(kept.state).map_err(|_| Problem::PasskeyFailed)?)
    }
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, Refusal> {
    if answer.is_empty() {
        return Err(Problem::PasskeyNeedsScript.into());
    }
    serde_json::from_str(answer).map_err(|_| Problem::PasskeyFailed.into())
}

fn written(passkey: &Passkey) -> Result<Vec<u8>, Broken> {
    serde_json::to_vec(passkey).map_err(|_| Broken::Secrecy("a passkey cannot be written"))
}

fn broken(error: webauthn_rs::prelude::WebauthnError) -> Broken {
    tracing::error!(%error, "a question to a passkey");
    Broken::Secrecy("a question to a passkey")
}

fn refused(error: webauthn_rs::prelude::WebauthnError) -> Problem {
    tracing::info!(%error, "a passkey was refused");
    Problem::PasskeyFailed
}
