//! "Not a robot" (rule A4), without any third party and without a puzzle.
//!
//! While one types, the browser looks for the number whose key begins as the challenge wants (ALTCHA's proof of work,
//! on PBKDF2, which browsers compute as fast as anybody): about half a second, once, and a lot for whoever asks a
//! million times. A challenge is signed, works for two hours, and once: that it was used is kept in the database, so
//! that many servers agree.
//!
//! Nobody is a robot for want of a proof: without script, or on a slow device, the same form works, and a little later
//! the same mail leaves; only fewer are sent, per address and per network. A proof that is wrong, too old or used
//! counts as none, so that nobody meets a dead end.

use crate::entity::proof;
use crate::refusal::{Broken, Refusal};
use crate::throttle::Subject;
use crate::{Desk, Provider};
use altcha::{
    ChallengeParameters, HmacAlgorithm, Payload, VerifySolutionOptions, sign_challenge, verify_solution,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Instant;
use platform::secrets;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;

/// How long a challenge works, in seconds: the terms may be read meanwhile.
const LIFE: i64 = 2 * 3600;
/// How a key begins that proves the work: one in 256 does.
const BEGINNING: &str = "00";
/// No proof is longer.
const LONGEST: usize = 4096;
/// How many of the mails that anybody may ask for an address takes in a day.
pub(crate) const MAILS: u16 = 10;
/// How many when no proof came.
const MAILS_UNPROVED: u16 = 5;

/// How much work a proof is, and what waits for whoever brings none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// PBKDF2 iterations of one try; a proof takes 256 tries on average.
    pub cost: u32,
    /// Seconds that a mail waits when no proof came.
    pub wait: u32,
}

impl Default for Proofs {
    fn default() -> Self {
        Self { cost: 5_000, wait: 60 }
    }
}

/// How soon and how often somebody is served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    proved: bool,
    wait: u32,
}

impl Pace {
    /// When a mail asked for now leaves.
    pub(crate) fn leaves_at(self, now: Instant) -> Instant {
        if self.proved { now } else { now.plus_seconds(self.wait.into()) }
    }

    /// How many of the mails that anybody may ask for the address takes in a day.
    pub(crate) const fn mails(self) -> u16 {
        if self.proved { MAILS } else { MAILS_UNPROVED }
    }

    /// Whom the try is counted against: `usual`, or whoever comes without a proof from that network.
    pub(crate) fn subject(self, ip: IpAddr, usual: fn(IpAddr) -> Subject) -> Subject {
        if self.proved { usual(ip) } else { Subject::Unproved(ip) }
    }
}

impl Desk {
    /// A fresh challenge for a form that robots like, as ALTCHA's clients read it: JSON.
    ///
    /// # Errors
    /// Never, unless memory ends.
    pub fn challenge(&self) -> Result<String, Refusal> {
        Ok(self.provider.challenge()?)
    }

    /// Seconds that a mail waits when no proof comes.
    #[must_use]
    pub fn wait_without_proof(&self) -> u32 {
        self.provider.settings().proofs.wait
    }
}

impl Provider {
    fn challenge(&self) -> Result<String, Broken> {
        let chance: [u8; 32] = self.platform().chance.bytes();
        let (nonce, salt) = chance.split_at(16);
        let until = self.now().plus_seconds(LIFE).0;
        let mut parameters = ChallengeParameters {
            algorithm: "PBKDF2/SHA-256".into(),
            cost: self.settings().proofs.cost,
            // Not the protocol's own end, which is judged by a clock that is not ours.
            data: Some(BTreeMap::from([("until".to_owned(), json!(until))])),
            expires_at: None,
            key_length: 32,
            key_prefix: BEGINNING.into(),
            key_signature: None,
            memory_cost: None,
            nonce: in_hex(nonce),
            parallelism: None,
            salt: in_hex(salt),
        };
        let key = self.key_of_challenges();
        let signed = sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, None, &key, None);
        let signed = signed.map_err(|_| Broken::Secrecy("a challenge could not be signed"))?;
        serde_json::to_string(&signed).map_err(|_| Broken::Secrecy("a challenge could not be written"))
    }

    fn key_of_challenges(&self) -> String {
        self.platform().secrets.token("identity.challenge", b"")
    }

    /// How whoever sent that proof is served. The proof is used by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn pace_of(&self, proof: &str) -> Result<Pace, Broken> {
        let wait = self.settings().proofs.wait;
        let proved = match self.understood(proof).await? {
            Some((signature, until)) => self.use_once(&signature, until).await?,
            None => false,
        };
        Ok(Pace { proved, wait })
    }

    /// The signature and the end of the challenge that was solved, if it is ours and still works.
    async fn understood(&self, proof: &str) -> Result<Option<(String, Instant)>, Broken> {
        let bytes = BASE64_STANDARD.decode(proof).unwrap_or_default();
        let payload = serde_json::from_slice::<Payload>(&bytes).ok().filter(|_| proof.len() <= LONGEST);
        let Some(Payload { challenge, solution }) = payload else { return Ok(None) };
        let until =
            challenge.parameters.data.as_ref().and_then(|data| data.get("until")).and_then(Value::as_i64);
        let (Some(until), Some(signature)) = (until.map(Instant), challenge.signature.clone()) else {
            return Ok(None);
        };
        if self.now() >= until {
            return Ok(None);
        }
        let key = self.key_of_challenges();
        // One try of the work: beside the threads that answer.
        let judged = tokio::task::spawn_blocking(move || {
            verify_solution(VerifySolutionOptions::new(&challenge, &solution, key))
                .is_ok_and(|judged| judged.verified)
        });
        let right = judged.await.map_err(|_| Broken::Secrecy("a proof could not be judged"))?;
        Ok(right.then_some((signature, until)))
    }

    async fn use_once(&self, signature: &str, until: Instant) -> Result<bool, Broken> {
        let row =
            proof::ActiveModel { challenge_hash: Set(secrets::hash(signature)), expires_at: Set(until.0) };
        let db = self.platform().store.write();
        let used = proof::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
        Ok(used == 1)
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
