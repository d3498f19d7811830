"""Mutation testing of methods: which small faults in a method would its own tests not notice?

    .venv/bin/python bench/mutation.py NAME [NAME...] [--limit SECONDS] [--in TEXT] [--afresh]

plants each fault (`mutation_changes.py` lists the kinds) in `speccom.methods.NAME`, a module or each file of
a package, and runs `tests/unit/methods/test_NAME*.py` against it until a test fails. It prints the number of
mutants, how many were killed, and each survivor as `file:line` with the change.

- Nothing is written to the working tree: the changed module exists only in a forked process, which has
  the heavy libraries imported already. One that runs over three times the tests' own processor time (and
  three seconds) counts as killed, and is counted apart as well.
- Hypothesis draws 25 examples a property, the same ones each time, and shrinks none.
- Answers are kept in the user's cache folder (`~/.cache/speccom/mutation`, or under `XDG_CACHE_HOME`). A
  killed mutant is asked again only when its function or the test that killed it changed; a survivor when its
  function or any test changed. `--afresh` asks all again: right after changing what functions share.
- `--limit` stops after so many seconds; the next run goes on. Mutants are asked in a shuffled order, so that
  a part is a fair sample. `--in TEXT` asks only those whose place or change has the text in it.
- A survivor that changes nothing anybody can see is explained in `bench/survivors/NAME.md`: a heading
  `### ` with the survivor exactly as printed below its place, and under it why. Explained survivors are
  checked off; explanations of what no longer survives are named, to be taken out.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import importlib
import importlib.machinery
import inspect
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import hypothesis
import pytest
from mutation_changes import Change, changes

ROOT = Path(__file__).resolve().parents[1]
METHODS = ROOT / "src" / "speccom" / "methods"
TESTS = ROOT / "tests" / "unit" / "methods"
SURVIVORS = Path(__file__).parent / "survivors"
PLUGINS = ("pytest_django.plugin", "_hypothesis_pytestplugin", "pytest_socket", "time_machine")
# What costs a mutant time and decides nothing: pytest's cache, and its collecting of all garbage twice.
NO_PLUGINS = ("cacheprovider", "unraisableexception", "threadexception")
# What methods stand on, and no mutant is made of: imported once for all.
GROUND = ("method", "table", "picture", "dated_rules", "words", "rounding", "periods", "once", "deflator")
EXAMPLES = 25
LEAST_SECONDS, TIMES_AS_LONG = 3, 3
MOST_MEMORY = 6 << 30
MOST_SAID = 4000
# Raised when the meaning of a stored answer changes.
FORMAT = 1

KILLED, SURVIVED, TOO_LONG, BROKEN = "killed", "survived", "took too long", "could not be tested"


@dataclass(frozen=True)
class Answer:
    """What became of a mutant: by which test it was killed, and for which source and tests this holds."""

    outcome: str
    killer: str
    function: str
    tests: str


@dataclass
class Mutant:
    """A change of one file of a method."""

    file: Path
    module: str
    tree: ast.Module
    change: Change

    @property
    def identity(self) -> str:
        """The mutant as people point to it, without its line: `survival.py calculate: ...`."""
        return f"{self.file.relative_to(METHODS)} {self.change.identity}"

    def code(self) -> types.CodeType:
        """Return the changed module, compiled; the tree is as it was afterwards."""
        old = self.change.swap()
        try:
            return compile(self.tree, str(self.file), "exec")
        finally:
            self.change.undo(old)


@dataclass(eq=False)
class Watcher:
    """The pytest plugin in the forked process: few examples, the likeliest killers first, and who killed."""

    seconds: dict[str, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    killer: str = ""
    durations: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            drawn = getattr(item.obj, "_hypothesis_internal_use_settings", None)  # type: ignore[attr-defined]
            if drawn:
                self._few(item.obj, drawn)  # type: ignore[attr-defined]
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 1.0) / (1 + self.kills[item.nodeid]))

    def _few(self, test: Any, drawn: hypothesis.settings) -> None:
        test = getattr(test, "__func__", test)
        test._hypothesis_internal_use_settings = hypothesis.settings(
            drawn,
            max_examples=min(drawn.max_examples, EXAMPLES),
            derandomize=True,
            database=None,
            deadline=None,
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.durations[report.nodeid] = self.durations.get(report.nodeid, 0.0) + report.duration
        if report.failed and not self.killer:
            self.killer = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.killer:
            self.killer = "import"


@dataclass
class Bench:
    """The tests of one method, run in forked processes against one changed module or none."""

    tests: list[Path]
    output: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    seconds: dict[str, float] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    most_seconds: int = 600

    def check(self) -> str:
        """Run the tests against the method as it is, to know their times; return what is wrong, or ""."""
        exit_code, said, spent = self._fork(None)
        self.seconds = said.get("durations", {})
        self.most_seconds = int(TIMES_AS_LONG * spent) + LEAST_SECONDS
        if exit_code == 0:
            return ""
        self.output.seek(0)
        said_last = self.output.read().decode()[-MOST_SAID:]
        return f"{said_last}\n(ended with {exit_code})"

    def judge(self, mutant: Mutant) -> tuple[str, str]:
        """Return what becomes of a mutant, and the test that killed it."""
        try:
            code = mutant.code()
        except (SyntaxError, ValueError) as fault:
            return BROKEN, str(fault)
        exit_code, said, _ = self._fork((mutant.module, code))
        if exit_code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
            return TOO_LONG, ""
        if exit_code == 0 and not said.get("loaded"):
            return BROKEN, "the tests never import the module"
        killer = said.get("killer", "")
        self.kills[killer] += 1
        return (SURVIVED, "") if exit_code == 0 else (KILLED, killer or "crash")

    def _fork(self, changed: tuple[str, types.CodeType] | None) -> tuple[int, dict[str, Any], float]:
        self.output.seek(0)
        self.output.truncate()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._run(writing, changed)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            text = pipe.read()
        _, status, usage = os.wait4(child, 0)
        said = json.loads(text) if text else {}
        return os.waitstatus_to_exitcode(status), said, usage.ru_utime + usage.ru_stime

    def _run(self, writing: int, changed: tuple[str, types.CodeType] | None) -> None:
        """Run the tests and end this process; it never returns to the caller's code."""
        exit_code, loaded = 99, []
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (self.most_seconds, self.most_seconds + 2))
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
            signal.alarm(20 * self.most_seconds)
            for stream in (0, 1, 2):
                os.dup2(self.output.fileno(), stream)
            if changed:
                loaded = _load_instead(*changed)
            watcher = Watcher(self.seconds, self.kills)
            options = [f"-p{name}" for name in PLUGINS] + [f"-pno:{name}" for name in NO_PLUGINS]
            options += ["-x", "-q", "--assert=plain"]
            options += [f"--rootdir={ROOT}", f"-c{ROOT / 'pyproject.toml'}"]
            exit_code = int(pytest.main([*options, *map(str, self.tests)], plugins=[watcher]))
            said = {"killer": watcher.killer, "durations": watcher.durations, "loaded": bool(loaded)}
            os.write(writing, json.dumps(said).encode())
        finally:
            os._exit(exit_code)


