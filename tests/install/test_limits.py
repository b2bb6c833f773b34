"""How much the system allows: threads, which are counted by starting some, memory and open files."""

from __future__ import annotations

import _thread  # Python's documented module of this name
import re
import resource
import threading
from dataclasses import replace

import pytest

from tf_conformance.install.limits import FILE_SIZE, FILES, MEMORY, THREADS, Limits, group_limit, startable_threads
from tf_conformance.install.problem import Problem


@pytest.fixture
def allow(monkeypatch):
    """Makes the system refuse every thread after the first few; returns a semaphore of those that have ended."""
    start, ended = _thread.start_new_thread, threading.Semaphore(0)

    def only(count):
        allowed = iter(range(count))

        def start_or_refuse(function, arguments):
            def run():
                function(*arguments)
                ended.release()

            if next(allowed, None) is None:
                raise RuntimeError("can't start new thread")
            return start(run, ())

        monkeypatch.setattr(_thread, "start_new_thread", start_or_refuse)
        return ended

    return only


@pytest.fixture
def limit(monkeypatch):
    """Makes the system report these limits and no others."""

    def only(**limits):
        by_number = {getattr(resource, f"RLIMIT_{name}"): value for name, value in limits.items()}
        unlimited = resource.RLIM_INFINITY
        monkeypatch.setattr(resource, "getrlimit", lambda which: (by_number.get(which, unlimited), unlimited))

    return only


def test_startable_threads(allow):
    """Threads are counted up to the first that the system refuses, or up to the number wanted."""
    allow(5)
    assert startable_threads(20) == 5
    allow(20)
    assert startable_threads(20) == 20


def test_counted_threads_end(allow):
    """The threads that were started to be counted end, and later threads have the usual stack."""
    ended, usual_size = allow(20), threading.stack_size()
    startable_threads(20)
    assert [ended.acquire(timeout=60) for _ in range(20)] == [True] * 20
    assert threading.stack_size() == usual_size


def test_unlimited_system(limit, allow):
    """A system that refuses nothing has no limits and no shortage."""
    limit()
    allow(10_000)
    assert replace(Limits.measure(), group_processes=None, group_memory=None) == Limits()
    assert list(Limits().shortages()) == []


def test_limited_system(limit, allow):
    """The limits of the system are measured."""
    limit(NPROC=100, AS=10**9, NOFILE=1024, FSIZE=4096, CPU=60)
    allow(5)
    limits = replace(Limits.measure(), group_processes=None, group_memory=None)
    assert limits == Limits(threads=5, processes=100, memory=10**9, files=1024, file_size=4096, processor_time=60)
    limit(DATA=10**8, AS=10**9)
    assert Limits.measure().memory == 10**8


@pytest.mark.parametrize(
    ("limits", "evidence"),
    [
        (
            Limits(threads=5),
            "the system lets this user start only 5 more threads or processes (ulimit -u is unlimited)",
        ),
        (
            Limits(threads=5, processes=100, group_processes=8),
            "the system lets this container or job start only 5 more threads or processes (its pids.max is 8)",
        ),
        (
            Limits(threads=5, group_processes=8),
            "the system lets this container or job start only 5 more threads or processes (its pids.max is 8)",
        ),
        (
            Limits(threads=0, processes=100, group_processes=101),
            "the system lets this user start only 0 more threads or processes (ulimit -u is 100)",
        ),
        (
            Limits(threads=0, processes=100),
            "the system lets this user start only 0 more threads or processes (ulimit -u is 100)",
        ),
        (Limits(processes=100), None),
        (Limits(memory=4 * 10**9), None),
        (Limits(memory=4 * 10**9 - 1), "the system allows a process only 3999 MB of address space (ulimit -v or -d)"),
        (Limits(files=64), None),
        (Limits(files=63), "the system allows a process only 63 open files (ulimit -n)"),
        (Limits(processor_time=120), None),
        (Limits(processor_time=3), "the system lets a process use only 3 s of processor time (ulimit -t)"),
        (Limits(file_size=10**8), None),
        (Limits(file_size=4096), "the system lets a process write no file of more than 4096 bytes (ulimit -f)"),
    ],
)
def test_shortage(limits, evidence):
    """A resource is scarce if the system allows less of it than TensorFlow and a run of pytest may need."""
    assert [shortage.evidence for shortage in limits.shortages()] == ([evidence] if evidence else [])


def test_several_shortages():
    """Every resource that is scarce is named."""
    limits = Limits(threads=5, memory=10**9, files=60)
    assert [shortage.resource for shortage in limits.shortages()] == [THREADS, MEMORY, FILES]


def test_shortage_as_a_problem():
    """As a problem a shortage says how little there is, and which limit to raise."""
    (shortage,) = Limits(threads=5).shortages()
    assert shortage.as_problem() == Problem(
        "the system lets this user start only 5 more threads or processes (ulimit -u is unlimited)",
        "raise ulimit -u, or the container's limit on processes (pids.max)",
    )


THREAD_ERROR = "RuntimeError: can't start new thread"
FILE_ERROR = "OSError: [Errno 24] Too many open files: 'x'"
SIZE_ERROR = "OSError: [Errno 27] File too large"


