"""The kernel that notebooks run in: this very interpreter and this very careeval, whatever else is installed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from careeval.specs.home import PACKAGE, root

NAME = "python3"  # the name that the notebooks carry


@contextmanager
def private_kernels() -> Iterator[Path]:
    """A folder of kernel specifications with one entry, `python3`, that starts this interpreter; gone afterwards.

    It holds when no kernel of that name is installed, or one of another environment.
    """
    with TemporaryDirectory(prefix="careeval-kernel-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        spec = home / "kernels" / NAME
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(json.dumps(_specification(home)), encoding="utf-8")
        yield home / "kernels"


def manager_of(kernels: Path) -> type:
    """A kernel manager class for nbclient, which makes its own manager, that knows the kernels of this folder only."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager

    specifications = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    found = {"_kernel_spec_manager_default": lambda manager: specifications}
    return type("PrivateKernelManager", (AsyncKernelManager,), found)


def environment() -> dict[str, str]:
    """What a kernel, or JupyterLab, must be told to find the same studies and the same careeval."""
    told = {"CAREEVAL_HOME": str(root()), "PYTHONUTF8": "1"}
    if PACKAGE.parent.name != "site-packages":  # a clone that may not be installed: kernels start in another folder
        told["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]))
    return told


def _specification(home: Path) -> dict:
    # log_level 40: ipykernel warns of unencrypted TCP at each start; IPYTHONDIR: no start-up files, no shared history
    options = ["--IPKernelApp.log_level=40", "--HistoryManager.enabled=False"]
    launch = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}", *options]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        "argv": launch,
        "display_name": "Python 3",
        "language": "python",
        "env": {**environment(), **one_thread, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(home / "ipython")},
    }
