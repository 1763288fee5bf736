"""A register with offices whose officers hold keys: who asks, who decides, and the worker between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.custody.rotation import NextKey, introduce_next, unlock_root
from registry.jobs.desk import Jobs
from registry.jobs.model import Job
from registry.jobs.runner import Ran, run_all
from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind, Authority
from registry.ledger.key_history import Custody
from registry.requests.asking import Asked, Paper, ask, dispute, standing_of
from registry.requests.deciding import JOB_KIND, accept, act_at_once, desk_of, perform
from registry.requests.desk import Requests
from registry.requests.model import CaseRequest, Party, Who
from registry.review.acts import ActReason
from signing.keys import KeyRole
from tests.builders import a_filing
from tests.registry.filled import HOLDERS, ROOT_PASSPHRASE, Scene, Story
from tests.registry.ledger.builders import CHANGSHA, PROVINCE, ZHUZHOU

CREDIT_CODE = a_filing().credit_code
PASSPHRASES = {CHANGSHA: b"of changsha's officer", PROVINCE: b"of the province's officer"}
INSTITUTION = Who(Party.INSTITUTION, CREDIT_CODE, "a1")
BUREAU = Who(Party.BUREAU, CHANGSHA, "a2")
OTHER_BUREAU = Who(Party.BUREAU, ZHUZHOU, "a3")
THE_PROVINCE = Who(Party.PROVINCE, PROVINCE, "a4")
HOLDER = Who(Party.HOLDER)
PAPER = Paper("示例决定书.pdf", b"%PDF an invented decision")

ANNULMENT = Asked(
    ActKind.ANNULLED, ActReason.WRONGLY_ISSUED, Authority.INSTITUTION, "示例：考试记录与证书不符", paper=PAPER
)
REISSUE = Asked(ActKind.REISSUED, ActReason.LOST_OR_DAMAGED, Authority.INSTITUTION, "示例：证书遗失")
CORRECTION = Asked(
    ActKind.CORRECTED,
    ActReason.CLERICAL_ERROR,
    Authority.INSTITUTION,
    "示例：姓名录入有误",
    changes={"name": "示例新名"},
)


@dataclass(frozen=True)
class Officer:
    """Who signs for an office."""

    login: str


@dataclass(frozen=True)
class Offices:
    """The desk of a register, with the officers' keys introduced."""

    scene: Scene
    requests: Requests
    jobs: Jobs

    def ask(
        self, asked: Asked = ANNULMENT, *, who: Who = INSTITUTION, story: Story = Story.PLAIN
    ) -> CaseRequest:
        """An office asks."""
        authority = asked.authority if who is INSTITUTION else Authority.BUREAU
        wanted = replace(asked, authority=authority)
        return ask(self.scene.register.look_up, self.requests, HOLDERS[story].number, who, wanted)

    def dispute(self, *, who: Who = HOLDER, story: Story = Story.ANNULLED) -> tuple[CaseRequest, str]:
        """Somebody disputes an annulment."""
        number = HOLDERS[story].number
        words = "示例：本人参加了考试"
        return dispute(
            self.scene.register.look_up, self.requests, number, who, words=words, contact="示例电话"
        )

    def accept(
        self, request: CaseRequest, *, who: Who = BUREAU, head: int | None = None, passphrase: bytes = b""
    ) -> Job:
        """An officer signs, and the job is handed in."""
        accept(
            self.scene.register,
            self.requests,
            request,
            who,
            Officer(f"officer-{who.office}"),
            passphrase=passphrase or PASSPHRASES.get(who.office, b"none"),
            seen_head=self.head_of(request) if head is None else head,
        )
        return self.submit(request, who)

    def act(
        self, asked: Asked, *, who: Who = BUREAU, story: Story = Story.PLAIN, head: int = -1
    ) -> CaseRequest:
        """An officer acts directly."""
        standing = standing_of(self.scene.register.look_up, HOLDERS[story].number)
        request = act_at_once(
            self.scene.register,
            self.requests,
            HOLDERS[story].number,
            who,
            Officer(f"officer-{who.office}"),
            replace(asked, authority=Authority.BUREAU),
            passphrase=PASSPHRASES.get(who.office, b"none"),
            seen_head=standing.chain.head.index if head < 0 else head,
        )
        self.submit(request, who)
        return request

    def submit(self, request: CaseRequest, who: Who) -> Job:
        """Hands the job of a request in."""
        return self.jobs.submit(JOB_KIND, request.id, who.account, {})

    def work(self) -> Sequence[Ran]:
        """The worker does what waits."""
        return run_all(self.scene.register, {JOB_KIND: perform})

    def state(self, story: Story = Story.PLAIN) -> ChainState:
        """Where a certificate stands."""
        return standing_of(self.scene.register.look_up, HOLDERS[story].number).chain.head.state

    def head_of(self, request: CaseRequest) -> int:
        """The newest entry of the certificate that a request is about."""
        return standing_of(self.scene.register.look_up, request.wish.number).chain.head.index


def introduce_officers(scene: Scene) -> None:
    """A key for the officer of each office."""
    root = unlock_root(scene.register, ROOT_PASSPHRASE)
    for bureau, passphrase in PASSPHRASES.items():
        wanted = NextKey(KeyRole.BUREAU, Custody.REGISTER, bureau, officer=f"officer-{bureau}")
        introduce_next(scene.register, wanted, passphrase=passphrase, root=root)


def offices_of(scene: Scene) -> Offices:
    """The offices of a register whose officers have their keys."""
    register = scene.register
    jobs = Jobs(register.desk_engine, lambda: register.keys.vault, scene.clock)
    return Offices(scene, desk_of(register), jobs)
