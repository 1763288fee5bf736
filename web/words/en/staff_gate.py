"""When somebody may not go on: log-in, role, expired pages."""

WORDS = {
    "problem.not_logged_in.title": "Please log in first",
    "problem.not_logged_in.detail": (
        "You are not logged in, or your session has ended. What you just sent was not done: log in and do it again."
    ),
    "problem.token_unknown.title": "The API token is not valid",
    "problem.token_unknown.detail": (
        "It does not exist, has expired or was ended. Make a new one under “My account” and give it to your system."
    ),
    "problem.login_refused.title": "Login, password or code is not right",
    "problem.login_refused.detail": (
        "Check them and try again. If you forgot your password, ask your account administrator."
    ),
    "problem.wrong_role.title": "Your account cannot do this",
    "problem.wrong_role.detail": (
        "This belongs to another role. If you need it, ask your account administrator."
    ),
    "problem.scope_missing.title": "The token may not do this",
    "problem.scope_missing.detail": (
        "This API token was made for something else. Make one with the right scope under “My account”."
    ),
    "problem.form_expired.title": "The page is out of date",
    "problem.form_expired.detail": (
        "It was opened in another session, or did not come from this site. Nothing was changed: reload the page and do it again."
    ),
    "problem.login_throttled.title": "Too many attempts",
    "problem.login_throttled.detail": (
        "To protect the account, please wait a little. Computers and browsers that the account is used from are not held up by other people's attempts."
    ),
}
