"""The router that every noun's routes are declared on."""

from shared.http.routing import Api

api = Api(prefix="/v1")
