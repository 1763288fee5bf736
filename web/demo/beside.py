"""Runs a module as a child that ends with its parent: `python -m web.demo.beside MODULE …`.

The parent holds the other end of this process's standard input and never writes to it. Whatever ends the
parent, SIGKILL included, closes that end; the child is then told to stop, as Ctrl-C would tell it.
"""

import os
import runpy
import signal
import sys
import threading

_GRACE_SECONDS = 10.0
_NOT_STOPPED = 1


def end_with_parent() -> None:
    """From now on the end of standard input ends this process."""
    threading.Thread(target=_wait_for_the_end, name="parent", daemon=True).start()


def _wait_for_the_end() -> None:
    # Not `sys.stdin`: a thread that waits in it is in the way when the interpreter ends by itself.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GRACE_SECONDS)
    # Whatever it is still busy with, nobody is left who waits for it.
    os._exit(_NOT_STOPPED)


def main() -> None:
    """Runs the module that the command line names, with the rest as its arguments."""
    # Ctrl-C reaches the parent as well, which ends its children when it is ready to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
