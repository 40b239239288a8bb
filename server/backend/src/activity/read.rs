//! Reading the activity (G3): an organization's own lines, the newest first, each as a sentence with what changed.
//!
//! To an organization, whoever acted as Support, or from another organization, is "Support"; to Support everybody
//! has a name. A page is found by where it begins, not by counting: the last page costs as much as the first.

use super::details::Details;
use crate::access::Permit;
use crate::contacts::spoken;
use crate::entity::{account, activity, contact};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::activity::{ActivityFound, ActivityLine, ActivitySearch, Place, Whom};
use domain::permissions::ReadActivity;
use domain::{Act, Bilingual, ContactId, Instant, Language, OrganizationId, fold};
use locales::{Locale, act_kind, act_sentence, person, td_string};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Lines of a page.
const PAGE: u64 = 20;

/// More words than any name and address hold find nobody.
const WORDS: usize = 20;

impl<P> Permit<P> {
    /// Every line about one contact, the newest first, as that person may read it: staff are Support (G10).
    pub(crate) async fn told_about(&self, contact: ContactId) -> Result<Vec<ActivityLine>, Refusal> {
        let db = self.portal.platform.store.read();
        let rows = activity::Entity::find()
            .filter(activity::Column::OrganizationId.eq(self.organization.id))
            .filter(activity::Column::ContactId.eq(contact.0));
        let rows = newest_first(rows).all(db).await?;
        let names = Names::of(db, &rows).await?;
        let reader = Reader { portal: &self.portal, names: &names, as_support: false };
        Ok(rows.iter().map(|row| reader.line(row)).collect())
    }
}

impl Permit<ReadActivity> {
    /// One page of the lines that match, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn activity(&self, search: &ActivitySearch) -> Result<ActivityFound, Refusal> {
        let mut rows = self.rows(search, PAGE + 1).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(PAGE as usize);
        let forward = search.after.is_some();
        if forward {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(place), rows.last().map(place));
        let (is_newer, is_older) = if forward { (more, true) } else { (search.before.is_some(), more) };
        Ok(ActivityFound {
            older: last.filter(|_| is_older),
            newer: first.filter(|_| is_newer),
            lines: self.lines(rows).await?,
        })
    }

    /// The last lines about one contact, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn history_of(&self, contact: ContactId) -> Result<Vec<ActivityLine>, Refusal> {
        let rows = newest_first(self.own().filter(activity::Column::ContactId.eq(contact.0)));
        let rows = rows.limit(PAGE).all(self.db()).await?;
        self.lines(rows).await
    }

    /// The rows that match, from the newest; from the oldest when what comes after a place is asked.
    pub(super) async fn rows(
        &self,
        search: &ActivitySearch,
        most: u64,
    ) -> Result<Vec<activity::Model>, DbErr> {
        let mut wanted = self.own().filter(self.period(search));
        if let Some(kind) = of_kind(&search.kind) {
            wanted = wanted.filter(kind);
        }
        if let Some(person) = self.about(&search.person) {
            wanted = wanted.filter(person);
        }
        let wanted = match (search.after, search.before) {
            (Some(after), _) => oldest_first(wanted.filter(beyond(after, true))),
            (None, Some(before)) => newest_first(wanted.filter(beyond(before, false))),
            (None, None) => newest_first(wanted),
        };
        wanted.limit(most).all(self.db()).await
    }

    /// Rows as people read them, in the same order.
    pub(super) async fn lines(&self, rows: Vec<activity::Model>) -> Result<Vec<ActivityLine>, Refusal> {
        let names = Names::of(self.db(), &rows).await?;
        let reader = Reader { portal: &self.portal, names: &names, as_support: self.actor.support };
        Ok(rows.iter().map(|row| reader.line(row)).collect())
    }

    fn db(&self) -> &DatabaseConnection {
        self.portal.platform.store.read()
    }

    fn own(&self) -> Select<activity::Entity> {
        activity::Entity::find().filter(activity::Column::OrganizationId.eq(self.organization.id))
    }

    fn period(&self, search: &ActivitySearch) -> Condition {
        let calendar = &self.portal.platform.calendar;
        let from = calendar.day(&search.from).map(|day| activity::Column::At.gte(day.start.0));
        let to = calendar.day(&search.to).map(|day| activity::Column::At.lt(day.end.0));
        Condition::all().add_option(from).add_option(to)
    }

    /// Lines of which somebody of that name or address is the actor, or the one it happened to.
    fn about(&self, person: &str) -> Option<Condition> {
        let people = self.people(person)?;
        let one = |column: activity::Column| column.in_subquery(people.clone());
        Some(Condition::any().add(one(activity::Column::ContactId)).add(one(activity::Column::ActorId)))
    }

    /// The contacts in whom every word is found.
    fn people(&self, person: &str) -> Option<SelectStatement> {
        let mut people = Query::select();
        people
            .column(contact::Column::Id)
            .from(contact::Entity)
            .and_where(contact::Column::OrganizationId.eq(self.organization.id));
        // PostgreSQL takes no text that holds NUL.
        let words = fold::words(&person.replace('\0', " "));
        for word in words.iter().take(WORDS) {
            people.and_where(self.holds(word));
        }
        (!words.is_empty()).then_some(people)
    }

    /// A literal word in a contact's names and addresses.
    fn holds(&self, word: &str) -> Expr {
        if self.portal.platform.store.is_sqlite() {
            Expr::cust_with_values("instr(contacts.search, ?) > 0", [word])
        } else {
            Expr::cust_with_values("strpos(contacts.search, $1) > 0", [word])
        }
    }
}

