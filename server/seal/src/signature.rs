//! The signature inside a sealed PDF: PAdES (ETSI EN 319 142-1, baseline B) with the deployment's own key, and how it
//! is recognized.
//!
//! The signature covers every byte of the file but its own. Recognizing is stricter than the standard asks: the
//! signature must be the last thing added, and every byte of it the one that we write. So no second file of ours
//! differs from the first by a single byte and still passes.

use crate::Unmade;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Decode as _, Encode as _, Reader as _, Sequence, SliceReader};
use ring::digest::{Context, SHA256};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use std::fmt::Write as _;
use std::ops::Range;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ECDSA_WITH_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Room for the signature, in bytes: a certificate of our own and one signature take less than half.
const ROOM: usize = 3072;
/// What stands before the numbers that say which bytes are signed.
const RANGE: &str = "/ByteRange [0 ";

/// Whether a copy is one that we sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Sealed with this key, and every byte is as it was then.
    Intact,
    /// Holds a seal, and is not what was sealed with this key.
    Changed,
    /// Holds no seal of this kind.
    Unsealed,
}

/// The entries of a signature whose values are known only when everything else is in its place.
pub(crate) fn placeholder() -> String {
    format!("{RANGE}{0:010} {0:010} {0:010}] /Contents <{1}>", 0, "0".repeat(2 * ROOM))
}

/// Signs a file that ends with a placeholder and what follows it.
pub(crate) fn signed(
    mut bytes: Vec<u8>,
    certificate: &[u8],
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, Unmade>,
) -> Result<Vec<u8>, Unmade> {
    let place = Place::last_in(&bytes).ok_or(Unmade::Key)?;
    let numbers = [place.gap.start, place.gap.end, bytes.len() - place.gap.end];
    let mut written = String::from(RANGE);
    for number in numbers {
        write!(written, "{number:010} ").map_err(|_| Unmade::Key)?;
    }
    let end = place.range + written.len() - 1;
    bytes[place.range..end].copy_from_slice(written.trim_end().as_bytes());
    let attributes = attributes(&digest_around(&bytes, &place.gap), certificate).map_err(|_| Unmade::Key)?;
    let signature = sign(&attributes.to_der().map_err(|_| Unmade::Key)?)?;
    let message = message(attributes, &signature, certificate).map_err(|_| Unmade::Key)?;
    let contents = contents(&message).ok_or(Unmade::Key)?;
    bytes[place.gap].copy_from_slice(contents.as_bytes());
    Ok(bytes)
}

/// Whether a copy is one that was sealed with the key of this certificate (DER).
#[must_use]
pub fn verify(certificate: &[u8], bytes: &[u8]) -> Verdict {
    let Some(place) = Place::last_in(bytes) else { return Verdict::Unsealed };
    match is_intact(certificate, bytes, &place) {
        Some(true) => Verdict::Intact,
        _ => Verdict::Changed,
    }
}

fn is_intact(certificate: &[u8], bytes: &[u8], place: &Place) -> Option<bool> {
    let numbers = place.numbers(bytes)?;
    if numbers != [place.gap.start, place.gap.end, bytes.len() - place.gap.end] {
        return Some(false);
    }
    let gap = bytes.get(place.gap.clone())?;
    let inside = unhex(gap.strip_prefix(b"<")?.strip_suffix(b">")?)?;
    let mut reader = SliceReader::new(&inside).ok()?;
    let info: ContentInfo = reader.decode().ok()?;
    let message: SignedData = info.content.decode_as().ok()?;
    let signer = message.signer_infos.0.get(0)?;
    let attributes = attributes(&digest_around(bytes, &place.gap), certificate).ok()?;
    let signed = attributes.to_der().ok()?;
    let expected = self::message(attributes, signer.signature.as_bytes(), certificate).ok()?;
    let same = contents(&expected)?.as_bytes() == gap;
    let certificate = Certificate::from_der(certificate).ok()?;
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key.as_bytes()?.to_vec();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key);
    Some(same && key.verify(&signed, signer.signature.as_bytes()).is_ok())
}

/// Where a signature stands in a file.
struct Place {
    range: usize,
    /// The bytes that are not signed: the signature itself, with its angle brackets.
    gap: Range<usize>,
}

impl Place {
    fn last_in(bytes: &[u8]) -> Option<Self> {
        const BEFORE: &[u8] = b"] /Contents ";
        let range = bytes.windows(RANGE.len()).rposition(|window| window == RANGE.as_bytes())?;
        // Three numbers of ten digits with a space between each.
        let start = range + RANGE.len() + 32;
        let before = bytes.get(start..start + BEFORE.len())?;
        let gap = start + BEFORE.len()..start + BEFORE.len() + 2 * ROOM + 2;
        (before == BEFORE && bytes.len() > gap.end).then_some(Self { range, gap })
    }

    fn numbers(&self, bytes: &[u8]) -> Option<[usize; 3]> {
        let begin = self.range + RANGE.len();
        let text = std::str::from_utf8(bytes.get(begin..begin + 32)?).ok()?;
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    }
}

fn digest_around(bytes: &[u8], gap: &Range<usize>) -> Vec<u8> {
    let mut digest = Context::new(&SHA256);
    digest.update(&bytes[..gap.start]);
    digest.update(&bytes[gap.end..]);
    digest.finish().as_ref().to_vec()
}

/// `SigningCertificateV2` (RFC 5035): the signature names the one certificate that it belongs to.
#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateHash>,
}

/// `ESSCertIDv2`, its algorithm being the default one.
#[derive(Sequence)]
struct CertificateHash {
    hash: OctetString,
}

/// What the key signs: the digest of the file, and whose key it is. When is written in the file, as PAdES asks.
fn attributes(digest: &[u8], certificate: &[u8]) -> der::Result<SignedAttributes> {
    let hash = OctetString::new(ring::digest::digest(&SHA256, certificate).as_ref())?;
    let whose = SigningCertificate { certificates: vec![CertificateHash { hash }] };
    SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, &DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(digest)?)?,
        attribute(SIGNING_CERTIFICATE, &whose)?,
    ])
}

fn attribute<T: der::Encode + der::Tagged>(oid: ObjectIdentifier, value: &T) -> der::Result<Attribute> {
    let value = Any::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// The signature with everything that somebody needs to check it.
fn message(attributes: SignedAttributes, signature: &[u8], certificate: &[u8]) -> der::Result<Vec<u8>> {
    let certificate = Certificate::from_der(certificate)?;
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: algorithm(SHA_256),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm(ECDSA_WITH_SHA_256),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(SHA_256)])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(vec![CertificateChoices::Certificate(
            certificate,
        )])?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

/// The signature as it stands in the file: hexadecimal, filled up with zeros.
fn contents(message: &[u8]) -> Option<String> {
    let mut contents = String::with_capacity(2 * ROOM + 2);
    contents.push('<');
    for byte in message {
        write!(contents, "{byte:02x}").ok()?;
    }
    let missing = (2 * ROOM + 1).checked_sub(contents.len())?;
    contents.extend(std::iter::repeat_n('0', missing));
    contents.push('>');
    Some(contents)
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let pairs = digits.chunks_exact(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
