"""A comparison with the network becomes a report: stated, signed by the key of role `receipt`, and kept."""

from registry.national.reconcile import Reconciled
from registry.national.report import NetworkAnswer, Side, StatedReconciliation, build_report
from registry.register import Register
from registry.storage.national_reports import KeptReport, keep_report
from signing.did import did_of_origin
from signing.keys import KeyRole


def stated_by(register: Register, compared: Reconciled) -> StatedReconciliation:
    """What a report of this comparison states."""
    return StatedReconciliation(
        issuer=did_of_origin(register.places.web_origin),
        register_name=register.places.register_name,
        compared_at=compared.at.replace(microsecond=0),
        size=compared.size,
        checkpoint=compared.checkpoint.decode(),
        salt=compared.salt,
        registered=compared.registered,
        ours=Side(compared.ours.count, compared.ours.root),
        answer=NetworkAnswer(compared.theirs.kept.body, compared.theirs.kept.fields),
        outcome=compared.outcome,
        exceptions=compared.exceptions,
        differences=compared.differences,
        exchanges=compared.exchanges,
        healed=compared.healed,
    )


def make_report(register: Register, compared: Reconciled) -> tuple[KeptReport, bytes]:
    """The signed report, kept on the desk. Raises: NoActiveKey, DatabaseUnavailable, DiskFull."""
    stated = stated_by(register, compared)
    report = build_report(stated, register.keys[KeyRole.RECEIPT])
    kept = keep_report(
        register.desk_engine,
        report,
        at=stated.compared_at,
        size=stated.size,
        outcome=stated.outcome.value,
    )
    return kept, report
