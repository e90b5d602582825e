"""The Kubernetes manifests, built as an operator builds them and held against the published schemas (`make lint`)."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from cloudcoil.models.prometheus_operator import v1 as prometheus
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


def named(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def mistakes(manifest: Manifest) -> Iterator[str]:
    """What the published schema of its kind refuses in a manifest, unknown fields included; nothing when it is good."""
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
