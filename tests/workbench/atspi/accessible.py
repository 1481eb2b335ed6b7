# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and using widgets of a program through AT-SPI, by role and accessible name."""
import time

import pyatspi

PATIENCE = 240.0


def wait_for(what, holds, patience=PATIENCE):
    """The first true answer of holds(); fails naming `what` when there is none in time."""
    end = time.monotonic() + patience
    while True:
        try:
            answer = holds()
        except (LookupError, NotImplementedError, AttributeError):
            answer = None
        except Exception as error:  # widgets come and go while the tree is walked
            if type(error).__module__ not in ("gi.repository.GLib", "gi._error"):
                raise
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience:.0f} s")
        time.sleep(0.1)


def application(name):
    desktop = pyatspi.Registry.getDesktop(0)
    for i in range(desktop.childCount):
        child = desktop.getChildAtIndex(i)
        if child is not None and child.name == name:
            return child
    return None


def descendants(node, depth=40):
    """All of the tree below `node`; cells of tables left out."""
    if depth == 0 or node.getRole() in (pyatspi.ROLE_TABLE, pyatspi.ROLE_TREE_TABLE):
        return
    for i in range(node.childCount):
        child = node.getChildAtIndex(i)
        if child is not None:
            yield child
            yield from descendants(child, depth - 1)


def find(root, name, *roles):
    for node in descendants(root):
        if node.name == name and (not roles or node.getRole() in roles):
            return node
    return None


def value(node):
    """What a value widget says."""
    text = node.queryText()
    return text.getText(0, text.characterCount)


def number(node):
    """The number a value begins with; None for a dash."""
    word = value(node).split(" ")[0]
    try:
        return float(word)
    except ValueError:
        return None


def act(node, *names):
    """Does the first of the actions that the widget offers."""
    actions = node.queryAction()
    offered = [actions.getName(i) for i in range(actions.nActions)]
    for name in names:
        for i, action in enumerate(offered):
            if action.lower() == name.lower():
                return actions.doAction(i)
    raise AssertionError(f"{node.name}: offers {offered}, not one of {names}")
