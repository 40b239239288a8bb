//! What somebody may try with a request that is not theirs, or no longer what it was.

use super::activation::approved;
use super::decisions::{approving, harbour, into};
use super::*;
use backend::ContactSave;
use domain::access_requests::ApprovalForm;
use domain::contacts::ContactForm;
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, InvitationId};

#[test]
fn r5_a_decision_is_about_the_text_that_was_read() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, user, _) = signed(stage, &form()).await;
        let read = reads(&sophie).await.request_card(sent.id).await.unwrap().line.read();
        // While the page is open, the two make it a request for somebody else, and sign that.
        let other = RequestForm { user: person("Théo Thériault", URSULE), ..form() };
        bearer(stage, &user).await.send(&other, Language::Fr).await.unwrap();
        for address in [URSULE, ADELE] {
            let link = link_in(&stage.letter_to(address).await);
            sign(stage, &link).await.unwrap();
        }
        let keeps = keeps(&sophie).await;
        assert_eq!(refusal(keeps.approve_request(read, &approving(&[])).await), Problem::TextChanged);
        assert_eq!(refusal(keeps.hold_request(read, &says("Who?")).await), Problem::TextChanged);
        assert_eq!(refusal(keeps.refuse_request(read, &says("No")).await), Problem::TextChanged);
        assert_eq!(refusal(keeps.authorize_request(read, "seen").await), Problem::TextChanged);
        let now = reads(&sophie).await.request_card(sent.id).await.unwrap().line.read();
        assert_eq!(keeps.approve_request(now, &approving(&[])).await.unwrap().name, "Théo Thériault");
        stage.read_all().await;
    });
}

#[test]
fn r5_who_signed_with_another_of_their_addresses_decides_nothing() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        let elsewhere = stage.organization("Shore House").await;
        let at_home = stage.also(&sophie, &elsewhere, "Sophie Savoie", &["funding.reader"]).await;
        let sql =
            "UPDATE contacts SET email = 'sophie@maison.ca', email_key = 'sophie@maison.ca' WHERE id = $1";
        stage.run(sql, [at_home.contact.0.into()]).await;
        let asked = RequestForm { authorizer: person("Sophie Savoie", "sophie@maison.ca"), ..form() };
        let (sent, ..) = signed(stage, &asked).await;
        let hers = keeps(&sophie).await.approve_request(sent.read(), &approving(&[])).await;
        assert_eq!(refusal(hers), Problem::SignedByYou);
        keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r1_an_organization_that_support_chose_itself_is_asked_first() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice) = harbour(stage).await;
        let mut called_otherwise = form();
        called_otherwise.organization.name_en = "Harbour Library Inc.".into();
        called_otherwise.organization.name_fr = "Bibliothèque du Havre inc.".into();
        let (sent, ..) = signed(stage, &called_otherwise).await;
        let choice = into(org.id, &["funding.user"]);
        let without = ApprovalForm { without_vouch: "true".into(), ..choice.clone() };
        // Not even who would decide without an answer decides before the question.
        let early = keeps(&sophie).await.approve_request(sent.read(), &without).await;
        assert_eq!(refusal(early), Problem::AdministratorAskedFirst);
        assert!(stage.letter_to(&alice.email).await.text.contains("Ursule Côté"));
        let again = keeps(&sophie).await.approve_request(sent.read(), &choice).await;
        assert_eq!(refusal(again), Problem::AdministratorAskedFirst);
        alice.manages().await.vouch(sent.read(), true).await.unwrap();
        keeps(&sophie).await.approve_request(sent.read(), &choice).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn p4_of_several_who_are_let_in_before_anybody_came_only_the_first_administers() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, ..) = approved(stage, &sophie).await;
        let (sent, ..) = signed(stage, &form_of("Théo Thériault")).await;
        stage.read_all().await;
        keeps(&sophie)
            .await
            .approve_request(sent.read(), &into(organization, &["funding.reader"]))
            .await
            .unwrap();
        let proposed = stage.texts("SELECT profile FROM invitation_profiles ORDER BY profile").await;
        assert_eq!(proposed, ["funding.administrator", "funding.reader", "funding.user"]);
        stage.read_all().await;
    });
}

#[test]
fn r4_an_address_is_held_by_who_signed_from_it_and_not_by_who_named_it() {
    on_both(async |stage| {
        support(stage).await;
        // A stranger names Ursule's address under another name: that keeps her from nothing.
        let stranger = RequestForm { user: person("Nobody Known", URSULE), ..form() };
        send(stage, &stranger).await.unwrap();
        let mut hers = form();
        hers.authorizer = person("Yvon Savoie", "yvon.savoie@exemple.ca");
        stage.read_all().await;
        let sent = send(stage, &hers).await.unwrap();
        let link = link_in(&stage.letter_to(URSULE).await);
        sign(stage, &link).await.unwrap();
        // Signed from, it is hers.
        assert_eq!(fault(send(stage, &stranger).await, Field::UserEmail), Problem::SharedMailbox);
        assert!(!sent.reference.is_empty());
        stage.read_all().await;
    });
}

