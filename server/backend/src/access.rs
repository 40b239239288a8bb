//! Who may do what: the only place where a [`Visitor`], a [`SignedIn`] or a [`Permit`] is made.
//!
//! Memberships and profiles are read from the database at each request, and once more inside the transaction of
//! a command, so that what was taken away stops working at once (C7). A permit carries its organization, and
//! every query starts from it: an identifier of another organization finds nothing (G4). Not a member: not
//! found. A member without the right: forbidden.
//!
//! Somebody of Support who looks as a contact (G7) is asked about with that contact's account, in that organization
//! alone, and everything made from their [`SignedIn`] holds a portal with which nothing begins.

use crate::entity::{access_request, account, contact, grant, organization, organization_module};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::access_requests::Part;
use domain::catalogue::Eligible;
use domain::organizations::OrganizationChoice;
use domain::permissions::{AllOrganizations, Right};
use domain::viewings::ViewingCard;
use domain::{
    AccountId, Actor, ContactId, Instant, Language, OrganizationId, Permission, Problem, ViewingId,
};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use std::marker::PhantomData;
use std::net::IpAddr;

/// Anybody at all.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub(crate) portal: Portal,
    /// From where in the network, when that is known: what is asked for is counted there.
    pub(crate) address: Option<IpAddr>,
}

/// Whoever holds a mailed link of a request for access: that part of that one request, and nothing else (R3).
#[derive(Clone, Debug)]
pub struct Bearer {
    pub(crate) portal: Portal,
    pub(crate) request: uuid::Uuid,
    pub(crate) part: Part,
    /// Of the link: one that was replaced meanwhile opens nothing any more.
    pub(crate) hash: Vec<u8>,
    /// Of the network, to count what is asked for.
    pub(crate) address: Option<IpAddr>,
}

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(crate) portal: Portal,
    account: AccountCard,
    /// When they said at their provider who they are, as far as it is known.
    authenticated_at: Option<Instant>,
    /// As whom they look, when not as themselves.
    pub(crate) viewing: Option<Viewing>,
    /// Where they come from, when that is known.
    pub(crate) address: Option<IpAddr>,
}

/// Looking as somebody else (G7): what was read of it for this request.
#[derive(Clone, Debug)]
pub(crate) struct Viewing {
    pub id: ViewingId,
    /// The account of whom they look as.
    pub account: AccountId,
    pub card: ViewingCard,
}

/// The account that signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCard {
    pub id: AccountId,
    pub name: String,
    /// Verified by the provider, or absent.
    pub email: Option<String>,
    pub language: Option<Language>,
}

/// The right `P` in one organization, held by one actor.
#[derive(Clone, Debug)]
pub struct Permit<P> {
    pub(crate) portal: Portal,
    pub(crate) actor: Actor,
    pub(crate) organization: organization::Model,
    /// Whoever acts signed in a short while ago (A8).
    pub(crate) proven: bool,
    right: PhantomData<P>,
}

impl Portal {
    /// The door that is open to everybody.
    #[must_use]
    pub fn visitor(&self) -> Visitor {
        Visitor { portal: self.clone(), address: None }
    }

    /// Whoever runs the program looks at an organization from its command line. Nothing can be changed with it: a
    /// command asks anew who acts, and finds nobody.
    ///
    /// # Errors
    /// [`Problem::NotFound`] without such an organization.
    pub(crate) async fn at_the_console<P: Right>(&self, id: OrganizationId) -> Result<Permit<P>, Refusal> {
        let db = self.platform.store.read();
        let organization = organization::Entity::find_by_id(id.0).one(db).await?.ok_or(Problem::NotFound)?;
        let actor = Actor {
            account: AccountId(uuid::Uuid::nil()),
            contact: ContactId(uuid::Uuid::nil()),
            organization: id,
            permissions: Permission::ALL.to_vec(),
            profiles: Vec::new(),
            support: true,
        };
        Ok(Permit { portal: self.clone(), actor, organization, proven: false, right: PhantomData })
    }

