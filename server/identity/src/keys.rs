//! Signing keys: ECDSA P-256 (ES256), signed with ring, made at the first start and kept in the database so
//! that every server signs with the same one. The private half is sealed with a key derived from the
//! deployment's secret; whoever reads the database alone cannot sign.
//!
//! One key is current. A next one may be published before it signs, a retired one stays published while its
//! tokens live: the states are there for rotation.

use crate::Provider;
use crate::entity::key;
use crate::refusal::Broken;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonCurveType, CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, PrivateSigningKey, SigningError};
use platform::Secrets;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use uuid::Uuid;

const ALGORITHM: &str = "ES256";
const NONCE: usize = 12;

/// A key that signs tokens.
pub(crate) struct SigningKey {
    pair: EcdsaKeyPair,
    public: CoreJsonWebKey,
    random: SystemRandom,
}

impl PrivateSigningKey for SigningKey {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, algorithm: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        if *algorithm != CoreJwsSigningAlgorithm::EcdsaP256Sha256 {
            return Err(SigningError::UnsupportedAlg(format!("{algorithm:?}")));
        }
        let signature = self.pair.sign(&self.random, message).map_err(|_| SigningError::CryptoError)?;
        Ok(signature.as_ref().to_vec())
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        self.public.clone()
    }
}

impl SigningKey {
    /// A JSON Web Token of that type.
    pub(crate) fn sign_claims(&self, typ: &str, claims: &Value) -> Result<String, Broken> {
        let id = self.public.key_id().map(|id| id.as_str());
        let header = json!({ "alg": ALGORITHM, "typ": typ, "kid": id });
        let part = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self
            .sign(&CoreJwsSigningAlgorithm::EcdsaP256Sha256, signed.as_bytes())
            .map_err(|_| Broken::Secrecy("a token could not be signed"))?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl Provider {
    pub(crate) async fn make_first_key(&self) -> Result<(), Broken> {
        let db = self.platform().store.write();
        if self.current_key().await?.is_some() {
            return Ok(());
        }
        // Two servers that start at once both try; the index lets one key be current.
        let (row, now) = (self.new_key()?, self.now().0);
        let row = key::ActiveModel { state: Set("current".into()), current_since: Set(Some(now)), ..row };
        let _ = key::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
        Ok(())
    }

    fn new_key(&self) -> Result<key::ActiveModel, Broken> {
        let id = self.random_id();
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| Broken::Secrecy("no key could be generated"))?;
        let pair = pair_of(document.as_ref())?;
        let public = serde_json::to_string(&public_key(&pair, id)?)
            .map_err(|_| Broken::Secrecy("a public key could not be written"))?;
        let sealed = seal(&self.platform().secrets, id, self.platform().chance.bytes(), document.as_ref())?;
        Ok(key::ActiveModel {
            id: Set(id),
            algorithm: Set(ALGORITHM.into()),
            state: Set("next".into()),
            public_key: Set(public),
            sealed: Set(sealed),
            created_at: Set(self.now().0),
            current_since: Set(None),
            retired_at: Set(None),
        })
    }

    async fn current_key(&self) -> Result<Option<key::Model>, Broken> {
        let current = key::Entity::find()
            .filter(key::Column::Algorithm.eq(ALGORITHM))
            .filter(key::Column::State.eq("current"));
        Ok(current.one(self.platform().store.read()).await?)
    }

    /// The key to sign with now.
    pub(crate) async fn signing_key(&self) -> Result<SigningKey, Broken> {
        let row = self.current_key().await?.ok_or(Broken::Secrecy("there is no signing key"))?;
        let document = unseal(&self.platform().secrets, row.id, &row.sealed)?;
        let pair = pair_of(&document)?;
        Ok(SigningKey { public: public_key(&pair, row.id)?, pair, random: SystemRandom::new() })
    }

    /// The JSON Web Key Set: all keys with which a living token may be signed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn jwks(&self) -> Result<Value, Broken> {
        let rows = key::Entity::find().all(self.platform().store.read()).await?;
        let keys: Vec<Value> = rows
            .iter()
            .filter_map(|row| serde_json::from_str::<Value>(&row.public_key).ok())
            .map(|mut key| {
                key["alg"] = ALGORITHM.into();
                key
            })
            .collect();
        Ok(json!({ "keys": keys }))
    }

    /// The claims of a token that this provider signed, whatever its age: a hint, never a proof of presence.
    pub(crate) async fn hinted(&self, token: &str) -> Result<Option<Value>, Broken> {
        let rows = key::Entity::find().all(self.platform().store.read()).await?;
        let keys = rows.iter().filter_map(|row| serde_json::from_str::<CoreJsonWebKey>(&row.public_key).ok());
        let claims = keys.into_iter().find_map(|key| claims_signed_by(&key, token));
        Ok(claims.filter(|claims| claims["iss"] == self.issuer()))
    }

    /// An identifier with nothing in it but chance (UUID version 4): a `sub` tells nobody's age.
    pub(crate) fn random_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.platform().chance.bytes()).into_uuid()
    }
}

fn claims_signed_by(key: &CoreJsonWebKey, token: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    key.verify_signature(&CoreJwsSigningAlgorithm::EcdsaP256Sha256, signed.as_bytes(), &signature).ok()?;
    let (_, claims) = signed.split_once('.')?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn pair_of(document: &[u8]) -> Result<EcdsaKeyPair, Broken> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &SystemRandom::new())
        .map_err(|_| Broken::Secrecy("a signing key cannot be read"))
}

/// ring writes the point as 4, x, y.
fn public_key(pair: &EcdsaKeyPair, id: Uuid) -> Result<CoreJsonWebKey, Broken> {
    let point = pair.public_key().as_ref();
    let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else {
        return Err(Broken::Secrecy("a public key is not a point of P-256"));
    };
    let name = JsonWebKeyId::new(id.simple().to_string());
    Ok(CoreJsonWebKey::new_ec(x.to_vec(), y.to_vec(), CoreJsonCurveType::P256, Some(name)))
}

fn sealing_key(secrets: &Secrets) -> Result<LessSafeKey, Broken> {
    UnboundKey::new(&AES_256_GCM, &secrets.derive("identity.keys", b""))
        .map(LessSafeKey::new)
        .map_err(|_| Broken::Secrecy("no key to seal with"))
}

/// The nonce, then what is sealed; bound to the key's identifier.
fn seal(secrets: &Secrets, id: Uuid, nonce: [u8; NONCE], document: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut sealed = document.to_vec();
    sealing_key(secrets)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(id.as_bytes()), &mut sealed)
        .map_err(|_| Broken::Secrecy("a signing key could not be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(secrets: &Secrets, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
    const WRONG: Broken = Broken::Secrecy("the signing key in the database was sealed with another secret");
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(WRONG)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WRONG)?;
    let mut document = sealed.to_vec();
    let length = sealing_key(secrets)?
        .open_in_place(nonce, Aad::from(id.as_bytes()), &mut document)
        .map_err(|_| WRONG)?
        .len();
    document.truncate(length);
    Ok(document)
}
