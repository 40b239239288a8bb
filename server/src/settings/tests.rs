use super::*;
use std::fs;

fn read(environment: &[(&str, &str)]) -> Result<Settings, Faults> {
    let environment = environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let file = tempfile::NamedTempFile::new().unwrap();
    Settings::read(Some(file.path()), environment)
}

fn fault(environment: &[(&str, &str)]) -> String {
    read(environment).unwrap_err().to_string()
}

const REAL: [(&str, &str); 6] = [
    ("ACCORD_BASE_URL", "https://accord.example.org"),
    ("ACCORD_MAIL", "smtp://mail.example.org:25"),
    ("ACCORD_MAIL_FROM", "Accord <no-reply@example.org>"),
    ("ACCORD_OPERATOR_NAME_EN", "Department"),
    ("ACCORD_OPERATOR_NAME_FR", "Ministère"),
    ("ACCORD_OPERATOR_EMAIL", "help@example.org"),
];

fn real_but(name: &str, text: &str) -> String {
    let mut environment = REAL.to_vec();
    environment.retain(|(kept, _)| *kept != name);
    if !text.is_empty() {
        environment.push((name, text));
    }
    fault(&environment)
}

#[test]
fn nothing_said_is_a_demonstration_on_this_machine() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.base_url.as_str(), "http://localhost:3000");
    assert_eq!(settings.database_url.reveal(), "sqlite:./data/accord.sqlite");
    assert_eq!(settings.mail_url.as_ref().map(Hidden::reveal), Some("folder:./data/mail"));
    assert_eq!(settings.secret_file, Path::new("./data/secret"));
    assert!(settings.mailbox);
    assert_eq!(settings.portal.invitation_days, 30);
}

#[test]
fn the_base_url_follows_the_port() {
    assert_eq!(
        read(&[("ACCORD_LISTEN", "127.0.0.1:8080")]).unwrap().base_url.as_str(),
        "http://localhost:8080"
    );
}

#[test]
fn a_real_deployment_is_accepted() {
    let settings = read(&REAL).unwrap();
    assert!(settings.base_url.is_https());
    assert!(!settings.mailbox);
    assert_eq!(settings.sender.name, "Accord");
    assert_eq!(settings.sender.address, "no-reply@example.org");
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "listen = \"127.0.0.1:4000\"\ninvitation_days = 14\n").unwrap();
    let environment = [("ACCORD_LISTEN".to_owned(), "127.0.0.1:5000".to_owned())];
    let settings = Settings::read(Some(file.path()), environment).unwrap();
    assert_eq!(settings.listen.port(), 5000);
    assert_eq!(settings.portal.invitation_days, 14);
}

#[test]
fn a_slip_in_the_file_is_refused_and_one_in_the_environment_is_kept_to_be_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "base_ulr = \"https://accord.example.org\"\n").unwrap();
    assert!(Settings::read(Some(file.path()), []).unwrap_err().to_string().contains("sets “base_ulr”"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let environment = ["ACCORD_BASE_ULR", "ACCORD_BIN", "ACCORD_TEST_POSTGRES"]
        .map(|name| (name.to_owned(), "x".to_owned()));
    assert_eq!(Source::read(Some(file.path()), environment).unwrap().strangers(), ["ACCORD_BASE_ULR"]);
}

#[test]
fn a_base_url_is_an_origin_and_nothing_more() {
    for (text, why) in [
        ("https://example.org/accord", "remove “/accord”"),
        ("https://example.org/?a=b", "remove “/?a=b”"),
        ("https://example.org/#top", "remove what follows the host"),
        ("https://me:secret@example.org", "remove the user name"),
        ("ftp://example.org", "https:// or http://"),
        ("example.org", "https:// or http://"),
        ("https://bücher.example", "xn--"),
    ] {
        assert!(
            real_but("ACCORD_BASE_URL", text).contains(why),
            "{text}: {}",
            real_but("ACCORD_BASE_URL", text)
        );
    }
    assert_eq!(
        BaseUrl::parse("HTTPS://Accord.Example.org:443/").unwrap().as_str(),
        "https://accord.example.org"
    );
    assert_eq!(BaseUrl::parse("http://[::1]:3000").unwrap().authority(), "[::1]:3000");
    assert!(BaseUrl::parse("http://[::1]:3000").unwrap().is_loopback());
    assert!(BaseUrl::parse("http://accord.localhost").unwrap().is_loopback());
    assert!(!BaseUrl::parse("http://localhost.example.org").unwrap().is_loopback());
}

#[test]
fn passwords_do_not_travel_in_clear_unless_somebody_says_so() {
    assert!(real_but("ACCORD_BASE_URL", "http://accord.example.org").contains("in clear"));
    let mut environment = REAL.to_vec();
    environment.retain(|(name, _)| *name != "ACCORD_BASE_URL");
    environment.extend([("ACCORD_BASE_URL", "http://accord.example.org"), ("ACCORD_PLAIN_HTTP", "true")]);
    assert!(!read(&environment).unwrap().base_url.is_https());
}

#[test]
fn mail_for_people_elsewhere_leaves_the_machine() {
    assert!(real_but("ACCORD_MAIL", "folder:/tmp/mail").contains("never get their mail"));
    assert!(real_but("ACCORD_MAIL", "sendmail:").contains("Use smtp://"));
    let mut environment = REAL.to_vec();
    environment.retain(|(name, _)| *name != "ACCORD_MAIL");
    assert_eq!(read(&environment).unwrap().mail_url, None, "`serve` refuses; `migrate` needs none");
}

#[test]
fn a_real_deployment_says_who_it_is() {
    assert!(real_but("ACCORD_MAIL_FROM", "").contains("ACCORD_MAIL_FROM is not set"));
    assert!(real_but("ACCORD_OPERATOR_NAME_FR", "").contains("ACCORD_OPERATOR_NAME_FR is not set"));
    assert!(real_but("ACCORD_MAIL_FROM", "nobody").contains("“nobody”"));
}

#[test]
fn the_mailbox_is_for_whoever_sits_at_this_machine() {
    assert!(!read(&[("ACCORD_LISTEN", "0.0.0.0:3000")]).unwrap().mailbox);
    assert!(read(&[("ACCORD_LISTEN", "0.0.0.0:3000"), ("ACCORD_MAILBOX", "true")]).unwrap().mailbox);
    assert!(!read(&[("ACCORD_MAILBOX", "false")]).unwrap().mailbox);
    let asked = [("ACCORD_MAILBOX", "true"), ("ACCORD_MAIL", "smtp://localhost:25")];
    assert!(fault(&asked).contains("nothing to show"));
}

#[test]
fn a_database_is_one_that_keeps_things() {
    assert!(fault(&[("ACCORD_DATABASE_URL", "mysql://db/accord")]).contains("“mysql”"));
    assert!(fault(&[("ACCORD_DATABASE_URL", "sqlite::memory:")]).contains("in memory"));
    assert!(read(&[("ACCORD_DATABASE_URL", "postgres://db/accord")]).is_ok());
    let odd = read(&[("ACCORD_DATA", "/tmp/100%?")]).unwrap();
    assert_eq!(odd.database_url.reveal(), "sqlite:/tmp/100%25%3F/accord.sqlite");
}

#[test]
fn a_password_can_come_from_a_file_and_is_never_shown() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "postgres://accord:hunter2@db/accord\n").unwrap();
    let settings = read(&[("ACCORD_DATABASE_URL_FILE", secret.path().to_str().unwrap())]).unwrap();
    assert_eq!(settings.database_url.reveal(), "postgres://accord:hunter2@db/accord");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let both =
        [("ACCORD_DATABASE_URL_FILE", secret.path().to_str().unwrap()), ("ACCORD_DATABASE_URL", "sqlite:a")];
    assert!(fault(&both).contains("keep one"));
}

