//! Providers of OAuth 2.0 without OpenID Connect (A7): authorization code with PKCE and state, then userinfo, whose
//! fields the configuration names. Nothing is signed, so the person is whoever the access token opens userinfo for,
//! asked of the provider itself with the token that it gave to us alone.

use super::openid::{Back, unreachable};
use super::provider::{OAuth, Provider};
use super::{Person, Sent, broken_off, refused};
use crate::refusal::Refusal;
use oauth2::basic::BasicClient;
use oauth2::http::header::{ACCEPT, AUTHORIZATION};
use oauth2::http::{Request, StatusCode};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _, TokenUrl,
};
use serde_json::Value;

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

fn client(provider: &Provider, oauth: &OAuth, redirect: RedirectUrl) -> Result<Client, Refusal> {
    let settings = &provider.settings;
    let auth = AuthUrl::new(oauth.authorization_endpoint.clone()).map_err(Refusal::broken)?;
    let token = TokenUrl::new(oauth.token_endpoint.clone()).map_err(Refusal::broken)?;
    let client = BasicClient::new(ClientId::new(settings.client_id.clone()))
        .set_auth_uri(auth)
        .set_token_uri(token)
        .set_redirect_uri(redirect);
    Ok(match &settings.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.clone())),
        None => client,
    })
}

/// Where the person is sent.
pub(super) fn address(
    provider: &Provider,
    oauth: &OAuth,
    redirect: RedirectUrl,
    sent: &Sent<'_>,
) -> Result<String, Refusal> {
    let state = sent.state.to_owned();
    let (url, _) = client(provider, oauth, redirect)?
        .authorize_url(move || CsrfToken::new(state))
        .add_scopes(oauth.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(sent.verifier))
        .url();
    Ok(url.into())
}

/// Who the person is, by the word of the provider.
pub(super) async fn person(
    provider: &Provider,
    oauth: &OAuth,
    redirect: RedirectUrl,
    back: Back<'_>,
) -> Result<Person, Refusal> {
    let http = provider.http();
    let answer = client(provider, oauth, redirect)?
        .exchange_code(AuthorizationCode::new(back.code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(back.verifier.to_owned()))
        .request_async(&http)
        .await
        .map_err(|error| broken_off(&provider.settings.key, &error))?;
    let told = told(provider, oauth, answer.access_token()).await?;
    let subject = told.pointer(&pointer(&oauth.subject)).and_then(plain);
    let subject =
        subject.ok_or_else(|| refused(&provider.settings.key, "userinfo does not say who it is"))?;
    let text = |field: &Option<String>| told.pointer(&pointer(field.as_deref()?)).and_then(plain);
    let email = text(&oauth.email);
    let verified = oauth.email_verified.as_deref().and_then(|field| told.pointer(&pointer(field)));
    Ok(Person {
        subject,
        name: text(&oauth.name),
        email_verified: email.is_some() && verified == Some(&Value::Bool(true)),
        email,
        language: None,
        sid: None,
        id_token: None,
        // Such a provider never tells: what counts is that it let the person through now.
        authenticated_at: Some(back.now),
    })
}

/// What userinfo tells whoever holds that token.
async fn told(provider: &Provider, oauth: &OAuth, access: &AccessToken) -> Result<Value, Refusal> {
    let key = &provider.settings.key;
    let request = Request::builder()
        .uri(&oauth.userinfo_endpoint)
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", access.secret()))
        .body(Vec::new())
        .map_err(|error| refused(key, error))?;
    let answer = provider.http()(request).await.map_err(|error| unreachable(key, &error))?;
    if answer.status() != StatusCode::OK {
        return Err(refused(key, format_args!("userinfo answered {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|error| refused(key, error))
}

/// `data.id` as JSON writes the way there (RFC 6901).
fn pointer(path: &str) -> String {
    path.split('.').map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

/// A text, or a number as one: identifiers often are numbers.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a7_a_field_of_userinfo_is_named_by_its_path_and_may_be_a_number() {
        let told = json!({ "id": 583_231, "data": { "e/mail": " a@example.org ", "none": null } });
        let said = |path: &str| told.pointer(&pointer(path)).and_then(plain);
        assert_eq!(said("id").as_deref(), Some("583231"));
        assert_eq!(said("data.e/mail").as_deref(), Some("a@example.org"));
        assert_eq!(said("data.none"), None);
        assert_eq!(said("data"), None, "a table is no name");
    }
}
