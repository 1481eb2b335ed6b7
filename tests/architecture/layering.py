# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom. The build enforces most of it by what a target links; this catches the rest, and says it by name."""
import pathlib
import re

from source_tree import cpp_files, includes

VALUES = ["core/base", "core/data"]
PURE = VALUES + ["core/planning"]
STORAGE = VALUES + ["core/storage"]
ENGINE_BELOW = PURE + ["core/storage", "core/model"]
ENGINE_FOLDERS = ["core/metrics", "core/compress", "core/evaluate", "core/heal", "core/cluster"]
CORE = ["core"]

# Folder -> project folders (prefixes) that it may include besides itself. The first match counts, so longer ones stand first.
ALLOWED = [
    ("core/base", []),
    ("core/data", ["core/base"]),
    ("core/planning", VALUES),
    ("core/report", PURE),
    ("core/storage", VALUES),
    ("core/model", PURE + ["core/storage"]),
    *[(folder, ENGINE_BELOW) for folder in ENGINE_FOLDERS],
    ("core/session", CORE),
    ("widgets/guide", ["widgets/document"] + PURE),
    ("widgets", PURE),
    ("app/cli", CORE),
    ("app/workbench", ["widgets", "app", "core/session.h", "core/session/analysis_cache.h", "core/storage/analysis_store.h", "core/storage/checkpoint.h",
                       "core/storage/checkpoint_search.h", "core/storage/run_store.h", "core/storage/task_file.h", "core/report"] + PURE),
    ("app", CORE + ["widgets"]),
]

TORCH = re.compile(r"^(torch|ATen|c10|caffe2|torchgen)/")
QT = re.compile(r"^(Q[A-Z]\w*|Qt\w+/.*|q[a-z0-9]+\.h|qcustomplot\.h)$")
HDF5 = re.compile(r"^(hdf5|H5\w+)\.h$")
# (what, pattern of the include, path prefixes where it is allowed)
LIBRARIES = [
    ("LibTorch", TORCH, ["core/model/", "core/session/"] + [folder + "/" for folder in ENGINE_FOLDERS] + ["tests/"]),
    ("Qt", QT, ["widgets/", "app/workbench/", "tests/"]),
    ("HDF5", HDF5, ["core/storage/", "tests/"]),
    ("QCustomPlot", re.compile(r"^qcustomplot\.h$"), ["widgets/plots/", "tests/widgets/", "tests/plots/", "tests/bench/"]),
]
# Headers that must stay free of LibTorch, Qt and HDF5 all the way down.
PUBLIC_HEADERS = ["core/session.h", "core/session/analysis_cache.h", "core/base/", "core/data/", "core/planning/", "core/report/", "core/storage/"]

# (what, pattern, path prefixes that it is forbidden in)
FORBIDDEN_CALLS = [
    ("writes to stdout or stderr", re.compile(r"std::(cout|cerr|clog)\b|(?<![\w:.>])(?:std::)?(?:f?printf|puts)\s*\("), ["core/"]),
    ("ends the process", re.compile(r"(?<![\w:.>])(?:std::)?(?:abort|exit|_exit|terminate|quick_exit)\s*\("), ["core/", "widgets/"]),
    ("runs a nested event loop by processEvents", re.compile(r"\bprocessEvents\s*\("), ["widgets/", "app/"]),
    ("uses Qt's keyword macros", re.compile(r"^\s*(?:public|private|protected)\s+slots\s*:|^\s*signals\s*:", re.MULTILINE), ["widgets/", "app/"]),
]


def starts(path, prefixes):
    return any(path == p or path.startswith(p.rstrip("/") + "/") for p in prefixes)


def folder_rule(path):
    """The (folder, allowed prefixes) that hold for a file, or None. core/session.h belongs to the facade."""
    if path.startswith("core/session."):
        return "core/session", CORE
    return next(((f, a) for f, a in ALLOWED if path.startswith(f + "/")), None)


def project_name(root, path, quote, name):
    """The included file relative to the root, or None for a foreign header. Siblings may be included without their folder."""
    if (root / name).is_file():
        return name
    sibling = path.parent / name
    return sibling.as_posix() if quote == '"' and (root / sibling).is_file() else None


def folder_violations(root, path):
    rule = folder_rule(path.as_posix())
    if rule is None:
        return
    folder, allowed = rule
    for line, quote, name in includes(root, path):
        target = project_name(root, path, quote, name)
        if target and not starts(target, [folder] + allowed):
            yield f"{path}:{line}: {folder} may not include {target}"


def library_violations(root, path):
    for line, _, name in includes(root, path):
        for what, pattern, places in LIBRARIES:
            if pattern.match(name) and not any(path.as_posix().startswith(p) for p in places):
                yield f"{path}:{line}: {what} ({name}) is not allowed here"


def without_comments(text):
    """Comments and string literals blanked, line numbers kept."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
    return token.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def call_violations(root, path):
    text = without_comments((root / path).read_text(encoding="utf-8"))
    for what, pattern, places in FORBIDDEN_CALLS:
        if any(path.as_posix().startswith(p) for p in places):
            for match in pattern.finditer(text):
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {what}"


def public_header_violations(root):
    """Follows the includes of each public header; reports the chain to a library that must not be reached."""
    headers = [p for p in cpp_files(root) if p.suffix == ".h" and starts(p.as_posix(), PUBLIC_HEADERS)]
    for header in headers:
        seen, queue = {header}, [(header, header.as_posix())]
        while queue:
            path, chain = queue.pop()
            for _, quote, name in includes(root, path):
                if TORCH.match(name) or QT.match(name) or HDF5.match(name):
                    yield f"{chain} -> {name}: public headers stay free of LibTorch, Qt and HDF5"
                target = project_name(root, path, quote, name)
                if target and pathlib.Path(target) not in seen:
                    seen.add(pathlib.Path(target))
                    queue.append((pathlib.Path(target), f"{chain} -> {target}"))


def violations(root):
    for path in cpp_files(root):
        yield from folder_violations(root, path)
        yield from library_violations(root, path)
        yield from call_violations(root, path)
    yield from public_header_violations(root)
