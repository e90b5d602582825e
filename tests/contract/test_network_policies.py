"""The network policies of deploy/kubernetes, evaluated as a cluster would: exactly the documented arrows are open."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
import yaml

from services.registry import UPSTREAMS, services_named
from tests.contract.test_kubernetes import DOCUMENT, ROLES, SECRETS, each_overlay, matches
from tests.support.manifests import FOLDER, Manifest, labels_of, of_kind, variables_of


class Peer(NamedTuple):
    """One end of an arrow: a pod with its labels, or an address outside the cluster."""

    name: str
    namespace: str = ""
    labels: dict[str, str] = {}
    address: str = ""


ELSEWHERE = [
    Peer("ingress", "ingress", {"app.kubernetes.io/name": "any-controller"}),
    Peer("Prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    Peer("names", "kube-system", {"k8s-app": "kube-dns"}),
    Peer("PostgreSQL", address="192.0.2.0/28"),
    Peer("Kafka", address="192.0.2.16/28"),
    Peer("mail server", address="192.0.2.32/28"),
    Peer("the internet", address="203.0.113.0/24"),
    Peer("a false Prometheus", "elsewhere", {"app.kubernetes.io/name": "prometheus"}),
    Peer("a neighbour of Prometheus", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    Peer("a stray pod", "entente"),
    Peer(
        "a pod of another", "elsewhere", {"app.kubernetes.io/name": "gateway", "app.kubernetes.io/component": "serve"}
    ),
]
PORTS = (22, 25, 53, 80, 443, 465, 587, 4317, 5432, 6443, 8080, 9090, 9092, 9093)


def is_at(peer: dict[str, Any], peer_at: Peer) -> bool:
    """Whether one entry of `from` or `to` means this peer."""
    if "ipBlock" in peer:
        return peer["ipBlock"] == {"cidr": peer_at.address}
    if "namespaceSelector" in peer:
        is_there = matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": peer_at.namespace})
    else:
        is_there = peer_at.namespace == "entente"
    return bool(peer_at.namespace) and is_there and matches(peer.get("podSelector", {}), peer_at.labels)


def is_open(policies: Sequence[Manifest], way: str, here: Peer, there: Peer, port: int) -> bool:
    """Whether what holds for a pod of ours lets it send to, or take from, another peer at a port."""
    kind, ends = {"out": ("Egress", "to"), "in": ("Ingress", "from")}[way]
    if here.namespace != "entente":
        return True  # whatever holds there is not ours to say
    holding = [
        each["spec"]
        for each in policies
        if kind in each["spec"]["policyTypes"] and matches(each["spec"]["podSelector"], here.labels)
    ]
    rules = [rule for spec in holding for rule in spec.get(kind.lower(), [])]
    return not holding or any(
        ("ports" not in rule or port in [each["port"] for each in rule["ports"]])
        and (ends not in rule or any(is_at(peer, there) for peer in rule[ends]))
        for rule in rules
    )


def arrows(overlay: str, policies: Sequence[Manifest]) -> set[tuple[str, str, int]]:
    """Every way that the policies leave open between two peers, of which one at least is a pod of a role."""
    ours = [Peer(role, "entente", labels_of(overlay, role)) for role in ROLES]
    return {
        (source.name, target.name, port)
        for source in [*ours, *ELSEWHERE]
        for target in [*ours, *ELSEWHERE]
        for port in PORTS
        if {source.name, target.name} & set(ROLES)
        and is_open(policies, "out", source, target, port)
        and is_open(policies, "in", target, source, port)
    }


def documented(overlay: str) -> set[tuple[str, str, int]]:
    """The arrows that the document lists, a row each; `*` stands for every service."""
    rows = re.findall(r"^\| (.+) \| (.+) \| (\d+(?:, \d+)*) \| .+ \|$", DOCUMENT.read_text(), re.MULTILINE)
    kafka = {"9092": "9093"} if overlay == "production" else {}
    return {
        (source, target, int(kafka.get(port, port)))
        for sources, targets, ports in rows
        for port in ports.split(", ")
        for source in each_of(sources)
        for target in each_of(targets)
    }


def each_of(ends: str) -> Iterator[str]:
    for end in ends.replace("`", "").split(", "):
        yield from (end.replace("*", service.name) for service in services_named()) if "*" in end else [end]


@each_overlay
def test_exactly_the_documented_arrows_are_open(overlay: str) -> None:
    assert arrows(overlay, list(of_kind(overlay, "NetworkPolicy").values())) == documented(overlay)


@each_overlay
def test_exactly_the_roles_that_are_given_an_address_may_connect_to_it(overlay: str) -> None:
    open_ways = {(source, target) for source, target, _ in documented(overlay)}
    for role in ROLES:
        variables = variables_of(overlay, role, SECRETS)
        assert ((role, "PostgreSQL") in open_ways) == ("ENTENTE_DATABASE_URL" in variables)
        assert ((role, "Kafka") in open_ways) == ("ENTENTE_BUS_URL" in variables)
        for service in UPSTREAMS:
            assert ((role, f"serve {service}") in open_ways) == (f"ENTENTE_{service.upper()}_URL" in variables)


@pytest.mark.parametrize(
    "name", [each["metadata"]["name"] for each in yaml.safe_load_all((FOLDER / "base/network.yaml").read_text())]
)
def test_no_policy_can_be_left_out(name: str) -> None:
    left = [each for each in of_kind("small", "NetworkPolicy").values() if each["metadata"]["name"] != name]

    assert len(left) == len(of_kind("small", "NetworkPolicy")) - 1
    assert arrows("small", left) != documented("small")