    /// The door of an account that signed in; nobody knows when, so that nothing is open that asks for a sign-in of
    /// a short while ago: [`SignedIn::since`].
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`] when the account is unknown or disabled.
    pub async fn signed_in(&self, id: AccountId) -> Result<SignedIn, Refusal> {
        let row = account::Entity::find_by_id(id.0).one(self.platform.store.read()).await?;
        let row = row.filter(|row| row.disabled_at.is_none()).ok_or(Problem::SignInNeeded)?;
        let account = AccountCard {
            id,
            name: row.name,
            email: row.email.filter(|_| row.email_verified),
            language: row.language.as_deref().and_then(Language::from_code),
        };
        Ok(SignedIn { portal: self.clone(), account, authenticated_at: None, viewing: None, address: None })
    }
}

impl Visitor {
    /// The same, who comes from that address of the network.
    #[must_use]
    pub fn from_address(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// The door of a request's mailed link. Opening it changes nothing (I8).
    ///
    /// # Errors
    /// [`Problem::RequestLinkUnknown`] for a link that is none, or that a newer letter replaced.
    pub async fn bearer(&self, token: &str) -> Result<Bearer, Refusal> {
        let hash = platform::secrets::hash(token);
        let row = access_request::Entity::find()
            .filter(
                Condition::any()
                    .add(access_request::Column::SenderHash.eq(hash.clone()))
                    .add(access_request::Column::UserHash.eq(hash.clone()))
                    .add(access_request::Column::AuthorizerHash.eq(hash.clone())),
            )
            .one(self.portal.platform.store.read())
            .await?
            .ok_or(Problem::RequestLinkUnknown)?;
        let part = crate::access_requests::part_of(&row, &hash).ok_or(Problem::RequestLinkUnknown)?;
        Ok(Bearer { portal: self.portal.clone(), request: row.id, part, hash, address: self.address })
    }
}

impl SignedIn {
    /// The same person, who signed in at that moment.
    #[must_use]
    pub fn since(self, authenticated_at: Option<Instant>) -> Self {
        Self { authenticated_at, ..self }
    }

    /// The same person, who comes from that address of the network.
    #[must_use]
    pub fn from_address(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// Whether they signed in a short while ago, as long as the deployment lets that be (A8).
    fn proven(&self) -> bool {
        let Some(seconds) = self.portal.step_up_seconds() else { return true };
        self.authenticated_at.is_some_and(|at| self.portal.now() < at.plus_seconds(seconds))
    }

    /// # Errors
    /// [`Problem::StepUpNeeded`] when they signed in longer ago (A8).
    pub(crate) fn prove(&self) -> Result<(), Problem> {
        if self.proven() { Ok(()) } else { Err(Problem::StepUpNeeded) }
    }

    #[must_use]
    pub fn account(&self) -> &AccountCard {
        &self.account
    }

    /// As whom they look, and until when (G7).
    #[must_use]
    pub fn viewing(&self) -> Option<&ViewingCard> {
        self.viewing.as_ref().map(|viewing| &viewing.card)
    }

    /// What is open to everybody, to them: nothing more when they look as somebody else.
    #[must_use]
    pub fn visitor(&self) -> Visitor {
        Visitor { portal: self.portal.clone(), address: None }
    }

    /// From here on they look as somebody else, and change nothing.
    pub(crate) fn looking(self, viewing: Viewing) -> Self {
        let portal = Portal { looks_only: true, ..self.portal };
        Self { portal, viewing: Some(viewing), ..self }
    }

    /// The account with which everything is seen: one's own, or that of whom one looks as.
    pub(crate) fn eyes(&self) -> AccountId {
        self.viewing.as_ref().map_or(self.account.id, |viewing| viewing.account)
    }

    /// Whether that organization is in sight: all of them, or the one of whom one looks as.
    fn in_sight(&self, organization: uuid::Uuid) -> bool {
        self.viewing.as_ref().is_none_or(|viewing| viewing.card.organization.0 == organization)
    }

    /// The organizations in which the account is an active contact with access, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn organizations(&self) -> Result<Vec<OrganizationChoice>, Refusal> {
        let db = self.portal.platform.store.read();
        let now = self.portal.now().0;
        let rows = contact::Entity::find()
            .filter(contact::Column::AccountId.eq(self.eyes().0))
            .filter(contact::Column::Active.eq(true))
            .filter(holds_something(now))
            .all(db)
            .await?;
        let ids = rows.into_iter().map(|row| row.organization_id).filter(|id| self.in_sight(*id));
        let organizations = organization::Entity::find()
            .filter(organization::Column::Id.is_in(ids))
            .filter(organization::Column::State.eq("open"))
            .order_by_asc(organization::Column::SortKey)
            .all(db)
            .await?;
        Ok(organizations
            .into_iter()
            .map(|row| OrganizationChoice {
                id: OrganizationId(row.id),
                name: name_of(&row),
                operator: row.operator,
            })
            .collect())
    }

    /// The permit for `P` in that organization.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who is no member, whether the organization exists or not;
    /// [`Problem::Forbidden`] for a member without the right.
    pub async fn permit<P: Right>(&self, id: OrganizationId) -> Result<Permit<P>, Refusal> {
        let db = self.portal.platform.store.read();
        let organization = organization::Entity::find_by_id(id.0).one(db).await?.ok_or(Problem::NotFound)?;
        let actor = self.actor(db, &organization).await?.ok_or(Problem::NotFound)?;
        if !actor.may::<P>() {
            return Err(Problem::Forbidden.into());
        }
        let proven = self.proven();
        Ok(Permit { portal: self.portal.clone(), actor, organization, proven, right: PhantomData })
    }

    async fn actor(
        &self,
        db: &impl ConnectionTrait,
        organization: &organization::Model,
    ) -> Result<Option<Actor>, DbErr> {
        match &self.viewing {
            None => self.portal.actor(db, self.account.id, organization).await,
            Some(viewing) if self.in_sight(organization.id) => {
                self.portal.contact(db, viewing.account, organization).await
            }
            Some(_) => Ok(None),
        }
    }

    /// The permit for `P` at Support's desk, where all organizations are: held in the operator's own (G7).
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who is not of Support, or looks as who is not; [`Problem::Forbidden`] for staff
    /// without the right.
    pub async fn staff<P: Right>(&self) -> Result<Permit<P>, Refusal> {
        if self.viewing.is_some() {
            return Err(Problem::NotFound.into());
        }
        let db = self.portal.platform.store.read();
        let operator =
            organization::Entity::find().filter(organization::Column::Operator.eq(true)).one(db).await?;
        let organization = operator.ok_or(Problem::NotFound)?;
        let actor = self.portal.member(db, self.account.id, organization.id, organization.id).await?;
        let actor = actor.map(|actor| self.portal.as_staff(actor)).ok_or(Problem::NotFound)?;
        if !actor.may::<AllOrganizations>() {
            return Err(Problem::NotFound.into());
        }
        if !actor.may::<P>() {
            return Err(Problem::Forbidden.into());
        }
        let proven = self.proven();
        Ok(Permit { portal: self.portal.clone(), actor, organization, proven, right: PhantomData })
    }
}

impl<P> Permit<P> {
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The permit for another right that the same actor holds here as well.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] without that right.
    pub(crate) fn also<Q: Right>(&self) -> Result<Permit<Q>, Problem> {
        if !self.actor.may::<Q>() {
            return Err(Problem::Forbidden);
        }
        let (portal, organization) = (self.portal.clone(), self.organization.clone());
        let (actor, proven) = (self.actor.clone(), self.proven);
        Ok(Permit { portal, actor, organization, proven, right: PhantomData })
    }

    /// # Errors
    /// [`Problem::StepUpNeeded`] when whoever acts signed in too long ago (A8).
    pub(crate) fn prove(&self) -> Result<(), Problem> {
        if self.proven { Ok(()) } else { Err(Problem::StepUpNeeded) }
    }

    pub(crate) fn organization_id(&self) -> OrganizationId {
        self.actor.organization
    }

    /// What the organization may be offered (P2), read where the caller reads.
    pub(crate) async fn eligible(&self, db: &impl ConnectionTrait) -> Result<Eligible, DbErr> {
        eligible(db, &self.organization).await
    }
}

/// The modules that an organization is eligible for.
pub(crate) async fn eligible(
    db: &impl ConnectionTrait,
    organization: &organization::Model,
) -> Result<Eligible, DbErr> {
    let rows = organization_module::Entity::find()
        .filter(organization_module::Column::OrganizationId.eq(organization.id))
        .all(db)
        .await?;
    Ok(Eligible {
        modules: rows.into_iter().map(|row| row.module).collect(),
        operator: organization.operator,
    })
}

impl Portal {
    /// Who this account is in that organization: a contact of it, or Support.
    pub(crate) async fn actor(
        &self,
        db: &impl ConnectionTrait,
        account: AccountId,
        organization: &organization::Model,
    ) -> Result<Option<Actor>, DbErr> {
        if let Some(actor) = self.contact(db, account, organization).await? {
            return Ok(Some(actor));
        }
        self.support(db, account, organization.id).await
    }

    /// The account as a contact with access of that organization, if it is open.
    pub(crate) async fn contact(
        &self,
        db: &impl ConnectionTrait,
        account: AccountId,
        organization: &organization::Model,
    ) -> Result<Option<Actor>, DbErr> {
        if organization.state != "open" {
            return Ok(None);
        }
        self.member(db, account, organization.id, organization.id).await
    }

    async fn support(
        &self,
        db: &impl ConnectionTrait,
        account: AccountId,
        within: uuid::Uuid,
    ) -> Result<Option<Actor>, DbErr> {
        let operator =
            organization::Entity::find().filter(organization::Column::Operator.eq(true)).one(db).await?;
        let Some(operator) = operator.filter(|operator| operator.id != within) else { return Ok(None) };
        let Some(actor) = self.member(db, account, operator.id, within).await? else { return Ok(None) };
        let actor = Actor { support: true, ..self.as_staff(actor) };
        Ok(Some(actor).filter(Actor::may::<AllOrganizations>))
    }

    /// With the profiles of Support alone: what else somebody may do at the operator's stays there.
    fn as_staff(&self, actor: Actor) -> Actor {
        let profiles = self.catalogue.of_operator(&actor.profiles);
        let permissions = self.catalogue.permissions(&profiles);
        Actor { profiles, permissions, ..actor }
    }

    /// The account's contact in `of`, with what its active profiles permit in `within`.
    async fn member(
        &self,
        db: &impl ConnectionTrait,
        account: AccountId,
        of: uuid::Uuid,
        within: uuid::Uuid,
    ) -> Result<Option<Actor>, DbErr> {
        let row = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(of))
            .filter(contact::Column::AccountId.eq(account.0))
            .filter(contact::Column::Active.eq(true))
            .filter(has_account())
            .one(db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let profiles = active_profiles(db, row.id, self.now().0).await?;
        if profiles.is_empty() {
            return Ok(None);
        }
        Ok(Some(Actor {
            account,
            contact: ContactId(row.id),
            organization: OrganizationId(within),
            permissions: self.catalogue.permissions(&profiles),
            profiles,
            support: false,
        }))
    }
}

/// A grant that works at that moment: active and not ended (P7).
pub(crate) fn working(now: i64) -> Condition {
    Condition::all()
        .add(grant::Column::State.eq("active"))
        .add(Condition::any().add(grant::Column::EndsAt.is_null()).add(grant::Column::EndsAt.gt(now)))
}

/// A contact whose account may sign in: it is linked, and nobody disabled it.
pub(crate) fn has_account() -> Expr {
    let account = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((contact::Entity, contact::Column::AccountId)),
        )
        .and_where(account::Column::DisabledAt.is_null())
        .to_owned();
    Expr::exists(account)
}

/// A contact who holds a working grant: asked contact by contact, for a few of them.
fn holds_something(now: i64) -> Expr {
    let held = Query::select()
        .expr(Expr::val(1))
        .from(grant::Entity)
        .and_where(
            Expr::col((grant::Entity, grant::Column::ContactId))
                .equals((contact::Entity, contact::Column::Id)),
        )
        .cond_where(working(now))
        .to_owned();
    Expr::exists(held)
}

/// The contacts who hold a working grant, as a subquery.
pub(crate) fn active_grants(now: i64) -> SelectStatement {
    Query::select().column(grant::Column::ContactId).from(grant::Entity).cond_where(working(now)).to_owned()
}

/// The keys of the profiles that work for a contact at that moment.
pub(crate) async fn active_profiles(
    db: &impl ConnectionTrait,
    contact: uuid::Uuid,
    now: i64,
) -> Result<Vec<String>, DbErr> {
    let rows = grant::Entity::find()
        .filter(grant::Column::ContactId.eq(contact))
        .filter(working(now))
        .order_by_asc(grant::Column::Profile)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.profile).collect())
}
