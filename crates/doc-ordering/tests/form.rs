//! Forms read from a definition, and answers checked against them.

use chrono::NaiveDate;
use communes_civil::WorkingCalendar;
use communes_doc_ordering::{
    form::{Answer, Answers, CheckedAnswers, Choice, Context, FieldError, Form, Value},
    wcs::{Definition, WcsFile},
};

/// Two pages: who asks, and for whom; then copies, a price that the server sets, and an agreement.
const FORM: &str = r#"<?xml version="1.0"?>
<formdef id="1">
  <name>Attestation</name>
  <url_name>attestation</url_name>
  <workflow slug="office">Office</workflow>
  <fields>
    <field><type>page</type><label>Personne</label><id>1</id>
      <post_conditions><post_condition>
        <condition><type>django</type><value>form_var_postcode in commune_cp|split:','</value></condition>
        <error_message>Adressez-vous à votre commune.</error_message>
      </post_condition></post_conditions>
    </field>
    <field><type>item</type><label>Pour qui</label><required>True</required><varname>who</varname><id>2</id>
      <data_source><type>jsonvalue</type><value>[{"id": "me", "text": "Moi"}, {"id": "other", "text": "Un tiers"}]</value></data_source>
    </field>
    <field><type>string</type><label>Numéro national</label><required>required</required><varname>niss</varname><id>3</id>
      <condition><type>django</type><value>form_var_who_raw == "other"</value></condition>
      <validation><type>nrn-be</type></validation>
    </field>
    <field><type>string</type><label>Code postal</label><required>required</required><varname>postcode</varname><id>4</id></field>
    <field><type>page</type><label>Commande</label><id>5</id></field>
    <field><type>comment</type><label>&lt;p&gt;Lisez.&lt;/p&gt;</label><id>6</id></field>
    <field><type>item</type><label>Motif</label><required>optional</required><varname>motive</varname><id>7</id>
      <data_source><type>motives</type></data_source>
    </field>
    <field><type>string</type><label>Copies</label><required>True</required><varname>copies</varname><id>8</id>
      <validation><type>regex</type><value>[1-9]</value><error_message>De 1 à 9.</error_message></validation>
    </field>
    <field><type>string</type><label>Prix</label><required>False</required><varname>price</varname><id>9</id>
      <prefill><locked>True</locked><type>string</type><value>{{ form_option_cout }}</value></prefill>
    </field>
    <field><type>bool</type><label>D'accord</label><required>True</required><varname>agree</varname><id>10</id>
      <condition><type>django</type><value>form_var_motive_price</value></condition>
    </field>
    <field><type>block:child</type><label>Enfants</label><required>False</required><varname>children</varname><max_items>2</max_items><id>11</id></field>
    <field><type>email</type><label>Courriel 1</label><varname>mail</varname><id>12</id></field>
    <field><type>email</type><label>Courriel 2</label><varname>mail</varname><id>13</id></field>
    <field><type>date</type><label>Événement</label><varname>day</varname><minimum_is_future>True</minimum_is_future><id>14</id></field>
  </fields>
</formdef>"#;

const BLOCK: &str = r#"<block id="1"><name>Enfant</name><slug>child</slug><fields>
    <field><type>string</type><label>Nom</label><required>True</required><varname>name</varname><id>b1</id></field>
    <field><type>date</type><label>Né le</label><required>True</required><varname>born</varname><id>b2</id>
      <date_in_the_past>True</date_in_the_past></field>
  </fields></block>"#;

fn form() -> Form {
    let mut form = WcsFile::read(FORM.as_bytes()).expect("a file").into_form().expect("a form");
    let block = WcsFile::read(BLOCK.as_bytes()).expect("a file");
    let Definition::Block(block) = block.definition() else { panic!("a block") };
    assert!(form.resolve_blocks(std::slice::from_ref(block)).is_empty());
    form
}

fn context(calendar: &WorkingCalendar) -> Context<'_> {
    let mut paid = Choice::new("succession", "Succession");
    paid.attributes.insert("price".into(), "1,00".into());
    Context::new(NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day"), calendar)
        .variable("commune_cp", Value::text("5000,5001"))
        .source("motives", vec![paid, Choice::new("job", "Emploi")])
        .prefill("price", Answer::Text("2.50".into()))
}