#[test]
fn numbers_and_zones_are_judged_and_all_faults_are_told_at_once() {
    let all = fault(&[
        ("ACCORD_INVITATION_DAYS", "0"),
        ("ACCORD_INVITATIONS_PER_DAY", "many"),
        ("ACCORD_TIME_ZONE", "Atlantic/Halifax"),
        ("ACCORD_LOG_FORMAT", "xml"),
        ("ACCORD_LISTEN", "3000"),
    ]);
    assert_eq!(all.lines().count(), 6, "{all}");
    assert!(fault(&[("ACCORD_REMINDER_DAYS", "30")]).contains("reminder would come before"));
}

#[test]
fn an_empty_variable_is_one_that_was_not_set() {
    assert_eq!(read(&[("ACCORD_BASE_URL", "")]).unwrap().base_url.as_str(), "http://localhost:3000");
}

#[test]
fn g9_what_is_seen_of_the_operator_is_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (en, fr) = (file("en.md", "# Use\n\nBe kind."), file("fr.md", "# Usage\n\nSoyez aimables."));
    let said = [("ACCORD_COLOUR", "#7a1f5c"), ("ACCORD_TERMS_EN", &en), ("ACCORD_TERMS_FR", &fr)];
    let looks = read(&said).unwrap().portal.looks;
    assert!(looks.terms.unwrap().fr.contains("<h2>Usage</h2>"));
    assert!(looks.colour.is_some() && looks.privacy.is_none());
    assert!(fault(&[("ACCORD_PRIVACY_EN", &en)]).contains("ACCORD_PRIVACY_FR"));
    assert!(fault(&[("ACCORD_TERMS_EN", "nowhere.md"), ("ACCORD_TERMS_FR", &fr)]).contains("cannot be read"));
    assert!(fault(&[("ACCORD_COLOUR", "#ffff00")]).contains("darker"));
}

#[test]
fn a2_the_version_of_the_terms_changes_with_their_texts() {
    let folder = tempfile::tempdir().unwrap();
    let version = |en: &str, said: Option<&str>| {
        let files = [("ACCORD_TERMS_EN", "en.md", en), ("ACCORD_TERMS_FR", "fr.md", "Conditions")];
        let mut environment: Vec<(String, String)> = Vec::new();
        for (name, file, text) in files {
            let file = folder.path().join(file);
            fs::write(&file, text).unwrap();
            environment.push((name.into(), file.display().to_string()));
        }
        environment.extend(said.map(|said| ("ACCORD_TERMS_VERSION".to_owned(), said.to_owned())));
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        read(&environment).unwrap().terms_version
    };
    assert_eq!(version("Terms", None), version("Terms", None));
    assert_ne!(version("Terms", None), version("Other terms", None));
    assert_eq!(version("Other terms", Some("2027-01")), "2027-01");
    assert_eq!(read(&[]).unwrap().terms_version, "1");
}

#[test]
fn a3_a4_what_is_asked_of_passwords_and_browsers_is_a_setting() {
    let settings = read(&[("ACCORD_PASSWORD_POLICY", "nist"), ("ACCORD_PROOF_COST", "20000")]).unwrap();
    assert_eq!(settings.passwords, PasswordPolicy::Nist);
    assert_eq!((settings.proofs.cost, settings.proofs.wait), (20_000, 60));
    assert!(fault(&[("ACCORD_PASSWORD_POLICY", "strong")]).contains("composed or nist"));
    assert!(fault(&[("ACCORD_PROOF_COST", "0")]).contains("1 to 1000000"));
}
