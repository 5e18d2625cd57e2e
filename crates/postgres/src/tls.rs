use communes_ledger::StoreError;
use deadpool_postgres::{Manager, ManagerConfig};
use tokio_postgres::{Config, NoTls, config::SslMode};

use crate::Options;

/// TLS is asked for and can't be had.
pub const TLS_UNAVAILABLE: &str = "tls-unavailable";

/// What makes connections, with TLS where the URL asks for it.
#[cfg(not(feature = "tls"))]
pub(crate) fn manager(config: Config, manager: ManagerConfig, _options: &Options) -> Result<Manager, StoreError> {
    if config.get_ssl_mode() == SslMode::Require {
        let message = "the URL asks for TLS, and this program was built without the feature `tls`";
        return Err(StoreError::unsupported(TLS_UNAVAILABLE, message));
    }
    Ok(Manager::from_config(config, NoTls, manager))
}

/// What makes connections, with TLS where the URL asks for it or the server offers it.
#[cfg(feature = "tls")]
pub(crate) fn manager(config: Config, manager: ManagerConfig, options: &Options) -> Result<Manager, StoreError> {
    use std::sync::Arc;

    use rustls::{ClientConfig, crypto::aws_lc_rs};
    use tokio_postgres_rustls::MakeRustlsConnect;

    if config.get_ssl_mode() == SslMode::Disable {
        return Ok(Manager::from_config(config, NoTls, manager));
    }
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|cause| StoreError::unsupported(TLS_UNAVAILABLE, "no protocol of TLS").caused_by(cause))?
        .with_root_certificates(roots(options, config.get_ssl_mode())?)
        .with_no_client_auth();
    Ok(Manager::from_config(config, MakeRustlsConnect::new(client), manager))
}

#[cfg(feature = "tls")]
fn roots(options: &Options, mode: SslMode) -> Result<rustls::RootCertStore, StoreError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};

    let unreadable = |cause| StoreError::unsupported(TLS_UNAVAILABLE, "the certificates are no PEM").caused_by(cause);
    let mut roots = rustls::RootCertStore::empty();
    match &options.root_certificates {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|cause| unreadable(cause.to_string()))?;
                roots.add(certificate).map_err(|cause| unreadable(cause.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() && mode == SslMode::Require {
        return Err(StoreError::unsupported(TLS_UNAVAILABLE, "no certificate of an authority is known"));
    }
    Ok(roots)
}