/// The kept answers as key and text, or the errors as `page:key:code`.
fn check(answers: &Answers) -> Result<Vec<(String, String)>, Vec<String>> {
    let calendar = WorkingCalendar::belgian();
    let show = |error: FieldError| format!("{}:{}:{}", error.page, error.key.unwrap_or_default(), error.fault.code());
    match form().check(answers, &context(&calendar)) {
        Ok(checked) => Ok(checked.iter().map(|answer| (answer.key.clone(), answer.text.clone())).collect()),
        Err(errors) => Err(errors.into_iter().map(show).collect()),
    }
}

fn errors(answers: &Answers) -> Vec<String> {
    check(answers).expect_err("errors")
}

fn good() -> Answers {
    Answers::new().with("who", "me").with("postcode", "5000").with("copies", "2")
}

#[test]
fn good_answers_are_kept_in_document_order_with_the_trusted_price() {
    let expected: Vec<(String, String)> = [("who", "Moi"), ("postcode", "5000"), ("copies", "2"), ("price", "2.50")]
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .into();
    assert_eq!(check(&good()), Ok(expected.clone()));
    // The price that a person sends counts for nothing.
    assert_eq!(check(&good().with("price", "0.01")), Ok(expected));
}

#[test]
fn errors_stand_in_document_order_and_say_where() {
    assert_eq!(errors(&Answers::new()), ["0:who:required", "0:postcode:required", "1:copies:required"]);
    let bad = good().with("copies", "00").with("mail", "x").with("12", "x").with("day", "2026-11-25");
    // `mail` is on two fields: each answers to its id.
    assert_eq!(errors(&bad), ["1:copies:pattern", "1:12:not-an-email", "1:day:date-out-of-range"]);
}

#[test]
fn hidden_fields_are_neither_required_nor_kept() {
    // The number is asked of `other` only; a wrong one is no matter while it is hidden.
    let hidden = check(&good().with("niss", "garbage")).unwrap();
    assert!(hidden.iter().all(|(key, _)| key != "niss"));
    let other = good().with("who", "other");
    assert_eq!(errors(&other), ["0:niss:required"]);
    assert_eq!(errors(&other.clone().with("niss", "85073003329")), ["0:niss:not-a-national-number"]);
    assert!(check(&other.with("niss", "85.07.30-033.28")).is_ok());
}

#[test]
fn choices_are_those_of_the_server_and_bring_their_attributes() {
    assert_eq!(errors(&good().with("motive", "fraud")), ["1:motive:not-a-choice"]);
    // Only a motive with a price asks for the agreement, which has to be given.
    assert!(check(&good().with("motive", "job")).is_ok());
    assert_eq!(errors(&good().with("motive", "succession")), ["1:agree:required"]);
    assert_eq!(errors(&good().with("motive", "succession").with("agree", "false")), ["1:agree:required"]);
    assert!(check(&good().with("motive", "succession").with("agree", "on")).is_ok());
}

#[test]
fn post_conditions_follow_the_fields_of_their_page() {
    // 500 is a part of "5000,5001" and no element of it.
    assert_eq!(errors(&good().with("postcode", "500")), ["0::post-condition"]);
    // With an error in the page's own fields there is no second one about the page.
    assert_eq!(errors(&good().with("postcode", " ")), ["0:postcode:required"]);
}

#[test]
fn rows_of_a_block_are_checked_one_by_one() {
    let with = |rows: &[(&str, &str)]| {
        let pairs = [("who", "me"), ("postcode", "5000"), ("copies", "1")];
        let pairs = pairs.iter().chain(rows).map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        check(&Answers::from_pairs(pairs))
    };
    let two = [
        ("children.0.name", "A"),
        ("children.0.born", "2020-01-31"),
        ("children.1.name", "B"),
        ("children.1.born", "31/01/2021"),
    ];
    assert_eq!(with(&two).unwrap().last().unwrap().1, "A, 2020-01-31\nB, 2021-01-31");
    let bad = [("children.0.name", "A"), ("children.0.born", "2026-11-25"), ("children.1.born", "2020-02-30")];
    assert_eq!(
        with(&bad).unwrap_err(),
        ["1:children.0.born:date-out-of-range", "1:children.1.name:required", "1:children.1.born:not-a-date"]
    );
    let three = [("children.0.name", "A"), ("children.1.name", "A"), ("children.2.name", "A")];
    assert_eq!(with(&three).unwrap_err(), ["1:children:too-many"]);
}

