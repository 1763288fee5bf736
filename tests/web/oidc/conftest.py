"""These tests copy the register that the staff's tests copy."""

from tests.web.staff.conftest import filled_register

__all__ = ["filled_register"]
