//! Work that goes on for a while, and how long each piece of it took.

use crate::Failed;
use crate::meter::Meter;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// How long pieces of work took, the quickest first.
#[derive(Debug)]
pub struct Times {
    times: Vec<Duration>,
    /// From the first beginning to the last end.
    lasted: Duration,
}

impl Times {
    fn new(mut times: Vec<Duration>, lasted: Duration) -> Self {
        times.sort_unstable();
        Self { times, lasted }
    }

    /// How many pieces were done.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// Pieces of work a second.
    pub fn rate(&self) -> f64 {
        u32::try_from(self.times.len()).map_or(0.0, f64::from) / self.lasted.as_secs_f64()
    }

    /// The time within which this share of the pieces (in hundredths) was done, in milliseconds.
    pub fn within(&self, hundredths: usize) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let at = (self.times.len() * hundredths / 100).min(last);
        self.times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// So many at it, each beginning anew as soon as it is done, until the time is over or there is nothing left to do.
pub async fn busy<W>(
    workers: usize,
    time: Duration,
    mut next: impl FnMut() -> Option<W>,
) -> Result<Times, Failed>
where
    W: Future<Output = Result<(), Failed>> + Send + 'static,
{
    let began = Instant::now();
    let mut times = Vec::new();
    let mut at_work = JoinSet::new();
    loop {
        while at_work.len() < workers && began.elapsed() < time {
            let Some(work) = next() else { break };
            at_work.spawn(timed(Instant::now(), work));
        }
        match at_work.join_next().await {
            Some(done) => times.push(done??),
            None => return Ok(Times::new(times, began.elapsed())),
        }
    }
}

/// One piece each `pause`, whether or not those before are done: each is counted from the moment at which it was due,
/// so that waiting for a slow one is not overlooked.
pub async fn steady<W>(pause: Duration, time: Duration, mut next: impl FnMut() -> W) -> Result<Times, Failed>
where
    W: Future<Output = Result<(), Failed>> + Send + 'static,
{
    let began = Instant::now();
    let mut due = interval(pause);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut at_work = JoinSet::new();
    while began.elapsed() < time {
        let moment = due.tick().await;
        at_work.spawn(timed(moment.into_std(), next()));
    }
    let times: Result<Vec<Duration>, Failed> = at_work.join_all().await.into_iter().collect();
    Ok(Times::new(times?, began.elapsed()))
}

async fn timed<W: Future<Output = Result<(), Failed>>>(due: Instant, work: W) -> Result<Duration, Failed> {
    work.await?;
    Ok(due.elapsed())
}

/// What a piece of work costs, beside how long it took.
#[derive(Debug)]
pub struct Cost {
    pub times: Times,
    /// Processor time of the server for each, in milliseconds.
    pub server: f64,
    /// Processor time of the database's own processes for each, in milliseconds.
    pub database: f64,
}

impl Cost {
    pub fn all(&self) -> f64 {
        self.server + self.database
    }
}

/// As [`busy`], with what it cost; what is cold is warmed first.
pub async fn cost<W>(
    meter: &Meter,
    workers: usize,
    time: Duration,
    mut next: impl FnMut() -> Option<W>,
) -> Result<Cost, Failed>
where
    W: Future<Output = Result<(), Failed>> + Send + 'static,
{
    busy(workers, time / 5, &mut next).await?;
    let before = meter.read().await?;
    let times = busy(workers, time, next).await?;
    let (server, database) = meter.read().await?.each_since(before, times.count());
    Ok(Cost { times, server, database })
}
