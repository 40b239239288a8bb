//! The parts of the contacts' pages that are alive in the browser. Each is whole without script.

mod form;
mod line;
mod list;

pub use form::AddContactForm;
pub use list::ContactList;
