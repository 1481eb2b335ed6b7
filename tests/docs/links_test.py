# SPDX-License-Identifier: GPL-3.0-or-later
"""links_test.py ROOT: links and pictures of the documents lead to files of the tree, and `docs/...` named in the code exists."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
MENTION = re.compile(r"\bdocs/[a-z0-9_/-]+\.md\b")
SKIPPED = {"build", ".git", "golden"}


def files(*suffixes):
    return [p for p in ROOT.rglob("*") if p.suffix in suffixes and not SKIPPED & set(p.relative_to(ROOT).parts)]


class Links(unittest.TestCase):
    def test_links_of_documents(self):
        documents = files(".md")
        self.assertGreater(len(documents), 5)
        for document in documents:
            for link in LINK.findall(document.read_text(encoding="utf-8")):
                self.assertTrue((document.parent / link).exists(), f"{document.relative_to(ROOT)} links to {link}")

    def test_documents_named_in_the_tree(self):
        for file in files(".md", ".h", ".cpp", ".py", ".sh", ".cmake"):
            for mention in MENTION.findall(file.read_text(encoding="utf-8")):
                self.assertTrue((ROOT / mention).exists(), f"{file.relative_to(ROOT)} names {mention}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
