"""Where the loader looks for what a library opens: compared with the loader itself, on real libraries."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.pretended.cuda import library
from tests.pretended.driver import compiled
from tf_conformance.install.loader import Loader, mapped_libraries, taken_instead

OPENS = """
#include <dlfcn.h>
int finds(const char *name) {{ return dlopen(name, RTLD_LAZY) != 0; }}
"""
ASK = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).finds(sys.argv[2].encode()))"


def really_finds(opener, soname, variables):
    """Whether a library that opens another one by its name finds it, in a process of its own."""
    command = [sys.executable, "-S", "-c", ASK, str(opener), soname]
    return subprocess.check_output(command, env={**os.environ, **variables}, text=True).strip() == "1"


@pytest.mark.parametrize("options", [["-Wl,--enable-new-dtags"], ["-Wl,--disable-new-dtags"]], ids=["RUNPATH", "RPATH"])
@pytest.mark.parametrize(
    ("place", "variable", "found"),
    [
        ("tensorflow/../nvidia/lib", "", True),
        ("elsewhere", "", False),
        ("elsewhere", "{folder}/nowhere:{folder}/elsewhere", True),
    ],
)
def test_folders(tmp_path, options, place, variable, found):
    """The opener's own folders and those of LD_LIBRARY_PATH are searched, as the system's loader does."""
    runpath = "-Wl,-rpath,$ORIGIN/../nvidia/lib:/nowhere"
    opener = compiled(tmp_path / "tensorflow" / "libopener.so", OPENS, runpath, "-ldl", *options)
    library(tmp_path / place / "libwanted.so.1")
    variables = {"LD_LIBRARY_PATH": variable.format(folder=tmp_path)}
    loader = Loader(opener, variables)
    assert (loader.file_of("libwanted.so.1") is not None) is found
    assert (loader.errors(["libwanted.so.1"]) == {}) is found
    assert really_finds(opener, "libwanted.so.1", variables) is found


def test_origin_of_a_link(tmp_path):
    """Folders beside the file and beside a link to it are both searched: which of them counts depends on who loads it."""
    opener = compiled(tmp_path / "store" / "libopener.so", "int f;", "-Wl,-rpath,${ORIGIN}/lib")
    link = tmp_path / "site" / "libopener.so"
    link.parent.mkdir()
    link.symlink_to(opener)
    assert Loader(link, {}).own_folders == [str(tmp_path / "site" / "lib"), str(tmp_path / "store" / "lib")]


def test_what_the_system_has(tmp_path):
    """What the loader's cache and its standard folders have is found as well, although no file is named."""
    loader = Loader(tmp_path / "absent.so", {})
    assert loader.file_of("libc.so.6") is None
    assert loader.errors(["libc.so.6"]) == {}


def test_errors(tmp_path):
    """Each library that cannot be loaded has the loader's error; the others are not affected."""
    library(tmp_path / "libgood.so.1")
    (tmp_path / "libbad.so.1").write_text("no library", encoding="utf-8")
    errors = Loader(tmp_path / "absent.so", {"LD_LIBRARY_PATH": str(tmp_path)}).errors(
        ["libbad.so.1", "libgood.so.1", "libgone.so.1"]
    )
    assert list(errors) == ["libbad.so.1", "libgone.so.1"]
    assert str(tmp_path / "libbad.so.1") in errors["libbad.so.1"]


def test_library_that_another_needs(tmp_path):
    """Libraries are opened one after the other, as TensorFlow does: what is open already need not be found again."""
    first = compiled(tmp_path / "a" / "libfirst.so.1", "int first() {{ return 1; }}", "-Wl,-soname,libfirst.so.1")
    compiled(tmp_path / "b" / "libsecond.so.1", "int first(); int second() {{ return first(); }}", str(first))
    compiled(tmp_path / "opener.so", "int f;", f"-Wl,-rpath,{tmp_path}/a:{tmp_path}/b")
    loader = Loader(tmp_path / "opener.so", {})
    assert loader.errors(["libfirst.so.1", "libsecond.so.1"]) == {}
    assert list(loader.errors(["libsecond.so.1"])) == ["libsecond.so.1"]


def test_no_interpreter(monkeypatch, tmp_path):
    """Where no process can be started, nothing is said to be missing."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    assert Loader(tmp_path / "opener.so", {}).errors(["libgone.so.1"]) == {}


def test_library_without_a_symbol(tmp_path):
    """LD_LIBRARY_PATH is why a symbol is missing only if it leads to another file, without it, than would be found otherwise."""
    soname = "-Wl,-soname,libz.so.9"
    whole = compiled(tmp_path / "own" / "libz.so.9", "int older() {{ return 1; }} int newer() {{ return 1; }}", soname)
    code = "int newer(); int opened() {{ return newer(); }}"
    opener = compiled(tmp_path / "opener.so", code, str(whole), f"-Wl,--enable-new-dtags,-rpath,{tmp_path}/own")
    older = compiled(tmp_path / "older" / "libz.so.9", "int older() {{ return 1; }}", soname)
    variables = {**os.environ, "LD_LIBRARY_PATH": str(older.parent)}
    assert taken_instead(str(opener), "newer", variables) == (str(older), str(whole))
    assert taken_instead(str(opener), "older", variables) is None
    assert taken_instead(str(opener), "unknown", variables) is None
    assert taken_instead(str(opener), "newer", {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}) is None


def test_mapped_libraries(tmp_path):
    """Libraries that a process has loaded are named by their files, each once."""
    maps = tmp_path / "maps"
    line = "7f00-7f10 r-xp 00000000 08:01 42    /opt/a folder/libcudart.so.12.5\n"
    maps.write_text(f"{line}{line}7f20-7f30 rw-p 00000000 00:00 0 \n", encoding="utf-8")
    assert mapped_libraries("libcudart.so", maps) == ["/opt/a folder/libcudart.so.12.5"]
    assert mapped_libraries("libcudart.so", tmp_path / "absent") == []
