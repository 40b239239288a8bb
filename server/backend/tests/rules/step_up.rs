//! Signing in again before what concerns access (rule A8): giving it, making somebody primary, changing an address.

use crate::grants::ticked;
use crate::stage::{Org, Person, Stage, default_catalogue, on_both, refusal, typed};
use backend::{Permit, Portal, PortalSettings, Refusal, SignedIn, Upload};
use domain::bulk::{BulkAct, BulkForm};
use domain::contacts::TransferForm;
use domain::desk::{RecoveryForm, RelinkForm};
use domain::imports::InvitingForm;
use domain::invitations::InvitationForm;
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts, Right, SeeContacts};
use domain::profile_requests::DecisionForm;
use domain::{ContactId, ImportId, Problem};

const MINUTE: i64 = 60;

/// Somebody who signed in so many minutes ago, at a portal that may be of other settings.
async fn since(portal: &Portal, who: &Person, minutes: i64) -> SignedIn {
    let at = portal.now().plus_seconds(-minutes * MINUTE);
    portal.signed_in(who.account()).await.unwrap().since(Some(at))
}

async fn permit<P: Right>(stage: &Stage, who: &Person, minutes: i64, org: &Org) -> Permit<P> {
    since(&stage.portal, who, minutes).await.permit::<P>(org.id).await.unwrap()
}

fn again<T>(result: Result<T, Refusal>) {
    assert_eq!(refusal(result), Problem::StepUpNeeded);
}

fn inviting() -> InvitationForm {
    InvitationForm { profiles: vec!["funding.user".to_owned()], message: String::new() }
}

fn in_bulk(act: BulkAct, contact: ContactId) -> BulkForm {
    let form = inviting();
    BulkForm {
        act: act.code().to_owned(),
        contacts: vec![contact.to_string()],
        profiles: form.profiles,
        message: form.message,
    }
}

