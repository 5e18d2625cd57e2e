use serde_json::{Value, json};

use crate::{
    issue::IssueRequest,
    order::{pick, spoken_date},
};

/// What a template reads as `data.json`.
pub(super) fn of(request: &IssueRequest<'_>) -> Value {
    let IssueRequest { order, document, day, valid_until, code, check_at } = request;
    let lang = order.language;
    let say = |texts| pick(lang, texts);
    // How many copies and how they come is not what the document says.
    let asked = |name: &str| document.questions.names().any(|question| question == name);
    let answers: Vec<Value> = order
        .answers
        .iter()
        .filter(|answer| !asked(&answer.key) && !answer.varname.as_deref().is_some_and(asked))
        .map(|answer| json!({"key": answer.key, "label": answer.label, "text": answer.text_in(lang)}))
        .collect();
    let legal: Vec<&str> = document.legal_basis.iter().map(|basis| basis.title.in_language(lang).text).collect();
    json!({
        "lang": lang.as_str(),
        "title": order.title.in_language(lang).text,
        "authority": document.issuing_authority.in_language(lang).text,
        "number": order.number,
        "requester": order.requester.name,
        "answers": answers,
        "legal_basis": legal,
        "issued_on": spoken_date(*day, lang),
        "valid_until": valid_until.map(|day| spoken_date(day, lang)),
        "code": code.to_string(),
        "check_at": check_at,
        "labels": {
            "number": say(["Numéro", "Nummer", "Nummer", "Number"]),
            "requester": say(["Délivrée à", "Afgeleverd aan", "Ausgestellt für", "Issued to"]),
            "legal_basis": say(["Base légale", "Wettelijke basis", "Rechtsgrundlage", "Legal basis"]),
            "issued_on": say(["Délivrée le", "Afgeleverd op", "Ausgestellt am", "Issued on"]),
            "valid_until": say(["Valable jusqu'au", "Geldig tot en met", "Gültig bis", "Valid until"]),
            "code": say(["Code de vérification", "Verificatiecode", "Prüfcode", "Verification code"]),
            "qr": say([
                "Code QR vers la page de vérification",
                "QR-code naar de controlepagina",
                "QR-Code zur Prüfseite",
                "QR code to the page of verification",
            ]),
            "proof": say([
                "Ce document ne porte pas de cachet électronique. Imprimé ou enregistré, il ne prouve rien par lui-même : \
                 seule la page ci-dessous prouve qu'il est authentique et toujours valable.",
                "Dit document draagt geen elektronisch zegel. Afgedrukt of opgeslagen bewijst het op zichzelf niets: \
                 alleen de onderstaande pagina bewijst dat het echt en nog geldig is.",
                "Dieses Dokument trägt kein elektronisches Siegel. Gedruckt oder gespeichert beweist es für sich nichts: \
                 nur die unten genannte Seite beweist, dass es echt und noch gültig ist.",
                "This document bears no electronic seal. Printed or saved, it proves nothing by itself: \
                 only the page below proves that it is genuine and still valid.",
            ]),
        },
    })
}

/// Every text in the data.
pub(super) fn texts(data: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match data {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(texts)),
        Value::Object(members) => Box::new(members.values().flat_map(texts)),
        _ => Box::new(std::iter::empty()),
    }
}
