//! The pages of Accord, and the islands in them that are alive in the browser.
//!
//! A page is written by the server alone ([`shell`], `*/page.rs`, feature `ssr`); an island (`*/island.rs`) and
//! the server functions that it calls (`*/api.rs`) are compiled for both. A page without an island loads no
//! script but the small `enhance.js`.
//!
//! To add a subject: its module below, and its routes in [`App`].

// A page is one type, as deep as its HTML.
#![recursion_limit = "256"]

pub mod access_requests;
pub mod access_ways;
pub mod accounts;
pub mod agreements;
pub mod contacts;
pub mod desk;
pub mod failure;
pub mod feedback;
pub mod form;
pub mod invitations;
pub mod organizations;
pub mod own_account;
pub mod profile_requests;
pub mod reviews;
pub mod signing;
pub mod ui;
pub mod viewings;
pub mod ways_in;

#[cfg(feature = "ssr")]
pub mod activity;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod serve;
#[cfg(feature = "ssr")]
pub mod shell;

use domain::Language;
use leptos::prelude::{provide_context, use_context};
use locales::Locale;

#[cfg(feature = "ssr")]
pub use routes::App;

/// The language of this page or island.
#[must_use]
pub fn language() -> Language {
    use_context::<Language>().unwrap_or_else(spoken_by_the_request)
}

/// The language of this page or island, for `td_string!`.
#[must_use]
pub fn locale() -> Locale {
    language().into()
}

/// An island says first which language it speaks: it has nothing of the page but its own properties.
pub fn speak(language: Language) {
    provide_context(language);
}

#[cfg(feature = "ssr")]
fn spoken_by_the_request() -> Language {
    request::language()
}

#[cfg(not(feature = "ssr"))]
fn spoken_by_the_request() -> Language {
    Language::default()
}

#[cfg(feature = "ssr")]
mod routes {
    use crate::{
        access_requests, access_ways, accounts, activity, agreements, contacts, desk, feedback, home,
        invitations, organizations, own_account, profile_requests, reviews, signing, viewings, ways_in,
    };
    use domain::Language;
    use leptos::prelude::*;
    use leptos_meta::provide_meta_context;
    use leptos_router::any_nested_route::AnyNestedRoute;
    use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
    use leptos_router::{ParamSegment, SsrMode, path};

    /// Every page, by address. All but the first stand below `/en` or `/fr`.
    #[component]
    pub fn App() -> impl IntoView {
        provide_meta_context();
        view! {
            <Router>
                <Routes fallback=home::NotFound>
                    <Route path=path!("") view=home::FirstVisit />
                    <ParentRoute path=ParamSegment("lang") view=InOneLanguage ssr=SsrMode::Async>
                        <Route path=path!("") view=home::Landing />
                        <Route path=path!("home") view=home::AccountHome />
                        <Route path=path!("home/ways-in") view=ways_in::page::WaysInPage />
                        <Route path=path!("home/sign-in-again") view=ways_in::again::SignInAgainPage />
                        <Route path=path!("access-requests") view=access_requests::ask::AskPage />
                        <Route path=path!("access-requests/review") view=access_requests::ask::ReviewPage />
                        <Route path=path!("access-requests/several") view=access_requests::several::SeveralPage />
                        <Route path=path!("access-requests/several/results") view=access_requests::several::ResultsPage />
                        <Route path=path!("access-requests/done") view=access_requests::ask::DonePage />
                        <Route path=path!("reference-number") view=access_ways::number::NumberPage />
                        <Route path=path!("left") view=contacts::own::LeftPage />
                        <Route path=path!("support") view=home::Support />
                        <Route path=path!("terms") view=home::Terms />
                        <Route path=path!("privacy") view=home::Privacy />
                        <OrganizationRoutes />
                        <AgreementRoutes />
                        <ProfileRequestRoutes />
                        <DeskRoutes />
                        <InvitationRoutes />
                        <SigningRoutes />
                        <Route path=path!("access-request/:token") view=access_requests::page::RequestPage />
                        <Route path=path!("access-request/:token/change") view=access_requests::change::ChangePage />
                        <Route path=path!("access-request/:token/review") view=access_requests::change::ChangeReviewPage />
                        <ProviderRoutes />
                        <AccountRoutes />
                    </ParentRoute>
                </Routes>
            </Router>
        }
    }