/// Lines of one act, or of all acts of a subject; nothing for what is neither.
fn of_kind(kind: &str) -> Option<Expr> {
    let acts = Act::ALL.iter().filter(|act| act.code() == kind || act.subject() == kind);
    let codes: Vec<&str> = acts.map(|act| act.code()).collect();
    (!codes.is_empty()).then(|| activity::Column::Event.is_in(codes))
}

/// Lines on one side of a place.
fn beyond(place: Place, newer: bool) -> Condition {
    let (at, number) = (activity::Column::At, activity::Column::Number);
    let moment = if newer { at.gt(place.at.0) } else { at.lt(place.at.0) };
    let same = if newer { number.gt(place.number) } else { number.lt(place.number) };
    let reach = if newer { at.gte(place.at.0) } else { at.lte(place.at.0) };
    // The first condition is what an index understands.
    Condition::all().add(reach).add(Condition::any().add(moment).add(same))
}

fn newest_first(lines: Select<activity::Entity>) -> Select<activity::Entity> {
    lines.order_by_desc(activity::Column::At).order_by_desc(activity::Column::Number)
}

fn oldest_first(lines: Select<activity::Entity>) -> Select<activity::Entity> {
    lines.order_by_asc(activity::Column::At).order_by_asc(activity::Column::Number)
}

pub(super) fn place(row: &activity::Model) -> Place {
    Place { at: Instant(row.at), number: row.number }
}

/// Who the people of some lines are.
struct Names {
    contacts: HashMap<Uuid, contact::Model>,
    accounts: HashMap<Uuid, account::Model>,
}

impl Names {
    async fn of(db: &DatabaseConnection, rows: &[activity::Model]) -> Result<Self, DbErr> {
        let mut ids: Vec<Uuid> =
            rows.iter().flat_map(|row| [row.actor_id, row.contact_id]).flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts: Vec<Uuid> =
            rows.iter().filter(|row| row.actor_kind == "account").filter_map(|row| row.actor_id).collect();
        let contacts = contact::Entity::find().filter(contact::Column::Id.is_in(ids)).all(db).await?;
        let accounts = match accounts.is_empty() {
            true => Vec::new(),
            false => account::Entity::find().filter(account::Column::Id.is_in(accounts)).all(db).await?,
        };
        Ok(Self {
            contacts: contacts.into_iter().map(|row| (row.id, row)).collect(),
            accounts: accounts.into_iter().map(|row| (row.id, row)).collect(),
        })
    }
}

/// Who reads, and what they may know.
struct Reader<'a> {
    portal: &'a Portal,
    names: &'a Names,
    as_support: bool,
}

impl Reader<'_> {
    fn line(&self, row: &activity::Model) -> ActivityLine {
        let act = Act::from_code(&row.event);
        let platform = &self.portal.platform;
        let details = Details {
            catalogue: &self.portal.catalogue,
            calendar: &platform.calendar,
            colleague_is_support: self.acted_from_elsewhere(row) && !self.as_support,
        };
        let whom = self.whom(row);
        let sentence = |language| {
            let somebody = || td_string!(Locale::from(language), activity.somebody).to_owned();
            let whom = whom.as_ref().map_or_else(somebody, |whom| person(&whom.name, language));
            capital(&act_sentence(act, &self.who(row, language, true), &whom, language))
        };
        ActivityLine {
            at: platform.calendar.date_and_time(Instant(row.at)),
            who: in_both(|language| self.who(row, language, false)),
            kind: in_both(|language| act_kind(act, language).to_owned()),
            sentence: in_both(sentence),
            changes: details.changes(&row.details),
            whom,
        }
    }

    fn whom(&self, row: &activity::Model) -> Option<Whom> {
        let found = self.names.contacts.get(&row.contact_id?)?;
        // G4: only of the line's own organization.
        (Some(found.organization_id) == row.organization_id).then(|| Whom {
            organization: OrganizationId(found.organization_id),
            contact: ContactId(found.id),
            name: spoken(found),
        })
    }

    fn actor(&self, row: &activity::Model) -> Option<&contact::Model> {
        self.names.contacts.get(&row.actor_id?)
    }

    /// Support acted, or somebody whose own organization is another one: the operator's.
    fn acted_from_elsewhere(&self, row: &activity::Model) -> bool {
        let of_another = |actor: &contact::Model| Some(actor.organization_id) != row.organization_id;
        row.actor_kind == "support" || self.actor(row).is_some_and(of_another)
    }

    /// Who acted, alone or at the beginning of a sentence.
    fn who(&self, row: &activity::Model, language: Language, in_sentence: bool) -> String {
        let l = Locale::from(language);
        let named = |name: &str| person(name, language);
        let actor = self.actor(row).map(|actor| named(&spoken(actor)));
        match row.actor_kind.as_str() {
            "system" => td_string!(l, activity.program).to_owned(),
            "account" => {
                let account = row.actor_id.and_then(|id| self.names.accounts.get(&id));
                account.map_or(td_string!(l, activity.somebody).to_owned(), |account| named(&account.name))
            }
            _ if self.acted_from_elsewhere(row) => match actor.filter(|_| self.as_support) {
                Some(name) => td_string!(l, activity.support_by_name, name = name),
                None if in_sentence => td_string!(l, activity.support_in_sentence).to_owned(),
                None => td_string!(l, activity.support).to_owned(),
            },
            _ => actor.unwrap_or_else(|| td_string!(l, activity.somebody).to_owned()),
        }
    }
}

fn in_both(said: impl Fn(Language) -> String) -> Bilingual {
    Bilingual::new(said(Language::En), said(Language::Fr))
}

/// A sentence begins with a capital, whoever it begins with.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
