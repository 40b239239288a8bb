//! An access review of the past in the main organization, so that there is one to look at, and the next one due.
//!
//! The reminders of what is due are marked as sent: nobody in the demonstration waits for thousands of mails.

use crate::entity::{contact, grant, organization, review, review_person, review_profile, review_reminder};
use crate::reviews::statement;
use domain::contacts::spoken_name;
use domain::reviews::STATEMENT;
use domain::{Instant, fold};
use platform::{Platform, Transaction};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

/// Months since the review was attested: more than the period, so that the next one is due.
const MONTHS_AGO: i32 = 13;
/// People whom it listed.
const PEOPLE: u64 = 8;

pub(super) async fn fill(platform: &Platform) -> Result<(), DbErr> {
    let work = platform.store.begin().await?;
    let attested = platform.calendar.months_after(platform.clock.now(), -MONTHS_AGO);
    let primary = contact::Entity::find()
        .filter(contact::Column::IsPrimary.eq(true))
        .filter(contact::Column::SortKey.eq(main_primary()))
        .one(&work)
        .await?;
    if let Some(primary) = &primary {
        review_of(&work, platform, primary, attested).await?;
    }
    remind(&work, primary.map(|row| row.organization_id), attested, platform.clock.now()).await?;
    work.commit().await
}

/// Whoever is primary in the main organization.
fn main_primary() -> String {
    let person = super::PEOPLE[0];
    fold::sort_key(person.last_name, person.first_name)
}

async fn review_of(
    work: &Transaction,
    platform: &Platform,
    primary: &contact::Model,
    attested: Instant,
) -> Result<(), DbErr> {
    let people = contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(primary.organization_id))
        .filter(contact::Column::Active.eq(true))
        .filter(contact::Column::AccountId.is_not_null())
        .order_by_desc(contact::Column::IsPrimary)
        .order_by_asc(contact::Column::SortKey)
        .limit(PEOPLE)
        .all(work)
        .await?;
    let id = platform.chance.id(attested);
    review::Entity::insert(opened(id, primary, attested.plus_days(-6))).exec_without_returning(work).await?;
    let kept = people.len();
    for person in people {
        listed(work, id, &person, (primary, attested)).await?;
    }
    let statement = statement();
    review::Entity::update_many()
        .set(review::ActiveModel {
            state: Set("attested".to_owned()),
            attested_by: Set(Some(primary.id)),
            attested_name: Set(Some(spoken_name(&primary.last_name, &primary.first_name))),
            attested_at: Set(Some(attested.0)),
            statement_version: Set(Some(STATEMENT)),
            statement_en: Set(Some(statement.en)),
            statement_fr: Set(Some(statement.fr)),
            people: Set(kept as i64),
            kept: Set(kept as i64),
            ..review::ActiveModel::default()
        })
        .filter(review::Column::Id.eq(id))
        .exec(work)
        .await?;
    Ok(())
}

fn opened(id: Uuid, primary: &contact::Model, at: Instant) -> review::ActiveModel {
    review::ActiveModel {
        id: Set(id),
        organization_id: Set(primary.organization_id),
        state: Set("open".to_owned()),
        started_by: Set(primary.id),
        started_by_support: Set(false),
        started_name: Set(Some(spoken_name(&primary.last_name, &primary.first_name))),
        started_at: Set(at.0),
        attested_by: Set(None),
        attested_by_support: Set(false),
        attested_name: Set(None),
        attested_at: Set(None),
        statement_version: Set(None),
        statement_en: Set(None),
        statement_fr: Set(None),
        people: Set(0),
        kept: Set(0),
        changed: Set(0),
        deactivated: Set(0),
        left_to_support: Set(0),
    }
}

/// One person, whose access was kept.
async fn listed(
    work: &Transaction,
    review: Uuid,
    person: &contact::Model,
    (by, at): (&contact::Model, Instant),
) -> Result<(), DbErr> {
    let row = review_person::ActiveModel {
        review_id: Set(review),
        contact_id: Set(person.id),
        organization_id: Set(person.organization_id),
        last_name: Set(person.last_name.clone()),
        first_name: Set(person.first_name.clone()),
        email: Set(person.email.clone()),
        sort_key: Set(person.sort_key.clone()),
        is_primary: Set(person.is_primary),
        last_sign_in_at: Set(Some(at.plus_days(-20).0)),
        listed_at: Set(at.plus_days(-6).0),
        version: Set(1),
    };
    review_person::Entity::insert(row).exec_without_returning(work).await?;
    let grants = grant::Entity::find()
        .filter(grant::Column::ContactId.eq(person.id))
        .filter(grant::Column::State.eq("active"))
        .all(work)
        .await?;
    let name = spoken_name(&by.last_name, &by.first_name);
    let profiles = grants.into_iter().map(|grant| review_profile::ActiveModel {
        review_id: Set(review),
        contact_id: Set(person.id),
        profile: Set(grant.profile),
        organization_id: Set(person.organization_id),
        at_start: Set(true),
        granted_by_support: Set(grant.granted_by.is_some_and(|granter| granter != by.id)),
        granted_name: Set(grant.granted_by.filter(|granter| *granter == by.id).map(|_| name.clone())),
        granted_at: Set(at.plus_days(-400).0),
        ends_at: Set(None),
        decision: Set(Some("keep".to_owned())),
        note: Set(None),
        decided_by: Set(Some(by.id)),
        decided_by_support: Set(false),
        decided_name: Set(Some(name.clone())),
        decided_at: Set(Some(at.plus_days(-2).0)),
    });
    let profiles: Vec<_> = profiles.collect();
    if !profiles.is_empty() {
        review_profile::Entity::insert_many(profiles).exec_without_returning(work).await?;
    }
    Ok(())
}

/// Both reminders of every organization are marked as sent.
async fn remind(
    work: &Transaction,
    reviewed: Option<Uuid>,
    attested: Instant,
    now: Instant,
) -> Result<(), DbErr> {
    for row in organization::Entity::find().all(work).await? {
        let since = if Some(row.id) == reviewed { attested.0 } else { row.created_at };
        let sent = [1, 2].map(|step| review_reminder::ActiveModel {
            organization_id: Set(row.id),
            since: Set(since),
            step: Set(step),
            sent_at: Set(now.0),
        });
        review_reminder::Entity::insert_many(sent).exec_without_returning(work).await?;
    }
    Ok(())
}
