use serde::{Deserialize, Serialize};

use crate::language::Lang;

/// Which holiday a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Two days before Easter.
    GoodFriday,
    /// The day after Easter.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 8 May, the end of the war in 1945.
    VictoryDay,
    /// 39 days after Easter.
    Ascension,
    /// 50 days after Easter.
    WhitMonday,
    /// 14 July.
    FrenchNationalDay,
    /// 21 July.
    BelgianNationalDay,
    /// 15 August.
    Assumption,
    /// 1 November.
    AllSaints,
    /// 11 November, the armistice of 1918.
    Armistice,
    /// 25 December.
    Christmas,
    /// 26 December.
    SaintStephen,
    /// A holiday of a calendar outside this crate.
    Other,
}

impl Holiday {
    /// The stable code, the same as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The usual name in French, Dutch, German or English; `None` in another language.
    #[must_use]
    pub fn name(self, lang: Lang) -> Option<&'static str> {
        let (_, [fr, nl, de, en]) = self.row();
        match lang {
            Lang::FR => Some(fr),
            Lang::NL => Some(nl),
            Lang::DE => Some(de),
            Lang::EN => Some(en),
            _ => None,
        }
    }

    /// Code; name in French, Dutch, German, English.
    fn row(self) -> (&'static str, [&'static str; 4]) {
        match self {
            Self::NewYear => ("new-year", ["Jour de l’an", "Nieuwjaar", "Neujahr", "New Year’s Day"]),
            Self::GoodFriday => ("good-friday", ["Vendredi saint", "Goede Vrijdag", "Karfreitag", "Good Friday"]),
            Self::EasterMonday => ("easter-monday", ["Lundi de Pâques", "Paasmaandag", "Ostermontag", "Easter Monday"]),
            Self::LabourDay => ("labour-day", ["Fête du Travail", "Dag van de Arbeid", "Tag der Arbeit", "Labour Day"]),
            Self::VictoryDay => {
                ("victory-day", ["Victoire 1945", "Dag van de overwinning", "Tag des Sieges", "Victory Day"])
            }
            Self::Ascension => {
                ("ascension", ["Ascension", "Onze-Lieve-Heer-Hemelvaart", "Christi Himmelfahrt", "Ascension Day"])
            }
            Self::WhitMonday => {
                ("whit-monday", ["Lundi de Pentecôte", "Pinkstermaandag", "Pfingstmontag", "Whit Monday"])
            }
            Self::FrenchNationalDay => {
                ("french-national-day", ["Fête nationale", "Nationale feestdag", "Nationalfeiertag", "National Day"])
            }
            Self::BelgianNationalDay => {
                ("belgian-national-day", ["Fête nationale", "Nationale feestdag", "Nationalfeiertag", "National Day"])
            }
            Self::Assumption => {
                ("assumption", ["Assomption", "Onze-Lieve-Vrouw-Hemelvaart", "Mariä Himmelfahrt", "Assumption Day"])
            }
            Self::AllSaints => ("all-saints", ["Toussaint", "Allerheiligen", "Allerheiligen", "All Saints’ Day"]),
            Self::Armistice => ("armistice", ["Armistice", "Wapenstilstand", "Waffenstillstand", "Armistice Day"]),
            Self::Christmas => ("christmas", ["Noël", "Kerstmis", "Weihnachten", "Christmas Day"]),
            Self::SaintStephen => {
                ("saint-stephen", ["Saint-Étienne", "Tweede kerstdag", "Zweiter Weihnachtstag", "Saint Stephen’s Day"])
            }
            Self::Other => {
                ("other", ["Jour férié légal", "Wettelijke feestdag", "Gesetzlicher Feiertag", "Public holiday"])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_word_of_json() {
        for holiday in [Holiday::NewYear, Holiday::BelgianNationalDay, Holiday::SaintStephen, Holiday::Other] {
            assert_eq!(serde_json::to_value(holiday).unwrap(), holiday.code());
        }
    }

    #[test]
    fn names_are_in_the_language_asked_for() {
        assert_eq!(Holiday::Ascension.name(Lang::DE), Some("Christi Himmelfahrt"));
        assert_eq!(Holiday::Ascension.name("lb".parse().unwrap()), None);
    }
}
