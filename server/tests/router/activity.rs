//! The activity as a download. Who gets it is a matter of doors.

use crate::cast::Cast;
use crate::scene::everywhere;
use http::StatusCode;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g3_the_export_is_a_file_in_the_language_of_the_page() {
    everywhere(async |scene| {
        let cast = Cast::of(&scene).await;
        let house = cast.house.organization.simple();
        let address = format!("/fr/organizations/{house}/activity/export.csv?kind=contact&person=%22%00%0A");
        for name in ["funding.administrator", "support.auditor"] {
            let answer = cast.named(name).get(&address).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}");
            assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
            assert_eq!(answer.header("content-disposition"), "attachment; filename=\"activite.csv\"");
            assert!(answer.body.starts_with("\u{feff}Date et heure;Qui;"), "{}", answer.body);
        }
    })
    .await;
}
