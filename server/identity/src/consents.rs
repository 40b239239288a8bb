//! What people agree that applications of others may know (rule A10). The operator's own ask nobody; any other asks
//! once for what it wants, and again when it wants more or asks to (`prompt=consent`). Whoever says no goes back to the
//! application, which learns that and nothing else.

use crate::access;
use crate::clients::Client;
use crate::entity::{consent, request, session};
use crate::protocol::{OFFLINE, has_scope};
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider, Step};
use domain::Problem;
use domain::accounts::Shared;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};

impl Desk {
    /// The person agrees: remembered, and on to the application.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`]; nobody signed in leads to the sign-in page, which is no error.
    pub async fn agree(&self, handle: &str) -> Result<Step, Refusal> {
        let (request, client) = self.provider.request_of(handle).await?;
        let Some(session) = self.session_that_does(&request).await? else {
            return Ok(Step::to(self.page("sign-in", Some(handle))));
        };
        if self.provider.needs_terms(&session).await? {
            return Ok(Step::to(self.page("terms", Some(handle))));
        }
        if !client.first_party {
            self.provider.remember_consent(&request, &session).await?;
        }
        Ok(Step::to(self.provider.answer(&request, &session).await?))
    }

    /// The person says no: back to the application with nothing.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`]
    pub async fn decline(&self, handle: &str) -> Result<Step, Refusal> {
        let (request, _) = self.provider.request_of(handle).await?;
        let answered = request::Entity::update_many()
            .col_expr(request::Column::AnsweredAt, Expr::value(self.provider.now().0))
            .filter(request::Column::Id.eq(request.id))
            .filter(request::Column::AnsweredAt.is_null())
            .exec(self.provider.platform().store.write())
            .await?;
        if answered.rows_affected == 0 {
            return Err(Problem::SignInExpired.into());
        }
        Ok(Step::to(self.provider.refuse(&request, "access_denied")))
    }
}

impl Provider {
    /// Whether the person has yet to agree before the application learns what it asks for.
    pub(crate) async fn needs_consent(
        &self,
        request: &request::Model,
        client: &Client,
        session: &session::Model,
    ) -> Result<bool, Broken> {
        if client.first_party {
            return Ok(false);
        }
        if request.consent {
            return Ok(true);
        }
        let agreed = consent::Entity::find_by_id((session.account_id, client.id.clone()));
        let agreed = agreed.one(self.platform().store.read()).await?;
        let covers =
            |consent: consent::Model| request.scope.split(' ').all(|scope| has_scope(&consent.scope, scope));
        Ok(!agreed.is_some_and(covers))
    }

    async fn remember_consent(
        &self,
        request: &request::Model,
        session: &session::Model,
    ) -> Result<(), Broken> {
        let row = consent::ActiveModel {
            account_id: Set(session.account_id),
            client_id: Set(request.client_id.clone()),
            scope: Set(request.scope.clone()),
            given_at: Set(self.now().0),
        };
        let renewed = OnConflict::columns([consent::Column::AccountId, consent::Column::ClientId])
            .update_columns([consent::Column::Scope, consent::Column::GivenAt])
            .to_owned();
        let db = self.platform().store.write();
        consent::Entity::insert(row).on_conflict(renewed).exec_without_returning(db).await?;
        Ok(())
    }
}

/// What these scopes tell an application, as the page lists it.
pub(crate) fn shared(scope: &str) -> Vec<Shared> {
    let opens = [
        ("profile", Shared::Name),
        ("email", Shared::Email),
        (access::SCOPE, Shared::Organizations),
        (OFFLINE, Shared::Offline),
    ];
    opens.into_iter().filter(|(name, _)| has_scope(scope, name)).map(|(_, what)| what).collect()
}
