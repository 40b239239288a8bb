//! The configuration of one server: defaults, then a file, then the environment.
//!
//! It is read once, here and nowhere else, and judged as a whole before anything starts. What contradicts
//! itself is refused with sentences that say what to change, all of them at once.

mod base_url;
pub mod known;
mod looks;
mod source;

pub use base_url::BaseUrl;
pub use source::Source;

use backend::{Documents, Looks, Operator, PortalSettings, Retention};
use domain::access_requests::SharedMailboxes;
use domain::accounts::PasswordPolicy;
use domain::{Bilingual, Email};
use identity::{Proofs, SecondFactor};
use looks::Colour;
use platform::calendar::ATLANTIC;
use platform::{Calendar, Sender};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// What a deployment chose, judged.
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Where Prometheus reads figures; nowhere when it was not said.
    pub metrics: Option<SocketAddr>,
    /// The address as people know it; links are built from it alone.
    pub base_url: BaseUrl,
    /// The folder of the database and of the generated secrets.
    pub data: PathBuf,
    pub database_url: Hidden,
    /// Nothing only when it was not said, and the portal is not a demonstration on this machine.
    pub mail_url: Option<Hidden>,
    /// Whether `/mailbox` shows the letters of a `folder:`.
    pub mailbox: bool,
    pub sender: Sender,
    pub calendar: Calendar,
    pub secret_file: PathBuf,
    pub portal: PortalSettings,
    /// What is asked of a new password (A3).
    pub passwords: PasswordPolicy,
    /// How much work "not a robot" is (A4).
    pub proofs: Proofs,
    /// The terms and privacy policy that accounts consent to (A2).
    pub terms_version: String,
    /// Who has to have a second factor (A8).
    pub second_factor: SecondFactor,
    pub catalogue: Option<PathBuf>,
    /// The file of client applications beside the portal (P9).
    pub clients: Option<PathBuf>,
    /// The file of providers beside the embedded one (A7).
    pub providers: Option<PathBuf>,
    /// P10: serve though people hold profiles that the catalogue does not know.
    pub keep_unknown_profiles: bool,
    /// The folder of scripts, styles and images that the build made.
    pub site: Option<PathBuf>,
    /// How long a server that was told to stop still answers.
    pub drain: Duration,
    pub limits: Limits,
    pub log: Log,
}

/// What the limiter in front of everything allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests per minute and address; nothing when there is no limit.
    pub requests_per_minute: Option<u32>,
    /// How many proxies in front add to `X-Forwarded-For`.
    pub proxies: u8,
}

/// What is written down while it runs.
#[derive(Clone, Debug)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// A value that may hold a password: never written to a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Everything that is wrong with the configuration, one sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.0.join("\n"))]
pub struct Faults(pub Vec<String>);

impl Faults {
    fn add(&mut self, sentence: impl Into<String>) {
        self.0.push(sentence.into());
    }
}

impl Settings {
    /// Reads the file, the environment, and judges both together.
    ///
    /// # Errors
    /// Every fault, each as a sentence that says what to change.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Faults> {
        Self::judge(Source::read(file, environment)?)
    }

    /// Judges what was read.
    ///
    /// # Errors
    /// Every fault, each as a sentence that says what to change.
    pub fn judge(source: Source) -> Result<Self, Faults> {
        Judge { source, faults: Faults::default() }.settings()
    }

    /// The folder whose letters `/mailbox` shows.
    #[must_use]
    pub fn mailbox_folder(&self) -> Option<PathBuf> {
        let url = self.mail_url.as_ref().filter(|_| self.mailbox)?;
        url.reveal().strip_prefix("folder:").map(PathBuf::from)
    }

    /// The file of an SQLite database, where its address is a plain path.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database_url.reveal().strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.contains(['?', '%'])).then(|| PathBuf::from(path))
    }

    /// What an operator may want to know, though nothing is refused.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.base_url.is_https() && self.limits.proxies == 0 && self.listen.ip().is_loopback() {
            warnings.push(
                "The portal is reached through a proxy on this machine, but ACCORD_PROXIES is 0: everybody seems to \
                 have the proxy's address, so nobody is limited by address. Set ACCORD_PROXIES to the number of proxies."
                    .into(),
            );
        }
        if others_can_read(&self.data) {
            warnings.push(format!(
                "Others on this machine can read the folder of data; run: chmod 700 {}",
                self.data.display()
            ));
        }
        if self.site.is_none() {
            warnings.push(
                "There is no folder of scripts and styles (ACCORD_SITE): pages will be bare. `make build` makes it."
                    .into(),
            );
        }
        warnings
    }
}

