//! The operator's departments, and the people of Support who belong to them (O2).
//!
//! Belonging to a department opens nothing: whoever is of Support reads all organizations anyway (G7). It says whose
//! an organization is, so that each may begin with their own. Whoever leaves Support still belongs where they did,
//! unseen, and is found there again when they come back.

use crate::access::Permit;
use crate::activity::Event;
use crate::contacts;
use crate::entity::{contact_department, department};
use crate::organizations::department_of;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::desk::{Agent, DepartmentPeople, DepartmentPeopleForm, DepartmentsToFilter};
use domain::organizations::Department;
use domain::permissions::{AllOrganizations, KeepOrganizations, SeeContacts};
use domain::{Act, Bilingual, ContactId, DepartmentId, Field, FieldProblems, Problem, fields, fold};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

impl Permit<AllOrganizations> {
    /// All departments of the operator.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn departments(&self) -> Result<Vec<Department>, Refusal> {
        Ok(departments(self.portal.platform.store.read()).await?)
    }

    /// All departments, each with those of Support's people who belong to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn departments_with_people(&self) -> Result<Vec<DepartmentPeople>, Refusal> {
        let db = self.portal.platform.store.read();
        let agents = self.portal.agents(db).await?;
        let belongs = contact_department::Entity::find().all(db).await?;
        let belongs: HashSet<_> =
            belongs.into_iter().map(|row| (row.department_id, row.contact_id)).collect();
        let with_people = |department: Department| {
            let is_of = |agent: &&Agent| belongs.contains(&(department.id.0, agent.contact.0));
            DepartmentPeople { people: agents.iter().filter(is_of).cloned().collect(), department }
        };
        Ok(departments(db).await?.into_iter().map(with_people).collect())
    }

    /// The departments that the desk's list may be narrowed to.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn departments_to_filter(&self) -> Result<DepartmentsToFilter, Refusal> {
        let db = self.portal.platform.store.read();
        let mine = of_person(db, self.actor.contact.0).await?;
        Ok(DepartmentsToFilter { all: departments(db).await?, mine: !mine.is_empty() })
    }
}

impl Permit<SeeContacts> {
    /// The departments to which a contact belongs: nobody's but of Support's people.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a contact of another organization (G4).
    pub async fn departments_of(&self, id: ContactId) -> Result<Vec<Department>, Refusal> {
        let db = self.portal.platform.store.read();
        let row = contacts::find(db, self.organization.id, id).await?;
        Ok(of_person(db, row.id).await?)
    }
}

impl Permit<KeepOrganizations> {
    /// Adds a department of the operator.
    ///
    /// # Errors
    /// A missing name, or [`Problem::NameTaken`].
    pub async fn add_department(&self, name: &Bilingual) -> Result<(), Refusal> {
        let name = parse(name)?;
        let (work, _) = self.begin_as_support().await?;
        for known in departments(&work.db).await? {
            let same = [(Field::NameEn, known.name.en == name.en), (Field::NameFr, known.name.fr == name.fr)];
            if let Some((field, _)) = same.into_iter().find(|(_, same)| *same) {
                return Err(FieldProblems::one(field, Problem::NameTaken).into());
            }
        }
        let row = department::ActiveModel {
            id: Set(work.new_id()),
            name_en: Set(name.en.clone()),
            name_fr: Set(name.fr.clone()),
            sort_key: Set(fold::sort_key(&name.fr, "")),
            created_at: Set(work.now.0),
        };
        department::Entity::insert(row).exec_without_returning(&work.db).await?;
        work.commit(Event::of(Act::DepartmentAdded, None).with(json!({ "after": { "name": name } }))).await
    }

    /// Says who belongs to a department; gives its name, and whether anything changed.
    ///
    /// # Errors
    /// [`Problem::NotFound`] without such a department; [`Problem::UnknownChoice`] for somebody who is not of
    /// Support.
    pub async fn staff_department(
        &self,
        id: DepartmentId,
        form: &DepartmentPeopleForm,
    ) -> Result<(Bilingual, bool), Refusal> {
        let (work, _) = self.begin_as_support().await?;
        let row = department::Entity::find_by_id(id.0).one(&work.db).await?.ok_or(Problem::NotFound)?;
        let name = department_of(row).name;
        let agents = work.portal.agents(&work.db).await?;
        let chosen = form.parse();
        if chosen.iter().any(|id| !agents.iter().any(|agent| agent.contact == *id)) {
            return Err(Problem::UnknownChoice.into());
        }
        let before = work.people_of(id, &agents).await?;
        let after: Vec<&Agent> = agents.iter().filter(|agent| chosen.contains(&agent.contact)).collect();
        if before == after {
            return Ok((name, false));
        }
        work.belong(id, &agents, &after).await?;
        let names = |people: &[&Agent]| people.iter().map(|agent| agent.name.clone()).collect::<Vec<_>>();
        let said = json!({
            "before": { "people": names(&before) },
            "after": { "people": names(&after) },
            "department": name,
        });
        work.commit(Event::of(Act::DepartmentStaffed, None).with(said)).await?;
        Ok((name, true))
    }
}

fn parse(name: &Bilingual) -> Result<Bilingual, FieldProblems> {
    let mut faults = FieldProblems::none();
    let en = faults.note(Field::NameEn, fields::required_line(&name.en, 150));
    let fr = faults.note(Field::NameFr, fields::required_line(&name.fr, 150));
    match (en, fr) {
        (Some(en), Some(fr)) => Ok(Bilingual { en, fr }),
        _ => Err(faults),
    }
}

pub(super) async fn departments(db: &impl ConnectionTrait) -> Result<Vec<Department>, DbErr> {
    let rows = department::Entity::find().order_by_asc(department::Column::SortKey).all(db).await?;
    Ok(rows.into_iter().map(department_of).collect())
}

async fn of_person(db: &impl ConnectionTrait, contact: Uuid) -> Result<Vec<Department>, DbErr> {
    let rows = department::Entity::find()
        .filter(department::Column::Id.in_subquery(ids_of_person(contact)))
        .order_by_asc(department::Column::SortKey)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(department_of).collect())
}

/// The departments of a person of Support, as a subquery.
pub(super) fn ids_of_person(contact: Uuid) -> SelectStatement {
    Query::select()
        .column(contact_department::Column::DepartmentId)
        .from(contact_department::Entity)
        .and_where(contact_department::Column::ContactId.eq(contact))
        .to_owned()
}

impl Work {
    /// Those of Support who belong to a department now, in the order of all.
    async fn people_of<'a>(&self, id: DepartmentId, agents: &'a [Agent]) -> Result<Vec<&'a Agent>, DbErr> {
        let rows = contact_department::Entity::find()
            .filter(contact_department::Column::DepartmentId.eq(id.0))
            .all(&self.db)
            .await?;
        let is_of = |agent: &&Agent| rows.iter().any(|row| row.contact_id == agent.contact.0);
        Ok(agents.iter().filter(is_of).collect())
    }

    /// Of all who are of Support now, only these belong to it.
    async fn belong(&self, id: DepartmentId, agents: &[Agent], people: &[&Agent]) -> Result<(), DbErr> {
        contact_department::Entity::delete_many()
            .filter(contact_department::Column::DepartmentId.eq(id.0))
            .filter(contact_department::Column::ContactId.is_in(agents.iter().map(|agent| agent.contact.0)))
            .exec(&self.db)
            .await?;
        let rows = people.iter().map(|agent| contact_department::ActiveModel {
            contact_id: Set(agent.contact.0),
            department_id: Set(id.0),
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            contact_department::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
        }
        Ok(())
    }
}
