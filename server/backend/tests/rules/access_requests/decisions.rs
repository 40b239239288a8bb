//! Support decides (R5), after the organization's own administrator was asked (R1), on evidence where nobody else can
//! authorize (R4), or from paper (R13).

use super::*;
use crate::stage::{Org, Smtp, link_in as invitation_in, plain};
use domain::access_requests::{ApprovalForm, PaperForm, Vouch};
use domain::organizations::OrganizationState;
use domain::permissions::{ManageContacts, SeeOrganization};
use domain::{AccessRequestId, OrganizationId};

pub fn approving(profiles: &[&str]) -> ApprovalForm {
    ApprovalForm {
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        ..ApprovalForm::default()
    }
}

pub fn into(org: OrganizationId, profiles: &[&str]) -> ApprovalForm {
    ApprovalForm { organization: org.to_string(), ..approving(profiles) }
}

#[test]
fn r5_support_holds_is_answered_and_approves_an_organization_that_nobody_knew() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        let (sent, user, _) = signed(stage, &form()).await;
        let queue = reads(&alain).await.request_queue(&QueueFilter::default()).await.unwrap();
        let [line] = &queue.lines[..] else { panic!("one waits: {queue:?}") };
        assert_eq!(
            (line.reference.as_str(), line.days, line.vouch),
            (sent.reference.as_str(), 0, Vouch::None)
        );
        let words = QueueFilter { words: "cote havre".into(), ..QueueFilter::default() };
        assert_eq!(reads(&alain).await.request_queue(&words).await.unwrap().found, 1);
        let words = QueueFilter { words: "zwicker".into(), ..QueueFilter::default() };
        assert_eq!(reads(&alain).await.request_queue(&words).await.unwrap().found, 0);
        // Taken by one, it is out of the other's hands.
        keeps(&alain).await.take_request(sent.id).await.unwrap();
        let hands = Problem::InHand { name: "Alain Allard".into() };
        assert_eq!(refusal(keeps(&sophie).await.take_request(sent.id).await), hands);
        assert_eq!(refusal(keeps(&sophie).await.hold_request(sent.read(), &says("Who?")).await), hands);
        let blank = keeps(&alain).await.hold_request(sent.read(), &says("")).await;
        assert_eq!(fault(blank, Field::Question), Problem::Missing);
        keeps(&alain).await.hold_request(sent.read(), &says("Which branch?")).await.unwrap();
        let asked = stage.letter_to(URSULE).await;
        assert!(asked.text.contains("Which branch?"));
        stage.letter_to(ADELE).await;
        assert_eq!(
            refusal(keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await),
            Problem::RequestPassed
        );
        // The answer comes by the link, and goes to who asked.
        let ursule = bearer(stage, &link_in(&asked)).await;
        assert_eq!(ursule.card().await.unwrap().question.as_deref(), Some("Which branch?"));
        assert_eq!(fault(ursule.answer(&says(" ")).await, Field::Answer), Problem::Missing);
        ursule.answer(&says("The one at the port.")).await.unwrap();
        assert_eq!(refusal(ursule.answer(&says("Again")).await), Problem::RequestPassed);
        assert!(stage.letter_to("alain.allard@example.org").await.text.contains("The one at the port."));
        let card = reads(&alain).await.request_card(sent.id).await.unwrap();
        let steps: Vec<&str> = card.steps.iter().map(|step| step.step.as_str()).collect();
        assert_eq!(steps, ["sent", "signed", "signed", "submitted", "taken", "held", "answered"]);
        assert_eq!((card.hindered, card.signatures.len(), card.needs_authorizing), (None, 2, false));
        // The applicants do not see who has it in hand.
        let theirs = bearer(stage, &user).await.card().await.unwrap().steps;
        assert!(theirs.iter().all(|step| step.by.is_none() && step.step != "taken"));
        let foreign = keeps(&alain).await.approve_request(sent.read(), &approving(&["cases.manager"])).await;
        assert_eq!(fault(foreign, Field::Profiles), Problem::UnknownChoice);
        let approved = keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await.unwrap();
        assert_eq!((approved.name.as_str(), approved.at_once), ("Ursule Côté", false));
        let desk = alain.asks::<AllOrganizations>(approved.organization).await.unwrap();
        let organization = desk.support_card().await.unwrap();
        let history: Vec<OrganizationState> = organization.states.iter().map(|line| line.state).collect();
        assert!(
            history.contains(&OrganizationState::Requested) && history.contains(&OrganizationState::Open)
        );
        stage.letter_to(URSULE).await;
        stage.letter_to(ADELE).await;
        let twice = keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await;
        assert_eq!(refusal(twice), Problem::RequestPassed);
        assert_eq!(refusal(bearer(stage, &user).await.withdraw().await), Problem::RequestPassed);
        let organizations = "SELECT count(*) FROM organizations WHERE name_en = 'Harbour Library'";
        assert_eq!(stage.number(organizations).await, 1);
    });
}

