//! One line of the list, three columns of three short lines (L6, L7, L8).

use crate::contacts::fields::kind_name;
use crate::invitations::api::Withdraw;
use crate::locale;
use crate::ui::Dialog;
use domain::contacts::{ContactLine, InvitationStep, MailState, Phone, spoken_name};
use domain::{InvitationId, Language, OrganizationId};
use leptos::prelude::*;
use locales::{person, td_string};
use server_fn::ServerFn as _;

/// A contact, as the list shows it.
#[component]
pub fn ContactRow(
    line: ContactLine,
    organization: OrganizationId,
    /// The address of the list.
    address: String,
    manages: bool,
) -> impl IntoView {
    let class = (!line.active).then_some("inactive");
    let lang = line.language.filter(|language| *language != crate::language()).map(Language::code);
    view! {
        <tr role="row" class=class>
            {manages.then(|| tick(&line))}
            <NameCell line=line.clone() address=address.clone() />
            <DetailsCell line=line.clone() lang />
            <StatusCell line organization address manages />
        </tr>
    }
}

/// The box belongs to the form of the bar below the list (C13).
fn tick(line: &ContactLine) -> impl IntoView + use<> {
    let name = person(&spoken_name(&line.last_name, &line.first_name), crate::language());
    let label = td_string!(locale(), bulk.select, name = name);
    view! {
        <td role="cell" class="tick">
            <input type="checkbox" name="contact" value=line.id.to_string() form="bulk" aria-label=label />
        </td>
    }
}

#[component]
fn NameCell(line: ContactLine, address: String) -> impl IntoView {
    let l = locale();
    let name = person(&line.listed_name(), crate::language());
    let primary =
        line.primary.then(|| view! { <span class="tag primary">{td_string!(l, contacts.primary)}</span> });
    let administrator = line.administrator.then(|| {
        view! { <span class="tag administrator">{td_string!(l, contacts.administrator)}</span> }
    });
    let tags = (line.primary || line.administrator).then(|| view! { <li>{primary}" "{administrator}</li> });
    let profiles = if line.profiles.is_empty() {
        view! { <li class="soft">{td_string!(l, contacts.none)}</li> }.into_any()
    } else {
        let names = line.profiles.iter().map(|name| name.in_language(crate::language()).to_owned());
        names.map(|name| view! { <li>{name}</li> }).collect_view().into_any()
    };
    view! {
        <th role="rowheader" scope="row">
            <a class="name" href=format!("{address}/{}", line.id)>{name}</a>
            <ul class="lines">{tags}{profiles}</ul>
        </th>
    }
}

#[component]
fn DetailsCell(line: ContactLine, lang: Option<&'static str>) -> impl IntoView {
    let l = locale();
    let title = line.title.map(|title| view! { <li lang=lang>{title}</li> });
    let email = line.email.to_string();
    // Nobody writes to somebody who was anonymized.
    let email =
        (!email.is_empty()).then(|| view! { <li><a href=format!("mailto:{email}")>{email.clone()}</a></li> });
    let account = line.account_email.map(|email| {
        view! { <li class="soft">{td_string!(l, contacts.account_email, email = email)}</li> }
    });
    let phones = line.phones.into_iter().map(|phone| view! { <li>{written(&phone)}</li> }).collect_view();
    let language = line.language.map(|language| match language {
        Language::En => td_string!(l, contacts.language_en),
        Language::Fr => td_string!(l, contacts.language_fr),
    });
    let language = language.map(|language| view! { <li class="soft">{language}</li> });
    view! {
        <td role="cell" data-label=td_string!(l, contacts.column_details)>
            <ul class="lines">
                {title} {email} {account} {phones} {language}
            </ul>
        </td>
    }
}

/// "902-555-0142, ext. 12 (work)"
fn written(phone: &Phone) -> String {
    let l = locale();
    let extension = phone
        .extension
        .as_ref()
        .map(|number| format!(", {}", td_string!(l, contacts.extension, number = number.as_str())))
        .unwrap_or_default();
    format!("{}{extension} ({})", phone.number, kind_name(l, phone.kind))
}

#[component]
fn StatusCell(
    line: ContactLine,
    organization: OrganizationId,
    address: String,
    manages: bool,
) -> impl IntoView {
    let l = locale();
    let (state, active) = if line.active {
        ("status active", td_string!(l, contacts.active))
    } else {
        ("status inactive", td_string!(l, contacts.inactive))
    };
    let (reach, access) = if line.access {
        ("status access", td_string!(l, contacts.access))
    } else {
        ("status no-access", td_string!(l, contacts.no_access))
    };
    let seen = line.last_sign_in.clone().filter(|_| line.access).map(|date| {
        let date = date.text.in_language(crate::language()).to_owned();
        view! { <li class="soft">{td_string!(l, contacts.last_sign_in, date = date)}</li> }
    });
    let unused = line.unused_days.map(|days| {
        view! { <li><span class="status waiting">{td_string!(l, contacts.unused, days = days)}</span></li> }
    });
    view! {
        <td role="cell" data-label=td_string!(l, contacts.column_status)>
            <ul class="lines">
                <li><span class=state>{active}</span></li>
                <li><span class=reach>{access}</span></li>
                {seen}
                {unused}
                <Step line organization address manages />
            </ul>
        </td>
    }
}

