//! The facts that steer the rest, switched by Support (O4): client tracking, college, community learning, whom the
//! organization may ask (P3), the departments that administer its agreements (O2).

use super::departments::departments;
use crate::access::Permit;
use crate::activity::Event;
use crate::contacts::people;
use crate::contacts::spoken;
use crate::entity::{contact, organization, organization_department};
use crate::organizations::departments_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::desk::{Agent, SteeringFacts, SteeringForm};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, ContactId, DepartmentId, Field, FieldProblems, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};

impl Permit<AllOrganizations> {
    /// The people of Support who may be named for an organization.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn agents(&self) -> Result<Vec<Agent>, Refusal> {
        Ok(self.portal.agents(self.portal.platform.store.read()).await?)
    }
}

impl Permit<KeepOrganizations> {
    /// Saves the facts; says whether anything changed.
    ///
    /// # Errors
    /// [`Problem::UnknownChoice`] for a representative who is not of Support, or a department that is none.
    pub async fn steer(&self, form: &SteeringForm) -> Result<bool, Refusal> {
        let after = form.parse()?;
        let (work, _) = self.begin_as_support().await?;
        let before = work.facts().await?;
        if before == after {
            return Ok(false);
        }
        work.may_represent(before.representative, after.representative).await?;
        let row = organization::ActiveModel {
            tracks_clients: Set(after.tracks_clients),
            registered_college: Set(after.registered_college),
            learning_organization: Set(after.learning_organization),
            representative_id: Set(after.representative.map(|id| id.0)),
            ..organization::ActiveModel::default()
        };
        organization::Entity::update_many()
            .set(row)
            .filter(organization::Column::Id.eq(work.organization.id))
            .exec(&work.db)
            .await?;
        if before.departments != after.departments {
            work.administer(&after.departments).await?;
        }
        let said = json!({ "before": work.shown(&before).await?, "after": work.shown(&after).await? });
        work.commit(Event::of(Act::OrganizationSteered, None).with(said)).await?;
        Ok(true)
    }
}

impl Portal {
    /// Active contacts of the operator who hold a profile of Support.
    pub(super) async fn agents(&self, db: &impl ConnectionTrait) -> Result<Vec<Agent>, DbErr> {
        let operator =
            organization::Entity::find().filter(organization::Column::Operator.eq(true)).one(db).await?;
        let Some(operator) = operator else { return Ok(Vec::new()) };
        let all =
            self.catalogue.modules.iter().flat_map(|module| &module.profiles).map(|profile| &profile.key);
        let rows = people::holding(operator.id, self.catalogue.of_operator(all), self.now().0)
            .order_by_asc(contact::Column::SortKey)
            .all(db)
            .await?;
        Ok(rows.iter().map(|row| Agent { contact: ContactId(row.id), name: spoken(row) }).collect())
    }
}

impl Work {
    async fn facts(&self) -> Result<SteeringFacts, Refusal> {
        let row = &self.organization;
        let theirs = departments_of(&self.db, row.id).await?;
        let mut departments: Vec<DepartmentId> = theirs.iter().map(|department| department.id).collect();
        departments.sort();
        Ok(SteeringFacts {
            tracks_clients: row.tracks_clients,
            registered_college: row.registered_college,
            learning_organization: row.learning_organization,
            representative: row.representative_id.map(ContactId),
            departments,
        })
    }

    /// Facts as an activity line keeps them: people and departments by their names of now.
    async fn shown(&self, facts: &SteeringFacts) -> Result<Value, Refusal> {
        let named = facts.representative.map(|id| id.0);
        let representative = people::names(&self.db, named).await?.into_values().next();
        let known = departments(&self.db).await?;
        let theirs = known.into_iter().filter(|department| facts.departments.contains(&department.id));
        Ok(json!({
            "tracks_clients": facts.tracks_clients,
            "registered_college": facts.registered_college,
            "learning_organization": facts.learning_organization,
            "representative": representative,
            "departments": theirs.map(|department| department.name).collect::<Vec<_>>(),
        }))
    }

    /// Whoever is named stays named, even after leaving; somebody new is of Support.
    async fn may_represent(
        &self,
        before: Option<ContactId>,
        after: Option<ContactId>,
    ) -> Result<(), Refusal> {
        let Some(after) = after.filter(|_| before != after) else { return Ok(()) };
        if self.portal.agents(&self.db).await?.iter().any(|agent| agent.contact == after) {
            return Ok(());
        }
        Err(FieldProblems::one(Field::Representative, Problem::UnknownChoice).into())
    }

    async fn administer(&self, chosen: &[DepartmentId]) -> Result<(), Refusal> {
        let known = departments(&self.db).await?;
        if chosen.iter().any(|id| !known.iter().any(|department| department.id == *id)) {
            return Err(Problem::UnknownChoice.into());
        }
        organization_department::Entity::delete_many()
            .filter(organization_department::Column::OrganizationId.eq(self.organization.id))
            .exec(&self.db)
            .await?;
        let rows: Vec<_> = chosen
            .iter()
            .map(|id| organization_department::ActiveModel {
                organization_id: Set(self.organization.id),
                department_id: Set(id.0),
            })
            .collect();
        if !rows.is_empty() {
            organization_department::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
        }
        Ok(())
    }
}
