"""Prints, for each function of a template, the environment that `sam local invoke --env-vars` gives to its container.

    python local-environment.py TEMPLATE ENV_VARS

It asks SAM's own code, short of the container.
"""

import json
import sys

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

template, env_vars = sys.argv[1:]
stacks, _ = SamLocalStackProvider.get_stacks(template)
functions = SamFunctionProvider(stacks)
with open(env_vars) as file:
    runner = LocalLambdaRunner(None, functions, ".", ".", env_vars_values=json.load(file))
environments = {
    function.name: runner.get_invoke_config(function).env_vars.resolve() for function in functions.get_all()
}
json.dump(environments, sys.stdout)