def _load_instead(module: str, code: types.CodeType) -> list[str]:
    """Have one module's code be another from now on; the list returned is filled once it was asked for."""
    loaded: list[str] = []
    loader = importlib.machinery.SourceFileLoader
    as_it_is = loader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> types.CodeType | None:
        if fullname != module:
            return as_it_is(self, fullname)
        loaded.append(fullname)
        return code

    loader.get_code = get_code  # type: ignore[method-assign, assignment]
    return loaded


def files_of(name: str) -> list[Path]:
    """Return the source files of a method."""
    package = METHODS / name
    return sorted(package.glob("*.py")) if package.is_dir() else [METHODS / f"{name}.py"]


def mutants_of(name: str) -> list[Mutant]:
    """Return all mutants of a method, in the order of files and lines."""
    found = []
    for file in files_of(name):
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        parts = file.relative_to(METHODS.parent).with_suffix("").parts
        module = ".".join(("speccom", *(part for part in parts if part != "__init__")))
        found += [Mutant(file, module, tree, change) for change in changes(tree, source)]
    return found


def tests_of(name: str) -> list[Path]:
    """Return the test files of a method, without those of a method whose longer name begins with its name."""
    methods = {path.stem for path in METHODS.iterdir() if path.stem != name and path.stem.startswith(name)}
    return [
        path
        for path in sorted(TESTS.glob(f"test_{name}*.py"))
        if not any(path.stem.startswith(f"test_{longer}") for longer in methods)
    ]