#[test]
fn r9_the_very_same_sent_twice_is_one_request_and_nobody_is_asked_twice() {
    on_both(async |stage| {
        support(stage).await;
        let sent = send(stage, &form()).await.unwrap();
        stage.read_all().await;
        let again = send(stage, &form()).await.unwrap();
        assert_eq!((again.reference, again.id), (sent.reference, sent.id));
        let table =
            "Last name,First name,E-mail\nRoy,Rita,rita.roy@exemple.ca\nCôté,Ursule,ursule.cote@exemple.ca\n";
        let lines = async || {
            let visitor = stage.portal.visitor();
            visitor.send_requests(table.as_bytes(), &form(), Language::Fr).await.unwrap()
        };
        let first = lines().await;
        assert!(first.iter().all(|line| line.result.is_ok()), "{first:?}");
        stage.letter_to("rita.roy@exemple.ca").await;
        stage.letter_to(ADELE).await;
        assert_eq!(lines().await, first);
        assert_eq!(stage.number("SELECT count(*) FROM access_requests").await, 2);
    });
}

#[test]
fn r3_whoever_a_changed_request_no_longer_names_is_told() {
    on_both(async |stage| {
        support(stage).await;
        send(stage, &form()).await.unwrap();
        let user = link_in(&stage.letter_to(URSULE).await);
        let authorizer = link_in(&stage.letter_to(ADELE).await);
        sign(stage, &authorizer).await.unwrap();
        let other = RequestForm { authorizer: person("Yvon Savoie", "yvon.savoie@exemple.ca"), ..form() };
        bearer(stage, &user).await.send(&other, Language::Fr).await.unwrap();
        assert!(stage.letter_to(ADELE).await.subject.contains("was withdrawn"));
        stage.letter_to(URSULE).await;
        stage.letter_to("yvon.savoie@exemple.ca").await;
    });
}

#[test]
fn r6_who_holds_the_code_cannot_have_the_link_sent_to_themselves() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, link, code, _) = approved(stage, &sophie).await;
        let id = stage.rows("SELECT id FROM invitations").await[0].try_get_by_index(0).unwrap();
        let id = InvitationId(id);
        let manages = sophie.asks::<ManageContacts>(organization).await.unwrap();
        assert_eq!(fault(manages.reissue(id, ADELE).await, Field::Email), Problem::AddressOfRequest);
        // Nor does an administrator there, who may hold it, choose another address.
        let ursule = stage.account("Ursule Côté").await;
        stage.signed_in(ursule).await.activate(&link, &code).await.unwrap();
        stage.read_all().await;
        let (sent, ..) = signed(stage, &form_of("Théo Thériault")).await;
        stage.read_all().await;
        let permit = stage.signed_in(ursule).await.permit::<ManageContacts>(organization).await.unwrap();
        permit.vouch(sent.read(), true).await.unwrap();
        keeps(&sophie)
            .await
            .approve_request(sent.read(), &into(organization, &["funding.user"]))
            .await
            .unwrap();
        stage.read_all().await;
        let rows = stage.rows("SELECT id FROM invitations WHERE state = 'pending'").await;
        let id = InvitationId(rows[0].try_get_by_index(0).unwrap());
        let permit = stage.signed_in(ursule).await.permit::<ManageContacts>(organization).await.unwrap();
        let away = permit.reissue(id, "ailleurs@exemple.ca").await;
        assert_eq!(fault(away, Field::Email), Problem::AddressOfRequest);
        permit.reissue(id, "théo.thériault@exemple.ca").await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r6_correcting_an_invited_address_ends_the_request_and_tells_who_holds_the_code() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (organization, ..) = approved(stage, &sophie).await;
        let rows = stage.rows("SELECT contact_id FROM invitations").await;
        let contact = ContactId(rows[0].try_get_by_index(0).unwrap());
        let sees = sophie.asks::<SeeContacts>(organization).await.unwrap();
        let facts = sees.card(contact).await.unwrap().facts;
        let form = ContactForm { email: "ursule@ailleurs.ca".into(), ..ContactForm::from(&facts) };
        let save = ContactSave { form, active: true, version: 1, ..ContactSave::default() };
        let manages = sophie.asks::<ManageContacts>(organization).await.unwrap();
        assert!(manages.save(contact, &save).await.unwrap().invitation_ended);
        assert_eq!(states(stage).await, ["withdrawn"]);
        assert!(stage.letter_to(ADELE).await.subject.contains("was withdrawn"));
        stage.read_all().await;
    });
}

#[test]
fn r5_support_notes_an_answer_that_came_by_telephone() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, user, _) = signed(stage, &form()).await;
        let keeps = keeps(&sophie).await;
        assert_eq!(refusal(keeps.note_answer(sent.read(), &says("Yes")).await), Problem::RequestPassed);
        keeps.hold_request(sent.read(), &says("Which branch?")).await.unwrap();
        stage.read_all().await;
        assert_eq!(fault(keeps.note_answer(sent.read(), &says("")).await, Field::Answer), Problem::Missing);
        keeps.note_answer(sent.read(), &says("The one at the port.")).await.unwrap();
        let steps = bearer(stage, &user).await.card().await.unwrap().steps;
        assert_eq!(steps.last().unwrap().text.as_deref(), Some("The one at the port."));
        keeps.approve_request(sent.read(), &approving(&[])).await.unwrap();
        stage.read_all().await;
    });
}
