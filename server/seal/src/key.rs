//! The deployment's own key, and how a PDF is sealed with it.

use crate::Unmade;
use crate::append::Added;
use crate::signature::{self, Verdict};
use lopdf::{Dictionary, Object, ObjectId};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use std::fmt;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The longest name in a certificate (X.520), in letters.
const LONGEST_NAME: usize = 64;

/// A key that was just made, to be kept.
pub struct MadeKey {
    /// The private key (PKCS #8): a secret.
    pub private: Zeroizing<Vec<u8>>,
    /// Its certificate (DER), which everybody may see.
    pub certificate: Vec<u8>,
}

impl fmt::Debug for MadeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MadeKey").finish_non_exhaustive()
    }
}

/// What a seal says of itself, where programs that show signatures list them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealText {
    /// Who seals.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A key that seals.
pub struct SealKey {
    pair: EcdsaKeyPair,
    chance: SystemRandom,
    certificate: Vec<u8>,
}

impl fmt::Debug for SealKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SealKey").finish_non_exhaustive()
    }
}

impl SealKey {
    /// Makes a key and a certificate of its own for it, in the name of whoever runs the portal; the moments are seconds
    /// since 1970.
    ///
    /// # Errors
    /// When the moments are no dates or the system gives no chance.
    pub fn generate(name: &str, from: i64, until: i64) -> Result<MadeKey, Unmade> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| Unmade::Key)?;
        let mut about = CertificateParams::default();
        about.distinguished_name = DistinguishedName::new();
        let name: String = name.chars().take(LONGEST_NAME).collect();
        about.distinguished_name.push(DnType::CommonName, name);
        about.not_before = moment(from)?;
        about.not_after = moment(until)?;
        about.is_ca = IsCa::ExplicitNoCa;
        about.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
        let certificate = about.self_signed(&pair).map_err(|_| Unmade::Key)?;
        Ok(MadeKey { private: Zeroizing::new(pair.serialize_der()), certificate: certificate.der().to_vec() })
    }

    /// A key that was made before.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(private: &[u8], certificate: &[u8]) -> Result<Self, Unmade> {
        let chance = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, private, &chance);
        Ok(Self { pair: pair.map_err(|_| Unmade::Key)?, chance, certificate: certificate.to_vec() })
    }

    /// The PDF, signed at that moment (seconds since 1970); its own bytes stand unchanged at the beginning.
    ///
    /// # Errors
    /// When the PDF cannot be read, or the key does not sign what its certificate says.
    pub fn seal(&self, pdf: &[u8], at: i64, text: &SealText) -> Result<Vec<u8>, Unmade> {
        let mut added = Added::to(pdf)?;
        let seal = added.new_id();
        added.put_written(seal, seal_object(at, text)?);
        add_field(&mut added, seal, text)?;
        let sealed = signature::signed(added.finish()?, &self.certificate, |message| self.sign(message))?;
        // A certificate of another key would make a seal that nobody can verify.
        if self.verify(&sealed) == Verdict::Intact { Ok(sealed) } else { Err(Unmade::Key) }
    }

    /// Whether a copy is one that this key sealed.
    #[must_use]
    pub fn verify(&self, bytes: &[u8]) -> Verdict {
        signature::verify(&self.certificate, bytes)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unmade> {
        let signature = self.pair.sign(&self.chance, message).map_err(|_| Unmade::Key)?;
        Ok(signature.as_ref().to_vec())
    }
}

fn moment(seconds: i64) -> Result<OffsetDateTime, Unmade> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| Unmade::Key)
}

fn seal_object(at: i64, text: &SealText) -> Result<Vec<u8>, Unmade> {
    let at = moment(at)?;
    let (date, time) = (at.date(), at.time());
    let at = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
    let mut object = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ".to_vec();
    object.extend_from_slice(signature::placeholder().as_bytes());
    object.extend_from_slice(format!(" /M (D:{at}) /Name ").as_bytes());
    for (text, after) in [(&text.name, " /Reason "), (&text.reason, " >>")] {
        let text = lopdf::text_string(text);
        lopdf::Writer::write_object(&mut object, &text).map_err(|_| Unmade::Writing)?;
        object.extend_from_slice(after.as_bytes());
    }
    Ok(object)
}

/// The field that holds the signature: it takes no place on the page.
fn add_field(added: &mut Added, seal: ObjectId, text: &SealText) -> Result<(), Unmade> {
    let page = added.document.page_iter().last().ok_or(Unmade::Reading)?;
    let field = added.new_id();
    let mut widget = Dictionary::new();
    for (key, name) in [("Type", "Annot"), ("Subtype", "Widget"), ("FT", "Sig")] {
        widget.set(key, Object::Name(name.into()));
    }
    widget.set("T", Object::string_literal(format!("Accord-{}", field.0)));
    widget.set("TU", lopdf::text_string(&text.reason));
    widget.set("V", Object::Reference(seal));
    widget.set("P", Object::Reference(page));
    widget.set("Rect", Object::Array(vec![Object::Integer(0); 4]));
    // Hidden, printed as nothing, locked.
    widget.set("F", Object::Integer(2 + 4 + 128));
    added.put(field, &Object::Dictionary(widget))?;

    let mut of_page = added.document.get_dictionary(page).map_err(|_| Unmade::Reading)?.clone();
    push(added, &mut of_page, b"Annots", field);
    added.put(page, &Object::Dictionary(of_page))?;
    add_to_form(added, field)
}

fn add_to_form(added: &mut Added, field: ObjectId) -> Result<(), Unmade> {
    let root = added.trailer.get(b"Root").and_then(Object::as_reference).map_err(|_| Unmade::Reading)?;
    let mut catalog = added.document.catalog().map_err(|_| Unmade::Reading)?.clone();
    let form = catalog.get_deref(b"AcroForm", &added.document).and_then(Object::as_dict);
    let mut form = form.cloned().unwrap_or_default();
    push(added, &mut form, b"Fields", field);
    // Holds signatures, and may only be added to.
    form.set("SigFlags", Object::Integer(3));
    catalog.set("AcroForm", Object::Dictionary(form));
    added.put(root, &Object::Dictionary(catalog))
}

fn push(added: &Added, dictionary: &mut Dictionary, key: &[u8], id: ObjectId) {
    let list = dictionary.get_deref(key, &added.document).and_then(Object::as_array);
    let mut list = list.cloned().unwrap_or_default();
    list.push(Object::Reference(id));
    dictionary.set(key, Object::Array(list));
}
