//! The components that all pages and islands are made of, on the class names of `style/`.
//!
//! They work on the server alone and inside islands: what changes in an island is a signal, everything else a
//! plain value. What they say themselves comes from `ui.json`, in the language of the page.

pub mod buttons;
pub mod choices;
pub mod errors;
pub mod fields;
pub mod lists;
pub mod messages;
pub mod notice;
pub mod text_area;

pub use buttons::{Button, Kind, Link, LinkButton, SignIn};
pub use choices::{CheckBox, CheckBoxes, Choice, RadioButtons, Select};
pub use errors::{ErrorSummary, error_of};
pub use fields::{EmailInput, LiveForm, PasswordInput, PlainForm, TextInput, Width};
pub use lists::{Empty, Pagination, SummaryList, SummaryRow, Tag, Time, Tone};
pub use messages::{Details, Dialog, NoticeBox, Panel};
pub use text_area::TextArea;
