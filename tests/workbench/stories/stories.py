# SPDX-License-Identifier: GPL-3.0-or-later
"""Three people use the real window, by mouse and keyboard, each from an empty home folder.

The researcher's hour, the teacher's lesson and the engineer's "30 % smaller" are played on a screen of their own. Every step
checks what the window says. With --pages the pages of docs/tutorial are written from what was seen, so that their numbers are
the program's; with --check they are compared with it, within what they say themselves; else nothing in the tree is read or changed.

Run by stories.sh.
"""
import argparse
import os
import subprocess
import sys

import pyatspi

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "atspi"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


class Page:
    """A page of the tutorial, written while the story is played."""

    def __init__(self, title, opening):
        self.lines = [f"# {title}", "", opening, ""]
        self.steps = 0
        self.pictures = []

    def step(self, title, text):
        self.steps += 1
        self.lines += [f"## {self.steps}. {title}", "", text, ""]

    def picture(self, stage, name, words):
        stage.picture(name)
        self.pictures.append(name)
        self.lines += [f"![{words}](../images/{name}.png)", ""]

    def text(self):
        return "\n".join(self.lines).rstrip() + "\n"


def measured(stage):
    """The demo is open, measured and previewed; the dense perplexity with its error."""
    stage.number("Dense perplexity")
    stage.until("the measurement", lambda: "windows" in stage.says("Headline measurement"))
    stage.until("leaving layers out", lambda: "%" in stage.cell("Layers", 2, "Without it").name)
    return stage.says("Headline perplexity")


def previewed(stage, before):
    """Waits for the perplexity of another plan; what the headline says."""
    return stage.until("the new perplexity",
                       lambda: (lambda said: said if "→" in said and "%" in said and said != before else None)
                       (stage.says("Headline perplexity")))


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".safetensors"))


def engineer(stage):
    page = Page("The engineer: 30 % smaller",
                "You have a model, and it must become smaller. You do not care which method does it. This page was written by the program: "
                "`tests/workbench/stories/stories.sh --pages` plays it on the demo model and writes down what the window says.")
    stage.click("Next action")
    dense = measured(stage)
    size = stage.says("Headline size")
    page.step("Open it", f"*Open demo* in the headline, or *File > Open model...* for your own. The headline says {stage.says('Headline parameters')} parameters, "
              f"{size} and a perplexity of {dense}, with its standard error.")
    stage.fill("Budget", "30 %")
    achieved = stage.until("what is achieved", lambda: (lambda said: said if "fewer" in said and not said.startswith("0.0") else None)(stage.says("Achieved")))
    first = previewed(stage, dense)
    page.step("Say how small", f"Type `30 %` into *Budget* of the panel *Plan*. What is achieved stands beside it: {achieved}. The headline follows: perplexity {first}.\n"
              "Which way to that size costs least, `secateur solve MODEL --target \"30 %\" --text FILE` measures: chops, widths, low rank and mixed plans that "
              "just meet it, [ranked](../command-line.md#plans-for-a-target).")
    assert 29.0 < float(achieved.split()[0]) < 36.0, achieved
    stage.click("Structure")
    stage.keys("End", "Return")
    uniform = previewed(stage, first)
    page.step("Choose what loads", "*Structure* `UL-UM` gives every layer the same width, which stock transformers classes load; the others need "
              f"`trust_remote_code`. Its perplexity is {uniform}.")
    page.picture(stage, "story-engineer-plan", "The plan that meets the budget")
    out = os.path.join(stage.home.name, "small")
    stage.keys("ctrl+shift+e")
    stage.fill("Output folder", out)
    stage.back_to_window()
    stage.until("the checkpoint", lambda: os.path.isdir(out), 120)
    promised = stage.says("Headline size").split("→")[1].split("(")[0].strip()
    written = folder_bytes(out)
    stage.click("Open result")
    if stage.has("Discard"):
        stage.click("Discard")
    after = stage.until("the smaller model", lambda: (lambda said: said if "→" not in said and "±" in said and said != dense else None)
                        (stage.says("Headline perplexity")))
    page.step("Write it", f"*Apply plan...* (`Ctrl+Shift+E`) writes the smaller checkpoint. The plan promised {promised}; its weight file has {written} bytes. "
              f"*Open result* measures it as it was written: {after}.")
    assert abs(float(promised.split()[0]) * 1e6 - written) < 0.006e6, (promised, written)
    return page


