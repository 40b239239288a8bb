//! OpenID Connect: authorization code, PKCE, nonce, an ID token that is checked in every part, and userinfo when the
//! token does not say enough.

use super::provider::{Metadata, Provider, Unreachable};
use super::{Person, Sent, broken_off, refused};
use crate::refusal::Refusal;
use chrono::{DateTime, Utc};
use domain::{Instant, Language, Problem};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError,
    ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims, EmptyExtraTokenFields, EndUserEmail,
    EndUserName, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, LanguageTag, LocalizedClaim,
    LoginHint, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
    UserInfoError,
};
use platform::Causes;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The session at the provider, when it tells.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct SessionClaim {
    sid: Option<String>,
}

impl AdditionalClaims for SessionClaim {}

type IdToken = openidconnect::IdToken<
    SessionClaim,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Tokens = StandardTokenResponse<
    IdTokenFields<
        SessionClaim,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Client = openidconnect::Client<
    SessionClaim,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How tokens may be signed: never not at all, and never with what the client knows too.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// A provider's clock may be ahead of ours by so many seconds.
pub(super) const AHEAD: i64 = 60;
/// A code and the person who carries it may be on their way for so many seconds.
const STAY_OF_A_CODE: i64 = 300;

fn client(provider: &Provider, metadata: &Metadata, redirect: RedirectUrl) -> Client {
    let settings = &provider.settings;
    let client = Client::from_provider_metadata(
        metadata.clone(),
        ClientId::new(settings.client_id.clone()),
        settings.client_secret.clone().map(ClientSecret::new),
    );
    let methods = metadata.token_endpoint_auth_methods_supported();
    let in_body = methods.is_some_and(|methods| {
        !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
            && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
    });
    let how = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
    client.set_auth_type(how).set_redirect_uri(redirect)
}

/// Where the person is sent, with everything that protects the way back.
pub(super) async fn address(
    provider: &Provider,
    redirect: RedirectUrl,
    sent: &Sent<'_>,
) -> Result<String, Refusal> {
    let metadata = provider.metadata(sent.now).await?;
    let client = client(provider, &metadata, redirect);
    let (state, nonce) = (sent.state.to_owned(), sent.nonce.to_owned());
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scope(Scope::new("email".into()))
        .add_scope(Scope::new("profile".into()))
        .add_ui_locale(LanguageTag::new(sent.wish.language.code().into()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(sent.verifier));
    if let Some(hint) = sent.wish.login_hint {
        request = request.set_login_hint(LoginHint::new(hint.into()));
    }
    if sent.wish.another_account {
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    if let Some(seconds) = sent.max_age {
        request = request.set_max_age(Duration::from_secs(seconds.unsigned_abs()));
    }
    Ok(request.url().0.into())
}

/// What came back to the portal, and what it was sent away with.
pub(super) struct Back<'a> {
    pub code: &'a str,
    pub iss: Option<&'a str>,
    pub verifier: &'a str,
    pub nonce: &'a str,
    pub max_age: Option<i64>,
    pub now: Instant,
}

/// Who the person is, by the word of the provider.
pub(super) async fn person(
    provider: &Provider,
    redirect: RedirectUrl,
    back: Back<'_>,
) -> Result<Person, Refusal> {
    let key = &provider.settings.key;
    let metadata = provider.metadata(back.now).await?;
    if back.iss.is_none() && metadata.additional_metadata().authorization_response_iss_parameter_supported {
        return Err(refused(key, "the answer does not say which provider it is of"));
    }
    let mut client = client(provider, &metadata, redirect.clone());
    let http = provider.http();
    let answer = client
        .exchange_code(AuthorizationCode::new(back.code.to_owned()))
        .map_err(|error| refused(key, error))?
        .set_pkce_verifier(PkceCodeVerifier::new(back.verifier.to_owned()))
        .request_async(&http)
        .await
        .map_err(|error| broken_off(key, &error))?;
    let token = answer.id_token().ok_or_else(|| refused(key, "there is no ID token"))?;
    let mut claims = verified(&client, token, &answer, &back);
    if let Err(ClaimsVerificationError::SignatureVerification(_)) = &claims {
        // Perhaps the provider's keys changed since they were learnt.
        let metadata = provider.metadata_anew(back.now).await?;
        client = self::client(provider, &metadata, redirect);
        claims = verified(&client, token, &answer, &back);
    }
    let mut person = claims.map_err(|error| refused(key, Causes(&error)))?;
    if (person.email.is_none() || person.name.is_none()) && metadata.userinfo_endpoint().is_some() {
        person = asked(provider, &client, answer.access_token().clone(), person).await?;
    }
    Ok(Person { id_token: Some(token.to_string()), ..person })
}

/// What the ID token says, once everything about it is right.
fn verified(
    client: &Client,
    token: &IdToken,
    answer: &Tokens,
    back: &Back<'_>,
) -> Result<Person, ClaimsVerificationError> {
    let (now, latest) = (moment(back.now), moment(back.now.plus_seconds(AHEAD)));
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now)
        .set_issue_time_verifier_fn(move |issued| {
            if issued <= latest { Ok(()) } else { Err("it was issued in the future".into()) }
        });
    let claims = token.claims(&verifier, &Nonce::new(back.nonce.to_owned()))?;
    let wrong = |what: &str| ClaimsVerificationError::Other(what.to_owned());
    if claims.authorized_party().is_some_and(|party| party != client.client_id()) {
        return Err(wrong("it was made for another application"));
    }
    if claims.subject().is_empty() {
        return Err(wrong("it is about nobody"));
    }
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(|error| wrong(&error.to_string()))?;
        let algorithm = token.signing_alg().map_err(|error| wrong(&error.to_string()))?;
        let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
        if actual.map_err(|error| wrong(&error.to_string()))? != *expected {
            return Err(wrong("the access token is another"));
        }
    }
    let authenticated_at = claims.auth_time().map(|at| Instant(at.timestamp_millis()));
    if let Some(seconds) = back.max_age {
        // OpenID Connect Core, 3.1.3.7: who asked for a sign-in of late is told when it was, and checks.
        let since = authenticated_at.ok_or_else(|| wrong("it does not say when the person signed in"))?;
        if back.now > since.plus_seconds(seconds + STAY_OF_A_CODE) {
            return Err(wrong("the person signed in too long ago"));
        }
    }
    let sid = claims.additional_claims().sid.clone();
    let verified = claims.email_verified();
    let told = described(claims.subject(), claims.name(), (claims.email(), verified), claims.locale());
    Ok(Person { sid, authenticated_at, ..told })
}

