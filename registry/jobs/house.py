"""Which errors lie with the house and not with the job: nobody who asked can do anything about them."""

from registry.ledger.errors import (
    GuardMismatch,
    GuardMissing,
    LogFrozen,
    LogKeyUnavailable,
    RegisterMissing,
    WriterBusy,
)
from registry.national.errors import LeaseLost
from registry.storage.errors import DatabaseUnavailable, SchemaOutdated, SchemaTooNew
from registry.witnessing.errors import LogKeyIsWitness, QuorumMissed
from signing.errors import KeyFileExposed, KeyFileLocked, KeyFileMissing

FAULTS_OF_THE_HOUSE = (
    DatabaseUnavailable,
    SchemaOutdated,
    SchemaTooNew,
    RegisterMissing,
    WriterBusy,
    GuardMissing,
    GuardMismatch,
    LogFrozen,
    LogKeyUnavailable,
    LogKeyIsWitness,
    QuorumMissed,
    # Another one sends to the national network: in a moment it has sent.
    LeaseLost,
    # Keys of the register itself: a bureau's passphrase was typed before the job was handed in.
    KeyFileMissing,
    KeyFileExposed,
    KeyFileLocked,
)
