//! Activating (R6): the link of one mailbox and the code of the other, together; and the commitments, on every path
//! (R11).

use super::decisions::{approving, into};
use super::*;
use crate::stage::{link_in as invitation_in, typed};
use domain::invitations::InvitationForm;
use domain::permissions::{ManageContacts, SeeOrganization};
use domain::{InvitationId, OrganizationId};

/// The code in a letter.
#[track_caller]
pub fn code_in(letter: &Letter) -> String {
    let is_code = |word: &&str| {
        word.len() == 14
            && word.matches('-').count() == 2
            && word.chars().all(|c| c == '-' || c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let code = letter.text.split_whitespace().find(is_code);
    code.unwrap_or_else(|| panic!("no code in {letter:#?}")).to_owned()
}

/// A request that was approved: the organization, the link, the code, and the authorizing person's own link.
pub async fn approved(stage: &Stage, sophie: &Person) -> (OrganizationId, String, String, String) {
    let (sent, _, authorizer) = signed(stage, &form()).await;
    let made = keeps(sophie).await.approve_request(sent.read(), &approving(&["funding.user"])).await.unwrap();
    let link = invitation_in(&stage.letter_to(URSULE).await);
    let code = code_in(&stage.letter_to(ADELE).await);
    (made.organization, link, code, authorizer)
}

#[test]
fn r6_link_and_code_together_activate_and_p4_the_primary_contact_administers() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, link, code, _) = approved(stage, &sophie).await;
        assert!(stage.portal.visitor().invitation(&link).await.unwrap().needs_code);
        let account = stage.account("Ursule Côté").await;
        let ursule = stage.signed_in(account).await;
        // As it is told on the telephone.
        let told = code.to_lowercase().replace('-', " ");
        assert_eq!(ursule.activate(&link, &told).await.unwrap(), organization);
        let here = stage.signed_in(account).await.permit::<SeeOrganization>(organization).await.unwrap();
        assert_eq!(here.actor().profiles, ["funding.administrator", "funding.user"]);
        assert_eq!(here.home().await.unwrap().primary.as_deref(), Some("Ursule Côté"));
        assert_eq!(states(stage).await, ["activated"]);
        assert!(stage.letter_to(ADELE).await.subject.contains("now has the access"));
        // G10: what she signed belongs to what is kept of her.
        let data = here.own_data(Language::En).await.unwrap();
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(data["Requests for access"][0]["Status"], "Activated");
        let signed = data["Requests for access"][0]["Text that was signed"].as_str().unwrap();
        assert!(signed.contains("Côté") && signed.contains("Harbour Library"), "{signed}");
        // R11: version and day are kept.
        let kept = stage.texts("SELECT version || ' ' || way FROM commitments").await;
        assert_eq!(kept, ["2026-11 request"]);
        assert_eq!(refusal(ursule.activate(&link, &code).await), Problem::InvitationUsed);
        // R10: the service, what it permits there, and whom to ask.
        let services = stage.signed_in(account).await.services().await.unwrap();
        let [access] = &services[..] else { panic!("one service: {services:?}") };
        assert_eq!(
            (access.organization_name.en.as_str(), access.service.name.en.as_str()),
            ("Harbour Library", "Funding agreements online")
        );
        assert_eq!((access.ask.as_deref(), access.ask_email.as_str()), (None, DESK));
    });
}

#[test]
fn r6_who_has_only_the_link_or_only_the_code_or_the_number_activates_and_reads_nothing() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, link, code, _) = approved(stage, &sophie).await;
        let reference = stage.texts("SELECT reference FROM access_requests").await.remove(0);
        let thief = stage.signed_in(stage.account("Théo Thériault").await).await;
        // Only the link.
        assert_eq!(refusal(thief.accept(&link).await), Problem::CodeNeeded);
        assert_eq!(fault(thief.activate(&link, "").await, Field::Code), Problem::CodeNeeded);
        assert_eq!(
            fault(thief.activate(&link, &reference).await, Field::Code),
            Problem::WrongCode { left: 4 }
        );
        // Only the code, or the number.
        for word in [&code, &reference] {
            assert_eq!(refusal(thief.activate(word, word).await), Problem::InvitationUnknown);
            assert_eq!(refusal(thief.accept(word).await), Problem::InvitationUnknown);
            assert_eq!(refusal(stage.portal.visitor().bearer(word).await), Problem::RequestLinkUnknown);
            assert_eq!(refusal(stage.portal.visitor().invitation(word).await), Problem::InvitationUnknown);
        }
        // The link of the invitation opens no request, nor does that of a request an invitation.
        assert_eq!(refusal(stage.portal.visitor().bearer(&link).await), Problem::RequestLinkUnknown);
        assert_eq!(refusal(thief.permit::<SeeOrganization>(organization).await), Problem::NotFound);
        assert_eq!(stage.number("SELECT count(*) FROM grants WHERE profile LIKE 'funding%'").await, 0);
        // Neither the link nor the code stands in any table.
        let dump = stage.dump().await;
        assert!(!dump.iter().any(|row| row.contains(&link) || row.contains(&code)));
    });
}

