"""Alembic's entry: runs the revisions on the connection that maas.database hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from maas.tables import metadata


def plain_strings(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as SQLAlchemy's, so that revisions need no SQLModel.

    Parameters
    ----------
    kind : str
        What is being written.
    item : Any
        The item itself.
    _autogen : Any
        Alembic's context.

    Returns
    -------
    str or False
        The text, or False for Alembic's own way.
    """
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_strings,
)
context.run_migrations()
