//! What happens to an account: a line that its owner reads (A9), and word by mail of what somebody else may have done.

use crate::entity::{account, event};
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider, letters};
use domain::Instant;
use domain::accounts::own::{AccountEvent, EventCard};
use platform::Transaction;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

/// How many lines the page shows.
const SHOWN: u64 = 200;

/// Something that happened to an account.
pub(crate) struct Happened<'a> {
    pub(crate) what: AccountEvent,
    /// A name or an address that it was about.
    pub(crate) detail: Option<&'a str>,
}

impl Happened<'_> {
    pub(crate) const fn just(what: AccountEvent) -> Self {
        Self { what, detail: None }
    }
}

impl Desk {
    /// Writes the line, and the letter where the owner is told, in the transaction of the change.
    pub(crate) async fn note(
        &self,
        work: &Transaction,
        account: &account::Model,
        happened: Happened<'_>,
    ) -> Result<(), Broken> {
        let provider = &self.provider;
        let now = provider.now();
        let row = event::ActiveModel {
            id: Set(provider.platform().chance.id(now)),
            account_id: Set(account.id),
            at: Set(now.0),
            kind: Set(happened.what.word().to_owned()),
            detail: Set(happened.detail.map(str::to_owned)),
            device: Set(self.device()),
        };
        event::Entity::insert(row).exec_without_returning(work).await?;
        if happened.what.is_told() {
            let parcel = letters::changed(account, happened.what, happened.detail, self.device());
            provider.post_now(work, parcel).await?;
        }
        Ok(())
    }

    /// Browser and system in words, as far as the browser says.
    pub(crate) fn device(&self) -> Option<String> {
        let read = woothee::parser::Parser::new().parse(self.agent.as_deref()?)?;
        let known = |word: &str| Some(word.to_owned()).filter(|word| word != "UNKNOWN" && !word.is_empty());
        match (known(read.name), known(read.os)) {
            (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
            (browser, system) => browser.or(system),
        }
    }
}

impl Provider {
    /// The last lines of an account, the newest first.
    pub(crate) async fn events_of(&self, account: &account::Model) -> Result<Vec<EventCard>, Refusal> {
        let rows = event::Entity::find()
            .filter(event::Column::AccountId.eq(account.id))
            .order_by_desc(event::Column::Id)
            .limit(SHOWN)
            .all(self.platform().store.read())
            .await?;
        let calendar = &self.platform().calendar;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let what = AccountEvent::of_word(&row.kind).ok()?;
                let at = calendar.date_and_time(Instant(row.at));
                Some(EventCard { at, what, detail: row.detail, device: row.device })
            })
            .collect())
    }
}
