//! How a server starts on a database that others use, too.

use crate::scene::Scene;
use platform::Store;
use sea_orm::ConnectionTrait as _;
use server::commands::{bring_up_to_date, is_up_to_date};

#[tokio::test]
async fn servers_that_start_together_take_turns() {
    let Some(url) = trial::empty_postgres().await.unwrap() else { return };
    let begin = async || {
        let store = Store::open(&url).await.unwrap();
        bring_up_to_date(&store, &url).await.unwrap()
    };
    let (a, b, c, d) = tokio::join!(begin(), begin(), begin(), begin());
    let mut steps = [a, b, c, d];
    steps.sort_unstable();
    assert_eq!(&steps[..3], [0, 0, 0], "one of them took all the steps");
    assert!(steps[3] > 0);
}

#[tokio::test]
async fn a_database_that_a_newer_version_brought_further_is_left_alone() {
    let scene = Scene::set(&[]).await;
    let store = &scene.parts.platform.store;
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_newer', 0)";
    store.write().execute_unprepared(newer).await.unwrap();
    assert!(is_up_to_date(store).await.unwrap(), "a rolling upgrade runs both versions on it");
    assert_eq!(bring_up_to_date(store, "sqlite:").await.unwrap(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_the_database_and_the_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::set(&[]).await;
    let data = scene.folder.path().join("data");
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("secret"), mode("accord.sqlite")), (0o700, 0o600, 0o600));
    assert_eq!(mode("accord.sqlite-wal"), 0o600);
}
