"""A status list is served when the log that commits to it is published, and not before."""

import pytest

from registry.ledger.entries import ActKind
from tests.registry.ledger.builders import SmallRegister, a_record
from tests.registry.ledger.faults import SIGN, Died, Fault, faulty
from tests.registry.ledger.lived_in import STATUS_KEY, publish


def test_a_list_whose_entry_is_not_published_is_not_served(register: SmallRegister) -> None:
    register.introduce(STATUS_KEY)
    certificate = register.approve([a_record(serial) for serial in range(1, 4)]).first_index + 1
    publish(register)
    register.act(certificate, ActKind.ANNULLED)
    with register.reader() as reader:
        before = reader.log.status_list("revocation-0")
    with faulty(register, Fault(SIGN)) as dying, pytest.raises(Died):
        publish(dying)

    assert register.is_unpublished()
    with register.reader() as reader:
        assert reader.log.status_list("revocation-0") == before
        waiting = reader.log.stored_status_list("revocation-0")
    again = register.reopened()
    again.writer.recover()
    with again.reader() as reader:
        assert reader.log.status_list("revocation-0") == waiting != before
