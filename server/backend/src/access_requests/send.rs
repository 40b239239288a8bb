//! What anybody does: look what may be asked for, save, send, several at once (R1, R2, R4, R9).

use super::{Row, event};
use crate::access::Visitor;
use crate::csv::read;
use crate::entity::access_request;
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use crate::work::{Post, Work};
use domain::access_requests::{
    NewLine, NewRequest, Part, RequestForm, RequestState, SentRequest, TableLine, Vouch, faults_in_common,
    read_table,
};
use domain::catalogue::{Service, WayIn};
use domain::imports::MEGABYTES;
use domain::{AccessRequestId, Act, Email, Field, FieldProblems, Language, Problem, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What people can read out: no letter that is taken for another.
pub(crate) const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Visitor {
    /// What may be asked for, and by whom (R2).
    #[must_use]
    pub fn services_to_ask_for(&self) -> Vec<NewLine> {
        let line = |service: &Service| NewLine {
            service: (service.key.clone(), service.name.clone()),
            situations: service.applicants.iter().map(|kind| (kind.key.clone(), kind.name.clone())).collect(),
            instructions: service.instructions.clone(),
            by_representative: !service.ways_in.contains(&WayIn::Request),
            by_number: service.ways_in.contains(&WayIn::ReferenceNumber),
        };
        self.portal.asked_services().map(line).collect()
    }

    /// Looks at a form before it is sent; keeps nothing.
    ///
    /// # Errors
    /// What is wrong with it, shared addresses among it (R4); [`Problem::TooManyTries`].
    pub async fn look_at_request(&self, form: &RequestForm) -> Result<(), Refusal> {
        self.portal.count_at(self.address, Subject::Looks, 1).await?;
        self.portal.judge(self.portal.platform.store.read(), form, (None, false)).await?;
        Ok(())
    }

    /// Saves a form as far as it is typed; a link to it is mailed to [`RequestForm::sent_by`].
    ///
    /// # Errors
    /// A missing or wrong address; what is too long; [`Problem::TooManyMails`]; [`Problem::TooManyTries`].
    pub async fn save_request(&self, form: &RequestForm, language: Language) -> Result<SentRequest, Refusal> {
        let beside = |problem| FieldProblems::one(Field::SentBy, problem);
        let sent_by = Email::parse(&form.sent_by).map_err(beside)?;
        form.within_bounds()?;
        self.count(1).await?;
        let work = self.portal.begin_request().await?;
        work.few_mails_to(&sent_by, Field::SentBy).await?;
        let row = work.keep_draft(form, &sent_by, language).await?;
        work.tell_part(&row, Part::Sender, letters::SAVED).await?;
        let sent = sent_request(&row, vec![sent_by]);
        work.commit(event(Act::RequestSaved, &row, json!({}))).await?;
        Ok(sent)
    }

    /// Sends a request: it waits for its two signatures, each asked for by mail (R3). The very same, sent again while it
    /// is open, is the one that was sent: nobody is asked twice.
    ///
    /// # Errors
    /// What is wrong with the form, shared addresses among it (R4); [`Problem::TooManyMails`];
    /// [`Problem::TooManyTries`].
    pub async fn send_request(&self, form: &RequestForm, language: Language) -> Result<SentRequest, Refusal> {
        self.count(1).await?;
        let work = self.portal.begin_request().await?;
        let request = work.portal.judge(&work.db, form, (None, false)).await?;
        if let Some(row) = work.sent_before(&request).await? {
            return Ok(sent_request(&row, Vec::new()));
        }
        work.few_mails(&request).await?;
        let row = work.keep_sent(form, &request, language).await?;
        work.ask_signatures(&row, letters::SIGN).await?;
        let sent = sent_request(&row, addresses(&request));
        work.commit(event(Act::RequestSent, &row, json!({ "edition": row.edition }))).await?;
        Ok(sent)
    }

    /// Sends a table of requests (R9): each line is judged by itself; what is wrong with one stops no other. Who
    /// authorizes several reads one letter.
    ///
    /// # Errors
    /// Beside [`Field::Table`], why the table cannot be read; what is wrong with all lines because it is wrong with
    /// what they have in common; [`Problem::TooManyTries`].
    pub async fn send_requests(
        &self,
        table: &[u8],
        base: &RequestForm,
        language: Language,
    ) -> Result<Vec<TableLine>, Refusal> {
        let rows = readable(table)
            .and_then(|text| read_table(&read::records(&text), base, &self.portal.catalogue))
            .map_err(|problem| FieldProblems::one(Field::Table, problem))?;
        self.count(rows.len()).await?;
        let work = self.portal.begin_request().await?;
        let mut lines = Vec::new();
        let mut kept: Vec<Row> = Vec::new();
        let mut before: HashMap<(String, String), u64> = HashMap::new();
        for row in &rows {
            let user = domain::contacts::spoken_name(
                row.form.user.last_name.trim(),
                row.form.user.first_name.trim(),
            );
            let result = match work.line_of_table(&row.form, &mut before, row.line, language).await {
                Ok((sent, new)) => {
                    let reference = sent.reference.clone();
                    kept.extend(new.then_some(sent));
                    Ok(reference)
                }
                Err(Refusal::Invalid(faults)) => Err(faults),
                Err(Refusal::Refused(problem)) => Err(FieldProblems::one(Field::Form, problem)),
                Err(broken) => return Err(broken),
            };
            lines.push(TableLine { line: row.line, user, result });
        }
        let faults: Vec<&FieldProblems> =
            lines.iter().filter_map(|line| line.result.as_ref().err()).collect();
        let Some((last, others)) = kept.split_last() else {
            let common = faults_in_common(&rows, &faults, base);
            return if common.is_empty() { Ok(lines) } else { Err(common.into()) };
        };
        work.ask_many(&kept).await?;
        for row in others {
            work.note(event(Act::RequestSent, row, json!({ "edition": row.edition }))).await?;
        }
        work.commit(event(Act::RequestSent, last, json!({ "edition": last.edition }))).await?;
        Ok(lines)
    }

    async fn count(&self, requests: usize) -> Result<(), Refusal> {
        self.portal.count_at(self.address, Subject::Requests, requests).await
    }
}

fn readable(content: &[u8]) -> Result<String, Problem> {
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::Missing);
    }
    if content.len() > usize::from(MEGABYTES) * 1024 * 1024 {
        return Err(Problem::ImportTooLarge { megabytes: MEGABYTES });
    }
    read::decoded(content)
}

