"""The router that every noun's routes are declared on."""

from shared.edge import Api

api = Api(prefix="/v1")