#[test]
fn r5_the_queue_finds_every_state_and_each_organization_but_no_draft() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let saved = RequestForm { sent_by: "draft@exemple.ca".into(), ..form_of("Denis Drouin") };
        stage.portal.visitor().save_request(&saved, Language::En).await.unwrap();
        stage.letter_to("draft@exemple.ca").await;
        let (sent, ..) = signed(stage, &form()).await;
        let approved = keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await.unwrap();
        stage.read_all().await;
        let found = async |filter: QueueFilter| {
            let page = reads(&alain).await.request_queue(&filter).await.unwrap();
            page.lines.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(found(QueueFilter::default()).await, []);
        let all = QueueFilter { any_state: true, ..QueueFilter::default() };
        assert_eq!(found(all.clone()).await, [sent.id]);
        let drafts = QueueFilter { state: Some(RequestState::Draft), ..QueueFilter::default() };
        assert_eq!(found(drafts).await, []);
        let here = QueueFilter { organization: Some(approved.organization), ..all.clone() };
        assert_eq!(found(here).await, [sent.id]);
        let nowhere: OrganizationId = "00000000-0000-0000-0000-000000000007".parse().unwrap();
        let elsewhere = QueueFilter { organization: Some(nowhere), ..all };
        assert_eq!(found(elsewhere).await, []);
        let card = reads(&alain).await.request_card(sent.id).await.unwrap();
        assert_eq!(card.target.map(|target| target.id), Some(approved.organization));
        assert_eq!(card.contact, Some(approved.contact));
    });
}

#[test]
fn r5_a_refusal_has_a_reason_and_both_are_told() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, user, _) = signed(stage, &form()).await;
        assert_eq!(
            fault(keeps(&sophie).await.refuse_request(sent.read(), &says(" ")).await, Field::Reason),
            Problem::Missing
        );
        keeps(&sophie).await.refuse_request(sent.read(), &says("Not a program of ours.")).await.unwrap();
        for who in [URSULE, ADELE] {
            assert!(stage.letter_to(who).await.text.contains("Not a program of ours."));
        }
        assert_eq!(bearer(stage, &user).await.card().await.unwrap().state, RequestState::Refused);
        assert_eq!(stage.number("SELECT count(*) FROM invitations").await, 0);
        let figures = reads(&sophie).await.request_figures().await.unwrap();
        assert_eq!((figures.approved, figures.refused, figures.median_hours), (0, 1, Some(0)));
    });
}

