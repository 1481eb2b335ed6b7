# SPDX-License-Identifier: GPL-3.0-or-later
"""timed.py COMMAND...: runs a command and prints wall seconds and peak memory of the whole process as one JSON object.

Peak private memory leaves out pages of mapped files, which the system may drop at any time; it is read from /proc while the command
runs (50 times a second). Peak device memory is that of all programs on the first NVIDIA GPU, where there is one. What the command prints on
stdout is kept if it is a JSON object.
"""
import json
import resource
import shutil
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


class DeviceMemory:
    """The most memory in use on the first GPU, asked ten times a second; 0 without one."""

    def __init__(self):
        query = ["nvidia-smi", "--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--loop-ms=100"]
        self.sampler = subprocess.Popen(query, stdout=subprocess.PIPE, text=True) if shutil.which("nvidia-smi") else None

    def stop(self):
        if self.sampler is None:
            return 0
        self.sampler.terminate()
        return max((int(line) for line in self.sampler.communicate()[0].split()), default=0) << 20


def main():
    device = DeviceMemory()
    start = time.perf_counter()
    process = subprocess.Popen([*sys.argv[1:], "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = [0]
    watcher = threading.Thread(target=watch, args=(process, peak))
    watcher.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    device_bytes = device.stop()
    if process.returncode != 0:
        sys.exit(f"{' '.join(sys.argv[1:])} failed with {process.returncode}:\n{err}")
    report = json.loads(out)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall_seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime,
                      "seconds": report.get("seconds", seconds), "perplexity": report.get("perplexity"),
                      "tokens_per_second": report.get("tokens_per_second"), "loss": report.get("loss"),
                      "peak_rss_bytes": usage.ru_maxrss * 1024, "peak_private_bytes": peak[0],
                      "peak_device_bytes": device_bytes}))


if __name__ == "__main__":
    main()