fn sent_request(row: &Row, told: Vec<Email>) -> SentRequest {
    SentRequest {
        id: AccessRequestId(row.id),
        reference: row.reference.clone(),
        user: row.user_name.clone(),
        told,
        edition: row.edition,
    }
}

fn addresses(request: &NewRequest) -> Vec<Email> {
    let authorizer = request.authorizer.as_ref().map(|person| person.email.clone());
    std::iter::once(request.user.email.clone()).chain(authorizer).collect()
}

/// What a search at the desk looks through, folded.
fn searchable(row: [&str; 7]) -> String {
    fold::fold(&row.join("\n"))
}

impl Portal {
    /// The online services that are asked for (R2).
    pub fn asked_services(&self) -> impl Iterator<Item = &Service> {
        self.catalogue.services.iter().filter(|service| {
            [WayIn::Request, WayIn::Representative].iter().any(|way| service.ways_in.contains(way))
        })
    }

    /// Begins work on requests, in the organization that keeps them: the operator's.
    pub(crate) async fn begin_request(&self) -> Result<Work, Refusal> {
        // Whoever looks as somebody else begins nothing (G7), not even the operator's organization.
        self.write()?;
        let keeper = self.operator_organization().await?;
        self.begin(keeper).await
    }

    /// What people call a request by: it opens nothing.
    fn new_reference(&self) -> String {
        let bytes: [u8; 8] = self.platform.chance.bytes();
        let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        letters.split_at_checked(4).map_or(letters.clone(), |(one, other)| format!("R-{one}-{other}"))
    }
}

impl Work {
    /// I12: so many mails an address a day; the fault stands beside the address.
    pub(crate) async fn few_mails_to(&self, to: &Email, field: Field) -> Result<(), Refusal> {
        let few = self.few_mails_a_day_to(to.as_str()).await;
        few.map_err(|refusal| match refusal {
            Refusal::Refused(problem) => FieldProblems::one(field, problem).into(),
            other => other,
        })
    }

