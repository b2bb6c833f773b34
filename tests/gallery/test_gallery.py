"""Every way to break an install: what a user reads, the exit status, and the verdicts that survive."""

from __future__ import annotations

import json
import resource
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

import jsonschema

from tests import SCHEMA
from tests.gallery.conftest import SECONDS
from tests.gallery.damage import FINE, OF_THE_INSTALL, UNUSABLE
from tests.gallery.damages import DAMAGES
from tests.gallery.following import follow, problems_of, use_uv

NO_PROBLEM = "before the import: no problem was found"
FOLLOWED = [damage for damage in DAMAGES if damage.can_be_followed]
# One damage for each thing to be done about an import that fails: after that, TensorFlow is imported, too.
IMPORTED = {damage.obstacle.do: damage for damage in FOLLOWED if damage.core and damage.obstacle}.values()


def pytest_generate_tests(metafunc):
    """Each damage, on this environment; those of the core on each environment that was named."""
    named = [Path(prefix).resolve() for prefix in metafunc.config.option.environment]
    prefixes = named or [Path(sys.prefix)]
    if "original" in metafunc.fixturenames:
        metafunc.parametrize("original", prefixes, ids=[prefix.name if named else "here" for prefix in prefixes])
    if "damage" in metafunc.fixturenames:
        metafunc.parametrize("damage", [damage for damage in DAMAGES if damage.core or not named], ids=str)
    if "followed" in metafunc.fixturenames:
        metafunc.parametrize("followed", [damage for damage in FOLLOWED if damage.core or not named], ids=str)


def test_damage(environment, damage, record_property):
    """What is wrong, why, and what to do is printed and recorded; exactly what is damaged does not hold."""
    if damage.leaves_usable:
        environment.pretend_tensorflow()
    damage.harm(environment)
    began, used = time.monotonic(), processor_time()
    run = environment.judge(*damage.arguments, workers=damage.workers)
    record_property(SECONDS, (time.monotonic() - began, processor_time() - used))
    assert run.returncode == damage.status, run.stdout[-4000:]
    record = read_record(environment)
    check_problems(record["problems"], damage, run.stdout)
    check_obstacle(record, damage, run.stdout)
    check_verdicts(record["statements"], damage)


def test_advice_is_followed(environment, followed):
    """What is said to be done is done, to the letter; then nothing is wrong any more."""
    use_uv(environment)
    followed.harm(environment)
    problems = problems_of(environment, *followed.arguments)
    advice = [do for _, do in problems] or judged(environment, *followed.arguments)["obstacle"]["advice"]
    steps = [step for do in dict.fromkeys(advice) for step in do.splitlines()]
    done = [step for step in steps if follow(step, environment)]
    assert done
    assert problems_of(environment, *followed.arguments) == []
    if followed in IMPORTED or not problems:
        assert judged(environment, "--statement", OF_THE_INSTALL)["obstacle"] is None


def judged(environment, *arguments):
    """The record of a run."""
    environment.judge(*arguments)
    return read_record(environment)


def read_record(environment):
    """The record that a run has left, if it is a valid and complete one."""
    record = json.loads((environment.folder / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    assert record["complete"]
    return record


def processor_time():
    """What the processes that this one has waited for have used, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check_problems(problems, damage, printed):
    """Each problem that was found is one that must be found, and each of these was found and printed."""
    seen = {(problem["says"], problem["do"]) for problem in problems}
    for says, do in seen:
        assert any(fnmatchcase(says, pattern) for pattern in damage.problems), says
        assert f"before the import: {says}\n" in printed
        assert all(f"  {step}\n" in printed for step in do.splitlines())
    for pattern, step in damage.problems.items():
        assert any(fnmatchcase(says, pattern) and fnmatchcase(do, step) for says, do in seen), seen
    assert (NO_PROBLEM in printed) == (not damage.problems)


def check_obstacle(record, damage, printed):
    """The obstacle has the right cause, evidence and advice, and is printed; the verdict is the last line."""
    seen, expected = record["obstacle"], damage.obstacle
    last = printed.splitlines()[-1]
    if expected is None:
        assert seen is None
        assert last.startswith(f"verdict: this install {'violates' if damage.violated else 'does what TensorFlow'} ")
        return
    assert seen["what"] == expected.what
    assert fnmatchcase(seen["cause"], expected.cause), seen["cause"]
    assert fnmatchcase(seen["evidence"], expected.evidence), seen["evidence"]
    install = record["install"]
    installed = f"{install['tensorflow_distribution']}=={install['tensorflow']}"
    advice = [step.replace("{tensorflow}", installed) for step in expected.do]
    told = [next((pattern for pattern in advice if fnmatchcase(step, pattern)), step) for step in seen["advice"]]
    assert list(dict.fromkeys(told)) == advice
    for text in (f"  {seen['what']}: {seen['cause']}", f"    evidence  {seen['evidence']}", *seen["advice"]):
        assert f"{text}\n" in printed
    assert last.startswith(f"verdict: {seen['what']}: {seen['cause']} (")


def check_verdicts(statements, damage):
    """Exactly these statements are violated, and exactly these unchecked; what was not selected is unchecked."""
    verdicts = {statement["id"]: statement["verdict"] for statement in statements}
    assert len(verdicts) == len(statements)
    told = {id_: verdict for id_, verdict in verdicts.items() if fnmatchcase(id_, damage.statements)}
    assert {id_ for id_, verdict in told.items() if verdict == "violated"} == damage.all_violated
    lacking = {each["id"] for each in statements if each["lacks"]}  # parts that no right install needs
    assert {id_ for id_, verdict in told.items() if verdict == "unchecked"} - lacking == damage.all_unchecked
    assert {verdict for id_, verdict in verdicts.items() if id_ not in told} == {"unchecked"}
    cases = [case for statement in statements for case in statement["cases"] if case["outcome"] == "failed"]
    assert all(fnmatchcase(case["message"], damage.seen or "*") for case in cases), cases


def test_copy_is_healthy(environment):
    """A copy that was not broken has no problems: what is found in the others is the damage."""
    run = environment.judge("--statement", OF_THE_INSTALL)
    assert run.returncode == FINE, run.stdout[-3000:]
    assert NO_PROBLEM in run.stdout


def test_traceback_on_request(environment):
    """The traceback of a failing import is printed with -v, too."""
    environment.delete(environment.package / "python" / "framework" / "tensor_shape.py")
    run = environment.judge("--statement", "install.*", "-v")
    assert run.returncode == UNUSABLE
    assert "Traceback (most recent call last)" in run.stdout
