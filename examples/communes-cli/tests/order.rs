//! `communes order` on real files, against the values counted from them by hand.

use std::{path::PathBuf, process::Command, process::ExitCode};

use communes_suite::{Need, Suite, fixtures};
use serde_json::Value;

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite.test(Need::Fixtures, "form_counts_are_those_of_expected_csv", || Ok(form_counts()?));
    suite.test(Need::Fixtures, "convert_writes_what_reads_the_same", || Ok(convert()?));
    suite.test(Need::Fixtures, "lint_names_file_code_place_and_remedy", || Ok(lint()?));
    suite.test(Need::Fixtures, "bank_totals_are_those_of_expected_csv", || Ok(bank()?));
    suite.test(Need::Fixtures, "bank_refuses_what_holds_no_statement", || Ok(bank_refuses()?));
    suite.test(Need::Fixtures, "ogm_answers_every_vector", || Ok(ogm()?));
    suite.test(Need::Fixtures, "epc_writes_the_published_payload", || Ok(epc()?));
    suite.test(Need::Fixtures, "quote_and_reconcile", || Ok(quote_and_reconcile()?));
    suite.run()
}

fn folder() -> PathBuf {
    fixtures().join("doc-ordering")
}

/// Exit status and standard output.
fn communes(arguments: &[&str]) -> Result<(i32, String), String> {
    let output = Command::new(env!("CARGO_BIN_EXE_communes"))
        .arg("order")
        .args(arguments)
        .current_dir(folder())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    Ok((output.status.code().ok_or("killed")?, text))
}

fn json(arguments: &[&str]) -> Result<(i32, Value), String> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
    let (status, text) = communes(&arguments)?;
    Ok((status, serde_json::from_str(&text).map_err(|error| format!("{arguments:?}: {error}: {text}"))?))
}

fn lines(path: &str) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(folder().join(path)).map_err(|error| error.to_string())?;
    Ok(text.lines().skip(1).map(str::to_owned).collect())
}

fn form_counts() -> Result<(), String> {
    let keys =
        ["fields", "pages", "conditions", "required", "prefill_user", "niss", "regex", "post_conditions", "statuses"];
    for line in lines("wcs/expected.csv")? {
        // Names may hold commas in quotes: the counts are the last nine columns.
        let file = line.split(',').next().unwrap_or_default();
        let expected: Vec<&str> = line.rsplitn(10, ',').take(9).collect();
        let (status, found) = json(&["form", &format!("wcs/{file}")])?;
        assert_eq!(status, 0, "{file}");
        let found: Vec<String> = keys.iter().rev().map(|key| found[key].to_string()).collect();
        assert_eq!(found, expected, "{file}");
    }
    let (status, found) = json(&["form", "wcs/forms/v2-demande-acte-de-naissance.wcs"])?;
    assert_eq!((status, &found["root"], &found["name"]), (0, &"formdef".into(), &"Acte de Naissance".into()));
    assert_eq!(found["slug"], "v2-demande-acte-de-naissance");
    Ok(())
}

fn convert() -> Result<(), String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = "wcs/workflows/workflow-imio-paiement.wcs";
    let (status, text) = communes(&["convert", file])?;
    assert_eq!(status, 0);
    let path = temporary.path().join("again.wcs");
    std::fs::write(&path, &text).map_err(|error| error.to_string())?;
    let again = path.display().to_string();
    assert_eq!(communes(&["convert", &again])?, (0, text));
    assert_eq!(json(&["form", &again])?, json(&["form", file])?);
    Ok(())
}

