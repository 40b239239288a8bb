//! Contacts as a file, as filtered or as ticked (G6, C13): every column, in the language of whoever reads it.
//!
//! Written piece by piece, each found by where the last one ended, so that ten thousand contacts take no more
//! memory than five hundred.

use crate::access::Permit;
use crate::csv::{self, Pieces};
use crate::entity::contact;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::contacts::{ContactForm, ContactLine, ContactSearch, InvitationStep, Phone, PhoneKind};
use domain::imports::{BETWEEN_PROFILES, Column};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, Language, OrganizationId};
use locales::{Locale, td_string};
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

/// How many contacts are written at once.
const PIECE: u64 = 500;

/// What to export.
#[derive(Clone, Debug, Default)]
pub struct ExportWish {
    pub search: ContactSearch,
    /// Those ticked; when there are any, the search does not count.
    pub only: Vec<ContactId>,
    /// The language of headings and of what the program itself says.
    pub language: Language,
}

/// A file that is being written.
#[derive(Clone, Debug)]
pub struct Export {
    permit: Permit<SeeContacts>,
    wish: ExportWish,
    next: Next,
}

/// Where the next piece begins.
#[derive(Clone, Debug)]
enum Next {
    Headings,
    Primary,
    After(String, Uuid),
    Nothing,
}

impl Permit<ManageContacts> {
    /// Begins a file of contacts.
    ///
    /// # Errors
    /// When the actor may not see contacts.
    pub fn export(&self, wish: ExportWish) -> Result<Export, Refusal> {
        Ok(Export { permit: self.also()?, wish, next: Next::Headings })
    }
}

impl Portal {
    /// Begins a file of contacts at the command line.
    ///
    /// # Errors
    /// [`domain::Problem::NotFound`] without such an organization.
    pub async fn export_at_the_console(
        &self,
        organization: OrganizationId,
        wish: ExportWish,
    ) -> Result<Export, Refusal> {
        Ok(Export { permit: self.at_the_console(organization).await?, wish, next: Next::Headings })
    }
}

impl Pieces for Export {
    async fn next(&mut self) -> Result<Option<String>, Refusal> {
        match self.next.clone() {
            Next::Headings => {
                self.next = Next::Primary;
                let headings = Column::all().into_iter().map(|column| heading(column, self.wish.language));
                Ok(Some(csv::BOM.to_owned() + &csv::line(self.wish.language, headings)))
            }
            Next::Primary => {
                self.next = Next::After(String::new(), Uuid::nil());
                let primary = self.wanted().filter(contact::Column::IsPrimary.eq(true));
                self.written(primary.all(self.permit.db()).await?).await.map(Some)
            }
            Next::After(sort_key, id) => self.piece_after(&sort_key, id).await,
            Next::Nothing => Ok(None),
        }
    }
}

impl Export {
    async fn piece_after(&mut self, sort_key: &str, id: Uuid) -> Result<Option<String>, Refusal> {
        let later = contact::Column::SortKey.gt(sort_key).or(contact::Column::Id.gt(id));
        let rows = self
            .wanted()
            .filter(contact::Column::IsPrimary.eq(false))
            .filter(contact::Column::SortKey.gte(sort_key))
            .filter(later)
            .order_by_asc(contact::Column::SortKey)
            .order_by_asc(contact::Column::Id)
            .limit(PIECE)
            .all(self.permit.db())
            .await?;
        self.next = rows.last().map_or(Next::Nothing, |last| Next::After(last.sort_key.clone(), last.id));
        if rows.is_empty() { Ok(None) } else { self.written(rows).await.map(Some) }
    }

    fn wanted(&self) -> sea_orm::Select<contact::Entity> {
        if self.wish.only.is_empty() {
            return self.permit.matching(&self.wish.search);
        }
        let everybody = ContactSearch { active_only: false, ..ContactSearch::default() };
        let ticked = self.wish.only.iter().map(|id| id.0);
        self.permit.matching(&everybody).filter(contact::Column::Id.is_in(ticked))
    }

    async fn written(&self, rows: Vec<contact::Model>) -> Result<String, Refusal> {
        let lines = self.permit.lines(rows.clone()).await?;
        let written = rows.iter().zip(&lines).map(|(row, line)| {
            let form = ContactForm::from(&super::facts(row, line.phones.clone()));
            let told = Told { line, form, language: self.wish.language };
            csv::line(self.wish.language, Column::all().into_iter().map(|column| told.cell(column)))
        });
        Ok(written.collect())
    }
}

/// One contact, told in one language.
struct Told<'a> {
    line: &'a ContactLine,
    form: ContactForm,
    language: Language,
}

