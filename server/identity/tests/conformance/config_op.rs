//! `oidcc-config-certification-test-plan`.

use crate::suite::module;
use serde_json::Value;

/// A10: what the provider says of itself is complete, consistent, and leads to its keys.
#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    module(async |suite| {
        let said = suite.stage.provider.discovery();
        let issuer = suite.stage.provider.issuer();
        assert_eq!(said["issuer"], issuer);
        let endpoints = ["authorization", "token", "userinfo", "end_session", "revocation"];
        let endpoints = endpoints.map(|name| format!("{name}_endpoint"));
        for name in endpoints.iter().map(String::as_str).chain(["jwks_uri"]) {
            let address = said[name].as_str().unwrap_or_else(|| panic!("{name} is missing"));
            assert!(
                address.starts_with(&format!("{issuer}/")) && address.starts_with("https://"),
                "{address}"
            );
        }
        let lists = |name: &str, value: &str| {
            let listed = said[name].as_array().unwrap_or_else(|| panic!("{name} is missing"));
            assert!(listed.contains(&value.into()), "{name}: {value}");
        };
        lists("response_types_supported", "code");
        lists("subject_types_supported", "public");
        lists("id_token_signing_alg_values_supported", "RS256");
        lists("scopes_supported", "openid");
        lists("grant_types_supported", "authorization_code");
        lists("code_challenge_methods_supported", "S256");
        for claim in ["sub", "iss", "auth_time", "name", "email"] {
            lists("claims_supported", claim);
        }
        for method in ["client_secret_basic", "client_secret_post", "private_key_jwt"] {
            lists("token_endpoint_auth_methods_supported", method);
        }
        for unsupported in ["claims", "request", "request_uri"] {
            assert_eq!(said[format!("{unsupported}_parameter_supported")], false);
        }
        keys_are_public_and_named(&suite.stage.provider.jwks().await.unwrap());
    })
    .await;
}

fn keys_are_public_and_named(jwks: &Value) {
    let keys = jwks["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        assert!(["EC", "RSA"].contains(&key["kty"].as_str().unwrap()), "{key}");
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_eq!(keys.iter().filter(|other| other["kid"] == key["kid"]).count(), 1);
    }
}
