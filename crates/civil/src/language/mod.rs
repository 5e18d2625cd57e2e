//! Languages: tags, texts in several of them, and the languages in which a commune acts.

mod lang;
mod regime;
mod texts;

pub use lang::{Lang, LangError};
pub use regime::{LanguageRegime, RegimeError};
pub use texts::{TextIn, Texts, TextsError};
