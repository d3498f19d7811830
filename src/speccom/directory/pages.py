"""The addresses of the directory. Names with underscores are those by which allauth finds its pages."""

from speccom.directory.account_page import account
from speccom.directory.demonstration.views import sign_in_as
from speccom.directory.provider import views as provider
from speccom.directory.sign_in import factors, passwords, views
from speccom.interface.pages import POST, READ, READ_AND_POST, Audience, Page, View

_EVERYONE, _SIGNED_IN = Audience.EVERYONE, Audience.SIGNED_IN


def _form(
    name: str, pattern: str, view: View, audience: Audience, methods: frozenset[str] = READ_AND_POST
) -> Page:
    return Page(name, pattern, view, audience, methods=methods, before_second_factor=True)


PAGES = (
    _form("account_login", "sign-in", views.SignIn.as_view(), _EVERYONE),
    _form("sign-in-as", "sign-in/as", sign_in_as, _EVERYONE, POST),
    _form("mfa_authenticate", "sign-in/second-step", views.SecondStep.as_view(), _EVERYONE),
    _form("account_reauthenticate", "sign-in/again", views.PasswordAgain.as_view(), _SIGNED_IN),
    _form("mfa_reauthenticate", "sign-in/again/code", views.CodeAgain.as_view(), _SIGNED_IN),
    _form("mfa_reauthenticate_webauthn", "sign-in/again/key", views.KeyAgain.as_view(), _SIGNED_IN),
    _form("provider", "sign-in/provider", provider.go, _EVERYONE, READ),
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
)
