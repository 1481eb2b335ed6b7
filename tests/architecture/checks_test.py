# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks themselves: each must find what is planted, and nothing in a clean tree."""
import pathlib
import tempfile
import unittest

import hygiene
import layering

LICENCE = "// " + hygiene.SPDX + "\n"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.add("core/base/error.h", "#include <string>\n")
        self.add("core/data/plan.h", '#include "core/base/error.h"\n')
        self.add("core/model/decoder.h", "#include <ATen/ATen.h>\n")
        self.add("core/session.h", '#include "core/data/plan.h"\n')

    def add(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LICENCE + text, encoding="utf-8")

    def layering(self):
        return list(layering.violations(self.root))

    def assertFinds(self, found, *parts):
        self.assertTrue(any(all(part in line for part in parts) for line in found), found)


class Layering(Tree):
    def test_clean_tree_has_none(self):
        self.assertEqual(self.layering(), [])

    def test_qt_in_core(self):
        self.add("core/data/view.cpp", "#include <QString>\n")
        self.assertFinds(self.layering(), "core/data/view.cpp:2", "Qt")

    def test_torch_in_widgets(self):
        self.add("widgets/plots/map.cpp", "#include <torch/torch.h>\n")
        self.assertFinds(self.layering(), "widgets/plots/map.cpp", "LibTorch")

    def test_session_in_widgets(self):
        self.add("widgets/panels/plan.cpp", '#include "core/session.h"\n')
        self.assertFinds(self.layering(), "widgets may not include core/session.h")

    def test_engine_folders_do_not_include_each_other(self):
        self.add("core/metrics/measure.h", "\n")
        self.add("core/compress/slice.cpp", '#include "core/metrics/measure.h"\n')
        self.assertFinds(self.layering(), "core/compress may not include core/metrics/measure.h")

    def test_base_includes_nothing_below(self):
        self.add("core/base/units.cpp", '#include "core/data/plan.h"\n')
        self.assertFinds(self.layering(), "core/base may not include core/data/plan.h")

    def test_hdf5_outside_storage(self):
        self.add("core/planning/planner.cpp", "#include <hdf5.h>\n")
        self.assertFinds(self.layering(), "HDF5")

    def test_torch_reached_through_a_public_header(self):
        self.add("core/session.h", '#include "core/model/decoder.h"\n')
        self.assertFinds(self.layering(), "core/session.h -> core/model/decoder.h -> ATen/ATen.h")

    def test_output_from_core(self):
        self.add("core/data/plan.cpp", "// std::cout is not used\nvoid f() { std::cout << 1; }\n")
        self.assertFinds(self.layering(), "core/data/plan.cpp:3", "stdout")
        self.assertEqual(len(self.layering()), 1)

    def test_process_events_in_widgets(self):
        self.add("widgets/panels/jobs.cpp", "void f() { QCoreApplication::processEvents(); }\n")
        self.assertFinds(self.layering(), "processEvents")


class Hygiene(Tree):
    def test_clean_tree_has_none(self):
        for check in hygiene.CHECKS.values():
            self.assertEqual(list(check(self.root)), [])

    def test_long_file(self):
        self.add("core/data/long.cpp", "\n" * hygiene.MAX_LINES)
        self.assertFinds(list(hygiene.line_count_violations(self.root)), "long.cpp")

    def test_big_file(self):
        self.add("docs/big.txt", "x" * (hygiene.MAX_FILE_BYTES + 1))
        self.add("tests/golden/big.txt", "x" * (hygiene.MAX_FILE_BYTES + 1))
        self.assertEqual(len(list(hygiene.size_violations(self.root))), 1)

    def test_missing_licence(self):
        (self.root / "core/data/bare.h").write_text("#pragma once\n")
        self.assertFinds(list(hygiene.licence_violations(self.root)), "bare.h")

    def test_machine_path(self):
        self.add("notes/guide.md", "see /ho" + "me/someone/models\n")
        self.assertFinds(list(hygiene.word_violations(self.root)), "guide.md:2")

    def test_unfinished_work(self):
        self.add("core/data/later.cpp", "// TO" + "DO: the rest\n")
        self.assertFinds(list(hygiene.word_violations(self.root)), "later.cpp:2")


if __name__ == "__main__":
    unittest.main()
