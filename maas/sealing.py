"""Sealing: what is personal or secret lies encrypted in the database, under keys kept elsewhere.

A sealed text is a Fernet token (AES-128 in CBC mode with HMAC-SHA-256, as the cryptography package
has it). Several keys may open, the newest one seals: so a key is changed without a pause.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from maas.errors import InvalidRequestError, SealBrokenError

_FILE = "secret.keys"


class Keyring:
    """Keys that seal and open texts.

    Parameters
    ----------
    keys : Sequence[str]
        At least one Fernet key, the newest first.
    source : str
        Where they come from, for messages.
    again : Callable or None
        Reads the keys anew, where they may have changed since; asked when a seal does not open.

    Raises
    ------
    InvalidRequestError
        One of them is no key.
    """

    def __init__(
        self, keys: Sequence[str], source: str, again: Callable[[], Sequence[str]] | None = None
    ) -> None:
        self._source = source
        self._again = again
        self._use(keys)

    def _use(self, keys: Sequence[str]) -> None:
        """Take keys into use.

        Parameters
        ----------
        keys : Sequence[str]
            The newest first.
        """
        try:
            rings = [Fernet(key) for key in keys]
        except ValueError as error:
            raise InvalidRequestError(
                f"{self._source} holds a text that is no key. Write keys as `maas keys new` prints "
                "them: 44 characters each."
            ) from error
        if not rings:
            raise InvalidRequestError(
                f"{self._source} holds no key. Put the key back that the database was sealed with, "
                "or make the first one with `maas keys new`."
            )
        self._keys = tuple(keys)
        self._newest = rings[0]
        self._all = MultiFernet(rings)

    def seal(self, text: str) -> str:
        """Close a text with the newest key.

        Parameters
        ----------
        text : str
            What nobody else is to read.

        Returns
        -------
        str
            The sealed text; another one each time.
        """
        return self._newest.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Read a sealed text.

        Parameters
        ----------
        sealed : str
            From `seal`, with this or an older key.

        Returns
        -------
        str
            The text.

        Raises
        ------
        SealBrokenError
            No key here opens it, or it was changed.
        """
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            keys = self._again() if self._again else self._keys
            if tuple(keys) != self._keys:
                self._use(keys)
                return self.open(sealed)
            raise SealBrokenError(
                "The database was sealed with a key that is missing here. Put it back into "
                f"{self._source}; nothing was changed."
            ) from error

    def is_newest(self, sealed: str) -> bool:
        """Tell whether the newest key closed a text.

        Parameters
        ----------
        sealed : str
            From `seal`.

        Returns
        -------
        bool
            False for an older key.
        """
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    """Make a key.

    Returns
    -------
    str
        256 random bits as 44 characters.
    """
    return Fernet.generate_key().decode()


def load_keyring(keys: str, data_dir: Path) -> Keyring:
    """Find the keys of a deployment, making the first one where there is none.

    Parameters
    ----------
    keys : str
        Keys with commas between them, the newest first, as in MAAS_SECRET_KEYS; empty for those
        in a file.
    data_dir : Path
        The folder with that file: ``secret.keys``, one key a line, read by its owner alone.

    Returns
    -------
    Keyring
        Ready to seal.

    Raises
    ------
    InvalidRequestError
        There is a text that is no key, or the file cannot be read or made.
    """
    if keys:
        return Keyring([key.strip() for key in keys.split(",")], "MAAS_SECRET_KEYS")
    path = data_dir / _FILE
    try:
        if not path.exists():
            _write_first(path, new_key())
        return Keyring(_read(path), str(path), again=lambda: _read(path))
    except OSError as error:
        raise InvalidRequestError(
            f"{path} cannot be used ({error.strerror}). Let the service read and write it, or give "
            "the keys by MAAS_SECRET_KEYS."
        ) from error


def add_key(data_dir: Path) -> Path:
    """Put a fresh key before those of the file; running processes find it when they need it.

    Parameters
    ----------
    data_dir : Path
        The folder of the file.

    Returns
    -------
    Path
        The file.
    """
    path = data_dir / _FILE
    draft = _draft(path, [new_key(), *(_read(path) if path.exists() else ())])
    draft.replace(path)
    return path


def keyring_of(dialect: Any) -> Keyring:
    """Find the keys of the database that a statement goes to.

    Parameters
    ----------
    dialect : Dialect
        SQLAlchemy's; `maas.database` lays the keys there, one dialect a database.

    Returns
    -------
    Keyring
        Its keys.
    """
    keyring: Keyring = dialect.maas_keyring
    return keyring


def _read(path: Path) -> list[str]:
    """Read the keys of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list[str]
        The newest first.
    """
    return path.read_text(encoding="ascii", errors="replace").split()


def _write_first(path: Path, key: str) -> None:
    """Make the file unless another process is faster; it is whole or not there.

    Parameters
    ----------
    path : Path
        The file.
    key : str
        Its first key.
    """
    draft = _draft(path, [key])
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, keys: Sequence[str]) -> Path:
    """Write keys to a file of its own, which nobody else may read.

    Parameters
    ----------
    path : Path
        The file it is to become.
    keys : Sequence[str]
        The newest first.

    Returns
    -------
    Path
        The draft, on the disk.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
