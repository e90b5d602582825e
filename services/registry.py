"""Services by name, each imported when it is asked for: a command does not wait for those that it does not need."""

from importlib import import_module

from shared.service import Service


def service_named(name: str) -> Service:
    service: Service = import_module(f"services.{name}.service").service
    return service