#[test]
fn r5_neither_signatory_decides() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        let mut form = form();
        form.authorizer = person("Sophie Savoie", "sophie.savoie@example.org");
        let (sent, ..) = signed(stage, &form).await;
        let hers = keeps(&sophie).await;
        assert_eq!(refusal(hers.approve_request(sent.read(), &approving(&[])).await), Problem::SignedByYou);
        assert_eq!(refusal(hers.refuse_request(sent.read(), &says("no")).await), Problem::SignedByYou);
        assert_eq!(refusal(hers.hold_request(sent.read(), &says("why")).await), Problem::SignedByYou);
        let card = reads(&sophie).await.request_card(sent.id).await.unwrap();
        assert_eq!(card.hindered, Some(Problem::SignedByYou));
        keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r4_for_an_organization_of_one_person_support_takes_the_authorizing_part_on_evidence() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        let alone = RequestForm { alone: "true".into(), authorizer: PersonForm::default(), ..form() };
        let sent = send(stage, &alone).await.unwrap();
        sign(stage, &link_in(&stage.letter_to(URSULE).await)).await.unwrap();
        stage.letter_to(URSULE).await;
        stage.letter_to(DESK).await;
        let early = keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await;
        assert_eq!(fault(early, Field::Evidence), Problem::Missing);
        assert!(reads(&alain).await.request_card(sent.id).await.unwrap().needs_authorizing);
        assert_eq!(
            fault(keeps(&sophie).await.authorize_request(sent.read(), " ").await, Field::Evidence),
            Problem::Missing
        );
        keeps(&sophie).await.authorize_request(sent.read(), "Licence seen on paper.").await.unwrap();
        let card = reads(&alain).await.request_card(sent.id).await.unwrap();
        assert_eq!(card.evidence.as_deref(), Some("Licence seen on paper."));
        // Who took the part has signed.
        assert_eq!(
            refusal(keeps(&sophie).await.approve_request(sent.read(), &approving(&[])).await),
            Problem::SignedByYou
        );
        assert_eq!(
            refusal(keeps(&alain).await.authorize_request(sent.read(), "x").await),
            Problem::RequestPassed
        );
        keeps(&alain).await.approve_request(sent.read(), &approving(&[])).await.unwrap();
        stage.letter_to(URSULE).await;
        // The code goes to who took the part, never to the user.
        assert!(stage.letter_to("sophie.savoie@example.org").await.subject.contains("Ursule Côté"));
    });
}

pub async fn harbour(stage: &Stage) -> (Org, Person) {
    let org = stage.organization("Harbour Library / Bibliothèque du Havre").await;
    let alice = stage.alice(&org).await;
    (org, alice)
}

#[test]
fn r1_the_administrator_of_an_organization_that_is_here_is_asked_first_and_the_applicant_learns_nothing() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice) = harbour(stage).await;
        let asked = RequestForm {
            organization_is: "existing".into(),
            organization: DetailsForm { name_fr: "bibliotheque du havre".into(), ..DetailsForm::default() },
            ..form()
        };
        let sent = send(stage, &asked).await.unwrap();
        let [user, authorizer] = [stage.letter_to(URSULE).await, stage.letter_to(ADELE).await];
        sign(stage, &link_in(&user)).await.unwrap();
        sign(stage, &link_in(&authorizer)).await.unwrap();
        let [one, other] = [stage.letter_to(URSULE).await, stage.letter_to(ADELE).await];
        let card = bearer(stage, &link_in(&one)).await.card().await.unwrap();
        let told = format!("{user:?}{authorizer:?}{one:?}{other:?}{card:?}");
        // Neither its English name, nor its people, nor that anybody was asked.
        assert!(!told.contains("Harbour Library") && !told.contains("Alice") && !told.contains("vouch"));
        stage.letter_to(DESK).await;
        let question = stage.letter_to(&alice.email).await;
        assert!(question.text.contains("Ursule Côté") && question.text.contains("/access-requests/"));
        let early = keeps(&sophie).await.approve_request(sent.read(), &into(org.id, &["funding.user"])).await;
        assert_eq!(refusal(early), Problem::AdministratorAskedFirst);
        let other = stage.organization("Shore House").await;
        let carla = stage.carla(&other).await;
        assert_eq!(refusal(carla.manages().await.vouch(sent.read(), true).await), Problem::NotFound);
        assert_eq!(alice.manages().await.request_to_vouch(sent.id).await.unwrap().user, "Ursule Côté");
        let asked = async || alice.home().await.home().await.unwrap().asked;
        assert_eq!(asked().await, [(sent.id, "Ursule Côté".to_owned())]);
        // Support decides, and answers for nobody.
        let as_support = sophie.asks::<ManageContacts>(org.id).await.unwrap().vouch(sent.read(), true).await;
        assert_eq!(refusal(as_support), Problem::Forbidden);
        alice.manages().await.vouch(sent.read(), true).await.unwrap();
        assert_eq!(refusal(alice.manages().await.vouch(sent.read(), false).await), Problem::DecidedAlready);
        assert_eq!(asked().await, []);
        let card = reads(&sophie).await.request_card(sent.id).await.unwrap();
        assert_eq!(card.line.vouch, Vouch::Vouched);
        assert_eq!(card.found.organizations[0].id, org.id);
        let approved = keeps(&sophie)
            .await
            .approve_request(sent.read(), &into(org.id, &["funding.user"]))
            .await
            .unwrap();
        // Somebody is primary there already: nothing of P4 is given.
        let proposed = stage.texts("SELECT profile FROM invitation_profiles").await;
        assert_eq!((approved.organization, proposed), (org.id, vec!["funding.user".to_owned()]));
        // Whoever follows the letter now learns that it is over.
        let late = alice.manages().await.request_to_vouch(sent.id).await.unwrap();
        assert_eq!((late.vouch, late.state), (Vouch::Vouched, RequestState::Approved));
        assert!(alice.sees().await.card(approved.contact).await.is_ok());
        stage.read_all().await;
    });
}

