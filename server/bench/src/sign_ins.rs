//! Password sign-ins against argon2 alone, and the contact list while they go on.

use crate::browser::Browser;
use crate::load::{self, Times};
use crate::portal::{PASSWORD, PEOPLE, Portal};
use crate::table::Column;
use crate::{Failed, floors};
use std::iter;
use std::time::Duration;

/// Twice the two cores that the figures are meant for: there is always a sign-in that waits for its turn.
const AT_ONCE: usize = 4;
/// How often somebody opens the list.
const LIST_EVERY: Duration = Duration::from_millis(50);

/// Somebody at the page that asks for the password.
struct Arrived {
    browser: Browser,
    /// Names the sign-in at the provider.
    request: String,
    email: &'static str,
}

/// Adds these figures to the table.
pub async fn measure(portal: &Portal, time: Duration, column: &mut Column) -> Result<(), Failed> {
    let floor = tokio::task::spawn_blocking(move || floors::argon2(time)).await?;
    column.figure("argon2 alone", floor, "passwords/s");

    let alone = sign_ins(portal, time, floor).await?;
    column.figure("sign-ins (password checked, session opened)", alone.rate(), "/s");
    column.ratio("sign-ins to argon2 alone", alone.rate() / floor);

    let whole = whole_ways(portal, time).await?;
    column.figure("whole ways in (five requests each)", whole.rate(), "/s");
    column.ratio("whole ways in to argon2 alone", whole.rate() / floor);

    let reader = Reader::signed_in(portal).await?;
    let quiet = reader.reads(time).await?;
    let (busy, meanwhile) = tokio::join!(reader.reads(time), sign_ins(portal, time, floor));
    let (busy, meanwhile) = (busy?, meanwhile?);
    column.times("contact list, nobody signing in", &quiet);
    column.times("contact list, sign-ins going on", &busy);
    column.ratio("its p99 to that of before", busy.within(99) / quiet.within(99));
    column.figure("sign-ins meanwhile", meanwhile.rate(), "/s");
    column.ratio("sign-ins meanwhile to argon2 alone", meanwhile.rate() / floor);
    Ok(())
}

/// As many sign-ins as the time allows; people have arrived at the page before it is counted.
async fn sign_ins(portal: &Portal, time: Duration, floor: f64) -> Result<Times, Failed> {
    let mut waiting = Vec::new();
    let wanted = floor * time.as_secs_f64() * 1.1;
    for (email, _) in iter::repeat(PEOPLE).flatten().zip(0..).take_while(|(_, n)| f64::from(*n) < wanted) {
        waiting.push(arrive(portal.browser(), email).await?);
    }
    load::busy(AT_ONCE, time, || waiting.pop().map(|person| async { type_password(person).await.map(drop) }))
        .await
}

/// From the portal to the provider and back, as a browser does.
async fn whole_ways(portal: &Portal, time: Duration) -> Result<Times, Failed> {
    let mut people = iter::repeat(PEOPLE).flatten();
    load::busy(AT_ONCE, time, || {
        let (browser, email) = (portal.browser(), people.next()?);
        Some(async move { come_in(browser, email).await.map(drop) })
    })
    .await
}

async fn arrive(mut browser: Browser, email: &'static str) -> Result<Arrived, Failed> {
    let begun = browser.submit("/auth/start", &[("language", "en"), ("return", "/en/home")]).await?;
    let page = browser.open(&begun.location).await?;
    let (_, request) = page.location.split_once("?request=").ok_or("the provider asked for no password")?;
    Ok(Arrived { request: request.to_owned(), browser, email })
}

/// Sends the password; the browser, and the address at which the portal goes on.
async fn type_password(person: Arrived) -> Result<(Browser, String), Failed> {
    let Arrived { mut browser, request, email } = person;
    let form = [("request", &*request), ("form[email]", email), ("form[password]", PASSWORD)];
    let answer = browser.submit("/api/accounts/sign_in", &form).await?;
    if !answer.location.contains("code=") {
        return Err(format!("{email} was not let in: {} {}", answer.status, answer.location).into());
    }
    Ok((browser, answer.location))
}

/// Signs in, whole.
pub async fn come_in(browser: Browser, email: &'static str) -> Result<Browser, Failed> {
    let (mut browser, back) = type_password(arrive(browser, email).await?).await?;
    let home = browser.open(&back).await?;
    if !home.location.ends_with("/en/home") {
        return Err(format!("{email} did not come home: {} {}", home.status, home.location).into());
    }
    Ok(browser)
}

/// Somebody who looks at the contact list of an organization, and may add to it.
#[derive(Clone, Debug)]
pub struct Reader {
    pub browser: Browser,
    /// The organization's identifier.
    pub organization: String,
    /// The address of its list.
    pub list: String,
}

impl Reader {
    pub async fn signed_in(portal: &Portal) -> Result<Self, Failed> {
        let mut browser = come_in(portal.browser(), PEOPLE[1]).await?;
        let home = browser.open("/en/home").await?;
        let mut links = home.body.split('"').filter_map(|text| text.strip_prefix("/en/organizations/"));
        let organization =
            links.find_map(|text| text.split('/').next()).ok_or("the home leads to no organization")?;
        let (organization, list) =
            (organization.to_owned(), format!("/en/organizations/{organization}/contacts"));
        Ok(Self { browser, organization, list })
    }

    async fn reads(&self, time: Duration) -> Result<Times, Failed> {
        load::steady(LIST_EVERY, time, || {
            let (mut browser, list) = (self.browser.clone(), self.list.clone());
            async move {
                let page = browser.open(&list).await?;
                if page.status == 200 {
                    Ok(())
                } else {
                    Err(format!("the list answered {}", page.status).into())
                }
            }
        })
        .await
    }
}
