//! Who may not: strangers, readers, other organizations, wrong accounts, wrong moments.

use super::*;

#[test]
fn g4_an_agreement_of_another_organization_is_not_found() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let other = stage.organization("Harbour Library").await;
        let carla = stage.person(&other, "Carla Comeau", &["funding.administrator"]).await;
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        stage.read_all().await;
        let reader = reads(&carla, &other).await;
        assert_eq!(refusal(reader.agreement(id).await), Problem::NotFound);
        assert_eq!(refusal(reader.agreement_document(id, Language::Fr, None).await), Problem::NotFound);
        assert_eq!(refusal(reader.sealed_agreement(id, Language::Fr).await), Problem::NotFound);
        let permit = prepares(&carla, &other).await;
        assert_eq!(refusal(permit.agreement_form(id).await), Problem::NotFound);
        assert_eq!(refusal(permit.withdraw_agreement(id, &because("No.")).await), Problem::NotFound);
        assert_eq!(refusal(permit.revise_agreement(id).await), Problem::NotFound);
        assert_eq!(refusal(permit.send_agreement(id, 1).await), Problem::NotFound);
        assert_eq!(refusal(permit.discard_agreement(id).await), Problem::NotFound);
        assert_eq!(refusal(permit.prepare_agreement_again(id).await), Problem::NotFound);
        assert_eq!(reader.agreements(&AgreementFilter::default()).await.unwrap().found, 0);
        // Nor may a contact of another organization be chosen.
        let theirs = permit.prepare_agreement(&form(&[&zoe]), AgreementFiles::default()).await;
        assert_eq!(fault(theirs, Field::Signatories), Problem::UnknownChoice);
        // An edition that is not there has no document.
        let mine = reads(&alice, &org).await;
        assert_eq!(refusal(mine.agreement_document(id, Language::Fr, Some(7)).await), Problem::NotFound);
    });
}

#[test]
fn s4_who_reads_does_not_prepare() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, sophie, .. } = cast(stage).await;
        for profile in ["funding.user", "funding.reader"] {
            let person = stage.person(&org, &format!("Denis {profile}"), &[profile]).await;
            assert!(person.asks::<ReadAgreements>(org.id).await.is_ok());
            assert_eq!(refusal(person.asks::<PrepareAgreements>(org.id).await), Problem::Forbidden);
        }
        // Support prepares for any organization, and is told by its name.
        let id = sent(&sophie, &org, &form(&[&zoe])).await;
        assert!(stage.letter_to(&zoe.email).await.text.contains("Bureau des programmes"));
        let card = reads(&alice, &org).await.agreement(id).await.unwrap();
        assert_eq!(card.prepared_by.en, "Program Office");
        // A draft that one does not prepare is not found.
        let reader = stage.person(&org, "Rita Roy", &["funding.reader"]).await;
        let draft =
            prepares(&alice, &org).await.prepare_agreement(&form(&[&zoe]), AgreementFiles::default()).await;
        assert_eq!(refusal(reads(&reader, &org).await.agreement(draft.unwrap()).await), Problem::NotFound);
    });
}

#[test]
fn s2_the_wrong_account_signs_nothing() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, sophie } = cast(stage).await;
        sent(&alice, &org, &form(&[&bruno, &zoe])).await;
        let his = link_in(&stage.letter_to(&bruno.email).await);
        let hers = link_in(&stage.letter_to(&zoe.email).await);
        // A contact that is linked signs with that account alone.
        let stranger = stage.signed_in(stage.account("Stranger Strange").await).await;
        assert_eq!(refusal(sign(&stranger, &his).await), Problem::SignsWithAnotherAccount);
        // One account signs for one signatory.
        sign(&stranger, &hers).await.unwrap();
        let card = stranger.agreement_by_link(&hers).await.unwrap();
        assert!(matches!(card.state, SigningState::Signed { .. }));
        // What she signed is hers, and nobody else's.
        let other = sophie.signs_in().await.unwrap();
        assert_eq!(refusal(other.own_agreement(card.signatory).await), Problem::NotFound);
        assert_eq!(refusal(other.own_document(card.signatory, Language::Fr).await), Problem::NotFound);
        assert_eq!(refusal(other.own_sealed(card.signatory, Language::Fr).await), Problem::NotFound);
        assert_eq!(refusal(other.agreement_by_link(&hers).await), Problem::AgreementSignedAlready);
        // Not sealed while somebody else still has to sign.
        assert_eq!(refusal(stranger.own_sealed(card.signatory, Language::Fr).await), Problem::NotFound);
        stage.letter_to(&alice.email).await;
    });
}