fn lint() -> Result<(), String> {
    let file = "wcs/forms/form-demande-attestation-de-milice.wcs";
    let (status, found) = json(&["lint", file])?;
    assert_eq!(status, 1);
    let substring: Vec<&Value> = found["findings"]
        .as_array()
        .ok_or("no array")?
        .iter()
        .filter(|finding| finding["code"] == "substring-membership")
        .collect();
    // `grep -n "in commune_cp"`: lines 114 and 375.
    let found_lines: Vec<&Value> = substring.iter().map(|finding| &finding["line"]).collect();
    assert_eq!(found_lines, [&Value::from(114), &Value::from(375)]);
    for finding in substring {
        assert_eq!(finding["file"], file);
        for key in ["where", "message", "remedy"] {
            assert!(finding[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {finding}");
        }
    }
    let (status, found) = json(&["lint", "wcs/blocks/block-personne.wcs"])?;
    assert_eq!((status, found["findings"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(communes(&["lint", "coda/sample1.cod"])?.0, 2);
    Ok(())
}

fn bank() -> Result<(), String> {
    for line in lines("coda/expected.csv")? {
        let columns: Vec<&str> = line.split(',').collect();
        let (status, found) = json(&["bank", &format!("coda/{}", columns[0])])?;
        let totals = &found["totals"];
        let found_totals = [&totals["movements_detail_0000"], &totals["sum_debit_milli"], &totals["sum_credit_milli"]]
            .map(Value::to_string);
        assert_eq!(
            (status, found_totals.as_slice()),
            (0, [columns[5], columns[6], columns[7]].map(str::to_owned).as_slice()),
            "{line}"
        );
        assert_eq!(
            found["movements"].as_array().map(|all| all.len().to_string()).as_deref(),
            Some(columns[4]),
            "{line}"
        );
        let adds_up = !found["warnings"]
            .as_array()
            .ok_or("no array")?
            .iter()
            .any(|warning| warning["code"] == "balance-does-not-add-up");
        assert_eq!(adds_up, columns[12] == "True", "{line}");
    }
    let (status, found) = json(&["bank", "camt/camt053.v2.five.decimals.xml"])?;
    assert_eq!(
        (status, &found["totals"]["entries"], &found["totals"]["credits"]["EUR"]),
        (0, &1.into(), &"8.850".into())
    );
    Ok(())
}

fn bank_refuses() -> Result<(), String> {
    for file in ["camt/camt053.v2.wrong.xml", "wcs/blocks/block-personne.wcs", "vectors/ogm.csv"] {
        let (status, text) = communes(&["bank", file])?;
        assert_eq!((status, text.as_str()), (2, ""), "{file}");
    }
    Ok(())
}

fn ogm() -> Result<(), String> {
    for line in lines("vectors/ogm.csv")? {
        let columns: Vec<&str> = line.splitn(4, ',').collect();
        let (status, found) = json(&["ogm", columns[0]])?;
        let valid = columns[1] == "true";
        assert_eq!((status, &found["valid"]), (i32::from(!valid), &valid.into()), "{line}");
        assert_eq!(found["canonical"].as_str().unwrap_or_default(), columns[2], "{line}");
    }
    // An empty value is a value.
    assert_eq!(communes(&["ogm", ""])?.0, 1);
    assert_eq!(communes(&["ogm", "-1"])?.0, 1);
    // 1234567890 mod 97 = 2.
    assert_eq!(communes(&["ogm", "--base", "1234567890"])?, (0, "+++123/4567/89002+++\n".to_owned()));
    Ok(())
}

fn epc() -> Result<(), String> {
    // Row 2 of vectors/epc-qr.csv.
    let arguments = [
        "epc",
        "--name",
        "Red Cross of Belgium",
        "--iban",
        "BE72000000001616",
        "--amount",
        "1.00",
        "--text",
        "Urgency fund",
    ];
    let expected = "BCD\n002\n1\nSCT\n\nRed Cross of Belgium\nBE72000000001616\nEUR1.00\n\n\nUrgency fund";
    assert_eq!(communes(&arguments)?, (0, expected.to_owned()));
    let (status, found) = json(&arguments)?;
    assert_eq!((status, &found["text"]), (0, &expected.into()));
    let svg: Vec<&str> = arguments.iter().copied().chain(["--svg"]).collect();
    assert!(communes(&svg)?.1.starts_with("<svg"));
    let bad = ["epc", "--name", "X", "--iban", "BE72000000001617", "--amount", "1.00"];
    assert_eq!(communes(&bad)?.0, 2);
    Ok(())
}

fn quote_and_reconcile() -> Result<(), String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = |name: &str, text: &str| -> Result<String, String> {
        let path = temporary.path().join(name);
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        Ok(path.display().to_string())
    };
    let fees = path(
        "fees.json",
        r#"{"id": "2026", "nature": "charge", "regulation": "R", "currency": "EUR", "valid_from": "2026-01-01", "valid_until": "2026-12-31",
            "documents": {"act": {"price": "2,50", "most_copies": 20}}, "deliveries": {"post": "1.50"}}"#,
    )?;
    let ask = ["quote", "--fees", &fees, "--document", "act", "--date", "2026-11-25", "--delivery", "post", "--copies"];
    let with = |copies: &'static str| -> Vec<&str> { ask.iter().copied().chain([copies]).collect() };
    let (status, found) = json(&with("2"))?;
    // 2 × 2.50 + 1.50
    assert_eq!((status, &found["total_minor"], &found["currency"]), (0, &650.into(), &"EUR".into()));
    assert_eq!(found["lines"].as_array().map(Vec::len), Some(2));
    for bad in ["00", "21", "-1", ""] {
        assert_eq!(communes(&with(bad))?.0, 2, "{bad}");
    }

    let camt = path(
        "camt.xml",
        r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>
        <Ntry><Amt Ccy="EUR">6.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf>
        <Tp><Issr>BBA</Issr></Tp><Ref>123456789002</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
        <Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>
        </Stmt></BkToCstmrStmt></Document>"#,
    )?;
    let orders = path("orders.json", r#"[{"order": "2026/E/1", "reference": "123456789002", "amount": "6.50"}]"#)?;
    let (status, found) = json(&["reconcile", &camt, "--orders", &orders])?;
    assert_eq!((status, &found["matched"][0]["order"]), (1, &"2026/E/1".into()));
    assert_eq!(found["unmatched"][0]["verdict"], "no-reference");
    Ok(())
}
