//! All organizations, found by their names of now and of before, and by the names and addresses of their people.
//!
//! Organizations are a few thousand and are looked through. Contacts are a million: their letters by three are
//! indexed, and what the index proposes is compared letter by letter, so that any character is literal. Words
//! shorter than three letters narrow what the longer ones find; alone they are the beginning of a last name. No
//! list is ever counted to its end: what is beyond the limits says so.

use super::departments::ids_of_person;
use crate::access::Permit;
use crate::contacts::spoken;
use crate::entity::{account, contact, grant, organization, organization_department, organization_module};
use crate::organizations::{name_of, state_of};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::desk::{
    DepartmentFilter, DeskLine, DeskPage, DeskPerson, DeskSearch, MOST_ORGANIZATIONS, MOST_PEOPLE, PAGE,
};
use domain::organizations::OrganizationState;
use domain::permissions::AllOrganizations;
use domain::{Bilingual, ContactId, Language, OrganizationId, fold};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select, Statement, Value,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// More words than any name and address hold find nobody.
const WORDS: usize = 10;
/// The letters by three of a long word: more narrow nothing further.
const TRIGRAMS: usize = 16;
/// An index by three letters knows no shorter words.
const LETTERS: usize = 3;

impl Permit<AllOrganizations> {
    /// One page of all organizations by their names in that language, and the people that the words find (G7).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn desk(&self, search: &DeskSearch, language: Language) -> Result<DeskPage, Refusal> {
        let db = self.portal.platform.store.read();
        let words = fold::words(&search.words);
        let unreadable = words.len() > WORDS || search.words.contains('\0') || search.module.contains('\0');
        let matching = if unreadable {
            organization::Entity::find().filter(Expr::cust("1 = 0"))
        } else {
            let matching = self.portal.matching(search, &words);
            match search.department {
                Some(which) => matching.filter(of_department(which, self.actor.contact)),
                None => matching,
            }
        };
        let found = counted(db, &matching).await?;
        let pages = Ord::max(found.div_ceil(PAGE), 1);
        let page = search.page.clamp(1, pages);
        let rows = matching
            .order_by_asc(by_name(language))
            .order_by_asc(organization::Column::Id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
            .all(db)
            .await?;
        let mut people =
            if unreadable || page > 1 { Vec::new() } else { self.portal.people(db, &words).await? };
        let more_people = people.len() > MOST_PEOPLE;
        people.truncate(MOST_PEOPLE);
        Ok(DeskPage {
            lines: self.portal.lines(db, rows).await?,
            found,
            page,
            pages,
            people: people_named(db, people).await?,
            more_people,
            by_last_name: !words.is_empty() && long(&words).next().is_none(),
        })
    }
}

/// The column that orders organizations by their names in that language (G1).
fn by_name(language: Language) -> organization::Column {
    match language {
        Language::En => organization::Column::SortKeyEn,
        Language::Fr => organization::Column::SortKey,
    }
}

/// O2: those whose agreements such a department administers.
fn of_department(which: DepartmentFilter, person: ContactId) -> Expr {
    let department = organization_department::Column::DepartmentId;
    let such = match which {
        DepartmentFilter::Mine => department.in_subquery(ids_of_person(person.0)),
        DepartmentFilter::One(id) => department.eq(id.0),
    };
    let administered = Query::select()
        .column(organization_department::Column::OrganizationId)
        .from(organization_department::Entity)
        .and_where(such)
        .to_owned();
    organization::Column::Id.in_subquery(administered)
}

fn long(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter().filter(|word| word.chars().count() >= LETTERS)
}

/// How many match, up to [`MOST_ORGANIZATIONS`].
async fn counted(db: &DatabaseConnection, matching: &Select<organization::Entity>) -> Result<u64, DbErr> {
    let mut some = matching.clone().select_only().column(organization::Column::Id).into_query();
    some.limit(MOST_ORGANIZATIONS);
    let count = Query::select().expr(Expr::cust("count(*)")).from_subquery(some, "found").to_owned();
    let Some(row) = db.query_one(&count).await? else { return Ok(0) };
    row.try_get_by_index::<i64>(0).map(i64::unsigned_abs)
}

