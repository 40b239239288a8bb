//! The deployment's secret, and all that is derived from it. The database holds only hashes.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// The deployment's secret: 32 bytes that never leave the process.
pub struct Secrets {
    root: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    #[must_use]
    pub fn new(root: [u8; 32]) -> Self {
        Self { root: Zeroizing::new(root) }
    }

    /// Reads the secret from a file, or makes it there at first start, readable by its owner alone.
    ///
    /// # Errors
    /// When the file cannot be read, written, or does not hold a secret.
    pub fn kept_in(file: &Path, fresh: [u8; 32]) -> io::Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(file, fresh),
            Err(error) => Err(error),
        }
    }

    /// The secret as configuration writes it: 43 letters of base64url.
    ///
    /// # Errors
    /// When it is not 32 bytes so written.
    pub fn parse(text: &str) -> io::Result<Self> {
        let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(text.trim()).unwrap_or_default());
        let root = <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not 32 bytes in base64url"))?;
        Ok(Self::new(root))
    }

    fn make(file: &Path, fresh: [u8; 32]) -> io::Result<Self> {
        // Written beside, then linked: two servers that start at once agree on one file, and it is whole.
        let draft = file.with_extension(format!("{}.new", std::process::id()));
        write_private(&draft, in_address(&fresh).as_bytes())?;
        let made = fs::hard_link(&draft, file);
        fs::remove_file(&draft)?;
        match made {
            Ok(()) => Ok(Self::new(fresh)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::parse(&fs::read_to_string(file)?)
            }
            Err(error) => Err(error),
        }
    }

    /// A value that only this deployment can make, for a purpose and a thing: a link's token, a code's seed.
    #[must_use]
    pub fn derive(&self, purpose: &str, thing: &[u8]) -> [u8; 32] {
        let mut mac = keyed(self.root.as_slice());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(thing);
        mac.finalize().into_bytes().into()
    }

    /// The token of a link, as it stands in an address.
    #[must_use]
    pub fn token(&self, purpose: &str, thing: &[u8]) -> String {
        in_address(&self.derive(purpose, thing))
    }

    /// A code of six digits to type from a mail. Derived, so that no table holds it.
    #[must_use]
    pub fn code(&self, purpose: &str, thing: &[u8]) -> String {
        let bytes = self.derive(purpose, thing);
        let number = bytes.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }
}

/// Seals a text with a key, so that a table may hold it: nonce and ciphertext (ChaCha20-Poly1305).
#[must_use]
pub fn seal(key: [u8; 32], nonce: [u8; NONCE_LEN], text: &[u8]) -> Vec<u8> {
    let mut sealed = text.to_vec();
    let done = sealing_key(key).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut sealed,
    );
    // Fails only beyond 256 GiB.
    if done.is_err() {
        return Vec::new();
    }
    [nonce.as_slice(), &sealed].concat()
}

/// Opens what [`seal`] closed; nothing when the key is another or a byte was changed.
#[must_use]
pub fn unseal(key: [u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let mut text = text.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let length = sealing_key(key).open_in_place(nonce, Aad::empty(), &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

#[expect(clippy::expect_used, reason = "the algorithm takes a key of 32 bytes")]
fn sealing_key(key: [u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).expect("32 bytes"))
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length")
}

/// What is kept of a token: its SHA-256. Tokens have 256 bits of chance, so no salt is needed.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The SHA-256 of some bytes.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Bytes in the alphabet of addresses, without padding.
#[must_use]
pub fn in_address(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Compares two secrets in constant time.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Writes a file that only its owner can read; it must not be there yet.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn write_private(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(file)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_thing_s_and_its_purpose_s() {
        let secrets = Secrets::new([7; 32]);
        assert_eq!(secrets.token("invitation", b"1"), secrets.token("invitation", b"1"));
        assert_ne!(secrets.token("invitation", b"1"), secrets.token("invitation", b"2"));
        assert_ne!(secrets.token("invitation", b"1"), secrets.token("other", b"1"));
        assert_eq!(secrets.code("a", b"1").len(), 6);
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_alone() {
        let sealed = seal([1; 32], [2; NONCE_LEN], b"text");
        assert_eq!(unseal([1; 32], &sealed).as_deref(), Some(b"text".as_slice()));
        assert_eq!(unseal([3; 32], &sealed), None);
        let mut changed = sealed.clone();
        changed[NONCE_LEN] ^= 1;
        assert_eq!(unseal([1; 32], &changed), None);
        assert_eq!(unseal([1; 32], b"short"), None);
    }
}
