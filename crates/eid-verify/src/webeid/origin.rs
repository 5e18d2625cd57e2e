use std::{fmt, str::FromStr};

use url::Host;

/// The longest origin that is read, in bytes: a host name has at most 253.
const MAX_LENGTH: usize = 300;

/// The origin of the commune's site, as the browser states it to the extension and the card signs it.
///
/// It is compared as text, so it is brought into the browser's own form when it is read (WHATWG URL, "ASCII serialisation of an
/// origin"): lower case, punycode, no default port. A path, even a lone trailing slash, is refused, not cut: it
/// shows that somebody meant a page.
///
/// ```
/// use communes_eid_verify::Origin;
///
/// let origin: Origin = "https://Märchen.example:443".parse()?;
/// assert_eq!(origin.as_str(), "https://xn--mrchen-bua.example");
/// assert!("https://commune.example/".parse::<Origin>().is_err());
/// # Ok::<(), communes_eid_verify::OriginError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// Why a text is no origin of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// Longer than any host name.
    #[error("an origin has at most {MAX_LENGTH} bytes")]
    TooLong,
    /// It does not begin with `https://`.
    #[error("an origin begins with https://")]
    NotHttps,
    /// Nothing stands between scheme and port, or path.
    #[error("an origin names a host")]
    NoHost,
    /// A slash alone stands behind the host.
    #[error("an origin has no trailing slash")]
    TrailingSlash,
    /// A path stands behind the host.
    #[error("an origin has no path")]
    Path,
    /// A query stands behind the host.
    #[error("an origin has no query")]
    Query,
    /// A fragment stands behind the host.
    #[error("an origin has no fragment")]
    Fragment,
    /// A user name or password stands before the host.
    #[error("an origin has no user name or password")]
    UserInfo,
    /// The port is no number from 1 to 65535.
    #[error("the port is no number from 1 to 65535")]
    Port,
    /// The host is neither a name nor an address.
    #[error("the host is neither a name nor an address")]
    Host,
    /// Plain http is only for this very machine.
    #[error("plain http is only for 127.0.0.1 and localhost")]
    NotLoopback,
}

impl OriginError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "origin_too_long",
            Self::NotHttps => "origin_not_https",
            Self::NoHost => "origin_no_host",
            Self::TrailingSlash => "origin_trailing_slash",
            Self::Path => "origin_path",
            Self::Query => "origin_query",
            Self::Fragment => "origin_fragment",
            Self::UserInfo => "origin_user_info",
            Self::Port => "origin_port",
            Self::Host => "origin_host",
            Self::NotLoopback => "origin_not_loopback",
        }
    }
}

impl Origin {
    /// An origin in plain http on this very machine, for demonstrations: a browser treats it as secure, and nobody else can
    /// reach it. `host` is `127.0.0.1` or `localhost`.
    ///
    /// # Errors
    /// [`OriginError::NotLoopback`] for any other host, [`OriginError::Port`] for port 0.
    pub fn loopback_http(host: &str, port: u16) -> Result<Self, OriginError> {
        if !matches!(host, "127.0.0.1" | "localhost") {
            return Err(OriginError::NotLoopback);
        }
        match port {
            0 => Err(OriginError::Port),
            80 => Ok(Self(format!("http://{host}"))),
            _ => Ok(Self(format!("http://{host}:{port}"))),
        }
    }

