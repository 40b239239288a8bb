//! What Support does. One act, one door, one right.

use crate::failure::Failure;
use domain::desk::{
    AnnouncementForm, DepartmentPeopleForm, OpenForm, RecoveryForm, RelinkForm, SteeringForm,
};
use domain::organizations::StateForm;
use domain::{AnnouncementId, ContactId, DepartmentId, OrganizationId, RelinkId};
use leptos::server;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    super::organization::card_address,
    super::page::desk_address,
    crate::contacts::page::contact_address,
    crate::request::{as_permitted, as_staff, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::Bilingual,
    domain::permissions::KeepOrganizations,
};

/// Opens an organization (O3, P4).
#[server(endpoint = "desk/open_organization")]
pub async fn open_organization(form: OpenForm) -> Result<(), Failure> {
    submit("desk/open_organization", &form.clone(), async move {
        let name = Bilingual::new(form.details.name_en.trim(), form.details.name_fr.trim());
        let id =
            as_staff(
                |permit: Permit<KeepOrganizations>| async move { permit.open_organization(&form).await },
            )
            .await?;
        notice(Notice::OrganizationOpened { name }).await;
        redirect(&card_address(id));
        Ok(())
    })
    .await
}

/// Closes an organization (O3).
#[server(endpoint = "desk/close")]
pub async fn close_organization(organization: OrganizationId, form: StateForm) -> Result<(), Failure> {
    submit("desk/close", &form.clone(), async move {
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.close(&form).await?;
            Ok(permit.name())
        })
        .await?;
        notice(Notice::OrganizationClosed { name }).await;
        redirect(&card_address(organization));
        Ok(())
    })
    .await
}

/// Opens a closed organization again (O3).
#[server(endpoint = "desk/reopen")]
pub async fn reopen_organization(organization: OrganizationId, form: StateForm) -> Result<(), Failure> {
    submit("desk/reopen", &form.clone(), async move {
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.reopen(&form).await?;
            Ok(permit.name())
        })
        .await?;
        notice(Notice::OrganizationReopened { name }).await;
        redirect(&card_address(organization));
        Ok(())
    })
    .await
}

/// What is sent to merge an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeForm {
    pub into: String,
    pub reason: String,
}

/// Merges an organization into another one (O3).
#[server(endpoint = "desk/merge")]
pub async fn merge_organization(organization: OrganizationId, form: MergeForm) -> Result<(), Failure> {
    submit("desk/merge", &form.clone(), async move {
        let reason = StateForm { reason: form.reason };
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.merge(&form.into, &reason).await?;
            Ok(permit.name())
        })
        .await?;
        notice(Notice::OrganizationMerged { name }).await;
        redirect(&card_address(organization));
        Ok(())
    })
    .await
}

/// What is sent to switch a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    pub module: String,
    /// "true": what waited since the module was switched off works again.
    pub restore: String,
}

/// Makes an organization eligible for a module (O4, P2).
#[server(endpoint = "desk/switch_on")]
pub async fn switch_on(organization: OrganizationId, form: SwitchForm) -> Result<(), Failure> {
    let restored = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
        permit.switch_on(&form.module, form.restore == "true").await
    })
    .await?;
    notice(Notice::ModuleSwitched { suspended: 0, restored }).await;
    redirect(&card_address(organization));
    Ok(())
}

/// Takes a module away from an organization (O4, P2).
#[server(endpoint = "desk/switch_off")]
pub async fn switch_off(organization: OrganizationId, form: SwitchForm) -> Result<(), Failure> {
    let suspended = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
        permit.switch_off(&form.module).await
    })
    .await?;
    notice(Notice::ModuleSwitched { suspended, restored: 0 }).await;
    redirect(&card_address(organization));
    Ok(())
}

/// Saves the facts that steer an organization (O2, O4, P3).
#[server(endpoint = "desk/steer")]
pub async fn steer(organization: OrganizationId, form: SteeringForm) -> Result<(), Failure> {
    submit("desk/steer", &form.clone(), async move {
        as_permitted(
            organization,
            |permit: Permit<KeepOrganizations>| async move { permit.steer(&form).await },
        )
        .await?;
        notice(Notice::FactsSaved).await;
        redirect(&card_address(organization));
        Ok(())
    })
    .await
}

/// Invites an administrator to an orphaned organization (C10).
#[server(endpoint = "desk/recover")]
pub async fn recover(organization: OrganizationId, form: RecoveryForm) -> Result<(), Failure> {
    submit("desk/recover", &form.clone(), async move {
        let sent = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.recover(&form).await
        })
        .await?;
        let email = sent.email.to_string();
        notice(Notice::InvitationSent { name: sent.name, email, until: sent.until }).await;
        redirect(&card_address(organization));
        Ok(())
    })
    .await
}

