//! What is done in a review: start, decide, keep several, attest.

use super::read::{Holder, Present, Reader, granter};
use super::{find, letters, open_review};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::contacts;
use crate::entity::{contact, review, review_person, review_profile};
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::permissions::{ManageContacts, ReviewAccess};
use domain::reviews::{
    Decision, DecisionForm, Kept, NewDecision, Outcome, Reach, ReviewFigures, ReviewedPerson, STATEMENT,
    Standing, Who,
};
use domain::{Act, Actor, Bilingual, ContactId, Problem, ReviewId};
use locales::{Locale, td_string};
use platform::Transaction;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, Condition, DbErr, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

/// Rows of one statement.
const STATEMENT_ROWS: usize = 200;

impl Permit<ReviewAccess> {
    /// Starts a review: everybody with access is listed as of now.
    ///
    /// # Errors
    /// [`Problem::ReviewOpen`] when one is open already.
    pub async fn start(&self) -> Result<ReviewId, Refusal> {
        let (work, actor) = self.begin().await?;
        if open_review(&work.db, work.organization.id).await?.is_some() {
            return Err(Problem::ReviewOpen.into());
        }
        let id = work.new_id();
        let present = work.reader(&actor).present(None).await?;
        review::Entity::insert(work.opened(id).await?).exec_without_returning(&work.db).await?;
        let listed = present.holders.iter().map(|holder| work.copied(id, holder, &present, true));
        let (people, profiles): (Vec<_>, Vec<_>) = listed.unzip();
        insert(&work.db, people).await?;
        insert(&work.db, profiles.into_iter().flatten().collect()).await?;
        let details = json!({ "review": id, "people": present.holders.len() });
        work.commit(Event::of(Act::ReviewStarted, None).with(details)).await?;
        Ok(ReviewId(id))
    }

