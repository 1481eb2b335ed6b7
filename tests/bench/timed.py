# SPDX-License-Identifier: GPL-3.0-or-later
"""timed.py COMMAND...: runs a command and prints wall seconds and peak memory of the whole process as one JSON object.

Peak private memory leaves out pages of mapped files, which the system may drop at any time; it is read from /proc while the command
runs (50 times a second). What the command prints on stdout is kept if it is a JSON object.
"""
import json
import resource
import subprocess
import sys
import threading
import time


def private_bytes(pid):
    """Anonymous memory of a process, or 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon:")), 0)
    except OSError:
        return 0


def watch(process, peak):
    while process.poll() is None:
        peak[0] = max(peak[0], private_bytes(process.pid))
        time.sleep(0.02)


def main():
    start = time.perf_counter()
    process = subprocess.Popen([*sys.argv[1:], "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = [0]
    watcher = threading.Thread(target=watch, args=(process, peak))
    watcher.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(sys.argv[1:])} failed with {process.returncode}:\n{err}")
    report = json.loads(out)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall_seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "seconds": report.get("seconds", seconds), "perplexity": report.get("perplexity"),
                      "tokens_per_second": report.get("tokens_per_second"), "loss": report.get("loss"),
                      "peak_rss_bytes": usage.ru_maxrss * 1024, "peak_private_bytes": peak[0]}))


if __name__ == "__main__":
    main()
