# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen, a keyboard and a mouse for the real program, from an empty home folder.

Widgets are found by their accessible names, and used as a person uses them: the mouse goes to where they are,
keys go to what has the focus. Run inside dbus-run-session.
"""
import os
import subprocess
import tempfile
import time

import pyatspi
from accessible import application, descendants, find, number, value, wait_for

POINTER_PAUSE = 0.15


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Stage:
    """Starts everything, and stops it again. The folder `out` gets the pictures; None: there are none."""

    def __init__(self, program, xvfb, launcher, out, size="1280x800", arguments=()):
        self.program_file, self.xvfb, self.launcher, self.out = program, xvfb, launcher, out
        self.size, self.arguments = size, list(arguments)
        self.started = []

    def __enter__(self):
        self.home = tempfile.TemporaryDirectory()
        os.environ["HOME"] = self.home.name
        os.environ["XDG_RUNTIME_DIR"] = self.home.name
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ.pop(name, None)
        read, write = os.pipe()
        self.started.append(subprocess.Popen([self.xvfb, "-displayfd", str(write), "-screen", "0", self.size + "x24"],
                                             pass_fds=(write,), stderr=subprocess.DEVNULL))
        os.close(write)
        with os.fdopen(read) as answer:
            os.environ["DISPLAY"] = ":" + answer.readline().strip()
        self.started.append(subprocess.Popen([self.launcher, "--launch-immediately"], stderr=subprocess.DEVNULL))
        environment = dict(os.environ, QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
        self.program = subprocess.Popen([self.program_file, "--size", self.size, *self.arguments], env=environment)
        self.started.append(self.program)
        self.app = wait_for("the program", lambda: application("secateur-workbench"))
        self.frame = wait_for("the window", lambda: find(self.app, "Secateur", pyatspi.ROLE_FRAME))
        # There is no window manager: the window gets the keys by being told so.
        for window in run("xdotool", "search", "--onlyvisible", "--name", "^Secateur").split():
            run("xdotool", "windowmove", window, "0", "0")
            run("xdotool", "windowfocus", window)
            self.window = window
        time.sleep(1.0)
        return self

    def __exit__(self, *failure):
        if failure[0] is not None:
            self.picture("failed")
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
                process.wait()
        self.home.cleanup()

    # What is on the screen.
    def get(self, name, *roles, patience=30):
        return wait_for(name, lambda: self.has(name, *roles), patience)

    def has(self, name, *roles):
        """The widget of that name that is seen, else one that is behind others, else None."""
        behind = None
        for node in descendants(self.app):
            if node.name == name and (not roles or node.getRole() in roles):
                if self.is_seen(node):
                    return node
                behind = behind or node
        return behind

    def is_seen(self, node):
        if not node.getState().contains(pyatspi.STATE_SHOWING):
            return False
        x, y = self.place(node)
        width, height = map(int, self.size.split("x"))
        return 0 <= x < width and 0 <= y < height

    def says(self, name):
        return value(self.get(name))

    def number(self, name, patience=240):
        """The number that a value begins with, when there is one."""
        return wait_for(name, lambda: number(self.get(name)), patience)

    def until(self, what, holds, patience=240):
        return wait_for(what, holds, patience)

    def text_with(self, words, patience=60):
        """The first visible text that contains the words."""
        def look():
            for node in descendants(self.frame):
                if words in (node.name or "") and node.getState().contains(pyatspi.STATE_SHOWING):
                    return node.name
                try:
                    said = value(node)
                except NotImplementedError:
                    continue
                if words in said and node.getState().contains(pyatspi.STATE_SHOWING):
                    return said
            return None
        return wait_for(f"a text with {words!r}", look, patience)

    def described(self, name, words):
        """Whether what is called so, or begins so, is described with the words: a drawing tells what it shows."""
        return any((node.name or "").startswith(name) and words in (node.description or "") for node in descendants(self.frame))

    # Mouse and keyboard.
    def place(self, node, share=(0.5, 0.5)):
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return int(box.x + box.width * share[0]), int(box.y + box.height * share[1])

    def click(self, what, *roles, share=(0.5, 0.5), button=1):
        node = self.get(what, *roles) if isinstance(what, str) else what
        wait_for(f"{node.name} to be seen", lambda: self.is_seen(node), 30)
        x, y = self.place(node, share)
        run("xdotool", "mousemove", str(x), str(y), "click", str(button))
        time.sleep(POINTER_PAUSE)
        return node

    def point(self, what, share=(0.5, 0.5)):
        node = self.get(what) if isinstance(what, str) else what
        x, y = self.place(node, share)
        run("xdotool", "mousemove", str(x), str(y))
        time.sleep(POINTER_PAUSE)

    def keys(self, *names):
        run("xdotool", "key", "--clearmodifiers", *names)
        time.sleep(POINTER_PAUSE)

    def type(self, text):
        run("xdotool", "type", "--delay", "8", text)
        time.sleep(POINTER_PAUSE)

    def fill(self, name, text):
        """Clicks into a field, replaces its text, and ends it by Enter."""
        self.click(name, pyatspi.ROLE_TEXT)
        self.keys("ctrl+a")
        self.type(text)
        self.keys("Return")

    def menu(self, title, entry):
        self.click(self.get(title, pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_MENU))
        time.sleep(0.4)
        self.click(entry, pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_MENU, pyatspi.ROLE_CHECK_MENU_ITEM)

    def cell(self, table, row, header):
        """A cell of a table by its row and the title of its column."""
        grid = self.get(table, pyatspi.ROLE_TABLE).queryTable()
        titles = [grid.getColumnHeader(i).name for i in range(grid.nColumns)]
        return grid.getAccessibleAt(row, titles.index(header))

    def choose_file(self, path):
        """Types a path into the file dialog that is open."""
        wait_for("a file dialog", lambda: find(self.app, "File name:"), 20)
        self.keys("ctrl+a")
        self.type(path)
        self.keys("Return")
        self.back_to_window()

    def back_to_window(self):
        """Gives the keys back to the window after a dialog has closed."""
        time.sleep(0.5)
        run("xdotool", "windowfocus", self.window)
        time.sleep(POINTER_PAUSE)

    def picture(self, name):
        if self.out is None:
            return
        os.makedirs(self.out, exist_ok=True)
        time.sleep(0.7)
        run("import", "-window", "root", os.path.join(self.out, name + ".png"))
