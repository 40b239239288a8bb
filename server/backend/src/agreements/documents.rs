//! The store of what is signed (S3): bytes are kept once under their SHA-256, in the database or in a folder, and
//! their hash is checked at each reading. Bytes that are not what their name says are never shown.

use crate::entity::{agreement_document, agreement_seal, document};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use platform::secrets::hash_bytes;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use std::io;
use std::path::{Path, PathBuf};

/// Where the bytes are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Documents {
    #[default]
    Database,
    /// A folder that all servers of the deployment share: `ab/abcdef…`, one file a document.
    Folder(PathBuf),
}

/// Bytes that are not there, or not what their name says.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the document {0} is kept nowhere")]
    Missing(String),
    #[error("the document {0} is not what its SHA-256 says")]
    Changed(String),
    #[error("the document {0} cannot be read or written: {1}")]
    Folder(String, io::Error),
}

impl Documents {
    /// The file of a document.
    fn file(folder: &Path, name: &str) -> PathBuf {
        folder.join(name.get(..2).unwrap_or_default()).join(name)
    }
}

/// Written beside, then put in place: a file is whole or not there.
fn write(file: &Path, bytes: &[u8], draft: &str) -> io::Result<()> {
    if file.exists() {
        return Ok(());
    }
    let folder = file.parent().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    std::fs::create_dir_all(folder)?;
    let draft = folder.join(draft);
    platform::secrets::write_private(&draft, bytes)?;
    std::fs::rename(&draft, file)
}

impl Work {
    /// Keeps bytes, once; says under which hash.
    pub(crate) async fn keep_document(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let sha256 = hash_bytes(&bytes);
        let size = i64::try_from(bytes.len()).map_err(Refusal::broken)?;
        let content = match &self.portal.settings.documents {
            Documents::Database => Some(bytes),
            Documents::Folder(folder) => {
                let name = super::hexadecimal(&sha256);
                let (file, draft) = (Documents::file(folder, &name), format!("{}.new", self.new_id()));
                let written = tokio::task::spawn_blocking(move || write(&file, &bytes, &draft)).await;
                written
                    .map_err(Refusal::broken)?
                    .map_err(|error| Refusal::broken(Fault::Folder(name, error)))?;
                None
            }
        };
        let row = document::ActiveModel {
            sha256: Set(sha256.clone()),
            content: Set(content),
            size: Set(size),
            kept_at: Set(self.now.0),
        };
        let once = OnConflict::column(document::Column::Sha256).do_nothing().to_owned();
        document::Entity::insert(row).on_conflict(once).exec_without_returning(&self.db).await?;
        Ok(sha256)
    }

    /// Bytes that nothing names any more go: a draft's, replaced or discarded. A folder keeps its file, which a
    /// transaction that fails could not bring back.
    pub(crate) async fn forget_document(&self, sha256: &[u8]) -> Result<(), Refusal> {
        let named = agreement_document::Entity::find()
            .filter(agreement_document::Column::Sha256.eq(sha256))
            .count(&self.db)
            .await?;
        let sealed = agreement_seal::Entity::find()
            .filter(agreement_seal::Column::Sha256.eq(sha256))
            .count(&self.db)
            .await?;
        if named + sealed == 0 {
            document::Entity::delete_many()
                .filter(document::Column::Sha256.eq(sha256))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }
}

impl Portal {
    /// The bytes of that hash.
    ///
    /// # Errors
    /// [`Refusal::Broken`] when they are gone, or are not what their hash says.
    pub(crate) async fn bytes_of(
        &self,
        db: &impl ConnectionTrait,
        sha256: &[u8],
    ) -> Result<Vec<u8>, Refusal> {
        let name = super::hexadecimal(sha256);
        let row = document::Entity::find_by_id(sha256.to_vec()).one(db).await?;
        let row = row.ok_or_else(|| Refusal::broken(Fault::Missing(name.clone())))?;
        let bytes = match (row.content, &self.settings.documents) {
            (Some(bytes), _) => bytes,
            (None, Documents::Folder(folder)) => {
                let file = Documents::file(folder, &name);
                tokio::fs::read(file)
                    .await
                    .map_err(|error| Refusal::broken(Fault::Folder(name.clone(), error)))?
            }
            (None, Documents::Database) => return Err(Refusal::broken(Fault::Missing(name))),
        };
        if hash_bytes(&bytes) == sha256 { Ok(bytes) } else { Err(Refusal::broken(Fault::Changed(name))) }
    }

    /// Reads every document once, and says which are gone or changed: how many were right, and what is wrong.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn verify_documents(&self) -> Result<(u64, Vec<String>), DbErr> {
        let db = self.platform.store.read();
        let names = document::Entity::find()
            .select_only()
            .column(document::Column::Sha256)
            .order_by_asc(document::Column::Sha256)
            .into_tuple::<Vec<u8>>()
            .all(db)
            .await?;
        let (mut right, mut wrong) = (0, Vec::new());
        for sha256 in names {
            match self.bytes_of(db, &sha256).await {
                Ok(_) => right += 1,
                Err(Refusal::Broken(fault)) => wrong.push(fault.to_string()),
                Err(other) => wrong.push(format!("{other:?}")),
            }
        }
        Ok((right, wrong))
    }
}