#[test]
fn r1_support_decides_without_an_answer_that_does_not_come() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, _) = harbour(stage).await;
        let (sent, ..) = signed(stage, &form()).await;
        stage.read_all().await;
        let form = into(org.id, &["funding.user"]);
        assert_eq!(
            refusal(keeps(&sophie).await.approve_request(sent.read(), &form).await),
            Problem::AdministratorAskedFirst
        );
        stage.wait(5 * DAY);
        keeps(&sophie).await.approve_request(sent.read(), &form).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r5_somebody_who_has_an_account_there_receives_the_profiles_at_once() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Harbour Library / Bibliothèque du Havre").await;
        stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
        let mut form = form();
        form.user = person("Bruno Boudreau", &bruno.email);
        form.authorizer = person("Alice Aucoin", "alice.aucoin@example.org");
        let (sent, ..) = signed(stage, &form).await;
        // Its own administrator authorized it, so nobody else is asked.
        let card = reads(&sophie).await.request_card(sent.id).await.unwrap();
        assert_eq!(card.line.vouch, Vouch::Vouched);
        assert_eq!(card.found.contacts.len(), 2);
        let approved = keeps(&sophie)
            .await
            .approve_request(sent.read(), &into(org.id, &["funding.user"]))
            .await
            .unwrap();
        assert!(approved.at_once);
        let held = bruno.asks::<SeeOrganization>(org.id).await.unwrap().actor().profiles.clone();
        assert_eq!(held, ["funding.reader", "funding.user"]);
        assert_eq!(states(stage).await, ["activated"]);
        stage.letter_to(&bruno.email).await;
        assert!(stage.letter_to("alice.aucoin@example.org").await.text.contains("works from now on"));
        let told = "SELECT count(*) FROM activity WHERE event = 'access_request.activated'";
        assert_eq!(stage.number(told).await, 1);
    });
}

