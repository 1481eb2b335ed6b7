# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of evidence share: numbers are written anew, what people add between the marks is kept."""
import re

BEGIN, END = "<!-- notes: kept when this file is written again -->", "<!-- end of notes -->"
NO_NOTES = "(None yet.)"


def notes(file):
    if not file.exists():
        return NO_NOTES
    found = re.search(re.escape(BEGIN) + r"\n(.*?)\n" + re.escape(END), file.read_text(encoding="utf-8"), re.DOTALL)
    return found.group(1) if found else NO_NOTES


def shown(path, root):
    """Paths of this machine stay out of the document."""
    return path.relative_to(root) if path.is_relative_to(root) else path.name


def write(file, title, statements, sections):
    """`sections`: lines of Markdown that follow the statements and the notes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = notes(file)
    lines = [f"# {title}", "", "Written by the command under *Protocol*; the statements are computed from the table.", "", "## What was seen", ""]
    lines += [f"* {line}" for line in statements] + ["", "## Notes", "", BEGIN, kept, END, ""] + sections
    file.write_text("\n".join(lines), encoding="utf-8")
