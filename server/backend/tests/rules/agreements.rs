//! Agreements to sign (rules S1 to S4).

mod guards;
mod life;
mod races;
mod sealing;

use crate::stage::{DAY, Org, Person, Stage, default_catalogue, fault, on_both, races, refusal};
use backend::{
    AgreementFiles, Documents, Permit, Portal, PortalSettings, Refusal, Retention, SignedFrom, SignedIn,
};
use domain::agreements::{
    AgreementFilter, AgreementForm, AgreementState, DeadLink, DeclineForm, OpenLanding, ReasonForm,
    ReplaceForm, SignForm, SignatoryState, SigningState,
};
use domain::permissions::{AllOrganizations, PrepareAgreements, ReadAgreements};
use domain::{AgreementId, Field, Language, Problem, SignatoryId};
use platform::Letter;

/// The token of a link to sign in a letter.
#[track_caller]
pub fn link_in(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("/agreement/").unwrap_or_else(|| panic!("no link in {letter:#?}"));
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

/// An agreement in both languages, to be signed by these people.
pub fn form(people: &[&Person]) -> AgreementForm {
    AgreementForm {
        title_en: "Service agreement".into(),
        title_fr: "Entente de services".into(),
        text_en: "# Purpose\n\nServices.".into(),
        text_fr: "# Objet\n\nDes services.".into(),
        deadline: "2026-12-15".into(),
        order: "together".into(),
        message: "Please read article 4.".into(),
        signatories: people.iter().map(|person| person.contact.to_string()).collect(),
        ..AgreementForm::default()
    }
}

pub async fn prepares(who: &Person, org: &Org) -> Permit<PrepareAgreements> {
    who.asks(org.id).await.unwrap()
}

pub async fn reads(who: &Person, org: &Org) -> Permit<ReadAgreements> {
    who.asks(org.id).await.unwrap()
}

/// Prepared and sent.
pub async fn sent(who: &Person, org: &Org, form: &AgreementForm) -> AgreementId {
    let permit = prepares(who, org).await;
    let id = permit.prepare_agreement(form, AgreementFiles::default()).await.unwrap();
    permit.send_agreement(id, version(who, org, id).await).await.unwrap();
    id
}

pub async fn version(who: &Person, org: &Org, id: AgreementId) -> u64 {
    reads(who, org).await.agreement(id).await.unwrap().version
}

pub async fn state(who: &Person, org: &Org, id: AgreementId) -> AgreementState {
    reads(who, org).await.agreement(id).await.unwrap().state
}

/// Reads what a link leads to, in French, and signs it.
pub async fn sign(who: &SignedIn, token: &str) -> Result<SignatoryId, Refusal> {
    let form = signature(who, token).await?;
    who.sign_by_link(token, &form, SignedFrom::default()).await
}

/// What somebody types who has read it in French.
pub async fn signature(who: &SignedIn, token: &str) -> Result<SignForm, Refusal> {
    let card = who.agreement_by_link(token).await?;
    let document = card.documents.iter().find(|document| document.language == Language::Fr).unwrap();
    Ok(SignForm {
        name: card.name.clone(),
        language: "fr".into(),
        sha256: document.sha256.clone(),
        read: "yes".into(),
    })
}

/// What a link's landing page tells.
pub async fn landing(stage: &Stage, token: &str) -> Result<OpenLanding, DeadLink> {
    stage.portal.visitor().agreement_landing(token).await.unwrap().state
}

pub fn because(reason: &str) -> ReasonForm {
    ReasonForm { reason: reason.into() }
}

/// Tide House, its administrator Alice, Bruno with an account and no profile, Zoé without either; Support's Sophie.
pub struct Cast {
    pub org: Org,
    pub alice: Person,
    pub bruno: Person,
    pub zoe: Person,
    pub sophie: Person,
}

pub async fn cast(stage: &Stage) -> Cast {
    let operator = stage.operator().await;
    let sophie = stage.person(&operator, "Sophie Savoie", &["support.supervisor"]).await;
    let org = stage.organization("Tide House / Maison des marées").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &[]).await;
    let zoe = stage.contact(&org, "Zoé Roy").await;
    Cast { org, alice, bruno, zoe, sophie }
}

