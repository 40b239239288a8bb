//! Mail: a letter as it is written, and the ways it can leave.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::response::Category;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Message, Tokio1Executor};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::fs;
use uuid::Uuid;

/// A letter, ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Who letters come from.
#[derive(Clone, Debug)]
pub struct Sender {
    pub name: String,
    pub address: String,
    pub reply_to: Option<String>,
}

/// How letters leave.
#[derive(Clone)]
pub enum Mail {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// Written as `.eml` files: the demonstration's mailbox.
    Folder(PathBuf),
    /// Kept for a test to read.
    Memory(Arc<Mutex<Vec<Letter>>>),
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp(_) => "Smtp",
            Self::Folder(_) => "Folder",
            Self::Memory(_) => "Memory",
        })
    }
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Try again later.
    #[error("later: {0}")]
    Later(String),
    /// The server refuses it for good: this address takes no mail (I10).
    #[error("refused: {0}")]
    Refused(String),
}

/// How long one letter may take from the first word to the server's last.
const PATIENCE: Duration = Duration::from_secs(30);

impl Mail {
    /// Reads `smtp://host:port`, `smtps://user:password@host`, or `folder:/path`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn from_url(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("folder:") {
            return Ok(Self::Folder(PathBuf::from(path)));
        }
        if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
            return Err("mail leaves by smtp://, smtps:// or folder:".into());
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("the address of the mail server is not understood: {error}"))?
            .timeout(Some(Duration::from_secs(10)))
            .build();
        Ok(Self::Smtp(Box::new(transport)))
    }

    /// Sends one letter. `id` makes the Message-ID, so that a second sending is seen to be the same letter.
    ///
    /// # Errors
    /// [`Undelivered`], which says whether to try again.
    pub async fn send(&self, letter: &Letter, from: &Sender, id: Uuid) -> Result<(), Undelivered> {
        if let Self::Memory(kept) = self {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
            return Ok(());
        }
        let message = compose(letter, from, id).map_err(Undelivered::Refused)?;
        match self {
            Self::Smtp(transport) => match tokio::time::timeout(PATIENCE, transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) if refuses_the_letter(&error) => Err(Undelivered::Refused(error.to_string())),
                Ok(Err(error)) => Err(Undelivered::Later(error.to_string())),
                Err(_) => Err(Undelivered::Later("the mail server did not answer in time".into())),
            },
            Self::Folder(folder) => {
                let later = |error: std::io::Error| Undelivered::Later(error.to_string());
                fs::create_dir_all(folder).await.map_err(later)?;
                let draft = folder.join(format!("{id}.part"));
                fs::write(&draft, message.formatted()).await.map_err(later)?;
                fs::rename(draft, folder.join(format!("{id}.eml"))).await.map_err(later)
            }
            Self::Memory(_) => Ok(()),
        }
    }
}

/// Whether the server's answer is about this letter and for good (RFC 5321, 4.2.1: its code is `55x`).
/// What is about ourselves, such as credentials that no longer work (`53x`), is for the operator to mend: the
/// letter waits.
fn refuses_the_letter(error: &smtp::Error) -> bool {
    error.is_permanent() && error.status().is_none_or(|code| code.category == Category::MailSystem)
}

fn compose(letter: &Letter, from: &Sender, id: Uuid) -> Result<Message, String> {
    let wrong = |error: lettre::address::AddressError| error.to_string();
    let sender: Address = from.address.parse().map_err(wrong)?;
    let domain = sender.domain().to_owned();
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(from.name.clone()), sender))
        .to(Mailbox::new(None, letter.to.parse().map_err(wrong)?))
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{}@{domain}>", id.simple())))
        // Automatic: out-of-office answers would come back to nobody (RFC 3834).
        .header(AutoSubmitted);
    if let Some(reply_to) = &from.reply_to {
        builder = builder.reply_to(Mailbox::new(None, reply_to.parse().map_err(wrong)?));
    }
    builder
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter.text.clone()))
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(letter.html.clone())),
        )
        .map_err(|error| error.to_string())
}

#[derive(Clone, Debug)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
