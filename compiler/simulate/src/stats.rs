//! Statistics that merge exactly: counts and integer sums. Floating point appears only where a result is read.

use rogatio_calendar::Day;
use rogatio_jit::{CENSORED, REACHED, UNDETERMINED};
use rogatio_mir::{Experiment, MeasureKind, Shown};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Value of a measure that the text leaves open, where the run itself could go on.
pub const OPEN: i64 = i64::MIN + 1;
/// Value of a measure that is open because an instance of a procedure is frozen by it (R10): of this measure the run is
/// stuck.
pub const FROZEN: i64 = i64::MIN + 2;
/// Class of a run in which a procedure stands still: written in place of [`REACHED`].
pub const STUCK: i64 = 2;

/// Values near each other are counted in place, up to so many.
const DENSE: usize = 1 << 16;

/// How often each value came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// The value of the first place.
    low: i64,
    dense: Vec<u64>,
    sparse: BTreeMap<i64, u64>,
}

impl Histogram {
    fn new(low: i64, places: usize) -> Histogram {
        Histogram {
            low,
            dense: vec![0; places.min(DENSE)],
            sparse: BTreeMap::new(),
        }
    }

    #[inline]
    fn add(&mut self, value: i64) {
        self.add_times(value, 1);
    }

    #[inline]
    fn add_times(&mut self, value: i64, times: u64) {
        let place = value.wrapping_sub(self.low);
        match usize::try_from(place)
            .ok()
            .and_then(|p| self.dense.get_mut(p))
        {
            Some(n) => *n += times,
            None => *self.sparse.entry(value).or_default() += times,
        }
    }

    fn merge(&mut self, other: &Histogram) {
        for (a, b) in self.dense.iter_mut().zip(&other.dense) {
            *a += b;
        }
        for (value, n) in &other.sparse {
            *self.sparse.entry(*value).or_default() += n;
        }
    }

    /// Counts a value so many times more.
    fn put(&mut self, value: i64, times: u64) {
        let place = usize::try_from(value.wrapping_sub(self.low)).ok();
        match place.and_then(|p| self.dense.get_mut(p)) {
            Some(n) => *n += times,
            None => *self.sparse.entry(value).or_default() += times,
        }
    }

    /// Values with how often they came, in order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> {
        let low = self.low;
        let end = low.saturating_add(self.dense.len() as i64);
        let dense = self
            .dense
            .iter()
            .enumerate()
            .map(move |(i, n)| (low + i as i64, *n))
            .filter(|(_, n)| *n > 0);
        let below = self.sparse.range(..low).map(|(v, n)| (*v, *n));
        let above = self.sparse.range(end..).map(|(v, n)| (*v, *n));
        below.chain(dense).chain(above)
    }
}

/// What is measured.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A day.
    Date,
    /// Whether a condition holds.
    Probability,
    /// An integer.
    Number,
}

/// How runs ended, for one measure (R58): they add up to the number of runs.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Classes {
    /// With a value.
    pub reached: u64,
    /// The horizon came first.
    pub censored: u64,
    /// The text leaves it open.
    pub undetermined: u64,
    /// A procedure stands still.
    pub stuck: u64,
    /// More instances than the experiment allows.
    pub overflow: u64,
}

impl Classes {
    /// Their number.
    #[must_use]
    pub fn total(&self) -> u64 {
        [
            self.reached,
            self.censored,
            self.undetermined,
            self.stuck,
            self.overflow,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }

    /// Those that are not zero, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("reached", self.reached),
            ("censored", self.censored),
            ("undetermined", self.undetermined),
            ("stuck", self.stuck),
            ("overflow", self.overflow),
        ]
        .into_iter()
        .filter(|(_, n)| *n > 0)
    }
}

/// A measure over all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureStats {
    /// Its name.
    pub name: String,
    /// What is measured.
    pub kind: Kind,
    /// How it is reported.
    pub shown: Shown,
    /// The table it is a row of, if any.
    pub table: Option<String>,
    /// How its runs ended.
    pub classes: Classes,
    /// Sum of the values: of dates in days since the begin.
    pub sum: i128,
    /// Sum of their squares.
    pub squares: i128,
    /// How often each value came: of dates in days since the begin, of probabilities 0 and 1.
    pub histogram: Histogram,
    /// The day that dates count from.
    pub begin: Day,
    /// The last day of a run.
    pub last: Day,
}

