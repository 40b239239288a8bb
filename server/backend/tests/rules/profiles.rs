//! Security profiles (rules P): what each permits, and who may grant which. Both as tables that anyone can review.

use crate::stage::{DAY, Org, Person, Stage, default_catalogue, on_both};
use backend::Refusal;
use domain::Problem;
use domain::catalogue::{Grantable, Profile};
use domain::invitations::InvitationForm;
use domain::permissions::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// All profiles, in the catalogue's order, Support's own last.
fn profiles() -> Vec<Profile> {
    default_catalogue().modules.into_iter().flat_map(|module| module.profiles).collect()
}

/// An organization to which everything is offered, and the operator.
async fn all_offered(stage: &Stage) -> (Org, Org) {
    let org = stage.organization("Tide House").await;
    for module in default_catalogue().modules.iter().filter(|module| !module.operator && !module.for_everyone)
    {
        stage.offer(&org, &module.key).await;
    }
    (org, stage.operator().await)
}

/// The holder of each profile: Support's at the operator's, the others in the organization.
async fn holders(stage: &Stage, org: &Org, operator: &Org) -> Vec<(String, Person)> {
    let mut holders = Vec::new();
    for profile in profiles() {
        let of = if profile.key.starts_with("support.") { operator } else { org };
        let name = format!("Holder {}", profile.key.replace('.', " "));
        holders.push((profile.key.clone(), stage.person(of, &name, &[&profile.key]).await));
    }
    holders
}

async fn has<P: Right>(person: &Person, org: &Org) -> (Permission, bool) {
    let permit = person.asks::<P>(org.id).await;
    if let Err(refused) = &permit {
        assert!(matches!(refused, Refusal::Refused(Problem::Forbidden | Problem::NotFound)), "{refused:?}");
    }
    (P::PERMISSION, permit.is_ok())
}

/// Every permission, asked for at the door.
async fn asked(person: &Person, org: &Org) -> Vec<(Permission, bool)> {
    let all = vec![
        has::<SeeOrganization>(person, org).await,
        has::<EditOrganization>(person, org).await,
        has::<SeeContacts>(person, org).await,
        has::<ManageContacts>(person, org).await,
        has::<ReadAgreements>(person, org).await,
        has::<PrepareAgreements>(person, org).await,
        has::<SendRequests>(person, org).await,
        has::<ReviewAccess>(person, org).await,
        has::<ReadActivity>(person, org).await,
        has::<AllOrganizations>(person, org).await,
        has::<KeepOrganizations>(person, org).await,
        has::<ViewAs>(person, org).await,
    ];
    let codes: Vec<Permission> = all.iter().map(|(permission, _)| *permission).collect();
    assert_eq!(codes, Permission::ALL);
    all
}

#[test]
fn p6_what_each_profile_permits() {
    on_both(async |stage| {
        let (org, operator) = all_offered(stage).await;
        let nobody = stage.contact(&org, "Nobody").await;
        let mut table = String::from(
            "Each profile's holder, at the door of an organization that is offered everything.\n",
        );
        table.push_str("Support's holders are of the operator; the organization is somebody else's.\n\n");
        for (key, holder) in holders(stage, &org, &operator).await {
            let may = asked(&holder, &org).await;
            let codes: Vec<&str> = may.iter().filter(|(_, may)| *may).map(|(code, _)| code.code()).collect();
            writeln!(table, "{key}\n    {}", codes.join("\n    ")).unwrap();
        }
        insta::assert_snapshot!("what_each_profile_permits", table);
        // An account without any, and the holder of each elsewhere, may nothing.
        let stranger = stage.linked(&nobody, stage.account("Stranger").await);
        assert!(asked(&stranger, &org).await.iter().all(|(_, may)| !may));
        let other = stage.organization("Dune House").await;
        for (key, holder) in holders(stage, &other, &other).await {
            assert!(asked(&holder, &org).await.iter().all(|(_, may)| !may), "{key} of another organization");
        }
    });
}

/// What came of inviting somebody new with one profile.
fn verdict(invited: &Result<backend::Sent, Refusal>) -> &'static str {
    let problem = match invited {
        Ok(_) => return "grants",
        Err(Refusal::Invalid(problems)) => problems.0[0].problem.clone(),
        Err(other) => panic!("{other:?}"),
    };
    match problem {
        Problem::NotYoursToGrant { .. } => "not theirs",
        Problem::NeedsProfileOf { .. } => "needs another",
        Problem::NotEligible { .. } => "not offered",
        Problem::GrantedByTwo { .. } => "only with another",
        other => panic!("{other:?}"),
    }
}

#[test]
fn p3_who_may_grant_which() {
    on_both(async |stage| {
        let (org, operator) = all_offered(stage).await;
        let mut table =
            String::from("What each profile's holder may propose to somebody new, tried one by one.\n\n");
        let mut guest = 0;
        for (key, holder) in holders(stage, &org, &operator).await {
            let Ok(permit) = holder.asks::<ManageContacts>(org.id).await else {
                writeln!(table, "{key}\n    invites nobody").unwrap();
                continue;
            };
            // What the form offers is what the server grants.
            let shown: BTreeMap<String, Grantable> = permit
                .choices()
                .await
                .unwrap()
                .into_iter()
                .flat_map(|module| module.profiles)
                .map(|choice| (choice.key, choice.grantable))
                .collect();
            let mut lines = BTreeMap::<&str, Vec<String>>::new();
            for profile in profiles() {
                guest += 1;
                let somebody = stage.contact(&org, &format!("Guest Number{guest}")).await;
                let alone = InvitationForm { profiles: vec![profile.key.clone()], message: String::new() };
                let said = verdict(&permit.invite(somebody.contact, &alone).await);
                match shown.get(&profile.key) {
                    None => assert_eq!(said, "not offered", "{key} {}", profile.key),
                    Some(Grantable::Yes) => {
                        assert!(matches!(said, "grants" | "needs another"), "{key} {}", profile.key)
                    }
                    Some(_) => assert_eq!(said, "not theirs", "{key} {}", profile.key),
                }
                lines.entry(said).or_default().push(profile.key);
            }
            writeln!(table, "{key}").unwrap();
            for said in ["grants", "needs another", "not theirs", "not offered"] {
                if let Some(keys) = lines.get(said) {
                    writeln!(table, "    {said}: {}", keys.join(", ")).unwrap();
                }
            }
            stage.wait(DAY + 1);
        }
        insta::assert_snapshot!("who_may_grant_which", table);
        stage.read_all().await;
    });
}

