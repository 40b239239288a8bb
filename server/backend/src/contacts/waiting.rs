//! Which contacts something waits for: the home counts them, the list shows them, by the very same condition.
//!
//! A fixed number of questions answers for any number of organizations.

use crate::access::working;
use crate::entity::{account, contact, grant, invitation};
use crate::portal::Portal;
use domain::contacts::Waiting;
use platform::outbox;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use std::collections::HashMap;
use uuid::Uuid;

impl Portal {
    /// What is true of a contact of these organizations for whom this waits.
    pub(crate) fn waits(&self, organizations: &[Uuid], waiting: Waiting) -> Condition {
        let now = self.now();
        let invited = |ends: Condition| contact::Column::Id.in_subquery(pending(organizations, ends));
        let holds = |which: Condition| contact::Column::Id.in_subquery(holders(organizations, which));
        let expires = |from: i64, to: i64| {
            Condition::all()
                .add(invitation::Column::ExpiresAt.gt(from))
                .add(invitation::Column::ExpiresAt.lte(to))
        };
        let soon = now.plus_days(self.settings.reminder_days).0;
        let ending = now.plus_days(self.settings.grant_reminder_days).0;
        let such = match waiting {
            Waiting::Bounced => {
                let open = Condition::all().add(invitation::Column::ExpiresAt.gt(now.0)).add(refused());
                invited(open)
            }
            Waiting::Expired => invited(expires(i64::MIN, now.0)),
            Waiting::Soon => invited(expires(now.0, soon)),
            Waiting::Suspended => holds(Condition::all().add(grant::Column::State.eq("suspended"))),
            Waiting::Ending => holds(working(now.0).add(grant::Column::EndsAt.lte(ending))),
            Waiting::Unused => {
                let long_ago = now.plus_days(-i64::from(self.settings.unused_days)).0;
                holds(working(now.0)).and(not_seen_since(long_ago))
            }
        };
        Condition::all().add(contact::Column::Active.eq(true)).add(such)
    }

    /// For how many contacts of each of these organizations something waits.
    pub(crate) async fn count_waiting(
        &self,
        db: &impl ConnectionTrait,
        organizations: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<(Waiting, u64)>>, DbErr> {
        let mut counted: HashMap<Uuid, Vec<(Waiting, u64)>> = HashMap::new();
        for waiting in Waiting::ALL {
            let counts: Vec<(Uuid, i64)> = contact::Entity::find()
                .select_only()
                .column(contact::Column::OrganizationId)
                .column_as(contact::Column::Id.count(), "many")
                .filter(contact::Column::OrganizationId.is_in(organizations.iter().copied()))
                .filter(self.waits(organizations, waiting))
                .group_by(contact::Column::OrganizationId)
                .into_tuple()
                .all(db)
                .await?;
            for (organization, many) in counts {
                let many = u64::try_from(many).unwrap_or_default();
                counted.entry(organization).or_default().push((waiting, many));
            }
        }
        Ok(counted)
    }
}

/// Whom a pending invitation went to.
fn pending(organizations: &[Uuid], which: Condition) -> SelectStatement {
    Query::select()
        .column(invitation::Column::ContactId)
        .from(invitation::Entity)
        .and_where(invitation::Column::OrganizationId.is_in(organizations.iter().copied()))
        .and_where(invitation::Column::State.eq("pending"))
        .cond_where(which)
        .to_owned()
}

/// Who holds such a grant.
fn holders(organizations: &[Uuid], which: Condition) -> SelectStatement {
    Query::select()
        .column(grant::Column::ContactId)
        .from(grant::Entity)
        .and_where(grant::Column::OrganizationId.is_in(organizations.iter().copied()))
        .cond_where(which)
        .to_owned()
}

/// The mail of the invitation was refused for good.
fn refused() -> Expr {
    let mail = Query::select()
        .expr(Expr::val(1))
        .from(outbox::Entity)
        .and_where(
            Expr::col((outbox::Entity, outbox::Column::About))
                .equals((invitation::Entity, invitation::Column::Id)),
        )
        .and_where(outbox::Column::Kind.eq(crate::letters::INVITE))
        .and_where(outbox::Column::State.eq("bounced"))
        .to_owned();
    Expr::exists(mail)
}

/// The account was last used before that moment.
fn not_seen_since(moment: i64) -> Expr {
    let account = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((contact::Entity, contact::Column::AccountId)),
        )
        .and_where(account::Column::LastSignInAt.lte(moment))
        .to_owned();
    Expr::exists(account)
}
