# `sam build` makes each artifact by `make build-<LogicalId>`, the id as in template.yaml, and expects it in ARTIFACTS_DIR.
# All of them go through build.ts, so that these are the very bytes of `npm run build`.

# The Node of the Lambda runtime, from the lockfile; the one on the PATH may be another.
NODE := node_modules/.bin/node

build-RotationCore: ARTIFACT := layer
build-PostgresSingleUser: ARTIFACT := postgres-single-user
build-PostgresAlternatingUsers: ARTIFACT := postgres-alternating-users
build-MySqlSingleUser: ARTIFACT := mysql-single-user
build-MySqlAlternatingUsers: ARTIFACT := mysql-alternating-users

build-%: $(NODE)
	$(NODE) build.ts --only $(ARTIFACT) --out "$(ARTIFACTS_DIR)"

$(NODE):
	$(error There is no $(NODE) in $(CURDIR): run `npm ci`, and `sam build` with build_in_source as in samconfig.toml)
