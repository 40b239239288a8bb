//! Support's figures: what waits by state and age, and how long decisions take, as a table whose figures carry bars.

use super::queue::{back_to_queue, queue_address, state_name};
use crate::locale;
use crate::request::as_staff;
use crate::shell::{AtDesk, Page, whole};
use backend::Permit;
use domain::access_requests::{AgeBand, QueueFigures, QueueFilter, StateAge};
use domain::permissions::AllOrganizations;
use leptos::prelude::*;
use locales::td_string;

/// From so many hours on a median is told in days.
const IN_DAYS: u64 = 48;

/// `/en/desk/access-requests/figures`
#[component]
pub fn FiguresPage() -> impl IntoView {
    whole(async {
        let figures =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.request_figures().await })
                .await?;
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, access_desk.figures.title)
                desk=AtDesk::AccessRequests
                lede=td_string!(l, access_desk.figures.lede)
                back=back_to_queue()
            >
                {decided(&figures)}
                {waiting(&figures)}
            </Page>
        }
        .into_any())
    })
}

fn decided(figures: &QueueFigures) -> impl IntoView + use<> {
    let l = locale();
    let median = median(figures.median_hours);
    view! {
        <section aria-labelledby="decided">
            <h2 id="decided">{td_string!(l, access_desk.figures.decided)}</h2>
            <dl class="facts">
                <div><dt>{td_string!(l, access_desk.figures.approved)}</dt><dd>{figures.approved}</dd></div>
                <div><dt>{td_string!(l, access_desk.figures.refused)}</dt><dd>{figures.refused}</dd></div>
                <div><dt>{td_string!(l, access_desk.figures.median)}</dt><dd>{median}</dd></div>
            </dl>
        </section>
    }
}

/// Hours for a day or two, then days, rounded.
fn median(hours: Option<u64>) -> String {
    let l = locale();
    match hours {
        None => td_string!(l, access_desk.figures.median_none).to_owned(),
        Some(hours) if hours < IN_DAYS => td_string!(l, access_desk.figures.median_hours, n = hours),
        Some(hours) => td_string!(l, access_desk.figures.median_days, n = (hours + 12) / 24),
    }
}

fn band_name(band: AgeBand) -> &'static str {
    let l = locale();
    match band {
        AgeBand::Fresh => td_string!(l, access_desk.figures.fresh),
        AgeBand::Week => td_string!(l, access_desk.figures.week),
        AgeBand::Fortnight => td_string!(l, access_desk.figures.fortnight),
        AgeBand::Older => td_string!(l, access_desk.figures.older),
    }
}

fn waiting(figures: &QueueFigures) -> impl IntoView + use<> {
    let l = locale();
    let most = figures.waiting.iter().flat_map(|line| line.bands).max().unwrap_or_default();
    let heads = AgeBand::ALL.map(|band| {
        view! { <th role="columnheader" scope="col" class="number">{band_name(band)}</th> }
    });
    let rows = figures.waiting.iter().map(|line| row(line, most)).collect_view();
    view! {
        <section aria-labelledby="waiting">
            <h2 id="waiting">{td_string!(l, access_desk.figures.waiting)}</h2>
            <table class="table" role="table" aria-labelledby="waiting">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{td_string!(l, access_desk.figures.state)}</th>
                        {heads}
                        <th role="columnheader" scope="col" class="number">
                            {td_string!(l, access_desk.figures.total)}
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            <p class="hint">{td_string!(l, access_desk.figures.how)}</p>
        </section>
    }
}

fn row(line: &StateAge, most: u64) -> impl IntoView + use<> {
    let l = locale();
    let filter = QueueFilter { state: Some(line.state), ..QueueFilter::default() };
    let href = format!("{}{}", queue_address(""), filter.query(1));
    let cells = AgeBand::ALL.iter().zip(line.bands).map(|(band, count)| {
        view! {
            <td role="cell" class="number" data-label=band_name(*band)>{count}{bar(count, most)}</td>
        }
    });
    let cells = cells.collect_view();
    let total: u64 = line.bands.iter().sum();
    let label = td_string!(l, access_desk.figures.total);
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><a class="name" href=href>{state_name(line.state)}</a></th>
            {cells}
            <td role="cell" class="number" data-label=label><strong>{total}</strong></td>
        </tr>
    }
}

/// How long a figure is beside the largest: for the eye alone, the figure says it to everybody.
fn bar(count: u64, most: u64) -> impl IntoView {
    let width = (count * 100).checked_div(most).unwrap_or_default();
    view! {
        <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect width=width.to_string() height="10" />
        </svg>
    }
}