/// Many providers give name and address only at their userinfo address: what they say there is of the same person,
/// or of nobody.
async fn asked(
    provider: &Provider,
    client: &Client,
    access: AccessToken,
    known: Person,
) -> Result<Person, Refusal> {
    let key = &provider.settings.key;
    let subject = SubjectIdentifier::new(known.subject.clone());
    let request = client.user_info(access, Some(subject)).map_err(|error| refused(key, error))?;
    let http = provider.http();
    let told: Result<UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>, _> =
        request.request_async(&http).await;
    let told = match told {
        Ok(told) => {
            described(told.subject(), told.name(), (told.email(), told.email_verified()), told.locale())
        }
        Err(UserInfoError::Request(error)) => return Err(unreachable(key, &error)),
        Err(error) => return Err(refused(key, Causes(&error))),
    };
    // An address and whether it is verified are told by the same word.
    let (email, email_verified) = match known.email {
        Some(email) => (Some(email), known.email_verified),
        None => (told.email, told.email_verified),
    };
    Ok(Person {
        name: known.name.or(told.name),
        language: known.language.or(told.language),
        email,
        email_verified,
        ..known
    })
}

pub(super) fn unreachable(provider: &str, error: &Unreachable) -> Refusal {
    tracing::warn!(provider, %error, "a provider did not answer");
    Problem::ProviderUnavailable.into()
}

/// The claims of a person, as both the ID token and userinfo tell them.
fn described(
    subject: &SubjectIdentifier,
    name: Option<&LocalizedClaim<EndUserName>>,
    (email, verified): (Option<&EndUserEmail>, Option<bool>),
    locale: Option<&LanguageTag>,
) -> Person {
    let name = name.and_then(|name| name.get(None)).map(|name| name.to_string());
    Person {
        subject: subject.to_string(),
        name: name.filter(|name| !name.trim().is_empty()),
        email_verified: email.is_some() && verified.unwrap_or(false),
        email: email.map(|email| email.to_string()),
        language: locale.and_then(|tag| Language::from_code(tag.as_ref().get(..2).unwrap_or_default())),
        sid: None,
        id_token: None,
        authenticated_at: None,
    }
}

fn moment(at: Instant) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::from_millis(at.0.unsigned_abs())
}
