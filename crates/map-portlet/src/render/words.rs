use communes_civil::Lang;

/// The portlet's own words in one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) lang: Lang,
    pub(super) unnamed: &'static str,
    pub(super) show: &'static str,
    pub(super) unplaced: &'static str,
    pub(super) no_places: &'static str,
    pub(super) none_placed: &'static str,
    pub(super) skip: &'static str,
    pub(super) map: &'static str,
    pub(super) caption: &'static str,
    pub(super) decimal: char,
}

impl Words {
    /// The words in this language; in English where there are none.
    pub(super) fn of(lang: Lang) -> &'static Self {
        [&FR, &NL, &DE].into_iter().find(|words| words.lang == lang).unwrap_or(&EN)
    }
}

static FR: Words = Words {
    lang: Lang::FR,
    unnamed: "Lieu sans nom",
    show: "Voir sur la carte",
    unplaced: "Position inconnue",
    no_places: "Aucun lieu.",
    none_placed: "Aucun de ces lieux n’a de position connue.",
    skip: "Passer la carte",
    map: "Carte",
    caption: "Carte schématique, sans fond, le nord en haut. Les numéros sont ceux de la liste.",
    decimal: ',',
};

static NL: Words = Words {
    lang: Lang::NL,
    unnamed: "Plaats zonder naam",
    show: "Toon op de kaart",
    unplaced: "Locatie onbekend",
    no_places: "Geen plaatsen.",
    none_placed: "Van geen van deze plaatsen is de locatie bekend.",
    skip: "Kaart overslaan",
    map: "Kaart",
    caption: "Schematische kaart zonder achtergrond, met het noorden boven. De nummers zijn die van de lijst.",
    decimal: ',',
};

static DE: Words = Words {
    lang: Lang::DE,
    unnamed: "Ort ohne Namen",
    show: "Auf der Karte zeigen",
    unplaced: "Lage unbekannt",
    no_places: "Keine Orte.",
    none_placed: "Die Lage dieser Orte ist nicht bekannt.",
    skip: "Karte überspringen",
    map: "Karte",
    caption: "Schematische Karte ohne Hintergrund, Norden oben. Die Nummern sind die der Liste.",
    decimal: ',',
};

static EN: Words = Words {
    lang: Lang::EN,
    unnamed: "Unnamed place",
    show: "Show on the map",
    unplaced: "Location unknown",
    no_places: "No places.",
    none_placed: "None of these places has a known location.",
    skip: "Skip the map",
    map: "Map",
    caption: "Schematic map without background, north at the top. The numbers are those of the list.",
    decimal: '.',
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_words() {
        for lang in [Lang::FR, Lang::NL, Lang::DE, Lang::EN] {
            assert_eq!(Words::of(lang).lang, lang);
        }
    }
}
