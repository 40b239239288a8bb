//! What was measured, for people and as JSON.

use crate::load::Times;
use serde::Serialize;
use std::fmt;

/// All figures, by database.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Table {
    columns: Vec<Column>,
}

/// The figures of one database, in the order in which they were measured.
#[derive(Debug, Serialize)]
pub struct Column {
    database: &'static str,
    figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
}

impl Table {
    /// Begins the figures of a database.
    pub fn of(&mut self, database: &'static str) -> &mut Column {
        self.columns.push(Column { database, figures: Vec::new() });
        let last = self.columns.len() - 1;
        &mut self.columns[last]
    }
}

impl Column {
    /// A figure, said at once to whoever waits.
    pub fn figure(&mut self, what: &str, value: f64, unit: &'static str) {
        eprintln!("{}: {what}: {value:.2} {unit}", self.database);
        self.figures.push(Figure { what: what.to_owned(), value, unit });
    }

    /// A figure of this run over another of this run.
    pub fn ratio(&mut self, what: &str, value: f64) {
        self.figure(what, value, "×");
    }

    /// How long a piece of work took, in milliseconds.
    pub fn times(&mut self, what: &str, times: &Times) {
        for share in [50, 95, 99] {
            self.figure(&format!("{what}, p{share}"), times.within(share), "ms");
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.columns.first() else { return Ok(()) };
        let names: Vec<&str> = self.columns.iter().map(|column| column.database).collect();
        writeln!(f, "| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()))?;
        for (row, figure) in first.figures.iter().enumerate() {
            let values = self.columns.iter().filter_map(|column| column.figures.get(row));
            let values: Vec<String> =
                values.map(|figure| format!("{:.2} {}", figure.value, figure.unit)).collect();
            writeln!(f, "| {} | {} |", figure.what, values.join(" | "))?;
        }
        Ok(())
    }
}
