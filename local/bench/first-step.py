"""The first step of a rotation, as a function in Python makes it: what a cold start is compared with.

first-step.py DRIVER ENDPOINT SECRET_ARN TOKEN
"""

import importlib
import json
import sys

import boto3

driver, endpoint, arn, token = sys.argv[1:]
importlib.import_module(driver)
print(f"loaded boto3 {boto3.__version__}", flush=True)

service = boto3.client("secretsmanager", endpoint_url=endpoint)
service.describe_secret(SecretId=arn)
current = json.loads(service.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"])
try:
    service.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
except service.exceptions.ResourceNotFoundException:
    password = service.get_random_password(PasswordLength=32)["RandomPassword"]
    pending = json.dumps({**current, "password": password})
    service.put_secret_value(
        SecretId=arn, ClientRequestToken=token, SecretString=pending, VersionStages=["AWSPENDING"]
    )
print("done", flush=True)