    /// What stands below an organization.
    #[component(transparent)]
    fn OrganizationRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("organizations/:organization") view=Outlet>
                <Route path=path!("") view=home::OrganizationHome />
                <Route path=path!("details") view=organizations::page::DetailsPage />
                <Route path=path!("details/edit") view=organizations::page::EditDetailsPage />
                <Route path=path!("activity") view=activity::page::ActivityPage />
                <Route path=path!("contacts") view=contacts::page::ContactListPage />
                <Route path=path!("contacts/add") view=contacts::page::AddContactPage />
                <Route path=path!("contacts/add-with-access") view=invitations::page::AddWithAccessPage />
                <Route path=path!("contacts/bulk") view=contacts::bulk::BulkPage />
                <Route path=path!("contacts/import") view=contacts::import::ImportStartPage />
                <Route path=path!("contacts/import/:import") view=contacts::import::ImportPage />
                <Route path=path!("contacts/:contact") view=contacts::card::ContactPage />
                <Route path=path!("contacts/:contact/primary") view=contacts::primary::PrimaryPage />
                <Route path=path!("access-requests/:access_request") view=access_ways::vouch::VouchPage />
                <Route path=path!("representatives") view=access_ways::representatives::RepresentativesPage />
                <Route path=path!("codes") view=access_ways::codes::CodesPage />
                <Route path=path!("me") view=contacts::own::OwnPage />
                <Route path=path!("me/leave") view=contacts::own::LeavePage />
                <Route path=path!("contacts/:contact/ask") view=profile_requests::page::AskPage />
                <Route path=path!("contacts/:contact/view-as") view=viewings::page::ViewAsPage />
                <Route path=path!("contacts/:contact/invite") view=invitations::page::InvitePage />
                <Route path=path!("reviews") view=reviews::page::ReviewsPage />
                <Route path=path!("reviews/:review") view=reviews::page::ReviewPage />
                <Route path=path!("reviews/:review/people/:contact") view=reviews::page::PersonPage />
                <Route path=path!("reviews/:review/attest") view=reviews::page::AttestPage />
                <Route path=path!("reviews/:review/report") view=reviews::page::ReportPage />
                <Route path=path!("invitations/:invitation/resend") view=invitations::page::ResendPage />
                <Route path=path!("invitations/:invitation/withdraw") view=invitations::page::WithdrawPage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// Agreements of one organization.
    #[component(transparent)]
    fn AgreementRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("organizations/:organization/agreements") view=Outlet>
                <Route path=path!("") view=agreements::list::AgreementListPage />
                <Route path=path!("new") view=agreements::form::NewAgreementPage />
                <Route path=path!(":agreement") view=agreements::card::AgreementPage />
                <Route path=path!(":agreement/edit") view=agreements::form::EditAgreementPage />
                <Route path=path!(":agreement/preview") view=agreements::preview::PreviewPage />
                <Route path=path!(":agreement/read") view=agreements::preview::ReadPage />
                <Route path=path!(":agreement/withdraw") view=agreements::acts::WithdrawPage />
                <Route path=path!(":agreement/revise") view=agreements::acts::RevisePage />
                <Route path=path!(":agreement/discard") view=agreements::acts::DiscardPage />
                <Route path=path!(":agreement/replace/:signatory") view=agreements::acts::ReplacePage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// Profiles asked of Support, in one organization.
    #[component(transparent)]
    fn ProfileRequestRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("organizations/:organization/profile-requests") view=Outlet>
                <Route path=path!("") view=profile_requests::page::RequestsPage />
                <Route path=path!(":profile_request") view=profile_requests::page::DecidePage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// Support's desk.
    #[component(transparent)]
    fn DeskRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("desk") view=Outlet>
                <Route path=path!("") view=desk::page::DeskPage />
                <Route path=path!("agreements") view=agreements::desk::EveryAgreementPage />
                <Route path=path!("profile-requests") view=profile_requests::page::QueuePage />
                <Route path=path!("relinks") view=desk::relinks::RelinksPage />
                <Route path=path!("relinks/:relink") view=desk::relinks::DecidePage />
                <Route path=path!("notices") view=desk::announcements::AnnouncementsPage />
                <Route path=path!("departments") view=desk::departments::DepartmentsPage />
                <Route path=path!("feedback") view=feedback::page::FeedbackPage />
                <DeskRequestRoutes />
                <Route path=path!("organizations/add") view=desk::opening::OpenPage />
                <Route path=path!("organizations/:organization") view=desk::organization::SupportCardPage />
                <DeskOrganizationRoutes />
            </ParentRoute>
        }
        .into_inner()
    }

    /// Requests for access at the desk.
    #[component(transparent)]
    fn DeskRequestRoutes() -> AnyNestedRoute {
        use access_requests::desk;
        view! {
            <ParentRoute path=path!("access-requests") view=Outlet>
                <Route path=path!("") view=desk::queue::QueuePage />
                <Route path=path!("figures") view=desk::figures::FiguresPage />
                <Route path=path!("paper") view=desk::paper::PaperPage />
                <Route path=path!("allow") view=desk::decide::AllowPage />
                <Route path=path!(":access_request") view=desk::card::CardPage />
                <Route path=path!(":access_request/approve") view=desk::approve::ApprovePage />
                <Route path=path!(":access_request/hold") view=desk::decide::HoldPage />
                <Route path=path!(":access_request/answer") view=desk::decide::AnswerPage />
                <Route path=path!(":access_request/refuse") view=desk::decide::RefusePage />
                <Route path=path!(":access_request/authorize") view=desk::decide::AuthorizePage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// What Support changes of one organization.
    #[component(transparent)]
    fn DeskOrganizationRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("organizations/:organization") view=Outlet>
                <Route path=path!("facts") view=desk::steering::FactsPage />
                <Route path=path!("reference-numbers") view=access_ways::load::NumbersPage />
                <Route path=path!("modules/:module") view=desk::modules::SwitchPage />
                <Route path=path!("close") view=desk::states::ClosePage />
                <Route path=path!("reopen") view=desk::states::ReopenPage />
                <Route path=path!("merge") view=desk::states::MergePage />
                <Route path=path!("recover") view=desk::recovery::RecoverPage />
                <Route path=path!("contacts/:contact/lost-account") view=desk::relinks::LostAccountPage />
                <Route path=path!("contacts/:contact/unlink") view=desk::unlinking::UnlinkPage />
                <Route path=path!("contacts/:contact/anonymize") view=desk::anonymizing::AnonymizePage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// What whoever holds an invitation's link sees.
    #[component(transparent)]
    fn InvitationRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("invitation/:token") view=Outlet>
                <Route path=path!("") view=invitations::landing::LandingPage />
                <Route path=path!("accept") view=invitations::landing::AcceptPage />
                <Route path=path!("declined") view=invitations::landing::DeclinedPage />
                <Route path=path!("asked") view=invitations::landing::AskedPage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// What signatories see, and whoever checks what they signed.
    #[component(transparent)]
    fn SigningRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("") view=Outlet>
                <Route path=path!("agreement/:token") view=signing::landing::AgreementPage />
                <Route path=path!("agreement/:token/decline") view=signing::decline::DeclineByLinkPage />
                <Route path=path!("to-sign/:signatory") view=signing::page::ToSignPage />
                <Route path=path!("to-sign/:signatory/decline") view=signing::decline::DeclineOwnPage />
                <Route path=path!("verify-agreement") view=signing::verify::VerifyPage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// The pages of the embedded provider.
    #[component(transparent)]
    fn ProviderRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("identity") view=Outlet>
                <Route path=path!("sign-in") view=accounts::page::SignInPage />
                <Route path=path!("continue") view=accounts::page::ContinuePage />
                <Route path=path!("terms") view=accounts::terms::TermsPage />
                <Route path=path!("sign-out") view=accounts::page::SignOutPage />
                <Route path=path!("signed-out") view=accounts::page::SignedOutPage />
                <Route path=path!("error") view=accounts::page::RequestErrorPage />
                <Route path=path!("create-account") view=accounts::create::NoticePage />
                <Route path=path!("create-account/form") view=accounts::create::CreateAccountPage />
                <Route path=path!("verify") view=accounts::create::VerifyPage />
                <Route path=path!("verify/:token") view=accounts::create::LinkPage />
                <Route path=path!("welcome") view=accounts::create::WelcomePage />
                <Route path=path!("cannot-sign-in") view=accounts::help::HelpPage />
                <Route path=path!("cannot-sign-in/sent") view=accounts::help::HelpSentPage />
                <Route path=path!("reset/:token") view=accounts::help::ResetPage />
                <Route path=path!("password-changed") view=accounts::help::PasswordChangedPage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// One's own account at the embedded provider, and the second step of a sign-in.
    #[component(transparent)]
    fn AccountRoutes() -> AnyNestedRoute {
        view! {
            <ParentRoute path=path!("identity") view=Outlet>
                <Route path=path!("second-step") view=own_account::step::SecondStepPage />
                <Route path=path!("passkey") view=own_account::step::PasskeySignInPage />
                <Route path=path!("set-up") view=own_account::step::SetUpPage />
                <Route path=path!("new-email/:token") view=own_account::page::NewEmailPage />
                <Route path=path!("email-changed") view=own_account::page::EmailChangedPage />
                <Route path=path!("account") view=own_account::page::AccountOverview />
                <Route path=path!("account/name") view=own_account::page::NamePage />
                <Route path=path!("account/email") view=own_account::page::EmailPage />
                <Route path=path!("account/password") view=own_account::page::PasswordPage />
                <Route path=path!("account/data") view=own_account::page::DataPage />
                <Route path=path!("account/close") view=own_account::close::ClosePage />
                <Route path=path!("account-closed") view=own_account::close::ClosedPage />
                <Route path=path!("account/activity") view=own_account::page::ActivityPage />
                <Route path=path!("account/second-factor") view=own_account::factors::SecondFactorPage />
                <Route path=path!("account/second-factor/app") view=own_account::factors::AppPage />
                <Route path=path!("account/second-factor/passkey") view=own_account::factors::PasskeyPage />
                <Route path=path!("account/recovery-codes") view=own_account::factors::RecoveryCodesPage />
            </ParentRoute>
        }
        .into_inner()
    }

    /// Pages exist in two languages; at any other first word there is nothing.
    #[component]
    fn InOneLanguage() -> impl IntoView {
        match crate::request::parameter::<String>("lang").ok().and_then(|code| Language::from_code(&code)) {
            Some(_) => view! { <Outlet /> }.into_any(),
            None => view! { <home::NotFound /> }.into_any(),
        }
    }
}
