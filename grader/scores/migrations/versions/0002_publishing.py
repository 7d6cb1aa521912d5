"""Note what of an attempt is on disk, and whose pages a folder holds; keep large seeds.

Rows from before count as published: their pages were written when they were kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAMES = {
    "attempt": (("student", 500), ("exercise", 200)),
    "reply": (("check_id", 200),),
    "override": (("student", 500), ("exercise", 200), ("check_id", 200)),
}


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("attempt", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    op.add_column("attempt", sa.Column("published", sa.Integer))
    op.execute("UPDATE attempt SET published = 1")
    op.create_table(
        "setting",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        return  # its integers are large already, and it compares by code points
    op.alter_column("attempt", "seed", type_=sa.BigInteger)
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in NAMES.items():
            for column, length in columns:
                type_ = sa.String(length, collation="C")
                op.alter_column(table, column, type_=type_, existing_nullable=False)


def downgrade() -> None:
    """Take them away again; a seed that has become too large stays large."""
    op.drop_table("setting")
    op.drop_column("attempt", "published")
    op.drop_column("attempt", "revision")