#[test]
fn a8_an_administrator_who_signed_in_long_ago_signs_in_again_before_what_concerns_access() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        let denis = stage.contact(&org, "Denis Doucet").await;
        let invited = alice.manages().await.invite(denis.contact, &inviting()).await.unwrap();
        stage.read_all().await;
        let chantal = stage.contact(&org, "Chantal Chiasson").await;
        let csv = "Last name;First name;E-mail;Language\nBoudreau;Anne;anne@example.org;en\n";
        let file = Upload {
            name: "team.csv".into(),
            content: csv.as_bytes().to_vec(),
            inviting: InvitingForm::default(),
        };
        let import = alice.manages().await.upload(&file).await.unwrap();
        let before = stage.dump().await;

        let late = permit::<ManageContacts>(stage, &alice, 60, &org).await;
        let page = ticked(&alice, bruno.contact, &["funding.user"]).await;
        let mut other_address = page.clone();
        other_address.form.email = "bruno.b@example.org".into();
        again(late.save(bruno.contact, &other_address).await);
        let mut more = page.clone();
        more.grants.ticked.push("funding.administrator".to_owned());
        again(late.save(bruno.contact, &more).await);
        let mut less = page.clone();
        less.grants.ticked.clear();
        again(late.save(bruno.contact, &less).await);
        again(late.add_and_invite(&typed("Étienne Élie"), &inviting()).await);
        again(late.invite(chantal.contact, &inviting()).await);
        again(late.reissue(invited.invitation, &denis.email).await);
        again(late.do_in_bulk(&in_bulk(BulkAct::Invite, chantal.contact)).await);
        again(late.do_in_bulk(&in_bulk(BulkAct::Resend, denis.contact)).await);
        again(late.begin_import(import).await);
        let sees = permit::<SeeContacts>(stage, &alice, 60, &org).await;
        again(sees.transfer_primary(bruno.contact, &TransferForm::default()).await);
        stage.unchanged_since(&before).await;

        // Nobody knows when: that is long ago.
        let whenever = stage.portal.signed_in(alice.account()).await.unwrap();
        let whenever = whenever.permit::<ManageContacts>(org.id).await.unwrap();
        again(whenever.save(bruno.contact, &more).await);

        // What gives nobody anything asks nothing.
        let mut title = page.clone();
        title.form.title = "Director".into();
        late.save(bruno.contact, &title).await.unwrap();
        late.add(&typed("Étienne Élie")).await.unwrap();
        late.withdraw(invited.invitation).await.unwrap();
        late.do_in_bulk(&in_bulk(BulkAct::Deactivate, chantal.contact)).await.unwrap();

        // Signed in again, the same is done.
        let lately = permit::<ManageContacts>(stage, &alice, 59, &org).await;
        let mut more = ticked(&alice, bruno.contact, &["funding.user", "funding.administrator"]).await;
        more.form.email = "bruno.b@example.org".into();
        lately.save(bruno.contact, &more).await.unwrap();
        lately.begin_import(import).await.unwrap();
        let sees = permit::<SeeContacts>(stage, &alice, 59, &org).await;
        sees.transfer_primary(bruno.contact, &TransferForm::default()).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn a8_support_signs_in_again_too() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let org = stage.organization("Tern Bay House").await;
        stage.offer(&org, "cases").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        let sam = stage.person(&operator, "Sam Savoie", &["support.supervisor"]).await;
        let rose = stage.person(&operator, "Rose Roy", &["support.supervisor"]).await;
        alice.manages().await.ask_support(bruno.contact, "cases.administrator", "New duties").await.unwrap();
        let new_link = RelinkForm {
            reason: "Lost.".into(),
            evidence: "Called back at the office.".into(),
            email: "bruno.b@example.org".into(),
        };
        let keeps = rose.asks::<KeepOrganizations>(org.id).await.unwrap();
        keeps.open_relink(bruno.contact, &new_link).await.unwrap();
        let staff = rose.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        let relink = staff.relinks().await.unwrap()[0].id;
        let request = staff.waiting_profile_requests().await.unwrap()[0].id;
        stage.read_all().await;
        let before = stage.dump().await;

        let late = permit::<KeepOrganizations>(stage, &sam, 61, &org).await;
        let granted = DecisionForm { decision: "granted".into(), answer: String::new() };
        again(late.decide_profile_request(request, &granted).await);
        again(late.confirm_relink(relink).await);
        again(late.open_relink(alice.contact, &new_link).await);
        let sees = permit::<SeeContacts>(stage, &sam, 61, &org).await;
        for how in ["asked", "gone"] {
            let form = TransferForm { how: how.into(), reason: "A letter of the board".into() };
            again(sees.transfer_primary(bruno.contact, &form).await);
        }
        stage.unchanged_since(&before).await;

        // An orphaned organization gets an administrator back by who signed in lately.
        stage.run("UPDATE accounts SET disabled_at = 1 WHERE id = $1", [alice.account().0.into()]).await;
        let denis = stage.contact(&org, "Denis Doucet").await;
        let recovery = RecoveryForm {
            contact: denis.contact.to_string(),
            profile: "funding.administrator".into(),
            reason: "The board wrote.".into(),
        };
        again(late.recover(&recovery).await);
        let lately = permit::<KeepOrganizations>(stage, &sam, 5, &org).await;
        lately.recover(&recovery).await.unwrap();
        lately.confirm_relink(relink).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn a8_a_deployment_chooses_for_how_long_a_sign_in_is_good() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        for (minutes, ago, asks) in [(5, 5, true), (5, 4, false), (0, 10_000, false)] {
            let settings = PortalSettings { step_up_minutes: minutes, ..PortalSettings::default() };
            let portal = Portal::new(stage.platform.clone(), default_catalogue(), settings, Vec::new());
            let alice = since(&portal, &alice, ago).await;
            let manages = alice.permit::<ManageContacts>(org.id).await.unwrap();
            let said = refusal(manages.begin_import(ImportId(uuid::Uuid::nil())).await);
            let expected = if asks { Problem::StepUpNeeded } else { Problem::NotFound };
            assert_eq!(said, expected, "{minutes} {ago}");
        }
    });
}
