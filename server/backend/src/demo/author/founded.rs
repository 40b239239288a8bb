//! What an organization is before anybody enters: its row, the departments that administer its agreements, its
//! earlier name.

use super::Author;
use crate::demo::stage::Stage;
use crate::entity::{department, organization_department, organization_name, organization_state};
use domain::{Bilingual, fold};
use sea_orm::ActiveValue::Set;

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
