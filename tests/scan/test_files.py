"""The files of a folder."""

from __future__ import annotations

import os
import subprocess

from tf_conformance.scan.files import files_of


def write(folder, *names):
    """Makes empty files."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")


def names_in(folder):
    """The names of the files of a folder, relative to it."""
    return [str(path.relative_to(folder)) for path in files_of([folder])]


def test_folder(tmp_path):
    """Files that may have code, without hidden folders, environments and installed packages."""
    write(tmp_path, "a.py", "b.ipynb", "c.md", "d.rst", "e.txt", "sub/f.py")
    write(
        tmp_path,
        ".ipynb_checkpoints/b.ipynb",
        "env/pyvenv.cfg",
        "env/g.py",
        "lib/site-packages/h.py",
        "__pycache__/i.py",
    )
    assert names_in(tmp_path) == ["a.py", "b.ipynb", "c.md", "d.rst", "sub/f.py"]


def test_ignored_by_git(tmp_path):
    """In a git repository, what git ignores is passed over, and what is not added yet is not."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, "a.py", "build/b.py", "sub/c.py")
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    assert names_in(tmp_path) == ["a.py", "sub/c.py"]


def test_repository_within(tmp_path):
    """A repository within the repository is scanned, and so is an ignored folder that is named."""
    for folder in (tmp_path, tmp_path / "inner"):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    write(tmp_path, "a.py", "inner/b.py", "build/c.py")
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    assert names_in(tmp_path) == ["a.py", "inner/b.py"]
    assert names_in(tmp_path / "build") == ["c.py"]


def test_absent_submodule(tmp_path):
    """A submodule that is not checked out has no files."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path, "a.py")
    (tmp_path / "sub").mkdir()
    link = f"160000,{'1' * 40},sub"
    subprocess.run(["git", "update-index", "--add", "--cacheinfo", link], cwd=tmp_path, check=True)
    assert names_in(tmp_path) == ["a.py"]


def test_links(tmp_path):
    """A loop of links ends, a file is scanned once, and a broken link is kept, to be told."""
    write(tmp_path, "a.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    (tmp_path / "broken.py").symlink_to(tmp_path / "missing.py")
    assert names_in(tmp_path) == ["a.py", "broken.py"]


def test_what_is_no_file(tmp_path):
    """What a program writes into is not waited for, directly or through a link."""
    write(tmp_path, "a.py")
    os.mkfifo(str(tmp_path / "pipe.py"))
    (tmp_path / "link.py").symlink_to(tmp_path / "pipe.py")
    assert names_in(tmp_path) == ["a.py"]


def test_named_file(tmp_path):
    """A named file is scanned whatever its name is."""
    write(tmp_path, "script")
    assert list(files_of([tmp_path / "script"])) == [tmp_path / "script"]
