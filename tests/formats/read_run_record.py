#!/usr/bin/env python3
"""Reads a run record from mlops-run-record(5) alone. `read_run_record.py FILE` prints the events
that the page has, each with its keys in the order of the page."""
import datetime
import json
import re

from read_store import check
from strict import GRADES, is_count, is_environment, is_hex, is_root, is_run, is_text, main
from strict import read_json

WORST = ["interrupted", "infra", "timeout", "oom", "user", "checks", "evidence", "uncached", "none"]
DONE = ["cached", "restored", "ran"]
IDLE = ["cached", "restored", "judged", "skipped", "not started"]


def is_texts(value):
    return type(value) is list and all(map(is_text, value))


def is_outs(value):
    return type(value) is list and all(
        type(out) is dict
        and is_text(out.get("path"))
        and "root" in out
        and (out["root"] is None or is_root(out["root"]))
        for out in value
    )


def is_checks(value):
    return type(value) is list and all(
        type(one) is dict
        and all(is_text(one.get(key)) for key in ("check", "verdict", "summary"))
        and one["verdict"] in ("pass", "warn", "fail", "insufficient", "skipped")
        for one in value
    )


def is_edges(value):
    return type(value) is list and all(
        type(edge) is list and len(edge) == 2 and all(map(is_count, edge)) and edge[0] < edge[1]
        for edge in value
    )


def one_of(*values):
    return lambda value: is_text(value) and value in values


EVENTS = {
    "run": {
        "version": lambda value: type(value) is int and value == 1,
        "id": is_run,
        "pipeline": is_text,
        "work_tree": lambda value: is_text(value) and value[:1] == "/",
        "commit": lambda value: value is None or is_hex(value, 40, 64),
        "dirty": lambda value: type(value) is bool,
        "pid": lambda value: is_count(value) and value > 0,
        "set": is_texts,
        "instances": lambda value: is_texts(value) and len(value) == len(set(value)),
        "data_edges": is_edges,
        "order_edges": is_edges,
    },
    "start": {"instance": is_text, "key": lambda value: is_hex(value, 64)},
    "retry": {"instance": is_text, "attempt": is_count, "problem": is_text},
    "end": {
        "instance": is_text,
        "state": one_of(*IDLE, "ran", "failed", "cancelled"),
        "failure": one_of(*WORST),
        "reason": is_text,
        "exit_code": lambda value: type(value) is int and -1 <= value < 256,
        "signal": is_count,
        "elapsed_ms": is_count,
        "peak_rss_bytes": is_count,
        "attempts": is_count,
        "grade": one_of(*GRADES, ""),
        "environment": lambda value: value == "" or is_environment(value),
        "key": lambda value: value == "" or is_hex(value, 64),
        "outs": is_outs,
        "warnings": is_texts,
    },
    "finish": {"worst": one_of(*WORST), "signal": is_count},
}


def is_time(value):
    if not is_text(value) or not re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", value, re.A):
        return False
    try:
        datetime.datetime.fromisoformat(value[:-1])
    except ValueError:
        return False
    return True


def check_order(value):
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            check_order(item)
    check(isinstance(value, list) or list(value) == sorted(value), "keys are not sorted")


def parse_line(line):
    check(line.isascii(), "a line that is not ASCII")
    value = read_json(line)
    check(type(value) is dict, "a line that is no object")
    check_order(value)
    check(is_text(value.get("event")) and is_time(value.get("time")), "event or time")
    for key, holds in EVENTS.get(value["event"], {}).items():
        check(key in value and holds(value[key]), f"{key} of {value['event']}")
    return value


def check_end(end, started, retries):
    """Of one instance; attempts counts those that the retry lines name."""
    check(end["state"] not in IDLE or started is None, "a start of what was not started")
    check(end["state"] != "ran" or started is not None, "no start of what ran")
    check(started in (None, end["key"]), "start and end have two keys")
    is_left = end["state"] == "not started" and end["failure"] in ("uncached", "timeout")
    check(is_left or (end["failure"] == "none") == (end["state"] not in ("failed", "cancelled")), "failure")
    is_judged = end["failure"] in ("checks", "evidence")
    check(end["state"] in DONE or is_judged or not end["outs"], "outs of what has none")
    check(is_checks(end.get("checks", [])), "checks")
    check(end["signal"] == 0 or end["exit_code"] == -1, "exit code and signal")
    check(end["attempts"] >= retries, "number of attempts")
    nothing = (end["exit_code"], end["signal"], end["peak_rss_bytes"]) == (-1, 0, 0)
    check(end["attempts"] > 0 or nothing, "figures of what did not run")
    check(end["attempts"] > 0 or end["state"] != "ran", "no attempt of what ran")
    check(end["attempts"] == 0 or end["state"] not in IDLE, "attempts of what did not run")


def parse(data):
    events = [parse_line(line) for line in data.split(b"\n")[:-1]]
    check(events and events[0]["event"] == "run", "the first line is not the run's")
    known, starts, retries, ends = events[0]["instances"], {}, {}, {}
    edges = events[0]["data_edges"] + events[0]["order_edges"]
    check(all(edge[1] < len(known) for edge in edges), "an edge of another instance")
    for at, event in enumerate(events):
        name, instance = event["event"], event.get("instance")
        if name in ("start", "retry", "end"):
            check(instance in known and instance not in ends, f"{name} of another instance")
        if name == "start":
            check(instance not in starts, "two starts")
            starts[instance] = event["key"]
        elif name == "retry":
            retries[instance] = retries.get(instance, 0) + 1
            check(instance in starts and event["attempt"] == retries[instance], "retry")
        elif name == "end":
            ends[instance] = event["failure"]
            check_end(event, starts.get(instance), retries.get(instance, 0))
        elif name == "finish":
            check(at == len(events) - 1, "a line after the last")
            check(set(ends) == set(known), "an instance without end")
            check(event["worst"] in {"none", *ends.values()}, "worst")
        else:
            check(name != "run" or at == 0, "two runs")
    return events


def read(data):
    for event in parse(data):
        values = [f" {key}={json.dumps(event[key])}" for key in EVENTS.get(event["event"], ())]
        yield f"{event['time']} {json.dumps(event['event'])[1:-1]}" + "".join(values)


if __name__ == "__main__":
    main(read)