#[test]
fn s1_an_invitation_to_sign_reaches_a_contact_without_access_and_gives_none() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        let letter = stage.letter_to(&zoe.email).await;
        // Her language is not known: the mail is in both, the message quoted (I2, I11).
        for words in [
            "Entente de services",
            "Service agreement",
            "Alice Aucoin",
            "Please read article 4.",
            "15 décembre 2026",
        ] {
            assert!(letter.text.contains(words), "{words}: {}", letter.text);
        }
        let token = link_in(&letter);
        let open = landing(stage, &token).await.unwrap();
        assert_eq!((open.invitee.as_str(), open.email.as_str()), ("Zoé Roy", zoe.email.as_str()));
        // She creates an account on the way, of another address: the page names both (I7).
        let account = stage.account("Z Roy").await;
        let her = stage.signed_in(account).await;
        let card = her.agreement_by_link(&token).await.unwrap();
        assert!(card.needs_confirmation && card.state == SigningState::MayRead);
        sign(&her, &token).await.unwrap();
        assert_eq!(state(&alice, &org, id).await, AgreementState::Signed);
        // No access, no link of the contact to the account.
        assert!(her.organizations().await.unwrap().is_empty());
        assert_eq!(refusal(her.permit::<ReadAgreements>(org.id).await), Problem::NotFound);
        assert_eq!(stage.number("SELECT count(*) FROM contacts WHERE account_id IS NOT NULL").await, 3);
        assert!(stage.letter_to(&alice.email).await.subject.contains("Zoé Roy"));
    });
}

#[test]
fn s2_a_scanner_that_opens_links_changes_nothing() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        let token = link_in(&stage.letter_to(&zoe.email).await);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        let reader = reads(&alice, &org).await;
        let before = stage.dump().await;
        for _ in 0..3 {
            landing(stage, &token).await.unwrap();
            assert_eq!(landing(stage, "nothing").await.unwrap_err(), DeadLink::Unknown);
            her.agreement_by_link(&token).await.unwrap();
            her.document_by_link(&token, Language::Fr).await.unwrap();
            her.agreements_to_sign().await.unwrap();
            her.agreements_signed().await.unwrap();
            refusal(stage.portal.visitor().verify_agreement("ABCDE").await);
            reader.agreements(&AgreementFilter::default()).await.unwrap();
            reader.agreement(id).await.unwrap();
            reader.agreement_document(id, Language::En, None).await.unwrap();
            reader.export_agreements(&AgreementFilter::default(), Language::Fr).await.unwrap();
            prepares(&alice, &org).await.signatories_to_choose().await.unwrap();
        }
        stage.unchanged_since(&before).await;
        sign(&her, &token).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn s3_a_signature_records_who_what_and_when() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno])).await;
        let token = link_in(&stage.letter_to(&bruno.email).await);
        let his = bruno.signs_in().await.unwrap();
        let typed = signature(&his, &token).await.unwrap();
        let from = SignedFrom { address: "192.0.2.7".parse().ok(), login: None };
        let unread = SignForm { read: String::new(), ..typed.clone() };
        assert_eq!(
            fault(his.sign_by_link(&token, &unread, from.clone()).await, Field::Read),
            Problem::ReadFirst
        );
        let other = SignForm { sha256: "00".repeat(32), ..typed.clone() };
        assert_eq!(refusal(his.sign_by_link(&token, &other, from.clone()).await), Problem::DocumentChanged);
        let english = SignForm { language: "en".into(), ..typed.clone() };
        assert_eq!(refusal(his.sign_by_link(&token, &english, from.clone()).await), Problem::DocumentChanged);
        let signatory = his.sign_by_link(&token, &typed, from).await.unwrap();
        let kept = stage
            .texts("SELECT issuer || ' ' || network_address || ' ' || name_as_signed || ' ' || document_language FROM agreement_signatories")
            .await;
        assert_eq!(kept, ["https://accord.example 192.0.2.7 Bruno Boudreau fr"]);
        let card = reads(&alice, &org).await.agreement(id).await.unwrap();
        assert_eq!(
            (card.signatories[0].state, card.signatories[0].language),
            (SignatoryState::Signed, Some(Language::Fr))
        );
        // What was read is kept; as a file, it is a PDF.
        let read = his.own_document(signatory, Language::Fr).await.unwrap();
        assert_eq!(read.sha256, typed.sha256);
        assert!(read.bytes.starts_with(b"%PDF-"));
        // Signed twice is told, and the link is nobody's any more; to him it leads to what he signed.
        let typed =
            SignForm { name: "B".into(), language: "fr".into(), read: "yes".into(), ..SignForm::default() };
        assert_eq!(
            refusal(his.sign_by_link(&token, &typed, SignedFrom::default()).await),
            Problem::AgreementSignedAlready
        );
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Signed);
        assert!(matches!(his.agreement_by_link(&token).await.unwrap().state, SigningState::Signed { .. }));
        assert_eq!(his.agreements_signed().await.unwrap().len(), 1);
        let line = stage.activity().await.pop().unwrap();
        assert_eq!((line.event.as_str(), line.contact), ("agreement.signed", Some(bruno.contact.0)));
        stage.read_all().await;
    });
}

