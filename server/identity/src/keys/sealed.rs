//! Private halves at rest: sealed with a key derived from the deployment's secret, and bound to their identifier, so
//! that whoever reads or changes the database alone can neither sign nor swap keys.

use crate::refusal::Broken;
use platform::Secrets;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use uuid::Uuid;
use zeroize::Zeroizing;

const NONCE: usize = 12;

/// The nonce, then what is sealed.
pub(super) fn seal(
    secrets: &Secrets,
    id: Uuid,
    nonce: [u8; NONCE],
    document: &[u8],
) -> Result<Vec<u8>, Broken> {
    let mut sealed = document.to_vec();
    sealing_key(secrets)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(id.as_bytes()), &mut sealed)
        .map_err(|_| Broken::Secrecy("a signing key could not be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(super) fn unseal(secrets: &Secrets, id: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Broken> {
    const WRONG: Broken = Broken::Secrecy("the signing key in the database was sealed with another secret");
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(WRONG)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WRONG)?;
    let mut document = Zeroizing::new(sealed.to_vec());
    let length = sealing_key(secrets)?
        .open_in_place(nonce, Aad::from(id.as_bytes()), &mut document)
        .map_err(|_| WRONG)?
        .len();
    document.truncate(length);
    Ok(document)
}

fn sealing_key(secrets: &Secrets) -> Result<LessSafeKey, Broken> {
    UnboundKey::new(&AES_256_GCM, &secrets.derive("identity.keys", b""))
        .map(LessSafeKey::new)
        .map_err(|_| Broken::Secrecy("no key to seal with"))
}
