"""The addresses of the directory. Names with underscores are those by which allauth finds its pages."""

from speccom.directory.account_page import account
from speccom.directory.administration import ending_views as endings
from speccom.directory.administration import organisation_views as organisations
from speccom.directory.administration import people_views as people
from speccom.directory.administration import person_views as somebody
from speccom.directory.administration import review_views as reviews
from speccom.directory.administration import role_views as roles
from speccom.directory.demonstration.views import sign_in_as
from speccom.directory.provider import views as provider
from speccom.directory.sessions_page import end as end_session
from speccom.directory.sessions_page import end_other_sessions, sessions
from speccom.directory.sign_in import factors, passwords, views
from speccom.directory.token_page import end as end_token
from speccom.directory.token_page import tokens
from speccom.interface.pages import POST, READ, READ_AND_POST, Audience, Page, View

_EVERYONE, _SIGNED_IN = Audience.EVERYONE, Audience.SIGNED_IN
_WITH_A_SECRET = ("account_reset_password_from_key",)


def _form(
    name: str, pattern: str, view: View, audience: Audience, methods: frozenset[str] = READ_AND_POST
) -> Page:
    own = audience != _EVERYONE or name in _WITH_A_SECRET
    return Page(name, pattern, view, audience, methods=methods, before_second_factor=True, about_records=own)


def _page(
    name: str, pattern: str, view: View, audience: str, methods: frozenset[str] = READ_AND_POST
) -> Page:
    return Page(name, pattern, view, audience, methods=methods, about_records=audience != _EVERYONE)


_SOMEBODY, _ORGANISATION = "people/<uuid:person>", "organisations/<str:code>"
_SEE, _PEOPLE, _REVIEW, _ORGANISATIONS = (
    "see_people",
    "administer_people",
    "review_access",
    "administer_organisations",
)

PAGES = (
    _form("account_login", "sign-in", views.SignIn.as_view(), _EVERYONE),
    _form("sign-in-as", "sign-in/as", sign_in_as, _EVERYONE, POST),
    _form("mfa_authenticate", "sign-in/second-step", views.SecondStep.as_view(), _EVERYONE),
    _form("account_reauthenticate", "sign-in/again", views.PasswordAgain.as_view(), _SIGNED_IN),
    _form("mfa_reauthenticate", "sign-in/again/code", views.CodeAgain.as_view(), _SIGNED_IN),
    _form("mfa_reauthenticate_webauthn", "sign-in/again/key", views.KeyAgain.as_view(), _SIGNED_IN),
    _form("provider", "sign-in/provider", provider.go, _EVERYONE, POST),
    _form("provider-back", "sign-in/provider/back", provider.come_back, _EVERYONE, READ),
    _form("account_reset_password", "sign-in/forgotten", passwords.Forgotten.as_view(), _EVERYONE),
    _form("account_reset_password_done", "sign-in/forgotten/sent", passwords.sent, _EVERYONE, READ),
    _form(
        "account_reset_password_from_key",
        "sign-in/password/<uidb36>/<key>",
        passwords.NewPassword.as_view(),
        _EVERYONE,
    ),
    _form(
        "account_reset_password_from_key_done", "sign-in/password/saved", passwords.chosen, _EVERYONE, READ
    ),
    _form("sign-out", "sign-out", views.sign_out, _EVERYONE, POST),
    _form("mfa_index", "account", account, _SIGNED_IN, READ),
    _form("account_change_password", "account/password", passwords.ChangePassword.as_view(), _SIGNED_IN),
    _form("mfa_activate_totp", "account/app", factors.AddApp.as_view(), _SIGNED_IN),
    _form("mfa_deactivate_totp", "account/app/remove", factors.RemoveApp.as_view(), _SIGNED_IN),
    _form("mfa_add_webauthn", "account/keys/add", factors.AddKey.as_view(), _SIGNED_IN),
    _form("mfa_remove_webauthn", "account/keys/<int:pk>/remove", factors.RemoveKey.as_view(), _SIGNED_IN),
    _form("mfa_view_recovery_codes", "account/recovery-codes", factors.SeeCodes.as_view(), _SIGNED_IN),
    _form(
        "mfa_generate_recovery_codes", "account/recovery-codes/new", factors.NewCodes.as_view(), _SIGNED_IN
    ),
    _page("people", "people", people.everybody, _SEE),
    _page("person-add", "people/add", people.add, _PEOPLE),
    _page("person", _SOMEBODY, somebody.person, _SEE, READ),
    _page("person-letter", f"{_SOMEBODY}/letter", somebody.send_letter, _PEOPLE),
    _page("person-factors", f"{_SOMEBODY}/second-factors", endings.end_factors, _PEOPLE),
    _page("person-identity", f"{_SOMEBODY}/identifier", somebody.identity, _PEOPLE),
    _page("person-end", f"{_SOMEBODY}/end", endings.end_account, _PEOPLE),
    _page("grant-give", f"{_SOMEBODY}/roles/give", roles.give, _PEOPLE),
    _page("grant-end", f"{_SOMEBODY}/roles/<int:grant>/end", roles.end, _PEOPLE),
    _page("access-review", "access-review", reviews.review, _SEE, READ),
    _page("access-review-role", "access-review/<int:grant>", reviews.decide, _REVIEW),
    _page("organisations", "organisations", organisations.register, _EVERYONE, READ),
    _page("organisation-add", "organisations/add", organisations.add, _ORGANISATIONS),
    _page("organisation", _ORGANISATION, organisations.organisation, _EVERYONE, READ),
    _page("organisation-rename", f"{_ORGANISATION}/called", organisations.rename, _ORGANISATIONS),
    _page("organisation-succeed", f"{_ORGANISATION}/successors", organisations.succeed, _ORGANISATIONS),
    _page("person-sessions", f"{_SOMEBODY}/sessions", endings.end_sessions, _PEOPLE),
    _page("sessions", "account/sessions", sessions, _SIGNED_IN, READ),
    _page("session-end", "account/sessions/<slug:session>/end", end_session, _SIGNED_IN, POST),
    _page("sessions-end", "account/sessions/end", end_other_sessions, _SIGNED_IN, POST),
    _page("tokens", "account/tokens", tokens, _SIGNED_IN),
    _page("token-end", "account/tokens/<int:token>/end", end_token, _SIGNED_IN, POST),
)
