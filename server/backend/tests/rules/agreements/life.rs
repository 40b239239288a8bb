//! S4: order, deadline, reminders, withdrawal, somebody replaced, another edition.

use super::*;

#[test]
fn s4_in_order_the_next_is_written_to_when_the_one_before_has_signed() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let form = AgreementForm { order: "in_turn".into(), ..form(&[&bruno, &zoe]) };
        let id = sent(&alice, &org, &form).await;
        let first = link_in(&stage.letter_to(&bruno.email).await);
        stage.nobody_was_written_to().await;
        sign(&bruno.signs_in().await.unwrap(), &first).await.unwrap();
        assert!(stage.letter_to(&alice.email).await.text.contains("1"));
        let second = link_in(&stage.letter_to(&zoe.email).await);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        // A colleague's account signs for nobody else.
        let his = bruno.signs_in().await.unwrap();
        assert_eq!(refusal(sign(&his, &second).await), Problem::AccountOfAnotherContact);
        sign(&her, &second).await.unwrap();
        assert_eq!(state(&alice, &org, id).await, AgreementState::Signed);
        stage.letter_to(&alice.email).await;
    });
}

#[test]
fn s4_a_contact_with_an_account_finds_it_at_home_and_signs_without_the_link() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let form = AgreementForm { order: "in_turn".into(), ..form(&[&bruno, &alice]) };
        sent(&alice, &org, &form).await;
        stage.read_all().await;
        let his = bruno.signs_in().await.unwrap();
        let waiting = his.agreements_to_sign().await.unwrap();
        assert_eq!((waiting.len(), waiting[0].late_soon), (1, false));
        let id = waiting[0].signatory;
        // Alice's turn has not come; she may read it.
        let hers = alice.signs_in().await.unwrap();
        assert!(hers.agreements_to_sign().await.unwrap().is_empty());
        let card = his.own_agreement(id).await.unwrap();
        let typed = SignForm {
            name: card.name,
            language: "fr".into(),
            sha256: card.documents[1].sha256.clone(),
            read: "yes".into(),
        };
        assert_eq!(refusal(hers.sign_own(id, &typed, SignedFrom::default()).await), Problem::NotFound);
        his.sign_own(id, &typed, SignedFrom::default()).await.unwrap();
        assert_eq!(hers.agreements_to_sign().await.unwrap().len(), 1);
        assert!(his.agreements_to_sign().await.unwrap().is_empty());
        assert!(zoe.email.contains("zoe"));
        stage.read_all().await;
    });
}

#[test]
fn s4_a_deadline_reminds_and_ends() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno, &zoe])).await;
        let token = link_in(&stage.letter_to(&zoe.email).await);
        sign(&bruno.signs_in().await.unwrap(), &link_in(&stage.letter_to(&bruno.email).await)).await.unwrap();
        stage.letter_to(&alice.email).await;
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(21 * DAY);
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        assert_eq!(link_in(&stage.letter_to(&zoe.email).await), token);
        stage.wait(4 * DAY);
        assert_eq!(state(&alice, &org, id).await, AgreementState::Expired);
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Expired);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        assert_eq!(refusal(sign(&her, &token).await), Problem::AgreementExpired);
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        for address in [&alice.email, &bruno.email, &zoe.email] {
            stage.letter_to(address).await;
        }
    });
}

#[test]
fn s4_whoever_was_asked_today_is_not_reminded_today() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let form = AgreementForm { deadline: "2026-11-24".into(), ..form(&[&zoe]) };
        sent(&alice, &org, &form).await;
        let token = link_in(&stage.letter_to(&zoe.email).await);
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(link_in(&stage.letter_to(&zoe.email).await), token);
    });
}

#[test]
fn s4_withdrawn_its_links_are_dead_and_everybody_is_told() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        let token = link_in(&stage.letter_to(&zoe.email).await);
        let permit = prepares(&alice, &org).await;
        assert_eq!(
            fault(permit.withdraw_agreement(id, &because(" ")).await, Field::Reason),
            Problem::Missing
        );
        permit.withdraw_agreement(id, &because("A mistake.")).await.unwrap();
        assert!(stage.letter_to(&zoe.email).await.text.contains("A mistake."));
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Withdrawn);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        assert_eq!(refusal(sign(&her, &token).await), Problem::AgreementPassed);
        assert_eq!(
            refusal(permit.withdraw_agreement(id, &because("Again.")).await),
            Problem::AgreementPassed
        );
        // What ended may be prepared again.
        let again = permit.prepare_agreement_again(id).await.unwrap();
        let (copy, _) = permit.agreement_form(again).await.unwrap();
        assert_eq!((copy.text_fr.as_str(), copy.signatories.len()), ("# Objet\n\nDes services.", 1));
    });
}

