//! The agreements of all organizations, for Support (S4, G7).

use super::list::{count, panel, table};
use crate::desk::page::desk_address;
use crate::locale;
use crate::request::{as_staff, query};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Empty, LinkButton};
use backend::Permit;
use domain::agreements::AgreementFilter;
use domain::permissions::AllOrganizations;
use leptos::prelude::*;
use locales::td_string;

/// `/en/desk/agreements`
#[component]
pub fn EveryAgreementPage() -> impl IntoView {
    whole(async {
        let filter = AgreementFilter::from_query(query);
        let asked = filter.clone();
        let found =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.every_agreement(&asked).await })
                .await?;
        let l = locale();
        let address = desk_address("agreements");
        let body = match found.found == 0 && !filter.narrows() {
            true => nothing_yet().into_any(),
            false => view! {
                {panel(&address, td_string!(l, agreements.words_desk), &filter)}
                {count(&found)}
                {table(&address, &filter, found, true)}
            }
            .into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, agreements.desk.title)
                desk=AtDesk::Agreements
                lede=td_string!(l, agreements.desk.lede)
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

fn nothing_yet() -> impl IntoView {
    let l = locale();
    view! {
        <Empty documents=true title=td_string!(l, agreements.desk.empty_title)>
            <p>{td_string!(l, agreements.desk.empty_text)}</p>
            <p class="actions">
                <LinkButton href=desk_address("")>{td_string!(l, agreements.desk.to_organizations)}</LinkButton>
            </p>
        </Empty>
    }
}