/// A probability with its interval.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Probability {
    /// The share of the runs.
    pub estimate: f64,
    /// The share if all runs that the text leaves open count too (R58): the truth lies between the two.
    pub at_most: f64,
    /// Lower end of the 95 % interval (Wilson).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A mean with its standard error and the standard deviation.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Mean {
    /// The mean over the runs that reached a value.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// The standard deviation of a run.
    pub deviation: f64,
}

/// A quantile.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Quantile {
    /// The value.
    At(i64),
    /// Later than the horizon: too few runs reached a value.
    Beyond,
}

impl MeasureStats {
    pub(crate) fn all(experiment: &Experiment, begin: Day, last: Day) -> Vec<MeasureStats> {
        let days = usize::try_from(last.days_since(begin) + 1).unwrap_or(0);
        experiment
            .measures
            .iter()
            .map(|m| {
                let (kind, histogram) = match &m.kind {
                    MeasureKind::Date(_) => (Kind::Date, Histogram::new(0, days)),
                    MeasureKind::Probability(..) | MeasureKind::Breaches { any: true, .. } => {
                        (Kind::Probability, Histogram::new(0, 2))
                    }
                    MeasureKind::Number(_) => (Kind::Number, Histogram::new(0, 4096)),
                    MeasureKind::Breaches { .. } => (Kind::Number, Histogram::new(0, 16)),
                };
                let (classes, sum, squares) = (Classes::default(), 0, 0);
                MeasureStats {
                    name: m.name.clone(),
                    kind,
                    shown: m.shown,
                    table: m.table.clone(),
                    classes,
                    sum,
                    squares,
                    histogram,
                    begin,
                    last,
                }
            })
            .collect()
    }

    /// Takes a run in: its class and the value of this measure.
    #[inline]
    pub(crate) fn take(&mut self, class: i64, value: i64) {
        match class {
            REACHED => self.add(value),
            UNDETERMINED => self.classes.undetermined += 1,
            STUCK => self.classes.stuck += 1,
            _ => self.classes.overflow += 1,
        }
    }

    /// Takes many runs in: records of a width, with the class of the run first and the value of this measure at a place.
    pub(crate) fn take_all(&mut self, records: &[i64], width: usize, place: usize) {
        let low = self.histogram.low;
        let from = match self.kind {
            Kind::Date => self.begin.number() + low,
            Kind::Probability | Kind::Number => low,
        };
        // Sums of a few thousand small numbers fit into a word.
        for records in records.chunks(width << 12) {
            let (mut reached, mut sum, mut squares) = (0, 0i64, 0i64);
            for record in records.chunks_exact(width) {
                let at = record[place].wrapping_sub(from);
                let near = self.histogram.dense.get_mut(at as usize);
                match near.filter(|_| record[0] == REACHED) {
                    Some(n) => {
                        *n += 1;
                        let value = at + low;
                        (reached, sum) = (reached + 1, sum + value);
                        squares += value * value;
                    }
                    None => self.take(record[0], record[place]),
                }
            }
            self.classes.reached += reached;
            self.sum += i128::from(sum);
            self.squares += i128::from(squares);
        }
    }

    /// A value that so many runs reached; of a number or a condition.
    pub(crate) fn take_times(&mut self, value: i64, times: u64) {
        if times == 0 {
            return;
        }
        let (v, n) = (i128::from(value), i128::from(times));
        self.classes.reached += times;
        self.sum += v * n;
        self.squares += v * v * n;
        self.histogram.add_times(value, times);
    }

    #[inline]
    fn add(&mut self, value: i64) {
        if value == CENSORED {
            self.classes.censored += 1;
            return;
        }
        if value == OPEN {
            self.classes.undetermined += 1;
            return;
        }
        if value == FROZEN {
            self.classes.stuck += 1;
            return;
        }
        let value = if self.kind == Kind::Date {
            value - self.begin.number()
        } else {
            value
        };
        self.classes.reached += 1;
        self.sum += i128::from(value);
        self.squares += i128::from(value) * i128::from(value);
        self.histogram.add(value);
    }