    /// The normalised text, whose UTF-8 bytes are what the card signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.len() > MAX_LENGTH {
            return Err(OriginError::TooLong);
        }
        let rest = match text.get(.."https://".len()) {
            Some(scheme) if scheme.eq_ignore_ascii_case("https://") => &text[scheme.len()..],
            _ => return Err(OriginError::NotHttps),
        };
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.is_empty() {
            return Err(OriginError::NoHost);
        }
        match tail.chars().next() {
            None => {}
            Some('?') => return Err(OriginError::Query),
            Some('#') => return Err(OriginError::Fragment),
            Some(_) if tail.len() == 1 => return Err(OriginError::TrailingSlash),
            Some(_) => return Err(OriginError::Path),
        }
        if authority.contains('@') {
            return Err(OriginError::UserInfo);
        }
        let (host, port) = split_port(authority)?;
        if host.is_empty() {
            return Err(OriginError::NoHost);
        }
        let host = Host::parse(host).map_err(|_| OriginError::Host)?;
        Ok(Self(match port {
            None | Some(443) => format!("https://{host}"),
            Some(port) => format!("https://{host}:{port}"),
        }))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), OriginError> {
    // The colons inside of [::1] are the address's own.
    let after_address = match authority.rfind(']') {
        Some(end) => end + 1,
        None if authority.starts_with('[') => return Err(OriginError::Host),
        None => 0,
    };
    let Some(colon) = authority[after_address..].find(':') else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(after_address + colon);
    let port = &port[1..];
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OriginError::Port);
    }
    match port.parse() {
        Ok(0) | Err(_) => Err(OriginError::Port),
        Ok(port) => Ok((host, Some(port))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_form() {
        for (given, expected) in [
            ("https://ria.ee", "https://ria.ee"),
            ("https://ria.ee:8443", "https://ria.ee:8443"),
            ("https://ria.ee:443", "https://ria.ee"),
            ("https://ria.ee:0443", "https://ria.ee"),
            ("HTTPS://RIA.ee", "https://ria.ee"),
            ("https://pike-loa.ee", "https://pike-loa.ee"),
            // Punycode of RFC 3492 by hand: "bücher" is the standard's own example, xn--bcher-kva.
            ("https://Bücher.example", "https://xn--bcher-kva.example"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://192.0.2.1", "https://192.0.2.1"),
            ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(given.parse::<Origin>().map(|origin| origin.0), Ok(expected.to_owned()), "{given}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (given, expected) in [
            ("", OriginError::NotHttps),
            ("ria.ee", OriginError::NotHttps),
            ("http://ria.ee", OriginError::NotHttps),
            ("http://127.0.0.1:8080", OriginError::NotHttps),
            (" https://ria.ee", OriginError::NotHttps),
            ("https:/ria.ee", OriginError::NotHttps),
            ("https://", OriginError::NoHost),
            ("https:///ria.ee", OriginError::NoHost),
            ("https://:443", OriginError::NoHost),
            ("https://ria.ee/", OriginError::TrailingSlash),
            ("https://ria.ee\\", OriginError::TrailingSlash),
            ("https://ria.ee/login", OriginError::Path),
            ("https://ria.ee/?x", OriginError::Path),
            ("https://ria.ee?x", OriginError::Query),
            ("https://ria.ee#x", OriginError::Fragment),
            ("https://user@ria.ee", OriginError::UserInfo),
            ("https://user:password@ria.ee", OriginError::UserInfo),
            ("https://ria.ee:", OriginError::Port),
            ("https://ria.ee:0", OriginError::Port),
            ("https://ria.ee:+443", OriginError::Port),
            ("https://ria.ee:65536", OriginError::Port),
            ("https://ria.ee:8443:1", OriginError::Port),
            ("https://ria ee", OriginError::Host),
            ("https://ria.ee\n", OriginError::Host),
            ("https://[::1", OriginError::Host),
            ("https://ria%2Fee", OriginError::Host),
        ] {
            assert_eq!(given.parse::<Origin>(), Err(expected), "{given:?}");
        }
        assert_eq!(format!("https://{}.ee", "a".repeat(300)).parse::<Origin>(), Err(OriginError::TooLong));
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        assert_eq!(Origin::loopback_http("127.0.0.1", 8080).unwrap().as_str(), "http://127.0.0.1:8080");
        assert_eq!(Origin::loopback_http("localhost", 80).unwrap().as_str(), "http://localhost");
        assert_eq!(Origin::loopback_http("127.0.0.1", 0), Err(OriginError::Port));
        for host in ["0.0.0.0", "commune.example", "localhost.commune.example", "127.0.0.1@evil", "LOCALHOST", ""] {
            assert_eq!(Origin::loopback_http(host, 8080), Err(OriginError::NotLoopback), "{host}");
        }
    }
}
