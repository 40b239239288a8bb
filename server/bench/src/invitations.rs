//! A thousand people imported and invited at once, and their letters to a mail server.

use crate::Failed;
use crate::mailbox::Mailbox;
use crate::portal::Portal;
use crate::sign_ins::Reader;
use crate::table::Column;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How many people are invited.
const PEOPLE: u32 = 1000;
/// Nothing takes longer.
const LONGEST: Duration = Duration::from_secs(300);

/// Adds these figures to the table; the portal sends to this mailbox and lets somebody invite as many a day.
pub async fn measure(portal: &Portal, mailbox: &Mailbox, column: &mut Column) -> Result<(), Failed> {
    let Reader { mut browser, organization, list } = Reader::signed_in(portal).await?;
    let form = [
        ("pasted", &*table()),
        ("form[who]", "everybody"),
        ("form[profiles][]", "funding.user"),
        ("form[message]", ""),
    ];
    let sent = browser.submit_parts(&format!("{list}/import/upload"), &form).await?;
    let page = sent.location;
    let import = page.rsplit('/').next().unwrap_or_default();
    let form = [("organization", &*organization), ("import", import)];
    let began = Instant::now();
    let begun = browser.submit("/api/imports/begin", &form).await?;
    if begun.location != page {
        return Err(format!("the import did not begin: {} {}", begun.status, begun.location).into());
    }
    let mut imported = None;
    while mailbox.count()? < PEOPLE as usize || imported.is_none() {
        if began.elapsed() > LONGEST {
            return Err(format!("{} of {PEOPLE} letters left", mailbox.count()?).into());
        }
        if imported.is_none() && !browser.open(&page).await?.body.contains("<progress") {
            imported = Some(began.elapsed());
        }
        sleep(Duration::from_millis(20)).await;
    }
    let lasted = began.elapsed().as_secs_f64();
    column.figure("1,000 people imported and invited", imported.unwrap_or_default().as_secs_f64(), "s");
    column.figure("their 1,000 letters at the mail server", lasted, "s");
    column.figure("letters", f64::from(PEOPLE) / lasted, "/s");
    Ok(())
}

fn table() -> String {
    let mut table = String::from("Last name,First name,E-mail\n");
    for number in 0..PEOPLE {
        let _ = writeln!(table, "Person{number},Robin,person.{number}@example.com");
    }
    table
}
