# SPDX-License-Identifier: GPL-3.0-or-later
"""desktop_ids_test.py ROOT VERSION: desktop file, metainfo, icon, change log and build agree on ids, programs and version."""
import configparser
import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree as ET

ROOT, VERSION = pathlib.Path(sys.argv[1]), sys.argv[2]
FOLDER = ROOT / "packaging" / "desktop"
ID = "org.secateur.Workbench"


class DesktopIds(unittest.TestCase):
    def setUp(self):
        self.entry = configparser.ConfigParser(interpolation=None)
        self.entry.optionxform = str
        self.entry.read(FOLDER / f"{ID}.desktop", encoding="utf-8")
        self.metainfo = ET.parse(FOLDER / f"{ID}.metainfo.xml").getroot()

    def test_metainfo_launches_the_desktop_file(self):
        self.assertEqual(self.metainfo.findtext("id"), ID)
        self.assertEqual(self.metainfo.findtext("launchable"), f"{ID}.desktop")

    def test_icon_is_there(self):
        self.assertEqual(self.entry["Desktop Entry"]["Icon"], ID)
        self.assertTrue((FOLDER / f"{ID}.svg").is_file())

    def test_program_is_the_one_that_is_built(self):
        program = self.entry["Desktop Entry"]["Exec"].split()[0]
        self.assertIn(program, [e.text for e in self.metainfo.iter("binary")])
        self.assertRegex((ROOT / "app/workbench/CMakeLists.txt").read_text(), rf"add_executable\(\s*{program}\b")

    def test_newest_release_is_the_version_of_the_build(self):
        self.assertEqual(self.metainfo.find("releases/release").get("version"), VERSION)

    def test_change_log_names_the_version_first(self):
        headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(headings[0], VERSION)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
