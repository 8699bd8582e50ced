"""The form is counted by alembic, no longer by a setting."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The table ``migration`` is alembic's, and there already."""
    op.execute("DELETE FROM setting WHERE name = 'schema'")
