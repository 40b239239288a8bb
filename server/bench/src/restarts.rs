//! Three servers on one PostgreSQL behind nginx, restarted one after the other while people read, write and sign in: no
//! request fails, nothing acknowledged is lost, no letter leaves twice.

use crate::browser::{Browser, connections};
use crate::mailbox::Mailbox;
use crate::people::{Acknowledged, Found};
use crate::portal::{Database, PEOPLE, Portal, Scene, free_address};
use crate::sign_ins::{Reader, come_in};
use crate::{Failed, UNLIMITED};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

const SERVERS: usize = 3;
/// How long a server that was told to stop still answers, in seconds.
const DRAIN: &str = "2";
/// A server that was told to stop ends within.
const WITHIN: Duration = Duration::from_secs(30);
/// How many people do each thing at once.
const READERS: usize = 2;
const WRITERS: usize = 2;

/// Restarts each of three servers so many times.
pub async fn try_them(program: &Path, postgres: String, times: u32) -> Result<(), Failed> {
    let mailbox = Mailbox::open().await?;
    let settings: [(&str, &str); 3] =
        [("ACCORD_MAIL", &mailbox.url), ("ACCORD_PROXIES", "1"), ("ACCORD_DRAIN_SECONDS", DRAIN)];
    let settings = [UNLIMITED.as_slice(), &settings].concat();
    let database = Database::Postgres(postgres);
    let mut portal = Portal::start(program, &database, Scene::USUAL, &settings).await?;
    // It gave the data, the secret and the address; nginx takes its place.
    portal.kill().await?;
    let mut servers = Vec::new();
    for _ in 0..SERVERS {
        servers.push(Server::start(&portal).await?);
    }
    let nginx = Nginx::start(&portal.base, &servers).await?;
    let reader = Reader::signed_in(&portal).await?;

    let load = Load::default();
    let mut people = load.begin(&portal, &reader);
    for _ in 0..times {
        for server in &mut servers {
            server.restart(&portal).await?;
        }
    }
    load.over.store(true, Ordering::Relaxed);
    while people.join_next().await.is_some() {}

    let found = Found::in_portal(&portal, &mailbox, reader, load.acknowledged.all()).await?;
    let (answered, failed) = (load.answered.load(Ordering::Relaxed), load.failures());
    println!(
        "PostgreSQL, {SERVERS} servers behind nginx, each restarted {times} times: {answered} answers, {} failed; {found}",
        failed.len(),
    );
    drop(nginx);
    if failed.is_empty() && found.is_well() && found.twice == 0 {
        Ok(())
    } else {
        Err(format!("a restart was felt: {found:?}, {:?}", failed.iter().take(5).collect::<Vec<_>>()).into())
    }
}

/// People who go on whatever happens, until it is over.
#[derive(Clone, Debug, Default)]
struct Load {
    over: Arc<AtomicBool>,
    answered: Arc<AtomicU32>,
    failed: Arc<Mutex<Vec<String>>>,
    acknowledged: Acknowledged,
}

impl Load {
    fn begin(&self, portal: &Portal, reader: &Reader) -> JoinSet<()> {
        let mut people = JoinSet::new();
        for _ in 0..READERS {
            people.spawn(self.clone().read(reader.clone()));
        }
        for _ in 0..WRITERS {
            people.spawn(self.clone().write(reader.clone()));
        }
        people.spawn(self.clone().sign_in(portal.browser()));
        people
    }

    async fn read(self, mut reader: Reader) {
        while self.goes_on() {
            let page = reader.browser.open(&reader.list).await;
            self.count(page.and_then(|page| match page.status {
                200 => Ok(()),
                status => Err(format!("the list answered {status}").into()),
            }));
        }
    }

    async fn write(self, mut reader: Reader) {
        while self.goes_on() {
            let added = self.acknowledged.add(&mut reader.browser, &reader.organization).await;
            self.count(added);
        }
    }

    async fn sign_in(self, browser: Browser) {
        let mut turn = PEOPLE.iter().cycle();
        while self.goes_on() {
            let Some(email) = turn.next() else { return };
            self.count(come_in(browser.clone(), email).await.map(drop));
        }
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    fn count(&self, result: Result<(), Failed>) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = result {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(error.to_string());
        }
    }

    fn failures(&self) -> Vec<String> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One of the servers, at an address of its own.
#[derive(Debug)]
struct Server {
    address: SocketAddr,
    process: Child,
}

impl Server {
    async fn start(portal: &Portal) -> Result<Self, Failed> {
        let address = free_address()?;
        let server = Self { address, process: portal.another(address)? };
        server.ready(portal).await?;
        Ok(server)
    }

    /// As an upgrade does: told to stop, gone by itself, started at the same address.
    async fn restart(&mut self, portal: &Portal) -> Result<(), Failed> {
        let id =
            self.process.id().and_then(|id| Pid::from_raw(id.cast_signed())).ok_or("a server is gone")?;
        kill_process(id, Signal::TERM)?;
        let ended = tokio::time::timeout(WITHIN, self.process.wait()).await??;
        if !ended.success() {
            return Err(format!("a server that was told to stop ended with {ended}").into());
        }
        self.process = portal.another(self.address)?;
        self.ready(portal).await
    }

    async fn ready(&self, portal: &Portal) -> Result<(), Failed> {
        let mut browser = Browser::new(&portal.client, &format!("http://{}", self.address));
        browser.until_answered("/readyz").await
    }
}

/// nginx, as `examples/nginx.conf` has it, without https.
#[derive(Debug)]
struct Nginx {
    _process: Child,
    _folder: TempDir,
}

impl Nginx {
    async fn start(base: &str, servers: &[Server]) -> Result<Self, Failed> {
        let folder = TempDir::new()?;
        let (_, port) = base.rsplit_once(':').ok_or("the address has no port")?;
        let servers: String = servers
            .iter()
            .map(|server| format!("server {} max_fails=1 fail_timeout=1s;", server.address))
            .collect();
        let place = folder.path().display();
        let said = format!(
            "daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;
            events {{}}
            http {{
                access_log off;
                client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
                uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
                upstream accord {{ {servers} keepalive 32; }}
                server {{
                    listen 127.0.0.1:{port};
                    location / {{
                        proxy_pass http://accord;
                        proxy_http_version 1.1;
                        proxy_set_header Connection \"\";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        proxy_next_upstream error timeout;
                    }}
                }}
            }}"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, said)?;
        let mut command = Command::new(program()?);
        command.arg("-c").arg(&file).stderr(Stdio::null()).kill_on_drop(true);
        let process = command.spawn()?;
        Browser::new(&connections()?, base).until_answered("/livez").await?;
        Ok(Self { _process: process, _folder: folder })
    }
}

/// Where the system keeps it: not always on the path of people.
fn program() -> Result<&'static str, Failed> {
    let known = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"];
    let there = known.into_iter().find(|path| Path::new(path).exists());
    there.ok_or_else(|| "nginx is not installed".into())
}
