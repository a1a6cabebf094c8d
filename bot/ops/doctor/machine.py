"""How much memory the bot may take on this machine, as Linux tells."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

_CGROUP_FILES = (
    # version 2, then version 1: where it is mounted, the limit, what is taken, and the droppable part in memory.stat
    ("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def memory_left(root: Path = Path("/")) -> int | None:
    """Return how many bytes more the processes here may take: what the machine has left, or less if a container may.

    Args:
        root: where /proc and /sys are.

    Returns:
        The number; None where the system does not say, as on anything but Linux.
    """
    return min([*_of_machine(root), *_of_containers(root)], default=None)


def _of_machine(root: Path) -> Iterator[int]:
    with suppress(OSError, ValueError):
        for line in (root / "proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                yield int(line.split()[1]) * 1024


def _of_containers(root: Path) -> Iterator[int]:
    """Yield what is left of each limit that this process is under: its control group's, and those of the groups above.

    See https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files. What is taken counts without the file
    contents that the kernel would drop first.
    """
    for mounted, limit, taken, droppable in _CGROUP_FILES:
        for group in _groups(root):
            folder = root / mounted / group
            # "max", which is no number, stands for no limit.
            with suppress(OSError, ValueError, StopIteration):
                figures = (line.split() for line in (folder / "memory.stat").read_text("ascii").splitlines())
                dropped = next(int(value) for name, value in figures if name == droppable)
                most, now = (int((folder / name).read_text("ascii")) for name in (limit, taken))
                yield max(most - now + dropped, 0)


def _groups(root: Path) -> set[PurePosixPath]:
    """Return the control groups that this process is in, and those above, as paths below where they are mounted."""
    found = {PurePosixPath()}
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text("utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in {"", "memory"}:
                group = PurePosixPath(path.lstrip("/"))
                found |= {group, *group.parents}
    return found
