//! A coarse limiter of requests per address, in front of everything.
//!
//! It keeps one server from being drowned by one machine, no more: an office stands behind one address, so it
//! is generous, and the limits that protect people (tries per account, mails per address) are elsewhere, in the
//! database. Each address may do ten seconds' worth at once, then as many a minute as allowed.

use crate::settings::Limits;
use domain::Instant;
use http::HeaderMap;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Remembered addresses, at most; beyond, those that have been quiet are forgotten.
const MOST: usize = 50_000;
/// What may be done at once, in milliseconds of the allowance.
const BURST: i64 = 10_000;

/// Who asked how often.
#[derive(Debug)]
pub struct Limiter {
    /// Milliseconds that one request costs, in thousandths.
    cost: i64,
    /// For each address, the moment at which it will have paid for all it asked, in thousandths of a millisecond.
    paid_at: Mutex<HashMap<IpAddr, i64>>,
}

impl Limiter {
    /// A limiter, when there is a limit.
    #[must_use]
    pub fn new(limits: Limits) -> Option<Self> {
        let per_minute = limits.requests_per_minute?;
        let cost = 60_000_000 / i64::from(per_minute);
        Some(Self { cost, paid_at: Mutex::default() })
    }

    /// Whether a request of this address may go on.
    pub fn allows(&self, client: IpAddr, now: Instant) -> bool {
        let address = network(client);
        address.is_loopback() || self.pay(address, now.0 * 1000)
    }

    fn pay(&self, address: IpAddr, now: i64) -> bool {
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        if paid_at.len() >= MOST {
            paid_at.retain(|_, at| *at > now);
        }
        let at = paid_at.entry(address).or_insert(now);
        let next = (*at).max(now) + self.cost;
        if next - now > (BURST * 1000).max(self.cost) {
            return false;
        }
        *at = next;
        true
    }
}

/// The address that asked: the last one that our own proxies vouch for. Nothing else in the header is believed.
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: u8) -> IpAddr {
    if proxies == 0 {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let mut hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    hops.reverse();
    let address = hops.get(usize::from(proxies) - 1).or(hops.last());
    address.and_then(|text| text.parse().ok()).unwrap_or(peer)
}

/// One IPv6 customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(requests_per_minute: u32) -> Limiter {
        Limiter::new(Limits { requests_per_minute: Some(requests_per_minute), proxies: 0 }).unwrap()
    }

    fn forwarded(text: &str) -> HeaderMap {
        HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), text.parse().unwrap())])
    }

    const OFFICE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

    #[test]
    fn ten_seconds_at_once_then_as_allowed() {
        let limiter = limiter(60);
        let allowed = |at: i64| limiter.allows(OFFICE, Instant(at));
        assert_eq!((0..20).filter(|_| allowed(0)).count(), 10);
        assert!(allowed(1000));
        assert!(!allowed(1000));
        assert!(limiter.allows("203.0.113.8".parse().unwrap(), Instant(1000)), "another office");
    }

    #[test]
    fn this_machine_is_never_limited() {
        let limiter = limiter(1);
        assert!((0..100).all(|_| limiter.allows("127.0.0.1".parse().unwrap(), Instant(0))));
        assert!((0..100).all(|_| limiter.allows("::1".parse().unwrap(), Instant(0))));
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let from = |proxies, text| client("10.0.0.1".parse().unwrap(), &forwarded(text), proxies).to_string();
        assert_eq!(from(0, "198.51.100.1"), "10.0.0.1");
        assert_eq!(
            from(1, "1.2.3.4, 198.51.100.1"),
            "198.51.100.1",
            "the first was written by the client itself"
        );
        assert_eq!(from(2, "198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(from(1, "nonsense"), "10.0.0.1");
    }

    #[test]
    fn a_customer_of_ipv6_is_one_address() {
        let limiter = limiter(6);
        let allowed = |text: &str| limiter.allows(text.parse().unwrap(), Instant(0));
        assert!(allowed("2001:db8::1"));
        assert!(!allowed("2001:db8::2"));
        assert!(allowed("2001:db8:0:1::1"));
    }
}
