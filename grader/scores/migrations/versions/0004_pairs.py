"""Let a decision be about two students' work: whose the other one is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    op.add_column(
        "decision",
        sa.Column("other", sa.String(500, collation=collation), nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Take it out, and what was decided about pairs with it."""
    op.execute("DELETE FROM decision WHERE kind LIKE 'pair-%'")
    op.drop_column("decision", "other")
