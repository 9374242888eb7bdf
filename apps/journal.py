"""The log: JSON lines on standard error, each with its request's id, none with anybody's data."""

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being answered."""

_OWN = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime"}
"""What every record has; the rest was given by ``extra``."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON.

    Of a message only the first line is kept, of an error only where it was raised and its first
    line: databases repeat in the lines after it what was to be written.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write a record.

        Parameters
        ----------
        record : logging.LogRecord
            The record.

        Returns
        -------
        str
            The line.
        """
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "at": f"{at}.{round(record.msecs) % 1000:03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _first_line(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = f"{type(error).__name__}: {_first_line(str(error))}"
            line["raised_at"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def keep_journal(level: str) -> None:
    """Let a process log.

    Parameters
    ----------
    level : str
        The least level that is written: ``info`` also tells every request.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("meguri").setLevel(level.upper())


def _first_line(text: str) -> str:
    """Cut a text after its first line.

    Parameters
    ----------
    text : str
        A message.

    Returns
    -------
    str
        Its beginning.
    """
    return text.partition("\n")[0]
