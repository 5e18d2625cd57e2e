use std::fmt::Write as _;

use crate::{Definition, Trigger};

/// A `stateDiagram-v2` of Mermaid: states by their titles, arrows by the words on the buttons, automatic ones marked.
///
/// Ids are replaced by numbers and texts are escaped, so that no id or title can break the diagram.
#[must_use]
pub fn mermaid(definition: &Definition) -> String {
    let states = &definition.model().states;
    let place = |id: &str| states.iter().position(|state| state.id == id);
    let mut text = String::from("stateDiagram-v2\n");
    for (number, state) in states.iter().enumerate() {
        let _ = writeln!(text, "    state \"{}\" as s{number}", escape(state.label()));
    }
    if let Some(initial) = place(&definition.model().initial_state) {
        let _ = writeln!(text, "    [*] --> s{initial}");
    }
    for (number, state) in states.iter().enumerate() {
        for transition in definition.exits(state) {
            let target = if transition.new_state.is_empty() { Some(number) } else { place(&transition.new_state) };
            let Some(target) = target else { continue };
            let mark = if transition.trigger == Trigger::Automatic { " (auto)" } else { "" };
            let _ = writeln!(text, "    s{number} --> s{target} : {}{mark}", escape(transition.label()));
        }
        if definition.is_final(&state.id) {
            let _ = writeln!(text, "    s{number} --> [*]");
        }
    }
    text
}

/// Mermaid's entities, `#` and the code, for whatever has a meaning in a label.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '"' | '#' | ';' | ':' | '<' | '>' | '{' | '}' | '[' | ']' | '%' | '&' | '\\' | '`' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Guard, Model, State, Transition};

    #[test]
    fn texts_cannot_break_the_diagram() {
        let mut model = Model::new("permit", "a--b");
        let mut first = State::new("a--b", ["go", "gone"]);
        first.title = "Reçu: \"neuf\"\n; end".to_owned();
        model.states = vec![first, State::new("end", [""; 0])];
        model.transitions = vec![Transition::new("go", "end", Guard::open())];
        let wanted = "stateDiagram-v2
    state \"Reçu#58; #34;neuf#34; #59; end\" as s0
    state \"end\" as s1
    [*] --> s0
    s0 --> s1 : go
    s1 --> [*]
";
        assert_eq!(mermaid(&Definition::new(model).unwrap()), wanted);
    }
}
