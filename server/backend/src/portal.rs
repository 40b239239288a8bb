//! The portal as a whole: what `access.rs` builds its doors from.

use crate::agreements::{Documents, Turns};
use crate::entity::{invitation, session};
use crate::letters::PortalLetters;
use crate::refusal::Refusal;
use crate::retention::Retention;
use crate::services::AccessWatch;
use crate::sessions::Sessions;
use crate::sign_in::{Provider, ProviderSettings};
use domain::access_requests::SharedMailboxes;
use domain::catalogue::Catalogue;
use domain::{Bilingual, Instant};
use platform::Platform;
use platform::courier::Writer;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _};
use std::sync::Arc;
use tokio::sync::Notify;

/// The operator of a deployment, as people see it (G9).
#[derive(Clone, Debug, Default)]
pub struct Operator {
    pub name: Bilingual,
    pub email: String,
    pub phone: String,
}

/// What of a deployment's own is seen on every page (G9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// The colour of links and buttons, as `#0b5c6b`; the portal's own when nothing is said.
    pub colour: Option<String>,
    /// The same on a dark screen.
    pub colour_dark: Option<String>,
    /// The terms, as HTML that is safe to show.
    pub terms: Option<Bilingual>,
    /// The privacy notice, as HTML that is safe to show.
    pub privacy: Option<Bilingual>,
}

impl Looks {
    /// The stylesheet of the deployment's colours, over the portal's own.
    #[must_use]
    pub fn stylesheet(&self) -> Option<String> {
        if self.colour.is_none() && self.colour_dark.is_none() {
            return None;
        }
        let light = self.colour.as_deref().map(|colour| colours(colour, "black", "white"));
        let dark = self.colour_dark.as_deref().map(|colour| colours(colour, "white", "black"));
        // A dark screen keeps the portal's own colours when only the light ones were said.
        let light =
            light.map(|light| format!("@media not (screen and (prefers-color-scheme: dark)){{{light}}}"));
        let dark = dark.map(|dark| format!("@media screen and (prefers-color-scheme: dark){{{dark}}}"));
        Some([light, dark].into_iter().flatten().collect())
    }

    /// Where that stylesheet is read; the address changes with the colours.
    #[must_use]
    pub fn stylesheet_address(&self) -> Option<String> {
        let [light, dark] = [&self.colour, &self.colour_dark].map(Option::as_deref);
        light.or(dark)?;
        let said = |colour: Option<&str>| colour.unwrap_or_default().replace('#', "");
        Some(format!("/colours.css?{}-{}", said(light), said(dark)))
    }
}

fn colours(colour: &str, deep: &str, wash: &str) -> String {
    format!(
        ":root{{--brand:{colour};--link:{colour};--brand-deep:color-mix(in srgb,{colour} 75%,{deep});\
         --link-deep:color-mix(in srgb,{colour} 60%,{deep});--brand-wash:color-mix(in srgb,{colour} 10%,{wash})}}"
    )
}

/// What a deployment chooses.
#[derive(Clone, Debug)]
pub struct PortalSettings {
    pub operator: Operator,
    /// I4: for how many days an invitation works.
    pub invitation_days: i64,
    /// I10: a reminder goes out when so many days are left.
    pub reminder_days: i64,
    /// I12: single invitations per inviter per day.
    pub invitations_per_day: u16,
    /// I12: mails per address per day.
    pub mails_per_address_per_day: u16,
    /// P5: an access review is due so many months after the last one.
    pub review_months: i32,
    /// L10: access not used for so many days is flagged.
    pub unused_days: u32,
    /// P7: a reminder goes out so many days before a profile ends.
    pub grant_reminder_days: i64,
    /// C9: so many days pass between the notice and the replacement of a primary contact who is gone.
    pub primary_notice_days: i64,
    /// R3: a request that nobody goes on with ends after so many days.
    pub request_days: i64,
    /// R3: a reminder to sign or to answer goes out when so many days are left.
    pub request_reminder_days: i64,
    /// R4: what shared mailboxes are called.
    pub shared_mailboxes: SharedMailboxes,
    /// A8: what gives access, makes somebody primary or changes an address asks for a sign-in of the last so many
    /// minutes; 0 for never.
    pub step_up_minutes: i64,
    /// S4: a reminder to sign goes out so many days before the deadline; 0 for none.
    pub agreement_reminder_days: i64,
    /// S3: where what is signed is kept.
    pub documents: Documents,
    pub looks: Looks,
    /// G10: for how long what is known of people is kept.
    pub retention: Retention,
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self {
            operator: Operator::default(),
            invitation_days: 30,
            reminder_days: 7,
            invitations_per_day: 50,
            mails_per_address_per_day: 5,
            review_months: 12,
            unused_days: 180,
            grant_reminder_days: 30,
            primary_notice_days: 7,
            request_days: 30,
            request_reminder_days: 7,
            shared_mailboxes: SharedMailboxes::default(),
            step_up_minutes: 60,
            agreement_reminder_days: 3,
            documents: Documents::default(),
            looks: Looks::default(),
            retention: Retention::default(),
        }
    }
}

