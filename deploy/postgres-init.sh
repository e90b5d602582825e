#!/bin/sh
# A database and a role per service, each with its own password; no service can open another's.
set -eu
for service in accounts engagements scorecards gateway; do
  eval "password=\$$(echo "$service" | tr a-z A-Z)_PASSWORD"
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
SQL
done
