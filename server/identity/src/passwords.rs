//! Passwords are kept as argon2id, the second of OWASP's and RFC 9106's recommendations (19 MiB, two passes).
//!
//! Hashing is work for a core and 19 MiB: as many go on at once as there are cores, the others wait their turn. The
//! threads that do it give way to those that answer requests, so that a burst of sign-ins slows sign-ins only.

use crate::refusal::Broken;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher as _, Version};
use domain::accounts::Password;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// What is verified when nobody has the e-mail, so that the answer takes as long: a hash of nothing typed.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How much the threads that hash give way: the kernel's "nice". The others then run as if they were alone.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// What argon2 works in, kept by each thread: taken from the system anew, its 19 MiB cost half as much as the hash.
type Memory = Vec<Block>;
type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Hashes and compares passwords, beside the threads that answer requests.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    jobs: Sender<Job>,
}

impl Passwords {
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn new() -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("passwords".to_owned()).spawn(move || work_off(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// The hash to keep.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Broken> {
        self.in_turn(move |_| {
            argon2()?
                .hash_password(password.as_bytes())
                .map(|hash: PasswordHash| hash.to_string())
                .map_err(|_| Broken::Secrecy("a password could not be hashed"))
        })
        .await?
    }

    /// Whether it is the password of that hash. Without a hash it takes as long, and is not.
    pub(crate) async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, Broken> {
        self.in_turn(move |memory| {
            let known = hash.is_some();
            let kept = hash.unwrap_or_else(|| NOBODY.to_owned());
            let same =
                is_of(&password, &kept, memory).ok_or(Broken::Secrecy("a kept hash cannot be read"))?;
            Ok(same && known)
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Broken> {
        let (answer, done) = oneshot::channel();
        // Whoever asked may have gone meanwhile: then nobody hears the answer.
        let job = Box::new(move |memory: &mut Memory| drop(answer.send(work(memory))));
        self.jobs.send(job).map_err(|_| Broken::Secrecy("nobody hashes any more"))?;
        done.await.map_err(|_| Broken::Secrecy("hashing broke off"))
    }
}

/// What one thread does until nobody can ask it any more.
fn work_off(waiting: &Mutex<Receiver<Job>>) {
    // On Linux this is about this thread alone; elsewhere it would slow the whole program.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::warn!(%error, "passwords are compared as urgently as requests are answered");
    }
    let mut memory = Memory::new();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A hash that breaks off ends its own answer, not the thread.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

/// Whether it is the password of that hash; nothing when the hash cannot be read.
fn is_of(password: &Password, kept: &str, memory: &mut Memory) -> Option<bool> {
    let kept = PasswordHash::new(kept).ok()?;
    let (salt, expected) = (kept.salt.as_ref()?, kept.hash.as_ref()?);
    let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
    let version = Version::try_from(kept.version?).ok()?;
    let params = Params::try_from(&kept).ok()?;
    memory.resize(params.block_count(), Block::default());
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..expected.len())?;
    let argon2 = Argon2::new(algorithm, version, params);
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, memory).ok()?;
    // Outputs are compared in constant time.
    Some(Output::new(output).ok()? == *expected)
}

fn argon2() -> Result<Argon2<'static>, Broken> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| Broken::Secrecy("argon2 parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_its_own_and_nobody_s_is_none() {
        let passwords = Passwords::new().unwrap();
        let typed = || Password::typed("Brume-salée d’octobre 7");
        let hash = passwords.hash(typed()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify(typed(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(Password::typed("another"), Some(hash)).await.unwrap());
        assert!(!passwords.verify(typed(), None).await.unwrap());
    }
}
