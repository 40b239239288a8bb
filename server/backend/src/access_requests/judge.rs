//! What is judged with the database: addresses that somebody else uses (R4), the organization that is meant (R1).

use super::{Row, facts_of, state_of};
use crate::contacts::people::holding;
use crate::contacts::spoken;
use crate::entity::{access_request, access_request_signature, allowed_address, contact, organization};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{Applicant, NewRequest, Part, RequestForm, RequestState, Vouch};
use domain::organizations::OrganizationDetails;
use domain::permissions::Permission;
use domain::{Email, Field, FieldProblems, Problem, fold};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

/// The states in which a request may hold its addresses: while it waits, only those that have signed from them, or a
/// stranger could lock anybody out by naming them.
const HOLDING: [&str; 5] = ["waiting", "submitted", "on_hold", "approved", "activated"];

/// How many organizations of one name are looked at.
const MOST: u64 = 20;

impl Portal {
    /// Understands a form, and asks whether its addresses are one person's each. `but` is the request that changes;
    /// `overridden`: Support takes addresses that look shared, for a reason that is kept (R4).
    pub(crate) async fn judge(
        &self,
        db: &impl ConnectionTrait,
        form: &RequestForm,
        (but, overridden): (Option<Uuid>, bool),
    ) -> Result<NewRequest, Refusal> {
        let typed = [&form.user.email, &form.authorizer.email];
        let keys: Vec<String> =
            typed.into_iter().filter_map(|typed| Email::parse(typed).ok()).map(|email| email.key()).collect();
        let allowed = if overridden { keys } else { allowed_among(db, keys).await? };
        let request = form.parse(&self.catalogue, &self.settings.shared_mailboxes, &allowed)?;
        let mut faults = FieldProblems::none();
        let people =
            [(Some(&request.user), Field::UserEmail), (request.authorizer.as_ref(), Field::AuthorizerEmail)];
        for (person, field) in people {
            let Some(person) = person.filter(|person| !allowed.contains(&person.email.key())) else {
                continue;
            };
            if used_by_another(db, person, but).await? {
                faults.add(field, Problem::SharedMailbox);
            }
        }
        if faults.is_empty() { Ok(request) } else { Err(faults.into()) }
    }
}

/// Those of these addresses that Support allowed.
async fn allowed_among(db: &impl ConnectionTrait, keys: Vec<String>) -> Result<Vec<String>, DbErr> {
    let rows =
        allowed_address::Entity::find().filter(allowed_address::Column::EmailKey.is_in(keys)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.email_key).collect())
}

/// Whether a contact, or a request, knows the address under another name.
async fn used_by_another(
    db: &impl ConnectionTrait,
    person: &Applicant,
    but: Option<Uuid>,
) -> Result<bool, DbErr> {
    let key = person.email.key();
    let contacts = contact::Entity::find()
        .filter(contact::Column::EmailKey.eq(key.as_str()))
        .filter(contact::Column::AnonymizedAt.is_null())
        .limit(MOST)
        .all(db)
        .await?;
    if contacts.iter().any(|row| !person.is_called(&spoken(row))) {
        return Ok(true);
    }
    let mut requests =
        access_request::Entity::find().filter(access_request::Column::State.is_in(HOLDING)).filter(
            Condition::any()
                .add(access_request::Column::UserKey.eq(key.as_str()))
                .add(access_request::Column::AuthorizerKey.eq(key.as_str())),
        );
    if let Some(but) = but {
        requests = requests.filter(access_request::Column::Id.ne(but));
    }
    let another = |row: &Row| {
        let user = row.user_key == key && !person.is_called(&row.user_name);
        let authorizer = row.authorizer_key.as_deref() == Some(&key)
            && row.authorizer_name.as_deref().is_some_and(|name| !person.is_called(name));
        user || authorizer
    };
    let others: Vec<Row> = requests.limit(MOST).all(db).await?.into_iter().filter(another).collect();
    if others.iter().any(|row| state_of(row) != RequestState::Waiting) {
        return Ok(true);
    }
    let signed = |row: &Row| {
        let part = if row.user_key == key { Part::User } else { Part::Authorizer };
        Condition::all()
            .add(access_request_signature::Column::RequestId.eq(row.id))
            .add(access_request_signature::Column::Edition.eq(row.edition))
            .add(access_request_signature::Column::Part.eq(part.code()))
    };
    if others.is_empty() {
        return Ok(false);
    }
    let which = others.iter().map(signed).fold(Condition::any(), Condition::add);
    Ok(access_request_signature::Entity::find().filter(which).count(db).await? > 0)
}