class Hashes:
    """Digests of the tests as a whole, and of each test with what its file shares."""

    def __init__(self, tests: list[Path]) -> None:
        self.all = digest(*(path.read_text(encoding="utf-8") for path in tests))
        self._each: dict[str, str] = {}
        for path in tests:
            self._read(path)

    def _read(self, path: Path) -> None:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        shared = [ast.dump(node) for node in body if not _has_tests(node)]
        for node in body:
            if isinstance(node, ast.ClassDef) and _has_tests(node):
                beside = [ast.dump(each) for each in node.body if not _has_tests(each)]
                for test in node.body:
                    if isinstance(test, ast.FunctionDef) and _has_tests(test):
                        key = f"{path.name}::{node.name}::{test.name}"
                        self._each[key] = digest(*shared, *beside, ast.dump(test))
            elif isinstance(node, ast.FunctionDef) and _has_tests(node):
                self._each[f"{path.name}::{node.name}"] = digest(*shared, ast.dump(node))

    def of_killer(self, nodeid: str) -> str:
        """Return the digest of one test; of all, where the mutant was killed by no single test."""
        name = nodeid.rsplit("/", 1)[-1].split("[")[0]
        return self._each.get(name, self.all)


def _has_tests(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test")
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


def digest(*texts: str) -> str:
    """Return a short digest of texts."""
    return hashlib.sha256("\0".join((str(FORMAT), *texts)).encode()).hexdigest()[:16]


class Store:
    """The answers so far for one method, in the user's cache folder."""

    def __init__(self, name: str, afresh: bool) -> None:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self._path = cache / "speccom" / "mutation" / f"{name}.json"
        kept = json.loads(self._path.read_text()) if self._path.exists() and not afresh else {}
        self._answers = {identity: Answer(**answer) for identity, answer in kept.items()}

    def find(self, mutant: Mutant, hashes: Hashes) -> Answer | None:
        """Return the answer that still holds for a mutant, or None."""
        answer = self._answers.get(mutant.identity)
        if answer is None or answer.function != digest(mutant.change.owner):
            return None
        killed = answer.outcome == KILLED
        return answer if answer.tests == (hashes.of_killer(answer.killer) if killed else hashes.all) else None

    def keep(self, mutant: Mutant, outcome: str, killer: str, hashes: Hashes) -> Answer:
        """Keep an answer, on disk at once, so that a stopped run loses nothing."""
        tests = hashes.of_killer(killer) if outcome == KILLED else hashes.all
        answer = Answer(outcome, killer, digest(mutant.change.owner), tests)
        self._answers[mutant.identity] = answer
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps({key: asdict(each) for key, each in self._answers.items()}))
        part.replace(self._path)
        return answer


def explained(name: str) -> set[str]:
    """Return the survivors that `bench/survivors/NAME.md` explains."""
    path = SURVIVORS / f"{name}.md"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line.removeprefix("### ").strip() for line in lines if line.startswith("### ")}


def set_the_scene() -> None:
    """Set what the libraries read when they are imported: no threads, no plugins but those named."""
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[threads] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "speccom.web.settings"