impl Told<'_> {
    fn cell(&self, column: Column) -> String {
        let (line, form) = (self.line, &self.form);
        match column {
            Column::LastName => form.last_name.clone(),
            Column::FirstName => form.first_name.clone(),
            Column::OneName => {
                if line.first_name.is_empty() {
                    self.yes_or_no(true)
                } else {
                    String::new()
                }
            }
            Column::Email => form.email.clone(),
            Column::AccountEmail => line.account_email.clone().unwrap_or_default(),
            Column::Title => form.title.clone(),
            Column::PhoneKind(n) => self.phone(n, |phone| kind(phone.kind, self.language).to_owned()),
            Column::Phone(n) => self.phone(n, |phone| phone.number.clone()),
            Column::PhoneExtension(n) => self.phone(n, |phone| phone.extension.clone().unwrap_or_default()),
            Column::Language => self.preference(),
            Column::OfficeLocation => form.office_location.clone(),
            Column::PositionType => form.position_type.clone(),
            Column::FullTimeEquivalent => self.number(&form.full_time_equivalent),
            Column::Active => self.yes_or_no(line.active),
            Column::Primary => self.yes_or_no(line.primary),
            Column::Access => self.yes_or_no(line.access),
            Column::Profiles => {
                let names = line.profiles.iter().map(|name| name.in_language(self.language));
                names.collect::<Vec<_>>().join(BETWEEN_PROFILES)
            }
            Column::Invitation => self.step(),
            Column::LastSignIn => {
                line.last_sign_in.as_ref().map(|date| date.machine.clone()).unwrap_or_default()
            }
        }
    }

    fn l(&self) -> Locale {
        self.language.into()
    }

    fn yes_or_no(&self, yes: bool) -> String {
        if yes { td_string!(self.l(), imports.yes) } else { td_string!(self.l(), imports.no) }.to_owned()
    }

    fn phone(&self, n: u8, part: impl Fn(&Phone) -> String) -> String {
        self.line.phones.get(usize::from(n)).map(part).unwrap_or_default()
    }

    fn preference(&self) -> String {
        let name = self.line.language.map(|language| match language {
            Language::En => td_string!(self.l(), contacts.language_en),
            Language::Fr => td_string!(self.l(), contacts.language_fr),
        });
        name.unwrap_or_default().to_owned()
    }

    fn number(&self, text: &str) -> String {
        if self.language == Language::Fr { text.replace('.', ",") } else { text.to_owned() }
    }

    fn step(&self) -> String {
        let l = self.l();
        let day = |date: &domain::Date| date.text.in_language(self.language).to_owned();
        match &self.line.step {
            InvitationStep::Nothing | InvitationStep::Invite => String::new(),
            InvitationStep::Invited { until, .. } => td_string!(l, contacts.invited_until, date = day(until)),
            InvitationStep::Expired { at, .. } => td_string!(l, contacts.expired, date = day(at)),
            InvitationStep::Declined { at } => td_string!(l, contacts.declined, date = day(at)),
        }
    }
}

fn kind(kind: PhoneKind, language: Language) -> &'static str {
    let l = Locale::from(language);
    match kind {
        PhoneKind::Work => td_string!(l, contacts.kind_work),
        PhoneKind::Mobile => td_string!(l, contacts.kind_mobile),
        PhoneKind::Home => td_string!(l, contacts.kind_home),
        PhoneKind::Fax => td_string!(l, contacts.kind_fax),
    }
}

/// What a column is called.
#[must_use]
pub fn heading(column: Column, language: Language) -> String {
    let l = Locale::from(language);
    let word = match column {
        Column::PhoneKind(n) => return td_string!(l, imports.column.phone_kind, n = n + 1),
        Column::Phone(n) => return td_string!(l, imports.column.phone, n = n + 1),
        Column::PhoneExtension(n) => return td_string!(l, imports.column.phone_extension, n = n + 1),
        Column::LastName => td_string!(l, imports.column.last_name),
        Column::FirstName => td_string!(l, imports.column.first_name),
        Column::OneName => td_string!(l, imports.column.one_name),
        Column::Email => td_string!(l, imports.column.email),
        Column::AccountEmail => td_string!(l, imports.column.account_email),
        Column::Title => td_string!(l, imports.column.title),
        Column::Language => td_string!(l, imports.column.language),
        Column::OfficeLocation => td_string!(l, imports.column.office_location),
        Column::PositionType => td_string!(l, imports.column.position_type),
        Column::FullTimeEquivalent => td_string!(l, imports.column.full_time_equivalent),
        Column::Active => td_string!(l, imports.column.active),
        Column::Primary => td_string!(l, imports.column.primary),
        Column::Access => td_string!(l, imports.column.access),
        Column::Profiles => td_string!(l, imports.column.profiles),
        Column::Invitation => td_string!(l, imports.column.invitation),
        Column::LastSignIn => td_string!(l, imports.column.last_sign_in),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g6_every_heading_is_known_again_in_both_languages() {
        for column in Column::all() {
            for language in Language::ALL {
                assert_eq!(Column::of_heading(&heading(column, language)), Some(column));
            }
        }
    }
}