    pub(crate) async fn few_mails(&self, request: &NewRequest) -> Result<(), Refusal> {
        self.few_mails_to(&request.user.email, Field::UserEmail).await?;
        match &request.authorizer {
            Some(person) => self.few_mails_to(&person.email, Field::AuthorizerEmail).await,
            None => Ok(()),
        }
    }

    /// The very same request, while it waits or is with Support.
    async fn sent_before(&self, request: &NewRequest) -> Result<Option<Row>, Refusal> {
        let open = [RequestState::Waiting, RequestState::Submitted, RequestState::OnHold];
        let facts = serde_json::to_string(request).map_err(Refusal::broken)?;
        Ok(access_request::Entity::find()
            .filter(access_request::Column::UserKey.eq(request.user.email.key()))
            .filter(access_request::Column::State.is_in(open.map(RequestState::code)))
            .filter(access_request::Column::Facts.eq(facts))
            .one(&self.db)
            .await?)
    }

    /// One line of a table: judged, and kept, unless it was sent before; says whether it is new.
    async fn line_of_table(
        &self,
        form: &RequestForm,
        before: &mut HashMap<(String, String), u64>,
        line: u64,
        language: Language,
    ) -> Result<(Row, bool), Refusal> {
        let request = self.portal.judge(&self.db, form, (None, false)).await?;
        let same = (request.user.email.key(), request.service.clone());
        if let Some(line) = before.get(&same) {
            return Err(FieldProblems::one(Field::UserEmail, Problem::EmailTwice { line: *line }).into());
        }
        before.insert(same, line);
        if let Some(row) = self.sent_before(&request).await? {
            return Ok((row, false));
        }
        self.few_mails(&request).await?;
        Ok((self.keep_sent(form, &request, language).await?, true))
    }

    async fn keep_draft(
        &self,
        form: &RequestForm,
        sent_by: &Email,
        language: Language,
    ) -> Result<Row, Refusal> {
        let id = self.new_id();
        let columns =
            access_request::ActiveModel { sent_by: Set(Some(sent_by.to_string())), ..self.typed(form)? };
        self.insert_request(id, columns, language).await
    }

    async fn keep_sent(
        &self,
        form: &RequestForm,
        request: &NewRequest,
        language: Language,
    ) -> Result<Row, Refusal> {
        let id = self.new_id();
        let reference = self.portal.new_reference();
        let columns = access_request::ActiveModel {
            reference: Set(reference.clone()),
            state: Set(RequestState::Waiting.code().to_owned()),
            sent_at: Set(Some(self.now.0)),
            ..self.understood((id, &reference, 1), form, request)?
        };
        let row = self.insert_request(id, columns, language).await?;
        self.step(&row, "sent", Some(Part::Sender), None).await?;
        Ok(row)
    }

