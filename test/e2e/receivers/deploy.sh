#!/bin/sh
# A pipeline as a CI system runs it: build, test, promote. $3 is what its tests say: 0 good, else not.
set -eu
api=$1 project=$2 tests=$3

call() { curl -fsS -X "$1" "$api$2" -H 'content-type: application/json' -d "$3"; }
idOf() { sed -n 's/.*"id":"\(dep_[0-9a-z]*\)".*/\1/p' | head -n 1; }

digest=$(printf 'web %s' "$tests" | sha256sum | cut -d' ' -f1)
id=$(call POST "/v1/projects/$project/deployments" \
  '{"environment":"staging","release":"1.2.3","source":{"kind":"ci","repository":"acme/shop","branch":"main"}}' | idOf)
call PUT "/v1/deployments/$id/stages/build" '{"state":"running"}' >/dev/null
call POST "/v1/deployments/$id/artifacts" \
  "{\"name\":\"web\",\"kind\":\"container\",\"uri\":\"registry.example/web:1.2.3\",\"digest\":\"sha256:$digest\"}" >/dev/null
call PUT "/v1/deployments/$id/stages/build" '{"state":"succeeded"}' >/dev/null
call PUT "/v1/deployments/$id/stages/test" '{"state":"running"}' >/dev/null
if [ "$tests" = 0 ]; then
  call PUT "/v1/deployments/$id/stages/test" '{"state":"succeeded"}' >/dev/null
else
  call PUT "/v1/deployments/$id/stages/test" \
    '{"state":"failed","summary":"3 of 42 tests failed","logUrl":"https://ci.example/42"}' >/dev/null
fi
echo "$id"
