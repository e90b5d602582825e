"""The Kubernetes manifests, built as an operator builds them and held against the published schemas (`make lint`)."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
OVERLAYS = ("small", "production")
VERSIONS = ("1.30", "1.37")
"""The oldest Kubernetes that the manifests are for, and the newest whose schemas are at hand."""

Manifest = Mapping[str, Any]


def build(folder: Path) -> list[Manifest]:
    """What `kubectl kustomize` makes of a folder; ValueError with what it says when it cannot."""
    kubectl = Path(sys.executable).with_name("kubectl")
    done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode or done.stderr:
        raise ValueError(f"{folder.name}: {done.stderr.strip()}")
    return list(yaml.safe_load_all(done.stdout))


@cache
def manifests(overlay: str) -> list[Manifest]:
    return build(FOLDER / overlay)


def of_kind(overlay: str, *kinds: str) -> dict[str, Manifest]:
    """Manifests by name; the names of roles have a space, as commands do."""
    return {each["metadata"]["name"].replace("-", " ", 1): each for each in manifests(overlay) if each["kind"] in kinds}


def pod_of(overlay: str, role: str) -> dict[str, Any]:
    return of_kind(overlay, "Deployment", "Job")[role]["spec"]["template"]


def container_of(overlay: str, role: str) -> dict[str, Any]:
    [container] = pod_of(overlay, role)["spec"]["containers"]
    return container


def labels_of(overlay: str, role: str) -> dict[str, str]:
    return pod_of(overlay, role)["metadata"]["labels"]


def environment_of(overlay: str, role: str) -> dict[str, dict[str, Any]]:
    """Every variable of a role and where it comes from; a ConfigMap's must be in the build."""
    container = container_of(overlay, role)
    variables = {each["name"]: each for each in container.get("env", [])}
    for source in container.get("envFrom", []):
        [data] = [
            each["data"]
            for each in manifests(overlay)
            if each["kind"] == "ConfigMap" and each["metadata"]["name"] == source["configMapRef"]["name"]
        ]
        variables |= {name: {"name": name, "value": value} for name, value in data.items()}
    return variables


def variables_of(overlay: str, role: str, secrets: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """The environment of a role's process; `secrets` has a value for each secret and key."""
    variables = {}
    for name, each in environment_of(overlay, role).items():
        source = each.get("valueFrom", {})
        if "secretKeyRef" in source:
            variables[name] = secrets[source["secretKeyRef"]["name"], source["secretKeyRef"]["key"]]
        elif "fieldRef" in source:
            [label] = re.findall(r"metadata\.labels\['(.*)'\]", source["fieldRef"]["fieldPath"])
            variables[name] = labels_of(overlay, role)[label]
        else:
            variables[name] = each["value"]
    return variables


def named(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def mistakes(manifest: Manifest) -> Iterator[str]:
    """What the published schema of its kind refuses in a manifest, unknown fields included; nothing when it is good."""
    import kubernetes_validate  # here, because it makes forty grammars first

    if manifest["apiVersion"] == "monitoring.coreos.com/v1":
        yield from _mistakes_of_monitor(manifest)
        return
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{named(manifest)} in Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}"
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{named(manifest)} in Kubernetes {version}: no such kind"


def _mistakes_of_monitor(manifest: Manifest) -> Iterator[str]:
    """The models are made of the operator's published definitions, but pass over fields that they do not know."""
    from cloudcoil.models.prometheus_operator import v1 as prometheus

    try:
        understood = getattr(prometheus, manifest["kind"]).model_validate(manifest)
    except ValidationError as error:
        yield f"{named(manifest)}: {error}"
        return
    if understood.model_dump(mode="json", by_alias=True, exclude_none=True) != manifest:
        yield f"{named(manifest)}: has a field that the Prometheus operator does not know"


def main() -> int:
    """0 when every overlay builds and every manifest fits its schema; else 1 and a line for each mistake."""
    found = [mistake for overlay in OVERLAYS for each in build(FOLDER / overlay) for mistake in mistakes(each)]
    for mistake in found:
        print(mistake, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