    pub(crate) fn merge(&mut self, other: &MeasureStats) {
        let (a, b) = (&mut self.classes, &other.classes);
        a.reached += b.reached;
        a.censored += b.censored;
        a.undetermined += b.undetermined;
        a.stuck += b.stuck;
        a.overflow += b.overflow;
        self.sum += other.sum;
        self.squares += other.squares;
        self.histogram.merge(&other.histogram);
    }

    /// The same measure with these numbers, if they agree with each other.
    pub(crate) fn filled(
        &self,
        classes: Classes,
        sum: &str,
        squares: &str,
        counts: &[(i64, u64)],
    ) -> Option<MeasureStats> {
        let mut m = self.clone();
        m.clear();
        for (value, n) in counts {
            let (wide, times) = (i128::from(*value), i128::from(*n));
            m.sum = m.sum.checked_add(wide.checked_mul(times)?)?;
            m.squares = m
                .squares
                .checked_add(wide.checked_mul(wide)?.checked_mul(times)?)?;
            m.classes.reached = m.classes.reached.checked_add(*n)?;
            m.histogram.put(*value, *n);
        }
        let same = m.classes.reached == classes.reached
            && sum.parse() == Ok(m.sum)
            && squares.parse() == Ok(m.squares);
        m.classes = classes;
        same.then_some(m)
    }

    /// Forgets all runs.
    pub(crate) fn clear(&mut self) {
        self.classes = Classes::default();
        (self.sum, self.squares) = (0, 0);
        self.histogram.dense.fill(0);
        self.histogram.sparse.clear();
    }

    /// Runs in which the condition held.
    #[must_use]
    pub fn successes(&self) -> u64 {
        u64::try_from(self.sum).unwrap_or(0)
    }

    /// Of a probability: the share of the runs in which it held. Of a date: the share that reached it. What is
    /// undetermined may be either (R58): it widens the interval.
    #[must_use]
    pub fn probability(&self) -> Option<Probability> {
        let n = self.classes.total();
        if n == 0 {
            return None;
        }
        let yes = match self.kind {
            Kind::Probability => self.successes(),
            Kind::Date => self.classes.reached,
            Kind::Number => return None,
        };
        let open = self.classes.undetermined + self.classes.stuck + self.classes.overflow;
        let (low, high) = (wilson(yes, n).0, wilson(yes + open, n).1);
        Some(Probability {
            estimate: yes as f64 / n as f64,
            at_most: (yes + open) as f64 / n as f64,
            low,
            high,
        })
    }

    /// Mean, standard error, standard deviation over the runs that reached a value.
    #[must_use]
    pub fn mean(&self) -> Option<Mean> {
        let n = self.classes.reached;
        if n == 0 {
            return None;
        }
        let count = i128::from(n);
        // n * sum of squares - square of the sum, exactly where it fits.
        let spread = self
            .squares
            .checked_mul(count)
            .zip(self.sum.checked_mul(self.sum))
            .map(|(a, b)| a - b);
        let deviation = match spread {
            Some(s) if n > 1 => (s as f64 / (n as f64 * (n - 1) as f64)).sqrt(),
            _ if n > 1 => {
                let mean = self.sum as f64 / n as f64;
                (self.squares as f64 / n as f64 - mean * mean)
                    .max(0.0)
                    .sqrt()
            }
            _ => 0.0,
        };
        Some(Mean {
            mean: self.sum as f64 / n as f64,
            error: deviation / (n as f64).sqrt(),
            deviation,
        })
    }

    /// Of a number: the share of the runs in which it was above zero.
    #[must_use]
    pub fn positive(&self) -> Option<Probability> {
        let n = self.classes.total();
        if n == 0 || self.kind != Kind::Number {
            return None;
        }
        let none: u64 = self
            .histogram
            .iter()
            .filter(|(v, _)| *v <= 0)
            .map(|(_, n)| n)
            .sum();
        let yes = self.classes.reached.saturating_sub(none);
        let open = n - self.classes.reached;
        Some(Probability {
            estimate: yes as f64 / n as f64,
            at_most: (yes + open) as f64 / n as f64,
            low: wilson(yes, n).0,
            high: wilson(yes + open, n).1,
        })
    }

