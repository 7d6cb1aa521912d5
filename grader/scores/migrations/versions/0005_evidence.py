"""Let evidence be kept compressed: most of a gradebook is numbers that came back."""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REPLY = sa.table(
    "reply",
    sa.column("attempt_id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("frame", sa.LargeBinary),
    sa.column("deflated", sa.Boolean),
)


def upgrade() -> None:
    """Add the column; what is kept already stays as it is."""
    op.add_column(
        "reply", sa.Column("deflated", sa.Boolean, nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take it out, and write evidence as it came, one reply at a time."""
    connection = op.get_bind()
    place = _REPLY.c.attempt_id, _REPLY.c.position
    for attempt, position in connection.execute(sa.select(*place).where(_REPLY.c.deflated)).all():
        whose = sa.and_(_REPLY.c.attempt_id == attempt, _REPLY.c.position == position)
        frame: bytes = connection.execute(sa.select(_REPLY.c.frame).where(whose)).scalar_one()
        plain = zlib.decompress(frame)
        connection.execute(sa.update(_REPLY).where(whose).values(frame=plain))
    op.drop_column("reply", "deflated")
