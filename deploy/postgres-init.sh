#!/bin/sh
# A database and a role per service, each with its own password. No service can open another's, nor any other.
set -eu
run() {
  psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres "$@"
}
# docker-compose.yml names a password per service, and the server's own.
for name in $(env | sed -n 's/^\([A-Z_]*\)_PASSWORD=.*/\1/p' | grep -vx POSTGRES); do
  service=$(echo "$name" | tr A-Z a-z)
  eval "password=\$${name}_PASSWORD"
  run --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
run <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