/// An organization that may be the one that is meant, and whether a number says so.
pub(crate) type Meant = (organization::Model, bool);

impl Portal {
    /// The organizations that may be meant: those of its numbers first, then those of its names, of now or of before.
    pub(crate) async fn organizations_meant(
        &self,
        db: &impl ConnectionTrait,
        details: &OrganizationDetails,
    ) -> Result<Vec<Meant>, DbErr> {
        let mut which = Condition::any();
        let numbers = [
            (organization::Column::BusinessNumber, &details.business_number),
            (organization::Column::RegistryNumber, &details.registry_number),
        ];
        for (column, number) in numbers {
            which = which.add_option(number.as_deref().map(|number| column.eq(number)));
        }
        let names = [fold::fold(&details.name.en), fold::fold(&details.name.fr)];
        for name in &names {
            which = which.add(self.name_holds(name));
        }
        let rows = organization::Entity::find()
            .filter(organization::Column::Operator.eq(false))
            .filter(which)
            .order_by_asc(organization::Column::SortKey)
            .limit(MOST)
            .all(db)
            .await?;
        let by_number = |row: &organization::Model| {
            let same = |kept: &Option<String>, said: &Option<String>| said.is_some() && kept == said;
            same(&row.business_number, &details.business_number)
                || same(&row.registry_number, &details.registry_number)
        };
        let called_now = |row: &organization::Model| {
            let now = [fold::fold(&row.name_en), fold::fold(&row.name_fr)];
            names.iter().any(|name| now.contains(name))
        };
        let mut found: Vec<Meant> = rows
            .into_iter()
            .map(|row| (by_number(&row), row))
            .filter(|(number, row)| {
                *number
                    || called_now(row)
                    || row.search.lines().any(|line| names.iter().any(|name| name == line))
            })
            .map(|(number, row)| (row, number))
            .collect();
        found.sort_by_key(|(_, number)| !number);
        Ok(found)
    }

    fn name_holds(&self, name: &str) -> Expr {
        // A whole line of it: names of now and of before stand one a line.
        let sql = if self.platform.store.is_sqlite() {
            "instr(char(10) || organizations.search || char(10), ?) > 0"
        } else {
            "strpos(chr(10) || organizations.search || chr(10), $1) > 0"
        };
        Expr::cust_with_values(sql, [format!("\n{name}\n")])
    }
}

impl Work {
    /// The organization that is here already, and whom of it to ask: its administrators (R1). One of them who signed
    /// as the authorizing person has answered already.
    pub(crate) async fn whom_to_ask_first(
        &self,
        row: &Row,
    ) -> Result<(Option<Uuid>, Vouch, Vec<contact::Model>), Refusal> {
        let request = facts_of(row)?;
        let meant = self.portal.organizations_meant(&self.db, &request.organization.details).await?;
        let open: Vec<organization::Model> =
            meant.into_iter().map(|(row, _)| row).filter(|row| row.state == "open").collect();
        let [target] = &open[..] else { return Ok((None, Vouch::None, Vec::new())) };
        let (vouch, people) = self.whom_to_ask_here(row, target.id).await?;
        Ok((Some(target.id), vouch, people))
    }

    /// Whom of that organization to ask what is known of the person.
    pub(crate) async fn whom_to_ask_here(
        &self,
        row: &Row,
        target: Uuid,
    ) -> Result<(Vouch, Vec<contact::Model>), Refusal> {
        let manages = |key: &String| {
            let (_, profile) = self.portal.catalogue.find(key)?;
            profile.permissions.contains(&Permission::ManageContacts).then_some(())
        };
        let keys = self.portal.catalogue.administrator_keys();
        let keys: Vec<String> = keys.into_iter().filter(|key| manages(key).is_some()).collect();
        let people =
            holding(target, keys, self.now.0).order_by_asc(contact::Column::SortKey).all(&self.db).await?;
        let authorizes = |person: &contact::Model| Some(&person.email_key) == row.authorizer_key.as_ref();
        if people.iter().any(authorizes) {
            return Ok((Vouch::Vouched, Vec::new()));
        }
        let vouch = if people.is_empty() { Vouch::None } else { Vouch::Asked };
        Ok((vouch, people))
    }
}