def import_what_is_heavy(name: str) -> None:
    """Import here what every forked process would import again, and nothing of the methods themselves."""
    files = [*files_of(name), *tests_of(name)]
    for module in sorted({each for file in files for each in _imported(file)}):
        if not module.startswith(("speccom", "tests", "mutation")):
            try:
                importlib.import_module(module)
            except ImportError:
                continue  # a test says so itself where it needs what is not installed
    for plugin in PLUGINS:
        importlib.import_module(plugin)
    import django

    django.setup()
    for ground in GROUND:
        importlib.import_module(f"speccom.methods.{ground}")
    kept = {"speccom.methods", *(f"speccom.methods.{ground}" for ground in GROUND)}
    for module in [each for each in sys.modules if each.startswith(("speccom.methods", "speccom.commands"))]:
        if module not in kept:
            del sys.modules[module]
    # pydantic asks `inspect` for the module of each class, which then looks at every module there is.
    inspect.getmodule(main.__code__)
    gc.freeze()


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def run(name: str, limit: float, text: str, afresh: bool) -> bool:
    """Test the mutants of one method and print the report; return whether no survivor is unexplained."""
    tests = tests_of(name)
    mutants = [mutant for mutant in mutants_of(name) if text in mutant.identity]
    if not tests:
        print(f"{name}: there is no test_{name}*.py")
        return False
    bench, hashes, store = Bench(tests), Hashes(tests), Store(name, afresh)
    answers = {mutant.identity: store.find(mutant, hashes) for mutant in mutants}
    asked = [mutant for mutant in mutants if answers[mutant.identity] is None]
    if asked:
        wrong = bench.check()
        if wrong:
            print(f"{name}: its tests do not pass as it is:\n{wrong}")
            return False
    random.Random(0).shuffle(asked)
    begun = time.monotonic()
    for done, mutant in enumerate(asked):
        if time.monotonic() - begun > limit:
            break
        outcome, killer = bench.judge(mutant)
        answers[mutant.identity] = store.keep(mutant, outcome, killer, hashes)
        if sys.stderr.isatty():
            print(f"\r{name}: {done + 1} of {len(asked)} asked ", end="", file=sys.stderr, flush=True)
    return report(name, mutants, answers, whole=not text)


def report(name: str, mutants: list[Mutant], answers: dict[str, Answer | None], whole: bool) -> bool:
    """Print the figures and the survivors; return whether no survivor is unexplained."""
    outcomes = Counter(answer.outcome for answer in answers.values() if answer)
    killed, survived = outcomes[KILLED] + outcomes[TOO_LONG], outcomes[SURVIVED]
    said = explained(name)
    alive = [mutant for mutant in mutants if _outcome(answers, mutant) == SURVIVED]
    equivalent = [mutant for mutant in alive if mutant.identity in said]
    judged = killed + survived
    share = f"{killed / judged:.1%}" if judged else "none"
    beside = f"{killed / (judged - len(equivalent)):.1%}" if judged > len(equivalent) else "none"
    print(
        f"{name}: {judged} mutants, {killed} killed ({share}; {outcomes[TOO_LONG]} by taking too long), "
        f"{survived} survived, {len(equivalent)} of them explained ({beside} of the rest killed)"
    )
    unasked = sum(answer is None for answer in answers.values())
    if unasked:
        print(f"  {unasked} not asked yet")
    for mutant in mutants:
        if _outcome(answers, mutant) == BROKEN:
            print(f"  {BROKEN}: {mutant.identity} ({answers[mutant.identity].killer})")  # type: ignore[union-attr]
    for mutant in alive:
        mark = "explained" if mutant in equivalent else "survived"
        print(f"  {mark} {mutant.file.relative_to(ROOT)}:{mutant.change.line}")
        print(f"    {mutant.identity}")
    stale = said - {mutant.identity for mutant in alive} if whole and not unasked else set()
    for identity in sorted(stale):
        print(f"  explained, yet it does not survive: {identity}")
    return not unasked and len(alive) == len(equivalent)


def _outcome(answers: dict[str, Answer | None], mutant: Mutant) -> str:
    answer = answers[mutant.identity]
    return answer.outcome if answer else ""


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument(
        "--limit", type=float, default=float("inf"), metavar="SECONDS", help="for each method"
    )
    parser.add_argument("--in", dest="text", default="", metavar="TEXT", help="only mutants with this text")
    parser.add_argument("--afresh", action="store_true", help="forget the answers so far")
    given = parser.parse_args()
    os.chdir(ROOT)
    os.nice(10)
    set_the_scene()
    for name in given.names:
        import_what_is_heavy(name)
    results = [run(name, given.limit, given.text, given.afresh) for name in given.names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