/// Reads one value after the other and keeps every fault.
struct Judge {
    source: Source,
    faults: Faults,
}

impl Judge {
    fn settings(mut self) -> Result<Settings, Faults> {
        let listen = self.listen();
        let base_url = self.base_url(listen);
        let data = PathBuf::from(self.text("data", "./data"));
        let mail_url = self.mail_url(&base_url, &data);
        let portal = self.portal(&base_url);
        let settings = Settings {
            listen,
            metrics: self.metrics(listen),
            mailbox: self.mailbox(listen, mail_url.as_ref()),
            mail_url,
            database_url: self.database_url(&data),
            sender: self.sender(&base_url),
            calendar: self.calendar(),
            secret_file: self.path("secret_file").unwrap_or_else(|| data.join("secret")),
            passwords: self.value("password_policy", PasswordPolicy::default(), "composed or nist"),
            proofs: self.proofs(),
            terms_version: self.terms_version(&portal.looks),
            second_factor: self.second_factor(),
            portal,
            catalogue: self.path("catalogue"),
            clients: self.path("clients"),
            providers: self.path("providers"),
            keep_unknown_profiles: self.value("keep_unknown_profiles", false, "true or false"),
            site: self.site(),
            drain: Duration::from_secs(self.number("drain_seconds", 0, 0, 300).into()),
            limits: self.limits(),
            log: self.log(),
            base_url,
            data,
        };
        if self.faults.0.is_empty() { Ok(settings) } else { Err(self.faults) }
    }

    fn text(&self, name: &str, default: &str) -> String {
        self.source.text(name).unwrap_or(default).to_owned()
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.source.text(name).map(PathBuf::from)
    }