    /// The smallest value that at least `part` of every `whole` runs do not exceed; censored runs count as later than
    /// all. `None` if there are no runs, or some whose value nobody knows.
    #[must_use]
    pub fn quantile(&self, part: u64, whole: u64) -> Option<Quantile> {
        let n = self.classes.reached + self.classes.censored;
        if n == 0 || n != self.classes.total() {
            return None;
        }
        let wanted = (u128::from(n) * u128::from(part))
            .div_ceil(u128::from(whole.max(1)))
            .max(1);
        let mut seen = 0u128;
        for (value, count) in self.histogram.iter() {
            seen += u128::from(count);
            if seen >= wanted {
                return Some(Quantile::At(value));
            }
        }
        Some(Quantile::Beyond)
    }

    /// Its name, with the table it is a row of.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.table {
            Some(table) => format!("{table}: {}", self.name),
            None => self.name.clone(),
        }
    }

    /// A value as it is read: a date as a day.
    #[must_use]
    pub fn show(&self, value: i64) -> String {
        match self.kind {
            Kind::Date => self
                .begin
                .checked_add_days(value)
                .map_or_else(|| value.to_string(), |d| d.to_string()),
            _ => value.to_string(),
        }
    }

    /// A quantile as it is read; `> 1998-06-05` beyond the horizon.
    #[must_use]
    pub fn show_quantile(&self, q: Quantile) -> String {
        match q {
            Quantile::At(v) => self.show(v),
            Quantile::Beyond => format!("> {}", self.last),
        }
    }
}

/// Wilson's 95 % interval for `yes` of `n`, as shares.
#[must_use]
pub fn wilson(yes: u64, n: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (n as f64, yes as f64 / n as f64);
    let square = Z * Z;
    let middle = p + square / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    let clamp = |x: f64| x.clamp(0.0, 1.0);
    (
        if yes == 0 {
            0.0
        } else {
            clamp((middle - half) / scale)
        },
        if p >= 1.0 {
            1.0
        } else {
            clamp((middle + half) / scale)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(kind: Kind) -> MeasureStats {
        let begin = Day::from_ymd(1992, 6, 5).unwrap();
        MeasureStats {
            name: "m".to_owned(),
            kind,
            shown: Shown::All,
            table: None,
            classes: Classes::default(),
            sum: 0,
            squares: 0,
            histogram: Histogram::new(0, 10),
            begin,
            last: begin.checked_add_days(9).unwrap(),
        }
    }

    #[test]
    fn wilson_as_published() {
        // Newcombe 1998, table I: 81 of 263, and the edges.
        let (low, high) = wilson(81, 263);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
        assert_eq!(wilson(0, 20).0, 0.0);
        assert!((wilson(0, 20).1 - 0.1611).abs() < 5e-5);
        assert_eq!(wilson(20, 20).1, 1.0);
    }

    #[test]
    fn quantiles_count_the_censored_as_later_than_all() {
        let mut m = stats(Kind::Date);
        for day in [3, 1, 7] {
            m.add(m.begin.number() + day);
        }
        m.add(CENSORED);
        assert_eq!(m.quantile(250, 1000), Some(Quantile::At(1)));
        assert_eq!(m.quantile(500, 1000), Some(Quantile::At(3)));
        assert_eq!(m.quantile(750, 1000), Some(Quantile::At(7)));
        assert_eq!(m.quantile(751, 1000), Some(Quantile::Beyond));
        assert_eq!(m.show_quantile(Quantile::Beyond), "> 1992-06-14");
        assert_eq!(m.show(1), "1992-06-06");
        assert_eq!(m.mean().unwrap().mean, 11.0 / 3.0);
    }

    #[test]
    fn merging_is_adding() {
        let values = [5, -3, 70_000, 5, 0, 123_456_789];
        let mut one = stats(Kind::Number);
        values.iter().for_each(|v| one.add(*v));
        let (mut a, mut b) = (stats(Kind::Number), stats(Kind::Number));
        values[..2].iter().for_each(|v| b.add(*v));
        values[2..].iter().for_each(|v| a.add(*v));
        a.merge(&b);
        assert_eq!(a, one);
        let listed: Vec<_> = a.histogram.iter().collect();
        assert_eq!(
            listed,
            [(-3, 1), (0, 1), (5, 2), (70_000, 1), (123_456_789, 1)]
        );
    }
}
