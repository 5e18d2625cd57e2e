/// Implements a boxed trait for `&T`, `Box<T>` and `Arc<T>`.
macro_rules! forward {
    ($trait:ident { $($verb:ident($($name:ident: $type:ty),*) -> $answer:ty;)* }) => {
        $crate::forward::forward!(@ $trait, &T, { $($verb($($name: $type),*) -> $answer;)* });
        $crate::forward::forward!(@ $trait, Box<T>, { $($verb($($name: $type),*) -> $answer;)* });
        $crate::forward::forward!(@ $trait, std::sync::Arc<T>, { $($verb($($name: $type),*) -> $answer;)* });
    };
    (@ $trait:ident, $pointer:ty, { $($verb:ident($($name:ident: $type:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: $trait + ?Sized> $trait for $pointer {
            $(async fn $verb(&self, $($name: $type),*) -> Result<$answer, StoreError> {
                (**self).$verb($($name),*).await
            })*
        }
    };
}
pub(crate) use forward;
