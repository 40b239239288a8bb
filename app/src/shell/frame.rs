//! The frame of a page: skip link, masthead, menus, notice, footer.

use crate::desk::organization::card_address;
use crate::desk::page::desk_address;
use crate::feedback::foot::PageFeedback;
use crate::request::{self, Who};
use crate::ui::notice::NoticeBanner;
use crate::ui::text_area::escaped;
use crate::ui::{ErrorSummary, Link};
use crate::viewings::page::ViewingBanner;
use crate::{language, locale};
use domain::organizations::OrganizationFrame;
use domain::permissions::{ReadActivity, ReadAgreements, ReviewAccess, SeeContacts};
use domain::{Bilingual, FieldProblems, Language};
use leptos::prelude::*;
use leptos_meta::Title;
use locales::td_string;

/// The entries of the left menu: only what exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Home,
    Contacts,
    Details,
    /// One's own record.
    Own,
    Agreements,
    Reviews,
    Activity,
    /// A page of the organization that no entry leads to.
    Elsewhere,
}

/// The entries of the menu of Support's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDesk {
    Organizations,
    AccessRequests,
    Agreements,
    ProfileRequests,
    Relinks,
    Announcements,
    Departments,
    /// What people say of pages (R12).
    Feedback,
}

/// One page: its `<h1>` is also its `<title>`.
///
/// With `organization` it stands in the organization's frame with the left menu, else it is one calm column.
#[component]
pub fn Page(
    /// What the page is called, in its language.
    #[prop(into)]
    title: String,
    /// The organization whose page it is.
    #[prop(optional)]
    organization: Option<OrganizationFrame>,
    /// The entry of the left menu.
    #[prop(default = Here::Elsewhere)]
    here: Here,
    /// It stands at Support's desk, with the desk's menu.
    #[prop(optional)]
    desk: Option<AtDesk>,
    /// One sentence under the title.
    #[prop(optional, into)]
    lede: Option<String>,
    /// The page above this one.
    #[prop(optional, into)]
    back: Option<Link>,
    /// What can be done here, beside the title.
    #[prop(optional, into)]
    actions: Option<AnyView>,
    /// What was refused; the page says so above its title. An island that says it itself leaves this empty and
    /// sets `refused`.
    #[prop(optional)]
    problems: FieldProblems,
    /// The title in the browser begins with "Error".
    #[prop(optional)]
    refused: bool,
    /// The children hold the `<h1>` themselves (a confirmation).
    #[prop(optional)]
    bare: bool,
    children: Children,
) -> impl IntoView {
    let who = use_context::<Who>().unwrap_or_default();
    let l = locale();
    let said = problems_of(&who, problems);
    let error = refused || !said.is_empty();
    let heading = (!bare).then(|| heading(title.clone(), lede, actions));
    let with_menu = organization.is_some() || desk.is_some();
    let frame = if with_menu { "frame with-menu" } else { "frame calm" };
    let name = organization.as_ref().map(|organization| organization.name.in_language(language()).to_owned());
    let menu = organization
        .as_ref()
        .map(|organization| view! { <SideMenu organization=organization.clone() here /> });
    let desk = desk.map(|here| view! { <DeskMenu here /> });
    let notice = who.notice.clone();
    // Whoever looks as somebody else says nothing in their place (G7).
    let feedback = who.viewing.is_none().then(|| view! { <PageFeedback refused=who.feedback.clone() /> });
    let viewing = who.viewing.clone().map(|viewing| view! { <ViewingBanner viewing /> });
    let announcements = who.announcements.iter().map(|text| view! { <Announcement text=text.clone() /> });
    let announcements = announcements.collect_view();
    view! {
        <Title text=document_title(&title, name.as_deref(), error) />
        <a class="skip-link" href="#main">{td_string!(l, shell.skip)}</a>
        {viewing}
        <Masthead who organization />
        <div class=frame>
            {menu}
            {desk}
            <main id="main" tabindex="-1">
                {announcements}
                {back.map(|link| view! { <a class="back" href=link.href>{link.label}</a> })}
                {notice.map(|notice| view! { <NoticeBanner notice /> })}
                {(!said.is_empty()).then(|| view! { <ErrorSummary problems=said.clone() /> })}
                {heading}
                {children()}
            </main>
        </div>
        <Footer feedback=feedback.into_any() />
    }
}

fn problems_of(who: &Who, mut problems: FieldProblems) -> FieldProblems {
    if let Some(failure) = &who.refused {
        problems.0.extend(failure.problems().0);
    }
    if let Some(refused) = &who.feedback {
        problems.0.extend(refused.problems().0);
    }
    problems
}

fn heading(title: String, lede: Option<String>, actions: Option<AnyView>) -> impl IntoView {
    let lede = lede.map(|lede| view! { <p class="lede">{lede}</p> });
    match actions {
        Some(actions) => {
            view! { <div class="page-head"><div><h1>{title}</h1>{lede}</div><div class="actions">{actions}</div></div> }
                .into_any()
        }
        None => view! { <h1>{title}</h1>{lede} }.into_any(),
    }
}