#[test]
fn s2_one_account_does_not_sign_for_two() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let yves = stage.contact(&org, "Yves Young").await;
        sent(&alice, &org, &form(&[&yves, &zoe])).await;
        let his = link_in(&stage.letter_to(&yves.email).await);
        let hers = link_in(&stage.letter_to(&zoe.email).await);
        let account = stage.signed_in(stage.account("Yves Young").await).await;
        sign(&account, &his).await.unwrap();
        assert_eq!(refusal(sign(&account, &hers).await), Problem::SignedForAnother);
        stage.letter_to(&alice.email).await;
    });
}

#[test]
fn s4_nobody_signs_who_is_inactive_nor_for_a_closed_organization() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        sent(&alice, &org, &form(&[&zoe])).await;
        let token = link_in(&stage.letter_to(&zoe.email).await);
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        let typed = signature(&her, &token).await.unwrap();
        stage
            .run("UPDATE contacts SET active = $2 WHERE id = $1", [zoe.contact.0.into(), false.into()])
            .await;
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Closed);
        refusal(her.sign_by_link(&token, &typed, SignedFrom::default()).await);
        stage.run("UPDATE contacts SET active = $2 WHERE id = $1", [zoe.contact.0.into(), true.into()]).await;
        stage.run("UPDATE organizations SET state = 'closed' WHERE id = $1", [org.id.0.into()]).await;
        assert_eq!(landing(stage, &token).await.unwrap_err(), DeadLink::Closed);
        refusal(her.sign_by_link(&token, &typed, SignedFrom::default()).await);
        assert_eq!(
            stage.number("SELECT count(*) FROM agreement_signatories WHERE state = 'signed'").await,
            0
        );
    });
}

#[test]
fn s4_a_deadline_is_a_day_to_come_within_a_year() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let permit = prepares(&alice, &org).await;
        for (day, problem) in [
            ("2026-11-22", Problem::DateInPast),
            ("2027-11-23", Problem::DeadlineTooFar { days: 365 }),
            ("2026-02-30", Problem::NotADate),
            ("", Problem::Missing),
        ] {
            let form = AgreementForm { deadline: day.into(), ..form(&[&zoe]) };
            let refused = permit.prepare_agreement(&form, AgreementFiles::default()).await;
            assert_eq!(fault(refused, Field::Deadline), problem, "{day}");
        }
        // A draft that was left lying is not sent after its deadline.
        let id = permit.prepare_agreement(&form(&[&zoe]), AgreementFiles::default()).await.unwrap();
        stage.wait(30 * DAY);
        let late = prepares(&alice, &org).await.send_agreement(id, 1).await;
        assert_eq!(fault(late, Field::Deadline), Problem::DateInPast);
        prepares(&alice, &org).await.discard_agreement(id).await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM documents").await, 0);
    });
}

#[test]
fn s3_a_file_that_is_refused_leaves_nothing_behind() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let permit = prepares(&alice, &org).await;
        let before = stage.dump().await;
        let form = AgreementForm { text_fr: String::new(), text_en: String::new(), ..form(&[&zoe]) };
        for (bytes, problem) in [
            (b"<script>".to_vec(), Problem::NotAPdf),
            (vec![b'x'; 11 * 1024 * 1024], Problem::PdfTooLarge { megabytes: 10 }),
        ] {
            let files = AgreementFiles { fr: bytes, ..AgreementFiles::default() };
            assert_eq!(fault(permit.prepare_agreement(&form, files).await, Field::PdfFr), problem);
        }
        stage.unchanged_since(&before).await;
    });
}
