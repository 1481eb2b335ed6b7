# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence_test.py ROOT PROGRAM: make-demo.sh and reproduce.sh with budgets of a few steps, and what their reports compute."""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

ROOT, PROGRAM = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(ROOT / "packaging" / "evidence"))
import layerchop  # noqa: E402
import layerchop_report  # noqa: E402
import line_plot  # noqa: E402
import methods  # noqa: E402
import methods_report  # noqa: E402

SHIPPED = ROOT / "resources" / "demo" / "sprout-12"


def run(script, *arguments):
    result = subprocess.run([ROOT / "packaging" / script, *map(str, arguments), "--program", PROGRAM, "--threads", "1"], capture_output=True, text=True,
                            timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def record(budget, method, before, after, steps=10, count=2, strategy="max-gap"):
    return {"budget": budget, "count": count, "strategy": strategy, "method": method, "steps": steps, "tokens": 1000, "flops": 1e12, "seconds": 3.0,
            "before": before, "after": after, "afters": [after, after * 1.01], "rate": 1e-3, "protocol": "a, float32, cpu, b", "removed": [3, 4], "curve": [(0.5, 1.5, (before + after) / 2), (1.0, 3.0, after)]}


def evidence(records, strategies=("max-gap",)):
    args = argparse.Namespace(counts=[2], strategies=list(strategies), methods=["continued", "distill"], seeds=[0, 1])
    return layerchop_report.Evidence(args, records, dense=2.0)


class Scripts(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.work = pathlib.Path(holder.name)

    def test_demo_is_trained_from_random_weights_and_the_shipped_one_is_left_alone(self):
        before = {file.name: file.read_bytes() for file in SHIPPED.iterdir()}
        options = ("--output", self.work, "--bytes", 30000, "--steps", 3, "--seed", 5, "--eval-samples", 4)
        out = run("make-demo.sh", *options)
        self.assertIn("| seed | 5 |", out)
        self.assertIn("--steps 3", (self.work / "TRAINING.md").read_text())
        self.assertTrue((self.work / "run-5" / "model.safetensors").is_file())
        first = json.loads((self.work / "run-5" / "metrics.jsonl").read_text().splitlines()[0])
        self.assertGreater(first["loss"], 0.8 * math.log(1536), "random weights know nothing of 1536 tokens")
        self.assertEqual(before, {file.name: file.read_bytes() for file in SHIPPED.iterdir()})
        weights = (self.work / "run-5" / "model.safetensors").read_bytes()
        run("make-demo.sh", *options)  # again: nothing is left to do
        self.assertEqual(weights, (self.work / "run-5" / "model.safetensors").read_bytes())

    def test_layerchop_is_reproduced_and_skips_what_is_done(self):
        run("reproduce.sh", "layerchop", "--smoke", "--work", self.work)
        text = (self.work / "layerchop.md").read_text()
        for method in ("continued pretraining", "LoRA", "distillation", "from scratch"):
            self.assertIn(f"| {method} |", text)
        self.assertIn("LayerChop's claim", text)
        for name in ("layerchop-flops.svg", "layerchop-seconds.svg"):
            self.assertIn(name, text)
            lines = ET.parse(self.work / name).getroot().iter("{http://www.w3.org/2000/svg}polyline")
            self.assertEqual(len(list(lines)), 4)
        (self.work / "layerchop.md").write_text(text.replace("(None yet.)", "A note by hand."))
        state = (self.work / "heal.state.json").read_bytes()
        run("reproduce.sh", "layerchop", "--smoke", "--work", self.work)
        self.assertEqual(state, (self.work / "heal.state.json").read_bytes())
        again = (self.work / "layerchop.md").read_text()
        self.assertEqual(again, text.replace("(None yet.)", "A note by hand."))

    def test_methods_are_compared_and_what_is_done_is_skipped(self):
        run("reproduce.sh", "methods", "--smoke", "--work", self.work)
        text = (self.work / "methods.md").read_text()
        for method in ("dense", "magnitude", "Wanda", "RTN", "GPTQ", "FLAP UL-UM, refit", "chop, input"):
            self.assertIn(f"| {method} |", text)
        self.assertIn("| Wanda < magnitude, 50 % zeros |", text)
        self.assertIn("| refit ≤ bias, UL-UM 40 % |", text)
        marks = [e for e in ET.parse(self.work / "methods.svg").getroot().iter() if e.tag.endswith(("}circle", "}polygon"))]
        self.assertEqual(len(marks), 2 * len(methods.SMOKE), "one in the panel and one in the legend")
        done = {key: json.loads((self.work / "rows" / f"{key}.json").read_text())["answer"] for key in methods.SMOKE}
        dense = done["dense"]
        self.assertAlmostEqual(math.exp(sum(dense["losses"]) / 4), dense["perplexity"], delta=1e-4 * dense["perplexity"])
        self.assertEqual(dense["parameters"], done["wanda-50"]["parameters"])
        self.assertLess(done["rtn-4"]["bytes"], dense["bytes"])
        self.assertLess(done["chop-input-10"]["parameters"], dense["parameters"])
        times = {file: file.stat().st_mtime_ns for file in (self.work / "rows").iterdir()}
        (self.work / "methods.md").write_text(text.replace("(None yet.)", "A note by hand."))
        run("reproduce.sh", "methods", "--smoke", "--work", self.work)
        self.assertEqual(times, {file: file.stat().st_mtime_ns for file in (self.work / "rows").iterdir()})
        self.assertEqual((self.work / "methods.md").read_text(), text.replace("(None yet.)", "A note by hand."))


class Report(unittest.TestCase):
    def test_recovered_is_a_share_of_the_lost_log_perplexity(self):
        self.assertAlmostEqual(layerchop_report.recovered({"after": 4.0}, chopped=8.0, dense=2.0), 0.5)
        self.assertAlmostEqual(layerchop_report.recovered({"after": 1.0}, chopped=8.0, dense=2.0), 1.5)

    def test_verdict_follows_the_numbers(self):
        better = [record("compute", "continued", 8.0, 3.0), record("compute", "distill", 8.0, 4.0)]
        self.assertIn("holds here", layerchop_report.verdict(evidence(better))[0])
        worse = [record("compute", "continued", 8.0, 4.0), record("compute", "distill", 8.0, 3.0)]
        self.assertIn("is contradicted here", layerchop_report.verdict(evidence(worse))[0])
        mixed = better + [r | {"strategy": "block-influence"} for r in worse]
        self.assertIn("clearly right in 1 and clearly wrong in 1", layerchop_report.verdict(evidence(mixed, ("max-gap", "block-influence")))[0])

    def test_seeds_that_disagree_decide_nothing(self):
        records = [record("compute", "continued", 8.0, 3.0), record("compute", "distill", 8.0, 3.1) | {"afters": [3.2, 2.9]}]
        self.assertIn("clearly right in 0 and clearly wrong in 0", layerchop_report.verdict(evidence(records))[0])
        text = layerchop_report.against(evidence(records), "compute", "distill")[0]
        self.assertIn("better than distillation in 1 of 1 cases (by all 2 seeds better in 0, worse in 0)", text)

    def test_comparison_counts_cases_and_averages_ratios(self):
        records = [record("compute", "continued", 8.0, 4.0), record("compute", "distill", 8.0, 2.0)]
        records += [r | {"strategy": "block-influence", "after": 3.0 if r["method"] == "continued" else 6.0,
                         "afters": [3.0, 3.1] if r["method"] == "continued" else [6.0, 6.1]} for r in records]
        text = layerchop_report.against(evidence(records, ("max-gap", "block-influence")), "compute", "distill")[0]
        self.assertIn("in 1 of 2 cases (by all 2 seeds better in 1, worse in 1)", text)
        self.assertIn("ratio 1.000", text)

    def test_all_configurations_of_the_paper_are_run_and_told_apart(self):
        args = layerchop.parse(["--root", str(ROOT), "--program", PROGRAM, "--work", ".", "--text", "t"])
        self.assertLessEqual({"max-gap", "input", "middle", "both", "output"}, set(args.strategies))
        dashes = [line_plot.dash_of(order) for order in range(len(args.strategies))]
        self.assertEqual(len(set(dashes)), len(args.strategies))

    def test_flops_are_those_of_the_program(self):
        info = {"decoder_linear_parameters": 100, "vocab_size": 10, "hidden_size": 4, "head_dim": 2,
                "per_layer": [{"heads": 2, "kv_heads": 1, "intermediate_size": 6}]}
        adapters = 8 * (2 * (4 + 4) + 2 * (4 + 2) + 3 * (4 + 6))
        self.assertEqual(layerchop.flops_per_token("continued", info, info), 6 * 140)
        self.assertEqual(layerchop.flops_per_token("scratch", info, info), 6 * 140)
        self.assertEqual(layerchop.flops_per_token("distill", info, info), 8 * 140)
        self.assertEqual(layerchop.flops_per_token("lora", info, info), 4 * 140 + 6 * adapters)

    def test_marked_points_have_no_line_where_they_lie_above_one_another(self):
        lines = [("a", "lora", 0, [(1, 2.0), (1, 3.0)]), ("b", "lora", 1, [(1, 2.0), (2, 3.0)])]
        svg = line_plot.figure([("t", lines)], "x", "y", marked=True)
        self.assertEqual((svg.count("<polyline"), svg.count("<circle"), svg.count("<polygon")), (1, 3, 3))
        self.assertEqual(line_plot.figure([("t", lines)], "x", "y").count("<polyline"), 2)

    def test_ticks_lie_inside(self):
        for low, high in ((0, 1), (0, 0.037), (0, 812), (0, 3e-4)):
            ticks = line_plot.nice_ticks(low, high)
            self.assertTrue(2 <= len(ticks) <= 6 and low <= ticks[0] and ticks[-1] <= high * 1.001, ticks)
        self.assertEqual(line_plot.log_ticks(1.8, 60), [2, 5, 10, 20, 50])


def compressed(key, losses, size=100, series=None, amount="50 %"):
    return {"key": key, "kind": "sparsify", "series": series or key.rpartition("-")[0], "amount": amount, "step": key, "parameters": 10, "bytes": size,
            "perplexity": math.exp(sum(losses) / len(losses)), "losses": losses, "cpu_seconds": 1.0, "warnings": []}


def by_key(*records):
    return {r["key"]: r for r in records}


class Methods(unittest.TestCase):
    def test_windows_do_not_overlap_and_cover_the_text(self):
        first, second = methods.cut(list(range(1000)), 10, 32, 16)
        self.assertEqual(first, list(range(0, 320, 10)))
        self.assertEqual(len(set(second)), 16)
        self.assertEqual((second[0], second[-1]), (320, 950))
        self.assertTrue(all(start % 10 == 0 for start in second))
        self.assertEqual(len(methods.cut(list(range(480)), 10, 32, 16)[1]), 16)
        with self.assertRaisesRegex(SystemExit, "has 47 windows of 10 tokens, 32 \\+ 16 are needed"):
            methods.cut(list(range(479)), 10, 32, 16)

    def test_rows_are_told_apart_and_carry_what_the_issue_asks_for(self):
        rows = methods.rows(30)
        for what in ("key", "step"):
            self.assertEqual(len({getattr(row, what) for row in rows}), len(rows))
        steps = {row.step for row in rows}
        self.assertLessEqual({"sparsegpt sparsity=0.5", "wanda pattern=2:4", "gptq bits=4 group=64", "svd-llm keep=0.8", "svd keep=0.6",
                              "flap ratio=0.4 structure=UL-UM compensate=refit", "chop count=3 by=max-gap", "chop count=6 by=block-influence"}, steps)
        self.assertLessEqual(set(methods.SMOKE), {row.key for row in rows})
        self.assertLessEqual({row.kind for row in rows}, methods_report.COLOURS.keys())

    def test_methods_can_be_chosen(self):
        args = methods.parse(["--root", str(ROOT), "--program", PROGRAM, "--work", ".", "--text", "t", "--methods", "wanda,flap"])
        self.assertEqual({row.step.split(" ")[0] for row in methods.wanted_rows(args, 12)}, {"", "wanda", "flap"})
        args.methods = ["wanda", "wander"]
        with self.assertRaisesRegex(SystemExit, "no such method: wander"):
            methods.wanted_rows(args, 12)

    def test_a_row_is_computed_again_when_its_definition_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            file, made = pathlib.Path(folder) / "row.json", []
            for definition in ({"step": "a"}, {"step": "a"}, {"step": "b"}):
                answer = methods.kept(file, definition, lambda: made.append(definition) or len(made))
            self.assertEqual((answer, made), (2, [{"step": "a"}, {"step": "b"}]))

    def test_differences_are_of_the_same_windows(self):
        a, b = compressed("wanda-50", [1.0, 3.0, 5.0]), compressed("magnitude-50", [1.5, 3.5, 5.5])
        mean, error = methods_report.difference(a, b)
        self.assertAlmostEqual(mean, -0.5)
        self.assertAlmostEqual(error, 0.0)
        self.assertAlmostEqual(methods_report.standard_error([1.0, 3.0, 5.0]), 2 / math.sqrt(3))

    def test_claims_follow_the_numbers(self):
        wanda, magnitude = compressed("wanda-50", [1.0, 1.1]), compressed("magnitude-50", [2.0, 2.3])
        seen = methods_report.verdict("Seen", methods_report.orders(by_key(wanda, magnitude)))
        self.assertEqual(seen, ["Seen in 1 of 1 comparisons."])
        swapped = by_key(wanda | {"losses": magnitude["losses"]}, magnitude | {"losses": wanda["losses"]})
        refuted = methods_report.verdict("Seen", methods_report.orders(swapped))
        self.assertEqual(refuted, ["Seen in 0 of 1 comparisons, not here: Wanda < magnitude, 50 % zeros."])
        self.assertIn("**no**", methods_report.orders(swapped)[0].line())

    def test_refit_may_be_worse_by_its_standard_error_and_no_more(self):
        bias = compressed("flap-AL-AM-20-bias", [1.0, 1.0, 1.0, 1.0])
        for losses, holds in (([0.9, 0.9, 1.0, 1.0], True), ([0.9, 1.2, 1.0, 1.0], True), ([1.2, 1.3, 1.2, 1.3], False)):
            claim, = methods_report.compensations(by_key(bias, compressed("flap-AL-AM-20-refit", losses)))
            self.assertEqual(claim.holds, holds, losses)

    def test_front_is_what_nothing_beats(self):
        records = by_key(compressed("a-1", [2.0], 100), compressed("b-1", [1.0], 200), compressed("c-1", [1.5], 250), compressed("d-1", [3.0], 100))
        self.assertEqual(methods_report.front(records), ["a-1", "b-1"])

    def test_ids_are_stored_as_safetensors(self):
        content = methods.safetensors({"a": [1, 2], "b": [258]})
        size = int.from_bytes(content[:8], "little")
        header = json.loads(content[8:8 + size])
        self.assertEqual(size % 8, 0)
        self.assertEqual(header["b"], {"dtype": "I32", "shape": [1], "data_offsets": [8, 12]})
        self.assertEqual(content[8 + size:], bytes([1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 0, 0]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
