//! Runs statements in the SQL that both databases share. What they say differently stands between braces:
//! `{UUID}` and `{BYTES}` (types), `{BYTE_ORDER}` (texts compared byte by byte), `{SALT}` (sixteen random bytes),
//! `{NOBODY}` (the identifier of nobody).

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

const SQLITE: [(&str, &str); 5] = [
    ("{UUID}", "blob"),
    ("{BYTES}", "blob"),
    ("{BYTE_ORDER}", ""),
    ("{SALT}", "randomblob(16)"),
    ("{NOBODY}", "zeroblob(16)"),
];

const POSTGRES: [(&str, &str); 5] = [
    ("{UUID}", "uuid"),
    ("{BYTES}", "bytea"),
    ("{BYTE_ORDER}", "COLLATE \"C\""),
    ("{SALT}", "uuid_send(gen_random_uuid())"),
    ("{NOBODY}", "'00000000-0000-0000-0000-000000000000'::uuid"),
];

/// Runs the statements one after the other.
pub(crate) async fn run<S: AsRef<str> + Sync>(
    manager: &SchemaManager<'_>,
    statements: &[S],
) -> Result<(), DbErr> {
    let words = if manager.get_database_backend() == DbBackend::Sqlite { SQLITE } else { POSTGRES };
    for statement in statements {
        let spoken = words
            .iter()
            .fold(statement.as_ref().to_owned(), |text, (word, spoken)| text.replace(word, spoken));
        manager.get_connection().execute_unprepared(&spoken).await?;
    }
    Ok(())
}

/// The statements that only this database needs.
pub(crate) fn own<'a>(
    manager: &SchemaManager<'_>,
    sqlite: &'a [&'a str],
    postgres: &'a [&'a str],
) -> &'a [&'a str] {
    if manager.get_database_backend() == DbBackend::Sqlite { sqlite } else { postgres }
}