/// The organizations that somebody administers: active, linked to an account that is not disabled, the profile
/// working (C10). `of` limits which.
fn administered(portal: &Portal) -> SelectStatement {
    let now = portal.now().0;
    Query::select()
        .column((grant::Entity, grant::Column::OrganizationId))
        .from(grant::Entity)
        .inner_join(
            contact::Entity,
            Expr::col((contact::Entity, contact::Column::Id))
                .equals((grant::Entity, grant::Column::ContactId)),
        )
        .inner_join(
            account::Entity,
            Expr::col((account::Entity, account::Column::Id))
                .equals((contact::Entity, contact::Column::AccountId)),
        )
        // As a literal: a partial index is used for what is known before the values are.
        .and_where(Expr::cust("grants.state = 'active'"))
        .and_where(
            Expr::col((grant::Entity, grant::Column::Profile)).is_in(portal.catalogue.administrator_keys()),
        )
        .and_where(
            Expr::col((grant::Entity, grant::Column::EndsAt)).is_null().or(Expr::col((
                grant::Entity,
                grant::Column::EndsAt,
            ))
            .gt(now)),
        )
        .and_where(Expr::col((contact::Entity, contact::Column::Active)).eq(true))
        .and_where(Expr::col((account::Entity, account::Column::DisabledAt)).is_null())
        .to_owned()
}

/// Those of these organizations that somebody administers.
pub(super) async fn administered_among(
    portal: &Portal,
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let mut select = administered(portal);
    select
        .distinct()
        .and_where(Expr::col((grant::Entity, grant::Column::OrganizationId)).is_in(ids.iter().copied()));
    db.query_all(&select).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

impl Portal {
    fn matching(&self, search: &DeskSearch, words: &[String]) -> Select<organization::Entity> {
        let mut select = organization::Entity::find();
        if let Some(state) = search.state {
            select = select.filter(organization::Column::State.eq(state.code()));
        }
        for word in words {
            select = select.filter(self.holds("organizations.search", word));
        }
        let for_everyone =
            self.catalogue.modules.iter().any(|module| module.key == search.module && module.for_everyone);
        if !search.module.is_empty() && !for_everyone {
            let eligible = Query::select()
                .column(organization_module::Column::OrganizationId)
                .from(organization_module::Entity)
                .and_where(organization_module::Column::Module.eq(search.module.as_str()))
                .to_owned();
            select = select.filter(organization::Column::Id.in_subquery(eligible));
        }
        if search.orphaned {
            let mut theirs = administered(self);
            theirs.and_where(
                Expr::col((grant::Entity, grant::Column::OrganizationId))
                    .equals((organization::Entity, organization::Column::Id)),
            );
            select = select.filter(organization::Column::State.eq("open")).filter(Expr::exists(theirs).not());
        }
        select
    }

    /// A literal word somewhere in a folded text.
    fn holds(&self, column: &str, word: &str) -> Expr {
        let sql = if self.platform.store.is_sqlite() {
            format!("instr({column}, ?) > 0")
        } else {
            format!("strpos({column}, $1) > 0")
        };
        Expr::cust_with_values(sql, [word.to_owned()])
    }

    async fn lines(
        &self,
        db: &DatabaseConnection,
        rows: Vec<organization::Model>,
    ) -> Result<Vec<DeskLine>, DbErr> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let administered = administered_among(self, db, &ids).await?;
        let primaries = contact::Entity::find()
            .filter(contact::Column::OrganizationId.is_in(ids.clone()))
            // As it stands in the index of primary contacts.
            .filter(Expr::cust("contacts.is_primary"));
        let primaries: HashMap<Uuid, String> =
            primaries.all(db).await?.into_iter().map(|row| (row.organization_id, spoken(&row))).collect();
        let switched = organization_module::Entity::find()
            .filter(organization_module::Column::OrganizationId.is_in(ids))
            .all(db)
            .await?;
        let line = |row: organization::Model| DeskLine {
            id: OrganizationId(row.id),
            name: name_of(&row),
            state: state_of(&row),
            language: row.language.as_deref().and_then(Language::from_code),
            primary: primaries.get(&row.id).cloned(),
            modules: self.modules_of(&row, &switched),
            orphaned: state_of(&row) == OrganizationState::Open && !administered.contains(&row.id),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// What was switched on for one of these organizations; what everybody has is not worth saying.
    fn modules_of(
        &self,
        row: &organization::Model,
        switched: &[organization_module::Model],
    ) -> Vec<Bilingual> {
        let has = |key: &str| switched.iter().any(|on| on.organization_id == row.id && on.module == key);
        let modules = self.catalogue.modules.iter().filter(|module| has(&module.key));
        modules.map(|module| module.name.clone()).collect()
    }

    /// The contacts whom the words find, one more than are shown.
    async fn people(&self, db: &DatabaseConnection, words: &[String]) -> Result<Vec<contact::Model>, DbErr> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let limit = MOST_PEOPLE + 1;
        let (sql, values) = match (long(words).next(), self.platform.store.is_sqlite()) {
            (None, sqlite) => by_last_name(words, sqlite),
            (Some(_), true) => by_letters(words),
            (Some(_), false) => by_pattern(words),
        };
        let Some(sql) = sql else { return Ok(Vec::new()) };
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), format!("{sql} LIMIT {limit}"), values);
        let mut people = contact::Entity::find().from_raw_sql(statement).all(db).await?;
        people.sort_by(|one, other| one.sort_key.cmp(&other.sort_key));
        Ok(people)
    }
}

