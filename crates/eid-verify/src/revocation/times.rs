use chrono::{DateTime, TimeDelta, Utc};

/// How old an OCSP answer may be, and how far clocks may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseTimes {
    /// How far the responder's clock may be from ours.
    pub skew: TimeDelta,
    /// How long ago the responder may have known it.
    pub max_age: TimeDelta,
}

impl Default for ResponseTimes {
    /// 15 minutes of skew, 2 minutes of age.
    fn default() -> Self {
        Self { skew: TimeDelta::minutes(15), max_age: TimeDelta::minutes(2) }
    }
}

/// Why an OCSP answer is not of this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimesError {
    /// `thisUpdate` is ahead by more than the skew.
    #[error("thisUpdate is too far in the future")]
    ThisUpdateAhead,
    /// `thisUpdate` is older than the greatest age.
    #[error("thisUpdate is too old")]
    ThisUpdateOld,
    /// `nextUpdate` is past by more than the skew.
    #[error("nextUpdate is in the past")]
    NextUpdatePast,
    /// `nextUpdate` is before `thisUpdate`.
    #[error("nextUpdate is before thisUpdate")]
    NextUpdateBeforeThis,
}

impl ResponseTimes {
    /// Whether an answer with these times is of the moment `now`.
    ///
    /// # Errors
    /// [`TimesError`] with the first rule that it breaks.
    pub fn check(
        &self,
        this_update: DateTime<Utc>,
        next_update: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), TimesError> {
        let ahead = this_update.signed_duration_since(now);
        if ahead > self.skew {
            return Err(TimesError::ThisUpdateAhead);
        }
        if -ahead > self.max_age {
            return Err(TimesError::ThisUpdateOld);
        }
        if let Some(next_update) = next_update {
            if now.signed_duration_since(next_update) > self.skew {
                return Err(TimesError::NextUpdatePast);
            }
            if next_update < this_update {
                return Err(TimesError::NextUpdateBeforeThis);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_themselves_are_still_good() {
        let now: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().unwrap();
        let check = |this, next: Option<i64>| {
            let at = |seconds| now + TimeDelta::seconds(seconds);
            ResponseTimes::default().check(at(this), next.map(at), now)
        };
        assert_eq!(check(900, None), Ok(()));
        assert_eq!(check(901, None), Err(TimesError::ThisUpdateAhead));
        assert_eq!(check(-120, None), Ok(()));
        assert_eq!(check(-121, None), Err(TimesError::ThisUpdateOld));
        assert_eq!(check(0, Some(0)), Ok(()));
        assert_eq!(check(0, Some(-1)), Err(TimesError::NextUpdateBeforeThis));
        assert_eq!(check(-100, Some(-901)), Err(TimesError::NextUpdatePast));
    }
}