/// Opens a new link for a lost account (G7).
#[server(endpoint = "desk/open_relink")]
pub async fn open_relink(
    organization: OrganizationId,
    contact: ContactId,
    form: RelinkForm,
) -> Result<(), Failure> {
    submit("desk/open_relink", &form.clone(), async move {
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.open_relink(contact, &form).await
        })
        .await?;
        notice(Notice::RelinkOpened { name }).await;
        redirect(&desk_address("relinks"));
        Ok(())
    })
    .await
}

/// Confirms a new link that somebody else opened (G7).
#[server(endpoint = "desk/confirm_relink")]
pub async fn confirm_relink(organization: OrganizationId, relink: RelinkId) -> Result<(), Failure> {
    let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
        permit.confirm_relink(relink).await
    })
    .await?;
    notice(Notice::RelinkConfirmed { name }).await;
    redirect(&desk_address("relinks"));
    Ok(())
}

/// Refuses a new link (G7).
#[server(endpoint = "desk/refuse_relink")]
pub async fn refuse_relink(organization: OrganizationId, relink: RelinkId) -> Result<(), Failure> {
    as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
        permit.refuse_relink(relink).await
    })
    .await?;
    notice(Notice::RelinkRefused).await;
    redirect(&desk_address("relinks"));
    Ok(())
}

/// Unlinks the account of a contact (C13).
#[server(endpoint = "desk/unlink_account")]
pub async fn unlink_account(
    organization: OrganizationId,
    contact: ContactId,
    form: StateForm,
) -> Result<(), Failure> {
    submit("desk/unlink_account", &form.clone(), async move {
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.unlink_account(contact, &form).await
        })
        .await?;
        notice(Notice::AccountUnlinked { name }).await;
        redirect(&contact_address(organization, contact));
        Ok(())
    })
    .await
}

/// Anonymizes an inactive contact who asked for it (G10).
#[server(endpoint = "desk/anonymize")]
pub async fn anonymize(
    organization: OrganizationId,
    contact: ContactId,
    form: StateForm,
) -> Result<(), Failure> {
    submit("desk/anonymize", &form.clone(), async move {
        as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.anonymize(contact, &form).await
        })
        .await?;
        notice(Notice::ContactAnonymized).await;
        redirect(&contact_address(organization, contact));
        Ok(())
    })
    .await
}

/// Sets a notice to everybody (G8).
#[server(endpoint = "desk/announce")]
pub async fn announce(form: AnnouncementForm) -> Result<(), Failure> {
    submit("desk/announce", &form.clone(), async move {
        as_staff(|permit: Permit<KeepOrganizations>| async move { permit.announce(&form).await }).await?;
        notice(Notice::AnnouncementSet).await;
        redirect(&desk_address("notices"));
        Ok(())
    })
    .await
}

/// Ends a notice (G8).
#[server(endpoint = "desk/end_announcement")]
pub async fn end_announcement(announcement: AnnouncementId) -> Result<(), Failure> {
    as_staff(|permit: Permit<KeepOrganizations>| async move { permit.end_announcement(announcement).await })
        .await?;
    notice(Notice::AnnouncementEnded).await;
    redirect(&desk_address("notices"));
    Ok(())
}

/// What is sent for a new department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DepartmentForm {
    pub name_en: String,
    pub name_fr: String,
}

/// Adds a department of the operator (O2).
#[server(endpoint = "desk/add_department")]
pub async fn add_department(form: DepartmentForm) -> Result<(), Failure> {
    submit("desk/add_department", &form.clone(), async move {
        let name = Bilingual::new(form.name_en, form.name_fr);
        as_staff(|permit: Permit<KeepOrganizations>| async move { permit.add_department(&name).await })
            .await?;
        notice(Notice::DepartmentAdded).await;
        redirect(&desk_address("departments"));
        Ok(())
    })
    .await
}

/// Says who of Support belongs to a department (O2).
#[server(endpoint = "desk/staff_department")]
pub async fn staff_department(department: DepartmentId, form: DepartmentPeopleForm) -> Result<(), Failure> {
    let keep =
        |permit: Permit<KeepOrganizations>| async move { permit.staff_department(department, &form).await };
    let (name, _) = as_staff(keep).await?;
    notice(Notice::DepartmentStaffed { name }).await;
    redirect(&desk_address("departments"));
    Ok(())
}
