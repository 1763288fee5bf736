"""What a verdict brings along is enough for someone who has the log's key and `signing/` alone."""

import json
from dataclasses import asdict

import pytest

from registry.verdict import CertificateVerdict
from signing.commitment import FIELDS, PUBLIC_FIELDS, Commitment, check_opening
from signing.encoding import b64_decode, b64url_decode, parse_canonical_json
from signing.errors import CommitmentMismatch, InclusionMismatch
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import Checkpoint, parse_vkey, verified_checkpoint
from tests.registry.filled import CORRECTED_NAME, CORRECTED_TWICE, HOLDERS, ORIGIN, Scene, Story

_stories = pytest.mark.parametrize("story", list(Story))


def _found(scene: Scene, story: Story) -> CertificateVerdict:
    certificate = scene.register.verdict(HOLDERS[story].number).certificate
    assert certificate is not None
    return certificate


def _checkpoint(scene: Scene, certificate: CertificateVerdict) -> Checkpoint:
    (line,) = scene.register.vkey().splitlines()
    return verified_checkpoint(certificate.entry.checkpoint.encode(), parse_vkey(line))


def _commitment(leaf: str) -> Commitment:
    entry = parse_canonical_json(leaf.encode())
    assert isinstance(entry, dict)
    return Commitment(b64url_decode(str(entry["commitment"]), length=32))


@_stories
def test_the_log_signed_a_tree_in_which_the_entry_stands(told: Scene, story: Story) -> None:
    evidence = _found(told, story).entry
    checkpoint = _checkpoint(told, _found(told, story))
    proof = [b64_decode(each, length=32) for each in evidence.proof]
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, told.register.ready())
    check_inclusion(
        leaf_hash(evidence.leaf.encode()), evidence.index, checkpoint.size, proof, checkpoint.root
    )
    with pytest.raises(InclusionMismatch):
        check_inclusion(
            leaf_hash(evidence.leaf.encode()), evidence.index - 1, checkpoint.size, proof, checkpoint.root
        )


@_stories
def test_the_opening_opens_that_entry_and_shows_what_the_verdict_says(told: Scene, story: Story) -> None:
    certificate = _found(told, story)
    opened = check_opening(certificate.entry.opening, _commitment(certificate.entry.leaf))
    assert opened == {
        "number": HOLDERS[story].number,
        "masked_name": certificate.masked_name,
        "occupation_code": certificate.occupation_code,
        "occupation": certificate.occupation,
        "job": certificate.job,
        "level": str(certificate.level),
        "issued_on": certificate.issued_on.isoformat(),
        "institution": certificate.institution.prefix,
    }


@_stories
def test_the_opening_reveals_the_public_fields_and_no_other(told: Scene, story: Story) -> None:
    opening = _found(told, story).entry.opening
    fields, digests = opening["fields"], opening["digests"]
    assert isinstance(fields, dict)
    assert isinstance(digests, dict)
    assert set(fields) == PUBLIC_FIELDS
    assert set(digests) == set(FIELDS) - PUBLIC_FIELDS
    assert {"name", "id_type", "id_number", "employer", "issuer"} == set(digests)


@_stories
def test_no_name_and_no_identity_number_is_anywhere_in_a_verdict(told: Scene, story: Story) -> None:
    verdict = told.register.verdict(HOLDERS[story].number)
    said = json.dumps(asdict(verdict), ensure_ascii=False, default=str)
    for private in (HOLDERS[story].name, HOLDERS[story].id_number, CORRECTED_NAME, *CORRECTED_TWICE):
        assert private not in said


def test_the_evidence_of_a_corrected_certificate_is_its_correction(told: Scene) -> None:
    certificate = _found(told, Story.CORRECTED)
    entry = parse_canonical_json(certificate.entry.leaf.encode())
    assert isinstance(entry, dict)
    assert (entry["type"], entry["act"]) == ("act", "corrected")
    assert certificate.entry.index == certificate.history[-1].index


def test_the_evidence_of_a_reissue_is_still_the_registration(told: Scene) -> None:
    certificate = _found(told, Story.REISSUED)
    assert certificate.entry.index == certificate.history[0].index


def test_an_opening_does_not_open_the_entry_of_another_certificate(told: Scene) -> None:
    mine, other = _found(told, Story.PLAIN).entry, _found(told, Story.LEGACY).entry
    with pytest.raises(CommitmentMismatch):
        check_opening(mine.opening, _commitment(other.leaf))


def test_every_proof_that_was_given_stays_good_when_the_log_has_grown(scene: Scene) -> None:
    given = {story: _found(scene, story) for story in Story}
    scene.register.publish_status(scene.register.writer())
    scene.clock.now = scene.clock.now.replace(month=11)
    scene.register.publish_status(scene.register.writer())
    for story, certificate in given.items():
        checkpoint = _checkpoint(scene, certificate)
        assert checkpoint.size < scene.register.ready()
        proof = [b64_decode(each, length=32) for each in certificate.entry.proof]
        leaf = leaf_hash(_found(scene, story).entry.leaf.encode())
        check_inclusion(leaf, certificate.entry.index, checkpoint.size, proof, checkpoint.root)
