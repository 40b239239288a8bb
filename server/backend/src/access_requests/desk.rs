//! Support's desk (R5): the queue, who has what in hand, a question, a refusal; what is here already of whom a request
//! names.

use super::{
    Row, event, facts_of, hexadecimal, id_of, keeper_of, organization_of, signatures_of, state_of, vouch_of,
};
use crate::access::Permit;
use crate::activity::Event;
use crate::contacts::people::names;
use crate::contacts::spoken;
use crate::entity::{
    access_request, access_request_scan, account, allowed_address, contact, login, organization,
};
use crate::letters;
use crate::organizations::{name_of, state_of as organization_state};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{
    Choice, DeskFound, FoundContact, FoundOrganization, FoundRequest, HoldForm, NewRequest, Part, Passage,
    QueueFilter, QueueLine, QueuePage, ReadRequest, RequestDeskCard, RequestState, Vouch,
};
use domain::desk::NamedOrganization;
use domain::fields::required_text;
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts, SeeOrganization};
use domain::{
    AccessRequestId, Act, Actor, ContactId, Email, Field, FieldProblems, Instant, OrganizationId, Problem,
    fold,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Requests of a page.
const PAGE: u64 = 20;
/// How many people or requests are shown as found.
const FOUND: u64 = 20;

impl Permit<AllOrganizations> {
    /// One page of the queue, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_queue(&self, filter: &QueueFilter) -> Result<QueuePage, Refusal> {
        let db = self.portal.platform.store.read();
        // A draft is nobody's but its writer's, also one that ended as such.
        let mut rows = access_request::Entity::find().filter(access_request::Column::SentAt.is_not_null());
        let state = match filter.state {
            None if filter.any_state => None,
            said => Some(said.unwrap_or(RequestState::Submitted)),
        };
        if let Some(state) = state {
            rows = rows.filter(access_request::Column::State.eq(state.code()));
        }
        if let Some(id) = filter.organization {
            rows = rows.filter(access_request::Column::TargetId.eq(id.0));
        }
        if !filter.service.is_empty() {
            rows = rows.filter(access_request::Column::Service.eq(filter.service.replace('\0', "")));
        }
        if filter.mine {
            rows = rows.filter(access_request::Column::TakenBy.eq(self.actor.contact.0));
        }
        if filter.free {
            rows = rows.filter(access_request::Column::TakenBy.is_null());
        }
        for word in fold::words(&filter.words.replace('\0', " ")).iter().take(10) {
            rows = rows.filter(self.portal.request_holds(word));
        }
        let found = rows.clone().count(db).await?;
        let pages = found.div_ceil(PAGE).max(1);
        let page = filter.page.clamp(1, pages);
        let rows = rows
            .order_by_asc(access_request::Column::SubmittedAt)
            .order_by_asc(access_request::Column::CreatedAt)
            .order_by_asc(access_request::Column::Id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
            .all(db)
            .await?;
        Ok(QueuePage { lines: self.queue_lines(&rows).await?, found, page, pages })
    }

    /// Everything about one request.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; a draft is nobody's but its writer's.
    pub async fn request_card(&self, id: AccessRequestId) -> Result<RequestDeskCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = access_request::Entity::find_by_id(id.0).one(db).await?;
        let row = row.filter(|row| row.facts.is_some()).ok_or(Problem::NotFound)?;
        let request = facts_of(&row)?;
        let line = self.queue_lines(std::slice::from_ref(&row)).await?.pop().ok_or(Problem::NotFound)?;
        let signatures = self.portal.signature_lines(&row).await?;
        let seen = signatures_of(db, &row).await?.into_iter().find_map(|signature| signature.evidence);
        let target = match row.target_id {
            Some(id) => organization::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let scans = access_request_scan::Entity::find()
            .select_only()
            .column(access_request_scan::Column::Part)
            .filter(access_request_scan::Column::RequestId.eq(row.id))
            .into_tuple::<String>()
            .all(db)
            .await?;
        let hindered = match self.portal.may_decide(db, &row, &self.actor).await {
            Ok(()) => None,
            Err(Refusal::Refused(problem)) => Some(problem),
            Err(broken) => return Err(broken),
        };
        Ok(RequestDeskCard {
            situation: self.portal.situation_name(&row.situation),
            text: row.document.clone().unwrap_or_default(),
            hash: hexadecimal(row.document_hash.as_deref().unwrap_or_default()),
            needs_authorizing: request.authorizer.is_none() && signatures.len() < 2,
            scans: scans.iter().filter_map(|part| Part::from_code(part)).collect(),
            steps: self.portal.step_lines(&row, true).await?,
            found: self.found(&row, &request).await?,
            profiles: self.portal.profiles_to_give(&request.service),
            evidence: seen,
            target: target
                .map(|house| NamedOrganization { id: OrganizationId(house.id), name: name_of(&house) }),
            contact: row.contact_id.map(ContactId),
            line,
            request,
            signatures,
            hindered,
        })
    }

    async fn queue_lines(&self, rows: &[Row]) -> Result<Vec<QueueLine>, Refusal> {
        let db = self.portal.platform.store.read();
        let people = names(db, rows.iter().filter_map(|row| row.taken_by)).await?;
        let now = self.portal.now();
        let line = |row: &Row| {
            let since = row.submitted_at.or(row.sent_at).unwrap_or(row.created_at);
            QueueLine {
                id: id_of(row),
                edition: row.edition,
                reference: row.reference.clone(),
                state: state_of(row),
                user: row.user_name.clone(),
                organization: organization_of(row),
                service: self.portal.service_name(&row.service),
                since: self.portal.platform.calendar.date(Instant(since)),
                days: u32::try_from((now.0 - since) / 86_400_000).unwrap_or_default(),
                in_hand: row.taken_by.and_then(|id| people.get(&id).cloned()),
                mine: row.taken_by == Some(self.actor.contact.0),
                vouch: vouch_of(row),
            }
        };
        Ok(rows.iter().map(line).collect())
    }

    /// What is here already: organizations of the name or the numbers, contacts of the addresses, other requests.
    async fn found(&self, row: &Row, request: &NewRequest) -> Result<DeskFound, Refusal> {
        let db = self.portal.platform.store.read();
        let meant = self.portal.organizations_meant(db, &request.organization.details).await?;
        let organizations = meant.into_iter().map(|(row, by_number)| FoundOrganization {
            id: OrganizationId(row.id),
            name: name_of(&row),
            state: organization_state(&row),
            by_number,
        });
        let keys: Vec<String> =
            std::iter::once(row.user_key.clone()).chain(row.authorizer_key.clone()).collect();
        let people = contact::Entity::find()
            .filter(contact::Column::EmailKey.is_in(keys))
            .order_by_asc(contact::Column::SortKey)
            .limit(FOUND)
            .all(db)
            .await?;
        let houses: HashMap<Uuid, organization::Model> = organization::Entity::find()
            .filter(organization::Column::Id.is_in(people.iter().map(|person| person.organization_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|house| (house.id, house))
            .collect();
        let contacts = people.iter().map(|person| FoundContact {
            contact: ContactId(person.id),
            organization: OrganizationId(person.organization_id),
            organization_name: houses.get(&person.organization_id).map(name_of).unwrap_or_default(),
            name: spoken(person),
            email: Email::known(person.email.clone()),
            active: person.active,
            part: if person.email_key == row.user_key { Part::User } else { Part::Authorizer },
        });
        let others = access_request::Entity::find()
            .filter(access_request::Column::UserKey.eq(row.user_key.as_str()))
            .filter(access_request::Column::Id.ne(row.id))
            .filter(access_request::Column::SentAt.is_not_null())
            .order_by_desc(access_request::Column::SentAt)
            .limit(FOUND)
            .all(db)
            .await?;
        let requests = others.iter().map(|other| FoundRequest {
            id: id_of(other),
            reference: other.reference.clone(),
            state: state_of(other),
            service: self.portal.service_name(&other.service),
            sent: self.portal.platform.calendar.date(Instant(other.sent_at.unwrap_or(other.created_at))),
        });
        Ok(DeskFound {
            organizations: organizations.collect(),
            contacts: contacts.collect(),
            requests: requests.collect(),
        })
    }
}

impl Portal {
    fn request_holds(&self, word: &str) -> Expr {
        let sql = if self.platform.store.is_sqlite() {
            "instr(access_requests.search, ?) > 0"
        } else {
            "strpos(access_requests.search, $1) > 0"
        };
        Expr::cust_with_values(sql, [word.to_owned()])
    }

    /// The profiles that open a service, in the order of the catalogue.
    pub(super) fn profiles_to_give(&self, service: &str) -> Vec<Choice> {
        let Some(service) = self.catalogue.services.iter().find(|known| known.key == service) else {
            return Vec::new();
        };
        let opening = self.catalogue.profiles().filter(|profile| service.profiles.contains(&profile.key));
        opening.map(|profile| (profile.key.clone(), self.catalogue.name_of(&profile.key))).collect()
    }

    /// Whether somebody of Support may decide: no signatory (R5), and nobody else has it in hand.
    pub(super) async fn may_decide(
        &self,
        db: &impl ConnectionTrait,
        row: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let own = own_addresses(db, actor).await?;
        let named = std::iter::once(&row.user_key).chain(&row.authorizer_key);
        let signed = signatures_of(db, row).await?;
        let took_part = signed
            .iter()
            .any(|signature| signature.way == "support" && signature.contact_id == Some(actor.contact.0));
        if took_part || named.into_iter().any(|key| own.contains(key)) {
            return Err(Problem::SignedByYou.into());
        }
        match keeper_of(row).filter(|keeper| *keeper != actor.contact) {
            None => Ok(()),
            Some(keeper) => {
                let name = names(db, [keeper.0]).await?.remove(&keeper.0).unwrap_or_default();
                Err(Problem::InHand { name }.into())
            }
        }
    }
}

/// Every address that somebody of Support is known by: as a contact of any organization, and by each way of signing in.
async fn own_addresses(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<String>, DbErr> {
    let contacts = contact::Entity::find()
        .filter(
            Condition::any()
                .add(contact::Column::Id.eq(actor.contact.0))
                .add(contact::Column::AccountId.eq(actor.account.0)),
        )
        .all(db)
        .await?;
    let account = account::Entity::find_by_id(actor.account.0).one(db).await?;
    let ways = login::Entity::find().filter(login::Column::AccountId.eq(actor.account.0)).all(db).await?;
    let told = account.and_then(|account| account.email).into_iter();
    let told = told.chain(ways.into_iter().filter_map(|way| way.email)).map(|email| email.to_lowercase());
    Ok(contacts.into_iter().map(|row| row.email_key).chain(told).collect())
}

impl Permit<KeepOrganizations> {
    /// Takes a request in hand.
    ///
    /// # Errors
    /// [`Problem::InHand`] when a colleague came first; [`Problem::RequestPassed`] when it is not with Support.
    pub async fn take_request(&self, id: AccessRequestId) -> Result<(), Refusal> {
        let (work, actor) = self.begin_on_requests().await?;
        let row = work.kept_request(id).await?;
        if !matches!(state_of(&row), RequestState::Submitted | RequestState::OnHold) {
            return Err(Problem::RequestPassed.into());
        }
        let taken = access_request::Entity::update_many()
            .col_expr(access_request::Column::TakenBy, Expr::value(actor.contact.0))
            .col_expr(access_request::Column::TakenAt, Expr::value(work.now.0))
            .filter(access_request::Column::Id.eq(row.id))
            .filter(
                Condition::any()
                    .add(access_request::Column::TakenBy.is_null())
                    .add(access_request::Column::TakenBy.eq(actor.contact.0)),
            )
            .exec(&work.db)
            .await?;
        if taken.rows_affected == 0 {
            let row = work.kept_request(id).await?;
            return work.portal.may_decide(&work.db, &row, &actor).await;
        }
        work.step(&row, "taken", None, None).await?;
        work.commit(event(Act::RequestTaken, &row, json!({}))).await
    }

    /// Leaves a request to others; one that a colleague has in hand may be freed, too, and that is noted.
    ///
    /// # Errors
    /// [`Problem::RequestPassed`] when nobody has it in hand.
    pub async fn release_request(&self, id: AccessRequestId) -> Result<(), Refusal> {
        let (work, _) = self.begin_on_requests().await?;
        let row = work.kept_request(id).await?;
        if row.taken_by.is_none() {
            return Err(Problem::RequestPassed.into());
        }
        let free = access_request::ActiveModel {
            taken_by: Set(None),
            taken_at: Set(None),
            ..access_request::ActiveModel::default()
        };
        work.update_request(&row, free).await?;
        work.step(&row, "released", None, None).await?;
        work.commit(event(Act::RequestReleased, &row, json!({}))).await
    }

    /// Puts a request on hold with a question that its people answer by their links (R5).
    ///
    /// # Errors
    /// A missing question; [`Problem::TextChanged`]; [`Problem::SignedByYou`]; [`Problem::InHand`];
    /// [`Problem::RequestPassed`].
    pub async fn hold_request(&self, read: ReadRequest, form: &HoldForm) -> Result<(), Refusal> {
        let question = form.parse(Field::Question)?;
        let (work, _, row) = self.begin_decision(read).await?;
        let changes = access_request::ActiveModel {
            due_at: Set(Some(work.request_due())),
            reminded_at: Set(None),
            ..access_request::ActiveModel::default()
        };
        work.pass(&row, Passage::Hold, changes).await?;
        work.step(&row, "held", None, Some(&question)).await?;
        work.tell_parts(&row, None, letters::REQUEST_QUESTION).await?;
        work.commit(event(Act::RequestHeld, &row, json!({}))).await
    }

    /// Notes an answer that came otherwise than by a link, on the telephone or on paper; the request is with Support
    /// again (R5).
    ///
    /// # Errors
    /// A missing answer; [`Problem::TextChanged`]; [`Problem::SignedByYou`]; [`Problem::InHand`];
    /// [`Problem::RequestPassed`] when nothing is asked.
    pub async fn note_answer(&self, read: ReadRequest, form: &HoldForm) -> Result<(), Refusal> {
        let answer = form.parse(Field::Answer)?;
        let (work, _, row) = self.begin_decision(read).await?;
        let changes =
            access_request::ActiveModel { due_at: Set(None), ..access_request::ActiveModel::default() };
        work.pass(&row, Passage::Answer, changes).await?;
        work.step(&row, "answered", None, Some(&answer)).await?;
        work.commit(event(Act::RequestAnswered, &row, json!({}))).await
    }

    /// Refuses a request, for a reason that both are told (R5).
    ///
    /// # Errors
    /// A missing reason; [`Problem::TextChanged`]; [`Problem::SignedByYou`]; [`Problem::InHand`];
    /// [`Problem::RequestPassed`].
    pub async fn refuse_request(&self, read: ReadRequest, form: &HoldForm) -> Result<(), Refusal> {
        let reason = form.parse(Field::Reason)?;
        let (work, actor, row) = self.begin_decision(read).await?;
        let changes = access_request::ActiveModel {
            decided_at: Set(Some(work.now.0)),
            decided_by: Set(Some(actor.contact.0)),
            ..access_request::ActiveModel::default()
        };
        work.pass(&row, Passage::Refuse, changes).await?;
        work.step(&row, "refused", None, Some(&reason)).await?;
        work.tell_parts(&row, None, letters::REQUEST_REFUSED_TO_BOTH).await?;
        work.commit(event(Act::RequestRefused, &row, json!({}))).await
    }

    /// Takes the authorizing part for an organization of one person, on evidence that is kept (R4). Whoever takes it
    /// has signed, and decides no more (R5).
    ///
    /// # Errors
    /// Missing evidence; [`Problem::TextChanged`]; [`Problem::SignedByYou`]; [`Problem::InHand`];
    /// [`Problem::RequestPassed`] when somebody is named for the part, or took it.
    pub async fn authorize_request(&self, read: ReadRequest, evidence: &str) -> Result<(), Refusal> {
        let beside = |problem| FieldProblems::one(Field::Evidence, problem);
        let evidence = required_text(evidence, 1000).map_err(beside)?;
        let (work, actor, row) = self.begin_decision(read).await?;
        let open = matches!(state_of(&row), RequestState::Submitted | RequestState::OnHold);
        let signed = signatures_of(&work.db, &row).await?;
        if !open
            || row.authorizer_key.is_some()
            || signed.iter().any(|one| one.part == Part::Authorizer.code())
        {
            return Err(Problem::RequestPassed.into());
        }
        let person =
            contact::Entity::find_by_id(actor.contact.0).one(&work.db).await?.ok_or(Problem::NotFound)?;
        work.keep_signature(&row, (Part::Authorizer, &spoken(&person)), ("support", Some(&evidence)), None)
            .await?;
        // A colleague decides.
        let free = access_request::ActiveModel {
            taken_by: Set(None),
            taken_at: Set(None),
            ..access_request::ActiveModel::default()
        };
        work.update_request(&row, free).await?;
        work.step(&row, "authorized", Some(Part::Authorizer), None).await?;
        work.commit(event(Act::RequestAuthorized, &row, json!({ "evidence": evidence }))).await
    }

    /// Takes an address that looks shared, for a reason that is kept (R4).
    ///
    /// # Errors
    /// A missing reason, or no address.
    pub async fn allow_address(&self, email: &str, reason: &str) -> Result<(), Refusal> {
        let mut faults = FieldProblems::none();
        let email = faults.note(Field::Email, Email::parse(email));
        let reason = faults.note(Field::Reason, required_text(reason, 500));
        let (Some(email), Some(reason)) = (email, reason) else { return Err(faults.into()) };
        let (work, actor) = self.begin_on_requests().await?;
        let row = allowed_address::ActiveModel {
            email_key: Set(email.key()),
            reason: Set(reason.clone()),
            allowed_by: Set(actor.contact.0),
            allowed_at: Set(work.now.0),
        };
        allowed_address::Entity::delete_by_id(email.key()).exec(&work.db).await?;
        allowed_address::Entity::insert(row).exec_without_returning(&work.db).await?;
        let said = json!({ "address": email, "reason": reason });
        work.commit(Event::of(Act::AddressAllowed, None).with(said)).await
    }
}

impl Permit<KeepOrganizations> {
    /// Begins work on requests, in the organization that keeps them: whoever came by another organization's door finds
    /// none.
    pub(super) async fn begin_on_requests(&self) -> Result<(Work, Actor), Refusal> {
        if !self.organization.operator {
            return Err(Problem::NotFound.into());
        }
        self.begin_as_support().await
    }

    /// Begins a decision about a request as it was read, for somebody who may decide.
    async fn begin_decision(&self, read: ReadRequest) -> Result<(Work, Actor, Row), Refusal> {
        let (work, actor) = self.begin_on_requests().await?;
        let row = work.request_as_read(read).await?;
        work.portal.may_decide(&work.db, &row, &actor).await?;
        Ok((work, actor, row))
    }
}

impl Permit<SeeOrganization> {
    /// R1: the requests about which the administrators here were asked and have not answered, the oldest first; for
    /// those who may answer.
    pub(crate) async fn asked_to_vouch(&self) -> Result<Vec<(AccessRequestId, String)>, Refusal> {
        if !self.actor.may::<ManageContacts>() || self.actor.support {
            return Ok(Vec::new());
        }
        let with_support = RequestState::ALL.into_iter().filter(|state| state.is_with_support());
        let rows = access_request::Entity::find()
            .filter(access_request::Column::TargetId.eq(self.organization.id))
            .filter(access_request::Column::Vouch.eq(Vouch::Asked.code()))
            .filter(access_request::Column::State.is_in(with_support.map(RequestState::code)))
            .order_by_asc(access_request::Column::SubmittedAt)
            .order_by_asc(access_request::Column::Id)
            .all(self.portal.platform.store.read())
            .await?;
        Ok(rows.into_iter().map(|row| (AccessRequestId(row.id), row.user_name)).collect())
    }
}

impl Permit<ManageContacts> {
    /// R1: a request for this organization about which its administrator was asked, also once it was answered or is no
    /// longer with Support: whoever follows the letter late is told so.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for one about which nobody here was asked (G4).
    pub async fn request_to_vouch(&self, id: AccessRequestId) -> Result<QueueLine, Refusal> {
        let db = self.portal.platform.store.read();
        let row = access_request::Entity::find_by_id(id.0).one(db).await?;
        let row = row.filter(|row| self.is_asked(row)).ok_or(Problem::NotFound)?;
        Ok(QueueLine {
            id,
            edition: row.edition,
            reference: row.reference.clone(),
            state: state_of(&row),
            user: row.user_name.clone(),
            organization: name_of(&self.organization),
            service: self.portal.service_name(&row.service),
            since: self.portal.platform.calendar.date(Instant(row.submitted_at.unwrap_or(row.created_at))),
            days: 0,
            in_hand: None,
            mine: false,
            vouch: vouch_of(&row),
        })
    }

    /// R1: says whether the person works here. Support decides all the same, and does not answer for the organization.
    ///
    /// # Errors
    /// [`Problem::NotFound`] as above; [`Problem::Forbidden`] for Support; [`Problem::DecidedAlready`] when a colleague
    /// answered; [`Problem::TextChanged`]; [`Problem::RequestPassed`] when it is no longer with Support.
    pub async fn vouch(&self, read: ReadRequest, known: bool) -> Result<(), Refusal> {
        let (work, actor) = self.begin().await?;
        let row = access_request::Entity::find_by_id(read.id.0).one(&work.db).await?;
        let row = row.filter(|row| self.is_asked(row)).ok_or(Problem::NotFound)?;
        as_read(&row, read)?;
        if actor.support {
            return Err(Problem::Forbidden.into());
        }
        if !state_of(&row).is_with_support() {
            return Err(Problem::RequestPassed.into());
        }
        let vouch = if known { Vouch::Vouched } else { Vouch::Objected };
        let said = access_request::Entity::update_many()
            .col_expr(access_request::Column::Vouch, Expr::value(vouch.code()))
            .filter(access_request::Column::Id.eq(row.id))
            .filter(access_request::Column::Vouch.eq(Vouch::Asked.code()))
            .exec(&work.db)
            .await?;
        if said.rows_affected == 0 {
            return Err(Problem::DecidedAlready.into());
        }
        work.step(&row, vouch.code(), None, None).await?;
        work.commit(event(Act::RequestVouched, &row, json!({ "vouch": vouch.code() }))).await
    }

    fn is_asked(&self, row: &Row) -> bool {
        row.target_id == Some(self.organization.id) && vouch_of(row) != Vouch::None
    }
}

impl Work {
    /// A request that was sent: a draft is nobody's but its writer's.
    pub(super) async fn kept_request(&self, id: AccessRequestId) -> Result<Row, Refusal> {
        let row = self.request(id.0).await?;
        if row.facts.is_some() { Ok(row) } else { Err(Problem::NotFound.into()) }
    }

    /// The same, as it was read by who decides about it.
    ///
    /// # Errors
    /// [`Problem::TextChanged`] when it is another text by now.
    pub(super) async fn request_as_read(&self, read: ReadRequest) -> Result<Row, Refusal> {
        let row = self.kept_request(read.id).await?;
        as_read(&row, read)?;
        Ok(row)
    }
}

/// R3, R5: nobody decides about a text that is not the one they read.
fn as_read(row: &Row, read: ReadRequest) -> Result<(), Problem> {
    if row.edition == read.edition { Ok(()) } else { Err(Problem::TextChanged) }
}