@pytest.mark.parametrize(
    ("limits", "error", "behind"),
    [
        (Limits(threads=5), THREAD_ERROR, THREADS),
        (Limits(threads=5, memory=10**9), THREAD_ERROR, THREADS),
        (Limits(threads=5, memory=10**9), "MemoryError", THREADS),
        (Limits(memory=10**9), THREAD_ERROR, MEMORY),
        (Limits(memory=10**9), "MemoryError", MEMORY),
        (Limits(memory=10**12), "OSError: [Errno 12] Cannot allocate memory", MEMORY),
        (Limits(files=1024), FILE_ERROR, FILES),
        (Limits(file_size=10**12), SIZE_ERROR, FILE_SIZE),
        (Limits(files=1024), SIZE_ERROR, None),
        (Limits(threads=5, memory=10**9), FILE_ERROR, None),
        (Limits(files=1024), THREAD_ERROR, None),
        (Limits(), THREAD_ERROR, None),
        (Limits(threads=0, memory=0, files=0), "ValueError: no", None),
    ],
)
def test_shortage_behind_an_error(limits, error, behind):
    """An error that reports a limit is explained by it, however high it is; a refused thread also by too little memory."""
    shortage = limits.shortage_behind(error)
    assert (shortage and shortage.resource) == behind


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (THREADS, THREAD_ERROR),
        (THREADS, "BlockingIOError: [Errno 11] Resource temporarily unavailable"),
        (THREADS, "thread: pthread_create failed"),
        (THREADS, "RuntimeError: no active workers available"),
        (MEMORY, "OSError: [Errno 12] Cannot allocate memory"),
        (MEMORY, "MemoryError"),
        (FILES, FILE_ERROR),
        (FILE_SIZE, SIZE_ERROR),
    ],
)
def test_words_of_the_system(refused, error):
    """The words of Python, of xdist and of the system for a refused resource are known."""
    assert [each for each in (THREADS, MEMORY, FILES, FILE_SIZE) if re.search(each.error, error)] == [refused]


def test_forbidden_threads():
    """Threads that are refused on principle are not told as a limit."""
    (shortage,) = Limits(threads=0, processes=96365, forbidden=True).shortages()
    assert "seccomp" in shortage.evidence
    assert "ulimit" not in str(shortage.as_problem())


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(threads=0, processes=3), "ulimit -u"),
        (Limits(threads=23, processes=24), "ulimit -u"),
        (Limits(threads=5), "unlimited"),
    ],
)
def test_threads_that_are_limited(limits, word):
    """Threads that are refused for their number are told with the limit."""
    assert word in limits.of_threads().evidence
    assert "seccomp" not in str(limits.of_threads().as_problem())


def test_ample_threads():
    """Where threads are ample there is no shortage of them."""
    assert Limits().of_threads() is None


@pytest.mark.parametrize(
    ("membership", "limits", "lowest"),
    [
        ("8:pids:/docker/1a\n0::/\n", {"pids/docker/1a": "8", "pids/docker": "20"}, 8),
        ("8:pids:/docker/1a\n0::/\n", {"pids/docker/1a": "max", "pids/docker": "20"}, 20),
        ("8:pids:/docker/1a\n", {"pids": "9"}, 9),  # mounted in the container as the root
        ("0::/user.slice/job\n", {"user.slice/job": "30", "pids/job": "3"}, 30),
        ("0::/user.slice/job\n", {"user.slice/job": "max", "": "nonsense"}, None),
        ("4:memory:/job\n", {"memory/job": "5"}, None),
        ("", {}, None),
    ],
)
def test_control_group(tmp_path, membership, limits, lowest):
    """The limit of a control group is that of the process's own and of all around it, in both versions of Linux's groups."""
    (tmp_path / "self").write_text(membership, encoding="utf-8")
    for group, limit in limits.items():
        (tmp_path / "groups" / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / group / "pids.max").write_text(f"{limit}\n", encoding="utf-8")
    assert group_limit("pids", ("pids.max",), tmp_path / "self", tmp_path / "groups") == lowest


@pytest.mark.parametrize(
    ("membership", "file", "limit"),
    [
        ("0::/job\n", "job/memory.max", 400_000_000),
        ("4:memory:/docker/1a\n", "memory/docker/1a/memory.limit_in_bytes", 300_000_000),
        ("4:memory:/docker/1a\n", "memory/memory.limit_in_bytes", 500_000_000),
    ],
)
def test_memory_of_control_group(tmp_path, membership, file, limit):
    """The memory of a container or a job is known in both versions of Linux's groups; too little is told with what to raise."""
    (tmp_path / "self").write_text(membership, encoding="utf-8")
    (tmp_path / "groups" / file).parent.mkdir(parents=True)
    (tmp_path / "groups" / file).write_text(str(limit), encoding="utf-8")
    files = ("memory.max", "memory.limit_in_bytes")
    seen = group_limit("memory", files, tmp_path / "self", tmp_path / "groups")
    (shortage,) = Limits(group_memory=seen).shortages()
    assert f"only {limit // 10**6} MB of memory" in shortage.evidence
    assert "docker run --memory" in shortage.resource.do
    assert Limits(group_memory=seen).shortage_behind("the process died of SIGKILL (killed)") == shortage
    assert Limits(group_memory=10**10).shortage_behind("the process died of SIGKILL (killed)") is None


def test_no_control_groups(tmp_path):
    """A system without control groups has no such limit."""
    assert group_limit("pids", ("pids.max",), tmp_path / "self", tmp_path) is None


def test_limits_that_the_system_does_not_tell(monkeypatch):
    """A filter of system calls that refuses the question is no limit."""

    def refuse(which):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(resource, "getrlimit", refuse)
    assert Limits.measure().files is None
