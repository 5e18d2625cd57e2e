//! Refusals and findings in words: French, Dutch, German and English; French for every other language.
//!
//! An application that has its own words translates the codes and their parameters instead.

use crate::{
    Condition, ConditionKind, Lang, Named, Reason, Refusal,
    check::{Finding, FindingCode},
};

/// Four texts, one a language.
struct Words {
    fr: &'static str,
    nl: &'static str,
    de: &'static str,
    en: &'static str,
}

impl Words {
    fn in_(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::NL => self.nl,
            Lang::DE => self.de,
            Lang::EN => self.en,
            _ => self.fr,
        }
    }

    /// The text with `{0}`, `{1}` replaced, in one pass: what is put in is never searched.
    fn with(&self, lang: Lang, values: &[&str]) -> String {
        let mut text = String::new();
        let mut rest = self.in_(lang);
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((place, after)) = after.split_once('}') else {
                break;
            };
            text.push_str(place.parse().ok().and_then(|place: usize| values.get(place)).unwrap_or(&""));
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

const START: Words = Words {
    fr: "Le dossier ne peut pas être ouvert\u{a0}: ",
    nl: "Het dossier kan niet worden geopend: ",
    de: "Der Vorgang kann nicht eröffnet werden: ",
    en: "The file cannot be opened: ",
};
const TRANSITION: Words = Words {
    fr: "L’action «\u{a0}{0}\u{a0}» n’est pas possible\u{a0}: ",
    nl: "De actie “{0}” is niet mogelijk: ",
    de: "Die Aktion „{0}“ ist nicht möglich: ",
    en: "The action “{0}” is not possible: ",
};
const UNKNOWN: Words = Words {
    fr: "cette procédure ne la connaît pas.",
    nl: "deze procedure kent ze niet.",
    de: "dieses Verfahren kennt sie nicht.",
    en: "this procedure has no such action.",
};
const NOT_FROM: Words = Words {
    fr: "le dossier est dans l’état «\u{a0}{0}\u{a0}»\u{a0}; elle part de l’état {1}.",
    nl: "het dossier heeft de status “{0}”; ze vertrekt vanuit de status {1}.",
    de: "der Vorgang hat den Status „{0}“; sie geht vom Status {1} aus.",
    en: "the file is in the state “{0}”; the action leaves the state {1}.",
};
const FROM_NOWHERE: Words = Words {
    fr: "le dossier est dans l’état «\u{a0}{0}\u{a0}», et aucun état n’y mène.",
    nl: "het dossier heeft de status “{0}”, en geen enkele status leidt ernaar.",
    de: "der Vorgang hat den Status „{0}“, und von keinem Status geht sie aus.",
    en: "the file is in the state “{0}”, and no state offers the action.",
};
const AUTOMATIC: Words = Words {
    fr: "elle se fait d’elle-même, personne ne la demande.",
    nl: "ze gebeurt vanzelf, niemand vraagt ze.",
    de: "sie geschieht von selbst, niemand löst sie aus.",
    en: "it happens by itself, nobody asks for it.",
};
const TARGET: Words = Words {
    fr: "elle mène à l’état «\u{a0}{0}\u{a0}», qui n’existe pas. La procédure doit être corrigée.",
    nl: "ze leidt naar de status “{0}”, die niet bestaat. De procedure moet worden verbeterd.",
    de: "sie führt zum Status „{0}“, den es nicht gibt. Das Verfahren muss berichtigt werden.",
    en: "it leads to the state “{0}”, which does not exist. The procedure must be corrected.",
};
const ORPHANED: Words = Words {
    fr: "l’état «\u{a0}{0}\u{a0}» du dossier n’existe plus dans la procédure. Elle doit être corrigée.",
    nl: "de status “{0}” van het dossier bestaat niet meer in de procedure. Die moet worden verbeterd.",
    de: "den Status „{0}“ des Vorgangs gibt es im Verfahren nicht mehr. Es muss berichtigt werden.",
    en: "the state “{0}” of the file no longer exists in the procedure, which must be corrected.",
};
const ENDLESS: Words = Words {
    fr: "elle déclenche des étapes automatiques sans fin. La procédure doit être corrigée.",
    nl: "ze veroorzaakt automatische stappen zonder einde. De procedure moet worden verbeterd.",
    de: "sie löst automatische Schritte ohne Ende aus. Das Verfahren muss berichtigt werden.",
    en: "it sets off automatic steps without end. The procedure must be corrected.",
};
const NEEDED: Words =
    Words { fr: "il faut {0}.", nl: "nodig is: {0}.", de: "nötig ist: {0}.", en: "what is needed: {0}." };
const ROLE: Words = Words { fr: "le rôle {0}", nl: "de rol {0}", de: "die Rolle {0}", en: "the role {0}" };
const PERMISSION: Words = Words {
    fr: "la permission «\u{a0}{0}\u{a0}», que possède ici {1}",
    nl: "de machtiging “{0}”, die hier toekomt aan {1}",
    de: "die Berechtigung „{0}“, die hier {1} hat",
    en: "the permission “{0}”, held here by {1}",
};
const PERMISSION_NOBODY: Words = Words {
    fr: "la permission «\u{a0}{0}\u{a0}», que personne ne possède ici",
    nl: "de machtiging “{0}”, die hier niemand heeft",
    de: "die Berechtigung „{0}“, die hier niemand hat",
    en: "the permission “{0}”, which nobody holds here",
};
const GROUP: Words = Words { fr: "le groupe {0}", nl: "de groep {0}", de: "die Gruppe {0}", en: "the group {0}" };
const PREDICATE: Words = Words {
    fr: "que la condition «\u{a0}{0}\u{a0}» soit remplie",
    nl: "dat aan de voorwaarde “{0}” is voldaan",
    de: "dass die Bedingung „{0}“ erfüllt ist",
    en: "that the condition “{0}” holds",
};
const UNANSWERED: Words = Words {
    fr: "que la condition «\u{a0}{0}\u{a0}», inconnue de cette application, y soit définie",
    nl: "dat de voorwaarde “{0}”, die deze toepassing niet kent, er wordt bepaald",
    de: "dass die Bedingung „{0}“, die diese Anwendung nicht kennt, festgelegt wird",
    en: "that the condition “{0}”, unknown to this application, be defined in it",
};
const FAILED: Words = Words {
    fr: "que la condition «\u{a0}{0}\u{a0}», qui n’a pas pu être vérifiée, le soit",
    nl: "dat de voorwaarde “{0}”, die niet kon worden nagegaan, wordt nagegaan",
    de: "dass die Bedingung „{0}“, die nicht geprüft werden konnte, geprüft wird",
    en: "that the condition “{0}”, which could not be checked, be checked",
};
const UNREADABLE: Words = Words {
    fr: "que sa condition illisible soit corrigée",
    nl: "dat haar onleesbare voorwaarde wordt verbeterd",
    de: "dass ihre unlesbare Bedingung berichtigt wird",
    en: "that its unreadable condition be corrected",
};
const NOT: Words = Words {
    fr: "que ne soit pas vrai\u{a0}: {0}",
    nl: "dat niet waar is: {0}",
    de: "dass nicht zutrifft: {0}",
    en: "that this be untrue: {0}",
};
const OR: Words = Words { fr: " ou ", nl: " of ", de: " oder ", en: " or " };
const AND: Words = Words { fr: " et ", nl: " en ", de: " und ", en: " and " };
const NOBODY: Words = Words { fr: "personne", nl: "niemand", de: "niemand", en: "nobody" };
const QUOTED: Words = Words { fr: "«\u{a0}{0}\u{a0}»", nl: "“{0}”", de: "„{0}“", en: "“{0}”" };

pub(crate) fn refusal(refusal: &Refusal, lang: Lang) -> String {
    let mut text = match &refusal.transition {
        Some(transition) => TRANSITION.with(lang, &[&transition.label]),
        None => START.with(lang, &[]),
    };
    let state = refusal.state.as_ref().map_or("", |state| state.label.as_str());
    text.push_str(&match &refusal.reason {
        Reason::UnknownTransition => UNKNOWN.with(lang, &[]),
        Reason::NotFromThisState { from } if from.is_empty() => FROM_NOWHERE.with(lang, &[state]),
        Reason::NotFromThisState { from } => NOT_FROM.with(lang, &[state, &labels(from, lang)]),
        Reason::NotTriggeredByUsers => AUTOMATIC.with(lang, &[]),
        Reason::UndefinedTarget { target } => TARGET.with(lang, &[target]),
        Reason::OrphanedState => ORPHANED.with(lang, &[state]),
        Reason::EndlessCascade { .. } => ENDLESS.with(lang, &[]),
        Reason::Guard { condition } => NEEDED.with(lang, &[&needed(condition, lang)]),
    });
    text
}

/// What the condition asks for.
pub(crate) fn condition(condition: &Condition, lang: Lang) -> String {
    let parts = |join: &Words| {
        let texts: Vec<String> = condition.parts.iter().map(|part| self::condition(part, lang)).collect();
        texts.join(join.in_(lang))
    };
    match &condition.kind {
        ConditionKind::All => parts(&AND),
        ConditionKind::Any => parts(&OR),
        ConditionKind::Not => NOT.with(lang, &[&parts(&AND)]),
        ConditionKind::ManagerBypass => ROLE.with(lang, &[crate::guard::MANAGER]),
        ConditionKind::Role { roles } => ROLE.with(lang, &[&list(roles, lang)]),
        ConditionKind::Permission { permission, roles } if roles.is_empty() => {
            PERMISSION_NOBODY.with(lang, &[permission])
        }
        ConditionKind::Permission { permission, roles } => PERMISSION.with(lang, &[permission, &list(roles, lang)]),
        ConditionKind::Group { groups } => GROUP.with(lang, &[&list(groups, lang)]),
        ConditionKind::Predicate { question } => PREDICATE.with(lang, &[question]),
        ConditionKind::Test { test } => PREDICATE.with(lang, &[test]),
        ConditionKind::Unanswered { question } => UNANSWERED.with(lang, &[question]),
        ConditionKind::Failed { question } => FAILED.with(lang, &[question]),
        ConditionKind::Unreadable => UNREADABLE.in_(lang).to_owned(),
    }
}

/// As [`condition`], without what holds already.
fn needed(condition: &Condition, lang: Lang) -> String {
    match condition.kind {
        ConditionKind::All => {
            let unmet = condition.parts.iter().filter(|part| !part.met);
            unmet.map(|part| needed(part, lang)).collect::<Vec<_>>().join(AND.in_(lang))
        }
        _ => self::condition(condition, lang),
    }
}

fn list(names: &[String], lang: Lang) -> String {
    match names {
        [] => NOBODY.in_(lang).to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{}{}{last}", first.join(", "), OR.in_(lang)),
    }
}

fn labels(states: &[Named], lang: Lang) -> String {
    list(&states.iter().map(|state| QUOTED.with(lang, &[&state.label])).collect::<Vec<_>>(), lang)
}

/// A finding in words.
pub(crate) fn finding(finding: &Finding, lang: Lang) -> String {
    let words = match finding.code {
        FindingCode::DanglingExit => Words {
            fr: "un état a pour sortie la transition «\u{a0}{0}\u{a0}», qui n’existe pas",
            nl: "een status heeft als uitgang de overgang “{0}”, die niet bestaat",
            de: "ein Status hat als Ausgang den Übergang „{0}“, den es nicht gibt",
            en: "a state has the exit transition “{0}”, which does not exist",
        },
        FindingCode::OrphanTransition => Words {
            fr: "la transition «\u{a0}{0}\u{a0}» n’est la sortie d’aucun état",
            nl: "de overgang “{0}” is de uitgang van geen enkele status",
            de: "der Übergang „{0}“ ist der Ausgang keines Status",
            en: "no state has the transition “{0}” among its exits",
        },
        FindingCode::UndefinedTarget => Words {
            fr: "«\u{a0}{0}\u{a0}»\u{a0}: la transition mène à un état qui n’existe pas",
            nl: "“{0}”: de overgang leidt naar een status die niet bestaat",
            de: "„{0}“: der Übergang führt zu einem Status, den es nicht gibt",
            en: "“{0}”: the transition leads to a state that does not exist",
        },
        FindingCode::Unreachable => Words {
            fr: "l’état «\u{a0}{0}\u{a0}» ne peut être atteint depuis l’état initial",
            nl: "de status “{0}” is niet bereikbaar vanuit de beginstatus",
            de: "der Status „{0}“ ist vom Anfangsstatus aus nicht erreichbar",
            en: "the state “{0}” cannot be reached from the initial state",
        },
        FindingCode::DuplicateState => Words {
            fr: "l’état «\u{a0}{0}\u{a0}» est défini deux fois\u{a0}; ils sont fusionnés, le dernier l’emporte",
            nl: "de status “{0}” is twee keer bepaald; ze worden samengevoegd, de laatste geldt",
            de: "der Status „{0}“ ist zweimal festgelegt; sie werden vereint, der letzte gilt",
            en: "the state “{0}” is defined twice; they are merged, the last one wins",
        },
        FindingCode::DuplicatePermissionMap => Words {
            fr: "«\u{a0}{0}\u{a0}»\u{a0}: l’état règle deux fois la permission\u{a0}; le dernier réglage l’emporte",
            nl: "“{0}”: de status regelt de machtiging twee keer; de laatste regeling geldt",
            de: "„{0}“: der Status regelt die Berechtigung zweimal; die letzte Regelung gilt",
            en: "“{0}”: the state sets the permission twice; the last setting wins",
        },
        FindingCode::DuplicatePermission => Words {
            fr: "la permission «\u{a0}{0}\u{a0}» est déclarée deux fois",
            nl: "de machtiging “{0}” is twee keer aangegeven",
            de: "die Berechtigung „{0}“ ist zweimal angegeben",
            en: "the permission “{0}” is declared twice",
        },
        FindingCode::UndeclaredPermission => Words {
            fr: "des états règlent la permission «\u{a0}{0}\u{a0}», que le workflow ne gère pas\u{a0}: sans effet",
            nl: "statussen regelen de machtiging “{0}”, die de workflow niet beheert: zonder gevolg",
            de: "Status regeln die Berechtigung „{0}“, die der Workflow nicht verwaltet: ohne Wirkung",
            en: "states set the permission “{0}”, which the workflow does not manage: no effect",
        },
        FindingCode::MissingPermission => Words {
            fr: "«\u{a0}{0}\u{a0}»\u{a0}: l’état ne règle pas cette permission gérée\u{a0}; elle s’hérite du parent",
            nl: "“{0}”: de status regelt deze beheerde machtiging niet; ze wordt geërfd",
            de: "„{0}“: der Status regelt diese verwaltete Berechtigung nicht; sie wird geerbt",
            en: "“{0}”: the state does not set this managed permission; it is acquired from the parent",
        },
        FindingCode::IdMismatch => Words {
            fr: "l’identifiant «\u{a0}{0}\u{a0}» n’est pas le nom du dossier",
            nl: "de identificatie “{0}” is niet de naam van de map",
            de: "die Kennung „{0}“ ist nicht der Name des Ordners",
            en: "the id “{0}” is not the name of the folder",
        },
        FindingCode::UnknownPredicate => Words {
            fr: "l’application ne répond pas à «\u{a0}{0}\u{a0}»\u{a0}: refus",
            nl: "de toepassing antwoordt niet op “{0}”: weigering",
            de: "die Anwendung beantwortet „{0}“ nicht: Ablehnung",
            en: "the application does not answer “{0}”: it denies",
        },
        FindingCode::UnreadableExpression => Words {
            fr: "l’expression «\u{a0}{0}\u{a0}» est illisible\u{a0}: refus",
            nl: "de uitdrukking “{0}” is onleesbaar: weigering",
            de: "der Ausdruck „{0}“ ist unlesbar: Ablehnung",
            en: "the expression “{0}” cannot be read: it denies",
        },
        FindingCode::DuplicateElement => Words {
            fr: "«\u{a0}{0}\u{a0}» est défini deux fois\u{a0}; le dernier l’emporte",
            nl: "“{0}” is twee keer bepaald; de laatste geldt",
            de: "„{0}“ ist zweimal festgelegt; der letzte gilt",
            en: "“{0}” is defined twice; the last one wins",
        },
        FindingCode::MissingAttribute => Words {
            fr: "l’attribut «\u{a0}{0}\u{a0}» manque\u{a0}; il est lu comme vide",
            nl: "het attribuut “{0}” ontbreekt; het wordt als leeg gelezen",
            de: "das Attribut „{0}“ fehlt; es wird als leer gelesen",
            en: "the attribute “{0}” is missing; it is read as empty",
        },
        FindingCode::MissingGuard => Words {
            fr: "«\u{a0}{0}\u{a0}» n’a pas de garde\u{a0}: ouvert à tous",
            nl: "“{0}” heeft geen bewaking: open voor iedereen",
            de: "„{0}“ hat keine Bedingung: offen für alle",
            en: "“{0}” has no guard: open to all",
        },
        FindingCode::UnknownElement => Words {
            fr: "l’élément «\u{a0}{0}\u{a0}» est inconnu et n’est pas lu",
            nl: "het element “{0}” is onbekend en wordt niet gelezen",
            de: "das Element „{0}“ ist unbekannt und wird nicht gelesen",
            en: "the element “{0}” is unknown and not read",
        },
        FindingCode::IgnoredAttribute => Words {
            fr: "l’attribut «\u{a0}{0}\u{a0}» est inconnu et n’est pas lu",
            nl: "het attribuut “{0}” is onbekend en wordt niet gelezen",
            de: "das Attribut „{0}“ ist unbekannt und wird nicht gelesen",
            en: "the attribute “{0}” is unknown and not read",
        },
    };
    words.with(lang, &[&finding.subject])
}
