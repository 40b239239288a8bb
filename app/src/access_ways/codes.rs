//! The page of a designated representative: who waits for a code, and the code itself when it is asked for (R7).

use super::api::RenewCodeHeld;
use crate::failure::Failure;
use crate::request::{as_permitted, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Empty, Link, Time};
use crate::{language, locale};
use backend::Permit;
use domain::access_requests::CodeWaiting;
use domain::permissions::SeeOrganization;
use domain::{HandoverId, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, person, td_string};
use server_fn::ServerFn as _;

/// The page, in the language of the request.
#[must_use]
pub fn address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/codes", language().code())
}

/// `/en/organizations/…/codes?show=…`: one code at a time, and only when it is asked for.
#[component]
pub fn CodesPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let waiting =
            as_permitted(id, |permit: Permit<SeeOrganization>| async move { permit.codes_waiting().await })
                .await?;
        let asked = query("show").and_then(|id| id.parse::<HandoverId>().ok());
        // One that was used meanwhile stands on the page no longer.
        let asked = asked.filter(|asked| waiting.iter().any(|line| line.id == *asked));
        let shown = match asked {
            Some(asked) => Some((asked, code_of(id, asked).await?)),
            None => None,
        };
        let l = locale();
        let home = format!("/{}/organizations/{id}", language().code());
        let back = Link::to(home, organization.name.in_language(language()));
        let body = match waiting.is_empty() {
            true => view! {
                <Empty title=td_string!(l, access_ways.codes.none)>
                    <p>{td_string!(l, access_ways.codes.none_what)}</p>
                </Empty>
            }
            .into_any(),
            false => view! {
                <p>{td_string!(l, access_ways.codes.how)}</p>
                {table(id, waiting, shown.as_ref())}
            }
            .into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, access_ways.codes.title)
                organization
                here=Here::Elsewhere
                lede=td_string!(l, access_ways.codes.lede)
                back
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

async fn code_of(organization: OrganizationId, handover: HandoverId) -> Result<String, Failure> {
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move {
        permit.code_to_hand_over(handover).await
    })
    .await
}

fn table(
    organization: OrganizationId,
    waiting: Vec<CodeWaiting>,
    shown: Option<&(HandoverId, String)>,
) -> impl IntoView + use<> {
    let l = locale();
    let rows = waiting.into_iter().map(|line| {
        let code = shown.filter(|(id, _)| *id == line.id).map(|(_, code)| code.clone());
        row(organization, line, code)
    });
    let rows = rows.collect_view();
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, access_ways.codes.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.codes.person)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.codes.since)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.codes.until)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.codes.code)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn row(organization: OrganizationId, line: CodeWaiting, code: Option<String>) -> impl IntoView {
    let l = locale();
    let name = person(&line.name, language());
    let works = line.until.as_ref().map_or_else(
        || td_string!(l, access_ways.codes.works_no_more).to_owned(),
        |until| td_string!(l, access_ways.codes.works_until, date = until.text.in_language(language())),
    );
    let of = td_string!(l, access_ways.codes.show_of, name = name.clone());
    let place = format!("code-{}", line.id);
    let show = match code {
        Some(code) => view! {
            <li id=place.clone()><span class="reference"><code>{code}</code></span></li>
            <li><a class="action" href=address(organization)>{td_string!(l, access_ways.codes.hide)}</a></li>
        }
        .into_any(),
        None if line.tries_left == 0 => {
            view! { <li>{td_string!(l, access_ways.codes.spent)}</li> }.into_any()
        }
        None => {
            let href = format!("{}?show={}#{place}", address(organization), line.id);
            view! {
                <li id=place.clone()>
                    <a class="action" href=href>
                        {td_string!(l, access_ways.codes.show)}
                        <span class="visually-hidden">{of.clone()}</span>
                    </a>
                </li>
            }
            .into_any()
        }
    };
    let tries = match (line.tries_left, is_one(language(), u64::from(line.tries_left))) {
        (0, _) => None,
        (_, true) => Some(td_string!(l, access_ways.codes.tries_one).to_owned()),
        (n, false) => Some(td_string!(l, access_ways.codes.tries_many, n = n)),
    };
    let tries = tries.map(|tries| view! { <li class="soft">{tries}</li> });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <span class="name">{name}</span>
                <ul class="lines"><li>{line.email.to_string()}</li></ul>
            </th>
            <td role="cell" data-label=td_string!(l, access_ways.codes.since)><Time date=line.since /></td>
            <td role="cell" data-label=td_string!(l, access_ways.codes.until)>{works}</td>
            <td role="cell" data-label=td_string!(l, access_ways.codes.code)>
                <ul class="lines">
                    {show}
                    {tries}
                    <li>
                        <form method="post" action=RenewCodeHeld::url()>
                            <input type="hidden" name="organization" value=organization.to_string() />
                            <input type="hidden" name="handover" value=line.id.to_string() />
                            <button class="action">
                                {td_string!(l, access_ways.codes.renew)}
                                <span class="visually-hidden">{of}</span>
                            </button>
                        </form>
                    </li>
                </ul>
            </td>
        </tr>
    }
}
