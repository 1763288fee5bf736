"""The two schemas: the register itself, and the desk (sessions, trail, queues) in a file of its own."""

from sqlalchemy import MetaData

REGISTER_METADATA = MetaData()
DESK_METADATA = MetaData()
