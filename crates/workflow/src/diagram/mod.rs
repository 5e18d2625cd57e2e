//! A definition as a picture that other programs draw.

mod mermaid;

pub use self::mermaid::mermaid;
