"""The first form: an SQLite file, made whole."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing comes before it."""
