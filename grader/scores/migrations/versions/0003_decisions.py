"""Keep every decision of a person in one table, with the file that it was made for.

Points that were given before belong to the attempt that was the newest at that time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _name(length: int) -> sa.String:
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    return sa.String(length, collation=collation)


def upgrade() -> None:
    """Make the table and move the points given so far into it."""
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _name(500), nullable=False, index=True),
        sa.Column("exercise", _name(200), nullable=False),
        sa.Column("check_id", _name(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("points", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64)),
    )
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=["attempt", "override", "decision"])
    attempt, given = tables.tables["attempt"], tables.tables["override"]
    for row in connection.execute(sa.select(given).order_by(given.c.id)).all():
        theirs = sa.select(attempt.c.sha256).where(
            attempt.c.student == row.student, attempt.c.exercise == row.exercise
        )
        newest = theirs.order_by(attempt.c.number.desc()).limit(1)
        then = connection.execute(newest.where(attempt.c.graded_at <= row.given_at)).first()
        found = then or connection.execute(newest).first()
        connection.execute(
            tables.tables["decision"].insert().values(
                student=row.student, exercise=row.exercise, check_id=row.check_id, kind="points",
                points=row.points, text=row.reason, who="", at=row.given_at,
                sha256=found[0] if found else None,
            )
        )  # fmt: skip
    op.drop_table("override")


def downgrade() -> None:
    """Put the points back; what else was decided has no place there."""
    given = op.create_table(
        "override",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _name(500), nullable=False, index=True),
        sa.Column("exercise", _name(200), nullable=False),
        sa.Column("check_id", _name(200), nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_at", sa.String(40), nullable=False),
    )
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=["decision"])
    made = tables.tables["decision"]
    for row in connection.execute(sa.select(made).where(made.c.kind == "points")).all():
        connection.execute(
            given.insert().values(
                student=row.student, exercise=row.exercise, check_id=row.check_id,
                points=row.points, reason=row.text, given_at=row.at,
            )
        )  # fmt: skip
    op.drop_table("decision")