#[test]
fn r13_support_enters_a_request_on_paper_with_its_two_scans() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        let paper = PaperForm {
            request: RequestForm { user: person("Ursule Côté", "direction@exemple.ca"), ..form() },
            user_signed: "Ursule Côté".into(),
            authorizer_signed: "A. Arsenault".into(),
            ..PaperForm::default()
        };
        let (pdf, png) = (b"%PDF-1.7 signed".to_vec(), b"\x89PNG\r\n\x1a\n signed".to_vec());
        let wrong = keeps(&sophie).await.enter_request(&paper, [pdf.clone(), b"<html>".to_vec()]).await;
        assert_eq!(fault(wrong, Field::AuthorizerScan), Problem::NotAScan { megabytes: 5 });
        let shared = keeps(&sophie).await.enter_request(&paper, [pdf.clone(), png.clone()]).await;
        assert_eq!(fault(shared, Field::UserEmail), Problem::SharedMailbox);
        let paper = PaperForm { override_reason: "She alone reads it.".into(), ..paper };
        let named = keeps(&sophie).await.enter_request(&paper, [pdf.clone(), png.clone()]).await;
        assert!(matches!(fault(named, Field::AuthorizerSigned), Problem::NotTheNameAsked { .. }));
        let paper = PaperForm { authorizer_signed: "Adèle Arsenault".into(), ..paper };
        let sent = keeps(&sophie).await.enter_request(&paper, [pdf.clone(), png]).await.unwrap();
        let card = reads(&alain).await.request_card(sent.id).await.unwrap();
        assert_eq!((card.scans.len(), card.line.state), (2, RequestState::Submitted));
        assert!(card.signatures.iter().all(|signature| signature.on_paper));
        let scan = reads(&alain).await.request_scan(sent.id, Part::User).await.unwrap();
        assert_eq!((scan.media.as_str(), scan.content), ("application/pdf", pdf));
        let line =
            stage.activity().await.into_iter().find(|line| line.event == "access_request.entered").unwrap();
        assert_eq!(line.details["reason"], "She alone reads it.");
        keeps(&alain).await.approve_request(sent.read(), &approving(&["funding.user"])).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn r5_who_is_not_of_support_reads_and_decides_nothing() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let operator = OrganizationId(sophie.organization.0);
        let (org, alice) = harbour(stage).await;
        let (sent, ..) = signed(stage, &form_of("Ursule Roy")).await;
        stage.read_all().await;
        let none = alice.signs_in().await.unwrap();
        assert_eq!(refusal(none.staff::<KeepOrganizations>().await), Problem::NotFound);
        assert_eq!(refusal(none.staff::<AllOrganizations>().await), Problem::NotFound);
        assert_eq!(refusal(none.permit::<ManageContacts>(operator).await), Problem::NotFound);
        // Nor does Support by another organization's door.
        let elsewhere = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        assert_eq!(refusal(elsewhere.approve_request(sent.read(), &approving(&[])).await), Problem::NotFound);
        assert_eq!(refusal(elsewhere.take_request(sent.id).await), Problem::NotFound);
        let auditor = stage.person(&Org { id: operator }, "Aude Arsenault", &["support.auditor"]).await;
        assert!(reads(&auditor).await.request_card(sent.id).await.is_ok());
        let decides = auditor.signs_in().await.unwrap().staff::<KeepOrganizations>().await;
        assert_eq!(refusal(decides), Problem::Forbidden);
        let unknown = AccessRequestId(org.id.0);
        assert_eq!(refusal(reads(&sophie).await.request_card(unknown).await), Problem::NotFound);
    });
}

#[test]
fn r5_two_decisions_at_once_and_an_approval_against_a_withdrawal_end_in_one_truth() {
    on_both(async |stage| {
        let (sophie, alain) = support(stage).await;
        for n in 0..races(9) {
            stage.wait(2 * DAY);
            let mut form = form_of(&format!("Ursule N{n}"));
            form.organization.name_en = format!("House {n}");
            form.organization.name_fr = format!("Maison {n}");
            let (sent, user, _) = signed(stage, &form).await;
            let (hers, his) = (keeps(&sophie).await, keeps(&alain).await);
            let ursule = bearer(stage, &user).await;
            let approve = approving(&["funding.user"]);
            let (won, lost) = match n % 3 {
                0 => {
                    let no = says("no");
                    let (one, two) = tokio::join!(
                        hers.approve_request(sent.read(), &approve),
                        his.refuse_request(sent.read(), &no)
                    );
                    (one.is_ok(), two.is_ok())
                }
                1 => {
                    let (one, two) = tokio::join!(
                        hers.approve_request(sent.read(), &approve),
                        his.approve_request(sent.read(), &approve)
                    );
                    assert!(one.is_ok() || two.is_ok());
                    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
                    (true, false)
                }
                _ => {
                    let (one, two) =
                        tokio::join!(hers.approve_request(sent.read(), &approve), ursule.withdraw());
                    (one.is_ok(), two.is_ok())
                }
            };
            assert_ne!(won, lost);
            let founded = format!("SELECT count(*) FROM organizations WHERE name_en = 'House {n}'");
            assert_eq!(stage.number(&founded).await, i64::from(won));
            let invited = format!("SELECT count(*) FROM invitations WHERE email = '{}'", form.user.email);
            assert_eq!(stage.number(&invited).await, i64::from(won));
            stage.read_all().await;
        }
        let report = stage.portal.verify_activity().await.unwrap();
        assert_eq!(report.broken, []);
    });
}

