"""Alerts, dashboard and guide say what the product's metrics are, and each other's names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from services.registry import SERVICES
from shared.telemetry import metrics
from tests.support.prometheus import OBSERVABILITY, promtool

GUIDE = Path(__file__).parents[2] / "docs" / "operate.md"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
OF_THE_PROCESS = {
    "process_open_fds",
    "process_max_fds",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
}
"""What prometheus-client tells of every process by itself."""


def alerts() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load((OBSERVABILITY / "alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((OBSERVABILITY / "dashboards" / "entente.json").read_text())
    return read


def expressions() -> dict[str, str]:
    """Every expression of the alerts and the dashboard, by where it stands."""
    shown = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in dashboard()["panels"]
        for target in panel["targets"]
    }
    return {name: rule["expr"] for name, rule in alerts().items()} | shown


def metrics_named() -> set[str]:
    return {name for text in expressions().values() for name in re.findall(r"\b(?:entente|process)_\w+", text)}


def metrics_defined() -> dict[str, MetricWrapperBase]:
    """The product's own, by the name that Prometheus shows first."""
    found = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]
    return {metric._name + ("_total" if metric._type == "counter" else ""): metric for metric in found}


def section(heading: str) -> str:
    _, _, after = GUIDE.read_text().partition(f"\n## {heading}\n")
    return after.partition("\n## ")[0]


def test_every_alert_is_quiet_and_fires_when_its_unit_tests_say() -> None:
    promtool("test", "rules", OBSERVABILITY / "alerts.test.yml")


def test_every_alert_has_a_unit_test_in_which_it_is_quiet_and_one_in_which_it_fires() -> None:
    tests = yaml.safe_load((OBSERVABILITY / "alerts.test.yml").read_text())["tests"]
    tried = [(case["alertname"], bool(case["exp_alerts"])) for test in tests for case in test["alert_rule_test"]]

    assert {(alert, fires) for alert in alerts() for fires in (True, False)} == set(tried)


def test_prometheus_takes_the_configuration() -> None:
    assert "SUCCESS" in promtool("check", "config", OBSERVABILITY / "prometheus.yml")
    configured = yaml.safe_load((OBSERVABILITY / "prometheus.yml").read_text())
    [job] = configured["scrape_configs"]
    assert job["file_sd_configs"] == [{"files": ["targets.yml"]}]
    groups = yaml.safe_load((OBSERVABILITY / "targets.yml").read_text())
    processes = {f"{name}:8080" for name in SERVICES} | {f"work-{name}:9000" for name in SERVICES}
    assert {target for group in groups for target in group["targets"]} == processes


def test_every_expression_of_the_dashboard_parses(tmp_path: Path) -> None:
    rules = [{"record": f"shown:{n}", "expr": text} for n, text in enumerate(expressions().values())]
    file = tmp_path / "shown.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "shown", "rules": rules}]}))

    assert f"{len(rules)} rules found" in promtool("check", "rules", file)


def test_every_expression_names_metrics_and_labels_that_there_are() -> None:
    described = {
        name.removesuffix("_total") + suffix: metric
        for name, metric in metrics_defined().items()
        for suffix in SUFFIXES[metric._type]
    }
    assert metrics_named() <= described.keys() | OF_THE_PROCESS

    added = {"job", "instance", "le"}
    labels = added.union(*(metric._labelnames for metric in described.values()))
    for source, text in expressions().items():
        for name, matched in re.findall(r"(entente_\w+)\{([^}]*)\}", text):
            for label in re.findall(r"(\w+)\s*[=!]", matched):
                assert label in {*described[name]._labelnames, *added}, source
        for grouped in re.findall(r"by \(([^)]*)\)", text):
            assert {label.strip() for label in grouped.split(",")} <= labels, source


def test_no_panel_lies_on_another() -> None:
    positions = [panel["gridPos"] for panel in dashboard()["panels"]]
    covered = [
        (x, y) for at in positions for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]

    assert len(covered) == len(set(covered))
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(positions)


def test_the_guide_has_every_alert_and_no_other() -> None:
    parts = re.split(r"\n### ", section("Alerts"))[1:]
    described = {part.splitlines()[0]: part for part in parts}

    assert described.keys() == alerts().keys()
    for name, part in described.items():
        for word in ("**Means.**", "**Look at.**", "**Do.**"):
            assert word in part, name
        assert alerts()[name]["annotations"]["runbook"] == f"docs/operate.md#{name.lower()}"
        assert alerts()[name]["labels"]["severity"] in ("page", "ticket")


def test_the_guide_names_only_commands_that_there_are() -> None:
    from typer.main import get_command

    from services.__main__ import app  # the whole command line; the other tests need not wait for it

    command = get_command(app)
    for line in set(re.findall(r"`entente ([a-z][^`]*)`", GUIDE.read_text())):
        found: Any = command
        for word in line.split():
            if not hasattr(found, "commands"):
                break
            assert word in found.commands, line
            found = found.commands[word]


def test_the_guide_names_only_routes_that_there_are() -> None:
    from services.gateway.app import openapi_document
    from services.registry import UPSTREAMS

    paths = openapi_document(UPSTREAMS)["paths"]
    for method, path in set(re.findall(r"`(?:(GET|POST) )?(/api/v1/[^`]*)`", GUIDE.read_text())):
        found = paths.get(path.replace("{name}", "accounts"), {})
        assert (method.lower() or "get") in found, path


@pytest.mark.parametrize("name", sorted(metrics_defined()))
def test_the_guide_tells_each_metric_as_it_is(name: str) -> None:
    metric = metrics_defined()[name]
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)

    assert f"| `{name}` | {metric._type} | {labels} | {metric._documentation} |" in GUIDE.read_text()


def test_the_guide_tells_no_metric_that_is_not() -> None:
    assert set(re.findall(r"^\| `(entente_\w+)`", GUIDE.read_text(), re.MULTILINE)) == metrics_defined().keys()
