"""What `mlops run` has to reach, as figures and ratios within one run: each is printed with what it reached."""

from tools import JOBS


def rows(found, stages):
    """What was measured, whether it has to be at least or at most the goal, the goal, and what was reached. `found`:
    figures by case, program and what was timed. What no program of this run can tell is left out."""
    graph, true = found.get("graph", {}), found.get("true", {})
    restore, plan = found.get("restore", {}), found.get("plan", {})
    if graph:
        ours = graph["mlops"]["up to date"]
        if "ninja" in graph:
            yield (f"{stages:,} stages up to date: ms, and 1.5 times ninja's and 20", "<=",
                   1500 * graph["ninja"]["up to date"] + 20, ours * 1000)
        for name, called in (("dvc", "DVC"), ("snakemake", "Snakemake")):
            if name in graph:
                yield f"{stages:,} stages up to date: {called}'s time over ours", ">=", 20, graph[name]["up to date"] / ours
    if "make" in true:
        yield (f"a stage of `true`: ms over make -j{JOBS}", "<=", 3,
               true["mlops"]["ms a stage"] - true["make"]["ms a stage"])
    if restore:
        yield ("a hit restored over a checkout of the same files", "<=", 1.1,
               restore["mlops"]["restored"] / restore["mlops data checkout"]["restored"])
    if plan:
        yield "10,000 instances planned: s", "<=", 1, plan["mlops"]["seconds"]
        yield "10,000 instances planned: MB at the peak", "<=", 200, plan["mlops"]["peak MB"]


def goals(found, stages):
    """One line a goal."""
    lines = []
    for what, sign, goal, reached in rows(found, stages):
        is_met = reached <= goal if sign == "<=" else reached >= goal
        lines.append(f"- {what}: {reached:.3g} (goal {sign} {goal:.3g}{'' if is_met else ', missed'})")
    return lines
