"""Logging in through an identity provider: the button, the page between, and what went wrong."""

WORDS = {
    "oidc.title": "Log in with {provider}",
    "oidc.lead": (
        "Prove who you are at {provider}, come back, and see all your certificates without a management "
        "secret. Your name and identity number are compared and not kept."
    ),
    "oidc.submit": "Log in there",
    "oidc.leaving": "Taking you to {provider}",
    "oidc.leaving.text": (
        "You are leaving this site to prove who you are at {provider}, and will be brought back afterwards. "
        "If nothing happens, press the button."
    ),
    "oidc.leaving.where": (
        "Where you are going: {host}. Look at the address bar, and do not enter a password anywhere else."
    ),
    "oidc.leaving.go": "Continue",
    "oidc.back": "Back to the holder's page",
    "oidc.nobody": "No certificate was found under this identity",
    "oidc.nobody.text": (
        "{provider} told us who you are, but no certificate in the register has exactly this name and "
        "identity number. So you are not logged in, and nothing of what we were told was kept."
    ),
    "oidc.nobody.why": "This may be why",
    "oidc.nobody.new": (
        "A new certificate is still in upload and review (30 + 15 working days). Come back later."
    ),
    "oidc.nobody.document": (
        "Another document was used for the assessment, or the name was written differently. Look it up "
        "with the name, identity number and certificate number on the paper."
    ),
    "oidc.nobody.elsewhere": (
        "It is not a vocational skill-level certificate, or not of this province. Qualification "
        "certificates are in the national look-up."
    ),
    "oidc.nobody.mistake": (
        "The name or number on the certificate is wrong. Ask the institution that issued it for a correction."
    ),
    "oidc.nobody.three": "Look it up with the three details on the paper",
    "problem.oidc_attempt_unknown.title": "This log-in could not be continued",
    "problem.oidc_attempt_unknown.detail": (
        "A log-in is done in one browser and in one go: after a long pause, a reload, a step back or in "
        "another browser it cannot go on. You are not logged in, and nothing of you was kept. Begin again "
        "from the holder's page."
    ),
    "problem.oidc_login_declined.title": "Not logged in",
    "problem.oidc_login_declined.detail": (
        "The identity provider says that you were not identified, or did not agree to pass on your name and "
        "identity number. Try again, or use your management secret, or the three details on the paper."
    ),
    "problem.oidc_provider_unavailable.title": "The identity provider cannot be reached",
    "problem.oidc_provider_unavailable.detail": (
        "This is not your fault, and says nothing about your certificates. Try again in some minutes, or use "
        "your management secret, or the three details on the paper."
    ),
    "problem.oidc_answer_refused.title": "The identity provider's answer did not pass our checks",
    "problem.oidc_answer_refused.detail": (
        "To protect your certificates, an answer that does not pass is not used, and you are not logged in. "
        "Try once more; if it stays so, use your management secret or the three details on the paper, and "
        "tell the operator the reason below."
    ),
    "oidc.reason.state_unknown": "Reason: this log-in is not known here, or was used before.",
    "oidc.reason.state_expired": "Reason: the log-in took more than 10 minutes.",
    "oidc.reason.other_browser": "Reason: another browser came back than the one that left.",
    "oidc.reason.access_denied": "Reason: you or the provider declined the log-in.",
    "oidc.reason.login_required": "Reason: the provider did not let you log in.",
    "oidc.reason.interaction_required": "Reason: a step at the provider is not done yet.",
    "oidc.reason.consent_required": "Reason: you did not agree to pass on name and identity number.",
    "oidc.reason.account_selection_required": "Reason: no account was chosen.",
    "oidc.reason.provider_timeout": "Reason: no answer in time.",
    "oidc.reason.provider_connection": "Reason: no connection.",
    "oidc.reason.provider_status": "Reason: the provider reports an error.",
    "oidc.reason.provider_redirect": "Reason: the provider sent us elsewhere, and we did not follow.",
    "oidc.reason.provider_too_long": "Reason: the answer is longer than it can be.",
    "oidc.reason.provider_says_so": "Reason: the provider says that it cannot serve now.",
    "oidc.reason.discovery_issuer": "Reason: the provider describes itself as another issuer.",
    "oidc.reason.discovery_malformed": (
        "Reason: the provider's description is not complete, or names an address that is not safe."
    ),
    "oidc.reason.discovery_without_pkce": "Reason: the provider does not support PKCE (S256).",
    "oidc.reason.keys_malformed": "Reason: the provider's public keys cannot be read.",
    "oidc.reason.response_malformed": "Reason: what came back is not complete, or says something twice.",
    "oidc.reason.response_issuer": "Reason: what came back is not from the provider that was asked.",
    "oidc.reason.request_refused": "Reason: the provider refused our request: the operator has to see to the settings.",
    "oidc.reason.client_refused": "Reason: the provider does not know us: the operator has to see to the settings.",
    "oidc.reason.code_refused": "Reason: the code is not valid, or was used before.",
    "oidc.reason.answer_malformed": "Reason: the provider's answer cannot be read.",
    "oidc.reason.token_missing": "Reason: the answer holds no ID token.",
    "oidc.reason.token_malformed": "Reason: the ID token is not complete.",
    "oidc.reason.token_algorithm": "Reason: the ID token is signed in a way that is not allowed.",
    "oidc.reason.token_key": "Reason: the ID token's key is not among those that the provider publishes.",
    "oidc.reason.token_signature": "Reason: the ID token's signature is wrong.",
    "oidc.reason.token_issuer": "Reason: the ID token comes from another issuer.",
    "oidc.reason.token_audience": "Reason: the ID token is meant for another site.",
    "oidc.reason.token_expired": "Reason: the ID token has expired.",
    "oidc.reason.token_early": "Reason: the ID token is from the future: the clocks may differ too much.",
    "oidc.reason.token_nonce": "Reason: the ID token was not made for this log-in.",
    "oidc.reason.token_access_hash": "Reason: the ID token does not belong to the access token beside it.",
    "oidc.reason.login_too_old": "Reason: you logged in at the provider too long ago, and have to do so again.",
    "oidc.reason.assurance_missing": "Reason: the way you were identified is not good enough.",
    "oidc.reason.userinfo_refused": "Reason: the provider did not give name and identity number.",
    "oidc.reason.userinfo_subject": "Reason: the name and identity number that came are somebody else's.",
    "oidc.reason.claims_missing": "Reason: name or identity number is missing from the answer.",
    "oidc.reason.claims_malformed": "Reason: name or identity number is not in a valid form; perhaps it was masked.",
}
