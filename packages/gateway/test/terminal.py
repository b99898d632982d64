"""Drives a command in a pseudo-terminal: python3 terminal.py STEPS COMMAND…

STEPS is JSON, a list of [wait for this regular expression in what is new, then write this]. Prints everything that the
terminal showed, and ends as the command does; 124 where a step is waited for in vain.
"""
import json, os, pty, re, select, sys, time

steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown, seen = b"", 0
deadline = time.monotonic() + 60
status = None
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        if not data:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            break
        shown += data
    if steps:
        match = re.compile(steps[0][0].encode()).search(shown, seen)
        if match:
            seen = match.end()
            os.write(terminal, steps.pop(0)[1].encode())
sys.stdout.buffer.write(shown)
if status is None or steps:
    sys.stderr.write(f"waited in vain: {steps}\n")
    try:
        os.kill(child, 9)
    except ProcessLookupError:
        pass
    sys.exit(124)
sys.exit(status)