#[test]
fn r6_wrong_codes_are_limited_and_a_new_one_kills_the_old() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (_, link, code, authorizer) = approved(stage, &sophie).await;
        let account = stage.account("Ursule Côté").await;
        let ursule = stage.signed_in(account).await;
        // A hundred guesses at once are a hundred tries.
        let guesses = (0..100).map(|n| {
            let (ursule, link) = (ursule.clone(), link.clone());
            tokio::spawn(async move { ursule.activate(&link, &format!("AAAA-BBBB-{n:04}")).await })
        });
        let mut judged = 0;
        for guess in guesses.collect::<Vec<_>>() {
            match fault(guess.await.unwrap(), Field::Code) {
                Problem::WrongCode { .. } => judged += 1,
                other => assert_eq!(other, Problem::CodeSpent),
            }
        }
        // The last wrong one is answered by what helps: a new code.
        assert!(judged < 5, "{judged}");
        assert_eq!(stage.number("SELECT count(*) FROM handovers WHERE tries = 5").await, 1);
        assert_eq!(fault(ursule.activate(&link, &code).await, Field::Code), Problem::CodeSpent);
        let adele = bearer(stage, &authorizer).await;
        assert!(adele.card().await.unwrap().may_renew_code);
        adele.renew_code().await.unwrap();
        let letter = stage.letter_to(ADELE).await;
        assert!(letter.text.contains("takes the place of every earlier one"));
        let new = code_in(&letter);
        assert_ne!(new, code);
        assert_eq!(fault(ursule.activate(&link, &code).await, Field::Code), Problem::WrongCode { left: 4 });
        // Support may, too; never to the user.
        let filter = QueueFilter { state: Some(RequestState::Approved), ..QueueFilter::default() };
        let id = reads(&sophie).await.request_queue(&filter).await.unwrap().lines[0].id;
        keeps(&sophie).await.renew_code(id).await.unwrap();
        let last = code_in(&stage.letter_to(ADELE).await);
        assert_eq!(fault(ursule.activate(&link, &new).await, Field::Code), Problem::WrongCode { left: 4 });
        ursule.activate(&link, &last).await.unwrap();
        assert_eq!(refusal(adele.renew_code().await), Problem::RequestPassed);
        stage.letter_to(ADELE).await;
    });
}

#[test]
fn r6_the_code_is_needed_after_a_resend_to_whatever_address() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, old, code, _) = approved(stage, &sophie).await;
        let id = stage.rows("SELECT id FROM invitations").await[0].try_get_by_index(0).unwrap();
        let manages = sophie.asks::<ManageContacts>(organization).await.unwrap();
        manages.reissue(InvitationId(id), "elsewhere@exemple.ca").await.unwrap();
        let link = invitation_in(&stage.letter_to("elsewhere@exemple.ca").await);
        let other = stage.signed_in(stage.account("Théo Thériault").await).await;
        assert_eq!(refusal(other.activate(&old, &code).await), Problem::InvitationReplaced);
        assert_eq!(refusal(other.accept(&link).await), Problem::CodeNeeded);
        other.activate(&link, &code).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r11_a_plain_invitation_records_the_commitments_too() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let form = InvitationForm { profiles: vec!["funding.user".into()], ..InvitationForm::default() };
        alice.manages().await.add_and_invite(&typed("Bruno Boudreau"), &form).await.unwrap();
        let token = stage.link_to("bruno.boudreau@example.org").await;
        let account = stage.account("Bruno Boudreau").await;
        stage.signed_in(account).await.accept(&token).await.unwrap();
        let kept = stage.texts("SELECT version || ' ' || way FROM commitments").await;
        assert_eq!(kept, ["2026-11 invitation"]);
        stage.read_all().await;
    });
}

#[test]
fn r6_whoever_declines_ends_the_request_and_who_holds_the_code_is_told() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (_, link, code, _) = approved(stage, &sophie).await;
        stage.portal.visitor().decline(&link).await.unwrap();
        assert_eq!(states(stage).await, ["withdrawn"]);
        assert!(stage.letter_to(ADELE).await.subject.contains("was withdrawn"));
        let ursule = stage.signed_in(stage.account("Ursule Côté").await).await;
        assert_eq!(refusal(ursule.activate(&link, &code).await), Problem::InvitationDeclined);
        stage.read_all().await;
    });
}

#[test]
fn r2_two_services_approved_for_one_person_open_with_one_link_and_one_code() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, old, code, _) = approved(stage, &sophie).await;
        let there = sophie.asks::<KeepOrganizations>(organization).await.unwrap();
        there.switch_on("registration", false).await.unwrap();
        let second = RequestForm { service: "registration-online".into(), ..form() };
        let (sent, _, _) = signed(stage, &second).await;
        let keeps = keeps(&sophie).await;
        keeps.approve_request(sent.read(), &into(organization, &["registration.user"])).await.unwrap();
        let link = invitation_in(&stage.letter_to(URSULE).await);
        let new = code_in(&stage.letter_to(ADELE).await);
        let account = stage.account("Ursule Côté").await;
        let ursule = stage.signed_in(account).await;
        assert_eq!(refusal(ursule.activate(&old, &code).await), Problem::InvitationReplaced);
        ursule.activate(&link, &new).await.unwrap();
        assert_eq!(states(stage).await, ["activated", "activated"]);
        let here = stage.signed_in(account).await.permit::<SeeOrganization>(organization).await.unwrap();
        assert!(
            ["funding.user", "registration.user"].iter().all(|key| here
                .actor()
                .profiles
                .iter()
                .any(|held| held == key))
        );
        stage.read_all().await;
    });
}
