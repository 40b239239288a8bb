//! The terms and the privacy notice that somebody accepted (rule A2). Their version and the moment are kept with the
//! account. When the version changes, whoever signs in is asked again before going on to any application; whoever does
//! not accept is signed out, keeps the account, and is asked again the next time.

use crate::entity::{account, session};
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider, Step};
use domain::accounts::TermsForm;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

impl Desk {
    /// Accepts the terms as they are now, and goes on.
    ///
    /// # Errors
    /// [`Problem::ConsentNeeded`](domain::Problem::ConsentNeeded) without the tick,
    /// [`Problem::SignInExpired`](domain::Problem::SignInExpired); nobody signed in leads to the sign-in page, which is
    /// no error.
    pub async fn accept_terms(&self, handle: &str, form: &TermsForm) -> Result<Step, Refusal> {
        form.parse()?;
        let (request, client) = self.provider.request_of(handle).await?;
        let Some(session) = self.session_that_does(&request).await? else {
            return Ok(Step::to(self.page("sign-in", Some(handle))));
        };
        self.provider.remember_terms(&session).await?;
        self.lead_on(handle, &request, &client, &session).await
    }

    /// Does not accept them: signed out, and back to the application with nothing. The caller clears the cookie.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`](domain::Problem::SignInExpired)
    pub async fn decline_terms(&self, handle: &str) -> Result<Step, Refusal> {
        let step = self.decline(handle).await?;
        self.sign_out().await?;
        Ok(step)
    }
}

impl Provider {
    async fn remember_terms(&self, session: &session::Model) -> Result<(), Broken> {
        let (version, now) = (self.settings().terms_version.clone(), self.now().0);
        account::Entity::update_many()
            .col_expr(account::Column::TermsVersion, Expr::value(version.clone()))
            .col_expr(account::Column::TermsAcceptedAt, Expr::value(now))
            .col_expr(account::Column::UpdatedAt, Expr::value(now))
            .filter(account::Column::Id.eq(session.account_id))
            // A second click does not move the moment of the first.
            .filter(account::Column::TermsVersion.ne(version))
            .exec(self.platform().store.write())
            .await?;
        Ok(())
    }
}
