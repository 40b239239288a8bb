//! The HTML document.

use crate::request::portal;
use crate::{App, language};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::MetaTags;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Between these marks stands what wakes the islands.
pub(crate) const ALIVE: &str = "<!--alive-->";
pub(crate) const ALIVE_END: &str = "<!--/alive-->";

/// The files that the build made, by the names it gave them.
struct Files {
    script: String,
    webassembly: String,
    stylesheet: String,
}

impl Files {
    fn of(options: &LeptosOptions) -> &'static Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        FILES.get_or_init(|| Self::named(options, &hashes(options)))
    }

    /// `name.hash.extension`, or without the hash where the build made none.
    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let file = |extension: &str| {
            let hash = hashes.lines().find_map(|line| line.trim().strip_prefix(extension)?.strip_prefix(':'));
            let hash = hash.map(|hash| format!(".{}", hash.trim())).unwrap_or_default();
            format!("/{}/{}{hash}.{extension}", options.site_pkg_dir, options.output_name)
        };
        Self { script: file("js"), webassembly: file("wasm"), stylesheet: file("css") }
    }
}

fn hashes(options: &LeptosOptions) -> String {
    if !options.hash_files {
        return String::new();
    }
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let file = beside.unwrap_or_default().join(options.hash_file.as_ref());
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        tracing::error!(file = %file.display(), %error, "the names of scripts and styles cannot be read");
        String::new()
    })
}

/// Loads the WebAssembly and wakes the islands, outermost first; then the document says that it is alive.
const WAKE: &str = include_str!("wake.js");

/// What a page with islands loads besides.
fn alive(files: &Files, nonce: &str) -> String {
    let Files { script, webassembly, .. } = files;
    let wake = WAKE.replace("__SCRIPT__", script).replace("__WEBASSEMBLY__", webassembly);
    let mut html = String::from(ALIVE);
    let _ = write!(
        html,
        "<link rel=\"modulepreload\" href=\"{script}\">\
         <link rel=\"preload\" href=\"{webassembly}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
         <script type=\"module\" nonce=\"{nonce}\">{wake}</script>"
    );
    html.push_str(ALIVE_END);
    html
}

/// The whole document around [`App`].
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let files = Files::of(options);
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=language().code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=files.stylesheet.as_str() />
                {portal().looks().stylesheet_address().map(|href| view! { <link rel="stylesheet" href=href /> })}
                {InertElement::new(alive(files, &nonce))}
                <script src="/enhance.js" defer nonce=nonce></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_carry_the_hash_that_the_build_gave_them() {
        let options = LeptosOptions::builder().output_name("accord").site_pkg_dir("pkg").build();
        let files = Files::named(&options, "css: AAA\njs: BBB\nwasm: CCC\n");
        assert_eq!(files.stylesheet, "/pkg/accord.AAA.css");
        assert_eq!(files.script, "/pkg/accord.BBB.js");
        assert_eq!(Files::named(&options, "").webassembly, "/pkg/accord.wasm");
    }

    #[test]
    fn the_scripts_carry_the_nonce_and_the_names() {
        let options = LeptosOptions::builder().output_name("accord").site_pkg_dir("pkg").build();
        let html = alive(&Files::named(&options, ""), "n0nce");
        assert!(html.contains("nonce=\"n0nce\""));
        assert!(html.contains("\"/pkg/accord.js\"") && html.contains("\"/pkg/accord.wasm\""));
        assert!(!html.contains("__SCRIPT__") && !html.contains("crossorigin=\""));
    }
}