/// "Error: Add a contact – Acadie Employment Network – Accord".
fn document_title(title: &str, organization: Option<&str>, error: bool) -> String {
    let l = locale();
    let product = td_string!(l, shell.product);
    let error = if error { td_string!(l, ui.error_prefix) } else { "" };
    let mut parts = vec![title];
    parts.extend(organization.filter(|organization| *organization != title));
    if title != product {
        parts.push(product);
    }
    escaped(&format!("{error}{}", parts.join(" – ")))
}

#[component]
fn Masthead(who: Who, organization: Option<OrganizationFrame>) -> impl IntoView {
    let l = locale();
    let code = language().code();
    let home = if who.account.is_some() { format!("/{code}/home") } else { format!("/{code}") };
    let account = who.account.clone();
    let switcher = who.account.is_some().then(|| view! { <Switcher who=who.clone() organization /> });
    let staff = who.staff;
    let menu = account.map(|account| {
        let desk = staff.then(|| view! { <li><a href=desk_address("")>{td_string!(l, shell.desk)}</a></li> });
        let hidden = format!("{}{} ", td_string!(l, shell.account), locales::colon(language()));
        view! {
            <details class="menu end" name="menu">
                <summary>
                    <span>
                        <span class="visually-hidden">{hidden}</span>
                        {account.name.clone()}
                    </span>
                </summary>
                <div>
                    <p>{account.name}<br />{account.email}</p>
                    <ul class="menu-list">
                        {desk}
                        <li><a href=format!("/{code}/home")>{td_string!(l, shell.your_organizations)}</a></li>
                        <li><a href=format!("/{code}/identity/account")>{td_string!(l, shell.your_account)}</a></li>
                        <li><a href=crate::ways_in::address(language())>{td_string!(l, shell.ways_in)}</a></li>
                        <li>
                            <form method="post" action="/auth/sign-out">
                                <input type="hidden" name="language" value=code />
                                <button>{td_string!(l, shell.sign_out)}</button>
                            </form>
                        </li>
                    </ul>
                </div>
            </details>
        }
    });
    view! {
        <header class="masthead">
            <div>
                <a class="brand" href=home>
                    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                        <path d="M5.5 26L16 6.5" />
                        <path d="M26.5 26C25 18.5 21.5 11.5 16 6.5" />
                    </svg>
                    {td_string!(l, shell.product)}
                </a>
                {switcher}
                {menu}
                <Toggle />
            </div>
        </header>
    }
}

/// The organizations of this account; the one of the page is marked.
#[component]
fn Switcher(who: Who, organization: Option<OrganizationFrame>) -> impl IntoView {
    let l = locale();
    let language = language();
    let here = organization.as_ref().map(|organization| organization.id);
    let others = who.organizations.iter().any(|choice| Some(choice.id) != here);
    if who.organizations.is_empty() && organization.is_none() {
        return ().into_any();
    }
    let shown = organization.as_ref().map_or_else(
        || td_string!(l, shell.choose_organization).to_owned(),
        |o| o.name.in_language(language).to_owned(),
    );
    let heading =
        if others { td_string!(l, shell.your_organizations) } else { td_string!(l, shell.only_organization) };
    let items = who.organizations.into_iter().map(|choice| {
        let current = (Some(choice.id) == here).then_some("true");
        let href = format!("/{}/organizations/{}", language.code(), choice.id);
        view! { <li><a href=href aria-current=current>{choice.name.in_language(language).to_owned()}</a></li> }
    });
    let items = items.collect_view();
    let hidden = format!("{}{} ", td_string!(l, shell.organization), locales::colon(language));
    view! {
        <details class="menu" name="menu">
            <summary>
                <span><span class="visually-hidden">{hidden}</span>{shown}</span>
            </summary>
            <div>
                <p>{heading}</p>
                <ul class="menu-list">{items}</ul>
            </div>
        </details>
    }
    .into_any()
}

/// The same address in the other language; the whole query comes along, drafts included (G1).
#[component]
fn Toggle() -> impl IntoView {
    let other = language().other();
    let path = match request::in_other_language(&request::path()) {
        path if path == "/" => format!("/{}", other.code()),
        path => path,
    };
    let query = request::raw_query();
    let href = if query.is_empty() { path } else { format!("{path}?{query}") };
    let name = match other {
        Language::En => td_string!(locales::Locale::en, shell.language_name),
        Language::Fr => td_string!(locales::Locale::fr, shell.language_name),
    };
    view! { <a class="language" href=href lang=other.code() hreflang=other.code()>{name}</a> }
}

