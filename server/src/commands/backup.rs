//! `accord backup`: a copy of everything that is kept, as of one moment, while servers go on.
//!
//! It grows under another name and is renamed when it is whole: what broke off is never taken for a backup.

use super::Failed;
use super::check::damages;
use super::migrate::refuse_older;
use crate::parts;
use crate::settings::{Settings, in_sqlite_url};
use backend::Documents;
use clap::Args;
use platform::Store;
use sea_orm::{ConnectionTrait as _, Statement};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Backup {
    /// The folder to make, which must not be there yet.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Backup {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let store = parts::open_store(settings).await?;
        if !store.is_sqlite() {
            return Err(POSTGRES.into());
        }
        refuse_older(&store).await?;
        if self.folder.exists() {
            return Err(format!("{} is there already; name a folder to make", self.folder.display()).into());
        }
        let begun = beside(&self.folder)?;
        make(&begun)?;
        let copied = match copy(&store, &begun).await {
            Ok(()) => copy_documents(&settings.portal.documents, &begun),
            failed => failed,
        };
        store.close().await;
        if let Err(error) = copied {
            // What is half a copy helps nobody; why it broke off matters more than whether it could be removed.
            let _ = fs::remove_dir_all(&begun);
            return Err(error);
        }
        fs::rename(&begun, &self.folder)?;
        println!("Everything is copied to {} and was read back.", self.folder.display());
        println!("The secret is not in it: keep {} elsewhere.", settings.secret_file.display());
        Ok(())
    }
}

const POSTGRES: &str = "PostgreSQL makes its own backups while servers go on; run `pg_dump --format=custom` on ACCORD_DATABASE_URL, \
    and keep ACCORD_SECRET_FILE elsewhere";

/// Where the copy grows: the same folder's neighbour, so that renaming it is one step.
fn beside(folder: &Path) -> Result<PathBuf, Failed> {
    let name = folder.file_name().ok_or("name a folder to make")?;
    Ok(folder.with_file_name(format!(".{}.begun", name.to_string_lossy())))
}

/// A folder that nobody else reads.
fn make(folder: &Path) -> Result<(), Failed> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut new = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut new, 0o700);
    Ok(new.recursive(true).create(folder)?)
}

async fn copy(store: &Store, folder: &Path) -> Result<(), Failed> {
    let file = folder.join("accord.sqlite");
    let db = store.write();
    let whole = Statement::from_sql_and_values(
        db.get_database_backend(),
        "VACUUM INTO ?",
        [file.display().to_string().into()],
    );
    db.execute_raw(whole).await?;
    let copied = Store::open(&format!("sqlite:{}", in_sqlite_url(&file))).await?;
    let damages = damages(&copied).await;
    copied.close().await;
    match damages?.first() {
        None => Ok(()),
        Some(fault) => Err(format!("the copy is damaged: {fault}").into()),
    }
}

/// Where documents lie in a folder, all that the copied database names are there by now: they are written before it
/// names them, and their files never change.
fn copy_documents(documents: &Documents, folder: &Path) -> Result<(), Failed> {
    let Documents::Folder(kept) = documents else { return Ok(()) };
    let copies = folder.join("documents");
    make(&copies)?;
    if !kept.exists() {
        return Ok(()); // nothing was ever kept
    }
    for shelf in fs::read_dir(kept)?.collect::<Result<Vec<_>, _>>()? {
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        let copied = copies.join(shelf.file_name());
        make(&copied)?;
        for file in fs::read_dir(shelf.path())? {
            let file = file?;
            // One that is being written is not named yet.
            if file.path().extension().is_none() {
                fs::copy(file.path(), copied.join(file.file_name()))?;
            }
        }
    }
    Ok(())
}