def researcher(stage):
    page = Page("The researcher's hour",
                "You have an evening and a table to fill. Every number below carries its text, its windows and its standard error. This page was "
                "written by the program: `tests/workbench/stories/stories.sh --pages` plays it on the demo model.")
    stage.keys("ctrl+d")
    dense = measured(stage)
    page.step("Know what you measure with", f"`Ctrl+D` opens the demo. Calibration reads {stage.says('Headline measurement')}; the perplexity, {dense}, is of windows that "
              "calibration did not use. Point at a number for its protocol.")
    stage.keys("alt+2")
    stage.click("Chop lab")
    stage.click("Compare strategies")
    stage.text_with("Best at", 240)
    stage.until("the end of the comparison", lambda: stage.get("Compare strategies").getState().contains(pyatspi.STATE_ENABLED))
    verdict = stage.text_with("Best at")
    page.step("Which layers are free?", f"Layout *Plan* (`Alt+2`), *Chop lab*, *Compare strategies*: every strategy at every count. The verdict: *{verdict}*")
    page.picture(stage, "story-researcher-lab", "Strategies compared, with the best at every count")
    stage.click("Use this chop")
    chopped = previewed(stage, dense)
    page.step("Take it", f"*Use this chop* makes it the plan's, as one edit. The headline says {chopped}.")
    plan = os.path.join(stage.home.name, "plan.json")
    stage.keys("ctrl+s")
    stage.choose_file(plan)
    stage.until("the plan file", lambda: os.path.isfile(plan), 30)
    page.step("Keep it", "`Ctrl+S` writes the plan as JSON: the model by fingerprint, the calibration by checksum, every layer that goes. "
              "*Plan > Copy as command* has the lines that repeat it without the window.")
    stage.keys("ctrl+h")
    stage.click("Start")
    stage.until("the end of healing", lambda: stage.says("Run progress").startswith("complete"), 400)
    best = stage.text_with("best ", 30)
    page.step("Heal it", f"`Ctrl+H`, *Start*: the run trains on one part of the text and is judged on another, keeps its best checkpoint, and stops when it no longer pays. "
              f"It says: *{best}*")
    page.picture(stage, "story-researcher-heal", "The healing run with its best checkpoint marked")
    stage.keys("alt+4")
    stage.until("the comparison", lambda: stage.has("Take A"))
    page.step("Put it side by side", "Layout *Compare* (`Alt+4`): every plan and every run in one plot, two of them side by side, and where their losses differ.")
    page.picture(stage, "story-researcher-compare", "Two plans side by side")
    return page


def teacher(stage):
    page = Page("The teacher's lesson",
                "You have a projector and forty minutes: what can a language model lose, and how does one know? This page was written by the "
                "program: `tests/workbench/stories/stories.sh --pages` plays it on the demo model.")
    stage.keys("ctrl+d")
    dense = measured(stage)
    stage.keys("alt+5")
    page.step("One picture", f"Layout *Teach* (`Alt+5`): what words mean on the left, the map of all channels in the middle, one channel on the right. The whole network has perplexity {dense}. "
              "*Help > Guided tour* leads through it in five steps.")
    stage.until("one unit", lambda: stage.has("From activation to verdict"))
    stage.click("Channel map canvas" if stage.has("Channel map canvas") else stage.get("Which MLP channels matter in each layer?"), share=(0.4, 0.4))
    stage.keys("p")
    stage.until("the values of the channel", lambda: stage.described("What does channel", "values from"))
    page.picture(stage, "story-teacher-flap", "One channel, from its values to the verdict")
    page.step("FLAP on one screen", "Click a cell of the map: the panel *Channel* shows the values of that channel over the text, their mean and fluctuation, the norm of its weights, the product that is its score, and the verdict.")
    stage.keys("alt+1")
    stage.fill("Budget", "20 %")
    cut = previewed(stage, dense)
    page.step("Take a fifth away", f"Type `20 %` into *Budget* of *Plan*. Perplexity: {cut}. The map hatches what goes.")
    stage.keys("alt+4")
    stage.click("Completions")
    stage.fill("Prompt", "One morning")
    stage.click("Write completions")
    stage.until("both texts", lambda: all(len(stage.says(name)) > 20 for name in ("Dense completion", "Planned completion")), 120)
    stage.until("the end of both", lambda: not stage.get("Stop writing").getState().contains(pyatspi.STATE_ENABLED), 120)
    page.step("What does it still say?", "Layout *Compare* (`Alt+4`), *Completions*: the whole and the cut network go on from the same words, with the same seed.")
    page.picture(stage, "story-teacher-words", "The same prompt, written by the whole and the cut network")
    return page


STORIES = {"engineer": engineer, "researcher": researcher, "teacher": teacher}


def main():
    from page_check import difference
    from stage import Stage
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--xvfb", required=True)
    parser.add_argument("--launcher", required=True)
    parser.add_argument("--out", help="folder for the pictures; none are made without it")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--pages", help="the source tree, whose docs/tutorial and docs/images are written")
    parser.add_argument("--check", help="the source tree, whose docs/tutorial must say what is seen")
    parser.add_argument("story", nargs="*", choices=[*STORIES, []], help="all of them by default")
    options = parser.parse_args()
    for name in options.story or STORIES:
        with Stage(options.program, options.xvfb, options.launcher, options.out, options.size) as stage:
            page = STORIES[name](stage)
        print(f"played the {name}: {page.steps} steps")
        if options.check:
            with open(os.path.join(options.check, "docs", "tutorial", name + ".md"), encoding="utf-8") as file:
                different = difference(file.read(), page.text())
            if different:
                sys.exit(f"docs/tutorial/{name}.md is not what was seen, {different}")
        if not options.pages:
            continue
        with open(os.path.join(options.pages, "docs", "tutorial", name + ".md"), "w", encoding="utf-8") as file:
            file.write(page.text())
        for picture in page.pictures:
            subprocess.run(["convert", os.path.join(options.out, picture + ".png"), "-strip", "+dither", "-colors", "255",
                            os.path.join(options.pages, "docs", "images", picture + ".png")], check=True)


if __name__ == "__main__":
    main()
