"""A git repository elsewhere, to fetch from and push to. Its token never gets into an address, error, log or file."""

import os
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from dulwich.client import (
    GitClient,
    HTTPUnauthorized,
    LocalGitClient,
    SubprocessGitClient,
    default_urllib3_manager,
    get_transport_and_path,
)
from dulwich.config import StackedConfig
from dulwich.errors import NotGitRepository
from dulwich.objects import ObjectID
from dulwich.pack import UnpackedObject
from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo
from pydantic import SecretStr
from urllib3 import PoolManager, Retry

_USER: Final = "x-token-auth"
"""The user name that Bitbucket expects with a token:
https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/.
GitHub, GitLab and Gitea accept any."""

_SECONDS: Final = 10.0
"""How long each step of a connection may take. A moderator is waiting."""

_SSH: Final = f"ssh -o BatchMode=yes -o ConnectTimeout={_SECONDS:.0f} -o ServerAliveInterval={_SECONDS:.0f}"
"""Never asks for a password, because nobody would see the question, and does not wait forever."""

_MAX_REASON: Final = 200
"""Characters that are kept of another program's error."""


class RemoteError(Exception):
    """The repository cannot be reached, read or written; the text says why, worded for the middle of a sentence."""

    def __init__(self, message: str, detail: str = "") -> None:
        """Keep the reason.

        Args:
            message: for moderators.
            detail: for operators; what another program said.
        """
        super().__init__(message)
        self.detail: Final = detail


class PushRejectedError(RemoteError):
    """The repository rejects the change: somebody else has pushed, or the branch is protected."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A branch of a repository."""

    address: str
    """Holds no password."""

    branch: str | None = None
    """None for the repository's default branch."""

    token: SecretStr | None = None

    def fetch(self, repo: Repo) -> tuple[str, ObjectID]:
        """Fetch the branch with its history; no branch here is changed.

        Args:
            repo: the repository that receives it.

        Returns:
            The name of the branch, and its last commit.

        Raises:
            RemoteError: it cannot be fetched.
        """

        def wanted(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 (dulwich's)
            sha = refs.get(self._ref or HEADREF)
            return [sha] if sha and sha not in repo.object_store else []

        with self._connected() as (client, path):
            result = client.fetch(path, repo, determine_wants=wanted)
        return self._chosen(result.refs, result.symrefs)

    def push(self, repo: Repo, branch: str, new: ObjectID, expected: ObjectID) -> None:
        """Move the branch there.

        Args:
            repo: the repository with the commits.
            branch: the name of the branch.
            new: the commit to move it to, a descendant of `expected`.
            expected: the commit it points to there.

        Raises:
            PushRejectedError: it points to another commit there, or must not be moved.
            RemoteError: the repository cannot be reached.
        """
        ref = Ref(f"refs/heads/{branch}".encode())

        def update(refs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            if refs.get(ref) != expected:
                message = "someone else changed it at the same moment"
                raise PushRejectedError(message)
            return {ref: new}

        def packed(
            have: AbstractSet[ObjectID],
            want: AbstractSet[ObjectID],
            *,
            ofs_delta: bool = True,
            progress: Callable[[bytes], None] | None = None,  # noqa: ARG001 (dulwich's)
        ) -> tuple[int, Iterator[UnpackedObject]]:
            return repo.generate_pack_data(set(have), set(want), ofs_delta=ofs_delta)

        with self._connected() as (client, path):
            result = client.send_pack(path.encode(), update, packed)
        if refused := (result.ref_status or {}).get(ref):
            raise PushRejectedError(self._scrubbed(f"it refuses the change ({refused})"))

    @property
    def _ref(self) -> Ref | None:
        return Ref(f"refs/heads/{self.branch}".encode()) if self.branch else None

    def _chosen(self, refs: Mapping[Ref, ObjectID | None], symrefs: Mapping[Ref, Ref]) -> tuple[str, ObjectID]:
        ref = self._ref or symrefs.get(HEADREF)
        sha = refs.get(ref) if ref else None
        if ref is None or sha is None:
            message = f"it has no branch {self.branch}" if self.branch else "it is empty"
            raise RemoteError(message)
        return ref.decode().removeprefix("refs/heads/"), sha

    @contextmanager
    def _connected(self) -> Iterator[tuple[GitClient, str]]:
        """Yield a client for the repository, and its path there.

        Raises:
            RemoteError: for whatever goes wrong in the block.
        """
        # It uses the host's proxy and certificates.
        pool = default_urllib3_manager(StackedConfig.default(), base_url=self.address, timeout=_SECONDS)
        pool = cast("PoolManager", pool)  # The other type is for callbacks.
        # No retries: the next exchange is soon, and urllib3 would log every try.
        pool.connection_pool_kw["retries"] = Retry(total=3, connect=0, read=0, status=0, other=0)
        token = self.token if self.address.startswith(("https://", "http://")) else None
        try:
            client, path = get_transport_and_path(
                self.address,
                username=_USER if token else None,
                password=token.get_secret_value() if token else None,
                ssh_command=os.environ.get("GIT_SSH_COMMAND", _SSH),
                pool_manager=pool,
            )
            yield (_by_git(path) if isinstance(client, LocalGitClient) else client), path
        except RemoteError:
            raise
        except HTTPUnauthorized:
            message = "it doesn't accept the token" if self.token else "it requires a token"
            raise RemoteError(message) from None
        except NotGitRepository:
            message = "there's none at its address, or the token may not read it"
            raise RemoteError(message) from None
        except Exception as error:  # noqa: BLE001 (whatever the network and the other server do)
            message = "it can't be reached"
            # urllib3 wraps the error twice, and dulwich once more.
            met = getattr(error.__cause__, "reason", None) or error
            raise RemoteError(message, self._scrubbed(f"{type(met).__name__}: {met}")) from None
        finally:
            pool.clear()

    def _scrubbed(self, text: str) -> str:
        plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        if self.token:
            plain = plain.replace(self.token.get_secret_value(), "…")
        return plain[:_MAX_REASON]


def _by_git(path: str) -> GitClient:
    """Return a client that runs git for a repository on the same disk, so that the hooks there run.

    Also, dulwich 1.2 cannot read a repository where only some packs have bitmaps, as git creates them over time.

    Raises:
        NotGitRepository: there is none.
    """
    if not Path(path).is_dir():
        raise NotGitRepository(path)
    return SubprocessGitClient()
