//! An organization's details: everyone with a profile reads them, administrators and Support edit them (O1), and
//! the departments that administer its agreements share them (O2). A name is never lost: the search finds what an
//! organization was called before (O3).

use crate::access::Permit;
use crate::activity::Event;
use crate::contacts::people::primary_of;
use crate::contacts::spoken;
use crate::entity::{department, organization, organization_department, organization_name};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::organizations::{Department, DetailsCard, DetailsForm, EarlierName, OrganizationDetails};
use domain::permissions::{EditOrganization, SeeOrganization};
use domain::{Act, Bilingual, DepartmentId, Email, Instant, Language, Problem, fold};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A save of the details.
#[derive(Clone, Debug, Default)]
pub struct DetailsSave {
    pub form: DetailsForm,
    /// The version the page was drawn from (C6).
    pub version: i64,
}

impl Permit<SeeOrganization> {
    /// Everything that is kept of the organization (O1).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn details(&self) -> Result<DetailsCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = &self.organization;
        let primary = primary_of(db, row.id).await?;
        let eligible = self.eligible(db).await?;
        let modules = self.portal.catalogue.modules.iter().filter(|module| eligible.offers(module));
        let earlier = earlier_names(db, row.id).await?;
        let calendar = &self.portal.platform.calendar;
        Ok(DetailsCard {
            details: details(row),
            version: row.version,
            primary: primary.as_ref().map(spoken),
            departments: departments_of(db, row.id).await?,
            modules: modules.map(|module| module.name.clone()).collect(),
            earlier_names: earlier
                .into_iter()
                .map(|row| EarlierName {
                    name: Bilingual::new(row.name_en, row.name_fr),
                    until: calendar.date(Instant(row.until)),
                })
                .collect(),
        })
    }
}

impl Permit<EditOrganization> {
    /// Saves the details; gives the names of the fields that changed, as the form names them.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::ChangedMeanwhile`] when somebody else saved first (C6).
    pub async fn save_details(&self, save: &DetailsSave) -> Result<Vec<&'static str>, Refusal> {
        let after = save.form.parse()?;
        let (work, _) = self.begin().await?;
        if work.organization.version != save.version {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let before = details(&work.organization);
        let changed = before.differences(&after);
        if changed.is_empty() {
            return Ok(changed);
        }
        if before.name != after.name {
            work.remember_name(&before.name).await?;
        }
        work.keep_details(&after).await?;
        let said = json!({ "before": shown(&before), "after": shown(&after), "fields": changed });
        work.commit(Event::of(Act::OrganizationChanged, None).with(said)).await?;
        Ok(changed)
    }
}

/// The details as an activity line keeps them.
pub(crate) fn shown(details: &OrganizationDetails) -> Value {
    serde_json::to_value(details).unwrap_or(Value::Null)
}

pub(crate) fn details(row: &organization::Model) -> OrganizationDetails {
    OrganizationDetails {
        name: super::name_of(row),
        language: row.language.as_deref().and_then(Language::from_code),
        email: row.email.clone().map(Email::known),
        phone: row.phone.clone(),
        other_phone: row.other_phone.clone(),
        postal_address: row.address.clone(),
        civic_address: row.civic_address.clone(),
        business_number: row.business_number.clone(),
        registry_number: row.registry_number.clone(),
    }
}

/// What a search looks through: the names of now and those of before, a line each, folded (O3).
pub(crate) fn searchable<'a>(names: impl IntoIterator<Item = &'a Bilingual>) -> String {
    let lines: Vec<String> = names.into_iter().map(|name| format!("{}\n{}", name.en, name.fr)).collect();
    fold::fold(&lines.join("\n"))
}

async fn earlier_names(
    db: &impl ConnectionTrait,
    organization: Uuid,
) -> Result<Vec<organization_name::Model>, DbErr> {
    organization_name::Entity::find()
        .filter(organization_name::Column::OrganizationId.eq(organization))
        .order_by_desc(organization_name::Column::Until)
        .order_by_desc(organization_name::Column::Id)
        .all(db)
        .await
}

/// The departments that administer an organization's agreements (O2).
pub(crate) async fn departments_of(
    db: &impl ConnectionTrait,
    organization: Uuid,
) -> Result<Vec<Department>, DbErr> {
    let theirs = Query::select()
        .column(organization_department::Column::DepartmentId)
        .from(organization_department::Entity)
        .and_where(organization_department::Column::OrganizationId.eq(organization))
        .to_owned();
    let rows = department::Entity::find()
        .filter(department::Column::Id.in_subquery(theirs))
        .order_by_asc(department::Column::SortKey)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(department_of).collect())
}

pub(crate) fn department_of(row: department::Model) -> Department {
    Department { id: DepartmentId(row.id), name: Bilingual::new(row.name_en, row.name_fr) }
}

impl Work {
    /// O3: a search goes on finding it.
    pub(crate) async fn remember_name(&self, name: &Bilingual) -> Result<(), Refusal> {
        let row = organization_name::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            name_en: Set(name.en.clone()),
            name_fr: Set(name.fr.clone()),
            until: Set(self.now.0),
        };
        organization_name::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    pub(crate) async fn keep_details(&self, after: &OrganizationDetails) -> Result<(), Refusal> {
        let earlier = earlier_names(&self.db, self.organization.id).await?;
        let earlier: Vec<_> =
            earlier.into_iter().map(|row| Bilingual::new(row.name_en, row.name_fr)).collect();
        let columns = organization::ActiveModel {
            search: Set(searchable(std::iter::once(&after.name).chain(&earlier))),
            version: Set(self.organization.version + 1),
            updated_at: Set(self.now.0),
            ..columns(after)
        };
        organization::Entity::update_many()
            .set(columns)
            .filter(organization::Column::Id.eq(self.organization.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

/// The columns that details fill, the search of a first name included.
pub(crate) fn columns(details: &OrganizationDetails) -> organization::ActiveModel {
    organization::ActiveModel {
        name_en: Set(details.name.en.clone()),
        name_fr: Set(details.name.fr.clone()),
        search: Set(searchable([&details.name])),
        sort_key: Set(fold::sort_key(&details.name.fr, "")),
        sort_key_en: Set(fold::sort_key(&details.name.en, "")),
        language: Set(details.language.map(|language| language.code().to_owned())),
        email: Set(details.email.as_ref().map(Email::to_string)),
        phone: Set(details.phone.clone()),
        other_phone: Set(details.other_phone.clone()),
        address: Set(details.postal_address.clone()),
        civic_address: Set(details.civic_address.clone()),
        business_number: Set(details.business_number.clone()),
        registry_number: Set(details.registry_number.clone()),
        ..organization::ActiveModel::default()
    }
}
