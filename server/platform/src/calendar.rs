//! Days as people count them, in the deployment's time zone (rules I4, I12).

use domain::{Bilingual, Date, Instant};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use std::ops::Range;

/// A time zone, and dates written in both languages.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// The zone when the configuration names none: Atlantic time.
pub const ATLANTIC: &str = "America/Halifax";

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Calendar {
    /// The calendar of a zone of the IANA database, such as `America/Halifax`.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn of(zone: &str) -> Result<Self, jiff::Error> {
        TimeZone::get(zone).map(|zone| Self { zone })
    }

    /// The end of the day that comes so many days after this one: the first moment of the day after it.
    #[must_use]
    pub fn end_of_day_after(&self, now: Instant, days: i64) -> Instant {
        let day = self.zoned(now).date().saturating_add((days + 1).days());
        let start = day.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        start.map_or_else(|_| now.plus_days(days + 1), Instant)
    }

    /// The first moment of the local day of that moment.
    #[must_use]
    pub fn start_of_day(&self, now: Instant) -> Instant {
        self.end_of_day_after(now, -1)
    }

    /// The same hour so many months later; earlier when negative.
    #[must_use]
    pub fn months_after(&self, at: Instant, months: i32) -> Instant {
        let later = self.zoned(at).checked_add(months.months());
        later.map_or(at, |zoned| Instant(zoned.timestamp().as_millisecond()))
    }

    /// The day written `2026-11-22`, from its first moment to the first moment of the next one.
    #[must_use]
    pub fn day(&self, machine: &str) -> Option<Range<Instant>> {
        let day: jiff::civil::Date = machine.parse().ok()?;
        let noon = day.at(12, 0, 0, 0).to_zoned(self.zone.clone()).ok()?;
        let noon = Instant(noon.timestamp().as_millisecond());
        Some(self.start_of_day(noon)..self.end_of_day_after(noon, 0))
    }

    /// The day of that moment.
    #[must_use]
    pub fn date(&self, at: Instant) -> Date {
        let zoned = self.zoned(at);
        Date { machine: zoned.strftime("%Y-%m-%d").to_string(), text: in_words(&zoned) }
    }

    /// The last day on which something works that ends at that moment.
    #[must_use]
    pub fn last_day_before(&self, end: Instant) -> Date {
        self.date(Instant(end.0 - 1))
    }

    /// The day and the minute of that moment.
    #[must_use]
    pub fn date_and_time(&self, at: Instant) -> Date {
        let (day, hour) = (in_words(&self.zoned(at)), self.hour(at));
        let text = Bilingual::new(
            format!("{} at {}", day.en, hour.text.en),
            format!("{} à {}", day.fr, hour.text.fr),
        );
        Date { text, ..hour }
    }

    /// The hour and the minute of that moment, of a day that is understood.
    #[must_use]
    pub fn hour(&self, at: Instant) -> Date {
        let zoned = self.zoned(at);
        let (hour, minute) = (zoned.hour(), zoned.minute());
        let (clock, half) = if hour < 12 { (hour, "a.m.") } else { (hour - 12, "p.m.") };
        let clock = if clock == 0 { 12 } else { clock };
        Date {
            machine: zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            text: Bilingual::new(format!("{clock}:{minute:02} {half}"), format!("{hour} h {minute:02}")),
        }
    }

    /// The moment of a day and an hour typed as `2026-11-22T16:00`; an hour that the clocks skip is the next one.
    #[must_use]
    pub fn moment(&self, text: &str) -> Option<Instant> {
        let typed: DateTime = text.trim().parse().ok()?;
        let zoned = typed.to_zoned(self.zone.clone()).ok()?;
        Some(Instant(zoned.timestamp().as_millisecond()))
    }

    fn zoned(&self, at: Instant) -> Zoned {
        Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }
}

fn in_words(day: &Zoned) -> Bilingual {
    let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    let (number, year) = (day.day(), day.year());
    let first = if number == 1 { "1er".to_owned() } else { number.to_string() };
    Bilingual::new(
        format!("{} {number}, {year}", MONTHS_EN.get(month).unwrap_or(&"")),
        format!("{first} {} {year}", MONTHS_FR.get(month).unwrap_or(&"")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn i12_the_thirty_days_end_with_the_thirtieth_day_in_atlantic_time() {
        let calendar = Calendar::of(ATLANTIC).unwrap();
        // 22 November, half past eleven in the evening in Halifax: already the 23rd in Greenwich.
        let issued = at("2026-11-23T03:30:00Z");
        let end = calendar.end_of_day_after(issued, 30);
        assert_eq!(end, at("2026-12-23T04:00:00Z"));
        assert_eq!(calendar.last_day_before(end).machine, "2026-12-22");
    }

    #[test]
    fn i12_across_the_change_of_hour_the_day_still_ends_at_midnight() {
        let calendar = Calendar::of(ATLANTIC).unwrap();
        let end = calendar.end_of_day_after(at("2026-10-20T12:00:00Z"), 30);
        assert_eq!(end, at("2026-11-20T04:00:00Z"));
    }

    #[test]
    fn g3_a_day_begins_and_ends_in_atlantic_time() {
        let calendar = Calendar::of(ATLANTIC).unwrap();
        let day = calendar.day("2026-11-01").unwrap();
        assert_eq!(day, at("2026-11-01T03:00:00Z")..at("2026-11-02T04:00:00Z"), "the hour changes that day");
        for wrong in ["", "2026-13-01", "yesterday", "22/11/2026"] {
            assert_eq!(calendar.day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn g1_dates_are_written_as_each_language_writes_them() {
        let calendar = Calendar::of(ATLANTIC).unwrap();
        let date = calendar.date(at("2026-08-01T15:00:00Z"));
        assert_eq!(date.text, Bilingual::new("August 1, 2026", "1er août 2026"));
        let time = calendar.date_and_time(at("2026-08-01T15:05:00Z"));
        assert_eq!(time.text, Bilingual::new("August 1, 2026 at 12:05 p.m.", "1er août 2026 à 12 h 05"));
        assert_eq!(calendar.hour(at("2026-08-01T17:32:00Z")).text, Bilingual::new("2:32 p.m.", "14 h 32"));
    }

    #[test]
    fn g8_a_day_and_an_hour_are_read_where_the_portal_is() {
        let calendar = Calendar::of(ATLANTIC).unwrap();
        assert_eq!(calendar.moment("2026-11-22T16:00"), Some(at("2026-11-22T20:00:00Z")));
        assert_eq!(calendar.moment(" 2026-07-01 08:30 "), Some(at("2026-07-01T11:30:00Z")));
        for wrong in ["", "tomorrow", "2026-13-01T00:00", "16:00"] {
            assert_eq!(calendar.moment(wrong), None, "{wrong}");
        }
    }
}
