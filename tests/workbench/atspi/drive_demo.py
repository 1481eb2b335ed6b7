# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real program with the demo from outside, by the accessible names that docs promise.

Run inside dbus-run-session; starts its own X server and accessibility bus.
"""
import argparse
import os
import subprocess
import sys
import tempfile


def start_display(program):
    """An X server on a free display."""
    read, write = os.pipe()
    server = subprocess.Popen([program, "-displayfd", str(write), "-screen", "0", "1280x800x24"], pass_fds=(write,),
                              stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        os.environ["DISPLAY"] = ":" + answer.readline().strip()
    return server


def chop(table, row, column, checked):
    """Toggles the check box of a cell by its action, and waits until its state says so."""
    import pyatspi
    from accessible import act, wait_for
    cell = table.queryTable().getAccessibleAt(row, column)
    act(cell, "toggle")
    wait_for(f"cell {row}, {column} checked: {checked}",
             lambda: table.queryTable().getAccessibleAt(row, column).getState().contains(pyatspi.STATE_CHECKED) == checked, 20)


def heal(get):
    """Starts healing the present plan, sees the loss, pauses, and finds the run in the table."""
    import pyatspi
    from accessible import act, number, value, wait_for
    runs = get("Runs", pyatspi.ROLE_TABLE)
    assert runs.queryTable().nRows == 0, runs.queryTable().nRows
    assert value(get("Loss")) == "-", value(get("Loss"))
    act(get("Start", pyatspi.ROLE_PUSH_BUTTON), "press", "click")
    loss = wait_for("a training loss", lambda: number(get("Loss")))
    print(f"healing: loss {loss}, held-out perplexity {value(get('Held-out perplexity'))}")
    act(get("Pause", pyatspi.ROLE_PUSH_BUTTON), "press", "click")
    wait_for("the run to be paused", lambda: value(get("Run progress")).startswith("paused"))
    table = get("Runs", pyatspi.ROLE_TABLE).queryTable()
    headers = [table.getColumnHeader(i).name for i in range(table.nColumns)]
    assert table.nRows == 1, table.nRows
    assert table.getAccessibleAt(0, headers.index("State")).name == "paused"
    assert get("Resume", pyatspi.ROLE_PUSH_BUTTON).getState().contains(pyatspi.STATE_ENABLED)


def drive():
    import pyatspi
    from accessible import act, application, find, number, value, wait_for
    app = wait_for("the program on the accessibility bus", lambda: application("secateur-workbench"))
    frame = wait_for("frame Secateur", lambda: find(app, "Secateur", pyatspi.ROLE_FRAME))

    def get(name, *roles):
        return wait_for(name, lambda: find(frame, name, *roles), 20)

    dense = wait_for("a dense perplexity", lambda: number(get("Dense perplexity")))
    planned = get("Planned perplexity")
    wait_for("the plan of nothing to preview as dense", lambda: number(planned) == dense)
    print(f"dense perplexity {dense}, status: {value(get('Status'))}")
    before = value(get("Parameters before"))
    assert value(get("Parameters after")) == before, value(get("Parameters after"))

    layers = get("Layers", pyatspi.ROLE_TABLE)
    table = layers.queryTable()
    headers = [table.getColumnHeader(i).name for i in range(table.nColumns)]
    assert table.nRows == 12, table.nRows
    for header in ("Chop", "Attention", "MLP"):
        assert header in headers, headers
    chop(layers, 8, headers.index("Chop"), True)
    wait_for("fewer parameters", lambda: value(get("Parameters after")) != before, 20)
    worse = wait_for("a worse preview", lambda: (number(planned) or 0.0) > dense and number(planned))
    print(f"without layer 8: {worse}")
    act(get("Undo Chop layer 8", pyatspi.ROLE_MENU_ITEM), "press", "click")
    wait_for("undo", lambda: value(get("Parameters after")) == before, 20)
    wait_for("the dense preview again", lambda: number(planned) == dense)

    get("Ratio", pyatspi.ROLE_SLIDER).queryValue().currentValue = 30
    wait_for("the spin box to follow", lambda: get("Ratio percent").queryValue().currentValue == 30, 20)
    wait_for("the removed fraction", lambda: abs((number(get("Removed fraction")) or 0.0) - 30.0) < 1.5, 20)
    narrow = wait_for("the preview of ratio 30", lambda: (number(planned) or 0.0) > dense and number(planned))
    print(f"ratio 30 %: {narrow}, removed {value(get('Removed fraction'))}, status: {value(get('Status'))}")

    for name in ("Apply plan", "Save plan", "Cancel job"):
        get(name, pyatspi.ROLE_PUSH_BUTTON)
    for name in ("Method", "Metric", "Structure"):
        get(name, pyatspi.ROLE_COMBO_BOX)
    structure = get("Structure", pyatspi.ROLE_COMBO_BOX)
    assert structure.description == "AL-AM", structure.description
    structure.queryValue().currentValue = 3
    wait_for("another structure", lambda: get("Structure", pyatspi.ROLE_COMBO_BOX).description == "UL-UM", 20)
    get("Jobs", pyatspi.ROLE_TABLE)
    for menu, entries in (("File", ("Open model...", "Open demo", "Save plan", "Save plan as...", "Quit")), 
                          ("Run", ("Measure", "Preview", "Apply plan...", "Heal..."))):
        for entry in (menu, *entries):
            get(entry, pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_MENU)
    get("Channel under cursor")
    heal(get)
    act(get("Quit", pyatspi.ROLE_MENU_ITEM), "press", "click")
    discard = wait_for("the question about the unsaved plan", lambda: find(app, "Discard", pyatspi.ROLE_PUSH_BUTTON), 20)
    act(discard, "press", "click")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--xvfb", required=True)
    parser.add_argument("--launcher", required=True)
    options = parser.parse_args()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    started = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        try:
            started.append(start_display(options.xvfb))
            started.append(subprocess.Popen([options.launcher, "--launch-immediately"], stderr=subprocess.DEVNULL))
            environment = dict(os.environ, XDG_DATA_HOME=folder, QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
            program = subprocess.Popen([options.program, "--demo", "--settings", os.path.join(folder, "settings.ini")],
                                       env=environment)
            started.append(program)
            drive()
            assert program.wait(timeout=60) == 0, program.returncode
        finally:
            for process in reversed(started):
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    print("the demo was driven from outside")


if __name__ == "__main__":
    main()
