use crate::text::text_key;

text_key! {
    /// Whose data a store handle reads and writes: one commune, usually by its NIS code.
    ///
    /// A handle is opened *for* a tenant and can't reach another one's rows; domain code never sees this type.
    TenantId
}