    /// The value of a kind, or its default when it is not said or cannot be read.
    fn value<T: FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        let Some(text) = self.source.text(name) else { return default };
        text.parse().unwrap_or_else(|_| {
            self.faults.add(format!("{} is “{text}”; it should be {expected}.", self.source.name(name)));
            default
        })
    }

    fn number(&mut self, name: &str, default: u32, least: u32, most: u32) -> u32 {
        let expected = format!("a whole number from {least} to {most}");
        let number = self.value(name, default, &expected);
        if !(least..=most).contains(&number) {
            self.faults.add(format!("{} is {number}; it should be {expected}.", self.source.name(name)));
        }
        number
    }

    fn listen(&mut self) -> SocketAddr {
        let default = SocketAddr::from(([127, 0, 0, 1], 3000));
        self.value("listen", default, "an address and a port, such as 127.0.0.1:3000 or 0.0.0.0:3000")
    }

    /// Figures are the operator's own: never at the address that everybody reaches.
    fn metrics(&mut self, listen: SocketAddr) -> Option<SocketAddr> {
        self.source.text("metrics")?;
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let address = self.value("metrics", nowhere, "an address and a port, such as 127.0.0.1:9100");
        if address == listen {
            let name = self.source.name("metrics");
            self.faults
                .add(format!("{name} is the address of the portal; give it a port that only you reach."));
        }
        Some(address)
    }

    fn base_url(&mut self, listen: SocketAddr) -> BaseUrl {
        let default = BaseUrl::of_this_machine(listen.port());
        let Some(text) = self.source.text("base_url") else { return default };
        let url = match BaseUrl::parse(text) {
            Ok(url) => url,
            Err(why) => {
                self.faults.add(format!("{} is “{text}”; {why}.", self.source.name("base_url")));
                return default;
            }
        };
        let allowed = self.value("plain_http", false, "true or false");
        if !url.is_https() && !url.is_loopback() && !allowed {
            self.faults.add(format!(
                "{} is “{url}”: passwords and sessions would travel in clear. Use https:// (a proxy in front may hold \
                 the certificate), or set ACCORD_PLAIN_HTTP=true on a network where nobody else listens.",
                self.source.name("base_url")
            ));
        }
        url
    }

    fn database_url(&mut self, data: &Path) -> Hidden {
        let default = format!("sqlite:{}", in_sqlite_url(&data.join("accord.sqlite")));
        let url = self.source.text("database_url").unwrap_or(&default).to_owned();
        let name = self.source.name("database_url");
        if url.contains(":memory:") || url.contains("mode=memory") {
            self.faults.add(format!(
                "{name} asks for a database in memory; Accord keeps what it is told. Use sqlite:FILE or postgres://…"
            ));
        } else if !["sqlite:", "postgres://", "postgresql://"].iter().any(|kind| url.starts_with(kind)) {
            let kind = url.split_once(':').map_or("nothing that is known", |(kind, _)| kind);
            self.faults.add(format!(
                "{name} begins with “{kind}”; Accord keeps its data in SQLite (sqlite:FILE) or PostgreSQL (postgres://…)."
            ));
        }
        Hidden(url)
    }

    fn mail_url(&mut self, base_url: &BaseUrl, data: &Path) -> Option<Hidden> {
        let Some(url) = self.source.text("mail").map(str::to_owned) else {
            return base_url
                .is_demonstration()
                .then(|| Hidden(format!("folder:{}", data.join("mail").display())));
        };
        let name = self.source.name("mail");
        if url.starts_with("folder:") && !base_url.is_loopback() {
            self.faults.add(format!(
                "{name} is a folder, but {base_url} is for people elsewhere, who would never get their mail. Use \
                 smtp://HOST:PORT or smtps://USER:PASSWORD@HOST, or a base URL on localhost."
            ));
        } else if !["smtp://", "smtps://", "folder:"].iter().any(|kind| url.starts_with(kind)) {
            self.faults.add(format!(
                "{name} is not understood. Use smtp://HOST:PORT, smtps://USER:PASSWORD@HOST or folder:PATH."
            ));
        }
        Some(Hidden(url))
    }

    /// The demonstration's mailbox shows everybody's letters: only to whoever sits at this machine.
    fn mailbox(&mut self, listen: SocketAddr, mail: Option<&Hidden>) -> bool {
        let folder = mail.is_some_and(|url| url.reveal().starts_with("folder:"));
        let Some(asked) = self.source.text("mailbox").map(str::to_owned) else {
            return folder && listen.ip().is_loopback();
        };
        let wanted = self.value("mailbox", false, "true or false");
        if wanted && !folder {
            self.faults.add(format!(
                "{} is {asked}, but mail does not go to a folder: there is nothing to show. Leave it out, or set \
                 ACCORD_MAIL=folder:PATH.",
                self.source.name("mailbox")
            ));
        }
        wanted && folder
    }

    fn sender(&mut self, base_url: &BaseUrl) -> Sender {
        let default = "Accord <no-reply@accord.example>";
        if !base_url.is_loopback() && self.source.text("mail_from").is_none() {
            self.faults.add(format!(
                "ACCORD_MAIL_FROM is not set, and {base_url} sends mail to real people. Set it to a name and an address \
                 of yours, such as ACCORD_MAIL_FROM=\"Accord <no-reply@{}>\".",
                base_url.host()
            ));
        }
        let text = self.text("mail_from", default);
        let (name, address) = mailbox(&text);
        self.email("mail_from", address, "a name and an address, such as Accord <no-reply@example.org>");
        let reply_to = self.source.text("reply_to").map(str::to_owned);
        if let Some(reply_to) = &reply_to {
            self.email("reply_to", reply_to, "an e-mail address");
        }
        Sender { name: name.to_owned(), address: address.to_owned(), reply_to }
    }

    fn email(&mut self, name: &str, address: &str, expected: &str) {
        if Email::parse(address).is_err() {
            self.faults
                .add(format!("{} holds “{address}”; it should be {expected}.", self.source.name(name)));
        }
    }

    #[expect(clippy::expect_used, reason = "UTC is in every database of time zones")]
    fn calendar(&mut self) -> Calendar {
        let zone = self.text("time_zone", ATLANTIC);
        Calendar::of(&zone).unwrap_or_else(|_| {
            let name = self.source.name("time_zone");
            self.faults
                .add(format!("{name} is “{zone}”, which is no time zone; use a name such as {ATLANTIC}."));
            Calendar::of("UTC").expect("UTC")
        })
    }

    fn portal(&mut self, base_url: &BaseUrl) -> PortalSettings {
        let default = PortalSettings::default();
        let days = self.number("invitation_days", 30, 1, 365);
        let reminder = self.number("reminder_days", 7, 0, 364);
        if reminder >= days {
            self.faults.add(format!(
                "ACCORD_REMINDER_DAYS is {reminder} and ACCORD_INVITATION_DAYS is {days}: the reminder would come before \
                 the invitation. Make the first smaller."
            ));
        }
        PortalSettings {
            operator: self.operator(base_url),
            invitation_days: days.into(),
            reminder_days: reminder.into(),
            invitations_per_day: self.small("invitations_per_day", default.invitations_per_day),
            mails_per_address_per_day: self
                .small("mails_per_address_per_day", default.mails_per_address_per_day),
            review_months: self
                .number("review_months", 12, 1, 120)
                .try_into()
                .unwrap_or(default.review_months),
            unused_days: self.number("unused_days", 180, 1, 3650),
            grant_reminder_days: self.number("grant_reminder_days", 30, 0, 364).into(),
            primary_notice_days: self.number("primary_notice_days", 7, 1, 60).into(),
            request_days: self.number("request_days", 30, 1, 364).into(),
            request_reminder_days: self.number("request_reminder_days", 7, 0, 363).into(),
            shared_mailboxes: self.shared_mailboxes(),
            step_up_minutes: self.number("step_up_minutes", 60, 0, 720).into(),
            agreement_reminder_days: self.number("agreement_reminder_days", 3, 0, 364).into(),
            documents: self.documents(),
            looks: self.looks(),
            retention: self.retention(),
        }
    }

    /// S3: where what is signed is kept.
    fn documents(&mut self) -> Documents {
        let text = self.text("documents", "database");
        match text.strip_prefix("folder:").map(str::trim) {
            Some(folder) if !folder.is_empty() => Documents::Folder(PathBuf::from(folder)),
            None if text == "database" => Documents::Database,
            _ => {
                let name = self.source.name("documents");
                self.faults.add(format!("{name} is “{text}”; it should be database or folder:PATH."));
                Documents::Database
            }
        }
    }

    /// R4: those of the program, or the operator's own.
    fn shared_mailboxes(&mut self) -> SharedMailboxes {
        let own = self.text("shared_mailboxes", "");
        if own.trim().is_empty() {
            SharedMailboxes::default()
        } else {
            SharedMailboxes::named(own.split(','))
        }
    }

    fn second_factor(&mut self) -> SecondFactor {
        match self.text("second_factor", "nobody").as_str() {
            "nobody" => SecondFactor::Nobody,
            "administrators" => SecondFactor::Administrators,
            "everybody" => SecondFactor::Everybody,
            other => {
                let name = self.source.name("second_factor");
                self.faults
                    .add(format!("{name} is “{other}”; it should be nobody, administrators or everybody."));
                SecondFactor::Nobody
            }
        }
    }

    /// What the operator says, or a mark that changes with the texts.
    fn terms_version(&self, looks: &Looks) -> String {
        let own: Vec<&str> = [&looks.terms, &looks.privacy]
            .into_iter()
            .flatten()
            .flat_map(|text| [text.en.as_str(), &text.fr])
            .collect();
        if own.is_empty() {
            return self.text("terms_version", BUILT_IN_TERMS);
        }
        let mark = platform::secrets::in_address(&platform::secrets::hash(&own.join("\n")));
        self.text("terms_version", mark.get(..16).unwrap_or_default())
    }

    fn proofs(&mut self) -> Proofs {
        let default = Proofs::default();
        Proofs {
            cost: self.number("proof_cost", default.cost, 1, 1_000_000),
            wait: self.number("proof_wait", default.wait, 1, 3_600),
        }
    }

    fn retention(&mut self) -> Retention {
        let default = Retention::default();
        Retention {
            contacts: self.months("keep_contacts_months", default.contacts),
            invitations: self.months("keep_invitations_months", default.invitations),
            letters: self.months("keep_letters_months", default.letters),
            activity: self.months("keep_activity_months", default.activity),
            requests: self.months("keep_requests_months", default.requests),
            reviews: self.months("keep_reviews_months", default.reviews),
            agreements: self.months("keep_agreements_months", default.agreements),
        }
    }

    /// A period of a century is for ever, too.
    fn months(&mut self, name: &str, default: i32) -> i32 {
        self.number(name, default.unsigned_abs(), 0, 1_200).try_into().unwrap_or(default)
    }

    fn small(&mut self, name: &str, default: u16) -> u16 {
        self.number(name, default.into(), 1, 65_000).try_into().unwrap_or(default)
    }

    fn operator(&mut self, base_url: &BaseUrl) -> Operator {
        if !base_url.is_loopback() {
            for name in ["operator_name_en", "operator_name_fr", "operator_email"] {
                if self.source.text(name).is_none() {
                    self.faults.add(format!(
                        "{} is not set: pages and mails of {base_url} would not say whose they are.",
                        self.source.name(name)
                    ));
                }
            }
        }
        // Nobody said anything: a demonstration, whose operator is invented like everybody in it.
        let demo = backend::demo::operator();
        let email = self.text("operator_email", &demo.email);
        self.email("operator_email", &email, "an e-mail address");
        Operator {
            name: Bilingual::new(
                self.text("operator_name_en", &demo.name.en),
                self.text("operator_name_fr", &demo.name.fr),
            ),
            email,
            phone: self.text("operator_phone", &demo.phone),
        }
    }

    fn looks(&mut self) -> Looks {
        Looks {
            colour: self.colour("colour", Colour::for_light),
            colour_dark: self.colour("colour_dark", Colour::for_dark),
            terms: self.text_in_both("terms"),
            privacy: self.text_in_both("privacy"),
        }
    }

    fn colour(&mut self, name: &str, judge: fn(&str) -> Result<Colour, String>) -> Option<String> {
        let text = self.source.text(name)?.to_owned();
        match judge(&text) {
            Ok(colour) => Some(colour.to_string()),
            Err(why) => {
                self.faults.add(format!("{} is “{text}”: {why}.", self.source.name(name)));
                None
            }
        }
    }

    /// The files of one text in English and French: both, or none.
    fn text_in_both(&mut self, name: &str) -> Option<Bilingual> {
        let files = ["en", "fr"].map(|language| format!("{name}_{language}"));
        let [en, fr] = files.each_ref().map(|name| self.path(name));
        let (Some(en), Some(fr)) = (&en, &fr) else {
            if en.is_some() || fr.is_some() {
                let [en, fr] = files.each_ref().map(|name| self.source.name(name));
                self.faults
                    .add(format!("Only one of {en} and {fr} is set; people read it in both languages."));
            }
            return None;
        };
        Some(Bilingual::new(self.markdown(&files[0], en)?, self.markdown(&files[1], fr)?))
    }

    fn markdown(&mut self, name: &str, file: &Path) -> Option<String> {
        match std::fs::read_to_string(file) {
            Ok(text) => Some(looks::rendered(&text)),
            Err(error) => {
                let (name, file) = (self.source.name(name), file.display());
                self.faults.add(format!("{name} is “{file}”, which cannot be read: {error}."));
                None
            }
        }
    }

    fn site(&mut self) -> Option<PathBuf> {
        let Some(folder) = self.path("site") else { return self.source.likely_site() };
        if !folder.is_dir() {
            let name = self.source.name("site");
            self.faults.add(format!("{name} is “{}”, which is no folder.", folder.display()));
        }
        Some(folder)
    }

    fn limits(&mut self) -> Limits {
        let requests = self.number("requests_per_minute", 6_000, 0, 10_000_000);
        Limits {
            requests_per_minute: (requests > 0).then_some(requests),
            proxies: self.number("proxies", 0, 0, 9).try_into().unwrap_or(0),
        }
    }

    fn log(&mut self) -> Log {
        let filter = self.text("log", "info,sqlx=warn,sea_orm_migration=warn");
        if let Err(error) = EnvFilter::try_new(&filter) {
            let name = self.source.name("log");
            self.faults.add(format!(
                "{name} is “{filter}”; it should be a level or a filter such as info,backend=debug ({error})."
            ));
        }
        let format = match self.text("log_format", "text").as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => {
                let name = self.source.name("log_format");
                self.faults.add(format!("{name} is “{other}”; it should be text or json."));
                LogFormat::Text
            }
        };
        Log { filter, format }
    }
}

/// The version of the terms and of the privacy notice that come with the portal: to be raised with their texts.
const BUILT_IN_TERMS: &str = "1";

#[cfg(unix)]
fn others_can_read(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

/// `Name <address>`, or an address alone.
fn mailbox(text: &str) -> (&str, &str) {
    match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
        None => ("Accord", text.trim()),
    }
}

/// A path as it stands in `sqlite:…`, where `%` and `?` mean something.
pub(crate) fn in_sqlite_url(path: &Path) -> String {
    path.display().to_string().replace('%', "%25").replace('?', "%3F")
}

#[cfg(test)]
mod tests;