/// The portal. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Portal {
    pub(crate) platform: Platform,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) settings: Arc<PortalSettings>,
    pub(crate) providers: Arc<[Provider]>,
    /// Rings when an import is confirmed.
    pub(crate) importer: Arc<Notify>,
    /// Rings when everybody may have signed an agreement.
    pub(crate) sealer: Arc<Notify>,
    /// Work on PDFs waits for one.
    pub(crate) turns: Turns,
    pub(crate) watch: Option<Arc<dyn AccessWatch>>,
    /// Nothing can be begun with it: whoever holds it only looks (G7).
    pub(crate) looks_only: bool,
}

impl Portal {
    #[must_use]
    pub fn new(
        platform: Platform,
        catalogue: Catalogue,
        settings: PortalSettings,
        providers: Vec<ProviderSettings>,
    ) -> Self {
        let providers = providers.into_iter().map(Provider::new).collect();
        let (catalogue, settings) = (Arc::new(catalogue), Arc::new(settings));
        Self {
            platform,
            catalogue,
            settings,
            providers,
            importer: Arc::default(),
            sealer: Arc::default(),
            turns: Turns::default(),
            watch: None,
            looks_only: false,
        }
    }

    /// The same portal, whose commands tell that watch what they change (P9).
    #[must_use]
    pub fn watched_by(self, watch: Arc<dyn AccessWatch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    #[must_use]
    pub fn operator(&self) -> &Operator {
        &self.settings.operator
    }

    /// For how many seconds a sign-in opens what asks for one of a short while ago; nothing when nothing asks (A8).
    pub(crate) fn step_up_seconds(&self) -> Option<i64> {
        Some(self.settings.step_up_minutes * 60).filter(|seconds| *seconds > 0)
    }

    /// The address as people know it, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.platform.base_url
    }

    /// G9: the deployment's own colours and texts.
    #[must_use]
    pub fn looks(&self) -> &Looks {
        &self.settings.looks
    }

    /// I4: for how many days an invitation works.
    #[must_use]
    pub fn invitation_days(&self) -> i64 {
        self.settings.invitation_days
    }

    #[must_use]
    pub fn now(&self) -> Instant {
        self.platform.clock.now()
    }

    /// C9: how many days pass before Support replaces a primary contact who is gone.
    #[must_use]
    pub fn primary_notice_days(&self) -> i64 {
        self.settings.primary_notice_days
    }

    /// L10: for how many days an access was not used, once that is long.
    pub(crate) fn unused(&self, last_sign_in: Instant) -> Option<u32> {
        domain::contacts::unused_days(last_sign_in, self.now(), self.settings.unused_days)
    }

    /// 256 bits of chance in the alphabet of addresses: a draft's name, a nonce.
    #[must_use]
    pub fn random_token(&self) -> String {
        self.platform.chance.token()
    }

    /// Where the portal's sessions are kept.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.platform.clone())
    }

    /// Who writes the portal's letters.
    #[must_use]
    pub fn letters(&self) -> Arc<dyn Writer> {
        Arc::new(PortalLetters::new(self.clone()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), DbErr> {
        self.platform.store.read().execute_unprepared("SELECT 1").await.map(|_| ())
    }

    /// What time itself causes: reminders, notices of expiry, ended sessions removed, what is past its period
    /// anonymized. Several servers may do it
    /// at once; each letter is posted by the update that wins.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mind(&self) -> Result<(), Refusal> {
        self.remind_of_invitations().await?;
        self.tell_of_expiry().await?;
        self.forget_imports().await?;
        self.remind_of_reviews().await?;
        self.remind_of_endings().await?;
        self.note_endings().await?;
        self.replace_primaries().await?;
        self.end_viewings().await?;
        self.remind_of_requests().await?;
        self.end_requests().await?;
        self.remind_to_sign().await?;
        self.tell_of_deadlines().await?;
        self.forget_tries().await?;
        session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lt(self.now().0))
            .exec(self.platform.store.write())
            .await?;
        self.anonymize_what_is_past().await
    }

    /// The token in an invitation's link: derived when the letter is written, kept nowhere.
    pub(crate) fn invitation_token(&self, id: domain::InvitationId) -> String {
        self.platform.secrets.token("invitation", id.0.as_bytes())
    }

    pub(crate) async fn invitation_by_token(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        token: &str,
    ) -> Result<Option<invitation::Model>, DbErr> {
        let hash = platform::secrets::hash(token);
        invitation::Entity::find().filter(invitation::Column::TokenHash.eq(hash)).one(db).await
    }
}