    /// Decides about one person: all of their profiles that are this reviewer's to decide; a deactivation ends all
    /// of their access (C7).
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::ReviewClosed`]; [`Problem::ChangedMeanwhile`] when somebody else
    /// decided first; [`Problem::NotYoursToDecide`]; [`Problem::PrimaryStays`] (C9);
    /// [`Problem::LastAdministrator`] (C10).
    pub async fn decide(
        &self,
        id: ReviewId,
        person: ContactId,
        form: &DecisionForm,
    ) -> Result<ReviewedPerson, Refusal> {
        let new = form.parse()?;
        let (work, actor) = self.begin().await?;
        let row = work.open(id).await?;
        let reader = work.reader(&actor);
        let present = reader.present(Some(person)).await?;
        let listed = reader.people(&row, Some(person), &present).await?.pop().ok_or(Problem::NotFound)?;
        if listed.version != new.version {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let keys = yours(&listed, new.decision)?;
        work.keep_decision(&row, &listed, &present, (&new, &keys)).await?;
        if new.decision == Decision::Deactivate {
            work.deactivate_in_review(&row, person, &actor).await?;
        }
        let details = json!({
            "review": row.id, "decision": new.decision.code(), "profiles": keys, "note": new.note,
        });
        work.commit(Event::of(Act::ReviewDecided, person).with(details)).await?;
        Ok(listed)
    }

    /// Keeps the access of several people, each judged by itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_several(&self, id: ReviewId, people: &[(ContactId, i64)]) -> Result<Kept, Refusal> {
        let mut result = Kept::default();
        for (person, version) in people {
            let form = DecisionForm {
                decision: Decision::Keep.code().to_owned(),
                version: *version,
                ..DecisionForm::default()
            };
            match self.decide(id, *person, &form).await {
                Ok(_) => result.kept += 1,
                Err(Refusal::Refused(problem @ (Problem::ChangedMeanwhile | Problem::NotYoursToDecide))) => {
                    let (_, listed) = self.reviewed(id, *person).await?;
                    result.refused.push((listed.name, problem));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(result)
    }

    /// Attests the review: from then on it never changes.
    ///
    /// # Errors
    /// [`Problem::ReviewUndecided`] while somebody in the organization still has to decide;
    /// [`Problem::ReviewClosed`] when it is attested already.
    pub async fn attest(&self, id: ReviewId) -> Result<ReviewFigures, Refusal> {
        let (work, actor) = self.begin().await?;
        let row = work.open(id).await?;
        let reader = work.reader(&actor);
        let present = reader.present(None).await?;
        let people = reader.people(&row, None, &present).await?;
        let figures = ReviewFigures::of(&people);
        if figures.left() > 0 {
            return Err(Problem::ReviewUndecided { left: figures.left() }.into());
        }
        work.complete(&row, &people, &present).await?;
        work.close(&row, &figures).await?;
        work.tell_support(&row, &figures).await?;
        let details = json!({ "review": row.id, "statement": STATEMENT, "figures": figures });
        work.commit(Event::of(Act::ReviewAttested, None).with(details)).await?;
        Ok(figures)
    }
}

/// The profiles that a decision is about.
fn yours(listed: &ReviewedPerson, decision: Decision) -> Result<Vec<String>, Problem> {
    let yours = |reach| reach == Reach::Yours;
    if !listed.profiles.iter().any(|profile| profile.works && yours(profile.reach)) {
        return Err(Problem::NotYoursToDecide);
    }
    let all = decision == Decision::Deactivate;
    let decided = listed.profiles.iter().filter(|profile| profile.works && (all || yours(profile.reach)));
    Ok(decided.map(|profile| profile.key.clone()).collect())
}

/// The statement that is attested, in both languages.
pub(crate) fn statement() -> Bilingual {
    Bilingual::new(
        td_string!(Locale::en, reviews.statement).to_owned(),
        td_string!(Locale::fr, reviews.statement).to_owned(),
    )
}

async fn insert<A>(db: &Transaction, rows: Vec<A>) -> Result<(), DbErr>
where
    A: sea_orm::ActiveModelTrait + Send,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(STATEMENT_ROWS).collect();
        <A::Entity as sea_orm::EntityTrait>::insert_many(some).exec_without_returning(db).await?;
    }
    Ok(())
}

impl Work {
    fn reader<'a>(&'a self, actor: &'a Actor) -> Reader<'a, Transaction> {
        Reader { portal: &self.portal, db: &self.db, organization: self.organization.id, actor }
    }

    /// The review, when it may still change.
    async fn open(&self, id: ReviewId) -> Result<review::Model, Refusal> {
        let row = find(&self.db, self.organization.id, id).await?;
        if row.state == "open" { Ok(row) } else { Err(Problem::ReviewClosed.into()) }
    }

    /// The name of the contact who acts; of Support, none is kept.
    async fn actor_name(&self) -> Result<Option<String>, DbErr> {
        let Some(id) = self.actor_id().filter(|_| !self.by_support()) else { return Ok(None) };
        Ok(contact::Entity::find_by_id(id).one(&self.db).await?.as_ref().map(contacts::spoken))
    }

    async fn opened(&self, id: Uuid) -> Result<review::ActiveModel, Refusal> {
        Ok(review::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            state: Set("open".to_owned()),
            started_by: Set(self.actor_id().ok_or(Problem::Forbidden)?),
            started_by_support: Set(self.by_support()),
            started_name: Set(self.actor_name().await?),
            started_at: Set(self.now.0),
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
        })
    }

    /// Somebody with access now, as a review keeps them.
    fn copied(
        &self,
        review: Uuid,
        holder: &Holder,
        present: &Present,
        at_start: bool,
    ) -> (review_person::ActiveModel, Vec<review_profile::ActiveModel>) {
        let row = &holder.row;
        let person = review_person::ActiveModel {
            review_id: Set(review),
            contact_id: Set(row.id),
            organization_id: Set(row.organization_id),
            last_name: Set(row.last_name.clone()),
            first_name: Set(row.first_name.clone()),
            email: Set(row.email.clone()),
            sort_key: Set(row.sort_key.clone()),
            is_primary: Set(row.is_primary),
            last_sign_in_at: Set(holder.last_sign_in.map(|at| at.0)),
            listed_at: Set(self.now.0),
            version: Set(0),
        };
        let profiles = holder.grants.iter().map(|grant| {
            let by = granter(grant, &present.granters);
            review_profile::ActiveModel {
                review_id: Set(review),
                contact_id: Set(row.id),
                profile: Set(grant.profile.clone()),
                organization_id: Set(row.organization_id),
                at_start: Set(at_start),
                granted_by_support: Set(by == Who::Support),
                granted_name: Set(if let Who::Named(name) = by { Some(name) } else { None }),
                granted_at: Set(grant.granted_at),
                ends_at: Set(grant.ends_at),
                decision: Set(None),
                note: Set(None),
                decided_by: Set(None),
                decided_by_support: Set(false),
                decided_name: Set(None),
                decided_at: Set(None),
            }
        });
        (person, profiles.collect())
    }

    /// Lists what came since the start: whoever is not listed, and profiles that are not.
    async fn list_since(
        &self,
        review: &review::Model,
        people: &[ReviewedPerson],
        present: &Present,
    ) -> Result<(), Refusal> {
        let known: Vec<review_profile::Model> = match people {
            [one] => self.profiles_of(review.id, Some(one.contact)).await?,
            _ => self.profiles_of(review.id, None).await?,
        };
        let profiles: std::collections::HashSet<(Uuid, &str)> =
            known.iter().map(|row| (row.contact_id, row.profile.as_str())).collect();
        let listed: std::collections::HashSet<Uuid> = known.iter().map(|row| row.contact_id).collect();
        let (mut new_people, mut new_profiles) = (Vec::new(), Vec::new());
        for holder in &present.holders {
            let (person, rows) = self.copied(review.id, holder, present, false);
            if !listed.contains(&holder.row.id) {
                new_people.push(person);
            }
            let keys = holder.grants.iter().map(|grant| grant.profile.as_str());
            let unknown = keys.zip(rows).filter(|(key, _)| !profiles.contains(&(holder.row.id, key)));
            new_profiles.extend(unknown.map(|(_, row)| row));
        }
        insert(&self.db, new_people).await?;
        Ok(insert(&self.db, new_profiles).await?)
    }

    async fn profiles_of(
        &self,
        review: Uuid,
        person: Option<ContactId>,
    ) -> Result<Vec<review_profile::Model>, DbErr> {
        let mut select = review_profile::Entity::find().filter(review_profile::Column::ReviewId.eq(review));
        if let Some(person) = person {
            select = select.filter(review_profile::Column::ContactId.eq(person.0));
        }
        select.all(&self.db).await
    }

    async fn keep_decision(
        &self,
        review: &review::Model,
        listed: &ReviewedPerson,
        present: &Present,
        (new, keys): (&NewDecision, &[String]),
    ) -> Result<(), Refusal> {
        self.list_since(review, std::slice::from_ref(listed), present).await?;
        review_profile::Entity::update_many()
            .set(review_profile::ActiveModel {
                decision: Set(Some(new.decision.code().to_owned())),
                note: Set(new.note.clone()),
                decided_by: Set(self.actor_id()),
                decided_by_support: Set(self.by_support()),
                decided_name: Set(self.actor_name().await?),
                decided_at: Set(Some(self.now.0)),
                ..review_profile::ActiveModel::default()
            })
            .filter(review_profile::Column::ReviewId.eq(review.id))
            .filter(review_profile::Column::ContactId.eq(listed.contact.0))
            .filter(review_profile::Column::Profile.is_in(keys))
            .exec(&self.db)
            .await?;
        review_person::Entity::update_many()
            .col_expr(review_person::Column::Version, Expr::value(listed.version + 1))
            .filter(review_person::Column::ReviewId.eq(review.id))
            .filter(review_person::Column::ContactId.eq(listed.contact.0))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// C7, C9, C10, as on the contact's own page.
    async fn deactivate_in_review(
        &self,
        review: &review::Model,
        person: ContactId,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        if !actor.may::<ManageContacts>() {
            return Err(Problem::Forbidden.into());
        }
        let row = contacts::find(&self.db, self.organization.id, person).await?;
        let held = active_profiles(&self.db, row.id, self.now.0).await?;
        self.deactivate(&row).await?;
        self.next_version(&row).await?;
        let details = json!({
            "before": { "active": true, "profiles": held },
            "after": { "active": false, "profiles": [] },
            "fields": [],
            "review": review.id,
        });
        self.note(Event::of(Act::ContactDeactivated, person).with(details)).await
    }

    /// Keeps what becomes of everything that nobody decided: it ended, or it is Support's.
    async fn complete(
        &self,
        review: &review::Model,
        people: &[ReviewedPerson],
        present: &Present,
    ) -> Result<(), Refusal> {
        self.list_since(review, people, present).await?;
        for outcome in [Outcome::Ended, Outcome::Support] {
            let mut such = Condition::any();
            for (person, profile) in undecided(people, outcome) {
                such = such.add(
                    review_profile::Column::ContactId
                        .eq(person.0)
                        .and(review_profile::Column::Profile.eq(profile)),
                );
            }
            if such.is_empty() {
                continue;
            }
            review_profile::Entity::update_many()
                .set(review_profile::ActiveModel {
                    decision: Set(Some(outcome.code().to_owned())),
                    decided_at: Set(Some(self.now.0)),
                    ..review_profile::ActiveModel::default()
                })
                .filter(review_profile::Column::ReviewId.eq(review.id))
                .filter(such)
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }

    /// The very update that decides which of two attestations wins.
    async fn close(&self, review: &review::Model, figures: &ReviewFigures) -> Result<(), Refusal> {
        let statement = statement();
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let closed = review::Entity::update_many()
            .set(review::ActiveModel {
                state: Set("attested".to_owned()),
                attested_by: Set(self.actor_id()),
                attested_by_support: Set(self.by_support()),
                attested_name: Set(self.actor_name().await?),
                attested_at: Set(Some(self.now.0)),
                statement_version: Set(Some(STATEMENT)),
                statement_en: Set(Some(statement.en)),
                statement_fr: Set(Some(statement.fr)),
                people: Set(count(figures.people)),
                kept: Set(count(figures.kept)),
                changed: Set(count(figures.changed)),
                deactivated: Set(count(figures.deactivated)),
                left_to_support: Set(count(figures.left_to_support)),
                ..review::ActiveModel::default()
            })
            .filter(review::Column::Id.eq(review.id))
            .filter(review::Column::State.eq("open"))
            .exec(&self.db)
            .await?;
        if closed.rows_affected == 1 { Ok(()) } else { Err(Problem::ReviewClosed.into()) }
    }

    /// Support learns that somebody was left to it; the operator's mailbox reads it, in both languages.
    async fn tell_support(&self, review: &review::Model, figures: &ReviewFigures) -> Result<(), Refusal> {
        let to = &self.portal.settings.operator.email;
        if figures.left_to_support == 0 || self.by_support() || to.is_empty() {
            return Ok(());
        }
        self.post(Post {
            kind: letters::LEFT,
            to,
            language: None,
            about: Some(review.id),
            payload: json!({ "review": review.id }),
        })
        .await
    }
}

/// What nobody decided, and that becomes this when the review is attested.
fn undecided(people: &[ReviewedPerson], outcome: Outcome) -> Vec<(ContactId, &str)> {
    let standing = if outcome == Outcome::Ended { Standing::Ended } else { Standing::Waits(Reach::Support) };
    let mut all = Vec::new();
    for person in people {
        let such = person.profiles.iter().filter(|profile| profile.standing == standing);
        all.extend(such.map(|profile| (person.contact, profile.key.as_str())));
    }
    all
}
