//! What every story begins with: the whole program, two providers beside the embedded one, and browsers.

use crate::op::{CLIENT, Op, SECRET};
use crate::scene::{Answer, Browser, Scene};
use http::StatusCode;
use sea_orm::{ConnectionTrait as _, Statement};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

pub struct Suite {
    pub scene: Scene,
    pub op: Op,
    /// Another provider, which knows nothing of the first.
    pub other: Op,
    _files: TempDir,
}

/// Plays a module on each database that there is.
pub async fn module(play: impl AsyncFn(Suite)) {
    play(Suite::set(None).await).await;
    if let Some(url) = trial::postgres().await.unwrap() {
        play(Suite::set(Some(url)).await).await;
    }
}

impl Suite {
    pub async fn set(database: Option<String>) -> Self {
        Self::configured(database, "").await
    }

    /// With these lines more about the plain provider.
    pub async fn configured(database: Option<String>, plainly: &str) -> Self {
        let (op, other) = (Op::listening().await, Op::listening().await);
        let files = TempDir::new().unwrap();
        fs::write(files.path().join("secret"), SECRET).unwrap();
        let openid = |key: &str, name: &str, op: &Op| {
            format!(
                "[[provider]]\nkey = \"{key}\"\nname = {{ en = \"{name}\", fr = \"{name}\" }}\n\
                 issuer = \"{}\"\nclient_id = \"{CLIENT}\"\nsecret_file = \"secret\"\n",
                op.issuer()
            )
        };
        let plain = format!(
            "[[provider]]\nkey = \"plain\"\nname = {{ en = \"Plain\", fr = \"Simple\" }}\nclient_id = \"{CLIENT}\"\n\
             secret_file = \"secret\"\n[provider.oauth]\nauthorization_endpoint = \"{0}/authorize\"\n\
             token_endpoint = \"{0}/token\"\nuserinfo_endpoint = \"{0}/userinfo\"\nscopes = [\"user\"]\n\
             subject = \"data.id\"\nemail = \"mail\"\nemail_verified = \"mail_verified\"\nname = \"data.name\"\n",
            op.issuer()
        );
        let text = openid("college", "College", &op) + &openid("museum", "Museum", &other) + &plain + plainly;
        let file = files.path().join("providers.toml");
        fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        let mut settings = vec![("ACCORD_PROVIDERS", file.as_str())];
        settings.extend(database.as_deref().map(|url| ("ACCORD_DATABASE_URL", url)));
        Self { scene: Scene::set(&settings).await, op, other, _files: files }
    }

    /// Somebody presses "Continue with …": where the portal sends them.
    pub async fn leaves(&self, browser: &mut Browser, provider: &str) -> String {
        let answer = self.presses(browser, provider).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let onward = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
        // Whose browser goes on by nothing but a link finds one.
        assert!(answer.body.contains(&onward.replace('&', "&amp;")), "{}", answer.body);
        onward
    }

    pub async fn presses(&self, browser: &mut Browser, provider: &str) -> Answer {
        browser.post("/auth/start", &format!("language=en&return=%2Fen%2Fhome&provider={provider}")).await
    }

    /// A whole sign-in at the college: the browser, and what the portal answers.
    pub async fn signs_in(&self) -> (Browser, Answer) {
        let mut browser = self.scene.browser();
        let to = self.leaves(&mut browser, "college").await;
        let answer = browser.get(&self.op.agrees(&to)).await;
        (browser, answer)
    }

    /// The same, which works: the page that the person sees.
    pub async fn is_let_in(&self) -> (Browser, String) {
        let (mut browser, answer) = self.signs_in().await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/en/home"),
            "{}",
            answer.body
        );
        let home = browser.get("/en/home").await;
        assert_eq!(home.status, StatusCode::OK);
        (browser, home.body)
    }

    /// Long enough that the portal asks for unknown keys again.
    pub async fn rests(&self) {
        tokio::time::sleep(Duration::from_millis(5_100)).await;
    }

    /// How many accounts there are.
    pub async fn accounts(&self) -> usize {
        let db = self.scene.parts.platform.store.read();
        let all = Statement::from_string(db.get_database_backend(), "SELECT id FROM accounts");
        db.query_all_raw(all).await.unwrap().len()
    }

    /// The same, which the portal refuses with a page.
    pub async fn is_refused(&self) {
        let (browser, answer) = self.signs_in().await;
        refused(browser, &answer).await;
    }
}

/// The person is told, in a page that offers to try again, and is nobody.
pub async fn refused(mut browser: Browser, answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    told(answer);
    assert!(is_nobody(&mut browser).await);
}

/// The provider does not answer: the person is told so, and is nobody.
pub async fn unavailable(mut browser: Browser, answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert!(answer.body.contains("The sign-in provider is not answering"), "{}", answer.body);
    told(answer);
    assert!(is_nobody(&mut browser).await);
}

fn told(answer: &Answer) {
    assert!(answer.body.contains("<h1>You are not signed in</h1>"), "{}", answer.body);
    assert!(answer.body.contains("action=\"/auth/start\""), "{}", answer.body);
}

pub async fn is_nobody(browser: &mut Browser) -> bool {
    browser.get("/en/home").await.status == StatusCode::UNAUTHORIZED
}
