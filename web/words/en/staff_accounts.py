"""Log-in, my account, and the administration of accounts."""

WORDS = {
    "staff_role.institution": "Institution",
    "staff_role.reviewer": "City reviewer",
    "staff_role.province": "Province",
    "staff_role.auditor": "Auditor",
    "staff_role.administrator": "Administrator",
    "login.title": "Log in to the staff desk",
    "login.lead": (
        "For institutions, city reviewers and the province. Looking up a certificate needs no log-in."
    ),
    "login.login": "Login",
    "login.password": "Password",
    "login.submit": "Log in",
    "login.forgot": (
        "Forgot your password, or have no account yet? Ask your account administrator. We never ask "
        "for a password by phone or message."
    ),
    "login.refused": "Login or password is not right",
    "login.refused.text": (
        "Check capitals and the keyboard, then try again. To protect accounts we do not say which of "
        "them is wrong."
    ),
    "login.wait": (
        "Please try again in {seconds} seconds. A browser that you usually log in from is not held "
        "up by other people's attempts."
    ),
    "login.ended": "Your session has ended",
    "login.ended.text": (
        "It was not used for a while, or was ended elsewhere. Log in again and you return to the "
        "page you came from."
    ),
    "login.again": "Log in",
    "code.title": "Enter your one-time code",
    "code.lead": (
        "The password is right. Open the authenticator on your phone and enter the six digits that "
        "it shows now."
    ),
    "code.code": "One-time code",
    "code.hint": (
        "Six digits that change every 30 seconds; each works once. Without your phone, enter one of "
        "your recovery codes."
    ),
    "code.submit": "Confirm",
    "code.other": "Log in as somebody else",
    "code.refused": "The code is not right",
    "code.refused.text": (
        "It may be mistyped, too old, or used just now. Wait for the next one on your phone."
    ),
    "password.title": "Change your password",
    "password.lead": "Enter your present password first.",
    "password.due": "You are using a start password. Choose one of your own before you go on.",
    "password.start": "Start password",
    "password.old": "Present password",
    "password.new": "New password",
    "password.again": "New password again",
    "password.hint": (
        "At least {least} characters. A sentence that you remember is best; no mixture of signs is required."
    ),
    "password.submit": "Save the new password",
    "password.ends_others": "Your sessions on other computers and phones will end.",
    "password.fault.too_short": "Too short: make it longer.",
    "password.fault.too_long": "Too long: 128 characters at most.",
    "password.fault.too_common": "This one is common and quickly guessed. Choose another.",
    "password.fault.like_login": "Do not use your login in the password.",
    "password.fault.unchanged": "This is your present password. Choose another.",
    "password.fault.different": "The two new passwords are not the same.",
    "password.fault.wrong_old": "The present password is not right.",
    "two_step.title": "Set up your phone",
    "two_step.issuer": "Skill certificates",
    "two_step.lead": (
        "Reviewers, the province and administrators log in with a code from their phone as well. Set "
        "it up now; it is done once."
    ),
    "two_step.replace": (
        "Once the new phone is set up, the old phone and the old recovery codes stop working."
    ),
    "two_step.step_app": (
        "Install an authenticator on your phone; any that knows TOTP will do, such as Microsoft "
        "Authenticator."
    ),
    "two_step.step_scan": "Scan this code with it. Do not send a picture of it to anyone.",
    "two_step.picture": "QR code for the authenticator",
    "two_step.cannot_scan": "Cannot scan it?",
    "two_step.type_it": "Choose manual entry and type this (without the spaces):",
    "two_step.step_code": "Enter the six digits that the phone shows.",
    "two_step.submit": "Finish",
    "two_step.refused": "That is not right. Check your phone's clock and use the next code.",
    "recovery.title": "Recovery codes",
    "recovery.lead": "If your phone is lost or not at hand, log in with one of these in place of a code.",
    "recovery.once": (
        "Each works once, and they are not shown again. Print or copy them and lock them away."
    ),
    "recovery.kept": "I have kept them; go on",
    "recovery.left": "{left} of them are unused. New ones make all old ones void.",
    "recovery.renew": "Make new recovery codes",
    "account.title": "My account",
    "account.login": "Login",
    "account.name": "Name",
    "account.role": "Role",
    "account.office": "Office",
    "account.no_office": "The whole province",
    "account.two_step": "One-time codes",
    "account.two_step.on": "set up; {left} recovery codes left",
    "account.two_step.off": "not set up",
    "account.change_password": "Change password",
    "account.replace_phone": "Replace the phone",
    "account.set_up_phone": "Set up a phone",
    "sessions.title": "Where you are logged in",
    "sessions.lead": "If you do not know one of these, end the others and change your password at once.",
    "sessions.browser": "Browser",
    "sessions.unknown": "Unknown",
    "sessions.opened": "Logged in",
    "sessions.seen": "Last used",
    "sessions.here": "this one",
    "sessions.end_others": "End all others",
    "tokens.title": "API tokens",
    "tokens.lead": (
        "For your own systems, to upload and follow batches. A token acts as you: keep it out of public code."
    ),
    "tokens.name": "What for",
    "tokens.name_hint": "Such as: upload from the school's own system",
    "tokens.scopes": "May",
    "tokens.ends_on": "Good until",
    "tokens.seen": "Last used",
    "tokens.never": "never",
    "tokens.state": "State",
    "tokens.end": "End",
    "tokens.ended": "ended",
    "tokens.new": "A new token",
    "tokens.create": "Make the token",
    "tokens.made": "Your API token",
    "tokens.once": "Shown this once",
    "tokens.once.text": (
        "We do not keep it, and it cannot be shown again. Copy it into your system's secret settings now."
    ),
    "tokens.how": "Send it with each request as: Authorization: Bearer TOKEN",
    "tokens.kept": "I have copied it; back",
    "tokens.fault.name": "Say what it is for, in 60 characters at most.",
    "tokens.fault.scopes": "Choose at least one.",
    "tokens.fault.ends_on": "From today to a year from now.",
    "token_scope.batches:read": "read batches",
    "token_scope.batches:write": "upload batches",
    "accounts.title": "Accounts",
    "accounts.lead": "{total} in all. Accounts are closed, never deleted, so that the trail keeps its names.",
    "accounts.new": "New account",
    "accounts.new.lead": (
        "A start password is shown once afterwards; hand it over in person or by a channel you trust."
    ),
    "accounts.all_roles": "All roles",
    "accounts.show": "Show",
    "accounts.none": "No such account",
    "accounts.seen": "Last log-in",
    "accounts.never": "never",
    "accounts.state": "State",
    "accounts.open": "open",
    "accounts.closed": "closed",
    "accounts.password": "Password",
    "accounts.password_due": "start password",
    "accounts.password_own": "their own",
    "accounts.two_step_due": "phone not set up",
    "accounts.two_step_on": "set up",
    "accounts.login_hint": "3 to 40 small letters, digits, dots and dashes",
    "accounts.role_hint": "One account has one role",
    "accounts.credit_code": "Institution's credit code",
    "accounts.credit_code_hint": "Only for institutions",
    "accounts.bureau": "City",
    "accounts.bureau_hint": "Only for city reviewers",
    "accounts.choose": "Choose",
    "accounts.create": "Make the account",
    "accounts.save": "Save",
    "accounts.change": "Name, role, office",
    "accounts.change_hint": "A new role or office ends the account's sessions and API tokens at once.",
    "accounts.acts": "Other acts",
    "accounts.reset_password": "Reset the password",
    "accounts.reset_password.text": (
        "Makes a start password, shown once; they must change it at the next log-in."
    ),
    "accounts.reset_two_step": "Forget the phone",
    "accounts.reset_two_step.text": (
        "For a lost phone without recovery codes. Make sure in person who asks."
    ),
    "accounts.close": "Close the account",
    "accounts.close.text": "All sessions and API tokens end at once.",
    "accounts.reopen": "Open the account again",
    "accounts.reopen.text": "The old password works again; API tokens must be made anew.",
    "accounts.start": "Start password",
    "accounts.start.once": "Shown this once",
    "accounts.start.text": (
        "Hand it over in person or by a channel you trust, not in one message with the login."
    ),
    "accounts.start.kept": "I have noted it; go on",
    "accounts.trail": "Latest acts",
    "accounts.trail.at": "When",
    "accounts.trail.act": "Act",
    "accounts.trail.outcome": "Outcome",
    "accounts.fault.login": "The login is not in the right form.",
    "accounts.fault.taken": "Somebody else has this login.",
    "accounts.fault.name": "Enter a name of 40 characters at most.",
    "accounts.fault.credit_code": "Enter the 18 characters of the credit code.",
    "accounts.fault.bureau": "Choose a city.",
    "accounts.fault.last": "One administrator must remain",
    "accounts.fault.last.text": (
        "This is the last one that is open. Make another before you close or move it."
    ),
    "act.session.login": "Log-in",
    "act.session.code": "One-time code",
    "act.session.logout": "Log-out",
    "act.session.replayed": "An old session value was used again: session ended",
    "act.password.changed": "Password changed",
    "act.two_step.set_up": "Phone set up",
    "act.two_step.recovery_renewed": "Recovery codes renewed",
    "act.sessions.ended": "Other sessions ended",
    "act.token.created": "API token made",
    "act.token.ended": "API token ended",
    "act.account.created": "Account made",
    "act.account.changed": "Account changed",
    "act.account.closed": "Account closed",
    "act.account.reopened": "Account opened again",
    "act.account.password_reset": "Password reset",
    "act.register.begun": "Register begun",
    "act.key.retired": "Key retired",
    "act.guard.restored": "Guard restored",
    "act.certificate.erased": "Personal data erased",
    "act.account.unlocked": "Failed log-ins forgiven",
    "act.account.two_step_reset": "Phone forgotten",
    "outcome.done": "done",
    "outcome.login_refused": "wrong login or password",
    "outcome.login_throttled": "too many attempts",
    "outcome.code_refused": "wrong code",
    "outcome.wrong_role": "refused: role",
    "outcome.form_expired": "refused: expired form",
    "outcome.foreign_post": "refused: another site",
}