#[test]
fn answers_of_the_wrong_shape_are_refused() {
    let mut answers = good();
    answers.insert("copies", Answer::Many(vec!["1".into(), "2".into()]));
    assert_eq!(errors(&answers), ["1:copies:shape"]);
    let mut answers = good();
    answers.insert("children", Answer::Text("A".into()));
    assert_eq!(errors(&answers), ["1:children:shape"]);
    assert_eq!(errors(&good().with("postcode", "x".repeat(20_001))), ["0:postcode:too-long"]);
}

#[test]
fn conditions_that_read_each_other_in_a_circle_end() {
    let field = |id: &str, other: &str| {
        format!(
            "<field><type>string</type><label>{id}</label><varname>{id}</varname><id>{id}</id>
             <condition><type>django</type><value>not form_var_{other}</value></condition></field>"
        )
    };
    let fields = field("a", "b") + &field("b", "a");
    let text = format!("<formdef><name>f</name><url_name>f</url_name><fields>{fields}</fields></formdef>");
    let form = WcsFile::read(text.as_bytes()).unwrap().into_form().unwrap();
    let calendar = WorkingCalendar::belgian();
    let checked = form.check(&Answers::new().with("a", "1").with("b", "1"), &context(&calendar)).unwrap();
    // The first in document order wins.
    assert!(checked.get("a").is_some() && checked.get("b").is_none());
}

#[test]
fn a_condition_that_is_not_understood_is_kept_and_fails_closed() {
    let text = FORM.replace("form_var_postcode in commune_cp|split:','", "form_var_postcode|evil");
    let form = WcsFile::read(text.as_bytes()).unwrap().into_form().unwrap();
    let unread = form.unread_conditions();
    assert_eq!((unread.len(), unread[0].source(), unread[0].line()), (1, "form_var_postcode|evil", 9));
    // Python's conditions look alike and mean something else.
    let python = FORM.replacen("<type>django</type>", "<type>python</type>", 1);
    let python = WcsFile::read(python.as_bytes()).unwrap().into_form().unwrap();
    assert_eq!(python.unread_conditions()[0].expression().unwrap_err().code(), "condition-language");
    let calendar = WorkingCalendar::belgian();
    let errors = form.check(&good(), &context(&calendar)).unwrap_err();
    assert_eq!(errors.iter().map(FieldError::code).collect::<Vec<_>>(), ["post-condition"]);
    assert_eq!(errors[0].message.as_deref(), Some("Adressez-vous à votre commune."));
}

#[test]
fn no_answer_stands_in_debug_output() {
    const CANARY: &str = "85073003328";
    let mut answers = good().with("who", "other").with("niss", CANARY);
    answers.insert("children", Answer::Rows(vec![Answers::new().with("name", CANARY).with("born", "2020-01-01")]));
    let calendar = WorkingCalendar::belgian();
    let context = context(&calendar).prefill("price", Answer::Text(CANARY.into()));
    let checked = form().check(&answers, &context).unwrap();
    let errors = form().check(&answers.clone().with("copies", CANARY), &context).unwrap_err();
    assert_eq!(checked.value("niss"), &Value::text(CANARY));
    for text in [format!("{answers:?}"), format!("{checked:?}"), format!("{context:?}"), format!("{errors:?}")] {
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[test]
fn checked_answers_survive_json() {
    let calendar = WorkingCalendar::belgian();
    let checked = form().check(&good().with("day", "2026-12-24"), &context(&calendar)).unwrap();
    let json = serde_json::to_string(&checked).unwrap();
    assert!(json.contains(r#"{"date":"2026-12-24"}"#), "{json}");
    assert_eq!(serde_json::from_str::<CheckedAnswers>(&json).unwrap(), checked);
}
