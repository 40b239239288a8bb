//! Agreements of the main organization (S1 to S4): one that waits for two people, one that all have signed, one that is
//! being prepared; done as people do it.

use super::requested::Play;
use crate::access::{Permit, SignedIn};
use crate::agreements::{AgreementFiles, SignedFrom};
use crate::portal::{Portal, PortalSettings};
use crate::refusal::Refusal;
use domain::agreements::{AgreementForm, SignForm};
use domain::catalogue::Catalogue;
use domain::permissions::PrepareAgreements;
use domain::{ContactId, OrganizationId};
use platform::Platform;
use sea_orm::DbErr;

const SERVICES: [&str; 4] = [
    "Funding agreement 2027",
    "Entente de financement 2027",
    "# Purpose\n\nThe department funds the services described in the annual plan.\n\n## Payments\n\n1. Half on signature.\n2. The rest on receipt of the activity report.\n\n## Term\n\nFrom April 1, 2027 to March 31, 2028.\n",
    "# Objet\n\nLe ministère finance les services décrits dans le plan annuel.\n\n## Versements\n\n1. La moitié à la signature.\n2. Le reste à la réception du rapport d’activités.\n\n## Durée\n\nDu 1er avril 2027 au 31 mars 2028.\n",
];

const DATA: [&str; 4] = [
    "Data sharing agreement",
    "Entente sur le partage de données",
    "# Purpose\n\nEach party shares only what the services need, and protects it.\n\n## Personal information\n\n- It stays in Canada.\n- It is destroyed when it is no longer needed.\n",
    "# Objet\n\nChaque partie ne transmet que ce dont les services ont besoin, et le protège.\n\n## Renseignements personnels\n\n- Ils restent au Canada.\n- Ils sont détruits dès qu’ils ne servent plus.\n",
];

const PREMISES: [&str; 4] = [
    "Use of premises",
    "Utilisation des locaux",
    "# Purpose\n\nThe workshops take place in the community hall.\n",
    "# Objet\n\nLes ateliers ont lieu dans la salle communautaire.\n",
];

/// Of a catalogue whose profiles prepare no agreements, there is nothing to show.
pub(super) async fn fill(platform: &Platform, catalogue: &Catalogue) -> Result<(), DbErr> {
    let portal = Portal::new(platform.clone(), catalogue.clone(), PortalSettings::default(), Vec::new());
    let played = Play { portal: &portal }.agreements().await;
    played.map_err(|refusal| DbErr::Custom(format!("the agreements of the demonstration: {refusal:?}")))
}

impl Play<'_> {
    async fn agreements(&self) -> Result<(), Refusal> {
        let Some(primary) = self.played(0).await? else { return Ok(()) };
        let Some(second) = self.second(&primary).await? else { return Ok(()) };
        let here = OrganizationId(primary.organization_id);
        let (one, other) = (self.as_contact(&primary).await?, self.as_contact(&second).await?);
        let Ok(door) = one.permit::<PrepareAgreements>(here).await else { return Ok(()) };
        let (hers, his) = (ContactId(primary.id), ContactId(second.id));
        self.out(&door, self.agreement(DATA, "in_turn", &[his, hers], 30)).await?;
        sign(&other).await?;
        sign(&one).await?;
        let Some(person) = self.without_access(here).await? else { return Ok(()) };
        let waiting = self.agreement(SERVICES, "together", &[his, ContactId(person.id)], 21);
        self.out(&door, waiting).await?;
        let draft = self.agreement(PREMISES, "together", &[hers], 60);
        door.prepare_agreement(&draft, AgreementFiles::default()).await?;
        // Here and not by the server that starts: its letters would leave.
        self.portal.seal_agreements().await?;
        Ok(())
    }

    fn agreement(&self, words: [&str; 4], order: &str, people: &[ContactId], days: i64) -> AgreementForm {
        let [title_en, title_fr, text_en, text_fr] = words.map(ToOwned::to_owned);
        let calendar = &self.portal.platform.calendar;
        AgreementForm {
            title_en,
            title_fr,
            text_en,
            text_fr,
            deadline: calendar.date(self.portal.now().plus_days(days)).machine,
            order: order.into(),
            signatories: people.iter().map(ContactId::to_string).collect(),
            ..AgreementForm::default()
        }
    }

    async fn out(&self, door: &Permit<PrepareAgreements>, form: AgreementForm) -> Result<(), Refusal> {
        let id = door.prepare_agreement(&form, AgreementFiles::default()).await?;
        door.send_agreement(id, 1).await
    }
}

/// Reads what waits, in French, and signs it.
async fn sign(who: &SignedIn) -> Result<(), Refusal> {
    for waiting in who.agreements_to_sign().await? {
        let card = who.own_agreement(waiting.signatory).await?;
        let Some(read) = card.documents.last() else { continue };
        let form = SignForm {
            name: card.name,
            language: read.language.code().to_owned(),
            sha256: read.sha256.clone(),
            read: "yes".into(),
        };
        who.sign_own(waiting.signatory, &form, SignedFrom::default()).await?;
    }
    Ok(())
}
