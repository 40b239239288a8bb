//! The browser's part: wakes the islands, and nothing else.

use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page, before it wakes its islands one by one.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
