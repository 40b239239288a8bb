//! A form that carries files.

use super::encoded;
use crate::failure::Failure;
use axum::RequestExt as _;
use axum::extract::Request;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use domain::Problem;
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// What was pasted is given back with its faults, up to so many letters: a session is no place for more.
pub const GIVEN_BACK: usize = 64 * 1024;

/// What is typed in a form whose fields are called `form[…]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound = "Form: Default + DeserializeOwned")]
pub struct Typed<Form> {
    pub form: Form,
}

/// What a form with files sent.
#[derive(Debug)]
pub struct Sent<Form> {
    pub form: Form,
    files: HashMap<String, (String, Vec<u8>)>,
}

impl<Form> Sent<Form> {
    /// The name and the content of a file; both empty when none was chosen. What is larger than the form takes comes
    /// longer than that, for whoever understands it to refuse.
    pub fn take_file(&mut self, name: &str) -> (String, Vec<u8>) {
        self.files.remove(name).unwrap_or_default()
    }
}

/// Reads a form whose files may have so many megabytes each; the names of its fields mean what they mean to a server
/// function. A file that is larger is read to its end, so that the browser hears why, but not kept.
///
/// # Errors
/// [`Problem::ImportTooLarge`] for more than the server takes at all; a form that never came whole.
pub async fn received<Form: DeserializeOwned>(
    request: Request,
    megabytes: u16,
) -> Result<Sent<Form>, Failure> {
    let most = usize::from(megabytes) * 1024 * 1024;
    // What was cut off because it is too large, or never came whole.
    let lost = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::ImportTooLarge { megabytes }.into(),
        _ => Failure::Lost(error.to_string()),
    };
    let mut fields: Multipart =
        request.extract().await.map_err(|error: MultipartRejection| Failure::Lost(error.to_string()))?;
    let mut files = HashMap::new();
    let mut typed: Vec<String> = Vec::new();
    while let Some(field) = fields.next_field().await.map_err(lost)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(ToOwned::to_owned);
        let content = content(field, most).await.map_err(lost)?;
        match file {
            Some(file) => drop(files.insert(name, (file, content))),
            None => {
                typed.push(format!("{}={}", encoded(&name), encoded(&String::from_utf8_lossy(&content))));
            }
        }
    }
    let form = serde_qs::Config::new(5, false).deserialize_str(&typed.join("&"));
    Ok(Sent { form: form.map_err(|error| Failure::Lost(error.to_string()))?, files })
}

async fn content(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, MultipartError> {
    let mut content = Vec::new();
    while let Some(piece) = field.chunk().await? {
        if content.len() <= most {
            content.extend_from_slice(&piece);
        }
    }
    Ok(content)
}
