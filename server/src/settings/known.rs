//! Every setting there is: its name, its default, and a sentence about it.

use std::fmt::Write as _;

/// One setting: `name` in the file, `ACCORD_NAME` in the environment.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    pub about: &'static str,
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about }
}

/// Every setting, in the order in which one meets them.
pub const SETTINGS: &[Setting] = &[
    setting("listen", "127.0.0.1:3000", "Address and port to listen on."),
    setting(
        "base_url",
        "http://localhost:PORT",
        "The address as people know it; mailed links begin with it.",
    ),
    setting(
        "data",
        "./data",
        "Folder of the SQLite database and of generated secrets; nobody else may read it.",
    ),
    setting("database_url", "sqlite:DATA/accord.sqlite", "sqlite:FILE, or postgres://… for several servers."),
    setting("database_url_file", "", "A file that holds the database URL, when it has a password in it."),
    setting(
        "mail",
        "folder:DATA/mail on localhost",
        "smtp://HOST:PORT, smtps://USER:PASSWORD@HOST, or folder:PATH.",
    ),
    setting("mail_file", "", "A file that holds the mail URL, when it has a password in it."),
    setting("mail_from", "Accord <no-reply@accord.example>", "Name and address that mails come from."),
    setting("reply_to", "", "Address that answers to mails go to."),
    setting(
        "mailbox",
        "true for a folder, listening on loopback",
        "Whether /mailbox shows the mails of a folder.",
    ),
    setting("operator_name_en", "an invented one on localhost", "Who runs the portal, in English."),
    setting("operator_name_fr", "an invented one on localhost", "Who runs the portal, in French."),
    setting("operator_email", "an invented one on localhost", "Where people find help."),
    setting("operator_phone", "", "Telephone number for help."),
    setting(
        "colour",
        "the portal's own",
        "Colour of links and buttons, such as #7a1f5c; text must be readable on it.",
    ),
    setting("colour_dark", "the portal's own", "The same on a dark screen."),
    setting("terms_en", "the portal's own", "A file with the terms in English, in Markdown."),
    setting("terms_fr", "the portal's own", "A file with the terms in French, in Markdown."),
    setting("privacy_en", "the portal's own", "A file with the privacy notice in English, in Markdown."),
    setting("privacy_fr", "the portal's own", "A file with the privacy notice in French, in Markdown."),
    setting("time_zone", "America/Halifax", "Days begin and end in this zone."),
    setting("invitation_days", "30", "For how many days an invitation works."),
    setting("reminder_days", "7", "How many days before its end a reminder is mailed; 0 for none."),
    setting("invitations_per_day", "50", "Invitations that one person may send in a day."),
    setting("mails_per_address_per_day", "5", "Mails that one address may be sent in a day."),
    setting("review_months", "12", "An access review is due so many months after the last one."),
    setting("unused_days", "180", "Access that was not used for so many days is flagged to administrators."),
    setting(
        "grant_reminder_days",
        "30",
        "How many days before a profile ends a reminder is mailed; 0 for none.",
    ),
    setting(
        "primary_notice_days",
        "7",
        "How many days pass between the notice and the replacement of a primary contact who is gone.",
    ),
    setting("request_days", "30", "After how many days a request for access that nobody goes on with ends."),
    setting(
        "request_reminder_days",
        "7",
        "How many days before that a reminder to sign or to answer is mailed; 0 for none.",
    ),
    setting(
        "agreement_reminder_days",
        "3",
        "How many days before the deadline of an agreement a reminder to sign is mailed; 0 for none.",
    ),
    setting(
        "documents",
        "database",
        "Where what is signed is kept: database, or folder:PATH, a folder that all servers share.",
    ),
    setting(
        "shared_mailboxes",
        "info, admin, direction and the like",
        "What shared mailboxes are called, separated by commas: requests for access refuse them.",
    ),
    setting(
        "keep_contacts_months",
        "84",
        "Months after which an inactive contact that nobody changed is anonymized; 0 for never.",
    ),
    setting(
        "keep_invitations_months",
        "24",
        "Months after which the address and the message of an ended invitation are emptied; 0 for never.",
    ),
    setting(
        "keep_letters_months",
        "12",
        "Months after which the address of a letter that left is emptied; 0 for never.",
    ),
    setting(
        "keep_activity_months",
        "84",
        "Months after which before and after are emptied in the activity; its lines stay, sealed; 0 for never.",
    ),
    setting(
        "keep_requests_months",
        "24",
        "Months after which reasons and evidence of what Support decided are emptied; 0 for never.",
    ),
    setting(
        "keep_reviews_months",
        "84",
        "Months after which the names in an attested access review are emptied; 0 for never.",
    ),
    setting(
        "keep_agreements_months",
        "0",
        "Months after which an agreement that ended is emptied, its documents with it; 0 for never.",
    ),
    setting(
        "terms_version",
        "made from their texts",
        "Version of the terms and the privacy notice; kept with each consent, asked again when it changes.",
    ),
    setting(
        "second_factor",
        "nobody",
        "Who has to have a second factor besides the password: nobody, administrators (and Support), or everybody.",
    ),
    setting(
        "step_up_minutes",
        "60",
        "Giving access, making somebody primary or changing an address asks for a sign-in of the last minutes; 0 for never.",
    ),
    setting(
        "password_policy",
        "composed",
        "composed: 14 characters of four kinds; nist: 15 or more of any kind. Both refuse common and breached ones.",
    ),
    setting(
        "proof_cost",
        "5000",
        "How much work it is to show that no robot sends a form: PBKDF2 iterations a try.",
    ),
    setting("proof_wait", "60", "How many seconds a mail waits when the browser did not do that work."),
    setting("catalogue", "the one built in", "File of modules, profiles and services."),
    setting("clients", "", "File of the client applications that are registered at the embedded provider."),
    setting("providers", "", "File of the sign-in providers that stand beside the embedded one."),
    setting(
        "keep_unknown_profiles",
        "false",
        "Serve though people hold profiles that the catalogue does not know: they are kept, and permit nothing.",
    ),
    setting(
        "site",
        "beside the program, or target/site",
        "Folder of scripts, styles and images that the build made.",
    ),
    setting("secret_file", "DATA/secret", "File of the secret; made at first start, mode 0600. Back it up."),
    setting("plain_http", "false", "Allow http:// for a host that is not this machine."),
    setting(
        "requests_per_minute",
        "6000",
        "Requests per minute and address; 0 for no limit. Loopback has none.",
    ),
    setting(
        "metrics",
        "",
        "Address and port at which Prometheus reads figures, for the operator's network alone.",
    ),
    setting(
        "drain_seconds",
        "0",
        "How long a server that was told to stop says so at /readyz and still answers, for the balancer to turn away.",
    ),
    setting("proxies", "0", "How many proxies in front add to X-Forwarded-For."),
    setting("log", "info", "Level or filter of the log."),
    setting("log_format", "text", "text or json."),
];

/// Settings that may be given as a file which holds them.
pub const IN_FILES: [&str; 2] = ["database_url", "mail"];

#[must_use]
pub fn is_setting(name: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.name == name)
}

/// Variables that begin like a setting and belong to the command line, to the build or to its tests.
#[must_use]
pub fn is_of_others(name: &str) -> bool {
    matches!(name, "config" | "bin" | "postgres_bin") || name.starts_with("test_")
}

/// The list, as `--help` shows it.
#[must_use]
pub fn listed() -> String {
    let mut text = String::from(
        "Settings: from a file (accord.toml here, or --config FILE), where each is a line NAME = VALUE, and from the\n\
         environment, which wins:\n",
    );
    for Setting { name, default, about } in SETTINGS {
        let default = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        let _ = write!(text, "\n  ACCORD_{}{default}\n      {about}", name.to_ascii_uppercase());
    }
    text
}
