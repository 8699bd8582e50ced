"""Loaded by the interpreter of each command under trial: tells by a pipe what the command does to files.

``TRIAL_PIPE`` is the pipe's descriptor.  The first line is ``ready``, when the command reads agency.toml: the
interpreter and the command line are loaded by then.  Each further line is a file that is about to be written,
renamed, linked or removed.  With ``TRIAL_KILL_AT`` the process is killed in front of that many-th of them.
"""

from __future__ import annotations

import os
import signal
import sys

_PIPE = int(os.environ.get("TRIAL_PIPE", "-1"))
_KILL_AT = int(os.environ.get("TRIAL_KILL_AT", "0"))
_WATCHED = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "shutil.copyfile", "ctypes.dlsym"}
_WRITES = os.O_WRONLY | os.O_RDWR
_told = 0
_ready = False


def _tell(line: str) -> None:
    os.write(_PIPE, f"{line}\n".encode())


def _watch(event: str, args: tuple[object, ...]) -> None:
    global _told, _ready  # noqa: PLW0603 - a hook has no other place
    if not _ready:
        if event == "open" and str(args[0]).endswith("agency.toml"):
            _ready = True
            _tell("ready")
        return
    if event == "open":
        flags = args[2]
        if not (isinstance(flags, int) and flags & _WRITES and isinstance(args[0], str)) or args[0] == os.devnull:
            return
    elif event not in _WATCHED or (event == "ctypes.dlsym" and "renameat2" not in args):
        return
    _told += 1
    _tell(f"{event} {args[0]}")
    if _told == _KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)


if _PIPE >= 0:
    sys.addaudithook(_watch)
