#!/bin/sh
# A database and a role per service, each with its own password. No service can open another's, nor any other.
set -eu
run() {
  psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres "$@"
}
for service in accounts engagements scorecards gateway; do
  eval "password=\$$(echo "$service" | tr a-z A-Z)_PASSWORD"
  run --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
run <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
