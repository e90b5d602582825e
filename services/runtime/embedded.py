"""What `entente up` does beside serving: the first sign-in, the demo portfolio and the build of the internal UI."""

import threading

import structlog

from services.gateway import ui_build
from services.gateway.demo import load as demo
from services.gateway.http.static_files import Ui
from services.gateway.identity import usecases as identity
from services.registry import GATEWAY
from services.runtime.cli.output import opening_text
from services.runtime.installation import Installation

log = structlog.get_logger()


def opening(installation: Installation, address: str) -> str:
    """Where the installation answers and, on the first run, with which code its first admin signs up."""
    with installation.databases[GATEWAY].write() as tx:
        return opening_text(address, identity.open_setup(tx, installation.clock()))


def fill_with_demo(installation: Installation) -> None:
    """Load the demo portfolio into an empty installation, beside whatever else it does."""
    arguments = (installation.upstreams(), installation.clock, installation.closing)
    threading.Thread(target=demo.run, args=arguments, name="demo", daemon=True).start()


def build_ui(installation: Installation) -> None:
    """In a checkout, build the internal UI beside everything else, unless it is built already."""
    ui = installation.gateway.app.state.ui
    if not ui_build.is_current():
        ui.is_building = True
        threading.Thread(target=_build, args=(ui, installation.closing), name="ui", daemon=True).start()


def _build(ui: Ui, closing: threading.Event) -> None:
    try:
        ui_build.build(closing)
        ui.load_newest()
        log.info("the UI is built")
    except (ui_build.CannotBuild, OSError) as error:
        if not closing.is_set():
            log.warning("the UI is not built, the API answers without it", error=str(error))
    finally:
        ui.is_building = False
