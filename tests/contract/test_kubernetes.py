"""The manifests of deploy/kubernetes: what every role needs is there, and nothing is open that need not be."""

import copy
import json
import re
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import typer
import yaml

from services.__main__ import app
from services.registry import UPSTREAMS, services_named
from shared.actor_tokens import new_key, public_half
from shared.derived.worker import STOP_TIMEOUT_S
from shared.events import PARTITIONS
from shared.settings import read_settings, settings_with
from shared.telemetry.metrics import CONSUMER_LAG
from tests.support.manifests import (
    FOLDER,
    OVERLAYS,
    build,
    container_of,
    environment_of,
    labels_of,
    manifests,
    mistakes,
    named,
    of_kind,
    pod_of,
    variables_of,
)

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "kubernetes.md"
ROLES = [f"{verb} {service.name}" for verb in ("serve", "work", "migrate") for service in services_named()]
DEPLOYED = [role for role in ROLES if not role.startswith("migrate")]
NOT_OURS = {"FORWARDED_ALLOW_IPS"}
"""Variables that uvicorn reads by itself."""


def selected_by(overlay: str, selector: dict[str, Any]) -> set[str]:
    return {role for role in ROLES if matches(selector, labels_of(overlay, role))}


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector selects; an empty one selects all."""
    wanted = dict(selector)
    equal = wanted.pop("matchLabels", {})
    rules = wanted.pop("matchExpressions", [])
    assert not wanted
    assert all(rule["operator"] == "In" for rule in rules)
    return equal.items() <= labels.items() and all(labels.get(rule["key"]) in rule["values"] for rule in rules)


each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)
each_role = pytest.mark.parametrize("role", ROLES)
each_deployed = pytest.mark.parametrize("role", DEPLOYED)


@each_overlay
def test_every_manifest_fits_its_published_schema(overlay: str) -> None:
    assert [mistake for each in manifests(overlay) for mistake in mistakes(each)] == []


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("Deployment/serve-accounts", "spec.replica", 2),
        ("Deployment/serve-accounts", "spec.template.spec.containers.0.livenessProbe.periodSeconds", "10"),
        ("Deployment/work-gateway", "apiVersion", "apps/v1beta1"),
        ("NetworkPolicy/to-kafka", "spec.egress.0.port", []),
        ("HorizontalPodAutoscaler/work-gateway", "spec.metrics.0.type", None),
        ("ServiceMonitor/serve", "spec.endpoints.0.intervall", "15s"),
        ("PodMonitor/work", "spec.selector", "work"),
    ],
)
def test_a_manifest_that_does_not_fit_its_published_schema_is_reported(name: str, path: str, value: object) -> None:
    [broken] = [copy.deepcopy(each) for each in manifests("production") if named(each) == name]
    node: Any = broken
    *parents, last = path.split(".")
    for step in parents:
        node = node[int(step) if isinstance(node, list) else step]
    node[last] = value

    [first, *_] = mistakes(broken)

    assert name in first


@each_overlay
def test_every_role_of_every_service_is_there_and_no_other(overlay: str) -> None:
    assert set(of_kind(overlay, "Deployment", "Job")) == set(ROLES)
    assert set(of_kind(overlay, "Deployment")) == set(DEPLOYED)


@each_overlay
@each_role
def test_a_role_runs_a_command_that_entente_knows(overlay: str, role: str) -> None:
    verb, service = role.split()
    arguments = container_of(overlay, role)["args"]
    command: Any = typer.main.get_command(app)

    with command.make_context("entente", list(arguments)) as context:
        name, known, rest = command.resolve_command(context, list(arguments))
        given = known.make_context(name, rest, parent=context).params

    assert name == verb
    assert given.get("name", given.get("names")) in (service, [service])


@each_overlay
@each_role
def test_a_role_has_no_rights_that_it_does_not_need(overlay: str, role: str) -> None:
    pod, container = pod_of(overlay, role)["spec"], container_of(overlay, role)

    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(pod)
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert all(volume.keys() - {"name"} <= {"emptyDir", "configMap"} for volume in pod["volumes"])
    assert set(container["resources"]["limits"]) == set(container["resources"]["requests"]) == {"cpu", "memory"}


@each_overlay
def test_the_namespace_takes_only_restricted_pods(overlay: str) -> None:
    labels = of_kind(overlay, "Namespace")["entente"]["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    elsewhere = [
        named(each)
        for each in manifests(overlay)
        if each["kind"] != "Namespace" and each["metadata"]["namespace"] != "entente"
    ]
    assert elsewhere == []


@each_overlay
@each_deployed
def test_a_deployment_is_replaced_and_drained_without_a_gap(overlay: str, role: str) -> None:
    deployment, container = of_kind(overlay, "Deployment")[role], container_of(overlay, role)
    pod = deployment["spec"]["template"]["spec"]

    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert selected_by(overlay, deployment["spec"]["selector"]) == {role}
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
    ports = {port["name"] for port in container["ports"]}
    assert {container[f"{kind}Probe"]["httpGet"]["port"] for kind in ("startup", "liveness", "readiness")} == ports
    waits = int(next((each["value"] for each in container["env"] if each["name"] == "ENTENTE_DRAIN_S"), 0))
    assert pod["terminationGracePeriodSeconds"] >= waits + STOP_TIMEOUT_S + 5
    if role.startswith("serve"):
        assert waits >= container["readinessProbe"]["periodSeconds"]
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


@each_overlay
@each_deployed
def test_a_deployment_is_spread_and_keeps_its_budget(overlay: str, role: str) -> None:
    constraints = pod_of(overlay, role)["spec"]["topologySpreadConstraints"]
    budgets = [
        each["spec"]
        for each in of_kind(overlay, "PodDisruptionBudget").values()
        if role in selected_by(overlay, each["spec"]["selector"])
    ]

    assert {each["topologyKey"] for each in constraints} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    for each in constraints:
        assert role in selected_by(overlay, each["labelSelector"])
        assert each["matchLabelKeys"] == ["pod-template-hash"]
    [budget] = budgets
    assert selected_by(overlay, budget["selector"]) == {role}
    assert budget["maxUnavailable"] == 1


@each_overlay
@each_role
def test_every_variable_is_a_setting(overlay: str, role: str) -> None:
    known = {f"ENTENTE_{name.upper()}" for name in settings_with(UPSTREAMS).model_fields}

    assert set(environment_of(overlay, role)) - NOT_OURS <= known


SECRETS = {
    ("kafka", "url"): "kafka://kafka.example.org:9093",
    ("actor-key", "private"): json.dumps(key := new_key()),
    ("actor-key", "public"): json.dumps(public_half(key)),
    ("mail", "url"): "smtp://mail.example.org:587",
    **{(s.name, "database-url"): f"postgresql://{s.name}:secret@db.example.org/{s.name}" for s in services_named()},
    **{(s.name, "kafka-password"): "secret" for s in services_named()},
}


@each_overlay
@each_role
def test_the_settings_of_a_role_are_good(
    overlay: str, role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounts = {mount["mountPath"]: tmp_path for mount in container_of(overlay, role)["volumeMounts"]}
    (tmp_path / "kafka.pem").touch()
    for name, value in variables_of(overlay, role, SECRETS).items():
        path = Path(value)
        monkeypatch.setenv(name, str(mounts[str(path.parent)] / path.name) if name.endswith("_FILE") else value)
    verb, service = role.split()

    settings = read_settings()

    assert settings.database_of(service) == SECRETS[service, "database-url"]
    assert settings.bus.startswith("kafka:") == (verb != "serve")
    assert (settings.actor_key is not None) == (service == "gateway" and verb != "migrate")
    if overlay == "production" and verb != "serve":
        assert (settings.kafka_security, settings.kafka_user, settings.kafka_replication) == ("SASL_SSL", service, 3)


@each_overlay
def test_every_secret_is_named_in_the_document_and_no_other(overlay: str) -> None:
    named = re.findall(r"^ *\| `([a-z-]+)` \| `([a-z-]+)` \|", DOCUMENT.read_text(), re.MULTILINE)
    used = {
        (each["valueFrom"]["secretKeyRef"]["name"], each["valueFrom"]["secretKeyRef"]["key"])
        for role in ROLES
        for each in environment_of(overlay, role).values()
        if "secretKeyRef" in each.get("valueFrom", {})
    }

    passwords = {(service.name, "kafka-password") for service in services_named()}
    assert used == set(named) - (passwords if overlay == "small" else set())
    assert not of_kind(overlay, "Secret")


@each_overlay
def test_the_gateway_finds_the_services_and_the_ingress_finds_the_gateway(overlay: str) -> None:
    behind = {
        name.replace(" ", "-", 1): (
            selected_by(overlay, {"matchLabels": each["spec"]["selector"]}),
            each["spec"]["ports"],
        )
        for name, each in of_kind(overlay, "Service").items()
    }
    for role in ("serve gateway", "work gateway"):
        variables = variables_of(overlay, role, SECRETS)
        for service in UPSTREAMS:
            host, port = variables[f"ENTENTE_{service.upper()}_URL"].removeprefix("http://").split(":")
            pods, [open_port] = behind[host]
            assert pods == {f"serve {service}"}
            assert open_port["port"] == int(port)
            assert open_port["targetPort"] in [p["name"] for p in container_of(overlay, f"serve {service}")["ports"]]
    [ingress] = of_kind(overlay, "Ingress").values()
    [rule] = ingress["spec"]["rules"]
    led = {each["path"]: behind[each["backend"]["service"]["name"]][0] for each in rule["http"]["paths"]}

    assert led == {"/": {"serve gateway"}, "/metrics": set()}
    assert [rule["host"]] == ingress["spec"]["tls"][0]["hosts"]
    assert variables_of(overlay, "serve gateway", SECRETS)["ENTENTE_PUBLIC_URL"] == f"https://{rule['host']}"


def test_a_cluster_without_the_prometheus_operator_takes_the_small_overlay() -> None:
    foreign = {each["apiVersion"] for each in manifests("small") if each["apiVersion"].split("/")[0].count(".") > 1}

    assert {version for version in foreign if "k8s.io" not in version} == set()


def test_everything_is_scraped_where_there_are_monitors() -> None:
    overlay = "production"
    [by_service] = of_kind(overlay, "ServiceMonitor").values()
    [by_pod] = of_kind(overlay, "PodMonitor").values()
    services = {
        name: each["metadata"]["labels"]
        for name, each in of_kind(overlay, "Service").items()
        if matches(by_service["spec"]["selector"], each["metadata"]["labels"])
    }
    pods = selected_by(overlay, by_pod["spec"]["selector"])

    assert set(services) | pods == set(DEPLOYED)
    for endpoint in (*by_service["spec"]["endpoints"], *by_pod["spec"]["podMetricsEndpoints"]):
        assert endpoint["honorLabels"] is True
        assert endpoint["path"] == "/metrics"
        assert endpoint["relabelings"] == [{"action": "replace", "targetLabel": "job", "replacement": "entente"}]


def test_the_small_overlay_runs_one_pod_of_each_role() -> None:
    assert all(each["spec"].get("replicas", 1) == 1 for each in of_kind("small", "Deployment").values())
    assert of_kind("small", "HorizontalPodAutoscaler") == {}


def test_serving_scales_by_cpu_and_working_by_lag() -> None:
    scaled = of_kind("production", "HorizontalPodAutoscaler")
    consuming = {f"work {service.name}" for service in services_named() if service.handlers.topics}
    not_consuming = {role for role in DEPLOYED if role.startswith("work")} - consuming

    assert set(scaled) == set(DEPLOYED) - not_consuming
    assert all(of_kind("production", "Deployment")[role]["spec"]["replicas"] == 2 for role in not_consuming)
    for role, each in scaled.items():
        target, [metric] = each["spec"]["scaleTargetRef"], each["spec"]["metrics"]
        assert (target["kind"], target["name"]) == ("Deployment", role.replace(" ", "-"))
        assert each["spec"]["minReplicas"] >= 2
        if role in consuming:
            wanted = metric["external"]["metric"]
            assert wanted["name"] == CONSUMER_LAG.describe()[0].name
            assert wanted["selector"]["matchLabels"] == {"service": role.removeprefix("work ")}
            assert metric["external"]["target"]["type"] == "AverageValue"  # each pod reports the whole group's lag
            assert each["spec"]["maxReplicas"] <= PARTITIONS
        else:
            assert metric["resource"]["name"] == "cpu"


def test_the_image_is_this_version_of_entente() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert {container_of(o, role)["image"] for o in OVERLAYS for role in ROLES} == {f"entente:{version}"}


def test_an_overlay_as_the_document_has_it_says_where_things_are(tmp_path: Path) -> None:
    [block] = re.findall(r"```yaml\n( *# kustomization.yaml\n.*?)```", DOCUMENT.read_text(), re.DOTALL)
    example = dedent(block)
    [base] = re.findall(r"\S+//deploy/kubernetes/production\S*", example)
    (tmp_path / "entente").symlink_to(FOLDER.parent.parent)
    own = tmp_path / "own"
    own.mkdir()
    (own / "kustomization.yaml").write_text(example.replace(base, "../entente/deploy/kubernetes/production"))

    built = build(own)

    assert [mistake for each in built for mistake in mistakes(each)] == []
    text = yaml.safe_dump_all(built)
    assert "192.0.2." not in text
    assert "entente.example.org" not in text