/// The step of the invitation (L8, third line).
#[component]
fn Step(line: ContactLine, organization: OrganizationId, address: String, manages: bool) -> impl IntoView {
    let l = locale();
    let name = spoken_name(&line.last_name, &line.first_name);
    let invite = format!("{address}/{}/invite", line.id);
    let asks = |label: &'static str| {
        manages.then(
            || view! { <li class="row"><ActionLink href=invite.clone() label name=name.clone() /></li> },
        )
    };
    match line.step {
        InvitationStep::Nothing => ().into_any(),
        InvitationStep::Invite => asks(td_string!(l, contacts.invite)).into_any(),
        InvitationStep::Declined { at } => view! {
            <li><span class="status failed"><span>{dated(|d| td_string!(l, contacts.declined, date = d), &at)}</span></span></li>
            {asks(td_string!(l, contacts.invite_again))}
        }
        .into_any(),
        InvitationStep::Expired { invitation, at } => view! {
            <li><span class="status expired"><span>{dated(|d| td_string!(l, contacts.expired, date = d), &at)}</span></span></li>
            {manages.then(|| view! { <Again organization invitation name label=td_string!(l, contacts.invite_again) /> })}
        }
        .into_any(),
        InvitationStep::Invited { invitation, until, mail } => view! {
            <li>
                <span class="status invited">
                    <span>{dated(|d| td_string!(l, contacts.invited_until, date = d), &until)}</span>
                </span>
            </li>
            {told(mail)}
            {manages.then(|| view! { <Invited organization invitation name email=line.email.to_string() /> })}
        }
        .into_any(),
    }
}

fn dated(sentence: impl FnOnce(String) -> String, date: &domain::Date) -> String {
    sentence(date.text.in_language(crate::language()).to_owned())
}

fn told(mail: MailState) -> AnyView {
    let l = locale();
    match mail {
        MailState::Sent => ().into_any(),
        MailState::Queued => view! { <li class="soft">{td_string!(l, contacts.mail_queued)}</li> }.into_any(),
        MailState::Bounced => {
            view! { <li><span class="status failed">{td_string!(l, contacts.mail_bounced)}</span></li> }
                .into_any()
        }
        MailState::Failed => {
            view! { <li><span class="status failed">{td_string!(l, contacts.mail_failed)}</span></li> }
                .into_any()
        }
    }
}

/// A link that says, for those who hear it alone, whom it is about.
#[component]
fn ActionLink(href: String, label: &'static str, name: String) -> impl IntoView {
    let name = td_string!(locale(), contacts.of, name = name);
    view! { <a class="action" href=href>{label}<span class="visually-hidden">{name}</span></a> }
}

#[component]
fn Again(
    organization: OrganizationId,
    invitation: InvitationId,
    name: String,
    label: &'static str,
) -> impl IntoView {
    let href = crate::invitations::address(crate::language(), organization, invitation, "resend");
    view! { <li class="row"><ActionLink href label name /></li> }
}

/// Resend, and withdraw after a question: a dialog where script runs, a page where it does not.
#[component]
fn Invited(
    organization: OrganizationId,
    invitation: InvitationId,
    name: String,
    email: String,
) -> impl IntoView {
    let l = locale();
    let language = crate::language();
    let resend = crate::invitations::address(language, organization, invitation, "resend");
    let withdraw = crate::invitations::address(language, organization, invitation, "withdraw");
    let dialog = format!("withdraw-{invitation}");
    view! {
        <li class="row">
            <ActionLink href=resend label=td_string!(l, contacts.resend) name=name.clone() />
            <a class="action" href=withdraw data-dialog=dialog.clone()>
                {td_string!(l, contacts.withdraw)}
                <span class="visually-hidden">{td_string!(l, contacts.of, name = name.clone())}</span>
            </a>
            <Dialog id=dialog title=td_string!(l, invitations.withdraw.title, name = name.clone())>
                <p>{td_string!(l, invitations.withdraw.text, name = name, email = email)}</p>
                <div class="actions">
                    <form method="post" action=Withdraw::url()>
                        <input type="hidden" name="organization" value=organization.to_string() />
                        <input type="hidden" name="invitation" value=invitation.to_string() />
                        <button class="button warning">{td_string!(l, invitations.withdraw.confirm)}</button>
                    </form>
                    <form method="dialog">
                        <button class="button secondary">{td_string!(l, invitations.withdraw.keep)}</button>
                    </form>
                </div>
            </Dialog>
        </li>
    }
}
