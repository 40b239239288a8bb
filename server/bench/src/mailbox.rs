//! A real mail server, of the browser suite: it keeps every letter that it is handed.

use crate::Failed;
use std::fs;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Seen from the project's folder, where `make` runs.
const SCRIPT: &str = "end2end/services/mailbox.mjs";

/// A mail server that runs as long as this lives.
#[derive(Debug)]
pub struct Mailbox {
    /// Where a portal sends its mail.
    pub url: String,
    folder: TempDir,
    _server: Child,
}

impl Mailbox {
    pub async fn open() -> Result<Self, Failed> {
        let folder = TempDir::new()?;
        let mut command = Command::new("node");
        command.arg(SCRIPT).arg(folder.path()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut server = command.spawn().map_err(|error| format!("node cannot be started: {error}"))?;
        let said = server.stdout.take().ok_or("the mail server says nothing")?;
        let port = BufReader::new(said).lines().next_line().await?.ok_or("the mail server did not start")?;
        Ok(Self { url: format!("smtp://127.0.0.1:{port}"), folder, _server: server })
    }

    /// How many letters were handed over.
    pub fn count(&self) -> Result<usize, Failed> {
        Ok(fs::read_dir(self.folder.path())?.count())
    }

    /// Every letter that was handed over, as it travelled.
    pub fn letters(&self) -> Result<Vec<String>, Failed> {
        let files = fs::read_dir(self.folder.path())?;
        files.map(|file| Ok(fs::read_to_string(file?.path())?)).collect()
    }
}
