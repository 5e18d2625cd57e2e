//! Maps as pages show them: one file a part, the fragment in `html`.

mod escape;
mod html;
mod marker;
mod shape;
mod svg;
mod words;

pub(crate) use html::html;
