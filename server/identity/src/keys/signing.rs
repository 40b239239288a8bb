//! One key that signs: ECDSA on P-256 or RSA of 2048 bits, always signed with ring. ring makes no RSA keys, so
//! aws-lc-rs does; the `rsa` crate, whose private operations leak time (RUSTSEC-2023-0071), never sees a private key.

use crate::refusal::Broken;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonCurveType, CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, JsonWebKeyId, PrivateSigningKey, SigningError};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

/// How tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: short and fast, unless an application asks otherwise.
    #[default]
    Es256,
    /// RSA with PKCS #1 v1.5 and SHA-256: what every application understands.
    Rs256,
}

impl Algorithm {
    /// All that are offered.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// Its name in JSON Web Algorithms (RFC 7518).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    pub(crate) const fn jws(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        }
    }
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A key that signs tokens.
pub(crate) struct SigningKey {
    pair: Pair,
    public: CoreJsonWebKey,
    random: SystemRandom,
}

/// The private half of a new key, as PKCS #8. An RSA key takes a moment to find.
pub(super) fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, Broken> {
    const FAILED: Broken = Broken::Secrecy("no key could be generated");
    match algorithm {
        Algorithm::Es256 => {
            let random = SystemRandom::new();
            let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
            Ok(Zeroizing::new(document.map_err(|_| FAILED)?.as_ref().to_vec()))
        }
        Algorithm::Rs256 => {
            let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048);
            let document: Pkcs8V1Der<'_> = pair.map_err(|_| FAILED)?.as_der().map_err(|_| FAILED)?;
            Ok(Zeroizing::new(document.as_ref().to_vec()))
        }
    }
}

impl SigningKey {
    pub(super) fn read(algorithm: Algorithm, id: Uuid, document: &[u8]) -> Result<Self, Broken> {
        const UNREADABLE: Broken = Broken::Secrecy("a signing key cannot be read");
        let random = SystemRandom::new();
        let name = JsonWebKeyId::new(id.simple().to_string());
        match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &random)
                    .map_err(|_| UNREADABLE)?;
                let public = point_of(&pair, name).ok_or(UNREADABLE)?;
                Ok(Self { pair: Pair::Ec(pair), public, random })
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(document).map_err(|_| UNREADABLE)?;
                let parts: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
                let public = CoreJsonWebKey::new_rsa(parts.n, parts.e, Some(name));
                Ok(Self { pair: Pair::Rsa(pair), public, random })
            }
        }
    }

    /// The algorithm that it signs with.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Ec(_) => Algorithm::Es256,
            Pair::Rsa(_) => Algorithm::Rs256,
        }
    }

    pub(super) const fn public(&self) -> &CoreJsonWebKey {
        &self.public
    }

    /// A JSON Web Token of that type.
    pub(crate) fn sign_claims(&self, typ: &str, claims: &Value) -> Result<String, Broken> {
        let id = self.public.key_id().map(|id| id.as_str());
        let header = json!({ "alg": self.algorithm().name(), "typ": typ, "kid": id });
        let part = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self
            .sign(&self.algorithm().jws(), signed.as_bytes())
            .map_err(|_| Broken::Secrecy("a token could not be signed"))?;
        Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl PrivateSigningKey for SigningKey {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, algorithm: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        if *algorithm != self.algorithm().jws() {
            return Err(SigningError::UnsupportedAlg(format!("{algorithm:?}")));
        }
        match &self.pair {
            Pair::Ec(pair) => {
                let signature = pair.sign(&self.random, message).map_err(|_| SigningError::CryptoError)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature)
                    .map_err(|_| SigningError::CryptoError)?;
                Ok(signature)
            }
        }
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        self.public.clone()
    }
}

/// ring writes the point as 4, x, y.
fn point_of(pair: &EcdsaKeyPair, name: JsonWebKeyId) -> Option<CoreJsonWebKey> {
    let point = pair.public_key().as_ref();
    let (x, y) = (point.get(1..33)?, point.get(33..65)?);
    Some(CoreJsonWebKey::new_ec(x.to_vec(), y.to_vec(), CoreJsonCurveType::P256, Some(name)))
}