#[component]
fn SideMenu(organization: OrganizationFrame, here: Here) -> impl IntoView {
    let l = locale();
    let home = format!("/{}/organizations/{}", language().code(), organization.id);
    let contacts = organization.actor.may::<SeeContacts>().then(|| {
        view! { <Entry href=format!("{home}/contacts") label=td_string!(l, shell.contacts) here=here == Here::Contacts /> }
    });
    // Support is no contact of the organization.
    let own = (!organization.actor.support).then(|| {
        view! { <Entry href=format!("{home}/me") label=td_string!(l, shell.own) here=here == Here::Own /> }
    });
    let agreements = organization.actor.may::<ReadAgreements>().then(|| {
        let href = format!("{home}/agreements");
        view! { <Entry href label=td_string!(l, agreements.title) here=here == Here::Agreements /> }
    });
    let reviews = organization.actor.may::<ReviewAccess>().then(|| {
        view! { <Entry href=format!("{home}/reviews") label=td_string!(l, shell.reviews) here=here == Here::Reviews /> }
    });
    let desk = organization.actor.support.then(|| {
        let href = card_address(organization.id);
        view! { <Entry href label=td_string!(l, shell.desk_of) here=false /> }
    });
    let activity = organization.actor.may::<ReadActivity>().then(|| {
        view! { <Entry href=format!("{home}/activity") label=td_string!(l, shell.activity) here=here == Here::Activity /> }
    });
    view! {
        <details class="fold"><summary>{td_string!(l, shell.menu)}</summary></details>
        <nav class="side-menu" aria-label=td_string!(l, shell.my_organization)>
            <h2>{td_string!(l, shell.my_organization)}</h2>
            <ul class="side-list">
                <Entry href=home.clone() label=td_string!(l, shell.home) here=here == Here::Home />
                {contacts}
                {agreements}
                <Entry
                    href=format!("{home}/details")
                    label=td_string!(l, shell.details)
                    here=here == Here::Details
                />
                {reviews}
                {own}
                {activity}
                {desk}
            </ul>
        </nav>
    }
}

/// The pages of Support's desk.
#[component]
fn DeskMenu(here: AtDesk) -> impl IntoView {
    let l = locale();
    let entry = |page: &str, label: &'static str, at: AtDesk| {
        view! { <Entry href=desk_address(page) label here=here == at /> }
    };
    view! {
        <details class="fold"><summary>{td_string!(l, shell.menu)}</summary></details>
        <nav class="side-menu" aria-label=td_string!(l, desk.menu)>
            <h2>{td_string!(l, desk.menu)}</h2>
            <ul class="side-list">
                {entry("", td_string!(l, desk.organizations), AtDesk::Organizations)}
                {entry("access-requests", td_string!(l, access_desk.title), AtDesk::AccessRequests)}
                {entry("agreements", td_string!(l, agreements.desk.title), AtDesk::Agreements)}
                {entry("profile-requests", td_string!(l, profile_requests.desk.title), AtDesk::ProfileRequests)}
                {entry("relinks", td_string!(l, desk.relinks), AtDesk::Relinks)}
                {entry("notices", td_string!(l, desk.announcements), AtDesk::Announcements)}
                {entry("departments", td_string!(l, desk.departments), AtDesk::Departments)}
                {entry("feedback", td_string!(l, feedback.desk.menu), AtDesk::Feedback)}
            </ul>
        </nav>
    }
}

/// What Support tells everybody (G8).
#[component]
fn Announcement(text: Bilingual) -> impl IntoView {
    let text = text.in_language(language()).to_owned();
    view! {
        <div class="notice warning" role="region" aria-label=td_string!(locale(), shell.announcement)>
            <p>{text}</p>
        </div>
    }
}

#[component]
fn Entry(#[prop(into)] href: String, #[prop(into)] label: String, here: bool) -> impl IntoView {
    view! { <li><a href=href aria-current=here.then_some("page")>{label}</a></li> }
}

/// Which page one is looking at, as Support is told (G8): no search, no name, and of a mailed link no token.
pub(super) fn told_to_support(path: &str) -> String {
    let secret = |part: &&str| part.len() > 40;
    let shown = path.split('/').map(|part| if secret(&part) { "…" } else { part });
    shown.collect::<Vec<_>>().join("/")
}

#[component]
fn Footer(
    /// What is asked about the page, above the rest.
    feedback: AnyView,
) -> impl IntoView {
    let l = locale();
    let code = language().code();
    let operator = request::portal().operator().name.in_language(language()).to_owned();
    let support = format!("/{code}/support?about={}", told_to_support(&request::path()));
    view! {
        <footer class="footer">
            <div>
                {feedback}
                <p>{td_string!(l, shell.operated_by, operator = operator)}</p>
                <nav aria-label=td_string!(l, shell.footer)>
                    <ul class="row">
                        <li><a href=support>{td_string!(l, shell.contact_support)}</a></li>
                        <li><a href=format!("/{code}/privacy")>{td_string!(l, shell.privacy)}</a></li>
                        <li><a href=format!("/{code}/terms")>{td_string!(l, shell.terms)}</a></li>
                    </ul>
                </nav>
            </div>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_the_title() {
        let title = document_title("Home", Some("</title><script>alert(1)</script>"), true);
        assert_eq!(title, "Error: Home – &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; – Accord");
    }
}