#[test]
fn r5_an_approval_for_an_organization_that_is_here_holds_against_a_withdrawal() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Shore House").await;
        for n in 0..races(6) {
            stage.wait(2 * DAY);
            let form = form_of(&format!("Ursule N{n}"));
            let (sent, user, _) = signed(stage, &form).await;
            let (hers, ursule) = (keeps(&sophie).await, bearer(stage, &user).await);
            let into = into(org.id, &["funding.user"]);
            let (approved, withdrawn) =
                tokio::join!(hers.approve_request(sent.read(), &into), ursule.withdraw());
            assert_ne!(approved.is_ok(), withdrawn.is_ok(), "{approved:?} {withdrawn:?}");
            let invited = format!("SELECT count(*) FROM invitations WHERE email = '{}'", form.user.email);
            assert_eq!(stage.number(&invited).await, i64::from(approved.is_ok()));
            stage.read_all().await;
        }
    });
}

#[test]
fn r6_the_letter_that_activates_says_who_has_the_code_and_what_the_service_asks() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, ..) = signed(stage, &form()).await;
        keeps(&sophie).await.approve_request(sent.read(), &approving(&["funding.user"])).await.unwrap();
        let invitation = stage.letter_to(URSULE).await;
        let code = stage.letter_to(ADELE).await;
        assert!(plain(&invitation.text).contains("Adèle Arsenault has it"));
        assert!(invitation.text.contains("Send your requests, activity reports"));
        assert!(!invitation_in(&invitation).is_empty() && !code.text.contains("/invitation/"));
    });
}

#[test]
fn i10_a_mail_to_sign_that_is_refused_is_told_to_the_others_with_their_own_link() {
    on_both(async |stage| {
        support(stage).await;
        let clerk = "clerk@exemple.ca";
        let saved = RequestForm { sent_by: clerk.into(), ..form() };
        stage.portal.visitor().save_request(&saved, Language::En).await.unwrap();
        let draft = link_in(&stage.letter_to(clerk).await);
        bearer(stage, &draft).await.send(&saved, Language::En).await.unwrap();
        let (_, mail) = Smtp::answering(["550 5.1.1 no such mailbox"]).await;
        stage.deliver_once_by(mail).await;
        let to_ursule = stage.letter_to(URSULE).await;
        assert!(plain(&to_ursule.subject).contains("Adèle Arsenault"), "{}", to_ursule.subject);
        let text = plain(&to_ursule.text);
        assert!(
            text.contains(ADELE) && text.contains("could not be delivered") && text.contains("a été rejeté")
        );
        assert!(plain(&stage.letter_to(ADELE).await.text).contains(URSULE));
        assert_eq!(stage.letters_to(clerk).await.len(), 2);
        // Each link is one's own; with it the address is corrected, and all is well.
        let ursule = bearer(stage, &link_in(&to_ursule)).await;
        assert_eq!(ursule.card().await.unwrap().part, Part::User);
        let mut right = form();
        right.authorizer.email = "adele@right.example".into();
        ursule.send(&right, Language::Fr).await.unwrap();
        assert_eq!(stage.letters_to("adele@right.example").await.len(), 1);
        let told = "SELECT count(*) FROM activity WHERE event = 'access_request.bounced'";
        assert_eq!(stage.number(told).await, 2);
        stage.read_all().await;
    });
}

#[test]
fn r6_a_secret_code_whose_mail_is_refused_is_told_to_support() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, ..) = signed(stage, &form()).await;
        keeps(&sophie).await.approve_request(sent.read(), &approving(&["funding.user"])).await.unwrap();
        let (_, mail) = Smtp::answering(["550 5.1.1 no such mailbox"]).await;
        stage.deliver_once_by(mail).await;
        let told = stage.letter_to(DESK).await;
        assert!(plain(&told.subject).contains("the secret code could not be delivered"), "{}", told.subject);
        let text = plain(&told.text);
        assert!(text.contains(ADELE) && text.contains("Adèle Arsenault"), "{text}");
        assert!(text.contains("/desk/access-requests/") && !text.contains("/access-request/"));
        stage.read_all().await;
    });
}
