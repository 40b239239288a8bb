//! What an organization is before anybody enters: its row, the departments that administer its agreements, its
//! earlier name; and what waits at Support's desk.

use super::{Author, Entrance};
use crate::activity::Event;
use crate::demo::stage::Stage;
use crate::entity::{
    announcement, contact_department, department, organization_department, organization_name,
    organization_state, relink,
};
use domain::{Act, Bilingual, ContactId, fold};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

/// The operator's departments.
const DEPARTMENTS: [(&str, &str); 4] = [
    ("Employment Programs", "Programmes d’emploi"),
    ("Adult Learning and Literacy", "Apprentissage et alphabétisation des adultes"),
    ("Private Career Colleges", "Collèges privés d’enseignement professionnel"),
    ("Community Development", "Développement communautaire"),
];

impl Author<'_> {
    pub(super) fn found(&mut self, stage: &Stage) {
        if stage.is_operator() {
            self.departments();
        }
        let representative = self.supervisor.filter(|_| !stage.is_operator());
        self.rows.organizations.push(stage.row(&self.dice, representative));
        let opened = organization_state::ActiveModel {
            id: Set(self.id()),
            organization_id: Set(stage.id),
            state: Set("open".to_owned()),
            at: Set(stage.opened.0),
            changed_by: Set(None),
            reason: Set(None),
        };
        self.rows.states.push(opened);
        if stage.is_closed() {
            self.close(stage);
        }
        if !stage.is_operator() {
            self.administer(stage);
        }
        if let Some(name) = stage.earlier_name() {
            self.rename(stage, name);
        }
    }

    fn departments(&mut self) {
        for (en, fr) in DEPARTMENTS {
            let id = self.id();
            self.departments.push(id);
            self.rows.departments.push(department::ActiveModel {
                id: Set(id),
                name_en: Set(en.to_owned()),
                name_fr: Set(fr.to_owned()),
                sort_key: Set(fold::sort_key(fr, "")),
                created_at: Set(self.now.0),
            });
        }
    }

    /// The first department administers all agreements; of each second organization, another one some, too.
    fn administer(&mut self, stage: &Stage) {
        let also = 1 + stage.number as usize % (DEPARTMENTS.len() - 1);
        let which = [Some(0), stage.number.is_multiple_of(2).then_some(also)];
        for department_id in which.into_iter().flatten().filter_map(|at| self.departments.get(at)) {
            self.rows.administered.push(organization_department::ActiveModel {
                organization_id: Set(stage.id),
                department_id: Set(*department_id),
            });
        }
    }

    fn close(&mut self, stage: &Stage) {
        let at = self.now.plus_days(-45);
        let closed = organization_state::ActiveModel {
            id: Set(self.id()),
            organization_id: Set(stage.id),
            state: Set("closed".to_owned()),
            at: Set(at.0),
            changed_by: Set(None),
            reason: Set(Some("Fin des activités / Ceased its activities".to_owned())),
        };
        self.rows.states.push(closed);
        self.note(Some(stage), None, Event::of(Act::OrganizationClosed, None), at);
    }

    /// What waits at Support's desk, once the second person of an organization is there: a holiday to come, told
    /// by the operator's, and somebody's lost account that a second person of Support has to confirm (G7, G8).
    pub(super) fn tell_of_the_desk(&mut self, stage: &Stage, entered: &Entrance) {
        let Some(agent) = self.agent else { return };
        match stage.number {
            0 => {
                self.announce(agent);
                self.belong(agent);
            }
            3 => self.lose_account(stage, entered, agent),
            _ => {}
        }
    }

    /// Support's supervisor belongs to the first two departments, the agent to the second.
    fn belong(&mut self, agent: Uuid) {
        let of = |person: Option<Uuid>, at: usize| Some((person?, *self.departments.get(at)?));
        let all = [of(self.supervisor, 0), of(self.supervisor, 1), of(Some(agent), 1)];
        let rows = all.into_iter().flatten().map(|(contact_id, department_id)| {
            contact_department::ActiveModel { contact_id: Set(contact_id), department_id: Set(department_id) }
        });
        self.rows.belonging.extend(rows);
    }

    fn announce(&mut self, agent: Uuid) {
        let first = self.platform.calendar.end_of_day_after(self.now, 20);
        let holiday = announcement::ActiveModel {
            id: Set(self.id()),
            text_en: Set(
                "Support is closed for the holidays. Your requests will be answered afterwards.".to_owned()
            ),
            text_fr: Set("Le soutien est fermé pendant les Fêtes. Vos demandes recevront réponse au retour."
                .to_owned()),
            starts_at: Set(first.0),
            ends_at: Set(first.plus_days(10).0),
            set_by: Set(agent),
            set_at: Set(self.now.plus_days(-2).0),
        };
        self.rows.announcements.push(holiday);
    }

    fn lose_account(&mut self, stage: &Stage, entered: &Entrance, agent: Uuid) {
        let opened = self.now.plus_days(-2);
        let relink = relink::ActiveModel {
            id: Set(self.id()),
            organization_id: Set(stage.id),
            contact_id: Set(entered.id),
            reason: Set("Phone lost, password forgotten / Téléphone perdu, mot de passe oublié".to_owned()),
            evidence: Set("Called back at the office number / Rappel au numéro du bureau".to_owned()),
            email: Set(entered.facts.email.to_string()),
            state: Set("pending".to_owned()),
            opened_by: Set(agent),
            opened_at: Set(opened.0),
            expires_at: Set(opened.plus_days(7).0),
            decided_by: Set(None),
            decided_at: Set(None),
        };
        self.rows.relinks.push(relink);
        self.note(Some(stage), None, Event::of(Act::RelinkOpened, ContactId(entered.id)), opened);
    }

    fn rename(&mut self, stage: &Stage, Bilingual { en, fr }: Bilingual) {
        let earlier = organization_name::ActiveModel {
            id: Set(self.id()),
            organization_id: Set(stage.id),
            name_en: Set(en),
            name_fr: Set(fr),
            until: Set(stage.opened.plus_days(200).0),
        };
        self.rows.names.push(earlier);
    }
}
