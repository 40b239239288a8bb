//! A mail server of the smallest kind, for what only a conversation over SMTP can show.

use platform::Mail;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A server that answers each recipient in turn as it was told; its last answer stays.
#[derive(Clone)]
pub struct Smtp {
    answers: Arc<Mutex<Vec<&'static str>>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    /// The server, and the mail that leads to it.
    pub async fn answering<const N: usize>(answers: [&'static str; N]) -> (Self, Mail) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mail = Mail::from_url(&format!("smtp://{}", listener.local_addr().unwrap())).unwrap();
        let server = Self { answers: Arc::new(Mutex::new(answers.to_vec())), taken: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        (server, mail)
    }

    /// The messages it took.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self) -> &'static str {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() > 1 { answers.remove(0) } else { answers[0] }
    }

    async fn talk(self, mut stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "RCPT" => self.answer(),
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
            if answer == "354 go on" {
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                write.write_all(b"250 taken\r\n").await?;
            }
        }
        Ok(())
    }
}