#[test]
fn s3_whoever_declines_says_why_and_everybody_is_told() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno, &zoe])).await;
        let token = link_in(&stage.letter_to(&bruno.email).await);
        let hers = link_in(&stage.letter_to(&zoe.email).await);
        let his = bruno.signs_in().await.unwrap();
        let silent = DeclineForm::default();
        assert_eq!(
            fault(his.decline_by_link(&token, &silent, SignedFrom::default()).await, Field::Reason),
            Problem::Missing
        );
        let said = DeclineForm { reason: "Article 4 is wrong.".into() };
        his.decline_by_link(&token, &said, SignedFrom::default()).await.unwrap();
        assert_eq!(state(&alice, &org, id).await, AgreementState::Declined);
        for address in [&alice.email, &zoe.email] {
            let letter = stage.letter_to(address).await;
            assert!(letter.text.contains("Article 4 is wrong.") && letter.text.contains("Bruno Boudreau"));
        }
        assert_eq!(landing(stage, &hers).await.unwrap_err(), DeadLink::Declined);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        assert_eq!(refusal(sign(&her, &hers).await), Problem::AgreementPassed);
        let card = reads(&alice, &org).await.agreement(id).await.unwrap();
        assert_eq!(card.ended.unwrap().reason.as_deref(), Some("Article 4 is wrong."));
        assert_eq!(card.signatories[1].state, SignatoryState::Ended);
    });
}

#[test]
fn s3_bytes_that_are_not_what_was_kept_are_never_shown() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno])).await;
        stage.read_all().await;
        let (right, wrong) = stage.portal.verify_documents().await.unwrap();
        assert_eq!((right, wrong.len()), (2, 0));
        stage.run("UPDATE documents SET content = $1", [b"changed".to_vec().into()]).await;
        let reader = reads(&alice, &org).await;
        assert!(matches!(reader.agreement_document(id, Language::Fr, None).await, Err(Refusal::Broken(_))));
        let (right, wrong) = stage.portal.verify_documents().await.unwrap();
        assert_eq!((right, wrong.len()), (0, 2));
    });
}

#[test]
fn s3_what_is_signed_may_be_kept_in_a_folder() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::Folder(folder.path().to_owned());
        let settings = PortalSettings { documents, ..PortalSettings::default() };
        let portal = Portal::new(stage.platform.clone(), default_catalogue(), settings, Vec::new());
        let hers = portal.signed_in(alice.account()).await.unwrap();
        let permit = hers.permit::<PrepareAgreements>(org.id).await.unwrap();
        let id = permit.prepare_agreement(&form(&[&zoe]), AgreementFiles::default()).await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM documents WHERE content IS NOT NULL").await, 0);
        assert_eq!(permit.agreement_form(id).await.unwrap().0.text_en, "# Purpose\n\nServices.");
        assert_eq!(portal.verify_documents().await.unwrap(), (2, Vec::new()));
        std::fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!(portal.verify_documents().await.unwrap().1.len(), 2);
    });
}

#[test]
fn g10_a_person_gets_what_was_signed_and_what_is_past_its_period_is_emptied() {
    on_both(async |stage| {
        let Cast { org, alice, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&alice])).await;
        let token = link_in(&stage.letters_to(&alice.email).await.pop().unwrap());
        sign(&alice.signs_in().await.unwrap(), &token).await.unwrap();
        stage.read_all().await;
        let file = alice.home().await.own_data(Language::En).await.unwrap();
        assert!(file.contains("Service agreement") && file.contains("Alice Aucoin"), "{file}");
        // For ever, unless the deployment says otherwise.
        stage.wait(400 * DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM documents").await, 2);
        let retention = Retention { agreements: 12, ..Retention::default() };
        let settings = PortalSettings { retention, ..PortalSettings::default() };
        let portal = Portal::new(stage.platform.clone(), default_catalogue(), settings, Vec::new());
        portal.mind().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM documents").await, 0);
        assert_eq!(
            stage.number("SELECT count(*) FROM agreement_signatories WHERE name_as_signed <> ''").await,
            0
        );
        // It stays in the list, without its words.
        assert_eq!(state(&alice, &org, id).await, AgreementState::Signed);
        let report = portal.verify_activity().await.unwrap();
        assert_eq!(report.broken, []);
        stage.read_all().await;
    });
}
