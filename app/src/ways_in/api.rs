//! Removing a way in. One is added at its provider, by way of `/auth/add-way`.

use crate::failure::Failure;
use leptos::server;

#[cfg(feature = "ssr")]
use {
    crate::request::{as_signed_in, login_in_use, notice, redirect},
    crate::ui::notice::Notice,
};

/// Removes that way in from one's account (A7).
#[server(endpoint = "ways_in/remove")]
pub async fn remove_way(way: String) -> Result<(), Failure> {
    let used = login_in_use().await?;
    let provider = as_signed_in(|person| async move { person.remove_way(&way, used.as_ref()).await }).await?;
    notice(Notice::WayRemoved { provider }).await;
    redirect(&super::address(crate::language()));
    Ok(())
}
