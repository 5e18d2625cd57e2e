use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use communes_civil::Lang;
use communes_ledger::{Actor, ActorKind};

use super::page::Page;
use crate::{
    accounts::{Person, Role, Session, Staff},
    composition::Portal,
    failure::Failure,
    language,
    security::{RateLimiter, Secret, cookie_of},
};

/// A request of a browser: in which language, in which session, at what time.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    portal: Arc<Portal>,
    lang: Lang,
    now: DateTime<Utc>,
    address: String,
    path: String,
    wants_json: bool,
    state: Mutex<VisitState>,
}

#[derive(Debug, Default)]
struct VisitState {
    session: Option<Session>,
    cookies: Vec<HeaderValue>,
}

/// Finds out who visits, before any page; puts the cookies into the answer after it.
pub(super) async fn visits(State(portal): State<Arc<Portal>>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let lang = cookie_of(headers, portal.cookies.language()).and_then(language::known);
    let lang = lang.unwrap_or_else(|| portal.commune.profile.regime.languages().next().unwrap_or(Lang::FR));
    let cookie = cookie_of(headers, portal.cookies.session()).and_then(Secret::parse);
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|address| address.0.ip().to_string());
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let visit = Visit {
        inner: Arc::new(Inner {
            lang,
            now: portal.clock.now(),
            address: address.unwrap_or_else(|| "unknown".to_owned()),
            path: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            wants_json: accepts.starts_with("application/json"),
            portal,
            state: Mutex::default(),
        }),
    };
    request.extensions_mut().insert(visit.clone());
    let mut response = match cookie {
        Some(cookie) => match visit.load(&cookie).await {
            Ok(()) => next.run(request).await,
            Err(failure) => super::error_page::page(&visit, &failure),
        },
        None => next.run(request).await,
    };
    for cookie in std::mem::take(&mut visit.state().cookies) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer where no page is.
pub(super) async fn nothing_here() -> Failure {
    Failure::not_found()
}

impl FromRequestParts<Arc<Portal>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Portal>) -> Result<Self, Infallible> {
        // The layer `visits` stands before every page.
        Ok(parts.extensions.get::<Self>().cloned().expect("the layer is there"))
    }
}

