"""What waits on the desks for a word: an institution's request, and what two holders ask, in their words."""

from registry.ledger.entries import ActKind, Authority
from registry.register import Register
from registry.requests.asking import Asked, ask, ask_correction, dispute
from registry.requests.deciding import desk_of
from registry.requests.model import Party, Who
from registry.review.acts import ActReason
from web.demo.plan import DemoPlan

_RIGHT_NAME = "示例更正名"


def ask_for_something(register: Register, plan: DemoPlan, institution: Who) -> None:
    """The institution has a name corrected; one holder disputes an annulment, another says what is wrong."""
    requests = desk_of(register)
    asked = Asked(
        ActKind.CORRECTED,
        ActReason.CLERICAL_ERROR,
        Authority.INSTITUTION,
        "录入时姓名写错，已核对本人身份证原件和报名表，申请更正。",
        changes={"name": _RIGHT_NAME},
    )
    ask(register.look_up, requests, plan.misspelt, institution, asked)
    words = "我参加了理论和实操考试，成绩合格，不同意撤销，请复核考场记录。"
    dispute(register.look_up, requests, plan.disputed, Who(Party.HOLDER), words=words)
    claim = "证书上的所在单位是我原来的单位，发证时我已经到新单位，请核实更正。"
    changes = {"employer": "示例机械有限公司"}
    ask_correction(register.look_up, requests, plan.claimed, changes=changes, words=claim)