type Question = (Option<String>, Vec<Value>);

/// SQLite: the index proposes, the text decides.
fn by_letters(words: &[String]) -> Question {
    let trigrams: BTreeSet<String> = long(words).flat_map(|word| trigrams(word)).collect();
    let quoted: Vec<String> =
        trigrams.iter().map(|three| format!("\"{}\"", three.replace('"', "\"\""))).collect();
    let mut values: Vec<Value> = vec![quoted.join(" AND ").into()];
    let mut sql = "SELECT contacts.* FROM contact_letters \
                   CROSS JOIN contact_numbers ON contact_numbers.number = contact_letters.rowid \
                   CROSS JOIN contacts ON contacts.id = contact_numbers.contact_id \
                   WHERE contact_letters MATCH ?"
        .to_owned();
    for word in words {
        sql.push_str(" AND instr(contacts.search, ?) > 0");
        values.push(word.clone().into());
    }
    (Some(sql), values)
}

fn trigrams(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(LETTERS).take(TRIGRAMS).map(|three| three.iter().collect()).collect()
}

/// PostgreSQL: the index by three letters answers LIKE.
fn by_pattern(words: &[String]) -> Question {
    let mut values = Vec::new();
    let mut conditions = Vec::new();
    for word in words {
        let literal = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        values.push(Value::from(format!("%{literal}%")));
        conditions.push(format!("search LIKE ${}", values.len()));
    }
    (Some(format!("SELECT * FROM contacts WHERE {}", conditions.join(" AND "))), values)
}

/// Short words alone: one of them begins the last name, all of them are somewhere.
fn by_last_name(words: &[String], sqlite: bool) -> Question {
    let mut values: Vec<Value> = Vec::new();
    let mut place = |value: String| {
        values.push(value.into());
        if sqlite { "?".to_owned() } else { format!("${}", values.len()) }
    };
    let mut begins = Vec::new();
    for word in words {
        let key = fold::sort_key(word, "");
        let beginning = key.split('\u{1}').next().unwrap_or_default().to_owned();
        if !beginning.is_empty() {
            let (from, to) = (place(beginning.clone()), place(format!("{beginning}\u{10FFFF}")));
            begins.push(format!("(sort_key >= {from} AND sort_key < {to})"));
        }
    }
    let find = if sqlite { "instr" } else { "strpos" };
    let holds: Vec<String> =
        words.iter().map(|word| format!("{find}(search, {}) > 0", place(word.clone()))).collect();
    let sql = (!begins.is_empty()).then(|| {
        let (begins, holds) = (begins.join(" OR "), holds.join(" AND "));
        format!("SELECT * FROM contacts WHERE ({begins}) AND {holds} ORDER BY sort_key, id")
    });
    (sql, values)
}

async fn people_named(
    db: &DatabaseConnection,
    people: Vec<contact::Model>,
) -> Result<Vec<DeskPerson>, DbErr> {
    let ids: BTreeSet<Uuid> = people.iter().map(|person| person.organization_id).collect();
    let names: HashMap<Uuid, Bilingual> = organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, name_of(&row)))
        .collect();
    let person = |row: contact::Model| DeskPerson {
        contact: ContactId(row.id),
        name: domain::contacts::listed_name(&row.last_name, &row.first_name),
        email: row.email,
        active: row.active,
        linked: row.account_id.is_some(),
        organization: OrganizationId(row.organization_id),
        organization_name: names.get(&row.organization_id).cloned().unwrap_or_default(),
    };
    Ok(people.into_iter().map(person).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g7_a_word_is_asked_for_by_its_letters_by_three() {
        assert_eq!(trigrams("marie"), ["mar", "ari", "rie"]);
        assert_eq!(trigrams("li"), [""; 0]);
        assert_eq!(trigrams("李小龍"), ["李小龍"]);
    }

    #[test]
    fn g7_short_words_begin_a_last_name() {
        let words = vec!["li".to_owned(), "o'".to_owned()];
        let (sql, values) = by_last_name(&words, true);
        assert!(
            sql.unwrap().starts_with("SELECT * FROM contacts WHERE ((sort_key >= ? AND sort_key < ?) OR")
        );
        assert_eq!(values.len(), 6);
        assert_eq!(by_last_name(&["-".to_owned()], false).0, None);
    }
}
