"""Runs commands and says what they took: a JSON request a line on stdin, its JSON answer on stdout.

Python waits for its children itself, so the kernel's own account of each one can be read. This
process stays small on purpose: the peak of a child counts from its fork on.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def written_bytes():
    """What this process and the children it has waited for wrote to block devices."""
    with open("/proc/self/io") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def start(task):
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    process = subprocess.Popen(
        task["command"], env=task["env"], stdin=subprocess.DEVNULL, stdout=out, stderr=err
    )
    return process, out, err


def text_of(file):
    with file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")


def run(tasks, at_once):
    results, running, waiting = [None] * len(tasks), {}, list(enumerate(tasks))[::-1]
    while waiting or running:
        while waiting and len(running) < at_once:
            index, task = waiting.pop()
            process, out, err = start(task)
            running[process.pid] = (index, process, out, err)
        pid, status, used = os.wait4(-1, 0)
        index, process, out, err = running.pop(pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        results[index] = {
            "status": process.returncode,
            "stdout": text_of(out),
            "stderr": text_of(err),
            "cpuMs": (used.ru_utime + used.ru_stime) * 1000,
            "peakBytes": used.ru_maxrss * 1024,
        }
    return results


for line in sys.stdin:
    request = json.loads(line)
    written, started = written_bytes(), time.monotonic()
    results = run(request["tasks"], request["atOnce"])
    answer = {
        "wallMs": (time.monotonic() - started) * 1000,
        "writtenBytes": written_bytes() - written,
        "results": results,
    }
    print(json.dumps(answer), flush=True)
