use axum::http::{HeaderMap, HeaderValue, header};

/// How the site names and guards its cookies.
///
/// Everywhere but on the demonstration's plain http, names have the prefix `__Host-` and cookies are `Secure`: no other host
/// and no subdomain can set them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    is_secure: bool,
}

impl Cookies {
    pub(crate) const fn new(is_secure: bool) -> Self {
        Self { is_secure }
    }

    /// The name of the session's cookie.
    pub(crate) const fn session(self) -> &'static str {
        if self.is_secure { "__Host-session" } else { "demo-session" }
    }

    /// The name of the cookie that keeps the chosen language.
    pub(crate) const fn language(self) -> &'static str {
        if self.is_secure { "__Host-language" } else { "demo-language" }
    }

    /// A cookie for this visit of the browser; with an age in seconds, one that stays (0 takes it away).
    pub(crate) fn set(self, name: &str, value: &str, age: Option<u32>) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let age = age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        // Names are constants and values hexadecimal digits or language tags.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("invalid=; Max-Age=0"))
    }
}

/// The value of a cookie that a browser sent.
pub(crate) fn cookie_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|line| line.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_demonstration_has_cookies_without_the_prefix() {
        let cookies = Cookies::new(true);
        let set = cookies.set(cookies.session(), "ab", None);
        assert_eq!(set, "__Host-session=ab; Path=/; HttpOnly; SameSite=Lax; Secure");
        let cookies = Cookies::new(false);
        let set = cookies.set(cookies.session(), "", Some(0));
        assert_eq!(set, "demo-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xsession=1; session=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("language=en"));
        assert_eq!(cookie_of(&headers, "session"), Some("2"));
        assert_eq!(cookie_of(&headers, "language"), Some("en"));
        assert_eq!(cookie_of(&headers, "sess"), None);
    }
}