impl Visit {
    fn state(&self) -> std::sync::MutexGuard<'_, VisitState> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, cookie: &Secret) -> Result<(), Failure> {
        let accounts = &self.inner.portal.accounts;
        let session = accounts.session(cookie.hash(), self.inner.now).await?;
        if let Some(session) = &session
            && let Some(end) = session.prolonged(self.inner.now)
        {
            accounts.prolong_session(session.id, end).await?;
        }
        self.state().session = session;
        Ok(())
    }

    pub(crate) fn portal(&self) -> &Portal {
        &self.inner.portal
    }

    pub(crate) fn lang(&self) -> Lang {
        self.inner.lang
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.inner.now
    }

    /// Today, in the commune's zone.
    pub(crate) fn today(&self) -> NaiveDate {
        self.portal().commune.office.day(self.now())
    }

    pub(crate) fn wants_json(&self) -> bool {
        self.inner.wants_json
    }

    /// The path and query that were asked for.
    pub(crate) fn path(&self) -> &str {
        &self.inner.path
    }

    pub(crate) fn session(&self) -> Option<Session> {
        self.state().session.clone()
    }

    pub(crate) fn person(&self) -> Option<Person> {
        self.session()?.person
    }

    /// The session, which is begun if there is none.
    pub(crate) async fn ensure_session(&self) -> Result<Session, Failure> {
        if let Some(session) = self.session() {
            return Ok(session);
        }
        self.begin_session(None).await
    }

    /// Begins a session in the place of the one that there is: its id is another one, and nothing of the old one stays.
    pub(crate) async fn begin_session(&self, person: Option<Person>) -> Result<Session, Failure> {
        let portal = self.portal();
        let replaces = self.session().map(|session| session.id);
        let (session, cookie) = Session::begin(self.now(), person);
        portal.accounts.begin_session(&session, replaces, self.now()).await?;
        let mut state = self.state();
        state.cookies.push(portal.cookies.set(portal.cookies.session(), &cookie.to_text(), None));
        state.session = Some(session.clone());
        Ok(session)
    }

    /// Ends the session.
    pub(crate) async fn end_session(&self) -> Result<(), Failure> {
        let portal = self.portal();
        let session = self.session();
        if let Some(session) = session {
            portal.accounts.end_session(session.id).await?;
        }
        let mut state = self.state();
        state.session = None;
        state.cookies.push(portal.cookies.set(portal.cookies.session(), "", Some(0)));
        Ok(())
    }

    /// Keeps a language for later visits.
    pub(crate) fn keep_language(&self, lang: Lang) {
        const YEAR: u32 = 365 * 24 * 60 * 60;
        let cookies = self.portal().cookies;
        self.state().cookies.push(cookies.set(cookies.language(), lang.as_str(), Some(YEAR)));
    }

    /// The signed-in person with the actor that the ledger knows; whoever is not signed in is sent to sign in.
    pub(crate) fn citizen(&self) -> Result<(Person, Actor), Failure> {
        let person = self.person().ok_or_else(|| Failure::sign_in_first(self.path()))?;
        let actor = Actor::new(ActorKind::Citizen, person.key.clone());
        Ok((person, actor.map_err(|error| Failure::internal("person-key", error))?))
    }

    /// The signed-in member of the staff, who has one of these roles (any, where none is named).
    pub(crate) async fn staff(&self, roles: &[Role]) -> Result<Staff, Failure> {
        let person = self.person().ok_or_else(|| Failure::sign_in_first(self.path()))?;
        let id = person.staff.ok_or(Failure::forbidden("staff-only"))?;
        // Roles are read anew: what was taken away counts at once.
        let staff = self.portal().accounts.staff(id).await?.ok_or(Failure::forbidden("staff-only"))?;
        if roles.is_empty() || roles.iter().any(|role| staff.has(*role)) {
            Ok(staff)
        } else {
            Err(Failure::forbidden("role-missing"))
        }
    }

    /// Counts a try of this address.
    pub(crate) fn admit(&self, limiter: &RateLimiter) -> Result<(), Failure> {
        if limiter.admit(&self.inner.address, self.now()) { Ok(()) } else { Err(Failure::too_many()) }
    }

    /// Counts a try of this session.
    pub(crate) fn admit_session(&self, limiter: &RateLimiter) -> Result<(), Failure> {
        let key = self.session().map_or_else(|| self.inner.address.clone(), |session| session.id.to_text());
        if limiter.admit(&key, self.now()) { Ok(()) } else { Err(Failure::too_many()) }
    }

    /// What every page has around it. `section` is the entry of the menu that it stands under.
    pub(crate) fn page(&self, section: &'static str, title_key: &str) -> Page {
        Page::new(self, Arc::clone(&self.inner.portal), section, self.text(title_key))
    }

    /// A text of the site in the visit's language.
    pub(crate) fn text(&self, key: &str) -> String {
        self.portal().language.text(self.lang(), key, &[])
    }

    /// Renders a page.
    pub(crate) fn show(&self, template: &impl Template) -> Result<Response, Failure> {
        self.show_as(StatusCode::OK, template)
    }

    /// Renders a page under another status than 200.
    pub(crate) fn show_as(&self, status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
        let mut response = (status, Html(template.render()?)).into_response();
        response.extensions_mut().insert(super::error_page::Rendered);
        Ok(response)
    }
}

/// A path of this site to go back to: no other host, no other scheme.
pub(super) fn back_of(path: Option<&str>) -> String {
    let own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.contains(|c: char| c.is_control())
    };
    path.filter(own).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::back_of;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for path in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"]
        {
            assert_eq!(back_of(Some(path)), "/", "{path:?}");
        }
        assert_eq!(back_of(Some("/directory?q=pain")), "/directory?q=pain");
    }
}