#[test]
fn s4_a_change_is_another_edition_that_everybody_signs_anew() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno, &zoe])).await;
        let old = link_in(&stage.letter_to(&bruno.email).await);
        let hers = link_in(&stage.letter_to(&zoe.email).await);
        sign(&bruno.signs_in().await.unwrap(), &old).await.unwrap();
        stage.letter_to(&alice.email).await;
        let permit = prepares(&alice, &org).await;
        permit.revise_agreement(id).await.unwrap();
        assert_eq!(landing(stage, &hers).await.unwrap_err(), DeadLink::Revised);
        stage.letter_to(&bruno.email).await;
        stage.letter_to(&zoe.email).await;
        let (typed, version) = permit.agreement_form(id).await.unwrap();
        let typed = AgreementForm { text_fr: "# Objet\n\nAutre chose.".into(), ..typed };
        permit.change_agreement(id, version, &typed, AgreementFiles::default()).await.unwrap();
        // Somebody else saved meanwhile.
        let late = permit.change_agreement(id, version, &typed, AgreementFiles::default()).await;
        assert_eq!(refusal(late), Problem::ChangedMeanwhile);
        assert_eq!(refusal(permit.send_agreement(id, version).await), Problem::ChangedMeanwhile);
        permit.send_agreement(id, version + 1).await.unwrap();
        let anew = link_in(&stage.letter_to(&bruno.email).await);
        let hers = link_in(&stage.letter_to(&zoe.email).await);
        assert_ne!(anew, old);
        let his = bruno.signs_in().await.unwrap();
        sign(&his, &anew).await.unwrap();
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        sign(&her, &hers).await.unwrap();
        let card = reads(&alice, &org).await.agreement(id).await.unwrap();
        assert_eq!((card.edition, card.state), (2, AgreementState::Signed));
        // What was signed before is kept, and counts no more.
        assert_eq!(card.earlier[0].signatures[0].0, "Bruno Boudreau");
        let reader = reads(&alice, &org).await;
        let before = reader.agreement_document(id, Language::Fr, Some(1)).await.unwrap();
        let after = reader.agreement_document(id, Language::Fr, None).await.unwrap();
        assert!(before.bytes.starts_with(b"%PDF-") && before.sha256 != after.sha256);
        stage.read_all().await;
    });
}

#[test]
fn s4_somebody_else_may_sign_in_somebody_s_place() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, sophie } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&bruno])).await;
        let old = link_in(&stage.letter_to(&bruno.email).await);
        let permit = prepares(&alice, &org).await;
        let his = SignatoryId(permit_signatory(&alice, &org, id).await.0);
        let by = |person: &Person| ReplaceForm { by: person.contact.to_string() };
        assert_eq!(
            fault(permit.replace_signatory(id, his, &by(&bruno)).await, Field::Contact),
            Problem::SignatoryTwice
        );
        permit.replace_signatory(id, his, &by(&sophie)).await.unwrap();
        stage.letter_to(&bruno.email).await;
        assert_eq!(landing(stage, &old).await.unwrap_err(), DeadLink::Replaced);
        assert_eq!(
            refusal(sign(&bruno.signs_in().await.unwrap(), &old).await),
            Problem::AgreementLinkUnknown
        );
        let token = link_in(&stage.letter_to(&sophie.email).await);
        // Sent again: the link before is dead.
        let hers = permit_signatory(&alice, &org, id).await;
        permit.resend_agreement(id, hers).await.unwrap();
        let next = link_in(&stage.letter_to(&sophie.email).await);
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Unknown);
        sign(&sophie.signs_in().await.unwrap(), &next).await.unwrap();
        assert_eq!(state(&alice, &org, id).await, AgreementState::Signed);
        stage.letter_to(&alice.email).await;
        assert!(zoe.email.contains("zoe"));
    });
}

/// Who is awaited now.
async fn permit_signatory(who: &Person, org: &Org, id: AgreementId) -> SignatoryId {
    let card = reads(who, org).await.agreement(id).await.unwrap();
    card.signatories.iter().find(|row| row.state.is_awaited()).unwrap().id
}

#[test]
fn s4_a_mail_that_is_refused_is_told_to_whoever_prepared_it() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        let (_server, mail) = crate::stage::Smtp::answering(["550 no such mailbox"]).await;
        stage.deliver_once_by(mail).await;
        let letter = stage.letter_to(&alice.email).await;
        assert!(crate::stage::plain(&letter.text).contains(&zoe.email));
        let card = reads(&alice, &org).await.agreement(id).await.unwrap();
        assert!(card.signatories[0].bounced);
    });
}

#[test]
fn s4_the_list_is_searched_filtered_and_exported() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, sophie } = cast(stage).await;
        let reader = stage.person(&org, "Denis Daigle", &["funding.reader"]).await;
        let id = sent(&alice, &org, &form(&[&bruno, &zoe])).await;
        let draft = AgreementForm { title_fr: "Ébauche".into(), title_en: "Draft".into(), ..form(&[&zoe]) };
        prepares(&alice, &org).await.prepare_agreement(&draft, AgreementFiles::default()).await.unwrap();
        stage.read_all().await;
        let found = async |who: &Person, q: &str, state: Option<AgreementState>| {
            let filter = AgreementFilter { q: q.into(), state, page: 1 };
            reads(who, &org).await.agreements(&filter).await.unwrap()
        };
        assert_eq!(found(&alice, "", None).await.found, 2);
        // Who only reads sees no draft.
        assert_eq!(found(&reader, "", None).await.found, 1);
        let page = found(&alice, "roy services", Some(AgreementState::Out)).await;
        assert_eq!((page.lines[0].id, page.lines[0].signatory_count), (id, 2));
        assert_eq!(page.lines[0].waiting_for, ["Bruno Boudreau", "Zoé Roy"]);
        assert_eq!(found(&alice, "", Some(AgreementState::Expired)).await.found, 0);
        assert_eq!(found(&alice, "ebauche", Some(AgreementState::Draft)).await.found, 1);
        stage.wait(30 * DAY);
        assert_eq!(found(&alice, "", Some(AgreementState::Expired)).await.found, 1);
        let (name, text) = reads(&alice, &org)
            .await
            .export_agreements(&AgreementFilter::default(), Language::Fr)
            .await
            .unwrap();
        assert!(name.starts_with("ententes-") && text.contains("Entente de services"), "{name} {text}");
        // Support finds it among all organizations, by the organization's name too.
        let desk = sophie.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        let filter = AgreementFilter { q: "marees".into(), ..AgreementFilter::default() };
        assert_eq!(desk.every_agreement(&filter).await.unwrap().found, 2);
    });
}
