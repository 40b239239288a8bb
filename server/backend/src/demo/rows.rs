//! Rows on their way to the database, many in each statement.

use crate::activity::chain::End;
use crate::entity::{
    account, activity, activity_chain, announcement, contact, contact_department, contact_phone, department,
    grant, invitation, invitation_profile, login, organization, organization_department, organization_module,
    organization_name, organization_state, relink,
};
use platform::{Store, Transaction, outbox};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, DbErr, EntityTrait};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of one statement: more are no faster, and the statements that a connection remembers grow with them.
const STATEMENT: usize = 64;

/// What one transaction writes.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) departments: Vec<department::ActiveModel>,
    pub(super) organizations: Vec<organization::ActiveModel>,
    pub(super) administered: Vec<organization_department::ActiveModel>,
    pub(super) names: Vec<organization_name::ActiveModel>,
    pub(super) modules: Vec<organization_module::ActiveModel>,
    pub(super) accounts: Vec<account::ActiveModel>,
    pub(super) logins: Vec<login::ActiveModel>,
    pub(super) contacts: Vec<contact::ActiveModel>,
    pub(super) belonging: Vec<contact_department::ActiveModel>,
    pub(super) states: Vec<organization_state::ActiveModel>,
    pub(super) announcements: Vec<announcement::ActiveModel>,
    pub(super) relinks: Vec<relink::ActiveModel>,
    pub(super) phones: Vec<contact_phone::ActiveModel>,
    pub(super) grants: Vec<grant::ActiveModel>,
    pub(super) invitations: Vec<invitation::ActiveModel>,
    pub(super) proposed: Vec<invitation_profile::ActiveModel>,
    pub(super) letters: Vec<outbox::ActiveModel>,
    pub(super) activity: Vec<activity::ActiveModel>,
    /// The chains that grew.
    pub(super) ends: BTreeMap<Uuid, End>,
}

impl Rows {
    pub(super) fn contacts(&self) -> usize {
        self.contacts.len()
    }

    /// Writes everything, what is referred to first, and begins anew; gives the number of contacts.
    pub(super) async fn keep(&mut self, store: &Store) -> Result<u64, DbErr> {
        let contacts = self.contacts.len() as u64;
        let work = store.begin().await?;
        insert(&work, &mut self.departments).await?;
        insert(&work, &mut self.organizations).await?;
        insert(&work, &mut self.administered).await?;
        insert(&work, &mut self.names).await?;
        insert(&work, &mut self.modules).await?;
        insert(&work, &mut self.accounts).await?;
        insert(&work, &mut self.logins).await?;
        insert(&work, &mut self.contacts).await?;
        insert(&work, &mut self.belonging).await?;
        insert(&work, &mut self.states).await?;
        insert(&work, &mut self.announcements).await?;
        insert(&work, &mut self.relinks).await?;
        insert(&work, &mut self.phones).await?;
        insert(&work, &mut self.grants).await?;
        insert(&work, &mut self.invitations).await?;
        insert(&work, &mut self.proposed).await?;
        insert(&work, &mut self.letters).await?;
        insert(&work, &mut self.activity).await?;
        move_ends(&work, std::mem::take(&mut self.ends)).await?;
        work.commit().await?;
        Ok(contacts)
    }
}

async fn insert<A>(work: &Transaction, rows: &mut Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    while !rows.is_empty() {
        let some = rows.drain(..rows.len().min(STATEMENT));
        A::Entity::insert_many(some).exec_without_returning(work).await?;
    }
    Ok(())
}

/// A chain that spans transactions has its end moved by each.
async fn move_ends(work: &Transaction, ends: BTreeMap<Uuid, End>) -> Result<(), DbErr> {
    let onwards = OnConflict::column(activity_chain::Column::Chain)
        .update_columns([activity_chain::Column::Number, activity_chain::Column::Hash])
        .to_owned();
    let mut rows = ends.into_values().map(End::row).collect::<Vec<_>>();
    while !rows.is_empty() {
        let some = rows.drain(..rows.len().min(STATEMENT));
        let some = activity_chain::Entity::insert_many(some).on_conflict(onwards.clone());
        some.exec_without_returning(work).await?;
    }
    Ok(())
}