    pub(super) async fn insert_request(
        &self,
        id: Uuid,
        columns: access_request::ActiveModel,
        language: Language,
    ) -> Result<Row, Refusal> {
        let sender = columns.sent_by.try_as_ref().is_some_and(Option::is_some);
        let row = access_request::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            reference: if columns.reference.is_set() {
                columns.reference.clone()
            } else {
                Set(self.portal.new_reference())
            },
            state: if columns.state.is_set() {
                columns.state.clone()
            } else {
                Set(RequestState::Draft.code().to_owned())
            },
            edition: Set(1),
            vouch: Set(Vouch::None.code().to_owned()),
            language: Set(Some(language.code().to_owned())),
            sender_hash: Set(sender.then(|| self.portal.request_hash(id, Part::Sender, 1))),
            created_at: Set(self.now.0),
            due_at: Set(Some(self.request_due())),
            ..columns
        };
        access_request::Entity::insert(row).exec_without_returning(&self.db).await?;
        self.request(id).await
    }

    /// When a request that nobody goes on with ends by itself.
    pub(crate) fn request_due(&self) -> i64 {
        let days = self.portal.settings.request_days;
        self.portal.platform.calendar.end_of_day_after(self.now, days).0
    }

    /// The columns that what was typed fills, however little that is.
    pub(crate) fn typed(&self, form: &RequestForm) -> Result<access_request::ActiveModel, Refusal> {
        let cut = |text: &str| text.trim().chars().take(200).collect::<String>();
        let name = |person: &domain::access_requests::PersonForm| {
            domain::contacts::spoken_name(&cut(&person.last_name), &cut(&person.first_name))
        };
        Ok(access_request::ActiveModel {
            form: Set(serde_json::to_string(form).map_err(Refusal::broken)?),
            service: Set(cut(&form.service)),
            situation: Set(cut(&form.situation)),
            user_name: Set(name(&form.user)),
            user_key: Set(cut(&form.user.email).to_lowercase()),
            organization_en: Set(cut(&form.organization.name_en)),
            organization_fr: Set(cut(&form.organization.name_fr)),
            search: Set(String::new()),
            ..access_request::ActiveModel::default()
        })
    }

    /// The columns that a request fills once it is understood: the text is frozen, the links are new (R3).
    pub(crate) fn understood(
        &self,
        (id, reference, edition): (Uuid, &str, i32),
        form: &RequestForm,
        request: &NewRequest,
    ) -> Result<access_request::ActiveModel, Refusal> {
        let portal = &self.portal;
        let document = portal.document(reference, edition, request);
        let authorizer = request.authorizer.as_ref();
        let name = &request.organization.details.name;
        let authorizer_name = authorizer.map(domain::access_requests::Applicant::name);
        let authorizer_key = authorizer.map(|person| person.email.key());
        let (user_name, user_key) = (request.user.name(), request.user.email.key());
        let search = searchable([
            reference,
            &user_name,
            &user_key,
            authorizer_name.as_deref().unwrap_or_default(),
            authorizer_key.as_deref().unwrap_or_default(),
            &name.en,
            &name.fr,
        ]);
        let code = |language: Option<Language>| language.map(|language| language.code().to_owned());
        Ok(access_request::ActiveModel {
            form: Set(serde_json::to_string(form).map_err(Refusal::broken)?),
            facts: Set(Some(serde_json::to_string(request).map_err(Refusal::broken)?)),
            document_hash: Set(Some(platform::secrets::hash(&document))),
            document: Set(Some(document)),
            service: Set(request.service.clone()),
            situation: Set(request.situation.clone()),
            user_name: Set(user_name),
            user_key: Set(user_key),
            user_language: Set(code(request.user.language)),
            authorizer_name: Set(authorizer_name),
            authorizer_language: Set(code(authorizer.and_then(|person| person.language))),
            authorizer_hash: Set(authorizer_key
                .as_ref()
                .map(|_| portal.request_hash(id, Part::Authorizer, edition))),
            authorizer_key: Set(authorizer_key),
            user_hash: Set(Some(portal.request_hash(id, Part::User, edition))),
            organization_en: Set(name.en.clone()),
            organization_fr: Set(name.fr.clone()),
            search: Set(search),
            ..access_request::ActiveModel::default()
        })
    }

    /// Asks both for their signatures, each at their own address.
    pub(crate) async fn ask_signatures(&self, row: &Row, kind: &'static str) -> Result<(), Refusal> {
        for part in super::signatories(row) {
            self.tell_part(row, part, kind).await?;
        }
        Ok(())
    }

    /// The same for several: who authorizes more than one reads one letter with a link for each.
    async fn ask_many(&self, rows: &[Row]) -> Result<(), Refusal> {
        let mut by_authorizer: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            self.tell_part(row, Part::User, letters::SIGN).await?;
            if let Some(key) = &row.authorizer_key {
                by_authorizer.entry(key).or_default().push(row);
            }
        }
        for (to, theirs) in by_authorizer {
            match &theirs[..] {
                [one] => self.tell_part(one, Part::Authorizer, letters::SIGN).await?,
                [first, ..] => {
                    let ids: Vec<Uuid> = theirs.iter().map(|row| row.id).collect();
                    let language = super::in_language(first.authorizer_language.as_deref());
                    let payload =
                        json!({ "request": first.id, "requests": ids, "edition": 1, "part": "authorizer" });
                    let kind = letters::SIGN_MANY;
                    self.post(Post { kind, to, language, about: Some(first.id), payload }).await?;
                }
                [] => {}
            }
        }
        Ok(())
    }
}