#[test]
fn p3_at_the_operator_s_supervisors_grant_support_s_profiles() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let mut table = String::from("What staff may propose to somebody new of the operator.\n\n");
        let mut guest = 0;
        for key in ["support.supervisor", "support.agent", "support.auditor", "funding.administrator"] {
            let holder = stage.person(&operator, &format!("Holder {}", key.replace('.', " ")), &[key]).await;
            writeln!(table, "{key}").unwrap();
            let Ok(permit) = holder.asks::<ManageContacts>(operator.id).await else {
                writeln!(table, "    invites nobody").unwrap();
                continue;
            };
            for wanted in ["support.supervisor", "support.agent", "support.auditor", "funding.user"] {
                guest += 1;
                let somebody = stage.contact(&operator, &format!("Guest Number{guest}")).await;
                let form = InvitationForm { profiles: vec![wanted.to_owned()], message: String::new() };
                let invited = permit.invite(somebody.contact, &form).await;
                writeln!(table, "    {wanted}: {}", verdict(&invited)).unwrap();
            }
        }
        insta::assert_snapshot!("what_staff_may_grant_at_the_operator_s", table);
        stage.read_all().await;
    });
}

#[test]
fn p3_the_reasons_that_the_form_gives() {
    on_both(async |stage| {
        let (org, operator) = all_offered(stage).await;
        let mut table = String::from("What the form says beside each profile, for each who may open it.\n\n");
        for (key, holder) in holders(stage, &org, &operator).await {
            let Ok(permit) = holder.asks::<ManageContacts>(org.id).await else { continue };
            writeln!(table, "{key}").unwrap();
            for choice in permit.choices().await.unwrap().into_iter().flat_map(|module| module.profiles) {
                let needs = choice
                    .needs_module
                    .map(|name| format!(", with a profile of {}", name.en))
                    .unwrap_or_default();
                let alone = if choice.usually_with_another { ", usually with another" } else { "" };
                writeln!(table, "    {}: {:?}{needs}{alone}", choice.key, choice.grantable).unwrap();
            }
        }
        insta::assert_snapshot!("the_reasons_that_the_form_gives", table);
    });
}

#[test]
fn p2_a_module_is_offered_to_eligible_organizations_alone() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let org = stage.organization("Tide House").await;
        let hugo = stage.person(&operator, "Hugo Hébert", &["support.agent"]).await;
        let offered = async || -> Vec<String> {
            let permit = hugo.asks::<ManageContacts>(org.id).await.unwrap();
            permit.choices().await.unwrap().into_iter().map(|module| module.key).collect()
        };
        assert_eq!(offered().await, ["funding"]);
        for module in ["learners", "registration"] {
            stage.offer(&org, module).await;
        }
        // Support's own module is never another organization's, whatever a row says.
        stage.offer(&org, "support").await;
        assert_eq!(offered().await, ["funding", "registration", "learners"]);
        let permit = hugo.asks::<SeeContacts>(org.id).await.unwrap();
        let filters = permit.profiles_to_filter().await.unwrap();
        assert!(filters.iter().all(|(key, _)| !key.starts_with("support.") && !key.starts_with("cases.")));
    });
}

#[test]
fn p3_service_registration_only_beside_a_funding_profile() {
    on_both(async |stage| {
        let (org, _) = all_offered(stage).await;
        let rita = stage.person(&org, "Rita Roy", &["registration.administrator"]).await;
        let both =
            stage.person(&org, "Bea Both", &["registration.administrator", "funding.administrator"]).await;
        let invite = async |who: &Person, whom: &Person, keys: &[&str]| {
            let profiles = keys.iter().map(|key| (*key).to_owned()).collect();
            let form = InvitationForm { profiles, message: String::new() };
            who.asks::<ManageContacts>(org.id).await.unwrap().invite(whom.contact, &form).await
        };
        let new = stage.contact(&org, "New Person").await;
        assert_eq!(verdict(&invite(&rita, &new, &["registration.user"]).await), "needs another");
        assert_eq!(verdict(&invite(&rita, &new, &["registration.user", "funding.user"]).await), "not theirs");
        // A funding profile that is suspended is not held.
        let back = stage.person(&org, "Back Again", &["funding.user"]).await;
        stage
            .run("UPDATE grants SET state = 'suspended' WHERE contact_id = $1", [back.contact.0.into()])
            .await;
        assert_eq!(verdict(&invite(&rita, &back, &["registration.viewer"]).await), "needs another");
        // In one act, in whatever order.
        invite(&both, &new, &["registration.user", "registration.viewer", "funding.reader"]).await.unwrap();
        let link = stage.link_to(&new.email).await;
        let account = stage.account("New Person").await;
        stage.signed_in(account).await.accept(&link).await.unwrap();
        stage.letter_to(&both.email).await;
        let held = stage.linked(&new, account).home().await.frame().actor.profiles;
        assert_eq!(held, ["funding.reader", "registration.user", "registration.viewer"]);
    });
}
