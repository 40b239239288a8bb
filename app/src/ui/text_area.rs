//! The field for several lines; the only one of its kind.
//!
//! Leptos 0.8 writes the children of this element as they are, so that a message of somebody could end it and
//! go on as a script. Here the text is escaped, and a test sees to it that no other file writes the element.

use super::errors::{FieldError, Hint, described_by};
use super::fields::{FieldLabel, Width};
use leptos::prelude::*;

/// Several lines of plain text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] optional: bool,
    #[prop(default = 5)] rows: u8,
    #[prop(optional, into)] maxlength: Option<u16>,
    /// The language of what is typed, where it is not the page's.
    #[prop(optional, into)]
    lang: Option<&'static str>,
    /// In an island: follows what is typed.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let invalid = move || error.with(Option::is_some);
    let value = bind.map_or(value, |bind| bind.get_untracked());
    let typed = move |event| {
        if let Some(bind) = bind {
            bind.set(event_target_value(&event));
        }
    };
    view! {
        <div class=move || Width::Full.class(invalid())>
            <FieldLabel id=id.clone() label optional />
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            <textarea
                id=id
                name=name
                rows=rows.to_string()
                maxlength=maxlength
                lang=lang
                autocomplete="off"
                spellcheck="true"
                aria-describedby=describedby
                aria-invalid=move || invalid().then_some("true")
                on:input=typed
                inner_html=as_content(&value)
            ></textarea>
        </div>
    }
}

/// The text as the content of the element: nothing in it is markup, and a first empty line stays.
fn as_content(text: &str) -> String {
    let escaped = escaped(text);
    if escaped.starts_with('\n') || escaped.starts_with("\r\n") { format!("\n{escaped}") } else { escaped }
}

/// Text that no element ends: Leptos 0.8 writes the content of this element, and of `<title>`, as it is.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    #[cfg(feature = "ssr")]
    fn i2_a_message_cannot_end_its_field() {
        let owner = Owner::new();
        owner.set();
        let evil = "</textarea><script>alert(1)</script> & \"quotes\"";
        let html = view! { <TextArea name="message" label="Message" value=evil /> }.to_html();
        assert!(!html.contains("<script"), "{html}");
        assert!(
            html.contains(
                "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; \"quotes\"</textarea>"
            ),
            "{html}"
        );
        assert_eq!(html.matches("</textarea>").count(), 1);
    }

    #[test]
    fn an_empty_first_line_stays() {
        assert_eq!(as_content("\na"), "\n\na");
        assert_eq!(as_content("a\n"), "a\n");
        assert_eq!(as_content(""), "");
    }

    #[test]
    fn no_other_file_writes_the_element() {
        let mut writers = Vec::new();
        look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut writers);
        assert_eq!(writers, ["text_area.rs"]);
    }

    fn look(folder: &Path, writers: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                look(&path, writers);
            } else if path.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&path).unwrap().contains(concat!("<text", "area"))
            {
                writers.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
}
